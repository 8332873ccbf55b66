#pragma once

#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "providers/core/bytesource.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter::providers {

/// Where the header of a file stands and what separates its fields.
struct HeaderPlace {
    char delimiter = ',';
    std::size_t offset = 0;        ///< bytes of the text before it
    std::uint64_t line = 1;        ///< its physical line
    std::vector<Finding> findings; ///< lines above it that are left out; `file` is left empty
};

/// Looks for the header among the first 50 lines: the first one that has a cost and a date column. Titles that
/// spreadsheets and billing portals write above it, empty lines, "sep=;" and a byte-order mark are passed over. Error
/// Invalid, saying what the first line holds, where there is none; errors of the source.
Result<HeaderPlace> findHeader(ByteSource& source);
/// Goes on behind the first `count` bytes, as far as there are so many.
Status skipBytes(RereadableSource& source, std::size_t count);

} // namespace altimeter::providers
