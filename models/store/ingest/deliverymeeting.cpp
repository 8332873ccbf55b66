#include "models/store/ingest/deliverymeeting.h"

#include "models/store/ingest/meetingtexts.h"
#include "models/store/ingest/statenames.h"

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::store {

namespace {

constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);

bool isSmaller(const DeliveredPartition& partition, const Met& met)
{
    return partition.rows < met.rows || partition.dataFrom > met.from || partition.dataThrough < met.through;
}

bool isNegative(const DecimalSum& sum)
{
    return sum.toString(0).starts_with('-');
}

/// Less than half of the money.
bool isMuchLess(const DeliveredPartition& partition, const Met& met)
{
    const DecimalSum& now = partition.fileTotal[kBilled];
    DecimalSum rest = now;
    rest.add(now);
    rest.subtract(met.billed);
    return isNegative(rest) && !isNegative(met.billed);
}

constexpr std::string_view kReplaceOrApart =
    "Import it with --replace if it takes the place of what is stored, or with --keep-both if it is a part beside it.";
constexpr std::string_view kReplaceOrBoth =
    "Import it with --replace if that is the truth, or with --keep-both if both count.";
constexpr std::string_view kOtherName =
    "Import it with --source and another name to keep both, or with --replace if it takes the place of what is stored.";

std::string listOf(const std::set<std::string>& names)
{
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "\"" : ", \"") + name + '"';
    return list;
}

/// All that is stored of a partition, under whatever names.
Met sumOf(const std::vector<const Met*>& mets)
{
    Met sum = *mets.front();
    for (std::size_t i = 1; i < mets.size(); ++i) {
        sum.rows += mets[i]->rows;
        sum.billed.add(mets[i]->billed);
        sum.from = std::min(sum.from, mets[i]->from);
        sum.through = std::max(sum.through, mets[i]->through);
    }
    return sum;
}

} // namespace

Result<LineMarks> DeliveryMeeting::marksOf(const Met& met)
{
    LineMarks all;
    for (const DeliveryPlan::Stored& part : met.stored) {
        const auto marks = m_stored.of(part.id, m_stop);
        if (!marks)
            return marks.error();
        all.add(*marks);
    }
    return all;
}

/// What only somebody who knows the charges can decide: it ends the delivery, unless all such questions are wanted.
Status DeliveryMeeting::ask(Error refused) const
{
    const bool isQuestion = refused.code == ErrorCode::Conflict || refused.code == ErrorCode::Invalid;
    if (!m_delivery.asked || !isQuestion)
        return refused;
    m_delivery.asked->push_back(std::move(refused));
    return {};
}

Result<DeliveryMeeting::Encounters> DeliveryMeeting::encounters(const SegmentWriter::Partitions& partitions)
{
    Encounters all;
    for (const auto& [key, partition] : partitions) {
        auto mets = storedUnder(m_db, key);
        if (!mets)
            return mets.error();
        for (Met& met : *mets) {
            auto one = encounter(*partition, std::move(met));
            if (!one)
                return one.error();
            all.push_back(one.take());
        }
    }
    return all;
}

Result<DeliveryMeeting::Encounter> DeliveryMeeting::encounter(const DeliveredPartition& partition, Met met)
{
    Encounter one;
    one.partition = &partition;
    one.isOwnSource = met.source == m_delivery.source;
    if (met.stored.size() == 1 && met.stored.front().fingerprint == partition.fingerprint()) {
        one.likeness = Likeness::Same;
    } else if (one.isOwnSource && m_delivery.replace) {
        one.likeness = Likeness::State; // it takes its place, whatever it holds
    } else {
        const auto there = marksOf(met);
        if (!there)
            return there.error();
        const LineMarks here = m_marks.marksOf(partition);
        one.overlap = overlapOf(here, *there);
        one.alike = resemblanceOf(here, *there, Resembling::Bare);
        one.areOtherBills = areOtherBills(here, *there);
        one.areLong = areLong(here, *there);
        one.gone = placesGone(*there, here);
        one.isLater = isLaterByName(partition, met, one);
        if (m_delivery.replace) {
            const auto beside = holdOtherMonths(m_db, m_delivery.source, met.source, partition.key);
            if (!beside)
                return beside.error();
            one.standBeside = *beside;
        }
        one.likeness = likenessOf(partition, met, one);
        one.mayBeSame = m_delivery.replace && one.likeness == Likeness::Apart && partition.dataFrom <= met.through &&
                        met.from <= partition.dataThrough && mayChargeTheSame(here, *there);
    }
    one.met = std::move(met);
    return one;
}

