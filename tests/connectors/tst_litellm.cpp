#include <QtTest/QtTest>

#include "models/text/jsontext.h"
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

std::string page(const std::string& rows, int number, int pages, int total, const std::string& more = {})
{
    return R"({"data":[)" + rows + R"(],"total":)" + std::to_string(total) + R"(,"page":)" + std::to_string(number) +
           R"(,"page_size":100,"total_pages":)" + std::to_string(pages) + more + '}';
}

std::string row(const std::string& id, const std::string& start, const std::string& spend,
                const std::string& more = R"("model":"gpt-x")")
{
    return R"({"request_id":")" + id + R"(","startTime":")" + start + R"(","spend":)" + spend +
           R"(,"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,)" + more + '}';
}

constexpr const char* kCommon =
    R"("model":"vendor/model-x","custom_llm_provider":"vendor","api_key":"hash1","team_id":"team_a","user":"u1",)"
    R"("end_user":"customer-7","request_tags":["use:search","batch","User-Agent: client/1.2"],)";

/// Two days: the first on two pages, where metadata comes as an object and as text; the second with many digits.
LoopbackServer::Answer happy(const Request& request)
{
    if (request.path == "/team/list")
        return json(
            R"([{"team_id":"team_a","team_alias":"Search","max_budget":50.5,"spend":12.25,"budget_duration":"30d"}])");
    if (request.path == "/key/list")
        return json(R"({"keys":[{"token":"hash1","key_alias":"search-prod","max_budget":10,"soft_budget":null,
 "spend":1.5e-05,"budget_duration":"7d","team_id":"team_a","blocked":true}],"total_count":1,"current_page":1,"total_pages":1})");
    if (request.path == "/budget/list")
        return json(R"([{"budget_id":"b1","max_budget":100,"soft_budget":80,"budget_duration":"1d"}])");
    if (request.path == "/tag/daily/activity")
        return json(R"({"results":[{"date":"2026-11-20","metrics":{"spend":3},
 "breakdown":{"entities":{"use:search":{"metrics":{"spend":0.25}}}}}],"metadata":{"total_pages":1}})");
    if (request.path != "/spend/logs/v2")
        return ConnectorSuite::answer(404, R"({"detail":"Not Found"})");
    const std::string day = request.parameter("start_date").substr(0, 10);
    const std::string common = kCommon;
    if (day == "2026-11-19" && request.parameter("page") == "1")
        return json(page(row("r1", "2026-11-19T10:00:00.123000Z", "0.000000150",
                             common + R"("metadata":{"user_api_key_alias":"search-prod","spend_logs_metadata":{
 "workflow_name":"nightly","use_case":"search","workflow_run_id":"wf_1"}})") +
                             ',' +
                             row("r2", "2026-11-19T23:59:59+00:00", "2.5e-7",
                                 common + R"("metadata":)" +
                                     words::jsonQuoted(R"({"user_api_key_alias":"search-prod","spend_logs_metadata":{
 "workflow_name":"nightly","use_case":"search","workflow_run_id":"wf_2"}})")),
                         1, 2, 3));
    if (day == "2026-11-19")
        return json(page(row("r3", "2026-11-19T00:00:00Z", "0.1", common + R"("metadata":null)"), 2, 2, 3));
    return json(page(row("r4", "2026-11-20T08:00:00Z", "12345678901.123456789") + ',' +
                         row("r5", "2026-11-20T09:00:00Z", "0", R"("model":"in-house")") + ',' +
                         row("r6", "2026-11-20T09:00:00Z", "0", R"("model":"gpt-x","cache_hit":"True")"),
                     1, 1, 3));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "litellm";
    one.values = {{"base_url", "{url}"}};
    one.secrets = {{"api_key", "sk-planted-litellm-secret"}};
    one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)};
    one.happy = happy;
    one.empty = [](const Request& request) {
        return json(request.path == "/spend/logs/v2" ? page({}, 1, 0, 0) : std::string("[]"));
    };
    one.repeating = [](const Request&) { return json(page(row("r1", "2026-11-19T10:00:00Z", "1"), 1, 1000000, 100)); };
    one.lens = CostLens::Effective;
    one.totals = {{"USD", "12345678901.223457189"}};
    one.rows = 4; // two workflows of the first day, a priced and an unpriced model on the second
    return one;
}

/// Answers the log with `rows`, everything else with 404.
LoopbackServer::Handler logOf(const std::string& body)
{
    return [body](const Request& request) {
        return request.path == "/spend/logs/v2" ? json(body) : ConnectorSuite::answer(404, "{}");
    };
}

