#include "models/analysis/series/mixture.h"

#include "models/analysis/series/intermittent.h"
#include "models/analysis/series/median.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace altimeter::analysis {

// Why a mixture: cloud spend is many kinds of series (a weekly rhythm, a steady climb, a job of the month's first
// night, nothing at all), and no method is best on all of them. Each method here is cheap and wrong in a way of its
// own, so their weighted mean is steadier than the one that happened to win; weighing by errors on the series itself
// lets a method that does not fit vanish without a rule that says when.
//
// What keeps it honest: a method is judged at origins in the past by values it was not shown, and the errors of the
// mixture at those origins are handed on, because the intervals are made of them. Parameters are fitted once on the
// whole series and not again at each origin: that flatters the smoothing methods a little, and costs a sixteenth.

namespace {

constexpr int MaxOrigins = 16; ///< further back the series was often another one
/// Weights fall with the fourth power of the error: a method twice as wrong has a sixteenth of the say. With a low
/// power many bad methods outvote a good one; a high one chooses the best alone, which is another from day to day.
constexpr double WeightPower = 4;

enum class Kind { Smooth, CycleMedian, LongLag, LongShape, LongMedian, Mean };

/// One method of the mixture. `width` counts cycles of a median.
struct Method {
    Kind kind = Kind::Smooth;
    std::string name;
    SmoothingMethod smoothing = SmoothingMethod::Simple;
    bool isRatio = false;
    int width = 0;
    SmoothingParameters parameters{};
};

/// Everything the methods read: one series, one setup.
class Bench {
public:
    Bench(std::span<const double> raw, std::span<const double> filled, const MixtureSetup& setup)
        : m_raw(raw), m_filled(filled), m_setup(setup)
    {
        const auto window = filled.last(std::min(filled.size(), static_cast<std::size_t>(setup.fitWindow)));
        m_isPositive = std::all_of(window.begin(), window.end(), [](double v) { return v > 0; });
        chooseMethods();
    }

    std::vector<Method>& methods() { return m_methods; }
    void fit();
    /// Path of every method at origin `t` (values before t are known); empty where a method cannot answer yet.
    std::vector<std::vector<double>> pathsAt(std::size_t t, int horizon) const;

private:
    void chooseMethods();
    void addMedians();
    void addLongTerms();
    std::size_t windowStart(std::size_t t) const
    {
        const auto width = static_cast<std::size_t>(m_setup.fitWindow);
        return t > width ? t - width : 0;
    }
    std::vector<double> adjusted(const SeasonalPattern& pattern, std::size_t from, std::size_t to) const;
    std::vector<double> cycleMedian(std::size_t t, int horizon, int period, int cycles) const;
    std::vector<double> longLag(std::size_t t, int horizon) const;
    std::vector<double> longShape(std::size_t t, int horizon) const;
    double meanOf(std::size_t from, std::size_t to) const;
    /// Steps of the level around one long cycle back: four short cycles, or four steps without season.
    std::size_t levelSpan() const { return m_setup.season > 1 ? static_cast<std::size_t>(4 * m_setup.season) : 4; }

