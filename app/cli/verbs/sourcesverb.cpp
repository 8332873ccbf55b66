#include "app/cli/verb.h"

namespace altimeter::cli {

namespace {

ExitCode run(Context& context)
{
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto sources = context.ask(**snapshot, SourcesQuestion{});
    if (!sources)
        return context.fail(sources.error());
    auto& out = context.out();
    out.begin("sources", {{"source"},
                          {"kind"},
                          {"partitions"},
                          {"rows"},
                          {"data_from"},
                          {"data_through"},
                          {"last_import"},
                          {"state"},
                          {"rejected", true},
                          {"findings", true},
                          {"acknowledged", true}});
    for (const SourceInfo& source : *sources)
        out.add({Cell::ofText(source.name), Cell::ofText(source.kind), Cell::ofCount(source.partitions),
                 Cell::ofCount(source.rows), Cell::ofDay(source.dataFrom), Cell::ofDay(source.dataThrough),
                 Cell::ofInstant(source.lastImport), Cell::ofText(source.state), Cell::ofCount(source.rejected),
                 Cell::ofCount(source.findings), Cell::ofCount(source.acknowledged)});
    out.end();
    return context.finish();
}

} // namespace

Verb sourcesVerb()
{
    return {"sources",
            "",
            "lists what is in the workspace",
            "data_from and data_through are the first and the last day with a charge, both inside.\n\n"
            "Example:\n"
            "  altimeter-cli --workspace costs.altimeter sources\n",
            {},
            0,
            0,
            run};
}

} // namespace altimeter::cli
