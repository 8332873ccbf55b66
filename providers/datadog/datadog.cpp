#include "providers/datadog/datadog.h"

#include "models/text/utf8.h"
#include "providers/core/fields.h"
#include "providers/datadog/bill.h"

namespace altimeter::providers {

namespace datadog {

std::vector<ConnectorField> accessFields()
{
    return {
        needed(FieldKind::Secret, "api_key", "API key", "Organization settings, API keys."),
        needed(FieldKind::Secret, "application_key", "Application key",
               "Organization settings, Application keys or service accounts; its rights are those of its owner or its "
               "scopes."),
        offered(FieldKind::Choice, "site", "Site", "The address of your Datadog without \"app.\".", "datadoghq.com",
                {"datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com",
                 "ap2.datadoghq.com", "uk1.datadoghq.com", "ddog-gov.com", "us2.ddog-gov.com"}),
        offered(FieldKind::Url, "base_url", "Base address",
                "Empty: https://api. followed by the site. Change it only for a gateway in between."),
    };
}

std::string addressOf(const ConnectionSettings& settings, const ConnectorInfo& info)
{
    const std::string base = valueOf(settings, info, "base_url");
    return base.empty() ? "https://api." + valueOf(settings, info, "site") : base;
}

Api::Options accessOf(const ConnectorSetup& setup, const ConnectorInfo& info, const std::string& rightHint)
{
    Api::Options options;
    options.title = "Datadog";
    options.base = addressOf(setup.settings, info);
    options.headers = {{"DD-API-KEY", setup.secret("api_key").reveal()},
                       {"DD-APPLICATION-KEY", setup.secret("application_key").reveal()}};
    options.retry.pauseHeaders = {"retry-after", "x-ratelimit-reset"};
    options.keyHint = "Check both keys, and that the site is the one they belong to.";
    options.rightHint = rightHint;
    return options;
}

Status refusalIn(const Json& answer, const std::string& where)
{
    const auto textOf = [](const Json& value) {
        return value.isArray() && !value.items().empty() ? value.items().front().text() : value.text();
    };
    std::string said = textOf(answer["errors"]);
    for (const Json* place : {&answer["error"], &answer.at("data", "attributes", "errors")}) {
        if (said.empty())
            said = textOf(*place);
    }
    if (said.empty() && answer["status"].text() != "error")
        return {};
    return Error{ErrorCode::Invalid,
                 "Datadog refused the question: " + (said.empty() ? "no reason given" : words::excerpt(said, 300)),
                 where, "Check the query and the settings of the connection."};
}

} // namespace datadog

namespace {

constexpr const char* kFinalPath = "/api/v2/usage/historical_cost";
constexpr const char* kEstimatePath = "/api/v2/usage/estimated_cost";
constexpr const char* kAttributionPath = "/api/v2/cost_by_tag/monthly_cost_attribution";

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "datadog";
    info.title = "Datadog";
    info.summary = "What Datadog itself costs, per organization, product and month.";
    info.rights = "An API key and an application key of the parent organization whose owner may usage_read and "
                  "billing_read. Scopes of the application key, where it has any: usage_read, billing_read.";
    info.fields = datadog::accessFields();
    info.fields.push_back(offered(FieldKind::Choice, "view", "Break down by",
                                  "\"sub-org\" names each organization, \"summary\" only the parent.", "sub-org",
                                  {"sub-org", "summary"}));
    info.fields.push_back(offered(FieldKind::Text, "currency", "Currency",
                                  "Currency of the Datadog contract; the answers name none.", "USD"));
    info.fields.push_back(offered(FieldKind::Text, "attribution_tags", "Attribute by tags",
                                  "Tag keys of Datadog's cost attribution, separated by commas, for example team,env. "
                                  "Its figures come as measures. Empty: not asked for."));
    info.slice = ConnectorInfo::Slice::Month;
    info.bringsMeasures = true;
    info.backfillDays = 365;
    info.refetchDays = 50;
    info.finalAfterDays = 0;
    info.chunkDays = 31;
    info.historyDays = 450;
    info.freshness = "The current month is an estimate, up to 72 hours late. A month is final by the 16th of the next.";
    return info;
}

class Datadog final : public Connector {
public:
    Datadog(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http,
                datadog::accessOf(setup, info,
                                  "Use keys of the parent organization, and grant the application key's owner "
                                  "usage_read and billing_read.")),
          m_view(setup.value(info, "view")), m_tags(listOf(setup.value(info, "attribution_tags"), ',')),
          m_currency(setup.value(info, "currency")), m_today(setup.now.day())
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto answer = ask(kEstimatePath, m_today.firstOfMonth(), stop);
        if (!answer)
            return answer.error();
        const auto records = answer->needArray("data", "Datadog");
        if (!records)
            return records.error();
        return "The keys are accepted. Organisations with costs this month: " + std::to_string((*records)->size()) +
               '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("usage/cost"); !done)
            return done;
        for (const Day month : monthsOf(request.window)) {
            if (auto done = readMonth(month, delivery, stop); !done)
                return done;
        }
        if (m_tags.empty())
            return {};
        for (const Day month : monthsOf(request.window)) {
            if (month >= m_today.firstOfMonth())
                continue; // it is attributed by the 19th of the next
            if (const Status read = readAttribution(month, delivery, stop); !read)
                return lookUpFailed("the cost attribution of " + monthText(month), read.error(), delivery);
        }
        return {};
    }

