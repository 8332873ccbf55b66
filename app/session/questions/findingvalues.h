#pragma once

#include "models/domain/costline.h"
#include "models/domain/dim.h"
#include "models/domain/query.h"

#include <optional>
#include <string>
#include <vector>

namespace altimeter::session {

/// How the lines of a check are told from all others by what stands in a few of their columns: charges are added up by
/// `by` (and by month), and those whose values show it are its lines.
struct ValueCheck {
    std::vector<Dim> by;
    bool byMonth = false; ///< the month of the charge decides, too
    /// `keys` are the values of `by`.
    bool (*shows)(const std::string& column, const std::vector<std::string>& keys, Day month) = nullptr;
    std::string column; ///< that the finding speaks of
};

/// None for a check whose lines no values tell.
std::optional<ValueCheck> valueCheckOf(const Finding& finding);

} // namespace altimeter::session
