#pragma once

#include "models/domain/decimal.h"
#include "models/events/countingstyle.h"
#include "models/json/jsontree.h"
#include "providers/events/eventfile.h"
#include "providers/events/eventsink.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace altimeter::providers {

using JsonValue = JsonTree::Value;

/// Between the forms and the sink: fills in the file, counts, and adds findings up to one of each check.
class Intake {
public:
    Intake(EventSink& sink, std::string file, std::string source)
        : m_sink(sink), m_file(std::move(file)), m_source(std::move(source))
    {
    }

    void event(CostEvent event, std::uint64_t line);
    void rejected(std::uint64_t line, std::string field, std::string check, std::string message);
    void dropped(DropReason reason, std::uint64_t records = 1);
    void holds(HoldingOperation operation);
    /// One more record that shows it; told by finish().
    void finding(Severity severity, const std::string& check, std::uint64_t line, const std::string& message);
    void finish();

    /// That of the sink; once there is one nothing more is handed on.
    const Status& status() const { return m_status; }
    const std::string& source() const { return m_source; }
    EventFileReport report;

private:
    void keep(const Status& status)
    {
        if (!status)
            m_status = status;
    }

    EventSink& m_sink;
    const std::string m_file, m_source;
    std::map<std::string, Finding> m_findings;
    Status m_status;
};

/// Reads the members of one record and remembers the first that is wrong: a form asks for all it needs and then whether
/// it may use them.
class Fields {
public:
    Fields(Intake& intake, std::uint64_t line) : m_intake(intake), m_line(line) {}

    /// A count of things: a whole number that is not negative, also as a text or "12.0"; null is none.
    std::optional<std::uint64_t> count(JsonValue value, std::string_view field);
    /// An exact number; null is none.
    std::optional<Decimal> decimal(JsonValue value, std::string_view field);
    /// What somebody estimated in a double: rounded to twelve decimals, half to even.
    std::optional<Decimal> estimate(JsonValue value, std::string_view field);
    /// ISO 8601 text (without a zone: UTC) or a number since 1970: seconds, or what is too large for them in
    /// milli-, micro- or nanoseconds. None for null and what is empty.
    std::optional<std::int64_t> instant(JsonValue value, std::string_view field);
    /// A time that must be there.
    std::int64_t neededInstant(JsonValue value, std::string_view field);
    void fail(std::string_view field, const std::string& check, const std::string& message);

    bool isGood() const { return !m_isFailed; }
    std::uint64_t line() const { return m_line; }
    Intake& intake() { return m_intake; }
    /// Hands the event on, or tells what was wrong.
    void finish(CostEvent event);

private:
    Intake& m_intake;
    const std::uint64_t m_line;
    bool m_isFailed = false;
    std::string m_field, m_check, m_message;
};

/// Nanoseconds since 1970 of "2026-07-01T10:00:00.123456789Z": also with a blank for the T, an offset, without a zone.
std::optional<std::int64_t> nanosOf(std::string_view isoText);

/// As words::wellFormed, at most 1000 characters: ids and names, never what people wrote.
std::string nameOf(JsonValue value);
std::string nameOf(std::string_view text);
/// The first of the members that holds a text or a number.
JsonValue firstOf(JsonValue object, std::initializer_list<std::string_view> names);
std::string firstName(JsonValue object, std::initializer_list<std::string_view> names);

/// Calls `take` with each item of the first of these members that is a list, else with the record itself.
template <typename Take>
void forEachRow(JsonValue record, std::initializer_list<std::string_view> lists, const Take& take)
{
    for (const std::string_view list : lists) {
        if (record[list].isArray()) {
            for (const JsonValue row : record[list])
                take(row);
            return;
        }
    }
    take(record);
}

/// An object that some versions write as a text: the value itself, or what the text holds, read into `tree`.
JsonValue unpacked(JsonValue value, JsonTree& tree);

/// Counts as a provider's own answer tells them, told apart by its names: OpenAI (chat and responses), Anthropic,
/// Gemini, Bedrock Converse.
struct ProviderUsage {
    RawCounts counts;
    CountingStyle style = CountingStyle::Unknown;
};
std::optional<ProviderUsage> providerUsage(Fields& fields, JsonValue usage);

/// Takes normalised counts into an event; contradictions become a finding.
void setUsage(CostEvent& event, const RawCounts& counts, CountingStyle style, Fields& fields);
/// Who sells a model by its name alone ("claude-…" is Anthropic's); empty: nobody known.
std::string providerOfModel(std::string_view model);
/// "chat", "generate_content", "execute_tool" and other names of operations; Unknown for what is none.
EventOperation operationOf(std::string_view name);
/// Attribution that callers put into free keys: team, use case, workflow, agent, user. Does not overwrite.
void takeLabel(CostEvent& event, std::string_view key, std::string_view value);

/// One form of file.
class FormReader {
public:
    virtual ~FormReader() = default;
    virtual void read(JsonValue record, std::uint64_t line) = 0;
    /// Hands on what was held back for what might follow.
    virtual void finish() {}
};

std::unique_ptr<FormReader> readOwnLines(Intake& intake);
std::unique_ptr<FormReader> readOtlp(Intake& intake);
std::unique_ptr<FormReader> readClaudeCode(Intake& intake);
std::unique_ptr<FormReader> readCodex(Intake& intake);
std::unique_ptr<FormReader> readGemini(Intake& intake);
std::unique_ptr<FormReader> readLiteLlm(Intake& intake);
std::unique_ptr<FormReader> readLangfuse(Intake& intake);
std::unique_ptr<FormReader> readOpenRouter(Intake& intake);
std::unique_ptr<FormReader> readBedrock(Intake& intake);
std::unique_ptr<FormReader> readAzure(Intake& intake);
std::unique_ptr<FormReader> readVertex(Intake& intake);

/// The form a record belongs to; Auto: it tells nothing.
EventForm formOfRecord(JsonValue record);

} // namespace altimeter::providers
