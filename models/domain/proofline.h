#pragma once

#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// One line of the proof sheet. All totals are exact; `remainder` is what the named parts do not explain. What could
/// not be read of its name is empty: lines that could not be stored need not say where they belong.
struct ProofLine {
    std::string source, provider, billingAccount;
    Day billingPeriod;
    Currency currency;
    CostLens lens = CostLens::Billed;
    DecimalSum fileTotal, storedTotal, rolledUpTotal, allocatedTotal, exportedTotal;
    std::optional<DecimalSum> invoiceTotal;
    struct Part {
        std::string name;
        DecimalSum amount;
        bool isMissing = false;       ///< delivered and not stored: explained, and still not there
        std::uint64_t unreadable = 0; ///< lines whose amount could not be read: `amount` is not all of it
        bool hasAmount = true;        ///< false: no amount of it is known
    };
    std::vector<Part> parts; ///< "rejected lines: date-invalid", "digits below 10^-18", …
    DecimalSum remainder;
    /// All that was delivered is stored, and nothing is unexplained.
    bool reconciled() const;
    DecimalSum missing() const;       ///< sum of what was delivered and is not stored, as far as it can be read
    std::uint64_t unreadable() const; ///< lines whose amount nobody can read
};

} // namespace altimeter