    std::span<const double> m_raw;
    std::span<const double> m_filled;
    MixtureSetup m_setup;
    bool m_isPositive = false;
    std::vector<Method> m_methods;
};

void Bench::chooseMethods()
{
    const bool isSeasonal = m_setup.season > 1;
    const auto n = m_filled.size();
    if (m_setup.isDaily && isSeasonal && isBursty(m_raw, m_setup.season)) {
        m_methods.push_back({Kind::Mean, "mean day", {}, false, 0});
        return;
    }
    m_methods.push_back({Kind::Smooth, "smoothing", SmoothingMethod::Simple, false, 0});
    // A trend fitted to fewer cycles than this follows their noise, and is extrapolated.
    const std::size_t full = isSeasonal ? static_cast<std::size_t>(8 * m_setup.season) : 12;
    if (n >= full) {
        m_methods.push_back({Kind::Smooth, "damped trend", SmoothingMethod::Damped, m_isPositive, 0});
        if (isSeasonal)
            m_methods.push_back({Kind::Smooth, "theta", SmoothingMethod::Theta, m_isPositive, 0});
        else
            m_methods.push_back({Kind::Smooth, "trend", SmoothingMethod::Holt, false, 0});
    }
    if (isSeasonal)
        addMedians();
    if (m_setup.longSeason > 0)
        addLongTerms();
}

void Bench::addMedians()
{
    // Medians of one weekday each do not see outliers at all: a month, two, a quarter and half a year of weeks. A width
    // that reaches behind the beginning would be the next narrower one again, with a weight of its own.
    for (const int width : {4, 8, 13, 26}) {
        const bool isDistinct = m_filled.size() * 5 >= static_cast<std::size_t>(3 * width * m_setup.season);
        if (width == 4 || isDistinct)
            m_methods.push_back({Kind::CycleMedian, std::to_string(width) + "-cycle median", {}, false, width});
    }
}

void Bench::addLongTerms()
{
    const auto period = static_cast<std::size_t>(m_setup.longSeason);
    if (m_filled.size() < period + levelSpan() + 1)
        return;
    m_methods.push_back({Kind::LongLag, "long cycle", {}, false, 0});
    // Few short cycles to a long one (hours of a day, days of a week): the long cycle repeats often enough for medians.
    // Else (days of a week, weeks of a year) it has been seen once or twice, and its shape is taken from what is
    // around.
    if (m_setup.season > 1 && m_setup.longSeason < 10 * m_setup.season) {
        m_methods.push_back({Kind::LongMedian, "2-long-cycle median", {}, false, 2});
        m_methods.push_back({Kind::LongMedian, "3-long-cycle median", {}, false, 3});
    } else {
        m_methods.push_back({Kind::LongShape, "long cycle shape", {}, false, 0});
    }
}

/// Smoothing begins at the middle of the first values where they are of a season: one odd first value would last, and
/// make the quickest forgetting look best.
std::vector<double> Bench::adjusted(const SeasonalPattern& pattern, std::size_t from, std::size_t to) const
{
    std::vector<double> x(to - from);
    for (std::size_t i = from; i < to; ++i)
        x[i - from] = pattern.remove(m_filled[i], i);
    const auto season = static_cast<std::size_t>(m_setup.season);
    if (season > 1 && x.size() >= 2 * season) {
        std::vector<double> first(x.begin(), x.begin() + m_setup.season);
        x.front() = medianOf(first);
    }
    return x;
}

void Bench::fit()
{
    const auto n = m_filled.size();
    const auto from = windowStart(n);
    for (auto& method : m_methods) {
        if (method.kind != Kind::Smooth)
            continue;
        const auto pattern = seasonalPattern(m_filled, m_raw, from, n, m_setup.season, method.isRatio);
        method.parameters = fitSmoothing(method.smoothing, adjusted(pattern, from, n), m_setup.loss);
    }
}

std::vector<std::vector<double>> Bench::pathsAt(std::size_t t, int horizon) const
{
    // Only values before `t` may be looked at: one look ahead, and the back-test praises the method that peeked. The
    // patterns are made anew for that reason, and once for all methods.
    const auto from = windowStart(t);
    const auto additive = seasonalPattern(m_filled, m_raw, from, t, m_setup.season, false);
    const auto additiveSeries = adjusted(additive, from, t);
    const bool isRatio =
        m_isPositive && std::all_of(m_filled.begin() + static_cast<std::ptrdiff_t>(from),
                                    m_filled.begin() + static_cast<std::ptrdiff_t>(t), [](double v) { return v > 0; });
    const auto ratio = isRatio ? seasonalPattern(m_filled, m_raw, from, t, m_setup.season, true) : additive;
    const auto ratioSeries = isRatio ? adjusted(ratio, from, t) : additiveSeries;
    std::vector<std::vector<double>> paths;
    for (const auto& method : m_methods) {
        switch (method.kind) {
        case Kind::Smooth: {
            const auto& pattern = method.isRatio ? ratio : additive;
            auto path = smoothAhead(method.smoothing, method.parameters, method.isRatio ? ratioSeries : additiveSeries,
                                    horizon);
            for (std::size_t h = 0; h < path.size(); ++h)
                path[h] = pattern.restore(path[h], t + h);
            paths.push_back(std::move(path));
            break;
        }
        case Kind::Mean:
            paths.push_back(meanAhead(m_raw.first(t), m_setup.season, horizon));
            break;
        case Kind::CycleMedian:
            paths.push_back(cycleMedian(t, horizon, m_setup.season, method.width));
            break;
        case Kind::LongMedian:
            paths.push_back(cycleMedian(t, horizon, m_setup.longSeason, method.width));
            break;
        case Kind::LongLag:
            paths.push_back(longLag(t, horizon));
            break;
        case Kind::LongShape:
            paths.push_back(longShape(t, horizon));
            break;
        }
    }
    return paths;
}

std::vector<double> Bench::cycleMedian(std::size_t t, int horizon, int period, int cycles) const
{
    const auto m = static_cast<std::size_t>(period);
    if (t < m)
        return {};
    std::vector<double> path;
    std::vector<double> seen; // of `raw`: a filled gap is no observation
    for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) {
        if (h >= m) {
            path.push_back(path[h - m]);
            continue;
        }
        seen.clear();
        std::size_t back = m;
        for (int c = 0; c < cycles && back <= t + h; back += m) {
            const std::size_t at = t + h - back;
            if (at < t) {
                ++c;
                if (!std::isnan(m_raw[at]))
                    seen.push_back(m_raw[at]);
            }
        }
        const double middle = medianOf(seen);
        path.push_back(std::isnan(middle) ? meanOf(t - m, t) : middle);
    }
    return path;
}

