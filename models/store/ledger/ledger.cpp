#include "models/store/ledger/ledger.h"

#include "models/store/file/workspace.h"
#include "models/store/ledger/rejectedsum.h"
#include "models/store/settings/rulespublication.h"
#include "models/store/sql/jsondepth.h"
#include "models/store/sql/ranges.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "models/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace altimeter::store {

namespace {

/// Runs `text` with an optional first parameter and calls `take(statement)` for each row; stops at its first failure.
template <typename Take>
Status each(const sql::Connection& connection, std::string_view text, std::string_view parameter, Take take)
{
    auto statement = connection.prepare(text);
    if (!statement)
        return statement.error();
    if (parameter.data())
        statement->bind(1, parameter);
    return statement->each([&] { return take(*statement); });
}

bool isSame(const PartitionInfo& a, const PartitionInfo& b)
{
    return a.source == b.source && a.provider == b.provider && a.billingAccount == b.billingAccount &&
           a.billingPeriod == b.billingPeriod && a.currency == b.currency;
}

/// "2026-11-21 08:30 UTC"
std::string timeText(Instant at)
{
    const std::int64_t minutes = (at.seconds % 86'400 + 86'400) % 86'400 / 60;
    const auto two = [](std::int64_t number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
    return toString(at.day()) + " " + two(minutes / 60) + ":" + two(minutes % 60) + " UTC";
}

/// A further day of a month that is kept day by day.
void join(PartitionInfo& month, const PartitionInfo& day)
{
    month.ids.push_back(day.ids.front());
    month.rows += day.rows;
    month.rejected += day.rejected;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        month.fileTotal[lens].add(day.fileTotal[lens]);
        month.unknownRows[lens] += day.unknownRows[lens];
    }
    month.importedAt = std::max(month.importedAt, day.importedAt);
    for (const std::string& file : day.files) {
        if (std::find(month.files.begin(), month.files.end(), file) == month.files.end())
            month.files.push_back(file);
    }
}

/// What tells partitions apart, days joined.
using MonthName = std::tuple<std::string, std::string, std::string, Day, Currency>;

MonthName monthOf(const PartitionInfo& info)
{
    return {info.source, info.provider, info.billingAccount, info.billingPeriod, info.currency};
}
MonthName monthOf(const RejectedSum& sum)
{
    return {sum.source, sum.key.provider, sum.key.billingAccount, sum.key.billingPeriod, sum.key.currency};
}

/// Lines that are known by their number alone held nobody knows what.
RejectedPart uncounted(const PartitionInfo& info, std::uint64_t rows)
{
    RejectedPart part;
    part.rows = rows;
    for (std::size_t lens = 0; lens < kLensCount; ++lens)
        part.unreadable[lens] = info.unknownRows[lens] == info.rows ? 0 : rows;
    return part;
}

Status addRejects(const sql::Connection& connection, std::vector<PartitionInfo>& partitions)
{
    const auto sums = readRejectedSums(connection, 0);
    if (!sums)
        return sums.error();
    std::map<MonthName, PartitionInfo*> byName;
    for (PartitionInfo& info : partitions)
        byName.emplace(monthOf(info), &info);
    for (const RejectedSum& sum : *sums) {
        const auto at = byName.find(monthOf(sum));
        if (sum.isWhole() && at != byName.end())
            at->second->addRejected(sum.part);
    }
    for (PartitionInfo& info : partitions) {
        std::uint64_t counted = 0;
        for (const RejectedPart& part : info.rejectedParts)
            counted += part.rows;
        if (counted < info.rejected)
            info.addRejected(uncounted(info, info.rejected - counted));
        info.rejected = std::max(info.rejected, counted);
    }
    return {};
}

} // namespace

Result<std::vector<PartitionInfo>> readStrays(const sql::Connection& connection,
                                              const std::vector<PartitionInfo>& partitions)
{
    const auto sums = readRejectedSums(connection, 0);
    if (!sums)
        return sums.error();
    std::set<MonthName> stored;
    for (const PartitionInfo& info : partitions)
        stored.insert(monthOf(info));
    std::map<MonthName, PartitionInfo> strays;
    for (const RejectedSum& sum : *sums) {
        const MonthName name = monthOf(sum);
        if (sum.isWhole() && stored.contains(name))
            continue;
        PartitionInfo& stray = strays[name];
        std::tie(stray.source, stray.provider, stray.billingAccount, stray.billingPeriod, stray.currency) = name;
        stray.rejected += sum.part.rows;
        stray.addRejected(sum.part);
        if (!sum.file.empty() && std::find(stray.files.begin(), stray.files.end(), sum.file) == stray.files.end())
            stray.files.push_back(sum.file);
    }
    std::vector<PartitionInfo> all;
    for (auto& [name, stray] : strays)
        all.push_back(std::move(stray));
    return all;
}

