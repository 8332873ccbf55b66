#include "ui/pages/explore/exploregridcard.h"

#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/exploretext.h"
#include "ui/pages/explore/pivotchoice.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

namespace {

constexpr int kCosts = 0, kLines = 1, kPivot = 2, kReason = 3; ///< pages of the stack

} // namespace

ExploreGridCard::ExploreGridCard(ExploreSteps& steps, const Models& models, const ExploreActions& actions,
                                 QWidget* distinctChoice, QWidget* parent)
    : QFrame(parent), m_steps(steps), m_models(models), m_actions(actions), m_distinctChoice(distinctChoice)
{
    parts::makeCard(this, tr("Grid"));
    parts::cardLayout(this)->setContentsMargins(1, 4, 1, 2);
    QHBoxLayout* row = makeTitleRow(distinctChoice);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(makeGrid(m_costGrid, models.costs, tr("Cost grid")));
    m_stack->addWidget(makeGrid(m_chargeGrid, models.charges, tr("Charge lines")));
    m_stack->addWidget(makeGrid(m_pivotGrid, models.pivot, tr("Pivot")));
    m_costGrid->setSortingEnabled(true);
    m_pivotGrid->setSortingEnabled(true);
    m_chargeGrid->setSortingEnabled(true);
    m_stack->addWidget(makeReason());
    parts::cardLayout(this)->addLayout(row);
    parts::cardLayout(this)->addWidget(m_stack, 1);
    connectAll();
}

QHBoxLayout* ExploreGridCard::makeTitleRow(QWidget* distinctChoice)
{
    m_title = parts::label({}, "heading", this);
    m_title->setAccessibleDescription(tr("Grid title"));
    m_note = parts::label({}, "small", this);
    m_note->setAccessibleDescription(tr("Unallocated and unknown"));
    m_proof = parts::label({}, "badgeGood", this);
    m_proof->setAccessibleDescription(tr("Whether the lines add up to the cell"));
    m_proof->hide();
    m_kept = parts::label({}, "badgeNeutral", this);
    m_kept->setAccessibleDescription(tr("Rows that the filters keep"));
    m_kept->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Maximum);
    m_kept->hide();
    m_busy = parts::label({}, "small", this);
    m_busy->setAccessibleDescription(tr("Loading state"));
    m_periodRows = new QCheckBox(m_actions.periodRows->text(), this);
    m_periodRows->setToolTip(m_actions.periodRows->toolTip());
    m_lineOrder = new QComboBox(this);
    m_lineOrder->setAccessibleDescription(tr("Order of charge lines"));
    m_lineOrder->setToolTip(tr("Largest first shows what matters; file order shows lines beside their neighbours"));
    m_lineOrder->addItems({tr("Largest first"), tr("File order")});
    m_lineOrder->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 14, 0);
    row->setSpacing(10);
    row->addWidget(m_title);
    row->addWidget(m_kept);
    row->addWidget(m_note);
    row->addWidget(m_proof);
    row->addStretch(1);
    row->addWidget(m_busy);
    row->addWidget(distinctChoice);
    row->addWidget(m_periodRows);
    m_pivotChoice = new PivotChoice(m_steps, m_actions, this);
    row->addWidget(m_pivotChoice);
    row->addWidget(m_lineOrder);
    return row;
}

QWidget* ExploreGridCard::makeGrid(GridView*& view, GridModel* model, const QString& name)
{
    auto* box = new QWidget(this);
    view = new GridView(name, box);
    view->setGridModel(model);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* footer = new GridFooter(view, box);
    column->addWidget(view, 1);
    column->addWidget(footer);
    return box;
}

