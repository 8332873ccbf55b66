#pragma once

#include "models/events/event.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// One call is told of by many: streamed in parts, copied into forked sessions, seen by a gateway and by a trace, sent
/// again after a broken connection. What follows decides which records are one call and which of them counts; it knows
/// no order, no file and no clock, so that the same set of records gives the same answer however it is delivered.
namespace altimeter {

/// 128 bits by which records of one call find each other. Ids are hashed with what kind of id they are.
struct EventKey {
    std::uint64_t high = 0, low = 0;
    friend constexpr auto operator<=>(const EventKey&, const EventKey&) = default;
    friend constexpr bool operator==(const EventKey&, const EventKey&) = default;
};

/// The keys of one record, at least one. Two records are of one call when they share any key, also through a third
/// record: calls are the connected parts of the set.
class EventKeys {
public:
    static constexpr std::size_t kMost = 5;
    void add(EventKey key) { m_keys[m_count++] = key; }
    const EventKey* begin() const { return m_keys.data(); }
    const EventKey* end() const { return m_keys.data() + m_count; }
    std::size_t size() const { return m_count; }
    EventKey operator[](std::size_t index) const { return m_keys[index]; }

private:
    std::array<EventKey, kMost> m_keys{};
    std::size_t m_count = 0;
};

/// The keys of a record, the one of its own first:
/// - its own: run and id; without a run session and id, without that either start and id; of a conversation's file id,
/// conversation and time; without an id all that it says but where
///   it was read, so that the same record read twice is one ("without stable identity");
/// - of a model's call the provider's request id and the id of the answer. Ids that a local server draws from a few
///   hundred ("chatcmpl-647") count together with the tokens alone, and as a request also where run, session, provider,
///   model and what was read are the same and they began within half a minute: one answer while it was written.
EventKeys keysOf(const CostEvent& event);
/// Whether the record is told apart by an id of its source. What has none is one with whatever says the same.
bool hasStableIdentity(const CostEvent& event);

/// Why a record does not count.
enum class DropReason : std::uint8_t {
    Replay,            ///< the same record once more: a file read twice, a batch sent again
    StreamingPartial,  ///< an answer that was still being written
    SidechainCopy,     ///< a side conversation's copy of a message
    ForkedHistory,     ///< history copied by a forked or resumed session
    CumulativeCounter, ///< a count so far, of which the difference counts
    RepeatsChildren,   ///< an operation that tells the usage of those inside of it once more
    OtherWitness,      ///< the same call told of by a source that knows less of its cost
    OlderRevision,     ///< the source changed the record since
    FetchedAgain,      ///< a stored answer that was read again, for which no provider charges
    CoarserCount,      ///< usage over a stretch of time, of which each call is known
    Count,
};
inline constexpr std::size_t kDropReasonCount = static_cast<std::size_t>(DropReason::Count);
/// Stable kebab-case, for example "streaming-partial".
std::string_view dropName(DropReason reason);

/// Which of two records of one call is of more worth: less is the better one. In this order: it has usage; it is a
/// model's call; no copy; the later revision; the better witness; more output, then more of everything, of the same
/// totals the finer split; a cost that is reported. What is equal in all that is compared member by member; equal means
/// that either will do. Says nothing of what joined() takes from both.
std::strong_ordering compareWorth(const CostEvent& a, const CostEvent& b);

/// One record of two of one call, of whom each may know what the other does not, so that a further witness never makes
/// a call cheaper than it was known to be:
/// - status, duration and reported cost of the better witness;
/// - what was read and what was answered, each from whoever tells of more of it; of the same total the finer split
///   (lifetimes of caches before caches before none, reasoning before none). A record that is no model's call, a copy
///   or an older revision adds no counts to one that is better in this;
/// - tier, region, model that answered, whether it was charged at all, and of each tool the larger count;
/// - the earlier start (a call belongs to the day it began) and where it belongs: run, session, workflow, use case,
///   team, user, agent, tool, ids.
/// Commutative, associative and idempotent.
CostEvent joined(const CostEvent& a, const CostEvent& b);

/// Why `dropped` does not count beside `kept`, which is of more worth. Asked against the record that remains of all,
/// the reasons of a set do not depend on its order.
DropReason whyDropped(const CostEvent& kept, const CostEvent& dropped);

/// One operation of a run, also such as are no AI operations but hold some.
struct RunNode {
    std::string_view id, parent;
    bool hasUsage = false; ///< tokens, tools or a reported cost
    EventCopy copy = EventCopy::Original;
};
/// For each operation of one run whether its usage must not count, and why: one that holds, at any depth, another that
/// has usage (RepeatsChildren), and a Mirror where the run has usage of its own (OtherWitness). Parents that are not
/// there hold nothing, and neither do operations that hold each other in a circle.
std::vector<std::optional<DropReason>> countedTwice(std::span<const RunNode> run);

} // namespace altimeter
