#include "app/session/prices/pricing.h"

#include "app/session/files/textfile.h"
#include "app/session/workspace/notes.h"
#include "models/prices/pricecsv.h"
#include "models/prices/priceedit.h"
#include "models/prices/priceguard.h"
#include "models/store/prices/pricelists.h"
#include "models/text/csvtext.h"
#include "models/text/words.h"
#include "providers/prices/litellmprices.h"
#include "resources/assets.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace altimeter::session {

namespace {

constexpr std::string_view kOwnList = "own";
constexpr std::string_view kLiteLlmForm = "litellm";
constexpr std::string_view kOwnForm = "altimeter";

/// Members of a line in the order of pricecsv::columns().
constexpr std::array kMembers{
    &PriceLine::provider,    &PriceLine::model,       &PriceLine::tokenClass, &PriceLine::tier,  &PriceLine::region,
    &PriceLine::contextFrom, &PriceLine::unit,        &PriceLine::per,        &PriceLine::price, &PriceLine::currency,
    &PriceLine::validFrom,   &PriceLine::validTo,     &PriceLine::source,     &PriceLine::state, &PriceLine::band,
    &PriceLine::windows,     &PriceLine::confirmedTo, &PriceLine::readOn,     &PriceLine::note,  &PriceLine::layer,
    &PriceLine::kind,        &PriceLine::target};

std::vector<PriceLine> linesOf(const PriceList& list)
{
    std::vector<PriceLine> lines;
    for (auto& cells : pricecsv::cells(list)) {
        PriceLine line;
        for (std::size_t i = 0; i < kMembers.size() && i < cells.size(); ++i)
            line.*kMembers[i] = std::move(cells[i]);
        lines.push_back(std::move(line));
    }
    return lines;
}

PriceLine lineOf(const PriceRow& row)
{
    PriceList one;
    one.rows.push_back(row);
    return linesOf(one).front();
}

Result<PriceList> listOf(std::string_view text, PriceLayer layer, const std::string& name)
{
    auto reading = pricecsv::read(text, layer);
    if (!reading)
        return Error{ErrorCode::Corrupt, reading.error().text(), "price list " + name};
    if (!reading->findings.empty()) {
        const auto& first = reading->findings.front();
        return Error{ErrorCode::Corrupt, first.message,
                     "price list " + name + ", line " + std::to_string(first.line) + ", " + first.column};
    }
    // lines of a file that is not at hand say nothing
    PriceList list = std::move(reading->list);
    std::for_each(list.rows.begin(), list.rows.end(), [](PriceRow& row) { row.line = 0; });
    std::for_each(list.aliases.begin(), list.aliases.end(), [](PriceAlias& alias) { alias.line = 0; });
    std::for_each(list.negotiated.begin(), list.negotiated.end(), [](NegotiatedPrice& rule) { rule.line = 0; });
    return list;
}

PriceLayer layerOf(const store::PriceListVersion& version)
{
    constexpr auto kLast = static_cast<std::int64_t>(PriceLayer::Community);
    return static_cast<PriceLayer>(std::clamp<std::int64_t>(version.layer, 0, kLast));
}

/// The lists of a workspace, apart.
struct StoredList {
    store::PriceListVersion version;
    PriceList list;
};

Result<std::vector<StoredList>> storedLists(const store::sql::Connection& connection)
{
    const auto current = store::currentPriceLists(connection);
    if (!current)
        return current.error();
    std::vector<StoredList> lists;
    for (const auto& version : *current) {
        const auto text = store::readPriceList(connection, version.version);
        if (!text)
            return text.error();
        auto list = listOf(*text, layerOf(version), version.name);
        if (!list)
            return list.error();
        lists.push_back({version, list.take()});
    }
    return lists;
}

/// All lists but that of a name, and that one.
struct Surroundings {
    PriceList others, own;
    std::int64_t version = 0; ///< of the one; 0: it is not there yet
};

Result<Surroundings> surroundings(const store::sql::Connection& connection, std::string_view name)
{
    auto shipped = shippedPrices();
    if (!shipped)
        return shipped.error();
    auto stored = storedLists(connection);
    if (!stored)
        return stored.error();
    Surroundings around{shipped.take(), {}, 0};
    for (StoredList& one : *stored) {
        if (one.version.name == name) {
            around.own = std::move(one.list);
            around.version = one.version.version;
        } else {
            around.others.append(std::move(one.list));
        }
    }
    return around;
}

/// Error Invalid when the lists cannot hold together.
Status check(const PriceList& others, const PriceList& changed)
{
    PriceList all = others;
    all.append(changed);
    if (auto ends = checkAliasLoops(all); !ends)
        return ends;
    const auto book = PriceBook::make(std::move(all));
    return book ? Status() : Status(book.error());
}

std::int64_t entriesIn(const PriceList& list)
{
    return static_cast<std::int64_t>(list.rows.size() + list.aliases.size() + list.negotiated.size());
}

Result<std::int64_t> publish(WorkspaceFile& workspace, WorkspaceFile::Writing& writing, store::PriceListVersion version,
                             const std::string& text, std::optional<std::int64_t> base, Instant now)
{
    version.publishedAt = now;
    version.author = userName();
    const auto published = store::publishPriceList(writing.db(), version, text, base);
    if (!published)
        return published.error();
    if (*published) {
        if (auto done = workspace.committed(writing, WorkspaceFile::Change::Prices); !done)
            return done.error();
    }
    return published->value_or(0);
}

/// What a file says, in one form or the other.
struct FileReading {
    PriceList list;
    std::string form;
    PriceLayer layer = PriceLayer::Imported;
    std::vector<PriceChange> refused;
};

PriceChange refusal(std::string check, std::string message, std::uint64_t line)
{
    PriceChange change;
    change.action = PriceChange::Action::Refused;
    change.check = std::move(check);
    change.message = std::move(message);
    change.fileLine = line;
    return change;
}

Result<FileReading> readLiteLlm(std::string_view text, Day readOn)
{
    auto file = providers::readLiteLlmPrices(text, readOn);
    if (!file)
        return file.error();
    FileReading reading{std::move(file->list), std::string(kLiteLlmForm), PriceLayer::Community, {}};
    for (const auto& finding : file->findings) {
        PriceChange change = refusal(finding.check, finding.field + ": " + finding.message, 0);
        change.line.model = finding.model;
        reading.refused.push_back(std::move(change));
    }
    return reading;
}

Result<FileReading> readCsv(std::string_view text)
{
    auto file = pricecsv::read(text, PriceLayer::Imported);
    if (!file)
        return file.error();
    FileReading reading{std::move(file->list), std::string(kOwnForm), PriceLayer::Imported, {}};
    for (const auto& finding : file->findings)
        reading.refused.push_back(refusal(finding.column, finding.message, finding.line));
    return reading;
}

Result<FileReading> readPriceFile(std::string_view text, const std::string& form, Instant now)
{
    const bool isJson = words::trimmed(text).starts_with('{');
    if (form == kLiteLlmForm || (form == "auto" && isJson))
        return readLiteLlm(text, now.day());
    if (form == kOwnForm || form == "auto")
        return readCsv(text);
    return Error{ErrorCode::Invalid, "\"" + form + "\" is no form of a price file: altimeter, litellm or auto", {}};
}

/// Takes the refused rows out of the reading and notes what is new, changed or refused.
void sift(FileReading& reading, const std::vector<PriceVerdict>& verdicts, PriceImportReport& report)
{
    std::vector<PriceRow> taken;
    for (const PriceVerdict& verdict : verdicts) {
        PriceRow& row = reading.list.rows[verdict.row];
        if (verdict.kind == PriceVerdict::Kind::Same)
            ++report.entriesSame;
        if (verdict.kind != PriceVerdict::Kind::Same) {
            PriceChange change;
            change.action = verdict.kind == PriceVerdict::Kind::Refused   ? PriceChange::Action::Refused
                            : verdict.kind == PriceVerdict::Kind::Changed ? PriceChange::Action::Changed
                                                                          : PriceChange::Action::New;
            change.line = lineOf(row);
            change.priceBefore = verdict.before ? toString(*verdict.before) : std::string();
            change.check = verdict.check;
            change.message = verdict.message;
            change.fileLine = row.line;
            report.changes.push_back(std::move(change));
        }
        if (verdict.kind != PriceVerdict::Kind::Refused)
            taken.push_back(std::move(row));
    }
    reading.list.rows = std::move(taken);
}

void count(PriceImportReport& report)
{
    for (const PriceChange& change : report.changes) {
        report.entriesNew += change.action == PriceChange::Action::New ? 1 : 0;
        report.entriesChanged += change.action == PriceChange::Action::Changed ? 1 : 0;
        report.entriesRefused += change.action == PriceChange::Action::Refused ? 1 : 0;
    }
    // what needs a look stands first
    std::stable_sort(report.changes.begin(), report.changes.end(),
                     [](const PriceChange& a, const PriceChange& b) { return a.action > b.action; });
}

/// What was known of a refused row stays, where the file says nothing else of it.
void keepKnown(PriceList& list, const PriceList& before, const std::vector<PriceRow>& refused)
{
    for (const PriceRow& old : before.rows) {
        const auto isOld = [&](const PriceRow& row) { return isSamePriceKey(row, old); };
        if (std::any_of(refused.begin(), refused.end(), isOld) &&
            std::none_of(list.rows.begin(), list.rows.end(), isOld))
            list.rows.push_back(old);
    }
}

/// Leaves in the reading what becomes of the list.
void takeGood(FileReading& reading, const Surroundings& around, bool takesChanges, Instant now,
              PriceImportReport& report)
{
    PriceList known = around.others;
    known.append(around.own);
    const auto all = reading.list.rows;
    const auto verdicts = judgePrices(reading.list, known, takesChanges);
    sift(reading, verdicts, report);
    if (reading.layer == PriceLayer::Community) {
        reading.list = mergedCatalogue(around.own, std::move(reading.list), now);
        return;
    }
    std::vector<PriceRow> refused;
    for (const PriceVerdict& verdict : verdicts) {
        if (verdict.kind == PriceVerdict::Kind::Refused)
            refused.push_back(all[verdict.row]);
    }
    keepKnown(reading.list, around.own, refused);
}

std::string csvOf(const PriceLine& line)
{
    std::string text;
    const auto columns = pricecsv::columns();
    for (std::size_t i = 0; i < columns.size(); ++i)
        text += (i == 0 ? "" : ",") + std::string(columns[i]);
    text += '\n';
    for (std::size_t i = 0; i < kMembers.size(); ++i)
        text += (i == 0 ? "" : ",") + words::csvField(line.*kMembers[i]);
    return text + '\n';
}

/// Changes the list by the one entry that `entry` holds; false when there was nothing to take out.
bool change(PriceList& list, const PriceList& entry, bool isRemoval)
{
    if (isRemoval) {
        if (!entry.rows.empty())
            return dropPrice(list, entry.rows.front());
        if (!entry.aliases.empty())
            return dropAlias(list, entry.aliases.front());
        return dropNegotiated(list, entry.negotiated.front());
    }
    if (!entry.rows.empty())
        putPrice(list, entry.rows.front());
    else if (!entry.aliases.empty())
        putAlias(list, entry.aliases.front());
    else
        putNegotiated(list, entry.negotiated.front());
    return true;
}

/// Error Invalid for what is no class of tokens, though tokens are priced, and no tool that has a price.
Status checkItems(const PriceList& entry, const Surroundings& around, std::string_view unit)
{
    const auto isKnown = [&](const std::string& item) {
        if (item.empty() || item == "*" || isUsageClass(item))
            return true;
        const auto isIts = [&](const PriceRow& row) { return row.item == item; };
        return std::any_of(around.others.rows.begin(), around.others.rows.end(), isIts) ||
               std::any_of(around.own.rows.begin(), around.own.rows.end(), isIts);
    };
    std::vector<std::string> items;
    for (const PriceRow& row : entry.rows) {
        if (unit == "token" || row.isFactor()) // a tool of one's own is sold in units of its own
            items.push_back(row.item);
    }
    for (const NegotiatedPrice& rule : entry.negotiated)
        items.push_back(rule.item);
    for (const std::string& item : items) {
        if (isKnown(item))
            continue;
        std::string names;
        for (const std::string_view name : kUsageClassNames)
            names += (names.empty() ? "" : ", ") + std::string(name);
        return Error{ErrorCode::Invalid, '"' + item + "\" is no class of tokens; they are " + names, "token_class",
                     "A tool of your own needs its unit, for example --unit call."};
    }
    return {};
}

/// Error Conflict for a price that looks wrong.
Status judgeOne(const PriceList& entry, const Surroundings& around)
{
    PriceList known = around.others;
    known.append(around.own);
    for (const PriceVerdict& verdict : judgePrices(entry, known)) {
        if (verdict.kind == PriceVerdict::Kind::Refused)
            return Error{ErrorCode::Conflict,
                         verdict.message + (verdict.before ? " (known: " + toString(*verdict.before) + ")" : ""),
                         "price",
                         "Look at the number of units the price is for; if it is right, say so with --accept."};
    }
    return {};
}

} // namespace

