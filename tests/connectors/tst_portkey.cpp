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

std::string graph(const std::string& cents)
{
    return R"({"object":"analytics-graph","summary":{"total":)" + cents + R"(,"avg":1},"data_points":[]})";
}

std::string group(const std::string& value, const std::string& cents)
{
    return R"({"metadata_value":")" + value + R"(","requests":"7","cost":)" + cents +
           R"(,"avg_tokens":3,"last_seen":"2026-11-18T10:00:00Z"})";
}

std::string list(const std::string& groups, int total)
{
    return R"({"object":"list","total":)" + std::to_string(total) + R"(,"data":[)" + groups + "]}";
}

/// The 18th costs 150.5 cents, of two teams on two pages and of none; the 19th next to nothing.
LoopbackServer::Answer analytics(const Request& request)
{
    const bool isFirst = request.parameter("time_of_generation_min") == "2026-11-18T00:00:00.000Z";
    if (request.path == "/v1/analytics/graphs/cost")
        return json(graph(isFirst ? "150.5" : "1e-7"));
    if (request.path != "/v1/analytics/groups/metadata/team")
        return ConnectorSuite::answer(404, "{}");
    if (!isFirst)
        return json(list({}, 0));
    return json(request.parameter("current_page") == "0" ? list(group("care", "100"), 2)
                                                         : list(group("search", "50"), 2));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "portkey";
    one.values = {{"base_url", "{url}/v1"}, {"metadata_key", "team"}, {"workspace", "ws-1"}};
    one.secrets = {{"api_key", "planted-portkey-key"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.provesEmpty = true;
    one.happy = analytics;
    one.empty = [](const Request&) { return json(graph("0")); };
    one.repeating = [](const Request& request) {
        return request.path == "/v1/analytics/graphs/cost" ? analytics(request) : json(list(group("care", "1"), 99));
    };
    one.lens = CostLens::Effective;
    one.totals = {{"USD", "1.505000001"}};
    one.rows = 4;
    return one;
}

} // namespace

class TestPortkey : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void totalOfNothing_provesItsDay()
    {
        const LoopbackServer server([](const Request& request) {
            const bool isFirst = request.parameter("time_of_generation_min") == "2026-11-18T00:00:00.000Z";
            return json(request.path == "/v1/analytics/graphs/cost" ? graph(isFirst ? "0" : "40") : list({}, 0));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Effective), std::string("0.4"));
        QVERIFY(joined(fetched.proven) == std::vector<DateRange>{sample().window});
    }

    void requests_areOfOneDay()
    {
        const LoopbackServer server(analytics);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{5});
        QCOMPARE(requests[0].parameter("time_of_generation_max"), std::string("2026-11-18T23:59:59.999Z"));
        QCOMPARE(requests[0].parameter("workspace_slug"), std::string("ws-1"));
        QCOMPARE(requests[0].headers.at("x-portkey-api-key"), std::string("planted-portkey-key"));
        QCOMPARE(requests[2].parameter("current_page"), std::string("1"));
    }

    void cents_areDividedByTheKey_andTheRestIsNamed()
    {
        const LoopbackServer server(analytics);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& rows = fetched.sink.rows;
        QCOMPARE(cell(rows[0], "Tags"), std::string(R"({"team":"care"})"));
        QCOMPARE(cell(rows[0], "EffectiveCost"), std::string("1"));
        QCOMPARE(extra(fetched, rows[0], "x_Requests"), std::string("7"));
        QVERIFY(cell(rows[0], "BilledCost").empty());
        QCOMPARE(cell(rows[2], "EffectiveCost"), std::string("0.005"));
        QCOMPARE(extra(fetched, rows[2], "x_Residual"), std::string("requests without team"));
    }

    void withoutAKey_thereIsOneSumADay()
    {
        const LoopbackServer server(analytics);
        auto one = sample();
        one.values.erase("metadata_key");
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{2});
        QCOMPARE(fetched.total(CostLens::Effective), std::string("1.505000001"));
        QCOMPARE(extra(fetched, 0, "x_Residual"), std::string());
    }

    void badAnswers_areErrors()
    {
        for (const auto& [body, said] :
             {std::pair{R"({"summary":{}})", "total"}, std::pair{R"({"summary":{"total":"much"}})", "no amount"}}) {
            const LoopbackServer server([body = body](const Request&) { return json(body); });
            QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains(said));
        }
    }
};

QTEST_APPLESS_MAIN(TestPortkey)
#include "tst_portkey.moc"
