#include "models/events/countingstyle.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <utility>

namespace altimeter {

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t sum(std::uint64_t a, std::uint64_t b)
{
    return b > kMost - a ? kMost : a + b;
}

/// What `whole` holds besides `part`.
std::uint64_t without(std::uint64_t whole, std::uint64_t part, bool& isContradictory)
{
    isContradictory |= part > whole;
    return part > whole ? 0 : whole - part;
}

std::uint64_t lifetimes(const RawCounts& raw)
{
    return sum(sum(raw.cacheWrite5m.value_or(0), raw.cacheWrite30m.value_or(0)),
               sum(raw.cacheWrite1h.value_or(0), raw.cacheWrite12h.value_or(0)));
}

/// Pictures, sound and video, and what of them caches served: parts of the input and of the reads.
void takeModalities(const RawCounts& raw, Usage& usage)
{
    usage[UsageClass::AudioCacheRead] = raw.audioCacheRead.value_or(0);
    usage[UsageClass::ImageCacheRead] = raw.imageCacheRead.value_or(0);
    usage[UsageClass::AudioInput] = raw.audioInput.value_or(0);
    usage[UsageClass::ImageInput] = raw.imageInput.value_or(0);
    usage[UsageClass::VideoInput] = raw.videoInput.value_or(0);
    usage[UsageClass::AudioOutput] = raw.audioOutput.value_or(0);
    usage[UsageClass::ImageOutput] = raw.imageOutput.value_or(0);
}

void takeWrites(const RawCounts& raw, Usage& usage)
{
    usage[UsageClass::CacheWrite5m] = raw.cacheWrite5m.value_or(0);
    usage[UsageClass::CacheWrite30m] = raw.cacheWrite30m.value_or(0);
    usage[UsageClass::CacheWrite1h] = raw.cacheWrite1h.value_or(0);
    usage[UsageClass::CacheWrite12h] = raw.cacheWrite12h.value_or(0);
    usage[UsageClass::CacheWriteUnknown] = raw.writes() - lifetimes(raw);
}

} // namespace

std::uint64_t RawCounts::writes() const
{
    return std::max(cacheWrite.value_or(0), lifetimes(*this));
}

NormalisedUsage normalised(const RawCounts& raw, CountingStyle style)
{
    NormalisedUsage result;
    Usage& usage = result.usage;
    takeModalities(raw, usage);
    takeWrites(raw, usage);
    bool& odd = result.isContradictory;
    const std::uint64_t readsOfOthers = sum(usage[UsageClass::AudioCacheRead], usage[UsageClass::ImageCacheRead]);
    std::uint64_t input = raw.input.value_or(0);
    std::uint64_t output = raw.output.value_or(0);
    usage[UsageClass::Reasoning] = raw.reasoning.value_or(0);
    if (style == CountingStyle::Disjoint) {
        usage[UsageClass::Input] = input;
        usage[UsageClass::CacheRead] = raw.reads();
        usage[UsageClass::Output] = output;
        return result;
    }

    // The details of sound and pictures count what was served from caches too.
    usage[UsageClass::CacheRead] = without(raw.reads(), readsOfOthers, odd);
    for (const auto& [read, whole] : {std::pair{UsageClass::AudioCacheRead, UsageClass::AudioInput},
                                      std::pair{UsageClass::ImageCacheRead, UsageClass::ImageInput}})
        usage[whole] = usage[whole] > usage[read] ? usage[whole] - usage[read] : 0;
    const std::uint64_t others =
        sum(sum(usage[UsageClass::AudioInput], usage[UsageClass::ImageInput]), usage[UsageClass::VideoInput]);
    if (style != CountingStyle::Exclusive) {
        input = without(input, raw.reads(), odd);
        if (style != CountingStyle::Gemini)
            input = without(input, raw.writes(), odd);
    }
    input = without(input, others, odd);
    usage[UsageClass::Input] = sum(input, raw.toolPrompt.value_or(0));
    if (style == CountingStyle::Unknown)
        result.inputDoubt = sum(raw.reads(), raw.writes());

    output = without(output, sum(usage[UsageClass::AudioOutput], usage[UsageClass::ImageOutput]), odd);
    // More reasoning than output: whatever the style says, this sender counts it on top.
    if (style != CountingStyle::Gemini && usage[UsageClass::Reasoning] <= output)
        output -= usage[UsageClass::Reasoning];
    usage[UsageClass::Output] = output;
    return result;
}

