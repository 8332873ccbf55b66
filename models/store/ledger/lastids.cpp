#include "models/store/ledger/lastids.h"

#include <array>
#include <string>
#include <utility>

namespace altimeter::store {

namespace {

/// A thousand million a second for as long as anybody keeps a workspace would not get there; a damaged number does.
constexpr std::int64_t kHighestId = std::int64_t{1} << 60U;

Result<std::int64_t> numberOf(const sql::Connection& connection, const std::string& query)
{
    auto statement = connection.prepare(query);
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    return *row ? statement->integer(0) : std::int64_t{-1};
}

} // namespace

Result<LastIds> readLastIds(const sql::Connection& connection)
{
    LastIds ids;
    for (const auto& [id, what] : {std::pair{&ids.partition, "partition"}, std::pair{&ids.segment, "segment"}}) {
        const std::string table = what;
        const auto last = numberOf(connection, "SELECT id FROM last_id WHERE what='" + table + "'");
        const auto highest = numberOf(connection, "SELECT coalesce(max(id), 0) FROM " + table);
        if (!last || !highest)
            return !last ? last.error() : highest.error();
        if (*last < *highest || *last > kHighestId)
            return Error{ErrorCode::Corrupt, "the last number given to a " + table + " cannot be read", {}};
        *id = *last;
    }
    return ids;
}

Status writeLastIds(sql::Connection& connection, const LastIds& ids, SealedChanges& changes)
{
    const std::string columns = sealedColumns(Sealed::LastId);
    auto before = connection.prepare("SELECT " + columns + " FROM last_id WHERE what=?1");
    auto write = connection.prepare("INSERT INTO last_id(what, id) VALUES(?1, ?2) ON CONFLICT(what) DO UPDATE SET "
                                    "id=excluded.id RETURNING " +
                                    columns);
    if (!before || !write)
        return !before ? before.error() : write.error();
    for (const auto& [id, what] : {std::pair{ids.partition, "partition"}, std::pair{ids.segment, "segment"}}) {
        before->bind(1, std::string_view(what));
        write->bind(1, std::string_view(what)).bind(2, id);
        if (auto done = changes.go(*before, Sealed::LastId); !done)
            return done.error();
        if (auto done = changes.come(*write, Sealed::LastId); !done)
            return done.error();
    }
    return {};
}

} // namespace altimeter::store
