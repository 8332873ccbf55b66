#include "models/domain/years.h"

namespace altimeter {

std::vector<YearSpan> stretchesOf(const LinesByYear& lines)
{
    std::vector<YearSpan> stretches;
    for (const auto& [year, count] : lines) {
        if (stretches.empty() || year - stretches.back().last > kNearYears)
            stretches.push_back({year, year});
        stretches.back().last = year;
    }
    return stretches;
}

YearSpan mainStretch(const LinesByYear& lines)
{
    YearSpan main;
    std::uint64_t most = 0;
    for (const YearSpan& stretch : stretchesOf(lines)) {
        std::uint64_t count = 0;
        for (auto at = lines.lower_bound(stretch.first); at != lines.end() && at->first <= stretch.last; ++at)
            count += at->second;
        if (count > most) {
            main = stretch;
            most = count;
        }
    }
    return main;
}

} // namespace altimeter
