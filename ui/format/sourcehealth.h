#pragma once

#include <QString>
#include <QStringList>

#include "models/domain/connection.h"
#include "models/domain/sources.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter::ui {

/// How a source stands: whether what is shown of it can be taken for all there is.
struct SourceHealth {
    enum class State : std::uint8_t {
        Ok,
        Findings,    ///< its files hold faults that nobody has acknowledged
        Old,         ///< its last day is longer ago than any source needs
        Behind,      ///< others go on to later days
        Silent,      ///< a connection that has delivered nothing yet
        Unconfirmed, ///< a connection this computer may not use
        Rejected,    ///< lines of it could not be stored
        Failing      ///< its last sync failed
    };
    std::string name;
    State state = State::Ok; ///< the worst that holds
    bool isConnection = false;
    Day through;        ///< last day with a charge, among the days of the data; none: no charge
    int daysOld = 0;    ///< 0: not old
    int daysBehind = 0; ///< 0: not behind the others
    Instant lastSuccess;
    std::string problem, todo; ///< of the last sync
    std::uint64_t rows = 0, rejected = 0, findings = 0;

    bool needsALook() const { return state != State::Ok; }
    /// Whether it has delivered all it should have by now.
    bool isUpToDate() const { return state == State::Ok || state == State::Findings || state == State::Rejected; }
};

/// Of all sources, with the connections that have delivered nothing. `dataThrough`: the last of the days of the data;
/// what is old is measured by the present day of the window (format::daysOld()). A connection that answered lately is
/// not old, whatever its last charge is: it said that there is no other.
std::vector<SourceHealth> healthOf(const std::vector<SourceInfo>& sources,
                                   const std::vector<ConnectionInfo>& connections, Day dataThrough);

namespace healthtext {

/// "failing since 19 Nov 2026", "11 days old", "3 findings", "ok".
QString word(const SourceHealth& health);
/// The name with its word, and the problem of a failing one: "litellm: failing, nothing delivered yet (…)".
QString sentence(const SourceHealth& health);
/// The sentences of those that are not up to date.
QStringList late(const std::vector<SourceHealth>& all);

} // namespace healthtext

} // namespace altimeter::ui
