#include "providers/events/otlpattributes.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

using Count = RawCounts::Count;
using Names = std::initializer_list<std::string_view>;

Count countOf(Fields& fields, const OtlpOperation& operation, Names names)
{
    for (const auto name : names) {
        if (const auto count = fields.count(operation.value({name}), name))
            return count;
    }
    return {};
}

/// Counts that a library packs into one attribute: a JSON text or a list of names and values.
struct Packed {
    JsonTree tree;
    OtlpAttributes members;

    explicit Packed(JsonValue value)
    {
        if (value.isText())
            members.add(unpacked(value, tree));
        else if (value["values"].isArray())
            members.add(value["values"]);
        else
            members.add(value);
    }
};

void takeMlflow(Fields& fields, const OtlpOperation& operation, RawCounts& counts)
{
    const Packed packed(operation.value({"mlflow.chat.tokenUsage"}));
    const auto of = [&](std::string_view name, Count& into) {
        if (!into)
            into = fields.count(packed.members[name], name);
    };
    of("input_tokens", counts.input);
    of("output_tokens", counts.output);
    of("total_tokens", counts.total);
    of("cache_read_input_tokens", counts.cacheRead);
    of("cache_creation_input_tokens", counts.cacheWrite);
}

/// What the Vercel AI SDK leaves in the words of the provider.
void takeProviderMetadata(Fields& fields, const OtlpOperation& operation, RawCounts& counts)
{
    const JsonValue written = operation.value({"ai.response.providerMetadata"});
    if (!written.isText())
        return;
    JsonTree tree;
    const JsonValue metadata = unpacked(written, tree);
    const auto of = [&](JsonValue value, std::string_view name, Count& into) {
        if (!into)
            into = fields.count(value, name);
    };
    const JsonValue openai = metadata["openai"], anthropic = metadata["anthropic"];
    of(openai["cachedPromptTokens"], "openai.cachedPromptTokens", counts.cacheRead);
    of(openai["reasoningTokens"], "openai.reasoningTokens", counts.reasoning);
    of(anthropic.at("usage", "cache_read_input_tokens"), "anthropic.usage.cache_read_input_tokens", counts.cacheRead);
    of(anthropic["cacheReadInputTokens"], "anthropic.cacheReadInputTokens", counts.cacheRead);
    of(anthropic["cacheCreationInputTokens"], "anthropic.cacheCreationInputTokens", counts.cacheWrite);
}

bool startsWithAny(std::string_view text, Names prefixes)
{
    return std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return text.starts_with(prefix); });
}

std::string unquoted(std::string text)
{
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        return text.substr(1, text.size() - 2);
    return text;
}

std::optional<Decimal> sumOf(const std::optional<Decimal>& a, const std::optional<Decimal>& b)
{
    if (!a || !b)
        return a ? a : b;
    DecimalSum sum;
    sum.add(*a);
    sum.add(*b);
    const auto parsed = parseDecimal(sum.toString(0));
    return parsed ? std::optional(parsed->value) : std::nullopt;
}

void report(CostEvent& event, const std::optional<Decimal>& cost, const std::string& currency = "USD")
{
    // zero for tokens that were used is what senders write for a model they have no price of
    if (!cost || event.reported || (cost->isZero() && !event.usage.isEmpty()))
        return;
    event.reported = cost;
    event.reportedCurrency = Currency(currency);
}

} // namespace

JsonValue bareValue(JsonValue value)
{
    if (!value.isObject())
        return value;
    for (const JsonValue member : value) {
        if (member.name().ends_with("Value"))
            return member;
    }
    return value;
}

void OtlpAttributes::add(JsonValue listOrMap)
{
    if (listOrMap.isArray()) {
        for (const JsonValue pair : listOrMap)
            put(pair["key"].text(), bareValue(pair["value"]));
    } else if (listOrMap.isObject()) {
        for (const JsonValue member : listOrMap)
            put(member.name(), member);
    }
}

