#pragma once

#include "models/domain/findings.h"
#include "ui/backend/answer.h"

#include <string>
#include <vector>

namespace altimeter::ui {

/// What somebody says of the findings of the open workspace.
class Findings {
public:
    virtual ~Findings() = default;

    /// The user knows about them, as they were seen, and says why they may stay, or nothing.
    virtual void acknowledge(const std::vector<SeenFinding>& seen, const std::string& note, Answer<bool> answer) = 0;
    /// They are open again.
    virtual void reopen(const std::vector<FindingKey>& keys, Answer<bool> answer) = 0;
};

} // namespace altimeter::ui
