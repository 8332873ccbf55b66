#include "models/store/events/eventblock.h"

#include "models/text/hextext.h"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace altimeter::store {

namespace {

constexpr std::uint32_t kFactsMagic = 0x31465645; // "EVF1"
constexpr std::uint32_t kIdsMagic = 0x31495645;   // "EVI1"
constexpr std::array<std::int64_t, 4> kUnits{1, 1'000, 1'000'000, 1'000'000'000};
constexpr std::uint8_t kNoDecimal = 255, kWideDecimal = 254;
constexpr std::size_t kMostTools = EventBlock::kMaxRows * 64;

const Error kDamaged{ErrorCode::Corrupt, "a stored block of events is damaged", {}};

using TextOf = const std::string& (*)(const CostEvent&);

/// By EventText, but the last, which is no member.
constexpr std::array<TextOf, kEventTextCount - 1> kTextOf{
    [](const CostEvent& e) -> const std::string& { return e.workflow; },
    [](const CostEvent& e) -> const std::string& { return e.useCase; },
    [](const CostEvent& e) -> const std::string& { return e.team; },
    [](const CostEvent& e) -> const std::string& { return e.user; },
    [](const CostEvent& e) -> const std::string& { return e.agent; },
    [](const CostEvent& e) -> const std::string& { return e.tool; },
    [](const CostEvent& e) -> const std::string& { return e.provider; },
    [](const CostEvent& e) -> const std::string& { return e.modelAsked; },
    [](const CostEvent& e) -> const std::string& { return e.modelAnswered; },
    [](const CostEvent& e) -> const std::string& { return e.tier; },
    [](const CostEvent& e) -> const std::string& { return e.region; },
};

/// By EventId.
constexpr std::array<TextOf, kEventIdCount> kIdOf{
    [](const CostEvent& e) -> const std::string& { return e.run; },
    [](const CostEvent& e) -> const std::string& { return e.id; },
    [](const CostEvent& e) -> const std::string& { return e.parent; },
    [](const CostEvent& e) -> const std::string& { return e.session; },
    [](const CostEvent& e) -> const std::string& { return e.request; },
    [](const CostEvent& e) -> const std::string& { return e.response; },
};

/// Numbers distinct texts in the order in which they come.
class Numbering {
public:
    std::uint32_t numberOf(std::string_view text)
    {
        const auto [at, isNew] = m_numbers.try_emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew)
            m_texts.push_back(text);
        return at->second;
    }
    const std::vector<std::string_view>& texts() const { return m_texts; }

private:
    std::unordered_map<std::string_view, std::uint32_t> m_numbers;
    std::vector<std::string_view> m_texts;
};

