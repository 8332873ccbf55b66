#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// Money of one currency in a delivery or a source.
struct DeliveredMoney {
    Currency currency;
    DecimalSum billed; ///< exact sum of the delivered digits
    std::uint64_t rows = 0;
    Day from, to; ///< billing months, from the first day of the first to the first day behind the last
    friend bool operator==(const DeliveredMoney&, const DeliveredMoney&) = default;
};

/// What these come to together, by currency, in the order of currenciesInOrder().
std::vector<DeliveredMoney> together(const std::vector<DeliveredMoney>& parts);

/// One delivery of files, as the workspace remembers it.
struct DeliveryInfo {
    std::int64_t number = 0; ///< as `deliveries take-back` wants it
    std::string source;
    Instant at;
    std::vector<std::string> files;
    std::uint64_t rows = 0;               ///< stored of it, of those that still stand
    std::vector<DeliveredMoney> money;    ///< what stands of it, by currency
    std::vector<DeliveredMoney> replaced; ///< what it took the place of and would come back, by currency
    std::string stays;                    ///< why it cannot be taken back; empty: it can
};

/// A source of files that was removed and can be put back.
struct RemovedSource {
    std::string name;
    Instant at; ///< when it was removed
    std::vector<DeliveredMoney> money;
};

/// What the workspace remembers of its deliveries of files, newest first.
struct Deliveries {
    std::vector<DeliveryInfo> deliveries;
    std::vector<RemovedSource> removed;

    /// All that stands of a source.
    std::vector<DeliveredMoney> standingOf(const std::string& source) const;
};

/// Money of a source that counts again.
struct ReturnedMoney {
    std::string source;
    std::vector<DeliveredMoney> money; ///< by currency
};

/// What taking a delivery back, removing a source or putting one back did.
struct SetAsideReport {
    std::string source;
    std::vector<DeliveredMoney> gone;  ///< no longer counts
    std::vector<DeliveredMoney> back;  ///< counts again
    std::vector<ReturnedMoney> backOf; ///< the same by source: a delivery may have taken the place of others' charges
};

} // namespace altimeter
