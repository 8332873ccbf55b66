// The syncs of a workspace's connections.

#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connections.h"
#include "app/session/sync/connectionuse.h"
#include "app/session/sync/requestprice.h"
#include "app/session/sync/spendinglimit.h"
#include "app/session/sync/spool.h"
#include "app/session/sync/synclock.h"
#include "app/session/sync/syncplan.h"
#include "app/session/workspace/presenttime.h"
#include "app/session/workspace/workspacefile.h"
#include "models/domain/caught.h"
#include "models/domain/dayranges.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ingest/ledgerwriting.h"
#include "models/store/ledger/ledger.h"
#include "models/store/settings/connections.h"
#include "models/text/showntext.h"
#include "providers/core/chargestate.h"
#include "providers/core/connector.h"
#include "providers/focus/focusfile.h"
#include "providers/net/curltransport.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <random>
#include <thread>

namespace altimeter::session {

namespace {

using providers::ConnectorKind;

constexpr std::size_t kSideBySide = 4;

/// A folder of its own for downloads, gone at the end. It is locked while it is used: what a killed program left behind
/// is told apart by that and goes at the next sync.
class DownloadFolder {
public:
    static Result<std::unique_ptr<DownloadFolder>> make()
    {
        std::error_code failed;
        const auto parent = std::filesystem::temp_directory_path(failed);
        sweep(parent);
        std::string path;
        for (int attempt = 0; attempt < 10; ++attempt) {
            path = (parent / (std::string(kPrefix) + "XXXXXX")).string();
            if (!mkdtemp(path.data()))
                break;
            std::unique_ptr<DownloadFolder> folder(new DownloadFolder(path, locked(path, LOCK_EX)));
            if (std::filesystem::exists(path, failed)) // else another program swept it before it was locked
                return folder;
        }
        return Error{ErrorCode::Io, "no temporary folder can be made", path};
    }
    ~DownloadFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
        if (m_lock >= 0)
            ::close(m_lock);
    }
    DownloadFolder(const DownloadFolder&) = delete;
    DownloadFolder& operator=(const DownloadFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    static constexpr std::string_view kPrefix = "altimeter-download-";

    DownloadFolder(std::filesystem::path path, int lock) : m_path(std::move(path)), m_lock(lock) {}

    /// The lock on a folder of this user; -1: it is not to be had.
    static int locked(const std::filesystem::path& path, int how)
    {
        const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        struct stat about = {};
        if (folder >= 0 && ::fstat(folder, &about) == 0 && about.st_uid == ::geteuid() && ::flock(folder, how) == 0)
            return folder;
        if (folder >= 0)
            ::close(folder);
        return -1;
    }
    static void sweep(const std::filesystem::path& parent)
    {
        std::error_code failed;
        std::error_code ignored;
        for (auto at = std::filesystem::directory_iterator(parent, failed);
             !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
            if (!at->path().filename().string().starts_with(kPrefix))
                continue;
            const int lock = locked(at->path(), LOCK_EX | LOCK_NB);
            if (lock < 0)
                continue;
            std::filesystem::remove_all(at->path(), ignored);
            ::close(lock);
        }
    }

    std::filesystem::path m_path;
    int m_lock;
};

/// Everything one connection's sync holds while it runs.
struct Sync {
    const ConnectorKind& kind;
    const ConnectionSettings& settings;
    Instant at;
    std::map<std::string, std::string> memory;
    SyncResult result;
    SyncProgress progress;
    const SyncProgressSink& sink;
    bool acceptsEmpty = false; ///< the user says that days without an answer are empty
    std::chrono::steady_clock::time_point lastPost{};

