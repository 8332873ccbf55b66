#include "models/text/words.h"
#include "providers/events/intake.h"

namespace altimeter::providers {

namespace {

/// Azure writes the same names with and without capitals, by where a log goes.
JsonValue member(JsonValue object, std::string_view name)
{
    if (object.isObject()) {
        for (const JsonValue value : object) {
            if (words::equalsIgnoreCase(value.name(), name))
                return value;
        }
    }
    return {};
}

/// Logs of Azure: what API Management tells of calls of models (tokens), and what the service itself does (requests
/// alone).
class Azure final : public FormReader {
public:
    explicit Azure(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        forEachRow(record, {"records", "value"}, [&](JsonValue row) { readRow(row, line); });
    }

private:
    void readRow(JsonValue row, std::uint64_t line)
    {
        const JsonValue properties = unpacked(member(row, "properties"), m_properties);
        const auto of = [&](std::string_view name) {
            const JsonValue own = member(row, name);
            return own.isNull() ? member(properties, name) : own;
        };
        const std::string_view category = of("category").text();
        const bool hasTokens = of("PromptTokens").isThere() || of("CompletionTokens").isThere();
        const bool isRequest = category == "RequestResponse";
        if (!hasTokens && !isRequest)
            return;
        Fields fields(m_intake, line);
        CostEvent event;
        event.witness = hasTokens ? EventWitness::Gateway : EventWitness::Log;
        event.provider = "azure-openai";
        event.operation = EventOperation::Chat;
        event.request = nameOf(of("CorrelationId"));
        const JsonValue time = of("TimeGenerated");
        event.startNanos = fields.neededInstant(time.isNull() ? of("time") : time, "time");
        // the service names the model; a gateway at times only the deployment, which the operator names
        event.modelAnswered = nameOf(of("ModelName"));
        event.modelAsked = nameOf(of("DeploymentName").isNull() ? of("modelDeploymentName") : of("DeploymentName"));
        event.region = nameOf(of("Region").isNull() ? of("location") : of("Region"));
        if (const auto milliseconds = fields.count(of("durationMs"), "durationMs"))
            event.durationNanos = static_cast<std::int64_t>(*milliseconds) * 1'000'000;
        const std::string_view result = of("resultSignature").text();
        event.status = result.empty()            ? EventStatus::Unknown
                       : result.starts_with("2") ? EventStatus::Ok
                                                 : EventStatus::Error;
        if (isRequest && !hasTokens)
            m_intake.finding(Severity::Warning, "no-token-counts", line,
                             "This log counts requests and no tokens, so that their cost is not known. Metrics by "
                             "deployment or the log of an API gateway tell them.");
        RawCounts counts;
        counts.input = fields.count(of("PromptTokens"), "PromptTokens");
        counts.output = fields.count(of("CompletionTokens"), "CompletionTokens");
        counts.total = fields.count(of("TotalTokens"), "TotalTokens");
        setUsage(event, counts, CountingStyle::Inclusive, fields);
        fields.finish(std::move(event));
    }

    Intake& m_intake;
    JsonTree m_properties;
};

} // namespace

std::unique_ptr<FormReader> readAzure(Intake& intake)
{
    return std::make_unique<Azure>(intake);
}

} // namespace altimeter::providers
