#include "providers/gcp/gcpbigquery.h"

#include "models/text/utf8.h"
#include "providers/core/fields.h"
#include "providers/gcp/billingquery.h"
#include "providers/gcp/billingrows.h"
#include "providers/net/crypto.h"
#include "providers/net/oauth2.h"

#include <algorithm>
#include <optional>

namespace altimeter::providers {

namespace {

constexpr const char* kSignIn = "https://oauth2.googleapis.com/token"; ///< where a key names no other
constexpr const char* kReadScope = "https://www.googleapis.com/auth/bigquery.readonly";
constexpr const char* kQueryScope = "https://www.googleapis.com/auth/bigquery";
constexpr const char* kBudgetScope = "https://www.googleapis.com/auth/cloud-billing";
constexpr int kMostPolls = 90; // of up to 20 seconds each

ConnectorInfo describe()
{
    ConnectorInfo info;
    info.kind = "gcp-bigquery";
    info.title = "Google Cloud billing export";
    info.summary = "Cost and credits per day, service, SKU, project, region and labels from the billing export in "
                   "BigQuery, with budgets.";
    info.rights = "A service account with the roles BigQuery Job User on the project that runs the queries and "
                  "BigQuery Data Viewer on the dataset of the export; for budgets also Billing Account Viewer.";
    info.fields = {
        needed(FieldKind::Secret, "service_account", "Key of the service account",
               "The whole JSON key file of the service account."),
        offered(FieldKind::Text, "project", "Project",
                "The project that runs (and pays) the queries; empty: the one of the service account."),
        needed(FieldKind::Text, "table", "Table",
               "dataset.table of the export, or project.dataset.table where it lies in another project."),
        offered(FieldKind::Choice, "table_kind", "Kind of the table",
                "standard (gcp_billing_export_v1_…), detailed (gcp_billing_export_resource_v1_…) or focus "
                "(gcp_billing_export_focus_…).",
                "standard", {"standard", "detailed", "focus"}),
        offered(FieldKind::Text, "location", "Location",
                "Of the dataset (EU, US, europe-west1); empty: as the table says."),
        offered(FieldKind::Number, "max_bytes", "Most bytes per query",
                "Google stops a query that would read more, before it costs anything. Testing the connection tells how "
                "much a query reads.",
                "20000000000"),
        offered(FieldKind::Text, "billing_account_id", "Billing account ID",
                "01ABCD-234567-89EFGH; brings its budgets. Leave it empty to do without."),
        baseAddressField("https://bigquery.googleapis.com"),
        offered(FieldKind::Url, "budgets_url", "Address for budgets", "Change it only for a gateway in between.",
                "https://billingbudgets.googleapis.com"),
    };
    info.backfillDays = 90;
    info.refetchDays = 35;
    info.finalAfterDays = 35;
    info.chunkDays = 31;
    info.freshness = "Within about a day; Google promises no time. Late usage and corrections can come for a month, so "
                     "the last 35 days are read again.";
    info.bringsMeasures = true;
    return info;
}

/// What an answer of a Google service says went wrong, in its own word ("rateLimitExceeded"); empty for a good one.
std::string reasonOf(const HttpResponse& response)
{
    if (response.isOk())
        return {};
    const auto body = Json::parse(std::string_view(response.body).substr(0, 64U << 10U), {});
    if (!body)
        return {};
    const auto& errors = body->at("error", "errors").items();
    return errors.empty() ? std::string() : errors.front()["reason"].text();
}

bool isThrottling(const std::string& reason)
{
    return reason == "rateLimitExceeded" || reason == "quotaExceeded" || reason == "userRateLimitExceeded" ||
           reason == "jobRateLimitExceeded";
}

RetryPolicy retryPolicy()
{
    RetryPolicy policy;
    policy.isThrottled = [](const HttpResponse& response) {
        return response.status == 403 && isThrottling(reasonOf(response));
    };
    return policy;
}

/// With failures in words that fit Google's own reason; `nameHint` is what to do about a 404.
Api::Options explained(Api::Options options, const std::string& nameHint)
{
    options.explain = [plain = options, nameHint](const HttpResponse& response, const std::string& where) {
        const std::string reason = reasonOf(response);
        Error error = httpError(response, plain, where);
        if (response.status == 403 && isThrottling(reason))
            error = {ErrorCode::Limited, "Google asks for fewer queries (" + reason + ')', where,
                     "Try again later, or raise the quota of the project."};
        else if (reason == "bytesBilledLimitExceeded" || error.what.find("bytes billed") != std::string::npos)
            error.todo = "Raise \"Most bytes per query\" in the connection's settings; the test of the connection "
                         "tells how much a query reads.";
        else if (response.status == 404)
            error.todo = nameHint;
        return std::optional(error);
    };
    return options;
}

/// The account of a key file.
struct ServiceAccount {
    JwtSigner signer;
    std::string project;
};

Result<ServiceAccount> serviceAccountOf(const Secret& key)
{
    const Error unusable{ErrorCode::Denied, "the key of the service account is no JSON key file",
                         "key of the service account",
                         "Paste the whole JSON file that Google Cloud gave for the key, with its braces."};
    const auto json = Json::parse(key.reveal(), {});
    if (!json || (*json)["client_email"].text().empty() || (*json)["private_key"].text().empty())
        return unusable;
    std::string audience = (*json)["token_uri"].text();
    if (audience.empty())
        audience = kSignIn;
    return ServiceAccount{{(*json)["client_email"].text(), Secret((*json)["private_key"].text()),
                           (*json)["private_key_id"].text(), audience},
                          (*json)["project_id"].text()};
}

OAuth2 loginOf(const ConnectorSetup& setup, const ServiceAccount& account, const std::string& scope,
               const RetryPolicy& retry)
{
    OAuth2::Options options;
    options.title = "Google sign-in";
    options.url = account.signer.audience;
    options.retry = retry;
    options.keyHint = "Check the key of the service account: it may have been deleted, or the account switched off.";
    options.now = setup.now;
    return OAuth2(setup.http, std::move(options), jwtBearerGrant(account.signer, scope));
}

/// "1.25 GB" of a count of bytes; the price of a query goes by it.
std::string gigabytes(std::int64_t bytes)
{
    const std::int64_t hundredths = (bytes + 9'999'999) / 10'000'000;
    const std::string fraction = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + '.' + (fraction.size() == 1 ? "0" : "") + fraction + " GB";
}

class BigQuery final : public Connector {
public:
    BigQuery(const ConnectorSetup& setup, const ConnectorInfo& info)
        : m_setup(setup), m_account(serviceAccountOf(setup.secret("service_account"))),
          m_project(setup.value(info, "project")), m_tableName(setup.value(info, "table")),
          m_location(setup.value(info, "location")), m_maxBytes(setup.value(info, "max_bytes")),
          m_billingAccount(setup.value(info, "billing_account_id")), m_now(setup.now),
          m_api(setup.http,
                explained(
                    {"BigQuery",
                     setup.value(info, "base_url"),
                     {},
                     retryPolicy(),
                     "Check the key of the service account.",
                     "Give the service account the roles BigQuery Job User on the project that runs the queries and "
                     "BigQuery Data Viewer on the dataset of the export."},
                    "Check the names of project, dataset and table, and the location of the dataset.")),
          m_budgetApi(
              setup.http,
              explained({"Google Cloud budgets",
                         setup.value(info, "budgets_url"),
                         {},
                         retryPolicy(),
                         "Check the key of the service account.",
                         "Give the service account the role Billing Account Viewer on the billing account and switch "
                         "the Cloud Billing Budget API on in its project, or leave the billing account id empty."},
                        "Check the billing account id."))
    {
        const std::string kind = setup.value(info, "table_kind");
        m_kind = kind == "detailed" ? BillingKind::Detailed
                 : kind == "focus"  ? BillingKind::Focus
                                    : BillingKind::Standard;
        if (!m_account)
            return;
        if (m_project.empty())
            m_project = m_account->project;
        m_login.emplace(loginOf(setup, *m_account, kReadScope, retryPolicy()));
        m_budgetLogin.emplace(loginOf(setup, *m_account, kBudgetScope, retryPolicy()));
    }

