#include "models/analysis/query/chargeselection.h"

#include "models/analysis/query/factscan.h"
#include "models/analysis/query/linekeys.h"
#include "models/analysis/query/queryplan.h"
#include "models/domain/cellfilter.h"
#include "models/domain/magnitude.h"
#include "models/facts/forkjoin.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace altimeter::analysis {

// A page of lines and the figure it explains come from the same scan under the same filters, so they cannot disagree;
// the totals are added up here from the very matches that are listed. Shares are divided line by line, unlike in a
// table, because each one is shown.
//
// Nothing is kept between pages: a page anywhere is one or two passes over the facts, and memory follows the window and
// not the selection. A window near the beginning of an ordered list is found in one pass, which keeps what is first so
// far. For one further on, the first pass draws a sample, by a hash of the lines' places; its order statistics tell two
// lines between which the window lies, but for one draw in some ten thousand, and the second pass counts what comes
// before the one and collects what is not behind the other. What it counted shows whether the window is inside; if not,
// the bounds are put further apart and the pass is made again.

namespace {

const Error kCancelled{ErrorCode::Cancelled, "cancelled", {}};

/// The place behind a window, far below where sums of places would wrap.
std::uint64_t endOf(std::uint64_t offset, std::uint64_t limit)
{
    constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max() / 4;
    return std::min(offset, kFar) + std::min(limit, kFar);
}

/// Largest |cost| first.
class BySize {
public:
    using Entry = ChargeMatch;
    Entry entry(const RunVisit& /*run*/, const ChargeMatch& match) { return match; }
    static const ChargeMatch& matchOf(const Entry& entry) { return entry; }
    static bool isBefore(const Entry& a, const Entry& b)
    {
        const Int128 sizeA = magnitude(a.cost).attos();
        const Int128 sizeB = magnitude(b.cost).attos();
        if (sizeA != sizeB)
            return sizeA > sizeB;
        return std::tie(a.part, a.row, a.owner) < std::tie(b.part, b.row, b.owner);
    }
    std::optional<Error> failure() const { return std::nullopt; }
};

/// As LineKeys say; equal lines as they are stored.
class ByKeys {
public:
    ByKeys(const LineKeys& keys, const std::stop_token& stop) : m_reader(keys, stop) {}
    struct Entry {
        LineKeys::Key key{};
        std::uint32_t place = 0; ///< in its part, as it was delivered
        ChargeMatch match;
    };
    Entry entry(const RunVisit& run, const ChargeMatch& match)
    {
        return {m_reader.keyOf(run, match), static_cast<std::uint32_t>(run.chunk->order.at(match.row)), match};
    }
    static const ChargeMatch& matchOf(const Entry& entry) { return entry.match; }
    static bool isBefore(const Entry& a, const Entry& b)
    {
        if (a.key != b.key)
            return a.key < b.key;
        return std::tie(a.match.part, a.place, a.match.owner) < std::tie(b.match.part, b.place, b.match.owner);
    }
    const std::optional<Error>& failure() const { return m_reader.failure(); }

private:
    LineKeys::Reader m_reader;
};

/// Calls `sink(match)` for every line, or share of a line, of a visit.
template <typename Sink>
void forEachMatch(const RunVisit& visit, const QueryPlan& plan, CostLens lens, ShareDivider& divider, Sink sink)
{
    const AmountColumn& cost = visit.chunk->cost[static_cast<std::size_t>(lens)];
    ChargeMatch match;
    match.part = visit.part;
    const bool divided = visit.isShared() && plan.needsOwners();
    if (!divided && plan.needsOwners() && plan.ownerKey(visit.assigned) == QueryPlan::kDropped)
        return;
    for (std::size_t row = visit.begin; row < visit.end; ++row) {
        match.row = static_cast<std::uint32_t>(row);
        match.isUnknown = cost.isUnknown(row);
        match.cost = cost.at(row);
        if (!divided) {
            match.owner = visit.assigned;
            sink(match);
            continue;
        }
        const Day day{static_cast<std::int32_t>(visit.chunk->day.at(row))};
        match.isShare = true;
        divider.divide(visit.shared(), visit.currency, day, Amount(match.cost), [&](std::uint32_t owner, Amount share) {
            match.owner = owner;
            match.cost = share;
            if (plan.ownerKey(owner) != QueryPlan::kDropped)
                sink(match);
        });
    }
}

/// Keeps the first `wanted` of all matches it is shown. A heap would move log(wanted) entries for each that enters;
/// here they are collected and cut back in one go, which is linear, and most matches fail the comparison with the last.
template <typename Ranking> class First {
public:
    using Entry = typename Ranking::Entry;
    explicit First(std::size_t wanted) : m_wanted(wanted) {}
    void add(const Entry& entry)
    {
        if (m_isFull && !Ranking::isBefore(entry, m_last))
            return;
        m_entries.push_back(entry);
        if (m_entries.size() >= 2 * m_wanted + 1024)
            shrink();
    }
    std::vector<Entry> take()
    {
        shrink();
        return std::move(m_entries);
    }

private:
    void shrink()
    {
        if (m_entries.size() <= m_wanted)
            return;
        const auto end = m_entries.begin() + static_cast<std::ptrdiff_t>(m_wanted);
        std::nth_element(m_entries.begin(), end, m_entries.end(), Ranking::isBefore);
        m_entries.erase(end, m_entries.end());
        m_isFull = m_wanted > 0;
        if (m_isFull)
            m_last = *std::max_element(m_entries.begin(), m_entries.end(), Ranking::isBefore);
    }

    std::size_t m_wanted;
    std::vector<Entry> m_entries;
    Entry m_last{};
    bool m_isFull = false;
};

/// An even choice of the matches it is shown, the same at each pass: by a hash of their places, of which ever more bits
/// have to be zero.
template <typename Ranking> class Sample {
public:
    using Entry = typename Ranking::Entry;
    explicit Sample(std::size_t most) : m_most(most) {}
    void add(const Entry& entry)
    {
        if ((hashOf(entry) & m_mask) != 0)
            return;
        m_entries.push_back(entry);
        while (m_entries.size() > m_most)
            thin(2 * m_mask + 1);
    }
    /// As if the other's matches had been shown as well.
    void add(Sample other)
    {
        thin(std::max(m_mask, other.m_mask));
        for (const Entry& entry : other.m_entries)
            add(entry);
    }
    std::vector<Entry> takeSorted()
    {
        std::sort(m_entries.begin(), m_entries.end(), Ranking::isBefore);
        return std::move(m_entries);
    }

private:
    /// Mixes as splitmix64 does.
    static std::uint64_t hashOf(const Entry& entry)
    {
        const ChargeMatch& match = Ranking::matchOf(entry);
        std::uint64_t x = (std::uint64_t{match.part} << 32U | match.row) + 0x9e3779b97f4a7c15U * (match.owner + 1ULL);
        x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31U);
    }
    void thin(std::uint64_t mask)
    {
        m_mask = mask;
        std::erase_if(m_entries, [mask](const Entry& entry) { return (hashOf(entry) & mask) != 0; });
    }
    std::size_t m_most;
    std::uint64_t m_mask = 0;
    std::vector<Entry> m_entries;
};

