#include <QtTest/QtTest>

#include "providers/prometheus/matrix.h"
#include "tests/testkit/connectorsuite.h"

using namespace altimeter;
using altimeter::providers::prometheus::namedQueries;
using altimeter::providers::prometheus::NamedQuery;
using altimeter::providers::prometheus::Stretch;
using altimeter::providers::prometheus::stretchesOf;
using altimeter::testing::ConnectorSample;
using altimeter::testing::ConnectorSuite;
using altimeter::testing::Fetched;
using altimeter::testing::fetchFrom;
using altimeter::testing::json;
using altimeter::testing::LoopbackServer;
using altimeter::testing::testFrom;

namespace {

using Request = LoopbackServer::Request;

/// A value of the form that was posted.
std::string formValue(const Request& request, std::string_view name)
{
    Request form;
    form.query = request.body;
    return form.parameter(name);
}

std::string matrix(const std::string& series, const std::string& more = {})
{
    return R"({"status":"success","data":{"resultType":"matrix","result":[)" + series + "]}" + more + '}';
}

/// Two series for every query: one with a value at every time that was asked for, one with a gap and a NaN.
LoopbackServer::Answer points(const Request& request)
{
    if (request.path == "/prom/api/v1/query")
        return json(R"({"status":"success","data":{"resultType":"vector","result":[]}})");
    if (request.path != "/prom/api/v1/query_range" || request.method != "POST")
        return ConnectorSuite::answer(404, "{}");
    const std::int64_t first = std::stoll(formValue(request, "start"));
    const std::int64_t last = std::stoll(formValue(request, "end"));
    const std::int64_t step = std::stoll(formValue(request, "step"));
    std::string whole;
    for (std::int64_t at = first; at <= last; at += step)
        whole += (whole.empty() ? "[" : ",[") + std::to_string(at) + ",\"0.25\"]";
    return json(matrix(R"({"metric":{"namespace":"shop"},"values":[)" + whole + R"(]},)" +
                       R"({"metric":{"namespace":"batch"},"values":[[)" + std::to_string(first) + R"(,"NaN"],[)" +
                       std::to_string(first + step) + R"(.000,"1.5e-07"]]})"));
}

ConnectorSample sample()
{
    ConnectorSample one;
    one.kind = "prometheus";
    one.values = {{"base_url", "{url}/prom"},
                  {"auth", "bearer"},
                  {"org_id", "tenant-7"},
                  {"queries", "cpu | cores | sum(rate(x{a=~\"b|c\"}[$step]))\n\n# not now | | y\nmem | bytes | z"}};
    one.secrets = {{"token", "planted-bearer-token"}, {"password", "planted-password"}};
    one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 20)};
    one.happy = points;
    one.empty = [](const Request&) { return json(matrix({})); };
    return one;
}

/// One query, one day, and this answer to it.
Fetched fetchAnswer(const std::string& body, const std::string& query = "q | u | x")
{
    ConnectorSample one = sample();
    one.window.to = one.window.from + 1;
    one.values["queries"] = query;
    const LoopbackServer server([&](const Request&) { return json(body); });
    return fetchFrom(server, one);
}

std::vector<Measure> named(const Fetched& fetched, const std::string& name)
{
    std::vector<Measure> found;
    std::copy_if(fetched.measures.begin(), fetched.measures.end(), std::back_inserter(found),
                 [&](const Measure& one) { return one.name == name; });
    return found;
}

constexpr std::int64_t kDay18 = 1794960000; // 2026-11-18T00:00:00Z

} // namespace

class TestPrometheus : public QObject {
    Q_OBJECT

private slots:
    void connector_withstandsBadServers() { ConnectorSuite(sample()).run(); }

    void request_isAForm()
    {
        const LoopbackServer server(points);
        QVERIFY(fetchFrom(server, sample()).status.ok());
        const auto requests = server.requests();
        QCOMPARE(requests.size(), std::size_t{2}); // one for each query
        QCOMPARE(requests[0].method, std::string("POST"));
        QCOMPARE(requests[0].path, std::string("/prom/api/v1/query_range"));
        QCOMPARE(requests[0].query, std::string());
        QCOMPARE(requests[0].headers.at("content-type"), std::string("application/x-www-form-urlencoded"));
        QCOMPARE(requests[0].headers.at("authorization"), std::string("Bearer planted-bearer-token"));
        QCOMPARE(requests[0].headers.at("x-scope-orgid"), std::string("tenant-7"));
        QCOMPARE(requests[0].body,
                 std::string("query=sum%28rate%28x%7Ba%3D~%22b%7Cc%22%7D%5B3600s%5D%29%29&start=1794963600&end="
                             "1795132800&step=3600"));
        QCOMPARE(formValue(requests[1], "query"), std::string("z"));
    }

