#pragma once

#include "models/events/tokens.h"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace altimeter {

/// What a sender's counts hold: whether its input counts what caches served and took, and its output the reasoning.
enum class CountingStyle : std::uint8_t {
    Unknown,   ///< the input may or may not hold the caches; the output holds reasoning
    Inclusive, ///< OpenAI, OpenTelemetry since 1.40, LiteLLM, Codex, OpenRouter: input holds reads and writes, output
               ///< reasoning
    Exclusive, ///< Anthropic, Bedrock for Claude, Claude Code: input holds neither, output holds reasoning
    Gemini,    ///< input holds reads; reasoning is on top of the output, tool results on top of the input
    Disjoint,  ///< Langfuse: nothing holds anything else, reasoning, audio and pictures neither
};

/// Counts as a record has them; none where it is silent. Sums are never priced: normalised() makes Usage of them.
struct RawCounts {
    using Count = std::optional<std::uint64_t>;
    Count input, output, total;
    Count cacheRead;
    Count cacheWrite; ///< of all lifetimes, those below included
    Count cacheWrite5m, cacheWrite30m, cacheWrite1h, cacheWrite12h;
    Count reasoning;
    Count toolPrompt; ///< Gemini: results of tools that were read, on top of the input
    Count audioInput, imageInput, videoInput, audioCacheRead, imageCacheRead;
    Count audioOutput, imageOutput;

    bool hasAny() const
    {
        return input || output || total || cacheRead || cacheWrite || cacheWrite5m || cacheWrite1h || reasoning ||
               audioInput || audioOutput || imageInput || imageOutput;
    }
    std::uint64_t reads() const { return cacheRead.value_or(0); }
    std::uint64_t writes() const;
};

struct NormalisedUsage {
    Usage usage;
    /// Tokens that Input is short of if the input counts no caches (CountingStyle::Unknown); see CostEvent::inputDoubt.
    std::uint64_t inputDoubt = 0;
    /// A part is larger than what should hold it: the rest was taken as zero, the parts as they are.
    bool isContradictory = false;
};
/// Disjoint counts. Where lifetimes are told, what they leave of the writes is CacheWriteUnknown.
NormalisedUsage normalised(const RawCounts& raw, CountingStyle style);

/// What a batch of records of one sender shows of its style: never decided by a record alone.
class StyleEvidence {
public:
    void add(const RawCounts& raw);
    /// Unknown where nothing tells, and where the records contradict each other.
    CountingStyle style() const;

private:
    bool m_exceeds = false;    ///< a cache count is larger than the input that should hold it
    bool m_totalHolds = false; ///< total = input + output
    bool m_totalLacks = false; ///< total = input + caches + output
    bool m_totalIsOther = false;
};

/// The style of one provider's counts through one library into one source.
struct StyleKey {
    std::string source, scope, provider;
    friend auto operator<=>(const StyleKey&, const StyleKey&) = default;
};

/// Where the style is the same whoever sends: the provider's own counts hold caches ("openai", "google"), or the
/// library's do not (Claude Code). Unknown: the evidence decides.
CountingStyle knownStyle(std::string_view scope, std::string_view provider);

/// "OpenAI", "gcp.vertex_ai", "bedrock_converse": the provider as the price book spells it ("openai", "google-vertex",
/// "aws-bedrock"); what is not known in lower case.
std::string providerName(std::string_view name);
/// The service tier as the price book spells it: "standard", "default", "auto" and "on_demand" are none.
std::string tierName(std::string_view name);

} // namespace altimeter
