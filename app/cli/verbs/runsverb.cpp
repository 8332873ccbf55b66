#include "app/cli/queryarguments.h"
#include "app/cli/verb.h"
#include "app/session/events/runs.h"

namespace altimeter::cli {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// Whole seconds, rounded down.
Cell timeCell(std::int64_t nanos)
{
    return Cell::ofInstant({nanos / kNanosPerSecond - (nanos % kNanosPerSecond < 0 ? 1 : 0)});
}

/// Milliseconds with as many decimals as it takes.
Cell milliCell(std::int64_t nanos)
{
    if (nanos < 0)
        return Cell::null();
    DecimalSum millis;
    millis.add({nanos, 6});
    return Cell::ofDecimal(millis.toString(0));
}

std::string joinedModels(const std::vector<std::string>& models)
{
    std::string text;
    for (const std::string& model : models)
        text += (text.empty() ? "" : " ") + model;
    return text;
}

ExitCode list(Context& context, const session::Snapshot& snapshot, const RunsQuestion& question)
{
    const auto runs = session::answer(snapshot, question, context.stop());
    if (!runs)
        return context.fail(runs.error());
    auto& out = context.out();
    out.begin("runs", {{"run"},
                       {"workflow"},
                       {"use_case"},
                       {"team"},
                       {"agent"},
                       {"started"},
                       {"ended"},
                       {"events"},
                       {"models"},
                       {"currency"},
                       {"cost"},
                       {"cost_inference"},
                       {"status"},
                       {"unpriced", true}});
    std::uint64_t unpriced = 0;
    for (const RunRow& row : runs->rows) {
        unpriced += row.unpriced;
        const bool hasCost = row.priced > 0;
        out.add({Cell::ofText(row.run), Cell::ofText(row.workflow), Cell::ofText(row.useCase), Cell::ofText(row.team),
                 Cell::ofText(row.agent), timeCell(row.startNanos), timeCell(row.endNanos), Cell::ofCount(row.events),
                 Cell::ofText(joinedModels(row.models)), hasCost ? Cell::ofText(row.currency.code()) : Cell::null(),
                 hasCost ? Cell::ofAmount(row.cost) : Cell::null(),
                 hasCost ? Cell::ofAmount(row.inference) : Cell::null(), Cell::ofText(row.status),
                 Cell::ofCount(row.unpriced)});
    }
    out.end();
    if (unpriced > 0)
        context.note("events of these runs with a count that has no price: " + std::to_string(unpriced) +
                     "; it is not in their cost");
    return context.finish();
}

ExitCode show(Context& context, const session::Snapshot& snapshot, const std::string& run)
{
    const auto steps = session::answer(snapshot, RunQuestion{run}, context.stop());
    if (!steps)
        return context.fail(steps.error());
    if (steps->empty())
        return context.fail(Error{ErrorCode::NotFound, "there is no run of that id", run,
                                  "'altimeter-cli runs' lists those there are."});
    auto& out = context.out();
    out.begin("steps", {{"offset_ms"},
                        {"duration_ms"},
                        {"layer"},
                        {"operation"},
                        {"provider"},
                        {"model"},
                        {"tool"},
                        {"input_tokens"},
                        {"cached_tokens"},
                        {"cache_write_tokens"},
                        {"output_tokens"},
                        {"reasoning_tokens"},
                        {"currency"},
                        {"cost"},
                        {"state"},
                        {"source", true},
                        {"file", true},
                        {"line", true}});
    for (const RunStep& step : *steps)
        out.add({milliCell(step.offsetNanos), milliCell(step.durationNanos), Cell::ofText(step.layer),
                 Cell::ofText(step.operation), Cell::ofText(step.provider), Cell::ofText(step.model),
                 Cell::ofText(step.tool), Cell::ofCount(step.inputTokens), Cell::ofCount(step.cachedTokens),
                 Cell::ofCount(step.cacheWriteTokens), Cell::ofCount(step.outputTokens),
                 Cell::ofCount(step.reasoningTokens),
                 step.currency.isUnknown() ? Cell::null() : Cell::ofText(step.currency.code()),
                 step.cost ? Cell::ofAmount(*step.cost) : Cell::null(), Cell::ofText(step.state),
                 Cell::ofText(step.source), Cell::ofText(step.file), Cell::ofCount(step.line)});
    out.end();
    return context.finish();
}

ExitCode run(Context& context)
{
    auto query = queryOf(context.arguments());
    if (!query)
        return context.usage("runs", query.error());
    const auto top = context.arguments().number("--top", 1, 1'000'000'000);
    if (!top)
        return context.usage("runs", top.error());
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    if (!context.arguments().positional().empty())
        return show(context, **snapshot, context.arguments().positional().front());
    if (const Status placed = placeRange(context.arguments(), **snapshot, *query); !placed)
        return context.fail(placed.error());
    return list(context, **snapshot, {*query, static_cast<std::size_t>(top->value_or(0))});
}

ExitCode runOne(Context& context)
{
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    return show(context, **snapshot, context.arguments().positional().front());
}

} // namespace

Verb runsVerb()
{
    Verb verb{
        "runs",
        "[RUN] [--from D] [--to D] [--range R] [--where DIM=VALUE]... [--top N]",
        "lists the runs of AI workflows, or shows one",
        R"(A run is what its events name as one trace or run, whatever file or source tells of them. Largest cost first; the
cost is metered at the list prices valid at each call, cost_inference without tools, retrieval and what else is in it. A
run without any price has an empty cost: unknown, not zero. With RUN its operations, as 'run' prints them.

  --from D, --to D   events that start on these days, as 2026-11-19 or 2026-11; --from is inside, --to is outside
  --range R          these days instead, in words as in totals
  --where DIM=VALUE  events of that provider, model, layer, region, source, team, use_case, workflow, tag:agent or tag:user;
                     as they say it themselves, without the rules
  --top N            the N largest

Example:
  altimeter-cli runs --where workflow=triage --from 2026-11-01 --top 20
)",
        filterOptions(),
        0,
        1,
        run};
    verb.options.push_back({"--top"});
    return verb;
}

Verb runVerb()
{
    return {
        "run",
        "RUN",
        "shows the operations of a run",
        "In the order of their start, after the first of them. cost is metered at the list price valid then; state is\n"
        "\"metered\", \"reported\" (no price is known, and the sender says what it cost) or \"unpriced\" (cost is "
        "empty).\n"
        "What another operation of the run bears costs nothing itself. json also names source, file and line.\n\n"
        "Example:\n"
        "  altimeter-cli run 4bf92f3577b34da6a3ce929d0e0e4736\n",
        {},
        1,
        1,
        runOne};
}

} // namespace altimeter::cli
