#include <QtTest/QtTest>

#include "tests/testkit/connectorsuite.h"

#include <atomic>

using namespace altimeter;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;

namespace {

using Request = LoopbackServer::Request;

std::string logged(const std::string& id, const std::string& at, const std::string& cost,
                   const std::string& properties = {})
{
    return R"({"request_id":")" + id + R"(","request_created_at":")" + at +
           R"(","request_model":"m","response_model":"model-x","provider":"OPENAI","prompt_tokens":100,)"
           R"("completion_tokens":20,"total_tokens":120,"prompt_cache_read_tokens":30,"request_user_id":"u1",)"
           R"("cost":)" +
           cost + R"(,"request_properties":{)" + properties + "}}";
}

std::string page(const std::string& rows)
{
    return R"({"data":[)" + rows + R"(],"error":null})";
}

LoopbackServer::Answer requests(const Request& request)
{
    if (request.path != "/v1/request/query-clickhouse" || request.method != "POST")
        return ConnectorSuite::answer(404, "{}");
    const auto isAt = [&](const char* offset) {
        return request.body.find(std::string("\"offset\":") + offset + ',') != std::string::npos;
    };
    const std::string properties =
        R"("team":"care","Helicone-Session-Id":"secret-session","Helicone-Session-Path":"/a/b",)"
        R"("Helicone-Session-Name":"triage")";
    if (isAt("0"))
        return json(page(logged("r1", "2026-11-18T10:00:00.123Z", "0.0003", properties) + ',' +
                         logged("r2", "2026-11-18T11:00:00Z", "4e-7", properties)));
    if (isAt("2"))
        return json(page(logged("r3", "2026-11-19T00:00:00Z", "12345678901.123456789") + ',' +
                         logged("r4", "2026-11-19T01:00:00Z", "null")));
    return json(page({}));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "helicone";
    one.values = {{"base_url", "{url}"}};
    one.secrets = {{"api_key", "sk-helicone-planted"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = requests;
    one.empty = [](const Request&) { return json(page({})); };
    one.repeating = [](const Request&) { return json(page(logged("r1", "2026-11-18T10:00:00Z", "1"))); };
    one.lens = CostLens::Effective;
    one.totals = {{"USD", "12345678901.123757189"}};
    one.rows = 3;
    return one;
}

} // namespace

class TestHelicone : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void question_isBoundByTimeAndAsksForNoPrompts()
    {
        const LoopbackServer server(requests);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto asked = server.requests();
        QCOMPARE(asked.size(), std::size_t{3});
        QCOMPARE(asked[0].headers.at("authorization"), std::string("Bearer sk-helicone-planted"));
        for (const char* part : {"\"gte\":\"2026-11-18T00:00:00Z\"", "\"lt\":\"2026-11-20T00:00:00Z\"",
                                 "\"includeInputs\":false", "\"created_at\":\"asc\""})
            QVERIFY2(asked[0].body.find(part) != std::string::npos, part);
    }

    void rows_arePutTogetherExactly()
    {
        const LoopbackServer server(requests);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& first = fetched.sink.rows[0];
        QCOMPARE(cell(first, "EffectiveCost"), std::string("0.0003004"));
        QVERIFY(cell(first, "BilledCost").empty());
        QCOMPARE(cell(first, "ConsumedQuantity"), std::string("240"));
        QCOMPARE(extra(fetched, first, "x_Requests"), std::string("2"));
        QCOMPARE(extra(fetched, first, "x_CachedTokens"), std::string("60"));
        QCOMPARE(extra(fetched, first, "x_Workflow"), std::string("triage"));
        QCOMPARE(extra(fetched, first, "x_Step"), std::string("/a/b"));
        QCOMPARE(extra(fetched, first, "x_User"), std::string("u1"));
        QCOMPARE(cell(first, "Tags"), std::string(R"({"team":"care"})"));
        QVERIFY(altimeter::testing::everything(fetched.sink).find("secret-session") == std::string::npos);
    }

    void costOfNull_isUnknown()
    {
        const LoopbackServer server(requests);
        const Fetched fetched = fetchFrom(server, sample());
        const auto unpriced = std::find_if(fetched.sink.rows.begin(), fetched.sink.rows.end(), [&](const auto& row) {
            return extra(fetched, row, "x_Residual") == "unpriced";
        });
        QVERIFY(unpriced != fetched.sink.rows.end());
        QVERIFY(cell(*unpriced, "EffectiveCost").empty() && cell(*unpriced, "ListCost").empty());
    }

    void failureWith200_isSaid()
    {
        const LoopbackServer server(
            [](const Request&) { return json(R"({"data":null,"error":"clickhouse is asleep"})"); });
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("clickhouse is asleep"));
    }

    void requestsThatChangePlaces_areReadAgainUntilAllAreThere()
    {
        std::atomic<int> walks = 0;
        const LoopbackServer server([&walks](const Request& request) {
            const std::string a = logged("a", "2026-11-18T10:00:00Z", "1");
            const std::string b = logged("b", "2026-11-18T10:00:00Z", "20");
            const std::string c = logged("c", "2026-11-18T10:00:00Z", "300");
            if (request.body.find("\"offset\":0,") != std::string::npos)
                return json(page((++walks == 1 ? b : a) + ',' + c));
            if (request.body.find("\"offset\":2,") != std::string::npos)
                return json(page(b)); // instead of a, the first time
            return json(page({}));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(walks.load(), 2);
        QCOMPARE(fetched.total(CostLens::Effective), std::string("321"));
        QCOMPARE(fetched.sink.rowsWith("repeated-request"), std::uint64_t{1});
        QVERIFY(fetched.covered == std::vector<DateRange>{sample().window});
    }

    void requestThatStaysRepeated_leavesItsDayUnanswered()
    {
        const LoopbackServer server([](const Request& request) {
            const std::string next = logged("r3", "2026-11-19T10:00:00Z", "4");
            if (request.body.find("\"offset\":0,") != std::string::npos)
                return json(page(logged("r1", "2026-11-18T10:00:00Z", "1")));
            if (request.body.find("\"offset\":1,") != std::string::npos)
                return json(page(logged("r2", "2026-11-18T10:00:00Z", "2") + ',' +
                                 logged("r1", "2026-11-18T10:00:00Z", "1") + ',' + next));
            return json(page({}));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.requests, std::uint64_t{9}); // three walks, and no more
        QCOMPARE(fetched.sink.rowsWith("requests-left-out"), std::uint64_t{1});
        QCOMPARE(fetched.sink.rowsWith("repeated-request"), std::uint64_t{0});
        QVERIFY((fetched.covered == std::vector<DateRange>{{Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)}}));
    }

    void badRows_areErrors_data()
    {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QString>("said");
        QTest::newRow("no id") << QByteArray(R"({"request_created_at":"2026-11-18T10:00:00Z","cost":1})")
                               << "request_id";
        QTest::newRow("no time") << QByteArray(R"({"request_id":"r","cost":1})") << "request_created_at";
        QTest::newRow("no amount") << QByteArray::fromStdString(logged("r", "2026-11-18T10:00:00Z", "\"much\""))
                                   << "cost";
        QTest::newRow("another day") << QByteArray::fromStdString(logged("r", "2026-11-21T10:00:00Z", "1"))
                                     << "not asked for";
    }
    void badRows_areErrors()
    {
        QFETCH(QByteArray, row);
        QFETCH(QString, said);
        const LoopbackServer server([&](const Request&) { return json(page(row.toStdString())); });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(said), fetched.error().c_str());
    }
};

QTEST_APPLESS_MAIN(TestHelicone)
#include "tst_helicone.moc"
