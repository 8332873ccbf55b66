#pragma once

#include "models/domain/costline.h"
#include "models/domain/decimal.h"
#include "models/domain/result.h"
#include "models/store/ingest/partitionkey.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace altimeter::store {

/// What findings that name another source come to now. They are kept with the delivery they came with; the other source
/// may have been removed, replaced, forgotten or grown since, and may come back.
class FindingsNow {
public:
    /// Reads what is stored where one of `findings` asks for it. Error Corrupt where it cannot be read.
    static Result<FindingsNow> of(const sql::Connection& db, std::span<const Finding> findings);

    /// The finding with the lines and amounts of now; none where it is no longer so. One that names no other source is
    /// answered as it is.
    std::optional<Finding> now(const Finding& kept) const;

private:
    struct Held {
        std::uint64_t rows = 0;
        DecimalSum billed;
        std::int64_t import = 0; ///< the latest one that brought any of it
    };
    struct Name {
        std::string source;
        PartitionKey key; ///< without a slice
        friend auto operator<=>(const Name&, const Name&) = default;
    };
    using Holders = std::map<Name, Held>;

    const Holders::value_type* find(const std::string& source, const PartitionKey& key) const;
    std::optional<Finding> besideNow(const Finding& kept) const;
    std::optional<Finding> keptTogetherNow(const Finding& kept) const;
    std::optional<Finding> twoKeysNow(const Finding& kept) const;
    std::optional<Finding> takenNow(const Finding& kept) const;
    std::optional<Finding> storedAlreadyNow(const Finding& kept) const;

    Holders m_held;
};

/// How a finding begins that says of a month that it is stored under another source as well.
std::string besideBeginning(const PartitionKey& key);

} // namespace altimeter::store
