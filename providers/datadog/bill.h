#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers::datadog {

/// Charges of one organization and month, so that they add up to what the record says in total. Parts that do not add
/// up to their total leave a charge with a named residual. Error Invalid for a record of another month, or without
/// charges.
Result<std::vector<Charge>> chargesOf(const Json& record, Day month, const std::string& currency, Charge::State state,
                                      const std::string& where);

/// The costs of a month by tags, as measures "cost_attribution" with the labels "organization", "tag:KEY" and "figure"
/// (as Datadog names it: "infra_host_total_cost"). They are the bill once more, divided, so no charges. Error Invalid
/// for an answer of another month.
Status addAttributions(const Json& answer, Day month, const std::string& currency, const std::string& where,
                       Delivery& delivery);

} // namespace altimeter::providers::datadog
