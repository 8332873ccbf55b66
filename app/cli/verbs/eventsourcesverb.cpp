#include "app/cli/verb.h"
#include "app/session/events/runs.h"

namespace altimeter::cli {

namespace {

using Reasons = std::vector<EventSourceInfo::Reason>;

std::uint64_t sumOf(const Reasons& reasons)
{
    std::uint64_t sum = 0;
    for (const auto& one : reasons)
        sum += one.events;
    return sum;
}

std::string textOf(const Reasons& reasons)
{
    std::string text;
    for (const auto& one : reasons)
        text += (text.empty() ? "" : "; ") + one.reason + "=" + std::to_string(one.events);
    return text;
}

ExitCode run(Context& context)
{
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto sources = session::answer(**snapshot, EventSourcesQuestion{}, context.stop());
    if (!sources)
        return context.fail(sources.error());
    auto& out = context.out();
    out.begin("event_sources", {{"source"},
                                {"events_read"},
                                {"events_stored"},
                                {"duplicates"},
                                {"rejected"},
                                {"counted_elsewhere"},
                                {"duplicate_reasons"},
                                {"elsewhere_reasons"},
                                {"state"}});
    bool all = true;
    for (const EventSourceInfo& source : *sources) {
        all = all && source.isAccountedFor();
        out.add({Cell::ofText(source.source), Cell::ofCount(source.read), Cell::ofCount(source.kept),
                 Cell::ofCount(sumOf(source.dropped)), Cell::ofCount(source.rejected),
                 Cell::ofCount(sumOf(source.suppressed)), Cell::ofText(textOf(source.dropped)),
                 Cell::ofText(textOf(source.suppressed)),
                 Cell::ofText(source.isAccountedFor() ? "ok" : "not accounted for")});
    }
    out.end();
    return context.finish(all ? ExitCode::Done : ExitCode::Finding);
}

} // namespace

Verb eventsSourcesVerb()
{
    return {
        "events sources",
        "",
        "counts what became of the AI events of each source",
        "What was read is stored, dropped as a record of a call that counts elsewhere (duplicates, by reason) or\n"
        "rejected. Of those stored some are counted in another record (counted_elsewhere): operations that repeat\n"
        "what they hold, counts over a stretch of which each call is known, answers that cost nothing. Exit status 3\n"
        "where it does not add up.\n\n"
        "Example:\n"
        "  altimeter-cli events sources\n",
        {},
        0,
        0,
        run};
}

} // namespace altimeter::cli
