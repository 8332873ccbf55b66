#pragma once

#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// State of one source.
struct SourceInfo {
    std::string name;
    std::string kind; ///< "focus-csv", …
    std::uint64_t partitions = 0;
    std::uint64_t rows = 0;
    Day dataFrom;
    Day dataThrough; ///< last day with a charge (inside)
    Instant lastImport;
    std::string state; ///< "ok", "findings", "rejected lines"
    std::uint64_t rejected = 0;
    std::uint64_t findings = 0;
};

/// One stored partition: (source, provider, billing account, billing period, currency), replaced as a whole.
struct PartitionInfo {
    std::vector<std::int64_t> ids; ///< one, or one for each day where a connection keeps days apart
    std::string source, provider, billingAccount;
    Day billingPeriod;
    Currency currency;
    std::uint64_t rows = 0;
    std::uint64_t rejected = 0;                   ///< lines of its files that could not be stored
    std::array<DecimalSum, kLensCount> fileTotal; ///< exact sum of the file's digits, by CostLens
    std::array<std::uint64_t, kLensCount> unknownRows{};
    Instant importedAt;
    std::vector<std::string> files;
};

} // namespace altimeter
