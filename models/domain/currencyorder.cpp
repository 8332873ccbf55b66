#include "models/domain/currencyorder.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace altimeter {

namespace {

void add(CurrencyUse& use, const PartitionInfo& partition)
{
    std::uint64_t unknown = partition.rows;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        use.hasMoney |= !partition.fileTotal[lens].isZero();
        unknown = std::min(unknown, partition.unknownRows[lens]);
    }
    use.currency = partition.currency;
    use.lines += partition.rows - unknown;
}

} // namespace

bool CurrencyUse::comesBefore(const CurrencyUse& other) const
{
    const auto rank = [](const CurrencyUse& use) {
        return std::tuple(!use.currency.isUnknown(), use.hasMoney, use.lines);
    };
    return rank(*this) != rank(other) ? rank(*this) > rank(other) : currency < other.currency;
}

std::vector<Currency> currenciesInOrder(std::span<const PartitionInfo> partitions)
{
    std::map<Currency, CurrencyUse> uses;
    for (const PartitionInfo& partition : partitions)
        add(uses[partition.currency], partition);
    std::vector<CurrencyUse> order;
    for (const auto& [currency, use] : uses)
        order.push_back(use);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.comesBefore(b); });
    std::vector<Currency> currencies;
    for (const CurrencyUse& use : order)
        currencies.push_back(use.currency);
    return currencies;
}

} // namespace altimeter
