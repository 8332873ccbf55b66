#include "providers/focus/conformance.h"

#include "models/domain/words.h"
#include "providers/focus/jsonshape.h"
#include "providers/focus/rowtext.h"
#include "providers/focus/vocabulary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::size_t kRememberedPairs = 20000;
constexpr std::size_t kRememberedJson = 1024;
constexpr std::size_t kSampleBytes = 80;

struct CheckInfo {
    Severity severity;
    std::string_view id;
    std::string_view says; ///< goes behind the column name
};

constexpr CheckInfo info(Check check)
{
    using enum Severity;
    switch (check) {
    case Check::NumberFormat:
        return {Warning, "number-format",
                "has numbers written outside the format (currency sign, grouping, plus sign)"};
    case Check::NumberInvalid:
        return {Error, "number-invalid", "holds text that is no number; these rows are rejected"};
    case Check::NumberOverflow:
        return {Error, "number-overflow", "needs more than 38 digits or 36 decimals; these rows are rejected"};
    case Check::PriceInvalid:
        return {Warning, "price-invalid", "holds text that is no number; the text is kept"};
    case Check::CostNull:
        return {Warning, "cost-null", "is null; the amount of these rows is unknown"};
    case Check::DateFormat:
        return {Warning, "date-format", "has dates in another format than YYYY-MM-DDThh:mm:ssZ"};
    case Check::DateInvalid:
        return {Error, "date-invalid", "holds text that is no date"};
    case Check::DateMissing:
        return {Error, "date-missing", "is null and no other column tells the date; these rows are rejected"};
    case Check::PeriodOrder:
        return {Warning, "period-order", "is not after its start"};
    case Check::BillingPeriodBounds:
        return {Warning, "billing-period-bounds", "does not stand on the first of a month, 00:00 UTC"};
    case Check::LastSecondEnd:
        return {Warning, "last-second-end", "names the last second or day of the period; FOCUS ends are exclusive"};
    case Check::OutsideBillingPeriod:
        return {Note, "charge-outside-billing-period", "lies outside the billing period"};
    case Check::CurrencyMissing:
        return {Error, "currency-missing", "is null; these amounts are kept under the currency XXX"};
    case Check::CurrencyCode:
        return {Warning, "currency-code", "is no ISO 4217 code"};
    case Check::MixedCurrencies:
        return {Note, "mixed-currencies", "names more than one currency; they are never added"};
    case Check::ValueNotListed:
        return {Warning, "value-not-listed", "has a value FOCUS does not list"};
    case Check::ValueCase:
        return {Warning, "value-case", "has a listed value in another spelling"};
    case Check::ValueMissing:
        return {Warning, "value-missing", "is null where FOCUS wants a value"};
    case Check::PurchaseUsageBased:
        return {Warning, "purchase-usage-based", "is Usage-Based on a purchase"};
    case Check::PricedTax:
        return {Warning, "priced-tax", "is filled on a tax row"};
    case Check::PricingCategoryMissing:
        return {Warning, "pricing-category-missing", "is null on usage or a purchase"};
    case Check::CommitmentIncomplete:
        return {Warning, "commitment-incomplete", "is null although the row names a commitment"};
    case Check::CommitmentWithoutId:
        return {Warning, "commitment-without-id", "is filled although the row names no commitment"};
    case Check::CommitmentStatusMissing:
        return {Warning, "commitment-status-missing", "is null on usage of a commitment"};
    case Check::CommitmentUnitChanges:
        return {Warning, "commitment-unit-changes", "differs between rows of one commitment"};
    case Check::CommitmentPricing:
        return {Warning, "commitment-pricing", "is not Committed on used commitment"};
    case Check::UsedCost:
        return {Warning, "used-commitment-cost", "does not fit used commitment (billed 0, effective above 0)"};
    case Check::UnusedRow:
        return {Warning, "unused-commitment-row", "does not fit unused commitment (nothing consumed, effective not 0)"};
    case Check::CommitmentPurchaseEffective:
        return {Warning, "commitment-purchase-effective", "is not 0 on the purchase of a commitment"};
    case Check::ConsumedOnNonUsage:
        return {Warning, "consumed-on-non-usage", "is filled on a row that is no usage"};
    case Check::QuantityUnitPair:
        return {Warning, "quantity-unit-pair", "and its unit are not both filled or both null"};
    case Check::NegativePrice:
        return {Warning, "negative-price", "is negative"};
    case Check::PriceTimesQuantity:
        return {Note, "price-times-quantity", "times PricingQuantity is not the cost (pricing blocks, rounding)"};
    case Check::PriceUnknown:
        return {Warning, "price-unknown", "is 0 or null although the row costs something; savings cannot count it"};
    case Check::ServiceTwoCategories:
        return {Note, "service-two-categories", "stands under more than one ServiceCategory"};
    case Check::ServiceCategory:
        return {Warning, "service-category", "has a value FOCUS does not list"};
    case Check::ServiceSubcategory:
        return {Warning, "service-subcategory", "does not belong to its ServiceCategory"};
    case Check::SkuPriceTwoSkus:
        return {Note, "sku-price-two-skus", "stands under more than one SkuId"};
    case Check::SkuMissing:
        return {Note, "sku-missing", "is null on usage or a purchase"};
    case Check::JsonNotObject:
        return {Warning, "json-not-object", "is no JSON object"};
    case Check::JsonNested:
        return {Warning, "json-nested", "has nested values"};
    case Check::JsonRepeatedKey:
        return {Warning, "json-repeated-key", "repeats a key"};
    case Check::JsonPaddedKey:
        return {Warning, "json-padded-key", "has a key with a blank at its start or end"};
    case Check::PartnerMissing:
        return {Warning, "type-missing", "is null although its id is filled"};
    case Check::PartnerWithoutId:
        return {Note, "name-without-id", "is filled although its id is null"};
    case Check::DamagedId:
        return {Warning, "damaged-id", "holds an id a spreadsheet has turned into a number"};
    case Check::IssuerDiffers:
        return {Note, "issuer-differs", "is another than the provider; perhaps a marketplace row"};
    case Check::ContractShape:
        return {Warning, "contract-shape", "is no JSON object with Elements"};
    case Check::TextEncoding:
        return {Warning, "text-encoding", "rows hold bytes that are not UTF-8"};
    case Check::BlankRow:
        return {Note, "blank-row", "rows without any value are skipped"};
    case Check::Count:
        break;
    }
    return {Note, {}, {}};
}

