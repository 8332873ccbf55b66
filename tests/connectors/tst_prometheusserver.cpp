#include <QtTest/QtTest>

#include "tests/testkit/connectorsuite.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace altimeter;
using altimeter::testing::Fetched;

namespace {

constexpr std::int64_t kDay18 = 1794960000; // 2026-11-18T00:00:00Z
constexpr std::int64_t kDay19 = kDay18 + 86400;

/// A day of samples, one a minute, and the hour before it.
QByteArray history()
{
    QByteArray text;
    const auto family = [&text](const char* name, const char* type) {
        text += QByteArray("# TYPE ") + name + ' ' + type + '\n';
    };
    const auto sample = [&text](const QByteArray& series, const QByteArray& value, std::int64_t at) {
        text += series + ' ' + value + ' ' + QByteArray::number(qint64(at)) + '\n';
    };
    const auto eachMinute = [](std::int64_t from, std::int64_t to, const auto& write) {
        for (std::int64_t at = from; at <= to; at += 60)
            write(at, (at - kDay18) / 60);
    };
    family("queue_length", "gauge");
    eachMinute(kDay18, kDay19, [&](auto at, auto minute) {
        sample("queue_length{room=\"a\"}", QByteArray::number(qint64(minute)), at);
    });
    family("gappy", "gauge");
    eachMinute(kDay18, kDay18 + 43200, [&](auto at, auto) { sample("gappy{half=\"first\"}", "7", at); });
    family("odd", "gauge");
    eachMinute(kDay18, kDay19, [&](auto at, auto) { sample("odd", "NaN", at); });
    family("DCGM_FI_DEV_GPU_UTIL", "gauge");
    for (const char* gpu : {"0", "1"}) {
        eachMinute(kDay18, kDay19, [&](auto at, auto) {
            sample(QByteArray("DCGM_FI_DEV_GPU_UTIL{gpu=\"") + gpu + "\",Hostname=\"n1\"}",
                   *gpu == '0' ? "50" : "9223372036854775794", at);
        });
    }
    family("http_requests", "counter");
    for (const char* code : {"200", "500"}) {
        eachMinute(kDay18 - 3600, kDay19, [&](auto at, auto minute) {
            sample(QByteArray("http_requests_total{namespace=\"shop\",code=\"") + code + "\"}",
                   QByteArray::number(qint64((minute + 60) * (*code == '2' ? 45 : 15))), at);
        });
    }
    family("http_request_duration_seconds", "histogram");
    for (const auto& [bound, perMinute] : {std::pair("0.1", 90), std::pair("0.5", 100), std::pair("+Inf", 100)}) {
        eachMinute(kDay18 - 3600, kDay19, [&, bound = bound, perMinute = perMinute](auto at, auto minute) {
            sample(QByteArray("http_request_duration_seconds_bucket{namespace=\"shop\",le=\"") + bound + "\"}",
                   QByteArray::number(qint64((minute + 60) * perMinute)), at);
        });
    }
    return text + "# EOF\n";
}

int freePort()
{
    const testing::LoopbackServer server([](const auto&) { return testing::LoopbackServer::Answer(); });
    return server.port();
}

void write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

/// The values of a measure by the hour its step ends.
std::map<std::int64_t, double> valuesOf(const Fetched& fetched, const std::string& name)
{
    std::map<std::int64_t, double> values;
    for (const Measure& one : fetched.measures) {
        if (one.name == name)
            values[(one.end.seconds - kDay18) / 3600] = std::stod(one.value);
    }
    return values;
}

} // namespace

