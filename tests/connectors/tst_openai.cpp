#include <QtTest/QtTest>

#include "providers/openai/lineitem.h"
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
using Row = altimeter::testing::CollectingSink::Row;
using Bodies = std::map<std::string, std::string>; ///< by path below /v1/organization

constexpr const char* kEmptyPage = R"({"object":"page","data":[],"has_more":false,"next_page":null})";

/// A page with one bucket: the 20th, or the 21st of November 2026.
std::string page(const std::string& rows, int day = 20, const std::string& more = R"("has_more":false)")
{
    const std::int64_t start = 1795132800 + std::int64_t{day - 20} * 86400;
    return R"({"object":"page","data":[{"object":"bucket","start_time":)" + std::to_string(start) + R"(,"end_time":)" +
           std::to_string(start + 86400) + R"(,"results":[)" + rows + "]}]," + more + '}';
}

std::string cost(const std::string& value, const std::string& lineItem, const std::string& project = "\"proj_alpha\"",
                 const std::string& key = "\"key_1\"", const std::string& quantity = R"("quantity":null)")
{
    return R"({"object":"organization.costs.result","amount":{"value":)" + value +
           R"(,"currency":"usd"},"line_item":")" + lineItem + R"(","project_id":)" + project + R"(,"api_key_id":)" +
           key + ',' + quantity + '}';
}

std::string completion(const std::string& user, const std::string& counts, const std::string& model = "gpt-5.6-terra",
                       const std::string& project = "proj_alpha", const std::string& key = "key_1",
                       const std::string& batch = "false")
{
    return R"({"object":"organization.usage.completions.result","project_id":")" + project + R"(","api_key_id":")" +
           key + R"(","user_id":")" + user + R"(","model":")" + model + R"(","batch":)" + batch +
           R"(,"service_tier":"default",)" + counts + '}';
}

const std::string kTerraUsage =
    completion("user_a", R"("input_tokens":1500,"input_cached_tokens":500,"output_tokens":1,"num_model_requests":7)") +
    ',' + completion("user_b", R"("input_tokens":2000,"output_tokens":2,"num_model_requests":9)");

/// The given bodies; where nothing is given an empty page, and no spend limit.
LoopbackServer::Handler serving(Bodies bodies)
{
    return [bodies = std::move(bodies)](const Request& request) {
        const std::string prefix = "/v1/organization/";
        const std::string path = request.path.substr(std::min(prefix.size(), request.path.size()));
        const auto found = bodies.find(path);
        if (found != bodies.end())
            return json(found->second);
        if (path.ends_with("spend_limit"))
            return ConnectorSuite::answer(404, R"({"error":{"message":"no limit is set"}})");
        return json(kEmptyPage);
    };
}

