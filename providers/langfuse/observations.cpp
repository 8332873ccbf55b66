#include "providers/langfuse/observations.h"

#include "models/text/utf8.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace altimeter::providers::langfuse {

namespace {

/// Sorts the parts of `usageDetails` into input, output and cached; "total" repeats their sum.
Status addUsage(const Json& details, Tally& tally, const std::string& where)
{
    DecimalSum sum;
    std::optional<Decimal> total;
    for (const auto& [name, value] : details.members()) {
        const auto number = numberOf(value, "usageDetails." + name, where);
        if (!number)
            return number.error();
        if (name == "total") {
            total = *number;
            continue;
        }
        sum.add(*number);
        if (name.find("cache") != std::string::npos)
            tally.cachedTokens.add(*number);
        if (name.starts_with("output"))
            tally.outputTokens.add(*number);
        else if (name.starts_with("input") || name.starts_with("cache"))
            tally.inputTokens.add(*number);
    }
    if (total && !total->isZero())
        tally.tokens.add(*total);
    else
        tally.tokens.add(sum);
    return {};
}

/// The cost of a row; none where Langfuse knows none. "totalCost" is a sum of doubles (0.014199999999999999), so the
/// total of "costDetails" goes before it. Null is no cost, which is not zero; a zero without any part is how a model
/// without a price looks.
Result<std::optional<DecimalSum>> costOf(const Json& row, const std::string& where)
{
    const Json& details = row["costDetails"];
    const auto known = [](const auto& part) { return !part.second.isNull(); };
    const auto parts = std::count_if(details.members().begin(), details.members().end(), known);
    DecimalSum cost;
    for (const auto& [whole, name] :
         {std::pair{&details["total"], "costDetails.total"}, std::pair{&row["totalCost"], "totalCost"}}) {
        if (whole->isNull())
            continue;
        const auto number = numberOf(*whole, name, where);
        if (!number)
            return number.error();
        if (number->isZero() && parts == 0)
            return std::optional<DecimalSum>();
        const auto other = numberOf(row["totalCost"], "totalCost", where);
        if (number->isZero() && other && !other->isZero())
            continue; // two words for one cost, and one of them is money
        cost.add(*number);
        return std::optional(cost);
    }
    if (parts == 0)
        return std::optional<DecimalSum>();
    for (const auto& [name, value] : details.members()) {
        const auto number = numberOf(value, "costDetails." + name, where);
        if (!number)
            return number.error();
        cost.add(*number);
    }
    return std::optional(cost);
}

} // namespace

Result<Observation> observationOf(const Json& row, const std::string& where)
{
    Observation one;
    const auto logged = requestOf(row, "observation", "id", "startTime", where);
    if (!logged)
        return logged.error();
    one.id = logged->id;
    one.start = logged->start;
    const std::string& at = logged->where;
    one.tally.requests = 1;
    if (auto done = addUsage(row["usageDetails"], one.tally, at); !done)
        return done.error();
    const auto cost = costOf(row, at);
    if (!cost)
        return cost.error();
    if (*cost)
        one.tally.cost = **cost;
    const bool hasUsage = !one.tally.tokens.isZero();
    one.isCharge = hasUsage || (*cost && !(*cost)->isZero());

    Group& group = one.group;
    group.day = one.start.day();
    group.project = row["projectId"].text();
    group.model = row["providedModelName"].text();
    group.type = row["type"].text();
    group.trace = row["traceName"].text();
    group.name = row["name"].text();
    group.environment = row["environment"].text();
    group.user = row["userId"].text();
    group.prompt = row["promptName"].text();
    group.tier = row["usagePricingTierName"].text();
    group.tags = tagsOf(row["tags"]);
    group.isPriced = cost->has_value();
    return one;
}

Charge chargeOf(const Group& group, const Tally& tally, std::string_view countAs)
{
    Charge charge = estimateOf(group.day, tally, group.isPriced, countAs);
    charge.set(Column::BillingAccountId, "langfuse");
    charge.set(Column::SubAccountId, group.project);
    charge.set(Column::ServiceName, "Langfuse");
    charge.set(Column::SkuId, group.model);
    charge.set(Column::ChargeDescription, group.name.empty() ? group.model : group.name);
    charge.tags = group.tags;
    charge.extra["x_CachedTokens"] = tally.cachedTokens.toString(0);
    for (const auto& [column, value] :
         {std::pair{"x_Model", &group.model}, std::pair{"x_ObservationType", &group.type},
          std::pair{"x_Workflow", &group.trace}, std::pair{"x_Step", &group.name},
          std::pair{"x_Environment", &group.environment}, std::pair{"x_User", &group.user},
          std::pair{"x_PromptName", &group.prompt}, std::pair{"x_ServiceTier", &group.tier}})
        charge.extra[column] = *value;
    return charge;
}

} // namespace altimeter::providers::langfuse
