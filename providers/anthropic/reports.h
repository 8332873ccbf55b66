#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers::anthropic {

/// The id under which the default workspace stands, which the provider calls null.
inline constexpr const char* kDefaultWorkspace = "default";

/// What both reports say of a row.
struct Dimensions {
    Instant start, end;
    std::string workspace; ///< kDefaultWorkspace where the report says null; empty: the report does not tell
    std::string model, tier, contextWindow, geography;
    std::string speed, product;
    std::string apiKey;
    bool isKeyGrouped = false;  ///< false: an empty `apiKey` says nothing; true: it is use of the Console
    std::string user, userType; ///< an account or a service account
    bool isUserGrouped = false; ///< false: an empty `user` says nothing
};

struct CostRow : Dimensions {
    std::string amount;     ///< in the major unit: the provider's cents are already divided
    std::string listAmount; ///< before discounts; empty: not said
    std::string currency, description;
    std::string costType;  ///< "tokens", "web_search", "code_execution", "session_usage", or a new one
    std::string tokenType; ///< "cache_creation.ephemeral_5m_input_tokens"; empty: none
};

/// One counter of a row of the usage report.
struct UsagePart : Dimensions {
    std::string counter; ///< "output_tokens", "cache_creation.…", "web_search_requests"
    bool isTokens = true;
    std::int64_t quantity = 0; ///< above zero
};

struct Reports {
    std::vector<CostRow> costs;
    std::vector<UsagePart> usage;
    std::vector<DateRange> costDays; ///< that the cost report has a bucket for, be it empty
};

/// Read the rows of one bucket of the older reports into `reports`. Error Invalid where a row lacks what it is about.
Status readCosts(const Json& bucket, const std::string& where, Reports& reports);
Status readUsage(const Json& bucket, const std::string& where, Reports& reports);

/// Read a row of the analytics reports, which name what a row is about in "group". Error Invalid as above, and for a
/// row of more than a day.
Status readAnalyticsCost(const Json& row, const std::string& where, Reports& reports);
Status readAnalyticsUsage(const Json& row, const std::string& where, Reports& reports);

/// "cached_input" of "cache_read_input_tokens"; unknown ones as they are.
std::string tokenClass(const std::string& tokenType);

} // namespace altimeter::providers::anthropic
