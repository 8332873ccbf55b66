#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers::datadog {

/// Charges of one organization and month, so that they add up to what the record says in total. Parts that do not add
/// up to their total leave a charge with a named residual. Error Invalid for a record of another month, or without
/// charges.
Result<std::vector<Charge>> chargesOf(const Json& record, Day month, const std::string& currency, Charge::State state,
                                      const std::string& where);

} // namespace altimeter::providers::datadog
