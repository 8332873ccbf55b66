// What the files of one delivery say of each other.

#include "models/store/ingest/deliverymeeting.h"
#include "models/store/ingest/meetingtexts.h"

#include <algorithm>
#include <map>

namespace altimeter::store {

namespace {

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

Status DeliveryMeeting::compareFiles(Meeting& meeting)
{
    FileComparison comparison = m_marks.compare(m_delivery.keepBoth);
    for (std::size_t i = 0; i < comparison.leftOut.size(); ++i) {
        const LeftOutFile one = comparison.leftOut[i];
        const auto counted = one.isRestated ? haveCountedBoth(one.file, one.in) : Result<bool>(false);
        if (!counted)
            return counted.error();
        if (!*counted)
            continue;
        comparison = m_marks.compare(true);
        break;
    }
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
        const std::string why = one.isRestated ? "is an earlier state by its name: its charges stand in " +
                                                     files[one.in] + " with other cells or amounts; left out: "
                                               : "holds no line that is not in " + files[one.in] + "; left out: ";
        meeting.leftOut.push_back(
            {one.file,
             {Severity::Warning, one.isRestated ? "earlier-state" : "duplicate-file", rows, 0,
              why + linesText(rows) + ", BilledCost " + moneyText(money), files[one.file], m_delivery.source}});
    }
    if (!meeting.leftOut.empty())
        return {};
    for (const SharedLines& one : comparison.unclear) {
        const auto counted = m_delivery.keepBoth ? Result<bool>(true) : haveCountedBoth(one.first, one.second);
        if (!counted)
            return counted.error();
        if (!*counted) {
            if (auto asked = ask(unclearFiles(one)); !asked)
                return asked;
            continue;
        }
        comparison.beside.push_back(one);
    }
    m_mirrored = std::move(comparison.mirrored);
    noteDuplicates(meeting);
    noteBeside(comparison, meeting);
    return {};
}

Error DeliveryMeeting::unclearFiles(const SharedLines& one) const
{
    const auto& files = m_marks.files();
    const std::uint64_t both = std::max({one.overlap.shared, one.overlap.charges, one.overlap.same});
    const bool isCopied = one.overlap.isHalf(one.overlap.shared) && !one.isRestated;
    return {ErrorCode::Invalid,
            linesText(both) + " of " + monthName(partOf(one.first, one.partition)->partition->key) + " stand in " +
                files[one.second] + (isCopied ? " as well" : " as well, with other cells or amounts") +
                ", and neither file is a part of the other: it cannot be told which of them count. Nothing was "
                "changed.",
            files[one.first],
            "Leave the older file out; where all lines of both count, import them with --keep-both or join them to "
            "one file."};
}

/// Somebody has said before that both files count: what is stored came from both.
Result<bool> DeliveryMeeting::haveCountedBoth(std::size_t first, std::size_t second) const
{
    const auto holds = [this](const Met& met, std::size_t file) {
        return std::any_of(met.files.begin(), met.files.end(),
                           [&](const auto& stored) { return stored.first == m_marks.files()[file]; });
    };
    for (const DeliveryMarks::Part& part : m_marks.parts()) {
        if (part.file != first)
            continue;
        const auto mets = storedUnder(m_db, part.partition->key);
        if (!mets)
            return mets.error();
        const bool haveCounted = std::any_of(mets->begin(), mets->end(), [&](const Met& met) {
            return met.source == m_delivery.source && holds(met, first) && holds(met, second);
        });
        if (haveCounted)
            return true;
    }
    return false;
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

} // namespace altimeter::store
