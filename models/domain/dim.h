#pragma once

#include "models/domain/focus.h"
#include "models/domain/result.h"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// What a rule can assign to a charge.
enum class OwnerField : std::uint8_t { Team, CostCenter, Environment, UseCase, Workflow };
inline constexpr std::size_t kOwnerFieldCount = 5;

/// A column a total can be grouped or filtered by. Named ones are listed in Dim::Kind; any tag key and any FOCUS or
/// provider column works as well.
struct Dim {
    /// In the order a picker shows them. What is to be known of each stands in kDimInfos.
    enum class Kind : std::uint8_t {
        Provider,
        Service,
        ServiceCategory,
        SubAccount,
        BillingAccount,
        Region,
        ChargeCategory,
        Commitment,
        Resource,
        Sku,
        Source,
        Team,
        CostCenter,
        Environment,
        UseCase,
        Workflow,
        Model,
        Layer,
        Currency,
        BillingPeriod,
        ChargeState, ///< "Estimated" or "Final" where the source says so
        Tag,         ///< `key` is the tag key, matched without case and surrounding blanks
        Column,      ///< `key` is a FOCUS or x_ column name
        Count,
    };
    Kind kind = Kind::Provider;
    std::string key;

    friend auto operator<=>(const Dim&, const Dim&) = default;
    friend bool operator==(const Dim&, const Dim&) = default;
};
inline constexpr std::size_t kDimKindCount = static_cast<std::size_t>(Dim::Kind::Count);

/// Where the value of a dim comes from.
enum class DimOrigin : std::uint8_t {
    Cells,          ///< the first of DimInfo::columns that is not empty
    ProviderColumn, ///< the column DimInfo::providerColumn, where a source has it
    Derived,        ///< worked out from cells of the SKU and provider columns
    Rules,          ///< what the allocation rules assign to DimInfo::owner
    Partition,      ///< the same for all lines of a partition
    Key,            ///< the tag or column that Dim::key names
};

/// All that is known of a kind of dim. A new kind is an enumerator and a row of kDimInfos; only one that is Derived or
/// of the Partition needs a function beside it, because no column holds its value.
struct DimInfo {
    Dim::Kind kind = Dim::Kind::Provider;
    std::string_view name;  ///< the spelling of the command line; of a Key the prefix before the key, colon included
    std::string_view title; ///< plain English, as a column header; the window translates it
    DimOrigin origin = DimOrigin::Cells;
    std::array<Column, 3> columns{Column::Count, Column::Count, Column::Count}; ///< Column::Count: no more
    std::string_view providerColumn{};
    OwnerField owner = OwnerField::Team;

    constexpr bool isOwner() const { return origin == DimOrigin::Rules; }
    constexpr bool isKeyed() const { return origin == DimOrigin::Key; }
};

namespace dims {

constexpr DimInfo cells(Dim::Kind kind, std::string_view name, std::string_view title, Column first,
                        Column second = Column::Count, Column third = Column::Count)
{
    return {kind, name, title, DimOrigin::Cells, {first, second, third}, {}, {}};
}
constexpr DimInfo owner(Dim::Kind kind, std::string_view name, std::string_view title, OwnerField field)
{
    DimInfo info{kind, name, title, DimOrigin::Rules};
    info.owner = field;
    return info;
}
constexpr DimInfo providerColumn(Dim::Kind kind, std::string_view name, std::string_view title, std::string_view column)
{
    DimInfo info{kind, name, title, DimOrigin::ProviderColumn};
    info.providerColumn = column;
    return info;
}

} // namespace dims

