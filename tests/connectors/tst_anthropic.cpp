#include <QtTest/QtTest>

#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;

namespace {

using Request = LoopbackServer::Request;
using Row = altimeter::testing::CollectingSink::Row;

const std::string kRoot = "/v1/organizations/";
constexpr const char* kEmptyPage = R"({"data":[],"has_more":false,"next_page":null})";

/// A page with one bucket of November 2026.
std::string page(const std::string& rows, int day = 20,
                 const std::string& more = R"("has_more":false,"next_page":null)")
{
    return R"({"data":[{"starting_at":"2026-11-)" + std::to_string(day) + R"(T00:00:00Z","ending_at":"2026-11-)" +
           std::to_string(day + 1) + R"(T00:00:00Z","results":[)" + rows + "]}]," + more + '}';
}

std::string cost(const std::string& cents, const std::string& type, const std::string& tokenType,
                 const std::string& workspace = "\"wrkspc_01B\"", const std::string& tier = "standard",
                 const std::string& model = "claude-sonnet-5")
{
    const auto orNull = [](const std::string& text) { return text.empty() ? "null" : '"' + text + '"'; };
    return R"({"currency":"USD","amount":")" + cents + R"(","workspace_id":)" + workspace + R"(,"description":")" +
           type + ' ' + tokenType + R"(","cost_type":")" + type + R"(","model":)" + orNull(model) +
           R"(,"service_tier":)" + orNull(tier) + R"(,"token_type":)" + orNull(tokenType) +
           R"(,"context_window":"0-200k","inference_geo":"us"})";
}

std::string usage(const std::string& key, const std::string& workspace, const std::string& tier,
                  const std::string& counts, const std::string& model = "claude-sonnet-5")
{
    return R"({"api_key_id":)" + key + R"(,"workspace_id":)" + workspace + R"(,"service_tier":")" + tier +
           R"(","model":")" + model + R"(","context_window":"0-200k","inference_geo":"us",)" + counts + '}';
}

std::string counts(int input, int output, int cacheRead = 0, int write5m = 0, int searches = 0)
{
    return R"("uncached_input_tokens":)" + std::to_string(input) + R"(,"output_tokens":)" + std::to_string(output) +
           R"(,"cache_read_input_tokens":)" + std::to_string(cacheRead) +
           R"(,"cache_creation":{"ephemeral_5m_input_tokens":)" + std::to_string(write5m) +
           R"(,"ephemeral_1h_input_tokens":0},"server_tool_use":{"web_search_requests":)" + std::to_string(searches) +
           '}';
}

