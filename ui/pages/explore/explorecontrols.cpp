#include "ui/pages/explore/explorecontrols.h"

#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/items/flowlayout.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/explore/filterbar.h"
#include "ui/pages/explore/filterpopup.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace altimeter::ui {

namespace {

constexpr std::array<Granularity, 4> kSteps{Granularity::Day, Granularity::Week, Granularity::Month, Granularity::None};

QString stepTitle(Granularity granularity)
{
    switch (granularity) {
    case Granularity::Day:
        return ExploreControls::tr("Day");
    case Granularity::Week:
        return ExploreControls::tr("Week");
    case Granularity::Month:
        return ExploreControls::tr("Month");
    case Granularity::None:
        break;
    }
    return ExploreControls::tr("Total");
}

/// A name that is longer than what English needs widens its box, within bounds; the tooltip says the rest.
void fit(QComboBox* box, int usual)
{
    constexpr int kSides = 44, kWidest = 240; // the arrow and the frame
    box->setFixedWidth(std::clamp(box->fontMetrics().horizontalAdvance(box->currentText()) + kSides, usual, kWidest));
}

} // namespace

ExploreControls::ExploreControls(Questions& questions, QWidget* parent) : QWidget(parent), m_questions(questions)
{
    m_range = new DateRangeEdit(this);
    m_group = combo(tr("Group by"), tr("What the chart and the grid are split by"), 150);
    m_second = combo(tr("Then by"), tr("A second grouping inside the first"), 132);
    m_third = combo(tr("And by"), tr("A third grouping inside the second"), 120);
    m_step = combo(tr("Step"), tr("Length of one step of the chart"), 88);
    for (const Granularity granularity : kSteps)
        m_step->addItem(stepTitle(granularity), static_cast<int>(granularity));
    m_lens = combo(tr("Cost"), tr("Which of the four costs the figures speak of"), 140);
    for (std::size_t i = 0; i < kLensCount; ++i)
        m_lens->addItem(format::lens(static_cast<CostLens>(i)), static_cast<int>(i));
    m_distinct =
        combo(tr("Count distinct"),
              tr("How many different values of a dimension each row has, for example resources (Ctrl+Shift+D)"), 132);
    m_distinctChoice = new QWidget(this);
    auto* choice = new QHBoxLayout(m_distinctChoice);
    choice->setContentsMargins(0, 0, 0, 0);
    auto* label = parts::label(tr("Count distinct"), "small", m_distinctChoice);
    label->setBuddy(m_distinct);
    choice->addWidget(label);
    choice->addWidget(m_distinct);
    m_compare = parts::button(
        tr("Compare"),
        tr("The period before, or the same of last year (Shift+P), beside this one, absolute and in percent (P)"),
        nullptr, this);
    m_compare->setIcon(themedIcon(QStringLiteral("compare")));
    m_compare->setCheckable(true);
    m_compare->setAccessibleDescription(tr("Compare with another period"));
    m_compareWith = new QToolButton(this);
    m_compareWith->setIcon(themedIcon(QStringLiteral("chevron-down")));
    m_compareWith->setAccessibleName(tr("Compared with"));
    m_compareWith->setToolTip(tr("What this period is compared with (P, Shift+P)"));
    m_compareWith->setPopupMode(QToolButton::InstantPopup);
    auto* with = new QMenu(m_compareWith);
    for (const CompareWith each : {CompareWith::PeriodBefore, CompareWith::YearBefore}) {
        QAction* action = with->addAction(format::comparedWith(each), this, [this, each] {
            ExploreState next = m_state;
            next.compare = true;
            next.compareWith = each;
            next.mode = ExploreState::Mode::Grid;
            ask(next, format::comparedWith(each));
        });
        action->setCheckable(true);
        action->setData(static_cast<int>(each));
    }
    m_compareWith->setMenu(with);
    m_filters = new FilterBar(this);
    m_popup = new FilterPopup(m_questions, this);

    auto* line = new QWidget(this);
    auto* flow = new FlowLayout(line, 14, 8);
    flow->addWidget(labelled(tr("RANGE"), m_range));
    flow->addWidget(labelled(tr("GROUP BY"), m_group));
    flow->addWidget(labelled(tr("THEN BY"), m_second));
    m_thirdBox = labelled(tr("AND BY"), m_third);
    flow->addWidget(m_thirdBox);
    flow->addWidget(labelled(tr("STEP"), m_step));
    flow->addWidget(labelled(tr("COST"), m_lens));
    auto* compared = new QWidget(line);
    auto* side = new QHBoxLayout(compared);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(2);
    side->addWidget(m_compare);
    side->addWidget(m_compareWith);
    flow->addWidget(labelled(QString(), compared));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    line->setSizePolicy(policy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(line);

    fillDims();
    connect(m_range, &DateRangeEdit::rangeChosen, this, [this](const QString& text) {
        ExploreState next = m_state;
        next.rangeText = text.toStdString();
        ask(next, tr("Range %1").arg(text));
    });
    connect(m_range, &DateRangeEdit::left, this, &ExploreControls::rangeLeft);
    connect(m_range, &DateRangeEdit::notice, this, &ExploreControls::notice);
    connect(m_group, &QComboBox::activated, this, &ExploreControls::groupChanged);
    connect(m_second, &QComboBox::activated, this, &ExploreControls::groupChanged);
    connect(m_third, &QComboBox::activated, this, &ExploreControls::groupChanged);
    connect(m_step, &QComboBox::activated, this, [this] {
        ExploreState next = m_state;
        next.granularity = static_cast<Granularity>(m_step->currentData().toInt());
        if (next.granularity == Granularity::None)
            next.periodRows = false;
        next.mode = ExploreState::Mode::Grid;
        ask(next, tr("Step %1").arg(m_step->currentText()));
    });
    connect(m_lens, &QComboBox::activated, this, [this] {
        ExploreState next = m_state;
        next.lens = static_cast<CostLens>(m_lens->currentData().toInt());
        ask(next, m_lens->currentText());
    });
    connect(m_distinct, &QComboBox::activated, this, [this] {
        ExploreState next = m_state;
        const auto dim = parseDim(m_distinct->currentData().toString().toStdString());
        next.countDistinct = dim ? std::optional<Dim>(*dim) : std::nullopt;
        next.mode = ExploreState::Mode::Grid;
        ask(next, dim ? tr("Count distinct %1").arg(format::dimTitle(*dim)) : tr("Count nothing"));
    });
    connect(m_compare, &QPushButton::clicked, this, [this](bool on) {
        ExploreState next = m_state;
        next.compare = on;
        next.mode = ExploreState::Mode::Grid;
        ask(next, on ? tr("Compare") : tr("Stop comparing"));
    });
    connect(m_filters, &FilterBar::addRequested, this, &ExploreControls::addFilter);
    connect(m_filters, &FilterBar::editRequested, this, &ExploreControls::editFilter);
    connect(m_filters, &FilterBar::removeRequested, this, [this](int filter) {
        ExploreState next = m_state;
        next.filters.erase(next.filters.begin() + filter);
        ask(next, tr("Remove filter"));
    });
    connect(m_filters, &FilterBar::clearRequested, this, [this] {
        ExploreState next = m_state;
        next.filters.clear();
        ask(next, tr("Remove all filters"));
    });
    connect(m_popup, &FilterPopup::changed, this, &ExploreControls::filterEdited);
    connect(m_popup, &FilterPopup::removeRequested, this, [this] {
        filterEdited(Filter{m_popup->filter().dim, {}, false});
    });
}

QComboBox* ExploreControls::combo(const QString& purpose, const QString& tip, int width)
{
    auto* box = new QComboBox(this);
    box->setAccessibleDescription(purpose);
    box->setToolTip(tip);
    box->setFixedWidth(width);
    connect(box, &QComboBox::currentTextChanged, this, [box, width] { fit(box, width); });
    box->setMaxVisibleItems(26);
    return box;
}

QWidget* ExploreControls::labelled(const QString& title, QWidget* control)
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    auto* label = parts::label(title, "overline", box);
    label->setBuddy(control);
    column->addWidget(label);
    column->addWidget(control);
    return box;
}

