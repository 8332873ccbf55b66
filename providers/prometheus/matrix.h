#pragma once

#include "models/json/json.h"
#include "providers/core/delivery.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace altimeter::providers::prometheus {

/// One question to Prometheus: "name | unit | PromQL".
struct NamedQuery {
    std::string name, unit, promql;

    friend bool operator==(const NamedQuery&, const NamedQuery&) = default;
};

/// One query a line; blank lines and lines that begin with '#' are left out. Error Invalid names the line: a part is
/// missing, a name stands twice, or there is no query at all.
Result<std::vector<NamedQuery>> namedQueries(const std::string& lines);

/// Use, requests and golden signals, as kube-prometheus and the usual client libraries name them.
std::string presetQueries();

/// Seconds of "30s", "5m", "1h" or "1d"; 0 where it is none.
std::int64_t secondsOf(std::string_view text);

/// Evaluation times `first`, `first` + step, … up to and with `last`. Each speaks of the step before it, so that
/// `rate(…[$step])` at `first` covers the first step of the window and nothing of the day before.
struct Stretch {
    Instant first, last;
    std::int64_t step = 3600; ///< seconds

    std::int64_t points() const { return last < first ? 0 : (last.seconds - first.seconds) / step + 1; }
    friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// The evaluation times of a window up to `now`, in pieces that one request may ask for.
std::vector<Stretch> stretchesOf(const DateRange& window, std::int64_t step, Instant now);

/// What a query's answers held.
struct Tally {
    std::set<std::string> series;
    std::map<std::int32_t, std::uint64_t> points; ///< that are numbers, by day number
    std::uint64_t notNumbers = 0;                 ///< NaN and infinite ones
    std::uint64_t huge = 0;                       ///< stand-ins for "not supported"
    std::set<std::string> warnings;
};

/// Hands on the points of one answer. Error Invalid: no success, no matrix, or a time that was not asked for.
Status addMatrix(const Json& answer, const NamedQuery& query, const Stretch& stretch, const std::string& where,
                 Tally& tally, Delivery& delivery);

/// "the query cannot be understood: …" of an answer that names an errorType; empty where it names none.
std::string plainError(const Json& answer);

} // namespace altimeter::providers::prometheus
