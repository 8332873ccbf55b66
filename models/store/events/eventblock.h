#pragma once

#include "models/domain/result.h"
#include "models/events/event.h"
#include "models/facts/packing.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::store {

/// Texts of an event that many events share. Each block has a dictionary of its own for each of them.
enum class EventText : std::uint8_t {
    Workflow,
    UseCase,
    Team,
    User,
    Agent,
    Tool,
    Provider,
    ModelAsked,
    ModelAnswered,
    Tier,
    Region,
    ReportedCurrency,
    Count,
};
inline constexpr std::size_t kEventTextCount = static_cast<std::size_t>(EventText::Count);

/// Texts that nearly every event has for itself.
enum class EventId : std::uint8_t { Run, Id, Parent, Session, Request, Response, Count };
inline constexpr std::size_t kEventIdCount = static_cast<std::size_t>(EventId::Count);

/// An event with the file it was read from, by its number in import_file. CostEvent::file is not kept.
struct FiledEvent {
    CostEvent event;
    std::int64_t file = 0;
};

/// A block as bytes: what figures are made of, and what tells one event from another.
struct EncodedEvents {
    std::vector<std::uint8_t> facts;
    std::vector<std::uint8_t> ids;
};

/// The distinct texts of one or several columns of a block; a view of its bytes.
class BlockTexts {
public:
    std::size_t size() const { return m_ends.size(); }
    std::string at(std::size_t index) const;
    /// None where no text is that.
    std::optional<std::size_t> find(std::string_view text) const;

private:
    friend class EventBlock;
    bool read(ByteReader& in, std::size_t most);
    bool m_isHex = false; ///< kept are the bytes that hexadecimal digits stand for
    std::string_view m_bytes;
    std::vector<std::uint32_t> m_ends;
};

/// Which of the texts each event has.
struct TextIndex {
    PackedColumn packed;
    bool isRow = false; ///< each event has one for itself, in their order
    std::size_t at(std::size_t row) const { return isRow ? row : static_cast<std::size_t>(packed.at(row)); }
};

/// Up to kMaxRows events as they are stored, read where they lie.
class EventBlock {
public:
    static constexpr std::size_t kMaxRows = 65'536;
    /// No count of an event is above this.
    static constexpr std::uint64_t kMostCount = 1'000'000'000'000'000;
    /// A block holds no more than this, unpacked.
    static constexpr std::uint64_t kMaxBytes = std::uint64_t{256} << 20U;

    /// Packs events, which are best in the order of their start. Requires 1 to kMaxRows of them; Error Overflow where
    /// they take more than kMaxBytes.
    static Result<EncodedEvents> encode(std::span<const FiledEvent* const> events);

    EventBlock() = default; ///< no events
    EventBlock(EventBlock&&) noexcept = default;
    EventBlock& operator=(EventBlock&&) noexcept = default;
    EventBlock(const EventBlock&) = delete; ///< columns point into its own bytes
    EventBlock& operator=(const EventBlock&) = delete;
    /// Error Corrupt when the bytes are not what encode() writes or a number is beyond its range; never reads outside
    /// the bytes, which must outlive it. Without `ids` what they tell is empty.
    static Result<EventBlock> open(std::span<const std::uint8_t> facts, std::span<const std::uint8_t> ids);

