#include "providers/focus/conformance.h"

#include "models/domain/tags.h"
#include "models/domain/years.h"
#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/focus/jsonshape.h"
#include "providers/focus/rowtext.h"
#include "providers/focus/vocabulary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::size_t kRememberedPairs = 20000;
constexpr std::size_t kRememberedJson = 1024;
constexpr std::size_t kSampleBytes = 80;
constexpr std::size_t kFewestJudged = std::size_t{1} << 8; // powers of two
constexpr std::size_t kMostJudged = std::size_t{1} << 17;
constexpr std::size_t kMostPairs = std::size_t{1} << 16;

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
    case Check::ChargePeriodFar:
        return {Warning, "charge-period-apart",
                "is dated years away from the file's other lines; whether these rows belong to the days of the data is "
                "decided by all charges together (charge-period-far)"};
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
    case Check::JsonKeyCase:
        return {Warning, "json-key-case",
                "has keys that differ only in case or blanks; as a tag they are one, and the first of them with a "
                "value counts"};
    case Check::TagsTooLong:
        return {Warning, "tags-too-long", "is longer than 1,000,000 bytes and counts as no tags"};
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
    case Check::BackslashQuotes:
        return {Note, "backslash-quotes", "rows escape quotes with a backslash and are read that way"};
    case Check::BareQuotes:
        return {Note, "bare-quotes", "rows hold quotes in fields that are not quoted and are read as they stand"};
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
    const auto narrow = static_cast<std::int64_t>(value.mantissa); // much faster to convert
    const double mantissa =
        narrow == value.mantissa ? static_cast<double>(narrow) : static_cast<double>(value.mantissa);
    return mantissa / kPowersOfTen[value.scale];
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
constexpr unsigned kKeyCase = 32;

/// Cut so short that a finding can show it, not inside a character.
std::string_view sampleOf(std::string_view text)
{
    return words::firstBytes(text, kSampleBytes);
}

/// What it is called when a pair does not show the value the file showed first.
std::pair<Check, Column> faultOf(Pairing pairing)
{
    switch (pairing) {
    case Pairing::CategoryOfService:
        return {Check::ServiceTwoCategories, Column::ServiceName};
    case Pairing::SkuOfPrice:
        return {Check::SkuPriceTwoSkus, Column::SkuPriceId};
    case Pairing::UnitOfCommitment:
        return {Check::CommitmentUnitChanges, Column::CommitmentDiscountUnit};
    default:
        return {Check::MixedCurrencies, Column::BillingCurrency};
    }
}

} // namespace

std::string_view checkId(Check check)
{
    return info(check).id;
}

Conformance::Conformance(const HeaderMapping& mapping, ColumnSet decimalComma)
    : m_present([&mapping] {
          ColumnSet present;
          for (std::size_t i = 0; i < kColumnCount; ++i)
              present.set(i, mapping.has(static_cast<Column>(i)));
          return present;
      }()),
      m_decimalComma(decimalComma), m_tallies(static_cast<std::size_t>(Check::Count)), m_judged(kFewestJudged),
      m_seenJson(kRememberedJson)
{
}

void Conformance::start(Check check, Column column, std::uint64_t line, std::string_view sample)
{
    m_taken.entries.push_back({check, column, 0, line, std::string(sampleOf(sample))});
}

ConformanceTally Conformance::take()
{
    for (ConformanceTally::Entry& entry : m_taken.entries)
        entry.rows = std::exchange(m_tallies[static_cast<std::size_t>(entry.check)][at(entry.column)], 0);
    for (const std::uint32_t index : m_countedPairs) {
        m_taken.pairs.push_back(m_pairs[index]);
        m_pairs[index].rows = 0;
    }
    m_countedPairs.clear();
    m_yearFrom = m_yearTo = Instant{0};
    if (m_pairs.size() > kMostPairs) {
        forgetJudged();
        m_pairs.clear();
        m_pairOf.clear();
    }
    return std::exchange(m_taken, {});
}

