#pragma once

#include "app/gui/desk.h"
#include "ui/backend/exports.h"

#include <functional>
#include <string>

namespace altimeter::gui {

class SessionExports final : public ui::Exports {
public:
    explicit SessionExports(Desk& desk) : m_desk(desk) {}

    void writeText(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                   ui::Answer<std::string> answer) override;
    void writeCharges(const ui::ChargesExport& lines, const std::string& path, ui::Answer<std::string> answer) override;
    void writeWeeklyReport(const std::string& folder, CostLens lens, ui::Answer<std::string> answer) override;

private:
    Desk& m_desk;
};

} // namespace altimeter::gui
