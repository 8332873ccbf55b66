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

/// Two days of activity: an ordinary row, one with an own upstream key, one with many digits.
LoopbackServer::Answer activity(const Request& request)
{
    if (request.path == "/api/v1/credits")
        return json(R"({"data":{"total_credits":100.0,"total_usage":42.5}})");
    if (request.path == "/api/v1/workspaces")
        return json(request.parameter("offset") == "0"
                        ? R"({"data":[{"id":"ws_a","name":"Search","slug":"search"},{"id":"ws_b","name":"Chat"}]})"
                        : R"({"data":[]})");
    if (request.path == "/api/v1/workspaces/ws_a/budgets")
        return json(R"({"data":[{"id":"b1","limit_usd":25.000000001,"reset_interval":"monthly","workspace_id":"ws_a"},
 {"id":"b2","limit_usd":500,"reset_interval":null}],"include_byok_in_budgets":true})");
    if (request.path == "/api/v1/workspaces/ws_b/budgets")
        return json(R"({"data":[]})");
    if (request.path == "/api/v1/keys" && request.parameter("workspace_id") == "ws_b")
        return json(request.parameter("offset") == "0"
                        ? R"({"data":[{"hash":"h9","name":"chat","limit":3,"disabled":true,"workspace_id":"ws_b"},
 {"hash":"h1","name":"search","limit":25}]})"
                        : R"({"data":[]})");
    if (request.path == "/api/v1/keys" && request.parameter("offset") == "0")
        return json(R"({"data":[{"hash":"h1","name":"search","disabled":false,"limit":25,"limit_remaining":7.5,
 "limit_reset":"monthly","usage":17.500000001,"usage_daily":1,"usage_weekly":2,"usage_monthly":17.5},
 {"hash":"h2","name":"old","disabled":true,"limit":null,"limit_remaining":null,"limit_reset":null,"usage":0}]})");
    if (request.path == "/api/v1/keys" && request.parameter("offset") == "2")
        return json(R"({"data":[{"hash":"h3","name":"third","limit":1,"usage":0.5}]})");
    if (request.path == "/api/v1/keys")
        return json(R"({"data":[]})");
    if (request.path != "/api/v1/activity")
        return ConnectorSuite::answer(404, "{}");
    const std::string date = request.parameter("date");
    if (date == "2026-11-19")
        return json(R"({"data":[
 {"date":"2026-11-19","model":"openai/gpt-5.6-luna","model_permaslug":"openai/gpt-5.6-luna-2026","endpoint_id":"e1",
  "provider_name":"OpenAI","usage":0.015,"byok_usage_inference":0,"requests":5,"prompt_tokens":50,
  "completion_tokens":125,"reasoning_tokens":25,"workspace_id":"ws_a"},
 {"date":"2026-11-19","model":"vendor/model-x","model_permaslug":"vendor/model-x-1","endpoint_id":"e2",
  "provider_name":"Vendor","usage":0,"byok_usage_inference":0.25,"requests":1,"prompt_tokens":10,
  "completion_tokens":5,"reasoning_tokens":0,"workspace_id":null}]})");
    return json(R"({"data":[{"date":"2026-11-20 00:00:00","model":"m","model_permaslug":"m-1","endpoint_id":"e3",
 "provider_name":"Vendor","usage":12345678901.123456789,"byok_usage_inference":0,"requests":1,"prompt_tokens":1,
 "completion_tokens":1,"reasoning_tokens":0}]})");
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "openrouter";
    one.values = {{"base_url", "{url}/api/v1"}};
    one.secrets = {{"management_key", "sk-or-planted-secret"}};
    one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)};
    one.happy = activity;
    one.empty = [](const Request&) { return json(R"({"data":[]})"); };
    one.totals = {{"USD", "12345678901.138456789"}};
    one.rows = 4;
    return one;
}

} // namespace

