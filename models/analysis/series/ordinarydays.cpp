#include "models/analysis/series/ordinarydays.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace altimeter::analysis {

namespace {

constexpr std::size_t Neighbours = 4; ///< seasons on either side
constexpr std::size_t FewNeighbours = 3;
constexpr std::size_t NearDays = 14;

/// The known values around a place, in order of size. A history has hundreds of such windows and each differs from the
/// one before by one value in and one out, so it is kept sorted rather than sorted anew.
class SortedWindow {
public:
    void add(double value)
    {
        if (std::isnan(value))
            return;
        std::size_t at = m_size++;
        for (; at > 0 && m_values[at - 1] > value; --at)
            m_values[at] = m_values[at - 1];
        m_values[at] = value;
    }
    void remove(double value)
    {
        if (std::isnan(value))
            return;
        const auto end = m_values.begin() + static_cast<std::ptrdiff_t>(m_size);
        const auto at = std::lower_bound(m_values.begin(), end, value);
        std::copy(at + 1, end, at);
        --m_size;
    }
    std::size_t size() const { return m_size; }
    /// Median without one of the values `left`, which must be among them unless it is NaN.
    double medianWithout(double left) const
    {
        const bool isIn = !std::isnan(left);
        const std::size_t n = m_size - (isIn ? 1 : 0);
        const auto end = m_values.begin() + static_cast<std::ptrdiff_t>(m_size);
        const auto gap =
            isIn ? static_cast<std::size_t>(std::lower_bound(m_values.begin(), end, left) - m_values.begin()) : m_size;
        const auto rank = [&](std::size_t i) { return m_values[i < gap ? i : i + 1]; };
        return n % 2 == 1 ? rank(n / 2) : (rank(n / 2 - 1) + rank(n / 2)) / 2;
    }

private:
    std::array<double, 2 * NearDays + 2> m_values{};
    std::size_t m_size = 0;
};

double medianNear(std::span<const double> values, std::size_t t)
{
    SortedWindow near;
    for (std::size_t i = t >= NearDays ? t - NearDays : 0; i < std::min(values.size(), t + NearDays + 1); ++i)
        if (i != t)
            near.add(values[i]);
    return near.size() > 0 ? near.medianWithout(std::nan("")) : 0;
}

} // namespace

std::vector<double> ordinaryDays(std::span<const double> values, int season)
{
    const auto m = static_cast<std::size_t>(season);
    const std::size_t n = values.size();
    std::vector<double> ordinary(n, 0);
    for (std::size_t phase = 0; phase < m; ++phase) {
        SortedWindow window;
        for (std::size_t i = phase; i < std::min(n, Neighbours * m); i += m)
            window.add(values[i]);
        for (std::size_t t = phase; t < n; t += m) {
            if (t + Neighbours * m < n)
                window.add(values[t + Neighbours * m]);
            if (t >= (Neighbours + 1) * m)
                window.remove(values[t - (Neighbours + 1) * m]);
            const std::size_t others = window.size() - (std::isnan(values[t]) ? 0 : 1);
            ordinary[t] = others < FewNeighbours ? medianNear(values, t) : window.medianWithout(values[t]);
        }
    }
    return ordinary;
}

} // namespace altimeter::analysis
