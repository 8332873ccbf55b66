#pragma once

#include "models/domain/costline.h"
#include "models/store/ingest/partitionkey.h"

#include <cstddef>
#include <cstdint>
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
    /// A partition that is stored already, under other names: it stays there and is not published.
    struct Known {
        PartitionKey key;
        std::string source; ///< the first one of them
        std::vector<std::int64_t> ids;
    };
    std::vector<LeftOut> leftOut;
    std::string continues; ///< the source of which it is a newer state; empty: none but its own
    bool isBeside = false; ///< `continues` is a name of its own for what counts beside the source it is named after
    std::vector<Known> known;
    std::vector<Finding> findings;
};

} // namespace altimeter::store
