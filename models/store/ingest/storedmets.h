#pragma once

#include "models/store/ingest/deliveryplan.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::store {

/// What is stored of one provider, account, month and currency under one name.
struct Met {
    std::string source, kind;
    PartitionKey key;                         ///< without a slice
    std::vector<DeliveryPlan::Stored> stored; ///< one, or one for each day
    std::uint64_t rows = 0;
    Day from, through; ///< both inside
    DecimalSum billed;
    std::vector<std::pair<std::string, std::string>> files; ///< name and hash of the path; empty: not known
    std::set<std::uint64_t> columns;                        ///< hashes of the headers of its files
};

/// What is stored under a key, by name of its source. Error Corrupt where it cannot be read.
Result<std::vector<Met>> storedUnder(const sql::Connection& db, const PartitionKey& key);
/// What is stored under any key and has charges between these days, both inside; of what is kept day by day those days
/// alone. Without files and columns.
Result<std::vector<Met>> storedWithin(const sql::Connection& db, Day from, Day through);
/// Whether both sources hold some other month of the provider, account and currency of `key`, beside each other.
Result<bool> holdOtherMonths(const sql::Connection& db, const std::string& a, const std::string& b,
                             const PartitionKey& key);

/// When charges of this fingerprint were stored under the key before, whatever took their place; not valid: never.
Result<Instant> formerlyStored(const sql::Connection& db, const PartitionKey& key, const std::string& fingerprint);

} // namespace altimeter::store
