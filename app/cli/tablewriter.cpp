#include "app/cli/tablewriter.h"

#include "app/cli/text.h"
#include "models/text/csvtext.h"
#include "models/text/jsontext.h"
#include "models/text/utf8.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace altimeter::cli {

namespace {

std::string jsonValue(const Cell& cell)
{
    switch (cell.kind) {
    case Cell::Kind::Null:
        return "null";
    case Cell::Kind::Text:
    case Cell::Kind::Amount:
        return words::jsonQuoted(cell.text);
    case Cell::Kind::Number:
    case Cell::Kind::Json:
        return cell.text;
    }
    return "null";
}

/// What a person reads: nine decimals at most, two at least.
std::string shownAmount(const std::string& exact)
{
    const auto sum = DecimalSum::parse(exact);
    if (!sum)
        return terminalName(exact);
    std::string text = sum->toRoundedString(9);
    const std::size_t point = text.find('.');
    const std::size_t last = std::max(text.find_last_not_of('0'), point + 2);
    return text.substr(0, last + 1);
}

std::size_t decimalsOf(const std::string& text)
{
    const std::size_t point = text.find('.');
    return point == std::string::npos ? 0 : text.size() - point;
}

bool isRightAligned(Cell::Kind kind)
{
    return kind == Cell::Kind::Amount || kind == Cell::Kind::Number;
}

} // namespace

void TableWriter::beginDocument()
{
    m_inDocument = true;
    if (m_format == OutputFormat::Json)
        raw("{\n");
}

void TableWriter::begin(std::string_view name, std::vector<OutputColumn> columns)
{
    m_columns = std::move(columns);
    m_rowsWritten = 0;
    m_rows.clear();
    if (m_blocks > 0)
        raw(m_format == OutputFormat::Json ? ",\n" : "\n");
    ++m_blocks;
    if (m_format == OutputFormat::Json) {
        raw(m_inDocument ? words::jsonQuoted(name) + ": [" : "[");
    } else if (m_format == OutputFormat::Csv) {
        std::vector<Cell> header;
        for (const OutputColumn& column : m_columns)
            header.push_back(Cell::ofText(column.name));
        writeCsv(header);
    }
}

void TableWriter::add(std::vector<Cell> cells)
{
    assert(cells.size() == m_columns.size() && "one cell per column");
    switch (m_format) {
    case OutputFormat::Csv:
        writeCsv(cells);
        break;
    case OutputFormat::Json:
        writeJson(cells);
        break;
    case OutputFormat::Table:
        m_rows.push_back(std::move(cells));
        break;
    }
    ++m_rowsWritten;
}

void TableWriter::end()
{
    if (m_format == OutputFormat::Table)
        writeTable();
    if (m_format == OutputFormat::Json)
        raw(m_rowsWritten == 0 ? "]" : "\n]");
    if (m_format == OutputFormat::Json && !m_inDocument)
        raw("\n");
}

void TableWriter::endDocument()
{
    if (m_format == OutputFormat::Json)
        raw("\n}\n");
}

void TableWriter::raw(std::string_view text)
{
    if (!m_failed && std::fwrite(text.data(), 1, text.size(), m_out) != text.size()) {
        m_failed = true;
        m_errno = errno;
    }
}

Status TableWriter::finish()
{
    if (!m_failed && std::fflush(m_out) != 0) {
        m_failed = true;
        m_errno = errno;
    }
    if (!m_failed)
        return {};
    return Error{ErrorCode::Io, std::string("could not be written: ") + std::strerror(m_errno), "standard output"};
}

bool TableWriter::readerIsGone() const
{
    return m_failed && m_errno == EPIPE;
}

void TableWriter::writeCsv(const std::vector<Cell>& cells)
{
    std::string line;
    bool isFirst = true;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (m_columns[i].onlyJson)
            continue;
        if (!isFirst)
            line += ',';
        isFirst = false;
        words::appendCsvField(line, cells[i].text);
    }
    raw(line + "\n");
}

void TableWriter::writeJson(const std::vector<Cell>& cells)
{
    std::string line = m_rowsWritten == 0 ? "\n  {" : ",\n  {";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0)
            line += ", ";
        line += words::jsonQuoted(m_columns[i].name) + ": " + jsonValue(cells[i]);
    }
    raw(line + "}");
}

void TableWriter::writeTable()
{
    struct Layout {
        std::size_t index = 0, width = 0, decimals = 0;
        bool right = false;
    };
    std::vector<Layout> layouts;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (!m_columns[i].onlyJson)
            layouts.push_back({i, words::characterCount(terminalName(m_columns[i].name)), 0, false});
    }
    for (auto& cells : m_rows) {
        for (Layout& layout : layouts) {
            Cell& cell = cells[layout.index];
            cell.text = cell.kind == Cell::Kind::Amount ? shownAmount(cell.text) : terminalName(cell.text);
            layout.right |= isRightAligned(cell.kind);
            layout.decimals = std::max(layout.decimals, isRightAligned(cell.kind) ? decimalsOf(cell.text) : 0);
        }
    }
    // Points stand below each other, so that the eye compares sizes.
    const auto padded = [](const Cell& cell, const Layout& layout) {
        const bool pads = isRightAligned(cell.kind);
        return cell.text + std::string(pads ? layout.decimals - decimalsOf(cell.text) : 0, ' ');
    };
    for (const auto& cells : m_rows) {
        for (Layout& layout : layouts)
            layout.width = std::max(layout.width, words::characterCount(padded(cells[layout.index], layout)));
    }
    const auto writeLine = [this, &layouts](auto textOf) {
        std::string line;
        for (const Layout& layout : layouts) {
            const std::string text = textOf(layout);
            const std::string blanks(layout.width - std::min(layout.width, words::characterCount(text)), ' ');
            line += (line.empty() && layout.index == 0 ? "" : "  ") + (layout.right ? blanks + text : text + blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        raw(line + "\n");
    };
    writeLine([this](const Layout& layout) { return terminalName(m_columns[layout.index].name); });
    writeLine([](const Layout& layout) { return std::string(layout.width, '-'); });
    for (const auto& cells : m_rows)
        writeLine([&](const Layout& layout) { return padded(cells[layout.index], layout); });
}

} // namespace altimeter::cli
