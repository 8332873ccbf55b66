#pragma once

#include "models/prices/priceslice.h"

#include <cstdint>
#include <vector>

namespace altimeter {

/// The prices of one kind of call. For reading by any thread; lives no longer than its index.
class ModelPrices {
public:
    ModelPrices(const PriceIndex& index, const PriceScope& scope) : m_slices(priceSlices(index, scope)) {}

    /// Prices `use` by what is asked at `at`, seconds since 1970-01-01T00:00:00Z; its hour and weekday are its own.
    void price(const PricedUse& use, std::int64_t at, PricedCost& out) const;

private:
    std::vector<PriceSlice> m_slices; ///< in order; the first holds from ever
};

} // namespace altimeter
