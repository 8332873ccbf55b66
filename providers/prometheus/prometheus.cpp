#include "providers/prometheus/prometheus.h"

#include "models/text/utf8.h"
#include "providers/core/fields.h"
#include "providers/net/crypto.h"
#include "providers/prometheus/matrix.h"

namespace altimeter::providers {

namespace {

using namespace prometheus;

std::vector<ConnectorField> fields()
{
    return {
        needed(FieldKind::Url, "base_url", "Base address",
               "Where the HTTP API answers, for example port 9090; with a path prefix if there is one."),
        offered(FieldKind::Choice, "auth", "Login", "What the server, or an ingress in front of it, asks for.", "none",
                {"none", "basic", "bearer"}),
        offered(FieldKind::Text, "user", "User name", "For login \"basic\"."),
        offered(FieldKind::Secret, "password", "Password", "For login \"basic\"."),
        offered(FieldKind::Secret, "token", "Bearer token", "For login \"bearer\"."),
        offered(FieldKind::Text, "org_id", "Tenant",
                "X-Scope-OrgID of Mimir, Cortex or a Thanos with tenants; else nothing."),
        offered(FieldKind::Choice, "step", "Step", "One value per series and step; finer steps need more space.", "1h",
                {"5m", "15m", "30m", "1h", "6h", "1d"}),
        offered(FieldKind::Lines, "queries", "Queries",
                "One a line: name | unit | PromQL. $step stands for the step; a line that begins with # is left out.",
                presetQueries()),
    };
}

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "prometheus";
    info.title = "Prometheus";
    info.summary = "Use, requests and golden signals of workloads as measures beside the costs.";
    info.rights = "Read access to the query API (GET and POST /api/v1/query and /api/v1/query_range); nothing is "
                  "written.";
    info.fields = fields();
    info.backfillDays = 15;
    info.refetchDays = 2;
    info.finalAfterDays = 1;
    info.chunkDays = 7;
    info.freshness = "Up to the last whole step. History reaches as far back as the server keeps it, often 15 days.";
    info.bringsCosts = false;
    info.bringsMeasures = true;
    return info;
}

std::optional<Error> explain(const HttpResponse& response, const std::string& where)
{
    const auto answer = Json::parse(response.body, where);
    if (!answer || response.status == 401 || response.status == 403)
        return std::nullopt;
    const std::string words = plainError(*answer);
    if (words.empty())
        return std::nullopt;
    const ErrorCode code = response.status == 429   ? ErrorCode::Limited
                           : response.status >= 500 ? ErrorCode::Network
                                                    : ErrorCode::Invalid;
    return Error{code, words, where,
                 code == ErrorCode::Invalid ? "Correct the query in the connection's settings."
                                            : "Try again later, or ask with a longer step."};
}

class Prometheus final : public Connector {
public:
    Prometheus(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             headers(setup, info),
                             {},
                             "Check the login of the connection: its kind, the name and the password, or the token.",
                             "The login must be allowed to POST to /api/v1/query_range; with tenants, check the "
                             "tenant.",
                             explain}),
          m_lines(setup.value(info, "queries")), m_step(setup.value(info, "step"))
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto queries = namedQueries(m_lines);
        if (!queries)
            return queries.error();
        const auto answer = post("/api/v1/query", "query=vector(1)", std::move(stop));
        if (!answer)
            return answer.error();
        if ((*answer)["status"].text() != "success")
            return Error{ErrorCode::Invalid, "the answer is not that of a Prometheus", "Prometheus /api/v1/query",
                         "Check the base address."};
        return "The server answers; " + std::to_string(queries->size()) +
               (queries->size() == 1 ? " query is" : " queries are") + " set up.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("query_range"); !done)
            return done;
        const auto queries = namedQueries(m_lines);
        if (!queries)
            return queries.error();
        const std::int64_t step = secondsOf(m_step);
        if (step == 0 || 86400 % step != 0)
            return Error{ErrorCode::Invalid, '"' + words::excerpt(m_step, 20) + "\" is no step that divides a day",
                         "step", "Choose a step in the connection's settings."};
        const std::vector<Stretch> stretches = stretchesOf(request.window, step, request.now);
        for (const NamedQuery& query : *queries) {
            Tally tally;
            for (const Stretch& stretch : stretches) {
                if (auto done = ask(query, stretch, tally, delivery, stop); !done)
                    return done;
            }
            if (auto done = report(query, stretches, tally, delivery); !done)
                return done;
        }
        return {};
    }

    std::uint64_t requestsFor(const DateRange& window) const override
    {
        const auto queries = namedQueries(m_lines);
        const std::int64_t step = secondsOf(m_step);
        if (!queries || step == 0)
            return 0;
        return queries->size() * stretchesOf(window, step, startOf(window.to)).size();
    }

