#include "models/analysis/attribution/attribution.h"

#include "models/analysis/attribution/pairnumbers.h"
#include "models/domain/expression.h"
#include "models/facts/dimindex.h"
#include "models/facts/forkjoin.h"
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

/// One condition made ready: texts folded, the expression compiled.
class Tester {
public:
    explicit Tester(const RuleCondition& condition) : m_condition(condition)
    {
        for (const std::string& value : condition.values)
            m_values.push_back(fold(value));
        if (condition.test == RuleCondition::Test::Matches) {
            for (const std::string& value : condition.values) {
                auto expression = Expression::compile(value, condition.caseSensitive);
                if (!expression) {
                    m_badExpression =
                        "'" + value + "' is no regular expression that rules can use: " + expression.error().what;
                    continue;
                }
                m_steps += expression->steps();
                m_expressions.push_back(expression.take());
            }
        }
    }

    /// What is wrong with an expression; empty: nothing.
    const std::string& badExpression() const { return m_badExpression; }
    std::size_t steps() const { return m_steps; }

    /// Means nothing once `stop` was asked for.
    bool holds(const std::string& value, const std::stop_token& stop) const
    {
        using Test = RuleCondition::Test;
        switch (m_condition.test) {
        case Test::Exists:
            return !value.empty();
        case Test::Missing:
            return value.empty();
        case Test::Matches:
            return std::any_of(m_expressions.begin(), m_expressions.end(),
                               [&](const Expression& expression) { return expression.matches(value, stop); });
        default:
            break;
        }
        if (value.empty())
            return false;
        const std::string folded = fold(value);
        return std::any_of(m_values.begin(), m_values.end(), [&](const std::string& wanted) {
            switch (m_condition.test) {
            case Test::Prefix:
                return folded.starts_with(wanted);
            case Test::Suffix:
                return folded.ends_with(wanted);
            case Test::Contains:
                return folded.find(wanted) != std::string::npos;
            default:
                return folded == wanted;
            }
        });
    }

private:
    std::string fold(std::string_view text) const
    {
        const std::string_view trimmed = words::trimmed(text);
        return m_condition.caseSensitive ? std::string(trimmed) : words::toLower(trimmed);
    }

