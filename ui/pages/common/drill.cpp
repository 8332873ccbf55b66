#include "ui/pages/common/drill.h"

#include "models/domain/typedrange.h"

#include <algorithm>

namespace altimeter::ui::drill {

namespace {

std::vector<Filter> filtersOf(const ExploreState& from, const Target& target)
{
    std::vector<Filter> filters;
    for (std::size_t i = 0; i < from.by.size() && i < target.keys.size() && !target.isOther; ++i)
        filters.push_back({from.by[i], {target.keys[i]}, false});
    if (target.isOther && from.by.size() == 1) {
        Filter rest{from.by.front(), {}, true};
        for (const auto& keys : target.otherThan)
            if (!keys.empty())
                rest.values.push_back(keys.front());
        filters.push_back(std::move(rest));
    }
    filters.insert(filters.end(), target.beside.begin(), target.beside.end());
    if (target.limitCurrency)
        filters.push_back({Dim{Dim::Kind::Currency, {}}, {std::string(target.currency.code())}, false});
    return filters;
}

DateRange narrowed(const DateRange& range, const Target& target)
{
    const DateRange whole = target.range ? *target.range : range;
    if (!target.period.isValid())
        return whole;
    DateRange step{target.period, nextStep(target.period, target.granularity)};
    if (whole.from.isValid())
        step.from = std::max(step.from, whole.from);
    if (whole.to.isValid())
        step.to = std::min(step.to, whole.to);
    return step;
}

ExploreState stepped(const ExploreState& from, const DateRange& range, const Target& target)
{
    ExploreState next = from;
    next.path.push_back({from.by, filtersOf(from, target), from.rangeText});
    if (target.period.isValid() || target.range)
        next.rangeText = rangeText(narrowed(range, target));
    return next;
}

} // namespace

ExploreState toCharges(const ExploreState& from, const DateRange& range, const Target& target)
{
    ExploreState next = stepped(from, range, target);
    next.mode = ExploreState::Mode::Charges;
    return next;
}

ExploreState into(const ExploreState& from, const DateRange& range, const Target& target, const Dim& dim)
{
    ExploreState next = stepped(from, range, target);
    next.by = {dim};
    next.mode = ExploreState::Mode::Grid;
    return next;
}

ExploreState up(const ExploreState& from)
{
    ExploreState next = from;
    next.mode = ExploreState::Mode::Grid;
    if (from.path.empty())
        return next;
    next.by = from.path.back().by;
    next.rangeText = from.path.back().rangeBefore;
    next.path.pop_back();
    return next;
}

ExploreState filtered(const ExploreState& from, const Dim& dim, const std::vector<std::string>& values, bool exclude)
{
    ExploreState next = from;
    for (Filter& present : next.filters) {
        if (present.dim != dim || present.exclude != exclude)
            continue;
        if (!exclude)
            present.values = values;
        else
            for (const std::string& value : values)
                if (std::find(present.values.begin(), present.values.end(), value) == present.values.end())
                    present.values.push_back(value);
        return next;
    }
    next.filters.push_back({dim, values, exclude});
    return next;
}

} // namespace altimeter::ui::drill
