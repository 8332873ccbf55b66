#include <QtTest/QtTest>

#include "tests/providers/awscheck.h"
#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::LoopbackServer;
using altimeter::testing::signatureFault;
using altimeter::testing::testFrom;

namespace {

using Request = LoopbackServer::Request;
using Answer = LoopbackServer::Answer;

std::string formValue(const Request& request, std::string_view name)
{
    Request form;
    form.query = request.body;
    return form.parameter(name);
}

Answer xml(const std::string& operation, const std::string& result)
{
    return ConnectorSuite::answer(200,
                                  "<?xml version=\"1.0\"?><" + operation +
                                      "Response xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><" +
                                      operation + "Result>" + result + "</" + operation +
                                      "Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></" +
                                      operation + "Response>",
                                  "text/xml");
}

std::string member(const std::string& text)
{
    return "<member>" + text + "</member>";
}

std::string tag(const std::string& name, const std::string& text)
{
    return '<' + name + '>' + text + "</" + name + '>';
}

std::string metric(const std::string& space, const std::string& name,
                   const std::vector<std::pair<std::string, std::string>>& dimensions)
{
    std::string all;
    for (const auto& [key, value] : dimensions)
        all += member(tag("Name", key) + tag("Value", value));
    return member(tag("Namespace", space) + tag("MetricName", name) + tag("Dimensions", all));
}

/// A result of GetMetricData; `points` are days of November 2026 with their values.
std::string result(const std::string& id, const std::vector<std::pair<int, std::string>>& points,
                   const std::string& status = "Complete")
{
    std::string times, values;
    for (const auto& [day, value] : points) {
        times += member(toString(Day::fromYmd(2026, 11, day)) + "T00:00:00Z");
        values += member(value);
    }
    return member(tag("Id", id) + tag("Label", "any") + tag("Timestamps", times) + tag("Values", values) +
                  tag("StatusCode", status));
}

/// The names of the metrics a GetMetricData asks for, with the first dimension: "InputTokenCount of m-1", by its id.
std::vector<std::pair<std::string, std::string>> askedOf(const Request& request)
{
    std::vector<std::pair<std::string, std::string>> asked;
    for (int number = 1;; ++number) {
        const std::string start = "MetricDataQueries.member." + std::to_string(number) + '.';
        const std::string id = formValue(request, start + "Id");
        if (id.empty())
            return asked;
        const std::string stat = start + "MetricStat.";
        if (formValue(request, stat + "Period") != "86400" || formValue(request, stat + "Stat") != "Sum")
            return {};
        asked.emplace_back(id, formValue(request, stat + "Metric.MetricName") + " of " +
                                   formValue(request, stat + "Metric.Dimensions.member.1.Value"));
    }
}

const std::string kClaude = "anthropic.claude-sonnet-5-v1:0";

std::string listed(const std::string& space)
{
    if (space == "AWS/Bedrock")
        return metric(space, "InputTokenCount", {{"ModelId", kClaude}}) +
               metric(space, "OutputTokenCount", {{"ModelId", kClaude}}) +
               metric(space, "CacheReadInputTokenCount", {{"ModelId", kClaude}}) +
               metric(space, "Invocations", {{"ModelId", kClaude}}) +
               // of the whole account, of parts of a model, and no count of use
               metric(space, "Invocations", {}) +
               metric(space, "OutputImageCount", {{"ModelId", "img"}, {"ImageSize", "1024"}}) +
               metric(space, "InvocationLatency", {{"ModelId", kClaude}});
    return metric(space, "TotalInputTokens", {{"Model", "gpt-oss"}}) +
           metric(space, "TotalInputTokens", {{"Project", "p-1"}}) +
           metric(space, "InputTokens", {{"Model", "gpt-oss"}, {"Project", "p-1"}}) +
           metric(space, "Inferences", {{"Model", "gpt-oss"}}) +
           metric(space, "Inferences", {{"Model", "gpt-oss"}, {"Project", "p-1"}}) +
           metric(space, "TotalOutputTokens", {{"Model", "alone"}});
}

/// ListMetrics in two pages; GetMetricData in two pages, with the second day of the first metric on the second.
Answer watch(const Request& request)
{
    const std::string operation = formValue(request, "Action");
    if (operation == "ListMetrics") {
        const std::string space = formValue(request, "Namespace");
        if (space == "AWS/Bedrock" && formValue(request, "NextToken").empty())
            return xml(operation, tag("Metrics", "") + tag("NextToken", "list/2=="));
        return xml(operation, tag("Metrics", listed(space)));
    }
    if (operation != "GetMetricData")
        return ConnectorSuite::answer(400, "<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>",
                                      "text/xml");
    std::string results;
    if (!formValue(request, "NextToken").empty())
        return xml(operation, tag("MetricDataResults", result("m1", {{20, "1.5E7"}})));
    for (const auto& [id, name] : askedOf(request)) {
        if (id == "m1")
            results += result(id, {{19, "123456.0"}}, "PartialData");
        else if (name == "InputTokenCount of " + kClaude)
            results += result(id, {{19, "90071992547409921.0"}, {20, "0.0"}});
        else
            results += result(id, {{20, "7"}});
    }
    return xml(operation, tag("MetricDataResults", results) + tag("NextToken", "page2") + tag("Messages", ""));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "aws-bedrock";
    one.values = {{"monitoring_url", "{url}"}, {"regions", "eu-west-1"}, {"access_key_id", "AKIAPLANTED"}};
    one.secrets = {{"secret_access_key", "planted/secret+key"}, {"session_token", "planted/session+token=="}};
    one.window = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)};
    one.happy = watch;
    one.empty = [](const Request& request) {
        return formValue(request, "Action") == "ListMetrics" ? xml("ListMetrics", tag("Metrics", "")) : watch(request);
    };
    one.repeating = [](const Request& request) {
        return formValue(request, "Action") == "GetMetricData"
                   ? xml("GetMetricData", tag("MetricDataResults", "") + tag("NextToken", "same"))
                   : watch(request);
    };
    one.answersJson = false;
    return one;
}

