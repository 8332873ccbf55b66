#include <QtTest/QtTest>

#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;
using altimeter::testing::testFrom;

namespace {

using Answer = LoopbackServer::Answer;
using Request = LoopbackServer::Request;

const std::string kList = "/subscriptions/sub-1/providers/Microsoft.CognitiveServices/accounts";
const std::string kChat = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/Chat";
const std::string kMetrics = "/providers/Microsoft.Insights/metrics";

Answer token()
{
    return json(R"({"token_type":"Bearer","expires_in":3599,"access_token":"tok-azure-1"})");
}

std::string account(const std::string& id, const std::string& kind)
{
    return R"({"id":")" + id + R"(","kind":")" + kind + R"(","location":"westeurope"})";
}

std::string point(int day, const std::string& total)
{
    return R"({"timeStamp":"2026-11-)" + std::to_string(day) + R"(T00:00:00Z")" +
           (total.empty() ? "" : ",\"total\":" + total) + '}';
}

std::string series(const std::string& deployment, const std::string& model, const std::string& points)
{
    const auto dimension = [](const std::string& name, const std::string& value) {
        return R"({"name":{"value":")" + name + R"(","localizedValue":")" + name + R"("},"value":")" + value + "\"}";
    };
    return R"({"metadatavalues":[)" + dimension("modeldeploymentname", deployment) + ',' +
           dimension("modelname", model) + ',' + dimension("modelversion", "1") + R"(],"data":[)" + points + "]}";
}

Answer metric(const std::string& name, const std::string& all, const std::string& code = "Success")
{
    return json(
        R"({"cost":1,"timespan":"2026-11-19T00:00:00Z/2026-11-21T00:00:00Z","interval":"P1D","value":[{"id":"x",)"
        R"("type":"Microsoft.Insights/metrics","name":{"value":")" +
        name + R"(","localizedValue":"any"},"unit":"Count","errorCode":")" + code + R"(","timeseries":[)" + all +
        R"(]}],"namespace":"Microsoft.CognitiveServices/accounts","resourceregion":"westeurope"})");
}

/// A subscription with two accounts of the kind, on two pages, and one of another kind.
Answer azure(const Request& request)
{
    if (request.path == "/tenant-1/oauth2/v2.0/token")
        return token();
    if (request.path == kList)
        return request.query.find("skip=2") == std::string::npos
                   ? json(R"({"value":[)" + account(kChat, "OpenAI") + ',' +
                          account(kList + "/speech", "SpeechServices") + "],\"nextLink\":\"http://" +
                          request.headers.at("host") + kList + "?skip=2\"}")
                   : json(R"({"value":[)" + account(kList + "/foundry", "AIServices") + "]}");
    if (!request.path.ends_with(kMetrics))
        return ConnectorSuite::answer(404, R"({"error":{"code":"NotFound","message":"no"}})");
    const std::string name = request.parameter("metricnames");
    if (request.path.find("/foundry/") != std::string::npos)
        return name == "GeneratedTokens" ? metric(name, "") : metric(name, series("f", "gpt-5.6-luna", point(19, "4")));
    if (name == "AzureOpenAIRequests")
        return metric(name, series("support", "gpt-5.6-luna", point(19, "12.0") + ',' + point(20, "0.0")));
    return metric(name, series("support", "gpt-5.6-luna", point(19, "90071992547409921") + ',' + point(20, "")) + ',' +
                            series("search", "gpt-5.6-terra", point(19, "1.5E7") + ',' + point(20, "3")));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "azure-openai";
    one.values = {{"base_url", "{url}"},
                  {"login_url", "{url}"},
                  {"tenant_id", "tenant-1"},
                  {"client_id", "client-1"},
                  {"scope", "sub-1"}};
    one.secrets = {{"client_secret", "planted-client-secret"}};
    one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)};
    one.happy = azure;
    one.empty = [](const Request& request) { return request.path == kList ? json(R"({"value":[]})") : azure(request); };
    one.repeating = [](const Request& request) {
        return request.path == kList
                   ? json("{\"value\":[],\"nextLink\":\"http://" + request.headers.at("host") + kList + "?skip=1\"}")
                   : azure(request);
    };
    return one;
}

/// One account, one metric, and this answer to it.
Fetched fetchOne(const Answer& answer)
{
    const LoopbackServer server(
        [&answer](const Request& request) { return request.path.ends_with(kMetrics) ? answer : azure(request); });
    ConnectorSample one = sample();
    one.values["scope"] = kChat;
    one.values["metrics"] = "GeneratedTokens";
    return fetchFrom(server, one);
}

} // namespace

