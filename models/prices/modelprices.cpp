#include "models/prices/modelprices.h"

#include "models/prices/unitprice.h"

#include <algorithm>
#include <optional>

namespace altimeter {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

std::int64_t secondOf(std::int64_t nanos)
{
    return nanos / kNanosPerSecond - (nanos % kNanosPerSecond < 0 ? 1 : 0);
}

bool isAnswer(UsageClass usage)
{
    return usage == UsageClass::Output || usage == UsageClass::Reasoning || usage == UsageClass::AudioOutput ||
           usage == UsageClass::ImageOutput;
}

/// Those in the order in which they stand in a prompt: what was cached comes first.
constexpr std::array kPromptOrder{UsageClass::CacheRead,     UsageClass::AudioCacheRead,    UsageClass::ImageCacheRead,
                                  UsageClass::CacheWrite5m,  UsageClass::CacheWrite30m,     UsageClass::CacheWrite1h,
                                  UsageClass::CacheWrite12h, UsageClass::CacheWriteUnknown, UsageClass::Input,
                                  UsageClass::AudioInput,    UsageClass::ImageInput,        UsageClass::VideoInput};

std::uint64_t placeOf(UsageClass usage, const Usage& counts)
{
    std::uint64_t place = 0;
    for (const UsageClass before : kPromptOrder) {
        if (before == usage)
            break;
        place += counts[before];
    }
    return place;
}

/// Prices one call by one slice.
class CallPricing {
public:
    CallPricing(const PriceSlice& slice, const PricedUse& use, PricedCost& out)
        : m_slice(slice), m_use(use), m_out(out), m_second(secondOf(use.nanos)),
          m_prompt(use.prompt != 0 ? use.prompt : use.usage.prompt()), m_band(bandBelow(m_prompt))
    {
    }

    void price()
    {
        for (std::size_t i = 0; i < kUsageClassCount; ++i) {
            if (m_use.usage.counts[i] != 0)
                priceClass(static_cast<UsageClass>(i));
        }
        for (const ToolUse& tool : m_use.tools) {
            if (!tool.count.isZero())
                priceTool(tool);
        }
    }

private:
    /// The band of a prompt; 0: the base.
    std::uint64_t bandBelow(std::uint64_t prompt) const
    {
        const auto band = std::find_if(m_slice.bands.begin(), m_slice.bands.end(),
                                       [&](std::uint64_t bound) { return bound < prompt; });
        return band == m_slice.bands.end() ? 0 : *band;
    }

    const PriceRate* pick(const ItemRates& rates, std::uint64_t band) const
    {
        for (const PriceRate& rate : rates.rates) {
            if (rate.contextAbove == band && (!rate.hasWindows() || rate.holdsIn(m_second)))
                return &rate;
        }
        return nullptr;
    }

    static std::optional<Decimal> amountOf(const PriceRate& rate, std::uint64_t count)
    {
        const auto exact = unitprice::times(rate.unitPrice, count);
        return exact && rate.divisor != 1 ? unitprice::roundedQuotient(*exact, rate.divisor) : exact;
    }

    void priceClass(UsageClass usage)
    {
        const ItemRates& rates = m_slice.classes[static_cast<std::size_t>(usage)];
        const std::uint64_t count = m_use.usage[usage];
        const PriceRate* rate = pick(rates, m_band);
        PricedPart part = partOf(usageClassName(usage), rates, rate);
        if (part.gap == PriceGap::None) {
            const auto amount = rate->isMarginal() ? marginal(usage, rates, part) : amountOf(*rate, count);
            if (amount)
                part.amount = *amount;
            else if (part.gap == PriceGap::None)
                part.gap = PriceGap::Overflow;
        }
        add(part);
        if (part.gap != PriceGap::None)
            m_out.unpricedTokens += count;
        else if ((part.caveats & kPriceLifetimeAssumed) != 0)
            addAssumed(count, part.amount);
    }

    /// What tokens of a lifetime nobody told would be more at the longest one that is sold.
    void addAssumed(std::uint64_t count, const Decimal& counted)
    {
        m_out.assumedTokens += count;
        for (const UsageClass lifetime : {UsageClass::CacheWrite12h, UsageClass::CacheWrite1h,
                                          UsageClass::CacheWrite30m, UsageClass::CacheWrite5m}) {
            const PriceRate* rate = pick(m_slice.classes[static_cast<std::size_t>(lifetime)], m_band);
            if (rate == nullptr || rate->isMarginal() || rate->gap != PriceGap::None ||
                rate->currency != m_out.currency)
                continue;
            if (const auto longest = amountOf(*rate, count)) {
                m_out.assumedMore.add(*longest);
                m_out.assumedMore.add({-counted.mantissa, counted.scale});
            }
            return;
        }
    }

