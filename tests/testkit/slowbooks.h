#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/cellfilter.h"
#include "models/text/words.h"
#include "tests/testkit/randomfacts.h"

#include <regex>
#include <set>
#include <tuple>

/// The obvious way to count: line by line, texts compared as texts. Slow, and it judges the fast one.
namespace testkit {

using analysis::Owner;

/// What one owner has of a line.
struct SlowPart {
    Owner owner;
    std::array<std::optional<Amount>, kLensCount> cost;
};

class SlowBooks {
public:
    SlowBooks(const FactBook& book, const RuleSet& rules) : m_book(book), m_rules(rules)
    {
        for (const FactLine& line : book.lines)
            m_judged.push_back(judge(line));
        sumDirect();
        for (std::size_t i = 0; i < book.lines.size(); ++i)
            m_parts.push_back(partsOf(i));
    }

    const std::vector<SlowPart>& parts(std::size_t line) const { return m_parts[line]; }
    bool isShared(std::size_t line) const { return m_judged[line].split.has_value(); }
    /// The owner of the whole line; of a shared one, who would keep what nobody takes.
    const Owner& owner(std::size_t line) const { return m_judged[line].owner; }
    /// Rules that decided anything, in order.
    const std::vector<std::uint16_t>& used(std::size_t line) const { return m_judged[line].used; }

    struct Key {
        Currency currency;
        Day period;
        bool isOther = false;
        std::vector<std::string> keys;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Cell {
        AmountSum cost;
        std::uint64_t rows = 0, unknown = 0;
        std::set<std::string> distinct;
        std::set<std::size_t> lines;
        /// A line counts once, however many of its parts are added.
        void add(std::size_t line, const std::optional<Amount>& value)
        {
            cost.add(value.value_or(Amount()));
            if (!lines.insert(line).second)
                return;
            ++rows;
            unknown += value ? 0U : 1U;
        }
    };
    using Cells = std::map<Key, Cell>;
    using Totals = std::map<Currency, Cell>;

    /// Cells of a question; all but the `kept` keys, where there are any, are folded.
    Cells cells(const CostQuery& query, const std::set<std::pair<Currency, std::vector<std::string>>>* kept,
                Totals& totals) const
    {
        Cells result;
        const bool withOwners = needsOwners(query, nullptr);
        const auto keyOf = [&](std::size_t at, const SlowPart* part) {
            const FactLine& line = m_book.lines[at];
            Key key{m_book.partitions[line.partition].currency, Day::none(), false, {}};
            if (query.granularity != Granularity::None)
                key.period = stepStart(line.day, query.granularity);
            for (const Dim& dim : query.by)
                key.keys.push_back(value(at, dim, part));
            if (kept && !kept->contains({key.currency, key.keys})) {
                key.isOther = true;
                key.keys.assign(query.by.size(), "Other");
            }
            return key;
        };
        forEach(query, withOwners, [&](std::size_t at, const SlowPart* part) {
            const auto& cost = part ? part->cost : m_book.lines[at].cost;
            const Key key = keyOf(at, part);
            result[key].add(at, cost[static_cast<std::size_t>(query.lens)]);
            totals[key.currency].add(at, cost[static_cast<std::size_t>(query.lens)]);
        });
        if (query.countDistinct) {
            forEach(query, needsOwners(query, &*query.countDistinct), [&](std::size_t at, const SlowPart* part) {
                const std::string text = value(at, *query.countDistinct, part);
                if (text.empty())
                    return;
                const Key key = keyOf(at, part);
                result[key].distinct.insert(text);
                totals[key.currency].distinct.insert(text);
            });
        }
        return result;
    }

    /// The `query.top` largest keys of each currency, over all steps together.
    std::set<std::pair<Currency, std::vector<std::string>>> largest(const CostQuery& query) const
    {
        CostQuery whole = query;
        whole.granularity = Granularity::None;
        whole.countDistinct.reset();
        Totals totals;
        std::map<Currency, std::vector<std::pair<Int128, std::vector<std::string>>>> ranked;
        for (const auto& [key, cell] : cells(whole, nullptr, totals))
            ranked[key.currency].emplace_back(-cell.cost.amount().attos(), key.keys);
        std::set<std::pair<Currency, std::vector<std::string>>> kept;
        for (auto& [currency, rows] : ranked) {
            std::sort(rows.begin(), rows.end());
            for (std::size_t i = 0; i < std::min(rows.size(), query.top); ++i)
                kept.emplace(currency, rows[i].second);
        }
        return kept;
    }

