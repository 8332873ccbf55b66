#include "models/analysis/series/smoothing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace altimeter::analysis {

namespace {

constexpr double HalfLifeCycles = 8;

/// Weighted first and second moments of one phase.
struct PhaseSums {
    double weight = 0;
    double weightSquared = 0;
    double value = 0;
    double valueSquared = 0;

    void add(double v, double w)
    {
        weight += w;
        weightSquared += w * w;
        value += w * v;
        valueSquared += w * v * v;
    }
    double mean() const { return value / weight; }
    double effectiveCount() const { return weight * weight / weightSquared; }
    double variance() const { return std::max(0.0, valueSquared / weight - mean() * mean()); }
};

/// Centred moving average of one period, half weights at the ends of an even one.
std::vector<double> centredAverage(std::span<const double> x, std::size_t period)
{
    const std::size_t half = period / 2;
    std::vector<double> average(x.size(), std::numeric_limits<double>::quiet_NaN());
    if (x.size() < 2 * half + 1)
        return average;
    for (std::size_t i = half; i + half < x.size(); ++i) {
        double sum = 0;
        for (std::size_t k = i - half; k <= i + half; ++k)
            sum += x[k];
        if (period % 2 == 0)
            sum -= 0.5 * (x[i - half] + x[i + half]);
        average[i] = sum / static_cast<double>(period);
    }
    return average;
}

std::vector<PhaseSums> phaseSums(std::span<const double> filled, std::span<const double> raw, std::size_t from,
                                 std::size_t to, std::size_t period, bool isRatio)
{
    const auto window = filled.subspan(from, to - from);
    const auto average = centredAverage(window, period);
    const double decay = std::pow(0.5, 1.0 / (HalfLifeCycles * static_cast<double>(period)));
    std::vector<PhaseSums> phases(period);
    double weight = 1;
    for (std::size_t i = window.size(); i-- > 0; weight *= decay) {
        if (std::isnan(average[i]) || std::isnan(raw[from + i]) || (isRatio && !(average[i] > 0)))
            continue;
        phases[(from + i) % period].add(isRatio ? window[i] / average[i] : window[i] - average[i], weight);
    }
    return phases;
}

/// Share of the pattern to keep: 1 with clear evidence, 0 when it is no larger than its own error.
double shrinkage(const std::vector<PhaseSums>& phases, const std::vector<double>& index, double neutral)
{
    double noise = 0;
    double size = 0;
    for (std::size_t i = 0; i < phases.size(); ++i) {
        const double spare = phases[i].effectiveCount() - 1;
        if (spare <= 1e-6)
            return 0;
        noise += phases[i].variance() / spare;
        size += (index[i] - neutral) * (index[i] - neutral);
    }
    const double m = static_cast<double>(phases.size());
    return size > 0 ? std::max(0.0, 1 - (m - 3) / m * noise / size) : 0;
}

struct SimpleState {
    double level;

    explicit SimpleState(double first, const SmoothingParameters&) : level(first) {}
    double next(const SmoothingParameters&) const { return level; }
    void update(double value, const SmoothingParameters& p) { level += p.level * (value - level); }
};

struct TrendState {
    double level;
    double slope = 0;

    explicit TrendState(double first, const SmoothingParameters&) : level(first) {}
    double next(const SmoothingParameters& p) const { return level + p.damping * slope; }
    void update(double value, const SmoothingParameters& p)
    {
        const double error = value - next(p);
        level = next(p) + p.level * error;
        slope = p.damping * slope + p.level * p.trendShare * error;
    }
};

/// Dynamic optimised theta: a smoothed level plus a share of the least-squares line through all values so far.
struct ThetaState {
    double level;
    double mean;
    double intercept;
    double slope = 0;
    double count = 1;
    double left; ///< (1 - level weight) ^ count

