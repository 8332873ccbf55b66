#include "models/text/words.h"
#include "providers/events/intake.h"
#include "providers/events/otlpattributes.h"

#include <charconv>
#include <initializer_list>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// Ids are hexadecimal in any case.
std::string idOf(JsonValue value)
{
    return words::toLower(nameOf(value));
}

bool isErrorCode(JsonValue code)
{
    return code.text() == "2" || code.text() == "STATUS_CODE_ERROR" || code.text() == "ERROR";
}

/// Spans and logs of OpenTelemetry: what the Collector writes, and the objects of the JavaScript SDK that Gemini CLI
/// and Copilot write.
class Otlp final : public FormReader {
public:
    explicit Otlp(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        m_line = line;
        for (const JsonValue resource : record["resourceSpans"])
            readResource(resource, "scopeSpans", "spans");
        for (const JsonValue resource : record["resourceLogs"])
            readResource(resource, "scopeLogs", "logRecords");
        // taken out of the list of an object that is too large to be read whole
        if (record["scopeSpans"].isArray())
            readResource(record, "scopeSpans", "spans");
        if (record["scopeLogs"].isArray())
            readResource(record, "scopeLogs", "logRecords");
        if (record["resourceMetrics"].isArray() || record["scopeMetrics"].isArray())
            m_intake.finding(Severity::Note, "metrics-left-out", line,
                             "Metrics were left out: they cannot be told apart from the spans and logs of the same "
                             "calls.");
        if (record["attributes"].isThere() && !record["scopeSpans"].isArray() && !record["scopeLogs"].isArray())
            readObject(record);
    }

    void finish() override
    {
        for (auto& waiting : m_waiting)
            settle(waiting);
        m_waiting.clear();
    }

private:
    struct Waiting {
        CostEvent event;
        RawCounts counts;
        StyleKey key;
        std::uint64_t line = 0;
    };

    void readResource(JsonValue resource, std::string_view scopes, std::string_view records)
    {
        m_resource.clear();
        m_resource.add(resource.at("resource", "attributes"));
        for (const JsonValue scope : resource[scopes]) {
            const std::string_view name = scope.at("scope", "name").text();
            for (const JsonValue record : scope[records]) {
                m_own.clear();
                m_own.add(scope.at("scope", "attributes"));
                m_own.add(record["attributes"]);
                readRecord(record, name, records == "logRecords");
            }
        }
    }

    /// An object of the JavaScript SDK: attributes are a plain map, times [seconds, nanoseconds].
    void readObject(JsonValue object)
    {
        m_resource.clear();
        m_resource.add(object.at("resource", "attributes"));
        m_own.clear();
        m_own.add(object["attributes"]);
        std::string_view scope = object.at("instrumentationScope", "name").text();
        if (scope.empty())
            scope = object.at("instrumentationLibrary", "name").text();
        const bool isLog = object["hrTime"].isThere() || object["body"].isThere() || object["timeUnixNano"].isThere() ||
                           object["severityText"].isThere();
        readRecord(object, scope, isLog);
    }

