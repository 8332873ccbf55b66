#pragma once

#include "models/domain/period.h"
#include "models/facts/factchunk.h"

#include <cstdint>
#include <optional>

/// Numbers of a file, judged before anything is worked out from them: a checksum is no signature, and whoever writes a
/// file may write any number into it.
namespace altimeter::store {

/// None where no charge may begin on that day.
inline std::optional<Day> storedDay(std::int64_t number)
{
    if (number < FactChunk::kEarliestDay || number > FactChunk::kLatestDay)
        return std::nullopt;
    return Day{static_cast<std::int32_t>(number)};
}

/// None where no calendar reaches; far enough for every time a source has told.
inline std::optional<Instant> storedInstant(std::int64_t seconds)
{
    constexpr std::int64_t kFarthest = 1'000'000'000'000; // 30,000 years
    if (seconds < -kFarthest || seconds > kFarthest)
        return std::nullopt;
    return Instant{seconds};
}

/// None below zero and where sums of counts could wrap.
inline std::optional<std::uint64_t> storedCount(std::int64_t count)
{
    constexpr std::int64_t kMost = 1'000'000'000'000'000;
    if (count < 0 || count > kMost)
        return std::nullopt;
    return static_cast<std::uint64_t>(count);
}

} // namespace altimeter::store
