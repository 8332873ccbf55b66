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

const std::string kTeam = "/v1/billing/teams/team-1";

std::string series(const std::string& group, const std::string& labels, const std::string& first,
                   const std::string& second)
{
    return R"({"group":[)" + group + R"(],"groupLabels":[)" + labels +
           R"(],"dataPoints":[{"timestamp":"2026-11-19T00:00:00Z","values":[)" + first +
           R"(]},{"timestamp":"2026-11-20T00:00:00Z","values":[)" + second + "]}]}";
}

std::string answerOf(const std::string& all, const char* limit = "false")
{
    return R"({"timeSeries":[)" + all + R"(],"limitReached":)" + limit + '}';
}

LoopbackServer::Answer usage(const Request& request)
{
    if (request.path == kTeam + "/prepaid/balance")
        return json(R"({"changes":[],"total":{"val":"-4500"}})");
    if (request.path == kTeam + "/postpaid/invoice/preview")
        return json(R"({"coreInvoice":{"totalWithCorr":{"val":"2500"}},"effectiveSpendingLimit":"10000"})");
    if (request.path != kTeam + "/usage" || request.method != "POST")
        return ConnectorSuite::answer(404, "{}");
    return json(answerOf(series(R"("key-1","PROMPT","Grok 5")", "\"search (xai-…3Xxp)\",\"Prompt tokens\",\"Grok 5\"",
                                "12345678901.123456789", "0") +
                         ',' + series(R"("key-1","IMAGE","Grok Image")", R"("","","")", "0.25", "-0.05")));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "xai";
    one.values = {{"base_url", "{url}"}, {"team_id", "team-1"}};
    one.secrets = {{"management_key", "xai-token-planted"}};
    one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)};
    one.happy = usage;
    one.empty = [](const Request& request) {
        return request.method == "POST" ? json(answerOf({})) : json(R"({"total":null})");
    };
    one.totals = {{"USD", "12345678901.323456789"}};
    one.rows = 3;
    return one;
}

const Measure* measureOf(const Fetched& fetched, const std::string& name)
{
    const auto found = std::find_if(fetched.measures.begin(), fetched.measures.end(),
                                    [&name](const Measure& one) { return one.name == name; });
    return found == fetched.measures.end() ? nullptr : &*found;
}

} // namespace

class TestXAi : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void question_isOfWholeDays()
    {
        const LoopbackServer server(usage);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{3});
        QCOMPARE(requests[0].headers.at("authorization"), std::string("Bearer xai-token-planted"));
        const std::string asked = R"("timeRange":{"startTime":"2026-11-19 00:00:00","endTime":"2026-11-20 23:59:59",)";
        QVERIFY2(requests[0].body.find(asked) != std::string::npos, requests[0].body.c_str());
        QVERIFY(requests[0].body.find("TIME_UNIT_DAY") != std::string::npos);
    }

    void series_becomeCharges()
    {
        const LoopbackServer server(usage);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& prompt = fetched.sink.rows[0];
        QCOMPARE(cell(prompt, "BilledCost"), std::string("12345678901.123456789"));
        QCOMPARE(cell(prompt, "SkuId"), std::string("Grok 5"));
        QCOMPARE(cell(prompt, "ChargeDescription"), std::string("Grok 5, Prompt tokens"));
        QCOMPARE(extra(fetched, prompt, "x_ApiKeyId"), std::string("key-1"));
        QCOMPARE(extra(fetched, prompt, "x_ApiKey"), std::string("search (xai-…3Xxp)"));
        QCOMPARE(extra(fetched, fetched.sink.rows[1], "x_UnitType"), std::string("IMAGE")); // no label: its id
        QCOMPARE(cell(fetched.sink.rows[2], "BilledCost"), std::string("-0.05"));
        QCOMPARE(fetched.covered.size(), std::size_t{1});
    }

    void balances_areCents()
    {
        const LoopbackServer server(usage);
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(measureOf(fetched, "prepaid_balance")->value, std::string("45.00"));
        QCOMPARE(measureOf(fetched, "invoice_so_far")->value, std::string("25.00"));
        QCOMPARE(measureOf(fetched, "spending_limit")->value, std::string("100.00"));
    }

    void failingBalances_costAFindingOnly()
    {
        for (const auto& [status, body] : {std::pair{400, "{}"}, std::pair{403, "{}"}, std::pair{429, "{}"},
                                           std::pair{500, "oops"}, std::pair{200, R"({"total":{"val":"many"}})"}}) {
            const LoopbackServer server([status = status, body = body](const Request& request) {
                return request.method == "GET" ? ConnectorSuite::answer(status, body) : usage(request);
            });
            const Fetched fetched = fetchFrom(server, sample());
            QVERIFY2(fetched.status.ok(), fetched.error().c_str());
            QCOMPARE(fetched.total(), std::string("12345678901.323456789"));
            QVERIFY(fetched.sink.find("look-up-refused", "balance"));
        }
    }

    void groupsThatAreRefusedOrTooMany_giveWayToFewer()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.method == "GET")
                return usage(request);
            if (request.body.find("description") != std::string::npos)
                return ConnectorSuite::answer(400, R"({"error":"unknown group"})");
            if (request.body.find("unit_type") != std::string::npos)
                return json(answerOf(series(R"("k","u")", R"("k","u")", "1", "1"), "true"));
            return json(answerOf(series({}, {}, "3.5", "4")));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("7.5"));
        QVERIFY(fetched.sink.find("coarser-groups"));
    }

    void badAnswer_isRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& body, const char* said) {
            QTest::newRow(name) << QByteArray::fromStdString(body) << QString(said);
        };
        row("cut for good", answerOf(series({}, {}, "1", "1"), "true"), "limit");
        row("no points", answerOf(R"({"group":[]})"), "dataPoints");
        row("two values", answerOf(series({}, {}, "1,2", "1")), "one value");
        row("no amount", answerOf(series({}, {}, "\"much\"", "1")), "no amount");
        row("null", answerOf(series({}, {}, "null", "1")), "no amount");
        row("another day", answerOf(R"({"dataPoints":[{"timestamp":"2026-10-01T00:00:00Z","values":[1]}]})"),
            "not asked for");
    }
    void badAnswer_isRefused()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, said);
        const LoopbackServer server([&](const Request& request) {
            return request.method == "POST" ? json(body.toStdString()) : usage(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(said), fetched.error().c_str());
    }
};

QTEST_APPLESS_MAIN(TestXAi)
#include "tst_xai.moc"
