#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

#include "tests/ui/fakebackend.h"
#include "ui/charts/serieschart.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/common/drill.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/explore/filterbar.h"
#include "ui/pages/explore/filterpopup.h"
#include "ui/pages/explore/viewlink.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>

using namespace altimeter;
using namespace altimeter::ui;
using test::FakeBackend;

namespace {

/// A page over the fake company, shown and settled.
struct Stage {
    FakeBackend backend;
    std::unique_ptr<ExplorePage> page;

    explicit Stage(bool open = true)
    {
        page = std::make_unique<ExplorePage>(backend);
        page->resize(1180, 740);
        if (open) {
            page->workspaceChanged(backend.workspaces().info());
            page->show();
            settle();
        }
    }
    void settle()
    {
        for (int i = 0; i < 4; ++i) {
            backend.deliver();
            QCoreApplication::processEvents();
        }
    }
    CostTableModel* costs() const { return page->findChild<CostTableModel*>(); }
    ChargeTableModel* charges() const { return page->findChild<ChargeTableModel*>(); }
    GridView* grid() const { return page->visibleGrid(); }
    void select(int row, CostTableModel::Column column)
    {
        grid()->setCurrentIndex(costs()->index(row, costs()->columnOf(column)));
    }
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        page->activateWindow();
        grid()->setFocus();
        QTest::keyClick(grid(), static_cast<Qt::Key>(key), modifiers);
        settle();
    }
    void trigger(const QString& text)
    {
        for (QAction* action : page->pageActions())
            if (action && action->text() == text) {
                action->trigger();
                settle();
                return;
            }
        QFAIL(qPrintable("no action " + text));
    }
    QStringList texts() const
    {
        QStringList found;
        for (const QLabel* label : page->findChildren<QLabel*>())
            if (label->isVisibleTo(page.get()))
                found << label->text();
        return found;
    }
};

/// Costs that differ by lens, and a team that owns a half of every line only: what a page asks under one lens or owner
/// never fits what it asked under another.
void answerByLensAndOwner(FakeBackend& backend)
{
    const auto weigh = [](const CostQuery& query, Amount& amount) {
        int parts = query.lens == CostLens::Billed ? 4 : query.lens == CostLens::List ? 6 : 2;
        for (const Filter& filter : query.filters)
            if (filter.dim == Dim{Dim::Kind::Team, {}} && !filter.exclude)
                parts /= 2;
        amount = Amount::fromAttos(amount.attos() / 2 * parts);
    };
    backend.answers<TableQuestion>([&backend, weigh](const TableQuestion& asked) {
        CostTable table = backend.tableOf(asked.query);
        for (CostRow& row : table.rows)
            weigh(asked.query, row.cost);
        for (CurrencyTotal& total : table.totals)
            weigh(asked.query, total.cost);
        return table;
    });
    backend.answers<ChargesQuestion>([&backend, weigh](const ChargesQuestion& asked) {
        ChargePage page = backend.pageOf(asked.query, asked.offset, asked.limit, asked.largestFirst);
        for (CurrencyTotal& total : page.totals)
            weigh(asked.query, total.cost);
        return page;
    });
}

/// What the badge beside the lines says; empty while it says nothing.
QString badge(const Stage& stage)
{
    for (const QLabel* label : stage.page->findChildren<QLabel*>())
        if (label->accessibleDescription() == "Whether the lines add up to the cell")
            return label->isVisibleTo(stage.page.get()) ? label->text() : QString();
    return "no badge";
}

QString money(const Amount& amount, const Currency& currency)
{
    return format::money(amount, currency, QLocale(QLocale::English, QLocale::UnitedStates));
}

/// The badge says that the lines add up, and names what they add up to.
bool addsUp(const Stage& stage)
{
    const auto& totals = stage.charges()->totals();
    return totals.size() == 1 && badge(stage) == "Adds up to the cell: " + money(totals[0].cost, totals[0].currency);
}

ExploreState fullState()
{
    ExploreState state;
    state.rangeText = "2026-10-01..2026-11-19";
    state.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Tag, "env"}};
    state.granularity = Granularity::Week;
    state.filters = {{Dim{Dim::Kind::Region, {}}, {"", "eu-west-1"}, false},
                     {Dim{Dim::Kind::Column, "x_Project"}, {"a,\"b\""}, true}};
    state.path = {{{Dim{Dim::Kind::Service, {}}}, {{Dim{Dim::Kind::Service, {}}, {"Amazon EC2"}, false}}, "mtd"}};
    state.lens = CostLens::Billed;
    state.compare = true;
    state.periodRows = true;
    state.chart = ExploreState::ChartStyle::Lines;
    state.mode = ExploreState::Mode::Charges;
    state.fileOrder = true;
    state.countDistinct = Dim{Dim::Kind::Tag, "owner"};
    state.chartCurrency = Currency("EUR");
    return state;
}

} // namespace

