#include "models/store/factstore.h"

#include "models/domain/words.h"
#include "models/store/seal.h"
#include "models/store/workspace.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_map>

namespace altimeter::store {

namespace {

std::string plainText(const nlohmann::json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_null())
        return {};
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void addPair(std::vector<TagPair>& pairs, std::string_view key, std::string value)
{
    std::string folded = words::foldTagKey(key);
    if (folded.empty())
        return;
    const auto same = std::find_if(pairs.begin(), pairs.end(), [&](const TagPair& pair) { return pair.key == folded; });
    if (same == pairs.end())
        pairs.push_back({std::move(folded), std::string(key), std::move(value)});
    else if (same->value.empty()) // the same key in several spellings: the first one with a value counts
        same->value = std::move(value);
}

Status loadDictionaries(sql::Connection& connection, Dictionaries& dictionaries, DictionarySum& sum)
{
    auto members =
        connection.prepare("SELECT group_id, id, fields FROM member WHERE group_id=?1 AND id>=?2 ORDER BY id");
    if (!members)
        return members.error();
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        TextGroup& group = dictionaries.groups[g];
        members->bind(1, static_cast<std::int64_t>(g)).bind(2, static_cast<std::int64_t>(group.size()));
        while (true) {
            const auto row = members->step();
            if (!row)
                return row.error();
            if (!*row)
                break;
            if (members->integer(1) != static_cast<std::int64_t>(group.size()))
                return Error{ErrorCode::Corrupt, "the attribute dictionary has a gap", {}};
            const std::string fields = members->text(2);
            sum.addTuple(g, members->integer(1), fields);
            group.add(fields);
        }
        members->reset();
    }
    auto combos = connection.prepare("SELECT id, members FROM combo WHERE id>=?1 ORDER BY id");
    if (!combos)
        return combos.error();
    combos->bind(1, static_cast<std::int64_t>(dictionaries.combos.size()));
    while (true) {
        const auto row = combos->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        const auto bytes = combos->blob(1);
        auto& combo = dictionaries.combos.emplace_back();
        if (bytes.size() != sizeof combo ||
            combos->integer(0) != static_cast<std::int64_t>(dictionaries.combos.size()) - 1)
            return Error{ErrorCode::Corrupt, "the attribute combinations are damaged", {}};
        std::memcpy(combo.data(), bytes.data(), sizeof combo);
        sum.addCombo(combos->integer(0), bytes);
        for (std::size_t g = 0; g < kComboGroupCount; ++g) {
            if (combo[g] >= dictionaries.groups[g].size())
                return Error{ErrorCode::Corrupt, "an attribute combination names an unknown tuple", {}};
        }
    }
    const TextGroup& tags = dictionaries.groups[static_cast<std::size_t>(Group::Tags)];
    while (dictionaries.tags.size() < tags.size()) {
        const auto id = static_cast<std::uint32_t>(dictionaries.tags.size());
        dictionaries.tags.push_back(decodeTags(TextGroup::unescape(tags.field(id, 0))));
    }
    const TextGroup& skus = dictionaries.groups[static_cast<std::size_t>(Group::Sku)];
    const std::size_t details = static_cast<std::size_t>(Column::SkuPriceDetails) - columnsOf(Group::Sku).first;
    while (dictionaries.skuDetails.size() < skus.size()) {
        const auto id = static_cast<std::uint32_t>(dictionaries.skuDetails.size());
        dictionaries.skuDetails.push_back(decodeTags(TextGroup::unescape(skus.field(id, details))));
    }
    return {};
}

Status loadPartitions(sql::Connection& connection, FactSet& facts)
{
    auto rows = connection.prepare(
        "SELECT p.id, s.name, p.provider, p.billing_account, p.billing_period, p.currency, p.rows, p.data_from, "
        "p.data_through FROM partition p JOIN source s ON s.id=p.source_id ORDER BY p.id");
    if (!rows)
        return rows.error();
    while (true) {
        const auto row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        FactPartition partition;
        partition.id = rows->integer(0);
        partition.source = rows->text(1);
        partition.provider = rows->text(2);
        partition.billingAccount = rows->text(3);
        const auto period = parseDay(rows->text(4));
        if (!period)
            return Error{ErrorCode::Corrupt, "a partition has no readable billing period", {}};
        partition.billingPeriod = *period;
        partition.currency = Currency(rows->text(5));
        partition.rows = static_cast<std::uint64_t>(rows->integer(6));
        partition.dataFrom.number = static_cast<std::int32_t>(rows->integer(7));
        partition.dataThrough.number = static_cast<std::int32_t>(rows->integer(8));
        facts.partitions.push_back(std::move(partition));
    }
}

/// True when every id of the chunk exists in the dictionaries; later code indexes without looking.
bool idsExist(const FactChunk& chunk, const Dictionaries& dictionaries)
{
    const auto below = [](const std::vector<std::uint32_t>& ids, std::size_t limit) {
        return std::all_of(ids.begin(), ids.end(), [limit](std::uint32_t id) { return id < limit; });
    };
    const std::size_t bills = dictionaries.groups[static_cast<std::size_t>(Group::Bill)].size();
    return below(chunk.combo, dictionaries.combos.size()) && below(chunk.bill, bills) && chunk.constantBill < bills;
}

Status loadSegments(sql::Statement& segments, const FactPartition& partition, std::uint32_t index, LoadedFacts& loaded,
                    FactSet& facts)
{
    segments.reset();
    segments.bind(1, partition.id);
    std::array<Int128, kLensCount> carry{};
    while (true) {
        const auto row = segments.step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        const auto bytes = segments.blob(2);
        auto chunk = checksumOf(bytes) == segments.integer(1)
                         ? decodeFacts(bytes, carry)
                         : Result<FactChunk>(Error{ErrorCode::Corrupt, "its checksum does not hold", {}});
        if (chunk && !idsExist(*chunk, *facts.dictionaries))
            chunk = Error{ErrorCode::Corrupt, "it names unknown attributes", {}};
        if (!chunk) {
            loaded.damage.push_back("Stored lines of source " + partition.source + ", " + partition.provider + ' ' +
                                    partition.billingAccount + ", " + toString(partition.billingPeriod).substr(0, 7) +
                                    ", cannot be read (" + chunk.error().what +
                                    "): import the files of that month again.");
            continue;
        }
        chunk->segment = segments.integer(0);
        facts.chunks.push_back({index, std::make_shared<const FactChunk>(chunk.take())});
    }
}

/// Names what does not match its checksum. `dictionary` is null where only new entries were read.
Status checkSeals(const sql::Connection& connection, const DictionarySum* dictionary, std::vector<std::string>& damage)
{
    if (dictionary) {
        const auto holds = dictionaryHolds(connection, *dictionary);
        if (!holds)
            return holds.error();
        if (!*holds)
            damage.emplace_back(
                "Stored names and tags were altered by damage to the file: totals by team, service or tag may "
                "be wrong. Import the files again into a new workspace.");
    }
    const auto holds = ledgerHolds(connection);
    if (!holds)
        return holds.error();
    if (!*holds)
        damage.emplace_back(
            "The list of stored months or the rules were altered by damage to the file: totals may be wrong. "
            "Import the files again into a new workspace.");
    return {};
}

} // namespace

