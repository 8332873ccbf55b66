#include "models/store/segments/segment.h"

#include <xxhash.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace altimeter::store {

namespace {

constexpr std::uint32_t kMagic = 0x314e494c; // "LIN1"
constexpr std::int64_t kSecondsPerDay = 86'400;
/// The end of a charge is taken as the source told it, but not where no calendar reaches (30,000 years).
constexpr std::int64_t kFarthestEnd = 1'000'000'000'000;
/// What the inline columns of a segment may take when they are read: a text may be as long as a cell (see
/// kMaxInlineBytes).
constexpr std::uint64_t kMostInlineBytes = 4 * Segment::kMaxInlineBytes;
/// No number that is read has more digits than this.
constexpr int kDecimalDigits = 38;

const Error kDamaged{ErrorCode::Corrupt, "a stored segment is damaged", {}};

/// Times are written as a distance and read as a sum that wrap around: a crafted file may hold any two numbers, and
/// signed overflow is undefined. What comes of it is held against its range afterwards.
std::int64_t distance(std::int64_t from, std::int64_t to)
{
    return std::bit_cast<std::int64_t>(std::bit_cast<std::uint64_t>(to) - std::bit_cast<std::uint64_t>(from));
}

std::int64_t plus(std::int64_t from, std::int64_t length)
{
    return std::bit_cast<std::int64_t>(std::bit_cast<std::uint64_t>(from) + std::bit_cast<std::uint64_t>(length));
}

constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

constexpr Int128 kDecimalLimit = [] {
    Int128 limit = 1;
    for (int i = 0; i < kDecimalDigits; ++i)
        limit *= 10;
    return limit;
}();

template <typename T> std::vector<T> inOrder(const std::vector<T>& values, std::span<const std::uint32_t> order)
{
    std::vector<T> sorted(values.size());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        sorted[i] = values[order[i]];
    return sorted;
}

DecimalColumn inOrder(const DecimalColumn& column, std::span<const std::uint32_t> order)
{
    DecimalColumn sorted{inOrder(column.scale, order), inOrder(column.mantissa, order), {}};
    for (std::uint32_t row = 0; row < order.size() && !column.wide.empty(); ++row) {
        if (sorted.scale[row] == DecimalColumn::kWide)
            sorted.wide.emplace_back(row, *column.at(order[row]));
    }
    return sorted;
}

FactRows::Cost inOrder(const FactRows::Cost& cost, std::span<const std::uint32_t> order)
{
    FactRows::Cost sorted;
    sorted.scale = cost.scale;
    if (!cost.narrow.empty())
        sorted.narrow = inOrder(cost.narrow, order);
    if (!cost.wide.empty())
        sorted.wide = inOrder(cost.wide, order);
    if (!cost.unknown.empty())
        sorted.unknown = inOrder(cost.unknown, order);
    return sorted;
}

/// The amount of a decimal in attos; what lies below an atto goes through `carry`, in 10^-36. To round each line would
/// move a month of a million lines by half a million attos; so the part below an atto waits for the next line that has
/// one, and only the last remainder of a partition is missing from the facts. The delivered digits are kept beside
/// them.
Result<Int128> attosOf(const Decimal& value, Int128& carry)
{
    if (value.scale <= 18) {
        Int128 attos = value.mantissa;
        for (int i = value.scale; i < 18; ++i) {
            if (__builtin_mul_overflow(attos, Int128{10}, &attos))
                return Error{ErrorCode::Overflow, "an amount is beyond 1.7e20 units", {}};
        }
        return attos;
    }
    Int128 divisor = 1;
    Int128 toFraction = 1;
    for (int i = 18; i < value.scale; ++i)
        divisor *= 10;
    for (int i = value.scale; i < 36; ++i)
        toFraction *= 10;
    Int128 attos = value.mantissa / divisor;
    constexpr Int128 kAtto = Int128{1'000'000'000'000'000'000};
    carry += value.mantissa % divisor * toFraction;
    if (carry >= kAtto) {
        carry -= kAtto;
        ++attos;
    } else if (carry <= -kAtto) {
        carry += kAtto;
        --attos;
    }
    return attos;
}

/// The scale at which all values of a column are whole numbers of 64 bits, if there is one. Nearly every segment has
/// it, and its facts then take half the memory.
std::optional<std::uint8_t> commonScale(const DecimalColumn& column, FactRows::Cost& cost)
{
    std::uint8_t scale = 0;
    for (const std::uint8_t s : column.scale) {
        if (s == DecimalColumn::kWide)
            return std::nullopt;
        if (s != DecimalColumn::kNull)
            scale = std::max(scale, s);
    }
    cost.narrow.resize(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        const std::uint8_t own = column.scale[row];
        if (own != DecimalColumn::kNull &&
            __builtin_mul_overflow(column.mantissa[row], kPowers[scale - own], &cost.narrow[row]))
            return std::nullopt;
    }
    return scale;
}

/// Exact decimals as the column that questions read: one scale for all, 64 bits where the values fit.
Result<FactRows::Cost> factsOf(const DecimalColumn& column, Int128& carry)
{
    FactRows::Cost cost;
    if (const auto scale = commonScale(column, cost)) {
        cost.scale = *scale;
    } else {
        cost.narrow.clear();
        cost.scale = 18;
        cost.wide.resize(column.size());
        for (std::size_t row = 0; row < column.size(); ++row) {
            const auto value = column.at(row);
            if (!value)
                continue;
            const auto attos = attosOf(*value, carry);
            if (!attos)
                return attos.error();
            cost.wide[row] = *attos;
        }
    }
    if (std::find(column.scale.begin(), column.scale.end(), DecimalColumn::kNull) != column.scale.end()) {
        for (const std::uint8_t scale : column.scale)
            cost.unknown.push_back(scale == DecimalColumn::kNull ? 1 : 0);
    }
    return cost;
}

void write(ByteWriter& out, const DecimalColumn& column, bool fromFacts)
{
    out.number(static_cast<std::uint8_t>(fromFacts ? 1 : 0));
    out.packed(column.scale);
    if (fromFacts)
        return;
    out.packed(column.mantissa);
    out.number(static_cast<std::uint32_t>(column.wide.size()));
    for (const auto& [row, value] : column.wide) {
        out.number(row);
        out.number(value.scale);
        out.number(value.mantissa);
    }
}

void writeDeflated(ByteWriter& out, const std::string& plain)
{
    uLongf size = compressBound(plain.size());
    std::vector<std::uint8_t> packed(size);
    // Level 1: what is too diverse for a dictionary (request ids) packs little at any level.
    compress2(packed.data(), &size, reinterpret_cast<const Bytef*>(plain.data()), plain.size(), 1);
    out.number(std::uint64_t{plain.size()});
    out.number(std::uint64_t{size});
    out.raw(packed.data(), size);
}

/// `room` is how many bytes may be made; what was is taken off.
bool readDeflated(ByteReader& in, std::string& plain, std::uint64_t& room)
{
    const auto plainSize = in.number<std::uint64_t>();
    const auto size = in.number<std::uint64_t>();
    const std::uint8_t* packed = in.take(size);
    if (!packed || plainSize > room || plainSize / 1100 > size) // deflate packs at most about 1032 to 1
        return false;
    room -= plainSize;
    plain.resize(plainSize);
    uLongf written = plainSize;
    return uncompress(reinterpret_cast<Bytef*>(plain.data()), &written, packed, size) == Z_OK && written == plainSize;
}

bool readTexts(ByteReader& in, std::size_t rows, CellsBeside& column, std::uint64_t& room)
{
    column.name = in.text();
    const PackedColumn sizes = in.packed(rows);
    if (in.failed() || !readDeflated(in, column.all, room))
        return false;
    column.ends.reserve(rows);
    std::size_t end = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto size = static_cast<std::uint64_t>(sizes.at(row));
        if (size > column.all.size() - end)
            return false;
        column.ends.push_back(end += size);
    }
    return end == column.all.size();
}

} // namespace

