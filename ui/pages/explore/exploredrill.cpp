#include "ui/pages/explore/exploredrill.h"

#include "ui/charts/seriesframe.h"
#include "ui/format/format.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/linesproof.h"

#include <QModelIndex>

#include <algorithm>
#include <set>

namespace altimeter::ui {

namespace {

constexpr std::size_t kMostValues = 500; ///< of one filter

} // namespace

ExploreDrill::ExploreDrill(ExploreSteps& steps, const CostTableModel& costs, const PivotModel& pivot, LinesProof& proof,
                           QObject* parent)
    : QObject(parent), m_steps(steps), m_costs(costs), m_pivot(pivot), m_proof(proof)
{
}

bool ExploreDrill::hasSeveralCurrencies() const
{
    return (m_steps.state().isPivot() ? m_pivot.rows().totals() : m_costs.table().totals).size() > 1;
}

/// A row of a pivot stands for the values down to its level; a column for one value more, or for a step.
drill::Target ExploreDrill::pivotTargetOf(const QModelIndex& cell) const
{
    const PivotRows& rows = m_pivot.rows();
    const std::uint32_t node = m_pivot.nodeAt(cell.row());
    drill::Target target;
    target.currency = rows.currency(node);
    target.limitCurrency = hasSeveralCurrencies();
    target.granularity = m_steps.state().pivot->step;
    for (std::size_t level = 1; level <= rows.nodes()[node].level; ++level) {
        const PivotRows::Value& value = rows.valueAt(node, level);
        if (value.period.isValid())
            target.period = value.period;
        else
            target.keys.push_back(value.key);
    }
    if (m_pivot.comparedOf(cell.column()) == PivotModel::Compared::Previous) {
        target.range = m_steps.base();
        target.period = Day::none();
    }
    const auto across = m_pivot.acrossOf(cell.column());
    if (!across || *across == PivotRows::kTotal)
        return target;
    const PivotRows::Value& value = rows.columns()[*across];
    if (value.period.isValid()) {
        target.period = value.period;
        return target;
    }
    Filter column{m_steps.state().pivot->dim, {value.key}, value.isOther};
    if (value.isOther) {
        column.values.clear();
        for (const PivotRows::Value& other : rows.columns())
            if (!other.isOther)
                column.values.push_back(other.key);
    }
    target.beside.push_back(std::move(column));
    return target;
}

drill::Target ExploreDrill::targetOf(const QModelIndex& cell) const
{
    drill::Target target;
    if (!cell.isValid())
        return target;
    if (cell.model() == &m_pivot)
        return pivotTargetOf(cell);
    const CostRow& row = m_costs.rowAt(cell.row());
    target.keys = row.keys;
    target.isOther = row.isOther;
    target.currency = row.currency;
    target.limitCurrency = hasSeveralCurrencies();
    target.granularity = m_steps.state().granularity;
    if (m_costs.columnKind(cell.column()) == CostTableModel::Column::Previous)
        target.range = m_steps.base();
    else
        target.period = row.period;
    return target;
}

std::optional<Amount> ExploreDrill::amountOf(const QModelIndex& cell, const drill::Target& target) const
{
    if (cell.isValid() && cell.model() == &m_pivot) { // on a name, what its row comes to
        const bool isPrevious = m_pivot.comparedOf(cell.column()) == PivotModel::Compared::Previous;
        if (isPrevious && hasPeriodRows()) // the lines are those of all its steps
            return std::nullopt;
        const bool isAmount = m_pivot.acrossOf(cell.column()).has_value() || isPrevious;
        return m_pivot.amountAt(cell.row(), isAmount ? cell.column() : m_pivot.totalColumn());
    }
    if (!cell.isValid() || (target.range && m_costs.rowAt(cell.row()).period.isValid()))
        return std::nullopt;
    const auto column = target.range ? CostTableModel::Column::Previous : CostTableModel::Column::Cost;
    return m_costs.amountAt(cell.row(), m_costs.columnOf(column));
}

bool ExploreDrill::hasPeriodRows() const
{
    const auto& levels = m_pivot.rows().shape().rows;
    return std::any_of(levels.begin(), levels.end(),
                       [](const PivotField& field) { return field.kind == PivotField::Kind::Period; });
}

bool ExploreDrill::isChange(const QModelIndex& cell) const
{
    if (!cell.isValid())
        return false;
    if (cell.model() == &m_pivot) {
        const PivotModel::Compared compared = m_pivot.comparedOf(cell.column());
        return compared == PivotModel::Compared::Change || compared == PivotModel::Compared::ChangePercent;
    }
    const CostTableModel::Column kind =
        cell.model() == &m_costs ? m_costs.columnKind(cell.column()) : CostTableModel::Column::Count;
    return kind == CostTableModel::Column::Change || kind == CostTableModel::Column::ChangePercent;
}

/// While an answer is on its way, or did not come, the grid shows the rows of an earlier question: their keys say
/// nothing about the present one.
bool ExploreDrill::isOfPresentQuestion() const
{
    const CostQuery& shown = m_steps.state().isPivot() ? m_pivot.rows().query() : m_costs.table().query;
    return shown == m_steps.state().gridQuery(m_steps.range());
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
        change.currency = target.currency;
        inside = drill::toCharges(state, m_steps.range(), target);
    }
    change.filters = inside.allFilters();
    const bool isOfRow = cell.isValid() && !state.by.empty();
    change.by = isOfRow || state.by.empty() ? nextDrillDim(inside).value_or(change.by) : state.by.front();
    return change;
}

