#include "app/cli/aboutfile.h"
#include "app/cli/queryarguments.h"
#include "app/cli/verb.h"

#include <algorithm>

namespace altimeter::cli {

namespace {

constexpr std::uint64_t kPageRows = 50'000;

std::vector<OutputColumn> columns()
{
    return {{"source"},          {"file"},        {"line"},        {"charge_period_start"}, {"charge_period_end"},
            {"billing_period"},  {"currency"},    {"billed_cost"}, {"effective_cost"},      {"list_cost"},
            {"contracted_cost"}, {"provider"},    {"service"},     {"sub_account"},         {"resource"},
            {"charge_category"}, {"description"}, {"team"},        {"cost_center"},         {"environment"},
            {"use_case"},        {"workflow"},    {"shared_part"}};
}

const std::string& textOf(const ChargeRow& row, Column column)
{
    return row.text[static_cast<std::size_t>(column)];
}

const std::string& providerOf(const ChargeRow& row)
{
    for (const Column column : {Column::ProviderName, Column::ServiceProviderName}) {
        if (!textOf(row, column).empty())
            return textOf(row, column);
    }
    return textOf(row, Column::InvoiceIssuerName);
}

/// With all the digits that were delivered, of which an Amount holds eighteen; of a shared line the owner's part.
Cell costOf(const ChargeRow& row, CostLens lens)
{
    const auto& cost = row.cost[static_cast<std::size_t>(lens)];
    if (!cost || row.isSharedPart)
        return Cell::ofAmount(cost);
    const auto delivered = parseDecimal(textOf(row, costColumnOf(lens)));
    if (!delivered)
        return Cell::ofAmount(cost);
    DecimalSum sum;
    sum.add(delivered->value);
    return Cell::ofAmount(sum);
}

std::vector<Cell> cellsOf(const ChargeRow& row)
{
    const auto cost = [&row](CostLens lens) { return costOf(row, lens); };
    const auto text = [&row](Column column) { return Cell::ofText(textOf(row, column)); };
    return {Cell::ofText(row.source),
            Cell::ofText(row.file),
            Cell::ofCount(row.line),
            Cell::ofInstant(row.chargeStart),
            Cell::ofInstant(row.chargeEnd),
            Cell::ofMonth(row.billingPeriod),
            Cell::ofText(row.currency.code()),
            cost(CostLens::Billed),
            cost(CostLens::Effective),
            cost(CostLens::List),
            cost(CostLens::Contracted),
            Cell::ofText(providerOf(row)),
            text(Column::ServiceName),
            text(Column::SubAccountId),
            text(Column::ResourceId),
            text(Column::ChargeCategory),
            text(Column::ChargeDescription),
            Cell::ofText(row.team),
            Cell::ofText(row.costCenter),
            Cell::ofText(row.environment),
            Cell::ofText(row.useCase),
            Cell::ofText(row.workflow),
            Cell::ofText(row.isSharedPart ? "true" : "false")};
}

/// Page by page in file order, so that millions of lines need little memory.
Status writePages(Context& context, const session::Snapshot& snapshot, const CostQuery& query, std::uint64_t limit)
{
    for (std::uint64_t offset = 0; offset < limit;) {
        const auto page =
            context.ask(snapshot, ChargesQuestion{query, offset, std::min(kPageRows, limit - offset), false});
        if (!page)
            return page.error();
        for (const ChargeRow& row : page->rows)
            context.out().add(cellsOf(row));
        offset += page->rows.size();
        if (page->rows.empty() || offset >= page->total)
            break;
    }
    return {};
}

/// What is behind --limit counts in no line of the output, and is said.
Status tellAbout(const Context& context, const session::Snapshot& snapshot, const CostQuery& query,
                 const std::optional<std::int64_t>& limit)
{
    if (!context.arguments().has("--about"))
        return {};
    auto table = context.ask(snapshot, TableQuestion{query});
    if (!table)
        return table.error();
    About about{"charge lines", query, std::move(table->totals)};
    std::uint64_t rows = 0;
    for (const CurrencyTotal& total : about.totals)
        rows += total.rows;
    if (limit)
        about.more.emplace_back("limit", "the first " + std::to_string(*limit) + " lines of the output at most; " +
                                             std::to_string(rows) + " charge lines are selected");
    return writeAbout(context, snapshot, about);
}

ExitCode run(Context& context)
{
    auto query = queryOf(context.arguments());
    if (!query)
        return context.usage("charges", query.error());
    const auto limit = context.arguments().number("--limit", 1, 1'000'000'000);
    if (!limit)
        return context.usage("charges", limit.error());
    const auto snapshot = context.openSnapshot();
    if (!snapshot)
        return context.fail(snapshot.error());
    if (const Status placed = placeRange(context.arguments(), **snapshot, *query); !placed)
        return context.fail(placed.error());
    if (const Status told = tellAbout(context, **snapshot, *query, *limit); !told)
        return context.fail(told.error());
    context.out().begin("charges", columns());
    const auto all = static_cast<long>(std::numeric_limits<std::int64_t>::max());
    const Status written = writePages(context, **snapshot, *query, static_cast<std::uint64_t>(limit->value_or(all)));
    if (!written)
        return context.fail(written.error());
    context.out().end();
    return context.finish();
}

} // namespace

Verb chargesVerb()
{
    Verb verb{
        "charges",
        "[--from D] [--to D] [--range R] [--where DIM=VALUE]... [--limit N] [--about FILE]",
        "prints the stored charge lines behind a total",
        R"(In the order of the files. A cost that the source left empty is an empty cell (null in json): unknown, not zero.
shared_part is true where the costs are an owner's part of a shared line.

  --from D, --to D   days as 2026-11-19 or 2026-11; --from is inside, --to is outside
  --range R          these days instead, in words as in totals
  --where DIM=VALUE  as in totals
  --limit N          no more than N lines
  --about FILE       as in totals

Example:
  altimeter-cli charges --where team=Search --where service="Amazon EC2" --from 2026-11-01 --to 2026-11-08
)",
        filterOptions(),
        0,
        0,
        run};
    verb.options.insert(verb.options.end(), {{"--limit"}, {"--about"}});
    return verb;
}

} // namespace altimeter::cli
