#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/costsource.h"
#include "models/facts/datadays.h"
#include "models/facts/factset.h"
#include "models/facts/storedlines.h"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace altimeter::analysis {

class LineKeys;

/// Answers from the facts in memory; what they do not hold (the texts of a line, the digits as they are stored) it has
/// read by `stored`. Without one, questions for whole lines, headers and recounts answer Error Unsupported.
class FactAnswers final : public CostSource {
public:
    FactAnswers(std::shared_ptr<const FactSet> facts, std::shared_ptr<const Attribution> attribution,
                std::shared_ptr<const StoredLines> stored = nullptr);
    /// From `base`, of which `ruled` is what the rules look at: see ruledFacts().
    FactAnswers(std::shared_ptr<const FactSet> base, RuledFacts ruled, std::shared_ptr<const StoredLines> stored);

    Result<CostTable> table(const CostQuery& query, std::stop_token stop) const override;
    Result<CostTable> tableOf(const CostQuery& query, const KeptKeys& kept, std::stop_token stop) const override;
    Result<ChargePage> charges(const CostQuery& query, const ChargeWindow& window, std::stop_token stop) const override;
    Status eachCharge(const CostQuery& query, const ChargeWindow& window, const ChargeSink& sink,
                      std::stop_token stop) const override;
    Result<ChargeColumns> chargeColumns(std::stop_token stop) const override;
    Result<std::vector<std::string>> values(const Dim& dim, const CostQuery& query, std::size_t limit,
                                            std::stop_token stop) const override;
    Result<std::vector<Dim>> dims(std::stop_token stop) const override;
    Result<CostDays> days(std::stop_token stop) const override;
    Result<std::vector<FarCharges>> farCharges(const DateRange& range, std::stop_token stop) const override;
    Result<std::vector<RuleDiff::RuleUse>> ruleUse(std::stop_token stop) const override;
    Result<std::shared_ptr<const CostSource>> under(const RuleSet& rules, std::stop_token stop) const override;
    Result<Recount> recount(const PartitionInfo& partition, std::stop_token stop) const override;
    std::uint64_t revision() const override { return m_facts->revision; }

private:
    /// The same facts under other rules: what follows from the facts alone is `other`'s.
    FactAnswers(const FactAnswers& other, RuledFacts ruled);

    /// What one question is asked of.
    struct Ground {
        std::shared_ptr<const FactSet> facts;
        std::shared_ptr<const Attribution> attribution;
    };
    Result<Ground> groundOf(const CostQuery& query, const std::stop_token& stop) const;
    /// And in what order.
    struct Lines {
        Ground ground;
        std::shared_ptr<const LineKeys> keys;
    };
    Result<Lines> linesOf(const CostQuery& query, const ChargeWindow& window, const std::stop_token& stop) const;
    struct OrderedGround {
        Ground ground; ///< which the keys look at
        LineOrder order;
        CostLens lens{};
        std::shared_ptr<const LineKeys> keys;
    };

    std::shared_ptr<const FactSet> m_base;
    std::shared_ptr<const FactSet> m_facts; ///< the same, or widened by what the rules look at
    std::shared_ptr<const Attribution> m_attribution;
    std::shared_ptr<const StoredLines> m_stored;
    std::set<std::string, std::less<>> m_beside; ///< provider columns whose cells stand beside the lines
    mutable std::mutex m_mutex;
    mutable std::optional<std::pair<std::string, Ground>> m_last; ///< widened for the last question; guarded by m_mutex
    mutable std::optional<OrderedGround> m_lastKeys; ///< of the last order, page after page; guarded by m_mutex
    std::shared_ptr<const CostDays> m_days;          ///< of the base: few numbers that nearly every question asks for
};

} // namespace altimeter::analysis
