#include "models/facts/widening.h"

#include "models/facts/dimindex.h"
#include "models/text/words.h"

#include <limits>
#include <unordered_map>
#include <utility>

namespace altimeter {

namespace {

constexpr auto kExtra = static_cast<std::size_t>(Group::Extra);
constexpr std::uint32_t kMostNumbers = std::numeric_limits<std::int32_t>::max();

/// Numbers things that are kept elsewhere: four bytes for each and no copy of it.
class Numbers {
public:
    /// The number for which `isEqual` holds, or that `add` answers for a new one.
    template <typename IsEqual, typename HashOf, typename Add>
    std::uint32_t of(std::size_t hash, IsEqual isEqual, HashOf hashOf, Add add)
    {
        if (2 * (m_count + 1) > m_slots.size())
            grow(hashOf);
        std::uint32_t& slot = slotOf(hash, isEqual);
        if (slot == kFree) {
            slot = add();
            ++m_count;
        }
        return slot;
    }

private:
    static constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

    template <typename IsEqual> std::uint32_t& slotOf(std::size_t hash, IsEqual isEqual)
    {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t place = (hash ^ hash >> 29U) & mask;
        while (m_slots[place] != kFree && !isEqual(m_slots[place]))
            place = (place + 1) & mask;
        return m_slots[place];
    }
    template <typename HashOf> void grow(HashOf hashOf)
    {
        std::vector<std::uint32_t> known(std::max<std::size_t>(1024, 2 * m_slots.size()), kFree);
        known.swap(m_slots);
        for (const std::uint32_t id : known) {
            if (id != kFree)
                slotOf(hashOf(id), [](std::uint32_t) { return false; }) = id;
        }
    }

    std::vector<std::uint32_t> m_slots;
    std::size_t m_count = 0;
};

std::size_t hashOf(std::uint64_t high, std::uint64_t low)
{
    std::uint64_t hash = (high * 0x9E3779B97F4A7C15U) ^ low;
    hash ^= hash >> 32U;
    hash *= 0xD6E8FEB86659FD93U;
    return static_cast<std::size_t>(hash ^ hash >> 32U);
}

class Widening {
public:
    Widening(const FactSet& facts, const StoredLines& lines, std::span<const SeenColumn> columns,
             const std::stop_token& stop, std::vector<std::string>* damage)
        : m_facts(facts), m_lines(lines), m_columns(columns), m_stop(stop), m_damage(damage),
          m_dictionaries(std::make_shared<Dictionaries>(*facts.dictionaries)), m_standsFor(columns.size())
    {
        m_result.firstNew = static_cast<std::uint32_t>(m_dictionaries->combos.size());
        m_storedCombos = m_result.firstNew;
        if (facts.widenedFrom) {
            m_storedOf = *facts.widenedFrom;
            m_storedCombos -= static_cast<std::uint32_t>(m_storedOf.size());
        }
    }

    Result<WidenedFacts> run()
    {
        auto facts = std::make_shared<FactSet>(m_facts);
        for (FactSet::Part& part : facts->chunks) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            if (auto done = widenPart(part); !done)
                return done.error();
        }
        facts->dictionaries = m_dictionaries;
        facts->widenedFrom = std::make_shared<const std::vector<std::uint32_t>>(std::move(m_storedOf));
        facts->indexes = std::make_shared<DimIndexes>();
        m_result.facts = std::move(facts);
        return std::move(m_result);
    }

private:
    struct Present {
        std::size_t column = 0; ///< into m_columns
        const CellsBeside* cells = nullptr;
    };

