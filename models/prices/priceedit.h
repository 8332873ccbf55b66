#pragma once

#include "models/prices/pricelist.h"

namespace altimeter {

// Changes of a list. What held before and outside of the time of the new entry goes on to hold; nothing overlaps.

/// Puts a price in the place of what the list says of the same key in that time.
void putPrice(PriceList& list, PriceRow row);
void putAlias(PriceList& list, PriceAlias alias);
void putNegotiated(PriceList& list, NegotiatedPrice rule);
/// Takes out what the list says of that key in that time; whether there was anything.
bool dropPrice(PriceList& list, const PriceRow& row);
bool dropAlias(PriceList& list, const PriceAlias& alias);
bool dropNegotiated(PriceList& list, const NegotiatedPrice& rule);

/// A catalogue without dates, of which `before` was known: a price that changed holds from `seen` on, when it was first
/// seen; one that did not, or is not named any more, goes on as it was. Requires rows of one layer.
PriceList mergedCatalogue(const PriceList& before, PriceList incoming, Instant seen);

} // namespace altimeter