    void post(bool always)
    {
        const auto time = std::chrono::steady_clock::now();
        if (!sink || (!always && time - lastPost < std::chrono::milliseconds(50)))
            return;
        lastPost = time;
        sink(progress);
    }
    void phase(std::string text)
    {
        progress.phase = std::move(text);
        post(true);
    }
};

/// The days that are known from now on: those the delivery speaks for, and of kinds that deliver whole months those it
/// found unchanged, which `before` names. A day that was not answered is known as it was.
std::vector<store::CoveredDay> coverageOf(const Sync& sync, const DateRange& window,
                                          const providers::Delivery& delivery,
                                          const std::vector<store::CoveredDay>& before,
                                          const std::vector<DateRange>& unanswered)
{
    std::vector<store::CoveredDay> days;
    const ConnectorInfo& info = sync.kind.info;
    const Day today = sync.at.day();
    const std::vector<DateRange> covered = without(delivery.covered(), unanswered);
    for (Day day = window.from; day < window.to && day <= today; day = day + 1) {
        const bool isCovered = holdsAll(covered, {day, day + 1});
        if (!isCovered && (!delivery.isAnswered(day) || holdsAll(unanswered, {day, day + 1})))
            continue;
        const auto known =
            std::find_if(before.begin(), before.end(), [day](const auto& one) { return one.day == day; });
        if (!isCovered && info.slice == ConnectorInfo::Slice::Month && known != before.end()) {
            days.push_back({day, sync.at, known->duplicates, known->isFinal}); // its charges say what they said
            continue;
        }
        if (!isCovered)
            continue;
        const auto twice = delivery.duplicates().find(day.number);
        const bool isFinal = info.finalAfterDays > 0
                                 ? isFinalByAge(info, day, sync.at)
                                 : day <= today - info.refetchDays && !delivery.estimatedDays().contains(day.number);
        days.push_back({day, sync.at, twice == delivery.duplicates().end() ? 0 : twice->second, isFinal});
    }
    return days;
}

/// Days that were asked for in vain. A kind that delivers whole months also says nothing of those it found unchanged.
std::vector<DateRange> unansweredOf(const Sync& sync, const DateRange& asked, const providers::Delivery& delivery,
                                    const std::vector<DateRange>& found)
{
    std::vector<DateRange> days = delivery.unanswered();
    days.insert(days.end(), found.begin(), found.end());
    if (sync.kind.info.slice == ConnectorInfo::Slice::Day) {
        const auto silent = without({asked}, delivery.covered());
        days.insert(days.end(), silent.begin(), silent.end());
    }
    const Day settled = sync.at.day() - sync.kind.info.refetchDays; // later days are asked for at each sync anyway
    return without(joined(std::move(days)), {{settled, std::max(settled, asked.to) + 1}});
}

/// What is remembered of the months that have a day in `days`: they are asked for again.
void forget(std::map<std::string, std::string>& memory, const std::vector<DateRange>& days)
{
    for (const DateRange& range : days) {
        for (const Day month : providers::monthsOf(range))
            std::erase_if(memory, [name = providers::monthText(month)](const auto& entry) {
                return entry.first.find(name) != std::string::npos;
            });
    }
}

/// What the connector remembers, without the months of `window` that have become final since their charges were stored:
/// those are fetched once more, so that their charges say so.
std::map<std::string, std::string> memoryFor(const Sync& sync, const DateRange& window,
                                             const std::vector<store::CoveredDay>& before)
{
    auto memory = sync.memory;
    const ConnectorInfo& info = sync.kind.info;
    for (Day month = window.from.firstOfMonth(); month < window.to; month = month.addMonths(1)) {
        const bool wasEstimated = std::any_of(before.begin(), before.end(), [&](const store::CoveredDay& one) {
            return one.day.firstOfMonth() == month && !one.isFinal;
        });
        if (info.slice == ConnectorInfo::Slice::Month && wasEstimated && isFinalByAge(info, month, sync.at))
            forget(memory, {{month, month.addMonths(1)}});
    }
    return memory;
}

void count(SyncResult& result, const ImportReport& report)
{
    result.rows += report.rowsStored;
    for (const PartitionReport& partition : report.partitions) {
        switch (partition.action) {
        case PartitionReport::Action::New:
            ++result.partitionsNew;
            break;
        case PartitionReport::Action::Replaced:
            ++result.partitionsReplaced;
            break;
        case PartitionReport::Action::Unchanged:
            ++result.partitionsUnchanged;
            break;
        case PartitionReport::Action::Removed:
            ++result.partitionsRemoved;
            break;
        case PartitionReport::Action::Rejected: // told by the proof: no partition came of it
            break;
        }
    }
}

/// What was fetched for a chunk, into the workspace in one transaction, with its coverage, its measures and what the
/// connector remembers.
Status storeChunk(Sync& sync, WorkspaceFile& workspace, const DateRange& chunk, Spool& spool,
                  providers::Delivery& delivery, const std::vector<store::CoveredDay>& covered,
                  const std::stop_token& stop)
{
    const ConnectorInfo& info = sync.kind.info;
    const std::string& name = sync.settings.name;
    auto writing = workspace.write();
    store::Ingest::Options options;
    options.source = name;
    options.kind = info.kind;
    options.at = sync.at;
    options.byDay = info.slice == ConnectorInfo::Slice::Day;
    options.covered = delivery.covered();
    options.proven = sync.acceptsEmpty ? options.covered : joined(delivery.proven());
    options.replace = sync.acceptsEmpty; // who believes the answer believes it with what it lacks
    options.leavesFindings = true;
    options.alongside = [&](store::sql::Connection& db, const ImportReport& report) -> Status {
        const auto days = coverageOf(sync, chunk, delivery, covered, report.unanswered);
        if (auto done = store::writeCoverage(db, name, days); !done)
            return done;
        if (auto done = store::writeMeasures(db, name, chunk, delivery.measures()); !done)
            return done;
        forget(delivery.state, report.unanswered);
        forget(delivery.state, delivery.unanswered());
        noteUnanswered(delivery.state, sync.memory, chunk, unansweredOf(sync, chunk, delivery, report.unanswered),
                       sync.at.day());
        return store::writeMemory(db, name, delivery.state);
    };
    auto ingest = store::Ingest::begin(writing.db(), std::move(options), stop);
    if (!ingest)
        return ingest.error();
    const auto isTaken = [&delivery](const CostLine& line) { return delivery.isAnswered(line.chargeStart.day()); };
    if (auto replayed = spool.replay(**ingest, isTaken, stop); !replayed)
        return replayed;
    for (const auto& file : delivery.files()) {
        const auto isFinal = [&](const CostLine& line) {
            return isFinalByAge(
                info, info.slice == ConnectorInfo::Slice::Month ? line.billingPeriod : line.chargeStart.day(), sync.at);
        };
        providers::ChargeStateSink marked(**ingest, isFinal);
        if (const auto read = providers::readFocusFile(file.path, file.name, marked, {}, stop); !read)
            return read.error();
    }
    const auto report = (*ingest)->finish();
    if (!report)
        return report.error();
    ingest->reset();
    count(sync.result, *report);
    std::copy_if(report->findings.begin(), report->findings.end(), std::back_inserter(sync.result.findings),
                 [](const Finding& one) { return one.check != "partition-replaced" || one.severity > Severity::Note; });
    sync.result.measures += delivery.measures().size();
    sync.memory = delivery.state;
    return workspace.committed(writing);
}

/// Fetches the days of one chunk and stores them; an error leaves what was stored before.
Status syncChunk(Sync& sync, WorkspaceFile& workspace, providers::Connector& connector, const DateRange& chunk,
                 const std::vector<store::CoveredDay>& covered, const std::stop_token& stop)
{
    auto spool = Spool::open();
    auto folder = DownloadFolder::make();
    if (!spool || !folder)
        return !spool ? spool.error() : folder.error();
    providers::Delivery delivery({sync.kind.info, chunk, sync.at, sync.kind.extraColumns, (*folder)->path()}, **spool);
    const auto memory = memoryFor(sync, chunk, covered);
    delivery.state = memory;
    delivery.onProgress = [&sync](std::uint64_t charges) {
        sync.progress.rows = sync.result.rows + charges;
        sync.post(false);
    };
    if (auto fetched = connector.fetch({chunk, sync.at, memory}, delivery, stop); !fetched)
        return fetched;
    if (auto flushed = delivery.flush(); !flushed)
        return flushed;
    sync.phase("storing");
    return storeChunk(sync, workspace, chunk, **spool, delivery, covered, stop);
}

/// What is kept of a sync that ended `at`.
void take(store::StoredConnection& outcome, const SyncResult& result, Instant at)
{
    outcome.lastSync = at;
    if (result.ok)
        outcome.lastSuccess = at;
    outcome.requests = result.requests;
    outcome.spent.add(result.spent);
    if (!result.wasCancelled) { // a cancelled one is no failure; what was said before stays
        outcome.problem = result.problem;
        outcome.todo = result.todo;
    }
}

bool isSame(const Finding& a, const Finding& b)
{
    return a.severity == b.severity && a.check == b.check && a.rows == b.rows && a.firstLine == b.firstLine &&
           a.message == b.message && a.file == b.file;
}

/// What is known of a source after a sync that ended so: what a whole one found; what a broken one found besides.
std::vector<Finding> findingsAfter(const std::vector<Finding>& before, const SyncResult& result)
{
    std::vector<Finding> after = result.ok ? std::vector<Finding>() : before;
    for (const Finding& one : result.findings) {
        if (std::none_of(after.begin(), after.end(), [&](const Finding& known) { return isSame(known, one); }))
            after.push_back(one);
    }
    return after;
}

/// The outcome into the workspace, and what was found where that is not what is known.
Status keep(WorkspaceFile& file, const store::StoredConnection& outcome, const SyncResult& result)
{
    auto writing = file.write();
    if (auto done = store::writeOutcome(writing.db(), outcome); !done)
        return done;
    const std::string& name = outcome.settings.name;
    const auto before = store::readFindings(writing.db(), name);
    if (!before)
        return before.error();
    const std::vector<Finding> after = findingsAfter(*before, result);
    if (std::is_permutation(before->begin(), before->end(), after.begin(), after.end(), isSame))
        return file.committed(writing, WorkspaceFile::Change::Records);
    if (auto done = store::replaceFindings(writing.db(), name, outcome.settings.kind, outcome.lastSync, after); !done)
        return done;
    return file.committed(writing);
}

} // namespace

Result<std::vector<SyncPlan>> Connections::plan(const SyncOptions& options) const
{
    auto reader = m_file->reader();
    if (!reader)
        return reader.error();
    const auto stored = store::readConnections(*reader);
    if (!stored)
        return stored.error();
    const Instant at = options.at.isValid() ? options.at : presentTime();
    std::vector<SyncPlan> plans;
    for (const store::StoredConnection& one : *stored) {
        const bool isNamed = options.names.empty() || std::find(options.names.begin(), options.names.end(),
                                                                one.settings.name) != options.names.end();
        const ConnectorKind* kind = providers::connectorKind(one.settings.kind);
        if (!isNamed || !kind)
            continue;
        const auto covered = store::readCoverage(*reader, one.settings.name);
        if (!covered)
            return covered.error();
        SyncPlan plan;
        plan.connection = one.settings.name;
        plan.chunks = dueChunks(kind->info, one.settings, *covered, options.wanted, at.day(), one.memory);
        providers::CurlTransport transport({});
        providers::HttpClient http(transport);
        const providers::Secrets none;
        const auto connector = kind->make({one.settings, none, http, at});
        for (const DateRange& chunk : plan.chunks)
            plan.requests += connector->requestsFor(chunk);
        plan.cost = priceOf(kind->info, plan.requests);
        plan.currency = kind->info.requestCostCurrency;
        plans.push_back(std::move(plan));
    }
    return plans;
}

SyncResult Connections::syncOne(const std::string& name, const SyncOptions& options, const SyncProgressSink& sink,
                                std::stop_token stop)
{
    auto done = caught([&]() -> Result<SyncResult> { return syncUncaught(name, options, sink, stop); });
    if (done)
        return done.take();
    SyncResult failed;
    failed.connection = name;
    failed.problem = done.error().text();
    failed.todo = done.error().todo;
    return failed;
}

namespace {

/// What is asked costs money, so a workspace that could not keep the answer is found out before.
Status canStore(WorkspaceFile& file)
{
    if (auto writable = file.checkWritable(); !writable)
        return writable;
    auto writing = file.write();
    const auto tried = store::sql::Transaction::begin(writing.db());
    return tried ? Status() : Status(tried.error());
}

/// Who is not answered at all was not asked for a pause.
std::string phaseOf(const providers::HttpClient::Wait& wait)
{
    const std::string why = wait.isAsked       ? "the provider asked for a pause"
                            : wait.status == 0 ? "no answer came"
                                               : "the provider answered " + std::to_string(wait.status);
    return "waiting " + std::to_string(wait.time.count()) + " s: " + why;
}

} // namespace

SyncResult Connections::syncUncaught(const std::string& name, const SyncOptions& options, const SyncProgressSink& sink,
                                     std::stop_token stop)
{
    SyncResult failedResult;
    failedResult.connection = name;
    const auto failed = [&failedResult](const Error& error) {
        failedResult.problem = error.text();
        failedResult.todo = error.todo;
        failedResult.wasCancelled = error.code == ErrorCode::Cancelled;
        return failedResult;
    };
    const auto elsewhere = [&failed](const Error& error) {
        SyncResult left = failed(error);
        left.isElsewhere = error.code == ErrorCode::Busy;
        return left;
    };
    NetworkSettings network;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_syncing.insert(name).second)
            return elsewhere({ErrorCode::Busy, "this connection is being synced already", name});
        network = m_network;
    }
    struct Leave {
        Connections& connections;
        const std::string& name;
        ~Leave()
        {
            const std::lock_guard lock(connections.m_mutex);
            connections.m_syncing.erase(name);
        }
    } const leave{*this, name};
    // Before anything is read: what another program stored until a moment ago is not asked for again.
    const auto alone = SyncLock::take(m_file->path(), name, options.at.isValid() ? options.at : presentTime());
    if (!alone)
        return elsewhere(alone.error());
    if (const Status stores = canStore(*m_file); !stores)
        return failed(stores.error());

    auto reader = m_file->reader();
    if (!reader)
        return failed(reader.error());
    const auto found = store::readConnection(*reader, name);
    if (!found)
        return failed(found.error());
    store::StoredConnection outcome = *found;
    if (options.dueAt.isValid() && options.dueAt < nextSyncOf(outcome))
        return elsewhere({ErrorCode::Busy, "this connection was synced by another program a moment ago", name});
    const auto kind = kindOf(outcome.settings);
    const auto owner = store::metaValue(*reader, "workspace_id");
    const auto covered = store::readCoverage(*reader, name);
    if (!kind || !owner || !covered)
        return failed(!kind ? kind.error() : !owner ? owner.error() : covered.error());
    const auto permit = permitOf(outcome.settings, **kind, *owner, approvals::read());
    if (!permit)
        return failed(permit.error());
    const ConnectorInfo& info = (*kind)->info;

    Sync sync{**kind,         outcome.settings,    options.at.isValid() ? options.at : presentTime(),
              outcome.memory, failedResult,        {},
              sink,           options.acceptsEmpty};
    sync.progress.connection = name;
    const auto chunks = dueChunks(info, outcome.settings, *covered, options.wanted, sync.at.day(), outcome.memory);
    sync.progress.chunks = static_cast<int>(chunks.size());
    if (!chunks.empty())
        sync.result.window = {chunks.back().from, chunks.front().to};
    const auto secrets = secretsOf(info, outcome.settings, *owner, permit->reach, *secretStore());
    const auto reachable = secrets ? networkOf(network, outcome.settings, **kind, *secrets, *permit)
                                   : Result<providers::NetworkOptions>(secrets.error());
    Status status = reachable ? Status() : Status(reachable.error());

    providers::CurlTransport transport(reachable ? *reachable : providers::NetworkOptions());
    providers::HttpClient http(transport);
    http.setWatch({[&] {
                       sync.progress.requests = http.requests();
                       sync.progress.bytes = http.bytes();
                       if (sync.progress.phase != "asking")
                           sync.progress.phase = "asking";
                       sync.post(false);
                   },
                   [&](const providers::HttpClient::Wait& wait) { sync.phase(phaseOf(wait)); }});
    if (options.limit)
        http.setPayment([&, price = priceOf(info, 1)] { return options.limit->spend(price); });
    // One for all chunks: what it learnt (a token, where a bucket lies) is not asked for again.
    const auto connector = status.ok() ? (*kind)->make({sync.settings, *secrets, http, sync.at}) : nullptr;
    for (std::size_t i = 0; i < chunks.size() && status.ok(); ++i) {
        sync.progress.chunksDone = static_cast<int>(i);
        sync.phase("asking");
        status = syncChunk(sync, *m_file, *connector, chunks[i], *covered, stop);
        if (!status.ok())
            break;
        sync.progress.rows = sync.result.rows;
        sync.progress.chunksDone = static_cast<int>(i + 1);
        sync.post(true);
    }

    sync.result.requests = http.requests();
    sync.result.bytes = http.bytes();
    sync.result.spent = priceOf(info, http.priced());
    sync.result.ok = status.ok();
    if (!status.ok()) {
        sync.result.wasCancelled = status.error().code == ErrorCode::Cancelled;
        const std::string problem = secrets ? hidden(status.error().text(), *secrets) : status.error().text();
        sync.result.problem = words::shown(problem, words::LineEnds::Blank); // a server's words among them
        sync.result.todo = status.error().todo;
    }
    for (Finding& finding : sync.result.findings) // a server may repeat what it was sent
        finding.message =
            words::shown(secrets ? hidden(finding.message, *secrets) : finding.message, words::LineEnds::Blank);
    take(outcome, sync.result, options.at.isValid() ? options.at : presentTime());
    auto kept = keep(*m_file, outcome, sync.result);
    if (!kept && sync.result.ok) {
        sync.result.ok = false;
        sync.result.problem = kept.error().text();
    }
    return sync.result;
}

