#include "app/gui/areas/sessionrules.h"

#include "app/session/rules/draftrules.h"
#include "app/session/rules/publishing.h"

#include <utility>

namespace altimeter::gui {

void SessionRules::check(const std::string& slot, const std::string& json, ui::Answer<RuleSet> answer)
{
    m_desk.askEngine<RuleSet>(slot, std::move(answer), [json](const session::Engine&, const std::stop_token&) {
        return session::checkRules(json);
    });
}

void SessionRules::publish(const RulesToPublish& rules, ui::Answer<RulesDocument> answer)
{
    const auto told = [this, answer = std::move(answer)](Result<RulesDocument> result) {
        const bool isConflict = !result && result.error().code == ErrorCode::Conflict;
        answer(std::move(result));
        if (isConflict) // the figures are those of the other's rules now
            m_desk.announce();
    };
    m_desk.change<RulesDocument>(
        "publish", Desk::Affects::Figures, told,
        [rules](session::Engine& engine, const std::stop_token& stop) -> Result<RulesDocument> {
            return session::publishRules(engine, rules, stop);
        });
}

} // namespace altimeter::gui