std::string claudeCode(const std::string& actor, const std::string& cents, const std::string& date)
{
    return R"({"actor":)" + actor + R"(,"date":")" + date + R"(","organization_id":"org_1","customer_type":"api",
 "subscription_type":null,"terminal_type":"vscode","core_metrics":{"num_sessions":3,
 "lines_of_code":{"added":120,"removed":7},"commits_by_claude_code":2,"pull_requests_by_claude_code":1},
 "tool_actions":{"edit_tool":{"accepted":9,"rejected":1}},"model_breakdown":[{"model":"claude-sonnet-5",
 "tokens":{"input":1000,"output":50,"cache_read":8000,"cache_creation":10},
 "estimated_cost":{"currency":"USD","amount":)" +
           cents + R"(}}]})";
}

const std::string kDeveloper = R"({"type":"user_actor","email_address":"dev@example.org"})";

/// Two pages of costs, usage, workspaces and of one day of Claude Code.
LoopbackServer::Answer happy(const Request& request)
{
    const bool isFirst = request.parameter("page").empty();
    if (request.path == kRoot + "cost_report" && isFirst)
        return json(page(cost("132.0", "tokens", "uncached_input_tokens", "\"wrkspc_01B\"", "batch") + ',' +
                             cost("0.0000001", "tokens", "output_tokens", "null") + ',' +
                             cost("1000", "web_search", "", "null", "", "") + ',' +
                             cost("5.5", "code_execution", "", "\"wrkspc_01B\"", "", "") + ',' +
                             cost("250", "session_usage", "", "\"wrkspc_01B\"", "", ""),
                         20, R"("has_more":true,"next_page":"page_cursor_2")"));
    if (request.path == kRoot + "cost_report")
        return json(page(cost("0.00000000000000012345", "tokens", "cache_read_input_tokens") + ',' +
                             cost("-100", "goodwill", ""),
                         21));
    if (request.path == kRoot + "usage_report/messages" && isFirst)
        return json(page(usage("\"apikey_01A\"", "\"wrkspc_01B\"", "batch", counts(100, 0)) + ',' +
                             usage("\"apikey_01C\"", "\"wrkspc_01B\"", "batch", counts(200, 0, 0, 30)) + ',' +
                             usage("null", "null", "standard", counts(0, 5, 0, 0, 4)) + ',' +
                             usage("\"apikey_01A\"", "\"wrkspc_01B\"", "priority", counts(0, 50)),
                         20, R"("has_more":true,"next_page":"page_u2")"));
    if (request.path == kRoot + "usage_report/messages")
        return json(page(usage("\"apikey_01A\"", "\"wrkspc_01B\"", "standard", counts(0, 0, 10)) + ',' +
                             usage("\"apikey_01C\"", "\"wrkspc_01B\"", "standard", counts(0, 0, 20)),
                         21));
    if (request.path == kRoot + "me")
        return json(R"({"id":"org_1","type":"organization","name":"Example Org"})");
    if (request.path == kRoot + "workspaces" && request.parameter("after_id").empty())
        return json(R"({"data":[{"id":"wrkspc_01Z","name":"Old","archived_at":"2026-01-01T00:00:00Z"}],
 "first_id":"wrkspc_01Z","last_id":"wrkspc_01Z","has_more":true})");
    if (request.path == kRoot + "workspaces")
        return json(R"({"data":[{"id":"wrkspc_01B","name":"Support","tags":{"team":"care","env":"prod"}}],
 "first_id":"wrkspc_01B","last_id":"wrkspc_01B","has_more":false})");
    if (request.path == kRoot + "api_keys")
        return json(R"({"data":[{"id":"apikey_01A","name":"answering"},{"id":"apikey_01C","name":"sorting"}],
 "last_id":"apikey_01C","has_more":false})");
    if (request.path == kRoot + "usage_report/claude_code" && request.parameter("starting_at") == "2026-11-20")
        return isFirst ? json(R"({"data":[)" + claudeCode(kDeveloper, "1025", "2026-11-20T00:00:00Z") +
                              R"(],"has_more":true,"next_page":"page_cc2"})")
                       : json(R"({"data":[)" + claudeCode(kDeveloper, "0.0000001", "2026-11-20T00:00:00Z") + ',' +
                              claudeCode(R"({"type":"api_actor","api_key_name":"ci"})", "1", "2026-11-20") +
                              R"(],"has_more":false,"next_page":null})");
    return json(kEmptyPage);
}

/// Analytics of the 20th and 21st, two pages of costs, and whatever else all is well with.
LoopbackServer::Answer analytics(const Request& request)
{
    const auto row = [](int day, const std::string& key, const std::string& group, const std::string& more) {
        return R"({"starting_at":"2026-11-)" + std::to_string(day) + R"(T00:00:00Z","ending_at":"2026-11-)" +
               std::to_string(day + 1) + R"(T00:00:00Z","group":{"api_key_id":")" + key +
               R"(","workspace_id":"wrkspc_01B","product":"api","model":"claude-sonnet-5","speed":"fast",
 "service_tier":"standard","rbac_group_id":null,"actor":{"type":"user","id":"user_1","email_address":"dev@example.org"})" +
               group + "}," + more + '}';
    };
    const std::string output = R"(,"cost_type":"tokens","token_type":"output_tokens")";
    if (request.path == kRoot + "analytics/cost" && request.parameter("page").empty())
        return json(R"({"data":[)" +
                    row(20, "apikey_01A", output,
                        R"("cost":{"amount":"50","list_amount":"100","currency":"USD","requests":null})") +
                    ',' +
                    row(20, "apikey_01C", output,
                        R"("cost":{"amount":"125","list_amount":"150","currency":"USD","requests":null})") +
                    R"(],"has_more":true,"next_page":"two"})");
    if (request.path == kRoot + "analytics/cost")
        return json(R"({"data":[)" +
                    row(21, "apikey_01A", R"(,"cost_type":"code_execution","token_type":null)",
                        R"("cost":{"amount":"0.00000000000000000001","currency":"USD"})") +
                    R"(],"has_more":false,"next_page":null})");
    if (request.path == kRoot + "analytics/usage")
        return json(R"({"data":[)" +
                    row(20, "apikey_01A", "",
                        R"("usage":{"output_tokens":40,"uncached_input_tokens":0,"total_tokens":40,"requests":3})") +
                    ',' + row(20, "apikey_01C", "", R"("usage":{"output_tokens":7,"uncached_input_tokens":2})") +
                    R"(],"has_more":false,"next_page":null})");
    return happy(request);
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "anthropic";
    one.values = {{"base_url", "{url}"}};
    one.secrets = {{"admin_key", "sk-ant-admin01-planted-secret"}};
    one.window = {Day::fromYmd(2026, 11, 20), Day::fromYmd(2026, 11, 22)};
    one.happy = happy;
    one.empty = [](const Request&) { return json(kEmptyPage); };
    one.repeating = [](const Request&) { return json(R"({"data":[],"has_more":true,"next_page":"page_again"})"); };
    one.totals = {{"USD", "12.8750000010000000012345"}};
    one.rows = 10;
    return one;
}

