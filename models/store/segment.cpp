#include "models/store/segment.h"

#include <xxhash.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace altimeter::store {

namespace {

constexpr std::uint32_t kMagic = 0x31474553; // "SEG1"

const Error kDamaged{ErrorCode::Corrupt, "a stored segment is damaged", {}};

std::uint64_t asUnsigned(std::int64_t value)
{
    return std::bit_cast<std::uint64_t>(value);
}

std::int64_t asSigned(std::uint64_t value)
{
    return std::bit_cast<std::int64_t>(value);
}

class Writer {
public:
    void raw(const void* data, std::size_t size)
    {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        m_bytes.insert(m_bytes.end(), bytes, bytes + size);
    }
    void u8(std::uint8_t value) { m_bytes.push_back(value); }
    void u32(std::uint32_t value) { raw(&value, sizeof value); }
    void u64(std::uint64_t value) { raw(&value, sizeof value); }
    void text(std::string_view value)
    {
        u32(static_cast<std::uint32_t>(value.size()));
        raw(value.data(), value.size());
    }

    /// minimum, byte width, then each value's distance from the minimum in that many bytes, little endian
    template <typename T> void integers(const std::vector<T>& values)
    {
        std::int64_t low = 0;
        std::int64_t high = 0;
        if (!values.empty()) {
            const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
            low = static_cast<std::int64_t>(*lowest);
            high = static_cast<std::int64_t>(*highest);
        }
        const std::uint64_t spread = asUnsigned(high) - asUnsigned(low);
        const auto width = static_cast<std::uint8_t>((std::bit_width(spread) + 7) / 8);
        u64(asUnsigned(low));
        u8(width);
        const std::size_t at = m_bytes.size();
        m_bytes.resize(at + values.size() * width + 8);
        std::uint8_t* out = m_bytes.data() + at;
        for (const T value : values) {
            const std::uint64_t distance = asUnsigned(static_cast<std::int64_t>(value)) - asUnsigned(low);
            std::memcpy(out, &distance, 8);
            out += width;
        }
        m_bytes.resize(at + values.size() * width);
    }

    void deflated(const std::string& plain)
    {
        uLongf size = compressBound(plain.size());
        std::vector<std::uint8_t> packed(size);
        compress2(packed.data(), &size, reinterpret_cast<const Bytef*>(plain.data()), plain.size(), 1);
        u64(plain.size());
        u64(size);
        raw(packed.data(), size);
    }

    std::vector<std::uint8_t> take() { return std::move(m_bytes); }

private:
    std::vector<std::uint8_t> m_bytes;
};

class Reader {
public:
    explicit Reader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    bool failed() const { return m_failed; }
    bool atEnd() const { return m_at == m_bytes.size(); }

    const std::uint8_t* take(std::size_t size)
    {
        if (m_failed || size > m_bytes.size() - m_at) {
            m_failed = true;
            return nullptr;
        }
        const std::uint8_t* at = m_bytes.data() + m_at;
        m_at += size;
        return at;
    }
    template <typename T> T number()
    {
        T value{};
        if (const std::uint8_t* bytes = take(sizeof value))
            std::memcpy(&value, bytes, sizeof value);
        return value;
    }
    std::string text()
    {
        const auto size = number<std::uint32_t>();
        const std::uint8_t* bytes = take(size);
        return bytes ? std::string(reinterpret_cast<const char*>(bytes), size) : std::string();
    }

    /// Calls `sink(row, value)` for `rows` stored integers.
    template <typename Sink> void integers(std::size_t rows, Sink sink)
    {
        const auto low = number<std::uint64_t>();
        const auto width = number<std::uint8_t>();
        if (width > 8) {
            m_failed = true;
            return;
        }
        const std::uint8_t* bytes = take(rows * width);
        if (!bytes)
            return;
        const std::uint64_t mask = width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8U * width)) - 1;
        const std::uint8_t* const end = m_bytes.data() + m_bytes.size();
        for (std::size_t row = 0; row < rows; ++row) {
            std::uint64_t distance = 0;
            const std::uint8_t* at = bytes + row * width;
            std::memcpy(&distance, at, end - at >= 8 ? 8 : static_cast<std::size_t>(end - at));
            sink(row, asSigned(low + (distance & mask)));
        }
    }
    template <typename T> void integers(std::size_t rows, std::vector<T>& values)
    {
        values.resize(rows);
        integers(rows, [&values](std::size_t row, std::int64_t value) { values[row] = static_cast<T>(value); });
    }
    std::string inflated()
    {
        const auto plainSize = number<std::uint64_t>();
        const auto size = number<std::uint64_t>();
        const std::uint8_t* packed = take(size);
        if (!packed || plainSize / 1100 > size) { // deflate packs at most about 1032 to 1
            m_failed = true;
            return {};
        }
        std::string plain(plainSize, '\0');
        uLongf written = plainSize;
        if (uncompress(reinterpret_cast<Bytef*>(plain.data()), &written, packed, size) != Z_OK || written != plainSize)
            m_failed = true;
        return plain;
    }