QWidget* ExploreGridCard::makeReason()
{
    auto* box = new QWidget(m_stack);
    m_reason = parts::paragraph({}, "secondary", box);
    m_reason->setAlignment(Qt::AlignCenter);
    m_clear = parts::button(tr("Remove all filters"), tr("Show everything in this range"), nullptr, box);
    m_all = parts::button(tr("Show all time"), tr("Widen the range to all data"), nullptr, box);
    connect(m_clear, &QPushButton::clicked, this, [this] {
        m_steps.change(tr("Remove all filters"), [](ExploreState& state) {
            state.filters.clear();
            state.path.clear();
        });
    });
    connect(m_all, &QPushButton::clicked, this,
            [this] { m_steps.change(tr("All time"), [](ExploreState& state) { state.rangeText = "all"; }); });
    m_import = parts::button(tr("Import files…"), tr("Choose cost exports to import (Ctrl+I)"), "primary", box);
    connect(m_import, &QPushButton::clicked, this, &ExploreGridCard::importRequested);
    m_retry = parts::button(tr("Try again"), tr("Ask once more (F5)"), "primary", box);
    connect(m_retry, &QPushButton::clicked, this, &ExploreGridCard::retryRequested);
    auto* column = new QVBoxLayout(box);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    for (QPushButton* each : {m_clear, m_all, m_import, m_retry})
        buttons->addWidget(each);
    buttons->addStretch();
    column->addStretch();
    column->addWidget(m_reason);
    column->addSpacing(8);
    column->addLayout(buttons);
    column->addStretch();
    return box;
}

void ExploreGridCard::connectAll()
{
    connect(m_periodRows, &QCheckBox::clicked, m_actions.periodRows, &QAction::trigger);
    connect(m_lineOrder, &QComboBox::activated, this, [this](int chosen) {
        if (chosen > 1)
            return; // it is so already
        m_steps.change(m_lineOrder->itemText(chosen), [chosen](ExploreState& state) {
            state.fileOrder = chosen == 1;
            state.lineSorts.clear();
        });
    });
    connect(m_models.charges, &ChargeTableModel::sortWanted, this, [this](const std::vector<LineSort>& sorts) {
        m_steps.change(tr("Sort charge lines"), [&sorts](ExploreState& state) { state.lineSorts = sorts; });
    });
    connect(m_costGrid, &GridView::drillRequested, this, &ExploreGridCard::drillRequested);
    connect(m_costGrid, &GridView::sortChosen, this, [this] { m_chosenSort = m_models.costs->sorts(); });
    connect(m_pivotGrid, &GridView::drillRequested, this, &ExploreGridCard::drillRequested);
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_models.pivot, change, this, &ExploreGridCard::showTitles);
    connect(m_models.pivot, &QAbstractItemModel::modelReset, this, &ExploreGridCard::showTitles);
    connect(m_pivotGrid, &GridView::foldAllRequested, this, &ExploreGridCard::foldAll);
    for (GridView* grid : {m_costGrid, m_chargeGrid, m_pivotGrid}) {
        connect(grid, &GridView::selectionSummaryChanged, this, &ExploreGridCard::selectionChanged);
        connect(grid, &GridView::menuRequested, this, &ExploreGridCard::menuRequested);
        connect(grid, &GridView::copyRefused, this, &ExploreGridCard::notice);
        connect(grid, &GridView::copied, this, [this] { emit notice(tr("Copied")); });
        connect(grid, &GridView::filtersChanged, this, &ExploreGridCard::showKept);
        connect(&grid->columns(), &GridColumns::changed, this, &ExploreGridCard::noteLooks);
    }
    connect(m_models.charges, &ChargeTableModel::ready, this, [this] {
        m_chargeGrid->readSortKeys();
        if (m_models.charges->rowCount() > 0 && !m_chargeGrid->currentIndex().isValid())
            m_chargeGrid->setCurrentIndex(m_models.charges->index(0, 0));
    });
}

void ExploreGridCard::showKept()
{
    const QString text = visibleGrid()->filterSummary();
    m_kept->setText(text);
    m_kept->setToolTip(text);
    m_kept->setVisible(!text.isEmpty());
}

QJsonObject ExploreGridCard::looks() const
{
    QJsonObject all;
    for (const auto& [name, grid] :
         {std::pair("costs", m_costGrid), std::pair("pivot", m_pivotGrid), std::pair("lines", m_chargeGrid)})
        if (const QString text = grid->columns().toText(); !text.isEmpty())
            all[QLatin1String(name)] = text;
    return all;
}

void ExploreGridCard::noteLooks()
{
    const QJsonObject all = looks();
    m_steps.noteLooks(all.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact)));
}

void ExploreGridCard::setLooks(const QJsonObject& looks)
{
    m_costGrid->columns().restore(looks["costs"].toString());
    m_pivotGrid->columns().restore(looks["pivot"].toString());
    m_chargeGrid->columns().restore(looks["lines"].toString());
    noteLooks();
}

