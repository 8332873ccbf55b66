#include "app/cli/verb.h"
#include "app/session/workspace/acknowledging.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace altimeter::cli {

namespace {

/// In the order of their sources and, within one, of kind: what is open and worst comes first.
std::vector<const FindingCase*> casesBySource(const std::vector<FindingGroup>& groups)
{
    std::vector<const FindingCase*> cases;
    for (const FindingGroup& group : groups) {
        for (const FindingCase& one : group.cases)
            cases.push_back(&one);
    }
    std::stable_sort(cases.begin(), cases.end(),
                     [](const FindingCase* a, const FindingCase* b) { return a->finding.source < b->finding.source; });
    return cases;
}

/// "12.5 USD; 3 EUR", with "unknown" for what cannot be known.
std::string touchedText(const std::optional<Touched>& touched)
{
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    if (touched) {
        for (const TouchedMoney& one : touched->money)
            add(one.amount.toString() + ' ' + std::string(one.currency.code()));
    }
    if (!touched || !touched->isWhole)
        add("unknown");
    return text.empty() ? "0" : text;
}

ExitCode run(Context& context)
{
    const std::string source = context.arguments().value("--source").value_or(std::string());
    const auto snapshot = openSnapshotOf(context, source);
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto groups = context.ask(**snapshot, FindingGroupsQuestion{CostLens::Effective, source});
    if (!groups)
        return context.fail(groups.error());
    auto& out = context.out();
    out.begin("findings", {{"severity"},
                           {"check"},
                           {"rows"},
                           {"first_line"},
                           {"message"},
                           {"file"},
                           {"source"},
                           {"touched"},
                           {"acknowledged_at"},
                           {"acknowledged_by"},
                           {"acknowledged_note"},
                           {"id"}});
    bool isWorth = false;
    for (const FindingCase* known : casesBySource(*groups)) {
        const Finding& one = known->finding;
        const Acknowledgement by = known->acknowledged.value_or(Acknowledgement());
        isWorth = isWorth || (one.severity > Severity::Note && !known->acknowledged);
        out.add({Cell::ofText(severityName(one.severity)), Cell::ofText(one.check), Cell::ofCount(one.rows),
                 Cell::ofCount(one.firstLine), Cell::ofText(one.message), Cell::ofText(one.file),
                 Cell::ofText(one.source), Cell::ofText(touchedText(known->touched)), Cell::ofInstant(by.at),
                 Cell::ofText(by.by), Cell::ofText(by.note), Cell::ofText(idOf(known->key))});
    }
    out.end();
    return context.finish(isWorth ? ExitCode::Finding : ExitCode::Done);
}

/// The findings that the words name, by their id or the beginning of it that no other has; each once.
Result<std::vector<const FindingCase*>> named(const std::vector<FindingGroup>& groups,
                                              const std::vector<std::string>& words)
{
    constexpr std::size_t kFewest = 4;
    std::vector<const FindingCase*> found;
    for (const std::string& word : words) {
        std::vector<const FindingCase*> like;
        for (const FindingCase* one : casesBySource(groups)) {
            if (word.size() >= kFewest && idOf(one->key).starts_with(word))
                like.push_back(one);
        }
        if (like.empty())
            return Error{
                ErrorCode::NotFound, "there is no finding " + word, {}, "'altimeter-cli findings' lists them."};
        if (like.size() > 1)
            return Error{ErrorCode::Invalid, "several findings begin with " + word, {}, "Name all of the id."};
        if (std::find(found.begin(), found.end(), like.front()) == found.end())
            found.push_back(like.front());
    }
    return found;
}

/// Acknowledges them, or opens them again, and prints which.
ExitCode change(Context& context, bool isKnown)
{
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const auto snapshot = (*engine)->snapshot();
    const auto groups = context.ask(*snapshot, FindingGroupsQuestion{CostLens::Effective, {}});
    if (!groups)
        return context.fail(groups.error());
    const auto found = named(*groups, context.arguments().positional());
    if (!found)
        return context.fail(found.error());
    std::vector<SeenFinding> seen;
    std::vector<FindingKey> keys;
    for (const FindingCase* one : *found) {
        seen.push_back({one->key, one->finding.rows});
        keys.push_back(one->key);
    }
    const Status done = isKnown ? session::acknowledge((*engine)->file(), seen,
                                                       context.arguments().value("--note").value_or(std::string()))
                                : session::reopen((*engine)->file(), keys);
    if (!done)
        return context.fail(done.error());
    auto& out = context.out();
    out.begin("findings", {{"id"}, {"severity"}, {"check"}, {"rows"}, {"message"}, {"file"}, {"source"}, {"state"}});
    for (const FindingCase* one : *found)
        out.add({Cell::ofText(idOf(one->key)), Cell::ofText(severityName(one->finding.severity)),
                 Cell::ofText(one->finding.check), Cell::ofCount(one->finding.rows), Cell::ofText(one->finding.message),
                 Cell::ofText(one->finding.file), Cell::ofText(one->finding.source),
                 Cell::ofText(isKnown ? "acknowledged" : "open")});
    out.end();
    return context.finish();
}

ExitCode acknowledge(Context& context)
{
    return change(context, true);
}

ExitCode reopen(Context& context)
{
    return change(context, false);
}

} // namespace

Verb findingsVerb()
{
    return {
        "findings",
        "[--source NAME]",
        "prints what was found in the files and by the last sync of each connection",
        "severity is error, warning or note; rows counts the lines or days it speaks of, file names where they came\n"
        "from. touched is the exact effective cost of these lines by currency, with \"unknown\" for what cannot be "
        "known. What\n"
        "somebody acknowledged says when, who and why; it is open again once it grows or comes again. id names the\n"
        "finding for 'findings ack'; it stays the same for as long as the finding says the same. The exit\n"
        "status is 3 where there is more than notes and acknowledged findings.\n\n"
        "Example:\n"
        "  altimeter-cli findings --source router\n",
        {{"--source"}},
        0,
        0,
        run};
}

Verb findingsAckVerb()
{
    return {"findings ack",
            "ID... [--note TEXT]",
            "says that somebody knows about findings",
            "ID is the last column of 'findings', or the beginning of it that no other has (four characters or more).\n"
            "An acknowledged finding counts for no exit status; it is open again once it grows or comes again. Prints\n"
            "what was acknowledged. All of them or, where one is not there, none (status 1).\n\n"
            "  --note TEXT  why they may stay\n\n"
            "Example:\n"
            "  altimeter-cli findings ack 5f0c83a1 --note \"the provider never names it\"\n",
            {{"--note"}},
            1,
            Verb::kAnyWords,
            acknowledge};
}

Verb findingsUnackVerb()
{
    return {"findings unack",
            "ID...",
            "opens acknowledged findings again",
            "ID as in 'findings ack'. One that is open stays so. Prints what is open.\n\n"
            "Example:\n"
            "  altimeter-cli findings unack 5f0c83a1\n",
            {},
            1,
            Verb::kAnyWords,
            reopen};
}

} // namespace altimeter::cli
