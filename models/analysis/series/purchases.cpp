#include "models/analysis/series/purchases.h"

#include "models/analysis/series/median.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace altimeter::analysis {

namespace {

constexpr double kLarge = 3; ///< ordinary days
constexpr double kAlike = 2; ///< factor between two purchases of one kind

/// What was purchased on one day by one part of a series.
struct Purchase {
    Day day;
    Amount cost;
    bool isSaidOnce = true; ///< by its ChargeFrequency; false: nothing is said
    std::map<std::string, Amount> byService;
};

using PurchasesByDay = std::map<Day, Purchase>;

void add(Amount& sum, Amount more)
{
    AmountSum both;
    both.add(sum);
    both.add(more);
    sum = both.amount();
}

/// The purchases of `query` that are not said to recur, with their service, frequency and account behind their keys.
Result<CostTable> askPurchases(const CostSource& costs, const CostQuery& query, const std::stop_token& stop)
{
    CostQuery asked = query;
    asked.granularity = Granularity::Day;
    asked.top = 0;
    asked.by.push_back(Dim{Dim::Kind::Service, {}});
    asked.by.push_back(Dim{Dim::Kind::Column, "ChargeFrequency"});
    for (const Dim& dim : accountDims())
        asked.by.push_back(dim);
    asked.filters.push_back({Dim{Dim::Kind::ChargeCategory, {}}, {"Purchase"}, false});
    asked.filters.push_back({Dim{Dim::Kind::Column, "ChargeFrequency"}, {"Recurring", "Usage-Based"}, true});
    return costs.table(asked, stop);
}

/// The part of `all` that a row is in; null where there is none.
SeriesPart* partOf(std::vector<PartedSeries>& all, const CostRow& row, const KeptKeys& kept, std::size_t keys,
                   const KnownAccount* account, bool isApart)
{
    const KeyTuple own(
        std::vector<std::string>(row.keys.begin(), row.keys.begin() + static_cast<std::ptrdiff_t>(keys)));
    const bool isOther = !kept.contains({row.currency, own});
    for (PartedSeries& series : all) {
        if (series.currency != row.currency || series.isOther != isOther || (!isOther && series.keys != own.values()))
            continue;
        for (SeriesPart& part : series.parts) {
            const bool isOfAccount = part.known && account && part.known->knowsAs(*account);
            if (!isApart || isOfAccount || (!part.known && !account))
                return &part;
        }
    }
    return nullptr;
}

std::map<SeriesPart*, PurchasesByDay> purchasesByPart(std::vector<PartedSeries>& series, const CostTable& table,
                                                      const CostDays& days, const KeptKeys& kept, std::size_t keys)
{
    const bool isApart = areKnownApart(days);
    const AccountsByName accounts(days);
    std::map<SeriesPart*, PurchasesByDay> found;
    for (const CostRow& row : table.rows) {
        if (!(row.cost > Amount()))
            continue;
        const std::span<const std::string> values(row.keys.values());
        const KnownAccount* account = accounts.find(values.subspan(keys + 2), row.currency);
        SeriesPart* part = partOf(series, row, kept, keys, account, isApart);
        if (!part)
            continue;
        Purchase& purchase = found[part][row.period];
        purchase.day = row.period;
        purchase.isSaidOnce = purchase.isSaidOnce && !values[keys + 1].empty();
        add(purchase.cost, row.cost);
        add(purchase.byService[values[keys]], row.cost);
    }
    return found;
}

/// What an ordinary day of `part` costs, without its purchases.
double ordinaryDay(const SeriesPart& part, const PurchasesByDay& purchases)
{
    std::vector<double> values;
    for (const auto& [day, cell] : part.cells) {
        const auto bought = purchases.find(day);
        const double value = cell.cost.toDouble() - (bought == purchases.end() ? 0 : bought->second.cost.toDouble());
        if (value != 0)
            values.push_back(value);
    }
    return values.empty() ? 0 : medianOf(values);
}

bool isApart(const Purchase& purchase, const PurchasesByDay& all, double ordinary)
{
    const double size = purchase.cost.toDouble();
    const auto alike = std::count_if(all.begin(), all.end(), [size](const auto& other) {
        const double ratio = other.second.cost.toDouble() / size;
        return ratio > 1 / kAlike && ratio < kAlike;
    });
    return size > kLarge * ordinary && alike <= (purchase.isSaidOnce ? 2 : 1); // itself is one
}

std::string largestService(const Purchase& purchase)
{
    return std::max_element(purchase.byService.begin(), purchase.byService.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

} // namespace

Result<std::vector<OncePurchase>> setPurchasesApart(std::vector<PartedSeries>& series, const CostSource& costs,
                                                    const CostDays& days, const CostQuery& query, const KeptKeys& kept,
                                                    const std::stop_token& stop)
{
    std::vector<OncePurchase> made;
    const auto table = askPurchases(costs, query, stop);
    if (!table)
        return table.error();
    const auto found = purchasesByPart(series, *table, days, kept, query.by.size());
    for (PartedSeries& one : series) {
        for (SeriesPart& part : one.parts) {
            const auto purchases = found.find(&part);
            if (purchases == found.end())
                continue;
            const double ordinary = ordinaryDay(part, purchases->second);
            for (const auto& [day, purchase] : purchases->second) {
                if (!isApart(purchase, purchases->second, ordinary))
                    continue;
                part.apart[day] = purchase.cost;
                made.push_back({one.currency, day, largestService(purchase), purchase.cost});
            }
        }
    }
    std::stable_sort(made.begin(), made.end(), [](const auto& a, const auto& b) {
        return a.currency != b.currency ? a.currency < b.currency : a.day < b.day;
    });
    return made;
}

} // namespace altimeter::analysis
