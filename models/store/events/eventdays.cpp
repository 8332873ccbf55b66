#include "models/store/events/eventdays.h"

#include "models/store/sql/ranges.h"
#include "models/store/sql/seal.h"

namespace altimeter::store {

Result<std::map<std::int64_t, std::map<Day, std::string>>> eventDays(const sql::Connection& db)
{
    std::map<std::int64_t, std::map<Day, std::string>> days;
    auto rows = db.prepare("SELECT source_id, day, basis FROM event_day");
    if (!rows)
        return rows.error();
    const Status read = rows->each([&]() -> Status {
        const auto day = storedDay(rows->integer(1));
        if (!day)
            return Error{ErrorCode::Corrupt, "the days of AI events cannot be read", {}};
        days[rows->integer(0)][*day] = rows->text(2);
        return {};
    });
    return read ? Result<std::map<std::int64_t, std::map<Day, std::string>>>(std::move(days))
                : Result<std::map<std::int64_t, std::map<Day, std::string>>>(read.error());
}

Status writeEventDays(sql::Connection& db, std::int64_t source, const std::map<Day, std::string>& basis,
                      const std::vector<SuppressedEvents>& suppressed)
{
    const std::string columns = sealedColumns(Sealed::EventDay), gone = sealedColumns(Sealed::EventSuppressed);
    auto old = db.prepare("SELECT " + columns + " FROM event_day WHERE source_id=?1 AND day=?2");
    auto write = db.prepare("UPDATE event_day SET basis=?3 WHERE source_id=?1 AND day=?2 RETURNING " + columns);
    auto forget = db.prepare("DELETE FROM event_suppressed WHERE source_id=?1 AND day=?2 RETURNING " + gone);
    auto add = db.prepare(
        "INSERT INTO event_suppressed(source_id, day, reason, events) VALUES(?1,?2,?3,?4) RETURNING " + gone);
    if (!old || !write || !forget || !add)
        return !old ? old.error() : !write ? write.error() : !forget ? forget.error() : add.error();
    SealedChanges changes;
    for (const auto& [day, text] : basis) {
        for (sql::Statement* each : {&*old, &*write, &*forget})
            each->bind(1, source).bind(2, std::int64_t{day.number});
        write->bind(3, std::string_view(text));
        if (auto done = changes.go(*old, Sealed::EventDay); !done)
            return done.error();
        if (auto done = changes.come(*write, Sealed::EventDay); !done)
            return done.error();
        if (auto done = changes.go(*forget, Sealed::EventSuppressed); !done)
            return done.error();
    }
    for (const SuppressedEvents& one : suppressed) {
        add->bind(1, source).bind(2, std::int64_t{one.day.number}).bind(3, std::string_view(one.reason));
        add->bind(4, one.events);
        if (auto done = changes.come(*add, Sealed::EventSuppressed); !done)
            return done.error();
    }
    return sealChanged(db, Records::Events, changes.of(Records::Events));
}

} // namespace altimeter::store