void ExploreGridCard::focusFilter()
{
    if (visibleGrid()->gridModel()->canFilter())
        visibleGrid()->focusFilter();
    else
        emit notice(tr("This grid has no row of filters"));
}

bool ExploreGridCard::isLines() const
{
    return m_steps.state().mode == ExploreState::Mode::Charges;
}

void ExploreGridCard::showState()
{
    if (m_steps.state().looks.isWished) // of a view that was kept with its columns
        setLooks(QJsonDocument::fromJson(m_steps.state().looks.text.toUtf8()).object());
    const ExploreState& state = m_steps.state();
    m_periodRows->setChecked(state.periodRows);
    m_periodRows->setEnabled(state.granularity != Granularity::None);
    m_periodRows->setVisible(!isLines() && !state.isPivot());
    constexpr int kBySorts = 2;
    while (m_lineOrder->count() > kBySorts)
        m_lineOrder->removeItem(kBySorts);
    if (!state.lineSorts.empty())
        m_lineOrder->addItem(tr("By columns"));
    m_lineOrder->setCurrentIndex(!state.lineSorts.empty() ? kBySorts : state.fileOrder ? 1 : 0);
    m_lineOrder->setVisible(isLines());
    m_distinctChoice->setVisible(!isLines() && !state.isPivot());
    m_pivotChoice->showState();
    showKept();
}

void ExploreGridCard::setFailed()
{
    m_hasFailed = true;
    m_isReading = false;
}

void ExploreGridCard::setReading()
{
    m_hasFailed = false;
    m_isReading = m_models.costs->unfilteredRows() == 0 && m_models.pivot->rowCount() == 0;
    if (m_stack->currentIndex() != kReason)
        return;
    m_reason->setText(tr("Reading…"));
    offer({});
}

void ExploreGridCard::setImporting(bool importing)
{
    if (std::exchange(m_isImporting, importing) != importing && m_stack->currentIndex() == kReason)
        showGridOrReason(false);
}

/// The keyboard stays with them, also while there are none.
void ExploreGridCard::offer(std::initializer_list<QPushButton*> buttons)
{
    const QWidget* focus = QApplication::focusWidget();
    const QWidget* box = m_reason->parentWidget();
    const bool hadFocus = focus == box || box->isAncestorOf(focus);
    for (QPushButton* each : {m_clear, m_all, m_import, m_retry})
        each->setVisible(std::find(buttons.begin(), buttons.end(), each) != buttons.end());
    if (hadFocus)
        reasonTarget()->setFocus(Qt::OtherFocusReason);
}

/// The first button that is offered; else what they stand in.
QWidget* ExploreGridCard::reasonTarget() const
{
    for (QPushButton* each : {m_clear, m_all, m_import, m_retry})
        if (!each->isHidden())
            return each;
    return m_reason->parentWidget();
}

void ExploreGridCard::showTitles()
{
    const ExploreState& state = m_steps.state();
    if (m_hasFailed) {
        m_title->setText(tr("Not read"));
        m_note->clear();
    } else if (isLines()) {
        m_title->setText(ExploreText::linesTitle(*m_models.charges));
        m_note->setText(ExploreText::linesNote(m_steps));
    } else if (m_isReading) {
        m_title->setText(tr("Reading…"));
        m_note->clear();
    } else if (!m_steps.hasDays()) {
        m_title->setText(ExploreText::costBy(state));
        m_note->clear();
    } else if (state.isPivot()) {
        m_title->setText(ExploreText::pivotTitle(*m_models.pivot));
        m_note->setText(ExploreText::unknown(m_models.pivot->rows().totals()).join(QStringLiteral(" · ")));
    } else {
        m_title->setText(ExploreText::gridTitle(state, *m_models.costs));
        m_note->setText(ExploreText::gridNote(*m_models.costs, state.periodRows));
    }
}

void ExploreGridCard::showProof(const std::optional<LinesProof::Finding>& found)
{
    m_proof->setVisible(found.has_value());
    if (!found)
        return;
    const QString amount = format::money(found->cell, found->currency, format::locale());
    m_proof->setText(found->isEqual ? tr("Adds up to the cell: %1").arg(amount)
                                    : tr("Does not add up to the cell: %1").arg(amount));
    parts::setRole(m_proof, found->isEqual ? "badgeGood" : "badgeBad");
}

