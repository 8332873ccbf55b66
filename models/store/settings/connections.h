#pragma once

#include "models/domain/completeness.h"
#include "models/domain/connection.h"
#include "models/domain/measure.h"
#include "models/store/sql/sql.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// A configured connection and what its last sync left behind.
struct StoredConnection {
    ConnectionSettings settings;
    Instant lastSync, lastSuccess; ///< not valid: never
    std::uint64_t requests = 0;
    DecimalSum spent;
    std::string problem, todo;
    std::map<std::string, std::string> memory; ///< what the connector remembers for its next fetch
};

Result<std::vector<StoredConnection>> readConnections(const sql::Connection& connection);
/// Error NotFound.
Result<StoredConnection> readConnection(const sql::Connection& connection, std::string_view name);
/// Adds or changes one. What its syncs left stays, unless it becomes one of another kind.
Status writeConnection(sql::Connection& connection, const ConnectionSettings& settings, Instant at);
/// Forgets one; its charges stay. Error NotFound.
Status deleteConnection(sql::Connection& connection, std::string_view name);
/// Keeps the outcome of a sync: times, requests, money spent so far, problem.
Status writeOutcome(sql::Connection& connection, const StoredConnection& outcome);
/// Keeps what the connector remembers. Part of the transaction of a delivery.
Status writeMemory(sql::Connection& connection, std::string_view name,
                   const std::map<std::string, std::string>& memory);

/// One day a source was asked for.
struct CoveredDay {
    Day day;
    Instant askedAt;
    std::uint64_t duplicates = 0;
    bool isFinal = false;
};
/// All of a source's, by day.
Result<std::vector<CoveredDay>> readCoverage(const sql::Connection& connection, std::string_view source);
Status writeCoverage(sql::Connection& connection, std::string_view source, std::span<const CoveredDay> days);

/// Newest first; empty `source` means all.
Result<std::vector<Restatement>> readRestatements(const sql::Connection& connection, std::string_view source = "");

/// Puts `measures` in the place of those of the same names that begin in `window`; later ones (forecasts) are put in
/// the place of those they equal in name, labels and start. Requires an open transaction.
Status writeMeasures(sql::Connection& connection, std::string_view source, const DateRange& window,
                     std::span<const Measure> measures);
/// Of one source (empty: of all), by name, labels and start; an empty `name` means all. Error Corrupt where any stored
/// measure is not what was sealed.
Result<std::vector<Measure>> readMeasures(const sql::Connection& connection, std::string_view source,
                                          std::string_view name = "");
/// By source. Error Corrupt as above.
Result<std::map<std::string, std::uint64_t>> countMeasures(const sql::Connection& connection);

} // namespace altimeter::store
