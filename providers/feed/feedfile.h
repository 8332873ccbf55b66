#pragma once

#include "models/domain/feedmapping.h"
#include "models/domain/result.h"
#include "providers/core/bytesource.h"

#include <cstddef>
#include <filesystem>
#include <stop_token>

namespace altimeter::providers {

/// How many records a preview shows.
inline constexpr std::size_t kFeedSample = 100;

/// Reads a whole feed and says what is in it and what `mapping` makes of it. Beside the keys of FeedMapping, "format"
/// ("auto", "csv", "json", "json-lines") counts.
///
/// What the mapping lacks and what cannot be read stands in `problems`; sentences that begin with "Note: " need no
/// mending. A file without a single record is a value too. Errors: NotFound, Io, Corrupt (damaged gzip), Unsupported (a
/// workbook, UTF-16, binary bytes), Invalid (a web page, no JSON), Cancelled.
Result<FeedPreview> previewFeed(const std::filesystem::path& file, const FeedMapping& mapping, std::stop_token stop);

/// The same for bytes from anywhere.
Result<FeedPreview> previewFeed(ByteSource& source, const FeedMapping& mapping, std::stop_token stop);

} // namespace altimeter::providers
