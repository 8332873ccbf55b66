#pragma once

#include "models/domain/findings.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <span>
#include <vector>

/// Findings that somebody has acknowledged.
namespace altimeter::store {

Result<std::vector<Acknowledgement>> readAcknowledgements(const sql::Connection& connection);
/// Puts each in the place of an earlier one of the same finding.
Status writeAcknowledgements(sql::Connection& connection, std::span<const Acknowledgement> all);
/// Findings that are open again; one that is open already stays so.
Status deleteAcknowledgements(sql::Connection& connection, std::span<const FindingKey> keys);
/// Those of findings that the source has no more, or that speak of more lines now: should they come again, they are
/// open. Part of the transaction of a delivery, after its findings were written.
Status forgetAcknowledged(sql::Connection& connection, SealedChanges& changes, std::int64_t source);

} // namespace altimeter::store
