#pragma once

#include "app/session/workspace/snapshot.h"
#include "models/domain/allocationrule.h"
#include "models/domain/result.h"

#include <memory>
#include <stop_token>
#include <string>

namespace altimeter::session {

/// Decodes and validates allocation rules. Error Invalid names the first field that was wrong
/// ("rules[3].when[0].test").
Result<RuleSet> checkRules(const std::string& json);

/// The rules that would count if `draft` were published over those of `snapshot` from the month of `from` on (none: for
/// all of history). The draft's come first, under their own indices.
RuleSet asPublished(const Snapshot& snapshot, RuleSet draft, Day from);
/// `costs` of the snapshot under them.
Result<std::shared_ptr<const CostSource>> costsUnder(const Snapshot& snapshot, const RuleSet& draft, Day from,
                                                     const std::stop_token& stop);
/// What would move. Errors: those of costsUnder().
Result<RuleDiff> effectOf(const Snapshot& snapshot, const RuleSet& draft, Day from, const CostSource& underDraft,
                          const std::stop_token& stop);

} // namespace altimeter::session
