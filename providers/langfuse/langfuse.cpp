#include "providers/langfuse/langfuse.h"

#include "providers/core/fields.h"
#include "providers/langfuse/observations.h"
#include "providers/net/crypto.h"

#include <unordered_set>

namespace altimeter::providers {

namespace {

constexpr const char* kPath = "/api/public/v2/observations";
constexpr const char* kGroups = "core,basic,usage,model,metrics,prompt";
constexpr const char* kTraceGroup = ",trace_context";

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "langfuse";
    info.title = "Langfuse";
    info.summary =
        "Estimated cost and tokens per model, trace name, step, user, environment, tag and day of a Langfuse "
        "project.";
    info.rights = "A key pair of the project (Settings, API keys). There are no narrower rights; prompts and answers "
                  "are not asked for.";
    info.fields = {
        needed(FieldKind::Text, "public_key", "Public key", "Project settings, API keys; it begins with pk-lf-."),
        needed(FieldKind::Secret, "secret_key", "Secret key",
               "Shown once, when the pair is made; it begins with sk-lf-."),
        needed(FieldKind::Url, "base_url", "Base address",
               "cloud.langfuse.com (EU), us.cloud.langfuse.com (US), or the address of your own server.",
               "https://cloud.langfuse.com"),
        countAsField(),
    };
    info.backfillDays = 30;
    info.refetchDays = 3;
    info.finalAfterDays = 0;
    info.chunkDays = 7;
    info.freshness = "About 15 minutes after an observation. Langfuse limits requests per minute (30 on the smallest "
                     "plan), so a week is read in one walk of 1,000 observations per request.";
    return info;
}

class Langfuse final : public Connector {
public:
    Langfuse(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"Authorization", basicAuthorization(setup.value(info, "public_key"),
                                                                   setup.secret("secret_key").reveal())}},
                             {},
                             "Check the public and the secret key, and that the base address is of the same region.",
                             "The key pair must be one of the project (Project settings, API keys)."}),
          m_countAs(setup.value(info, "count_as"))
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto page = ask({{"fields", "core,basic"}, {"limit", "1"}}, stop);
        if (!page)
            return page.error();
        const auto rows = page->needArray("data", "Langfuse");
        if (!rows)
            return rows.error();
        if ((*rows)->empty())
            return std::string("The keys are accepted. The project holds no observations yet.");
        const std::string& project = (*rows)->front()["projectId"].text();
        return "The keys are accepted. Observations" + (project.empty() ? "" : " of project " + project) +
               " can be read.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("v2/observations"); !done)
            return done;
        m_groups.clear();
        m_seen.clear();
        m_repeated = 0;
        const std::string where = std::string("Langfuse ") + kPath;
        CursorGuard guard(where);
        bool hasTraces = true;
        for (std::string cursor;;) {
            auto page = ask(questionOf(request.window, hasTraces, cursor), stop);
            if (!page && page.error().code == ErrorCode::Invalid && hasTraces && cursor.empty()) {
                hasTraces = false; // servers before May 2026 do not know this group of fields
                page = ask(questionOf(request.window, hasTraces, cursor), stop);
            }
            if (!page)
                return page.error();
            const auto rows = page->needArray("data", where);
            if (!rows)
                return rows.error();
            for (const Json& row : **rows) {
                if (auto done = take(row, request.window, where); !done)
                    return done;
            }
            cursor = page->at("meta", "cursor").text();
            if (cursor.empty())
                break;
            if (auto done = guard.next(cursor); !done)
                return done;
        }
        if (auto done = sayFindings(delivery, hasTraces); !done)
            return done;
        for (const auto& [group, tally] : m_groups) {
            if (auto done = delivery.add(langfuse::chargeOf(group, tally, m_countAs)); !done)
                return done;
        }
        return {};
    }

private:
    static Query questionOf(const DateRange& window, bool hasTraces, const std::string& cursor)
    {
        Query query{{"fields", std::string(kGroups) + (hasTraces ? kTraceGroup : "")},
                    {"limit", "1000"},
                    {"fromStartTime", toString(startOf(window.from))},
                    {"toStartTime", toString(startOf(window.to))}};
        if (!cursor.empty())
            query.emplace_back("cursor", cursor);
        return query;
    }

    Result<Json> ask(const Query& query, const std::stop_token& stop)
    {
        auto page = m_api.get(std::string(kPath) + '?' + queryText(query), stop);
        if (page || page.error().code != ErrorCode::NotFound)
            return page;
        Error error = page.error();
        error.todo = "Check the base address. A Langfuse server before version 4 has only the v1 interface, which this "
                     "connection does not read: upgrade the server.";
        return error;
    }

    Status take(const Json& row, const DateRange& window, const std::string& where)
    {
        const auto one = langfuse::observationOf(row, where);
        if (!one)
            return one.error();
        if (one->start == startOf(window.to))
            return {}; // of the next window, should the server take the end as inside
        if (!window.contains(one->start.day()))
            return notAskedFor(one->start.day(), where);
        if (!one->isCharge)
            return {};
        if (!m_seen.insert(one->id).second)
            ++m_repeated;
        else
            m_groups[one->group].add(one->tally);
        return {};
    }

    Status sayFindings(Delivery& delivery, bool hasTraces) const
    {
        if (!hasTraces) {
            if (auto done = delivery.finding(Severity::Note, "no-trace-context", 0,
                                             "this server sends neither trace names nor tags; it is older than May "
                                             "2026");
                !done)
                return done;
        }
        if (m_repeated == 0)
            return {};
        return delivery.finding(Severity::Note, "repeated-observation", m_repeated,
                                "observations that came twice were counted once");
    }

    Api m_api;
    const std::string m_countAs;
    std::map<langfuse::Group, Tally> m_groups;
    std::unordered_set<std::string> m_seen;
    std::uint64_t m_repeated = 0;
};

} // namespace

ConnectorKind langfuseKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_Model", "x_ObservationType", "x_Workflow", "x_Step", "x_Environment", "x_User", "x_PromptName",
             "x_ServiceTier", "x_InputTokens", "x_OutputTokens", "x_CachedTokens", "x_Requests"},
            [info](const ConnectorSetup& setup) { return std::make_unique<Langfuse>(setup, info); }};
}

} // namespace altimeter::providers