JsonValue OtlpAttributes::operator[](std::string_view name) const
{
    if (!m_marks.test(mark(name)))
        return {};
    const auto found = std::find_if(m_all.rbegin(), m_all.rend(), [&](const auto& pair) { return pair.first == name; });
    return found == m_all.rend() ? JsonValue() : found->second;
}

JsonValue OtlpOperation::value(Names names) const
{
    for (const auto attribute : names) {
        for (const auto* attributes : {own, resource}) {
            const JsonValue found = attributes ? (*attributes)[attribute] : JsonValue();
            if (!found.isNull())
                return found;
        }
    }
    return {};
}

RawCounts otlpCounts(Fields& fields, const OtlpOperation& operation)
{
    const auto of = [&](Names names) { return countOf(fields, operation, names); };
    RawCounts counts;
    counts.input = of({"gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens",
                       "llm.token_count.prompt", "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"});
    counts.output = of({"gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.usage.completion_tokens",
                        "llm.token_count.completion", "ai.usage.outputTokens", "ai.usage.completionTokens"});
    counts.total =
        of({"gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens"});
    counts.cacheWrite = of({"gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens",
                            "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.details.cache_write_tokens",
                            "llm.usage.cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write"});
    counts.cacheRead = of({"gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
                           "gen_ai.usage.cache_read_tokens", "gen_ai.usage.details.cache_read_tokens",
                           "llm.usage.cache_read_input_tokens", "llm.token_count.prompt_details.cache_read",
                           "ai.usage.cachedInputTokens"});
    counts.reasoning = of({"gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
                           "codex.usage.reasoning_output_tokens", "llm.usage.reasoning_tokens",
                           "llm.token_count.completion_details.reasoning", "ai.usage.reasoningTokens",
                           "gen_ai.usage.details.reasoning_tokens"});
    counts.audioInput = of({"gen_ai.usage.audio.input_tokens", "llm.token_count.prompt_details.audio"});
    counts.imageInput = of({"gen_ai.usage.image.input_tokens"});
    counts.videoInput = of({"gen_ai.usage.video.input_tokens"});
    counts.audioCacheRead = of({"gen_ai.usage.audio.cache_read.input_tokens"});
    counts.imageCacheRead = of({"gen_ai.usage.image.cache_read.input_tokens"});
    counts.audioOutput = of({"gen_ai.usage.audio.output_tokens", "llm.token_count.completion_details.audio"});
    counts.imageOutput = of({"gen_ai.usage.image.output_tokens"});
    takeMlflow(fields, operation, counts);
    takeProviderMetadata(fields, operation, counts);
    return counts;
}

void takeOtlpCost(Fields& fields, const OtlpOperation& operation, CostEvent& event)
{
    const auto of = [&](std::string_view name) { return fields.estimate(operation.value({name}), name); };
    if (const auto amount = of("gen_ai.usage.cost.amount")) {
        const std::string currency = operation.text({"gen_ai.usage.cost.currency"});
        if (currency.size() == 3)
            report(event, amount, currency);
        else
            fields.intake().finding(Severity::Warning, "cost-without-currency", fields.line(),
                                    "A cost is told without its currency and was left out.");
    }
    for (const std::string_view name : {"gen_ai.usage.cost", "gen_ai.cost.total_tokens", "llm.cost.total", "cost_usd"})
        report(event, of(name));
    if (auto micros = of("cost_usd_micros"); micros && micros->scale <= 30) {
        micros->scale = static_cast<std::uint8_t>(micros->scale + 6);
        report(event, micros);
    }
    report(event, sumOf(of("gen_ai.cost.input_tokens"), of("gen_ai.cost.output_tokens")));
    report(event, sumOf(of("llm.cost.prompt"), of("llm.cost.completion")));
    const Packed packed(operation.value({"mlflow.llm.cost"}));
    report(event, fields.estimate(packed.members["total_cost"], "mlflow.llm.cost.total_cost"));
}

