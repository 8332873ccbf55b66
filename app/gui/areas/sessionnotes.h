#pragma once

#include "app/gui/desk.h"
#include "ui/backend/notes.h"

#include <cstdint>
#include <vector>

namespace altimeter::gui {

class SessionNotes final : public ui::Notes {
public:
    explicit SessionNotes(Desk& desk) : m_desk(desk) {}

    std::vector<Note> all() const override;
    void save(const Note& note, ui::Answer<Note> answer) override;
    void restore(const Note& note, ui::Answer<Note> answer) override;
    void remove(std::int64_t id, ui::Answer<bool> answer) override;

private:
    Desk& m_desk;
};

} // namespace altimeter::gui
