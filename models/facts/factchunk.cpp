#include "models/facts/factchunk.h"

#include "models/domain/powersoften.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace altimeter {

// The bytes of a chunk are used as they are stored: opening one reads every number once, to judge it, and copies none.
// That is why loading millions of lines takes as long as reading the file, and why nothing behind open() checks again.
//
// Anyone can write a file, and a checksum is no signature. What open() must therefore guarantee, or questions would
// read outside of memory or answer wrongly without a word: packed columns end within the bytes (packing.h), runs begin
// in order and cover all rows, days ascend within a run and are those the chunk names, and totals are those of the
// lines. Combination and bill numbers are judged by whoever knows the dictionaries.

namespace {

constexpr std::uint32_t kMagic = 0x31544346; // "FCT1"
/// Totals are kept where a run has at least this many lines on average: with one line a run they would double the bytes
/// and save nothing.
constexpr std::size_t kWorthwhileRun = 2;
constexpr Int128 kLowest = static_cast<Int128>(UInt128{1} << 127U); ///< cannot be negated

const Error kDamaged{ErrorCode::Corrupt, "stored charge lines are damaged", {}};

enum Flag : std::uint8_t { kWide = 1, kHasUnknown = 2, kRunWide = 4, kAllFlags = 7 };

struct Run {
    std::uint32_t combo, bill, begin;
};

std::vector<Run> runsOf(const FactRows& rows)
{
    std::vector<Run> runs;
    for (std::uint32_t row = 0; row < rows.combo.size(); ++row) {
        if (runs.empty() || runs.back().combo != rows.combo[row] || runs.back().bill != rows.bill[row])
            runs.push_back({rows.combo[row], rows.bill[row], row});
    }
    return runs;
}

Int128 attosPerStep(std::uint8_t scale)
{
    return powerOfTen(std::max(18 - scale, 0));
}

/// The totals of one cost per run; empty when one leaves the range.
struct RunTotals {
    std::vector<Int128> sum; ///< in the column's own unit
    std::vector<std::uint32_t> unknown;
    bool fits64 = true;
};

bool addUp(const FactRows::Cost& cost, std::span<const Run> runs, std::size_t rows, RunTotals& totals)
{
    const Int128 factor = attosPerStep(cost.scale);
    for (std::size_t run = 0; run < runs.size(); ++run) {
        const std::size_t end = run + 1 < runs.size() ? runs[run + 1].begin : rows;
        AmountSum sum;
        std::uint32_t unknown = 0;
        for (std::size_t row = runs[run].begin; row < end; ++row) {
            sum.add(Amount::fromAttos(cost.wide.empty() ? Int128{cost.narrow[row]} : cost.wide[row]));
            unknown += cost.unknown.empty() ? 0U : cost.unknown[row];
        }
        const Int128 total = sum.amount().attos();
        Int128 attos = 0;
        if (sum.overflowed() || __builtin_mul_overflow(total, cost.wide.empty() ? factor : Int128{1}, &attos))
            return false;
        totals.sum.push_back(total);
        totals.unknown.push_back(unknown);
        totals.fits64 = totals.fits64 && total >= std::numeric_limits<std::int64_t>::min() &&
                        total <= std::numeric_limits<std::int64_t>::max();
    }
    return true;
}

void writeWide(ByteWriter& out, std::span<const Int128> values, Int128 factor)
{
    for (const Int128 value : values)
        out.number(value * factor);
}

void writeCost(ByteWriter& out, const FactRows::Cost& cost, const RunTotals* totals)
{
    const bool wide = !cost.wide.empty();
    const bool runWide = totals && (wide || !totals->fits64);
    const auto flags = static_cast<std::uint8_t>((wide ? kWide : 0) | (cost.unknown.empty() ? 0 : kHasUnknown) |
                                                 (runWide ? kRunWide : 0));
    out.number(flags);
    out.number(cost.scale);
    if (wide)
        writeWide(out, cost.wide, 1);
    else
        out.packed(cost.narrow);
    if (!cost.unknown.empty()) {
        std::vector<std::uint8_t> bits((cost.unknown.size() + 7) / 8);
        for (std::size_t row = 0; row < cost.unknown.size(); ++row)
            bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | cost.unknown[row] << (row % 8));
        out.raw(bits.data(), bits.size());
    }
    if (!totals)
        return;
    if (runWide)
        writeWide(out, totals->sum, wide ? Int128{1} : attosPerStep(cost.scale));
    else
        out.packed(totals->sum.size(), [&](std::size_t run) { return static_cast<std::int64_t>(totals->sum[run]); });
    out.packed(totals->unknown);
}

