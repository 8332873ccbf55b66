#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/costsource.h"
#include "models/facts/datadays.h"
#include "models/facts/factset.h"

#include <memory>

namespace altimeter::analysis {

/// Answers from the facts in memory.
class FactAnswers final : public CostSource {
public:
    FactAnswers(std::shared_ptr<const FactSet> facts, std::shared_ptr<const Attribution> attribution);

    Result<CostTable> table(const CostQuery& query, std::stop_token stop) const override;
    Result<CostTable> tableOf(const CostQuery& query, const KeptKeys& kept, std::stop_token stop) const override;
    const std::map<Currency, std::vector<Day>>& deliveredDays() const override { return m_delivered; }
    const std::map<Currency, Day>& completeThrough() const override { return m_completeThrough; }
    Day firstDay() const override { return m_days.first; }
    Day lastDay() const override { return m_days.last; }
    std::uint64_t revision() const override { return m_facts->revision; }

private:
    std::shared_ptr<const FactSet> m_facts;
    std::shared_ptr<const Attribution> m_attribution;
    DataDays m_days;
    std::map<Currency, std::vector<Day>> m_delivered;
    std::map<Currency, Day> m_completeThrough;
};

} // namespace altimeter::analysis
