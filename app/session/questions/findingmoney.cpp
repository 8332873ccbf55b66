#include "app/session/questions/findingmoney.h"

#include "models/domain/accountname.h"
#include "models/domain/dim.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace altimeter::session {

namespace {

using Where = FindingLines::Where;

/// How the lines of a check are told from others by the column that their message begins with.
struct ColumnCheck {
    std::string_view check;
    enum class Cell : std::uint8_t { Null, Filled, Negative } cell = Cell::Null;
    bool ofUsage = false, ofPurchase = false; ///< of these categories alone; neither: of all
    bool notCorrected = false;                ///< of no correction
    /// Of lines in which this other column holds something, or nothing.
    enum class Beside : std::uint8_t { Any, HasCommitment, LacksCommitment, HasId, LacksId } beside = Beside::Any;
};
using Cell = ColumnCheck::Cell;
using Beside = ColumnCheck::Beside;
constexpr std::array kColumnChecks{
    ColumnCheck{"value-missing"},
    ColumnCheck{"pricing-category-missing", Cell::Null, true, true},
    ColumnCheck{"sku-missing", Cell::Null, true, true, true},
    ColumnCheck{"commitment-status-missing", Cell::Null, true, false, false, Beside::HasCommitment},
    ColumnCheck{"commitment-incomplete", Cell::Null, false, false, false, Beside::HasCommitment},
    ColumnCheck{"commitment-without-id", Cell::Filled, false, false, false, Beside::LacksCommitment},
    ColumnCheck{"type-missing", Cell::Null, false, false, false, Beside::HasId},
    ColumnCheck{"name-without-id", Cell::Filled, false, false, false, Beside::LacksId},
    ColumnCheck{"negative-price", Cell::Negative}};

/// Checks whose counts are not of stored lines.
constexpr std::array<std::string_view, 10> kOtherCounts{
    "blank-row",      "day-not-answered", "day-missing",   "unknown-charge", "look-up-refused",
    "duplicate-file", "earlier-state",    "same-delivery", "salvage-lost",   "salvage-names-lost"};

const ColumnCheck* columnCheck(const std::string& check)
{
    const auto found = std::find_if(kColumnChecks.begin(), kColumnChecks.end(),
                                    [&check](const ColumnCheck& one) { return one.check == check; });
    return found == kColumnChecks.end() ? nullptr : &*found;
}

/// The column whose cells show it; none: no filter tells its lines.
std::string columnOf(const Finding& finding)
{
    if (!columnCheck(finding.check))
        return {};
    const auto column = columnByName(std::string_view(finding.message).substr(0, finding.message.find(' ')));
    return column ? std::string(columnName(*column)) : std::string();
}

Filter cells(const std::string& column, bool areNull)
{
    return {Dim{Dim::Kind::Column, column}, {std::string()}, !areNull};
}

/// The column that names what another one describes: RegionId of RegionName.
std::string idOf(const std::string& column)
{
    for (const std::string_view end : {"Name", "Type"}) {
        if (column.ends_with(end))
            return column.substr(0, column.size() - end.size()) + "Id";
    }
    return column;
}

/// Lines that can show it at all.
std::vector<Filter> scopeOf(const ColumnCheck& check, const std::string& column)
{
    std::vector<Filter> scope;
    if (check.ofUsage || check.ofPurchase) {
        Filter categories{Dim{Dim::Kind::ChargeCategory, {}}, {}, false};
        if (check.ofUsage)
            categories.values.emplace_back("Usage");
        if (check.ofPurchase)
            categories.values.emplace_back("Purchase");
        scope.push_back(std::move(categories));
    }
    if (check.notCorrected)
        scope.push_back({Dim{Dim::Kind::Column, "ChargeClass"}, {"Correction"}, true});
    if (check.beside == Beside::HasCommitment || check.beside == Beside::LacksCommitment)
        scope.push_back(cells("CommitmentDiscountId", check.beside == Beside::LacksCommitment));
    if (check.beside == Beside::HasId || check.beside == Beside::LacksId)
        scope.push_back(cells(idOf(column), check.beside == Beside::LacksId));
    return scope;
}

/// Of these the lines that show it, or all others.
Filter columnFilter(const ColumnCheck& check, const std::string& column, bool others)
{
    if (check.cell != Cell::Negative)
        return cells(column, (check.cell == Cell::Null) != others);
    Filter filter{Dim{Dim::Kind::Column, column}, {}, false};
    filter.typed = others ? ">=0;=null" : "<0";
    return filter;
}

std::vector<Filter> joined(std::vector<Filter> filters, const std::vector<Filter>& more)
{
    filters.insert(filters.end(), more.begin(), more.end());
    return filters;
}

void add(Touched& sum, const Currency& currency, const DecimalSum& amount)
{
    const auto found = std::find_if(sum.money.begin(), sum.money.end(),
                                    [&](const TouchedMoney& one) { return one.currency == currency; });
    if (found != sum.money.end())
        found->amount.add(amount);
    else if (!amount.isZero())
        sum.money.push_back({currency, amount});
}

void add(Touched& sum, const Touched& other)
{
    for (const TouchedMoney& one : other.money)
        add(sum, one.currency, one.amount);
    sum.isWhole = sum.isWhole && other.isWhole;
}

DecimalSum exactly(const Amount& amount)
{
    const auto sum = DecimalSum::parse(amount.toString());
    return sum ? *sum : DecimalSum();
}

Touched touchedOf(const CostTable& table)
{
    Touched sum;
    sum.isWhole = true;
    for (const CurrencyTotal& total : table.totals) {
        add(sum, total.currency, exactly(total.cost));
        sum.isWhole = sum.isWhole && total.unknownRows == 0;
    }
    return sum;
}

std::uint64_t rowsOf(const CostTable& table)
{
    std::uint64_t rows = 0;
    for (const CurrencyTotal& total : table.totals)
        rows += total.rows;
    return rows;
}

/// What was rejected for one reason, of a source or of one of its files.
struct Rejected {
    std::uint64_t rows = 0;
    Touched touched;
};
Rejected rejectedOf(const Snapshot& snapshot, const std::string& source, const std::string& check,
                    const std::string* file, CostLens lens)
{
    const auto at = static_cast<std::size_t>(lens);
    Rejected all;
    all.touched.isWhole = true;
    const auto look = [&](const std::vector<PartitionInfo>& partitions) {
        for (const PartitionInfo& partition : partitions) {
            if (partition.source != source ||
                (file && (partition.files.size() != 1 || partition.files.front() != *file)))
                continue;
            for (const RejectedPart& part : partition.rejectedParts) {
                if (part.check != check)
                    continue;
                all.rows += part.rows;
                const bool isNamed = partition.currency != Currency();
                if (isNamed)
                    add(all.touched, partition.currency, part.cost[at]);
                all.touched.isWhole =
                    all.touched.isWhole && part.unreadable[at] == 0 && (isNamed || part.costRows[at] == 0);
            }
        }
    };
    look(snapshot.partitions);
    look(snapshot.strays);
    return all;
}

/// What of a partition is stored, of the digits that were delivered.
DecimalSum storedOf(const PartitionInfo& partition, CostLens lens)
{
    DecimalSum sum = partition.fileTotal[static_cast<std::size_t>(lens)];
    for (const RejectedPart& part : partition.rejectedParts)
        sum.subtract(part.cost[static_cast<std::size_t>(lens)]);
    return sum;
}

/// Of such a source a count of delivered lines says nothing about the stored ones.
bool hasRejected(const Snapshot& snapshot, const std::string& source)
{
    const auto isOne = [&source](const PartitionInfo& one) {
        return one.source == source && (one.rejected > 0 || !one.rejectedParts.empty());
    };
    return std::any_of(snapshot.partitions.begin(), snapshot.partitions.end(), isOne) ||
           std::any_of(snapshot.strays.begin(), snapshot.strays.end(), isOne);
}

/// The partitions that hold lines of a file.
std::vector<const PartitionInfo*> partitionsOf(const Snapshot& snapshot, const Finding& finding)
{
    std::vector<const PartitionInfo*> found;
    for (const PartitionInfo& one : snapshot.partitions) {
        if (one.source == finding.source &&
            std::find(one.files.begin(), one.files.end(), finding.file) != one.files.end())
            found.push_back(&one);
    }
    return found;
}

/// Filters for the lines of these partitions of a source; `isExact`: for no others.
std::vector<Filter> filtersOf(const Snapshot& snapshot, const std::string& source,
                              const std::vector<const PartitionInfo*>& partitions, bool& isExact)
{
    std::set<std::string> providers, accounts, periods, currencies;
    for (const PartitionInfo* one : partitions) {
        providers.insert(one->provider);
        accounts.insert(one->billingAccount);
        periods.insert(toString(one->billingPeriod).substr(0, 7));
        currencies.insert(std::string(one->currency.code()));
    }
    std::size_t ofSource = 0, selected = 0;
    for (const PartitionInfo& one : snapshot.partitions) {
        if (one.source != source)
            continue;
        ++ofSource;
        selected += providers.contains(one.provider) && accounts.contains(one.billingAccount) &&
                            periods.contains(toString(one.billingPeriod).substr(0, 7)) &&
                            currencies.contains(std::string(one.currency.code()))
                        ? 1U
                        : 0U;
    }
    std::vector<Filter> filters{{Dim{Dim::Kind::Source, {}}, {source}, false}};
    isExact = partitions.size() == ofSource || selected == partitions.size();
    if (partitions.size() == ofSource || partitions.empty())
        return filters;
    for (const auto& [kind, values] :
         {std::pair{Dim::Kind::BillingPeriod, periods}, std::pair{Dim::Kind::Provider, providers},
          std::pair{Dim::Kind::BillingAccount, accounts}, std::pair{Dim::Kind::Currency, currencies}})
        filters.push_back({Dim{kind, {}}, {values.begin(), values.end()}, false});
    return filters;
}

} // namespace