    std::size_t size() const { return m_rows; }
    bool hasIds() const { return m_hasIds; }
    /// Another one for each block that was opened: what is remembered of one must not be taken for another in its
    /// place.
    std::uint64_t serial() const { return m_serial; }
    std::int64_t start(std::size_t row) const { return m_start.at(row); }
    std::int64_t duration(std::size_t row) const; ///< -1: not known
    std::int64_t until(std::size_t row) const { return m_until.at(row); }
    std::uint64_t calls(std::size_t row) const { return static_cast<std::uint64_t>(m_calls.at(row)); }
    std::int64_t file(std::size_t row) const { return m_file.at(row); }
    /// Requires hasIds().
    std::uint64_t line(std::size_t row) const { return static_cast<std::uint64_t>(m_line.at(row)); }
    EventOperation operation(std::size_t row) const { return static_cast<EventOperation>(m_kinds[0].at(row)); }
    EventStatus status(std::size_t row) const { return static_cast<EventStatus>(m_kinds[1].at(row)); }
    CostLayer layer(std::size_t row) const { return static_cast<CostLayer>(m_kinds[2].at(row)); }
    EventWitness witness(std::size_t row) const { return static_cast<EventWitness>(m_kinds[3].at(row)); }
    EventCopy copy(std::size_t row) const { return static_cast<EventCopy>(m_kinds[4].at(row)); }
    bool isFree(std::size_t row) const { return m_kinds[5].at(row) != 0; }
    Usage usage(std::size_t row) const;
    std::vector<ToolUse> tools(std::size_t row) const;
    std::optional<Decimal> reported(std::size_t row) const;
    bool hasTools() const { return !m_tools.empty(); }

    const BlockTexts& texts(EventText text) const { return m_texts[static_cast<std::size_t>(text)]; }
    std::size_t text(EventText text, std::size_t row) const
    {
        return m_textIndex[static_cast<std::size_t>(text)].at(row);
    }
    /// Requires hasIds(). Those of Parent are those of Id.
    const BlockTexts& ids(EventId id) const { return m_idTexts[dictionaryOf(id)]; }
    std::size_t id(EventId id, std::size_t row) const { return m_idIndex[static_cast<std::size_t>(id)].at(row); }

    /// Everything that is kept of an event; `file` is empty.
    FiledEvent event(std::size_t row) const;

private:
    /// Whole numbers that were divided by a power of a thousand.
    struct Scaled {
        PackedColumn packed;
        std::int64_t unit = 1;
        std::int64_t at(std::size_t row) const
        {
            return static_cast<std::int64_t>(static_cast<std::uint64_t>(packed.at(row)) *
                                             static_cast<std::uint64_t>(unit));
        }
    };
    struct Tool {
        std::uint32_t row = 0;
        std::uint32_t unit = 0;
        Decimal count;
    };
    static std::size_t dictionaryOf(EventId id)
    {
        return static_cast<std::size_t>(id == EventId::Parent ? EventId::Id : id);
    }
    bool readFacts(ByteReader& in);
    bool readIds(ByteReader& in);
    bool readTools(ByteReader& in);
    bool readReported(ByteReader& in);
    bool rangesHold() const;
    bool read(ByteReader& in, Scaled& column) const;
    bool read(ByteReader& in, TextIndex& index, std::size_t texts) const;

    std::size_t m_rows = 0;
    std::uint64_t m_serial = 0;
    bool m_hasIds = false;
    Scaled m_start, m_duration, m_until;
    PackedColumn m_hasDuration, m_calls, m_file, m_line;
    std::array<PackedColumn, 6> m_kinds; ///< operation, status, layer, witness, copy, free of charge
    PackedColumn m_doubt;
    Scaled m_revised;
    std::array<PackedColumn, kUsageClassCount> m_usage;
    std::array<BlockTexts, kEventTextCount> m_texts;
    std::array<TextIndex, kEventTextCount> m_textIndex;
    std::vector<Tool> m_tools; ///< by row, ascending
    BlockTexts m_toolUnits;
    PackedColumn m_reportedScale, m_reportedMantissa;
    std::vector<std::pair<std::uint32_t, Decimal>> m_reportedWide; ///< by row, ascending
    std::array<BlockTexts, kEventIdCount> m_idTexts;               ///< none for Parent
    std::array<TextIndex, kEventIdCount> m_idIndex;
    std::vector<std::uint8_t> m_factBytes, m_idBytes; ///< inflated; empty where they lie plain
};

} // namespace altimeter::store
