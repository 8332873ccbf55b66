#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace altimeter {

/// Charge lines by the calendar year in which they begin.
using LinesByYear = std::map<int, std::uint64_t>;

/// Calendar years [first, last], both inside.
struct YearSpan {
    int first = 0;
    int last = 0;
    bool contains(int year) const { return year >= first && year <= last; }
    friend bool operator==(const YearSpan&, const YearSpan&) = default;
};

/// Charges belong together while no more than this many years lie between one year with charges and the next. A
/// three-year commitment that is dated at its purchase, at its end, or paid ahead, is never cut off by it.
inline constexpr int kNearYears = 4;

/// The years that belong together, ascending.
std::vector<YearSpan> stretchesOf(const LinesByYear& lines);
/// The stretch with the most lines; of equal ones the earlier. Requires a year.
YearSpan mainStretch(const LinesByYear& lines);

} // namespace altimeter