bool readCost(ByteReader& in, std::size_t rows, std::size_t runs, bool hasTotals, AmountColumn& cost)
{
    const auto flags = in.number<std::uint8_t>();
    cost.scale = in.number<std::uint8_t>();
    if (cost.scale > 18 || (flags & ~kAllFlags) != 0)
        return false;
    cost.factor = static_cast<std::int64_t>(attosPerStep(cost.scale));
    if ((flags & kWide) != 0)
        cost.wide = in.take(rows * sizeof(Int128));
    else
        cost.narrow = in.packed(rows);
    if ((flags & kHasUnknown) != 0)
        cost.unknown = in.take((rows + 7) / 8);
    if (hasTotals) {
        if ((flags & kRunWide) != 0)
            cost.runWide = in.take(runs * sizeof(Int128));
        else
            cost.runNarrow = in.packed(runs);
        cost.runUnknown = in.packed(runs);
    }
    return !in.failed();
}

/// The rows by value, equal ones as they came: two rounds of counting by sixteen bits.
std::vector<std::uint32_t> stableOrder(std::span<const std::uint32_t> values)
{
    std::vector<std::uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<std::uint32_t> next(values.size());
    for (const unsigned shift : {0U, 16U}) {
        std::vector<std::uint32_t> begin(65537);
        for (const std::uint32_t value : values)
            ++begin[(value >> shift & 0xffffU) + 1];
        std::partial_sum(begin.begin(), begin.end(), begin.begin());
        for (const std::uint32_t row : order)
            next[begin[values[row] >> shift & 0xffffU]++] = row;
        order.swap(next);
    }
    return order;
}

} // namespace

std::vector<std::uint32_t> factOrder(std::span<const std::uint32_t> combo, std::span<const std::uint32_t> bill,
                                     std::span<const std::int32_t> day)
{
    const bool sameBill = std::adjacent_find(bill.begin(), bill.end(), std::not_equal_to<>()) == bill.end();
    if (sameBill && std::is_sorted(day.begin(), day.end())) // as most exports are: only the combinations are to order
        return stableOrder(combo);
    // One sortable number per row; the row itself is the last tie-breaker and what is wanted.
    struct Key {
        std::uint64_t ids, place;
        auto operator<=>(const Key&) const = default;
    };
    std::vector<Key> keys(combo.size());
    for (std::size_t row = 0; row < keys.size(); ++row) {
        const auto dayBits = static_cast<std::uint64_t>(static_cast<std::uint32_t>(day[row]) ^ 0x80000000U);
        keys[row] = {std::uint64_t{combo[row]} << 32U | bill[row], dayBits << 32U | row};
    }
    std::sort(keys.begin(), keys.end()); // without looking into three columns for each comparison
    std::vector<std::uint32_t> order(keys.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::uint32_t>(keys[i].place);
    return order;
}

std::vector<std::uint8_t> packFacts(const FactRows& rows)
{
    const std::vector<Run> runs = runsOf(rows);
    const std::size_t size = rows.combo.size();
    std::vector<std::int32_t> days = rows.day;
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());

    bool hasTotals = size >= runs.size() * kWorthwhileRun;
    std::array<RunTotals, kLensCount> totals;
    for (std::size_t lens = 0; lens < kLensCount && hasTotals; ++lens)
        hasTotals = addUp(rows.cost[lens], runs, size, totals[lens]);

    ByteWriter out;
    out.number(kMagic);
    out.number(static_cast<std::uint32_t>(size));
    out.number(static_cast<std::uint32_t>(runs.size()));
    out.number(static_cast<std::uint32_t>(days.size()));
    out.number(static_cast<std::uint8_t>(hasTotals ? 1 : 0));
    out.packed(days);
    out.packed(runs.size(), [&](std::size_t run) { return runs[run].combo; });
    out.packed(runs.size(), [&](std::size_t run) { return runs[run].bill; });
    out.packed(runs.size(), [&](std::size_t run) { return runs[run].begin; });
    out.packed(rows.day);
    out.packed(rows.order);
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        std::size_t same = 0; // most exports repeat one cost in another column: it is stored once
        while (same < lens && !(rows.cost[same] == rows.cost[lens]))
            ++same;
        out.number(static_cast<std::uint8_t>(same));
        if (same == lens)
            writeCost(out, rows.cost[lens], hasTotals ? &totals[lens] : nullptr);
    }
    out.number(std::uint64_t{0}); // the slack behind the last column
    return out.take();
}

std::size_t FactChunk::runOf(std::size_t row) const
{
    std::size_t low = 0;
    std::size_t high = m_runs;
    while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        (runBegin(middle) <= row ? low : high) = middle;
    }
    return low;
}