/// The files have the same names but for a date or the number of a run, which is later, and what is stored is told
/// anew.
bool DeliveryMeeting::isLaterByName(const DeliveredPartition& partition, const Met& met, const Encounter& one) const
{
    const bool isAlike = one.alike.isSame();
    const bool isRetold = 10 * one.overlap.same >= 9 * one.overlap.b && !one.areLong && !one.areOtherBills;
    const bool isAllThere =
        one.gone == 0 || (isAlike && 10 * one.alike.shared >= 9 * one.alike.b); // under other places
    if (met.files.empty() || !isAllThere || isSmaller(partition, met) || isMuchLess(partition, met) ||
        !(isAlike || (isRetold && !m_delivery.isNamed)))
        return false;
    return std::all_of(met.files.begin(), met.files.end(), [&](const auto& stored) {
        return std::any_of(partition.files.begin(), partition.files.end(), [&](const std::string& file) {
            return laterByName(stored.first, file) == std::partial_ordering::less;
        });
    });
}

DeliveryMeeting::Likeness DeliveryMeeting::likenessOf(const DeliveredPartition& partition, const Met& met,
                                                      const Encounter& one) const
{
    const Overlap& overlap = one.overlap;
    const bool isWhole = overlap.a == partition.rows && overlap.b == met.rows;
    if (isWhole && overlap.shared == overlap.a && overlap.a == overlap.b)
        return Likeness::Same; // in another order or spelling
    if (overlap.isHalf(overlap.shared) || one.isLater)
        return Likeness::State;
    const bool decides = m_delivery.replace && !m_delivery.isNamed;
    const bool isRespelled = overlap.isHalf(overlap.charges) && met.columns != m_marks.columnsOf(partition);
    const bool isUnknown =
        overlap.isUnknown && partition.rows == met.rows && partition.fileTotal[kBilled] == met.billed;
    if (one.alike.isSame())
        return decides ? Likeness::State : Likeness::Unclear;
    if (overlap.areSiblings() && !isRespelled && (!m_delivery.replace || one.standBeside))
        return Likeness::Siblings;
    if (overlap.shared > 0 || isRespelled || isUnknown)
        return decides ? Likeness::State : Likeness::Unclear;
    if (overlap.least() > 0 && 10 * overlap.places >= overlap.least())
        return decides && !one.standBeside ? Likeness::State : Likeness::Overlay;
    return Likeness::Apart;
}

/// All files that the stored charges came from are there again: not others of the same name.
bool DeliveryMeeting::areSameFiles(const DeliveredPartition& partition, const Met& met) const
{
    return std::all_of(met.files.begin(), met.files.end(), [&](const auto& stored) {
        return std::any_of(partition.files.begin(), partition.files.end(), [&](const std::string& file) {
            const std::string path = m_delivery.pathOf ? m_delivery.pathOf(file) : std::string();
            return path.empty() || stored.second.empty() ? file == stored.first : path == stored.second;
        });
    });
}

/// Whether what is stored there is the delivery itself, at another time.
bool DeliveryMeeting::isState(const Encounter& one) const
{
    return one.likeness == Likeness::Same ||
           (one.likeness == Likeness::State && (one.isOwnSource || !m_delivery.keepBoth));
}

