#include "models/analysis/query/chargeselection.h"

#include "models/analysis/query/factscan.h"
#include "models/analysis/query/queryplan.h"
#include "models/domain/cellfilter.h"
#include "models/facts/forkjoin.h"

#include <algorithm>
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
// not the selection. Going far into the largest-first list is the dear case: everything before the window has to be
// held to know what comes behind it.

namespace {

const Error kCancelled{ErrorCode::Cancelled, "cancelled", {}};

/// The place behind a window, far below where sums of places would wrap.
std::uint64_t endOf(std::uint64_t offset, std::uint64_t limit)
{
    constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max() / 4;
    return std::min(offset, kFar) + std::min(limit, kFar);
}

Int128 magnitude(Amount amount)
{
    return amount.isNegative() ? -amount.attos() : amount.attos();
}

bool isLarger(const ChargeMatch& a, const ChargeMatch& b)
{
    const Int128 sizeA = magnitude(a.cost);
    const Int128 sizeB = magnitude(b.cost);
    if (sizeA != sizeB)
        return sizeA > sizeB;
    return std::tie(a.part, a.row, a.owner) < std::tie(b.part, b.row, b.owner);
}

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

/// Keeps the largest `wanted` of all matches it is shown. A heap would move log(wanted) entries for each that enters;
/// here they are collected and cut back in one go, which is linear, and most matches fail the comparison with the
/// smallest.
class Largest {
public:
    explicit Largest(std::size_t wanted) : m_wanted(wanted) {}
    void add(const ChargeMatch& match)
    {
        if (m_isFull && !isLarger(match, m_smallest))
            return;
        m_matches.push_back(match);
        if (m_matches.size() >= 2 * m_wanted + 1024)
            shrink();
    }
    std::vector<ChargeMatch> take()
    {
        shrink();
        return std::move(m_matches);
    }

private:
    void shrink()
    {
        if (m_matches.size() <= m_wanted)
            return;
        const auto end = m_matches.begin() + static_cast<std::ptrdiff_t>(m_wanted);
        std::nth_element(m_matches.begin(), end, m_matches.end(), isLarger);
        m_matches.erase(end, m_matches.end());
        m_isFull = m_wanted > 0;
        if (m_isFull)
            m_smallest = *std::max_element(m_matches.begin(), m_matches.end(), isLarger);
    }

    std::size_t m_wanted;
    std::vector<ChargeMatch> m_matches;
    ChargeMatch m_smallest;
    bool m_isFull = false;
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

/// Of what each thread has kept, the window that ends behind `end`.
void takeLargest(std::vector<Largest>& kept, std::uint64_t offset, std::uint64_t end, ChargeSelection& selection)
{
    std::vector<ChargeMatch>& matches = selection.matches;
    for (Largest& list : kept) {
        const auto some = list.take();
        matches.insert(matches.end(), some.begin(), some.end());
    }
    std::sort(matches.begin(), matches.end(), isLarger);
    matches.resize(std::min<std::uint64_t>(matches.size(), end));
    matches.erase(matches.begin(),
                  matches.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(offset, matches.size())));
}

} // namespace

Result<ChargeSelection> selectCharges(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                                      std::uint64_t offset, std::uint64_t limit, bool largestFirst,
                                      std::stop_token stop, const std::string& typedCost, const std::string& typedDay)
{
    const auto costs = CellFilter::parse(typedCost, CellFilter::Kind::Number);
    if (!costs)
        return costs.error();
    const auto days = CellFilter::parse(typedDay, CellFilter::Kind::Day);
    if (!days)
        return days.error();
    QueryPlan plan(facts, attribution, query, false);
    if (auto done = plan.prepare(stop); !done)
        return done.error();
    Selecting selecting(facts, attribution, plan, query.lens, {*costs, *days}, stop);
    std::vector<Sums> sums(selecting.threads());
    const std::uint64_t wanted = largestFirst ? endOf(offset, limit) : 0;
    std::vector<Largest> largest(selecting.threads(), Largest(static_cast<std::size_t>(wanted)));
    std::vector<std::uint64_t> countOfPart(facts.chunks.size());
    std::vector<std::uint32_t> parts(facts.chunks.size());
    std::iota(parts.begin(), parts.end(), 0U);
    const auto first = selecting.pass(parts, [&](std::size_t thread, const RunVisit& visit, const ChargeMatch& match) {
        ++countOfPart[match.part];
        sums[thread].add(visit.currency, match);
        if (largestFirst)
            largest[thread].add(match);
    });
    if (!first)
        return first.error();

    ChargeSelection selection;
    if (auto done = addTotals(sums, selection); !done)
        return done.error();
    if (largestFirst)
        takeLargest(largest, offset, wanted, selection);
    else if (auto done = cutWindow(selecting, facts, countOfPart, offset, limit, selection); !done)
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
