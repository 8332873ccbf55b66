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

constexpr const char* kFirst = R"({"data":[
 {"id":"o1","traceId":"t1","type":"GENERATION","startTime":"2026-11-18T10:00:00.123Z","projectId":"p1","name":"answer",
  "userId":"u1","sessionId":"session-secret-1","environment":"production","providedModelName":"model-x",
  "traceName":"support","tags":["team:care","beta"],"promptName":"greet","usagePricingTierName":"standard",
  "usageDetails":{"input":100,"output":20,"input_cached_tokens":30,"total":150},
  "costDetails":{"input":0.0001,"output":0.0002,"total":0.0003},"totalCost":0.0003},
 {"id":"o2","traceId":"t2","type":"GENERATION","startTime":"2026-11-18T11:00:00Z","projectId":"p1","name":"answer",
  "userId":"u1","sessionId":"session-secret-2","environment":"production","providedModelName":"model-x",
  "traceName":"support","tags":["beta","team:care"],"promptName":"greet","usagePricingTierName":"standard",
  "usageDetails":{"input":1,"output":2},"costDetails":{"input":1.5e-7,"output":2.5e-7},"totalCost":null},
 {"id":"o3","type":"SPAN","startTime":"2026-11-18T10:00:00Z","name":"step","usageDetails":{},"costDetails":{},"totalCost":0}],
 "meta":{"cursor":"next+1="}})";
constexpr const char* kSecond = R"({"data":[
 {"id":"o4","type":"EMBEDDING","startTime":"2026-11-19T00:00:00.000Z","providedModelName":"embed",
  "usageDetails":{"input":7},"totalCost":12345678901.123456789},
 {"id":"o5","type":"GENERATION","startTime":"2026-11-19T05:00:00Z","providedModelName":"in-house",
  "usageDetails":{"input":9,"output":1},"costDetails":{},"totalCost":0},
 {"id":"o6","type":"TOOL_OF_TOMORROW","startTime":"2026-11-19T05:00:00Z","name":"search","usageDetails":null,
  "costDetails":{"total":0.5}}],"meta":{}})";

