#pragma once

#include "providers/core/connector.h"

#include <map>
#include <string>

namespace altimeter::providers {

/// Single requests of a gateway put together, so that a million of them become a few charges. Sums are exact.
struct Tally {
    DecimalSum cost;
    DecimalSum inputTokens, outputTokens, cachedTokens, tokens;
    std::uint64_t requests = 0;

    void add(const Tally& other);
};

/// The number of `value`, zero where it is null. Error Invalid for anything else; `name` is the field's.
Result<Decimal> numberOf(const Json& value, const std::string& name, const std::string& where);

/// One request of a gateway's log, before its figures.
struct LoggedRequest {
    std::string id;
    Instant start;
    std::string where; ///< for errors: the request within its page
};
/// `what` a row is called: "request". Errors: Invalid where the fields `id` and `begun` hold no text or no time.
Result<LoggedRequest> requestOf(const Json& row, const char* what, const char* id, const char* begun,
                                const std::string& where);

/// Tags of a list of texts, or of a text that holds such a list: "team:search" and "team=search" are team → search, a
/// tag without a value is "true" as FOCUS asks, and two values of one key are joined with a comma.
std::map<std::string, std::string> tagsOf(const Json& list);

/// The field `count_as` of connectors whose costs are estimates.
ConnectorField countAsField();
inline constexpr std::string_view kCountAsList = "list";

/// What every charge of a gateway shares: a day, dollars, an estimate that nobody was billed for by the gateway. A
/// tally without a price leaves the costs unknown and says so in the residual.
Charge estimateOf(Day day, const Tally& tally, bool isPriced, std::string_view countAs);

} // namespace altimeter::providers
