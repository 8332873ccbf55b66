#include "ui/pages/explore/exploreparts.h"

#include "ui/charts/serieschart.h"
#include "ui/format/figuretext.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridview.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/explorebreadcrumb.h"
#include "ui/pages/explore/explorechartcard.h"
#include "ui/pages/explore/explorecontrols.h"
#include "ui/pages/explore/exploredrill.h"
#include "ui/pages/explore/exploreerrorbar.h"
#include "ui/pages/explore/exploreexports.h"
#include "ui/pages/explore/exploregridcard.h"
#include "ui/pages/explore/exploreheader.h"
#include "ui/pages/explore/explorequestions.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/exploretext.h"
#include "ui/pages/explore/exploreviews.h"
#include "ui/pages/explore/linesproof.h"
#include "ui/pages/explore/notemarks.h"

#include <QAction>
#include <QMenu>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

ExplorePage::Impl::Impl(ExplorePage& owner, Backend& data)
    : page(owner), backend(data), steps(new ExploreSteps(&owner)), actions(new ExploreActions(&owner)),
      costs(new CostTableModel(format::locale(), &owner)), pivot(new PivotModel(format::locale(), &owner)),
      charges(new ChargeTableModel(data, QStringLiteral("explore.charges"), format::locale(), &owner)),
      questions(new ExploreQuestions(data, *steps, *charges, &owner)),
      proof(new LinesProof(data, *steps, *charges, &owner)),
      drill(new ExploreDrill(*steps, *costs, *pivot, *proof, &owner)),
      views(new ExploreViews(data.views(), *steps, *actions, &owner)),
      exports(new ExploreExports(data.exports(), data.settings(), *steps, *costs, *pivot, *charges, &owner))
{
    costs->useWorkers(data, "explore.grid");
    pivot->useWorkers(data, "explore.pivot");
    build();
    connectActions();
    connectDrills();
    connectQuestions();
    connectParts();
}

/// The order in which the parts are made is the order of the Tab key.
void ExplorePage::Impl::build()
{
    controls = new ExploreControls(backend, &page);
    splitter = new QSplitter(Qt::Vertical, &page);
    splitter->setAccessibleName(tr("Chart and grid"));
    QObject::connect(splitter, &QSplitter::splitterMoved, &page, [this] { splitterMoved = true; });
    splitter->setHandleWidth(12);
    splitter->setChildrenCollapsible(false);
    chartCard = new ExploreChartCard(*steps, &page);
    splitter->addWidget(chartCard);
    gridCard = new ExploreGridCard(*steps, {costs, charges, pivot}, *actions, controls->distinctChoice(), &page);
    splitter->addWidget(gridCard);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({196, 418}); // a dozen rows at 1280 by 800
    header = new ExploreHeader(*actions, steps->stack(), controls->filterBar(), &page);
    errorBar = new ExploreErrorBar(&page);
    auto* column = new QVBoxLayout(&page);
    column->setContentsMargins(14, 10, 14, 12);
    column->setSpacing(8);
    column->addWidget(header);
    column->addWidget(controls);
    column->addWidget(errorBar);
    column->addWidget(splitter, 1);
    page.setAccessibleName(tr("Explore"));
    marks = new NoteMarks(*drill, gridCard->figureGrids(), &page);
    views->fill(header->viewsMenu());
}

