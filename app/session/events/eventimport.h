#pragma once

#include "app/session/events/rollups.h"
#include "app/session/workspace/workspacefile.h"
#include "models/domain/costline.h"
#include "models/domain/result.h"
#include "models/events/duplicates.h"
#include "models/events/event.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace altimeter::session {

/// Takes what one file tells of AI operations, in its order. A call that fails ends the import with that error.
class EventFeed {
public:
    virtual ~EventFeed() = default;
    virtual Status event(CostEvent event) = 0;
    /// A record that is none, or none that can be used; of `line` its file, check and message count.
    virtual Status rejected(RejectedLine line) = 0;
    /// Records that the file's form itself knows to count elsewhere.
    virtual Status dropped(DropReason reason, std::uint64_t records) = 0;
    virtual Status finding(Finding finding) = 0;
};

/// One file of a delivery of events: what it is called, and how it is read. Answers the form it was read in.
struct EventFile {
    std::string name;
    std::function<Result<std::string>(EventFeed& feed)> read;
};

struct EventImportOptions {
    std::string source; ///< not empty
    bool dryRun = false;
    Instant at{}; ///< when the import happens; not valid: now
};

/// What came of a file: read = stored + dropped + rejected.
struct ImportedEvents {
    std::string source, file, form;
    std::uint64_t read = 0, stored = 0, rejected = 0;
    std::array<std::uint64_t, kDropReasonCount> dropped{};
    std::uint64_t unpriced = 0; ///< of those stored: with a count that has no price
    std::map<Currency, DecimalSum> metered;

    std::uint64_t duplicates() const;
};

struct EventImportReport {
    std::vector<ImportedEvents> files;
    std::vector<Finding> findings;
    std::int64_t delivery = 0; ///< its number; 0: nothing was changed
};

/// Imports the events of these files as one delivery, whole or not at all, each call once whatever was imported before,
/// and makes the charges of the days that changed anew. What is stored already changes nothing and leaves no trace.
/// Errors: ReadOnly, Cancelled, Invalid (the source holds charges of another kind), those of reading a file.
Result<EventImportReport> importEvents(WorkspaceFile& workspace, const std::vector<EventFile>& files,
                                       const EventImportOptions& options, std::stop_token stop);

/// The same into an open workspace file and by the prices of `terms`; the charges of other sources' days that follow
/// are left to renewEventCharges().
Result<EventImportReport> importEvents(store::sql::Connection& db, const std::vector<EventFile>& files,
                                       const EventImportOptions& options, const RollupTerms& terms,
                                       const std::stop_token& stop);

/// Makes the charges of those days of AI events anew that were made under another price book or while other bills were
/// there. Answers whether there were any. In transactions of its own, one for each source; where it fails the days stay
/// to be made anew. Errors: those of the ingest.
Result<bool> renewEventCharges(store::sql::Connection& db, Instant at, const std::stop_token& stop);
Result<bool> renewEventCharges(store::sql::Connection& db, Instant at, const RollupTerms& terms,
                               const std::stop_token& stop);

} // namespace altimeter::session
