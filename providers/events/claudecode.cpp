#include "models/text/words.h"
#include "providers/events/intake.h"

namespace altimeter::providers {

namespace {

/// Conversations as Claude Code keeps them (~/.claude/projects). A reply stands on one line for each part of it, each
/// with the usage so far: they are one call, told apart by the ids of message and request (models/events/duplicates).
class ClaudeCode final : public FormReader {
public:
    explicit ClaudeCode(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        const JsonValue message = record["message"], usage = message["usage"];
        const std::string_view model = message["model"].text();
        if (!usage.isObject() || model == "<synthetic>")
            return;
        Fields fields(m_intake, line);
        CostEvent event = eventOf(fields, record, message);
        if (const auto counts = providerUsage(fields, usage))
            setUsage(event, counts->counts, counts->style, fields);
        if (const auto searches =
                fields.count(usage.at("server_tool_use", "web_search_requests"), "server_tool_use.web_search_requests");
            searches.value_or(0) > 0)
            event.tools.push_back({"web_search", Decimal{static_cast<Int128>(*searches), 0}});
        if (const auto cost = fields.estimate(record["costUSD"], "costUSD"); cost && !cost->isZero()) {
            event.reported = cost;
            event.reportedCurrency = Currency("USD");
        }
        const bool isGood = fields.isGood();
        readAdvisors(isGood, usage["iterations"], event, line);
        fields.finish(std::move(event));
    }

private:
    CostEvent eventOf(Fields& fields, JsonValue record, JsonValue message)
    {
        CostEvent event;
        event.witness = EventWitness::Transcript;
        event.operation = EventOperation::Chat;
        event.startNanos = fields.neededInstant(record["timestamp"], "timestamp");
        event.session = nameOf(record["sessionId"]);
        event.run = event.session;
        event.id = nameOf(message["id"]);
        event.request = nameOf(record["requestId"]);
        // Gateways of others number their answers anew for each conversation; Anthropic's ids are theirs for good.
        if (!event.request.empty() || event.id.starts_with("msg_"))
            event.response = event.id;
        if (event.id.empty())
            event.id = nameOf(record["uuid"]);
        event.modelAsked = nameOf(message["model"]);
        event.provider = providerOf(event);
        const JsonValue usage = message["usage"];
        event.tier = usage["speed"].text() == "fast" ? "fast" : tierName(usage["service_tier"].text());
        event.status = record["isApiErrorMessage"].isTrue() ? EventStatus::Error : EventStatus::Ok;
        if (record["isSidechain"].isTrue())
            event.copy = EventCopy::Sidechain;
        event.workflow = "claude-code";
        const std::string_view folder = record["cwd"].text();
        event.useCase = nameOf(folder.substr(folder.find_last_of("/\\") + 1));
        return event;
    }

    static std::string providerOf(const CostEvent& event)
    {
        if (event.id.starts_with("msg_bdrk_"))
            return "aws-bedrock";
        if (event.id.starts_with("msg_vrtx_"))
            return "google-vertex";
        const std::string known = providerOfModel(event.modelAsked);
        return known.empty() && event.id.starts_with("msg_") ? "anthropic" : known;
    }

    /// What other models were asked on the way; other iterations are in the sum of the message.
    void readAdvisors(bool isGood, JsonValue iterations, const CostEvent& message, std::uint64_t line)
    {
        if (!isGood)
            return;
        std::uint64_t number = 0;
        for (const JsonValue iteration : iterations) {
            ++number;
            if (iteration["type"].text() != "advisor_message")
                continue;
            Fields fields(m_intake, line);
            CostEvent event = message;
            event.tools.clear();
            event.reported.reset();
            const std::string suffix = "/advisor/" + std::to_string(number);
            event.id += suffix;
            event.request.clear();
            if (!event.response.empty())
                event.response += suffix;
            if (!iteration["model"].text().empty())
                event.modelAsked = nameOf(iteration["model"]);
            const JsonValue own = iteration["usage"];
            event.usage = {};
            if (const auto counts = providerUsage(fields, own.isObject() ? own : iteration))
                setUsage(event, counts->counts, counts->style, fields);
            fields.finish(std::move(event));
        }
    }

    Intake& m_intake;
};

} // namespace

std::unique_ptr<FormReader> readClaudeCode(Intake& intake)
{
    return std::make_unique<ClaudeCode>(intake);
}

} // namespace altimeter::providers
