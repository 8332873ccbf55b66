#include "providers/openrouter/openrouter.h"

#include "models/text/utf8.h"
#include "providers/core/cursorpages.h"
#include "providers/core/fields.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace altimeter::providers {

namespace {

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "openrouter";
    info.title = "OpenRouter";
    info.summary = "Cost, requests and tokens per model, upstream provider and day; limits and usage of each key.";
    info.rights = "A management key (openrouter.ai, Settings, Management keys). It reads the activity of the whole "
                  "organization; an ordinary key is answered with 403.";
    info.fields = {
        needed(FieldKind::Secret, "management_key", "Management key",
               "Settings, Management keys. Ordinary keys cannot read the activity."),
        baseAddressField("https://openrouter.ai/api/v1"),
    };
    info.backfillDays = 30;
    info.refetchDays = 3;
    info.finalAfterDays = 2;
    info.chunkDays = 31;
    info.historyDays = 30;
    info.endsYesterday = true;
    info.bringsMeasures = true;
    info.freshness =
        "Whole UTC days, from the next day on. Only the last 30 days can be asked for: sync at least once a "
        "month, or history is lost.";
    return info;
}

/// Limits and usage of one key, as of `today`. A key without a limit has none, which is not a limit of zero.
Status addKey(const Json& key, Day today, Delivery& delivery)
{
    std::map<std::string, std::string> labels{{"key", key["hash"].text()},
                                              {"key_name", key["name"].text()},
                                              {"workspace", key["workspace_id"].text()},
                                              {"limit_reset", key["limit_reset"].text()},
                                              {"disabled", key["disabled"].isTrue() ? "yes" : ""}};
    std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
    for (const auto& [field, name] :
         {std::pair{"limit", "key_limit"}, std::pair{"limit_remaining", "key_limit_remaining"},
          std::pair{"usage", "key_usage"}, std::pair{"usage_daily", "key_usage_daily"},
          std::pair{"usage_weekly", "key_usage_weekly"}, std::pair{"usage_monthly", "key_usage_monthly"}}) {
        const std::string& value = key[field].text();
        if (value.empty())
            continue;
        if (auto done = delivery.add({name, "USD", startOf(today), startOf(today + 1), labels, value}); !done)
            return done;
    }
    return {};
}

/// One row of the activity as charges: what OpenRouter bills, and apart from it what own keys paid upstream.
Status addRow(const Json& row, Day day, const std::string& workspaceName, const std::string& where, Delivery& delivery)
{
    const auto usage = row.needText("usage", where);
    if (!usage)
        return usage.error();
    Charge charge;
    charge.start = startOf(day);
    charge.end = startOf(day + 1);
    charge.currency = "USD";
    charge.setBilled(*usage);
    charge.set(Column::BillingAccountId, "openrouter");
    charge.set(Column::SubAccountId, row["workspace_id"].text());
    charge.set(Column::SubAccountName, workspaceName);
    if (!row["workspace_id"].text().empty())
        charge.set(Column::SubAccountType, "Workspace");
    charge.set(Column::ServiceCategory, "AI and Machine Learning");
    charge.set(Column::ServiceName, "OpenRouter");
    charge.set(Column::PublisherName, row["provider_name"].text());
    charge.set(Column::ResourceId, row["endpoint_id"].text());
    charge.set(Column::SkuId, row["model_permaslug"].text());
    charge.set(Column::ChargeDescription, row["model"].text());
    charge.extra["x_Model"] = row["model"].text();
    std::int64_t tokens = 0;
    for (const auto& [field, column] :
         {std::pair{"prompt_tokens", "x_InputTokens"}, std::pair{"completion_tokens", "x_OutputTokens"},
          std::pair{"reasoning_tokens", "x_ReasoningTokens"}, std::pair{"requests", "x_Requests"}}) {
        const std::string& text = row[field].text();
        if (!text.empty())
            charge.extra[column] = text;
    }
    for (const char* field : {"prompt_tokens", "completion_tokens"}) {
        const auto count = countOf(row, field, where);
        if (!count)
            return count.error();
        tokens += *count;
    }
    charge.set(Column::ConsumedQuantity, std::to_string(tokens));
    charge.set(Column::ConsumedUnit, "Tokens");
    if (auto done = delivery.add(charge); !done)
        return done;

    const std::string& upstream = row["byok_usage_inference"].text();
    const auto amount = decimalOfDouble(upstream.empty() ? "0" : upstream);
    if (!amount)
        return Error{ErrorCode::Invalid, "byok_usage_inference is no amount", where};
    if (amount->isZero())
        return {};
    Charge own = charge; // paid to the upstream provider, whose own report bills it
    own.setBilled("0");
    own.cost[static_cast<std::size_t>(CostLens::List)] = upstream;
    own.extra = {{"x_Model", row["model"].text()}};
    own.text.erase(Column::ConsumedQuantity);
    own.text.erase(Column::ConsumedUnit);
    own.set(Column::ChargeDescription, row["model"].text() + ", paid upstream by own key");
    own.residual = "paid to the upstream provider by own key";
    return delivery.add(own);
}