Result<CostTable> FindingMoney::linesOf(const std::string& source, const std::vector<Filter>& filters) const
{
    CostQuery query;
    query.lens = m_lens;
    query.filters = filters;
    query.filters.push_back({Dim{Dim::Kind::Source, {}}, {source}, false});
    return m_snapshot.costs->table(query, m_stop);
}

/// Answers whether the lines that were added up are those of the findings.
bool FindingMoney::tellRejected(Part& part, Touched& sum) const
{
    const std::string& check = part.cases.front()->finding.check;
    const Rejected all = rejectedOf(m_snapshot, part.source, check, nullptr, m_lens);
    if (all.rows == 0)
        return false;
    const bool isExact = all.rows == part.rows;
    for (FindingCase* one : part.cases) {
        one->lines = {Where::Rejected, {}, {}, true};
        const Rejected own =
            part.cases.size() == 1 ? all : rejectedOf(m_snapshot, part.source, check, &one->finding.file, m_lens);
        one->touched = own.rows == one->finding.rows ? own.touched : Touched();
    }
    Touched told = all.touched;
    told.isWhole = told.isWhole && isExact;
    add(sum, told);
    return true;
}

/// Answers whether it speaks of all lines of its file.
bool FindingMoney::tellFile(FindingCase& one) const
{
    const auto partitions = partitionsOf(m_snapshot, one.finding);
    if (partitions.empty())
        return false;
    std::uint64_t rows = 0;
    bool isAlone = true;
    Touched all;
    all.isWhole = true;
    for (const PartitionInfo* each : partitions) {
        rows += each->rows;
        isAlone = isAlone && each->files.size() == 1;
        add(all, each->currency, storedOf(*each, m_lens));
        all.isWhole = all.isWhole && each->unknownRows[static_cast<std::size_t>(m_lens)] == 0;
    }
    const bool isHeader = one.finding.rows == 0 && one.finding.firstLine == 1;
    const bool isCount = std::find(kOtherCounts.begin(), kOtherCounts.end(), one.finding.check) == kOtherCounts.end() &&
                         !hasRejected(m_snapshot, one.finding.source);
    const bool isWhole = isAlone && (isHeader || (isCount && one.finding.rows == rows));
    bool isSelected = false;
    one.lines.filters = filtersOf(m_snapshot, one.finding.source, partitions, isSelected);
    one.lines.where = Where::Charges;
    one.lines.isExact = isWhole && isSelected;
    if (isWhole)
        one.touched = all;
    return isWhole;
}

