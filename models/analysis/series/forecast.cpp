#include "models/analysis/series/forecast.h"

#include "models/analysis/series/accidents.h"
#include "models/analysis/series/calendarlines.h"
#include "models/analysis/series/lifetime.h"
#include "models/analysis/series/mixture.h"
#include "models/analysis/series/presentlevel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>

namespace altimeter::analysis {

namespace {

constexpr std::size_t MinResiduals = 20;

/// The known part of a history: gaps stay NaN in `raw` and are bridged in `filled`.
struct Prepared {
    std::vector<double> raw;
    std::vector<double> filled;
    std::size_t known = 0;
    bool isNeverNegative = true;
};

Result<Prepared> prepare(std::span<const double> history)
{
    std::size_t first = 0;
    while (first < history.size() && std::isnan(history[first]))
        ++first;
    if (first == history.size())
        return Error{ErrorCode::Invalid, "the history has no known value", "forecast"};
    Prepared answer;
    answer.raw.assign(history.begin() + static_cast<std::ptrdiff_t>(first), history.end());
    answer.filled = answer.raw;
    std::size_t last = 0;
    for (std::size_t i = 0; i < answer.raw.size(); ++i) {
        const double value = answer.raw[i];
        if (std::isnan(value))
            continue;
        if (std::isinf(value))
            return Error{ErrorCode::Invalid, "value " + std::to_string(first + i + 1) + " is infinite", "forecast"};
        for (std::size_t k = last + 1; k < i; ++k)
            answer.filled[k] = answer.raw[last] + (value - answer.raw[last]) * static_cast<double>(k - last) /
                                                      static_cast<double>(i - last);
        last = i;
        ++answer.known;
        answer.isNeverNegative = answer.isNeverNegative && value >= 0;
    }
    std::fill(answer.filled.begin() + static_cast<std::ptrdiff_t>(last), answer.filled.end(), answer.raw[last]);
    return answer;
}

std::vector<double> autocorrelations(std::span<const double> x, std::size_t lags)
{
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
    std::vector<double> r(lags + 1, 0);
    for (std::size_t k = 0; k <= lags && k < x.size(); ++k)
        for (std::size_t i = k; i < x.size(); ++i)
            r[k] += (x[i] - mean) * (x[i - k] - mean);
    const double variance = r[0];
    for (double& value : r)
        value = variance > 0 ? value / variance : 0;
    return r;
}

/// A short season must beat every other lag up to its own end; longer ones may be a little off the exact lag.
bool isPeak(const std::vector<double>& r, std::size_t lag)
{
    if (lag > 12)
        return true;
    for (std::size_t k = 2; k <= lag + 1 && k < r.size(); ++k)
        if (k != lag && r[k] >= r[lag])
            return false;
    return true;
}

/// Four weeks of days, else two seasons and a dozen steps at the least: long enough to tell methods apart (short tests
/// choose by luck, also for short horizons), and short enough for a young series.
int testHorizonOf(int season, bool isDaily)
{
    constexpr int kLeast = 14;
    return isDaily ? 28 : std::max(kLeast, 2 * season);
}

MixtureSetup setupFor(const Prepared& series, const ForecastOptions& options)
{
    MixtureSetup setup;
    setup.horizon = options.horizon;
    setup.season = options.season > 0 ? options.season : options.daily ? 7 : findSeason(series.filled);
    if (setup.season == 7)
        setup.longSeason = 364;
    else if (setup.season == 24)
        setup.longSeason = 168;
    else if (setup.season == 1 && !options.daily)
        setup.longSeason = 52;
    setup.loss = setup.season == 1 ? FitLoss::Squared : FitLoss::Absolute;
    setup.fitWindow = setup.season > 7 ? 1000 : 400;
    setup.testHorizon = testHorizonOf(setup.season, options.daily);
    setup.isDaily = options.daily;
    return setup;
}

/// How wide the bands are: q times the scale of the step, below and above the mean.
struct BandShape {
    double base = 0; ///< expected size of an error at step j is base + slope sqrt(j)
    double slope = 0;
    double q80 = 0;
    double q95 = 0;