struct Sum {
    AmountSum cost;
    std::uint64_t matches = 0;
    std::uint64_t rows = 0; ///< lines: one with several matches counts once
    std::uint64_t unknown = 0;
};

/// Totals by currency as one thread adds them up; neighbours share the currency.
class Sums {
public:
    void add(Currency currency, const ChargeMatch& match)
    {
        if (!m_last || m_currency != currency) {
            m_currency = currency;
            m_last = &m_sums[currency];
        }
        m_last->cost.add(match.cost);
        ++m_last->matches;
        const std::pair line(match.part, match.row);
        if (line == m_line)
            return; // another share of the same line: they come one behind the other
        m_line = line;
        ++m_last->rows;
        m_last->unknown += match.isUnknown ? 1 : 0;
    }
    const std::map<Currency, Sum>& all() const { return m_sums; }

private:
    std::map<Currency, Sum> m_sums;
    Currency m_currency;
    Sum* m_last = nullptr;
    std::pair<std::uint32_t, std::uint32_t> m_line{~0U, ~0U}; ///< part and row of the last match
};

/// What is typed of lines themselves.
struct LineFilters {
    const CellFilter& costs;
    const CellFilter& days;
};

class Selecting {
public:
    Selecting(const FactSet& facts, const Attribution& attribution, const QueryPlan& plan, CostLens lens,
              const LineFilters& filters, std::stop_token stop)
        : m_facts(facts), m_attribution(attribution), m_plan(plan), m_lens(lens), m_filters(filters),
          m_stop(std::move(stop)), m_threads(threadsFor(facts.rows()))
    {
    }

