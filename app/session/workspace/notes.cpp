#include "app/session/workspace/notes.h"

#include "models/store/settings/notes.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace altimeter::session {

std::vector<Note> notes(const WorkspaceFile& workspace)
{
    const auto reader = workspace.reader();
    if (!reader)
        return {};
    auto notes = store::readNotes(*reader);
    return notes ? notes.take() : std::vector<Note>();
}

Result<Note> keepNote(WorkspaceFile& workspace, Note note, Instant at)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    note.author = userName();
    note.written = at;
    note.figure = canonical(std::move(note.figure));
    const auto id = store::writeNote(workspace.write().db(), note);
    if (!id)
        return id.error();
    note.id = *id;
    return note;
}

Result<Note> restoreNote(WorkspaceFile& workspace, Note note)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable.error();
    const auto id = store::restoreNote(workspace.write().db(), note);
    if (!id)
        return id.error();
    note.id = *id;
    return note;
}

Status removeNote(WorkspaceFile& workspace, std::int64_t id)
{
    if (auto writable = workspace.checkWritable(); !writable)
        return writable;
    return store::deleteNote(workspace.write().db(), id);
}

std::string userName()
{
    std::array<char, 4096> room{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, room.data(), room.size(), &found) != 0 || !found || !found->pw_name)
        return {};
    return found->pw_name;
}

} // namespace altimeter::session
