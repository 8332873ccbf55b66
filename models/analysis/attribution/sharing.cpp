#include "models/analysis/attribution/attribution.h"

#include <algorithm>

namespace altimeter::analysis {

// Whatever divides a line, its parts add up to the line to the last atto, and the odd attos go by one rule: to the
// largest remainders, of equal ones to the first (WeightSplit; SplitTotals counts the same). So a total by team, a
// drill-down into its lines and an export of them agree, although each divides on its own.

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
    // Making a split ready costs as much as dividing thousands of lines, and neighbouring chunks come back to few
    // months.
    constexpr std::size_t kKept = 16;
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

} // namespace altimeter::analysis