/// Answers the month that it speaks of all lines of: one that is stored under another source too, or was replaced.
const PartitionInfo* FindingMoney::tellMonth(FindingCase& one) const
{
    const Finding& finding = one.finding;
    const PartitionInfo* found = nullptr;
    for (const PartitionInfo& each : m_snapshot.partitions) {
        const std::string month =
            accountName(each.provider, each.billingAccount) + ", " + toString(each.billingPeriod).substr(0, 7);
        const std::string currency(each.currency.code());
        const bool isBeside = finding.check == "account-in-two-sources" &&
                              finding.message.starts_with(month + " is stored under the source ") &&
                              finding.message.find(' ' + currency + ", ") != std::string::npos;
        const bool isReplaced = finding.check == "partition-replaced" &&
                                finding.message.starts_with("the stored charges of " + month) &&
                                finding.message.ends_with(" now (" + currency + ')');
        if (each.source != finding.source || each.rows != finding.rows || each.rejected > 0 ||
            !(isBeside || isReplaced))
            continue;
        if (found)
            return nullptr;
        found = &each;
    }
    if (!found)
        return nullptr;
    Touched touched;
    touched.isWhole = found->unknownRows[static_cast<std::size_t>(m_lens)] == 0;
    add(touched, found->currency, storedOf(*found, m_lens));
    one.touched = touched;
    one.lines.where = Where::Charges;
    one.lines.filters = filtersOf(m_snapshot, finding.source, {found}, one.lines.isExact);
    return found;
}

