#include <QtTest/QtTest>

#include <QTemporaryDir>

#include "tests/cli/clirunner.h"

using altimeter::testing::CliAnswer;
using altimeter::testing::runCli;

/// AI events on the terminal: what comes of them in every question.
class TestEventsCli : public QObject {
    Q_OBJECT

private:
    const QTemporaryDir m_folder;

    CliAnswer ask(QStringList words) const
    {
        words = QStringList{"--workspace", "w.altimeter", "--format", "csv"} + words;
        const CliAnswer answer = runCli(m_folder.path(), words);
        return answer;
    }
    static QList<QByteArray> lines(const QByteArray& text)
    {
        auto all = text.split('\n');
        all.removeAll(QByteArray());
        return all;
    }
    void write(const char* name, const QByteArray& bytes) const
    {
        altimeter::testing::writeFile(m_folder.filePath(name), bytes);
    }
    static QByteArray bill(const char* day, const char* next, const char* amount)
    {
        return QByteArray("ProviderName,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,"
                          "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,BilledCost,EffectiveCost,"
                          "ListCost,ContractedCost\n"
                          "Anthropic,org-1,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,") +
               day + "T00:00:00Z," + next + "T00:00:00Z,Usage,Claude API," + amount + ',' + amount + ',' + amount +
               ',' + amount + '\n';
    }

private slots:
    void initTestCase()
    {
        if (altimeter::testing::cliProgram().isEmpty())
            QSKIP("no altimeter-cli was built");
        QCOMPARE(runCli(m_folder.path(), {"init", "w.altimeter"}).exitCode, 0);
        // claude-haiku-5-5 at 0.10 and 0.50 a million; a tool; a model nobody sells; a broken record
        write(
            "events.jsonl",
            R"({"time":"2026-11-19T23:59:58Z","run":"r1","id":"a","workflow":"triage","team":"search","provider":"anthropic","model":"claude-haiku-5-5","operation":"chat","status":"ok","duration_ms":1500,"usage":{"input":20000,"output":2000}}
{"time":"2026-11-20T00:00:01Z","run":"r1","id":"b","parent":"a","workflow":"triage","tool":"search","operation":"tool"}
{"time":"2026-11-20T00:00:02Z","run":"r2","id":"c","workflow":"draft","provider":"anthropic","model":"no-such-model","operation":"chat","usage":{"input":500}}
{"time":"never","run":"r2","id":"d"}
)");
    }

    void import_tellsWhatCameAndOnceMoreNothing()
    {
        const CliAnswer first = ask({"events", "import", "events.jsonl", "--source", "agents"});
        QVERIFY2(first.exitCode == 0, first.err.constData());
        const auto rows = lines(first.out);
        QCOMPARE(rows[0], QByteArray("source,file,form,events_read,events_new,duplicates,unpriced,rejected,currency,"
                                     "metered_cost"));
        QCOMPARE(rows[1], QByteArray("agents,events.jsonl,jsonl,4,3,0,1,1,USD,0.003000000"));
        const CliAnswer again = ask({"events", "import", "events.jsonl", "--source", "agents"});
        QCOMPARE(lines(again.out)[1].left(40), QByteArray("agents,events.jsonl,jsonl,4,0,3,0,1,,").left(40));
        QVERIFY(again.out.contains("agents,events.jsonl,replay,3"));
        QVERIFY(lines(ask({"deliveries"}).out).size() == 2);
        QCOMPARE(ask({"events", "import", "events.jsonl", "--form", "smoke"}).exitCode, 2);
        QCOMPARE(ask({"events", "import", "nothing.jsonl"}).exitCode, 1);
    }

