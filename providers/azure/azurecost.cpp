#include "providers/azure/azurecost.h"

#include "models/text/utf8.h"
#include "providers/azure/azurelogin.h"
#include "providers/azure/azurereport.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <map>
#include <optional>

namespace altimeter::providers {

namespace {

constexpr std::string_view kSubscriptions = "/subscriptions/";
constexpr int kForecastDays = 21; // the service answers about 40 rows at most

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "azure-cost";
    info.title = "Azure Cost Management";
    info.summary = "Billed and amortised cost of a subscription, management group or billing account per day and two "
                   "groups, with budgets, forecast and use of reservations.";
    info.rights =
        "An app registration in Microsoft Entra with a client secret, and for it the role Cost Management "
        "Reader on the subscription, resource group or management group; on billing scopes the role "
        "Enrollment Reader (EA) or Billing profile reader (MCA). The use of reservations needs a reader role on "
        "the billing account.";
    info.fields = azureLoginFields();
    const std::vector<ConnectorField> more{
        needed(FieldKind::Text, "scope", "Scope",
               "A subscription id, or a path: /subscriptions/…, /providers/Microsoft.Management/managementGroups/…, "
               "/providers/Microsoft.Billing/billingAccounts/…."),
        offered(FieldKind::Text, "group_1", "First grouping",
                "A dimension (ServiceName, Meter, ResourceId, ResourceLocation, ChargeType, …), a tag (TagKey:team), "
                "or none.",
                "ServiceName"),
        offered(FieldKind::Text, "group_2", "Second grouping",
                "As above; auto is ResourceGroupName for a subscription and SubscriptionId for wider scopes.", "auto"),
        offered(FieldKind::Text, "billing_account_id", "Billing account ID",
                "Fills BillingAccountId and brings the daily use of reservations. Leave it empty to do without."),
        offered(FieldKind::Flag, "budgets", "Bring budgets", "The budgets of the scope and what is spent of them.",
                "yes"),
        offered(FieldKind::Flag, "forecast", "Bring the forecast", "Azure's own forecast of the next three weeks.",
                "no"),
        azureBaseAddress(),
        azureTokenScope(),
        offered(FieldKind::Text, "api_version", "API version", "Of the Cost Management interface.", "2025-03-01"),
    };
    info.fields.insert(info.fields.end(), more.begin(), more.end());
    info.backfillDays = 365;
    info.refetchDays = 36;
    info.finalAfterDays = 36;
    info.chunkDays = 31;
    info.freshness = "8 to 24 hours late. Azure may change a month until five days after its end, so the last 36 days "
                     "are read again.";
    info.bringsMeasures = true;
    return info;
}

RetryPolicy retryPolicy()
{
    RetryPolicy policy;
    for (const char* word : {"qpu", "entity", "tenant", "client", "clienttype"})
        policy.pauseHeaders.push_back(std::string("x-ms-ratelimit-microsoft.costmanagement-") + word + "-retry-after");
    policy.pauseHeaders.emplace_back("x-ms-ratelimit-microsoft.consumption-retry-after");
    return policy;
}

constexpr std::string_view kNoUsages = "SubscriptionHasNoUsages";

/// Answers that Azure means otherwise than their status says.
std::optional<Error> explain(const HttpResponse& response, const std::string& where)
{
    if (response.status == 405)
        return Error{ErrorCode::Unsupported, "Azure does not take this method (HTTP 405)", where};
    if (response.status == 424)
        return Error{ErrorCode::NotFound, "Azure has too little history for this (HTTP 424)", where};
    if (response.status == 422 && response.body.find(kNoUsages) != std::string::npos)
        return Error{ErrorCode::NotFound, "the subscription has no usage (" + std::string(kNoUsages) + ')', where};
    return std::nullopt;
}

/// "/subscriptions/…" of what was typed; an id alone is a subscription's.
std::string scopeOf(std::string text)
{
    while (text.ends_with('/'))
        text.pop_back();
    if (text.find('/') == std::string::npos)
        return std::string(kSubscriptions) + text;
    return text.starts_with('/') ? text : '/' + text;
}

/// Percent-encoded but for '/' and ':', which scopes carry as they are.
std::string scopePath(const std::string& scope)
{
    std::string path = percentEncoded(scope, true);
    for (auto at = path.find("%3A"); at != std::string::npos; at = path.find("%3A"))
        path.replace(at, 3, ":");
    return path;
}

/// The part of a path behind `mark` up to the next '/'; empty where there is none.
std::string partBehind(const std::string& path, std::string_view mark)
{
    const auto at = path.find(mark);
    if (at == std::string::npos)
        return {};
    const auto begin = at + mark.size();
    return path.substr(begin, path.find('/', begin) - begin);
}

class AzureCost final : public Connector {
public:
    AzureCost(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_today(setup.now.day()), m_scope(scopeOf(setup.value(info, "scope"))),
          m_version(setup.value(info, "api_version")), m_billingAccount(setup.value(info, "billing_account_id")),
          m_wantsBudgets(setup.value(info, "budgets") == "yes"),
          m_wantsForecast(setup.value(info, "forecast") == "yes"),
          m_login(azureLogin(setup, info, setup.value(info, "token_scope"), retryPolicy())),
          m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {{"ClientType", "Altimeter"}}, // else all programs of a tenant share one allowance
                             retryPolicy(),
                             "Azure does not accept the token: check the sign-in address, the base address and the "
                             "scope of the token, which belong to one cloud.",
                             "Give the app registration the role Cost Management Reader on " + m_scope +
                                 " (on billing scopes Enrollment Reader or Billing profile reader). A new role can "
                                 "take some minutes to work.",
                             explain})
    {
        std::string second = setup.value(info, "group_2");
        const bool isSubscription = m_scope.starts_with(kSubscriptions);
        if (second == "auto")
            second = isSubscription ? "ResourceGroupName" : "SubscriptionId";
        m_groups = costGroupsOf({setup.value(info, "group_1"), second});
        std::string account = m_billingAccount.empty() ? partBehind(m_scope, "/billingAccounts/") : m_billingAccount;
        m_place.billingAccount = account.empty() ? setup.value(info, "tenant_id")
                                                 : "/providers/Microsoft.Billing/billingAccounts/" + account;
        if (isSubscription)
            m_place.subscription = std::string(kSubscriptions) + partBehind(m_scope, kSubscriptions);
    }

