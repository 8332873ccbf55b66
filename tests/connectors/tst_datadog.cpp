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

const std::vector<std::pair<std::string, std::string>> kPauses{{"Retry-After", "2"}, {"X-RateLimit-Reset", "2"}};

std::string record(const std::string& date, const std::string& charges, const std::string& more = {})
{
    return R"({"type":"cost_by_org","id":"1","attributes":{"org_name":"acme","public_id":"org1","region":"us",)" +
           more + R"("date":")" + date + R"(","charges":[)" + charges + "]}}";
}

std::string charge(const std::string& product, const std::string& type, const std::string& cost)
{
    return R"({"product_name":")" + product + R"(","charge_type":")" + type + R"(","cost":)" + cost +
           R"(,"last_aggregation_function":"sum"})";
}

/// September is final; October has no final report yet; November is the current month.
LoopbackServer::Answer bill(const Request& request)
{
    const std::string month = request.parameter("start_month");
    const bool isFinal = request.path == "/api/v2/usage/historical_cost";
    if (!isFinal && request.path != "/api/v2/usage/estimated_cost")
        return ConnectorSuite::answer(404, R"({"errors":["Not found"]})");
    if (month == "2026-09" && isFinal)
        return json(
            R"({"data":[)" +
            record("2026-09-01T00:00:00Z",
                   charge("infra_host", "committed", "100.25") + ',' +
                       charge("infra_host", "on_demand", "12345678901.123456789") + ',' +
                       charge("infra_host", "total", "12345679001.373456789") + ',' + charge("siem", "total", "2.5"),
                   R"("account_name":"Acme Ltd","account_public_id":"acc1","total_cost":12345679003.873456789,)") +
            "]}");
    if (month == "2026-10" && !isFinal)
        return json(R"({"data":[)" + record("2026-10-01T00:00:00+00:00", charge("logs", "on_demand", "7")) + "]}");
    if (month == "2026-11" && !isFinal)
        return json(R"({"data":[)" + record("2026-11-01T00:00:00Z", charge("logs", "on_demand", "0.125")) + "]}");
    return json(R"({"data":[]})");
}

ConnectorSample billSample()
{
    ConnectorSample one;
    one.kind = "datadog";
    one.values = {{"base_url", "{url}"}};
    one.secrets = {{"api_key", "planted-api-key"}, {"application_key", "planted-application-key"}};
    one.window = {Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 12, 1)};
    one.happy = bill;
    one.empty = [](const Request&) { return json(R"({"data":[]})"); };
    one.totals = {{"USD", "12345679010.998456789"}};
    one.rows = 5;
    one.pauseHeaders = kPauses;
    return one;
}

ConnectorSample oneMonth()
{
    ConnectorSample one = billSample();
    one.window = {Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 10, 1)};
    return one;
}

LoopbackServer::Handler answering(const std::string& body)
{
    return [body](const Request&) { return json(body); };
}

// 2026-11-18 and 2026-11-19 in milliseconds
constexpr const char* kSeries = R"({"data":{"type":"timeseries_response","attributes":{"series":[
 {"group_tags":["providername:aws","servicename:Amazon EC2","team:care:night"],"query_index":0,
  "unit":[{"family":"currency","name":"dollar","short_name":"$","scale_factor":1.0},null]},
 {"group_tags":["providername:openai","servicename:N/A"],"query_index":0,
  "unit":[{"family":"currency","name":"cent","short_name":"c","scale_factor":0.01},null]}],
 "times":[1794960000000,1795046400000],"values":[[12345678901.123456789,null],[250,0]]}}})";
constexpr const char* kNoSeries =
    R"({"data":{"type":"timeseries_response","attributes":{"series":[],"times":[],"values":[]}}})";