void FindingMoney::tellFar(FindingCase& one) const
{
    const auto far = m_snapshot.costs->farCharges({}, m_stop);
    if (!far)
        return;
    for (const FarCharges& each : *far) {
        const std::string currency(each.currency.code());
        if (each.source != one.key.source || one.key.subject.substr(0, currency.size()) != currency)
            continue;
        Touched touched;
        touched.isWhole = true;
        add(touched, each.currency, each.cost[static_cast<std::size_t>(m_lens)]);
        one.touched = touched;
    }
}

/// Filters for the months of a file, where nothing else of its source lies in them.
std::optional<std::vector<Filter>> FindingMoney::aloneIn(const Finding& finding) const
{
    const auto partitions = partitionsOf(m_snapshot, finding);
    const bool isAlone = !partitions.empty() && std::all_of(partitions.begin(), partitions.end(),
                                                            [](const auto* one) { return one->files.size() == 1; });
    bool isExact = false;
    auto filters = filtersOf(m_snapshot, finding.source, partitions, isExact);
    return isAlone && isExact ? std::optional(std::move(filters)) : std::nullopt;
}

/// The lines of a file that show it now. Fewer than when it came are those of the months that it has still; more are
/// not told by what selected them.
bool FindingMoney::takeAlone(FindingCase& one, std::uint64_t rows, const Touched& touched) const
{
    const bool hasShrunk = m_shrunk.contains({one.finding.source, one.finding.file});
    if (rows > one.finding.rows ||
        (rows < one.finding.rows && (!hasShrunk || hasRejected(m_snapshot, one.finding.source))))
        return false;
    one.finding.rows = rows;
    one.touched = touched;
    one.lines.isExact = true;
    return true;
}

Status FindingMoney::tellAlone(FindingCase& one, const std::vector<Filter>& filters) const
{
    auto months = aloneIn(one.finding);
    if (!months)
        return {};
    const auto table = linesOf(one.finding.source, joined(std::move(*months), filters));
    if (!table)
        return table.error().code == ErrorCode::Cancelled ? Status(table.error()) : Status();
    (void)takeAlone(one, rowsOf(*table), touchedOf(*table));
    return {};
}

