#pragma once

#include "models/domain/allocationrule.h"

#include <span>

namespace altimeter {

/// Rules that apply from a month on.
struct RuleLayer {
    RuleSet rules;
    Day from; ///< first day of that month; none: always
};

/// The rules of several versions as one set, newest version first: each day has the rules of the newest version that
/// applies to it, and no others. Those of the newest come first, under their own indices; a rule of an older version is
/// left out where none of its days remains. A version that applies always hides all older ones.
RuleSet layered(std::span<const RuleLayer> newestFirst);

} // namespace altimeter
