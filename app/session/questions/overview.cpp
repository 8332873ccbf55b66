#include "app/session/questions/answers.h"
#include "app/session/questions/proof.h"
#include "app/session/questions/series.h"
#include "models/analysis/query/costquery.h"
#include "models/analysis/series/forecast.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace altimeter::session {

namespace {

Amount amountOf(const CostTable& table, Currency currency)
{
    for (const CurrencyTotal& total : table.totals) {
        if (total.currency == currency)
            return total.cost;
    }
    return {};
}

std::vector<Overview::Mover> moversOf(const CostTable& now, const CostTable& before, Currency currency)
{
    std::map<std::vector<std::string>, Overview::Mover> byKey;
    for (const CostRow& row : now.rows) {
        if (row.currency == currency)
            byKey[row.keys].now = row.cost;
    }
    for (const CostRow& row : before.rows) {
        if (row.currency == currency)
            byKey[row.keys].before = row.cost;
    }
    std::vector<Overview::Mover> movers;
    for (auto& [keys, mover] : byKey) {
        mover.keys = keys;
        if (mover.now != mover.before)
            movers.push_back(mover);
    }
    const auto size = [](const Overview::Mover& mover) {
        const Int128 change = mover.now.attos() - mover.before.attos();
        return change < 0 ? -change : change;
    };
    std::stable_sort(movers.begin(), movers.end(),
                     [&size](const Overview::Mover& a, const Overview::Mover& b) { return size(a) > size(b); });
    return movers;
}

/// Month-end expectation: the known days without error, the rest of the month from the forecast of its total.
Status expectMonthEnd(Overview::PerCurrency& out, const std::vector<SeriesPoint>& points, int daysLeft,
                      const std::stop_token& stop)
{
    const double known = out.monthToDate.toDouble();
    if (daysLeft == 0) {
        out.monthEndMean = out.monthEndLo80 = out.monthEndHi80 = out.monthEndLo95 = out.monthEndHi95 = known;
        out.hasForecast = true;
        return {};
    }
    const std::vector<double> values = valuesOf(points);
    if (std::none_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
        return {};
    analysis::ForecastOptions options;
    options.horizon = daysLeft;
    options.season = 7;
    const auto answer = analysis::forecast(values, options, stop);
    if (!answer)
        return answer.error();
    out.monthEndMean = known + answer->total.mean;
    out.monthEndLo80 = known + answer->total.lo80;
    out.monthEndHi80 = known + answer->total.hi80;
    out.monthEndLo95 = known + answer->total.lo95;
    out.monthEndHi95 = known + answer->total.hi95;
    out.hasForecast = true;
    return {};
}

/// A source whose last charge lies far behind the data is as fresh as the last of its charges inside.
Status freshenSources(const CostSource& costs, std::vector<SourceInfo>& sources, const std::stop_token& stop)
{
    const Day last = costs.lastDay();
    const auto isFar = [last](const SourceInfo& source) { return source.dataThrough > last; };
    if (std::none_of(sources.begin(), sources.end(), isFar))
        return {};
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}};
    query.granularity = Granularity::Day;
    query.range = {costs.firstDay(), last + 1};
    const auto days = costs.table(query, stop);
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

Result<Overview> buildOverview(const CostSource& costs, CostLens lens, const std::vector<Currency>& currencies,
                               std::vector<SourceInfo> sources, const std::vector<ProofLine>& proof,
                               std::size_t partitions, std::stop_token stop)
{
    Overview overview;
    overview.lens = lens;
    overview.revision = costs.revision();
    overview.sources = std::move(sources);
    overview.partitions = partitions;
    for (const ProofLine& line : proof) {
        if (!line.reconciled()) {
            ++overview.unreconciled;
            overview.remainders.push_back(line);
        }
    }
    const Day last = costs.lastDay();
    if (!last.isValid())
        return overview;
    if (auto done = freshenSources(costs, overview.sources, stop); !done)
        return done.error();
    overview.asOf = last + 1;
    overview.month = last.firstOfMonth();
    const DateRange month{overview.month, overview.asOf};
    const DateRange sameDays = previousRange(month);
    const DateRange lastMonth{overview.month.addMonths(-1), overview.month};

    const auto ask = [&](std::vector<Dim> by, DateRange range, Granularity granularity) {
        CostQuery query;
        query.by = std::move(by);
        query.range = range;
        query.granularity = granularity;
        query.lens = lens;
        return costs.table(query, stop);
    };
    const Dim team{Dim::Kind::Team, {}};
    const Dim service{Dim::Kind::Service, {}};
    const auto teams = ask({team}, month, Granularity::None);
    const auto teamsBefore = ask({team}, sameDays, Granularity::None);
    const auto services = ask({service}, month, Granularity::None);
    const auto servicesBefore = ask({service}, sameDays, Granularity::None);
    const auto monthBefore = ask({}, lastMonth, Granularity::None);
    const auto states = ask({Dim{Dim::Kind::ChargeState, {}}}, month, Granularity::None);
    for (const auto* answer : {&teams, &teamsBefore, &services, &servicesBefore, &monthBefore, &states}) {
        if (!*answer)
            return answer->error();
    }

    SeriesQuestion daily;
    daily.query.granularity = Granularity::Day;
    daily.query.lens = lens;
    daily.query.range = {last - 89, overview.asOf};
    const int daysLeft = overview.month.addMonths(1) - overview.asOf;
    daily.forecastSteps = daysLeft;
    auto total = buildSeries(costs, daily, stop);
    if (!total)
        return total.error();
    SeriesQuestion perTeam = daily;
    perTeam.query.by = {team};
    perTeam.query.range = {last - 29, overview.asOf};
    perTeam.forecastSteps = 0;
    perTeam.query.top = watchedTeams(teams->rows.size());
    const auto teamSeries = buildSeries(costs, perTeam, stop);
    if (!teamSeries)
        return teamSeries.error();

    CostQuery everyDay;
    everyDay.granularity = Granularity::Day;
    everyDay.lens = lens;
    everyDay.range = {costs.firstDay(), overview.asOf};
    const auto history = costs.table(everyDay, stop);
    if (!history)
        return history.error();
    const std::vector<CostSeries> historySeries =
        analysis::seriesFrom(*history, costs.deliveredDays(), costs.completeThrough());

    for (const Currency currency : currencies) {
        Overview::PerCurrency entry;
        entry.currency = currency;
        entry.monthToDate = amountOf(*teams, currency);
        entry.sameDaysLastMonth = amountOf(*teamsBefore, currency);
        entry.lastMonth = amountOf(*monthBefore, currency);
        entry.hasLastMonth = std::any_of(monthBefore->totals.begin(), monthBefore->totals.end(),
                                         [&](const CurrencyTotal& t) { return t.currency == currency; });
        for (const CostRow& row : teams->rows) {
            if (row.currency != currency)
                continue;
            entry.teams.push_back(row);
            if (row.keys.front().empty())
                entry.unallocated = row.cost;
        }
        for (const CostRow& row : states->rows) {
            if (row.currency == currency && row.keys.front() == "Estimated") {
                entry.estimated = row.cost;
                entry.hasEstimated = true;
            }
        }
        entry.teamMovers = moversOf(*teams, *teamsBefore, currency);
        entry.serviceMovers = moversOf(*services, *servicesBefore, currency);
        for (CostSeries& series : total->series) {
            if (series.currency == currency)
                entry.daily = series;
        }
        for (const CostSeries& series : historySeries) {
            if (series.currency != currency)
                continue;
            if (auto done = expectMonthEnd(entry, series.points, daysLeft, stop); !done)
                return done.error();
        }
        overview.currencies.push_back(std::move(entry));
    }
    for (const CostSeries& series : teamSeries->series) {
        if (series.isOther)
            continue;
        for (const AnomalyMark& mark : series.anomalies)
            overview.anomalies.push_back({series.keys, series.currency, mark});
    }
    std::stable_sort(overview.anomalies.begin(), overview.anomalies.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.mark.impact) > std::abs(b.mark.impact); });
    return overview;
}

} // namespace

Result<Overview> answer(const Snapshot& snapshot, const OverviewQuestion& question, std::stop_token stop)
{
    auto sources = answer(snapshot, SourcesQuestion{}, stop);
    if (!sources)
        return sources.error();
    const auto proof = buildProof(*snapshot.costs, snapshot.partitions, {question.lens}, ProofDepth::Quick, stop);
    if (!proof)
        return proof.error();
    auto far = snapshot.costs->farCharges({}, stop);
    if (!far)
        return far.error();
    auto overview = buildOverview(*snapshot.costs, question.lens, snapshot.currencies, sources.take(), *proof,
                                  snapshot.partitions.size(), std::move(stop));
    if (overview)
        overview->far = far.take();
    return overview;
}

} // namespace altimeter::session
