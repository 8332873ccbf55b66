#include "models/domain/delivery.h"

#include "models/domain/currencyorder.h"

#include <algorithm>
#include <map>

namespace altimeter {

std::vector<DeliveredMoney> together(const std::vector<DeliveredMoney>& parts)
{
    std::map<Currency, DeliveredMoney> sums;
    for (const DeliveredMoney& part : parts) {
        const auto [place, isNew] = sums.try_emplace(part.currency, part);
        if (isNew)
            continue;
        DeliveredMoney& sum = place->second;
        sum.billed.add(part.billed);
        sum.rows += part.rows;
        sum.from = std::min(sum.from, part.from);
        sum.to = std::max(sum.to, part.to);
    }
    std::vector<DeliveredMoney> list;
    for (auto& [currency, sum] : sums)
        list.push_back(std::move(sum));
    std::stable_sort(list.begin(), list.end(), [](const DeliveredMoney& a, const DeliveredMoney& b) {
        return CurrencyUse{a.currency, !a.billed.isZero(), a.rows}.comesBefore(
            {b.currency, !b.billed.isZero(), b.rows});
    });
    return list;
}

std::vector<DeliveredMoney> Deliveries::standingOf(const std::string& source) const
{
    std::vector<DeliveredMoney> parts;
    for (const DeliveryInfo& one : deliveries) {
        if (one.source == source)
            parts.insert(parts.end(), one.money.begin(), one.money.end());
    }
    return together(parts);
}

} // namespace altimeter
