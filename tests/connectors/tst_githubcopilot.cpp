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

const std::string kPath = "/organizations/acme%20inc/settings/billing/ai_credit/usage";

std::string report(const Request& request, const std::string& items)
{
    return R"({ "timePeriod":{ "year":)" + request.parameter("year") + R"(,"month":)" + request.parameter("month") +
           R"(,"day":)" + request.parameter("day") + R"(},"organization":"acme inc","usageItems":[)" + items + "]}";
}

std::string item(const std::string& model, const std::string& gross, const std::string& net)
{
    return R"({"product":"Copilot","sku":"AI-CREDITS","model":")" + model +
           R"(","unitType":"credits","pricePerUnit":0.01,"grossQuantity":150,"grossAmount":)" + gross +
           R"(,"discountQuantity":100,"discountAmount":1,"netQuantity":50,"netAmount":)" + net + '}';
}

LoopbackServer::Answer usage(const Request& request)
{
    if (request.path != kPath)
        return ConnectorSuite::answer(404, "{}");
    if (request.parameter("day") == "19")
        return json(report(request, item("gpt-4.1", "1.5", "0.5") + ',' + item("claude", "2", "0")));
    return json(report(request, item("gpt-4.1", "12345678901.123456789", "12345678901.123456789")));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "github-copilot";
    one.values = {{"base_url", "{url}"}, {"account", "acme inc"}};
    one.secrets = {{"token", "github_pat_planted"}};
    one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)};
    one.provesEmpty = true;
    one.happy = usage;
    one.empty = [](const Request& request) { return json(report(request, {})); };
    one.totals = {{"USD", "12345678901.623456789"}};
    one.rows = 3;
    return one;
}

} // namespace

class TestGitHubCopilot : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areOneForEachDay()
    {
        const LoopbackServer server(usage);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{2});
        QCOMPARE(requests[0].query, std::string("year=2026&month=11&day=19"));
        QCOMPARE(requests[0].headers.at("authorization"), std::string("Bearer github_pat_planted"));
        QCOMPARE(requests[0].headers.at("accept"), std::string("application/vnd.github+json"));
        QCOMPARE(requests[0].headers.at("x-github-api-version"), std::string("2022-11-28"));
    }

    void whatThePlanIncludes_isListedAndNotBilled()
    {
        const LoopbackServer server(usage);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& paid = fetched.sink.rows[0];
        QCOMPARE(cell(paid, "BilledCost"), std::string("0.5"));
        QCOMPARE(cell(paid, "EffectiveCost"), std::string("0.5"));
        QCOMPARE(cell(paid, "ListCost"), std::string("1.5"));
        QCOMPARE(cell(paid, "ServiceName"), std::string("GitHub Copilot"));
        QCOMPARE(cell(paid, "BillingAccountId"), std::string("acme inc"));
        QCOMPARE(cell(paid, "ConsumedQuantity"), std::string("150"));
        QCOMPARE(cell(paid, "ConsumedUnit"), std::string("credits"));
        QCOMPARE(extra(fetched, paid, "x_Model"), std::string("gpt-4.1"));
        QCOMPARE(extra(fetched, paid, "x_IncludedQuantity"), std::string("100"));
        QCOMPARE(cell(fetched.sink.rows[1], "BilledCost"), std::string("0"));
        QCOMPARE(fetched.total(CostLens::List), std::string("12345678904.623456789"));
    }

    void dayWithoutLines_isProven()
    {
        const LoopbackServer server([](const Request& request) {
            return json(report(request, request.parameter("day") == "19" ? std::string() : item("m", "3", "2")));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("2"));
        QVERIFY(joined(fetched.proven) == std::vector<DateRange>{sample().window});
    }

    void answerOfAnotherTime_isRefused()
    {
        for (const char* period : {R"({"year":2026,"month":11})", R"({"year":2026,"month":11,"day":18})", "null"}) {
            const LoopbackServer server([period](const Request&) {
                return json(std::string(R"({"timePeriod":)") + period + R"(,"usageItems":[)" + item("m", "1", "1") +
                            "]}");
            });
            QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("not of the day"));
        }
    }

    void lineWithoutAmount_isRefused()
    {
        const LoopbackServer server([](const Request& request) {
            return json(report(request, R"({"product":"Copilot","sku":"NEW","netCost":5})"));
        });
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("netAmount"));
    }

    void enterprise_isAskedAtItsOwnAddress()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == "/enterprises/acme%20inc/settings/billing/ai_credit/usage"
                       ? json(report(request, item("m", "1", "1")))
                       : ConnectorSuite::answer(404, "{}");
        });
        auto one = sample();
        one.values["level"] = "enterprise";
        QCOMPARE(fetchFrom(server, one).total(), std::string("2"));
    }

    void tooManyQuestions_comeWith403()
    {
        std::atomic<int> asked = 0;
        const LoopbackServer server([&asked](const Request& request) {
            if (asked++ > 0)
                return usage(request);
            auto busy = ConnectorSuite::answer(403, R"({"message":"You have exceeded a secondary rate limit"})");
            busy.headers.emplace_back("Retry-After", "3");
            return busy;
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.pauses.front() >= std::chrono::seconds(3));
    }
};

QTEST_APPLESS_MAIN(TestGitHubCopilot)
#include "tst_githubcopilot.moc"
