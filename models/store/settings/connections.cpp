#include "models/store/settings/connections.h"

#include "models/store/sql/jsondepth.h"
#include "models/store/sql/ranges.h"
#include "models/store/sql/seal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace altimeter::store {

namespace {

using Texts = std::map<std::string, std::string>;

std::string jsonOf(const Texts& texts)
{
    return jsonLine(nlohmann::json(texts));
}

Result<Texts> textsOf(std::string_view json, const std::string& where)
{
    const auto parsed = isShallowJson(json) ? nlohmann::json::parse(json, nullptr, false) : nlohmann::json();
    if (!parsed.is_object())
        return Error{ErrorCode::Corrupt, "stored settings cannot be read", where};
    Texts texts;
    for (const auto& [key, value] : parsed.items()) {
        if (!value.is_string())
            return Error{ErrorCode::Corrupt, "stored settings cannot be read", where};
        texts[key] = value.get<std::string>();
    }
    return texts;
}

/// None where the number can be no time; 0 stands for never.
std::optional<Instant> instantOf(std::int64_t seconds)
{
    return seconds == 0 ? Instant() : storedInstant(seconds);
}

std::int64_t secondsOf(Instant instant)
{
    return instant.isValid() ? instant.seconds : 0;
}

Result<std::int64_t> sourceId(const sql::Connection& connection, std::string_view source)
{
    auto find = connection.prepare("SELECT id FROM source WHERE name=?1");
    if (!find)
        return find.error();
    const auto row = find->bind(1, source).step();
    if (!row)
        return row.error();
    if (!*row)
        return Error{ErrorCode::NotFound, "there is no such source", std::string(source)};
    return find->integer(0);
}

} // namespace

Result<std::vector<StoredConnection>> readConnections(const sql::Connection& connection)
{
    auto statement = connection.prepare("SELECT name, kind, settings, every_hours, last_sync, last_success, requests, "
                                        "spent, problem, todo, memory FROM connection ORDER BY name");
    if (!statement)
        return statement.error();
    std::vector<StoredConnection> connections;
    const Status read = statement->each([&]() -> Status {
        StoredConnection stored;
        stored.settings.name = statement->text(0);
        stored.settings.kind = statement->text(1);
        auto values = textsOf(statement->textView(2), stored.settings.name);
        auto memory = textsOf(statement->textView(10), stored.settings.name);
        auto spent = DecimalSum::parse(statement->textView(7));
        const auto lastSync = instantOf(statement->integer(4));
        const auto lastSuccess = instantOf(statement->integer(5));
        const auto requests = storedCount(statement->integer(6));
        constexpr std::int64_t kMostHours = 100'000;
        const std::int64_t everyHours = statement->integer(3);
        if (!values || !memory || !spent || !lastSync || !lastSuccess || !requests || everyHours < 0 ||
            everyHours > kMostHours)
            return Error{ErrorCode::Corrupt, "a stored connection cannot be read", stored.settings.name};
        stored.settings.values = values.take();
        stored.settings.everyHours = static_cast<int>(everyHours);
        stored.lastSync = *lastSync;
        stored.lastSuccess = *lastSuccess;
        stored.requests = *requests;
        stored.spent = spent.take();
        stored.problem = statement->text(8);
        stored.todo = statement->text(9);
        stored.memory = memory.take();
        connections.push_back(std::move(stored));
        return {};
    });
    if (!read)
        return read.error();
    return connections;
}

