#include "models/prices/priceslice.h"

#include "models/prices/unitprice.h"
#include "models/text/words.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

namespace altimeter {

namespace {

constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::min();
constexpr std::array kLayers{PriceLayer::Own, PriceLayer::Imported, PriceLayer::Shipped, PriceLayer::Community};

bool isTokenClass(std::string_view item)
{
    return usageClassOf(item) != UsageClass::Count;
}

template <typename Dated> bool holdsAt(const Dated& dated, Instant at)
{
    return (!dated.validFrom.isValid() || at >= dated.validFrom) && (!dated.validTo.isValid() || at < dated.validTo);
}

/// "ft:gpt-4o-2024-08-06:org::id" is priced as "ft:gpt-4o-2024-08-06": not as its base, which costs less.
std::string_view withoutOwner(std::string_view model)
{
    constexpr std::string_view kFineTuned = "ft:";
    if (!model.starts_with(kFineTuned))
        return model;
    return model.substr(0, model.find(':', kFineTuned.size()));
}

/// What a model is priced as at some time.
struct Target {
    std::string_view model;
    bool isSnapshot = false; ///< found without its date alone
    bool isProfile = false;  ///< found without the geography of its inference profile alone
};

/// The region that factors of inference profiles of a geography have.
constexpr std::string_view kProfileRegion = "geo-profile";

/// OpenAI sells one tier as "priority" in its API and as "fast" in what is built upon it.
bool isSameTier(std::string_view provider, std::string_view a, std::string_view b)
{
    const auto isQuick = [](std::string_view tier) { return tier == "fast" || tier == "priority"; };
    return a == b || (provider == "openai" && isQuick(a) && isQuick(b));
}

class SliceMaker {
public:
    SliceMaker(const PriceIndex& index, const PriceScope& scope)
        : m_index(index), m_scope(scope), m_negotiated(index.negotiatedWith(scope.provider))
    {
        const auto addName = [this](std::string_view name) {
            if (!name.empty() && std::find(m_names.begin(), m_names.end(), name) == m_names.end())
                m_names.push_back(name);
        };
        addName(m_scope.model);
        for (std::size_t i = 0; i < m_names.size() && i < kMostHops; ++i) {
            const std::string_view name = m_names[i];
            for (const PriceAlias* alias : m_index.aliasesOf(m_scope.provider, name))
                addName(alias->model);
            addName(withoutOwner(name));
            addName(withoutDate(name));
            if (m_scope.provider == kBedrock)
                addName(withoutProfile(name));
        }
    }

    std::vector<PriceSlice> make()
    {
        std::vector<PriceSlice> slices;
        for (const std::int64_t from : changes())
            slices.push_back(sliceAt(from));
        return slices;
    }

private:
    static constexpr std::size_t kMostHops = 16;
    static constexpr std::string_view kBedrock = "aws-bedrock";

    std::set<std::int64_t> changes() const
    {
        std::set<std::int64_t> at{kEver};
        const auto note = [&](Instant instant) {
            if (instant.isValid())
                at.insert(instant.seconds);
        };
        const auto noteRows = [&](const PriceIndex::Rows& rows) {
            for (const PriceRow* row : rows) {
                note(row->validFrom);
                note(row->validTo);
                note(row->confirmedTo);
            }
        };
        for (const std::string_view name : m_names) {
            noteRows(m_index.rowsOf(m_scope.provider, name));
            for (const PriceAlias* alias : m_index.aliasesOf(m_scope.provider, name)) {
                note(alias->validFrom);
                note(alias->validTo);
            }
        }
        noteRows(m_index.rowsOf(m_scope.provider, {}));
        noteRows(m_index.factorsOf(m_scope.provider));
        for (const NegotiatedPrice* rule : m_negotiated) {
            note(rule->validFrom);
            note(rule->validTo);
        }
        return at;
    }

