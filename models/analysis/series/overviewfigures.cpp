#include "models/analysis/series/overviewfigures.h"

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/monthend.h"
#include "models/analysis/series/movers.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace altimeter::analysis {

namespace {

const Dim kTeam{Dim::Kind::Team, {}};
const Dim kService{Dim::Kind::Service, {}};

/// The tables that an overview is put together from.
struct MonthTables {
    CostTable teams, teamsBefore;       ///< month to date, and the same days of last month
    CostTable services, servicesBefore; ///< the same
    CostTable monthBefore;              ///< all of last month
    CostTable states;                   ///< month to date, by what its sources say
};

Result<MonthTables> askMonth(const CostSource& costs, CostLens lens, const DateRange& month,
                             const std::stop_token& stop)
{
    MonthTables tables;
    const DateRange sameDays = previousRange(month);
    const DateRange lastMonth{month.from.addMonths(-1), month.from};
    struct Question {
        CostTable& answer;
        std::vector<Dim> by;
        DateRange range;
    };
    for (auto& [answer, by, range] : {Question{tables.teams, {kTeam}, month},
                                      {tables.teamsBefore, {kTeam}, sameDays},
                                      {tables.services, {kService}, month},
                                      {tables.servicesBefore, {kService}, sameDays},
                                      {tables.monthBefore, {}, lastMonth},
                                      {tables.states, {Dim{Dim::Kind::ChargeState, {}}}, month}}) {
        CostQuery query;
        query.by = by;
        query.range = range;
        query.lens = lens;
        auto table = costs.table(query, stop);
        if (!table)
            return table.error();
        answer = table.take();
    }
    return tables;
}

Amount amountOf(const CostTable& table, Currency currency)
{
    for (const CurrencyTotal& total : table.totals) {
        if (total.currency == currency)
            return total.cost;
    }
    return {};
}

Overview::PerCurrency figuresOf(const MonthTables& tables, Currency currency)
{
    Overview::PerCurrency entry;
    entry.currency = currency;
    entry.monthToDate = amountOf(tables.teams, currency);
    entry.sameDaysLastMonth = amountOf(tables.teamsBefore, currency);
    entry.lastMonth = amountOf(tables.monthBefore, currency);
    entry.hasLastMonth = std::any_of(tables.monthBefore.totals.begin(), tables.monthBefore.totals.end(),
                                     [&](const CurrencyTotal& total) { return total.currency == currency; });
    for (const CostRow& row : tables.teams.rows) {
        if (row.currency != currency)
            continue;
        entry.teams.push_back(row);
        if (row.keys.front().empty())
            entry.unallocated = row.cost;
    }
    for (const CostRow& row : tables.states.rows) {
        if (row.currency == currency && row.keys.front() == "Estimated") {
            entry.estimated = row.cost;
            entry.hasEstimated = true;
        }
    }
    entry.teamMovers = moversOf(tables.teams, tables.teamsBefore, currency);
    entry.serviceMovers = moversOf(tables.services, tables.servicesBefore, currency);
    return entry;
}

/// Every day of the data, from which the rest of the month is learnt.
Result<std::vector<CostSeries>> everyDay(const CostSource& costs, const CostDays& days, CostLens lens,
                                         const std::stop_token& stop)
{
    CostQuery query;
    query.granularity = Granularity::Day;
    query.lens = lens;
    query.range = {days.first, days.last + 1};
    const auto table = costs.table(query, stop);
    if (!table)
        return table.error();
    return seriesFrom(*table, days.delivered, days.completeThrough);
}

/// Of the last 30 days by team, by |impact|.
Result<std::vector<Overview::AnomalyItem>> teamAnomalies(const CostSource& costs, CostLens lens, Day last,
                                                         std::size_t teams, const std::stop_token& stop)
{
    SeriesQuestion question;
    question.query.by = {kTeam};
    question.query.granularity = Granularity::Day;
    question.query.lens = lens;
    question.query.range = {last - 29, last + 1};
    question.query.top = watchedTeams(teams);
    const auto set = costSeries(costs, question, stop);
    if (!set)
        return set.error();
    std::vector<Overview::AnomalyItem> items;
    for (const CostSeries& series : set->series) {
        if (series.isOther)
            continue;
        for (const AnomalyMark& mark : series.anomalies)
            items.push_back({series.keys, series.currency, mark});
    }
    std::stable_sort(items.begin(), items.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.mark.impact) > std::abs(b.mark.impact); });
    return items;
}

} // namespace

Result<Overview> overviewFigures(const CostSource& costs, CostLens lens, const std::vector<Currency>& currencies,
                                 std::stop_token stop)
{
    Overview overview;
    overview.lens = lens;
    overview.revision = costs.revision();
    const auto days = costs.days(stop);
    if (!days)
        return days.error();
    const Day last = days->last;
    if (!last.isValid())
        return overview;
    overview.asOf = last + 1;
    overview.month = last.firstOfMonth();
    const auto tables = askMonth(costs, lens, {overview.month, overview.asOf}, stop);
    if (!tables)
        return tables.error();

    const int daysLeft = overview.month.addMonths(1) - overview.asOf;
    SeriesQuestion daily;
    daily.query.granularity = Granularity::Day;
    daily.query.lens = lens;
    daily.query.range = {last - 89, overview.asOf};
    daily.forecastSteps = daysLeft;
    const auto total = costSeries(costs, daily, stop);
    if (!total)
        return total.error();
    auto anomalies = teamAnomalies(costs, lens, last, tables->teams.rows.size(), stop);
    if (!anomalies)
        return anomalies.error();
    overview.anomalies = anomalies.take();
    const auto history = everyDay(costs, *days, lens, stop);
    if (!history)
        return history.error();

    for (const Currency currency : currencies) {
        Overview::PerCurrency entry = figuresOf(*tables, currency);
        for (const CostSeries& series : total->series) {
            if (series.currency == currency)
                entry.daily = series;
        }
        for (const CostSeries& series : *history) {
            if (series.currency != currency)
                continue;
            if (auto done = expectMonthEnd(entry, series.points, daysLeft, stop); !done)
                return done.error();
        }
        overview.currencies.push_back(std::move(entry));
    }
    return overview;
}

Status freshenSources(const CostSource& costs, std::vector<SourceInfo>& sources, std::stop_token stop)
{
    const auto known = costs.days(stop);
    if (!known)
        return known.error();
    const Day last = known->last;
    const auto isFar = [last](const SourceInfo& source) { return last.isValid() && source.dataThrough > last; };
    if (std::none_of(sources.begin(), sources.end(), isFar))
        return {};
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}};
    query.granularity = Granularity::Day;
    query.range = {known->first, last + 1};
    const auto days = costs.table(query, std::move(stop));
    if (!days)
        return days.error();
    std::map<std::string, Day> through;
    for (const CostRow& row : days->rows) {
        Day& day = through[row.keys.front()];
        day = day.isValid() ? std::max(day, row.period) : row.period;
    }
    for (SourceInfo& source : sources) {
        if (isFar(source) && through.contains(source.name))
            source.dataThrough = through[source.name];
    }
    return {};
}

} // namespace altimeter::analysis
