#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/rulesdocument.h"
#include "ui/backend/answer.h"

#include <cstdint>
#include <string>

namespace altimeter::ui {

/// Drafts of allocation rules on their way into force. Those in force, and what a draft would change, are questions.
class Rules {
public:
    virtual ~Rules() = default;

    /// Error Invalid names the first field that is wrong. `slot` as in Questions.
    virtual void check(const std::string& slot, const std::string& json, Answer<RuleSet> answer) = 0;
    /// Publishes over version `rules.over` and no other: error Conflict when another program published meanwhile; the
    /// workspace then holds the other's rules.
    virtual void publish(const RulesToPublish& rules, Answer<RulesDocument> answer) = 0;
};

} // namespace altimeter::ui