double Bench::meanOf(std::size_t from, std::size_t to) const
{
    double sum = 0;
    for (std::size_t i = from; i < to; ++i)
        sum += m_filled[i];
    return sum / static_cast<double>(to - from);
}

std::vector<double> Bench::longLag(std::size_t t, int horizon) const
{
    const auto period = static_cast<std::size_t>(m_setup.longSeason);
    const auto span = levelSpan();
    if (t < period + span)
        return {};
    const bool isPlain = period < static_cast<std::size_t>(10 * m_setup.season); // a week of hours: the lag itself
    const double now = meanOf(t - span, t);
    const double then = meanOf(t - period - span, t - period);
    std::vector<double> path;
    for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) {
        const double base = m_filled[t - period + h % period];
        path.push_back(isPlain ? base : now > 0 && then > 0 ? base * now / then : base + now - then);
    }
    return path;
}

std::vector<double> Bench::longShape(std::size_t t, int horizon) const
{
    const auto period = static_cast<std::size_t>(m_setup.longSeason);
    const auto span = levelSpan();
    if (t < period + span)
        return {};
    const bool isSeasonal = m_setup.season > 1;
    const std::size_t half = isSeasonal ? static_cast<std::size_t>(m_setup.season) / 2 : 1;
    const double then = meanOf(t - period - span, t - period);
    const double now = meanOf(t - span, t);
    const auto base = isSeasonal ? cycleMedian(t, horizon, m_setup.season, 6)
                                 : std::vector<double>(static_cast<std::size_t>(horizon), now);
    std::vector<double> path;
    for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) {
        const std::size_t centre = t - period + h % period;
        const std::size_t from = centre >= half ? centre - half : 0;
        const double around = meanOf(from, std::min(t, centre + half + 1));
        path.push_back(then > 0 && around > 0 ? base[h] * around / then : base[h] + around - then);
    }
    return path;
}

/// Sum and count of absolute errors of one path against the known values from `t` on.
struct PathError {
    double sum = 0;
    int count = 0;
};

