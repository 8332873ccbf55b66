#include "models/store/ingest/ingest.h"

#include "models/domain/dayranges.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/deliverymarks.h"
#include "models/store/ingest/deliverymeeting.h"
#include "models/store/ingest/deliveryplan.h"
#include "models/store/ingest/ledgerwriting.h"
#include "models/store/ingest/linebatch.h"
#include "models/store/ingest/providercolumns.h"
#include "models/store/ingest/rejectedsums.h"
#include "models/store/ingest/segmentwriting.h"
#include "models/store/ingest/storedmarks.h"
#include "models/store/ingest/tupledictionary.h"
#include "models/store/ledger/lastids.h"
#include "models/store/sql/jsondepth.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace altimeter::store {

namespace {

/// The cost that moved; BilledCost where none or that one did.
CostLens movedLens(const PartitionReport& report)
{
    for (const CostLens lens : {CostLens::Billed, CostLens::Effective, CostLens::List, CostLens::Contracted}) {
        const auto at = static_cast<std::size_t>(lens);
        if (!(report.oldTotal[at] == report.storedTotal[at]))
            return lens;
    }
    return CostLens::Billed;
}

/// `slice`: the day of the charges; none: their billing month. Of a connection, which is asked again and again, only a
/// day that had been final is worth a warning.
Finding replacedFinding(const PartitionReport& report, Day slice, const Ingest::Options& options)
{
    const PartitionInfo& info = report.partition;
    const CostLens lens = movedLens(report);
    const auto at = static_cast<std::size_t>(lens);
    const bool moved = !(report.oldTotal == report.storedTotal);
    const bool isWorth = options.covered.empty() ? moved : report.isRestated;
    return {isWorth ? Severity::Warning : Severity::Note,
            "partition-replaced",
            report.rowsStored,
            0,
            "the stored charges of " + accountName(info.provider, info.billingAccount) + ", " +
                (slice.isValid() ? toString(slice) : toString(info.billingPeriod).substr(0, 7)) +
                (report.isRestated ? ", which had been final" : "") + ", were replaced: " +
                std::string(columnName(costColumnOf(lens))) + ' ' + report.oldTotal[at].toString(2) + " before, " +
                report.storedTotal[at].toString(2) + " now (" + std::string(info.currency.code()) + ')',
            info.files.empty() ? std::string() : info.files.front(),
            options.source};
}

/// `key`: none where the lines do not say their partition.
Error refusal(const std::optional<PartitionKey>& key, std::uint64_t rows, const RejectedSums::Example& example)
{
    return {ErrorCode::Conflict,
            example.message + ". This delivery has " + std::to_string(rows) +
                (rows == 1 ? " line more" : " lines more") + " that cannot be read" +
                (key ? " for " + monthName(*key) + " (" + std::string(key->currency.code()) + ')' : std::string()) +
                " than the one that is stored, which must not be replaced by less: nothing was changed, the stored "
                "charges stay",
            example.file + ", line " + std::to_string(example.line),
            "Mend the file and import it again, or import it with --replace to take what of it can be read."};
}

bool isUnread(const Finding& finding)
{
    return finding.check == "file-unusable" || finding.check == "file-not-read";
}

/// A file that came unreadable before may be none of costs; one that does so for the first time may be a part.
Error unreadFile(const Finding& finding)
{
    return {ErrorCode::Conflict,
            finding.message + ". A delivery with a file that is not read must not replace what is stored, which it may "
                              "be a part of: nothing was changed, the stored charges stay",
            finding.file,
            "Mend the file or take it out of the folder and import again, or import with --replace to take what can "
            "be read."};
}

PartitionInfo strayOf(const std::string& source, const PartitionKey& key, const std::vector<RejectedPart>& parts)
{
    PartitionInfo stray;
    stray.source = source;
    stray.provider = key.provider;
    stray.billingAccount = key.billingAccount;
    stray.billingPeriod = key.billingPeriod;
    stray.currency = key.currency;
    for (const RejectedPart& part : parts) {
        stray.rejected += part.rows;
        stray.addRejected(part);
    }
    return stray;
}

/// Adds what the lines of a batch that share a place add up to.
void addSums(DeliveredPartition& partition, const LineBatch::Place& place)
{
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        for (std::size_t scale = 0; scale < place.sum[lens].size(); ++scale) {
            if (place.sum[lens][scale] != 0)
                partition.fileTotal[lens].add(Decimal{place.sum[lens][scale], static_cast<std::uint8_t>(scale)});
        }
        partition.fileTotal[lens].add(place.wideSum[lens]);
        partition.unknownRows[lens] += place.unknown[lens];
    }
}

/// Whether `after` is less than `before`: fewer rows, or less of any cost.
bool isLess(const DeliveryPlan::Sums& after, const DeliveryPlan::Sums& before)
{
    if (after.rows < before.rows)
        return true;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        DecimalSum more = after.total[lens];
        more.subtract(before.total[lens]);
        if (more.overflowed() || more.toString(0).starts_with('-'))
            return true;
    }
    return false;
}

