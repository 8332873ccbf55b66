#pragma once

#include "models/domain/money.h"
#include "models/domain/period.h"
#include "models/domain/proofline.h"
#include "models/domain/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace altimeter::cli {

/// What a provider's invoice says an account owes for a month.
struct InvoiceLine {
    std::string billingAccount;
    Day billingPeriod;
    Currency currency;
    DecimalSum total;
    int decimals = 0; ///< digits after the point as the invoice wrote them
};

/// Reads invoice totals: CSV with the columns billing_account, billing_period (2026-11), currency, total in any order,
/// or a JSON list of objects with these keys. Error Invalid names the record and field.
Result<std::vector<InvoiceLine>> parseInvoices(std::string_view text);

/// Holds the invoices against the billed cost of `lines`. The first line of an invoice's account, period and currency
/// carries its total; what the invoice adds or lacks against all of them together is a part named after rounding where
/// the stored total rounds to the invoice's own digits, else it enters the remainder. An invoice without any line
/// becomes a line of its own, an account that has no invoice stays as it is.
void compareInvoices(std::vector<ProofLine>& lines, const std::vector<InvoiceLine>& invoices);

} // namespace altimeter::cli