Result<std::string> freeSourceName(const sql::Connection& connection, std::string name, std::string_view kind)
{
    auto other = connection.prepare("SELECT EXISTS(SELECT 1 FROM source WHERE name=?1 AND kind<>?2) OR "
                                    "EXISTS(SELECT 1 FROM connection WHERE name=?1)");
    if (!other)
        return other.error();
    const auto row = other->bind(1, std::string_view(name)).bind(2, kind).step();
    if (!row)
        return row.error();
    return other->integer(0) != 0 ? name + " (files)" : name;
}

Result<std::vector<SourceInfo>> readSources(const sql::Connection& connection)
{
    std::vector<SourceInfo> sources;
    const Status read = each(
        connection,
        "SELECT s.name, s.kind, (SELECT count(*) FROM (SELECT 1 FROM partition p NOT INDEXED WHERE p.source_id=s.id"
        "   GROUP BY p.provider, p.billing_account, p.billing_period, p.currency)),"
        " (SELECT coalesce(sum(rows),0) FROM partition p NOT INDEXED WHERE p.source_id=s.id),"
        " (SELECT min(data_from) FROM partition p NOT INDEXED WHERE p.source_id=s.id),"
        " (SELECT max(data_through) FROM partition p NOT INDEXED WHERE p.source_id=s.id),"
        " (SELECT max(imported_at) FROM import i WHERE i.source_id=s.id),"
        " (SELECT count(*) FROM rejected_line r WHERE r.source_id=s.id),"
        " (SELECT count(*) FROM finding f WHERE f.source_id=s.id AND f.severity>0)"
        // One that was removed is listed no more, unless something came under its name again.
        " FROM source s WHERE NOT EXISTS(SELECT 1 FROM set_aside a WHERE a.source_id=s.id AND a.import_id=0) OR"
        " EXISTS(SELECT 1 FROM partition p NOT INDEXED WHERE p.source_id=s.id) OR"
        " EXISTS(SELECT 1 FROM rejected_sum r WHERE r.source_id=s.id) ORDER BY s.name",
        {}, [&sources](sql::Statement& row) -> Status {
            SourceInfo source;
            source.name = row.text(0);
            source.kind = row.text(1);
            source.partitions = static_cast<std::uint64_t>(row.integer(2));
            const auto rows = storedCount(row.integer(3));
            const auto from = storedDay(row.integer(4));
            const auto through = storedDay(row.integer(5));
            const auto lastImport = storedInstant(row.integer(6));
            if (!rows || !lastImport || (source.partitions > 0 && (!from || !through)))
                return Error{ErrorCode::Corrupt, "a source's stored months cannot be read", source.name};
            source.rows = *rows;
            if (source.partitions > 0) {
                source.dataFrom = *from;
                source.dataThrough = *through;
            }
            source.lastImport = *lastImport;
            source.rejected = static_cast<std::uint64_t>(row.integer(7));
            source.findings = static_cast<std::uint64_t>(row.integer(8));
            source.state = source.rejected > 0 ? "rejected lines" : source.findings > 0 ? "findings" : "ok";
            sources.push_back(std::move(source));
            return Status();
        });
    if (!read)
        return read.error();
    return sources;
}

