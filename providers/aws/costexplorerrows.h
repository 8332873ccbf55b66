#pragma once

#include "models/json/json.h"
#include "providers/core/delivery.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace altimeter::providers {

/// What GetCostAndUsage groups by.
struct AwsGrouping {
    std::string type; ///< "DIMENSION", "TAG" or "COST_CATEGORY"
    std::string key;  ///< "SERVICE", or the name of the tag

    /// Of "SERVICE", "TAG:team", "COST_CATEGORY:product". Error Invalid for a dimension that is not known here.
    static Result<AwsGrouping> of(const std::string& text);
    std::string text() const; ///< as of() reads it
};

/// How GetCostAndUsage is asked, and so how its answer is read.
struct AwsCostQuery {
    std::vector<AwsGrouping> groupings;      ///< one or two
    std::string effective = "AmortizedCost"; ///< the metric that becomes EffectiveCost
    bool wantsQuantity = false;              ///< one unit per group, as grouping by usage type gives
    std::string filter;                      ///< an Expression as JSON text; empty: none
    bool groupsBy(std::string_view dimension) const;
};

/// One group of one day.
struct AwsCostRow {
    Day day;
    std::vector<std::string> keys; ///< as the groupings; empty: the day's total, where AWS names no groups
    std::string billed, effective, currency;
    std::string quantity, unit; ///< empty where not asked for or not of one unit
};

/// What the pages of GetCostAndUsage say together: a day's groups may be spread over several pages.
struct AwsCosts {
    std::vector<AwsCostRow> rows;
    std::set<Day> days;                              ///< that were answered, with or without groups
    std::set<Day> estimated;                         ///< days AWS may still change
    std::map<std::string, std::string> accountNames; ///< by account number, as far as AWS told them
};

/// The request body for days [from, to).
std::string awsCostBody(const AwsCostQuery& query, const DateRange& days, const std::string& nextPage);
/// Adds one page to `costs`. Error Invalid names what is missing or odd.
Status readAwsCosts(const Json& page, const AwsCostQuery& query, const std::string& where, AwsCosts& costs);
/// The charge of one row. `payer` is the account that is billed.
Charge awsCharge(const AwsCostRow& row, const AwsCostQuery& query, const AwsCosts& costs, const std::string& payer);

/// Model and kind of tokens of a Bedrock usage type ("USE1-Claude4.6Sonnet-input-tokens"); empty where it is none.
struct BedrockMeter {
    std::string model, tokenClass, tier;
};
BedrockMeter bedrockMeter(std::string_view usageType);

/// FOCUS ServiceCategory of a service as Cost Explorer names it; "Other" where it is not known.
std::string awsServiceCategory(std::string_view service);

} // namespace altimeter::providers