void DecimalColumn::add(const std::optional<Decimal>& value)
{
    const auto row = static_cast<std::uint32_t>(scale.size());
    if (!value) {
        scale.push_back(kNull);
        mantissa.push_back(0);
        return;
    }
    if (value->scale <= 18 && value->mantissa >= std::numeric_limits<std::int64_t>::min() &&
        value->mantissa <= std::numeric_limits<std::int64_t>::max()) {
        scale.push_back(value->scale);
        mantissa.push_back(static_cast<std::int64_t>(value->mantissa));
        return;
    }
    scale.push_back(kWide);
    mantissa.push_back(0);
    wide.emplace_back(row, *value);
}

std::optional<Decimal> DecimalColumn::at(std::size_t row) const
{
    if (scale[row] == kNull)
        return std::nullopt;
    if (scale[row] != kWide)
        return Decimal{mantissa[row], scale[row]};
    const auto found = std::lower_bound(wide.begin(), wide.end(), row,
                                        [](const auto& entry, std::size_t wanted) { return entry.first < wanted; });
    return found->second;
}

Result<EncodedSegment> encode(const Segment& segment, std::array<Int128, kLensCount>& carry)
{
    FactRows facts;
    facts.day.resize(segment.size());
    for (std::size_t row = 0; row < segment.size(); ++row)
        facts.day[row] = Instant{segment.chargeStart[row]}.day().number;
    // Neighbours with the same combination and bill become a run; the lines say their own number, so that file order
    // can be had again.
    const std::vector<std::uint32_t> order = factOrder(segment.combo, segment.bill, facts.day);
    facts.combo = inOrder(segment.combo, order);
    facts.bill = inOrder(segment.bill, order);
    facts.day = inOrder(facts.day, order);
    facts.order = order;

    ByteWriter out;
    out.number(kMagic);
    out.packed(inOrder(segment.line, order));
    const std::vector<std::int64_t> start = inOrder(segment.chargeStart, order);
    const std::vector<std::int64_t> end = inOrder(segment.chargeEnd, order);
    // The day stands among the facts: here only what is left of it, and of the end only how far it is away. Both are
    // the same for most lines of a source and pack to nothing.
    out.packed(order.size(), [&](std::size_t row) { return start[row] - kSecondsPerDay * facts.day[row]; });
    out.packed(order.size(), [&](std::size_t row) { return distance(start[row], end[row]); });
    out.packed(inOrder(segment.hasEnd, order));
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        // As delivered, so that what is carried does not depend on the numbers of the combinations.
        const auto cost = factsOf(segment.cost[lens], carry[lens]);
        if (!cost)
            return cost.error();
        facts.cost[lens] = inOrder(*cost, order);
        // Narrow digits are those of the facts and are not written twice; how many were written is kept here.
        write(out, inOrder(segment.cost[lens], order), facts.cost[lens].wide.empty());
    }
    for (const DecimalColumn& column : segment.quantity)
        write(out, inOrder(column, order), false);
    out.number(static_cast<std::uint32_t>(segment.inlineColumns.size()));
    for (const InlineColumn& column : segment.inlineColumns) {
        out.text(column.name);
        std::string all;
        for (const std::uint32_t row : order)
            all += column.texts[row];
        out.packed(order.size(), [&](std::size_t row) { return column.texts[order[row]].size(); });
        writeDeflated(out, all);
    }
    out.number(std::uint64_t{0}); // the slack behind the last column
    return EncodedSegment{packFacts(facts), out.take()};
}

