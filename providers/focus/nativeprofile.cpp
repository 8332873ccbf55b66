#include "providers/focus/nativeprofile.h"

#include "models/domain/decimal.h"
#include "models/text/jsontext.h"
#include "models/text/words.h"
#include "providers/focus/vocabulary.h"

#include <algorithm>

namespace altimeter::providers {

namespace {

using namespace std::string_view_literals;
using Copy = std::pair<std::string_view, Column>;

constexpr std::array kAwsCopies{
    Copy{"billinvoiceid"sv, Column::InvoiceId},
    Copy{"billinvoicingentity"sv, Column::InvoiceIssuerName},
    Copy{"billpayeraccountid"sv, Column::BillingAccountId},
    Copy{"billpayeraccountname"sv, Column::BillingAccountName},
    Copy{"billbillingperiodstartdate"sv, Column::BillingPeriodStart},
    Copy{"billbillingperiodenddate"sv, Column::BillingPeriodEnd},
    Copy{"lineitemusageaccountid"sv, Column::SubAccountId},
    Copy{"lineitemusageaccountname"sv, Column::SubAccountName},
    Copy{"lineitemusagestartdate"sv, Column::ChargePeriodStart},
    Copy{"lineitemusageenddate"sv, Column::ChargePeriodEnd},
    Copy{"lineitemresourceid"sv, Column::ResourceId},
    Copy{"lineitemavailabilityzone"sv, Column::AvailabilityZone},
    Copy{"lineitemcurrencycode"sv, Column::BillingCurrency},
    Copy{"lineitemunblendedcost"sv, Column::BilledCost},
    Copy{"lineitemlineitemdescription"sv, Column::ChargeDescription},
    Copy{"lineitemlegalentity"sv, Column::PublisherName},
    Copy{"lineitemusageamount"sv, Column::PricingQuantity},
    Copy{"lineitemusagetype"sv, Column::SkuMeter},
    Copy{"productlocation"sv, Column::RegionName},
    Copy{"productsku"sv, Column::SkuId},
    Copy{"pricingratecode"sv, Column::SkuPriceId},
    Copy{"pricingunit"sv, Column::PricingUnit},
    Copy{"pricingpublicondemandcost"sv, Column::ListCost},
    Copy{"pricingpublicondemandrate"sv, Column::ListUnitPrice},
};

constexpr std::array kAzureCopies{
    Copy{"costinbillingcurrency"sv, Column::BilledCost},
    Copy{"billingcurrencycode"sv, Column::BillingCurrency},
    Copy{"billingcurrency"sv, Column::BillingCurrency},
    Copy{"currency"sv, Column::BillingCurrency},
    Copy{"date"sv, Column::ChargePeriodStart},
    Copy{"billingperiodstartdate"sv, Column::BillingPeriodStart},
    Copy{"billingperiodenddate"sv, Column::BillingPeriodEnd},
    Copy{"subscriptionid"sv, Column::SubAccountId},
    Copy{"subscriptionname"sv, Column::SubAccountName},
    Copy{"resourcelocation"sv, Column::RegionId},
    Copy{"metercategory"sv, Column::ServiceName},
    Copy{"meterid"sv, Column::SkuId},
    Copy{"metername"sv, Column::SkuMeter},
    Copy{"partnumber"sv, Column::SkuPriceId},
    Copy{"unitofmeasure"sv, Column::PricingUnit},
    Copy{"quantity"sv, Column::PricingQuantity},
    Copy{"unitprice"sv, Column::ContractedUnitPrice},
    Copy{"paygprice"sv, Column::ListUnitPrice},
    Copy{"productname"sv, Column::ChargeDescription},
};

constexpr std::array kAwsDerived{
    Column::ProviderName,
    Column::ServiceName,
    Column::RegionId,
    Column::ChargeCategory,
    Column::ChargeFrequency,
    Column::PricingCategory,
    Column::EffectiveCost,
    Column::ConsumedQuantity,
    Column::ConsumedUnit,
    Column::CommitmentDiscountId,
    Column::CommitmentDiscountCategory,
    Column::CommitmentDiscountType,
    Column::CommitmentDiscountStatus,
};

constexpr std::array kAzureDerived{
    Column::ProviderName,         Column::InvoiceIssuerName,      Column::PublisherName,
    Column::ChargePeriodEnd,      Column::ChargeCategory,         Column::ChargeFrequency,
    Column::PricingCategory,      Column::EffectiveCost,          Column::ServiceCategory,
    Column::CommitmentDiscountId, Column::CommitmentDiscountName, Column::CommitmentDiscountStatus,
};

constexpr std::string_view kTagPrefix = "resourcetags/";

bool contains(std::span<const std::string> names, std::string_view wanted)
{
    return std::find(names.begin(), names.end(), wanted) != names.end();
}

struct Word {
    std::string_view native, focus;
};

template <std::size_t N> std::string_view translated(const std::array<Word, N>& table, std::string_view native)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [native](const Word& word) { return word.native == native; });
    return found == table.end() ? std::string_view{} : found->focus;
}

