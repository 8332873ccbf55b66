#include "app/cli/verb.h"
#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connectiondrafts.h"
#include "app/session/sync/connections.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <iterator>

namespace altimeter::cli {

namespace {

using session::Connections;
using session::PlainHttp;

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
    case ConnectionInfo::State::Unconfirmed:
        return "unconfirmed";
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
        return std::string(words::trimmed(*text));
    }
    if (how == "-") {
        const std::string text(std::istreambuf_iterator<char>(std::cin), {});
        return std::string(words::trimmed(text));
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

/// Where each request costs money a schedule is something to decide for.
int usualHours(const std::string& kind)
{
    const auto infos = session::connectorInfos();
    return std::any_of(infos.begin(), infos.end(),
                       [&kind](const ConnectorInfo& info) { return info.kind == kind && !info.requestCost.empty(); })
               ? 0
               : 24;
}

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
    draft.settings.everyHours = static_cast<int>(every->value_or(usualHours(draft.settings.kind)));
    return draft;
}

PlainHttp plainHttpOf(const Arguments& arguments)
{
    return arguments.has("--plain-http") ? PlainHttp::Allow : PlainHttp::Refuse;
}

/// The words by which a user says what a connection reaches out to: option and value.
using Words = std::vector<std::pair<std::string_view, std::string>>;

Words wordsOf(const ConnectionReach& reach)
{
    Words words;
    for (const std::string& origin : reach.origins)
        words.emplace_back("--origin", origin);
    for (const std::string& origin : reach.redirects)
        words.emplace_back("--redirect", origin);
    if (!reach.proxy.empty())
        words.emplace_back("--proxy", reach.proxy);
    for (const std::string& file : reach.files)
        words.emplace_back("--file", file);
    if (!reach.caFile.empty())
        words.emplace_back("--ca-file", reach.caFile);
    for (const std::string& variable : reach.environment)
        words.emplace_back("--env", variable);
    return words;
}

/// "origin https://api.example.com, env OPENAI_KEY".
std::string wordsText(const Words& words)
{
    std::string text;
    for (const auto& [option, value] : words)
        text += (text.empty() ? "" : ", ") + std::string(option.substr(2)) + ' ' + value;
    return text;
}

ExitCode list(Context& context)
{
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    const auto connections = (*importer)->connections().list();
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
                              {"last_success", true},
                              {"confirmed"},
                              {"findings"}});
    for (const ConnectionInfo& one : *connections) {
        const bool isConfirmed = one.unconfirmed.empty();
        out.add({Cell::ofText(one.settings.name), Cell::ofText(one.settings.kind), Cell::ofText(stateName(one.state)),
                 Cell::ofInstant(one.lastSync), Cell::ofDay(one.dataThrough), Cell::ofDay(one.finalThrough),
                 Cell::ofCount(one.rows), Cell::ofCount(one.requests), Cell::ofAmount(one.spent),
                 Cell::ofCount(static_cast<std::uint64_t>(one.settings.everyHours)),
                 Cell::ofText(isConfirmed ? one.problem : one.unconfirmed),
                 Cell::ofText(isConfirmed ? one.todo : "see 'altimeter-cli connections confirm'"),
                 Cell::ofDay(one.dataFrom), Cell::ofCount(one.measures), Cell::ofInstant(one.lastSuccess),
                 Cell::ofText(isConfirmed ? "yes" : "no"), Cell::ofCount(one.findings)});
    }
    out.end();
    return context.finish();
}

ExitCode kinds(Context& context)
{
    auto& out = context.out();
    out.begin("kinds",
              {{"kind"}, {"field"}, {"needed"}, {"type"}, {"preset"}, {"label"}, {"help", true}, {"title", true}});
    constexpr std::array kTypes{"text", "secret", "address", "choice", "number", "yes/no", "file", "lines"};
    for (const ConnectorInfo& info : session::connectorInfos()) {
        std::vector<ConnectorField> fields = info.fields;
        for (ConnectorField& further : session::furtherFields(info.kind))
            fields.push_back(std::move(further));
        for (const ConnectorField& field : fields)
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
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    if (auto done = (*importer)->connections().save(draft->settings, draft->secrets, plainHttpOf(context.arguments()));
        !done)
        return context.fail(done.error());
    if (const auto reach = session::reachOfDraft(draft->settings, draft->secrets))
        context.note("confirmed for this computer: " + wordsText(wordsOf(*reach)));
    const bool holdsSecret = std::any_of(draft->secrets.begin(), draft->secrets.end(),
                                         [](const auto& one) { return !one.second.starts_with("env:"); });
    if (holdsSecret) {
        const auto secrets = (*importer)->connections().secretStore();
        context.note(secrets->description());
        if (!secrets->isPersistent())
            return context.fail({ErrorCode::Io,
                                 "the connection is kept, its secret is not: give it as env:NAME, or set "
                                 "ALTIMETER_SECRET_<CONNECTION>_<FIELD> when syncing",
                                 draft->settings.name});
    }
    return context.finish();
}

/// Error NotFound where there is none of that name.
Result<ConnectionInfo> connectionNamed(const Connections& stored, const std::string& name)
{
    const auto connections = stored.list();
    if (!connections)
        return connections.error();
    const auto found = std::find_if(connections->begin(), connections->end(),
                                    [&name](const auto& one) { return one.settings.name == name; });
    if (found == connections->end())
        return Error{ErrorCode::NotFound, "there is no such connection", name};
    return *found;
}

ExitCode test(Context& context)
{
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    const std::string& name = context.arguments().positional()[0];
    const auto found = connectionNamed((*importer)->connections(), name);
    if (!found)
        return context.fail(found.error());
    const auto answer = (*importer)->connections().test(found->settings, {}, context.stop());
    if (!answer)
        return context.fail(answer.error());
    context.out().begin("test", {{"connection"}, {"answer"}});
    context.out().add({Cell::ofText(name), Cell::ofText(*answer)});
    context.out().end();
    return context.finish();
}

/// `text` as one word of a shell, whatever it holds.
std::string shellWord(const std::string& text)
{
    constexpr std::string_view kPlain = "_-./:@%+=,";
    const bool isPlain = !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kPlain.find(c) != std::string_view::npos;
    });
    if (isPlain)
        return text;
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + '\'';
}

