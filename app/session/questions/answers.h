#pragma once

#include "app/session/workspace/snapshot.h"
#include "models/domain/filequestions.h"
#include "models/domain/questions.h"
#include "models/domain/result.h"

#include <stop_token>

/// The answer to every question of models/domain/questions.h and filequestions.h, one overload each, so that a caller
/// needs to know neither: `answer(snapshot, question, stop)`. All that belongs to one answer is of that one snapshot.
///
/// Pure but for reading the snapshot's file, and for those that write the file they are asked for. May be called by
/// several threads at once. Errors of all: Cancelled soon after `stop` is requested; Database, Io, Corrupt for what is
/// read from the file; Busy where that is read as it lies there and has changed.
namespace altimeter::session {

Result<CostTable> answer(const Snapshot& snapshot, const TableQuestion& question, std::stop_token stop);
Result<SeriesSet> answer(const Snapshot& snapshot, const SeriesQuestion& question, std::stop_token stop);
/// Error Invalid where it has no dim, or a bound of its periods is open.
Result<BridgeSet> answer(const Snapshot& snapshot, const BridgeQuestion& question, std::stop_token stop);
Result<Overview> answer(const Snapshot& snapshot, const OverviewQuestion& question, std::stop_token stop);
Result<ChargePage> answer(const Snapshot& snapshot, const ChargesQuestion& question, std::stop_token stop);
Result<std::vector<std::string>> answer(const Snapshot& snapshot, const DimValuesQuestion& question,
                                        std::stop_token stop);
Result<std::vector<Dim>> answer(const Snapshot& snapshot, const DynamicDimsQuestion& question, std::stop_token stop);
Result<std::vector<SourceInfo>> answer(const Snapshot& snapshot, const SourcesQuestion& question, std::stop_token stop);
Result<std::vector<PartitionInfo>> answer(const Snapshot& snapshot, const PartitionsQuestion& question,
                                          std::stop_token stop);
Result<std::vector<Finding>> answer(const Snapshot& snapshot, const FindingsQuestion& question, std::stop_token stop);
Result<std::vector<FindingGroup>> answer(const Snapshot& snapshot, const FindingGroupsQuestion& question,
                                         std::stop_token stop);
Result<std::vector<RejectedLine>> answer(const Snapshot& snapshot, const RejectedQuestion& question,
                                         std::stop_token stop);
Result<std::vector<FarCharges>> answer(const Snapshot& snapshot, const FarChargesQuestion& question,
                                       std::stop_token stop);
Result<std::vector<ProofLine>> answer(const Snapshot& snapshot, const ProofQuestion& question, std::stop_token stop);
Result<RulesDocument> answer(const Snapshot& snapshot, const RulesQuestion& question, std::stop_token stop);
Result<std::vector<RulesDocument>> answer(const Snapshot& snapshot, const RuleVersionsQuestion& question,
                                          std::stop_token stop);
/// Error Invalid names the first field of the rules that is wrong.
Result<CostTable> answer(const Snapshot& snapshot, const TableUnderQuestion& question, std::stop_token stop);
Result<RuleDiff> answer(const Snapshot& snapshot, const RuleDiffQuestion& question, std::stop_token stop);
/// Error Invalid for more days than can be shown.
Result<CompletenessCalendar> answer(const Snapshot& snapshot, const CalendarQuestion& question, std::stop_token stop);
Result<std::vector<Measure>> answer(const Snapshot& snapshot, const MeasuresQuestion& question, std::stop_token stop);
Result<std::vector<std::string>> answer(const Snapshot& snapshot, const AuditQuestion& question, std::stop_token stop);
Result<std::vector<FigureNow>> answer(const Snapshot& snapshot, const FiguresQuestion& question, std::stop_token stop);
Result<Deliveries> answer(const Snapshot& snapshot, const DeliveriesQuestion& question, std::stop_token stop);
/// The file is there whole or not at all.
Result<std::string> answer(const Snapshot& snapshot, const ExportQuestion& question, std::stop_token stop);
Result<std::string> answer(const Snapshot& snapshot, const WeeklyReportQuestion& question, std::stop_token stop);
Result<std::string> answer(const Snapshot& snapshot, const WeeklyTextQuestion& question, std::stop_token stop);

} // namespace altimeter::session
