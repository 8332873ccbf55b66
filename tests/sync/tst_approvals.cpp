#include <QtTest/QtTest>

#include "app/session/secrets/secretstore.h"
#include "app/session/sync/approvals.h"
#include "app/session/sync/connectiondrafts.h"
#include "app/session/sync/connections.h"
#include "app/session/sync/reach.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "models/store/settings/connections.h"
#include "models/store/sql/sql.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/ownconfig.h"

#include <sys/stat.h>

#include <fstream>
#include <thread>

using namespace altimeter;
using namespace altimeter::session;
using altimeter::testing::LoopbackServer;

namespace {

constexpr const char* kCanary = "canary-of-the-environment-93ab51c7";
/// 2026-11-21T08:00:00Z
constexpr Instant kNow{1795248000};

LoopbackServer::Answer nothing(const LoopbackServer::Request&)
{
    LoopbackServer::Answer answer;
    answer.body = R"({"data":[]})";
    return answer;
}

ConnectionSettings router(const std::string& base, const std::string& name = "router")
{
    ConnectionSettings settings;
    settings.name = name;
    settings.kind = "openrouter";
    settings.values["base_url"] = base;
    return settings;
}

Result<ConnectionReach> reachOfKind(const std::string& kind, const std::map<std::string, std::string>& values)
{
    ConnectionSettings settings;
    settings.name = "x";
    settings.kind = kind;
    settings.values = values;
    return session::reachOfDraft(settings, {});
}

} // namespace

/// A workspace somebody else made does nothing on this computer before its user says so.
class TestApprovals : public QObject {
    Q_OBJECT

    std::unique_ptr<testing::OwnConfig> m_config;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<LoopbackServer> m_server, m_thief;
    std::unique_ptr<Engine> m_engine;

    std::string path(const char* name = "w.altimeter") const { return m_folder->filePath(name).toStdString(); }
    /// What a stranger does to a file: writes settings past the program.
    void plant(const ConnectionSettings& settings, const char* name = "w.altimeter") const
    {
        auto file = store::openWorkspace(path(name));
        QVERIFY(file);
        const Status done = store::writeConnection(*file, settings, kNow);
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().text().c_str());
    }
    SyncResult sync(const std::string& name = "router") const
    {
        session::SyncOptions options;
        options.at = kNow;
        options.wanted = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)};
        return m_engine->connections().syncOne(name, options, {}, {});
    }
    ConnectionInfo infoOf(const std::string& name = "router") const
    {
        const auto all = m_engine->connections().list();
        for (const ConnectionInfo& one : all ? *all : std::vector<ConnectionInfo>()) {
            if (one.settings.name == name)
                return one;
        }
        return {};
    }
    /// By each way a connection can be used: nothing is sent, and the reason holds `words`.
    void isUnused(const std::string& name, const char* words) const
    {
        const SyncResult result = sync(name);
        QVERIFY(!result.ok);
        QCOMPARE(result.requests, std::uint64_t{0});
        QVERIFY2(QString::fromStdString(result.problem).contains(words), result.problem.c_str());
        const ConnectionInfo info = infoOf(name);
        QVERIFY(info.state == ConnectionInfo::State::Unconfirmed);
        QVERIFY(!info.nextSync.isValid());
        QVERIFY2(!info.unconfirmed.empty(), words);
        QVERIFY(info.problem.empty()); // nothing was written into the workspace
        QVERIFY(!info.lastSync.isValid());
        const auto tested = m_engine->connections().test(info.settings, {}, {});
        QVERIFY(!tested.ok());
        const auto all = m_engine->connections().sync({}, {}, {});
        QVERIFY(all.ok());
        QCOMPARE(m_thief->connections(), std::size_t{0});
        QCOMPARE(m_thief->count(), std::size_t{0});
    }

