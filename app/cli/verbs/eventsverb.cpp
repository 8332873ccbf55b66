#include "app/cli/verb.h"
#include "app/session/events/eventpaths.h"

namespace altimeter::cli {

namespace {

using session::ImportedEvents;

std::vector<Cell> cellsOf(const ImportedEvents& file, const Cell& currency, const Cell& cost, bool withCounts)
{
    const auto count = [withCounts](std::uint64_t events) { return Cell::ofCount(withCounts ? events : 0); };
    return {Cell::ofText(file.source),
            Cell::ofText(file.file),
            Cell::ofText(file.form),
            count(file.read),
            count(file.stored),
            count(file.duplicates()),
            count(file.unpriced),
            count(file.rejected),
            currency,
            cost};
}

/// A row for each file; one that comes to amounts in several currencies has one for each, and its counts in the first.
void writeFiles(TableWriter& out, const std::vector<ImportedEvents>& files)
{
    out.begin("files", {{"source"},
                        {"file"},
                        {"form"},
                        {"events_read"},
                        {"events_new"},
                        {"duplicates"},
                        {"unpriced"},
                        {"rejected"},
                        {"currency"},
                        {"metered_cost"}});
    for (const ImportedEvents& file : files) {
        bool isFirst = true;
        for (const auto& [currency, cost] : file.metered) {
            out.add(cellsOf(file, Cell::ofText(currency.code()), Cell::ofAmount(cost), isFirst));
            isFirst = false;
        }
        if (file.metered.empty())
            out.add(cellsOf(file, Cell::null(), Cell::null(), true));
    }
    out.end();
}

void writeDropped(TableWriter& out, const std::vector<ImportedEvents>& files)
{
    out.begin("dropped", {{"source"}, {"file"}, {"reason"}, {"events"}});
    for (const ImportedEvents& file : files) {
        for (std::size_t at = 0; at < file.dropped.size(); ++at) {
            if (file.dropped[at] > 0)
                out.add({Cell::ofText(file.source), Cell::ofText(file.file),
                         Cell::ofText(dropName(static_cast<DropReason>(at))), Cell::ofCount(file.dropped[at])});
        }
    }
    out.end();
}

void writeFindings(TableWriter& out, const std::vector<Finding>& findings)
{
    out.begin("findings", {{"severity"}, {"check"}, {"rows"}, {"first_line"}, {"message"}, {"file"}, {"source", true}});
    for (const Finding& finding : findings)
        out.add({Cell::ofText(severityName(finding.severity)), Cell::ofText(finding.check), Cell::ofCount(finding.rows),
                 Cell::ofCount(finding.firstLine), Cell::ofText(finding.message), Cell::ofText(finding.file),
                 Cell::ofText(finding.source)});
    out.end();
}

ExitCode run(Context& context)
{
    session::EventPathOptions options;
    options.source = context.arguments().value("--source").value_or(std::string());
    options.dryRun = context.arguments().has("--dry-run");
    options.form = context.arguments().value("--form").value_or(options.form);
    if (!session::isEventForm(options.form))
        return context.usage("events import",
                             Error{ErrorCode::Invalid, '"' + options.form + "\" is no form of events", "--form"});
    const auto importer = context.openOrCreateImporter();
    if (!importer)
        return context.fail(importer.error());
    const auto& words = context.arguments().positional();
    const std::vector<std::filesystem::path> paths(words.begin(), words.end());
    const auto report =
        session::importEventPaths((*importer)->file(), paths, options, context.progress(), context.stop());
    if (!report)
        return context.fail(report.error());
    context.out().beginDocument();
    writeFiles(context.out(), report->files);
    writeFindings(context.out(), report->findings);
    writeDropped(context.out(), report->files);
    context.out().endDocument();
    const ExitCode code = context.finish();
    std::uint64_t rejected = 0, unpriced = 0;
    for (const ImportedEvents& file : report->files) {
        rejected += file.rejected;
        unpriced += file.unpriced;
    }
    if (rejected > 0)
        context.note("records that could not be read: " + std::to_string(rejected) +
                     "; 'altimeter-cli rejected' lists those of what is stored");
    if (unpriced > 0)
        context.note("events with a count that has no price: " + std::to_string(unpriced) +
                     "; their cost is unknown, not zero");
    return code;
}

} // namespace

Verb eventsImportVerb()
{
    return {
        "events import",
        "PATH... [--source NAME] [--form FORM] [--dry-run]",
        "reads AI events: one record for each model call or other operation",
        "Prints one row per file: what it holds, what of it is new, what was known already (duplicates), what has no\n"
        "price, what could not be read, and what the new events come to at the prices valid then. Then the findings,\n"
        "and how many records were dropped and why. In csv the blocks are separated by a blank line; json is one\n"
        "object with \"files\", \"findings\" and \"dropped\".\n\n"
        "A call counts once, however many files, sources and deliveries tell of it, and the same files again change\n"
        "nothing. The events of a day become charges of their source: an estimate of each cost that no bill of\n"
        "the provider states for the day. What was metered stands in runs.\n\n"
        "  --source NAME  name of the source; else the name of the folder or file\n"
        "  --form FORM    auto (by what the file holds), jsonl, otlp, claude-code, codex, gemini, litellm, langfuse,\n"
        "                 openrouter, bedrock, azure, vertex\n"
        "  --dry-run      reads and reports, stores nothing\n\n"
        "Example:\n"
        "  altimeter-cli --workspace costs.altimeter events import ~/.claude/projects --source claude-code\n",
        {{"--source"}, {"--form"}, {"--dry-run", false}},
        1,
        Verb::kAnyWords,
        run};
}

} // namespace altimeter::cli
