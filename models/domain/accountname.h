#pragma once

#include <string>

namespace altimeter {

/// A billing account for people, behind the provider that bills it, where one is known: "AWS A-1".
inline std::string accountName(const std::string& provider, const std::string& billingAccount)
{
    return provider.empty() ? billingAccount : provider + ' ' + billingAccount;
}

} // namespace altimeter