    /// Shows every match to `sink(thread, match)`; a part belongs to one thread.
    template <typename Sink> Status pass(const std::vector<std::uint32_t>& parts, Sink sink)
    {
        forkJoin(m_threads, [&](std::size_t thread) {
            ShareDivider divider(m_attribution);
            const auto visit = [&](const RunVisit& run) {
                forEachMatch(run, m_plan, m_lens, divider, [&](const ChargeMatch& match) {
                    if (keeps(match))
                        sink(thread, run, match);
                });
            };
            for (std::size_t at = thread; at < parts.size() && !m_stop.stop_requested(); at += m_threads)
                scanPart(m_facts, m_attribution, m_plan, parts[at], true, visit);
        });
        return m_stop.stop_requested() ? Status(kCancelled) : Status();
    }
    std::size_t threads() const { return m_threads; }

private:
    /// What is typed is compared with the digits as they are written.
    bool keeps(const ChargeMatch& match) const
    {
        if (!m_filters.days.isEmpty()) {
            const std::int64_t day = m_facts.chunks[match.part].chunk->day.at(match.row);
            const std::string text = toString(Day{static_cast<std::int32_t>(day)});
            if (!m_filters.days.matches({text, text}))
                return false;
        }
        if (m_filters.costs.isEmpty())
            return true;
        const std::string text = match.isUnknown ? std::string() : match.cost.toString(2);
        return m_filters.costs.matches({text, text});
    }

    const FactSet& m_facts;
    const Attribution& m_attribution;
    const QueryPlan& m_plan;
    const CostLens m_lens;
    const LineFilters m_filters;
    const std::stop_token m_stop;
    const std::size_t m_threads;
};

/// Cuts the window out of the parts it lies in: stored order is part by part, then as the lines were delivered. The
/// first pass has counted the matches of each part, so a second one looks at those alone that reach into the window.
/// A chunk's lines are ordered for questions and not as they came: only whole parts can be left out, never rows of one.
Status cutWindow(Selecting& selecting, const FactSet& facts, const std::vector<std::uint64_t>& countOfPart,
                 std::uint64_t offset, std::uint64_t limit, ChargeSelection& selection)
{
    const std::uint64_t end = endOf(offset, limit);
    std::vector<std::uint32_t> parts;
    std::uint64_t before = 0; // matches ahead of the first part of the window
    std::uint64_t seen = 0;
    for (std::uint32_t part = 0; part < countOfPart.size(); ++part) {
        const std::uint64_t next = seen + countOfPart[part];
        if (countOfPart[part] > 0 && next > offset && seen < end) {
            if (parts.empty())
                before = seen;
            parts.push_back(part);
        }
        seen = next;
    }
    std::vector<std::vector<ChargeMatch>> found(selecting.threads());
    if (auto done = selecting.pass(parts, [&found](std::size_t thread, const RunVisit&,
                                                   const ChargeMatch& match) { found[thread].push_back(match); });
        !done)
        return done;
    std::vector<ChargeMatch>& matches = selection.matches;
    for (const auto& list : found)
        matches.insert(matches.end(), list.begin(), list.end());
    const auto placeOf = [&facts](const ChargeMatch& match) {
        return std::tuple(match.part, facts.chunks[match.part].chunk->order.at(match.row), match.owner);
    };
    std::sort(matches.begin(), matches.end(),
              [&placeOf](const ChargeMatch& a, const ChargeMatch& b) { return placeOf(a) < placeOf(b); });
    if (matches.size() > end - before)
        matches.resize(end - before);
    matches.erase(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(
                                                         offset - std::min(offset, before), matches.size())));
    return {};
}

/// The totals of all threads together, and how many matches there are.
Status addTotals(const std::vector<Sums>& sums, ChargeSelection& selection)
{
    std::map<Currency, Sum> totals;
    for (const Sums& part : sums) {
        for (const auto& [currency, sum] : part.all()) {
            totals[currency].cost.add(sum.cost);
            totals[currency].matches += sum.matches;
            totals[currency].rows += sum.rows;
            totals[currency].unknown += sum.unknown;
        }
    }
    for (const auto& [currency, sum] : totals) {
        const auto cost = sum.cost.result();
        if (!cost)
            return cost.error();
        selection.total += sum.matches;
        selection.totals.push_back({currency, *cost, sum.rows, sum.unknown, 0});
    }
    return {};
}

