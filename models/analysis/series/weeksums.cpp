#include "models/analysis/series/weeksums.h"

#include "models/analysis/series/knowntables.h"
#include "models/domain/comparison.h"

#include <algorithm>
#include <map>
#include <utility>

namespace altimeter::analysis {

namespace {

constexpr PeriodStep kWeek{7, 0}; ///< of whose days a year before is 52 weeks before: a Monday beside a Monday

using SumOf = WeekFigures::Sum WeekFigures::Line::*;
using LinesByKeys = std::map<std::pair<Currency, KeyTuple>, WeekFigures::Line>;

void takeRows(LinesByKeys& lines, const CostTable& table, SumOf sum)
{
    for (const CostRow& row : table.rows) {
        WeekFigures::Line& line = lines[{row.currency, row.keys}];
        line.team = row.keys.front();
        line.service = row.keys.back();
        line.*sum = {row.cost, row.rows, row.unknownRows};
    }
}

WeekFigures::Sum totalOf(const CostTable& table, Currency currency)
{
    for (const CurrencyTotal& total : table.totals) {
        if (total.currency == currency)
            return {total.cost, total.rows, total.unknownRows};
    }
    return {};
}

/// Whether the data reach back to these days, and any account of the currency knows one of them.
bool isKnown(const CostDays& days, Currency currency, const DateRange& range)
{
    if (days.first > range.from)
        return false;
    return std::any_of(days.accounts.begin(), days.accounts.end(), [&](const KnownAccount& account) {
        bool knows = false;
        for (Day day = range.from; day < range.to; day = day + 1)
            knows |= account.knows(day) && account.isTold(day);
        return account.currency == currency && knows;
    });
}

} // namespace

Result<WeekFigures> weekFigures(const CostSource& costs, CostLens lens, const std::vector<Currency>& currencies,
                                const std::stop_token& stop)
{
    const auto days = costs.days(stop);
    if (!days)
        return days.error();
    WeekFigures figures;
    if (!days->last.isValid())
        return figures;
    const Day last = lastWholeDay(*days); // one that was still running when it was told belongs to no week
    figures.week = {stepStart(last, Granularity::Week), last + 1};
    figures.before = baseOf(figures.week, kWeek);
    figures.yearBefore = baseOf(figures.week, kWeek, CompareWith::YearBefore);
    CostQuery query;
    query.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Service, {}}};
    query.range = figures.week;
    query.lens = lens;
    const auto now = tableOfKnownDays(costs, *days, query, 0, stop);
    if (!now)
        return now.error();
    query.range = figures.before;
    const auto before = tableOfKnownDays(costs, *days, query, figures.week.from - figures.before.from, stop);
    if (!before)
        return before.error();
    query.range = figures.yearBefore;
    const auto yearBefore = tableOfKnownDays(costs, *days, query, figures.week.from - figures.yearBefore.from, stop);
    if (!yearBefore)
        return yearBefore.error();
    LinesByKeys lines;
    takeRows(lines, *now, &WeekFigures::Line::now);
    takeRows(lines, *before, &WeekFigures::Line::before);
    takeRows(lines, *yearBefore, &WeekFigures::Line::yearBefore);
    for (const Currency currency : currencies) {
        WeekFigures::PerCurrency& entry = figures.currencies.emplace_back();
        entry.currency = currency;
        entry.isDelivered = isKnown(*days, currency, figures.week);
        entry.now = totalOf(*now, currency);
        if (isKnown(*days, currency, figures.before))
            entry.before = totalOf(*before, currency);
        if (isKnown(*days, currency, figures.yearBefore))
            entry.yearBefore = totalOf(*yearBefore, currency);
        for (const auto& [keys, line] : lines) {
            if (keys.first == currency)
                entry.lines.push_back(line);
        }
    }
    return figures;
}

} // namespace altimeter::analysis
