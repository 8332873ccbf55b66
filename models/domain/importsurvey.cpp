#include "models/domain/importsurvey.h"

namespace altimeter {

MovedMoney movedBy(const ImportReport& report, PartitionReport::Action action)
{
    constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);
    MovedMoney moved;
    for (const PartitionReport& one : report.partitions) {
        if (one.action != action)
            continue;
        ++moved.partitions;
        const PartitionInfo& info = one.partition;
        const Day behind = info.billingPeriod.isValid() ? info.billingPeriod.addMonths(1) : Day::none();
        moved.before.push_back({info.currency, one.oldTotal[kBilled], info.rows, info.billingPeriod, behind});
        moved.after.push_back({info.currency, one.storedTotal[kBilled], one.rowsStored, info.billingPeriod, behind});
    }
    moved.before = together(moved.before);
    moved.after = together(moved.after);
    return moved;
}

} // namespace altimeter
