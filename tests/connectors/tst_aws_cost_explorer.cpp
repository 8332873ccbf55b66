#include <QtTest/QtTest>

#include "providers/aws/costexplorerrows.h"
#include "tests/providers/awscheck.h"
#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;
using altimeter::testing::signatureFault;
using altimeter::testing::testFrom;

namespace {

using Request = LoopbackServer::Request;

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

std::string operationOf(const Request& request)
{
    const auto found = request.headers.find("x-amz-target");
    return found == request.headers.end() ? std::string() : found->second.substr(found->second.find('.') + 1);
}

std::string metrics(const std::string& billed, const std::string& effective, const std::string& unit = "USD")
{
    return R"("Metrics":{"UnblendedCost":{"Amount":")" + billed + R"(","Unit":")" + unit +
           R"("},"AmortizedCost":{"Amount":")" + effective + R"(","Unit":")" + unit + R"("}})";
}

std::string group(const std::string& first, const std::string& second, const std::string& billed,
                  const std::string& effective)
{
    return R"({"Keys":[")" + first + R"(",")" + second + R"("],)" + metrics(billed, effective) + '}';
}

std::string day(int number, const std::string& groups, bool isEstimated = false)
{
    const auto date = [](int dayOfMonth) { return toString(Day::fromYmd(2026, 11, dayOfMonth)); };
    return R"({"TimePeriod":{"Start":")" + date(number) + R"(","End":")" + date(number + 1) +
           R"("},"Total":{},"Groups":[)" + groups + R"(],"Estimated":)" + (isEstimated ? "true" : "false") + '}';
}

const std::string kEc2 = "Amazon Elastic Compute Cloud - Compute";

/// Two pages; the first day's groups are spread over both. One account is named by Cost Explorer, one by Organizations
/// (whose first page is empty), one by nobody.
LoopbackServer::Answer pages(const Request& request)
{
    const std::string operation = operationOf(request);
    if (operation == "ListAccounts") {
        if (request.body == "{}")
            return json(R"({"Accounts":[],"NextToken":"a2"})");
        return json(R"({"Accounts":[{"Id":"222233334444","Name":"ml-prod","JoinedTimestamp":1.5E9}]})");
    }
    if (operation != "GetCostAndUsage")
        return ConnectorSuite::answer(400, R"({"__type":"UnknownOperationException"})");
    if (request.body.find("NextPageToken") == std::string::npos)
        return json(R"({"ResultsByTime":[)" + day(18, group(kEc2, "111122223333", "12.3456789012", "10"), true) +
                    R"(],"DimensionValueAttributes":[{"Value":"111122223333",)"
                    R"("Attributes":{"description":"payments-prod"}}],"NextPageToken":"p\"2"})");
    return json(
        R"({"ResultsByTime":[)" +
        day(18, group("Amazon Bedrock", "222233334444", "-1.5", "-1.5") + ',' +
                    group("Tax", "999900001111", "0.25", "0.25")) +
        ',' +
        day(19, group("Claude Sonnet 4 (Amazon Bedrock Edition)", "222233334444", "12345678901.123456789012", "1E-7")) +
        "]}");
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "aws-cost-explorer";
    one.values = {{"ce_url", "{url}"},
                  {"organizations_url", "{url}/"},
                  {"sts_url", "{url}/"},
                  {"access_key_id", " AKIAPLANTED "},
                  {"payer_account", "123456789012"}};
    one.secrets = {{"secret_access_key", "planted/secret+key"}, {"session_token", "planted/session+token=="}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = pages;
    one.provesEmpty = true;
    one.empty = [](const Request&) { return json(R"({"ResultsByTime":[)" + day(18, "") + ',' + day(19, "") + "]}"); };
    one.repeating = [](const Request&) {
        return json(R"({"ResultsByTime":[)" + day(18, group("a", "b", "1", "1")) + R"(],"NextPageToken":"same"})");
    };
    one.totals = {{"USD", "12345678912.219135690212"}};
    one.rows = 4;
    return one;
}

providers::AwsCredentials credentials()
{
    return {"AKIAPLANTED", providers::Secret("planted/secret+key"), providers::Secret("planted/session+token==")};
}

Fetched fetchOne(const std::string& body, const std::map<std::string, std::string>& values = {})
{
    const LoopbackServer server([&body](const Request& request) {
        return operationOf(request) == "ListAccounts"
                   ? ConnectorSuite::answer(400, R"({"__type":"AWSOrganizationsNotInUseException"})")
                   : json(body);
    });
    auto one = sample();
    for (const auto& [key, value] : values)
        one.values[key] = value;
    return fetchFrom(server, one);
}

