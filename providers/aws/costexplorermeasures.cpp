#include "providers/aws/costexplorermeasures.h"

#include "providers/core/connector.h"

#include <vector>

namespace altimeter::providers {

namespace {

/// A figure of an answer: what it is called here, its unit, and where it stands.
struct Figure {
    std::string name, unit;
    const Json& value;
};

Result<Measure> periodOf(const Json& period, const std::string& where)
{
    Measure measure;
    const auto start = instantOf(period["Start"].text(), where + ", Start");
    if (!start)
        return start.error();
    const auto end = instantOf(period["End"].text(), where + ", End");
    if (!end)
        return end.error();
    measure.start = *start;
    measure.end = *end;
    return measure;
}

Status addFigures(const Measure& base, const std::vector<Figure>& figures, Delivery& delivery)
{
    for (const Figure& figure : figures) {
        if (figure.value.text().empty())
            continue;
        Measure measure = base;
        measure.name = figure.name;
        measure.unit = figure.unit;
        measure.value = figure.value.text();
        if (auto done = delivery.add(std::move(measure)); !done)
            return done;
    }
    return {};
}

/// Calls `add(entry, period)` for each entry of the list `name`, whose TimePeriod says when.
template <typename Add>
Status forEachPeriod(const Json& page, std::string_view name, const AwsMeasures& of, const std::string& where,
                     const Add& add)
{
    const auto entries = page.needArray(name, where);
    if (!entries)
        return entries.error();
    for (const Json& entry : **entries) {
        auto period = periodOf(entry["TimePeriod"], where);
        if (!period)
            return period.error();
        period->labels = of.labels;
        if (auto done = add(entry, *period); !done)
            return done;
    }
    return {};
}

Status addAnomaly(const Json& anomaly, const AwsMeasures& of, const std::string& where, Delivery& delivery)
{
    Measure base;
    const auto id = anomaly.needText("AnomalyId", where);
    if (!id)
        return id.error();
    const auto start = instantOf(anomaly["AnomalyStartDate"].text(), where + ", AnomalyStartDate");
    if (!start)
        return start.error();
    base.start = *start;
    base.end = startOf(start->day() + 1);
    if (const std::string& text = anomaly["AnomalyEndDate"].text(); !text.empty()) {
        const auto end = instantOf(text, where + ", AnomalyEndDate");
        if (!end)
            return end.error();
        base.end = startOf(end->day() + 1); // its last day is part of it
    }
    const auto& causes = anomaly["RootCauses"].items();
    const Json none;
    const Json& cause = causes.empty() ? none : causes.front();
    const auto label = [&base](const std::string& key, const std::string& value) {
        if (!value.empty())
            base.labels[key] = value;
    };
    label("anomaly", *id);
    label("subject", anomaly["DimensionValue"].text());
    label("service", cause["Service"].text());
    label("region", cause["Region"].text());
    label("account", cause["LinkedAccount"].text());
    label("account_name", cause["LinkedAccountName"].text());
    label("usage_type", cause["UsageType"].text());
    label("feedback", anomaly["Feedback"].text());
    const Json& impact = anomaly["Impact"];
    return addFigures(base,
                      {{"anomaly_impact", of.currency, impact["TotalImpact"]},
                       {"anomaly_actual_cost", of.currency, impact["TotalActualSpend"]},
                       {"anomaly_expected_cost", of.currency, impact["TotalExpectedSpend"]},
                       {"anomaly_score", "0..1", anomaly.at("AnomalyScore", "MaxScore")}},
                      delivery);
}

} // namespace

Status addAwsForecast(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery)
{
    const std::string& said = page.at("Total", "Unit").text();
    const std::string& unit = said.empty() ? of.currency : said;
    return forEachPeriod(page, "ForecastResultsByTime", of, where, [&](const Json& entry, const Measure& period) {
        return addFigures(period,
                          {{"cost_forecast", unit, entry["MeanValue"]},
                           {"cost_forecast_low", unit, entry["PredictionIntervalLowerBound"]},
                           {"cost_forecast_high", unit, entry["PredictionIntervalUpperBound"]}},
                          delivery);
    });
}

Status addSavingsPlansUtilization(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery)
{
    return forEachPeriod(
        page, "SavingsPlansUtilizationsByTime", of, where, [&](const Json& entry, const Measure& period) {
            const Json& use = entry["Utilization"];
            return addFigures(period,
                              {{"savings_plan_utilisation", "percent", use["UtilizationPercentage"]},
                               {"savings_plan_commitment", of.currency, use["TotalCommitment"]},
                               {"savings_plan_used", of.currency, use["UsedCommitment"]},
                               {"savings_plan_unused", of.currency, use["UnusedCommitment"]},
                               {"savings_plan_net_savings", of.currency, entry.at("Savings", "NetSavings")}},
                              delivery);
        });
}

Status addSavingsPlansCoverage(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery)
{
    return forEachPeriod(page, "SavingsPlansCoverages", of, where, [&](const Json& entry, Measure period) {
        for (const auto& [name, value] : entry["Attributes"].members())
            period.labels[name] = value.text();
        const Json& coverage = entry["Coverage"];
        return addFigures(period,
                          {{"savings_plan_coverage", "percent", coverage["CoveragePercentage"]},
                           {"savings_plan_covered_cost", of.currency, coverage["SpendCoveredBySavingsPlans"]},
                           {"savings_plan_on_demand_cost", of.currency, coverage["OnDemandCost"]}},
                          delivery);
    });
}

Status addReservationUtilization(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery)
{
    return forEachPeriod(page, "UtilizationsByTime", of, where, [&](const Json& entry, const Measure& period) {
        const Json& total = entry["Total"];
        return addFigures(period,
                          {{"reservation_utilisation", "percent", total["UtilizationPercentage"]},
                           {"reservation_purchased", "hours", total["PurchasedHours"]},
                           {"reservation_unused", "hours", total["UnusedHours"]},
                           {"reservation_utilisation_in_units", "percent", total["UtilizationPercentageInUnits"]},
                           {"reservation_purchased_units", "units", total["PurchasedUnits"]},
                           {"reservation_unused_units", "units", total["UnusedUnits"]},
                           {"reservation_net_savings", of.currency, total["NetRISavings"]},
                           {"reservation_unused_cost", of.currency, total["RICostForUnusedHours"]}},
                          delivery);
    });
}

Status addReservationCoverage(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery)
{
    return forEachPeriod(page, "CoveragesByTime", of, where, [&](const Json& entry, const Measure& period) {
        const Json& hours = entry.at("Total", "CoverageHours");
        const Json& units = entry.at("Total", "CoverageNormalizedUnits");
        return addFigures(
            period,
            {{"reservation_coverage", "percent", hours["CoverageHoursPercentage"]},
             {"reservation_covered", "hours", hours["ReservedHours"]},
             {"reservation_on_demand", "hours", hours["OnDemandHours"]},
             {"reservation_coverage_in_units", "percent", units["CoverageNormalizedUnitsPercentage"]},
             {"reservation_covered_units", "units", units["ReservedNormalizedUnits"]},
             {"reservation_on_demand_units", "units", units["OnDemandNormalizedUnits"]},
             {"reservation_on_demand_cost", of.currency, entry.at("Total", "CoverageCost", "OnDemandCost")}},
            delivery);
    });
}

Status addAwsAnomalies(const Json& page, const AwsMeasures& of, const std::string& where, Delivery& delivery)
{
    const auto anomalies = page.needArray("Anomalies", where);
    if (!anomalies)
        return anomalies.error();
    for (const Json& anomaly : **anomalies) {
        if (auto done = addAnomaly(anomaly, of, where, delivery); !done)
            return done;
    }
    return {};
}

} // namespace altimeter::providers