void ExplorePage::Impl::connectActions()
{
    const auto run = [this](QAction* action, auto work) {
        QObject::connect(action, &QAction::triggered, &page, std::move(work));
    };
    run(actions->earlier, [this] { controls->rangeEdit()->shift(-1); });
    run(actions->later, [this] { controls->rangeEdit()->shift(1); });
    run(actions->range, [this] { controls->rangeEdit()->focusText(); });
    run(actions->filter, [this] { controls->addFilter(); });
    run(actions->filterRow, [this] { gridCard->focusFilter(); });
    run(actions->distinct, [this] { controls->chooseDistinct(); });
    run(actions->compare, [this] { page.compare(CompareWith::PeriodBefore); });
    run(actions->compareYear, [this] { page.compare(CompareWith::YearBefore); });
    run(actions->changes, [this] { explain(gridCard->currentCell()); });
    run(actions->periodRows, [this] {
        steps->change(actions->periodRows->text(), [](ExploreState& state) {
            state.periodRows = !state.periodRows && state.granularity != Granularity::None;
        });
    });
    run(actions->pivot, [this] { togglePivot(); });
    run(actions->swap, [this] { swap(); });
    run(actions->openAll, [this] { gridCard->foldAll(false); });
    run(actions->foldAll, [this] { gridCard->foldAll(true); });
    run(actions->stacked, [this] {
        steps->change(tr("Chart style"), [](ExploreState& state) {
            const bool stacked = state.chart == ExploreState::ChartStyle::Stacked;
            state.chart = stacked ? ExploreState::ChartStyle::Lines : ExploreState::ChartStyle::Stacked;
        });
    });
    run(actions->refresh, [this] { ask(); });
    run(actions->save, [this] { views->save(); });
    run(actions->duplicate, [this] { views->duplicate(); });
    run(actions->manage, [this] { views->manage(); });
    run(actions->link, [this] { views->copyLink(); });
    run(actions->exportGrid, [this] { exports->writeGrid(CsvGuard::Spreadsheet); });
    run(actions->exportRaw, [this] { exports->writeGrid(CsvGuard::Raw); });
    run(actions->exportLines, [this] { exports->writeCharges(); });
    run(actions->exportSelected, [this] {
        if (steps->state().mode == ExploreState::Mode::Charges)
            exports->writeSelected(gridCard->visibleGrid()->selectedRowStretches());
    });
    run(actions->copy, [this] { page.copySelection(false); });
    run(actions->copyWithHeaders, [this] { page.copySelection(true); });
}

void ExplorePage::Impl::connectDrills()
{
    QObject::connect(actions->up, &QAction::triggered, drill, &ExploreDrill::up);
    QObject::connect(actions->down, &QAction::triggered, &page, [this] { drill->down(gridCard->currentCell()); });
    QObject::connect(actions->lines, &QAction::triggered, &page, [this] {
        if (steps->state().mode == ExploreState::Mode::Grid)
            drill->toCharges(gridCard->currentCell());
    });
    const auto filter = [this](bool exclude) {
        drill->filter(gridCard->currentCell(), gridCard->visibleGrid()->selectedRows(), exclude);
    };
    QObject::connect(actions->keep, &QAction::triggered, &page, [filter] { filter(false); });
    QObject::connect(actions->exclude, &QAction::triggered, &page, [filter] { filter(true); });
    QObject::connect(gridCard, &ExploreGridCard::drillRequested, &page, [this](const QModelIndex& cell) {
        if (drill->isChange(cell))
            explain(cell);
        else
            drill->toCharges(cell);
    });
    QObject::connect(chartCard->chart(), &SeriesChart::pointActivated, drill,
                     [this](int line, Day day) { drill->toMark(chartCard->chart()->frame(), line, day); });
    QObject::connect(chartCard->chart(), &SeriesChart::keepRequested, drill,
                     [this](int line) { drill->keepLine(chartCard->chart()->frame(), line); });
    QObject::connect(header->breadcrumb(), &ExploreBreadcrumb::levelChosen, drill, &ExploreDrill::upTo);
    QObject::connect(drill, &ExploreDrill::drilled, gridCard, &ExploreGridCard::focusGrid);
}

void ExplorePage::Impl::connectQuestions()
{
    QObject::connect(questions, &ExploreQuestions::asked, &page, [this] {
        showTitles();
        showProgress();
    });
    QObject::connect(questions, &ExploreQuestions::emptied, &page, [this] {
        costs->clear();
        pivot->clear();
        charges->clear();
        chartCard->chart()->setFrame({});
        gridCard->showGridOrReason(opening);
        showTitles();
    });
    QObject::connect(questions, &ExploreQuestions::gridAnswered, &page, [this] { takeGrid(); });
    QObject::connect(questions, &ExploreQuestions::chargesAnswered, &page, [this] {
        showTitles();
        gridCard->showGridOrReason(opening);
    });
    QObject::connect(proof, &LinesProof::changed, &page, [this] { showTitles(); });
    QObject::connect(questions, &ExploreQuestions::chartAnswered, &page, [this] { drawChart(); });
    QObject::connect(questions, &ExploreQuestions::progressed, &page, [this] { showProgress(); });
    QObject::connect(costs, &CostTableModel::busyChanged, &page, [this] { showProgress(); });
    QObject::connect(pivot, &PivotModel::busyChanged, &page, [this] { showProgress(); });
    QObject::connect(costs, &CostTableModel::shown, &page, [this] { gridShown(); });
    QObject::connect(pivot, &PivotModel::shown, &page, [this] { gridShown(); });
}