std::vector<TagPair> decodeTags(std::string_view text)
{
    std::vector<TagPair> pairs;
    const std::string_view trimmed = words::trimmed(text);
    if (trimmed.empty() || trimmed.size() > 1'000'000)
        return pairs;
    const std::string object =
        trimmed.front() == '{' ? std::string(trimmed) : '{' + std::string(trimmed) + '}'; // Azure leaves the braces out
    if (std::count(object.begin(), object.end(), '[') + std::count(object.begin(), object.end(), '{') > 64)
        return pairs; // no tag set is that deep; keeps the parser's recursion bounded
    const auto json = nlohmann::ordered_json::parse(object, nullptr, false);
    if (json.is_object()) {
        for (const auto& [key, value] : json.items())
            addPair(pairs, key, plainText(value));
        return pairs;
    }
    // key=value or key:value pairs separated by commas or semicolons, as map text from columnar files
    std::string_view rest = trimmed;
    if (rest.front() == '{' || rest.front() == '[')
        rest = rest.substr(1, rest.size() > 1 ? rest.size() - 2 : 0);
    while (!rest.empty()) {
        const std::size_t end = rest.find_first_of(",;");
        const std::string_view part = words::trimmed(rest.substr(0, end));
        const std::size_t split = part.find_first_of("=:");
        if (!part.empty() && split == std::string_view::npos)
            addPair(pairs, part, "true"); // a key without a value carries true
        else if (!part.empty())
            addPair(pairs, part.substr(0, split), std::string(words::trimmed(part.substr(split + 1))));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return pairs;
}

Result<LoadedFacts> loadFacts(sql::Connection& connection, const FactSet* previous, std::stop_token stop)
{
    // One read transaction: all of it is one revision, whatever a writer does meanwhile.
    if (auto done = connection.execute("BEGIN"); !done)
        return done.error();
    struct End {
        sql::Connection& connection;
        ~End() { (void)connection.execute("COMMIT"); }
    } const end{connection};

    LoadedFacts loaded;
    auto facts = std::make_shared<FactSet>();
    const auto revision = revisionOf(connection);
    if (!revision)
        return revision.error();
    facts->revision = *revision;
    auto dictionaries =
        previous ? std::make_shared<Dictionaries>(*previous->dictionaries) : std::make_shared<Dictionaries>();
    DictionarySum sum;
    if (auto done = loadDictionaries(connection, *dictionaries, sum); !done)
        return done.error();
    if (auto done = checkSeals(connection, previous ? nullptr : &sum, loaded.damage); !done)
        return done.error();
    facts->dictionaries = dictionaries;
    if (auto done = loadPartitions(connection, *facts); !done)
        return done.error();

    std::unordered_map<std::int64_t, std::vector<std::shared_ptr<const FactChunk>>> known;
    if (previous) {
        for (const FactSet::Part& part : previous->chunks)
            known[previous->partitions[part.partition].id].push_back(part.chunk);
    }
    auto segments = connection.prepare("SELECT id, checksum, data FROM segment WHERE partition_id=?1 ORDER BY id");
    if (!segments)
        return segments.error();
    for (std::uint32_t index = 0; index < facts->partitions.size(); ++index) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        const auto shared = known.find(facts->partitions[index].id);
        if (shared != known.end()) {
            for (const auto& chunk : shared->second)
                facts->chunks.push_back({index, chunk});
            continue;
        }
        if (auto done = loadSegments(*segments, facts->partitions[index], index, loaded, *facts); !done)
            return done.error();
    }
    loaded.facts = std::move(facts);
    return loaded;
}

