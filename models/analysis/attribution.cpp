#include "models/analysis/attribution.h"

#include "models/domain/words.h"

#include <algorithm>
#include <limits>
#include <regex>
#include <unordered_map>

namespace altimeter::analysis {

namespace {

/// Dims that belong to the bill or the partition of a line rather than to its attribute combination.
bool isRowDim(const Dim& dim)
{
    if (dim.kind == Dim::Kind::Source || dim.kind == Dim::Kind::BillingPeriod || dim.kind == Dim::Kind::Currency)
        return true;
    const auto groups = groupsOfDim(dim);
    return groups.size() == 1 && groups.front() == Group::Bill;
}

std::string rowDimValue(const FactSet& facts, const FactPartition& partition, std::uint32_t bill, const Dim& dim)
{
    switch (dim.kind) {
    case Dim::Kind::Source:
        return partition.source;
    case Dim::Kind::BillingPeriod:
        return toString(partition.billingPeriod).substr(0, 7);
    case Dim::Kind::Currency:
        return std::string(partition.currency.code());
    default: {
        std::array<std::uint32_t, kGroupCount> members{};
        members[static_cast<std::size_t>(Group::Bill)] = bill;
        return dimValueOfMembers(*facts.dictionaries, members, dim);
    }
    }
}

/// One condition made ready: texts folded, the expression compiled.
class Tester {
public:
    explicit Tester(const RuleCondition& condition) : m_condition(condition)
    {
        for (const std::string& value : condition.values)
            m_values.push_back(fold(value));
        if (condition.test == RuleCondition::Test::Matches) {
            auto flags = std::regex::ECMAScript | std::regex::optimize;
            if (!condition.caseSensitive)
                flags |= std::regex::icase;
            for (const std::string& value : condition.values) {
                try {
                    m_expressions.emplace_back(value, flags);
                } catch (const std::regex_error&) {
                    m_badExpression = value;
                }
            }
        }
    }

    const std::string& badExpression() const { return m_badExpression; }

