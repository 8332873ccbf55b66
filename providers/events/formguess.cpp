#include "models/text/words.h"
#include "providers/events/intake.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

bool hasAny(JsonValue object, std::initializer_list<std::string_view> names)
{
    return std::any_of(names.begin(), names.end(), [&](auto name) { return object[name].isThere(); });
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), text) != words.end();
}

bool isOtlp(JsonValue record)
{
    if (hasAny(record, {"resourceSpans", "resourceLogs", "resourceMetrics", "scopeSpans", "scopeLogs", "scopeMetrics"}))
        return true;
    return record["attributes"].isObject() &&
           hasAny(record, {"hrTime", "startTime", "startTimeUnixNano", "timeUnixNano", "spanContext", "_spanContext",
                           "traceId", "instrumentationScope", "resource"});
}

bool isClaudeCode(JsonValue record)
{
    const std::string_view type = record["type"].text();
    return (hasAny(record, {"sessionId", "uuid"}) && record["message"].isObject() &&
            isOneOf(type, {"user", "assistant", "system"})) ||
           (type == "summary" && record["leafUuid"].isThere()) || type == "file-history-snapshot";
}

bool isCodex(JsonValue record)
{
    return record["payload"].isObject() &&
           isOneOf(record["type"].text(), {"session_meta", "turn_context", "event_msg", "response_item", "compacted",
                                           "token_usage_record", "world_state"});
}

bool isAzure(JsonValue record)
{
    const auto hasMember = [&](std::string_view name) {
        return std::any_of(record.begin(), record.end(),
                           [&](JsonValue value) { return words::equalsIgnoreCase(value.name(), name); });
    };
    return isOneOf(record["category"].text(),
                   {"RequestResponse", "GatewayLlmLogs", "AzureOpenAIRequestUsage", "Audit", "Trace"}) ||
           record["Type"].text() == "ApiManagementGatewayLlmLog" ||
           (record.isObject() && hasMember("PromptTokens") && hasMember("CorrelationId"));
}

EventForm ofRow(JsonValue record)
{
    if (isOtlp(record))
        return EventForm::Otlp;
    if (isClaudeCode(record))
        return EventForm::ClaudeCode;
    if (isCodex(record))
        return EventForm::Codex;
    if (record["schemaType"].text() == "ModelInvocationLog" ||
        record["message"].text().find("\"ModelInvocationLog\"") != std::string_view::npos)
        return EventForm::Bedrock;
    if (hasAny(record, {"native_tokens_prompt", "native_tokens_completion", "upstream_inference_cost"}))
        return EventForm::OpenRouter;
    if ((record["request_id"].isThere() && record["spend"].isThere()) ||
        (record["response_cost"].isThere() && hasAny(record, {"call_type", "prompt_tokens", "model_map_information"})))
        return EventForm::LiteLlm;
    if (record["logging_time"].isThere() &&
        hasAny(record, {"full_response", "full_request", "response_payload", "deployed_model_id", "endpoint"}))
        return EventForm::Vertex;
    if (isAzure(record))
        return EventForm::Azure;
    if (isOneOf(record["type"].text(), {"GENERATION", "SPAN", "EVENT", "EMBEDDING", "AGENT", "TOOL", "CHAIN",
                                        "RETRIEVER", "EVALUATOR", "GUARDRAIL"}) &&
        hasAny(record, {"traceId", "trace_id"}))
        return EventForm::Langfuse;
    if (hasAny(record, {"traceId", "trace_id"}) && record["id"].isThere() &&
        hasAny(record, {"startTime", "start_time"}) &&
        hasAny(record, {"usageDetails", "usage_details", "parentObservationId", "parent_observation_id", "costDetails",
                        "cost_details", "providedModelName", "provided_model_name"}))
        return EventForm::Langfuse;
    if ((record["sessionId"].isThere() && record["messages"].isArray()) ||
        (record["sessionId"].isThere() && record["projectHash"].isThere()) ||
        (record["tokens"].isObject() && record["type"].text() == "gemini"))
        return EventForm::Gemini;
    if (hasAny(record, {"time", "timestamp", "start_time"}) &&
        (record["usage"].isObject() || hasAny(record, {"model", "provider", "operation", "run", "tools"})))
        return EventForm::JsonLines;
    return EventForm::Auto;
}

} // namespace

EventForm formOfRecord(JsonValue record)
{
    const EventForm form = ofRow(record);
    if (form != EventForm::Auto)
        return form;
    // an answer of an interface, around one row or a list of them
    for (const std::string_view name : {"data", "observations", "records", "results", "value", "spend_logs"}) {
        const JsonValue inner = record[name];
        if (inner.isObject())
            return ofRow(inner);
        if (inner.isArray() && !inner.isEmpty())
            return ofRow(*inner.begin());
    }
    return EventForm::Auto;
}

} // namespace altimeter::providers
