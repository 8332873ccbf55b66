#include "providers/core/bytesource.h"

#include "providers/core/inputfile.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <vector>

#include <zlib.h>

namespace altimeter::providers {

Result<std::size_t> MemorySource::read(std::span<char> target)
{
    const std::size_t count = std::min(target.size(), m_bytes.size() - m_at);
    std::memcpy(target.data(), m_bytes.data() + m_at, count);
    m_at += count;
    return count;
}

Result<std::size_t> RereadableSource::read(std::span<char> target)
{
    if (m_at < m_bytes.size()) {
        const std::size_t count = std::min(target.size(), m_bytes.size() - m_at);
        std::memcpy(target.data(), m_bytes.data() + m_at, count);
        m_at += count;
        return count;
    }
    if (m_failure)
        return *m_failure;
    auto count = m_rest.read(target);
    if (!count)
        m_failure = count.error();
    return count;
}

Status ByteSource::rewind()
{
    return Error{ErrorCode::Unsupported, "cannot be read twice", m_name};
}

Status RereadableSource::rewind()
{
    m_bytes.clear();
    m_at = 0;
    return m_failure ? Status(*m_failure) : m_rest.rewind();
}

void RereadableSource::giveBack(std::string_view bytes)
{
    m_bytes.replace(0, m_at, bytes);
    m_at = 0;
}

namespace {

class FileSource final : public ByteSource {
public:
    FileSource(std::string name, InputFile file, std::uint64_t total)
        : ByteSource(std::move(name)), m_file(std::move(file)), m_total(total)
    {
        std::setvbuf(m_file.get(), nullptr, _IONBF, 0);
    }

    Result<std::size_t> read(std::span<char> target) override
    {
        const std::size_t count = std::fread(target.data(), 1, target.size(), m_file.get());
        if (count < target.size() && std::ferror(m_file.get()) != 0)
            return Error{ErrorCode::Io, std::string("cannot be read: ") + std::strerror(errno), name()};
        m_consumed += count;
        return count;
    }
    std::uint64_t consumed() const override { return m_consumed; }
    std::uint64_t total() const override { return m_total; }

    Status rewind() override
    {
        m_consumed = 0;
        if (std::fseek(m_file.get(), 0, SEEK_SET) != 0)
            return Error{ErrorCode::Io, std::string("cannot be read twice: ") + std::strerror(errno), name()};
        return {};
    }

private:
    InputFile m_file;
    std::uint64_t m_total = 0;
    std::uint64_t m_consumed = 0;
};

class GzipSource final : public ByteSource {
public:
    explicit GzipSource(std::unique_ptr<FileSource> packed)
        : ByteSource(packed->name()), m_packed(std::move(packed)), m_input(kInputBytes)
    {
    }
    ~GzipSource() override
    {
        if (m_open)
            inflateEnd(&m_stream);
    }

    Result<std::size_t> read(std::span<char> target) override
    {
        if (target.empty())
            return std::size_t{0};
        if (!m_open && inflateInit2(&m_stream, kGzipWindowBits) != Z_OK)
            return Error{ErrorCode::Io, "not enough memory to unpack it", name()};
        m_open = true;
        const std::size_t wanted = std::min(target.size(), std::size_t{1} << 30);
        m_stream.next_out = reinterpret_cast<Bytef*>(target.data());
        m_stream.avail_out = static_cast<uInt>(wanted);
        while (m_stream.avail_out != 0 && !m_finished && m_failure.ok())
            m_failure = inflateSome();
        // what was unpacked before the damage is given first
        if (!m_failure && m_stream.avail_out == wanted)
            return m_failure.error();
        return wanted - m_stream.avail_out;
    }
    Status rewind() override
    {
        if (m_open)
            inflateEnd(&m_stream);
        m_stream = {};
        m_failure = {};
        m_open = m_betweenMembers = m_finished = false;
        return m_packed->rewind();
    }
    std::uint64_t consumed() const override { return m_packed->consumed(); }
    std::uint64_t total() const override { return m_packed->total(); }

private:
    static constexpr std::size_t kInputBytes = std::size_t{256} << 10;
    static constexpr int kGzipWindowBits = 15 + 16;

    Status inflateSome()
    {
        if (m_stream.avail_in == 0) {
            if (const Status filled = fill(); !filled || m_finished)
                return filled;
        }
        if (m_betweenMembers && skipPadding())
            return {};
        m_betweenMembers = false;
        const int code = inflate(&m_stream, Z_NO_FLUSH);
        if (code == Z_STREAM_END) {
            m_betweenMembers = true;
            inflateReset(&m_stream);
        } else if (code != Z_OK) {
            return damaged();
        }
        return {};
    }
    Status fill()
    {
        const auto count = m_packed->read(m_input);
        if (!count)
            return count.error();
        m_stream.next_in = reinterpret_cast<Bytef*>(m_input.data());
        m_stream.avail_in = static_cast<uInt>(*count);
        if (*count > 0)
            return {};
        if (!m_betweenMembers)
            return Error{ErrorCode::Corrupt, "the compressed file is cut off before its end", name()};
        m_finished = true;
        return {};
    }
    /// True when only padding was left in the input at hand.
    bool skipPadding()
    {
        while (m_stream.avail_in > 0 && *m_stream.next_in == 0) {
            ++m_stream.next_in;
            --m_stream.avail_in;
        }
        return m_stream.avail_in == 0;
    }
    Error damaged() const
    {
        const std::string detail = m_stream.msg != nullptr ? std::string(" (") + m_stream.msg + ")" : std::string();
        return {ErrorCode::Corrupt, "the compressed bytes are damaged" + detail, name()};
    }

    std::unique_ptr<FileSource> m_packed;
    std::vector<char> m_input;
    z_stream m_stream{};
    Status m_failure; ///< final
    bool m_open = false;
    bool m_betweenMembers = false;
    bool m_finished = false;
};

} // namespace

Result<std::unique_ptr<ByteSource>> openByteSource(const std::filesystem::path& file, const std::string& displayName)
{
    auto opened = openInputFile(file, displayName);
    if (!opened)
        return opened.error();
    InputFile handle = opened.take();
    std::error_code problem;
    const std::uintmax_t size = std::filesystem::file_size(file, problem);
    auto plain = std::make_unique<FileSource>(displayName, std::move(handle), problem ? 0 : size);
    std::array<char, 2> magic{};
    const auto count = plain->read(magic);
    if (!count)
        return count.error();
    if (const Status back = plain->rewind(); !back)
        return back.error();
    if (*count == magic.size() && magic[0] == '\x1F' && magic[1] == '\x8B')
        return std::unique_ptr<ByteSource>(std::make_unique<GzipSource>(std::move(plain)));
    return std::unique_ptr<ByteSource>(std::move(plain));
}

} // namespace altimeter::providers