std::size_t hashOf(std::string_view text)
{
    return std::hash<std::string_view>{}(text);
}

constexpr auto kPowersOfTen = [] {
    std::array<double, 37> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// For tolerances only; a figure of money never passes through here.
double approximate(const Decimal& value)
{
    return static_cast<double>(value.mantissa) / kPowersOfTen[value.scale];
}

bool isPositive(const std::optional<Decimal>& value)
{
    return value && value->mantissa > 0;
}

bool isZeroOrNull(const std::optional<Decimal>& value)
{
    return !value || value->isZero();
}

/// "1.23457E+12": what a spreadsheet makes of a long number.
bool looksDamaged(std::string_view id)
{
    if (id.size() < 5 || id.size() > 24 || id[0] < '0' || id[0] > '9')
        return false;
    const std::size_t exponent = id.find("E+");
    return exponent != std::string_view::npos &&
           id.substr(0, exponent).find_first_not_of("0123456789.,") == std::string_view::npos &&
           id.substr(exponent + 2).find_first_not_of("0123456789") == std::string_view::npos;
}

constexpr unsigned kNotObject = 1;
constexpr unsigned kNested = 2;
constexpr unsigned kRepeatedKey = 4;
constexpr unsigned kPaddedKey = 8;
constexpr unsigned kNoElements = 16;

} // namespace

std::string_view checkId(Check check)
{
    return info(check).id;
}

