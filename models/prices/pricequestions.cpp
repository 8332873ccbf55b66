#include "models/prices/pricequestions.h"

#include "models/prices/priceindex.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace altimeter {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// Why one of what was counted has no price at that time; None where it has one.
PriceGap gapAt(PriceReader& reader, const UsageTotal& total, Instant at)
{
    PricedUse use;
    use.provider = total.provider;
    use.model = total.model;
    use.tier = total.tier;
    use.region = total.region;
    use.nanos = at.isValid() ? at.seconds * kNanosPerSecond : 0;
    const std::vector<ToolUse> tools{{total.item, Decimal{1, 0}}};
    const UsageClass usage = usageClassOf(total.item);
    if (usage == UsageClass::Count)
        use.tools = tools;
    else
        use.usage[usage] = 1;
    return reader.cost(use).parts.front().gap;
}

} // namespace

PriceLenses priceLenses(const PriceBook& book, const PricedUse& use, Instant today)
{
    return {book.cost(use), book.costAt(use, today), book.cost(use, PriceLens::Contract)};
}

std::vector<UnpricedUsage> unpricedUsage(const PriceBook& book, std::span<const UsageTotal> totals)
{
    PriceReader reader(book);
    std::map<std::tuple<std::string, std::string, std::string>, UnpricedUsage> found;
    for (const UsageTotal& total : totals) {
        if (total.count.isZero())
            continue;
        const PriceGap last = gapAt(reader, total, total.last);
        const PriceGap gap = last != PriceGap::None ? last : gapAt(reader, total, total.first);
        if (gap == PriceGap::None)
            continue;
        UnpricedUsage& one = found[{total.provider, total.model, total.item}];
        const bool isFirst = one.events == 0 && one.gap == PriceGap::None;
        if (isFirst || one.last < total.last)
            one.gap = gap;
        one.first = isFirst ? total.first : std::min(one.first, total.first);
        one.last = isFirst ? total.last : std::max(one.last, total.last);
        one.events += total.events;
        one.count.add(total.count);
    }
    std::vector<UnpricedUsage> unpriced;
    for (auto& [key, one] : found) {
        std::tie(one.provider, one.model, one.item) = key;
        unpriced.push_back(std::move(one));
    }
    return unpriced;
}

} // namespace altimeter