    static std::int64_t timeOf(Fields& fields, JsonValue value, std::string_view field)
    {
        if (value.isArray()) {
            std::int64_t parts[2] = {0, 0};
            std::size_t count = 0;
            for (const JsonValue part : value) {
                const auto number = fields.count(part, field);
                if (count < 2)
                    parts[count++] = static_cast<std::int64_t>(number.value_or(0));
            }
            const bool isSane = parts[0] < 9'000'000'000 && parts[1] < kNanosPerSecond;
            if (!isSane)
                fields.fail(field, "no-time", "it is no time in seconds and nanoseconds");
            return isSane ? parts[0] * kNanosPerSecond + parts[1] : 0;
        }
        const std::string_view text = words::trimmed(value.text());
        std::int64_t nanos = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), nanos);
        if (problem == std::errc() && end == text.data() + text.size() && nanos > 1'000'000'000'000'000'000)
            return nanos;
        return text.empty() || text == "0" ? 0 : fields.instant(value, field).value_or(0);
    }

    static JsonValue firstThere(JsonValue object, std::initializer_list<std::string_view> names)
    {
        for (const auto name : names) {
            if (!object[name].isNull())
                return object[name];
        }
        return {};
    }

    void readRecord(JsonValue record, std::string_view scope, bool isLog)
    {
        Fields fields(m_intake, m_line);
        OtlpOperation operation;
        operation.isLog = isLog;
        operation.scope = scope;
        operation.own = &m_own;
        operation.resource = &m_resource;
        const JsonValue inner = firstThere(record, {"spanContext", "_spanContext"});
        const JsonValue context = inner.isObject() ? inner : record;
        operation.trace = idOf(context["traceId"]);
        operation.span = idOf(context["spanId"]);
        if (isLog) {
            operation.startNanos =
                timeOf(fields, firstThere(record, {"timeUnixNano", "hrTime", "timestamp"}), "timeUnixNano");
            if (operation.startNanos == 0)
                operation.startNanos = timeOf(fields, firstThere(record, {"observedTimeUnixNano", "hrTimeObserved"}),
                                              "observedTimeUnixNano");
            operation.name = nameOf(record["eventName"]);
            if (operation.name.empty())
                operation.name = operation.text({"event.name"});
            if (operation.name.empty() && bareValue(record["body"]).text().size() < 100)
                operation.name = nameOf(bareValue(record["body"]));
            return readLog(fields, operation);
        }
        operation.parent =
            idOf(record["parentSpanId"].isNull() ? record.at("parentSpanContext", "spanId") : record["parentSpanId"]);
        operation.name = nameOf(record["name"]);
        operation.startNanos =
            timeOf(fields, firstThere(record, {"startTimeUnixNano", "startTime"}), "startTimeUnixNano");
        operation.endNanos = timeOf(fields, firstThere(record, {"endTimeUnixNano", "endTime"}), "endTimeUnixNano");
        operation.isError = isErrorCode(record.at("status", "code"));
        readSpan(fields, operation);
    }

    void readSpan(Fields& fields, const OtlpOperation& operation)
    {
        OtlpKind kind = otlpKind(operation);
        const bool isClaude =
            operation.scope.starts_with("com.anthropic.claude_code") || operation.name.starts_with("claude_code.");
        if (isClaude && operation.name.starts_with("claude_code.")) {
            kind.isAi = true;
            kind.operation = operation.name == "claude_code.llm_request"      ? EventOperation::Chat
                             : operation.name == "claude_code.interaction"    ? EventOperation::Workflow
                             : operation.name.starts_with("claude_code.tool") ? EventOperation::Tool
                                                                              : EventOperation::Other;
        }
        if (!kind.isAi) {
            if (!operation.span.empty() && !operation.parent.empty())
                m_intake.holds({operation.trace, operation.span, operation.parent});
            return;
        }
        CostEvent event = eventOf(fields, operation, kind.operation);
        event.witness = EventWitness::Span;
        if (isClaude) {
            takeClaude(fields, operation, event);
            return fields.finish(std::move(event));
        }
        if (operation.service().starts_with("codex"))
            event.copy = EventCopy::Mirror; // its logs tell the same calls
        const std::string linked = operation.text({"mlflow.gateway.linkedTraceId"});
        if (!linked.empty()) {
            event.copy = EventCopy::Mirror;
            event.run = words::toLower(linked.starts_with("tr-") ? linked.substr(3) : linked);
        }
        finishGenAi(fields, operation, kind, std::move(event));
    }

    CostEvent eventOf(Fields& fields, const OtlpOperation& operation, EventOperation kind)
    {
        CostEvent event;
        event.run = operation.trace;
        event.id = operation.isLog ? std::string() : operation.span;
        event.parent = operation.isLog ? operation.span : operation.parent;
        event.startNanos = operation.startNanos;
        if (operation.startNanos <= 0)
            fields.fail(operation.isLog ? "timeUnixNano" : "startTimeUnixNano", "no-time", "the time is missing");
        if (operation.endNanos >= operation.startNanos && operation.endNanos > 0)
            event.durationNanos = operation.endNanos - operation.startNanos;
        event.operation = kind;
        takeOtlpNames(operation, event);
        event.status = EventStatus::Ok;
        bool isError = operation.isError || operation.has("error.type");
        const JsonValue reasons = operation.value({"gen_ai.response.finish_reasons"});
        isError |= reasons.text().find("error") != std::string_view::npos;
        for (const JsonValue reason : reasons["values"].isArray() ? reasons["values"] : reasons)
            isError |= bareValue(reason).text() == "error";
        if (isError)
            event.status = EventStatus::Error;
        if (const auto milliseconds = fields.decimal(operation.value({"duration_ms"}), "duration_ms");
            milliseconds && event.durationNanos < 0 && !milliseconds->isNegative() && milliseconds->scale < 18)
            event.durationNanos = nanosOfMilliseconds(*milliseconds);
        return event;
    }

    static std::int64_t nanosOfMilliseconds(const Decimal& value)
    {
        Int128 divisor = 1;
        for (int i = 0; i < value.scale; ++i)
            divisor *= 10;
        constexpr Int128 kLongest = Int128{1} << 45U; // a thousand years
        const Int128 whole = value.mantissa / divisor;
        if (whole > kLongest)
            return -1;
        const Int128 nanos = whole * 1'000'000 + value.mantissa % divisor * 1'000'000 / divisor;
        return nanos > Int128{std::numeric_limits<std::int64_t>::max()} ? -1 : static_cast<std::int64_t>(nanos);
    }

    void finishGenAi(Fields& fields, const OtlpOperation& operation, const OtlpKind& kind, CostEvent event)
    {
        const RawCounts counts = otlpCounts(fields, operation);
        const bool isTwice = kind.isFetch || kind.repeatsChildren;
        if (isTwice && counts.hasAny() && fields.isGood())
            m_intake.dropped(kind.isFetch ? DropReason::FetchedAgain : DropReason::RepeatsChildren);
        if (isTwice || !counts.hasAny()) {
            if (isTwice)
                event.response.clear();
            else
                takeOtlpCost(fields, operation, event);
            return fields.finish(std::move(event));
        }
        if (event.operation == EventOperation::Unknown)
            m_intake.finding(
                Severity::Note, "operation-unknown", m_line,
                "An operation of a kind that is not known has used tokens; it counts as a call of a model.");
        if (event.operation == EventOperation::Unknown)
            event.layer = CostLayer::Inference;
        CountingStyle style = knownStyle(operation.scope, event.provider);
        if (event.model().find("claude") != std::string::npos && style == CountingStyle::Inclusive)
            style = CountingStyle::Unknown;
        const bool hasCaches = counts.reads() + counts.writes() > 0;
        if (style != CountingStyle::Unknown || !hasCaches)
            setUsage(event, counts, style == CountingStyle::Unknown ? CountingStyle::Inclusive : style, fields);
        else
            event.usage[UsageClass::Input] = 1; // until it is settled: there is usage
        takeOtlpCost(fields, operation, event);
        if (!fields.isGood() || style != CountingStyle::Unknown || !hasCaches)
            return fields.finish(std::move(event));
        wait(std::move(event), counts, operation.scope);
    }

    /// The style of this library is decided by all of its records together.
    void wait(CostEvent event, const RawCounts& counts, std::string_view scope)
    {
        StyleKey key{m_intake.source(), nameOf(scope), event.provider};
        m_evidence[key].add(counts);
        m_waiting.push_back({std::move(event), counts, std::move(key), m_line});
        constexpr std::size_t kMostWaiting = 50'000;
        if (m_waiting.size() >= kMostWaiting)
            finish();
    }

    void settle(Waiting& waiting)
    {
        Fields fields(m_intake, waiting.line);
        setUsage(waiting.event, waiting.counts, m_evidence[waiting.key].style(), fields);
        fields.finish(std::move(waiting.event));
    }

    /// What Claude Code repeats of the usage of an answer: without caches in the input.
    static void takeClaude(Fields& fields, const OtlpOperation& operation, CostEvent& event)
    {
        const auto of = [&](std::string_view name) { return fields.count(operation.value({name}), name); };
        event.provider = "anthropic";
        if (event.request.empty()) // here the id of the answer is that of the request
            event.request = event.response;
        event.response.clear();
        RawCounts counts;
        counts.input = of("input_tokens");
        counts.output = of("output_tokens");
        counts.cacheRead = of("cache_read_tokens");
        counts.cacheWrite = of("cache_creation_tokens");
        if (event.operation == EventOperation::Chat)
            setUsage(event, counts, CountingStyle::Exclusive, fields);
        takeOtlpCost(fields, operation, event);
    }

    void readLog(Fields& fields, OtlpOperation& operation)
    {
        const std::string_view service = operation.service();
        std::string_view name = operation.name;
        if (name.starts_with("claude_code.") || operation.scope.starts_with("com.anthropic.claude_code") ||
            service.starts_with("claude-code"))
            return readClaudeLog(fields, operation, name.substr(name.starts_with("claude_code.") ? 12 : 0));
        if (name.starts_with("codex."))
            return readCodexLog(fields, operation, name);
        if (name.starts_with("gemini_cli."))
            return readGeminiLog(fields, operation, name);
        const OtlpKind kind = otlpKind(operation);
        if (!kind.isAi)
            return;
        CostEvent event = eventOf(fields, operation, kind.operation);
        event.witness = EventWitness::Log;
        if (name == "gen_ai.client.inference.operation.details") {
            if (service.starts_with("gemini-cli")) // which says more in an event of its own
                return m_intake.dropped(DropReason::OtherWitness);
            event.id = operation.span; // the span of this very call
            event.parent.clear();
        }
        if (!otlpCounts(fields, operation).hasAny())
            return; // choices and messages of a call, whose usage stands elsewhere
        finishGenAi(fields, operation, kind, std::move(event));
    }

    /// Of a local tool: what it calls a session is the run, and one workflow is the tool itself.
    CostEvent toolEvent(Fields& fields, const OtlpOperation& operation, EventOperation kind)
    {
        CostEvent event = eventOf(fields, operation, kind);
        event.witness = EventWitness::Log;
        const std::string run = operation.text({"workflow.run_id"});
        if (event.run.empty() || !run.empty())
            event.run = run.empty() ? event.session : run;
        const JsonValue success = operation.value({"success"});
        if (success.text() == "false")
            event.status = EventStatus::Error;
        return event;
    }

    void readClaudeLog(Fields& fields, const OtlpOperation& operation, std::string_view name)
    {
        const bool isRefusal = name == "api_refusal", isError = name == "api_error";
        const bool isTool = name == "tool_result";
        if (name != "api_request" && !isRefusal && !isError && !isTool)
            return;
        CostEvent event = toolEvent(fields, operation, isTool ? EventOperation::Tool : EventOperation::Chat);
        const std::string sequence = operation.text({"event.sequence"});
        if (!sequence.empty() && !event.session.empty())
            event.id = event.session + '#' + sequence;
        if (isTool)
            return fields.finish(std::move(event));
        takeClaude(fields, operation, event);
        if (isRefusal || isError)
            event.status = isRefusal ? EventStatus::Refused : EventStatus::Error;
        fields.finish(std::move(event));
    }

    void readCodexLog(Fields& fields, const OtlpOperation& operation, std::string_view name)
    {
        const bool isTool = name == "codex.tool_result";
        const bool isUsage =
            name == "codex.sse_event" && operation.value({"event.kind"}).text() == "response.completed";
        if (!isTool && !isUsage)
            return;
        CostEvent event = toolEvent(fields, operation, isTool ? EventOperation::Tool : EventOperation::Chat);
        event.provider = "openai";
        if (isTool)
            return fields.finish(std::move(event));
        const auto of = [&](std::string_view field) { return fields.count(operation.value({field}), field); };
        RawCounts counts; // tool_token_count holds the total of some builds and is never read
        counts.input = of("input_token_count");
        counts.cacheRead = of("cached_token_count");
        counts.cacheWrite = of("cache_write_token_count");
        counts.output = of("output_token_count");
        counts.reasoning = of("reasoning_token_count");
        setUsage(event, counts, CountingStyle::Inclusive, fields);
        m_intake.finding(Severity::Note, "no-stable-identity", m_line,
                         "These events bear no id of their request; those of one conversation, time and counts are "
                         "taken for one.");
        fields.finish(std::move(event));
    }

    void readGeminiLog(Fields& fields, const OtlpOperation& operation, std::string_view name)
    {
        const bool isTool = name == "gemini_cli.tool_call";
        const bool isError = name == "gemini_cli.api_error";
        if (name != "gemini_cli.api_response" && !isTool && !isError)
            return;
        CostEvent event = toolEvent(fields, operation, isTool ? EventOperation::Tool : EventOperation::Chat);
        event.provider = operation.value({"auth_type"}).text() == "vertex-ai" ? "google-vertex" : "google";
        if (isTool)
            return fields.finish(std::move(event));
        const auto of = [&](std::string_view field) { return fields.count(operation.value({field}), field); };
        RawCounts counts;
        counts.input = of("input_token_count");
        counts.cacheRead = of("cached_content_token_count");
        counts.output = of("output_token_count");
        counts.reasoning = of("thoughts_token_count");
        counts.toolPrompt = of("tool_token_count");
        setUsage(event, counts, CountingStyle::Gemini, fields);
        if (isError)
            event.status = EventStatus::Error;
        fields.finish(std::move(event));
    }

    Intake& m_intake;
    OtlpAttributes m_resource, m_own;
    std::uint64_t m_line = 0;
    std::map<StyleKey, StyleEvidence> m_evidence;
    std::vector<Waiting> m_waiting;
};

} // namespace

std::unique_ptr<FormReader> readOtlp(Intake& intake)
{
    return std::make_unique<Otlp>(intake);
}

} // namespace altimeter::providers
