#include "ui/items/pivotrows.h"

#include "models/domain/magnitude.h"

#include <QCollator>

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace altimeter::ui {

namespace {

using Value = PivotRows::Value;
using Cell = PivotRows::Cell;
using State = PivotRows::State;
using Kind = PivotField::Kind;

/// A cell while it is added up.
struct Sum {
    AmountSum cost;
    std::uint64_t rows = 0, unknown = 0;
    bool isTouched = false; ///< a charge lies here, be it of no cost

    void add(const CostRow& row)
    {
        cost.add(row.cost);
        rows += row.rows;
        unknown += row.unknownRows;
        isTouched = true;
    }
    Cell cell(std::uint32_t column) const
    {
        const State state = cost.overflowed()             ? State::TooLarge
                            : unknown == 0                ? State::Known
                            : unknown < rows || rows == 0 ? State::PartlyUnknown
                                                          : State::Unknown;
        return {cost.overflowed() ? Amount() : cost.amount(), column, state};
    }
};

/// Numbers the values of one field as they come.
class Numbering {
public:
    explicit Numbering(PivotField field) : m_field(field) {}

    std::uint32_t of(const CostRow& row)
    {
        if (m_field.kind == Kind::Period)
            return number(m_days, row.period.number, {std::string(), row.period, false});
        const auto& keys = row.keys.values();
        const std::string_view key = m_field.key < keys.size() ? std::string_view(keys[m_field.key]) : "";
        return number(m_keys, key, {std::string(key), Day::none(), false});
    }
    std::vector<Value>& values() { return m_values; }

    /// The values in order; answers the place of each number in it.
    std::vector<std::uint32_t> sort()
    {
        std::vector<std::uint32_t> order(m_values.size()), places(m_values.size());
        std::iota(order.begin(), order.end(), 0U);
        if (m_field.kind == Kind::Period) {
            std::sort(order.begin(), order.end(),
                      [this](auto a, auto b) { return m_values[a].period < m_values[b].period; });
        } else {
            const QCollator collator;
            std::vector<QCollatorSortKey> names;
            names.reserve(m_values.size());
            for (const Value& value : m_values)
                names.push_back(collator.sortKey(QString::fromStdString(value.key)));
            std::sort(order.begin(), order.end(), [&](auto a, auto b) {
                const bool noA = m_values[a].key.empty(), noB = m_values[b].key.empty();
                const int way = noA || noB ? 0 : names[a].compare(names[b]);
                return way != 0 ? way < 0 : noA != noB ? noB : m_values[a].key < m_values[b].key;
            });
        }
        std::vector<Value> sorted;
        sorted.reserve(order.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            places[order[i]] = i;
            sorted.push_back(std::move(m_values[order[i]]));
        }
        m_keys.clear(); // its texts belonged to the rows
        m_values = std::move(sorted);
        return places;
    }

private:
    template <typename Map, typename Key> std::uint32_t number(Map& map, const Key& key, Value value)
    {
        const auto [found, fresh] = map.try_emplace(key, static_cast<std::uint32_t>(m_values.size()));
        if (fresh)
            m_values.push_back(std::move(value));
        return found->second;
    }
    PivotField m_field;
    std::unordered_map<std::string_view, std::uint32_t> m_keys;
    std::unordered_map<std::int32_t, std::uint32_t> m_days;
    std::vector<Value> m_values;
};

} // namespace

/// Of each row of the answer: its currency, its value on each level and its column, as numbers.
struct PivotRows::Numbers {
    std::size_t width = 0; ///< levels and the currency
    std::vector<std::uint32_t> row;
    std::vector<std::uint32_t> column;

    const std::uint32_t* of(std::uint32_t number) const { return row.data() + number * width; }
};

PivotRows::PivotRows(CostTable answer, PivotShape shape, const std::stop_token& stop, std::optional<CostTable> previous)
    : m_query(answer.query), m_revision(answer.revision), m_isComparing(previous.has_value()), m_shape(std::move(shape))
{
    const CostRows table(std::move(answer), std::move(previous));
    m_totals = table.table().totals;
    Numbers numbers;
    numberValues(table, numbers, stop);
    chooseColumns(table, numbers);
    std::vector<std::uint32_t> order(table.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&numbers](std::uint32_t a, std::uint32_t b) {
        return std::lexicographical_compare(numbers.of(a), numbers.of(a) + numbers.width, numbers.of(b),
                                            numbers.of(b) + numbers.width);
    });
    growTree(numbers, order);
    for (std::size_t level = 0; level <= levels() && !stop.stop_requested(); ++level)
        addUp(table, numbers, order, level);
}

