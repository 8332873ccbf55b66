#include "models/prices/priceindex.h"
#include "models/prices/unitprice.h"
#include "models/text/words.h"

#include <algorithm>
#include <tuple>

namespace altimeter {

namespace {

constexpr std::uint64_t kMostUnits = 1'000'000'000'000;

std::string lineText(std::uint64_t line)
{
    return line == 0 ? std::string() : "line " + std::to_string(line);
}

/// "openai gpt-5.4 input batch from 2026-03-01T00:00:00Z"; with the line of its file where that is not said beside it.
std::string nameOf(const PriceRow& row, bool withLine)
{
    std::string name = row.provider + " " + (row.model.empty() ? "(any model)" : row.model) + " " + row.item;
    for (const std::string& part : {row.tier, row.region}) {
        if (!part.empty())
            name += " " + part;
    }
    if (row.contextAbove > 0)
        name += " above " + std::to_string(row.contextAbove);
    if (!row.windows.empty())
        name += " " + toString(row.windows);
    name += " from " + (row.validFrom.isValid() ? toString(row.validFrom) : "ever");
    return name + (row.line == 0 || !withLine ? "" : " (" + lineText(row.line) + ")");
}

Error wrong(const PriceRow& row, const std::string& what)
{
    return {ErrorCode::Invalid, nameOf(row, false) + ": " + what, lineText(row.line)};
}

bool isTimeEmpty(Instant from, Instant to)
{
    return from.isValid() && to.isValid() && !(from < to);
}

template <typename A, typename B> bool meetInTime(const A& a, const B& b)
{
    const bool aEndsBefore = a.validTo.isValid() && b.validFrom.isValid() && a.validTo <= b.validFrom;
    const bool bEndsBefore = b.validTo.isValid() && a.validFrom.isValid() && b.validTo <= a.validFrom;
    return !aEndsBefore && !bEndsBefore;
}

Status checkRow(const PriceRow& row)
{
    if (row.provider.empty() || row.item.empty())
        return wrong(row, "a price needs a provider and a class of tokens or a tool");
    if (row.price.isNegative())
        return wrong(row, "a price may not be negative");
    if (row.per == 0 || row.per > kMostUnits)
        return wrong(row, "a price is for 1 to " + std::to_string(kMostUnits) + " units");
    if (isTimeEmpty(row.validFrom, row.validTo))
        return wrong(row, "it ends before it begins");
    if (row.isFactor()) {
        if (unitprice::inexactPart(row.per) != 1)
            return wrong(row, "a factor needs an end to its decimals");
        if (row.tier.empty() == row.region.empty())
            return wrong(row, "a factor is of a tier or of a region, not of both or none");
        if (row.contextAbove != 0 || !row.windows.empty())
            return wrong(row, "a factor knows neither bands nor windows");
        return {};
    }
    if (row.item == "*")
        return wrong(row, "all classes can only have a factor");
    if (row.model.empty() && usageClassOf(row.item) != UsageClass::Count)
        return wrong(row, "a price of tokens needs a model");
    if (row.currency.isUnknown())
        return wrong(row, "a price needs a currency");
    return {};
}

/// What no two rows may share at one time, but for their windows.
auto keyOf(const PriceRow& row)
{
    return std::tuple(row.layer, row.isFactor(), row.provider, words::toLower(row.model), row.item, row.tier,
                      row.region, row.contextAbove);
}

/// Whether both hold at some minute of the week, UTC.
bool meetInWeek(const std::vector<PriceWindow>& a, const std::vector<PriceWindow>& b)
{
    if (a.empty() || b.empty())
        return a.empty() && b.empty(); // a row without windows steps back before one that has them
    const auto holds = [](const std::vector<PriceWindow>& windows, std::int64_t second) {
        return std::any_of(windows.begin(), windows.end(), [&](const auto& window) { return window.contains(second); });
    };
    constexpr std::int64_t kMinutesPerWeek = 7 * 1440;
    for (std::int64_t minute = 0; minute < kMinutesPerWeek; ++minute) {
        if (holds(a, minute * 60) && holds(b, minute * 60))
            return true;
    }
    return false;
}

Status checkOverlaps(const PriceList& list)
{
    std::vector<const PriceRow*> rows = countedRows(list);
    std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return keyOf(*a) < keyOf(*b); });
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = i + 1; j < rows.size() && keyOf(*rows[i]) == keyOf(*rows[j]); ++j) {
            if (meetInTime(*rows[i], *rows[j]) && meetInWeek(rows[i]->windows, rows[j]->windows))
                return wrong(*rows[j], "it holds at the same time as " + nameOf(*rows[i], true));
        }
    }
    return {};
}

Status checkAliases(const std::vector<PriceAlias>& aliases)
{
    for (std::size_t i = 0; i < aliases.size(); ++i) {
        const PriceAlias& a = aliases[i];
        const auto wrongAlias = [&](const std::string& what) {
            return Error{ErrorCode::Invalid, a.provider + " " + a.alias + ": " + what, lineText(a.line)};
        };
        if (a.provider.empty() || a.alias.empty() || a.model.empty())
            return wrongAlias("an alias needs a provider, an id and the model it is priced as");
        if (words::equalsIgnoreCase(a.alias, a.model))
            return wrongAlias("it is priced as itself");
        if (isTimeEmpty(a.validFrom, a.validTo))
            return wrongAlias("it ends before it begins");
        for (std::size_t j = 0; j < i; ++j) {
            const PriceAlias& b = aliases[j];
            if (a.layer == b.layer && a.provider == b.provider && words::equalsIgnoreCase(a.alias, b.alias) &&
                meetInTime(a, b))
                return wrongAlias("at one time it is priced as " + a.model + " and as " + b.model);
        }
    }
    return {};
}

Status checkNegotiated(const std::vector<NegotiatedPrice>& rules)
{
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const NegotiatedPrice& a = rules[i];
        const auto wrongRule = [&](const std::string& what) {
            return Error{ErrorCode::Invalid,
                         "contract with " + a.provider + (a.model.empty() ? "" : " on " + a.model) + ": " + what,
                         lineText(a.line)};
        };
        const bool isFixed = a.kind == NegotiatedPrice::Kind::Fixed;
        if (a.provider.empty() || a.value.isNegative() || a.per == 0 || a.per > kMostUnits)
            return wrongRule("it needs a provider, a value that is not negative and a number of units");
        if (!isFixed && unitprice::isLess(Decimal{100, 0}, a.value))
            return wrongRule("more than 100 percent off");
        if (isFixed && (a.item.empty() || a.currency.isUnknown()))
            return wrongRule("a fixed price needs a class or tool and a currency");
        if (isTimeEmpty(a.validFrom, a.validTo))
            return wrongRule("it ends before it begins");
        for (std::size_t j = 0; j < i; ++j) {
            const NegotiatedPrice& b = rules[j];
            const bool sameBand = !isFixed || b.kind != a.kind || a.contextAbove == b.contextAbove;
            if (a.provider == b.provider && words::equalsIgnoreCase(a.model, b.model) && a.item == b.item &&
                a.tier == b.tier && sameBand && meetInTime(a, b))
                return wrongRule("two rules of the same scope hold at one time");
        }
    }
    return {};
}

} // namespace

Status checkPriceList(const PriceList& list)
{
    for (const PriceRow& row : list.rows) {
        if (auto status = checkRow(row); !status)
            return status;
    }
    if (auto status = checkOverlaps(list); !status)
        return status;
    if (auto status = checkAliases(list.aliases); !status)
        return status;
    return checkNegotiated(list.negotiated);
}

} // namespace altimeter