    bool holds(const std::string& value) const
    {
        using Test = RuleCondition::Test;
        switch (m_condition.test) {
        case Test::Exists:
            return !value.empty();
        case Test::Missing:
            return value.empty();
        case Test::Matches:
            return std::any_of(m_expressions.begin(), m_expressions.end(), [&value](const std::regex& expression) {
                // The library's matcher recurses per character: very long texts are cut, as the schema says.
                return std::regex_match(value.substr(0, 2000), expression);
            });
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
    std::vector<std::regex> m_expressions;
    std::string m_badExpression;
};

/// Value of the first dim that has one, for a combination; remembered per member tuple of the groups it depends on.
class ComboReader {
public:
    ComboReader(const Dictionaries& dictionaries, const std::vector<Dim>& dims)
        : m_dictionaries(dictionaries), m_dims(dims)
    {
        for (const Dim& dim : dims) {
            for (const Group group : groupsOfDim(dim)) {
                if (std::find(m_groups.begin(), m_groups.end(), group) == m_groups.end())
                    m_groups.push_back(group);
            }
        }
    }

    const std::vector<Group>& groups() const { return m_groups; }

    std::string read(std::uint32_t combo) const
    {
        for (const Dim& dim : m_dims) {
            std::string value = comboDimValue(m_dictionaries, combo, dim);
            if (!words::trimmed(value).empty())
                return value;
        }
        return {};
    }

private:
    const Dictionaries& m_dictionaries;
    const std::vector<Dim>& m_dims;
    std::vector<Group> m_groups;
};

/// Remembers an answer per member of one group; readers of several groups are asked per combination.
template <typename T> class Memo {
public:
    Memo(const Dictionaries& dictionaries, const std::vector<Group>& groups) : m_dictionaries(dictionaries)
    {
        if (groups.size() == 1) {
            m_group = static_cast<std::size_t>(groups.front());
            m_known.resize(dictionaries.groups[m_group].size());
            m_answers.resize(m_known.size());
        }
    }
    template <typename Compute> T answer(std::uint32_t combo, Compute compute)
    {
        if (m_known.empty())
            return compute();
        const std::uint32_t member = m_dictionaries.combos[combo][m_group];
        if (!m_known[member]) {
            m_answers[member] = compute();
            m_known[member] = true;
        }
        return m_answers[member];
    }

private:
    const Dictionaries& m_dictionaries;
    std::size_t m_group = 0;
    std::vector<bool> m_known;
    std::vector<T> m_answers;
};

struct Condition {
    Tester tester;
    const RuleCondition* rule;
    bool ofRow = false;
    std::size_t rowIndex = 0; ///< into a class's results
    ComboReader reader;
    Memo<char> memo;
};

struct Value {
    const RuleValue* rule;
    bool ofRow = false;
    std::size_t rowIndex = 0; ///< into a class's texts
    ComboReader reader;
    Memo<std::uint32_t> memo; ///< index into the pool of texts
};

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
        prepareClasses();
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
        const Dictionaries& dictionaries = *m_facts.dictionaries;
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
                ComboReader reader(dictionaries, condition.dims);
                Memo<char> memo(dictionaries, *ofRow ? std::vector<Group>() : reader.groups());
                m_conditions.push_back({Tester(condition), &condition, *ofRow, *ofRow ? m_rowConditions.size() : 0,
                                        reader, std::move(memo)});
                if (!m_conditions.back().tester.badExpression().empty())
                    return Error{ErrorCode::Invalid,
                                 "'" + m_conditions.back().tester.badExpression() + "' is not a regular expression",
                                 "rule " + rule.name};
                if (*ofRow)
                    m_rowConditions.push_back(m_conditions.size() - 1);
                ready.conditions.push_back(m_conditions.size() - 1);
            }
            for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
                if (!rule.set[field])
                    continue;
                const RuleValue& value = *rule.set[field];
                auto ofRow = kindOf(value.fromDims);
                if (!ofRow)
                    return Error{ofRow.error().code, ofRow.error().what, "rule " + rule.name};
                ComboReader reader(dictionaries, value.fromDims);
                Memo<std::uint32_t> memo(dictionaries, *ofRow ? std::vector<Group>() : reader.groups());
                m_values.push_back({&value, *ofRow, *ofRow ? m_rowValues.size() : 0, reader, std::move(memo)});
                if (*ofRow)
                    m_rowValues.push_back(m_values.size() - 1);
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

