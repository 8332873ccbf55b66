#pragma once

#include "models/domain/focus.h"

#include <span>
#include <string_view>

namespace altimeter::providers {

/// The closed list FOCUS gives for a column (ChargeCategory, ChargeFrequency, …); empty when it gives none.
std::span<const std::string_view> allowedValues(Column column);

/// Whether ISO 4217 lists this upper-case code.
bool isIsoCurrency(std::string_view code);

bool isServiceCategory(std::string_view category);
/// Whether the subcategory belongs to the category; "Other (<category>)" always does.
bool isServiceSubcategory(std::string_view category, std::string_view subcategory);

} // namespace altimeter::providers
