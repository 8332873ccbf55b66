#include "ui/pages/explore/exploretext.h"

#include "ui/format/counted.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/costtablemodel.h"
#include "ui/items/gridview.h"
#include "ui/items/pivotmodel.h"
#include "ui/pages/explore/exploresteps.h"

#include <algorithm>

namespace altimeter::ui {

QString ExploreText::costBy(const ExploreState& state)
{
    if (state.by.empty())
        return tr("%1 in total").arg(format::lens(state.lens));
    QStringList names;
    for (const Dim& dim : state.by)
        names << (dim.kind == Dim::Kind::Sku ? format::dimTitle(dim) : format::dimTitle(dim).toLower());
    if (names.size() > 2)
        return tr("%1 by %2", "a cost, a dimension").arg(format::lens(state.lens), names.join(QStringLiteral(", ")));
    if (names.size() == 1)
        return tr("%1 by %2", "a cost, a dimension").arg(format::lens(state.lens), names.front());
    return tr("%1 by %2 and %3", "a cost, two dimensions").arg(format::lens(state.lens), names.front(), names.back());
}

QString ExploreText::chartTitle(const ExploreSteps& steps)
{
    return tr("%1, %2", "cost by what, length of a step")
        .arg(costBy(steps.state()), format::granularity(steps.chartStep()).toLower());
}

/// As typed where no data says yet which days that means.
QString ExploreText::days(const ExploreSteps& steps)
{
    return steps.hasDays() ? format::range(steps.range(), format::locale()) : format::text(steps.state().rangeText);
}

QString ExploreText::chartNote(const ExploreSteps& steps)
{
    const auto base = steps.hasDays() ? steps.base() : std::nullopt;
    QString note = base ? format::compared(steps.range(), coverOf(steps, steps.range()), *base, coverOf(steps, *base))
                        : days(steps);
    const Granularity wanted =
        steps.state().granularity == Granularity::None ? Granularity::Day : steps.state().granularity;
    if (steps.chartStep() != wanted) // the grid keeps its own
        note = format::joined({note, steps.chartStep() == Granularity::Week
                                         ? tr("in weeks: too many days for a chart")
                                         : tr("in months: too many steps for a chart")});
    return note;
}

/// Whether the comparison leaves out days of one of its periods, for which there are no data.
bool ExploreText::isPartly(const ExploreSteps& steps)
{
    const auto base = steps.hasDays() ? steps.base() : std::nullopt;
    return base && (coverOf(steps, steps.range()).isPart() || coverOf(steps, *base).isPart());
}

DaysCovered ExploreText::coverOf(const ExploreSteps& steps, const DateRange& range)
{
    return daysCovered(range, steps.workspace().dataFrom, steps.workspace().dataThrough);
}

/// A team that pays in two currencies has two rows and is one team; what has no team is none.
QString ExploreText::gridTitle(const ExploreState& state, const CostTableModel& costs)
{
    if (state.by.empty())
        return tr("Total");
    if (state.by.size() > 1 || state.periodRows)
        return counted::rows(static_cast<std::uint64_t>(costs.rowCount()));
    const std::uint64_t values = costs.values();
    const auto& totals = costs.table().totals;
    const bool isSomeNobodys = std::any_of(totals.begin(), totals.end(), [&costs](const CurrencyTotal& total) {
        return costs.unallocated(total.currency) != nullptr;
    });
    if (isSomeNobodys && values == 1)
        return tr("%1 %2 and unallocated", "one, of a dimension")
            .arg(format::count(1), format::dimTitle(state.by.front()).toLower());
    if (isSomeNobodys)
        return tr("%1 %2 and unallocated", "number, dimension")
            .arg(format::count(values, format::locale()), format::dimPlural(state.by.front()));
    if (values == 1)
        return tr("%1 %2", "one, of a dimension").arg(format::count(1), format::dimTitle(state.by.front()).toLower());
    return tr("%1 %2", "number, dimension")
        .arg(format::count(values, format::locale()), format::dimPlural(state.by.front()));
}

QStringList ExploreText::unallocated(const CostTableModel& costs)
{
    QStringList notes;
    for (const CurrencyTotal& total : costs.table().totals) {
        const CostRow* orphan = costs.unallocated(total.currency);
        if (!orphan)
            continue;
        const QString cost = format::money(orphan->cost, total.currency, format::locale());
        if (total.cost.isZero() || total.cost.isNegative())
            notes << tr("Unallocated %1").arg(cost);
        else
            notes << tr("Unallocated %1 (%2)")
                         .arg(cost, format::percent(orphan->cost.toDouble() / total.cost.toDouble(), format::locale()));
    }
    return notes;
}

QStringList ExploreText::unknown(const std::vector<CurrencyTotal>& totals)
{
    QStringList notes;
    for (const CurrencyTotal& total : totals)
        if (total.unknownRows > 0)
            notes << tr("%1 line(s) in %2 without a cost: unknown, not zero", nullptr, format::forms(total.unknownRows))
                         .arg(format::count(total.unknownRows), format::text(std::string(total.currency.code())));
    return notes;
}

QString ExploreText::gridNote(const CostTableModel& costs, bool periodRows)
{
    const QStringList notes = (periodRows ? QStringList() : unallocated(costs)) + unknown(costs.table().totals);
    return notes.join(QStringLiteral(" · "));
}

QString ExploreText::pivotTitle(const PivotModel& pivot)
{
    return counted::rows(static_cast<std::uint64_t>(pivot.rowCount()));
}

QString ExploreText::linesTitle(const ChargeTableModel& charges)
{
    return charges.isReady() ? counted::chargeLines(charges.total()) : tr("Charge lines");
}

QString ExploreText::linesNote(const ExploreSteps& steps)
{
    const QString cost = format::lens(steps.state().lens);
    if (!steps.state().lineSorts.empty())
        return tr("%1, %2, sorted by column", "cost, days").arg(cost, days(steps));
    return steps.state().fileOrder ? tr("%1, %2, file order", "cost, days").arg(cost, days(steps))
                                   : tr("%1, %2, largest first", "cost, days").arg(cost, days(steps));
}

QString ExploreText::empty(const ExploreSteps& steps)
{
    const WorkspaceInfo& info = steps.workspace();
    const QString range = format::range(steps.range(), format::locale());
    const bool filtered = !steps.state().allFilters().empty();
    const QString none =
        filtered ? tr("No charges in %1 with these filters").arg(range) : tr("No charges in %1").arg(range);
    if (!info.dataFrom.isValid() || !info.dataThrough.isValid())
        return none;
    return tr("%1.\nThe data runs from %2 to %3.")
        .arg(none, format::date(info.dataFrom, format::locale()), format::date(info.dataThrough, format::locale()));
}

QStringList ExploreText::crumbs(const ExploreState& state)
{
    QStringList names{tr("All cost")};
    for (const ExploreState::Step& step : state.path) {
        QStringList values;
        for (const Filter& filter : step.added)
            for (const std::string& value : filter.values)
                values << (filter.exclude ? format::otherKeys() : format::dimValue(filter.dim, value));
        values.removeDuplicates();
        names << (values.isEmpty() ? tr("Selection") : values.join(QStringLiteral(", ")));
    }
    if (state.mode == ExploreState::Mode::Charges)
        names << tr("Charge lines");
    return names;
}

QString ExploreText::selection(const SelectionSummary& summary)
{
    if (summary.cells == 0)
        return {};
    const QString cells = format::count(static_cast<std::uint64_t>(summary.cells), format::locale());
    const int forms = format::forms(static_cast<std::uint64_t>(summary.cells));
    if (summary.isAdding)
        return tr("%1 cell(s) selected, adding up…", nullptr, forms).arg(cells);
    if (summary.notLoaded > 0)
        return tr("%1 cell(s) selected; no sum while lines are on their way", nullptr, forms).arg(cells);
    if (!summary.whyNone.isEmpty())
        return tr("%1 cell(s) selected; no sum: %2", nullptr, forms).arg(cells, format::shown(summary.whyNone));
    if (summary.isMixed)
        return tr("%1 cell(s) selected; figures of different kinds, or totals with their parts, have no sum", nullptr,
                  forms)
            .arg(cells);
    QStringList parts;
    for (const auto& [currency, sum] : summary.sums) {
        if (sum.sum.overflowed()) {
            parts << tr("Sum out of range");
            continue;
        }
        const Amount total = sum.sum.amount();
        if (sum.count == 1) {
            parts << format::moneyFull(total, currency, format::locale());
            continue;
        }
        const Amount average = Amount::fromAttos(total.attos() / sum.count);
        parts << tr("Sum %1 · Average %2 · Count %3")
                     .arg(format::money(total, currency, format::locale()),
                          format::money(average, currency, format::locale()),
                          format::count(static_cast<std::uint64_t>(sum.count), format::locale()));
    }
    if (parts.isEmpty() && summary.cells > 1)
        parts << counted::cells(static_cast<std::uint64_t>(summary.cells));
    return parts.join(QStringLiteral("   |   "));
}

} // namespace altimeter::ui
