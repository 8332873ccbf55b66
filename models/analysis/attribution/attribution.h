#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/result.h"
#include "models/domain/splittotals.h"
#include "models/facts/factset.h"
#include "models/facts/storedlines.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace altimeter::analysis {

/// Who a charge belongs to; an empty field is unallocated.
struct Owner {
    std::array<std::string, kOwnerFieldCount> value;
    const std::string& of(OwnerField field) const { return value[static_cast<std::size_t>(field)]; }
    friend auto operator<=>(const Owner&, const Owner&) = default;
    friend bool operator==(const Owner&, const Owner&) = default;
};

/// The answer of a rule set for every attribute combination of a workspace: rules are evaluated once per signature, and
/// never per charge line.
///
/// Signature: all that the rules can see of a combination; those with the same one have the same owner. Epoch: days
/// between which no rule begins or ends. Row class: all that the rules can see of a bill and its partition. Variant:
/// one epoch and one row class; within it, the signature alone decides.
class Attribution {
public:
    static constexpr std::uint32_t kShared = 0x80000000U;

    /// A combination that is divided among teams. `targets[i]` is the owner that gets share i.
    struct Shared {
        std::uint32_t base = 0;  ///< owner with no team: where the money stays when nothing can be weighed
        std::uint32_t split = 0; ///< index into `splits`
        std::vector<std::uint32_t> targets;
    };
    /// Weights of one split rule: fixed ones under {Currency(), none}, proportional ones per currency and charge month.
    struct Split {
        std::vector<std::string> teams;
        bool proportional = false;
        std::vector<std::int64_t> fixed;
        std::map<std::pair<Currency, Day>, std::vector<std::int64_t>> byMonth;
    };
    /// The most that rules may make of the charges, so that no workspace asks for more memory than there is.
    static constexpr std::uint64_t kMostTargets = 500'000;      ///< owners of shares, over all of `shared`
    static constexpr std::uint64_t kMostWeights = 20'000'000;   ///< over all splits and months
    static constexpr std::uint64_t kMostDecisions = 40'000'000; ///< signatures times variants

    /// Which rule decided: index of the first rule that set the team (or split), for the use counts of a draft.
    static constexpr std::uint16_t kNoRule = 0xffff;

    /// Owner id, or kShared | index into shared(), of a line.
    std::uint32_t assignmentOf(std::uint32_t partition, std::uint32_t bill, Day day, std::uint32_t combo) const
    {
        return assigned(variantOf(partition, bill, day), combo);
    }
    std::uint32_t assigned(std::size_t variant, std::uint32_t combo) const
    {
        return m_assignment[variant][m_signature[combo]];
    }
    std::size_t variantOf(std::uint32_t partition, std::uint32_t bill, Day day) const
    {
        return epochOf(day) * m_classes + classOf(partition, bill);
    }
    std::size_t epochOf(Day day) const;
    /// First day behind an epoch; none for the last one.
    Day epochEnd(std::size_t epoch) const { return epoch < m_epochStarts.size() ? m_epochStarts[epoch] : Day::none(); }
    std::size_t variantOf(std::size_t epoch, std::size_t rowClass) const { return epoch * m_classes + rowClass; }
    std::size_t classOf(std::uint32_t partition, std::uint32_t bill) const;
    /// The distinct lists of rules, as indices in order, and which of them assigned any field to a combination.
    const std::vector<std::vector<std::uint16_t>>& ruleLists() const { return m_ruleLists; }
    std::uint32_t ruleListOf(std::size_t variant, std::uint32_t combo) const
    {
        return m_rules[variant][m_signature[combo]];
    }

    /// The same for facts with more combinations: each new one is assigned as the one in `from` that it was, because
    /// what makes them differ no rule looks at.
    Attribution withMore(std::span<const std::uint32_t> from) const;

    /// Rules it was made of, switched off ones included.
    std::size_t ruleCount() const { return m_ruleCount; }

    const std::vector<Owner>& owners() const { return m_owners; }
    const std::vector<Shared>& shared() const { return m_shared; }

private:
    friend class AttributionBuilder;
    friend class ShareDivider;
    friend class ShareTotals;
    static const std::vector<std::int64_t>* weightsOf(const Split& split, Currency currency, Day day);

    std::vector<Owner> m_owners;
    std::vector<Shared> m_shared;
    std::vector<Split> m_splits;
    std::vector<Day> m_epochStarts; ///< ascending; epoch 0 is before the first
    std::size_t m_classes = 1;
    std::unordered_map<std::uint64_t, std::uint32_t> m_classOf; ///< by partition and bill; absent: class 0
    std::vector<std::uint32_t> m_signature;                     ///< of a combination: all that the rules see of it
    std::vector<std::vector<std::uint32_t>> m_assignment;       ///< [variant][signature]
    std::vector<std::vector<std::uint32_t>> m_rules;            ///< [variant][signature] → m_ruleLists
    std::vector<std::vector<std::uint16_t>> m_ruleLists;
    std::size_t m_ruleCount = 0;
};