    void prepareClasses()
    {
        if (m_rowConditions.empty() && m_rowValues.empty()) {
            m_classes.emplace_back();
            return;
        }
        std::map<Class, std::uint32_t> ids;
        for (const FactSet::Part& part : m_facts.chunks) {
            std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
            const std::size_t distinct = part.chunk->bill.empty() ? 1 : part.chunk->size();
            for (std::size_t row = 0; row < distinct; ++row) {
                const std::uint32_t bill = part.chunk->billOf(row);
                if (bill == last)
                    continue;
                last = bill;
                auto& slot = m_result.m_classOf[{part.partition, bill}];
                if (slot != 0)
                    continue;
                Class signature = classFor(m_facts.partitions[part.partition], bill);
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
            result.conditions.push_back(m_conditions[at].tester.holds(firstValue(m_conditions[at].rule->dims)) ? 1 : 0);
        for (const std::size_t at : m_rowValues)
            result.texts.push_back(mapped(*m_values[at].rule, firstValue(m_values[at].rule->fromDims)));
        return result;
    }

    Status assign()
    {
        const std::size_t combos = m_facts.dictionaries->combos.size();
        const std::size_t variants = (m_result.m_epochStarts.size() + 1) * m_classes.size();
        m_result.m_assignment.resize(variants);
        m_result.m_rules.resize(variants);
        for (std::size_t variant = 0; variant < variants; ++variant) {
            const std::vector<const Rule*> active = rulesInEpoch(variant / m_classes.size());
            const Class& rowClass = m_classes[variant % m_classes.size()];
            auto& assignment = m_result.m_assignment[variant];
            auto& used = m_result.m_rules[variant];
            assignment.resize(combos);
            used.resize(combos);
            for (std::uint32_t combo = 0; combo < combos; ++combo) {
                if ((combo & 0xfffU) == 0 && m_stop.stop_requested())
                    return Error{ErrorCode::Cancelled, "cancelled", {}};
                assignment[combo] = assignOne(active, rowClass, combo, used[combo]);
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

    bool holds(const Rule& rule, const Class& rowClass, std::uint32_t combo)
    {
        return std::all_of(rule.conditions.begin(), rule.conditions.end(), [&](std::size_t at) {
            Condition& condition = m_conditions[at];
            if (condition.ofRow)
                return rowClass.conditions[condition.rowIndex] != 0;
            return condition.memo.answer(combo, [&] {
                return static_cast<char>(condition.tester.holds(condition.reader.read(combo)) ? 1 : 0);
            }) != 0;
        });
    }

    const std::string& textOf(std::size_t at, const Class& rowClass, std::uint32_t combo)
    {
        Value& value = m_values[at];
        if (value.ofRow)
            return rowClass.texts[value.rowIndex];
        if (value.rule->fromDims.empty())
            return value.rule->text;
        return m_texts[value.memo.answer(combo, [&] { return textId(mapped(*value.rule, value.reader.read(combo))); })];
    }

    std::uint32_t textId(std::string text)
    {
        const auto [found, isNew] = m_textIds.try_emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew)
            m_texts.push_back(std::move(text));
        return found->second;
    }

    std::uint32_t assignOne(const std::vector<const Rule*>& active, const Class& rowClass, std::uint32_t combo,
                            std::uint32_t& ruleList)
    {
        constexpr auto kTeam = static_cast<std::size_t>(OwnerField::Team);
        Owner owner;
        std::vector<std::uint16_t> used;
        const Rule* splitRule = nullptr;
        std::size_t open = kOwnerFieldCount;
        for (const Rule* rule : active) {
            if (open == 0)
                break;
            if (!holds(*rule, rowClass, combo))
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
                const std::string& text = textOf(rule->values[field], rowClass, combo);
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
        for (Attribution::Split& split : m_result.m_splits) {
            if (!split.proportional)
                continue;
            if (split.teams.empty()) {
                for (const auto& [team, index] : teams)
                    split.teams.push_back(team);
            }
            for (const auto& [key, sums] : direct)
                split.byMonth[key] = weightsFrom(split.teams, teams, sums);
        }
        for (Attribution::Shared& shared : m_result.m_shared) {
            const std::vector<std::string> names = m_result.m_splits[shared.split].teams;
            for (const std::string& team : names) {
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

    Status sumDirect(const std::map<std::string, std::size_t>& teams,
                     std::map<std::pair<Currency, Day>, std::vector<AmountSum>>& direct)
    {
        constexpr std::size_t kNoTeam = std::numeric_limits<std::size_t>::max();
        std::vector<std::size_t> teamOfOwner;
        for (const Owner& owner : m_result.m_owners) {
            const auto found = teams.find(owner.of(OwnerField::Team));
            teamOfOwner.push_back(found == teams.end() ? kNoTeam : found->second);
        }
        for (const FactSet::Part& part : m_facts.chunks) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            const FactChunk& chunk = *part.chunk;
            const AmountColumn& cost = chunk.cost[static_cast<std::size_t>(CostLens::Effective)];
            const Currency currency = m_facts.partitions[part.partition].currency;
            std::vector<AmountSum>* sums = nullptr;
            std::pair<Day, Day> month; // the month `sums` belongs to: [first, next)
            for (std::size_t row = 0; row < chunk.size(); ++row) {
                const Day day{chunk.day[row]};
                const std::uint32_t assigned =
                    m_result.assignmentOf(part.partition, chunk.billOf(row), day, chunk.combo[row]);
                if ((assigned & Attribution::kShared) != 0 || teamOfOwner[assigned] == kNoTeam)
                    continue;
                if (!sums || day < month.first || day >= month.second) {
                    month = {day.firstOfMonth(), day.addMonths(1)};
                    sums = &direct[{currency, month.first}];
                    sums->resize(teams.size());
                }
                (*sums)[teamOfOwner[assigned]].add(cost.at(row));
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
    std::vector<Condition> m_conditions;
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
    const auto found = m_classOf.find({partition, bill});
    return found == m_classOf.end() ? 0 : found->second;
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