Result<Instant> readPriceInstant(const std::string& text)
{
    return pricecsv::parseInstant(text);
}

Result<PriceList> shippedPrices()
{
    PriceList all;
    for (const PriceListText& text : shippedPriceLists()) {
        auto list = listOf(text.text, PriceLayer::Shipped, std::string(text.name));
        if (!list)
            return list.error();
        all.append(list.take());
    }
    return all;
}

Result<PriceBook> priceBook(const store::sql::Connection& connection)
{
    auto around = surroundings(connection, {});
    if (!around)
        return around.error();
    return PriceBook::make(std::move(around->others));
}

Result<PriceBook> priceBook(const WorkspaceFile& workspace)
{
    const auto reader = workspace.reader();
    return reader ? priceBook(*reader) : Result<PriceBook>(reader.error());
}

Result<PriceLines> priceLines(const WorkspaceFile& workspace, const PriceFilter& filter)
{
    const auto book = priceBook(workspace);
    if (!book)
        return book.error();
    PriceList list = book->list();
    const std::string provider = priceProvider(filter.provider);
    const auto isOut = [&](const auto& entry, const std::string& model) {
        const bool isEarly = filter.at && entry.validFrom.isValid() && *filter.at < entry.validFrom;
        const bool isOver = filter.at && entry.validTo.isValid() && *filter.at >= entry.validTo;
        return isEarly || isOver || (!provider.empty() && entry.provider != provider) ||
               (!filter.model.empty() && !words::equalsIgnoreCase(model, filter.model));
    };
    std::erase_if(list.rows, [&](const PriceRow& row) { return isOut(row, row.model); });
    std::erase_if(list.aliases, [&](const PriceAlias& alias) { return isOut(alias, alias.alias); });
    std::erase_if(list.negotiated, [&](const NegotiatedPrice& rule) { return isOut(rule, rule.model); });
    return PriceLines{linesOf(list), book->readThrough()};
}

