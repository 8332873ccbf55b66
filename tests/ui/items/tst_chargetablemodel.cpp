#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "tests/ui/fakebackend.h"
#include "ui/format/windowlocale.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/gridview.h"

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

    void selection_withRowsNotLoaded_givesNoSum()
    {
        test::FakeBackend backend;
        ChargeTableModel model(backend, "charges", kNeutral);
        GridView view("Charge lines");
        view.setGridModel(&model);
        model.setQuery({});
        backend.deliver();
        view.selectAll();
        QVERIFY(view.summary().notLoaded > 0);
        QSignalSpy refused(&view, &GridView::copyRefused);
        QVERIFY(!view.copySelection(false));
        QCOMPARE(refused.count(), 1);
    }
};

QTEST_MAIN(TstChargeTableModel)
#include "tst_chargetablemodel.moc"