/// The charges whose `column` says `value`, in their order.
std::vector<Row> with(const Fetched& fetched, const std::string& column, const std::string& value)
{
    std::vector<Row> rows;
    std::copy_if(fetched.sink.rows.begin(), fetched.sink.rows.end(), std::back_inserter(rows), [&](const Row& row) {
        return column.starts_with("x_") ? extra(fetched, row, column) == value : cell(row, column) == value;
    });
    return rows;
}

/// One page of costs and one of usage.
LoopbackServer::Handler serving(const std::string& costs, const std::string& used = {})
{
    return [costs, used](const Request& request) {
        if (request.path == kRoot + "cost_report")
            return json(costs);
        return json(request.path == kRoot + "usage_report/messages" && !used.empty() ? used : kEmptyPage);
    };
}

Fetched fetch(const std::string& costs, const std::string& used = {})
{
    const LoopbackServer server(serving(costs, used));
    return fetchFrom(server, sample());
}

const Measure* measure(const Fetched& fetched, const std::string& name, const std::string& actor)
{
    const auto found = std::find_if(fetched.measures.begin(), fetched.measures.end(), [&](const Measure& one) {
        return one.name == name && one.labels.at("actor") == actor;
    });
    return found == fetched.measures.end() ? nullptr : &*found;
}

} // namespace

