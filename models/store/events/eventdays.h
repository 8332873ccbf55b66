#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// The kind of a source of AI events.
inline constexpr std::string_view kEventKind = "ai-events";
/// The kind of one whose events were lost with a damaged file; its charges are kept.
inline constexpr std::string_view kSalvagedEventKind = "salvaged-events";

/// Events of a day that are stored and counted in another record.
struct SuppressedEvents {
    Day day;
    std::string reason;
    std::int64_t events = 0;
    friend bool operator==(const SuppressedEvents&, const SuppressedEvents&) = default;
};

/// What the charges of the days with events were made under, by number of source; empty: they are to be made anew.
Result<std::map<std::int64_t, std::map<Day, std::string>>> eventDays(const sql::Connection& db);
/// These days of a source were made under `basis`, and these of their events count elsewhere. Requires an open
/// transaction.
Status writeEventDays(sql::Connection& db, std::int64_t source, const std::map<Day, std::string>& basis,
                      const std::vector<SuppressedEvents>& suppressed);

} // namespace altimeter::store
