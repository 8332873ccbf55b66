#include "models/store/ingest/storedmarks.h"

#include "models/facts/factset.h"
#include "models/store/ingest/linebatch.h"
#include "models/store/segments/dictionaryloading.h"
#include "models/store/segments/segment.h"

#include <algorithm>

namespace altimeter::store {

namespace {

/// Where the identity cells of a tuple stand: up to two fields of a group.
struct IdentityField {
    std::size_t group = 0;
    std::size_t field = 0;
    std::size_t nth = 0; ///< among the identity cells of its group
};

std::array<IdentityField, kIdentityColumns.size()> identityFields()
{
    std::array<IdentityField, kIdentityColumns.size()> fields;
    std::array<std::size_t, kGroupCount> seen{};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto group = static_cast<std::size_t>(*groupOf(kIdentityColumns[i]));
        fields[i] = {group, static_cast<std::size_t>(kIdentityColumns[i]) - columnsOf(static_cast<Group>(group)).first,
                     seen[group]++};
    }
    return fields;
}

std::string_view fieldOf(std::string_view tuple, std::size_t index)
{
    for (; index > 0; --index) {
        const std::size_t end = tuple.find(TextGroup::kSeparator);
        if (end == std::string_view::npos)
            return {};
        tuple.remove_prefix(end + 1);
    }
    return tuple.substr(0, tuple.find(TextGroup::kSeparator));
}

std::uint64_t cellOf(std::string_view field)
{
    return field.find(TextGroup::kEscape) == std::string_view::npos ? identityCell(field)
                                                                    : identityCell(TextGroup::unescape(field));
}

constexpr std::string_view kDamaged = "stored charge lines are damaged; import their files again";

} // namespace

Status StoredMarks::learnTuples(Tuples& tuples)
{
    const auto fields = identityFields();
    const auto tupleOf = [&fields](std::size_t group, std::string_view text) {
        Tuple tuple;
        tuple.hash = Fingerprint::of(text);
        for (const IdentityField& one : fields) {
            if (one.group == group)
                tuple.cells[one.nth] = cellOf(fieldOf(text, one.field));
        }
        return tuple;
    };
    for (std::size_t g = 0; g < kComboGroupCount; ++g)
        tuples[g].push_back(tupleOf(g, {})); // number 0 is the tuple of nulls and not stored
    auto stored = m_db.prepare("SELECT group_id, id, fields FROM member WHERE group_id<?1 ORDER BY group_id, id");
    if (!stored)
        return stored.error();
    return stored->bind(1, static_cast<std::int64_t>(kCoreGroupCount)).each([&]() -> Status {
        const auto g = static_cast<std::size_t>(stored->integer(0));
        if (g >= kComboGroupCount || stored->integer(1) != static_cast<std::int64_t>(tuples[g].size()))
            return Error{ErrorCode::Corrupt, "the attribute dictionary has a gap", {}};
        tuples[g].push_back(tupleOf(g, stored->textView(2)));
        return {};
    });
}

Status StoredMarks::learn()
{
    Tuples tuples;
    if (auto done = learnTuples(tuples); !done)
        return done;
    const auto fields = identityFields();
    std::array<std::size_t, kGroupCount> sizes{};
    for (std::size_t g = 0; g < kGroupCount; ++g)
        sizes[g] = g < kCoreGroupCount ? tuples[g].size() : std::size_t{1} << 32U; // provider columns are not looked at
    auto combos = m_db.prepare("SELECT id, members FROM combo ORDER BY id");
    if (!combos)
        return combos.error();
    return combos->each([&]() -> Status {
        const auto members = comboAt(*combos, m_combos.size(), sizes);
        if (!members)
            return members.error();
        std::array<Fingerprint, kCoreGroupCount> content;
        for (std::size_t g = 0; g < kCoreGroupCount; ++g)
            content[g] = tuples[g][(*members)[g]].hash;
        IdentityCells cells{};
        for (std::size_t i = 0; i < cells.size(); ++i)
            cells[i] = tuples[fields[i].group][(*members)[fields[i].group]].cells[fields[i].nth];
        m_combos.push_back({identityOf(cells), Fingerprint::of(content.data(), sizeof content)});
        return {};
    });
}

Status StoredMarks::addSegment(std::span<const std::uint8_t> facts, std::span<const std::uint8_t> lines,
                               LineMarks& marks) const
{
    const auto chunk = FactChunk::open({facts.begin(), facts.end()});
    if (!chunk)
        return chunk.error();
    const auto stored = SegmentLines::open(*chunk, lines);
    if (!stored)
        return stored.error();
    constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);
    constexpr auto kEffective = static_cast<std::size_t>(CostLens::Effective);
    for (std::size_t row = 0; row < stored->size(); ++row) {
        const std::uint32_t combo = stored->combo(row);
        if (combo >= m_combos.size())
            return Error{ErrorCode::Corrupt, std::string(kDamaged), {}};
        marks.add(markOf(m_combos[combo].identity, m_combos[combo].core, stored->chargeStart(row).seconds,
                         stored->cost(kBilled, row), stored->cost(kEffective, row)));
    }
    while (marks.size() > LineMarks::kMost)
        marks.thinTo(marks.bits() + 1);
    return {};
}

Result<LineMarks> StoredMarks::of(std::int64_t partition, const std::stop_token& stop)
{
    if (m_combos.empty()) {
        if (auto done = learn(); !done)
            return done.error();
    }
    auto segments =
        m_db.prepare("SELECT facts_checksum, facts, lines_checksum, lines FROM segment WHERE partition_id=?1");
    if (!segments)
        return segments.error();
    LineMarks marks;
    const Status read = segments->bind(1, partition).each([&]() -> Status {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        if (checksumOf(segments->blob(1)) != segments->integer(0) ||
            checksumOf(segments->blob(3)) != segments->integer(2))
            return Error{ErrorCode::Corrupt, std::string(kDamaged), {}};
        return addSegment(segments->blob(1), segments->blob(3), marks);
    });
    if (!read)
        return read.error();
    return marks;
}

} // namespace altimeter::store