/// What a cell of a change, in digits or percent, comes to in digits.
std::optional<Amount> ExploreDrill::changeAt(const QModelIndex& cell) const
{
    if (cell.model() != &m_pivot)
        return m_costs.amountAt(cell.row(), m_costs.columnOf(CostTableModel::Column::Change));
    for (int column = 0; column < m_pivot.columnCount(); ++column)
        if (m_pivot.comparedOf(column) == PivotModel::Compared::Change)
            return m_pivot.amountAt(cell.row(), column);
    return std::nullopt;
}

std::optional<NotableFigure> ExploreDrill::figureOf(const QModelIndex& cell) const
{
    const ExploreState& state = m_steps.state();
    if (!cell.isValid() || state.mode != ExploreState::Mode::Grid || !isOfPresentQuestion())
        return std::nullopt;
    const bool isPivot = cell.model() == &m_pivot;
    const bool isDifference = isChange(cell);
    const drill::Target target = targetOf(cell);
    const bool hasSteps = isPivot ? hasPeriodRows() : target.period.isValid();
    if (target.isOther || ((isDifference || target.range) && (hasSteps || !m_steps.base())))
        return std::nullopt; // steps beside each other are compared by their place
    const ExploreState inside = drill::toCharges(state, m_steps.range(), target);
    const auto days = inside.range(m_steps.today());
    if (!days)
        return std::nullopt;
    NotableFigure found;
    found.figure = {*days, {}, inside.allFilters(), state.lens, target.currency};
    if (isDifference) {
        found.figure.base = m_steps.base();
        found.amount = changeAt(cell);
    } else if (isPivot || target.range || m_costs.rowAt(cell.row()).rows > m_costs.rowAt(cell.row()).unknownRows) {
        found.amount = amountOf(cell, target); // else unknown, which is not zero
    }
    found.figure = canonical(std::move(found.figure));
    found.state = toJson(state.pinned(m_steps.range(), m_steps.today())).toStdString();
    return found;
}

std::optional<Figure> ExploreDrill::markedFigure(const QModelIndex& cell) const
{
    if (!cell.isValid())
        return std::nullopt;
    using Column = CostTableModel::Column;
    if (cell.model() == &m_pivot) {
        const PivotModel::Compared compared = m_pivot.comparedOf(cell.column());
        if (compared == PivotModel::Compared::ChangePercent ||
            (compared == PivotModel::Compared::None && !m_pivot.acrossOf(cell.column())))
            return std::nullopt;
    } else if (const Column kind = m_costs.columnKind(cell.column());
               kind != Column::Cost && kind != Column::Previous && kind != Column::Change) {
        return std::nullopt;
    }
    auto found = figureOf(cell);
    return found ? std::optional(std::move(found->figure)) : std::nullopt;
}