/// Lines [offset, offset + limit) of what several threads have found, whose first is number `before` of all.
template <typename Ranking>
void takeWindow(std::vector<std::vector<typename Ranking::Entry>> found, std::uint64_t before, std::uint64_t offset,
                std::uint64_t end, ChargeSelection& selection)
{
    std::vector<typename Ranking::Entry> all = std::move(found.front());
    for (std::size_t i = 1; i < found.size(); ++i) {
        all.insert(all.end(), found[i].begin(), found[i].end());
        found[i] = {};
    }
    std::sort(all.begin(), all.end(), Ranking::isBefore);
    const std::uint64_t last = std::min<std::uint64_t>(end - before, all.size());
    for (std::uint64_t at = offset - before; at < last; ++at)
        selection.matches.push_back(Ranking::matchOf(all[at]));
}

/// An ordered window of a selection; `rankings` has one ranking per thread.
template <typename Ranking> class Windowing {
public:
    using Entry = typename Ranking::Entry;
    Windowing(Selecting& selecting, std::vector<Ranking> rankings, std::uint64_t offset, std::uint64_t limit,
              const SelectionLimits& limits)
        : m_selecting(selecting), m_rankings(std::move(rankings)), m_offset(offset), m_end(endOf(offset, limit)),
          m_isNear(m_end <= limits.held)
    {
        m_first.assign(selecting.threads(), First<Ranking>(m_isNear ? static_cast<std::size_t>(m_end) : 0));
        m_samples.assign(selecting.threads(), Sample<Ranking>(limits.sampled));
    }

    /// Of the pass over all parts, which adds up their totals.
    void show(std::size_t thread, const RunVisit& run, const ChargeMatch& match)
    {
        const Entry entry = m_rankings[thread].entry(run, match);
        if (m_isNear)
            m_first[thread].add(entry);
        else
            m_samples[thread].add(entry);
    }

    /// After it: selection.total is known.
    Status finish(const std::vector<std::uint32_t>& parts, ChargeSelection& selection)
    {
        if (auto done = failure(); !done)
            return done;
        if (m_isNear) {
            std::vector<std::vector<Entry>> found;
            for (First<Ranking>& list : m_first)
                found.push_back(list.take());
            takeWindow<Ranking>(std::move(found), 0, m_offset, m_end, selection);
            return {};
        }
        m_end = std::min(m_end, selection.total);
        if (m_offset >= m_end)
            return {};
        for (std::size_t i = 1; i < m_samples.size(); ++i)
            m_samples.front().add(std::move(m_samples[i]));
        const std::vector<Entry> sample = m_samples.front().takeSorted();
        for (double margin = 2;; margin *= 4) {
            bool isInside = false;
            if (auto done = collect(parts, sample, margin, selection, isInside); !done || isInside)
                return done;
        }
    }

private:
    Status failure() const
    {
        for (const Ranking& ranking : m_rankings)
            if (const std::optional<Error> failure = ranking.failure())
                return *failure;
        return {};
    }

    /// Looks for the window between two lines of the sample: `margin` times the root of its size around where the
    /// window's ends should be, the root being twice as much as an end is off by at the most usual.
    Status collect(const std::vector<std::uint32_t>& parts, const std::vector<Entry>& sample, double margin,
                   ChargeSelection& selection, bool& isInside)
    {
        const auto size = static_cast<double>(sample.size());
        const auto total = static_cast<double>(selection.total);
        const double apart = margin * std::sqrt(size) + 1;
        const double from = std::floor(static_cast<double>(m_offset) / total * size - apart);
        const double to = std::ceil(static_cast<double>(m_end) / total * size + apart);
        const Entry* const low = from < 0 ? nullptr : &sample[static_cast<std::size_t>(from)];
        const Entry* const high = to >= size ? nullptr : &sample[static_cast<std::size_t>(to)];
        std::vector<std::uint64_t> before(m_selecting.threads());
        std::vector<std::vector<Entry>> found(m_selecting.threads());
        const auto sink = [&](std::size_t thread, const RunVisit& run, const ChargeMatch& match) {
            const Entry entry = m_rankings[thread].entry(run, match);
            if (low && Ranking::isBefore(entry, *low))
                ++before[thread];
            else if (!high || !Ranking::isBefore(*high, entry))
                found[thread].push_back(entry);
        };
        if (auto done = m_selecting.pass(parts, sink); !done)
            return done;
        if (auto done = failure(); !done)
            return done;
        const std::uint64_t ahead = std::accumulate(before.begin(), before.end(), std::uint64_t{0});
        std::uint64_t behind = ahead;
        for (const auto& list : found)
            behind += list.size();
        isInside = ahead <= m_offset && m_end <= behind;
        if (isInside)
            takeWindow<Ranking>(std::move(found), ahead, m_offset, m_end, selection);
        return {};
    }

    Selecting& m_selecting;
    std::vector<Ranking> m_rankings;
    const std::uint64_t m_offset;
    std::uint64_t m_end;
    const bool m_isNear;
    std::vector<First<Ranking>> m_first;
    std::vector<Sample<Ranking>> m_samples;
};

