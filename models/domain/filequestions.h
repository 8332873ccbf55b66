#pragma once

#include "models/domain/costsource.h"
#include "models/domain/query.h"

#include <string>
#include <vector>

namespace altimeter {

// Questions of which the answer is a file or the text of one. They are asked like those of questions.h.

/// The charge lines of the windows of `query`, one behind the other, written into `file` as FOCUS CSV: every stored
/// column, exact decimals, provider columns last. Answers its path.
struct ExportQuestion {
    using Answer = std::string;
    CostQuery query;
    std::string file;
    std::vector<ChargeWindow> windows{{0, ChargeWindow::kAll, false}}; ///< all lines as they are stored
    std::string comment{};                                             ///< whole lines, before the titles
};

/// The weekly summary written into `folder` as PDF. Answers its path. Same workspace and day: same bytes.
struct WeeklyReportQuestion {
    using Answer = std::string;
    std::string folder;
    CostLens lens = CostLens::Effective;
};

/// The same summary as plain text for a terminal.
struct WeeklyTextQuestion {
    using Answer = std::string;
    CostLens lens = CostLens::Effective;
};

} // namespace altimeter