Result<PriceImportReport> importPrices(WorkspaceFile& workspace, const std::filesystem::path& file,
                                       const PriceImport& import, Instant now)
{
    if (auto writable = import.isDryRun ? Status() : workspace.checkWritable(); !writable)
        return writable.error();
    const auto text = readTextFile(file);
    if (!text)
        return text.error();
    const auto inFile = [&file](Error error) {
        error.where = file.filename().string() + (error.where.empty() ? "" : ", " + error.where);
        return error;
    };
    auto reading = readPriceFile(*text, import.form, now);
    if (!reading)
        return inFile(reading.error());
    PriceImportReport report;
    report.form = reading->form;
    const bool isCatalogue = reading->layer == PriceLayer::Community;
    report.list = !import.name.empty() ? import.name : isCatalogue ? std::string(kLiteLlmForm) : file.stem().string();
    if (report.list == kOwnList)
        return Error{
            ErrorCode::Invalid, "the list \"own\" is what 'prices set' writes: give the import another name", {}};
    report.entriesRead = static_cast<std::uint64_t>(entriesIn(reading->list)) + reading->refused.size();
    report.changes = std::move(reading->refused);

    auto writing = workspace.write();
    auto around = surroundings(writing.db(), report.list);
    if (!around)
        return around.error();
    takeGood(*reading, *around, import.takesChanges, now, report);
    count(report);
    if (auto good = check(around->others, reading->list); !good)
        return inFile(good.error());
    if (import.isDryRun || (around->version == 0 && entriesIn(reading->list) == 0))
        return report;
    store::PriceListVersion version;
    version.name = report.list;
    version.layer = static_cast<std::int64_t>(reading->layer);
    version.action = "import";
    version.note = file.filename().string();
    version.rows = entriesIn(reading->list);
    const auto published =
        publish(workspace, writing, std::move(version), pricecsv::write(reading->list), around->version, now);
    if (!published)
        return published.error();
    report.version = *published;
    return report;
}

