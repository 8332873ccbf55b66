#pragma once

#include "app/gui/desk.h"
#include "ui/backend/findings.h"

#include <string>
#include <vector>

namespace altimeter::gui {

class SessionFindings final : public ui::Findings {
public:
    explicit SessionFindings(Desk& desk) : m_desk(desk) {}

    void acknowledge(const std::vector<SeenFinding>& seen, const std::string& note, ui::Answer<bool> answer) override;
    void reopen(const std::vector<FindingKey>& keys, ui::Answer<bool> answer) override;

private:
    Desk& m_desk;
};

} // namespace altimeter::gui
