#include "models/store/ingest/deliverymeeting.h"

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::store {

namespace {

using Met = DeliveryMeeting::Met;

std::string linesText(std::uint64_t count)
{
    return std::to_string(count) + (count == 1 ? " line" : " lines");
}

std::string moneyText(const DecimalSum& billed, const Currency& currency)
{
    return "BilledCost " + billed.toString(2) + ' ' + std::string(currency.code());
}

std::string daysText(Day from, Day through)
{
    return from == through ? toString(from) : toString(from) + " to " + toString(through);
}

/// "BilledCost 27.00 USD (3 lines, 2026-06-01 to 2026-06-03"
std::string figuresText(const DecimalSum& billed, const Currency& currency, std::uint64_t rows, Day from, Day through)
{
    return moneyText(billed, currency) + " (" + linesText(rows) + ", " + daysText(from, through);
}

bool isSmaller(const DeliveredPartition& partition, const Met& met)
{
    return partition.rows < met.rows || partition.dataFrom > met.from || partition.dataThrough < met.through;
}

/// Less than half of the money.
bool isMuchLess(const DeliveredPartition& partition, const Met& met)
{
    const DecimalSum& now = partition.fileTotal[static_cast<std::size_t>(CostLens::Billed)];
    DecimalSum rest = now;
    rest.add(now);
    rest.subtract(met.billed);
    return rest.toString(0).starts_with('-') && !met.billed.toString(0).starts_with('-');
}

Error refusal(const DeliveredPartition& partition, const Met& met, const std::string& why, std::string todo)
{
    constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);
    const Currency& currency = partition.key.currency;
    return {ErrorCode::Conflict,
            monthName(partition.key) + " is stored with " +
                figuresText(met.billed, currency, met.rows, met.from, met.through) + ", source \"" + met.source +
                "\"); this delivery has " +
                figuresText(partition.fileTotal[kBilled], currency, partition.rows, partition.dataFrom,
                            partition.dataThrough) +
                "). " + why + " Nothing was changed.",
            partition.files.empty() ? std::string() : partition.files.front(), std::move(todo)};
}

constexpr std::string_view kReplaceOrApart =
    "Import it with --replace if it takes the place of what is stored, or with "
    "--source and another name if it is a part beside it.";

void addMoney(std::map<std::string, DecimalSum>& sums, const PartitionKey& key, const DecimalSum& money)
{
    sums[std::string(key.currency.code())].add(money);
}

std::string moneyText(const std::map<std::string, DecimalSum>& sums)
{
    std::string text;
    for (const auto& [currency, sum] : sums)
        text += (text.empty() ? "" : ", ") + sum.toString(2) + ' ' + currency;
    return text;
}

} // namespace

/// `partition` as DeliveryMarks::compare() counts them.
const DeliveryMarks::Part* DeliveryMeeting::partOf(std::size_t file, std::size_t partition) const
{
    std::map<const DeliveredPartition*, std::size_t> numbers;
    for (const DeliveryMarks::Part& part : m_marks.parts())
        numbers.try_emplace(part.partition, numbers.size());
    for (const DeliveryMarks::Part& part : m_marks.parts()) {
        if (part.file == file && numbers.at(part.partition) == partition)
            return &part;
    }
    return nullptr;
}

Status DeliveryMeeting::compareFiles(Meeting& meeting) const
{
    const FileComparison comparison = m_marks.compare();
    const auto& files = m_marks.files();
    for (const LeftOutFile& one : comparison.leftOut) {
        std::uint64_t rows = 0;
        std::map<std::string, DecimalSum> money;
        for (const DeliveryMarks::Part& part : m_marks.parts()) {
            if (part.file != one.file)
                continue;
            rows += part.rows;
            addMoney(money, part.partition->key, part.billed);
        }
        meeting.leftOut.push_back({one.file,
                                   {Severity::Warning, "duplicate-file", rows, 0,
                                    "holds no line that is not in " + files[one.in] + "; left out: " + linesText(rows) +
                                        ", BilledCost " + moneyText(money),
                                    files[one.file], m_delivery.source}});
    }
    if (!meeting.leftOut.empty())
        return {};
    if (!comparison.unclear.empty()) {
        const SharedLines& one = comparison.unclear.front();
        const std::uint64_t both = std::max({one.overlap.shared, one.overlap.charges, one.overlap.same});
        return Error{
            ErrorCode::Invalid,
            linesText(both) + " of " + monthName(partOf(one.first, one.partition)->partition->key) + " stand in " +
                files[one.second] +
                (one.overlap.isHalf(one.overlap.shared) ? " as well" : " as well, with other cells or amounts") +
                ", and neither file is a part of the other: it cannot be told "
                "which of them count. Nothing was changed.",
            files[one.first], "Leave the older file out; where all lines of both count, join them to one file."};
    }
    noteDuplicates(meeting);
    noteBeside(comparison, meeting);
    return {};
}