bool SegmentLines::read(ByteReader& in, std::size_t rows, Decimals& column)
{
    column.fromFacts = in.number<std::uint8_t>() != 0;
    column.scale = in.packed(rows);
    if (column.fromFacts || in.failed())
        return !in.failed();
    column.mantissa = in.packed(rows);
    const auto count = in.number<std::uint32_t>();
    if (in.failed() || count > rows)
        return false;
    std::int64_t previous = -1;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto row = in.number<std::uint32_t>();
        Decimal value;
        value.scale = in.number<std::uint8_t>();
        value.mantissa = in.number<Int128>();
        if (in.failed() || row >= rows || row <= previous || value.scale > 36 || value.mantissa <= -kDecimalLimit ||
            value.mantissa >= kDecimalLimit)
            return false;
        column.wide.emplace_back(row, value);
        previous = row;
    }
    return true;
}

/// Every line has a value that can be told, and where `facts` are given it is unknown where they say so and has no more
/// digits than they do.
bool SegmentLines::holds(const Decimals& column, const AmountColumn* facts, std::size_t rows)
{
    std::size_t wide = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const std::int64_t scale = column.scale.at(row);
        if (facts && (scale == DecimalColumn::kNull) != facts->isUnknown(row))
            return false;
        if (scale == DecimalColumn::kNull)
            continue;
        if (scale == DecimalColumn::kWide) {
            if (wide >= column.wide.size() || column.wide[wide].first != row)
                return false;
            ++wide;
        } else if (scale < 0 || scale > 18) {
            return false;
        } else if (column.fromFacts &&
                   (scale > facts->scale ||
                    facts->narrow.at(row) % kPowers[facts->scale - static_cast<std::size_t>(scale)] != 0)) {
            return false;
        }
    }
    return wide == column.wide.size();
}

