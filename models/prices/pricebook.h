#pragma once

#include "models/events/event.h"
#include "models/events/tokens.h"
#include "models/prices/pricelist.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// Which prices are asked for.
enum class PriceLens : std::uint8_t {
    List,     ///< what the vendor asks of everybody
    Contract, ///< after what was agreed (NegotiatedPrice)
};

/// What should be said beside an amount.
enum PriceCaveat : std::uint8_t {
    kPriceAnnounced = 1,     ///< the vendor announced it and nobody confirmed it since
    kPriceUnconfirmed = 2,   ///< a promotion that may have ended
    kPriceCommunity = 4,     ///< of a catalogue that nobody checked
    kPriceRegionAssumed = 8, ///< nothing is known of the region, counted as everywhere
    kPriceOfSnapshot = 16,   ///< the id bears a date that no row has, counted as the model without it
    kPriceNegotiated = 32,   ///< a rule of the contract changed it
    /// How long a cache was written for is not told and several lifetimes are sold: counted as the shortest of them,
    /// which is what a vendor writes unless it is asked for more.
    kPriceLifetimeAssumed = 64,
};

/// Why a count has no price.
enum class PriceGap : std::uint8_t {
    None,
    Model,     ///< the provider or the model is not in the book
    Item,      ///< the model is, and has no price for this class or tool at that time
    Tier,      ///< there is a standard price, and none of that tier
    Ambiguous, ///< counts that were added up, of which nobody knows what lies beyond the bound of a marginal band
    Currency,  ///< its price is in another currency than the rest of the call
    Overflow,  ///< the amount leaves the range
};
std::string_view priceGapName(PriceGap gap);

/// A call, or several of one kind, to be priced.
struct PricedUse {
    std::string_view provider, model; ///< as served
    std::string_view tier, region;    ///< tier that served it
    std::int64_t nanos = 0;           ///< when, since 1970-01-01T00:00:00Z
    Usage usage;
    std::span<const ToolUse> tools;
    /// The prompt that bands are decided by; 0: that of `usage`. For counts that were added up it must be given.
    std::uint64_t prompt = 0;
};

/// What a count came to.
struct PricedPart {
    std::string_view item;         ///< name of the UsageClass, or of the tool as it was asked for
    Decimal unitPrice;             ///< of one unit, after tier, region and contract; of a marginal band: the highest
    Decimal amount;                ///< exact; meaningless where there is a gap
    const PriceRow* row = nullptr; ///< it was priced by, which lives as long as the book; null: none
    PriceGap gap = PriceGap::None;
    std::uint8_t caveats = 0; ///< PriceCaveat
};

/// What a use came to. The amount is known for what has a price; what has none is counted beside it, and never zero.
struct PricedCost {
    std::vector<PricedPart> parts; ///< classes in their order, then tools in theirs; none for a count of zero
    DecimalSum sum;                ///< of the parts that have a price, exact
    Currency currency;             ///< of the sum; unknown when nothing has a price
    std::uint64_t unpricedTokens = 0;
    std::uint32_t unpricedTools = 0; ///< tools (not their counts) without a price
    std::uint8_t caveats = 0;        ///< of all parts
    /// Tokens whose lifetime was assumed (kPriceLifetimeAssumed), and what they would be more at the longest one sold.
    std::uint64_t assumedTokens = 0;
    DecimalSum assumedMore;

    bool isPriced() const { return unpricedTokens == 0 && unpricedTools == 0; }
    /// The part of a class; null when its count is zero.
    const PricedPart* of(UsageClass usage) const;
};

class PriceIndex;

/// All prices and what they are applied to, for reading by any number of threads. Evaluation order: the row by
/// provider, model as served and instant; its window of the day and week; its band by the whole prompt; tier (a row
/// before a factor); factor of the region; contract. Nothing is rounded.
class PriceBook {
public:
    PriceBook(); ///< without a price
    /// Error Invalid when a row makes no sense or two rows of a key and layer meet in time, with both of them named.
    static Result<PriceBook> make(PriceList list);

    /// Prices one call. For many see PriceReader.
    PricedCost cost(const PricedUse& use, PriceLens lens = PriceLens::List) const;
    /// The same as if the prices of `at` had held; the hour and weekday stay the call's own.
    PricedCost costAt(const PricedUse& use, Instant at, PriceLens lens = PriceLens::List) const;

    const PriceList& list() const;
    /// Day on which the youngest of its rows was read; Day::none() when it has none.
    Day readThrough() const;

private:
    friend class PriceReader;
    std::shared_ptr<const PriceIndex> m_index;
};

/// Prices many calls, remembering what it found for each model, tier and region. Used by one thread.
class PriceReader {
public:
    explicit PriceReader(PriceBook book, PriceLens lens = PriceLens::List);
    ~PriceReader();
    PriceReader(PriceReader&&) noexcept;
    PriceReader& operator=(PriceReader&&) noexcept;
    /// Valid until the next call.
    const PricedCost& cost(const PricedUse& use);
    const PricedCost& costAt(const PricedUse& use, Instant at);

private:
    struct Memory;
    std::unique_ptr<Memory> m_memory;
};

} // namespace altimeter
