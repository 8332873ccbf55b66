#include "models/events/duplicates.h"

#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace altimeter {

namespace {

/// SipHash-2-4 with 128 bits of result and a key of its own: ids of other people do not meet by design.
class KeyMaker {
public:
    explicit KeyMaker(std::string_view kind) { text(kind); }

    /// Texts are told apart by their lengths: "ab","c" is not "a","bc".
    KeyMaker& text(std::string_view value)
    {
        number(value.size());
        while (value.size() >= 8) {
            word(bytes(value.substr(0, 8)));
            value.remove_prefix(8);
        }
        if (!value.empty())
            word(bytes(value));
        return *this;
    }
    KeyMaker& number(std::uint64_t value)
    {
        word(value);
        return *this;
    }
    KeyMaker& number(std::int64_t value) { return number(static_cast<std::uint64_t>(value)); }

    EventKey key()
    {
        word(m_words);
        m_v2 ^= 0xee;
        rounds(4);
        EventKey result;
        result.high = m_v0 ^ m_v1 ^ m_v2 ^ m_v3;
        m_v1 ^= 0xdd;
        rounds(4);
        result.low = m_v0 ^ m_v1 ^ m_v2 ^ m_v3;
        return result;
    }

private:
    static std::uint64_t bytes(std::string_view text)
    {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < text.size(); ++i)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
        return value;
    }
    void word(std::uint64_t value)
    {
        ++m_words;
        m_v3 ^= value;
        rounds(2);
        m_v0 ^= value;
    }
    void rounds(int count)
    {
        for (int i = 0; i < count; ++i) {
            m_v0 += m_v1;
            m_v1 = std::rotl(m_v1, 13) ^ m_v0;
            m_v0 = std::rotl(m_v0, 32);
            m_v2 += m_v3;
            m_v3 = std::rotl(m_v3, 16) ^ m_v2;
            m_v0 += m_v3;
            m_v3 = std::rotl(m_v3, 21) ^ m_v0;
            m_v2 += m_v1;
            m_v1 = std::rotl(m_v1, 17) ^ m_v2;
            m_v2 = std::rotl(m_v2, 32);
        }
    }

    std::uint64_t m_v0 = 0x736f6d6570736575, m_v1 = 0x646f72616e646f83, m_v2 = 0x6c7967656e657261,
                  m_v3 = 0x7465646279746573, m_words = 0;
};

bool isCall(const CostEvent& event)
{
    return isModelCall(event.operation) || event.operation == EventOperation::Unknown;
}

std::uint64_t outputOf(const Usage& usage)
{
    return usage[UsageClass::Output] + usage[UsageClass::Reasoning] + usage[UsageClass::AudioOutput] +
           usage[UsageClass::ImageOutput];
}

/// Providers draw their ids from more than can repeat; some local servers do not.
bool isDrawnFromMany(std::string_view id)
{
    constexpr std::size_t kLong = 20;
    return id.size() >= kLong || id.starts_with("msg_") || id.starts_with("resp_") || id.starts_with("req_") ||
           id.starts_with("gen-");
}

/// One kind for the ids of requests and of answers: some senders give the one for the other.
EventKey keyOfId(const std::string& id, const Usage& usage)
{
    KeyMaker maker("call");
    maker.text(id);
    if (!isDrawnFromMany(id))
        maker.number(usage.prompt()).number(outputOf(usage));
    return maker.key();
}

/// Of a request with a short id what was written of it while it was answered: the output grows, all else is the same.
/// The times are of minutes that overlap by half, so that what began within half a minute always shares one.
void addPartial(const CostEvent& event, EventKeys& keys)
{
    constexpr std::int64_t kMinute = 60'000'000'000;
    for (const std::int64_t shift : {std::int64_t{0}, kMinute / 2})
        keys.add(KeyMaker("partial")
                     .text(event.request)
                     .text(event.run)
                     .text(event.session)
                     .text(event.provider)
                     .text(event.model())
                     .number(event.usage.prompt())
                     .number(shift)
                     .number((event.startNanos + shift) / kMinute)
                     .key());
}

