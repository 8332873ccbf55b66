#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

#include "tests/ui/fakebackend.h"
#include "ui/format/windowlocale.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QMimeData>

#include <set>
#include <tuple>

using namespace altimeter;
using namespace altimeter::ui;
using Col = CostTableModel::Column;

namespace {

const QLocale kNeutral = ui::format::neutralLocale();
const Currency kUsd("USD"), kEur("EUR");

Amount amount(const char* text)
{
    return Amount::parse(text).take();
}

CostRow row(const char* key, const char* cost, std::uint64_t rows = 1, std::uint64_t unknown = 0,
            const Currency& currency = kUsd)
{
    return {{key}, Day::none(), currency, amount(cost), rows, unknown, 0, false};
}

CostTable tableOf(std::vector<CostRow> rows)
{
    CostTable table;
    table.query.by = {Dim{Dim::Kind::Team, {}}};
    table.query.range = {Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)};
    for (const CostRow& r : rows) {
        auto total = std::find_if(table.totals.begin(), table.totals.end(),
                                  [&](const CurrencyTotal& t) { return t.currency == r.currency; });
        if (total == table.totals.end())
            total = table.totals.insert(table.totals.end(), {r.currency, {}, 0, 0});
        total->cost = checkedAdd(total->cost, r.cost).take();
        total->rows += r.rows;
        total->unknownRows += r.unknownRows;
    }
    table.rows = std::move(rows);
    return table;
}

QString text(const CostTableModel& model, int r, Col kind)
{
    return model.index(r, model.columnOf(kind)).data().toString();
}

} // namespace