/// What is stored already, to the last line, stays where it is: months that were imported one by one and come again in
/// a folder. Takes its encounters away. Lines that cannot be read go with what they came with, and are not settled so.
void DeliveryMeeting::settle(Encounters& all, Meeting& meeting) const
{
    if (m_delivery.replace || m_marks.hasRejected())
        return;
    std::map<const DeliveredPartition*, std::vector<const Encounter*>> holders;
    std::set<const DeliveredPartition*> same;
    for (const Encounter& one : all) {
        if (one.met.kind != m_delivery.kind)
            continue;
        const bool isInside = one.overlap.b > 0 && one.overlap.shared == one.overlap.b && one.overlap.b == one.met.rows;
        if (one.likeness == Likeness::Same) {
            if (same.insert(one.partition).second)
                holders[one.partition].clear();
            holders[one.partition].push_back(&one);
        } else if (isInside && !same.contains(one.partition)) {
            holders[one.partition].push_back(&one);
        }
    }
    std::set<const DeliveredPartition*> settled;
    for (const auto& [partition, parts] : holders) {
        std::vector<const Met*> mets;
        for (const Encounter* one : parts)
            mets.push_back(&one->met);
        const auto isAsStored = [&partition = partition](const Encounter& one) {
            return one.met.stored.size() == 1 && one.met.stored.front().fingerprint == partition->fingerprint();
        };
        const bool isOneElsewhere = same.contains(partition) && parts.size() == 1 &&
                                    (!parts.front()->isOwnSource || !isAsStored(*parts.front()));
        const Met sum = mets.empty() ? Met() : sumOf(mets);
        const bool isSum = !same.contains(partition) && parts.size() > 1 && sum.rows == partition->rows &&
                           sum.billed == partition->fileTotal[kBilled];
        if (!isOneElsewhere && !isSum)
            continue;
        settled.insert(partition);
        Meeting::Known known{partition->key, mets.front()->source, {}};
        std::set<std::string> names;
        for (const Met* met : mets) {
            names.insert(met->source);
            for (const DeliveryPlan::Stored& stored : met->stored)
                known.ids.push_back(stored.id);
        }
        meeting.findings.push_back(
            {m_delivery.isNamed ? Severity::Warning : Severity::Note, "same-delivery", partition->rows, 0,
             "the charges of " + keyText(partition->key) + " are stored already, under " +
                 (names.size() == 1 ? "the source " : "the sources ") + listOf(names) + "; they count once, there",
             partition->files.empty() ? std::string() : partition->files.front(), m_delivery.source});
        meeting.known.push_back(std::move(known));
    }
    std::erase_if(all, [&](const Encounter& one) { return settled.contains(one.partition); });
}

/// A state that was stored before and had to go is no newer one.
Status DeliveryMeeting::judgeFormer(const Encounter& one) const
{
    const auto at = formerlyStored(m_db, one.partition->key, one.partition->fingerprint());
    if (!at)
        return at.error();
    if (!at->isValid())
        return {};
    return refusal(*one.partition, one.met,
                   "These very charges were stored before (" + toString(at->day()) +
                       ") and others took their place since: an earlier state.",
                   std::string(kReplaceOrBoth));
}

Result<std::vector<MonthEvent>> DeliveryMeeting::historyOfMonth(const Encounter& one) const
{
    const PartitionKey& key = one.partition->key;
    return historyOf(m_db,
                     {key.provider, key.billingAccount, toString(key.billingPeriod), std::string(key.currency.code())});
}

/// What others took the place of by the user's word does not come back beside them by a name alone, grown or not.
Status DeliveryMeeting::judgeTaken(const Encounter& one) const
{
    if (one.likeness != Likeness::Overlay)
        return {};
    if (auto done = judgeFormer(one); !done)
        return done;
    const auto history = historyOfMonth(one);
    if (!history)
        return history.error();
    if (!wasTaken(*history, m_delivery.source))
        return {};
    return refusal(*one.partition, one.met,
                   "What \"" + m_delivery.source + "\" held of it was stored before and others took its place since.",
                   std::string(kReplaceOrBoth));
}

