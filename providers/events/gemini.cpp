#include "models/text/words.h"
#include "providers/events/intake.h"

namespace altimeter::providers {

namespace {

/// Chats as Gemini CLI keeps them (~/.gemini/tmp/*/chats): one document with its messages, or one message per line
/// behind a line about the session.
class Gemini final : public FormReader {
public:
    explicit Gemini(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        if (!record["sessionId"].text().empty())
            m_session = nameOf(record["sessionId"]);
        if (record["tokens"].isObject())
            readMessage(record, line);
        for (const JsonValue message : record["messages"])
            readMessage(message, line);
    }

private:
    void readMessage(JsonValue message, std::uint64_t line)
    {
        const JsonValue tokens = message["tokens"];
        if (!tokens.isObject())
            return;
        Fields fields(m_intake, line);
        CostEvent event;
        event.witness = EventWitness::Transcript;
        event.operation = EventOperation::Chat;
        event.status = EventStatus::Ok;
        event.startNanos = fields.neededInstant(message["timestamp"], "timestamp");
        event.session = m_session;
        event.run = m_session;
        event.id = nameOf(message["id"]);
        event.provider = "google";
        event.modelAsked = nameOf(message["model"]);
        event.workflow = "gemini-cli";
        RawCounts counts;
        counts.input = fields.count(tokens["input"], "tokens.input");
        counts.output = fields.count(tokens["output"], "tokens.output");
        counts.cacheRead = fields.count(tokens["cached"], "tokens.cached");
        counts.reasoning = fields.count(tokens["thoughts"], "tokens.thoughts");
        counts.toolPrompt = fields.count(tokens["tool"], "tokens.tool");
        setUsage(event, counts, CountingStyle::Gemini, fields);
        fields.finish(std::move(event));
    }

    Intake& m_intake;
    std::string m_session;
};

} // namespace

std::unique_ptr<FormReader> readGemini(Intake& intake)
{
    return std::make_unique<Gemini>(intake);
}

} // namespace altimeter::providers