class TstCostTableModel : public QObject {
    Q_OBJECT
private slots:
    void model_swappingTables_staysConsistent()
    {
        CostTableModel model(kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(tableOf({row("a", "10"), row("b", "-5"), row("", "2")}));
        model.sort(0, Qt::AscendingOrder);
        model.setTable(tableOf({row("a", "10")}), tableOf({row("b", "3")}));
        model.sort(model.columnOf(Col::ChangePercent), Qt::DescendingOrder);
        model.setTable(tableOf({}));
        QCOMPARE(model.rowCount(), 0);
        model.setTable(tableOf({row("a", "1"), row("a", "2", 1, 0, kEur)}));
        model.clear();
    }

    void cells_sayUnknownUnallocatedAndNegative()
    {
        CostTableModel model(kNeutral);
        model.setTable(tableOf({row("Search", "100.5", 7), row("", "20", 3), row("Credit", "-40", 1),
                                row("Blind", "0", 4, 4), row("Half", "3", 4, 2)}));
        QCOMPARE(text(model, 0, Col::Key), QString("Search"));
        QCOMPARE(text(model, 0, Col::Cost), QString("$100.50"));
        QCOMPARE(text(model, 1, Col::Key), QString("(unallocated)"));
        QCOMPARE(text(model, 4, Col::Cost), QString("−$40.00"));
        QCOMPARE(text(model, 3, Col::Cost), QString("unknown"));
        QVERIFY(!model.amountAt(3, model.columnOf(Col::Cost)));
        QCOMPARE(model.rawText(3, model.columnOf(Col::Cost)), QString());
        QCOMPARE(text(model, 2, Col::UnknownRows), QString("2"));
        QVERIFY(model.unallocated(kUsd));
        QCOMPARE(model.unallocated(kUsd)->cost, amount("20"));
        const QModelIndex cell = model.index(0, model.columnOf(Col::Cost));
        QCOMPARE(cell.data(Qt::AccessibleTextRole).toString(), QString("Effective cost: $100.50"));
        QCOMPARE(model.rawText(4, model.columnOf(Col::Cost)), QString("-40.00"));
    }

    /// A file may name a hundred currencies: the rows keep their room.
    void totalsOfManyCurrencies_areCountedBehindTheFirst()
    {
        std::vector<CostRow> rows;
        for (char first = 'A'; first <= 'H'; ++first) {
            for (char second = 'A'; second <= 'T'; ++second)
                rows.push_back(row("a", "12.5", 2, 0, Currency(std::string("Y") + first + second)));
        }
        CostTableModel model(kNeutral);
        GridView view("Costs");
        view.setGridModel(&model);
        GridFooter footer(&view);
        model.setTable(tableOf({row("a", "1"), row("a", "2", 1, 0, kEur)}));
        QCOMPARE(footer.spokenText(), QString("Total USD: $1.00; Total EUR: €2.00"));
        model.setTable(tableOf(rows));
        QVERIFY2(footer.spokenText().startsWith("Total YAA: "), qPrintable(footer.spokenText()));
        QVERIFY2(footer.spokenText().endsWith("156 more totals, each in a currency of its own"),
                 qPrintable(footer.spokenText()));
        QCOMPARE(footer.sizeHint().height(), 5 * Theme::rowHeight());
    }

    void sort_isTypedNotTextual()
    {
        CostTableModel model(kNeutral);
        model.setTable(tableOf({row("a", "9"), row("b", "100"), row("c", "-1000"), row("d", "20")}));
        const int cost = model.columnOf(Col::Cost);
        model.sort(cost, Qt::AscendingOrder);
        QCOMPARE(model.rowAt(0).keys[0], std::string("c"));
        QCOMPARE(model.rowAt(3).keys[0], std::string("b"));
        model.sort(cost, Qt::DescendingOrder);
        QCOMPARE(model.rowAt(0).keys[0], std::string("b"));
    }

    void sort_ofAmountsAlikeInTheirLeadingDigits_isExact()
    {
        CostTableModel model(kNeutral);
        std::vector<CostRow> rows;
        for (const char* cost :
             {"100000000000.000000000000000003", "100000000000.000000000000000001", "-100000000000.000000000000000002",
              "100000000000.000000000000000002", "0", "-100000000000.000000000000000001", "0.000000000000000001"})
            rows.push_back(row(cost, cost));
        model.setTable(tableOf(rows));
        const QStringList down{"100000000000.000000000000000003",
                               "100000000000.000000000000000002",
                               "100000000000.000000000000000001",
                               "0.000000000000000001",
                               "0",
                               "-100000000000.000000000000000001",
                               "-100000000000.000000000000000002"};
        const auto keys = [&] {
            QStringList found;
            for (int r = 0; r < model.rowCount(); ++r)
                found << QString::fromStdString(model.rowAt(r).keys[0]);
            return found;
        };
        QCOMPARE(keys(), down);
        model.sort(model.columnOf(Col::Cost), Qt::AscendingOrder);
        QCOMPARE(keys(), QStringList(down.rbegin(), down.rend()));
    }

    void sort_ofEveryColumn_isAPermutation()
    {
        test::FakeBackend backend;
        CostQuery query;
        query.by = {Dim{Dim::Kind::Service, {}}, Dim{Dim::Kind::Team, {}}};
        query.granularity = Granularity::Month;
        query.range = {Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 11, 1)};
        query.countDistinct = Dim{Dim::Kind::Region, {}};
        CostQuery before = query;
        before.range = previousRange(query.range);
        CostTableModel model(kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(backend.tableOf(query), backend.tableOf(before));
        const auto identities = [&] {
            std::set<std::tuple<std::vector<std::string>, int, Currency>> found;
            for (int r = 0; r < model.rowCount(); ++r)
                found.emplace(model.rowAt(r).keys, model.rowAt(r).period.number, model.currencyAt(r));
            return found;
        };
        const auto all = identities();
        QCOMPARE(all.size(), static_cast<std::size_t>(model.rowCount()));
        for (int column = 0; column < model.columnCount(); ++column) {
            for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
                model.sort(column, order);
                QVERIFY(identities() == all);
                const bool currencyFirst = model.columnKind(column) != Col::CurrencyCode;
                int blocks = 1;
                for (int r = 1; r < model.rowCount(); ++r)
                    blocks += model.currencyAt(r) != model.currencyAt(r - 1) ? 1 : 0;
                QVERIFY(!currencyFirst || blocks == static_cast<int>(model.table().totals.size()));
            }
        }
    }

    void sort_keepsPersistentIndexesOnTheirRow()
    {
        CostTableModel model(kNeutral);
        model.setTable(tableOf({row("a", "9"), row("b", "100"), row("c", "-1000")}));
        const QPersistentModelIndex kept = model.index(0, 0);
        const QString before = kept.data().toString();
        model.sort(0, Qt::DescendingOrder);
        QCOMPARE(kept.data().toString(), before);
        QVERIFY(kept.row() != 0 || before == "c");
    }

    void compare_joinsPreviousAndNamesNewAndGone()
    {
        CostTableModel model(kNeutral);
        model.setTable(tableOf({row("up", "150"), row("new", "10")}), tableOf({row("up", "100"), row("gone", "30")}));
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(text(model, 0, Col::Key), QString("up")); // largest change first
        QCOMPARE(text(model, 0, Col::Change), QString("+$50.00"));
        QVERIFY(text(model, 0, Col::ChangePercent).startsWith("+50.0"));
        QCOMPARE(text(model, 1, Col::Key), QString("gone"));
        QCOMPARE(text(model, 1, Col::ChangePercent), QString("gone"));
        QCOMPARE(text(model, 1, Col::Change), QString("−$30.00"));
        QCOMPARE(text(model, 2, Col::ChangePercent), QString("new"));
        const auto footer = model.footer();
        QCOMPARE(footer.size(), std::size_t(1));
        QCOMPARE(footer[0].cells.at(model.columnOf(Col::Change)), QString("+$30.00"));
    }

