#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/bridge.h"
#include "models/domain/completeness.h"
#include "models/domain/delivery.h"
#include "models/domain/farcharges.h"
#include "models/domain/findings.h"
#include "models/domain/lineorder.h"
#include "models/domain/measure.h"
#include "models/domain/note.h"
#include "models/domain/overview.h"
#include "models/domain/proofline.h"
#include "models/domain/query.h"
#include "models/domain/rulesdocument.h"
#include "models/domain/series.h"
#include "models/domain/sources.h"

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace altimeter {

// Every question that can be asked of one revision of a workspace, as a value: a page sends it, the command line asks
// it, a test writes it down. Each names the type of its answer. The answers are free functions of a snapshot and the
// question (app/session/questions), so all that belongs to one answer is of one revision.

/// Everything the Overview page says.
struct OverviewQuestion {
    using Answer = Overview;
    CostLens lens = CostLens::Effective;
};

struct TableQuestion {
    using Answer = CostTable;
    CostQuery query;
};

/// The series of `query` for a chart, with what belongs on them.
struct SeriesQuestion {
    using Answer = SeriesSet;
    CostQuery query;               ///< granularity None is treated as Day; `top` limits the series
    bool anomalies = true;         ///< daily only
    int forecastSteps = 0;         ///< after the range where that ends before the data, else after them; 0: none
    std::optional<DateRange> base; ///< also this period, beside it; both bounds valid
    /// The forecast learns from days of the range alone; false: the range is what is shown, and all before it is learnt
    /// from as well.
    bool learnsFromRange = false;
};

/// How the cost of one period came from that of another. Of the query its dims (at least one), range (both bounds
/// valid), filters and lens count.
struct BridgeQuestion {
    using Answer = BridgeSet;
    CostQuery query;
    DateRange base;        ///< both bounds valid
    std::size_t most = 10; ///< keys that are a part of their own
    /// Of each account only the days whose like in the current period is known to its end, as the Overview compares
    /// them: neither a late account nor a running day makes a fall. Both ranges then begin with a month.
    bool onlyKnownDays = false;
};

/// The lines behind `query` (its `by` and `granularity` are ignored; the cell's keys are filters), largest |cost| first
/// or in file order.
struct ChargesQuestion {
    using Answer = ChargePage;
    CostQuery query;
    std::uint64_t offset = 0;
    std::uint64_t limit = 0;
    bool largestFirst = true;
    std::string typedCost{}; ///< see ChargeWindow
    std::string typedDay{};  ///< see ChargeWindow
    bool onlyTotals = false; ///< ChargePage::windowTotals and no rows
    LineOrder order{};       ///< instead of `largestFirst`; see ChargeWindow
};

/// Distinct values of `dim` under the filters of `query`, largest cost first, at most `limit`.
struct DimValuesQuestion {
    using Answer = std::vector<std::string>;
    Dim dim;
    CostQuery query;
    std::size_t limit = 0;
};

/// Tag keys and provider columns that the charges have.
struct DynamicDimsQuestion {
    using Answer = std::vector<Dim>;
};

struct SourcesQuestion {
    using Answer = std::vector<SourceInfo>;
};

struct PartitionsQuestion {
    using Answer = std::vector<PartitionInfo>;
};

/// Those of the files, as they were imported, and those that all charges together show. Empty: of all sources.
struct FindingsQuestion {
    using Answer = std::vector<Finding>;
    std::string source;
};

/// The same by kind, with what money they touch under `lens`, where their lines are, and who knows about them: errors
/// first, then what touches most lines; kinds of which every finding is acknowledged come last.
struct FindingGroupsQuestion {
    using Answer = std::vector<FindingGroup>;
    CostLens lens = CostLens::Effective;
    std::string source{}; ///< empty: of all
};

struct RejectedQuestion {
    using Answer = std::vector<RejectedLine>;
    std::string source; ///< empty: of all
};

/// One line per partition and lens that has any amount.
struct ProofQuestion {
    using Answer = std::vector<ProofLine>;
    std::string source; ///< empty: of all
    Day period;         ///< first day of a billing period; none: of all
};

/// What no trend, forecast, report or calendar over `range` holds, although it was imported.
struct FarChargesQuestion {
    using Answer = std::vector<FarCharges>;
    DateRange range;
};

/// The rules in force.
struct RulesQuestion {
    using Answer = RulesDocument;
};

/// All rules that were ever published, those in force first; without a time those the workspace was made with.
struct RuleVersionsQuestion {
    using Answer = std::vector<RulesDocument>;
};

/// The answer as it would be under these rules (JSON) instead of the published ones.
struct TableUnderQuestion {
    using Answer = CostTable;
    std::string rules;
    CostQuery query;
    Day from{}; ///< as in RuleDiffQuestion
};

/// What these rules (JSON) would change if they applied from the month of `from` on; none: to all of history.
struct RuleDiffQuestion {
    using Answer = RuleDiff;
    std::string rules;
    Day from{};
};

/// Source × day over `range` (both bounds valid). `today`: the UTC day up to which connections should reach.
struct CalendarQuestion {
    using Answer = CompletenessCalendar;
    DateRange range;
    Day today;
    bool byAccount = false; ///< with a row for each account of a source as well
};

/// Numbers of a source (empty: of all) that are no charges; `name` empty: all of them.
struct MeasuresQuestion {
    using Answer = std::vector<Measure>;
    std::string source;
    std::string name;
};

/// Sentences about what does not hold of the audit trail, read from end to end; none where it does.
struct AuditQuestion {
    using Answer = std::vector<std::string>;
};

/// Every delivery of files, and the sources that were removed.
struct DeliveriesQuestion {
    using Answer = Deliveries;
};

/// What each of these figures comes to. One that cannot be told says why and fails none of the others.
struct FiguresQuestion {
    using Answer = std::vector<FigureNow>;
    std::vector<Figure> figures;
};

/// Any of them. A new question is added here, and whoever carries questions carries it too.
using Question = std::variant<OverviewQuestion, TableQuestion, SeriesQuestion, BridgeQuestion, ChargesQuestion,
                              DimValuesQuestion, DynamicDimsQuestion, SourcesQuestion, PartitionsQuestion,
                              FindingsQuestion, RejectedQuestion, ProofQuestion, FarChargesQuestion, RulesQuestion,
                              TableUnderQuestion, RuleDiffQuestion, CalendarQuestion, MeasuresQuestion, AuditQuestion,
                              RuleVersionsQuestion, FindingGroupsQuestion, FiguresQuestion, DeliveriesQuestion>;

template <typename Q>
concept IsQuestion = std::is_constructible_v<Question, std::in_place_type_t<Q>, Q>;

} // namespace altimeter
