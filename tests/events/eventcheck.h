#pragma once

#include "models/events/duplicates.h"
#include "models/text/hextext.h"
#include "providers/core/bytesource.h"
#include "providers/events/eventfile.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// What tests of events share: a sink that keeps all, the calls a set of records comes to, and their price.
namespace altimeter::testing {

class KeepingSink final : public providers::EventSink {
public:
    Status event(CostEvent event) override
    {
        events.push_back(std::move(event));
        return {};
    }
    Status rejected(providers::RejectedEvent record) override
    {
        rejects.push_back(std::move(record));
        return {};
    }
    Status dropped(DropReason reason, std::uint64_t records) override
    {
        drops[reason] += records;
        return {};
    }
    Status holds(providers::HoldingOperation operation) override
    {
        holders.push_back(std::move(operation));
        return {};
    }
    Status finding(Finding finding) override
    {
        findings[finding.check] = std::move(finding);
        return {};
    }

    std::vector<CostEvent> events;
    std::vector<providers::RejectedEvent> rejects;
    std::map<DropReason, std::uint64_t> drops;
    std::vector<providers::HoldingOperation> holders;
    std::map<std::string, Finding> findings;
    providers::EventFileReport report;
    std::string error;
};

inline void readInto(KeepingSink& sink, const std::string& text, const std::string& file = "events.jsonl",
                     providers::EventForm form = providers::EventForm::Auto)
{
    providers::MemorySource source(file, text);
    providers::EventReading reading;
    reading.form = form;
    const auto report = providers::readEvents(source, reading, sink);
    sink.error = report ? std::string() : report.error().text();
    if (report)
        sink.report = *report;
}

inline KeepingSink readText(const std::string& text, providers::EventForm form = providers::EventForm::Auto)
{
    KeepingSink sink;
    readInto(sink, text, "events.jsonl", form);
    return sink;
}

/// The calls a set of records comes to, in an order of their own.
struct Calls {
    std::vector<CostEvent> kept;
    std::map<DropReason, std::uint64_t> drops;
};

/// Connected parts by key, one record of each, and usage that is told twice in a run taken out.
inline Calls callsOf(const std::vector<CostEvent>& events, const std::vector<providers::HoldingOperation>& holders = {})
{
    std::vector<std::size_t> group(events.size());
    std::iota(group.begin(), group.end(), std::size_t{0});
    const auto root = [&group](std::size_t at) {
        while (group[at] != at)
            at = group[at] = group[group[at]];
        return at;
    };
    std::map<EventKey, std::size_t> byKey;
    for (std::size_t i = 0; i < events.size(); ++i) {
        for (const EventKey key : keysOf(events[i])) {
            const auto [found, isNew] = byKey.emplace(key, i);
            if (!isNew)
                group[root(i)] = root(found->second);
        }
    }
    std::map<std::size_t, std::vector<std::size_t>> parts;
    for (std::size_t i = 0; i < events.size(); ++i)
        parts[root(i)].push_back(i);
    Calls calls;
    for (const auto& [part, members] : parts) {
        CostEvent one = events[members.front()];
        std::size_t best = members.front();
        for (const std::size_t member : members) {
            one = joined(one, events[member]);
            if (compareWorth(events[member], events[best]) < 0)
                best = member;
        }
        for (const std::size_t member : members) {
            if (member != best)
                ++calls.drops[whyDropped(events[best], events[member])];
        }
        calls.kept.push_back(std::move(one));
    }
    std::map<std::string, std::vector<std::size_t>> runs;
    for (std::size_t i = 0; i < calls.kept.size(); ++i)
        runs[calls.kept[i].run].push_back(i);
    for (const auto& [run, members] : runs) {
        std::vector<RunNode> nodes;
        for (const std::size_t member : members) {
            const CostEvent& event = calls.kept[member];
            nodes.push_back({event.id, event.parent, !event.usage.isEmpty() || event.reported, event.copy});
        }
        for (const auto& holder : holders) {
            if (holder.run == run)
                nodes.push_back({holder.id, holder.parent, false, EventCopy::Original});
        }
        const auto reasons = countedTwice(nodes);
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (!reasons[i])
                continue;
            ++calls.drops[*reasons[i]];
            calls.kept[members[i]].usage = {};
            calls.kept[members[i]].reported.reset();
        }
    }
    const auto order = [](const CostEvent& a, const CostEvent& b) {
        return std::tie(a.startNanos, a.run, a.id, a.request, a.response, a.modelAsked, a.usage.counts) <
               std::tie(b.startNanos, b.run, b.id, b.request, b.response, b.modelAsked, b.usage.counts);
    };
    std::sort(calls.kept.begin(), calls.kept.end(), order);
    return calls;
}

/// What a record says but for where it was read: what laws compare.
inline std::string textOf(const CostEvent& event)
{
    std::string text;
    for (const std::string* part :
         {&event.run, &event.id, &event.parent, &event.session, &event.request, &event.response, &event.workflow,
          &event.useCase, &event.team, &event.user, &event.agent, &event.tool, &event.provider, &event.modelAsked,
          &event.modelAnswered, &event.tier, &event.region})
        text += *part + '|';
    for (const std::int64_t number :
         {event.startNanos, event.durationNanos, event.untilNanos, event.revisedNanos,
          static_cast<std::int64_t>(event.calls), static_cast<std::int64_t>(event.operation),
          static_cast<std::int64_t>(event.status), static_cast<std::int64_t>(event.layer),
          static_cast<std::int64_t>(event.witness), static_cast<std::int64_t>(event.copy),
          static_cast<std::int64_t>(event.isFree), static_cast<std::int64_t>(event.inputDoubt)})
        text += std::to_string(number) + '|';
    for (const auto count : event.usage.counts)
        text += std::to_string(count) + ',';
    for (const ToolUse& tool : event.tools)
        text += tool.unit + '=' + toString(tool.count) + ';';
    text += event.reported ? toString(*event.reported) + std::string(event.reportedCurrency.code()) : "none";
    return text;
}

/// Billionths of a dollar for a thousand tokens, which is what dollars for a million tokens are in thousandths.
struct Rates {
    std::uint64_t fresh = 0, read = 0, write5m = 0, write1h = 0, out = 0;
};
inline constexpr Rates kClaude{3000, 300, 3750, 6000, 15000}; ///< of the vectors N1 to N3
inline constexpr Rates kOther{1250, 125, 0, 0, 10000};        ///< of N4 and N5

/// Trillionths of a dollar x 1000: an exact whole number.
inline std::uint64_t priceOf(const Usage& usage, const Rates& rates)
{
    return usage[UsageClass::Input] * rates.fresh + usage[UsageClass::CacheRead] * rates.read +
           usage[UsageClass::CacheWrite5m] * rates.write5m + usage[UsageClass::CacheWrite1h] * rates.write1h +
           (usage[UsageClass::Output] + usage[UsageClass::Reasoning]) * rates.out;
}
/// In dollars, all nine decimals.
inline std::string dollars(std::uint64_t price)
{
    return toString(Decimal{static_cast<Int128>(price), 9});
}
inline std::string dollars(const std::vector<CostEvent>& events, const Rates& rates)
{
    std::uint64_t sum = 0;
    for (const CostEvent& event : events)
        sum += priceOf(event.usage, rates);
    return dollars(sum);
}

} // namespace altimeter::testing