void Conformance::check(const CostLine& line, const BillingPeriodBounds& billing)
{
    m_line = &line;
    const Judged& attributes = judged();
    for (std::size_t i = 0; i < attributes.faultCount; ++i)
        note(m_faults[attributes.faults + i].check, m_faults[attributes.faults + i].column);
    countPairs(attributes);
    if (line.chargeStart < m_yearFrom || line.chargeStart >= m_yearTo) [[unlikely]]
        startYear(line.chargeStart);
    ++m_taken.years[m_yearAt].rows;
    checkPeriods(billing);
    checkFilled();
    checkCosts(attributes);
    checkQuantities(attributes);
    if (attributes.hasListPrice && !attributes.isCorrection)
        checkProduct(Column::ListUnitPrice, attributes.price[0], CostLens::List);
    if (attributes.hasContractedPrice && !attributes.isCorrection)
        checkProduct(Column::ContractedUnitPrice, attributes.price[1], CostLens::Contracted);
    checkCommitment(attributes);
    if (looksDamaged(text(Column::InvoiceId)))
        note(Check::DamagedId, Column::InvoiceId);
}

/// What the attribute cells of the row at hand decide, remembered where the row says when they are equal again.
const Conformance::Judged& Conformance::judged()
{
    m_faults.resize(m_keptFaults); // without those of a line that is not remembered
    const auto& attributes = m_line->attributes;
    if (attributes[0] == 0 && attributes[1] == 0) {
        judge(m_lineJudged);
        return m_lineJudged;
    }
    if (m_judgedCount >= m_judged.size() / 4 * 3)
        growJudged();
    Judged& found = placeOf(attributes);
    if (found.isFilled)
        return found;
    judge(found);
    found.attributes = attributes;
    found.isFilled = true;
    ++m_judgedCount;
    m_keptFaults = m_faults.size();
    return found;
}

Conformance::Judged& Conformance::placeOf(const std::array<std::uint64_t, 2>& attributes)
{
    const std::size_t mask = m_judged.size() - 1;
    std::size_t place = attributes[0] & mask;
    while (m_judged[place].isFilled && m_judged[place].attributes != attributes)
        place = (place + 1) & mask;
    return m_judged[place];
}

void Conformance::growJudged()
{
    if (m_judged.size() >= kMostJudged) {
        forgetJudged();
        return;
    }
    std::vector<Judged> known(2 * m_judged.size());
    known.swap(m_judged);
    for (const Judged& judged : known) {
        if (judged.isFilled)
            placeOf(judged.attributes) = judged;
    }
}

void Conformance::forgetJudged()
{
    std::fill(m_judged.begin(), m_judged.end(), Judged());
    m_judgedCount = 0;
    m_faults.clear();
    m_keptFaults = 0;
}

/// Judges the attribute cells of the row at hand.
void Conformance::judge(Judged& judged)
{
    judged = {};
    judged.faults = static_cast<std::uint32_t>(m_faults.size());
    const std::string_view category = text(Column::ChargeCategory);
    m_isUsage = category == "Usage";
    judged.isPurchase = category == "Purchase";
    judged.isTax = category == "Tax";
    judged.isCorrection = text(Column::ChargeClass) == "Correction";
    judged.isNoUsage = !m_isUsage && !category.empty();
    if (!m_line->currency.isUnknown())
        judged.pairs[static_cast<std::size_t>(Pairing::CurrencyOfFile)] =
            pairOf(Pairing::CurrencyOfFile, "currency", m_line->currency.code(), text(Column::BillingCurrency));
    judgeListedValues(judged);
    judgeFilled(judged);
    judgePrices(judged);
    judgeCommitment(judged);
    judgeService(judged);
    judgeSku(judged);
    judgePartners();
    judgeIds();
    judgeJson();
    judged.faultCount = static_cast<std::uint8_t>(m_faults.size() - judged.faults);
}

void Conformance::judgeListedValues(const Judged& judged)
{
    for (const Column column :
         {Column::ChargeCategory, Column::ChargeClass, Column::ChargeFrequency, Column::PricingCategory,
          Column::CommitmentDiscountCategory, Column::CommitmentDiscountStatus, Column::CapacityReservationStatus})
        judgeListed(column);
    if (judged.isPurchase && text(Column::ChargeFrequency) == "Usage-Based")
        noteFault(Check::PurchaseUsageBased, Column::ChargeFrequency);
    if (judged.isTax) {
        for (const Column column : {Column::PricingCategory, Column::ListUnitPrice, Column::ContractedUnitPrice,
                                    Column::SkuId, Column::SkuPriceId}) {
            if (!isNull(column))
                noteFault(Check::PricedTax, column);
        }
    }
    if ((m_isUsage || judged.isPurchase) && !judged.isCorrection && isMissing(Column::PricingCategory))
        noteFault(Check::PricingCategoryMissing, Column::PricingCategory);
}

void Conformance::judgeListed(Column column)
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
    noteFault(known ? Check::ValueCase : Check::ValueNotListed, column);
}