class TestOpenRouter : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void request_carriesKeyAndDate()
    {
        const LoopbackServer server(activity);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(),
                 std::size_t{12}); // two days, two pages of workspaces, credits, 3 and 2 of keys, 2 budgets
        QCOMPARE(requests[0].method, std::string("GET"));
        QCOMPARE(requests[0].query, std::string("date=2026-11-19&group_by=workspace"));
        QCOMPARE(requests[5].query, std::string("offset=0&include_disabled=true&workspace_id=ws_a"));
        QCOMPARE(requests[0].headers.at("authorization"), std::string("Bearer sk-or-planted-secret"));
    }

    void workspace_isTheSubAccount()
    {
        const LoopbackServer server(activity);
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(fetched.sink.rows[0].text.at("BillingAccountId"), std::string("openrouter"));
        QCOMPARE(fetched.sink.rows[0].text.at("SubAccountId"), std::string("ws_a"));
        QCOMPARE(cell(fetched.sink.rows[0], "SubAccountName"), std::string("Search"));
        QVERIFY(!fetched.sink.rows[1].text.contains("SubAccountId"));
    }

    void limitsOfKeys_becomeMeasures()
    {
        const LoopbackServer server(activity);
        const Fetched fetched = fetchFrom(server, sample());
        std::map<std::string, std::string> values;
        for (const Measure& one : fetched.measures)
            values[one.name + (one.labels.contains("key") ? ' ' + one.labels.at("key") : "")] = one.value;
        QCOMPARE(values.at("credits_bought"), std::string("100.0"));
        QCOMPARE(values.at("credits_used"), std::string("42.5"));
        QCOMPARE(values.at("key_limit h1"), std::string("25"));
        QCOMPARE(values.at("key_usage h1"), std::string("17.500000001"));
        QCOMPARE(values.at("key_limit h3"), std::string("1"));
        QVERIFY(!values.contains("key_limit h2")); // no limit is not a limit of zero
        QCOMPARE(fetched.measures[2].labels.at("limit_reset"), std::string("monthly"));
        QCOMPARE(values.at("key_limit h9"), std::string("3")); // of another workspace, and disabled
        QCOMPARE(
            std::count_if(fetched.measures.begin(), fetched.measures.end(),
                          [](const Measure& one) { return one.name == "key_limit" && one.labels.at("key") == "h1"; }),
            std::ptrdiff_t{1}); // though it stands in two lists
    }

    void budgetsOfWorkspaces_becomeMeasures()
    {
        const LoopbackServer server(activity);
        const Fetched fetched = fetchFrom(server, sample());
        std::map<std::string, Measure> budgets;
        for (const Measure& one : fetched.measures) {
            if (one.name == "workspace_budget")
                budgets[one.labels.at("workspace") + ' ' + one.labels.at("interval")] = one;
        }
        QCOMPARE(budgets.size(), std::size_t{2}); // a workspace without budgets has none
        QCOMPARE(budgets.at("ws_a monthly").value, std::string("25.000000001"));
        QCOMPARE(budgets.at("ws_a lifetime").value, std::string("500"));
        QCOMPARE(budgets.at("ws_a monthly").labels.at("workspace_name"), std::string("Search"));
        QCOMPARE(budgets.at("ws_a monthly").labels.at("own_keys"), std::string("included"));
    }

    void budgetsThatCannotBeRead_costAFindingOnly()
    {
        for (const auto& [status, body] : {std::pair{403, "{}"}, std::pair{404, "{}"}, std::pair{500, "oops"},
                                           std::pair{200, R"({"data":[{"reset_interval":"daily"}]})"}}) {
            const LoopbackServer server([status = status, body = body](const Request& request) {
                return request.path.ends_with("/budgets") ? ConnectorSuite::answer(status, body) : activity(request);
            });
            const Fetched fetched = fetchFrom(server, sample());
            QVERIFY2(fetched.status.ok(), fetched.error().c_str());
            QCOMPARE(fetched.total(), std::string("12345678901.138456789"));
            QVERIFY(fetched.sink.find("look-up-refused", "budgets of workspaces"));
        }
    }

    void limitsOfKeys_areNotAskedForPastChunks()
    {
        const LoopbackServer server(activity);
        ConnectorSample past = sample();
        past.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)};
        QVERIFY(fetchFrom(server, past).measures.empty());
        QCOMPARE(server.count(), std::size_t{3}); // activity, and the names of its workspaces
    }

    void refusedKeys_costAFindingOnly()
    {
        for (const int status : {400, 403, 404, 429, 500}) {
            const LoopbackServer server([status](const Request& request) {
                return request.path == "/api/v1/activity" ? activity(request) : ConnectorSuite::answer(status, "{}");
            });
            const Fetched fetched = fetchFrom(server, sample());
            QVERIFY2(fetched.status.ok(), fetched.error().c_str());
            QCOMPARE(fetched.total(), std::string("12345678901.138456789"));
            for (const char* what : {"workspaces", "credits", "keys"})
                QVERIFY(fetched.sink.find("look-up-refused", what));
        }
    }

    void serverWithoutWorkspaces_isAskedWithoutThem()
    {
        const LoopbackServer server([](const Request& request) {
            return request.query.find("group_by") != std::string::npos || request.path.ends_with("/workspaces")
                       ? ConnectorSuite::answer(400, R"({"error":{"message":"unknown parameter"}})")
                       : activity(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("12345678901.138456789"));
        QCOMPARE(fetched.requests, std::uint64_t{8}); // one day twice, the other, workspaces, credits, 3 of keys
    }

    void repeatedPageOfKeys_ends()
    {
        const LoopbackServer server([](const Request& request) {
            Request same = request;
            if (request.path == "/api/v1/keys")
                same.query = "offset=0";
            return activity(same);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(fetched.status.ok());
        QVERIFY(fetched.sink.find("look-up-refused", "twice"));
    }

    void ownUpstreamKey_standsApart()
    {
        const LoopbackServer server(activity);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& own = fetched.sink.rows[2];
        QCOMPARE(own.text.at("BilledCost"), std::string("0"));
        QCOMPARE(own.text.at("ListCost"), std::string("0.25"));
        QCOMPARE(own.extra.back(), std::string("paid to the upstream provider by own key"));
    }

    void tokensThatAreNoCount_areAnError()
    {
        const LoopbackServer server([](const Request& request) {
            return json(R"({"data":[{"date":")" + request.parameter("date") +
                        R"(","model":"m","usage":1,"prompt_tokens":"many"}]})");
        });
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("prompt_tokens"));
    }

    void answerOfAnotherDay_isRefused()
    {
        const LoopbackServer server(
            [](const Request&) { return json(R"({"data":[{"date":"2026-11-01","model":"m","usage":1}]})"); });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.error()).contains("another day"));
    }
};

QTEST_APPLESS_MAIN(TestOpenRouter)
#include "tst_openrouter.moc"
