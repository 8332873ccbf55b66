#pragma once

#include "models/domain/money.h"

#include <cstdint>
#include <span>
#include <vector>

namespace altimeter {

/// What each weight gets of many amounts together: to the last atto the same as dividing each amount with WeightSplit
/// and adding up the parts, without making a part for each amount and weight.
///
/// The whole multiples of the weights' sum are added up first and multiplied once. Of the rest of an amount all equal
/// weights get the same, but for the last attos, which go to the first of them. Used by one thread.
class SplitTotals {
public:
    SplitTotals() = default; ///< divides nothing
    /// Requires at least one weight above zero and none below (Error Invalid).
    static Result<SplitTotals> of(std::span<const std::int64_t> weights);
    std::size_t size() const { return m_count; }

    void add(Amount amount);
    /// Calls `sink(index, total in attos, overflowed)` for each weight above zero and begins anew.
    template <typename Sink> void take(Sink sink)
    {
        for (std::size_t i = 0; i < m_classes.size(); ++i) {
            const Class& equal = m_classes[i];
            Int128 each = 0;
            bool overflowed = m_overflowed | __builtin_mul_overflow(m_wholes, Int128{equal.weight}, &each);
            overflowed |= __builtin_add_overflow(each, m_parts[i], &each);
            std::int64_t lucky = 0;
            for (std::uint32_t at = equal.begin; at < equal.end; ++at) {
                lucky += m_lucky[at];
                Int128 total = 0;
                const bool left = __builtin_add_overflow(each, Int128{lucky}, &total);
                sink(m_members[at], total, overflowed || left);
            }
        }
        for (std::size_t i = 0; i < m_wide.size(); ++i) {
            if (m_split.takesPart(i))
                sink(static_cast<std::uint32_t>(i), m_wide[i].amount().attos(), m_wide[i].overflowed());
        }
        clear();
    }

private:
    /// Weights that are equal: members [begin, end).
    struct Class {
        std::uint64_t weight = 0;
        std::uint32_t begin = 0, end = 0;
        std::uint32_t size() const { return end - begin; }
    };
    /// What is left of a class's part of a rest.
    struct Left {
        std::uint64_t fraction = 0;
        std::uint32_t of = 0; ///< class
    };

    void addRest(std::uint64_t rest, std::int64_t sign);
    void giveAttos(std::uint64_t attos, std::int64_t sign);
    void giveAmongNear(std::uint64_t attos, std::int64_t sign);
    void giveToFirst(std::size_t begin, std::size_t end, std::uint64_t attos, std::int64_t sign);
    void giveToRange(std::uint32_t begin, std::uint32_t end, std::uint32_t classEnd, std::int64_t sign);
    std::uint64_t membersOf(std::size_t begin, std::size_t end) const;
    void clear();

    std::size_t m_count = 0;
    std::uint64_t m_sum = 0; ///< of the weights; 0: needs more than 63 bits, see m_split
    std::vector<Class> m_classes;
    std::vector<SplitRatio> m_ratios;     ///< by class
    std::vector<Int128> m_parts;          ///< by class: what of the rests every member has got
    std::vector<std::uint32_t> m_members; ///< indexes by weight, then ascending
    std::vector<std::int64_t> m_lucky;    ///< by place in m_members: attos more than the member before, in its class
    Int128 m_wholes = 0;                  ///< times the sum of the weights
    bool m_overflowed = false;

    std::vector<std::uint64_t> m_left;    ///< by class: the fraction left of the rest at hand
    std::vector<std::uint32_t> m_buckets; ///< members by fraction >> m_shift
    int m_shift = 0;
    std::vector<Left> m_near; ///< in the bucket in which the last atto is given

    WeightSplit m_split; ///< for sums of more than 63 bits
    std::vector<AmountSum> m_wide;
};

} // namespace altimeter