EventKey contentKey(const CostEvent& event)
{
    KeyMaker maker("content");
    for (const std::string* text : {&event.run, &event.parent, &event.session, &event.provider, &event.modelAsked,
                                    &event.modelAnswered, &event.workflow, &event.useCase, &event.team, &event.user,
                                    &event.agent, &event.tool, &event.tier, &event.region})
        maker.text(*text);
    maker.number(event.startNanos).number(event.untilNanos).number(event.calls);
    maker.number(static_cast<std::uint64_t>(event.operation));
    for (const auto count : event.usage.counts)
        maker.number(count);
    for (const ToolUse& tool : event.tools)
        maker.text(tool.unit).text(toString(tool.count));
    return maker.key();
}

/// What of a call was read: a sender that leaves out some of it never tells of more.
constexpr std::array kCacheReads{UsageClass::CacheRead, UsageClass::AudioCacheRead, UsageClass::ImageCacheRead};
constexpr std::array kKnownWrites{UsageClass::CacheWrite5m, UsageClass::CacheWrite30m, UsageClass::CacheWrite1h,
                                  UsageClass::CacheWrite12h};
constexpr std::array kAnswers{UsageClass::Output, UsageClass::Reasoning, UsageClass::AudioOutput,
                              UsageClass::ImageOutput};

template <std::size_t N> std::uint64_t sumOf(const Usage& usage, const std::array<UsageClass, N>& classes)
{
    std::uint64_t sum = 0;
    for (const UsageClass one : classes)
        sum += usage[one];
    return sum;
}

bool isOfConversationFile(const CostEvent& event)
{
    return event.witness == EventWitness::Transcript && event.request.empty() && event.response.empty();
}

EventKey ownKey(const CostEvent& event)
{
    if (event.id.empty() || event.witness == EventWitness::Coarse)
        return contentKey(event);
    if (isOfConversationFile(event))
        return KeyMaker("message").text(event.id).text(event.session).number(event.startNanos).key();
    KeyMaker maker("operation");
    maker.text(event.run).text(event.id);
    // Without a run many count their operations from 0: of one session, or of what began at one instant, they are one.
    if (event.run.empty() && !event.session.empty())
        maker.text(event.session);
    else if (event.run.empty())
        maker.number(event.startNanos);
    return maker.key();
}

template <typename Value> std::strong_ordering moreFirst(const Value& a, const Value& b)
{
    return a > b ? std::strong_ordering::less : b > a ? std::strong_ordering::greater : std::strong_ordering::equal;
}

/// Any order that two decimals share whatever they are called in.
std::strong_ordering compareDecimals(const Decimal& a, const Decimal& b)
{
    return std::tuple(a.scale, a.mantissa) < std::tuple(b.scale, b.mantissa)   ? std::strong_ordering::less
           : std::tuple(b.scale, b.mantissa) < std::tuple(a.scale, a.mantissa) ? std::strong_ordering::greater
                                                                               : std::strong_ordering::equal;
}

bool isMore(const Decimal& a, const Decimal& b)
{
    DecimalSum difference;
    difference.add(a);
    difference.add({-b.mantissa, b.scale});
    const auto exact = parseDecimal(difference.toString(0));
    if (!exact || exact->value.isZero()) // "1.0" and "1": always the same of them
        return compareDecimals(a, b) < 0;
    return !exact->value.isNegative();
}

/// What an event counts of each tool, however often it names it.
std::map<std::string, Decimal> countsOf(const std::vector<ToolUse>& tools)
{
    std::map<std::string, Decimal> counts;
    for (const ToolUse& tool : tools) {
        const auto [known, isNew] = counts.emplace(tool.unit, tool.count);
        if (isNew)
            continue;
        DecimalSum sum;
        sum.add(known->second);
        sum.add(tool.count);
        if (const auto exact = parseDecimal(sum.toString(0)))
            known->second = exact->value;
    }
    return counts;
}