/// Answers measures; everything else as pages().
LoopbackServer::Answer withMeasures(const Request& request)
{
    const std::string operation = operationOf(request);
    const std::string period = R"("TimePeriod":{"Start":"2026-11-18","End":"2026-11-19"})";
    if (operation == "GetCostForecast")
        return json(
            R"({"Total":{"Amount":"900.5","Unit":"USD"},"ForecastResultsByTime":[{"TimePeriod":)"
            R"({"Start":"2026-11-21","End":"2026-12-01"},"MeanValue":"30.1","PredictionIntervalLowerBound":"25",)"
            R"("PredictionIntervalUpperBound":"35.2"}]})");
    if (operation == "GetSavingsPlansUtilization")
        return json("{\"SavingsPlansUtilizationsByTime\":[{" + period +
                    R"(,"Utilization":{"TotalCommitment":"10","UsedCommitment":"8","UnusedCommitment":"2",)"
                    R"("UtilizationPercentage":"80"},"Savings":{"NetSavings":"3.25"}}],"Total":{}})");
    if (operation == "GetSavingsPlansCoverage") {
        const bool isFirst = request.body.find("\"NextToken\":\"c2\"") == std::string::npos;
        return json("{\"SavingsPlansCoverages\":[{" + period +
                    R"(,"Attributes":{},"Coverage":{"CoveragePercentage":")" + (isFirst ? "61.5" : "62.5") + "\"}}]" +
                    (isFirst ? R"(,"NextToken":"c2"})" : "}"));
    }
    if (operation == "GetReservationUtilization")
        return json("{\"UtilizationsByTime\":[{" + period +
                    R"(,"Total":{"UtilizationPercentage":"75","UnusedHours":"6","NetRISavings":""}}]})");
    if (operation == "GetReservationCoverage")
        return ConnectorSuite::answer(400, R"({"__type":"DataUnavailableException","message":"no data"})");
    if (operation == "GetAnomalies")
        return json(R"({"Anomalies":[{"AnomalyId":"a-1","AnomalyStartDate":"2026-11-18T00:00:00Z",)"
                    R"("AnomalyEndDate":"2026-11-19T00:00:00Z","DimensionValue":"Amazon Bedrock","RootCauses":)"
                    R"([{"Service":"Amazon Bedrock","Region":"us-east-1","LinkedAccount":"111122223333"}],)"
                    R"("AnomalyScore":{"MaxScore":0.9},"Impact":{"TotalImpact":143.0,"TotalActualSpend":200.0,)"
                    R"("TotalExpectedSpend":57.0},"Feedback":"SOMETHING_NEW"}],"NextPageToken":null})");
    return pages(request);
}

std::string utilization(const std::string& percent, const std::string& unusedUnits)
{
    return "{\"UtilizationsByTime\":[{\"TimePeriod\":{\"Start\":\"2026-11-18\",\"End\":\"2026-11-19\"},"
           "\"Total\":{\"UtilizationPercentage\":\"" +
           percent + "\",\"UnusedUnits\":\"" + unusedUnits + "\"}}]}";
}

const Measure* measureOf(const Fetched& fetched, const std::string& name)
{
    const auto found = std::find_if(fetched.measures.begin(), fetched.measures.end(),
                                    [&name](const Measure& one) { return one.name == name; });
    return found == fetched.measures.end() ? nullptr : &*found;
}

} // namespace

