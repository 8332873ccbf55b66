#include "app/session/rules/draftrules.h"

#include "models/analysis/attribution/attribution.h"
#include "models/analysis/query/rulediff.h"
#include "models/facts/factset.h"
#include "models/store/settings/rulesfile.h"

#include <memory>

namespace altimeter::session {

Result<RuleSet> checkRules(const std::string& json)
{
    auto rules = store::parseRules(json);
    if (!rules)
        return rules.error();
    FactSet nothing; // conditions are compiled and judged without evaluating a single charge
    nothing.dictionaries = std::make_shared<const Dictionaries>();
    if (const auto tried = analysis::attribute(nothing, *rules); !tried)
        return tried.error();
    return rules;
}

RuleSet asPublished(const Snapshot& snapshot, RuleSet draft, Day from)
{
    if (!from.isValid())
        return draft;
    std::vector<RuleLayer> layers{{std::move(draft), from.firstOfMonth()}};
    layers.insert(layers.end(), snapshot.ruleLayers.begin(), snapshot.ruleLayers.end());
    return layered(layers);
}

Result<std::shared_ptr<const CostSource>> costsUnder(const Snapshot& snapshot, const RuleSet& draft, Day from,
                                                     const std::stop_token& stop)
{
    return from.isValid() ? snapshot.costs->under(asPublished(snapshot, draft, from), stop)
                          : snapshot.costs->under(draft, stop);
}

Result<RuleDiff> effectOf(const Snapshot& snapshot, const RuleSet& draft, Day from, const CostSource& underDraft,
                          const std::stop_token& stop)
{
    auto diff = analysis::diffRules(*snapshot.costs, underDraft, stop, from.isValid() ? from.firstOfMonth() : Day());
    if (diff)
        diff->use.resize(draft.rules.size()); // behind the draft's stand the older versions'
    return diff;
}

} // namespace altimeter::session