    PriceSlice sliceAt(std::int64_t from)
    {
        m_at.seconds = from == kEver ? kEver + 1 : from;
        m_target = targetAt();
        m_rows = m_target.model.empty() ? nullptr : &m_index.rowsOf(m_scope.provider, m_target.model);
        if (m_rows != nullptr && m_rows->empty())
            m_rows = nullptr;
        PriceSlice slice;
        slice.from = from;
        std::set<std::uint64_t, std::greater<>> bands;
        for (std::size_t i = 0; i < kUsageClassCount; ++i) {
            slice.classes[i] = ratesOfClass(static_cast<UsageClass>(i));
            for (const PriceRate& rate : slice.classes[i].rates) {
                if (rate.contextAbove > 0)
                    bands.insert(rate.contextAbove);
            }
        }
        addStandardBands(bands);
        slice.bands.assign(bands.begin(), bands.end());
        addTools(slice);
        return slice;
    }

    /// A tier whose prices are listed for short prompts alone has none for long ones.
    void addStandardBands(std::set<std::uint64_t, std::greater<>>& bands) const
    {
        const std::size_t layer = layerOf(usageClassName(UsageClass::Input));
        if (m_scope.tier.empty() || m_rows == nullptr)
            return;
        for (const PriceRow* row : *m_rows) {
            if (row->contextAbove > 0 && row->tier.empty() && row->holdsAt(m_at) && isTokenClass(row->item) &&
                static_cast<std::size_t>(row->layer) == layer)
                bands.insert(row->contextAbove);
        }
    }

    /// An alias of that time, then the id itself, then the id without its date; never a beginning of it.
    Target targetAt() const
    {
        std::string_view name = m_scope.model;
        Target target;
        for (std::size_t hop = 0; hop < kMostHops; ++hop) {
            const auto aliases = m_index.aliasesOf(m_scope.provider, name);
            const auto alias =
                std::find_if(aliases.begin(), aliases.end(), [&](const auto* a) { return holdsAt(*a, m_at); });
            if (alias != aliases.end()) {
                name = (*alias)->model;
                continue;
            }
            if (m_index.knows(m_scope.provider, name))
                return {name, target.isSnapshot, target.isProfile};
            if (withoutOwner(name) != name) {
                name = withoutOwner(name);
                continue;
            }
            if (const auto plain = m_scope.provider == kBedrock ? withoutProfile(name) : std::string_view();
                !plain.empty()) {
                name = plain;
                target.isProfile = true;
                continue;
            }
            name = withoutDate(name);
            if (name.empty())
                return {};
            target.isSnapshot = true;
        }
        return {};
    }

    ItemRates ratesOfClass(UsageClass usage) const
    {
        ItemRates rates = listedClass(usage);
        applyContract(usageClassName(usage), rates);
        return rates;
    }

    /// Reasoning is charged as output and a cache write of any lifetime by the one price of writes, where they have no
    /// price of their own. A write of a lifetime nobody told is one of the shortest lifetime sold.
    ItemRates listedClass(UsageClass usage) const
    {
        if (usage == UsageClass::Reasoning) {
            const bool hasOwn = layerOf(usageClassName(usage)) <= layerOf(usageClassName(UsageClass::Output));
            return listed(usageClassName(hasOwn ? UsageClass::Reasoning : UsageClass::Output));
        }
        constexpr std::array kLifetimes{UsageClass::CacheWrite5m, UsageClass::CacheWrite30m, UsageClass::CacheWrite1h,
                                        UsageClass::CacheWrite12h};
        const bool isLifetime = std::find(kLifetimes.begin(), kLifetimes.end(), usage) != kLifetimes.end();
        if (!isLifetime && usage != UsageClass::CacheWriteUnknown)
            return listed(usageClassName(usage));
        std::vector<UsageClass> sold;
        for (const UsageClass lifetime : kLifetimes) {
            if (layerOf(usageClassName(lifetime)) != kNoLayer)
                sold.push_back(lifetime);
        }
        if (isLifetime)
            return listed(usageClassName(sold.empty() ? UsageClass::CacheWriteUnknown : usage));
        if (layerOf(usageClassName(usage)) != kNoLayer || sold.empty())
            return listed(usageClassName(usage));
        ItemRates rates = listed(usageClassName(sold.front()));
        for (PriceRate& rate : rates.rates) {
            if (sold.size() > 1)
                note(rate, kPriceLifetimeAssumed);
        }
        return rates;
    }