std::vector<Dim> ExploreControls::dims() const
{
    std::vector<Dim> all = namedDims();
    all.insert(all.end(), m_dynamic.begin(), m_dynamic.end());
    return all;
}

void ExploreControls::setDynamicDims(const std::vector<Dim>& dims)
{
    if (m_dynamic == dims)
        return;
    m_dynamic = dims;
    fillDims();
    setState(m_state, m_today);
}

void ExploreControls::fillDims()
{
    for (QComboBox* box : {m_group, m_second, m_third, m_distinct}) {
        box->clear();
        box->addItem(tr("Nothing"), QString());
        bool separated = false;
        for (const Dim& dim : dims()) {
            const bool dynamic = dimInfo(dim.kind).isKeyed();
            if (dynamic && !separated)
                box->insertSeparator(box->count());
            separated = separated || dynamic;
            box->addItem(format::dimTitle(dim), format::text(toString(dim)));
        }
        box->view()->setMinimumWidth(220);
    }
}

void ExploreControls::setState(const ExploreState& state, Day today)
{
    m_state = state;
    m_today = today;
    m_range->setRange(state.rangeText, today);
    const auto select = [](QComboBox* box, const std::vector<Dim>& by, std::size_t place) {
        const QString wanted = place < by.size() ? format::text(toString(by[place])) : QString();
        int index = box->findData(wanted);
        if (index < 0) {
            box->addItem(format::dimTitle(by[place]), wanted);
            index = box->count() - 1;
        }
        box->setCurrentIndex(index);
    };
    select(m_group, state.by, 0);
    select(m_second, state.by, 1);
    select(m_distinct, state.countDistinct ? std::vector<Dim>{*state.countDistinct} : std::vector<Dim>(), 0);
    select(m_third, state.by, 2);
    m_second->setEnabled(!state.by.empty());
    m_third->setEnabled(state.by.size() > 1);
    m_thirdBox->setVisible(state.pivot || state.by.size() > 2);
    m_step->setCurrentIndex(m_step->findData(static_cast<int>(state.granularity)));
    m_lens->setCurrentIndex(m_lens->findData(static_cast<int>(state.lens)));
    m_compare->setChecked(state.compare);
    for (QAction* action : m_compareWith->menu()->actions())
        action->setChecked(state.compare && action->data().toInt() == static_cast<int>(state.compareWith));
    m_filters->setFilters(state.filters);
}

