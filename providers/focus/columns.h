#pragma once

#include "models/domain/costline.h"
#include "models/domain/focus.h"
#include "models/domain/result.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// Whose words the header speaks.
enum class Profile : std::uint8_t {
    Focus,
    AwsCur,  ///< AWS Cost and Usage Report, "lineItem/UnblendedCost" or "line_item_unblended_cost"
    AzureEa, ///< Azure enterprise agreement usage details, "CostInBillingCurrency"
};
/// "focus", "aws-cur-legacy", "azure-ea".
std::string_view profileName(Profile profile);

using ColumnSet = std::bitset<kColumnCount>;
inline constexpr std::size_t at(Column column)
{
    return static_cast<std::size_t>(column);
}

/// What a header says: which field holds which column, and what is left over.
///
/// Names match without case, underscores, blanks and byte-order mark. A name of FOCUS 1.x wins over an older or
/// foreign alias, the first of two equal names wins over the second; losers and unknown names become extra columns.
struct HeaderMapping {
    static constexpr std::int32_t kAbsent = -1;

    std::vector<std::string> header;              ///< as in the file; an empty name becomes "x_column_7"
    std::array<std::int32_t, kColumnCount> field; ///< by column: index of its field or kAbsent
    ColumnSet derived;                            ///< columns a native profile works out from other fields
    std::vector<std::size_t> extraFields;         ///< fields without a column, in file order
    std::vector<std::string> extraNames;          ///< their names, each only once
    Profile profile = Profile::Focus;
    std::string version;           ///< detected FOCUS version, "0.5" to "1.4"; empty for native profiles
    std::vector<Finding> findings; ///< about the header; `file` is left empty

    bool has(Column column) const { return field[at(column)] != kAbsent || derived[at(column)]; }
};

/// Maps the fields of a header record. Never fails: what is missing shows in `findings` and in checkUsable().
HeaderMapping mapHeader(std::span<const std::string_view> fields);

/// Error Invalid naming `file` and the missing columns when no cost or no date column was found.
Status checkUsable(const HeaderMapping& mapping, const std::string& file);

} // namespace altimeter::providers