namespace {

struct StoredSegment {
    Segment segment;
    std::string source;
    std::string file;
    Day billingPeriod;
    Currency currency;
};

Result<StoredSegment> readSegment(sql::Statement& statement, std::int64_t id)
{
    statement.reset();
    const auto row = statement.bind(1, id).step();
    if (!row)
        return row.error();
    if (!*row)
        return Error{ErrorCode::NotFound, "the charge lines were replaced by a newer import; ask again", {}};
    const auto bytes = statement.blob(1);
    if (checksumOf(bytes) != statement.integer(0))
        return Error{ErrorCode::Corrupt, "stored charge lines are damaged; import their files again",
                     statement.text(3)};
    auto segment = decode(bytes);
    if (!segment)
        return segment.error();
    StoredSegment stored;
    stored.segment = segment.take();
    stored.source = statement.text(2);
    stored.file = statement.text(3);
    stored.billingPeriod = parseDay(statement.text(4)).ok() ? *parseDay(statement.text(4)) : Day::none();
    stored.currency = Currency(statement.text(5));
    return stored;
}

void setText(ChargeRow& row, Column column, std::string text)
{
    row.text[static_cast<std::size_t>(column)] = std::move(text);
}

void fillTexts(ChargeRow& row, const Dictionaries& dictionaries, std::span<const std::uint32_t> members)
{
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        const GroupColumns columns = columnsOf(static_cast<Group>(g));
        for (std::size_t i = 0; i < columns.count; ++i)
            row.text[columns.first + i] = TextGroup::unescape(dictionaries.groups[g].field(members[g], i));
    }
    std::string_view rest = dictionaries.groups[static_cast<std::size_t>(Group::Extra)].text(
        members[static_cast<std::size_t>(Group::Extra)]);
    while (!rest.empty()) {
        const std::size_t nameEnd = rest.find(TextGroup::kSeparator);
        const std::size_t valueEnd = nameEnd == std::string_view::npos
                                         ? rest.size()
                                         : std::min(rest.size(), rest.find(TextGroup::kSeparator, nameEnd + 1));
        if (nameEnd == std::string_view::npos)
            break;
        row.extra.emplace_back(TextGroup::unescape(rest.substr(0, nameEnd)),
                               TextGroup::unescape(rest.substr(nameEnd + 1, valueEnd - nameEnd - 1)));
        rest = valueEnd < rest.size() ? rest.substr(valueEnd + 1) : std::string_view();
    }
}

