#pragma once

#include "providers/focus/columns.h"
#include "providers/focus/dates.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace altimeter::providers {

/// Which native profile a header belongs to, by its folded names (lower case, without '_', '/', ':' and blanks).
Profile nativeProfileOf(std::span<const std::string> foldedNames);
/// Folded native names whose cells are FOCUS cells as they stand.
std::span<const std::pair<std::string_view, Column>> copiedColumns(Profile profile);
/// Columns that need work beyond copying, as far as the header allows it.
ColumnSet derivedColumns(Profile profile, std::span<const std::string> foldedNames);

/// Works out the FOCUS cells of one native row that are not mere copies: charge categories, the effective cost of
/// commitments, tags spread over many columns. Nothing to do for FOCUS files. One thread at a time.
class NativeProfile {
public:
    NativeProfile(const HeaderMapping& mapping, DateOrder order);

    /// Fills the derived columns of `text`. `fields` are the raw cells, `text` holds the copied ones. The views it sets
    /// live until the next call.
    void fill(std::span<const std::string_view> fields, std::array<std::string_view, kColumnCount>& text);

private:
    using Cells = std::array<std::string_view, kColumnCount>;

    std::string_view cell(std::span<const std::string_view> fields, std::string_view foldedName) const;
    void fillAws(std::span<const std::string_view> fields, Cells& text);
    void fillAwsCommitment(std::span<const std::string_view> fields, std::string_view type, Cells& text);
    std::string_view awsEffectiveCost(std::span<const std::string_view> fields, std::string_view type,
                                      std::string_view billed);
    std::string_view awsTags(std::span<const std::string_view> fields, std::string_view whole);
    std::string_view awsTagMap(std::string_view whole);
    void fillAzure(std::span<const std::string_view> fields, Cells& text);
    std::string_view combined(std::string_view a, std::string_view b, bool subtract);

    Profile m_profile;                                            // constant
    DateOrder m_order;                                            // constant
    std::vector<std::pair<std::string, std::size_t>> m_fieldOf;   ///< sorted by folded name; constant
    std::vector<std::pair<std::string, std::size_t>> m_tagFields; ///< tag key and field; constant
    std::string m_amount, m_tags, m_end;                          ///< hold what the views of the current row point to
};

} // namespace altimeter::providers
