#include "models/text/words.h"
#include "providers/events/intake.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace altimeter::providers {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// A count so far of one conversation: input, of that cached, of that written to the cache, output, of that reasoning.
struct Counter {
    static constexpr std::array<std::string_view, 5> kNames{
        "input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens", "reasoning_output_tokens"};
    std::array<std::uint64_t, kNames.size()> counts{};

    bool isBelow(const Counter& other) const
    {
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] < other.counts[i])
                return true;
        }
        return false;
    }
    Counter since(const Counter& other) const
    {
        Counter difference;
        for (std::size_t i = 0; i < counts.size(); ++i)
            difference.counts[i] = counts[i] - other.counts[i];
        return difference;
    }
    bool isZero() const
    {
        return std::all_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count == 0; });
    }
    std::string text() const
    {
        std::string all;
        for (const auto count : counts)
            all += (all.empty() ? "" : ":") + std::to_string(count);
        return all;
    }
};

/// Conversations as Codex keeps them (~/.codex/sessions/**/rollout-*.jsonl): counters that run through the conversation
/// and that forks and subagents copy, with new times, before they go on by themselves.
class Codex final : public FormReader {
public:
    explicit Codex(Intake& intake) : m_intake(intake) {}

    void read(JsonValue record, std::uint64_t line) override
    {
        Fields fields(m_intake, line);
        const std::string_view type = record["type"].text();
        const JsonValue payload = record["payload"];
        if (m_isImported)
            return;
        const auto at = fields.instant(record["timestamp"], "timestamp");
        if (at)
            watchBurst(*at);
        if (type == "session_meta")
            readMeta(payload, at);
        else if (type == "turn_context")
            readTurn(payload);
        else if (type == "inter_agent_communication_metadata" || type == "inter_agent_communication")
            readTrigger(payload);
        else if (type == "event_msg")
            readMessage(fields, payload, at);
    }

    void finish() override
    {
        // Without a mark of where the own part begins: what was written at once, before the first pause.
        release(m_burstEnd);
    }

private:
    void readMeta(JsonValue payload, std::optional<std::int64_t> at)
    {
        if (m_hasMeta)
            return; // those that follow are copied from the ancestors
        m_hasMeta = true;
        m_session = firstName(payload, {"id", "session_id"});
        m_workflow = firstName(payload, {"originator"});
        const std::string_view folder = payload["cwd"].text();
        m_useCase = nameOf(folder.substr(folder.find_last_of("/\\") + 1));
        m_forkedAt = at;
        m_isFork = !payload["forked_from_id"].text().empty() || !payload["parent_thread_id"].text().empty() ||
                   payload.at("source", "subagent").isThere();
        m_isHolding = m_isFork;
        m_isSubagent = payload.at("source", "subagent").isThere() || payload["thread_source"].text() == "subagent";
    }

    void readTurn(JsonValue payload)
    {
        m_isImported |= payload["turn_id"].text().find("external-import-turn-") != std::string_view::npos;
        if (!payload["model"].text().empty())
            m_model = nameOf(payload["model"]);
    }

    /// The child of a fork begins with a task that another agent triggered.
    void readTrigger(JsonValue payload)
    {
        if (!m_isHolding || !m_hasTask || !payload["trigger_turn"].isTrue())
            return;
        m_ownBegins = m_held.size();
        m_hasMark = true;
        if (!m_isBurst)
            release(m_ownBegins);
    }

    void readMessage(Fields& fields, JsonValue payload, std::optional<std::int64_t> at)
    {
        const std::string_view type = payload["type"].text();
        if (type == "task_started")
            readTask(payload);
        else if (type == "thread_settings_applied")
            readSettings(payload);
        else if (type == "token_count")
            readCount(fields, payload["info"], at);
    }

    void readTask(JsonValue payload)
    {
        m_isImported |= payload["turn_id"].text().find("external-import-turn-") != std::string_view::npos;
        m_hasTask = true;
        if (!m_isHolding || !m_forkedAt || m_isSubagent)
            return;
        JsonValue started = payload["started_at"];
        const auto seconds = started.isNumber() ? decimalSeconds(started.text()) : std::nullopt;
        if (!seconds)
            return;
        // Copied tasks keep the time at which they began in the conversation they are copied from.
        if (*seconds > *m_forkedAt / kNanosPerSecond) {
            m_ownBegins = m_held.size();
            m_hasMark = true;
            release(m_ownBegins);
        }
    }