class OpenRouter final : public Connector {
public:
    OpenRouter(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"Authorization", "Bearer " + setup.secret("management_key").reveal()}},
                             {},
                             "Check the management key; it may have been deleted.",
                             "The key is no management key. Make one under Settings, Management keys."})
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto credits = m_api.get("/credits", std::move(stop));
        if (!credits)
            return credits.error();
        const auto used = credits->at("data").needText("total_usage", "OpenRouter /credits");
        if (!used)
            return used.error();
        return "The key is accepted. Used so far: " + *used + " USD.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("activity"); !done)
            return done;
        m_workspaces.clear();
        std::vector<std::pair<Day, Json>> days;
        bool hasWorkspaces = false;
        for (Day day = request.window.from; day < request.window.to; day = day + 1) {
            auto page = activityOf(day, stop);
            if (!page)
                return page.error();
            const auto rows = page->needArray("data", whereOf(day));
            if (!rows)
                return rows.error();
            for (const Json& row : **rows) {
                const std::string& date = row["date"].text();
                if (date.substr(0, 10) != toString(day))
                    return Error{ErrorCode::Invalid, "the answer is of another day (" + words::excerpt(date, 20) + ')',
                                 whereOf(day)};
                hasWorkspaces = hasWorkspaces || !row["workspace_id"].text().empty();
            }
            days.emplace_back(day, page.take());
        }
        if (hasWorkspaces || request.reachesToday()) {
            if (auto read = readWorkspaces(stop); !read) {
                if (auto done = lookUpFailed("the names of workspaces", read.error(), delivery); !done)
                    return done;
            }
        }
        for (const auto& [day, page] : days) {
            for (const Json& row : page["data"].items()) {
                const auto workspace = m_workspaces.find(row["workspace_id"].text());
                if (auto done = addRow(row, day, workspace == m_workspaces.end() ? std::string() : workspace->second,
                                       whereOf(day), delivery);
                    !done)
                    return done;
            }
        }
        return request.reachesToday() ? readLimits(request.now.day(), delivery, stop) : Status();
    }

