#include "models/analysis/costquery.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

namespace altimeter::analysis {

namespace {

constexpr std::uint32_t kDropped = std::numeric_limits<std::uint32_t>::max();
/// Up to this many cells are counted in an array; beyond, in a hash table.
constexpr std::uint64_t kDenseCells = 1U << 24U;

const Error kCancelled{ErrorCode::Cancelled, "cancelled", {}};

bool isPartitionDim(const Dim& dim)
{
    return dim.kind == Dim::Kind::Source || dim.kind == Dim::Kind::BillingPeriod || dim.kind == Dim::Kind::Currency;
}

std::string partitionValue(const FactPartition& partition, const Dim& dim)
{
    if (dim.kind == Dim::Kind::Source)
        return partition.source;
    if (dim.kind == Dim::Kind::BillingPeriod)
        return toString(partition.billingPeriod).substr(0, 7);
    return std::string(partition.currency.code());
}

OwnerField ownerFieldOf(const Dim& dim)
{
    switch (dim.kind) {
    case Dim::Kind::CostCenter:
        return OwnerField::CostCenter;
    case Dim::Kind::Environment:
        return OwnerField::Environment;
    case Dim::Kind::UseCase:
        return OwnerField::UseCase;
    case Dim::Kind::Workflow:
        return OwnerField::Workflow;
    default:
        return OwnerField::Team;
    }
}

bool passes(const Filter& filter, const std::string& value)
{
    const bool listed = std::find(filter.values.begin(), filter.values.end(), value) != filter.values.end();
    return listed != filter.exclude;
}

/// Gives equal tuples of values one dense number and remembers the tuples.
class KeyTable {
public:
    std::uint32_t idOf(std::vector<std::string> values)
    {
        const auto [found, isNew] = m_ids.try_emplace(std::move(values), static_cast<std::uint32_t>(m_tuples.size()));
        if (isNew)
            m_tuples.push_back(&found->first);
        return found->second;
    }
    const std::vector<std::string>& tuple(std::uint32_t id) const { return *m_tuples[id]; }
    std::uint64_t size() const { return m_tuples.size(); }

private:
    std::map<std::vector<std::string>, std::uint32_t> m_ids;
    std::vector<const std::vector<std::string>*> m_tuples;
};

/// Where a dim of the query gets its value from.
enum class Place { Combo, Owner, Partition, Bill };

Result<Place> placeOf(const Dim& dim)
{
    if (isOwnerDim(dim))
        return Place::Owner;
    if (isPartitionDim(dim))
        return Place::Partition;
    const auto groups = groupsOfDim(dim);
    if (groups.empty())
        return Error{ErrorCode::Invalid, "charges cannot be grouped or filtered by '" + toString(dim) + "'", {}};
    return groups.front() == Group::Bill ? Place::Bill : Place::Combo;
}

/// A query made ready: every value is looked up once per combination, owner, partition or bill.
class Plan {
public:
    Plan(const FactSet& facts, const Attribution& attribution, const CostQuery& query, bool grouped)
        : m_facts(facts), m_attribution(attribution), m_query(query), m_grouped(grouped)
    {
    }

    Status prepare(const std::stop_token& stop)
    {
        if (m_grouped) {
            for (std::size_t i = 0; i < m_query.by.size(); ++i) {
                const auto place = placeOf(m_query.by[i]);
                if (!place)
                    return place.error();
                m_dims[static_cast<std::size_t>(*place)].push_back(i);
            }
        }
        for (const Filter& filter : m_query.filters) {
            const auto place = placeOf(filter.dim);
            if (!place)
                return place.error();
            m_filters[static_cast<std::size_t>(*place)].push_back(&filter);
        }
        if (!prepareCombos(stop))
            return kCancelled;
        prepareOwners();
        preparePartitions();
        prepareBills();
        prepareDays();
        return {};
    }

    bool needsOwners() const { return uses(Place::Owner); }