/// The connector against a real Prometheus with made-up history.
class TestPrometheusServer : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QProcess m_server;
    std::string m_url;

    testing::ConnectorSample sample(const std::string& queries) const
    {
        testing::ConnectorSample one;
        one.kind = "prometheus";
        one.values = {{"base_url", m_url}, {"auth", "basic"}, {"user", "finops"}};
        if (!queries.empty())
            one.values["queries"] = queries;
        one.secrets = {{"password", "test"}};
        one.window = {Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 19)};
        return one;
    }
    Fetched fetch(const testing::ConnectorSample& how) const
    {
        const testing::LoopbackServer unused([](const auto&) { return testing::LoopbackServer::Answer(); });
        return fetchFrom(unused, how);
    }
    bool isReady() const
    {
        providers::CurlTransport transport({});
        providers::HttpRequest request;
        request.url = m_url + "/-/ready";
        request.headers = {{"Authorization", "Basic Zmlub3BzOnRlc3Q="}};
        const auto answer = transport.exchange(request, {});
        return answer.ok() && answer->status == 200;
    }

private slots:
    void initTestCase()
    {
        const QString prometheus = QStandardPaths::findExecutable(QStringLiteral("prometheus"));
        const QString promtool = QStandardPaths::findExecutable(QStringLiteral("promtool"));
        if (prometheus.isEmpty() || promtool.isEmpty())
            QSKIP("The programs prometheus and promtool are not installed.");
        const auto path = [this](const char* name) { return m_folder.filePath(QString::fromLatin1(name)); };
        write(path("history.txt"), history());
        write(path("prometheus.yml"), "global: {}\n");
        // user "finops", password "test"
        write(path("web.yml"), "basic_auth_users:\n"
                               "  finops: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay\n");
        QProcess tool;
        tool.start(promtool, {QStringLiteral("tsdb"), QStringLiteral("create-blocks-from"),
                              QStringLiteral("openmetrics"), path("history.txt"), path("data")});
        QVERIFY(tool.waitForFinished(60'000));
        QVERIFY2(tool.exitCode() == 0, tool.readAllStandardError().constData());
        const int port = freePort();
        m_url = "http://127.0.0.1:" + std::to_string(port);
        m_server.setStandardOutputFile(QProcess::nullDevice());
        m_server.setStandardErrorFile(path("server.log"));
        m_server.start(prometheus, {QStringLiteral("--config.file=") + path("prometheus.yml"),
                                    QStringLiteral("--web.config.file=") + path("web.yml"),
                                    QStringLiteral("--storage.tsdb.path=") + path("data"),
                                    QStringLiteral("--storage.tsdb.retention.time=100y"),
                                    QStringLiteral("--web.listen-address=127.0.0.1:%1").arg(port)});
        QVERIFY(m_server.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(isReady(), 60'000);
    }

    void cleanupTestCase()
    {
        if (m_server.state() == QProcess::NotRunning)
            return;
        m_server.terminate();
        if (!m_server.waitForFinished(20'000))
            m_server.kill();
        m_server.waitForFinished();
    }

    void values_areThoseOfTheClosedForm()
    {
        const Fetched fetched = fetch(sample("queue | items | queue_length\n"
                                             "queue_average | items | avg_over_time(queue_length[$step])\n"
                                             "traffic | requests/s | sum by (namespace) "
                                             "(rate(http_requests_total[$step]))"));
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto queue = valuesOf(fetched, "queue");
        const auto average = valuesOf(fetched, "queue_average");
        const auto traffic = valuesOf(fetched, "traffic");
        QCOMPARE(queue.size(), std::size_t{24});
        for (const auto& [hour, value] : queue) {
            QCOMPARE(value, 60.0 * static_cast<double>(hour));
            QCOMPARE(average.at(hour), 60.0 * static_cast<double>(hour) - 30); // 61 samples, both ends inside
            QCOMPARE(traffic.at(hour), 1.0);                                   // 60 a minute
        }
        for (const Measure& one : fetched.measures) {
            if (one.name == "queue")
                QCOMPARE(one.labels.at("room"), std::string("a"));
        }
    }

    void goldenSignalsOfThePreset_areRight()
    {
        const Fetched fetched = fetch(sample({})); // every preset query is one the server understands
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        const auto latency = valuesOf(fetched, "latency_p95");
        const auto errors = valuesOf(fetched, "errors");
        const auto gpu = valuesOf(fetched, "gpu_utilisation");
        QCOMPARE(latency.size(), std::size_t{24});
        for (std::int64_t hour = 1; hour <= 24; ++hour) {
            QVERIFY(std::abs(latency.at(hour) - 0.3) < 1e-9); // half way from 0.1 to 0.5
            QVERIFY(std::abs(errors.at(hour) - 0.25) < 1e-9);
            QCOMPARE(gpu.at(hour), 50.0); // the stand-in of the other GPU does not count
        }
        QVERIFY(fetched.sink.find("no-series", "memory_used") != nullptr);
        QVERIFY(fetched.sink.find("server-warning") == nullptr);
    }

    void gapsAndNonNumbers_areCounted()
    {
        const Fetched fetched = fetch(sample("gappy | u | gappy\nodd | u | odd\ngpu | percent | DCGM_FI_DEV_GPU_UTIL\n"
                                             "none | u | nothing_of_that_name\ninfinite | u | vector(1) / 0"));
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(valuesOf(fetched, "gappy").size(), std::size_t{12});
        std::map<std::string, std::string> coverage;
        for (const Measure& one : fetched.measures) {
            if (one.name == "query_coverage")
                coverage[one.labels.at("query")] = one.value;
        }
        QCOMPARE(coverage.at("gappy"), std::string("0.5000"));
        QCOMPARE(coverage.at("odd"), std::string("0"));
        QCOMPARE(coverage.at("gpu"), std::string("0.5000"));
        QVERIFY(!coverage.contains("none"));
        QCOMPARE(fetched.sink.rowsWith("not-a-number", "odd"), std::uint64_t{24});
        QCOMPARE(fetched.sink.rowsWith("not-a-number", "infinite"), std::uint64_t{24});
        QCOMPARE(fetched.sink.rowsWith("stand-in-value", "gpu"), std::uint64_t{24});
        QVERIFY(fetched.sink.find("no-series", "none") != nullptr);
    }

    void moreThanTheServersCap_isAskedInPieces()
    {
        testing::ConnectorSample wide = sample("one | u | vector(1)");
        wide.values["step"] = "5m";
        wide.window.to = Day::fromYmd(2026, 11, 19);
        wide.window.from = wide.window.to - 40;
        const Fetched fetched = fetch(wide);
        QVERIFY2(fetched.status.ok(), fetched.error().c_str());
        QCOMPARE(fetched.requests, std::uint64_t{2});
        QCOMPARE(fetched.measures.size(), std::size_t{11'520 + 40});
    }

    void mistakes_areSaidInPlainWords()
    {
        const Fetched typo = fetch(sample("typo | u | sum(rate(x[5m])"));
        QVERIFY2(typo.error().find("cannot be understood") != std::string::npos &&
                     typo.error().find("query typo") != std::string::npos,
                 typo.error().c_str());
        const Fetched clash = fetch(sample(
            "clash | u | http_requests_total * on (namespace) group_left () http_request_duration_seconds_bucket"));
        QVERIFY2(clash.error().find("failed while it ran") != std::string::npos, clash.error().c_str());
    }

    void login_isChecked()
    {
        testing::ConnectorSample wrong = sample("q | u | vector(1)");
        wrong.secrets["password"] = "not-the-password";
        const Fetched fetched = fetch(wrong);
        QVERIFY(!fetched.status.ok());
        QCOMPARE(static_cast<int>(fetched.status.error().code), static_cast<int>(ErrorCode::Denied));
        const testing::LoopbackServer unused([](const auto&) { return testing::LoopbackServer::Answer(); });
        const auto tested = testFrom(unused, sample("q | u | vector(1)"));
        QVERIFY2(tested.ok(), tested.ok() ? "" : tested.error().text().c_str());
    }
};

QTEST_GUILESS_MAIN(TestPrometheusServer)
#include "tst_prometheusserver.moc"
