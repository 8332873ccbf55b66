#include "providers/anthropic/anthropic.h"

#include "providers/anthropic/charges.h"
#include "providers/anthropic/claudecode.h"
#include "providers/core/cursorpages.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

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
        : m_api(setup.http, optionsOf(setup, info, {})),
          m_analytics(setup.http, optionsOf(setup, info, {{"anthropic-beta", "analytics-usage-cost-2026-08-24"}})),
          m_readsClaudeCode(setup.value(info, "claude_code") != "no"), m_now(setup.now)
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const DateRange yesterday{m_now.day() - 1, m_now.day()};
        auto costs =
            m_analytics.get(std::string(kAnalyticsCost) + '?' + queryText(analyticsQuery(yesterday, {})), stop);
        if (!costs && isNotOffered(costs.error())) {
            const Query query{{"starting_at", toString(startOf(yesterday.from))},
                              {"ending_at", toString(startOf(yesterday.to))},
                              {"limit", "1"}};
            costs = m_api.get(std::string(kCosts) + '?' + queryText(query), stop);
        }
        if (!costs)
            return costs.error();
        if (const auto data = costs->needArray("data", "Anthropic cost report"); !data)
            return data.error();
        const auto me = m_api.get("/v1/organizations/me", stop);
        if (!me && me.error().code == ErrorCode::Cancelled)
            return me.error();
        const std::string name = me ? (*me)["name"].text() : std::string();
        return "The key reads costs" + (name.empty() ? "." : " of organization " + name + '.');
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("cost report"); !done)
            return done;
        anthropic::Reports reports;
        const auto older = readCosts(request.window, reports, delivery, stop);
        if (!older)
            return older.error();
        if (auto done = readUsage(request.window, *older, reports, delivery, stop); !done)
            return done;
        for (const DateRange& days : reports.costDays)
            delivery.proveSaid(days);
        if (!older->empty())
            delivery.coverProven();
        if (auto done = readNames(delivery, stop); !done)
            return done;
        if (auto done = anthropic::deliverCharges(reports, m_names, delivery); !done)
            return done;
        return m_readsClaudeCode ? readClaudeCode(request, delivery, stop) : Status();
    }

