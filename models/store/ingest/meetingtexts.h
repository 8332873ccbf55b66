#pragma once

#include "models/domain/decimal.h"
#include "models/domain/money.h"
#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/store/ingest/segmentwriting.h"
#include "models/store/ingest/storedmets.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace altimeter::store {

/// "3 lines".
std::string linesText(std::uint64_t count);
/// "BilledCost 27.00 USD".
std::string moneyText(const DecimalSum& billed, const Currency& currency);
/// "BilledCost 27.00 USD (3 lines, 2026-06-01 to 2026-06-03".
std::string figuresText(const DecimalSum& billed, const Currency& currency, std::uint64_t rows, Day from, Day through);
std::string figuresText(const DeliveredPartition& partition);
/// The same, with the source: "BilledCost 27.00 USD (3 lines, 2026-06-01, source "june"".
std::string figuresText(const Met& met);

/// "Microsoft E-100, 2025-06 is stored under the source "june" too (BilledCost 27.00 USD, 3 lines)".
std::string besideText(const PartitionKey& key, const std::string& source, const DecimalSum& billed,
                       std::uint64_t rows);

/// Error Conflict that says both amounts; `why` is a sentence.
Error refusal(const DeliveredPartition& partition, const Met& met, const std::string& why, std::string todo);
/// The same for charges that are stored under another key.
Error mirrorRefusal(const DeliveredPartition& partition, const Met& met, std::uint64_t shared, std::string todo);
/// "billing account" or "provider and currency": by what two keys differ.
std::string differenceText(const PartitionKey& a, const PartitionKey& b);
/// monthName() with the currency: two keys may differ by that alone.
std::string keyText(const PartitionKey& key);

} // namespace altimeter::store
