#include "models/store/ingest/linemarks.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

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

constexpr std::uint8_t kTellingResource = 3;

/// The digits behind the first one, but for zeros at the end.
std::uint8_t tellingOf(Int128 mantissa)
{
    auto left = mantissa < 0 ? static_cast<UInt128>(-mantissa) : static_cast<UInt128>(mantissa);
    constexpr std::uint64_t kBeyond = 1'000'000'000'000; // more digits than that say no more
    while (left > std::numeric_limits<std::uint64_t>::max())
        left /= 10;
    auto number = static_cast<std::uint64_t>(left);
    while (number >= kBeyond)
        number /= 10;
    while (number > 0 && number % 10 == 0)
        number /= 10;
    std::uint8_t digits = 0;
    for (std::uint64_t power = 10; number >= power; power *= 10)
        ++digits;
    return digits;
}

/// Two numbers in one, for every line: a hash of their bytes costs several times as much.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
{
    a ^= b * 0x9E37'79B9'7F4A'7C15ULL;
    a = (a ^ a >> 32U) * 0xD6E8'FEB8'6659'FD93ULL;
    return a ^ a >> 32U;
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

/// The lines of both within the days that both reach over.
void countWithin(const LineMarks& a, const LineMarks& b, std::uint32_t mask, Overlap& overlap)
{
    std::uint16_t from = 0;
    std::uint16_t through = std::numeric_limits<std::uint16_t>::max();
    for (const LineMarks* marks : {&a, &b}) {
        if (marks->size() == 0)
            return;
        const auto [first, last] =
            std::minmax_element(marks->marks().begin(), marks->marks().end(),
                                [](const LineMark& left, const LineMark& right) { return left.day < right.day; });
        from = std::max(from, first->day);
        through = std::min(through, last->day);
    }
    const auto within = [&](const LineMarks& marks) {
        return static_cast<std::uint64_t>(
            std::count_if(marks.marks().begin(), marks.marks().end(), [&](const LineMark& mark) {
                return (mark.content & mask) == 0 && mark.day >= from && mark.day <= through;
            }));
    };
    overlap.aWithin = within(a);
    overlap.bWithin = within(b);
}

/// One line as resemblanceOf() sees it.
struct Likeness {
    std::uint32_t key = 0;
    std::uint64_t order = 0, restOfOrder = 0; ///< by the key and what the line names, so that likes meet likes
    const LineMark* mark = nullptr;
};

std::vector<Likeness> likenesses(const LineMarks& marks, std::uint32_t mask, Resembling by)
{
    std::vector<Likeness> all;
    all.reserve(marks.size());
    for (const LineMark& mark : marks.marks()) {
        const std::uint32_t key = by == Resembling::Usage  ? mark.usage
                                  : by == Resembling::Bare ? mark.bare
                                                           : mark.loose;
        if (key != 0 && (mark.content & mask) == 0)
            all.push_back({key, std::uint64_t{key} << 32U | std::uint64_t{mark.resource} << 16U | mark.sub,
                           std::uint64_t{mark.service} << 32U | std::uint64_t{mark.region} << 16U | mark.tags, &mark});
    }
    std::sort(all.begin(), all.end(), [](const Likeness& a, const Likeness& b) {
        return a.order != b.order ? a.order < b.order : a.restOfOrder < b.restOfOrder;
    });
    return all;
}

bool contradict(std::uint16_t a, std::uint16_t b)
{
    return a != 0 && b != 0 && a != b;
}

/// Whether two lines of one amount are told apart by what they name. Under two keys accounts and invoices differ
/// anyway, and a resource that both name is one.
void noteApart(const LineMark& a, const LineMark& b, Resembling by, Resemblance& both)
{
    const bool isOneResource = a.resource != 0 && a.resource == b.resource;
    const bool isBare = by == Resembling::Bare;
    const bool isApartSub =
        contradict(a.sub, b.sub) ? isBare || !isOneResource : isBare && contradict(a.invoice, b.invoice);
    const bool isOther = !isOneResource && (contradict(a.resource, b.resource) || contradict(a.service, b.service) ||
                                            contradict(a.region, b.region) || contradict(a.tags, b.tags));
    both.apartSub += isApartSub ? 1 : 0;
    both.apart += isApartSub || (isBare && isOther) ? 1 : 0;
}

/// What a shared line tells, and by what it is told from others: a fee that comes every day tells once.
std::pair<std::uint32_t, std::uint8_t> toldBy(const LineMark& a, const LineMark& b, Resembling by)
{
    if (by == Resembling::Usage)
        return {a.series, a.usageTelling};
    if (by == Resembling::Amount)
        return {a.series * 31U + a.amount, a.telling};
    const int bonus = a.resource != 0 && a.resource == b.resource ? kTellingResource : 0;
    return {a.amount, static_cast<std::uint8_t>(a.telling - (a.resource != 0 ? kTellingResource : 0) + bonus)};
}

template <typename T> std::uint64_t distinct(std::vector<T>& values)
{
    std::sort(values.begin(), values.end());
    return static_cast<std::uint64_t>(std::unique(values.begin(), values.end()) - values.begin());
}

std::uint16_t shortHash(std::uint64_t cell, std::uint64_t nothing)
{
    return cell == nothing ? std::uint16_t{0} : static_cast<std::uint16_t>(std::max<std::uint64_t>(cell & 0xFFFFU, 1));
}

std::string foldedCell(std::string_view cell)
{
    std::string folded(cell);
    for (char& c : folded)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return folded;
}

} // namespace

