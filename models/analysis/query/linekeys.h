#pragma once

#include "models/analysis/attribution/attribution.h"
#include "models/analysis/query/chargeselection.h"
#include "models/analysis/query/factscan.h"
#include "models/analysis/query/queryplan.h"
#include "models/domain/lineorder.h"
#include "models/facts/dimindex.h"
#include "models/facts/storedlines.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::analysis {

/// An order of lines made ready: every text that a line can have where it is ordered by one has its place among the
/// others, so that a pass over the lines compares numbers alone. Read-only once made; any thread may use it.
class LineKeys {
public:
    /// One number per key, and one for the currency before the first key of amounts: what comes first is smaller.
    static constexpr std::size_t kWidth = kMostLineKeys + 1;
    using Key = std::array<Int128, kWidth>;

    /// `stored` is asked for what the facts do not hold; null where nobody can be. `lens` is the query's. All arguments
    /// but `order` must outlive the keys. Errors: Invalid (a dim or column that does not exist, or too many keys),
    /// Unsupported, those of `stored`, Cancelled.
    static Result<LineKeys> make(const FactSet& facts, const Attribution& attribution, const LineOrder& order,
                                 CostLens lens, const StoredLines* stored, const std::stop_token& stop);

    /// Works out the keys of lines as a pass shows them. Used by one thread.
    class Reader {
    public:
        Reader(const LineKeys& keys, std::stop_token stop);
        /// Whatever it answers once something could not be read is wrong: see failure().
        Key keyOf(const RunVisit& run, const ChargeMatch& match);
        const std::optional<Error>& failure() const { return m_failure; }

    private:
        void enter(const RunVisit& run);
        void readPart(const RunVisit& run);
        Int128 valueOf(std::size_t place, const RunVisit& run, const ChargeMatch& match);
        Int128 amountOf(CostLens lens, const RunVisit& run, const ChargeMatch& match);

        const LineKeys& m_keys;
        const std::stop_token m_stop;
        ShareDivider m_divider;
        const FactChunk* m_chunk = nullptr;
        std::size_t m_run = 0;
        Key m_ofRun{};
        std::array<std::vector<Int128>, kWidth> m_ofRow; ///< what was read of the lines of m_chunk, as they are stored
        std::optional<Error> m_failure;
    };

private:
    enum class From : std::uint8_t { Currency, Amount, Day, Values, Stored, File };
    /// The places of the values of one dim, by what decides it.
    struct DimPlaces {
        QueryPlan::Decider decider{};
        std::shared_ptr<const DimIndex> index; ///< of Combo
        std::vector<std::uint32_t> places;     ///< by value id, owner, bill or partition
    };
    struct Part {
        From from{};
        bool descending = false;
        CostLens lens{};
        LineKey key;                       ///< of Stored
        std::vector<DimPlaces> dims;       ///< of Values
        std::vector<std::uint32_t> places; ///< of Currency by partition, of File by part of the facts
    };

    LineKeys(const FactSet& facts, const Attribution& attribution, CostLens lens, const StoredLines* stored)
        : m_facts(facts), m_attribution(attribution), m_lens(lens), m_stored(stored)
    {
    }
    Status add(const LineKey& key, const std::stop_token& stop);
    Status addValues(const LineKey& key, const std::stop_token& stop);
    Status addFiles(const LineKey& key, const std::stop_token& stop);
    void addAmount(CostLens lens, bool descending);

    const FactSet& m_facts;
    const Attribution& m_attribution;
    const CostLens m_lens;
    const StoredLines* const m_stored;
    std::vector<Part> m_parts;
};

} // namespace altimeter::analysis
