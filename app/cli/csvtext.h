#pragma once

#include "models/domain/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace altimeter::cli {

/// Reads a small CSV text (RFC 4180; LF or CRLF; a byte-order mark and blank lines are skipped). Error Invalid names
/// the line of a quote that is never closed.
Result<std::vector<std::vector<std::string>>> parseCsv(std::string_view text);

} // namespace altimeter::cli