constexpr std::array kAwsCategories{
    Word{"Usage", "Usage"},
    Word{"DiscountedUsage", "Usage"},
    Word{"SavingsPlanCoveredUsage", "Usage"},
    Word{"SavingsPlanNegation", "Adjustment"},
    Word{"Fee", "Purchase"},
    Word{"RIFee", "Purchase"},
    Word{"SavingsPlanUpfrontFee", "Purchase"},
    Word{"SavingsPlanRecurringFee", "Purchase"},
    Word{"Tax", "Tax"},
    Word{"Credit", "Credit"},
    Word{"Refund", "Credit"},
    Word{"EdpDiscount", "Credit"},
    Word{"BundledDiscount", "Credit"},
    Word{"PrivateRateDiscount", "Credit"},
    Word{"Discount", "Credit"},
    Word{"DistributorDiscount", "Credit"},
    Word{"RiVolumeDiscount", "Credit"},
    Word{"SppDiscount", "Credit"},
};

constexpr std::array kAwsFrequencies{
    Word{"Usage", "Usage-Based"},
    Word{"DiscountedUsage", "Usage-Based"},
    Word{"SavingsPlanCoveredUsage", "Usage-Based"},
    Word{"Fee", "One-Time"},
    Word{"SavingsPlanUpfrontFee", "One-Time"},
    Word{"RIFee", "Recurring"},
    Word{"SavingsPlanRecurringFee", "Recurring"},
};

constexpr std::array kAzureCategories{
    Word{"Usage", "Usage"},
    Word{"UnusedReservation", "Usage"},
    Word{"UnusedSavingsPlan", "Usage"},
    Word{"Purchase", "Purchase"},
    Word{"Refund", "Credit"},
    Word{"RoundingAdjustment", "Adjustment"},
    Word{"Adjustment", "Adjustment"},
    Word{"Tax", "Tax"},
};

constexpr std::array kAzureFrequencies{
    Word{"UsageBased", "Usage-Based"},
    Word{"OneTime", "One-Time"},
    Word{"Recurring", "Recurring"},
};

constexpr std::array kAzurePricing{
    Word{"OnDemand", "Standard"},
    Word{"Spot", "Dynamic"},
    Word{"Reservation", "Committed"},
    Word{"SavingsPlan", "Committed"},
};

std::string_view firstFilled(std::string_view a, std::string_view b)
{
    return a.empty() ? b : a;
}

/// Takes the next `"key":"value"` off a flat JSON map such as CUR 2.0 writes, its first brace gone already; both stay
/// escaped. False at the end of the map and where something else stands.
bool takeMember(std::string_view& rest, std::string_view& key, std::string_view& value)
{
    const auto skip = [&rest](std::string_view chars) {
        rest.remove_prefix(std::min(rest.find_first_not_of(chars), rest.size()));
    };
    const auto takeText = [&rest](std::string_view& text) {
        std::size_t end = 1;
        while (end < rest.size() && rest[end] != '"')
            end += rest[end] == '\\' ? 2U : 1U;
        if (!rest.starts_with('"') || end >= rest.size())
            return false;
        text = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        return true;
    };
    skip(" ,");
    if (!takeText(key))
        return false;
    skip(" :");
    return takeText(value);
}

