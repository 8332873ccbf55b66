#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "models/facts/factchunk.h"
#include "models/facts/storedlines.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::store {

/// Exact decimals of one column, as delivered: every digit and trailing zero can be given back.
struct DecimalColumn {
    static constexpr std::uint8_t kNull = 255; ///< in `scale`: the source left it empty
    static constexpr std::uint8_t kWide = 254; ///< in `scale`: the value does not fit and stands in `wide`
    std::vector<std::uint8_t> scale;
    std::vector<std::int64_t> mantissa;
    std::vector<std::pair<std::uint32_t, Decimal>> wide; ///< by row, ascending

    void add(const std::optional<Decimal>& value);
    std::optional<Decimal> at(std::size_t row) const;
    std::size_t size() const { return scale.size(); }
};

/// Cells of a provider column that are too diverse for a dictionary, one text per line of the segment ("" = null).
struct InlineColumn {
    std::string name;
    std::vector<std::string> texts;
};

/// Up to FactChunk::kMaxRows charge lines of one partition and one file, as they were delivered.
struct Segment {
    static constexpr std::size_t kMaxRows = FactChunk::kMaxRows;
    /// A segment is closed early rather than hold more bytes than this in its inline columns.
    static constexpr std::size_t kMaxInlineBytes = std::size_t{64} << 20U;
    static constexpr std::size_t kMaxInlineColumns = 256;

    std::vector<std::uint32_t> combo;
    std::vector<std::uint32_t> bill;
    std::vector<std::uint64_t> line;
    std::vector<std::int64_t> chargeStart; ///< seconds since 1970
    std::vector<std::int64_t> chargeEnd;   ///< seconds since 1970; the start where the source gave none (see hasEnd)
    std::vector<std::uint8_t> hasEnd;
    std::array<DecimalColumn, kLensCount> cost; ///< by CostLens
    std::array<DecimalColumn, 4> quantity;      ///< as CostLine::quantity
    std::vector<InlineColumn> inlineColumns;

    std::size_t size() const { return combo.size(); }
};

/// A segment as bytes: what every question reads, and what only the lines themselves show.
struct EncodedSegment {
    std::vector<std::uint8_t> facts; ///< see FactChunk
    std::vector<std::uint8_t> lines;
};

/// Orders the lines as FactChunk wants them and packs them, texts deflated. Digits beyond 18 decimals are carried from
/// line to line in `carry` (in 10^-36, by CostLens), so that the facts' sum differs from the exact sum by less than one
/// atto whatever the number of lines. Error Overflow for an amount beyond 1.7e20 units.
Result<EncodedSegment> encode(const Segment& segment, std::array<Int128, kLensCount>& carry);

/// The lines of a stored segment, read where they lie. Row i is row i of its FactChunk.
class SegmentLines {
public:
    SegmentLines() = default; ///< no lines
    /// Error Corrupt when the bytes are not what encode() writes, a number is beyond its range or the digits are not
    /// those of `chunk`; never reads outside the bytes. `chunk` must outlive it.
    static Result<SegmentLines> open(const FactChunk& chunk, std::span<const std::uint8_t> lines);

    std::size_t size() const { return m_chunk ? m_chunk->size() : 0; }
    std::uint32_t combo(std::size_t row) const;
    std::uint32_t bill(std::size_t row) const;
    std::uint64_t line(std::size_t row) const;
    Instant chargeStart(std::size_t row) const;
    Instant chargeEnd(std::size_t row) const; ///< invalid where the source gave none
    std::optional<Decimal> cost(std::size_t lens, std::size_t row) const;
    std::optional<Decimal> quantity(std::size_t which, std::size_t row) const;

    const std::vector<CellsBeside>& inlineColumns() const { return m_inline; }
    std::vector<CellsBeside> takeInlineColumns() { return std::move(m_inline); }

private:
    struct Decimals {
        PackedColumn scale;
        PackedColumn mantissa;  ///< unless `fromFacts`
        bool fromFacts = false; ///< the digits are those of the fact column
        std::vector<std::pair<std::uint32_t, Decimal>> wide;
    };
    static bool read(ByteReader& in, std::size_t rows, Decimals& column);
    static bool holds(const Decimals& column, const AmountColumn* facts, std::size_t rows);
    bool timesHold() const;
    static std::optional<Decimal> valueOf(const Decimals& column, const AmountColumn* facts, std::size_t row);

    const FactChunk* m_chunk = nullptr;
    PackedColumn m_line, m_second, m_length, m_hasEnd;
    std::array<Decimals, kLensCount> m_cost;
    std::array<Decimals, 4> m_quantity;
    std::vector<CellsBeside> m_inline;
};

/// XXH3-64, as stored beside each part of a segment.
std::int64_t checksumOf(std::span<const std::uint8_t> bytes);

} // namespace altimeter::store
