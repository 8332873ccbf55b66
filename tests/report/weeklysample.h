#pragma once

#include "app/report/weeklyreport.h"

#include <cmath>
#include <string>
#include <vector>

namespace altimeter::report::sample {

inline Amount money(double units)
{
    return Amount::fromAttos(static_cast<Int128>(std::llround(units * 1e9)) * 1'000'000'000);
}

inline DecimalSum sum(Amount amount)
{
    DecimalSum total;
    total.add(Decimal{amount.attos(), 18});
    return total;
}

/// A reproducible wobble in -1..1.
inline double wobble(int i)
{
    return std::sin(i * 12.9898) * 0.6 + std::sin(i * 4.1414) * 0.4;
}

inline CostSeries daily(Currency currency, Day asOf, double level)
{
    CostSeries series;
    series.currency = currency;
    for (Day day = asOf - 90; day < asOf; day = day + 1) {
        const int i = day.number;
        const double weekend = day.weekday() >= 5 ? 0.72 : 1.0;
        double cost = level * (weekend * (1 + 0.0025 * (i - asOf.number)) + 0.05 * wobble(i));
        if (day == asOf - 24)
            cost += level * 0.62;
        series.points.push_back({day, money(cost), true});
    }
    const auto& spike = series.points[90 - 24];
    AnomalyMark mark;
    mark.period = spike.period;
    mark.actual = spike.cost.toDouble();
    mark.expected = level * 0.95;
    mark.lower = level * 0.86;
    mark.upper = level * 1.05;
    mark.impact = mark.actual - mark.expected;
    mark.score = 7.5;
    mark.severity = "high";
    mark.kind = "spike";
    mark.status = "open";
    series.anomalies.push_back(mark);
    for (int step = 0; step < 11; ++step) {
        const Day day = asOf + step;
        const double mean = level * (day.weekday() >= 5 ? 0.72 : 1.0);
        const double width = level * 0.06 * std::sqrt(1.0 + step);
        series.forecast.push_back({day, mean, mean - width, mean + width, mean - 1.55 * width, mean + 1.55 * width});
    }
    return series;
}

/// One currency with the given teams; every figure follows from the names' places and `level`.
inline Overview::PerCurrency figures(Currency currency, Day asOf, const std::vector<std::string>& teams, double level)
{
    Overview::PerCurrency out;
    out.currency = currency;
    out.hasLastMonth = true;
    out.hasForecast = true;
    AmountSum now;
    AmountSum before;
    for (std::size_t i = 0; i < teams.size(); ++i) {
        const int n = static_cast<int>(i);
        const Amount cost = money(level * 18.7 / (1.0 + n) + 0.123456789 * n);
        const Amount old = money(level * 18.7 / (1.0 + n) * (1 - 0.14 * wobble(n + 3)));
        out.teams.push_back({{teams[i]}, Day::none(), currency, cost, 100, 0, false});
        out.teamsBefore.push_back({{teams[i]}, Day::none(), currency, old, 100, 0, false});
        out.teamMovers.push_back({{teams[i]}, cost, old});
        now.add(cost);
        before.add(old);
    }
    out.serviceMovers = {{{"Virtual machines"}, money(level * 14), money(level * 11.5)},
                         {{"Managed database"}, money(level * 9), money(level * 9.8)},
                         {{"Model inference, output tokens"}, money(level * 6.1), money(level * 4.9)},
                         {{"Vector search"}, money(level * 0.8), Amount()}};
    out.monthToDate = now.amount();
    out.sameDaysLastMonth = before.amount();
    out.lastMonth = money(out.sameDaysLastMonth.toDouble() * 1.62);
    out.unallocated = teams.empty() ? Amount() : out.teams.back().cost;
    out.daily = daily(currency, asOf, level * 2);
    const double mean = out.monthToDate.toDouble() * 1.58;
    out.monthEndMean = mean;
    out.monthEndLo80 = mean * 0.97;
    out.monthEndHi80 = mean * 1.03;
    out.monthEndLo95 = mean * 0.95;
    out.monthEndHi95 = mean * 1.05;
    return out;
}

inline void addWeeks(SeriesSet& set, Currency currency, Day asOf, const std::vector<std::string>& teams, double level)
{
    const Day last = stepStart(asOf - 1, Granularity::Week);
    for (std::size_t i = 0; i < teams.size(); ++i) {
        CostSeries series;
        series.keys = {teams[i]};
        series.currency = currency;
        for (int week = 7; week >= 0; --week) {
            const int n = static_cast<int>(i);
            const double cost = level * 7 / (1.0 + n) * (1 + 0.1 * wobble(week + n)) * (week == 0 ? 4.0 / 7 : 1.0);
            series.points.push_back({last - 7 * week, money(cost), n != 2 || week < 6});
        }
        set.series.push_back(series);
    }
}

inline ProofLine proof(const std::string& source, Currency currency, CostLens lens, Day period, Amount total)
{
    ProofLine line;
    line.source = source;
    line.provider = "Example Cloud";
    line.billingAccount = "1000-2000";
    line.billingPeriod = period;
    line.currency = currency;
    line.lens = lens;
    line.fileTotal = line.storedTotal = line.rolledUpTotal = line.allocatedTotal = line.exportedTotal = sum(total);
    return line;
}

inline const std::vector<std::string>& teamNames()
{
    static const std::vector<std::string> names = {
        "search", "checkout", "data-platform", "assistants", "recommendation", "payments", "mobile", "internal-it", ""};
    return names;
}

/// The week of the sample: each team's week to date, a tenth more than the week before, on two services.
inline void addWeek(WeeklyInput& input, Currency currency, const std::vector<std::string>& teams, double level)
{
    WeekFigures& week = input.week;
    week.week = {stepStart(input.overview.asOf - 1, Granularity::Week), input.overview.asOf};
    week.before = {week.week.from - 7, week.week.to - 7};
    week.yearBefore = {week.week.from - 364, week.week.to - 364};
    WeekFigures::PerCurrency figures;
    figures.currency = currency;
    AmountSum now;
    AmountSum before;
    for (std::size_t i = 0; i < teams.size(); ++i) {
        const double cost = level * 4 / (1.0 + static_cast<double>(i));
        for (const char* service : {"Virtual machines", "Model inference"}) {
            WeekFigures::Line line{teams[i], service, {money(cost), 10}, {money(cost / 1.1), 10}, {money(cost / 2), 9}};
            now.add(line.now.cost);
            before.add(line.before.cost);
            figures.lines.push_back(std::move(line));
        }
    }
    figures.now = {now.amount(), 20 * teams.size()};
    figures.before = {before.amount(), 20 * teams.size()};
    week.currencies.push_back(std::move(figures));
}

inline void addCurrency(WeeklyInput& input, Currency currency, const std::vector<std::string>& teams, double level)
{
    auto& overview = input.overview;
    overview.currencies.push_back(figures(currency, overview.asOf, teams, level));
    addWeeks(input.weeklyByTeam, currency, overview.asOf, teams, level);
    addWeek(input, currency, teams, level);
    for (const char* source : {"aws-main", "azure-eu", "models"}) {
        for (int month = -2; month <= 0; ++month)
            input.proof.push_back(
                proof(source, currency, overview.lens, overview.month.addMonths(month), money(level * 11.123456789)));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(teams.size(), 3); ++i) {
        auto mark = overview.currencies.back().daily.anomalies.front();
        mark.impact /= static_cast<double>(i) + 1;
        mark.period = mark.period + static_cast<int>(i) * 3;
        if (i == 2) {
            mark.kind = "level-shift";
            mark.severity = "medium";
            mark.impact = -mark.impact;
        }
        overview.anomalies.push_back({{teams[i]}, currency, mark});
    }
}

inline WeeklyInput empty()
{
    WeeklyInput input;
    input.workspaceName = "Empty";
    return input;
}

/// Nine teams in dollars, data through Thursday 19 November 2026.
inline WeeklyInput ordinary()
{
    WeeklyInput input;
    input.workspaceName = "Demonstration company";
    input.isDemo = true;
    input.rulesVersion = 3;
    input.overview.asOf = Day::fromYmd(2026, 11, 20);
    input.overview.month = Day::fromYmd(2026, 11, 1);
    input.overview.lens = CostLens::Effective;
    addCurrency(input, Currency("USD"), teamNames(), 1840);
    return input;
}

} // namespace altimeter::report::sample
