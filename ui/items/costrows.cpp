#include "ui/items/costrows.h"

#include "models/domain/magnitude.h"
#include "ui/format/format.h"

#include <QCollator>

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace altimeter::ui {

namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// Numbers the steps of a question from its start, so that the same step of two periods has the same number.
class StepNumbers {
public:
    explicit StepNumbers(const CostQuery& query)
    {
        constexpr std::size_t kMost = 100'000;
        const DateRange& range = query.range;
        if (query.granularity == Granularity::None || !range.from.isValid())
            return;
        Day day = stepStart(range.from, query.granularity);
        while (m_days.size() < kMost && (!range.to.isValid() || day < range.to)) {
            m_numbers.emplace(day.number, m_days.size());
            m_days.push_back(day);
            day = nextStep(day, query.granularity);
        }
    }
    std::size_t of(Day day) const
    {
        const auto found = m_numbers.find(day.number);
        return found == m_numbers.end() ? m_days.size() : found->second;
    }
    Day day(std::size_t number) const { return number < m_days.size() ? m_days[number] : Day::none(); }

private:
    std::vector<Day> m_days;
    std::unordered_map<std::int32_t, std::size_t> m_numbers;
};

struct Place {
    const CostRow* row;
    std::size_t step;
    friend bool operator==(const Place& a, const Place& b)
    {
        return a.step == b.step && a.row->currency == b.row->currency && a.row->keys == b.row->keys;
    }
};

struct PlaceHash {
    std::size_t operator()(const Place& place) const
    {
        std::size_t hash = place.step;
        for (const std::string& key : place.row->keys)
            hash = hash * 1'000'003 + std::hash<std::string_view>()(key);
        return hash;
    }
};

std::optional<Amount> difference(Amount now, Amount before)
{
    const auto change = checkedSubtract(now, before);
    return change ? std::optional<Amount>(*change) : std::nullopt;
}

/// Sorts as the amount does, but keeps only its sign, size and the 56 leading bits.
std::uint64_t leadingBits(Amount amount)
{
    const Int128 attos = amount.attos();
    const auto magnitude = attos < 0 ? -static_cast<UInt128>(attos) : static_cast<UInt128>(attos);
    const auto high = static_cast<std::uint64_t>(magnitude >> 64), low = static_cast<std::uint64_t>(magnitude);
    const int length = high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(low);
    const int shift = length - 57; // the leading one is said by the length
    const auto bits = static_cast<std::uint64_t>(shift > 0 ? magnitude >> shift : magnitude << -shift);
    const std::uint64_t key =
        (std::uint64_t{1} << 63) | (static_cast<std::uint64_t>(length) << 56) | (bits & ((std::uint64_t{1} << 56) - 1));
    return attos < 0 ? ~key : key;
}

std::uint64_t doubleBits(double value)
{
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return bits >> 63 ? ~bits : bits | (std::uint64_t{1} << 63);
}

std::optional<Amount> amountOf(const CostRows& rows, std::uint32_t number, CostColumn column)
{
    switch (column) {
    case CostColumn::Previous:
        return rows.previousOf(number);
    case CostColumn::Change: // the largest movement first, up or down
        return magnitude(rows.changeOf(number).value_or(Amount()));
    default:
        return rows.row(number).cost;
    }
}

/// What a row is ordered by: block, then key, then number.
struct Sortable {
    std::uint64_t key;
    std::uint32_t block;
    std::uint32_t number;
};

bool isBefore(const Sortable& a, const Sortable& b)
{
    if (a.block != b.block)
        return a.block < b.block;
    return a.key != b.key ? a.key < b.key : a.number < b.number;
}

/// Places of the rows' texts in a sorted list of the distinct ones: only those are compared as language.
std::vector<std::uint32_t> textRanks(const CostRows& rows, std::size_t key, const std::stop_token& stop)
{
    std::unordered_map<std::string_view, std::uint32_t> places;
    std::vector<std::string_view> texts;
    std::vector<std::uint32_t> ranks(rows.size());
    for (std::uint32_t i = 0; i < rows.size() && !stop.stop_requested(); ++i) {
        const auto& keys = rows.row(i).keys.values();
        const std::string_view text = key < keys.size() ? std::string_view(keys[key]) : std::string_view();
        const auto [found, fresh] = places.try_emplace(text, static_cast<std::uint32_t>(texts.size()));
        if (fresh)
            texts.push_back(text);
        ranks[i] = found->second;
    }
    const QCollator collator;
    std::vector<std::pair<QCollatorSortKey, std::uint32_t>> sorted;
    sorted.reserve(texts.size());
    for (std::uint32_t i = 0; i < texts.size() && !stop.stop_requested(); ++i)
        sorted.emplace_back(
            collator.sortKey(QString::fromUtf8(texts[i].data(), static_cast<qsizetype>(texts[i].size()))), i);
    if (stop.stop_requested())
        return ranks;
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        const int by = a.first.compare(b.first);
        return by != 0 ? by < 0 : a.second < b.second;
    });
    std::vector<std::uint32_t> rankOf(texts.size());
    for (std::uint32_t rank = 0; rank < sorted.size(); ++rank)
        rankOf[sorted[rank].second] = rank;
    for (std::uint32_t& rank : ranks)
        rank = rankOf[rank];
    return ranks;
}