    void priceTool(const ToolUse& tool)
    {
        static const ItemRates kNone{{}, PriceGap::Item};
        const auto found = std::find_if(m_slice.tools.begin(), m_slice.tools.end(),
                                        [&](const auto& known) { return known.item == tool.unit; });
        const ItemRates& rates = found == m_slice.tools.end() ? kNone : found->rates;
        const PriceRate* rate = tool.count.isNegative() ? nullptr : pick(rates, 0);
        PricedPart part = partOf(tool.unit, rates, rate);
        if (part.gap == PriceGap::None) {
            const auto exact = unitprice::times(rate->unitPrice, tool.count);
            const auto amount = exact ? unitprice::roundedQuotient(*exact, rate->divisor) : std::nullopt;
            if (amount)
                part.amount = *amount;
            else
                part.gap = PriceGap::Overflow;
        }
        add(part);
        if (part.gap != PriceGap::None)
            ++m_out.unpricedTools;
    }

    PricedPart partOf(std::string_view item, const ItemRates& rates, const PriceRate* rate) const
    {
        PricedPart part;
        part.item = item;
        if (rate == nullptr) {
            part.gap = rates.rates.empty() ? rates.gap : PriceGap::Item;
            return part;
        }
        part.unitPrice = rate->unitPrice;
        if (rate->divisor != 1)
            part.unitPrice = unitprice::roundedQuotient(rate->unitPrice, rate->divisor).value_or(Decimal{});
        part.row = rate->row;
        part.caveats = rate->caveats;
        part.gap = rate->gap;
        if (part.gap == PriceGap::None && !m_out.currency.isUnknown() && m_out.currency != rate->currency)
            part.gap = PriceGap::Currency;
        if (part.gap == PriceGap::None)
            m_out.currency = rate->currency;
        return part;
    }

    void add(const PricedPart& part)
    {
        if (part.gap == PriceGap::None) {
            m_out.sum.add(part.amount);
            m_out.caveats = static_cast<std::uint8_t>(m_out.caveats | part.caveats);
        }
        m_out.parts.push_back(part);
    }

    /// What lies beyond the bound at the rate of the band, the rest at those below.
    std::optional<Decimal> marginal(UsageClass usage, const ItemRates& rates, PricedPart& part) const
    {
        if (m_use.prompt != 0 && m_use.prompt != m_use.usage.prompt()) {
            part.gap = PriceGap::Ambiguous; // of counts that were added up, nobody knows what lies beyond
            return std::nullopt;
        }
        std::uint64_t rest = m_use.usage[usage];
        const std::uint64_t place = isAnswer(usage) ? m_prompt : placeOf(usage, m_use.usage);
        DecimalSum sum;
        for (std::uint64_t band = m_band; rest > 0; band = bandBelow(band)) {
            const PriceRate* rate = pick(rates, band);
            if (rate == nullptr) {
                part.gap = PriceGap::Item;
                return std::nullopt;
            }
            const std::uint64_t end = place + rest;
            const std::uint64_t beyond = rate->isMarginal() ? (end > band ? std::min(end - band, rest) : 0) : rest;
            const auto amount = amountOf(*rate, beyond);
            if (!amount)
                return std::nullopt;
            sum.add(*amount);
            rest -= beyond;
        }
        const auto exact = parseDecimal(sum.toString(0));
        return exact && !sum.overflowed() ? std::optional(exact->value) : std::nullopt;
    }

    const PriceSlice& m_slice;
    const PricedUse& m_use;
    PricedCost& m_out;
    std::int64_t m_second;
    std::uint64_t m_prompt;
    std::uint64_t m_band;
};

} // namespace

void ModelPrices::price(const PricedUse& use, std::int64_t at, PricedCost& out) const
{
    const auto after =
        std::upper_bound(m_slices.begin(), m_slices.end(), at,
                         [](std::int64_t second, const PriceSlice& slice) { return second < slice.from; });
    CallPricing(*std::prev(after), use, out).price();
}

} // namespace altimeter
