#include "app/session/prices/unpriced.h"

#include "app/session/events/countedonce.h"
#include "app/session/events/metering.h"
#include "app/session/prices/pricing.h"
#include "models/store/events/eventdays.h"
#include "models/store/events/eventreading.h"
#include "models/store/sql/seal.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace altimeter::session {

namespace {

using store::EventBlock;
using store::EventBlockInfo;
using store::EventText;
using store::StoredEvents;

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// What was seen of a class without a price.
struct Seen {
    std::uint64_t events = 0;
    DecimalSum count;
    std::int64_t first = 0, last = 0; ///< nanoseconds
    PriceGap gap = PriceGap::None;    ///< of the last

    void add(std::uint64_t calls, const Decimal& counted, std::int64_t at, PriceGap why)
    {
        first = events == 0 ? at : std::min(first, at);
        if (events == 0 || at >= last) {
            last = at;
            gap = why;
        }
        events += calls;
        count.add(counted);
    }
};

using Key = std::tuple<std::string, std::string, std::string>; ///< provider, model, class

class Gathering {
public:
    Gathering(const store::sql::Connection& db, const PriceBook& book, const std::stop_token& stop)
        : m_db(db), m_metering(book), m_stop(stop)
    {
    }

    Status run()
    {
        const auto blocks = store::eventBlocks(m_db);
        const auto bySource = store::eventDays(m_db);
        if (!blocks || !bySource)
            return !blocks ? blocks.error() : bySource.error();
        std::set<Day> days;
        for (const auto& [source, its] : *bySource) {
            for (const auto& [day, basis] : its)
                days.insert(day);
        }
        for (const std::set<Day>& batch : batchesOf(days, *blocks)) {
            if (auto done = takeDays(*blocks, batch); !done)
                return done;
        }
        return {};
    }

    const std::map<Key, Seen>& seen() const { return m_seen; }

private:
    using ModelDay = std::tuple<Day, std::string, std::string>;
    /// A count over a stretch of time stands back where any call of the model is known on the day.
    struct Coarse {
        ModelDay place;
        std::vector<std::pair<Key, Seen>> parts;
    };

    Status takeDays(std::span<const EventBlockInfo> all, const std::set<Day>& days)
    {
        const DateRange range{*days.begin(), *days.rbegin() + 1};
        const auto twice = countedTwiceIn(m_db, all, range, m_stop);
        if (!twice)
            return twice.error();
        m_fine.clear();
        m_coarse.clear();
        for (const EventBlockInfo& info : blocksOf(all, range)) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            const auto stored = StoredEvents::read(m_db, info, StoredEvents::Part::Facts);
            if (!stored)
                return stored.error();
            const auto suppressed = twice->find(info.id);
            for (std::size_t row = 0; row < stored->size(); ++row) {
                const bool isTwice =
                    suppressed != twice->end() && suppressed->second.contains(static_cast<std::uint32_t>(row));
                if (!stored->isMoved(row) && !isTwice && hasUsage(stored->events(), row) &&
                    days.contains(store::dayOfNanos(stored->events().start(row))))
                    takeEvent(stored->events(), row);
            }
        }
        for (Coarse& one : m_coarse) {
            for (const auto& [key, seen] : one.parts) {
                if (!m_fine.contains(one.place))
                    join(m_seen[key], seen);
            }
        }
        return {};
    }

    static void join(Seen& into, const Seen& other)
    {
        into.first = into.events == 0 ? other.first : std::min(into.first, other.first);
        if (into.events == 0 || other.last >= into.last) {
            into.last = other.last;
            into.gap = other.gap;
        }
        into.events += other.events;
        into.count.add(other.count);
    }

    static std::string text(const EventBlock& block, EventText which, std::size_t row)
    {
        return block.texts(which).at(block.text(which, row));
    }

    void takeEvent(const EventBlock& block, std::size_t row)
    {
        const PricedCost& cost = m_metering.cost(block, row);
        const bool isCoarse = block.witness(row) == EventWitness::Coarse;
        if (cost.isPriced() && isCoarse)
            return;
        const std::string provider = text(block, EventText::Provider, row);
        const std::string answered = text(block, EventText::ModelAnswered, row);
        const std::string model = answered.empty() ? text(block, EventText::ModelAsked, row) : answered;
        const ModelDay place{store::dayOfNanos(block.start(row)), provider, model};
        if (!isCoarse)
            m_fine.insert(place);
        if (cost.isPriced())
            return;
        Coarse coarse{place, {}};
        const auto tools = block.hasTools() ? block.tools(row) : std::vector<ToolUse>();
        const Usage usage = block.usage(row);
        for (const PricedPart& part : cost.parts) {
            if (part.gap == PriceGap::None)
                continue;
            Seen one;
            one.add(block.calls(row), countOf(part.item, usage, tools), block.start(row), part.gap);
            const Key key{provider, model, std::string(part.item)};
            if (isCoarse)
                coarse.parts.emplace_back(key, one);
            else
                join(m_seen[key], one);
        }
        if (isCoarse)
            m_coarse.push_back(std::move(coarse));
    }

    static Decimal countOf(std::string_view item, const Usage& usage, const std::vector<ToolUse>& tools)
    {
        const auto* const found = std::find(kUsageClassNames.begin(), kUsageClassNames.end(), item);
        if (found != kUsageClassNames.end())
            return {static_cast<Int128>(usage.counts[static_cast<std::size_t>(found - kUsageClassNames.begin())]), 0};
        const auto tool =
            std::find_if(tools.begin(), tools.end(), [&](const ToolUse& one) { return one.unit == item; });
        return tool == tools.end() ? Decimal{} : tool->count;
    }

    const store::sql::Connection& m_db;
    Metering m_metering;
    const std::stop_token& m_stop;
    std::map<Key, Seen> m_seen;
    std::set<ModelDay> m_fine;
    std::vector<Coarse> m_coarse;
};

Instant instantOf(std::int64_t nanos)
{
    return {nanos / kNanosPerSecond - (nanos % kNanosPerSecond < 0 ? 1 : 0)};
}

} // namespace

Result<std::vector<UnpricedLine>> unpricedLines(const WorkspaceFile& workspace, const std::stop_token& stop)
{
    const auto reader = workspace.reader();
    if (!reader)
        return reader.error();
    const store::OneRevision revision(*reader);
    const auto book = priceBook(*reader);
    if (!book)
        return book.error();
    Gathering gathering(*reader, *book, stop);
    if (auto done = gathering.run(); !done)
        return done.error();
    std::vector<UnpricedLine> lines;
    for (const auto& [key, seen] : gathering.seen()) {
        UnpricedLine line;
        std::tie(line.provider, line.model, line.tokenClass) = key;
        line.events = seen.events;
        line.count = seen.count.toString(0);
        line.firstSeen = instantOf(seen.first);
        line.lastSeen = instantOf(seen.last);
        line.reason = priceGapName(seen.gap);
        lines.push_back(std::move(line));
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const UnpricedLine& a, const UnpricedLine& b) { return a.events > b.events; });
    return lines;
}

} // namespace altimeter::session