/// Of a partition that goes and for which nothing comes.
PartitionReport removedReport(const DeliveryPlan::Stored& stored, const std::string& source)
{
    PartitionReport removed;
    removed.partition.ids = {stored.id};
    removed.partition.source = source;
    removed.partition.provider = stored.key.provider;
    removed.partition.billingAccount = stored.key.billingAccount;
    removed.partition.billingPeriod = stored.key.billingPeriod;
    removed.partition.currency = stored.key.currency;
    removed.partition.rows = stored.rows;
    removed.oldTotal = stored.total;
    removed.action = PartitionReport::Action::Removed;
    return removed;
}

} // namespace

struct Ingest::Impl {
    sql::Connection* db = nullptr;
    std::unique_ptr<sql::Transaction> transaction;
    std::optional<KeepsSoundness> soundness; ///< what was known to hold stays known over the delivery
    Options options;
    std::stop_token stop;

    std::unique_ptr<TupleDictionary> dictionary;
    std::unique_ptr<DeliveryPlan> plan;
    SegmentWriter segments;
    LedgerWriter ledger;
    SealedChanges changes;                             ///< what both wrote
    DeliveryMarks marks;                               ///< only where the delivery is to be compared
    std::vector<DeliveryMeeting::Met> takenFromOthers; ///< what goes from other sources

    std::shared_ptr<const FileColumns> columns; ///< of the current file
    ProviderColumns providerColumns;            ///< of the current file
    RejectedSums rejects;
    std::set<std::int64_t> takenIds;  ///< of stored partitions of other sources
    std::set<std::int64_t> confirmed; ///< ids of stored partitions that came with the same content
    std::vector<DateRange> held;      ///< days that stay as they are stored, joined; see holdLosses()
    std::uint64_t rejectsBefore = 0;  ///< of partitions that are replaced and of files that came again
    std::optional<Error> worse;       ///< why the delivery must not replace what is stored
    bool replaces = false;            ///< something that is stored
    bool losesLines = false;          ///< not every line of what it replaces came again
    std::optional<StoredMarks> storedMarks;

    ImportReport report;
    bool isCommitted = false;

    /// What the texts of a batch are in the workspace.
    struct Resolved {
        struct Place {
            DeliveredPartition* partition = nullptr;
            std::uint32_t bill = 0;
        };
        std::vector<TupleDictionary::Core> cores;
        std::vector<std::uint32_t> extras; ///< kUnknown until the first line that has them
        std::vector<Place> places;
    };
    static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();

    Status prepare();
    Result<Resolved> resolve(const LineBatch& batch);
    Result<std::uint32_t> extraOf(const LineBatch& batch, std::uint32_t extra, Resolved& resolved);
    Result<Resolved::Place> placeOf(const LineBatch::Place& place);
    Status takeLines(const LineBatch& batch, Resolved resolved);
    Status reject(const RejectedLine& line);
    std::string pathOf(const std::string& file) const;
    void finishStatements();
    Result<PartitionReport> publish(DeliveredPartition& partition);
    Status holdLosses();
    Status passOver(DeliveredPartition& partition);
    Status publishAll(bool& changed);
    Status removeUndelivered(bool& changed);
    Status remove(const DeliveryPlan::Stored& stored);
    Status tellUnanswered();
    Status removeFromOthers(bool& changed);
    /// Whether days that were final are changed.
    Result<bool> noteRestatement(const PartitionKey& key, Instant importedAt, const DeliveryPlan::Sums& before,
                                 const DeliveryPlan::Sums& after);
    PartitionReport reportOf(const DeliveredPartition& partition) const;
    Status noteReplaced(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow, const DeliveredPartition* now);
    bool mayBeWorse(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow) const;
    Result<bool> keepsLines(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow, const DeliveredPartition& now);
    Status publishRejects(bool& changed);
    Status reportStrays(bool& changed);
    bool cameAgain(const RejectedSum& sum, bool isBare) const;
    Result<std::vector<RejectedSum>> rejectsToGo() const;
    Status checkNotWorse(const std::vector<RejectedSum>& gone) const;
    Status seal();
    Status writeAlongside();
    Status tellOtherSources();
};

Ingest::Ingest() : m_impl(std::make_unique<Impl>()) {}

Ingest::~Ingest()
{
    if (m_impl->db) {
        m_impl->finishStatements();
        m_impl->transaction.reset();
        m_impl->db->stopWith({});
        TupleDictionary::end(*m_impl->db, std::move(m_impl->dictionary), m_impl->isCommitted);
    }
}

/// A statement that is still open would keep the transaction from ending.
void Ingest::Impl::finishStatements()
{
    segments.end();
    ledger.end();
    if (dictionary)
        dictionary->release();
}