void ExplorePage::Impl::takeGrid()
{
    ExploreQuestions::Grid grid = questions->takeGrid();
    if (steps->state().isPivot())
        pivot->setTable(std::move(grid.table), steps->state().pivotShape(), std::move(grid.previous));
    else
        costs->setTable(std::move(grid.table), std::move(grid.previous), gridCard->chosenSort());
}

void ExplorePage::Impl::gridShown()
{
    chartCard->fillCurrencies(totals());
    if (steps->state().isPivot())
        gridCard->takePivot(opening);
    else
        gridCard->takeTable(opening);
    marks->forgetCells();
    marks->showSought();
    showTitles();
    drawChart();
}

QString ExplorePage::Impl::splitterState() const
{
    const QList<int> sizes = splitter->sizes();
    return splitterMoved ? QStringLiteral("%1 %2").arg(sizes.value(0)).arg(sizes.value(1)) : QString();
}

void ExplorePage::Impl::restoreSplitter(const QString& text)
{
    const QStringList sizes = text.split(u' ');
    if (sizes.size() != 2 || sizes[0].toInt() <= 0 || sizes[1].toInt() <= 0)
        return;
    splitter->setSizes({sizes[0].toInt(), sizes[1].toInt()});
    splitterMoved = true;
}

const std::vector<CurrencyTotal>& ExplorePage::Impl::totals() const
{
    return steps->state().isPivot() ? pivot->rows().totals() : costs->table().totals;
}

bool ExplorePage::Impl::isOrdering() const
{
    return costs->isBusy() || pivot->isBusy();
}

void ExplorePage::Impl::togglePivot()
{
    steps->change(steps->state().pivot ? tr("Plain grid") : tr("Pivot"), [](ExploreState& state) {
        state.mode = ExploreState::Mode::Grid;
        if (state.pivot)
            state.pivot.reset();
        else
            state.pivot = ExploreState::Pivot();
    });
}

void ExplorePage::Impl::swap()
{
    if (const auto next = swapped(steps->state()))
        steps->want(*next, actions->swap->text());
}

void ExplorePage::Impl::connectParts()
{
    QObject::connect(steps, &ExploreSteps::changed, &page, [this](const ExploreState& before) { show(before); });
    QObject::connect(steps->stack(), &QUndoStack::indexChanged, &page, &Page::undoStateChanged);
    QObject::connect(controls, &ExploreControls::stateWanted, steps, &ExploreSteps::want);
    QObject::connect(controls, &ExploreControls::rangeLeft, &page, &ExplorePage::focusGrid);
    QObject::connect(controls, &ExploreControls::notice, &page, &Page::notice);
    QObject::connect(header->viewsMenu(), &QMenu::aboutToShow, &page, [this] { views->fill(header->viewsMenu()); });
    QObject::connect(views, &ExploreViews::changed, &page, [this] {
        showTitles();
        emit page.savedViewsChanged();
    });
    QObject::connect(chartCard->chart(), &SeriesChart::readOutChanged, &page, [this](const QString& text) {
        if (text.isEmpty())
            tellSelection(); // which the chart spoke over
        else
            emit page.selectionText(text);
    });
    QObject::connect(gridCard, &ExploreGridCard::menuRequested, &page, [this](const QPoint& at) { gridMenu(at); });
    QObject::connect(gridCard, &ExploreGridCard::selectionChanged, &page, [this] { tellSelection(); });
    QObject::connect(errorBar, &ExploreErrorBar::retryRequested, &page, [this] { ask(); });
    QObject::connect(marks, &NoteMarks::found, &page, [this] { tellSelection(); });
    QObject::connect(errorBar, &ExploreErrorBar::copied, &page, [this] { emit page.notice(tr("Error text copied")); });

    QObject::connect(gridCard, &ExploreGridCard::notice, &page, &Page::notice);
    QObject::connect(gridCard, &ExploreGridCard::importRequested, &page, &Page::importRequested);
    QObject::connect(gridCard, &ExploreGridCard::retryRequested, &page, [this] { ask(); });
    QObject::connect(drill, &ExploreDrill::notice, &page, &Page::notice);
    QObject::connect(views, &ExploreViews::notice, &page, &Page::notice);
    QObject::connect(exports, &ExploreExports::notice, &page, &Page::notice);
    const auto fail = [this](const Error& error) { showError(error); };
    QObject::connect(questions, &ExploreQuestions::failed, &page, [this](const Error& error) {
        showFailure();
        showError(error);
    });
    QObject::connect(proof, &LinesProof::failed, &page, fail);
    QObject::connect(views, &ExploreViews::failed, &page, fail);
    QObject::connect(exports, &ExploreExports::failed, &page, fail);
}