    std::uint32_t comboKey(std::uint32_t combo) const { return m_comboKey[combo]; }
    std::uint32_t ownerKey(std::uint32_t owner) const { return m_ownerKey[owner]; }
    std::uint32_t partitionKey(std::uint32_t partition) const { return m_partitionKey[partition]; }
    std::uint32_t billKey(std::uint32_t bill) const { return m_billKey.empty() ? 0 : m_billKey[bill]; }
    /// Step number of a day, or kDropped outside the range.
    std::uint32_t stepKey(std::int32_t day) const
    {
        const std::int64_t at = static_cast<std::int64_t>(day) - m_firstDay;
        return at < 0 || at >= static_cast<std::int64_t>(m_stepOfDay.size())
                   ? kDropped
                   : m_stepOfDay[static_cast<std::size_t>(at)];
    }

    std::uint64_t cellCount() const
    {
        return m_comboTable.size() * m_ownerTable.size() * m_billTable.size() * m_steps.size() *
               m_partitionTable.size();
    }
    std::uint64_t cellOf(std::uint32_t combo, std::uint32_t owner, std::uint32_t bill, std::uint32_t step,
                         std::uint32_t partition) const
    {
        std::uint64_t cell = partition;
        cell = cell * m_steps.size() + step;
        cell = cell * m_billTable.size() + bill;
        cell = cell * m_ownerTable.size() + owner;
        return cell * m_comboTable.size() + combo;
    }
    CostRow rowOf(std::uint64_t cell) const
    {
        const auto next = [&cell](std::uint64_t size) {
            const std::uint64_t key = cell % size;
            cell /= size;
            return static_cast<std::uint32_t>(key);
        };
        CostRow row;
        row.keys.resize(m_query.by.size());
        const auto place = [&](Place where, const std::vector<std::string>& tuple) {
            const auto& dims = m_dims[static_cast<std::size_t>(where)];
            for (std::size_t i = 0; i < dims.size(); ++i)
                row.keys[dims[i]] = tuple[i];
        };
        place(Place::Combo, m_comboTable.tuple(next(m_comboTable.size())));
        place(Place::Owner, m_ownerTable.tuple(next(m_ownerTable.size())));
        place(Place::Bill, m_billTable.tuple(next(m_billTable.size())));
        row.period = m_query.granularity == Granularity::None ? (next(m_steps.size()), Day::none())
                                                              : m_steps[next(m_steps.size())];
        const auto& partition = m_partitionTable.tuple(next(m_partitionTable.size()));
        place(Place::Partition, partition);
        row.currency = Currency(partition.back());
        return row;
    }

private:
    bool uses(Place place) const
    {
        const auto at = static_cast<std::size_t>(place);
        return !m_dims[at].empty() || !m_filters[at].empty();
    }

    bool prepareCombos(const std::stop_token& stop)
    {
        const Dictionaries& dictionaries = *m_facts.dictionaries;
        const std::size_t combos = dictionaries.combos.size();
        if (!uses(Place::Combo)) {
            m_comboTable.idOf({});
            m_comboKey.assign(combos, 0);
            return true;
        }
        const auto& dims = m_dims[static_cast<std::size_t>(Place::Combo)];
        const auto& filters = m_filters[static_cast<std::size_t>(Place::Combo)];
        std::vector<Lookup> wanted;
        for (const std::size_t dim : dims)
            wanted.emplace_back(dictionaries, m_query.by[dim]);
        std::vector<Lookup> tested;
        for (const Filter* filter : filters)
            tested.emplace_back(dictionaries, filter->dim);
        std::unordered_map<std::uint64_t, std::uint32_t> known; // of the value ids: spares the tuple of texts
        m_comboKey.resize(combos);
        for (std::uint32_t combo = 0; combo < combos; ++combo) {
            if ((combo & 0xffffU) == 0 && stop.stop_requested())
                return false;
            m_comboKey[combo] = kDropped;
            bool keep = true;
            for (std::size_t i = 0; i < filters.size() && keep; ++i)
                keep = tested[i].passes(combo, *filters[i]);
            if (!keep)
                continue;
            if (wanted.size() == 1 || wanted.size() == 2) {
                std::uint64_t ids = 0;
                for (Lookup& lookup : wanted)
                    ids = ids << 32U | lookup.valueId(combo);
                const auto [found, isNew] = known.try_emplace(ids, 0);
                if (isNew)
                    found->second = m_comboTable.idOf(tupleOf(wanted, combo));
                m_comboKey[combo] = found->second;
            } else {
                m_comboKey[combo] = m_comboTable.idOf(tupleOf(wanted, combo));
            }
        }
        if (m_comboTable.size() == 0)
            m_comboTable.idOf(std::vector<std::string>(dims.size()));
        return true;
    }