    static constexpr std::size_t kNoLayer = kLayers.size();

    /// The place of the first layer that has a price of the item, of whatever tier; kNoLayer: none.
    std::size_t layerOf(std::string_view item) const
    {
        std::size_t best = kNoLayer;
        if (m_rows == nullptr)
            return best;
        for (const PriceRow* row : *m_rows) {
            if (row->item == item && row->holdsAt(m_at))
                best = std::min(best, static_cast<std::size_t>(row->layer));
        }
        return best;
    }

    /// The prices of the first layer that has some; what the user set takes the place of single ones.
    ItemRates listed(std::string_view item) const
    {
        ItemRates rates;
        if (m_rows == nullptr)
            return rates;
        rates.gap = PriceGap::Item;
        for (const PriceLayer layer : kLayers) {
            if (addLayer(*m_rows, item, layer, rates) && layer != PriceLayer::Own)
                break;
        }
        if (rates.rates.empty() && hasStandard(item))
            rates.gap = PriceGap::Tier;
        return rates;
    }

    bool hasStandard(std::string_view item) const
    {
        return std::any_of(m_rows->begin(), m_rows->end(), [&](const PriceRow* row) {
            return row->item == item && row->tier.empty() && row->holdsAt(m_at);
        });
    }

    /// Rows of the tier before rows of the standard tier with its factor; rows of the region before those of
    /// everywhere.
    bool addLayer(const PriceIndex::Rows& rows, std::string_view item, PriceLayer layer, ItemRates& out) const
    {
        if (addTier(rows, item, layer, m_scope.tier, nullptr, out))
            return true;
        if (m_scope.tier.empty())
            return false;
        const bool isToken = isTokenClass(item);
        const PriceRow* factor = isToken ? factorOf(item, true) : nullptr;
        if (factor == nullptr && isToken) // tools are sold by count, whatever the tier of the call
            return false;
        return addTier(rows, item, layer, {}, factor, out);
    }

    bool isTier(std::string_view a, std::string_view b) const { return isSameTier(m_scope.provider, a, b); }

    bool addTier(const PriceIndex::Rows& rows, std::string_view item, PriceLayer layer, std::string_view tier,
                 const PriceRow* factor, ItemRates& out) const
    {
        bool isAdded = false;
        for (const bool ofRegion : {true, false}) {
            if (ofRegion && m_scope.region.empty())
                continue;
            for (const PriceRow* row : rows) {
                if (row->item != item || row->layer != layer || !isTier(row->tier, tier) || !row->holdsAt(m_at) ||
                    row->region != (ofRegion ? m_scope.region : std::string()))
                    continue;
                addRate(*row, factor, out);
                isAdded = true;
            }
            if (isAdded)
                return true;
        }
        return false;
    }

    void addRate(const PriceRow& row, const PriceRow* tierFactor, ItemRates& out) const
    {
        const bool isReplaced = std::any_of(out.rates.begin(), out.rates.end(), [&](const PriceRate& rate) {
            return rate.contextAbove == row.contextAbove && rate.row->windows == row.windows;
        });
        if (!isReplaced)
            out.rates.push_back(rateOf(row, tierFactor));
    }

