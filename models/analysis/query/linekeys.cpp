#include "models/analysis/query/linekeys.h"

#include "models/text/words.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace altimeter::analysis {

namespace {

constexpr Int128 kLast = static_cast<Int128>(~UInt128{0} >> 1U); ///< of a line without a value
constexpr std::uint32_t kNoPlace = std::numeric_limits<std::uint32_t>::max();

const Error kNoLines{ErrorCode::Unsupported, "only the facts are at hand, not the stored lines", {}};

/// A number that compares as the decimal does, to its 18th digit behind the point. What is beyond the range of amounts
/// compares by its leading digits: it lies above all that are in it.
Int128 comparable(const Decimal& value)
{
    constexpr Int128 kFar = static_cast<Int128>(160'000'000'000'000'000) * 1'000'000'000'000'000'000 * 1000;
    DecimalSum sum;
    sum.add(value);
    if (const auto attos = sum.attosFloor(); attos && *attos<kFar&& * attos> - kFar)
        return *attos;
    const double size = std::abs(static_cast<double>(value.mantissa)) / std::pow(10.0, value.scale);
    const auto bits = static_cast<Int128>(std::bit_cast<std::uint64_t>(size));
    return value.isNegative() ? -kFar - bits : kFar + bits;
}

/// Places of texts in order: the same for equal ones, none for those without a value.
class TextPlaces {
public:
    explicit TextPlaces(bool asNumbers) : m_asNumbers(asNumbers) {}
    void add(const std::string& text)
    {
        if (const auto sorted = sortable(text))
            m_places.emplace(*sorted, 0);
    }
    void number()
    {
        std::uint32_t next = 0;
        for (auto& [text, place] : m_places)
            place = next++;
    }
    std::uint32_t of(const std::string& text) const
    {
        const auto sorted = sortable(text);
        return sorted ? m_places.at(*sorted) : kNoPlace;
    }

private:
    using Sortable = std::tuple<Int128, std::string, std::string>;
    std::optional<Sortable> sortable(const std::string& text) const
    {
        if (text.empty())
            return std::nullopt;
        if (!m_asNumbers)
            return Sortable{0, words::toLower(text), text};
        const auto number = parseDecimal(text);
        return number ? std::optional(Sortable{comparable(number->value), {}, {}}) : std::nullopt;
    }
    bool m_asNumbers;
    std::map<Sortable, std::uint32_t> m_places;
};

Int128 turned(Int128 value, bool descending)
{
    return descending && value != kLast ? ~value : value;
}

Int128 placed(std::uint32_t place)
{
    return place == kNoPlace ? kLast : static_cast<Int128>(place);
}

} // namespace

Result<LineKeys> LineKeys::make(const FactSet& facts, const Attribution& attribution, const LineOrder& order,
                                CostLens lens, const StoredLines* stored, const std::stop_token& stop)
{
    if (order.size() > kMostLineKeys)
        return Error{ErrorCode::Invalid, "lines are ordered by three keys at most", {}};
    LineKeys keys(facts, attribution, lens, stored);
    for (const LineKey& key : order)
        if (auto done = keys.add(key, stop); !done)
            return done.error();
    return keys;
}

Status LineKeys::add(const LineKey& key, const std::stop_token& stop)
{
    switch (key.by) {
    case LineKey::By::Cost:
        addAmount(m_lens, key.descending);
        return {};
    case LineKey::By::Day:
        m_parts.push_back({From::Day, key.descending, m_lens, key, {}, {}});
        return {};
    case LineKey::By::Text:
    case LineKey::By::Number:
        return addValues(key, stop);
    case LineKey::By::File:
        return addFiles(key, stop);
    case LineKey::By::Cell:
        if (key.column >= Column::Count || groupOf(key.column))
            return Error{ErrorCode::Invalid, "lines have no value of their own in that column", {}};
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            if (costColumnOf(static_cast<CostLens>(lens)) == key.column) {
                addAmount(static_cast<CostLens>(lens), key.descending);
                return {};
            }
        }
        break;
    case LineKey::By::Line:
        break;
    }
    if (!m_stored)
        return kNoLines;
    m_parts.push_back({From::Stored, key.descending, m_lens, key, {}, {}});
    return {};
}

