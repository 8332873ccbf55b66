#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace altimeter {

/// Every column of the FOCUS Cost and Usage dataset, versions 1.0 to 1.4, in one enumeration. The text of a column is
/// its FOCUS name. Older names (0.5, 1.0-preview) are aliases known to the importer only.
enum class Column : std::uint8_t {
    // account
    ProviderName,
    PublisherName,
    InvoiceIssuerName,
    ServiceProviderName,
    HostProviderName,
    BillingAccountId,
    BillingAccountName,
    BillingAccountType,
    BillingCurrency,
    SubAccountId,
    SubAccountName,
    SubAccountType,
    // resource
    ResourceId,
    ResourceName,
    ResourceType,
    RegionId,
    RegionName,
    AvailabilityZone,
    // tags
    Tags,
    // sku
    SkuId,
    SkuPriceId,
    SkuMeter,
    SkuPriceDetails,
    ServiceCategory,
    ServiceSubcategory,
    ServiceName,
    PricingUnit,
    ConsumedUnit,
    ListUnitPrice,
    ContractedUnitPrice,
    PricingCurrency,
    PricingCurrencyContractedUnitPrice,
    PricingCurrencyListUnitPrice,
    // charge
    ChargeCategory,
    ChargeClass,
    ChargeFrequency,
    PricingCategory,
    CommitmentDiscountCategory,
    CommitmentDiscountId,
    CommitmentDiscountName,
    CommitmentDiscountStatus,
    CommitmentDiscountType,
    CommitmentDiscountUnit,
    CapacityReservationId,
    CapacityReservationStatus,
    // description
    ChargeDescription,
    // provider split (1.3) and contracts
    AllocatedMethodDetails,
    AllocatedMethodId,
    AllocatedResourceId,
    AllocatedResourceName,
    AllocatedTags,
    ContractApplied,
    CommitmentProgramEligibilityDetails,
    // bill
    InvoiceId,
    InvoiceDetailId,
    BillingPeriodStart,
    BillingPeriodEnd,
    // per line
    ChargePeriodStart,
    ChargePeriodEnd,
    BilledCost,
    EffectiveCost,
    ListCost,
    ContractedCost,
    PricingQuantity,
    ConsumedQuantity,
    CommitmentDiscountQuantity,
    PricingCurrencyEffectiveCost,
    Count,
};

inline constexpr std::size_t kColumnCount = static_cast<std::size_t>(Column::Count);

/// The FOCUS name, for example "BilledCost".
std::string_view columnName(Column column);
/// Finds a column by name, ignoring case, underscores, blanks and a byte-order mark. FOCUS 1.x names only, no aliases.
std::optional<Column> columnByName(std::string_view name);

/// Which of the four costs a figure speaks of.
enum class CostLens : std::uint8_t { Effective, Billed, List, Contracted };
inline constexpr std::size_t kLensCount = 4;
/// "effective", "billed", "list", "contracted".
std::string_view lensName(CostLens lens);
std::optional<CostLens> lensByName(std::string_view name);
/// EffectiveCost, BilledCost, …
Column costColumnOf(CostLens lens);

} // namespace altimeter
