#include "models/store/connections.h"

#include <nlohmann/json.hpp>

#include <set>

namespace altimeter::store {

namespace {

using Texts = std::map<std::string, std::string>;

std::string jsonOf(const Texts& texts)
{
    return nlohmann::json(texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Texts> textsOf(std::string_view json, const std::string& where)
{
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
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

Instant instantOf(std::int64_t seconds)
{
    return seconds == 0 ? Instant() : Instant{seconds};
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
        if (!values || !memory || !spent)
            return Error{ErrorCode::Corrupt, "a stored connection cannot be read", stored.settings.name};
        stored.settings.values = values.take();
        stored.settings.everyHours = static_cast<int>(statement->integer(3));
        stored.lastSync = instantOf(statement->integer(4));
        stored.lastSuccess = instantOf(statement->integer(5));
        stored.requests = static_cast<std::uint64_t>(statement->integer(6));
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

Status writeConnection(sql::Connection& connection, const ConnectionSettings& settings, Instant at)
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

Status deleteConnection(sql::Connection& connection, std::string_view name)
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

Status writeOutcome(sql::Connection& connection, const StoredConnection& outcome)
{
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
}

Status writeMemory(sql::Connection& connection, std::string_view name, const std::map<std::string, std::string>& memory)
{
    auto update = connection.prepare("UPDATE connection SET memory=?2 WHERE name=?1");
    if (!update)
        return update.error();
    return update->bind(1, name).bind(2, std::string_view(jsonOf(memory))).run();
}

Result<std::vector<CoveredDay>> readCoverage(const sql::Connection& connection, std::string_view source)
{
    auto statement = connection.prepare("SELECT c.day, c.asked_at, c.duplicates, c.is_final FROM coverage c "
                                        "JOIN source s ON s.id=c.source_id WHERE s.name=?1 ORDER BY c.day");
    if (!statement)
        return statement.error();
    std::vector<CoveredDay> days;
    const Status read = statement->bind(1, source).each([&]() -> Status {
        days.push_back({{static_cast<std::int32_t>(statement->integer(0))},
                        {statement->integer(1)},
                        static_cast<std::uint64_t>(statement->integer(2)),
                        statement->integer(3) != 0});
        return {};
    });
    if (!read)
        return read.error();
    return days;
}

Status writeCoverage(sql::Connection& connection, std::string_view source, std::span<const CoveredDay> days)
{
    const auto id = sourceId(connection, source);
    if (!id)
        return id.error();
    auto insert = connection.prepare("INSERT OR REPLACE INTO coverage(source_id, day, asked_at, duplicates, is_final) "
                                     "VALUES(?1,?2,?3,?4,?5)");
    if (!insert)
        return insert.error();
    for (const CoveredDay& day : days) {
        if (auto done = insert->bind(1, *id)
                            .bind(2, std::int64_t{day.day.number})
                            .bind(3, day.askedAt.seconds)
                            .bind(4, static_cast<std::int64_t>(day.duplicates))
                            .bind(5, std::int64_t{day.isFinal})
                            .run();
            !done)
            return done;
    }
    return {};
}

Result<std::vector<Restatement>> readRestatements(const sql::Connection& connection, std::string_view source)
{
    auto statement = connection.prepare(
        "SELECT s.name, r.provider, r.billing_account, r.day_from, r.day_to, r.currency, r.at, r.was_final, "
        "r.billed_before, r.billed_after FROM restatement r JOIN source s ON s.id=r.source_id "
        "WHERE ?1='' OR s.name=?1 ORDER BY r.at DESC, r.id DESC");
    if (!statement)
        return statement.error();
    std::vector<Restatement> restatements;
    const Status read = statement->bind(1, source).each([&]() -> Status {
        Restatement one;
        one.source = statement->text(0);
        one.provider = statement->text(1);
        one.billingAccount = statement->text(2);
        one.from.number = static_cast<std::int32_t>(statement->integer(3));
        one.to.number = static_cast<std::int32_t>(statement->integer(4));
        one.currency = Currency(statement->text(5));
        one.at = {statement->integer(6)};
        one.wasFinal = statement->integer(7) != 0;
        const auto before = DecimalSum::parse(statement->textView(8));
        const auto after = DecimalSum::parse(statement->textView(9));
        if (!before || !after)
            return Error{ErrorCode::Corrupt, "a restatement cannot be read", one.source};
        one.before = *before;
        one.after = *after;
        restatements.push_back(std::move(one));
        return {};
    });
    if (!read)
        return read.error();
    return restatements;
}

Status writeMeasures(sql::Connection& connection, std::string_view source, const DateRange& window,
                     std::span<const Measure> measures)
{
    const auto id = sourceId(connection, source);
    if (!id)
        return id.error();
    std::set<std::string_view> names;
    for (const Measure& measure : measures)
        names.insert(measure.name);
    auto remove = connection.prepare("DELETE FROM measure WHERE source_id=?1 AND name=?2 AND start>=?3 AND start<?4");
    auto insert =
        connection.prepare("INSERT OR REPLACE INTO measure(source_id, name, labels, start, until, unit, value) "
                           "VALUES(?1,?2,?3,?4,?5,?6,?7)");
    if (!remove || !insert)
        return !remove ? remove.error() : insert.error();
    for (const std::string_view name : names) {
        if (auto done = remove->bind(1, *id)
                            .bind(2, name)
                            .bind(3, std::int64_t{window.from.number} * 86400)
                            .bind(4, std::int64_t{window.to.number} * 86400)
                            .run();
            !done)
            return done;
    }
    for (const Measure& measure : measures) {
        if (auto done = insert->bind(1, *id)
                            .bind(2, std::string_view(measure.name))
                            .bind(3, std::string_view(jsonOf(measure.labels)))
                            .bind(4, measure.start.seconds)
                            .bind(5, measure.end.seconds)
                            .bind(6, std::string_view(measure.unit))
                            .bind(7, std::string_view(measure.value))
                            .run();
            !done)
            return done;
    }
    return {};
}

Result<std::vector<Measure>> readMeasures(const sql::Connection& connection, std::string_view source,
                                          std::string_view name)
{
    auto statement = connection.prepare("SELECT m.name, m.labels, m.start, m.until, m.unit, m.value FROM measure m "
                                        "JOIN source s ON s.id=m.source_id WHERE (?1='' OR s.name=?1) AND "
                                        "(?2='' OR m.name=?2) ORDER BY m.name, m.labels, m.start");
    if (!statement)
        return statement.error();
    std::vector<Measure> measures;
    const Status read = statement->bind(1, source).bind(2, name).each([&]() -> Status {
        auto labels = textsOf(statement->textView(1), "measure");
        if (!labels)
            return labels.error();
        measures.push_back({statement->text(0),
                            statement->text(4),
                            {statement->integer(2)},
                            {statement->integer(3)},
                            labels.take(),
                            statement->text(5)});
        return {};
    });
    if (!read)
        return read.error();
    return measures;
}

Result<std::map<std::string, std::uint64_t>> countMeasures(const sql::Connection& connection)
{
    auto statement =
        connection.prepare("SELECT s.name, count(*) FROM measure m JOIN source s ON s.id=m.source_id GROUP BY s.name");
    if (!statement)
        return statement.error();
    std::map<std::string, std::uint64_t> counts;
    const Status read = statement->each([&] {
        counts[statement->text(0)] = static_cast<std::uint64_t>(statement->integer(1));
        return Status();
    });
    if (!read)
        return read.error();
    return counts;
}

} // namespace altimeter::store