/// More tools, then larger counts of them; of lists that say the same that which joined() makes.
std::strong_ordering compareTools(const CostEvent& a, const CostEvent& b)
{
    if (a.tools.empty() && b.tools.empty())
        return std::strong_ordering::equal;
    const auto ofA = countsOf(a.tools), ofB = countsOf(b.tools);
    if (const auto order = moreFirst(ofA.size(), ofB.size()); order != 0)
        return order;
    for (auto one = ofA.begin(), other = ofB.begin(); one != ofA.end(); ++one, ++other) {
        if (const auto order = one->first <=> other->first; order != 0)
            return order;
        if (isMore(one->second, other->second))
            return std::strong_ordering::less;
        if (isMore(other->second, one->second))
            return std::strong_ordering::greater;
    }
    if (const auto order = a.tools.size() <=> b.tools.size(); order != 0)
        return order;
    for (std::size_t i = 0; i < a.tools.size(); ++i) {
        if (const auto order = a.tools[i].unit <=> b.tools[i].unit; order != 0)
            return order;
        if (const auto order = compareDecimals(a.tools[i].count, b.tools[i].count); order != 0)
            return order;
    }
    return std::strong_ordering::equal;
}

std::strong_ordering compareReported(const CostEvent& a, const CostEvent& b)
{
    if (const auto order = moreFirst(a.reported.has_value(), b.reported.has_value()); order != 0 || !a.reported)
        return order;
    if (const auto order = compareDecimals(*b.reported, *a.reported); order != 0)
        return order;
    return a.reportedCurrency <=> b.reportedCurrency;
}

/// Any order that looks at all that joined() takes from one of them alone, and at nothing else.
std::strong_ordering compareRest(const CostEvent& a, const CostEvent& b)
{
    if (const auto order = compareReported(a, b); order != 0)
        return order;
    const auto rest = [](const CostEvent& event) {
        return std::tie(event.provider, event.modelAsked, event.durationNanos, event.untilNanos, event.calls,
                        event.operation, event.status, event.layer, event.file, event.line);
    };
    const auto ofA = rest(a), ofB = rest(b);
    return ofA < ofB   ? std::strong_ordering::less
           : ofB < ofA ? std::strong_ordering::greater
                       : std::strong_ordering::equal;
}

/// What no other record makes good: it is first in this, or nothing of its counts is taken.
std::strong_ordering compareRank(const CostEvent& a, const CostEvent& b)
{
    if (const auto order = a.usage.isEmpty() <=> b.usage.isEmpty(); order != 0)
        return order;
    if (const auto order = moreFirst(isModelCall(a.operation), isModelCall(b.operation)); order != 0)
        return order;
    if (const auto order = a.copy <=> b.copy; order != 0)
        return order;
    return moreFirst(a.revisedNanos, b.revisedNanos);
}

/// More that was read; of the same total that which knows of more lifetimes, then of more caches, then of more kinds.
std::strong_ordering comparePrompt(const CostEvent& a, const CostEvent& b)
{
    const auto known = [](const CostEvent& event) {
        const Usage& usage = event.usage;
        const std::uint64_t writes = sumOf(usage, kKnownWrites);
        const std::uint64_t caches = sumOf(usage, kCacheReads) + writes + usage[UsageClass::CacheWriteUnknown];
        return std::array{usage.prompt(), writes, caches, ~usage[UsageClass::Input], ~event.inputDoubt};
    };
    if (const auto order = moreFirst(known(a), known(b)); order != 0)
        return order;
    for (std::size_t i = 0; i < kUsageClassCount; ++i) {
        const auto one = static_cast<UsageClass>(i);
        if (std::find(kAnswers.begin(), kAnswers.end(), one) != kAnswers.end())
            continue;
        if (const auto order = moreFirst(a.usage[one], b.usage[one]); order != 0)
            return order;
    }
    return std::strong_ordering::equal;
}

/// More that was answered; of the same total that which knows of reasoning, then of sound and pictures.
std::strong_ordering compareAnswer(const Usage& a, const Usage& b)
{
    const auto known = [](const Usage& usage) {
        return std::array{outputOf(usage), usage[UsageClass::Reasoning], ~usage[UsageClass::Output],
                          usage[UsageClass::AudioOutput]};
    };
    return moreFirst(known(a), known(b));
}

void takeUsage(CostEvent& into, const CostEvent& other)
{
    const Usage one = into.usage;
    if (comparePrompt(other, into) < 0) {
        into.usage = other.usage;
        into.inputDoubt = other.inputDoubt;
    }
    const Usage& answered = compareAnswer(other.usage, one) < 0 ? other.usage : one;
    for (const UsageClass answer : kAnswers)
        into.usage[answer] = answered[answer];
}

