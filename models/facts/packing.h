#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

// Why whole bytes and one width a column: a value is then one unaligned read, one mask and one addition, without a
// branch or a shift that depends on the row. Packing by bits would save some bytes and pay for them in every scan.

/// Bytes that must follow a packed column, so that its last value can be read in one piece.
inline constexpr std::size_t kPackedSlack = 8;

/// Whole numbers in as few bytes as the widest needs: each is `low` plus a distance of `width` bytes, little endian.
/// A view: somebody else owns the bytes, and kPackedSlack more follow them.
struct PackedColumn {
    const std::uint8_t* bytes = nullptr;
    std::int64_t low = 0;
    std::uint64_t mask = 0; ///< the bits of one distance; 0 for a column of equal values
    std::uint8_t width = 0; ///< 0..8

    /// Reads eight bytes whatever the width: those of the next values are masked away, those behind the last one are
    /// slack. Added as unsigned, because `low` plus a distance may pass through the whole range of 64 bits.
    std::int64_t at(std::size_t row) const
    {
        std::uint64_t distance = 0;
        std::memcpy(&distance, bytes + row * width, sizeof distance);
        return std::bit_cast<std::int64_t>(std::bit_cast<std::uint64_t>(low) + (distance & mask));
    }
    static std::uint64_t maskOf(std::uint8_t width)
    {
        return width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8U * width)) - 1;
    }
};

/// Writes numbers, texts and packed columns one behind the other.
class ByteWriter {
public:
    void raw(const void* data, std::size_t size)
    {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        m_bytes.insert(m_bytes.end(), bytes, bytes + size);
    }
    template <typename T> void number(T value) { raw(&value, sizeof value); }
    void text(std::string_view value)
    {
        number(static_cast<std::uint32_t>(value.size()));
        raw(value.data(), value.size());
    }
    /// Writes `size` values as a packed column; `valueOf(row)` answers each.
    template <typename ValueOf> void packed(std::size_t size, ValueOf valueOf)
    {
        std::int64_t low = size == 0 ? 0 : static_cast<std::int64_t>(valueOf(std::size_t{0}));
        std::int64_t high = low;
        for (std::size_t row = 1; row < size; ++row) {
            const auto value = static_cast<std::int64_t>(valueOf(row));
            low = std::min(low, value);
            high = std::max(high, value);
        }
        const std::uint64_t from = std::bit_cast<std::uint64_t>(low);
        const auto width =
            static_cast<std::uint8_t>((std::bit_width(std::bit_cast<std::uint64_t>(high) - from) + 7) / 8);
        number(low);
        number(width);
        const std::size_t at = m_bytes.size();
        m_bytes.resize(at + size * width + kPackedSlack);
        std::uint8_t* out = m_bytes.data() + at;
        for (std::size_t row = 0; width > 0 && row < size; ++row, out += width) {
            const std::uint64_t distance = std::bit_cast<std::uint64_t>(static_cast<std::int64_t>(valueOf(row))) - from;
            std::memcpy(out, &distance, sizeof distance);
        }
        m_bytes.resize(at + size * width);
    }
    template <typename T> void packed(const std::vector<T>& values)
    {
        packed(values.size(), [&values](std::size_t row) { return values[row]; });
    }

    std::size_t size() const { return m_bytes.size(); }
    std::vector<std::uint8_t> take() { return std::move(m_bytes); }

private:
    std::vector<std::uint8_t> m_bytes;
};

/// Reads what ByteWriter wrote. After the first value that is not there failed() stays true and zeros are answered; it
/// never reads outside the bytes.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    bool failed() const { return m_failed; }
    std::size_t left() const { return m_bytes.size() - m_at; }

    const std::uint8_t* take(std::size_t size)
    {
        if (m_failed || size > left()) {
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
    /// A view of `rows` packed values; fails where fewer than kPackedSlack bytes would follow it.
    PackedColumn packed(std::size_t rows)
    {
        static constexpr std::uint8_t kZeros[kPackedSlack]{};
        PackedColumn column;
        column.bytes = kZeros;
        const auto low = number<std::int64_t>();
        const auto width = number<std::uint8_t>();
        const bool fits = width <= 8 && (width == 0 || rows <= left() / width);
        const std::uint8_t* bytes = fits ? take(rows * width) : nullptr;
        if (!bytes || (width > 0 && left() < kPackedSlack)) {
            m_failed = true;
            return column;
        }
        column.low = low;
        if (width > 0)
            column.bytes = bytes;
        column.width = width;
        column.mask = PackedColumn::maskOf(width);
        return column;
    }

private:
    std::span<const std::uint8_t> m_bytes;
    std::size_t m_at = 0;
    bool m_failed = false;
};

} // namespace altimeter