bool isAmount(CostColumn column)
{
    return column == CostColumn::Cost || column == CostColumn::Share || column == CostColumn::Previous ||
           column == CostColumn::Change;
}

std::uint64_t keyOf(const CostRows& rows, std::uint32_t number, CostColumn column)
{
    const CostRow& row = rows.row(number);
    switch (column) {
    case CostColumn::Period:
        return doubleBits(row.period.number);
    case CostColumn::ChangePercent: {
        const auto ratio = rows.changeRatioOf(number);
        return ratio ? doubleBits(*ratio) : 0;
    }
    case CostColumn::Distinct:
        return row.distinct;
    case CostColumn::Rows:
        return row.rows;
    case CostColumn::UnknownRows:
        return row.unknownRows;
    default: {
        const auto amount = isAmount(column) ? amountOf(rows, number, column) : std::nullopt;
        return amount ? leadingBits(*amount) : 0;
    }
    }
}

/// The place of each currency: that of its total, or its letters where the currency itself is the key.
std::map<Currency, std::uint32_t> blocksOf(const CostTable& table, const CostSort& sort)
{
    std::map<Currency, std::uint32_t> blocks;
    for (const CurrencyTotal& total : table.totals)
        blocks.emplace(total.currency, static_cast<std::uint32_t>(blocks.size()));
    if (sort.column != CostColumn::CurrencyCode)
        return blocks;
    std::uint32_t place = 0;
    for (auto& [currency, block] : blocks) {
        block = sort.descending ? static_cast<std::uint32_t>(blocks.size()) - 1 - place : place;
        ++place;
    }
    return blocks;
}

/// Rows whose leading bits are the same are put in order by all their digits.
void orderByAllDigits(std::vector<Sortable>& sorted, const CostRows& rows, const CostSort& sort)
{
    const auto exact = [&](const Sortable& row) { return amountOf(rows, row.number, sort.column); };
    for (auto first = sorted.begin(); first != sorted.end();) {
        const auto end = std::find_if(first, sorted.end(), [&](const Sortable& row) {
            return row.key != first->key || row.block != first->block;
        });
        const auto less = [&](const Sortable& a, const Sortable& b) {
            return sort.descending ? exact(b) < exact(a) : exact(a) < exact(b);
        };
        if (end - first > 1 && !std::is_sorted(first, end, less))
            std::stable_sort(first, end, less);
        first = end;
    }
}

} // namespace

CostRows::CostRows(CostTable table, std::optional<CostTable> previous)
    : m_table(std::move(table)), m_previous(std::move(previous))
{
    if (m_previous)
        join();
    findEdges();
}

void CostRows::join()
{
    const StepNumbers steps(m_table.query), before(m_previous->query);
    std::unordered_map<Place, std::uint32_t, PlaceHash> places;
    places.reserve(m_previous->rows.size());
    for (std::uint32_t i = 0; i < m_previous->rows.size(); ++i)
        places.emplace(Place{&m_previous->rows[i], before.of(m_previous->rows[i].period)}, i);
    std::vector<bool> found(m_previous->rows.size(), false);
    m_before.reserve(m_table.rows.size());
    for (const CostRow& row : m_table.rows) {
        const auto place = places.find(Place{&row, steps.of(row.period)});
        m_before.push_back(place == places.end() ? kNone : place->second);
        if (place != places.end())
            found[place->second] = true;
    }
    for (std::uint32_t i = 0; i < m_previous->rows.size(); ++i) {
        if (found[i])
            continue;
        const CostRow& last = m_previous->rows[i];
        CostRow row;
        row.keys = last.keys;
        row.currency = last.currency;
        row.isOther = last.isOther;
        row.period = steps.day(before.of(last.period));
        m_gone.push_back(std::move(row));
        m_before.push_back(i);
    }
    for (const CurrencyTotal& total : m_previous->totals) { // whose every row is gone
        const auto isOf = [&total](const CurrencyTotal& other) { return other.currency == total.currency; };
        if (std::none_of(m_table.totals.begin(), m_table.totals.end(), isOf))
            m_table.totals.push_back({total.currency, {}, 0, 0, 0});
    }
}

void CostRows::findEdges()
{
    std::unordered_set<std::string_view> values;
    for (std::uint32_t i = 0; i < size(); ++i) {
        const CostRow& one = row(i);
        if (!one.isOther && !one.keys.empty() && !one.keys.front().empty())
            values.insert(one.keys.front());
        const auto [largest, fresh] = m_largest.try_emplace(one.currency, one.cost);
        if (!fresh && largest->second < one.cost)
            largest->second = one.cost;
        if (one.rows > 0 && one.keys.size() == 1 && one.keys.front().empty())
            m_keyless.try_emplace(one.currency, i);
    }
    m_values = values.size();
}

