#include "models/analysis/attribution/attribution.h"

#include "models/analysis/attribution/conditiontester.h"
#include "models/analysis/attribution/pairnumbers.h"
#include "models/analysis/attribution/splitweights.h"
#include "models/facts/dimindex.h"
#include "models/text/words.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace altimeter::analysis {

namespace {

/// Dims that belong to the bill or the partition of a line rather than to its attribute combination.
bool isRowDim(const Dim& dim)
{
    if (dimInfo(dim.kind).origin == DimOrigin::Partition)
        return true;
    const auto groups = groupsOfDim(dim);
    return groups.size() == 1 && groups.front() == Group::Bill;
}

std::string rowDimValue(const FactSet& facts, const FactPartition& partition, std::uint32_t bill, const Dim& dim)
{
    if (dimInfo(dim.kind).origin == DimOrigin::Partition)
        return partitionDimValue(partition, dim);
    std::array<std::uint32_t, kGroupCount> members{};
    members[static_cast<std::size_t>(Group::Bill)] = bill;
    return dimValueOfMembers(*facts.dictionaries, members, dim);
}

/// A dim that rules look at, reduced to what they can tell apart: values for which every condition and every assigned
/// text comes out the same are one class.
struct SeenDim {
    Dim dim;
    std::shared_ptr<const DimIndex> index;
    std::vector<std::size_t> conditions; ///< that try this dim
    std::vector<std::size_t> values;
    std::vector<std::uint32_t> classOf;              ///< by value id
    std::vector<std::vector<std::uint32_t>> classes; ///< by class: an answer per condition, then per value
};
constexpr std::uint32_t kBlank = 0; ///< the dim has no value here: the next one is tried
constexpr std::uint32_t kFails = 1;
constexpr std::uint32_t kHolds = 2;

/// Where a condition or a value finds its answer: a dim and the place in that dim's classes.
struct Answer {
    std::size_t dim = 0;
    std::size_t at = 0;
};

struct Condition {
    ConditionTester tester;
    const RuleCondition* rule;
    bool ofRow = false;
    std::size_t rowIndex = 0; ///< into a class's results
    std::vector<Answer> answers;
    bool holdsBlank = false;
};

struct Value {
    const RuleValue* rule;
    bool ofRow = false;
    std::size_t rowIndex = 0; ///< into a class's texts
    std::vector<Answer> answers;
    std::uint32_t blankText = 0; ///< id of the text where no dim has a value
};

std::uint64_t keyOf(std::uint32_t partition, std::uint32_t bill)
{
    return std::uint64_t{partition} << 32U | bill;
}

std::string mapped(const RuleValue& rule, std::string value)
{
    value = std::string(words::trimmed(value));
    for (const auto& [from, to] : rule.map) {
        if (words::equalsIgnoreCase(from, value))
            return to;
    }
    return value;
}

} // namespace

// The idea: rules look at few things of a charge. Two combinations that no condition and no assigned text can tell
// apart have the same owner, so each combination gets a number for all that the rules see of it, its signature, and the
// rules are evaluated once per signature. Signatures are as many as the rules make differences, however long the
// history is: that is why new rules can be tried on all of it while somebody types.
//
// Three things decide beside the signature, and each is cut just as coarsely: the day, into epochs between which no
// rule begins or ends; the bill and the partition, into classes that every condition on them sees alike; and the month,
// for proportional splits alone (splitweights.cpp). An epoch and a class make a variant. Within one variant the
// signature is all there is to know, and assignment is a table of variants by signatures.
//
// Exact because nothing is skipped on a guess: a signature holds the answer of every condition and every text of every
// rule, those that never come to decide included. What would break it is a condition that looks at something else of a
// line (its cost, its day of the week): it would need a cut of its own.
class AttributionBuilder {
public:
    AttributionBuilder(const FactSet& facts, const RuleSet& rules, std::stop_token stop)
        : m_facts(facts), m_rules(rules), m_stop(std::move(stop))
    {
    }