void DeliveryMeeting::noteDuplicates(Meeting& meeting) const
{
    for (const DeliveryMarks::Part& part : m_marks.parts()) {
        if (part.duplicates == 0)
            continue;
        const std::uint64_t rows = part.duplicates << part.marks.bits();
        meeting.findings.push_back({Severity::Note, "duplicate-lines", rows, 0,
                                    (part.marks.bits() > 0 ? "about " : "") + linesText(rows) + " of " +
                                        monthName(part.partition->key) +
                                        " say what another one of the file says, to the last cell; all of them count",
                                    m_marks.files()[part.file], m_delivery.source});
    }
}

/// Files that speak of the same charges and count all the same: never silently.
void DeliveryMeeting::noteBeside(const FileComparison& comparison, Meeting& meeting) const
{
    constexpr std::size_t kMostNamed = 20;
    for (std::size_t i = 0; i < comparison.beside.size() && i < kMostNamed; ++i) {
        const SharedLines& one = comparison.beside[i];
        const DeliveryMarks::Part& first = *partOf(one.first, one.partition);
        const DeliveryMarks::Part& second = *partOf(one.second, one.partition);
        const PartitionKey& key = first.partition->key;
        const auto figures = [&](const DeliveryMarks::Part& part) {
            return m_marks.files()[part.file] + " (" + moneyText(part.billed, key.currency) + ", " +
                   linesText(part.rows) + ")";
        };
        const bool isShared = one.overlap.shared > 0;
        const std::uint64_t rows = isShared ? one.overlap.shared : one.overlap.same;
        std::string message = linesText(rows) + " of " + monthName(key) + " stand in " + figures(first) + " and in " +
                              figures(second) + (isShared ? "" : " with other cells or amounts") +
                              "; all of them count";
        if (i + 1 == kMostNamed && comparison.beside.size() > kMostNamed)
            message += "; so it is with " + std::to_string(comparison.beside.size() - kMostNamed) + " more pairs";
        meeting.findings.push_back({Severity::Warning, "duplicate-lines", rows, 0, std::move(message),
                                    m_marks.files()[one.second], m_delivery.source});
    }
}

Result<std::vector<Met>> DeliveryMeeting::storedBeside(const PartitionKey& key) const
{
    auto rows =
        m_db.prepare("SELECT s.name, s.kind, p.id, p.fingerprint, p.rows, p.data_from, p.data_through, "
                     "p.billed_cost, p.slice, p.rows_rejected FROM source s JOIN partition p ON p.source_id=s.id AND "
                     "p.provider=?1 AND p.billing_account=?2 AND p.billing_period=?3 AND p.currency=?4 "
                     "ORDER BY s.name, p.slice");
    auto files = m_db.prepare(
        "SELECT DISTINCT f.name, f.header, f.path FROM segment g JOIN import_file f ON f.id=g.file_id WHERE "
        "g.partition_id=?1");
    if (!rows || !files)
        return !rows ? rows.error() : files.error();
    rows->bind(1, std::string_view(key.provider))
        .bind(2, std::string_view(key.billingAccount))
        .bind(3, std::string_view(toString(key.billingPeriod)))
        .bind(4, key.currency.code());
    std::vector<Met> all;
    const Status read = rows->each([&]() -> Status {
        const auto billed = DecimalSum::parse(rows->text(7));
        if (!billed)
            return Error{ErrorCode::Corrupt, "a stored month cannot be read", rows->text(0)};
        if (all.empty() || all.back().source != rows->textView(0)) {
            all.emplace_back();
            all.back().source = rows->text(0);
            all.back().kind = rows->text(1);
            all.back().from = Day{static_cast<std::int32_t>(rows->integer(5))};
            all.back().through = Day{static_cast<std::int32_t>(rows->integer(6))};
        }
        Met& met = all.back();
        DeliveryPlan::Stored stored;
        stored.key = key;
        stored.key.slice = rows->integer(8) == 0 ? Day::none() : Day{static_cast<std::int32_t>(rows->integer(8))};
        stored.id = rows->integer(2);
        stored.fingerprint = rows->text(3);
        stored.rows = static_cast<std::uint64_t>(rows->integer(4));
        stored.rejected = static_cast<std::uint64_t>(rows->integer(9));
        stored.total[static_cast<std::size_t>(CostLens::Billed)] = *billed;
        met.rows += stored.rows;
        met.billed.add(*billed);
        met.from = std::min(met.from, Day{static_cast<std::int32_t>(rows->integer(5))});
        met.through = std::max(met.through, Day{static_cast<std::int32_t>(rows->integer(6))});
        met.stored.push_back(std::move(stored));
        return {};
    });
    if (!read)
        return read.error();
    for (Met& met : all) {
        for (const DeliveryPlan::Stored& stored : met.stored) {
            const Status named = files->bind(1, stored.id).each([&]() -> Status {
                met.files.emplace_back(files->text(0), files->text(2));
                met.columns.insert(Fingerprint::of(files->textView(1)).low);
                return {};
            });
            if (!named)
                return named.error();
            files->reset();
        }
    }
    return all;
}

