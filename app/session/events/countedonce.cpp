#include "app/session/events/countedonce.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace altimeter::session {

namespace {

using store::EventBlock;
using store::EventBlockInfo;
using store::EventId;
using store::StoredEvents;

/// Events of a batch of days, about: what the search for operations told twice holds in memory.
constexpr double kBatchEvents = 2'000'000;

/// One operation as far as it takes to see whether its run has to be looked at: ids as hashes, which may meet by
/// chance; what is suppressed is decided by the ids themselves.
struct Link {
    std::uint64_t run = 0, id = 0, parent = 0; ///< 0: none; ids together with their run
    bool hasUsage = false;
};

std::uint64_t hashOf(std::uint64_t seed, const std::string& text)
{
    if (text.empty())
        return 0;
    std::uint64_t hash = std::hash<std::string>{}(text) ^ (seed * 0x9e3779b97f4a7c15ULL);
    hash ^= hash >> 32U;
    return hash | 1U;
}

bool isAt(const EventBlock& block, std::size_t row, const DateRange& days)
{
    return days.contains(store::dayOfNanos(block.start(row)));
}

/// Hashes of all texts of a dictionary.
std::vector<std::uint64_t> hashesOf(const store::BlockTexts& texts)
{
    std::vector<std::uint64_t> hashes(texts.size());
    for (std::size_t at = 0; at < hashes.size(); ++at)
        hashes[at] = hashOf(1, texts.at(at));
    return hashes;
}

std::uint64_t together(std::uint64_t run, std::uint64_t id)
{
    return id == 0 ? 0 : ((run * 0x9e3779b97f4a7c15ULL) ^ id) | 1U;
}

/// Whether nothing in the block has a parent.
bool isFlat(const EventBlock& block)
{
    for (std::size_t row = 0; row < block.size(); ++row) {
        if (block.id(EventId::Parent, row) != block.id(EventId::Parent, 0))
            return false;
    }
    return block.ids(EventId::Parent).at(block.id(EventId::Parent, 0)).empty();
}

class TwiceSearch {
public:
    TwiceSearch(const store::sql::Connection& db, std::vector<EventBlockInfo> blocks, const DateRange& days,
                const std::stop_token& stop)
        : m_db(db), m_blocks(std::move(blocks)), m_days(days), m_around{days.from - 1, days.to + 1}, m_stop(stop)
    {
    }

    Result<SuppressedRows> run()
    {
        for (const EventBlockInfo& info : m_blocks) {
            if (auto done = look(info); !done)
                return done.error();
        }
        SuppressedRows rows;
        findRuns();
        m_links = {};
        if (m_runs.empty())
            return rows;
        for (const EventBlockInfo& info : m_blocks) {
            if (auto done = gather(info); !done)
                return done.error();
        }
        for (const auto& [run, nodes] : m_nodes)
            judge(nodes, rows);
        return rows;
    }

private:
    struct Node {
        std::string id, parent;
        std::int64_t block = 0;
        std::uint32_t row = 0;
        Day day;
        bool hasUsage = false, isOfDays = false;
        EventCopy copy = EventCopy::Original;
    };

    Result<StoredEvents> read(const EventBlockInfo& info) const
    {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        return StoredEvents::read(m_db, info, StoredEvents::Part::All);
    }

    Status look(const EventBlockInfo& info)
    {
        const auto stored = read(info);
        if (!stored)
            return stored.error();
        const EventBlock& block = stored->events();
        const bool flat = isFlat(block);
        const auto runs = hashesOf(block.ids(EventId::Run));
        const auto ids = hashesOf(block.ids(EventId::Id));
        for (std::size_t row = 0; row < block.size(); ++row) {
            const std::uint64_t run = runs[block.id(EventId::Run, row)];
            if (run == 0 || stored->isMoved(row) || !isAt(block, row, m_around))
                continue;
            const bool usage = hasUsage(block, row);
            if (usage && block.copy(row) == EventCopy::Mirror)
                m_runs.insert(run);
            const std::uint64_t parent = flat ? 0 : together(run, ids[block.id(EventId::Parent, row)]);
            const std::uint64_t id = together(run, ids[block.id(EventId::Id, row)]);
            if (parent != 0 || (usage && id != 0))
                m_links.push_back({run, id, parent, usage});
            m_hasParents = m_hasParents || parent != 0;
        }
        return {};
    }

