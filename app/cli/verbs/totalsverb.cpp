#include "app/cli/aboutfile.h"
#include "app/cli/queryarguments.h"
#include "app/cli/unknowndays.h"
#include "app/cli/verb.h"
#include "models/domain/comparison.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace altimeter::cli {

namespace {

Result<std::optional<CompareWith>> compareOf(const Arguments& arguments)
{
    const auto name = arguments.value("--compare");
    if (!name)
        return std::optional<CompareWith>();
    if (arguments.has("--rules") || arguments.has("--top") ||
        arguments.value("--granularity").value_or("none") != "none")
        return Error{ErrorCode::Invalid, "--compare goes with none of --granularity, --top and --rules", {}};
    if (*name != "before" && *name != "year")
        return Error{ErrorCode::Invalid, "--compare is before or year, not \"" + *name + "\"", {}};
    return std::optional(*name == "year" ? CompareWith::YearBefore : CompareWith::PeriodBefore);
}

Result<CostQuery> totalsQuery(const Arguments& arguments)
{
    auto query = queryOf(arguments);
    if (!query)
        return query;
    if (const auto compare = compareOf(arguments); !compare)
        return compare.error();
    const auto granularity = granularityByName(arguments.value("--granularity").value_or("none"));
    if (!granularity)
        return granularity.error();
    query->granularity = *granularity;
    const auto top = arguments.number("--top", 1, 1'000'000'000);
    if (!top)
        return top.error();
    query->top = static_cast<std::size_t>(top->value_or(0));
    if (const auto distinct = arguments.value("--distinct")) {
        const auto dim = parseDim(*distinct);
        if (!dim)
            return dim.error();
        query->countDistinct = *dim;
    }
    return query;
}

/// What the folded rest is called: not as one of the rows that stand for themselves.
std::string restName(const CostTable& table)
{
    std::string name = "Other";
    const auto isTaken = [&name](const CostRow& row) {
        return !row.isOther && !row.keys.empty() && row.keys.front() == name;
    };
    while (std::any_of(table.rows.begin(), table.rows.end(), isTaken))
        name = "All " + name;
    return name;
}

/// The costs of the period that is compared with, by the keys of the rows.
struct CostsBefore {
    /// Whether somebody who has charges under a key, in either period, knows a day of it.
    struct Knowing {
        bool now = false, before = false;
    };
    std::map<std::pair<Currency, KeyTuple>, CostRow> rows;
    std::map<std::pair<Currency, KeyTuple>, Knowing> knowing; ///< a key without one knows both
    bool isKnown = true;                                      ///< false: there are no data of any of its days
    std::string days;                                         ///< which, and how many of them have data
    std::vector<std::pair<std::string, std::string>> unknown; ///< what of the days is not known, for About::more

    Knowing knowingOf(const CostRow& row) const
    {
        const auto found = knowing.find({row.currency, row.keys});
        return found == knowing.end() ? Knowing{true, true} : found->second;
    }
};

bool isUnknown(const CostRow& row)
{
    return row.rows > 0 && row.unknownRows == row.rows;
}

/// Nothing was delivered that could tell this cost.
bool isUndelivered(const CostRow& row, const std::optional<CostsBefore>& before)
{
    return before && row.rows == 0 && !before->knowingOf(row).now;
}

/// The same key before, and what changed; null where either is unknown.
void addComparison(std::vector<Cell>& cells, const CostRow& now, const CostsBefore& before)
{
    const CostsBefore::Knowing knowing = before.knowingOf(now);
    const auto found = before.rows.find({now.currency, now.keys});
    const CostRow none;
    const CostRow& row = found == before.rows.end() ? none : found->second;
    const auto change = checkedSubtract(now.cost, row.cost);
    const bool isNull = !before.isKnown || isUnknown(row) || (row.rows == 0 && !knowing.before);
    const bool isChangeNull = isNull || isUnknown(now) || !change || !knowing.now || !knowing.before;
    cells.push_back(isNull ? Cell::null() : Cell::ofAmount(row.cost));
    cells.push_back(isChangeNull ? Cell::null() : Cell::ofAmount(*change));
}

/// A stopped one is left where it is.
void writeRows(TableWriter& out, const CostTable& table, const std::optional<CostsBefore>& before,
               const std::stop_token& stop)
{
    const std::string rest = restName(table);
    const bool hasPeriod = table.query.granularity != Granularity::None;
    std::vector<OutputColumn> columns;
    // Names are unique: the currency of the amounts is a column of its own, whatever is asked for.
    for (const Dim& dim : table.query.by)
        columns.push_back({dim.kind == Dim::Kind::Currency ? "by_currency" : toString(dim)});
    if (hasPeriod)
        columns.push_back({"period"});
    columns.insert(columns.end(), {{"currency"}, {"cost"}, {"rows"}});
    if (table.query.countDistinct)
        columns.push_back({"distinct"});
    if (before)
        columns.insert(columns.end(), {{"before"}, {"change"}});
    out.begin("totals", columns);
    for (const CostRow& row : table.rows) {
        if (stop.stop_requested())
            return;
        std::vector<Cell> cells;
        for (std::size_t i = 0; i < table.query.by.size(); ++i) {
            const bool isFirst = i == 0;
            const std::string key = i < row.keys.size() ? row.keys[i] : std::string();
            cells.push_back(Cell::ofText(row.isOther ? (isFirst ? rest : "") : key));
        }
        if (hasPeriod)
            cells.push_back(Cell::ofDay(row.period));
        cells.push_back(Cell::ofText(row.currency.code()));
        const bool isNull = isUnknown(row) || isUndelivered(row, before);
        cells.push_back(isNull ? Cell::null() : Cell::ofAmount(row.cost));
        cells.push_back(Cell::ofCount(row.rows));
        if (table.query.countDistinct)
            cells.push_back(Cell::ofCount(row.distinct));
        if (before)
            addComparison(cells, row, *before);
        out.add(std::move(cells));
    }
    out.end();
}

/// Under the published rules, or under those of --rules.
Result<CostTable> tableOf(Context& context, const session::Snapshot& snapshot, const CostQuery& query)
{
    const auto file = context.arguments().value("--rules");
    if (!file)
        return context.ask(snapshot, TableQuestion{query});
    const auto json = readTextFile(*file);
    return json ? context.ask(snapshot, TableUnderQuestion{*json, query}) : Result<CostTable>(json.error());
}

std::string daysText(const DateRange& range, const CostDays& days)
{
    const DaysCovered covered = daysCovered(range, days.first, days.last);
    return rangeText(range) + (covered.isPart() ? " (data of " + std::to_string(covered.covered) + " of " +
                                                      std::to_string(covered.days) + " days)"
                                                : std::string());
}

std::vector<Dim> accountDims()
{
    return {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::Provider, {}}, Dim{Dim::Kind::BillingAccount, {}}};
}

/// Finds an account by the last three keys of a row that was asked for by accountDims() behind its own.
class Accounts {
public:
    explicit Accounts(const CostDays& days)
    {
        for (const KnownAccount& account : days.accounts)
            m_all[{account.currency, KeyTuple({account.source, account.provider, account.billingAccount})}] = &account;
    }
    /// Null where none of its charges is in the data.
    const KnownAccount* of(const CostRow& row) const
    {
        const std::vector<std::string>& keys = row.keys.values();
        const auto found = m_all.find({row.currency, KeyTuple(std::vector<std::string>(keys.end() - 3, keys.end()))});
        return found == m_all.end() ? nullptr : found->second;
    }

private:
    std::map<std::pair<Currency, KeyTuple>, const KnownAccount*> m_all;
};

/// The accounts that the filters of `query` ever keep.
Result<std::vector<KnownAccount>> accountsOf(const Context& context, const session::Snapshot& snapshot,
                                             const CostQuery& query)
{
    if (query.filters.empty())
        return snapshot.days.accounts;
    CostQuery all = query;
    all.range = {};
    all.by = accountDims();
    const auto table = context.ask(snapshot, TableQuestion{all});
    if (!table)
        return table.error();
    const Accounts accounts(snapshot.days);
    std::vector<KnownAccount> kept;
    for (const CostRow& row : table->rows) {
        if (const KnownAccount* account = accounts.of(row))
            kept.push_back(*account);
    }
    return kept;
}

/// Sets `before.knowing`: who does not know a day of a period spent an unknown amount in it, not nothing.
Status setKnowing(const Context& context, const session::Snapshot& snapshot, const DateRange& now, CostQuery query,
                  CostsBefore& before)
{
    const DateRange base = query.range;
    const std::size_t keys = query.by.size();
    for (const Dim& dim : accountDims())
        query.by.push_back(dim);
    const Accounts accounts(snapshot.days);
    for (const DateRange& range : {now, base}) {
        query.range = range;
        const auto table = context.ask(snapshot, TableQuestion{query});
        if (!table)
            return table.error();
        for (const CostRow& row : table->rows) {
            const std::vector<std::string>& values = row.keys.values();
            const KeyTuple own(
                std::vector<std::string>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(keys)));
            CostsBefore::Knowing& knowing = before.knowing[{row.currency, own}];
            const KnownAccount* account = accounts.of(row);
            knowing.now = knowing.now || !account || knowsAny(*account, now, snapshot.days);
            knowing.before = knowing.before || !account || knowsAny(*account, base, snapshot.days);
        }
    }
    return {};
}