Result<std::unique_ptr<Ingest>> Ingest::begin(sql::Connection& connection, Options options, std::stop_token stop)
{
    std::unique_ptr<Ingest> ingest(new Ingest);
    Impl& impl = *ingest->m_impl;
    auto transaction = sql::Transaction::begin(connection);
    if (!transaction)
        return transaction.error();
    impl.db = &connection;
    impl.transaction = std::make_unique<sql::Transaction>(transaction.take());
    impl.options = std::move(options);
    impl.stop = std::move(stop);
    if (auto prepared = impl.prepare(); !prepared)
        return prepared.error();
    return ingest;
}

Status Ingest::Impl::prepare()
{
    // A partition's segments are written before the partition itself replaces the old one.
    if (auto done = db->execute("PRAGMA defer_foreign_keys=ON"); !done)
        return done;
    if (auto done = requireSound(*db); !done) // before anything is looked up that the delivery may replace
        return done;
    soundness.emplace(*db);
    const auto last = readLastIds(*db);
    if (!last)
        return last.error();
    const auto lastSum = db->number("SELECT coalesce(max(id), 0) FROM rejected_sum");
    if (!lastSum)
        return lastSum.error();
    rejects.begin(*lastSum);
    if (auto done = ledger.begin(*db, changes, {options.source, options.kind, options.at}); !done)
        return done;
    if (auto done = segments.begin(*db, changes, *last); !done)
        return done;
    plan = std::make_unique<DeliveryPlan>(
        *db, DeliveryPlan::Delivery{ledger.source(), ledger.import(), options.source, options.at, options.covered});
    report.dryRun = options.dryRun;
    auto known = TupleDictionary::begin(*db, options.remembered);
    if (!known)
        return known.error();
    dictionary = known.take();
    return {};
}

/// A hash of where the file lies; empty where nobody knows.
std::string Ingest::Impl::pathOf(const std::string& file) const
{
    const auto path = options.paths.find(file);
    if (path == options.paths.end())
        return {};
    const Fingerprint hash = Fingerprint::of(path->second);
    return std::to_string(hash.low) + '-' + std::to_string(hash.high);
}

Status Ingest::begin(const std::string& file, std::span<const std::string> header,
                     std::span<const std::string> extraColumns)
{
    Impl& impl = *m_impl;
    const nlohmann::json names(std::vector<std::string>(header.begin(), header.end()));
    const std::string text = jsonLine(names);
    auto columns = std::make_shared<FileColumns>();
    columns->file = file;
    columns->source = impl.options.source;
    columns->byDay = impl.options.byDay;
    columns->withMarks = impl.options.compares;
    columns->extraNames.assign(extraColumns.begin(), extraColumns.end());
    // The source hashes cells by position: equal cells under another header are another core.
    columns->salt = Fingerprint::of(text).low;
    impl.columns = std::move(columns);
    impl.providerColumns.begin(extraColumns);
    ++impl.report.filesRead;
    impl.marks.beginFile(file, Fingerprint::of(text).low);
    return impl.ledger.beginFile(file, text, impl.pathOf(file));
}

std::unique_ptr<CostBatch> Ingest::newBatch()
{
    return std::make_unique<LineBatch>(m_impl->dictionary->cores(), m_impl->columns);
}

void Ingest::setFileVersion(std::string version)
{
    (void)m_impl->ledger.setFileVersion(version);
}

Result<Ingest::Impl::Resolved::Place> Ingest::Impl::placeOf(const LineBatch::Place& place)
{
    if (!plan->mayHold(daysOf(place.billingPeriod, place.slice)))
        return Error{ErrorCode::Invalid,
                     "the delivery holds charges outside of the days it speaks for (" +
                         toString(place.slice.isValid() ? place.slice : place.billingPeriod) + ')',
                     columns->file};
    const auto partition = segments.partitionOf(
        {place.provider, place.billingAccount, place.billingPeriod, place.currency, place.slice}, columns->file);
    if (!partition)
        return partition.error();
    const auto bill = dictionary->tupleOf(Group::Bill, place.billHash, place.bill);
    if (!bill)
        return bill.error();
    addSums(**partition, place);
    return Resolved::Place{*partition, *bill};
}

Result<Ingest::Impl::Resolved> Ingest::Impl::resolve(const LineBatch& batch)
{
    Resolved resolved;
    // In this order, which is that of the file: numbers must not depend on which thread was first.
    for (const LineBatch::NewCore& core : batch.newCores) {
        auto found = dictionary->coreOf(core);
        if (!found)
            return found.error();
        resolved.cores.push_back(*found);
    }
    resolved.extras.assign(batch.extras.size(), kUnknown);
    for (const LineBatch::Place& place : batch.places) {
        const auto found = placeOf(place);
        if (!found)
            return found.error();
        resolved.places.push_back(*found);
    }
    return resolved;
}

