#pragma once

#include "models/domain/focus.h"
#include "models/domain/money.h"
#include "models/domain/period.h"

#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// One line of the proof sheet. All totals are exact; `remainder` is what the named parts do not explain.
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
    };
    std::vector<Part> parts; ///< "rejected lines", "digits below 10^-18", …
    DecimalSum remainder;
    bool reconciled() const { return remainder.isZero(); }
};

} // namespace altimeter
