#include "models/store/ingest/providercolumns.h"

#include <xxhash.h>

#include <algorithm>

namespace altimeter::store {

namespace {

/// A column stays in the dictionary until it has shown this many cells with more than half of them distinct. Fewer
/// would judge a file by the chance of its first page; what was numbered before the verdict stays in the dictionary.
constexpr std::uint64_t kDiversityProbe = 2'000;
/// And it stays as long as it has no more values than this, so that a column that begins with few and goes on with
/// millions does not fill the memory of everybody who opens the workspace.
constexpr std::size_t kMostDistinct = std::size_t{1} << 18U;

} // namespace

void ProviderColumns::Distinct::add(std::uint64_t hash)
{
    hash = hash == 0 ? 1 : hash;
    if (2 * (m_count + 1) > m_slots.size()) {
        std::vector<std::uint64_t> known(std::max<std::size_t>(64, 2 * m_slots.size()));
        known.swap(m_slots);
        m_count = 0;
        for (const std::uint64_t each : known) {
            if (each != 0)
                add(each);
        }
    }
    const std::size_t mask = m_slots.size() - 1;
    std::size_t place = hash & mask;
    while (m_slots[place] != 0 && m_slots[place] != hash)
        place = (place + 1) & mask;
    m_count += m_slots[place] == 0 ? 1U : 0U;
    m_slots[place] = hash;
}

void ProviderColumns::begin(std::span<const std::string> names)
{
    m_columns.clear();
    m_inline = 0;
    m_young = names.size();
    for (const std::string& name : names) {
        ProviderColumn column;
        column.name = name;
        m_columns.push_back(std::move(column));
    }
}

/// Counts one more cell of a column that is in the dictionary. Whether it leaves.
bool ProviderColumns::leaves(ProviderColumn& column, const std::string& cell)
{
    column.distinct.add(XXH3_64bits(cell.data(), cell.size()));
    bool isDiverse = column.distinct.size() > kMostDistinct;
    if (column.seen < kDiversityProbe && ++column.seen == kDiversityProbe) {
        --m_young;
        isDiverse = isDiverse || column.distinct.size() > kDiversityProbe / 2;
    }
    return isDiverse && m_inline < Segment::kMaxInlineColumns;
}

std::vector<std::string> ProviderColumns::see(std::span<const std::string> cells, bool isNew)
{
    std::vector<std::string> names;
    if (!isNew && m_young == 0) // cells that were counted before make no column leave
        return names;
    for (std::size_t i = 0; i < m_columns.size() && i < cells.size(); ++i) {
        ProviderColumn& column = m_columns[i];
        const bool isCounted = !isNew && column.seen >= kDiversityProbe;
        if (column.isInline || isCounted || cells[i].empty() || !leaves(column, cells[i]))
            continue;
        column.isInline = true;
        column.distinct = {};
        ++m_inline;
        std::string tuple;
        TextGroup::appendEscaped(tuple, column.name);
        tuple.push_back(TextGroup::kSeparator);
        names.push_back(std::move(tuple));
    }
    return names;
}

std::string ProviderColumns::tupleOf(std::span<const std::string> cells) const
{
    std::string tuple;
    for (std::size_t i = 0; i < cells.size() && i < m_columns.size(); ++i) {
        if (m_columns[i].isInline || cells[i].empty())
            continue;
        if (!tuple.empty())
            tuple.push_back(TextGroup::kSeparator);
        TextGroup::appendEscaped(tuple, m_columns[i].name);
        tuple.push_back(TextGroup::kSeparator);
        TextGroup::appendEscaped(tuple, cells[i]);
    }
    return tuple;
}

std::size_t ProviderColumns::storeInline(Segment& rows, std::span<const std::string> cells) const
{
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < m_columns.size() && i < cells.size(); ++i) {
        if (!m_columns[i].isInline || cells[i].empty())
            continue;
        auto column = std::find_if(rows.inlineColumns.begin(), rows.inlineColumns.end(),
                                   [&](const InlineColumn& known) { return known.name == m_columns[i].name; });
        if (column == rows.inlineColumns.end())
            column = rows.inlineColumns.insert(rows.inlineColumns.end(), InlineColumn{m_columns[i].name, {}});
        column->texts.resize(rows.size() - 1); // lines without a cell since the last one
        column->texts.push_back(cells[i]);
        bytes += cells[i].size();
    }
    return bytes;
}

} // namespace altimeter::store
