#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "tests/ui/fakebackend.h"
#include "ui/charts/waterfallview.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/gridview.h"
#include "ui/pages/changes/changespage.h"
#include "ui/pages/changes/partsmodel.h"
#include "ui/pages/common/daterangeedit.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>

using namespace altimeter;
using namespace altimeter::ui;
using test::FakeBackend;

namespace {

struct Stage {
    FakeBackend backend;
    ChangesPage page{backend};

    explicit Stage(const Change& change = {})
    {
        page.resize(1180, 740);
        page.workspaceChanged(backend.workspaces().info());
        page.explain(change);
        page.show();
        page.activateWindow();
        settle();
    }
    void settle()
    {
        for (int i = 0; i < 4; ++i) {
            backend.deliver();
            QCoreApplication::processEvents();
        }
    }
    PartsModel* parts() const { return page.findChild<PartsModel*>(); }
    GridView* grid(const QString& name) const
    {
        for (auto* each : page.findChildren<GridView*>())
            if (each->accessibleName() == name)
                return each;
        return nullptr;
    }
    QStringList texts() const
    {
        QStringList found;
        for (const QLabel* label : page.findChildren<QLabel*>())
            if (label->isVisibleTo(&page))
                found << label->text();
        return found;
    }
    QList<ChargeTableModel*> lines() const { return page.findChildren<ChargeTableModel*>(); }
    void key(QWidget* widget, int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(widget, static_cast<Qt::Key>(key), modifiers);
        settle();
    }
};

} // namespace

