#include "app/demo/democompany.h"

#include "app/demo/democatalog.h"
#include "models/domain/focus.h"
#include "models/domain/powersoften.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

namespace altimeter::session {

namespace {

using namespace demo;

constexpr std::uint64_t kSeed = 0x51554C4C4D455245;
constexpr int kMonths = 13;
constexpr int kMillion = 1'000'000;
constexpr int kMoneyScale = 18; ///< of sums and of what is left of a commitment's day

Day firstDay()
{
    return Day::fromYmd(2025, 11, 1);
}
Day lastDay()
{
    return Day::fromYmd(2026, 11, 19);
}

// --- exact numbers ---------------------------------------------------------------------------------------------------

Decimal decimal(std::int64_t mantissa, int scale = 0)
{
    return {mantissa, static_cast<std::uint8_t>(scale)};
}

Decimal decimal(Price price)
{
    return decimal(price.mantissa, price.scale);
}

/// Without trailing zeros behind the point.
Decimal trimmed(Decimal value)
{
    while (value.scale > 0 && value.mantissa % 10 == 0) {
        value.mantissa /= 10;
        --value.scale;
    }
    return value;
}

/// The catalog keeps every product far below 38 digits.
Decimal multiply(const Decimal& a, const Decimal& b)
{
    return trimmed({a.mantissa * b.mantissa, static_cast<std::uint8_t>(a.scale + b.scale)});
}

/// The value in 10^-18; every amount of the data has at most 18 decimals.
Int128 attos(const Decimal& value)
{
    assert(value.scale <= kMoneyScale && "demo amounts have at most 18 decimals");
    return value.mantissa * powerOfTen(kMoneyScale - value.scale);
}

Decimal fromAttos(Int128 value)
{
    return trimmed({value, kMoneyScale});
}

// --- repeatable chance -----------------------------------------------------------------------------------------------

std::uint64_t splitmix64(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return splitmix64(hash ^ kSeed);
}

/// Between -amplitude and +amplitude millionths, more often near zero.
std::int64_t noise(std::uint64_t key, Day day, std::int64_t amplitude)
{
    std::int64_t sum = 0;
    auto state = splitmix64(key ^ (static_cast<std::uint64_t>(day.number) * 0x9E3779B97F4A7C15));
    for (int i = 0; i < 3; ++i) {
        state = splitmix64(state);
        sum += static_cast<std::int64_t>(state % 2001) - 1000;
    }
    return sum * amplitude / 3000;
}

// --- shape of the year -----------------------------------------------------------------------------------------------

struct Shape {
    std::array<int, 7> week; ///< thousandths by weekday, Monday first
    std::int64_t noise;      ///< millionths
};

const Shape& shapeOf(Rhythm rhythm)
{
    static constexpr Shape kWeb{{1010, 1000, 1005, 1015, 1040, 900, 880}, 30'000};
    static constexpr Shape kOffice{{1000, 1030, 1040, 1020, 960, 330, 300}, 50'000};
    static constexpr Shape kFlat{{1000, 1000, 1000, 1000, 1000, 1000, 1000}, 8'000};
    static constexpr Shape kBatch{{1150, 1000, 980, 990, 1010, 880, 850}, 60'000};
    switch (rhythm) {
    case Rhythm::Web:
        return kWeb;
    case Rhythm::Office:
        return kOffice;
    case Rhythm::Flat:
        return kFlat;
    case Rhythm::Batch:
        break;
    }
    return kBatch;
}

/// Shopping season and the quiet week at the end of the year, in thousandths.
int seasonOf(Rhythm rhythm, Day day)
{
    const int monthDay = day.month() * 100 + day.dayOfMonth();
    if (rhythm == Rhythm::Web && monthDay >= 1124 && monthDay <= 1202)
        return 1160;
    if (rhythm == Rhythm::Web && monthDay >= 1215 && monthDay <= 1223)
        return 1080;
    if (rhythm == Rhythm::Office && (monthDay >= 1224 || monthDay <= 101))
        return 450;
    return 1000;
}

/// What the day asks for, in millionths of the first ordinary day; without incidents.
std::int64_t demand(std::string_view name, int growthPermille, Rhythm rhythm, Day day)
{
    const auto& shape = shapeOf(rhythm);
    const std::int64_t growth = kMillion + static_cast<std::int64_t>(growthPermille) * 1000 * (day - firstDay()) / 365;
    const std::int64_t calendar =
        growth * shape.week[static_cast<std::size_t>(day.weekday())] / 1000 * seasonOf(rhythm, day) / 1000;
    return calendar + calendar * noise(hashOf(name), day, shape.noise) / kMillion;
}

// --- incidents -------------------------------------------------------------------------------------------------------

const IncidentInfo& infoOf(Incident incident)
{
    return kIncidents[static_cast<std::size_t>(incident)];
}

DateRange daysOf(Incident incident)
{
    const auto& info = infoOf(incident);
    const auto from = Day::fromYmd(info.fromYear, info.fromMonth, info.fromDay);
    return {from, from + info.days};
}

bool isActive(Incident incident, Day day)
{
    return incident != Incident::None && daysOf(incident).contains(day);
}

/// How much more (or less) is used, in thousandths.
std::int64_t incidentFactor(Incident incident, Day day)
{
    if (!isActive(incident, day))
        return 1000;
    const int since = day - daysOf(incident).from;
    switch (incident) {
    case Incident::NatSpike:
        return since == 1 ? 11'000 : 8'000;
    case Incident::Outage:
        return 180;
    case Incident::SnapshotLeak:
        return 1000 + 20 * (since + 1);
    case Incident::DebugLogging:
        return since == 6 ? 3'500 : 7'500;
    case Incident::AgentLoop:
        return since == 0 ? 9'000 : 14'000;
    case Incident::DoubleReindex:
        return 12'000;
    default:
        return 1000;
    }
}

// --- known changes that are no incidents
// ------------------------------------------------------------------------------

/// The catalog database moved to a smaller engine in April 2026; thousandths of its former size.
int plannedChange(const Stream& stream, Day day)
{
    return stream.resource == "catalog-db" && day >= Day::fromYmd(2026, 4, 15) ? 420 : 1000;
}

// --- one charge ------------------------------------------------------------------------------------------------------

struct Row {
    BillingIndex billing = BillAws;
    const SubAccount* sub = nullptr; ///< none: charged above the sub accounts
    Day from, to;                    ///< charge period, to is outside
    Day month;                       ///< billing period
    std::string category = "Usage", chargeClass, frequency = "Usage-Based", description;
    Decimal billed, effective, list, contracted;
    std::optional<Decimal> listPrice, contractedPrice, pricingQuantity, consumedQuantity;
    std::string pricingUnit, consumedUnit, pricingCategory;
    std::string service, serviceCategory, serviceSubcategory, publisher;
    std::string sku, meter, resource, resourceName, resourceType, tags;
    bool hasRegion = false;
    const Commitment* commitment = nullptr;
    std::string commitmentStatus;
    std::optional<Decimal> commitmentQuantity;
    std::string model, useCase, workflow, tokenClass, tier;
};

std::string_view vendorName(Vendor vendor)
{
    static constexpr std::array<std::string_view, kVendorCount> kNames{"AWS", "Azure", "GCP", "OpenAI", "Anthropic"};
    return kNames[static_cast<std::size_t>(vendor)];
}

std::string_view vendorFile(Vendor vendor)
{
    static constexpr std::array<std::string_view, kVendorCount> kNames{"aws", "azure", "gcp", "openai", "anthropic"};
    return kNames[static_cast<std::size_t>(vendor)];
}

std::string_view subAccountType(Vendor vendor)
{
    static constexpr std::array<std::string_view, kVendorCount> kNames{"Account", "Subscription", "Project", "Project",
                                                                       "Workspace"};
    return kNames[static_cast<std::size_t>(vendor)];
}

bool isAi(Vendor vendor)
{
    return vendor == Vendor::OpenAi || vendor == Vendor::Anthropic;
}

/// How a team's name is written in tags: as it should be, and as people write it.
std::string_view teamSpelling(Team team, std::uint64_t style)
{
    static constexpr std::array<std::array<std::string_view, 3>, 9> kSpellings{
        {{"", "", ""},
         {"Search", "search", "srch"},
         {"Checkout", "checkout", "chk"},
         {"Catalog", "catalog", "cat"},
         {"Recommendations", "recommendations", "reco"},
         {"Support", "support", "cx"},
         {"Data", "data", "data-eng"},
         {"Mobile", "mobile", "MOBILE"},
         {"Platform", "platform", "plat"}}};
    const auto& spelling = kSpellings[static_cast<std::size_t>(team)];
    return spelling[style % 5 == 4 ? 2 : style % 2];
}

std::string_view costCenter(Team team)
{
    static constexpr std::array<std::string_view, 9> kCenters{"",       "CC-410", "CC-420", "CC-430", "CC-440",
                                                              "CC-510", "CC-520", "CC-450", "CC-530"};
    return kCenters[static_cast<std::size_t>(team)];
}

std::string json(std::string_view key, std::string_view value)
{
    return '"' + std::string(key) + "\":\"" + std::string(value) + '"';
}

/// Tags as they are in real exports: the same key in several spellings, one with a leading blank, some parts missing.
std::string tagsOf(std::string_view resource, Team team, std::string_view environment, std::string_view useCase)
{
    const auto style = hashOf(resource);
    if (team == Team::None) {
        if (environment.empty())
            return style % 2 == 0 ? "{}" : "";
        return '{' + json("shared", "true") + ',' + json("env", environment) + '}';
    }
    static constexpr std::array<std::string_view, 8> kTeamKeys{"team", "team", "team",  "team",
                                                               "Team", "TEAM", " team", "Owner"};
    static constexpr std::array<std::string_view, 4> kEnvironmentKeys{"env", "env", "Env", "environment"};
    auto text = '{' + json(kTeamKeys[style % kTeamKeys.size()], teamSpelling(team, style >> 8));
    if (!environment.empty())
        text += ',' + json(kEnvironmentKeys[(style >> 16) % kEnvironmentKeys.size()],
                           environment == "prod" && (style >> 20) % 4 == 0 ? "production" : environment);
    if (!useCase.empty() && (style >> 24) % 8 != 0)
        text += ',' + json((style >> 28) % 4 == 0 ? "UseCase" : "use_case", useCase);
    if ((style >> 32) % 3 == 0)
        text += ',' + json((style >> 36) % 2 == 0 ? "cost-center" : "CostCenter", costCenter(team));
    return text + '}';
}

// --- text ------------------------------------------------------------------------------------------------------------

constexpr Column kCommonColumns[] = {Column::ProviderName,
                                     Column::PublisherName,
                                     Column::InvoiceIssuerName,
                                     Column::InvoiceId,
                                     Column::BillingAccountId,
                                     Column::BillingAccountName,
                                     Column::BillingAccountType,
                                     Column::BillingCurrency,
                                     Column::BillingPeriodStart,
                                     Column::BillingPeriodEnd,
                                     Column::SubAccountId,
                                     Column::SubAccountName,
                                     Column::SubAccountType,
                                     Column::ChargePeriodStart,
                                     Column::ChargePeriodEnd,
                                     Column::ChargeCategory,
                                     Column::ChargeClass,
                                     Column::ChargeFrequency,
                                     Column::ChargeDescription,
                                     Column::ServiceName,
                                     Column::ServiceCategory,
                                     Column::ServiceSubcategory,
                                     Column::SkuId,
                                     Column::SkuPriceId,
                                     Column::SkuMeter,
                                     Column::PricingCategory,
                                     Column::PricingQuantity,
                                     Column::PricingUnit,
                                     Column::ConsumedQuantity,
                                     Column::ConsumedUnit,
                                     Column::ListUnitPrice,
                                     Column::ContractedUnitPrice,
                                     Column::BilledCost,
                                     Column::EffectiveCost,
                                     Column::ListCost,
                                     Column::ContractedCost,
                                     Column::Tags};
constexpr Column kCloudColumns[] = {Column::RegionId, Column::RegionName, Column::ResourceId, Column::ResourceName,
                                    Column::ResourceType};
constexpr Column kCommitmentColumns[] = {Column::CommitmentDiscountCategory, Column::CommitmentDiscountId,
                                         Column::CommitmentDiscountName,     Column::CommitmentDiscountQuantity,
                                         Column::CommitmentDiscountStatus,   Column::CommitmentDiscountType,
                                         Column::CommitmentDiscountUnit};
constexpr std::array<std::string_view, 5> kAiColumns{"x_Model", "x_UseCase", "x_Workflow", "x_TokenClass",
                                                     "x_ServiceTier"};

std::vector<Column> columnsOf(Vendor vendor)
{
    std::vector<Column> columns(std::begin(kCommonColumns), std::end(kCommonColumns));
    if (!isAi(vendor))
        columns.insert(columns.end(), std::begin(kCloudColumns), std::end(kCloudColumns));
    if (vendor == Vendor::Aws || vendor == Vendor::Gcp)
        columns.insert(columns.end(), std::begin(kCommitmentColumns), std::end(kCommitmentColumns));
    return columns;
}

std::string instantText(Day day)
{
    return toString(day) + "T00:00:00Z";
}

std::string monthText(Day month)
{
    return toString(month).substr(0, 7);
}

std::string text(const std::optional<Decimal>& value)
{
    return value ? toString(trimmed(*value)) : std::string();
}

/// Closed months carry the number of their invoice; the open one has none yet.
std::string invoiceId(const Row& row)
{
    const auto& billing = kBillings[row.billing];
    if (row.month == lastDay().firstOfMonth())
        return {};
    auto month = monthText(row.month);
    month.erase(4, 1);
    return std::string(vendorName(billing.vendor)) + '-' + month + '-' + std::to_string(row.billing + 1);
}

void appendField(std::string& line, std::string_view field)
{
    if (field.find_first_of(",\"\n") == std::string_view::npos && (field.empty() || field.front() != ' ')) {
        line += field;
        return;
    }
    line += '"';
    for (const char c : field) {
        if (c == '"')
            line += '"';
        line += c;
    }
    line += '"';
}

std::string commitmentCell(const Row& row, Column column)
{
    if (!row.commitment)
        return {};
    switch (column) {
    case Column::CommitmentDiscountCategory:
        return std::string(row.commitment->category);
    case Column::CommitmentDiscountId:
        return std::string(row.commitment->id);
    case Column::CommitmentDiscountName:
        return std::string(row.commitment->name);
    case Column::CommitmentDiscountQuantity:
        return text(row.commitmentQuantity);
    case Column::CommitmentDiscountStatus:
        return row.commitmentStatus;
    case Column::CommitmentDiscountType:
        return std::string(row.commitment->type);
    default:
        return row.commitment->inHours ? "Hours" : "USD";
    }
}

std::string placeCell(const Row& row, Column column)
{
    switch (column) {
    case Column::SubAccountId:
        return row.sub ? std::string(row.sub->id) : std::string();
    case Column::SubAccountName:
        return row.sub ? std::string(row.sub->name) : std::string();
    case Column::SubAccountType:
        return row.sub && !row.sub->id.empty() ? std::string(subAccountType(kBillings[row.billing].vendor)) : "";
    case Column::RegionId:
        return row.hasRegion && row.sub ? std::string(row.sub->region) : std::string();
    case Column::RegionName:
        return row.hasRegion && row.sub ? std::string(row.sub->regionName) : std::string();
    case Column::ResourceId:
        return row.resource;
    case Column::ResourceName:
        return row.resourceName;
    case Column::ResourceType:
        return row.resourceType;
    default:
        return commitmentCell(row, column);
    }
}

std::string priceCell(const Row& row, Column column)
{
    switch (column) {
    case Column::PricingCategory:
        return row.pricingCategory;
    case Column::PricingQuantity:
        return text(row.pricingQuantity);
    case Column::PricingUnit:
        return row.pricingQuantity ? row.pricingUnit : std::string();
    case Column::ConsumedQuantity:
        return text(row.consumedQuantity);
    case Column::ConsumedUnit:
        return row.consumedQuantity ? row.consumedUnit : std::string();
    case Column::ListUnitPrice:
        return text(row.listPrice);
    case Column::ContractedUnitPrice:
        return text(row.contractedPrice);
    case Column::BilledCost:
        return text(row.billed);
    case Column::EffectiveCost:
        return text(row.effective);
    case Column::ListCost:
        return text(row.list);
    case Column::ContractedCost:
        return text(row.contracted);
    case Column::SkuId:
        return row.sku;
    case Column::SkuPriceId:
        return row.sku.empty() ? std::string() : row.sku + '/' + std::string(kBillings[row.billing].currency);
    case Column::SkuMeter:
        return row.meter;
    default:
        return placeCell(row, column);
    }
}

std::string cell(const Row& row, Column column)
{
    const auto& billing = kBillings[row.billing];
    switch (column) {
    case Column::ProviderName:
        return std::string(vendorName(billing.vendor));
    case Column::PublisherName:
        return row.publisher.empty() ? std::string(vendorName(billing.vendor)) : row.publisher;
    case Column::InvoiceIssuerName:
        return std::string(billing.issuer);
    case Column::InvoiceId:
        return invoiceId(row);
    case Column::BillingAccountId:
        return std::string(billing.id);
    case Column::BillingAccountName:
        return std::string(billing.name);
    case Column::BillingAccountType:
        return std::string(billing.type);
    case Column::BillingCurrency:
        return std::string(billing.currency);
    case Column::BillingPeriodStart:
        return instantText(row.month);
    case Column::BillingPeriodEnd:
        return instantText(row.month.addMonths(1));
    case Column::ChargePeriodStart:
        return instantText(row.from);
    case Column::ChargePeriodEnd:
        return instantText(row.to);
    case Column::ChargeCategory:
        return row.category;
    case Column::ChargeClass:
        return row.chargeClass;
    case Column::ChargeFrequency:
        return row.frequency;
    case Column::ChargeDescription:
        return row.description;
    case Column::ServiceName:
        return row.service;
    case Column::ServiceCategory:
        return row.serviceCategory;
    case Column::ServiceSubcategory:
        return row.serviceSubcategory;
    case Column::Tags:
        return row.tags;
    default:
        return priceCell(row, column);
    }
}

// --- the generator ---------------------------------------------------------------------------------------------------

using FileSink = std::function<Status(const std::string& name, const std::string& text)>;

/// Makes the files of all vendors and months, one after the other, and adds up what the incidents cost on the way.
class Generator {
public:
    explicit Generator(bool writesText) : m_writesText(writesText) {}

    Status run(const FileSink& sink)
    {
        for (int i = 0; i < kMonths; ++i)
            for (std::size_t v = 0; v < kVendorCount; ++v)
                if (auto status = makeFile(static_cast<Vendor>(v), firstDay().addMonths(i), sink); !status)
                    return status;
        return {};
    }

    /// Known after run(), by Incident.
    const std::array<Int128, kIncidentCount>& effects() const { return m_effects; }

private:
    Status makeFile(Vendor vendor, Day month, const FileSink& sink)
    {
        m_vendor = vendor;
        m_month = month;
        m_columns = columnsOf(vendor);
        m_text.clear();
        m_taxable = {};
        m_taxed = {};
        beginText();
        monthStart();
        const Day end = std::min(month.addMonths(1), lastDay() + 1);
        for (m_day = month; m_day < end; m_day = m_day + 1)
            chargesOfTheDay();
        lateEntries();
        if (vendor == Vendor::Azure)
            europeanTax(end - 1);
        if (vendor == Vendor::Aws)
            supportTax();
        return m_writesText ? sink(std::string(vendorFile(vendor)) + '-' + monthText(month) + ".csv", m_text)
                            : Status();
    }

    void chargesOfTheDay()
    {
        if (isAi(m_vendor))
            aiDay();
        else
            cloudDay();
        if (m_vendor == Vendor::Azure)
            europeanTax(m_day);
    }

    void beginText()
    {
        for (const auto column : m_columns)
            m_text += std::string(columnName(column)) + ',';
        if (isAi(m_vendor))
            for (const auto name : kAiColumns)
                m_text += std::string(name) + ',';
        m_text.back() = '\n';
    }

    void emit(const Row& row)
    {
        if (row.category != "Tax") {
            auto& sums = m_taxable[row.billing];
            const std::array<const Decimal*, 4> costs{&row.billed, &row.effective, &row.list, &row.contracted};
            for (std::size_t i = 0; i < costs.size(); ++i)
                sums[i] += attos(*costs[i]);
        }
        if (!m_writesText)
            return;
        for (const auto column : m_columns) {
            appendField(m_text, cell(row, column));
            m_text += ',';
        }
        if (isAi(m_vendor))
            for (const auto* field : {&row.model, &row.useCase, &row.workflow, &row.tokenClass, &row.tier}) {
                appendField(m_text, *field);
                m_text += ',';
            }
        m_text.back() = '\n';
    }

    Row begin(BillingIndex billing, const SubAccount* sub) const
    {
        Row row;
        row.billing = billing;
        row.sub = sub;
        row.from = m_day;
        row.to = m_day + 1;
        row.month = m_month;
        row.pricingCategory = "Standard";
        return row;
    }

    /// Price and quantity decide list and contracted cost; billed and effective follow until a commitment says else.
    static void price(Row& row, const Decimal& listPrice, const Decimal& quantity)
    {
        row.listPrice = trimmed(listPrice);
        row.contractedPrice = multiply(listPrice, decimal(kBillings[row.billing].contractedPermyriad, 4));
        row.pricingQuantity = quantity;
        row.list = multiply(listPrice, quantity);
        row.contracted = multiply(*row.contractedPrice, quantity);
        row.billed = row.effective = row.contracted;
    }

    static void allCosts(Row& row, const Decimal& amount)
    {
        row.billed = row.effective = row.list = row.contracted = amount;
    }

    void note(Incident incident, Int128 effect) { m_effects[static_cast<std::size_t>(incident)] += effect; }

    // clouds

    void cloudDay()
    {
        std::array<Int128, std::size(kCommitments)> left = commitmentsOfTheDay();
        for (const auto& stream : kStreams)
            if (kBillings[kSubs[stream.sub].billing].vendor == m_vendor)
                cloudCharge(stream, left);
        if (m_vendor == Vendor::Aws && isActive(Incident::ForgottenGpu, m_day))
            cloudCharge(kForgottenGpu, left);
        unusedCommitments(left);
    }

    static bool isCounted(std::string_view unit)
    {
        return unit == "Requests" || unit == "Seconds" || unit == "GB-Seconds";
    }

    /// List cost wanted / list price, cut to the digits the vendor meters.
    static Decimal quantityOf(const Stream& stream, const Sku& sku, std::int64_t millionths)
    {
        const int scale = isCounted(sku.unit) ? 0 : 3;
        const Int128 wanted = static_cast<Int128>(stream.cents) * millionths * powerOfTen(sku.list.scale + scale);
        return {wanted / (static_cast<Int128>(sku.list.mantissa) * 100 * kMillion), static_cast<std::uint8_t>(scale)};
    }

    void cloudCharge(const Stream& stream, std::array<Int128, std::size(kCommitments)>& left)
    {
        const auto& sku = kSkus[stream.sku];
        const auto& sub = kSubs[stream.sub];
        const auto ordinary =
            demand(stream.resource, stream.growthPermille, stream.rhythm, m_day) * plannedChange(stream, m_day) / 1000;
        const auto usual = quantityOf(stream, sku, ordinary);
        const auto used = quantityOf(stream, sku, ordinary * incidentFactor(stream.incident, m_day) / 1000);
        auto row = begin(sub.billing, &sub);
        row.description = std::string(sku.meter);
        row.service = sku.service;
        row.serviceCategory = sku.category;
        row.serviceSubcategory = sku.subcategory;
        row.sku = sku.id;
        row.meter = sku.meter;
        row.pricingUnit = row.consumedUnit = sku.unit;
        row.resource = std::string(sub.id) + '/' + std::string(stream.resource);
        row.resourceName = stream.resource;
        row.resourceType = sku.resourceType;
        row.hasRegion = true;
        row.tags = tagsOf(stream.resource, stream.team, stream.environment, stream.useCase);
        chargeQuantity(row, stream, used, left);
        if (isActive(stream.incident, m_day)) {
            const auto usualQuantity = stream.incident == Incident::ForgottenGpu ? decimal(0) : usual;
            auto undisturbed = row;
            price(undisturbed, decimal(sku.list), usualQuantity);
            auto disturbed = row;
            price(disturbed, decimal(sku.list), used);
            note(stream.incident, attos(disturbed.effective) - attos(undisturbed.effective));
        }
    }

    /// Emits the charge: as much as possible under a commitment, the rest at the contracted price.
    void chargeQuantity(Row& row, const Stream& stream, Decimal quantity,
                        std::array<Int128, std::size(kCommitments)>& left)
    {
        const auto& sku = kSkus[stream.sku];
        for (std::size_t i = 0; i < std::size(kCommitments) && quantity.mantissa > 0; ++i) {
            const auto& commitment = kCommitments[i];
            if (left[i] <= 0 || commitment.covers != stream.sku || kBillings[commitment.billing].vendor != m_vendor)
                continue;
            const auto covered = coveredQuantity(commitment, quantity, left[i]);
            if (covered.mantissa == 0)
                continue;
            emitCovered(row, commitment, covered, covered.mantissa == quantity.mantissa, left[i]);
            quantity.mantissa -= covered.mantissa;
        }
        if (quantity.mantissa == 0)
            return;
        price(row, decimal(sku.list), quantity);
        row.consumedQuantity = quantity;
        emit(row);
    }

    static Decimal rateOf(const Commitment& commitment)
    {
        return multiply(decimal(kSkus[commitment.covers].list), decimal(commitment.ratePermille, 3));
    }

    static Decimal coveredQuantity(const Commitment& commitment, const Decimal& quantity, Int128 left)
    {
        const auto rate = attos(rateOf(commitment));
        const Int128 affordable = left * powerOfTen(quantity.scale) / rate;
        return {std::min(affordable, quantity.mantissa), quantity.scale};
    }

    void emitCovered(const Row& base, const Commitment& commitment, const Decimal& quantity, bool isWhole, Int128& left)
    {
        auto row = base;
        price(row, decimal(kSkus[commitment.covers].list), quantity);
        const auto exact = multiply(rateOf(commitment), quantity);
        // The last charge a commitment can cover takes what is left of it, so that nothing is lost between the lines.
        row.effective = isWhole ? exact : fromAttos(left);
        row.billed = decimal(0);
        row.consumedQuantity = quantity;
        row.pricingCategory = "Committed";
        row.commitment = &commitment;
        row.commitmentStatus = "Used";
        row.commitmentQuantity = commitment.inHours ? quantity : row.effective;
        left -= attos(row.effective);
        emit(row);
    }

    std::array<Int128, std::size(kCommitments)> commitmentsOfTheDay()
    {
        std::array<Int128, std::size(kCommitments)> left{};
        for (std::size_t i = 0; i < left.size(); ++i) {
            const auto& commitment = kCommitments[i];
            if (kBillings[commitment.billing].vendor != m_vendor || !termOf(commitment).contains(m_day))
                continue;
            left[i] = attos(decimal(commitment.centsPerDay, 2));
            if (commitment.payment == Commitment::Payment::Daily)
                emitPurchase(commitment, m_day, m_day + 1);
        }
        return left;
    }

    static DateRange termOf(const Commitment& c)
    {
        return {Day::fromYmd(c.fromYear, c.fromMonth, c.fromDay), Day::fromYmd(c.toYear, c.toMonth, c.toDay)};
    }

    Row commitmentRow(const Commitment& commitment) const
    {
        const auto& sub = kSubs[commitment.sub];
        auto row = begin(commitment.billing, &sub);
        row.service = commitment.service;
        row.serviceCategory = commitment.serviceCategory;
        row.serviceSubcategory = commitment.serviceSubcategory;
        row.sku = commitment.skuId;
        row.meter = commitment.type;
        row.resource = commitment.id;
        row.resourceName = commitment.name;
        row.resourceType = commitment.type;
        row.pricingUnit = "Hours";
        row.commitment = &commitment;
        return row;
    }

    void emitPurchase(const Commitment& commitment, Day from, Day to)
    {
        auto row = commitmentRow(commitment);
        const Int128 total = static_cast<Int128>(commitment.centsPerDay) * (to - from);
        const Decimal money = trimmed({total, 2});
        const auto hourly = trimmed({static_cast<Int128>(commitment.centsPerDay) * 100 / 24, 4});
        row.from = from;
        row.to = to;
        row.category = "Purchase";
        row.frequency = commitment.payment == Commitment::Payment::Upfront ? "One-Time" : "Recurring";
        row.description =
            std::string(commitment.name) + (row.frequency == "One-Time" ? ", all upfront" : ", recurring fee");
        allCosts(row, money);
        row.effective = decimal(0);
        if (commitment.inHours) {
            row.listPrice = row.contractedPrice = rateOf(commitment);
            row.pricingQuantity = trimmed({total * powerOfTen(kMoneyScale - 2) / attos(rateOf(commitment)), 0});
            row.commitmentQuantity = row.pricingQuantity;
        } else {
            row.listPrice = row.contractedPrice = hourly;
            row.pricingQuantity = decimal((to - from) * 24);
            row.commitmentQuantity = money;
        }
        emit(row);
    }

    void unusedCommitments(const std::array<Int128, std::size(kCommitments)>& left)
    {
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (left[i] == 0)
                continue;
            const auto& commitment = kCommitments[i];
            auto row = commitmentRow(commitment);
            row.description = std::string(commitment.name) + ", not used";
            row.listPrice = row.contractedPrice = rateOf(commitment);
            row.pricingQuantity = decimal(0);
            row.effective = fromAttos(left[i]);
            row.pricingCategory = "Committed";
            row.commitmentStatus = "Unused";
            row.commitmentQuantity =
                commitment.inHours ? trimmed({left[i] * 1000 / attos(rateOf(commitment)), 3}) : row.effective;
            emit(row);
        }
    }

    // once a month

    void monthStart()
    {
        m_day = m_month;
        for (const auto& commitment : kCommitments) {
            if (kBillings[commitment.billing].vendor != m_vendor || !termOf(commitment).contains(m_month))
                continue;
            if (commitment.payment == Commitment::Payment::Monthly)
                emitPurchase(commitment, m_month, m_month.addMonths(1));
            if (commitment.payment == Commitment::Payment::Upfront && termOf(commitment).from == m_month)
                emitPurchase(commitment, m_month, termOf(commitment).to);
        }
        if (m_vendor == Vendor::Aws) {
            fee(BillAws, nullptr, "Business support", "AWS Support", "Management and Governance", "Support",
                "AWS-SUPPORT-B", decimal(2900), 1, "Months", "");
            if (m_month >= Day::fromYmd(2026, 1, 1) && m_month < Day::fromYmd(2026, 7, 1))
                credit(BillAws, "Growth program credit", decimal(-1200), "AWS Credits");
        }
        if (m_vendor == Vendor::Azure)
            fee(BillAzureUs, &kSubs[AzPlatform], "Source control seats", "GitHub", "Developer Tools",
                "Source Code Management", "GH-SEAT", decimal(21), 140, "User-Months",
                tagsOf("github", Team::Platform, "prod", "Developer tools"));
        if (m_vendor == Vendor::Gcp)
            credit(BillGcp, "Partner promotion", decimal(-35000, 2), "Google Cloud Credits");
        if (m_vendor == Vendor::Anthropic)
            fee(BillAnthropic, &kSubs[AnPlatform], "Team plan seats", "Claude Team", "Business Applications",
                "Productivity and Collaboration", "TEAM-SEAT", decimal(25), 64, "User-Months", "");
    }

    void fee(BillingIndex billing, const SubAccount* sub, std::string_view description, std::string_view service,
             std::string_view category, std::string_view subcategory, std::string_view sku, const Decimal& listPrice,
             int quantity, std::string_view unit, std::string tags)
    {
        auto row = begin(billing, sub);
        row.to = m_month.addMonths(1);
        row.category = "Purchase";
        row.frequency = "Recurring";
        row.description = description;
        row.service = service;
        row.serviceCategory = category;
        row.serviceSubcategory = subcategory;
        row.sku = sku;
        row.meter = description;
        row.pricingUnit = unit;
        row.tags = std::move(tags);
        price(row, listPrice, decimal(quantity));
        emit(row);
    }

    void credit(BillingIndex billing, std::string_view description, const Decimal& amount, std::string_view service)
    {
        auto row = begin(billing, nullptr);
        row.to = m_month.addMonths(1);
        row.category = "Credit";
        row.frequency = "One-Time";
        row.description = description;
        row.service = service;
        row.serviceCategory = "Other";
        row.serviceSubcategory = "Other (Other)";
        row.pricingCategory.clear();
        allCosts(row, amount);
        emit(row);
    }

    /// Refunds inside the open month, and corrections of months that were invoiced already.
    void lateEntries()
    {
        if (m_vendor == Vendor::Azure && m_month == Day::fromYmd(2026, 6, 1))
            refund();
        if (m_vendor == Vendor::Azure && m_month == Day::fromYmd(2026, 5, 1))
            correction(kStreams[indexOf("eu-search-api")], Day::fromYmd(2026, 4, 22), decimal(31245, 2),
                       "Metering gap of April, charged later");
        if (m_vendor == Vendor::Aws && m_month == Day::fromYmd(2026, 10, 1)) {
            const auto amount = decimal(-218460, 2);
            correction(kStreams[indexOf("orders-db")], daysOf(Incident::LateCorrection).from, amount,
                       "Wrong rate in August, corrected");
            note(Incident::LateCorrection, attos(amount));
        }
    }

    static std::size_t indexOf(std::string_view resource)
    {
        const auto* found = std::find_if(std::begin(kStreams), std::end(kStreams),
                                         [&](const Stream& stream) { return stream.resource == resource; });
        assert(found != std::end(kStreams) && "the catalog has this resource");
        return static_cast<std::size_t>(found - std::begin(kStreams));
    }

    Row resourceRow(const Stream& stream) const
    {
        const auto& sku = kSkus[stream.sku];
        const auto& sub = kSubs[stream.sub];
        auto row = begin(sub.billing, &sub);
        row.service = sku.service;
        row.serviceCategory = sku.category;
        row.serviceSubcategory = sku.subcategory;
        row.resource = std::string(sub.id) + '/' + std::string(stream.resource);
        row.resourceName = stream.resource;
        row.resourceType = sku.resourceType;
        row.hasRegion = true;
        row.tags = tagsOf(stream.resource, stream.team, stream.environment, stream.useCase);
        return row;
    }

    void correction(const Stream& stream, Day day, const Decimal& amount, std::string_view description)
    {
        auto row = resourceRow(stream);
        row.from = day;
        row.to = day + 1;
        row.chargeClass = "Correction";
        row.description = description;
        row.pricingCategory.clear();
        allCosts(row, amount);
        emit(row);
    }

    void refund()
    {
        const auto& stream = kStreams[indexOf("telephony")];
        const auto& sku = kSkus[stream.sku];
        auto row = resourceRow(stream);
        row.from = Day::fromYmd(2026, 6, 18);
        row.to = row.from + 1;
        row.description = "Refund for a service interruption";
        row.sku = sku.id;
        row.meter = sku.meter;
        row.pricingUnit = row.consumedUnit = sku.unit;
        price(row, decimal(sku.list), decimal(-150));
        row.consumedQuantity = decimal(-150);
        emit(row);
    }

    /// 21 % on everything of the European account that has not been taxed yet: each cost from the same cost.
    void europeanTax(Day day)
    {
        auto base = m_taxable[BillAzureEu];
        for (std::size_t i = 0; i < base.size(); ++i)
            base[i] -= m_taxed[i];
        m_taxed = m_taxable[BillAzureEu];
        if (base != std::array<Int128, 4>{})
            tax(BillAzureEu, base, decimal(21, 2), "VAT 21 %", {day, day + 1});
    }

    /// 7.25 % on AWS support.
    void supportTax()
    {
        const auto support = attos(decimal(2900));
        const auto contracted = attos(multiply(decimal(2900), decimal(kBillings[BillAws].contractedPermyriad, 4)));
        tax(BillAws, {contracted, contracted, support, contracted}, decimal(725, 4), "Sales tax on support 7.25 %",
            {m_month, m_month.addMonths(1)});
    }

    void tax(BillingIndex billing, const std::array<Int128, 4>& base, const Decimal& rate, std::string_view description,
             DateRange period)
    {
        auto row = begin(billing, nullptr);
        row.from = period.from;
        row.to = period.to;
        row.category = "Tax";
        row.description = description;
        row.service = "Tax";
        row.serviceCategory = "Other";
        row.serviceSubcategory = "Other (Other)";
        row.pricingCategory.clear();
        const std::array<Decimal*, 4> costs{&row.billed, &row.effective, &row.list, &row.contracted};
        for (std::size_t i = 0; i < costs.size(); ++i)
            *costs[i] = multiply(fromAttos(base[i]), rate);
        emit(row);
    }

    // AI vendors

    void aiDay()
    {
        for (const auto& flow : kFlows)
            if (kModels[flow.model].vendor == m_vendor)
                tokens(flow);
        for (const auto& tool : kTools)
            if (kBillings[kSubs[tool.sub].billing].vendor == m_vendor)
                toolCharge(tool);
    }

    Row aiRow(SubIndex subIndex, Team team, std::string_view useCase, std::string_view workflow) const
    {
        const auto& sub = kSubs[subIndex];
        auto row = begin(sub.billing, sub.id.empty() ? nullptr : &sub);
        const bool isOpenAi = m_vendor == Vendor::OpenAi;
        row.service = isOpenAi ? "OpenAI API" : "Claude API";
        row.serviceCategory = "AI and Machine Learning";
        row.serviceSubcategory = "Generative AI";
        row.useCase = useCase;
        row.workflow = workflow;
        // Not every workflow passes tags on; the project or workspace tells the team as well.
        if (team != Team::None && hashOf(workflow) % 3 == 0)
            row.tags = tagsOf(workflow, team, "prod", "");
        return row;
    }

    /// Tokens that cost `cents` per day at list prices.
    static std::int64_t tokenCount(std::int64_t centMillionths, const Price& price, bool isPerMillion)
    {
        const Int128 wanted =
            static_cast<Int128>(centMillionths) * powerOfTen(price.scale) * (isPerMillion ? kMillion : 1);
        return static_cast<std::int64_t>(wanted / (static_cast<Int128>(price.mantissa) * 100 * kMillion));
    }

    struct TokenPlan {
        std::int64_t input = 0, cached = 0, output = 0, cacheWrite = 0;
    };

    static TokenPlan planOf(const Flow& flow, std::int64_t millionths)
    {
        const auto& model = kModels[flow.model];
        const bool perMillion = model.vendor == Vendor::Anthropic;
        const auto share = [&](int percent, const Price& price) {
            return tokenCount(static_cast<std::int64_t>(flow.cents) * millionths / 100 * percent, price, perMillion);
        };
        if (flow.model == Embedding)
            return {share(100, model.input), 0, 0, 0};
        if (perMillion)
            return {share(30, model.input), share(18, model.cached), share(46, model.output),
                    share(6, model.cacheWrite)};
        return {share(34, model.input), share(14, model.cached), share(52, model.output), 0};
    }

    void tokens(const Flow& flow)
    {
        const auto ordinary = demand(flow.workflow.empty() ? kSubs[flow.sub].name : flow.workflow, flow.growthPermille,
                                     flow.rhythm, m_day);
        const auto usual = planOf(flow, ordinary);
        auto plan = planOf(flow, ordinary * incidentFactor(flow.incident, m_day) / 1000);
        auto model = flow.model;
        if (flow.incident == Incident::ModelTier && isActive(flow.incident, m_day))
            model = Gpt5;
        if (flow.incident == Incident::CacheBroken && isActive(flow.incident, m_day)) {
            plan.input += plan.cached;
            plan.cached = 0;
        }
        const auto charged = emitTokens(flow, kModels[model], plan, true);
        if (isActive(flow.incident, m_day))
            note(flow.incident, charged - emitTokens(flow, kModels[flow.model], usual, false));
    }

    /// Answers the effective cost; writes the lines unless it is only asked what would have been.
    Int128 emitTokens(const Flow& flow, const Model& model, const TokenPlan& plan, bool isReal)
    {
        auto cost = tokenLine(flow, model, "input", plan.input, model.input, isReal);
        cost += tokenLine(flow, model, "cached", plan.cached, model.cached, isReal);
        cost += tokenLine(flow, model, "cache write", plan.cacheWrite, model.cacheWrite, isReal);
        cost += tokenLine(flow, model, "output", plan.output, model.output, isReal);
        return cost;
    }

    Int128 tokenLine(const Flow& flow, const Model& model, std::string_view tokenClass, std::int64_t count,
                     const Price& listPrice, bool isReal)
    {
        if (count == 0)
            return 0;
        const bool perMillion = model.vendor == Vendor::Anthropic;
        auto row = aiRow(flow.sub, flow.team, flow.useCase, flow.workflow);
        auto skuPrice = decimal(listPrice);
        if (flow.isBatch)
            skuPrice = multiply(skuPrice, decimal(5, 1));
        price(row, skuPrice, decimal(count, perMillion ? 6 : 0));
        row.consumedQuantity = decimal(count);
        row.consumedUnit = "Tokens";
        row.pricingUnit = perMillion ? "1000000 Tokens" : "Tokens";
        row.meter = std::string(tokenClass) + " tokens";
        row.sku = std::string(model.name) + '-' + std::string(tokenClass == "cache write" ? "write" : tokenClass) +
                  (flow.isBatch ? "-batch" : "");
        row.description = std::string(model.name) + ", " + row.meter;
        row.model = model.name;
        row.tokenClass = tokenClass;
        row.tier = flow.isBatch ? "batch" : "standard";
        if (isReal)
            emit(row);
        return attos(row.effective);
    }

    void toolCharge(const ToolCharge& tool)
    {
        auto row = aiRow(tool.sub, tool.team, tool.useCase, tool.workflow);
        const auto millionths = demand(tool.meter, 250, tool.rhythm, m_day);
        const bool isBlocks = tool.unit.starts_with("1000 ");
        const Int128 wanted = static_cast<Int128>(tool.cents) * millionths * powerOfTen(tool.list.scale + 3);
        Decimal quantity{wanted / (static_cast<Int128>(tool.list.mantissa) * 100 * kMillion), 3};
        if (tool.unit == "Sessions")
            quantity = {quantity.mantissa / 1000, 0};
        price(row, decimal(tool.list), quantity);
        row.consumedQuantity = isBlocks ? Decimal{quantity.mantissa, 0} : quantity;
        row.pricingUnit = tool.unit;
        row.consumedUnit = isBlocks ? tool.unit.substr(5) : tool.unit;
        row.meter = tool.meter;
        row.sku = "tool-" + std::string(tool.meter.substr(0, tool.meter.find(' ')));
        row.description = tool.meter;
        emit(row);
    }

    bool m_writesText;
    Vendor m_vendor = Vendor::Aws;
    Day m_month, m_day;
    std::vector<Column> m_columns;
    std::string m_text;
    std::array<std::array<Int128, 4>, std::size(kBillings)> m_taxable{}; ///< of the month, by billing account and cost
    std::array<Int128, 4> m_taxed{};                                     ///< of the European account, so far this month
    std::array<Int128, kIncidentCount> m_effects{};
};

Status writeFile(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out)
        return Error{ErrorCode::Io, "cannot write the file", file.string()};
    return {};
}

} // namespace

Result<std::vector<std::filesystem::path>> writeDemoCompany(const std::filesystem::path& folder)
{
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure)
        return Error{ErrorCode::Io, "cannot make the folder: " + failure.message(), folder.string()};
    std::vector<std::filesystem::path> files;
    Generator generator(true);
    const auto status = generator.run([&](const std::string& name, const std::string& text) {
        files.push_back(folder / name);
        return writeFile(files.back(), text);
    });
    if (!status)
        return status.error();
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<DemoIncident> demoIncidents()
{
    Generator generator(false);
    const auto status = generator.run([](const std::string&, const std::string&) { return Status(); });
    assert(status.ok() && "nothing is written, so nothing can fail");
    static_cast<void>(status);
    std::vector<DemoIncident> result;
    for (std::size_t i = 0; i < kIncidentCount; ++i) {
        const auto& info = kIncidents[i];
        result.push_back({std::string(info.id), std::string(info.title), std::string(info.team),
                          std::string(info.provider), std::string(info.service), std::string(info.currency),
                          std::string(info.kind), daysOf(static_cast<Incident>(i)), fromAttos(generator.effects()[i])});
    }
    return result;
}

} // namespace altimeter::session