void LineKeys::addAmount(CostLens lens, bool descending)
{
    const auto isCurrency = [](const Part& part) { return part.from == From::Currency; };
    if (std::none_of(m_parts.begin(), m_parts.end(), isCurrency)) {
        std::map<Currency, std::uint32_t> places;
        for (const FactPartition& partition : m_facts.partitions)
            places[partition.currency] = 0;
        std::uint32_t next = 0;
        for (auto& [currency, place] : places)
            place = next++;
        Part part{From::Currency, false, lens, {}, {}, {}};
        for (const FactPartition& partition : m_facts.partitions)
            part.places.push_back(places[partition.currency]);
        m_parts.push_back(std::move(part));
    }
    m_parts.push_back({From::Amount, descending, lens, {}, {}, {}});
}

Status LineKeys::addValues(const LineKey& key, const std::stop_token& stop)
{
    const Dictionaries& dictionaries = *m_facts.dictionaries;
    std::array<std::uint32_t, kGroupCount> members{};
    Part part{From::Values, key.descending, m_lens, {}, {}, {}};
    std::vector<std::vector<std::string>> texts;
    for (const Dim& dim : key.dims) {
        const auto decider = QueryPlan::deciderOf(dim);
        if (!decider)
            return decider.error();
        DimPlaces places{*decider, {}, {}};
        std::vector<std::string>& values = texts.emplace_back();
        switch (*decider) {
        case QueryPlan::Decider::Combo:
            places.index = dimIndexOf(m_facts, dim);
            for (std::uint32_t id = 0; id < places.index->size(); ++id)
                values.push_back(places.index->value(id));
            break;
        case QueryPlan::Decider::Owner:
            for (const Owner& owner : m_attribution.owners())
                values.push_back(owner.of(dimInfo(dim.kind).owner));
            break;
        case QueryPlan::Decider::Partition:
            for (const FactPartition& partition : m_facts.partitions)
                values.push_back(partitionDimValue(partition, dim));
            break;
        case QueryPlan::Decider::Bill:
            for (std::uint32_t bill = 0; bill < dictionaries.groups[static_cast<std::size_t>(Group::Bill)].size();
                 ++bill) {
                members[static_cast<std::size_t>(Group::Bill)] = bill;
                values.push_back(dimValueOfMembers(dictionaries, members, dim));
            }
            break;
        }
        part.dims.push_back(std::move(places));
    }
    TextPlaces sorted(key.by == LineKey::By::Number);
    for (const auto& values : texts) {
        for (const std::string& text : values) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            sorted.add(text);
        }
    }
    sorted.number();
    for (std::size_t dim = 0; dim < texts.size(); ++dim)
        for (const std::string& text : texts[dim])
            part.dims[dim].places.push_back(sorted.of(text));
    m_parts.push_back(std::move(part));
    return {};
}

Status LineKeys::addFiles(const LineKey& key, const std::stop_token& stop)
{
    if (!m_stored)
        return kNoLines;
    std::vector<const FactChunk*> chunks;
    for (const FactSet::Part& part : m_facts.chunks)
        chunks.push_back(part.stored ? part.stored.get() : part.chunk.get());
    const auto files = m_stored->files(chunks, stop);
    if (!files)
        return files.error();
    TextPlaces sorted(false);
    for (const std::string& file : *files)
        sorted.add(file);
    sorted.number();
    Part part{From::File, key.descending, m_lens, {}, {}, {}};
    for (const std::string& file : *files)
        part.places.push_back(sorted.of(file));
    m_parts.push_back(std::move(part));
    return {};
}

LineKeys::Reader::Reader(const LineKeys& keys, std::stop_token stop)
    : m_keys(keys), m_stop(std::move(stop)), m_divider(keys.m_attribution)
{
}

