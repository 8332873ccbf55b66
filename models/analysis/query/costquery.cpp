#include "models/analysis/query/costquery.h"

#include "models/analysis/query/cellgrid.h"
#include "models/analysis/query/factscan.h"
#include "models/analysis/query/queryplan.h"
#include "models/facts/forkjoin.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace altimeter::analysis {

namespace {

const Error kCancelled{ErrorCode::Cancelled, "cancelled", {}};
const Error kOverflow{ErrorCode::Overflow, "a total leaves the representable range", {}};

struct LineCount {
    std::uint32_t rows = 0, unknown = 0;
};

/// How often lines stand in more than one cell, by currency: a table's rows count a shared line each, its totals once.
struct Repeats {
    struct Count {
        std::uint64_t rows = 0, unknown = 0;
        void add(const LineCount& lines, std::uint64_t times)
        {
            rows += lines.rows * times;
            unknown += lines.unknown * times;
        }
        void add(const Count& other)
        {
            rows += other.rows;
            unknown += other.unknown;
        }
    };
    std::map<Currency, Count> ofTotals;                            ///< beyond one, over the rows of a table
    std::map<std::pair<Currency, std::uint32_t>, Count> ofTheRest; ///< by step: beyond one, over the folded cells

    void merge(const Repeats& other)
    {
        for (const auto& [key, count] : other.ofTotals)
            ofTotals[key].add(count);
        for (const auto& [key, count] : other.ofTheRest)
            ofTheRest[key].add(count);
    }
};

/// What a pass over the facts makes.
struct Counted {
    CellGrid grid;
    Repeats repeats;
};

/// Sees into which rows of a table the lines that are divided together fall.
class RepeatCounter {
public:
    RepeatCounter(const QueryPlan& plan, const KeptKeys* kept, Repeats& repeats)
        : m_plan(plan), m_kept(kept), m_repeats(repeats)
    {
    }
    void begin(std::uint32_t step, const LineCount& lines)
    {
        m_step = step;
        m_lines = lines;
        m_rows = m_folded = 0;
        ++m_pass;
    }
    /// False: another of their owners fell into this group already. `key` is the owner's.
    bool isFirst(std::uint32_t key, std::uint64_t group)
    {
        if (key >= m_seen.size())
            m_seen.resize(key + 1);
        if (m_seen[key] == m_pass)
            return false;
        m_seen[key] = m_pass;
        m_group = group;
        ++(isKept(group) ? m_rows : m_folded);
        return true;
    }
    void end()
    {
        const std::uint64_t rows = m_rows + (m_folded > 0 ? 1 : 0); // all folded ones are one row
        if (rows > 1)
            m_repeats.ofTotals[m_plan.currencyOf(m_group)].add(m_lines, rows - 1);
        if (m_folded > 1)
            m_repeats.ofTheRest[{m_plan.currencyOf(m_group), m_step}].add(m_lines, m_folded - 1);
    }

private:
    bool isKept(std::uint64_t group)
    {
        if (!m_kept)
            return true;
        const auto [found, isNew] = m_isKept.try_emplace(group, false);
        if (isNew)
            found->second = m_kept->contains({m_plan.currencyOf(group), m_plan.keysOf(group)});
        return found->second;
    }

    const QueryPlan& m_plan;
    const KeptKeys* m_kept;
    Repeats& m_repeats;
    std::unordered_map<std::uint64_t, bool> m_isKept; ///< by group
    std::vector<std::uint64_t> m_seen;                ///< by owner key: the pass that saw it last
    std::uint64_t m_pass = 0;
    std::uint32_t m_step = 0;
    LineCount m_lines;
    std::uint64_t m_group = 0; ///< one of those they fall into
    std::uint64_t m_rows = 0, m_folded = 0;
};

/// Adds the lines of a scan to a grid.
///
/// Exact because everything is added in whole attos of 128 bits, whose order does not matter: runs, threads and chunks
/// may come in any order. A sum that leaves the range is remembered, and the answer is an error in place of a number.
///
/// A shared line falls into as many cells as its split has owners, up to ten thousand. Dividing each line on its own
/// would cost lines times owners; lines with the same split, month and cell are therefore added up first and divided
/// together (ShareTotals), which is exact because each owner's parts are counted as if every line had been divided.
/// Its cost is divided, but it stays one line: it counts once in a cell, however many of its owners fall into it.
class Adder {
public:
    Adder(const Attribution& attribution, const QueryPlan& plan, CostLens lens, const KeptKeys* kept, Counted& counted)
        : m_plan(plan), m_lens(static_cast<std::size_t>(lens)), m_targets(attribution.shared()), m_shares(attribution),
          m_grid(counted.grid), m_repeats(plan, kept, counted.repeats)
    {
    }