/// By Dim::Kind.
inline constexpr std::array<DimInfo, kDimKindCount> kDimInfos{{
    dims::cells(Dim::Kind::Provider, "provider", "Provider", Column::ProviderName, Column::ServiceProviderName,
                Column::InvoiceIssuerName),
    dims::cells(Dim::Kind::Service, "service", "Service", Column::ServiceName),
    dims::cells(Dim::Kind::ServiceCategory, "service_category", "Service category", Column::ServiceCategory),
    dims::cells(Dim::Kind::SubAccount, "sub_account", "Sub account", Column::SubAccountId, Column::SubAccountName),
    dims::cells(Dim::Kind::BillingAccount, "billing_account", "Billing account", Column::BillingAccountId,
                Column::BillingAccountName),
    dims::cells(Dim::Kind::Region, "region", "Region", Column::RegionId, Column::RegionName),
    dims::cells(Dim::Kind::ChargeCategory, "charge_category", "Charge category", Column::ChargeCategory),
    dims::cells(Dim::Kind::Commitment, "commitment", "Commitment", Column::CommitmentDiscountId,
                Column::CommitmentDiscountName),
    dims::cells(Dim::Kind::Resource, "resource", "Resource", Column::ResourceId, Column::ResourceName),
    dims::cells(Dim::Kind::Sku, "sku", "SKU", Column::SkuId),
    {Dim::Kind::Source, "source", "Source", DimOrigin::Partition},
    dims::owner(Dim::Kind::Team, "team", "Team", OwnerField::Team),
    dims::owner(Dim::Kind::CostCenter, "cost_center", "Cost center", OwnerField::CostCenter),
    dims::owner(Dim::Kind::Environment, "environment", "Environment", OwnerField::Environment),
    dims::owner(Dim::Kind::UseCase, "use_case", "Use case", OwnerField::UseCase),
    dims::owner(Dim::Kind::Workflow, "workflow", "Workflow", OwnerField::Workflow),
    {Dim::Kind::Model, "model", "Model", DimOrigin::Derived},
    {Dim::Kind::Layer, "layer", "Layer", DimOrigin::Derived},
    {Dim::Kind::Currency, "currency", "Currency", DimOrigin::Partition},
    {Dim::Kind::BillingPeriod, "billing_period", "Billing period", DimOrigin::Partition},
    dims::providerColumn(Dim::Kind::ChargeState, "charge_state", "Charge state", "x_ChargeState"),
    {Dim::Kind::Tag, "tag:", "Tag", DimOrigin::Key},
    {Dim::Kind::Column, "column:", "Column", DimOrigin::Key},
}};

namespace dims {

/// Each kind has its row, at its place, with all that its origin asks for; names are told apart by their letters.
constexpr bool areComplete()
{
    for (std::size_t i = 0; i < kDimInfos.size(); ++i) {
        const DimInfo& info = kDimInfos[i];
        if (info.kind != static_cast<Dim::Kind>(i) || info.name.empty() || info.title.empty())
            return false;
        if ((info.origin == DimOrigin::Cells) != (info.columns[0] != Column::Count) ||
            (info.origin == DimOrigin::ProviderColumn) == info.providerColumn.empty() ||
            info.isKeyed() != (info.name.back() == ':'))
            return false;
        for (std::size_t other = 0; other < i; ++other) {
            if (kDimInfos[other].name == info.name)
                return false;
        }
    }
    return true;
}
static_assert(areComplete());

constexpr std::array<Dim::Kind, kOwnerFieldCount> byOwnerField()
{
    std::array<Dim::Kind, kOwnerFieldCount> kinds{};
    kinds.fill(Dim::Kind::Count);
    for (const DimInfo& info : kDimInfos) {
        if (info.isOwner())
            kinds[static_cast<std::size_t>(info.owner)] = info.kind;
    }
    return kinds;
}

} // namespace dims

/// The dim that says who a field names, by OwnerField.
inline constexpr std::array<Dim::Kind, kOwnerFieldCount> kOwnerDims = dims::byOwnerField();
static_assert(std::find(kOwnerDims.begin(), kOwnerDims.end(), Dim::Kind::Count) == kOwnerDims.end());

constexpr const DimInfo& dimInfo(Dim::Kind kind)
{
    return kDimInfos[static_cast<std::size_t>(kind)];
}
/// True where the allocation rules give the value, so that a shared line has several.
inline bool isOwnerDim(const Dim& dim)
{
    return dimInfo(dim.kind).isOwner();
}

/// "team", "cost_center", "environment", "use_case", "workflow": as its dim is spelled.
constexpr std::string_view ownerFieldName(OwnerField field)
{
    return dimInfo(kOwnerDims[static_cast<std::size_t>(field)]).name;
}

/// "service_category", "tag:env", "column:x_project": the spelling of the command line and of column headers.
std::string toString(const Dim& dim);
Result<Dim> parseDim(std::string_view text);
/// The dims with a name of their own, in the order a picker shows them (Tag and Column are left out).
const std::vector<Dim>& namedDims();

} // namespace altimeter
