#pragma once

#include <string>

namespace altimeter {

struct SavedView {
    std::string name;
    std::string page;  ///< "explore", …
    std::string state; ///< JSON text of the page's state
};

} // namespace altimeter