    /// A line, or one owner's part of it, that the filters select.
    struct Match {
        std::size_t line = 0; ///< of the book
        Owner owner;
        bool isShare = false;
        std::array<std::optional<Amount>, kLensCount> cost;
        friend bool operator==(const Match&, const Match&) = default;
        friend auto operator<=>(const Match& a, const Match& b)
        {
            return std::tie(a.line, a.owner) <=> std::tie(b.line, b.owner);
        }
    };
    std::vector<Match> matches(const CostQuery& query) const
    {
        CostQuery plain = query;
        plain.by.clear();
        std::vector<Match> result;
        forEach(plain, needsOwners(plain, nullptr), [&](std::size_t at, const SlowPart* part) {
            const FactLine& line = m_book.lines[at];
            const bool isShare = part && isShared(at);
            result.push_back({at, part ? part->owner : owner(at), isShare, part ? part->cost : line.cost});
        });
        std::sort(result.begin(), result.end());
        return result;
    }

    static bool needsOwners(const CostQuery& query, const Dim* more)
    {
        return std::any_of(query.by.begin(), query.by.end(), isOwnerDim) || (more && isOwnerDim(*more)) ||
               std::any_of(query.filters.begin(), query.filters.end(),
                           [](const Filter& filter) { return isOwnerDim(filter.dim); });
    }

private:
    struct Judged {
        Owner owner;
        std::optional<std::size_t> split; ///< rule that divides the line
        std::vector<std::uint16_t> used;
    };

    static OwnerField fieldOf(const Dim& dim)
    {
        const std::string name = toString(dim);
        for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
            if (ownerFieldName(static_cast<OwnerField>(field)) == name)
                return static_cast<OwnerField>(field);
        }
        qFatal("no owner field");
    }

    std::string value(std::size_t at, const Dim& dim, const SlowPart* part) const
    {
        return isOwnerDim(dim) ? part->owner.of(fieldOf(dim)) : valueOf(m_book, m_book.lines[at], dim);
    }

    template <typename Sink> void forEach(const CostQuery& query, bool withOwners, Sink sink) const
    {
        for (std::size_t at = 0; at < m_book.lines.size(); ++at) {
            if (!query.range.contains(m_book.lines[at].day))
                continue;
            const auto passes = [&](const SlowPart* part) {
                return std::all_of(query.filters.begin(), query.filters.end(), [&](const Filter& filter) {
                    std::string text = value(at, filter.dim, part);
                    for (std::size_t i = 0; i < filter.orElse.size() && text.empty(); ++i)
                        text = value(at, filter.orElse[i], part);
                    if (!filter.typed.empty())
                        return CellFilter::parse(filter.typed, CellFilter::Kind::Text)->matches({text, text});
                    const bool isListed =
                        std::find(filter.values.begin(), filter.values.end(), text) != filter.values.end();
                    return isListed != filter.exclude;
                });
            };
            if (!withOwners) {
                if (passes(nullptr))
                    sink(at, nullptr);
                continue;
            }
            for (const SlowPart& part : m_parts[at]) {
                if (passes(&part))
                    sink(at, &part);
            }
        }
    }

    /// The first value of several dims that is more than blanks.
    std::string firstValue(const FactLine& line, const std::vector<Dim>& dims) const
    {
        for (const Dim& dim : dims) {
            std::string text = valueOf(m_book, line, dim);
            if (!words::trimmed(text).empty())
                return text;
        }
        return {};
    }

    static bool holds(const RuleCondition& condition, const std::string& text)
    {
        using Test = RuleCondition::Test;
        if (condition.test == Test::Exists || condition.test == Test::Missing)
            return text.empty() == (condition.test == Test::Missing);
        const auto fold = [&](std::string_view from) {
            return condition.caseSensitive ? std::string(words::trimmed(from)) : words::toLower(words::trimmed(from));
        };
        for (const std::string& wanted : condition.values) {
            if (condition.test == Test::Matches) {
                auto flags = std::regex::ECMAScript;
                if (!condition.caseSensitive)
                    flags |= std::regex::icase;
                if (std::regex_match(text, std::regex(wanted, flags)))
                    return true;
                continue;
            }
            const std::string have = fold(text);
            const std::string want = fold(wanted);
            if (text.empty())
                continue;
            if ((condition.test == Test::Equals || condition.test == Test::In) && have == want)
                return true;
            if (condition.test == Test::Prefix && have.starts_with(want))
                return true;
            if (condition.test == Test::Suffix && have.ends_with(want))
                return true;
            if (condition.test == Test::Contains && have.find(want) != std::string::npos)
                return true;
        }
        return false;
    }