    /// The values of one dim, numbered; read once per member tuple of the dim's groups.
    class Lookup {
    public:
        Lookup(const Dictionaries& dictionaries, Dim dim)
            : m_dictionaries(&dictionaries), m_dim(std::move(dim)), m_groups(groupsOfDim(m_dim))
        {
            if (m_groups.size() == 1)
                m_ofMember.assign(dictionaries.groups[static_cast<std::size_t>(m_groups.front())].size(), kDropped);
        }
        std::uint32_t valueId(std::uint32_t combo)
        {
            const auto& members = m_dictionaries->combos[combo];
            std::uint32_t* slot = nullptr;
            if (m_groups.size() == 1) {
                slot = &m_ofMember[members[static_cast<std::size_t>(m_groups.front())]];
            } else {
                std::uint64_t key = 0;
                for (const Group group : m_groups)
                    key = key << 32U | members[static_cast<std::size_t>(group)];
                slot = &m_ofMembers.try_emplace(key, kDropped).first->second;
            }
            if (*slot == kDropped) {
                std::string value = comboDimValue(*m_dictionaries, combo, m_dim);
                const auto [found, isNew] = m_ids.try_emplace(value, static_cast<std::uint32_t>(m_values.size()));
                if (isNew)
                    m_values.push_back(std::move(value));
                *slot = found->second;
            }
            return *slot;
        }
        const std::string& value(std::uint32_t combo) { return m_values[valueId(combo)]; }
        bool passes(std::uint32_t combo, const Filter& filter)
        {
            const std::uint32_t id = valueId(combo);
            if (id >= m_passes.size())
                m_passes.resize(id + 1, -1);
            if (m_passes[id] < 0)
                m_passes[id] = analysis::passes(filter, m_values[id]) ? 1 : 0;
            return m_passes[id] == 1;
        }

    private:
        const Dictionaries* m_dictionaries;
        Dim m_dim;
        std::vector<Group> m_groups;
        std::vector<std::uint32_t> m_ofMember;
        std::unordered_map<std::uint64_t, std::uint32_t> m_ofMembers;
        std::unordered_map<std::string, std::uint32_t> m_ids;
        std::vector<std::string> m_values;
        std::vector<signed char> m_passes;
    };

    static std::vector<std::string> tupleOf(std::vector<Lookup>& lookups, std::uint32_t combo)
    {
        std::vector<std::string> tuple;
        for (Lookup& lookup : lookups)
            tuple.push_back(lookup.value(combo));
        return tuple;
    }

    void prepareOwners()
    {
        const auto& dims = m_dims[static_cast<std::size_t>(Place::Owner)];
        for (const Owner& owner : m_attribution.owners()) {
            bool keep = true;
            for (const Filter* filter : m_filters[static_cast<std::size_t>(Place::Owner)])
                keep = keep && passes(*filter, owner.of(ownerFieldOf(filter->dim)));
            std::vector<std::string> tuple;
            for (const std::size_t dim : dims)
                tuple.push_back(owner.of(ownerFieldOf(m_query.by[dim])));
            m_ownerKey.push_back(keep ? m_ownerTable.idOf(std::move(tuple)) : kDropped);
        }
        if (m_ownerTable.size() == 0)
            m_ownerTable.idOf(std::vector<std::string>(dims.size()));
    }

    void preparePartitions()
    {
        const auto& dims = m_dims[static_cast<std::size_t>(Place::Partition)];
        for (const FactPartition& partition : m_facts.partitions) {
            bool keep = true;
            for (const Filter* filter : m_filters[static_cast<std::size_t>(Place::Partition)])
                keep = keep && passes(*filter, partitionValue(partition, filter->dim));
            std::vector<std::string> tuple;
            for (const std::size_t dim : dims)
                tuple.push_back(partitionValue(partition, m_query.by[dim]));
            tuple.emplace_back(partition.currency.code()); // amounts of different currencies never meet in a cell
            m_partitionKey.push_back(keep ? m_partitionTable.idOf(std::move(tuple)) : kDropped);
        }
        if (m_partitionTable.size() == 0) {
            std::vector<std::string> none(dims.size());
            none.emplace_back("XXX");
            m_partitionTable.idOf(std::move(none));
        }
    }