/// What of the lines that `filters` select shows one of `checks`, each line once.
Result<FindingMoney::Counted> FindingMoney::showing(const std::vector<ValueCheck>& checks,
                                                    std::vector<Filter> filters) const
{
    CostQuery query;
    query.lens = m_lens;
    query.filters = std::move(filters);
    for (const ValueCheck& check : checks) {
        query.granularity = check.byMonth ? Granularity::Month : query.granularity;
        for (const Dim& dim : check.by) {
            if (std::find(query.by.begin(), query.by.end(), dim) == query.by.end())
                query.by.push_back(dim);
        }
    }
    const auto table = m_snapshot.costs->table(query, m_stop);
    if (!table)
        return table.error();
    Counted counted;
    counted.touched.isWhole = true;
    std::set<std::string> values;
    for (const CostRow& row : table->rows) {
        const bool isShown = std::any_of(checks.begin(), checks.end(), [&](const ValueCheck& check) {
            std::vector<std::string> keys;
            for (const Dim& dim : check.by)
                keys.push_back(row.keys[static_cast<std::size_t>(std::find(query.by.begin(), query.by.end(), dim) -
                                                                 query.by.begin())]);
            return check.shows(check.column, keys, row.period);
        });
        if (!isShown)
            continue;
        counted.rows += row.rows;
        add(counted.touched, row.currency, exactly(row.cost));
        counted.touched.isWhole = counted.touched.isWhole && row.unknownRows == 0;
        values.insert(row.keys.front());
    }
    std::erase_if(counted.touched.money, [](const TouchedMoney& one) { return one.amount.isZero(); });
    counted.values.assign(values.begin(), values.end());
    return counted;
}

Status FindingMoney::tellValuesAlone(FindingCase& one, const ValueCheck& check) const
{
    auto months = aloneIn(one.finding);
    if (!months)
        return {};
    const auto counted = showing({check}, std::move(*months));
    if (!counted)
        return counted.error().code == ErrorCode::Cancelled ? Status(counted.error()) : Status();
    if (!takeAlone(one, counted->rows, counted->touched))
        return {};
    one.lines.isExact = check.by.size() == 1 && !check.byMonth && !counted->values.empty();
    if (one.lines.isExact)
        one.lines.filters.push_back({check.by.front(), counted->values, false});
    return {};
}

/// As tellColumns(), for what the values of columns tell.
Status FindingMoney::tellValues(std::vector<Part>& parts, Touched& sum, bool& isWhole) const
{
    const std::vector<Filter> ofSource{{Dim{Dim::Kind::Source, {}}, {parts.front().source}, false}};
    std::vector<ValueCheck> checks;
    for (Part& part : parts) {
        const ValueCheck check = *valueCheckOf(part.cases.front()->finding);
        checks.push_back(check);
        part.rows = 0;
        for (FindingCase* one : part.cases) {
            (void)tellFile(*one); // of which months
            one->touched.reset();
            one->lines.isExact = false;
            if (auto done = tellValuesAlone(*one, check); !done)
                return done;
            part.rows += one->finding.rows;
        }
        const auto all = showing({check}, ofSource);
        if (!all)
            return all.error();
        const bool isExact = all->rows == part.rows && !hasRejected(m_snapshot, part.source);
        isWhole = isWhole && isExact;
        FindingCase& first = *part.cases.front();
        if (isExact && part.cases.size() == 1 && !first.touched)
            first.touched = all->touched;
    }
    if (!isWhole)
        return {};
    const auto all = showing(checks, ofSource); // what several columns show counts once
    if (!all)
        return all.error();
    add(sum, all->touched);
    return {};
}

