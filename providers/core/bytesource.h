#pragma once

#include "models/domain/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace altimeter::providers {

/// How much a reader asks for at a time.
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

/// Bytes that arrive in order, from a plain file, a gzip file or memory. One thread at a time.
class ByteSource {
public:
    explicit ByteSource(std::string name) : m_name(std::move(name)) {}
    virtual ~ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    /// Fills as much of `target` as it can and answers how many bytes that was; 0 means the end.
    /// Error Io when the medium fails, Corrupt when compressed bytes are damaged or cut off; both name the file.
    virtual Result<std::size_t> read(std::span<char> target) = 0;
    /// The next read begins anew. Error Unsupported or Io where the medium cannot be read twice.
    virtual Status rewind();
    /// Bytes taken from the medium so far, before decompression.
    virtual std::uint64_t consumed() const = 0;
    /// Bytes on the medium.
    virtual std::uint64_t total() const = 0;

    const std::string& name() const { return m_name; }

private:
    std::string m_name; ///< as shown to people, constant
};

/// Bytes that are already in memory; `bytes` is copied.
class MemorySource : public ByteSource {
public:
    MemorySource(std::string name, std::string bytes) : ByteSource(std::move(name)), m_bytes(std::move(bytes)) {}

    Result<std::size_t> read(std::span<char> target) override;
    Status rewind() override
    {
        m_at = 0;
        return {};
    }
    std::uint64_t consumed() const override { return m_at; }
    std::uint64_t total() const override { return m_bytes.size(); }

private:
    std::string m_bytes;
    std::size_t m_at = 0;
};

/// A source whose bytes can be given back: they are read again before the rest. An error of the source is final.
class RereadableSource : public ByteSource {
public:
    /// `rest` must outlive this source.
    explicit RereadableSource(ByteSource& rest) : ByteSource(rest.name()), m_rest(rest) {}

    Result<std::size_t> read(std::span<char> target) override;
    Status rewind() override;
    std::uint64_t consumed() const override { return m_rest.consumed(); }
    std::uint64_t total() const override { return m_rest.total(); }
    /// The next reads answer `bytes`, then what was given back before, then the source's own.
    void giveBack(std::string_view bytes);

private:
    ByteSource& m_rest;
    std::string m_bytes; ///< given back; those from m_at on are unread
    std::size_t m_at = 0;
    std::optional<Error> m_failure;
};

/// Opens a plain or gzip file, told apart by its first bytes, never by its name. Several gzip members in a row read as
/// one; zero padding behind them is ignored. Error NotFound or Io names `displayName`.
Result<std::unique_ptr<ByteSource>> openByteSource(const std::filesystem::path& file, const std::string& displayName);

} // namespace altimeter::providers