/// What is stored under the delivery's own name goes where it is published: only another state of it may do that.
Status DeliveryMeeting::judgeOwn(const Encounter& one)
{
    if (one.likeness == Likeness::Same || m_delivery.replace)
        return {};
    const bool isLess = isSmaller(*one.partition, one.met);
    const bool isOfSameFiles = areSameFiles(*one.partition, one.met);
    const bool isRewritten =
        isOfSameFiles && !isLess && (one.likeness == Likeness::State || one.overlap.isHalf(one.overlap.places));
    // By its name it is another state, as long as nothing of what is stored goes without a successor.
    const bool isSuccessor = (one.gone == 0 || one.isLater) && !isLess && !isMuchLess(*one.partition, one.met);
    if (isRewritten || isSuccessor)
        return judgeFormer(one);
    m_holdsLess = isLess;
    if (one.likeness == Likeness::Apart)
        return refusal(*one.partition, one.met, "No line stands in both, so it would not be corrected but lost.",
                       std::string(kReplaceOrApart));
    if (one.likeness != Likeness::State)
        return refusal(*one.partition, one.met, "It cannot be told whether the one is a later state of the other.",
                       std::string(kReplaceOrApart));
    const std::string whence = isOfSameFiles ? "It " : "It comes from another file and ";
    if (isLess)
        return refusal(*one.partition, one.met, whence + "holds less.", std::string(kReplaceOrBoth));
    if (one.gone > 0)
        return refusal(*one.partition, one.met,
                       whence + "says nothing of " + std::to_string(one.gone) +
                           (one.gone == 1 ? " place and day" : " places and days") + " that " +
                           (one.gone == 1 ? "is" : "are") + " stored.",
                       std::string(kReplaceOrBoth));
    return judgeFormer(one);
}

/// What is stored under another name counts beside the delivery, unless it is the same.
/// `isKnown`: both were kept beside each other before.
Status DeliveryMeeting::judgeOther(const Encounter& one, bool isKnown, Meeting& meeting)
{
    const bool isConnection = one.met.kind != m_delivery.kind;
    const bool isUnclear = one.likeness == Likeness::Unclear;
    const bool isSame = one.likeness == Likeness::Same || one.likeness == Likeness::State || isUnclear;
    // That both count was said before, and one of them alone is replaced now.
    const bool staysBoth = isKnown && (isUnclear || m_delivery.replace);
    const bool keepsBoth = (m_delivery.keepBoth || staysBoth) && one.likeness != Likeness::Same;
    const std::uint64_t alike = one.alike.isSame() ? one.alike.shared : 0;
    const std::string shared = linesText(std::max({one.overlap.shared, one.overlap.charges, alike}));
    if (isConnection && isSame && !keepsBoth)
        return refusal(*one.partition, one.met, "The connection of that name delivers the same charges already.",
                       "Remove the connection first if files are to take its place.");
    if (isUnclear && !m_delivery.replace && !keepsBoth)
        return refusal(*one.partition, one.met,
                       shared + " stand in both: it cannot be told whether the one is a later state of the other.",
                       std::string(kReplaceOrApart));
    if (isSame && m_delivery.isNamed && !m_delivery.replace && !keepsBoth)
        return refusal(*one.partition, one.met,
                       (one.likeness == Likeness::Same ? std::string("All lines") : shared) +
                           " are the same, and would count twice under two names.",
                       "Leave --source out to bring \"" + one.met.source +
                           "\" up to date, or import it with --replace to keep the charges under the new name alone.");
    if (isSame && !keepsBoth) {
        if (m_delivery.isNamed || m_delivery.replace)
            m_removed.push_back(one.met);
        return {};
    }
    if (!isKnown && !m_delivery.replace && !m_delivery.keepBoth) {
        if (auto done = judgeTaken(one); !done)
            return done;
    }
    const auto takes = takesPlace(one, isKnown);
    if (!takes)
        return takes.error();
    if (*takes) {
        m_removed.push_back(one.met);
        return {};
    }
    if (one.likeness == Likeness::Overlay && !isConnection && !isKnown && !one.standBeside && !m_delivery.isNamed &&
        !keepsBoth)
        return refusal(*one.partition, one.met, "It cannot be told whether the one is a later state of the other.",
                       "Import it with --replace if it is a newer state, or with --keep-both or --source NAME if it is "
                       "another part.");
    meeting.findings.push_back(besideFinding(one));
    return {};
}

