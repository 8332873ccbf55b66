#include "app/session/questions/answers.h"
#include "app/session/rules/draftrules.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/ledger/ledger.h"

namespace altimeter::session {

Result<RulesDocument> answer(const Snapshot& snapshot, const RulesQuestion&, std::stop_token)
{
    return snapshot.rulesDocument;
}

Result<std::vector<RulesDocument>> answer(const Snapshot& snapshot, const RuleVersionsQuestion&, std::stop_token stop)
{
    auto reading = snapshot.stored->read(std::move(stop));
    if (!reading)
        return reading.error();
    auto versions = store::readRuleVersions(reading->db());
    if (!versions)
        return versions.error();
    std::vector<RulesDocument> documents;
    for (store::PublishedRules& one : *versions)
        documents.push_back({std::move(one.json), one.version,
                             one.publishedAt.seconds > 0 ? one.publishedAt : Instant(), // 0: made with the workspace
                             std::move(one.publication)});
    return documents;
}

Result<CostTable> answer(const Snapshot& snapshot, const TableUnderQuestion& question, std::stop_token stop)
{
    const auto rules = checkRules(question.rules);
    if (!rules)
        return rules.error();
    const auto draft = costsUnder(snapshot, *rules, question.from, stop);
    return draft ? (*draft)->table(question.query, std::move(stop)) : Result<CostTable>(draft.error());
}

Result<RuleDiff> answer(const Snapshot& snapshot, const RuleDiffQuestion& question, std::stop_token stop)
{
    const auto rules = checkRules(question.rules);
    if (!rules)
        return rules.error();
    const auto draft = costsUnder(snapshot, *rules, question.from, stop);
    return draft ? effectOf(snapshot, *rules, question.from, **draft, stop) : Result<RuleDiff>(draft.error());
}

} // namespace altimeter::session
