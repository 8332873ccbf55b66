#include "app/cli/queryarguments.h"
#include "app/cli/verb.h"

#include <algorithm>
#include <string>

namespace altimeter::cli {

namespace {

Result<CostQuery> totalsQuery(const Arguments& arguments)
{
    auto query = queryOf(arguments);
    if (!query)
        return query;
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

/// A stopped one is left where it is.
void writeRows(TableWriter& out, const CostTable& table, const std::stop_token& stop)
{
    const std::string rest = restName(table);
    const bool hasPeriod = table.query.granularity != Granularity::None;
    std::vector<OutputColumn> columns;
    for (const Dim& dim : table.query.by)
        columns.push_back({toString(dim)});
    if (hasPeriod)
        columns.push_back({"period"});
    columns.insert(columns.end(), {{"currency"}, {"cost"}, {"rows"}});
    if (table.query.countDistinct)
        columns.push_back({"distinct"});
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
        const bool isUnknown = row.rows > 0 && row.unknownRows == row.rows;
        cells.push_back(isUnknown ? Cell::null() : Cell::ofAmount(row.cost));
        cells.push_back(Cell::ofCount(row.rows));
        if (table.query.countDistinct)
            cells.push_back(Cell::ofCount(row.distinct));
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

ExitCode run(Context& context)
{
    const auto query = totalsQuery(context.arguments());
    if (!query)
        return context.usage("totals", query.error());
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    const auto table = tableOf(context, **snapshot, *query);
    if (!table)
        return context.fail(table.error());
    writeRows(context.out(), *table, context.stop());
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
              "[--by DIM,...] [--granularity none|day|week|month] [--from D] [--to D] [--where DIM=VALUE]... [--top N] "
              "[--cost LENS] [--distinct DIM] [--rules FILE]",
              "totals by any dimension and step of time",
              R"(  --by DIM,...       provider, service, service_category, sub_account, billing_account, region,
                     charge_category, commitment, resource, sku, source, team, cost_center, environment,
                     use_case, workflow, model, layer, currency, billing_period, tag:KEY, column:NAME
  --granularity      none, day, week (from Monday) or month
  --from D, --to D   days as 2026-11-19 or 2026-11; --from is inside, --to is outside
  --where DIM=VALUE  keeps these; DIM= selects the empty ones; the same DIM again means either
  --top N            the N largest of each currency, the rest as Other
  --cost LENS        billed, effective (the default), list or contracted
  --distinct DIM     one more column: how many different values of DIM each row has (empty ones left out)
  --rules FILE       as it would be under the rules in this file, without publishing them

An amount without an owner is a row with an empty value. Currencies are never added up.

Example:
  altimeter-cli totals --by team,service --granularity month --from 2026-09 --where provider=AWS
)",
              groupOptions(),
              0,
              0,
              run};
    verb.options.insert(verb.options.end(), {{"--granularity"}, {"--top"}, {"--distinct"}, {"--rules"}});
    return verb;
}

} // namespace altimeter::cli