PathError errorOf(const std::vector<double>& path, std::span<const double> raw, std::size_t t)
{
    PathError error;
    for (std::size_t h = 0; h < path.size() && t + h < raw.size(); ++h) {
        if (std::isnan(raw[t + h]))
            continue;
        error.sum += std::abs(path[h] - raw[t + h]);
        ++error.count;
    }
    return error;
}

struct Origin {
    std::size_t at = 0;
    std::vector<std::vector<double>> paths;
};

std::vector<std::size_t> originsOf(std::size_t n, int horizon, const MixtureSetup& setup, std::size_t earliest)
{
    // Whole seasons apart, so that every origin stands on the same weekday as the real one; half a horizon from the
    // end, so that the nearest past takes part although its later steps are not known yet.
    const std::size_t back = std::max<std::size_t>(1, static_cast<std::size_t>(horizon) / 2);
    const std::size_t step = setup.season > 1 ? static_cast<std::size_t>(setup.season) : back;
    std::vector<std::size_t> origins;
    for (std::size_t k = 0; k < MaxOrigins; ++k) {
        if (n < earliest + back + k * step)
            break;
        origins.push_back(n - back - k * step);
    }
    return origins;
}

/// Mean error of each method over the origins, relative to the first method over the same origins: a method that needs
/// a long history answers at the later origins alone, and would win or lose by how hard those were. One that answers at
/// fewer than a quarter of them is not judged, and takes no part.
std::vector<double> relativeErrors(const std::vector<Origin>& origins, std::span<const double> raw, std::size_t methods)
{
    std::vector<double> own(methods, 0);
    std::vector<double> reference(methods, 0);
    std::vector<std::size_t> answered(methods, 0);
    for (const auto& origin : origins) {
        const auto first = errorOf(origin.paths[0], raw, origin.at);
        if (first.count == 0)
            continue;
        for (std::size_t i = 0; i < methods; ++i) {
            if (origin.paths[i].empty())
                continue;
            own[i] += errorOf(origin.paths[i], raw, origin.at).sum / first.count;
            reference[i] += first.sum / first.count;
            ++answered[i];
        }
    }
    std::vector<double> errors(methods, std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < methods; ++i)
        if (answered[i] > 0 && answered[i] * 4 >= answered[0])
            errors[i] = reference[i] > 0 ? own[i] / reference[i] * reference[0] : own[i];
    return errors;
}

std::vector<double> weightsOf(const std::vector<double>& errors, const std::vector<std::vector<double>>& paths)
{
    const bool isJudged = std::any_of(errors.begin(), errors.end(), [](double e) { return std::isfinite(e); });
    const double best = isJudged ? *std::min_element(errors.begin(), errors.end()) : 0;
    std::vector<double> weights(paths.size(), 0);
    double sum = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (paths[i].empty())
            continue;
        if (!isJudged)
            weights[i] = 1;
        else if (std::isfinite(errors[i]))
            weights[i] = errors[i] > 0 ? std::pow(best / errors[i], WeightPower) : 1;
        sum += weights[i];
    }
    for (double& weight : weights)
        weight /= sum;
    return weights;
}

/// Weighted mean of the paths that exist; the weights of absent ones are shared among the others. The same weights
/// serve every origin: they are those the forecast is made with, so its past errors are the errors of this very
/// mixture.
std::vector<double> mixed(const std::vector<std::vector<double>>& paths, const std::vector<double>& weights)
{
    std::vector<double> mean(paths[0].size(), 0);
    double sum = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (paths[i].empty() || weights[i] <= 0)
            continue;
        sum += weights[i];
        for (std::size_t h = 0; h < mean.size(); ++h)
            mean[h] += weights[i] * paths[i][h];
    }
    if (sum <= 0)
        return paths[0];
    for (double& value : mean)
        value /= sum;
    return mean;
}

