#pragma once

#include <cstdint>
#include <string_view>

namespace altimeter::providers {

/// What a cell that should hold a flat JSON object looks like.
struct JsonShape {
    bool isObject = false;            ///< well-formed JSON object text
    bool isNested = false;            ///< a value is an object or an array
    bool repeatsKey = false;          ///< two keys of the top level are equal
    bool repeatsKeyOtherwise = false; ///< two keys of the top level differ in case or blanks at their ends alone
    bool hasPaddedKey = false;        ///< a key of the top level starts or ends with a blank
    bool hasElements = false;         ///< a top-level key is "Elements", in any case
};

/// Looks at the shape only; values are not decoded. Text nested deeper than 64 levels counts as no object.
JsonShape jsonShape(std::string_view text);

} // namespace altimeter::providers