bool hasControls(const std::string& text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

/// The command that confirms a connection; empty where its name cannot be written on one line.
std::string confirmCommand(const std::string& name, const ConnectionReach& reach)
{
    const std::string command = "altimeter-cli connections confirm";
    std::string options;
    bool isWritable = !hasControls(name);
    for (const auto& [option, value] : wordsOf(reach)) {
        options += ' ' + std::string(option) + ' ' + shellWord(value);
        isWritable &= !hasControls(value);
    }
    if (!reach.plain.empty())
        options += " --plain-http";
    if (!isWritable)
        return {};
    return name.starts_with('-') ? command + options + " -- " + shellWord(name)
                                 : command + ' ' + shellWord(name) + options;
}

void writeReach(TableWriter& out, const ConnectionReach& reach)
{
    out.begin("confirm", {{"what"}, {"value"}});
    const auto add = [&out](std::string_view what, const std::string& value) {
        out.add({Cell::ofText(what), Cell::ofText(value)});
    };
    for (const std::string& key : reach.keys)
        add("key", key);
    for (const auto& [option, value] : wordsOf(reach))
        add(option.substr(2), value);
    for (const std::string& origin : reach.plain)
        add("plain-http", origin);
    for (const std::string& variable : reach.ownEnvironment)
        add("own-env", variable);
    out.end();
}

/// Whether `said` is another spelling of what the connection reaches out to. A server without a port is one at the port
/// of its scheme, a proxy one at curl's.
bool isSaidBy(std::string_view option, const std::string& reached, const std::string& said)
{
    if (said == reached)
        return true;
    if (option == "--proxy")
        return session::isSameProxy(reached, said);
    return (option == "--origin" || option == "--redirect") && session::isSameOrigin(reached, said);
}

/// Error Invalid names what was said and is not so, or is so and was not said.
Status checkWords(const Arguments& arguments, const ConnectionReach& reach)
{
    const Words needed = wordsOf(reach);
    std::string unsaid;
    for (const std::string_view option : {"--origin", "--redirect", "--proxy", "--file", "--ca-file", "--env"}) {
        const auto said = arguments.values(option);
        for (const std::string& value : said) {
            const bool isOwn = option == "--env" && std::find(reach.ownEnvironment.begin(), reach.ownEnvironment.end(),
                                                              value) != reach.ownEnvironment.end();
            const bool isSo = std::any_of(needed.begin(), needed.end(), [&](const auto& word) {
                return word.first == option && isSaidBy(option, word.second, value);
            });
            if (!isSo && !isOwn)
                return Error{
                    ErrorCode::Invalid, "the connection has no " + std::string(option.substr(2)) + ' ' + value, {}};
        }
        for (const auto& [name, value] : needed) {
            const bool isSaid = std::any_of(said.begin(), said.end(), [&option, &v = value](const std::string& one) {
                return isSaidBy(option, v, one);
            });
            if (name == option && !isSaid)
                unsaid += ' ' + std::string(option) + ' ' + value;
        }
    }
    if (!reach.plain.empty() && !arguments.has("--plain-http"))
        unsaid += " --plain-http";
    return unsaid.empty() ? Status()
                          : Status(Error{ErrorCode::Invalid, "not confirmed, this was not said:" + unsaid, {}});
}

ExitCode confirm(Context& context)
{
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    const std::string& name = context.arguments().positional()[0];
    const auto found = connectionNamed((*importer)->connections(), name);
    if (!found)
        return context.fail(found.error());
    if (const auto usable = session::reachOfDraft(found->settings, {}); !usable)
        return context.fail(usable.error());
    writeReach(context.out(), found->reach);
    bool saysAnything = context.arguments().has("--plain-http");
    for (const std::string_view option : {"--origin", "--redirect", "--proxy", "--file", "--ca-file", "--env"})
        saysAnything |= context.arguments().has(option);
    if (!saysAnything) {
        if (found->unconfirmed.empty())
            return context.finish();
        const ExitCode shown = context.finish(ExitCode::Finding);
        const std::string command = confirmCommand(name, found->reach);
        context.note(found->unconfirmed + (command.empty() ? "" : ". If this is what you want: " + command));
        return shown;
    }
    const ExitCode shown = context.finish();
    if (auto said = checkWords(context.arguments(), found->reach); !said)
        return context.fail({said.error().code, said.error().what, name});
    if (auto done = (*importer)->connections().confirm(name, found->reach, plainHttpOf(context.arguments())); !done)
        return context.fail(done.error());
    context.note("confirmed for this computer: " + name);
    return shown;
}

ExitCode remove(Context& context)
{
    const auto importer = context.openImporter();
    if (!importer)
        return context.fail(importer.error());
    const auto left = (*importer)->connections().remove(context.arguments().positional()[0]);
    if (!left)
        return context.fail(left.error());
    context.note("removed; its charges stay");
    if (!left->empty())
        printError(*left);
    return context.finish();
}

} // namespace