    Status widenPart(FactSet::Part& part)
    {
        const FactChunk& stored = part.stored ? *part.stored : *part.chunk;
        const auto beside = m_lines.cellsBeside(stored, m_stop);
        if (!beside && m_damage && beside.error().code == ErrorCode::Corrupt) {
            m_damage->push_back(beside.error().text());
            return {};
        }
        if (!beside)
            return beside.error();
        std::vector<Present> present;
        for (const CellsBeside& cells : *beside) {
            const std::string name = words::foldColumnName(cells.name);
            for (std::size_t i = 0; i < m_columns.size(); ++i) {
                if (m_columns[i].foldedName == name && cells.ends.size() == stored.size())
                    present.push_back({i, &cells});
            }
        }
        if (present.empty())
            return {};
        std::vector<std::uint32_t> combos(part.chunk->size());
        for (std::size_t run = 0; run < part.chunk->runs(); ++run) {
            const auto combo = static_cast<std::uint32_t>(part.chunk->runCombo.at(run));
            for (std::size_t row = part.chunk->runBegin(run); row < part.chunk->runEnd(run); ++row)
                combos[row] = widened(combo, present, part.storedRows ? (*part.storedRows)[row] : row);
        }
        if (m_dictionaries->combos.size() > kMostNumbers)
            return Error{ErrorCode::Overflow, "the column has more values than can be told apart", {}};
        return repack(part, combos);
    }

    std::uint32_t storedCombo(std::uint32_t combo) const
    {
        return combo < m_storedCombos ? combo : m_storedOf[combo - m_storedCombos];
    }

    /// The combination of a line of `combo` with what it has in the columns.
    std::uint32_t widened(std::uint32_t combo, const std::vector<Present>& present, std::size_t row)
    {
        const std::uint32_t stored = storedCombo(combo);
        const std::uint32_t member = m_dictionaries->combos[stored][kExtra];
        const std::string_view base = m_dictionaries->groups[kExtra].text(member);
        m_tuple.clear();
        std::string_view labels;
        for (const Present& each : present) {
            const SeenColumn& column = m_columns[each.column];
            const std::string_view cell = each.cells->text(row);
            if (cell.empty() || !extraCell(base, column.foldedName).empty() ||
                !extraCell(m_tuple, column.foldedName).empty())
                continue; // of two columns whose names fold alike the first one counts
            if (m_tuple.empty())
                m_tuple = base;
            if (!m_tuple.empty())
                m_tuple.push_back(TextGroup::kSeparator);
            TextGroup::appendEscaped(m_tuple, each.cells->name);
            m_tuple.push_back(TextGroup::kSeparator);
            TextGroup::appendEscaped(m_tuple, standIn(each.column, cell));
            if (column.foldedName == kLabelsColumn)
                labels = cell;
        }
        return m_tuple.empty() ? combo : comboOf(combo, stored, extraOf(member, labels));
    }

    /// The value, or the first one that the question cannot tell from it.
    std::string_view standIn(std::size_t column, std::string_view cell)
    {
        if (!m_columns[column].classOf)
            return cell;
        auto& known = m_standsFor[column];
        const auto [found, isNew] = known.try_emplace(m_columns[column].classOf(cell), std::string());
        if (isNew)
            found->second = cell;
        return found->second;
    }

    /// The number of m_tuple.
    std::uint32_t extraOf(std::uint32_t member, std::string_view labels)
    {
        TextGroup& group = m_dictionaries->groups[kExtra];
        const std::hash<std::string_view> hash;
        return m_extras.of(
            hash(m_tuple), [&](std::uint32_t id) { return group.text(id) == m_tuple; },
            [&](std::uint32_t id) { return hash(group.text(id)); },
            [&] {
                const std::uint32_t id = group.add(m_tuple);
                auto& tags = m_dictionaries->labels.of;
                if (!labels.empty())
                    tags[id] = m_lines.tagsOf(labels);
                else if (const auto inherited = tags.find(member); inherited != tags.end())
                    tags[id] = std::vector<TagPair>(inherited->second);
                return id;
            });
    }

    std::uint32_t comboOf(std::uint32_t from, std::uint32_t stored, std::uint32_t extra)
    {
        auto& combos = m_dictionaries->combos;
        const std::uint32_t first = m_result.firstNew;
        return m_combos.of(
            hashOf(from, extra),
            [&](std::uint32_t id) { return m_result.from[id - first] == from && combos[id][kExtra] == extra; },
            [&](std::uint32_t id) { return hashOf(m_result.from[id - first], combos[id][kExtra]); },
            [&] {
                auto members = combos[stored];
                members[kExtra] = extra;
                combos.push_back(members);
                m_result.from.push_back(from);
                m_storedOf.push_back(stored);
                return static_cast<std::uint32_t>(combos.size() - 1);
            });
    }

