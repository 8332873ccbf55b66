#include <QtTest/QtTest>

#include "providers/azure/azurereport.h"
#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::providers::startOf;
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

const std::string kQuery = "/subscriptions/sub-1/providers/Microsoft.CostManagement/query";

Answer token(const std::string& name = "tok-azure-1")
{
    return json(R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":")" + name + "\"}");
}

std::string columns(const std::string& cost = "Cost")
{
    return R"("columns":[{"name":")" + cost +
           R"(","type":"Number"},{"name":"UsageDate","type":"Number"},{"name":"ServiceName","type":"String"},)"
           R"({"name":"ResourceGroupName","type":"String"},{"name":"Currency","type":"String"}])";
}

Answer page(const std::string& rows, const std::string& next = "null", const std::string& head = columns())
{
    return json(R"({"id":"q","name":"n","type":"Microsoft.CostManagement/query","properties":{"nextLink":)" + next +
                "," + head + R"(,"rows":[)" + rows + "]}}");
}

std::string nextLink(const Request& request, const std::string& mark)
{
    return "\"http://" + request.headers.at("host") + kQuery + "?api-version=2025-03-01&$skiptoken=" + mark + '"';
}

bool isActual(const Request& request)
{
    return request.body.find(R"("type":"ActualCost")") != std::string::npos;
}

/// Two days: an ordinary row, an amount of many digits, a purchase that is amortised, a row of another currency.
Answer costs(const Request& request)
{
    if (request.path == "/tenant-1/oauth2/v2.0/token")
        return token();
    if (request.path != kQuery)
        return ConnectorSuite::answer(404, R"({"error":{"code":"NotFound","message":"no"}})");
    if (request.body.find("grouping") == std::string::npos) // the test of the connection
        return page("[12.5,20261120,\"EUR\"]", "null",
                    R"("columns":[{"name":"Cost"},{"name":"UsageDate"},{"name":"Currency"}])");
    if (!isActual(request))
        return page(R"([12.5,20261118,"Virtual Machines","rg-a","EUR"],[3.25,20261119,"Virtual Machines","rg-a","EUR"],
 [1.5E-7,20261119,"Storage","rg-b","EUR"],[2,20261118,"Azure OpenAI","rg-c","USD"])");
    if (request.query.find("skiptoken=p2") == std::string::npos)
        return page(R"([12.5,20261118,"Virtual Machines","rg-a","EUR"],[100,20261118,"Virtual Machines","rg-r","EUR"])",
                    nextLink(request, "p2"));
    return page(R"([12345678901.123456789,20261119,"Storage","rg-b","EUR"],[2,20261118,"Azure OpenAI","rg-c","USD"])");
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "azure-cost";
    one.values = {{"tenant_id", "tenant-1"},
                  {"client_id", "app-1"},
                  {"scope", "/subscriptions/sub-1"},
                  {"login_url", "{url}"},
                  {"base_url", "{url}"}};
    one.secrets = {{"client_secret", "planted~client~secret"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = costs;
    one.empty = [](const Request& request) { return request.path == kQuery ? page("") : token(); };
    one.repeating = [](const Request& request) {
        return request.path == kQuery ? page("", nextLink(request, "again")) : token();
    };
    one.totals = {{"EUR", "12345679013.623456789"}, {"USD", "2"}};
    one.rows = 5;
    one.pauseHeaders = {{"Retry-After", "2"},
                        {"x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after", "2"},
                        {"x-ms-ratelimit-microsoft.costmanagement-entity-retry-after", "2"},
                        {"x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after", "2"},
                        {"x-ms-ratelimit-microsoft.costmanagement-client-retry-after", "2"},
                        {"x-ms-ratelimit-microsoft.costmanagement-clienttype-retry-after", "2"},
                        {"x-ms-ratelimit-microsoft.consumption-retry-after", "2"}};
    return one;
}

const altimeter::testing::CollectingSink::Row* rowOf(const Fetched& fetched, const std::string& group)
{
    for (const auto& row : fetched.sink.rows) {
        for (const auto& cell : row.extra) {
            if (cell == group)
                return &row;
        }
    }
    return nullptr;
}

/// The costs as ever, where all that is asked for measures is answered so.
Fetched fetchedWithMeasures(int status, const std::string& body)
{
    const LoopbackServer server([status, &body](const Request& request) {
        return request.path.find("Microsoft.Consumption") != std::string::npos || request.path.ends_with("/forecast")
                   ? ConnectorSuite::answer(status, body)
                   : costs(request);
    });
    ConnectorSample one = sample();
    one.now = {startOf(one.window.to).seconds + 3600};
    one.values["forecast"] = "yes";
    one.values["billing_account_id"] = "1234";
    return fetchFrom(server, one);
}

void expectCostsWithoutMeasures(const Fetched& fetched)
{
    QVERIFY2(fetched.status.ok(), fetched.error().c_str());
    QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("12345679013.623456789"));
    for (const char* what : {"reservations", "budgets", "forecast"})
        QVERIFY2(fetched.sink.find("look-up-refused", what), what);
}

} // namespace

