#include "app/cli/text.h"
#include "app/cli/verb.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>

namespace altimeter::cli {

namespace {

using session::Engine;

std::string_view stateName(ConnectionInfo::State state)
{
    switch (state) {
    case ConnectionInfo::State::New:
        return "new";
    case ConnectionInfo::State::Ok:
        return "ok";
    case ConnectionInfo::State::Failed:
        return "failed";
    case ConnectionInfo::State::Running:
        return "running";
    case ConnectionInfo::State::MissingSecret:
        return "missing secret";
    }
    return {};
}

/// "KEY=VALUE" of an option.
Result<std::pair<std::string, std::string>> pairOf(const std::string& text, std::string_view option)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return Error{ErrorCode::Invalid, std::string(option) + " takes KEY=VALUE, not \"" + text + '"', {}};
    return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

/// A secret never stands on the command line, where every user of the computer can read it.
Result<std::string> secretOf(const std::string& how)
{
    if (how.starts_with("env:"))
        return how;
    if (how.starts_with("file:")) {
        auto text = readTextFile(how.substr(5), 1U << 20U);
        if (!text)
            return text.error();
        return std::string(trimmed(*text));
    }
    if (how == "-") {
        const std::string text(std::istreambuf_iterator<char>(std::cin), {});
        return std::string(trimmed(text));
    }
    return Error{ErrorCode::Invalid,
                 "a secret is given as env:NAME, file:PATH or - (standard input), never as such: other users can read "
                 "the command line",
                 {}};
}

struct Draft {
    ConnectionSettings settings;
    std::map<std::string, std::string> secrets;
};

Result<Draft> draftOf(const Arguments& arguments)
{
    Draft draft;
    draft.settings.kind = arguments.positional()[0];
    draft.settings.name = arguments.positional()[1];
    for (const std::string& text : arguments.values("--set")) {
        auto pair = pairOf(text, "--set");
        if (!pair)
            return pair.error();
        draft.settings.values.insert(pair.take());
    }
    for (const std::string& text : arguments.values("--secret")) {
        const auto pair = pairOf(text, "--secret");
        if (!pair)
            return pair.error();
        auto secret = secretOf(pair->second);
        if (!secret)
            return secret.error();
        draft.secrets[pair->first] = secret.take();
    }
    const auto every = arguments.number("--every", 0, 8760);
    if (!every)
        return every.error();
    draft.settings.everyHours = static_cast<int>(every->value_or(24));
    return draft;
}

ExitCode list(Context& context)
{
    const auto engine = context.openWorkspace(Engine::Purpose::ImportOnly);
    if (!engine)
        return context.fail(engine.error());
    const auto connections = (*engine)->connections();
    if (!connections)
        return context.fail(connections.error());
    auto& out = context.out();
    out.begin("connections", {{"name"},
                              {"kind"},
                              {"state"},
                              {"last_sync"},
                              {"data_through"},
                              {"final_through"},
                              {"rows"},
                              {"requests"},
                              {"spent"},
                              {"every_hours"},
                              {"problem"},
                              {"todo"},
                              {"data_from", true},
                              {"measures", true},
                              {"last_success", true}});
    for (const ConnectionInfo& one : *connections)
        out.add({Cell::ofText(one.settings.name), Cell::ofText(one.settings.kind), Cell::ofText(stateName(one.state)),
                 Cell::ofInstant(one.lastSync), Cell::ofDay(one.dataThrough), Cell::ofDay(one.finalThrough),
                 Cell::ofCount(one.rows), Cell::ofCount(one.requests), Cell::ofAmount(one.spent),
                 Cell::ofCount(static_cast<std::uint64_t>(one.settings.everyHours)), Cell::ofText(one.problem),
                 Cell::ofText(one.todo), Cell::ofDay(one.dataFrom), Cell::ofCount(one.measures),
                 Cell::ofInstant(one.lastSuccess)});
    out.end();
    return context.finish();
}

ExitCode kinds(Context& context)
{
    auto& out = context.out();
    out.begin("kinds",
              {{"kind"}, {"field"}, {"needed"}, {"type"}, {"preset"}, {"label"}, {"help", true}, {"title", true}});
    constexpr std::array kTypes{"text", "secret", "address", "choice", "number", "yes/no", "file", "lines"};
    for (const ConnectorInfo& info : Engine::connectorInfos()) {
        for (const ConnectorField& field : info.fields)
            out.add({Cell::ofText(info.kind), Cell::ofText(field.key), Cell::ofText(field.isRequired ? "yes" : "no"),
                     Cell::ofText(kTypes[static_cast<std::size_t>(field.kind)]), Cell::ofText(field.preset),
                     Cell::ofText(field.label), Cell::ofText(field.help), Cell::ofText(info.title)});
    }
    out.end();
    return context.finish();
}

ExitCode add(Context& context)
{
    const auto draft = draftOf(context.arguments());
    if (!draft)
        return context.usage("connections add", draft.error());
    const auto engine = context.openWorkspace(Engine::Purpose::ImportOnly);
    if (!engine)
        return context.fail(engine.error());
    if (auto done = (*engine)->saveConnection(draft->settings, draft->secrets); !done)
        return context.fail(done.error());
    const bool holdsSecret = std::any_of(draft->secrets.begin(), draft->secrets.end(),
                                         [](const auto& one) { return !one.second.starts_with("env:"); });
    if (holdsSecret) {
        const std::string where = (*engine)->secretStoreText();
        context.note(where);
        if (!(*engine)->keepsSecrets())
            return context.fail({ErrorCode::Io,
                                 "the connection is kept, its secret is not: give it as env:NAME, or set "
                                 "ALTIMETER_SECRET_<CONNECTION>_<FIELD> when syncing",
                                 draft->settings.name});
    }
    return context.finish();
}

ExitCode test(Context& context)
{
    const auto engine = context.openWorkspace(Engine::Purpose::ImportOnly);
    if (!engine)
        return context.fail(engine.error());
    const std::string& name = context.arguments().positional()[0];
    const auto connections = (*engine)->connections();
    if (!connections)
        return context.fail(connections.error());
    const auto found = std::find_if(connections->begin(), connections->end(),
                                    [&name](const auto& one) { return one.settings.name == name; });
    if (found == connections->end())
        return context.fail({ErrorCode::NotFound, "there is no such connection", name});
    const auto answer = (*engine)->testConnection(found->settings, {}, context.stop());
    if (!answer) {
        const ExitCode code = context.fail(answer.error());
        if (!answer.error().todo.empty())
            context.note(answer.error().todo);
        return code;
    }
    context.out().begin("test", {{"connection"}, {"answer"}});
    context.out().add({Cell::ofText(name), Cell::ofText(*answer)});
    context.out().end();
    return context.finish();
}

ExitCode remove(Context& context)
{
    const auto engine = context.openWorkspace(Engine::Purpose::ImportOnly);
    if (!engine)
        return context.fail(engine.error());
    if (auto done = (*engine)->removeConnection(context.arguments().positional()[0]); !done)
        return context.fail(done.error());
    context.note("removed; its charges stay");
    return context.finish();
}

} // namespace

Verb connectionsListVerb()
{
    return {"connections list",
            "",
            "the connections to provider APIs, their state and their last sync",
            "final_through is the last day up to which no charge will change any more; spent is what the provider has\n"
            "asked for all requests so far.\n\n"
            "Example:\n"
            "  altimeter-cli --workspace costs.altimeter connections list\n",
            {},
            0,
            0,
            list};
}

Verb connectionsKindsVerb()
{
    return {"connections kinds",
            "",
            "the kinds of connections and their fields",
            "Example:\n"
            "  altimeter-cli --format table connections kinds\n",
            {},
            0,
            0,
            kinds};
}

Verb connectionsAddVerb()
{
    return {
        "connections add",
        "KIND NAME [--set KEY=VALUE]... [--secret FIELD=env:NAME|file:PATH|-]... [--every HOURS]",
        "adds a connection, or changes the one of that name",
        "NAME is also the name of the source its charges carry. 'connections kinds' lists kinds and fields. A secret\n"
        "goes to the desktop's secret service; env:NAME reads it from the environment at each sync, which is what\n"
        "a server without a desktop needs.\n\n"
        "  --set KEY=VALUE   a field; \"proxy\" and \"ca_file\" apply to every kind\n"
        "  --secret FIELD=…  a secret field: env:NAME, file:PATH, or - for standard input\n"
        "  --every HOURS     how often it is due (default 24; 0: only when named)\n\n"
        "Example:\n"
        "  altimeter-cli connections add openrouter router --secret management_key=env:OPENROUTER_KEY\n",
        {{"--set", true, true}, {"--secret", true, true}, {"--every"}},
        2,
        2,
        add};
}

Verb connectionsTestVerb()
{
    return {"connections test",
            "NAME",
            "asks the provider the cheapest question that proves address, credential and rights",
            "Example:\n"
            "  altimeter-cli connections test router\n",
            {},
            1,
            1,
            test};
}

Verb connectionsRemoveVerb()
{
    return {"connections remove",
            "NAME",
            "forgets a connection and its secrets; its charges stay",
            "Example:\n"
            "  altimeter-cli connections remove router\n",
            {},
            1,
            1,
            remove};
}

} // namespace altimeter::cli