Result<std::vector<PartitionInfo>> readPartitions(const sql::Connection& connection)
{
    std::unordered_map<std::int64_t, std::vector<std::string>> files;
    Status read = each(connection,
                       "SELECT DISTINCT g.partition_id, f.name FROM segment g JOIN import_file f ON f.id=g.file_id "
                       "ORDER BY g.partition_id, f.id",
                       {}, [&files](sql::Statement& row) {
                           files[row.integer(0)].push_back(row.text(1));
                           return Status();
                       });
    if (!read)
        return read.error();
    std::vector<PartitionInfo> partitions;
    read =
        each(connection,
             "SELECT p.id, s.name, p.provider, p.billing_account, p.billing_period, p.currency, p.rows, "
             "p.rows_rejected, p.effective_cost, p.billed_cost, p.list_cost, p.contracted_cost, p.effective_unknown, "
             "p.billed_unknown, p.list_unknown, p.contracted_unknown, i.imported_at "
             "FROM partition p JOIN source s ON s.id=p.source_id JOIN import i ON i.id=p.import_id "
             "ORDER BY s.name, p.provider, p.billing_account, p.billing_period, p.currency, p.slice",
             {}, [&partitions, &files](sql::Statement& row) -> Status {
                 PartitionInfo info;
                 info.ids = {row.integer(0)};
                 info.source = row.text(1);
                 info.provider = row.text(2);
                 info.billingAccount = row.text(3);
                 const auto period = parseDay(row.text(4));
                 if (!period)
                     return Error{ErrorCode::Corrupt, "a partition has no readable billing period", info.source};
                 info.billingPeriod = *period;
                 info.currency = Currency(row.text(5));
                 const auto rows = storedCount(row.integer(6));
                 const auto rejected = storedCount(row.integer(7));
                 const auto importedAt = storedInstant(row.integer(16));
                 if (!rows || !rejected || !importedAt)
                     return Error{ErrorCode::Corrupt, "a partition's numbers cannot be read", info.source};
                 info.rows = *rows;
                 info.rejected = *rejected;
                 for (int lens = 0; lens < static_cast<int>(kLensCount); ++lens) {
                     const auto total = DecimalSum::parse(row.text(8 + lens));
                     const auto unknown = storedCount(row.integer(12 + lens));
                     if (!total || !unknown)
                         return Error{ErrorCode::Corrupt, "a partition's total cannot be read", info.source};
                     info.fileTotal[static_cast<std::size_t>(lens)] = *total;
                     info.unknownRows[static_cast<std::size_t>(lens)] = *unknown;
                 }
                 info.importedAt = *importedAt;
                 info.files = files[row.integer(0)];
                 if (!partitions.empty() && isSame(partitions.back(), info))
                     join(partitions.back(), info);
                 else
                     partitions.push_back(std::move(info));
                 return Status();
             });
    if (!read)
        return read.error();
    if (auto done = addRejects(connection, partitions); !done)
        return done.error();
    return partitions;
}

Result<std::vector<Finding>> readFindings(const sql::Connection& connection, std::string_view source)
{
    std::vector<Finding> findings;
    const Status read =
        each(connection,
             "SELECT f.severity, f.check_id, f.rows, f.first_line, f.message, f.file, s.name FROM finding f "
             "JOIN source s ON s.id=f.source_id WHERE ?1='' OR s.name=?1 ORDER BY s.name, f.file, f.severity DESC, "
             "f.check_id, f.first_line",
             source.data() ? source : std::string_view(""), [&findings](sql::Statement& row) -> Status {
                 const std::int64_t severity = row.integer(0);
                 const auto rows = storedCount(row.integer(2));
                 const auto firstLine = storedCount(row.integer(3));
                 if (severity < static_cast<std::int64_t>(Severity::Note) ||
                     severity > static_cast<std::int64_t>(Severity::Error) || !rows || !firstLine)
                     return Error{ErrorCode::Corrupt, "a stored finding cannot be read", row.text(5)};
                 findings.push_back({static_cast<Severity>(severity), row.text(1), *rows, *firstLine, row.text(4),
                                     row.text(5), row.text(6)});
                 return Status();
             });
    if (!read)
        return read.error();
    return findings;
}

Result<std::set<std::pair<std::string, std::string>>> readShrunkFiles(const sql::Connection& connection)
{
    std::set<std::pair<std::string, std::string>> files;
    const Status read =
        each(connection,
             "SELECT s.name, f.name FROM import i JOIN source s ON s.id=i.source_id JOIN import_file f ON "
             "f.import_id=i.id LEFT JOIN (SELECT import_id, sum(rows) AS rows FROM partition GROUP BY import_id) p ON "
             "p.import_id=i.id WHERE i.rows_stored>coalesce(p.rows, 0)",
             {}, [&files](sql::Statement& row) {
                 files.emplace(row.text(0), row.text(1));
                 return Status();
             });
    if (!read)
        return read.error();
    return files;
}