/// Says what is not known of the days `now` and `base`, and who is taken as ended in them.
Status addUnknown(Context& context, const session::Snapshot& snapshot, const DateRange& now, const CostQuery& query,
                  CostsBefore& before)
{
    const auto accounts = accountsOf(context, snapshot, query);
    if (!accounts)
        return accounts.error();
    const DateRange& base = query.range;
    const std::string ofNow = unknownText(*accounts, now, snapshot.days);
    const std::string ofBase = unknownText(*accounts, base, snapshot.days);
    const std::string ended = endedText(*accounts, {std::min(base.from, now.from), now.to});
    const std::string notZero = "; what is missing is not zero";
    for (const auto& [range, name, text] : {std::tuple(now, "not known of the days", ofNow),
                                            std::tuple(base, "not known of the days compared with", ofBase)}) {
        if (text.empty())
            continue;
        context.note("note: not all of " + rangeText(range) + " is known: " + text + notZero);
        before.unknown.emplace_back(name, text + notZero);
    }
    if (!ended.empty()) {
        context.note("note: " + ended);
        before.unknown.emplace_back("ends", ended);
    }
    if (ofNow.empty() && ofBase.empty() && ended.empty())
        return {};
    return setKnowing(context, snapshot, now, query, before);
}

/// The rows of the period before; those that it alone has are added to the end of `table`. Says on standard error what
/// is compared with what, and what of their days is not known.
Result<CostsBefore> askBefore(Context& context, const session::Snapshot& snapshot, CompareWith with, CostTable& table)
{
    const auto range = boundedRange(context.arguments(), snapshot, table.query);
    if (!range)
        return range.error();
    CostQuery query = table.query;
    query.range = baseOf(range->days, range->step, with);
    query.top = 0;
    query.countDistinct.reset();
    const auto answer = context.ask(snapshot, TableQuestion{query});
    if (!answer)
        return answer.error();
    context.note(daysText(table.query.range, snapshot.days) + " against " + daysText(query.range, snapshot.days));
    CostsBefore before;
    before.days = daysText(query.range, snapshot.days);
    before.isKnown = daysCovered(query.range, snapshot.days.first, snapshot.days.last).covered > 0;
    for (const CostRow& row : answer->rows)
        before.rows[{row.currency, row.keys}] = row;
    if (const Status told = addUnknown(context, snapshot, table.query.range, query, before); !told)
        return told.error();
    std::set<std::pair<Currency, KeyTuple>> present;
    for (const CostRow& row : table.rows)
        present.insert({row.currency, row.keys});
    for (const CostRow& row : answer->rows) {
        if (present.contains({row.currency, row.keys}))
            continue;
        CostRow gone;
        gone.keys = row.keys;
        gone.currency = row.currency;
        table.rows.push_back(gone);
    }
    return before;
}

