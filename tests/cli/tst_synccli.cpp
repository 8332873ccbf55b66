#include <QtTest/QtTest>

#include "tests/cli/clirunner.h"
#include "tests/testkit/loopbackserver.h"

using namespace altimeter::testing;

namespace {

LoopbackServer::Answer activity(const LoopbackServer::Request& request)
{
    LoopbackServer::Answer said;
    if (request.headers.at("authorization") != "Bearer good-key-123456") {
        said.status = 401;
        said.body = R"({"error":{"message":"bad key"}})";
    } else if (request.path == "/credits") {
        said.body = R"({"data":{"total_credits":10,"total_usage":4.5}})";
    } else if (request.path == "/keys") {
        said.body = R"({"data":[]})";
    } else {
        said.body = R"({"data":[{"date":")" + request.parameter("date") +
                    R"(","model":"m","model_permaslug":"m-1","endpoint_id":"e","provider_name":"V",)" +
                    R"("usage":0.000000000123456789,"byok_usage_inference":0,"requests":1,"prompt_tokens":1,)" +
                    R"("completion_tokens":1,"reasoning_tokens":0}]})";
    }
    return said;
}

} // namespace

class TestSyncCli : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    CliAnswer call(const QStringList& words, const QStringList& environment = {})
    {
        return runCli(m_folder.path(), QStringList{"--workspace", "w.altimeter"} + words,
                      QStringList{"DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR="} + environment);
    }

private slots:
    void initTestCase() { QCOMPARE(call({"init", "w.altimeter"}).exitCode, 0); }

    void kinds_listTheirFields()
    {
        const CliAnswer answer = call({"connections", "kinds"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY(answer.out.contains("openrouter,management_key,yes,secret,,Management key"));
    }

    void secretOnTheCommandLine_isRefused()
    {
        const CliAnswer answer = call({"connections", "add", "openrouter", "r", "--secret", "management_key=sk-clear"});
        QCOMPARE(answer.exitCode, 2);
        QVERIFY(answer.err.contains("never as such"));
        QVERIFY(!answer.err.contains("sk-clear"));
    }

    void headlessSecret_thatCannotBeKept_isSaid()
    {
        writeFile(m_folder.filePath("key"), "good-key-123456\n");
        const CliAnswer answer = call({"connections", "add", "openrouter", "lost", "--secret",
                                       "management_key=file:" + m_folder.filePath("key")});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY(answer.err.contains("until the program ends"));
        QVERIFY(answer.err.contains("env:NAME"));
        QCOMPARE(call({"connections", "remove", "lost"}).exitCode, 0);
    }

    void sync_bringsExactMoneyAndSaysWhatItDid()
    {
        const LoopbackServer server(activity);
        const QString base = "base_url=" + QString::fromStdString(server.url());
        QCOMPARE(call({"connections", "add", "openrouter", "router", "--set", base, "--secret",
                       "management_key=env:ROUTER_KEY"})
                     .exitCode,
                 0);
        const QStringList key{"ROUTER_KEY=good-key-123456"};
        const CliAnswer tested = call({"connections", "test", "router"}, key);
        QCOMPARE(tested.exitCode, 0);
        QVERIFY(tested.out.contains("4.5 USD"));
        const CliAnswer plan = call({"sync", "--plan"});
        QCOMPARE(plan.exitCode, 0);
        QVERIFY(plan.out.startsWith("connection,from,to,chunks,requests,cost,currency"));
        const CliAnswer synced = call({"sync"}, key);
        QVERIFY2(synced.exitCode == 0, synced.err.constData());
        QVERIFY(synced.out.contains("router,ok,"));
        QVERIFY(synced.out.contains(",32,30,2,"));
        const CliAnswer total = call({"totals", "--cost", "billed"});
        QVERIFY2(total.out.contains("USD,0.00000000370370367,30"), total.out.constData());
        const CliAnswer states = call({"totals", "--by", "charge_state"});
        QVERIFY(states.out.contains("Estimated,USD"));
        QVERIFY(states.out.contains("Final,USD"));
        QCOMPARE(call({"proof"}).exitCode, 0);
        const CliAnswer days = call({"completeness"});
        QVERIFY(days.out.contains("router"));
        QVERIFY(days.out.contains("estimated"));
        const CliAnswer list = call({"connections", "list"});
        QVERIFY(list.out.contains("router,openrouter,ok,"));
        const CliAnswer sources = call({"sources"});
        QVERIFY(sources.out.contains("router,openrouter,"));
    }

    void wrongKey_failsPlainlyAndTellsWhatToDo()
    {
        const LoopbackServer server(activity);
        QCOMPARE(call({"connections", "add", "openrouter", "wrong", "--set",
                       "base_url=" + QString::fromStdString(server.url()), "--secret", "management_key=env:WRONG_KEY"})
                     .exitCode,
                 0);
        const CliAnswer synced = call({"sync", "wrong"}, {"WRONG_KEY=planted-secret-987654"});
        QCOMPARE(synced.exitCode, 1);
        QVERIFY(synced.out.contains("failed"));
        QVERIFY(synced.err.contains("does not accept the credential"));
        QVERIFY(synced.err.contains("Check the management key"));
        QVERIFY(!synced.err.contains("planted-secret"));
        QVERIFY(!synced.out.contains("planted-secret"));
        const CliAnswer none = call({"sync", "no such"});
        QCOMPARE(none.exitCode, 1);
        QVERIFY(none.err.contains("there is no connection"));
    }
};

QTEST_GUILESS_MAIN(TestSyncCli)
#include "tst_synccli.moc"