    double scale(std::size_t step) const { return base + slope * std::sqrt(static_cast<double>(step)); }
};

/// Mean absolute difference of any two known values; zero where less than two are known.
double differenceOfAny(const Prepared& series)
{
    std::vector<double> known;
    std::copy_if(series.raw.begin(), series.raw.end(), std::back_inserter(known),
                 [](double v) { return !std::isnan(v); });
    std::sort(known.begin(), known.end());
    const auto n = static_cast<double>(known.size());
    double sum = 0;
    for (std::size_t i = 0; i < known.size(); ++i)
        sum += (2 * static_cast<double>(i) - n + 1) * known[i];
    return n > 1 ? sum / (n * (n - 1) / 2) : 0;
}

/// Mean absolute difference to one season earlier (one step earlier while there is less than two seasons; of any two
/// where gaps leave none).
double typicalDifference(const Prepared& series, int season)
{
    const auto n = series.raw.size();
    auto lag = static_cast<std::size_t>(season);
    if (n < 2 * lag)
        lag = 1;
    double sum = 0;
    int count = 0;
    for (std::size_t i = lag; i < n; ++i) {
        const double gap = std::abs(series.raw[i] - series.raw[i - lag]);
        if (std::isnan(gap))
            continue;
        sum += gap;
        ++count;
    }
    return count > 0 ? sum / count : differenceOfAny(series);
}

/// Weighted least squares of the mean absolute error on the square root of the step, both coefficients at least zero.
void fitScale(BandShape& shape, const std::vector<std::vector<double>>& errors)
{
    double n = 0;
    double x1 = 0;
    double x2 = 0;
    double y1 = 0;
    double xy = 0;
    for (const auto& path : errors) {
        for (std::size_t j = 0; j < path.size(); ++j) {
            if (std::isnan(path[j]))
                continue;
            const double root = std::sqrt(static_cast<double>(j + 1));
            n += 1;
            x1 += root;
            x2 += root * root;
            y1 += std::abs(path[j]);
            xy += std::abs(path[j]) * root;
        }
    }
    const double spread = n * x2 - x1 * x1;
    shape.slope = spread > 1e-9 * n * x2 ? std::max(0.0, (n * xy - x1 * y1) / spread) : 0;
    shape.base = (y1 - shape.slope * x1) / n;
    if (shape.base < 0) {
        shape.base = 0;
        shape.slope = xy / x2;
    }
}

/// The ceil((N + 1) (1 - miss))-th smallest value, the largest when that lies beyond.
double conformalQuantile(const std::vector<double>& sorted, double miss)
{
    if (sorted.empty())
        return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(sorted.size() + 1) * (1 - miss)));
    return sorted[std::min(std::max<std::size_t>(rank, 1), sorted.size()) - 1];
}

/// Scaled sizes of the errors of all origins and steps.
std::vector<double> scaledErrors(const BandShape& shape, const std::vector<std::vector<double>>& errors)
{
    std::vector<double> z;
    for (const auto& path : errors)
        for (std::size_t j = 0; j < path.size(); ++j)
            if (!std::isnan(path[j]))
                z.push_back(shape.scale(j + 1) > 0 ? std::abs(path[j]) / shape.scale(j + 1) : 0);
    return z;
}

void setWidths(BandShape& shape, double q80, double q95)
{
    shape.q80 = q80;
    shape.q95 = std::max(q95, 1.2 * q80);
}

BandShape bandShape(const Prepared& series, const MixtureAnswer& answer, int season)
{
    BandShape shape;
    std::size_t count = 0;
    for (const auto& path : answer.errors)
        count +=
            static_cast<std::size_t>(std::count_if(path.begin(), path.end(), [](double e) { return !std::isnan(e); }));
    const double young = season > 1 && series.known < static_cast<std::size_t>(8 * season) ? 1.25 : 1.0;
    if (count < MinResiduals) {
        const double difference = typicalDifference(series, season);
        shape.base = 0.8 * difference;
        shape.slope = 0.1 * difference;
        setWidths(shape, 1.6 * young, 3.0 * young);
        return shape;
    }
    fitScale(shape, answer.errors);
    auto z = scaledErrors(shape, answer.errors);
    const double widen = young * (1 + 1 / static_cast<double>(answer.errors.size()));
    std::sort(z.begin(), z.end());
    setWidths(shape, conformalQuantile(z, 0.20) * widen, conformalQuantile(z, 0.05) * widen);
    return shape;
}

