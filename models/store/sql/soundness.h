#pragma once

#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <string>
#include <vector>

/// Whether the workspace's books can be believed: what SQLite keeps beside its tables to find rows by, and the
/// checksums of seal.h. Charge lines and dictionaries are judged where they are read, by loadFacts().
///
/// An index with one altered bit finds fewer rows, or others, without a word: a delivery would then not see the month
/// it is to replace and store it a second time. So the indexes of the small tables are compared with their tables, and
/// rows with their checksums, when a workspace is opened, and again in the transaction of a delivery, before it decides
/// anything, wherever another program wrote meanwhile. What a connection has found to hold stays known to it while
/// nobody else writes: a delivery would else cost as much as everything that was ever delivered. None of it reads a
/// segment.
namespace altimeter::store {

/// Error Corrupt where the file brings SQL of its own (a trigger, a view, a virtual table): it would act on every
/// change or answer in the place of a table, and no workspace has any.
Status requireOwnSchema(const sql::Connection& connection);

/// Lives over changes through `connection` that keep every checksum true, and over the end of their transaction: what
/// was known to hold before is known to hold after them. Without it the next question looks at everything again.
class KeepsSoundness {
public:
    explicit KeepsSoundness(const sql::Connection& connection);
    ~KeepsSoundness();
    KeepsSoundness(const KeepsSoundness&) = delete;
    KeepsSoundness& operator=(const KeepsSoundness&) = delete;

private:
    const sql::Connection& m_connection;
    sql::Mark m_before;
    bool m_wasKnown = false;
};

/// Plain sentences about what does not hold; empty when all is well. Error Database, Io or Corrupt where the file
/// cannot even be read.
Result<std::vector<std::string>> damageOf(const sql::Connection& connection);

/// Error Corrupt, with what to do, where the ledger or an index does not hold: nothing may then be decided from it.
Status requireSound(const sql::Connection& connection);

/// Makes damaged indexes anew where nothing else is damaged and the tables they belong to are what was sealed; answers
/// a sentence for each. Does nothing to a sound workspace, to one that is damaged further, and through a connection
/// that may not write. Requires that no transaction is open.
Result<std::vector<std::string>> mendIndexes(sql::Connection& connection);

} // namespace altimeter::store