    PriceRate rateOf(const PriceRow& row, const PriceRow* tierFactor) const
    {
        const std::uint64_t divisor = unitprice::inexactPart(row.per);
        PriceRate rate{&row, row.contextAbove, {}, divisor, row.currency, PriceGap::None, caveatsOf(row)};
        std::optional<Decimal> price = unitprice::dividedBy(row.price, row.per / divisor);
        const PriceRow* regionFactor = nullptr;
        if ((!m_scope.region.empty() || m_target.isProfile) && row.region.empty() && isTokenClass(row.item)) {
            regionFactor = factorOf(row.item, false);
            if (regionFactor == nullptr)
                note(rate, kPriceRegionAssumed);
        }
        for (const PriceRow* factor : {tierFactor, regionFactor}) {
            if (factor == nullptr || !price)
                continue;
            const auto exact = unitprice::dividedBy(factor->price, factor->per);
            price = exact ? unitprice::times(*price, *exact) : std::nullopt;
            note(rate, caveatsOf(*factor));
        }
        if (price)
            rate.unitPrice = *price;
        else
            rate.gap = PriceGap::Overflow;
        return rate;
    }

    static void note(PriceRate& rate, unsigned caveats)
    {
        rate.caveats = static_cast<std::uint8_t>(rate.caveats | caveats);
    }

    std::uint8_t caveatsOf(const PriceRow& row) const
    {
        unsigned caveats = 0;
        const auto add = [&caveats](bool holds, PriceCaveat caveat) { caveats |= holds ? unsigned{caveat} : 0U; };
        add(row.state == PriceState::Announced, kPriceAnnounced);
        add(row.state == PriceState::Community, kPriceCommunity);
        add(row.confirmedTo.isValid() && m_at >= row.confirmedTo, kPriceUnconfirmed);
        add(m_target.isSnapshot && !row.model.empty(), kPriceOfSnapshot);
        return static_cast<std::uint8_t>(caveats);
    }

    /// The factor of the tier or the region; that which names most, then that of the first layer.
    const PriceRow* factorOf(std::string_view item, bool ofTier) const
    {
        const PriceRow* best = nullptr;
        const std::string_view region = m_target.isProfile ? kProfileRegion : std::string_view(m_scope.region);
        const auto rank = [&](const PriceRow& row) {
            return std::tuple(row.model.empty(), row.item == "*", row.layer);
        };
        for (const PriceRow* row : m_index.factorsOf(m_scope.provider)) {
            const bool fits = (ofTier ? !row->tier.empty() && isTier(row->tier, m_scope.tier)
                                      : row->region == region && row->tier.empty()) &&
                              (row->model.empty() || words::equalsIgnoreCase(row->model, m_target.model)) &&
                              (row->item == "*" || row->item == item) && row->holdsAt(m_at);
            if (fits && (best == nullptr || rank(*row) < rank(*best)))
                best = row;
        }
        return best;
    }

    void addTools(PriceSlice& slice) const
    {
        std::set<std::string_view> items;
        const PriceIndex::Rows& general = m_index.rowsOf(m_scope.provider, {});
        for (const PriceIndex::Rows* rows : {m_rows, &general}) {
            if (rows == nullptr)
                continue;
            for (const PriceRow* row : *rows) {
                if (!isTokenClass(row->item) && row->holdsAt(m_at))
                    items.insert(row->item);
            }
        }
        for (const NegotiatedPrice* rule : m_negotiated) {
            if (!rule->item.empty() && !isTokenClass(rule->item))
                items.insert(rule->item);
        }
        for (const std::string_view item : items) {
            ItemRates rates = m_rows == nullptr ? ItemRates{} : listed(item);
            for (const PriceLayer layer : kLayers) {
                if (rates.rates.empty())
                    addLayer(general, item, layer, rates);
            }
            applyContract(item, rates);
            slice.tools.push_back({item, std::move(rates)});
        }
    }