/// The number of a line's provider cells, as far as they are kept in the dictionary. Asked for line by line, in the
/// order of the file: a column may leave the dictionary in the middle of a batch, and where batches end is chance.
Result<std::uint32_t> Ingest::Impl::extraOf(const LineBatch& batch, std::uint32_t extra, Resolved& resolved)
{
    if (extra == 0)
        return 0U;
    const auto tuple = [this](const std::string& text) {
        return dictionary->tupleOf(Group::Extra, Fingerprint::of(text), text);
    };
    const auto left = providerColumns.see(batch.extras[extra], resolved.extras[extra] == kUnknown);
    if (!left.empty())
        std::fill(resolved.extras.begin(), resolved.extras.end(), kUnknown);
    for (const std::string& name : left) {
        if (const auto known = tuple(name); !known)
            return known.error();
    }
    if (resolved.extras[extra] == kUnknown) {
        const auto known = tuple(providerColumns.tupleOf(batch.extras[extra]));
        if (!known)
            return known.error();
        resolved.extras[extra] = *known;
    }
    return resolved.extras[extra];
}

Status Ingest::take(std::unique_ptr<CostBatch> batch)
{
    const auto& lines = dynamic_cast<const LineBatch&>(*batch);
    if (m_impl->stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    auto resolved = m_impl->resolve(lines);
    if (!resolved)
        return resolved.error();
    return m_impl->takeLines(lines, resolved.take());
}

Status Ingest::Impl::takeLines(const LineBatch& batch, Resolved resolved)
{
    std::size_t wide = 0;
    auto rejected = batch.rejects.begin();
    for (std::size_t at = 0; at <= batch.lines.size(); ++at) {
        for (; rejected != batch.rejects.end() && rejected->before == at; ++rejected) {
            if (auto done = reject(rejected->line); !done)
                return done;
        }
        if (at == batch.lines.size())
            break;
        const LineBatch::Line& line = batch.lines[at];
        const auto extra = extraOf(batch, line.extra, resolved);
        if (!extra)
            return extra.error();
        // A batch was filled while others were taken in: what was new to it may have its number by now.
        const bool isNew = (line.core & LineBatch::kNewCore) != 0;
        const auto combo = dictionary->comboOf(
            isNew ? resolved.cores[line.core & ~LineBatch::kNewCore] : TupleDictionary::Core{line.core, {}}, *extra);
        if (!combo)
            return combo.error();
        const Resolved::Place& place = resolved.places[line.place];
        ++report.rowsRead;
        if (options.compares)
            marks.add(*place.partition, line.mark);
        if (auto done =
                segments.add(*place.partition, batch, at, *combo, place.bill, ledger.file(), providerColumns, wide);
            !done)
            return done;
    }
    return {};
}

Status Ingest::Impl::reject(const RejectedLine& line)
{
    ++report.rowsRead;
    ++report.rowsRejected;
    if (options.compares)
        marks.noteRejected();
    const PartitionKey key = readableKey(line, options.byDay);
    const bool isKept = namesPartition(line, options.byDay) && plan->mayHold(daysOf(key));
    return ledger.reject(line, rejects.count(line, columns->file, key, isKept));
}

Status Ingest::finding(const Finding& finding)
{
    Finding kept = finding;
    if (kept.file.empty())
        kept.file = m_impl->columns ? m_impl->columns->file : std::string();
    kept.source = m_impl->options.source;
    m_impl->report.findings.push_back(std::move(kept));
    return {};
}

PartitionReport Ingest::Impl::reportOf(const DeliveredPartition& partition) const
{
    PartitionReport result;
    PartitionInfo& info = result.partition;
    info.ids = {partition.id};
    info.source = options.source;
    info.provider = partition.key.provider;
    info.billingAccount = partition.key.billingAccount;
    info.billingPeriod = partition.key.billingPeriod;
    info.currency = partition.key.currency;
    info.rows = partition.rows;
    info.rejected = rejects.rowsOf(partition.key);
    info.fileTotal = partition.fileTotal;
    for (RejectedPart& part : rejects.partsOf(partition.key))
        info.addRejected(std::move(part));
    info.unknownRows = partition.unknownRows;
    info.importedAt = options.at;
    info.files = partition.files;
    result.rowsRead = partition.rows + info.rejected;
    result.rowsStored = partition.rows;
    result.rowsRejected = info.rejected;
    result.storedTotal = partition.storedTotal;
    return result;
}

Result<PartitionReport> Ingest::Impl::publish(DeliveredPartition& partition)
{
    if (auto done = segments.finish(partition); !done)
        return done.error();
    const auto stored = plan->storedUnder(partition.key);
    if (!stored)
        return stored.error();
    const DeliveryPlan::Stored* old = *stored ? &**stored : nullptr;
    PartitionReport result = reportOf(partition);
    if (old) {
        result.oldTotal = old->total;
        result.action = old->fingerprint == partition.fingerprint() ? PartitionReport::Action::Unchanged
                                                                    : PartitionReport::Action::Replaced;
    }
    const auto restated =
        noteRestatement(partition.key, old ? old->importedAt : Instant(), old ? old->sums() : DeliveryPlan::Sums(),
                        {partition.fileTotal, partition.unknownRows, partition.rows});
    if (!restated)
        return restated.error();
    result.isRestated = *restated;
    if (result.action == PartitionReport::Action::Unchanged) { // then what was just written is too much
        result.partition.ids = {old->id};
        confirmed.insert(old->id);
        if (auto done = ledger.drop(partition.id); !done)
            return done.error();
        if (auto done = ledger.keep(old->id, result.rowsRejected); !done)
            return done.error();
        return result;
    }
    if (old) {
        if (auto done = noteReplaced(*old, result.rowsRejected, &partition); !done)
            return done.error();
        if (auto done = ledger.drop(old->id); !done)
            return done.error();
    }
    if (auto done = ledger.put(partition, result, old); !done)
        return done.error();
    return result;
}

Result<bool> Ingest::Impl::noteRestatement(const PartitionKey& key, Instant importedAt,
                                           const DeliveryPlan::Sums& before, const DeliveryPlan::Sums& after)
{
    const auto restatement = plan->restatementOf(key, importedAt, before, after);
    if (!restatement)
        return restatement.error();
    if (!*restatement)
        return false;
    if (auto done = ledger.note(**restatement); !done)
        return done.error();
    return (*restatement)->wasFinal;
}

/// A day is replaced by less only where nothing of it can be missing: not where a line that cannot be read may be its.
/// It is judged against what is stored and not against the rejected lines of before, which the same answer, sent again,
/// would equal.
Status Ingest::Impl::holdLosses()
{
    if (options.covered.empty() || options.replace)
        return {};
    const RejectedSums::Doubt doubt = rejects.doubt(options.byDay);
    if (!doubt.isOfAny && doubt.days.empty())
        return {};
    for (const auto& [key, partition] : segments.partitions()) {
        if (!doubt.touches(daysOf(key)))
            continue;
        const auto stored = plan->storedUnder(key);
        if (!stored)
            return stored.error();
        if (*stored && isLess({partition->fileTotal, partition->unknownRows, partition->rows}, (*stored)->sums()))
            held.push_back(daysOf(key));
    }
    const auto gone =
        plan->undelivered([this](const PartitionKey& key) { return segments.partitions().contains(key); });
    if (!gone)
        return gone.error();
    for (const DeliveryPlan::Stored& stored : *gone) {
        if (doubt.touches(daysOf(stored.key)))
            held.push_back(daysOf(stored.key));
    }
    held = joined(std::move(held));
    return {};
}

/// What came of a day that stays as it is stored.
Status Ingest::Impl::passOver(DeliveredPartition& partition)
{
    if (auto done = segments.finish(partition); !done)
        return done;
    if (auto done = ledger.drop(partition.id); !done)
        return done;
    const auto stored = plan->storedUnder(partition.key);
    if (!stored)
        return stored.error();
    if (!*stored)
        return {};
    confirmed.insert((*stored)->id); // the lines rejected now take the place of those of before
    return ledger.keep((*stored)->id, rejects.rowsOf(partition.key));
}

Status Ingest::Impl::publishAll(bool& changed)
{
    if (auto done = holdLosses(); !done)
        return done;
    for (const auto& [key, partition] : segments.partitions()) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        if (holdsAll(held, daysOf(key))) {
            if (auto done = passOver(*partition); !done)
                return done;
            continue;
        }
        auto done = publish(*partition);
        if (!done)
            return done.error();
        report.rowsStored += done->rowsStored;
        changed |= done->action != PartitionReport::Action::Unchanged;
        if (done->action == PartitionReport::Action::Replaced)
            report.findings.push_back(replacedFinding(*done, key.slice, options));
        report.partitions.push_back(done.take());
    }
    return {};
}

