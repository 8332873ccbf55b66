#include <QtTest/QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include "app/session/workspace/engine.h"
#include "app/session/workspace/notes.h"
#include "tests/cli/clirunner.h"

using namespace altimeter;
using altimeter::testing::CliAnswer;
using altimeter::testing::runCli;

/// "notes list" prints what the window keeps.
class TestNotesCli : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (altimeter::testing::cliProgram().isEmpty())
            QSKIP("no altimeter-cli was built");
    }

    void notes_arePrintedWithTheirFiguresOfThenAndNow()
    {
        const QTemporaryDir folder;
        const QByteArray costs =
            "ProviderName,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
            "ChargePeriodEnd,ChargeCategory,ServiceName,BilledCost,EffectiveCost,ListCost,ContractedCost\n"
            "AWS,1,USD,2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,2026-09-10T00:00:00Z,2026-09-11T00:00:00Z,Usage,"
            "\"S3, cold\",10.000000000000000001,9.5,20,9.5\n";
        altimeter::testing::writeFile(folder.filePath("costs.csv"), costs);
        QCOMPARE(runCli(folder.path(), {"init", "w.altimeter"}).exitCode, 0);
        QCOMPARE(runCli(folder.path(), {"--workspace", "w.altimeter", "import", "costs.csv"}).exitCode, 0);
        const QByteArray header = "id,written_at,author,note,from,to,base_from,base_to,filters,cost,currency,amount,"
                                  "amount_now,state\n";
        QCOMPARE(list(folder.path(), "csv").out, header);
        {
            auto engine = session::Engine::open(folder.filePath("w.altimeter").toStdString());
            QVERIFY(engine.ok());
            Note note;
            note.text = "Why, \"so\" much?\nAsk Ana";
            note.figure.range = {Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 10, 1)};
            note.figure.filters = {{Dim{Dim::Kind::Service, {}}, {"S3, cold"}, false}};
            note.figure.lens = CostLens::Billed;
            note.figure.currency = Currency("USD");
            note.amount = *Amount::parse("9");
            QVERIFY(session::keepNote((*engine)->file(), note, {1'795'248'000}).ok());
        }
        const CliAnswer csv = list(folder.path(), "csv");
        QCOMPARE(csv.exitCode, 0);
        QCOMPARE(csv.out,
                 header + "1," + QByteArray::fromStdString(toString(Instant{1'795'248'000})) + ',' +
                     QByteArray::fromStdString(session::userName()) +
                     ",\"Why, \"\"so\"\" much?\nAsk Ana\",2026-09-01,2026-10-01,,,\"service: S3, cold\",billed,"
                     "USD,9.000000000,10.000000000000000001,changed\n");
        const auto json = QJsonDocument::fromJson(list(folder.path(), "json").out);
        QCOMPARE(json.array().at(0).toObject().value("state").toString(), QString("changed"));
        QVERIFY(!runCli(folder.path(), {"notes", "list", "--help"}).out.isEmpty());
    }

private:
    static CliAnswer list(const QString& folder, const char* format)
    {
        return runCli(folder, {"--workspace", "w.altimeter", "--format", format, "notes", "list"});
    }
};

QTEST_GUILESS_MAIN(TestNotesCli)
#include "tst_notescli.moc"
