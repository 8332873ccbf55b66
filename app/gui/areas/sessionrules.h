#pragma once

#include "app/gui/desk.h"
#include "ui/backend/rules.h"

#include <string>

namespace altimeter::gui {

class SessionRules final : public ui::Rules {
public:
    explicit SessionRules(Desk& desk) : m_desk(desk) {}

    void check(const std::string& slot, const std::string& json, ui::Answer<RuleSet> answer) override;
    void publish(const RulesToPublish& rules, ui::Answer<RulesDocument> answer) override;

private:
    Desk& m_desk;
};

} // namespace altimeter::gui