LineIdentity identityOf(const IdentityCells& cells)
{
    static_assert(kIdentityColumns[0] == Column::SubAccountId && kIdentityColumns[1] == Column::ResourceId &&
                  kIdentityColumns[2] == Column::RegionId && kIdentityColumns[3] == Column::ServiceName &&
                  kIdentityColumns[6] == Column::Tags && kIdentityColumns[8] == Column::ChargeClass);
    static const std::uint64_t nothing = identityCell(Column::ResourceId, {});
    static const std::uint64_t noTags = identityCell(Column::Tags, {});
    static const std::uint64_t correction = identityCell(Column::ChargeClass, "Correction");
    return {hash32(cells.data(), kChargeColumns * sizeof cells.front()),
            hash32(cells.data(), kPlaceColumns * sizeof cells.front()),
            hash32(cells.data() + 1, kLooseColumns * sizeof cells.front()),
            cells[1] != nothing,
            cells[8] == correction,
            shortHash(cells[0], nothing),
            shortHash(cells[1], nothing),
            shortHash(cells[2], nothing),
            shortHash(cells[3], nothing),
            shortHash(cells[6], noTags)};
}

std::uint64_t identityCell(Column column, std::string_view cell)
{
    const std::string folded = foldedCell(cell);
    if (column != Column::Tags)
        return XXH3_64bits(folded.data(), folded.size());
    constexpr std::string_view kBetween = "{}[], \t\r\n"; // whether it is JSON is of no matter
    std::uint64_t sum = 0;
    for (std::size_t at = folded.find_first_not_of(kBetween); at != std::string::npos;) {
        const std::size_t end = std::min(folded.find(',', at), folded.size());
        std::size_t last = folded.find_last_not_of(kBetween, end - 1);
        last = last == std::string::npos ? at : last;
        std::string part = folded.substr(at, last + 1 - at);
        std::erase(part, ' '); // with a space behind the colon or without
        sum += XXH3_64bits(part.data(), part.size());
        at = folded.find_first_not_of(kBetween, end);
    }
    return sum;
}

