#pragma once

#include "models/store/file/making.h"
#include "models/store/sql/sql.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::store {

class SealedChanges;

/// Marks the file as ours in its header ("ALTM").
inline constexpr std::int32_t kApplicationId = 0x414C544D;

/// Makes a new workspace file with the current schema and what `fill` writes, whole or not at all, readable by its
/// owner only. Error Invalid if the file exists.
Result<sql::Connection> createWorkspace(const std::string& path,
                                        const std::function<Status(sql::Connection&)>& fill = {});

struct OpenedWorkspace {
    sql::Connection connection;
    std::string readOnly;                 ///< why it can only be looked at; empty: it can be written
    std::vector<std::string> notes;       ///< sentences about what was found and done on the way
    std::shared_ptr<const Making> copy{}; ///< the private copy that is read, where the file itself cannot be
};
/// Opens a workspace for reading and writing; one that cannot be written for reading only, without a trace beside it.
/// An older schema is brought up to date as a whole, after a backup; other programs wait meanwhile. A journal that
/// belongs to another file is set aside first. Errors: NotFound; Corrupt (not a workspace, damaged, or one that brings
/// SQL of its own: see requireOwnSchema()); Unsupported (made by a newer program); Busy. Files of these three are left
/// as they are, and nothing is left beside them.
Result<OpenedWorkspace> openAnyWorkspace(const std::string& path, const std::stop_token& stop = {});
/// The same for whoever only wants the connection.
Result<sql::Connection> openWorkspace(const std::string& path);

/// Why a file and its folder cannot be written; empty when they can. A file or folder without any write permission is
/// left alone also by the superuser.
std::string whyReadOnly(const std::filesystem::path& file);

/// A private copy of a workspace and its journal as they lie there, byte for byte, under `place` (a name that is never
/// taken itself); it goes with the answer.
Result<Making> copyForReading(const std::string& path, const std::filesystem::path& place);

/// A second connection to an open workspace, for reading only.
Result<sql::Connection> openReader(const std::string& path);

/// Writes the journal into the file and empties it, as far as other programs let it; a file that is copied or a journal
/// that is lost then costs nothing. A failure leaves the journal, which is as good. `renew` is called between the two:
/// a reader of this program that stays open keeps the journal from being emptied until it begins anew.
void settle(sql::Connection& connection, const std::function<void()>& renew = {});

std::int64_t currentSchemaVersion();
Result<std::int64_t> schemaVersionOf(const sql::Connection& connection);
/// Error Corrupt, or Unsupported for one of a newer program, unless `file` begins like a workspace. Answers its schema
/// version.
Result<std::int64_t> checkHead(const sql::RawFile& file, const std::string& path);

/// Counts every published change; readers compare it to know whether what they hold is current.
Result<std::uint64_t> revisionOf(const sql::Connection& connection);
/// Also renews the state and the checksums of the ledger and the deliveries, by what `changes` changed of them: call it
/// last before the commit. Requires an open transaction.
Status bumpRevision(sql::Connection& connection, const SealedChanges& changes);

Result<std::string> metaValue(const sql::Connection& connection, std::string_view key);
/// Notes that the workspace holds the demonstration company and gathers everything into the one file, so that it may be
/// renamed. Requires that nobody else has it open.
Status markDemo(sql::Connection& connection);
Status setMetaValue(sql::Connection& connection, std::string_view key, std::string_view value);

/// Appends one audit entry that carries the hash of the entry written before it, also where that is gone: a gap stays
/// one. Requires an open transaction.
Status appendAudit(sql::Connection& connection, std::int64_t at, std::string_view what, std::string_view detail);
/// Error Corrupt names the first entry whose hash does not follow from the one before, or says that the last one is
/// missing; Cancelled. Reads every entry.
Status verifyAudit(const sql::Connection& connection, const std::stop_token& stop = {});

} // namespace altimeter::store
