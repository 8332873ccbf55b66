#include "models/prices/priceedit.h"

#include "models/prices/priceguard.h"
#include "models/prices/unitprice.h"
#include "models/text/words.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace altimeter {

namespace {

bool isSameKey(const PriceRow& a, const PriceRow& b)
{
    return isSamePriceKey(a, b);
}
bool isSameKey(const PriceAlias& a, const PriceAlias& b)
{
    return a.provider == b.provider && words::equalsIgnoreCase(a.alias, b.alias);
}
bool isSameKey(const NegotiatedPrice& a, const NegotiatedPrice& b)
{
    const bool sameBand =
        a.kind != b.kind || a.kind == NegotiatedPrice::Kind::PercentOff || a.contextAbove == b.contextAbove;
    return a.provider == b.provider && words::equalsIgnoreCase(a.model, b.model) && a.item == b.item &&
           a.tier == b.tier && sameBand;
}

/// Takes the time of `entry` out of the entries of its key; whether any held then.
template <typename Entry> bool cut(std::vector<Entry>& entries, const Entry& entry)
{
    std::vector<Entry> kept;
    bool isCut = false;
    for (Entry& old : entries) {
        const bool endsBefore = old.validTo.isValid() && entry.validFrom.isValid() && old.validTo <= entry.validFrom;
        const bool beginsAfter = entry.validTo.isValid() && old.validFrom.isValid() && entry.validTo <= old.validFrom;
        if (!isSameKey(old, entry) || endsBefore || beginsAfter) {
            kept.push_back(std::move(old));
            continue;
        }
        isCut = true;
        if (entry.validFrom.isValid() && (!old.validFrom.isValid() || old.validFrom < entry.validFrom)) {
            kept.push_back(old);
            kept.back().validTo = entry.validFrom;
        }
        if (entry.validTo.isValid() && (!old.validTo.isValid() || entry.validTo < old.validTo)) {
            kept.push_back(std::move(old));
            kept.back().validFrom = entry.validTo;
        }
    }
    entries = std::move(kept);
    return isCut;
}

template <typename Entry> void put(std::vector<Entry>& entries, Entry entry)
{
    cut(entries, entry);
    entries.push_back(std::move(entry));
}

bool isSamePrice(const PriceRow& a, const PriceRow& b)
{
    return a.per == b.per && a.currency == b.currency && unitprice::isEqual(a.price, b.price);
}

} // namespace

void putPrice(PriceList& list, PriceRow row)
{
    put(list.rows, std::move(row));
}
void putAlias(PriceList& list, PriceAlias alias)
{
    put(list.aliases, std::move(alias));
}
void putNegotiated(PriceList& list, NegotiatedPrice rule)
{
    put(list.negotiated, std::move(rule));
}
bool dropPrice(PriceList& list, const PriceRow& row)
{
    return cut(list.rows, row);
}
bool dropAlias(PriceList& list, const PriceAlias& alias)
{
    return cut(list.aliases, alias);
}
bool dropNegotiated(PriceList& list, const NegotiatedPrice& rule)
{
    return cut(list.negotiated, rule);
}

PriceList mergedCatalogue(const PriceList& before, PriceList incoming, Instant seen)
{
    PriceList merged = before;
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> known; // that hold now, by model
    for (std::size_t i = 0; i < merged.rows.size(); ++i) {
        if (!merged.rows[i].validTo.isValid())
            known[{merged.rows[i].provider, words::toLower(merged.rows[i].model)}].push_back(i);
    }
    for (PriceRow& row : incoming.rows) {
        const auto& candidates = known[{row.provider, words::toLower(row.model)}];
        const auto found = std::find_if(candidates.begin(), candidates.end(),
                                        [&](std::size_t i) { return isSamePriceKey(merged.rows[i], row); });
        if (found != candidates.end()) {
            PriceRow& old = merged.rows[*found];
            if (isSamePrice(old, row))
                continue;
            if (old.validFrom.isValid() && seen <= old.validFrom) { // twice in one second: the later one counts
                row.validFrom = old.validFrom;
                old = std::move(row);
                continue;
            }
            old.validTo = seen;
            row.validFrom = seen;
        }
        merged.rows.push_back(std::move(row));
    }
    return merged;
}

} // namespace altimeter