/// What only the period before has lies in no column: none of those is of that period.
void PivotRows::numberValues(const CostRows& table, Numbers& numbers, const std::stop_token& stop)
{
    numbers.width = levels() + 1;
    numbers.row.resize(table.size() * numbers.width);
    numbers.column.resize(table.table().rows.size());
    std::vector<Numbering> fields;
    for (const PivotField& field : m_shape.rows)
        fields.emplace_back(field);
    Numbering across(m_shape.across);
    for (std::uint32_t i = 0; i < table.size() && !stop.stop_requested(); ++i) {
        const CostRow& row = table.row(i);
        std::uint32_t* const at = numbers.row.data() + i * numbers.width;
        const auto total = std::find_if(m_totals.begin(), m_totals.end(),
                                        [&row](const CurrencyTotal& t) { return t.currency == row.currency; });
        *at = static_cast<std::uint32_t>(total - m_totals.begin());
        for (std::size_t level = 0; level < fields.size(); ++level)
            at[level + 1] = fields[level].of(row);
        if (m_shape.across.kind != Kind::Nothing && i < numbers.column.size())
            numbers.column[i] = across.of(row);
    }
    for (std::size_t level = 0; level < fields.size(); ++level) {
        const std::vector<std::uint32_t> places = fields[level].sort();
        for (std::size_t i = level + 1; i < numbers.row.size(); i += numbers.width)
            numbers.row[i] = places.empty() ? 0 : places[numbers.row[i]];
        m_values.push_back(std::move(fields[level].values()));
    }
    const std::vector<std::uint32_t> places = across.sort();
    if (!places.empty())
        for (std::uint32_t& column : numbers.column)
            column = places[column];
    m_columns = std::move(across.values());
}

/// Steps of time in their order, without holes; values by their cost, in the currency with most lines first.
void PivotRows::chooseColumns(const CostRows& table, Numbers& numbers)
{
    std::vector<std::uint32_t> places(m_columns.size());
    std::vector<Value> chosen;
    if (m_shape.across.kind == Kind::Period) {
        chosen = m_columns;
        fillSteps(chosen);
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            places[i] = static_cast<std::uint32_t>(
                std::find_if(chosen.begin(), chosen.end(),
                             [&](const Value& step) { return step.period == m_columns[i].period; }) -
                chosen.begin());
    } else {
        std::vector<std::vector<AmountSum>> sums(m_columns.size(), std::vector<AmountSum>(m_totals.size() + 1));
        for (std::uint32_t i = 0; i < numbers.column.size() && !m_columns.empty(); ++i)
            sums[numbers.column[i]][*numbers.of(i)].add(table.row(i).cost);
        std::vector<std::uint32_t> order(m_columns.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return std::lexicographical_compare(
                sums[b].begin(), sums[b].end(), sums[a].begin(), sums[a].end(),
                [](const AmountSum& x, const AmountSum& y) { return x.amount() < y.amount(); });
        });
        for (std::size_t place = 0; place < order.size(); ++place) {
            places[order[place]] = static_cast<std::uint32_t>(std::min(place, kMostColumns));
            if (place < kMostColumns)
                chosen.push_back(m_columns[order[place]]);
            else if (place == kMostColumns)
                chosen.push_back({std::string(), Day::none(), true});
        }
    }
    m_columns = std::move(chosen);
    if (!places.empty())
        for (std::uint32_t& column : numbers.column)
            column = places[column];
}