Result<FactChunk> FactChunk::open(std::vector<std::uint8_t> bytes)
{
    FactChunk chunk;
    chunk.m_bytes = std::move(bytes);
    ByteReader in(chunk.m_bytes);
    const auto magic = in.number<std::uint32_t>();
    const auto rows = in.number<std::uint32_t>();
    const auto runs = in.number<std::uint32_t>();
    const auto dayCount = in.number<std::uint32_t>();
    chunk.hasRunTotals = in.number<std::uint8_t>() != 0;
    if (in.failed() || magic != kMagic || rows > kMaxRows || runs > rows || dayCount > rows)
        return kDamaged;
    chunk.m_rows = rows;
    chunk.m_runs = runs;
    const PackedColumn days = in.packed(dayCount);
    chunk.runCombo = in.packed(runs);
    chunk.runBill = in.packed(runs);
    chunk.m_runBegin = in.packed(runs);
    chunk.day = in.packed(rows);
    chunk.order = in.packed(rows);
    std::array<bool, kLensCount> repeats{};
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        const auto same = in.number<std::uint8_t>();
        if (same > lens || in.failed())
            return kDamaged;
        repeats[lens] = same < lens;
        if (same < lens)
            chunk.cost[lens] = chunk.cost[same];
        else if (!readCost(in, rows, runs, chunk.hasRunTotals, chunk.cost[lens]))
            return kDamaged;
    }
    if (in.failed() || in.left() != kPackedSlack)
        return kDamaged;
    if ((rows > 0) != (runs > 0) || (rows > 0) != (dayCount > 0))
        return kDamaged;
    for (std::size_t i = 0; i < dayCount; ++i) {
        const std::int64_t day = days.at(i);
        if (day < kEarliestDay || day > kLatestDay || (i > 0 && day <= chunk.days.back()))
            return kDamaged;
        chunk.days.push_back(static_cast<std::int32_t>(day));
    }
    if (rows > 0) {
        chunk.firstDay.number = chunk.days.front();
        chunk.lastDay.number = chunk.days.back();
    }
    if (!chunk.runsHold() || !chunk.daysHold() || !chunk.orderHolds())
        return kDamaged;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        if (!repeats[lens] && !chunk.costHolds(chunk.cost[lens]))
            return kDamaged;
    }
    return chunk;
}

bool FactChunk::runsHold() const
{
    std::int64_t before = -1;
    for (std::size_t run = 0; run < m_runs; ++run) {
        const std::int64_t begin = m_runBegin.at(run);
        if (begin <= before || begin >= static_cast<std::int64_t>(m_rows) || (run == 0 && begin != 0))
            return false;
        before = begin;
    }
    return true;
}

/// Questions search the days of a run and look up what each means: they must ascend and be those the chunk names.
bool FactChunk::daysHold() const
{
    if (m_rows == 0)
        return true;
    enum : std::uint8_t { kNone, kNamed, kSeen };
    std::vector<std::uint8_t> known(static_cast<std::size_t>(lastDay - firstDay) + 1, kNone);
    for (const std::int32_t number : days)
        known[static_cast<std::size_t>(number - firstDay.number)] = kNamed;
    std::size_t seen = 0;
    for (std::size_t run = 0; run < m_runs; ++run) {
        std::int64_t before = std::int64_t{firstDay.number} - 1;
        const std::size_t end = runEnd(run);
        for (std::size_t row = runBegin(run); row < end; ++row) {
            const std::int64_t number = day.at(row);
            if (number == before)
                continue;
            if (number < before || number > lastDay.number)
                return false;
            std::uint8_t& place = known[static_cast<std::size_t>(number - firstDay.number)];
            if (place == kNone)
                return false;
            seen += place == kNamed ? 1U : 0U;
            place = kSeen;
            before = number;
        }
    }
    return seen == days.size();
}

/// Each line's place is one of those that were delivered. Two lines of one place only stand side by side.
bool FactChunk::orderHolds() const
{
    std::uint64_t last = 0;
    for (std::size_t row = 0; row < m_rows; ++row)
        last = std::max(last, static_cast<std::uint64_t>(order.at(row)));
    return m_rows == 0 || last < m_rows;
}

/// Unknown costs count nothing, amounts can be negated, and the totals of the runs are those of their lines.
bool FactChunk::costHolds(const AmountColumn& column) const
{
    if (!hasRunTotals && !column.wide && !column.unknown)
        return true;
    for (std::size_t run = 0; run < m_runs; ++run) {
        const std::size_t begin = runBegin(run);
        const std::size_t end = runEnd(run);
        std::int64_t unknown = 0;
        for (std::size_t row = begin; column.unknown && row < end; ++row) {
            if (!column.isUnknown(row))
                continue;
            if (!column.at(row).isZero())
                return false;
            ++unknown;
        }
        AmountSum wide;
        for (std::size_t row = begin; column.wide && row < end; ++row) {
            if (column.at(row).attos() == kLowest)
                return false;
            wide.add(column.at(row));
        }
        if (!hasRunTotals)
            continue;
        Int128 narrow = 0; // 65,536 of 64 bits stay far below 128
        for (std::size_t row = begin; !column.wide && row < end; ++row)
            narrow += column.narrow.at(row);
        Int128 total = wide.amount().attos();
        if (wide.overflowed() || (!column.wide && __builtin_mul_overflow(narrow, Int128{column.factor}, &total)))
            return false;
        if (column.runUnknown.at(run) != unknown || column.runTotal(run).attos() != total)
            return false;
    }
    return true;
}

} // namespace altimeter