namespace {

Status putConnection(sql::Connection& connection, const ConnectionSettings& settings, Instant at)
{
    // Another kind remembers other things.
    auto forget = connection.prepare("UPDATE connection SET memory='{}' WHERE name=?1 AND kind<>?2");
    if (!forget)
        return forget.error();
    if (auto done = forget->bind(1, std::string_view(settings.name)).bind(2, std::string_view(settings.kind)).run();
        !done)
        return done;
    auto insert = connection.prepare(
        "INSERT INTO connection(name, kind, settings, every_hours, created_at) VALUES(?1,?2,?3,?4,?5) "
        "ON CONFLICT(name) DO UPDATE SET kind=excluded.kind, settings=excluded.settings, "
        "every_hours=excluded.every_hours, memory=CASE WHEN settings=excluded.settings THEN memory ELSE '{}' END");
    if (!insert)
        return insert.error();
    return insert->bind(1, std::string_view(settings.name))
        .bind(2, std::string_view(settings.kind))
        .bind(3, std::string_view(jsonOf(settings.values)))
        .bind(4, std::int64_t{settings.everyHours})
        .bind(5, at.seconds)
        .run();
}

Status dropConnection(sql::Connection& connection, std::string_view name)
{
    auto remove = connection.prepare("DELETE FROM connection WHERE name=?1 RETURNING name");
    if (!remove)
        return remove.error();
    const auto row = remove->bind(1, name).step();
    if (!row)
        return row.error();
    if (!*row)
        return Error{ErrorCode::NotFound, "there is no such connection", std::string(name)};
    return remove->run();
}

} // namespace

Status writeConnection(sql::Connection& connection, const ConnectionSettings& settings, Instant at)
{
    return changeRecords(connection, Records::Connections, [&] { return putConnection(connection, settings, at); });
}

Result<StoredConnection> readConnection(const sql::Connection& connection, std::string_view name)
{
    auto stored = readConnections(connection);
    if (!stored)
        return stored.error();
    const auto found =
        std::find_if(stored->begin(), stored->end(), [name](const auto& one) { return one.settings.name == name; });
    if (found == stored->end())
        return Error{ErrorCode::NotFound, "there is no such connection", std::string(name)};
    return std::move(*found);
}

Status deleteConnection(sql::Connection& connection, std::string_view name)
{
    return changeRecords(connection, Records::Connections, [&] { return dropConnection(connection, name); });
}

Status writeOutcome(sql::Connection& connection, const StoredConnection& outcome)
{
    return changeRecords(connection, Records::Connections, [&]() -> Status {
        auto update = connection.prepare("UPDATE connection SET last_sync=?2, last_success=?3, requests=?4, spent=?5, "
                                         "problem=?6, todo=?7 WHERE name=?1");
        if (!update)
            return update.error();
        return update->bind(1, std::string_view(outcome.settings.name))
            .bind(2, secondsOf(outcome.lastSync))
            .bind(3, secondsOf(outcome.lastSuccess))
            .bind(4, static_cast<std::int64_t>(outcome.requests))
            .bind(5, std::string_view(outcome.spent.toString(0)))
            .bind(6, std::string_view(outcome.problem))
            .bind(7, std::string_view(outcome.todo))
            .run();
    });
}

Status writeMemory(sql::Connection& connection, std::string_view name, const std::map<std::string, std::string>& memory)
{
    return changeRecords(connection, Records::Connections, [&]() -> Status {
        auto update = connection.prepare("UPDATE connection SET memory=?2 WHERE name=?1");
        if (!update)
            return update.error();
        return update->bind(1, name).bind(2, std::string_view(jsonOf(memory))).run();
    });
}

Result<std::vector<CoveredDay>> readCoverage(const sql::Connection& connection, std::string_view source)
{
    auto statement = connection.prepare("SELECT c.day, c.asked_at, c.duplicates, c.is_final FROM coverage c "
                                        "JOIN source s ON s.id=c.source_id WHERE s.name=?1 ORDER BY c.day");
    if (!statement)
        return statement.error();
    std::vector<CoveredDay> days;
    const Status read = statement->bind(1, source).each([&]() -> Status {
        const auto day = storedDay(statement->integer(0));
        const auto askedAt = storedInstant(statement->integer(1));
        const auto duplicates = storedCount(statement->integer(2));
        if (!day || !askedAt || !duplicates)
            return Error{ErrorCode::Corrupt, "a day the source was asked for cannot be read", std::string(source)};
        days.push_back({*day, *askedAt, *duplicates, statement->integer(3) != 0});
        return {};
    });
    if (!read)
        return read.error();
    return days;
}

