#include "providers/anthropic/reports.h"

#include "providers/core/cursorpages.h"

#include <algorithm>

namespace altimeter::providers::anthropic {

namespace {

Result<Dimensions> readPeriod(const Json& bucket, const std::string& where)
{
    const auto start = instantOf(bucket["starting_at"].text(), where + ", starting_at");
    if (!start)
        return start.error();
    const auto end = instantOf(bucket["ending_at"].text(), where + ", ending_at");
    if (!end)
        return end.error();
    Dimensions period;
    period.start = *start;
    period.end = *end;
    return period;
}

/// Whose request it was. The analytics say it in an "actor", an object or an id; the older reports by two ids.
void readUser(const Json& row, Dimensions& of)
{
    const Json& actor = row["actor"];
    of.isUserGrouped = row.has("actor") || row.has("account_id") || row.has("service_account_id");
    of.userType = actor["type"].text().empty() ? row["actor_type"].text() : actor["type"].text();
    for (const Json* name : {&actor["email_address"], &actor["email"], &actor["name"], &actor["id"], &actor,
                             &row["account_id"], &row["service_account_id"]}) {
        if (of.user.empty())
            of.user = name->text();
    }
    if (of.userType.empty() && !row["service_account_id"].text().empty())
        of.userType = "service_account";
}

Dimensions dimensionsOf(const Json& row, Dimensions of)
{
    const std::string& workspace = row["workspace_id"].text();
    of.workspace = workspace.empty() && row.has("workspace_id") ? kDefaultWorkspace : workspace;
    of.model = row["model"].text();
    of.tier = row["service_tier"].text();
    of.contextWindow = row["context_window"].text();
    of.geography = row["inference_geo"].text();
    of.speed = row["speed"].text();
    of.product = row["product"].text();
    of.apiKey = row["api_key_id"].text();
    of.isKeyGrouped = row.has("api_key_id");
    readUser(row, of);
    return of;
}

/// An amount in cents, as dollars.
Result<std::string> amountOf(const std::string& cents, const std::string& where)
{
    auto amount = fromCents(cents);
    if (!amount)
        return Error{amount.error().code, '"' + cents.substr(0, 60) + "\" is no amount", where};
    return amount;
}

/// `about` says what the row is about, `money` what it cost; both are one object in the older reports.
Status readCostRow(const Json& about, const Json& money, const Dimensions& period, const std::string& where,
                   Reports& reports)
{
    CostRow row;
    const auto cents = money.needText("amount", where);
    if (!cents)
        return cents.error();
    const auto currency = money.needText("currency", where);
    if (!currency)
        return currency.error();
    auto amount = amountOf(*cents, where);
    if (!amount)
        return amount.error();
    static_cast<Dimensions&>(row) = dimensionsOf(about, period);
    row.amount = amount.take();
    if (!money["list_amount"].text().empty()) {
        auto list = amountOf(money["list_amount"].text(), where + ", list_amount");
        if (!list)
            return list.error();
        row.listAmount = list.take();
    }
    row.currency = currencyCode(*currency);
    row.description = about["description"].text();
    row.costType = about["cost_type"].text();
    row.tokenType = about["token_type"].text();
    if (row.costType.empty() && !row.tokenType.empty())
        row.costType = "tokens";
    reports.costs.push_back(std::move(row));
    return {};
}

Status readCost(const Json& json, const Dimensions& period, const std::string& where, Reports& reports)
{
    return readCostRow(json, json, period, where, reports);
}

Status readCounters(const Json& json, const UsagePart& common, const std::string& where, Reports& reports)
{
    if (!json.has("uncached_input_tokens") && !json.has("output_tokens"))
        return Error{ErrorCode::Invalid, "a usage row has no token counts", where};
    const auto add = [&](const Json& counters, const std::string& prefix, const std::string& name,
                         bool isTokens) -> Status {
        const auto quantity = countOf(counters, name, where);
        if (!quantity)
            return quantity.error();
        if (*quantity == 0)
            return {};
        UsagePart part = common;
        part.counter = prefix + name;
        part.isTokens = isTokens;
        part.quantity = *quantity;
        reports.usage.push_back(std::move(part));
        return {};
    };
    for (const char* name : {"uncached_input_tokens", "cache_read_input_tokens", "output_tokens"}) {
        if (auto done = add(json, {}, name, true); !done)
            return done;
    }
    for (const auto& [name, value] : json["cache_creation"].members()) {
        if (auto done = add(json["cache_creation"], "cache_creation.", name, true); !done)
            return done;
    }
    for (const auto& [name, value] : json["server_tool_use"].members()) {
        if (auto done = add(json["server_tool_use"], {}, name, false); !done)
            return done;
    }
    return {};
}

Status readUsageRow(const Json& json, const Dimensions& period, const std::string& where, Reports& reports)
{
    UsagePart common;
    static_cast<Dimensions&>(common) = dimensionsOf(json, period);
    return readCounters(json, common, where, reports);
}

/// The period of a row of the analytics, which is asked for by the day.
Result<Dimensions> readDay(const Json& row, const std::string& where)
{
    auto period = readPeriod(row, where);
    if (period && (period->end <= period->start || period->end.seconds - period->start.seconds > 86400))
        return Error{ErrorCode::Invalid, "a row is not of one day, as was asked", where};
    return period;
}

Status readRows(const Json& bucket, const std::string& where, Reports& reports,
                Status (*readRow)(const Json&, const Dimensions&, const std::string&, Reports&))
{
    const auto rows = bucket.needArray("results", where + ", bucket");
    if (!rows)
        return rows.error();
    const auto period = readPeriod(bucket, where);
    if (!period)
        return period.error();
    for (const Json& row : **rows) {
        if (auto done = readRow(row, *period, where, reports); !done)
            return done;
    }
    return {};
}

} // namespace

Status readCosts(const Json& bucket, const std::string& where, Reports& reports)
{
    if (const auto period = readPeriod(bucket, where))
        reports.costDays.push_back({period->start.day(), Instant{period->end.seconds - 1}.day() + 1});
    return readRows(bucket, where, reports, readCost);
}

Status readUsage(const Json& bucket, const std::string& where, Reports& reports)
{
    return readRows(bucket, where, reports, readUsageRow);
}

Status readAnalyticsCost(const Json& row, const std::string& where, Reports& reports)
{
    const auto period = readDay(row, where);
    if (!period)
        return period.error();
    return readCostRow(row["group"], row["cost"], *period, where, reports);
}

Status readAnalyticsUsage(const Json& row, const std::string& where, Reports& reports)
{
    const auto period = readDay(row, where);
    if (!period)
        return period.error();
    UsagePart common;
    static_cast<Dimensions&>(common) = dimensionsOf(row["group"], *period);
    return readCounters(row["usage"], common, where, reports);
}

std::string tokenClass(const std::string& tokenType)
{
    static const std::map<std::string, std::string, std::less<>> names{
        {"uncached_input_tokens", "input"},
        {"cache_read_input_tokens", "cached_input"},
        {"cache_creation.ephemeral_5m_input_tokens", "cache_write_5m"},
        {"cache_creation.ephemeral_1h_input_tokens", "cache_write_1h"},
        {"output_tokens", "output"},
    };
    const auto found = names.find(tokenType);
    return found == names.end() ? tokenType : found->second;
}

} // namespace altimeter::providers::anthropic