class TestAwsCostExplorer : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areExactAndSigned()
    {
        const LoopbackServer server(pages);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{4});
        const std::string open =
            R"({"TimePeriod":{"Start":"2026-11-18","End":"2026-11-20"},"Granularity":"DAILY",)"
            R"("Metrics":["UnblendedCost","AmortizedCost"],"GroupBy":[{"Type":"DIMENSION","Key":"SERVICE"},)"
            R"({"Type":"DIMENSION","Key":"LINKED_ACCOUNT"}])";
        QCOMPARE(text(requests[0].body), text(open + '}'));
        QCOMPARE(text(requests[1].body), text(open + ",\"NextPageToken\":\"p\\\"2\"}"));
        QCOMPARE(text(requests[2].body), QString("{}"));
        QCOMPARE(text(requests[3].body), QString(R"({"NextToken":"a2"})"));
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const auto& request = requests[i];
            QCOMPARE(text(request.method), QString("POST"));
            QCOMPARE(text(request.path), QString("/"));
            QVERIFY(request.query.empty());
            QCOMPARE(text(request.headers.at("content-type")), QString("application/x-amz-json-1.1"));
            QCOMPARE(
                text(request.headers.at("x-amz-target")),
                QString(i < 2 ? "AWSInsightsIndexService.GetCostAndUsage" : "AWSOrganizationsV20161128.ListAccounts"));
            QCOMPARE(text(request.headers.at("host")), QString("127.0.0.1:%1").arg(server.port()));
            QCOMPARE(text(signatureFault(request, credentials(), i < 2 ? "ce" : "organizations", "us-east-1")),
                     QString());
        }
    }

    void groups_becomeFocus()
    {
        const LoopbackServer server(pages);
        const Fetched fetched = fetchFrom(server, sample());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{4});
        const auto& ec2 = fetched.sink.rows[0].text;
        QCOMPARE(text(ec2.at("BilledCost")), QString("12.3456789012"));
        QCOMPARE(text(ec2.at("EffectiveCost")), QString("10"));
        QCOMPARE(text(ec2.at("ProviderName")), QString("AWS"));
        QCOMPARE(text(ec2.at("BillingAccountId")), QString("123456789012"));
        QCOMPARE(text(ec2.at("ServiceName")), text(kEc2));
        QCOMPARE(text(ec2.at("ServiceCategory")), QString("Compute"));
        QCOMPARE(text(ec2.at("SubAccountId")), QString("111122223333"));
        QCOMPARE(text(ec2.at("SubAccountName")), QString("payments-prod"));
        QCOMPARE(text(ec2.at("ChargePeriodStart")), QString("2026-11-18T00:00:00Z"));
        QCOMPARE(text(ec2.at("ChargePeriodEnd")), QString("2026-11-19T00:00:00Z"));
        QCOMPARE(text(extra(fetched, 0, "x_GroupedBy")), QString("SERVICE, LINKED_ACCOUNT"));
        const auto& credit = fetched.sink.rows[1].text;
        QCOMPARE(text(credit.at("BilledCost")), QString("-1.5"));
        QCOMPARE(text(credit.at("ServiceCategory")), QString("AI and Machine Learning"));
        QCOMPARE(text(credit.at("SubAccountName")), QString("ml-prod"));
        QCOMPARE(text(fetched.sink.rows[2].text.at("ChargeCategory")), QString("Tax"));
        QVERIFY(!fetched.sink.rows[2].text.contains("SubAccountName"));
        QCOMPARE(text(extra(fetched, 3, "x_Model")), QString("Claude Sonnet 4"));
        QCOMPARE(text(fetched.total(CostLens::Effective)), QString("8.7500001"));
        // estimated is a word about the day, whichever page says it
        for (std::size_t row = 0; row < 4; ++row)
            QCOMPARE(text(extra(fetched, row, "x_ChargeState")), QString(row < 3 ? "Estimated" : "Final"));
        QCOMPARE(fetched.covered.size(), std::size_t{1});
        QVERIFY(fetched.covered[0] == sample().window);
    }

    void restatedWindow_bringsTheNewAmounts()
    {
        const Fetched before =
            fetchOne(R"({"ResultsByTime":[)" + day(18, group("s", "1", "5", "5"), true) + ',' + day(19, "") + "]}");
        const Fetched after =
            fetchOne(R"({"ResultsByTime":[)" + day(18, group("s", "1", "4.5", "4.5")) + ',' + day(19, "") + "]}");
        QCOMPARE(text(before.total()), QString("5"));
        QCOMPARE(text(after.total()), QString("4.5"));
        QCOMPARE(text(extra(before, 0, "x_ChargeState")), QString("Estimated"));
        QCOMPARE(text(extra(after, 0, "x_ChargeState")), QString("Final"));
    }

    void notGroupedAndDoesNotExist_stayApart()
    {
        const Fetched fetched = fetchOne(R"({"ResultsByTime":[)" + day(18, group("NoRegion", "team$", "1", "1")) + ',' +
                                             day(19, group("eu-west-1", "team$pay$ments", "2", "2")) + "]}",
                                         {{"group_1", "REGION"}, {"group_2", "TAG:team"}});
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(!fetched.sink.rows[0].text.contains("RegionId"));
        QVERIFY(!fetched.sink.rows[0].text.contains("Tags"));
        QVERIFY(!fetched.sink.rows[0].text.contains("SubAccountId"));
        QCOMPARE(text(extra(fetched, 0, "x_GroupedBy")), QString("REGION, TAG:team"));
        QCOMPARE(text(fetched.sink.rows[1].text.at("RegionId")), QString("eu-west-1"));
        QCOMPARE(text(fetched.sink.rows[1].text.at("Tags")), QString(R"({"team":"pay$ments"})"));
    }

    void usageTypes_bringQuantityModelAndUnknownRecordTypes()
    {
        const std::string quantity =
            R"({"Keys":["USE1-Claude4.6Sonnet-input-tokens-batch","Brand New Type"],"Metrics":{"UnblendedCost":)"
            R"({"Amount":"1","Unit":"USD"},"AmortizedCost":{"Amount":"1","Unit":"USD"},)"
            R"("UsageQuantity":{"Amount":"2500.5","Unit":"1K tokens"}}})";
        const std::string mixed =
            R"({"Keys":["BoxUsage","Credit"],"Metrics":{"UnblendedCost":{"Amount":"-1","Unit":"USD"},)"
            R"("AmortizedCost":{"Amount":"-1","Unit":"USD"},"UsageQuantity":{"Amount":"7","Unit":"N/A"}}})";
        const Fetched fetched =
            fetchOne(R"({"ResultsByTime":[)" + day(18, quantity + ',' + mixed) + ',' + day(19, "") + "]}",
                     {{"group_1", "USAGE_TYPE"}, {"group_2", "RECORD_TYPE"}});
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto& row = fetched.sink.rows[0].text;
        QCOMPARE(text(row.at("ConsumedQuantity")), QString("2500.5"));
        QCOMPARE(text(row.at("ConsumedUnit")), QString("1K tokens"));
        QCOMPARE(text(row.at("ChargeCategory")), QString("Adjustment"));
        QCOMPARE(text(extra(fetched, 0, "x_RecordType")), QString("Brand New Type"));
        QCOMPARE(text(extra(fetched, 0, "x_Model")), QString("Claude4.6Sonnet"));
        QCOMPARE(text(extra(fetched, 0, "x_TokenClass")), QString("input"));
        QCOMPARE(text(extra(fetched, 0, "x_ServiceTier")), QString("batch"));
        QVERIFY(!fetched.sink.rows[1].text.contains("ConsumedQuantity"));
        QCOMPARE(text(fetched.sink.rows[1].text.at("ChargeCategory")), QString("Credit"));
    }

    void bedrockMeter_readsUsageTypes_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("tokenClass");
        QTest::newRow("USE1-Nova-output-tokens") << "Nova"
                                                 << "output";
        QTest::newRow("EUC1-Claude4-cache-read-input-token-count") << "Claude4"
                                                                   << "cached_input";
        QTest::newRow("USE1-MP:USE1_InputTokenCount-Units") << ""
                                                            << "input";
        QTest::newRow("USE1-MP:USE1_CacheReadInputTokenCount-Units") << ""
                                                                     << "cached_input";
        QTest::newRow("BoxUsage:m5.large") << ""
                                           << "";
        QTest::newRow("-input-tokens") << ""
                                       << "";
        QTest::newRow("USW2-") << ""
                               << "";
    }
    void bedrockMeter_readsUsageTypes()
    {
        const auto meter = providers::bedrockMeter(QTest::currentDataTag());
        QTEST(text(meter.model), "model");
        QTEST(text(meter.tokenClass), "tokenClass");
    }

    void netAmortized_isAskedAndTaken()
    {
        const std::string net = R"({"Keys":["s"],"Metrics":{"UnblendedCost":{"Amount":"10","Unit":"USD"},)"
                                R"("NetAmortizedCost":{"Amount":"7","Unit":"USD"}}})";
        const std::string body = R"({"ResultsByTime":[)" + day(18, net) + ',' + day(19, "") + "]}";
        const LoopbackServer server([&body](const Request&) { return json(body); });
        auto one = sample();
        one.values["group_2"] = "NONE";
        one.values["net_amortized"] = "yes";
        one.values["filter"] = " {\"Dimensions\": {\"Key\":\"SERVICE\",\"Values\":[\"Amazon Bedrock\"]}}\n";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(text(fetched.total(CostLens::Effective)), QString("7"));
        const std::string sent = server.requests()[0].body;
        QVERIFY(sent.find(R"("Metrics":["UnblendedCost","NetAmortizedCost"],"GroupBy":[{"Type":"DIMENSION",)"
                          R"("Key":"SERVICE"}],"Filter":{"Dimensions":{"Key":"SERVICE",)") != std::string::npos);
    }

    void settings_thatMakeNoSense_areNotSent_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::newRow("dimension") << "group_1"
                                   << "COLOUR";
        QTest::newRow("no first grouping") << "group_1"
                                           << "NONE";
        QTest::newRow("tag without a name") << "group_2"
                                            << "TAG:";
        QTest::newRow("filter") << "filter"
                                << "SERVICE=x";
    }
    void settings_thatMakeNoSense_areNotSent()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        const LoopbackServer server(pages);
        auto one = sample();
        one.values[field.toStdString()] = value.toStdString();
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY(!fetched.status.ok());
        QVERIFY(!fetched.status.error().todo.empty());
        QCOMPARE(server.count(), std::size_t{0});
    }

    void answers_thatMakeNoSense_areRefused_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, const std::string& results, const char* word) {
            QTest::newRow(name) << text(R"({"ResultsByTime":[)" + results + "]}") << word;
        };
        row("no amount", day(18, R"({"Keys":["a","b"],"Metrics":{"AmortizedCost":{"Amount":"1","Unit":"USD"}}})"),
            "Amount");
        row("no effective amount",
            day(18, R"({"Keys":["a","b"],"Metrics":{"UnblendedCost":{"Amount":"1","Unit":"USD"}}})"), "Amount");
        row("two currencies",
            day(18, R"({"Keys":["a","b"],"Metrics":{"UnblendedCost":{"Amount":"1","Unit":"USD"},)"
                    R"("AmortizedCost":{"Amount":"1","Unit":"EUR"}}})"),
            "currencies");
        row("no currency", day(18, R"({"Keys":["a","b"],)" + metrics("1", "1", "N/A") + '}'), "no currency");
        row("one key", day(18, R"({"Keys":["a"],)" + metrics("1", "1") + '}'), "keys");
        row("no groups", R"({"TimePeriod":{"Start":"2026-11-18","End":"2026-11-19"},"Estimated":true})", "Groups");
        row("a month", R"({"TimePeriod":{"Start":"2026-11-01","End":"2026-12-01"},"Groups":[]})", "one day");
        row("a day that was not asked for", day(21, group("a", "b", "1", "1")), "not asked for");
    }
    void answers_thatMakeNoSense_areRefused()
    {
        QFETCH(QString, body);
        QFETCH(QString, word);
        const Fetched fetched = fetchOne(body.toStdString());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(text(fetched.error()).contains(word), fetched.error().c_str());
    }

    void dayThatIsNotAnswered_isNotReplaced()
    {
        const Fetched fetched = fetchOne(R"({"ResultsByTime":[)" + day(19, group("a", "b", "1", "1")) + "]}");
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.covered.size(), std::size_t{1});
        QVERIFY((fetched.covered[0] == DateRange{Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)}));
        QCOMPARE(fetched.sink.rowsWith("days-not-answered"), std::uint64_t{1});
    }

    void totalBesideNoGroups_isAResidual()
    {
        std::string results = day(18, "");
        const std::string total = metrics("3.5", "3.5");
        results.replace(results.find(R"("Total":{})"), 10, "\"Total\":" + total.substr(total.find('{')));
        const Fetched fetched = fetchOne(R"({"ResultsByTime":[)" + results + ',' + day(19, "") + "]}");
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(text(fetched.total()), QString("3.5"));
        QCOMPARE(text(extra(fetched, 0, "x_Residual")), QString("cost of the day that AWS does not group"));
    }

    void refusals_areInPlainWords_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("todo");
        QTest::newRow("right") << "AccessDeniedException" << int(ErrorCode::Denied) << "Allow ce:GetCostAndUsage";
        QTest::newRow("expired") << "ExpiredTokenException" << int(ErrorCode::Denied) << "fresh temporary";
        QTest::newRow("unknown") << "UnrecognizedClientException" << int(ErrorCode::Denied) << "access key ID";
        QTest::newRow("signature") << "InvalidSignatureException" << int(ErrorCode::Denied) << "clock";
        QTest::newRow("new") << "DataUnavailableException" << int(ErrorCode::NotFound) << "tomorrow";
        QTest::newRow("opt in") << "OptInRequired" << int(ErrorCode::Denied) << "console";
        QTest::newRow("invalid") << "ValidationException" << int(ErrorCode::Invalid) << "settings";
    }
    void refusals_areInPlainWords()
    {
        QFETCH(QString, code);
        QFETCH(int, kind);
        QFETCH(QString, todo);
        const LoopbackServer server([&code](const Request& request) {
            return ConnectorSuite::answer(400,
                                          R"({"__type":"com.amazonaws.x#)" + code.toStdString() +
                                              R"(:z","message":"said )" + request.headers.at("x-amz-security-token") +
                                              "\"}",
                                          "application/x-amz-json-1.1");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        QCOMPARE(int(fetched.status.error().code), kind);
        QVERIFY2(text(fetched.status.error().todo).contains(todo), fetched.status.error().todo.c_str());
        QVERIFY(text(fetched.error()).contains(code));
        QVERIFY(!text(fetched.error()).contains("session+token"));
        QCOMPARE(server.count(), std::size_t{1});
    }

    void throttlingWith400_isWaitedFor()
    {
        std::atomic<int> asked = 0;
        const LoopbackServer server([&asked](const Request& request) {
            return asked++ == 0 ? ConnectorSuite::answer(400, R"({"__type":"LimitExceededException"})")
                                : pages(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.pauses.size(), std::size_t{1});
        const LoopbackServer never(
            [](const Request&) { return ConnectorSuite::answer(400, R"({"__type":"ThrottlingException"})"); });
        const Fetched limited = fetchFrom(never, sample());
        QVERIFY(limited.status.error().code == ErrorCode::Limited);
    }

    void accountNames_refused_areAFinding()
    {
        const LoopbackServer server([](const Request& request) {
            return operationOf(request) == "ListAccounts"
                       ? ConnectorSuite::answer(400, R"({"__type":"AccessDeniedException"})")
                       : pages(request);
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QVERIFY(fetched.sink.find("look-up-refused", "organizations:ListAccounts") != nullptr);
        QCOMPARE(fetched.sink.rows.size(), std::size_t{4});
    }

    void accountNames_failingInAnyWay_areAFinding()
    {
        for (const auto& [status, body] :
             {std::pair{400, R"({"__type":"InvalidInputException"})"}, std::pair{404, "{}"}, std::pair{429, "{}"},
              std::pair{500, "oops"}, std::pair{200, "{}"}, std::pair{200, "nonsense"},
              std::pair{200, R"({"Accounts":[],"NextToken":"again"})"}}) {
            const LoopbackServer server([status = status, body = body](const Request& request) {
                return operationOf(request) == "ListAccounts" ? ConnectorSuite::answer(status, body) : pages(request);
            });
            const Fetched fetched = fetchFrom(server, sample());
            QVERIFY2(fetched.status.ok(), fetched.error().c_str());
            QCOMPARE(text(fetched.total()), QString("12345678912.219135690212"));
            QVERIFY(fetched.sink.find("look-up-refused", "account names") != nullptr);
        }
    }

    void accountNames_allKnown_areNotAskedFor()
    {
        const LoopbackServer server([](const Request&) {
            return json(R"({"ResultsByTime":[)" + day(18, group("s", "1", "1", "1")) + ',' + day(19, "") +
                        R"(],"DimensionValueAttributes":[{"Value":"1","Attributes":{"description":"one"}}]})");
        });
        QVERIFY(fetchFrom(server, sample()).status.ok());
        QCOMPARE(server.count(), std::size_t{1});
    }

    void role_isAssumedOnce()
    {
        const LoopbackServer server([](const Request& request) {
            if (!operationOf(request).empty())
                return pages(request);
            return ConnectorSuite::answer(
                200,
                "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
                "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role/secret</SecretAccessKey>"
                "<SessionToken>role+token==</SessionToken><Expiration>2026-11-21T09:00:00Z</Expiration></Credentials>"
                "</AssumeRoleResult></AssumeRoleResponse>",
                "text/xml");
        });
        auto one = sample();
        one.values["role_arn"] = "arn:aws:iam::555566667777:role/billing";
        one.values["external_id"] = "x 1";
        one.values.erase("payer_account");
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{5});
        QCOMPARE(text(requests[0].body),
                 QString("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A555566667777%3Arole%2F"
                         "billing&RoleSessionName=altimeter&DurationSeconds=3600&ExternalId=x%201"));
        QCOMPARE(text(requests[0].headers.at("content-type")), QString("application/x-www-form-urlencoded"));
        QCOMPARE(text(signatureFault(requests[0], credentials(), "sts", "us-east-1")), QString());
        const providers::AwsCredentials role{"ASIAROLE", providers::Secret("role/secret"),
                                             providers::Secret("role+token==")};
        QCOMPARE(text(signatureFault(requests[1], role, "ce", "us-east-1")), QString());
        QCOMPARE(text(fetched.sink.rows[0].text.at("BillingAccountId")), QString("555566667777"));
    }

    void role_refused_saysWhatToAllow()
    {
        const LoopbackServer server([](const Request&) {
            return ConnectorSuite::answer(403,
                                          "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
                                          "<Message>not authorized</Message></Error></ErrorResponse>",
                                          "text/xml");
        });
        auto one = sample();
        one.values["role_arn"] = "arn:aws:iam::555566667777:role/billing";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY(fetched.status.error().code == ErrorCode::Denied);
        QVERIFY(text(fetched.status.error().todo).contains("trust policy"));
        QVERIFY(text(fetched.error()).contains("sts:AssumeRole on arn:aws:iam::555566667777:role/billing"));
    }

    void measures_areAskedOnRequest()
    {
        const LoopbackServer server(withMeasures);
        auto one = sample();
        one.values["measures"] = "yes";
        one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 22)};
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto value = [&fetched](const char* name) {
            const Measure* found = measureOf(fetched, name);
            return found ? text(found->value + ' ' + found->unit) : QString("none");
        };
        QCOMPARE(value("cost_forecast"), QString("30.1 USD"));
        QCOMPARE(value("cost_forecast_low"), QString("25 USD"));
        QCOMPARE(value("savings_plan_utilisation"), QString("80 percent"));
        QCOMPARE(value("savings_plan_unused"), QString("2 USD"));
        QCOMPARE(value("savings_plan_net_savings"), QString("3.25 USD"));
        QCOMPARE(value("reservation_utilisation"), QString("75 percent"));
        QCOMPARE(value("reservation_net_savings"), QString("none"));
        QCOMPARE(value("anomaly_impact"), QString("143.0 USD"));
        QCOMPARE(std::count_if(fetched.measures.begin(), fetched.measures.end(),
                               [](const Measure& measure) { return measure.name == "savings_plan_coverage"; }),
                 std::ptrdiff_t{2});
        QVERIFY(fetched.sink.find("measure-unavailable", "GetReservationCoverage") != nullptr);
        const Measure& anomaly = *measureOf(fetched, "anomaly_impact");
        QCOMPARE(text(anomaly.labels.at("service")), QString("Amazon Bedrock"));
        QCOMPARE(text(anomaly.labels.at("feedback")), QString("SOMETHING_NEW"));
        QCOMPARE(text(toString(anomaly.end)), QString("2026-11-20T00:00:00Z"));

        std::map<std::string, std::string> bodies;
        for (const auto& request : server.requests())
            bodies.emplace(operationOf(request), request.body);
        QCOMPARE(text(bodies["GetCostForecast"]),
                 QString(R"({"TimePeriod":{"Start":"2026-11-21","End":"2027-03-01"},"Metric":"UNBLENDED_COST",)"
                         R"("Granularity":"MONTHLY","PredictionIntervalLevel":80})"));
        QCOMPARE(text(bodies["GetSavingsPlansCoverage"]),
                 QString(R"({"TimePeriod":{"Start":"2026-11-18","End":"2026-11-21"},"Granularity":"DAILY"})"));
        QCOMPARE(text(bodies["GetReservationCoverage"]),
                 QString(R"({"TimePeriod":{"Start":"2026-11-18","End":"2026-11-21"},"Granularity":"DAILY",)"
                         R"("Filter":{"Dimensions":{"Key":"SERVICE","Values":["Amazon DynamoDB Service"]}},)"
                         R"("Metrics":["Hour","Unit","Cost"]})"));
        QCOMPARE(text(bodies["GetAnomalies"]),
                 QString(R"({"DateInterval":{"StartDate":"2026-11-18","EndDate":"2026-11-21"}})"));
    }

    void measures_refused_costNothingElse_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("isEnd");
        const auto row = [](int status, const char* body, bool isEnd = false) {
            QTest::addRow("%d %s", status, body) << status << QByteArray(body) << isEnd;
        };
        row(400, R"({"__type":"AccessDeniedException"})");
        row(400, R"({"__type":"ValidationException"})");
        row(400, R"({"__type":"BillExpirationException"})");
        row(404, "{}");
        row(400, R"({"__type":"LimitExceededException"})", true);
        row(429, "{}", true);
        row(500, "oops", true);
        row(200, "{}");
        row(200, "nonsense");
    }
    void measures_refused_costNothingElse()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, isEnd);
        const LoopbackServer server([&](const Request& request) {
            const std::string operation = operationOf(request);
            return operation == "GetCostAndUsage" || operation == "ListAccounts"
                       ? pages(request)
                       : ConnectorSuite::answer(status, body.toStdString());
        });
        auto one = sample();
        one.values["measures"] = "yes";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(text(fetched.total()), QString("12345678912.219135690212"));
        QVERIFY(fetched.sink.find("measure-refused", "GetSavingsPlansUtilization") != nullptr);
        QCOMPARE(fetched.sink.find("measure-refused", "GetAnomalies") == nullptr, isEnd);
        QCOMPARE(fetched.sink.find("measure-refused", "No further") != nullptr, isEnd);
    }

    void reservations_areAskedPerService()
    {
        const LoopbackServer server([](const Request& request) {
            if (operationOf(request) != "GetReservationUtilization")
                return withMeasures(request);
            const bool isRds = request.body.find("Relational Database") != std::string::npos;
            return isRds ? json(utilization("40", "3")) : json(utilization("90", ""));
        });
        auto one = sample();
        one.window.to = Day::fromYmd(2026, 11, 22);
        one.values["measures"] = "yes";
        one.values["filter"] = R"({"And":[{"Dimensions":{"Key":"REGION","Values":["eu-west-1"]}},{"Dimensions":)"
                               R"({"Key":"LINKED_ACCOUNT","Values":["111122223333"]}}]})";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        std::map<std::string, std::string> used;
        for (const Measure& measure : fetched.measures) {
            if (measure.name == "reservation_utilisation")
                used[measure.labels.at("service")] = measure.value;
        }
        QCOMPARE(used.size(), std::size_t{7});
        QCOMPARE(text(used["Amazon Relational Database Service"]), QString("40"));
        QCOMPARE(text(used["Amazon MemoryDB Service"]), QString("90"));
        QCOMPARE(text(measureOf(fetched, "reservation_unused_units")->value), QString("3"));
        QVERIFY(fetched.sink.find("measure-unavailable", "Amazon Redshift") != nullptr);
        const std::string service = "\"Filter\":{\"And\":[{\"Dimensions\":{\"Key\":\"SERVICE\",\"Values\":[\"Amazon ";
        const std::string region = R"({"Key":"REGION","Values":["eu-west-1"]})";
        for (const auto& request : server.requests()) {
            const std::string operation = operationOf(request);
            if (operation == "GetReservationUtilization")
                QVERIFY(request.body.find(service) != std::string::npos);
            if (operation.starts_with("GetReservation") || operation.starts_with("GetSavings") ||
                operation == "GetCostForecast")
                QVERIFY2(request.body.find(region) != std::string::npos, operation.c_str());
        }

        // later in the month those that cost nothing are not asked for again, which would be paid for
        one.state = fetched.state;
        const Fetched again = fetchFrom(server, one);
        std::set<std::string> services;
        for (const Measure& measure : again.measures) {
            if (measure.name == "reservation_utilisation")
                services.insert(measure.labels.at("service"));
        }
        QVERIFY(services == std::set<std::string>{kEc2});
    }

    void amountsWithoutUnit_areInTheCurrencyOfTheCosts()
    {
        const LoopbackServer server([](const Request& request) {
            return operationOf(request) == "GetCostAndUsage"
                       ? json(R"({"ResultsByTime":[)" +
                              day(18, R"({"Keys":["Amazon Redshift","1"],)" + metrics("5", "5", "CNY") + '}') + ',' +
                              day(19, "") + "]}")
                       : withMeasures(request);
        });
        auto one = sample();
        one.values["measures"] = "yes";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(text(measureOf(fetched, "savings_plan_unused")->unit), QString("CNY"));
        QCOMPARE(text(measureOf(fetched, "anomaly_impact")->unit), QString("CNY"));
    }

    void endedSessionOfARole_isTakenUpOnceMore()
    {
        std::atomic<int> roles = 0;
        std::atomic<int> asked = 0;
        LoopbackServer server([&](const Request& request) {
            if (operationOf(request).empty())
                return ConnectorSuite::answer(200,
                                              "<R><AssumeRoleResult><Credentials><AccessKeyId>ASIA" +
                                                  std::to_string(++roles) +
                                                  "</AccessKeyId><SecretAccessKey>role/secret</SecretAccessKey>"
                                                  "<SessionToken>role+token==</SessionToken><Expiration>2026-11-21T09:"
                                                  "00:00Z</Expiration></Credentials></AssumeRoleResult></R>",
                                              "text/xml");
            return asked++ == 0 ? ConnectorSuite::answer(400, R"({"__type":"ExpiredTokenException"})") : pages(request);
        });
        auto one = sample();
        one.values["role_arn"] = "arn:aws:iam::555566667777:role/billing";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(roles.load(), 2);
        server.setHandler([&](const Request& request) {
            return operationOf(request).empty()
                       ? ConnectorSuite::answer(
                             200,
                             "<R><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>role/"
                             "secret</SecretAccessKey><SessionToken>role+token==</SessionToken><Expiration>2026-11-21T"
                             "09:00:00Z</Expiration></Credentials></AssumeRoleResult></R>",
                             "text/xml")
                       : ConnectorSuite::answer(400, R"({"__type":"ExpiredTokenException"})");
        });
        server.forget();
        QVERIFY(fetchFrom(server, one).status.error().code == ErrorCode::Denied); // and not for ever
        QCOMPARE(server.count(), std::size_t{4});
    }

    void requestsFor_countsWhatCosts()
    {
        const auto* kind = providers::connectorKind("aws-cost-explorer");
        QCOMPARE(text(kind->info.requestCost + kind->info.requestCostCurrency), QString("0.01USD"));
        providers::CurlTransport transport({});
        providers::HttpClient http(transport);
        const providers::Secrets secrets;
        ConnectionSettings settings;
        const Instant now{1795248000};
        const DateRange recent{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 22)};
        const DateRange old{Day::fromYmd(2026, 1, 1), Day::fromYmd(2026, 2, 1)};
        QCOMPARE(kind->make({settings, secrets, http, now})->requestsFor(recent), std::uint64_t{1});
        settings.values["measures"] = "yes";
        QCOMPARE(kind->make({settings, secrets, http, now})->requestsFor(recent), std::uint64_t{7});
        QCOMPARE(kind->make({settings, secrets, http, now})->requestsFor(old), std::uint64_t{6}); // 31 days of coverage
    }

    void test_saysWhatItCost()
    {
        const LoopbackServer server(pages);
        const auto said = testFrom(server, sample());
        QVERIFY(said);
        QVERIFY(text(*said).contains("USD 0.01"));
        QVERIFY2(text(*said).contains("12.3456789012 USD"), said->c_str());
        QVERIFY(text(server.requests()[0].body).contains(R"("Start":"2026-11-20","End":"2026-11-21")"));
    }
};

QTEST_APPLESS_MAIN(TestAwsCostExplorer)
#include "tst_aws_cost_explorer.moc"