ConnectorSample oneDay()
{
    ConnectorSample one = sample();
    one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)};
    return one;
}

} // namespace

class TestLiteLlm : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void request_asksOneUtcDay()
    {
        const LoopbackServer server(happy);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests[0].method, std::string("GET"));
        QCOMPARE(requests[0].path, std::string("/spend/logs/v2"));
        QCOMPARE(requests[0].query,
                 std::string("start_date=2026-11-19%2000%3A00%3A00&end_date=2026-11-20%2000%3A00%3A00&page=1&"
                             "page_size=100&sort_by=startTime&sort_order=asc"));
        QCOMPARE(requests[0].headers.at("authorization"), std::string("Bearer sk-planted-litellm-secret"));
        QCOMPARE(requests[1].parameter("page"), std::string("2"));
        QCOMPARE(requests[2].parameter("start_date"), std::string("2026-11-20 00:00:00"));
        QCOMPARE(requests[3].path, std::string("/team/list"));
        QCOMPARE(requests[5].query, std::string("page=1&size=100&return_full_object=true&include_team_keys=true"));
    }

    void rows_arePutTogetherExactly()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& rows = fetched.sink.rows;
        QCOMPARE(rows.size(), std::size_t{4});
        // day, model, …: without a workflow first
        QCOMPARE(rows[0].text.at("EffectiveCost"), std::string("0.1"));
        QCOMPARE(extra(fetched, 0, "x_Workflow"), std::string());
        QCOMPARE(rows[1].text.at("EffectiveCost"), std::string("0.0000004"));
        QCOMPARE(rows[1].text.at("ListCost"), std::string("0.0000004"));
        QVERIFY(!rows[1].text.contains("BilledCost"));
        QCOMPARE(rows[1].text.at("ConsumedQuantity"), std::string("30"));
        QCOMPARE(rows[1].text.at("SubAccountId"), std::string("team_a"));
        QCOMPARE(rows[1].text.at("SubAccountName"), std::string("Search"));
        QCOMPARE(rows[1].text.at("PublisherName"), std::string("vendor"));
        QCOMPARE(rows[1].text.at("Tags"), std::string(R"({"batch":"true","use":"search"})"));
        QCOMPARE(extra(fetched, 1, "x_Workflow"), std::string("nightly"));
        QCOMPARE(extra(fetched, 1, "x_UseCase"), std::string("search"));
        QCOMPARE(extra(fetched, 1, "x_ApiKeyName"), std::string("search-prod"));
        QCOMPARE(extra(fetched, 1, "x_EndUser"), std::string("customer-7"));
        QCOMPARE(extra(fetched, 1, "x_Requests"), std::string("2"));
        QCOMPARE(extra(fetched, 1, "x_InputTokens"), std::string("20"));
        QCOMPARE(extra(fetched, 1, "x_ChargeState"), std::string("Estimated"));
        QVERIFY(altimeter::testing::everything(fetched.sink).find("wf_1") == std::string::npos);
    }

    void unknownPrice_isNotZero()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& unpriced = fetched.sink.rows[3];
        QCOMPARE(unpriced.text.at("SkuId"), std::string("in-house"));
        QVERIFY(!unpriced.text.contains("EffectiveCost") && !unpriced.text.contains("ListCost"));
        QCOMPARE(unpriced.extra.back(), std::string("unpriced: the proxy knows no price"));
        // a cached answer costs nothing and stands with the priced ones
        QCOMPARE(extra(fetched, 2, "x_Requests"), std::string("2"));

        ConnectorSample free = sample();
        free.values["free_models"] = "other\n in-house \n";
        const Fetched known = fetchFrom(server, free);
        const auto found = std::find_if(known.sink.rows.begin(), known.sink.rows.end(),
                                        [](const auto& one) { return one.text.at("SkuId") == "in-house"; });
        QCOMPARE(found->text.at("EffectiveCost"), std::string("0"));
    }

    void countAsList_leavesTheOtherCostsUnknown()
    {
        const LoopbackServer server(happy);
        ConnectorSample list = sample();
        list.values["count_as"] = "list";
        const Fetched fetched = fetchFrom(server, list);
        QCOMPARE(fetched.total(CostLens::List), std::string("12345678901.223457189"));
        for (const auto& one : fetched.sink.rows)
            QVERIFY(!one.text.contains("EffectiveCost") && !one.text.contains("BilledCost"));
    }

    void responseFetchedAgain_costsNothingASecondTime()
    {
        const LoopbackServer server(logOf(page(
            row("r1", "2026-11-19T08:00:00Z", "0.0023", R"("model":"gpt-x","call_type":"aresponses")") + ',' +
                row("r2", "2026-11-19T08:01:00Z", "0.0023", R"("model":"gpt-x","call_type":"aget_responses")") + ',' +
                row("r3", "2026-11-19T08:02:00Z", "0.0023", R"("model":"gpt-x","call_type":"get_responses")"),
            1, 1, 3)));
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Effective), std::string("0.0023"));
        QCOMPARE(fetched.total(CostLens::List), std::string("0.0023"));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{2}); // apart, so that it is seen
        const auto& again = fetched.sink.rows[1];
        QCOMPARE(extra(fetched, again, "x_Residual"), std::string("fetched again by its id, which costs nothing"));
        QCOMPARE(extra(fetched, again, "x_Requests"), std::string("2"));
        QCOMPARE(cell(again, "ConsumedQuantity"), std::string("0"));
        QVERIFY(fetched.sink.find("retrieval", "0.0046 USD"));
    }

    void limits_becomeMeasures()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto find = [&fetched](const std::string& name) {
            const auto found = std::find_if(fetched.measures.begin(), fetched.measures.end(),
                                            [&](const Measure& one) { return one.name == name; });
            return found == fetched.measures.end() ? Measure{} : *found;
        };
        QCOMPARE(find("team_budget").value, std::string("50.5"));
        QCOMPARE(find("key_spend").value, std::string("0.000015"));
        QCOMPARE(find("key_budget").labels.at("key_name"), std::string("search-prod"));
        QCOMPARE(find("key_budget").labels.at("period"), std::string("7d"));
        QCOMPARE(find("key_budget").labels.at("blocked"), std::string("yes"));
        QVERIFY(find("key_soft_budget").name.empty());
        QCOMPARE(find("shared_soft_budget").value, std::string("80"));
        QCOMPARE(find("tag_spend").labels.at("tag"), std::string("use:search"));
        QCOMPARE(toString(find("tag_spend").start.day()), std::string("2026-11-20"));
    }

    void limits_areNotAskedForPastChunks()
    {
        const LoopbackServer server(happy);
        QVERIFY(fetchFrom(server, oneDay()).status.ok());
        for (const Request& request : server.requests())
            QVERIFY(request.path != "/key/list" && request.path != "/budget/list");
    }

    void refusedLookUp_costsAFindingOnly()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == "/spend/logs/v2"
                       ? happy(request)
                       : ConnectorSuite::answer(403, R"({"error":{"message":"Enterprise only","code":"403"}})");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.measures.empty());
        QVERIFY(fetched.sink.find("look-up-refused", "/key/list"));
        QVERIFY(fetched.sink.find("look-up-refused", "/budget/list"));
    }

    void lookUpWithoutItsList_isNoEmptyOne()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == "/team/list" || request.path == "/budget/list" ? json("{}") : happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.find("look-up-refused", "/team/list"));
        QVERIFY(fetched.sink.find("look-up-refused", "/budget/list"));
    }

    void olderProxy_isReadByItsOwnEndpoint()
    {
        const LoopbackServer server([](const Request& request) {
            Request same = request;
            if (request.path == "/spend/logs/v2")
                return ConnectorSuite::answer(404, R"({"detail":"Not Found"})");
            if (request.path == "/spend/logs/ui")
                same.path = "/spend/logs/v2";
            return happy(same);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{4});
        QVERIFY(fetched.sink.find("older-endpoint"));
        int missed = 0;
        for (const Request& request : server.requests())
            missed += request.path == "/spend/logs/v2";
        QCOMPARE(missed, 1);
    }

    void neitherEndpoint_saysWhatToDo()
    {
        const LoopbackServer server([](const Request&) { return ConnectorSuite::answer(404, "{}"); });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("too old"));
    }

    void repeatedRequest_isCountedOnceAndItsDayReadAgain()
    {
        std::atomic<int> walks = 0;
        const LoopbackServer server([&walks](const Request& request) {
            if (request.path != "/spend/logs/v2")
                return ConnectorSuite::answer(404, "{}");
            const std::string a = row("a", "2026-11-19T01:00:00Z", "1");
            const std::string b = row("b", "2026-11-19T02:00:00Z", "2");
            if (request.parameter("page") == "1" && ++walks == 1)
                return json(page(a + ',' + b, 1, 2, 3));
            if (request.parameter("page") == "1")
                return json(page(row("early", "2026-11-19T00:00:00Z", "8") + ',' + a, 1, 2, 4));
            return json(page(b + ',' + row("c", "2026-11-19T03:00:00Z", "4"), 2, 2, 4)); // one came in between
        });
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(walks.load(), 2);
        QCOMPARE(fetched.total(CostLens::Effective), std::string("15"));
        QCOMPARE(fetched.sink.rowsWith("repeated-request"), std::uint64_t{1});
        QCOMPARE(fetched.sink.rowsWith("log-changed"), std::uint64_t{0});
        QVERIFY(fetched.covered == std::vector<DateRange>{oneDay().window});
    }

    void requestThatStaysRepeated_leavesItsDayUnanswered()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path != "/spend/logs/v2")
                return ConnectorSuite::answer(404, "{}");
            const std::string a = row("a", "2026-11-19T01:00:00Z", "1");
            const std::string b = row("b", "2026-11-19T01:00:00Z", "2");
            return json(request.parameter("page") == "1"
                            ? page(a + ',' + b, 1, 2, 4) // and c never comes
                            : page(b + ',' + row("d", "2026-11-19T03:00:00Z", "4"), 2, 2, 4));
        });
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rowsWith("requests-left-out"), std::uint64_t{1});
        QVERIFY(fetched.covered.empty());
    }

    void fewerRowsThanCounted_isNoWholeDay()
    {
        const LoopbackServer server(logOf(page(row("a", "2026-11-19T01:00:00Z", "1"), 1, 1, 5)));
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.error()).contains("counts 5 requests and sent 1"));
    }

    void cappedCount_isReadToTheShortPage()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path != "/spend/logs/v2")
                return ConnectorSuite::answer(404, "{}");
            const int number = std::stoi(request.parameter("page"));
            std::string rows;
            for (int i = 0; i < (number < 3 ? 2 : 1); ++i)
                rows +=
                    (rows.empty() ? "" : ",") + row("r" + std::to_string(number * 10 + i), "2026-11-19T01:00:00Z", "1");
            return json(R"({"data":[)" + rows + R"(],"total":2,"page_size":2,"total_pages":1,"total_is_capped":true})");
        });
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(CostLens::Effective), std::string("5"));
    }

    void nextMidnight_belongsToTheNextDay()
    {
        const LoopbackServer server(logOf(
            page(row("a", "2026-11-19T23:59:59.999Z", "1") + ',' + row("b", "2026-11-20T00:00:00Z", "2"), 1, 1, 2)));
        QCOMPARE(fetchFrom(server, oneDay()).total(CostLens::Effective), std::string("1"));
        const LoopbackServer other(logOf(page(row("a", "2026-11-18T23:59:59Z", "1"), 1, 1, 1)));
        const Fetched fetched = fetchFrom(other, oneDay());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.error()).contains("not asked for"));
    }

    void restatedDay_bringsTheNewAmount()
    {
        LoopbackServer server(logOf(page(row("a", "2026-11-19T01:00:00Z", "1"), 1, 1, 1)));
        QCOMPARE(fetchFrom(server, oneDay()).total(CostLens::Effective), std::string("1"));
        server.setHandler(
            logOf(page(row("a", "2026-11-19T01:00:00Z", "1.5", R"("model":"gpt-x","status":"brand_new")"), 1, 1, 1)));
        QCOMPARE(fetchFrom(server, oneDay()).total(CostLens::Effective), std::string("1.5"));
    }

    void rowWithoutSpend_isAnError()
    {
        const LoopbackServer server(
            logOf(page(R"({"request_id":"a","startTime":"2026-11-19T01:00:00Z","model":"m"})", 1, 1, 1)));
        const Fetched fetched = fetchFrom(server, oneDay());
        QVERIFY(!fetched.status.ok());
        QVERIFY(QString::fromStdString(fetched.error()).contains("spend"));
    }

    void errorsOfTheProxy_areSaidPlainly()
    {
        const LoopbackServer wrongKey([](const Request&) {
            return ConnectorSuite::answer(400,
                                          R"({"error":{"message":"Authentication Error, Invalid proxy server token",
 "type":"auth_error","param":"None","code":"400"}})");
        });
        const Fetched denied = fetchFrom(wrongKey, oneDay());
        QVERIFY(!denied.status.ok() && denied.status.error().code == ErrorCode::Denied);
        QVERIFY(QString::fromStdString(denied.status.error().todo).contains("master key"));
        const LoopbackServer noDatabase(
            [](const Request&) { return ConnectorSuite::answer(400, R"({"detail":"Database not connected"})"); });
        QVERIFY(QString::fromStdString(fetchFrom(noDatabase, oneDay()).status.error().todo).contains("DATABASE_URL"));
    }
};

QTEST_APPLESS_MAIN(TestLiteLlm)
#include "tst_litellm.moc"