    std::string assignedText(const FactLine& line, const RuleValue& value) const
    {
        if (value.fromDims.empty())
            return value.text;
        const std::string found(words::trimmed(firstValue(line, value.fromDims)));
        for (const auto& [from, to] : value.map) {
            if (words::equalsIgnoreCase(from, found))
                return to;
        }
        return found;
    }

    Judged judge(const FactLine& line) const
    {
        Judged judged;
        std::string& team = judged.owner.value[0];
        for (std::size_t i = 0; i < m_rules.rules.size(); ++i) {
            const AllocationRule& rule = m_rules.rules[i];
            if (!rule.enabled || !rule.effective.contains(line.day))
                continue;
            if (!std::all_of(rule.when.begin(), rule.when.end(), [&](const RuleCondition& condition) {
                    return holds(condition, firstValue(line, condition.dims));
                }))
                continue;
            bool decided = false;
            if (rule.split && team.empty() && !judged.split) {
                judged.split = i;
                decided = true;
            }
            for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
                std::string& owner = judged.owner.value[field];
                if (!rule.set[field] || !owner.empty() || (field == 0 && judged.split))
                    continue;
                owner = assignedText(line, *rule.set[field]);
                decided |= !owner.empty();
            }
            if (decided)
                judged.used.push_back(static_cast<std::uint16_t>(i));
        }
        return judged;
    }

    /// Directly owned EffectiveCost, by currency and charge month, then team.
    void sumDirect()
    {
        for (std::size_t at = 0; at < m_judged.size(); ++at) {
            const FactLine& line = m_book.lines[at];
            const std::string& team = m_judged[at].owner.value[0];
            if (!m_judged[at].split && !team.empty())
                m_direct[{m_book.partitions[line.partition].currency, line.day.firstOfMonth()}][team].add(
                    line.cost[0].value_or(Amount()));
        }
    }

    std::vector<std::pair<std::string, std::int64_t>> weightsOf(const FactLine& line, const SharedSplit& split) const
    {
        if (split.method == SharedSplit::Method::Fixed)
            return split.targets;
        const auto month = m_direct.find({m_book.partitions[line.partition].currency, line.day.firstOfMonth()});
        if (month == m_direct.end())
            return {};
        std::vector<std::string> teams;
        for (const auto& [team, weight] : split.targets)
            teams.push_back(team);
        if (teams.empty()) {
            for (const auto& [team, sum] : month->second)
                teams.push_back(team);
        }
        std::vector<Int128> nanos;
        Int128 total = 0;
        for (const std::string& team : teams) {
            const auto found = month->second.find(team);
            const Int128 attos = found == month->second.end() ? Int128{0} : found->second.amount().attos();
            nanos.push_back(std::max<Int128>(attos, 0) / 1'000'000'000);
            total += nanos.back();
        }
        Int128 divisor = 1; // weights are whole numbers of 64 bits
        while (total / divisor > std::numeric_limits<std::int64_t>::max())
            divisor *= 10;
        std::vector<std::pair<std::string, std::int64_t>> weights;
        for (std::size_t i = 0; i < teams.size(); ++i)
            weights.emplace_back(teams[i], static_cast<std::int64_t>(nanos[i] / divisor));
        return weights;
    }

    std::vector<SlowPart> partsOf(std::size_t at) const
    {
        const FactLine& line = m_book.lines[at];
        const Judged& judged = m_judged[at];
        if (!judged.split)
            return {{judged.owner, line.cost}};
        std::vector<std::int64_t> weights;
        std::vector<SlowPart> parts;
        for (const auto& [team, weight] : weightsOf(line, *m_rules.rules[*judged.split].split)) {
            if (weight == 0)
                continue;
            weights.push_back(weight);
            parts.push_back({judged.owner, {}});
            parts.back().owner.value[0] = team;
        }
        if (weights.empty())
            return {{judged.owner, line.cost}};
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            if (!line.cost[lens])
                continue;
            const auto split = splitByWeights(*line.cost[lens], weights);
            for (std::size_t i = 0; i < parts.size(); ++i)
                parts[i].cost[lens] = (*split)[i];
        }
        return parts;
    }

    const FactBook& m_book;
    const RuleSet& m_rules;
    std::vector<Judged> m_judged;
    std::map<std::pair<Currency, Day>, std::map<std::string, AmountSum>> m_direct;
    std::vector<std::vector<SlowPart>> m_parts;
};

} // namespace testkit