/// The value of `key` in a flat JSON map of texts; empty where it has none.
std::string_view mapValue(std::string_view map, std::string_view key)
{
    if (!map.starts_with('{'))
        return {};
    map.remove_prefix(1);
    std::string_view name;
    std::string_view value;
    while (takeMember(map, name, value)) {
        if (name == key)
            return value.find('\\') == std::string_view::npos ? value : std::string_view{};
    }
    return {};
}

} // namespace

Profile nativeProfileOf(std::span<const std::string> foldedNames)
{
    if (contains(foldedNames, "billedcost"))
        return Profile::Focus;
    if (contains(foldedNames, "lineitemunblendedcost") && contains(foldedNames, "lineitemusagestartdate"))
        return Profile::AwsCur;
    if (contains(foldedNames, "costinbillingcurrency") && contains(foldedNames, "metercategory") &&
        contains(foldedNames, "date"))
        return Profile::AzureEa;
    return Profile::Focus;
}

std::span<const std::pair<std::string_view, Column>> copiedColumns(Profile profile)
{
    switch (profile) {
    case Profile::AwsCur:
        return kAwsCopies;
    case Profile::AzureEa:
        return kAzureCopies;
    case Profile::Focus:
        break;
    }
    return {};
}

ColumnSet derivedColumns(Profile profile, std::span<const std::string> foldedNames)
{
    ColumnSet columns;
    if (profile == Profile::AwsCur) {
        for (const Column column : kAwsDerived)
            columns.set(at(column));
        const auto isTag = [](const std::string& name) { return name.starts_with("resourcetags") || name == "tags"; };
        columns.set(at(Column::Tags), std::any_of(foldedNames.begin(), foldedNames.end(), isTag));
    } else if (profile == Profile::AzureEa) {
        for (const Column column : kAzureDerived)
            columns.set(at(column));
    }
    return columns;
}

