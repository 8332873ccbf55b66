#pragma once

#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/facts/packing.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace altimeter {

/// One cost of a chunk's lines, and its total per run. Values count 10^-scale, or attos (16 bytes each) where a chunk
/// needs more than 64 bits.
struct AmountColumn {
    std::uint8_t scale = 0;  ///< 0..18
    std::int64_t factor = 1; ///< attos per step of `narrow`
    PackedColumn narrow;
    PackedColumn runNarrow;
    const std::uint8_t* wide = nullptr; ///< instead of `narrow`
    const std::uint8_t* runWide = nullptr;
    const std::uint8_t* unknown = nullptr; ///< bit set: the source left it empty (value 0 here); null: none is unknown
    PackedColumn runUnknown;               ///< how many lines of a run are unknown

    bool isUnknown(std::size_t row) const { return unknown && (unknown[row / 8] >> (row % 8) & 1U) != 0; }
    Amount at(std::size_t row) const { return valueOf(narrow, wide, row); }
    Amount runTotal(std::size_t run) const { return valueOf(runNarrow, runWide, run); }

private:
    Amount valueOf(const PackedColumn& packed, const std::uint8_t* attos, std::size_t at) const
    {
        if (!attos)
            return Amount::fromAttos(static_cast<Int128>(packed.at(at)) * factor);
        Int128 value = 0;
        std::memcpy(&value, attos + at * sizeof value, sizeof value);
        return Amount::fromAttos(value);
    }
};

/// Up to 65,536 charge lines of one partition as columns, ordered by attribute combination, bill and day. Neighbours
/// with the same combination and bill form a run, whose totals stand beside the lines: a question that does not cut
/// through a run's days never looks at its lines. The columns are views into the bytes as they are stored.
class FactChunk {
public:
    static constexpr std::size_t kMaxRows = 65536;
    /// The days a charge may begin on: what a date of the years 1900 to 9999 can be in UTC.
    static constexpr std::int32_t kEarliestDay = -25'568;
    static constexpr std::int32_t kLatestDay = 2'932'897;

    FactChunk(FactChunk&&) = default;
    FactChunk& operator=(FactChunk&&) = default;
    FactChunk(const FactChunk&) = delete; // the columns point into the bytes
    FactChunk& operator=(const FactChunk&) = delete;
    ~FactChunk() = default;
    /// Reads what packFacts() wrote. Error Corrupt where a number contradicts another or its own range, run totals that
    /// are not those of their lines included; never reads outside the bytes. Ids are not judged.
    static Result<FactChunk> open(std::vector<std::uint8_t> bytes);

    std::int64_t segment = 0;  ///< stored segment the lines came from; row i is its line i
    std::int64_t checksum = 0; ///< of its bytes, as the store keeps it
    std::array<AmountColumn, kLensCount> cost;
    PackedColumn day;   ///< UTC day number of ChargePeriodStart, ascending within a run
    PackedColumn order; ///< place of the line among the segment's lines as they were delivered
    PackedColumn runCombo;
    PackedColumn runBill; ///< member of Group::Bill
    Day firstDay, lastDay;
    std::vector<std::int32_t> days; ///< the day numbers that have a line, ascending
    bool hasRunTotals = false;      ///< left out where runs are too short to pay, or their totals too large

    std::size_t size() const { return m_rows; }
    std::size_t runs() const { return m_runs; }
    std::size_t runBegin(std::size_t run) const { return static_cast<std::size_t>(m_runBegin.at(run)); }
    std::size_t runOf(std::size_t row) const;
    std::size_t runEnd(std::size_t run) const { return run + 1 < m_runs ? runBegin(run + 1) : m_rows; }

private:
    FactChunk() = default;
    bool runsHold() const;
    bool daysHold() const;
    bool orderHolds() const;
    bool costHolds(const AmountColumn& column) const;
    std::vector<std::uint8_t> m_bytes;
    std::size_t m_rows = 0;
    std::size_t m_runs = 0;
    PackedColumn m_runBegin;
};

/// The lines of a chunk before they are packed, in the order of factOrder().
struct FactRows {
    struct Cost {
        std::uint8_t scale = 0;
        std::vector<std::int64_t> narrow;
        std::vector<Int128> wide;          ///< attos, instead of `narrow`
        std::vector<std::uint8_t> unknown; ///< 1 where the source left it empty; empty: none
        friend bool operator==(const Cost&, const Cost&) = default;
    };
    std::vector<std::uint32_t> combo, bill;
    std::vector<std::int32_t> day;
    std::vector<std::uint32_t> order;
    std::array<Cost, kLensCount> cost;
};
std::vector<std::uint8_t> packFacts(const FactRows& rows);

/// The rows by combination, bill, day and then as they came. All three have the same size.
std::vector<std::uint32_t> factOrder(std::span<const std::uint32_t> combo, std::span<const std::uint32_t> bill,
                                     std::span<const std::int32_t> day);

} // namespace altimeter
