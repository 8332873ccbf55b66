#pragma once

#include "app/gui/desk.h"
#include "ui/backend/imports.h"

#include <string>
#include <vector>

namespace altimeter::gui {

class SessionImports final : public ui::Imports {
public:
    explicit SessionImports(Desk& desk) : m_desk(desk) {}

    void start(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink progress,
               ui::Answer<ImportReport> answer) override;
    void cancel() override;

private:
    Desk& m_desk;
};

} // namespace altimeter::gui