class TestAnthropic : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areAsDocumented()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const std::string window = "starting_at=2026-11-20T00:00:00Z&ending_at=2026-11-22T00:00:00Z&bucket_width=1d"
                                   "&limit=2";
        const std::string analytics =
            "analytics/cost?starting_at=2026-11-20T00:00:00Z&ending_at=2026-11-22T00:00:00Z&time_bucket_width=1d"
            "&group_by[]=api_key_id&group_by[]=workspace_id&group_by[]=actor&group_by[]=product&group_by[]=model"
            "&group_by[]=service_tier&group_by[]=context_window&group_by[]=inference_geo&group_by[]=speed"
            "&group_by[]=cost_type&group_by[]=token_type";
        const std::string costs = "cost_report?" + window + "&group_by[]=workspace_id&group_by[]=description";
        const std::string used = "usage_report/messages?" + window +
                                 "&group_by[]=api_key_id&group_by[]=workspace_id&group_by[]=model"
                                 "&group_by[]=service_tier&group_by[]=context_window&group_by[]=inference_geo"
                                 "&group_by[]=account_id&group_by[]=service_account_id";
        const std::vector<std::string> expected{
            analytics,
            costs,
            costs + "&page=page_cursor_2",
            used,
            used + "&page=page_u2",
            "me?",
            "workspaces?include_archived=true&limit=1000",
            "workspaces?include_archived=true&limit=1000&after_id=wrkspc_01Z",
            "api_keys?limit=1000",
            "usage_report/claude_code?starting_at=2026-11-20&limit=1000",
            "usage_report/claude_code?starting_at=2026-11-20&limit=1000&page=page_cc2",
            "usage_report/claude_code?starting_at=2026-11-21&limit=1000",
        };
        const auto requests = server.requests();
        QCOMPARE(requests.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(requests[i].method, std::string("GET"));
            QCOMPARE(requests[i].path + '?' + LoopbackServer::decoded(requests[i].query), kRoot + expected[i]);
            QCOMPARE(requests[i].headers.at("x-api-key"), std::string("sk-ant-admin01-planted-secret"));
            QCOMPARE(requests[i].headers.at("anthropic-version"), std::string("2023-06-01"));
            QVERIFY(QString::fromStdString(requests[i].headers.at("user-agent")).startsWith("Altimeter/"));
            QVERIFY(requests[i].headers.find("authorization") == requests[i].headers.end());
            QVERIFY(requests[i].body.empty());
        }
        QVERIFY(requests[0].query.find("group_by%5B%5D=workspace_id") != std::string::npos);
        QCOMPARE(requests[0].headers.at("anthropic-beta"), std::string("analytics-usage-cost-2026-08-24"));
        QVERIFY(!requests[1].headers.contains("anthropic-beta"));
    }

    void amounts_areCents()
    {
        const Fetched fetched = fetch(page(cost("123.45678912345", "tokens", "output_tokens") + ',' +
                                           R"({"currency":"usd","amount":12345,"workspace_id":null})"));
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(cell(fetched.sink.rows[0], "BilledCost"), std::string("1.2345678912345"));
        QCOMPARE(cell(fetched.sink.rows[1], "BilledCost"), std::string("123.45")); // a number instead of text
        QCOMPARE(cell(fetched.sink.rows[1], "BillingCurrency"), std::string("USD"));
        QCOMPARE(fetched.total(), std::string("124.6845678912345"));
        // a cent's billionth is not lost, nor taken for a dollar's
        QCOMPARE(fetch(page(cost("0.000000001", "tokens", "output_tokens"))).total(), std::string("0.00000000001"));
    }

    void costs_areDividedOverKeysByTokensOfTheirType()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto input = with(fetched, "x_TokenClass", "input");
        QCOMPARE(input.size(), std::size_t{2});
        QCOMPARE(cell(input[0], "BilledCost"), std::string("0.44"));
        QCOMPARE(cell(input[1], "BilledCost"), std::string("0.88"));
        QCOMPARE(cell(input[1], "EffectiveCost"), std::string("0.88"));
        QCOMPARE(cell(input[0], "ConsumedQuantity"), std::string("100"));
        QCOMPARE(cell(input[0], "ConsumedUnit"), std::string("Tokens"));
        QCOMPARE(extra(fetched, input[0], "x_ApiKey"), std::string("answering"));
        QCOMPARE(extra(fetched, input[1], "x_ApiKeyId"), std::string("apikey_01C"));
        QCOMPARE(extra(fetched, input[0], "x_Model"), std::string("claude-sonnet-5"));
        QCOMPARE(extra(fetched, input[0], "x_ServiceTier"), std::string("batch"));
        QCOMPARE(extra(fetched, input[0], "x_ContextWindow"), std::string("0-200k"));
        QCOMPARE(extra(fetched, input[0], "x_Residual"), std::string());
        QCOMPARE(cell(input[0], "RegionId"), std::string("us"));
        QCOMPARE(cell(input[0], "BillingAccountId"), std::string("org_1"));
        QCOMPARE(cell(input[0], "BillingAccountName"), std::string("Example Org"));
        QCOMPARE(cell(input[0], "SubAccountId"), std::string("wrkspc_01B"));
        QCOMPARE(cell(input[0], "SubAccountName"), std::string("Support"));
        QCOMPARE(cell(input[0], "Tags"), std::string(R"({"env":"prod","team":"care"})"));
    }

    void nullWorkspaceAndKey_areTheDefaultOneAndTheConsole()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto output = with(fetched, "BilledCost", "0.000000001");
        QCOMPARE(output.size(), std::size_t{1});
        QCOMPARE(cell(output[0], "SubAccountId"), std::string("default"));
        QCOMPARE(cell(output[0], "SubAccountName"), std::string("Default workspace"));
        QCOMPARE(extra(fetched, output[0], "x_ApiKey"), std::string("Console"));
        // an answer that does not group says nothing about either
        const Fetched ungrouped = fetch(page(R"({"currency":"USD","amount":"200","cost_type":"tokens",
 "token_type":"output_tokens","model":"m"})"),
                                        page(R"({"output_tokens":5,"uncached_input_tokens":0,"model":"m"})"));
        QVERIFY2(ungrouped.status.ok(), ungrouped.error().c_str());
        QCOMPARE(ungrouped.sink.rows.size(), std::size_t{1});
        QCOMPARE(cell(ungrouped.sink.rows[0], "SubAccountId"), std::string());
        QCOMPARE(extra(ungrouped, ungrouped.sink.rows[0], "x_ApiKey"), std::string());
        QCOMPARE(cell(ungrouped.sink.rows[0], "ConsumedQuantity"), std::string("5"));
        QCOMPARE(ungrouped.total(), std::string("2"));
    }

    void whatTheReportsDoNotExplain_isNamed()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto only = [&](const char* residual) {
            const auto rows = with(fetched, "x_Residual", residual);
            return rows.size() == 1 ? rows.front() : Row();
        };
        QCOMPARE(cell(only("code execution: not in the usage report"), "BilledCost"), std::string("0.055"));
        QCOMPARE(cell(only("session usage: not in the usage report"), "BilledCost"), std::string("2.50"));
        const Row goodwill = only("cost without usage"); // of a cost type that is not known yet
        QCOMPARE(cell(goodwill, "BilledCost"), std::string("-1.00"));
        QCOMPARE(extra(fetched, goodwill, "x_CostType"), std::string("goodwill"));
        const Row priority = only("priority tier: not in the cost report");
        QVERIFY(!priority.cost[0] && !priority.cost[1]); // unknown is not zero
        QCOMPARE(cell(priority, "ConsumedQuantity"), std::string("50"));
        QCOMPARE(extra(fetched, priority, "x_ApiKey"), std::string("answering"));
        const Row unpaid = only("usage without cost");
        QVERIFY(!unpaid.cost[0] && !unpaid.cost[1]);
        QCOMPARE(cell(unpaid, "ConsumedQuantity"), std::string("30"));
        QCOMPARE(extra(fetched, unpaid, "x_TokenClass"), std::string("cache_write_5m"));
        const Row fine = only("not divided: digits below 1e-18");
        QCOMPARE(cell(fine, "BilledCost"), std::string("0.0000000000000000012345"));
        QCOMPARE(cell(fine, "ConsumedQuantity"), std::string("30"));
        QCOMPARE(fetched.sink.rowsWith("not-divided"), std::uint64_t{1});
    }

    void webSearches_areJoinedByTheirRequests()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto searches = with(fetched, "x_CostType", "web_search");
        QCOMPARE(searches.size(), std::size_t{1});
        QCOMPARE(cell(searches[0], "BilledCost"), std::string("10.00"));
        QCOMPARE(cell(searches[0], "ConsumedQuantity"), std::string("4"));
        QCOMPARE(cell(searches[0], "ConsumedUnit"), std::string("Requests"));
        const Fetched alone = fetch(page(cost("1000", "web_search", "", "null", "", "")));
        QCOMPARE(extra(alone, alone.sink.rows.front(), "x_Residual"),
                 std::string("web search: no requests in the usage report"));
    }

    void splitOfABillionth_keepsEveryDigit()
    {
        const Fetched fetched = fetch(page(cost("0.0000001", "tokens", "output_tokens")),
                                      page(usage("\"a\"", "\"wrkspc_01B\"", "standard", counts(0, 1)) + ',' +
                                           usage("\"b\"", "\"wrkspc_01B\"", "standard", counts(0, 2))));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{2});
        QCOMPARE(cell(fetched.sink.rows[0], "BilledCost"), std::string("0.000000000333333333"));
        QCOMPARE(cell(fetched.sink.rows[1], "BilledCost"), std::string("0.000000000666666667"));
        QCOMPARE(fetched.total(), std::string("0.000000001"));
    }

    void unknownValues_survive()
    {
        const Fetched fetched =
            fetch(page(cost("100", "tokens", "cache_creation.ephemeral_9d_input_tokens", "\"w\"", "glacial")),
                  page(usage("\"k\"", "\"w\"", "glacial",
                             R"("output_tokens":0,"cache_creation":{"ephemeral_9d_input_tokens":8})")));
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{1});
        QCOMPARE(extra(fetched, fetched.sink.rows[0], "x_TokenClass"),
                 std::string("cache_creation.ephemeral_9d_input_tokens"));
        QCOMPARE(extra(fetched, fetched.sink.rows[0], "x_ServiceTier"), std::string("glacial"));
        QCOMPARE(cell(fetched.sink.rows[0], "ConsumedQuantity"), std::string("8"));
    }

    void claudeCode_becomesMeasuresAndNoCharges()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const Measure* cents = measure(fetched, "claude_code_estimated_cost", "dev@example.org");
        QVERIFY(cents);
        QCOMPARE(cents->value, std::string("10.250000001")); // 1025 and 0.0000001 cents of two rows
        QCOMPARE(cents->unit, std::string("USD"));
        QCOMPARE(cents->labels.at("model"), std::string("claude-sonnet-5"));
        QCOMPARE(cents->labels.at("customer_type"), std::string("api"));
        QCOMPARE(cents->labels.at("terminal_type"), std::string("vscode"));
        QVERIFY(cents->labels.find("subscription_type") == cents->labels.end());
        QCOMPARE(toString(cents->start), std::string("2026-11-20T00:00:00Z"));
        QCOMPARE(toString(cents->end), std::string("2026-11-21T00:00:00Z"));
        QCOMPARE(measure(fetched, "claude_code_estimated_cost", "ci")->value, std::string("0.01"));
        for (const auto& [name, value] :
             {std::pair{"claude_code_sessions", "3"}, std::pair{"claude_code_commits", "2"},
              std::pair{"claude_code_pull_requests", "1"}, std::pair{"claude_code_lines_added", "120"},
              std::pair{"claude_code_lines_removed", "7"}, std::pair{"claude_code_accepted_edits", "9"}}) {
            const Measure* one = measure(fetched, name, "ci");
            QVERIFY2(one, name);
            QCOMPARE(one->value, std::string(value));
        }
        QCOMPARE(measure(fetched, "claude_code_commits", "dev@example.org")->value, std::string("4"));
        const auto tokens = std::count_if(fetched.measures.begin(), fetched.measures.end(), [](const Measure& one) {
            return one.name == "claude_code_tokens" && one.labels.at("actor") == "ci";
        });
        QCOMPARE(tokens, std::ptrdiff_t{4});
        QCOMPARE(fetched.total(), std::string("12.8750000010000000012345"));

        auto without = sample();
        without.values["claude_code"] = "no";
        const Fetched none = fetchFrom(server, without);
        QVERIFY(none.status.ok());
        QVERIFY(none.measures.empty());
    }

    void refusedLookUps_areFindings()
    {
        const LoopbackServer server([](const Request& request) {
            for (const char* end : {"/me", "/workspaces", "/api_keys", "/claude_code"}) {
                if (request.path.ends_with(end))
                    return ConnectorSuite::answer(403, R"({"type":"error","error":{"type":"permission_error",
 "message":"not for this key"}})");
            }
            return happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("12.8750000010000000012345"));
        for (const char* what : {"the organization", "workspaces", "API keys"})
            QVERIFY(fetched.sink.find("look-up-refused", what));
        QVERIFY(fetched.sink.find("look-up-refused", "Claude Code"));
        QCOMPARE(cell(fetched.sink.rows.front(), "BillingAccountId"), std::string("anthropic"));
        QCOMPARE(extra(fetched, fetched.sink.rows.front(), "x_ApiKey"), std::string("apikey_01A"));
    }

    void failingLookUps_neverStopTheMoney_data()
    {
        QTest::addColumn<QString>("end");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* end, int status, const char* body) {
            QTest::addRow("%s %d %s", end, status, body) << QString(end) << status << QByteArray(body);
        };
        row("/me", 400, "{}");
        row("/workspaces", 429, "{}");
        row("/workspaces", 200, "{}");
        row("/api_keys", 500, "{}");
        row("/api_keys", 200, R"({"data":[],"has_more":true})");
        row("/usage_report/messages", 403, "{}");
        row("/usage_report/messages", 404, "{}");
        row("/usage_report/messages", 400, "{}");
        row("/usage_report/messages", 429, "{}");
        row("/usage_report/messages", 200, R"({"data":[{"results":[{"output_tokens":"many"}]}]})");
        row("/claude_code", 500, "{}");
        row("/claude_code", 200, R"({"data":[{"date":"2026-11-01"}],"has_more":false})");
    }
    void failingLookUps_neverStopTheMoney()
    {
        QFETCH(QString, end);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const LoopbackServer server([&](const Request& request) {
            return request.path.ends_with(end.toStdString()) ? ConnectorSuite::answer(status, body.toStdString())
                                                             : happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("12.8750000010000000012345"));
        QVERIFY(fetched.sink.find("look-up-refused") || fetched.sink.find("usage-not-read"));
    }

    void serverWithoutAccounts_isAskedWithoutThem()
    {
        const LoopbackServer server([](const Request& request) {
            const bool isOld = request.query.find("account_id") != std::string::npos ||
                               request.path.find("/analytics/") != std::string::npos;
            return isOld ? ConnectorSuite::answer(400, R"({"error":{"message":"group_by"}})") : happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{10});
        QVERIFY(!fetched.sink.find("usage-not-read"));
    }

    void accountsAndSpeedOfTheOlderReport_areRead()
    {
        const Fetched fetched =
            fetch(page(cost("100", "tokens", "output_tokens", "null")),
                  page(R"({"account_id":"user_01","service_account_id":null,"speed":"fast","output_tokens":3},
 {"account_id":null,"service_account_id":"svac_02","speed":"standard","output_tokens":1})"));
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("1"));
        const auto fast = with(fetched, "x_Speed", "fast");
        QCOMPARE(fast.size(), std::size_t{1});
        QCOMPARE(extra(fetched, fast[0], "x_User"), std::string("user_01"));
        const auto robot = with(fetched, "x_User", "svac_02");
        QCOMPARE(robot.size(), std::size_t{1});
        QCOMPARE(extra(fetched, robot[0], "x_UserType"), std::string("service_account"));
    }

    void analytics_arePreferred()
    {
        LoopbackServer server(analytics);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("1.7500000000000000000001"));
        QCOMPARE(fetched.total(CostLens::List), std::string("2.5"));
        const auto paid = with(fetched, "BilledCost", "0.50");
        QCOMPARE(paid.size(), std::size_t{1});
        for (const auto& [column, value] :
             {std::pair{"x_ApiKey", "answering"}, std::pair{"x_ApiKeyId", "apikey_01A"},
              std::pair{"x_User", "dev@example.org"}, std::pair{"x_UserType", "user"}, std::pair{"x_Speed", "fast"},
              std::pair{"x_Product", "api"}, std::pair{"x_TokenClass", "output"}, std::pair{"x_Residual", ""}})
            QCOMPARE(extra(fetched, paid[0], column), std::string(value));
        QCOMPARE(cell(paid[0], "ConsumedQuantity"), std::string("40"));
        QCOMPARE(cell(paid[0], "ListCost"), std::string("1.00"));
        QCOMPARE(cell(paid[0], "ChargeDescription"), std::string("claude-sonnet-5, output"));
        QCOMPARE(with(fetched, "x_ApiKey", "sorting").size(), std::size_t{2}); // paid, and used without cost
        for (const auto& request : server.requests())
            QVERIFY(!request.path.ends_with("/cost_report") && !request.path.ends_with("/messages"));
    }

    void dayTheAnalyticsLeaveOut_isAskedOfTheOlderReport()
    {
        auto three = sample();
        three.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 22)};
        const auto older = [](const Request& request) {
            if (request.path == kRoot + "cost_report")
                return json(page(cost("300", "tokens", "output_tokens"), 19));
            return request.path == kRoot + "usage_report/messages" ? json(kEmptyPage) : analytics(request);
        };
        LoopbackServer server(older);
        const Fetched fetched = fetchFrom(server, three);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("4.7500000000000000000001"));
        QCOMPARE(fetched.covered.size(), std::size_t{1});

        server.setHandler([](const Request& request) { // retired: the analytics are all there is
            return request.path == kRoot + "cost_report" ? ConnectorSuite::answer(404, "{}") : analytics(request);
        });
        const Fetched alone = fetchFrom(server, three);
        QVERIFY2(alone.status.ok(), alone.error().c_str());
        QCOMPARE(alone.total(), std::string("1.7500000000000000000001"));

        server.setHandler([](const Request& request) { // out of order: that day is not answered
            return request.path == kRoot + "cost_report" ? ConnectorSuite::answer(500, "{}") : analytics(request);
        });
        const Fetched partly = fetchFrom(server, three);
        QVERIFY2(partly.status.ok(), partly.error().c_str());
        QCOMPARE(partly.total(), std::string("1.7500000000000000000001"));
        QVERIFY(partly.covered.front().from == Day::fromYmd(2026, 11, 20));
        QVERIFY(partly.sink.find("days-not-answered"));
    }

    void analyticsOfAWholeWindow_areRefused()
    {
        std::string wide = R"({"data":[{"starting_at":"2026-11-20T00:00:00Z","ending_at":"2026-11-22T00:00:00Z",
 "group":{},"cost":{"amount":"5","currency":"USD"}}],"has_more":false})";
        const LoopbackServer server([&](const Request& request) {
            return json(request.path.ends_with("analytics/cost") ? wide : std::string(kEmptyPage));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(QString::fromStdString(fetched.error()).contains("not of one day"));
    }

    void overloadedServer_isAskedAgain()
    {
        int asked = 0;
        const LoopbackServer server([&asked](const Request& request) {
            return ++asked <= 2 ? ConnectorSuite::answer(529, R"({"type":"error","error":{"type":"overloaded_error",
 "message":"Overloaded"}})")
                                : happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.pauses.size(), std::size_t{2});
    }

    void restatedWindow_isReadAnew()
    {
        LoopbackServer server(serving(page(cost("100", "tokens", "output_tokens"))));
        QCOMPARE(fetchFrom(server, sample()).total(), std::string("1"));
        server.setHandler(serving(page(cost("99.0000001", "tokens", "output_tokens"))));
        QCOMPARE(fetchFrom(server, sample()).total(), std::string("0.990000001"));
    }

    void badAnswer_isRefused_data()
    {
        QTest::addColumn<QString>("costs");
        QTest::addColumn<QString>("used");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& costs, const std::string& used, const char* said) {
            QTest::newRow(name) << QString::fromStdString(costs) << QString::fromStdString(used) << QString(said);
        };
        const std::string none = kEmptyPage;
        row("no amount", page(R"({"currency":"USD"})"), none, "amount");
        row("amount no number", page(cost("much", "tokens", "output_tokens")), none, "no amount");
        row("no currency", page(R"({"amount":"1"})"), none, "currency");
        row("no results", R"({"data":[{"starting_at":"2026-11-20T00:00:00Z"}],"has_more":false})", none, "results");
        row("no period", R"({"data":[{"results":[]}],"has_more":false})", none, "no date");
        row("another day", page(cost("1", "tokens", "output_tokens"), 25), none, "not asked for");
        row("more without a cursor", R"({"data":[],"has_more":true,"next_page":null})", none, "not where");
    }
    void badAnswer_isRefused()
    {
        QFETCH(QString, costs);
        QFETCH(QString, used);
        QFETCH(QString, said);
        const Fetched fetched = fetch(costs.toStdString(), used.toStdString());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(said), fetched.error().c_str());
    }

    void ordinaryKey_isToldWhatToMake()
    {
        const LoopbackServer server([](const Request&) {
            return ConnectorSuite::answer(401, R"({"type":"error","error":{"type":"authentication_error",
 "message":"invalid x-api-key"}})");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(QString::fromStdString(fetched.error()).contains("invalid x-api-key"));
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("sk-ant-admin01-"));
    }
};

QTEST_APPLESS_MAIN(TestAnthropic)
#include "tst_anthropic.moc"
