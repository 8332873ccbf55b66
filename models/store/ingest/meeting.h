#pragma once

#include "models/domain/costline.h"

#include <cstddef>
#include <string>
#include <vector>

namespace altimeter::store {

/// What a delivery of files turned out to be when it met its own files and what is stored. Where `leftOut` or
/// `continues` say something, the delivery has to be read anew, without those files or under that name.
struct Meeting {
    struct LeftOut {
        std::size_t file = 0; ///< counted in the order the files began
        Finding finding;
    };
    std::vector<LeftOut> leftOut;
    std::string continues; ///< the source of which it is a newer state; empty: none but its own
    std::vector<Finding> findings;
};

} // namespace altimeter::store