Result<std::vector<RejectedLine>> readRejected(const sql::Connection& connection, std::string_view source)
{
    std::vector<RejectedLine> lines;
    const Status read =
        each(connection,
             "SELECT r.file, r.line, r.check_id, r.message, r.text, s.name FROM rejected_line r "
             "JOIN source s ON s.id=r.source_id WHERE ?1='' OR s.name=?1 ORDER BY s.name, r.file, r.line",
             source.data() ? source : std::string_view(""), [&lines](sql::Statement& row) {
                 lines.push_back({row.text(0), static_cast<std::uint64_t>(row.integer(1)), row.text(2), row.text(3),
                                  row.text(4), row.text(5)});
                 return Status();
             });
    if (!read)
        return read.error();
    return lines;
}

namespace {

PublishedRules publishedRules(sql::Statement& row)
{
    StoredRules stored = takePublication(row.textView(1));
    return {static_cast<std::uint32_t>(
                std::clamp<std::int64_t>(row.integer(0), 0, std::numeric_limits<std::uint32_t>::max())),
            std::move(stored.json), storedInstant(row.integer(2)).value_or(Instant()), std::move(stored.publication)};
}

/// "version 3, from 2026-11: the agent moved": what the audit trail says.
std::string publishedText(std::uint32_t version, const RulesPublication& publication)
{
    constexpr std::size_t kMostBytes = 300;
    std::string text = "version " + std::to_string(version);
    if (publication.from.isValid())
        text += ", from " + toString(publication.from).substr(0, 7);
    if (!publication.note.empty())
        text += ": " + words::excerpt(publication.note, kMostBytes);
    return text;
}

} // namespace

Result<PublishedRules> readRules(const sql::Connection& connection)
{
    PublishedRules rules;
    const Status read =
        each(connection, "SELECT version, json, published_at FROM rule_version ORDER BY version DESC LIMIT 1", {},
             [&rules](sql::Statement& row) {
                 rules = publishedRules(row);
                 return Status();
             });
    if (!read)
        return read.error();
    return rules;
}

Result<std::vector<PublishedRules>> readRuleVersions(const sql::Connection& connection)
{
    std::vector<PublishedRules> versions;
    const Status read = each(connection, "SELECT version, json, published_at FROM rule_version ORDER BY version DESC",
                             {}, [&versions](sql::Statement& row) {
                                 versions.push_back(publishedRules(row));
                                 return Status();
                             });
    if (!read)
        return read.error();
    return versions;
}

Result<std::vector<PublishedRules>> readRulesInForce(const sql::Connection& connection)
{
    auto newest = readRules(connection);
    if (!newest)
        return newest.error();
    std::vector<PublishedRules> inForce;
    if (newest->version == 0)
        return inForce;
    inForce.push_back(newest.take());
    if (!inForce.front().publication.from.isValid()) // as mostly
        return inForce;
    auto all = readRuleVersions(connection);
    if (!all)
        return all.error();
    for (std::size_t i = 1; i < all->size() && inForce.back().publication.from.isValid(); ++i)
        inForce.push_back(std::move((*all)[i]));
    return inForce;
}

Result<std::uint32_t> publishRules(sql::Connection& connection, std::string_view json, std::int64_t at,
                                   std::optional<std::uint32_t> over, const RulesPublication& publication)
{
    auto transaction = sql::Transaction::begin(connection);
    if (!transaction)
        return transaction.error();
    if (auto sound = requireSound(connection); !sound)
        return sound.error();
    const KeepsSoundness keeps(connection);
    const auto current = readRules(connection);
    if (!current)
        return current.error();
    if (over && *over != current->version)
        return Error{ErrorCode::Conflict,
                     "version " + std::to_string(current->version) + " of the rules is in force, published " +
                         timeText(current->publishedAt) + "; this draft was made from version " +
                         std::to_string(*over) + "; nothing was published",
                     {}};
    const std::uint32_t version = current->version + 1;
    auto insert = connection.prepare("INSERT INTO rule_version(version, published_at, json) VALUES(?1, ?2, ?3) "
                                     "RETURNING " +
                                     sealedColumns(Sealed::RuleVersion));
    if (!insert)
        return insert.error();
    SealedChanges changes;
    const std::string stored = withPublication(json, publication);
    insert->bind(1, std::int64_t{version}).bind(2, at).bind(3, std::string_view(stored));
    if (auto done = changes.come(*insert, Sealed::RuleVersion); !done)
        return done.error();
    if (auto done = appendAudit(connection, at, "rules published", publishedText(version, publication)); !done)
        return done.error();
    if (auto done = bumpRevision(connection, changes); !done)
        return done.error();
    if (auto done = transaction->commit(); !done)
        return done.error();
    return version;
}