Result<std::int64_t> setPrice(WorkspaceFile& workspace, const PriceLine& line, bool isRemoval, bool isSure, Instant now)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    auto reading = pricecsv::read(csvOf(line), PriceLayer::Own);
    if (!reading)
        return reading.error();
    if (!reading->findings.empty())
        return Error{ErrorCode::Invalid, reading->findings.front().message, reading->findings.front().column};
    for (PriceRow& row : reading->list.rows)
        row.line = 0;
    for (PriceAlias& alias : reading->list.aliases)
        alias.line = 0;
    for (NegotiatedPrice& rule : reading->list.negotiated)
        rule.line = 0;
    if (auto alone = check({}, reading->list); !alone) // what makes no sense is not asked about
        return alone.error();
    auto writing = workspace.write();
    auto around = surroundings(writing.db(), kOwnList);
    if (!around)
        return around.error();
    if (!isRemoval) {
        if (auto known = checkItems(reading->list, *around, line.unit); !known)
            return known.error();
    }
    if (!isSure && !isRemoval) {
        if (auto judged = judgeOne(reading->list, *around); !judged)
            return judged.error();
    }
    if (!change(around->own, reading->list, isRemoval))
        return Error{ErrorCode::NotFound, "your own list says nothing of that key in that time", {}};
    if (auto good = check(around->others, around->own); !good)
        return good.error();
    store::PriceListVersion version;
    version.name = kOwnList;
    version.layer = static_cast<std::int64_t>(PriceLayer::Own);
    version.action = isRemoval ? "remove" : "set";
    version.note = line.note.empty() ? line.source : line.note;
    version.rows = entriesIn(around->own);
    return publish(workspace, writing, std::move(version), pricecsv::write(around->own), around->version, now);
}