    void compare_withPeriodRows_alignsStepByStep()
    {
        test::FakeBackend backend;
        CostQuery now;
        now.by = {Dim{Dim::Kind::Provider, {}}};
        now.granularity = Granularity::Month;
        now.range = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)};
        CostQuery before = now;
        before.range = previousRange(now.range);
        CostTableModel model(kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(backend.tableOf(now), backend.tableOf(before));
        for (int r = 0; r < model.rowCount(); ++r)
            QVERIFY(!model.previousAt(r)->isZero());
        QCOMPARE(static_cast<std::size_t>(model.rowCount()), backend.tableOf(now).rows.size());
    }

    void currencies_neverMix()
    {
        CostTableModel model(kNeutral);
        model.setTable(tableOf({row("a", "5"), row("b", "7"), row("a", "900", 1, 0, kEur)}));
        QVERIFY(model.columnOf(Col::CurrencyCode) >= 0);
        const auto footer = model.footer();
        QCOMPARE(footer.size(), std::size_t(2));
        QCOMPARE(footer[0].spoken, QString("Total USD: $12.00"));
        QCOMPARE(footer[1].spoken, QString("Total EUR: €900.00"));
        model.sort(model.columnOf(Col::Cost), Qt::DescendingOrder); // 900 euros are not more than 7 dollars
        QVERIFY(model.currencyAt(0) == kUsd);
        QVERIFY(model.currencyAt(2) == kEur);
    }

    void share_ofNegativeTotal_isNotInvented()
    {
        CostTableModel model(kNeutral);
        model.setTable(tableOf({row("a", "5"), row("b", "-9")}));
        QCOMPARE(text(model, 0, Col::Share), QString(QChar(0x2013)));
    }

    void grid_selectionSum_isExactPerCurrency()
    {
        CostTableModel model(kNeutral);
        model.setTable(
            tableOf({row("a", "0.1"), row("b", "0.2"), row("c", "0.000000000000000001"), row("a", "5", 1, 0, kEur)}));
        GridView view("Grid");
        view.setGridModel(&model);
        view.selectAll();
        const SelectionSummary sum = view.summary();
        QCOMPARE(sum.sums.size(), std::size_t(2));
        QCOMPARE(sum.sums.at(kUsd).sum.amount(), amount("0.300000000000000001"));
        QCOMPARE(sum.sums.at(kUsd).count, 3);
        QCOMPARE(sum.sums.at(kEur).sum.amount(), amount("5"));
    }

    void grid_copy_givesTextAndHtml()
    {
        CostTableModel model(kNeutral);
        model.setTable(tableOf({row("=1+1", "-1234.5"), row("b<c", "2")}));
        GridView view("Grid");
        view.setGridModel(&model);
        QVERIFY(!view.copySelection(false));
        view.selectAll();
        QVERIFY(view.copySelection(true));
        const QMimeData* mime = QApplication::clipboard()->mimeData();
        const QStringList lines = mime->text().split('\n');
        QCOMPARE(lines[0].split('\t')[1], QString("Effective cost USD"));
        QVERIFY(lines.filter("'=1+1").size() == 1);
        QVERIFY(lines.filter("-1234.50").size() == 1); // plain number, ASCII minus
        QVERIFY(mime->html().contains("b&lt;c"));
        QVERIFY(!mime->html().contains(">=1+1<"));
    }

    void grid_ctrlArrows_jumpLikeASpreadsheet()
    {
        CostTableModel model(kNeutral);
        // Key column: filled, filled, empty, filled.
        model.setTable(tableOf({row("a", "9"), row("b", "8"), row("", "7"), row("d", "6")}));
        GridView view("Grid");
        view.setGridModel(&model);
        view.resize(900, 300);
        view.show();
        view.setCurrentIndex(model.index(0, 0));
        QTest::keyClick(&view, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(view.currentIndex().row(), 1); // last filled before the hole
        QTest::keyClick(&view, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(view.currentIndex().row(), 3); // over the hole
        QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(view.currentIndex(), model.index(0, 0));
        QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(view.selectedRows().size(), std::size_t(4));
        QCOMPARE(view.summary().cells, qint64(4) * model.columnCount());
        QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&view, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(view.summary().cells, qint64(3));
        QTest::keyClick(&view, Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(view.summary().cells, qint64(2));
        QTest::keyClick(&view, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(view.summary().cells, qint64(4));
    }
};

QTEST_MAIN(TstCostTableModel)
#include "tst_costtablemodel.moc"