    void runs_andTheirOperations()
    {
        const auto runs = lines(ask({"runs"}).out);
        QCOMPARE(runs[0], QByteArray("run,workflow,use_case,team,agent,started,ended,events,models,currency,cost,"
                                     "cost_inference,status"));
        QCOMPARE(runs[1], QByteArray("r1,triage,,search,,2026-11-19T23:59:58Z,2026-11-20T00:00:01Z,2,claude-haiku-5-5,"
                                     "USD,0.003000000,0.003000000,ok"));
        QVERIFY2(runs[2].startsWith("r2,draft,,,,2026-11-20T00:00:02Z,2026-11-20T00:00:02Z,1,no-such-model,,,,"),
                 runs[2].constData());
        QCOMPARE(lines(ask({"runs", "--top", "1"}).out).size(), 2);
        QCOMPARE(lines(ask({"runs", "--where", "workflow=draft"}).out).size(), 2);
        const auto steps = lines(ask({"run", "r1"}).out);
        QCOMPARE(steps[0], QByteArray("offset_ms,duration_ms,layer,operation,provider,model,tool,input_tokens,"
                                      "cached_tokens,cache_write_tokens,output_tokens,reasoning_tokens,currency,cost,"
                                      "state"));
        QCOMPARE(steps[1], QByteArray("0,1500,inference,chat,anthropic,claude-haiku-5-5,,20000,0,0,2000,0,USD,"
                                      "0.003000000,metered"));
        QCOMPARE(steps[2], QByteArray("3000,,tools,tool,,,search,0,0,0,0,0,USD,0.000000000,metered"));
        QVERIFY(lines(ask({"runs", "r2"}).out)[1].endsWith(",,,unpriced"));
        QCOMPARE(ask({"run", "r9"}).exitCode, 1);
    }

    void totals_takeThemLikeAnyCost_andABillCountsAlone()
    {
        const QStringList byModel{"totals", "--by", "model", "--where", "provider=Anthropic"};
        QVERIFY(ask(byModel + QStringList{"--cost", "list"}).out.contains("claude-haiku-5-5,USD,0.003000000,2"));
        QVERIFY(ask(byModel + QStringList{"--cost", "billed"}).out.contains("claude-haiku-5-5,USD,0.003000000,2"));
        QVERIFY(ask({"totals", "--by", "tag:workflow", "--cost", "list"}).out.contains("triage,USD,0.003000000,2"));
        QVERIFY(ask({"totals", "--by", "layer", "--cost", "list"}).out.contains("inference,USD,0.003000000,3"));
        write("bill.csv", bill("2026-11-19", "2026-11-20", "7.5"));
        QCOMPARE(ask({"import", "bill.csv", "--source", "bill"}).exitCode, 0);
        QVERIFY(ask({"totals", "--cost", "billed", "--to", "2026-11-20"}).out.contains("USD,7.500000000,3"));
        // The bill states its list cost as well, so that what was metered is not added to it; runs keep it.
        const auto metered = ask({"totals", "--cost", "list", "--where", "source=agents", "--to", "2026-11-20"}).out;
        QVERIFY2(metered.contains("USD,0.000000000,2"), metered.constData());
        QVERIFY(ask({"runs"}).out.contains("0.003000000"));
        QCOMPARE(ask({"sources", "remove", "bill"}).exitCode, 0);
        QVERIFY(ask(byModel + QStringList{"--cost", "billed"}).out.contains("claude-haiku-5-5,USD,0.003000000,2"));
    }

    void sources_deliveriesAndProof_tellTheTruth()
    {
        QVERIFY(ask({"sources"}).out.contains("agents,ai-events,"));
        QCOMPARE(lines(ask({"events", "sources"}).out)[1], QByteArray("agents,4,3,0,1,0,,,ok"));
        QVERIFY(ask({"deliveries"}).out.contains("kept once"));
        QCOMPARE(ask({"sources", "remove", "agents"}).exitCode, 1);
        QVERIFY(ask({"rejected"}).out.contains("events.jsonl,4,"));
        QCOMPARE(ask({"proof"}).exitCode, 3); // a record was rejected, and nobody knows what it cost
    }

    void price_thatIsSet_pricesHistory()
    {
        const CliAnswer set = ask({"prices", "set", "--provider", "anthropic", "--model", "no-such-model", "--class",
                                   "input", "--price", "2", "--per", "1000000", "--currency", "USD"});
        QVERIFY2(set.exitCode == 0, set.err.constData());
        QVERIFY(ask({"runs", "--where", "workflow=draft"}).out.contains(",USD,0.001000000,0.001000000,"));
        QVERIFY(ask({"totals", "--by", "model", "--cost", "list"}).out.contains("no-such-model,USD,0.001000000,1"));
    }
};

QTEST_GUILESS_MAIN(TestEventsCli)
#include "tst_eventscli.moc"