private:
    std::span<const std::uint8_t> m_bytes;
    std::size_t m_at = 0;
    bool m_failed = false;
};

void write(Writer& out, const DecimalColumn& column)
{
    out.integers(column.scale);
    out.integers(column.mantissa);
    out.u32(static_cast<std::uint32_t>(column.wide.size()));
    for (const auto& [row, value] : column.wide) {
        out.u32(row);
        out.u8(value.scale);
        out.u64(static_cast<std::uint64_t>(static_cast<UInt128>(value.mantissa)));
        out.u64(static_cast<std::uint64_t>(static_cast<UInt128>(value.mantissa) >> 64U));
    }
}

bool read(Reader& in, std::size_t rows, DecimalColumn& column)
{
    in.integers(rows, column.scale);
    in.integers(rows, column.mantissa);
    const auto count = in.number<std::uint32_t>();
    if (in.failed() || count > rows)
        return false;
    std::size_t expected = 0;
    for (const std::uint8_t scale : column.scale) {
        if (scale == DecimalColumn::kWide)
            ++expected;
        else if (scale > 36 && scale != DecimalColumn::kNull)
            return false;
    }
    column.wide.resize(count);
    std::int64_t previous = -1;
    for (auto& [row, value] : column.wide) {
        row = in.number<std::uint32_t>();
        value.scale = in.number<std::uint8_t>();
        const auto low = in.number<std::uint64_t>();
        const auto high = in.number<std::uint64_t>();
        value.mantissa = static_cast<Int128>(static_cast<UInt128>(high) << 64U | low);
        if (row >= rows || row <= previous || value.scale > 36 || column.scale[row] != DecimalColumn::kWide)
            return false;
        previous = row;
    }
    return !in.failed() && expected == count;
}

/// The amount of a decimal in attos; what lies below an atto goes through `carry`, in 10^-36.
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

