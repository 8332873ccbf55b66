#include "models/analysis/attribution/attribution.h"
#include "models/analysis/attribution/conditiontester.h"
#include "models/facts/widening.h"
#include "models/text/words.h"

#include <algorithm>
#include <map>

namespace altimeter::analysis {

namespace {

/// Everything that rules make of the values of one column.
struct Looks {
    std::vector<std::shared_ptr<const ConditionTester>> conditions;
    std::vector<const RuleValue*> values;
    bool isToldApart = false; ///< the column is one of several that make a value
};

/// Two values with the same answer are assigned alike by all rules.
std::string answersOf(const Looks& looks, std::string_view value, const std::stop_token& stop)
{
    const std::string text(value);
    std::string answers;
    for (const auto& condition : looks.conditions)
        answers += condition->holds(text, stop) ? '1' : '0';
    const std::string trimmed(words::trimmed(value));
    answers += trimmed.empty() ? 'b' : 'f';
    for (const RuleValue* rule : looks.values) {
        const auto mapped = std::find_if(rule->map.begin(), rule->map.end(), [&trimmed](const auto& entry) {
            return words::equalsIgnoreCase(entry.first, trimmed);
        });
        const std::string& assigned = mapped == rule->map.end() ? trimmed : mapped->second;
        answers += std::to_string(assigned.size()) + ':' + assigned;
    }
    return answers;
}

class RuleLooks {
public:
    RuleLooks(const RuleSet& rules, const std::set<std::string, std::less<>>& beside) : m_beside(beside)
    {
        if (beside.empty()) // as mostly: then no condition need be made ready a second time
            return;
        for (const AllocationRule& rule : rules.rules) {
            if (!rule.enabled)
                continue;
            for (const RuleCondition& condition : rule.when) {
                const auto tester = std::make_shared<const ConditionTester>(condition);
                for (const Dim& dim : condition.dims)
                    each(dim, [&](Looks& looks) { looks.conditions.push_back(tester); });
            }
            for (const auto& value : rule.set) {
                for (std::size_t i = 0; value && i < value->fromDims.size(); ++i)
                    each(value->fromDims[i], [&](Looks& looks) { looks.values.push_back(&*value); });
            }
        }
    }
    std::vector<SeenColumn> columns(const std::stop_token& stop) const
    {
        std::vector<SeenColumn> seen;
        for (const auto& [name, looks] : m_looks) {
            seen.push_back({name, {}});
            if (!looks.isToldApart)
                seen.back().classOf = [&looks = looks, &stop](std::string_view value) {
                    return answersOf(looks, value, stop);
                };
        }
        return seen;
    }

private:
    template <typename Note> void each(const Dim& dim, Note note)
    {
        const bool isColumnItself =
            dim.kind == Dim::Kind::Column || dimInfo(dim.kind).origin == DimOrigin::ProviderColumn;
        for (const std::string& name : providerColumnsOf(dim)) {
            if (!m_beside.contains(name))
                continue;
            Looks& looks = m_looks[name];
            looks.isToldApart = looks.isToldApart || !isColumnItself;
            note(looks);
        }
    }

    const std::set<std::string, std::less<>>& m_beside;
    std::map<std::string, Looks> m_looks;
};

} // namespace

Attribution Attribution::withMore(std::span<const std::uint32_t> from) const
{
    Attribution more = *this;
    more.m_signature.reserve(m_signature.size() + from.size());
    for (const std::uint32_t combo : from)
        more.m_signature.push_back(m_signature[combo]);
    return more;
}

Result<RuledFacts> ruledFacts(std::shared_ptr<const FactSet> facts, const RuleSet& rules, const StoredLines* stored,
                              const std::stop_token& stop)
{
    RuledFacts ruled;
    ruled.facts = std::move(facts);
    const auto beside = columnsBeside(*ruled.facts->dictionaries);
    const RuleLooks looks(rules, beside);
    const std::vector<SeenColumn> seen = looks.columns(stop);
    if (!seen.empty()) {
        if (!stored)
            return Error{ErrorCode::Unsupported, "only the facts are at hand, not the stored lines", {}};
        auto widened = widen(*ruled.facts, *stored, seen, stop, &ruled.damage);
        if (!widened)
            return widened.error();
        ruled.facts = widened->facts;
    }
    auto attribution = attribute(*ruled.facts, rules, stop);
    if (!attribution)
        return attribution.error();
    ruled.attribution = std::make_shared<const Attribution>(attribution.take());
    return ruled;
}

} // namespace altimeter::analysis
