#pragma once

#include "models/domain/note.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <vector>

namespace altimeter::store {

/// Oldest first. A note whose figure cannot be read is left out: it would speak of another one.
Result<std::vector<Note>> readNotes(const sql::Connection& connection);
/// Adds it (id 0) or puts it in the place of that of its id, in a transaction of its own; answers the id. Errors:
/// Invalid (no text, or more than Note::kLongestText), NotFound (there is no note of that id).
Result<std::int64_t> writeNote(sql::Connection& connection, const Note& note);
/// Adds a note that was removed, under its old id where no other has that now; answers the id.
Result<std::int64_t> restoreNote(sql::Connection& connection, const Note& note);
/// Error NotFound.
Status deleteNote(sql::Connection& connection, std::int64_t id);

} // namespace altimeter::store