Status writeCoverage(sql::Connection& connection, std::string_view source, std::span<const CoveredDay> days)
{
    return inTransaction(connection, [&]() -> Status {
        const auto id = sourceId(connection, source);
        if (!id)
            return id.error();
        const std::string returning = " RETURNING " + sealedColumns(Sealed::Coverage);
        auto remove = connection.prepare("DELETE FROM coverage WHERE source_id=?1 AND day=?2" + returning);
        auto insert = connection.prepare("INSERT INTO coverage(source_id, day, asked_at, duplicates, is_final) "
                                         "VALUES(?1,?2,?3,?4,?5)" +
                                         returning);
        if (!remove || !insert)
            return !remove ? remove.error() : insert.error();
        SealedChanges changes;
        for (const CoveredDay& day : days) {
            remove->bind(1, *id).bind(2, std::int64_t{day.day.number});
            insert->bind(1, *id)
                .bind(2, std::int64_t{day.day.number})
                .bind(3, day.askedAt.seconds)
                .bind(4, static_cast<std::int64_t>(day.duplicates))
                .bind(5, std::int64_t{day.isFinal});
            if (auto done = changes.go(*remove, Sealed::Coverage); !done)
                return done.error();
            if (auto done = changes.come(*insert, Sealed::Coverage); !done)
                return done.error();
        }
        return sealChanged(connection, Records::Coverage, changes.of(Records::Coverage));
    });
}

Result<std::vector<Restatement>> readRestatements(const sql::Connection& connection, std::string_view source)
{
    auto statement = connection.prepare(
        "SELECT s.name, r.provider, r.billing_account, r.day_from, r.day_to, r.currency, r.at, r.was_final, "
        "r.effective_before, r.effective_after, r.billed_before, r.billed_after, r.list_before, r.list_after, "
        "r.contracted_before, r.contracted_after FROM restatement r JOIN source s ON s.id=r.source_id "
        "WHERE ?1='' OR s.name=?1 ORDER BY r.at DESC, r.id DESC");
    if (!statement)
        return statement.error();
    std::vector<Restatement> restatements;
    const Status read = statement->bind(1, source).each([&]() -> Status {
        Restatement one;
        one.source = statement->text(0);
        one.provider = statement->text(1);
        one.billingAccount = statement->text(2);
        const auto from = storedDay(statement->integer(3));
        const auto to = storedDay(statement->integer(4));
        const auto at = storedInstant(statement->integer(6));
        one.currency = Currency(statement->text(5));
        one.wasFinal = statement->integer(7) != 0;
        const Error unreadable{ErrorCode::Corrupt, "a restatement cannot be read", one.source};
        if (!from || !to || *to <= *from || !at)
            return unreadable;
        int column = 8;
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            for (auto* sums : {&one.before, &one.after}) {
                const std::string_view text = statement->textView(column++);
                const auto sum = DecimalSum::parse(text.empty() ? "0" : text);
                if (!sum)
                    return unreadable;
                if (!text.empty())
                    (*sums)[lens] = *sum;
            }
        }
        one.from = *from;
        one.to = *to;
        one.at = *at;
        restatements.push_back(std::move(one));
        return {};
    });
    if (!read)
        return read.error();
    return restatements;
}

namespace {

Error measuresDamaged()
{
    return {ErrorCode::Corrupt,
            "the stored measures were altered by damage to the file",
            {},
            "Sync into a new workspace, or put a backup back."};
}

/// Calls `take(measure row)` for every stored one, by source, name, labels and start. Error Corrupt at the end where
/// they are not what was sealed: what was taken is then not to be used.
template <typename Take> Status eachMeasure(const sql::Connection& connection, Take take)
{
    auto rows = connection.prepare("SELECT " + sealedColumns(Sealed::Measure) + " FROM measure");
    if (!rows)
        return rows.error();
    RecordSum sum;
    const Status read = rows->each([&]() -> Status {
        sum.add(*rows, Sealed::Measure);
        return take(*rows);
    });
    if (!read)
        return read;
    const auto holds = recordsHold(connection, Records::Measures, sum);
    if (!holds)
        return holds.error();
    return *holds ? Status() : Status(measuresDamaged());
}

Result<std::unordered_map<std::int64_t, std::string>> sourceNames(const sql::Connection& connection)
{
    auto rows = connection.prepare("SELECT id, name FROM source NOT INDEXED");
    if (!rows)
        return rows.error();
    std::unordered_map<std::int64_t, std::string> names;
    const Status read = rows->each([&]() -> Status {
        names[rows->integer(0)] = rows->text(1);
        return {};
    });
    if (!read)
        return read.error();
    return names;
}

} // namespace

