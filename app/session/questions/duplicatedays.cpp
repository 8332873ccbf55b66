#include "app/session/questions/duplicatedays.h"

#include "models/facts/factset.h"
#include "models/store/segments/duplicatelines.h"

#include <algorithm>

namespace altimeter::session {

Result<KnownDuplicates::Days> duplicateDays(const Snapshot& snapshot, const store::sql::Connection& db,
                                            std::int64_t partition, const DateRange& range, const std::stop_token& stop)
{
    const auto& all = snapshot.facts->partitions;
    const auto facts =
        std::find_if(all.begin(), all.end(), [partition](const FactPartition& one) { return one.id == partition; });
    if (facts == all.end() || facts->dataFrom >= range.to || facts->dataThrough < range.from)
        return KnownDuplicates::Days();
    if (const auto known = snapshot.duplicates->find(partition))
        return *known;
    auto days = store::duplicateLines(db, partition, stop);
    if (!days)
        return days.error();
    snapshot.duplicates->put(partition, std::make_shared<const KnownDuplicates::Days>(*days));
    return days;
}

} // namespace altimeter::session
