#pragma once

#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <stop_token>
#include <string>

namespace altimeter::store {

/// Makes the tables of a new workspace. Requires an open transaction and foreign keys off.
Status makeSchema(sql::Connection& connection);

/// Brings an older schema up to date in one transaction, after a backup where `withBackup` says so; does nothing to a
/// current one. Other programs wait meanwhile, and whoever comes second finds it done. What did not hold before does
/// not hold afterwards. Requires that no transaction is open.
Status migrate(sql::Connection& connection, bool withBackup, const std::stop_token& stop = {});

/// The last schema whose ledger had one checksum over all its text.
inline constexpr std::int64_t kLastWholeLedger = 3;

/// ledgerHolds() of a file of schema kLastWholeLedger or later that is not brought up to date.
Result<bool> ledgerHoldsAt(const sql::Connection& connection, std::int64_t schema);

/// The checksum of the ledger as the schemas 2 and 3 had it: of all its rows as one text, which had to be read as a
/// whole for each delivery. Requires the tables of schema 3.
Result<std::string> ledgerChecksumOfThree(const sql::Connection& connection);

} // namespace altimeter::store