/// What the delivery is the whole truth for and does not hold is no more; but that a day (or month) has lost every
/// charge is believed only where it is proven.
Status Ingest::Impl::removeUndelivered(bool& changed)
{
    std::set<Day> delivered; // by the first day of what is kept apart
    for (const auto& [key, partition] : segments.partitions())
        delivered.insert(daysOf(key).from);
    const auto gone =
        plan->undelivered([this](const PartitionKey& key) { return segments.partitions().contains(key); });
    if (!gone)
        return gone.error();
    for (const DeliveryPlan::Stored& stored : *gone) {
        const DateRange days = daysOf(stored.key);
        if (!delivered.contains(days.from) && !holdsAll(options.proven, days)) {
            report.unanswered.push_back(days);
            continue;
        }
        if (holdsAll(held, days)) {
            confirmed.insert(stored.id);
            continue;
        }
        if (auto done = remove(stored); !done)
            return done;
        changed = true;
    }
    return tellUnanswered();
}

Status Ingest::Impl::tellUnanswered()
{
    const std::vector<DateRange> empty = joined(report.unanswered);
    const std::vector<DateRange> less = without(held, empty);
    const auto tell = [this](const std::vector<DateRange>& days, const std::string& why) {
        if (!days.empty())
            report.findings.push_back({Severity::Warning, "day-not-answered", countDays(days), 0,
                                       why + "; not answered, and left as they were: " + daysText(days),
                                       columns ? columns->file : std::string(), options.source});
    };
    tell(empty,
         "the answer holds no charge of days of which charges are stored, and does not prove that there are none");
    tell(less, "the answer has records that cannot be read, and without them less of some days than is stored");
    report.unanswered.insert(report.unanswered.end(), less.begin(), less.end());
    report.unanswered = joined(std::move(report.unanswered));
    return {};
}