void Conformance::judgeFilled(Judged& judged)
{
    for (const Column column : {Column::BillingAccountId, Column::ChargeCategory, Column::ChargeFrequency,
                                Column::InvoiceIssuerName, Column::ServiceName, Column::ServiceCategory}) {
        if (isMissing(column))
            noteFault(Check::ValueMissing, column);
    }
    const std::string_view provider = m_line->provider;
    if (provider.empty() && (has(Column::ProviderName) || has(Column::ServiceProviderName)))
        noteFault(Check::ValueMissing, has(Column::ProviderName) ? Column::ProviderName : Column::ServiceProviderName);
    const std::string_view issuer = text(Column::InvoiceIssuerName);
    judged.issuerDiffers = !issuer.empty() && !provider.empty() && issuer != provider;
}

void Conformance::judgePrices(Judged& judged)
{
    const auto list = judgePrice(Column::ListUnitPrice);
    const auto contracted = judgePrice(Column::ContractedUnitPrice);
    judged.hasListPrice = list.has_value();
    judged.hasContractedPrice = contracted.has_value();
    judged.price = {list.value_or(0), contracted.value_or(0)};
    for (const Column price : {Column::PricingCurrencyListUnitPrice, Column::PricingCurrencyContractedUnitPrice}) {
        if (text(price).starts_with('-'))
            noteFault(Check::NegativePrice, price);
    }
}

std::optional<double> Conformance::judgePrice(Column price)
{
    if (isNull(price))
        return std::nullopt;
    const auto parsed =
        m_decimalComma[at(price)] ? parseDecimal(withDecimalPoint(text(price))) : parseDecimal(text(price));
    if (!parsed) {
        noteFault(Check::PriceInvalid, price);
        return std::nullopt;
    }
    if (parsed->style == NumberStyle::Decorated)
        noteFault(Check::NumberFormat, price);
    if (parsed->value.isNegative())
        noteFault(Check::NegativePrice, price);
    return approximate(parsed->value);
}

void Conformance::judgeCommitment(Judged& judged)
{
    if (!has(Column::CommitmentDiscountId))
        return;
    if (isNull(Column::CommitmentDiscountId)) {
        judged.lacksCommitment = true;
        for (const Column column :
             {Column::CommitmentDiscountCategory, Column::CommitmentDiscountName, Column::CommitmentDiscountType,
              Column::CommitmentDiscountStatus, Column::CommitmentDiscountUnit}) {
            if (!isNull(column))
                noteFault(Check::CommitmentWithoutId, column);
        }
        return;
    }
    for (const Column column : {Column::CommitmentDiscountCategory, Column::CommitmentDiscountType}) {
        if (isMissing(column))
            noteFault(Check::CommitmentIncomplete, column);
    }
    const std::string_view unit = text(Column::CommitmentDiscountUnit);
    judged.pairs[static_cast<std::size_t>(Pairing::UnitOfCommitment)] =
        pairOf(Pairing::UnitOfCommitment, text(Column::CommitmentDiscountId), unit, unit);
    judged.buysCommitment = judged.isPurchase;
    if (!m_isUsage)
        return;
    const std::string_view status = text(Column::CommitmentDiscountStatus);
    if (isMissing(Column::CommitmentDiscountStatus))
        noteFault(Check::CommitmentStatusMissing, Column::CommitmentDiscountStatus);
    judged.isUsed = status == "Used";
    judged.isUnused = status == "Unused";
    if (judged.isUsed && has(Column::PricingCategory) && text(Column::PricingCategory) != "Committed")
        noteFault(Check::CommitmentPricing, Column::PricingCategory);
}

void Conformance::judgeService(Judged& judged)
{
    const std::string_view service = text(Column::ServiceName);
    const std::string_view category = text(Column::ServiceCategory);
    const std::string_view subcategory = text(Column::ServiceSubcategory);
    if (!category.empty() && !isServiceCategory(category))
        noteFault(Check::ServiceCategory, Column::ServiceCategory);
    else if (!category.empty() && !subcategory.empty() && !isServiceSubcategory(category, subcategory))
        noteFault(Check::ServiceSubcategory, Column::ServiceSubcategory);
    judged.pairs[static_cast<std::size_t>(Pairing::CategoryOfService)] =
        pairOf(Pairing::CategoryOfService, service, category, service);
}

