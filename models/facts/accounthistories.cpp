#include "models/facts/accounthistories.h"

#include "models/facts/lastdays.h"

#include <algorithm>

namespace altimeter {

namespace {

void sortOnce(std::vector<Day>& days)
{
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
}

/// Days of an account's billing month that lie behind the month.
using DaysBehind = std::map<Day, std::vector<Day>>;

/// So many days at an end, beside so many others, are no rhythm.
constexpr std::size_t kFew = 2;
constexpr std::size_t kMany = 7;
constexpr int kSeason = 92;

/// How many days lie in the span from the first to the last of them, for each with a charge.
double daysPerCharge(const std::vector<Day>& days, Day first)
{
    return static_cast<double>(days.back() - first + 1) / static_cast<double>(days.size());
}

/// Some are billed from the 15th to the 15th, so that many days lie behind each month, as close to each other as those
/// within. Beside a whole month of others one or two of a single month were charged ahead, and so were as many as there
/// may be that lie far apart from each other: the months of a year that is paid at once.
bool areAhead(const DaysBehind& behind, const std::vector<Day>& all)
{
    constexpr double kApart = 3; // times as far as the others
    if (all.size() < kMany)
        return false;
    const double usual = daysPerCharge(all, all.front());
    return std::all_of(behind.begin(), behind.end(), [usual](const auto& month) {
        return month.second.size() <= kFew ||
               daysPerCharge(month.second, lastOfMonth(month.first) + 1) > kApart * usual;
    });
}

/// On which day a partition was brought. Where more days of charges lie behind theirs than not, the clock was wrong and
/// none is believed.
class ImportDays {
public:
    ImportDays(const FactSet& facts, const DataDays& near) : m_facts(facts)
    {
        std::set<std::pair<std::uint32_t, std::int32_t>> past;
        std::set<std::pair<std::uint32_t, std::int32_t>> future;
        for (const FactSet::Part& part : facts.chunks) {
            const Day brought = stated(facts.partitions[part.partition]);
            for (const std::int32_t number : part.chunk->days) {
                if (near.contains(Day{number}))
                    (brought.isValid() && Day{number} > brought ? future : past).emplace(part.partition, number);
            }
        }
        m_isBelieved = past.size() >= future.size();
    }
    /// None where it is not known.
    Day of(const FactPartition& partition) const { return m_isBelieved ? stated(partition) : Day::none(); }

private:
    Day stated(const FactPartition& partition) const
    {
        const Instant at = partition.importedAt.isValid() ? partition.importedAt : m_facts.importedAt;
        return at.isValid() ? at.day() : Day::none();
    }
    const FactSet& m_facts;
    bool m_isBelieved = true;
};

/// Which days hold usage: unlike a purchase it is not charged ahead.
class UsedDays {
public:
    UsedDays(const FactSet& facts, const ImportDays& imports) : m_facts(facts), m_imports(imports) {}