    void prepareBills()
    {
        const auto& dims = m_dims[static_cast<std::size_t>(Place::Bill)];
        if (!uses(Place::Bill)) {
            m_billTable.idOf({});
            return;
        }
        const Dictionaries& dictionaries = *m_facts.dictionaries;
        std::array<std::uint32_t, kGroupCount> members{};
        const std::size_t bills = dictionaries.groups[static_cast<std::size_t>(Group::Bill)].size();
        for (std::uint32_t bill = 0; bill < bills; ++bill) {
            members[static_cast<std::size_t>(Group::Bill)] = bill;
            bool keep = true;
            for (const Filter* filter : m_filters[static_cast<std::size_t>(Place::Bill)])
                keep = keep && passes(*filter, dimValueOfMembers(dictionaries, members, filter->dim));
            std::vector<std::string> tuple;
            for (const std::size_t dim : dims)
                tuple.push_back(dimValueOfMembers(dictionaries, members, m_query.by[dim]));
            m_billKey.push_back(keep ? m_billTable.idOf(std::move(tuple)) : kDropped);
        }
        if (m_billTable.size() == 0)
            m_billTable.idOf(std::vector<std::string>(dims.size()));
    }

    void prepareDays()
    {
        const Day first = m_facts.firstDay();
        const Day last = m_facts.lastDay();
        if (first.isValid()) {
            const bool stepped = m_grouped && m_query.granularity != Granularity::None;
            m_firstDay = first.number;
            for (Day day = first; day <= last; day = day + 1) {
                if (!m_query.range.contains(day)) {
                    m_stepOfDay.push_back(kDropped);
                    continue;
                }
                const Day start = stepped ? stepStart(day, m_query.granularity) : Day::none();
                if (m_steps.empty() || m_steps.back() != start)
                    m_steps.push_back(start);
                m_stepOfDay.push_back(static_cast<std::uint32_t>(m_steps.size() - 1));
            }
        }
        if (m_steps.empty())
            m_steps.push_back(Day::none());
    }