void ExploreControls::groupChanged()
{
    ExploreState next = m_state;
    next.by.clear();
    next.mode = ExploreState::Mode::Grid; // lines are not grouped: the answer is the grid of the same cell
    QStringList names;
    for (QComboBox* box : {m_group, m_second, m_third}) {
        const auto dim = parseDim(box->currentData().toString().toStdString());
        if (!dim || std::find(next.by.begin(), next.by.end(), *dim) != next.by.end())
            continue;
        next.by.push_back(*dim);
        names << format::dimTitle(*dim);
    }
    ask(next, names.isEmpty() ? tr("Group by nothing") : tr("Group by %1").arg(names.join(QStringLiteral(", "))));
}

void ExploreControls::ask(const ExploreState& state, const QString& what, int merge)
{
    emit stateWanted(state, what, merge);
}

void ExploreControls::chooseDistinct()
{
    m_distinct->setFocus(Qt::ShortcutFocusReason);
    m_distinct->showPopup();
}

QWidget* ExploreControls::filterBar() const
{
    return m_filters;
}

void ExploreControls::addFilter()
{
    m_edited = static_cast<int>(m_state.filters.size());
    ++m_merge;
    const Dim first = m_state.by.empty() ? Dim{Dim::Kind::Service, {}} : m_state.by.front();
    const auto range = m_state.range(m_today);
    m_popup->open(m_filters->addButton(), dims(), Filter{first, {}, false},
                  m_state.query(range ? *range : DateRange{}));
}

void ExploreControls::editFilter(int filter, QWidget* anchor)
{
    m_edited = filter;
    ++m_merge;
    const auto range = m_state.range(m_today);
    m_popup->open(anchor, dims(), m_state.filters.at(static_cast<std::size_t>(filter)),
                  m_state.query(range ? *range : DateRange{}));
}

void ExploreControls::filterEdited(const Filter& filter)
{
    ExploreState next = m_state;
    const auto at = static_cast<std::size_t>(m_edited);
    if (m_edited < 0 || at > next.filters.size())
        return;
    if (at == next.filters.size()) {
        if (filter.values.empty())
            return;
        next.filters.push_back(filter);
    } else if (filter.values.empty()) {
        next.filters.erase(next.filters.begin() + m_edited);
    } else {
        next.filters[at] = filter;
    }
    ask(next, tr("Filter %1", "by a dimension").arg(format::dimTitle(filter.dim)), m_merge);
}

} // namespace altimeter::ui
