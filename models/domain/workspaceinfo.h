#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// What is said of an open workspace at one revision.
struct WorkspaceInfo {
    std::string path; ///< empty: none open
    std::string name; ///< as people call it
    bool isDemo = false;
    std::uint64_t revision = 0;
    std::uint64_t rows = 0;
    Day dataFrom, dataThrough;        ///< the days of the data (see DataDays), both inside; none when empty
    std::vector<Currency> currencies; ///< in the order of currenciesInOrder()
    std::uint32_t rulesVersion = 0;
    std::vector<std::string> damage; ///< sentences about what is stored and cannot be trusted; empty when all is well
    std::vector<std::string> mended; ///< sentences about damage that was found at opening and put right without loss
    std::string readOnly;            ///< why nothing can be written; empty: it can be
    std::vector<std::string> notes;  ///< sentences about what was found and done on opening
};

} // namespace altimeter