Status Ingest::Impl::remove(const DeliveryPlan::Stored& stored)
{
    PartitionReport removed = removedReport(stored, options.source);
    const auto restated = noteRestatement(stored.key, stored.importedAt, stored.sums(), {});
    if (!restated)
        return restated.error();
    removed.isRestated = *restated;
    if (removed.isRestated)
        report.findings.push_back(replacedFinding(removed, stored.key.slice, options));
    if (auto done = ledger.remove(stored); !done)
        return done;
    report.partitions.push_back(std::move(removed));
    return {};
}

/// What came of a partition that is replaced must be looked at only where something did not come.
bool Ingest::Impl::mayBeWorse(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow) const
{
    return !options.replace && options.covered.empty() &&
           (rejectedNow > old.rejected || rejects.rowsOfNone() > 0 ||
            std::any_of(report.findings.begin(), report.findings.end(), isUnread));
}

/// Whether all that is stored came again, perhaps with other amounts. Of more lines than can be compared, or of lines
/// that were not kept in mind, a fault that grows no faster than the month is taken for the one it had.
Result<bool> Ingest::Impl::keepsLines(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow,
                                      const DeliveredPartition& now)
{
    if (now.rows < old.rows)
        return false;
    const bool isShareKept = static_cast<Int128>(rejectedNow) * (old.rows + old.rejected) <=
                             static_cast<Int128>(old.rejected) * (now.rows + rejectedNow);
    if (!options.compares)
        return isShareKept;
    if (!storedMarks)
        storedMarks.emplace(*db);
    const auto before = storedMarks->of(old.id, stop);
    if (!before)
        return before.error();
    const LineMarks after = marks.marksOf(now);
    const Overlap overlap = overlapOf(*before, after);
    const bool isSample = before->bits() > 0 || after.bits() > 0;
    const bool cameAgain = !overlap.isUnknown && overlap.a > 0 && overlap.same == overlap.a;
    return cameAgain && (isShareKept || !isSample);
}

/// `now`: what takes its place; null: nothing.
Status Ingest::Impl::noteReplaced(const DeliveryPlan::Stored& old, std::uint64_t rejectedNow,
                                  const DeliveredPartition* now)
{
    replaces = true;
    rejectsBefore += old.rejected;
    if (!mayBeWorse(old, rejectedNow))
        return {};
    const auto keeps = now ? keepsLines(old, rejectedNow, *now) : Result<bool>(false);
    if (!keeps)
        return keeps.error();
    losesLines = losesLines || !*keeps;
    if (rejectedNow > old.rejected && !*keeps && !worse)
        worse = refusal(old.key, rejectedNow - old.rejected, rejects.exampleOf(old.key));
    return {};
}

/// Partitions of which nothing could be stored.
Status Ingest::Impl::reportStrays(bool& changed)
{
    for (const PartitionKey& key : rejects.keys()) {
        if (segments.partitions().contains(key))
            continue;
        const auto stored = plan->storedUnder(key);
        if (!stored)
            return stored.error();
        PartitionReport stray;
        stray.action = PartitionReport::Action::Rejected;
        stray.partition = strayOf(options.source, key, rejects.partsOf(key));
        stray.rowsRead = stray.rowsRejected = stray.partition.rejected;
        report.partitions.push_back(std::move(stray));
        if (!*stored)
            continue;
        if (holdsAll(held, daysOf(key))) {
            if (auto done = ledger.keep((*stored)->id, rejects.rowsOf(key)); !done)
                return done;
            continue;
        }
        if (auto done = noteReplaced(**stored, rejects.rowsOf(key), nullptr); !done)
            return done;
        if (!worse)
            worse = refusal(key, rejects.rowsOf(key), rejects.exampleOf(key));
        if (auto done = remove(**stored); !done)
            return done;
        changed = true;
    }
    for (const RejectedSum& sum : rejects.sums()) {
        if (sum.isWhole())
            continue;
        PartitionReport stray;
        stray.action = PartitionReport::Action::Rejected;
        stray.partition = strayOf(options.source, sum.key, {sum.part});
        stray.partition.files = {sum.file};
        stray.rowsRead = stray.rowsRejected = sum.part.rows;
        report.partitions.push_back(std::move(stray));
    }
    return {};
}