constexpr double kNormal80 = 1.28;
constexpr double kNormal95 = 1.96;

double atLeastZero(double value, bool isNeverNegative)
{
    return isNeverNegative ? std::max(0.0, value) : value;
}

/// `mean` with bands of that half width.
ForecastStep banded(double mean, double half80, double half95, bool isNeverNegative)
{
    half95 = std::max(half95, half80);
    return {mean, atLeastZero(mean - half80, isNeverNegative), mean + half80,
            atLeastZero(mean - half95, isNeverNegative), mean + half95};
}

std::vector<ForecastStep> stepsOf(const MixtureAnswer& answer, const BandShape& shape, bool isNeverNegative)
{
    std::vector<ForecastStep> steps;
    for (std::size_t j = 0; j < answer.mean.size(); ++j) {
        const double scale = shape.scale(j + 1);
        const double apart = j < answer.apart.size() ? answer.apart[j] : 0;
        steps.push_back(banded(answer.mean[j], std::max(shape.q80 * scale, kNormal80 * apart),
                               std::max(shape.q95 * scale, kNormal95 * apart), isNeverNegative));
    }
    return steps;
}

/// What past totals of each length missed.
class PastTotals {
public:
    explicit PastTotals(const MixtureAnswer& answer)
        : m_answer(answer), m_sums(answer.errors.size(), 0), m_known(answer.errors.size(), 0)
    {
    }
    /// Goes on to totals of one step more.
    void extend()
    {
        const std::size_t step = m_length++;
        bool isAny = false;
        for (std::size_t i = 0; i < m_sums.size(); ++i) {
            const auto& path = m_answer.errors[i];
            if (step >= path.size() || std::isnan(path[step]))
                continue;
            m_sums[i] += path[step];
            m_known[i] += 1;
            m_daySquares += path[step] * path[step];
            m_days += 1;
            isAny = true;
        }
        if (isAny || m_length == 1)
            remember();
    }
    /// Of totals of the present length: half of the bands; nothing when there were none.
    std::optional<std::pair<double, double>> halves() const
    {
        if (m_origins == 0)
            return std::nullopt;
        const double length = static_cast<double>(m_length);
        const double rootMeanSquare = m_rootMeanSquare * std::pow(length, kTotalGrowth);
        const double daySigma = std::sqrt(m_daySquares / m_days) * std::sqrt(length);
        const auto [t80, t95] = totalFactors(m_origins * m_answer.originStep / length);
        return std::pair(std::max(t80 * rootMeanSquare, kNormal80 * daySigma),
                         std::max(t95 * rootMeanSquare, kNormal95 * daySigma));
    }

private:
    /// Sums of fewer known days stand for longer ones by kTotalGrowth.
    void remember()
    {
        double squares = 0;
        m_origins = 0;
        for (std::size_t i = 0; i < m_sums.size(); ++i) {
            if (m_known[i] == 0)
                continue;
            const double scaled = m_sums[i] * std::pow(m_known[i], -kTotalGrowth);
            squares += scaled * scaled;
            m_origins += 1;
        }
        m_rootMeanSquare = m_origins > 0 ? std::sqrt(squares / m_origins) : 0;
    }
    /// Student factors by the number of effective windows.
    static std::pair<double, double> totalFactors(double windows)
    {
        if (windows < 2)
            return {1.9, 4.3};
        if (windows < 4)
            return {1.6, 2.8};
        if (windows < 8)
            return {1.42, 2.3};
        return {1.34, 2.1};
    }

