#pragma once

#include "app/session/events/rollups.h"
#include "app/session/workspace/snapshot.h"
#include "models/domain/airuns.h"
#include "models/domain/result.h"

#include <stop_token>
#include <vector>

namespace altimeter::session {

/// Answers about the events of a snapshot, as those of questions/answers.h. A run is what has one run id, whatever
/// delivery, file or source tells of it. Error Invalid for a filter that an event says nothing of.
Result<RunList> answer(const Snapshot& snapshot, const RunsQuestion& question, std::stop_token stop);
Result<std::vector<RunStep>> answer(const Snapshot& snapshot, const RunQuestion& question, std::stop_token stop);
Result<std::vector<EventSourceInfo>> answer(const Snapshot& snapshot, const EventSourcesQuestion& question,
                                            std::stop_token stop);

/// The same by the prices of `terms`, of what the connection sees.
Result<RunList> runsOf(const store::sql::Connection& db, const RollupTerms& terms, const RunsQuestion& question,
                       const std::stop_token& stop);
Result<std::vector<RunStep>> stepsOf(const store::sql::Connection& db, const RollupTerms& terms,
                                     const RunQuestion& question, const std::stop_token& stop);
} // namespace altimeter::session
