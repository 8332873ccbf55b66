#include "models/analysis/query/queryplan.h"

#include "models/analysis/attribution/pairnumbers.h"

#include <algorithm>

namespace altimeter::analysis {

namespace {

/// Over so many days, some 22 years, each day has a place of its own, whether it has lines or not.
constexpr int kMostDaysTogether = 8192;

/// A filter on attribute dims: which value numbers it lets through. Of several dims the first that has a value counts.
struct ReadyFilter {
    struct Part {
        std::shared_ptr<const DimIndex> index;
        std::vector<bool> passes, isEmpty;
    };
    std::vector<Part> parts;

    bool passes(const Dictionaries& dictionaries, std::uint32_t combo) const
    {
        for (std::size_t i = 0;; ++i) {
            const std::uint32_t id = parts[i].index->valueId(dictionaries, combo);
            if (i + 1 == parts.size() || !parts[i].isEmpty[id])
                return parts[i].passes[id];
        }
    }
};

} // namespace

std::uint32_t QueryPlan::Tuples::idOf(std::vector<std::string> values)
{
    const auto [found, isNew] = m_ids.try_emplace(std::move(values), static_cast<std::uint32_t>(m_tuples.size()));
    if (isNew)
        m_tuples.push_back(&found->first);
    return found->second;
}

bool QueryPlan::Ready::passes(const std::string& value) const
{
    if (!filter->typed.empty())
        return typed.matches({value, value});
    const bool listed = std::find(filter->values.begin(), filter->values.end(), value) != filter->values.end();
    return listed != filter->exclude;
}

Result<QueryPlan::Decider> QueryPlan::deciderOf(const Dim& dim)
{
    if (isOwnerDim(dim))
        return Decider::Owner;
    if (dimInfo(dim.kind).origin == DimOrigin::Partition)
        return Decider::Partition;
    const auto groups = groupsOfDim(dim);
    if (groups.empty())
        return Error{ErrorCode::Invalid, "charges cannot be grouped or filtered by '" + toString(dim) + "'", {}};
    return groups.front() == Group::Bill ? Decider::Bill : Decider::Combo;
}

Status QueryPlan::prepare(const std::stop_token& stop)
{
    if (m_grouped) {
        for (std::size_t i = 0; i < m_query.by.size(); ++i) {
            const auto decider = deciderOf(m_query.by[i]);
            if (!decider)
                return decider.error();
            m_dims[static_cast<std::size_t>(*decider)].push_back(i);
        }
    }
    for (const Filter& filter : m_query.filters) {
        const auto decider = deciderOf(filter.dim);
        if (!decider)
            return decider.error();
        for (const Dim& other : filter.orElse) {
            const auto also = deciderOf(other);
            if (!also || *also != Decider::Combo || *decider != Decider::Combo)
                return Error{ErrorCode::Invalid, "'" + toString(other) + "' cannot stand in for another dimension", {}};
        }
        auto typed = CellFilter::parse(filter.typed, CellFilter::Kind::Text);
        if (!typed)
            return typed.error();
        m_filters[static_cast<std::size_t>(*decider)].push_back({&filter, typed.take()});
    }
    if (auto done = prepareCombos(stop); !done)
        return done;
    prepareOwners();
    preparePartitions();
    prepareBills();
    prepareDays();
    // Group numbers are digits put together (groupOf): where their product passed 64 bits, two groups would share one.
    std::uint64_t cells = m_comboKeys;
    bool tooMany = false;
    for (const std::uint64_t more :
         {m_ownerTuples.size(), m_billTuples.size(), m_partitionTuples.size(), std::uint64_t{m_steps.size()}})
        tooMany |= __builtin_mul_overflow(cells, more, &cells);
    if (tooMany)
        return Error{ErrorCode::Invalid, "these dimensions have too many values to be combined; leave one out", {}};
    return {};
}

Status QueryPlan::prepareCombos(const std::stop_token& stop)
{
    if (!uses(Decider::Combo))
        return {};
    const Dictionaries& dictionaries = *m_facts.dictionaries;
    const std::size_t combos = dictionaries.combos.size();
    std::vector<ReadyFilter> filters;
    for (const Ready& filter : m_filters[static_cast<std::size_t>(Decider::Combo)]) {
        std::vector<Dim> dims{filter.filter->dim};
        dims.insert(dims.end(), filter.filter->orElse.begin(), filter.filter->orElse.end());
        ReadyFilter ready;
        for (const Dim& dim : dims) {
            ReadyFilter::Part part{dimIndexOf(m_facts, dim), {}, {}};
            for (std::uint32_t id = 0; id < part.index->size() && !stop.stop_requested(); ++id) {
                part.passes.push_back(filter.passes(part.index->value(id)));
                part.isEmpty.push_back(part.index->value(id).empty());
            }
            ready.parts.push_back(std::move(part));
        }
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        filters.push_back(std::move(ready));
    }
    // Dim by dim, the pairs (key so far, next value) that occur get new numbers: after the last dim a key stands for
    // all values together, and a combination has cost one look-up a dim, without a text being made or compared. Numbers
    // are given in the order of first sight, so they are as many as there are different values, and no more.
    m_comboKey.assign(combos, 0);
    for (const ReadyFilter& filter : filters) {
        for (std::uint32_t combo = 0; combo < combos; ++combo) {
            if (!filter.passes(dictionaries, combo))
                m_comboKey[combo] = kDropped;
        }
    }
    const auto& dims = m_dims[static_cast<std::size_t>(Decider::Combo)];
    for (const std::size_t dim : dims) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        const auto index = dimIndexOf(m_facts, m_query.by[dim]);
        PairNumbers numbers(m_comboKeys, index->size());
        const std::size_t width = m_comboIndexes.size();
        std::vector<std::uint32_t> longer;
        std::uint32_t known = 0;
        for (std::uint32_t combo = 0; combo < combos; ++combo) {
            std::uint32_t& key = m_comboKey[combo];
            if (key == kDropped)
                continue;
            const std::uint32_t value = index->valueId(dictionaries, combo);
            const std::uint32_t number = numbers.of(key, value);
            if (number == known) { // never seen: it stands for what the shorter key does, and for this value
                ++known;
                for (std::size_t i = 0; i < width; ++i)
                    longer.push_back(m_comboValues[key * width + i]);
                longer.push_back(value);
            }
            key = number;
        }
        m_comboIndexes.push_back(index);
        m_comboValues = std::move(longer);
        m_comboKeys = std::max(1U, numbers.size());
    }
    return {};
}