ConnectorSample cloudSample()
{
    ConnectorSample one;
    one.kind = "datadog-cloud-cost";
    one.values = {{"base_url", "{url}"}, {"count_cloud_cost", "yes"}};
    one.secrets = {{"api_key", "planted-api-key"}, {"application_key", "planted-application-key"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = answering(kSeries);
    one.empty = answering(kNoSeries);
    one.lens = CostLens::Effective;
    one.totals = {{"USD", "12345678903.623456789"}};
    one.rows = 3;
    one.pauseHeaders = kPauses;
    return one;
}

std::string todoOf(const Fetched& fetched)
{
    return fetched.status.ok() ? std::string() : fetched.status.error().todo;
}

} // namespace

class TestDatadog : public QObject {
    Q_OBJECT

private slots:
    void bill_withstandsBadServers() { ConnectorSuite(billSample()).run(); }
    void cloudCost_withstandsBadServers() { ConnectorSuite(cloudSample()).run(); }

    void bill_asksFinalFirstAndTheEstimateWhereThereIsNone()
    {
        const LoopbackServer server(bill);
        QVERIFY(fetchFrom(server, billSample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{4});
        QCOMPARE(requests[0].method, std::string("GET"));
        QCOMPARE(requests[0].path, std::string("/api/v2/usage/historical_cost"));
        QCOMPARE(requests[0].query, std::string("view=sub-org&start_month=2026-09&end_month=2026-09"));
        QCOMPARE(requests[0].headers.at("dd-api-key"), std::string("planted-api-key"));
        QCOMPARE(requests[0].headers.at("dd-application-key"), std::string("planted-application-key"));
        QCOMPARE(requests[1].path, std::string("/api/v2/usage/historical_cost"));
        QCOMPARE(requests[2].path, std::string("/api/v2/usage/estimated_cost"));
        QCOMPARE(requests[2].parameter("start_month"), std::string("2026-10"));
        QCOMPARE(requests[3].path, std::string("/api/v2/usage/estimated_cost"));
        QCOMPARE(requests[3].parameter("start_month"), std::string("2026-11"));
    }

    void bill_totalIsNotAddedToItsParts()
    {
        const LoopbackServer server(bill);
        const Fetched fetched = fetchFrom(server, billSample());
        const auto& rows = fetched.sink.rows;
        QCOMPARE(rows[0].text.at("BilledCost"), std::string("100.25"));
        QCOMPARE(rows[0].text.at("EffectiveCost"), std::string("100.25"));
        QCOMPARE(rows[0].text.at("PricingCategory"), std::string("Committed"));
        QCOMPARE(rows[0].text.at("ServiceName"), std::string("infra_host"));
        QCOMPARE(rows[0].text.at("BillingAccountId"), std::string("acc1"));
        QCOMPARE(rows[0].text.at("SubAccountName"), std::string("acme"));
        QCOMPARE(rows[0].text.at("ChargePeriodEnd"), std::string("2026-10-01T00:00:00Z"));
        QCOMPARE(rows[2].text.at("ServiceName"), std::string("siem")); // has a total only
        for (const auto& row : rows)
            QVERIFY(row.extra.back().empty());
        const auto stateOf = [&rows](std::size_t index) { return rows[index].extra[rows[index].extra.size() - 2]; };
        QCOMPARE(stateOf(0), std::string("Final"));
        QCOMPARE(stateOf(3), std::string("Estimated"));
        QCOMPARE(rows[3].text.at("BillingAccountId"), std::string("org1"));
    }

    void bill_differencesAreNamed()
    {
        const LoopbackServer server(answering(
            R"({"data":[)" +
            record("2026-09-01T00:00:00Z",
                   charge("logs", "committed", "10") + ',' + charge("logs", "discount_of_tomorrow", "-1") + ',' +
                       charge("logs", "total", "8.5") + ',' + charge("apm", "on_demand", "0.30000000000000004") + ',' +
                       charge("apm", "total", "0.3"),
                   R"("total_cost":7,)") +
            "]}"));
        const Fetched fetched = fetchFrom(server, oneMonth());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{5});
        QCOMPARE(fetched.sink.rows[3].text.at("BilledCost"), std::string("-0.5"));
        QCOMPARE(fetched.sink.rows[3].extra.back(), std::string("product total not explained by its parts"));
        QCOMPARE(fetched.sink.rows[4].extra.back(), std::string("organization total not explained by its products"));
        QCOMPARE(fetched.total(), std::string("7"));
    }

    void bill_twoTotalsOfAProduct_bothCount()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path != "/api/v2/usage/historical_cost")
                return json(R"({"data":[]})");
            return json(
                R"({"data":[)" +
                record("2026-09-01T00:00:00Z", charge("logs", "total", "3") + ',' + charge("logs", "total", "4")) +
                "]}");
        });
        QCOMPARE(fetchFrom(server, oneMonth()).total(), std::string("7"));
    }

    void attribution_becomesMeasures()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path != "/api/v2/cost_by_tag/monthly_cost_attribution")
                return bill(request);
            const std::string month = request.parameter("start_month");
            const bool isFirst = request.parameter("next_record_id").empty();
            return json(R"({"data":[{"type":"cost_by_tag","attributes":{"month":")" + month +
                        R"(-01T00:00:00Z","org_name":"acme","tags":{"team":[")" + (isFirst ? "a" : "b") +
                        R"("],"env":[]},"values":{"infra_host_total_cost":12.5,"logs_percentage":null}}}],)" +
                        R"("meta":{"pagination":{"next_record_id":)" + (isFirst ? "\"two\"" : "null") + "}}}");
        });
        auto one = billSample();
        one.values["attribution_tags"] = "team, env";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("12345679010.998456789")); // the bill is not counted once more
        QCOMPARE(fetched.measures.size(), std::size_t{4});               // two teams of September and October
        QCOMPARE(fetched.measures[0].labels.at("tag:team"), std::string("a"));
        QCOMPARE(fetched.measures[0].labels.at("figure"), std::string("infra_host_total_cost"));
        QCOMPARE(fetched.measures[0].value + ' ' + fetched.measures[0].unit, std::string("12.5 USD"));
        const auto asked = server.requests().back();
        QCOMPARE(asked.parameter("tag_breakdown_keys"), std::string("team,env"));
        QCOMPARE(asked.parameter("fields"), std::string("*"));
    }

    void failingAttribution_costsAFindingOnly()
    {
        for (const auto& [status, body] :
             {std::pair{403, "{}"}, std::pair{429, "{}"}, std::pair{500, "oops"}, std::pair{200, "{}"},
              std::pair{200, R"({"data":[{"attributes":{"month":"2020-01"}}]})"}}) {
            const LoopbackServer server([status = status, body = body](const Request& request) {
                return request.path.ends_with("monthly_cost_attribution") ? ConnectorSuite::answer(status, body)
                                                                          : bill(request);
            });
            auto one = billSample();
            one.values["attribution_tags"] = "team";
            const Fetched fetched = fetchFrom(server, one);
            QVERIFY2(fetched.status.ok(), fetched.error().c_str());
            QCOMPARE(fetched.total(), std::string("12345679010.998456789"));
            QVERIFY(fetched.sink.find("look-up-refused", "cost attribution"));
        }
    }

    void bill_restatedMonth_bringsTheNewAmount()
    {
        const auto costing = [](const std::string& cost) {
            return answering(R"({"data":[)" + record("2026-09-01", charge("logs", "on_demand", cost)) + "]}");
        };
        LoopbackServer server(costing("1"));
        QCOMPARE(fetchFrom(server, oneMonth()).total(), std::string("1"));
        server.setHandler(costing("1.25"));
        QCOMPARE(fetchFrom(server, oneMonth()).total(), std::string("1.25"));
    }

    void bill_finalReportRefusedForAYoungMonth_costsAFinding()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == "/api/v2/usage/historical_cost"
                       ? ConnectorSuite::answer(400, R"({"errors":["month is not available yet"]})")
                       : bill(request);
        });
        ConnectorSample young = billSample();
        young.window = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)};
        const Fetched fetched = fetchFrom(server, young);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("7"));
        QVERIFY(fetched.sink.find("no-final-report", "not available yet"));
        QVERIFY(!fetchFrom(server, oneMonth()).status.ok()); // an old month has no estimate to fall back on
    }

    void bill_badAnswers_areErrors_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("says");
        const auto of = [](const std::string& text) { return QString::fromStdString(text); };
        QTest::newRow("error with 200") << R"({"status":"error","error":"bad view"})"
                                        << "bad view";
        QTest::newRow("errors with 200") << R"({"errors":["no access"],"data":[]})"
                                         << "no access";
        QTest::newRow("another month") << of(R"({"data":[)" + record("2026-08-01", charge("a", "total", "1")) + "]}")
                                       << "another month";
        QTest::newRow("no cost") << of(R"({"data":[)" + record("2026-09-01", R"({"product_name":"a"})") + "]}")
                                 << "cost";
        QTest::newRow("no charges") << R"({"data":[{"attributes":{"date":"2026-09-01"}}]})"
                                    << "charges";
    }
    void bill_badAnswers_areErrors()
    {
        QFETCH(QString, body);
        QFETCH(QString, says);
        const LoopbackServer server(answering(body.toStdString()));
        const Fetched fetched = fetchFrom(server, oneMonth());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(says), fetched.error().c_str());
    }

    void missingRight_isNamed()
    {
        const LoopbackServer server(
            [](const Request&) { return ConnectorSuite::answer(403, R"({"errors":["Forbidden"]})"); });
        const std::string todo = todoOf(fetchFrom(server, billSample()));
        QVERIFY(todo.find("usage_read") != std::string::npos && todo.find("billing_read") != std::string::npos);
        QVERIFY(todoOf(fetchFrom(server, cloudSample())).find("cloud_cost_management_read") != std::string::npos);
    }

    void cloudCost_asksInMilliseconds()
    {
        const LoopbackServer server(answering(kSeries));
        QVERIFY(fetchFrom(server, cloudSample()).status.ok());
        const auto request = server.requests()[0];
        QCOMPARE(request.method, std::string("POST"));
        QCOMPARE(request.path, std::string("/api/v2/query/timeseries"));
        QCOMPARE(request.headers.at("content-type"), std::string("application/json"));
        QCOMPARE(
            request.body,
            std::string(R"({"data":{"type":"timeseries_request","attributes":{"from":1794960000000,"to":1795132799999,)"
                        R"("interval":86400000,"queries":[{"name":"a","data_source":"cloud_cost","query":)"
                        "\"sum:all.cost{*} by {providername,servicename,subaccountname}.rollup(sum, daily)\""
                        R"(}],)"
                        R"("formulas":[{"formula":"a"}]}}})"));
    }

    void cloudCost_mapsGroupsAndUnits()
    {
        const LoopbackServer server(answering(kSeries));
        const Fetched fetched = fetchFrom(server, cloudSample());
        const auto& rows = fetched.sink.rows;
        QCOMPARE(rows[0].provider, std::string("aws"));
        QCOMPARE(rows[0].text.at("ServiceName"), std::string("Amazon EC2"));
        QCOMPARE(rows[0].text.at("Tags"), std::string(R"({"team":"care:night"})"));
        QVERIFY(!rows[0].text.contains("BilledCost"));
        QCOMPARE(rows[1].text.at("EffectiveCost"), std::string("2.50")); // cents
        QCOMPARE(rows[1].text.at("ServiceName"), std::string("Cloud cost"));
        QCOMPARE(toString(rows[2].start), std::string("2026-11-19T00:00:00Z"));
        QVERIFY(fetched.measures.empty());
    }

    void cloudCost_isAMeasureUnlessItCounts()
    {
        const LoopbackServer server(answering(kSeries));
        ConnectorSample quiet = cloudSample();
        quiet.values.erase("count_cloud_cost");
        const Fetched fetched = fetchFrom(server, quiet);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.rows.empty());
        QCOMPARE(fetched.measures.size(), std::size_t{3}); // null is unknown, zero is known
        QCOMPARE(fetched.measures[0].name, std::string("cloud_cost"));
        QCOMPARE(fetched.measures[0].unit, std::string("USD"));
        QCOMPARE(fetched.measures[0].value, std::string("12345678901.123456789"));
        QCOMPARE(fetched.measures[0].labels.at("servicename"), std::string("Amazon EC2"));
        QVERIFY(!fetched.measures[1].labels.contains("servicename"));
    }

    void cloudCost_badAnswers_areErrors_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("says");
        const auto of = [](const char* series, const char* times, const char* values) {
            return QString(R"({"data":{"attributes":{"series":%1,"times":%2,"values":%3}}})")
                .arg(series, times, values);
        };
        QTest::newRow("error with 200") << R"({"status":"error","error":"unknown metric"})"
                                        << "unknown metric";
        QTest::newRow("errors as text") << R"({"data":{"attributes":{"series":[],"times":[],"values":[]}},
 "errors":"query is invalid"})"
                                        << "query is invalid";
        QTest::newRow("no money") << of(R"([{"unit":[{"family":"bytes","name":"byte"},null]}])", "[1794960000000]",
                                        "[[1]]")
                                  << "no currency";
        QTest::newRow("unknown scale")
            << of(R"([{"unit":[{"family":"currency","name":"nanothing","scale_factor":10}]}])", "[1794960000000]",
                  "[[1]]")
            << "no currency";
        QTest::newRow("a currency that is not the connection's")
            << of(R"([{"unit":[{"family":"currency","name":"krona","scale_factor":1}]}])", "[1794960000000]", "[[1]]")
            << "krona";
        QTest::newRow("hours") << of("[{}]", "[1794963600000]", "[[1]]") << "whole UTC days";
        QTest::newRow("another day") << of("[{}]", "[1795132800000]", "[[1]]") << "not asked for";
        QTest::newRow("values lack") << of("[{}]", "[1794960000000]", "[]") << "one list of values";
        QTest::newRow("days lack") << of("[{}]", "[1794960000000]", "[[]]") << "one value for each day";
        QTest::newRow("no number") << of("[{}]", "[1794960000000]", R"([["much"]])") << "no amount";
    }
    void cloudCost_badAnswers_areErrors()
    {
        QFETCH(QString, body);
        QFETCH(QString, says);
        const LoopbackServer server(answering(body.toStdString()));
        const Fetched fetched = fetchFrom(server, cloudSample());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(says), fetched.error().c_str());
    }

    void cloudCost_unnamedUnitAndFractionalTimes_areRead()
    {
        const LoopbackServer server(answering(
            R"({"data":{"attributes":{"series":[{"unit":null}],"times":[1794960000000.0],"values":[[1.5]]}}})"));
        ConnectorSample euros = cloudSample();
        euros.values["currency"] = "EUR";
        QCOMPARE(fetchFrom(server, euros).total(CostLens::Effective, "EUR"), std::string("1.5"));
    }
};

QTEST_APPLESS_MAIN(TestDatadog)
#include "tst_datadog.moc"