Result<std::vector<DeliveryMeeting::Encounter>>
DeliveryMeeting::encounters(const SegmentWriter::Partitions& partitions) const
{
    std::vector<Encounter> all;
    StoredMarks stored(m_db);
    for (const auto& [key, partition] : partitions) {
        auto mets = storedBeside(key);
        if (!mets)
            return mets.error();
        for (Met& met : *mets) {
            auto one = encounter(*partition, std::move(met), stored);
            if (!one)
                return one.error();
            all.push_back(one.take());
        }
    }
    return all;
}

Result<DeliveryMeeting::Encounter> DeliveryMeeting::encounter(const DeliveredPartition& partition, Met met,
                                                              StoredMarks& stored) const
{
    Encounter one;
    one.partition = &partition;
    one.isOwnSource = met.source == m_delivery.source;
    if (met.stored.size() == 1 && met.stored.front().fingerprint == partition.fingerprint()) {
        one.likeness = Likeness::Same;
    } else if (one.isOwnSource && m_delivery.replace) {
        one.likeness = Likeness::State; // it takes its place, whatever it holds
    } else {
        LineMarks there;
        for (const DeliveryPlan::Stored& part : met.stored) {
            const auto marks = stored.of(part.id, m_stop);
            if (!marks)
                return marks.error();
            there.add(*marks);
        }
        const LineMarks here = m_marks.marksOf(partition);
        one.overlap = overlapOf(here, there);
        one.gone = placesGone(there, here);
        one.likeness = likenessOf(partition, met, one.overlap);
    }
    one.met = std::move(met);
    return one;
}

DeliveryMeeting::Likeness DeliveryMeeting::likenessOf(const DeliveredPartition& partition, const Met& met,
                                                      const Overlap& overlap) const
{
    constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);
    if (overlap.isHalf(overlap.shared))
        return Likeness::State;
    const bool decides = m_delivery.replace && !m_delivery.isNamed;
    const bool isRespelled = overlap.isHalf(overlap.charges) && met.columns != m_marks.columnsOf(partition);
    const bool isUnknown =
        overlap.isUnknown && partition.rows == met.rows && partition.fileTotal[kBilled] == met.billed;
    if (overlap.shared > 0 || isRespelled || isUnknown)
        return decides ? Likeness::State : Likeness::Unclear;
    if (overlap.least() > 0 && 10 * overlap.places >= overlap.least())
        return decides ? Likeness::State : Likeness::Overlay;
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

/// What is stored under the delivery's own name goes where it is published: only another state of it may do that.
Status DeliveryMeeting::judgeOwn(const Encounter& one) const
{
    if (one.likeness == Likeness::Same || m_delivery.replace)
        return {};
    if (areSameFiles(*one.partition, one.met))
        return {};
    // By its name it is another state, as long as nothing of what is stored goes without a successor.
    if (one.gone == 0 && !isSmaller(*one.partition, one.met) && !isMuchLess(*one.partition, one.met))
        return {};
    if (one.likeness == Likeness::Apart)
        return refusal(*one.partition, one.met, "No line stands in both, so it would not be corrected but lost.",
                       std::string(kReplaceOrApart));
    if (one.likeness != Likeness::State)
        return refusal(*one.partition, one.met, "It cannot be told whether the one is a later state of the other.",
                       std::string(kReplaceOrApart));
    if (isSmaller(*one.partition, one.met))
        return refusal(*one.partition, one.met, "It comes from another file and holds less.",
                       "Import it with --replace if that is the truth, or with --source and another name.");
    if (one.gone > 0)
        return refusal(*one.partition, one.met,
                       "It comes from another file and says nothing of " + std::to_string(one.gone) +
                           (one.gone == 1 ? " place and day" : " places and days") + " that " +
                           (one.gone == 1 ? "is" : "are") + " stored.",
                       "Import it with --replace if that is the truth, or with --source and another name.");
    return {};
}