    const FactSet& m_facts;
    const Attribution& m_attribution;
    const CostQuery& m_query;
    const bool m_grouped;
    std::array<std::vector<std::size_t>, 4> m_dims;      ///< by Place: indices into the query's `by`
    std::array<std::vector<const Filter*>, 4> m_filters; ///< by Place
    KeyTable m_comboTable, m_ownerTable, m_billTable, m_partitionTable;
    std::vector<std::uint32_t> m_comboKey, m_ownerKey, m_billKey, m_partitionKey;
    std::int32_t m_firstDay = 0;
    std::vector<std::uint32_t> m_stepOfDay;
    std::vector<Day> m_steps;
};

/// A line, or one owner's share of it, that the plan keeps, with its place among the keys of the answer.
struct Visit {
    std::uint32_t part = 0, row = 0, owner = 0;
    std::uint32_t comboKey = 0, ownerKey = 0, billKey = 0, stepKey = 0, partitionKey = 0;
    bool isShare = false, isUnknown = false;
    Amount cost;
};

/// Calls `sink(visit)` for every line, or share of a line, that the plan keeps.
template <typename Sink>
Status scan(const FactSet& facts, const Attribution& attribution, const Plan& plan, CostLens lens,
            const std::stop_token& stop, Sink sink)
{
    const bool owners = plan.needsOwners();
    for (std::uint32_t index = 0; index < facts.chunks.size(); ++index) {
        if (stop.stop_requested())
            return kCancelled;
        const FactSet::Part& part = facts.chunks[index];
        const FactChunk& chunk = *part.chunk;
        Visit visit;
        visit.part = index;
        visit.partitionKey = plan.partitionKey(part.partition);
        if (visit.partitionKey == kDropped)
            continue;
        const Currency currency = facts.partitions[part.partition].currency;
        const AmountColumn& column = chunk.cost[static_cast<std::size_t>(lens)];
        const Int128 factor = column.factor();
        const bool wide = !column.wide.empty();
        for (std::uint32_t row = 0; row < chunk.size(); ++row) {
            visit.comboKey = plan.comboKey(chunk.combo[row]);
            visit.stepKey = plan.stepKey(chunk.day[row]);
            if (visit.comboKey == kDropped || visit.stepKey == kDropped)
                continue;
            visit.billKey = plan.billKey(chunk.billOf(row));
            if (visit.billKey == kDropped)
                continue;
            visit.row = row;
            visit.isUnknown = column.isUnknown(row);
            visit.isShare = false;
            visit.cost = Amount::fromAttos(wide ? column.wide[row] : column.narrow[row] * factor);
            if (!owners) {
                visit.ownerKey = 0;
                visit.owner = 0;
                sink(visit);
                continue;
            }
            const Day day{chunk.day[row]};
            const std::uint32_t assigned =
                attribution.assignmentOf(part.partition, chunk.billOf(row), day, chunk.combo[row]);
            if ((assigned & Attribution::kShared) == 0) {
                visit.owner = assigned;
                visit.ownerKey = plan.ownerKey(assigned);
                if (visit.ownerKey != kDropped)
                    sink(visit);
                continue;
            }
            const Amount whole = visit.cost;
            attribution.divide(assigned & ~Attribution::kShared, currency, day, whole,
                               [&](std::uint32_t owner, Amount share) {
                                   visit.owner = owner;
                                   visit.ownerKey = plan.ownerKey(owner);
                                   visit.isShare = true;
                                   visit.cost = share;
                                   if (visit.ownerKey != kDropped)
                                       sink(visit);
                               });
        }
    }
    return {};
}

struct Cell {
    AmountSum cost;
    std::uint64_t rows = 0;
    std::uint64_t unknown = 0;
};

/// Cells by number: an array where they are few, a hash table otherwise.
class CellTable {
public:
    explicit CellTable(std::uint64_t count) : m_dense(count <= kDenseCells)
    {
        if (m_dense)
            m_slot.assign(count, kDropped);
    }
    Cell& at(std::uint64_t number)
    {
        std::uint32_t& slot = m_dense ? m_slot[number] : m_hashed.try_emplace(number, kDropped).first->second;
        if (slot == kDropped) {
            slot = static_cast<std::uint32_t>(m_cells.size());
            m_cells.emplace_back();
            m_numbers.push_back(number);
        }
        return m_cells[slot];
    }
    const std::vector<Cell>& cells() const { return m_cells; }
    const std::vector<std::uint64_t>& numbers() const { return m_numbers; }

private:
    bool m_dense;
    std::vector<std::uint32_t> m_slot;
    std::unordered_map<std::uint64_t, std::uint32_t> m_hashed;
    std::vector<Cell> m_cells;
    std::vector<std::uint64_t> m_numbers;
};

Result<std::vector<CurrencyTotal>> totalsOf(const std::vector<CostRow>& rows)
{
    std::map<Currency, Cell> sums;
    for (const CostRow& row : rows) {
        Cell& sum = sums[row.currency];
        sum.cost.add(row.cost);
        sum.rows += row.rows;
        sum.unknown += row.unknownRows;
    }
    std::vector<CurrencyTotal> totals;
    for (const auto& [currency, sum] : sums) {
        const auto cost = sum.cost.result();
        if (!cost)
            return cost.error();
        totals.push_back({currency, *cost, sum.rows, sum.unknown});
    }
    std::stable_sort(totals.begin(), totals.end(),
                     [](const CurrencyTotal& a, const CurrencyTotal& b) { return a.rows > b.rows; });
    return totals;
}

/// Folds all but the `top` largest keys of each currency into one row per period.
Status foldRest(std::vector<CostRow>& rows, std::size_t top)
{
    using Key = std::pair<Currency, std::vector<std::string>>;
    std::map<Key, AmountSum> byKey;
    for (const CostRow& row : rows)
        byKey[{row.currency, row.keys}].add(row.cost);
    std::map<Currency, std::vector<std::pair<Amount, const Key*>>> ranked;
    for (const auto& [key, sum] : byKey) {
        if (sum.overflowed())
            return Error{ErrorCode::Overflow, "a total leaves the representable range", {}};
        ranked[key.first].emplace_back(sum.amount(), &key);
    }
    std::map<Key, bool> kept;
    for (auto& [currency, list] : ranked) {
        std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
        for (std::size_t i = 0; i < list.size() && i < top; ++i)
            kept[*list[i].second] = true;
    }
    std::vector<CostRow> result;
    std::map<std::pair<Currency, Day>, std::size_t> rest;
    std::map<std::pair<Currency, Day>, AmountSum> restCost;
    for (CostRow& row : rows) {
        if (kept.contains({row.currency, row.keys})) {
            result.push_back(std::move(row));
            continue;
        }
        const auto [found, isNew] = rest.try_emplace({row.currency, row.period}, result.size());
        if (isNew) {
            CostRow other;
            other.keys.assign(row.keys.size(), "Other");
            other.period = row.period;
            other.currency = row.currency;
            other.isOther = true;
            result.push_back(std::move(other));
        }
        CostRow& other = result[found->second];
        AmountSum& sum = restCost[found->first];
        sum.add(row.cost);
        const auto cost = sum.result();
        if (!cost)
            return cost.error();
        other.cost = *cost;
        other.rows += row.rows;
        other.unknownRows += row.unknownRows;
    }
    rows = std::move(result);
    return {};
}

void sortRows(std::vector<CostRow>& rows)
{
    std::sort(rows.begin(), rows.end(), [](const CostRow& a, const CostRow& b) {
        if (a.currency != b.currency)
            return a.currency < b.currency;
        if (a.period != b.period)
            return a.period < b.period;
        if (a.isOther != b.isOther)
            return b.isOther;
        if (a.cost != b.cost)
            return a.cost > b.cost;
        return a.keys < b.keys;
    });
}

} // namespace

Result<CostTable> runQuery(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                           std::stop_token stop)
{
    Plan plan(facts, attribution, query, true);
    if (auto done = plan.prepare(stop); !done)
        return done.error();
    CellTable cells(plan.cellCount());
    const Status scanned = scan(facts, attribution, plan, query.lens, stop, [&](const Visit& visit) {
        Cell& cell =
            cells.at(plan.cellOf(visit.comboKey, visit.ownerKey, visit.billKey, visit.stepKey, visit.partitionKey));
        cell.cost.add(visit.cost);
        ++cell.rows;
        cell.unknown += visit.isUnknown ? 1 : 0;
    });
    if (!scanned)
        return scanned.error();
    CostTable table;
    table.query = query;
    table.revision = facts.revision;
    for (std::size_t i = 0; i < cells.cells().size(); ++i) {
        const Cell& cell = cells.cells()[i];
        const auto cost = cell.cost.result();
        if (!cost)
            return cost.error();
        CostRow row = plan.rowOf(cells.numbers()[i]);
        row.cost = *cost;
        row.rows = cell.rows;
        row.unknownRows = cell.unknown;
        table.rows.push_back(std::move(row));
    }
    if (query.top > 0) {
        if (auto done = foldRest(table.rows, query.top); !done)
            return done.error();
    }
    sortRows(table.rows);
    auto totals = totalsOf(table.rows);
    if (!totals)
        return totals.error();
    table.totals = totals.take();
    return table;
}

Result<ChargeSelection> selectCharges(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                                      std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                                      std::stop_token stop)
{
    Plan plan(facts, attribution, query, false);
    if (auto done = plan.prepare(stop); !done)
        return done.error();
    ChargeSelection selection;
    std::vector<ChargeMatch> all;
    std::map<Currency, Cell> sums;
    const Status scanned = scan(facts, attribution, plan, query.lens, stop, [&](const Visit& visit) {
        ++selection.total;
        Cell& sum = sums[facts.partitions[facts.chunks[visit.part].partition].currency];
        sum.cost.add(visit.cost);
        ++sum.rows;
        sum.unknown += visit.isUnknown ? 1 : 0;
        if (largestFirst || (selection.total > offset && selection.total <= offset + limit))
            all.push_back({visit.part, visit.row, visit.owner, visit.isShare, visit.isUnknown, visit.cost});
    });
    if (!scanned)
        return scanned.error();
    for (const auto& [currency, sum] : sums) {
        const auto cost = sum.cost.result();
        if (!cost)
            return cost.error();
        selection.totals.push_back({currency, *cost, sum.rows, sum.unknown});
    }
    if (!largestFirst) {
        selection.matches = std::move(all);
    } else {
        const std::uint64_t from = std::min<std::uint64_t>(offset, all.size());
        const std::uint64_t to = std::min<std::uint64_t>(offset + limit, all.size());
        const auto larger = [](const ChargeMatch& a, const ChargeMatch& b) {
            const Int128 sizeA = a.cost.isNegative() ? -a.cost.attos() : a.cost.attos();
            const Int128 sizeB = b.cost.isNegative() ? -b.cost.attos() : b.cost.attos();
            if (sizeA != sizeB)
                return sizeA > sizeB;
            return std::tie(a.part, a.row, a.owner) < std::tie(b.part, b.row, b.owner);
        };
        std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(to), all.end(), larger);
        selection.matches.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                                 all.begin() + static_cast<std::ptrdiff_t>(to));
    }
    if (!plan.needsOwners()) { // the lines are whole; name their owner where there is one
        for (ChargeMatch& match : selection.matches) {
            const FactSet::Part& part = facts.chunks[match.part];
            const std::uint32_t assigned =
                attribution.assignmentOf(part.partition, part.chunk->billOf(match.row), Day{part.chunk->day[match.row]},
                                         part.chunk->combo[match.row]);
            match.owner = (assigned & Attribution::kShared) == 0
                              ? assigned
                              : attribution.shared()[assigned & ~Attribution::kShared].base;
        }
    }
    return selection;
}