std::optional<Amount> CostRows::previousOf(std::uint32_t number) const
{
    if (!m_previous)
        return std::nullopt;
    return m_before[number] == kNone ? Amount() : m_previous->rows[m_before[number]].cost;
}

std::optional<Amount> CostRows::changeOf(std::uint32_t number) const
{
    const auto before = previousOf(number);
    return before ? difference(row(number).cost, *before) : std::nullopt;
}

std::optional<double> CostRows::changeRatioOf(std::uint32_t number) const
{
    const auto before = previousOf(number);
    return before ? format::changeRatio(row(number).cost, *before) : std::nullopt;
}

std::optional<double> CostRows::shareOf(std::uint32_t number) const
{
    const CostRow& one = row(number);
    for (const CurrencyTotal& total : m_table.totals)
        if (total.currency == one.currency && !total.cost.isZero() && !total.cost.isNegative())
            return one.cost.toDouble() / total.cost.toDouble();
    return std::nullopt;
}

double CostRows::largestShare(const Currency& currency) const
{
    const auto largest = m_largest.find(currency);
    for (const CurrencyTotal& total : m_table.totals)
        if (total.currency == currency && largest != m_largest.end() && !total.cost.isZero() &&
            !total.cost.isNegative())
            return std::max(0.0, largest->second.toDouble() / total.cost.toDouble());
    return 0;
}

const CostRow* CostRows::keyless(const Currency& currency) const
{
    const auto found = m_keyless.find(currency);
    return found == m_keyless.end() ? nullptr : &row(found->second);
}

namespace {

/// The rows by one key, and behind which of them the next differs from it in that key or in its currency's block.
std::vector<std::uint32_t> orderOf(const CostRows& rows, const CostSort& sort, const std::stop_token& stop,
                                   std::vector<bool>* endsTie)
{
    const std::map<Currency, std::uint32_t> blocks = blocksOf(rows.table(), sort);
    auto blockOf = [&, last = Currency(), at = blocks.end()](const Currency& currency) mutable {
        if (at == blocks.end() || currency != last) {
            last = currency;
            at = blocks.find(currency);
        }
        return at == blocks.end() ? static_cast<std::uint32_t>(blocks.size()) : at->second;
    };
    const std::vector<std::uint32_t> ranks =
        sort.column == CostColumn::Key ? textRanks(rows, sort.key, stop) : std::vector<std::uint32_t>();
    std::vector<Sortable> sorted;
    sorted.reserve(rows.size());
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        const std::uint64_t key = ranks.empty() ? keyOf(rows, i, sort.column) : ranks[i];
        sorted.push_back({sort.descending ? ~key : key, blockOf(rows.row(i).currency), i});
    }
    if (!std::is_sorted(sorted.begin(), sorted.end(), isBefore))
        std::sort(sorted.begin(), sorted.end(), isBefore);
    if (isAmount(sort.column))
        orderByAllDigits(sorted, rows, sort);
    std::vector<std::uint32_t> order;
    order.reserve(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        order.push_back(sorted[i].number);
        if (!endsTie)
            continue;
        const Sortable* const next = i + 1 < sorted.size() ? &sorted[i + 1] : nullptr;
        const bool isSame = next && next->block == sorted[i].block && next->key == sorted[i].key &&
                            (!isAmount(sort.column) || amountOf(rows, next->number, sort.column) ==
                                                           amountOf(rows, sorted[i].number, sort.column));
        endsTie->push_back(!isSame);
    }
    return order;
}

} // namespace

std::vector<std::uint32_t> costOrder(const CostRows& rows, const CostSort& sort, const std::stop_token& stop)
{
    return orderOf(rows, sort, stop, nullptr);
}

std::vector<std::uint32_t> costOrder(const CostRows& rows, const std::vector<CostSort>& sorts,
                                     const std::stop_token& stop)
{
    std::vector<bool> endsTie;
    std::vector<std::uint32_t> order = orderOf(rows, sorts.front(), stop, &endsTie);
    for (std::size_t key = 1; key < sorts.size() && !stop.stop_requested(); ++key) {
        std::vector<bool> endsNext;
        const std::vector<std::uint32_t> next = orderOf(rows, sorts[key], stop, &endsNext);
        std::vector<std::uint32_t> places(rows.size()), ties(rows.size());
        for (std::uint32_t place = 0, tie = 0; place < next.size(); ++place) {
            places[next[place]] = place;
            ties[place] = tie;
            tie += endsNext[place] ? 1U : 0U;
        }
        for (std::size_t first = 0; first < order.size();) {
            std::size_t end = first;
            while (!endsTie[end])
                ++end;
            const auto begin = order.begin() + static_cast<std::ptrdiff_t>(first);
            std::sort(begin, order.begin() + static_cast<std::ptrdiff_t>(end) + 1,
                      [&places](std::uint32_t a, std::uint32_t b) { return places[a] < places[b]; });
            for (std::size_t i = first; i < end; ++i)
                endsTie[i] = ties[places[order[i]]] != ties[places[order[i + 1]]];
            first = end + 1;
        }
    }
    return order;
}

} // namespace altimeter::ui
