#pragma once

#include "models/prices/pricelist.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// What is thought of a row before it is taken into the book.
struct PriceVerdict {
    enum class Kind : std::uint8_t { New, Same, Changed, Refused };

    std::size_t row = 0; ///< of the list that was judged
    Kind kind = Kind::New;
    std::optional<Decimal> before; ///< the price known so far, for as many units as that of the row
    /// Of a refused row what is against it: "price-zero", "price-too-high", "output-ratio", "cache-read-ratio",
    /// "cache-write-ratio", "batch-ratio", "tier-ratio", "band-ratio" or "price-change".
    std::string check;
    std::string message;
};

/// Judges rows that come from outside, one verdict for each in their order. Wrong units are the usual fault of
/// catalogues, a thousandfold at a time, and a wrong price is an outage of every budget: what lies outside of what
/// vendors ask is refused. `known` is what the book holds. `takesChanges`: a price may be more than five times the
/// known one, or less than a fifth, since somebody looked at it.
std::vector<PriceVerdict> judgePrices(const PriceList& incoming, const PriceList& known, bool takesChanges = false);

/// Whether two rows are the price of the same: all but the price, the time and where it was read.
bool isSamePriceKey(const PriceRow& a, const PriceRow& b);

} // namespace altimeter
