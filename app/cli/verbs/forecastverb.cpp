#include "app/cli/queryarguments.h"
#include "app/cli/seriestable.h"
#include "app/cli/text.h"
#include "app/cli/verb.h"
#include "app/cli/verbs/seriesverbs.h"
#include "models/domain/magnitude.h"

namespace altimeter::cli {

namespace {

constexpr long kMaxHorizon = 3660;
constexpr long kMaxSeason = 10'000;

void writePoints(TableWriter& out, const SeriesSet& set)
{
    out.begin("forecast",
              {{"series"}, {"period"}, {"currency"}, {"mean"}, {"lo80"}, {"hi80"}, {"lo95"}, {"hi95"}, {"keys", true}});
    for (const CostSeries& series : set.series) {
        for (const ForecastPoint& point : series.forecast)
            out.add({Cell::ofText(seriesName(set.query, series)), Cell::ofDay(point.period),
                     Cell::ofText(series.currency.code()), Cell::ofEstimate(point.mean), Cell::ofEstimate(point.lo80),
                     Cell::ofEstimate(point.hi80), Cell::ofEstimate(point.lo95), Cell::ofEstimate(point.hi95),
                     Cell::ofJson(seriesKeysJson(set.query, series))});
    }
    out.end();
}

ExitCode runOnFile(Context& context, const std::string& file, int horizon)
{
    const auto season = context.arguments().number("--season", 1, kMaxSeason);
    if (!season)
        return context.usage("forecast", season.error());
    const auto csv = forecastOfSeriesFile(file, horizon, static_cast<int>(season->value_or(0)), context.stop());
    if (!csv)
        return context.fail(csv.error());
    if (const Status written = writeCsvText(context.out(), "forecast", *csv); !written)
        return context.fail(written.error());
    return context.finish();
}

/// "the purchase of 5000.00 USD on 2025-03-05 (Compute) was made once: …", with what came back of it.
std::string onceText(const OncePurchase& one)
{
    const std::string currency = ' ' + std::string(one.currency.code());
    const char* const what = !one.cost.isNegative()   ? "the purchase of "
                             : one.refundOf.isValid() ? "the refund of "
                                                      : "the credit of ";
    std::string text = what + magnitude(one.cost).toString(2) + currency + " on " + toString(one.day) +
                       (one.service.empty() ? std::string() : " (" + terminalName(one.service) + ")");
    if (one.refundOf.isValid())
        text += " for the purchase of " + toString(one.refundOf);
    if (one.cost.isNegative())
        text += " came once";
    else if (one.refundedOn.isValid() && one.refunded == one.cost)
        text += " was refunded by " + toString(one.refundedOn) + " and nothing of it is left";
    else
        text += " was made once";
    if (one.refundedOn.isValid() && one.refunded != one.cost)
        text += ", and " + one.refunded.toString(2) + currency + " of it came back by " + toString(one.refundedOn);
    return text + ": no other day is expected to hold the like";
}

Result<SeriesQuestion> questionOf(const Arguments& arguments, int horizon)
{
    const auto query = queryOf(arguments);
    if (!query)
        return query.error();
    const auto granularity = granularityByName(arguments.value("--granularity").value_or("day"));
    if (!granularity)
        return granularity.error();
    if (*granularity == Granularity::None)
        return Error{ErrorCode::Invalid, "--granularity of a forecast is day, week or month", {}};
    SeriesQuestion question;
    question.query = *query;
    question.query.granularity = *granularity;
    question.anomalies = false;
    question.forecastSteps = horizon;
    question.learnsFromRange = true;
    return question;
}

ExitCode run(Context& context)
{
    const auto horizon = context.arguments().number("--horizon", 1, kMaxHorizon);
    if (!horizon)
        return context.usage("forecast", horizon.error());
    if (!*horizon)
        return context.usage("forecast", {ErrorCode::Invalid, "--horizon N is missing", {}});
    const int steps = static_cast<int>(**horizon);
    if (const auto file = context.arguments().value("--series"))
        return runOnFile(context, *file, steps);
    auto question = questionOf(context.arguments(), steps);
    if (!question)
        return context.usage("forecast", question.error());
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    if (const Status placed = placeRange(context.arguments(), **snapshot, question->query); !placed)
        return context.fail(placed.error());
    const auto set = context.ask(**snapshot, *question);
    if (!set)
        return context.fail(set.error());
    writePoints(context.out(), *set);
    const ExitCode code = context.finish();
    noteFarCharges(**snapshot, question->query.range, question->query.lens);
    noteUnknown(context, set->totals, question->query.lens);
    noteLate(context, **snapshot);
    if (set->series.empty())
        context.note("there are no charges on the days to learn from");
    std::size_t without = 0;
    for (const CostSeries& series : set->series)
        without += series.forecast.empty() ? 1U : 0U;
    if (without > 0)
        context.note(std::to_string(without) + " of " + std::to_string(set->series.size()) +
                     " series have too little history for a forecast: it takes 7 days from the first cost on");
    for (const OncePurchase& one : set->purchases) {
        if (!one.refundOf.isValid() || !question->query.range.contains(one.refundOf)) // else said of its purchase
            context.note(onceText(one));
    }
    return code;
}

} // namespace

Verb forecastVerb()
{
    Verb verb{"forecast",
              "[--by DIM,...] [--from D] [--to D] [--range R] [--where DIM=VALUE]... [--cost LENS] --horizon N | "
              "--series FILE "
              "--horizon N [--season M]",
              "expected cost of the next steps with 80 % and 95 % bands",
              R"(  --horizon N        steps ahead
  --granularity      day (the default), week or month; the running step is left out
  --by DIM,...       one series per value, as in totals; else the total
  --from D, --to D   the days learned from, and no others; --from is inside, --to is outside. The first step is the one
                     behind them, or behind the last day of the data where they reach further
  --range R          these days instead, in words as in totals
  --where DIM=VALUE  as in totals
  --cost LENS        billed, effective (the default), list or contracted
  --series FILE      forecasts a csv (series,period,value; period a date or a whole step) instead of a workspace and
                     prints series,step,mean,lo80,hi80,lo95,hi95
  --season M         steps of one season of such a file; else it is found

A series needs seven known days from its first cost on; those without are counted on standard error. Large purchases made
once are named there, with what came back of them, and large credits that came once: they count on their days, and
no level is learnt from them. What a step is expected to be does not depend on how many are asked.

Example:
  altimeter-cli forecast --by team --horizon 30
)",
              groupOptions(),
              0,
              0,
              run};
    verb.options.insert(verb.options.end(), {{"--horizon"}, {"--granularity"}, {"--series"}, {"--season"}});
    return verb;
}

} // namespace altimeter::cli
