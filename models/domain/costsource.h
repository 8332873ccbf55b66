#pragma once

#include "models/domain/allocationrule.h"
#include "models/domain/farcharges.h"
#include "models/domain/knowndays.h"
#include "models/domain/lineorder.h"
#include "models/domain/query.h"
#include "models/domain/result.h"
#include "models/domain/sources.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace altimeter {

/// Keys of an answer, each with its currency.
using KeptKeys = std::set<std::pair<Currency, KeyTuple>>;

/// Lines [offset, offset + limit) of those a query's filters select.
struct ChargeWindow {
    std::uint64_t offset = 0;
    std::uint64_t limit = 0;
    bool largestFirst = true; ///< by |cost|; else as they are stored: partition by partition, each as it was delivered
    std::string typedCost{};  ///< only lines whose cost this CellFilter of numbers keeps; empty: all
    std::string typedDay{};   ///< only lines of the days that this CellFilter of days keeps; empty: all
    bool onlyTotals = false;  ///< what the lines of the window come to, and none of them
    LineOrder order{};        ///< instead of `largestFirst`, where it has a key; at most kMostLineKeys
    static constexpr std::uint64_t kAll = std::uint64_t{1} << 62U; ///< as a limit
    static constexpr std::uint64_t kMostSummed = 2'000'000; ///< the end of a window whose totals alone are asked for
};

/// Columns that may hold a value: in one that is left out no line has any.
struct ChargeColumns {
    std::vector<Column>
        columns; ///< in the order of Column; those every line has a value of its own in are always there
    std::vector<std::string> extra; ///< provider columns, in the order of the delivered headers
};

/// Which days hold charges.
struct CostDays {
    /// The days of the data (see DataDays), both inside; none when there is no charge. Charges far from all others lie
    /// outside and answer to a query all the same.
    Day first, last;
    /// The days in which any charge of a currency began, ascending.
    std::map<Currency, std::vector<Day>> delivered;
    /// Which days of each account are known; see knownDaysOf(). Days on which some are not known are no measure of the
    /// whole.
    std::vector<KnownAccount> accounts;
};

/// Exact sums of a partition's costs, by CostLens, counted again from its lines: of the stored digits, and of the texts
/// an export writes for them.
struct Recount {
    std::array<DecimalSum, kLensCount> stored;
    std::array<DecimalSum, kLensCount> exported;
};

/// Whoever answers questions about cost. Today that is the facts in memory; a warehouse that speaks SQL could stand
/// behind the same questions. Everything that is put together from several answers asks through here and knows no
/// storage.
///
/// One object is one revision under one set of rules: its answers agree with each other. May be asked by several
/// threads at once. Every question may take long or fail: besides what each names, Cancelled soon after `stop` is
/// requested, and whatever the storage behind it fails with (Io, Database, Corrupt, Network, …).
class CostSource {
public:
    virtual ~CostSource() = default;

    /// The rows of a currency add up to its total exactly. Errors: Invalid (a dim that does not exist), Overflow.
    virtual Result<CostTable> table(const CostQuery& query, std::stop_token stop) const = 0;
    /// The same, with all but the keys in `kept` folded into one row "Other" per currency and period; `query.top` is
    /// ignored.
    virtual Result<CostTable> tableOf(const CostQuery& query, const KeptKeys& kept, std::stop_token stop) const = 0;

    /// The lines behind a figure: `by`, `granularity` and `top` of the query are ignored. Where the query asks for
    /// owners, a shared line is one row for each owner that has a part of it. The page's totals are those of table()
    /// under the same filters, where the window has none of its own. Equal lines come in the same order in every
    /// window. Errors as of table(), Invalid for an order that cannot be; Unsupported for the totals of a window that
    /// ends behind kMostSummed lines.
    virtual Result<ChargePage> charges(const CostQuery& query, const ChargeWindow& window,
                                       std::stop_token stop) const = 0;
    /// Shows the lines of a window to `sink`, in its order and some thousands at a time, for whoever writes them
    /// somewhere: memory does not grow with their number. An Error of the sink ends it and is answered.
    using ChargeSink = std::function<Status(std::span<const ChargeRow>)>;
    virtual Status eachCharge(const CostQuery& query, const ChargeWindow& window, const ChargeSink& sink,
                              std::stop_token stop) const = 0;
    /// What the lines of eachCharge() can have a value in, over all lines there are.
    virtual Result<ChargeColumns> chargeColumns(std::stop_token stop) const = 0;

    /// Distinct values of `dim`, at most `limit`: currency by currency as table() orders them, in each the largest cost
    /// first; a value of several currencies stands in the first of them. Of the query, its range, its lens and its
    /// filters on other dims count.
    virtual Result<std::vector<std::string>> values(const Dim& dim, const CostQuery& query, std::size_t limit,
                                                    std::stop_token stop) const = 0;
    /// Tag keys by name, then provider columns in the order of the delivered headers.
    virtual Result<std::vector<Dim>> dims(std::stop_token stop) const = 0;

    virtual Result<CostDays> days(std::stop_token stop) const = 0;
    /// The charges outside the days of the data, and outside `range` as well; a bound of it that is not valid is that
    /// of the data.
    virtual Result<std::vector<FarCharges>> farCharges(const DateRange& range, std::stop_token stop) const = 0;

    /// Per rule in force, by index: lines it assigned anything of, and their EffectiveCost by currency.
    virtual Result<std::vector<RuleDiff::RuleUse>> ruleUse(std::stop_token stop) const = 0;
    /// The same charges under other rules, as a draft would make them. Errors: Invalid (rules that cannot be evaluated
    /// on these charges; `where` names the rule).
    virtual Result<std::shared_ptr<const CostSource>> under(const RuleSet& rules, std::stop_token stop) const = 0;

    /// Counts a partition again, line by line from where it is kept: what cannot be read is not counted, so that the
    /// proof shows it as missing. Requires a partition of this revision.
    virtual Result<Recount> recount(const PartitionInfo& partition, std::stop_token stop) const = 0;

    virtual std::uint64_t revision() const = 0;
};

} // namespace altimeter