    static std::optional<std::int64_t> decimalSeconds(std::string_view text)
    {
        std::int64_t value = 0;
        for (const char c : text) {
            if (!words::isDigit(c))
                break;
            if (value > 1'000'000'000'000)
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        return value;
    }

    void readSettings(JsonValue payload)
    {
        const JsonValue settings = payload["thread_settings"].isObject() ? payload["thread_settings"] : payload;
        if (!settings["model"].text().empty())
            m_model = nameOf(settings["model"]);
        if (!settings["service_tier"].isThere())
            return;
        const std::string_view tier = settings["service_tier"].text();
        m_tier = tier == "priority" || tier == "fast" || tier == "flex" ? std::string(tier) : std::string();
    }

    void readCount(Fields& fields, JsonValue info, std::optional<std::int64_t> at)
    {
        if (!info.isObject())
            return;
        const JsonValue total = info["total_token_usage"], last = info["last_token_usage"];
        const auto counter = counterOf(fields, total.isObject() ? total : last);
        if (!at)
            fields.fail("timestamp", "no-time", "the time is missing");
        if (!fields.isGood())
            return fields.finish({});
        Counter difference = counter;
        if (total.isObject()) {
            // A count that falls was begun anew.
            difference = counter.isBelow(m_before) ? counter : counter.since(m_before);
            m_before = counter;
        }
        if (difference.isZero())
            return m_intake.dropped(DropReason::CumulativeCounter);
        CostEvent event = eventOf(*at, counter, difference, fields);
        if (!m_isHolding)
            return m_intake.event(std::move(event), fields.line());
        m_held.emplace_back(std::move(event), fields.line());
        constexpr std::size_t kMostHeld = 200'000;
        if (m_held.size() >= kMostHeld)
            release(m_isBurst ? m_held.size() : m_burstEnd);
    }

    static Counter counterOf(Fields& fields, JsonValue usage)
    {
        Counter counter;
        for (std::size_t i = 0; i < Counter::kNames.size(); ++i) {
            JsonValue value = usage[Counter::kNames[i]];
            if (i == 2 && value.isNull())
                value = firstOf(usage, {"cache_creation_input_tokens", "cache_write_tokens"});
            counter.counts[i] = fields.count(value, Counter::kNames[i]).value_or(0);
        }
        return counter;
    }

    CostEvent eventOf(std::int64_t at, const Counter& total, const Counter& difference, Fields& fields) const
    {
        CostEvent event;
        event.witness = EventWitness::Transcript;
        event.operation = EventOperation::Chat;
        event.status = EventStatus::Ok;
        event.startNanos = at;
        event.session = m_session;
        event.run = m_session;
        event.id = total.text();
        event.provider = "openai";
        event.modelAsked = m_model;
        event.tier = m_tier;
        event.workflow = m_workflow.empty() ? "codex" : m_workflow;
        event.useCase = m_useCase;
        RawCounts counts;
        counts.input = difference.counts[0];
        counts.cacheRead = difference.counts[1];
        counts.cacheWrite = difference.counts[2];
        counts.output = difference.counts[3];
        counts.reasoning = difference.counts[4];
        setUsage(event, counts, CountingStyle::Inclusive, fields);
        return event;
    }

    /// Copied history is written at once; the first pause ends it.
    void watchBurst(std::int64_t at)
    {
        if (m_isBurst && m_lastLine && at - *m_lastLine > 2 * kNanosPerSecond) {
            m_isBurst = false;
            m_burstEnd = m_held.size();
            if (m_hasMark)
                release(m_ownBegins);
        }
        m_lastLine = at;
    }

    /// The first `inherited` of what is held count in the conversation they come from, the others here.
    void release(std::size_t inherited)
    {
        if (!m_isHolding)
            return;
        m_isHolding = false;
        if (m_isBurst && !m_hasMark)
            inherited = m_held.size();
        m_intake.dropped(DropReason::ForkedHistory, inherited);
        for (std::size_t i = inherited; i < m_held.size(); ++i)
            m_intake.event(std::move(m_held[i].first), m_held[i].second);
        m_held.clear();
    }

    Intake& m_intake;
    std::string m_session, m_model, m_tier, m_workflow, m_useCase;
    Counter m_before;
    bool m_hasMeta = false, m_isFork = false, m_isSubagent = false, m_isImported = false;
    bool m_isHolding = false; ///< until it is known where the own part begins
    bool m_isBurst = true, m_hasTask = false, m_hasMark = false;
    std::size_t m_burstEnd = 0, m_ownBegins = 0;
    std::optional<std::int64_t> m_forkedAt, m_lastLine;
    std::vector<std::pair<CostEvent, std::uint64_t>> m_held;
};

} // namespace

std::unique_ptr<FormReader> readCodex(Intake& intake)
{
    return std::make_unique<Codex>(intake);
}

} // namespace altimeter::providers
