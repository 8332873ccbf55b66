#include "providers/openai/openai.h"

#include "providers/core/cursorpages.h"
#include "providers/core/fields.h"
#include "providers/openai/charges.h"

#include <algorithm>

namespace altimeter::providers {

namespace {

constexpr int kMostCostDays = 180;
constexpr int kMostUsageDays = 31;

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "openai";
    info.title = "OpenAI";
    info.summary = "Cost per project, line item and API key, divided over users, tiers and tokens of the usage report.";
    info.rights = "An administration key (sk-admin-…). An organization owner makes it under Settings, Organization, "
                  "Admin keys; read access to usage (scope api.usage.read) is what it needs, and read access to "
                  "projects and API keys for their names.";
    info.fields = {
        needed(FieldKind::Secret, "admin_key", "Administration key",
               "Settings, Organization, Admin keys. An ordinary project key cannot read costs."),
        offered(
            FieldKind::Text, "organization", "Organization ID",
            "org-…, from Settings, Organization, General. It becomes the billing account, and tells two organizations "
            "apart.",
            "openai"),
        baseAddressField("https://api.openai.com/v1"),
    };
    info.backfillDays = 90;
    info.refetchDays = 7;
    info.finalAfterDays = 7;
    info.chunkDays = 31;
    info.freshness = "Daily, some hours late; the provider promises no delay. The last 7 days are fetched again.";
    info.bringsMeasures = true;
    return info;
}

class OpenAi final : public Connector {
public:
    OpenAi(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http,
                {info.title,
                 setup.value(info, "base_url"),
                 {{"Authorization", "Bearer " + setup.secret("admin_key").reveal()}},
                 retryPolicy(),
                 "Check the administration key (sk-admin-…); it may have been deleted, or be an ordinary project key.",
                 "The key lacks the scope api.usage.read. Use an administration key with read access to usage; an "
                 "organization owner makes it under Settings, Organization, Admin keys."}),
          m_now(setup.now)
    {
        m_names.account = setup.value(info, "organization");
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const Query query{{"start_time", std::to_string(startOf(m_now.day() - 1).seconds)}, {"limit", "1"}};
        const auto costs = m_api.get("/organization/costs?" + queryText(query), stop);
        if (!costs)
            return costs.error();
        if (const auto data = costs->needArray("data", "OpenAI /organization/costs"); !data)
            return data.error();
        const auto projects = m_api.get("/organization/projects?limit=100", stop);
        if (!projects && projects.error().code == ErrorCode::Cancelled)
            return projects.error();
        if (!projects)
            return std::string("The key reads costs, but not projects: they will be shown by id.");
        const std::size_t count = (*projects)["data"].items().size();
        return "The key reads costs. " + std::to_string(count) +
               ((*projects)["has_more"].isTrue() ? " projects and more."
                : count == 1                     ? " project."
                                                 : " projects.");
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("organization/costs"); !done)
            return done;
        openai::Reports reports;
        if (auto done = readCosts(request.window, reports, stop); !done)
            return done;
        for (const DateRange& days : reports.costDays)
            delivery.proveSaid(days);
        delivery.coverProven();
        for (const openai::UnknownMoney& row : reports.unknownMoney)
            delivery.unknownMoney(row.days, "object " + row.object, row.record);
        if (auto done = readAllUsage(request.window, reports, delivery, stop); !done)
            return done;
        if (auto done = readNames(reports, delivery, stop); !done)
            return done;
        if (auto done = openai::deliverCharges(reports, m_names, delivery); !done)
            return done;
        return request.reachesToday() ? readLimits(request.now.day(), delivery, stop) : Status();
    }

private:
    static RetryPolicy retryPolicy()
    {
        RetryPolicy policy;
        policy.pauseHeaders = {"retry-after", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"};
        return policy;
    }

    template <typename Groups> Query reportQuery(const DateRange& window, int mostDays, const Groups& groups) const
    {
        Query query{{"start_time", std::to_string(startOf(window.from).seconds)},
                    {"end_time", std::to_string(startOf(window.to).seconds)},
                    {"bucket_width", "1d"},
                    {"limit", std::to_string(std::min(window.days(), mostDays))}};
        for (const std::string_view group : groups)
            query.emplace_back(m_groupName, group);
        return query;
    }

    Status readCostsOnce(const DateRange& window, openai::Reports& reports, const std::stop_token& stop)
    {
        constexpr std::array<std::string_view, 3> kGroups{"project_id", "line_item", "api_key_id"};
        return eachRecord(
            m_api, "/organization/costs", reportQuery(window, kMostCostDays, kGroups), {"next_page", "page"},
            [&](const Json& bucket, const std::string& where) { return openai::readCosts(bucket, where, reports); },
            stop);
    }

    /// The document repeats `group_by`, the official client says `group_by[]`: whichever the server groups by is kept.
    Status readCosts(const DateRange& window, openai::Reports& reports, const std::stop_token& stop)
    {
        const auto isUngrouped = [&reports] {
            return std::all_of(reports.costs.begin(), reports.costs.end(),
                               [](const openai::CostRow& row) { return row.lineItem.empty(); });
        };
        auto first = readCostsOnce(window, reports, stop);
        if (first.ok() ? reports.costs.empty() || !isUngrouped() : !isBadRequest(first.error()))
            return first;
        m_groupName = "group_by[]";
        openai::Reports again;
        if (readCostsOnce(window, again, stop).ok()) {
            reports = std::move(again);
            return {};
        }
        m_groupName = "group_by";
        return stop.stop_requested() ? Error{ErrorCode::Cancelled, "cancelled", {}} : first;
    }

    static bool isBadRequest(const Error& error)
    {
        return error.code == ErrorCode::Invalid && error.what.find("HTTP 400") != std::string::npos;
    }

    /// The usage reports divide costs that are known without them: one that cannot be read costs a finding, and none of
    /// its pages is used, for a part of it would be given what belongs to the rest.
    Status readAllUsage(const DateRange& window, openai::Reports& reports, Delivery& delivery,
                        const std::stop_token& stop)
    {
        for (const openai::UsageKind& kind : openai::usageKinds()) {
            const std::size_t before = reports.usage.size();
            const auto unknown = reports.unknownObjects;
            const Status read = readUsage(kind, window, reports, stop);
            if (read)
                continue;
            if (read.error().code == ErrorCode::Cancelled)
                return read;
            reports.usage.resize(before);
            reports.unknownObjects = unknown;
            const std::string name(kind.path);
            const bool isMissing = read.error().code == ErrorCode::NotFound;
            const Status said =
                delivery.finding(Severity::Warning, isMissing ? "usage-kind-missing" : "usage-not-read", 0,
                                 isMissing ? "the server offers no usage report of " + name
                                           : "the usage report of " + name +
                                                 " cannot be read, so its costs are not divided over users "
                                                 "and tokens: " +
                                                 read.error().text());
            if (!said)
                return said;
            if (read.error().code == ErrorCode::Limited) // nor is it the time for more questions
                return {};
        }
        return {};
    }

    Status readUsage(const openai::UsageKind& kind, const DateRange& window, openai::Reports& reports,
                     const std::stop_token& stop)
    {
        return eachRecord(
            m_api, "/organization/usage/" + std::string(kind.path), reportQuery(window, kMostUsageDays, kind.groups),
            {"next_page", "page"},
            [&](const Json& bucket, const std::string& where) -> Status {
                const std::size_t before = reports.usage.size();
                if (auto done = openai::readUsage(bucket, kind, where, reports); !done)
                    return done;
                for (std::size_t i = before; i < reports.usage.size(); ++i) {
                    const openai::UsagePart& part = reports.usage[i];
                    if (!window.contains(part.start.day()) || part.end <= part.start)
                        return notAskedFor(part.start.day(), where);
                }
                return {};
            },
            stop);
    }

    Status readNames(const openai::Reports& reports, Delivery& delivery, const std::stop_token& stop)
    {
        std::map<std::string, bool> seen; // with keys or without
        for (const auto& row : reports.costs)
            seen[row.project] |= !row.apiKey.empty();
        for (const auto& part : reports.usage)
            seen[part.project] |= !part.apiKey.empty();
        seen.erase("");
        m_seenProjects.clear();
        for (const auto& [project, hasKeys] : seen)
            m_seenProjects.push_back(project);
        if (seen.empty())
            return {};
        auto read = eachNamed("/organization/projects", {{"include_archived", "true"}}, m_names.projects, stop);
        if (!read) {
            if (auto done = lookUpFailed("the names of projects", read.error(), delivery); !done)
                return done;
        }
        for (const auto& [project, hasKeys] : seen) {
            if (!hasKeys)
                continue;
            read =
                eachNamed("/organization/projects/" + percentEncoded(project) + "/api_keys", {}, m_names.apiKeys, stop);
            if (read)
                continue;
            if (auto done = lookUpFailed("the names of API keys of project " + project, read.error(), delivery); !done)
                return done;
            if (read.error().code != ErrorCode::NotFound) // nor the keys of any other project
                break;
        }
        return {};
    }

    Status eachNamed(const std::string& path, Query query, std::map<std::string, std::string>& names,
                     const std::stop_token& stop)
    {
        query.emplace_back("limit", "100");
        return eachRecord(
            m_api, path, query, {"last_id", "after"},
            [&names](const Json& record, const std::string&) {
                names[record["id"].text()] = record["name"].text();
                return Status();
            },
            stop);
    }

    Status readLimits(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        auto read = readLimit("/organization/spend_limit", {{"scope", "organization"}}, today, delivery, stop);
        if (!read && read.error().code != ErrorCode::NotFound) // there is no limit
            return lookUpFailed("spend limits", read.error(), delivery);
        for (const std::string& id : m_seenProjects) {
            std::map<std::string, std::string> labels{{"scope", "project"}, {"project_id", id}};
            if (const auto name = m_names.projects.find(id); name != m_names.projects.end())
                labels["project"] = name->second;
            read = readLimit("/organization/projects/" + percentEncoded(id) + "/spend_limit", labels, today, delivery,
                             stop);
            if (!read && read.error().code != ErrorCode::NotFound)
                return lookUpFailed("spend limits of projects", read.error(), delivery);
        }
        return {};
    }

    Status readLimit(const std::string& path, std::map<std::string, std::string> labels, Day today, Delivery& delivery,
                     const std::stop_token& stop)
    {
        const auto answer = m_api.get(path, stop);
        if (!answer)
            return answer.error();
        if ((*answer)["threshold_amount"].isNull())
            return {};
        auto amount = fromCents((*answer)["threshold_amount"].text());
        if (!amount)
            return Error{ErrorCode::Invalid, "threshold_amount is no amount", "OpenAI " + path};
        const std::string& currency = (*answer)["currency"].text();
        for (const auto& [label, value] : {std::pair{"interval", (*answer)["interval"].text()},
                                           std::pair{"enforcement", answer->at("enforcement", "status").text()}}) {
            if (!value.empty())
                labels[label] = value;
        }
        return delivery.add(Measure{"spend_limit", currency.empty() ? "USD" : currency, startOf(today),
                                    startOf(today + 1), std::move(labels), amount.take()});
    }

    Api m_api;
    Instant m_now;
    openai::Names m_names;
    std::vector<std::string> m_seenProjects; ///< of the last fetch
    std::string m_groupName = "group_by";
};

} // namespace

ConnectorKind openAiKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_ApiKey", "x_ApiKeyId", "x_Batch", "x_ContextLevel", "x_ImageSize", "x_ImageSource", "x_Model",
             "x_Requests", "x_ServiceTier", "x_TokenClass", "x_UsageKind", "x_User", "x_VectorStore"},
            [info](const ConnectorSetup& setup) { return std::make_unique<OpenAi>(setup, info); }};
}

} // namespace altimeter::providers
