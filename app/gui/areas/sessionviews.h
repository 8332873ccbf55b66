#pragma once

#include "app/gui/desk.h"
#include "ui/backend/views.h"

#include <string>
#include <vector>

namespace altimeter::gui {

class SessionViews final : public ui::Views {
public:
    explicit SessionViews(Desk& desk) : m_desk(desk) {}

    std::vector<SavedView> all() const override;
    void save(const SavedView& view, ui::Answer<bool> answer) override;
    void remove(const std::string& name, ui::Answer<bool> answer) override;
    void rename(const std::string& from, const std::string& to, ui::Answer<bool> answer) override;
    void order(const std::vector<std::string>& names, ui::Answer<bool> answer) override;

private:
    Desk& m_desk;
};

} // namespace altimeter::gui