/// Totals, and the window in the order of `rankings`.
template <typename Ranking>
Status selectInOrder(Selecting& selecting, const std::vector<std::uint32_t>& parts, std::vector<Ranking> rankings,
                     const ChargeWindow& window, const SelectionLimits& limits, ChargeSelection& selection)
{
    std::vector<Sums> sums(selecting.threads());
    Windowing<Ranking> windowing(selecting, std::move(rankings), window.offset, window.limit, limits);
    const auto sink = [&](std::size_t thread, const RunVisit& run, const ChargeMatch& match) {
        sums[thread].add(run.currency, match);
        windowing.show(thread, run, match);
    };
    if (auto done = selecting.pass(parts, sink); !done)
        return done;
    if (auto done = addTotals(sums, selection); !done)
        return done;
    return windowing.finish(parts, selection);
}

/// The same as the lines are stored.
Status selectAsStored(Selecting& selecting, const FactSet& facts, const std::vector<std::uint32_t>& parts,
                      const ChargeWindow& window, ChargeSelection& selection)
{
    std::vector<Sums> sums(selecting.threads());
    std::vector<std::uint64_t> countOfPart(facts.chunks.size());
    const auto sink = [&](std::size_t thread, const RunVisit& run, const ChargeMatch& match) {
        ++countOfPart[match.part];
        sums[thread].add(run.currency, match);
    };
    if (auto done = selecting.pass(parts, sink); !done)
        return done;
    if (auto done = addTotals(sums, selection); !done)
        return done;
    return cutWindow(selecting, facts, countOfPart, window.offset, window.limit, selection);
}

} // namespace

Result<ChargeSelection> selectCharges(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                                      const ChargeWindow& window, std::stop_token stop, const LineKeys* keys,
                                      const SelectionLimits& limits)
{
    const auto costs = CellFilter::parse(window.typedCost, CellFilter::Kind::Number);
    if (!costs)
        return costs.error();
    const auto days = CellFilter::parse(window.typedDay, CellFilter::Kind::Day);
    if (!days)
        return days.error();
    QueryPlan plan(facts, attribution, query, false);
    if (auto done = plan.prepare(stop); !done)
        return done.error();
    Selecting selecting(facts, attribution, plan, query.lens, {*costs, *days}, stop);
    std::vector<std::uint32_t> parts(facts.chunks.size());
    std::iota(parts.begin(), parts.end(), 0U);
    ChargeSelection selection;
    const Status done =
        keys ? selectInOrder(selecting, parts, std::vector<ByKeys>(selecting.threads(), ByKeys(*keys, stop)), window,
                             limits, selection)
        : window.largestFirst
            ? selectInOrder(selecting, parts, std::vector<BySize>(selecting.threads()), window, limits, selection)
            : selectAsStored(selecting, facts, parts, window, selection);
    if (!done)
        return done.error();
    if (!plan.needsOwners()) {
        for (ChargeMatch& match : selection.matches) {
            if ((match.owner & Attribution::kShared) != 0) // the line is whole: its owner is who would keep the rest
                match.owner = attribution.shared()[match.owner & ~Attribution::kShared].base;
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
    const Day day{static_cast<std::int32_t>(chunk.day.at(match.row))};
    const std::size_t run = chunk.runOf(match.row);
    const std::uint32_t assigned =
        attribution.assignmentOf(part.partition, static_cast<std::uint32_t>(chunk.runBill.at(run)), day,
                                 static_cast<std::uint32_t>(chunk.runCombo.at(run)));
    ShareDivider divider(attribution);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (chunk.cost[lens].isUnknown(match.row))
            continue;
        const Amount whole = chunk.cost[lens].at(match.row);
        if (!match.isShare) {
            shares[lens] = whole;
            continue;
        }
        divider.divide(assigned & ~Attribution::kShared, facts.partitions[part.partition].currency, day, whole,
                       [&](std::uint32_t owner, Amount share) {
                           if (owner == match.owner)
                               shares[lens] = share;
                       });
    }
    return shares;
}

} // namespace altimeter::analysis