void StyleEvidence::add(const RawCounts& raw)
{
    if (!raw.input)
        return;
    const std::uint64_t caches = sum(raw.reads(), raw.writes());
    if (caches == 0)
        return;
    m_exceeds |= caches > *raw.input;
    if (!raw.total)
        return;
    const std::uint64_t plain = sum(*raw.input, raw.output.value_or(0));
    const bool holds = *raw.total == plain;
    const bool lacks = *raw.total == sum(plain, caches);
    m_totalHolds |= holds;
    m_totalLacks |= lacks;
    m_totalIsOther |= !holds && !lacks;
}

CountingStyle StyleEvidence::style() const
{
    if (m_exceeds) // no input can hold more than itself
        return CountingStyle::Exclusive;
    if (m_totalIsOther || m_totalHolds == m_totalLacks)
        return CountingStyle::Unknown;
    return m_totalHolds ? CountingStyle::Inclusive : CountingStyle::Exclusive;
}

CountingStyle knownStyle(std::string_view scope, std::string_view provider)
{
    if (scope.starts_with("com.anthropic.claude_code"))
        return CountingStyle::Exclusive;
    // Their interfaces count caches into the input, and so does whoever hands the counts on.
    static constexpr std::array<std::string_view, 10> kInclusive{
        "openai", "azure-openai", "google", "google-vertex", "xai", "deepseek", "groq", "mistral", "moonshot", "zai"};
    return std::find(kInclusive.begin(), kInclusive.end(), provider) == kInclusive.end() ? CountingStyle::Unknown
                                                                                         : CountingStyle::Inclusive;
}

std::string providerName(std::string_view name)
{
    // Names of billing exports, of LiteLLM, of OpenTelemetry and of gateways.
    static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"azure", "azure-openai"},
        {"azure.ai.inference", "azure-openai"},
        {"azure.ai.openai", "azure-openai"},
        {"azure_ai", "azure-openai"},
        {"azure_openai", "azure-openai"},
        {"azure openai", "azure-openai"},
        {"az.ai.openai", "azure-openai"},
        {"az.ai.inference", "azure-openai"},
        {"amazon bedrock", "aws-bedrock"},
        {"amazon-bedrock", "aws-bedrock"},
        {"aws bedrock", "aws-bedrock"},
        {"aws.bedrock", "aws-bedrock"},
        {"aws", "aws-bedrock"},
        {"bedrock", "aws-bedrock"},
        {"bedrock_converse", "aws-bedrock"},
        {"claude", "anthropic"},
        {"cohere_chat", "cohere"},
        {"fireworks ai", "fireworks"},
        {"fireworks_ai", "fireworks"},
        {"gcp.gemini", "google"},
        {"gcp.gen_ai", "google"},
        {"gcp.vertex_ai", "google-vertex"},
        {"gemini", "google"},
        {"google ai studio", "google"},
        {"google gemini api", "google"},
        {"google vertex", "google-vertex"},
        {"google vertex ai", "google-vertex"},
        {"google_genai", "google"},
        {"mistral_ai", "mistral"},
        {"mistralai", "mistral"},
        {"moonshot ai", "moonshot"},
        {"moonshot_ai", "moonshot"},
        {"moonshotai", "moonshot"},
        {"text-completion-openai", "openai"},
        {"together ai", "together"},
        {"together_ai", "together"},
        {"vertex_ai", "google-vertex"},
        {"vertexai", "google-vertex"},
        {"voyage ai", "voyage"},
        {"x-ai", "xai"},
        {"x_ai", "xai"},
        {"z.ai", "zai"},
        {"z-ai", "zai"},
    };
    std::string lower = words::toLower(words::trimmed(name));
    const auto* const found =
        std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& pair) { return pair.first == lower; });
    if (found != std::end(kNames))
        return std::string(found->second);
    if (lower.starts_with("openai.") || lower.starts_with("anthropic.")) // "openai.chat" of the Vercel AI SDK
        return lower.substr(0, lower.find('.'));
    if (lower.starts_with("google.generative-ai"))
        return "google";
    return lower.starts_with("vertex_ai-") || lower.starts_with("google.vertex") ? "google-vertex" : lower;
}

std::string tierName(std::string_view name)
{
    std::string lower = words::toLower(words::trimmed(name));
    const bool isNone = lower == "standard" || lower == "default" || lower == "on_demand" || lower == "on-demand" ||
                        lower == "auto" || lower == "none";
    return isNone ? std::string() : lower;
}

} // namespace altimeter