    const MixtureAnswer& m_answer;
    std::size_t m_length = 0;
    std::vector<double> m_sums, m_known; ///< by origin
    double m_daySquares = 0, m_days = 0, m_origins = 0;
    double m_rootMeanSquare = 0; ///< of a total of one step
};

std::vector<ForecastStep> totalsOf(const std::vector<ForecastStep>& steps, const MixtureAnswer& answer,
                                   bool isNeverNegative)
{
    PastTotals past(answer);
    std::vector<ForecastStep> totals;
    double mean = 0;
    double sum80 = 0;
    double sum95 = 0;
    for (std::size_t j = 0; j < steps.size(); ++j) {
        past.extend();
        mean += steps[j].mean;
        sum80 += steps[j].hi80 - steps[j].mean;
        sum95 += steps[j].hi95 - steps[j].mean;
        const double narrower = std::pow(static_cast<double>(j + 1), kTotalGrowth - 1);
        const auto [half80, half95] = past.halves().value_or(std::pair(sum80 * narrower, sum95 * narrower));
        const double apart = j < answer.apartTotal.size() ? answer.apartTotal[j] : 0;
        totals.push_back(
            banded(mean, std::max(half80, kNormal80 * apart), std::max(half95, kNormal95 * apart), isNeverNegative));
    }
    totals.front() = steps.front();
    return totals;
}

/// Fewer values than a rhythm needs: the mean so far, wide bands.
MixtureAnswer meanSoFar(const Prepared& series, int horizon)
{
    double sum = 0;
    for (const double value : series.raw)
        sum += std::isnan(value) ? 0 : value;
    MixtureAnswer answer;
    answer.mean.assign(static_cast<std::size_t>(horizon), sum / static_cast<double>(series.known));
    answer.weights.emplace_back("mean so far", 1);
    return answer;
}

/// Without own back-tests the spread is at least a share of the level: half up or down at 80 %, all of it at 95 %.
BandShape meanShape(const Prepared& series, double mean)
{
    double squares = 0;
    for (const double value : series.raw)
        squares += std::isnan(value) ? 0 : (value - mean) * (value - mean);
    const double sigma = series.known > 1 ? std::sqrt(squares / static_cast<double>(series.known - 1)) : 0;
    BandShape shape;
    shape.base = std::max(sigma, 0.25 * std::abs(mean));
    setWidths(shape, 2.0, 4.0);
    return shape;
}

std::string describe(const MixtureAnswer& answer)
{
    std::string text;
    for (const auto& [name, share] : answer.weights) {
        if (share < 0.10 && !text.empty())
            break;
        std::array<char, 16> percent{};
        std::snprintf(percent.data(), percent.size(), " %.0f %%", 100 * share);
        text += (text.empty() ? "" : ", ") + name + percent.data();
    }
    return text;
}

/// The gaps bridged, leading ones dropped; empty when nothing is known.
std::vector<double> bridged(std::span<const double> history)
{
    const auto series = prepare(history);
    return series ? series->filled : std::vector<double>{};
}

std::optional<Error> faultOf(const ForecastOptions& options)
{
    if (options.horizon < 1)
        return Error{ErrorCode::Invalid, "the horizon must be at least 1 step", "forecast"};
    if (options.season < 0)
        return Error{ErrorCode::Invalid, "the season must not be negative", "forecast"};
    return std::nullopt;
}

/// Puts accidents back into the errors of the tests that met them: they are not expected, but they do happen.
void missAccidents(MixtureAnswer& answer, const std::vector<Accident>& accidents, std::size_t known)
{
    if (answer.errors.empty())
        return;
    const std::size_t latest = known - answer.errors.front().size();
    for (std::size_t i = 0; i < answer.errors.size(); ++i) {
        const std::size_t origin = latest - i * static_cast<std::size_t>(answer.originStep);
        for (const auto& day : accidents)
            if (day.at >= origin && day.at < origin + answer.errors[i].size())
                answer.errors[i][day.at - origin] += day.excess;
    }
}

