#include "models/analysis/series/median.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace altimeter::analysis {

namespace {

std::vector<double>::iterator split(std::vector<double>& values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return middle;
}

} // namespace

double medianOf(std::vector<double>& values)
{
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const auto middle = split(values);
    return values.size() % 2 == 1 ? *middle : (*std::max_element(values.begin(), middle) + *middle) / 2;
}

double upperMedianOf(std::vector<double> values)
{
    return *split(values);
}

} // namespace altimeter::analysis