std::uint16_t invoiceMark(std::string_view invoice)
{
    static const std::uint64_t nothing = identityCell(Column::InvoiceId, {});
    return shortHash(identityCell(Column::InvoiceId, invoice), nothing);
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
    mark.sub = identity.sub;
    mark.resource = identity.resource;
    mark.region = identity.region;
    mark.service = identity.service;
    mark.tags = identity.tags;
    mark.isCorrection = identity.isCorrection;
    mark.invoice = content.invoice;
    mark.isLong = content.end - content.start > 8 * kSecondsOfDay;
    mark.charge = with(identity.charge, content.start);
    mark.series = identity.place;
    mark.day = static_cast<std::uint16_t>(dayOf(content.start));
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
    const auto start = static_cast<std::uint64_t>(content.start);
    mark.text = static_cast<std::uint32_t>(
        mixed(mixed(content.core.low, content.extra), mixed(start, static_cast<std::uint64_t>(content.end))));
    const auto loosely = [&](std::uint64_t what) {
        return std::max(static_cast<std::uint32_t>(mixed(mixed(identity.loose, what), start)), 1U);
    };
    constexpr std::size_t kUsage = kLensCount; // pricing and consumed quantity stand behind the costs
    const std::uint8_t resource = identity.hasResource ? kTellingResource : 0;
    if (numbers[kUsage] != 0 || numbers[kUsage + 1] != 0) {
        mark.usage = loosely(mixed(mixed(static_cast<std::uint64_t>(numbers[kUsage]), all[kUsage + 6]),
                                   mixed(static_cast<std::uint64_t>(numbers[kUsage + 1]), all[kUsage + 7])));
        mark.usageTelling = tellingOf(numbers[kUsage + 1] != 0 ? numbers[kUsage + 1] : numbers[kUsage]) + resource;
    }
    const Decimal bill = byValue(content.numbers[static_cast<std::size_t>(CostLens::Billed)]);
    const Decimal effect = byValue(content.numbers[static_cast<std::size_t>(CostLens::Effective)]);
    if (bill.mantissa == 0 && effect.mantissa == 0)
        return mark;
    const std::array<Int128, 3> money{bill.mantissa, effect.mantissa, Int128{bill.scale} * 256 + effect.scale};
    mark.amount = std::max(hash32(money.data(), sizeof money), 1U);
    mark.loose = loosely(mark.amount);
    mark.bare = std::max(static_cast<std::uint32_t>(mixed(mark.amount, start)), 1U);
    mark.telling = tellingOf(bill.mantissa != 0 ? bill.mantissa : effect.mantissa) + resource;
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

bool mayChargeTheSame(const LineMarks& a, const LineMarks& b)
{
    constexpr std::array<std::uint64_t, 3> kNames{0xffffULL << 32U, 0xffffULL << 16U, 0xffffULL};
    constexpr unsigned kPatterns = 1U << kNames.size();
    const auto namesOf = [](const LineMarks& marks) {
        U64s all;
        for (const LineMark& mark : marks.marks()) {
            if (mark.service != 0)
                all.push_back(std::uint64_t{mark.service} << 48U | std::uint64_t{mark.sub} << 32U |
                              std::uint64_t{mark.resource} << 16U | mark.region);
        }
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    };
    const auto silentIn = [&](std::uint64_t names) {
        unsigned silent = 0;
        for (unsigned i = 0; i < kNames.size(); ++i)
            silent |= (names & kNames[i]) == 0 ? 1U << i : 0U;
        return silent;
    };
    const auto without = [&](std::uint64_t names, unsigned left) {
        for (unsigned i = 0; i < kNames.size(); ++i)
            names &= (left & 1U << i) != 0 ? ~kNames[i] : ~std::uint64_t{0};
        return names;
    };
    // By what a line is silent about and by what is left out of the others, as the other side may be silent about it.
    std::array<std::array<U64s, kPatterns>, kPatterns> known;
    for (const std::uint64_t names : namesOf(b)) {
        const unsigned silent = silentIn(names);
        for (unsigned left = 0; left < kPatterns; ++left) {
            if ((left & silent) == silent)
                known[silent][left].push_back(without(names, left));
        }
    }
    for (auto& bySilence : known) {
        for (U64s& each : bySilence)
            std::sort(each.begin(), each.end());
    }
    const U64s asked = namesOf(a);
    return std::any_of(asked.begin(), asked.end(), [&](std::uint64_t names) {
        for (unsigned silent = 0; silent < kPatterns; ++silent) {
            const unsigned left = silent | silentIn(names);
            const U64s& there = known[silent][left];
            if (std::binary_search(there.begin(), there.end(), without(names, left)))
                return true;
        }
        return false;
    });
}

std::uint64_t placesGone(const LineMarks& before, const LineMarks& now)
{
    const auto placesOf = [](const LineMarks& marks, bool withMoney) {
        U64s places;
        for (const LineMark& mark : marks.marks()) {
            if (!withMoney || mark.amount != 0)
                places.push_back(mark.place());
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

std::uint64_t sameTexts(const LineMarks& a, const LineMarks& b)
{
    const auto text = [](const LineMark& mark) { return std::uint64_t{mark.text}; };
    U64s left = each(a, 0, text);
    U64s right = each(b, 0, text);
    return inBoth(left, right);
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
    overlap.places = scaled(both([](const LineMark& mark) { return mark.place(); }));
    countWithin(a, b, mask, overlap);
    overlap.isUnknown = (overlap.a == 0 && a.size() > 0) || (overlap.b == 0 && b.size() > 0);
    return overlap;
}

bool Overlap::areSiblings() const
{
    const std::uint64_t restated = same - std::min(same, shared);
    return shared > 0 && !isUnknown && !isHalf(std::max(shared, charges)) && 2 * restated < least() &&
           2 * shared < std::max(aWithin, bWithin);
}

Resemblance resemblanceOf(const LineMarks& a, const LineMarks& b, Resembling by)
{
    const unsigned bits = std::max(a.bits(), b.bits());
    const auto left = likenesses(a, maskOf(bits), by);
    const auto right = likenesses(b, maskOf(bits), by);
    Resemblance both;
    both.a = left.size();
    both.b = right.size();
    std::vector<std::pair<std::uint32_t, std::uint8_t>> told;
    std::vector<std::uint32_t> amounts;
    std::vector<std::uint16_t> days;
    for (auto l = left.begin(), r = right.begin(); l != left.end() && r != right.end();) {
        if (l->key < r->key) {
            ++l;
        } else if (r->key < l->key) {
            ++r;
        } else {
            ++both.shared;
            told.push_back(toldBy(*l->mark, *r->mark, by));
            amounts.push_back(l->mark->amount);
            days.push_back(l->mark->day);
            noteApart(*l->mark, *r->mark, by, both);
            ++l;
            ++r;
        }
    }
    both.amounts = distinct(amounts);
    both.days = distinct(days);
    std::sort(told.begin(), told.end());
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (i == 0 || told[i].first != told[i - 1].first)
            both.telling += told[i].second;
    }
    // A sample is one of contents, which say account and currency too: each of both holds its own.
    const auto scaled = [&](std::uint64_t count) { return std::min(count << bits, std::min(both.a, both.b)); };
    both.apart = scaled(both.apart);
    both.apartSub = scaled(both.apartSub);
    both.shared = scaled(both.shared);
    return both;
}

std::uint64_t linesTold(const LineMarks& of, const LineMarks& by)
{
    U64s charges = each(by, 0, [](const LineMark& mark) { return std::uint64_t{mark.charge}; });
    U64s amounts = each(by, 0, [](const LineMark& mark) { return std::uint64_t{mark.bare}; });
    std::sort(charges.begin(), charges.end());
    std::sort(amounts.begin(), amounts.end());
    return static_cast<std::uint64_t>(std::count_if(of.marks().begin(), of.marks().end(), [&](const LineMark& mark) {
        return std::binary_search(charges.begin(), charges.end(), mark.charge) ||
               (mark.bare != 0 && std::binary_search(amounts.begin(), amounts.end(), mark.bare));
    }));
}

bool areOtherBills(const LineMarks& a, const LineMarks& b)
{
    const auto invoicesOf = [](const LineMarks& marks) {
        std::vector<std::uint16_t> invoices;
        for (const LineMark& mark : marks.marks())
            invoices.push_back(mark.invoice);
        invoices.resize(distinct(invoices));
        return invoices;
    };
    const auto corrections = [](const LineMarks& marks) {
        return std::count_if(marks.marks().begin(), marks.marks().end(),
                             [](const LineMark& mark) { return mark.isCorrection; });
    };
    const auto all = [](const LineMarks& marks) { return static_cast<std::ptrdiff_t>(marks.size()); };
    const auto ofA = corrections(a);
    const auto ofB = corrections(b);
    if ((ofA == 0 && ofB > 0 && ofB == all(b)) || (ofB == 0 && ofA > 0 && ofA == all(a)))
        return true;
    const auto left = invoicesOf(a);
    const auto right = invoicesOf(b);
    const auto isNamed = [](const std::vector<std::uint16_t>& invoices) {
        return !invoices.empty() && invoices.front() != 0;
    };
    return isNamed(left) && isNamed(right) && std::none_of(left.begin(), left.end(), [&](std::uint16_t one) {
               return std::binary_search(right.begin(), right.end(), one);
           });
}

bool areLong(const LineMarks& a, const LineMarks& b)
{
    const auto isLong = [](const LineMarks& marks) {
        const auto count =
            std::count_if(marks.marks().begin(), marks.marks().end(), [](const LineMark& mark) { return mark.isLong; });
        return 10 * static_cast<std::size_t>(count) >= 9 * marks.size();
    };
    return isLong(a) && isLong(b);
}

std::uint64_t tellingQuantities(const LineMarks& a, const LineMarks& b)
{
    const auto left = likenesses(a, 0, Resembling::Usage);
    const auto right = likenesses(b, 0, Resembling::Usage);
    std::uint64_t telling = 0;
    for (auto l = left.begin(), r = right.begin(); l != left.end() && r != right.end();) {
        if (l->key < r->key) {
            ++l;
        } else if (r->key < l->key) {
            ++r;
        } else {
            const std::uint8_t bonus = l->mark->resource != 0 ? kTellingResource : 0;
            telling += static_cast<std::uint64_t>(l->mark->usageTelling - bonus);
            ++l;
            ++r;
        }
    }
    return telling;
}

} // namespace altimeter::store
