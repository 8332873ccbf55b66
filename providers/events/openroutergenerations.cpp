#include "models/text/words.h"
#include "providers/events/intake.h"

namespace altimeter::providers {

namespace {

/// Generations of OpenRouter. The native counts are what is charged; the others are brought to one tokenizer.
class OpenRouter final : public FormReader {
public:
    explicit OpenRouter(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        const JsonValue data = record["data"];
        for (const JsonValue row : data.isArray() ? data : JsonValue())
            readGeneration(row, line);
        if (!data.isArray())
            readGeneration(data.isObject() ? data : record, line);
    }

private:
    void readGeneration(JsonValue row, std::uint64_t line)
    {
        Fields fields(m_intake, line);
        CostEvent event;
        event.witness = EventWitness::Gateway;
        event.operation = EventOperation::Chat;
        event.id = nameOf(row["id"]);
        if (event.id.empty())
            fields.fail("id", "no-id", "the generation bears no id");
        event.response = event.id;
        event.request = nameOf(row["upstream_id"]);
        event.startNanos = fields.neededInstant(row["created_at"], "created_at");
        if (const auto milliseconds = fields.count(row["generation_time"], "generation_time"))
            event.durationNanos = static_cast<std::int64_t>(*milliseconds) * 1'000'000;
        event.session = nameOf(row["session_id"]);
        event.user = nameOf(row["external_user"]);
        event.modelAsked = nameOf(row["model"]);
        event.tier = tierName(row["service_tier"].text());
        event.status = row["cancelled"].isTrue() ? EventStatus::Cancelled : EventStatus::Ok;
        event.isFree = !row["response_cache_source_id"].text().empty();
        const bool isOwnKey = row["is_byok"].isTrue();
        event.provider = isOwnKey ? providerName(row["provider_name"].text()) : "openrouter";
        readUsage(fields, row, event);
        const auto cost = isOwnKey ? fields.estimate(row["upstream_inference_cost"], "upstream_inference_cost")
                                   : fields.estimate(costOf(row), "total_cost");
        if (cost) {
            event.reported = cost;
            event.reportedCurrency = Currency("USD");
        }
        fields.finish(std::move(event));
    }

    static JsonValue costOf(JsonValue row)
    {
        return row["total_cost"].isNumber() || row["total_cost"].isText() ? row["total_cost"] : row["usage"];
    }

    static void readUsage(Fields& fields, JsonValue row, CostEvent& event)
    {
        RawCounts counts;
        counts.input = fields.count(row["native_tokens_prompt"], "native_tokens_prompt");
        counts.output = fields.count(row["native_tokens_completion"], "native_tokens_completion");
        if (!counts.input && !counts.output) {
            counts.input = fields.count(row["tokens_prompt"], "tokens_prompt");
            counts.output = fields.count(row["tokens_completion"], "tokens_completion");
            if (counts.input || counts.output)
                fields.intake().finding(Severity::Warning, "no-native-counts", fields.line(),
                                        "A generation tells no native counts; those of OpenRouter's own tokenizer were "
                                        "taken, which are not what is charged.");
        }
        counts.cacheRead = fields.count(row["native_tokens_cached"], "native_tokens_cached");
        counts.reasoning = fields.count(row["native_tokens_reasoning"], "native_tokens_reasoning");
        counts.imageOutput = fields.count(row["native_tokens_completion_images"], "native_tokens_completion_images");
        setUsage(event, counts, CountingStyle::Inclusive, fields);
    }

    Intake& m_intake;
};

} // namespace

std::unique_ptr<FormReader> readOpenRouter(Intake& intake)
{
    return std::make_unique<OpenRouter>(intake);
}

} // namespace altimeter::providers