/// Turns exact decimals into the compact column the queries scan: one scale for all, 64 bits where the values fit.
Result<AmountColumn> amountsOf(const DecimalColumn& column, Int128& carry)
{
    AmountColumn amounts;
    const std::size_t rows = column.size();
    std::uint8_t scale = 0;
    for (const std::uint8_t s : column.scale)
        scale = s <= 18 ? std::max(scale, s) : s == DecimalColumn::kNull ? scale : std::uint8_t{19};
    bool narrow = scale <= 18;
    if (narrow) {
        amounts.scale = scale;
        amounts.narrow.resize(rows);
        std::array<std::int64_t, 19> factors{};
        std::int64_t factor = 1;
        for (int s = scale; s >= 0; --s) {
            factors[static_cast<std::size_t>(s)] = factor;
            factor = s > 0 ? factor * 10 : factor;
        }
        for (std::size_t row = 0; row < rows && narrow; ++row) {
            if (column.scale[row] != DecimalColumn::kNull)
                narrow =
                    !__builtin_mul_overflow(column.mantissa[row], factors[column.scale[row]], &amounts.narrow[row]);
        }
    }
    if (!narrow) {
        amounts.narrow.clear();
        amounts.scale = 18;
        amounts.wide.resize(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            const auto value = column.at(row);
            if (!value)
                continue;
            const auto attos = attosOf(*value, carry);
            if (!attos)
                return attos.error();
            amounts.wide[row] = *attos;
        }
    }
    for (std::size_t row = 0; row < rows; ++row) {
        if (column.scale[row] == DecimalColumn::kNull) {
            amounts.unknown.resize((rows + 63) / 64);
            amounts.unknown[row / 64] |= std::uint64_t{1} << (row % 64);
        }
    }
    return amounts;
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

std::vector<std::uint8_t> encode(const Segment& segment)
{
    Writer out;
    out.u32(kMagic);
    out.u32(static_cast<std::uint32_t>(segment.size()));
    out.integers(segment.combo);
    out.integers(segment.bill);
    out.integers(segment.chargeStart);
    for (const DecimalColumn& column : segment.cost)
        write(out, column);
    out.integers(segment.line);
    std::vector<std::int64_t> length(segment.size());
    for (std::size_t row = 0; row < length.size(); ++row)
        length[row] = asSigned(asUnsigned(segment.chargeEnd[row]) - asUnsigned(segment.chargeStart[row]));
    out.integers(length);
    out.integers(segment.hasEnd);
    for (const DecimalColumn& column : segment.quantity)
        write(out, column);
    out.u32(static_cast<std::uint32_t>(segment.inlineColumns.size()));
    for (const InlineColumn& column : segment.inlineColumns) {
        out.text(column.name);
        std::vector<std::uint32_t> sizes;
        std::string all;
        for (const std::string& text : column.texts) {
            sizes.push_back(static_cast<std::uint32_t>(text.size()));
            all += text;
        }
        out.integers(sizes);
        out.deflated(all);
    }
    return out.take();
}

Result<Segment> decode(std::span<const std::uint8_t> bytes)
{
    Reader in(bytes);
    Segment segment;
    if (in.number<std::uint32_t>() != kMagic)
        return kDamaged;
    const auto rows = in.number<std::uint32_t>();
    if (rows > Segment::kMaxRows)
        return kDamaged;
    in.integers(rows, segment.combo);
    in.integers(rows, segment.bill);
    in.integers(rows, segment.chargeStart);
    for (DecimalColumn& column : segment.cost) {
        if (!read(in, rows, column))
            return kDamaged;
    }
    in.integers(rows, segment.line);
    in.integers(rows, segment.chargeEnd);
    if (in.failed())
        return kDamaged;
    for (std::size_t row = 0; row < rows; ++row)
        segment.chargeEnd[row] = asSigned(asUnsigned(segment.chargeEnd[row]) + asUnsigned(segment.chargeStart[row]));
    in.integers(rows, segment.hasEnd);
    for (DecimalColumn& column : segment.quantity) {
        if (!read(in, rows, column))
            return kDamaged;
    }
    const auto inlineCount = in.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < inlineCount && !in.failed(); ++i) {
        InlineColumn column;
        column.name = in.text();
        std::vector<std::uint32_t> sizes;
        in.integers(rows, sizes);
        const std::string all = in.inflated();
        std::size_t at = 0;
        for (const std::uint32_t size : sizes) {
            if (size > all.size() - at)
                return kDamaged;
            column.texts.push_back(all.substr(at, size));
            at += size;
        }
        segment.inlineColumns.push_back(std::move(column));
    }
    if (in.failed() || !in.atEnd())
        return kDamaged;
    return segment;
}

Result<FactChunk> decodeFacts(std::span<const std::uint8_t> bytes, std::array<Int128, kLensCount>& carry)
{
    Reader in(bytes);
    FactChunk chunk;
    if (in.number<std::uint32_t>() != kMagic)
        return kDamaged;
    const auto rows = in.number<std::uint32_t>();
    if (rows > Segment::kMaxRows)
        return kDamaged;
    in.integers(rows, chunk.combo);
    in.integers(rows, chunk.bill);
    chunk.day.resize(rows);
    in.integers(rows,
                [&chunk](std::size_t row, std::int64_t seconds) { chunk.day[row] = Instant{seconds}.day().number; });
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        DecimalColumn column;
        if (!read(in, rows, column))
            return kDamaged;
        auto amounts = amountsOf(column, carry[lens]);
        if (!amounts)
            return amounts.error();
        chunk.cost[lens] = amounts.take();
    }
    if (std::adjacent_find(chunk.bill.begin(), chunk.bill.end(), std::not_equal_to<>()) == chunk.bill.end()) {
        chunk.constantBill = chunk.bill.empty() ? 0 : chunk.bill.front();
        chunk.bill.clear();
        chunk.bill.shrink_to_fit();
    }
    return chunk;
}

std::int64_t checksumOf(std::span<const std::uint8_t> bytes)
{
    return asSigned(XXH3_64bits(bytes.data(), bytes.size()));
}

} // namespace altimeter::store