    void operator()(const RunVisit& visit)
    {
        const AmountColumn& cost = visit.chunk->cost[m_lens];
        if (visit.isShared()) {
            addShares(visit, cost);
            return;
        }
        const std::uint32_t owner = m_plan.needsOwners() ? m_plan.ownerKey(visit.assigned) : 0;
        if (owner == QueryPlan::kDropped)
            return;
        const std::uint64_t group = m_plan.groupOf(visit.comboKey, owner, visit.billKey, visit.partitionKey);
        if (visit.chunk != m_chunk) { // most chunks lie within one month: then their runs need not tell their days
            m_chunk = visit.chunk;
            m_chunkStep = m_plan.stepOf(visit.chunk->firstDay.number);
            if (m_chunkStep != m_plan.stepOf(visit.chunk->lastDay.number))
                m_chunkStep = QueryPlan::kDropped;
        }
        if (m_chunkStep != QueryPlan::kDropped) {
            addTogether(visit, cost, group, m_chunkStep);
            return;
        }
        const std::uint32_t first = stepOf(visit, visit.begin);
        const std::uint32_t last = stepOf(visit, visit.end - 1);
        if (first == QueryPlan::kDropped || last == QueryPlan::kDropped)
            m_grid.noteOverflow(); // days that are not those of the facts; see CellGrid::add()
        else if (first == last)
            addTogether(visit, cost, group, first);
        else
            addByStep(visit, cost, group);
    }

    /// Adds the shares that are still open. Called behind the last run.
    void finish()
    {
        addWaiting();
        closeShares();
    }

private:
    /// The cells that the lines being divided together fall into, but for the owner.
    struct Cells {
        std::uint32_t comboKey = 0, billKey = 0, partitionKey = 0, step = 0;
        friend auto operator<=>(const Cells&, const Cells&) = default;
    };
    struct SharedLine {
        Cells cells;
        std::uint32_t shared = 0;
        Day day;
        Currency currency;
        bool isUnknown = false;
        Amount cost;
    };

    void closeShares()
    {
        if (!m_shares.isOpen())
            return;
        m_repeats.begin(m_open.step, m_openLines);
        m_shares.take([this](std::uint32_t owner, Int128 attos, bool overflowed) {
            const std::uint32_t key = m_plan.ownerKey(owner);
            if (key == QueryPlan::kDropped)
                return;
            if (overflowed)
                m_grid.noteOverflow();
            const std::uint64_t group = m_plan.groupOf(m_open.comboKey, key, m_open.billKey, m_open.partitionKey);
            const LineCount lines = m_repeats.isFirst(key, group) ? m_openLines : LineCount();
            m_grid.add(group, m_open.step, attos, lines.rows, lines.unknown);
        });
        m_repeats.end();
        m_openLines = {};
    }

    std::uint32_t stepOf(const RunVisit& visit, std::size_t row) const
    {
        return m_plan.stepOf(visit.chunk->day.at(row));
    }

    /// All lines fall into one cell.
    void addTogether(const RunVisit& visit, const AmountColumn& cost, std::uint64_t group, std::uint32_t step)
    {
        const auto rows = static_cast<std::uint32_t>(visit.end - visit.begin);
        if (visit.chunk->hasRunTotals && visit.isWholeRun) {
            m_grid.add(group, step, cost.runTotal(visit.run).attos(), rows,
                       static_cast<std::uint32_t>(cost.runUnknown.at(visit.run)));
            return;
        }
        Int128 sum = 0;
        std::uint32_t unknown = 0;
        bool overflowed = false;
        for (std::size_t row = visit.begin; row < visit.end && cost.wide; ++row)
            overflowed |= __builtin_add_overflow(sum, cost.at(row).attos(), &sum);
        if (!cost.wide) {
            for (std::size_t row = visit.begin; row < visit.end; ++row) // 65,536 of 64 bits stay far below 128
                sum += cost.narrow.at(row);
            overflowed = __builtin_mul_overflow(sum, Int128{cost.factor}, &sum);
        }
        for (std::size_t row = visit.begin; row < visit.end && cost.unknown; ++row)
            unknown += cost.isUnknown(row) ? 1U : 0U;
        if (overflowed)
            m_grid.noteOverflow();
        m_grid.add(group, step, sum, rows, unknown);
    }

