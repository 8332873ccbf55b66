#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "app/gui/sessionbackend.h"
#include "app/session/questions/answers.h"
#include "tests/testkit/focuscsv.h"
#include "ui/charts/waterfallview.h"
#include "ui/items/gridview.h"
#include "ui/pages/changes/changespage.h"
#include "ui/pages/common/amountrow.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/shell/importsummary.h"
#include "ui/shell/mainwindow.h"

using namespace altimeter;
using session::Engine;

namespace {

/// "$148,798.93" → "148798.93", "−$4.10" → "-4.10".
QString plain(QString text)
{
    text.replace(QChar(0x2212), '-');
    return text.remove('$').remove(',').remove(QChar(0x20AC)).trimmed();
}

template <typename Widget> Widget* byName(QWidget* parent, const QString& start)
{
    for (auto* widget : parent->findChildren<Widget*>()) {
        if (widget->accessibleName().startsWith(start))
            return widget;
    }
    return nullptr;
}

} // namespace

/// J1, "Monday 8:55: what changed?": keys only, from the workspace file to the charge lines that add up to the cell.
class TestJourney : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        m_workspace = m_dir.path() + "/demo.altimeter";
        auto demo = Engine::createDemo(m_workspace.toStdString(), {}, {});
        QVERIFY2(demo, demo ? "" : demo.error().text().c_str());
        CostQuery query;
        query.range = {Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)};
        const auto table = answer(*(*demo)->snapshot(), TableQuestion{query}, {});
        QVERIFY(table);
        for (const CurrencyTotal& total : table->totals) {
            if (total.currency == Currency("USD"))
                m_monthToDate = QString::fromStdString(total.cost.toRoundedString(2));
        }
        QVERIFY(!m_monthToDate.isEmpty());
    }

    void whatChangedSinceFriday_isAnsweredByKeys()
    {
        gui::SessionBackend backend(m_dir.path() + "/settings.ini");
        ui::MainWindow window(backend);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.openWorkspace(m_workspace, false);
        QTRY_COMPARE_WITH_TIMEOUT(window.currentPage(), QString("overview"), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);

        // 1. the month to date is the engine's figure, and the proof says reconciled
        auto* card = byName<ui::KeyFigureCard>(&window, "Month to date");
        QVERIFY(card);
        QCOMPARE(plain(card->content().figure), m_monthToDate);
        auto* proof = byName<ui::KeyFigureCard>(&window, "Proof");
        QVERIFY(proof && proof->accessibleName().contains("Reconciled"));

        // 2. Enter on the largest mover leads to Explore with that team as a filter
        ui::AmountRow* mover = nullptr;
        for (auto* row : window.findChildren<ui::AmountRow*>()) {
            if (row->accessibleName().startsWith("Recommendations: +") && !mover)
                mover = row;
        }
        QVERIFY2(mover,
                 [&] {
                     QStringList names;
                     for (auto* row : window.findChildren<ui::AmountRow*>())
                         names << row->accessibleName();
                     return names.join('|').toUtf8();
                 }()
                     .constData());
        mover->setFocus();
        QTest::keyClick(mover, Qt::Key_Space);
        QTRY_COMPARE(window.currentPage(), QString("changes"));
        auto* changes = window.findChild<ui::ChangesPage*>();
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        QVERIFY(!changes->shown().filters.empty());
        QVERIFY(changes->chart()->frame().bars.size() > 2); // the parts of that change, from base to current total
        CostQuery query;
        query.by = {changes->shown().by};
        query.filters = changes->shown().filters;
        query.range = {Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)};
        window.explore(query);
        QTRY_COMPARE(window.currentPage(), QString("explore"));
        auto* explore = window.findChild<ui::ExplorePage*>();
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        QVERIFY(!explore->state().allFilters().empty());

        // 3. P compares with the previous period
        explore->focusGrid();
        const bool before = explore->state().compare;
        QTest::keyClick(explore->visibleGrid(), Qt::Key_P);
        QTRY_COMPARE(explore->state().compare, !before);
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);

        // 4. Enter drills down until the charge lines stand there; their sum is the sum of the cell
        Amount cell;
        for (int depth = 0; depth < 12 && explore->state().mode == ui::ExploreState::Mode::Grid; ++depth) {
            ui::GridView* grid = explore->visibleGrid();
            QVERIFY(grid->gridModel()->rowCount() > 0);
            for (int column = 0; column < grid->gridModel()->columnCount(); ++column) {
                if (const auto amount = grid->gridModel()->amountAt(0, column)) {
                    grid->setCurrentIndex(grid->gridModel()->index(0, column));
                    cell = *amount;
                    break;
                }
            }
            const ui::ExploreState was = explore->state();
            QTest::keyClick(grid, Qt::Key_Return);
            QTRY_VERIFY(!(explore->state() == was));
            QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        }
        QVERIFY(explore->state().mode == ui::ExploreState::Mode::Charges);
        ui::GridView* lines = explore->visibleGrid();
        QVERIFY(lines->gridModel()->rowCount() > 0);
        for (int row = 0; row < lines->gridModel()->rowCount(); row += 50) {
            lines->scrollTo(lines->gridModel()->index(row, 0));
            QTRY_VERIFY_WITH_TIMEOUT(lines->gridModel()->isLoaded(row), 20'000);
        }
        QTest::keyClick(lines, Qt::Key_A, Qt::ControlModifier);
        QTRY_COMPARE(lines->summary().notLoaded, qint64(0));
        AmountSum sum;
        for (int row = 0; row < lines->gridModel()->rowCount(); ++row) {
            for (int column = 0; column < lines->gridModel()->columnCount(); ++column) {
                if (const auto amount = lines->gridModel()->amountAt(row, column)) {
                    sum.add(*amount);
                    break;
                }
            }
        }
        QVERIFY(sum.amount() == cell);
        QVERIFY(!lines->gridModel()->footer().empty());

        // 5. the way back: Alt+Up, undo, and the compare toggle is where it was
        QTest::keyClick(lines, Qt::Key_Up, Qt::AltModifier);
        QTRY_VERIFY(explore->state().mode == ui::ExploreState::Mode::Grid);
    }

    void import_windowStaysAlive_andShowsTheNewMoney()
    {
        QList<testkit::Charge> charges;
        for (int i = 0; i < 60'000; ++i) {
            testkit::Charge charge;
            charge.billed = charge.effective = QString::number(i % 977) + ".125";
            charge.service = QString("Service %1").arg(i % 60);
            charge.tags = QString(R"({"team":"t%1"})").arg(i % 12);
            charge.day = QDate(2026, 9, 1).addDays(i % 30).toString(Qt::ISODate);
            charges.append(charge);
        }
        const auto file = testkit::writeFile(m_dir.path(), "september.csv", testkit::focusCsv(charges));
        gui::SessionBackend backend(m_dir.path() + "/settings2.ini");
        ui::MainWindow window(backend);
        window.resize(1280, 800);
        window.show();
        window.openWorkspace(m_dir.path() + "/fresh.altimeter", true);
        QTRY_VERIFY_WITH_TIMEOUT(!backend.workspaces().info().path.empty(), 20'000);

        QElapsedTimer sinceTick;
        qint64 worst = 0;
        QTimer ticker;
        connect(&ticker, &QTimer::timeout, this, [&] { worst = std::max(worst, sinceTick.restart()); });
        sinceTick.start();
        ticker.start(5);
        window.importPaths({QString::fromStdString(file.string())});
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<ui::ImportSummary*>(), 60'000); // the first files
        QTest::keyClick(window.findChild<ui::ImportSummary*>(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{60'000}, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        ticker.stop();
        qInfo("worst gap of the event loop during the import of 60,000 lines: %lld ms", worst);
        QVERIFY2(worst < 1000, "the window stood still");
        QVERIFY(backend.workspaces().info().dataThrough == Day::fromYmd(2026, 9, 30));
    }

    void cancelledImport_leavesTheWorkspaceAsItWas()
    {
        gui::SessionBackend backend(m_dir.path() + "/settings3.ini");
        bool opened = false;
        backend.workspaces().open((m_dir.path() + "/cancel.altimeter").toStdString(), true,
                                  [&](Result<WorkspaceInfo> info) { opened = info.ok(); });
        QTRY_VERIFY(opened);
        QList<testkit::Charge> charges(40'000);
        const auto file = testkit::writeFile(m_dir.path(), "cancel.csv", testkit::focusCsv(charges));
        std::optional<Error> error;
        bool answered = false;
        backend.imports().start({file.string()}, {}, {}, [&](Result<ImportReport> report) {
            answered = true;
            if (!report)
                error = report.error();
        });
        QTest::qWait(5);
        backend.imports().cancel();
        QTRY_VERIFY_WITH_TIMEOUT(answered, 20'000);
        if (error) {
            QVERIFY(error->code == ErrorCode::Cancelled);
            QCOMPARE(backend.workspaces().info().rows, std::uint64_t{0});
        } else {
            QCOMPARE(backend.workspaces().info().rows, std::uint64_t{40'000}); // it was faster than the hand
        }
    }

    void backendDestroyedWithWorkUnderWay_callsNobody()
    {
        int answers = 0;
        {
            gui::SessionBackend backend(m_dir.path() + "/settings4.ini");
            bool opened = false;
            backend.workspaces().open(m_workspace.toStdString(), false,
                                      [&](Result<WorkspaceInfo> info) { opened = info.ok(); });
            QTRY_VERIFY(opened);
            for (int i = 0; i < 20; ++i)
                backend.ask("slot" + std::to_string(i), OverviewQuestion{}, [&](const auto&) { ++answers; });
        }
        QCoreApplication::processEvents();
        QCOMPARE(answers, 0);
    }

private:
    QTemporaryDir m_dir;
    QString m_workspace;
    QString m_monthToDate;
};

QTEST_MAIN(TestJourney)
#include "tst_journey.moc"
