#include "app/cli/program.h"

#include "app/cli/verb.h"
#include "models/domain/caught.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>

namespace altimeter::cli {

namespace {

constexpr std::string_view kCommonHelp = R"(
Everywhere:
  --workspace FILE         the workspace; else $ALTIMETER_WORKSPACE, else the default one of the user
  --format table|csv|json  table on a terminal, else csv
  --quiet                  no progress and no notes
  --help                   this text
)";

constexpr std::string_view kNotes = R"(
Amounts in csv and json are exact decimals beside their currency; in json they are strings. Dates are UTC: --from is
inside, --to is outside. Text cells are data and printed as they are: a cell that begins with = + - or @ is not guarded
against spreadsheet programs (the exports of the window are).

Exit status: 0 done, 1 could not be done, 2 wrong usage, 3 done and the answer is a finding (not reconciled),
4 left out because another program is doing the same.

Example:
  altimeter-cli init demo.altimeter --demo
  altimeter-cli --workspace demo.altimeter totals --by team --granularity month
)";

const std::vector<Verb>& verbs()
{
    static const std::vector<Verb> all{
        initVerb(),
        importVerb(),
        eventsImportVerb(),
        eventsSourcesVerb(),
        runsVerb(),
        runVerb(),
        sourcesVerb(),
        sourcesRemoveVerb(),
        sourcesRestoreVerb(),
        sourcesForgetVerb(),
        deliveriesVerb(),
        deliveriesTakeBackVerb(),
        totalsVerb(),
        chargesVerb(),
        rejectedVerb(),
        findingsVerb(),
        findingsAckVerb(),
        findingsUnackVerb(),
        notesListVerb(),
        rulesCheckVerb(),
        rulesDiffVerb(),
        rulesApplyVerb(),
        rulesShowVerb(),
        rulesVersionsVerb(),
        proofVerb(),
        anomaliesVerb(),
        forecastVerb(),
        reportWeeklyVerb(),
        connectionsListVerb(),
        connectionsKindsVerb(),
        connectionsAddVerb(),
        connectionsConfirmVerb(),
        connectionsTestVerb(),
        connectionsRemoveVerb(),
        syncVerb(),
        completenessVerb(),
        measuresVerb(),
        backupVerb(),
        backupListVerb(),
        restoreVerb(),
        salvageVerb(),
        pricesListVerb(),
        pricesImportVerb(),
        pricesSetVerb(),
        pricesCheckVerb(),
        pricesVersionsVerb(),
        pricesRestoreVerb(),
    };
    return all;
}

const std::vector<OptionSpec>& commonOptions()
{
    static const std::vector<OptionSpec> options{{"--workspace"},   {"--format"},  {"--quiet", false},
                                                 {"--help", false}, {"-h", false}, {"--version", false}};
    return options;
}

bool isOptionWithValue(const std::string& word)
{
    const auto& options = commonOptions();
    return std::any_of(options.begin(), options.end(),
                       [&word](const OptionSpec& option) { return option.takesValue && option.name == word; });
}

/// Where the command stands: the first word that is neither a common option nor its value.
std::size_t commandPosition(const std::vector<std::string>& words)
{
    std::size_t at = 0;
    while (at < words.size() && words[at].starts_with('-'))
        at += isOptionWithValue(words[at]) ? 2U : 1U;
    return std::min(at, words.size());
}

void print(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void printGeneralHelp()
{
    print("altimeter-cli: cost of cloud and AI, without a window\n\n"
          "Usage: altimeter-cli [--workspace FILE] [--format table|csv|json] [--quiet] COMMAND [ARGUMENTS]\n\n"
          "Commands:\n");
    for (const Verb& verb : verbs())
        print("  " + std::string(verb.name) + std::string(20 - verb.name.size(), ' ') + std::string(verb.summary) +
              "\n");
    print("\n'altimeter-cli COMMAND --help' explains one of them.\n");
    print(kCommonHelp);
    print("  --version                the version\n");
    print(kNotes);
}

void printHelp(const Verb& verb)
{
    print("altimeter-cli " + std::string(verb.name) + ": " + std::string(verb.summary) + "\n\n");
    print("Usage: altimeter-cli " + std::string(verb.name) + " " + std::string(verb.usage) + "\n\n");
    print(verb.help);
    print(kCommonHelp);
}

ExitCode flushed()
{
    return std::fflush(stdout) == 0 ? ExitCode::Done : ExitCode::Failed;
}

ExitCode wrongUsage(const std::string& what)
{
    printError(what);
    std::fputs("Try 'altimeter-cli --help'.\n", stderr);
    return ExitCode::Usage;
}

struct Call {
    const Verb* verb = nullptr;
    std::vector<std::string> words; ///< options and arguments, those before the command included
};

/// Finds the verb, of one word or of two. Without one, answers what the words say.
std::optional<Call> findCall(const std::vector<std::string>& words, std::size_t at)
{
    for (const std::size_t count : {2U, 1U}) {
        if (at + count > words.size())
            continue;
        const std::string name = count == 2 ? words[at] + " " + words[at + 1] : words[at];
        const auto found =
            std::find_if(verbs().begin(), verbs().end(), [&name](const Verb& verb) { return verb.name == name; });
        if (found == verbs().end())
            continue;
        Call call{&*found, {words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at)}};
        call.words.insert(call.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at + count), words.end());
        return call;
    }
    return std::nullopt;
}

