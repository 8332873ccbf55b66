#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace altimeter::analysis {

/// The days of a daily series that belong to its present life.
struct Lifetime {
    std::size_t birth = 0;      ///< index of its first day; days before it are no history, not even of zeros
    std::vector<double> values; ///< from `birth` on; NaN where it was switched off for a while
    bool hasStopped = false;    ///< switched off, and not only between two days of its rhythm
};

/// Tells the life of something from the zeros around it (NaN = missing, which is neither). What was never spent has no
/// birth and has not stopped. How many days of zero say that it is switched off depends on the pauses it makes: five
/// for one that is used each day, more than two missed weeks for a weekly one. Pure.
Lifetime presentLife(std::span<const double> history);

} // namespace altimeter::analysis
