#include "providers/xai/xai.h"

#include "models/text/jsontext.h"
#include "models/text/utf8.h"
#include "providers/core/fields.h"

#include <set>
#include <utility>
#include <vector>

namespace altimeter::providers {

namespace {

using Groups = std::vector<std::string>;

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "xai";
    info.title = "xAI";
    info.summary = "Cost of the xAI API per day, API key and kind of use; prepaid balance and running invoice.";
    info.rights = "A management key of the team (console.x.ai, Settings, Management keys) that may read billing. It is "
                  "another key than those that call models.";
    info.fields = {
        needed(FieldKind::Text, "team_id", "Team ID", "console.x.ai, Settings, Team."),
        needed(FieldKind::Secret, "management_key", "Management key", "console.x.ai, Settings, Management keys."),
        baseAddressField("https://management-api.x.ai"),
    };
    info.backfillDays = 90;
    info.refetchDays = 7;
    info.finalAfterDays = 7;
    info.chunkDays = 31;
    info.bringsMeasures = true;
    info.freshness = "xAI promises no delay. The last 7 days are fetched again at each sync.";
    return info;
}

bool isBadRequest(const Error& error)
{
    return error.code == ErrorCode::Invalid && error.what.find("HTTP 400") != std::string::npos;
}

std::string questionOf(const DateRange& window, const Groups& groups)
{
    std::string names;
    for (const std::string& group : groups)
        names += (names.empty() ? "" : ",") + words::jsonQuoted(group);
    return R"({"analyticsRequest":{"timeRange":{"startTime":")" + toString(window.from) + R"( 00:00:00","endTime":")" +
           toString(window.to - 1) +
           R"( 23:59:59","timezone":"Etc/GMT"},"timeUnit":"TIME_UNIT_DAY","values":[{"name":"usd","aggregation":)"
           R"("AGGREGATION_SUM"}],"groupBy":[)" +
           names + R"(],"filters":[]}})";
}

/// The name xAI gives a group, which is "name (end of the key)" for a key; its id where there is none.
std::string labelOf(const Json& series, std::size_t index)
{
    const auto& labels = series["groupLabels"].items();
    const auto& ids = series["group"].items();
    const std::string label = index < labels.size() ? labels[index].text() : std::string();
    return !label.empty() ? label : index < ids.size() ? ids[index].text() : std::string();
}

class XAi final : public Connector {
public:
    XAi(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_team(setup.value(info, "team_id")), m_path("/v1/billing/teams/" + percentEncoded(m_team)),
          m_today(setup.now.day()),
          m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"Authorization", "Bearer " + setup.secret("management_key").reveal()}},
                             {},
                             "Check the management key; an ordinary API key cannot read billing.",
                             "The management key must belong to the team " + m_team + " and may read its billing."})
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto answer = ask({m_today - 1, m_today}, {}, stop);
        if (!answer)
            return answer.error();
        return "The key reads the usage of team " + m_team + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("usage"); !done)
            return done;
        // How finely the server divides is tried out: each answer is of the same money.
        const std::vector<Groups> ways{{"api_key_id", "unit_type", "description"}, {"api_key_id", "unit_type"}, {}};
        for (const Groups& groups : ways) {
            const auto answer = ask(request.window, groups, stop);
            const bool isLast = groups.empty();
            if (!answer && (isLast || !isBadRequest(answer.error())))
                return answer.error();
            if (!answer)
                continue;
            if (!(*answer)["limitReached"].isTrue()) {
                if (auto done = addSeries(*answer, groups, request.window, delivery); !done)
                    return done;
                return request.reachesToday() ? readBalances(request.now.day(), delivery, stop) : Status();
            }
            if (isLast)
                return Error{ErrorCode::Invalid, "the answer was cut at the server's limit", where(),
                             "Ask for fewer days."};
            if (auto said =
                    delivery.finding(Severity::Note, "coarser-groups", 0,
                                     "the team has more groups than xAI answers, so its costs are told by fewer");
                !said)
                return said;
        }
        return {};
    }

