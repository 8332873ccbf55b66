#pragma once

#include "models/domain/costline.h"
#include "models/domain/factset.h"
#include "models/domain/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
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

/// Up to kMaxRows charge lines of one partition and one file, decoded.
struct Segment {
    static constexpr std::size_t kMaxRows = 65536;

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

/// Column-wise bytes: integers as offset from their minimum in as few bytes as the widest needs, texts deflated.
std::vector<std::uint8_t> encode(const Segment& segment);
/// Error Corrupt when the bytes are not what encode() writes; never reads outside them.
Result<Segment> decode(std::span<const std::uint8_t> bytes);
/// Only what the in-memory facts need (combo, bill, day, costs): about half the work of decode().
/// `sub-atto` digits (beyond 18 decimals) are carried from line to line in `carry` (in 10^-36), so that the chunk's sum
/// differs from the exact sum by less than one atto whatever the number of lines.
Result<FactChunk> decodeFacts(std::span<const std::uint8_t> bytes, std::array<Int128, kLensCount>& carry);

/// XXH3-64, as stored beside each segment.
std::int64_t checksumOf(std::span<const std::uint8_t> bytes);

} // namespace altimeter::store