/// What the mixture expects of daily cost: at its present level, and without accidents.
MixtureAnswer forecastDays(const Prepared& given, const MixtureSetup& setup, const std::stop_token& stop)
{
    const auto prepared = prepare(atPresentLevel(given.raw));
    auto level = prepared ? *prepared : given; // the largest of numbers may grow beyond all bounds
    const auto accidents = accidentsOf(level.raw, setup.season);
    for (const auto& day : accidents) {
        level.raw[day.at] -= day.excess;
        level.filled[day.at] = level.raw[day.at];
    }
    auto answer = forecastMixture(level.raw, level.filled, setup, stop);
    missAccidents(answer, accidents, level.raw.size());
    return answer;
}

/// Forecast of a series without a calendar, by the mixture alone.
Result<ForecastResult> forecastPlain(std::span<const double> history, const ForecastOptions& options,
                                     const std::stop_token& stop)
{
    const auto prepared = prepare(history);
    if (!prepared)
        return prepared.error();
    const auto& series = *prepared;
    auto setup = setupFor(series, options);
    const bool isShort = series.known < 7 && (setup.season > 1 || series.known < 4);
    const bool isWeekly = setup.isDaily && setup.season == 7;
    const auto answer = isShort    ? meanSoFar(series, options.horizon)
                        : isWeekly ? forecastDays(series, setup, stop)
                                   : forecastMixture(series.raw, series.filled, setup, stop);
    if (answer.mean.empty() || stop.stop_requested())
        return Error{ErrorCode::Cancelled, "the forecast was cancelled", "forecast"};
    const auto shape = isShort ? meanShape(series, answer.mean.front()) : bandShape(series, answer, setup.season);
    ForecastResult result;
    result.steps = stepsOf(answer, shape, series.isNeverNegative);
    result.totals = totalsOf(result.steps, answer, series.isNeverNegative);
    result.total = result.totals.back();
    result.season = isShort ? 1 : setup.season;
    result.model = describe(answer);
    return result;
}

bool isNeverNegative(std::span<const double> history)
{
    return std::none_of(history.begin(), history.end(), [](double v) { return v < 0; });
}

/// What is switched off costs nothing, most probably; one time in twenty it comes back.
ForecastResult switchedOff(std::span<const double> history, const ForecastOptions& options)
{
    constexpr std::size_t Usual = 28; // days with cost
    double sum = 0;
    std::size_t days = 0;
    for (std::size_t i = history.size(); i-- > 0 && days < Usual;) {
        if (std::isnan(history[i]) || history[i] == 0)
            continue;
        sum += history[i];
        ++days;
    }
    ForecastStep step;
    step.lo95 = std::min(0.0, sum / static_cast<double>(days));
    step.hi95 = std::max(0.0, sum / static_cast<double>(days));
    ForecastResult result;
    result.steps.assign(static_cast<std::size_t>(options.horizon), step);
    for (int length = 1; length <= options.horizon; ++length) {
        const double longer = std::pow(length, kTotalGrowth);
        result.totals.push_back({0, 0, 0, step.lo95 * longer, step.hi95 * longer});
    }
    result.total = result.totals.back();
    result.model = "switched off";
    return result;
}

/// Adds `amount` to the mean and its error to the bands.
void widen(ForecastStep& step, double amount, double error, bool isNeverNegative)
{
    const double mean = step.mean + amount;
    step.lo80 = atLeastZero(mean - std::hypot(step.mean - step.lo80, kNormal80 * error), isNeverNegative);
    step.hi80 = mean + std::hypot(step.hi80 - step.mean, kNormal80 * error);
    step.lo95 = atLeastZero(mean - std::hypot(step.mean - step.lo95, kNormal95 * error), isNeverNegative);
    step.hi95 = mean + std::hypot(step.hi95 - step.mean, kNormal95 * error);
    step.mean = mean;
}