    Result<std::string> test(std::stop_token stop) override
    {
        const auto table = readTable(stop);
        if (!table)
            return table.error();
        const Day today = m_now.day();
        const auto answer =
            ask(postOf("application/json", billingRequest(*table, {today - 30, today + 1}, m_maxBytes, {}, true)),
                queriesPath(), stop);
        if (!answer)
            return answer.error();
        const auto bytes = (*answer)["totalBytesProcessed"].integer();
        if (!bytes)
            return Error{ErrorCode::Invalid, "the answer does not say how much a query would read", "BigQuery"};
        return "The table " + table->id + " may be read. A sync of 31 days would scan " + gigabytes(*bytes) +
               ", which BigQuery charges to the project " + m_project + '.';
    }

    Status fetch(const FetchRequest& request, Delivery& delivery, std::stop_token stop) override
    {
        const auto table = readTable(stop);
        if (!table)
            return table.error();
        if (auto done = delivery.begin("BigQuery " + table->id); !done)
            return done;
        if (auto done = readCharges(*table, request, delivery, stop); !done)
            return done;
        if (m_billingAccount.empty() || !request.reachesToday())
            return {};
        if (auto done = delivery.begin("budgets"); !done)
            return done;
        const Status budgets = readBudgets(request.now.day(), delivery, stop);
        return budgets ? budgets : lookUpFailed("budgets", budgets.error(), delivery);
    }

private:
    std::string projectPath(const std::string& project) const
    {
        return "/bigquery/v2/projects/" + percentEncoded(project);
    }
    std::string queriesPath() const { return projectPath(m_project) + "/queries"; }