Conformance::Conformance(const HeaderMapping& mapping, bool decimalComma)
    : m_present([&mapping] {
          ColumnSet present;
          for (std::size_t i = 0; i < kColumnCount; ++i)
              present.set(i, mapping.has(static_cast<Column>(i)));
          return present;
      }()),
      m_decimalComma(decimalComma), m_tallies(static_cast<std::size_t>(Check::Count)), m_seenJson(kRememberedJson)
{
}

void Conformance::start(Tally& tally, std::uint64_t line, std::string_view sample)
{
    tally.firstLine = line;
    std::size_t length = std::min(sample.size(), kSampleBytes);
    while (length > 0 && length < sample.size() && (static_cast<unsigned char>(sample[length]) & 0xC0U) == 0x80U)
        --length;
    tally.sample = sample.substr(0, length);
}

void Conformance::check(const CostLine& line, const BillingPeriodBounds& billing)
{
    m_line = &line;
    const std::string_view category = text(Column::ChargeCategory);
    m_isUsage = category == "Usage";
    m_isPurchase = category == "Purchase";
    m_isTax = category == "Tax";
    m_isCorrection = text(Column::ChargeClass) == "Correction";
    if (m_firstCurrency.isUnknown())
        m_firstCurrency = line.currency;
    if (line.currency != m_firstCurrency && !line.currency.isUnknown())
        note(Check::MixedCurrencies, Column::BillingCurrency);
    checkPeriods(billing);
    checkListedValues();
    checkFilled();
    checkCosts();
    checkQuantities();
    checkPrices();
    checkCommitment();
    checkService();
    checkSku();
    checkPartners();
    checkIds();
    checkJson();
}

void Conformance::checkPeriods(const BillingPeriodBounds& billing)
{
    const Instant start = m_line->chargeStart;
    const Instant end = m_line->chargeEnd;
    if (end.isValid() && end <= start)
        note(Check::PeriodOrder, Column::ChargePeriodEnd);
    if (!billing.start.isValid())
        return;
    const Day startDay = billing.start.day();
    if (startDay != startDay.firstOfMonth() || billing.start.seconds % kSecondsPerDay != 0)
        note(Check::BillingPeriodBounds, Column::BillingPeriodStart);
    if (billing.end.isValid() && billing.end <= billing.start)
        note(Check::PeriodOrder, Column::BillingPeriodEnd);
    else if (billing.end.isValid() && billing.end.seconds % kSecondsPerDay == kSecondsPerDay - 1)
        note(Check::LastSecondEnd, Column::BillingPeriodEnd);
    else if (billing.end.isValid() && (billing.end.day() + 1).dayOfMonth() == 1)
        note(Check::LastSecondEnd, Column::BillingPeriodEnd);
    const bool early = start < billing.start;
    const bool late = billing.end.isValid() && billing.end > billing.start && start >= billing.end;
    if (early || late)
        note(Check::OutsideBillingPeriod, Column::ChargePeriodStart);
}

void Conformance::checkListedValues()
{
    for (const Column column :
         {Column::ChargeCategory, Column::ChargeClass, Column::ChargeFrequency, Column::PricingCategory,
          Column::CommitmentDiscountCategory, Column::CommitmentDiscountStatus, Column::CapacityReservationStatus})
        checkListed(column);
    const bool usageBased = text(Column::ChargeFrequency) == "Usage-Based";
    if (m_isPurchase && usageBased)
        note(Check::PurchaseUsageBased, Column::ChargeFrequency);
    if (m_isTax) {
        for (const Column column : {Column::PricingCategory, Column::PricingQuantity, Column::ListUnitPrice,
                                    Column::ContractedUnitPrice, Column::SkuId, Column::SkuPriceId}) {
            if (!isNull(column))
                note(Check::PricedTax, column);
        }
    }
    if ((m_isUsage || m_isPurchase) && !m_isCorrection && isMissing(Column::PricingCategory))
        note(Check::PricingCategoryMissing, Column::PricingCategory);
}

void Conformance::checkListed(Column column)
{
    const std::string_view value = text(column);
    if (value.empty())
        return;
    const auto allowed = allowedValues(column);
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end())
        return;
    const std::string_view trimmed = words::trimmed(value);
    const bool known = std::any_of(allowed.begin(), allowed.end(),
                                   [&](std::string_view word) { return words::equalsIgnoreCase(word, trimmed); });
    note(known ? Check::ValueCase : Check::ValueNotListed, column);
}