    /// The chunk with its lines in the order that their new combinations ask for.
    static Status repack(FactSet::Part& part, const std::vector<std::uint32_t>& combos)
    {
        const FactChunk& chunk = *part.chunk;
        const std::size_t size = chunk.size();
        std::vector<std::uint32_t> bills(size);
        std::vector<std::int32_t> days(size);
        for (std::size_t run = 0; run < chunk.runs(); ++run) {
            for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row)
                bills[row] = static_cast<std::uint32_t>(chunk.runBill.at(run));
        }
        for (std::size_t row = 0; row < size; ++row)
            days[row] = static_cast<std::int32_t>(chunk.day.at(row));
        const std::vector<std::uint32_t> order = factOrder(combos, bills, days);
        FactRows rows;
        auto storedRows = std::make_shared<std::vector<std::uint32_t>>();
        for (const std::uint32_t row : order) {
            rows.combo.push_back(combos[row]);
            rows.bill.push_back(bills[row]);
            rows.day.push_back(days[row]);
            rows.order.push_back(static_cast<std::uint32_t>(chunk.order.at(row)));
            storedRows->push_back(part.storedRows ? (*part.storedRows)[row] : row);
        }
        for (std::size_t lens = 0; lens < kLensCount; ++lens)
            rows.cost[lens] = costInOrder(chunk.cost[lens], order);
        auto opened = FactChunk::open(packFacts(rows));
        if (!opened)
            return opened.error();
        auto made = std::make_shared<FactChunk>(opened.take());
        made->segment = chunk.segment;
        made->checksum = chunk.checksum;
        part.stored = part.stored ? part.stored : part.chunk;
        part.storedRows = std::move(storedRows);
        part.chunk = std::move(made);
        return {};
    }

    static FactRows::Cost costInOrder(const AmountColumn& column, std::span<const std::uint32_t> order)
    {
        FactRows::Cost cost;
        cost.scale = column.scale;
        for (const std::uint32_t row : order) {
            if (column.wide)
                cost.wide.push_back(column.at(row).attos());
            else
                cost.narrow.push_back(column.narrow.at(row));
            if (column.unknown)
                cost.unknown.push_back(column.isUnknown(row) ? 1 : 0);
        }
        return cost;
    }

    const FactSet& m_facts;
    const StoredLines& m_lines;
    const std::span<const SeenColumn> m_columns;
    const std::stop_token& m_stop;
    std::vector<std::string>* const m_damage;
    std::shared_ptr<Dictionaries> m_dictionaries;
    std::vector<std::unordered_map<std::string, std::string>> m_standsFor; ///< by column: of a class, its first value
    std::uint32_t m_storedCombos = 0;
    std::vector<std::uint32_t> m_storedOf; ///< of combinations behind the stored ones
    Numbers m_extras, m_combos;
    std::string m_tuple;
    WidenedFacts m_result;
};

} // namespace

std::set<std::string, std::less<>> columnsBeside(const Dictionaries& dictionaries)
{
    // The import leaves a tuple with the name and no value of each such column (store::ProviderColumns).
    std::set<std::string, std::less<>> names;
    const TextGroup& tuples = dictionaries.groups[kExtra];
    for (std::uint32_t id = 1; id < tuples.size(); ++id) {
        const std::string_view tuple = tuples.text(id);
        if (tuple.ends_with(TextGroup::kSeparator) && tuple.find(TextGroup::kSeparator) == tuple.size() - 1)
            names.insert(words::foldColumnName(TextGroup::unescape(tuple.substr(0, tuple.size() - 1))));
    }
    return names;
}

Result<WidenedFacts> widen(const FactSet& facts, const StoredLines& lines, std::span<const SeenColumn> columns,
                           const std::stop_token& stop, std::vector<std::string>* damage)
{
    return Widening(facts, lines, columns, stop, damage).run();
}

} // namespace altimeter