    Result<Json> send(OAuth2& login, Api& api, const HttpRequest& request, const std::string& path,
                      const std::stop_token& stop)
    {
        const auto token = login.token(stop);
        if (!token)
            return token.error();
        api.setHeader("Authorization", "Bearer " + token->reveal());
        const auto answer = api.send(request, path, stop);
        if (!answer)
            return answer.error();
        return api.jsonOf(*answer, api.options().title + ' ' + path.substr(0, path.find('?')));
    }

    Result<Json> ask(const HttpRequest& request, const std::string& path, const std::stop_token& stop)
    {
        auto answer = send(*m_login, m_api, request, path, stop);
        // Whether a read-only token may start a query is told differently in different places.
        const bool isTooNarrow = !answer && answer.error().code == ErrorCode::Denied && !m_isWide &&
                                 answer.error().what.find("authentication scope") != std::string::npos;
        if (!isTooNarrow)
            return answer;
        m_isWide = true;
        m_login.emplace(loginOf(m_setup, *m_account, kQueryScope, retryPolicy()));
        return send(*m_login, m_api, request, path, stop);
    }

    Result<BillingTable> readTable(const std::stop_token& stop)
    {
        if (!m_account)
            return m_account.error();
        std::vector<std::string> parts(1);
        for (const char c : m_tableName) {
            const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 c == '_' || c == '-' || c == ':' || c == '.';
            if (!isPlain) // the name becomes part of the query
                return badTable();
            if (c == '.')
                parts.emplace_back();
            else
                parts.back() += c;
        }
        if (parts.size() == 2)
            parts.insert(parts.begin(), m_project);
        if (parts.size() != 3 || std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); }))
            return badTable();
        const std::string path =
            projectPath(parts[0]) + "/datasets/" + percentEncoded(parts[1]) + "/tables/" + percentEncoded(parts[2]);
        const auto answer = ask({}, path, stop);
        if (!answer)
            return answer.error();
        auto table = billingTableOf(*answer, m_kind, parts[0] + '.' + parts[1] + '.' + parts[2],
                                    "BigQuery table " + m_tableName);
        if (table && !m_location.empty())
            table->location = m_location;
        return table;
    }

    Error badTable() const
    {
        return {ErrorCode::Invalid, '"' + words::excerpt(m_tableName, 100) + "\" is no name of a table", "table",
                "Enter dataset.table or project.dataset.table."};
    }

    Status readCharges(const BillingTable& table, const FetchRequest& request, Delivery& delivery,
                       const std::stop_token& stop)
    {
        const std::string seed = billingSql(table) + toString(request.window.from) + toString(request.window.to) +
                                 toString(request.now) + std::to_string(++m_queries);
        const std::string body =
            billingRequest(table, request.window, m_maxBytes, hexOf(sha256(seed)).substr(0, 32), false);
        const std::string where =
            "BigQuery query of " + toString(request.window.from) + " to " + toString(request.window.to - 1);
        auto page = ask(postOf("application/json", body), queriesPath(), stop);
        if (!page)
            return page.error();
        const auto job = page->at("jobReference").needText("jobId", where);
        if (!job)
            return job.error();
        std::string location = page->at("jobReference", "location").text();
        if (location.empty())
            location = table.location;
        const std::string resultsPath = queriesPath() + '/' + percentEncoded(*job) +
                                        "?maxResults=10000&timeoutMs=20000" + "&formatOptions.useInt64Timestamp=true" +
                                        (location.empty() ? "" : "&location=" + percentEncoded(location));
        for (int polls = 0; !(*page)["jobComplete"].isTrue(); ++polls) {
            if (polls == kMostPolls)
                return Error{ErrorCode::Network, "the query did not end in half an hour", where, "Try again later."};
            page = ask({}, resultsPath, stop);
            if (!page)
                return page.error();
        }
        const auto columns = QueryRow::columnsOf(*page, where);
        if (!columns)
            return columns.error();
        const auto total = (*page)["totalRows"].integer();
        if (!total)
            return Error{ErrorCode::Invalid, "the answer has no \"totalRows\"", where};
        CursorGuard guard(where);
        for (std::int64_t read = 0;;) {
            for (const Json& row : (*page)["rows"].items()) {
                const auto charge = billingCharge(table, QueryRow(*columns, row), where);
                if (!charge)
                    return charge.error();
                if (auto done = delivery.add(*charge); !done)
                    return done;
                ++read;
            }
            const std::string token = (*page)["pageToken"].text();
            if (token.empty() && read == *total)
                return {};
            if (token.empty())
                return Error{
                    ErrorCode::Invalid,
                    "the answer counts " + std::to_string(*total) + " rows but brought " + std::to_string(read), where};
            if (auto done = guard.next(token); !done)
                return done;
            page = ask({}, resultsPath + "&pageToken=" + percentEncoded(token), stop);
            if (!page)
                return page.error();
        }
    }

    Status readBudgets(Day today, Delivery& delivery, const std::stop_token& stop)
    {
        const std::string where = "Google Cloud budgets";
        const std::string first = "/v1/billingAccounts/" + percentEncoded(m_billingAccount) + "/budgets?pageSize=100";
        CursorGuard guard(where);
        for (std::string path = first;;) {
            const auto page = send(*m_budgetLogin, m_budgetApi, {}, path, stop);
            if (!page)
                return page.error();
            // The service leaves empty lists out, so an account without budgets answers {}.
            if (page->has("budgets") && !(*page)["budgets"].isArray())
                return Error{ErrorCode::Invalid, "\"budgets\" of the answer is no list", where};
            if (auto done = addGoogleBudgets(*page, today, where, delivery); !done)
                return done;
            const std::string token = (*page)["nextPageToken"].text();
            if (token.empty())
                return {};
            if (auto done = guard.next(token); !done)
                return done;
            path = first + "&pageToken=" + percentEncoded(token);
        }
    }

    ConnectorSetup m_setup;
    Result<ServiceAccount> m_account;
    std::string m_project, m_tableName, m_location, m_maxBytes, m_billingAccount;
    Instant m_now;
    BillingKind m_kind = BillingKind::Standard;
    bool m_isWide = false;
    std::uint64_t m_queries = 0;
    std::optional<OAuth2> m_login, m_budgetLogin;
    Api m_api, m_budgetApi;
};

} // namespace

ConnectorKind gcpBigQueryKind()
{
    ConnectorKind kind;
    kind.info = describe();
    kind.extraColumns = {"x_CostType", "x_InvoiceMonth", "x_ServiceId", "x_CreditType", "x_CreditName"};
    kind.make = [info = kind.info](const ConnectorSetup& setup) { return std::make_unique<BigQuery>(setup, info); };
    kind.places = [info = kind.info](const ConnectionSettings& settings) {
        Places places{{kSignIn, valueOf(settings, info, "base_url")}, {}, {}};
        if (!valueOf(settings, info, "billing_account_id").empty())
            places.addresses.push_back(valueOf(settings, info, "budgets_url"));
        return places;
    };
    kind.addressesInSecrets = [](const Secrets& secrets) {
        const auto key = secrets.find("service_account");
        const auto account = key == secrets.end() ? Result<ServiceAccount>(Error{}) : serviceAccountOf(key->second);
        return account ? std::vector<std::string>{account->signer.audience} : std::vector<std::string>{};
    };
    return kind;
}

} // namespace altimeter::providers
