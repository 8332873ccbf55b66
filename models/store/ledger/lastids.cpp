#include "models/store/ledger/lastids.h"

#include <array>
#include <string>
#include <utility>

namespace altimeter::store {

namespace {

/// Nobody gets there by counting; a damaged number does.
constexpr std::int64_t kHighestId = std::int64_t{1} << 60U;

} // namespace

Result<LastIds> readLastIds(const sql::Connection& connection)
{
    LastIds ids;
    for (const auto& [id, what] : {std::pair{&ids.partition, "partition"}, std::pair{&ids.segment, "segment"}}) {
        const std::string table = what;
        const auto last = connection.number("SELECT id FROM last_id WHERE what='" + table + "'");
        const auto highest = connection.number("SELECT coalesce(max(id), 0) FROM " + table);
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
