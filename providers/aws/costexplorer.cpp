#include "providers/aws/costexplorer.h"

#include "models/text/jsontext.h"
#include "models/text/words.h"
#include "providers/aws/awsclient.h"
#include "providers/aws/costexplorermeasures.h"
#include "providers/aws/costexplorerrows.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <optional>

namespace altimeter::providers {

namespace {

constexpr int kHistoryDays = 395;    // 13 months
constexpr int kAnomalyDays = 90;     // AWS keeps anomalies that long
constexpr int kForecastMonths = 3;   // after the current one
constexpr int kCoverageRequests = 4; // Savings Plans and reservations, utilisation and coverage

std::vector<ConnectorField> costExplorerFields()
{
    std::vector<ConnectorField> fields = awsAccessFields();
    const std::vector<ConnectorField> own{
        offered(
            FieldKind::Text, "group_1", "First grouping",
            "SERVICE, LINKED_ACCOUNT, REGION, AZ, USAGE_TYPE, USAGE_TYPE_GROUP, RECORD_TYPE, PURCHASE_TYPE, OPERATION, "
            "INSTANCE_TYPE, PLATFORM, LEGAL_ENTITY_NAME, INVOICING_ENTITY, PAYER_ACCOUNT, SAVINGS_PLAN_ARN, "
            "RESERVATION_ID, TAG:name or COST_CATEGORY:name.",
            "SERVICE"),
        offered(FieldKind::Text, "group_2", "Second grouping", "As the first one, or NONE. Cost Explorer allows two.",
                "LINKED_ACCOUNT"),
        offered(FieldKind::Flag, "net_amortized", "Effective cost after discounts",
                "Takes NetAmortizedCost in place of AmortizedCost as effective cost, for accounts with negotiated "
                "discounts.",
                "no"),
        offered(FieldKind::Flag, "measures", "Forecast, commitments and anomalies",
                "Asks for them too. Each is a request of its own that costs USD 0.01: up to six more for a sync.",
                "no"),
        offered(
            FieldKind::Lines, "filter", "Filter",
            "A Cost Explorer Expression as JSON. Empty: all costs. What it leaves out is missing from every total."),
        offered(
            FieldKind::Text, "payer_account", "Billed account",
            "Number of the management account; it helps to notice that another source holds the same costs. Empty: the "
            "account of the role."),
        offered(FieldKind::Text, "region", "Region of Cost Explorer", "us-east-1, for China cn-northwest-1.",
                "us-east-1"),
        offered(FieldKind::Url, "ce_url", "Base address of Cost Explorer",
                "Change it for a sovereign cloud or a private endpoint.", "https://ce.us-east-1.amazonaws.com"),
        offered(FieldKind::Url, "organizations_url", "Base address of Organizations",
                "Asked for account names that Cost Explorer does not tell.",
                "https://organizations.us-east-1.amazonaws.com"),
    };
    fields.insert(fields.end(), own.begin(), own.end());
    return fields;
}

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "aws-cost-explorer";
    info.title = "AWS Cost Explorer";
    info.summary = "Cost per day, service and account of an AWS organization, without setting up an export.";
    info.rights = "An IAM user or role with ce:GetCostAndUsage, best in the management account; "
                  "organizations:ListAccounts for account names; for the measures ce:GetCostForecast, "
                  "ce:GetSavingsPlansUtilization, ce:GetSavingsPlansCoverage, ce:GetReservationUtilization, "
                  "ce:GetReservationCoverage and ce:GetAnomalies.";
    info.fields = costExplorerFields();
    info.backfillDays = 365;
    info.refetchDays = 45; // the month before may change for two weeks
    info.finalAfterDays = 0;
    info.chunkDays = 46; // one request reads the refetched days and today
    info.historyDays = kHistoryDays;
    info.freshness = "Up to three times a day. The current month, and the month before for about two weeks, still "
                     "change; AWS says itself which days are estimated.";
    info.requestCost = "0.01";
    info.requestCostCurrency = "USD";
    info.bringsMeasures = true;
    return info;
}

/// "111122223333" of "arn:aws:iam::111122223333:role/x".
std::string accountOfArn(const std::string& arn)
{
    std::string_view rest = arn;
    for (int part = 0; part < 4; ++part)
        rest.remove_prefix(
            std::min(rest.find(':') == std::string_view::npos ? rest.size() : rest.find(':') + 1, rest.size()));
    return std::string(rest.substr(0, rest.find(':')));
}

std::string periodText(const DateRange& days)
{
    return R"("TimePeriod":{"Start":")" + toString(days.from) + R"(","End":")" + toString(days.to) + R"("})";
}

class CostExplorer final : public Connector {
public:
    CostExplorer(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_client(setup.http, awsOptions(setup, info, setup.value(info, "region"))), m_ce{"ce",
                                                                                           setup.value(info, "region"),
                                                                                           setup.value(info, "ce_url"),
                                                                                           "AWSInsightsIndexService"},
          m_organizations{"organizations", setup.value(info, "region"), setup.value(info, "organizations_url"),
                          "AWSOrganizationsV20161128"},
          m_groupings{setup.value(info, "group_1"), setup.value(info, "group_2")},
          m_filter(words::trimmed(setup.value(info, "filter"))), m_isNet(setup.value(info, "net_amortized") == "yes"),
          m_withMeasures(setup.value(info, "measures") == "yes"), m_today(setup.now.day())
    {
        const std::string account = setup.value(info, "payer_account");
        const std::string ofRole = accountOfArn(setup.value(info, "role_arn"));
        m_payer = !account.empty() ? account : !ofRole.empty() ? ofRole : "aws";
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto query = costQuery();
        if (!query)
            return query.error();
        const DateRange yesterday{m_today - 1, m_today};
        const auto page = m_client.call(m_ce, "GetCostAndUsage", awsCostBody(*query, yesterday, {}), stop);
        if (!page)
            return page.error();
        AwsCosts costs;
        if (auto done = readAwsCosts(*page, *query, "AWS Cost Explorer GetCostAndUsage", costs); !done)
            return done.error();
        return "Cost Explorer answers: " + std::to_string(costs.rows.size()) + " groups on " +
               toString(yesterday.from) + ". This question cost USD 0.01.";
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        const auto query = costQuery();
        if (!query)
            return query.error();
        auto costs = readCosts(*query, request.window, stop);
        if (!costs)
            return costs.error();
        if (auto done = delivery.begin("GetCostAndUsage"); !done)
            return done;
        if (auto done = nameAccounts(*query, *costs, delivery, stop); !done)
            return done;
        for (const AwsCostRow& row : costs->rows) {
            if (auto done = delivery.add(awsCharge(row, *query, *costs, m_payer)); !done)
                return done;
        }
        if (auto done = cover(*costs, request.window, delivery); !done)
            return done;
        return m_withMeasures ? addMeasures(request.window, delivery, stop) : Status();
    }

    std::uint64_t requestsFor(const DateRange& window) const override
    {
        if (!m_withMeasures)
            return 1;
        return 1U + (wantsForecast(window) ? 1U : 0U) + (pastOf(window) ? kCoverageRequests : 0U) +
               (anomalyDaysOf(window) ? 1U : 0U);
    }

private:
    Result<AwsCostQuery> costQuery() const
    {
        AwsCostQuery query;
        for (const std::string& text : m_groupings) {
            if (text == "NONE" && !query.groupings.empty())
                continue;
            const auto grouping = AwsGrouping::of(text);
            if (!grouping)
                return grouping.error();
            query.groupings.push_back(*grouping);
        }
        query.wantsQuantity = query.groupsBy("USAGE_TYPE");
        query.effective = m_isNet ? "NetAmortizedCost" : "AmortizedCost";
        if (m_filter.empty())
            return query;
        const auto filter = Json::parse(m_filter, "the connection's filter");
        if (!filter || !filter->isObject())
            return Error{ErrorCode::Invalid, "the filter is no JSON object", "the connection's filter",
                         "Write it as Cost Explorer does, for example "
                         R"({"Dimensions":{"Key":"SERVICE","Values":["Amazon Bedrock"]}}.)"};
        query.filter = filter->dump();
        return query;
    }

    Result<AwsCosts> readCosts(const AwsCostQuery& query, const DateRange& window, const std::stop_token& stop)
    {
        const std::string where = "AWS Cost Explorer GetCostAndUsage";
        AwsCosts costs;
        CursorGuard guard(where);
        std::string next;
        do {
            const auto page = m_client.call(m_ce, "GetCostAndUsage", awsCostBody(query, window, next), stop);
            if (!page) {
                Error error = page.error();
                if (isAwsRightFault(m_client.fault().code))
                    error.todo += " In a member account, the management account must also allow access to billing "
                                  "data.";
                return error;
            }
            if (auto done = readAwsCosts(*page, query, where, costs); !done)
                return done.error();
            next = (*page)["NextPageToken"].text();
            if (next.empty())
                return costs;
            if (auto done = guard.next(next); !done)
                return done.error();
        } while (true);
    }

    /// Only the days AWS answered replace what is stored.
    static Status cover(const AwsCosts& costs, const DateRange& window, Delivery& delivery)
    {
        std::vector<DateRange> covered;
        for (const Day day : costs.days) {
            if (!window.contains(day))
                continue;
            if (!covered.empty() && covered.back().to == day)
                covered.back().to = day + 1;
            else
                covered.push_back({day, day + 1});
        }
        int answered = 0;
        for (const DateRange& range : covered) {
            answered += range.days();
            delivery.proveSaid(range); // AWS sends a period for each day, with its groups or none
        }
        delivery.setCovered(std::move(covered));
        if (answered == window.days())
            return {};
        return delivery.finding(
            Severity::Warning, "days-not-answered", static_cast<std::uint64_t>(window.days() - answered),
            "Cost Explorer left out some of the days it was asked for; what is stored of them stays");
    }

    /// Asks Organizations for the names of accounts that Cost Explorer did not name. Names are welcome, not needed.
    Status nameAccounts(const AwsCostQuery& query, AwsCosts& costs, Delivery& delivery, const std::stop_token& stop)
    {
        if (!query.groupsBy("LINKED_ACCOUNT") || costs.rows.empty() || !lacksNames(query, costs))
            return {};
        const std::string where = "AWS Organizations ListAccounts";
        CursorGuard guard(where);
        std::string body = "{}";
        for (;;) {
            const auto page = m_client.call(m_organizations, "ListAccounts", body, stop);
            if (!page && m_client.fault().code == "AWSOrganizationsNotInUseException")
                return {}; // a single account
            if (!page && page.error().code == ErrorCode::Denied)
                return lookUpFailed("account names", page.error(), delivery);
            if (!page)
                return page.error();
            const auto accounts = page->needArray("Accounts", where);
            if (!accounts)
                return accounts.error();
            for (const Json& account : **accounts) {
                if (!account["Name"].text().empty())
                    costs.accountNames.emplace(account["Id"].text(), account["Name"].text());
            }
            const std::string& next = (*page)["NextToken"].text(); // also after an empty page
            if (next.empty())
                return {};
            if (auto done = guard.next(next); !done)
                return done;
            body = R"({"NextToken":)" + words::jsonQuoted(next) + '}';
        }
    }

    static bool lacksNames(const AwsCostQuery& query, const AwsCosts& costs)
    {
        const auto by = std::find_if(query.groupings.begin(), query.groupings.end(),
                                     [](const AwsGrouping& grouping) { return grouping.key == "LINKED_ACCOUNT"; });
        const auto index = static_cast<std::size_t>(by - query.groupings.begin());
        return std::any_of(costs.rows.begin(), costs.rows.end(), [&](const AwsCostRow& row) {
            return index < row.keys.size() && !costs.accountNames.contains(row.keys[index]);
        });
    }

    bool wantsForecast(const DateRange& window) const
    {
        return FetchRequest{window, startOf(m_today), {}}.reachesToday();
    }
    /// The completed days of the window; none where there are none.
    std::optional<DateRange> pastOf(const DateRange& window) const
    {
        const DateRange past{window.from, std::min(window.to, m_today)};
        return past.from < past.to ? std::optional(past) : std::nullopt;
    }
    std::optional<DateRange> anomalyDaysOf(const DateRange& window) const
    {
        const DateRange kept{std::max(window.from, m_today - kAnomalyDays), std::min(window.to, m_today + 1)};
        return kept.from < kept.to ? std::optional(kept) : std::nullopt;
    }

    Status addMeasures(const DateRange& window, Delivery& delivery, const std::stop_token& stop)
    {
        if (wantsForecast(window)) {
            const DateRange ahead{m_today, m_today.addMonths(kForecastMonths + 1)};
            const std::string body =
                '{' + periodText(ahead) +
                R"(,"Metric":"UNBLENDED_COST","Granularity":"MONTHLY","PredictionIntervalLevel":80)";
            if (auto done = addMeasure("GetCostForecast", body, {}, addAwsForecast, delivery, stop); !done)
                return done;
        }
        if (const auto past = pastOf(window)) {
            const std::string daily = '{' + periodText(*past) + R"(,"Granularity":"DAILY")";
            using Add = Status (*)(const Json&, const std::string&, Delivery&);
            struct Ask {
                const char *operation, *token, *more;
                Add add;
            };
            for (const auto& [operation, token, more, add] :
                 {Ask{"GetSavingsPlansUtilization", "", "", addSavingsPlansUtilization},
                  Ask{"GetSavingsPlansCoverage", "NextToken", "", addSavingsPlansCoverage},
                  Ask{"GetReservationUtilization", "NextPageToken", "", addReservationUtilization},
                  Ask{"GetReservationCoverage", "NextPageToken", R"(,"Metrics":["Hour","Cost"])",
                      addReservationCoverage}}) {
                if (auto done = addMeasure(operation, daily + more, token, add, delivery, stop); !done)
                    return done;
            }
        }
        if (const auto kept = anomalyDaysOf(window)) {
            const std::string body = R"({"DateInterval":{"StartDate":")" + toString(kept->from) + R"(","EndDate":")" +
                                     toString(kept->to - 1) + R"("})";
            return addMeasure("GetAnomalies", body, "NextPageToken", addAwsAnomalies, delivery, stop);
        }
        return {};
    }

    /// `open` is the request body without its last brace; `token` names its page member, empty where it has no pages.
    template <typename Add>
    Status addMeasure(const std::string& operation, const std::string& open, const std::string& token, const Add& add,
                      Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = "AWS Cost Explorer " + operation;
        CursorGuard guard(where);
        std::string next;
        for (;;) {
            std::string body = open;
            if (!next.empty())
                body += ",\"" + token + "\":" + words::jsonQuoted(next);
            const auto page = m_client.call(m_ce, operation, body + '}', stop);
            if (!page && m_client.fault().code == "DataUnavailableException")
                return delivery.finding(Severity::Note, "measure-unavailable", 0,
                                        operation + ": AWS has no data for it yet");
            if (!page && isAwsRightFault(m_client.fault().code))
                return delivery.finding(Severity::Warning, "measure-refused", 0, page.error().text());
            if (!page)
                return page.error();
            if (auto done = add(*page, where, delivery); !done)
                return done;
            next = token.empty() ? std::string() : (*page)[token].text();
            if (next.empty())
                return {};
            if (auto done = guard.next(next); !done)
                return done;
        }
    }

    AwsClient m_client;
    const AwsService m_ce, m_organizations;
    const std::vector<std::string> m_groupings;
    const std::string m_filter;
    const bool m_isNet, m_withMeasures;
    const Day m_today;
    std::string m_payer;
};

} // namespace

ConnectorKind awsCostExplorerKind()
{
    ConnectorKind kind;
    kind.info = describe();
    kind.extraColumns = {"x_GroupedBy",    "x_InstanceType", "x_Model",       "x_Operation",  "x_Platform",
                         "x_PurchaseType", "x_RecordType",   "x_ServiceTier", "x_TokenClass", "x_UsageTypeGroup"};
    kind.make = [info = kind.info](const ConnectorSetup& setup) { return std::make_unique<CostExplorer>(setup, info); };
    kind.places = [info = kind.info](const ConnectionSettings& settings) {
        Places places{{valueOf(settings, info, "ce_url"), valueOf(settings, info, "organizations_url")}, {}, {}};
        if (auto sts = stsAddress(settings, info, valueOf(settings, info, "region")); !sts.empty())
            places.addresses.push_back(std::move(sts));
        return places;
    };
    return kind;
}

} // namespace altimeter::providers
