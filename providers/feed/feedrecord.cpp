#include "providers/feed/feedrecord.h"

#include "models/json/jsonrecords.h"
#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/focus/csvreader.h"
#include "providers/focus/rowtext.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

constexpr std::size_t kLooked = std::size_t{64} << 10;
constexpr std::string_view kAskForLess = "Ask for JSON lines or CSV, or for fewer days at a time.";
constexpr std::size_t kLongestLine = std::size_t{64} << 20;
constexpr std::size_t kMostColumns = 2000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error cancelled()
{
    return {ErrorCode::Cancelled, "stopped", {}};
}

/// Windows-1252 as UTF-8; bytes it does not define become U+FFFD.
std::string fromWindows1252(std::string_view text)
{
    constexpr std::array<char32_t, 32> kHigh{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                             0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                             0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                             0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char32_t code = byte >= 0x80 && byte < 0xA0 ? kHigh[byte - 0x80U] : char32_t{byte};
        if (code < 0x80) {
            out += c;
        } else if (code < 0x800) {
            out += static_cast<char>(0xC0U | (code >> 6U));
            out += static_cast<char>(0x80U | (code & 0x3FU));
        } else {
            out += static_cast<char>(0xE0U | (code >> 12U));
            out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
            out += static_cast<char>(0x80U | (code & 0x3FU));
        }
    }
    return out;
}