/// Of each tool the larger count: whoever counts tools counts all of one kind.
void takeTools(CostEvent& into, const CostEvent& other)
{
    if (compareTools(into, other) == 0)
        return;
    std::map<std::string, Decimal> counts = countsOf(into.tools);
    for (const auto& [unit, count] : countsOf(other.tools)) {
        const auto [known, isNew] = counts.emplace(unit, count);
        if (!isNew && isMore(count, known->second))
            known->second = count;
    }
    into.tools.clear();
    for (const auto& [unit, count] : counts)
        into.tools.push_back({unit, count});
}

/// An id that says more is longer: "gpt-5.4-2026-03-05" is one "gpt-5.4".
void takeModel(std::string& into, const std::string& other)
{
    if (other.size() > into.size() || (other.size() == into.size() && other < into))
        into = other;
}

/// Of two texts the one that is there; of two that differ any, always the same.
void take(std::string& into, const std::string& other)
{
    if (into.empty() || (!other.empty() && other < into))
        into = other;
}

/// Run, id and parent belong together; a record that knows what holds it knows more.
void takePlace(CostEvent& into, const CostEvent& other)
{
    const auto place = [](const CostEvent& event) {
        return std::tuple(event.parent.empty(), event.run.empty(), event.id.empty(), std::cref(event.run).get(),
                          std::cref(event.id).get(), std::cref(event.parent).get());
    };
    if (place(other) < place(into)) {
        into.run = other.run;
        into.id = other.id;
        into.parent = other.parent;
    }
}

/// The operations of a run by id, each below the one that holds it, and which of them hold usage.
class RunTree {
public:
    explicit RunTree(std::span<const RunNode> run)
    {
        for (const RunNode& node : run) {
            if (node.id.empty())
                continue;
            auto& parent = m_places[node.id].parent;
            // records that contradict one another: always the same of them is believed
            if (!node.parent.empty() && (parent.empty() || node.parent < parent))
                parent = node.parent;
        }
        cutCircles();
        for (const RunNode& node : run) {
            if (node.hasUsage && node.copy != EventCopy::Mirror)
                markAbove(node);
        }
    }
    bool holdsUsage(const RunNode& node) const
    {
        const auto found = m_places.find(node.id);
        return found != m_places.end() && found->second.holdsUsage;
    }

private:
    struct Place {
        std::string_view parent;
        bool holdsUsage = false;
        std::size_t walk = 0; ///< that came by first
    };

    /// What holds itself is held by nothing, or all in it would hold one another and none would count.
    void cutCircles()
    {
        std::size_t walk = 0;
        for (auto& [id, start] : m_places) {
            ++walk;
            auto* place = &start;
            while (place && place->walk == 0) {
                place->walk = walk;
                place = find(place->parent);
            }
            for (; place && place->walk == walk && !place->parent.empty();
                 place = find(std::exchange(place->parent, {})))
                ;
        }
    }
    void markAbove(const RunNode& node)
    {
        const Place* const self = find(node.id);
        Place* place = find(self ? self->parent : node.parent);
        while (place && !place->holdsUsage) { // what is marked is so up to the root
            place->holdsUsage = true;
            place = find(place->parent);
        }
    }
    Place* find(std::string_view id)
    {
        const auto found = id.empty() ? m_places.end() : m_places.find(id);
        return found == m_places.end() ? nullptr : &found->second;
    }

    std::unordered_map<std::string_view, Place> m_places;
};

} // namespace

EventKeys keysOf(const CostEvent& event)
{
    EventKeys keys;
    keys.add(ownKey(event));
    if (!isCall(event) || event.witness == EventWitness::Coarse)
        return keys;
    if (!event.request.empty())
        keys.add(keyOfId(event.request, event.usage));
    if (!event.request.empty() && !isDrawnFromMany(event.request))
        addPartial(event, keys);
    if (!event.response.empty())
        keys.add(keyOfId(event.response, event.usage));
    return keys;
}

bool hasStableIdentity(const CostEvent& event)
{
    return !event.id.empty() || (isCall(event) && (!event.request.empty() || !event.response.empty()));
}