void Conformance::checkFilled()
{
    for (const Column column : {Column::BillingAccountId, Column::ChargeCategory, Column::ChargeFrequency,
                                Column::InvoiceIssuerName, Column::ServiceName, Column::ServiceCategory,
                                Column::BillingPeriodStart, Column::BillingPeriodEnd, Column::ChargePeriodEnd}) {
        if (isMissing(column))
            note(Check::ValueMissing, column);
    }
    if (m_line->provider.empty() && (has(Column::ProviderName) || has(Column::ServiceProviderName)))
        note(Check::ValueMissing, has(Column::ProviderName) ? Column::ProviderName : Column::ServiceProviderName);
    const std::string_view issuer = text(Column::InvoiceIssuerName);
    const auto& billed = cost(CostLens::Billed);
    if (!issuer.empty() && !m_line->provider.empty() && issuer != m_line->provider && !isZeroOrNull(billed))
        note(Check::IssuerDiffers, Column::InvoiceIssuerName);
}

void Conformance::checkCosts()
{
    constexpr std::array kCostColumns{Column::EffectiveCost, Column::BilledCost, Column::ListCost,
                                      Column::ContractedCost};
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (!m_line->cost[lens] && has(kCostColumns[lens]))
            note(Check::CostNull, kCostColumns[lens]);
    }
    if (!isPositive(cost(CostLens::Effective)) || m_isCorrection)
        return;
    if (has(Column::ListCost) && isZeroOrNull(cost(CostLens::List)))
        note(Check::PriceUnknown, Column::ListCost);
    if (has(Column::ContractedCost) && isZeroOrNull(cost(CostLens::Contracted)))
        note(Check::PriceUnknown, Column::ContractedCost);
}

void Conformance::checkQuantities()
{
    checkPair(Column::PricingQuantity, Column::PricingUnit);
    checkPair(Column::ConsumedQuantity, Column::ConsumedUnit);
    checkPair(Column::CommitmentDiscountQuantity, Column::CommitmentDiscountUnit);
    if (!m_isUsage && !isNull(Column::ConsumedQuantity) && !isNull(Column::ChargeCategory))
        note(Check::ConsumedOnNonUsage, Column::ConsumedQuantity);
}

void Conformance::checkPair(Column quantity, Column unit)
{
    if (has(quantity) && has(unit) && isNull(quantity) != isNull(unit))
        note(Check::QuantityUnitPair, quantity);
}

void Conformance::checkPrices()
{
    checkPrice(Column::ListUnitPrice, CostLens::List);
    checkPrice(Column::ContractedUnitPrice, CostLens::Contracted);
    for (const Column price : {Column::PricingCurrencyListUnitPrice, Column::PricingCurrencyContractedUnitPrice}) {
        if (text(price).starts_with('-'))
            note(Check::NegativePrice, price);
    }
}

void Conformance::checkPrice(Column price, CostLens lens)
{
    if (isNull(price))
        return;
    const auto parsed = m_decimalComma ? parseDecimal(withDecimalPoint(text(price))) : parseDecimal(text(price));
    if (!parsed) {
        note(Check::PriceInvalid, price);
        return;
    }
    if (parsed->style == NumberStyle::Decorated)
        note(Check::NumberFormat, price);
    if (parsed->value.isNegative())
        note(Check::NegativePrice, price);
    const auto& quantity = m_line->quantity[0];
    const auto& total = cost(lens);
    if (!quantity || !total || m_isCorrection)
        return;
    constexpr double kRelative = 0.001;
    constexpr double kAbsolute = 1e-9;
    const double expected = approximate(parsed->value) * approximate(*quantity);
    const double actual = approximate(*total);
    if (std::fabs(expected - actual) > kAbsolute + kRelative * std::max(std::fabs(expected), std::fabs(actual)))
        note(Check::PriceTimesQuantity, price);
}