/// Two pages of costs, of completions and of projects.
LoopbackServer::Answer happy(const Request& request)
{
    const std::string cursor = request.parameter("page");
    if (request.path == "/v1/organization/costs" && cursor.empty())
        return json(page(cost("\"12.500000001\"", "gpt-5.6-terra, input", "\"proj_alpha\"", "\"key_1\"",
                              R"("quantity":3000,"quantity_unit":"tokens")") +
                             ',' +
                             cost("0.1", "gpt-5.6-terra, cached input", "\"proj_alpha\"", "\"key_1\"",
                                  R"("quantity":0.5,"quantity_unit":"1000_tokens")") +
                             ',' + cost("1e-9", "gpt-5.6-terra, output") + ',' +
                             cost("0.02", "web search tool calls", "\"proj_alpha\"", "null") + ',' +
                             cost("0.1", "file search | vector storage", "\"proj_alpha\"", "null",
                                  R"("quantity":24,"quantity_unit":"gibibyte_hours")") +
                             ',' + cost("-1.25", "Promotional credit", "null", "null"),
                         20, R"("has_more":true,"next_page":"page_B=")"));
    if (request.path == "/v1/organization/costs")
        return json(page(cost("0.1234567890123456789", "gpt-5.6-luna, input", "\"proj_beta\"", "\"key_2\"") + ',' +
                             cost("5", "gpt-5.6-luna, batch output", "\"proj_beta\"", "\"key_2\""),
                         21));
    if (request.path == "/v1/organization/usage/completions" && cursor.empty())
        return json(page(kTerraUsage, 20, R"("has_more":true,"next_page":"page_C")"));
    if (request.path == "/v1/organization/usage/completions")
        return json(page(completion("user_c", R"("input_tokens":100,"output_tokens":30,"num_model_requests":1)",
                                    "gpt-5.6-luna", "proj_beta", "key_2") +
                             ',' +
                             completion("user_c", R"("input_tokens":300,"output_tokens":10,"num_model_requests":1)",
                                        "gpt-5.6-luna", "proj_beta", "key_2", "true"),
                         21));
    if (request.path == "/v1/organization/usage/embeddings")
        return json(page(R"({"object":"organization.usage.embeddings.result","input_tokens":4000,
 "num_model_requests":3,"project_id":"proj_alpha","user_id":null,"api_key_id":null,"model":"text-embedding-3-small"})"));
    if (request.path == "/v1/organization/usage/web_search_calls")
        return json(page(R"({"object":"organization.usage.web_searches.result","num_model_requests":2,"num_requests":2,
 "project_id":"proj_alpha","user_id":"user_a","api_key_id":null,"model":"gpt-5.6-terra","context_level":"medium"})"));
    if (request.path == "/v1/organization/usage/vector_stores")
        return json(page(R"({"object":"organization.usage.vector_stores.result","usage_bytes":1073741824,
 "project_id":"proj_alpha"})"));
    if (request.path == "/v1/organization/projects" && request.parameter("after").empty())
        return json(R"({"object":"list","data":[{"id":"proj_alpha","name":"Alpha","status":"active"}],
 "first_id":"proj_alpha","last_id":"proj_alpha","has_more":true})");
    if (request.path == "/v1/organization/projects")
        return json(R"({"object":"list","data":[{"id":"proj_beta","name":"Beta","status":"archived"}],
 "first_id":"proj_beta","last_id":"proj_beta","has_more":false})");
    if (request.path == "/v1/organization/projects/proj_alpha/api_keys")
        return json(R"({"object":"list","data":[{"id":"key_1","name":"nightly jobs","redacted_value":"sk-…x"}],
 "last_id":"key_1","has_more":false})");
    if (request.path == "/v1/organization/spend_limit")
        return json(R"({"object":"organization.spend_limit","threshold_amount":50001,"currency":"USD",
 "interval":"month","enforcement":{"status":"inactive"}})");
    if (request.path.ends_with("/spend_limit"))
        return ConnectorSuite::answer(404, R"({"error":{"message":"no limit is set"}})");
    return json(kEmptyPage);
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "openai";
    one.values = {{"base_url", "{url}/v1"}, {"organization", "org-sample"}};
    one.secrets = {{"admin_key", "sk-admin-planted-secret"}};
    one.window = {Day::fromYmd(2026, 11, 20), Day::fromYmd(2026, 11, 22)};
    one.happy = happy;
    one.empty = serving({});
    one.repeating = [](const Request&) {
        return json(R"({"object":"page","data":[],"has_more":true,"next_page":"page_again"})");
    };
    one.totals = {{"USD", "16.5934567910123456789"}};
    one.rows = 12;
    one.pauseHeaders = {
        {"Retry-After", "2"}, {"x-ratelimit-reset-requests", "2s"}, {"x-ratelimit-reset-tokens", "0m2s"}};
    return one;
}

/// The charges of one line item (SkuId), in their order.
std::vector<Row> of(const Fetched& fetched, const std::string& lineItem)
{
    std::vector<Row> rows;
    std::copy_if(fetched.sink.rows.begin(), fetched.sink.rows.end(), std::back_inserter(rows),
                 [&](const Row& row) { return cell(row, "SkuId") == lineItem; });
    return rows;
}

Fetched fetch(const Bodies& bodies)
{
    const LoopbackServer server(serving(bodies));
    return fetchFrom(server, sample());
}

} // namespace

