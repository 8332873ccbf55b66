#include <QtTest/QtTest>

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include "tests/cli/clirunner.h"

using altimeter::testing::cliProgram;
using altimeter::testing::readFile;
using altimeter::testing::runCli;
using altimeter::testing::writeFile;

namespace {

const QString kScenarios = QStringLiteral(ALTIMETER_SOURCE_DIR "/tests/scenarios");

QJsonObject ordinaryLine()
{
    return {{QStringLiteral("ProviderName"), QStringLiteral("AWS")},
            {QStringLiteral("InvoiceIssuerName"), QStringLiteral("AWS")},
            {QStringLiteral("BillingAccountId"), QStringLiteral("1")},
            {QStringLiteral("BillingCurrency"), QStringLiteral("USD")},
            {QStringLiteral("BillingPeriodStart"), QStringLiteral("2026-09-01T00:00:00Z")},
            {QStringLiteral("BillingPeriodEnd"), QStringLiteral("2026-10-01T00:00:00Z")},
            {QStringLiteral("ChargePeriodStart"), QStringLiteral("2026-09-10T00:00:00Z")},
            {QStringLiteral("ChargePeriodEnd"), QStringLiteral("2026-09-11T00:00:00Z")},
            {QStringLiteral("ChargeCategory"), QStringLiteral("Usage")},
            {QStringLiteral("ChargeClass"), QString()},
            {QStringLiteral("ServiceName"), QStringLiteral("Amazon EC2")},
            {QStringLiteral("SubAccountId"), QString()},
            {QStringLiteral("Tags"), QString()},
            {QStringLiteral("BilledCost"), QString()},
            {QStringLiteral("EffectiveCost"), QString()}};
}

QByteArray quoted(QString field)
{
    return '"' + field.replace(QLatin1Char('"'), QStringLiteral("\"\"")).toUtf8() + '"';
}

QByteArray csvOf(const QJsonArray& lines)
{
    QByteArray csv = ordinaryLine().keys().join(QLatin1Char(',')).toUtf8() + '\n';
    for (const QJsonValue& each : lines) {
        QJsonObject line = ordinaryLine();
        const QJsonObject given = each.toObject();
        for (auto cell = given.begin(); cell != given.end(); ++cell)
            line[cell.key()] = cell.value();
        if (line[QStringLiteral("BilledCost")].toString().isEmpty())
            line[QStringLiteral("BilledCost")] = line[QStringLiteral("EffectiveCost")];
        QByteArrayList cells;
        for (const QJsonValue& cell : qAsConst(line))
            cells << quoted(cell.toString());
        csv += cells.join(',') + '\n';
    }
    return csv;
}

QStringList texts(const QJsonValue& array)
{
    return array.toVariant().toStringList();
}

} // namespace

class TestScenarios : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (cliProgram().isEmpty())
            QSKIP("ALTIMETER_CLI names no program");
    }

    void scenario_asWorkedOutByHand_isAnsweredToTheLastDigit_data()
    {
        QTest::addColumn<QString>("file");
        const QStringList files = QDir(kScenarios).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
        QVERIFY(files.size() >= 8);
        for (const QString& file : files)
            QTest::newRow(qPrintable(file)) << file;
    }

    void scenario_asWorkedOutByHand_isAnsweredToTheLastDigit()
    {
        QFETCH(QString, file);
        const QJsonDocument document = QJsonDocument::fromJson(readFile(kScenarios + QLatin1Char('/') + file));
        QVERIFY2(document.isObject(), "the scenario is no JSON object");
        const QJsonObject scenario = document.object();
        const QJsonArray lines = scenario[QStringLiteral("lines")].toArray();
        QVERIFY(!lines.isEmpty());
        for (const QJsonValue& line : lines) {
            for (const QString& column : line.toObject().keys())
                QVERIFY2(ordinaryLine().contains(column), qPrintable(column + QStringLiteral(" is not written")));
        }
        const QTemporaryDir folder;
        writeFile(folder.filePath(QStringLiteral("costs.csv")), csvOf(lines));
        writeFile(folder.filePath(QStringLiteral("rules.json")),
                  QJsonDocument(scenario[QStringLiteral("rules")].toObject()).toJson());
        const auto ask = [&folder](QStringList words) {
            return runCli(folder.path(), QStringList{QStringLiteral("--workspace"), QStringLiteral("w.altimeter"),
                                                     QStringLiteral("--format"), QStringLiteral("csv")} +
                                             words);
        };
        const auto require = [&ask](const QStringList& words) {
            const auto answer = ask(words);
            return answer.exitCode == 0 ? QByteArray() : words.join(QLatin1Char(' ')).toUtf8() + ": " + answer.err;
        };
        QCOMPARE(runCli(folder.path(), {QStringLiteral("init"), QStringLiteral("w.altimeter")}).exitCode, 0);
        QCOMPARE(require({QStringLiteral("import"), QStringLiteral("costs.csv")}), QByteArray());
        QCOMPARE(require({QStringLiteral("rules"), QStringLiteral("apply"), QStringLiteral("rules.json")}),
                 QByteArray());
        const QJsonArray questions = scenario[QStringLiteral("expect")].toArray();
        QVERIFY(!questions.isEmpty());
        for (const QJsonValue& each : questions) {
            const QStringList words = texts(each[QStringLiteral("ask")]);
            const auto answer = ask(words);
            QVERIFY2(answer.exitCode == 0, answer.err.constData());
            const QString expected = texts(each[QStringLiteral("answer")]).join(QLatin1Char('\n'));
            QCOMPARE(words.join(QLatin1Char(' ')) + QLatin1Char('\n') + QString::fromUtf8(answer.out).trimmed(),
                     words.join(QLatin1Char(' ')) + QLatin1Char('\n') + expected);
        }
        QCOMPARE(require({QStringLiteral("proof")}), QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestScenarios)
#include "tst_scenarios.moc"
