#include "app/cli/verb.h"
#include "app/session/questions/measures.h"
#include "app/session/sync/connections.h"
#include "app/session/sync/spendinglimit.h"

#include <algorithm>
#include <chrono>

namespace altimeter::cli {

namespace {

Result<DateRange> rangeOf(const Arguments& arguments)
{
    DateRange range;
    for (const auto& [option, bound] : {std::pair{"--from", &range.from}, std::pair{"--to", &range.to}}) {
        const auto text = arguments.value(option);
        if (!text)
            continue;
        const auto day = parseDay(*text);
        if (!day)
            return Error{ErrorCode::Invalid, std::string(option) + ": " + day.error().text(), {}};
        *bound = *day;
    }
    return range;
}

Day todayUtc()
{
    using namespace std::chrono;
    return Instant{duration_cast<seconds>(system_clock::now().time_since_epoch()).count()}.day();
}

Result<session::SyncOptions> optionsOf(const Arguments& arguments)
{
    session::SyncOptions options;
    options.names = arguments.positional();
    const auto range = rangeOf(arguments);
    if (!range)
        return range.error();
    options.wanted = *range;
    if (options.wanted.from.isValid() && !options.wanted.to.isValid())
        options.wanted.to = todayUtc() + 1;
    if (options.wanted.to.isValid() && !options.wanted.from.isValid())
        return Error{ErrorCode::Invalid, "--to needs --from", {}};
    if (options.wanted.from.isValid() && options.wanted.from >= options.wanted.to)
        return Error{ErrorCode::Invalid, "--to must be after --from", {}};
    options.acceptsEmpty = arguments.has("--accept-empty");
    if (options.acceptsEmpty && (!options.wanted.from.isValid() || options.names.size() != 1))
        return Error{ErrorCode::Invalid, "--accept-empty needs one NAME and --from", {}};
    return options;
}

void writePlans(TableWriter& out, const std::vector<SyncPlan>& plans)
{
    out.begin("plan", {{"connection"}, {"from"}, {"to"}, {"chunks"}, {"requests"}, {"cost"}, {"currency"}});
    for (const SyncPlan& plan : plans)
        out.add({Cell::ofText(plan.connection),
                 plan.chunks.empty() ? Cell::null() : Cell::ofDay(plan.chunks.back().from),
                 plan.chunks.empty() ? Cell::null() : Cell::ofDay(plan.chunks.front().to),
                 Cell::ofCount(plan.chunks.size()), Cell::ofCount(plan.requests), Cell::ofAmount(plan.cost),
                 Cell::ofText(plan.currency)});
    out.end();
}

/// Says what the requests will cost, and refuses where that is more than was allowed. What paging adds is held against
/// the same limit later, request by request.
Status checkCost(Context& context, const std::vector<SyncPlan>& plans, const std::string& most,
                 session::SyncOptions& options)
{
    DecimalSum limit;
    if (!most.empty()) {
        const auto amount = parseDecimal(most);
        if (!amount)
            return Error{ErrorCode::Invalid, "--max-cost is an amount, not \"" + most + '"', {}};
        limit.add(amount->value);
        options.limit = std::make_shared<session::SpendingLimit>(limit);
    }
    DecimalSum all;
    for (const SyncPlan& plan : plans) {
        if (plan.cost.isZero())
            continue;
        all.add(plan.cost);
        context.note(plan.connection + ": at least " + std::to_string(plan.requests) + " requests, " +
                     plan.cost.toString(2) + ' ' + plan.currency);
    }
    DecimalSum over = all;
    over.subtract(limit);
    const auto attos = over.attosFloor();
    if (!most.empty() && attos && *attos > 0)
        return Error{ErrorCode::Invalid,
                     "the requests would cost " + all.toString(2) + ", more than --max-cost " + most +
                         "; nothing was asked",
                     {}};
    return {};
}

/// The connections with a schedule; those that are synced by hand are named by whoever wants that.
Result<std::vector<std::string>> scheduled(const session::Connections& stored, Context& context)
{
    const auto connections = stored.list();
    if (!connections)
        return connections.error();
    std::vector<std::string> names;
    for (const ConnectionInfo& one : *connections) {
        if (one.settings.everyHours > 0)
            names.push_back(one.settings.name);
        else
            context.note(one.settings.name + " is synced by hand: name it to sync it");
    }
    return names;
}

std::uint64_t worthFindings(const SyncResult& result)
{
    return static_cast<std::uint64_t>(std::count_if(result.findings.begin(), result.findings.end(),
                                                    [](const Finding& one) { return one.severity > Severity::Note; }));
}

std::string sentence(const std::string& text)
{
    return text.empty() || std::string_view(".!?").find(text.back()) != std::string_view::npos ? text : text + '.';
}

/// What a sync found, on standard error: what is worth a warning even with --quiet.
void tellFindings(Context& context, const SyncResult& result)
{
    constexpr std::uint64_t kMostTold = 20;
    std::uint64_t told = 0;
    for (const Finding& one : result.findings) {
        if (one.severity > Severity::Note && told++ < kMostTold)
            printError(result.connection + ": " + std::string(severityName(one.severity)) + ": " +
                       (one.file.empty() ? "" : one.file + ": ") + sentence(one.message));
    }
    const std::uint64_t untold = result.findings.size() - std::min(told, kMostTold);
    if (told > kMostTold)
        printError(result.connection + ": " + std::to_string(untold) + " more findings: altimeter-cli findings");
    else if (untold > 0)
        context.note(result.connection + ": " + std::to_string(untold) + (untold == 1 ? " note" : " notes") +
                     ": altimeter-cli findings");
}

ExitCode run(Context& context)
{
    auto options = optionsOf(context.arguments());
    if (!options)
        return context.usage("sync", options.error());
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    if (options->names.empty()) {
        auto names = scheduled((*importer)->connections(), context);
        if (!names)
            return context.fail(names.error());
        if (names->empty())
            return context.finish();
        options->names = names.take();
    }
    const auto plans = (*importer)->connections().plan(*options);
    if (!plans)
        return context.fail(plans.error());
    if (context.arguments().has("--plan")) {
        writePlans(context.out(), *plans);
        return context.finish();
    }
    if (auto allowed = checkCost(context, *plans, context.arguments().value("--max-cost").value_or(""), *options);
        !allowed)
        return context.fail(allowed.error());
    const auto show = context.progress();
    const auto results = (*importer)->connections().sync(
        *options,
        [&show](const SyncProgress& at) {
            show({at.connection + ": " + at.phase, at.rows, static_cast<std::uint64_t>(at.chunksDone),
                  static_cast<std::uint64_t>(at.chunks), std::nullopt});
        },
        context.stop());
    if (!results)
        return context.fail(results.error());
    auto& out = context.out();
    out.begin("sync", {{"connection"},
                       {"state"},
                       {"from"},
                       {"to"},
                       {"requests"},
                       {"rows"},
                       {"measures"},
                       {"new"},
                       {"replaced"},
                       {"unchanged"},
                       {"removed"},
                       {"spent"},
                       {"problem"},
                       {"todo"},
                       {"bytes", true},
                       {"findings"}});
    ExitCode code = ExitCode::Done;
    for (const SyncResult& one : *results) {
        if (!one.ok && code != ExitCode::Failed)
            code = one.isElsewhere ? ExitCode::Busy : ExitCode::Failed;
        out.add({Cell::ofText(one.connection),
                 Cell::ofText(one.ok             ? "ok"
                              : one.wasCancelled ? "cancelled"
                              : one.isElsewhere  ? "busy"
                                                 : "failed"),
                 Cell::ofDay(one.window.from), Cell::ofDay(one.window.to), Cell::ofCount(one.requests),
                 Cell::ofCount(one.rows), Cell::ofCount(one.measures), Cell::ofCount(one.partitionsNew),
                 Cell::ofCount(one.partitionsReplaced), Cell::ofCount(one.partitionsUnchanged),
                 Cell::ofCount(one.partitionsRemoved), Cell::ofAmount(one.spent), Cell::ofText(one.problem),
                 Cell::ofText(one.todo), Cell::ofCount(one.bytes), Cell::ofCount(worthFindings(one))});
    }
    out.end();
    code = context.finish(code);
    for (const SyncResult& one : *results) {
        tellFindings(context, one);
        if (!one.ok && !one.wasCancelled)
            printError(one.connection + ": " + sentence(one.problem) + (one.todo.empty() ? "" : " " + one.todo));
    }
    return code;
}

std::string_view nameOf(CalendarDay::State state)
{
    switch (state) {
    case CalendarDay::State::None:
        return "none";
    case CalendarDay::State::Gap:
        return "gap";
    case CalendarDay::State::Empty:
        return "empty";
    case CalendarDay::State::Final:
        return "final";
    case CalendarDay::State::Estimated:
        return "estimated";
    case CalendarDay::State::Unsaid:
        return "unsaid";
    }
    return {};
}

ExitCode runCompleteness(Context& context)
{
    auto range = rangeOf(context.arguments());
    if (!range)
        return context.usage("completeness", range.error());
    const DateRange asked = *range;
    if (!range->to.isValid())
        range->to = todayUtc() + 1;
    if (!range->from.isValid())
        range->from = range->to - 92;
    if (range->from >= range->to || range->days() > 3660)
        return context.usage("completeness",
                             {ErrorCode::Invalid, "--to must be after --from, by at most ten years", {}});
    const auto by = context.arguments().value("--by");
    if (by && *by != "source" && *by != "account")
        return context.usage("completeness", {ErrorCode::Invalid, "--by is \"source\" or \"account\"", {}});
    const bool byAccount = by && *by == "account";
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto calendar = context.ask(**snapshot, CalendarQuestion{*range, todayUtc(), byAccount});
    if (!calendar)
        return context.fail(calendar.error());
    auto& out = context.out();
    out.beginDocument();
    out.begin("days", {{"source"},
                       {"day"},
                       {"state"},
                       {"rows"},
                       {"estimated_rows"},
                       {"duplicates"},
                       {"overlapping"},
                       {"restated"},
                       {"asked_at"},
                       {"provider"},
                       {"billing_account"}});
    bool isComplete = true;
    for (const auto& row : calendar->rows) {
        if (row.isAccount != byAccount)
            continue;
        for (const CalendarDay& day : row.days) {
            if (day.state == CalendarDay::State::None)
                continue;
            isComplete &= day.state != CalendarDay::State::Gap;
            out.add({Cell::ofText(row.source), Cell::ofDay(day.day), Cell::ofText(nameOf(day.state)),
                     Cell::ofCount(day.rows), Cell::ofCount(day.estimatedRows), Cell::ofCount(day.duplicates),
                     Cell::ofText(day.isOverlapping ? "yes" : "no"), Cell::ofText(day.isRestated ? "yes" : "no"),
                     Cell::ofInstant(day.askedAt), Cell::ofText(row.provider), Cell::ofText(row.billingAccount)});
        }
    }
    out.end();
    out.begin("restatements", {{"at"},
                               {"source"},
                               {"provider"},
                               {"billing_account"},
                               {"from"},
                               {"to"},
                               {"currency"},
                               {"billed_cost_before"},
                               {"billed_cost_after"},
                               {"was_final"},
                               {"effective_cost_before"},
                               {"effective_cost_after"},
                               {"list_cost_before", true},
                               {"list_cost_after", true},
                               {"contracted_cost_before", true},
                               {"contracted_cost_after", true}});
    for (const Restatement& one : calendar->restatements) {
        const auto sum = [](const auto& sums, CostLens lens) {
            const auto& found = sums[static_cast<std::size_t>(lens)];
            return found ? Cell::ofAmount(*found) : Cell::null();
        };
        std::vector<Cell> cells{Cell::ofInstant(one.at),
                                Cell::ofText(one.source),
                                Cell::ofText(one.provider),
                                Cell::ofText(one.billingAccount),
                                Cell::ofDay(one.from),
                                Cell::ofDay(one.to),
                                Cell::ofText(one.currency.code()),
                                sum(one.before, CostLens::Billed),
                                sum(one.after, CostLens::Billed),
                                Cell::ofText(one.wasFinal ? "yes" : "no")};
        for (const CostLens lens : {CostLens::Effective, CostLens::List, CostLens::Contracted}) {
            cells.push_back(sum(one.before, lens));
            cells.push_back(sum(one.after, lens));
        }
        out.add(std::move(cells));
    }
    out.end();
    out.begin("stopped",
              {{"source"}, {"provider"}, {"billing_account"}, {"last_day"}, {"source_through"}, {"currency"}});
    for (const StoppedAccount& one : calendar->stopped)
        out.add({Cell::ofText(one.source), Cell::ofText(one.provider), Cell::ofText(one.billingAccount),
                 Cell::ofDay(one.last), Cell::ofDay(one.sourceThrough),
                 one.currency == Currency() ? Cell::null() : Cell::ofText(one.currency.code())});
    out.end();
    out.endDocument();
    noteFarCharges(**snapshot, asked, CostLens::Billed);
    return context.finish(isComplete ? ExitCode::Done : ExitCode::Finding);
}

ExitCode runMeasures(Context& context)
{
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    const auto measures =
        session::storedMeasures((*importer)->file(), {context.arguments().value("--source").value_or(""),
                                                      context.arguments().value("--name").value_or("")});
    if (!measures)
        return context.fail(measures.error());
    auto& out = context.out();
    out.begin("measures", {{"name"}, {"labels"}, {"start"}, {"end"}, {"value"}, {"unit"}});
    for (const Measure& one : *measures) {
        std::string labels;
        for (const auto& [key, value] : one.labels)
            labels.append(labels.empty() ? "" : "; ").append(key).append("=").append(value);
        out.add({Cell::ofText(one.name), Cell::ofText(labels), Cell::ofInstant(one.start), Cell::ofInstant(one.end),
                 Cell::ofDecimal(one.value), Cell::ofText(one.unit)});
    }
    out.end();
    return context.finish();
}

} // namespace

Verb syncVerb()
{
    return {
        "sync",
        "[NAME...] [--from D] [--to D] [--plan] [--max-cost AMOUNT] [--accept-empty]",
        "fetches what is new or may have changed from the provider APIs",
        "Without a name all connections with a schedule are synced, several at a time, and those that are synced by\n"
        "hand ('connections add --every 0') are left out. One that fails does not stop the others, and\n"
        "the exit status is 1 then, as for one that is not confirmed on this computer ('connections confirm'), which\n"
        "is left out. What was stored before a failure stays, and the next sync goes on from there. One that another\n"
        "program is syncing (the window, a timer) is left out with the state busy; where nothing else went wrong, the\n"
        "exit status is 4 then.\n"
        "Without --from the days that are due are asked for: those never asked for, and the last ones, which the\n"
        "provider may still change.\n\n"
        "  --from D, --to D   these days instead (to is outside; without it: up to today)\n"
        "  --plan             prints what would be asked and what the provider charges for it; asks nothing\n"
        "  --max-cost AMOUNT  asks nothing when the requests would cost more, and sends none that would come to more\n"
        "                     while it runs\n"
        "  --accept-empty     believes that those of the days of --from and --to are empty of which NAME answers no\n"
        "                     charge. Else such a day keeps its charges unless the answer proves that there are "
        "none\n\n"
        "What was found (days that were not answered, records that cannot be read, look-ups that were refused) stands "
        "on\n"
        "standard error, with --quiet what is worth a warning alone; the exit status stays 0. 'findings' lists it "
        "again.\n"
        "The column findings counts the warnings.\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter sync --quiet\n",
        {{"--from"}, {"--to"}, {"--plan", false}, {"--max-cost"}, {"--accept-empty", false}},
        0,
        Verb::kAnyWords,
        run};
}

Verb completenessVerb()
{
    return {
        "completeness",
        "[--by source|account] [--from D] [--to D]",
        "what is there, estimated or missing per source and day, and what was restated",
        "Prints a row per source and day, then the restatements, then the accounts that have stopped: those that\n"
        "delivered regularly and do so no longer, while their source goes on. state is gap, empty (asked, nothing\n"
        "there), estimated, final, or unsaid (the source does not tell). duplicates counts the lines that say what\n"
        "another one says to the last cell. The exit status is 3 when there is a gap. Without dates: the last 92 "
        "days.\n\n"
        "  --by account  a row per account and day instead: empty where the source was delivered and had nothing of\n"
        "                it, a gap where the source has one and after an account has stopped\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter completeness --from 2026-11-01\n",
        {{"--by"}, {"--from"}, {"--to"}},
        0,
        0,
        runCompleteness};
}

Verb measuresVerb()
{
    return {"measures",
            "[--source NAME] [--name NAME]",
            "numbers of the sources that are no charges: utilisation, budgets, forecasts, metrics",
            "Example:\n"
            "  altimeter-cli --workspace costs.altimeter measures --name budget_limit\n",
            {{"--source"}, {"--name"}},
            0,
            0,
            runMeasures};
}

} // namespace altimeter::cli
