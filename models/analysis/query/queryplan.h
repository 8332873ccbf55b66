#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/domain/cellfilter.h"
#include "models/domain/query.h"
#include "models/facts/dimindex.h"

#include <array>
#include <limits>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::analysis {

/// A query made ready: what each attribute combination, owner, bill, partition and day means for it is looked up once,
/// so that a pass over the lines only follows numbers.
///
/// A group is one value of everything the query groups by, and one currency; a step is one of its days, weeks or
/// months (one step in all without granularity).
///
/// A line, or a part of a shared one, has one combination, one owner, one bill and one partition. Each dim of the query
/// is decided by one of these four, so the values of a group fall into four keys that are numbered apart, and the
/// group's number is the four put together as digits. Numbering apart is what makes it cheap: some thousands of
/// combinations and some dozens of owners are looked at instead of their product, which no line need ever reach.
class QueryPlan {
public:
    static constexpr std::uint32_t kDropped = std::numeric_limits<std::uint32_t>::max();

    /// Without `grouped` only the filters and the range count. All arguments must outlive the plan.
    QueryPlan(const FactSet& facts, const Attribution& attribution, const CostQuery& query, bool grouped)
        : m_facts(facts), m_attribution(attribution), m_query(query), m_grouped(grouped)
    {
    }
    /// Errors: Invalid (a dim that does not exist), Cancelled. Must succeed before anything else is asked.
    Status prepare(const std::stop_token& stop);

    bool needsOwners() const { return uses(Decider::Owner); }
    const DateRange& range() const { return m_query.range; }

    /// Keys of the parts of a line; kDropped where a filter leaves it out.
    std::uint32_t comboKey(std::uint32_t combo) const { return m_comboKey.empty() ? 0 : m_comboKey[combo]; }
    std::uint32_t ownerKey(std::uint32_t owner) const { return m_ownerKey[owner]; }
    std::uint32_t partitionKey(std::uint32_t partition) const { return m_partitionKey[partition]; }
    std::uint32_t billKey(std::uint32_t bill) const { return m_billKey.empty() ? 0 : m_billKey[bill]; }
    /// Step of a day, or kDropped outside the range.
    std::uint32_t stepOf(std::int64_t day) const
    {
        const auto at = static_cast<std::uint64_t>(day - m_firstDay);
        return at >= m_stepOfDay.size() ? stepOfFar(day) : m_stepOfDay.data()[at];
    }

    std::uint64_t groupCount() const
    {
        return std::uint64_t{m_comboKeys} * m_ownerTuples.size() * m_billTuples.size() * m_partitionTuples.size();
    }
    std::uint64_t groupOf(std::uint32_t combo, std::uint32_t owner, std::uint32_t bill, std::uint32_t partition) const
    {
        std::uint64_t group = partition;
        group = group * m_billTuples.size() + bill;
        group = group * m_ownerTuples.size() + owner;
        return group * m_comboKeys + combo;
    }
    KeyTuple keysOf(std::uint64_t group) const;
    Currency currencyOf(std::uint64_t group) const;

    std::uint32_t stepCount() const { return static_cast<std::uint32_t>(m_steps.size()); }
    /// First day of a step; Day::none() without granularity.
    Day stepStartOf(std::uint32_t step) const { return m_steps[step]; }

    /// What of a line decides the value of a dim. Error Invalid for one that does not exist.
    enum class Decider { Combo, Owner, Partition, Bill };
    static Result<Decider> deciderOf(const Dim& dim);

private:
    /// A filter that is ready to be asked.
    struct Ready {
        const Filter* filter;
        CellFilter typed; ///< of Filter::typed
        bool passes(const std::string& value) const;
    };
    bool uses(Decider decider) const
    {
        const auto at = static_cast<std::size_t>(decider);
        return !m_dims[at].empty() || !m_filters[at].empty();
    }

    /// Gives equal tuples of values one number and remembers the tuples.
    class Tuples {
    public:
        std::uint32_t idOf(std::vector<std::string> values);
        const std::vector<std::string>& tuple(std::uint32_t id) const { return *m_tuples[id]; }
        std::uint64_t size() const { return m_tuples.size(); }

    private:
        std::map<std::vector<std::string>, std::uint32_t> m_ids;
        std::vector<const std::vector<std::string>*> m_tuples;
    };

    Status prepareCombos(const std::stop_token& stop);
    void prepareOwners();
    void preparePartitions();
    void prepareBills();
    void prepareDays();
    void prepareDaysApart(bool stepped);
    std::uint32_t addStep(Day day, bool stepped);
    std::uint32_t stepOfFar(std::int64_t day) const;
    /// Numbers what `count` things say: `valueOf(thing, dim)` answers the value of a dim.
    template <typename ValueOf>
    void number(Decider decider, std::size_t count, std::vector<std::uint32_t>& keys, Tuples& tuples, ValueOf valueOf);

    const FactSet& m_facts;
    const Attribution& m_attribution;
    const CostQuery& m_query;
    const bool m_grouped;
    std::array<std::vector<std::size_t>, 4> m_dims; ///< by Decider: indices into the query's `by`
    std::array<std::vector<Ready>, 4> m_filters;    ///< by Decider
    std::vector<std::shared_ptr<const DimIndex>> m_comboIndexes;
    std::vector<std::uint32_t> m_comboValues; ///< value ids, one per combo dim, key by key
    std::uint32_t m_comboKeys = 1;
    Tuples m_ownerTuples, m_billTuples, m_partitionTuples; ///< a partition's tuple ends in its currency
    std::vector<std::uint32_t> m_comboKey, m_ownerKey, m_billKey, m_partitionKey; ///< empty: all have key 0
    std::int32_t m_firstDay = 0;
    std::vector<std::uint32_t> m_stepOfDay;                        ///< of the days from m_firstDay on
    std::vector<std::pair<std::int64_t, std::uint32_t>> m_farDays; ///< steps of days outside of m_stepOfDay, ascending
    std::vector<Day> m_steps;
};

} // namespace altimeter::analysis
