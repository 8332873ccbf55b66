#include "models/text/words.h"
#include "providers/events/intake.h"

namespace altimeter::providers {

namespace {

/// What stands behind "…/name/" up to the next slash.
std::string_view behind(std::string_view path, std::string_view name)
{
    const std::size_t at = path.find(name);
    if (at == std::string_view::npos)
        return {};
    path.remove_prefix(at + name.size());
    return path.substr(0, path.find('/'));
}

/// Request-response logs of Vertex AI as BigQuery exports them. They hold prompts and answers, which are not read.
class Vertex final : public FormReader {
public:
    explicit Vertex(Intake& intake) : m_intake(intake) {}

    void read(JsonValue row, std::uint64_t line) override
    {
        Fields fields(m_intake, line);
        CostEvent event;
        event.witness = EventWitness::Gateway;
        event.provider = "google-vertex";
        event.operation = EventOperation::Chat;
        event.status = EventStatus::Ok;
        event.startNanos = fields.neededInstant(row["logging_time"], "logging_time");
        if (!row["request_id"].text().empty())
            event.request = "vertex:" + nameOf(row["request_id"]); // a number
        const std::string model = firstName(row, {"model", "deployed_model_id"});
        event.modelAsked = model.substr(model.rfind('/') + 1);
        event.region = nameOf(behind(row["endpoint"].text(), "/locations/"));
        const JsonValue request = unpacked(row["full_request"], m_request);
        for (const JsonValue label : request["labels"])
            takeLabel(event, label.name(), label.text());
        if (row["api_method"].text().find("mbed") != std::string_view::npos)
            event.operation = EventOperation::Embeddings;

        const JsonValue usage = usageOf(row);
        const auto counts = providerUsage(fields, usage);
        if (counts)
            setUsage(event, counts->counts, counts->style, fields);
        else
            m_intake.finding(Severity::Warning, "no-token-counts", line,
                             "An answer in the log tells no counts of tokens, so that its cost is not known.");
        m_intake.finding(Severity::Note, "may-be-a-sample", line,
                         "A request-response log holds the share of the calls it was set up to take; below the whole, "
                         "it tells less than was spent.");
        fields.finish(std::move(event));
    }

private:
    JsonValue usageOf(JsonValue row)
    {
        JsonValue response = unpacked(row["full_response"], m_response);
        if (!response.isObject() && !response.isArray()) {
            for (const JsonValue part : row["response_payload"]) { // the last part tells the sum
                const JsonValue inner = unpacked(part, m_response);
                response = inner;
            }
        }
        JsonValue last = response;
        if (response.isArray()) {
            for (const JsonValue part : response)
                last = part;
        }
        return last["usageMetadata"].isObject() ? last["usageMetadata"] : last["usage"];
    }

    Intake& m_intake;
    JsonTree m_request, m_response;
};

} // namespace

std::unique_ptr<FormReader> readVertex(Intake& intake)
{
    return std::make_unique<Vertex>(intake);
}

} // namespace altimeter::providers
