#include "models/store/ledger/acknowledgements.h"

#include "models/store/sql/ranges.h"

namespace altimeter::store {

namespace {

Status remove(sql::Connection& connection, const FindingKey& key)
{
    auto statement = connection.prepare(
        "DELETE FROM acknowledgement WHERE source=?1 AND check_id=?2 AND file=?3 AND subject=?4 AND is_derived=?5");
    if (!statement)
        return statement.error();
    return statement->bind(1, std::string_view(key.source))
        .bind(2, std::string_view(key.check))
        .bind(3, std::string_view(key.file))
        .bind(4, std::string_view(key.subject))
        .bind(5, std::int64_t{key.isDerived ? 1 : 0})
        .run();
}

Status insert(sql::Connection& connection, const Acknowledgement& one)
{
    auto statement = connection.prepare(
        // A finding is kept with the lines of its delivery, of which fewer may be left.
        "INSERT INTO acknowledgement(source, check_id, file, subject, is_derived, rows, at, author, note) "
        "VALUES(?1,?2,?3,?4,?5,max(?6, (SELECT coalesce(max(f.rows), 0) FROM finding f JOIN source s ON "
        "s.id=f.source_id WHERE ?5=0 AND s.name=?1 AND f.check_id=?2 AND f.file=?3 AND f.message=?4)),?7,?8,?9)");
    if (!statement)
        return statement.error();
    return statement->bind(1, std::string_view(one.key.source))
        .bind(2, std::string_view(one.key.check))
        .bind(3, std::string_view(one.key.file))
        .bind(4, std::string_view(one.key.subject))
        .bind(5, std::int64_t{one.key.isDerived ? 1 : 0})
        .bind(6, static_cast<std::int64_t>(one.rows))
        .bind(7, one.at.seconds)
        .bind(8, std::string_view(one.by))
        .bind(9, std::string_view(one.note))
        .run();
}

} // namespace

Result<std::vector<Acknowledgement>> readAcknowledgements(const sql::Connection& connection)
{
    auto rows = connection.prepare("SELECT source, check_id, file, subject, is_derived, rows, at, author, note "
                                   "FROM acknowledgement ORDER BY id");
    if (!rows)
        return rows.error();
    std::vector<Acknowledgement> all;
    const Status read = rows->each([&]() -> Status {
        const auto lines = storedCount(rows->integer(5));
        const auto at = storedInstant(rows->integer(6));
        if (!lines || !at)
            return Error{ErrorCode::Corrupt, "an acknowledged finding cannot be read", rows->text(2)};
        all.push_back({{rows->text(0), rows->text(1), rows->text(2), rows->text(3), rows->integer(4) != 0},
                       *lines,
                       *at,
                       rows->text(7),
                       rows->text(8)});
        return {};
    });
    if (!read)
        return read.error();
    return all;
}

Status writeAcknowledgements(sql::Connection& connection, std::span<const Acknowledgement> all)
{
    return changeRecords(connection, Records::Deliveries, [&]() -> Status {
        for (const Acknowledgement& one : all) {
            if (auto done = remove(connection, one.key); !done)
                return done;
            if (auto done = insert(connection, one); !done)
                return done;
        }
        return {};
    });
}

Status deleteAcknowledgements(sql::Connection& connection, std::span<const FindingKey> keys)
{
    return changeRecords(connection, Records::Deliveries, [&]() -> Status {
        for (const FindingKey& key : keys) {
            if (auto done = remove(connection, key); !done)
                return done;
        }
        return {};
    });
}

Status forgetAcknowledged(sql::Connection& connection, SealedChanges& changes, std::int64_t source)
{
    auto statement = connection.prepare(
        "DELETE FROM acknowledgement WHERE is_derived=0 AND source=(SELECT name FROM source WHERE id=?1) AND NOT "
        "EXISTS(SELECT 1 FROM finding f WHERE f.source_id=?1 AND f.check_id=acknowledgement.check_id AND "
        "f.file=acknowledgement.file AND f.message=acknowledgement.subject AND f.rows<=acknowledgement.rows) "
        "RETURNING " +
        sealedColumns(Sealed::Acknowledgement));
    if (!statement)
        return statement.error();
    const auto gone = changes.go(statement->bind(1, source), Sealed::Acknowledgement);
    return gone ? Status() : Status(gone.error());
}

} // namespace altimeter::store