bool SegmentLines::timesHold() const
{
    for (std::size_t row = 0; row < m_chunk->size(); ++row) {
        const std::int64_t second = m_second.at(row);
        const std::int64_t hasEnd = m_hasEnd.at(row);
        if (second < 0 || second >= kSecondsPerDay || hasEnd < 0 || hasEnd > 1)
            return false;
        if (hasEnd == 1) {
            const std::int64_t end = chargeEnd(row).seconds;
            if (end < -kFarthestEnd || end > kFarthestEnd)
                return false;
        }
    }
    return true;
}

Result<SegmentLines> SegmentLines::open(const FactChunk& chunk, std::span<const std::uint8_t> lines)
{
    SegmentLines segment;
    segment.m_chunk = &chunk;
    const std::size_t rows = chunk.size();
    ByteReader in(lines);
    if (in.number<std::uint32_t>() != kMagic)
        return kDamaged;
    segment.m_line = in.packed(rows);
    segment.m_second = in.packed(rows);
    segment.m_length = in.packed(rows);
    segment.m_hasEnd = in.packed(rows);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        Decimals& column = segment.m_cost[lens];
        if (!read(in, rows, column) || column.fromFacts == (chunk.cost[lens].wide != nullptr) ||
            !holds(column, &chunk.cost[lens], rows))
            return kDamaged;
    }
    for (Decimals& column : segment.m_quantity) {
        if (!read(in, rows, column) || column.fromFacts || !holds(column, nullptr, rows))
            return kDamaged;
    }
    const auto inlineCount = in.number<std::uint32_t>();
    if (in.failed() || inlineCount > Segment::kMaxInlineColumns)
        return kDamaged;
    std::uint64_t room = kMostInlineBytes;
    for (std::uint32_t i = 0; i < inlineCount; ++i) {
        if (!readTexts(in, rows, segment.m_inline.emplace_back(), room))
            return kDamaged;
    }
    if (in.failed() || in.left() != kPackedSlack || !segment.timesHold())
        return kDamaged;
    return segment;
}

std::uint32_t SegmentLines::combo(std::size_t row) const
{
    return static_cast<std::uint32_t>(m_chunk->runCombo.at(m_chunk->runOf(row)));
}

std::uint32_t SegmentLines::bill(std::size_t row) const
{
    return static_cast<std::uint32_t>(m_chunk->runBill.at(m_chunk->runOf(row)));
}

std::uint64_t SegmentLines::line(std::size_t row) const
{
    return static_cast<std::uint64_t>(m_line.at(row));
}

Instant SegmentLines::chargeStart(std::size_t row) const
{
    return {plus(m_chunk->day.at(row) * kSecondsPerDay, m_second.at(row))};
}

Instant SegmentLines::chargeEnd(std::size_t row) const
{
    return m_hasEnd.at(row) == 0 ? Instant() : Instant{plus(chargeStart(row).seconds, m_length.at(row))};
}

std::optional<Decimal> SegmentLines::valueOf(const Decimals& column, const AmountColumn* facts, std::size_t row)
{
    const auto scale = static_cast<std::uint8_t>(column.scale.at(row));
    if (scale == DecimalColumn::kNull)
        return std::nullopt;
    if (scale == DecimalColumn::kWide) {
        const auto found = std::lower_bound(column.wide.begin(), column.wide.end(), row,
                                            [](const auto& entry, std::size_t at) { return entry.first < at; });
        return found == column.wide.end() || found->first != row ? std::nullopt : std::optional(found->second);
    }
    if (!column.fromFacts)
        return scale > 36 ? std::nullopt : std::optional(Decimal{column.mantissa.at(row), scale});
    return scale > facts->scale ? std::nullopt
                                : std::optional(Decimal{facts->narrow.at(row) / kPowers[facts->scale - scale], scale});
}

std::optional<Decimal> SegmentLines::cost(std::size_t lens, std::size_t row) const
{
    return valueOf(m_cost[lens], &m_chunk->cost[lens], row);
}

std::optional<Decimal> SegmentLines::quantity(std::size_t which, std::size_t row) const
{
    return valueOf(m_quantity[which], nullptr, row);
}

std::int64_t checksumOf(std::span<const std::uint8_t> bytes)
{
    return std::bit_cast<std::int64_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

} // namespace altimeter::store
