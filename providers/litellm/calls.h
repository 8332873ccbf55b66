#pragma once

#include "providers/gateways/tally.h"

#include <compare>
#include <set>

namespace altimeter::providers::litellm {

/// What requests must share to be one charge. Session and request ids are left out: they would make every request a
/// charge of its own.
struct Group {
    Day day;
    std::string model, publisher, organization, team, teamAlias, key, keyAlias, user, endUser, agent, workflow, useCase;
    std::map<std::string, std::string> tags;
    bool isPriced = true;     ///< false: tokens were used, and the proxy knew no price
    bool isRetrieval = false; ///< a response fetched again by its id, for which no provider charges
    friend auto operator<=>(const Group&, const Group&) = default;
};

/// One row of the spend log.
struct Call {
    std::string id; ///< request_id
    Instant start;
    Group group;
    Tally tally;
    DecimalSum repeatedSpend; ///< of a retrieval: what the proxy counts once more
};

/// Reads a row. `freeModels` names models, model groups and providers whose spend of zero is a price, not a gap. Error
/// Invalid for a row without id, start or spend.
Result<Call> callOf(const Json& row, const std::set<std::string>& freeModels, const std::string& where);

/// `teamNames` by team id, for rows that name none.
Charge chargeOf(const Group& group, const Tally& tally, const std::map<std::string, std::string>& teamNames,
                std::string_view countAs);

} // namespace altimeter::providers::litellm
