#include "app/cli/seriesfile.h"

#include "app/session/files/textfile.h"
#include "models/text/csvtext.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>
#include <unordered_map>

namespace altimeter::cli {

namespace {

constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30;

/// Positions of the columns of interest.
struct Columns {
    std::optional<std::size_t> series;
    std::optional<std::size_t> stamp;
    std::optional<std::size_t> value;
    std::size_t count = 0;
};

Columns columnsOf(const std::vector<std::string>& header, std::string& stampColumn)
{
    Columns columns;
    columns.count = header.size();
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto name = words::toLower(words::trimmed(header[i]));
        if (name == "series" && !columns.series)
            columns.series = i;
        else if (name == "value" && !columns.value)
            columns.value = i;
        else if ((name == "timestamp" || name == "period" || name == "date") && !columns.stamp) {
            columns.stamp = i;
            stampColumn = name;
        }
    }
    return columns;
}

/// NaN for a missing value; nothing for a text that is no finite number.
std::optional<double> valueOf(std::string_view text)
{
    const auto word = words::toLower(words::trimmed(text));
    if (word.empty() || word == "na" || word == "nan" || word == "null")
        return std::numeric_limits<double>::quiet_NaN();
    std::string_view digits = word;
    if (digits.starts_with('+'))
        digits.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

class Reader {
public:
    Reader(std::string name, std::stop_token stop) : m_stop(std::move(stop)) { m_file.name = std::move(name); }

    Result<SeriesFile> read(std::string_view text)
    {
        if (text.starts_with("\xEF\xBB\xBF"))
            text.remove_prefix(3);
        for (std::size_t line = 1; !text.empty(); ++line) {
            if (line % 4096 == 0 && m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "reading was cancelled", m_file.name};
            const auto end = std::min(text.find('\n'), text.size());
            if (const Status status = readLine(words::trimmed(text.substr(0, end)), line); !status)
                return status.error();
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (!m_columns)
            return Error{ErrorCode::Invalid, "the file is empty; a header line is needed", m_file.name};
        return std::move(m_file);
    }

private:
    Error fault(std::size_t line, std::string_view field, std::string what) const
    {
        const std::string place = m_file.name + ", line " + std::to_string(line);
        return {ErrorCode::Invalid, std::move(what), field.empty() ? place : place + ", " + std::string(field)};
    }

    Status readLine(std::string_view line, std::size_t number)
    {
        if (line.empty())
            return {};
        auto read = words::readCsv(line);
        if (read.openQuoteLine > 0)
            return fault(number, {}, "a quote is not closed on its line");
        m_fields = read.records.empty() ? std::vector<std::string>(1) : std::move(read.records.front());
        return m_columns ? readRow(number) : readHeader(number);
    }

    Status readHeader(std::size_t number)
    {
        m_columns = columnsOf(m_fields, m_file.stampColumn);
        if (!m_columns->stamp)
            return fault(number, "timestamp", "the header has no column timestamp or period");
        if (!m_columns->value)
            return fault(number, "value", "the header has no column value");
        return {};
    }

    Status readRow(std::size_t number)
    {
        const std::size_t needed = std::max({*m_columns->stamp, *m_columns->value, m_columns->series.value_or(0)});
        if (m_fields.size() <= needed)
            return fault(number, {},
                         "the line has " + std::to_string(m_fields.size()) + " fields, the header " +
                             std::to_string(m_columns->count));
        SeriesRow row;
        row.line = number;
        row.series = seriesIndex(m_columns->series ? m_fields[*m_columns->series] : std::string());
        row.stamp = words::trimmed(m_fields[*m_columns->stamp]);
        row.text = words::trimmed(m_fields[*m_columns->value]);
        const auto value = valueOf(row.text);
        if (!value)
            return fault(number, "value", "\"" + row.text + "\" is not a number");
        row.value = *value;
        m_file.rows.push_back(std::move(row));
        return {};
    }

    std::size_t seriesIndex(const std::string& name)
    {
        const auto [at, isNew] = m_index.try_emplace(name, m_file.names.size());
        if (isNew)
            m_file.names.push_back(name);
        return at->second;
    }

    std::stop_token m_stop;
    SeriesFile m_file;
    std::optional<Columns> m_columns;
    std::vector<std::string> m_fields;
    std::unordered_map<std::string, std::size_t> m_index;
};

std::optional<int> takeDigits(std::string_view& text, std::size_t count)
{
    int value = 0;
    if (text.size() < count)
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
    if (error != std::errc{} || end != text.data() + count || text.front() == '-')
        return std::nullopt;
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c)
{
    if (!text.starts_with(c))
        return false;
    text.remove_prefix(1);
    return true;
}

/// Seconds east of UTC of "Z", "+02:00", "-0530" or nothing.
std::optional<int> zoneOf(std::string_view text)
{
    if (text.empty() || text == "Z" || text == "z")
        return 0;
    const int sign = text.front() == '-' ? -1 : 1;
    if (!take(text, '+') && !take(text, '-'))
        return std::nullopt;
    const auto hours = takeDigits(text, 2);
    take(text, ':');
    const auto minutes = text.empty() ? std::optional<int>(0) : takeDigits(text, 2);
    if (!hours || !minutes || !text.empty() || *hours > 14 || *minutes > 59)
        return std::nullopt;
    return sign * (*hours * 3600 + *minutes * 60);
}

} // namespace

std::vector<std::vector<std::size_t>> SeriesFile::rowsBySeries() const
{
    std::vector<std::vector<std::size_t>> answer(names.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        answer[rows[i].series].push_back(i);
    return answer;
}

std::string SeriesFile::place(const SeriesRow& row, std::string_view field) const
{
    return name + ", line " + std::to_string(row.line) + ", " + std::string(field);
}

Result<SeriesFile> readSeriesFile(const std::filesystem::path& path, std::stop_token stop)
{
    const auto text = session::readTextFile(path, kMostBytes);
    if (!text)
        return Error{ErrorCode::Io, text.error().what, path.string()};
    return Reader(path.filename().string(), std::move(stop)).read(*text);
}

std::optional<Instant> parseStamp(std::string_view text)
{
    if (text.size() == 8 && std::all_of(text.begin(), text.end(), words::isDigit)) {
        const auto compact = parseDay(std::string(text.substr(0, 4)) + '-' + std::string(text.substr(4, 2)) + '-' +
                                      std::string(text.substr(6)));
        return compact ? std::optional(Instant{std::int64_t{compact->number} * 86400}) : std::nullopt;
    }
    if (text.size() < 10)
        return std::nullopt;
    const auto day = parseDay(text.substr(0, 10));
    if (!day)
        return std::nullopt;
    const std::int64_t midnight = std::int64_t{day->number} * 86400;
    text.remove_prefix(10);
    if (text.empty())
        return Instant{midnight};
    if (!take(text, 'T') && !take(text, ' '))
        return std::nullopt;
    const auto hours = takeDigits(text, 2);
    if (!hours || !take(text, ':'))
        return std::nullopt;
    const auto minutes = takeDigits(text, 2);
    const auto seconds = take(text, ':') ? takeDigits(text, 2) : std::optional<int>(0);
    if (take(text, '.'))
        text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    const auto zone = zoneOf(words::trimmed(text));
    if (!minutes || !seconds || !zone || *hours > 24 || *minutes > 59 || *seconds > 60)
        return std::nullopt;
    return Instant{midnight + *hours * 3600 + *minutes * 60 + *seconds - *zone};
}

std::string plainNumber(double value)
{
    if (!std::isfinite(value))
        return {};
    if (value == 0)
        return "0";
    const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
    std::array<char, 400> buffer{};
    const int decimals = std::clamp(9 - magnitude, 0, 30);
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
    std::string text(buffer.data(), error == std::errc{} ? end : buffer.data());
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.'))
            text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

} // namespace altimeter::cli