/// What the store alone has of the lines of a part; read once for all of them.
void LineKeys::Reader::readPart(const RunVisit& run)
{
    m_chunk = run.chunk;
    const FactSet::Part& part = m_keys.m_facts.chunks[run.part];
    const FactChunk& stored = part.stored ? *part.stored : *part.chunk;
    for (std::size_t place = 0; place < m_keys.m_parts.size(); ++place) {
        if (m_keys.m_parts[place].from != From::Stored)
            continue;
        m_ofRow[place].assign(stored.size(), kLast);
        if (m_failure) // nothing more is worth reading
            continue;
        const auto numbers = m_keys.m_stored->numbers(stored, m_keys.m_parts[place].key, m_stop);
        if (!numbers) {
            m_failure = numbers.error();
            continue;
        }
        for (std::size_t row = 0; row < std::min(stored.size(), numbers->size()); ++row)
            if (const auto& number = (*numbers)[row])
                m_ofRow[place][row] = comparable(*number);
    }
}

/// What all lines of a run share.
void LineKeys::Reader::enter(const RunVisit& run)
{
    if (run.chunk != m_chunk)
        readPart(run);
    m_run = run.run;
    m_ofRun.fill(0);
    const std::uint32_t partition = m_keys.m_facts.chunks[run.part].partition;
    for (std::size_t place = 0; place < m_keys.m_parts.size(); ++place) {
        const Part& part = m_keys.m_parts[place];
        if (part.from == From::Currency)
            m_ofRun[place] = placed(part.places[partition]);
        else if (part.from == From::File)
            m_ofRun[place] = placed(part.places[run.part]);
    }
}

Int128 LineKeys::Reader::amountOf(CostLens lens, const RunVisit& run, const ChargeMatch& match)
{
    if (lens == m_keys.m_lens)
        return match.isUnknown ? kLast : match.cost.attos();
    const AmountColumn& cost = run.chunk->cost[static_cast<std::size_t>(lens)];
    if (cost.isUnknown(match.row))
        return kLast;
    const Amount whole = cost.at(match.row);
    if (!match.isShare)
        return whole.attos();
    Amount own;
    m_divider.divide(run.shared(), run.currency, Day{static_cast<std::int32_t>(run.chunk->day.at(match.row))}, whole,
                     [&](std::uint32_t owner, Amount share) {
                         if (owner == match.owner)
                             own = share;
                     });
    return own.attos();
}

Int128 LineKeys::Reader::valueOf(std::size_t place, const RunVisit& run, const ChargeMatch& match)
{
    const Part& part = m_keys.m_parts[place];
    const FactSet& facts = m_keys.m_facts;
    switch (part.from) {
    case From::Currency:
    case From::File:
        return m_ofRun[place];
    case From::Amount:
        return amountOf(part.lens, run, match);
    case From::Day:
        return static_cast<Int128>(run.chunk->day.at(match.row));
    case From::Stored: {
        const FactSet::Part& of = facts.chunks[run.part];
        return m_ofRow[place][of.stored ? (*of.storedRows)[match.row] : match.row];
    }
    case From::Values:
        break;
    }
    for (const DimPlaces& dim : part.dims) {
        std::uint32_t at = 0;
        switch (dim.decider) {
        case QueryPlan::Decider::Combo:
            at = dim.index->valueId(*facts.dictionaries, static_cast<std::uint32_t>(run.chunk->runCombo.at(run.run)));
            break;
        case QueryPlan::Decider::Owner: // a line that is not divided is its owner's who would keep the rest
            at = (match.owner & Attribution::kShared) == 0
                     ? match.owner
                     : m_keys.m_attribution.shared()[match.owner & ~Attribution::kShared].base;
            break;
        case QueryPlan::Decider::Partition:
            at = facts.chunks[run.part].partition;
            break;
        case QueryPlan::Decider::Bill:
            at = static_cast<std::uint32_t>(run.chunk->runBill.at(run.run));
            break;
        }
        if (dim.places[at] != kNoPlace)
            return placed(dim.places[at]);
    }
    return kLast;
}

LineKeys::Key LineKeys::Reader::keyOf(const RunVisit& run, const ChargeMatch& match)
{
    if (run.chunk != m_chunk || run.run != m_run)
        enter(run);
    Key key{};
    for (std::size_t place = 0; place < m_keys.m_parts.size(); ++place)
        key[place] = turned(valueOf(place, run, match), m_keys.m_parts[place].descending);
    return key;
}

} // namespace altimeter::analysis