template <typename ValueOf>
void QueryPlan::number(Decider decider, std::size_t count, std::vector<std::uint32_t>& keys, Tuples& tuples,
                       ValueOf valueOf)
{
    const auto& dims = m_dims[static_cast<std::size_t>(decider)];
    for (std::uint32_t i = 0; i < count; ++i) {
        bool keep = true;
        for (const Ready& filter : m_filters[static_cast<std::size_t>(decider)])
            keep = keep && filter.passes(valueOf(i, filter.filter->dim));
        std::vector<std::string> tuple;
        for (std::size_t at = 0; keep && at < dims.size(); ++at)
            tuple.push_back(valueOf(i, m_query.by[dims[at]]));
        if (keep && decider == Decider::Partition) // amounts of different currencies never meet in a group
            tuple.emplace_back(m_facts.partitions[i].currency.code());
        keys.push_back(keep ? tuples.idOf(std::move(tuple)) : kDropped);
    }
    if (tuples.size() == 0) // a digit of no values would make every group number 0
        tuples.idOf(std::vector<std::string>(dims.size() + (decider == Decider::Partition ? 1 : 0)));
}

void QueryPlan::prepareOwners()
{
    const auto& owners = m_attribution.owners();
    number(Decider::Owner, owners.size(), m_ownerKey, m_ownerTuples,
           [&owners](std::uint32_t owner, const Dim& dim) { return owners[owner].of(dimInfo(dim.kind).owner); });
}

void QueryPlan::preparePartitions()
{
    const auto& partitions = m_facts.partitions;
    number(Decider::Partition, partitions.size(), m_partitionKey, m_partitionTuples,
           [&partitions](std::uint32_t at, const Dim& dim) { return partitionDimValue(partitions[at], dim); });
}

void QueryPlan::prepareBills()
{
    if (!uses(Decider::Bill)) {
        m_billTuples.idOf({});
        return;
    }
    const Dictionaries& dictionaries = *m_facts.dictionaries;
    const std::size_t bills = dictionaries.groups[static_cast<std::size_t>(Group::Bill)].size();
    std::array<std::uint32_t, kGroupCount> members{};
    number(Decider::Bill, bills, m_billKey, m_billTuples, [&](std::uint32_t bill, const Dim& dim) {
        members[static_cast<std::size_t>(Group::Bill)] = bill;
        return dimValueOfMembers(dictionaries, members, dim);
    });
}

