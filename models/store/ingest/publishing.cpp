// What a delivery brought takes the place of what is stored.

#include "models/store/events/eventdays.h"
#include "models/store/ingest/ingestwork.h"
#include "models/store/ingest/meetingtexts.h"

#include <algorithm>
#include <map>

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

/// Charges of AI events are made anew whenever something about their calls is learnt: only other money is told.
bool isWorthTelling(const PartitionReport& report, const Ingest::Options& options)
{
    return options.kind != kEventKind || report.isRestated || !(report.oldTotal == report.storedTotal);
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

/// What `replace` took away of another source or key: nobody else would say how much it was.
Finding removedFinding(const Met& met, const Ingest::Options& options)
{
    return {Severity::Warning,
            "partition-replaced",
            met.rows,
            0,
            "the stored charges of " + keyText(met.key) + " under the source \"" + met.source +
                "\" were removed, as this delivery takes their place: " + moneyText(met.billed, met.key.currency) +
                " before, none now",
            {},
            options.source};
}

} // namespace

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
        if (auto done = noteFilesOf(old->id, options.source); !done)
            return done.error();
        if (auto done = ledger.drop(old->id); !done)
            return done.error();
    }
    if (auto done = ledger.put(partition, result, old); !done)
        return done.error();
    return result;
}

/// Files that a stored partition came from: what was found in them is no longer so once all their charges are gone.
Status Ingest::Impl::noteFilesOf(std::int64_t partition, const std::string& source)
{
    if (!options.compares)
        return {};
    auto files = db->prepare(
        "SELECT DISTINCT f.name FROM segment g JOIN import_file f ON f.id=g.file_id WHERE g.partition_id=?1");
    if (!files)
        return files.error();
    return files->bind(1, partition).each([&]() -> Status {
        filesReplaced[source].insert(files->text(0));
        return {};
    });
}

Result<bool> Ingest::Impl::noteRestatement(const PartitionKey& key, Instant importedAt,
                                           const DeliveryPlan::Sums& before, const DeliveryPlan::Sums& after)
{
    auto restatement = plan->restatementOf(key, importedAt, before, after);
    if (!restatement)
        return restatement.error();
    if (!*restatement)
        return false;
    (*restatement)->wasFinal = (*restatement)->wasFinal && !options.isEstimated;
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

/// What came of a partition that is stored under other names to the last line, and counts there.
Status Ingest::Impl::leaveKnown(DeliveredPartition& partition, const Meeting::Known& stored)
{
    if (auto done = segments.finish(partition); !done)
        return done;
    if (auto done = ledger.drop(partition.id); !done)
        return done;
    PartitionReport result = reportOf(partition);
    result.action = PartitionReport::Action::Unchanged;
    result.partition.source = stored.source;
    result.partition.ids = stored.ids;
    report.rowsStored += result.rowsStored;
    report.partitions.push_back(std::move(result));
    return {};
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
        if (const auto stored = knownElsewhere.find(key); stored != knownElsewhere.end()) {
            if (auto done = leaveKnown(*partition, stored->second); !done)
                return done;
            continue;
        }
        auto done = publish(*partition);
        if (!done)
            return done.error();
        report.rowsStored += done->rowsStored;
        changed |= done->action != PartitionReport::Action::Unchanged;
        if (done->action == PartitionReport::Action::Replaced && isWorthTelling(*done, options))
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

/// What is stored of this delivery under other names, where it takes the place of that too.
Status Ingest::Impl::removeFromOthers(bool& changed)
{
    for (const Met& met : takenFromOthers) {
        if (options.replace)
            report.findings.push_back(removedFinding(met, options));
        for (const DeliveryPlan::Stored& stored : met.stored) {
            PartitionReport removed = removedReport(stored, met.source);
            const auto now = segments.partitions().find(stored.key);
            if (auto done = noteReplaced(stored, rejects.rowsOf(stored.key),
                                         now == segments.partitions().end() ? nullptr : now->second.get());
                !done)
                return done;
            if (auto done = noteFilesOf(stored.id, met.source); !done)
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
    // What sources of AI events tell of the same account is meant to stand together: each call and each bill counts
    // once.
    if (options.compares || options.covered.empty() || options.kind == kEventKind)
        return {};
    // Source by source, so that the index of the keys is used: it must not cost what was ever delivered.
    auto others = db->prepare("SELECT s.name, sum(p.rows) FROM source s CROSS JOIN partition p ON p.source_id=s.id AND "
                              "p.provider=?2 AND p.billing_account=?3 AND p.billing_period=?4 AND p.currency=?5 "
                              "WHERE s.id<>?1 AND s.kind<>?6 GROUP BY s.name ORDER BY s.name");
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
                .bind(6, kEventKind)
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

} // namespace altimeter::store