void Conformance::judgeSku(Judged& judged)
{
    const std::string_view price = text(Column::SkuPriceId);
    judged.pairs[static_cast<std::size_t>(Pairing::SkuOfPrice)] =
        pairOf(Pairing::SkuOfPrice, price, text(Column::SkuId), price);
    if ((!m_isUsage && !judged.isPurchase) || judged.isCorrection)
        return;
    for (const Column column : {Column::SkuId, Column::SkuPriceId}) {
        if (isMissing(column))
            noteFault(Check::SkuMissing, column);
    }
}

/// Where this key with this value is counted; kNone when one of them is null.
std::uint32_t Conformance::pairOf(Pairing pairing, std::string_view key, std::string_view value,
                                  std::string_view sample)
{
    if (key.empty() || value.empty())
        return kNone;
    const std::size_t keyHash = hashOf(key);
    const std::size_t valueHash = hashOf(value);
    const auto [known, isNew] =
        m_pairOf.try_emplace({pairing, keyHash, valueHash}, static_cast<std::uint32_t>(m_pairs.size()));
    if (isNew)
        m_pairs.push_back({pairing, keyHash, valueHash, 0, 0, std::string(sampleOf(sample))});
    return known->second;
}

void Conformance::countPairs(const Judged& judged)
{
    for (const std::uint32_t index : judged.pairs) {
        if (index == kNone)
            continue;
        ConformanceTally::Pair& pair = m_pairs[index];
        if (pair.rows++ == 0) {
            pair.firstLine = m_line->lineNumber;
            m_countedPairs.push_back(index);
        }
    }
}

/// The rows that follow are counted in the year of `start`.
void Conformance::startYear(Instant start)
{
    const int year = start.day().year();
    const auto firstSecond = [](int of) {
        return Instant{std::int64_t{Day::fromYmd(of, 1, 1).number} * kSecondsPerDay};
    };
    m_yearFrom = firstSecond(year);
    m_yearTo = firstSecond(year + 1);
    auto& years = m_taken.years;
    const auto known = std::find_if(years.begin(), years.end(), [year](const auto& one) { return one.year == year; });
    m_yearAt = static_cast<std::size_t>(known - years.begin());
    if (known == years.end())
        years.push_back({year, 0, m_line->lineNumber, std::string(sampleOf(text(Column::ChargePeriodStart)))});
}

void Conformance::checkPeriods(const BillingPeriodBounds& billing)
{
    const Instant start = m_line->chargeStart;
    const Instant end = m_line->chargeEnd;
    if (end.isValid() && end <= start)
        note(Check::PeriodOrder, Column::ChargePeriodEnd);
    if (!billing.start.isValid())
        return;
    if (billing.start != m_lastPeriod.bounds.start || billing.end != m_lastPeriod.bounds.end)
        m_lastPeriod = seenPeriod(billing);
    if (m_lastPeriod.hasOddStart)
        note(Check::BillingPeriodBounds, Column::BillingPeriodStart);
    if (m_lastPeriod.isEmpty)
        note(Check::PeriodOrder, Column::BillingPeriodEnd);
    else if (m_lastPeriod.namesLastSecond)
        note(Check::LastSecondEnd, Column::BillingPeriodEnd);
    const bool early = start < billing.start;
    const bool late = billing.end.isValid() && billing.end > billing.start && start >= billing.end;
    if (early || late)
        note(Check::OutsideBillingPeriod, Column::ChargePeriodStart);
}

/// Requires a valid start.
Conformance::SeenPeriod Conformance::seenPeriod(const BillingPeriodBounds& billing)
{
    SeenPeriod period;
    period.bounds = billing;
    const Day startDay = billing.start.day();
    period.hasOddStart = startDay != startDay.firstOfMonth() || billing.start.seconds % kSecondsPerDay != 0;
    if (!billing.end.isValid())
        return period;
    period.isEmpty = billing.end <= billing.start;
    // An end with an offset is midnight somewhere: on the day before in UTC, but no last day. Offsets are quarter
    // hours.
    constexpr std::int64_t kOffsetStep = 900;
    const bool isMidnight = billing.end.seconds % kSecondsPerDay == 0;
    period.namesLastSecond =
        (billing.end.seconds + 1) % kOffsetStep == 0 || (isMidnight && (billing.end.day() + 1).dayOfMonth() == 1);
    return period;
}

void Conformance::checkFilled()
{
    for (const Column column : {Column::BillingPeriodStart, Column::BillingPeriodEnd, Column::ChargePeriodEnd}) {
        if (isMissing(column))
            note(Check::ValueMissing, column);
    }
}

