#pragma once

#include "app/session/workspace/workspacefile.h"
#include "models/domain/pricelines.h"
#include "models/domain/result.h"
#include "models/prices/pricebook.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace altimeter::session {

/// What the program brings along.
Result<PriceList> shippedPrices();
/// The prices by which the workspace counts: its own, what was imported, what the program brings along, and catalogues
/// nobody checked, each before the next. Error Invalid, Corrupt.
Result<PriceBook> priceBook(const store::sql::Connection& connection);
Result<PriceBook> priceBook(const WorkspaceFile& workspace);

/// "2026-08-16T16:00:00Z", with another zone, or a day. Error Invalid.
Result<Instant> readPriceInstant(const std::string& text);

struct PriceFilter {
    std::string provider, model; ///< empty: all
    std::optional<Instant> at;   ///< only what holds then
};
/// Entries of the book, in the order of their key, and how old the book is.
struct PriceLines {
    std::vector<PriceLine> lines;
    Day readThrough; ///< day on which the youngest price of all was read, catalogues nobody checked aside; none: no
                     ///< price
};
/// A book that nobody looked after for longer than this many days should say so: vendors change prices every other
/// week.
inline constexpr int kPricesKeepDays = 30;
Result<PriceLines> priceLines(const WorkspaceFile& workspace, const PriceFilter& filter);

struct PriceImport {
    std::string form = "auto"; ///< "altimeter" (CSV), "litellm"
    std::string name;          ///< of the list; empty: by the file
    bool takesChanges = false; ///< also prices that changed more than fivefold
    bool isDryRun = false;
};
/// Takes the prices of a file; what looks wrong is not taken, and what was known of it stays. Errors: ReadOnly, Io,
/// Invalid with file and line.
Result<PriceImportReport> importPrices(WorkspaceFile& workspace, const std::filesystem::path& file,
                                       const PriceImport& import, Instant now);

/// Sets an entry of the user's own list in the place of what that says of its key in its time, or takes that out.
/// Answers the version; 0 when nothing changed. Errors: ReadOnly, Invalid (`where` names the field); Conflict unless
/// `isSure`, when the price looks wrong.
Result<std::int64_t> setPrice(WorkspaceFile& workspace, const PriceLine& line, bool isRemoval, bool isSure,
                              Instant now);

/// All that was published, the newest first.
Result<std::vector<PriceVersion>> priceVersions(const WorkspaceFile& workspace);
/// Publishes what a version said as the newest one of its list; answers its number, 0 when that says so already.
/// Errors: ReadOnly, NotFound, Corrupt.
Result<std::int64_t> restorePrices(WorkspaceFile& workspace, std::int64_t version, Instant now);

} // namespace altimeter::session