Status writeMeasures(sql::Connection& connection, std::string_view source, const DateRange& window,
                     std::span<const Measure> measures)
{
    const auto id = sourceId(connection, source);
    if (!id)
        return id.error();
    std::set<std::string_view> names;
    for (const Measure& measure : measures)
        names.insert(measure.name);
    const std::string returning = " RETURNING " + sealedColumns(Sealed::Measure);
    auto remove =
        connection.prepare("DELETE FROM measure WHERE source_id=?1 AND name=?2 AND start>=?3 AND start<?4" + returning);
    auto removeOne =
        connection.prepare("DELETE FROM measure WHERE source_id=?1 AND name=?2 AND labels=?3 AND start=?4" + returning);
    auto insert = connection.prepare("INSERT INTO measure(source_id, name, labels, start, until, unit, value) "
                                     "VALUES(?1,?2,?3,?4,?5,?6,?7)" +
                                     returning);
    for (const auto* statement : {&remove, &removeOne, &insert}) {
        if (!*statement)
            return statement->error();
    }
    SealedChanges changes;
    for (const std::string_view name : names) {
        remove->bind(1, *id)
            .bind(2, name)
            .bind(3, std::int64_t{window.from.number} * 86400)
            .bind(4, std::int64_t{window.to.number} * 86400);
        if (auto done = changes.go(*remove, Sealed::Measure); !done)
            return done.error();
    }
    for (const Measure& measure : measures) {
        const std::string labels = jsonOf(measure.labels);
        for (sql::Statement* statement : {&*removeOne, &*insert}) {
            statement->bind(1, *id)
                .bind(2, std::string_view(measure.name))
                .bind(3, std::string_view(labels))
                .bind(4, measure.start.seconds);
        }
        insert->bind(5, measure.end.seconds)
            .bind(6, std::string_view(measure.unit))
            .bind(7, std::string_view(measure.value));
        if (auto done = changes.go(*removeOne, Sealed::Measure); !done)
            return done.error();
        if (auto done = changes.come(*insert, Sealed::Measure); !done)
            return done.error();
    }
    return sealChanged(connection, Records::Measures, changes.of(Records::Measures));
}

Result<std::vector<Measure>> readMeasures(const sql::Connection& connection, std::string_view source,
                                          std::string_view name)
{
    const OneRevision revision(connection);
    const auto names = sourceNames(connection);
    if (!names)
        return names.error();
    std::vector<std::pair<std::string, Measure>> found; ///< with the labels as they are stored, which order them
    const Status read = eachMeasure(connection, [&](const sql::Statement& row) -> Status {
        const auto from = names->find(row.integer(0));
        const std::string_view owner = from == names->end() ? std::string_view() : std::string_view(from->second);
        if ((!source.empty() && owner != source) || (!name.empty() && row.textView(1) != name))
            return {};
        auto labels = textsOf(row.textView(2), "measure");
        const auto start = storedInstant(row.integer(3));
        const auto until = storedInstant(row.integer(4));
        if (!labels || !start || !until || from == names->end())
            return measuresDamaged();
        found.emplace_back(row.text(2), Measure{row.text(1), row.text(5), *start, *until, labels.take(), row.text(6)});
        return {};
    });
    if (!read)
        return read.error();
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.name, a.first, a.second.start) < std::tie(b.second.name, b.first, b.second.start);
    });
    std::vector<Measure> measures;
    for (auto& [labels, measure] : found)
        measures.push_back(std::move(measure));
    return measures;
}

Result<std::map<std::string, std::uint64_t>> countMeasures(const sql::Connection& connection)
{
    const OneRevision revision(connection);
    const auto names = sourceNames(connection);
    if (!names)
        return names.error();
    std::map<std::string, std::uint64_t> counts;
    const Status read = eachMeasure(connection, [&](const sql::Statement& row) -> Status {
        if (const auto from = names->find(row.integer(0)); from != names->end())
            ++counts[from->second];
        return {};
    });
    if (!read)
        return read.error();
    return counts;
}

} // namespace altimeter::store
