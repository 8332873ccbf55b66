#pragma once

#include "models/domain/dim.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace altimeter {

/// One of the keys by which charge lines are put in order. Lines without a value come last, whichever way.
struct LineKey {
    enum class By : std::uint8_t {
        Cost, ///< the cost of the query's lens; amounts of different currencies are not compared: currency by currency
        Day,  ///< on which the charge begins
        Text, ///< the first of `dims` that has a value; letters of the Latin alphabet without their case
        Number, ///< the first of `dims` that reads as a number
        Cell,   ///< `column`, one that every line has a value of its own of (groupOf() has none): costs (currency by
                ///< currency), quantities, bounds of the charge period
        File,   ///< name of the file the line came from
        Line,   ///< place in that file
    };
    By by = By::Cost;
    std::vector<Dim> dims{};
    Column column = Column::Count;
    bool descending = false;
    friend bool operator==(const LineKey&, const LineKey&) = default;
};

/// The first key counts most; equal lines stay as they are stored.
using LineOrder = std::vector<LineKey>;
inline constexpr std::size_t kMostLineKeys = 3;

} // namespace altimeter
