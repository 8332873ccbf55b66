#include <QtTest/QtTest>

#include "models/text/jsontext.h"
#include "providers/gcp/billingquery.h"
#include "providers/gcp/billingrows.h"
#include "tests/providers/testkey.h"
#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::providers::BillingKind;
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

const std::string kTable = "/bigquery/v2/projects/bill-project/datasets/billing/tables/gcp_billing_export_v1_X";
const std::string kQueries = "/bigquery/v2/projects/bill-project/queries";

std::string field(const std::string& name, const std::string& type, const std::string& inner = {},
                  const std::string& mode = "NULLABLE")
{
    return R"({"name":")" + name + R"(","type":")" + type + R"(","mode":")" + mode + "\"" +
           (inner.empty() ? "" : R"(,"fields":[)" + inner + ']') + '}';
}

std::string pairs(const std::string& name)
{
    return field(name, "RECORD", field("key", "STRING") + ',' + field("value", "STRING"), "REPEATED");
}

/// The schema of the standard export; `more` comes behind it.
std::string tableAnswer(const std::string& more = {}, const std::string& partitioning = R"({"type":"DAY"})")
{
    const auto record = [](const std::string& name, const std::string& inner) { return field(name, "RECORD", inner); };
    const auto text = [](const std::string& name) { return field(name, "STRING"); };
    return R"({"kind":"bigquery#table","location":"EU","timePartitioning":)" + partitioning +
           R"(,"schema":{"fields":[)" + text("billing_account_id") + ',' +
           record("service", text("id") + ',' + text("description")) + ',' +
           record("sku", text("id") + ',' + text("description")) + ',' + field("usage_start_time", "TIMESTAMP") + ',' +
           record("project", text("id") + ',' + text("name") + ',' + pairs("labels")) + ',' + pairs("labels") + ',' +
           record("location", text("location") + ',' + text("region") + ',' + text("zone")) + ',' +
           field("cost", "FLOAT") + ',' + text("currency") + ',' +
           record("usage", field("amount", "FLOAT") + ',' + text("unit") + ',' +
                               field("amount_in_pricing_units", "FLOAT") + ',' + text("pricing_unit")) +
           ',' +
           field("credits", "RECORD",
                 text("name") + ',' + field("amount", "FLOAT") + ',' + text("full_name") + ',' + text("id") + ',' +
                     text("type"),
                 "REPEATED") +
           ',' + record("invoice", text("month")) + ',' + text("cost_type") + ',' + field("cost_at_list", "FLOAT") +
           more + "]}}";
}

const std::vector<std::string> kColumns{"day",
                                        "billing_account_id",
                                        "service_id",
                                        "service",
                                        "sku_id",
                                        "sku",
                                        "project_id",
                                        "project_name",
                                        "location",
                                        "region",
                                        "zone",
                                        "cost_type",
                                        "currency",
                                        "invoice_month",
                                        "usage_unit",
                                        "pricing_unit",
                                        "labels",
                                        "tags",
                                        "project_labels",
                                        "credit_type",
                                        "credit_name",
                                        "amount",
                                        "list_amount",
                                        "quantity",
                                        "pricing_quantity"};

std::string schemaOf(const std::vector<std::string>& columns)
{
    std::string fields;
    for (const std::string& name : columns)
        fields += (fields.empty() ? "" : ",") + field(name, "STRING");
    return R"("schema":{"fields":[)" + fields + "]}";
}

/// A row of the cells named; the others are null.
std::string rowOf(const std::vector<std::string>& columns, const std::map<std::string, std::string>& cells)
{
    std::string row;
    for (const std::string& name : columns) {
        const auto cell = cells.find(name);
        row += (row.empty() ? "" : ",") + std::string("{\"v\":") +
               (cell == cells.end() ? "null" : words::jsonQuoted(cell->second)) + '}';
    }
    return R"({"f":[)" + row + "]}";
}