/// Shows the state, which was `before`: what only alters the chart asks nothing.
void ExplorePage::Impl::show(const ExploreState& before)
{
    const ExploreState& state = steps->state();
    ExploreState same = state;
    same.chart = before.chart;
    same.chartCurrency = before.chartCurrency;
    controls->setState(state, steps->today());
    actions->show(state);
    chartCard->showState();
    gridCard->showState();
    header->breadcrumb()->setLevels(ExploreText::crumbs(state));
    if (same == before && questions->hasAsked())
        drawChart();
    else
        ask();
    emit page.stateChanged();
}

void ExplorePage::Impl::ask()
{
    errorBar->clear();
    gridCard->setReading();
    proof->restart();
    questions->ask();
}

void ExplorePage::Impl::drawChart()
{
    const SeriesSet* lines = questions->chartLines();
    const SeriesSet* whole = questions->chartTotals();
    if (lines && whole && questions->isGridAnswered() && !isOrdering())
        chartCard->draw(*lines, *whole, totals());
}

void ExplorePage::Impl::showTitles()
{
    const QString view = views->shownTitle();
    chartCard->showTitles(view);
    header->setViewTitle(view);
    gridCard->showTitles();
    gridCard->showProof(proof->finding());
}

void ExplorePage::Impl::showProgress()
{
    chartCard->chart()->setEmptyText(opening                       ? tr("Opening…")
                                     : questions->hasChartFailed() ? tr("Could not be read")
                                     : questions->isWaiting()      ? tr("Loading…")
                                                                   : tr("No data in this range"));
    gridCard->setBusyText(opening                  ? tr("Opening…")
                          : questions->isWaiting() ? tr("Loading…")
                          : isOrdering()           ? tr("Putting rows in order…")
                                                   : QString());
}

/// What was shown is of another question: it goes, and nothing is said to be none.
void ExplorePage::Impl::showFailure()
{
    if (questions->hasGridFailed()) {
        gridCard->setFailed(); // before the models are empty: that is nothing they answered
        costs->clear();
        pivot->clear();
        gridCard->showGridOrReason(opening);
    }
    if (questions->hasChartFailed())
        chartCard->chart()->setFrame({});
    showTitles();
    showProgress();
}

void ExplorePage::Impl::showError(const Error& error)
{
    if (errorBar->showError(error))
        emit page.problem(format::text(error.text()), parts::advice(error.code));
}

/// The difference of a row leads to what makes it.
void ExplorePage::Impl::explain(const QModelIndex& cell)
{
    if (const auto change = drill->changeOf(cell))
        emit page.openChange(*change);
    else
        emit page.notice(tr("One row per step compares steps by their place; choose whole rows to explain a change"));
}

void ExplorePage::Impl::addDrills(QMenu* menu)
{
    menu->addActions({actions->lines, actions->down, actions->changes});
    QMenu* into = menu->addMenu(tr("Drill into"));
    const QPersistentModelIndex cell = gridCard->currentCell();
    const std::vector<Dim>& by = steps->state().by;
    for (const Dim& dim : controls->dims())
        if (std::find(by.begin(), by.end(), dim) == by.end())
            into->addAction(format::menuText(format::dimTitle(dim)), drill, [this, cell, dim] {
                if (cell.isValid())
                    drill->into(cell, dim);
            });
    menu->addSeparator();
    menu->addActions({actions->keep, actions->exclude});
    menu->addSeparator();
}