    void login_isWhatWasChosen()
    {
        ConnectorSample basic = sample();
        basic.values["auth"] = "basic";
        basic.values["user"] = "finops";
        basic.values.erase("org_id");
        basic.secrets["password"] = "pw";
        const LoopbackServer server(points);
        QVERIFY(fetchFrom(server, basic).status.ok());
        QCOMPARE(server.requests()[0].headers.at("authorization"), std::string("Basic Zmlub3BzOnB3"));
        QVERIFY(!server.requests()[0].headers.contains("x-scope-orgid"));
        server.requests();
        ConnectorSample none = basic;
        none.values.erase("auth");
        const LoopbackServer open(points);
        QVERIFY(fetchFrom(open, none).status.ok());
        QVERIFY(!open.requests()[0].headers.contains("authorization"));
    }

    void points_areMeasuresOfTheStepBeforeThem()
    {
        const LoopbackServer server(points);
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.sink.rows.size(), std::size_t{0});
        const auto cpu = named(fetched, "cpu");
        QCOMPARE(cpu.size(), std::size_t{49});
        QCOMPARE(cpu[0].unit, std::string("cores"));
        QCOMPARE(cpu[0].value, std::string("0.25"));
        QCOMPARE(toString(cpu[0].start), std::string("2026-11-18T00:00:00Z"));
        QCOMPARE(toString(cpu[0].end), std::string("2026-11-18T01:00:00Z"));
        QCOMPARE(cpu[0].labels.at("namespace"), std::string("shop"));
        QCOMPARE(toString(cpu[47].end), std::string("2026-11-20T00:00:00Z"));
        QCOMPARE(cpu[48].value, std::string("0.00000015"));
        QCOMPARE(cpu[48].labels.at("namespace"), std::string("batch"));
        QCOMPARE(fetched.sink.rowsWith("not-a-number", "cpu"), std::uint64_t{1});
    }

    void coverage_isPointsOfExpected()
    {
        const LoopbackServer server(points);
        const auto coverage = named(fetchFrom(server, sample()), "query_coverage");
        QCOMPARE(coverage.size(), std::size_t{4}); // two queries, two days
        QCOMPARE(coverage[0].labels.at("query"), std::string("cpu"));
        QCOMPARE(coverage[0].value, std::string("0.5208")); // 25 of 48
        QCOMPARE(coverage[1].value, std::string("0.5000")); // 24 of 48
        QCOMPARE(toString(coverage[1].start), std::string("2026-11-19T00:00:00Z"));
    }

    void time_afterNow_isNotAskedFor()
    {
        ConnectorSample today = sample();
        today.window = {Day::fromYmd(2026, 11, 21), Day::fromYmd(2026, 11, 22)}; // now is 08:00
        today.now.seconds += 1800;
        const LoopbackServer server(points);
        const Fetched fetched = fetchFrom(server, today);
        QCOMPARE(formValue(server.requests()[0], "end"), std::to_string(today.now.seconds - 1800));
        QCOMPARE(named(fetched, "query_coverage")[0].value, std::string("0.5625")); // 9 of 16
        ConnectorSample tomorrow = today;
        tomorrow.window = {Day::fromYmd(2026, 11, 22), Day::fromYmd(2026, 11, 23)};
        server.requests();
        const LoopbackServer idle(points);
        QVERIFY(fetchFrom(idle, tomorrow).status.ok());
        QCOMPARE(idle.count(), std::size_t{0});
    }

    void stretches_stayBelowTheServersCap()
    {
        const DateRange window{Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 11, 20)}; // 80 days, 23,040 points of 5 m
        const auto stretches = stretchesOf(window, 300, {kDay18 + 30 * 86400});
        QCOMPARE(stretches.size(), std::size_t{3});
        std::int64_t points = 0;
        for (std::size_t i = 0; i < stretches.size(); ++i) {
            QVERIFY(stretches[i].points() <= 11'000);
            points += stretches[i].points();
            if (i > 0)
                QCOMPARE(stretches[i].first.seconds, stretches[i - 1].last.seconds + 300);
        }
        QCOMPARE(points, std::int64_t{23'040});
        QCOMPARE(toString(stretches.front().first), std::string("2026-09-01T00:05:00Z"));
        QCOMPARE(toString(stretches.back().last), std::string("2026-11-20T00:00:00Z"));
    }

    void longWindow_isAskedInPieces()
    {
        ConnectorSample wide = sample();
        wide.values["step"] = "5m";
        wide.values["queries"] = "q | u | x";
        wide.window = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 10)}; // 11,520 points
        const LoopbackServer server(points);
        const Fetched fetched = fetchFrom(server, wide);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(server.count(), std::size_t{2});
        QCOMPARE(named(fetched, "q").size(), std::size_t{11'522}); // the second series has a point in each piece
        QCOMPARE(named(fetched, "query_coverage").size(), std::size_t{40});
        QCOMPARE(named(fetched, "query_coverage")[1].value, std::string("0.5000")); // the pieces' series are the same
    }

    void queries_areReadFromLines()
    {
        const auto queries = namedQueries("  a|cores| rate(x[5m])\r\n\n#b|c|d\nb |  | y{z=~\"p|q\"} ");
        QVERIFY(queries.ok());
        const std::vector<NamedQuery> expected{{"a", "cores", "rate(x[5m])"}, {"b", "", "y{z=~\"p|q\"}"}};
        QVERIFY(*queries == expected);
    }

    void queries_thatCannotBeRead_nameTheirLine_data()
    {
        QTest::addColumn<QString>("lines");
        QTest::addColumn<QString>("word");
        QTest::newRow("two parts") << "a | b"
                                   << "line 1";
        QTest::newRow("no name") << "a|b|c\n | b | c"
                                 << "line 2";
        QTest::newRow("no PromQL") << "a | b | "
                                   << "line 1";
        QTest::newRow("twice") << "a|b|c\n\na|b|d"
                               << "line 3";
        QTest::newRow("none") << "# nothing"
                              << "no query";
    }
    void queries_thatCannotBeRead_nameTheirLine()
    {
        QFETCH(QString, lines);
        QFETCH(QString, word);
        const Fetched fetched = fetchAnswer(matrix({}), lines.toStdString());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(word), fetched.error().c_str());
        QVERIFY(!fetched.status.error().todo.empty());
    }

    void presets_areWellFormed()
    {
        const auto queries = namedQueries(providers::prometheus::presetQueries());
        QVERIFY(queries.ok());
        QVERIFY(queries->size() >= 12);
        for (const NamedQuery& query : *queries)
            QVERIFY2(query.promql.find("$step") != std::string::npos, query.name.c_str());
    }

    void valuesThatAreNone_areLeftOutAndCounted()
    {
        const auto at = [](int hour, const char* value) {
            return '[' + std::to_string(kDay18 + hour * 3600) + ",\"" + value + "\"]";
        };
        const std::string series = R"({"metric":{"gpu":"0"},"values":[)" + at(1, "NaN") + ',' + at(2, "+Inf") + ',' +
                                   at(3, "-Inf") + ',' + at(4, "9.223372036854775794e+18") + ',' +
                                   at(5, "9223372036854775794") + ',' + at(6, "140737488355330") + ',' + at(7, "42") +
                                   ',' + at(8, "1.6155871338926322e-27") + "]}";
        const Fetched gpu = fetchAnswer(matrix(series), "gpu | percent | DCGM_FI_DEV_GPU_UTIL");
        QVERIFY2(gpu.status.ok(), gpu.error().c_str());
        const auto points = named(gpu, "gpu");
        QCOMPARE(points.size(), std::size_t{2});
        QCOMPARE(points[0].value, std::string("42"));
        QVERIFY(parseDecimal(points[1].value).ok());
        QCOMPARE(gpu.sink.rowsWith("not-a-number"), std::uint64_t{3});
        QCOMPARE(gpu.sink.rowsWith("stand-in-value"), std::uint64_t{3});
        // 128 TiB is a sensible number of bytes elsewhere
        QCOMPARE(named(fetchAnswer(matrix(series), "disk | bytes | x"), "disk").size(), std::size_t{3});
    }

    void valuesInOddSpellings_areOrdinaryNumbers()
    {
        for (const auto& [sent, kept] :
             {std::pair{"$12", "12"}, std::pair{"(5)", "-5"}, std::pair{"1,234.5", "1234.5"}, std::pair{" 12 ", "12"},
              std::pair{"00012", "12"}, std::pair{"1.5e-07", "0.00000015"}}) {
            const Fetched fetched = fetchAnswer(
                matrix(R"({"metric":{},"values":[[)" + std::to_string(kDay18 + 3600) + ",\"" + sent + "\"]]}"));
            QVERIFY2(fetched.status.ok(), fetched.error().c_str());
            QCOMPARE(named(fetched, "q").at(0).value, std::string(kept));
        }
    }

    void warnings_areFindings()
    {
        const Fetched fetched = fetchAnswer(
            matrix({}, R"(,"warnings":["store 3 did not answer","store 3 did not answer"],"infos":["not a counter"])"));
        QVERIFY(fetched.sink.find("server-warning", "q: store 3 did not answer") != nullptr);
        QVERIFY(fetched.sink.find("server-warning", "not a counter") != nullptr);
        QVERIFY(fetched.sink.find("no-series", "q: ") != nullptr);
    }

    void errorTypes_areSaidInPlainWords_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("code");
        const auto code = [](ErrorCode one) { return static_cast<int>(one); };
        QTest::newRow("bad_data") << 400 << "bad_data"
                                  << "cannot be understood" << code(ErrorCode::Invalid);
        QTest::newRow("execution") << 422 << "execution"
                                   << "failed while it ran" << code(ErrorCode::Invalid);
        QTest::newRow("timeout") << 503 << "timeout"
                                 << "took too long" << code(ErrorCode::Network);
        QTest::newRow("unavailable") << 503 << "unavailable"
                                     << "is not ready" << code(ErrorCode::Network);
        QTest::newRow("canceled") << 499 << "canceled"
                                  << "gave up" << code(ErrorCode::Invalid);
        QTest::newRow("too many") << 429 << "too_many_requests"
                                  << "fewer queries" << code(ErrorCode::Limited);
        QTest::newRow("unknown") << 418 << "teapot"
                                 << "(teapot)" << code(ErrorCode::Invalid);
        QTest::newRow("with status 200") << 200 << "bad_data"
                                         << "cannot be understood" << code(ErrorCode::Invalid);
    }
    void errorTypes_areSaidInPlainWords()
    {
        QFETCH(int, status);
        QFETCH(QString, type);
        QFETCH(QString, words);
        QFETCH(int, code);
        const LoopbackServer server([&](const Request&) {
            return ConnectorSuite::answer(status, R"({"status":"error","errorType":")" + type.toStdString() +
                                                      R"(","error":"parse error at char 7"})");
        });
        const Fetched fetched = fetchFrom(server, sample());
        QVERIFY(!fetched.status.ok());
        const QString said = QString::fromStdString(fetched.error());
        QVERIFY2(said.contains(words) && said.contains("parse error at char 7") && said.contains("query cpu"),
                 fetched.error().c_str());
        QCOMPARE(static_cast<int>(fetched.status.error().code), code);
    }

    void nonsense_isRefused_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("word");
        const auto one = [](const std::string& series) { return QString::fromStdString(matrix(series)); };
        QTest::newRow("vector") << R"({"status":"success","data":{"resultType":"vector","result":[]}})"
                                << "no matrix";
        QTest::newRow("no result") << R"({"status":"success","data":{"resultType":"matrix"}})"
                                   << "result";
        QTest::newRow("no metric") << one(R"({"values":[]})") << "metric";
        QTest::newRow("no values") << one(R"({"metric":{}})") << "values";
        QTest::newRow("histogram") << one(R"({"metric":{},"histograms":[]})") << "native histograms";
        QTest::newRow("one number") << one(R"({"metric":{},"values":[[1794963600]]})") << "pair";
        QTest::newRow("word") << one(R"({"metric":{},"values":[[1794963600,"many"]]})") << "no number";
        QTest::newRow("the day before") << one(R"({"metric":{},"values":[[1794960000,"1"]]})") << "not asked for";
        QTest::newRow("far away") << one(R"({"metric":{},"values":[[1e30,"1"]]})") << "not asked for";
    }
    void nonsense_isRefused()
    {
        QFETCH(QString, body);
        QFETCH(QString, word);
        const Fetched fetched = fetchAnswer(body.toStdString());
        QVERIFY(!fetched.status.ok());
        QVERIFY2(QString::fromStdString(fetched.error()).contains(word), fetched.error().c_str());
    }

    void step_thatDoesNotDivideADay_isRefused()
    {
        for (const char* step : {"7h", "0m", "h", "1", "1w", "-1h", "2d"}) {
            ConnectorSample odd = sample();
            odd.values["step"] = step;
            const LoopbackServer server(points);
            QVERIFY2(fetchFrom(server, odd).error().find("no step") != std::string::npos, step);
        }
    }

    void test_countsTheQueries()
    {
        const LoopbackServer server(points);
        QCOMPARE(testFrom(server, sample()).value(), std::string("The server answers; 2 queries are set up."));
    }
};

QTEST_APPLESS_MAIN(TestPrometheus)
#include "tst_prometheus.moc"
