#include "providers/azure/azureopenai.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/azure/azurelogin.h"
#include "providers/core/fields.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace altimeter::providers {

namespace {

constexpr std::string_view kSubscriptions = "/subscriptions/";
constexpr std::string_view kAccounts = "/providers/Microsoft.CognitiveServices/accounts";
constexpr std::size_t kMostSeries = 1000; ///< of an answer; Azure answers ten unless it is told otherwise
constexpr std::size_t kMostAccounts = 1000;

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "azure-openai";
    info.title = "Azure OpenAI";
    info.summary = "Tokens and requests of Azure OpenAI and Foundry per day, deployment and model, as measures beside "
                   "the costs.";
    info.rights = "An app registration in Microsoft Entra with a client secret, and for it the role Monitoring Reader "
                  "on the subscription, or on each account that is named.";
    info.fields = azureLoginFields();
    const std::vector<ConnectorField> more{
        needed(FieldKind::Lines, "scope", "Accounts",
               "A subscription id: all of its Azure OpenAI and Foundry accounts. Or one account a line: "
               "/subscriptions/…/providers/Microsoft.CognitiveServices/accounts/<name>."),
        offered(FieldKind::Text, "metrics", "Metrics",
                "Names in the REST API, separated by commas. For models of Foundry that are not OpenAI's: InputTokens, "
                "OutputTokens, ModelRequests.",
                "ProcessedPromptTokens, GeneratedTokens, AzureOpenAIRequests"),
        azureBaseAddress(),
        azureTokenScope(),
        offered(FieldKind::Text, "api_version", "API version", "Of the metrics of Azure Monitor.", "2023-10-01"),
    };
    info.fields.insert(info.fields.end(), more.begin(), more.end());
    info.backfillDays = 90;
    info.refetchDays = 3;
    info.finalAfterDays = 2;
    info.chunkDays = 30;
    info.historyDays = 92;
    info.endsYesterday = true;
    info.freshness = "Whole UTC days, from the next day on. Azure keeps metrics for 93 days.";
    info.bringsCosts = false;
    info.bringsMeasures = true;
    return info;
}

/// "ProcessedPromptTokens" as "azure_openai_processed_prompt_tokens": each metric stays one of its own, as what some of
/// them count is part of what others count.
std::string measureName(const std::string& metric)
{
    const auto isLarge = [&metric](std::size_t at) { return metric[at] >= 'A' && metric[at] <= 'Z'; };
    const auto isSmall = [&metric](std::size_t at) { return metric[at] >= 'a' && metric[at] <= 'z'; };
    std::string name = "azure_openai";
    for (std::size_t i = 0; i < metric.size(); ++i) {
        const bool isFirst = i == 0 || isSmall(i - 1) || (i + 1 < metric.size() && isSmall(i + 1));
        if (isLarge(i) && isFirst) // of a word; "AIRequests" are two
            name += '_';
        if (isLarge(i) || isSmall(i) || words::isDigit(metric[i]))
            name += isLarge(i) ? static_cast<char>(metric[i] - 'A' + 'a') : metric[i];
    }
    constexpr std::string_view kTwice = "azure_openai_azure_open_ai";
    return name.starts_with(kTwice) ? "azure_openai" + name.substr(kTwice.size()) : name;
}

std::string unitOf(const std::string& metric)
{
    return metric.ends_with("Tokens") ? "tokens" : metric.ends_with("Requests") ? "requests" : "count";
}

bool isBadRequest(const Error& error)
{
    return error.code == ErrorCode::Invalid && error.what.find("HTTP 400") != std::string::npos;
}

/// The last part of an account's path.
std::string nameOf(const std::string& account)
{
    return account.substr(account.rfind('/') + 1);
}

/// What a series is of: "modeldeploymentname" and the like, in small letters.
std::map<std::string, std::string> dimensionsOf(const Json& series)
{
    std::map<std::string, std::string> dimensions;
    for (const Json& one : series["metadatavalues"].items())
        dimensions[words::toLower(one.at("name", "value").text())] = one["value"].text();
    return dimensions;
}