void PivotRows::fillSteps(std::vector<Value>& steps) const
{
    if (steps.size() < 2 || m_query.granularity == Granularity::None)
        return;
    std::vector<Value> whole;
    for (Day day = steps.front().period; day <= steps.back().period; day = nextStep(day, m_query.granularity)) {
        if (whole.size() == kMostSteps)
            return;
        whole.push_back({std::string(), day, false});
    }
    const auto isBefore = [](const Value& a, const Value& b) { return a.period < b.period; };
    if (std::includes(whole.begin(), whole.end(), steps.begin(), steps.end(), isBefore))
        steps = std::move(whole);
}

void PivotRows::growTree(const Numbers& numbers, const std::vector<std::uint32_t>& order)
{
    std::vector<std::uint32_t> open; // the nodes from the root to the last one
    const std::uint32_t* before = nullptr;
    const auto close = [&](std::size_t depth) {
        for (; open.size() > depth; open.pop_back())
            m_nodes[open.back()].end = static_cast<std::uint32_t>(m_nodes.size());
    };
    for (const std::uint32_t number : order) {
        const std::uint32_t* const row = numbers.of(number);
        std::size_t same = 0;
        while (before && same < numbers.width && before[same] == row[same])
            ++same;
        if (before && same == numbers.width)
            continue;
        close(same);
        for (std::size_t level = same; level < numbers.width; ++level) {
            Node node;
            node.level = static_cast<std::uint32_t>(level);
            node.value = row[level];
            const auto id = static_cast<std::uint32_t>(m_nodes.size());
            node.parent = open.empty() ? id : open.back();
            m_nodes.push_back(node);
            open.push_back(id);
        }
        before = row;
    }
    close(0);
}

/// Adds the rows up into the nodes of one level; a level at a time, so that one line of sums is enough.
void PivotRows::addUp(const CostRows& table, const Numbers& numbers, const std::vector<std::uint32_t>& order,
                      std::size_t level)
{
    std::vector<Sum> line(m_columns.size());
    std::vector<std::uint32_t> touched;
    Sum total, previous;
    std::uint32_t node = 0;
    const auto isOfLevel = [&] { return node < m_nodes.size() && m_nodes[node].level == level; };
    const auto next = [&] {
        while (node < m_nodes.size() && !isOfLevel())
            ++node;
    };
    const auto flush = [&] {
        Node& done = m_nodes[node];
        std::sort(touched.begin(), touched.end());
        done.firstCell = static_cast<std::uint32_t>(m_cells.size());
        done.cellCount = static_cast<std::uint32_t>(touched.size());
        for (const std::uint32_t column : touched)
            m_cells.push_back(std::exchange(line[column], Sum()).cell(column));
        done.total = std::exchange(total, Sum()).cell(kTotal);
        done.previous = std::exchange(previous, Sum()).cell(kPrevious);
        touched.clear();
        ++node;
        next();
    };
    next();
    for (std::size_t i = 0; i < order.size(); ++i) {
        const CostRow& row = table.row(order[i]);
        total.add(row);
        if (const auto before = table.previousOf(order[i]))
            previous.cost.add(*before);
        if (!line.empty() && order[i] < numbers.column.size()) {
            const std::uint32_t column = numbers.column[order[i]];
            if (!line[column].isTouched)
                touched.push_back(column);
            line[column].add(row);
        }
        const std::uint32_t* const here = numbers.of(order[i]);
        const bool last = i + 1 == order.size() || !std::equal(here, here + level + 1, numbers.of(order[i + 1]));
        if (last)
            flush();
    }
}

const Currency& PivotRows::currency(std::uint32_t node) const
{
    while (m_nodes[node].level > 0)
        node = m_nodes[node].parent;
    static const Currency none;
    const std::uint32_t place = m_nodes[node].value;
    return place < m_totals.size() ? m_totals[place].currency : none;
}