    /// The rule that names most; null: none.
    const NegotiatedPrice* ruleFor(std::string_view item, std::uint64_t contextAbove) const
    {
        const NegotiatedPrice* best = nullptr;
        const auto rank = [](const NegotiatedPrice& rule) {
            return std::tuple(rule.model.empty(), rule.item.empty(), rule.tier == "*",
                              rule.kind == NegotiatedPrice::Kind::PercentOff);
        };
        for (const NegotiatedPrice* rule : m_negotiated) {
            const bool fits = holdsAt(*rule, m_at) &&
                              (rule->model.empty() || words::equalsIgnoreCase(rule->model, m_target.model) ||
                               words::equalsIgnoreCase(rule->model, m_scope.model)) &&
                              (rule->item.empty() ? isTokenClass(item) : rule->item == item) &&
                              (rule->tier == "*" || isTier(rule->tier, m_scope.tier)) &&
                              (rule->kind == NegotiatedPrice::Kind::PercentOff || rule->contextAbove == contextAbove);
            if (fits && (best == nullptr || rank(*rule) < rank(*best)))
                best = rule;
        }
        return best;
    }

    void applyContract(std::string_view item, ItemRates& rates) const
    {
        if (m_scope.lens != PriceLens::Contract || m_negotiated.empty())
            return;
        for (PriceRate& rate : rates.rates) {
            if (const NegotiatedPrice* rule = ruleFor(item, rate.contextAbove))
                applyRule(*rule, rate);
        }
        const NegotiatedPrice* fixed = rates.rates.empty() ? ruleFor(item, 0) : nullptr;
        if (fixed != nullptr && fixed->kind == NegotiatedPrice::Kind::Fixed) {
            PriceRate rate;
            applyRule(*fixed, rate);
            rates.rates.push_back(rate);
        }
    }

    static void applyRule(const NegotiatedPrice& rule, PriceRate& rate)
    {
        const bool isFixed = rule.kind == NegotiatedPrice::Kind::Fixed;
        const auto price =
            isFixed ? unitprice::dividedBy(rule.value, rule.per) : unitprice::lessPercent(rate.unitPrice, rule.value);
        if (isFixed)
            rate.currency = rule.currency;
        if (price)
            rate.unitPrice = *price;
        else
            rate.gap = PriceGap::Overflow;
        note(rate, kPriceNegotiated);
    }

    const PriceIndex& m_index;
    const PriceScope& m_scope;
    std::vector<const NegotiatedPrice*> m_negotiated;
    std::vector<std::string_view> m_names; ///< all that the model may be priced as
    Instant m_at;
    Target m_target;
    const PriceIndex::Rows* m_rows = nullptr; ///< of the target; null: not known
};

} // namespace

bool PriceRate::holdsIn(std::int64_t second) const
{
    return std::any_of(row->windows.begin(), row->windows.end(),
                       [&](const PriceWindow& window) { return window.contains(second); });
}

PriceScope priceScope(std::string_view provider, std::string_view model, std::string_view tier, std::string_view region,
                      PriceLens lens)
{
    std::string_view id = words::trimmed(model);
    // What gateways and Google's API write before an id.
    if (id.starts_with("models/"))
        id.remove_prefix(std::string_view("models/").size());
    // The name of a resource of Bedrock: ".../foundation-model/ID", ".../inference-profile/us.ID".
    if (id.starts_with("arn:") && id.find(":bedrock:") != std::string_view::npos)
        id.remove_prefix(id.rfind('/') + 1);
    return {priceProvider(provider), std::string(id), priceTier(tier), priceRegion(region), lens};
}

std::vector<PriceSlice> priceSlices(const PriceIndex& index, const PriceScope& scope)
{
    auto slices = SliceMaker(index, scope).make();
    for (PriceSlice& slice : slices) {
        const auto sort = [](ItemRates& rates) {
            std::stable_sort(rates.rates.begin(), rates.rates.end(),
                             [](const auto& a, const auto& b) { return a.hasWindows() && !b.hasWindows(); });
        };
        std::for_each(slice.classes.begin(), slice.classes.end(), sort);
        std::for_each(slice.tools.begin(), slice.tools.end(), [&](auto& tool) { sort(tool.rates); });
    }
    return slices;
}

} // namespace altimeter