/// A line's step is looked up by its day number. The facts' own first and last day bound the table, and not the range
/// that was asked for: "from 1970" costs nothing.
void QueryPlan::prepareDays()
{
    const Day first = m_facts.firstDay();
    const Day last = m_facts.lastDay();
    if (first.isValid()) {
        const bool stepped = m_grouped && m_query.granularity != Granularity::None;
        if (last - first >= kMostDaysTogether) {
            prepareDaysApart(stepped);
        } else {
            m_firstDay = first.number;
            for (Day day = first; day <= last; day = day + 1)
                m_stepOfDay.push_back(m_query.range.contains(day) ? addStep(day, stepped) : kDropped);
        }
    }
    if (m_steps.empty())
        m_steps.push_back(Day::none());
}

/// The step of a day in range; days come in order.
std::uint32_t QueryPlan::addStep(Day day, bool stepped)
{
    const Day start = stepped ? stepStart(day, m_query.granularity) : Day::none();
    if (m_steps.empty() || m_steps.back() != start)
        m_steps.push_back(start);
    return static_cast<std::uint32_t>(m_steps.size() - 1);
}

/// Steps for the days with lines alone: between a charge of today and one dated 9999 lie millions of others.
void QueryPlan::prepareDaysApart(bool stepped)
{
    std::vector<std::int32_t> days;
    for (const FactSet::Part& part : m_facts.chunks)
        days.insert(days.end(), part.chunk->days.begin(), part.chunk->days.end());
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    std::erase_if(days, [this](std::int32_t day) { return !m_query.range.contains(Day{day}); });
    std::size_t begin = 0; // of the window in which most of them lie: its steps are looked up at once
    std::size_t end = 0;
    for (std::size_t from = 0, to = 0; to < days.size(); ++from) {
        while (to < days.size() && days[to] - days[from] < kMostDaysTogether)
            ++to;
        if (to - from > end - begin) {
            begin = from;
            end = to;
        }
    }
    for (std::size_t i = 0; i < days.size(); ++i) {
        const std::uint32_t step = addStep(Day{days[i]}, stepped);
        if (i < begin || i >= end) {
            m_farDays.emplace_back(days[i], step);
            continue;
        }
        if (i == begin)
            m_firstDay = days[i];
        // A day without lines goes with the one before it, as a day between two far ones does.
        m_stepOfDay.resize(static_cast<std::size_t>(days[i] - m_firstDay),
                           m_stepOfDay.empty() ? 0 : m_stepOfDay.back());
        m_stepOfDay.push_back(step);
    }
}

std::uint32_t QueryPlan::stepOfFar(std::int64_t day) const
{
    if (m_farDays.empty() || !m_query.range.contains(Day{static_cast<std::int32_t>(day)}))
        return kDropped;
    const auto behind = std::upper_bound(m_farDays.begin(), m_farDays.end(), std::pair(day, kDropped));
    return behind == m_farDays.begin() ? behind->second : std::prev(behind)->second;
}

/// The digits of a group number, from the last: see groupOf(). Texts are made here, once per group of the answer.
KeyTuple QueryPlan::keysOf(std::uint64_t group) const
{
    std::vector<std::string> keys(m_query.by.size());
    const auto next = [&group](std::uint64_t size) {
        const std::uint64_t key = group % size;
        group /= size;
        return static_cast<std::uint32_t>(key);
    };
    const auto fill = [&](Decider decider, const auto& valueAt) {
        const auto& dims = m_dims[static_cast<std::size_t>(decider)];
        for (std::size_t i = 0; i < dims.size(); ++i)
            keys[dims[i]] = valueAt(i);
    };
    const std::uint32_t combo = next(m_comboKeys);
    fill(Decider::Combo,
         [&](std::size_t i) { return m_comboIndexes[i]->value(m_comboValues[combo * m_comboIndexes.size() + i]); });
    const auto& owner = m_ownerTuples.tuple(next(m_ownerTuples.size()));
    fill(Decider::Owner, [&owner](std::size_t i) { return owner[i]; });
    const auto& bill = m_billTuples.tuple(next(m_billTuples.size()));
    fill(Decider::Bill, [&bill](std::size_t i) { return bill[i]; });
    const auto& partition = m_partitionTuples.tuple(next(m_partitionTuples.size()));
    fill(Decider::Partition, [&partition](std::size_t i) { return partition[i]; });
    return keys;
}

Currency QueryPlan::currencyOf(std::uint64_t group) const
{
    const std::uint64_t partition = group / (std::uint64_t{m_comboKeys} * m_ownerTuples.size() * m_billTuples.size());
    return Currency(m_partitionTuples.tuple(static_cast<std::uint32_t>(partition)).back());
}

} // namespace altimeter::analysis
