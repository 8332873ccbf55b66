#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace altimeter {

/// What a call is charged for by count. The classes are disjoint: a token, image or second is counted in one of them,
/// so that their sum counts nothing twice, whatever the sender's own totals include.
enum class UsageClass : std::uint8_t {
    Input,        ///< text that was read afresh; of an embedding all of it
    CacheRead,    ///< text that was read from a prompt cache
    CacheWrite5m, ///< written to a prompt cache that lives five minutes
    CacheWrite30m,
    CacheWrite1h,
    CacheWrite12h,
    CacheWriteUnknown, ///< written, and the sender does not say for how long
    Output,            ///< text that was answered, without reasoning
    Reasoning,         ///< thinking that is charged as output
    AudioInput,
    AudioCacheRead,
    AudioOutput,
    ImageInput,
    ImageCacheRead,
    ImageOutput,
    VideoInput,
    Count,
};
inline constexpr std::size_t kUsageClassCount = static_cast<std::size_t>(UsageClass::Count);

/// The spelling in files and on the command line.
inline constexpr std::array<std::string_view, kUsageClassCount> kUsageClassNames{
    "input",       "cache_read",       "cache_write_5m", "cache_write_30m", "cache_write_1h",   "cache_write_12h",
    "cache_write", "output",           "reasoning",      "audio_input",     "audio_cache_read", "audio_output",
    "image_input", "image_cache_read", "image_output",   "video_input"};

constexpr std::string_view usageClassName(UsageClass usage)
{
    return kUsageClassNames[static_cast<std::size_t>(usage)];
}

/// Counts of a call by UsageClass.
struct Usage {
    std::array<std::uint64_t, kUsageClassCount> counts{};

    constexpr std::uint64_t& operator[](UsageClass usage) { return counts[static_cast<std::size_t>(usage)]; }
    constexpr std::uint64_t operator[](UsageClass usage) const { return counts[static_cast<std::size_t>(usage)]; }
    /// All that was read, from caches and into them included: what bands of context are decided by.
    constexpr std::uint64_t prompt() const
    {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < kUsageClassCount; ++i) {
            const auto usage = static_cast<UsageClass>(i);
            if (usage != UsageClass::Output && usage != UsageClass::Reasoning && usage != UsageClass::AudioOutput &&
                usage != UsageClass::ImageOutput)
                sum += counts[i];
        }
        return sum;
    }
    constexpr bool isEmpty() const
    {
        for (const auto count : counts) {
            if (count != 0)
                return false;
        }
        return true;
    }
    friend constexpr bool operator==(const Usage&, const Usage&) = default;
};

} // namespace altimeter
