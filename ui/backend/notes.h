#pragma once

#include "models/domain/note.h"
#include "ui/backend/answer.h"

#include <cstdint>
#include <vector>

namespace altimeter::ui {

/// Remarks on figures, kept in the workspace.
class Notes {
public:
    virtual ~Notes() = default;

    /// Oldest first; none where they cannot be read.
    virtual std::vector<Note> all() const = 0;
    /// Adds a note (id 0) or puts it in the place of that of its id, under the present time and the name of the user.
    /// Answers it as it is kept.
    virtual void save(const Note& note, Answer<Note> answer) = 0;
    /// The same without a new time or name: what was removed, as it was.
    virtual void restore(const Note& note, Answer<Note> answer) = 0;
    virtual void remove(std::int64_t id, Answer<bool> answer) = 0;
};

} // namespace altimeter::ui