std::string_view dropName(DropReason reason)
{
    static constexpr std::array<std::string_view, kDropReasonCount> kNames{
        "replay",           "streaming-partial", "sidechain-copy", "forked-history", "cumulative-counter",
        "repeats-children", "other-witness",     "older-revision", "fetched-again",  "coarser-count"};
    return kNames[static_cast<std::size_t>(reason)];
}

std::strong_ordering compareWorth(const CostEvent& a, const CostEvent& b)
{
    if (const auto order = compareRank(a, b); order != 0)
        return order;
    if (const auto order = a.witness <=> b.witness; order != 0)
        return order;
    if (const auto order = compareAnswer(a.usage, b.usage); order != 0)
        return order;
    if (const auto order = comparePrompt(a, b); order != 0)
        return order;
    if (const auto order = compareTools(a, b); order != 0)
        return order;
    if (const auto order = compareRest(a, b); order != 0)
        return order;
    const auto known = [](const CostEvent& event) { // what was joined before its parts
        return std::tuple(~event.modelAnswered.size(), std::cref(event.modelAnswered).get(), event.tier.empty(),
                          std::cref(event.tier).get(), event.region.empty(), std::cref(event.region).get(),
                          !event.isFree);
    };
    const auto ofA = known(a), ofB = known(b);
    return ofA < ofB   ? std::strong_ordering::less
           : ofB < ofA ? std::strong_ordering::greater
                       : std::strong_ordering::equal;
}

CostEvent joined(const CostEvent& a, const CostEvent& b)
{
    // Each part is taken by an order of what is in it, so that the order of joins decides nothing.
    const auto rank = compareRank(a, b);
    const auto witness = rank != 0 ? rank : a.witness <=> b.witness;
    const bool isFirst = witness != 0 ? witness < 0 : compareRest(a, b) <= 0;
    CostEvent one = isFirst ? a : b;
    const CostEvent& other = isFirst ? b : a;
    if (rank == 0)
        takeUsage(one, other);
    takeTools(one, other);
    takeModel(one.modelAnswered, other.modelAnswered);
    take(one.tier, other.tier);
    take(one.region, other.region);
    one.isFree = a.isFree || b.isFree;
    one.startNanos = std::min(a.startNanos, b.startNanos);
    takePlace(one, other);
    take(one.session, other.session);
    take(one.request, other.request);
    take(one.response, other.response);
    take(one.workflow, other.workflow);
    take(one.useCase, other.useCase);
    take(one.team, other.team);
    take(one.user, other.user);
    take(one.agent, other.agent);
    take(one.tool, other.tool);
    return one;
}

DropReason whyDropped(const CostEvent& kept, const CostEvent& dropped)
{
    if (dropped.copy == EventCopy::Sidechain && kept.copy != EventCopy::Sidechain)
        return DropReason::SidechainCopy;
    if (dropped.copy == EventCopy::Inherited && kept.copy != EventCopy::Inherited)
        return DropReason::ForkedHistory;
    if (kept.witness != dropped.witness || dropped.copy == EventCopy::Mirror)
        return DropReason::OtherWitness;
    if (dropped.revisedNanos < kept.revisedNanos)
        return DropReason::OlderRevision;
    if (outputOf(dropped.usage) < outputOf(kept.usage))
        return DropReason::StreamingPartial;
    if (kept.witness == EventWitness::Transcript && kept.session != dropped.session)
        return DropReason::ForkedHistory;
    return DropReason::Replay;
}

std::vector<std::optional<DropReason>> countedTwice(std::span<const RunNode> run)
{
    const RunTree tree(run);
    bool hasOwnUsage = false;
    for (const RunNode& node : run)
        hasOwnUsage |= node.hasUsage && node.copy != EventCopy::Mirror;
    std::vector<std::optional<DropReason>> reasons(run.size());
    for (std::size_t i = 0; i < run.size(); ++i) {
        if (!run[i].hasUsage)
            continue;
        if (run[i].copy == EventCopy::Mirror && hasOwnUsage)
            reasons[i] = DropReason::OtherWitness;
        else if (tree.holdsUsage(run[i]))
            reasons[i] = DropReason::RepeatsChildren;
    }
    return reasons;
}

} // namespace altimeter
