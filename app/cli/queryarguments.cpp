#include "app/cli/queryarguments.h"

#include "app/session/workspace/presenttime.h"
#include "models/domain/comparison.h"

#include <algorithm>

namespace altimeter::cli {

namespace {

Error wrong(std::string what)
{
    return {ErrorCode::Invalid, std::move(what), {}};
}

/// "a,b" → a, b; a tag key may hold a comma only where it is the last.
Status readDims(const Arguments& arguments, CostQuery& query)
{
    for (const std::string& list : arguments.values("--by")) {
        for (std::size_t at = 0; at <= list.size();) {
            const std::size_t comma = std::min(list.find(',', at), list.size());
            const auto dim = parseDim(list.substr(at, comma - at));
            if (!dim)
                return wrong("--by: " + dim.error().what);
            if (std::find(query.by.begin(), query.by.end(), *dim) != query.by.end())
                return wrong("--by: " + toString(*dim) + " is named twice");
            query.by.push_back(*dim);
            at = comma + 1;
        }
    }
    return {};
}

Status readFilters(const Arguments& arguments, CostQuery& query)
{
    for (const std::string& text : arguments.values("--where")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            return wrong("--where needs DIM=VALUE, not \"" + text + "\"");
        const auto dim = parseDim(text.substr(0, equals));
        if (!dim)
            return wrong("--where: " + dim.error().what);
        auto filter = std::find_if(query.filters.begin(), query.filters.end(),
                                   [&dim](const Filter& each) { return each.dim == *dim; });
        if (filter == query.filters.end())
            filter = query.filters.insert(filter, Filter{*dim, {}, false});
        filter->values.push_back(text.substr(equals + 1));
    }
    return {};
}

Status readBound(const Arguments& arguments, std::string_view option, Day& bound)
{
    const auto text = arguments.value(option);
    if (!text)
        return {};
    const auto day = parseDay(*text);
    if (!day)
        return wrong(std::string(option) + ": " + day.error().what);
    bound = *day;
    return {};
}

Status readLens(const Arguments& arguments, CostQuery& query)
{
    const auto name = arguments.value("--cost");
    const auto lens = name ? lensByName(*name) : std::optional(CostLens::Effective);
    if (!lens)
        return wrong("--cost is billed, effective, list or contracted, not \"" + *name + "\"");
    query.lens = *lens;
    return {};
}

/// Weeks begin on Monday, as those of --granularity; "today" is the day of the clock, in UTC, as in the window.
Result<DateHabits> habitsOf(const Arguments& arguments)
{
    DateHabits habits;
    const auto start = arguments.number("--fiscal-year-start", 1, 12);
    if (!start)
        return start.error();
    habits.fiscalYearStart = static_cast<int>(start->value_or(1));
    habits.now = session::presentTime().day();
    return habits;
}

/// Whether --range can be read at all, before the workspace is opened.
Status checkRange(const Arguments& arguments)
{
    const auto habits = habitsOf(arguments);
    if (!habits)
        return habits.error();
    const auto text = arguments.value("--range");
    if (!text)
        return {};
    if (arguments.has("--from") || arguments.has("--to"))
        return wrong("--range stands for --from and --to: give one or the others");
    const auto range = readDateRange(*text, Day::fromYmd(2026, 1, 1), *habits);
    return range ? Status() : Status(wrong("--range: " + range.error().what));
}

} // namespace

std::vector<OptionSpec> filterOptions()
{
    return {{"--from"}, {"--to"}, {"--range"}, {"--fiscal-year-start"}, {"--where", true, true}, {"--cost"}};
}

Status placeRange(const Arguments& arguments, const session::Snapshot& snapshot, CostQuery& query)
{
    const auto text = arguments.value("--range");
    if (!text)
        return {};
    const Day last = snapshot.days.last;
    const auto habits = habitsOf(arguments);
    const auto range = habits ? readDateRange(*text, last.isValid() ? last + 1 : Day::none(), *habits) : habits.error();
    if (!range)
        return wrong("--range: " + range.error().what);
    query.range = range->days;
    return {};
}

Result<TypedRange> boundedRange(const Arguments& arguments, const session::Snapshot& snapshot, const CostQuery& query)
{
    const Day last = snapshot.days.last;
    if (!query.range.from.isValid() || !query.range.to.isValid())
        return wrong("a comparison needs a first and a last day: give --range, or --from and --to");
    const auto habits = habitsOf(arguments);
    if (!habits)
        return habits.error();
    if (const auto text = arguments.value("--range"))
        return readDateRange(*text, last + 1, *habits);
    return TypedRange{query.range, stepOf(query.range, habits->fiscalYearStart), false};
}

std::vector<OptionSpec> groupOptions()
{
    auto options = filterOptions();
    options.push_back({"--by", true, true});
    return options;
}

Result<CostQuery> queryOf(const Arguments& arguments)
{
    CostQuery query;
    for (const Status& status : {readDims(arguments, query), readFilters(arguments, query), readLens(arguments, query),
                                 readBound(arguments, "--from", query.range.from),
                                 readBound(arguments, "--to", query.range.to), checkRange(arguments)}) {
        if (!status)
            return status.error();
    }
    if (query.range.from.isValid() && query.range.to.isValid() && query.range.from >= query.range.to)
        return wrong("--from " + toString(query.range.from) + " does not lie before --to " + toString(query.range.to) +
                     " (the day of --to is outside)");
    return query;
}

Result<Granularity> granularityByName(const std::string& name)
{
    if (name == "none")
        return Granularity::None;
    if (name == "day")
        return Granularity::Day;
    if (name == "week")
        return Granularity::Week;
    if (name == "month")
        return Granularity::Month;
    return wrong("--granularity is none, day, week or month, not \"" + name + "\"");
}

} // namespace altimeter::cli