    void addByStep(const RunVisit& visit, const AmountColumn& cost, std::uint64_t group)
    {
        Cell* const cells = m_grid.stepsOf(group);
        if (!cells || cost.wide || cost.unknown) { // the rare shapes go the plain way
            for (std::size_t row = visit.begin; row < visit.end; ++row)
                m_grid.add(group, stepOf(visit, row), cost.at(row).attos(), 1, cost.isUnknown(row) ? 1 : 0);
            return;
        }
        // The hottest loop there is: copies of the columns' few numbers stay in registers, where members of `cost`
        // would have to be read again after each write to a cell.
        const std::int64_t factor = cost.factor;
        const PackedColumn narrow = cost.narrow;
        const PackedColumn day = visit.chunk->day;
        bool overflowed = false;
        for (std::size_t row = visit.begin; row < visit.end; ++row) {
            Cell& cell = cells[m_plan.stepOf(day.at(row))];
            overflowed |= __builtin_add_overflow(cell.attos, static_cast<Int128>(narrow.at(row)) * factor, &cell.attos);
            ++cell.rows;
        }
        if (overflowed)
            m_grid.noteOverflow();
    }

    void addShares(const RunVisit& visit, const AmountColumn& cost)
    {
        // Lines of a run lie day by day: where days are steps, those of one step are brought together first.
        constexpr std::size_t kWorthSorting = 64;
        const bool isSorted = m_plan.stepCount() > 1 && m_targets[visit.shared()].targets.size() >= kWorthSorting;
        for (std::size_t row = visit.begin; row < visit.end; ++row) {
            const Day day{static_cast<std::int32_t>(visit.chunk->day.at(row))};
            const SharedLine line{{visit.comboKey, visit.billKey, visit.partitionKey, m_plan.stepOf(day.number)},
                                  visit.shared(),
                                  day,
                                  visit.currency,
                                  cost.isUnknown(row),
                                  cost.at(row)};
            if (!isSorted) {
                addShare(line);
                continue;
            }
            m_waiting.push_back(line);
            if (m_waiting.size() == FactChunk::kMaxRows)
                addWaiting();
        }
    }
    void addWaiting()
    {
        std::sort(m_waiting.begin(), m_waiting.end(), [](const SharedLine& a, const SharedLine& b) {
            return std::tie(a.cells, a.shared, a.day) < std::tie(b.cells, b.shared, b.day);
        });
        for (const SharedLine& line : m_waiting)
            addShare(line);
        m_waiting.clear();
    }
    void addShare(const SharedLine& line)
    {
        if (line.cells != m_open || !m_shares.continues(line.shared, line.currency, line.day)) {
            closeShares();
            m_shares.begin(line.shared, line.currency, line.day);
            m_open = line.cells;
        }
        m_shares.add(line.cost);
        ++m_openLines.rows;
        m_openLines.unknown += line.isUnknown ? 1U : 0U;
    }

