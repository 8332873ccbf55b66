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
    } else if (request.path == "/keys" || request.path == "/workspaces") {
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
        QVERIFY(synced.out.contains(",33,30,2,"));
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

    void testThatCostsMoney_countsAsSpent()
    {
        const LoopbackServer server([](const LoopbackServer::Request& request) {
            LoopbackServer::Answer said;
            said.status = request.headers.contains("x-amz-target") ? 200 : 404;
            said.body = R"({"ResultsByTime":[]})";
            return said;
        });
        const QString base = QString::fromStdString(server.url());
        QCOMPARE(call({"connections", "add", "aws-cost-explorer", "explorer", "--set", "ce_url=" + base, "--set",
                       "organizations_url=" + base, "--set", "access_key_id=AKIA1", "--secret",
                       "secret_access_key=env:AWS_KEY"})
                     .exitCode,
                 0);
        for (int i = 0; i < 2; ++i) {
            const CliAnswer tested = call({"connections", "test", "explorer"}, {"AWS_KEY=secret-access-1"});
            QVERIFY2(tested.exitCode == 0, tested.err.constData());
        }
        const CliAnswer list = call({"connections", "list"});
        QVERIFY2(list.out.contains("explorer,aws-cost-explorer,"), list.out.constData());
        QVERIFY2(list.out.contains("0.02,USD") || list.out.contains(",0.02"), list.out.constData());
        QCOMPARE(call({"connections", "remove", "explorer"}).exitCode, 0);
    }

    void syncedByHand_isSyncedWhenNamedAlone()
    {
        LoopbackServer server(activity);
        const QStringList key{"HAND_KEY=good-key-123456"};
        QCOMPARE(call({"connections", "add", "openrouter", "hand", "--every", "0", "--set",
                       "base_url=" + QString::fromStdString(server.url()), "--secret", "management_key=env:HAND_KEY"})
                     .exitCode,
                 0);
        const CliAnswer all = call({"sync"}, key); // as the timer does
        QVERIFY2(!all.out.contains("hand,"), all.out.constData());
        QVERIFY2(all.err.contains("hand is synced by hand"), all.err.constData());
        QCOMPARE(server.count(), std::size_t{0});
        const CliAnswer named = call({"sync", "hand"}, key);
        QVERIFY2(named.out.contains("hand,ok,"), named.err.constData());
        QCOMPARE(call({"connections", "remove", "hand"}).exitCode, 0);
        // Where each request costs money a schedule is something to decide for.
        QCOMPARE(call({"connections", "add", "aws-cost-explorer", "bill", "--set", "access_key_id=AKIAEXAMPLE",
                       "--secret", "secret_access_key=env:HAND_KEY"})
                     .exitCode,
                 0);
        const CliAnswer listed = call({"connections", "list"});
        QVERIFY2(listed.out.contains("bill,aws-cost-explorer,new,,,,0,0,0.000000000,0,"), listed.out.constData());
        QCOMPARE(call({"connections", "remove", "bill"}).exitCode, 0);
    }

    void strangersWorkspace_isNotSynced_untilItsOwnerSaysEveryWord()
    {
        LoopbackServer thief(activity), honest(activity);
        const QString attacker = QString::fromStdString(thief.url());
        // Somebody else makes the file, in a home of their own, …
        QTemporaryDir theirs, ours;
        const auto they = [&theirs](const QStringList& words) {
            return runCli(theirs.path(), QStringList{"--workspace", "w.altimeter"} + words,
                          {"DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR="});
        };
        const QString secret = "management_key=env:AWS_SECRET_ACCESS_KEY";
        QCOMPARE(they({"init", "w.altimeter"}).exitCode, 0);
        QCOMPARE(
            they({"connections", "add", "openrouter", "x", "--set", "base_url=" + attacker + "/or", "--secret", secret})
                .exitCode,
            0);
        QCOMPARE(
            they({"connections", "add", "openrouter", "by proxy", "--set", "base_url=http://billing.example.invalid",
                  "--set", "proxy=" + attacker, "--plain-http", "--secret", secret})
                .exitCode,
            0);
        QCOMPARE(they({"connections", "add", "openrouter", "plain", "--set", "base_url=http://192.0.2.2:18080",
                       "--plain-http", "--secret", secret})
                     .exitCode,
                 0);
        writeFile(theirs.filePath("private.csv"), "cost,day\n1,2026-11-19\n");
        QCOMPARE(
            they({"connections", "add", "feed", "local file", "--set", "location=" + theirs.filePath("private.csv"),
                  "--set", "column:BilledCost=cost", "--set", "column:ChargePeriodStart=day", "--set", "currency=USD"})
                .exitCode,
            0);
        QVERIFY(QFile::copy(theirs.filePath("w.altimeter"), ours.filePath("w.altimeter")));
        // … and hands it over.
        const QStringList variables{
            "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=",      "AWS_SECRET_ACCESS_KEY=good-key-123456",
            "http_proxy=" + attacker,    "ALL_PROXY=" + attacker, "ALTIMETER_SECRET_X_MANAGEMENT_KEY=good-key-123456"};
        const auto we = [&](const QStringList& words) {
            return runCli(ours.path(), QStringList{"--workspace", "w.altimeter"} + words, variables);
        };
        QCOMPARE(we({"connections", "add", "openrouter", "mine", "--set",
                     "base_url=" + QString::fromStdString(honest.url()), "--secret", "management_key=env:MINE"})
                     .exitCode,
                 0);
        const CliAnswer listed = we({"connections", "list"});
        QVERIFY(listed.out.split('\n').front().endsWith(",confirmed,findings"));
        QVERIFY2(listed.out.contains("mine,openrouter,new,") && listed.out.contains("x,openrouter,unconfirmed,"),
                 listed.out.constData());
        const CliAnswer synced = runCli(ours.path(), {"--workspace", "w.altimeter", "sync"},
                                        variables + QStringList{"MINE=good-key-123456"});
        QCOMPARE(synced.exitCode, 1);
        QVERIFY2(synced.out.contains("mine,ok,"), synced.out.constData()); // what is confirmed goes on
        QVERIFY2(synced.err.contains("x: ") && synced.err.contains(attacker.toUtf8()), synced.err.constData());
        QVERIFY(synced.err.contains("connections confirm x"));
        for (const char* name : {"x", "by proxy", "plain", "local file"}) {
            QCOMPARE(we({"sync", name}).exitCode, 1);
            QCOMPARE(we({"connections", "test", name}).exitCode, 1);
            const CliAnswer shown = we({"connections", "confirm", name});
            QCOMPARE(shown.exitCode, 3);
        }
        const CliAnswer sources = we({"sources"});
        QVERIFY2(!sources.out.contains("local file"), sources.out.constData());
        QCOMPARE(thief.connections(), std::size_t{0});

        const CliAnswer shown = we({"connections", "confirm", "x"});
        QVERIFY2(shown.out.contains("origin," + attacker.toUtf8() + "\n"), shown.out.constData());
        QVERIFY(shown.out.contains("env,AWS_SECRET_ACCESS_KEY\n"));
        QVERIFY2(shown.err.contains("altimeter-cli connections confirm x --origin " + attacker.toUtf8() +
                                    " --env AWS_SECRET_ACCESS_KEY\n"),
                 shown.err.constData());
        for (const QStringList& words :
             {QStringList{"--origin", attacker}, QStringList{"--env", "AWS_SECRET_ACCESS_KEY"},
              QStringList{"--origin", attacker, "--env", "ANOTHER"},
              QStringList{"--origin", attacker, "--origin", "https://other", "--env", "AWS_SECRET_ACCESS_KEY"},
              QStringList{"--origin", QString::fromStdString(honest.url()), "--env", "AWS_SECRET_ACCESS_KEY"}}) {
            const CliAnswer refused = we(QStringList{"connections", "confirm", "x"} + words);
            QCOMPARE(refused.exitCode, 1);
        }
        const CliAnswer clear = we({"connections", "confirm", "plain", "--origin", "http://192.0.2.2:18080", "--env",
                                    "AWS_SECRET_ACCESS_KEY"});
        QCOMPARE(clear.exitCode, 1);
        QVERIFY2(clear.err.contains("--plain-http"), clear.err.constData());
        QCOMPARE(we({"sync", "x"}).exitCode, 1);
        QCOMPARE(thief.connections(), std::size_t{0});

        const CliAnswer agreed =
            we({"connections", "confirm", "x", "--origin", attacker, "--env", "AWS_SECRET_ACCESS_KEY"});
        QVERIFY2(agreed.exitCode == 0, agreed.err.constData());
        QCOMPARE(we({"connections", "confirm", "x"}).exitCode, 0);
        const CliAnswer now = we({"sync", "x"});
        QVERIFY2(now.exitCode == 0, now.err.constData());
        QVERIFY(thief.count() > 0);
        QVERIFY(QFile::exists(ours.filePath(".config/altimeter/approvals.json")));
    }

    void proxyPasswordInAnAddress_isRefused_andNotRepeated()
    {
        const CliAnswer refused = call({"connections", "add", "openrouter", "p", "--set",
                                        "proxy=http://user:planted-proxy-word@proxy.example:3128"});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("proxy_password"), refused.err.constData());
        QVERIFY(!refused.err.contains("planted-proxy-word"));
        const CliAnswer unknown = call({"connections", "add", "openrouter", "p", "--set", "api_token=sk-1"});
        QCOMPARE(unknown.exitCode, 1);
        QVERIFY(unknown.err.contains("\"api_token\" is no setting"));
    }

    /// OpenAI sends a bucket for each day; an answer without any is none, and a bucket without a row is a proof.
    void answerWithoutADay_takesNothingAway_andIsTold()
    {
        const auto page = [](const std::string& data) {
            LoopbackServer::Answer said;
            said.body = R"({"object":"page","data":[)" + data + R"(],"has_more":false,"next_page":null})";
            return said;
        };
        const std::string bucket = R"({"object":"bucket","start_time":1795132800,"end_time":1795219200,"results":[)";
        const std::string row =
            R"({"object":"organization.costs.result","amount":{"value":987654.25,"currency":"usd"},)"
            R"("line_item":"x","project_id":"p"})";
        std::string costs = bucket + row + "]}";
        LoopbackServer server([&](const LoopbackServer::Request& request) {
            if (request.path.ends_with("/organization/costs"))
                return page(costs);
            return page({});
        });
        QCOMPARE(call({"connections", "add", "openai", "ai", "--every", "0", "--set",
                       "base_url=" + QString::fromStdString(server.url()), "--secret", "admin_key=env:AI_KEY"})
                     .exitCode,
                 0);
        const QStringList key{"AI_KEY=good-key-123456"};
        const QStringList day{"sync", "ai", "--from", "2026-11-20", "--to", "2026-11-21"};
        QCOMPARE(call(day, key).exitCode, 0);
        const auto billed = [this] { return call({"totals", "--cost", "billed", "--where", "source=ai"}).out; };
        QVERIFY2(billed().contains("USD,987654.25"), billed().constData());

        costs.clear();
        const CliAnswer empty = call(QStringList{"--quiet"} + day, key);
        QCOMPARE(empty.exitCode, 0);
        QVERIFY2(empty.out.startsWith("connection,state,from,to,requests,rows,measures,new,replaced,unchanged,removed,"
                                      "spent,problem,todo,findings\n"),
                 empty.out.constData());
        QVERIFY2(empty.out.contains(",0,0,0,0,0.000000000,,,") && empty.out.endsWith(",1\n"), empty.out.constData());
        QVERIFY2(empty.err.contains("ai: warning: organization/costs: OpenAI left out days that it always sends; not "
                                    "answered, and left as it was: 2026-11-20."),
                 empty.err.constData());
        QVERIFY(billed().contains("USD,987654.25"));
        const CliAnswer listed = call({"findings", "--source", "ai"});
        QCOMPARE(listed.exitCode, 3);
        QVERIFY2(listed.out.startsWith("severity,check,rows,first_line,message,file,source,touched,acknowledged_at,"
                                       "acknowledged_by,acknowledged_note,id\nwarning,day-missing,1,0,"),
                 listed.out.constData());
        QVERIFY2(listed.out.contains(",organization/costs,ai,unknown,,,,"), listed.out.constData());
        QVERIFY(call({"sources"}).out.contains(",findings\n"));

        costs = bucket + "]}"; // the day is there, and holds nothing
        const CliAnswer proven = call(day, key);
        QVERIFY2(proven.out.contains(",1,0.000000000,,"), proven.out.constData()); // removed
        QVERIFY2(!billed().contains("987654.25"), billed().constData());
        QCOMPARE(call({"connections", "remove", "ai"}).exitCode, 0);
    }

    void acceptEmpty_wantsADayAndAName()
    {
        QCOMPARE(call({"sync", "router", "--accept-empty"}).exitCode, 2);
        QCOMPARE(call({"sync", "--from", "2026-11-20", "--accept-empty"}).exitCode, 2);
    }

    /// The server gives a new token for ever: the plan cannot know.
    void spendingLimit_holdsWhileASyncRuns()
    {
        int pages = 0;
        LoopbackServer server([&pages](const LoopbackServer::Request&) {
            LoopbackServer::Answer said;
            said.type = "application/x-amz-json-1.1";
            said.body = R"({"ResultsByTime":[],"NextPageToken":"t)" + std::to_string(++pages) + R"("})";
            return said;
        });
        const QString base = QString::fromStdString(server.url());
        QCOMPARE(call({"connections", "add", "aws-cost-explorer", "bill", "--set", "access_key_id=AKIAEXAMPLE", "--set",
                       "ce_url=" + base, "--set", "organizations_url=" + base, "--set", "measures=no", "--secret",
                       "secret_access_key=env:BILL_KEY"})
                     .exitCode,
                 0);
        const CliAnswer stopped =
            call({"sync", "bill", "--from", "2026-11-18", "--to", "2026-11-20", "--max-cost", "0.05"},
                 {"BILL_KEY=good-key-123456"});
        QCOMPARE(stopped.exitCode, 1);
        QCOMPARE(server.count(), std::size_t{5});
        QVERIFY2(stopped.out.contains(",0.050000000,"), stopped.out.constData());
        QVERIFY2(stopped.err.contains("more than this sync may spend"), stopped.err.constData());
        QCOMPARE(call({"connections", "remove", "bill"}).exitCode, 0);
    }

    void feedWithoutColumns_saysHowToAssignThem()
    {
        writeFile(m_folder.filePath("usage.csv"), "Date,Model,Cost\n2026-11-01,a,Included\n2026-11-01,b,$0.12\n"
                                                  "2026-11-02,b,-\n2026-11-02,c,$1.87\n");
        const QStringList add{"connections", "add", "feed",  "cursor",
                              "--every",     "0",   "--set", "location=" + m_folder.filePath("usage.csv")};
        QCOMPARE(call(add).exitCode, 0);
        const CliAnswer unassigned = call({"sync", "cursor"});
        QCOMPARE(unassigned.exitCode, 1);
        QVERIFY2(unassigned.err.contains("not assigned yet. Choose") &&
                     unassigned.err.contains("--set column:BilledCost=FIELD"),
                 unassigned.err.constData());
        QVERIFY(call({"connections", "kinds"}).out.contains("feed,column:BilledCost,no,text,,Amount"));
        QVERIFY(call({"connections", "add", "--help"}).out.contains("column:BilledCost=FIELD"));
        QCOMPARE(call(add + QStringList{"--set", "column:BilledCost=Cost", "--set", "column:ChargePeriodStart=Date",
                                        "--set", "constant:BillingCurrency=USD"})
                     .exitCode,
                 0);
        const CliAnswer synced = call({"sync", "cursor"});
        QVERIFY2(synced.exitCode == 0, synced.err.constData());
        QVERIFY2(synced.err.contains("2 of 4 records say a word in place of an amount (\"-\", \"Included\")"),
                 synced.err.constData());
        QVERIFY(call({"totals", "--cost", "billed", "--where", "source=cursor"}).out.contains("USD,1.99"));
        QCOMPARE(call({"connections", "remove", "cursor"}).exitCode, 0);
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
