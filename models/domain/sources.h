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
    std::uint64_t findings = 0;     ///< errors and warnings
    std::uint64_t acknowledged = 0; ///< of these, such as somebody knows about
    std::uint64_t openFindings() const { return findings - acknowledged; }
};

/// Lines that could not be stored, by the check that they failed.
struct RejectedPart {
    std::string check; ///< empty: of a delivery before rejected lines were added up
    std::uint64_t rows = 0;
    std::array<DecimalSum, kLensCount> cost;            ///< exact sum of the amounts that could be read, by CostLens
    std::array<std::uint64_t, kLensCount> costRows{};   ///< lines with such an amount, other than zero
    std::array<std::uint64_t, kLensCount> unreadable{}; ///< lines whose amount could not be read

    /// An amount that the sum has no room for is one that cannot be read.
    void add(const RejectedPart& other);
    bool tells(CostLens lens) const
    {
        const auto at = static_cast<std::size_t>(lens);
        return costRows[at] > 0 || unreadable[at] > 0;
    }
};

/// One stored partition: (source, provider, billing account, billing period, currency), replaced as a whole. Without
/// ids and rows, what was rejected where nothing could be stored; what of its name could not be read is empty there.
struct PartitionInfo {
    std::vector<std::int64_t> ids; ///< one, or one for each day where a connection keeps days apart; none: see below
    std::string source, provider, billingAccount;
    Day billingPeriod;
    Currency currency;
    std::uint64_t rows = 0;
    std::uint64_t rejected = 0; ///< lines of its files that could not be stored
    /// Exact sum of the digits that were delivered, by CostLens, also of those that could not be stored.
    std::array<DecimalSum, kLensCount> fileTotal;
    std::vector<RejectedPart> rejectedParts; ///< what of it was not stored, by check
    std::array<std::uint64_t, kLensCount> unknownRows{};
    Instant importedAt;
    std::vector<std::string> files;

    /// Counts lines that could not be stored in the total of the files.
    void addRejected(RejectedPart part);
    /// Whether the source knows no such cost: nothing of the kind is stated in any line.
    bool isUnknown(CostLens lens) const;
};

} // namespace altimeter