    std::uint64_t requestsFor(const DateRange& window) const override { return monthsOf(window).size(); }

private:
    Result<Json> ask(const char* path, Day month, const std::stop_token& stop)
    {
        // One month at a time (the end is inside), so that a month without a final report shows as an empty answer.
        const std::string name = monthText(month);
        auto answer = m_api.get(std::string(path) + "?view=" + percentEncoded(m_view) + "&start_month=" + name +
                                    "&end_month=" + name,
                                stop);
        if (!answer)
            return answer;
        if (auto refused = datadog::refusalIn(*answer, std::string("Datadog ") + path); !refused)
            return refused.error();
        return answer;
    }

    /// The final report of a month, and while there is none its estimate; never both.
    Status readMonth(Day month, Delivery& delivery, const std::stop_token& stop)
    {
        const Day current = m_today.firstOfMonth();
        if (month > current)
            return {};
        const bool mayBeEstimated = month >= current.addMonths(-1);
        if (month < current) {
            const auto answer = ask(kFinalPath, month, stop);
            if (answer) {
                const auto count = addAll(*answer, kFinalPath, month, Charge::State::Final, delivery);
                if (!count || *count > 0 || !mayBeEstimated)
                    return count ? Status() : Status(count.error());
            } else if (!mayBeEstimated ||
                       (answer.error().code != ErrorCode::Invalid && answer.error().code != ErrorCode::NotFound)) {
                return answer.error();
            } else if (auto done = delivery.finding(Severity::Note, "no-final-report", 1,
                                                    "the final report of " + monthText(month) +
                                                        " was refused, its estimate is read: " + answer.error().what);
                       !done) {
                return done;
            }
        }
        const auto answer = ask(kEstimatePath, month, stop);
        if (!answer)
            return answer.error();
        const auto count = addAll(*answer, kEstimatePath, month, Charge::State::Estimated, delivery);
        return count ? Status() : Status(count.error());
    }

    Status readAttribution(Day month, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = std::string("Datadog ") + kAttributionPath + " of " + monthText(month);
        std::string tags;
        for (const std::string& tag : m_tags)
            tags += (tags.empty() ? "" : ",") + tag;
        const Query query{{"start_month", monthText(month)},
                          {"end_month", monthText(month)},
                          {"fields", "*"},
                          {"tag_breakdown_keys", tags}};
        CursorGuard guard(where);
        for (std::string next;;) {
            Query asked = query;
            if (!next.empty())
                asked.emplace_back("next_record_id", next);
            const auto answer = m_api.get(std::string(kAttributionPath) + '?' + queryText(asked), stop);
            if (!answer)
                return answer.error();
            if (auto refused = datadog::refusalIn(*answer, where); !refused)
                return refused;
            if (auto done = datadog::addAttributions(*answer, month, m_currency, where, delivery); !done)
                return done;
            next = answer->at("meta", "pagination", "next_record_id").text();
            if (next.empty())
                return {};
            if (auto done = guard.next(next); !done)
                return done;
        }
    }

    Result<std::size_t> addAll(const Json& answer, const char* path, Day month, Charge::State state, Delivery& delivery)
    {
        const std::string where = std::string("Datadog ") + path + " of " + monthText(month);
        const auto records = answer.needArray("data", where);
        if (!records)
            return records.error();
        std::size_t count = 0;
        for (const Json& record : **records) {
            const auto charges = datadog::chargesOf(record, month, m_currency, state, where);
            if (!charges)
                return charges.error();
            for (const Charge& charge : *charges) {
                if (auto done = delivery.add(charge); !done)
                    return done.error();
            }
            count += charges->size();
        }
        return count;
    }

    Api m_api;
    const std::string m_view;
    const std::vector<std::string> m_tags; ///< keys costs are attributed by; none: it is not asked for
    const std::string m_currency;
    const Day m_today;
};

} // namespace

ConnectorKind datadogKind()
{
    ConnectorKind kind;
    kind.info = describe();
    kind.extraColumns = {"x_ChargeType", "x_AggregationFunction"};
    kind.make = [info = kind.info](const ConnectorSetup& setup) { return std::make_unique<Datadog>(setup, info); };
    kind.places = [info = kind.info](const ConnectionSettings& settings) {
        return Places{{datadog::addressOf(settings, info)}, {}, {}};
    };
    return kind;
}

} // namespace altimeter::providers
