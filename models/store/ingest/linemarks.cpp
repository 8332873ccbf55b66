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

std::uint64_t inBoth(std::vector<std::uint64_t>& a, std::vector<std::uint64_t>& b)
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

using U64s = std::vector<std::uint64_t>;

template <typename Key> U64s each(const LineMarks& marks, std::uint32_t mask, Key key)
{
    U64s values;
    values.reserve(marks.size());
    for (const LineMark& mark : marks.marks()) {
        if ((mark.content & mask) == 0)
            values.push_back(key(mark));
    }
    return values;
}

std::uint32_t maskOf(unsigned bits)
{
    return (std::uint32_t{1} << bits) - 1;
}

} // namespace

LineIdentity identityOf(const IdentityCells& cells)
{
    return {hash32(cells.data(), sizeof cells), hash32(cells.data(), kPlaceColumns * sizeof cells.front())};
}

std::uint64_t extraCell(std::string_view name, std::string_view cell)
{
    return XXH3_64bits_withSeed(cell.data(), cell.size(), XXH3_64bits(name.data(), name.size()));
}

LineMark markOf(const LineIdentity& identity, const LineContent& content)
{
    const auto with = [](std::uint64_t what, std::int64_t when) {
        const std::array<std::uint64_t, 2> both{what, static_cast<std::uint64_t>(when)};
        return hash32(both.data(), sizeof both);
    };
    LineMark mark;
    mark.charge = with(identity.charge, content.start);
    mark.place = with(identity.place, dayOf(content.start));
    std::array<Int128, LineContent::kNumbers> numbers{};
    std::array<std::uint64_t, LineContent::kNumbers + 6> all{content.core.low,
                                                             content.core.high,
                                                             content.extra,
                                                             content.bill,
                                                             static_cast<std::uint64_t>(content.start),
                                                             static_cast<std::uint64_t>(content.end)};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const Decimal value = byValue(content.numbers[i]);
        numbers[i] = value.mantissa;
        all[i + 6] = content.numbers[i] ? value.scale : 256U; // nothing is not zero
    }
    mark.content = static_cast<std::uint32_t>(
        XXH3_64bits_withSeed(numbers.data(), sizeof numbers, XXH3_64bits(all.data(), sizeof all)));
    const Decimal bill = byValue(content.numbers[static_cast<std::size_t>(CostLens::Billed)]);
    const Decimal effect = byValue(content.numbers[static_cast<std::size_t>(CostLens::Effective)]);
    if (bill.mantissa == 0 && effect.mantissa == 0)
        return mark;
    const std::array<Int128, 3> money{bill.mantissa, effect.mantissa, Int128{bill.scale} * 256 + effect.scale};
    mark.amount = std::max(hash32(money.data(), sizeof money), 1U);
    return mark;
}

void LineMarks::add(const LineMarks& others)
{
    if (others.m_bits > m_bits)
        keep(others.m_bits);
    for (const LineMark& mark : others.m_marks)
        add(mark);
}

void LineMarks::keep(unsigned bits)
{
    m_bits = bits;
    m_mask = maskOf(bits);
    std::erase_if(m_marks, [this](const LineMark& mark) { return (mark.content & m_mask) != 0; });
}

void LineMarks::thinTo(unsigned bits)
{
    if (bits <= m_bits)
        return;
    const std::uint32_t mask = maskOf(bits);
    const auto left = std::count_if(m_marks.begin(), m_marks.end(),
                                    [mask](const LineMark& mark) { return (mark.content & mask) == 0; });
    if (static_cast<std::size_t>(left) >= kLeast)
        keep(bits);
}

void LineMarks::limit()
{
    while (m_marks.size() > m_limit) {
        const std::size_t before = m_marks.size();
        thinTo(m_bits + 1);
        if (10 * m_marks.size() > 9 * before) // lines that all say the same
            m_limit = 2 * before;
    }
}

std::uint64_t placesGone(const LineMarks& before, const LineMarks& now)
{
    const auto placesOf = [](const LineMarks& marks, bool withMoney) {
        U64s places;
        for (const LineMark& mark : marks.marks()) {
            if (!withMoney || mark.amount != 0)
                places.push_back(mark.place);
        }
        std::sort(places.begin(), places.end());
        places.erase(std::unique(places.begin(), places.end()), places.end());
        return places;
    };
    U64s was = placesOf(before, true);
    U64s is = placesOf(now, false);
    const std::uint64_t gone = was.size() - inBoth(was, is);
    const bool isSampled = before.bits() + now.bits() > 0; // a place may be missing by chance
    return isSampled && 10 * gone < was.size() ? 0 : gone;
}

Overlap overlapOf(const LineMarks& a, const LineMarks& b)
{
    const std::uint32_t mask = maskOf(std::max(a.bits(), b.bits()));
    Overlap overlap;
    const auto both = [&](auto key) {
        auto left = each(a, mask, key);
        auto right = each(b, mask, key);
        overlap.a = left.size();
        overlap.b = right.size();
        return inBoth(left, right);
    };
    overlap.shared = both([](const LineMark& mark) { return std::uint64_t{mark.charge} << 32U | mark.content; });
    overlap.charges = both([](const LineMark& mark) { return std::uint64_t{mark.charge} << 32U | mark.amount; });
    // A sample is one of contents: of lines that agree in less, only so many of both stand in it.
    const unsigned bits = std::max(a.bits(), b.bits());
    const auto scaled = [&](std::uint64_t count) { return std::min(count << bits, overlap.least()); };
    overlap.charges = std::max(overlap.shared, scaled(overlap.charges - std::min(overlap.shared, overlap.charges)));
    overlap.same = scaled(both([](const LineMark& mark) { return std::uint64_t{mark.charge}; }));
    overlap.places = scaled(both([](const LineMark& mark) { return std::uint64_t{mark.place}; }));
    overlap.isUnknown = (overlap.a == 0 && a.size() > 0) || (overlap.b == 0 && b.size() > 0);
    return overlap;
}

} // namespace altimeter::store
