#pragma once

#include "models/prices/priceindex.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// One price that may be picked, with all that is applied to it.
struct PriceRate {
    const PriceRow* row = nullptr; ///< null: a fixed price of the contract alone
    std::uint64_t contextAbove = 0;
    Decimal unitPrice;         ///< of `divisor` units
    std::uint64_t divisor = 1; ///< 1, but for prices per hour of what is counted in seconds and the like
    Currency currency;
    PriceGap gap = PriceGap::None; ///< Overflow where the digits do not fit
    std::uint8_t caveats = 0;

    bool hasWindows() const { return row != nullptr && !row->windows.empty(); }
    bool isMarginal() const { return row != nullptr && row->band == BandMode::Marginal && contextAbove > 0; }
    bool holdsIn(std::int64_t second) const;
};

struct ItemRates {
    std::vector<PriceRate> rates;   ///< those with windows first
    PriceGap gap = PriceGap::Model; ///< why there are none
};

/// What is asked for a kind of call from one instant to that of the next slice; within, prices change with the hour and
/// the prompt alone.
struct PriceSlice {
    struct Tool {
        std::string_view item;
        ItemRates rates;
    };
    std::int64_t from = 0; ///< seconds since 1970-01-01T00:00:00Z
    std::array<ItemRates, kUsageClassCount> classes;
    std::vector<Tool> tools;
    std::vector<std::uint64_t> bands; ///< bounds above zero that some class of tokens has, the highest first
};

/// A kind of call, by the names of the price book.
struct PriceScope {
    std::string provider, model, tier, region;
    PriceLens lens = PriceLens::List;
};
PriceScope priceScope(std::string_view provider, std::string_view model, std::string_view tier, std::string_view region,
                      PriceLens lens);

/// The prices of a kind of call through all times: slices in order, the first from ever.
std::vector<PriceSlice> priceSlices(const PriceIndex& index, const PriceScope& scope);

} // namespace altimeter
