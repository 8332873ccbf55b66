#pragma once

#include "models/domain/period.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// An entry of a price list in the words in which it is printed and typed: a price, a factor, an alias or a negotiated
/// rule. Texts are empty where they say nothing; resources/help/8-prices.md says what each means.
struct PriceLine {
    std::string provider, model, tokenClass, tier, region, contextFrom, unit, per, price, currency, validFrom, validTo,
        source, state, band, windows, confirmedTo, readOn, note, layer, kind, target;
};

/// One entry of an import.
struct PriceChange {
    enum class Action : std::uint8_t { New, Changed, Refused };
    Action action = Action::New;
    PriceLine line;
    std::string priceBefore; ///< for as many units; empty: none was known
    std::string check;       ///< what is against it, of a refused one
    std::string message;
    std::uint64_t fileLine = 0; ///< 0: the file has none
};

struct PriceImportReport {
    std::string list;                 ///< the name it is kept under
    std::string form;                 ///< "altimeter" or "litellm"
    std::int64_t version = 0;         ///< that was published; 0: nothing changed, or nothing was to be written
    std::vector<PriceChange> changes; ///< all but those that say what was known
    std::uint64_t entriesRead = 0;
    std::uint64_t entriesNew = 0, entriesChanged = 0, entriesSame = 0, entriesRefused = 0;
};

/// A published version of a list.
struct PriceVersion {
    std::int64_t version = 0;
    std::string list, layer;
    Instant publishedAt;
    std::string author, action, note;
    std::int64_t entries = 0;
    bool isInForce = false; ///< the newest of its list
};

/// Usage of AI operations that has no price.
struct UnpricedLine {
    std::string provider, model, tokenClass;
    std::uint64_t events = 0;
    std::string count; ///< of tokens, or of uses of a tool; plain decimal
    Instant firstSeen, lastSeen;
    std::string reason; ///< of the last: "model", "item", "tier", "ambiguous", "currency", "overflow"
};

} // namespace altimeter