private slots:
    void init()
    {
        m_config = std::make_unique<testing::OwnConfig>();
        m_folder = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<LoopbackServer>(nothing);
        m_thief = std::make_unique<LoopbackServer>(nothing);
        qputenv("AWS_SECRET_ACCESS_KEY", kCanary);
        auto engine = Engine::create(path());
        QVERIFY(engine.ok());
        m_engine = engine.take();
        m_engine->connections().setSecretStore(memorySecretStore("a test"));
    }
    void cleanup()
    {
        m_engine.reset();
        m_server.reset();
        m_thief.reset();
        m_config.reset(); // before the next one is made
        qunsetenv("AWS_SECRET_ACCESS_KEY");
    }

    void strangersFile_sendsNoVariable()
    {
        ConnectionSettings hostile = router(m_thief->url());
        hostile.values["secret:management_key"] = "env:AWS_SECRET_ACCESS_KEY";
        plant(hostile);
        isUnused("router", "never confirmed");
        const SyncResult result = sync();
        QVERIFY2(QString::fromStdString(result.problem).contains(QString::fromStdString(m_thief->url())),
                 result.problem.c_str());
        QVERIFY2(QString::fromStdString(result.problem).contains("AWS_SECRET_ACCESS_KEY"), result.problem.c_str());
        QVERIFY(QString::fromStdString(result.todo).contains("connections confirm router"));
    }

    void strangersFile_readsNoOwnVariableEither()
    {
        qputenv("ALTIMETER_SECRET_ROUTER_MANAGEMENT_KEY", kCanary);
        plant(router(m_thief->url()));
        isUnused("router", "never confirmed");
        qunsetenv("ALTIMETER_SECRET_ROUTER_MANAGEMENT_KEY");
    }

    void alteredAddress_getsNoKey()
    {
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        QVERIFY2(sync().ok, sync().problem.c_str());
        QVERIFY(infoOf().unconfirmed.empty());
        m_engine.reset(); // the same workspace id, another port
        plant(router(m_thief->url()));
        auto engine = Engine::open(path());
        QVERIFY(engine.ok());
        m_engine = engine.take();
        const auto kept = memorySecretStore("a test");
        m_engine->connections().setSecretStore(kept);
        const SyncResult result = sync();
        QVERIFY(!result.ok);
        const QString why = QString::fromStdString(result.problem);
        QVERIFY2(why.contains("it asks " + QString::fromStdString(m_thief->url()) + " in place of " +
                              QString::fromStdString(m_server->url())),
                 result.problem.c_str());
        QCOMPARE(m_thief->connections(), std::size_t{0});
    }

    void keyOfOneAddress_isNotReadForAnother_evenWhenThatIsConfirmed()
    {
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        plant(router(m_thief->url()));
        QVERIFY(m_engine->connections().confirm("router", infoOf().reach).ok());
        const SyncResult result = sync();
        QVERIFY(!result.ok);
        QVERIFY2(QString::fromStdString(result.problem).contains("no Management key is known for"),
                 result.problem.c_str());
        QCOMPARE(m_thief->connections(), std::size_t{0});
    }

    void otherSettings_areBoundToo_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("words");
        QTest::newRow("path") << "base_url"
                              << "SERVER/other"
                              << "other settings: base_url";
        QTest::newRow("variable") << "secret:management_key"
                                  << "env:AWS_SECRET_ACCESS_KEY"
                                  << "it reads the environment variable AWS_SECRET_ACCESS_KEY as well";
        QTest::newRow("proxy") << "proxy"
                               << "THIEF"
                               << "it goes by the proxy";
        QTest::newRow("environment's proxy") << "proxy"
                                             << "environment"
                                             << "it goes by the proxy environment";
        QTest::newRow("authority") << "ca_file"
                                   << "/tmp/evil.pem"
                                   << "trusts the certificates in /tmp/evil.pem";
        QTest::newRow("redirects") << "redirects"
                                   << "THIEF"
                                   << "it may be redirected to";
        QTest::newRow("history") << "backfill_days"
                                 << "9"
                                 << "other settings: backfill_days";
    }
    void otherSettings_areBoundToo()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, words);
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        m_server->forget();
        ConnectionSettings changed = router(m_server->url());
        changed.values[key.toStdString()] = value.replace("SERVER", QString::fromStdString(m_server->url()))
                                                .replace("THIEF", QString::fromStdString(m_thief->url()))
                                                .toStdString();
        plant(changed);
        isUnused("router", qPrintable(words));
        QCOMPARE(m_server->count(), std::size_t{0});
        plant(router(m_server->url())); // as it was
        QVERIFY(sync().ok);
    }

    void schedule_isBoundToo()
    {
        ConnectionSettings byHand = router(m_server->url());
        byHand.everyHours = 0;
        QVERIFY(m_engine->connections().save(byHand, {{"management_key", kCanary}}).ok());
        m_server->forget();
        ConnectionSettings hourly = byHand;
        hourly.everyHours = 1; // each request may cost money
        plant(hourly);
        isUnused("router", "other settings: every_hours");
        QCOMPARE(m_server->count(), std::size_t{0});
    }

    void portOfAProxy_isNotThatOfAServer()
    {
        QVERIFY(session::isSameOrigin("http://127.0.0.1:80", "HTTP://127.0.0.1") ||
                session::isSameOrigin("http://127.0.0.1", "HTTP://127.0.0.1:80"));
        QVERIFY(!session::isSameOrigin("http://127.0.0.1:1080", "http://127.0.0.1"));
        QVERIFY(!session::isSameOrigin("http://127.0.0.1:18081", "127.0.0.1:18081"));
        QVERIFY(session::isSameProxy("http://127.0.0.1:1080", "http://127.0.0.1"));
    }

    void pathWithDots_isRefused()
    {
        for (const char* file : {"/tmp/link/../secret.csv", "../secret.csv", "/proc/self/root/../x"}) {
            const auto feed = reachOfKind("feed", {{"location", file}});
            QVERIFY2(!feed && feed.error().text().find("\"..\"") != std::string::npos, file);
            QVERIFY2(!reachOfKind("openrouter", {{"base_url", "https://a.example"}, {"ca_file", file}}), file);
        }
        QVERIFY(reachOfKind("feed", {{"location", "/tmp/a..b/c.csv"}}).ok());
    }

    void fileOfCertificates_isLookedAtBeforeItIsUsed()
    {
        const QTemporaryDir folder;
        const auto made = [&folder](const char* name, const std::string& text) {
            const std::string file = folder.filePath(name).toStdString();
            std::ofstream(file) << text;
            return file;
        };
        const std::string some =
            made("some.pem", "# ours\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        const std::map<std::string, std::string> bad{
            {folder.filePath("none.pem").toStdString(), "cannot be opened"},
            {folder.path().toStdString(), "is a folder"},
            {made("key.pem", "-----BEGIN PRIVATE KEY-----\n"), "holds no certificate"},
            {made("empty.pem", ""), "holds no certificate"},
        };
        for (const auto& [file, why] : bad) {
            ConnectionSettings settings = router(m_server->url());
            settings.values["ca_file"] = file;
            const Status saved = m_engine->connections().save(settings, {{"management_key", kCanary}});
            QVERIFY2(!saved.ok() && saved.error().text().find(why) != std::string::npos, file.c_str());
        }
        ConnectionSettings settings = router(m_server->url());
        settings.values["ca_file"] = some;
        QVERIFY(m_engine->connections().save(settings, {{"management_key", kCanary}}).ok());
        QVERIFY(sync().ok);
        m_server->forget();
        std::filesystem::remove(some); // and then nothing is asked
        const auto failed = sync();
        QVERIFY(!failed.ok);
        QVERIFY2(failed.problem.find("file of certificates cannot be opened") != std::string::npos,
                 failed.problem.c_str());
        QCOMPARE(m_server->count(), std::size_t{0});
        for (const char* address : {"http://", "https://", "http:///path", "https://:443", "https://?x=1"}) {
            const auto reach = reachOfKind("openrouter", {{"base_url", address}});
            QVERIFY2(!reach && reach.error().text().find("names no server") != std::string::npos, address);
        }
    }

    void feed_readsNoFile()
    {
        const QString file = m_folder->filePath("private.csv");
        {
            std::ofstream out(file.toStdString());
            out << "cost,day\n1,2026-11-19\n";
        }
        ConnectionSettings feed;
        feed.name = "feed";
        feed.kind = "feed";
        feed.values = {{"location", file.toStdString()},
                       {"currency", "USD"},
                       {"column:BilledCost", "cost"},
                       {"column:ChargePeriodStart", "day"}};
        plant(feed);
        isUnused("feed", "never confirmed");
        QCOMPARE(infoOf("feed").reach.files, std::vector<std::string>{file.toStdString()});
        QCOMPARE(infoOf("feed").rows, std::uint64_t{0});
        QVERIFY(m_engine->connections().confirm("feed", infoOf("feed").reach).ok());
        QVERIFY2(sync("feed").ok, sync("feed").problem.c_str());
    }

    void plainHttp_needsItsOwnWord()
    {
        // 192.0.2.0/24 is for documents only; the refusal comes before any connection is tried
        const ConnectionSettings plain = router("http://192.0.2.2:18080");
        const Status refused = m_engine->connections().save(plain, {{"management_key", kCanary}});
        QVERIFY(!refused.ok());
        QVERIFY2(QString::fromStdString(refused.error().what).contains("http://192.0.2.2:18080"), "");
        QVERIFY(QString::fromStdString(refused.error().todo).contains("--plain-http"));
        QVERIFY(m_engine->connections().list()->empty());
        plant(plain);
        isUnused("router", "never confirmed");
        QVERIFY(!m_engine->connections().confirm("router", infoOf().reach).ok());
        QVERIFY(!infoOf().unconfirmed.empty());
        QVERIFY(m_engine->connections().confirm("router", infoOf().reach, session::PlainHttp::Allow).ok());
        QVERIFY(infoOf().unconfirmed.empty());
        const auto form = m_engine->connections().test(plain, {{"management_key", kCanary}}, {},
                                                       session::Connections::Settings::OfAForm);
        QVERIFY(!form.ok());
        QVERIFY(form.error().code == ErrorCode::Denied);
    }

    void loopback_needsNoWord_unlessAProxyIsInBetween()
    {
        for (const char* base :
             {"http://127.0.0.1:9", "http://127.9.8.7", "http://[::1]:4000", "http://localhost:4000"})
            QVERIFY2(reachOfKind("litellm", {{"base_url", base}})->plain.empty(), base);
        for (const char* base : {"http://127.0.0.1.example.com", "http://localhost.example.com", "http://[::2]",
                                 "http://10.0.0.1", "http://gateway"})
            QCOMPARE(reachOfKind("litellm", {{"base_url", base}})->plain.size(), std::size_t{1});
        QCOMPARE(
            reachOfKind("litellm", {{"base_url", "http://localhost"}, {"proxy", "proxy.example.com"}})->plain.size(),
            std::size_t{1});
    }

    void reach_knowsWhereEachKindGoes_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QString>("origins");
        QTest::newRow("datadog, its site") << "datadog"
                                           << "site=datadoghq.eu"
                                           << "https://api.datadoghq.eu";
        QTest::newRow("datadog, a made-up site") << "datadog"
                                                 << "site=evil.example"
                                                 << "https://api.evil.example";
        QTest::newRow("azure") << "azure-cost"
                               << "login_url=https://evil.example"
                               << "https://evil.example https://management.azure.com";
        QTest::newRow("cost explorer") << "aws-cost-explorer"
                                       << ""
                                       << "https://ce.us-east-1.amazonaws.com "
                                          "https://organizations.us-east-1.amazonaws.com";
        QTest::newRow("cost explorer, a role")
            << "aws-cost-explorer"
            << "role_arn=arn:aws:iam::1:role/r;region=evil.example/"
            << "https://ce.us-east-1.amazonaws.com https://organizations.us-east-1.amazonaws.com "
               "https://sts.evil.example";
        QTest::newRow("bucket") << "aws-data-export"
                                << "bucket=costs;region=eu-west-1"
                                << "https://costs.s3.*.amazonaws.com";
        QTest::newRow("bucket with dots") << "aws-data-export"
                                          << "bucket=a.b"
                                          << "https://s3.*.amazonaws.com";
        QTest::newRow("bucket that is none") << "aws-data-export"
                                             << "bucket=evil.example/"
                                             << "";
        QTest::newRow("bucket elsewhere") << "aws-data-export"
                                          << "bucket=b;s3_url=https://minio.example:9000/x"
                                          << "https://minio.example:9000";
        QTest::newRow("bigquery") << "gcp-bigquery"
                                  << ""
                                  << "https://bigquery.googleapis.com https://oauth2.googleapis.com";
        QTest::newRow("feed") << "feed"
                              << "location=https://a.example/x?to={to}"
                              << "https://a.example";
        QTest::newRow("capitals and the usual port") << "litellm"
                                                     << "base_url=HTTPS://LLM.Example.COM:443/v1"
                                                     << "https://llm.example.com";
    }
    void reach_knowsWhereEachKindGoes()
    {
        QFETCH(QString, kind);
        QFETCH(QString, settings);
        QFETCH(QString, origins);
        std::map<std::string, std::string> values;
        for (const QString& pair : settings.split(';', Qt::SkipEmptyParts))
            values[pair.section('=', 0, 0).toStdString()] = pair.section('=', 1).toStdString();
        const auto reach = reachOfKind(kind.toStdString(), values);
        QVERIFY2(reach.ok(), reach.ok() ? "" : reach.error().text().c_str());
        QString said;
        for (const std::string& origin : reach->origins)
            said += (said.isEmpty() ? "" : " ") + QString::fromStdString(origin);
        QCOMPARE(said, origins);
    }

    void oddAddresses_areRefused()
    {
        for (const char* base : {"https://user:pw@host",
                                 "https://host@evil.example",
                                 "https://höst.example",
                                 "https://ho%73t",
                                 "https://",
                                 "https://host:0",
                                 "https://host:99999",
                                 "https://host:",
                                 "https://2130706433",
                                 "https://0x7f.1",
                                 "https://127.1",
                                 "https://a..b",
                                 "https://host.",
                                 "https://ho st",
                                 "https://host\\@evil.example",
                                 "https://*.example.com",
                                 "https://[::1",
                                 "https://[::1%25eth0]",
                                 "ftp://host",
                                 "host"}) {
            QVERIFY2(!m_engine->connections().save(router(base), {}).ok(), base);
            plant(router(base));
            const ConnectionInfo info = infoOf();
            QVERIFY2(QString::fromStdString(info.unconfirmed).contains("cannot be used"), base);
            QVERIFY2(info.reach.origins.empty(), base);
            QVERIFY2(!m_engine->connections().confirm("router", info.reach).ok(), base);
            QVERIFY2(!sync().ok, base);
        }
    }

    void madeUpSettings_areRefused()
    {
        ConnectionSettings settings = router(m_server->url());
        settings.values["api_token"] = "in clear";
        const Status refused = m_engine->connections().save(settings, {});
        QVERIFY(!refused.ok());
        QVERIFY(QString::fromStdString(refused.error().what).contains("api_token"));
        settings = router(m_server->url());
        settings.values["secret:management_key"] = "in clear";
        QVERIFY(!m_engine->connections().save(settings, {}).ok());
        QVERIFY(!m_engine->connections().save(router(m_server->url()), {{"no_such_secret", "x"}}).ok());
        QVERIFY(!m_engine->connections().save(router(m_server->url()), {{"management_key", "env:NOT A NAME"}}).ok());
    }

    void proxyPassword_isASecret()
    {
        ConnectionSettings settings = router("http://billing.example.invalid");
        settings.values["proxy"] = "http://user:planted-proxy-password@127.0.0.1:" + std::to_string(m_server->port());
        const Status refused = m_engine->connections().save(settings, {}, session::PlainHttp::Allow);
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().text().find("planted-proxy-password") == std::string::npos);
        QVERIFY(QString::fromStdString(refused.error().todo).contains("proxy_password"));
        settings.values["proxy"] = m_server->url();
        settings.values["proxy_password"] = "planted-proxy-password";
        QVERIFY(!m_engine->connections().save(settings, {}, session::PlainHttp::Allow).ok());
        settings.values.erase("proxy_password");
        settings.values["proxy_user"] = "user";
        QVERIFY(m_engine->connections()
                    .save(settings, {{"management_key", kCanary}, {"proxy_password", "planted-proxy-password"}},
                          session::PlainHttp::Allow)
                    .ok());
        const SyncResult result = sync();
        QVERIFY2(result.ok, result.problem.c_str());
        QCOMPARE(m_server->requests().front().headers.at("proxy-authorization"),
                 "Basic " + QByteArray("user:planted-proxy-password").toBase64().toStdString());
        m_engine.reset();
        QFile file(QString::fromStdString(path()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("planted-proxy-password"));
        QFile approvals(QString::fromStdString(m_config->approvals().string()));
        QVERIFY(approvals.open(QIODevice::ReadOnly));
        QVERIFY(!approvals.readAll().contains("planted"));
    }

    void environmentsProxy_isUsedOnlyWhenChosen()
    {
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
            qputenv(name, QByteArray::fromStdString(m_thief->url()));
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        QVERIFY(sync().ok);
        QCOMPARE(m_thief->connections(), std::size_t{0});
        ConnectionSettings chosen = router(m_server->url());
        chosen.values["proxy"] = "environment";
        QVERIFY(!m_engine->connections().save(chosen, {{"management_key", kCanary}}).ok()); // it leaves in clear
        QVERIFY(m_engine->connections().save(chosen, {{"management_key", kCanary}}, session::PlainHttp::Allow).ok());
        QVERIFY(sync().ok);
        QVERIFY(m_thief->count() > 0);
        for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
            qunsetenv(name);
    }

    void redirectElsewhere_isNotFollowed_unlessItWasConfirmed()
    {
        m_server->setHandler([this](const LoopbackServer::Request&) {
            LoopbackServer::Answer answer;
            answer.status = 302;
            answer.headers = {{"Location", m_thief->url() + "/x"}};
            return answer;
        });
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        const SyncResult result = sync();
        QVERIFY(!result.ok);
        QVERIFY2(QString::fromStdString(result.problem)
                     .contains("redirects to another one: " + QString::fromStdString(m_thief->url())),
                 result.problem.c_str());
        QVERIFY(QString::fromStdString(result.todo).contains("\"redirects\""));
        QCOMPARE(m_thief->connections(), std::size_t{0});
        ConnectionSettings wider = router(m_server->url());
        wider.values["redirects"] = "https://*.example.com, " + m_thief->url();
        QVERIFY(m_engine->connections().save(wider, {{"management_key", kCanary}}).ok());
        (void)sync();
        QVERIFY(m_thief->count() > 0);
        for (const auto& request : m_thief->requests())
            QVERIFY(!request.headers.contains("authorization"));
    }

    void header_thatNamesAnotherServer_isRefused()
    {
        ConnectionSettings feed;
        feed.name = "feed";
        feed.kind = "feed";
        feed.values = {{"location", m_server->url() + "/x"},
                       {"headers", "Accept: text/csv\nHost: evil.example"},
                       {"currency", "USD"},
                       {"column:BilledCost", "cost"},
                       {"column:ChargePeriodStart", "day"}};
        QVERIFY(m_engine->connections().save(feed, {}).ok());
        const SyncResult result = sync("feed");
        QVERIFY2(QString::fromStdString(result.problem).contains("Host"), result.problem.c_str());
        QCOMPARE(m_server->count(), std::size_t{0});
    }

    void confirmation_isOfWhatWasSeen()
    {
        plant(router(m_server->url()));
        const ConnectionReach seen = infoOf().reach;
        plant(router(m_thief->url())); // meanwhile
        const Status refused = m_engine->connections().confirm("router", seen);
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().code == ErrorCode::Busy);
        QVERIFY(!infoOf().unconfirmed.empty());
        QVERIFY(!m_engine->connections().confirm("no such", seen).ok());
    }

    void copies_helpNobody()
    {
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        auto own = store::openReader(path());
        const std::string id = *store::metaValue(*own, "workspace_id");
        QVERIFY(!id.empty());
        auto other = Engine::create(path("other.altimeter")); // a stranger's, with the id copied
        QVERIFY(other.ok());
        (*other)->connections().setSecretStore(m_engine->connections().secretStore());
        {
            auto file = store::openWorkspace(path("other.altimeter"));
            QVERIFY(store::setMetaValue(*file, "workspace_id", id).ok());
        }
        plant(router(m_thief->url()), "other.altimeter");
        m_engine = other.take();
        isUnused("router", "in place of");
        plant(router(m_server->url(), "another name"), "other.altimeter");
        isUnused("another name", "never confirmed");
    }

    void withoutAnId_nothingIsConfirmed()
    {
        Approval approval;
        approval.connection = "router";
        approval.kind = "openrouter";
        plant(router(m_thief->url()));
        approval.reach = infoOf().reach;
        QVERIFY(approvals::keep(approval).ok());
        isUnused("router", "");
    }

    void approvals_areTheUsersAlone()
    {
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        struct stat about = {};
        QCOMPARE(::stat(m_config->approvals().c_str(), &about), 0);
        QCOMPARE(about.st_mode & 0777, mode_t{0600});
        QCOMPARE(::stat(m_config->approvals().parent_path().c_str(), &about), 0);
        QCOMPARE(about.st_mode & 0777, mode_t{0700});
        QVERIFY(sync().ok);
        QCOMPARE(::chmod(m_config->approvals().c_str(), 0666), 0); // now others may have written it
        const SyncResult result = sync();
        QVERIFY2(QString::fromStdString(result.problem).contains("can be written by others"), result.problem.c_str());
        QCOMPARE(::chmod(m_config->approvals().c_str(), 0600), 0);
        QCOMPARE(::chmod(m_config->approvals().parent_path().c_str(), 0777), 0); // or put another file in its place
        const SyncResult other = sync();
        QVERIFY2(QString::fromStdString(other.problem).contains("folder of the confirmations"), other.problem.c_str());
        QCOMPARE(::chmod(m_config->approvals().parent_path().c_str(), 0700), 0);
        QVERIFY(sync().ok);
    }

    void damagedApprovals_confirmNothing_andAreSetAside_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no JSON") << QByteArray("x");
        QTest::newRow("another shape") << QByteArray(R"({"version":1,"approvals":7})");
        QTest::newRow("newer") << QByteArray(R"({"version":2,"approvals":[]})");
        QTest::newRow("half a one") << QByteArray(R"({"version":1,"approvals":[{"workspace":"w"}]})");
        QTest::newRow("deep") << QByteArray(200'000, '[');
    }
    void damagedApprovals_confirmNothing_andAreSetAside()
    {
        QFETCH(QByteArray, text);
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        const std::string file = m_config->approvals().string();
        {
            std::ofstream out(file, std::ios::trunc);
            out << text.toStdString();
        }
        m_server->forget();
        QVERIFY(!sync().ok);
        QVERIFY2(QString::fromStdString(infoOf().unconfirmed).contains("cannot be read"), infoOf().unconfirmed.c_str());
        QCOMPARE(m_server->count(), std::size_t{0});
        QVERIFY(m_engine->connections().confirm("router", infoOf().reach).ok());
        QVERIFY(sync().ok);
        QVERIFY(QFile::exists(QString::fromStdString(file + ".damaged")));
    }

    void manyPrograms_loseNoApproval()
    {
        std::vector<std::thread> programs;
        for (int i = 0; i < 8; ++i)
            programs.emplace_back([i] {
                for (int k = 0; k < 10; ++k) {
                    Approval one;
                    one.workspace = "w" + std::to_string(i);
                    one.connection = std::to_string(k);
                    one.kind = "openrouter";
                    if (!approvals::keep(one).ok())
                        qFatal("not kept");
                }
            });
        for (std::thread& program : programs)
            program.join();
        QCOMPARE(approvals::read()->size(), std::size_t{80});
        QVERIFY(approvals::forget("w3", "7").ok());
        QCOMPARE(approvals::read()->size(), std::size_t{79});
    }

    void removal_forgetsAllOfIt_andGoesOnWithoutAKeyring()
    {
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", kCanary}}).ok());
        class Locked final : public SecretStore {
        public:
            Result<std::optional<providers::Secret>> read(const SecretPlace&) override { return failure(); }
            Status write(const SecretPlace&, const providers::Secret&) override { return failure(); }
            Status adopt(const SecretPlace&) override { return failure(); }
            Status remove(const std::string&, const std::string&) override { return failure(); }
            bool isPersistent() const override { return true; }
            std::string description() const override { return "locked"; }

        private:
            static Error failure()
            {
                return {ErrorCode::Io, "the secret service could not forget the secret: locked", {}};
            }
        };
        m_engine->connections().setSecretStore(std::make_shared<Locked>());
        const auto left = m_engine->connections().remove("router");
        QVERIFY(left.ok());
        QVERIFY2(QString::fromStdString(*left).contains("locked"), left->c_str());
        QVERIFY(m_engine->connections().list()->empty());
        QVERIFY(approvals::read()->empty());
        QVERIFY(!m_engine->connections().remove("router").ok());
    }

    void echoedKey_isHidden_howeverItIsWritten()
    {
        const std::string key = R"(sk-"quoted"\key/with+and%&<>=9f2c)";
        const QByteArray plain = QByteArray::fromStdString(key);
        const auto json = [](const QByteArray& text) {
            const QByteArray whole = QJsonDocument(QJsonArray{QString::fromUtf8(text)}).toJson(QJsonDocument::Compact);
            return whole.mid(2, whole.size() - 4);
        };
        QVERIFY(m_engine->connections().save(router(m_server->url()), {{"management_key", key}}).ok());
        for (const QByteArray& echo :
             {plain, json(plain), json(json(plain)), plain.toPercentEncoding(), json(plain.toPercentEncoding()),
              plain.toPercentEncoding().toPercentEncoding(), plain.toBase64(),
              plain.toBase64(QByteArray::Base64UrlEncoding), ("user:" + plain).toBase64(), plain.toHex(),
              plain.toHex().toUpper(), QString::fromUtf8(plain).toHtmlEscaped().toUtf8()}) {
            for (const QByteArray& body :
                 {R"({"error":{"message":")" + json("no: " + echo + " !") + R"("}})",
                  R"({"error":{"message":")" + json("no: " + QByteArray(280, '.') + echo) + R"("}})"}) {
                m_server->setHandler([&body](const LoopbackServer::Request&) {
                    LoopbackServer::Answer answer;
                    answer.status = 403;
                    answer.body = body.toStdString();
                    return answer;
                });
                const std::string problem = sync().problem;
                for (const QByteArray& form : {plain, json(plain), json(json(plain)), plain.toPercentEncoding(),
                                               plain.toBase64().mid(4, 20), plain.toHex()}) {
                    QVERIFY2(!QByteArray::fromStdString(problem).contains(form), problem.c_str());
                }
                QVERIFY2(problem.find("quoted") == std::string::npos, problem.c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestApprovals)
#include "tst_approvals.moc"