void Conformance::checkCommitment()
{
    if (!has(Column::CommitmentDiscountId))
        return;
    if (isNull(Column::CommitmentDiscountId)) {
        for (const Column column :
             {Column::CommitmentDiscountCategory, Column::CommitmentDiscountName, Column::CommitmentDiscountType,
              Column::CommitmentDiscountStatus, Column::CommitmentDiscountQuantity, Column::CommitmentDiscountUnit}) {
            if (!isNull(column))
                note(Check::CommitmentWithoutId, column);
        }
        return;
    }
    for (const Column column : {Column::CommitmentDiscountCategory, Column::CommitmentDiscountType}) {
        if (isMissing(column))
            note(Check::CommitmentIncomplete, column);
    }
    if (!fitsEarlier(m_unitOfCommitment, text(Column::CommitmentDiscountId), text(Column::CommitmentDiscountUnit)))
        note(Check::CommitmentUnitChanges, Column::CommitmentDiscountUnit);
    const auto& effective = cost(CostLens::Effective);
    if (m_isPurchase && effective && !effective->isZero())
        note(Check::CommitmentPurchaseEffective, Column::EffectiveCost);
    if (m_isUsage)
        checkCommitmentUsage();
}

void Conformance::checkCommitmentUsage()
{
    const std::string_view status = text(Column::CommitmentDiscountStatus);
    const auto& billed = cost(CostLens::Billed);
    const auto& effective = cost(CostLens::Effective);
    if (status.empty() && has(Column::CommitmentDiscountStatus))
        note(Check::CommitmentStatusMissing, Column::CommitmentDiscountStatus);
    if (status == "Used") {
        if (has(Column::PricingCategory) && text(Column::PricingCategory) != "Committed")
            note(Check::CommitmentPricing, Column::PricingCategory);
        if (billed && !billed->isZero())
            note(Check::UsedCost, Column::BilledCost);
        if (effective && !isPositive(effective) && !m_isCorrection)
            note(Check::UsedCost, Column::EffectiveCost);
    }
    if (status == "Unused") {
        if (!isNull(Column::ConsumedQuantity))
            note(Check::UnusedRow, Column::ConsumedQuantity);
        if (effective && effective->isZero())
            note(Check::UnusedRow, Column::EffectiveCost);
    }
}

void Conformance::checkService()
{
    const std::string_view service = text(Column::ServiceName);
    const std::string_view category = text(Column::ServiceCategory);
    const std::string_view subcategory = text(Column::ServiceSubcategory);
    if (service != m_lastService.name || category != m_lastService.category ||
        subcategory != m_lastService.subcategory) {
        m_lastService.name = service;
        m_lastService.category = category;
        m_lastService.subcategory = subcategory;
        m_lastService.isListed = category.empty() || isServiceCategory(category);
        m_lastService.fits = category.empty() || subcategory.empty() || isServiceSubcategory(category, subcategory);
        m_lastService.isUnique = fitsEarlier(m_categoryOfService, service, category);
    }
    if (!m_lastService.isListed)
        note(Check::ServiceCategory, Column::ServiceCategory);
    else if (!m_lastService.fits)
        note(Check::ServiceSubcategory, Column::ServiceSubcategory);
    if (!m_lastService.isUnique)
        note(Check::ServiceTwoCategories, Column::ServiceName);
}

/// False when `key` was seen with another value before. Keys beyond a bound are not remembered.
bool Conformance::fitsEarlier(Remembered& known, std::string_view key, std::string_view value)
{
    if (key.empty() || value.empty())
        return true;
    const std::size_t keyHash = hashOf(key);
    const std::size_t valueHash = hashOf(value);
    const auto found = known.find(keyHash);
    if (found != known.end())
        return found->second == valueHash;
    if (known.size() < kRememberedPairs)
        known.emplace(keyHash, valueHash);
    return true;
}

