// The same charges under another account, provider, month or currency: what a corrected delivery would count twice.

#include "models/store/ingest/deliverymeeting.h"
#include "models/store/ingest/looseindex.h"
#include "models/store/ingest/meetingtexts.h"

#include <algorithm>

namespace altimeter::store {

namespace {

constexpr std::string_view kOneOrBoth =
    "Import it with --replace if it takes the place of what is stored, or with --keep-both if both are real.";

std::string firstFile(const DeliveredPartition& partition)
{
    return partition.files.empty() ? std::string() : partition.files.front();
}

/// In two currencies one charge has two amounts, and one quantity.
Resemblance resemblance(const PartitionKey& a, const LineMarks& here, const PartitionKey& b, const LineMarks& there)
{
    const Resemblance byAmount = resemblanceOf(here, there, Resembling::Amount);
    if (a.currency == b.currency || byAmount.isSame())
        return byAmount;
    const Resemblance byUsage = resemblanceOf(here, there, Resembling::Usage);
    return byUsage.isSame() ? byUsage : byAmount;
}

} // namespace

/// Two files of one delivery. Once both have their place, somebody has said that both are real.
Status DeliveryMeeting::judgeMirroredFiles(const std::set<const DeliveredPartition*>& homeless, Meeting& meeting) const
{
    for (const MirroredLines& one : m_mirrored) {
        const DeliveryMarks::Part& first = m_marks.parts()[one.first];
        const DeliveryMarks::Part& second = m_marks.parts()[one.second];
        if (!homeless.contains(first.partition) && !homeless.contains(second.partition))
            continue;
        const auto figures = [&](const DeliveryMarks::Part& part) {
            return m_marks.files()[part.file] + " (" + keyText(part.partition->key) + ", " +
                   moneyText(part.billed, part.partition->key.currency) + ", " + linesText(part.rows) + ')';
        };
        const std::string both = linesText(one.resemblance.shared) + " charge the same in " + figures(first) +
                                 " and in " + figures(second) + ", under another " +
                                 differenceText(first.partition->key, second.partition->key);
        if (one.resemblance.isSame() && !m_delivery.keepBoth) {
            if (auto asked =
                    ask({ErrorCode::Conflict, both + ", and would count twice. Nothing was changed.",
                         m_marks.files()[second.file],
                         "Leave out the file that is wrong, or import them with --keep-both if both are real."});
                !asked)
                return asked;
            continue;
        }
        meeting.findings.push_back({Severity::Warning, "charges-under-two-keys", one.resemblance.shared, 0,
                                    both + "; all of them count", m_marks.files()[second.file], m_delivery.source});
    }
    return {};
}

Status DeliveryMeeting::judgeMirror(const DeliveredPartition& partition, const Met& met, const LineMarks& there,
                                    Meeting& meeting)
{
    const Resemblance both = resemblance(partition.key, m_marks.marksOf(partition), met.key, there);
    const bool isSame = both.isSame();
    if (!both.isHalf() && !isSame)
        return {};
    const bool isConnection = met.kind != m_delivery.kind;
    if (isSame && !m_delivery.keepBoth && (isConnection || !m_delivery.replace))
        return ask(mirrorRefusal(partition, met, both.shared,
                                 isConnection
                                     ? "Import it with --keep-both if both are real; else remove the connection "
                                       "first if files are to take its place."
                                     : std::string(kOneOrBoth)));
    if (isSame && m_delivery.replace) {
        const bool isNoted = std::any_of(m_removed.begin(), m_removed.end(), [&met](const Met& one) {
            return one.source == met.source && one.key == met.key;
        });
        if (!isNoted)
            m_removed.push_back(met);
        return {};
    }
    meeting.findings.push_back(
        {Severity::Warning, "charges-under-two-keys", both.shared, 0,
         linesText(both.shared) + " of " + keyText(partition.key) + " charge the same as lines stored under another " +
             differenceText(partition.key, met.key) + ", " + keyText(met.key) + ", source \"" + met.source + "\" (" +
             moneyText(met.billed, met.key.currency) + ", " + linesText(met.rows) + "); both count",
         firstFile(partition), m_delivery.source});
    return {};
}

/// What has a place already was judged when it got it: only what is new is looked at, and against what this delivery
/// does not say anew itself.
Status DeliveryMeeting::judgeMirrors(const SegmentWriter::Partitions& partitions, const Encounters& all,
                                     Meeting& meeting)
{
    std::set<const DeliveredPartition*> homeless;
    for (const auto& [key, partition] : partitions) {
        const bool isKnown = std::any_of(meeting.known.begin(), meeting.known.end(),
                                         [&key = key](const Meeting::Known& one) { return one.key == key; });
        const DeliveredPartition* const own = partition.get();
        const bool hasPlace = std::any_of(all.begin(), all.end(), [&](const Encounter& one) {
            return one.partition == own && (one.isOwnSource || isState(one));
        });
        if (!isKnown && !hasPlace)
            homeless.insert(own);
    }
    if (homeless.empty())
        return {};
    if (auto done = judgeMirroredFiles(homeless, meeting); !done)
        return done;
    std::vector<const DeliveredPartition*> fresh;
    Day from, through;
    for (const auto& [key, partition] : partitions) { // in their order
        if (!homeless.contains(partition.get()))
            continue;
        from = fresh.empty() ? partition->dataFrom : std::min(from, partition->dataFrom);
        through = fresh.empty() ? partition->dataThrough : std::max(through, partition->dataThrough);
        fresh.push_back(partition.get());
    }
    const auto mets = storedWithin(m_db, from, through);
    if (!mets)
        return mets.error();
    LooseIndex index;
    for (std::size_t i = 0; i < fresh.size() && !mets->empty(); ++i)
        index.add(i, m_marks.marksOf(*fresh[i]));
    index.finish();
    if (index.isEmpty())
        return {};
    for (const Met& met : *mets) {
        const bool isSaidAnew = std::any_of(all.begin(), all.end(), [&](const Encounter& one) {
            return one.met.source == met.source && one.met.key == met.key && (one.isOwnSource || isState(one));
        });
        if (isSaidAnew)
            continue;
        const auto there = marksOf(met);
        if (!there)
            return there.error();
        for (const std::size_t which : index.like(*there)) {
            if (fresh[which]->key == met.key)
                continue; // judged when the partition met it: see encounter()
            if (auto done = judgeMirror(*fresh[which], met, *there, meeting); !done)
                return done;
        }
    }
    return {};
}

} // namespace altimeter::store