/// A cell with a note says it, before what the selection comes to.
void ExplorePage::Impl::tellSelection()
{
    const QString note = marks->textOf(gridCard->currentCell()).section(u'\n', 0, 0);
    emit page.selectionText(format::joined({note, ExploreText::selection(gridCard->visibleGrid()->summary())}));
}

void ExplorePage::Impl::fillChartMenu(QMenu& menu)
{
    const SeriesChart* chart = chartCard->chart();
    const SeriesFrame& frame = chart->frame();
    const int step = chart->cursor();
    if (step >= 0 && step < static_cast<int>(frame.steps.size())) {
        const Day day = frame.steps[static_cast<std::size_t>(step)];
        menu.addAction(tr("Charge lines of %1").arg(format::step(day, frame.granularity, format::locale())), drill,
                       [this, day] { drill->toMark(chartCard->chart()->frame(), -1, day); });
        menu.addSeparator();
    }
    const std::vector<Dim>& by = steps->state().by;
    QMenu* keep = by.empty() ? nullptr : menu.addMenu(tr("Keep only"));
    QMenu* without = by.empty() ? nullptr : menu.addMenu(tr("Exclude"));
    for (const SeriesFrame::Line& line : frame.lines) {
        if (by.empty() || line.isOther || line.keys.empty())
            continue;
        for (const bool exclude : {false, true})
            (exclude ? without : keep)
                ->addAction(format::menuText(format::dimValue(by.front(), line.keys.front())), steps,
                            [this, dim = by.front(), value = line.keys.front(), exclude] {
                                steps->want(drill::filtered(steps->state(), dim, {value}, exclude),
                                            exclude ? tr("Exclude") : tr("Keep only"));
                            });
    }
    menu.addSeparator();
}

/// What is said above the table on paper: it must be known without the screen.
PrintedTable ExplorePage::Impl::printed() const
{
    const ExploreState& state = steps->state();
    const WorkspaceInfo& info = steps->workspace();
    QStringList filters;
    for (const Filter& filter : state.allFilters())
        filters << format::filter(filter);
    const QString view = views->shownTitle();
    const bool isLines = state.mode == ExploreState::Mode::Charges;
    PrintedTable printed;
    printed.grid = gridCard->visibleGrid();
    printed.title = !view.isEmpty() ? view : isLines ? tr("Charge lines") : ExploreText::costBy(state);
    printed.about << format::joined({ExploreText::chartNote(*steps), format::lens(state.lens)})
                  << (filters.isEmpty() ? tr("No filters") : format::joined(filters))
                  << tr("%1, data through %2", "a workspace, a day")
                         .arg(format::shown(info.name), format::date(info.dataThrough, format::locale()));
    const QString kept = printed.grid->filterSummary();
    if (!kept.isEmpty())
        printed.about << kept;
    return printed;
}

void ExplorePage::Impl::gridMenu(const QPoint& at)
{
    const bool lines = steps->state().mode == ExploreState::Mode::Charges;
    auto* menu = new QMenu(&page);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (!lines && gridCard->currentCell().isValid())
        addDrills(menu);
    if (steps->state().isPivot()) {
        menu->addActions({actions->openAll, actions->foldAll, actions->swap});
        menu->addSeparator();
    }
    if (actions->up->isEnabled())
        menu->addAction(actions->up);
    menu->addActions({actions->copy, actions->copyWithHeaders});
    if (!lines && drill->figureOf(gridCard->currentCell()))
        menu->addAction(tr("Note… (N)"), &page, &Page::noteWanted);
    menu->addSeparator();
    GridView* grid = gridCard->visibleGrid();
    grid->columns().fillMenu(*menu->addMenu(tr("Column")), std::max(0, grid->currentIndex().column()));
    menu->addSeparator();
    menu->addAction(lines ? actions->exportLines : actions->exportGrid);
    if (lines)
        menu->addAction(actions->exportSelected);
    menu->popup(at);
}

} // namespace altimeter::ui
