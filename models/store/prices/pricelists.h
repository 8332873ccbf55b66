#pragma once

#include "models/domain/period.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// A published list of prices without what it lists.
struct PriceListVersion {
    std::int64_t version = 0; ///< counted over all lists, from 1
    std::string name;
    std::int64_t layer = 0; ///< as PriceLayer is counted
    Instant publishedAt;
    std::string author;
    std::string action; ///< "import", "set", "restore"
    std::string note;
    std::int64_t rows = 0;
};

/// The most bytes a list may have before it is packed.
inline constexpr std::size_t kLargestPriceList = 64U << 20U;

/// All that were published, the oldest first.
Result<std::vector<PriceListVersion>> readPriceListVersions(const sql::Connection& connection);
/// The newest version of each list, by name.
Result<std::vector<PriceListVersion>> currentPriceLists(const sql::Connection& connection);
/// What a version lists, as it was given. Errors: NotFound, Corrupt.
Result<std::string> readPriceList(const sql::Connection& connection, std::int64_t version);

/// Publishes `text` as a new version of its list, in a transaction of its own; answers its number, or none where the
/// newest version of that name says the same and nothing was written. Error Conflict when `base` is given and the
/// newest version of the list is another (0: there is none); Invalid when it is too large.
Result<std::optional<std::int64_t>> publishPriceList(sql::Connection& connection, const PriceListVersion& list,
                                                     std::string_view text, std::optional<std::int64_t> base = {});

} // namespace altimeter::store