/// Whether charges of another source go that share no line with the delivery: `replace` says so, of a month that the
/// delivery's own name does not hold yet, or that came again after such a word without another. Where only the services
/// are the same, nobody can tell.
Result<bool> DeliveryMeeting::takesPlace(const Encounter& one, bool isKnown)
{
    if (!m_delivery.replace || m_delivery.keepBoth || one.standBeside)
        return false;
    if (isKnown) {
        const bool isOverlay = one.likeness == Likeness::Overlay && one.met.kind == m_delivery.kind;
        const auto history =
            isOverlay ? historyOfMonth(one) : Result<std::vector<MonthEvent>>(std::vector<MonthEvent>());
        return history ? Result<bool>(isOverlay && cameAgainUnasked(*history, one.met.source)) : history.error();
    }
    if (one.likeness == Likeness::Overlay && one.met.kind != m_delivery.kind)
        return refusal(*one.partition, one.met, "The connection of that name delivers charges of the same places.",
                       "Remove the connection first if files are to take its place, or import it with --keep-both if "
                       "both count.");
    if (one.mayBeSame)
        return refusal(*one.partition, one.met,
                       "No line stands in both, and yet they may be the same charges in another grain: it cannot be "
                       "told whether the one takes the place of the other.",
                       "Import it with --keep-both if both count; if it takes the place, remove the source \"" +
                           one.met.source + "\" first.");
    if (one.likeness == Likeness::Overlay && isNegative(one.partition->fileTotal[kBilled]) &&
        !isNegative(one.met.billed))
        return refusal(*one.partition, one.met,
                       "No line stands in both, and it comes to a credit: it may be what was given back of the stored "
                       "charges.",
                       "Import it with --keep-both if both count; if it takes the place, remove the source \"" +
                           one.met.source + "\" first.");
    return one.likeness == Likeness::Overlay;
}

/// That what is stored under another name counts as well.
Finding DeliveryMeeting::besideFinding(const Encounter& one) const
{
    const bool isOverlay = one.likeness == Likeness::Overlay;
    std::string message = besideText(one.partition->key, one.met.source, one.met.billed, one.met.rows) + "; ";
    message += isOverlay                 ? "lines of the same places and days stand in both, and all count"
               : one.overlap.shared == 0 ? "no line stands in both, and both count"
               : one.overlap.shared == 1 ? "1 line stands in both, and all count"
                                         : linesText(one.overlap.shared) + " stand in both, and all count";
    const bool isConnection = one.met.kind != m_delivery.kind;
    // Who says `replace` may have meant it.
    const bool isWarning = isOverlay || isConnection || one.overlap.shared > 0 || m_delivery.replace;
    return {isWarning ? Severity::Warning : Severity::Note,
            "account-in-two-sources",
            one.partition->rows,
            0,
            std::move(message),
            one.partition->files.empty() ? std::string() : one.partition->files.front(),
            m_delivery.source};
}

/// A delivery without a name of its own goes where it lies already.
Status DeliveryMeeting::chooseSource(const Encounters& all, Meeting& meeting)
{
    std::set<std::string> names;
    const Encounter* other = nullptr;
    for (const Encounter& one : all) {
        if (isState(one) || (one.isOwnSource && one.likeness == Likeness::Unclear))
            names.insert(one.met.source);
        if (isState(one) && !one.isOwnSource)
            other = &one;
    }
    if (!other)
        return {};
    if (names.size() == 1 && meeting.known.empty()) {
        meeting.continues = other->met.source;
        m_removed.clear();
        return {};
    }
    return m_delivery.replace ? Status() : takeOver(all, names, meeting);
}