Result<std::vector<SavedView>> readViews(const sql::Connection& connection)
{
    std::vector<SavedView> views;
    const Status read = each(connection, "SELECT name, page, state FROM saved_view ORDER BY place, name", {},
                             [&views](sql::Statement& row) {
                                 views.push_back({row.text(0), row.text(1), row.text(2)});
                                 return Status();
                             });
    if (!read)
        return read.error();
    return views;
}

Status writeView(sql::Connection& connection, const SavedView& view)
{
    return changeRecords(connection, Records::Views, [&]() -> Status {
        auto insert = connection.prepare("INSERT INTO saved_view(name, page, state, place) VALUES(?1, ?2, ?3, "
                                         "(SELECT COALESCE(MAX(place), 0) + 1 FROM saved_view)) "
                                         "ON CONFLICT(name) DO UPDATE SET page=excluded.page, state=excluded.state");
        if (!insert)
            return insert.error();
        return insert->bind(1, std::string_view(view.name))
            .bind(2, std::string_view(view.page))
            .bind(3, std::string_view(view.state))
            .run();
    });
}

Status deleteView(sql::Connection& connection, std::string_view name)
{
    return changeRecords(connection, Records::Views, [&]() -> Status {
        auto remove = connection.prepare("DELETE FROM saved_view WHERE name=?1");
        if (!remove)
            return remove.error();
        return remove->bind(1, name).run();
    });
}

Status renameView(sql::Connection& connection, std::string_view from, std::string_view to)
{
    return changeRecords(connection, Records::Views, [&]() -> Status {
        auto taken = connection.prepare("SELECT name FROM saved_view WHERE name IN (?1, ?2)");
        if (!taken)
            return taken.error();
        bool isThere = false;
        bool isTaken = false;
        const Status read = taken->bind(1, from).bind(2, to).each([&]() -> Status {
            (taken->textView(0) == from ? isThere : isTaken) = true;
            return {};
        });
        if (!read)
            return read;
        if (!isThere)
            return Error{ErrorCode::NotFound, "there is no such view", std::string(from)};
        if (isTaken)
            return Error{ErrorCode::Conflict, "another view has this name", std::string(to)};
        auto rename = connection.prepare("UPDATE saved_view SET name=?2 WHERE name=?1");
        if (!rename)
            return rename.error();
        return rename->bind(1, from).bind(2, to).run();
    });
}

Status orderViews(sql::Connection& connection, const std::vector<std::string>& names)
{
    return changeRecords(connection, Records::Views, [&]() -> Status {
        const auto views = readViews(connection);
        if (!views)
            return views.error();
        std::vector<std::string> order = names;
        for (const SavedView& view : *views)
            if (std::find(names.begin(), names.end(), view.name) == names.end())
                order.push_back(view.name);
        auto place = connection.prepare("UPDATE saved_view SET place=?2 WHERE name=?1");
        if (!place)
            return place.error();
        for (std::size_t i = 0; i < order.size(); ++i) {
            place->reset();
            if (auto done = place->bind(1, std::string_view(order[i])).bind(2, static_cast<std::int64_t>(i + 1)).run();
                !done)
                return done;
        }
        return {};
    });
}

Result<std::vector<std::string>> readHeaders(const sql::Connection& connection)
{
    std::vector<std::string> names;
    const Status read =
        each(connection, "SELECT header FROM import_file ORDER BY id", {}, [&names](sql::Statement& row) {
            const std::string_view header = row.textView(0);
            if (!isShallowJson(header))
                return Status();
            const auto json = nlohmann::json::parse(header, nullptr, false);
            if (!json.is_array())
                return Status();
            for (const auto& entry : json) {
                if (entry.is_string() && std::find(names.begin(), names.end(), entry.get<std::string>()) == names.end())
                    names.push_back(entry.get<std::string>());
            }
            return Status();
        });
    if (!read)
        return read.error();
    return names;
}

} // namespace altimeter::store
