#include "models/domain/columngroups.h"

namespace altimeter {

namespace {

constexpr std::size_t index(Column column)
{
    return static_cast<std::size_t>(column);
}

constexpr GroupColumns between(Column first, Column last)
{
    return {index(first), index(last) - index(first) + 1};
}

} // namespace

GroupColumns columnsOf(Group group)
{
    switch (group) {
    case Group::Account:
        return between(Column::ProviderName, Column::SubAccountType);
    case Group::Resource:
        return between(Column::ResourceId, Column::AvailabilityZone);
    case Group::Tags:
        return between(Column::Tags, Column::Tags);
    case Group::Sku:
        return between(Column::SkuId, Column::PricingCurrencyListUnitPrice);
    case Group::Charge:
        return between(Column::ChargeCategory, Column::CapacityReservationStatus);
    case Group::Description:
        return between(Column::ChargeDescription, Column::ChargeDescription);
    case Group::Split:
        return between(Column::AllocatedMethodDetails, Column::CommitmentProgramEligibilityDetails);
    case Group::Bill:
        return between(Column::InvoiceId, Column::BillingPeriodEnd);
    case Group::Extra:
        break;
    }
    return {};
}

std::optional<Group> groupOf(Column column)
{
    for (std::size_t g = 0; g < kGroupCount; ++g) {
        const GroupColumns columns = columnsOf(static_cast<Group>(g));
        if (index(column) >= columns.first && index(column) < columns.first + columns.count)
            return static_cast<Group>(g);
    }
    return std::nullopt;
}

} // namespace altimeter