/// What lies under several names and all came again, grown perhaps, goes on under that of the delivery.
Status DeliveryMeeting::takeOver(const Encounters& all, const std::set<std::string>& names, Meeting& meeting)
{
    std::map<const DeliveredPartition*, std::vector<const Encounter*>> states;
    for (const Encounter& one : all) {
        if (isState(one))
            states[one.partition].push_back(&one);
    }
    for (const auto& [partition, parts] : states) {
        std::vector<const Met*> mets;
        std::uint64_t gone = 0;
        std::size_t same = 0;
        for (const Encounter* one : parts) {
            mets.push_back(&one->met);
            gone += one->gone;
            same += one->likeness == Likeness::Same ? 1 : 0;
        }
        const Met sum = sumOf(mets);
        const bool isWhole = gone == 0 && !isSmaller(*partition, sum) && !isMuchLess(*partition, sum);
        if (!isWhole || (same > 0 && parts.size() > 1))
            return ask(refusal(*partition, *mets.back(),
                               "What it holds lies under several sources by now (" + listOf(names) + ").",
                               "Import it with --source NAME --replace to bring all of it under one name."));
        for (const Encounter* one : parts) {
            if (one->isOwnSource)
                continue;
            m_removed.push_back(one->met);
            meeting.findings.push_back(
                {Severity::Note, "same-delivery", one->met.rows, 0,
                 "the stored charges of " + keyText(partition->key) + " under the source \"" + one->met.source +
                     "\" (" + moneyText(one->met.billed, partition->key.currency) + ") came again and go on under \"" +
                     m_delivery.source + '"',
                 partition->files.empty() ? std::string() : partition->files.front(), m_delivery.source});
        }
    }
    return {};
}

/// A name for what counts beside the source whose name the delivery would have: "june 2".
Result<std::string> DeliveryMeeting::nameBeside() const
{
    auto taken = m_db.prepare("SELECT EXISTS(SELECT 1 FROM source WHERE name=?1) OR "
                              "EXISTS(SELECT 1 FROM connection WHERE name=?1)");
    if (!taken)
        return taken.error();
    for (int number = 2;; ++number) {
        std::string name = m_delivery.source + ' ' + std::to_string(number);
        const auto row = taken->bind(1, std::string_view(name)).step();
        if (!row)
            return row.error();
        if (taken->integer(0) == 0)
            return name;
        taken->reset();
    }
}

Status DeliveryMeeting::judge(const Encounters& all, Meeting& meeting)
{
    for (const Encounter& one : all) {
        if (one.isOwnSource) {
            const auto done = judgeOwn(one);
            if (done)
                continue;
            if (done.error().code != ErrorCode::Conflict || !m_delivery.keepBoth) {
                if (auto asked = ask(done.error()); !asked)
                    return asked;
                continue;
            }
            if (m_delivery.isNamed)
                return Error{ErrorCode::Conflict, done.error().what, done.error().where, std::string(kOtherName)};
            auto name = nameBeside();
            if (!name)
                return name.error();
            meeting.continues = name.take();
            meeting.isBeside = true;
            return {};
        }
        const bool isKnown = std::any_of(all.begin(), all.end(), [&one](const Encounter& other) {
            return other.isOwnSource && other.partition == one.partition;
        });
        if (auto done = judgeOther(one, isKnown, meeting); !done) {
            if (auto asked = ask(done.error()); !asked)
                return asked;
        }
    }
    return m_delivery.isNamed ? Status() : chooseSource(all, meeting);
}

Result<Meeting> DeliveryMeeting::meet(const SegmentWriter::Partitions& partitions)
{
    Meeting meeting;
    m_removed.clear();
    if (auto done = compareFiles(meeting); !done)
        return done.error();
    if (!meeting.leftOut.empty())
        return meeting;
    auto all = encounters(partitions);
    if (!all)
        return all.error();
    // All of one delivery are charges of one source already: it was only given another name.
    const bool isAllThere = !all->empty() && all->size() == partitions.size() &&
                            std::all_of(all->begin(), all->end(), [&](const Encounter& one) {
                                return one.likeness == Likeness::Same && !one.isOwnSource &&
                                       one.met.kind == m_delivery.kind && one.met.source == all->front().met.source;
                            });
    if (isAllThere && !m_delivery.replace) {
        meeting.continues = all->front().met.source;
        return meeting;
    }
    settle(*all, meeting);
    if (auto done = judge(*all, meeting); !done)
        return done.error();
    if (!meeting.continues.empty())
        return meeting;
    if (auto done = judgeMirrors(partitions, *all, meeting); !done)
        return done.error();
    return meeting;
}

} // namespace altimeter::store
