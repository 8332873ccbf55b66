#include "models/analysis/series/peakdays.h"

#include "models/analysis/series/median.h"
#include "models/analysis/series/movers.h"

#include <algorithm>

namespace altimeter::analysis {

namespace {

constexpr double kAbove = 1.5;        ///< of an ordinary day
constexpr std::size_t kMostPeaks = 4; ///< more would hide the curve

std::vector<Day> highestDays(const CostSeries& daily)
{
    std::vector<SeriesPoint> known;
    std::vector<double> values;
    for (const SeriesPoint& point : daily.points) {
        if (!point.known)
            continue;
        known.push_back(point);
        values.push_back(point.cost.toDouble());
    }
    const double ordinary = values.empty() ? 0 : medianOf(values);
    std::vector<SeriesPoint> peaks;
    for (std::size_t i = 0; i < known.size(); ++i) {
        const bool isTop = (i == 0 || known[i].cost > known[i - 1].cost) &&
                           (i + 1 == known.size() || known[i].cost > known[i + 1].cost);
        if (isTop && ordinary > 0 && known[i].cost.toDouble() > kAbove * ordinary)
            peaks.push_back(known[i]);
    }
    std::stable_sort(peaks.begin(), peaks.end(),
                     [](const SeriesPoint& a, const SeriesPoint& b) { return a.cost > b.cost; });
    std::vector<Day> days;
    for (std::size_t i = 0; i < std::min(peaks.size(), kMostPeaks); ++i)
        days.push_back(peaks[i].period);
    std::sort(days.begin(), days.end());
    return days;
}

} // namespace

Result<std::vector<PeakDay>> peakDays(const CostSource& costs, CostLens lens, const CostSeries& daily,
                                      const std::stop_token& stop)
{
    std::vector<PeakDay> peaks;
    for (const Day day : highestDays(daily)) {
        CostQuery query;
        query.by = {Dim{Dim::Kind::Service, {}}};
        query.lens = lens;
        query.range = {day, day + 1};
        const auto now = costs.table(query, stop);
        if (!now)
            return now.error();
        query.range = {day - 1, day};
        const auto before = costs.table(query, stop);
        if (!before)
            return before.error();
        PeakDay peak{daily.currency, day, {}, {}};
        for (const Overview::Mover& mover : moversOf(*now, *before, daily.currency)) {
            const auto more = checkedAdd(mover.now, -mover.before);
            if (more && *more > peak.more) {
                peak.more = *more;
                peak.service = mover.keys.front();
            }
        }
        if (!peak.more.isZero())
            peaks.push_back(std::move(peak));
    }
    return peaks;
}

} // namespace altimeter::analysis
