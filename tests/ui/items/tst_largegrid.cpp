#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "tests/ui/fakebackend.h"
#include "ui/charts/serieschart.h"
#include "ui/format/windowlocale.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/gridview.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/shell/statusline.h"

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QScrollBar>

#include <cmath>
#include <mutex>
#include <thread>

using namespace altimeter;
using namespace altimeter::ui;
using Col = CostTableModel::Column;

namespace {

const QLocale kNeutral = ui::format::neutralLocale();
const Currency kUsd("USD");

/// Rows of the large answers: enough for the workers to take part, or as many as asked for.
std::size_t largeRows()
{
    const int asked = qEnvironmentVariableIntValue("ALTIMETER_LARGE_ROWS");
    return asked > 0 ? static_cast<std::size_t>(asked) : 60'000;
}

/// One row per resource, largest cost first, as the session answers. `skip` leaves out every so many resources.
CostTable largeTable(std::size_t rows, int skip, std::int64_t scale)
{
    CostTable table;
    table.query.by = {Dim{Dim::Kind::Resource, {}}};
    table.query.range = {Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)};
    table.rows.reserve(rows);
    Amount sum;
    for (std::size_t i = 0; i < rows; ++i) {
        if (skip > 0 && i % static_cast<std::size_t>(skip) == 0)
            continue;
        CostRow row;
        row.keys = {"arn:aws:ec2:eu-west-1:" + std::to_string((i * 2'654'435'761U) % 4'294'967'291U) + "/" +
                    std::to_string(i)};
        row.currency = kUsd;
        row.cost = Amount::fromAttos(static_cast<Int128>(rows - i) * scale * 1'000'000'007);
        row.rows = i % 97 + 1;
        sum = checkedAdd(sum, row.cost).take();
        table.rows.push_back(std::move(row));
    }
    table.totals = {{kUsd, sum, table.rows.size(), 0, 0}};
    return table;
}

/// Answers with prepared tables and works on a thread of its own, as the session does.
class LargeBackend : public test::FakeBackend {
public:
    ~LargeBackend() override { m_thread = {}; }

    CostTable now, before;
    std::uint64_t chargeLines = 0;
    std::size_t chargeQuestions = 0;

    void compute(const std::string&, std::function<void(const std::stop_token&)> work,
                 std::function<void(bool isDone)> done) override
    {
        ++computed;
        m_thread = std::jthread([this, last = std::move(m_thread), work = std::move(work),
                                 done = std::move(done)](const std::stop_token&) mutable {
            if (last.joinable())
                last.join();
            work({});
            QMetaObject::invokeMethod(
                &m_owner, [done = std::move(done)] { done(true); }, Qt::QueuedConnection);
        });
    }

protected:
    void put(const std::string& slot, Question question, Answer<ui::AnyAnswer> answer) override
    {
        if (const auto* table = std::get_if<TableQuestion>(&question)) {
            CostTable& ready = slot == "explore.previous" ? before : now;
            QTimer::singleShot(0, &m_owner, [&ready, query = table->query, answer = std::move(answer)] {
                ready.query = query;
                answer(ui::AnyAnswer::of(std::move(ready)));
            });
        } else if (const auto* charges = std::get_if<ChargesQuestion>(&question); charges && chargeLines > 0) {
            ++chargeQuestions;
            QTimer::singleShot(1, &m_owner, [this, asked = *charges, answer = std::move(answer)] {
                answer(ui::AnyAnswer::of(linesFor(asked)));
            });
        } else {
            FakeBackend::put(slot, std::move(question), std::move(answer));
        }
    }

private:
    ChargePage linesFor(const ChargesQuestion& asked) const
    {
        ChargePage page;
        page.offset = asked.offset;
        page.total = chargeLines;
        page.totals = {{kUsd, Amount::fromUnits(12), chargeLines, 0, 0}};
        for (std::uint64_t i = asked.offset; i < std::min(asked.offset + asked.limit, chargeLines); ++i) {
            ChargeRow row;
            row.line = i + 2;
            row.currency = kUsd;
            row.cost.fill(Amount::fromUnits(1));
            page.rows.push_back(std::move(row));
        }
        return page;
    }

    QObject m_owner;
    std::jthread m_thread;
};

/// The longest time between two turns of the event loop.
class GapMeter : public QObject {
public:
    GapMeter()
    {
        m_timer.setInterval(0);
        connect(&m_timer, &QTimer::timeout, this, &GapMeter::tick);
        m_timer.start();
        m_clock.start();
    }
    void begin()
    {
        QCoreApplication::processEvents();
        m_longest = 0;
        m_clock.restart();
    }
    void report(const char* what)
    {
        QTest::qWait(30);
        tick();
        qInfo("%-44s longest gap %6.1f ms", what, static_cast<double>(m_longest) / 1e6);
    }

private:
    void tick()
    {
        m_longest = std::max(m_longest, m_clock.nsecsElapsed());
        m_clock.restart();
    }
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_longest = 0;
};

/// Counts what the view asks for.
class CountingModel : public CostTableModel {
public:
    using CostTableModel::CostTableModel;
    mutable int calls = 0;
    mutable int lowest = 0, highest = 0;
    QVariant data(const QModelIndex& index, int role) const override
    {
        ++calls;
        lowest = std::min(lowest, index.row());
        highest = std::max(highest, index.row());
        return CostTableModel::data(index, role);
    }
};

} // namespace

/// A grid of very many rows: what is made, what is asked for, and how long the window is deaf meanwhile. Figures are
/// reported, not asserted; ALTIMETER_LARGE_ROWS=1000000 makes them those of a large company.
class TestLargeGrid : public QObject {
    Q_OBJECT
private slots:
    void view_asksOnlyForWhatItShows()
    {
        CountingModel model(kNeutral);
        model.setTable(largeTable(largeRows(), 0, 1'000'000));
        GridView view("Grid");
        view.setGridModel(&model);
        view.resize(1000, 600);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.grab();
        const int visible = view.viewport()->height() / view.rowHeight(0) + 2;
        QVERIFY2(model.highest <= visible, qPrintable(QString::number(model.highest)));
        model.calls = 0;
        view.grab();
        const int perFrame = model.calls;
        QVERIFY2(perFrame <= visible * model.columnCount() * 10, qPrintable(QString::number(perFrame)));
        model.calls = model.highest = 0;
        view.scrollToBottom();
        view.grab();
        QVERIFY2(model.calls <= 4 * perFrame, qPrintable(QString::number(model.calls)));
        QCOMPARE(model.highest, model.rowCount() - 1);
        model.calls = 0;
        view.horizontalHeader()->resizeSections(QHeaderView::ResizeToContents);
        QVERIFY2(model.calls < 40'000, qPrintable(QString::number(model.calls)));
    }

    void workers_prepareLargeAnswersAndOrders()
    {
        test::FakeBackend backend;
        CostTableModel model(kNeutral);
        model.useWorkers(backend, "grid");
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy shown(&model, &CostTableModel::shown);
        model.setTable(largeTable(CostTableModel::kInlineRows + 500, 0, 1));
        QVERIFY(model.isBusy());
        QCOMPARE(model.rowCount(), 0);
        backend.deliver();
        QVERIFY(!model.isBusy());
        QCOMPARE(shown.count(), 1);
        QCOMPARE(model.rowCount(), static_cast<int>(CostTableModel::kInlineRows) + 500);
        QVERIFY(model.rowAt(0).cost > model.rowAt(1).cost);
        const QPersistentModelIndex kept = model.index(7, 0);
        const QString name = kept.data().toString();
        model.sort(0, Qt::AscendingOrder);
        QVERIFY(model.isBusy());
        backend.deliver();
        QVERIFY(model.rowAt(0).keys[0] < model.rowAt(1).keys[0]);
        QCOMPARE(kept.data().toString(), name);
        // A question that is overtaken is never shown.
        model.setTable(largeTable(CostTableModel::kInlineRows + 1, 0, 1));
        model.setTable(largeTable(3, 0, 1));
        QCOMPARE(model.rowCount(), 3);
        backend.deliver();
        QCOMPARE(model.rowCount(), 3);
        QVERIFY(!model.isBusy());
    }

    void workWithoutMemory_leavesTheRowsThatAreShown()
    {
        test::FakeBackend backend;
        CostTableModel model(kNeutral);
        model.useWorkers(backend, "grid");
        model.setTable(largeTable(CostTableModel::kInlineRows + 500, 0, 1));
        backend.deliver();
        const QString first = model.index(0, 0).data().toString();
        backend.isOutOfMemory = true;
        model.setTable(largeTable(CostTableModel::kInlineRows + 1, 0, 1));
        QVERIFY(model.isBusy());
        backend.deliver();
        QVERIFY(!model.isBusy());
        QCOMPARE(model.rowCount(), static_cast<int>(CostTableModel::kInlineRows) + 500);
        QCOMPARE(model.index(0, 0).data().toString(), first);
        model.sort(0, Qt::AscendingOrder);
        backend.deliver();
        QVERIFY(!model.isBusy());
        QCOMPARE(model.index(0, 0).data().toString(), first);
    }

    void selection_ofEverything_isAddedUpInSlices()
    {
        CostTableModel model(kNeutral);
        model.setTable(largeTable(static_cast<std::size_t>(GridView::kSlice) + 10'000, 0, 1));
        GridView view("Grid");
        view.setGridModel(&model);
        QSignalSpy told(&view, &GridView::selectionSummaryChanged);
        view.selectAll();
        QVERIFY(view.summary().isAdding);
        QVERIFY(view.summary().sums.empty());
        QTRY_VERIFY(!view.summary().isAdding);
        QCOMPARE(view.summary().sums.at(kUsd).sum.amount(), model.table().totals[0].cost);
        QCOMPARE(view.summary().cells, static_cast<qint64>(model.rowCount()) * model.columnCount());
        QVERIFY(told.count() <= 4);
        QSignalSpy refused(&view, &GridView::copyRefused);
        QApplication::clipboard()->setText("before");
        QVERIFY(!view.copySelection(true));
        QVERIFY(refused[0][0].toString().contains("too many for the clipboard"));
        QCOMPARE(QApplication::clipboard()->text(), QString("before"));
        // One whole column would be a million persistent indexes while the rows change places: it is let go.
        view.clearSelection();
        view.selectColumn(0);
        QTRY_VERIFY(!view.summary().isAdding);
        model.sort(0, Qt::AscendingOrder);
        QVERIFY(!view.selectionModel()->hasSelection());
    }

    void charges_keepFewPagesAndThePlace()
    {
        LargeBackend backend;
        backend.chargeLines = 10'000'000;
        ChargeTableModel model(backend, "charges", kNeutral);
        GridView view("Charge lines");
        view.setGridModel(&model);
        view.resize(1000, 600);
        view.show();
        model.setQuery({});
        QTRY_VERIFY(model.isReady());
        QCOMPARE(model.rowCount(), 10'000'000);
        view.setCurrentIndex(model.index(0, 0));
        QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
        view.grab();
        QTRY_VERIFY(model.isLoaded(9'999'999));
        QCOMPARE(view.currentIndex().row(), 9'999'999);
        QScrollBar* bar = view.verticalScrollBar();
        for (int i = 0; i < 300; ++i) {
            bar->setValue(static_cast<int>(static_cast<qint64>(bar->maximum()) * i / 300));
            view.grab();
            QCoreApplication::processEvents();
            QVERIFY(model.pagesKept() <= ChargeTableModel::kMostPages + 1);
        }
        const int there = bar->value();
        view.grab();
        QTRY_VERIFY(model.isLoaded(view.rowAt(10)));
        backend.chargeLines = 10'000'400; // lines arrived meanwhile: the place stays
        model.setQuery({});
        QVERIFY(model.isLoaded(view.rowAt(10)));
        QTRY_COMPARE(model.rowCount(), 10'000'400);
        QCOMPARE(bar->value(), there);
        view.grab();
        QTRY_VERIFY(model.isLoaded(view.rowAt(10)));
    }

    void window_staysAwake()
    {
        const std::size_t rows = largeRows();
        LargeBackend backend;
        GapMeter gaps;
        ExplorePage page(backend);
        StatusLine status;
        page.resize(1280, 760);
        page.show();
        const auto settle = [&] {
            QTRY_VERIFY_WITH_TIMEOUT((backend.deliver(), QCoreApplication::processEvents(), page.isSettled()), 120'000);
            page.visibleGrid()->viewport()->repaint();
        };
        const auto costs = page.findChild<CostTableModel*>();
        qInfo("%zu rows", rows);
        backend.now = largeTable(rows, 0, 1'000'000);
        gaps.begin();
        page.workspaceChanged(backend.workspaces().info());
        settle();
        gaps.report("a table arrives");
        QCOMPARE(costs->rowCount(), static_cast<int>(rows));
        gaps.begin();
        for (int i = 0; i < 200; ++i) {
            QScrollBar* bar = page.visibleGrid()->verticalScrollBar();
            bar->setValue(static_cast<int>(static_cast<qint64>(bar->maximum()) * i / 199));
            page.visibleGrid()->viewport()->repaint();
            QCoreApplication::processEvents();
        }
        gaps.report("scrolling through, one frame each");
        for (const Col column : {Col::Key, Col::Rows, Col::Cost}) {
            gaps.begin();
            page.visibleGrid()->sortByColumn(costs->columnOf(column), Qt::AscendingOrder);
            settle();
            gaps.report(column == Col::Key ? "ordered by text" : column == Col::Rows ? "by lines" : "by cost");
        }
        gaps.begin();
        page.visibleGrid()->selectAll();
        QTRY_VERIFY_WITH_TIMEOUT(!page.visibleGrid()->summary().isAdding, 60'000);
        gaps.report("everything selected and added up");
        gaps.begin();
        page.copySelection(true);
        gaps.report("everything copied (refused)");
        gaps.begin();
        page.visibleGrid()->sortByColumn(costs->columnOf(Col::Cost), Qt::DescendingOrder);
        settle();
        gaps.report("ordered with everything selected");
        gaps.begin();
        QTest::keyClick(page.visibleGrid(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClick(page.visibleGrid(), Qt::Key_Up, Qt::ControlModifier);
        gaps.report("Ctrl+End, Ctrl+Up");
        gaps.begin();
        const std::size_t work = backend.computed;
        std::thread writer([write = costs->csvWriter(CsvGuard::Spreadsheet)] {
            QElapsedTimer clock;
            clock.start();
            const std::size_t size = write({}).size();
            qInfo("CSV of the view: %zu MB in %lld ms, on a worker", size / 1'000'000, clock.elapsed());
        });
        QTest::qWait(200);
        gaps.report("a CSV being written");
        writer.join();
        QCOMPARE(backend.computed, work);
        backend.now = largeTable(rows, 7, 1'100'000);
        backend.before = largeTable(rows, 11, 900'000);
        gaps.begin();
        page.compare(CompareWith::PeriodBefore);
        settle();
        gaps.report("compared with as many rows");
        QVERIFY(costs->isComparing());
        QVERIFY(costs->columnOf(Col::ChangePercent) > 0);
        backend.now = largeTable(10, 0, 1'100'000);
        gaps.begin();
        page.compare(CompareWith::PeriodBefore);
        settle();
        gaps.report("replaced by a small table");
        QCOMPARE(costs->rowCount(), 10);
        gaps.begin();
        for (int i = 0; i < 2'000; ++i) {
            status.showProgress(
                {"Reading", static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(i) * 1'000, 2'000'000, 10});
            if (i % 20 == 0)
                QCoreApplication::processEvents();
        }
        gaps.report("2,000 messages of progress");
    }

    void chart_ofLongSeries_isPaintedQuickly_data()
    {
        QTest::addColumn<int>("series");
        QTest::addColumn<int>("points");
        QTest::addColumn<bool>("stacked");
        QTest::newRow("10 x 7,300 lines") << 10 << 7'300 << false;
        QTest::newRow("10 x 7,300 stacked") << 10 << 7'300 << true;
        QTest::newRow("1 x 100,000") << 1 << 100'000 << false;
        QTest::newRow("6 x 730 stacked") << 6 << 730 << true;
    }
    void chart_ofLongSeries_isPaintedQuickly()
    {
        QFETCH(int, series);
        QFETCH(int, points);
        QFETCH(bool, stacked);
        SeriesSet set;
        set.query.granularity = Granularity::Day;
        for (int s = 0; s < series; ++s) {
            CostSeries made;
            made.keys = {"series " + std::to_string(s)};
            made.currency = kUsd;
            for (int i = 0; i < points; ++i)
                made.points.push_back({Day::fromYmd(1900, 1, 1) + i,
                                       Amount::fromUnits(1'000 + (i * 7919 + s * 31) % 400 + (i % 7 > 4 ? -300 : 0)),
                                       true});
            made.points[static_cast<std::size_t>(points / 2)].cost = Amount::fromUnits(4'000);
            set.series.push_back(std::move(made));
        }
        SeriesChart chart("Cost");
        chart.resize(1200, 600);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        QElapsedTimer clock;
        clock.start();
        FrameRequest request;
        request.currency = kUsd;
        request.style = stacked ? SeriesFrame::Style::Stacked : SeriesFrame::Style::Lines;
        SeriesFrame frame = makeSeriesFrame(set, nullptr, request);
        const qint64 made = clock.nsecsElapsed();
        clock.restart();
        chart.setFrame(std::move(frame));
        const qint64 poured = clock.nsecsElapsed();
        clock.restart();
        chart.grab();
        const qint64 first = clock.nsecsElapsed();
        clock.restart();
        chart.grab();
        const qint64 again = clock.nsecsElapsed();
        clock.restart();
        for (int i = 0; i < 20; ++i)
            chart.setCursorStep(i * points / 20);
        qInfo("frame %.1f ms, poured %.1f ms, painted %.1f ms, repainted %.1f ms, cursor %.2f ms",
              static_cast<double>(made) / 1e6, static_cast<double>(poured) / 1e6, static_cast<double>(first) / 1e6,
              static_cast<double>(again) / 1e6, static_cast<double>(clock.nsecsElapsed()) / 20e6);
        QVERIFY(!chart.frame().isEmpty());
    }
};

QTEST_MAIN(TestLargeGrid)
#include "tst_largegrid.moc"
