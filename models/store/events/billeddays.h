#pragma once

#include "models/domain/focus.h"
#include "models/domain/period.h"
#include "models/domain/result.h"
#include "models/store/sql/sql.h"

#include <array>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::store {

/// What a biller sells beside the use of models.
enum class BillerScope : std::uint8_t {
    AiAlone, ///< nothing: whatever it bills as usage is that
    Unknown, ///< usage without a category is taken for it
    Wide,    ///< much: a line has to say that it is about models
};

/// How lines of bills are told to be about the use of models.
struct BillTerms {
    std::string (*keyOf)(std::string_view provider); ///< under what a biller is compared
    BillerScope (*scopeOf)(const std::string& key);
    bool (*isAiService)(std::string_view category, std::string_view service);
};

/// On which days sources other than those of AI events bill the use of a provider's models: those that a line of usage
/// covers, from its start up to before its end. Taxes, credits, purchases and other services bill no use. Of the days
/// between the first and last one with AI events.
class BilledDays {
public:
    /// Reads only the lines that may matter, a segment at a time; damaged segments count nowhere and are left out.
    /// Errors Database, Corrupt, Cancelled.
    static Result<BilledDays> read(const sql::Connection& db, const BillTerms& terms, const std::stop_token& stop);
    /// Whether lines of that day state a cost in `lens`. `key`: of the provider, as of BillTerms::keyOf.
    bool has(const std::string& key, Day day, CostLens lens) const;
    /// The keys of a day with the lenses that are stated, ascending, one behind the other.
    std::string keysOf(Day day) const;

private:
    friend class BillSearch;
    using Lenses = std::array<std::vector<DateRange>, kLensCount>;
    std::map<std::string, Lenses> m_days; ///< joined, by key
};

} // namespace altimeter::store
