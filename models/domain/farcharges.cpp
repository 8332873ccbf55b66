#include "models/domain/farcharges.h"

#include <algorithm>
#include <map>

namespace altimeter {

void addYear(std::vector<int>& years, int year)
{
    if (!std::binary_search(years.begin(), years.end(), year))
        years.insert(std::upper_bound(years.begin(), years.end(), year), year);
}

std::string yearsText(const std::vector<int>& years)
{
    constexpr std::size_t kMostNamed = 4;
    if (years.empty())
        return {};
    const std::string first = std::to_string(years.front());
    const std::string last = std::to_string(years.back());
    if (years.size() > kMostNamed)
        return first + " to " + last + " (" + std::to_string(years.size()) + " years)";
    std::string text = first;
    for (std::size_t i = 1; i < years.size(); ++i)
        text += (i + 1 == years.size() ? " and " : ", ") + std::to_string(years[i]);
    return text;
}

std::string farDatesText(const FarCharges& far)
{
    constexpr int kNearDays = 366;
    const bool isFar =
        far.first.isValid() && (far.first + kNearDays < far.dataFrom || far.last - kNearDays > far.dataThrough);
    // A year in which there are data as well does not say what lies away from them.
    const bool areYearsOfData = std::any_of(far.years.begin(), far.years.end(), [&far](int year) {
        return year >= far.dataFrom.year() && year <= far.dataThrough.year();
    });
    if (!far.first.isValid() || (isFar && !areYearsOfData))
        return yearsText(far.years);
    if (far.first == far.last)
        return toString(far.first);
    if (far.rows == 2)
        return toString(far.first) + " and " + toString(far.last);
    return toString(far.first) + " to " + toString(far.last);
}

std::vector<std::string> farSentences(const std::vector<FarCharges>& far, CostLens lens)
{
    std::map<Currency, FarCharges> byCurrency;
    for (const FarCharges& one : far) {
        FarCharges& sum = byCurrency[one.currency];
        sum.rows += one.rows;
        for (std::size_t i = 0; i < kLensCount; ++i)
            sum.cost[i].add(one.cost[i]);
        for (const int year : one.years)
            addYear(sum.years, year);
        if (one.first.isValid())
            sum.first = sum.first.isValid() ? std::min(sum.first, one.first) : one.first;
        sum.last = std::max(sum.last, one.last);
        sum.dataFrom = one.dataFrom;
        sum.dataThrough = one.dataThrough;
    }
    std::vector<std::string> sentences;
    for (const auto& [currency, sum] : byCurrency) {
        const DecimalSum& cost = sum.cost[static_cast<std::size_t>(lens)];
        const std::string amount = cost.overflowed() ? std::string("an amount outside the range") : cost.toString(0);
        sentences.push_back(std::to_string(sum.rows) + (sum.rows == 1 ? " charge (" : " charges (") + amount + " " +
                            std::string(currency.code()) + ") dated " + farDatesText(sum) +
                            (sum.rows == 1 ? " is" : " are") + " not part of this: the data runs from " +
                            toString(sum.dataFrom) + " to " + toString(sum.dataThrough) + ".");
    }
    return sentences;
}

} // namespace altimeter
