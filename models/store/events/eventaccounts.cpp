#include "models/store/events/eventaccounts.h"

#include "models/store/events/eventreading.h"
#include "models/store/sql/ranges.h"

#include <map>

namespace altimeter::store {

namespace {

using Sources = std::map<std::int64_t, EventSourceInfo>;

Result<std::uint64_t> countOf(const sql::Statement& row, int column)
{
    const auto count = storedCount(row.integer(column));
    if (!count)
        return Error{ErrorCode::Corrupt, "the counts of AI events cannot be read", {}};
    return *count;
}

Status readFiles(const sql::Connection& db, Sources& sources)
{
    auto rows = db.prepare("SELECT i.source_id, s.name, sum(e.read), sum(e.stored), sum(e.rejected) FROM event_file e "
                           "JOIN import_file f ON f.id=e.file_id JOIN import i ON i.id=f.import_id JOIN source s ON "
                           "s.id=i.source_id GROUP BY i.source_id");
    if (!rows)
        return rows.error();
    return rows->each([&]() -> Status {
        EventSourceInfo& source = sources[rows->integer(0)];
        source.source = rows->text(1);
        for (const auto& [count, column] :
             {std::pair{&source.read, 2}, std::pair{&source.stored, 3}, std::pair{&source.rejected, 4}}) {
            const auto value = countOf(*rows, column);
            if (!value)
                return value.error();
            *count = *value;
        }
        return {};
    });
}

Status readReasons(const sql::Connection& db, const char* query, Sources& sources,
                   std::vector<EventSourceInfo::Reason> EventSourceInfo::*reasons)
{
    auto rows = db.prepare(query);
    if (!rows)
        return rows.error();
    return rows->each([&]() -> Status {
        const auto events = countOf(*rows, 2);
        if (!events)
            return events.error();
        (sources[rows->integer(0)].*reasons).push_back({rows->text(1), *events});
        return {};
    });
}

/// Counts what is there, block by block.
Status countKept(const sql::Connection& db, Sources& sources, const std::stop_token& stop)
{
    const auto blocks = eventBlocks(db);
    if (!blocks)
        return blocks.error();
    EventFiles files(db);
    for (const EventBlockInfo& info : *blocks) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        const auto stored = StoredEvents::read(db, info, StoredEvents::Part::All);
        if (!stored)
            return stored.error();
        for (std::size_t row = 0; row < stored->size(); ++row) {
            if (stored->isMoved(row))
                continue;
            const auto file = files.file(stored->events().file(row));
            if (!file)
                return file.error();
            ++sources[(*file)->source].kept;
        }
    }
    return {};
}

} // namespace

Result<std::vector<EventSourceInfo>> eventSources(const sql::Connection& db, const std::stop_token& stop)
{
    Sources sources;
    const auto fill = [&]() -> Status {
        if (auto done = readFiles(db, sources); !done)
            return done;
        if (auto done =
                readReasons(db,
                            "SELECT i.source_id, d.reason, sum(d.events) FROM event_drop d JOIN import_file f ON "
                            "f.id=d.file_id JOIN import i ON i.id=f.import_id GROUP BY 1, 2 ORDER BY 1, 2",
                            sources, &EventSourceInfo::dropped);
            !done)
            return done;
        if (auto done =
                readReasons(db,
                            "SELECT source_id, reason, sum(events) FROM event_suppressed GROUP BY 1, 2 ORDER BY "
                            "1, 2",
                            sources, &EventSourceInfo::suppressed);
            !done)
            return done;
        return countKept(db, sources, stop);
    };
    if (auto done = fill(); !done)
        return done.error();
    std::vector<EventSourceInfo> all;
    for (auto& [id, source] : sources)
        all.push_back(std::move(source));
    return all;
}

} // namespace altimeter::store
