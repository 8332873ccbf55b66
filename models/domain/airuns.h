#pragma once

#include "models/domain/decimal.h"
#include "models/domain/money.h"
#include "models/domain/period.h"
#include "models/domain/query.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// One execution of a workflow, in one currency, as far as its events are within what was asked for.
struct RunRow {
    std::string run, workflow, useCase, team, agent;
    std::int64_t startNanos = 0, endNanos = 0; ///< since 1970-01-01T00:00:00Z, of its first and last event
    std::uint64_t events = 0;
    std::vector<std::string> models; ///< ascending
    Currency currency;
    DecimalSum cost, inference; ///< metered, at the list prices valid then
    std::uint64_t priced = 0;   ///< events with an amount
    std::uint64_t unpriced = 0; ///< events with a count that has no price: their cost is unknown
    std::string status;         ///< of its root, else the worst of its events; empty: nothing tells
    bool isKnown() const { return priced > 0 || unpriced == 0; }
};

/// Largest cost first, runs of unknown cost last.
struct RunList {
    std::vector<RunRow> rows;
    std::uint64_t runs = 0; ///< in all, also those beyond `top`
};

/// One operation of a run on its axis of time.
struct RunStep {
    std::int64_t offsetNanos = 0;    ///< after the run's first event
    std::int64_t durationNanos = -1; ///< -1: not known
    std::string layer, operation, provider, model, tool;
    std::uint64_t inputTokens = 0, cachedTokens = 0, cacheWriteTokens = 0, outputTokens = 0, reasoningTokens = 0;
    Currency currency;
    std::optional<DecimalSum> cost; ///< none: it has no price
    std::string state;              ///< "metered", "reported", "unpriced"
    std::string source, file;
    std::uint64_t line = 0;
};

/// The runs of AI events that are stored. Filters and days select events, so that the runs of a question add up to what
/// its totals say.
struct RunsQuestion {
    using Answer = RunList;
    CostQuery query; ///< its range, and filters by what an event says itself
    std::size_t top = 0;
};

/// The operations of one run in the order of their start; none where there is no such run.
struct RunQuestion {
    using Answer = std::vector<RunStep>;
    std::string run;
};

/// What came of the events that sources told of: read = stored + dropped + rejected.
struct EventSourceInfo {
    std::string source;
    std::uint64_t read = 0, stored = 0, rejected = 0;
    struct Reason {
        std::string reason;
        std::uint64_t events = 0;
    };
    std::vector<Reason> dropped;
    std::vector<Reason> suppressed; ///< of those that are stored: counted in another record
    std::uint64_t kept = 0;         ///< records found in the store
    bool isAccountedFor() const;
};

struct EventSourcesQuestion {
    using Answer = std::vector<EventSourceInfo>;
};

inline bool EventSourceInfo::isAccountedFor() const
{
    std::uint64_t sum = stored + rejected;
    for (const Reason& one : dropped)
        sum += one.events;
    return sum == read && kept == stored;
}

} // namespace altimeter