    const RuleCondition& m_condition;
    std::vector<std::string> m_values;
    std::vector<Expression> m_expressions;
    std::size_t m_steps = 0;
    std::string m_badExpression;
};

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
    Tester tester;
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
        if (auto done = weigh(); !done)
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
                auto ofRow = kindOf(condition.dims);
                if (!ofRow)
                    return Error{ofRow.error().code, ofRow.error().what, "rule " + rule.name};
                m_conditions.push_back({Tester(condition), &condition, *ofRow, m_rowConditions.size(), {}, false});
                if (auto done = checkExpressions(m_conditions.back().tester); !done)
                    return Error{done.error().code, done.error().what,
                                 "rule " + rule.name + ", condition " + std::to_string(ready.conditions.size() + 1) +
                                     ", matches"};
                if (*ofRow)
                    m_rowConditions.push_back(m_conditions.size() - 1);
                else
                    lookAt(condition.dims, m_conditions.size() - 1, &SeenDim::conditions);
                ready.conditions.push_back(m_conditions.size() - 1);
            }
            for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
                if (!rule.set[field])
                    continue;
                const RuleValue& value = *rule.set[field];
                auto ofRow = kindOf(value.fromDims);
                if (!ofRow)
                    return Error{ofRow.error().code, ofRow.error().what, "rule " + rule.name};
                m_values.push_back({&value, *ofRow, m_rowValues.size(), {}, 0});
                if (*ofRow)
                    m_rowValues.push_back(m_values.size() - 1);
                else
                    lookAt(value.fromDims, m_values.size() - 1, &SeenDim::values);
                ready.values[field] = m_values.size() - 1;
            }
            if (rule.split) {
                ready.split = static_cast<std::uint32_t>(m_result.m_splits.size());
                Attribution::Split split;
                split.proportional = rule.split->method == SharedSplit::Method::Proportional;
                for (const auto& [team, weight] : rule.split->targets) {
                    split.teams.push_back(team);
                    split.fixed.push_back(weight);
                }
                split.proportional |= split.teams.empty();
                m_result.m_splits.push_back(std::move(split));
            }
            m_ready.push_back(std::move(ready));
        }
        return {};
    }

    Status checkExpressions(const Tester& tester)
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
            std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
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

    Status assign()
    {
        const std::size_t variants = (m_result.m_epochStarts.size() + 1) * m_classes.size();
        if (auto fits = checkLimit(std::uint64_t{variants} * m_signatures.size(), Attribution::kMostDecisions,
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

    static Status checkLimit(std::uint64_t count, std::uint64_t most, std::string_view does, std::string_view what)
    {
        if (count <= most)
            return {};
        return Error{ErrorCode::Invalid,
                     "the rules would " + std::string(does) + ' ' + std::to_string(count) + ' ' + std::string(what) +
                         "; at most " + std::to_string(most) + " are possible",
                     {},
                     "Use fewer rules, or split among fewer teams."};
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

    std::uint32_t textId(std::string text)
    {
        const auto [found, isNew] = m_textIds.try_emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew)
            m_texts.push_back(std::move(text));
        return found->second;
    }

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

    /// Weighs proportional splits by the directly assigned EffectiveCost of each team, per currency and charge month.
    Status weigh()
    {
        std::map<std::string, std::size_t> teams; // every team that owns something directly
        for (const Owner& owner : m_result.m_owners) {
            if (!owner.of(OwnerField::Team).empty())
                teams.try_emplace(owner.of(OwnerField::Team), 0);
        }
        std::size_t number = 0;
        for (auto& [team, index] : teams)
            index = number++;
        const bool anyProportional = std::any_of(m_result.m_splits.begin(), m_result.m_splits.end(),
                                                 [](const Attribution::Split& split) { return split.proportional; });
        std::map<std::pair<Currency, Day>, std::vector<AmountSum>> direct;
        if (anyProportional) {
            if (auto done = sumDirect(teams, direct); !done)
                return done;
        }
        std::uint64_t weights = 0;
        for (Attribution::Split& split : m_result.m_splits) {
            if (!split.proportional)
                continue;
            if (split.teams.empty()) {
                for (const auto& [team, index] : teams)
                    split.teams.push_back(team);
            }
            weights += direct.size() * split.teams.size();
            if (auto fits = checkLimit(weights, Attribution::kMostWeights, "weigh", "teams and months"); !fits)
                return fits;
            for (const auto& [key, sums] : direct)
                split.byMonth[key] = weightsFrom(split.teams, teams, sums);
        }
        std::uint64_t targets = 0;
        for (const Attribution::Shared& shared : m_result.m_shared)
            targets += m_result.m_splits[shared.split].teams.size();
        if (auto fits = checkLimit(targets, Attribution::kMostTargets, "divide charges among", "owners"); !fits)
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

    static std::vector<std::int64_t> weightsFrom(const std::vector<std::string>& wanted,
                                                 const std::map<std::string, std::size_t>& teams,
                                                 const std::vector<AmountSum>& sums)
    {
        std::vector<Int128> nanos;
        Int128 total = 0;
        for (const std::string& team : wanted) {
            const auto found = teams.find(team);
            const Int128 attos = found == teams.end() ? Int128{0} : sums[found->second].amount().attos();
            nanos.push_back(attos > 0 ? attos / 1'000'000'000 : Int128{0}); // a credit balance takes no share
            total += nanos.back();
        }
        Int128 scale = 1;
        while (total / scale > std::numeric_limits<std::int64_t>::max())
            scale *= 10;
        std::vector<std::int64_t> weights;
        for (const Int128 weight : nanos)
            weights.push_back(static_cast<std::int64_t>(weight / scale));
        return weights;
    }

    static constexpr std::size_t kNoTeam = std::numeric_limits<std::size_t>::max();

    /// Adds a chunk's directly owned EffectiveCost to `sumsOf(month)` by team.
    template <typename SumsOf>
    void sumChunk(const FactSet::Part& part, const std::vector<std::size_t>& teamOfOwner, SumsOf sumsOf) const
    {
        const FactChunk& chunk = *part.chunk;
        const AmountColumn& cost = chunk.cost[static_cast<std::size_t>(CostLens::Effective)];
        std::vector<AmountSum>* sums = nullptr;
        std::pair<Day, Day> month; // the one `sums` belongs to: [first, next)
        const auto add = [&](Day day, std::size_t team, Amount amount) {
            if (!sums || day < month.first || day >= month.second) {
                month = {day.firstOfMonth(), day.addMonths(1)};
                sums = &sumsOf(month.first);
            }
            (*sums)[team].add(amount);
        };
        const bool oneMonth = chunk.hasRunTotals && chunk.lastDay < chunk.firstDay.addMonths(1) &&
                              m_result.epochOf(chunk.firstDay) == m_result.epochOf(chunk.lastDay);
        for (std::size_t run = 0; run < chunk.runs(); ++run) {
            const auto combo = static_cast<std::uint32_t>(chunk.runCombo.at(run));
            const std::size_t rowClass =
                m_result.classOf(part.partition, static_cast<std::uint32_t>(chunk.runBill.at(run)));
            const auto teamOn = [&](Day day) {
                const std::uint32_t assigned =
                    m_result.assigned(m_result.variantOf(m_result.epochOf(day), rowClass), combo);
                return (assigned & Attribution::kShared) != 0 ? kNoTeam : teamOfOwner[assigned];
            };
            if (oneMonth) {
                if (const std::size_t team = teamOn(chunk.firstDay); team != kNoTeam)
                    add(chunk.firstDay, team, cost.runTotal(run));
                continue;
            }
            for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row) {
                const Day day{static_cast<std::int32_t>(chunk.day.at(row))};
                if (const std::size_t team = teamOn(day); team != kNoTeam)
                    add(day, team, cost.at(row));
            }
        }
    }

    Status sumDirect(const std::map<std::string, std::size_t>& teams,
                     std::map<std::pair<Currency, Day>, std::vector<AmountSum>>& direct)
    {
        std::vector<std::size_t> teamOfOwner;
        for (const Owner& owner : m_result.m_owners) {
            const auto found = teams.find(owner.of(OwnerField::Team));
            teamOfOwner.push_back(found == teams.end() ? kNoTeam : found->second);
        }
        using Sums = std::map<std::pair<Currency, Day>, std::vector<AmountSum>>;
        const std::size_t threads = threadsFor(m_facts.rows());
        std::vector<Sums> parts(threads);
        forkJoin(threads, [&](std::size_t thread) {
            for (std::size_t at = thread; at < m_facts.chunks.size() && !m_stop.stop_requested(); at += threads) {
                const FactSet::Part& part = m_facts.chunks[at];
                sumChunk(part, teamOfOwner, [&](Day month) -> std::vector<AmountSum>& {
                    auto& sums = parts[thread][{m_facts.partitions[part.partition].currency, month}];
                    sums.resize(teams.size());
                    return sums;
                });
            }
        });
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        for (const Sums& part : parts) {
            for (const auto& [key, sums] : part) {
                auto& total = direct[key];
                total.resize(teams.size());
                for (std::size_t team = 0; team < sums.size(); ++team)
                    total[team].add(sums[team]);
            }
        }
        for (const auto& [key, sums] : direct) {
            for (const AmountSum& sum : sums) {
                if (sum.overflowed())
                    return Error{ErrorCode::Overflow, "a team's monthly spend leaves the representable range", {}};
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

void ShareDivider::prepare(std::uint32_t sharedIndex, Currency currency, Day day)
{
    m_last = sharedIndex;
    m_currency = currency;
    m_month = {day.firstOfMonth(), day.addMonths(1)};
    m_split = {};
    const Attribution::Split& split = m_attribution.m_splits[m_attribution.m_shared[sharedIndex].split];
    if (const std::vector<std::int64_t>* weights = Attribution::weightsOf(split, currency, day)) {
        if (auto prepared = WeightSplit::of(*weights))
            m_split = prepared.take();
    }
}

void ShareTotals::begin(std::uint32_t sharedIndex, Currency currency, Day day)
{
    constexpr std::size_t kKept = 16; // neighbours come back to few months
    m_isOpen = true;
    m_shared = sharedIndex;
    m_currency = currency;
    m_month = {day.firstOfMonth(), day.addMonths(1)};
    const std::uint32_t at = m_attribution.m_shared[sharedIndex].split;
    const Attribution::Split& split = m_attribution.m_splits[at];
    const Key key = split.proportional ? Key(at, currency, m_month.first) : Key(at, Currency(), Day::none());
    if (const auto found = m_ready.find(key); found != m_ready.end()) {
        m_totals = found->second.size() > 0 ? &found->second : nullptr;
        return;
    }
    if (m_ready.size() == kKept)
        m_ready.clear();
    SplitTotals ready;
    if (const std::vector<std::int64_t>* weights = Attribution::weightsOf(split, currency, day)) {
        if (auto prepared = SplitTotals::of(*weights))
            ready = prepared.take();
    }
    SplitTotals& kept = m_ready.emplace(key, std::move(ready)).first->second;
    m_totals = kept.size() > 0 ? &kept : nullptr;
}

const std::vector<std::int64_t>* Attribution::weightsOf(const Split& split, Currency currency, Day day)
{
    if (!split.proportional)
        return &split.fixed;
    const auto found = split.byMonth.find({currency, day.firstOfMonth()});
    if (found == split.byMonth.end())
        return nullptr;
    const bool any = std::any_of(found->second.begin(), found->second.end(), [](std::int64_t w) { return w > 0; });
    return any ? &found->second : nullptr;
}

Result<Attribution> attribute(const FactSet& facts, const RuleSet& rules, std::stop_token stop)
{
    return AttributionBuilder(facts, rules, std::move(stop)).build();
}

} // namespace altimeter::analysis
