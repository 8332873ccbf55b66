#pragma once

#include "models/domain/query.h"
#include "ui/backend/answer.h"

#include <functional>
#include <stop_token>
#include <string>

namespace altimeter::ui {

/// What leaves the workspace: a whole file or none; the answer is the path written.
class Exports {
public:
    virtual ~Exports() = default;

    /// `text` is made on a worker, so it must hold all that it reads.
    virtual void writeText(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                           Answer<std::string> answer) = 0;
    /// The lines `query` selects as FOCUS CSV.
    virtual void writeCharges(const CostQuery& query, const std::string& path, Answer<std::string> answer) = 0;
    virtual void writeWeeklyReport(const std::string& folder, CostLens lens, Answer<std::string> answer) = 0;
};

} // namespace altimeter::ui