void ExploreGridCard::showGridOrReason(bool opening)
{
    const WorkspaceInfo& info = m_steps.workspace();
    const bool noLines = !info.path.empty() && info.rows == 0;
    m_isReading = m_isReading && !noLines;
    if (m_hasFailed && !opening) {
        m_reason->setText(tr("The figures could not be read.\nWhy, and what to do, is said above."));
        offer({m_retry});
        showPage(kReason);
        return;
    }
    const bool answeredNothing =
        isLines() ? m_models.charges->isReady() && m_models.charges->total() == 0 && !m_models.charges->isFiltered()
        : m_steps.state().isPivot() ? m_models.pivot->unfilteredRows() == 0
                                    : m_models.costs->unfilteredRows() == 0;
    if (opening || (!noLines && !answeredNothing)) {
        showPage(isLines() ? kLines : m_steps.state().isPivot() ? kPivot : kCosts);
        return;
    }
    const bool waits = noLines && m_isImporting;
    m_reason->setText(waits     ? tr("Reading…\nThe figures appear when all files have been read.")
                      : noLines ? tr("No cost lines yet.\nDrop FOCUS cost exports on the window, or press Ctrl+I.")
                                : ExploreText::empty(m_steps));
    if (waits)
        offer({});
    else if (noLines)
        offer({m_import});
    else if (m_steps.state().allFilters().empty())
        offer({m_all});
    else
        offer({m_clear, m_all});
    showPage(kReason);
}

/// The keyboard goes along: what had it is out of sight.
void ExploreGridCard::showPage(int page)
{
    if (m_stack->currentIndex() == page)
        return;
    const QWidget* focus = QApplication::focusWidget();
    const bool hadFocus = focus && m_stack->isAncestorOf(focus);
    m_stack->setCurrentIndex(page);
    if (hadFocus)
        focusGrid();
}

void ExploreGridCard::setBusyText(const QString& text)
{
    m_busy->setText(text);
}

void ExploreGridCard::takeTable(bool opening)
{
    const CostTableModel& costs = *m_models.costs;
    m_isReading = false;
    const bool hadFocus = m_costGrid->hasFocus(); // which it loses with the page of the stack
    m_costGrid->readSortKeys();
    if (costs.rowCount() > 0)
        m_costGrid->setCurrentIndex(costs.index(0, std::max(0, costs.columnOf(CostTableModel::Column::Cost))));
    showTitles();
    showGridOrReason(opening);
    if (hadFocus)
        focusGrid();
}

void ExploreGridCard::takePivot(bool opening)
{
    const PivotModel& pivot = *m_models.pivot;
    m_isReading = false;
    const bool hadFocus = m_pivotGrid->hasFocus() || m_costGrid->hasFocus();
    m_pivotGrid->readSortKeys();
    if (pivot.rowCount() > 0)
        m_pivotGrid->setCurrentIndex(pivot.index(0, pivot.firstAmount()));
    showTitles();
    showGridOrReason(opening);
    if (hadFocus)
        focusGrid();
}

void ExploreGridCard::setDims(const std::vector<Dim>& dims)
{
    m_pivotChoice->setDims(dims);
}

/// The current cell stays that of its row, or of what the row was folded into.
void ExploreGridCard::foldAll(bool fold)
{
    PivotModel& pivot = *m_models.pivot;
    const QModelIndex current = m_pivotGrid->currentIndex();
    if (!current.isValid()) {
        pivot.setAllFolded(fold);
        return;
    }
    const std::uint32_t node = pivot.nodeAt(current.row());
    const int column = current.column();
    pivot.setAllFolded(fold);
    m_pivotGrid->setCurrentIndex(pivot.index(pivot.rowOf(node), column));
}

GridView* ExploreGridCard::visibleGrid() const
{
    return isLines() ? m_chargeGrid : m_steps.state().isPivot() ? m_pivotGrid : m_costGrid;
}

QModelIndex ExploreGridCard::currentCell() const
{
    return visibleGrid()->currentIndex();
}

void ExploreGridCard::focusGrid()
{
    QWidget* target = m_stack->currentIndex() == kReason ? reasonTarget() : visibleGrid();
    target->setFocus(Qt::OtherFocusReason);
}

} // namespace altimeter::ui