std::map<std::string, std::string> usageRow()
{
    return {{"day", "2026-11-18"},
            {"billing_account_id", "01ABCD-234567-89EFGH"},
            {"service_id", "S1"},
            {"service", "Vertex AI"},
            {"sku_id", "K1"},
            {"sku", "Gemini Flash Text Input"},
            {"project_id", "ml-prod"},
            {"project_name", "ML production"},
            {"location", "europe-west1"},
            {"region", "europe-west1"},
            {"cost_type", "regular"},
            {"currency", "EUR"},
            {"invoice_month", "202611"},
            {"usage_unit", "count"},
            {"pricing_unit", "count"},
            {"labels", R"([{"key":"team","value":"search"}])"},
            {"project_labels", R"([{"key":"team","value":"platform"},{"key":"env","value":"prod"}])"},
            {"credit_type", ""},
            {"credit_name", ""},
            {"amount", "12345678901.123456789"},
            {"list_amount", "12345678902"},
            {"quantity", "1000000"},
            {"pricing_quantity", "1000000"}};
}

std::string complete(const std::string& rows, int total, const std::string& more = {})
{
    return R"({"kind":"bigquery#queryResponse",)" + schemaOf(kColumns) +
           R"(,"jobReference":{"projectId":"bill-project","jobId":"job_1","location":"EU"},"jobComplete":true,)" +
           R"("totalRows":")" + std::to_string(total) + R"(","totalBytesProcessed":"1234567890")" +
           (rows.empty() ? "" : R"(,"rows":[)" + rows + ']') + more + '}';
}

/// A query that is not done at once, then two pages: usage with many digits; a credit of it and a tax.
Answer billing(const Request& request)
{
    if (request.path == "/token")
        return json(R"({"access_token":"ya29-test-token","expires_in":3599,"token_type":"Bearer"})");
    if (request.path == kTable)
        return json(tableAnswer());
    if (request.path == kQueries && request.body.find("\"dryRun\":true") != std::string::npos)
        return json(R"({"jobComplete":true,"totalBytesProcessed":"1234567890","schema":{"fields":[]}})");
    if (request.path == kQueries)
        return json(
            R"({"jobComplete":false,"jobReference":{"projectId":"bill-project","jobId":"job_1","location":"EU"}})");
    if (request.path != kQueries + "/job_1" || request.parameter("location") != "EU")
        return ConnectorSuite::answer(404, R"({"error":{"code":404,"message":"Not found: Job"}})");
    if (request.parameter("pageToken").empty())
        return json(complete(rowOf(kColumns, usageRow()), 3, R"(,"pageToken":"p2")"));
    auto credit = usageRow();
    credit["credit_type"] = "COMMITTED_USAGE_DISCOUNT";
    credit["credit_name"] = "Committed use discount";
    credit["amount"] = "-345678901.023456789";
    credit.erase("list_amount");
    credit.erase("quantity");
    auto tax = usageRow();
    tax["cost_type"] = "tax";
    tax["amount"] = "1.9e-07";
    tax["day"] = "2026-11-19";
    tax.erase("labels");
    return json(complete(rowOf(kColumns, credit) + ',' + rowOf(kColumns, tax), 3));
}

ConnectorSample sample()
{
    std::string pem(altimeter::testing::kTestKeyPem);
    for (auto at = pem.find('\n'); at != std::string::npos; at = pem.find('\n', at))
        pem.replace(at, 1, "\\n");
    ConnectorSample one;
    one.kind = "gcp-bigquery";
    one.values = {{"table", "billing.gcp_billing_export_v1_X"}, {"base_url", "{url}"}, {"budgets_url", "{url}"}};
    one.secrets = {
        {"service_account", R"({"type":"service_account","project_id":"bill-project","private_key_id":"test-key-1",)"
                            R"("private_key":")" +
                                pem +
                                R"(","client_email":"reader@bill-project.iam.gserviceaccount.com",)"
                                R"("token_uri":"{url}/token"})"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = billing;
    one.empty = [](const Request& request) {
        return request.path == kQueries ? json(complete({}, 0)) : billing(request);
    };
    one.repeating = [](const Request& request) {
        return request.path == kQueries + "/job_1"
                   ? json(complete(rowOf(kColumns, usageRow()), 900, R"(,"pageToken":"again")"))
                   : billing(request);
    };
    one.totals = {{"EUR", "12000000000.10000019"}};
    one.rows = 3;
    return one;
}

/// Answers the query at once with these rows.
LoopbackServer::Handler answering(const std::string& rows, int total)
{
    return [rows, total](const Request& request) {
        return request.path == kQueries ? json(complete(rows, total)) : billing(request);
    };
}

} // namespace