LoopbackServer::Answer happy(const Request& request)
{
    if (request.path != "/api/public/v2/observations")
        return ConnectorSuite::answer(404, "{}");
    return json(request.parameter("cursor").empty() ? kFirst : kSecond);
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "langfuse";
    one.values = {{"base_url", "{url}"}, {"public_key", "pk-lf-1"}};
    one.secrets = {{"secret_key", "sk-lf-planted-secret"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = happy;
    one.empty = [](const Request&) { return json(R"({"data":[],"meta":{}})"); };
    one.repeating = [](const Request&) { return json(kFirst); };
    one.lens = CostLens::Effective;
    one.totals = {{"USD", "12345678901.623757189"}};
    one.rows = 4;
    return one;
}

const altimeter::testing::CollectingSink::Row& rowOf(const Fetched& fetched, const std::string& description)
{
    return *std::find_if(fetched.sink.rows.begin(), fetched.sink.rows.end(), [&](const auto& row) {
        return row.text.contains("ChargeDescription") && row.text.at("ChargeDescription") == description;
    });
}

} // namespace

class TestLangfuse : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void request_asksNeitherInputsNorOutputs()
    {
        const LoopbackServer server(happy);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{2}); // a window is one walk
        QCOMPARE(requests[0].method, std::string("GET"));
        QCOMPARE(requests[0].path, std::string("/api/public/v2/observations"));
        QCOMPARE(requests[0].query,
                 std::string("fields=core%2Cbasic%2Cusage%2Cmodel%2Cmetrics%2Cprompt%2Ctrace_context&limit=1000&"
                             "fromStartTime=2026-11-18T00%3A00%3A00Z&toStartTime=2026-11-20T00%3A00%3A00Z"));
        QVERIFY(requests[0].parameter("fields").find("io") == std::string::npos);
        QCOMPARE(requests[0].headers.at("authorization"),
                 std::string("Basic cGstbGYtMTpzay1sZi1wbGFudGVkLXNlY3JldA=="));
        QCOMPARE(requests[1].parameter("cursor"), std::string("next+1="));
    }

    void rows_arePutTogetherExactly()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& row = fetched.sink.rows[0];
        // the total repeats the parts; without a total the parts are added
        QCOMPARE(row.text.at("EffectiveCost"), std::string("0.0003004"));
        QCOMPARE(row.text.at("ListCost"), std::string("0.0003004"));
        QVERIFY(!row.text.contains("BilledCost"));
        QCOMPARE(row.text.at("ConsumedQuantity"), std::string("153"));
        QCOMPARE(row.text.at("SubAccountId"), std::string("p1"));
        QCOMPARE(row.text.at("ChargeDescription"), std::string("answer"));
        QCOMPARE(row.text.at("Tags"), std::string(R"({"beta":"true","team":"care"})"));
        QCOMPARE(extra(fetched, 0, "x_Workflow"), std::string("support"));
        QCOMPARE(extra(fetched, 0, "x_PromptName"), std::string("greet"));
        QCOMPARE(extra(fetched, 0, "x_User"), std::string("u1"));
        QCOMPARE(extra(fetched, 0, "x_Requests"), std::string("2"));
        QCOMPARE(extra(fetched, 0, "x_InputTokens"), std::string("131"));
        QCOMPARE(extra(fetched, 0, "x_CachedTokens"), std::string("30"));
        QCOMPARE(extra(fetched, 0, "x_OutputTokens"), std::string("22"));
        QCOMPARE(extra(fetched, 0, "x_ChargeState"), std::string("Estimated"));
        QVERIFY(altimeter::testing::everything(fetched.sink).find("session-secret") == std::string::npos);
    }

    void usageWithoutCost_isUnknown()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& unpriced = rowOf(fetched, "in-house");
        QVERIFY(!unpriced.text.contains("EffectiveCost") && !unpriced.text.contains("ListCost"));
        QCOMPARE(unpriced.extra.back(), std::string("unpriced"));
        QCOMPARE(unpriced.text.at("ConsumedQuantity"), std::string("10"));
    }

    void cost_isTheTotalOfItsDetails_data()
    {
        QTest::addColumn<QByteArray>("costs");
        QTest::addColumn<QString>("effective");
        const auto row = [](const char* costs, const char* effective) {
            QTest::newRow(costs) << QByteArray(costs) << QString(effective);
        };
        row(R"("costDetails":{"input":0.01,"output":0.0042,"total":0.0142},"totalCost":0.014199999999999999)",
            "0.0142");
        row(R"("costDetails":{"total":null},"totalCost":0.25)", "0.25");
        row(R"("costDetails":{"total":0},"totalCost":0.25)", "0.25");
        row(R"("costDetails":{"input":1.5,"output":null,"total":null},"totalCost":null)", "1.5");
        row(R"("costDetails":{"input":0,"total":0},"totalCost":0)", "0"); // priced, and free
        row(R"("costDetails":{"total":null},"totalCost":null)", "unknown");
        row(R"("costDetails":{"input":null,"total":null},"totalCost":0)", "unknown");
        row(R"("costDetails":null,"totalCost":null)", "unknown");
        row(R"("totalCost":0)", "unknown");
    }
    void cost_isTheTotalOfItsDetails()
    {
        QFETCH(QByteArray, costs);
        QFETCH(QString, effective);
        const LoopbackServer server([&](const Request&) {
            return json(R"({"data":[{"id":"o1","type":"GENERATION","startTime":"2026-11-18T10:00:00Z",
 "providedModelName":"m","usageDetails":{"input":1,"output":2},)" +
                        costs.toStdString() + R"(}],"meta":{}})");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto& row = fetched.sink.rows.at(0);
        QCOMPARE(QString::fromStdString(row.text.contains("EffectiveCost") ? row.text.at("EffectiveCost") : "unknown"),
                 effective);
    }

    void costWithoutUsage_isACharge_andUnknownTypesSurvive()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(rowOf(fetched, "search").text.at("EffectiveCost"), std::string("0.5"));
        QVERIFY(altimeter::testing::everything(fetched.sink).find("TOOL_OF_TOMORROW") != std::string::npos);
    }

    void countAsList_leavesTheOtherCostsUnknown()
    {
        const LoopbackServer server(happy);
        ConnectorSample list = sample();
        list.values["count_as"] = "list";
        const Fetched fetched = fetchFrom(server, list);
        QCOMPARE(fetched.total(CostLens::List), std::string("12345678901.623757189"));
        QVERIFY(!fetched.sink.rows[0].text.contains("EffectiveCost"));
    }

    void oldServer_saysWhatToDo()
    {
        const LoopbackServer server([](const Request&) { return ConnectorSuite::answer(404, R"({"message":"no"})"); });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("v1"));
    }

    void serverWithoutTraceContext_isReadWithoutIt()
    {
        const LoopbackServer server([](const Request& request) {
            return request.parameter("fields").find("trace_context") == std::string::npos
                       ? happy(request)
                       : ConnectorSuite::answer(400, R"({"message":"invalid field group"})");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.find("no-trace-context"));
        QCOMPARE(server.count(), std::size_t{3});
    }

    void observationThatComesTwice_isCountedOnce()
    {
        const LoopbackServer server([](const Request& request) {
            return json(std::string(R"({"data":[{"id":"o1","type":"GENERATION","startTime":"2026-11-18T10:00:00Z",
 "usageDetails":{"input":1},"totalCost":2}],"meta":{)") +
                        (request.parameter("cursor").empty() ? R"("cursor":"c1"}})" : R"("cursor":null}})"));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Effective), std::string("2"));
        QCOMPARE(fetched.sink.rowsWith("repeated-observation"), std::uint64_t{1});
    }

    void restatedWindow_bringsTheNewAmount()
    {
        const auto costing = [](const std::string& cost) {
            return [cost](const Request&) {
                return json(R"({"data":[{"id":"o1","startTime":"2026-11-18T10:00:00Z","usageDetails":{"input":1},)"
                            R"("totalCost":)" +
                            cost + R"(}],"meta":{}})");
            };
        };
        LoopbackServer server(costing("2"));
        QCOMPARE(fetchFrom(server, sample()).total(CostLens::Effective), std::string("2"));
        server.setHandler(costing("2.25"));
        QCOMPARE(fetchFrom(server, sample()).total(CostLens::Effective), std::string("2.25"));
    }

    void badRows_areErrors_data()
    {
        QTest::addColumn<QString>("row");
        QTest::addColumn<QString>("says");
        QTest::newRow("no start") << R"({"id":"o1","totalCost":1})"
                                  << "startTime";
        QTest::newRow("no id") << R"({"startTime":"2026-11-18T10:00:00Z","totalCost":1})"
                               << "id";
        QTest::newRow("cost is no number") << R"({"id":"o1","startTime":"2026-11-18T10:00:00Z","totalCost":"cheap"})"
                                           << "totalCost";
        QTest::newRow("another day") << R"({"id":"o1","startTime":"2026-11-20T00:00:01Z","totalCost":1})"
                                     << "not asked for";
    }
    void badRows_areErrors()
    {
        QFETCH(QString, row);
        QFETCH(QString, says);
        const std::string body = R"({"data":[)" + row.toStdString() + R"(],"meta":{}})";
        const LoopbackServer server([body](const Request&) { return json(body); });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(says), fetched.error().c_str());
    }
};

QTEST_APPLESS_MAIN(TestLangfuse)
#include "tst_langfuse.moc"
