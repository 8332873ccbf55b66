#include "models/prices/priceguard.h"

#include "models/events/tokens.h"
#include "models/prices/priceindex.h"
#include "models/prices/unitprice.h"
#include "models/text/words.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace altimeter {

namespace {

constexpr std::uint64_t kMillion = 1'000'000;

Decimal number(std::int64_t mantissa, std::uint8_t scale)
{
    return {mantissa, scale};
}

/// Bounds of what vendors ask, each with room beyond what was seen.
const Decimal kHighestPerMillion = number(1000, 0);
const Decimal kHighestInput = number(200, 0);     ///< 150 was asked for o1-pro
const Decimal kHighestInputAlone = number(10, 0); ///< embeddings and ranking
const Decimal kLargestChange = number(5, 0);

struct Ratio {
    std::string_view check, words;
    Decimal lowest, highest;
};
const Ratio kOutput{"output-ratio", "the price of output to that of input", number(1, 0), number(12, 0)};
const Ratio kCacheRead{"cache-read-ratio", "the price of cache reads to that of input", number(5, 3), number(75, 2)};
const Ratio kCacheWrite{"cache-write-ratio", "the price of cache writes to that of input", number(1, 0), number(26, 1)};
const Ratio kBatch{"batch-ratio", "the price of batches to the standard price", number(49, 2), number(51, 2)};
const Ratio kFastTier{"tier-ratio", "the price of the tier to the standard price", number(12, 1), number(65, 1)};
const Ratio kBand{"band-ratio", "the price of long prompts to that of short ones", number(1, 0), number(55, 1)};

/// Whether lowest * base <= price <= highest * base.
bool isWithin(const Ratio& ratio, const Decimal& price, const Decimal& base)
{
    const auto low = unitprice::times(base, ratio.lowest);
    const auto high = unitprice::times(base, ratio.highest);
    return low && high && !unitprice::isLess(price, *low) && !unitprice::isLess(*high, price);
}

/// Of one unit; none where the digits do not fit.
std::optional<Decimal> unitPrice(const PriceRow& row)
{
    const std::uint64_t rest = unitprice::inexactPart(row.per);
    if (row.per == 0)
        return std::nullopt;
    const auto exact = unitprice::dividedBy(row.price, row.per / rest);
    return exact ? unitprice::roundedQuotient(*exact, rest) : std::nullopt;
}

bool isTokens(const PriceRow& row)
{
    return !row.isFactor() && usageClassOf(row.item) != UsageClass::Count;
}

bool isFast(const std::string& tier)
{
    return tier == "priority" || tier == "fast" || tier == "ultrafast";
}

/// What rows that are compared with each other share.
using Model = std::pair<std::string, std::string>;
Model modelOf(const PriceRow& row)
{
    return {row.provider, words::toLower(row.model)};
}

class Judging {
public:
    Judging(const PriceList& incoming, const PriceList& known, bool takesChanges)
        : m_incoming(incoming), m_takesChanges(takesChanges)
    {
        for (const PriceRow& row : incoming.rows)
            m_byModel[modelOf(row)].push_back(&row);
        for (const PriceRow& row : known.rows) {
            if (row.state != PriceState::Withdrawn)
                m_known[modelOf(row)].push_back(&row);
        }
    }

    std::vector<PriceVerdict> run()
    {
        std::vector<PriceVerdict> verdicts(m_incoming.rows.size());
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            verdicts[i].row = i;
            judgeAlone(m_incoming.rows[i], verdicts[i]);
        }
        // What is wrong by itself speaks against no other.
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            if (verdicts[i].kind == PriceVerdict::Kind::Refused)
                m_refused.insert(&m_incoming.rows[i]);
        }
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            const PriceRow& row = m_incoming.rows[i];
            const auto price = unitPrice(row);
            if (isTokens(row) && row.state != PriceState::Withdrawn && price && !price->isZero())
                judgeRatios(row, *price, verdicts[i]);
        }
        return verdicts;
    }

