#pragma once

#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace altimeter::store {

/// A month of one provider, account and currency, as the audit trail names it.
struct MonthName {
    std::string provider, account;
    std::string month; ///< its first day, "2026-09-01"
    std::string currency;
};

/// Something that happened to what one source holds of a month, or of one day of it.
struct MonthEvent {
    enum class What : std::uint8_t {
        Stored,   ///< by a delivery
        Restored, ///< by taking another delivery back, or by putting a removed source back
        Removed,  ///< as a delivery of another source took its place
        Undone,   ///< by the user's word alone: taken back, or removed with its source
    };
    std::string source;
    std::string day; ///< empty: the whole month
    std::string fingerprint;
    What what = What::Stored;
    bool isBeside = false; ///< stored with the user's word that what other sources hold counts as well
};

/// All that happened to a month, oldest first. Error Corrupt where an entry cannot be read.
Result<std::vector<MonthEvent>> historyOf(const sql::Connection& db, const MonthName& month);

/// States of a month, or of its days, that a source holds or held: day and fingerprint.
using MonthStates = std::set<std::pair<std::string, std::string>>;

/// Whether some of these states of the source `a` and some of the source `b` ever counted at the same time.
bool stoodTogether(const std::vector<MonthEvent>& history, const std::string& a, const MonthStates& ofA,
                   const std::string& b, const MonthStates& ofB);

/// Whether the last that happened to what `source` held of the month is that a delivery of another took its place.
bool wasTaken(const std::vector<MonthEvent>& history, const std::string& source);
/// Whether `source` delivered the month again after that, and nobody said that both count.
bool cameAgainUnasked(const std::vector<MonthEvent>& history, const std::string& source);

} // namespace altimeter::store