class TestGcpBigQuery : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areExact()
    {
        const LoopbackServer server(billing);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{5}); // token, table, query, result, next page
        QVERIFY(requests[0].body.starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&"));
        QCOMPARE(requests[1].method, std::string("GET"));
        QCOMPARE(requests[1].headers.at("authorization"), std::string("Bearer ya29-test-token"));
        QCOMPARE(requests[2].method, std::string("POST"));
        QCOMPARE(requests[2].path, kQueries);
        QCOMPARE(requests[3].method, std::string("GET"));
        QCOMPARE(requests[3].parameter("location"), std::string("EU"));
        QCOMPARE(requests[4].parameter("pageToken"), std::string("p2"));
        QCOMPARE(requests[4].parameter("maxResults"), std::string("10000"));

        const auto body = Json::parse(requests[2].body, "body");
        QVERIFY(body.ok());
        QCOMPARE((*body)["useLegacySql"].text(), std::string("false"));
        QCOMPARE((*body)["parameterMode"].text(), std::string("NAMED"));
        QCOMPARE((*body)["maximumBytesBilled"].text(), std::string("20000000000"));
        QCOMPARE((*body)["location"].text(), std::string("EU"));
        QCOMPARE((*body)["requestId"].text().size(), std::size_t{32});
        QVERIFY(!body->has("dryRun"));
        std::string named;
        for (const Json& parameter : (*body)["queryParameters"].items())
            named += parameter["name"].text() + '=' + parameter.at("parameterValue", "value").text() + ' ';
        QCOMPARE(named,
                 std::string("from=2026-11-18 to=2026-11-20 partition_from=2026-11-17 partition_to=2026-12-30 "));
    }

    void query_addsCostsAndCreditsApart()
    {
        const auto table = Json::parse(tableAnswer(), "t");
        const auto known = providers::billingTableOf(*table, BillingKind::Standard, "p.d.t", "t");
        QVERIFY2(known.ok(), known.ok() ? "" : known.error().text().c_str());
        const QString sql = QString::fromStdString(providers::billingSql(*known));
        QVERIFY(
            sql.contains("FROM `p.d.t` AS t\nWHERE t.usage_start_time >= TIMESTAMP(@from) AND "
                         "t.usage_start_time < TIMESTAMP(@to)\n AND _PARTITIONTIME >= TIMESTAMP(@partition_from) AND "
                         "_PARTITIONTIME < TIMESTAMP(@partition_to)) AS r, UNNEST(r.lines) AS l"));
        QVERIFY(sql.contains("CAST(ROUND(SUM(CAST(l.amount AS BIGNUMERIC)), 24) AS STRING) AS amount"));
        QVERIFY(sql.contains(
            "ARRAY_CONCAT([STRUCT('' AS credit_type, '' AS credit_name, CAST(t.cost AS STRING) AS amount"));
        QVERIFY(sql.contains("FROM UNNEST(t.credits) AS c))"));
        QCOMPARE(sql.count("`p.d.t`"), 1);                     // read once, paid once
        QVERIFY(sql.contains("CAST(NULL AS STRING) AS tags")); // this table has none
        QVERIFY(sql.contains("TO_JSON_STRING(ARRAY(SELECT AS STRUCT x.key, x.value FROM UNNEST(t.project.labels)"));
        QVERIFY(!sql.contains("resource"));
        QVERIFY(sql.endsWith("GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21"));
    }

    void detailedTable_bringsResources()
    {
        const std::string more =
            ',' + field("resource", "RECORD", field("name", "STRING") + ',' + field("global_name", "STRING"));
        const auto table = Json::parse(tableAnswer(more, R"({"type":"DAY","field":"export_time"})"), "t");
        const auto known = providers::billingTableOf(*table, BillingKind::Detailed, "p.d.t", "t");
        QVERIFY(known.ok());
        const QString sql = QString::fromStdString(providers::billingSql(*known));
        QVERIFY(sql.contains("CAST(t.resource.global_name AS STRING) AS resource_global_name"));
        QVERIFY(!sql.contains("_PARTITIONTIME")); // such a table has no such column
        const auto plain = Json::parse(tableAnswer(), "t");
        const auto wrong = providers::billingTableOf(*plain, BillingKind::Detailed, "p.d.t", "t");
        QVERIFY(!wrong.ok());
        QVERIFY(QString::fromStdString(wrong.error().todo).contains("gcp_billing_export_v1_"));
    }

    void rows_becomeCharges()
    {
        const LoopbackServer server(billing);
        const Fetched fetched = fetchFrom(server, sample());
        const auto& usage = fetched.sink.rows[0];
        QCOMPARE(usage.provider, std::string("Google Cloud"));
        QCOMPARE(usage.text.at("BillingAccountId"), std::string("01ABCD-234567-89EFGH"));
        QCOMPARE(usage.text.at("SubAccountId"), std::string("ml-prod"));
        QCOMPARE(usage.text.at("SubAccountName"), std::string("ML production"));
        QCOMPARE(usage.text.at("ServiceName"), std::string("Vertex AI"));
        QCOMPARE(usage.text.at("ServiceCategory"), std::string("AI and Machine Learning"));
        QCOMPARE(usage.text.at("RegionId"), std::string("europe-west1"));
        QCOMPARE(usage.text.at("SkuId"), std::string("K1"));
        QCOMPARE(usage.text.at("ConsumedQuantity"), std::string("1000000"));
        QCOMPARE(usage.text.at("ListCost"), std::string("12345678902"));
        QCOMPARE(usage.text.at("Tags"), std::string(R"({"env":"prod","team":"search"})")); // the nearer label wins
        QVERIFY(std::count(usage.extra.begin(), usage.extra.end(), "202611") == 1);

        const auto& credit = fetched.sink.rows[1];
        QCOMPARE(credit.text.at("ChargeCategory"), std::string("Credit"));
        QCOMPARE(credit.text.at("BilledCost"), std::string("-345678901.023456789"));
        QCOMPARE(credit.text.at("EffectiveCost"), std::string("-345678901.023456789"));
        QCOMPARE(credit.text.at("ListCost"), std::string("0"));
        QCOMPARE(credit.text.at("ChargeDescription"), std::string("Committed use discount"));
        QVERIFY(!credit.text.contains("ConsumedQuantity"));

        const auto& tax = fetched.sink.rows[2];
        QCOMPARE(tax.text.at("ChargeCategory"), std::string("Tax"));
        QCOMPARE(tax.text.at("BilledCost"), std::string("0.00000019"));
    }

    void unknownValues_survive()
    {
        auto row = usageRow();
        row["cost_type"] = "brand_new";
        row["service"] = "Frontier Service";
        row.erase("list_amount");
        row.erase("project_id");
        const LoopbackServer server(answering(rowOf(kColumns, row), 1));
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto& charge = fetched.sink.rows[0];
        QCOMPARE(charge.text.at("ChargeCategory"), std::string("Usage"));
        QCOMPARE(charge.text.at("ServiceCategory"), std::string("Other"));
        QVERIFY(!charge.text.contains("ListCost")); // unknown is not zero
        QVERIFY(!charge.text.contains("SubAccountId"));
        QVERIFY(std::count(charge.extra.begin(), charge.extra.end(), "brand_new") == 1);
    }

    void costTypes_becomeCategories_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("category");
        QTest::newRow("adjustment") << "adjustment"
                                    << "Adjustment";
        QTest::newRow("rounding") << "rounding_error"
                                  << "Adjustment";
    }
    void costTypes_becomeCategories()
    {
        QFETCH(QString, type);
        QFETCH(QString, category);
        auto row = usageRow();
        row["cost_type"] = type.toStdString();
        const LoopbackServer server(answering(rowOf(kColumns, row), 1));
        QCOMPARE(QString::fromStdString(fetchFrom(server, sample()).sink.rows.at(0).text.at("ChargeCategory")),
                 category);
    }

    void rowWithoutCost_failsTheFetch()
    {
        auto row = usageRow();
        row.erase("amount");
        const LoopbackServer server(answering(rowOf(kColumns, row), 1));
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("no cost"));
    }

    void missingRows_failTheFetch()
    {
        const LoopbackServer server(answering(rowOf(kColumns, usageRow()), 2));
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("2 rows but brought 1"));
    }

    void restatedWindow_isAskedAnew()
    {
        auto row = usageRow();
        row["amount"] = "3.50";
        const LoopbackServer server(answering(rowOf(kColumns, row), 1));
        QCOMPARE(fetchFrom(server, sample()).total(CostLens::Billed, "EUR"), std::string("3.5"));
    }

    void queryWithoutEnd_isGivenUp()
    {
        const LoopbackServer server([](const Request& request) {
            return request.path == kQueries + "/job_1" ? json(R"({"jobComplete":false})") : billing(request);
        });
        QVERIFY(QString::fromStdString(fetchFrom(server, sample()).error()).contains("did not end"));
    }

    void refusals_areToldApart_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("todo");
        QTest::addColumn<int>("asked");
        const auto error = [](int code, const char* reason, const char* message) {
            return QString(R"({"error":{"code":%1,"message":"%3","errors":[{"reason":"%2","message":"%3"}]}})")
                .arg(code)
                .arg(reason, message);
        };
        QTest::newRow("a role is missing")
            << 403 << error(403, "accessDenied", "Access Denied: User does not have bigquery.jobs.create permission")
            << static_cast<int>(ErrorCode::Denied) << "BigQuery Job User" << 1;
        QTest::newRow("too many queries") << 403 << error(403, "rateLimitExceeded", "Exceeded rate limits")
                                          << static_cast<int>(ErrorCode::Limited) << "Try again later" << 5;
        QTest::newRow("the quota is used up") << 403 << error(403, "quotaExceeded", "Quota exceeded")
                                              << static_cast<int>(ErrorCode::Limited) << "quota" << 5;
        QTest::newRow("too much to read")
            << 400 << error(400, "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed")
            << static_cast<int>(ErrorCode::Invalid) << "Most bytes per query" << 1;
        QTest::newRow("no such table") << 404
                                       << error(404, "notFound", "Not found: Dataset was not found in location US")
                                       << static_cast<int>(ErrorCode::NotFound) << "location" << 1;
    }
    void refusals_areToldApart()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(int, code);
        QFETCH(QString, todo);
        QFETCH(int, asked);
        const LoopbackServer server([&](const Request& request) {
            return request.path == kQueries ? ConnectorSuite::answer(status, body.toStdString()) : billing(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QCOMPARE(static_cast<int>(fetched.status.error().code), code);
        QVERIFY2(QString::fromStdString(fetched.status.error().todo).contains(todo),
                 fetched.status.error().todo.c_str());
        QCOMPARE(server.count(), static_cast<std::size_t>(2 + asked));
    }

    void throttledOnce_isRepeated()
    {
        std::atomic<int> asked = 0;
        const LoopbackServer server([&](const Request& request) {
            if (request.path != kQueries || asked++ != 0)
                return billing(request);
            return ConnectorSuite::answer(
                403, R"({"error":{"code":403,"message":"slow","errors":[{"reason":"rateLimitExceeded"}]}})");
        });
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests[2].body, requests[3].body); // the same requestId: it cannot run twice
    }

    void tooNarrowToken_isWidenedOnce()
    {
        std::atomic<int> tokens = 0;
        const LoopbackServer server([&](const Request& request) {
            if (request.path == "/token")
                return json(R"({"access_token":"token-)" + std::to_string(++tokens) + R"(","expires_in":3599})");
            if (request.path == kQueries && request.headers.at("authorization") == "Bearer token-1")
                return ConnectorSuite::answer(
                    403,
                    R"({"error":{"code":403,"message":"Request had insufficient authentication scopes.","status":"PERMISSION_DENIED"}})");
            return billing(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(tokens.load(), 2);
    }

    void wrongKeyFile_isSaidBeforeAnyRequest()
    {
        const LoopbackServer server(billing);
        ConnectorSample one = sample();
        one.secrets["service_account"] = "-----BEGIN PRIVATE KEY-----";
        const Fetched fetched = fetchFrom(server, one);
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Denied));
        QVERIFY(QString::fromStdString(fetched.status.error().todo).contains("whole JSON file"));
        QCOMPARE(server.count(), std::size_t{0});
    }

    void tableName_mustBeOne()
    {
        const LoopbackServer server(billing);
        for (const char* name : {"table", "a.b.c.d", "a..b", "billing.x` UNION ALL SELECT 1 --"}) {
            ConnectorSample one = sample();
            one.values["table"] = name;
            QVERIFY(QString::fromStdString(fetchFrom(server, one).error()).contains("no name of a table"));
        }
        QCOMPARE(server.count(), std::size_t{0});
    }

    void test_tellsHowMuchIsScanned()
    {
        const LoopbackServer server(billing);
        const auto said = testFrom(server, sample());
        QVERIFY2(said.ok(), said.ok() ? "" : said.error().text().c_str());
        QVERIFY2(QString::fromStdString(*said).contains("would scan 1.24 GB"), said->c_str());
        QCOMPARE(server.count(), std::size_t{3});
    }

    void focusTable_isMappedOneToOne()
    {
        const std::vector<std::string> columns{
            "BilledCost",      "EffectiveCost",      "BillingCurrency", "ChargeCategory", "ChargePeriodStart",
            "ChargePeriodEnd", "BillingPeriodStart", "ServiceName",     "SubAccountId",   "Tags",
            "x_CostType"};
        const LoopbackServer server([&](const Request& request) {
            if (request.path == kTable)
                return json(R"({"location":"EU","schema":{"fields":[)" + field("BilledCost", "NUMERIC") + ',' +
                            field("EffectiveCost", "FLOAT") + ',' + field("BillingCurrency", "STRING") + ',' +
                            field("ChargeCategory", "STRING") + ',' + field("ChargePeriodStart", "TIMESTAMP") + ',' +
                            field("ChargePeriodEnd", "TIMESTAMP") + ',' + field("BillingPeriodStart", "TIMESTAMP") +
                            ',' + field("ServiceName", "STRING") + ',' + field("SubAccountId", "STRING") + ',' +
                            pairs("Tags") + ',' + field("x_CostType", "STRING") + ',' + field("x_Unknown", "STRING") +
                            "]}}");
            if (request.path != kQueries)
                return billing(request);
            const std::string row = rowOf(columns, {{"BilledCost", "1.25"},
                                                    {"EffectiveCost", "1.00"},
                                                    {"BillingCurrency", "USD"},
                                                    {"ChargeCategory", "usage"},
                                                    {"ChargePeriodStart", "2026-11-18T05:00:00Z"},
                                                    {"ChargePeriodEnd", "2026-11-18T06:00:00Z"},
                                                    {"BillingPeriodStart", "2026-11-01T08:00:00Z"},
                                                    {"ServiceName", "Compute Engine"},
                                                    {"SubAccountId", "ml-prod"},
                                                    {"Tags", R"([{"key":"team","value":"search"}])"},
                                                    {"x_CostType", "regular"}});
            return json("{" + schemaOf(columns) +
                        R"(,"jobReference":{"jobId":"j"},"jobComplete":true,"totalRows":"1","rows":[)" + row + "]}");
        });
        ConnectorSample focus = sample();
        focus.values["table_kind"] = "focus";
        const Fetched fetched = fetchFrom(server, focus);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto body = Json::parse(server.requests()[2].body, "body");
        const QString sql = QString::fromStdString((*body)["query"].text());
        QVERIFY(
            sql.contains("CAST(ROUND(CAST(CAST(t.BilledCost AS STRING) AS BIGNUMERIC), 24) AS STRING) AS BilledCost"));
        QVERIFY(sql.contains("TO_JSON_STRING(t.Tags) AS Tags"));
        QVERIFY(sql.contains("WHERE t.ChargePeriodStart >= TIMESTAMP(@from)"));
        QVERIFY(!sql.contains("x_Unknown"));
        const auto& row = fetched.sink.rows.at(0);
        QCOMPARE(row.text.at("BilledCost"), std::string("1.25"));
        QCOMPARE(row.text.at("EffectiveCost"), std::string("1.00"));
        QCOMPARE(row.text.at("ChargeCategory"), std::string("Usage"));
        QCOMPARE(row.text.at("ChargePeriodEnd"), std::string("2026-11-18T06:00:00Z"));
        QCOMPARE(row.text.at("Tags"), std::string(R"({"team":"search"})"));
    }

    void budgets_becomeMeasures()
    {
        const LoopbackServer server([](const Request& request) {
            if (request.path == kQueries)
                return json(complete({}, 0));
            if (request.path != "/v1/billingAccounts/01ABCD-234567-89EFGH/budgets")
                return billing(request);
            if (request.parameter("pageToken").empty())
                return json(R"({"budgets":[{"name":"billingAccounts/01/budgets/b1","displayName":"Search",
 "amount":{"specifiedAmount":{"currencyCode":"EUR","units":"500","nanos":250000000}},
 "budgetFilter":{"calendarPeriod":"MONTH"}},{"name":"b2","amount":{"lastPeriodAmount":{}}}],"nextPageToken":"n"})");
            return json(R"({"budgets":[{"name":"b3","amount":{"specifiedAmount":{"currencyCode":"EUR","units":"9"}},
 "budgetFilter":{"customPeriod":{"startDate":{"year":2026,"month":2,"day":3},"endDate":{"year":2026,"month":12,"day":31}}}}]})");
        });
        ConnectorSample one = sample();
        one.values["billing_account_id"] = "01ABCD-234567-89EFGH";
        one.window = {Day::fromYmd(2026, 11, 20), Day::fromYmd(2026, 11, 22)};
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.measures.size(), std::size_t{2});
        QCOMPARE(fetched.measures[0].value, std::string("500.250000000"));
        QCOMPARE(fetched.measures[0].unit, std::string("EUR"));
        QCOMPARE(fetched.measures[0].labels.at("budget"), std::string("Search"));
        QCOMPARE(toString(fetched.measures[0].start), std::string("2026-11-01T00:00:00Z"));
        QCOMPARE(toString(fetched.measures[1].start), std::string("2026-02-03T00:00:00Z"));
        QCOMPARE(toString(fetched.measures[1].end), std::string("2027-01-01T00:00:00Z"));
        QCOMPARE(fetched.sink.rowsWith("budget-without-amount"), std::uint64_t{1});
        QCOMPARE(server.requests()[4].query, std::string("pageSize=100"));
    }

    void refusedBudgets_costAFindingOnly_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("no right") << 403 << "Billing Account Viewer";
        QTest::newRow("no such account") << 404 << "budgets cannot be read";
    }
    void refusedBudgets_costAFindingOnly()
    {
        QFETCH(int, status);
        QFETCH(QString, says);
        const LoopbackServer server([status](const Request& request) {
            return request.path.ends_with("/budgets") ? ConnectorSuite::answer(status, R"({"error":{"message":"no"}})")
                                                      : billing(request);
        });
        ConnectorSample one = sample();
        one.values["billing_account_id"] = "01ABCD-234567-89EFGH";
        one.now = {providers::startOf(one.window.to).seconds + 3600};
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), one.rows);
        QVERIFY(fetched.sink.find("look-up-refused", says.toStdString()));
    }

    void money_isUnitsAndNanos_data()
    {
        QTest::addColumn<QString>("money");
        QTest::addColumn<QString>("text");
        QTest::newRow("both") << R"({"units":"1","nanos":750000000})"
                              << "1.750000000";
        QTest::newRow("negative") << R"({"units":"-1","nanos":-750000000})"
                                  << "-1.750000000";
        QTest::newRow("only a negative part") << R"({"nanos":-5})"
                                              << "-0.000000005";
        QTest::newRow("largest") << R"({"units":"9223372036854775807","nanos":999999999})"
                                 << "9223372036854775807.999999999";
        QTest::newRow("signs differ") << R"({"units":"1","nanos":-1})"
                                      << "";
        QTest::newRow("no number") << R"({"units":"x"})"
                                   << "";
        QTest::newRow("too many nanos") << R"({"nanos":1000000000})"
                                        << "";
    }
    void money_isUnitsAndNanos()
    {
        QFETCH(QString, money);
        QFETCH(QString, text);
        const auto read = providers::moneyText(*Json::parse(money.toStdString(), "t"), "t");
        QCOMPARE(read.ok(), !text.isEmpty());
        if (read)
            QCOMPARE(QString::fromStdString(*read), text);
    }
};

QTEST_APPLESS_MAIN(TestGcpBigQuery)
#include "tst_gcpbigquery.moc"