NativeProfile::NativeProfile(const HeaderMapping& mapping, DateOrder order) : m_profile(mapping.profile), m_order(order)
{
    for (std::size_t i = 0; i < mapping.header.size(); ++i) {
        const std::string& name = mapping.header[i];
        std::string folded = words::foldColumnName(name);
        if (folded.starts_with(kTagPrefix))
            m_tagFields.emplace_back(name.substr(name.find('/') + 1), i);
        std::erase_if(folded, [](char c) { return c == '/' || c == ':'; });
        m_fieldOf.emplace_back(std::move(folded), i);
    }
    std::stable_sort(m_fieldOf.begin(), m_fieldOf.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
}

void NativeProfile::fill(std::span<const std::string_view> fields, Cells& text)
{
    if (m_profile == Profile::AwsCur)
        fillAws(fields, text);
    else if (m_profile == Profile::AzureEa)
        fillAzure(fields, text);
}

std::string_view NativeProfile::cell(std::span<const std::string_view> fields, std::string_view foldedName) const
{
    const auto found =
        std::lower_bound(m_fieldOf.begin(), m_fieldOf.end(), foldedName,
                         [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    const bool known = found != m_fieldOf.end() && found->first == foldedName;
    return known ? words::trimmed(fields[found->second]) : std::string_view{};
}

void NativeProfile::fillAws(std::span<const std::string_view> fields, Cells& text)
{
    const std::string_view type = cell(fields, "lineitemlineitemtype");
    const std::string_view product = cell(fields, "product"); // one map in CUR 2.0
    const std::string_view region = firstFilled(cell(fields, "productregioncode"), cell(fields, "productregion"));
    const std::string_view name = firstFilled(cell(fields, "productproductname"), mapValue(product, "product_name"));
    text[at(Column::ProviderName)] = "AWS";
    text[at(Column::ServiceName)] = firstFilled(name, cell(fields, "lineitemproductcode"));
    text[at(Column::RegionId)] = firstFilled(region, mapValue(product, "region"));
    text[at(Column::ChargeCategory)] = firstFilled(translated(kAwsCategories, type), type);
    text[at(Column::ChargeFrequency)] = translated(kAwsFrequencies, type);
    const bool isUsage = text[at(Column::ChargeCategory)] == "Usage";
    text[at(Column::ConsumedQuantity)] = isUsage ? text[at(Column::PricingQuantity)] : std::string_view{};
    text[at(Column::ConsumedUnit)] = isUsage ? text[at(Column::PricingUnit)] : std::string_view{};
    text[at(Column::PricingCategory)] = type == "Usage" ? "Standard"sv : std::string_view{};
    if (type == "Usage" && cell(fields, "lineitemusagetype").find("SpotUsage") != std::string_view::npos)
        text[at(Column::PricingCategory)] = "Dynamic";
    fillAwsCommitment(fields, type, text);
    text[at(Column::EffectiveCost)] = awsEffectiveCost(fields, type, text[at(Column::BilledCost)]);
    // "tags" of CUR 2.0 holds the resource tags too, beside those of accounts and principals
    const std::string_view allTags = cell(fields, "tags");
    text[at(Column::Tags)] = awsTags(fields, allTags.size() > 2 ? allTags : cell(fields, "resourcetags"));
}

void NativeProfile::fillAwsCommitment(std::span<const std::string_view> fields, std::string_view type, Cells& text)
{
    const std::string_view plan = cell(fields, "savingsplansavingsplanarn");
    const std::string_view reservation = cell(fields, "reservationreservationarn");
    text[at(Column::CommitmentDiscountId)] = firstFilled(plan, reservation);
    text[at(Column::CommitmentDiscountCategory)] = {};
    text[at(Column::CommitmentDiscountType)] = {};
    text[at(Column::CommitmentDiscountStatus)] = {};
    if (plan.empty() && reservation.empty())
        return;
    text[at(Column::CommitmentDiscountCategory)] = plan.empty() ? "Usage" : "Spend";
    text[at(Column::CommitmentDiscountType)] = plan.empty() ? "Reserved" : "SavingsPlan";
    if (type != "DiscountedUsage" && type != "SavingsPlanCoveredUsage")
        return;
    text[at(Column::CommitmentDiscountStatus)] = "Used";
    text[at(Column::PricingCategory)] = "Committed";
}

std::string_view NativeProfile::awsEffectiveCost(std::span<const std::string_view> fields, std::string_view type,
                                                 std::string_view billed)
{
    if (type == "SavingsPlanCoveredUsage")
        return cell(fields, "savingsplansavingsplaneffectivecost");
    if (type == "DiscountedUsage")
        return cell(fields, "reservationeffectivecost");
    if (type == "SavingsPlanNegation" || type == "SavingsPlanUpfrontFee")
        return "0";
    if (type == "SavingsPlanRecurringFee")
        return combined(cell(fields, "savingsplantotalcommitmenttodate"), cell(fields, "savingsplanusedcommitment"),
                        true);
    if (type == "RIFee")
        return combined(cell(fields, "reservationunusedamortizedupfrontfeeforbillingperiod"),
                        cell(fields, "reservationunusedrecurringfee"), false);
    if (type == "Fee" && !cell(fields, "reservationreservationarn").empty())
        return "0";
    return billed;
}

/// The exact sum or difference of two cells; empty (unknown) when one of them is no number.
std::string_view NativeProfile::combined(std::string_view a, std::string_view b, bool subtract)
{
    if (a.empty() || b.empty())
        return {};
    const auto first = parseDecimal(a);
    const auto second = parseDecimal(b);
    if (!first || !second)
        return {};
    DecimalSum left;
    DecimalSum right;
    left.add(first->value);
    right.add(second->value);
    if (subtract)
        left.subtract(right);
    else
        left.add(right);
    m_amount = left.toString(0);
    return m_amount;
}

/// The JSON object of columns such as "resourceTags/user:Team", or of the one column of JSON that CUR 2.0 has.
std::string_view NativeProfile::awsTags(std::span<const std::string_view> fields, std::string_view whole)
{
    if (m_tagFields.empty())
        return awsTagMap(whole);
    m_tags.clear();
    for (const auto& [key, field] : m_tagFields) {
        if (fields[field].empty())
            continue;
        m_tags += m_tags.empty() ? "{" : ", ";
        words::appendJsonQuoted(m_tags,
                                key.starts_with("user:") ? std::string_view(key).substr(5) : std::string_view(key));
        m_tags += ": ";
        words::appendJsonQuoted(m_tags, fields[field]);
    }
    if (!m_tags.empty())
        m_tags += '}';
    return m_tags;
}

/// The map with its users' tags under their own names: "user_team" is "team". What is no map of texts stays as it is.
std::string_view NativeProfile::awsTagMap(std::string_view whole)
{
    if (whole.size() < 2 || !whole.starts_with('{') || !whole.ends_with('}'))
        return whole;
    std::string_view rest = whole.substr(1, whole.size() - 2);
    m_tags.clear();
    std::string_view key;
    std::string_view value;
    while (takeMember(rest, key, value)) {
        constexpr std::string_view kOfResource = "resourceTags/";
        key.remove_prefix(key.starts_with(kOfResource) ? kOfResource.size() : 0);
        const bool isUsers = key.size() > 5 && (key.starts_with("user_") || key.starts_with("user:"));
        m_tags += m_tags.empty() ? "{\"" : ", \"";
        m_tags.append(isUsers ? key.substr(5) : key).append("\": \"").append(value).append(1, '"');
    }
    if (rest.find_first_not_of(" ,") != std::string_view::npos)
        return whole;
    if (!m_tags.empty())
        m_tags += '}';
    return m_tags;
}

void NativeProfile::fillAzure(std::span<const std::string_view> fields, Cells& text)
{
    const std::string_view type = cell(fields, "chargetype");
    const std::string_view benefit = firstFilled(cell(fields, "benefitid"), cell(fields, "reservationid"));
    const std::string_view family = cell(fields, "servicefamily");
    text[at(Column::ProviderName)] = "Microsoft";
    text[at(Column::InvoiceIssuerName)] = "Microsoft";
    text[at(Column::PublisherName)] = firstFilled(cell(fields, "publishername"), cell(fields, "publishertype"));
    text[at(Column::ChargeCategory)] = firstFilled(translated(kAzureCategories, type), type);
    text[at(Column::ChargeFrequency)] = translated(kAzureFrequencies, cell(fields, "frequency"));
    text[at(Column::PricingCategory)] = translated(kAzurePricing, cell(fields, "pricingmodel"));
    text[at(Column::ServiceCategory)] = isServiceCategory(family) ? family : std::string_view{};
    text[at(Column::CommitmentDiscountId)] = benefit;
    text[at(Column::CommitmentDiscountName)] =
        firstFilled(cell(fields, "benefitname"), cell(fields, "reservationname"));
    text[at(Column::CommitmentDiscountStatus)] = {};
    if (!benefit.empty() && type == "Usage")
        text[at(Column::CommitmentDiscountStatus)] = "Used";
    if (type == "UnusedReservation" || type == "UnusedSavingsPlan")
        text[at(Column::CommitmentDiscountStatus)] = "Unused";
    // Whether the export is of actual or amortised cost shows only on commitments: there the other view is unknown.
    const bool sameInBothViews = benefit.empty() && type != "Purchase";
    text[at(Column::EffectiveCost)] = sameInBothViews ? text[at(Column::BilledCost)] : std::string_view{};
    const auto start = parseInstant(text[at(Column::ChargePeriodStart)], m_order);
    m_end = start ? toString(Instant{(start->instant.day() + 1).number * std::int64_t{86400}}) : std::string();
    text[at(Column::ChargePeriodEnd)] = m_end;
}

} // namespace altimeter::providers