/// Says what bytes are that can be neither CSV nor JSON.
Status checkReadable(std::string_view begin, const std::string& name)
{
    if (begin.empty())
        return Error{ErrorCode::Invalid, "there is nothing in it", name};
    if (begin.starts_with("PK\x03\x04") || begin.starts_with("\xD0\xCF\x11\xE0"))
        return Error{ErrorCode::Unsupported, "is a workbook", name, "Save the sheet as \"CSV UTF-8\" and choose that."};
    if (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF"))
        return Error{ErrorCode::Unsupported, "is UTF-16 text", name, "Save it as UTF-8."};
    if (begin.find('\0') != std::string_view::npos)
        return Error{ErrorCode::Unsupported, "is neither CSV nor JSON: it holds binary bytes", name};
    if (words::trimmed(begin).starts_with('<'))
        return Error{ErrorCode::Invalid, "is a web page or XML, neither CSV nor JSON", name,
                     "Check the address: a sign-in page may be in between."};
    return {};
}

std::string formatOf(std::string_view begin)
{
    std::string_view text = begin;
    if (text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    text = words::trimmed(text);
    if (text.starts_with('['))
        return "json";
    if (!text.starts_with('{'))
        return "csv";
    const std::size_t lineEnd = text.find('\n');
    if (lineEnd == std::string_view::npos || !words::trimmed(text.substr(lineEnd)).starts_with('{'))
        return "json";
    const auto line = Json::parse(text.substr(0, lineEnd), {});
    return line && line->isObject() ? "json-lines" : "json";
}

class Reading {
public:
    Reading(ByteSource& source, const FeedOptions& options, FeedColumns& columns, const FeedVisitor& visitor,
            const std::stop_token& stop)
        : m_source(source), m_options(options), m_columns(columns), m_visitor(visitor), m_stop(stop)
    {
    }

    Result<FeedRead> run()
    {
        std::string begin(kLooked, '\0');
        std::size_t size = 0;
        while (size < begin.size()) {
            const auto got = m_source.read(std::span(begin).subspan(size));
            if (!got)
                return got.error();
            if (*got == 0)
                break;
            size += *got;
        }
        begin.resize(size);
        m_source.giveBack(begin);
        if (auto readable = checkReadable(begin, m_source.name()); !readable)
            return readable.error();
        m_read.format = m_options.format.empty() || m_options.format == "auto" ? formatOf(begin) : m_options.format;
        const Status done = m_read.format == "csv"          ? readCsv()
                            : m_read.format == "json-lines" ? readLines()
                                                            : readDocument();
        if (!done)
            return done.error();
        return std::move(m_read);
    }

private:
    Status take(std::uint64_t line, std::string_view text, const Json* json)
    {
        if (++m_read.records % 1024 == 0 && m_stop.stop_requested())
            return cancelled();
        return m_visitor.record({line, &m_columns, &m_cells, text, json});
    }
    Status refuse(std::uint64_t line, std::string_view text, const std::string& message)
    {
        ++m_read.malformed;
        return m_visitor.malformed(line, text, message);
    }

    Status readCsv()
    {
        CsvReader csv(m_source);
        std::vector<std::size_t> places;
        for (;;) {
            const auto step = csv.next();
            if (!step)
                return step.error();
            if (*step == CsvReader::Step::End)
                break;
            if (*step == CsvReader::Step::Malformed) {
                if (auto done = refuse(csv.lineNumber(), csv.raw(), csv.problem().message); !done)
                    return done;
                continue;
            }
            if (places.empty()) {
                places = placesOf(csv.fields());
                continue;
            }
            m_cells.resize(m_columns.names().size());
            for (std::size_t i = 0; i < places.size(); ++i)
                m_cells[places[i]] = readable(csv.fields()[i]);
            if (auto done = take(csv.lineNumber(), csv.raw(), nullptr); !done)
                return done;
        }
        if (places.empty())
            return Error{ErrorCode::Invalid, "there is nothing in it", m_source.name()};
        return {};
    }
    std::string readable(std::string_view cell)
    {
        if (words::isUtf8(cell))
            return std::string(cell);
        ++m_read.foreignCells;
        return fromWindows1252(cell);
    }
    /// Empty and repeated names get one of their own.
    std::vector<std::size_t> placesOf(std::span<const std::string_view> header)
    {
        std::vector<std::size_t> places;
        std::map<std::string, int> times;
        for (std::size_t i = 0; i < header.size(); ++i) {
            std::string name(words::trimmed(readable(header[i])));
            if (name.empty())
                name = "Column " + std::to_string(i + 1);
            if (const int count = ++times[name]; count > 1)
                name += " (" + std::to_string(count) + ')';
            places.push_back(m_columns.place(name));
        }
        return places;
    }

    Status readLines()
    {
        std::string rest;
        std::vector<char> block(kBlockBytes);
        std::uint64_t line = 0;
        for (bool isEnd = false; !isEnd;) {
            const auto got = m_source.read(block);
            if (!got)
                return got.error();
            isEnd = *got == 0;
            rest.append(block.data(), *got);
            std::size_t at = 0;
            for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', at)) {
                if (auto done = takeLine(++line, std::string_view(rest).substr(at, end - at)); !done)
                    return done;
                at = end + 1;
            }
            rest.erase(0, at);
            if (rest.size() > kLongestLine)
                return Error{ErrorCode::Unsupported, "a line is longer than 64 MiB", m_source.name()};
        }
        return takeLine(++line, rest);
    }
    Status takeLine(std::uint64_t line, std::string_view text)
    {
        if (line == 1 && text.starts_with(kByteOrderMark))
            text.remove_prefix(kByteOrderMark.size());
        text = words::trimmed(text);
        if (text.empty())
            return {};
        const auto json = Json::parse(text, {}, JsonRecords::kMostRecordValues);
        if (!json || !json->isObject())
            return refuse(line, text, json ? "the line is no JSON object" : "the line is no JSON");
        fill(*json, {});
        return take(line, text, nullptr);
    }

    Status readDocument()
    {
        const JsonSource source = [this](std::span<char> target) -> Result<std::size_t> {
            if (m_stop.stop_requested())
                return cancelled();
            return m_source.read(target);
        };
        m_read.rows = m_options.rows;
        if (m_read.rows.empty() && m_options.mayGuessRows) {
            const auto guessed = JsonRecords::guessRows(source, m_source.name());
            if (!guessed)
                return guessed.error();
            m_read.rows = guessed->value_or(std::string());
            if (auto again = m_source.rewind(); !again)
                return again;
        }
        const JsonRecords records(m_read.rows, m_source.name());
        auto frame = records.frame(source);
        if (!frame)
            return Error{frame.error().code, frame.error().what, frame.error().where,
                         frame.error().todo.empty() ? std::string() : std::string(kAskForLess)};
        m_read.document = frame.take();
        if (m_read.rows.empty() && !m_read.document.isArray())
            return Error{ErrorCode::Invalid, "the document is no list of records", m_source.name(),
                         "Say in the mapping where the list lies, for example data.items."};
        std::vector<Inherited> around;
        if (auto done = walk(m_read.document, m_read.rows, {}, {}, around); !done)
            return done;
        if (auto again = m_source.rewind(); !again)
            return again;
        m_line = m_options.lineBefore;
        return records.each(source, [&](std::size_t list, const Json& item) { return takeItem(item, around[list]); });
    }

    using Inherited = std::vector<std::pair<std::string, std::string>>;

    /// Goes down `rows` to the lists of records; `around` holds the single values of the objects on the way, and
    /// `lists` gets them for each list.
    Status walk(const Json& node, std::string_view rows, const std::string& path, Inherited around,
                std::vector<Inherited>& lists)
    {
        if (node.isArray() && rows.empty()) {
            lists.push_back(std::move(around));
            return {};
        }
        if (node.isArray()) {
            for (const Json& item : node.items()) {
                if (auto done = walk(item, rows, path, around, lists); !done)
                    return done;
            }
            return {};
        }
        const std::string shown = path.empty() ? "the document" : '"' + path + '"';
        if (!node.isObject() || rows.empty())
            return Error{ErrorCode::Invalid, shown + " of the answer is no list", m_source.name()};
        for (const auto& [name, value] : node.members()) {
            if (!value.isArray() && !value.isObject() && !value.isNull())
                around.emplace_back('/' + (path.empty() ? path : path + '.') + name, value.text());
        }
        const std::string name(rows.substr(0, rows.find('.')));
        rows.remove_prefix(std::min(name.size() + 1, rows.size()));
        if (!node.has(name))
            return Error{ErrorCode::Invalid, "the answer has no \"" + (path.empty() ? path : path + '.') + name + '"',
                         m_source.name(), "Check in the mapping where the list of records lies."};
        return walk(node[name], rows, path.empty() ? name : path + '.' + name, std::move(around), lists);
    }
    Status takeItem(const Json& item, const Inherited& around)
    {
        ++m_line;
        if (!item.isObject())
            return refuse(m_line, item.dump(), "the record is no JSON object");
        fill(item, around);
        return take(m_line, {}, &item);
    }

    void fill(const Json& record, const Inherited& around)
    {
        std::fill(m_cells.begin(), m_cells.end(), std::string());
        flatten(record, {});
        for (const auto& [name, text] : around)
            put(name, text);
    }
    void flatten(const Json& object, const std::string& path)
    {
        for (const auto& [name, value] : object.members()) {
            const std::string place = path.empty() ? name : path + '.' + name;
            if (value.isObject())
                flatten(value, place);
            else if (value.isArray())
                put(place, listText(value));
            else
                put(place, value.text());
        }
    }
    static std::string listText(const Json& list)
    {
        std::string text;
        for (const Json& item : list.items()) {
            if (item.isObject() || item.isArray())
                return list.dump();
            text += (text.empty() ? "" : "; ") + item.text();
        }
        return text;
    }
    void put(const std::string& name, std::string text)
    {
        // A document whose names are data would otherwise make columns without end.
        if (m_columns.names().size() >= kMostColumns && !m_columns.find(name))
            return;
        const std::size_t place = m_columns.place(name);
        if (m_cells.size() <= place)
            m_cells.resize(place + 1);
        if (m_cells[place].empty())
            m_cells[place] = std::move(text);
    }

    RereadableSource m_source;
    const FeedOptions& m_options;
    FeedColumns& m_columns;
    const FeedVisitor& m_visitor;
    const std::stop_token& m_stop;
    FeedRead m_read;
    std::vector<std::string> m_cells;
    std::uint64_t m_line = 0;
};

} // namespace

std::size_t FeedColumns::place(std::string_view name)
{
    const auto found = m_places.find(name);
    if (found != m_places.end())
        return found->second;
    m_places.emplace(name, m_names.size());
    m_names.emplace_back(name);
    return m_names.size() - 1;
}

std::optional<std::size_t> FeedColumns::find(std::string_view name) const
{
    const auto found = m_places.find(name);
    return found == m_places.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

std::string_view FeedRecord::field(std::string_view name) const
{
    const auto place = columns->find(name);
    if (!place || *place >= cells->size() || isNullCell((*cells)[*place]))
        return {};
    return words::trimmed((*cells)[*place]);
}

Result<FeedRead> readFeed(ByteSource& source, const FeedOptions& options, FeedColumns& columns,
                          const FeedVisitor& visitor, const std::stop_token& stop)
{
    return Reading(source, options, columns, visitor, stop).run();
}

} // namespace altimeter::providers
