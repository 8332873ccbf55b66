#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "tests/testkit/rounds.h"
#include "tests/ui/fakebackend.h"
#include "ui/format/format.h"
#include "ui/format/windowlocale.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridview.h"

#include <QApplication>
#include <QClipboard>

#include <map>

using namespace altimeter;
using namespace altimeter::ui;

namespace {
const QLocale kNeutral = ui::format::neutralLocale();
}

class TstChargeTableModel : public QObject {
    Q_OBJECT
private slots:
    void model_underQueriesAndPages_staysConsistent()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setQuery({});
        QCOMPARE(model.rowCount(), 0);
        backend.deliver();
        QCOMPARE(static_cast<std::size_t>(model.rowCount()), backend.lines.size());
        QTest::qWait(0);
        backend.deliver();
        CostQuery none;
        none.range = {Day::fromYmd(1999, 1, 1), Day::fromYmd(1999, 2, 1)};
        model.setQuery(none);
        backend.deliver();
        QVERIFY(model.isReady());
        QCOMPARE(model.rowCount(), 0);
        model.clear();
    }

    void rows_onTheirWay_showAnEllipsisAndAreAskedFor()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        model.setQuery({});
        backend.deliver();
        QCOMPARE(backend.asked<ChargesQuestion>().size(), std::size_t(1));
        const QModelIndex far = model.index(1'000, 0);
        QCOMPARE(far.data().toString(), QString("…"));
        QVERIFY(!model.isLoaded(1'000));
        QTRY_COMPARE(backend.asked<ChargesQuestion>().size(), std::size_t(2));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        backend.deliver();
        QCOMPARE(changed.count(), 1);
        QVERIFY(model.isLoaded(1'000));
        QVERIFY(far.data().toString() != QString("…"));
        QCOMPARE(backend.asked<ChargesQuestion>().size(), std::size_t(2)); // asked once
    }

    void sorting_isWantedAndAskedOfTheBackend()
    {
        test::FakeBackend backend;
        backend.immediate = true;
        ChargeTableModel model(backend, "charges", kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<LineSort> wanted;
        connect(&model, &ChargeTableModel::sortWanted, &model, [&](const auto& sorts) { wanted = sorts; });
        model.sort(0, Qt::AscendingOrder); // nothing is shown yet
        QVERIFY(wanted.empty());
        model.setQuery({});
        QVERIFY(backend.asked<ChargesQuestion>().back().order.empty());
        const auto columnOf = [&model](const QString& title) {
            for (int column = 0; column < model.columnCount(); ++column)
                if (model.rawHeader(column) == title)
                    return column;
            return -1;
        };
        model.sortBy({{columnOf("Service"), Qt::AscendingOrder}, {1, Qt::DescendingOrder}});
        QCOMPARE(wanted, (std::vector<LineSort>{{"service", false}, {"cost", true}}));
        QVERIFY(model.sorts().empty()); // who is told decides
        model.setQuery({}, true, wanted);
        const LineOrder order = backend.asked<ChargesQuestion>().back().order;
        QCOMPARE(order.size(), std::size_t(2));
        QVERIFY(order[0].by == LineKey::By::Text && order[0].dims.size() == 2 && !order[0].descending);
        QVERIFY(order[1].by == LineKey::By::Cost && order[1].descending);
        QCOMPARE(model.sortKeys(),
                 (GridModel::SortKeys{{columnOf("Service"), Qt::AscendingOrder}, {1, Qt::DescendingOrder}}));
        for (int row = 1; row < 100; ++row)
            QVERIFY(model.index(row - 1, columnOf("Service")).data().toString() <=
                    model.index(row, columnOf("Service")).data().toString());
        // Every column has an order, the amounts largest first. Sorting all lines for each takes a sanitizer a minute.
        ChargeTableModel untested(backend, "charges", kNeutral);
        connect(&untested, &ChargeTableModel::sortWanted, &untested, [&](const auto& sorts) { wanted = sorts; });
        untested.setQuery({});
        for (int column = 0; column < untested.columnCount(); column += testkit::sanitizerShare()) {
            untested.sortBy({{column, Qt::DescendingOrder}});
            untested.setQuery({}, true, wanted);
            QVERIFY2(backend.asked<ChargesQuestion>().back().order.size() == 1, qPrintable(model.rawHeader(column)));
        }
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::InitialSortOrderRole).toInt(), int(Qt::DescendingOrder));
        model.setQuery({}, true, {{"no such column", true}});
        QVERIFY(backend.asked<ChargesQuestion>().back().order.empty());
        // The sum of lines that are not loaded is that of the lines of this order.
        model.setQuery({}, true, {{"cost", false}});
        (void)model.askSum(1, {{300, 400}}, [](auto, const QString&) {});
        QVERIFY(backend.asked<ChargesQuestion>().back().onlyTotals);
        QCOMPARE(backend.asked<ChargesQuestion>().back().order.size(), std::size_t(1));
    }

    void estimatedCharges_areMarkedInWordAndTip()
    {
        test::FakeBackend backend;
        backend.immediate = true;
        ChargeTableModel model(backend, "charges", kNeutral);
        CostQuery query;
        query.range = {Day::fromYmd(2026, 11, 17), Day::fromYmd(2026, 11, 20)};
        model.setQuery(query);
        int state = -1, cost = -1;
        for (int column = 0; column < model.columnCount(); ++column) {
            state = model.columnKind(column) == ChargeTableModel::Column::State ? column : state;
            cost = model.columnKind(column) == ChargeTableModel::Column::Cost ? column : cost;
        }
        QCOMPARE(model.headerData(state, Qt::Horizontal).toString(), QString("State"));
        int estimated = 0, final = 0, unsaid = 0;
        for (int row = 0; row < model.rowCount(); ++row) {
            const bool late = model.chargeAt(row)->chargeStart.day() >= Day::fromYmd(2026, 11, 18);
            const QString text = model.index(row, state).data().toString();
            const bool tip = model.index(row, cost).data(Qt::ToolTipRole).toString().contains("may still change");
            QCOMPARE(text == QString("◇ Estimated"), late);
            QCOMPARE(tip, late);
            QCOMPARE(model.rawText(row, state), late ? QString("Estimated") : text);
            estimated += late ? 1 : 0;
            final += text == "Final" ? 1 : 0;
            unsaid += text.isEmpty() ? 1 : 0;
        }
        QVERIFY(estimated > 0 && final > 0 && unsaid > 0);
    }

    void scrollingFast_asksOnlyForFewPages()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        model.setQuery({});
        backend.deliver();
        for (int row = 0; row < model.rowCount(); row += 50)
            model.index(row, 0).data();
        QTest::qWait(0);
        QVERIFY(backend.asked<ChargesQuestion>().size() <= 4);
    }

    void oldAnswer_afterANewQuestion_isDropped()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        model.setQuery({});
        CostQuery search;
        search.filters = {{Dim{Dim::Kind::Team, {}}, {"Search"}, false}};
        model.setQuery(search);
        backend.deliver();
        QCOMPARE(model.total(), static_cast<std::uint64_t>(backend.selected(search).size()));
    }

    void totals_coverAllLinesNotOnlyLoadedOnes()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        model.setQuery({});
        backend.deliver();
        const CostTable table = backend.tableOf({});
        QCOMPARE(model.totals().size(), table.totals.size());
        for (const CurrencyTotal& total : model.totals())
            for (const CurrencyTotal& other : table.totals)
                if (other.currency == total.currency)
                    QCOMPARE(total.cost, other.cost);
        QCOMPARE(model.footer().size(), std::size_t(2));
    }

    void cells_sayUnknownAndWhereTheLineCameFrom()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        CostQuery vertex;
        vertex.filters = {{Dim{Dim::Kind::Service, {}}, {"Vertex AI"}, false}};
        model.setQuery(vertex);
        backend.deliver();
        int unknown = 0;
        for (int row = 0; row < model.rowCount(); ++row) {
            QVERIFY(!model.index(row, 7).data().toString().isEmpty()); // source file
            unknown += model.index(row, 1).data().toString() == "unknown" ? 1 : 0;
        }
        QVERIFY(unknown > 0);
        QCOMPARE(static_cast<std::uint64_t>(unknown), model.totals()[0].unknownRows);
    }

    void failure_isTold()
    {
        test::FakeBackend backend;
        backend.failure = Error{ErrorCode::Database, "the file is gone", "workspace"};
        ChargeTableModel model(backend, "charges", kNeutral);
        QSignalSpy failed(&model, &ChargeTableModel::failed);
        model.setQuery({});
        backend.deliver();
        QCOMPARE(failed.count(), 1);
        QVERIFY(!model.isReady());
    }

    void gone_modelIsNotCalled()
    {
        test::FakeBackend backend;
        {
            ChargeTableModel model(backend, "charges", kNeutral);
            model.setQuery({});
        }
        backend.deliver(); // must not touch the dead model
        QCOMPARE(backend.waiting(), std::size_t(0));
    }

    void selection_ofAllLines_hasTheirSumAtOnce()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        GridView view("Charge lines");
        view.setGridModel(&model);
        model.setQuery({});
        backend.deliver();
        const std::size_t asked = backend.asked<ChargesQuestion>().size();
        view.selectAll();
        QVERIFY(!view.summary().isAdding);
        QCOMPARE(view.summary().sums.size(), model.totals().size());
        for (const CurrencyTotal& total : model.totals()) {
            QCOMPARE(view.summary().sums.at(total.currency).sum.amount(), total.cost);
            QCOMPARE(view.summary().sums.at(total.currency).count, static_cast<int>(total.rows - total.unknownRows));
        }
        QCOMPARE(backend.asked<ChargesQuestion>().size(), asked);
    }

    void selection_ofLinesNotLoaded_isAddedUpByTheStore()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        GridView view("Charge lines");
        view.setGridModel(&model);
        model.setQuery({});
        backend.deliver();
        const int last = model.rowCount() - 4;
        view.selectionModel()->select(QItemSelection(model.index(3, 1), model.index(last, 1)),
                                      QItemSelectionModel::ClearAndSelect);
        QVERIFY(view.summary().isAdding);
        QVERIFY(view.summary().sums.empty());
        backend.deliver();
        const ChargePage expected = backend.pageOf({}, 3, static_cast<std::uint64_t>(last - 2), true);
        std::map<Currency, AmountSum> sums;
        for (const ChargeRow& row : expected.rows)
            sums[row.currency].add(row.cost.front().value_or(Amount()));
        QVERIFY(!view.summary().isAdding);
        QCOMPARE(view.summary().sums.size(), sums.size());
        for (const auto& [currency, sum] : sums)
            QCOMPARE(view.summary().sums.at(currency).sum.amount(), sum.amount());
        // A newer selection drops the answer to the older one.
        view.selectionModel()->select(QItemSelection(model.index(0, 1), model.index(last, 1)),
                                      QItemSelectionModel::ClearAndSelect);
        view.setCurrentIndex(model.index(0, 1));
        backend.deliver();
        QCOMPARE(view.summary().cells, 1);
        QCOMPARE(view.summary().sums.begin()->second.sum.amount(), *model.amountAt(0, 1));
    }

    void sum_thatNobodyCanMake_isSaidWhy()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        GridView view("Charge lines");
        view.setGridModel(&model);
        model.setQuery({});
        backend.deliver();
        backend.failure = Error{ErrorCode::Unsupported, "more lines than are added up at once", {}};
        view.selectionModel()->select(QItemSelection(model.index(0, 1), model.index(model.rowCount() - 2, 1)),
                                      QItemSelectionModel::ClearAndSelect);
        backend.deliver();
        QVERIFY(view.summary().sums.empty());
        QCOMPARE(view.summary().whyNone, QString("more lines than are added up at once"));
    }

    void copy_ofLinesNotLoaded_isWholeOrNothing()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        GridView view("Charge lines");
        view.setGridModel(&model);
        model.setQuery({});
        backend.deliver();
        const int rows = model.rowCount();
        QVERIFY(rows > 600);
        QApplication::clipboard()->setText("before");
        view.selectionModel()->select(QItemSelection(model.index(0, 0), model.index(rows - 1, 1)),
                                      QItemSelectionModel::ClearAndSelect);
        QSignalSpy copied(&view, &GridView::copied), refused(&view, &GridView::copyRefused);
        QVERIFY(view.copySelection(true));
        QCOMPARE(QApplication::clipboard()->text(), QString("before"));
        backend.deliver();
        QCOMPARE(copied.count(), 1);
        const QStringList lines = QApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), rows + 1);
        const ChargePage all = backend.pageOf({}, 0, static_cast<std::uint64_t>(rows), true);
        for (int row = 0; row < rows; ++row) {
            const auto& cost = all.rows[static_cast<std::size_t>(row)].cost.front();
            QCOMPARE(lines[row + 1].section(u'\t', 1), cost ? ui::format::exact(*cost) : QString());
        }
        QVERIFY(model.pagesKept() <= ChargeTableModel::kMostPages);
        // Other lines are chosen while they are on their way: nothing is copied.
        model.clear();
        model.setQuery({});
        backend.deliver();
        view.selectAll();
        QApplication::clipboard()->setText("before");
        QVERIFY(view.copySelection(true));
        view.setCurrentIndex(model.index(2, 0));
        backend.deliver();
        QCOMPARE(QApplication::clipboard()->text(), QString("before"));
        QCOMPARE(refused.count(), 1);
    }

    void filters_areTheBackendsOverAllLines()
    {
        test::FakeBackend backend;
        backend.immediate = true;
        ChargeTableModel model(backend, "charges", kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        GridView view("Charge lines");
        view.setGridModel(&model);
        model.setQuery({});
        const qint64 all = model.rowCount();
        const int columns = model.columnCount();
        const auto place = [&model](ChargeTableModel::Column kind) {
            int column = 0;
            while (model.columnKind(column) != kind)
                ++column;
            return column;
        };
        const int service = place(ChargeTableModel::Column::Service), cost = place(ChargeTableModel::Column::Cost);
        model.setFilterText(service, "vertex;bigquery");
        QVERIFY(model.rowCount() > 0 && model.rowCount() < all);
        QCOMPARE(model.columnCount(), columns); // though one currency may be left
        QCOMPARE(model.unfilteredRows(), all);
        QCOMPARE(view.filterSummary(), ui::format::count(static_cast<std::uint64_t>(model.rowCount())) + " of " +
                                           ui::format::count(static_cast<std::uint64_t>(all)));
        std::uint64_t expected = 0;
        for (const auto& line : backend.lines)
            expected += line.service == "Vertex AI" || line.service == "BigQuery" ? 1U : 0U;
        QCOMPARE(model.total(), expected);
        model.setFilterText(cost, "=null");
        QCOMPARE(model.total(), model.totals()[0].unknownRows);
        model.setFilterText(place(ChargeTableModel::Column::Day), "<2026-11");
        for (int row = 0; row < model.rowCount(); ++row)
            QVERIFY(model.rawText(row, 0) < QString("2026-11"));
        QVERIFY(!model.canFilterColumn(place(ChargeTableModel::Column::Line)));
        model.setFilterText(cost, ">x");
        QCOMPARE(view.filterSummary(), QString("\"x\" is no number"));
        view.clearFilters();
        QCOMPARE(static_cast<qint64>(model.rowCount()), all);
        QCOMPARE(view.filterSummary(), QString());
    }

    void columns_areAllOfTheStandard_mostOutOfSight()
    {
        test::FakeBackend backend;
        backend.immediate = true;
        ChargeTableModel model(backend, "charges", kNeutral);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        GridView view("Charge lines");
        view.setGridModel(&model);
        view.resize(1100, 400);
        model.setQuery({});
        std::map<QString, int> places;
        for (int column = 0; column < model.columnCount(); ++column)
            places[model.rawHeader(column)] = column;
        QCOMPARE(places.size(), static_cast<std::size_t>(model.columnCount())); // no name twice
        for (const char* name : {"ConsumedQuantity", "PricingUnit", "ListUnitPrice", "SkuId", "BillingAccountId"}) {
            QVERIFY2(places.count(name) == 1, name);
            QVERIFY(view.isColumnHidden(places[name]));
        }
        QVERIFY(!view.isColumnHidden(1));
        const int sku = places["SkuId"], quantity = places["ConsumedQuantity"];
        view.columns().setHidden(quantity, false);
        view.columns().setHidden(sku, false);
        view.columns().setHidden(3, true);
        view.columns().setWidth(sku, 222);
        view.columns().setNumberFormat(1, ui::format::numberFormatFrom("thousands 2"));
        QVERIFY(!view.isColumnHidden(sku) && view.isColumnHidden(3));
        GridView later("Charge lines");
        later.setGridModel(&model);
        later.columns().restore(view.columns().toText());
        QVERIFY(!later.isColumnHidden(sku) && later.isColumnHidden(3));
        QCOMPARE(later.columnWidth(sku), 222);
        QVERIFY(later.cellText(model.index(0, 1)).contains(u'k'));
        later.columns().restore("{\"hidden\": 3, \"widths\": [");
        QCOMPARE(later.columnWidth(sku), 222);
        // Keys and copies see only what is in sight.
        view.setCurrentIndex(model.index(0, 2));
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.currentIndex().column(), 4);
        QTest::keyClick(&view, Qt::Key_End);
        QCOMPARE(view.currentIndex().column(), sku);
        view.selectRow(0);
        QVERIFY(view.copySelection(true));
        QVERIFY(!QApplication::clipboard()->text().contains(model.rawHeader(3)));
        QVERIFY(QApplication::clipboard()->text().contains("ConsumedQuantity"));
    }
};

QTEST_MAIN(TstChargeTableModel)
#include "tst_chargetablemodel.moc"
