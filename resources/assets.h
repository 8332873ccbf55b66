#pragma once

#include "resources/schema.h"

#include <span>
#include <string_view>

namespace altimeter {

// Texts that are part of the program (library altimeter::assets). The views live as long as the program.

/// Allocation rules of the demonstration company, resources/demo/rules.json.
std::string_view demoRules();
/// Allocation rules a fresh workspace begins with, resources/demo/default-rules.json.
std::string_view defaultRules();
/// The published JSON schema of allocation rules, resources/schema/rules.schema.json.
std::string_view rulesSchema();

struct PriceListText {
    std::string_view name; ///< of its file, without the ending
    std::string_view text;
};
/// The price lists that the program brings along, resources/prices/*.csv, by name.
std::span<const PriceListText> shippedPriceLists();

} // namespace altimeter
