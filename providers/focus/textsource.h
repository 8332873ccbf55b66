#pragma once

#include "providers/core/bytesource.h"

#include <cstdint>
#include <memory>
#include <string>

namespace altimeter::providers {

/// The bytes of a text file as UTF-8 with line feeds: UTF-16, with a byte-order mark or where every other byte of its
/// begin is zero, is decoded, and lines that end with carriage returns alone end with line feeds. Everything else
/// passes through as it is. Decided once by the first 64 KiB.
///
/// Characters that UTF-16 does not allow become U+FFFD. Errors: those of the source, and Corrupt where UTF-16 text ends
/// within a character.
class TextSource final : public ByteSource {
public:
    explicit TextSource(std::unique_ptr<ByteSource> bytes);

    Result<std::size_t> read(std::span<char> target) override;
    std::uint64_t consumed() const override { return m_bytes->consumed(); }
    std::uint64_t total() const override { return m_bytes->total(); }
    /// What had to be changed, as a sentence for people; empty where nothing was, and before the first read.
    std::string changes() const;

private:
    enum class Encoding : std::uint8_t { Unknown, Bytes, LittleEndian, BigEndian };

    Status begin();
    Result<std::size_t> readRaw(std::span<char> target);
    Result<bool> decodeMore();
    void decode(std::string_view pairs);
    void turnLineEnds(char* bytes, std::size_t& size);

    std::unique_ptr<ByteSource> m_bytes;
    Encoding m_encoding = Encoding::Unknown;
    bool m_turnsLineEnds = false;
    bool m_afterReturn = false;
    std::string m_begin; ///< read to decide; [m_at, end) is unread
    std::size_t m_at = 0;
    std::string m_decoded; ///< [m_decodedAt, end) is unread
    std::size_t m_decodedAt = 0;
    std::string m_rest;      ///< bytes of a character that is not whole yet
    char32_t m_highHalf = 0; ///< of a pair of which the second half has not come yet
};

} // namespace altimeter::providers
