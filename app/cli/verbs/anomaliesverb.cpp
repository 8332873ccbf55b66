#include "app/cli/queryarguments.h"
#include "app/cli/seriestable.h"
#include "app/cli/verb.h"
#include "app/cli/verbs/seriesverbs.h"

#include <algorithm>

namespace altimeter::cli {

namespace {

/// The exact amount of the day; the detector's own figure is a statistic.
Cell actualCell(const CostSeries& series, const AnomalyMark& mark)
{
    const auto point = std::find_if(series.points.begin(), series.points.end(),
                                    [&mark](const SeriesPoint& each) { return each.period == mark.period; });
    if (point == series.points.end())
        return Cell::ofEstimate(mark.actual);
    return point->known ? Cell::ofAmount(point->cost) : Cell::null();
}

void writeMarks(TableWriter& out, const SeriesSet& set)
{
    out.begin("anomalies", {{"series"},
                            {"period"},
                            {"currency"},
                            {"actual"},
                            {"expected"},
                            {"lower"},
                            {"upper"},
                            {"impact"},
                            {"score"},
                            {"severity"},
                            {"kind"},
                            {"status"},
                            {"keys", true}});
    for (const CostSeries& series : set.series) {
        for (const AnomalyMark& mark : series.anomalies)
            out.add({Cell::ofText(seriesName(set.query, series)), Cell::ofDay(mark.period),
                     Cell::ofText(series.currency.code()), actualCell(series, mark), Cell::ofEstimate(mark.expected),
                     Cell::ofEstimate(mark.lower), Cell::ofEstimate(mark.upper), Cell::ofEstimate(mark.impact),
                     Cell::ofNumber(mark.score, 4), Cell::ofText(mark.severity), Cell::ofText(mark.kind),
                     Cell::ofText(mark.status), Cell::ofJson(seriesKeysJson(set.query, series))});
    }
    out.end();
}

ExitCode runOnFile(Context& context, const std::string& file)
{
    const auto csv = anomaliesOfSeriesFile(file, context.stop());
    if (!csv)
        return context.fail(csv.error());
    if (const Status written = writeCsvText(context.out(), "anomalies", *csv); !written)
        return context.fail(written.error());
    return context.finish();
}

ExitCode run(Context& context)
{
    if (const auto file = context.arguments().value("--series"))
        return runOnFile(context, *file);
    auto query = queryOf(context.arguments());
    if (!query)
        return context.usage("anomalies", query.error());
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    if (const Status placed = placeRange(context.arguments(), **snapshot, *query); !placed)
        return context.fail(placed.error());
    SeriesQuestion question;
    question.query = *query;
    question.query.granularity = Granularity::Day;
    const auto set = context.ask(**snapshot, question);
    if (!set)
        return context.fail(set.error());
    writeMarks(context.out(), *set);
    noteFarCharges(**snapshot, query->range, query->lens);
    noteUnknown(context, set->totals, query->lens);
    noteLate(context, **snapshot);
    return context.finish();
}

} // namespace

Verb anomaliesVerb()
{
    Verb verb{
        "anomalies",
        "[--by DIM,...] [--from D] [--to D] [--range R] [--where DIM=VALUE]... [--cost LENS] | --series FILE",
        "days whose cost is not what it should be",
        R"(Per series and day: what was expected, its bounds, the impact (actual - expected), a score in robust standard
deviations, how severe it is, and what kind of deviation.

  --by DIM,...       one series per value, as in totals; else the total
  --from D, --to D   days as 2026-11-19 or 2026-11; --from is inside, --to is outside
  --range R          these days instead, in words as in totals
  --where DIM=VALUE  as in totals
  --cost LENS        billed, effective (the default), list or contracted
  --series FILE      scores a csv (timestamp,value or series,timestamp,value) instead of a workspace and prints
                     series,timestamp,value,expected,lower,upper,score,is_anomaly; each row is judged with
                     nothing but the rows before it

Example:
  altimeter-cli anomalies --by team --from 2026-10-01
)",
        groupOptions(),
        0,
        0,
        run};
    verb.options.insert(verb.options.end(), {{"--series"}});
    return verb;
}

} // namespace altimeter::cli
