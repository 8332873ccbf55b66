#pragma once

#include "models/domain/money.h"
#include "models/domain/sources.h"

#include <cstdint>
#include <span>
#include <vector>

namespace altimeter {

/// How much is charged in one currency.
struct CurrencyUse {
    Currency currency;
    bool hasMoney = false;   ///< some known cost is not zero
    std::uint64_t lines = 0; ///< with a known cost

    /// Amounts of different currencies cannot be compared, so that the order goes by what can be: first those in which
    /// something is charged, then those of which every known cost is zero, last what names no currency (XXX); among
    /// them by the number of lines, then by code.
    bool comesBefore(const CurrencyUse& other) const;
};

/// The currencies of these partitions, each once, the one that is shown first in front: see CurrencyUse::comesBefore().
/// Window, terminal and report all take theirs from here.
std::vector<Currency> currenciesInOrder(std::span<const PartitionInfo> partitions);

} // namespace altimeter