class AzureOpenAi final : public Connector {
public:
    AzureOpenAi(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_scope(listOf(setup.value(info, "scope"), '\n')), m_metrics(listOf(setup.value(info, "metrics"), ',')),
          m_version(setup.value(info, "api_version")), m_today(setup.now.day()),
          m_login(azureLogin(setup, info, setup.value(info, "token_scope"), {})),
          m_api(setup.http, {info.title,
                             setup.value(info, "base_url"),
                             {},
                             {},
                             "Azure does not accept the token: check the sign-in address, the base address and the "
                             "scope of the token, which belong to one cloud.",
                             "Give the app registration the role Monitoring Reader on the subscription or the account. "
                             "A new role can take some minutes to work."})
    {
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto accounts = accountsOf(stop);
        if (!accounts)
            return accounts.error();
        if (accounts->empty())
            return std::string("The subscription may be read. It has no account of Azure OpenAI.");
        const auto answer =
            ask(accounts->front(), m_metrics.empty() ? "" : m_metrics.front(), {m_today - 1, m_today}, stop);
        if (!answer)
            return answer.error();
        return "The metrics of " + nameOf(accounts->front()) + " may be read" +
               (accounts->size() == 1 ? "." : "; there are " + std::to_string(accounts->size()) + " accounts.");
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        if (auto done = delivery.begin("metrics"); !done)
            return done;
        const auto accounts = accountsOf(stop);
        if (!accounts)
            return accounts.error();
        std::map<std::string, std::vector<std::string>> refused; // accounts by metric
        for (const std::string& account : *accounts) {
            std::string said;
            std::size_t refusals = 0;
            for (const std::string& metric : m_metrics) {
                const auto answer = ask(account, metric, request.window, stop);
                if (!answer && !isBadRequest(answer.error()))
                    return answer.error();
                if (!answer) { // an account need not have every metric
                    refused[metric].push_back(nameOf(account));
                    said = answer.error().what;
                    ++refusals;
                    continue;
                }
                if (auto done = addSeries(*answer, account, metric, request.window, delivery); !done)
                    return done;
            }
            if (refusals == m_metrics.size())
                return Error{ErrorCode::Invalid, "Azure refuses every metric of the account: " + said, nameOf(account),
                             "Check the names of the metrics and the API version."};
        }
        return tellRefused(refused, accounts->empty(), delivery);
    }

    std::uint64_t requestsFor(const DateRange&) const override { return m_scope.size() * m_metrics.size(); }

private:
    static Status tellRefused(const std::map<std::string, std::vector<std::string>>& refused, bool hasNone,
                              Delivery& delivery)
    {
        if (hasNone)
            return delivery.finding(Severity::Note, "no-accounts", 0,
                                    "the subscription has no account of Azure OpenAI");
        for (const auto& [metric, accounts] : refused) {
            std::string names;
            for (const std::string& account : accounts)
                names += (names.empty() ? "" : ", ") + account;
            if (auto said = delivery.finding(Severity::Note, "metric-refused", accounts.size(),
                                             "Azure does not answer the metric " + metric + " of " +
                                                 words::excerpt(names, 300));
                !said)
                return said;
        }
        return {};
    }

    Result<Json> get(const std::string& path, const std::stop_token& stop)
    {
        const auto token = m_login.token(stop);
        if (!token)
            return token.error();
        m_api.setHeader("Authorization", "Bearer " + token->reveal());
        return m_api.get(path, stop);
    }

    /// The accounts that are named, and those of the subscriptions that are.
    Result<std::vector<std::string>> accountsOf(const std::stop_token& stop)
    {
        std::vector<std::string> accounts;
        for (std::string scope : m_scope) {
            while (scope.ends_with('/'))
                scope.pop_back();
            if (scope.find('/') == std::string::npos)
                scope.insert(0, kSubscriptions);
            const bool isAccount = scope.find(std::string(kAccounts) + '/') != std::string::npos;
            const bool isSubscription = scope.find('/', kSubscriptions.size()) == std::string::npos;
            if (!scope.starts_with(kSubscriptions) || scope.find("..") != std::string::npos ||
                (!isAccount && !isSubscription))
                return Error{ErrorCode::Invalid,
                             '"' + words::excerpt(scope, 100) + "\" is neither a subscription nor an account", "scope",
                             "Enter a subscription id, or the resource ID of an account as the portal shows it."};
            if (isAccount)
                accounts.push_back(scope);
            else if (auto done = addAccountsOf(scope, accounts, stop); !done)
                return done.error();
        }
        std::set<std::string> seen;
        std::erase_if(accounts, [&seen](const std::string& one) { return !seen.insert(words::toLower(one)).second; });
        return accounts;
    }

    Status addAccountsOf(const std::string& subscription, std::vector<std::string>& accounts,
                         const std::stop_token& stop)
    {
        constexpr std::array<std::string_view, 2> kKinds{"OpenAI", "AIServices"};
        const std::string where = "Azure accounts of " + subscription;
        CursorGuard guard(where);
        for (std::string path = percentEncoded(subscription + std::string(kAccounts), true) + "?api-version=2023-05-01";
             !path.empty();) {
            const auto page = get(path, stop);
            if (!page)
                return page.error();
            const auto list = page->needArray("value", where);
            if (!list)
                return list.error();
            for (const Json& one : **list) {
                if (std::find(kKinds.begin(), kKinds.end(), one["kind"].text()) == kKinds.end())
                    continue;
                const auto id = one.needText("id", where);
                if (!id)
                    return id.error();
                if (!id->starts_with('/') || accounts.size() == kMostAccounts)
                    return Error{ErrorCode::Invalid, "the list of accounts makes no sense", where};
                accounts.push_back(*id);
            }
            path = (*page)["nextLink"].text();
            if (path.empty())
                return {};
            if (auto done = guard.next(path); !done)
                return done;
        }
        return {};
    }

    Result<Json> ask(const std::string& account, const std::string& metric, const DateRange& days,
                     const std::stop_token& stop)
    {
        const Query query{
            {"api-version", m_version},
            {"metricnames", metric},
            {"timespan", toString(startOf(days.from)) + '/' + toString(startOf(days.to))},
            {"interval", "P1D"},
            {"aggregation", "Total"},
            {"top", std::to_string(kMostSeries)},
            {"$filter", "ModelDeploymentName eq '*' and ModelName eq '*' and ModelVersion eq '*'"},
        };
        return get(percentEncoded(account, true) + "/providers/Microsoft.Insights/metrics?" + queryText(query), stop);
    }

    Status addSeries(const Json& answer, const std::string& account, const std::string& metric, const DateRange& days,
                     Delivery& delivery) const
    {
        const std::string where = "Azure metric " + metric + " of " + nameOf(account);
        const auto metrics = answer.needArray("value", where);
        if (!metrics)
            return metrics.error();
        const Json* found = nullptr;
        for (const Json& one : **metrics) {
            if (words::toLower(one.at("name", "value").text()) == words::toLower(metric))
                found = &one;
        }
        if (!found)
            return Error{ErrorCode::Invalid, "the answer is of another metric", where};
        const std::string& code = (*found)["errorCode"].text();
        if (!code.empty() && code != "Success")
            return Error{ErrorCode::Network, "Azure could not work it out (" + words::excerpt(code, 60) + ')', where,
                         "Try again later."};
        const auto series = found->needArray("timeseries", where);
        if (!series)
            return series.error();
        if ((*series)->size() >= kMostSeries)
            return Error{ErrorCode::Invalid,
                         "the account has more deployments and models than Azure answers (" +
                             std::to_string(kMostSeries) + ')',
                         where};
        for (const Json& one : **series) {
            if (auto done = addPoints(one, account, metric, days, where, delivery); !done)
                return done;
        }
        return {};
    }

    static Status addPoints(const Json& series, const std::string& account, const std::string& metric,
                            const DateRange& days, const std::string& where, Delivery& delivery)
    {
        const auto points = series.needArray("data", where);
        if (!points)
            return points.error();
        const auto dimensions = dimensionsOf(series);
        std::map<std::string, std::string> labels{{"account", nameOf(account)}, {"resource", words::toLower(account)}};
        for (const auto& [dimension, label] : {std::pair{"modeldeploymentname", "deployment"},
                                               std::pair{"modelname", "model"}, std::pair{"modelversion", "version"}}) {
            const auto found = dimensions.find(dimension);
            if (found != dimensions.end() && !found->second.empty())
                labels[label] = found->second;
        }
        std::set<Day> seen;
        for (const Json& point : **points) {
            const auto at = instantOf(point["timeStamp"].text(), where);
            if (!at)
                return at.error();
            if (!days.contains(at->day()) || at->seconds % 86400 != 0)
                return notAskedFor(at->day(), where);
            if (!seen.insert(at->day()).second)
                return Error{ErrorCode::Invalid, "the answer says a day twice", where};
            const std::string& total = point["total"].text();
            if (total.empty()) // not told is not zero
                continue;
            if (auto done = delivery.add(Measure{measureName(metric), unitOf(metric), startOf(at->day()),
                                                 startOf(at->day() + 1), labels, total});
                !done)
                return done;
        }
        return {};
    }

    const std::vector<std::string> m_scope, m_metrics;
    const std::string m_version;
    const Day m_today;
    OAuth2 m_login;
    Api m_api;
};

} // namespace

ConnectorKind azureOpenAiKind()
{
    const ConnectorInfo info = describe();
    return {info, {}, [info](const ConnectorSetup& setup) { return std::make_unique<AzureOpenAi>(setup, info); }};
}

} // namespace altimeter::providers
