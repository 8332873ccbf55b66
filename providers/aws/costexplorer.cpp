#include "providers/aws/costexplorer.h"

#include "models/domain/dayranges.h"
#include "models/text/jsontext.h"
#include "models/text/words.h"
#include "providers/aws/awsclient.h"
#include "providers/aws/costexplorermeasures.h"
#include "providers/aws/costexplorerrows.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr int kHistoryDays = 395;                                         // 13 months
constexpr int kAnomalyDays = 90;                                          // AWS keeps anomalies that long
constexpr int kForecastMonths = 3;                                        // after the current one
constexpr int kCoverageDays = 20;                                         // of Savings Plans: rows of a page
constexpr const char* kAllServicesAsked = "reservations-of-all-services"; // remembered: the month that was done

/// What can be reserved: the words by which Cost Explorer's names of it are known, and the name itself. Asked about
/// reservations without a service, AWS answers EC2 alone, and about more than one it refuses.
constexpr std::array kReservable{
    std::pair<std::string_view, std::string_view>{"elastic compute cloud - compute",
                                                  "Amazon Elastic Compute Cloud - Compute"},
    std::pair<std::string_view, std::string_view>{"relational database service", "Amazon Relational Database Service"},
    std::pair<std::string_view, std::string_view>{"elasticache", "Amazon ElastiCache"},
    std::pair<std::string_view, std::string_view>{"redshift", "Amazon Redshift"},
    std::pair<std::string_view, std::string_view>{"opensearch service", "Amazon OpenSearch Service"},
    std::pair<std::string_view, std::string_view>{"memorydb", "Amazon MemoryDB Service"},
    std::pair<std::string_view, std::string_view>{"dynamodb", "Amazon DynamoDB Service"},
};

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
                "Asks for them too. Each is a request of its own that costs USD 0.01: some eight more for a sync, and "
                "once a month up to twenty, for the reservations of every service.",
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
               toString(yesterday.from) + totalsOf(costs) + ". This question cost USD 0.01.";
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
        return m_withMeasures ? addMeasures(request, *query, *costs, delivery, stop) : Status();
    }

    std::uint64_t requestsFor(const DateRange& window) const override
    {
        if (!m_withMeasures)
            return 1;
        std::uint64_t requests = 1U + (wantsForecast(window) ? 1U : 0U) + (anomalyDaysOf(window) ? 1U : 0U);
        if (const auto past = pastOf(window)) // at least one service has reservations or could have
            requests += 3U + static_cast<std::uint64_t>((past->days() + kCoverageDays - 1) / kCoverageDays);
        return requests;
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
        std::set<Day> days;
        std::copy_if(costs.days.begin(), costs.days.end(), std::inserter(days, days.end()),
                     [&window](Day day) { return window.contains(day); });
        const std::vector<DateRange> covered = joined(days);
        for (const DateRange& range : covered)
            delivery.proveSaid(range); // AWS sends a period for each day, with its groups or none
        delivery.setCovered(covered);
        const int answered = static_cast<int>(days.size());
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
            if (!page)
                return lookUpFailed("account names", page.error(), delivery);
            const auto accounts = page->needArray("Accounts", where);
            if (!accounts)
                return lookUpFailed("account names", accounts.error(), delivery);
            for (const Json& account : **accounts) {
                if (!account["Name"].text().empty())
                    costs.accountNames.emplace(account["Id"].text(), account["Name"].text());
            }
            const std::string& next = (*page)["NextToken"].text(); // also after an empty page
            if (next.empty())
                return {};
            if (auto done = guard.next(next); !done)
                return lookUpFailed("the other account names", done.error(), delivery);
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

    using Add = Status (*)(const Json&, const AwsMeasures&, const std::string&, Delivery&);
    struct Question {
        std::string operation;
        std::string open;  ///< the body without its last brace
        std::string token; ///< names the page member; empty where it has no pages
        Add add;
        std::string service{}; ///< it is about; empty: any
    };

    /// `,"Filter":…` for the service and what the connection filters by; empty for neither. Measures know one level of
    /// "And".
    static std::string filterOf(const AwsCostQuery& query, const std::string& service)
    {
        const std::string own =
            service.empty() ? std::string()
                            : R"({"Dimensions":{"Key":"SERVICE","Values":[)" + words::jsonQuoted(service) + "]}}";
        if (own.empty() || query.filter.empty())
            return own.empty() && query.filter.empty() ? std::string() : R"(,"Filter":)" + own + query.filter;
        std::string parts = own;
        const auto filter = Json::parse(query.filter, {});
        if (filter && filter->members().size() == 1 && (*filter)["And"].isArray()) {
            for (const Json& part : (*filter)["And"].items())
                parts += ',' + part.dump();
        } else {
            parts += ',' + query.filter;
        }
        return R"(,"Filter":{"And":[)" + parts + "]}";
    }

    /// Services to ask about reservations: those that cost something, by AWS's own names; once a month, and where the
    /// costs do not tell services apart, all that can be reserved.
    std::vector<std::string> servicesOf(const FetchRequest& request, const AwsCostQuery& query,
                                        const AwsCosts& costs) const
    {
        std::set<std::string> names;
        std::set<std::string_view> found;
        const auto by = std::find_if(query.groupings.begin(), query.groupings.end(), [](const AwsGrouping& grouping) {
            return grouping.type == "DIMENSION" && grouping.key == "SERVICE";
        });
        const bool isKnown = by != query.groupings.end();
        const auto index = static_cast<std::size_t>(by - query.groupings.begin());
        for (const AwsCostRow& row : costs.rows) {
            const std::string name = isKnown && index < row.keys.size() ? row.keys[index] : std::string();
            for (const auto& [word, title] : kReservable) {
                if (words::toLower(name).find(word) == std::string::npos)
                    continue;
                names.insert(name);
                found.insert(title);
            }
        }
        const auto asked = request.state.find(kAllServicesAsked);
        const bool isDone = asked != request.state.end() && asked->second == monthText(m_today);
        if (isKnown && (isDone || !wantsForecast(request.window)))
            return {names.begin(), names.end()};
        for (const auto& [word, title] : kReservable) {
            if (!found.contains(title))
                names.emplace(title);
        }
        return {names.begin(), names.end()};
    }

    std::vector<Question> questionsOf(const FetchRequest& request, const AwsCostQuery& query,
                                      const AwsCosts& costs) const
    {
        const DateRange& window = request.window;
        std::vector<Question> questions;
        const std::string filter = filterOf(query, {});
        if (wantsForecast(window)) {
            const DateRange ahead{m_today, m_today.addMonths(kForecastMonths + 1)};
            questions.push_back(
                {"GetCostForecast",
                 '{' + periodText(ahead) +
                     R"(,"Metric":"UNBLENDED_COST","Granularity":"MONTHLY","PredictionIntervalLevel":80)" + filter,
                 {},
                 addAwsForecast});
        }
        if (const auto past = pastOf(window)) {
            const std::string daily = '{' + periodText(*past) + R"(,"Granularity":"DAILY")";
            questions.push_back({"GetSavingsPlansUtilization", daily + filter, {}, addSavingsPlansUtilization});
            questions.push_back({"GetSavingsPlansCoverage", daily + filter, "NextToken", addSavingsPlansCoverage});
            for (const std::string& service : servicesOf(request, query, costs)) {
                const std::string ofService = daily + filterOf(query, service);
                questions.push_back(
                    {"GetReservationUtilization", ofService, "NextPageToken", addReservationUtilization, service});
                questions.push_back({"GetReservationCoverage", ofService + R"(,"Metrics":["Hour","Unit","Cost"])",
                                     "NextPageToken", addReservationCoverage, service});
            }
        }
        if (const auto kept = anomalyDaysOf(window))
            questions.push_back({"GetAnomalies",
                                 R"({"DateInterval":{"StartDate":")" + toString(kept->from) + R"(","EndDate":")" +
                                     toString(kept->to - 1) + R"("})",
                                 "NextPageToken", addAwsAnomalies});
        return questions;
    }

    /// Measures are welcome; the costs are paid for and stay, whatever becomes of these questions. One that AWS is too
    /// busy or too broken for ends the asking, as the next would be paid for too.
    Status addMeasures(const FetchRequest& request, const AwsCostQuery& query, const AwsCosts& costs,
                       Delivery& delivery, const std::stop_token& stop)
    {
        AwsMeasures of;
        of.currency = currencyOf(costs);
        std::map<std::string, std::string> unavailable; // services by operation
        for (const Question& question : questionsOf(request, query, costs)) {
            of.labels.clear();
            if (!question.service.empty())
                of.labels["service"] = question.service;
            const Status read = ask(question, of, delivery, stop);
            if (read)
                continue;
            const ErrorCode code = read.error().code;
            if (code == ErrorCode::Cancelled)
                return read;
            if (m_client.fault().code == "DataUnavailableException") {
                std::string& services = unavailable[question.operation];
                services += (services.empty() ? "" : ", ") + question.service;
                continue;
            }
            const bool isEnd = code == ErrorCode::Limited || code == ErrorCode::Network;
            const Status said =
                delivery.finding(Severity::Warning, "measure-refused", 0,
                                 question.operation + (question.service.empty() ? "" : " of " + question.service) +
                                     ": " + read.error().text() + (isEnd ? ". No further measure was asked for" : ""));
            if (!said || isEnd)
                return said;
        }
        if (wantsForecast(request.window))
            delivery.state[kAllServicesAsked] = monthText(m_today);
        for (const auto& [operation, services] : unavailable) {
            if (auto said = delivery.finding(Severity::Note, "measure-unavailable", 0,
                                             operation + ": AWS has no data for it yet" +
                                                 (services.empty() ? "" : " (" + services + ')'));
                !said)
                return said;
        }
        return {};
    }

    Status ask(const Question& question, const AwsMeasures& of, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = "AWS Cost Explorer " + question.operation;
        CursorGuard guard(where);
        std::string next;
        for (;;) {
            std::string body = question.open;
            if (!next.empty())
                body += ",\"" + question.token + "\":" + words::jsonQuoted(next);
            const auto page = m_client.call(m_ce, question.operation, body + '}', stop);
            if (!page)
                return page.error();
            if (auto done = question.add(*page, of, where, delivery); !done)
                return done;
            next = question.token.empty() ? std::string() : (*page)[question.token].text();
            if (next.empty())
                return {};
            if (auto done = guard.next(next); !done)
                return done;
        }
    }

    /// The one currency of the costs; dollars where there is none or more than one, as AWS bills almost everybody.
    std::string currencyOf(const AwsCosts& costs) const
    {
        std::set<std::string> currencies;
        for (const AwsCostRow& row : costs.rows)
            currencies.insert(row.currency);
        if (currencies.size() == 1)
            return *currencies.begin();
        return m_ce.region.starts_with("cn-") ? "CNY" : "USD";
    }

    /// ", 12.5 USD and 3 CNY"; what cannot be read is not told.
    static std::string totalsOf(const AwsCosts& costs)
    {
        std::map<std::string, DecimalSum> totals;
        for (const AwsCostRow& row : costs.rows) {
            if (const auto amount = decimalOfDouble(row.billed))
                totals[row.currency].add(*amount);
        }
        std::string text;
        for (const auto& [currency, total] : totals)
            text += (text.empty() ? ", " : " and ") + total.toString(2) + ' ' + currency;
        return text;
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
