#pragma once

#include "models/domain/delivery.h"
#include "models/domain/result.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// What a delivery of files takes the place of is not lost but set aside: the rows as they stood, segments included.
/// Taking the delivery back puts them where they were, under the numbers they had. Kept is, of each source, what its
/// last delivery replaced, so that a month that is delivered every day does not fill the disk; a delivery that replaced
/// nothing needs nothing kept. What a source held that was removed stays until it is put back or forgotten.
///
/// These tables can be set aside.
inline constexpr std::array kSetAside{Sealed::Partition, Sealed::Segment, Sealed::Finding, Sealed::RejectedLine,
                                      Sealed::RejectedSum};

using Binder = std::function<void(sql::Statement&)>;

/// Copies the rows of `table`, one of kSetAside, that `where` selects to what is set aside under the number `aside`;
/// whoever replaces them removes them. `bind` fills the parameters of `where`. Requires an open transaction.
Status copyAside(sql::Connection& db, SealedChanges& changes, std::int64_t aside, Sealed table, std::string_view where,
                 const Binder& bind);
/// A number under which nothing is set aside.
Result<std::int64_t> freeAside(const sql::Connection& db);

/// Notes that what is set aside under `aside` is what `import` took the place of, and forgets what earlier deliveries
/// of its source did. `restatementAfter`: the highest number of a restatement before it. Requires an open transaction.
struct AsideOfDelivery {
    std::int64_t aside = 0;
    std::int64_t source = 0;
    std::int64_t import = 0;
    Instant at;
    std::int64_t restatementAfter = 0;
};
Status noteAside(sql::Connection& db, SealedChanges& changes, const AsideOfDelivery& delivery);

/// Every delivery of files, newest first.
Result<std::vector<DeliveryInfo>> readDeliveries(const sql::Connection& db);
/// Newest first.
Result<std::vector<RemovedSource>> readRemovedSources(const sql::Connection& db);

/// Takes a delivery back: what it brought goes, and what it took the place of stands as it stood, in one transaction
/// that the audit trail tells of. The caller settles the file. Errors: NotFound; Conflict where later deliveries built
/// on it; Corrupt where what was set aside is not what it was. Nothing is changed then.
Result<SetAsideReport> takeBack(sql::Connection& db, std::int64_t number, Instant at);
/// Removes what a source of files holds; restoreSource() puts it back. Errors: NotFound; Invalid for the source of a
/// connection; Corrupt.
Result<SetAsideReport> removeSource(sql::Connection& db, const std::string& name, Instant at);
/// Puts back what removeSource() removed last. Errors: NotFound; Conflict where the source holds charges again;
/// Corrupt.
Result<SetAsideReport> restoreSource(sql::Connection& db, const std::string& name, Instant at);
/// Lets go of what was removed for good. Error NotFound.
Result<SetAsideReport> forgetSource(sql::Connection& db, const std::string& name, Instant at);

} // namespace altimeter::store
