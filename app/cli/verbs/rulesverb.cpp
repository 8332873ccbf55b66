#include "app/cli/verb.h"
#include "app/session/rules/draftrules.h"
#include "app/session/rules/publishing.h"

#include <charconv>
#include <optional>
#include <string>

namespace altimeter::cli {

namespace {

using session::Engine;

/// An engine and the text of the rule file that was named.
struct RuleFile {
    std::unique_ptr<Engine> engine;
    std::string json;
    std::string name;
};

Result<RuleFile> openWithRules(Context& context)
{
    RuleFile file;
    file.name = context.arguments().positional().front();
    auto json = readTextFile(file.name);
    if (!json)
        return json.error();
    auto engine = context.openEngine();
    if (!engine)
        return engine.error();
    file.engine = engine.take();
    file.json = json.take();
    return file;
}

std::optional<std::uint32_t> versionNumber(const std::string& text)
{
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

/// The month of `--from`; none: all of history. `open`: the one in which the charges end.
Result<Day> monthGiven(Context& context, const session::Snapshot& snapshot)
{
    const auto given = context.arguments().value("--from");
    if (!given || *given == "all")
        return Day();
    if (*given == "open" && session::openMonthOf(snapshot).isValid())
        return session::openMonthOf(snapshot);
    const auto month = parseDay(*given);
    if (!month || *month != month->firstOfMonth())
        return Error{ErrorCode::Invalid,
                     *given == "open" ? "--from open is the month in which the charges end, and there are no charges"
                                      : "--from is a month like 2026-11, 'open' or 'all', not \"" + *given + "\"",
                     {}};
    return *month;
}

/// "USD 12.5 EUR 3", of either part; empty where nothing moved or is known.
std::string movedText(const RulesPublication& publication, Amount MovedCost::*part)
{
    std::string text;
    for (const MovedCost& one : publication.moved.value_or(std::vector<MovedCost>()))
        text += (text.empty() ? "" : " ") + std::string(one.currency.code()) + " " + (one.*part).toString(0);
    return text;
}

ExitCode failIn(Context& context, const RuleFile& file, Error error)
{
    error.where = error.where.empty() ? file.name : file.name + ", " + error.where;
    return context.fail(error);
}

std::string assignsOf(const AllocationRule& rule)
{
    std::string fields = rule.split ? "split" : "";
    for (std::size_t i = 0; i < kOwnerFieldCount; ++i) {
        if (rule.set[i])
            fields += (fields.empty() ? "" : " ") + std::string(ownerFieldName(static_cast<OwnerField>(i)));
    }
    return fields;
}

void writeRules(TableWriter& out, const RuleSet& rules)
{
    out.begin("rules", {{"rule"}, {"name"}, {"enabled"}, {"from"}, {"to"}, {"conditions"}, {"assigns"}});
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
        const AllocationRule& rule = rules.rules[i];
        out.add({Cell::ofCount(i), Cell::ofText(rule.name), Cell::ofText(rule.enabled ? "true" : "false"),
                 Cell::ofDay(rule.effective.from), Cell::ofDay(rule.effective.to), Cell::ofCount(rule.when.size()),
                 Cell::ofText(assignsOf(rule))});
    }
    out.end();
}

ExitCode runCheck(Context& context)
{
    RuleFile file;
    file.name = context.arguments().positional().front();
    const auto json = readTextFile(file.name);
    if (!json)
        return context.fail(json.error());
    const auto rules = session::checkRules(*json);
    if (!rules)
        return failIn(context, file, rules.error());
    writeRules(context.out(), *rules);
    return context.finish();
}

ExitCode runDiff(Context& context)
{
    const auto file = openWithRules(context);
    if (!file)
        return context.fail(file.error());
    const auto from = monthGiven(context, *file->engine->snapshot());
    if (!from)
        return context.usage("rules diff", from.error());
    const auto diff = context.ask(*file->engine->snapshot(), RuleDiffQuestion{file->json, *from});
    if (!diff)
        return failIn(context, *file, diff.error());
    auto& out = context.out();
    out.begin("moves", {{"field"}, {"owner"}, {"month"}, {"currency"}, {"before"}, {"after"}, {"change"}});
    for (const RuleMove& move : diff->moves) {
        const auto change = checkedSubtract(move.after, move.before);
        if (!change)
            return context.fail(change.error());
        out.add({Cell::ofText(move.field), Cell::ofText(move.owner), Cell::ofMonth(move.month),
                 Cell::ofText(move.currency.code()), Cell::ofAmount(move.before), Cell::ofAmount(move.after),
                 Cell::ofAmount(*change)});
    }
    out.end();
    return context.finish();
}

ExitCode runApply(Context& context)
{
    const auto file = openWithRules(context);
    if (!file)
        return context.fail(file.error());
    std::optional<std::uint32_t> over;
    if (const auto given = context.arguments().value("--over")) {
        over = versionNumber(*given);
        if (!over)
            return context.usage("rules apply",
                                 {ErrorCode::Invalid, "--over is the number of a version, not \"" + *given + "\"", {}});
    }
    const auto from = monthGiven(context, *file->engine->snapshot());
    if (!from)
        return context.usage("rules apply", from.error());
    const RulesToPublish wanted{file->json, over, *from, context.arguments().value("--note").value_or("")};
    const auto published = session::publishRules(*file->engine, wanted, context.stop());
    if (!published && published.error().code == ErrorCode::Conflict) {
        Error error = published.error();
        const std::string inForce = std::to_string(file->engine->snapshot()->rulesDocument.version);
        error.todo =
            "Look at it with 'altimeter-cli rules show' and at what moves with 'rules diff'; 'rules apply --over " +
            inForce + "' publishes over exactly that version.";
        return failIn(context, *file, error);
    }
    if (!published)
        return failIn(context, *file, published.error());
    const auto rules = session::checkRules(published->json);
    if (!rules)
        return context.fail(rules.error());
    auto& out = context.out();
    const RulesPublication& said = published->publication;
    out.begin("published", {{"version"}, {"rules"}, {"from"}, {"moved"}, {"moved_earlier"}});
    out.add({Cell::ofCount(published->version), Cell::ofCount(rules->rules.size()), Cell::ofMonth(said.from),
             Cell::ofText(movedText(said, &MovedCost::moved)), Cell::ofText(movedText(said, &MovedCost::earlier))});
    out.end();
    return context.finish();
}

ExitCode runVersions(Context& context)
{
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto versions = context.ask(**snapshot, RuleVersionsQuestion{});
    if (!versions)
        return context.fail(versions.error());
    auto& out = context.out();
    out.begin("versions",
              {{"version"}, {"published_at"}, {"in_force"}, {"from"}, {"note"}, {"by"}, {"moved"}, {"moved_earlier"}});
    for (const RulesDocument& one : *versions) {
        const RulesPublication& said = one.publication;
        out.add({Cell::ofCount(one.version), Cell::ofInstant(one.publishedAt),
                 Cell::ofText(one.version == (*snapshot)->rulesDocument.version ? "true" : "false"),
                 Cell::ofMonth(said.from), Cell::ofText(said.note), Cell::ofText(said.by),
                 Cell::ofText(movedText(said, &MovedCost::moved)), Cell::ofText(movedText(said, &MovedCost::earlier))});
    }
    out.end();
    return context.finish();
}

/// The rules in force, or those of the version that was asked for.
Result<RulesDocument> shownRules(Context& context, const session::Snapshot& snapshot)
{
    const auto given = context.arguments().value("--number");
    if (!given)
        return snapshot.rulesDocument;
    const auto number = versionNumber(*given);
    const auto versions = context.ask(snapshot, RuleVersionsQuestion{});
    if (!versions)
        return versions.error();
    for (const RulesDocument& one : *versions) {
        if (one.version == number)
            return one;
    }
    return Error{
        ErrorCode::NotFound, "there is no version " + *given + " of the rules; 'rules versions' lists them", {}};
}

/// The document itself, unless a table was asked for: `rules show > FILE` gives what `rules apply FILE` takes.
ExitCode runShow(Context& context)
{
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto shown = shownRules(context, **snapshot);
    if (!shown)
        return context.fail(shown.error());
    const RulesDocument& document = *shown;
    const bool isTable = context.out().format() != OutputFormat::Json &&
                         (context.formatWasAsked() || context.out().format() == OutputFormat::Table);
    if (isTable) {
        const auto rules = session::checkRules(document.json);
        if (!rules)
            return context.fail(rules.error());
        writeRules(context.out(), *rules);
        return context.finish();
    }
    context.out().raw(document.json);
    if (!document.json.ends_with('\n'))
        context.out().raw("\n");
    return context.finish();
}

} // namespace

Verb rulesCheckVerb()
{
    return {"rules check",
            "FILE",
            "validates an allocation rule file",
            "Names the first field that is wrong, else lists the rules. Nothing is changed; no workspace is needed.\n\n"
            "Example:\n"
            "  altimeter-cli rules check rules.json\n",
            {},
            1,
            1,
            runCheck};
}

Verb rulesDiffVerb()
{
    return {"rules diff",
            "FILE [--from MONTH]",
            "says what effective cost moves between owners per month",
            "One row per owner and month whose amount changes when FILE replaces the published rules. An empty owner\n"
            "is the unallocated amount.\n\n"
            "  --from MONTH  as if FILE applied from that month on (2026-11, or 'open': the one in which the charges\n"
            "                end); without it to all of history\n\n"
            "Example:\n"
            "  altimeter-cli rules diff rules.json\n",
            {{"--from"}},
            1,
            1,
            runDiff};
}

Verb rulesApplyVerb()
{
    return {
        "rules apply",
        "FILE [--over VERSION] [--from MONTH] [--note TEXT]",
        "publishes a version of the allocation rules",
        "All history is attributed anew at once, or that from a month on. A backup of the workspace is made first.\n"
        "What moves to other owners is printed, and what of it in months before the one in which the charges end.\n\n"
        "  --from MONTH    applies from that month on (2026-11, or 'open': the one in which the charges end); every\n"
        "                  month before keeps the rules it has. Without it, or with 'all', for all of history\n"
        "  --note TEXT     why; kept with the version\n"
        "  --over VERSION  publishes only while that version is in force: name the one FILE was made from, and what\n"
        "                  somebody else published meanwhile is not overwritten unseen\n\n"
        "Example:\n"
        "  altimeter-cli rules apply rules.json --over 3 --from open --note 'Research pays for the agent'\n",
        {{"--over"}, {"--from"}, {"--note"}},
        1,
        1,
        runApply};
}

Verb rulesVersionsVerb()
{
    return {"rules versions",
            "",
            "lists the versions of the allocation rules that were published",
            "The newest first: with the first month it applies to (none: all of history), the note, who published it,\n"
            "and what it moved to other owners, of it in earlier months, when it was published. A month has the rules\n"
            "of the newest version that applies to it. 'rules show --number VERSION' prints one of them, and\n"
            "'rules apply' brings it back as a new version.\n\n"
            "Example:\n"
            "  altimeter-cli rules versions\n",
            {},
            0,
            0,
            runVersions};
}

Verb rulesShowVerb()
{
    return {"rules show",
            "[--number VERSION]",
            "prints the published allocation rules",
            "On a terminal and with --format table or csv a list; else the JSON document that 'rules apply' takes.\n\n"
            "  --number VERSION  a version published before, in the place of the one in force\n\n"
            "Example:\n"
            "  altimeter-cli rules show --format json > rules.json\n",
            {{"--number"}},
            0,
            0,
            runShow};
}

} // namespace altimeter::cli