    const QueryPlan& m_plan;
    const std::size_t m_lens;
    const std::vector<Attribution::Shared>& m_targets;
    std::vector<SharedLine> m_waiting;
    ShareTotals m_shares;
    Cells m_open; ///< of m_shares
    LineCount m_openLines;
    CellGrid& m_grid;
    RepeatCounter m_repeats;
    const FactChunk* m_chunk = nullptr;              ///< the one seen last
    std::uint32_t m_chunkStep = QueryPlan::kDropped; ///< of all its days; kDropped: they have several
};

/// One pass over the facts on as many threads as it is worth.
Result<Counted> fill(const FactSet& facts, const Attribution& attribution, const QueryPlan& plan, CostLens lens,
                     const KeptKeys* kept, const std::stop_token& stop)
{
    // Each thread has a grid of its own, so that many cells are cheaper on one.
    constexpr std::uint64_t kManyCells = std::uint64_t{1} << 21U;
    // Dealt out one by one, chunks of a large and a small source even out without a queue between the threads.
    const bool many = plan.groupCount() > kManyCells / plan.stepCount();
    const std::size_t threads = many ? 1 : threadsFor(facts.rows());
    std::vector<Counted> counted;
    for (std::size_t i = 0; i < threads; ++i)
        counted.push_back({CellGrid(plan.groupCount(), plan.stepCount()), {}});
    forkJoin(threads, [&](std::size_t thread) {
        Adder add(attribution, plan, lens, kept, counted[thread]);
        for (std::size_t part = thread; part < facts.chunks.size() && !stop.stop_requested(); part += threads)
            scanPart(facts, attribution, plan, static_cast<std::uint32_t>(part), plan.needsOwners(), add);
        add.finish();
    });
    if (stop.stop_requested())
        return kCancelled;
    for (std::size_t i = 1; i < threads; ++i) {
        counted.front().grid.merge(counted[i].grid);
        counted.front().repeats.merge(counted[i].repeats);
    }
    if (counted.front().grid.overflowed())
        return kOverflow;
    return std::move(counted.front());
}

/// A line that several rows share counts once.
Result<std::vector<CurrencyTotal>> totalsOf(const std::vector<CostRow>& rows, const Repeats& repeats)
{
    std::vector<CurrencyTotal> totals;
    std::vector<AmountSum> sums;
    std::size_t at = 0;
    for (const CostRow& row : rows) {
        if (at >= totals.size() || totals[at].currency != row.currency) {
            at = static_cast<std::size_t>(
                std::find_if(totals.begin(), totals.end(),
                             [&row](const CurrencyTotal& total) { return total.currency == row.currency; }) -
                totals.begin());
            if (at == totals.size()) {
                totals.push_back({row.currency, {}, 0, 0, 0});
                sums.emplace_back();
            }
        }
        sums[at].add(row.cost);
        totals[at].rows += row.rows;
        totals[at].unknownRows += row.unknownRows;
    }
    for (std::size_t i = 0; i < totals.size(); ++i) {
        const auto cost = sums[i].result();
        if (!cost)
            return cost.error();
        totals[i].cost = *cost;
        if (const auto again = repeats.ofTotals.find(totals[i].currency); again != repeats.ofTotals.end()) {
            totals[i].rows -= again->second.rows;
            totals[i].unknownRows -= again->second.unknown;
        }
    }
    std::sort(totals.begin(), totals.end(), [](const CurrencyTotal& a, const CurrencyTotal& b) {
        return a.rows != b.rows ? a.rows > b.rows : a.currency < b.currency;
    });
    return totals;
}

/// Rows by section, in each by cost from the largest, then by keys. `section[i]` is that of row i.
///
/// Sections (currency, step, folded or not) are few and numbered, so rows are dealt into them by counting, and only the
/// cost and a number are sorted within each. Whole rows, with their texts, are moved once.
std::vector<CostRow> inSections(std::vector<CostRow> rows, const std::vector<std::uint32_t>& section,
                                std::size_t sections, const std::stop_token& stop)
{
    struct Ranked {
        Int128 cost;
        std::uint32_t row;
    };
    constexpr std::ptrdiff_t kAtOnce = 1 << 14; // rows that are sorted between two looks at `stop`
    std::vector<std::size_t> begin(sections + 1);
    for (const std::uint32_t at : section)
        ++begin[at + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<Ranked> ranked(rows.size());
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    for (std::uint32_t i = 0; i < rows.size(); ++i)
        ranked[next[section[i]]++] = {rows[i].cost.attos(), i};
    std::vector<CostRow> sorted;
    sorted.reserve(rows.size());
    for (std::size_t at = 0; at < sections; ++at) {
        const auto first = ranked.begin() + static_cast<std::ptrdiff_t>(begin[at]);
        const auto last = ranked.begin() + static_cast<std::ptrdiff_t>(begin[at + 1]);
        const auto isFirst = [&rows](const Ranked& a, const Ranked& b) {
            return a.cost != b.cost ? a.cost > b.cost : rows[a.row].keys < rows[b.row].keys;
        };
        const std::ptrdiff_t count = last - first;
        for (std::ptrdiff_t from = 0; from < count && !stop.stop_requested(); from += kAtOnce)
            std::sort(first + from, first + std::min(from + kAtOnce, count), isFirst);
        for (std::ptrdiff_t width = kAtOnce; width < count; width *= 2)
            for (std::ptrdiff_t from = 0; from + width < count && !stop.stop_requested(); from += 2 * width)
                std::inplace_merge(first + from, first + from + width, first + std::min(from + 2 * width, count),
                                   isFirst);
        if (stop.stop_requested())
            return {};
        for (auto one = first; one != last; ++one)
            sorted.push_back(std::move(rows[one->row]));
    }
    return sorted;
}

/// Turns the cells of a grid into rows: by currency, period, the folded rest last, cost from the largest, and keys.
class RowMaker {
public:
    RowMaker(const FactSet& facts, const QueryPlan& plan, const CostQuery& query, const KeptKeys* kept)
        : m_plan(plan), m_kept(kept), m_otherKeys(std::vector<std::string>(query.by.size(), "Other"))
    {
        for (const FactPartition& partition : facts.partitions)
            m_currencies.push_back(partition.currency);
        std::sort(m_currencies.begin(), m_currencies.end());
        m_currencies.erase(std::unique(m_currencies.begin(), m_currencies.end()), m_currencies.end());
        m_other.assign(sections(), kNone);
    }

    void operator()(std::uint64_t group, std::uint32_t step, const Cell& cell)
    {
        if (m_rows.empty() || group != m_group)
            begin(group);
        const std::size_t section = (m_currency * m_plan.stepCount() + step) * 2 + (m_isKept ? 0 : 1);
        if (!m_isKept && m_other[section] != kNone) {
            CostRow& rest = m_rows[m_other[section]];
            Int128 sum = 0;
            m_overflowed |= __builtin_add_overflow(rest.cost.attos(), cell.attos, &sum);
            rest.cost = Amount::fromAttos(sum);
            rest.rows += cell.rows;
            rest.unknownRows += cell.unknown;
            return;
        }
        if (!m_isKept)
            m_other[section] = m_rows.size();
        CostRow row;
        row.keys = m_isKept ? m_keys : m_otherKeys;
        row.isOther = !m_isKept;
        row.period = m_plan.stepStartOf(step);
        row.currency = m_currencies[m_currency];
        row.cost = Amount::fromAttos(cell.attos);
        row.rows = cell.rows;
        row.unknownRows = cell.unknown;
        m_rows.push_back(std::move(row));
        m_section.push_back(static_cast<std::uint32_t>(section));
    }
    /// A line that several of the folded cells share counts once in their row. Called behind the last cell.
    void uniteRest(const Repeats& repeats)
    {
        for (const auto& [place, again] : repeats.ofTheRest) {
            const auto currency = std::lower_bound(m_currencies.begin(), m_currencies.end(), place.first);
            const auto at = static_cast<std::size_t>(currency - m_currencies.begin());
            CostRow& rest = m_rows[m_other[(at * m_plan.stepCount() + place.second) * 2 + 1]];
            rest.rows -= again.rows;
            rest.unknownRows -= again.unknown;
        }
    }
    bool overflowed() const { return m_overflowed; }
    /// A stopped one answers none.
    std::vector<CostRow> take(const std::stop_token& stop)
    {
        return inSections(std::move(m_rows), m_section, sections(), stop);
    }

private:
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

    std::size_t sections() const { return m_currencies.size() * m_plan.stepCount() * 2; }
    void begin(std::uint64_t group)
    {
        m_group = group;
        m_keys = m_plan.keysOf(group);
        const Currency currency = m_plan.currencyOf(group);
        m_currency = static_cast<std::size_t>(std::lower_bound(m_currencies.begin(), m_currencies.end(), currency) -
                                              m_currencies.begin());
        m_isKept = !m_kept || m_kept->contains({currency, m_keys});
    }

    const QueryPlan& m_plan;
    const KeptKeys* m_kept;
    const KeyTuple m_otherKeys;
    std::vector<Currency> m_currencies;
    std::vector<CostRow> m_rows;
    std::vector<std::uint32_t> m_section; ///< by row
    std::vector<std::size_t> m_other;     ///< row of the folded rest, by section
    std::uint64_t m_group = 0;
    std::size_t m_currency = 0;
    KeyTuple m_keys;
    bool m_isKept = true;
    bool m_overflowed = false;
};

Result<CostTable> answer(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                         const KeptKeys* kept, const std::stop_token& stop)
{
    QueryPlan plan(facts, attribution, query, true);
    if (auto done = plan.prepare(stop); !done)
        return done.error();
    const auto counted = fill(facts, attribution, plan, query.lens, kept, stop);
    if (!counted)
        return counted.error();
    CostTable table;
    table.query = query;
    table.revision = facts.revision;
    RowMaker rows(facts, plan, query, kept);
    counted->grid.forEach([&rows, &stop](std::uint64_t group, std::uint32_t step, const Cell& cell) {
        if (!stop.stop_requested())
            rows(group, step, cell);
    });
    if (stop.stop_requested())
        return kCancelled;
    if (rows.overflowed())
        return kOverflow;
    rows.uniteRest(counted->repeats);
    table.rows = rows.take(stop);
    if (stop.stop_requested())
        return kCancelled;
    auto totals = totalsOf(table.rows, counted->repeats);
    if (!totals)
        return totals.error();
    table.totals = totals.take();
    return table;
}

/// Counts the values of `query.countDistinct` in each row and in each currency: the same question once more with that
/// dim as the last one, whose cells are then counted in place of added. So a distinct count follows filters, shares and
/// ranges by construction, and costs a second pass.
Status countDistinct(const FactSet& facts, const Attribution& attribution, const CostQuery& query, const KeptKeys* kept,
                     CostTable& table, const std::stop_token& stop)
{
    CostQuery wanted = query;
    wanted.by.push_back(*query.countDistinct);
    QueryPlan plan(facts, attribution, wanted, true);
    if (auto done = plan.prepare(stop); !done)
        return done;
    const auto counted = fill(facts, attribution, plan, query.lens, nullptr, stop);
    if (!counted)
        return counted.error();
    using RowKey = std::tuple<Currency, Day, bool, KeyTuple>;
    std::map<RowKey, std::uint64_t> counts;
    std::set<std::tuple<Currency, Day, std::string>> rest; // a value may stand under several of the folded keys
    std::map<Currency, std::unordered_set<std::string>> all;
    const KeyTuple otherKeys(std::vector<std::string>(query.by.size(), "Other"));
    std::uint64_t last = 0;
    bool isFirst = true;
    KeyTuple keys;
    std::string value;
    Currency currency;
    bool isKept = true;
    counted->grid.forEach([&](std::uint64_t group, std::uint32_t step, const Cell&) {
        if (isFirst || group != last) {
            isFirst = false;
            last = group;
            std::vector<std::string> values = plan.keysOf(group);
            value = std::move(values.back());
            values.pop_back();
            keys = KeyTuple(std::move(values));
            currency = plan.currencyOf(group);
            isKept = !kept || kept->contains({currency, keys});
            if (!value.empty())
                all[currency].insert(value);
        }
        const Day period = plan.stepStartOf(step);
        if (value.empty() || (!isKept && !rest.emplace(currency, period, value).second))
            return;
        ++counts[{currency, period, !isKept, isKept ? keys : otherKeys}];
    });
    for (CostRow& row : table.rows) {
        const auto found = counts.find({row.currency, row.period, row.isOther, row.keys});
        row.distinct = found == counts.end() ? 0 : found->second;
    }
    for (CurrencyTotal& total : table.totals)
        total.distinct = all[total.currency].size();
    return {};
}

/// The `top` largest keys of each currency; equal costs favour the key that comes first.
Result<KeptKeys> largestKeys(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                             const std::stop_token& stop)
{
    CostQuery whole = query;
    whole.granularity = Granularity::None;
    const auto table = answer(facts, attribution, whole, nullptr, stop);
    if (!table)
        return table.error();
    KeptKeys kept;
    std::map<Currency, std::size_t> count;
    for (const CostRow& row : table->rows) {
        if (count[row.currency]++ < query.top)
            kept.emplace(row.currency, row.keys);
    }
    return kept;
}

} // namespace

Result<CostTable> runQuery(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                           const KeptKeys* kept, std::stop_token stop)
{
    auto table = answer(facts, attribution, query, kept, stop);
    if (table && query.countDistinct) {
        if (auto done = countDistinct(facts, attribution, query, kept, *table, stop); !done)
            return done.error();
    }
    return table;
}

Result<CostTable> runQuery(const FactSet& facts, const Attribution& attribution, const CostQuery& query,
                           std::stop_token stop)
{
    if (query.top == 0)
        return runQuery(facts, attribution, query, nullptr, std::move(stop));
    const auto kept = largestKeys(facts, attribution, query, stop);
    if (!kept)
        return kept.error();
    return runQuery(facts, attribution, query, &*kept, std::move(stop));
}

} // namespace altimeter::analysis
