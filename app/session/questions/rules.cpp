#include "app/session/questions/answers.h"
#include "app/session/rules/draftrules.h"
#include "models/analysis/query/rulediff.h"

namespace altimeter::session {

Result<RulesDocument> answer(const Snapshot& snapshot, const RulesQuestion&, std::stop_token)
{
    return snapshot.rulesDocument;
}

Result<CostTable> answer(const Snapshot& snapshot, const TableUnderQuestion& question, std::stop_token stop)
{
    const auto rules = checkRules(question.rules);
    if (!rules)
        return rules.error();
    const auto draft = snapshot.costs->under(*rules, stop);
    return draft ? (*draft)->table(question.query, std::move(stop)) : Result<CostTable>(draft.error());
}

Result<RuleDiff> answer(const Snapshot& snapshot, const RuleDiffQuestion& question, std::stop_token stop)
{
    const auto rules = checkRules(question.rules);
    if (!rules)
        return rules.error();
    const auto draft = snapshot.costs->under(*rules, stop);
    return draft ? analysis::diffRules(*snapshot.costs, **draft, std::move(stop)) : Result<RuleDiff>(draft.error());
}

} // namespace altimeter::session
