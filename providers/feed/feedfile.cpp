#include "providers/feed/feedfile.h"

#include "providers/feed/feedguess.h"
#include "providers/feed/feedmapper.h"
#include "providers/feed/feedrecord.h"

#include <algorithm>
#include <map>

namespace altimeter::providers {

namespace {

constexpr std::size_t kMostProblems = 20;
constexpr std::size_t kStudied = 500; ///< records the proposal is guessed from

std::string text(const FeedMapping& mapping, const std::string& key)
{
    const auto found = mapping.find(key);
    return found == mapping.end() ? std::string() : found->second;
}

bool saysColumns(const FeedMapping& mapping)
{
    return std::any_of(mapping.begin(), mapping.end(), [](const auto& entry) {
        return entry.first.starts_with("column:") || entry.first.starts_with("constant:");
    });
}

std::string counted(std::uint64_t count, const std::string& one, const std::string& many)
{
    return count == 1 ? "1 " + one : std::to_string(count) + ' ' + many;
}

class Preview {
public:
    Preview(const FeedMapping& mapping, std::string name) : m_mapping(mapping), m_name(std::move(name)) {}

    Result<FeedPreview> run(ByteSource& source, const std::stop_token& stop)
    {
        // The name of the file stands for the connection's.
        auto made = FeedMapper::of(m_mapping, m_name.substr(0, m_name.find('.')));
        if (!made)
            m_preview.problems.push_back(made.error().what);
        else
            m_mapper = made.take();
        if (m_mapper && saysColumns(m_mapping))
            m_preview.problems = m_mapper->missing();
        m_isMapping = m_mapper && m_preview.problems.empty() && saysColumns(m_mapping);
        if (m_isMapping)
            m_preview.mappedColumns = m_mapper->shownColumns();

        FeedOptions options;
        options.format = text(m_mapping, "format");
        options.rows = text(m_mapping, "rows");
        options.mayGuessRows = true;
        const FeedVisitor visitor{[this](const FeedRecord& record) { return take(record); },
                                  [this](std::uint64_t line, std::string_view, const std::string& why) {
                                      note(line, why);
                                      return Status();
                                  }};
        auto read = readFeed(source, options, m_columns, visitor, stop);
        if (!read && read.error().code == ErrorCode::Invalid && read.error().what == "there is nothing in it") {
            m_preview.problems.emplace_back("There is nothing in the file.");
            return std::move(m_preview);
        }
        if (!read)
            return read.error();
        finish(*read);
        return std::move(m_preview);
    }

private:
    Status take(const FeedRecord& record)
    {
        ++m_preview.records;
        if (m_studied.size() < kStudied)
            m_studied.push_back(*record.cells);
        if (!m_isMapping)
            return {};
        const auto charge = m_mapper->charge(record);
        if (!charge) {
            --m_preview.records;
            note(record.line, charge.error().what);
            return {};
        }
        if (const auto& cost = charge->cost[static_cast<std::size_t>(CostLens::Billed)])
            m_totals[Currency(charge->currency)].add(parseDecimal(*cost)->value);
        else
            ++m_unknown;
        if (m_preview.mapped.size() < kFeedSample)
            m_preview.mapped.push_back(m_mapper->shownCells(*charge));
        return {};
    }
    /// A record that cannot be read: it counts, and the first ones are told.
    void note(std::uint64_t line, const std::string& why)
    {
        ++m_preview.records;
        if (++m_preview.unreadable <= kMostProblems)
            m_unreadable.emplace_back(line, why);
    }
    void finish(const FeedRead& read)
    {
        m_preview.format = read.format;
        m_preview.columns = m_columns.names();
        for (auto& row : m_studied)
            row.resize(m_preview.columns.size());
        m_preview.proposal = guessMapping(m_preview.columns, m_studied);
        if (!read.rows.empty())
            m_preview.proposal["rows"] = read.rows;
        m_studied.resize(std::min(m_studied.size(), kFeedSample));
        m_preview.sample = std::move(m_studied);
        sayFields();
        const std::string place = read.format == "json" ? "Record " : "Line ";
        for (const auto& [line, why] : m_unreadable)
            m_preview.problems.push_back(place + std::to_string(line) + ", " + why + '.');
        if (m_preview.unreadable > m_unreadable.size())
            m_preview.problems.push_back(
                "… and " + counted(m_preview.unreadable - m_unreadable.size(), "more record", "more records") +
                " cannot be read.");
        sayNotes(read);
        for (const auto& [currency, sum] : m_totals)
            m_preview.totals.emplace_back(currency, sum);
    }
    void sayFields()
    {
        if (m_preview.records == 0)
            m_preview.problems.emplace_back("There are no records in the file.");
        if (!m_mapper || m_preview.columns.empty())
            return;
        for (const auto& [key, field] : m_mapping) {
            const bool isPrefix =
                key == "column:Tags" &&
                std::any_of(m_preview.columns.begin(), m_preview.columns.end(),
                            [prefix = field + '.'](const auto& name) { return name.starts_with(prefix); });
            if (key.starts_with("column:") && !field.empty() && !isPrefix && !m_columns.find(field))
                m_preview.problems.push_back("The feed has no field \"" + field + "\" (" + key.substr(7) + ").");
        }
    }
    void sayNotes(const FeedRead& read)
    {
        if (m_isMapping && m_mapper->worksOutCost())
            m_preview.problems.emplace_back(
                "Note: the feed says no cost; each is worked out as quantity × unit price, exactly.");
        if (m_unknown > 0)
            m_preview.problems.push_back("Note: " +
                                         counted(m_unknown, "record has no amount: its cost is unknown, not zero.",
                                                 "records have no amount: their cost is unknown, not zero."));
        if (read.foreignCells > 0)
            m_preview.problems.emplace_back(
                "Note: the text is not UTF-8 and was read as Windows-1252 (Western European). Look at the accents.");
    }

    const FeedMapping& m_mapping;
    const std::string m_name;
    std::optional<FeedMapper> m_mapper;
    bool m_isMapping = false;
    FeedColumns m_columns;
    FeedPreview m_preview;
    std::vector<std::vector<std::string>> m_studied;
    std::vector<std::pair<std::uint64_t, std::string>> m_unreadable;
    std::map<Currency, DecimalSum> m_totals;
    std::uint64_t m_unknown = 0;
};

} // namespace

Result<FeedPreview> previewFeed(ByteSource& source, const FeedMapping& mapping, std::stop_token stop)
{
    return Preview(mapping, source.name()).run(source, stop);
}

Result<FeedPreview> previewFeed(const std::filesystem::path& file, const FeedMapping& mapping, std::stop_token stop)
{
    const auto source = openByteSource(file, file.filename().string());
    if (!source)
        return source.error();
    return previewFeed(**source, mapping, std::move(stop));
}

} // namespace altimeter::providers