/// What is stored under another name counts beside the delivery, unless it is the same.
/// `isKnown`: both were kept beside each other before.
Status DeliveryMeeting::judgeOther(const Encounter& one, bool isKnown, Meeting& meeting)
{
    const bool isConnection = one.met.kind != m_delivery.kind;
    const bool isUnclear = one.likeness == Likeness::Unclear;
    const bool isSame = one.likeness == Likeness::Same || one.likeness == Likeness::State || isUnclear;
    const std::string shared = linesText(std::max(one.overlap.shared, one.overlap.charges));
    if (isConnection && isSame)
        return refusal(*one.partition, one.met, "The connection of that name delivers the same charges already.",
                       "Remove the connection first if files are to take its place.");
    if (isUnclear && !m_delivery.replace)
        return refusal(*one.partition, one.met,
                       shared + " stand in both: it cannot be told whether the one is a later state of the other.",
                       "Import it with --replace if it is.");
    if (isSame && m_delivery.isNamed && !m_delivery.replace)
        return refusal(*one.partition, one.met,
                       (one.likeness == Likeness::Same ? std::string("All lines") : shared) +
                           " are the same, and would count twice under two names.",
                       "Leave --source out to bring \"" + one.met.source +
                           "\" up to date, or import it with --replace "
                           "to keep the charges under the new name alone.");
    if (isSame) {
        if (m_delivery.isNamed || m_delivery.replace)
            m_removed.push_back(one.met);
        return {};
    }
    const bool isOverlay = one.likeness == Likeness::Overlay;
    if (isOverlay && !isConnection && !isKnown && !m_delivery.isNamed)
        return refusal(*one.partition, one.met, "It cannot be told whether the one is a later state of the other.",
                       "Import it with --replace if it is a newer state, or with --source NAME if it is another part.");
    std::string message = monthName(one.partition->key) + " is stored under the source \"" + one.met.source +
                          "\" too (" + moneyText(one.met.billed, one.partition->key.currency) + ", " +
                          linesText(one.met.rows) + "); ";
    message += isOverlay ? "lines of the same places and days stand in both, and all count"
                         : "no line stands in both, and both count";
    meeting.findings.push_back({isOverlay || isConnection ? Severity::Warning : Severity::Note,
                                "account-in-two-sources", one.partition->rows, 0, std::move(message),
                                one.partition->files.empty() ? std::string() : one.partition->files.front(),
                                m_delivery.source});
    return {};
}

/// A delivery without a name of its own goes where it lies already.
Status DeliveryMeeting::chooseSource(const std::vector<Encounter>& all, Meeting& meeting)
{
    const auto isState = [](const Encounter& one) {
        return one.likeness == Likeness::Same || one.likeness == Likeness::State;
    };
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
    if (names.size() == 1) {
        meeting.continues = other->met.source;
        m_removed.clear();
        return {};
    }
    if (m_delivery.replace)
        return {};
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "\"" : ", \"") + name + '"';
    return refusal(*other->partition, other->met, "What it holds lies under several sources by now (" + list + ").",
                   "Import it with --source NAME --replace to bring all of it under one name.");
}

Result<Meeting> DeliveryMeeting::meet(const SegmentWriter::Partitions& partitions)
{
    Meeting meeting;
    m_removed.clear();
    if (auto done = compareFiles(meeting); !done)
        return done.error();
    if (!meeting.leftOut.empty())
        return meeting;
    const auto all = encounters(partitions);
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
    for (const Encounter& one : *all) {
        const bool isKnown = std::any_of(all->begin(), all->end(), [&one](const Encounter& other) {
            return other.isOwnSource && other.partition == one.partition;
        });
        if (auto done = one.isOwnSource ? judgeOwn(one) : judgeOther(one, isKnown, meeting); !done)
            return done.error();
    }
    if (!m_delivery.isNamed) {
        if (auto done = chooseSource(*all, meeting); !done)
            return done.error();
    }
    return meeting;
}

} // namespace altimeter::store
