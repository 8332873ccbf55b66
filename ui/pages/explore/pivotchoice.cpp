#include "ui/pages/explore/pivotchoice.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/explore/exploreactions.h"
#include "ui/pages/explore/exploresteps.h"

#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace altimeter::ui {

namespace {

using Pivot = ExploreState::Pivot;

/// What an entry of the list stands for: "step:month", "" for nothing, or a dim as it is spelled.
QString wordOf(const Pivot& pivot)
{
    if (pivot.across == Pivot::Across::Values)
        return format::text(toString(pivot.dim));
    if (pivot.across == Pivot::Across::Nothing)
        return {};
    return pivot.step == Granularity::Month  ? QStringLiteral("step:month")
           : pivot.step == Granularity::Week ? QStringLiteral("step:week")
                                             : QStringLiteral("step:day");
}

Pivot pivotOf(const QString& word, Pivot pivot)
{
    if (word.startsWith(QLatin1String("step:"))) {
        pivot.step = word.endsWith(QLatin1String("month"))  ? Granularity::Month
                     : word.endsWith(QLatin1String("week")) ? Granularity::Week
                                                            : Granularity::Day;
        pivot.across = Pivot::Across::Steps;
        pivot.stepsDown = false;
    } else if (const auto dim = parseDim(word.toStdString())) {
        pivot.across = Pivot::Across::Values;
        pivot.dim = *dim;
    } else {
        pivot.across = Pivot::Across::Nothing;
    }
    return pivot;
}

QToolButton* buttonOf(QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setAccessibleDescription(action->toolTip());
    return button;
}

} // namespace

PivotChoice::PivotChoice(ExploreSteps& steps, const ExploreActions& actions, QWidget* parent)
    : QWidget(parent), m_steps(steps)
{
    m_shape = new QWidget(this);
    m_across = new QComboBox(m_shape);
    m_across->setAccessibleDescription(tr("Across"));
    m_across->setToolTip(tr("What the columns of the pivot stand for"));
    m_across->setMinimumWidth(110);
    m_across->setMaxVisibleItems(26);
    auto* label = parts::label(tr("Across"), "small", m_shape);
    label->setBuddy(m_across);
    auto* row = new QHBoxLayout(m_shape);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(buttonOf(actions.openAll, m_shape));
    row->addWidget(buttonOf(actions.foldAll, m_shape));
    row->addWidget(label);
    row->addWidget(m_across);
    row->addWidget(buttonOf(actions.swap, m_shape));
    auto* whole = new QHBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(6);
    whole->addWidget(m_shape);
    whole->addWidget(buttonOf(actions.pivot, this));
    connect(m_across, &QComboBox::activated, this, &PivotChoice::choose);
    setDims(namedDims());
}

void PivotChoice::setDims(const std::vector<Dim>& dims)
{
    m_dims = dims;
    fill();
    showState();
}

void PivotChoice::fill()
{
    m_across->clear();
    m_across->addItem(tr("Months"), QStringLiteral("step:month"));
    m_across->addItem(tr("Weeks"), QStringLiteral("step:week"));
    m_across->addItem(tr("Days"), QStringLiteral("step:day"));
    m_across->addItem(tr("Nothing"), QString());
    m_across->insertSeparator(m_across->count());
    for (const Dim& dim : m_dims)
        m_across->addItem(format::dimTitle(dim), format::text(toString(dim)));
    m_across->view()->setMinimumWidth(220);
}

void PivotChoice::showState()
{
    const ExploreState& state = m_steps.state();
    setVisible(state.mode == ExploreState::Mode::Grid);
    m_shape->setVisible(state.pivot.has_value());
    if (!state.pivot)
        return;
    const QString word = wordOf(*state.pivot);
    int index = m_across->findData(word);
    if (index < 0) {
        m_across->addItem(format::dimTitle(state.pivot->dim), word);
        index = m_across->count() - 1;
    }
    m_across->setCurrentIndex(index);
}

void PivotChoice::choose(int index)
{
    const QString word = m_across->itemData(index).toString();
    m_steps.change(tr("%1 across", "a dimension or steps of time").arg(m_across->itemText(index)),
                   [&word](ExploreState& state) {
                       state.pivot = pivotOf(word, state.pivot.value_or(Pivot()));
                       const auto down = std::find(state.by.begin(), state.by.end(), state.pivot->dim);
                       if (state.pivot->across == Pivot::Across::Values && down != state.by.end())
                           state.by.erase(down); // it cannot be down as well
                   });
}

} // namespace altimeter::ui
