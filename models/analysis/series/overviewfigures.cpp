#include "models/analysis/series/overviewfigures.h"

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/expectation.h"
#include "models/analysis/series/knownseries.h"
#include "models/analysis/series/knowntables.h"
#include "models/analysis/series/monthend.h"
#include "models/analysis/series/movers.h"
#include "models/analysis/series/purchases.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <tuple>
#include <utility>

namespace altimeter::analysis {

namespace {

const Dim kTeam{Dim::Kind::Team, {}};
const Dim kService{Dim::Kind::Service, {}};

/// The tables that an overview is put together from.
struct MonthTables {
    CostTable teams, services;             ///< month to date
    CostTable teamsWhole, servicesWhole;   ///< of it the days that are over: what is compared
    CostTable teamsBefore, servicesBefore; ///< the same days of last month
    CostTable monthBefore;                 ///< all of last month
    CostTable ahead;                       ///< later days of the month: charged ahead
    CostTable states;                      ///< month to date, by what its sources say
};

Result<MonthTables> askMonth(const CostSource& costs, const CostDays& days, CostLens lens, const DateRange& month,
                             const std::stop_token& stop)
{
    MonthTables tables;
    const DateRange lastMonth{month.from.addMonths(-1), month.from};
    const Day monthEnd = month.from.addMonths(1);
    struct Question {
        CostTable& answer;
        std::vector<Dim> by;
        DateRange range;
        bool isCompared = false;
    };
    // As many days, also where the month is over: 29 of February beside the first 29 of January.
    const DateRange before{lastMonth.from, lastMonth.from + std::min(month.days(), lastMonth.days())};
    for (auto& [answer, by, range, isCompared] : {Question{tables.teams, {kTeam}, month},
                                                  {tables.services, {kService}, month},
                                                  {tables.teamsWhole, {kTeam}, month, true},
                                                  {tables.servicesWhole, {kService}, month, true},
                                                  {tables.teamsBefore, {kTeam}, before, true},
                                                  {tables.servicesBefore, {kService}, before, true},
                                                  {tables.monthBefore, {}, lastMonth},
                                                  {tables.ahead, {}, {month.to, monthEnd}},
                                                  {tables.states, {Dim{Dim::Kind::ChargeState, {}}}, month}}) {
        CostQuery query;
        query.by = by;
        query.range = range;
        query.lens = lens;
        if (range.from == range.to)
            continue; // nothing lies ahead of the last day of a month
        if (isCompared && range == month && !isRunning(days, month))
            continue; // all of it
        auto table =
            isCompared ? tableOfKnownDays(costs, days, query, month.from - range.from, stop) : costs.table(query, stop);
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

/// The accounts of which a day of `month` is missing or taken for none, the one that is known least first.
std::vector<KnownAccount> lateAccounts(const CostDays& days, Currency currency, const DateRange& month)
{
    std::vector<KnownAccount> late;
    for (const KnownAccount& account : days.accounts) {
        const bool isMissing = account.through < month.to - 1 ||
                               std::any_of(account.gaps.begin(), account.gaps.end(),
                                           [&](const auto& gap) { return gap.to > month.from && gap.from < month.to; });
        if (account.currency == currency && (isMissing || account.hasEndedLately(days.last)))
            late.push_back(account);
    }
    std::stable_sort(late.begin(), late.end(),
                     [](const KnownAccount& a, const KnownAccount& b) { return a.through < b.through; });
    return late;
}

Overview::PerCurrency figuresOf(const MonthTables& tables, Currency currency, bool isRunning)
{
    Overview::PerCurrency entry;
    entry.currency = currency;
    for (const CurrencyTotal& total : tables.teams.totals) {
        if (total.currency == currency)
            std::tie(entry.rows, entry.unknownRows) = std::pair(total.rows, total.unknownRows);
    }
    for (const CurrencyTotal& total : tables.teamsBefore.totals) {
        if (total.currency == currency)
            std::tie(entry.rowsBefore, entry.unknownRowsBefore) = std::pair(total.rows, total.unknownRows);
    }
    entry.monthToDate = amountOf(tables.teams, currency);
    entry.sameDaysLastMonth = amountOf(tables.teamsBefore, currency);
    entry.lastMonth = amountOf(tables.monthBefore, currency);
    entry.hasLastMonth = std::any_of(
        tables.monthBefore.totals.begin(), tables.monthBefore.totals.end(),
        [&](const CurrencyTotal& total) { return total.currency == currency && total.unknownRows < total.rows; });
    for (const CostRow& row : tables.teams.rows) {
        if (row.currency != currency)
            continue;
        entry.teams.push_back(row);
        if (row.keys.front().empty())
            entry.unallocated = row.cost;
    }
    for (const CostRow& row : tables.teamsBefore.rows) {
        if (row.currency == currency)
            entry.teamsBefore.push_back(row);
    }
    for (const CostRow& row : tables.states.rows) {
        if (row.currency == currency && row.keys.front() == "Estimated") {
            entry.estimated = row.cost;
            entry.hasEstimated = true;
        }
    }
    if (isRunning) {
        entry.wholeDays.emplace();
        entry.wholeDays->cost = amountOf(tables.teamsWhole, currency);
        for (const CostRow& row : tables.teamsWhole.rows) {
            if (row.currency == currency)
                entry.wholeDays->teams.push_back(row);
        }
    }
    entry.teamMovers = moversOf(isRunning ? tables.teamsWhole : tables.teams, tables.teamsBefore, currency);
    entry.serviceMovers = moversOf(isRunning ? tables.servicesWhole : tables.services, tables.servicesBefore, currency);
    return entry;
}

/// Every day of the data, from which the rest of the month is learnt, and what was purchased once.
struct EveryDay {
    std::vector<PartedSeries> series;
    std::vector<OncePurchase> purchases;
};

Result<EveryDay> everyDay(const CostSource& costs, const CostDays& days, CostLens lens,
                          const std::vector<Currency>& currencies, const std::stop_token& stop)
{
    CostQuery query;
    query.granularity = Granularity::Day;
    query.lens = lens;
    query.range = {days.first, days.last + 1};
    KeptKeys all;
    for (const Currency currency : currencies)
        all.insert({currency, KeyTuple()});
    auto series = partedSeries(costs, days, query, all, stop);
    if (!series)
        return series.error();
    EveryDay every{series.take(), {}};
    query.range.to = days.last.firstOfMonth().addMonths(1); // what lies ahead as well
    auto purchases = setPurchasesApart(every.series, costs, days, query, all, stop);
    if (!purchases)
        return purchases.error();
    every.purchases = purchases.take();
    return every;
}

/// What the month of `entry` ends at, and what was purchased in it once; `seen` of what is ahead was expected.
Status addMonthEnd(Overview::PerCurrency& entry, const EveryDay& history, const CostDays& days, const DateRange& month,
                   double seen, const std::stop_token& stop)
{
    for (const OncePurchase& purchase : history.purchases) {
        if (purchase.currency == entry.currency && month.contains(purchase.day))
            entry.purchases.push_back(purchase);
    }
    for (const PartedSeries& series : history.series) {
        if (series.currency != entry.currency)
            continue;
        const auto expected = Expectation::of(series, days, month.to - 1, stop);
        if (!expected)
            return expected.error();
        const double known = entry.monthToDate.toDouble() + entry.chargedAhead.toDouble();
        if (!entry.isCostUnknown())
            expectMonthEnd(entry, known, *expected, month, seen);
    }
    return {};
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
    const auto tables = askMonth(costs, *days, lens, {overview.month, overview.asOf}, stop);
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
    const auto history = everyDay(costs, *days, lens, currencies, stop);
    if (!history)
        return history.error();
    const DateRange toDate{overview.month, overview.asOf};
    const DateRange month{overview.month, overview.month.addMonths(1)};
    CostQuery all;
    all.lens = lens;
    const auto ahead = expectedAhead(costs, *days, all, month, stop);
    if (!ahead)
        return ahead.error();

    for (const Currency currency : currencies) {
        Overview::PerCurrency entry = figuresOf(*tables, currency, isRunning(*days, toDate));
        entry.wholeTo = lastWholeDay(*days, currency) + 1;
        for (const CostSeries& series : total->series) {
            if (series.currency == currency)
                entry.daily = series;
        }
        entry.late = lateAccounts(*days, currency, toDate);
        entry.chargedAhead = amountOf(tables->ahead, currency);
        const double seen = ahead->contains(currency) ? ahead->at(currency) : 0;
        if (const Status added = addMonthEnd(entry, *history, *days, month, seen, stop); !added)
            return added.error();
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