std::array<std::optional<Amount>, kLensCount> sharesOf(const FactSet& facts, const Attribution& attribution,
                                                       const ChargeMatch& match)
{
    std::array<std::optional<Amount>, kLensCount> shares;
    const FactSet::Part& part = facts.chunks[match.part];
    const FactChunk& chunk = *part.chunk;
    const Day day{chunk.day[match.row]};
    const std::uint32_t assigned =
        attribution.assignmentOf(part.partition, chunk.billOf(match.row), day, chunk.combo[match.row]);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (chunk.cost[lens].isUnknown(match.row))
            continue;
        const Amount whole = chunk.cost[lens].at(match.row);
        if (!match.isShare) {
            shares[lens] = whole;
            continue;
        }
        attribution.divide(assigned & ~Attribution::kShared, facts.partitions[part.partition].currency, day, whole,
                           [&](std::uint32_t owner, Amount share) {
                               if (owner == match.owner)
                                   shares[lens] = share;
                           });
    }
    return shares;
}

std::vector<CostSeries> seriesFrom(const CostTable& table, const FactSet& facts)
{
    const Granularity granularity = table.query.granularity;
    struct Span {
        Day first, last;
    };
    std::map<Currency, Span> spans;
    std::map<Currency, std::map<Day, bool>> delivered; // steps in which any line of the currency exists
    for (const FactSet::Part& part : facts.chunks) {
        auto& days = delivered[facts.partitions[part.partition].currency];
        Day last;
        for (const std::int32_t number : part.chunk->day) {
            const Day day{number};
            if (day == last)
                continue;
            last = day;
            if (table.query.range.contains(day))
                days[stepStart(day, granularity)] = true;
        }
    }
    for (const auto& [currency, days] : delivered) {
        if (!days.empty())
            spans[currency] = {days.begin()->first, days.rbegin()->first};
    }
    using Key = std::tuple<Currency, bool, std::vector<std::string>>;
    std::map<Key, std::map<Day, Amount>> points;
    std::map<Key, AmountSum> sums;
    for (const CostRow& row : table.rows) {
        const Key key{row.currency, row.isOther, row.keys};
        points[key][row.period] = row.cost;
        sums[key].add(row.cost);
    }
    std::vector<std::pair<Amount, CostSeries>> ranked;
    for (const auto& [key, values] : points) {
        const auto& [currency, isOther, keys] = key;
        const Span span = spans[currency];
        CostSeries series;
        series.keys = keys;
        series.isOther = isOther;
        series.currency = currency;
        if (span.first.isValid()) {
            for (Day step = span.first; step <= span.last; step = nextStep(step, granularity)) {
                const auto found = values.find(step);
                const bool known = delivered[currency].contains(step);
                series.points.push_back({step, found == values.end() ? Amount() : found->second, known});
                if (granularity == Granularity::None)
                    break;
            }
        }
        ranked.emplace_back(sums[key].amount(), std::move(series));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        if (a.second.currency != b.second.currency)
            return a.second.currency < b.second.currency;
        if (a.second.isOther != b.second.isOther)
            return b.second.isOther;
        return a.first > b.first;
    });
    std::vector<CostSeries> result;
    for (auto& [sum, series] : ranked)
        result.push_back(std::move(series));
    return result;
}