private:
    std::string where() const { return "xAI usage of team " + m_team; }

    Result<Json> ask(const DateRange& window, const Groups& groups, const std::stop_token& stop)
    {
        auto answer = m_api.post(m_path + "/usage", "application/json", questionOf(window, groups), stop);
        if (!answer)
            return answer;
        if (const auto series = answer->needArray("timeSeries", where()); !series)
            return series.error();
        return answer;
    }

    Status addSeries(const Json& answer, const Groups& groups, const DateRange& window, Delivery& delivery) const
    {
        std::set<Day> said;
        for (const Json& series : answer["timeSeries"].items()) {
            const auto points = series.needArray("dataPoints", where());
            if (!points)
                return points.error();
            for (const Json& point : **points) {
                const auto at = instantOf(point["timestamp"].text(), where());
                if (!at)
                    return at.error();
                if (!window.contains(at->day()))
                    return notAskedFor(at->day(), where());
                const auto values = point.needArray("values", where());
                if (!values)
                    return values.error();
                if ((*values)->size() != 1)
                    return Error{ErrorCode::Invalid, "a point has not the one value that was asked for", where()};
                said.insert(at->day());
                if (auto done = addPoint(series, groups, at->day(), (*values)->front(), delivery); !done)
                    return done;
            }
        }
        for (const Day day : said) // a point for each day, be it zero
            delivery.proveSaid({day, day + 1});
        return {};
    }

    Status addPoint(const Json& series, const Groups& groups, Day day, const Json& value, Delivery& delivery) const
    {
        const auto amount = decimalOfDouble(value.text());
        if (!amount)
            return Error{ErrorCode::Invalid, '"' + words::excerpt(value.text(), 40) + "\" is no amount", where()};
        if (amount->isZero())
            return {};
        Charge charge;
        charge.start = startOf(day);
        charge.end = startOf(day + 1);
        charge.currency = "USD";
        charge.setBilled(value.text());
        charge.set(Column::BillingAccountId, m_team);
        charge.set(Column::ServiceCategory, "AI and Machine Learning");
        charge.set(Column::ServiceName, "xAI API");
        std::string description;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const std::string label = labelOf(series, i);
            const auto& ids = series["group"].items();
            const std::string id = i < ids.size() ? ids[i].text() : std::string();
            if (groups[i] == "api_key_id") {
                charge.extra["x_ApiKeyId"] = id;
                charge.extra["x_ApiKey"] = label;
                continue;
            }
            if (groups[i] == "unit_type")
                charge.extra["x_UnitType"] = label;
            else
                charge.set(Column::SkuId, label);
            description = label + (description.empty() || label.empty() ? "" : ", ") + description;
        }
        charge.set(Column::ChargeDescription, description.empty() ? "Use of the xAI API" : description);
        return delivery.add(charge);
    }

    /// Balance and invoice are welcome, not needed. They count cents; a balance below zero is what is left.
    Status readBalances(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        const auto add = [&](const std::string& name, const Json& cents, bool isNegated) -> Status {
            if (cents.isNull())
                return {};
            auto amount = fromCents(cents.text());
            if (!amount)
                return amount.error();
            std::string value = amount.take();
            if (isNegated)
                value = value.starts_with('-') ? value.substr(1) : value == "0" ? value : '-' + value;
            return delivery.add(Measure{name, "USD", startOf(today), startOf(today + 1), {{"team", m_team}}, value});
        };
        const auto look = [&](const std::string& what, const std::string& path, const auto& take) -> Status {
            const auto answer = m_api.get(m_path + path, stop);
            const Status done = answer ? take(*answer) : Status(answer.error());
            return done ? done : lookUpFailed(what, done.error(), delivery);
        };
        const Status balance = look("the prepaid balance", "/prepaid/balance", [&](const Json& answer) {
            return add("prepaid_balance", answer.at("total", "val"), true);
        });
        if (!balance)
            return balance;
        return look("the running invoice", "/postpaid/invoice/preview", [&](const Json& answer) {
            const Status total = add("invoice_so_far", answer.at("coreInvoice", "totalWithCorr", "val"), false);
            return total ? add("spending_limit", answer["effectiveSpendingLimit"], false) : total;
        });
    }

    const std::string m_team, m_path;
    const Day m_today;
    Api m_api;
};

} // namespace

ConnectorKind xAiKind()
{
    const ConnectorInfo info = describe();
    return {info, {"x_ApiKey", "x_ApiKeyId", "x_UnitType"}, [info](const ConnectorSetup& setup) {
                return std::make_unique<XAi>(setup, info);
            }};
}

} // namespace altimeter::providers
