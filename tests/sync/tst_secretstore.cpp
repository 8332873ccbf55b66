#include <QtTest/QtTest>

#undef signals // GLib has a member of this name
#include <libsecret/secret.h>

#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connections.h"
#include "app/session/workspace/engine.h"
#include "models/store/file/workspace.h"
#include "models/store/settings/connections.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/ownconfig.h"

#include <QDirIterator>
#include <QProcess>
#include <QStandardPaths>

using namespace altimeter;
using namespace altimeter::session;

namespace {

/// A secret of the connection c in the workspace w.
SecretPlace place(const std::string& field, const std::string& origin = "https://api.example.com",
                  const std::string& kind = "openai", const std::string& owner = "w")
{
    return {owner, "c", field, kind, origin};
}

constexpr const char* kPlanted = "canary-7e1f0a94c3b85d26 with blanks and \"quotes\"";

/// A session bus with an unlocked keyring on it, in a home of its own.
class PrivateKeyring {
public:
    /// Empty where it runs; else why not.
    QString start()
    {
        for (const char* program : {"dbus-daemon", "gnome-keyring-daemon"}) {
            if (QStandardPaths::findExecutable(program).isEmpty())
                return QStringLiteral("%1 is not installed").arg(program);
        }
        for (const char* variable : {"HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"})
            m_old[variable] = qgetenv(variable);
        qputenv("HOME", home().toUtf8());
        qputenv("XDG_DATA_HOME", (home() + "/data").toUtf8());
        qputenv("XDG_CONFIG_HOME", (home() + "/config").toUtf8());
        QDir().mkpath(home() + "/data");
        QDir().mkpath(home() + "/run");
        QFile::setPermissions(home() + "/run", QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("XDG_RUNTIME_DIR", (home() + "/run").toUtf8());
        m_bus.start("dbus-daemon", {"--session", "--print-address", "--nofork", "--nopidfile"});
        if (!m_bus.waitForReadyRead(10'000))
            return QStringLiteral("the session bus did not start");
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
        m_keyring.start("gnome-keyring-daemon", {"--foreground", "--unlock", "--components=secrets"});
        if (!m_keyring.waitForStarted(10'000))
            return QStringLiteral("the keyring did not start");
        m_keyring.write("test");
        m_keyring.closeWriteChannel();
        // The control file appears when it listens.
        return QTest::qWaitFor([this] { return QFile::exists(home() + "/run/keyring/control"); }, 10'000)
                   ? QString()
                   : QStringLiteral("the keyring does not answer");
    }
    ~PrivateKeyring()
    {
        for (QProcess* process : {&m_keyring, &m_bus}) {
            process->kill();
            process->waitForFinished();
        }
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        for (const auto& [variable, value] : m_old)
            qputenv(variable, value);
    }
    QString home() const { return m_home.path(); }

private:
    QTemporaryDir m_home;
    QProcess m_bus, m_keyring;
    std::map<const char*, QByteArray> m_old;
};

} // namespace

/// Keeps an item as older versions did, which said nothing of where it goes.
bool keepAsBefore(const std::string& workspace, const char* connection, const char* field, const char* value)
{
    SecretSchema schema{};
    schema.name = "io.github.altimeter.Connection";
    schema.attributes[0] = {"workspace", SECRET_SCHEMA_ATTRIBUTE_STRING};
    schema.attributes[1] = {"connection", SECRET_SCHEMA_ATTRIBUTE_STRING};
    schema.attributes[2] = {"field", SECRET_SCHEMA_ATTRIBUTE_STRING};
    return secret_password_store_sync(&schema, SECRET_COLLECTION_DEFAULT, "old", value, nullptr, nullptr, "workspace",
                                      workspace.c_str(), "connection", connection, "field", field, nullptr) != 0;
}

class TestSecretStore : public QObject {
    Q_OBJECT

    std::unique_ptr<PrivateKeyring> m_keyring; ///< one for all: GLib ends the program when a bus it knew goes away
    QString m_why;

    QString startKeyring()
    {
        if (!m_keyring) {
            m_keyring = std::make_unique<PrivateKeyring>();
            m_why = m_keyring->start();
        }
        return m_why;
    }

private slots:
    void withoutADesktop_secretsLiveInMemoryAndItIsSaid()
    {
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qunsetenv("XDG_RUNTIME_DIR");
        const auto store = openSecretStore();
        QVERIFY(!store->isPersistent());
        QVERIFY(QString::fromStdString(store->description()).contains("until the program ends"));
        QVERIFY(store->write(place("f"), providers::Secret(kPlanted)).ok());
        const auto read = store->read(place("f"));
        QVERIFY(read.ok() && read->has_value());
        QCOMPARE((*read)->reveal(), std::string(kPlanted));
        QVERIFY(!store->read(place("f", "https://api.example.com", "openai", "other workspace"))->has_value());
        QVERIFY(!store->read(place("f", "https://api.example.com:8443"))->has_value()); // given for one place only
        QVERIFY(!store->read(place("f", "https://api.example.com", "anthropic"))->has_value());
        QVERIFY(store->write(place("f", "https://other.example.com"), providers::Secret(kPlanted)).ok());
        QVERIFY(store->remove("w", "c").ok()); // wherever it goes
        QVERIFY(!store->read(place("f"))->has_value());
        QVERIFY(!store->read(place("f", "https://other.example.com"))->has_value());
    }

    void busThatSaysNothing_isNotWaitedFor()
    {
        QProcess bus;
        if (QStandardPaths::findExecutable("dbus-daemon").isEmpty())
            QSKIP("dbus-daemon is not installed");
        // its policy lets no answer through
        QTemporaryDir folder;
        QFile config(folder.filePath("bus.conf"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context='default'>"
                     "<allow send_destination='*' eavesdrop='true'/><allow own='*'/></policy></busconfig>");
        config.close();
        bus.start("dbus-daemon", {"--config-file=" + config.fileName(), "--print-address", "--nofork", "--nopidfile"});
        if (!bus.waitForReadyRead(10'000))
            QSKIP("the bus did not start");
        qputenv("DBUS_SESSION_BUS_ADDRESS", bus.readLine().trimmed());
        QElapsedTimer timer;
        timer.start();
        const auto store = openSecretStore(std::chrono::seconds(3));
        QVERIFY(!store->isPersistent());
        QVERIFY(timer.elapsed() < 20'000); // GLib would wait 25 s
        bus.kill();
        bus.waitForFinished();
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    }

    void desktopKeyring_keepsSecretsAndNothingIsReadableOnDisk()
    {
        if (const QString why = startKeyring(); !why.isEmpty())
            QSKIP(qPrintable(why));
        const auto store = openSecretStore();
        if (!store->isPersistent())
            QSKIP("the keyring does not answer here");
        QVERIFY2(store->write(place("f"), providers::Secret(kPlanted)).ok(), "write");
        const auto again = openSecretStore();
        const auto read = again->read(place("f"));
        QVERIFY(read.ok() && read->has_value());
        QCOMPARE((*read)->reveal(), std::string(kPlanted));
        QVERIFY(!again->read(place("other"))->has_value());
        QVERIFY(!again->read(place("f", "https://api.example.com:8443"))->has_value()); // given for one place only
        QVERIFY(!again->read(place("f", "https://api.example.com", "anthropic"))->has_value());
        const QByteArray secret(kPlanted);
        int files = 0;
        QDirIterator all(m_keyring->home(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            QFile file(all.next());
            if (!file.open(QIODevice::ReadOnly))
                continue;
            ++files;
            const QByteArray bytes = file.readAll();
            QVERIFY2(!bytes.contains(secret) && !bytes.contains(secret.left(16)), qPrintable(file.fileName()));
        }
        QVERIFY(files > 0);
        QVERIFY(keepAsBefore("w", "c", "old", "kept by an older version"));
        QVERIFY(!again->read(place("old"))->has_value()); // not by itself
        QVERIFY(again->adopt(place("old")).ok());
        QCOMPARE((*again->read(place("old")))->reveal(), std::string("kept by an older version"));
        QVERIFY(again->adopt(place("old", "https://evil.example.com")).ok()); // it is bound now
        QVERIFY(!again->read(place("old", "https://evil.example.com"))->has_value());
        QVERIFY(again->remove("w", "c").ok());
        QVERIFY(!store->read(place("f"))->has_value());
    }

    void keyInTheKeyring_doesNotFollowAnAlteredAddress()
    {
        if (const QString why = startKeyring(); !why.isEmpty())
            QSKIP(qPrintable(why));
        const testing::OwnConfig config;
        const auto empty = [](const testing::LoopbackServer::Request&) {
            testing::LoopbackServer::Answer answer;
            answer.body = R"({"data":[]})";
            return answer;
        };
        const testing::LoopbackServer own(empty), thief(empty), next(empty);
        const std::string file = (m_keyring->home() + "/w.altimeter").toStdString();
        auto engine = Engine::create(file);
        QVERIFY(engine);
        if (!(*engine)->connections().secretStore()->isPersistent())
            QSKIP("the keyring does not answer here");
        ConnectionSettings settings{"router", "openrouter", {{"base_url", own.url()}}, 24};
        QVERIFY((*engine)->connections().save(settings, {{"management_key", kPlanted}}).ok());
        const auto sync = [&engine] { return (*engine)->connections().syncOne("router", {}, {}, {}); };
        const auto alter = [&](const std::string& url) { // past the program
            settings.values["base_url"] = url;
            auto workspace = store::openWorkspace(file);
            QVERIFY(workspace && store::writeConnection(*workspace, settings, {1}).ok());
        };
        QVERIFY2(sync().ok, sync().problem.c_str());
        QVERIFY(own.count() > 0);
        alter(thief.url());
        QVERIFY(!sync().ok);
        QVERIFY((*engine)->connections().confirm("router", (*engine)->connections().list()->front().reach).ok());
        QVERIFY2(QString::fromStdString(sync().problem).contains("no Management key is known for"),
                 sync().problem.c_str());
        QCOMPARE(thief.connections(), std::size_t{0});

        // what an older version kept is taken over for the one address its user confirms
        const std::string id = *store::metaValue(*store::openReader(file), "workspace_id");
        QVERIFY(keepAsBefore(id, "router", "management_key", kPlanted));
        QVERIFY(!sync().ok); // not by itself
        alter(next.url());
        QVERIFY(!sync().ok);
        QCOMPARE(next.connections(), std::size_t{0});
        QVERIFY((*engine)->connections().confirm("router", (*engine)->connections().list()->front().reach).ok());
        QVERIFY2(sync().ok, sync().problem.c_str());
        QCOMPARE(next.requests().front().headers.at("authorization"), "Bearer " + std::string(kPlanted));
        QCOMPARE(thief.connections(), std::size_t{0});
        QCOMPARE((*engine)->connections().remove("router").value(), std::string());
    }
};

QTEST_GUILESS_MAIN(TestSecretStore)
#include "tst_secretstore.moc"
