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

Dimensions dimensionsOf(const Json& row, Dimensions of)
{
    const std::string& workspace = row["workspace_id"].text();
    of.workspace = workspace.empty() && row.has("workspace_id") ? kDefaultWorkspace : workspace;
    of.model = row["model"].text();
    of.tier = row["service_tier"].text();
    of.contextWindow = row["context_window"].text();
    of.geography = row["inference_geo"].text();
    return of;
}

Status readCost(const Json& json, const Dimensions& period, const std::string& where, Reports& reports)
{
    CostRow row;
    const auto cents = json.needText("amount", where);
    if (!cents)
        return cents.error();
    const auto currency = json.needText("currency", where);
    if (!currency)
        return currency.error();
    auto amount = fromCents(*cents);
    if (!amount)
        return Error{amount.error().code, '"' + cents->substr(0, 60) + "\" is no amount", where};
    static_cast<Dimensions&>(row) = dimensionsOf(json, period);
    row.amount = amount.take();
    row.currency = currencyCode(*currency);
    row.description = json["description"].text();
    row.costType = json["cost_type"].text();
    row.tokenType = json["token_type"].text();
    if (row.costType.empty() && !row.tokenType.empty())
        row.costType = "tokens";
    reports.costs.push_back(std::move(row));
    return {};
}

Status readUsageRow(const Json& json, const Dimensions& period, const std::string& where, Reports& reports)
{
    if (!json.has("uncached_input_tokens") && !json.has("output_tokens"))
        return Error{ErrorCode::Invalid, "a usage row has no token counts", where};
    UsagePart common;
    static_cast<Dimensions&>(common) = dimensionsOf(json, period);
    common.apiKey = json["api_key_id"].text();
    common.isKeyGrouped = json.has("api_key_id");
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
    return readRows(bucket, where, reports, readCost);
}

Status readUsage(const Json& bucket, const std::string& where, Reports& reports)
{
    return readRows(bucket, where, reports, readUsageRow);
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