void Conformance::checkCosts(const Judged& judged)
{
    constexpr std::array kCostColumns{Column::EffectiveCost, Column::BilledCost, Column::ListCost,
                                      Column::ContractedCost};
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (!m_line->cost[lens] && has(kCostColumns[lens]))
            note(Check::CostNull, kCostColumns[lens]);
    }
    if (judged.issuerDiffers && !isZeroOrNull(cost(CostLens::Billed)))
        note(Check::IssuerDiffers, Column::InvoiceIssuerName);
    if (!isPositive(cost(CostLens::Effective)) || judged.isCorrection)
        return;
    if (has(Column::ListCost) && isZeroOrNull(cost(CostLens::List)))
        note(Check::PriceUnknown, Column::ListCost);
    if (has(Column::ContractedCost) && isZeroOrNull(cost(CostLens::Contracted)))
        note(Check::PriceUnknown, Column::ContractedCost);
}

void Conformance::checkQuantities(const Judged& judged)
{
    checkPair(Column::PricingQuantity, Column::PricingUnit);
    checkPair(Column::ConsumedQuantity, Column::ConsumedUnit);
    checkPair(Column::CommitmentDiscountQuantity, Column::CommitmentDiscountUnit);
    if (judged.isNoUsage && !isNull(Column::ConsumedQuantity))
        note(Check::ConsumedOnNonUsage, Column::ConsumedQuantity);
    if (judged.isTax && !isNull(Column::PricingQuantity))
        note(Check::PricedTax, Column::PricingQuantity);
}

void Conformance::checkPair(Column quantity, Column unit)
{
    if (has(quantity) && has(unit) && isNull(quantity) != isNull(unit))
        note(Check::QuantityUnitPair, quantity);
}

void Conformance::checkProduct(Column price, double unitPrice, CostLens lens)
{
    const auto& quantity = m_line->quantity[0];
    const auto& total = cost(lens);
    if (!quantity || !total)
        return;
    constexpr double kRelative = 0.001;
    constexpr double kAbsolute = 1e-9;
    const double expected = unitPrice * approximate(*quantity);
    const double actual = approximate(*total);
    if (std::fabs(expected - actual) > kAbsolute + kRelative * std::max(std::fabs(expected), std::fabs(actual)))
        note(Check::PriceTimesQuantity, price);
}

void Conformance::checkCommitment(const Judged& judged)
{
    const auto& billed = cost(CostLens::Billed);
    const auto& effective = cost(CostLens::Effective);
    if (judged.lacksCommitment && !isNull(Column::CommitmentDiscountQuantity))
        note(Check::CommitmentWithoutId, Column::CommitmentDiscountQuantity);
    if (judged.buysCommitment && effective && !effective->isZero())
        note(Check::CommitmentPurchaseEffective, Column::EffectiveCost);
    if (judged.isUsed) {
        if (billed && !billed->isZero())
            note(Check::UsedCost, Column::BilledCost);
        if (effective && !isPositive(effective) && !judged.isCorrection)
            note(Check::UsedCost, Column::EffectiveCost);
    }
    if (judged.isUnused) {
        if (!isNull(Column::ConsumedQuantity))
            note(Check::UnusedRow, Column::ConsumedQuantity);
        if (effective && effective->isZero())
            note(Check::UnusedRow, Column::EffectiveCost);
    }
}

void Conformance::judgePartners()
{
    const std::array kTypes{std::pair{Column::BillingAccountType, Column::BillingAccountId},
                            std::pair{Column::SubAccountType, Column::SubAccountId}};
    for (const auto& [type, id] : kTypes) {
        if (isMissing(type) && !isNull(id))
            noteFault(Check::PartnerMissing, type);
    }
    const std::array kDependents{std::pair{Column::BillingAccountType, Column::BillingAccountId},
                                 std::pair{Column::SubAccountType, Column::SubAccountId},
                                 std::pair{Column::SubAccountName, Column::SubAccountId},
                                 std::pair{Column::RegionName, Column::RegionId},
                                 std::pair{Column::ResourceType, Column::ResourceId}};
    for (const auto& [dependent, id] : kDependents) {
        if (!isNull(dependent) && isMissing(id))
            noteFault(Check::PartnerWithoutId, dependent);
    }
}

void Conformance::judgeIds()
{
    for (const Column column : {Column::BillingAccountId, Column::SubAccountId, Column::ResourceId, Column::SkuId,
                                Column::SkuPriceId, Column::CommitmentDiscountId}) {
        if (looksDamaged(text(column)))
            noteFault(Check::DamagedId, column);
    }
}

