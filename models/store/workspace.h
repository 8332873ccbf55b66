#pragma once

#include "models/store/sql.h"

#include <string>

namespace altimeter::store {

/// Marks the file as ours in its header ("ALTM").
inline constexpr std::int32_t kApplicationId = 0x414C544D;

/// Makes a new workspace file with the current schema, readable by its owner only. Error Invalid if the file exists.
Result<sql::Connection> createWorkspace(const std::string& path);

/// Opens a workspace for reading and writing and brings an older schema up to date, each step in its own transaction.
/// Errors: NotFound; Corrupt (not a workspace, or damaged: the file is left as it is); Unsupported (made by a newer
/// program: the file is left as it is); Busy.
Result<sql::Connection> openWorkspace(const std::string& path);

/// A second connection to an open workspace, for reading only.
Result<sql::Connection> openReader(const std::string& path);

/// Counts every published change; readers compare it to know whether what they hold is current.
Result<std::uint64_t> revisionOf(const sql::Connection& connection);
/// Also renews the checksum of the ledger: call it last before the commit. Requires an open transaction.
Status bumpRevision(sql::Connection& connection);

Result<std::string> metaValue(const sql::Connection& connection, std::string_view key);
/// Notes that the workspace holds the demonstration company and gathers everything into the one file, so that it may be
/// renamed. Requires that nobody else has it open.
Status markDemo(sql::Connection& connection);
Status setMetaValue(sql::Connection& connection, std::string_view key, std::string_view value);

/// Appends one audit entry that carries the hash of the entry before it. Requires an open transaction.
Status appendAudit(sql::Connection& connection, std::int64_t at, std::string_view what, std::string_view detail);
/// Error Corrupt names the first entry whose hash does not follow from the one before.
Status verifyAudit(const sql::Connection& connection);

} // namespace altimeter::store
