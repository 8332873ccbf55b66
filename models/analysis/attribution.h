#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/factset.h"
#include "models/domain/result.h"

#include <array>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
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

/// The answer of a rule set for every attribute combination of a workspace: rules are evaluated once per distinct
/// combination (and once per stretch of time in which the same rules are in force), never per charge line.
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
    /// Which rule decided: index of the first rule that set the team (or split), for the use counts of a draft.
    static constexpr std::uint16_t kNoRule = 0xffff;

    /// Owner id, or kShared | index into shared(), of a line.
    std::uint32_t assignmentOf(std::uint32_t partition, std::uint32_t bill, Day day, std::uint32_t combo) const
    {
        return m_assignment[variantOf(partition, bill, day)][combo];
    }
    std::size_t variantOf(std::uint32_t partition, std::uint32_t bill, Day day) const
    {
        return epochOf(day) * m_classes + classOf(partition, bill);
    }
    std::size_t epochOf(Day day) const;
    std::size_t classOf(std::uint32_t partition, std::uint32_t bill) const;
    const std::vector<std::uint32_t>& assignmentsOfVariant(std::size_t variant) const { return m_assignment[variant]; }
    /// Rules that assigned any field to the combination, as indices, in order.
    const std::vector<std::uint16_t>& rulesOf(std::size_t variant, std::uint32_t combo) const
    {
        return m_ruleLists[m_rules[variant][combo]];
    }

    const std::vector<Owner>& owners() const { return m_owners; }
    const std::vector<Shared>& shared() const { return m_shared; }

    /// Divides `amount` of a shared line. Calls `sink(owner id, part)` for each target with a weight; the parts add up
    /// to the amount to the last atto. Where no weight is above zero the whole stays with the base owner.
    template <typename Sink>
    void divide(std::uint32_t sharedIndex, Currency currency, Day day, Amount amount, Sink sink) const
    {
        const Shared& shared = m_shared[sharedIndex];
        const std::vector<std::int64_t>* weights = weightsOf(m_splits[shared.split], currency, day);
        if (!weights) {
            sink(shared.base, amount);
            return;
        }
        const auto parts = splitByWeights(amount, *weights);
        if (!parts) {
            sink(shared.base, amount);
            return;
        }
        for (std::size_t i = 0; i < weights->size(); ++i) {
            if ((*weights)[i] > 0)
                sink(shared.targets[i], (*parts)[i]);
        }
    }

private:
    friend class AttributionBuilder;
    static const std::vector<std::int64_t>* weightsOf(const Split& split, Currency currency, Day day);

    std::vector<Owner> m_owners;
    std::vector<Shared> m_shared;
    std::vector<Split> m_splits;
    std::vector<Day> m_epochStarts; ///< ascending; epoch 0 is before the first
    std::size_t m_classes = 1;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> m_classOf; ///< (partition, bill); absent: class 0
    std::vector<std::vector<std::uint32_t>> m_assignment;                       ///< [variant][combo]
    std::vector<std::vector<std::uint32_t>> m_rules;                            ///< [variant][combo] → m_ruleLists
    std::vector<std::vector<std::uint16_t>> m_ruleLists;
};

/// Evaluates `rules` on everything in `facts`. Errors: Invalid (a condition that cannot be evaluated, with the rule's
/// name), Cancelled.
Result<Attribution> attribute(const FactSet& facts, const RuleSet& rules, std::stop_token stop = {});

} // namespace altimeter::analysis