/// "bedrock_tokens input 2026-11-19" and the like, with the value.
std::map<std::string, std::string> told(const Fetched& fetched)
{
    std::map<std::string, std::string> all;
    for (const Measure& one : fetched.measures) {
        const auto label = [&one](const char* name) {
            const auto found = one.labels.find(name);
            return found == one.labels.end() ? std::string() : ' ' + found->second;
        };
        const std::string key =
            one.name + label("class") + label("model") + label("project") + ' ' + toString(one.start.day());
        all[key] = all.contains(key) ? "twice" : one.value;
    }
    return all;
}

/// What comes of one metric that is answered so.
Fetched fetchOne(const std::string& results)
{
    const LoopbackServer server([&results](const Request& request) {
        if (formValue(request, "Action") == "GetMetricData")
            return xml("GetMetricData", tag("MetricDataResults", results));
        const std::string space = formValue(request, "Namespace");
        return xml("ListMetrics",
                   tag("Metrics",
                       space == "AWS/Bedrock" ? metric(space, "Invocations", {{"ModelId", "m-1"}}) : std::string()));
    });
    return fetchFrom(server, sample());
}

} // namespace

class TestAwsBedrock : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void requests_areSignedForCloudWatch()
    {
        const LoopbackServer server(watch);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{5}); // two pages, the newer endpoint, two pages of data
        const providers::AwsCredentials key{"AKIAPLANTED", providers::Secret("planted/secret+key"),
                                            providers::Secret("planted/session+token==")};
        for (const Request& request : requests) {
            QCOMPARE(request.method, std::string("POST"));
            QCOMPARE(request.path, std::string("/"));
            QCOMPARE(formValue(request, "Version"), std::string("2010-08-01"));
            QCOMPARE(request.headers.at("content-type"), std::string("application/x-www-form-urlencoded"));
            QCOMPARE(signatureFault(request, key, "monitoring", "eu-west-1"), std::string());
        }
        QCOMPARE(requests[0].body, std::string("Action=ListMetrics&Version=2010-08-01&Namespace=AWS%2FBedrock"));
        QCOMPARE(formValue(requests[1], "NextToken"), std::string("list/2=="));
        QCOMPARE(formValue(requests[3], "StartTime"), std::string("2026-11-19T00:00:00Z"));
        QCOMPARE(formValue(requests[3], "EndTime"), std::string("2026-11-21T00:00:00Z"));
        QCOMPARE(formValue(requests[4], "NextToken"), std::string("page2"));
        QVERIFY(askedOf(requests[4]) == askedOf(requests[3]));
    }

    void everyRequest_isCountedOnce()
    {
        const LoopbackServer server(watch);
        const Fetched fetched = fetchFrom(server, sample());
        const auto values = told(fetched);
        const std::map<std::string, std::string> expected{
            {"bedrock_tokens cache_read " + kClaude + " 2026-11-19", "123456.0"},
            {"bedrock_tokens cache_read " + kClaude + " 2026-11-20", "15000000"},
            {"bedrock_tokens input " + kClaude + " 2026-11-19", "90071992547409921.0"},
            {"bedrock_tokens input " + kClaude + " 2026-11-20", "0.0"},
            {"bedrock_tokens output " + kClaude + " 2026-11-20", "7"},
            {"bedrock_requests " + kClaude + " 2026-11-20", "7"},
            {"bedrock_tokens input gpt-oss p-1 2026-11-20", "7"},
            {"bedrock_requests gpt-oss p-1 2026-11-20", "7"},
            {"bedrock_tokens output alone 2026-11-20", "7"},
        };
        QVERIFY(values == expected);
        QCOMPARE(fetched.measures.front().labels.at("region"), std::string("eu-west-1"));
        QCOMPARE(fetched.measures.front().labels.at("endpoint"), std::string("runtime"));
    }

    void metric_isAskedForAfterItLeftTheList()
    {
        const LoopbackServer server(watch);
        ConnectorSample later = sample();
        later.state = fetchFrom(server, sample()).state;
        const LoopbackServer silent([](const Request& request) {
            if (formValue(request, "Action") == "ListMetrics")
                return xml("ListMetrics", tag("Metrics", ""));
            std::string results;
            for (const auto& [id, name] : askedOf(request))
                results += result(id, {});
            return xml("GetMetricData", tag("MetricDataResults", results));
        });
        QVERIFY(fetchFrom(silent, later).status.ok());
        QCOMPARE(askedOf(silent.requests().back()).size(), std::size_t{7}); // listed on a day of the window or later
        later.window = {Day::fromYmd(2026, 12, 1), Day::fromYmd(2026, 12, 3)};
        later.now = providers::startOf(Day::fromYmd(2026, 12, 3));
        const LoopbackServer after(later.empty);
        const Fetched nothing = fetchFrom(after, later); // last listed before the window: nothing can be in it
        QVERIFY2(nothing.status.ok(), nothing.error().c_str());
        QCOMPARE(after.count(), std::size_t{2});
        QVERIFY(nothing.sink.find("no-models"));
        QVERIFY(!nothing.state.at("metrics:eu-west-1").empty()); // and yet it is remembered
    }

    void furtherModels_areAskedForByName()
    {
        const LoopbackServer server([](const Request& request) {
            if (formValue(request, "Action") == "ListMetrics")
                return xml("ListMetrics", tag("Metrics", ""));
            std::string results;
            for (const auto& [id, name] : askedOf(request))
                results += result(id, {{19, "3"}});
            return xml("GetMetricData", tag("MetricDataResults", results));
        });
        ConnectorSample one = sample();
        one.values["models"] = "old-1, old-2";
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.measures.size(), std::size_t{12});
    }

    void moreThanAHundredMetrics_areSeveralRequests()
    {
        const LoopbackServer server([](const Request& request) {
            if (formValue(request, "Action") == "ListMetrics")
                return xml("ListMetrics", tag("Metrics", ""));
            std::string results;
            for (const auto& [id, name] : askedOf(request))
                results += result(id, {{19, "3"}});
            return xml("GetMetricData", tag("MetricDataResults", results));
        });
        ConnectorSample one = sample();
        for (int i = 0; i < 17; ++i)
            one.values["models"] += "m-" + std::to_string(i) + ',';
        const Fetched fetched = fetchFrom(server, one);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.measures.size(), std::size_t{102});
        QCOMPARE(told(fetched).size(), std::size_t{102});
        QCOMPARE(server.count(), std::size_t{4});
        QCOMPARE(askedOf(server.requests().back()).size(), std::size_t{2});
    }

    void wholeData_isNeeded_data()
    {
        QTest::addColumn<QByteArray>("results");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const std::string& results, const char* said) {
            QTest::newRow(name) << QByteArray::fromStdString(results) << QString(said);
        };
        row("a part", result("m1", {{19, "1"}}, "PartialData"), "did not answer all of the metric Invocations");
        row("a fault", result("m1", {}, "InternalError"), "InternalError");
        row("nothing", "", "did not answer all");
        row("kept back", result("m1", {}, "Forbidden"), "keeps the metric Invocations back");
        row("another metric", result("m2", {{19, "1"}}), "other metrics than were asked for");
        row("no id", result("x", {{19, "1"}}), "other metrics than were asked for");
        row("another day", result("m1", {{21, "1"}}), "2026-11-21, a day that was not asked for");
        row("a day twice", result("m1", {{19, "1"}}) + result("m1", {{19, "2"}}), "a day twice");
        row("no number", result("m1", {{19, "many"}}), "is no number");
        row("a value too few",
            member(tag("Id", "m1") + tag("Timestamps", member("2026-11-19T00:00:00Z")) + tag("Values", "") +
                   tag("StatusCode", "Complete")),
            "other metrics than were asked for");
        row("within a day",
            member(tag("Id", "m1") + tag("Timestamps", member("2026-11-19T05:00:00Z")) + tag("Values", member("1")) +
                   tag("StatusCode", "Complete")),
            "not asked for");
    }
    void wholeData_isNeeded()
    {
        QFETCH(QByteArray, results);
        QFETCH(QString, said);
        const Fetched fetched = fetchOne(results.toStdString());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(said), fetched.error().c_str());
    }

    void anotherAnswer_isRefused()
    {
        for (const char* body :
             {"", "{}", "<ListMetricsResponse/>", "<html><body/></html>", "<a", "<!DOCTYPE a><a/>"}) {
            const LoopbackServer server(
                [body](const Request&) { return ConnectorSuite::answer(200, body, "text/xml"); });
            QVERIFY2(!fetchFrom(server, sample()).status.ok(), body);
        }
    }

    void throttling_isWaitedFor()
    {
        std::atomic<int> asked = 0;
        const LoopbackServer server([&asked](const Request& request) {
            return asked++ == 0
                       ? ConnectorSuite::answer(
                             400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", "text/xml")
                       : watch(request);
        });
        QVERIFY(fetchFrom(server, sample()).status.ok());
    }

    void rights_areNamed()
    {
        const LoopbackServer server([](const Request&) {
            return ConnectorSuite::answer(
                403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
                "text/xml");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.error().todo.find("cloudwatch:ListMetrics") != std::string::npos ||
                     fetched.error().find("cloudwatch:ListMetrics") != std::string::npos,
                 fetched.error().c_str());
    }

    void regions_becomeAddressesOfAws()
    {
        const providers::ConnectorKind& kind = *providers::connectorKind("aws-bedrock");
        ConnectionSettings settings;
        settings.values["regions"] = "eu-west-1, cn-north-1";
        settings.values["role_arn"] = "arn:aws:iam::1:role/x";
        QVERIFY(providers::placesOf(kind, settings).addresses ==
                (std::vector<std::string>{"https://monitoring.eu-west-1.amazonaws.com",
                                          "https://monitoring.cn-north-1.amazonaws.com.cn",
                                          "https://sts.eu-west-1.amazonaws.com"}));
        for (const char* region : {"evil.example/", "EU", " ", "a b"}) {
            const LoopbackServer server(watch);
            ConnectorSample one = sample();
            one.values["regions"] = region;
            const Fetched fetched = fetchFrom(server, one);
            QVERIFY2(!fetched.status.ok(), region);
            QCOMPARE(server.count(), std::size_t{0});
        }
    }

    void test_costsNothing()
    {
        const LoopbackServer server(watch);
        const auto tested = testFrom(server, sample());
        QVERIFY2(tested.ok(), tested.ok() ? "" : tested.error().text().c_str());
        QVERIFY2(tested->find("knows 3 models") != std::string::npos, tested->c_str());
        for (const Request& request : server.requests())
            QCOMPARE(formValue(request, "Action"), std::string("ListMetrics"));
    }
};

QTEST_APPLESS_MAIN(TestAwsBedrock)
#include "tst_aws_bedrock.moc"