void Conformance::checkSku()
{
    if (!fitsEarlier(m_skuOfPrice, text(Column::SkuPriceId), text(Column::SkuId)))
        note(Check::SkuPriceTwoSkus, Column::SkuPriceId);
    if ((!m_isUsage && !m_isPurchase) || m_isCorrection)
        return;
    for (const Column column : {Column::SkuId, Column::SkuPriceId}) {
        if (isMissing(column))
            note(Check::SkuMissing, column);
    }
}

void Conformance::checkPartners()
{
    const std::array kTypes{std::pair{Column::BillingAccountType, Column::BillingAccountId},
                            std::pair{Column::SubAccountType, Column::SubAccountId}};
    for (const auto& [type, id] : kTypes) {
        if (isMissing(type) && !isNull(id))
            note(Check::PartnerMissing, type);
    }
    const std::array kDependents{std::pair{Column::BillingAccountType, Column::BillingAccountId},
                                 std::pair{Column::SubAccountType, Column::SubAccountId},
                                 std::pair{Column::SubAccountName, Column::SubAccountId},
                                 std::pair{Column::RegionName, Column::RegionId},
                                 std::pair{Column::ResourceType, Column::ResourceId}};
    for (const auto& [dependent, id] : kDependents) {
        if (!isNull(dependent) && isMissing(id))
            note(Check::PartnerWithoutId, dependent);
    }
}

void Conformance::checkIds()
{
    for (const Column column : {Column::BillingAccountId, Column::SubAccountId, Column::ResourceId, Column::InvoiceId,
                                Column::SkuId, Column::SkuPriceId, Column::CommitmentDiscountId}) {
        if (looksDamaged(text(column)))
            note(Check::DamagedId, column);
    }
}

void Conformance::checkJson()
{
    for (const Column column : {Column::Tags, Column::SkuPriceDetails, Column::AllocatedTags}) {
        if (isNull(column))
            continue;
        const unsigned faults = jsonFaults(text(column));
        if ((faults & kNotObject) != 0)
            note(Check::JsonNotObject, column);
        if ((faults & kNested) != 0)
            note(Check::JsonNested, column);
        if ((faults & kRepeatedKey) != 0)
            note(Check::JsonRepeatedKey, column);
        if ((faults & kPaddedKey) != 0)
            note(Check::JsonPaddedKey, column);
    }
    for (const Column column : {Column::ContractApplied, Column::AllocatedMethodDetails}) {
        if (!isNull(column) && (jsonFaults(text(column)) & (kNotObject | kNoElements)) != 0)
            note(Check::ContractShape, column);
    }
}

unsigned Conformance::jsonFaults(std::string_view json)
{
    const std::size_t hash = hashOf(json) | 1U;
    SeenJson& seen = m_seenJson[(hash >> 1U) % kRememberedJson];
    if (seen.hash == hash)
        return seen.faults;
    const JsonShape shape = jsonShape(json);
    unsigned faults = shape.isObject ? 0U : kNotObject;
    faults |= shape.isObject && shape.isNested ? kNested : 0U;
    faults |= shape.repeatsKey ? kRepeatedKey : 0U;
    faults |= shape.isObject && shape.hasPaddedKey ? kPaddedKey : 0U;
    faults |= shape.hasElements ? 0U : kNoElements;
    seen = {hash, faults};
    return seen.faults;
}

std::vector<Finding> Conformance::findings() const
{
    std::vector<Finding> all;
    for (std::size_t check = 0; check < m_tallies.size(); ++check) {
        const CheckInfo about = info(static_cast<Check>(check));
        for (std::size_t column = 0; column <= kColumnCount; ++column) {
            const Tally& tally = m_tallies[check][column];
            if (tally.rows == 0)
                continue;
            Finding finding;
            finding.severity = about.severity;
            finding.check = about.id;
            finding.rows = tally.rows;
            finding.firstLine = tally.firstLine;
            if (column < kColumnCount)
                finding.message = std::string(columnName(static_cast<Column>(column))) + " ";
            finding.message += about.says;
            if (!tally.sample.empty())
                finding.message += ", first: \"" + tally.sample + "\"";
            all.push_back(std::move(finding));
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
    return all;
}

} // namespace altimeter::providers
