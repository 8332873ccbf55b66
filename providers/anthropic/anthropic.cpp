#include "providers/anthropic/anthropic.h"

#include "providers/anthropic/charges.h"
#include "providers/anthropic/claudecode.h"
#include "providers/core/cursorpages.h"
#include "providers/core/fields.h"

#include <algorithm>

namespace altimeter::providers {

namespace {

constexpr int kMostDays = 31;

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "anthropic";
    info.title = "Anthropic";
    info.summary = "Cost per workspace, model and token type, divided over API keys, and Claude Code's analytics.";
    info.rights = "An Admin API key (sk-ant-admin01-…). A member with the admin role makes it in the Claude Console "
                  "under Settings, Admin keys. Individual accounts have none.";
    info.fields = {
        needed(FieldKind::Secret, "admin_key", "Admin API key",
               "Claude Console, Settings, Admin keys. An ordinary API key cannot read costs."),
        offered(FieldKind::Flag, "claude_code", "Claude Code analytics",
                "Read sessions, commits and estimated cost per developer: one more request for each day.", "yes"),
        baseAddressField("https://api.anthropic.com"),
    };
    info.backfillDays = 90;
    info.refetchDays = 3;
    info.finalAfterDays = 3;
    info.chunkDays = 31;
    info.freshness = "About 5 minutes after use, sometimes longer. The last 3 days are fetched again.";
    info.bringsMeasures = true;
    return info;
}

class Anthropic final : public Connector {
public:
    Anthropic(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http,
                {info.title,
                 setup.value(info, "base_url"),
                 {{"x-api-key", setup.secret("admin_key").reveal()}, {"anthropic-version", "2023-06-01"}},
                 {},
                 "Check the Admin API key (sk-ant-admin01-…); it may have been deleted, or be an ordinary API key.",
                 "The key may not read the organization's reports. Use an Admin API key, made by a member with the "
                 "admin role in the Claude Console under Settings, Admin keys."}),
          m_readsClaudeCode(setup.value(info, "claude_code") != "no"), m_now(setup.now)
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const Day today = m_now.day();
        const Query query{
            {"starting_at", toString(startOf(today - 1))}, {"ending_at", toString(startOf(today))}, {"limit", "1"}};
        const auto costs = m_api.get(std::string(kCosts) + '?' + queryText(query), stop);
        if (!costs)
            return costs.error();
        if (const auto data = costs->needArray("data", "Anthropic cost_report"); !data)
            return data.error();
        const auto me = m_api.get("/v1/organizations/me", stop);
        if (!me && !isRefusal(me.error()))
            return me.error();
        const std::string name = me ? (*me)["name"].text() : std::string();
        return "The key reads costs" + (name.empty() ? "." : " of organization " + name + '.');
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("cost_report"); !done)
            return done;
        anthropic::Reports reports;
        auto done = eachRecord(
            m_api, kCosts, reportQuery(request.window, {"workspace_id", "description"}), {"next_page", "page"},
            [&](const Json& bucket, const std::string& where) { return anthropic::readCosts(bucket, where, reports); },
            stop);
        if (!done)
            return done;
        done = eachRecord(
            m_api, "/v1/organizations/usage_report/messages",
            reportQuery(request.window,
                        {"api_key_id", "workspace_id", "model", "service_tier", "context_window", "inference_geo"}),
            {"next_page", "page"},
            [&](const Json& bucket, const std::string& where) { return anthropic::readUsage(bucket, where, reports); },
            stop);
        if (!done)
            return done;
        if (done = readNames(delivery, stop); !done)
            return done;
        if (done = anthropic::deliverCharges(reports, m_names, delivery); !done)
            return done;
        return m_readsClaudeCode ? readClaudeCode(request, delivery, stop) : Status();
    }

private:
    static constexpr const char* kCosts = "/v1/organizations/cost_report";

    static Query reportQuery(const DateRange& window, std::initializer_list<const char*> groups)
    {
        Query query{{"starting_at", toString(startOf(window.from))},
                    {"ending_at", toString(startOf(window.to))},
                    {"bucket_width", "1d"},
                    {"limit", std::to_string(std::min(window.days(), kMostDays))}};
        for (const char* group : groups)
            query.emplace_back("group_by[]", group);
        return query;
    }

    Status readNames(Delivery& delivery, const std::stop_token& stop)
    {
        m_names = {};
        m_names.account = "anthropic";
        const auto me = m_api.get("/v1/organizations/me", stop);
        if (!me) {
            if (auto done = unlessRefused("the name of the organization", me.error(), delivery); !done)
                return done;
        } else if (!(*me)["id"].text().empty()) {
            m_names.account = (*me)["id"].text();
            m_names.accountName = (*me)["name"].text();
        }
        const auto workspaces = eachRecord(
            m_api, "/v1/organizations/workspaces", {{"include_archived", "true"}, {"limit", "1000"}},
            {"last_id", "after_id"},
            [this](const Json& record, const std::string&) {
                anthropic::Workspace& workspace = m_names.workspaces[record["id"].text()];
                workspace.name = record["name"].text();
                for (const auto& [key, value] : record["tags"].members())
                    workspace.tags[key] = value.text();
                return Status();
            },
            stop);
        if (auto done = unlessRefused("the names of workspaces", workspaces, delivery); !done)
            return done;
        const auto keys = eachRecord(
            m_api, "/v1/organizations/api_keys", {{"limit", "1000"}}, {"last_id", "after_id"},
            [this](const Json& record, const std::string&) {
                m_names.apiKeys[record["id"].text()] = record["name"].text();
                return Status();
            },
            stop);
        return unlessRefused("the names of API keys", keys, delivery);
    }

    Status readClaudeCode(const FetchRequest& request, Delivery& delivery, const std::stop_token& stop)
    {
        const Day last = std::min(request.window.to, request.now.day() + 1);
        for (Day day = request.window.from; day < last; day = day + 1) {
            anthropic::ClaudeCodeDay sums(day);
            auto read = eachRecord(
                m_api, "/v1/organizations/usage_report/claude_code",
                {{"starting_at", toString(day)}, {"limit", "1000"}}, {"next_page", "page"},
                [&sums](const Json& row, const std::string& where) { return sums.add(row, where); }, stop);
            if (!read)
                return unlessRefused("Claude Code's analytics", read, delivery);
            if (auto done = sums.deliver(delivery); !done)
                return done;
        }
        return {};
    }

    Api m_api;
    bool m_readsClaudeCode;
    Instant m_now;
    anthropic::Names m_names;
};

} // namespace

ConnectorKind anthropicKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_ApiKey", "x_ApiKeyId", "x_ContextWindow", "x_CostType", "x_InferenceGeo", "x_Model", "x_ServiceTier",
             "x_TokenClass"},
            [info](const ConnectorSetup& setup) { return std::make_unique<Anthropic>(setup, info); }};
}

} // namespace altimeter::providers