bool isGroup(const std::string& name)
{
    return std::any_of(verbs().begin(), verbs().end(),
                       [&name](const Verb& verb) { return verb.name.starts_with(name + " "); });
}

/// "rules" without what to do with them.
ExitCode runGroup(const std::string& group, const std::vector<std::string>& rest)
{
    const bool asksHelp =
        std::any_of(rest.begin(), rest.end(), [](const auto& w) { return w == "--help" || w == "-h"; });
    if (asksHelp) {
        for (const Verb& verb : verbs()) {
            if (verb.name.starts_with(group + " "))
                printHelp(verb);
        }
        return flushed();
    }
    std::string known;
    for (const Verb& verb : verbs()) {
        if (verb.name.starts_with(group + " "))
            known += (known.empty() ? "" : ", ") + std::string(verb.name);
    }
    return wrongUsage((rest.empty() ? group + " needs a word more" : "unknown command " + group + " " + rest.front()) +
                      "; known are " + known);
}

std::optional<OutputFormat> formatByName(const std::string& name)
{
    if (name == "table")
        return OutputFormat::Table;
    if (name == "csv")
        return OutputFormat::Csv;
    if (name == "json")
        return OutputFormat::Json;
    return std::nullopt;
}

ExitCode runVerb(const Call& call, std::stop_token stop)
{
    const Verb& verb = *call.verb;
    const auto fail = [&verb](const std::string& what) {
        printError(what);
        std::fprintf(stderr, "Usage: altimeter-cli %s %s\nTry 'altimeter-cli %s --help'.\n",
                     std::string(verb.name).c_str(), std::string(verb.usage).c_str(), std::string(verb.name).c_str());
        return ExitCode::Usage;
    };
    const auto isHelp = [](const std::string& word) { return word == "--help" || word == "-h"; };
    const auto optionsEnd = std::find(call.words.begin(), call.words.end(), "--");
    if (std::any_of(call.words.begin(), optionsEnd, isHelp)) {
        printHelp(verb);
        return flushed();
    }
    std::vector<OptionSpec> options = verb.options;
    options.insert(options.end(), commonOptions().begin(), commonOptions().end());
    const auto arguments = Arguments::parse(call.words, options);
    if (!arguments)
        return fail(arguments.error().text());
    if (arguments->positional().size() < verb.minWords)
        return fail(std::string(verb.name) + ": an argument is missing");
    if (arguments->positional().size() > verb.maxWords)
        return fail(std::string(verb.name) + ": one argument too many: " + arguments->positional()[verb.maxWords]);
    const auto asked = arguments->value("--format");
    const auto byDefault = isatty(STDOUT_FILENO) == 1 ? OutputFormat::Table : OutputFormat::Csv;
    const auto format = asked ? formatByName(*asked) : std::optional(byDefault);
    if (!format)
        return fail("--format is table, csv or json, not \"" + *asked + "\"");
    Context context(*arguments, *format, asked.has_value(), std::move(stop));
    const auto done = caught([&]() -> Result<ExitCode> { return verb.run(context); });
    return done ? *done : context.fail(done.error());
}

} // namespace

ExitCode runProgram(const std::vector<std::string>& words, std::stop_token stop)
{
    const std::size_t at = commandPosition(words);
    if (at == words.size() || words[at] == "help") {
        const auto given = [&words](std::string_view option) {
            return std::find(words.begin(), words.end(), option) != words.end();
        };
        if (given("--version")) {
            print("altimeter-cli " ALTIMETER_VERSION "\n");
            return flushed();
        }
        if (at < words.size() && at + 1 < words.size()) {
            std::vector<std::string> asked(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
            asked.emplace_back("--help");
            return runProgram(asked, std::move(stop));
        }
        if (at < words.size() || given("--help") || given("-h")) {
            printGeneralHelp();
            return flushed();
        }
        return wrongUsage("a command is missing");
    }
    if (const auto call = findCall(words, at))
        return runVerb(*call, std::move(stop));
    if (isGroup(words[at]))
        return runGroup(words[at], {words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end()});
    return wrongUsage("unknown command " + words[at]);
}

} // namespace altimeter::cli
