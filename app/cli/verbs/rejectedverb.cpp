#include "app/cli/verb.h"

namespace altimeter::cli {

namespace {

ExitCode run(Context& context)
{
    const std::string source = context.arguments().value("--source").value_or(std::string());
    const auto snapshot = openSnapshotOf(context, source);
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto lines = context.ask(**snapshot, RejectedQuestion{source});
    if (!lines)
        return context.fail(lines.error());
    auto& out = context.out();
    out.begin("rejected", {{"file"}, {"line"}, {"check"}, {"text"}, {"message", true}, {"source", true}});
    for (const RejectedLine& line : *lines)
        out.add({Cell::ofText(line.file), Cell::ofCount(line.line), Cell::ofText(line.check), Cell::ofText(line.text),
                 Cell::ofText(line.message), Cell::ofText(line.source)});
    out.end();
    return context.finish();
}

} // namespace

Verb rejectedVerb()
{
    return {"rejected",
            "[--source NAME]",
            "prints the lines that could not be stored",
            "file, line, the check that failed, and the text as it was.\n\n"
            "Example:\n"
            "  altimeter-cli rejected --source cloud\n",
            {{"--source"}},
            0,
            0,
            run};
}

} // namespace altimeter::cli
