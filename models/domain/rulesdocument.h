#pragma once

#include "models/domain/period.h"

#include <cstdint>
#include <string>

namespace altimeter {

/// Allocation rules as they are published: JSON of resources/schema/rules.schema.json.
struct RulesDocument {
    std::string json;
    std::uint32_t version = 0;
    Instant publishedAt{}; ///< not valid where it does not matter
};

} // namespace altimeter
