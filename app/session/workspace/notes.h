#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/note.h"
#include "models/domain/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter::session {

/// Remarks on figures, oldest first. No figure depends on them, so they belong to no revision; none where they cannot
/// be read.
std::vector<Note> notes(const WorkspaceFile& workspace);
/// Keeps a note, a new one (id 0) or in the place of that of its id, under the time `at` and the user's name; answers
/// it as it is kept. Errors: ReadOnly; those of store::writeNote.
Result<Note> keepNote(WorkspaceFile& workspace, Note note, Instant at);
/// Brings back what was removed, as it was but for its id where that is another one's by now. Error ReadOnly.
Result<Note> restoreNote(WorkspaceFile& workspace, Note note);
/// Errors: ReadOnly, NotFound.
Status removeNote(WorkspaceFile& workspace, std::int64_t id);

/// The name by which the system knows the user of this program; empty: it knows none.
std::string userName();

} // namespace altimeter::session
