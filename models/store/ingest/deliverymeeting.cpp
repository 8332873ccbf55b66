#include "models/store/ingest/deliverymeeting.h"

#include "models/store/ingest/storedmarks.h"

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::store {

namespace {

using Met = DeliveryMeeting::Met;

/// "Microsoft E-100, 2025-06"
std::string nameOf(const PartitionKey& key)
{
    return (key.provider.empty() ? std::string() : key.provider + ' ') + key.billingAccount + ", " +
           toString(key.billingPeriod).substr(0, 7);
}

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

/// All files that the stored charges came from are there again.
bool areSameFiles(const DeliveredPartition& partition, const Met& met)
{
    return std::all_of(met.files.begin(), met.files.end(), [&partition](const std::string& file) {
        return std::find(partition.files.begin(), partition.files.end(), file) != partition.files.end();
    });
}

Error refusal(const DeliveredPartition& partition, const Met& met, const std::string& why, std::string todo)
{
    constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);
    const Currency& currency = partition.key.currency;
    return {ErrorCode::Conflict,
            nameOf(partition.key) + " is stored with " +
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

Status DeliveryMeeting::compareFiles(Meeting& meeting) const
{
    const FileComparison comparison = m_marks.compare();
    const auto& files = m_marks.files();
    const auto partitionOf = [this](std::size_t number) {
        std::map<const DeliveredPartition*, std::size_t> numbers; // as DeliveryMarks::compare() counts them
        for (const DeliveryMarks::Part& part : m_marks.parts()) {
            if (numbers.try_emplace(part.partition, numbers.size()).first->second == number)
                return part.partition;
        }
        return static_cast<const DeliveredPartition*>(nullptr);
    };
    for (const LeftOutFile& one : comparison.leftOut) {
        std::uint64_t rows = 0;
        std::map<std::string, DecimalSum> money;
        for (const DeliveryMarks::Part& part : m_marks.parts()) {
            if (part.file != one.file)
                continue;
            rows += part.rows;
            addMoney(money, part.partition->key, part.billed);
        }
        meeting.leftOut.push_back(
            {one.file,
             {Severity::Warning, "duplicate-file", rows, 0,
              std::string(one.isOlder ? "is an earlier state of " : "holds no line that is not in ") + files[one.in] +
                  "; left out: " + linesText(rows) + ", BilledCost " + moneyText(money),
              files[one.file], m_delivery.source}});
    }
    if (!meeting.leftOut.empty())
        return {};
    if (!comparison.unclear.empty()) {
        const SharedLines& one = comparison.unclear.front();
        const std::uint64_t both = std::max(one.overlap.lines, one.overlap.full);
        return Error{ErrorCode::Invalid,
                     linesText(both) + " of " + nameOf(partitionOf(one.partition)->key) + " stand in " +
                         files[one.second] +
                         " as well, and neither file is a part of the other: it cannot be told "
                         "which of them count. Nothing was changed.",
                     files[one.first],
                     "Leave the older file out, or import them one after the other, each with a --source of its own."};
    }
    for (const DeliveryMarks::Part& part : m_marks.parts()) {
        if (part.duplicates == 0)
            continue;
        const std::uint64_t rows = part.duplicates << part.marks.bits();
        meeting.findings.push_back({Severity::Note, "duplicate-lines", rows, 0,
                                    (part.marks.bits() > 0 ? "about " : "") + linesText(rows) + " of " +
                                        nameOf(part.partition->key) +
                                        " say what another one of the file says, to the last cell; all of them count",
                                    files[part.file], m_delivery.source});
    }
    for (const SharedLines& one : comparison.few) {
        if (one.overlap.lines == 0)
            continue;
        meeting.findings.push_back({Severity::Warning, "duplicate-lines", one.overlap.lines, 0,
                                    linesText(one.overlap.lines) + " of " + nameOf(partitionOf(one.partition)->key) +
                                        " stand in " + files[one.first] + " and in " + files[one.second] +
                                        "; all of them count",
                                    files[one.second], m_delivery.source});
    }
    return {};
}

Result<std::vector<Met>> DeliveryMeeting::storedBeside(const PartitionKey& key) const
{
    auto rows = m_db.prepare("SELECT s.name, s.kind, p.id, p.fingerprint, p.rows, p.data_from, p.data_through, "
                             "p.billed_cost, p.slice FROM source s JOIN partition p ON p.source_id=s.id AND "
                             "p.provider=?1 AND p.billing_account=?2 AND p.billing_period=?3 AND p.currency=?4 "
                             "ORDER BY s.name, p.slice");
    auto files = m_db.prepare("SELECT DISTINCT f.name FROM segment g JOIN import_file f ON f.id=g.file_id WHERE "
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
                met.files.push_back(files->text(0));
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
            Encounter one;
            one.partition = partition.get();
            one.isOwnSource = met.source == m_delivery.source;
            if (met.stored.size() == 1 && met.stored.front().fingerprint == partition->fingerprint()) {
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
                one.overlap = overlapOf(m_marks.marksOf(*partition), there);
                one.likeness = one.overlap.isSameDelivery()                ? Likeness::State
                               : one.overlap.isApart()                     ? Likeness::Apart
                               : m_delivery.replace && !m_delivery.isNamed ? Likeness::State
                                                                           : Likeness::Unclear;
            }
            one.met = std::move(met);
            all.push_back(std::move(one));
        }
    }
    return all;
}

/// What is stored under the delivery's own name goes where it is published: only another state of it may do that.
Status DeliveryMeeting::judgeOwn(const Encounter& one) const
{
    if (one.likeness == Likeness::Same || m_delivery.replace)
        return {};
    const bool isSameFile = areSameFiles(*one.partition, one.met);
    if (one.likeness == Likeness::Apart)
        return refusal(*one.partition, one.met, "No line stands in both, so it would not be corrected but lost.",
                       std::string(kReplaceOrApart));
    if (isSameFile)
        return {};
    if (one.likeness == Likeness::Unclear && !m_delivery.isNamed)
        return refusal(*one.partition, one.met, "It cannot be told whether the one is a later state of the other.",
                       std::string(kReplaceOrApart));
    if (isSmaller(*one.partition, one.met))
        return refusal(*one.partition, one.met, "It comes from another file and holds less.",
                       "Import it with --replace if that is the truth, or with --source and another name.");
    return {};
}

/// What is stored under another name counts beside the delivery, unless it is the same.
Status DeliveryMeeting::judgeOther(const Encounter& one, Meeting& meeting)
{
    const bool isConnection = one.met.kind != m_delivery.kind;
    const bool isSame = one.likeness == Likeness::Same || one.likeness == Likeness::State;
    const std::string shared = linesText(std::max(one.overlap.charges, one.overlap.full));
    if (isConnection && isSame)
        return refusal(*one.partition, one.met, "The connection of that name delivers the same charges already.",
                       "Remove the connection first if files are to take its place.");
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
    const bool isUnclear = one.likeness == Likeness::Unclear;
    if (isUnclear && !isConnection && !m_delivery.isNamed)
        return refusal(*one.partition, one.met, "It cannot be told whether the one is a later state of the other.",
                       "Import it with --replace if it is, or with --source and another name if both count.");
    std::string message = nameOf(one.partition->key) + " is stored under the source \"" + one.met.source + "\" too (" +
                          moneyText(one.met.billed, one.partition->key.currency) + ", " + linesText(one.met.rows) +
                          "); ";
    if (!isUnclear)
        message += "no line stands in both, and both count";
    else if (one.overlap.lines > 0)
        message += linesText(one.overlap.lines) + " stand in both, and count twice";
    else
        message += "lines of the same places and days stand in both, and all count";
    meeting.findings.push_back({isUnclear || isConnection ? Severity::Warning : Severity::Note,
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
        if (auto done = one.isOwnSource ? judgeOwn(one) : judgeOther(one, meeting); !done)
            return done.error();
    }
    if (!m_delivery.isNamed) {
        if (auto done = chooseSource(*all, meeting); !done)
            return done.error();
    }
    return meeting;
}

} // namespace altimeter::store
