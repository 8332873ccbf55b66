#include "ui/pages/explore/exploregridcard.h"

#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/gridfooter.h"
#include "ui/items/gridview.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/exploretext.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kCosts = 0, kLines = 1, kReason = 2; ///< pages of the stack

} // namespace

ExploreGridCard::ExploreGridCard(ExploreSteps& steps, const Models& models, const ExploreActions& actions,
                                 QWidget* distinctChoice, QWidget* parent)
    : QFrame(parent), m_steps(steps), m_models(models), m_actions(actions), m_distinctChoice(distinctChoice)
{
    parts::makeCard(this, tr("Grid"));
    parts::cardLayout(this)->setContentsMargins(1, 8, 1, 6);
    QHBoxLayout* row = makeTitleRow(distinctChoice);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(makeGrid(m_costGrid, models.costs, tr("Cost grid")));
    m_stack->addWidget(makeGrid(m_chargeGrid, models.charges, tr("Charge lines")));
    m_costGrid->setSortingEnabled(true);
    m_chargeGrid->horizontalHeader()->setSortIndicatorShown(false);
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
    m_busy = parts::label({}, "small", this);
    m_busy->setAccessibleDescription(tr("Loading state"));
    m_periodRows = new QCheckBox(m_actions.periodRows->text(), this);
    m_periodRows->setToolTip(m_actions.periodRows->toolTip());
    m_lineOrder = new QComboBox(this);
    m_lineOrder->setAccessibleDescription(tr("Order of charge lines"));
    m_lineOrder->setToolTip(tr("Largest first shows what matters; file order shows lines beside their neighbours"));
    m_lineOrder->addItems({tr("Largest first"), tr("File order")});
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 14, 0);
    row->setSpacing(10);
    row->addWidget(m_title);
    row->addWidget(m_note);
    row->addWidget(m_proof);
    row->addStretch(1);
    row->addWidget(m_busy);
    row->addWidget(distinctChoice);
    row->addWidget(m_periodRows);
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
    auto* column = new QVBoxLayout(box);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_clear);
    buttons->addWidget(m_all);
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
        m_steps.change(m_lineOrder->currentText(), [chosen](ExploreState& state) { state.fileOrder = chosen == 1; });
    });
    connect(m_costGrid, &GridView::drillRequested, this, &ExploreGridCard::drillRequested);
    connect(m_costGrid->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this,
            [this](int column, Qt::SortOrder order) {
                const CostTableModel::Column kind = m_models.costs->columnKind(column);
                if (!m_sortingByMyself && kind != CostTableModel::Column::Count)
                    m_chosenSort = CostTableModel::Sort{kind, order};
            });
    for (GridView* grid : {m_costGrid, m_chargeGrid}) {
        connect(grid, &GridView::selectionSummaryChanged, this, &ExploreGridCard::selectionChanged);
        connect(grid, &GridView::menuRequested, this, &ExploreGridCard::menuRequested);
        connect(grid, &GridView::copyRefused, this, &ExploreGridCard::notice);
    }
    connect(m_models.charges, &ChargeTableModel::ready, this, [this] {
        if (m_models.charges->rowCount() > 0 && !m_chargeGrid->currentIndex().isValid())
            m_chargeGrid->setCurrentIndex(m_models.charges->index(0, 0));
    });
}

bool ExploreGridCard::isLines() const
{
    return m_steps.state().mode == ExploreState::Mode::Charges;
}

void ExploreGridCard::showState()
{
    const ExploreState& state = m_steps.state();
    m_periodRows->setChecked(state.periodRows);
    m_periodRows->setEnabled(state.granularity != Granularity::None);
    m_periodRows->setVisible(!isLines());
    m_lineOrder->setCurrentIndex(state.fileOrder ? 1 : 0);
    m_lineOrder->setVisible(isLines());
    m_distinctChoice->setVisible(!isLines());
}

void ExploreGridCard::showTitles()
{
    const ExploreState& state = m_steps.state();
    if (isLines()) {
        m_title->setText(ExploreText::linesTitle(*m_models.charges));
        m_note->setText(ExploreText::linesNote(m_steps));
    } else if (!m_steps.hasDays()) {
        m_title->setText(ExploreText::costBy(state));
        m_note->clear();
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
    const bool answeredNothing =
        isLines() ? m_models.charges->isReady() && m_models.charges->total() == 0 : m_models.costs->rowCount() == 0;
    if (opening || (!noLines && !answeredNothing)) {
        m_stack->setCurrentIndex(isLines() ? kLines : kCosts);
        return;
    }
    m_reason->setText(noLines ? tr("No cost lines yet.\nDrop FOCUS cost exports on the window, or press Ctrl+I.")
                              : ExploreText::empty(m_steps));
    m_clear->setVisible(!noLines && !m_steps.state().allFilters().empty());
    m_all->setVisible(!noLines);
    m_stack->setCurrentIndex(kReason);
}

void ExploreGridCard::setBusyText(const QString& text)
{
    m_busy->setText(text);
}

void ExploreGridCard::takeTable(bool opening)
{
    const CostTableModel& costs = *m_models.costs;
    const bool hadFocus = m_costGrid->hasFocus(); // which it loses with the page of the stack
    m_sortingByMyself = true;
    m_costGrid->horizontalHeader()->setSortIndicator(costs.sortColumn(), costs.sortOrder());
    m_sortingByMyself = false;
    if (costs.rowCount() > 0)
        m_costGrid->setCurrentIndex(costs.index(0, std::max(0, costs.columnOf(CostTableModel::Column::Cost))));
    showTitles();
    showGridOrReason(opening);
    if (hadFocus)
        m_costGrid->setFocus();
}

GridView* ExploreGridCard::visibleGrid() const
{
    return isLines() ? m_chargeGrid : m_costGrid;
}

QModelIndex ExploreGridCard::currentCell() const
{
    return visibleGrid()->currentIndex();
}

void ExploreGridCard::focusGrid()
{
    visibleGrid()->setFocus(Qt::OtherFocusReason);
}

} // namespace altimeter::ui
