#include "models/text/jsontext.h"
#include "models/text/utf8.h"
#include "providers/datadog/datadog.h"

#include "providers/core/fields.h"

namespace altimeter::providers {

namespace {

constexpr const char* kPath = "/api/v2/query/timeseries";
constexpr const char* kRightHint = "Grant the application key's owner cloud_cost_management_read and "
                                   "timeseries_query.";

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "datadog-cloud-cost";
    info.title = "Datadog Cloud Cost";
    info.summary = "Cloud costs as Datadog's Cloud Cost Management shows them, per day and the groups of your query.";
    info.rights = "An API key and an application key whose owner has the rights cloud_cost_management_read "
                  "and timeseries_query.";
    info.fields = datadog::accessFields();
    info.fields.push_back(
        offered(FieldKind::Text, "query", "Query",
                "A cost query with a daily rollup; what stands after \"by\" becomes columns and tags.",
                "sum:all.cost{*} by {providername,servicename,subaccountname}.rollup(sum, daily)"));
    info.fields.push_back(offered(FieldKind::Flag, "count_cloud_cost", "Count as charges",
                                  "\"no\" keeps them as measures, because the clouds' own bills are the truth; \"yes\" "
                                  "only for clouds that are not connected themselves.",
                                  "no"));
    info.fields.push_back(offered(FieldKind::Text, "currency", "Currency",
                                  "Used where the answer does not name the currency of its values.", "USD"));
    info.backfillDays = 90;
    info.refetchDays = 10;
    info.finalAfterDays = 35;
    info.chunkDays = 31;
    info.historyDays = 450;
    info.endsYesterday = true;
    info.freshness = "One to two days late; days change as the clouds restate their bills.";
    info.bringsMeasures = true;
    return info;
}

/// What the values of a series are counted in.
struct Unit {
    std::string currency;
    int places = 0; ///< 2 for cents
};

Result<Unit> unitOf(const Json& series, const std::string& currency, const std::string& where)
{
    const Json& unit =
        series["unit"].isArray() && !series["unit"].items().empty() ? series["unit"].items().front() : series["unit"];
    const std::string& name = unit["name"].text();
    if (name.empty())
        return Unit{currency, 0};
    static const std::map<std::string, Unit, std::less<>> kUnits{
        {"dollar", {"USD", 0}}, {"cent", {"USD", 2}},  {"microdollar", {"USD", 6}},
        {"euro", {"EUR", 0}},   {"pound", {"GBP", 0}}, {"yen", {"JPY", 0}},
    };
    if (const auto known = kUnits.find(name); known != kUnits.end())
        return known->second;
    return Error{ErrorCode::Invalid,
                 "the query answers " + words::excerpt(name, 60) + ", which is no currency known here", where,
                 "Use a cost query such as sum:all.cost{*}.rollup(sum, daily)."};
}

/// The UTC day a bucket starts at. Times are milliseconds.
Result<Day> dayOf(const Json& time, const std::string& where)
{
    constexpr Int128 kDayMs = 86'400'000;
    const auto number = parseDecimal(time.text());
    if (!number)
        return Error{ErrorCode::Invalid, "a time of the answer is no number", where};
    Int128 ms = number->value.mantissa;
    for (int i = 0; i < number->value.scale; ++i)
        ms /= 10;
    if (ms % kDayMs != 0)
        return Error{ErrorCode::Invalid, "the answer is not in whole UTC days", where,
                     "End the query with .rollup(sum, daily)."};
    return Day{static_cast<std::int32_t>(ms / kDayMs)};
}

/// "providername:aws" of each group tag; "N/A" is how a missing tag is written.
std::map<std::string, std::string> groupsOf(const Json& series)
{
    std::map<std::string, std::string> groups;
    for (const Json& tag : series["group_tags"].items()) {
        const std::string& text = tag.text();
        const auto colon = text.find(':');
        const std::string value = colon == std::string::npos ? "" : text.substr(colon + 1);
        if (!value.empty() && value != "N/A")
            groups[text.substr(0, colon)] = value;
    }
    return groups;
}

Charge chargeOf(const std::map<std::string, std::string>& groups, Day day, const std::string& currency,
                const std::string& amount)
{
    static const std::map<std::string, Column> kColumns{{"providername", Column::ProviderName},
                                                        {"cloud_provider", Column::ProviderName},
                                                        {"servicename", Column::ServiceName},
                                                        {"aws_product", Column::ServiceName},
                                                        {"servicecategory", Column::ServiceCategory},
                                                        {"billingaccountid", Column::BillingAccountId},
                                                        {"billingaccountname", Column::BillingAccountName},
                                                        {"subaccountid", Column::SubAccountId},
                                                        {"subaccountname", Column::SubAccountName},
                                                        {"regionid", Column::RegionId},
                                                        {"region", Column::RegionId},
                                                        {"resourceid", Column::ResourceId},
                                                        {"resource_name", Column::ResourceName},
                                                        {"chargedescription", Column::ChargeDescription}};
    Charge charge;
    charge.start = startOf(day);
    charge.end = startOf(day + 1);
    charge.currency = currency;
    // Datadog's figure is an allocated cost; nobody was billed for it by Datadog.
    charge.cost[static_cast<std::size_t>(CostLens::Effective)] = amount;
    charge.set(Column::BillingAccountId, "datadog-cloud-cost");
    charge.set(Column::ServiceCategory, "Other");
    charge.set(Column::ServiceName, "Cloud cost");
    for (const auto& [key, value] : groups) {
        const auto column = kColumns.find(key);
        if (column == kColumns.end())
            charge.tags[key] = value;
        else
            charge.set(column->second, value);
    }
    return charge;
}

class DatadogCloudCost final : public Connector {
public:
    DatadogCloudCost(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_api(setup.http, datadog::accessOf(setup, info, kRightHint)), m_query(setup.value(info, "query")),
          m_currency(setup.value(info, "currency")), m_isCounted(setup.value(info, "count_cloud_cost") == "yes"),
          m_today(setup.now.day())
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto attributes = ask({m_today - 4, m_today - 2}, stop);
        if (!attributes)
            return attributes.error();
        return "The keys are accepted. The query finds " + std::to_string((*attributes)["series"].items().size()) +
               " groups with costs.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        const std::string where = std::string("Datadog ") + kPath;
        if (auto done = delivery.begin("query/timeseries"); !done)
            return done;
        const auto attributes = ask(request.window, stop);
        if (!attributes)
            return attributes.error();
        std::vector<Day> days;
        for (const Json& time : (*attributes)["times"].items()) {
            const auto day = dayOf(time, where);
            if (!day)
                return day.error();
            if (!request.window.contains(*day))
                return notAskedFor(*day, where);
            days.push_back(*day);
        }
        const auto& series = (*attributes)["series"].items();
        const auto& values = (*attributes)["values"].items();
        if (series.size() != values.size())
            return Error{ErrorCode::Invalid, "the answer has not one list of values for each group", where};
        for (std::size_t i = 0; i < series.size(); ++i) {
            if (auto done = addSeries(series[i], values[i], days, where, delivery); !done)
                return done;
        }
        return {};
    }

private:
    Result<Json> ask(const DateRange& window, const std::stop_token& stop)
    {
        const std::string where = std::string("Datadog ") + kPath;
        const auto milliseconds = [](Day day) { return startOf(day).seconds * 1000; };
        // One millisecond before midnight: no bucket of the next day, whether the end counts as inside or not.
        const std::string body = R"({"data":{"type":"timeseries_request","attributes":{"from":)" +
                                 std::to_string(milliseconds(window.from)) + R"(,"to":)" +
                                 std::to_string(milliseconds(window.to) - 1) +
                                 R"(,"interval":86400000,"queries":[{"name":"a","data_source":"cloud_cost","query":)" +
                                 words::jsonQuoted(m_query) + R"(}],"formulas":[{"formula":"a"}]}}})";
        const auto answer = m_api.post(kPath, "application/json", body, stop);
        if (!answer)
            return answer.error();
        if (auto refused = datadog::refusalIn(*answer, where); !refused)
            return refused.error();
        const Json& attributes = answer->at("data", "attributes");
        for (const char* list : {"series", "times", "values"}) {
            if (const auto needed = attributes.needArray(list, where); !needed)
                return needed.error();
        }
        return attributes;
    }