class TestAzureCost : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areExact()
    {
        const LoopbackServer server(costs);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{4}); // token, two pages of one report, one of the other
        QCOMPARE(requests[0].body, "grant_type=client_credentials&client_id=app-1&client_secret=planted~client~secret"
                                   "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default");
        QCOMPARE(requests[1].method, std::string("POST"));
        QCOMPARE(requests[1].query, std::string("api-version=2025-03-01&$top=5000"));
        QCOMPARE(requests[1].headers.at("authorization"), std::string("Bearer tok-azure-1"));
        QCOMPARE(requests[1].headers.at("content-type"), std::string("application/json"));
        QCOMPARE(requests[1].body,
                 std::string(R"({"type":"ActualCost","timeframe":"Custom","timePeriod":{"from":"2026-11-18T00:00:00Z",)"
                             R"("to":"2026-11-19T23:59:59Z"},"dataset":{"granularity":"Daily","aggregation":)"
                             R"({"totalCost":{"name":"Cost","function":"Sum"}},"grouping":[{"type":"Dimension",)"
                             R"("name":"ServiceName"},{"type":"Dimension","name":"ResourceGroupName"}]}})"));
        QCOMPARE(requests[2].method, std::string("POST"));
        QCOMPARE(requests[2].query, std::string("api-version=2025-03-01&$skiptoken=p2"));
        QCOMPARE(requests[2].body, requests[1].body);
        QVERIFY(requests[3].body.find("\"AmortizedCost\"") != std::string::npos);
    }

    void reports_areJoinedByKey()
    {
        const LoopbackServer server(costs);
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(fetched.total(CostLens::Effective, "EUR"), std::string("15.75000015"));
        const auto* purchase = rowOf(fetched, "rg-r");
        QVERIFY(purchase);
        QCOMPARE(purchase->text.at("BilledCost"), std::string("100"));
        QCOMPARE(purchase->text.at("EffectiveCost"), std::string("0"));
        const auto& amortised = fetched.sink.rows.back(); // 2026-11-19, Virtual Machines
        QCOMPARE(amortised.text.at("BilledCost"), std::string("0"));
        QCOMPARE(amortised.text.at("EffectiveCost"), std::string("3.25"));
        const auto* usage = rowOf(fetched, "rg-a");
        QCOMPARE(usage->text.at("ServiceName"), std::string("Virtual Machines"));
        QCOMPARE(usage->text.at("ServiceCategory"), std::string("Compute"));
        QCOMPARE(usage->text.at("SubAccountId"), std::string("/subscriptions/sub-1"));
        QCOMPARE(usage->text.at("BillingAccountId"), std::string("tenant-1"));
        QCOMPARE(usage->provider, std::string("Microsoft"));
    }

    void restatedWindow_bringsTheNewAmounts()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery ? page(R"([7.125,20261118,"Storage","rg-a","EUR"])") : token();
        });
        QCOMPARE(fetchFrom(server, sample()).total(CostLens::Billed, "EUR"), std::string("7.125"));
    }

    void columns_mayComeInAnyOrder()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path != kQuery)
                return token();
            return page(R"(["EUR",null,"Storage",20261118,0.10])", "\"\"",
                        R"("columns":[{"name":"Currency"},{"name":"ResourceGroup"},{"name":"ServiceName"},
 {"name":"UsageDate"},{"name":"PreTaxCost"}])");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("0.1"));
        QCOMPARE(fetched.sink.rows[0].text.at("ChargeDescription"), std::string("Storage"));
    }

    void missingColumn_isRefused()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery
                       ? page("[1,20261118]", "null", R"("columns":[{"name":"Cost"},{"name":"UsageDate"}])")
                       : token();
        });
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("Currency"));
    }

    void tagsAndUnknownDimensions_areKept()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery
                       ? page(R"([1,20261118,"team","payments","Frontier","EUR"],[2,20261118,"team","",null,"EUR"])",
                              "null",
                              R"("columns":[{"name":"Cost"},{"name":"UsageDate"},{"name":"TagKey"},{"name":"TagValue"},
 {"name":"NewThing"},{"name":"Currency"}])")
                       : token();
        });
        ConnectorSample tagged = sample();
        tagged.values["group_1"] = "TagKey:team";
        tagged.values["group_2"] = "NewThing";
        const Fetched fetched = fetchFrom(server, tagged);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(server.requests()[1].body.find(
                    R"("grouping":[{"type":"TagKey","name":"team"},{"type":"Dimension","name":"NewThing"}])") !=
                std::string::npos);
        QCOMPARE(fetched.sink.rows.size(), std::size_t{2});
        for (const auto& row : fetched.sink.rows) {
            const auto tags = row.text.find("Tags");
            if (row.text.at("BilledCost") == "1")
                QCOMPARE(tags->second, std::string(R"({"NewThing":"Frontier","team":"payments"})"));
            else
                QVERIFY(tags == row.text.end()); // not grouped is no empty tag
        }
    }

    void unknownChargeType_survives()
    {
        const std::vector<providers::CostGroup> groups{{false, "ChargeType"}, {false, "SubscriptionId"}};
        const auto charge = [&](const std::string& type) {
            return providers::costCharge({Day::fromYmd(2026, 11, 18), "EUR", {type, "s-2"}}, groups, {"a", {}}, {}, {});
        };
        QCOMPARE(charge("SomethingNew").text.at(Column::ChargeCategory), std::string("Usage"));
        QCOMPARE(charge("SomethingNew").extra.at("x_ChargeType"), std::string("SomethingNew"));
        QCOMPARE(charge("Purchase").text.at(Column::ChargeCategory), std::string("Purchase"));
        QCOMPARE(charge("Purchase").text.at(Column::SubAccountId), std::string("/subscriptions/s-2"));
    }

    void months_areAskedOneByOne()
    {
        const LoopbackServer server(sample().empty);
        ConnectorSample one = sample();
        one.window = {Day::fromYmd(2026, 10, 30), Day::fromYmd(2026, 11, 3)};
        QVERIFY(fetchFrom(server, one).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{5});
        QVERIFY(requests[1].body.find(R"("from":"2026-10-30T00:00:00Z","to":"2026-10-31T23:59:59Z")") !=
                std::string::npos);
        QVERIFY(requests[3].body.find(R"("from":"2026-11-01T00:00:00Z","to":"2026-11-02T23:59:59Z")") !=
                std::string::npos);
    }

    void future_isNotAskedFor()
    {
        const LoopbackServer server(sample().empty);
        ConnectorSample one = sample();
        one.window = {Day::fromYmd(2026, 11, 20), Day::fromYmd(2026, 11, 25)};
        one.values["budgets"] = "no";
        QVERIFY(fetchFrom(server, one).status.ok());
        QVERIFY(server.requests()[1].body.find(R"("to":"2026-11-21T23:59:59Z")") != std::string::npos);
    }

    void movedTimeSpan_isRefused()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery ? page(R"([1,20251118,"Storage","rg","EUR"])") : token();
        });
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("2025-11-18"));
    }

    void noContent_isNoCost()
    {
        const LoopbackServer server(
            [](const Request& request) { return request.path == kQuery ? ConnectorSuite::answer(204, "") : token(); });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{0});
    }

    void nextPage_isAskedByGetWherePostIsNotAllowed()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.query.find("skiptoken") != std::string::npos && request.method == "POST")
                return ConnectorSuite::answer(405, R"({"error":{"message":"method"}})");
            if (request.method == "GET")
                return page(R"([12345678901.123456789,20261119,"Storage","rg-b","EUR"])");
            return costs(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Billed, "EUR"), std::string("12345679013.623456789"));
    }

    void nextPageOfAnotherServer_isNotAsked()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery ? page("", "\"https://elsewhere.example.com/q\"") : token();
        });
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("another server"));
    }

    void longestPause_counts()
    {
        std::atomic<int> asked = 0;
        const LoopbackServer server([&](const Request& request) {
            if (request.path != kQuery || asked++ != 0)
                return costs(request);
            auto busy = ConnectorSuite::answer(429, R"({"error":{"code":"429","message":"Too many requests."}})");
            busy.headers = {{"x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after", "5"},
                            {"x-ms-ratelimit-microsoft.costmanagement-entity-retry-after", "40"},
                            {"Retry-After", "1"}};
            return busy;
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(fetched.status.ok());
        QVERIFY(fetched.pauses.front() >= std::chrono::seconds(40));
    }

    void missingRole_isNamed()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery
                       ? ConnectorSuite::answer(
                             403,
                             R"({"error":{"code":"AuthorizationFailed","message":"The client does not have authorization."}})")
                       : token();
        });
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Denied));
        QVERIFY(QString::fromStdString(fetched.status.error().todo)
                    .contains("Cost Management Reader on /subscriptions/sub-1"));
        QCOMPARE(server.count(), std::size_t{2});
    }

    void scope_mayBeASubscriptionIdOrABillingAccount()
    {
        ConnectorSample one = sample();
        one.values["scope"] = "sub-1";
        const LoopbackServer server(costs);
        QVERIFY(fetchFrom(server, one).status.ok());

        one.values["scope"] = "providers/Microsoft.Billing/billingAccounts/1:2_2019-05-31/";
        const LoopbackServer billing([](const Request& request) {
            if (request.path.find("/query") == std::string::npos)
                return token();
            return page(R"([1,20261118,"Storage","s-9","EUR"])", "null",
                        R"("columns":[{"name":"Cost"},{"name":"UsageDate"},{"name":"ServiceName"},
 {"name":"SubscriptionId"},{"name":"Currency"}])");
        });
        const Fetched fetched = fetchFrom(billing, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(billing.requests()[1].path,
                 std::string("/providers/Microsoft.Billing/billingAccounts/1:2_2019-05-31/providers/"
                             "Microsoft.CostManagement/query"));
        QCOMPARE(fetched.sink.rows[0].text.at("SubAccountId"), std::string("/subscriptions/s-9"));
        QCOMPARE(fetched.sink.rows[0].text.at("BillingAccountId"),
                 std::string("/providers/Microsoft.Billing/billingAccounts/1:2_2019-05-31"));

        one.values["scope"] = "/else/where";
        QVERIFY(QString::fromStdString(fetchFrom(server, one).error()).contains("no scope"));
    }

    void refusedMeasures_costAFindingOnly()
    {
        const Fetched fetched = fetchedWithMeasures(403, R"({"error":{"code":"AuthorizationFailed","message":"no"}})");
        expectCostsWithoutMeasures(fetched);
        QVERIFY(fetched.sink.find("look-up-refused", "reader role on the billing account"));
    }

    void budgetsReservationsAndForecast_becomeMeasures()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path == kQuery)
                return page("");
            if (request.path == "/subscriptions/sub-1/providers/Microsoft.Consumption/budgets")
                return json(R"({"value":[{"name":"team-a","properties":{"category":"Cost","amount":1000.50,
 "timeGrain":"Quarterly","currentSpend":{"amount":80.25,"unit":"EUR"}}}]})");
            if (request.path == "/providers/Microsoft.Billing/billingAccounts/1234/providers/Microsoft.Consumption/"
                                "reservationSummaries")
                return json(R"({"value":[{"properties":{"reservationOrderId":"o1","reservationId":"r1",
 "skuName":"D2s","usageDate":"2026-11-20T00:00:00","reservedHours":24,"usedHours":12.5,
 "avgUtilizationPercentage":52.083}}]})");
            if (request.path == "/subscriptions/sub-1/providers/Microsoft.CostManagement/forecast")
                return page(
                    R"([31.5,20261121,"Actual","EUR"],[30.25,20261122,"Forecast","EUR"])", "null",
                    R"("columns":[{"name":"Cost"},{"name":"UsageDate"},{"name":"CostStatus"},{"name":"Currency"}])");
            return token();
        });
        ConnectorSample one = sample();
        one.window = {Day::fromYmd(2026, 11, 20), Day::fromYmd(2026, 11, 22)};
        one.values["forecast"] = "yes";
        one.values["billing_account_id"] = "1234";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.measures.size(), std::size_t{6});
        QCOMPARE(fetched.measures[0].name, std::string("reservation_utilisation"));
        QCOMPARE(fetched.measures[0].value, std::string("52.083"));
        QCOMPARE(fetched.measures[0].labels.at("sku"), std::string("D2s"));
        QCOMPARE(toString(fetched.measures[0].start), std::string("2026-11-20T00:00:00Z"));
        QCOMPARE(fetched.measures[3].name, std::string("budget"));
        QCOMPARE(fetched.measures[3].value, std::string("1000.50"));
        QCOMPARE(fetched.measures[3].unit, std::string("EUR"));
        QCOMPARE(toString(fetched.measures[3].start), std::string("2026-10-01T00:00:00Z"));
        QCOMPARE(toString(fetched.measures[3].end), std::string("2027-01-01T00:00:00Z"));
        QCOMPARE(fetched.measures[4].name, std::string("budget_spend"));
        QCOMPARE(fetched.measures[5].name, std::string("forecast_cost"));
        QCOMPARE(fetched.measures[5].value, std::string("30.25"));
        const auto requests = server.requests();
        QCOMPARE(requests[3].parameter("$filter"),
                 std::string("properties/usageDate ge '2026-11-20' AND properties/usageDate le '2026-11-21'"));
        QCOMPARE(requests[5].body,
                 std::string(R"({"type":"ActualCost","timeframe":"Custom","timePeriod":{"from":"2026-11-21T00:00:00Z",)"
                             R"("to":"2026-12-11T23:59:59Z"},"dataset":{"granularity":"Daily","aggregation":)"
                             R"({"totalCost":{"name":"Cost","function":"Sum"}}},"includeActualCost":false,)"
                             R"("includeFreshPartialCost":false})"));
    }

    void tooLittleHistory_isNoForecast()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path.ends_with("/forecast"))
                return ConnectorSuite::answer(424, R"({"error":{"message":"not enough data"}})");
            return request.path == kQuery ? page("") : token();
        });
        ConnectorSample one = sample();
        one.window = {Day::fromYmd(2026, 11, 20), Day::fromYmd(2026, 11, 22)};
        one.values["forecast"] = "yes";
        one.values["budgets"] = "no";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.measures.empty());
    }

    void failingMeasures_costAFindingOnly()
    {
        for (const auto& [status, body] : {std::pair{400, "{}"}, std::pair{404, "{}"}, std::pair{429, "{}"},
                                           std::pair{500, "oops"}, std::pair{200, "{}"}, std::pair{200, "nonsense"}})
            expectCostsWithoutMeasures(fetchedWithMeasures(status, body));
    }

    void subscriptionWithoutUsage_hasNoCost_andSaysSo()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery
                       ? ConnectorSuite::answer(422, R"({"error":{"code":"SubscriptionHasNoUsages","message":"x"}})")
                       : token();
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.rows.empty());
        QVERIFY(fetched.sink.find("no-usages", "SubscriptionHasNoUsages"));
        QVERIFY(testFrom(server, sample()).ok());
    }

    void refusal_showsAzuresOwnCode()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery
                       ? ConnectorSuite::answer(422, R"({"error":{"code":"IndirectCostDisabled","message":"x"}})")
                       : token();
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.error().find("HTTP 422: IndirectCostDisabled: x") != std::string::npos,
                 fetched.error().c_str());
        QCOMPARE(server.requests().back().headers.at("clienttype"), std::string("Altimeter"));
    }

    void test_namesEveryCurrency()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery
                       ? page("[0.0000325,20261120,\"EUR\"],[12.5,20261120,\"USD\"],[0.2,20261120,\"USD\"]", "null",
                              R"("columns":[{"name":"Cost"},{"name":"UsageDate"},{"name":"Currency"}])")
                       : token();
        });
        const auto said = testFrom(server, sample());
        QVERIFY(said.ok());
        QVERIFY2(said->ends_with("2026-11-20: 0.0000325 EUR and 12.70 USD."), said->c_str());
    }

    void test_namesWhatWasBilled()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQuery
                       ? page("[12.5,20261120,\"EUR\"]", "null",
                              R"("columns":[{"name":"Cost"},{"name":"UsageDate"},{"name":"Currency"}])")
                       : token();
        });
        const auto said = testFrom(server, sample());
        QVERIFY(said.ok());
        QCOMPARE(*said, std::string("/subscriptions/sub-1 may be read. Billed for 2026-11-20: 12.50 EUR."));
    }
};

QTEST_APPLESS_MAIN(TestAzureCost)
#include "tst_azurecost.moc"
