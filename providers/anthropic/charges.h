#pragma once

#include "providers/anthropic/reports.h"

namespace altimeter::providers::anthropic {

struct Workspace {
    std::string name;
    std::map<std::string, std::string> tags;
};

/// What ids are called, and whose books these are.
struct Names {
    std::string account, accountName; ///< BillingAccountId and -Name
    std::map<std::string, Workspace> workspaces;
    std::map<std::string, std::string> apiKeys;
};

/// Says both reports as charges: every cost row, divided over the API keys whose usage it pays for; then the usage
/// nobody pays for, without amounts. The BilledCosts add up to the cost rows to the last digit.
Status deliverCharges(const Reports& reports, const Names& names, Delivery& delivery);

} // namespace altimeter::providers::anthropic