Result<ChargeRow> chargeOf(const StoredSegment& stored, std::size_t at, const Dictionaries& dictionaries)
{
    const Segment& segment = stored.segment;
    if (at >= segment.size() || segment.combo[at] >= dictionaries.combos.size() ||
        segment.bill[at] >= dictionaries.groups[static_cast<std::size_t>(Group::Bill)].size())
        return Error{ErrorCode::Corrupt, "a stored charge line names unknown attributes", stored.file};
    ChargeRow row;
    row.source = stored.source;
    row.file = stored.file;
    row.line = segment.line[at];
    row.chargeStart = {segment.chargeStart[at]};
    if (segment.hasEnd[at] != 0)
        row.chargeEnd = {segment.chargeEnd[at]};
    row.billingPeriod = stored.billingPeriod;
    row.currency = stored.currency;
    std::array<std::uint32_t, kGroupCount> members{};
    const auto& combo = dictionaries.combos[segment.combo[at]];
    std::copy(combo.begin(), combo.end(), members.begin());
    members[static_cast<std::size_t>(Group::Bill)] = segment.bill[at];
    fillTexts(row, dictionaries, members);
    constexpr std::array costColumns{Column::EffectiveCost, Column::BilledCost, Column::ListCost,
                                     Column::ContractedCost};
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const auto value = segment.cost[lens].at(at);
        if (!value)
            continue;
        const auto amount = Amount::fromDecimal(*value);
        if (!amount)
            return amount.error();
        row.cost[lens] = *amount;
        setText(row, costColumns[lens], toString(*value));
    }
    constexpr std::array quantityColumns{Column::PricingQuantity, Column::ConsumedQuantity,
                                         Column::CommitmentDiscountQuantity, Column::PricingCurrencyEffectiveCost};
    for (std::size_t i = 0; i < quantityColumns.size(); ++i) {
        if (const auto value = segment.quantity[i].at(at))
            setText(row, quantityColumns[i], toString(*value));
    }
    setText(row, Column::ChargePeriodStart, toString(row.chargeStart));
    setText(row, Column::ChargePeriodEnd, toString(row.chargeEnd));
    for (const InlineColumn& column : segment.inlineColumns) {
        if (!column.texts[at].empty())
            row.extra.emplace_back(column.name, column.texts[at]);
    }
    return row;
}

} // namespace

Result<std::vector<ChargeRow>> readCharges(sql::Connection& connection, const Dictionaries& dictionaries,
                                           std::span<const RowAddress> rows, std::stop_token stop)
{
    auto statement = connection.prepare("SELECT g.checksum, g.data, s.name, f.name, p.billing_period, p.currency "
                                        "FROM segment g JOIN partition p ON p.id=g.partition_id "
                                        "JOIN source s ON s.id=p.source_id JOIN import_file f ON f.id=g.file_id "
                                        "WHERE g.id=?1");
    if (!statement)
        return statement.error();
    std::vector<std::uint32_t> order(rows.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&rows](std::uint32_t a, std::uint32_t b) { return rows[a].segment < rows[b].segment; });
    std::vector<ChargeRow> charges(rows.size());
    StoredSegment stored;
    std::int64_t open = -1;
    for (const std::uint32_t at : order) {
        if (rows[at].segment != open) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            auto read = readSegment(*statement, rows[at].segment);
            if (!read)
                return read.error();
            stored = read.take();
            open = rows[at].segment;
        }
        auto charge = chargeOf(stored, rows[at].row, dictionaries);
        if (!charge)
            return charge.error();
        charges[at] = charge.take();
    }
    return charges;
}

Result<Recount> recountPartition(const sql::Connection& connection, std::int64_t partition)
{
    auto statement = connection.prepare("SELECT checksum, data FROM segment WHERE partition_id=?1 ORDER BY id");
    if (!statement)
        return statement.error();
    statement->bind(1, partition);
    Recount totals;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return totals;
        if (checksumOf(statement->blob(1)) != statement->integer(0))
            continue;
        const auto segment = decode(statement->blob(1));
        if (!segment)
            continue;
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            for (std::size_t at = 0; at < segment->size(); ++at) {
                const auto value = segment->cost[lens].at(at);
                if (!value)
                    continue;
                totals.stored[lens].add(*value);
                if (const auto text = parseDecimal(toString(*value)))
                    totals.exported[lens].add(text->value);
            }
        }
    }
}

} // namespace altimeter::store
