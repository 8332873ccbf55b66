// What of a delivery could not be stored: whether what is stored may be replaced all the same, and what is kept of it.

#include "models/store/ingest/ingestwork.h"

#include <algorithm>

namespace altimeter::store {

namespace {

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

} // namespace

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

Error Ingest::Impl::causeOf(const Error& error) const
{
    for (const PartitionKey& key : rejects.keys()) {
        const auto stored = plan->storedUnder(key);
        if (!stored)
            return stored.error();
        if (*stored && rejects.rowsOf(key) > (*stored)->rejected)
            return refusal(key, rejects.rowsOf(key) - (*stored)->rejected, rejects.exampleOf(key));
    }
    return rejects.rowsOfNone() > 0 ? refusal({}, rejects.rowsOfNone(), rejects.exampleOf({})) : error;
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

Status Ingest::Impl::askWhetherWorse(const std::vector<RejectedSum>& gone) const
{
    auto done = checkNotWorse(gone);
    if (done || !options.asked || done.error().code != ErrorCode::Conflict)
        return done;
    options.asked->push_back(done.error());
    return {};
}

Status Ingest::Impl::publishRejects(bool& changed)
{
    if (auto done = reportStrays(changed); !done)
        return done;
    const auto gone = rejectsToGo();
    if (!gone)
        return gone.error();
    if (auto done = askWhetherWorse(*gone); !done)
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

} // namespace altimeter::store