    Result<std::string> test(std::stop_token stop) override
    {
        if (auto done = checkScope(); !done)
            return done.error();
        const Day yesterday = m_today - 1;
        CostReport report;
        if (auto done = read("ActualCost", {yesterday, m_today}, {}, report, stop); !done)
            return done.error();
        if (report.empty())
            return m_scope + " may be read. It has no cost for " + toString(yesterday) + " yet.";
        std::map<std::string, DecimalSum> totals;
        for (const auto& [key, sum] : report)
            totals[key.currency].add(sum);
        std::string billed;
        for (const auto& [currency, total] : totals)
            billed += (billed.empty() ? "" : " and ") + total.toString(2) + ' ' + currency;
        return m_scope + " may be read. Billed for " + toString(yesterday) + ": " + billed + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = checkScope(); !done)
            return done;
        if (auto done = delivery.begin("cost query"); !done)
            return done;
        const Day today = request.now.day();
        m_hasNoUsages = false;
        // A time in the future is moved to the past without a word.
        const DateRange days{request.window.from, std::min(request.window.to, today + 1)};
        // A span over 31 days is cut to its last month without a word.
        for (Day from = days.from; from < days.to;) {
            const DateRange part{from, std::min(days.to, from.addMonths(1))};
            if (auto done = fetchPart(part, delivery, stop); !done)
                return done;
            from = part.to;
        }
        if (m_hasNoUsages) {
            if (auto done =
                    delivery.finding(Severity::Note, "no-usages", 0,
                                     "Azure says that the subscription has no usage (" + std::string(kNoUsages) + ')');
                !done)
                return done;
        }
        const auto lookUp = [&](const std::string& what, const std::string& origin, const auto& read) -> Status {
            if (auto done = delivery.begin(origin); !done)
                return done;
            const Status done = read();
            return done ? done : lookUpFailed(what, done.error(), delivery);
        };
        if (!m_billingAccount.empty() && days.from < days.to) {
            const Status done = lookUp("reservations", "reservation summaries", [&] {
                const Status read = fetchReservations(days, delivery, stop);
                return read || read.error().code != ErrorCode::Denied
                           ? read
                           : Status(Error{ErrorCode::Denied, read.error().what, read.error().where,
                                          "They need a reader role on the billing account " + m_billingAccount + '.'});
            });
            if (!done)
                return done;
        }
        if (m_wantsBudgets && request.reachesToday()) {
            if (auto done = lookUp("budgets", "budgets", [&] { return fetchBudgets(today, delivery, stop); }); !done)
                return done;
        }
        if (m_wantsForecast && request.reachesToday())
            return lookUp("the forecast", "forecast", [&] { return fetchForecast(today, delivery, stop); });
        return {};
    }