    explicit ThetaState(double first, const SmoothingParameters& p)
        : level(first), mean(first), intercept(first), left(1 - p.level)
    {
    }
    double next(const SmoothingParameters& p) const
    {
        const double keep = left * (1 - p.level);
        return level + (1 - 1 / p.theta) * (left * intercept + (1 - keep) / p.level * slope);
    }
    void update(double value, const SmoothingParameters& p)
    {
        slope = ((count - 1) * slope + 6 * (value - mean) / (count + 1)) / (count + 2);
        mean = (count * mean + value) / (count + 1);
        intercept = mean - (count + 2) / 2 * slope;
        level = p.level * value + (1 - p.level) * level;
        left *= 1 - p.level;
        count += 1;
    }
};

template <typename State> double oneStepLoss(std::span<const double> x, const SmoothingParameters& p, FitLoss loss)
{
    State state(x.front(), p);
    double sum = 0;
    for (const double value : x.subspan(1)) {
        const double error = value - state.next(p);
        sum += loss == FitLoss::Absolute ? std::abs(error) : error * error;
        state.update(value, p);
    }
    return sum;
}

double lossOf(SmoothingMethod method, std::span<const double> x, const SmoothingParameters& p, FitLoss loss)
{
    switch (method) {
    case SmoothingMethod::Simple:
        return oneStepLoss<SimpleState>(x, p, loss);
    case SmoothingMethod::Theta:
        return oneStepLoss<ThetaState>(x, p, loss);
    case SmoothingMethod::Damped:
    case SmoothingMethod::Holt:
        break;
    }
    return oneStepLoss<TrendState>(x, p, loss);
}

std::vector<SmoothingParameters> searchGrid(SmoothingMethod method)
{
    constexpr std::array Levels{0.05, 0.15, 0.3, 0.5, 0.75, 1.0};
    constexpr std::array Shares{0.005, 0.03, 0.12, 0.4};
    std::vector<SmoothingParameters> grid;
    for (const double level : Levels) {
        if (method == SmoothingMethod::Simple)
            grid.push_back({level, 0, 1, 1});
        if (method == SmoothingMethod::Theta)
            for (const double theta : {1.0, 1.5, 2.0, 3.0, 5.0})
                grid.push_back({level, 0, 1, theta});
        if (method == SmoothingMethod::Damped)
            for (const double share : Shares)
                for (const double damping : {0.85, 0.96})
                    grid.push_back({level, share, damping, 1});
        if (method == SmoothingMethod::Holt)
            for (const double share : Shares)
                grid.push_back({level, share, 1, 1});
    }
    return grid;
}

/// One parameter that may be moved, its bounds and the first step.
struct Coordinate {
    double SmoothingParameters::*member;
    double low;
    double high;
    double step;
};

std::vector<Coordinate> coordinatesOf(SmoothingMethod method)
{
    std::vector<Coordinate> list{{&SmoothingParameters::level, 0.01, 1.0, 0.1}};
    if (method == SmoothingMethod::Theta)
        list.push_back({&SmoothingParameters::theta, 1.0, 10.0, 0.5});
    if (method == SmoothingMethod::Damped || method == SmoothingMethod::Holt)
        list.push_back({&SmoothingParameters::trendShare, 0.001, 1.0, 0.04});
    if (method == SmoothingMethod::Damped)
        list.push_back({&SmoothingParameters::damping, 0.80, 0.98, 0.03});
    return list;
}

template <typename State>
std::vector<double> runAhead(std::span<const double> x, const SmoothingParameters& p, int horizon)
{
    State state(x.front(), p);
    for (const double value : x.subspan(1))
        state.update(value, p);
    std::vector<double> path;
    path.reserve(static_cast<std::size_t>(horizon));
    for (int h = 0; h < horizon; ++h) {
        path.push_back(state.next(p));
        state.update(path.back(), p); // an error of zero: the state moves on along its own forecast
    }
    return path;
}

} // namespace

double SeasonalPattern::remove(double value, std::size_t position) const
{
    const double part = index[position % index.size()];
    return isRatio ? value / part : value - part;
}

double SeasonalPattern::restore(double value, std::size_t position) const
{
    const double part = index[position % index.size()];
    return isRatio ? value * part : value + part;
}

SeasonalPattern seasonalPattern(std::span<const double> filled, std::span<const double> raw, std::size_t from,
                                std::size_t to, int period, bool isRatio)
{
    const double neutral = isRatio ? 1 : 0;
    const SeasonalPattern none{isRatio, {neutral}};
    const auto m = static_cast<std::size_t>(period);
    if (period < 2 || to - from < 2 * m)
        return none;
    const auto phases = phaseSums(filled, raw, from, to, m, isRatio);
    if (std::any_of(phases.begin(), phases.end(), [](const PhaseSums& p) { return p.weight <= 0; }))
        return none;
    std::vector<double> index;
    for (const auto& phase : phases)
        index.push_back(phase.mean());
    const double centre = std::accumulate(index.begin(), index.end(), 0.0) / static_cast<double>(m);
    for (double& part : index)
        part = isRatio ? part / centre : part - centre;
    const double keep = shrinkage(phases, index, neutral);
    for (double& part : index)
        part = neutral + keep * (part - neutral);
    if (isRatio && *std::min_element(index.begin(), index.end()) <= 1e-6)
        return none;
    return {isRatio, index};
}

SmoothingParameters fitSmoothing(SmoothingMethod method, std::span<const double> series, FitLoss loss)
{
    SmoothingParameters best;
    double bestLoss = std::numeric_limits<double>::infinity();
    const auto consider = [&](const SmoothingParameters& candidate) {
        const double value = lossOf(method, series, candidate, loss);
        if (!(value < bestLoss))
            return false;
        best = candidate;
        bestLoss = value;
        return true;
    };
    const auto grid = searchGrid(method);
    best = grid.front();
    for (const auto& candidate : grid)
        consider(candidate);
    for (auto& [member, low, high, step] : coordinatesOf(method)) {
        double width = step;
        for (int round = 0; round < 4; ++round, width /= 2) {
            auto up = best;
            auto down = best;
            up.*member = std::min(high, best.*member + width);
            down.*member = std::max(low, best.*member - width);
            if (!consider(up))
                consider(down);
        }
    }
    return best;
}

std::vector<double> smoothAhead(SmoothingMethod method, const SmoothingParameters& parameters,
                                std::span<const double> series, int horizon)
{
    switch (method) {
    case SmoothingMethod::Simple:
        return runAhead<SimpleState>(series, parameters, horizon);
    case SmoothingMethod::Theta:
        return runAhead<ThetaState>(series, parameters, horizon);
    case SmoothingMethod::Damped:
    case SmoothingMethod::Holt:
        break;
    }
    return runAhead<TrendState>(series, parameters, horizon);
}

} // namespace altimeter::analysis
