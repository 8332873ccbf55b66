#include "app/cli/queryarguments.h"
#include "app/cli/verb.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace altimeter::cli {

namespace {

ExitCode run(Context& context)
{
    const auto folder = context.arguments().value("--out");
    const bool asText = context.arguments().has("--text");
    if (folder ? folder->empty() : !asText)
        return context.usage("report weekly", {ErrorCode::Invalid, "--out FOLDER is missing", {}});
    const auto query = queryOf(context.arguments());
    if (!query)
        return context.usage("report weekly", query.error());
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    noteFarCharges(**snapshot, {}, query->lens);
    if (asText) {
        const auto text = context.ask(**snapshot, WeeklyTextQuestion{query->lens});
        if (!text)
            return context.fail(text.error());
        if (std::fwrite(text->data(), 1, text->size(), stdout) != text->size() || std::fflush(stdout) != 0)
            return context.fail({ErrorCode::Io, std::strerror(errno), "standard output"});
        if (!folder)
            return ExitCode::Done;
    }
    std::error_code code;
    std::filesystem::create_directories(*folder, code);
    if (code)
        return context.fail({ErrorCode::Io, code.message(), *folder});
    const auto file = context.ask(**snapshot, WeeklyReportQuestion{*folder, query->lens});
    if (!file)
        return context.fail(file.error());
    if (asText) {
        context.note("wrote " + *file);
        return ExitCode::Done;
    }
    context.out().begin("reports", {{"report"}, {"file"}});
    context.out().add({Cell::ofText("weekly"), Cell::ofText(*file)});
    context.out().end();
    return context.finish();
}

} // namespace

Verb reportWeeklyVerb()
{
    return {"report weekly",
            "--out FOLDER [--text] [--cost LENS]",
            "writes the weekly summary as PDF",
            "  --out FOLDER  where to; made if it is not there\n"
            "  --text        also prints the summary as text; without --out nothing but that\n"
            "  --cost LENS   billed, effective (the default), list or contracted\n\n"
            "The same workspace gives the same bytes.\n\n"
            "Example:\n"
            "  altimeter-cli report weekly --out reports\n",
            {{"--out"}, {"--text", false}, {"--cost"}},
            0,
            0,
            run};
}

} // namespace altimeter::cli
