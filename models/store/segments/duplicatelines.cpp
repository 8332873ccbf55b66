#include "models/store/segments/duplicatelines.h"

#include "models/store/segments/segment.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <vector>

namespace altimeter::store {

namespace {

/// What a line says, as a hash, with its day.
struct LineContent {
    std::uint64_t hash = 0;
    std::int32_t day = 0;
    friend auto operator<=>(const LineContent&, const LineContent&) = default;
};

LineContent contentOf(const SegmentLines& lines, std::size_t row)
{
    struct {
        std::array<Int128, kLensCount + 4> mantissa{};
        std::int64_t start = 0, end = 0;
        std::uint32_t combo = 0, bill = 0;
        std::array<std::uint8_t, kLensCount + 4> scale{};
        std::array<std::uint64_t, 2> hasEnd{};
    } said;
    static_assert(sizeof said == sizeof said.mantissa + 48); // no padding: all bytes are hashed
    const auto put = [&said](std::size_t at, const std::optional<Decimal>& value) {
        said.scale[at] = value ? value->scale : DecimalColumn::kNull;
        said.mantissa[at] = value ? value->mantissa : Int128{0};
    };
    for (std::size_t lens = 0; lens < kLensCount; ++lens)
        put(lens, lines.cost(lens, row));
    for (std::size_t which = 0; which < 4; ++which)
        put(kLensCount + which, lines.quantity(which, row));
    said.combo = lines.combo(row);
    said.bill = lines.bill(row);
    said.start = lines.chargeStart(row).seconds;
    said.hasEnd[0] = lines.chargeEnd(row).isValid() ? 1 : 0;
    said.end = lines.chargeEnd(row).seconds;
    std::uint64_t hash = XXH3_64bits(&said, sizeof said);
    for (const CellsBeside& column : lines.inlineColumns()) {
        const std::string_view text = column.text(row);
        if (!text.empty())
            hash = XXH3_64bits_withSeed(text.data(), text.size(),
                                        hash ^ XXH3_64bits(column.name.data(), column.name.size()));
    }
    return {hash, lines.chargeStart(row).day().number};
}

/// Lines of the segment whose hash ends in `turn`, of `turns`.
void addContents(std::span<const std::uint8_t> facts, std::span<const std::uint8_t> bytes, std::uint64_t turn,
                 std::uint64_t turns, std::vector<LineContent>& contents)
{
    const auto chunk = FactChunk::open({facts.begin(), facts.end()});
    if (!chunk)
        return;
    const auto lines = SegmentLines::open(*chunk, bytes);
    if (!lines)
        return;
    for (std::size_t row = 0; row < lines->size(); ++row) {
        const LineContent content = contentOf(*lines, row);
        if (content.hash % turns == turn)
            contents.push_back(content);
    }
}

} // namespace

Result<std::map<Day, std::uint64_t>> duplicateLines(const sql::Connection& connection, std::int64_t partition,
                                                    const std::stop_token& stop)
{
    constexpr std::int64_t kLinesAtATime = 4'000'000; // 64 megabytes
    auto count = connection.prepare("SELECT coalesce(sum(rows), 0) FROM segment WHERE partition_id=?1");
    auto segments = connection.prepare("SELECT facts, lines FROM segment WHERE partition_id=?1");
    if (!count || !segments)
        return !count ? count.error() : segments.error();
    if (const auto row = count->bind(1, partition).step(); !row)
        return row.error();
    const auto turns = static_cast<std::uint64_t>(count->integer(0) / kLinesAtATime + 1);
    std::map<Day, std::uint64_t> days;
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
        std::vector<LineContent> contents;
        const Status read = segments->bind(1, partition).each([&]() -> Status {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            addContents(segments->blob(0), segments->blob(1), turn, turns, contents);
            return {};
        });
        if (!read)
            return read.error();
        segments->reset();
        std::sort(contents.begin(), contents.end());
        for (std::size_t i = 1; i < contents.size(); ++i) {
            if (contents[i] == contents[i - 1])
                ++days[Day{contents[i].day}];
        }
    }
    return days;
}

} // namespace altimeter::store
