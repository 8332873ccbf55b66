#include "models/text/words.h"
#include "providers/events/intake.h"

#include <utility>

namespace altimeter::providers {

namespace {

using Count = RawCounts::Count;

/// Observations of Langfuse, exported ("usage_details") or as its interface answers them ("usageDetails").
class Langfuse final : public FormReader {
public:
    explicit Langfuse(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        forEachRow(record, {"data", "observations"}, [&](JsonValue row) { readRow(row, line); });
    }

private:
    void readRow(JsonValue row, std::uint64_t line)
    {
        if (row["type"].text().empty()) // traces and scores: what they tell are sums
            return;
        Fields fields(m_intake, line);
        CostEvent event;
        event.witness = EventWitness::Span;
        event.id = nameOf(row["id"]);
        if (event.id.empty())
            fields.fail("id", "no-id", "the observation bears no id");
        event.run = firstName(row, {"traceId", "trace_id"});
        event.parent = firstName(row, {"parentObservationId", "parent_observation_id"});
        event.session = firstName(row, {"sessionId", "session_id"});
        event.user = firstName(row, {"userId", "user_id"});
        event.startNanos = fields.neededInstant(firstOf(row, {"startTime", "start_time"}), "startTime");
        if (const auto end = fields.instant(firstOf(row, {"endTime", "end_time"}), "endTime");
            end && *end >= event.startNanos)
            event.durationNanos = *end - event.startNanos;
        event.revisedNanos = fields.instant(firstOf(row, {"updatedAt", "updated_at"}), "updatedAt").value_or(0);
        event.operation = operationOf(row["type"].text());
        event.status = row["level"].text() == "ERROR" ? EventStatus::Error : EventStatus::Ok;
        readModel(row, event);
        readUsage(fields, row, event);
        readCost(fields, row, event);
        fields.finish(std::move(event));
    }

    void readModel(JsonValue row, CostEvent& event)
    {
        event.modelAsked = firstName(row, {"providedModelName", "provided_model_name", "model", "internalModelId"});
        event.workflow = firstName(row, {"traceName", "trace_name"});
        event.tier = tierName(firstOf(row, {"usagePricingTierName", "usage_pricing_tier_name"}).text());
        const JsonValue metadata = unpacked(row["metadata"], m_metadata);
        for (const JsonValue label : metadata) {
            takeLabel(event, label.name(), label.text());
            if (label.name() == "provider" || label.name() == "ls_provider")
                event.provider = providerName(label.text());
        }
        if (event.provider.empty())
            event.provider = providerOfModel(event.modelAsked);
        for (const JsonValue tag : row["tags"]) {
            const std::string_view text = tag.text();
            const std::size_t split = text.find_first_of(":=");
            if (split != std::string_view::npos)
                takeLabel(event, text.substr(0, split), words::trimmed(text.substr(split + 1)));
        }
        if (event.operation == EventOperation::Tool)
            event.tool = nameOf(row["name"]);
        if (event.operation == EventOperation::Agent && event.agent.empty())
            event.agent = nameOf(row["name"]);
    }

    static void add(Count& into, Count more)
    {
        if (more)
            into = into.value_or(0) + *more;
    }

    void readUsage(Fields& fields, JsonValue row, CostEvent& event)
    {
        const JsonValue written = row["usageDetails"].isThere() ? row["usageDetails"] : row["usage_details"];
        const JsonValue usage = unpacked(written, m_usage);
        static constexpr std::pair<std::string_view, Count RawCounts::*> kNames[] = {
            {"input", &RawCounts::input},
            {"output", &RawCounts::output},
            {"input_cached_tokens", &RawCounts::cacheRead},
            {"input_cache_read", &RawCounts::cacheRead},
            {"cache_read_input_tokens", &RawCounts::cacheRead},
            {"input_cache_creation", &RawCounts::cacheWrite},
            {"cache_creation_input_tokens", &RawCounts::cacheWrite},
            {"input_cache_creation_5m", &RawCounts::cacheWrite5m},
            {"input_cache_creation_1h", &RawCounts::cacheWrite1h},
            {"output_reasoning", &RawCounts::reasoning},
            {"output_reasoning_tokens", &RawCounts::reasoning},
            {"input_audio_tokens", &RawCounts::audioInput},
            {"input_audio", &RawCounts::audioInput},
            {"output_audio_tokens", &RawCounts::audioOutput},
            {"output_audio", &RawCounts::audioOutput},
            {"input_image_tokens", &RawCounts::imageInput},
            {"output_image_tokens", &RawCounts::imageOutput},
        };
        RawCounts counts;
        for (const JsonValue member : usage) {
            const Count count = fields.count(member, member.name());
            if (member.name() == "total" || !count)
                continue;
            Count RawCounts::*place = nullptr;
            for (const auto& [name, known] : kNames) {
                if (name == member.name())
                    place = known;
            }
            if (!place && *count > 0) {
                place = member.name().starts_with("output") ? &RawCounts::output : &RawCounts::input;
                m_intake.finding(Severity::Warning, "usage-kind-unknown", fields.line(),
                                 "Usage of the kind \"" + nameOf(member.name()) +
                                     "\" is not known; it was counted with the other input or output.");
            }
            if (place)
                add(counts.*place, count);
        }
        if (!counts.hasAny()) { // older servers
            counts.input = fields.count(row["promptTokens"], "promptTokens");
            counts.output = fields.count(row["completionTokens"], "completionTokens");
        }
        // each kind is counted apart, and lifetimes beside the writes of unknown ones
        if (counts.cacheWrite)
            counts.cacheWrite = *counts.cacheWrite + counts.cacheWrite5m.value_or(0) + counts.cacheWrite1h.value_or(0);
        setUsage(event, counts, CountingStyle::Disjoint, fields);
    }

    void readCost(Fields& fields, JsonValue row, CostEvent& event)
    {
        const JsonValue written = row["costDetails"].isThere() ? row["costDetails"] : row["cost_details"];
        const JsonValue details = unpacked(written, m_costs);
        JsonValue total = details["total"]; // repeats the sum of the others
        if (total.isNull())
            total = firstOf(row, {"totalCost", "total_cost", "calculatedTotalCost", "calculated_total_cost"});
        const auto cost = fields.estimate(total, "totalCost");
        if (!cost || (cost->isZero() && !event.usage.isEmpty()))
            return; // a model without a price in Langfuse costs zero there
        event.reported = cost;
        event.reportedCurrency = Currency("USD");
    }

    Intake& m_intake;
    JsonTree m_metadata, m_usage, m_costs;
};

} // namespace

std::unique_ptr<FormReader> readLangfuse(Intake& intake)
{
    return std::make_unique<Langfuse>(intake);
}

} // namespace altimeter::providers
