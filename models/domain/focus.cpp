#include "models/domain/focus.h"

#include "models/text/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace altimeter {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kColumnCount> kNames{
    "ProviderName",
    "PublisherName",
    "InvoiceIssuerName",
    "ServiceProviderName",
    "HostProviderName",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "RegionId",
    "RegionName",
    "AvailabilityZone",
    "Tags",
    "SkuId",
    "SkuPriceId",
    "SkuMeter",
    "SkuPriceDetails",
    "ServiceCategory",
    "ServiceSubcategory",
    "ServiceName",
    "PricingUnit",
    "ConsumedUnit",
    "ListUnitPrice",
    "ContractedUnitPrice",
    "PricingCurrency",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyListUnitPrice",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "PricingCategory",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeDescription",
    "AllocatedMethodDetails",
    "AllocatedMethodId",
    "AllocatedResourceId",
    "AllocatedResourceName",
    "AllocatedTags",
    "ContractApplied",
    "CommitmentProgramEligibilityDetails",
    "InvoiceId",
    "InvoiceDetailId",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "ContractedCost",
    "PricingQuantity",
    "ConsumedQuantity",
    "CommitmentDiscountQuantity",
    "PricingCurrencyEffectiveCost",
};
static_assert(!kNames.back().empty() && kNames.back() == "PricingCurrencyEffectiveCost");
static_assert(kNames[static_cast<std::size_t>(Column::Tags)] == "Tags");
static_assert(kNames[static_cast<std::size_t>(Column::ChargeCategory)] == "ChargeCategory");
static_assert(kNames[static_cast<std::size_t>(Column::InvoiceId)] == "InvoiceId");
static_assert(kNames[static_cast<std::size_t>(Column::BilledCost)] == "BilledCost");

constexpr std::array<std::string_view, kLensCount> kLensNames{"effective", "billed", "list", "contracted"};

/// The letters of a column name without case, underscores and blanks; longer text than any name is cut.
struct FoldedName {
    std::array<char, 40> bytes{};
    std::size_t size = 0;

    constexpr std::string_view view() const { return {bytes.data(), size}; }
};

constexpr FoldedName fold(std::string_view name)
{
    FoldedName folded;
    if (name.substr(0, 3) == "\xEF\xBB\xBF")
        name.remove_prefix(3);
    for (const char c : name) {
        if (c == '_' || c == ' ' || (c >= '\t' && c <= '\r'))
            continue;
        if (folded.size == folded.bytes.size())
            return {};
        folded.bytes[folded.size++] = words::toLower(c);
    }
    return folded;
}

using FoldedColumn = std::pair<FoldedName, Column>;

const std::array<FoldedColumn, kColumnCount>& sortedColumns()
{
    static const auto sorted = [] {
        std::array<FoldedColumn, kColumnCount> columns;
        for (std::size_t i = 0; i < kColumnCount; ++i)
            columns[i] = {fold(kNames[i]), static_cast<Column>(i)};
        std::sort(columns.begin(), columns.end(),
                  [](const auto& a, const auto& b) { return a.first.view() < b.first.view(); });
        return columns;
    }();
    return sorted;
}

} // namespace

std::string_view columnName(Column column)
{
    const auto index = static_cast<std::size_t>(column);
    return index < kColumnCount ? kNames[index] : std::string_view{};
}

std::optional<Column> columnByName(std::string_view name)
{
    const FoldedName folded = fold(name);
    const auto& columns = sortedColumns();
    const auto found = std::lower_bound(columns.begin(), columns.end(), folded.view(),
                                        [](const auto& column, auto wanted) { return column.first.view() < wanted; });
    if (folded.size == 0 || found == columns.end() || found->first.view() != folded.view())
        return std::nullopt;
    return found->second;
}

std::string_view lensName(CostLens lens)
{
    return kLensNames[static_cast<std::size_t>(lens)];
}

Column costColumnOf(CostLens lens)
{
    constexpr std::array<Column, kLensCount> columns{Column::EffectiveCost, Column::BilledCost, Column::ListCost,
                                                     Column::ContractedCost};
    return columns[static_cast<std::size_t>(lens)];
}

std::optional<CostLens> lensByName(std::string_view name)
{
    const FoldedName folded = fold(name);
    const auto found = std::find(kLensNames.begin(), kLensNames.end(), folded.view());
    if (found == kLensNames.end())
        return std::nullopt;
    return static_cast<CostLens>(found - kLensNames.begin());
}

} // namespace altimeter