Result<std::vector<PriceVersion>> priceVersions(const WorkspaceFile& workspace)
{
    const auto reader = workspace.reader();
    if (!reader)
        return reader.error();
    const auto stored = store::readPriceListVersions(*reader);
    if (!stored)
        return stored.error();
    std::vector<PriceVersion> versions;
    std::set<std::string> newer;
    for (auto one = stored->rbegin(); one != stored->rend(); ++one) {
        const bool isInForce = newer.insert(one->name).second;
        versions.push_back({one->version, one->name, std::string(priceLayerName(layerOf(*one))), one->publishedAt,
                            one->author, one->action, one->note, one->rows, isInForce});
    }
    return versions;
}

Result<std::int64_t> restorePrices(WorkspaceFile& workspace, std::int64_t version, Instant now)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    auto writing = workspace.write();
    const auto versions = store::readPriceListVersions(writing.db());
    if (!versions)
        return versions.error();
    const auto found =
        std::find_if(versions->begin(), versions->end(), [&](const auto& one) { return one.version == version; });
    const auto text = store::readPriceList(writing.db(), version); // says so where there is none
    if (!text || found == versions->end())
        return text ? Error{ErrorCode::NotFound, "there is no such version", {}} : text.error();
    const auto list = listOf(*text, layerOf(*found), found->name);
    if (!list)
        return list.error();
    const auto around = surroundings(writing.db(), found->name);
    if (around) { // a list that is damaged is put right by this
        if (auto good = check(around->others, *list); !good)
            return good.error();
    }
    store::PriceListVersion restored = *found;
    restored.action = "restore";
    restored.note = "version " + std::to_string(version);
    return publish(workspace, writing, std::move(restored), *text, {}, now);
}

} // namespace altimeter::session
