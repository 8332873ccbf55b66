#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "ui/format/windowlocale.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"
#include "ui/items/recordmodel.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QScrollBar>

#include <algorithm>
#include <numeric>
#include <random>

using namespace altimeter;
using namespace altimeter::ui;
using Col = CostTableModel::Column;

namespace {

const Currency kUsd("USD"), kEur("EUR");
const Dim kTeam{Dim::Kind::Team, {}}, kService{Dim::Kind::Service, {}};

CostTable randomTable(std::mt19937& random, int count)
{
    const auto upTo = [&random](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
    CostTable table;
    table.query.by = {kTeam, kService};
    table.totals = {{kUsd, {}, 1, 0, 0}, {kEur, {}, 1, 0, 0}};
    for (int i = 0; i < count; ++i) {
        CostRow row;
        row.keys = {std::string(1, static_cast<char>('a' + upTo(3))), std::string(1, static_cast<char>('a' + upTo(3)))};
        row.currency = upTo(3) == 0 ? kEur : kUsd;
        row.cost = Amount::fromAttos(upTo(2) == 0 ? upTo(2) : upTo(3) * Amount::kAttosPerUnit);
        row.rows = static_cast<std::uint64_t>(1 + upTo(4));
        table.rows.push_back(std::move(row));
    }
    return table;
}

/// A grid of five columns, of which the first two are names.
struct Stage {
    CostTableModel model{format::neutralLocale()};
    GridView view{QStringLiteral("Grid")};

    explicit Stage(int width = 420)
    {
        std::mt19937 random(3);
        view.setGridModel(&model);
        view.setSortingEnabled(true);
        model.setTable(randomTable(random, 60));
        view.resize(width, 400);
        view.show();
        QApplication::processEvents();
    }
    int x(int column) const { return view.gridHeader()->sectionViewportPosition(column); }
    void clickTitle(int column, Qt::KeyboardModifiers modifiers)
    {
        QTest::mouseClick(view.gridHeader()->viewport(), Qt::LeftButton, modifiers, QPoint(x(column) + 20, 12));
    }
    std::vector<int> asTheyStand() const
    {
        std::vector<int> columns;
        for (int visual = 0; visual < model.columnCount(); ++visual)
            columns.push_back(view.gridHeader()->logicalIndex(visual));
        return columns;
    }
};

} // namespace

/// Orders of rows by several keys, orders of columns, and columns that stay while others scroll.
class TstGridOrder : public QObject {
    Q_OBJECT
private slots:
    void severalKeys_equalAStableSortByEach()
    {
        std::mt19937 random(11);
        const std::vector<CostSort> keys{{Col::Key, 0, false},  {Col::Key, 1, true},   {Col::Cost, 0, true},
                                         {Col::Rows, 0, false}, {Col::Cost, 0, false}, {Col::CurrencyCode, 0, true}};
        for (int world = 0; world < 60; ++world) {
            const CostRows rows(randomTable(random, 80), std::nullopt);
            std::vector<CostSort> sorts;
            for (std::size_t i = 0; i < 1 + random() % 3; ++i)
                sorts.push_back(keys[random() % keys.size()]);
            std::vector<std::uint32_t> expected(rows.size()); // equal ones as the answer has them
            std::iota(expected.begin(), expected.end(), 0U);
            const auto valueOf = [&rows](std::uint32_t at, const CostSort& by) -> std::pair<Int128, std::string> {
                const CostRow& row = rows.row(at);
                return by.column == Col::Key    ? std::pair(Int128(0), row.keys[by.key])
                       : by.column == Col::Cost ? std::pair(row.cost.attos(), std::string())
                       : by.column == Col::Rows ? std::pair(Int128(row.rows), std::string())
                                                : std::pair(Int128(0), std::string());
            };
            for (auto by = sorts.rbegin(); by != sorts.rend(); ++by)
                std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
                    return by->descending ? valueOf(b, *by) < valueOf(a, *by) : valueOf(a, *by) < valueOf(b, *by);
                });
            // Currencies are blocks in the order of the totals, and by their letters from behind as well.
            std::stable_sort(expected.begin(), expected.end(), [&rows](std::uint32_t a, std::uint32_t b) {
                return rows.row(a).currency == kUsd && rows.row(b).currency == kEur;
            });
            QCOMPARE(costOrder(rows, sorts), expected);
        }
    }

    void records_byTwoKeys_keepTheFirstAbove()
    {
        RecordModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const std::vector<std::pair<QString, int>> records{{"b", 1}, {"a", 1}, {"b", 3}, {"a", 2}, {"c", 1}};
        RecordModel::Column name, number;
        name.title = QStringLiteral("Name");
        number.title = QStringLiteral("Number");
        name.text = [&](std::size_t i) { return records[i].first; };
        number.text = [&](std::size_t i) { return QString::number(records[i].second); };
        number.key = [&](std::size_t i) { return QVariant(records[i].second); };
        number.isNumber = true;
        model.setColumns({name, number});
        model.setCount(records.size());
        model.sortBy({{1, Qt::AscendingOrder}, {0, Qt::DescendingOrder}});
        QString order;
        for (int row = 0; row < model.rowCount(); ++row)
            order += model.index(row, 0).data().toString() + model.index(row, 1).data().toString();
        QCOMPARE(order, QString("c1b1a1a2b3"));
        QCOMPARE(model.sortKeys().size(), std::size_t(2));
    }

    void clickWithShift_addsAKey_andTurnsIt()
    {
        Stage stage(800);
        QSignalSpy chosen(&stage.view, &GridView::sortChosen);
        stage.clickTitle(0, Qt::NoModifier);
        QCOMPARE(stage.model.sortKeys(), (GridModel::SortKeys{{0, Qt::AscendingOrder}}));
        const int cost = stage.model.columnOf(Col::Cost);
        stage.clickTitle(cost, Qt::ShiftModifier);
        QCOMPARE(stage.model.sortKeys(), (GridModel::SortKeys{{0, Qt::AscendingOrder}, {cost, Qt::DescendingOrder}}));
        stage.clickTitle(cost, Qt::ShiftModifier);
        QCOMPARE(stage.model.sortKeys()[1].order, Qt::AscendingOrder);
        stage.clickTitle(0, Qt::ShiftModifier);
        QCOMPARE(stage.model.sortKeys()[0].order, Qt::DescendingOrder);
        QCOMPARE(chosen.size(), 4);
        stage.clickTitle(cost, Qt::NoModifier); // an amount comes largest first
        QCOMPARE(stage.model.sortKeys(), (GridModel::SortKeys{{cost, Qt::DescendingOrder}}));
        // By keys as well, and kept over a new answer.
        stage.view.setCurrentIndex(stage.model.index(0, 1));
        QTest::keyClick(&stage.view, Qt::Key_Up, Qt::ControlModifier | Qt::AltModifier | Qt::ShiftModifier);
        QCOMPARE(stage.model.sortKeys(), (GridModel::SortKeys{{cost, Qt::DescendingOrder}, {1, Qt::AscendingOrder}}));
        std::mt19937 random(4);
        stage.model.setTable(randomTable(random, 10), std::nullopt, stage.model.sorts());
        QCOMPARE(stage.model.sortKeys().size(), std::size_t(2));
        QCOMPARE(stage.model.sortKeys()[1].column, 1);
    }

    void frozenColumns_stayAndAreMetWhereTheyArePainted()
    {
        Stage stage(420);
        GridView& view = stage.view;
        QCOMPARE(view.columns().frozen(), 2);
        view.columns().setFrozen(1);
        view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->maximum());
        QApplication::processEvents();
        const int offset = view.gridHeader()->offset();
        QVERIFY(offset > 0);
        const QModelIndex name = stage.model.index(2, 0);
        const QRect rect = view.visualRect(name);
        QCOMPARE(rect.left(), 0);
        QCOMPARE(view.indexAt(rect.center()), name);
        QVERIFY(view.indexAt(rect.center() + QPoint(rect.width(), 0)).column() > 0);
        // A click there selects it, and a click on its title sorts by it.
        QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier, rect.center());
        QCOMPARE(view.currentIndex(), name);
        QCOMPARE(view.horizontalScrollBar()->value(), offset); // it was in sight
        QTest::mouseClick(view.gridHeader()->viewport(), Qt::LeftButton, Qt::NoModifier, QPoint(30, 12));
        QCOMPARE(stage.model.sortKeys().front().column, 0);
        // By keys from the last column back to the second: it comes to lie beside the frozen one, not below it.
        view.setCurrentIndex(stage.model.index(2, stage.model.columnCount() - 1));
        for (int i = stage.model.columnCount() - 1; i > 1; --i)
            QTest::keyClick(&view, Qt::Key_Left);
        QCOMPARE(view.currentIndex().column(), 1);
        QVERIFY(view.visualRect(view.currentIndex()).left() >= view.gridHeader()->frozenWidth());
        view.columns().setFrozen(0);
        view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->maximum());
        QVERIFY(view.visualRect(name).left() < 0);
    }

    void frozenColumns_thatWouldFillTheGrid_areFewer()
    {
        Stage stage(200);
        stage.view.columns().setFrozen(4);
        stage.view.horizontalScrollBar()->setValue(50);
        QVERIFY(stage.view.gridHeader()->frozenWidth() <= 200 * 6 / 10);
    }

    void movedColumns_areWalkedSelectedAndCopiedAsTheyStand()
    {
        Stage stage(900);
        GridView& view = stage.view;
        const int cost = stage.model.columnOf(Col::Cost);
        view.setCurrentIndex(stage.model.index(0, cost));
        while (stage.asTheyStand().front() != cost)
            QTest::keyClick(&view, Qt::Key_Left, Qt::AltModifier | Qt::ShiftModifier);
        QTest::keyClick(&view, Qt::Key_Home);
        QCOMPARE(view.currentIndex().column(), cost);
        QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(view.currentIndex().column(), 0);
        QVERIFY(view.copySelection(true));
        const QString copied = QApplication::clipboard()->text();
        QVERIFY2(copied.startsWith(stage.model.rawHeader(cost) + '\t' + stage.model.rawHeader(0) + '\n'),
                 qPrintable(copied));
        QCOMPARE(copied.split('\n')[1], stage.model.rawText(0, cost) + '\t' + stage.model.rawText(0, 0));
        // Another grid takes the same places, widths apart, and the first reset brings the usual ones back.
        Stage other(900);
        other.view.columns().restore(view.columns().toText());
        QCOMPARE(other.asTheyStand(), stage.asTheyStand());
        QMenu menu;
        other.view.columns().fillMenu(menu, 0);
        for (QAction* action : menu.actions())
            if (action->text() == QLatin1String("Columns as they were at first"))
                action->trigger();
        QCOMPARE(other.asTheyStand().front(), 0);
    }

    void placesOfColumns_stayOverAnAnswerWithoutThem()
    {
        Stage stage(900);
        const int cost = stage.model.columnOf(Col::Cost);
        stage.view.columns().move(cost, -1);
        stage.view.columns().move(cost, -1);
        const auto places = stage.asTheyStand();
        std::mt19937 random(5);
        CostTable less = randomTable(random, 5);
        less.query.by = {kTeam};
        less.totals.pop_back();
        for (CostRow& row : less.rows) {
            row.keys = {"one"};
            row.currency = kUsd;
        }
        stage.model.setTable(less);
        stage.model.setTable(randomTable(random, 5));
        QCOMPARE(stage.asTheyStand(), places);
        stage.view.columns().restore(QStringLiteral("{"));
        QCOMPARE(stage.asTheyStand(), places);
        for (const char* nonsense : {R"({"order":7,"frozen":"a"})", R"({"order":[1,"x","x"],"frozen":-3})"}) {
            stage.view.columns().restore(QString::fromLatin1(nonsense));
            QCOMPARE(stage.asTheyStand().front(), 0);
        }
        QCOMPARE(stage.view.columns().frozen(), 0);
    }
};

QTEST_MAIN(TstGridOrder)
#include "tst_gridorder.moc"