Result<std::vector<SyncResult>> Connections::sync(const SyncOptions& options, const SyncProgressSink& progress,
                                                  std::stop_token stop)
{
    std::vector<std::string> names = options.names;
    {
        auto reader = m_file->reader();
        if (!reader)
            return reader.error();
        const auto stored = store::readConnections(*reader);
        if (!stored)
            return stored.error();
        const auto isKnown = [&stored](const std::string& name) {
            return std::any_of(stored->begin(), stored->end(),
                               [&](const auto& one) { return one.settings.name == name; });
        };
        for (const std::string& name : names) {
            if (!isKnown(name))
                return Error{ErrorCode::NotFound, "there is no connection \"" + name + '"', {}};
        }
        if (names.empty()) {
            for (const auto& one : *stored)
                names.push_back(one.settings.name);
        }
    }
    std::vector<SyncResult> results(names.size());
    std::mutex telling;
    std::atomic<std::size_t> next = 0;
    const SyncProgressSink inTurn = [&](const SyncProgress& at) {
        const std::lock_guard lock(telling);
        if (progress)
            progress(at);
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < std::min(names.size(), kSideBySide); ++i) {
            workers.emplace_back([&] {
                for (std::size_t at = next++; at < names.size(); at = next++)
                    results[at] = syncOne(names[at], options, inTurn, stop);
            });
        }
    }
    return results;
}

} // namespace altimeter::session
