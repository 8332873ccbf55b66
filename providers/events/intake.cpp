#include "providers/events/intake.h"

#include "models/domain/period.h"
#include "models/json/json.h"
#include "models/text/utf8.h"
#include "models/text/words.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::uint64_t kMostTokens = 1'000'000'000'000'000; ///< far above what a call or a day of calls can be

/// Exactly `digits` digits.
std::optional<int> digitsOf(std::string_view text, std::size_t at, std::size_t digits)
{
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (i >= text.size() || !words::isDigit(text[i]))
            return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// Rounded half to even to twelve decimals.
Decimal roundedEstimate(const Decimal& value)
{
    constexpr std::uint8_t kDecimals = 12;
    if (value.scale <= kDecimals)
        return value;
    Int128 divisor = 1;
    for (int i = kDecimals; i < value.scale; ++i)
        divisor *= 10;
    const bool isNegative = value.mantissa < 0;
    const Int128 magnitude = isNegative ? -value.mantissa : value.mantissa;
    Int128 whole = magnitude / divisor;
    const Int128 rest = magnitude % divisor;
    if (rest > divisor - rest || (rest == divisor - rest && whole % 2 != 0))
        ++whole;
    return {isNegative ? -whole : whole, kDecimals};
}

/// Behind the time: "Z", "+02:00", "+0200", " UTC" or nothing; seconds to be taken off.
std::optional<std::int64_t> offsetOf(std::string_view zone)
{
    zone = words::trimmed(zone);
    if (zone.empty() || zone == "Z" || zone == "z" || zone == "UTC")
        return 0;
    if (zone.front() != '+' && zone.front() != '-')
        return std::nullopt;
    const auto hours = digitsOf(zone, 1, 2);
    const std::size_t minutesAt = zone.size() > 3 && zone[3] == ':' ? 4 : 3;
    const auto minutes = zone.size() > 3 ? digitsOf(zone, minutesAt, 2) : std::optional<int>(0);
    if (!hours || !minutes || *hours > 23 || *minutes > 59 || (zone.size() > 3 && zone.size() != minutesAt + 2))
        return std::nullopt;
    const std::int64_t seconds = *hours * 3600 + *minutes * 60;
    return zone.front() == '-' ? -seconds : seconds;
}

std::optional<std::int64_t> nanosOfEpoch(const Decimal& value)
{
    // 2001 to 2286 in seconds; what is larger counts in thousandths, and again
    Int128 scale = kNanosPerSecond;
    Int128 divisor = 1;
    for (int i = 0; i < value.scale; ++i)
        divisor *= 10;
    const Int128 seconds = value.mantissa / divisor;
    for (Int128 limit = Int128{10'000'000'000}; seconds >= limit && scale > 1; limit *= 1000)
        scale /= 1000;
    if (value.mantissa <= 0 || seconds > Int128{std::numeric_limits<std::int64_t>::max()} / scale)
        return std::nullopt;
    Int128 rest = value.mantissa % divisor * scale / divisor;
    return static_cast<std::int64_t>(seconds * scale + rest);
}

} // namespace

std::optional<std::int64_t> nanosOf(std::string_view text)
{
    text = words::trimmed(text);
    const auto year = digitsOf(text, 0, 4), month = digitsOf(text, 5, 2), day = digitsOf(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-' || *year < 1971 || *year > 2261)
        return std::nullopt;
    const auto date = parseDay(text.substr(0, 10));
    if (!date)
        return std::nullopt;
    std::int64_t seconds = std::int64_t{date->number} * 86400;
    std::int64_t nanos = 0;
    std::size_t at = 10;
    if (text.size() > at) {
        const auto hour = digitsOf(text, 11, 2), minute = digitsOf(text, 14, 2);
        if ((text[10] != 'T' && text[10] != ' ' && text[10] != 't') || !hour || !minute || text[13] != ':' ||
            *hour > 23 || *minute > 59)
            return std::nullopt;
        seconds += *hour * 3600 + *minute * 60;
        at = 16;
        if (text.size() > at && text[at] == ':') {
            const auto second = digitsOf(text, 17, 2);
            if (!second || *second > 60)
                return std::nullopt;
            seconds += *second;
            at = 19;
        }
        if (text.size() > at && (text[at] == '.' || text[at] == ',')) {
            std::int64_t unit = kNanosPerSecond;
            for (++at; at < text.size() && words::isDigit(text[at]); ++at) {
                unit /= 10;
                nanos += unit * (text[at] - '0');
            }
        }
    }
    const auto offset = offsetOf(text.substr(at));
    if (!offset)
        return std::nullopt;
    return (seconds - *offset) * kNanosPerSecond + nanos;
}

void Intake::event(CostEvent event, std::uint64_t line)
{
    if (!m_status)
        return;
    event.file = m_file;
    event.line = line;
    if (event.layer == CostLayer::Unknown)
        event.layer = layerOf(event.operation);
    ++report.events;
    keep(m_sink.event(std::move(event)));
}

void Intake::rejected(std::uint64_t line, std::string field, std::string check, std::string message)
{
    ++report.rejected;
    if (m_status)
        keep(m_sink.rejected({m_file, line, std::move(field), std::move(check), std::move(message)}));
}

void Intake::dropped(DropReason reason, std::uint64_t records)
{
    report.dropped += records;
    if (m_status && records > 0)
        keep(m_sink.dropped(reason, records));
}

void Intake::holds(HoldingOperation operation)
{
    if (m_status)
        keep(m_sink.holds(std::move(operation)));
}

void Intake::finding(Severity severity, const std::string& check, std::uint64_t line, const std::string& message)
{
    Finding& finding = m_findings[check];
    if (finding.rows++ == 0) {
        finding.severity = severity;
        finding.check = check;
        finding.firstLine = line;
        finding.message = message;
        finding.file = m_file;
        finding.source = m_source;
    }
}

void Intake::finish()
{
    for (auto& [check, finding] : m_findings) {
        if (m_status)
            keep(m_sink.finding(std::move(finding)));
    }
    m_findings.clear();
}

void Fields::fail(std::string_view field, const std::string& check, const std::string& message)
{
    if (m_isFailed)
        return;
    m_isFailed = true;
    m_field = std::string(field);
    m_check = check;
    m_message = message;
}

std::optional<Decimal> Fields::decimal(JsonValue value, std::string_view field)
{
    if (value.isNull() || (value.isText() && words::trimmed(value.text()).empty()))
        return std::nullopt;
    const bool isNumber = value.isNumber() || value.isText();
    const auto parsed = isNumber ? decimalOfDouble(std::string(words::trimmed(value.text())))
                                 : Result<Decimal>(Error{ErrorCode::Invalid, "is no number", {}});
    if (parsed)
        return *parsed;
    const std::string text = words::excerpt(words::wellFormed(value.text()), 40);
    fail(field, "no-number", isNumber ? '"' + text + "\" is no number that can be counted" : "is no number");
    return std::nullopt;
}

std::optional<Decimal> Fields::estimate(JsonValue value, std::string_view field)
{
    const auto exact = decimal(value, field);
    return exact ? std::optional(roundedEstimate(*exact)) : std::nullopt;
}

std::optional<std::uint64_t> Fields::count(JsonValue value, std::string_view field)
{
    const std::string_view text = words::trimmed(value.text());
    std::uint64_t number = 0;
    if (value.isNumber() || value.isText()) {
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (problem == std::errc() && end == text.data() + text.size() && number <= kMostTokens)
            return number;
    }
    const auto exact = decimal(value, field);
    if (!exact)
        return std::nullopt;
    Int128 divisor = 1;
    for (int i = 0; i < exact->scale; ++i)
        divisor *= 10;
    const Int128 whole = exact->mantissa / divisor;
    if (exact->mantissa % divisor == 0 && whole >= 0 && whole <= Int128{kMostTokens})
        return static_cast<std::uint64_t>(whole);
    fail(field, "no-count",
         '"' + words::excerpt(std::string(text), 40) + "\" is no count: a whole number from 0 to 10^15");
    return std::nullopt;
}

std::optional<std::int64_t> Fields::instant(JsonValue value, std::string_view field)
{
    if (value.isNull() || (value.isText() && words::trimmed(value.text()).empty()))
        return std::nullopt;
    std::optional<std::int64_t> nanos;
    if (value.isText())
        nanos = nanosOf(value.text());
    if (!nanos && (value.isText() || value.isNumber())) {
        const auto number = decimalOfDouble(std::string(words::trimmed(value.text())));
        nanos = number ? nanosOfEpoch(*number) : std::nullopt;
    }
    if (!nanos)
        fail(field, "no-time",
             '"' + words::excerpt(words::wellFormed(value.text()), 40) + "\" is no time that can be read");
    return nanos;
}

std::int64_t Fields::neededInstant(JsonValue value, std::string_view field)
{
    const auto nanos = instant(value, field);
    if (!nanos)
        fail(field, "no-time", "the time is missing");
    return nanos.value_or(0);
}

void Fields::finish(CostEvent event)
{
    if (m_isFailed)
        m_intake.rejected(m_line, m_field, m_check, m_message);
    else
        m_intake.event(std::move(event), m_line);
}

std::string nameOf(std::string_view text)
{
    constexpr std::size_t kLongestBytes = 1000;
    if (words::isUtf8(text))
        return std::string(words::firstBytes(text, kLongestBytes));
    return words::excerpt(words::wellFormed(text.substr(0, 2 * kLongestBytes)), kLongestBytes);
}

std::string nameOf(JsonValue value)
{
    return nameOf(value.text());
}

JsonValue firstOf(JsonValue object, std::initializer_list<std::string_view> names)
{
    for (const auto name : names) {
        const JsonValue value = object[name];
        if (!value.text().empty())
            return value;
    }
    return {};
}

std::string firstName(JsonValue object, std::initializer_list<std::string_view> names)
{
    return nameOf(firstOf(object, names));
}

JsonValue unpacked(JsonValue value, JsonTree& tree)
{
    if (!value.isText())
        return value;
    const std::string_view text = words::trimmed(value.text());
    if (text.empty() || (text.front() != '{' && text.front() != '[') || tree.parse(text))
        return {};
    return tree.root();
}

EventOperation operationOf(std::string_view name)
{
    static constexpr std::pair<std::string_view, EventOperation> kNames[] = {
        {"chat", EventOperation::Chat},
        {"generate_content", EventOperation::Chat},
        {"text_completion", EventOperation::Chat},
        {"completion", EventOperation::Chat},
        {"acompletion", EventOperation::Chat},
        {"responses", EventOperation::Chat},
        {"llm_call", EventOperation::Chat},
        {"llm", EventOperation::Chat},
        {"chat_model", EventOperation::Chat},
        {"generation", EventOperation::Chat},
        {"embeddings", EventOperation::Embeddings},
        {"embedding", EventOperation::Embeddings},
        {"aembedding", EventOperation::Embeddings},
        {"rerank", EventOperation::Rerank},
        {"arerank", EventOperation::Rerank},
        {"reranker", EventOperation::Rerank},
        {"image", EventOperation::Image},
        {"image_generation", EventOperation::Image},
        {"aimage_generation", EventOperation::Image},
        {"audio", EventOperation::Audio},
        {"speech", EventOperation::Audio},
        {"aspeech", EventOperation::Audio},
        {"transcription", EventOperation::Audio},
        {"atranscription", EventOperation::Audio},
        {"retrieval", EventOperation::Retrieval},
        {"retriever", EventOperation::Retrieval},
        {"search_memory", EventOperation::Retrieval},
        {"tool", EventOperation::Tool},
        {"execute_tool", EventOperation::Tool},
        {"tool_call", EventOperation::Tool},
        {"call_mcp_tool", EventOperation::Tool},
        {"agent", EventOperation::Agent},
        {"invoke_agent", EventOperation::Agent},
        {"create_agent", EventOperation::Agent},
        {"agent_call", EventOperation::Agent},
        {"plan", EventOperation::Agent},
        {"workflow", EventOperation::Workflow},
        {"invoke_workflow", EventOperation::Workflow},
        {"chain", EventOperation::Workflow},
        {"task", EventOperation::Workflow},
        {"guardrail", EventOperation::Guardrail},
        {"evaluator", EventOperation::Evaluation},
        {"evaluation", EventOperation::Evaluation},
        {"other", EventOperation::Other},
        {"fetch_response", EventOperation::Other},
        {"create_memory", EventOperation::Other},
        {"update_memory", EventOperation::Other},
        {"upsert_memory", EventOperation::Other},
        {"delete_memory", EventOperation::Other},
        {"create_memory_store", EventOperation::Other},
        {"delete_memory_store", EventOperation::Other},
    };
    for (const auto& [known, operation] : kNames) {
        if (words::equalsIgnoreCase(known, name))
            return operation;
    }
    return EventOperation::Unknown;
}

void takeLabel(CostEvent& event, std::string_view key, std::string_view value)
{
    std::string folded;
    for (const char c : key.substr(0, 64)) {
        if (c != '_' && c != '-' && c != '.' && c != ' ')
            folded += words::toLower(c);
    }
    static constexpr std::pair<std::string_view, std::string CostEvent::*> kKeys[] = {
        {"workflow", &CostEvent::workflow}, {"workflowname", &CostEvent::workflow},
        {"usecase", &CostEvent::useCase},   {"usecasename", &CostEvent::useCase},
        {"team", &CostEvent::team},         {"teamid", &CostEvent::team},
        {"teamname", &CostEvent::team},     {"department", &CostEvent::team},
        {"agent", &CostEvent::agent},       {"agentname", &CostEvent::agent},
        {"user", &CostEvent::user},         {"userid", &CostEvent::user},
        {"session", &CostEvent::session},   {"sessionid", &CostEvent::session},
        {"run", &CostEvent::run},           {"runid", &CostEvent::run},
        {"workflowrunid", &CostEvent::run},
    };
    for (const auto& [name, member] : kKeys) {
        if (folded == name && (event.*member).empty())
            event.*member = nameOf(value);
    }
}

} // namespace altimeter::providers
