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
/// taken in. Without `over`, over the version of the engine's snapshot. Months before `from` keep the rules they have.
/// A backup is made first. What moves is measured and kept with the version. Error Invalid as of checkRules(), for
/// rules that cannot be evaluated on these charges, and for too long a note; ReadOnly; Cancelled: nothing was
/// published.
Result<RulesDocument> publishRules(Engine& engine, const RulesToPublish& rules, const std::stop_token& stop = {});
/// The same for all of history, without a note.
Result<RulesDocument> publishRules(Engine& engine, const std::string& json, std::optional<std::uint32_t> over = {},
                                   const std::stop_token& stop = {});

/// What `diff` moves to other owners, by currency: of the field that moves most. `openMonth`: what lies before it is
/// `earlier`.
std::vector<MovedCost> movedBy(const RuleDiff& diff, Day openMonth);
/// First day of the month in which the data of a snapshot end; none without charges.
Day openMonthOf(const Snapshot& snapshot);

} // namespace altimeter::session
