#include "ui/pages/explore/exploredrill.h"

#include "ui/charts/seriesframe.h"
#include "ui/format/format.h"
#include "ui/items/costtablemodel.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/linesproof.h"

#include <QModelIndex>

#include <set>

namespace altimeter::ui {

namespace {

constexpr std::size_t kMostValues = 500; ///< of one filter

} // namespace

ExploreDrill::ExploreDrill(ExploreSteps& steps, const CostTableModel& costs, LinesProof& proof, QObject* parent)
    : QObject(parent), m_steps(steps), m_costs(costs), m_proof(proof)
{
}

drill::Target ExploreDrill::targetOf(const QModelIndex& cell) const
{
    drill::Target target;
    if (!cell.isValid())
        return target;
    const CostRow& row = m_costs.rowAt(cell.row());
    target.keys = row.keys;
    target.isOther = row.isOther;
    target.currency = row.currency;
    target.limitCurrency = m_costs.table().totals.size() > 1;
    target.granularity = m_steps.state().granularity;
    if (m_costs.columnKind(cell.column()) == CostTableModel::Column::Previous)
        target.range = m_steps.base();
    else
        target.period = row.period;
    return target;
}

std::optional<Amount> ExploreDrill::amountOf(const QModelIndex& cell, const drill::Target& target) const
{
    if (!cell.isValid() || (target.range && m_costs.rowAt(cell.row()).period.isValid()))
        return std::nullopt;
    const auto column = target.range ? CostTableModel::Column::Previous : CostTableModel::Column::Cost;
    return m_costs.amountAt(cell.row(), m_costs.columnOf(column));
}

/// While an answer is on its way, or did not come, the grid shows the rows of an earlier question: their keys say
/// nothing about the present one.
bool ExploreDrill::isOfPresentQuestion() const
{
    return m_costs.table().query == m_steps.state().gridQuery(m_steps.range());
}

std::optional<Change> ExploreDrill::changeOf(const QModelIndex& cell) const
{
    const ExploreState& state = m_steps.state();
    Change change;
    change.rangeText = state.rangeText;
    change.with = state.compareWith;
    change.lens = state.lens;
    change.currency = state.chartCurrency;
    ExploreState inside = state;
    if (cell.isValid() && state.mode == ExploreState::Mode::Grid && isOfPresentQuestion()) {
        drill::Target target = targetOf(cell);
        if (target.period.isValid())
            return std::nullopt;
        target.range.reset(); // the row, whichever of its periods the cell is of
        target.limitCurrency = false;
        change.currency = m_costs.rowAt(cell.row()).currency;
        inside = drill::toCharges(state, m_steps.range(), target);
    }
    change.filters = inside.allFilters();
    const bool isOfRow = cell.isValid() && !state.by.empty();
    change.by = isOfRow || state.by.empty() ? nextDrillDim(inside).value_or(change.by) : state.by.front();
    return change;
}

void ExploreDrill::toCharges(const QModelIndex& cell)
{
    if (!isOfPresentQuestion())
        return;
    const drill::Target target = targetOf(cell);
    const ExploreState next = drill::toCharges(m_steps.state(), m_steps.range(), target);
    if (const auto amount = amountOf(cell, target))
        m_proof.begin(next, m_costs.currencyAt(cell.row()), *amount, m_costs.table().revision);
    else
        m_proof.forget();
    m_steps.want(next, tr("Charge lines"));
    emit drilled();
}

void ExploreDrill::into(const QModelIndex& cell, const Dim& dim)
{
    if (!isOfPresentQuestion())
        return;
    m_steps.want(drill::into(m_steps.state(), m_steps.range(), targetOf(cell), dim),
                 tr("Drill into %1").arg(format::dimTitle(dim)));
    emit drilled();
}

void ExploreDrill::down(const QModelIndex& cell)
{
    if (m_steps.state().mode != ExploreState::Mode::Grid || !cell.isValid() || !isOfPresentQuestion())
        return;
    const ExploreState lines = drill::toCharges(m_steps.state(), m_steps.range(), targetOf(cell));
    if (const auto dim = nextDrillDim(lines))
        into(cell, *dim);
    else
        toCharges(cell);
}

void ExploreDrill::up()
{
    m_steps.want(drill::up(m_steps.state()), tr("Up one level"));
    emit drilled();
}

void ExploreDrill::upTo(qsizetype level)
{
    m_steps.change(tr("Go up"), [level](ExploreState& state) {
        state.mode = ExploreState::Mode::Grid;
        while (state.path.size() > static_cast<std::size_t>(level))
            state = drill::up(state);
    });
}

void ExploreDrill::toMark(const SeriesFrame& frame, int line, Day day)
{
    drill::Target target;
    target.period = day;
    target.granularity = frame.granularity;
    target.currency = frame.currency;
    target.limitCurrency = m_costs.table().totals.size() > 1;
    if (line >= 0 && line < static_cast<int>(frame.lines.size()) && !m_steps.state().by.empty()) {
        const SeriesFrame::Line& chosen = frame.lines[static_cast<std::size_t>(line)];
        target.keys = chosen.keys;
        target.isOther = chosen.isOther;
        for (const auto& other : frame.lines)
            if (!other.isOther)
                target.otherThan.push_back(other.keys);
    }
    m_proof.forget();
    m_steps.want(drill::toCharges(m_steps.state(), m_steps.range(), target),
                 tr("Charge lines of %1").arg(format::date(day, format::locale())));
    emit drilled();
}

void ExploreDrill::filter(const QModelIndex& current, const std::vector<int>& rows, bool exclude)
{
    const ExploreState& state = m_steps.state();
    if (state.mode != ExploreState::Mode::Grid || state.by.empty())
        return;
    const bool onKey = m_costs.columnKind(current.column()) == CostTableModel::Column::Key;
    const auto place = onKey ? static_cast<std::size_t>(current.column()) : 0;
    std::vector<std::string> values;
    std::set<std::string> seen;
    for (const int row : rows) {
        const CostRow& shown = m_costs.rowAt(row);
        if (!shown.isOther && place < shown.keys.size() && seen.insert(shown.keys[place]).second)
            values.push_back(shown.keys[place]);
        if (values.size() > kMostValues) {
            emit notice(tr("A filter takes at most %1 value(s); select fewer rows", nullptr, format::forms(kMostValues))
                            .arg(format::count(kMostValues)));
            return;
        }
    }
    if (values.empty())
        return;
    m_steps.want(drill::filtered(state, state.by[place], values, exclude), exclude ? tr("Exclude") : tr("Keep only"));
}

} // namespace altimeter::ui
