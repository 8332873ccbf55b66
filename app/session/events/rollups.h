#pragma once

#include "models/domain/costline.h"
#include "models/domain/decimal.h"
#include "models/domain/money.h"
#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/events/duplicates.h"
#include "models/prices/pricebook.h"
#include "models/store/events/billeddays.h"
#include "models/store/events/eventdays.h"
#include "models/store/events/eventreading.h"
#include "models/store/ingest/ingest.h"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::session {

/// What charges of AI events are made by.
struct RollupTerms {
    PriceBook book;
    std::string mark; ///< another one for another book
};

/// What the events of a file came to, of those days that were looked at.
struct MeteredFile {
    std::uint64_t unpriced = 0; ///< events with a count that has no price
    std::map<Currency, DecimalSum> metered;
    /// Tokens written to caches for a lifetime nobody told, and what more they are at the longest (PricedCost).
    std::uint64_t assumedTokens = 0;
    std::map<Currency, DecimalSum> assumedMore;
};

struct RollupReport {
    std::map<std::int64_t, MeteredFile> files; ///< by number
    std::vector<store::SuppressedEvents> suppressed;
    std::uint64_t charges = 0;
};

/// The name of what they are read from, among the files of their delivery.
inline constexpr std::string_view kRollupFile = "(AI events)";
/// The columns of their own.
inline constexpr std::array<std::string_view, 10> kRollupColumns{
    "x_Model", "x_TokenClass", "x_ServiceTier", "x_Layer",    "x_Operation",
    "x_Tool",  "x_Agent",      "x_RunStatus",   "x_Requests", "x_ChargeState"};

/// Makes the charges of a source's days of all its events that are stored, and hands them to `ingest`, which answers
/// for these days alone. The same events, book and bills give the same charges in the same order, whatever brought them
/// when. Counts over a stretch of time stand back where any source tells of calls of the model on the day.
/// Error Corrupt, Cancelled and those of the ingest.
Result<RollupReport> makeRollups(const store::sql::Connection& db, store::Ingest& ingest, const std::set<Day>& days,
                                 const RollupTerms& terms, const store::BilledDays& billed,
                                 const std::stop_token& stop);

} // namespace altimeter::session
