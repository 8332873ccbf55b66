#pragma once

#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <string>
#include <vector>

namespace altimeter::store {

/// A program that was killed leaves its journal (-wal) beside the workspace, and SQLite writes it into whatever file
/// lies there when it is opened next: also into a backup that was put back meanwhile, which destroys it. Therefore each
/// change of a workspace carries a state, a random number beside the number of the state before it; a journal belongs
/// to a file whose state it begins with or contains.

/// Notes a new state. Part of every transaction that changes figures, rules or views.
Status renewState(sql::Connection& connection);

/// Looks at the journal beside `path` before SQLite does. One that belongs to another file, or to an older state of
/// this one, is renamed to "….set-aside-DATE". Answers a sentence for each thing done or found. A journal that belongs
/// to the file is left for SQLite; so is one of a file that another program has open. Where neither names a state
/// (written by an earlier Altimeter) both are tried together and the file alone: error Corrupt when neither is whole.
Result<std::vector<std::string>> checkLeftover(const std::string& path);

/// The same for a private copy of `original` and its journal: what belongs to it is written into it, and what does not
/// is left out. The sentences name the files of `original`, which are not touched.
Result<std::vector<std::string>> mergeLeftover(const std::string& copy, const std::string& original);

/// True when there is a journal with anything in it beside `path`.
bool hasJournal(const std::string& path);

} // namespace altimeter::store