class TestOpenAi : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areAsDocumented()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto requests = server.requests();
        const std::string window = "start_time=1795132800&end_time=1795305600&bucket_width=1d&limit=2";
        const std::string byKey = "&group_by=project_id&group_by=user_id&group_by=api_key_id";
        const std::vector<std::string> expected{
            "costs?" + window + "&group_by=project_id&group_by=line_item&group_by=api_key_id",
            "costs?" + window + "&group_by=project_id&group_by=line_item&group_by=api_key_id&page=page_B%3D",
            "usage/completions?" + window + byKey + "&group_by=model&group_by=batch&group_by=service_tier",
            "usage/completions?" + window + byKey + "&group_by=model&group_by=batch&group_by=service_tier&page=page_C",
            "usage/embeddings?" + window + byKey + "&group_by=model",
            "usage/moderations?" + window + byKey + "&group_by=model",
            "usage/images?" + window + byKey + "&group_by=model&group_by=size&group_by=source",
            "usage/audio_speeches?" + window + byKey + "&group_by=model",
            "usage/audio_transcriptions?" + window + byKey + "&group_by=model",
            "usage/vector_stores?" + window + "&group_by=project_id",
            "usage/code_interpreter_sessions?" + window + "&group_by=project_id",
            "usage/file_search_calls?" + window + byKey + "&group_by=vector_store_id",
            "usage/web_search_calls?" + window + byKey + "&group_by=model&group_by=context_level",
            "projects?include_archived=true&limit=100",
            "projects?include_archived=true&limit=100&after=proj_alpha",
            "projects/proj_alpha/api_keys?limit=100",
            "projects/proj_beta/api_keys?limit=100",
            "spend_limit?",
            "projects/proj_alpha/spend_limit?",
            "projects/proj_beta/spend_limit?",
        };
        QCOMPARE(requests.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(requests[i].method, std::string("GET"));
            QCOMPARE(requests[i].path + '?' + requests[i].query, "/v1/organization/" + expected[i]);
            QCOMPARE(requests[i].headers.at("authorization"), std::string("Bearer sk-admin-planted-secret"));
            QVERIFY(requests[i].body.empty());
        }
    }

    void costs_areDividedOverTheUsageOfTheirDirection()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto input = of(fetched, "gpt-5.6-terra, input");
        QCOMPARE(input.size(), std::size_t{2});
        QCOMPARE(cell(input[0], "BilledCost"), std::string("4.166666667"));
        QCOMPARE(cell(input[1], "BilledCost"), std::string("8.333333334"));
        QCOMPARE(cell(input[1], "EffectiveCost"), std::string("8.333333334"));
        QCOMPARE(cell(input[0], "ConsumedQuantity"), std::string("1000"));
        QCOMPARE(cell(input[1], "ConsumedQuantity"), std::string("2000"));
        QCOMPARE(cell(input[0], "ConsumedUnit"), std::string("Tokens"));
        QCOMPARE(cell(input[0], "BillingCurrency"), std::string("USD"));
        QCOMPARE(cell(input[0], "BillingAccountId"), std::string("org-sample"));
        QCOMPARE(cell(input[0], "SubAccountId"), std::string("proj_alpha"));
        QCOMPARE(cell(input[0], "SubAccountName"), std::string("Alpha"));
        QCOMPARE(cell(input[0], "ServiceCategory"), std::string("AI and Machine Learning"));
        QCOMPARE(extra(fetched, input[0], "x_User"), std::string("user_a"));
        QCOMPARE(extra(fetched, input[1], "x_User"), std::string("user_b"));
        QCOMPARE(extra(fetched, input[0], "x_Model"), std::string("gpt-5.6-terra"));
        QCOMPARE(extra(fetched, input[0], "x_TokenClass"), std::string("input"));
        QCOMPARE(extra(fetched, input[0], "x_ApiKey"), std::string("nightly jobs"));
        QCOMPARE(extra(fetched, input[0], "x_ApiKeyId"), std::string("key_1"));
        QCOMPARE(extra(fetched, input[0], "x_ServiceTier"), std::string("default"));
        QCOMPARE(extra(fetched, input[0], "x_Batch"), std::string("false"));
        QCOMPARE(extra(fetched, input[0], "x_Requests"), std::string("7"));
        QCOMPARE(extra(fetched, input[0], "x_Residual"), std::string());

        const auto cached = of(fetched, "gpt-5.6-terra, cached input");
        QCOMPARE(cached.size(), std::size_t{1});
        QCOMPARE(cell(cached[0], "BilledCost"), std::string("0.1"));
        QCOMPARE(cell(cached[0], "ConsumedQuantity"), std::string("500"));
        QCOMPARE(extra(fetched, cached[0], "x_TokenClass"), std::string("cached_input"));
        QCOMPARE(extra(fetched, cached[0], "x_Requests"), std::string()); // counted with the input

        const auto output = of(fetched, "gpt-5.6-terra, output"); // a billionth of a dollar in three
        QCOMPARE(cell(output[0], "BilledCost"), std::string("0.000000000333333333"));
        QCOMPARE(cell(output[1], "BilledCost"), std::string("0.000000000666666667"));
        QVERIFY(fetched.sink.find("quantity-mismatch") == nullptr);
    }

    void tools_findTheirUsage()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto search = of(fetched, "web search tool calls");
        QCOMPARE(search.size(), std::size_t{1});
        QCOMPARE(cell(search[0], "ConsumedQuantity"), std::string("2"));
        QCOMPARE(cell(search[0], "ConsumedUnit"), std::string("Requests"));
        QCOMPARE(extra(fetched, search[0], "x_ContextLevel"), std::string("medium"));
        QCOMPARE(extra(fetched, search[0], "x_ApiKey"), std::string("(no API key)"));
        QCOMPARE(extra(fetched, search[0], "x_Residual"), std::string());
        const auto storage = of(fetched, "file search | vector storage");
        QCOMPARE(storage.size(), std::size_t{1});
        QCOMPARE(cell(storage[0], "ConsumedQuantity"), std::string("24"));
        QCOMPARE(cell(storage[0], "ConsumedUnit"), std::string("GiB-Hours"));
        QCOMPARE(extra(fetched, storage[0], "x_UsageKind"), std::string("vector_stores"));
    }

    void whatTheReportsDoNotExplain_isNamed()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto credit = of(fetched, "Promotional credit");
        QCOMPARE(credit.size(), std::size_t{1});
        QCOMPARE(cell(credit[0], "BilledCost"), std::string("-1.25"));
        QCOMPARE(cell(credit[0], "ChargeCategory"), std::string("Credit"));
        QCOMPARE(extra(fetched, credit[0], "x_Residual"), std::string("cost without usage"));

        const auto embeddings = of(fetched, "text-embedding-3-small");
        QCOMPARE(embeddings.size(), std::size_t{1});
        QVERIFY(!embeddings[0].cost[0] && !embeddings[0].cost[1]); // unknown is not zero
        QCOMPARE(cell(embeddings[0], "ConsumedQuantity"), std::string("4000"));
        QCOMPARE(extra(fetched, embeddings[0], "x_ApiKey"), std::string("(no API key)"));
        QCOMPARE(extra(fetched, embeddings[0], "x_Residual"), std::string("usage without cost"));

        const auto batch = of(fetched, "gpt-5.6-luna, batch output"); // takes the batch use only
        QCOMPARE(batch.size(), std::size_t{1});
        QCOMPARE(cell(batch[0], "ConsumedQuantity"), std::string("10"));
        QCOMPARE(extra(fetched, batch[0], "x_ServiceTier"), std::string("batch"));
        const auto plain = of(fetched, "gpt-5.6-luna");
        QCOMPARE(plain.size(), std::size_t{1});
        QCOMPARE(cell(plain[0], "ConsumedQuantity"), std::string("30"));
        QCOMPARE(extra(fetched, plain[0], "x_Residual"), std::string("usage without cost"));
    }

    void amountFinerThanAttos_staysWhole()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        const auto fine = of(fetched, "gpt-5.6-luna, input");
        QCOMPARE(fine.size(), std::size_t{1});
        QCOMPARE(cell(fine[0], "BilledCost"), std::string("0.1234567890123456789"));
        QCOMPARE(cell(fine[0], "ConsumedQuantity"), std::string("400"));
        QCOMPARE(extra(fetched, fine[0], "x_User"), std::string());
        QCOMPARE(extra(fetched, fine[0], "x_Residual"), std::string("not divided: digits below 1e-18"));
        QCOMPARE(fetched.sink.rowsWith("not-divided"), std::uint64_t{1});
    }

    void differingQuantities_areAFindingWithBothNumbers()
    {
        const Fetched fetched = fetch({{"costs", page(cost("3", "gpt-5.6-terra, input", "\"proj_alpha\"", "\"key_1\"",
                                                           R"("quantity":"3.001","quantity_unit":"1000_tokens")"))},
                                       {"usage/completions", page(kTerraUsage)}});
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const Finding* finding = fetched.sink.find("quantity-mismatch");
        QVERIFY(finding);
        QCOMPARE(finding->message, std::string("gpt-5.6-terra, input: the cost report counts 3001, the usage report "
                                               "3000"));
        QCOMPARE(finding->rows, std::uint64_t{1});
        QCOMPARE(fetched.total(), std::string("3"));
    }

    void rowsThatShareUsage_countItOnce()
    {
        const Fetched fetched =
            fetch({{"costs", page(cost("3", "gpt-5.6-terra, input") + ',' + cost("-0.3", "gpt-5.6-terra, input"))},
                   {"usage/completions", page(kTerraUsage)}});
        const auto rows = of(fetched, "gpt-5.6-terra, input");
        QCOMPARE(rows.size(), std::size_t{4});
        QCOMPARE(cell(rows[0], "ConsumedQuantity"), std::string("1000"));
        QCOMPARE(cell(rows[2], "BilledCost"), std::string("-0.1"));
        QCOMPARE(cell(rows[2], "ConsumedQuantity"), std::string());
        QCOMPARE(fetched.total(), std::string("2.7"));
    }

    void costsWithoutKeys_areDividedOverKeys()
    {
        const Fetched fetched =
            fetch({{"costs", page(cost("3", "gpt-5.6-terra, input", "\"proj_alpha\"", "null"))},
                   {"usage/completions", page(completion("user_a", R"("input_tokens":1,"output_tokens":0)") + ',' +
                                              completion("user_a", R"("input_tokens":2,"output_tokens":0)",
                                                         "gpt-5.6-terra", "proj_alpha", "key_2"))}});
        const auto rows = of(fetched, "gpt-5.6-terra, input");
        QCOMPARE(rows.size(), std::size_t{2});
        QCOMPARE(extra(fetched, rows[0], "x_ApiKeyId"), std::string("key_1"));
        QCOMPARE(extra(fetched, rows[1], "x_ApiKeyId"), std::string("key_2"));
        QCOMPARE(cell(rows[1], "BilledCost"), std::string("2"));
        // no usage either: the report tells no keys apart, and the charge says none
        const Fetched alone = fetch({{"costs", page(cost("3", "other", "\"proj_alpha\"", "null"))}});
        QCOMPARE(extra(alone, alone.sink.rows.front(), "x_ApiKey"), std::string());
    }

    void soundAndPictures_standApart()
    {
        const Fetched fetched =
            fetch({{"costs", page(cost("4", "gpt-5.6-terra, audio input") + ',' + cost("1", "gpt-5.6-terra, input"))},
                   {"usage/completions",
                    page(completion("user_a", R"("input_tokens":100,"input_audio_tokens":40,"input_image_tokens":10,
 "output_tokens":5,"output_audio_tokens":5)"))}});
        QCOMPARE(cell(of(fetched, "gpt-5.6-terra, audio input").at(0), "ConsumedQuantity"), std::string("40"));
        const auto input = of(fetched, "gpt-5.6-terra, input"); // text, and the pictures no other row pays for
        QCOMPARE(input.size(), std::size_t{2});
        QCOMPARE(cell(input[0], "ConsumedQuantity"), std::string("50"));
        QCOMPARE(cell(input[1], "ConsumedQuantity"), std::string("10"));
        QCOMPARE(extra(fetched, input[1], "x_TokenClass"), std::string("input_image"));
        QCOMPARE(extra(fetched, of(fetched, "gpt-5.6-terra").at(0), "x_TokenClass"), std::string("output_audio"));
    }

    void plainGroupNamesNotUnderstood_areAskedWithBrackets()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path != "/v1/organization/costs")
                return json(kEmptyPage);
            if (request.parameters("group_by[]").size() == 3)
                return json(page(cost("1.5", "gpt-5.6-terra, input")));
            return json(page(R"({"object":"organization.costs.result","amount":{"value":1.5,"currency":"usd"},
 "line_item":null,"project_id":null,"api_key_id":null})"));
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("1.5"));
        QCOMPARE(of(fetched, "gpt-5.6-terra, input").size(), std::size_t{1});
        QVERIFY(server.requests()[2].query.find("group_by%5B%5D=project_id") != std::string::npos);
    }

    void costsThatCannotBeGrouped_areKept()
    {
        const Fetched fetched =
            fetch({{"costs", page(R"({"amount":{"value":1.5,"currency":"usd"},"line_item":null})")}});
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("1.5"));
        QCOMPARE(extra(fetched, fetched.sink.rows.front(), "x_Residual"), std::string("cost without usage"));
    }

    void refusedLookUps_areFindings()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path.ends_with("/projects") || request.path.ends_with("_keys") ||
                request.path.ends_with("_limit"))
                return ConnectorSuite::answer(403, R"({"error":{"message":"missing scope"}})");
            return happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("16.5934567910123456789"));
        QVERIFY(fetched.sink.find("look-up-refused", "projects"));
        QVERIFY(fetched.sink.find("look-up-refused", "proj_alpha"));
        QVERIFY(!fetched.sink.find("look-up-refused", "proj_beta")); // the first answer tells of all
        QCOMPARE(extra(fetched, of(fetched, "gpt-5.6-terra, input").at(0), "x_ApiKey"), std::string("key_1"));
        QVERIFY(fetched.sink.find("look-up-refused", "spend limits"));
        QVERIFY(fetched.measures.empty());
    }

    void unknownKindsOfRows_areLeftOutOnlyWithoutMoney()
    {
        const Fetched fetched = fetch(
            {{"costs", page(cost("1", "gpt-5.6-terra, input") + R"(,{"object":"organization.moods.result","mood":3})")},
             {"usage/images", page(R"({"object":"organization.usage.holograms.result","holograms":3})")}});
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("1"));
        QCOMPARE(fetched.sink.rowsWith("unknown-object", "organization.moods.result"), std::uint64_t{1});
        QCOMPARE(fetched.sink.rowsWith("unknown-object", "holograms"), std::uint64_t{1});
    }

    void costOfAnUnknownKind_isKept()
    {
        std::string next = cost("987654.25", "gpt-7, output");
        next.replace(next.find("costs.result"), 12, "costs.result.v2");
        const Fetched fetched = fetch({{"costs", page(next + ',' + cost("0.5", "gpt-5.6-terra, input"))}});
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("987654.75"));
        QCOMPARE(fetched.sink.rowsWith("unknown-object", "counted as costs"), std::uint64_t{1});
        QCOMPARE(fetched.covered.size(), std::size_t{1});
    }

    void moneyInAnUnknownForm_leavesItsDayAsStored_data()
    {
        QTest::addColumn<QByteArray>("row");
        QTest::newRow("another member") << QByteArray(R"({"object":"costs.v3","total_cost":{"value":3}})");
        QTest::newRow("an amount that is a list") << QByteArray(R"({"object":"costs.v3","amount":[3,"usd"]})");
        QTest::newRow("far down") << QByteArray(R"({"object":"costs.v3","parts":[{"x":{"Currency":"usd"}}]})");
        QTest::newRow("no currency") << QByteArray(R"({"object":"costs.v3","amount":{"value":3}})");
    }
    void moneyInAnUnknownForm_leavesItsDayAsStored()
    {
        QFETCH(QByteArray, row);
        auto two = sample();
        two.window = {Day::fromYmd(2026, 11, 20), Day::fromYmd(2026, 11, 22)};
        std::string both = page(cost("1", "a, input") + ',' + row.toStdString(), 20);
        const std::string other = page(cost("2", "a, input"), 21);
        both.insert(both.rfind("],\"has_more"),
                    ',' + other.substr(other.find("[{") + 1, other.rfind("],\"has_more") - other.find("[{") - 1));
        const LoopbackServer server(serving(
            {{"costs", both}, {"usage/completions", page(completion("u", R"("input_tokens":5)", "other-model"), 20)}}));
        const Fetched fetched = fetchFrom(server, two);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.covered.size(), std::size_t{1});
        QVERIFY(fetched.covered.front().from == Day::fromYmd(2026, 11, 21) && fetched.covered.front().days() == 1);
        QVERIFY(fetched.sink.find("unknown-charge", "2026-11-20"));
    }

    void failingLookUps_neverStopTheMoney_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* path, int status, const char* body) {
            QTest::addRow("%s %d %s", path, status, body) << QString(path) << status << QByteArray(body);
        };
        for (const int status : {400, 403, 404, 429, 500})
            row(status % 2 == 0 ? "/usage/images" : "/organization/projects", status, "{}");
        row("/api_keys", 400, "{}");
        row("/api_keys", 429, "{}");
        row("/spend_limit", 500, "{}");
        row("/usage/", 403, "{}");
        row("/organization/projects", 200, "nonsense");
        row("/api_keys", 200, R"({"data":[],"has_more":true})");
        row("/spend_limit", 200, R"({"threshold_amount":"a lot"})");
        row("/usage/vector_stores", 200, R"({"data":[{"start_time":"x","results":[{}]}]})");
    }
    void failingLookUps_neverStopTheMoney()
    {
        QFETCH(QString, path);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const LoopbackServer server([&](const Request& request) {
            return QString::fromStdString(request.path).contains(path)
                       ? ConnectorSuite::answer(status, body.toStdString())
                       : happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("16.5934567910123456789"));
    }

    void usageReadInPart_dividesNothing()
    {
        const LoopbackServer server([](const Request& request) {
            if (!request.path.ends_with("usage/completions"))
                return serving({{"costs", page(cost("3", "gpt-5.6-terra, input"))}})(request);
            if (request.parameter("page").empty())
                return json(
                    page(completion("user_a", R"("input_tokens":5)"), 20, R"("has_more":true,"next_page":"p")"));
            return ConnectorSuite::answer(500, "{}");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("3"));
        QCOMPARE(fetched.sink.rows.size(), std::size_t{1});
        QCOMPARE(extra(fetched, 0, "x_User"), std::string());
        QVERIFY(fetched.sink.find("usage-not-read", "completions"));
    }

    void missingUsageKind_isAFinding()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path.ends_with("web_search_calls") ? ConnectorSuite::answer(404, "{}") : happy(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.find("usage-kind-missing", "web_search_calls"));
        QCOMPARE(fetched.total(), std::string("16.5934567910123456789"));
    }

    void spendLimit_isInCents()
    {
        const LoopbackServer server(happy);
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(fetched.measures.size(), std::size_t{1});
        const Measure& limit = fetched.measures.front();
        QCOMPARE(limit.name, std::string("spend_limit"));
        QCOMPARE(limit.value, std::string("500.01"));
        QCOMPARE(limit.unit, std::string("USD"));
        QCOMPARE(limit.labels.at("scope"), std::string("organization"));
        QCOMPARE(limit.labels.at("interval"), std::string("month"));
        QCOMPARE(toString(limit.start), std::string("2026-11-21T00:00:00Z"));
        auto past = sample();
        past.now = Instant{past.now.seconds + 86400 * 30};
        QVERIFY(fetchFrom(server, past).measures.empty());
    }

    void restatedWindow_isReadAnew()
    {
        LoopbackServer server(serving({{"costs", page(cost("1.000000001", "gpt-5.6-terra, input"))}}));
        QCOMPARE(fetchFrom(server, sample()).total(), std::string("1.000000001"));
        server.setHandler(serving({{"costs", page(cost("0.75", "gpt-5.6-terra, input"))}}));
        QCOMPARE(fetchFrom(server, sample()).total(), std::string("0.75"));
    }

    void dayIsFinalAfterAWeek()
    {
        const LoopbackServer server(happy);
        auto one = sample();
        const Fetched fresh = fetchFrom(server, one);
        QCOMPARE(extra(fresh, fresh.sink.rows.front(), "x_ChargeState"), std::string("Estimated"));
        one.now = Instant{one.now.seconds + 86400 * 7};
        const Fetched old = fetchFrom(server, one);
        QCOMPARE(extra(old, old.sink.rows.front(), "x_ChargeState"), std::string("Final"));
    }

    void badAnswer_isRefused_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* path, const std::string& body, const char* said) {
            QTest::newRow(name) << QString(path) << QString::fromStdString(body) << QString(said);
        };
        row("no amount", "costs", page(R"({"line_item":"x, input"})"), "value");
        row("amount null", "costs", page(cost("null", "x, input")), "value");
        row("amount no number", "costs", page(cost("\"a lot\"", "x, input")), "no amount");
        row("no currency", "costs", page(R"({"amount":{"value":1}})"), "currency");
        row("unknown currency", "costs", page(R"({"amount":{"value":1,"currency":"tokens"}})"), "no currency");
        row("no results", "costs", R"({"data":[{"start_time":1795132800,"end_time":1795219200}],"has_more":false})",
            "results");
        row("no period", "costs", R"({"data":[{"results":[]}],"has_more":false})", "start_time");
        row("another day", "costs", page(cost("1", "x, input"), 25), "not asked for");
        row("more without a cursor", "costs", R"({"data":[],"has_more":true,"next_page":null})", "not where");
    }
    void badAnswer_isRefused()
    {
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(QString, said);
        const Fetched fetched = fetch({{path.toStdString(), body.toStdString()}});
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(said), fetched.error().c_str());
    }

    void badUsage_isAFinding_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* path, const std::string& body, const char* said) {
            QTest::newRow(name) << QString(path) << QString::fromStdString(body) << QString(said);
        };
        row("usage without its counter", "usage/images", page(R"({"project_id":"proj_alpha"})"), "images");
        row("negative tokens", "usage/completions", page(completion("u", R"("input_tokens":-5)")), "no count");
        row("usage without data", "usage/embeddings", "{}", "data");
        row("usage of another day", "usage/images", page(R"({"images":3})", 25), "not asked for");
    }
    void badUsage_isAFinding()
    {
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(QString, said);
        const Fetched fetched =
            fetch({{"costs", page(cost("7", "x, input"))}, {path.toStdString(), body.toStdString()}});
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.total(), std::string("7"));
        QVERIFY(fetched.sink.find("usage-not-read", said.toStdString()));
    }

    void ordinaryKey_isToldWhichScopeIsMissing()
    {
        const LoopbackServer server([](const Request&) {
            return ConnectorSuite::answer(403, R"({"error":{"message":"Missing scopes: api.usage.read"}})");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("api.usage.read"));
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("administration key"));
    }

    void lineItem_isReadLeniently_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("expected"); // model|direction|modality|tier|tool
        const auto row = [](const char* line, const char* unit, const char* expected) {
            QTest::newRow(line) << QString(line) << QString(unit) << QString(expected);
        };
        row("gpt-5.6-terra, input", "tokens", "gpt-5.6-terra|input|||");
        row("gpt-4o-2024-08-06, cached input", "", "gpt-4o-2024-08-06|cached_input|||");
        row("gpt-5.6-terra, Cache Write", "", "gpt-5.6-terra|cache_write|||");
        row("GPT-5.6-terra, batch audio output", "", "GPT-5.6-terra|output|audio|batch|");
        row("gpt-4o output", "", "gpt-4o|output|||");
        row("text-embedding-3-small", "", "text-embedding-3-small||||");
        row("web search tool calls", "", "||||web_search_calls");
        row("assistants api | file search", "gibibyte_hours", "||||vector_stores");
        row("assistants api | file search", "", "||||file_search_calls");
        row("code interpreter sessions", "", "||||code_interpreter_sessions");
        row("something new", "", "||||");
        row("", "", "||||");
    }
    void lineItem_isReadLeniently()
    {
        QFETCH(QString, line);
        QFETCH(QString, unit);
        QFETCH(QString, expected);
        const auto item = providers::openai::readLineItem(line.toStdString(), unit.toStdString());
        QCOMPARE(QString::fromStdString(item.model + '|' + item.direction + '|' + item.modality + '|' + item.tier +
                                        '|' + item.tool),
                 expected);
    }

    void model_isKnownWithoutItsDate()
    {
        using providers::openai::modelLikeness;
        QCOMPARE(modelLikeness("GPT-4o", "gpt-4o"), 2);
        QCOMPARE(modelLikeness("gpt-4o-2024-08-06", "gpt-4o"), 1);
        QCOMPARE(modelLikeness("gpt-4o-2024-08-06", "gpt-4o-2024-05-13"), 0);
        QCOMPARE(modelLikeness("gpt-4o-mini", "gpt-4o"), 0);
    }
};

QTEST_APPLESS_MAIN(TestOpenAi)
#include "tst_openai.moc"