bool isHex(std::string_view text)
{
    return text.size() % 2 == 0 && std::all_of(text.begin(), text.end(),
                                               [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::uint8_t digitOf(char c)
{
    return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

/// Ids of traces are hexadecimal digits: half of their bytes say it all.
void writeTexts(ByteWriter& out, const std::vector<std::string_view>& texts)
{
    const bool hex = std::all_of(texts.begin(), texts.end(), isHex);
    std::string bytes;
    std::vector<std::uint32_t> sizes;
    sizes.reserve(texts.size());
    for (const std::string_view text : texts) {
        sizes.push_back(static_cast<std::uint32_t>(hex ? text.size() / 2 : text.size()));
        if (!hex) {
            bytes.append(text);
            continue;
        }
        for (std::size_t at = 0; at < text.size(); at += 2)
            bytes.push_back(static_cast<char>(digitOf(text[at]) << 4U | digitOf(text[at + 1])));
    }
    out.number(static_cast<std::uint32_t>(texts.size()));
    out.number(static_cast<std::uint8_t>(hex ? 1 : 0));
    out.packed(sizes);
    out.number(std::uint64_t{bytes.size()});
    out.raw(bytes.data(), bytes.size());
}

void writeIndex(ByteWriter& out, const std::vector<std::uint32_t>& index)
{
    bool isRow = index.size() > 1;
    for (std::size_t row = 0; row < index.size() && isRow; ++row)
        isRow = index[row] == row;
    out.number(static_cast<std::uint8_t>(isRow ? 1 : 0));
    if (!isRow)
        out.packed(index);
}

void writeScaled(ByteWriter& out, const std::vector<std::int64_t>& values)
{
    std::size_t unit = kUnits.size() - 1;
    for (const std::int64_t value : values) {
        while (value % kUnits[unit] != 0)
            --unit;
    }
    out.number(static_cast<std::uint8_t>(unit));
    out.packed(values.size(), [&](std::size_t row) { return values[row] / kUnits[unit]; });
}

template <typename ValueOf>
void writeScaled(ByteWriter& out, std::span<const FiledEvent* const> events, ValueOf valueOf)
{
    std::vector<std::int64_t> values;
    values.reserve(events.size());
    for (const FiledEvent* one : events)
        values.push_back(valueOf(one->event));
    writeScaled(out, values);
}

template <typename ValueOf>
void writePacked(ByteWriter& out, std::span<const FiledEvent* const> events, ValueOf valueOf)
{
    out.packed(events.size(), [&](std::size_t row) { return static_cast<std::int64_t>(valueOf(*events[row])); });
}

void writeDecimal(ByteWriter& out, const Decimal& value)
{
    out.number(value.scale);
    out.number(value.mantissa);
}

void writeTools(ByteWriter& out, std::span<const FiledEvent* const> events)
{
    Numbering units;
    std::uint32_t count = 0;
    for (const FiledEvent* one : events) {
        count += static_cast<std::uint32_t>(one->event.tools.size());
        for (const ToolUse& tool : one->event.tools)
            (void)units.numberOf(tool.unit);
    }
    writeTexts(out, units.texts());
    out.number(count);
    for (std::size_t row = 0; row < events.size(); ++row) {
        for (const ToolUse& tool : events[row]->event.tools) {
            out.number(static_cast<std::uint32_t>(row));
            out.number(units.numberOf(tool.unit));
            writeDecimal(out, tool.count);
        }
    }
}

void writeReported(ByteWriter& out, std::span<const FiledEvent* const> events)
{
    std::vector<std::uint8_t> scale;
    std::vector<std::int64_t> mantissa;
    std::vector<std::uint32_t> wide;
    for (std::size_t row = 0; row < events.size(); ++row) {
        const auto& reported = events[row]->event.reported;
        const bool isNarrow = reported && reported->mantissa >= std::numeric_limits<std::int64_t>::min() &&
                              reported->mantissa <= std::numeric_limits<std::int64_t>::max();
        scale.push_back(!reported ? kNoDecimal : isNarrow ? reported->scale : kWideDecimal);
        mantissa.push_back(isNarrow ? static_cast<std::int64_t>(reported->mantissa) : 0);
        if (reported && !isNarrow)
            wide.push_back(static_cast<std::uint32_t>(row));
    }
    out.packed(scale);
    out.packed(mantissa);
    out.number(static_cast<std::uint32_t>(wide.size()));
    for (const std::uint32_t row : wide) {
        out.number(row);
        writeDecimal(out, *events[row]->event.reported);
    }
}

/// Deflated where that makes it smaller by a tenth: level 1, as it is written once for each event.
std::vector<std::uint8_t> packedWhole(std::vector<std::uint8_t> plain)
{
    uLongf size = compressBound(plain.size());
    std::vector<std::uint8_t> packed(size);
    compress2(packed.data(), &size, plain.data(), plain.size(), 1);
    const bool isPacked = size < plain.size() / 10 * 9;
    ByteWriter out;
    out.number(static_cast<std::uint8_t>(isPacked ? 1 : 0));
    out.number(std::uint64_t{plain.size()});
    out.raw(isPacked ? packed.data() : plain.data(), isPacked ? size : plain.size());
    return out.take();
}

/// The plain bytes: those of `bytes` themselves, or `inflated`. Empty where they are not what packedWhole() wrote.
std::span<const std::uint8_t> plainOf(std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>& inflated)
{
    ByteReader in(bytes);
    const auto isPacked = in.number<std::uint8_t>();
    const auto size = in.number<std::uint64_t>();
    if (in.failed() || isPacked > 1 || size > EventBlock::kMaxBytes)
        return {};
    const std::size_t left = in.left();
    const std::uint8_t* rest = in.take(left);
    if (isPacked == 0)
        return size == left ? std::span(rest, left) : std::span<const std::uint8_t>();
    if (size / 1100 > left) // deflate packs at most about 1032 to 1
        return {};
    inflated.resize(size);
    uLongf written = size;
    if (uncompress(inflated.data(), &written, rest, left) != Z_OK || written != size)
        return {};
    return inflated;
}

bool readDecimal(ByteReader& in, Decimal& value)
{
    value.scale = in.number<std::uint8_t>();
    value.mantissa = in.number<Int128>();
    constexpr Int128 kLimit = Int128{10'000'000'000'000'000'000ULL} * Int128{10'000'000'000'000'000'000ULL};
    return !in.failed() && value.scale <= 36 && value.mantissa < kLimit && value.mantissa > -kLimit;
}

} // namespace

Result<EncodedEvents> EventBlock::encode(std::span<const FiledEvent* const> events)
{
    ByteWriter facts;
    facts.number(kFactsMagic);
    facts.number(static_cast<std::uint32_t>(events.size()));
    writeScaled(facts, events, [](const CostEvent& e) { return e.startNanos; });
    writeScaled(facts, events, [](const CostEvent& e) { return std::max<std::int64_t>(e.durationNanos, 0); });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.durationNanos < 0 ? 0 : 1; });
    writeScaled(facts, events, [](const CostEvent& e) { return e.untilNanos; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.calls; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.operation; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.status; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.layer; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.witness; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.copy; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.isFree ? 1 : 0; });
    writePacked(facts, events, [](const FiledEvent& e) { return e.event.inputDoubt; });
    writeScaled(facts, events, [](const CostEvent& e) { return e.revisedNanos; });
    for (std::size_t at = 0; at < kUsageClassCount; ++at)
        writePacked(facts, events, [at](const FiledEvent& e) { return e.event.usage.counts[at]; });
    std::vector<std::uint32_t> index(events.size());
    for (std::size_t at = 0; at < kEventTextCount; ++at) {
        Numbering numbering;
        for (std::size_t row = 0; row < events.size(); ++row)
            index[row] = numbering.numberOf(at < kTextOf.size() ? std::string_view(kTextOf[at](events[row]->event))
                                            : events[row]->event.reported ? events[row]->event.reportedCurrency.code()
                                                                          : std::string_view());
        writeTexts(facts, numbering.texts());
        writeIndex(facts, index);
    }
    writeTools(facts, events);
    writeReported(facts, events);
    writePacked(facts, events, [](const FiledEvent& e) { return e.file; });
    facts.number(std::uint64_t{0}); // slack of the last packed column

    ByteWriter ids;
    ids.number(kIdsMagic);
    ids.number(static_cast<std::uint32_t>(events.size()));
    std::array<Numbering, kEventIdCount> numberings;
    for (std::size_t at = 0; at < kEventIdCount; ++at) {
        Numbering& numbering = numberings[dictionaryOf(static_cast<EventId>(at))];
        for (std::size_t row = 0; row < events.size(); ++row)
            index[row] = numbering.numberOf(kIdOf[at](events[row]->event));
        writeIndex(ids, index);
    }
    for (std::size_t at = 0; at < kEventIdCount; ++at)
        writeTexts(ids, numberings[at].texts());
    writePacked(ids, events, [](const FiledEvent& e) { return e.event.line; });
    ids.number(std::uint64_t{0});
    if (facts.size() > kMaxBytes || ids.size() > kMaxBytes)
        return Error{ErrorCode::Overflow, "the texts of the events take more room than there is for them", {}};
    return EncodedEvents{packedWhole(facts.take()), packedWhole(ids.take())};
}

bool BlockTexts::read(ByteReader& in, std::size_t most)
{
    const auto count = in.number<std::uint32_t>();
    const auto hex = in.number<std::uint8_t>();
    if (in.failed() || count > most || hex > 1)
        return false;
    const PackedColumn sizes = in.packed(count);
    const auto size = in.number<std::uint64_t>();
    const std::uint8_t* bytes = in.take(size);
    if (!bytes)
        return false;
    m_isHex = hex == 1;
    m_bytes = std::string_view(reinterpret_cast<const char*>(bytes), size);
    m_ends.reserve(count);
    std::uint64_t end = 0;
    for (std::size_t at = 0; at < count; ++at) {
        const auto one = static_cast<std::uint64_t>(sizes.at(at));
        if (one > size - end)
            return false;
        m_ends.push_back(static_cast<std::uint32_t>(end += one));
    }
    return end == size;
}

std::string BlockTexts::at(std::size_t index) const
{
    const std::size_t from = index == 0 ? 0 : m_ends[index - 1];
    const std::string_view bytes = m_bytes.substr(from, m_ends[index] - from);
    return m_isHex ? words::hexOf(bytes) : std::string(bytes);
}

std::optional<std::size_t> BlockTexts::find(std::string_view text) const
{
    std::string digits;
    if (m_isHex) {
        if (!isHex(text))
            return std::nullopt;
        for (std::size_t at = 0; at < text.size(); at += 2)
            digits.push_back(static_cast<char>(digitOf(text[at]) << 4U | digitOf(text[at + 1])));
        text = digits;
    }
    std::size_t from = 0;
    for (std::size_t at = 0; at < m_ends.size(); from = m_ends[at++]) {
        if (m_bytes.substr(from, m_ends[at] - from) == text)
            return at;
    }
    return std::nullopt;
}

bool EventBlock::read(ByteReader& in, Scaled& column) const
{
    const auto unit = in.number<std::uint8_t>();
    if (in.failed() || unit >= kUnits.size())
        return false;
    column.unit = kUnits[unit];
    column.packed = in.packed(m_rows);
    return !in.failed();
}

bool EventBlock::read(ByteReader& in, TextIndex& index, std::size_t texts) const
{
    const auto isRow = in.number<std::uint8_t>();
    index.isRow = isRow == 1;
    if (!index.isRow)
        index.packed = in.packed(m_rows);
    if (in.failed() || isRow > 1)
        return false;
    if (index.isRow || texts == 0)
        return true; // judged where the texts are known
    for (std::size_t row = 0; row < m_rows; ++row) {
        if (static_cast<std::uint64_t>(index.packed.at(row)) >= texts)
            return false;
    }
    return true;
}

bool EventBlock::readTools(ByteReader& in)
{
    if (!m_toolUnits.read(in, kMostTools))
        return false;
    const auto count = in.number<std::uint32_t>();
    constexpr std::size_t kToolBytes = 2 * sizeof(std::uint32_t) + 1 + sizeof(Int128);
    if (in.failed() || count > kMostTools || count > in.left() / kToolBytes)
        return false;
    m_tools.reserve(count);
    for (std::uint32_t at = 0; at < count; ++at) {
        Tool tool;
        tool.row = in.number<std::uint32_t>();
        tool.unit = in.number<std::uint32_t>();
        if (!readDecimal(in, tool.count) || tool.row >= m_rows || tool.unit >= m_toolUnits.size() ||
            (!m_tools.empty() && tool.row < m_tools.back().row))
            return false;
        m_tools.push_back(tool);
    }
    return true;
}

bool EventBlock::readReported(ByteReader& in)
{
    m_reportedScale = in.packed(m_rows);
    m_reportedMantissa = in.packed(m_rows);
    const auto wide = in.number<std::uint32_t>();
    if (in.failed() || wide > m_rows)
        return false;
    for (std::uint32_t at = 0; at < wide; ++at) {
        const auto row = in.number<std::uint32_t>();
        Decimal value;
        if (!readDecimal(in, value) || row >= m_rows || (at > 0 && row <= m_reportedWide.back().first))
            return false;
        m_reportedWide.emplace_back(row, value);
    }
    std::size_t wideRows = 0;
    for (std::size_t row = 0; row < m_rows; ++row) {
        const std::int64_t scale = m_reportedScale.at(row);
        if (scale < 0 || (scale > 36 && scale != kNoDecimal && scale != kWideDecimal))
            return false;
        if (scale == kWideDecimal && (wideRows >= wide || m_reportedWide[wideRows++].first != row))
            return false;
    }
    return wideRows == wide;
}

/// Numbers of enumerations, and what must not be negative; sums over a block may not wrap.
bool EventBlock::rangesHold() const
{
    constexpr std::array<std::int64_t, 4> kMost{
        static_cast<std::int64_t>(EventOperation::Other), static_cast<std::int64_t>(EventStatus::Refused),
        static_cast<std::int64_t>(CostLayer::Tools), static_cast<std::int64_t>(EventWitness::Coarse)};
    for (std::size_t row = 0; row < m_rows; ++row) {
        for (std::size_t at = 0; at < kMost.size(); ++at) {
            const std::int64_t kind = m_kinds[at].at(row);
            if (kind < 0 || kind > kMost[at])
                return false;
        }
        const std::int64_t known = m_hasDuration.at(row);
        if (known < 0 || known > 1 || m_duration.at(row) < 0 || m_file.at(row) <= 0)
            return false;
        for (const PackedColumn& usage : m_usage) {
            if (static_cast<std::uint64_t>(usage.at(row)) > kMostCount)
                return false;
        }
        if (static_cast<std::uint64_t>(m_calls.at(row)) > kMostCount ||
            static_cast<std::uint64_t>(m_doubt.at(row)) > kMostCount)
            return false;
    }
    return true;
}

bool EventBlock::readFacts(ByteReader& in)
{
    if (in.number<std::uint32_t>() != kFactsMagic)
        return false;
    m_rows = in.number<std::uint32_t>();
    if (in.failed() || m_rows == 0 || m_rows > kMaxRows)
        return false;
    if (!read(in, m_start) || !read(in, m_duration))
        return false;
    m_hasDuration = in.packed(m_rows);
    if (!read(in, m_until))
        return false;
    m_calls = in.packed(m_rows);
    for (PackedColumn& kind : m_kinds)
        kind = in.packed(m_rows);
    m_doubt = in.packed(m_rows);
    if (!read(in, m_revised))
        return false;
    for (PackedColumn& usage : m_usage)
        usage = in.packed(m_rows);
    for (std::size_t at = 0; at < kEventTextCount; ++at) {
        if (!m_texts[at].read(in, m_rows) || m_texts[at].size() == 0 ||
            !read(in, m_textIndex[at], m_texts[at].size()) || (m_textIndex[at].isRow && m_texts[at].size() != m_rows))
            return false;
    }
    if (!readTools(in) || !readReported(in))
        return false;
    m_file = in.packed(m_rows);
    return !in.failed();
}

bool EventBlock::readIds(ByteReader& in)
{
    if (in.number<std::uint32_t>() != kIdsMagic || in.number<std::uint32_t>() != m_rows || in.failed())
        return false;
    for (TextIndex& index : m_idIndex) {
        if (!read(in, index, 0))
            return false;
    }
    for (BlockTexts& texts : m_idTexts) {
        if (!texts.read(in, 2 * kMaxRows))
            return false;
    }
    for (std::size_t at = 0; at < kEventIdCount; ++at) {
        const std::size_t texts = m_idTexts[dictionaryOf(static_cast<EventId>(at))].size();
        for (std::size_t row = 0; row < m_rows; ++row) {
            if (m_idIndex[at].at(row) >= texts)
                return false;
        }
    }
    m_line = in.packed(m_rows);
    return !in.failed();
}

Result<EventBlock> EventBlock::open(std::span<const std::uint8_t> facts, std::span<const std::uint8_t> ids)
{
    static std::atomic<std::uint64_t> opened{0};
    EventBlock block;
    block.m_serial = ++opened;
    ByteReader factReader(plainOf(facts, block.m_factBytes));
    if (!block.readFacts(factReader) || !block.rangesHold())
        return kDamaged;
    if (ids.empty())
        return block;
    ByteReader idReader(plainOf(ids, block.m_idBytes));
    if (!block.readIds(idReader))
        return kDamaged;
    block.m_hasIds = true;
    return block;
}

std::int64_t EventBlock::duration(std::size_t row) const
{
    return m_hasDuration.at(row) == 0 ? -1 : m_duration.at(row);
}

Usage EventBlock::usage(std::size_t row) const
{
    Usage usage;
    for (std::size_t at = 0; at < kUsageClassCount; ++at)
        usage.counts[at] = static_cast<std::uint64_t>(m_usage[at].at(row));
    return usage;
}

std::vector<ToolUse> EventBlock::tools(std::size_t row) const
{
    std::vector<ToolUse> tools;
    auto at = std::lower_bound(m_tools.begin(), m_tools.end(), row,
                               [](const Tool& tool, std::size_t wanted) { return tool.row < wanted; });
    for (; at != m_tools.end() && at->row == row; ++at)
        tools.push_back({m_toolUnits.at(at->unit), at->count});
    return tools;
}

std::optional<Decimal> EventBlock::reported(std::size_t row) const
{
    const std::int64_t scale = m_reportedScale.at(row);
    if (scale == kNoDecimal)
        return std::nullopt;
    if (scale != kWideDecimal)
        return Decimal{m_reportedMantissa.at(row), static_cast<std::uint8_t>(scale)};
    const auto found = std::lower_bound(m_reportedWide.begin(), m_reportedWide.end(), row,
                                        [](const auto& one, std::size_t wanted) { return one.first < wanted; });
    return found->second;
}

FiledEvent EventBlock::event(std::size_t row) const
{
    FiledEvent filed;
    CostEvent& event = filed.event;
    filed.file = file(row);
    event.startNanos = start(row);
    event.durationNanos = duration(row);
    event.untilNanos = until(row);
    event.calls = calls(row);
    event.operation = operation(row);
    event.status = status(row);
    event.layer = layer(row);
    event.witness = witness(row);
    event.copy = copy(row);
    event.isFree = isFree(row);
    event.inputDoubt = static_cast<std::uint64_t>(m_doubt.at(row));
    event.revisedNanos = m_revised.at(row);
    event.usage = usage(row);
    event.tools = tools(row);
    const auto textOf = [&](EventText which) { return texts(which).at(text(which, row)); };
    event.workflow = textOf(EventText::Workflow);
    event.useCase = textOf(EventText::UseCase);
    event.team = textOf(EventText::Team);
    event.user = textOf(EventText::User);
    event.agent = textOf(EventText::Agent);
    event.tool = textOf(EventText::Tool);
    event.provider = textOf(EventText::Provider);
    event.modelAsked = textOf(EventText::ModelAsked);
    event.modelAnswered = textOf(EventText::ModelAnswered);
    event.tier = textOf(EventText::Tier);
    event.region = textOf(EventText::Region);
    event.reported = reported(row);
    if (event.reported)
        event.reportedCurrency = Currency(textOf(EventText::ReportedCurrency));
    if (!m_hasIds)
        return filed;
    const auto idOf = [&](EventId which) { return ids(which).at(id(which, row)); };
    event.run = idOf(EventId::Run);
    event.id = idOf(EventId::Id);
    event.parent = idOf(EventId::Parent);
    event.session = idOf(EventId::Session);
    event.request = idOf(EventId::Request);
    event.response = idOf(EventId::Response);
    event.line = line(row);
    return filed;
}

} // namespace altimeter::store
