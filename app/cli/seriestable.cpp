#include "app/cli/seriestable.h"

#include "models/text/csvtext.h"
#include "models/text/jsontext.h"

#include <algorithm>

namespace altimeter::cli {

namespace {

bool isJsonNumber(std::string_view text)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const auto digits = [&text] {
        const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    const bool startsWithZero = text.starts_with('0');
    const std::size_t whole = digits();
    if (whole == 0 || (startsWithZero && whole > 1))
        return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (digits() == 0)
            return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+'))
            text.remove_prefix(1);
        if (digits() == 0)
            return false;
    }
    return text.empty();
}

/// A series name stays text although it may look like a number.
bool isNameColumn(std::string_view column)
{
    return column == "series" || column == "timestamp" || column == "period";
}

} // namespace

std::string seriesName(const CostQuery& query, const CostSeries& series)
{
    if (query.by.empty())
        return "total";
    if (series.isOther)
        return "Other";
    std::string name;
    for (std::size_t i = 0; i < series.keys.size(); ++i)
        name += (i == 0 ? "" : " / ") + series.keys[i];
    return name;
}

std::string seriesKeysJson(const CostQuery& query, const CostSeries& series)
{
    std::string json = "{";
    for (std::size_t i = 0; i < std::min(query.by.size(), series.keys.size()); ++i)
        json +=
            (i == 0 ? "" : ", ") + words::jsonQuoted(toString(query.by[i])) + ": " + words::jsonQuoted(series.keys[i]);
    return json + "}";
}

Status writeCsvText(TableWriter& out, std::string_view name, const std::string& csv)
{
    if (out.format() == OutputFormat::Csv) {
        out.raw(csv);
        return {};
    }
    const auto read = words::readCsv(csv);
    if (read.openQuoteLine > 0)
        return Error{ErrorCode::Invalid, "a quote is never closed", "line " + std::to_string(read.openQuoteLine)};
    const auto& rows = read.records;
    if (rows.empty())
        return Error{ErrorCode::Invalid, "there is no header line", {}};
    const auto& header = rows.front();
    std::vector<OutputColumn> columns;
    for (const std::string& column : header)
        columns.push_back({column});
    out.begin(name, std::move(columns));
    std::vector<bool> isNumber(header.size());
    for (std::size_t i = 0; i < header.size(); ++i)
        isNumber[i] = !isNameColumn(header[i]) && std::all_of(rows.begin() + 1, rows.end(), [i](const auto& row) {
            return i >= row.size() || row[i].empty() || isJsonNumber(row[i]);
        });
    for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
        std::vector<Cell> cells;
        for (std::size_t i = 0; i < header.size(); ++i) {
            const std::string text = i < row->size() ? (*row)[i] : std::string();
            const bool isNull = text.empty() && !isNameColumn(header[i]);
            cells.push_back(isNull ? Cell::null() : Cell{isNumber[i] ? Cell::Kind::Number : Cell::Kind::Text, text});
        }
        out.add(std::move(cells));
    }
    out.end();
    return {};
}

} // namespace altimeter::cli
