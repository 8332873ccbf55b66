#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// Effective cost that a version of the rules gave to other owners when it was published.
struct MovedCost {
    Currency currency;
    Amount moved;
    Amount earlier; ///< of this, in months before the last one with charges
    friend bool operator==(const MovedCost&, const MovedCost&) = default;
};

/// What was said of rules when they were published.
struct RulesPublication {
    Day from;         ///< first day of the first month they apply to; none: to all of history
    std::string note; ///< why; empty: nothing was said
    std::string by;   ///< the account of the computer that published; empty: not known
    std::optional<std::vector<MovedCost>> moved; ///< empty: no money; none: not known
    friend bool operator==(const RulesPublication&, const RulesPublication&) = default;
};

/// Allocation rules as they are published: JSON of resources/schema/rules.schema.json.
struct RulesDocument {
    std::string json;
    std::uint32_t version = 0;
    Instant publishedAt{}; ///< not valid where it does not matter
    RulesPublication publication{};
};

/// Rules on their way into force.
struct RulesToPublish {
    std::string json;
    std::optional<std::uint32_t> over; ///< the version they may take the place of; none: whichever is in force
    Day from;                          ///< as in RulesPublication; any day of the month
    std::string note{};
};

} // namespace altimeter
