#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <string>
#include <vector>

namespace altimeter {

/// A dated copy of a workspace.
struct Backup {
    std::string path;
    std::string at;     ///< "2026-11-21T08:30:00Z"
    std::string reason; ///< "asked", "migration", "publish", "restore"
    std::uint64_t bytes = 0;
};

/// What restoring a backup left and found.
struct RestoreReport {
    std::string aside;              ///< the name under which the file that was there is kept; empty: none was
    std::vector<std::string> notes; ///< sentences about what was found beside the backup
};

/// What of a damaged workspace could not be taken over, or only in part.
struct SalvageLoss {
    std::string source; ///< empty: not known
    std::string billingAccount;
    Day billingPeriod;
    Currency currency;
    std::uint64_t rows = 0;
    bool isKept = false; ///< the amounts are whole and kept, something about them is not
    std::string what;    ///< plain words
};

struct SalvageReport {
    std::string path;             ///< the new workspace
    std::uint64_t partitions = 0; ///< taken over, that is months (or days) of an account
    std::uint64_t rows = 0;       ///< charge lines in them
    std::vector<SalvageLoss> losses;
};

} // namespace altimeter