Result<RuleDiff> diffAttributions(const FactSet& facts, const Attribution& before, const Attribution& after,
                                  std::size_t ruleCount, std::stop_token stop)
{
    RuleDiff diff;
    diff.use.resize(ruleCount);
    std::vector<std::map<Currency, Cell>> use(ruleCount);
    for (std::size_t field = 0; field < kOwnerFieldCount; ++field) {
        constexpr std::array kinds{Dim::Kind::Team, Dim::Kind::CostCenter, Dim::Kind::Environment, Dim::Kind::UseCase,
                                   Dim::Kind::Workflow};
        CostQuery query;
        query.by = {Dim{kinds[field], {}}};
        query.granularity = Granularity::Month;
        const auto old = runQuery(facts, before, query, stop);
        if (!old)
            return old.error();
        const auto now = runQuery(facts, after, query, stop);
        if (!now)
            return now.error();
        using Key = std::tuple<Currency, Day, std::string>;
        std::map<Key, std::pair<Amount, Amount>> cells;
        for (const CostRow& row : old->rows)
            cells[{row.currency, row.period, row.keys.front()}].first = row.cost;
        for (const CostRow& row : now->rows)
            cells[{row.currency, row.period, row.keys.front()}].second = row.cost;
        for (const auto& [key, amounts] : cells) {
            if (amounts.first != amounts.second)
                diff.moves.push_back({std::string(ownerFieldName(static_cast<OwnerField>(field))), std::get<2>(key),
                                      std::get<1>(key), std::get<0>(key), amounts.first, amounts.second});
        }
        if (field != 0)
            continue;
        std::map<Currency, std::array<AmountSum, 3>> coverage;
        for (const CostRow& row : old->rows) {
            coverage[row.currency][0].add(row.cost);
            if (!row.keys.front().empty())
                coverage[row.currency][1].add(row.cost);
        }
        for (const CostRow& row : now->rows) {
            if (!row.keys.front().empty())
                coverage[row.currency][2].add(row.cost);
        }
        for (const auto& [currency, sums] : coverage)
            diff.coverage.push_back({currency, sums[0].amount(), sums[1].amount(), sums[2].amount()});
    }
    for (const FactSet::Part& part : facts.chunks) {
        if (stop.stop_requested())
            return kCancelled;
        const FactChunk& chunk = *part.chunk;
        const Currency currency = facts.partitions[part.partition].currency;
        for (std::size_t row = 0; row < chunk.size(); ++row) {
            const std::size_t variant = after.variantOf(part.partition, chunk.billOf(row), Day{chunk.day[row]});
            for (const std::uint16_t rule : after.rulesOf(variant, chunk.combo[row])) {
                Cell& cell = use[rule][currency];
                ++cell.rows;
                cell.cost.add(chunk.cost[static_cast<std::size_t>(CostLens::Effective)].at(row));
            }
        }
    }
    for (std::size_t rule = 0; rule < ruleCount; ++rule) {
        for (const auto& [currency, cell] : use[rule]) {
            diff.use[rule].rows += cell.rows;
            diff.use[rule].cost.push_back({currency, cell.cost.amount(), cell.rows, 0});
        }
    }
    return diff;
}

} // namespace altimeter::analysis