void Conformance::judgeJson()
{
    for (const Column column : {Column::Tags, Column::SkuPriceDetails, Column::AllocatedTags}) {
        if (isNull(column))
            continue;
        const unsigned faults = jsonFaults(text(column));
        if ((faults & kNotObject) != 0)
            noteFault(Check::JsonNotObject, column);
        if ((faults & kNested) != 0)
            noteFault(Check::JsonNested, column);
        if ((faults & kRepeatedKey) != 0)
            noteFault(Check::JsonRepeatedKey, column);
        if ((faults & kPaddedKey) != 0)
            noteFault(Check::JsonPaddedKey, column);
        if ((faults & kKeyCase) != 0 && column != Column::SkuPriceDetails)
            noteFault(Check::JsonKeyCase, column);
    }
    if (text(Column::Tags).size() > kLongestTags && words::trimmed(text(Column::Tags)).size() > kLongestTags)
        noteFault(Check::TagsTooLong, Column::Tags);
    for (const Column column : {Column::ContractApplied, Column::AllocatedMethodDetails}) {
        if (!isNull(column) && (jsonFaults(text(column)) & (kNotObject | kNoElements)) != 0)
            noteFault(Check::ContractShape, column);
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
    faults |= shape.repeatsKeyOtherwise ? kKeyCase : 0U;
    faults |= shape.isObject && shape.hasPaddedKey ? kPaddedKey : 0U;
    faults |= shape.hasElements ? 0U : kNoElements;
    seen = {hash, faults};
    return seen.faults;
}

void ConformanceTotal::add(const ConformanceTally& tally)
{
    for (const ConformanceTally::Entry& entry : tally.entries)
        add(entry);
    for (const ConformanceTally::Pair& pair : tally.pairs) {
        auto& firstValue = m_firstValue[static_cast<std::size_t>(pair.pairing)];
        const auto known = firstValue.find(pair.key);
        if (known == firstValue.end()) {
            if (firstValue.size() < kRememberedPairs)
                firstValue.emplace(pair.key, pair.value);
        } else if (known->second != pair.value) {
            const auto [check, column] = faultOf(pair.pairing);
            add({check, column, pair.rows, pair.firstLine, pair.sample});
        }
    }
    for (const ConformanceTally::Year& year : tally.years) {
        ConformanceTally::Year& sum = m_years[year.year];
        const std::uint64_t rows = sum.rows + year.rows;
        if (sum.rows == 0 || year.firstLine < sum.firstLine)
            sum = year;
        sum.rows = rows;
    }
}

/// The years far from the one with most lines; which those are is known only at the end.
void ConformanceTotal::addFarYears(std::map<Key, ConformanceTally::Entry>& entries) const
{
    LinesByYear lines;
    for (const auto& [year, counted] : m_years)
        lines[year] = counted.rows;
    if (lines.empty())
        return;
    const YearSpan main = mainStretch(lines);
    for (const auto& [year, counted] : m_years) {
        if (main.contains(year))
            continue;
        ConformanceTally::Entry& entry = entries[{Check::ChargePeriodFar, Column::ChargePeriodStart}];
        const std::uint64_t rows = entry.rows + counted.rows;
        if (entry.rows == 0 || counted.firstLine < entry.firstLine)
            entry = {Check::ChargePeriodFar, Column::ChargePeriodStart, 0, counted.firstLine, counted.sample};
        entry.rows = rows;
    }
}

void ConformanceTotal::add(ConformanceTally::Entry entry)
{
    ConformanceTally::Entry& sum = m_entries[{entry.check, entry.column}];
    const std::uint64_t rows = sum.rows + entry.rows;
    if (sum.rows == 0 || entry.firstLine < sum.firstLine)
        sum = std::move(entry);
    sum.rows = rows;
}

std::vector<Finding> ConformanceTotal::findings() const
{
    std::vector<Finding> all;
    auto entries = m_entries;
    addFarYears(entries);
    for (const auto& [key, entry] : entries) {
        const CheckInfo about = info(entry.check);
        Finding finding;
        finding.severity = about.severity;
        finding.check = about.id;
        finding.rows = entry.rows;
        finding.firstLine = entry.firstLine;
        if (entry.column != Column::Count)
            finding.message = std::string(columnName(entry.column)) + " ";
        finding.message += about.says;
        if (!entry.sample.empty())
            finding.message += ", first: \"" + entry.sample + "\"";
        all.push_back(std::move(finding));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
    return all;
}

} // namespace altimeter::providers
