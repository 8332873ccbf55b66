#pragma once

#include "app/session/workspace/engine.h"
#include "models/domain/result.h"
#include "models/domain/rulesdocument.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace altimeter::session {

/// Publishes over version `over` and no other: error Conflict when another program published meanwhile, with its rules
/// taken in. Without `over`, over the version of the engine's snapshot. A backup is made first. Error Invalid as of
/// checkRules(), or for rules that cannot be evaluated on these charges; ReadOnly; Cancelled: nothing was published.
Result<RulesDocument> publishRules(Engine& engine, const std::string& json, std::optional<std::uint32_t> over = {},
                                   const std::stop_token& stop = {});

} // namespace altimeter::session
