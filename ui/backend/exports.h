#pragma once

#include "models/domain/costsource.h"
#include "models/domain/query.h"
#include "ui/backend/answer.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::ui {

/// Charge lines that leave the workspace.
struct ChargesExport {
    CostQuery query;
    std::vector<ChargeWindow> windows; ///< one behind the other
    std::string comment{};             ///< before the titles, whole lines
};

/// What leaves the workspace: a whole file or none; the answer is the path written.
class Exports {
public:
    virtual ~Exports() = default;

    /// `text` is made on a worker, so it must hold all that it reads.
    virtual void writeText(const std::string& path, std::function<std::string(const std::stop_token&)> text,
                           Answer<std::string> answer) = 0;
    /// As FOCUS CSV.
    virtual void writeCharges(const ChargesExport& lines, const std::string& path, Answer<std::string> answer) = 0;
    virtual void writeWeeklyReport(const std::string& folder, CostLens lens, Answer<std::string> answer) = 0;
};

} // namespace altimeter::ui