    /// Runs in which something that has usage may hold something that has.
    void findRuns()
    {
        if (!m_hasParents)
            return;
        std::unordered_set<std::uint64_t> above;
        std::vector<const Link*> between; // hold others and have no usage
        for (const Link& link : m_links) {
            if (link.hasUsage && link.parent != 0)
                above.insert(link.parent);
            else if (!link.hasUsage && link.parent != 0 && link.id != 0)
                between.push_back(&link);
        }
        bool grows = true;
        while (grows) {
            const auto rest = std::partition(between.begin(), between.end(),
                                             [&above](const Link* link) { return !above.contains(link->id); });
            grows = rest != between.end();
            for (auto at = rest; at != between.end(); ++at)
                above.insert((*at)->parent);
            between.erase(rest, between.end());
        }
        for (const Link& link : m_links) {
            if (link.hasUsage && link.id != 0 && above.contains(link.id))
                m_runs.insert(link.run);
        }
    }

    Status gather(const EventBlockInfo& info)
    {
        const auto stored = read(info);
        if (!stored)
            return stored.error();
        const EventBlock& block = stored->events();
        const auto runs = hashesOf(block.ids(EventId::Run));
        for (std::size_t row = 0; row < block.size(); ++row) {
            const std::size_t run = block.id(EventId::Run, row);
            if (!m_runs.contains(runs[run]) || stored->isMoved(row) || !isAt(block, row, m_around))
                continue;
            m_nodes[block.ids(EventId::Run).at(run)].push_back(
                {block.ids(EventId::Id).at(block.id(EventId::Id, row)),
                 block.ids(EventId::Parent).at(block.id(EventId::Parent, row)), info.id,
                 static_cast<std::uint32_t>(row), store::dayOfNanos(block.start(row)), hasUsage(block, row),
                 isAt(block, row, m_days), block.copy(row)});
        }
        return {};
    }

    /// Day by day, each with the days beside it alone: what is asked for together must not matter.
    static void judge(const std::vector<Node>& nodes, SuppressedRows& rows)
    {
        std::set<Day> days;
        for (const Node& node : nodes) {
            if (node.isOfDays)
                days.insert(node.day);
        }
        for (const Day day : days) {
            std::vector<RunNode> run;
            std::vector<const Node*> of;
            for (const Node& node : nodes) {
                if (node.day < day - 1 || node.day > day + 1)
                    continue;
                run.push_back({node.id, node.parent, node.hasUsage, node.copy});
                of.push_back(&node);
            }
            const auto reasons = countedTwice(run);
            for (std::size_t at = 0; at < of.size(); ++at) {
                if (reasons[at] && of[at]->day == day)
                    rows[of[at]->block][of[at]->row] = *reasons[at];
            }
        }
    }

    const store::sql::Connection& m_db;
    const std::vector<EventBlockInfo> m_blocks;
    const DateRange m_days, m_around;
    const std::stop_token& m_stop;
    std::vector<Link> m_links;
    bool m_hasParents = false;
    std::unordered_set<std::uint64_t> m_runs; ///< hashes of those to look at
    std::map<std::string, std::vector<Node>> m_nodes;
};

} // namespace

bool hasUsage(const EventBlock& block, std::size_t row)
{
    return !block.usage(row).isEmpty() || block.reported(row) || (block.hasTools() && !block.tools(row).empty());
}

std::vector<EventBlockInfo> blocksOf(std::span<const EventBlockInfo> blocks, const DateRange& days)
{
    std::vector<EventBlockInfo> some;
    for (const EventBlockInfo& block : blocks) {
        if (store::dayOfNanos(block.lastNanos) >= days.from && store::dayOfNanos(block.firstNanos) < days.to)
            some.push_back(block);
    }
    return some;
}

std::vector<std::set<Day>> batchesOf(const std::set<Day>& days, std::span<const EventBlockInfo> blocks)
{
    std::map<Day, double> events;
    for (const EventBlockInfo& block : blocks) {
        const Day from = store::dayOfNanos(block.firstNanos), through = store::dayOfNanos(block.lastNanos);
        const double each = static_cast<double>(block.rows) / (through - from + 1);
        for (auto day = days.lower_bound(from); day != days.end() && *day <= through; ++day)
            events[*day] += each;
    }
    std::vector<std::set<Day>> batches;
    double sum = 0;
    for (const Day day : days) {
        if (batches.empty() || sum + events[day] > kBatchEvents || day - *batches.back().rbegin() > 31) {
            batches.emplace_back();
            sum = 0;
        }
        sum += events[day];
        batches.back().insert(day);
    }
    return batches;
}

Result<SuppressedRows> countedTwiceIn(const store::sql::Connection& db, std::span<const EventBlockInfo> blocks,
                                      const DateRange& days, const std::stop_token& stop)
{
    return TwiceSearch(db, blocksOf(blocks, {days.from - 1, days.to + 1}), days, stop).run();
}

} // namespace altimeter::session