const PivotRows::Value& PivotRows::valueAt(std::uint32_t node, std::size_t level) const
{
    while (m_nodes[node].level > level)
        node = m_nodes[node].parent;
    return value(node);
}

const PivotRows::Cell* PivotRows::cell(std::uint32_t node, std::uint32_t column) const
{
    const Node& at = m_nodes[node];
    if (column == kTotal || column == kPrevious)
        return column == kTotal ? &at.total : &at.previous;
    const auto first = m_cells.begin() + at.firstCell, last = first + at.cellCount;
    const auto found = std::lower_bound(first, last, column,
                                        [](const Cell& cell, std::uint32_t wanted) { return cell.column < wanted; });
    return found != last && found->column == column ? &*found : nullptr;
}

std::optional<Amount> PivotRows::amount(std::uint32_t node, std::uint32_t column) const
{
    const auto known = [](const Cell* cell) {
        return cell && cell->state <= State::PartlyUnknown ? std::optional(cell->cost) : std::nullopt;
    };
    if (column != kChange)
        return known(cell(node, column));
    const auto now = known(cell(node, kTotal)), before = known(cell(node, kPrevious));
    const auto change = now && before ? checkedSubtract(*now, *before) : Result<Amount>(Error{});
    return change ? std::optional(*change) : std::nullopt;
}

std::vector<std::uint32_t> pivotOrder(const PivotRows& rows, const PivotSort& sort, const std::stop_token& stop)
{
    const auto& nodes = rows.nodes();
    const auto children = [&nodes](std::uint32_t parent) {
        std::vector<std::uint32_t> found;
        for (std::uint32_t child = parent + 1; child < nodes[parent].end; child = nodes[child].end)
            found.push_back(child);
        return found;
    };
    const auto place = [&](std::vector<std::uint32_t>& siblings) {
        const std::size_t level = nodes[siblings.front()].level - 1;
        const bool isChosenLevel = sort.level && *sort.level == level;
        const bool inTime = rows.shape().rows[level].kind == Kind::Period && (sort.level || !sort.isChosen);
        if (isChosenLevel || inTime) {
            if (isChosenLevel && sort.descending)
                std::reverse(siblings.begin(), siblings.end());
            return;
        }
        const std::uint32_t column = sort.level ? PivotRows::kTotal : sort.column;
        const bool descending = sort.level || sort.descending;
        struct Keyed {
            std::optional<Amount> amount;
            std::uint32_t node;
        };
        std::vector<Keyed> keyed;
        for (const std::uint32_t node : siblings) {
            std::optional<Amount> amount = rows.amount(node, column);
            if (amount && column == PivotRows::kChange) // the largest movement first, up or down
                amount = magnitude(*amount);
            keyed.push_back({amount, node});
        }
        std::stable_sort(keyed.begin(), keyed.end(), [descending](const Keyed& a, const Keyed& b) {
            if (!a.amount || !b.amount)
                return a.amount && !b.amount;
            return descending ? *b.amount < *a.amount : *a.amount < *b.amount;
        });
        for (std::size_t i = 0; i < keyed.size(); ++i)
            siblings[i] = keyed[i].node;
    };
    std::vector<std::uint32_t> order, waiting;
    order.reserve(nodes.size());
    for (std::uint32_t root = 0; root < nodes.size(); root = nodes[root].end)
        waiting.push_back(root);
    std::reverse(waiting.begin(), waiting.end());
    while (!waiting.empty() && !stop.stop_requested()) {
        const std::uint32_t node = waiting.back();
        waiting.pop_back();
        order.push_back(node);
        std::vector<std::uint32_t> below = children(node);
        if (below.empty())
            continue;
        place(below);
        waiting.insert(waiting.end(), below.rbegin(), below.rend());
    }
    return order;
}

} // namespace altimeter::ui