    /// Whether anybody (`of`: that account) used something on a day that was over when it was brought.
    bool contains(Day day, const FactPartition* of = nullptr) const
    {
        return std::any_of(m_facts.chunks.begin(), m_facts.chunks.end(), [&](const FactSet::Part& part) {
            const FactPartition& own = m_facts.partitions[part.partition];
            const bool isOf = !of || keyOf(own) == keyOf(*of);
            const Day brought = isOf ? m_imports.of(own) : Day::none();
            return brought.isValid() && day < brought && holdsUsage(*part.chunk, day);
        });
    }

private:
    bool holdsUsage(const FactChunk& chunk, Day day) const
    {
        if (!std::binary_search(chunk.days.begin(), chunk.days.end(), day.number))
            return false;
        for (std::size_t run = 0; run < chunk.runs(); ++run) {
            const auto combo = static_cast<std::uint32_t>(chunk.runCombo.at(run));
            if (m_facts.dictionaries->field(combo, Column::ChargeCategory) != "Usage")
                continue;
            for (std::size_t row = chunk.runBegin(run); row < chunk.runEnd(run); ++row) {
                if (chunk.day.at(row) == day.number)
                    return true;
            }
        }
        return false;
    }
    const FactSet& m_facts;
    const ImportDays& m_imports;
};

AccountHistories historiesOf(const FactSet& facts, const DataDays& near, const ImportDays& imports)
{
    AccountHistories histories;
    std::map<AccountKey, DaysBehind> behind;
    for (const FactSet::Part& part : facts.chunks) {
        const FactPartition& partition = facts.partitions[part.partition];
        const AccountKey key = keyOf(partition);
        const Day end = partition.billingPeriod.isValid() ? lastOfMonth(partition.billingPeriod) : near.last;
        AccountHistory& history = histories[key];
        history.of = &partition;
        const Day brought = imports.of(partition);
        if (brought.isValid())
            history.brought = history.brought.isValid() ? std::max(history.brought, brought) : brought;
        bool isAny = false;
        for (const std::int32_t number : part.chunk->days) {
            const Day day{number};
            if (!near.contains(day))
                continue;
            isAny = true;
            if (brought.isValid() && day > brought)
                continue; // charged ahead
            if (day == brought)
                history.running.insert(day);
            (day > end ? behind[key][partition.billingPeriod] : history.days).push_back(day);
        }
        if (isAny)
            history.deliveries[partition.billingPeriod.isValid() ? partition.billingPeriod : near.first] =
                partition.delivery;
    }
    for (auto& [key, history] : histories) {
        for (auto& [month, days] : behind[key])
            sortOnce(days);
        sortOnce(history.days);
        if (!areAhead(behind[key], history.days)) {
            for (const auto& [month, days] : behind[key])
                history.days.insert(history.days.end(), days.begin(), days.end());
            sortOnce(history.days);
        }
    }
    return histories;
}

/// How many days at the end lie alone: one or two, behind a pause three times as long as any before.
template <typename IsUsed>
std::size_t aloneAtEnd(const std::vector<Day>& days, Instant importedAt, const IsUsed& isUsed)
{
    constexpr int kFresh = 10;
    if (days.size() < kMany + 1)
        return 0;
    const bool isFresh = importedAt.isValid() && days.back() + kFresh >= importedAt.day();
    if (isFresh) // the first day of new data after a pause
        return 0;
    for (std::size_t few = kFew; few >= 1; --few) {
        const std::size_t at = days.size() - few;
        int longest = 1;
        for (std::size_t i = 1; i < at; ++i)
            longest = std::max(longest, days[i] - days[i - 1]);
        const int pause = days[at] - days[at - 1];
        if (at >= kMany && pause > 3 * longest && (pause > kSeason || !isUsed(days[at])))
            return few;
    }
    return 0;
}

/// How many at the beginning: a season before the others.
std::size_t aloneAtStart(const std::vector<Day>& days)
{
    for (std::size_t few = 1; few <= kFew && days.size() >= few + kMany; ++few) {
        int longest = 1;
        for (std::size_t i = few + 1; i < days.size(); ++i)
            longest = std::max(longest, days[i] - days[i - 1]);
        const int pause = days[few] - days[few - 1];
        if (pause > kSeason && pause > 3 * longest)
            return few;
    }
    return 0;
}

/// How many of the days at the end of each account lie alone. None that others prove: up to the last ordinary day of
/// its source a day is one of many, and a day that was over at the import, of the month it was billed in, is no later
/// than the data are.
std::map<AccountKey, std::size_t> aloneAtEnds(const AccountHistories& histories, Instant importedAt,
                                              const UsedDays& used)
{
    std::map<AccountKey, std::size_t> alone;
    std::map<std::string, Day> reach;
    Day common;
    for (const auto& [key, history] : histories) {
        const auto isUsed = [&used, of = history.of](Day day) { return used.contains(day, of); };
        const std::size_t few = alone[key] = aloneAtEnd(history.days, importedAt, isUsed);
        if (history.days.empty())
            continue;
        const Day last = history.days[history.days.size() - few - 1];
        Day& own = reach[history.of->source];
        own = own.isValid() ? std::max(own, last) : last;
        common = common.isValid() ? std::max(common, last) : last;
    }
    for (auto& [key, few] : alone) {
        const AccountHistory& history = histories.at(key);
        if (few == 0)
            continue;
        Day limit = reach[history.of->source];
        if (importedAt.isValid())
            limit = std::max(limit, std::min(common, importedAt.day()));
        while (few > 0 && history.days[history.days.size() - few] <= limit)
            --few;
    }
    return alone;
}

DataDays ordinaryDays(AccountHistories& histories, Instant importedAt, const UsedDays& used)
{
    std::vector<Day> all;
    const auto alone = aloneAtEnds(histories, importedAt, used);
    for (auto& [key, history] : histories) {
        history.days.resize(history.days.size() - alone.at(key));
        all.insert(all.end(), history.days.begin(), history.days.end());
    }
    sortOnce(all);
    if (all.empty())
        return {};
    all.resize(all.size() - aloneAtEnd(all, importedAt, [&used](Day day) { return used.contains(day); }));
    const DataDays days{all[aloneAtStart(all)], all.back()};
    for (auto& [key, history] : histories)
        std::erase_if(history.days, [&days](Day day) { return !days.contains(day); });
    return days;
}

} // namespace

AccountHistories accountHistories(const FactSet& facts, const DataDays& near, DataDays& data)
{
    const ImportDays imports(facts, near);
    AccountHistories histories = historiesOf(facts, near, imports);
    findPartDays(histories, facts);
    data = ordinaryDays(histories, facts.importedAt, UsedDays(facts, imports));
    return histories;
}

} // namespace altimeter
