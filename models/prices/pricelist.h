#pragma once

#include "models/domain/decimal.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// How far a price is to be believed.
enum class PriceState : std::uint8_t {
    Verified,    ///< read at the vendor, or by two sources that agree
    Announced,   ///< said for the future; counts from its day on, until it is withdrawn
    Promotional, ///< for a time; see PriceRow::confirmedTo
    Withdrawn,   ///< announced and taken back: kept as a record, never counted with
    User,        ///< set by the user
    Community,   ///< of a catalogue nobody of us checked
};
inline constexpr std::size_t kPriceStateCount = 6;
/// Lower case, the spelling in files.
std::string_view priceStateName(PriceState state);
std::optional<PriceState> priceStateOf(std::string_view name);

/// Whose word a row is. The first of these that says something of a model, item, tier and region is heard.
enum class PriceLayer : std::uint8_t { Own, Imported, Shipped, Community };
std::string_view priceLayerName(PriceLayer layer);
std::optional<PriceLayer> priceLayerOf(std::string_view name);

/// A stretch of the day, on some days of the week.
struct PriceWindow {
    static constexpr std::uint8_t kEveryDay = 0x7F;

    std::uint8_t days = kEveryDay; ///< bit 0 Monday .. bit 6 Sunday: the day on which the stretch begins, in its zone
    std::int16_t startMinute = 0;  ///< of the day in its zone; inside
    std::int16_t endMinute = 1440; ///< outside; at or below the start: on the next day
    std::int16_t zoneMinutes = 0;  ///< what its zone's clocks are ahead of UTC

    /// Whether the stretch holds that second since 1970-01-01T00:00:00Z.
    bool contains(std::int64_t seconds) const;
    friend bool operator==(const PriceWindow&, const PriceWindow&) = default;
};
/// "mon-fri 09:00-12:00 +08:00"; every day is left out, and so is UTC: "16:30-00:30".
std::string toString(const PriceWindow& window);
/// Windows with "; " between them. Zones are "UTC", an offset, or one of the names without summer time that price pages
/// use ("Asia/Shanghai"). Error Invalid.
Result<std::vector<PriceWindow>> parsePriceWindows(std::string_view text);
std::string toString(const std::vector<PriceWindow>& windows);

/// What the higher rate of a context band is paid for.
enum class BandMode : std::uint8_t {
    Whole,    ///< the whole request
    Marginal, ///< what lies beyond the bound alone: of the prompt its end, and all of the answer
};

/// A price, or a factor on prices. All texts as the price book spells them: lower case but for models.
struct PriceRow {
    std::string provider;
    std::string model; ///< id as the provider answers it; of a tool or a factor for all models: empty
    /// What is counted: the name of a UsageClass, of a tool ("web_search", ToolUse::unit); of a factor also "*", all
    /// classes of tokens.
    std::string item;
    std::string tier;               ///< "batch", "flex", "priority", …; empty: standard
    std::string region;             ///< empty: everywhere
    std::uint64_t contextAbove = 0; ///< counts when the prompt is longer than this, caches included
    BandMode band = BandMode::Whole;
    std::vector<PriceWindow> windows; ///< empty: whenever no other row of the key has a window
    std::string unit;                 ///< "token", "call", "session", "gb_day", …; "factor": price is one
    std::uint64_t per = 1;            ///< units the price is for
    Decimal price;
    Currency currency;
    Instant validFrom, validTo; ///< half open; not valid: open on that side
    /// Past it the price still counts, and is said to be unconfirmed ("at least through"). Not valid: confirmed as long
    /// as it is valid.
    Instant confirmedTo;
    PriceState state = PriceState::Verified;
    PriceLayer layer = PriceLayer::Shipped;
    std::string source; ///< where it was read
    Day readOn;         ///< when
    std::string note;
    std::uint64_t line = 0; ///< of its file; 0: none

    bool isFactor() const { return unit == "factor"; }
    bool holdsAt(Instant at) const
    {
        return (!validFrom.isValid() || at >= validFrom) && (!validTo.isValid() || at < validTo);
    }
};

/// An id that is priced as another.
struct PriceAlias {
    std::string provider;
    std::string alias;
    std::string model;
    Instant validFrom, validTo;
    PriceLayer layer = PriceLayer::Shipped;
    std::string source;
    Day readOn;
    std::uint64_t line = 0;
};

/// What was agreed with a vendor. The rule that names most decides; two that name as much may not meet in time.
struct NegotiatedPrice {
    enum class Kind : std::uint8_t { PercentOff, Fixed };

    std::string provider;
    std::string model; ///< empty: all of the provider
    std::string item;  ///< empty: all classes of tokens; tools only where they are named
    std::string tier;  ///< "*": all; empty: standard alone
    Kind kind = Kind::PercentOff;
    Decimal value;                  ///< percent off the list price, or the price
    std::uint64_t per = 1;          ///< Fixed: units the price is for
    std::uint64_t contextAbove = 0; ///< Fixed: the band it stands for
    Currency currency;              ///< Fixed
    Instant validFrom, validTo;
    std::string source; ///< contract, ticket, letter
    std::uint64_t line = 0;
};

/// A list of prices as it is kept, in any order.
struct PriceList {
    std::vector<PriceRow> rows;
    std::vector<PriceAlias> aliases;
    std::vector<NegotiatedPrice> negotiated;

    void append(PriceList other);
};

/// Whether a class of tokens has that name.
bool isUsageClass(std::string_view name);
/// Error Invalid when an alias leads back to itself, through others that hold at the same time.
Status checkAliasLoops(const PriceList& list);

/// A provider by the name the price book and the events use: "OpenAI" is "openai", "bedrock_converse" "aws-bedrock".
std::string priceProvider(std::string_view name);
/// A tier by its name in the price book: "standard", "default" and "on_demand" are none.
std::string priceTier(std::string_view name);
/// A region by its name in the price book: "global" is everywhere.
std::string priceRegion(std::string_view name);

} // namespace altimeter