/// Adds the lines to a forecast of the rest, whose first step is `first`. A line's own error widens its days alone, and
/// the totals they are in.
void addLines(ForecastResult& result, const std::vector<CalendarLine>& lines, Day first, bool isNeverNegative)
{
    constexpr double FewAmounts = 1.5; // the spread itself is told by a handful
    std::vector<double> squares(result.steps.size(), 0);
    std::size_t live = 0;
    for (const auto& line : lines) {
        const double error = FewAmounts * line.spread;
        double dueDays = 0;
        for (std::size_t h = 0; line.isLive && h < result.steps.size(); ++h) {
            if (line.rule.isDue(first + static_cast<int>(h))) {
                widen(result.steps[h], line.amount + dueDays * line.step, error, isNeverNegative);
                dueDays += 1;
            }
            squares[h] += dueDays * dueDays * error * error; // an amount that has changed has changed for all
        }
        live += line.isLive ? 1 : 0;
    }
    double mean = 0;
    for (std::size_t h = 0; h < result.steps.size(); ++h) {
        mean += result.steps[h].mean;
        auto& total = result.totals[h];
        widen(total, mean - total.mean, std::sqrt(squares[h]), isNeverNegative);
        total = {mean, std::min(total.lo80, mean), std::max(total.hi80, mean), std::min(total.lo95, mean),
                 std::max(total.hi95, mean)};
    }
    result.totals.front() = result.steps.front();
    result.total = result.totals.back();
    if (live > 0)
        result.model += ", " + std::to_string(live) + (live == 1 ? " calendar line" : " calendar lines");
}

/// What no forecast can be made of.
std::optional<Error> faultOf(std::span<const double> history)
{
    if (std::all_of(history.begin(), history.end(), [](double v) { return std::isnan(v); }))
        return Error{ErrorCode::Invalid, "the history has no known value", "forecast"};
    for (std::size_t i = 0; i < history.size(); ++i)
        if (std::isinf(history[i]))
            return Error{ErrorCode::Invalid, "value " + std::to_string(i + 1) + " is infinite", "forecast"};
    return std::nullopt;
}

} // namespace

int findSeason(std::span<const double> history)
{
    constexpr std::array<std::size_t, 5> Candidates{24, 7, 12, 4, 48};
    const auto filled = bridged(history);
    const auto window = std::span(filled).last(std::min<std::size_t>(filled.size(), 1000));
    if (window.size() < 3)
        return 1;
    std::vector<double> steps(window.size() - 1); // of differences, so that a trend does not count as a season
    for (std::size_t i = 0; i < steps.size(); ++i)
        steps[i] = window[i + 1] - window[i];
    const auto r = autocorrelations(steps, std::min<std::size_t>(53, steps.size() - 1));
    const bool knowsYear = r.size() > 52 && window.size() >= 104;
    const double yearly = knowsYear ? std::max(r[13], r[52]) : 0; // quarters and years of weeks are not a short season
    std::size_t best = 1;
    double strength = std::max(0.2, yearly - 0.05);
    for (const auto m : Candidates) {
        if (window.size() < 3 * m || m >= r.size() || !isPeak(r, m))
            continue;
        double sum = 0;
        for (std::size_t k = 1; k < m; ++k)
            sum += r[k] * r[k];
        const double limit = 1.645 / std::sqrt(static_cast<double>(steps.size())) * std::sqrt(1 + 2 * sum);
        if (r[m] > limit && r[m] > strength + 0.05) {
            best = m;
            strength = r[m];
        }
    }
    return static_cast<int>(best);
}

Result<ForecastResult> forecast(std::span<const double> history, const ForecastOptions& options, std::stop_token stop)
{
    if (const auto fault = faultOf(options))
        return *fault;
    if (!options.daily)
        return forecastPlain(history, options, stop);
    if (const auto fault = faultOf(history))
        return *fault;
    auto life = presentLife(history);
    std::vector<CalendarLine> lines;
    if (options.start.isValid()) {
        auto split = splitCalendar(life.values, options.start + static_cast<int>(life.birth));
        lines = std::move(split.lines);
        life = presentLife(split.rest); // a service may have begun after its monthly fee
    }
    auto result = life.hasStopped ? switchedOff(life.values, options) : forecastPlain(life.values, options, stop);
    if (result && !lines.empty())
        addLines(*result, lines, options.start + static_cast<int>(history.size()), isNeverNegative(history));
    return result;
}

} // namespace altimeter::analysis
