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
    void survey(const std::vector<std::string>& paths, const Wish& wish, ui::ProgressSink progress,
                ui::Answer<ImportSurvey> answer) override;
    void cancel() override;
    void takeBack(std::int64_t delivery, ui::Answer<SetAsideReport> answer) override;
    void removeSource(const std::string& name, ui::Answer<SetAsideReport> answer) override;
    void restoreSource(const std::string& name, ui::Answer<SetAsideReport> answer) override;

private:
    Desk& m_desk;
};

} // namespace altimeter::gui
