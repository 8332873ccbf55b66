#include "models/text/words.h"
#include "providers/events/intake.h"

namespace altimeter::providers {

namespace {

bool isTrueText(JsonValue value)
{
    return value.isTrue() || words::equalsIgnoreCase(value.text(), "true");
}

/// Rows of the spend log of a LiteLLM proxy, and what its callbacks write (StandardLoggingPayload).
class LiteLlm final : public FormReader {
public:
    explicit LiteLlm(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        forEachRow(record, {"data", "results", "spend_logs"}, [&](JsonValue row) { readRow(row, line); });
    }

private:
    void readRow(JsonValue row, std::uint64_t line)
    {
        const std::string_view call = row["call_type"].text();
        if (call == "aget_responses" || call == "get_responses")
            return m_intake.dropped(DropReason::FetchedAgain); // its cost and tokens are those of the first answer
        Fields fields(m_intake, line);
        const JsonValue metadata = unpacked(row["metadata"], m_metadata);
        CostEvent event;
        event.witness = EventWitness::Gateway;
        readIds(row, event);
        if (event.id.empty())
            fields.fail("request_id", "no-id", "the row bears no id");
        event.startNanos = fields.neededInstant(row["startTime"], "startTime");
        if (const auto end = fields.instant(row["endTime"], "endTime"); end && *end >= event.startNanos)
            event.durationNanos = *end - event.startNanos;
        event.operation = operationOf(call);
        if (event.operation == EventOperation::Unknown)
            event.operation = EventOperation::Chat;
        readModel(row, event);
        readPeople(row, metadata, event);
        const bool isFailed = row["status"].text() == "failure";
        event.status = isFailed ? EventStatus::Error : EventStatus::Ok;
        event.isFree = isTrueText(row["cache_hit"]);
        readUsage(fields, row, metadata, event);
        readCost(fields, row, event);
        fields.finish(std::move(event));
    }

    static void readIds(JsonValue row, CostEvent& event)
    {
        event.id = firstName(row, {"request_id", "id"});
        event.response = event.id;
        event.run = firstName(row, {"trace_id"});
        event.session = firstName(row, {"session_id"});
    }

    static void readModel(JsonValue row, CostEvent& event)
    {
        event.provider = providerName(firstName(row, {"custom_llm_provider"}));
        event.modelAsked = firstName(row, {"model", "model_group"});
        // "anthropic/claude-…": the provider stands before the model
        const std::size_t slash = event.modelAsked.find('/');
        if (slash != std::string::npos &&
            (event.provider.empty() || providerName(event.modelAsked.substr(0, slash)) == event.provider)) {
            event.provider = providerName(event.modelAsked.substr(0, slash));
            event.modelAsked.erase(0, slash + 1);
        }
        if (event.provider.empty())
            event.provider = providerOfModel(event.modelAsked);
        event.tool = firstName(row, {"mcp_namespaced_tool_name"});
    }

    void readPeople(JsonValue row, JsonValue metadata, CostEvent& event)
    {
        const JsonValue named = unpacked(metadata["spend_logs_metadata"], m_named);
        for (const JsonValue label : named)
            takeLabel(event, label.name(), label.text());
        const JsonValue tags = unpacked(row["request_tags"], m_tags);
        for (const JsonValue tag : tags) {
            const std::string_view text = tag.text();
            const std::size_t split = text.find_first_of(":=");
            if (split != std::string_view::npos)
                takeLabel(event, text.substr(0, split), words::trimmed(text.substr(split + 1)));
        }
        const auto fill = [](std::string& member, std::string value) {
            if (member.empty())
                member = std::move(value);
        };
        fill(event.team, firstName(metadata, {"user_api_key_team_alias", "user_api_key_team_id"}));
        fill(event.team, firstName(row, {"team_id"}));
        fill(event.user, firstName(row, {"end_user", "user"}));
        fill(event.user, firstName(metadata, {"user_api_key_user_id"}));
        fill(event.agent, firstName(row, {"agent_id"}));
    }

    void readUsage(Fields& fields, JsonValue row, JsonValue metadata, CostEvent& event)
    {
        const JsonValue raw = unpacked(metadata["usage_object"], m_usage);
        const auto own = raw.isObject() ? providerUsage(fields, raw) : std::nullopt;
        if (own)
            return setUsage(event, own->counts, own->style, fields);
        RawCounts counts; // the proxy counts caches into the prompt, whoever answers
        counts.input = fields.count(row["prompt_tokens"], "prompt_tokens");
        counts.output = fields.count(row["completion_tokens"], "completion_tokens");
        counts.total = fields.count(row["total_tokens"], "total_tokens");
        counts.cacheRead = fields.count(row["cache_read_input_tokens"], "cache_read_input_tokens");
        counts.cacheWrite = fields.count(row["cache_creation_input_tokens"], "cache_creation_input_tokens");
        setUsage(event, counts, CountingStyle::Inclusive, fields);
    }

    static void readCost(Fields& fields, JsonValue row, CostEvent& event)
    {
        const JsonValue value = row["response_cost"].isThere() ? row["response_cost"] : row["spend"];
        const auto cost = fields.estimate(value, row["response_cost"].isThere() ? "response_cost" : "spend");
        // Zero for tokens that were used is what the proxy writes for a model it has no price of.
        if (!cost || (cost->isZero() && !event.isFree && !event.usage.isEmpty()) ||
            !row["response_cost_failure_debug_info"].isNull())
            return;
        event.reported = cost;
        event.reportedCurrency = Currency("USD");
    }

    Intake& m_intake;
    JsonTree m_metadata, m_named, m_tags, m_usage;
};

} // namespace

std::unique_ptr<FormReader> readLiteLlm(Intake& intake)
{
    return std::make_unique<LiteLlm>(intake);
}

} // namespace altimeter::providers
