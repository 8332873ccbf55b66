#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/pricelines.h"
#include "models/domain/result.h"

#include <stop_token>
#include <vector>

namespace altimeter::session {

/// What of the stored AI events has no price at the time and for the prompt of each, by provider, model and class, the
/// most events first. Events that another record counts instead of are left out, as in the charges. Error Corrupt,
/// Cancelled and those of the price book.
Result<std::vector<UnpricedLine>> unpricedLines(const WorkspaceFile& workspace, const std::stop_token& stop);

} // namespace altimeter::session