    Status addSeries(const Json& series, const Json& values, const std::vector<Day>& days, const std::string& where,
                     Delivery& delivery) const
    {
        if (!values.isArray() || values.items().size() != days.size())
            return Error{ErrorCode::Invalid, "the answer has not one value for each day", where};
        const auto unit = unitOf(series, m_currency, where);
        if (!unit)
            return unit.error();
        const auto groups = groupsOf(series);
        for (std::size_t i = 0; i < days.size(); ++i) {
            const Json& value = values.items()[i];
            if (value.isNull())
                continue; // no cost is known, which is not zero
            const auto amount =
                unit->places == 0 ? Result<std::string>(value.text()) : shifted(value.text(), unit->places);
            if (!amount)
                return Error{ErrorCode::Invalid, "a value of the answer is no amount", where};
            const Status done = m_isCounted ? delivery.add(chargeOf(groups, days[i], unit->currency, *amount))
                                            : delivery.add({"cloud_cost", unit->currency, startOf(days[i]),
                                                            startOf(days[i] + 1), groups, *amount});
            if (!done)
                return done;
        }
        return {};
    }

    Api m_api;
    const std::string m_query, m_currency;
    const bool m_isCounted;
    const Day m_today;
};

} // namespace

ConnectorKind datadogCloudCostKind()
{
    ConnectorKind kind;
    kind.info = describe();
    kind.make = [info = kind.info](const ConnectorSetup& setup) {
        return std::make_unique<DatadogCloudCost>(setup, info);
    };
    kind.places = [info = kind.info](const ConnectionSettings& settings) {
        return Places{{datadog::addressOf(settings, info)}, {}, {}};
    };
    return kind;
}

} // namespace altimeter::providers
