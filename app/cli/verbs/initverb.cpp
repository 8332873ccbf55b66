#include "app/cli/verb.h"

namespace altimeter::cli {

namespace {

using session::Engine;

ExitCode run(Context& context)
{
    const std::string& name = context.arguments().positional().front();
    if (const Status plain = requireFileName(name); !plain)
        return context.usage("init", plain.error());
    const std::filesystem::path file = name;
    const bool demo = context.arguments().has("--demo");
    const auto engine = demo ? Engine::createDemo(file, context.progress(), context.stop()) : Engine::create(file);
    if (!engine)
        return context.fail(engine.error());
    const WorkspaceInfo info = (*engine)->info();
    auto& out = context.out();
    out.begin("workspace", {{"workspace"}, {"rows"}, {"data_from"}, {"data_through"}});
    out.add({Cell::ofText(file.string()), Cell::ofCount(info.rows), Cell::ofDay(info.dataFrom),
             Cell::ofDay(info.dataThrough)});
    out.end();
    return context.finish();
}

} // namespace

Verb initVerb()
{
    return {"init",
            "FILE [--demo]",
            "makes a workspace",
            "  FILE    the new workspace; a file that exists already is left alone\n"
            "  --demo  fills it with the demonstration company: always the same figures\n\n"
            "Example:\n"
            "  altimeter-cli init costs.altimeter\n",
            {{"--demo", false}},
            1,
            1,
            run};
}

} // namespace altimeter::cli
