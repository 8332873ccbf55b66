#include "tests/bench/benchcatalogue.h"

#include <algorithm>
#include <array>
#include <span>

namespace altimeter::bench {

namespace {

constexpr std::size_t kProviders = 3;
constexpr std::size_t kServicesPerProvider = 40;
constexpr std::size_t kSkus = 400;
constexpr std::size_t kSubAccounts = 40;
constexpr std::size_t kRegionsPerProvider = 5;
constexpr std::size_t kCommitments = 160;
constexpr std::size_t kCorrections = 200;
constexpr std::size_t kTeams = 24;
constexpr std::size_t kAppsPerTeam = 4;
constexpr std::size_t kWideTagKeys = 10'000;
constexpr std::size_t kWideTags = 30;
constexpr std::uint64_t kBoughtPerRow = 50; // makes the fees about what the used commitments are worth
constexpr std::uint64_t kMaxResources = 20'000;
constexpr std::uint64_t kRowsPerResource = 50;

struct ProviderInfo {
    std::string_view name, prefix, marketplace;
};
constexpr std::array<ProviderInfo, kProviders> kProviderInfo{{
    {"AWS", "Amazon", "Marketplace Seller"},
    {"Microsoft", "Azure", "Marketplace Publisher"},
    {"Google Cloud", "Cloud", "Marketplace Partner"},
}};

struct RegionInfo {
    std::string_view id, name;
};
constexpr RegionInfo kRegions[kProviders][kRegionsPerProvider] = {
    {{"us-east-1", "US East (N. Virginia)"},
     {"us-west-2", "US West (Oregon)"},
     {"eu-central-1", "Europe (Frankfurt)"},
     {"eu-west-1", "Europe (Ireland)"},
     {"ap-southeast-1", "Asia Pacific (Singapore)"}},
    {{"eastus2", "East US 2"},
     {"westus3", "West US 3"},
     {"westeurope", "West Europe"},
     {"germanywestcentral", "Germany West Central"},
     {"southeastasia", "Southeast Asia"}},
    {{"us-central1", "Iowa"},
     {"us-east4", "Northern Virginia"},
     {"europe-west3", "Frankfurt"},
     {"europe-west1", "Belgium"},
     {"asia-southeast1", "Singapore"}},
};

struct ServiceKind {
    std::string_view category, word, type, unit;
    std::int64_t price;     ///< millionths, about
    std::uint64_t quantity; ///< a usual day's, in whole units
};
constexpr ServiceKind kServiceKinds[] = {
    {"Compute", "Compute Engine", "Instance", "Hours", 163'200, 24},
    {"Compute", "Functions", "Function", "GB-Seconds", 17, 40'000},
    {"Compute", "Container Service", "Cluster", "vCPU-Hours", 40'480, 96},
    {"Storage", "Object Storage", "Bucket", "GB-Months", 23'100, 90},
    {"Storage", "Block Storage", "Volume", "GB-Months", 80'400, 20},
    {"Databases", "Relational Database", "DB Instance", "Hours", 225'300, 24},
    {"Databases", "Document Database", "Table", "Requests", 63, 90'000},
    {"Networking", "Content Delivery", "Distribution", "GB", 85'700, 60},
    {"Networking", "NAT Gateway", "NAT Gateway", "GB", 45'200, 40},
    {"Analytics", "Data Warehouse", "Warehouse", "TB", 5'120'700, 2},
    {"Analytics", "Stream Processing", "Stream", "Shard-Hours", 15'300, 48},
    {"AI and Machine Learning", "Model API", "Model", "1K Tokens", 3'130, 900},
    {"AI and Machine Learning", "Training", "Endpoint", "Hours", 1'212'300, 8},
    {"Management and Governance", "Monitoring", "Log Group", "GB", 503'900, 5},
    {"Security", "Key Management", "Key", "Requests", 31, 50'000},
    {"Integration", "Message Queue", "Queue", "Requests", 41, 120'000},
};
constexpr std::size_t kServiceKindCount = std::size(kServiceKinds);

constexpr std::string_view kServiceLines[] = {"", " Plus", " Express"};

constexpr std::string_view kTeamNames[kTeams] = {
    "search",    "checkout", "catalog",  "recommendations", "support", "data",       "mobile",   "platform",
    "identity",  "payments", "fraud",    "logistics",       "pricing", "ads",        "content",  "media",
    "analytics", "billing",  "partners", "growth",          "mail",    "experience", "security", "research"};
constexpr std::string_view kAppWords[kAppsPerTeam] = {"api", "worker", "web", "batch"};
constexpr std::string_view kEnvironments[] = {"prod", "prod", "prod", "staging", "dev", "test"};
constexpr std::string_view kOwnerNames[] = {"a.novak",  "b.okafor", "c.lindqvist", "d.moreau",   "e.tanaka",
                                            "f.haddad", "g.silva",  "h.weber",     "i.kowalska", "j.murphy"};
constexpr std::string_view kSystems[] = {"Linux", "Windows", "RHEL"};
constexpr std::string_view kFamilies[] = {"m7g", "c7g", "r7g", "m6i", "c6i", "r6i", "t4g", "x2"};
constexpr std::string_view kSizes[] = {"large", "xlarge", "2xlarge", "4xlarge"};

struct Service {
    std::size_t provider = 0;
    const ServiceKind* kind = nullptr;
    std::string name;
    std::vector<std::size_t> skus;
};

struct Sku {
    std::size_t service = 0;
    std::string id, meter, details;
    std::int64_t price = 0;
};

struct SubAccount {
    std::size_t billing = 0;
    std::size_t team = 0;
    std::string id, name;
};

struct Commitment {
    std::size_t billing = 0;
    std::size_t sku = 0;
    std::size_t region = 0;
    std::string id, name, category, type;
};

struct Resource {
    std::size_t subAccount = 0;
    std::size_t service = 0;
    std::size_t region = 0;
    std::size_t zone = 0;
    bool isMarketplace = false;
    std::string id, name, tags;
};

/// All cells of a charge that do not change from row to row. An empty cell is null.
struct Cells {
    std::string_view zone, category, chargeClass, frequency, pricingCategory, status;
    std::string description;
    const Commitment* commitment = nullptr;
    const Sku* sku = nullptr;
    bool hasConsumed = false;
    std::int64_t list = 0, contracted = 0;
    std::string priceId;
    const Service* service = nullptr;
    const Resource* resource = nullptr;
    const RegionInfo* region = nullptr;
    const SubAccount* subAccount = nullptr; ///< null for what the billing account bought
};

void appendPadded(std::string& text, std::uint64_t number, std::size_t digits)
{
    const std::string plain = std::to_string(number);
    text.append(digits > plain.size() ? digits - plain.size() : 0, '0').append(plain);
}

std::string padded(std::string_view prefix, std::uint64_t number, std::size_t digits)
{
    std::string text(prefix);
    appendPadded(text, number, digits);
    return text;
}

std::string hex(std::uint64_t number, std::size_t digits)
{
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- > 0; number >>= 4U)
        text[i] = "0123456789abcdef"[number & 15U];
    return text;
}

/// Millionths as a decimal without trailing zeros.
std::string priceText(std::int64_t millionths)
{
    std::string text = std::to_string(millionths / 1'000'000) + '.';
    appendPadded(text, static_cast<std::uint64_t>(millionths % 1'000'000), 6);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

/// The cell as CSV: quoted where it holds a comma or a quote.
std::string quoted(std::string_view cell)
{
    if (cell.find_first_of(",\"") == std::string_view::npos)
        return std::string(cell);
    std::string text = "\"";
    for (const char c : cell)
        text.append(c == '"' ? 2 : 1, c);
    return text += '"';
}

void appendMember(std::string& json, std::string_view key, std::string_view value)
{
    json.append(json.empty() ? "{\"" : ",\"").append(key).append("\":\"").append(value).append("\"");
}

class Builder {
public:
    explicit Builder(const Spec& spec) : m_spec(spec), m_dice(spec.seed) {}
    Catalogue build();

private:
    void makeAccounts();
    void makeServices();
    void makeSkus();
    void makeCommitments();
    Resource makeResource(std::uint64_t number);
    std::string resourceId(const Resource& resource, std::uint64_t number);
    std::string tagsOf(const Resource& resource, std::uint64_t number);
    void addWideTags(std::string& json);
    void addUsage(const Resource& resource);
    Charge usageCharge(const Resource& resource, std::size_t sku, const Commitment* commitment, bool correction);
    void addCommitmentCharges();
    void addAccountCharges();
    Charge accountCharge(const SubAccount& account, bool isTax);
    Charge render(const Cells& cells, std::size_t billing) const;
    std::uint64_t resourceCount() const;
    const Commitment* commitmentFor(std::size_t billing, std::size_t sku);
    std::size_t providerOf(std::size_t billing) const { return m_out.billings[billing].provider; }

    const Spec& m_spec;
    Dice m_dice;
    Catalogue m_out;
    std::vector<SubAccount> m_subAccounts;
    std::vector<Service> m_services;
    std::vector<Sku> m_skus;
    std::vector<Commitment> m_commitments;
};

std::uint64_t Builder::resourceCount() const
{
    if (m_spec.shape == Shape::FewResources)
        return 200;
    return std::clamp<std::uint64_t>(m_spec.rows / kRowsPerResource, 200, kMaxResources);
}

void Builder::makeAccounts()
{
    constexpr std::string_view kNames[] = {"Group", "Ventures"};
    for (std::size_t provider = 0; provider < kProviders; ++provider) {
        for (std::size_t i = 0; i < 2; ++i) {
            const bool inEuro = provider == 1 && i == 1;
            m_out.billings.push_back({padded("90", provider * 10 + i + 1, 10),
                                      "Harbor & Pine " + std::string(kNames[i]), provider, inEuro ? "EUR" : "USD"});
        }
    }
    for (std::size_t i = 0; i < kSubAccounts; ++i) {
        const std::size_t team = i % kTeams;
        m_subAccounts.push_back({i % m_out.billings.size(), team, padded("1000", i * 7919 + 11, 8),
                                 std::string(kTeamNames[team]) + (i < kTeams ? "-production" : "-lab")});
    }
}

void Builder::makeServices()
{
    for (std::size_t provider = 0; provider < kProviders; ++provider) {
        for (std::size_t i = 0; i < kServicesPerProvider; ++i) {
            const ServiceKind& kind = kServiceKinds[i % kServiceKindCount];
            m_services.push_back({provider,
                                  &kind,
                                  std::string(kProviderInfo[provider].prefix) + ' ' + std::string(kind.word) +
                                      std::string(kServiceLines[i / kServiceKindCount]),
                                  {}});
        }
    }
}

void Builder::makeSkus()
{
    for (std::size_t i = 0; i < kSkus; ++i) {
        Sku sku;
        sku.service = i % m_services.size();
        Service& service = m_services[sku.service];
        const std::string_view family = kFamilies[m_dice.below(std::size(kFamilies))];
        const std::string_view size = kSizes[m_dice.below(std::size(kSizes))];
        sku.id = "SKU" + hex(m_dice.next(), 13);
        sku.meter = std::string(service.kind->type) + ' ' + std::string(service.kind->unit) + ' ' +
                    std::string(family) + '.' + std::string(size);
        appendMember(sku.details, "InstanceType", std::string(family) + '.' + std::string(size));
        appendMember(sku.details, "OperatingSystem", kSystems[m_dice.below(std::size(kSystems))]);
        sku.details += '}';
        sku.price =
            std::max<std::int64_t>(service.kind->price * static_cast<std::int64_t>(40 + m_dice.below(160)) / 100, 3);
        service.skus.push_back(i);
        m_skus.push_back(std::move(sku));
    }
}

void Builder::makeCommitments()
{
    for (std::size_t i = 0; i < kCommitments; ++i) {
        Commitment commitment;
        commitment.billing = i % m_out.billings.size();
        do
            commitment.sku = m_dice.below(m_skus.size());
        while (m_services[m_skus[commitment.sku].service].provider != providerOf(commitment.billing));
        commitment.region = m_dice.below(kRegionsPerProvider);
        const bool spend = m_dice.chance(40);
        commitment.category = spend ? "Spend" : "Usage";
        commitment.type = spend ? "Savings Plan" : "Reserved Instance";
        commitment.id = padded(spend ? "savings-plan/sp-" : "reservation/ri-", i, 4) + hex(m_dice.next(), 12);
        commitment.name = padded(spend ? "savings plan " : "reservation ", i, 3);
        m_commitments.push_back(std::move(commitment));
    }
}

std::string Builder::resourceId(const Resource& resource, std::uint64_t number)
{
    const SubAccount& account = m_subAccounts[resource.subAccount];
    const Service& service = m_services[resource.service];
    std::string type(service.kind->type);
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c == ' ' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
    const std::string_view region = kRegions[service.provider][resource.region].id;
    const std::string own = hex(Dice::mixed(number + m_spec.seed), 16);
    switch (service.provider) {
    case 0:
        return "arn:aws:" + type + ':' + std::string(region) + ':' + account.id + ':' + type + "/i-" + own;
    case 1:
        return "/subscriptions/" + account.id + "/resourceGroups/rg-" + account.name + "/providers/" + type + '/' + own;
    default:
        return "//" + type + ".googleapis.com/projects/" + account.name + "/locations/" + std::string(region) + '/' +
               own;
    }
}

void Builder::addWideTags(std::string& json)
{
    const std::uint64_t step = 1 + m_dice.below(97) * 101; // apart from each other: no key twice on a resource
    std::uint64_t key = m_dice.below(kWideTagKeys);
    for (std::size_t i = 4; i < kWideTags; ++i) {
        appendMember(json, padded("label-", key, 4), padded("v", m_dice.below(40), 2));
        key = (key + step) % kWideTagKeys;
    }
}

std::string Builder::tagsOf(const Resource& resource, std::uint64_t number)
{
    if (m_dice.chance(12))
        return {};
    const std::size_t team = m_dice.chance(70) ? m_subAccounts[resource.subAccount].team : m_dice.below(kTeams);
    std::string json;
    if (!m_dice.chance(6))
        appendMember(json, "team", kTeamNames[team]);
    appendMember(json, "env", kEnvironments[m_dice.below(std::size(kEnvironments))]);
    appendMember(json, "app", std::string(kTeamNames[team]) + '-' + std::string(kAppWords[m_dice.below(kAppsPerTeam)]));
    appendMember(json, "owner", kOwnerNames[m_dice.below(std::size(kOwnerNames))]);
    if (m_spec.shape == Shape::WideTags) {
        addWideTags(json);
        return json += '}';
    }
    appendMember(json, "cost_center", padded("CC-", 100 + team * 10, 3));
    appendMember(json, "node", padded("n", number, 5));
    return json += '}';
}

Resource Builder::makeResource(std::uint64_t number)
{
    Resource resource;
    resource.subAccount = m_dice.below(m_subAccounts.size());
    const std::size_t provider = providerOf(m_subAccounts[resource.subAccount].billing);
    const std::uint64_t anyOf60 = m_dice.below(60); // the first services of a provider are the more frequent
    resource.service = provider * kServicesPerProvider + std::min(m_dice.below(kServicesPerProvider), anyOf60);
    resource.region = m_dice.below(kRegionsPerProvider);
    resource.zone = m_dice.below(3);
    resource.isMarketplace = m_dice.chance(4);
    resource.name = std::string(kTeamNames[m_subAccounts[resource.subAccount].team]) + '-' +
                    std::string(kAppWords[m_dice.below(kAppsPerTeam)]) + padded("-", number, 5);
    resource.id = resourceId(resource, number);
    resource.tags = tagsOf(resource, number);
    return resource;
}

/// One of the commitments of the same bill that fits the SKU's service, or none.
const Commitment* Builder::commitmentFor(std::size_t billing, std::size_t sku)
{
    if (!m_dice.chance(22))
        return nullptr;
    const std::size_t first = m_dice.below(m_commitments.size());
    for (std::size_t i = 0; i < m_commitments.size(); ++i) {
        const Commitment& commitment = m_commitments[(first + i) % m_commitments.size()];
        const auto* wanted = m_services[m_skus[sku].service].kind;
        if (commitment.billing == billing &&
            m_services[m_skus[commitment.sku].service].kind->category == wanted->category)
            return &commitment;
    }
    return nullptr;
}

Charge Builder::usageCharge(const Resource& resource, std::size_t skuIndex, const Commitment* commitment,
                            bool correction)
{
    const Sku& sku = m_skus[skuIndex];
    const Service& service = m_services[resource.service];
    const SubAccount& account = m_subAccounts[resource.subAccount];
    const bool isDear = resource.region >= 3;
    const RegionInfo& region = kRegions[service.provider][resource.region];
    const std::string zone = std::string(region.id) + static_cast<char>('a' + resource.zone);
    Cells cells;
    cells.list = isDear ? sku.price * 11 / 10 : sku.price;
    cells.contracted = std::max<std::int64_t>(cells.list * 93 / 100, 1);
    cells.zone = zone;
    cells.category = "Usage";
    cells.chargeClass = correction ? "Correction" : "";
    cells.frequency = "Usage-Based";
    cells.pricingCategory = commitment ? "Committed" : "Standard";
    cells.status = commitment ? "Used" : "";
    cells.commitment = commitment;
    cells.description = priceText(cells.list) + ' ' + m_out.billings[account.billing].currency + " per " +
                        std::string(service.kind->unit) + " of " + sku.meter + " in " + std::string(region.name);
    cells.sku = &sku;
    cells.hasConsumed = true;
    cells.priceId = sku.id + (isDear ? ".R2.OD" : ".R1.OD");
    cells.service = &service;
    cells.resource = &resource;
    cells.region = &region;
    cells.subAccount = &account;
    Charge charge = render(cells, account.billing);
    charge.kind = correction ? Charge::Kind::Correction : commitment ? Charge::Kind::Committed : Charge::Kind::OnDemand;
    charge.effectivePrice = commitment ? std::max<std::int64_t>(cells.contracted * 68 / 100, 1) : cells.contracted;
    charge.isCounted = service.kind->unit == "Requests";
    charge.baseQuantity = service.kind->quantity * 1'000'000 * (5 + m_dice.below(200)) / 100;
    if (m_dice.chance(3)) // a few large ones carry much of the bill
        charge.baseQuantity *= 12;
    return charge;
}

void Builder::addUsage(const Resource& resource)
{
    const auto& skus = m_services[resource.service].skus;
    const std::size_t count =
        m_spec.shape == Shape::FewResources ? 1 : std::min<std::size_t>(1 + m_dice.below(3), skus.size());
    const std::size_t first = m_dice.below(skus.size());
    const std::size_t billing = m_subAccounts[resource.subAccount].billing;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t sku = skus[(first + i) % skus.size()];
        m_out.usage.push_back(usageCharge(resource, sku, commitmentFor(billing, sku), false));
        if (m_out.fixes.size() < kCorrections && m_dice.chance(4))
            m_out.fixes.push_back(usageCharge(resource, sku, nullptr, true));
    }
}

void Builder::addCommitmentCharges()
{
    for (const Commitment& commitment : m_commitments) {
        const Sku& sku = m_skus[commitment.sku];
        const Service& service = m_services[sku.service];
        Cells cells;
        cells.category = "Usage";
        cells.frequency = "Usage-Based";
        cells.pricingCategory = "Committed";
        cells.status = "Unused";
        cells.commitment = &commitment;
        cells.sku = &sku;
        cells.list = sku.price;
        cells.contracted = std::max<std::int64_t>(sku.price * 93 / 100, 1);
        cells.service = &service;
        cells.region = &kRegions[service.provider][commitment.region];
        cells.priceId = sku.id + ".R1.OD";
        cells.description = "Unused part of " + commitment.name + ", " + std::string(service.kind->unit);
        Charge unused = render(cells, commitment.billing);
        unused.kind = Charge::Kind::UnusedCommitment;
        unused.effectivePrice = std::max<std::int64_t>(cells.contracted * 68 / 100, 1);
        unused.baseQuantity = service.kind->quantity * 200'000;
        m_out.unused.push_back(std::move(unused));

        cells.category = "Purchase";
        cells.frequency = "Recurring";
        cells.status = "";
        cells.contracted = cells.list;
        cells.description = "Monthly fee of " + commitment.name;
        Charge bought = render(cells, commitment.billing);
        bought.kind = Charge::Kind::Purchase;
        bought.baseQuantity = service.kind->quantity * m_spec.rows * kBoughtPerRow;
        m_out.bought.push_back(std::move(bought));
    }
}

Charge Builder::accountCharge(const SubAccount& account, bool isTax)
{
    const BillingAccount& billing = m_out.billings[account.billing];
    Cells cells;
    cells.category = isTax ? "Tax" : "Credit";
    cells.frequency = isTax ? "Recurring" : "One-Time";
    cells.service = &m_services[billing.provider * kServicesPerProvider];
    cells.subAccount = &account;
    cells.description = (isTax ? "Tax for account " : "Promotional credit for account ") + account.name;
    Charge charge = render(cells, account.billing);
    charge.kind = isTax ? Charge::Kind::Tax : Charge::Kind::Credit;
    charge.listPrice = charge.contractedPrice = charge.effectivePrice = 1'000'000;
    charge.baseQuantity = (isTax ? 900 : 250) * 1'000'000ULL;
    return charge;
}

void Builder::addAccountCharges()
{
    for (const SubAccount& account : m_subAccounts) {
        m_out.taxes.push_back(accountCharge(account, true));
        m_out.credits.push_back(accountCharge(account, false));
    }
}

Charge Builder::render(const Cells& cells, std::size_t billingIndex) const
{
    const BillingAccount& billing = m_out.billings[billingIndex];
    const ProviderInfo& provider = kProviderInfo[billing.provider];
    Charge charge;
    charge.billing = static_cast<std::uint8_t>(billingIndex);
    charge.listPrice = cells.list;
    charge.contractedPrice = charge.effectivePrice = cells.contracted;
    std::string& text = charge.text;
    std::size_t cuts = 0;
    const auto cut = [&] { charge.cuts[++cuts] = static_cast<std::uint32_t>(text.size()); };
    const auto cell = [&](std::string_view value) { text.append(quoted(value)) += ','; };
    cell(cells.zone);
    cut(); // BilledCost
    text += ',';
    cell(billing.id);
    cell(billing.name);
    cell(billing.currency);
    cut(); // BillingPeriodEnd, BillingPeriodStart
    text += ',';
    cell(cells.category);
    cell(cells.chargeClass);
    cell(cells.description);
    cell(cells.frequency);
    cut(); // ChargePeriodEnd, ChargePeriodStart
    text += ',';
    const Commitment none;
    const Commitment& commitment = cells.commitment ? *cells.commitment : none;
    for (const std::string_view value :
         {std::string_view(commitment.category), std::string_view(commitment.id), std::string_view(commitment.name),
          cells.status, std::string_view(commitment.type)})
        cell(value);
    cut(); // ConsumedQuantity
    text += ',';
    cell(cells.hasConsumed ? cells.service->kind->unit : "");
    cut(); // ContractedCost
    text += ',';
    cell(cells.sku ? priceText(cells.contracted) : "");
    cut(); // EffectiveCost, InvoiceId
    text += ',';
    cell(provider.name);
    cut(); // ListCost
    text += ',';
    cell(cells.sku ? priceText(cells.list) : "");
    cell(cells.pricingCategory);
    cut(); // PricingQuantity
    text += ',';
    cell(cells.sku ? cells.service->kind->unit : "");
    cell(provider.name);
    cell(cells.resource && cells.resource->isMarketplace ? provider.marketplace : provider.name);
    cell(cells.region ? cells.region->id : "");
    cell(cells.region ? cells.region->name : "");
    text += cells.resource ? quoted(cells.resource->id) : "";
    cut(); // suffix of ResourceId
    text += ',';
    text += cells.resource ? cells.resource->name : "";
    cut(); // suffix of ResourceName
    text += ',';
    cell(cells.resource ? cells.service->kind->type : "");
    cell(cells.service->kind->category);
    cell(cells.service->name);
    cell(cells.sku ? cells.sku->id : "");
    cell(cells.sku ? cells.sku->meter : "");
    cell(cells.sku ? cells.sku->details : "");
    cell(cells.priceId);
    cell(cells.subAccount ? cells.subAccount->id : "");
    cell(cells.subAccount ? cells.subAccount->name : "");
    text += cells.resource ? quoted(cells.resource->tags) : "";
    text += '\n';
    cut();
    return charge;
}

Catalogue Builder::build()
{
    makeAccounts();
    makeServices();
    makeSkus();
    makeCommitments();
    for (std::uint64_t i = 0; i < resourceCount(); ++i)
        addUsage(makeResource(i));
    addCommitmentCharges();
    addAccountCharges();
    return std::move(m_out);
}

constexpr std::array<std::string_view, 5> kShapeNames{"typical", "wide-tags", "many-resources", "few-resources",
                                                      "many-files"};

} // namespace

std::string_view shapeName(Shape shape)
{
    return kShapeNames[static_cast<std::size_t>(shape)];
}

bool shapeByName(std::string_view name, Shape& shape)
{
    const auto found = std::find(kShapeNames.begin(), kShapeNames.end(), name);
    if (found == kShapeNames.end())
        return false;
    shape = static_cast<Shape>(found - kShapeNames.begin());
    return true;
}

std::string_view headerLine()
{
    return "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,"
           "BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,"
           "ChargePeriodStart,CommitmentDiscountCategory,CommitmentDiscountId,CommitmentDiscountName,"
           "CommitmentDiscountStatus,CommitmentDiscountType,ConsumedQuantity,ConsumedUnit,ContractedCost,"
           "ContractedUnitPrice,EffectiveCost,InvoiceId,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,"
           "PricingQuantity,PricingUnit,ProviderName,PublisherName,RegionId,RegionName,ResourceId,ResourceName,"
           "ResourceType,ServiceCategory,ServiceName,SkuId,SkuMeter,SkuPriceDetails,SkuPriceId,SubAccountId,"
           "SubAccountName,Tags\n";
}

Catalogue makeCatalogue(const Spec& spec)
{
    return Builder(spec).build();
}

} // namespace altimeter::bench