private:
    void judgeAlone(const PriceRow& row, PriceVerdict& verdict) const
    {
        const auto price = unitPrice(row);
        const PriceRow* known = knownOf(row);
        if (known != nullptr)
            compare(row, *known, verdict);
        if (row.state == PriceState::Withdrawn || row.isFactor())
            return;
        if (!price)
            return refuse(verdict, "price-too-high", "its digits do not fit");
        if (price->isZero() && row.note.empty())
            return refuse(verdict, "price-zero", "a price of zero needs a reason in its note");
        if (isTokens(row) && !price->isZero())
            judgeHeight(row, *price, verdict);
    }

    static void refuse(PriceVerdict& verdict, std::string_view check, std::string message)
    {
        if (verdict.kind == PriceVerdict::Kind::Refused)
            return;
        verdict.kind = PriceVerdict::Kind::Refused;
        verdict.check = check;
        verdict.message = std::move(message);
    }

    /// What the book says of the same at the time from which the row holds; the newest where it holds from ever.
    const PriceRow* knownOf(const PriceRow& row) const
    {
        const auto found = m_known.find(modelOf(row));
        if (found == m_known.end())
            return nullptr;
        const PriceRow* best = nullptr;
        const auto rank = [&](const PriceRow& known) {
            // the complement turns the order round for every number, that of "from ever" too
            return std::tuple(known.layer != row.layer, known.layer, ~known.validFrom.seconds);
        };
        for (const PriceRow* known : found->second) {
            const bool holds = row.validFrom.isValid() ? known->holdsAt(row.validFrom) : !known->validTo.isValid();
            if (isSamePriceKey(*known, row) && holds && (best == nullptr || rank(*known) < rank(*best)))
                best = known;
        }
        return best;
    }

    void compare(const PriceRow& row, const PriceRow& known, PriceVerdict& verdict) const
    {
        const auto price = unitPrice(row);
        const auto before = unitPrice(known);
        if (!price || !before || known.currency != row.currency)
            return;
        if (const auto asMany = unitprice::times(*before, row.per))
            verdict.before = unitprice::shortened(*asMany);
        verdict.kind = unitprice::isEqual(*price, *before) ? PriceVerdict::Kind::Same : PriceVerdict::Kind::Changed;
        const auto fiveTimes = unitprice::times(*before, kLargestChange);
        const auto backFiveTimes = unitprice::times(*price, kLargestChange);
        const bool isFar = !fiveTimes || !backFiveTimes || unitprice::isLess(*fiveTimes, *price) ||
                           unitprice::isLess(*backFiveTimes, *before);
        if (isFar && !before->isZero() && !m_takesChanges && !row.isFactor())
            refuse(verdict, "price-change", "more than five times the known price, or less than a fifth of it");
    }

    void judgeHeight(const PriceRow& row, const Decimal& price, PriceVerdict& verdict) const
    {
        if (row.currency.code() != "USD")
            return;
        const auto perMillion = unitprice::times(price, kMillion);
        if (!perMillion || unitprice::isLess(kHighestPerMillion, *perMillion))
            return refuse(verdict, "price-too-high", "more than 1,000 USD for a million tokens");
        if (row.item == "input" && unitprice::isLess(kHighestInput, *perMillion))
            return refuse(verdict, "price-too-high", "more than 200 USD for a million tokens of input");
        if (row.item == "input" && partner(row, "output", row.tier, row.contextAbove) == nullptr && row.tier.empty() &&
            unitprice::isLess(kHighestInputAlone, *perMillion))
            refuse(verdict, "price-too-high", "more than 10 USD for a million tokens of a model that answers none");
    }

    void judgeRatios(const PriceRow& row, const Decimal& price, PriceVerdict& verdict) const
    {
        const auto judge = [&](const Ratio& ratio, const PriceRow* base, const Decimal& above, const PriceRow* below) {
            const auto other = base != nullptr ? unitPrice(*base) : std::nullopt;
            if (!other || other->isZero())
                return;
            const bool isBase = below != nullptr; // the row is what others are measured by
            if (!isWithin(ratio, isBase ? *other : above, isBase ? above : *other))
                refuse(verdict, ratio.check, std::string(ratio.words) + " is none that vendors ask");
        };
        const PriceRow* input = partner(row, "input", row.tier, row.contextAbove);
        if (row.item == "output")
            judge(kOutput, input, price, nullptr);
        if (row.item == "input")
            judge(kOutput, partner(row, "output", row.tier, row.contextAbove), price, &row);
        if (row.item == "cache_read")
            judge(kCacheRead, input, price, nullptr);
        if (row.item.starts_with("cache_write"))
            judge(kCacheWrite, input, price, nullptr);
        if (row.tier == "batch")
            judge(kBatch, partner(row, row.item, {}, row.contextAbove), price, nullptr);
        if (isFast(row.tier))
            judge(kFastTier, partner(row, row.item, {}, row.contextAbove), price, nullptr);
        if (row.contextAbove > 0)
            judge(kBand, partner(row, row.item, row.tier, 0), price, nullptr);
    }

    /// The row of the same model, region and hours at the same time, of another class, tier or band.
    const PriceRow* partner(const PriceRow& row, std::string_view item, std::string_view tier,
                            std::uint64_t above) const
    {
        for (const PriceRow* other : m_byModel.at(modelOf(row))) {
            if (m_refused.contains(other))
                continue;
            const bool meets =
                (!other->validTo.isValid() || !row.validFrom.isValid() || row.validFrom < other->validTo) &&
                (!row.validTo.isValid() || !other->validFrom.isValid() || other->validFrom < row.validTo);
            if (other != &row && meets && !other->isFactor() && other->state != PriceState::Withdrawn &&
                other->item == item && other->tier == tier && other->contextAbove == above &&
                other->region == row.region && other->windows == row.windows && other->currency == row.currency)
                return other;
        }
        return nullptr;
    }

    const PriceList& m_incoming;
    bool m_takesChanges;
    std::map<Model, std::vector<const PriceRow*>> m_byModel, m_known;
    std::set<const PriceRow*> m_refused;
};

} // namespace

std::vector<PriceVerdict> judgePrices(const PriceList& incoming, const PriceList& known, bool takesChanges)
{
    return Judging(incoming, known, takesChanges).run();
}

bool isSamePriceKey(const PriceRow& a, const PriceRow& b)
{
    return a.provider == b.provider && words::equalsIgnoreCase(a.model, b.model) && a.item == b.item &&
           a.tier == b.tier && a.region == b.region && a.contextAbove == b.contextAbove && a.windows == b.windows &&
           a.isFactor() == b.isFactor();
}

} // namespace altimeter
