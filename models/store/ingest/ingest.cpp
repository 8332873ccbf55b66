#include "models/store/ingest/ingest.h"

#include "models/store/file/workspace.h"
#include "models/store/ingest/ingestwork.h"
#include "models/store/ledger/lastids.h"
#include "models/store/sql/jsondepth.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace altimeter::store {

namespace {

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

} // namespace

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
    const auto lastSum = db->number("SELECT max((SELECT coalesce(max(id), 0) FROM rejected_sum), (SELECT "
                                    "coalesce(max(id), 0) FROM aside_rejected_sum))");
    if (!lastSum)
        return lastSum.error();
    rejects.begin(*lastSum);
    if (auto done = ledger.begin(
            *db, changes,
            {options.source, options.kind, options.at, options.compares && !options.dryRun, options.keepBoth});
        !done)
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
        std::set<PartitionKey> months;
        for (const auto& [key, partition] : segments.partitions()) {
            PartitionKey month = key;
            month.slice = Day::none();
            months.insert(std::move(month));
        }
        if (auto done = ledger.writeFindings(report.findings, months); !done)
            return done;
    }
    if (auto done = ledger.forgetFindings(options.formerSource); !done)
        return done;
    for (const auto& [source, files] : filesReplaced) {
        if (auto done = ledger.forgetEmptied(source, files); !done)
            return done;
    }
    if (auto done = ledger.writeCounts(report, segments.lastIds()); !done)
        return done;
    if (options.alongside) {
        if (auto done = options.alongside(*db, report); !done)
            return done;
    }
    return bumpRevision(*db, changes);
}

std::int64_t Ingest::source() const
{
    return m_impl->ledger.source();
}

std::int64_t Ingest::delivery() const
{
    return m_impl->ledger.import();
}

std::int64_t Ingest::file() const
{
    return m_impl->ledger.file();
}

void Ingest::answerFor(std::vector<DateRange> days)
{
    Options& options = m_impl->options;
    options.covered = options.proven = joined(std::move(days));
    options.replace = true;
    m_impl->plan = std::make_unique<DeliveryPlan>(
        *m_impl->db, DeliveryPlan::Delivery{source(), delivery(), options.source, options.at, options.covered});
}

void Ingest::stays()
{
    m_impl->staysUnchanged = true;
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
                             impl.options.keepBoth, [&impl](const std::string& file) { return impl.pathOf(file); },
                             impl.options.asked},
                            impl.stop);
    auto met = meeting.meet(impl.segments.partitions());
    if (!met)
        return meeting.holdsLess() ? impl.causeOf(met.error()) : met.error();
    impl.takenFromOthers = meeting.removed();
    for (const Meeting::Known& one : met->known)
        impl.knownElsewhere.emplace(one.key, one);
    for (const Finding& finding : met->findings)
        impl.report.findings.push_back(finding);
    return met;
}

std::vector<Ingest::FileTotal> Ingest::fileTotals() const
{
    std::map<std::pair<std::size_t, Currency>, FileTotal> totals;
    for (const DeliveryMarks::Part& part : m_impl->marks.parts()) {
        const PartitionKey& key = part.partition->key;
        const auto [place, isNew] = totals.try_emplace({part.file, key.currency});
        FileTotal& total = place->second;
        total.file = m_impl->marks.files()[part.file];
        total.currency = key.currency;
        total.billed.add(part.billed);
        total.rows += part.rows;
        const Day behind = key.billingPeriod.addMonths(1);
        total.from = isNew ? key.billingPeriod : std::min(total.from, key.billingPeriod);
        total.to = isNew ? behind : std::max(total.to, behind);
    }
    std::vector<FileTotal> list;
    for (auto& [place, total] : totals)
        list.push_back(std::move(total));
    return list;
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
    if ((!changed && !impl.staysUnchanged) ||
        impl.options.dryRun) { // no revision, no import in the list: nobody has to read anything again
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
    impl.report.delivery = impl.ledger.import();
    return std::move(impl.report);
}

} // namespace altimeter::store