private:
    static constexpr const char* kCosts = "/v1/organizations/cost_report";

    static constexpr const char* kAnalyticsCost = "/v1/organizations/analytics/cost";
    static constexpr const char* kAnalyticsUsage = "/v1/organizations/analytics/usage";

    using Groups = std::vector<const char*>;
    using Read = Status (*)(const Json&, const std::string&, anthropic::Reports&);

    static Api::Options optionsOf(const ConnectorSetup& setup, const ConnectorInfo& info,
                                  std::vector<std::pair<std::string, std::string>> headers)
    {
        headers.emplace_back("x-api-key", setup.secret("admin_key").reveal());
        headers.emplace_back("anthropic-version", "2023-06-01");
        return {info.title,
                setup.value(info, "base_url"),
                std::move(headers),
                {},
                "Check the Admin API key (sk-ant-admin01-…); it may have been deleted, or be an ordinary API key.",
                "The key may not read the organization's reports. Use an Admin API key, made by a member with the "
                "admin role in the Claude Console under Settings, Admin keys."};
    }

    static Query reportQuery(const DateRange& window, const Groups& groups)
    {
        Query query{{"starting_at", toString(startOf(window.from))},
                    {"ending_at", toString(startOf(window.to))},
                    {"bucket_width", "1d"},
                    {"limit", std::to_string(std::min(window.days(), kMostDays))}};
        for (const char* group : groups)
            query.emplace_back("group_by[]", group);
        return query;
    }

    static Query analyticsQuery(const DateRange& window, const Groups& groups)
    {
        Query query{{"starting_at", toString(startOf(window.from))},
                    {"ending_at", toString(startOf(window.to))},
                    {"time_bucket_width", "1d"}};
        for (const char* group : groups)
            query.emplace_back("group_by[]", group);
        return query;
    }

    static bool isBadRequest(const Error& error)
    {
        return error.code == ErrorCode::Invalid && error.what.find("HTTP 400") != std::string::npos;
    }
    /// The server has not this report, or not in this form or for these days.
    static bool isNotOffered(const Error& error) { return error.code == ErrorCode::NotFound || isBadRequest(error); }

    static Status readAll(Api& api, const char* path, const Query& query, Read read, anthropic::Reports& reports,
                          const std::stop_token& stop)
    {
        return eachRecord(
            api, path, query, {"next_page", "page"},
            [&](const Json& record, const std::string& where) { return read(record, where, reports); }, stop);
    }

    /// The costs from the analytics, which tell API keys and users apart. Where the server does not offer them, and for
    /// days they say nothing of, from the older report; answers those days.
    Result<std::set<Day>> readCosts(const DateRange& window, anthropic::Reports& reports, Delivery& delivery,
                                    const std::stop_token& stop)
    {
        const Groups groups{"api_key_id",     "workspace_id",  "actor", "product",   "model",     "service_tier",
                            "context_window", "inference_geo", "speed", "cost_type", "token_type"};
        const Status analytics = readAll(m_analytics, kAnalyticsCost, analyticsQuery(window, groups),
                                         anthropic::readAnalyticsCost, reports, stop);
        if (!analytics && !isNotOffered(analytics.error()))
            return analytics.error();
        if (!analytics)
            reports = {};
        std::set<Day> missing;
        for (Day day = window.from; day < window.to; day = day + 1)
            missing.insert(day);
        for (const anthropic::CostRow& row : reports.costs)
            missing.erase(row.start.day());
        if (missing.empty())
            return missing;
        anthropic::Reports older;
        const Status read = readAll(m_api, kCosts, reportQuery(spanOf(missing), {"workspace_id", "description"}),
                                    anthropic::readCosts, older, stop);
        if (read) {
            std::erase_if(older.costs, [&](const anthropic::CostRow& row) {
                return window.contains(row.start.day()) && !missing.contains(row.start.day());
            });
            for (const anthropic::CostRow& row : reports.costs)
                older.costDays.push_back({row.start.day(), row.start.day() + 1});
            reports.costDays = std::move(older.costDays);
            std::move(older.costs.begin(), older.costs.end(), std::back_inserter(reports.costs));
            return missing;
        }
        if (!analytics || read.error().code == ErrorCode::Cancelled)
            return read.error();
        if (isNotOffered(read.error()))
            return std::set<Day>(); // only the analytics are left
        if (reports.costs.empty())
            return read.error();
        for (const Day day : missing)
            delivery.notAnswered({day, day + 1}, "days-not-answered",
                                 "the analytics say nothing of some days, and the older cost report cannot be read (" +
                                     read.error().text() + ')');
        return std::set<Day>();
    }

    static DateRange spanOf(const std::set<Day>& days) { return {*days.begin(), *days.rbegin() + 1}; }

    /// The usage divides costs that are known without it: where it cannot be read, that costs a finding. `older` are
    /// the days whose costs are of the older report.
    Status readUsage(const DateRange& window, const std::set<Day>& older, anthropic::Reports& reports,
                     Delivery& delivery, const std::stop_token& stop)
    {
        if (older.size() < static_cast<std::size_t>(window.days())) {
            anthropic::Reports used;
            const Groups groups{"api_key_id",   "workspace_id",   "actor",         "product", "model",
                                "service_tier", "context_window", "inference_geo", "speed"};
            const Status read = readAll(m_analytics, kAnalyticsUsage, analyticsQuery(window, groups),
                                        anthropic::readAnalyticsUsage, used, stop);
            std::erase_if(used.usage, [&](const auto& part) { return older.contains(part.start.day()); });
            if (auto done = takeUsage(read, window, used, reports, delivery); !done)
                return done;
        }
        if (older.empty())
            return {};
        const DateRange span = spanOf(older);
        anthropic::Reports used;
        const Status read = readOlderUsage(span, used, stop);
        std::erase_if(used.usage, [&](const auto& part) {
            return span.contains(part.start.day()) && !older.contains(part.start.day());
        });
        return takeUsage(read, span, used, reports, delivery);
    }

    Status readOlderUsage(const DateRange& window, anthropic::Reports& used, const std::stop_token& stop)
    {
        constexpr const char* kPath = "/v1/organizations/usage_report/messages";
        Groups groups{"api_key_id",     "workspace_id",  "model",      "service_tier",
                      "context_window", "inference_geo", "account_id", "service_account_id"};
        Status read = readAll(m_api, kPath, reportQuery(window, groups), anthropic::readUsage, used, stop);
        if (read || !isBadRequest(read.error()))
            return read;
        groups.resize(groups.size() - 2); // a server that knows no accounts
        used = {};
        return readAll(m_api, kPath, reportQuery(window, groups), anthropic::readUsage, used, stop);
    }

    static Status takeUsage(Status read, const DateRange& window, anthropic::Reports& used, anthropic::Reports& reports,
                            Delivery& delivery)
    {
        const auto odd = std::find_if(used.usage.begin(), used.usage.end(), [&](const anthropic::UsagePart& part) {
            return !window.contains(part.start.day()) || part.end <= part.start;
        });
        if (read && odd != used.usage.end())
            read = notAskedFor(odd->start.day(), "Anthropic usage report");
        if (read) {
            std::move(used.usage.begin(), used.usage.end(), std::back_inserter(reports.usage));
            return {};
        }
        if (read.error().code == ErrorCode::Cancelled)
            return read;
        return delivery.finding(Severity::Warning, "usage-not-read", 0,
                                "the usage report cannot be read, so costs stand without their tokens: " +
                                    read.error().text());
    }

    Status readNames(Delivery& delivery, const std::stop_token& stop)
    {
        m_names = {};
        m_names.account = "anthropic";
        const auto me = m_api.get("/v1/organizations/me", stop);
        if (!me) {
            if (auto done = lookUpFailed("the name of the organization", me.error(), delivery); !done)
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
        if (!workspaces) {
            if (auto done = lookUpFailed("the names of workspaces", workspaces.error(), delivery); !done)
                return done;
        }
        const auto keys = eachRecord(
            m_api, "/v1/organizations/api_keys", {{"limit", "1000"}}, {"last_id", "after_id"},
            [this](const Json& record, const std::string&) {
                m_names.apiKeys[record["id"].text()] = record["name"].text();
                return Status();
            },
            stop);
        return keys ? keys : lookUpFailed("the names of API keys", keys.error(), delivery);
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
            if (read)
                read = sums.deliver(delivery);
            if (!read)
                return lookUpFailed("Claude Code's analytics", read.error(), delivery);
        }
        return {};
    }

    Api m_api, m_analytics;
    bool m_readsClaudeCode;
    Instant m_now;
    anthropic::Names m_names;
};

} // namespace

ConnectorKind anthropicKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_ApiKey", "x_ApiKeyId", "x_ContextWindow", "x_CostType", "x_InferenceGeo", "x_Model", "x_Product",
             "x_ServiceTier", "x_Speed", "x_TokenClass", "x_User", "x_UserType"},
            [info](const ConnectorSetup& setup) { return std::make_unique<Anthropic>(setup, info); }};
}

} // namespace altimeter::providers
