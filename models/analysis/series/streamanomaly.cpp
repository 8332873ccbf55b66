#include "models/analysis/series/anomaly.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace altimeter::analysis {

namespace {

constexpr double AlarmScore = 0.12; ///< raw score from which a row is an anomaly; reported as one half
constexpr double QuietFactor = 0.3; ///< scores of the rows after an alarm
constexpr double QuietShare = 0.12; ///< quiet rows after an alarm, as a share of the rows so far
constexpr int RecordRows = 300;     ///< rows before a record counts
constexpr double HalfLifeDays = 75; ///< after which a record counts half
constexpr int LearningRows = 300;   ///< or a day if shorter: nothing is reported before
constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

/// Sums over prefixes, so that a mean or variance over any stretch costs one subtraction.
class Prefix {
public:
    void add(double value)
    {
        m_sum.push_back(m_sum.back() + value);
        m_square.push_back(m_square.back() + value * value);
    }
    std::size_t size() const { return m_sum.size() - 1; }
    double mean(std::size_t from, std::size_t to) const
    {
        return (m_sum[to] - m_sum[from]) / static_cast<double>(to - from);
    }
    double variance(std::size_t from, std::size_t to) const
    {
        const double m = mean(from, to);
        return std::max(0.0, (m_square[to] - m_square[from]) / static_cast<double>(to - from) - m * m);
    }

private:
    std::vector<double> m_sum{0};
    std::vector<double> m_square{0};
};

/// The largest size seen so far; old records fade.
class Record {
public:
    /// How far `size` is beyond the record: 0 (not at all) .. 1.
    double exceed(double size, double fade)
    {
        m_best *= fade;
        m_count += size > 0 ? 1 : 0;
        if (!(size > m_best))
            return 0;
        const double score = m_count > RecordRows ? 1 - m_best / size : 0;
        m_best = size;
        return score;
    }
    double best() const { return m_best; }

private:
    double m_best = 0;
    int m_count = 0;
};

class StreamDetector {
public:
    explicit StreamDetector(int stepsPerDay)
        : m_day(static_cast<std::size_t>(std::max(1, stepsPerDay))),
          m_fade(std::pow(0.5, 1 / (HalfLifeDays * static_cast<double>(m_day))))
    {
    }

    StreamVerdict judge(double value);

private:
    double recordScore(double value);
    double rangeScore(double value);
    double lagSize(std::size_t lag, double value, double& smooth);
    double quieted(double score);

    static constexpr std::size_t Features = 6;
    std::size_t m_day;
    double m_fade;
    Prefix m_values;
    std::vector<double> m_seen; ///< known values; a missing one repeats the value before
    std::array<Record, Features> m_records;
    Record m_surprise; ///< of the value against the mean of the rows just before
    double m_daySmooth = 0;
    double m_weekSmooth = 0;
    double m_low = 0;
    double m_high = 0;
    std::size_t m_quietUntil = 0;
};

/// Smoothed absolute difference to `lag` rows earlier; 0 while there is none.
double StreamDetector::lagSize(std::size_t lag, double value, double& smooth)
{
    const std::size_t n = m_seen.size();
    if (n < lag)
        return 0;
    smooth += 0.2 * (std::abs(value - m_seen[n - lag]) - smooth);
    return smooth;
}

double StreamDetector::recordScore(double value)
{
    const double previous = m_seen.empty() ? value : m_seen.back();
    const double daySize = lagSize(m_day, value, m_daySmooth);
    const double weekSize = lagSize(7 * m_day, value, m_weekSmooth);
    m_values.add(value);
    m_seen.push_back(value);
    const std::size_t n = m_values.size();
    std::array<double, Features> sizes{std::abs(value - previous), 0, 0, 0, daySize, weekSize};
    if (n >= 72)
        sizes[1] = std::abs(m_values.mean(n - 12, n) - m_values.mean(n - 72, n - 12));
    if (n >= 660)
        sizes[2] = std::abs(m_values.mean(n - 60, n) - m_values.mean(n - 660, n - 60));
    if (n >= 30)
        sizes[3] = m_values.variance(n - 30, n);
    double score = 0;
    for (std::size_t i = 0; i < Features; ++i)
        score = std::max(score, m_records[i].exceed(sizes[i], m_fade));
    return score;
}

/// Leaving the range seen so far by a share of it.
double StreamDetector::rangeScore(double value)
{
    const bool isFirst = m_seen.empty();
    const double width = m_high - m_low;
    const double outside = isFirst ? 0 : std::max({0.0, value - m_high, m_low - value});
    m_low = isFirst ? value : std::min(m_low, value);
    m_high = isFirst ? value : std::max(m_high, value);
    return outside > 0 && width > 0 ? 1 - std::exp(-3 * outside / width) : 0;
}

/// After an alarm the same event would go on breaking records.
double StreamDetector::quieted(double score)
{
    const std::size_t n = m_seen.size();
    const auto learning = static_cast<std::size_t>(LearningRows);
    if (n < std::min<std::size_t>(m_day, learning))
        return 0;
    if (n < m_quietUntil)
        return QuietFactor * score;
    if (score >= AlarmScore)
        m_quietUntil = n + static_cast<std::size_t>(QuietShare * static_cast<double>(std::max(n, learning)));
    return score;
}

StreamVerdict StreamDetector::judge(double value)
{
    StreamVerdict verdict;
    const std::size_t n = m_seen.size();
    verdict.expected = n == 0 ? Unknown : m_values.mean(n - std::min<std::size_t>(n, 12), n);
    verdict.lower = verdict.expected - m_surprise.best();
    verdict.upper = verdict.expected + m_surprise.best();
    if (!std::isfinite(value)) {
        if (n > 0) {
            m_values.add(m_seen.back());
            m_seen.push_back(m_seen.back());
        }
        return verdict;
    }
    const double range = rangeScore(value);
    const double record = recordScore(value);
    if (n > 0)
        m_surprise.exceed(std::abs(value - verdict.expected), m_fade);
    const double raw = quieted(std::max(range, record));
    verdict.anomaly = raw >= AlarmScore;
    verdict.score = raw < AlarmScore ? 0.5 * raw / AlarmScore : 0.5 + 0.5 * (raw - AlarmScore) / (1 - AlarmScore);
    return verdict;
}

} // namespace

std::vector<StreamVerdict> detectStreamAnomalies(std::span<const double> values, int stepsPerDay, std::stop_token stop)
{
    StreamDetector detector(stepsPerDay);
    std::vector<StreamVerdict> verdicts;
    verdicts.reserve(values.size());
    for (const double value : values) {
        if (verdicts.size() % 1024 == 0 && stop.stop_requested())
            break;
        verdicts.push_back(detector.judge(value));
    }
    return verdicts;
}

} // namespace altimeter::analysis