Verb connectionsListVerb()
{
    return {"connections list",
            "",
            "the connections to provider APIs, their state and their last sync",
            "final_through is the last day up to which no charge will change any more; spent is what the provider has\n"
            "asked for all requests so far, also of tests.\n\n"
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
        "KIND NAME [--set KEY=VALUE]... [--secret FIELD=env:NAME|file:PATH|-]... [--every HOURS] [--plain-http]",
        "adds a connection, or changes the one of that name",
        "NAME is also the name of the source its charges carry. 'connections kinds' lists kinds and fields. A secret\n"
        "goes to the desktop's secret service; env:NAME reads it from the environment at each sync, which is what\n"
        "a server without a desktop needs. What you enter is confirmed for this computer by that: its addresses, its\n"
        "proxy, its files and the variables it reads.\n\n"
        "  --set KEY=VALUE   a field. Every kind also knows ca_file, proxy (http://host:port, or \"environment\" to go "
        "by\n"
        "                    http_proxy and its like, which are not used else), proxy_user with the secret\n"
        "                    proxy_password, and redirects: servers it may be redirected to, without a key\n"
        "                    A feed is told which of its fields hold what: --set column:BilledCost=FIELD\n"
        "                    --set column:ChargePeriodStart=FIELD --set constant:BillingCurrency=USD\n"
        "  --secret FIELD=…  a secret field: env:NAME, file:PATH, or - for standard input\n"
        "  --every HOURS     how often it is due (default 24, or 0 where each request\n                    costs "
        "money; 0: only when named)\n"
        "  --plain-http      agrees that the key goes unencrypted to another computer, where an address says so\n\n"
        "Example:\n"
        "  altimeter-cli connections add openrouter router --secret management_key=env:OPENROUTER_KEY\n",
        {{"--set", true, true}, {"--secret", true, true}, {"--every"}, {"--plain-http", false}},
        2,
        2,
        add};
}

Verb connectionsConfirmVerb()
{
    return {
        "connections confirm",
        "NAME [--origin ORIGIN]... [--env NAME]... [--proxy P] [--file F]... [--ca-file F] [--redirect ORIGIN]...",
        "what a connection would do with your keys; agrees to it for this computer",
        "A workspace names addresses, files and environment variables, and somebody else may have written it. Nothing\n"
        "of a connection is used on this computer before its user agreed to exactly that, by adding it here or by\n"
        "this command; what changes in the file later must be confirmed again. Confirmations lie in\n"
        "~/.config/altimeter/approvals.json, not in the workspace.\n\n"
        "Without options it prints what would be sent where, and the command that confirms it; the exit status is 3 "
        "when\n"
        "it is not confirmed. With options it confirms, if these name everything that is printed and nothing else, so\n"
        "that a script never agrees to what a file says by itself.\n\n"
        "  --origin ORIGIN    a server that is asked: https://host[:port]\n"
        "  --env NAME         an environment variable whose value is sent (those called ALTIMETER_SECRET_… for this\n"
        "                     connection need not be named)\n"
        "  --proxy P          its proxy, or \"environment\"\n"
        "  --file F           a file it reads on this computer\n"
        "  --ca-file F        the certificates it trusts\n"
        "  --redirect ORIGIN  a server it may be redirected to\n"
        "  --plain-http       agrees that the key goes unencrypted to another computer\n\n"
        "Example:\n"
        "  altimeter-cli connections confirm router --origin https://openrouter.ai --env OPENROUTER_KEY\n",
        {{"--origin", true, true},
         {"--env", true, true},
         {"--proxy"},
         {"--file", true, true},
         {"--ca-file"},
         {"--redirect", true, true},
         {"--plain-http", false}},
        1,
        1,
        confirm};
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
