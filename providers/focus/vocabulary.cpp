#include "providers/focus/vocabulary.h"

#include <algorithm>
#include <array>
#include <utility>

namespace altimeter::providers {

namespace {

using namespace std::string_view_literals;

constexpr std::array kChargeCategories{"Usage"sv, "Purchase"sv, "Tax"sv, "Credit"sv, "Adjustment"sv};
constexpr std::array kChargeClasses{"Correction"sv};
constexpr std::array kChargeFrequencies{"Usage-Based"sv, "One-Time"sv, "Recurring"sv};
constexpr std::array kPricingCategories{"Standard"sv, "Committed"sv, "Dynamic"sv, "Other"sv};
constexpr std::array kCommitmentCategories{"Spend"sv, "Usage"sv};
constexpr std::array kUseStates{"Used"sv, "Unused"sv};

constexpr std::array kIsoCurrencies{
    "AED"sv, "AFN"sv, "ALL"sv, "AMD"sv, "ANG"sv, "AOA"sv, "ARS"sv, "AUD"sv, "AWG"sv, "AZN"sv, "BAM"sv, "BBD"sv, "BDT"sv,
    "BGN"sv, "BHD"sv, "BIF"sv, "BMD"sv, "BND"sv, "BOB"sv, "BOV"sv, "BRL"sv, "BSD"sv, "BTN"sv, "BWP"sv, "BYN"sv, "BZD"sv,
    "CAD"sv, "CDF"sv, "CHE"sv, "CHF"sv, "CHW"sv, "CLF"sv, "CLP"sv, "CNY"sv, "COP"sv, "COU"sv, "CRC"sv, "CUC"sv, "CUP"sv,
    "CVE"sv, "CZK"sv, "DJF"sv, "DKK"sv, "DOP"sv, "DZD"sv, "EGP"sv, "ERN"sv, "ETB"sv, "EUR"sv, "FJD"sv, "FKP"sv, "GBP"sv,
    "GEL"sv, "GHS"sv, "GIP"sv, "GMD"sv, "GNF"sv, "GTQ"sv, "GYD"sv, "HKD"sv, "HNL"sv, "HRK"sv, "HTG"sv, "HUF"sv, "IDR"sv,
    "ILS"sv, "INR"sv, "IQD"sv, "IRR"sv, "ISK"sv, "JMD"sv, "JOD"sv, "JPY"sv, "KES"sv, "KGS"sv, "KHR"sv, "KMF"sv, "KPW"sv,
    "KRW"sv, "KWD"sv, "KYD"sv, "KZT"sv, "LAK"sv, "LBP"sv, "LKR"sv, "LRD"sv, "LSL"sv, "LYD"sv, "MAD"sv, "MDL"sv, "MGA"sv,
    "MKD"sv, "MMK"sv, "MNT"sv, "MOP"sv, "MRU"sv, "MUR"sv, "MVR"sv, "MWK"sv, "MXN"sv, "MXV"sv, "MYR"sv, "MZN"sv, "NAD"sv,
    "NGN"sv, "NIO"sv, "NOK"sv, "NPR"sv, "NZD"sv, "OMR"sv, "PAB"sv, "PEN"sv, "PGK"sv, "PHP"sv, "PKR"sv, "PLN"sv, "PYG"sv,
    "QAR"sv, "RON"sv, "RSD"sv, "RUB"sv, "RWF"sv, "SAR"sv, "SBD"sv, "SCR"sv, "SDG"sv, "SEK"sv, "SGD"sv, "SHP"sv, "SLE"sv,
    "SLL"sv, "SOS"sv, "SRD"sv, "SSP"sv, "STN"sv, "SVC"sv, "SYP"sv, "SZL"sv, "THB"sv, "TJS"sv, "TMT"sv, "TND"sv, "TOP"sv,
    "TRY"sv, "TTD"sv, "TWD"sv, "TZS"sv, "UAH"sv, "UGX"sv, "USD"sv, "USN"sv, "UYI"sv, "UYU"sv, "UYW"sv, "UZS"sv, "VED"sv,
    "VES"sv, "VND"sv, "VUV"sv, "WST"sv, "XAF"sv, "XCD"sv, "XCG"sv, "XOF"sv, "XPF"sv, "YER"sv, "ZAR"sv, "ZMW"sv, "ZWG"sv,
    "ZWL"sv,
};
static_assert(std::is_sorted(kIsoCurrencies.begin(), kIsoCurrencies.end()));

constexpr std::array kServiceCategories{
    "AI and Machine Learning"sv,
    "Analytics"sv,
    "Business Applications"sv,
    "Compute"sv,
    "Databases"sv,
    "Developer Tools"sv,
    "Identity"sv,
    "Integration"sv,
    "Internet of Things"sv,
    "Management and Governance"sv,
    "Media"sv,
    "Migration"sv,
    "Mobile"sv,
    "Multicloud"sv,
    "Networking"sv,
    "Security"sv,
    "Storage"sv,
    "Web"sv,
    "Other"sv,
};

using Pair = std::pair<std::string_view, std::string_view>;
constexpr std::array kServiceSubcategories{
    Pair{"AI and Machine Learning"sv, "AI Platforms"sv},
    Pair{"AI and Machine Learning"sv, "Bots"sv},
    Pair{"AI and Machine Learning"sv, "Generative AI"sv},
    Pair{"AI and Machine Learning"sv, "Machine Learning"sv},
    Pair{"AI and Machine Learning"sv, "Natural Language Processing"sv},
    Pair{"Analytics"sv, "Analytics Platforms"sv},
    Pair{"Analytics"sv, "Business Intelligence"sv},
    Pair{"Analytics"sv, "Data Processing"sv},
    Pair{"Analytics"sv, "Search"sv},
    Pair{"Analytics"sv, "Streaming Analytics"sv},
    Pair{"Business Applications"sv, "Productivity and Collaboration"sv},
    Pair{"Compute"sv, "Containers"sv},
    Pair{"Compute"sv, "End User Computing"sv},
    Pair{"Compute"sv, "Quantum Compute"sv},
    Pair{"Compute"sv, "Serverless Compute"sv},
    Pair{"Compute"sv, "Virtual Machines"sv},
    Pair{"Databases"sv, "Caching"sv},
    Pair{"Databases"sv, "Data Warehouses"sv},
    Pair{"Databases"sv, "Ledger Databases"sv},
    Pair{"Databases"sv, "NoSQL Databases"sv},
    Pair{"Databases"sv, "Relational Databases"sv},
    Pair{"Databases"sv, "Time Series Databases"sv},
    Pair{"Developer Tools"sv, "Developer Platforms"sv},
    Pair{"Developer Tools"sv, "Continuous Integration and Deployment"sv},
    Pair{"Developer Tools"sv, "Development Environments"sv},
    Pair{"Developer Tools"sv, "Source Code Management"sv},
    Pair{"Developer Tools"sv, "Quality Assurance"sv},
    Pair{"Identity"sv, "Identity and Access Management"sv},
    Pair{"Integration"sv, "API Management"sv},
    Pair{"Integration"sv, "Messaging"sv},
    Pair{"Integration"sv, "Workflow Orchestration"sv},
    Pair{"Internet of Things"sv, "IoT Analytics"sv},
    Pair{"Internet of Things"sv, "IoT Platforms"sv},
    Pair{"Management and Governance"sv, "Architecture"sv},
    Pair{"Management and Governance"sv, "Compliance"sv},
    Pair{"Management and Governance"sv, "Cost Management"sv},
    Pair{"Management and Governance"sv, "Data Governance"sv},
    Pair{"Management and Governance"sv, "Disaster Recovery"sv},
    Pair{"Management and Governance"sv, "Endpoint Management"sv},
    Pair{"Management and Governance"sv, "Observability"sv},
    Pair{"Management and Governance"sv, "Support"sv},
    Pair{"Media"sv, "Content Creation"sv},
    Pair{"Media"sv, "Gaming"sv},
    Pair{"Media"sv, "Media Streaming"sv},
    Pair{"Media"sv, "Mixed Reality"sv},
    Pair{"Migration"sv, "Data Migration"sv},
    Pair{"Migration"sv, "Resource Migration"sv},
    Pair{"Multicloud"sv, "Multicloud Integration"sv},
    Pair{"Networking"sv, "Application Networking"sv},
    Pair{"Networking"sv, "Content Delivery"sv},
    Pair{"Networking"sv, "Network Connectivity"sv},
    Pair{"Networking"sv, "Network Infrastructure"sv},
    Pair{"Networking"sv, "Network Routing"sv},
    Pair{"Networking"sv, "Network Security"sv},
    Pair{"Security"sv, "Secret Management"sv},
    Pair{"Security"sv, "Security Posture Management"sv},
    Pair{"Security"sv, "Threat Detection and Response"sv},
    Pair{"Storage"sv, "Backup Storage"sv},
    Pair{"Storage"sv, "Block Storage"sv},
    Pair{"Storage"sv, "File Storage"sv},
    Pair{"Storage"sv, "Object Storage"sv},
    Pair{"Storage"sv, "Storage Platforms"sv},
    Pair{"Web"sv, "Application Platforms"sv},
};

} // namespace

std::span<const std::string_view> allowedValues(Column column)
{
    switch (column) {
    case Column::ChargeCategory:
        return kChargeCategories;
    case Column::ChargeClass:
        return kChargeClasses;
    case Column::ChargeFrequency:
        return kChargeFrequencies;
    case Column::PricingCategory:
        return kPricingCategories;
    case Column::CommitmentDiscountCategory:
        return kCommitmentCategories;
    case Column::CommitmentDiscountStatus:
    case Column::CapacityReservationStatus:
        return kUseStates;
    default:
        return {};
    }
}

bool isIsoCurrency(std::string_view code)
{
    return std::binary_search(kIsoCurrencies.begin(), kIsoCurrencies.end(), code);
}

bool isServiceCategory(std::string_view category)
{
    return std::find(kServiceCategories.begin(), kServiceCategories.end(), category) != kServiceCategories.end();
}

bool isServiceSubcategory(std::string_view category, std::string_view subcategory)
{
    constexpr std::string_view kOther = "Other (";
    if (subcategory.size() == kOther.size() + category.size() + 1 && subcategory.starts_with(kOther) &&
        subcategory.ends_with(')') && subcategory.substr(kOther.size(), category.size()) == category)
        return isServiceCategory(category);
    return std::find(kServiceSubcategories.begin(), kServiceSubcategories.end(), Pair{category, subcategory}) !=
           kServiceSubcategories.end();
}

} // namespace altimeter::providers