/// How far the methods are from their mean, in the mean.
std::vector<double> distances(const std::vector<std::vector<double>>& paths, const std::vector<double>& weights,
                              const std::vector<double>& mean)
{
    std::vector<double> away(mean.size(), 0);
    double sum = 0;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (paths[i].empty() || weights[i] <= 0)
            continue;
        sum += weights[i];
        for (std::size_t h = 0; h < mean.size(); ++h)
            away[h] += weights[i] * std::abs(paths[i][h] - mean[h]);
    }
    for (double& value : away)
        value = sum > 0 ? value / sum : 0;
    return away;
}

/// How far the methods are apart: who is wrong about a level is wrong about all steps in the same way.
void tellApart(MixtureAnswer& answer, std::vector<std::vector<double>> paths, const std::vector<double>& weights)
{
    auto mean = mixed(paths, weights);
    answer.apart = distances(paths, weights, mean);
    for (auto& path : paths)
        std::partial_sum(path.begin(), path.end(), path.begin());
    std::partial_sum(mean.begin(), mean.end(), mean.begin());
    answer.apartTotal = distances(paths, weights, mean);
}

/// Idle phases stay idle, and what was never negative stays so. A mean of several methods is never quite zero, but a
/// resource that is switched off costs nothing: where both short medians say so, they are believed.
void keepLimits(std::vector<double>& mean, const std::vector<std::vector<double>>& paths,
                const std::vector<Method>& methods, bool isNeverNegative)
{
    const std::vector<double>* four = nullptr;
    const std::vector<double>* eight = nullptr;
    for (std::size_t i = 0; i < methods.size(); ++i) {
        if (methods[i].kind != Kind::CycleMedian || paths[i].empty())
            continue;
        if (methods[i].width == 4)
            four = &paths[i];
        if (methods[i].width == 8)
            eight = &paths[i];
    }
    for (std::size_t h = 0; h < mean.size(); ++h) {
        if (four && eight && (*four)[h] == 0 && (*eight)[h] == 0)
            mean[h] = 0;
        if (isNeverNegative)
            mean[h] = std::max(0.0, mean[h]);
    }
}

} // namespace

MixtureAnswer forecastMixture(std::span<const double> raw, std::span<const double> filled, const MixtureSetup& setup,
                              std::stop_token stop)
{
    const bool isNeverNegative = std::none_of(raw.begin(), raw.end(), [](double v) { return v < 0; });
    Bench bench(raw, filled, setup);
    bench.fit();
    const std::size_t n = raw.size();
    const std::size_t earliest = setup.season > 1 ? static_cast<std::size_t>(std::max(3 * setup.season, 28)) : 10;
    const int room = n > earliest ? static_cast<int>(std::min<std::size_t>(n - earliest, 100000)) : 1;
    const int testHorizon = std::min(setup.testHorizon, std::max(1, room));
    std::vector<Origin> origins;
    for (const std::size_t at : originsOf(n, testHorizon, setup, earliest)) {
        if (stop.stop_requested())
            return {};
        origins.push_back({at, bench.pathsAt(at, testHorizon)});
    }
    const auto paths = bench.pathsAt(n, setup.horizon);
    const auto weights = weightsOf(relativeErrors(origins, raw, paths.size()), paths);

    MixtureAnswer answer;
    answer.mean = mixed(paths, weights);
    tellApart(answer, paths, weights);
    keepLimits(answer.mean, paths, bench.methods(), isNeverNegative);
    answer.originStep = origins.size() > 1 ? static_cast<int>(origins[0].at - origins[1].at) : 1;
    for (const auto& origin : origins) {
        auto mean = mixed(origin.paths, weights);
        keepLimits(mean, origin.paths, bench.methods(), isNeverNegative);
        std::vector<double> errors;
        for (std::size_t h = 0; h < mean.size() && origin.at + h < n; ++h)
            errors.push_back(raw[origin.at + h] - mean[h]);
        answer.errors.push_back(std::move(errors));
    }
    for (std::size_t i = 0; i < weights.size(); ++i)
        answer.weights.emplace_back(bench.methods()[i].name, weights[i]);
    std::stable_sort(answer.weights.begin(), answer.weights.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    return answer;
}

} // namespace altimeter::analysis
