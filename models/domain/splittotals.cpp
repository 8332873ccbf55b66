#include "models/domain/splittotals.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace altimeter {

Result<SplitTotals> SplitTotals::of(std::span<const std::int64_t> weights)
{
    auto split = WeightSplit::of(weights);
    if (!split)
        return split.error();
    SplitTotals totals;
    totals.m_count = weights.size();
    UInt128 sum = 0;
    for (const std::int64_t weight : weights)
        sum += static_cast<std::uint64_t>(weight);
    if (sum > static_cast<UInt128>(std::numeric_limits<std::int64_t>::max())) {
        totals.m_split = split.take();
        totals.m_wide.resize(weights.size());
        return totals;
    }
    totals.m_sum = static_cast<std::uint64_t>(sum);
    auto& members = totals.m_members;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        if (weights[i] > 0)
            members.push_back(i);
    }
    std::stable_sort(members.begin(), members.end(),
                     [&weights](std::uint32_t a, std::uint32_t b) { return weights[a] < weights[b]; });
    for (std::uint32_t at = 0; at < members.size(); ++at) {
        const auto weight = static_cast<std::uint64_t>(weights[members[at]]);
        if (totals.m_classes.empty() || totals.m_classes.back().weight != weight) {
            totals.m_classes.push_back({weight, at, at});
            totals.m_ratios.emplace_back(weight, totals.m_sum);
        }
        totals.m_classes.back().end = at + 1;
    }
    const std::size_t classes = totals.m_classes.size();
    totals.m_lucky.resize(members.size());
    totals.m_parts.resize(classes);
    totals.m_left.resize(classes);
    // About as many buckets as classes, so that few share one.
    totals.m_shift =
        std::max(0, static_cast<int>(std::bit_width(totals.m_sum)) - static_cast<int>(std::bit_width(classes)));
    totals.m_buckets.resize(static_cast<std::size_t>((totals.m_sum - 1) >> totals.m_shift) + 1);
    return totals;
}

void SplitTotals::add(Amount amount)
{
    if (m_sum == 0) {
        const auto parts = m_split.split(amount);
        for (std::size_t i = 0; i < parts.size(); ++i)
            m_wide[i].add(parts[i]);
        return;
    }
    const auto raw = static_cast<UInt128>(amount.attos());
    const UInt128 magnitude = amount.isNegative() ? UInt128{0} - raw : raw;
    const UInt128 whole = magnitude / m_sum;
    const auto signedWhole = static_cast<Int128>(amount.isNegative() ? UInt128{0} - whole : whole);
    m_overflowed |= __builtin_add_overflow(m_wholes, signedWhole, &m_wholes);
    if (const auto rest = static_cast<std::uint64_t>(magnitude % m_sum); rest > 0)
        addRest(rest, amount.isNegative() ? -1 : 1);
}

/// Divides less than the sum of the weights.
void SplitTotals::addRest(std::uint64_t rest, std::int64_t sign)
{
    std::fill(m_buckets.begin(), m_buckets.end(), 0);
    std::uint64_t attos = rest;
    for (std::size_t i = 0; i < m_classes.size(); ++i) {
        const SplitRatio::Part part = m_ratios[i].of(rest);
        const std::uint32_t size = m_classes[i].size();
        attos -= part.whole * size;
        m_parts[i] += static_cast<std::int64_t>(part.whole) * sign;
        m_left[i] = part.left;
        m_buckets[part.left >> m_shift] += size;
    }
    if (attos > 0)
        giveAttos(attos, sign);
}

/// One atto each to the members with the largest fractions left; equal fractions favour the lower index.
void SplitTotals::giveAttos(std::uint64_t attos, std::int64_t sign)
{
    std::size_t bucket = m_buckets.size() - 1; // in which the last atto is given
    for (; attos >= m_buckets[bucket] && attos > 0; --bucket)
        attos -= m_buckets[bucket];
    m_near.clear();
    for (std::uint32_t i = 0; i < m_classes.size(); ++i) {
        const std::uint64_t own = m_left[i] >> m_shift;
        m_parts[i] += static_cast<std::int64_t>(own > bucket) * sign; // half of them: a branch would often guess wrong
        if (own == bucket)
            m_near.push_back({m_left[i], i});
    }
    giveAmongNear(attos, sign);
}