void takeOtlpNames(const OtlpOperation& operation, CostEvent& event)
{
    const auto text = [&](Names names) { return operation.text(names); };
    event.session = text({"gen_ai.conversation.id", "session.id", "conversation.id", "copilot_chat.session_id",
                          "traceloop.association.properties.session_id"});
    event.request = text({"request_id", "gen_ai.request.id"});
    event.response = text({"gen_ai.response.id", "ai.response.id", "llm.response.id"});
    event.workflow = text({"gen_ai.workflow.name", "traceloop.workflow.name", "workflow.name",
                           "ai.telemetry.functionId", "service.name"});
    if (event.workflow.starts_with("unknown_service"))
        event.workflow.clear();
    event.useCase = text({"use_case", "use_case.name", "gen_ai.use_case", "ai.telemetry.metadata.useCase",
                          "traceloop.association.properties.use_case"});
    event.team = text({"team.id", "team", "team.name", "department", "traceloop.association.properties.team"});
    event.user = text({"user.id", "enduser.id", "user.email", "user.account_uuid", "user.account_id",
                       "traceloop.association.properties.user_id"});
    event.agent = text({"gen_ai.agent.name", "agent.name", "gen_ai.agent.id"});
    event.tool = text({"gen_ai.tool.name", "tool.name", "ai.toolCall.name", "tool_name", "function_name"});
    event.modelAsked = text({"gen_ai.request.model", "llm.request.model_name", "llm.model_name", "llm.request.model",
                             "embedding.model_name", "ai.model.id"});
    event.modelAnswered =
        text({"gen_ai.response.model", "llm.response.model_name", "llm.response.model", "ai.response.model"});
    if (event.model().empty())
        event.modelAsked = unquoted(text({"mlflow.llm.model", "model"}));
    event.provider = providerName(unquoted(text({"gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system",
                                                 "ai.model.provider", "mlflow.llm.provider"})));
    if (event.provider.empty())
        event.provider = providerOfModel(event.model());
    event.tier = tierName(text({"openai.response.service_tier", "gen_ai.openai.response.service_tier",
                                "openai.request.service_tier", "gen_ai.openai.request.service_tier", "speed"}));
    if (event.tier == "normal")
        event.tier.clear();
    event.region = text({"cloud.region", "aws.region", "gen_ai.region"});
}

OtlpKind otlpKind(const OtlpOperation& operation)
{
    OtlpKind kind;
    const auto mark = [&kind](EventOperation known) {
        kind.operation = known;
        kind.isAi = true;
    };
    const std::string vercel = operation.text({"ai.operationId"});
    if (!vercel.empty()) {
        const bool isLeaf =
            vercel.ends_with(".doGenerate") || vercel.ends_with(".doStream") || vercel.ends_with(".doEmbed");
        const bool isEmbedding = vercel.find("mbed") != std::string::npos;
        kind.repeatsChildren = !isLeaf;
        mark(vercel == "ai.toolCall" ? EventOperation::Tool
             : !isLeaf               ? EventOperation::Agent
             : isEmbedding           ? EventOperation::Embeddings
                                     : EventOperation::Chat);
        return kind;
    }
    const std::string openInference = operation.text({"openinference.span.kind"});
    if (!openInference.empty()) {
        mark(operationOf(openInference));
        kind.repeatsChildren = kind.operation != EventOperation::Chat && kind.operation != EventOperation::Embeddings;
        return kind;
    }
    const std::string said = operation.text({"gen_ai.operation.name"});
    kind.isFetch = said == "fetch_response";
    if (!said.empty()) {
        mark(operationOf(said));
        return kind;
    }
    const std::string other =
        unquoted(operation.text({"traceloop.span.kind", "llm.request.type", "mlflow.spanType", "gen_ai.request.type"}));
    if (!other.empty()) {
        mark(operationOf(other));
        return kind;
    }
    kind.isAi = std::any_of(operation.own->all().begin(), operation.own->all().end(), [](const auto& pair) {
        return startsWithAny(pair.first, {"gen_ai.", "llm.", "mlflow.chat.", "ai.usage.", "ai.model.", "codex.usage."});
    });
    return kind;
}

} // namespace altimeter::providers
