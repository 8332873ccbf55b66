#include "models/analysis/factanswers.h"

#include "models/analysis/costquery.h"

#include <algorithm>

namespace altimeter::analysis {

FactAnswers::FactAnswers(std::shared_ptr<const FactSet> facts, std::shared_ptr<const Attribution> attribution)
    : m_facts(std::move(facts)), m_attribution(std::move(attribution))
{
    for (const FactSet::Part& part : m_facts->chunks) {
        auto& days = m_delivered[m_facts->partitions[part.partition].currency];
        for (const std::int32_t number : part.chunk->days)
            days.push_back({number});
    }
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