/// Whether lines that could not be stored under the name the files had at first came again under the one they have
/// now. `isBare`: nothing is stored under that name.
bool Ingest::Impl::cameAgain(const RejectedSum& sum, bool isBare) const
{
    if (sum.isWhole())
        return isBare && (rejects.names(sum.key) || segments.partitions().contains(sum.key));
    return sum.partitions.empty() && ledger.hasFile(sum.file);
}

/// Sums of earlier deliveries that this one takes the place of. A line that names its partition goes with that; any
/// other one when all that its file brought was delivered anew.
Result<std::vector<RejectedSum>> Ingest::Impl::rejectsToGo() const
{
    const bool isOfOneName = takenIds.empty() && options.formerSource.empty();
    const auto stored = readRejectedSums(*db, isOfOneName ? ledger.source() : 0);
    const auto isBare = ledger.isWithoutCharges(options.formerSource);
    if (!stored || !isBare)
        return !stored ? stored.error() : isBare.error();
    std::vector<RejectedSum> gone;
    for (const RejectedSum& sum : *stored) {
        if (sum.source != options.source) { // those that name a partition went with it
            const bool isTaken = !sum.isWhole() && !sum.partitions.empty() &&
                                 std::all_of(sum.partitions.begin(), sum.partitions.end(),
                                             [this](std::int64_t id) { return takenIds.contains(id); });
            if (isTaken || (sum.source == options.formerSource && cameAgain(sum, *isBare)))
                gone.push_back(sum);
            continue;
        }
        bool goes = sum.isWhole() ? rejects.names(sum.key) || segments.partitions().contains(sum.key)
                                  : sum.partitions.empty() && ledger.hasFile(sum.file);
        if (!goes && sum.isWhole() && plan->isCovered(daysOf(sum.key))) {
            const auto there = plan->storedUnder(sum.key);
            if (!there)
                return there.error();
            goes = !there->has_value();
        }
        if (!goes && !sum.isWhole() && !sum.partitions.empty()) {
            const auto standing = plan->standing(sum.partitions);
            if (!standing)
                return standing.error();
            goes = std::all_of(standing->begin(), standing->end(),
                               [this](std::int64_t id) { return confirmed.contains(id); });
        }
        if (goes)
            gone.push_back(sum);
    }
    return gone;
}

/// A month whose delivery is not whole must not replace one that was.
Status Ingest::Impl::checkNotWorse(const std::vector<RejectedSum>& gone) const
{
    if (options.replace || !options.covered.empty() || !replaces)
        return {};
    for (const Finding& finding : report.findings) {
        if (!isUnread(finding) || (finding.check == "file-not-read" && !losesLines))
            continue;
        const auto before = ledger.hadFinding(finding);
        if (!before)
            return before.error();
        if (!*before)
            return unreadFile(finding);
    }
    if (worse)
        return *worse;
    std::uint64_t before = rejectsBefore;
    for (const RejectedSum& sum : gone)
        before += sum.isWhole() ? 0 : sum.part.rows;
    if (rejects.rowsOfNone() <= before || !losesLines)
        return {};
    return refusal({}, rejects.rowsOfNone() - before, rejects.exampleOf({}));
}

Status Ingest::Impl::publishRejects(bool& changed)
{
    if (auto done = reportStrays(changed); !done)
        return done;
    const auto gone = rejectsToGo();
    if (!gone)
        return gone.error();
    if (auto done = checkNotWorse(*gone); !done)
        return done;
    auto now = rejects.sums();
    for (RejectedSum& sum : now) {
        if (sum.isWhole())
            continue;
        for (const PartitionReport& one : report.partitions) { // those of the lines of its file that could be stored
            const auto& files = one.partition.files;
            if (!one.partition.ids.empty() && std::find(files.begin(), files.end(), sum.file) != files.end())
                sum.partitions.push_back(one.partition.ids.front());
        }
    }
    if (!changed) { // a record that can no longer be read must be told, though no charge moved
        const auto differ = ledger.rejectsChanged(*gone);
        if (!differ)
            return differ.error();
        changed = *differ || !isSame(*gone, now);
    }
    return changed ? ledger.replaceRejects(*gone, now) : Status();
}

/// What is stored of this delivery under other names, where it takes the place of that too.
Status Ingest::Impl::removeFromOthers(bool& changed)
{
    for (const DeliveryMeeting::Met& met : takenFromOthers) {
        for (const DeliveryPlan::Stored& stored : met.stored) {
            PartitionReport removed = removedReport(stored, met.source);
            const auto now = segments.partitions().find(stored.key);
            if (auto done = noteReplaced(stored, rejects.rowsOf(stored.key),
                                         now == segments.partitions().end() ? nullptr : now->second.get());
                !done)
                return done;
            takenIds.insert(stored.id);
            if (auto done = ledger.remove(stored, met.source); !done)
                return done;
            if (auto done = ledger.forgetRejects(met.source, stored.key); !done)
                return done;
            report.partitions.push_back(std::move(removed));
            changed = true; // also where what came lies under its own name already
        }
    }
    return {};
}

