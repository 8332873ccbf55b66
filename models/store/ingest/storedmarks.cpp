#include "models/store/ingest/storedmarks.h"

#include "models/facts/factset.h"
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

std::uint64_t cellOf(Column column, std::string_view field)
{
    return field.find(TextGroup::kEscape) == std::string_view::npos ? identityCell(column, field)
                                                                    : identityCell(column, TextGroup::unescape(field));
}

/// Of a tuple of provider cells: name and cell, one behind the other.
std::uint64_t extraOf(std::string_view tuple)
{
    std::uint64_t sum = 0;
    while (!tuple.empty()) {
        const std::string name = TextGroup::unescape(fieldOf(tuple, 0));
        const std::string cell = TextGroup::unescape(fieldOf(tuple, 1));
        if (!cell.empty())
            sum += extraCell(name, cell);
        for (int field = 0; field < 2; ++field) {
            const std::size_t end = tuple.find(TextGroup::kSeparator);
            tuple.remove_prefix(end == std::string_view::npos ? tuple.size() : end + 1);
        }
    }
    return sum;
}

constexpr std::string_view kDamaged = "stored charge lines are damaged; import their files again";

} // namespace

Status StoredMarks::learnTuples(Tuples& tuples)
{
    const auto fields = identityFields();
    const auto tupleOf = [&fields](std::size_t group, std::string_view text) {
        Tuple tuple;
        tuple.hash = Fingerprint::of(text);
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (fields[i].group == group)
                tuple.cells[fields[i].nth] = cellOf(kIdentityColumns[i], fieldOf(text, fields[i].field));
        }
        return tuple;
    };
    for (std::size_t g = 0; g < kCoreGroupCount; ++g)
        tuples[g].push_back(tupleOf(g, {})); // number 0 is the tuple of nulls and not stored
    m_extras.assign(1, 0);
    m_bills.assign(1, {Fingerprint::of(std::string_view()).low, 0});
    auto stored = m_db.prepare("SELECT group_id, id, fields FROM member ORDER BY group_id, id");
    if (!stored)
        return stored.error();
    return stored->each([&]() -> Status {
        const auto g = static_cast<std::size_t>(stored->integer(0));
        const bool isExtra = g == static_cast<std::size_t>(Group::Extra);
        const std::size_t known = g < kCoreGroupCount ? tuples[g].size() : isExtra ? m_extras.size() : m_bills.size();
        if (g >= kGroupCount || stored->integer(1) != static_cast<std::int64_t>(known))
            return Error{ErrorCode::Corrupt, "the attribute dictionary has a gap", {}};
        if (g < kCoreGroupCount)
            tuples[g].push_back(tupleOf(g, stored->textView(2)));
        else if (isExtra)
            m_extras.push_back(extraOf(stored->textView(2)));
        else
            m_bills.push_back({Fingerprint::of(stored->textView(2)).low,
                               invoiceMark(TextGroup::unescape(fieldOf(stored->textView(2), 0)))});
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
        sizes[g] = g < kCoreGroupCount ? tuples[g].size() : m_extras.size();
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
        m_combos.push_back({identityOf(cells), Fingerprint::of(content.data(), sizeof content),
                            (*members)[static_cast<std::size_t>(Group::Extra)]});
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
    for (std::size_t row = 0; row < stored->size(); ++row) {
        const std::uint32_t number = stored->combo(row);
        if (number >= m_combos.size() || stored->bill(row) >= m_bills.size())
            return Error{ErrorCode::Corrupt, std::string(kDamaged), {}};
        const Combo& combo = m_combos[number];
        const Instant end = stored->chargeEnd(row);
        LineContent content{combo.core,
                            m_extras[combo.extra],
                            m_bills[stored->bill(row)].hash,
                            stored->chargeStart(row).seconds,
                            end.isValid() ? end.seconds : stored->chargeStart(row).seconds,
                            {},
                            m_bills[stored->bill(row)].invoice};
        for (const CellsBeside& beside : stored->inlineColumns()) {
            if (const std::string_view cell = beside.text(row); !cell.empty())
                content.extra += extraCell(beside.name, cell);
        }
        for (std::size_t i = 0; i < LineContent::kNumbers; ++i)
            content.numbers[i] = i < kLensCount ? stored->cost(i, row) : stored->quantity(i - kLensCount, row);
        marks.add(markOf(combo.identity, content));
    }
    marks.limit();
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
