#include "models/store/ingest/linemarks.h"

#include <algorithm>

namespace altimeter::store {

namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

std::uint32_t hash32(const void* bytes, std::size_t size)
{
    return static_cast<std::uint32_t>(XXH3_64bits(bytes, size));
}

std::int64_t dayOf(std::int64_t seconds)
{
    return seconds >= 0 ? seconds / kSecondsOfDay : -((kSecondsOfDay - 1 - seconds) / kSecondsOfDay);
}

/// "1.50" and "1.5" are one amount.
Decimal byValue(const std::optional<Decimal>& amount)
{
    if (!amount || amount->mantissa == 0)
        return {};
    Decimal value = *amount;
    if (value.mantissa == static_cast<std::int64_t>(value.mantissa)) { // dividing 128 bits costs twenty times as much
        auto narrow = static_cast<std::int64_t>(value.mantissa);
        for (; value.scale > 0 && narrow % 10 == 0; --value.scale)
            narrow /= 10;
        value.mantissa = narrow;
        return value;
    }
    for (; value.scale > 0 && value.mantissa % 10 == 0; --value.scale)
        value.mantissa /= 10;
    return value;
}

template <typename T> std::uint64_t inBoth(std::vector<T>& a, std::vector<T>& b)
{
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::uint64_t count = 0;
    for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
        if (*left < *right) {
            ++left;
        } else if (*right < *left) {
            ++right;
        } else {
            ++count;
            ++left;
            ++right;
        }
    }
    return count;
}

template <typename T, typename Take> std::vector<T> each(const LineMarks& marks, std::uint32_t mask, Take take)
{
    std::vector<T> values;
    values.reserve(marks.size());
    for (const LineMark& mark : marks.marks()) {
        if ((mark.place & mask) == 0)
            take(mark, values);
    }
    return values;
}

} // namespace

LineIdentity identityOf(const IdentityCells& cells)
{
    return {hash32(cells.data(), sizeof cells), hash32(cells.data(), kPlaceColumns * sizeof cells.front())};
}

LineMark markOf(const LineIdentity& identity, const Fingerprint& core, std::int64_t start,
                const std::optional<Decimal>& billed, const std::optional<Decimal>& effective)
{
    const auto with = [](std::uint64_t what, std::int64_t when) {
        const std::array<std::uint64_t, 2> both{what, static_cast<std::uint64_t>(when)};
        return hash32(both.data(), sizeof both);
    };
    LineMark mark;
    mark.charge = with(identity.charge, start);
    mark.place = with(identity.place, dayOf(start));
    mark.full = with(core.low, start);
    const Decimal bill = byValue(billed);
    const Decimal effect = byValue(effective);
    if (bill.mantissa == 0 && effect.mantissa == 0)
        return mark;
    const std::array<Int128, 3> money{bill.mantissa, effect.mantissa, Int128{bill.scale} * 256 + effect.scale};
    mark.amount = std::max(hash32(money.data(), sizeof money), 1U);
    return mark;
}

void LineMarks::add(const LineMarks& others)
{
    thinTo(others.m_bits);
    for (const LineMark& mark : others.m_marks)
        add(mark);
}

void LineMarks::thinTo(unsigned bits)
{
    if (bits <= m_bits)
        return;
    m_bits = bits;
    m_mask = (std::uint32_t{1} << bits) - 1;
    std::erase_if(m_marks, [this](const LineMark& mark) { return (mark.place & m_mask) != 0; });
}

Overlap overlapOf(const LineMarks& a, const LineMarks& b)
{
    const std::uint32_t mask = (std::uint32_t{1} << std::max(a.bits(), b.bits())) - 1;
    using U64s = std::vector<std::uint64_t>;
    using U32s = std::vector<std::uint32_t>;
    const auto charge = [](const LineMark& mark, U64s& values) {
        values.push_back(std::uint64_t{mark.charge} << 32U | mark.amount);
    };
    const auto money = [&charge](const LineMark& mark, U64s& values) {
        if (mark.amount != 0)
            charge(mark, values);
    };
    Overlap overlap;
    {
        auto left = each<U64s::value_type>(a, mask, money);
        auto right = each<U64s::value_type>(b, mask, money);
        overlap.hasMoney = !left.empty();
        overlap.lines = inBoth(left, right);
    }
    {
        auto left = each<U64s::value_type>(a, mask, charge);
        auto right = each<U64s::value_type>(b, mask, charge);
        overlap.a = left.size();
        overlap.b = right.size();
        overlap.charges = inBoth(left, right);
    }
    {
        const auto full = [](const LineMark& mark, U32s& values) { values.push_back(mark.full); };
        auto left = each<U32s::value_type>(a, mask, full);
        auto right = each<U32s::value_type>(b, mask, full);
        overlap.full = inBoth(left, right);
        overlap.isUniqueInA = std::adjacent_find(left.begin(), left.end()) == left.end();
    }
    const auto place = [](const LineMark& mark, U32s& values) { values.push_back(mark.place); };
    auto left = each<U32s::value_type>(a, mask, place);
    auto right = each<U32s::value_type>(b, mask, place);
    overlap.places = inBoth(left, right);
    return overlap;
}

} // namespace altimeter::store