private:
    static std::string whereOf(Day day) { return "OpenRouter /activity of " + toString(day); }

    /// A day by workspace; without, from a server that does not know that grouping.
    Result<Json> activityOf(Day day, const std::stop_token& stop)
    {
        const std::string path = "/activity?date=" + toString(day);
        if (!m_knowsWorkspaces)
            return m_api.get(path, stop);
        auto page = m_api.get(path + "&group_by=workspace", stop);
        if (page || page.error().code != ErrorCode::Invalid || page.error().what.find("HTTP 400") == std::string::npos)
            return page;
        auto plain = m_api.get(path, stop);
        m_knowsWorkspaces = !plain.ok();
        return plain;
    }

    /// Calls `take` with the elements of a list that is asked for by offset.
    template <typename Take>
    Status eachListed(const std::string& path, const Query& query, const char* id, const Take& take,
                      const std::stop_token& stop)
    {
        const std::string where = "OpenRouter " + path;
        CursorGuard guard(where);
        for (std::size_t offset = 0;;) {
            Query asked{{"offset", std::to_string(offset)}};
            asked.insert(asked.end(), query.begin(), query.end());
            const auto page = m_api.get(path + '?' + queryText(asked), stop);
            if (!page)
                return page.error();
            const auto records = page->needArray("data", where);
            if (!records)
                return records.error();
            if ((*records)->empty())
                return {}; // the size of a page is not documented, so only an empty one is the end
            if (auto done = guard.next((*records)->front()[id].text()); !done)
                return done;
            for (const Json& record : **records) {
                if (auto done = take(record); !done)
                    return done;
            }
            offset += (*records)->size();
        }
    }

    Status readWorkspaces(const std::stop_token& stop)
    {
        return eachListed(
            "/workspaces", {}, "id",
            [this](const Json& workspace) {
                if (!workspace["id"].text().empty())
                    m_workspaces[workspace["id"].text()] = workspace["name"].text();
                return Status();
            },
            stop);
    }

    Status readLimits(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        if (auto read = readCredits(today, delivery, stop); !read) {
            if (auto done = lookUpFailed("credits", read.error(), delivery); !done)
                return done;
        }
        if (auto read = readKeys(today, delivery, stop); !read) {
            if (auto done = lookUpFailed("limits of keys", read.error(), delivery); !done)
                return done;
        }
        const Status read = readBudgets(today, delivery, stop);
        return read ? read : lookUpFailed("budgets of workspaces", read.error(), delivery);
    }

    /// What each workspace may spend; an interval without a budget has none, which is not a budget of zero. The first
    /// workspace that cannot be read ends the asking: budgets belong to a plan, and so to all or none.
    Status readBudgets(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        for (const auto& [id, name] : m_workspaces) {
            const std::string path = "/workspaces/" + percentEncoded(id) + "/budgets";
            const auto answer = m_api.get(path, stop);
            if (!answer)
                return answer.error();
            const auto budgets = answer->needArray("data", "OpenRouter " + path);
            if (!budgets)
                return budgets.error();
            for (const Json& budget : **budgets) {
                const auto limit = budget.needText("limit_usd", "OpenRouter " + path);
                if (!limit)
                    return limit.error();
                const std::string& interval = budget["reset_interval"].text();
                std::map<std::string, std::string> labels{
                    {"workspace", id},
                    {"workspace_name", name},
                    {"interval", interval.empty() ? "lifetime" : interval},
                    {"own_keys", (*answer)["include_byok_in_budgets"].isTrue() ? "included" : ""}};
                std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
                if (auto done = delivery.add(
                        {"workspace_budget", "USD", startOf(today), startOf(today + 1), std::move(labels), *limit});
                    !done)
                    return done;
            }
        }
        return {};
    }

    Status readCredits(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        const auto credits = m_api.get("/credits", stop);
        if (!credits)
            return credits.error();
        for (const auto& [field, name] :
             {std::pair{"total_credits", "credits_bought"}, std::pair{"total_usage", "credits_used"}}) {
            const auto value = credits->at("data").needText(field, "OpenRouter /credits");
            if (!value)
                return value.error();
            if (auto done = delivery.add({name, "USD", startOf(today), startOf(today + 1), {}, *value}); !done)
                return done;
        }
        return {};
    }

    /// Of every workspace; without a workspace the server answers the default one alone.
    Status readKeys(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        std::vector<Query> questions;
        for (const auto& [id, name] : m_workspaces)
            questions.push_back({{"include_disabled", "true"}, {"workspace_id", id}});
        if (questions.empty())
            questions.push_back({{"include_disabled", "true"}});
        std::set<std::string> seen;
        for (const Query& query : questions) {
            auto done = eachListed(
                "/keys", query, "hash",
                [&](const Json& key) {
                    return seen.insert(key["hash"].text()).second ? addKey(key, today, delivery) : Status();
                },
                stop);
            if (!done)
                return done;
        }
        return {};
    }

    Api m_api;
    std::map<std::string, std::string> m_workspaces; ///< names by id, of the last fetch
    bool m_knowsWorkspaces = true;
};

} // namespace

ConnectorKind openRouterKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_Model", "x_InputTokens", "x_OutputTokens", "x_ReasoningTokens", "x_Requests"},
            [info](const ConnectorSetup& setup) { return std::make_unique<OpenRouter>(setup, info); }};
}

} // namespace altimeter::providers