class TestChangesPage : public QObject {
    Q_OBJECT
private slots:
    void opened_showsPartsThatAddUp()
    {
        Stage stage;
        const auto asked = stage.backend.asked<BridgeQuestion>().back();
        QVERIFY((asked.query.range == DateRange{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)}));
        QVERIFY((asked.base == DateRange{Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 10, 20)}));
        const auto& bars = stage.page.chart()->frame().bars;
        QCOMPARE(bars.size(), static_cast<std::size_t>(stage.parts()->rowCount()) + 2);
        QCOMPARE(bars[1].from, bars[0].to);
        for (std::size_t i = 2; i + 1 < bars.size(); ++i)
            QCOMPARE(bars[i].from, bars[i - 1].to);
        QCOMPARE(bars[bars.size() - 2].to, bars.back().to);
        AmountSum sum;
        for (int row = 0; row < stage.parts()->rowCount(); ++row)
            sum.add(*stage.parts()->amountAt(row, 4));
        const BridgeSet set = stage.backend.bridgesOf(asked);
        QVERIFY(sum.amount() == set.bridges.front().change());
        QVERIFY(stage.page.isSettled());
    }

    void part_opensTheLinesOfBothPeriods()
    {
        Stage stage;
        auto* grid = stage.grid("Parts of the change");
        grid->setCurrentIndex(stage.parts()->index(0, 0));
        stage.key(grid, Qt::Key_Return);
        QCOMPARE(stage.lines().size(), 2);
        const auto asked = stage.backend.asked<ChargesQuestion>();
        QVERIFY(
            (asked[asked.size() - 2].query.range == DateRange{Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 10, 20)}));
        QVERIFY((asked.back().query.range == DateRange{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)}));
        QVERIFY(!asked.back().query.filters.empty());
        QCOMPARE(stage.texts().filter("Adds up to").size(), 2);
        QVERIFY(stage.grid("Lines now")->hasFocus());
        stage.key(stage.grid("Lines now"), Qt::Key_Escape);
        QVERIFY(grid->hasFocus());
        QVERIFY(stage.texts().filter("Adds up to").isEmpty());
    }

    void bar_isWalkedAndOpenedByKeys()
    {
        Stage stage;
        WaterfallView* chart = stage.page.chart();
        chart->setFocus();
        stage.key(chart, Qt::Key_Home);
        QCOMPARE(chart->current(), 0);
        stage.key(chart, Qt::Key_Right);
        QVERIFY(chart->accessibleDescription().contains(chart->frame().bars[1].spoken));
        QCOMPARE(stage.grid("Parts of the change")->currentIndex().row(), 0);
        stage.key(chart, Qt::Key_Return);
        QCOMPARE(stage.texts().filter("Adds up to").size(), 2);
    }

    void others_areToldApart()
    {
        Change change;
        change.by = Dim{Dim::Kind::Resource, {}};
        Stage stage(change);
        const int before = stage.parts()->rowCount();
        QVERIFY(stage.page.chart()->frame().bars[static_cast<std::size_t>(before)].name.contains("other"));
        emit stage.page.chart()->activated(before);
        stage.settle();
        QVERIFY(stage.parts()->rowCount() > before);
    }

    void split_leadsToThePartAndBack()
    {
        Stage stage;
        const Change whole = stage.page.shown();
        auto* grid = stage.grid("Parts of the change");
        grid->setFocus();
        grid->setCurrentIndex(stage.parts()->index(0, 0));
        stage.key(grid, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(stage.page.shown().filters.size(),
                 std::size_t(stage.backend.bridgesOf(stage.backend.asked<BridgeQuestion>().front()).bridges.size() > 1
                                 ? 2
                                 : 1));
        QVERIFY(!(stage.page.shown().by == whole.by));
        stage.key(grid, Qt::Key_Escape);
        QVERIFY(stage.page.shown() == whole);
    }

    void keys_compareAndStep()
    {
        Stage stage;
        stage.page.compare(CompareWith::YearBefore);
        stage.settle();
        QVERIFY((stage.backend.asked<BridgeQuestion>().back().base ==
                 DateRange{Day::fromYmd(2025, 11, 1), Day::fromYmd(2025, 11, 20)}));
        QVERIFY(!stage.texts().filter("data of 0 of 19 days").isEmpty());
        auto* grid = stage.grid("Parts of the change");
        grid->setFocus();
        stage.key(grid, Qt::Key_BracketLeft);
        QCOMPARE(stage.page.shown().rangeText, std::string("2026-10-01..2026-10-19"));
        QSignalSpy notices(&stage.page, &ChangesPage::notice);
        stage.key(grid, Qt::Key_BracketRight);
        stage.key(grid, Qt::Key_BracketRight);
        QCOMPARE(stage.page.shown().rangeText, std::string("2026-11-01..2026-11-19"));
        QCOMPARE(notices.count(), 1);
    }

    void openRange_isSaid()
    {
        Change change;
        change.rangeText = "all";
        Stage stage(change);
        QVERIFY(stage.page.chart()->frame().bars.empty());
        QVERIFY(stage.page.chart()->accessibleDescription().contains("first and a last day"));
        QVERIFY(stage.page.isSettled());
    }

    void failure_isSaid()
    {
        FakeBackend backend;
        backend.answers<BridgeQuestion>([](const BridgeQuestion&) {
            return Result<BridgeSet>(Error{ErrorCode::Io, "the disk is gone", {}});
        });
        ChangesPage page(backend);
        QSignalSpy problems(&page, &ChangesPage::problem);
        page.workspaceChanged(backend.workspaces().info());
        backend.deliver();
        QCOMPARE(problems.count(), 1);
        QVERIFY(page.isSettled());
        QVERIFY(page.chart()->accessibleDescription().contains("the disk is gone"));
    }

    void state_isKept()
    {
        Stage stage;
        Change change;
        change.rangeText = "qtd";
        change.by = Dim{Dim::Kind::Team, {}};
        change.with = CompareWith::YearBefore;
        stage.page.explain(change);
        ChangesPage other(stage.backend);
        other.restoreState(stage.page.savedState());
        QVERIFY(other.shown() == change);
        other.restoreState("nonsense");
        QVERIFY(other.shown() == change);
    }
};

QTEST_MAIN(TestChangesPage)
#include "tst_changespage.moc"
