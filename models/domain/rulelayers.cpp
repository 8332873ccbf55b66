#include "models/domain/rulelayers.h"

#include <algorithm>

namespace altimeter {

namespace {

/// `range` as far as it lies in [from, to); open bounds mean always.
DateRange within(const DateRange& range, Day from, Day to)
{
    DateRange part = range;
    if (from.isValid() && (!part.from.isValid() || part.from < from))
        part.from = from;
    if (to.isValid() && (!part.to.isValid() || to < part.to))
        part.to = to;
    return part;
}

bool isEmpty(const DateRange& range)
{
    return range.from.isValid() && range.to.isValid() && range.from >= range.to;
}

} // namespace

RuleSet layered(std::span<const RuleLayer> newestFirst)
{
    RuleSet all;
    Day until; // the days from here on have newer rules
    for (std::size_t i = 0; i < newestFirst.size(); ++i) {
        const RuleLayer& layer = newestFirst[i];
        if (i == 0)
            all.version = layer.rules.version;
        for (const AllocationRule& rule : layer.rules.rules) {
            AllocationRule clipped = rule;
            clipped.effective = within(rule.effective, layer.from, until);
            if (isEmpty(clipped.effective)) {
                if (i > 0)
                    continue;
                clipped.enabled = false; // its index is that of the newest rules
            }
            all.rules.push_back(std::move(clipped));
        }
        if (!layer.from.isValid())
            break;
        until = until.isValid() ? std::min(until, layer.from) : layer.from;
    }
    return all;
}

} // namespace altimeter
