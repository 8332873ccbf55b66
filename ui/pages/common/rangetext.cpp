#include "ui/pages/common/rangetext.h"

#include <algorithm>

namespace altimeter::ui {

DateRange shiftedRange(const DateRange& range, int by)
{
    const bool fromFirst = range.from.dayOfMonth() == 1;
    if (fromFirst && range.to.dayOfMonth() == 1) {
        const int months = (range.to.year() - range.from.year()) * 12 + range.to.month() - range.from.month();
        return {range.from.addMonths(months * by), range.to.addMonths(months * by)};
    }
    if (fromFirst && (range.to - 1).firstOfMonth() == range.from) {
        const Day from = range.from.addMonths(by);
        return {from, std::min(from + range.days(), from.addMonths(1))};
    }
    return {range.from + range.days() * by, range.to + range.days() * by};
}

} // namespace altimeter::ui