    Result<Attribution> build()
    {
        m_result.m_owners.emplace_back();
        m_ownerIds.emplace(Owner{}, 0);
        m_result.m_ruleLists.emplace_back();
        m_ruleListIds.emplace(std::vector<std::uint16_t>{}, 0);
        if (auto done = prepareRules(); !done)
            return done.error();
        prepareEpochs();
        if (auto done = prepareClasses(); !done)
            return done.error();
        if (auto done = sign(); !done)
            return done.error();
        if (auto done = assign(); !done)
            return done.error();
        if (auto done = weighSplits(m_facts, m_result, m_result.m_splits, m_stop); !done)
            return done.error();
        if (auto done = fillTargets(); !done)
            return done.error();
        return std::move(m_result);
    }

private:
    struct Rule {
        const AllocationRule* rule = nullptr;
        std::vector<std::size_t> conditions;                ///< into m_conditions
        std::array<std::size_t, kOwnerFieldCount> values{}; ///< into m_values, kNone
        std::uint32_t split = 0;
        std::uint16_t index = 0;
    };
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

    struct Class {
        std::vector<char> conditions;
        std::vector<std::string> texts;
        friend auto operator<=>(const Class&, const Class&) = default;
    };

    Status prepareRules()
    {
        if (m_rules.rules.size() >= Attribution::kNoRule)
            return Error{ErrorCode::Invalid, "more than 65,534 allocation rules", {}};
        m_result.m_ruleCount = m_rules.rules.size();
        for (std::size_t i = 0; i < m_rules.rules.size(); ++i) {
            const AllocationRule& rule = m_rules.rules[i];
            if (!rule.enabled)
                continue;
            Rule ready;
            ready.rule = &rule;
            ready.index = static_cast<std::uint16_t>(i);
            ready.values.fill(kNone);
            for (const RuleCondition& condition : rule.when) {
                if (auto done = addCondition(condition, ready); !done)
                    return Error{done.error().code, done.error().what, "rule " + rule.name + done.error().where};
            }
            for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
                if (!rule.set[field])
                    continue;
                if (auto done = addValue(*rule.set[field], ready.values[field]); !done)
                    return Error{done.error().code, done.error().what, "rule " + rule.name};
            }
            if (rule.split) {
                ready.split = static_cast<std::uint32_t>(m_result.m_splits.size());
                m_result.m_splits.push_back(splitOf(*rule.split));
            }
            m_ready.push_back(std::move(ready));
        }
        return {};
    }

    /// `where` of an error is what follows the rule's name.
    Status addCondition(const RuleCondition& condition, Rule& rule)
    {
        const auto ofRow = kindOf(condition.dims);
        if (!ofRow)
            return ofRow.error();
        const std::string& first = condition.values.empty() ? m_nothing : condition.values.front();
        auto [known, last] = m_conditionsByValue.equal_range(first);
        for (; known != last; ++known) {
            if (*m_conditions[known->second].rule == condition) { // as most rules of one version are those of the next
                rule.conditions.push_back(known->second);
                return {};
            }
        }
        const std::size_t at = m_conditions.size();
        m_conditionsByValue.emplace(first, at);
        m_conditions.push_back({ConditionTester(condition), &condition, *ofRow, m_rowConditions.size(), {}, false});
        if (auto done = checkExpressions(m_conditions.back().tester); !done)
            return Error{done.error().code, done.error().what,
                         ", condition " + std::to_string(rule.conditions.size() + 1) + ", matches"};
        if (*ofRow)
            m_rowConditions.push_back(at);
        else
            lookAt(condition.dims, at, &SeenDim::conditions);
        rule.conditions.push_back(at);
        return {};
    }

    Status addValue(const RuleValue& value, std::size_t& at)
    {
        const auto ofRow = kindOf(value.fromDims);
        if (!ofRow)
            return ofRow.error();
        const bool isRead = !value.fromDims.empty();
        auto [known, last] = m_valuesByKey.equal_range(isRead ? value.fromDims.front().key : m_nothing);
        for (; isRead && known != last; ++known) {
            if (*m_values[known->second].rule == value) {
                at = known->second;
                return {};
            }
        }
        at = m_values.size();
        if (isRead)
            m_valuesByKey.emplace(value.fromDims.front().key, at);
        m_values.push_back({&value, *ofRow, m_rowValues.size(), {}, 0});
        if (*ofRow)
            m_rowValues.push_back(at);
        else
            lookAt(value.fromDims, at, &SeenDim::values);
        return {};
    }

    static Attribution::Split splitOf(const SharedSplit& rule)
    {
        Attribution::Split split;
        for (const auto& [team, weight] : rule.targets) {
            split.teams.push_back(team);
            split.fixed.push_back(weight);
        }
        split.proportional = rule.method == SharedSplit::Method::Proportional || split.teams.empty();
        return split;
    }

    Status checkExpressions(const ConditionTester& tester)
    {
        if (!tester.badExpression().empty())
            return Error{ErrorCode::Invalid, tester.badExpression(), {}};
        m_expressionSteps += tester.steps();
        if (m_expressionSteps > Expression::kMostStepsOfRules)
            return Error{ErrorCode::Invalid, "the regular expressions of all rules repeat too much together", {}};
        return {};
    }

    /// False: all dims are attributes; true: all belong to the bill or partition.
    Result<bool> kindOf(const std::vector<Dim>& dims) const
    {
        bool anyRow = false;
        bool anyCombo = false;
        for (const Dim& dim : dims) {
            if (isRowDim(dim))
                anyRow = true;
            else if (isComboDim(dim))
                anyCombo = true;
            else
                return Error{ErrorCode::Invalid, "'" + toString(dim) + "' cannot be used in a rule", {}};
        }
        if (anyRow && anyCombo)
            return Error{
                ErrorCode::Invalid,
                "one condition cannot mix columns of the bill (invoice, billing period, source, currency) with "
                "attributes of the charge; write two conditions",
                {}};
        return anyRow;
    }

    void prepareEpochs()
    {
        for (const Rule& rule : m_ready) {
            for (const Day bound : {rule.rule->effective.from, rule.rule->effective.to}) {
                if (bound.isValid())
                    m_result.m_epochStarts.push_back(bound);
            }
        }
        auto& starts = m_result.m_epochStarts;
        std::sort(starts.begin(), starts.end());
        starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    }

    Status prepareClasses()
    {
        if (m_rowConditions.empty() && m_rowValues.empty()) {
            m_classes.emplace_back();
            return {};
        }
        std::map<Class, std::uint32_t> ids;
        for (const FactSet::Part& part : m_facts.chunks) {
            std::uint32_t last = std::numeric_limits<std::uint32_t>::max(); // most neighbours have the same bill
            for (std::size_t run = 0; run < part.chunk->runs(); ++run) {
                const auto bill = static_cast<std::uint32_t>(part.chunk->runBill.at(run));
                if (bill == last)
                    continue;
                last = bill;
                auto& slot = m_result.m_classOf[keyOf(part.partition, bill)];
                if (slot != 0)
                    continue;
                Class signature = classFor(m_facts.partitions[part.partition], bill);
                if (m_stop.stop_requested())
                    return Error{ErrorCode::Cancelled, "cancelled", {}};
                const auto [found, isNew] = ids.try_emplace(signature, static_cast<std::uint32_t>(m_classes.size()));
                if (isNew)
                    m_classes.push_back(std::move(signature));
                slot = found->second + 1; // shifted by one while filling, so that 0 means not yet seen
            }
        }
        for (auto& [key, slot] : m_result.m_classOf)
            --slot;
        if (m_classes.empty())
            m_classes.push_back(classFor(FactPartition{}, 0));
        m_result.m_classes = m_classes.size();
        return {};
    }

    Class classFor(const FactPartition& partition, std::uint32_t bill) const
    {
        const auto firstValue = [&](const std::vector<Dim>& dims) {
            for (const Dim& dim : dims) {
                std::string value = rowDimValue(m_facts, partition, bill, dim);
                if (!value.empty())
                    return value;
            }
            return std::string();
        };
        Class result;
        for (const std::size_t at : m_rowConditions)
            result.conditions.push_back(
                m_conditions[at].tester.holds(firstValue(m_conditions[at].rule->dims), m_stop) ? 1 : 0);
        for (const std::size_t at : m_rowValues)
            result.texts.push_back(mapped(*m_values[at].rule, firstValue(m_values[at].rule->fromDims)));
        return result;
    }

    /// Notes that condition or value `which` tries `dims` in turn.
    void lookAt(const std::vector<Dim>& dims, std::size_t which, std::vector<std::size_t> SeenDim::*list)
    {
        for (const Dim& dim : dims) {
            auto seen =
                std::find_if(m_dims.begin(), m_dims.end(), [&dim](const SeenDim& known) { return known.dim == dim; });
            if (seen == m_dims.end())
                seen = m_dims.insert(m_dims.end(), {dim, dimIndexOf(m_facts, dim), {}, {}, {}, {}});
            if (std::find(((*seen).*list).begin(), ((*seen).*list).end(), which) == ((*seen).*list).end())
                ((*seen).*list).push_back(which);
        }
    }

    /// Gives every combination the number of all that the rules can see of it.
    Status sign()
    {
        const Dictionaries& dictionaries = *m_facts.dictionaries;
        auto& signature = m_result.m_signature;
        signature.assign(dictionaries.combos.size(), 0);
        m_signatures.assign(signature.empty() ? 0 : 1, std::vector<std::uint32_t>());
        for (SeenDim& dim : m_dims) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            if (auto done = classify(dim); !done)
                return done;
            if (dim.classes.size() == 1) {
                for (auto& classes : m_signatures)
                    classes.push_back(0);
                continue;
            }
            PairNumbers numbers(m_signatures.size(), dim.classes.size());
            std::vector<std::vector<std::uint32_t>> longer;
            for (std::uint32_t combo = 0; combo < signature.size(); ++combo) {
                const std::uint32_t last = dim.classOf[dim.index->valueId(dictionaries, combo)];
                const std::uint32_t number = numbers.of(signature[combo], last);
                if (number == longer.size()) {
                    longer.push_back(m_signatures[signature[combo]]);
                    longer.back().push_back(last);
                }
                signature[combo] = number;
            }
            m_signatures = std::move(longer);
        }
        fillAnswers();
        return {};
    }

    /// An expression may take its time on a long value, so the token is looked at for each.
    Status classify(SeenDim& dim)
    {
        std::map<std::vector<std::uint32_t>, std::uint32_t> ids;
        std::vector<std::uint32_t> answers;
        for (std::uint32_t id = 0; id < dim.index->size(); ++id) {
            const std::string& value = dim.index->value(id);
            const bool blank = words::trimmed(value).empty();
            answers.clear();
            for (const std::size_t at : dim.conditions)
                answers.push_back(blank ? kBlank : m_conditions[at].tester.holds(value, m_stop) ? kHolds : kFails);
            for (const std::size_t at : dim.values)
                answers.push_back(blank ? kBlank : textId(mapped(*m_values[at].rule, value)) + 1);
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            const auto [found, isNew] = ids.try_emplace(answers, static_cast<std::uint32_t>(dim.classes.size()));
            if (isNew)
                dim.classes.push_back(answers);
            dim.classOf.push_back(found->second);
        }
        return {};
    }

    /// Tells each condition and value where its dims' answers stand, in the order in which they are tried.
    void fillAnswers()
    {
        const auto answersOf = [this](const std::vector<Dim>& dims, std::size_t which, bool ofValue) {
            std::vector<Answer> answers;
            for (const Dim& dim : dims) {
                const auto seen = std::find_if(m_dims.begin(), m_dims.end(),
                                               [&dim](const SeenDim& known) { return known.dim == dim; });
                const auto& list = ofValue ? seen->values : seen->conditions;
                const auto at = static_cast<std::size_t>(std::find(list.begin(), list.end(), which) - list.begin());
                answers.push_back(
                    {static_cast<std::size_t>(seen - m_dims.begin()), at + (ofValue ? seen->conditions.size() : 0)});
            }
            return answers;
        };
        for (std::size_t at = 0; at < m_conditions.size(); ++at) {
            Condition& condition = m_conditions[at];
            if (!condition.ofRow) {
                condition.answers = answersOf(condition.rule->dims, at, false);
                condition.holdsBlank = condition.tester.holds({}, m_stop);
            }
        }
        for (std::size_t at = 0; at < m_values.size(); ++at) {
            Value& value = m_values[at];
            if (!value.ofRow) {
                value.answers = answersOf(value.rule->fromDims, at, true);
                value.blankText = textId(mapped(*value.rule, {}));
            }
        }
    }

    /// Every signature under every variant, used by a line or not: a table without holes is what makes assigned() two
    /// look-ups. The limit keeps rules with thousands of dates from asking for all memory.
    Status assign()
    {
        const std::size_t variants = (m_result.m_epochStarts.size() + 1) * m_classes.size();
        if (auto fits =
                checkRuleLimit(std::uint64_t{variants} * m_signatures.size(), Attribution::kMostDecisions,
                               "decide over", "cases (days on which rules begin or end, times different charges)");
            !fits)
            return fits;
        m_result.m_assignment.resize(variants);
        m_result.m_rules.resize(variants);
        for (std::size_t variant = 0; variant < variants; ++variant) {
            const std::vector<const Rule*> active = rulesInEpoch(variant / m_classes.size());
            const Class& rowClass = m_classes[variant % m_classes.size()];
            auto& assignment = m_result.m_assignment[variant];
            auto& used = m_result.m_rules[variant];
            assignment.resize(m_signatures.size());
            used.resize(m_signatures.size());
            for (std::uint32_t signature = 0; signature < m_signatures.size(); ++signature) {
                if ((signature & 0xfffU) == 0 && m_stop.stop_requested())
                    return Error{ErrorCode::Cancelled, "cancelled", {}};
                assignment[signature] = assignOne(active, rowClass, m_signatures[signature], used[signature]);
            }
        }
        return {};
    }

    std::vector<const Rule*> rulesInEpoch(std::size_t epoch) const
    {
        // Any day of the epoch stands for all of it.
        const auto& starts = m_result.m_epochStarts;
        const Day day = starts.empty() ? Day{0} : epoch == 0 ? starts.front() - 1 : starts[epoch - 1];
        std::vector<const Rule*> active;
        for (const Rule& rule : m_ready) {
            if (rule.rule->effective.contains(day))
                active.push_back(&rule);
        }
        return active;
    }

    /// What the first dim with a value answers; kBlank where none has one.
    std::uint32_t answerOf(const std::vector<Answer>& answers, const std::vector<std::uint32_t>& signature) const
    {
        for (const Answer& answer : answers) {
            const std::uint32_t found = m_dims[answer.dim].classes[signature[answer.dim]][answer.at];
            if (found != kBlank)
                return found;
        }
        return kBlank;
    }

    bool holds(const Rule& rule, const Class& rowClass, const std::vector<std::uint32_t>& signature) const
    {
        return std::all_of(rule.conditions.begin(), rule.conditions.end(), [&](std::size_t at) {
            const Condition& condition = m_conditions[at];
            if (condition.ofRow)
                return rowClass.conditions[condition.rowIndex] != 0;
            const std::uint32_t answer = answerOf(condition.answers, signature);
            return answer == kBlank ? condition.holdsBlank : answer == kHolds;
        });
    }

    const std::string& textOf(std::size_t at, const Class& rowClass, const std::vector<std::uint32_t>& signature) const
    {
        const Value& value = m_values[at];
        if (value.ofRow)
            return rowClass.texts[value.rowIndex];
        if (value.rule->fromDims.empty())
            return value.rule->text;
        const std::uint32_t answer = answerOf(value.answers, signature);
        return m_texts[answer == kBlank ? value.blankText : answer - 1];
    }

    /// Texts are compared as numbers while signatures are made; the text itself is wanted once per owner.
    std::uint32_t textId(std::string text)
    {
        const auto [found, isNew] = m_textIds.try_emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew)
            m_texts.push_back(std::move(text));
        return found->second;
    }

    /// The first rule that matches and has something to say wins, field by field. A split stands for the team: it takes
    /// the field as long as no earlier rule has, and no later rule can take it back.
    std::uint32_t assignOne(const std::vector<const Rule*>& active, const Class& rowClass,
                            const std::vector<std::uint32_t>& signature, std::uint32_t& ruleList)
    {
        constexpr auto kTeam = static_cast<std::size_t>(OwnerField::Team);
        Owner owner;
        std::vector<std::uint16_t> used;
        const Rule* splitRule = nullptr;
        std::size_t open = kOwnerFieldCount;
        for (const Rule* rule : active) {
            if (open == 0)
                break;
            if (!holds(*rule, rowClass, signature))
                continue;
            bool decided = false;
            if (rule->rule->split && owner.value[kTeam].empty() && !splitRule) {
                splitRule = rule;
                --open;
                decided = true;
            }
            for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
                if (rule->values[field] == kNone || !owner.value[field].empty() || (field == kTeam && splitRule))
                    continue;
                const std::string& text = textOf(rule->values[field], rowClass, signature);
                if (text.empty())
                    continue;
                owner.value[field] = text;
                --open;
                decided = true;
            }
            if (decided)
                used.push_back(rule->index);
        }
        const auto [list, isNew] =
            m_ruleListIds.try_emplace(used, static_cast<std::uint32_t>(m_result.m_ruleLists.size()));
        if (isNew)
            m_result.m_ruleLists.push_back(used);
        ruleList = list->second;
        const std::uint32_t id = ownerId(owner);
        return splitRule ? sharedId(id, splitRule->split) | Attribution::kShared : id;
    }

    std::uint32_t ownerId(const Owner& owner)
    {
        const auto [found, isNew] = m_ownerIds.try_emplace(owner, static_cast<std::uint32_t>(m_result.m_owners.size()));
        if (isNew)
            m_result.m_owners.push_back(owner);
        return found->second;
    }

    std::uint32_t sharedId(std::uint32_t base, std::uint32_t split)
    {
        const auto [found, isNew] =
            m_sharedIds.try_emplace({base, split}, static_cast<std::uint32_t>(m_result.m_shared.size()));
        if (isNew)
            m_result.m_shared.push_back({base, split, {}});
        return found->second;
    }

    /// Names the owner of each share; a split may bring owners that no rule names.
    Status fillTargets()
    {
        std::uint64_t targets = 0;
        for (const Attribution::Shared& shared : m_result.m_shared)
            targets += m_result.m_splits[shared.split].teams.size();
        if (auto fits = checkRuleLimit(targets, Attribution::kMostTargets, "divide charges among", "owners"); !fits)
            return fits;
        for (Attribution::Shared& shared : m_result.m_shared) {
            for (const std::string& team : m_result.m_splits[shared.split].teams) {
                Owner owner = m_result.m_owners[shared.base];
                owner.value[static_cast<std::size_t>(OwnerField::Team)] = team;
                shared.targets.push_back(ownerId(owner));
            }
        }
        return {};
    }

    const FactSet& m_facts;
    const RuleSet& m_rules;
    std::stop_token m_stop;
    Attribution m_result;
    std::vector<Rule> m_ready;
    std::vector<SeenDim> m_dims;
    std::vector<std::vector<std::uint32_t>> m_signatures; ///< class per dim
    std::vector<Condition> m_conditions;
    std::size_t m_expressionSteps = 0;
    std::vector<Value> m_values;
    // What several rules ask alike is asked once. The texts are those of the rules.
    const std::string m_nothing;
    std::unordered_multimap<std::string_view, std::size_t> m_conditionsByValue; ///< by first value
    std::unordered_multimap<std::string_view, std::size_t> m_valuesByKey;       ///< those read from a dim, by its key
    std::vector<std::size_t> m_rowConditions;
    std::vector<std::size_t> m_rowValues;
    std::vector<Class> m_classes;
    std::map<Owner, std::uint32_t> m_ownerIds;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> m_sharedIds;
    std::map<std::vector<std::uint16_t>, std::uint32_t> m_ruleListIds;
    std::vector<std::string> m_texts;
    std::unordered_map<std::string, std::uint32_t> m_textIds;
};

std::size_t Attribution::epochOf(Day day) const
{
    return static_cast<std::size_t>(std::upper_bound(m_epochStarts.begin(), m_epochStarts.end(), day) -
                                    m_epochStarts.begin());
}

std::size_t Attribution::classOf(std::uint32_t partition, std::uint32_t bill) const
{
    if (m_classes == 1)
        return 0;
    const auto found = m_classOf.find(keyOf(partition, bill));
    return found == m_classOf.end() ? 0 : found->second;
}

Result<Attribution> attribute(const FactSet& facts, const RuleSet& rules, std::stop_token stop)
{
    return AttributionBuilder(facts, rules, std::move(stop)).build();
}

} // namespace altimeter::analysis