/// Lines of one source that show it in several columns count once: what shows it in none of them is left out of all.
Status FindingMoney::tellColumns(std::vector<Part>& parts, Touched& sum, bool& isWhole) const
{
    const ColumnCheck& check = *columnCheck(parts.front().cases.front()->finding.check);
    std::vector<Filter> others;
    Touched only;
    for (Part& part : parts) {
        const std::vector<Filter> filters =
            joined(scopeOf(check, part.column), {columnFilter(check, part.column, false)});
        others.push_back(columnFilter(check, part.column, true));
        part.rows = 0;
        for (FindingCase* one : part.cases) {
            (void)tellFile(*one); // of which months
            one->touched.reset();
            one->lines.isExact = false;
            if (one->lines.where != Where::None)
                one->lines.filters = joined(std::move(one->lines.filters), filters);
            if (auto done = tellAlone(*one, filters); !done)
                return done;
            part.rows += one->finding.rows;
        }
        const auto table = linesOf(part.source, filters);
        if (!table && table.error().code == ErrorCode::Cancelled)
            return table.error();
        const bool isExact = table && rowsOf(*table) == part.rows && !hasRejected(m_snapshot, part.source);
        isWhole = isWhole && isExact;
        if (!isExact)
            continue;
        only = touchedOf(*table);
        if (FindingCase& first = *part.cases.front(); part.cases.size() == 1) {
            first.touched = only;
            first.lines.isExact = first.lines.where != Where::None;
        }
    }
    const bool isOneScope = check.beside != Beside::HasId && check.beside != Beside::LacksId;
    isWhole = isWhole && (parts.size() == 1 || isOneScope);
    if (!isWhole)
        return {};
    if (parts.size() == 1) {
        add(sum, only);
        return {};
    }
    const std::vector<Filter> scope = scopeOf(check, parts.front().column);
    const auto all = linesOf(parts.front().source, scope);
    const auto rest = linesOf(parts.front().source, joined(scope, others));
    if (!all || !rest)
        return !all ? all.error() : rest.error();
    Touched touched = touchedOf(*all);
    for (const TouchedMoney& one : touchedOf(*rest).money) {
        DecimalSum negative;
        negative.subtract(one.amount);
        add(touched, one.currency, negative);
    }
    std::erase_if(touched.money, [](const TouchedMoney& one) { return one.amount.isZero(); });
    add(sum, touched);
    return {};
}

Status FindingMoney::tell(FindingGroup& group) const
{
    using ByColumn = std::map<std::string, std::map<std::string, Part>>;
    std::map<std::string, Part> rejected;
    ByColumn columns, values;
    std::set<std::pair<std::string, std::string>> files;
    std::set<const PartitionInfo*> months;
    Touched& sum = group.touched;
    sum.isWhole = true;
    const auto note = [](Part& part, FindingCase& one, const std::string& column) {
        part.source = one.key.source;
        part.column = column;
        part.rows += one.finding.rows;
        part.cases.push_back(&one);
    };
    for (FindingCase& one : group.cases) {
        const std::string column = columnOf(one.finding);
        const auto value = one.finding.rows > 0 ? valueCheckOf(one.finding) : std::nullopt;
        if (rejectedOf(m_snapshot, one.key.source, group.check, nullptr, m_lens).rows > 0) {
            note(rejected[one.key.source], one, {});
        } else if (one.key.isDerived) {
            if (group.check == "charge-period-far")
                tellFar(one);
            add(sum, one.touched.value_or(Touched()));
        } else if (!column.empty()) {
            note(columns[one.key.source][column], one, column);
        } else if (value) {
            note(values[one.key.source][value->column], one, value->column);
        } else if (const PartitionInfo* month = tellMonth(one)) {
            if (months.insert(month).second)
                add(sum, *one.touched);
        } else if (!tellFile(one)) {
            sum.isWhole = false;
        } else if (files.emplace(one.key.source, one.finding.file).second) {
            add(sum, *one.touched);
        }
    }
    for (auto& [source, part] : rejected)
        (void)tellRejected(part, sum);
    const auto tellAll = [&](ByColumn& all,
                             Status (FindingMoney::*tellParts)(std::vector<Part>&, Touched&, bool&) const) {
        for (auto& [source, byColumn] : all) {
            std::vector<Part> parts;
            for (auto& [column, part] : byColumn)
                parts.push_back(std::move(part));
            bool isWhole = true;
            if (auto done = (this->*tellParts)(parts, sum, isWhole); !done)
                return done;
            sum.isWhole = sum.isWhole && isWhole;
        }
        return Status();
    };
    if (auto done = tellAll(columns, &FindingMoney::tellColumns); !done)
        return done;
    if (auto done = tellAll(values, &FindingMoney::tellValues); !done)
        return done;
    group.rows = 0; // of files that lost months since, fewer than when they came
    for (const FindingCase& one : group.cases)
        group.rows += one.finding.rows;
    return {};
}

} // namespace altimeter::session
