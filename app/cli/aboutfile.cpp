#include "app/cli/aboutfile.h"

#include "app/session/files/atomicfile.h"

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
        filters.push_back(toString(filter.dim) + " is " + joined(values, " or "));
    }
    return filters.empty() ? "none" : joined(filters, "; ");
}

/// Both ends inside; an open one is that of the data.
std::string daysOf(const DateRange& range, const CostDays& days)
{
    const Day from = range.from.isValid() ? range.from : days.first;
    const Day last = range.to.isValid() ? range.to - 1 : days.last;
    return toString(from) + ".." + toString(last);
}

} // namespace

Status writeAbout(const Context& context, const session::Snapshot& snapshot, std::string_view content,
                  const CostQuery& query)
{
    const auto file = context.arguments().value("--about");
    if (!file)
        return {};
    std::vector<std::string> groups, currencies;
    for (const Dim& dim : query.by)
        groups.push_back(toString(dim));
    for (const Currency& currency : snapshot.currencies)
        currencies.emplace_back(currency.code());
    std::string text;
    const auto add = [&text](std::string_view name, std::string value) {
        std::replace_if(
            value.begin(), value.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        text += std::string(name) + ": " + value + '\n';
    };
    add("content", std::string(content) + (groups.empty() ? "" : " by " + joined(groups, " and ")));
    add("days, both inside, UTC", daysOf(query.range, snapshot.days));
    add("cost", std::string(lensName(query.lens)));
    add("filters", filtersOf(query));
    add("currencies, never added", joined(currencies, ", "));
    add("data through", toString(snapshot.days.last));
    add("allocation rules", context.arguments().has("--rules")
                                ? "a file, not published"
                                : "version " + std::to_string(snapshot.rulesDocument.version));
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
