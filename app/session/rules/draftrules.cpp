#include "app/session/rules/draftrules.h"

#include "models/analysis/attribution/attribution.h"
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

} // namespace altimeter::session
