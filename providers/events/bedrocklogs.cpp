#include "models/text/words.h"
#include "providers/events/intake.h"

namespace altimeter::providers {

namespace {

/// Model invocation logs of Amazon Bedrock. They may hold prompts and answers, which are not read.
class Bedrock final : public FormReader {
public:
    explicit Bedrock(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        // CloudWatch wraps the log into a message
        const JsonValue inner = unpacked(record["message"], m_message);
        readLog(inner["schemaType"].text().empty() ? record : inner, line);
    }

private:
    void readLog(JsonValue log, std::uint64_t line)
    {
        if (log["schemaType"].text() != "ModelInvocationLog")
            return;
        Fields fields(m_intake, line);
        CostEvent event;
        event.witness = EventWitness::Gateway;
        event.provider = "aws-bedrock";
        event.request = nameOf(log["requestId"]);
        event.startNanos = fields.neededInstant(log["timestamp"], "timestamp");
        event.region = nameOf(log["region"]);
        event.modelAsked = modelOf(nameOf(log["modelId"]), fields);
        event.operation = event.modelAsked.find("embed") != std::string::npos    ? EventOperation::Embeddings
                          : event.modelAsked.find("rerank") != std::string::npos ? EventOperation::Rerank
                                                                                 : EventOperation::Chat;
        event.status = log["errorCode"].text().empty() ? EventStatus::Ok : EventStatus::Error;
        for (const JsonValue label : log["requestMetadata"])
            takeLabel(event, label.name(), label.text());
        if (event.user.empty()) {
            const std::string_view arn = log.at("identity", "arn").text();
            event.user = nameOf(arn.substr(arn.rfind('/') + 1));
        }
        const JsonValue input = log["input"], output = log["output"];
        RawCounts counts;
        counts.input = fields.count(input["inputTokenCount"], "input.inputTokenCount");
        counts.cacheRead = fields.count(input["cacheReadInputTokenCount"], "input.cacheReadInputTokenCount");
        counts.cacheWrite = fields.count(input["cacheWriteInputTokenCount"], "input.cacheWriteInputTokenCount");
        counts.output = fields.count(output["outputTokenCount"], "output.outputTokenCount");
        setUsage(event, counts, CountingStyle::Exclusive, fields);
        fields.finish(std::move(event));
    }

    /// "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-…" is "us.anthropic.claude-…".
    static std::string modelOf(const std::string& id, Fields& fields)
    {
        if (!id.starts_with("arn:"))
            return id;
        const std::string name = id.substr(id.rfind('/') + 1);
        if (id.find(":application-inference-profile/") == std::string::npos &&
            id.find(":provisioned-model/") == std::string::npos && id.find(":imported-model/") == std::string::npos)
            return name;
        fields.intake().finding(Severity::Warning, "model-behind-a-profile", fields.line(),
                                "The log names a profile or model of the account and not the model that answered; an "
                                "alias in the price book says which it is.");
        return name;
    }

    Intake& m_intake;
    JsonTree m_message;
};

} // namespace

std::unique_ptr<FormReader> readBedrock(Intake& intake)
{
    return std::make_unique<Bedrock>(intake);
}

} // namespace altimeter::providers