private:
    static std::vector<std::pair<std::string, std::string>> headers(const ConnectorSetup& setup,
                                                                    const ConnectorInfo& info)
    {
        std::vector<std::pair<std::string, std::string>> all;
        const std::string auth = setup.value(info, "auth");
        if (auth == "basic")
            all.emplace_back("Authorization",
                             basicAuthorization(setup.value(info, "user"), setup.secret("password").reveal()));
        if (auth == "bearer")
            all.emplace_back("Authorization", "Bearer " + setup.secret("token").reveal());
        if (const std::string tenant = setup.value(info, "org_id"); !tenant.empty())
            all.emplace_back("X-Scope-OrgID", tenant);
        return all;
    }

    Result<Json> post(const std::string& path, std::string body, std::stop_token stop)
    {
        HttpRequest request = postOf("application/x-www-form-urlencoded", std::move(body));
        request.timeout = std::chrono::minutes(10);
        request.stallTimeout = std::chrono::minutes(5); // a heavy query says nothing until it is done
        const auto answer = m_api.send(std::move(request), path, std::move(stop));
        if (!answer)
            return answer.error();
        return m_api.jsonOf(*answer, "Prometheus " + path);
    }

    Status ask(const NamedQuery& query, const Stretch& stretch, Tally& tally, Delivery& delivery,
               const std::stop_token& stop)
    {
        std::string promql = query.promql;
        for (auto at = promql.find("$step"); at != std::string::npos; at = promql.find("$step", at))
            promql.replace(at, 5, std::to_string(stretch.step) + 's');
        const Query form{{"query", promql},
                         {"start", std::to_string(stretch.first.seconds)},
                         {"end", std::to_string(stretch.last.seconds)},
                         {"step", std::to_string(stretch.step)}};
        const auto answer = post("/api/v1/query_range", queryText(form), stop);
        const std::string where = "Prometheus query " + query.name;
        if (!answer) {
            Error error = answer.error();
            if (error.code != ErrorCode::Cancelled)
                error.where = where + ", " + error.where;
            return error;
        }
        return addMatrix(*answer, query, stretch, where, tally, delivery);
    }

    /// What was left out, and how much of the expected points was there.
    static Status report(const NamedQuery& query, const std::vector<Stretch>& stretches, const Tally& tally,
                         Delivery& delivery)
    {
        const auto say = [&](Severity severity, const char* check, std::uint64_t count, const std::string& what) {
            return count == 0 ? Status() : delivery.finding(severity, check, count, query.name + ": " + what);
        };
        for (const std::string& warning : tally.warnings) {
            if (auto done = say(Severity::Warning, "server-warning", 1, warning); !done)
                return done;
        }
        if (auto done = say(Severity::Note, "not-a-number", tally.notNumbers,
                            std::to_string(tally.notNumbers) + " points are NaN or infinite and were left out.");
            !done)
            return done;
        if (auto done = say(Severity::Note, "stand-in-value", tally.huge,
                            std::to_string(tally.huge) +
                                " points are huge numbers that stand for \"not supported\" and were left out.");
            !done)
            return done;
        if (stretches.empty())
            return {};
        if (tally.series.empty())
            return say(Severity::Note, "no-series", 1,
                       "the server has no such series; the metric is not collected, or its labels have other names.");
        std::map<std::int32_t, std::uint64_t> expected;
        for (const Stretch& stretch : stretches) {
            for (std::int64_t at = stretch.first.seconds; at <= stretch.last.seconds; at += stretch.step)
                expected[Instant{at - stretch.step}.day().number] += tally.series.size();
        }
        for (const auto& [day, count] : expected) {
            const auto found = tally.points.find(day);
            const std::uint64_t points = found == tally.points.end() ? 0 : found->second;
            Measure measure;
            measure.name = "query_coverage";
            measure.unit = "ratio";
            measure.labels["query"] = query.name;
            measure.start = startOf(Day{day});
            measure.end = startOf(Day{day + 1});
            const auto ratio = shifted(std::to_string(points * 10'000 / count), 4);
            if (!ratio)
                return ratio.error();
            measure.value = *ratio;
            if (auto done = delivery.add(measure); !done)
                return done;
        }
        return {};
    }

    Api m_api;
    const std::string m_lines, m_step;
};

} // namespace

ConnectorKind prometheusKind()
{
    const ConnectorInfo info = describe();
    return {info, {}, [info](const ConnectorSetup& setup) { return std::make_unique<Prometheus>(setup, info); }};
}

} // namespace altimeter::providers
