#include "app/cli/verb.h"

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
                           {"acknowledged_note"}});
    bool isWorth = false;
    for (const FindingCase* known : casesBySource(*groups)) {
        const Finding& one = known->finding;
        const Acknowledgement by = known->acknowledged.value_or(Acknowledgement());
        isWorth = isWorth || (one.severity > Severity::Note && !known->acknowledged);
        out.add({Cell::ofText(severityName(one.severity)), Cell::ofText(one.check), Cell::ofCount(one.rows),
                 Cell::ofCount(one.firstLine), Cell::ofText(one.message), Cell::ofText(one.file),
                 Cell::ofText(one.source), Cell::ofText(touchedText(known->touched)), Cell::ofInstant(by.at),
                 Cell::ofText(by.by), Cell::ofText(by.note)});
    }
    out.end();
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
        "from. touched is the exact effective cost of these lines by currency, with \"unknown\" for what cannot be "
        "known. What\n"
        "somebody acknowledged in the window says when, who and why; it is open again once it grows or comes again. "
        "The\n"
        "exit status is 3 where there is more than notes and acknowledged findings.\n\n"
        "Example:\n"
        "  altimeter-cli findings --source router\n",
        {{"--source"}},
        0,
        0,
        run};
}

} // namespace altimeter::cli
