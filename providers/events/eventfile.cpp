#include "providers/events/eventfile.h"

#include "models/text/words.h"
#include "providers/events/intake.h"
#include "providers/events/recordstream.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace altimeter::providers {

namespace {

std::unique_ptr<FormReader> readerOf(EventForm form, Intake& intake)
{
    switch (form) {
    case EventForm::JsonLines:
        return readOwnLines(intake);
    case EventForm::Otlp:
        return readOtlp(intake);
    case EventForm::ClaudeCode:
        return readClaudeCode(intake);
    case EventForm::Codex:
        return readCodex(intake);
    case EventForm::Gemini:
        return readGemini(intake);
    case EventForm::LiteLlm:
        return readLiteLlm(intake);
    case EventForm::Langfuse:
        return readLangfuse(intake);
    case EventForm::OpenRouter:
        return readOpenRouter(intake);
    case EventForm::Bedrock:
        return readBedrock(intake);
    case EventForm::Azure:
        return readAzure(intake);
    case EventForm::Vertex:
        return readVertex(intake);
    case EventForm::Auto:
        break;
    }
    return nullptr;
}

/// Reads one source, and finds its form where nobody says it.
class EventFile {
public:
    EventFile(ByteSource& source, const EventReading& reading, EventSink& sink)
        : m_source(source), m_reading(reading), m_stream(source), m_intake(sink, source.name(), reading.source)
    {
        choose(reading.form);
    }

    Result<EventFileReport> read()
    {
        while (true) {
            const auto next = m_stream.next();
            if (!next) {
                if (next.error().code != ErrorCode::Corrupt)
                    return next.error();
                m_intake.rejected(m_stream.line(), {}, "damaged-file",
                                  next.error().what + "; what stands before it counts, what follows is lost");
                break;
            }
            if (!*next)
                break;
            take(**next);
            if (!m_intake.status())
                return m_intake.status().error();
            if (m_reading.stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", m_source.name()};
            tellProgress();
        }
        return end();
    }

private:
    static constexpr std::size_t kMostUndecided = 64;

    void choose(EventForm form)
    {
        m_intake.report.form = form;
        m_reader = readerOf(form, m_intake);
    }

    void take(const JsonRecord& record)
    {
        ++m_intake.report.records;
        if (!record.problem.empty())
            return m_intake.rejected(record.line, {}, "broken-record", "The record cannot be read: " + record.problem);
        if (const auto problem = m_tree.parse(record.text)) {
            m_intake.rejected(record.line, {}, "broken-record",
                              "The record cannot be read: " + problem->what + " (byte " +
                                  std::to_string(problem->position) + " of it)");
            return;
        }
        if (!m_reader && !decide(record))
            return;
        m_reader->read(m_tree.root(), record.line);
    }

    /// Whether the form is known now; the record is read once more where others were read first.
    bool decide(const JsonRecord& record)
    {
        const EventForm form = formOfRecord(m_tree.root());
        constexpr std::size_t kLongestUndecided = std::size_t{1} << 20U;
        if (form == EventForm::Auto) {
            ++m_undecidedRecords;
            if (m_undecided.size() < kMostUndecided && record.text.size() < kLongestUndecided)
                m_undecided.emplace_back(std::string(record.text), record.line);
            return false;
        }
        choose(form);
        for (const auto& [text, line] : m_undecided) {
            if (!m_tree.parse(text))
                m_reader->read(m_tree.root(), line);
        }
        if (!m_undecided.empty())
            m_tree.parse(record.text);
        m_undecided.clear();
        return true;
    }

    void tellProgress()
    {
        if (m_reading.progress && m_source.consumed() != m_told) {
            m_told = m_source.consumed();
            m_reading.progress(m_told, m_source.total());
        }
    }

    Result<EventFileReport> end()
    {
        if (m_reader)
            m_reader->finish();
        m_intake.finish();
        if (!m_intake.status())
            return m_intake.status().error();
        m_intake.report.bytes = m_source.consumed();
        if (!m_reader && m_undecidedRecords > 0)
            return Error{ErrorCode::Unsupported, "holds JSON, and no AI operations in a form that is known",
                         m_source.name(), "Say with --form which form it is."};
        return m_intake.report;
    }

    ByteSource& m_source;
    const EventReading& m_reading;
    JsonRecordStream m_stream;
    Intake m_intake;
    JsonTree m_tree;
    std::unique_ptr<FormReader> m_reader;
    std::vector<std::pair<std::string, std::uint64_t>> m_undecided;
    std::uint64_t m_undecidedRecords = 0, m_told = 0;
};

} // namespace

std::optional<EventForm> eventFormOf(std::string_view name)
{
    const auto* const found = std::find(kEventFormNames.begin(), kEventFormNames.end(), name);
    if (found == kEventFormNames.end())
        return std::nullopt;
    return static_cast<EventForm>(found - kEventFormNames.begin());
}

Result<EventFileReport> readEvents(ByteSource& source, const EventReading& reading, EventSink& sink)
{
    return EventFile(source, reading, sink).read();
}

Result<EventFileReport> readEventFile(const std::filesystem::path& file, const std::string& displayName,
                                      const EventReading& reading, EventSink& sink)
{
    auto source = openByteSource(file, displayName);
    if (!source)
        return source.error();
    return readEvents(**source, reading, sink);
}

} // namespace altimeter::providers
