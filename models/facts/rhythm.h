#pragma once

#include "models/domain/period.h"

#include <algorithm>
#include <span>

namespace altimeter {

/// Whether an account is due to have a charge on a day, by the days it had one on up to then.
class Rhythm {
public:
    /// `days`: ascending, at least one; they must outlive it.
    explicit Rhythm(std::span<const Day> days) : m_days(days) {}

    bool isDue(Day day) const
    {
        constexpr int kWeeks = 8;
        int had = 0;
        int of = 0;
        for (Day same = lastSame(day); of < kWeeks && same >= m_days.front(); same = same - 7) {
            ++of;
            had += contains(same) ? 1 : 0;
        }
        return of >= 3 ? had >= of - (of >= 5 ? 1 : 0) : isDaily();
    }
    /// Nearly every day of its last weeks.
    bool isDaily() const
    {
        constexpr int kWindow = 28;
        const Day last = m_days.back();
        const int of = std::min(kWindow, last - m_days.front() + 1);
        const auto from = std::lower_bound(m_days.begin(), m_days.end(), last - (of - 1));
        return of >= 3 && (m_days.end() - from) * 10 >= of * 9;
    }

private:
    /// The last day of the same weekday that the account could have had.
    Day lastSame(Day day) const
    {
        const int behind = day - m_days.back();
        return day - (behind + 6) / 7 * 7;
    }
    bool contains(Day day) const { return std::binary_search(m_days.begin(), m_days.end(), day); }

    std::span<const Day> m_days;
};

} // namespace altimeter