/// Everything of the call that decides what the figures cover.
About aboutOf(const Arguments& arguments, const CostTable& table, const std::optional<CostsBefore>& before)
{
    About about{"cost", table.query, table.totals};
    if (table.query.granularity != Granularity::None)
        about.more.emplace_back("step", "a " + arguments.value("--granularity").value_or("none"));
    if (const auto range = arguments.value("--range"))
        about.more.emplace_back("range", *range);
    if (const auto start = arguments.value("--fiscal-year-start"))
        about.more.emplace_back("fiscal year begins in month", *start);
    if (table.query.top > 0)
        about.more.emplace_back("top", "the " + std::to_string(table.query.top) +
                                           " largest of each currency; the rest is folded into " + restName(table));
    if (table.query.countDistinct)
        about.more.emplace_back("distinct", "different values of " + toString(*table.query.countDistinct) +
                                                ", empty ones left out");
    if (before) {
        about.more.emplace_back("compared with", before->days);
        about.more.insert(about.more.end(), before->unknown.begin(), before->unknown.end());
    }
    return about;
}

ExitCode run(Context& context)
{
    auto query = totalsQuery(context.arguments());
    if (!query)
        return context.usage("totals", query.error());
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    if (const Status placed = placeRange(context.arguments(), **snapshot, *query); !placed)
        return context.fail(placed.error());
    auto table = tableOf(context, **snapshot, *query);
    if (!table)
        return context.fail(table.error());
    std::optional<CostsBefore> before;
    if (const auto with = compareOf(context.arguments()); with && *with) {
        auto asked = askBefore(context, **snapshot, **with, *table);
        if (!asked)
            return context.fail(asked.error());
        before = asked.take();
    }
    if (const Status told = writeAbout(context, **snapshot, aboutOf(context.arguments(), *table, before)); !told)
        return context.fail(told.error());
    writeRows(context.out(), *table, before, context.stop());
    if (context.stop().stop_requested())
        return context.fail({ErrorCode::Cancelled, "cancelled", {}});
    const ExitCode code = context.finish();
    noteUnknown(context, table->totals, query->lens);
    return code;
}

} // namespace

