#include "models/prices/pricelist.h"

#include "models/events/countingstyle.h"
#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace altimeter {

namespace {

constexpr std::array<std::string_view, kPriceStateCount> kStateNames{"verified",  "announced", "promotional",
                                                                     "withdrawn", "user",      "community"};
constexpr std::array<std::string_view, 4> kLayerNames{"own", "imported", "shipped", "community"};

template <typename Enum, std::size_t N>
std::optional<Enum> byName(const std::array<std::string_view, N>& names, std::string_view name)
{
    const auto* const found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

} // namespace

std::string_view priceStateName(PriceState state)
{
    return kStateNames[static_cast<std::size_t>(state)];
}

std::optional<PriceState> priceStateOf(std::string_view name)
{
    return byName<PriceState>(kStateNames, name);
}

std::string_view priceLayerName(PriceLayer layer)
{
    return kLayerNames[static_cast<std::size_t>(layer)];
}

std::optional<PriceLayer> priceLayerOf(std::string_view name)
{
    return byName<PriceLayer>(kLayerNames, name);
}

void PriceList::append(PriceList other)
{
    const auto move = [](auto& from, auto& to) {
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    move(other.rows, rows);
    move(other.aliases, aliases);
    move(other.negotiated, negotiated);
}

bool isUsageClass(std::string_view name)
{
    return std::find(kUsageClassNames.begin(), kUsageClassNames.end(), name) != kUsageClassNames.end();
}

Status checkAliasLoops(const PriceList& list)
{
    const auto keyOf = [](const PriceAlias& alias, const std::string& id) {
        return alias.provider + '\0' + words::toLower(id);
    };
    std::multimap<std::string, const PriceAlias*> byId;
    for (const PriceAlias& alias : list.aliases)
        byId.emplace(keyOf(alias, alias.alias), &alias);
    const auto meet = [](const PriceAlias& a, const PriceAlias& b) {
        return (!a.validTo.isValid() || !b.validFrom.isValid() || b.validFrom < a.validTo) &&
               (!b.validTo.isValid() || !a.validFrom.isValid() || a.validFrom < b.validTo);
    };
    for (const PriceAlias& start : list.aliases) {
        std::set<const PriceAlias*> seen;
        std::vector<const PriceAlias*> next{&start};
        while (!next.empty()) {
            const PriceAlias* const one = next.back();
            next.pop_back();
            const auto [first, last] = byId.equal_range(keyOf(*one, one->model));
            for (auto to = first; to != last; ++to) {
                if (!meet(start, *to->second) || !meet(*one, *to->second))
                    continue;
                if (words::equalsIgnoreCase(to->second->alias, start.alias))
                    return Error{ErrorCode::Invalid,
                                 start.provider + " " + start.alias + ": its aliases lead back to it (" + one->alias +
                                     " is priced as " + one->model + ")",
                                 {}};
                if (seen.insert(to->second).second)
                    next.push_back(to->second);
            }
        }
    }
    return {};
}

std::string priceProvider(std::string_view name)
{
    return providerName(name);
}

std::string priceTier(std::string_view name)
{
    return tierName(name);
}

std::string priceRegion(std::string_view name)
{
    std::string lower = words::toLower(words::trimmed(name));
    return lower == "global" ? std::string() : lower;
}

} // namespace altimeter