class TestAzureOpenAi : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areOfWholeDaysAndAllDeployments()
    {
        const LoopbackServer server(azure);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{9}); // a token, two pages, three metrics of two accounts
        QCOMPARE(requests[1].query, std::string("api-version=2023-05-01"));
        const Request& first = requests[3];
        QCOMPARE(first.path, kChat + kMetrics);
        QCOMPARE(first.headers.at("authorization"), std::string("Bearer tok-azure-1"));
        QCOMPARE(first.parameter("api-version"), std::string("2023-10-01"));
        QCOMPARE(first.parameter("metricnames"), std::string("ProcessedPromptTokens"));
        QCOMPARE(first.parameter("timespan"), std::string("2026-11-19T00:00:00Z/2026-11-21T00:00:00Z"));
        QCOMPARE(first.parameter("interval"), std::string("P1D"));
        QCOMPARE(first.parameter("aggregation"), std::string("Total"));
        QCOMPARE(first.parameter("top"), std::string("1000"));
        QCOMPARE(first.parameter("$filter"),
                 std::string("ModelDeploymentName eq '*' and ModelName eq '*' and ModelVersion eq '*'"));
    }

    void series_becomeMeasuresOfADeployment()
    {
        const LoopbackServer server(azure);
        const Fetched fetched = fetchFrom(server, sample());
        std::map<std::string, std::string> values;
        for (const Measure& one : fetched.measures)
            values[one.name + ' ' + one.labels.at("account") + ' ' + one.labels.at("deployment") + ' ' +
                   toString(one.start.day())] = one.value + ' ' + one.unit;
        const std::map<std::string, std::string> expected{
            {"azure_openai_processed_prompt_tokens Chat support 2026-11-19", "90071992547409921 tokens"},
            {"azure_openai_processed_prompt_tokens Chat search 2026-11-19", "15000000 tokens"},
            {"azure_openai_processed_prompt_tokens Chat search 2026-11-20", "3 tokens"},
            {"azure_openai_processed_prompt_tokens foundry f 2026-11-19", "4 tokens"},
            {"azure_openai_generated_tokens Chat support 2026-11-19", "90071992547409921 tokens"},
            {"azure_openai_generated_tokens Chat search 2026-11-19", "15000000 tokens"},
            {"azure_openai_generated_tokens Chat search 2026-11-20", "3 tokens"},
            {"azure_openai_requests Chat support 2026-11-19", "12.0 requests"},
            {"azure_openai_requests Chat support 2026-11-20", "0.0 requests"}, // told, so it is zero
            {"azure_openai_requests foundry f 2026-11-19", "4 requests"},
        };
        QVERIFY(values == expected);
        QCOMPARE(fetched.measures.size(), expected.size());
        QCOMPARE(fetched.measures.front().labels.at("model"), std::string("gpt-5.6-luna"));
        QCOMPARE(
            fetched.measures.front().labels.at("resource"),
            std::string("/subscriptions/sub-1/resourcegroups/rg/providers/microsoft.cognitiveservices/accounts/chat"));
    }

    void metricThatAnAccountLacks_costsAFindingOnly()
    {
        const LoopbackServer server([](const Request& request) {
            const bool isOther = request.parameter("metricnames") == "InputTokens";
            return isOther && request.path.find("/Chat/") != std::string::npos
                       ? ConnectorSuite::answer(400, R"({"code":"BadRequest","message":"no such metric"})")
                       : azure(request);
        });
        ConnectorSample one = sample();
        one.values["metrics"] = "InputTokens,AzureOpenAIRequests";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.measures.size(), std::size_t{4});
        QVERIFY(fetched.sink.find("metric-refused", "InputTokens of Chat"));
        one.values["metrics"] = "InputTokens"; // all of an account's refused is a fault
        const Fetched none = fetchFrom(server, one);
        QVERIFY2(!none.status.ok() && none.error().find("no such metric") != std::string::npos, none.error().c_str());
    }

    void scope_isASubscriptionOrAccounts()
    {
        const LoopbackServer server(azure);
        ConnectorSample one = sample();
        one.values["scope"] = kChat + "\n" + kChat + "/\n/subscriptions/sub-1";
        QVERIFY(fetchFrom(server, one).status.ok());
        QCOMPARE(server.count(), std::size_t{9}); // each account once
        for (const char* scope : {"/subscriptions/a/../b", "/providers/Microsoft.Management/managementGroups/x",
                                  "/subscriptions/sub-1/resourceGroups/rg", "a/b"}) {
            one.values["scope"] = scope;
            const Fetched fetched = fetchFrom(server, one);
            QVERIFY2(fetched.error().find("neither a subscription nor an account") != std::string::npos, scope);
        }
    }

    void badAnswer_isRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const Answer& answer, const char* said) {
            QTest::newRow(name) << QByteArray::fromStdString(answer.body) << QString(said);
        };
        const std::string name = "GeneratedTokens";
        row("another metric", metric("TotalErrors", ""), "another metric");
        row("no metric", json(R"({"value":[]})"), "another metric");
        row("no list", json(R"({"value":[{"name":{"value":"GeneratedTokens"}}]})"), "timeseries");
        row("a fault", metric(name, "", "InternalServerError"), "InternalServerError");
        row("another day", metric(name, series("d", "m", point(18, "1"))), "2026-11-18, a day that was not asked for");
        row("a day twice", metric(name, series("d", "m", point(19, "1") + ',' + point(19, "1"))), "a day twice");
        row("no number", metric(name, series("d", "m", point(19, "\"many\""))), "is no number");
        row("no time", metric(name, series("d", "m", R"({"total":1})")), "is no date");
        row("hours", metric(name, series("d", "m", R"({"timeStamp":"2026-11-19T05:00:00Z","total":1})")),
            "not asked for");
        row("no points", metric(name, R"({"metadatavalues":[]})"), "\"data\"");
        std::string many;
        for (int i = 0; i < 1000; ++i)
            many += (many.empty() ? "" : ",") + series("d" + std::to_string(i), "m", "");
        row("cut", metric(name, many), "more deployments and models than Azure answers");
    }
    void badAnswer_isRefused()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, said);
        const Fetched fetched = fetchOne(json(body.toStdString()));
        QVERIFY2(!fetched.status.ok(), "taken");
        QVERIFY2(QString::fromStdString(fetched.error()).contains(said), fetched.error().c_str());
    }

    void subscriptionWithoutAccounts_isSaid()
    {
        const LoopbackServer server(sample().empty);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(fetched.status.ok());
        QVERIFY(fetched.sink.find("no-accounts"));
        QVERIFY(testFrom(server, sample())->find("no account") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestAzureOpenAi)
#include "tst_azureopenai.moc"