/// Divides shared lines. One per thread: it remembers the weights it used last.
class ShareDivider {
public:
    explicit ShareDivider(const Attribution& attribution) : m_attribution(attribution) {}

    /// Divides `amount` of a shared line. Calls `sink(owner id, part)` for each target with a weight; the parts add up
    /// to the amount to the last atto. Where no weight is above zero the whole stays with the base owner.
    template <typename Sink>
    void divide(std::uint32_t sharedIndex, Currency currency, Day day, Amount amount, Sink sink)
    {
        const Attribution::Shared& shared = m_attribution.m_shared[sharedIndex];
        if (sharedIndex != m_last || currency != m_currency || day < m_month.first || day >= m_month.second)
            prepare(sharedIndex, currency, day);
        if (m_split.size() == 0) {
            sink(shared.base, amount);
            return;
        }
        const std::span<const Amount> parts = m_split.split(amount);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (m_split.takesPart(i))
                sink(shared.targets[i], parts[i]);
        }
    }

private:
    void prepare(std::uint32_t sharedIndex, Currency currency, Day day);

    const Attribution& m_attribution;
    std::uint32_t m_last = Attribution::kShared;
    Currency m_currency;
    std::pair<Day, Day> m_month; ///< first day and first day of the next month
    WeightSplit m_split;         ///< divides nothing where nothing can be weighed
};

/// Divides many shared lines and adds up what each owner gets: as a ShareDivider for each of them would, at a fraction
/// of the work. One per thread.
class ShareTotals {
public:
    explicit ShareTotals(const Attribution& attribution) : m_attribution(attribution) {}

    /// True when a line may be added to what is open: it is divided as those before it.
    bool continues(std::uint32_t sharedIndex, Currency currency, Day day) const
    {
        return m_isOpen && sharedIndex == m_shared && currency == m_currency && day >= m_month.first &&
               day < m_month.second;
    }
    bool isOpen() const { return m_isOpen; }
    /// Requires that nothing is open.
    void begin(std::uint32_t sharedIndex, Currency currency, Day day);
    void add(Amount amount)
    {
        if (m_totals)
            m_totals->add(amount);
        else
            m_whole.add(amount);
    }
    /// Calls `sink(owner id, total in attos, overflowed)` for each target with a weight, or for the base owner where
    /// nothing can be weighed. Nothing is open afterwards.
    template <typename Sink> void take(Sink sink)
    {
        const Attribution::Shared& shared = m_attribution.m_shared[m_shared];
        if (m_totals) {
            m_totals->take(
                [&](std::uint32_t at, Int128 attos, bool overflowed) { sink(shared.targets[at], attos, overflowed); });
        } else {
            sink(shared.base, m_whole.amount().attos(), m_whole.overflowed());
        }
        m_whole = {};
        m_isOpen = false;
    }

private:
    using Key = std::tuple<std::uint32_t, Currency, Day>; ///< split, and what its weights depend on

    const Attribution& m_attribution;
    bool m_isOpen = false;
    std::uint32_t m_shared = 0;
    Currency m_currency;
    std::pair<Day, Day> m_month;     ///< first day and first day of the next month
    SplitTotals* m_totals = nullptr; ///< null: nothing can be weighed
    AmountSum m_whole;
    std::map<Key, SplitTotals> m_ready;
};

/// Evaluates `rules` on everything in `facts`. Errors: Invalid (a condition that cannot be evaluated, with the rule's
/// name; rules that would make more owners, weights or cases than `Attribution` holds), Cancelled.
Result<Attribution> attribute(const FactSet& facts, const RuleSet& rules, std::stop_token stop = {});

/// Facts as far as rules look at them, and what the rules decide of those.
struct RuledFacts {
    std::shared_ptr<const FactSet> facts;
    std::shared_ptr<const Attribution> attribution;
    std::vector<std::string> damage; ///< sentences about lines of which the rules could not see all
};
/// Attributes `facts`. Provider columns that rules look at and that stand beside the lines are read from `stored` first
/// (see widen()). Errors: those of attribute() and `stored`, and Unsupported where that would be needed and is null.
Result<RuledFacts> ruledFacts(std::shared_ptr<const FactSet> facts, const RuleSet& rules, const StoredLines* stored,
                              const std::stop_token& stop);

} // namespace altimeter::analysis
