#pragma once

#include "providers/openai/reports.h"

namespace altimeter::providers::openai {

/// What ids are called, and whose books these are.
struct Names {
    std::string account; ///< BillingAccountId
    std::map<std::string, std::string> projects, apiKeys;
};

/// Says both reports as charges: every cost row, divided over the usage it pays for; then the usage nobody pays for,
/// without amounts. The BilledCosts add up to the cost rows to the last digit.
Status deliverCharges(const Reports& reports, const Names& names, Delivery& delivery);

} // namespace altimeter::providers::openai
