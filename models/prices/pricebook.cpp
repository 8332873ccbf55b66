#include "models/prices/pricebook.h"

#include "models/prices/modelprices.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace altimeter {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::size_t kMostRemembered = 4096; ///< kinds of calls: ids may come from anybody

Instant instantOf(std::int64_t nanos)
{
    return {nanos / kNanosPerSecond - (nanos % kNanosPerSecond < 0 ? 1 : 0)};
}

void clear(PricedCost& cost)
{
    cost.parts.clear();
    cost.sum = {};
    cost.currency = {};
    cost.unpricedTokens = 0;
    cost.unpricedTools = 0;
    cost.caveats = 0;
    cost.assumedTokens = 0;
    cost.assumedMore = {};
}

} // namespace

std::string_view priceGapName(PriceGap gap)
{
    static constexpr std::array<std::string_view, 7> kNames{"",          "model",    "item",    "tier",
                                                            "ambiguous", "currency", "overflow"};
    return kNames[static_cast<std::size_t>(gap)];
}

const PricedPart* PricedCost::of(UsageClass usage) const
{
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [&](const PricedPart& part) { return part.item == usageClassName(usage); });
    return found == parts.end() ? nullptr : &*found;
}

PriceBook::PriceBook() : m_index(std::make_shared<const PriceIndex>(PriceList{})) {}

Result<PriceBook> PriceBook::make(PriceList list)
{
    if (auto status = checkPriceList(list); !status)
        return status.error();
    PriceBook book;
    book.m_index = std::make_shared<const PriceIndex>(std::move(list));
    return book;
}

PricedCost PriceBook::cost(const PricedUse& use, PriceLens lens) const
{
    return costAt(use, instantOf(use.nanos), lens);
}

PricedCost PriceBook::costAt(const PricedUse& use, Instant at, PriceLens lens) const
{
    PricedCost cost;
    const PriceScope scope = priceScope(use.provider, use.model, use.tier, use.region, lens);
    ModelPrices(*m_index, scope).price(use, at.seconds, cost);
    return cost;
}

const PriceList& PriceBook::list() const
{
    return m_index->list();
}

Day PriceBook::readThrough() const
{
    return m_index->readThrough();
}

struct PriceReader::Memory {
    PriceBook book;
    PriceLens lens = PriceLens::List;
    std::unordered_map<std::string, ModelPrices> known{};
    std::string key{};
    std::string lastKey{};
    const ModelPrices* last = nullptr;
    PricedCost cost{};

    const ModelPrices& find(const PricedUse& use)
    {
        key.clear();
        for (const std::string_view part : {use.provider, use.model, use.tier, use.region})
            key.append(part).push_back('\0');
        if (last != nullptr && key == lastKey)
            return *last;
        auto found = known.find(key);
        if (found == known.end()) {
            if (known.size() >= kMostRemembered)
                known.clear();
            const PriceScope scope = priceScope(use.provider, use.model, use.tier, use.region, lens);
            found = known.emplace(key, ModelPrices(*book.m_index, scope)).first;
        }
        lastKey = key;
        last = &found->second;
        return *last;
    }
};

PriceReader::PriceReader(PriceBook book, PriceLens lens)
    : m_memory(std::make_unique<Memory>(Memory{std::move(book), lens}))
{
}
PriceReader::~PriceReader() = default;
PriceReader::PriceReader(PriceReader&&) noexcept = default;
PriceReader& PriceReader::operator=(PriceReader&&) noexcept = default;

const PricedCost& PriceReader::cost(const PricedUse& use)
{
    return costAt(use, instantOf(use.nanos));
}

const PricedCost& PriceReader::costAt(const PricedUse& use, Instant at)
{
    clear(m_memory->cost);
    m_memory->find(use).price(use, at.seconds, m_memory->cost);
    return m_memory->cost;
}

} // namespace altimeter