Verb totalsVerb()
{
    Verb verb{"totals",
              "[--by DIM,...] [--granularity none|day|week|month] [--from D] [--to D] [--range R] [--where "
              "DIM=VALUE]... [--top N] [--cost LENS] [--distinct DIM] [--rules FILE] [--compare before|year] "
              "[--about FILE]",
              "totals by any dimension and step of time",
              R"(  --by DIM,...       provider, service, service_category, sub_account, billing_account, region,
                     charge_category, commitment, resource, sku, source, team, cost_center, environment,
                     use_case, workflow, model, layer, currency, billing_period, tag:KEY, column:NAME
  --granularity      none, day, week (from Monday) or month
  --from D, --to D   days as 2026-11-19 or 2026-11; --from is inside, --to is outside
  --range R          these days instead, in words that count back from the data: wtd, mtd, qtd, ytd, lw, lm, lq, ly,
                     m-2, 7d, 13m, sep, q3, 2026-q3, 2026-09, "1 sep - 15 sep", fy26 (see --fiscal-year-start), all;
                     today and yesterday are those of the clock, in UTC
  --fiscal-year-start M   month 1 to 12 in which fy26 and fytd begin; 1 without it
  --where DIM=VALUE  keeps these; DIM= selects the empty ones; the same DIM again means either
  --top N            the N largest of each currency, the rest as Other
  --cost LENS        billed, effective (the default), list or contracted
  --distinct DIM     one more column: how many different values of DIM each row has (empty ones left out)
  --compare before   two more columns, before and change: the period of the same kind before (a quarter with a quarter,
                     qtd with the same days of the quarter before); year: the same period of last year. Standard error
                     and --about say which accounts are late, which days were not delivered or not over, and who is
                     taken as ended; an amount of a period without any delivered day is empty, not zero
  --rules FILE       as it would be under the rules in this file, without publishing them
  --about FILE       also writes there what the output is of: days, cost, filters, currencies, lines, limits, what it
                     is compared with, last day with data, rules and their months

In csv and json every column has a name of its own: the values of --by currency stand in by_currency, and currency is,
as always, that of the amounts.

An amount without an owner is a row with an empty value. Currencies are never added up.

Example:
  altimeter-cli totals --by team,service --granularity month --from 2026-09 --where provider=AWS
)",
              groupOptions(),
              0,
              0,
              run};
    verb.options.insert(verb.options.end(),
                        {{"--granularity"}, {"--top"}, {"--distinct"}, {"--rules"}, {"--compare"}, {"--about"}});
    return verb;
}

} // namespace altimeter::cli