std::uint64_t SplitTotals::membersOf(std::size_t begin, std::size_t end) const
{
    std::uint64_t members = 0;
    for (std::size_t i = begin; i < end; ++i)
        members += m_classes[m_near[i].of].size();
    return members;
}

/// The same among the classes of m_near, which have more members than there are attos.
void SplitTotals::giveAmongNear(std::uint64_t attos, std::int64_t sign)
{
    std::size_t begin = 0;
    std::size_t end = m_near.size();
    const auto at = [this](std::size_t place) { return m_near.begin() + static_cast<std::ptrdiff_t>(place); };
    const auto giveToAll = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            m_parts[m_near[i].of] += sign;
    };
    while (attos > 0) { // quickselect: what is larger than a middle one, equal to it, smaller
        const std::uint64_t first = m_near[begin].fraction;
        const std::uint64_t middle = m_near[begin + (end - begin) / 2].fraction;
        const std::uint64_t last = m_near[end - 1].fraction;
        const std::uint64_t pivot = std::max(std::min(first, middle), std::min(std::max(first, middle), last));
        const auto larger =
            std::partition(at(begin), at(end), [pivot](const Left& left) { return left.fraction > pivot; });
        const auto equal =
            std::partition(larger, at(end), [pivot](const Left& left) { return left.fraction == pivot; });
        const auto largerEnd = static_cast<std::size_t>(larger - m_near.begin());
        const auto equalEnd = static_cast<std::size_t>(equal - m_near.begin());
        const std::uint64_t largerMembers = membersOf(begin, largerEnd);
        const std::uint64_t equalMembers = membersOf(largerEnd, equalEnd);
        if (attos < largerMembers) {
            end = largerEnd;
            continue;
        }
        giveToAll(begin, largerEnd);
        attos -= largerMembers;
        if (attos < equalMembers) {
            giveToFirst(largerEnd, equalEnd, attos, sign);
            return;
        }
        giveToAll(largerEnd, equalEnd);
        attos -= equalMembers;
        begin = equalEnd;
    }
}

/// One atto each to the `attos` members of lowest index among the classes of m_left[begin, end).
void SplitTotals::giveToFirst(std::size_t begin, std::size_t end, std::uint64_t attos, std::int64_t sign)
{
    if (end - begin == 1) {
        const Class& equal = m_classes[m_near[begin].of];
        giveToRange(equal.begin, equal.begin + static_cast<std::uint32_t>(attos), equal.end, sign);
        return;
    }
    struct Place {
        std::uint32_t at, classEnd;
    };
    std::vector<Place> tied;
    for (std::size_t i = begin; i < end; ++i) {
        const Class& equal = m_classes[m_near[i].of];
        for (std::uint32_t at = equal.begin; at < equal.end; ++at)
            tied.push_back({at, equal.end});
    }
    const auto lucky = tied.begin() + static_cast<std::ptrdiff_t>(attos);
    std::nth_element(tied.begin(), lucky, tied.end(),
                     [this](const Place& a, const Place& b) { return m_members[a.at] < m_members[b.at]; });
    for (auto place = tied.begin(); place != lucky; ++place)
        giveToRange(place->at, place->at + 1, place->classEnd, sign);
}

void SplitTotals::giveToRange(std::uint32_t begin, std::uint32_t end, std::uint32_t classEnd, std::int64_t sign)
{
    if (begin == end)
        return;
    m_lucky[begin] += sign;
    if (end < classEnd)
        m_lucky[end] -= sign;
}

void SplitTotals::clear()
{
    m_wholes = 0;
    m_overflowed = false;
    std::fill(m_parts.begin(), m_parts.end(), 0);
    std::fill(m_lucky.begin(), m_lucky.end(), 0);
    std::fill(m_wide.begin(), m_wide.end(), AmountSum());
}

} // namespace altimeter
