#include "models/analysis/query/factanswers.h"

#include "models/analysis/query/costquery.h"

#include <algorithm>

namespace altimeter::analysis {

namespace {

/// A source whose last charge lies further back than this does not deliver any more.
constexpr int kStillDelivering = 10;

/// The last day of a chunk that is inside; none: all lie outside.
Day lastInside(const FactChunk& chunk, const DataDays& inside)
{
    for (auto day = chunk.days.rbegin(); day != chunk.days.rend(); ++day) {
        if (inside.contains(Day{*day}))
            return Day{*day};
    }
    return Day::none();
}

std::map<Currency, Day> completeDays(const FactSet& facts, const DataDays& inside)
{
    std::map<Currency, std::map<std::string, Day>> last; // by source
    for (const FactSet::Part& part : facts.chunks) {
        const FactPartition& partition = facts.partitions[part.partition];
        const Day here = lastInside(*part.chunk, inside);
        if (!here.isValid())
            continue;
        Day& day = last[partition.currency][partition.source];
        day = day.isValid() ? std::max(day, here) : here;
    }
    std::map<Currency, Day> complete;
    for (const auto& [currency, sources] : last) {
        Day newest = sources.begin()->second;
        for (const auto& [source, day] : sources)
            newest = std::max(newest, day);
        Day& through = complete[currency] = newest;
        for (const auto& [source, day] : sources) {
            if (day >= newest - kStillDelivering)
                through = std::min(through, day);
        }
    }
    return complete;
}

} // namespace

FactAnswers::FactAnswers(std::shared_ptr<const FactSet> facts, std::shared_ptr<const Attribution> attribution)
    : m_facts(std::move(facts)), m_attribution(std::move(attribution)), m_days(dataDaysOf(*m_facts))
{
    for (const FactSet::Part& part : m_facts->chunks) {
        auto& days = m_delivered[m_facts->partitions[part.partition].currency];
        for (const std::int32_t number : part.chunk->days)
            days.push_back({number});
    }
    m_completeThrough = completeDays(*m_facts, m_days);
    for (auto& [currency, days] : m_delivered) {
        std::sort(days.begin(), days.end());
        days.erase(std::unique(days.begin(), days.end()), days.end());
    }
}

Result<CostTable> FactAnswers::table(const CostQuery& query, std::stop_token stop) const
{
    return runQuery(*m_facts, *m_attribution, query, std::move(stop));
}

Result<CostTable> FactAnswers::tableOf(const CostQuery& query, const KeptKeys& kept, std::stop_token stop) const
{
    return runQuery(*m_facts, *m_attribution, query, &kept, std::move(stop));
}

} // namespace altimeter::analysis