void ExploreDrill::toCharges(const QModelIndex& cell)
{
    if (!isOfPresentQuestion())
        return;
    const drill::Target target = targetOf(cell);
    const ExploreState next = drill::toCharges(m_steps.state(), m_steps.range(), target);
    if (const auto amount = amountOf(cell, target))
        m_proof.begin(next, target.currency, *amount,
                      cell.model() == &m_pivot ? m_pivot.rows().revision() : m_costs.table().revision);
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
    target.limitCurrency = hasSeveralCurrencies();
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

void ExploreDrill::keepLine(const SeriesFrame& frame, int line)
{
    const std::vector<Dim> by = m_steps.state().by;
    if (line < 0 || line >= static_cast<int>(frame.lines.size()))
        return;
    const SeriesFrame::Line& chosen = frame.lines[static_cast<std::size_t>(line)];
    ExploreState next = m_steps.state();
    if (chosen.isOther) {
        if (by.size() != 1) {
            emit notice(tr("Group by one dimension to keep what is not drawn"));
            return;
        }
        std::vector<std::string> drawn;
        for (const SeriesFrame::Line& other : frame.lines)
            if (!other.isOther && other.keys.size() == 1)
                drawn.push_back(other.keys.front());
        next = drill::filtered(next, by.front(), drawn, true);
    } else {
        for (std::size_t i = 0; i < std::min(by.size(), chosen.keys.size()); ++i)
            next = drill::filtered(next, by[i], {chosen.keys[i]}, false);
    }
    m_steps.want(next, tr("Keep only"));
}

void ExploreDrill::filter(const QModelIndex& current, const std::vector<int>& rows, bool exclude)
{
    const ExploreState& state = m_steps.state();
    if (state.mode != ExploreState::Mode::Grid || state.by.empty() || !current.isValid())
        return;
    Dim dim;
    const std::vector<std::string> values = valuesOf(current, rows, dim);
    if (values.size() > kMostValues) {
        emit notice(tr("A filter takes at most %1 value(s); select fewer rows", nullptr, format::forms(kMostValues))
                        .arg(format::count(kMostValues)));
        return;
    }
    if (!values.empty())
        m_steps.want(drill::filtered(state, dim, values, exclude), exclude ? tr("Exclude") : tr("Keep only"));
}

std::vector<std::string> ExploreDrill::valuesOf(const QModelIndex& current, const std::vector<int>& rows,
                                                Dim& dim) const
{
    std::vector<std::string> values;
    std::set<std::string> seen;
    const auto add = [&](const std::string& value) {
        if (seen.insert(value).second)
            values.push_back(value);
        return values.size() <= kMostValues;
    };
    if (current.model() == &m_pivot) { // the level of the column, or that of the current row
        const PivotRows& pivot = m_pivot.rows();
        const std::size_t named = m_pivot.levelOf(current.column());
        const std::size_t level = named > 0 ? named : pivot.nodes()[m_pivot.nodeAt(current.row())].level;
        if (level == 0 || pivot.shape().rows[level - 1].kind != PivotField::Kind::Key)
            return values;
        dim = pivot.query().by[pivot.shape().rows[level - 1].key];
        for (const int row : rows) {
            const std::uint32_t node = m_pivot.nodeAt(row);
            if (pivot.nodes()[node].level >= level && !add(pivot.valueAt(node, level).key))
                break;
        }
        return values;
    }
    const bool onKey = m_costs.columnKind(current.column()) == CostTableModel::Column::Key;
    const auto place = onKey ? static_cast<std::size_t>(current.column()) : 0;
    dim = m_steps.state().by[place];
    for (const int row : rows) {
        const CostRow& shown = m_costs.rowAt(row);
        if (!shown.isOther && place < shown.keys.size() && !add(shown.keys[place]))
            break;
    }
    return values;
}

} // namespace altimeter::ui
