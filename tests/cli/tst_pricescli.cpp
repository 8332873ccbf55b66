#include <QtTest/QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include "app/session/prices/pricing.h"
#include "app/session/workspace/engine.h"
#include "tests/cli/clirunner.h"

using namespace altimeter;
using altimeter::testing::CliAnswer;
using altimeter::testing::readFile;
using altimeter::testing::runCli;
using altimeter::testing::writeFile;

namespace {

constexpr const char* kHeader =
    "provider,model,token_class,tier,region,context_from,unit,per,price,currency,valid_from,valid_to,"
    "source,state,band,windows,confirmed_to,read_on,note,layer,kind,target\n";

} // namespace

/// The verbs of "prices".
class TestPricesCli : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (altimeter::testing::cliProgram().isEmpty())
            QSKIP("no altimeter-cli was built");
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QCOMPARE(runCli(m_folder->path(), {"init", "w.altimeter"}).exitCode, 0);
    }

    void list_saysWhatTheProgramBringsAlong_atATime()
    {
        const CliAnswer all = prices({"list"});
        QCOMPARE(all.exitCode, 0);
        QVERIFY(all.out.startsWith(kHeader));
        QVERIFY(all.out.count('\n') > 800);
        const CliAnswer then =
            prices({"list", "--provider", "Anthropic", "--model", "claude-sonnet-5-5", "--at", "2026-10-06"});
        QVERIFY(then.out.contains(
            "anthropic,claude-sonnet-5-5,cache_read,,,,token,1000000,0.20,USD,,2026-10-07T00:00:00Z,"));
        QVERIFY(!then.out.contains(",0.10,"));
        QCOMPARE(then.out.count('\n'), 5); // header, input, output, cache read, US-only inference
        const CliAnswer now = prices({"list", "--model", "claude-sonnet-5-5", "--at", "2026-10-07T00:00:00Z"});
        QVERIFY(now.out.contains(",cache_read,,,,token,1000000,0.10,USD,2026-10-07T00:00:00Z,,"));
        QCOMPARE(prices({"list", "--at", "soon"}).exitCode, 2);
        const auto json =
            QJsonDocument::fromJson(runCli(m_folder->path(), {"--workspace", "w.altimeter", "--format", "json",
                                                              "prices", "list", "--model", "gpt-5.6"})
                                        .out);
        QCOMPARE(json.array().at(0).toObject().value("target").toString(), QString("gpt-5.6-sol"));
        QVERIFY(json.array().at(0).toObject().value("price").isNull());
    }

    void set_goesBeforeTheList_andComesBack()
    {
        QCOMPARE(prices({"set", "--provider", "openai", "--model", "gpt-5.4", "--class", "input", "--price", "2.40",
                         "--from", "2026-03-01", "--source", "order 17"})
                     .out,
                 QByteArray("version,list\n1,own\n"));
        const QByteArray line =
            "openai,gpt-5.4,input,,,,token,1000000,2.40,USD,2026-03-01T00:00:00Z,,order 17,user,,,,,,own,,\n";
        QVERIFY(prices({"list", "--model", "gpt-5.4"}).out.contains(line));
        // the same again changes nothing; another price cuts the old one
        QCOMPARE(prices({"set", "--provider", "openai", "--model", "gpt-5.4", "--class", "input", "--price", "2.40",
                         "--from", "2026-03-01", "--source", "order 17"})
                     .out,
                 QByteArray("version,list\n"));
        QCOMPARE(prices({"set", "--provider", "openai", "--model", "gpt-5.4", "--class", "input", "--price", "2",
                         "--from", "2026-06-01"})
                     .exitCode,
                 0);
        QVERIFY(prices({"list", "--model", "gpt-5.4"})
                    .out.contains(",2.40,USD,2026-03-01T00:00:00Z,2026-06-01T00:00:00Z,"));
        QCOMPARE(prices({"set", "--provider", "OpenAI", "--percent-off", "12.5", "--from", "2026-01-01", "--to",
                         "2027-01-01"})
                     .exitCode,
                 0);
        QVERIFY(
            prices({"list", "--provider", "openai"})
                .out.contains(
                    "openai,,,,,,percent,1,12.5,,2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,,,,,,,,own,percent_off,\n"));
        const QByteArray versions = prices({"versions"}).out;
        QVERIFY(versions.startsWith("version,list,layer,published_at,author,action,note,entries,in_force\n3,own,own,"));
        QCOMPARE(versions.count(",true\n"), 1);
        QCOMPARE(prices({"restore", "1"}).out, QByteArray("version,restored\n4,1\n"));
        QVERIFY(prices({"list", "--model", "gpt-5.4"}).out.contains(line));
        QVERIFY(!prices({"list"}).out.contains("percent_off"));
        QCOMPARE(prices({"restore", "1"}).out, QByteArray("version,restored\n"));
        QCOMPARE(prices({"restore", "9"}).exitCode, 1);
        QCOMPARE(prices({"restore", "x"}).exitCode, 2);
        QCOMPARE(prices({"set", "--provider", "openai", "--model", "gpt-5.4", "--class", "input", "--price", "0",
                         "--remove"})
                     .exitCode,
                 0);
        QVERIFY(!prices({"list"}).out.contains(",own,"));
        QCOMPARE(prices({"set", "--provider", "openai", "--model", "gpt-5.4", "--class", "input", "--price", "0",
                         "--remove"})
                     .exitCode,
                 1);
    }

    void set_refusesWhatLooksWrong()
    {
        const QStringList perToken{"set",   "--provider", "openai", "--model", "gpt-5.4", "--class",
                                   "input", "--price",    "2.5",    "--per",   "1"};
        const CliAnswer wrong = prices(perToken);
        QCOMPARE(wrong.exitCode, 1);
        QVERIFY(wrong.err.contains("--accept"));
        QCOMPARE(prices(perToken + QStringList{"--accept"}).exitCode, 0);
        QCOMPARE(prices({"set", "--provider", "v", "--class", "web_search", "--unit", "call", "--price", "x"}).exitCode,
                 1);
        QCOMPARE(prices({"set", "--provider", "v", "--class", "web_search"}).exitCode, 2);
        QCOMPARE(prices({"set", "--provider", "v", "--price", "1", "--factor", "2"}).exitCode, 2);
        QCOMPARE(prices({"set", "--provider", "v", "--model", "m", "--class", "input", "--price", "1", "--from",
                         "2026-02-02", "--to", "2026-02-01"})
                     .exitCode,
                 1);
        const QStringList oneToken{"set", "--provider", "v", "--model", "m", "--class"};
        for (const char* kind : {"--price", "--percent-off", "--factor"}) {
            const CliAnswer misspelt = prices(oneToken + QStringList{"inputt", kind, "1", "--tier", "batch"});
            QCOMPARE(misspelt.exitCode, 1);
            QVERIFY2(misspelt.err.contains("\"inputt\" is no class of tokens") &&
                         misspelt.err.contains("cache_write_5m"),
                     misspelt.err.constData());
        }
        QCOMPARE(prices(oneToken + QStringList{"my_tool", "--unit", "call", "--price", "1"}).exitCode, 0);
        QCOMPARE(prices(oneToken + QStringList{"my_tool", "--percent-off", "5"}).exitCode, 0);
        const CliAnswer negative =
            prices({"set", "--provider", "openai", "--model", "gpt-5.4", "--class", "input", "--price", "-1"});
        QCOMPARE(negative.exitCode, 1);
        QVERIFY2(negative.err.contains("may not be negative") && !negative.err.contains("--accept"),
                 negative.err.constData());
        const CliAnswer late =
            prices({"set", "--provider", "v", "--percent-off", "5", "--from", "2026-12-01", "--to", "2026-11-01"});
        QCOMPARE(late.exitCode, 1);
        QVERIFY2(late.err.contains("ends before it begins") && !late.err.contains("line"), late.err.constData());
        QCOMPARE(prices({"set", "--provider", "v", "--model", "x", "--alias-of", "y"}).exitCode, 0);
        QCOMPARE(prices({"set", "--provider", "v", "--model", "y", "--alias-of", "z"}).exitCode, 0);
        const CliAnswer loop = prices({"set", "--provider", "v", "--model", "z", "--alias-of", "X"});
        QCOMPARE(loop.exitCode, 1);
        QVERIFY2(loop.err.contains("lead back"), loop.err.constData());
        QCOMPARE(prices({"set", "--provider", "v", "--model", "a", "--alias-of", "m"}).exitCode, 0);
        QCOMPARE(prices({"set", "--provider", "v", "--tier", "batch", "--factor", "0.5"}).exitCode, 0);
        QCOMPARE(prices({"set", "--provider", "v", "--model", "m", "--class", "input", "--fixed", "3"}).exitCode, 0);
    }

    void import_ofItsOwnForm_isWhatListPrints()
    {
        writeFile(m_folder->filePath("team.csv"),
                  QByteArray(kHeader) +
                      "acme,ultra,input,,,,token,1000000,3,EUR,2026-01-01,2026-07-01,page,,,,,2026-01-02,,,,\n"
                      "acme,ultra,input,,,,token,1000000,2,EUR,2026-07-01,,page,,,,,2026-07-02,,,,\n"
                      "acme,ultra,output,,,,token,1000000,oops,EUR,,,page,,,,,,,,,\n"
                      "acme,free,input,,,,token,1000000,0,EUR,,,page,,,,,,,,,\n"
                      "acme,old,,,,,,,,,,,page,,,,,,,,alias,ultra\n");
        const CliAnswer dry = prices({"import", "team.csv", "--dry-run"});
        QCOMPARE(dry.exitCode, 3);
        QVERIFY2(dry.out.contains("refused,price,,,,,,,,,,,,,4,"), dry.out.constData());
        QVERIFY2(dry.out.contains("refused,price-zero,acme,free,input,,,,token,1000000,,0,EUR,,5,"),
                 dry.out.constData());
        QVERIFY(dry.out.contains("new,,acme,ultra,input,,,,token,1000000,,3,EUR,2026-01-01T00:00:00Z,2,"));
        QCOMPARE(prices({"versions"}).out.count('\n'), 1);
        const CliAnswer done = prices({"import", "team.csv"});
        QCOMPARE(done.exitCode, 3);
        QVERIFY2(done.err.contains("5 entries read, 2 new, 0 changed, 0 as known, 2 refused; version 1"),
                 done.err.constData());
        const CliAnswer listed = prices({"list", "--provider", "acme"});
        QCOMPARE(listed.out.count('\n'), 4);
        writeFile(m_folder->filePath("team.csv"), listed.out);
        const CliAnswer again = prices({"import", "team.csv"});
        QCOMPARE(again.exitCode, 0);
        QVERIFY(again.err.contains("nothing changed"));
        // two lists that say something of one key at one time
        writeFile(m_folder->filePath("other.csv"),
                  QByteArray(kHeader) + "acme,ultra,input,,,,token,1000000,4,EUR,2026-08-01,,page,,,,,,,,,\n");
        const CliAnswer clash = prices({"import", "other.csv", "--accept"});
        QCOMPARE(clash.exitCode, 1);
        QVERIFY2(clash.err.contains("at the same time"), clash.err.constData());
        QCOMPARE(prices({"import", "other.csv", "--name", "own"}).exitCode, 1);
        QCOMPARE(prices({"import", "missing.csv"}).exitCode, 1);
        QCOMPARE(prices({"import", "team.csv", "--form", "toml"}).exitCode, 2);
        writeFile(m_folder->filePath("bad.csv"), "a,b\n");
        QVERIFY(prices({"import", "bad.csv"}).err.contains("bad.csv, line 1"));
    }

    void import_ofLiteLlm_keepsHistoryAndRefusesErrors()
    {
        const auto file = [](const char* input, const char* output) {
            return QByteArray(R"({"acme/ultra":{"litellm_provider":"acme","mode":"chat","input_cost_per_token":)") +
                   input + R"(,"output_cost_per_token":)" + output + "}}";
        };
        writeFile(m_folder->filePath("p.json"), file("1e-06", "5e-06"));
        const CliAnswer first = prices({"import", "p.json"});
        QCOMPARE(first.exitCode, 0);
        QVERIFY2(first.out.contains("new,,acme,ultra,input,,,,token,1000000,,1,USD,"), first.out.constData());
        writeFile(m_folder->filePath("p.json"), file("2e-06", "5e-03")); // a thousandfold
        const CliAnswer second = prices({"import", "p.json"});
        QCOMPARE(second.exitCode, 3);
        QVERIFY2(second.out.contains("refused,price-change,acme,ultra,output,,,,token,1000000,5,5000,USD,"),
                 second.out.constData());
        const QByteArray listed = prices({"list", "--provider", "acme"}).out;
        QVERIFY2(listed.contains("acme,ultra,output,,,,token,1000000,5,USD,,,"), listed.constData());
        writeFile(m_folder->filePath("p.json"), file("3e-06", "6e-06"));
        QCOMPARE(prices({"import", "p.json"}).exitCode, 0);
        const QByteArray after = prices({"list", "--provider", "acme"}).out;
        QVERIFY2(after.contains("acme,ultra,input,,,,token,1000000,1,USD,,20"), after.constData()); // until it was seen
        QVERIFY(after.contains(",3,USD,20"));
        writeFile(m_folder->filePath("p.json"), R"({"m":{"litellm_provider":"x","a":1,"a":2}})");
        QCOMPARE(prices({"import", "p.json"}).exitCode, 1);
    }

    /// What has no price is listed, and a price that is set later prices history.
    void check_listsWhatHasNoPrice()
    {
        QCOMPARE(prices({"check"}).out,
                 QByteArray("provider,model,token_class,events,tokens,first_seen,last_seen,reason\n"));
        QCOMPARE(prices({"check"}).exitCode, 0);
        writeFile(
            m_folder->filePath("events.jsonl"),
            "{\"time\":\"2026-11-18T10:00:00Z\",\"run\":\"r1\",\"id\":\"a\",\"provider\":\"acme\",\"model\":\"ultra\","
            "\"operation\":\"chat\",\"usage\":{\"input\":500,\"output\":20}}\n"
            "{\"time\":\"2026-11-19T10:00:00Z\",\"run\":\"r2\",\"id\":\"b\",\"provider\":\"acme\",\"model\":\"ultra\","
            "\"operation\":\"chat\",\"usage\":{\"input\":700}}\n"
            "{\"time\":\"2026-11-19T11:00:00Z\",\"run\":\"r3\",\"id\":\"c\",\"provider\":\"openai\",\"model\":\"gpt-6."
            "2-sol\","
            "\"tier\":\"flex\",\"operation\":\"chat\",\"usage\":{\"input\":9}}\n");
        const CliAnswer imported = runCli(
            m_folder->path(), {"--workspace", "w.altimeter", "events", "import", "events.jsonl", "--source", "agents"});
        QVERIFY2(imported.exitCode == 0, imported.err.constData());
        const CliAnswer unpriced = prices({"check"});
        QCOMPARE(unpriced.exitCode, 3);
        QCOMPARE(unpriced.out,
                 QByteArray("provider,model,token_class,events,tokens,first_seen,last_seen,reason\n"
                            "acme,ultra,input,2,1200,2026-11-18T10:00:00Z,2026-11-19T10:00:00Z,model\n"
                            "acme,ultra,output,1,20,2026-11-18T10:00:00Z,2026-11-18T10:00:00Z,model\n"
                            "openai,gpt-6.2-sol,input,1,9,2026-11-19T11:00:00Z,2026-11-19T11:00:00Z,tier\n"));
        QCOMPARE(prices({"set", "--provider", "acme", "--model", "ultra", "--class", "input", "--price", "2", "--from",
                         "2026-11-19"})
                     .exitCode,
                 0);
        const QByteArray later = prices({"check"}).out;
        QVERIFY2(later.contains("acme,ultra,input,1,500,2026-11-18T10:00:00Z,2026-11-18T10:00:00Z,item\n"),
                 later.constData());
        const CliAnswer total =
            runCli(m_folder->path(), {"--workspace", "w.altimeter", "--format", "csv", "totals", "--cost", "list"});
        QVERIFY2(total.out.contains("USD,0.001400000,"), total.out.constData()); // 700 tokens at 2 a million
    }

    /// What a program asks for that prices calls.
    void book_isThatOfTheWorkspace()
    {
        QCOMPARE(prices({"set", "--provider", "acme", "--model", "ultra", "--class", "input", "--price", "7"}).exitCode,
                 0);
        auto engine = session::Engine::open(m_folder->filePath("w.altimeter").toStdString());
        QVERIFY(engine.ok());
        const auto book = session::priceBook((*engine)->file());
        QVERIFY2(book.ok(), book ? "" : book.error().text().c_str());
        PricedUse use;
        use.provider = "acme";
        use.model = "ultra";
        use.usage[UsageClass::Input] = 1'000'000;
        QCOMPARE(book->cost(use).sum.toString(0), std::string("7"));
        use.provider = "openai";
        use.model = "gpt-5.4";
        QVERIFY(book->cost(use).isPriced());
    }

private:
    CliAnswer prices(const QStringList& words) const
    {
        return runCli(m_folder->path(), QStringList{"--workspace", "w.altimeter", "--format", "csv", "prices"} + words);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestPricesCli)
#include "tst_pricescli.moc"
