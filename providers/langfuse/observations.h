#pragma once

#include "providers/gateways/tally.h"

#include <compare>

namespace altimeter::providers::langfuse {

/// What observations must share to be one charge. Session, trace and observation ids are left out: they would make
/// every observation a charge of its own.
struct Group {
    Day day;
    std::string project, model, type, trace, name, environment, user, prompt, tier;
    std::map<std::string, std::string> tags;
    bool isPriced = true; ///< false: usage is known, and no cost
    friend auto operator<=>(const Group&, const Group&) = default;
};

struct Observation {
    std::string id;
    Instant start;
    bool isCharge = false; ///< false: a step without usage and without cost
    Group group;
    Tally tally;
};

/// Reads a row. Its cost is the total of `costDetails`, else `totalCost`, else the sum of the parts that are known.
/// Error Invalid for a row without id or start, and for a cost or usage that is no number.
Result<Observation> observationOf(const Json& row, const std::string& where);

Charge chargeOf(const Group& group, const Tally& tally, std::string_view countAs);

} // namespace altimeter::providers::langfuse
