#include "app/session/sync/spool.h"

#include <cstring>
#include <functional>
#include <type_traits>

namespace altimeter::session {

namespace {

constexpr std::size_t kLinesPerBatch = 4096;

template <typename T> void put(std::string& bytes, const T& value)
{
    static_assert(std::is_trivially_copyable_v<T>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void putText(std::string& bytes, std::string_view text)
{
    put(bytes, static_cast<std::uint32_t>(text.size()));
    bytes.append(text);
}

template <typename T> T get(const char*& at)
{
    T value{};
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
}

std::string_view getText(const char*& at)
{
    const auto size = get<std::uint32_t>(at);
    const std::string_view text(at, size);
    at += size;
    return text;
}

template <std::size_t N> void putNumbers(std::string& bytes, const std::array<std::optional<Decimal>, N>& numbers)
{
    for (const auto& number : numbers) {
        put(bytes, static_cast<std::uint8_t>(number.has_value()));
        if (number) {
            put(bytes, number->mantissa);
            put(bytes, number->scale);
        }
    }
}

template <std::size_t N> void getNumbers(const char*& at, std::array<std::optional<Decimal>, N>& numbers)
{
    for (auto& number : numbers) {
        if (get<std::uint8_t>(at) == 0)
            continue;
        Decimal value;
        value.mantissa = get<Int128>(at);
        value.scale = get<std::uint8_t>(at);
        number = value;
    }
}

void write(std::string& bytes, const CostLine& line)
{
    put(bytes, line.lineNumber);
    for (std::size_t i = 0; i < kColumnCount; ++i) {
        if (line.text[i].empty())
            continue;
        put(bytes, static_cast<std::uint8_t>(i));
        putText(bytes, line.text[i]);
    }
    put(bytes, static_cast<std::uint8_t>(kColumnCount));
    put(bytes, static_cast<std::uint32_t>(line.extra.size()));
    for (const std::string_view cell : line.extra)
        putText(bytes, cell);
    putNumbers(bytes, line.cost);
    putNumbers(bytes, line.quantity);
    put(bytes, line.chargeStart);
    put(bytes, line.chargeEnd);
    put(bytes, line.billingPeriod);
    put(bytes, line.currency);
    putText(bytes, line.provider);
    put(bytes, line.attributes);
}

void write(std::string& bytes, const RejectedLine& line)
{
    put(bytes, line.line);
    const RejectedLine::Readable& readable = line.readable;
    for (const std::string* text : {&line.file, &line.check, &line.message, &line.text, &line.source,
                                    &readable.provider, &readable.billingAccount})
        putText(bytes, *text);
    put(bytes, readable.hasKey);
    put(bytes, readable.billingPeriod);
    put(bytes, readable.chargeDay);
    put(bytes, readable.currency);
    putNumbers(bytes, readable.cost);
    put(bytes, readable.unreadable);
}

RejectedLine readRejected(const char*& at)
{
    RejectedLine line;
    line.line = get<std::uint64_t>(at);
    RejectedLine::Readable& readable = line.readable;
    for (std::string* text : {&line.file, &line.check, &line.message, &line.text, &line.source, &readable.provider,
                              &readable.billingAccount})
        *text = getText(at);
    readable.hasKey = get<bool>(at);
    readable.billingPeriod = get<Day>(at);
    readable.chargeDay = get<Day>(at);
    readable.currency = get<Currency>(at);
    getNumbers(at, readable.cost);
    readable.unreadable = get<std::array<bool, kLensCount>>(at);
    return line;
}

/// `extra` gives the place for the cells of CostLine::extra.
CostLine read(const char*& at, std::vector<std::string_view>& extra)
{
    CostLine line;
    line.lineNumber = get<std::uint64_t>(at);
    for (auto i = get<std::uint8_t>(at); i != kColumnCount; i = get<std::uint8_t>(at))
        line.text[i] = getText(at);
    extra.resize(get<std::uint32_t>(at));
    for (std::string_view& cell : extra)
        cell = getText(at);
    line.extra = extra;
    getNumbers(at, line.cost);
    getNumbers(at, line.quantity);
    line.chargeStart = get<Instant>(at);
    line.chargeEnd = get<Instant>(at);
    line.billingPeriod = get<Day>(at);
    line.currency = get<Currency>(at);
    line.provider = getText(at);
    line.attributes = get<std::array<std::uint64_t, 2>>(at);
    return line;
}

Error tooMuch(const std::string& what)
{
    return {ErrorCode::Invalid,
            "the delivery holds " + what,
            {},
            "What was stored before stays. Check the address, or ask for fewer days at a time."};
}

} // namespace

class Spool::Batch final : public CostBatch {
public:
    Status add(const CostLine& line) override
    {
        write(bytes, line);
        ++lines;
        return {};
    }
    void reject(RejectedLine line) override
    {
        write(rejectedBytes, line);
        ++rejected;
    }

    std::string bytes, rejectedBytes;
    std::uint64_t lines = 0, rejected = 0;
};

Result<std::unique_ptr<Spool>> Spool::open()
{
    std::unique_ptr<Spool> spool(new Spool);
    spool->m_data.reset(std::tmpfile());
    if (!spool->m_data)
        return Error{ErrorCode::Io, "no temporary file can be made", {}};
    return spool;
}

Status Spool::begin(const std::string& file, std::span<const std::string> header,
                    std::span<const std::string> extraColumns)
{
    m_parts.push_back({Part::Kind::File, m_files.size()});
    m_files.push_back({file, {header.begin(), header.end()}, {extraColumns.begin(), extraColumns.end()}});
    return {};
}

std::unique_ptr<CostBatch> Spool::newBatch()
{
    return std::make_unique<Batch>();
}

Status Spool::take(std::unique_ptr<CostBatch> batch)
{
    auto& given = static_cast<Batch&>(*batch);
    m_bytes += given.bytes.size();
    m_noteBytes += given.rejectedBytes.size();
    if (m_bytes > kMostBytes)
        return tooMuch("charges of more than 16 GiB");
    if (m_noteBytes > kMostNoteBytes)
        return tooMuch("unusable records of more than 256 MiB");
    for (const std::string& bytes : {std::cref(given.bytes), std::cref(given.rejectedBytes)}) {
        if (std::fwrite(bytes.data(), 1, bytes.size(), m_data.get()) != bytes.size())
            return Error{ErrorCode::Io, "the charges cannot be held in a temporary file; is the disk full?", {}};
    }
    m_lines += given.lines;
    m_parts.push_back({Part::Kind::Lines, 0, given.bytes.size(), given.rejectedBytes.size()});
    return {};
}

Status Spool::finding(const Finding& finding)
{
    m_noteBytes += sizeof finding + finding.message.size();
    if (m_noteBytes > kMostNoteBytes)
        return tooMuch("findings of more than 256 MiB");
    m_parts.push_back({Part::Kind::Finding, m_findings.size()});
    m_findings.push_back(finding);
    return {};
}

Status Spool::replay(CostLineSink& sink, const std::function<bool(const CostLine&)>& isTaken,
                     const std::stop_token& stop)
{
    const Error unreadable{ErrorCode::Io, "the held charges cannot be read back", {}};
    if (std::fflush(m_data.get()) != 0)
        return unreadable;
    std::rewind(m_data.get());
    std::string bytes;
    std::vector<std::string_view> extra;
    for (const Part& part : m_parts) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        if (part.kind == Part::Kind::File) {
            const File& file = m_files[part.index];
            if (auto done = sink.begin(file.name, file.header, file.extraColumns); !done)
                return done;
            continue;
        }
        if (part.kind == Part::Kind::Finding) {
            if (auto done = sink.finding(m_findings[part.index]); !done)
                return done;
            continue;
        }
        bytes.resize(part.bytes);
        if (std::fread(bytes.data(), 1, bytes.size(), m_data.get()) != bytes.size())
            return unreadable;
        auto batch = sink.newBatch();
        const char* at = bytes.data();
        for (std::size_t lines = 0; at < bytes.data() + bytes.size(); ++lines) {
            if (lines == kLinesPerBatch) {
                if (auto done = sink.take(std::move(batch)); !done)
                    return done;
                batch = sink.newBatch();
                lines = 0;
            }
            const CostLine line = read(at, extra);
            if (!isTaken(line))
                continue;
            if (auto done = batch->add(line); !done)
                return done;
        }
        bytes.resize(part.rejectedBytes);
        if (std::fread(bytes.data(), 1, bytes.size(), m_data.get()) != bytes.size())
            return unreadable;
        for (const char* rejected = bytes.data(); rejected < bytes.data() + bytes.size();)
            batch->reject(readRejected(rejected));
        if (auto done = sink.take(std::move(batch)); !done)
            return done;
    }
    return {};
}

} // namespace altimeter::session