private:
    Status checkScope() const
    {
        const bool isKnown = m_scope.starts_with(kSubscriptions) || m_scope.starts_with("/providers/Microsoft.");
        if (isKnown && m_scope.find("..") == std::string::npos)
            return {};
        return Error{ErrorCode::Invalid, '"' + words::excerpt(m_scope, 100) + "\" is no scope of Azure", "scope",
                     "Enter a subscription id, or a path such as "
                     "/providers/Microsoft.Management/managementGroups/<name>."};
    }

    /// An answer, none for 204 (no data).
    Result<std::optional<Json>> ask(HttpRequest request, const std::string& path, const std::stop_token& stop)
    {
        const auto token = m_login.token(stop);
        if (!token)
            return token.error();
        m_api.setHeader("Authorization", "Bearer " + token->reveal());
        const auto answer = m_api.send(std::move(request), path, stop);
        if (!answer)
            return answer.error();
        if (answer->status == 204)
            return std::optional<Json>();
        auto json = m_api.jsonOf(*answer, "Azure " + path.substr(0, path.find('?')));
        if (!json)
            return json.error();
        return std::optional<Json>(json.take());
    }

    std::string costPath(const std::string& what) const
    {
        return scopePath(m_scope) + "/providers/Microsoft.CostManagement/" + what +
               "?api-version=" + percentEncoded(m_version);
    }

    /// Reads a report whole, page by page.
    Status read(const std::string& type, const DateRange& days, const std::vector<CostGroup>& groups,
                CostReport& report, const std::stop_token& stop)
    {
        const std::string body = costQuery(type, days, groups);
        const std::string where = "Azure " + type + " of " + monthText(days.from);
        std::string path = costPath("query") + "&$top=5000";
        CursorGuard guard(where, 10'000);
        for (bool isFirst = true;; isFirst = false) {
            auto page = ask(postOf("application/json", body), path, stop);
            // The documentation does not say by which method a next page is asked for.
            if (!page && !isFirst && page.error().code == ErrorCode::Unsupported)
                page = ask({}, path, stop);
            if (!page && page.error().what.find(kNoUsages) != std::string::npos) {
                m_hasNoUsages = true;
                return {};
            }
            if (!page)
                return page.error();
            if (!page->has_value())
                return {};
            if (auto done = addCostPage(**page, groups, days, where, report); !done)
                return done;
            path = (*page)->at("properties", "nextLink").text();
            if (path.empty())
                return {};
            if (auto done = guard.next(path); !done)
                return done;
        }
    }

    Status fetchPart(const DateRange& days, Delivery& delivery, const std::stop_token& stop)
    {
        CostReport actual, amortized;
        if (auto done = read("ActualCost", days, m_groups, actual, stop); !done)
            return done;
        if (auto done = read("AmortizedCost", days, m_groups, amortized, stop); !done)
            return done;
        CostReport keys = actual;
        keys.insert(amortized.begin(), amortized.end());
        for (const auto& [key, ignored] : keys) {
            if (auto done = delivery.add(costCharge(key, m_groups, m_place, actual[key], amortized[key])); !done)
                return done;
        }
        return {};
    }

    template <typename AddPage>
    Status readLinked(std::string path, const std::string& where, const AddPage& addPage, const std::stop_token& stop)
    {
        CursorGuard guard(where, 10'000);
        for (;;) {
            const auto page = ask({}, path, stop);
            if (!page)
                return page.error();
            if (!page->has_value())
                return {};
            if (auto done = addPage(**page); !done)
                return done;
            path = (**page)["nextLink"].text();
            if (path.empty())
                return {};
            if (auto done = guard.next(path); !done)
                return done;
        }
    }

    Status fetchReservations(const DateRange& days, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = "Azure reservation summaries";
        const std::string filter = "properties/usageDate ge '" + toString(days.from) +
                                   "' AND properties/usageDate le '" + toString(days.to - 1) + '\'';
        return readLinked(
            scopePath("/providers/Microsoft.Billing/billingAccounts/" + m_billingAccount) +
                "/providers/Microsoft.Consumption/reservationSummaries?api-version=2021-10-01&grain=daily&$filter=" +
                percentEncoded(filter),
            where, [&](const Json& page) { return addReservations(page, days, where, delivery); }, stop);
    }

    Status fetchBudgets(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = "Azure budgets";
        return readLinked(
            scopePath(m_scope) + "/providers/Microsoft.Consumption/budgets?api-version=2021-10-01", where,
            [&](const Json& page) { return addBudgets(page, m_scope, today, where, delivery); }, stop);
    }

    Status fetchForecast(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = "Azure forecast";
        const DateRange days{today, today + kForecastDays};
        std::string body = costQuery("ActualCost", days, {});
        body.pop_back();
        body += R"(,"includeActualCost":false,"includeFreshPartialCost":false})";
        const auto page = ask(postOf("application/json", body), costPath("forecast"), stop);
        if (!page)
            return page.error();
        return page->has_value() ? addForecast(**page, days, m_scope, where, delivery) : Status();
    }

    Day m_today;
    std::string m_scope, m_version, m_billingAccount;
    bool m_wantsBudgets = false, m_wantsForecast = false;
    bool m_hasNoUsages = false; ///< as Azure said in this fetch
    std::vector<CostGroup> m_groups;
    CostPlace m_place;
    OAuth2 m_login;
    Api m_api;
};

} // namespace

ConnectorKind azureCostKind()
{
    const ConnectorInfo info = describe();
    return {info,
            {"x_ResourceGroupName", "x_SkuMeterCategory", "x_SkuMeterSubcategory", "x_SkuServiceFamily", "x_Product",
             "x_ChargeType", "x_PricingModel"},
            [info](const ConnectorSetup& setup) { return std::make_unique<AzureCost>(setup, info); }};
}

} // namespace altimeter::providers