class TstExplorePage : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { Theme::apply(false); }

    /// What names no currency can be chosen, and is not what nobody chose.
    void chosenCurrency_mayBeTheOneWithoutAName()
    {
        ExploreState state = fullState();
        state.chartCurrency = Currency();
        const auto chosen = exploreStateFromJson(toJson(state));
        QVERIFY(chosen && chosen->chartCurrency == Currency("XXX"));
        state.chartCurrency.reset();
        const auto open = exploreStateFromJson(toJson(state));
        QVERIFY(open && !open->chartCurrency);
    }

    void state_throughJsonAndLink_isTheSame()
    {
        const ExploreState state = fullState();
        const auto json = exploreStateFromJson(toJson(state));
        QVERIFY2(json.ok(), json ? "" : json.error().text().c_str());
        QVERIFY(*json == state);
        const QString link = viewLink(state);
        QVERIFY(link.startsWith("altimeter://view?"));
        const auto linked = parseViewLink("  " + link + "\n");
        QVERIFY(linked.ok());
        QVERIFY(linked->state == state);
    }

    void state_fromBrokenText_namesTheFault()
    {
        QVERIFY(!exploreStateFromJson("[]"));
        const auto noDim = exploreStateFromJson(R"({"range":"mtd","by":["nonsense!"],"filters":[]})");
        QVERIFY(!noDim);
        QVERIFY(noDim.error().where.find("by") != std::string::npos);
        const auto newer = exploreStateFromJson(R"({"version":2,"range":"mtd","by":[],"filters":[]})");
        QVERIFY(!newer && newer.error().code == ErrorCode::Unsupported);
    }

    void filters_ofBarAndDrill_areMerged()
    {
        ExploreState state;
        const Dim team{Dim::Kind::Team, {}};
        state.filters = {{team, {"a", "b", "c"}, false}, {team, {"c"}, true}};
        state.path = {{{}, {{team, {"b"}, false}}, "mtd"}};
        const auto all = state.allFilters();
        QCOMPARE(all.size(), std::size_t(1));
        QCOMPARE(all[0].values, std::vector<std::string>{"b"});
        QVERIFY(!all[0].exclude);
    }

    void pivotState_throughJson_isTheSame()
    {
        using Across = ExploreState::Pivot::Across;
        ExploreState state;
        for (const Across across : {Across::Steps, Across::Values, Across::Nothing}) {
            const Dim dim = across == Across::Values ? Dim{Dim::Kind::Tag, "env"} : Dim();
            state.pivot = ExploreState::Pivot{Granularity::Week, across, dim, across != Across::Steps};
            const auto read = exploreStateFromJson(toJson(state));
            QVERIFY2(read.ok(), read ? "" : read.error().text().c_str());
            QVERIFY(*read == state);
        }
        const auto wrong =
            exploreStateFromJson(R"({"range":"mtd","by":[],"filters":[],"pivot":{"step":"total","across":"steps"}})");
        QVERIFY(!wrong && wrong.error().where.find("pivot.step") != std::string::npos);
    }

    void swapped_exchangesOutermostRowsAndColumns()
    {
        using Across = ExploreState::Pivot::Across;
        const Dim team{Dim::Kind::Team, {}}, service{Dim::Kind::Service, {}}, region{Dim::Kind::Region, {}};
        ExploreState state;
        QVERIFY(!swapped(state)); // no pivot
        state.pivot = ExploreState::Pivot();
        state.by = {};
        QVERIFY(!swapped(state)); // nothing down
        state.by = {team, service};
        const ExploreState there = *swapped(state);
        QCOMPARE(there.by, std::vector<Dim>{service});
        QVERIFY(there.pivot->across == Across::Values && there.pivot->dim == team && there.pivot->stepsDown);
        QVERIFY(there.pivotShape().rows.front().kind == PivotField::Kind::Period);
        ExploreState back = *swapped(there);
        back.pivot->dim = state.pivot->dim; // left over, without a meaning
        QVERIFY(back == state);
        state.pivot->across = Across::Values;
        state.pivot->dim = region;
        const ExploreState dims = *swapped(state);
        QCOMPARE(dims.by, (std::vector<Dim>{region, service}));
        QVERIFY(dims.pivot->dim == team);
        QVERIFY(*swapped(dims) == state);
        state.pivot->across = Across::Nothing;
        const ExploreState none = *swapped(state);
        QCOMPARE(none.by, std::vector<Dim>{service});
        QVERIFY(none.pivot->across == Across::Values && !none.pivot->stepsDown);
    }

    void settled_hasNoDimTwice()
    {
        ExploreState pivot;
        pivot.pivot = ExploreState::Pivot();
        pivot.compare = true;
        QVERIFY(settled(pivot) == pivot);
        pivot.pivot->across = ExploreState::Pivot::Across::Values;
        pivot.pivot->dim = pivot.by.front();
        QVERIFY(settled(pivot).pivot->across == ExploreState::Pivot::Across::Steps);
    }

    void pivot_byKey_showsMonthsAcrossAndLeadsToItsLines()
    {
        Stage stage;
        ExploreState state;
        state.rangeText = "all";
        state.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}};
        stage.page->setState(state);
        stage.settle();
        stage.trigger("Pivot");
        auto* pivot = stage.page->findChild<PivotModel*>();
        const auto asked = stage.backend.asked<TableQuestion>();
        QVERIFY(asked.back().query.granularity == Granularity::Month);
        QCOMPARE(stage.grid()->gridModel(), pivot);
        QVERIFY(pivot->rowCount() > 2 && pivot->columnCount() > 4);
        QCOMPARE(pivot->footer().size(), pivot->rows().totals().size());
        for (const bool fold : {true, false}) {
            stage.trigger(fold ? "Fold all rows" : "Open all rows");
            const int row = fold ? 1 : 2;
            for (int column = pivot->firstAmount(); column < pivot->columnCount(); ++column) {
                if (!pivot->amountAt(row, column))
                    continue;
                stage.grid()->setCurrentIndex(pivot->index(row, column));
                const QString expected = money(*pivot->amountAt(row, column), pivot->currencyAt(row));
                stage.key(Qt::Key_Return);
                QCOMPARE(stage.page->state().mode, ExploreState::Mode::Charges);
                QCOMPARE(badge(stage), "Adds up to the cell: " + expected);
                stage.page->undo();
                stage.settle();
                QVERIFY(stage.page->state().isPivot());
            }
        }
    }

    void pivot_swappedAndAcrossADim_leadsToItsLinesToo()
    {
        Stage stage;
        ExploreState state;
        state.rangeText = "all";
        state.by = {Dim{Dim::Kind::Team, {}}};
        state.pivot = ExploreState::Pivot();
        stage.page->setState(state);
        stage.settle();
        auto* pivot = stage.page->findChild<PivotModel*>();
        const std::size_t months = pivot->rows().columns().size();
        stage.trigger("Swap rows and columns");
        QVERIFY(pivot->rows().shape().rows.front().kind == PivotField::Kind::Period);
        QVERIFY(pivot->rowCount() >= static_cast<int>(months));
        for (int row = 1; row < static_cast<int>(months); ++row) // in the order of time
            if (pivot->currencyAt(row) == pivot->currencyAt(row - 1))
                QVERIFY(pivot->rawText(row - 1, 0) < pivot->rawText(row, 0));
        stage.grid()->setCurrentIndex(pivot->index(0, pivot->firstAmount()));
        const QString expected = money(*pivot->amountAt(0, pivot->firstAmount()), pivot->currencyAt(0));
        stage.key(Qt::Key_Return);
        QCOMPARE(badge(stage), "Adds up to the cell: " + expected);
        stage.page->undo();
        stage.settle();
        QCOMPARE(stage.grid()->gridModel(), pivot);
        stage.trigger("Pivot");
        QVERIFY(!stage.page->state().pivot);
        QCOMPARE(stage.grid()->gridModel(), stage.costs());
    }

    void filterRow_inTheGrid_keepsRowsAndSaysTheirSum()
    {
        Stage stage;
        const int all = stage.costs()->rowCount();
        const std::size_t totals = stage.costs()->footer().size();
        stage.select(0, CostTableModel::Column::Cost);
        stage.trigger(QString::fromUtf8("Filter rows…"));
        QLineEdit* field =
            stage.grid()->gridHeader()->filterField(stage.costs()->columnOf(CostTableModel::Column::Cost));
        QVERIFY(field);
        QTest::keyClicks(field, ">100");
        const int kept = stage.costs()->rowCount();
        QVERIFY(kept > 0 && kept < all);
        const std::string hundred = "100";
        AmountSum sum;
        for (int row = 0; row < kept; ++row) {
            const Amount amount = *stage.costs()->amountAt(row, stage.costs()->columnOf(CostTableModel::Column::Cost));
            QVERIFY(Amount::parse(hundred).take() < amount);
            if (stage.costs()->currencyAt(row) == stage.costs()->currencyAt(0))
                sum.add(amount);
        }
        const auto footer = stage.costs()->footer();
        QVERIFY(footer.size() > totals);
        const QString filtered = money(sum.amount(), stage.costs()->currencyAt(0));
        QVERIFY(
            std::any_of(footer.begin(), footer.end(), [&](const auto& line) { return line.cells.contains(filtered); }));
        QVERIFY(stage.texts().contains(QStringLiteral("%1 of %2").arg(kept).arg(all)));
        stage.costs()->sort(0, Qt::AscendingOrder);
        QCOMPARE(stage.costs()->rowCount(), kept);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(stage.costs()->rowCount(), all);
    }

    void shift_movesByWhatTheRangeIs_data()
    {
        QTest::addColumn<QString>("range");
        QTest::addColumn<int>("by");
        QTest::addColumn<QString>("expected");
        QTest::newRow("month back") << "2026-01" << -1 << "2025-12";
        QTest::newRow("quarter on") << "2026-07-01..2026-09-30" << 1 << "2026-10-01..2026-12-31";
        QTest::newRow("month to date back") << "2026-11-01..2026-11-19" << -1 << "2026-10-01..2026-10-19";
        QTest::newRow("long month start into February") << "2026-01-01..2026-01-30" << 1 << "2026-02";
        QTest::newRow("quarter to date back") << "qtd" << -1 << "2026-07-01..2026-08-19";
        QTest::newRow("year to date back") << "ytd" << -1 << "2025-01-01..2025-11-19";
        QTest::newRow("thirty days") << "2026-10-21..2026-11-19" << -1 << "2026-09-21..2026-10-20";
    }
    void shift_movesByWhatTheRangeIs()
    {
        QFETCH(QString, range);
        QFETCH(int, by);
        QFETCH(QString, expected);
        const auto shifted = steppedText(range.toStdString(), by, Day::fromYmd(2026, 11, 20));
        QVERIFY(shifted.ok());
        QCOMPARE(QString::fromStdString(*shifted), expected);
    }

    void opened_showsGridChartAndTotals()
    {
        Stage stage;
        QVERIFY(stage.page->isSettled());
        QVERIFY(stage.costs()->rowCount() > 10);
        QVERIFY(!stage.page->chart()->frame().isEmpty());
        QCOMPARE(stage.page->chart()->frame().lines.size(), std::size_t(6)); // five and "Other"
        QVERIFY(stage.page->chart()->frame().lines.back().isOther);
        QVERIFY(!stage.page->chart()->frame().forecast.empty());
        QCOMPARE(stage.costs()->footer().size(), std::size_t(2));
        QStringList spoken;
        for (const GridFooter* footer : stage.page->findChildren<GridFooter*>())
            spoken << footer->spokenText();
        QVERIFY2(spoken.join(" ").contains("Total EUR: €"), qPrintable(spoken.join(" ")));
    }

    void withoutWorkspace_asksNothing()
    {
        Stage stage(false);
        stage.page->workspaceChanged({});
        QCOMPARE(stage.backend.waiting(), std::size_t(0));
        QVERIFY(stage.page->isSettled());
    }

    void newestRequest_wins()
    {
        Stage stage;
        ExploreState a = stage.page->state(), b = a;
        a.by = {Dim{Dim::Kind::Provider, {}}};
        b.by = {Dim{Dim::Kind::Team, {}}};
        stage.page->setState(a);
        stage.page->setState(b);
        stage.settle();
        QCOMPARE(stage.costs()->headerData(0, Qt::Horizontal).toString(), QString("Team"));
        QVERIFY(stage.page->isSettled());
    }

    void answers_beforeTheCallReturns_work()
    {
        FakeBackend backend;
        backend.immediate = true;
        ExplorePage page(backend);
        page.workspaceChanged(backend.workspaces().info());
        QVERIFY(page.isSettled());
        QVERIFY(page.findChild<CostTableModel*>()->rowCount() > 0);
    }

    void enterOnACell_showsLinesThatAddUpToIt()
    {
        Stage stage;
        for (const int row : {0, 3, stage.costs()->rowCount() - 1}) {
            stage.select(row, CostTableModel::Column::Cost);
            const Amount cell = *stage.costs()->amountAt(row, stage.costs()->columnOf(CostTableModel::Column::Cost));
            const Currency currency = stage.costs()->currencyAt(row);
            stage.key(Qt::Key_Return);
            QCOMPARE(stage.page->state().mode, ExploreState::Mode::Charges);
            QCOMPARE(stage.charges()->totals().size(), std::size_t(1));
            QVERIFY(stage.charges()->totals()[0].currency == currency);
            QCOMPARE(stage.charges()->totals()[0].cost, cell);
            QVERIFY(!stage.texts().filter("Adds up to the cell").isEmpty());
            stage.key(Qt::Key_Escape);
            QCOMPARE(stage.page->state().mode, ExploreState::Mode::Grid);
        }
    }

    // The red "does not add up to the cell" compared lines of one question with the cell of another.

    void linesOfACell_afterAnotherLens_addUpToTheCellOfThatLens()
    {
        Stage stage;
        answerByLensAndOwner(stage.backend);
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
        const QString effective = badge(stage);
        for (const CostLens lens : {CostLens::Billed, CostLens::List, CostLens::Effective}) {
            stage.page->setLens(lens);
            QCOMPARE(badge(stage), QString()); // until both answers are there
            QVERIFY(!stage.page->isSettled());
            stage.settle();
            QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
            QVERIFY(stage.page->isSettled());
            QCOMPARE(badge(stage) == effective, lens == CostLens::Effective);
        }
    }

    void enterOnARowOfAnEarlierQuestion_waitsForThePresentAnswer()
    {
        Stage stage;
        answerByLensAndOwner(stage.backend);
        stage.select(0, CostTableModel::Column::Cost);
        stage.page->setLens(CostLens::Billed); // the rows that are shown are still those of the other lens
        QTest::keyClick(stage.grid(), Qt::Key_Return);
        QCOMPARE(stage.page->state().mode, ExploreState::Mode::Grid);
        stage.settle();
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        QCOMPARE(stage.page->state().mode, ExploreState::Mode::Charges);
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
    }

    void linesOfACell_afterAnotherRange_addUpToTheCellOfThatRange()
    {
        Stage stage;
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        const QString before = badge(stage);
        stage.trigger("One period earlier");
        QVERIFY2(addsUp(stage) && badge(stage) != before, qPrintable(badge(stage)));
        auto* edit = stage.page->findChild<DateRangeEdit*>()->findChild<QLineEdit*>();
        edit->selectAll();
        QTest::keyClicks(edit, "2026-11-10..2026-11-12");
        QTest::keyClick(edit, Qt::Key_Return);
        stage.settle();
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
    }

    void linesOfACell_afterAFilter_addUpToTheCellUnderIt()
    {
        Stage stage;
        answerByLensAndOwner(stage.backend);
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        const QString before = badge(stage);
        const ChargeRow first = *stage.charges()->chargeAt(0);
        ExploreState state = stage.page->state();
        state.filters = {{Dim{Dim::Kind::Team, {}}, {first.team}, false}}; // and with it the part of a shared line
        stage.page->setState(state);
        stage.settle();
        QVERIFY2(addsUp(stage) && badge(stage) != before, qPrintable(badge(stage)));
        auto chips = stage.page->findChildren<FilterChip*>();
        QTest::keyClick(chips.first(), Qt::Key_Delete);
        stage.settle();
        QVERIFY(addsUp(stage));
        QCOMPARE(badge(stage), before);
    }

    void linesOfAMark_areOfNoCell_alsoAfterAnotherLens()
    {
        Stage stage;
        const SeriesFrame frame = stage.page->chart()->frame();
        for (const std::size_t line : {std::size_t(0), frame.lines.size() - 1}) { // the last one is "Other"
            stage.select(0, CostTableModel::Column::Cost);
            stage.key(Qt::Key_Return); // the lines of a cell before
            stage.key(Qt::Key_Escape);
            emit stage.page->chart()->pointActivated(static_cast<int>(line), frame.steps[3]);
            stage.settle();
            QCOMPARE(badge(stage), QString());
            stage.page->setLens(CostLens::Billed);
            stage.settle();
            QCOMPARE(badge(stage), QString());
            stage.page->undo();
            stage.page->undo();
            stage.settle();
        }
    }

    void linesThatReallyDiffer_areRed()
    {
        Stage stage;
        answerByLensAndOwner(stage.backend); // here the grid has whole rows of an owner, and the lines his halves
        ExploreState state = stage.page->state();
        state.by = {Dim{Dim::Kind::Team, {}}};
        stage.page->setState(state);
        stage.settle();
        stage.select(0, CostTableModel::Column::Cost);
        const Amount cell = *stage.costs()->amountAt(0, stage.costs()->columnOf(CostTableModel::Column::Cost));
        stage.key(Qt::Key_Return);
        QCOMPARE(badge(stage), "Does not add up to the cell: " + money(cell, stage.charges()->totals()[0].currency));
    }

    void linesOfACell_afterUndoAndRedo_compareWithTheirOwnCell()
    {
        Stage stage;
        answerByLensAndOwner(stage.backend);
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        const QString first = badge(stage);
        stage.page->setLens(CostLens::Billed);
        stage.settle();
        stage.page->undo(); // back to the lens the cell was opened with
        stage.settle();
        QVERIFY(addsUp(stage));
        QCOMPARE(badge(stage), first);
        stage.page->undo(); // back to the grid
        stage.settle();
        QCOMPARE(badge(stage), QString());
        stage.page->redo();
        stage.settle();
        QVERIFY(addsUp(stage));
        QCOMPARE(badge(stage), first);
        stage.page->undo();
        stage.settle();
        stage.select(3, CostTableModel::Column::Cost); // another cell, by another way
        stage.key(Qt::Key_Return);
        QVERIFY(addsUp(stage));
        QVERIFY(badge(stage) != first);
        stage.page->setLens(CostLens::List);
        stage.page->undo(); // before the lines of the other lens came
        stage.settle();
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
    }

    void linesOfACell_afterTheWorkspaceChanged_compareWithinOneRevision()
    {
        Stage stage;
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        const QString before = badge(stage);
        for (FakeBackend::Line& line : stage.backend.lines)
            if (line.cost)
                line.cost = Amount::fromAttos(line.cost->attos() * 3);
        ++stage.backend.revision;
        stage.page->workspaceChanged(stage.backend.workspaces().info());
        stage.settle();
        QVERIFY2(addsUp(stage) && badge(stage) != before, qPrintable(badge(stage)));
        stage.backend.lines.resize(stage.backend.lines.size() - 40); // the last day goes, and with it what "30d" means
        ++stage.backend.revision;
        stage.page->workspaceChanged(stage.backend.workspaces().info());
        stage.settle();
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
    }

    void linesOfACell_whenThePageTurnsAtAnotherRevision_compareAnew()
    {
        Stage stage;
        ExploreState state = stage.page->state();
        state.by = {Dim{Dim::Kind::Environment, {}}};
        state.rangeText = "all";
        stage.page->setState(state);
        stage.settle();
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        QVERIFY(stage.charges()->rowCount() > 400);
        for (FakeBackend::Line& line : stage.backend.lines)
            if (line.cost)
                line.cost = Amount::fromAttos(line.cost->attos() * 3);
        ++stage.backend.revision; // another program wrote, and nobody told the page
        stage.grid()->scrollToBottom();
        stage.grid()->viewport()->repaint();
        QTest::qWait(1);
        stage.settle();
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
    }

    void linesOfAnotherPath_sayNothingOfTheOldCell()
    {
        Stage stage;
        stage.select(0, CostTableModel::Column::Cost);
        stage.key(Qt::Key_Return);
        const QString before = badge(stage);
        ExploreState other = stage.page->state();
        other.path.back().added.front().values = {"Amazon S3"};
        const SavedView view{"Lines", "explore", toJson(other).toStdString()};
        QVERIFY(stage.page->openSaved(view).ok());
        stage.settle();
        QCOMPARE(stage.page->state().mode, ExploreState::Mode::Charges);
        QCOMPARE(badge(stage), QString());
        stage.page->undo();
        stage.settle();
        QVERIFY(addsUp(stage));
        QCOMPARE(badge(stage), before);
    }

    void linesOfTheCellOfThePreviousPeriod_afterAnotherLens_addUp()
    {
        Stage stage;
        answerByLensAndOwner(stage.backend);
        stage.trigger("Compare with the period before");
        stage.select(0, CostTableModel::Column::Previous);
        stage.key(Qt::Key_Return);
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
        stage.page->setLens(CostLens::Billed);
        stage.settle();
        QVERIFY2(addsUp(stage), qPrintable(badge(stage)));
    }

    void previousCell_drillsIntoThePreviousRange()
    {
        Stage stage;
        stage.trigger("Compare with the period before");
        QVERIFY(stage.costs()->isComparing());
        stage.select(0, CostTableModel::Column::Previous);
        const Amount cell = *stage.costs()->previousAt(0);
        stage.key(Qt::Key_Return);
        QCOMPARE(stage.charges()->totals()[0].cost, cell);
    }

    void drillDownAndUp_comesBackToTheSameState()
    {
        Stage stage;
        const ExploreState start = stage.page->state();
        stage.select(0, CostTableModel::Column::Cost);
        const Amount cell = *stage.costs()->amountAt(0, stage.costs()->columnOf(CostTableModel::Column::Cost));
        stage.trigger("Drill down");
        QCOMPARE(stage.page->state().path.size(), std::size_t(1));
        QCOMPARE(stage.costs()->table().totals[0].cost, cell);
        stage.trigger("Drill down");
        QCOMPARE(stage.page->state().path.size(), std::size_t(2));
        stage.trigger("Up one level");
        stage.trigger("Up one level");
        QVERIFY(stage.page->state() == start);
    }

    void periodRow_drillsIntoItsDaysOnly()
    {
        Stage stage;
        ExploreState state = stage.page->state();
        state.granularity = Granularity::Week;
        state.periodRows = true;
        stage.page->setState(state);
        stage.settle();
        stage.select(0, CostTableModel::Column::Cost);
        const Amount cell = *stage.costs()->amountAt(0, stage.costs()->columnOf(CostTableModel::Column::Cost));
        stage.key(Qt::Key_Return);
        QCOMPARE(stage.charges()->totals()[0].cost, cell);
    }

    void undo_takesBackEveryStep()
    {
        Stage stage;
        const ExploreState start = stage.page->state();
        stage.trigger("Compare with the period before");
        stage.key(Qt::Key_P);
        QCOMPARE(stage.page->state().compare, false);
        stage.page->setLens(CostLens::Billed);
        stage.trigger("One period earlier");
        stage.select(0, CostTableModel::Column::Cost);
        stage.trigger("Keep only");
        const ExploreState end = stage.page->state();
        int steps = 0;
        while (stage.page->canUndo()) {
            stage.page->undo();
            ++steps;
        }
        stage.settle();
        QCOMPARE(steps, 5);
        QVERIFY(stage.page->state() == start);
        while (stage.page->canRedo())
            stage.page->redo();
        stage.settle();
        QVERIFY(stage.page->state() == end);
    }

    void brackets_shiftTheRange()
    {
        Stage stage;
        stage.key(Qt::Key_BracketLeft);
        QCOMPARE(stage.page->state().rangeText, std::string("2026-09-21..2026-10-20"));
        stage.key(Qt::Key_BracketRight);
        QCOMPARE(stage.page->state().rangeText, std::string("2026-10-21..2026-11-19"));
    }

    void typedRange_echoesWhileTyping()
    {
        Stage stage;
        auto* range = stage.page->findChild<DateRangeEdit*>();
        auto* edit = range->findChild<QLineEdit*>();
        edit->selectAll();
        QTest::keyClicks(edit, "lm");
        QVERIFY2(range->echo().contains("October 2026"), qPrintable(range->echo()));
        QCOMPARE(stage.page->state().rangeText, std::string("30d")); // not yet
        QTest::keyClick(edit, Qt::Key_Return);
        stage.settle();
        QCOMPARE(stage.page->state().rangeText, std::string("lm"));
        edit->selectAll();
        QTest::keyClicks(edit, "nonsense");
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(stage.page->state().rangeText, std::string("lm"));
        QVERIFY(edit->property("invalid").toBool());
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(range->text(), QString("lm"));
    }

    void typedRange_isAsWideAsItsText()
    {
        Stage stage;
        auto* edit = stage.page->findChild<DateRangeEdit*>()->findChild<QLineEdit*>();
        for (const char* text : {"mtd", "2026-09-01..2026-11-19", "20 Oct 2026 - 19 Nov 2026"}) {
            edit->setText(text);
            QVERIFY(edit->width() >= edit->fontMetrics().horizontalAdvance(text) + 16);
        }
    }

    void typedRange_afterEnterTheKeysAreOfThePage()
    {
        Stage stage;
        stage.page->activateWindow();
        auto* edit = stage.page->findChild<DateRangeEdit*>()->findChild<QLineEdit*>();
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, "7d");
        QTest::keyClick(edit, Qt::Key_Return);
        stage.settle();
        QVERIFY(stage.grid()->hasFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_P);
        stage.settle();
        QVERIFY(stage.page->state().compare);
        QCOMPARE(stage.page->state().rangeText, std::string("7d"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_BracketLeft);
        stage.settle();
        QCOMPARE(stage.page->state().rangeText, std::string("2026-11-06..2026-11-12"));
        edit->setFocus();
        QTest::keyClicks(edit, "zz");
        QTest::keyClick(edit, Qt::Key_Escape);
        QVERIFY(stage.grid()->hasFocus());
        QCOMPARE(edit->text(), QString("2026-11-06..2026-11-12"));
    }

    void typedRange_ofItsOwnWording_isTheSame()
    {
        Stage stage;
        auto* range = stage.page->findChild<DateRangeEdit*>();
        auto* edit = range->findChild<QLineEdit*>();
        edit->selectAll();
        edit->setText(QStringLiteral("20 Oct – 19 Nov 2026"));
        QTest::keyClick(edit, Qt::Key_Return);
        stage.settle();
        const DateRange meant{Day::fromYmd(2026, 10, 20), Day::fromYmd(2026, 11, 20)};
        QVERIFY(*stage.page->state().range(Day::fromYmd(2026, 11, 20)) == meant);
        edit->selectAll();
        QTest::keyClicks(edit, "15 sep - 1 sep");
        QVERIFY2(range->echo().contains("ends before it begins"), qPrintable(range->echo()));
    }

    void laterPeriod_stopsWhereTheDataEnd()
    {
        Stage stage;
        QSignalSpy notices(stage.page.get(), &ExplorePage::notice);
        ExploreState state = stage.page->state();
        state.rangeText = "2026-10";
        stage.page->setState(state);
        stage.key(Qt::Key_BracketRight);
        QCOMPARE(stage.page->state().rangeText, std::string("2026-11")); // a part of it is known
        stage.key(Qt::Key_BracketRight);
        QCOMPARE(stage.page->state().rangeText, std::string("2026-11"));
        QCOMPARE(notices.count(), 1);
        QVERIFY(notices[0][0].toString().contains("19 Nov 2026"));
    }

    void comparison_isOfTheSameKindAndSaysWhatIsMissing()
    {
        Stage stage;
        ExploreState state = stage.page->state();
        state.rangeText = "qtd";
        state.compare = true;
        stage.page->setState(state);
        stage.settle();
        const auto asked = stage.backend.asked<TableQuestion>();
        const bool isAsked = std::any_of(asked.begin(), asked.end(), [](const TableQuestion& question) {
            return question.query.range == DateRange{Day::fromYmd(2026, 7, 1), Day::fromYmd(2026, 8, 20)};
        });
        QVERIFY(isAsked);
        QVERIFY2(stage.texts().contains("1 Oct – 19 Nov 2026  against  1 Jul – 19 Aug 2026 (data of 28 of 50 days)"),
                 qPrintable(stage.texts().join('|')));
        QTest::keyClick(stage.grid(), Qt::Key_P, Qt::ShiftModifier);
        stage.settle();
        QVERIFY(stage.page->state().compareWith == CompareWith::YearBefore);
        const auto again = exploreStateFromJson(toJson(stage.page->state()));
        QVERIFY(again.ok() && *again == stage.page->state());
    }

    void changeOfARow_opensThatChange()
    {
        Stage stage;
        stage.trigger("Compare with the period before");
        QSignalSpy opened(stage.page.get(), &ExplorePage::openChange);
        stage.select(0, CostTableModel::Column::Change);
        const std::string service = stage.costs()->rowAt(0).keys.front();
        stage.key(Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        const auto change = opened[0][0].value<Change>();
        QCOMPARE(change.rangeText, std::string("30d"));
        QVERIFY((change.filters == std::vector<Filter>{{Dim{Dim::Kind::Service, {}}, {service}, false}}));
        QVERIFY((change.by != Dim{Dim::Kind::Service, {}}));
        QVERIFY(stage.page->state().mode == ExploreState::Mode::Grid); // it is no drill
    }

    void chips_areRemovableByKeyboard()
    {
        Stage stage;
        ExploreState state = stage.page->state();
        state.filters = {{Dim{Dim::Kind::Provider, {}}, {"AWS"}, false}, {Dim{Dim::Kind::Team, {}}, {""}, true}};
        stage.page->setState(state);
        stage.settle();
        auto chips = stage.page->findChildren<FilterChip*>();
        QCOMPARE(chips.size(), 2);
        QVERIFY(chips[1]->accessibleName().contains("Team is not: (unallocated)"));
        QTest::keyClick(chips[0], Qt::Key_Delete);
        stage.settle();
        QCOMPARE(stage.page->state().filters.size(), std::size_t(1));
    }

    void filterPopup_ticksTakeEffectAtOnceAsOneStep()
    {
        Stage stage;
        stage.trigger("Add filter…");
        auto* popup = stage.page->findChild<FilterPopup*>();
        auto* list = popup->findChild<QListWidget*>();
        QVERIFY(popup->isVisible());
        QVERIFY(list->count() > 5);
        const int undoBefore = stage.page->undoStack()->index();
        list->item(0)->setCheckState(Qt::Checked);
        stage.settle();
        list->item(1)->setCheckState(Qt::Checked);
        stage.settle();
        QCOMPARE(stage.page->state().filters.size(), std::size_t(1));
        QCOMPARE(stage.page->state().filters[0].values.size(), std::size_t(2));
        QCOMPARE(stage.page->undoStack()->index(), undoBefore + 1);
        QCOMPARE(stage.costs()->rowCount(), 2);
        list->setCurrentRow(1);
        QTest::keyClick(list, Qt::Key_Space);
        stage.settle();
        QCOMPARE(stage.page->state().filters[0].values.size(), std::size_t(1));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(1)).center());
        stage.settle();
        QCOMPARE(stage.page->state().filters[0].values.size(), std::size_t(2));
        auto* search = popup->findChild<QLineEdit*>();
        QTest::keyClicks(search, "not listed value");
        QTest::keyClick(search, Qt::Key_Return);
        stage.settle();
        QCOMPARE(stage.page->state().filters[0].values.size(), std::size_t(3));
        popup->hide();
    }

    void keepAndExclude_useTheSelectedRows()
    {
        Stage stage;
        const int all = stage.costs()->rowCount();
        stage.select(1, CostTableModel::Column::Key);
        stage.trigger("Exclude");
        QCOMPARE(stage.costs()->rowCount(), all - 1);
        QVERIFY(stage.page->state().filters[0].exclude);
    }

    void selection_tellsSumAverageCount()
    {
        Stage stage;
        QSignalSpy told(stage.page.get(), &Page::selectionText);
        const int cost = stage.costs()->columnOf(CostTableModel::Column::Cost);
        stage.grid()->selectionModel()->select(
            QItemSelection(stage.costs()->index(0, cost), stage.costs()->index(2, cost)),
            QItemSelectionModel::ClearAndSelect);
        const QString text = told.last().first().toString();
        QVERIFY2(text.contains("Sum $") && text.contains("Average $") && text.contains("Count 3"), qPrintable(text));
    }

    void emptyRange_saysWhereTheDataIs()
    {
        Stage stage;
        ExploreState state = stage.page->state();
        state.rangeText = "2019-01";
        stage.page->setState(state);
        stage.settle();
        QVERIFY(!stage.texts().filter("No charges in January 2019").isEmpty());
        QVERIFY(!stage.texts().filter("The data runs from").isEmpty());
    }

    void workspaceWithoutLines_asksNothingAndIsNoProblem()
    {
        Stage stage(false);
        const auto lines = std::exchange(stage.backend.lines, {});
        QSignalSpy told(stage.page.get(), &Page::problem);
        stage.page->workspaceChanged(stage.backend.workspaces().info());
        stage.page->show();
        stage.settle();
        for (const char* range : {"30d", "all", "2026-10", "mtd"}) {
            for (const auto mode : {ExploreState::Mode::Grid, ExploreState::Mode::Charges}) {
                ExploreState state = stage.page->state();
                state.rangeText = range;
                state.mode = mode;
                state.compare = !state.compare;
                stage.page->setState(state);
                stage.page->refresh();
                stage.settle();
                QVERIFY(!stage.texts().filter("No cost lines yet").isEmpty());
                QVERIFY(stage.texts().filter("needs data").isEmpty());
                QVERIFY(stage.page->isSettled());
            }
        }
        QVERIFY(stage.backend.asked<TableQuestion>().empty());
        stage.backend.lines = lines; // the first import
        ExploreState state;
        state.rangeText = "30d";
        stage.page->setState(state);
        stage.page->workspaceChanged(stage.backend.workspaces().info());
        stage.settle();
        QVERIFY(stage.texts().filter("No cost lines yet").isEmpty());
        QVERIFY(stage.costs()->rowCount() > 0);
        QVERIFY(!stage.page->chart()->frame().isEmpty());
        stage.backend.lines.clear(); // and everything gone again
        stage.page->workspaceChanged(stage.backend.workspaces().info());
        stage.settle();
        QVERIFY(!stage.texts().filter("No cost lines yet").isEmpty());
        QCOMPARE(stage.costs()->rowCount(), 0);
        QVERIFY(stage.page->chart()->frame().isEmpty());
        QCOMPARE(told.count(), 0);
    }

    void countDistinct_addsAColumnWithItsOwnTotal()
    {
        Stage stage;
        QCOMPARE(stage.costs()->columnOf(CostTableModel::Column::Distinct), -1);
        QComboBox* box = nullptr;
        for (auto* combo : stage.page->findChildren<QComboBox*>())
            if (combo->accessibleDescription() == "Count distinct")
                box = combo;
        QVERIFY(box);
        QVERIFY(!box->toolTip().isEmpty());
        stage.trigger("Count distinct…");
        QCOMPARE(QApplication::activePopupWidget() != nullptr || box->hasFocus(), true);
        box->hidePopup();
        box->setCurrentIndex(box->findText("Region"));
        emit box->activated(box->currentIndex());
        stage.settle();
        QVERIFY((stage.page->state().countDistinct == Dim{Dim::Kind::Region, {}}));
        const int column = stage.costs()->columnOf(CostTableModel::Column::Distinct);
        QVERIFY(column >= 0);
        QCOMPARE(stage.costs()->headerData(column, Qt::Horizontal).toString(), QString("Distinct Region"));
        const CostTable& table = stage.costs()->table();
        std::uint64_t ec2 = 0;
        for (int row = 0; row < stage.costs()->rowCount(); ++row)
            if (stage.costs()->rowAt(row).keys[0] == "Amazon EC2")
                ec2 = stage.costs()->rawText(row, column).toULongLong();
        QCOMPARE(ec2, std::uint64_t(2));
        QCOMPARE(stage.costs()->footer()[0].cells.at(column), QString::number(table.totals[0].distinct));
        for (const TableQuestion& asked : stage.backend.asked<TableQuestion>())
            QVERIFY(!asked.query.countDistinct || asked.query.countDistinct == stage.page->state().countDistinct);
        const std::string csv = stage.costs()->csvWriter(CsvGuard::Raw)({});
        QVERIFY(csv.find("Distinct Region") != std::string::npos);
        stage.grid()->sortByColumn(column, Qt::DescendingOrder);
        QVERIFY(stage.costs()->rowAt(0).distinct >= stage.costs()->rowAt(1).distinct);
        stage.page->undo();
        stage.settle();
        QVERIFY(!stage.page->state().countDistinct);
        QCOMPARE(stage.costs()->columnOf(CostTableModel::Column::Distinct), -1);
    }

    void lineOrder_switchesBetweenLargestFirstAndFileOrder()
    {
        Stage stage;
        stage.trigger("Show charge lines");
        stage.settle();
        QVERIFY(stage.charges()->isLargestFirst());
        QComboBox* box = nullptr;
        for (auto* combo : stage.page->findChildren<QComboBox*>())
            if (combo->accessibleDescription() == "Order of charge lines")
                box = combo;
        QVERIFY(box && box->isVisibleTo(stage.page.get()));
        box->setCurrentIndex(1);
        emit box->activated(1);
        stage.settle();
        QVERIFY(!stage.charges()->isLargestFirst());
        for (int row = 1; row < std::min(stage.charges()->rowCount(), 150); ++row)
            QVERIFY(stage.charges()->chargeAt(row)->line > stage.charges()->chargeAt(row - 1)->line);
        QVERIFY(stage.texts().filter("file order").size() == 1);
        stage.page->undo();
        stage.settle();
        QVERIFY(stage.charges()->isLargestFirst());
    }

    void titlesOfChargeLines_sortThem_asAStepThatIsKept()
    {
        Stage stage;
        stage.trigger("Show charge lines");
        stage.settle();
        GridView* grid = stage.grid();
        const auto click = [&](int column, Qt::KeyboardModifiers modifiers) {
            grid->scrollTo(stage.charges()->index(0, column));
            const int x = grid->visualRect(stage.charges()->index(0, column)).left() + 15;
            QTest::mouseClick(grid->gridHeader()->viewport(), Qt::LeftButton, modifiers, QPoint(x, 12));
            stage.settle();
        };
        click(1, Qt::NoModifier);
        QCOMPARE(stage.page->state().lineSorts, (std::vector<LineSort>{{"cost", true}}));
        click(0, Qt::ShiftModifier);
        QCOMPARE(stage.page->state().lineSorts, (std::vector<LineSort>{{"cost", true}, {"day", false}}));
        QCOMPARE(stage.charges()->sortKeys().size(), std::size_t(2));
        QVERIFY(stage.texts().filter("sorted by column").size() == 1);
        // It goes with a link, and comes back by undo.
        const ExploreState state = stage.page->state();
        QVERIFY(*exploreStateFromJson(toJson(state)) == state);
        stage.page->undo();
        stage.settle();
        QCOMPARE(stage.page->state().lineSorts.size(), std::size_t(1));
        stage.page->undo();
        stage.settle();
        QVERIFY(stage.charges()->isLargestFirst() && stage.charges()->sortKeys().empty());
    }

    void selectedLines_areExportedInTheirOrder_loadedOrNot()
    {
        Stage stage;
        ExploreState all = stage.page->state();
        all.rangeText = "all";
        all.mode = ExploreState::Mode::Charges;
        stage.page->setState(all);
        stage.settle();
        stage.charges()->sort(1, Qt::AscendingOrder);
        stage.settle();
        QItemSelection rows;
        rows.select(stage.charges()->index(2, 0), stage.charges()->index(3, 1));
        rows.select(stage.charges()->index(300, 0), stage.charges()->index(399, 0));
        stage.grid()->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
        stage.trigger("Export selected lines…");
        auto* dialog = stage.page->findChild<QFileDialog*>();
        QVERIFY(dialog);
        QVERIFY(QFileInfo(dialog->selectedFiles().value(0)).fileName().startsWith("selected-charge-lines_"));
        auto* place = dialog->findChild<QComboBox*>("aboutPlace");
        QVERIFY(place && place->currentIndex() == 0);
        place->setCurrentIndex(1);
        emit dialog->fileSelected("/tmp/some.csv");
        dialog->close();
        QCOMPARE(stage.backend.exports().lines.size(), std::size_t(1));
        const ChargesExport& lines = stage.backend.exports().lines.front();
        QCOMPARE(lines.windows.size(), std::size_t(2));
        QCOMPARE(lines.windows[0].offset, std::uint64_t(2));
        QCOMPARE(lines.windows[0].limit, std::uint64_t(2));
        QCOMPARE(lines.windows[1].limit, std::uint64_t(100));
        QCOMPARE(lines.windows[1].order.size(), std::size_t(1));
        const QString comment = QString::fromStdString(lines.comment);
        QVERIFY(comment.startsWith("# content: selected charge lines\r\n"));
        for (const char* fact : {"# days, both inside, UTC: 2026-07-23..2026-11-19", "# cost: effective",
                                 "# data through: 2026-11-19", "# allocation rules: version", "# rows: 102"})
            QVERIFY2(comment.contains(fact), qPrintable(comment));
        QVERIFY(stage.backend.exports().written.empty()); // no second file
        QCOMPARE(stage.backend.settings().value("exports.about"), std::string("comments"));
    }

    void pivot_comparesWithThePeriodBefore_andItsChangesAreExplained()
    {
        Stage stage;
        ExploreState state;
        state.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}};
        state.pivot = ExploreState::Pivot();
        state.compare = true;
        QVERIFY(stage.page->openLinked(state).ok());
        stage.settle();
        auto* pivot = stage.page->findChild<PivotModel*>();
        QVERIFY(pivot->rows().isComparing());
        const int total = pivot->totalColumn();
        QCOMPARE(pivot->columnCount(), total + 4);
        Amount sum, before;
        for (int row = 0; row < pivot->rowCount(); ++row) {
            if (pivot->currencyAt(row) != Currency("USD"))
                continue;
            sum = *checkedAdd(sum, *pivot->amountAt(row, total));
            before = *checkedAdd(before, *pivot->amountAt(row, total + 1));
            QCOMPARE(*checkedSubtract(*pivot->amountAt(row, total), *pivot->amountAt(row, total + 1)),
                     *pivot->amountAt(row, total + 2));
        }
        for (const auto& line : pivot->footer()) {
            if (line.currency != Currency("USD"))
                continue;
            QCOMPARE(sum, line.amounts.at(total));
            QCOMPARE(before, line.amounts.at(total + 1));
        }
        // A filter that keeps nothing is no empty period, over a new answer either.
        pivot->setFilterText(total, QStringLiteral(">999999999"));
        stage.trigger("Ask again");
        QCOMPARE(pivot->rowCount(), 0);
        QVERIFY(stage.grid()->isVisible());
        pivot->clearFilters();
        // The cost before leads to its lines, which add up to it.
        const Amount cell = *pivot->amountAt(0, total + 1);
        emit stage.grid()->drillRequested(pivot->index(0, total + 1));
        stage.settle();
        QCOMPARE(stage.page->state().mode, ExploreState::Mode::Charges);
        QCOMPARE(stage.charges()->totals()[0].cost, cell);
        QVERIFY(badge(stage).startsWith("Adds up to the cell"));
        stage.page->undo();
        stage.settle();
        int explained = 0;
        connect(stage.page.get(), &Page::openChange, stage.page.get(), [&explained](const Change&) { ++explained; });
        emit stage.grid()->drillRequested(pivot->index(0, total + 2));
        QCOMPARE(explained, 1);
    }

    void failure_isShownAndRetried()
    {
        Stage stage;
        stage.backend.failure = Error{ErrorCode::Database, "the workspace cannot be read", "demo.altimeter"};
        stage.page->refresh();
        stage.settle();
        QVERIFY(!stage.texts().filter("demo.altimeter: the workspace cannot be read").isEmpty());
        QVERIFY(stage.page->isSettled());
        stage.backend.failure.reset();
        for (QPushButton* button : stage.page->findChildren<QPushButton*>())
            if (button->text() == "Try again")
                button->click();
        stage.settle();
        QVERIFY(stage.texts().filter("cannot be read").isEmpty());
        QVERIFY(stage.costs()->rowCount() > 0);
    }

    void failure_isNotCalledNothing()
    {
        Stage stage;
        const auto shows = [&stage](const QString& text) { return !stage.texts().filter(text).isEmpty(); };
        QVERIFY(shows("services"));
        stage.page->activateWindow();
        stage.grid()->setFocus();
        QVERIFY(stage.grid()->hasFocus());
        stage.backend.failure = Error{ErrorCode::Database, "the workspace cannot be read", "demo.altimeter"};
        stage.page->refresh();
        stage.settle();
        QVERIFY2(!shows("No charges") && !shows("services"), qPrintable(stage.texts().join('|')));
        QVERIFY(shows("could not be read"));
        QVERIFY(shows("Not read"));
        const auto* offered = qobject_cast<QPushButton*>(stage.page->focusWidget());
        QVERIFY(offered && offered->text() == "Try again"); // where the grid had the keyboard
        QCOMPARE(stage.costs()->rowCount(), 0);             // figures of before are of another question
        stage.backend.failure.reset();
        stage.page->refresh();
        QVERIFY2(!shows("No charges") && !shows("could not be read"), qPrintable(stage.texts().join('|')));
        QVERIFY(shows("Reading…"));
        stage.settle();
        QVERIFY(shows("services"));
        stage.trigger("Show charge lines");
        stage.backend.failure = Error{ErrorCode::Io, "the disk is gone", "demo.altimeter"};
        ExploreState state = stage.page->state();
        state.rangeText = "all";
        stage.page->setState(state);
        stage.settle();
        QVERIFY2(shows("Not read") && !shows("charge lines"), qPrintable(stage.texts().join('|')));
    }

    void cancelled_isNoError()
    {
        Stage stage;
        stage.backend.failure = Error{ErrorCode::Cancelled, "stopped", ""};
        stage.page->refresh();
        stage.settle();
        QVERIFY(stage.texts().filter("stopped").isEmpty());
    }

    void failure_ofSeveralQuestions_isToldOnce()
    {
        Stage stage;
        QSignalSpy told(stage.page.get(), &Page::problem);
        stage.backend.failure = Error{ErrorCode::Database, "the workspace cannot be read", "demo.altimeter"};
        stage.page->refresh();
        stage.settle();
        QCOMPARE(told.count(), 1);
    }

    void chosenSort_survivesANewAnswer()
    {
        Stage stage;
        stage.grid()->sortByColumn(stage.costs()->columnOf(CostTableModel::Column::Rows), Qt::AscendingOrder);
        stage.page->refresh();
        stage.settle();
        QCOMPARE(stage.costs()->columnKind(stage.costs()->sortColumn()), CostTableModel::Column::Rows);
        QCOMPARE(stage.costs()->sortOrder(), Qt::AscendingOrder);
        stage.trigger("Compare with the period before");
        QCOMPARE(stage.costs()->columnKind(stage.costs()->sortColumn()), CostTableModel::Column::Rows);
    }

    void leavingTheLinesBeforeTheyCame_settles()
    {
        Stage stage;
        stage.select(0, CostTableModel::Column::Cost);
        emit stage.grid()->drillRequested(stage.grid()->currentIndex());
        QVERIFY(!stage.page->isSettled());
        stage.page->undo();
        stage.settle();
        QVERIFY(stage.page->isSettled());
        QCOMPARE(stage.page->state().mode, ExploreState::Mode::Grid);
    }

    void groupingInTheLines_showsTheGridOfTheCell()
    {
        Stage stage;
        stage.select(0, CostTableModel::Column::Cost);
        const Amount cell = *stage.costs()->amountAt(0, stage.costs()->columnOf(CostTableModel::Column::Cost));
        stage.key(Qt::Key_Return);
        for (QComboBox* box : stage.page->findChildren<QComboBox*>()) {
            if (box->accessibleDescription() != "Group by")
                continue;
            box->setCurrentIndex(box->findData("region"));
            emit box->activated(box->currentIndex());
        }
        stage.settle();
        QCOMPARE(stage.page->state().mode, ExploreState::Mode::Grid);
        QCOMPARE(stage.costs()->table().totals[0].cost, cell);
    }

    void savedView_comesBack()
    {
        Stage stage;
        const ExploreState state = fullState();
        stage.backend.views().list = {{"Mine", "explore", toJson(state).toStdString()}};
        QVERIFY(stage.page->openSaved(stage.backend.views().list[0]).ok());
        stage.settle();
        QVERIFY(stage.page->state() == state);
        QVERIFY(!stage.page->openSaved({"Broken", "explore", "{"}).ok());
        QVERIFY(stage.page->state() == state);
    }

    void savedView_keepsTheColumnsOfItsGrids()
    {
        Stage stage;
        GridColumns& columns = stage.grid()->columns();
        const int cost = stage.costs()->columnOf(CostTableModel::Column::Cost);
        columns.setHidden(stage.costs()->columnOf(CostTableModel::Column::Share), true);
        columns.setFrozen(2);
        columns.move(cost, -1);
        const ExploreState state = stage.page->state();
        const std::string kept = toJson(state).toStdString();
        const QString looks = columns.toText();
        columns.restore({});
        QVERIFY(stage.page->state() == state); // how a grid looks is no other view
        ExploreState total = state;
        total.by.clear();
        stage.page->setState(total);
        stage.settle();
        QVERIFY(stage.page->openSaved({"Mine", "explore", kept}).ok());
        stage.settle();
        QCOMPARE(columns.toText(), looks);
        columns.setFrozen(1);
        stage.page->undo();
        stage.settle();
        QCOMPARE(columns.frozen(), 1); // nor is it a step
    }

    void viewLink_isCopiedAndOpens()
    {
        Stage stage;
        stage.trigger("Compare with the period before");
        const ExploreState state = stage.page->state();
        stage.trigger("Copy view link");
        const QString link = QApplication::clipboard()->text();
        Stage other;
        QVERIFY(other.page->openLinked(*parseViewLink(link)->state).ok());
        QVERIFY(other.page->state() == state);
        ExploreState noRange = state;
        noRange.rangeText = "the day the music died";
        QVERIFY(!other.page->openLinked(noRange).ok());
        QVERIFY(other.page->state() == state);
    }

    void export_writesTheGridThroughTheBackend()
    {
        Stage stage;
        stage.trigger("Export grid as CSV…");
        auto* dialog = stage.page->findChild<QFileDialog*>();
        QVERIFY(dialog);
        QCOMPARE(QFileInfo(dialog->selectedFiles().value(0)).fileName(),
                 QString("cost-by-service_2026-10-21..2026-11-19_effective_EUR-USD.csv"));
        emit dialog->fileSelected("/tmp/out.csv");
        dialog->close();
        QCOMPARE(stage.backend.exports().written.size(), std::size_t(2)); // and what it is of beside it
        QVERIFY(stage.backend.exports().written[0].second.find("Amazon EC2") != std::string::npos);
        QCOMPARE(QString::fromStdString(stage.backend.exports().written[0].second).count("\r\n"),
                 stage.costs()->rowCount() + 1);
    }

    void chartMark_opensItsLines()
    {
        Stage stage;
        const SeriesFrame frame = stage.page->chart()->frame();
        emit stage.page->chart()->pointActivated(0, frame.steps[3]);
        stage.settle();
        QCOMPARE(stage.page->state().mode, ExploreState::Mode::Charges);
        QVERIFY(std::fabs(stage.charges()->totals()[0].cost.toDouble() - frame.lines[0].values[3].value) < 1e-6);
        stage.key(Qt::Key_Escape);
        emit stage.page->chart()->pointActivated(static_cast<int>(frame.lines.size()) - 1, frame.steps[3]); // "Other"
        stage.settle();
        QVERIFY(std::fabs(stage.charges()->totals()[0].cost.toDouble() - frame.lines.back().values[3].value) < 1e-6);
    }

    void chartKeyboard_movesAndSelects()
    {
        Stage stage;
        QWidget* view = stage.page->chart()->focusProxy();
        QVERIFY(!view->accessibleName().isEmpty());
        QVERIFY2(view->accessibleDescription().contains("anomal"), qPrintable(view->accessibleDescription()));
        QTest::keyClick(view, Qt::Key_Home);
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(stage.page->chart()->cursor(), 1);
        QSignalSpy ranged(stage.page->chart(), &SeriesChart::rangeSelected);
        QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(ranged.count(), 1);
        stage.settle();
        QCOMPARE(stage.page->state().rangeText, std::string("2026-10-22..2026-10-24"));
    }

    void chartLine_canBeKept()
    {
        Stage stage;
        const SeriesFrame frame = stage.page->chart()->frame();
        QVERIFY(frame.lines.size() > 2 && frame.lines.back().isOther);
        emit stage.page->chart()->keepRequested(1);
        stage.settle();
        QCOMPARE(stage.page->state().filters.size(), std::size_t(1));
        QCOMPARE(stage.page->state().filters[0].values, frame.lines[1].keys);
        QVERIFY(!stage.page->state().filters[0].exclude);
        stage.page->undoStack()->undo();
        stage.settle();
        emit stage.page->chart()->keepRequested(static_cast<int>(frame.lines.size()) - 1); // what is not drawn
        stage.settle();
        QVERIFY(stage.page->state().filters[0].exclude);
        QCOMPARE(stage.page->state().filters[0].values.size(), frame.lines.size() - 1);
    }

    /// Days of a year would be a hatching; the grid keeps the step that was chosen.
    void chartStep_adaptsToTheRange()
    {
        Stage stage;
        WorkspaceInfo info = stage.backend.workspaces().info();
        info.dataFrom = info.dataThrough - 500;
        stage.page->workspaceChanged(info);
        stage.settle();
        ExploreState state = stage.page->state();
        state.rangeText = "13m";
        stage.page->setState(state);
        stage.settle();
        const auto asked = stage.backend.asked<SeriesQuestion>();
        QVERIFY(asked.back().query.granularity == Granularity::Week);
        QVERIFY(stage.page->state().granularity == Granularity::Day);
        QStringList said;
        for (const QLabel* label : stage.page->findChildren<QLabel*>())
            said << label->text();
        QVERIFY2(said.join("; ").contains("too many days for a chart"), qPrintable(said.join("; ")));
    }

    void everyControl_hasANameAndATip()
    {
        Stage stage;
        QStringList nameless;
        for (QWidget* widget : stage.page->findChildren<QWidget*>()) {
            if (!widget->isVisibleTo(stage.page.get()) || widget->focusPolicy() == Qt::NoFocus)
                continue;
            const auto* button = qobject_cast<QAbstractButton*>(widget);
            const auto* combo = qobject_cast<QComboBox*>(widget);
            const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()) ||
                               (combo && !combo->accessibleDescription().isEmpty());
            const bool inside =
                qobject_cast<QComboBox*>(widget->parentWidget()) != nullptr || widget->objectName().startsWith("qt_");
            if (!named && !inside)
                nameless << widget->metaObject()->className() + QStringLiteral(" in ") +
                                widget->parentWidget()->metaObject()->className();
            if ((button || combo) && widget->toolTip().isEmpty())
                nameless << QStringLiteral("no tip: ") + (button ? button->text() : combo->currentText());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join("; ")));
        for (const QAction* action : stage.page->pageActions())
            QVERIFY(!action || (!action->text().isEmpty() && !action->toolTip().isEmpty()));
    }

    /// With ALTIMETER_SHOTS=folder: pictures of the page to judge by eye.
    void shots_whenAskedFor()
    {
        const QString folder = qEnvironmentVariable("ALTIMETER_SHOTS");
        if (folder.isEmpty())
            QSKIP("set ALTIMETER_SHOTS to a folder to get pictures");
        QDir().mkpath(folder);
        for (const bool dark : {false, true}) {
            Theme::apply(dark);
            Stage stage;
            const QString look = dark ? "dark" : "light";
            const auto shot = [&](const QString& name) {
                stage.settle();
                stage.page->grab().save(folder + "/" + look + "-" + name + ".png");
            };
            const auto show = [&](const std::function<void(ExploreState&)>& change, const QString& name) {
                ExploreState state;
                change(state);
                stage.page->setState(state);
                shot(name);
            };
            shot("service");
            stage.page->setState([&] {
                ExploreState s;
                s.compare = true;
                s.by = {Dim{Dim::Kind::Team, {}}};
                return s;
            }());
            stage.settle();
            show(
                [](ExploreState& s) {
                    s.by = {Dim{Dim::Kind::Team, {}}};
                    s.compare = true;
                    s.filters = {{Dim{Dim::Kind::Provider, {}}, {"AWS", "Azure", "GCP"}, false},
                                 {Dim{Dim::Kind::Region, {}}, {"global"}, true}};
                },
                "team-compare");
            show(
                [](ExploreState& s) {
                    s.by = {Dim{Dim::Kind::Team, {}}};
                    s.rangeText = "all";
                    s.granularity = Granularity::Month;
                    s.periodRows = true;
                },
                "months");
            show(
                [](ExploreState& s) {
                    s.by = {};
                    s.rangeText = "90d";
                    s.compare = true;
                },
                "total");
            show(
                [](ExploreState& s) {
                    s.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Environment, {}}};
                    s.chart = ExploreState::ChartStyle::Lines;
                    s.rangeText = "mtd";
                },
                "lines");
            show(
                [](ExploreState& s) {
                    s.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}};
                    s.rangeText = "all";
                    s.pivot = ExploreState::Pivot();
                },
                "pivot");
            stage.trigger("Open all rows");
            shot("pivot-open");
            stage.trigger("Swap rows and columns");
            shot("pivot-swapped");
            show([](ExploreState&) {}, "plain");
            stage.grid()->setFiltersShown(true);
            stage.costs()->setFilterText(stage.costs()->columnOf(CostTableModel::Column::Cost), ">100");
            shot("filters");
            stage.costs()->clearFilters();
            stage.grid()->setFiltersShown(false);
            show([](ExploreState& s) { s.rangeText = "2019-01"; }, "empty");
            show([](ExploreState& s) { s.by = {Dim{Dim::Kind::Team, {}}}; }, "team");
            stage.page->chart()->setCursorStep(static_cast<int>(stage.page->chart()->frame().steps.size()) - 9);
            shot("hover");
            stage.select(1, CostTableModel::Column::Cost);
            stage.key(Qt::Key_Return);
            shot("charges");
            stage.backend.failure =
                Error{ErrorCode::Database, "the workspace cannot be read: disk I/O error", "demo.altimeter"};
            stage.page->refresh();
            shot("error");
            stage.backend.failure.reset();
            stage.page->refresh();
            show(
                [](ExploreState& s) {
                    s.filters = {{Dim{Dim::Kind::Service, {}}, {"Amazon EC2", "BigQuery"}, false}};
                },
                "filtered");
            QTest::keyClick(stage.page->findChild<FilterChip*>(), Qt::Key_Return);
            stage.settle();
            auto* popup = stage.page->findChild<FilterPopup*>();
            popup->grab().save(folder + "/" + look + "-popup.png");
            popup->hide();
            stage.page->resize(940, 600);
            shot("narrow");
        }
        Theme::apply(false);
    }
};

QTEST_MAIN(TstExplorePage)
#include "tst_explorepage.moc"