/// A connection replaces what it brought itself, and is not compared with what lies under other names: that counts as
/// well, and twice where it is the same.
Status Ingest::Impl::tellOtherSources()
{
    if (options.compares || options.covered.empty())
        return {};
    // Source by source, so that the index of the keys is used: it must not cost what was ever delivered.
    auto others = db->prepare("SELECT s.name, sum(p.rows) FROM source s CROSS JOIN partition p ON p.source_id=s.id AND "
                              "p.provider=?2 AND p.billing_account=?3 AND p.billing_period=?4 AND p.currency=?5 "
                              "WHERE s.id<>?1 GROUP BY s.name ORDER BY s.name");
    if (!others)
        return others.error();
    PartitionKey last;
    for (const auto& [delivered, partition] : segments.partitions()) {
        PartitionKey key = delivered;
        key.slice = Day::none();
        if (key == last) // the days of a month follow one another
            continue;
        last = key;
        others->reset();
        const Status told =
            others->bind(1, ledger.source())
                .bind(2, std::string_view(key.provider))
                .bind(3, std::string_view(key.billingAccount))
                .bind(4, std::string_view(toString(key.billingPeriod)))
                .bind(5, key.currency.code())
                .each([&]() -> Status {
                    report.findings.push_back({Severity::Error,
                                               "account-in-two-sources",
                                               static_cast<std::uint64_t>(others->integer(1)),
                                               0,
                                               monthName(key) + " is stored under the source \"" + others->text(0) +
                                                   "\" too (" + others->text(1) +
                                                   " lines), and both count: remove one of them if they "
                                                   "are the same charges",
                                               {},
                                               options.source});
                    return {};
                });
        if (!told)
            return told;
    }
    return {};
}

/// The delivery itself changed nothing and left no trace; what goes with it is written all the same.
Status Ingest::Impl::writeAlongside()
{
    if (!options.alongside || options.dryRun)
        return {};
    auto later = sql::Transaction::begin(*db);
    if (!later)
        return later.error();
    SealedChanges small;
    if (auto source = sourceOf(*db, options.source, options.kind, small); !source)
        return source.error();
    if (auto done = options.alongside(*db, report); !done)
        return done;
    if (auto done = bumpRevision(*db, small); !done)
        return done;
    return later->commit();
}

/// What is written last, so that every checksum speaks of all that the delivery did.
Status Ingest::Impl::seal()
{
    if (auto done = dictionary->seal(*db); !done)
        return done;
    if (!options.leavesFindings) {
        if (auto done = ledger.writeFindings(report.findings); !done)
            return done;
    }
    if (auto done = ledger.forgetFindings(options.formerSource); !done)
        return done;
    if (auto done = ledger.writeCounts(report, segments.lastIds()); !done)
        return done;
    if (options.alongside) {
        if (auto done = options.alongside(*db, report); !done)
            return done;
    }
    return bumpRevision(*db, changes);
}

Result<Meeting> Ingest::meet()
{
    Impl& impl = *m_impl;
    impl.db->stopWith(impl.stop);
    impl.marks.endFile();
    for (const auto& [key, partition] : impl.segments.partitions()) {
        if (auto done = impl.segments.finish(*partition); !done)
            return done.error();
    }
    DeliveryMeeting meeting(*impl.db, impl.marks,
                            {impl.options.source, impl.options.kind, impl.options.isNamed, impl.options.replace,
                             [&impl](const std::string& file) { return impl.pathOf(file); }},
                            impl.stop);
    auto met = meeting.meet(impl.segments.partitions());
    if (!met)
        return met.error();
    impl.takenFromOthers = meeting.removed();
    for (const Finding& finding : met->findings)
        impl.report.findings.push_back(finding);
    return met;
}

Result<ImportReport> Ingest::finish()
{
    Impl& impl = *m_impl;
    impl.db->stopWith(impl.stop);
    bool changed = false;
    if (auto done = impl.publishAll(changed); !done)
        return done.error();
    if (auto done = impl.removeUndelivered(changed); !done)
        return done.error();
    if (auto done = impl.removeFromOthers(changed); !done)
        return done.error();
    if (auto done = impl.publishRejects(changed); !done)
        return done.error();
    if (auto done = impl.tellOtherSources(); !done)
        return done.error();
    for (Finding& finding : impl.rejects.untold(impl.report.findings)) {
        finding.source = impl.options.source;
        impl.report.findings.push_back(std::move(finding));
    }
    if (!changed || impl.options.dryRun) { // no revision, no import in the list: nobody has to read anything again
        impl.finishStatements();
        impl.transaction.reset();
        if (auto done = impl.writeAlongside(); !done)
            return done.error();
        return std::move(impl.report);
    }
    if (auto done = impl.seal(); !done)
        return done.error();
    impl.finishStatements();
    if (auto done = impl.transaction->commit(); !done)
        return done.error();
    impl.isCommitted = true;
    return std::move(impl.report);
}

} // namespace altimeter::store
