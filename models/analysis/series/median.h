#pragma once

#include <vector>

namespace altimeter::analysis {

/// The middle value, of an even number the mean of the two in the middle; NaN where there is none. Puts `values` in
/// another order.
double medianOf(std::vector<double>& values);
/// The middle value, of an even number the upper of the two: one that did occur. Requires a value.
double upperMedianOf(std::vector<double> values);

} // namespace altimeter::analysis
