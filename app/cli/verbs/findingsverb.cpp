#include "app/cli/verb.h"

#include <algorithm>

namespace altimeter::cli {

namespace {

ExitCode run(Context& context)
{
    const std::string source = context.arguments().value("--source").value_or(std::string());
    const auto snapshot = openSnapshotOf(context, source);
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto findings = context.ask(**snapshot, FindingsQuestion{source});
    if (!findings)
        return context.fail(findings.error());
    auto& out = context.out();
    out.begin("findings", {{"severity"}, {"check"}, {"rows"}, {"first_line"}, {"message"}, {"file"}, {"source"}});
    for (const Finding& one : *findings)
        out.add({Cell::ofText(severityName(one.severity)), Cell::ofText(one.check), Cell::ofCount(one.rows),
                 Cell::ofCount(one.firstLine), Cell::ofText(one.message), Cell::ofText(one.file),
                 Cell::ofText(one.source)});
    out.end();
    const bool isWorth = std::any_of(findings->begin(), findings->end(),
                                     [](const Finding& one) { return one.severity > Severity::Note; });
    return context.finish(isWorth ? ExitCode::Finding : ExitCode::Done);
}

} // namespace

Verb findingsVerb()
{
    return {
        "findings",
        "[--source NAME]",
        "prints what was found in the files and by the last sync of each connection",
        "severity is error, warning or note; rows counts the lines or days it speaks of, file names where they came\n"
        "from. The exit status is 3 where there is more than notes.\n\n"
        "Example:\n"
        "  altimeter-cli findings --source router\n",
        {{"--source"}},
        0,
        0,
        run};
}

} // namespace altimeter::cli
