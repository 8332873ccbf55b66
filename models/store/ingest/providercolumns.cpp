#include "models/store/ingest/providercolumns.h"

#include <xxhash.h>

#include <algorithm>

namespace altimeter::store {

namespace {

/// A column stays in the dictionary until it has shown this many cells with more than half of them distinct. Fewer
/// would judge a file by the chance of its first page; what was numbered before the verdict stays in the dictionary.
constexpr std::uint64_t kDiversityProbe = 2'000;

} // namespace

void ProviderColumns::begin(std::span<const std::string> names)
{
    m_columns.clear();
    m_inline = 0;
    for (const std::string& name : names) {
        ProviderColumn column;
        column.name = name;
        m_columns.push_back(std::move(column));
    }
}

std::vector<std::string> ProviderColumns::probe(const LineBatch& batch)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        ProviderColumn& column = m_columns[i];
        for (std::size_t at = 0; at < batch.lines.size() && column.seen < kDiversityProbe; ++at) {
            const auto& cells = batch.extras[batch.lines[at].extra];
            if (i >= cells.size() || cells[i].empty())
                continue;
            ++column.seen;
            column.distinct.insert(XXH3_64bits(cells[i].data(), cells[i].size()));
            if (column.seen < kDiversityProbe)
                continue;
            column.isInline = column.distinct.size() > kDiversityProbe / 2 && m_inline < Segment::kMaxInlineColumns;
            column.distinct = {};
            if (!column.isInline)
                continue;
            ++m_inline;
            std::string tuple;
            TextGroup::appendEscaped(tuple, column.name);
            tuple.push_back(TextGroup::kSeparator);
            names.push_back(std::move(tuple));
        }
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
