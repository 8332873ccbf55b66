#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/delivery.h"
#include "models/domain/period.h"
#include "models/domain/result.h"

#include <cstdint>
#include <stop_token>
#include <string>

/// What was imported goes again, and what it took the place of comes back: store/ledger/setaside.h says what is kept
/// for it. All of them write the audit trail, and answer what money went and came. `at` not valid: now. Errors of all:
/// ReadOnly, Cancelled, and those of the store; then nothing is changed.
namespace altimeter::session {

Result<SetAsideReport> takeBack(WorkspaceFile& workspace, std::int64_t delivery, Instant at, std::stop_token stop);
Result<SetAsideReport> removeSource(WorkspaceFile& workspace, const std::string& name, Instant at,
                                    std::stop_token stop);
Result<SetAsideReport> restoreSource(WorkspaceFile& workspace, const std::string& name, Instant at,
                                     std::stop_token stop);
/// Lets go of a removed source for good.
Result<SetAsideReport> forgetSource(WorkspaceFile& workspace, const std::string& name, Instant at,
                                    std::stop_token stop);

} // namespace altimeter::session
