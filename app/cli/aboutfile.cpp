#include "app/cli/aboutfile.h"

#include "app/session/files/atomicfile.h"
#include "models/domain/farcharges.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace altimeter::cli {

namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : std::string(between)) + word;
    return text;
}

std::string filtersOf(const CostQuery& query)
{
    std::vector<std::string> filters;
    for (const Filter& filter : query.filters) {
        std::vector<std::string> values;
        for (const std::string& value : filter.values)
            values.push_back(value.empty() ? "(none)" : value);
        filters.push_back(toString(filter.dim) + (filter.exclude ? " is not " : " is ") + joined(values, " or "));
    }
    return filters.empty() ? "none" : joined(filters, "; ");
}

/// Both ends inside; an open one is that of the data. Charges dated away from the data count where an end is open.
std::string daysOf(const Context& context, const session::Snapshot& snapshot, const CostQuery& query)
{
    const DateRange& range = query.range;
    const Day from = range.from.isValid() ? range.from : snapshot.days.first;
    const Day last = range.to.isValid() ? range.to - 1 : snapshot.days.last;
    if (!from.isValid() || !last.isValid())
        return "none: there are no charges";
    std::string text = toString(from) + ".." + toString(last);
    if (range.from.isValid() && range.to.isValid())
        return text;
    const auto far = context.ask(snapshot, FarChargesQuestion{});
    std::string away;
    for (const FarCharges& one : far ? *far : std::vector<FarCharges>()) {
        const bool isOutside =
            (range.to.isValid() && one.first >= range.to) || (range.from.isValid() && one.last < range.from);
        if (!isOutside)
            away += (away.empty() ? "" : "; ") + std::to_string(one.rows) + ' ' + std::string(one.currency.code()) +
                    " charges of " + one.source + " dated " + farDatesText(one);
    }
    if (away.empty())
        return text;
    return text + ", and away from them" + (query.filters.empty() ? "" : ", where the filters keep them") + ": " + away;
}

std::string currenciesOf(const std::vector<CurrencyTotal>& totals)
{
    std::vector<std::string> codes;
    for (const CurrencyTotal& total : totals)
        codes.emplace_back(total.currency.code());
    return codes.empty() ? "none" : joined(codes, ", ");
}

/// "3; 1 of 2 EUR state no effective cost: unknown, not zero".
std::string linesOf(const std::vector<CurrencyTotal>& totals, CostLens lens)
{
    std::uint64_t rows = 0;
    std::string unknown;
    for (const CurrencyTotal& total : totals) {
        rows += total.rows;
        if (total.unknownRows > 0)
            unknown += "; " + std::to_string(total.unknownRows) + " of " + std::to_string(total.rows) + ' ' +
                       std::string(total.currency.code()) + " state no " + std::string(lensName(lens)) +
                       " cost: unknown, not zero";
    }
    return std::to_string(rows) + unknown;
}

/// "version 4 from 2026-09 on; version 2 from 2026-04 through 2026-08; version 1 before". A version that applies to no
/// day any more is left out.
Result<std::string> rulesOf(const Context& context, const session::Snapshot& snapshot)
{
    if (const auto file = context.arguments().value("--rules"))
        return "a file, not published: " + *file;
    const auto versions = context.ask(snapshot, RuleVersionsQuestion{});
    if (!versions)
        return versions.error();
    std::string text;
    Day end; // of the days that no newer version has
    for (const RulesDocument& one : *versions) {
        const Day from = one.publication.from;
        if (from.isValid() && end.isValid() && from >= end)
            continue;
        text += (text.empty() ? "version " : "; version ") + std::to_string(one.version);
        if (!from.isValid())
            return text + (end.isValid() ? " before" : "");
        text += " from " + toString(from).substr(0, 7) +
                (end.isValid() ? " through " + toString(end - 1).substr(0, 7) : std::string(" on"));
        end = from;
    }
    return text.empty() ? "version " + std::to_string(snapshot.rulesDocument.version) : text + "; none before";
}

/// Lines that are in no figure, of all that was delivered.
std::uint64_t rejectedOf(const session::Snapshot& snapshot)
{
    std::uint64_t rows = 0;
    for (const auto* partitions : {&snapshot.partitions, &snapshot.strays}) {
        for (const PartitionInfo& one : *partitions)
            rows += one.rejected;
    }
    return rows;
}

} // namespace

Status writeAbout(const Context& context, const session::Snapshot& snapshot, const About& about)
{
    const auto file = context.arguments().value("--about");
    if (!file)
        return {};
    const auto rules = rulesOf(context, snapshot);
    if (!rules)
        return rules.error();
    std::vector<std::string> groups;
    for (const Dim& dim : about.query.by)
        groups.push_back(toString(dim));
    std::string text;
    const auto add = [&text](std::string_view name, std::string value) {
        std::replace_if(
            value.begin(), value.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        text += std::string(name) + ": " + value + '\n';
    };
    add("content", about.content + (groups.empty() ? "" : " by " + joined(groups, " and ")));
    add("days, both inside, UTC", daysOf(context, snapshot, about.query));
    add("cost", std::string(lensName(about.query.lens)));
    add("filters", filtersOf(about.query));
    add("currencies, never added", currenciesOf(about.totals));
    add("charge lines", linesOf(about.totals, about.query.lens));
    for (const auto& [name, value] : about.more)
        add(name, value);
    add("data through", toString(snapshot.days.last));
    add("allocation rules", *rules);
    if (const std::uint64_t rejected = rejectedOf(snapshot); rejected > 0)
        add("delivered and not stored", std::to_string(rejected) + (rejected == 1 ? " line" : " lines") +
                                            " in all, in no figure: see altimeter-cli rejected");
    for (const std::string& damage : snapshot.damage)
        add("damaged", damage);
    add("workspace", snapshot.name);
    if (const auto workspace = context.workspacePath(); workspace) {
        std::error_code none;
        if (std::filesystem::equivalent(*file, *workspace, none) && !none)
            return Error{ErrorCode::Invalid, "is the workspace itself, and would be lost", *file,
                         "Name another file for --about."};
    }
    return session::writeFileAtomically(*file, text);
}

} // namespace altimeter::cli
