#include "app/session/questions/findingvalues.h"

#include "models/text/words.h"
#include "providers/focus/vocabulary.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace altimeter::session {

namespace {

using Keys = std::vector<std::string>;

bool isListed(const std::string& column, std::string_view value, bool inAnyCase)
{
    const auto known = columnByName(column);
    const auto allowed = known ? providers::allowedValues(*known) : std::span<const std::string_view>();
    return std::any_of(allowed.begin(), allowed.end(), [&](std::string_view word) {
        return inAnyCase ? words::equalsIgnoreCase(word, words::trimmed(value)) : word == value;
    });
}

bool isNotListed(const std::string& column, const Keys& keys, Day /*month*/)
{
    return !keys[0].empty() && !isListed(column, keys[0], false) && !isListed(column, keys[0], true);
}

bool isInOtherLetters(const std::string& column, const Keys& keys, Day /*month*/)
{
    return !keys[0].empty() && !isListed(column, keys[0], false) && isListed(column, keys[0], true);
}

bool isNoCategory(const std::string& /*column*/, const Keys& keys, Day /*month*/)
{
    return !keys[0].empty() && !providers::isServiceCategory(keys[0]);
}

bool isNoSubcategory(const std::string& /*column*/, const Keys& keys, Day /*month*/)
{
    return providers::isServiceCategory(keys[0]) && !keys[1].empty() &&
           !providers::isServiceSubcategory(keys[0], keys[1]);
}

bool isNoCurrency(const std::string& /*column*/, const Keys& keys, Day /*month*/)
{
    return keys[0] != "XXX" && !providers::isIsoCurrency(keys[0]);
}

bool lacksCurrency(const std::string& /*column*/, const Keys& keys, Day /*month*/)
{
    return keys[0] == "XXX";
}

bool isUsagePurchase(const std::string& /*column*/, const Keys& keys, Day /*month*/)
{
    return keys[0] == "Purchase" && keys[1] == "Usage-Based";
}

bool isFilledTax(const std::string& /*column*/, const Keys& keys, Day /*month*/)
{
    return keys[0] == "Tax" && !keys[1].empty();
}

bool isUncommittedUse(const std::string& /*column*/, const Keys& keys, Day /*month*/)
{
    return keys[0] == "Usage" && keys[1] == "Used" && keys[2] != "Committed";
}

bool isOfAnotherMonth(const std::string& /*column*/, const Keys& keys, Day month)
{
    return keys[0] != toString(month).substr(0, 7);
}

Dim columnDim(std::string_view name)
{
    return {Dim::Kind::Column, std::string(name)};
}

} // namespace

std::optional<ValueCheck> valueCheckOf(const Finding& finding)
{
    const auto named = columnByName(std::string_view(finding.message).substr(0, finding.message.find(' ')));
    if (!named)
        return {};
    const std::string column(columnName(*named));
    const std::string& check = finding.check;
    const Dim own = columnDim(column), category = columnDim("ChargeCategory");
    if (check == "value-not-listed")
        return ValueCheck{{own}, false, isNotListed, column};
    if (check == "value-case")
        return ValueCheck{{own}, false, isInOtherLetters, column};
    if (check == "service-category")
        return ValueCheck{{own}, false, isNoCategory, column};
    if (check == "service-subcategory")
        return ValueCheck{{columnDim("ServiceCategory"), own}, false, isNoSubcategory, column};
    if (check == "currency-code")
        return ValueCheck{{Dim{Dim::Kind::Currency, {}}}, false, isNoCurrency, column};
    if (check == "currency-missing")
        return ValueCheck{{Dim{Dim::Kind::Currency, {}}}, false, lacksCurrency, column};
    if (check == "purchase-usage-based")
        return ValueCheck{{category, own}, false, isUsagePurchase, column};
    if (check == "priced-tax" && *named != Column::PricingQuantity)
        return ValueCheck{{category, own}, false, isFilledTax, column};
    if (check == "commitment-pricing")
        return ValueCheck{{category, columnDim("CommitmentDiscountStatus"), own}, false, isUncommittedUse, column};
    if (check == "charge-outside-billing-period")
        return ValueCheck{{Dim{Dim::Kind::BillingPeriod, {}}}, true, isOfAnotherMonth, column};
    return {};
}

} // namespace altimeter::session
