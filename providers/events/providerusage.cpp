#include "models/text/words.h"
#include "providers/events/intake.h"

#include <utility>

namespace altimeter::providers {

namespace {

using Count = RawCounts::Count;

/// The lifetimes of Anthropic's cache writes.
void takeLifetimes(Fields& fields, JsonValue split, RawCounts& counts)
{
    counts.cacheWrite5m = fields.count(split["ephemeral_5m_input_tokens"], "ephemeral_5m_input_tokens");
    counts.cacheWrite1h = fields.count(split["ephemeral_1h_input_tokens"], "ephemeral_1h_input_tokens");
}

ProviderUsage ofAnthropic(Fields& fields, JsonValue usage)
{
    ProviderUsage result;
    result.style = CountingStyle::Exclusive;
    RawCounts& counts = result.counts;
    counts.input = fields.count(usage["input_tokens"], "input_tokens");
    counts.output = fields.count(usage["output_tokens"], "output_tokens");
    counts.cacheRead = fields.count(usage["cache_read_input_tokens"], "cache_read_input_tokens");
    counts.cacheWrite = fields.count(usage["cache_creation_input_tokens"], "cache_creation_input_tokens");
    takeLifetimes(fields, usage["cache_creation"], counts);
    counts.reasoning =
        fields.count(usage.at("output_tokens_details", "thinking_tokens"), "output_tokens_details.thinking_tokens");
    return result;
}

ProviderUsage ofOpenAi(Fields& fields, JsonValue usage, bool isChat)
{
    ProviderUsage result;
    result.style = CountingStyle::Inclusive;
    RawCounts& counts = result.counts;
    const std::string_view input = isChat ? "prompt_tokens" : "input_tokens";
    const std::string_view output = isChat ? "completion_tokens" : "output_tokens";
    const JsonValue inputs = usage[isChat ? "prompt_tokens_details" : "input_tokens_details"];
    const JsonValue outputs = usage[isChat ? "completion_tokens_details" : "output_tokens_details"];
    counts.input = fields.count(usage[input], input);
    counts.output = fields.count(usage[output], output);
    counts.total = fields.count(usage["total_tokens"], "total_tokens");
    const auto first = [&fields](std::initializer_list<std::pair<JsonValue, std::string_view>> places) -> Count {
        for (const auto& [object, name] : places) {
            if (const auto count = fields.count(object[name], name))
                return count;
        }
        return {};
    };
    counts.cacheRead = first({{inputs, "cached_tokens"},
                              {usage, "cache_read_input_tokens"},
                              {usage, "prompt_cache_hit_tokens"},
                              {usage, "cached_tokens"}});
    counts.cacheWrite = first({{inputs, "cache_write_tokens"},
                               {inputs, "cache_creation_tokens"},
                               {usage, "cache_creation_input_tokens"},
                               {usage, "cache_write_tokens"}});
    takeLifetimes(fields,
                  inputs["cache_creation_token_details"].isObject() ? inputs["cache_creation_token_details"]
                                                                    : usage["cache_creation"],
                  counts);
    counts.audioInput = first({{inputs, "audio_tokens"}});
    counts.imageInput = first({{inputs, "image_tokens"}});
    counts.videoInput = first({{inputs, "video_tokens"}});
    counts.reasoning = first({{outputs, "reasoning_tokens"}});
    counts.audioOutput = first({{outputs, "audio_tokens"}});
    counts.imageOutput = first({{outputs, "image_tokens"}});
    return result;
}

/// Adds the counts of a modality of Gemini's lists of details.
Count modality(Fields& fields, JsonValue details, std::string_view name)
{
    Count sum;
    for (const JsonValue detail : details) {
        if (!words::equalsIgnoreCase(detail["modality"].text(), name))
            continue;
        if (const auto count = fields.count(detail["tokenCount"], "tokenCount"))
            sum = sum.value_or(0) + *count;
    }
    return sum;
}

ProviderUsage ofGemini(Fields& fields, JsonValue usage)
{
    ProviderUsage result;
    result.style = CountingStyle::Gemini;
    RawCounts& counts = result.counts;
    counts.input = fields.count(usage["promptTokenCount"], "promptTokenCount");
    counts.output = fields.count(usage["candidatesTokenCount"], "candidatesTokenCount");
    counts.cacheRead = fields.count(usage["cachedContentTokenCount"], "cachedContentTokenCount");
    counts.reasoning = fields.count(usage["thoughtsTokenCount"], "thoughtsTokenCount");
    counts.toolPrompt = fields.count(usage["toolUsePromptTokenCount"], "toolUsePromptTokenCount");
    counts.total = fields.count(usage["totalTokenCount"], "totalTokenCount");
    const JsonValue prompt = usage["promptTokensDetails"], cache = usage["cacheTokensDetails"];
    counts.audioInput = modality(fields, prompt, "AUDIO");
    counts.imageInput = modality(fields, prompt, "IMAGE");
    counts.videoInput = modality(fields, prompt, "VIDEO");
    counts.audioCacheRead = modality(fields, cache, "AUDIO");
    counts.imageCacheRead = modality(fields, cache, "IMAGE");
    counts.audioOutput = modality(fields, usage["candidatesTokensDetails"], "AUDIO");
    counts.imageOutput = modality(fields, usage["candidatesTokensDetails"], "IMAGE");
    return result;
}

ProviderUsage ofConverse(Fields& fields, JsonValue usage)
{
    ProviderUsage result;
    result.style = CountingStyle::Exclusive;
    RawCounts& counts = result.counts;
    counts.input = fields.count(usage["inputTokens"], "inputTokens");
    counts.output = fields.count(usage["outputTokens"], "outputTokens");
    counts.cacheRead = fields.count(usage["cacheReadInputTokens"], "cacheReadInputTokens");
    counts.cacheWrite = fields.count(usage["cacheWriteInputTokens"], "cacheWriteInputTokens");
    return result;
}

} // namespace

std::optional<ProviderUsage> providerUsage(Fields& fields, JsonValue usage)
{
    if (usage["promptTokenCount"].isThere() || usage["candidatesTokenCount"].isThere())
        return ofGemini(fields, usage);
    if (usage["prompt_tokens"].isThere() || usage["completion_tokens"].isThere())
        return ofOpenAi(fields, usage, true);
    if (usage["input_tokens_details"].isThere() ||
        (usage["output_tokens_details"].isThere() && !usage["cache_read_input_tokens"].isThere()) ||
        (usage["total_tokens"].isThere() && usage["input_tokens"].isThere()))
        return ofOpenAi(fields, usage, false);
    if (usage["input_tokens"].isThere() || usage["output_tokens"].isThere())
        return ofAnthropic(fields, usage);
    if (usage["inputTokens"].isThere() || usage["outputTokens"].isThere())
        return ofConverse(fields, usage);
    return std::nullopt;
}

void setUsage(CostEvent& event, const RawCounts& counts, CountingStyle style, Fields& fields)
{
    const NormalisedUsage result = normalised(counts, style);
    event.usage = result.usage;
    event.inputDoubt = result.inputDoubt;
    if (result.isContradictory)
        fields.intake().finding(Severity::Warning, "counts-contradict", fields.line(),
                                "A part of the tokens (cached, audio, image) is counted larger than the whole that "
                                "should hold it; the parts were taken as they are.");
    if (result.inputDoubt > 0)
        fields.intake().finding(Severity::Warning, "counting-style-unknown", fields.line(),
                                "Nothing tells whether the input tokens hold those of the cache; they were taken to. "
                                "If they do not, the input is larger by what caches served.");
}

std::string providerOfModel(std::string_view model)
{
    const std::string lower = words::toLower(model);
    static constexpr std::pair<std::string_view, std::string_view> kPrefixes[] = {
        {"claude", "anthropic"},
        {"gpt", "openai"},
        {"o1", "openai"},
        {"o3", "openai"},
        {"o4", "openai"},
        {"codex", "openai"},
        {"chatgpt", "openai"},
        {"text-embedding-3", "openai"},
        {"text-embedding-ada", "openai"},
        {"gemini", "google"},
        {"grok", "xai"},
        {"mistral", "mistral"},
        {"codestral", "mistral"},
        {"deepseek", "deepseek"},
        {"command", "cohere"},
        {"voyage", "voyage"},
    };
    for (const auto& [prefix, provider] : kPrefixes) {
        if (lower.starts_with(prefix))
            return std::string(provider);
    }
    return {};
}

} // namespace altimeter::providers
