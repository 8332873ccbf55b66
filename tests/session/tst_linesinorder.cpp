#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importing.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "tests/testkit/focuscsv.h"

#include <algorithm>

using namespace altimeter;
using session::Engine;
using By = LineKey::By;

namespace {

constexpr auto kNone = Column::Count;

/// Charges of two files; each has a name, by which a test says the order.
QByteArray file(const QList<QStringList>& lines)
{
    QByteArray text = "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingAccountId,"
                      "BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,"
                      "ServiceName,ProviderName,ConsumedQuantity,ConsumedUnit,ListUnitPrice,ChargeDescription\n";
    for (const QStringList& line : lines) { // name, cost, hour, quantity, price, account
        const QString cost = line.at(1);
        text += (cost + ',' + cost + ',' + cost + ',' + cost + ",USD," + line.at(5) +
                 ",2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,2026-09-04T" + line.at(2) + ":00:00Z,2026-09-04T" +
                 line.at(2) + ":30:00Z,Usage,Service,AWS," + line.at(3) + ",GB," + line.at(4) + ',' + line.at(0) + '\n')
                    .toUtf8();
    }
    return text;
}

} // namespace

/// What of a line the store alone holds puts lines in order as the cells say it.
class TestLinesInOrder : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<Engine> m_engine;

    QString ordered(const LineOrder& order, std::uint64_t offset = 0, std::uint64_t limit = 100)
    {
        ChargesQuestion question{{}, offset, limit};
        question.order = order;
        const auto page = answer(*m_engine->snapshot(), question, {});
        if (!page)
            return QString::fromStdString(page.error().text());
        QString names;
        for (const ChargeRow& row : page->rows)
            names += QString::fromStdString(row.text[static_cast<std::size_t>(Column::ChargeDescription)]);
        return names;
    }

private slots:
    void initTestCase()
    {
        m_engine = Engine::create((m_dir.path() + "/w.altimeter").toStdString()).take();
        // Quantities with more digits than an amount, beyond its range, in other spellings, negative and missing.
        const auto first = file({{"a", "3", "05", "10", "0.25", "1"},
                                 {"b", "-4", "01", "9.5", "", "1"},
                                 {"c", "1", "03", "", "0.250", "1"}});
        const auto second = file({{"d", "2", "04", "500000000000000000000000", "3", "2"},
                                  {"e", "2.5", "02", "-1", "10", "2"},
                                  {"f", "2.25", "00", "400000000000000000000000", "9", "2"}});
        for (const auto& [name, bytes] : {std::pair("B.csv", first), std::pair("a.csv", second)}) {
            const auto report = session::importPaths(
                m_engine->file(), {testkit::writeFile(m_dir.path() + '/' + name, name, bytes)}, {}, {}, {});
            QVERIFY2(report, report ? "" : report.error().text().c_str());
        }
        QVERIFY(m_engine->refresh());
    }

    void cellsOfALine_putLinesInOrder()
    {
        const auto cell = [](Column column, bool descending) { return LineOrder{{By::Cell, {}, column, descending}}; };
        QCOMPARE(ordered(cell(Column::ConsumedQuantity, false)), QString("ebafdc"));
        QCOMPARE(ordered(cell(Column::ConsumedQuantity, true)), QString("dfabec")); // what is not there stays behind
        QCOMPARE(ordered(cell(Column::ChargePeriodStart, false)), QString("fbecda"));
        QCOMPARE(ordered(cell(Column::ChargePeriodEnd, true)), QString("adcebf"));
        QCOMPARE(ordered(cell(Column::BilledCost, true)), QString("aefdcb"));
    }

    void textsNumbersAndPlaces_putLinesInOrder()
    {
        const std::vector<Dim> price{{Dim::Kind::Column, "ListUnitPrice"}};
        // 0.25 and 0.250 are one number, and two texts.
        QCOMPARE(ordered({{By::Number, price}, {By::Cost, {}, kNone, true}}), QString("acdfeb"));
        QCOMPARE(ordered({{By::Text, price}}), QString("acedfb"));
        QCOMPARE(ordered({{By::File}, {By::Line, {}, kNone, true}}), QString("fedcba")); // "a.csv" before "B.csv"
        QCOMPARE(ordered({{By::Line}, {By::Cost}}), QString("dabecf"));
        QCOMPARE(ordered({{By::Text, {{Dim::Kind::BillingAccount, {}}}, kNone, true}, {By::Cost}}), QString("dfebca"));
        QCOMPARE(ordered({{By::Day}, {By::Text, {{Dim::Kind::Column, "ChargeDescription"}}, kNone, true}}, 2, 3),
                 QString("dcb"));
    }

    void exportOfASelection_hasItsLinesAlone()
    {
        const std::string path = (m_dir.path() + "/some.csv").toStdString();
        ChargeWindow window{1, 2};
        window.order = {{By::Cell, {}, Column::ConsumedQuantity, true}};
        ChargeWindow last = window;
        last.offset = 5;
        QVERIFY(answer(*m_engine->snapshot(), ExportQuestion{{}, path, {window, last}}, {}));
        QFile written(QString::fromStdString(path));
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = written.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 4); // titles, f, a, c
        QVERIFY(lines[1].contains(",2.25,") && lines[2].contains(",0.25,") && lines[3].contains(",0.250,"));
    }
};

QTEST_GUILESS_MAIN(TestLinesInOrder)
#include "tst_linesinorder.moc"
