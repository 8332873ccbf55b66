#include "models/facts/knowndays.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>

namespace altimeter {

namespace {

/// What was delivered of one account.
struct History {
    const FactPartition* of = nullptr;
    std::vector<Day> days;                  ///< with a charge that was not made ahead, ascending
    std::map<Day, std::int64_t> deliveries; ///< by billing month, the one that holds it now
    std::set<Day> running;                  ///< with a charge, that were not over when it was brought
    Day brought;                            ///< the latest of its deliveries; none: not known
};
using Key = std::tuple<std::string, std::string, std::string, Currency>;
using Histories = std::map<Key, History>;

Key keyOf(const FactPartition& partition)
{
    return {partition.source, partition.provider, partition.billingAccount, partition.currency};
}

void sortOnce(std::vector<Day>& days)
{
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
}

Day monthEnd(Day day)
{
    return day.addMonths(1) - 1;
}

/// Days of an account's billing month that lie behind the month.
using DaysBehind = std::map<Day, std::vector<Day>>;

/// So many days at an end, beside so many others, are no rhythm.
constexpr std::size_t kFew = 2;
constexpr std::size_t kMany = 7;
constexpr int kSeason = 92;

/// Some are billed from the 15th to the 15th, so that many days lie behind each month. One or two of a single month,
/// beside a whole month of others, were charged ahead.
bool areAhead(const DaysBehind& behind, const std::vector<Day>& all)
{
    return all.size() >= kMany &&
           std::all_of(behind.begin(), behind.end(), [](const auto& month) { return month.second.size() <= kFew; });
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

Histories historiesOf(const FactSet& facts, const DataDays& near, const ImportDays& imports)
{
    Histories histories;
    std::map<Key, DaysBehind> behind;
    for (const FactSet::Part& part : facts.chunks) {
        const FactPartition& partition = facts.partitions[part.partition];
        const Key key = keyOf(partition);
        const Day end = partition.billingPeriod.isValid() ? monthEnd(partition.billingPeriod) : near.last;
        History& history = histories[key];
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
std::map<Key, std::size_t> aloneAtEnds(const Histories& histories, Instant importedAt, const UsedDays& used)
{
    std::map<Key, std::size_t> alone;
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
        const History& history = histories.at(key);
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

DataDays ordinaryDays(Histories& histories, Instant importedAt, const UsedDays& used)
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

/// Whether an account is due to have a charge on a day, by the days it had one on up to then.
class Rhythm {
public:
    explicit Rhythm(std::span<const Day> days) : m_days(days) {}

    bool isDue(Day day) const
    {
        constexpr int kWeeks = 8;
        int had = 0;
        int of = 0;
        for (Day same = lastSame(day); of < kWeeks && same >= m_days.front(); same = same - 7) {
            ++of;
            had += contains(same) ? 1 : 0;
        }
        return of >= 3 ? had >= of - (of >= 5 ? 1 : 0) : isDaily();
    }
    /// Nearly every day of its last weeks.
    bool isDaily() const
    {
        constexpr int kWindow = 28;
        const Day last = m_days.back();
        const int of = std::min(kWindow, last - m_days.front() + 1);
        const auto from = std::lower_bound(m_days.begin(), m_days.end(), last - (of - 1));
        return of >= 3 && (m_days.end() - from) * 10 >= of * 9;
    }

private:
    /// The last day of the same weekday that the account could have had.
    Day lastSame(Day day) const
    {
        const int behind = day - m_days.back();
        return day - (behind + 6) / 7 * 7;
    }
    bool contains(Day day) const { return std::binary_search(m_days.begin(), m_days.end(), day); }

    std::span<const Day> m_days;
};

/// The day before the first one in (last of `days`, `end`] on which a charge is due and not known to be none; `end`
/// where there is no such day.
Day silentThrough(std::span<const Day> days, Day end, const std::set<Day>& finalDays)
{
    const Rhythm rhythm(days);
    for (Day day = days.back() + 1; day <= end; day = day + 1) {
        if (rhythm.isDue(day) && !finalDays.contains(day))
            return day - 1;
    }
    return end;
}

/// Charges that are all dated on the first of a month stand for the month.
bool areFirsts(const std::vector<Day>& days)
{
    return days.size() >= 2 && std::all_of(days.begin(), days.end(), [](Day day) { return day.dayOfMonth() == 1; });
}

/// Three of them, in nearly every month: two purchases, or an invoice each quarter, are no monthly charge.
bool isMonthly(const std::vector<Day>& days)
{
    if (days.size() < 3 || !areFirsts(days))
        return false;
    const Day first = days.front();
    const Day last = days.back();
    const int months = (last.year() - first.year()) * 12 + last.month() - first.month() + 1;
    return static_cast<int>(days.size()) * 5 >= months * 4;
}

/// Which months were brought beside each other: by deliveries that some account ties together. One that brings an
/// account is silent about it in a month only where it had no charge then.
class TiedMonths {
public:
    void add(const std::map<Day, std::int64_t>& deliveries)
    {
        for (const auto& [month, delivery] : deliveries)
            m_tiedTo[rootOf(delivery)] = rootOf(deliveries.begin()->second);
        m_all.insert(deliveries.begin(), deliveries.end());
    }
    bool hold(Day month, std::int64_t delivery)
    {
        for (auto at = m_all.lower_bound({month, 0}); at != m_all.end() && at->first == month; ++at) {
            if (rootOf(at->second) == rootOf(delivery))
                return true;
        }
        return false;
    }

private:
    std::int64_t rootOf(std::int64_t delivery)
    {
        std::int64_t root = delivery;
        while (m_tiedTo.try_emplace(root, root).first->second != root)
            root = m_tiedTo[root];
        return m_tiedTo[delivery] = root;
    }
    std::map<std::int64_t, std::int64_t> m_tiedTo;
    std::set<std::pair<Day, std::int64_t>> m_all;
};

/// What a source tells of its days beside the charges.
struct Source {
    Day first;                           ///< that it tells of
    Day reach;                           ///< the last day of any of its accounts
    Day running;                         ///< the day from which on none was over when it was told; none: no such
    std::map<std::int64_t, Day> reachOf; ///< by delivery
    const std::vector<AskedDay>* asked = nullptr; ///< null: it is made of files
    std::set<Day> finalDays;
    TiedMonths months;
};

std::map<std::string, Source> sourcesOf(const FactSet& facts, const Histories& histories, const DataDays& data)
{
    std::map<std::string, Source> sources;
    for (const auto& [key, history] : histories) {
        if (history.days.empty())
            continue;
        Source& source = sources[history.of->source];
        source.first = source.first.isValid() ? std::min(source.first, history.days.front()) : history.days.front();
        source.reach = std::max(source.reach, history.days.back());
        if (history.brought.isValid())
            source.running = source.running.isValid() ? std::max(source.running, history.brought) : history.brought;
        source.months.add(history.deliveries);
        for (const auto& [month, delivery] : history.deliveries) {
            const auto behind = std::upper_bound(history.days.begin(), history.days.end(), monthEnd(month));
            if (behind != history.days.begin())
                source.reachOf[delivery] = std::max(source.reachOf[delivery], *std::prev(behind));
        }
    }
    for (auto& [name, source] : sources) {
        const auto asked = facts.asked.find(name);
        if (asked == facts.asked.end() || asked->second.empty())
            continue;
        source.asked = &asked->second;
        source.first = std::min(source.first, std::max(asked->second.front().day, data.first));
        source.running = Day::none();
        for (const AskedDay& day : asked->second) {
            if (day.day <= data.last)
                source.reach = std::max(source.reach, day.day);
            if (day.isFinal)
                source.finalDays.insert(day.day);
            if (day.isWhole())
                source.running = Day::none();
            else if (!source.running.isValid())
                source.running = day.day;
        }
    }
    return sources;
}

Day throughOf(const std::vector<Day>& days, const Source& source, const DataDays& data)
{
    Day through = days.back();
    if (areFirsts(days)) {
        through = monthEnd(through);
    } else {
        through = silentThrough(days, source.reach, source.finalDays);
        if (source.reach - through > KnownDays::kStopped)
            through = source.reach;
        if (source.running.isValid())
            through = std::min(through, source.running - 1);
    }
    return data.last - through > KnownDays::kEnded ? data.last : through;
}

void addGap(KnownAccount& account, Day from, Day last)
{
    from = std::max(from, account.first);
    last = std::min(last, account.through);
    if (from <= last)
        account.gaps.push_back({from, last + 1});
}

/// Days nobody asked the source for, since it was asked for any.
void addUnasked(KnownAccount& account, const std::vector<Day>& days, const std::vector<AskedDay>& asked)
{
    Day next = asked.front().day;
    const auto gap = [&](Day from, Day last) {
        for (Day day = from; day <= last; day = day + 1) {
            if (std::binary_search(days.begin(), days.end(), day))
                continue;
            Day end = day;
            while (end < last && !std::binary_search(days.begin(), days.end(), end + 1))
                end = end + 1;
            addGap(account, day, end);
            day = end;
        }
    };
    for (const AskedDay& one : asked) {
        if (one.day > account.through)
            break;
        gap(next, one.day - 1);
        next = one.day + 1;
    }
    gap(next, account.through);
}

/// Days between others that were still running when they were told, the last time. Those of the end are not known at
/// all.
void addRunning(KnownAccount& account, const History& history, const Source& source, Day last)
{
    if (areFirsts(history.days))
        return;
    if (source.running.isValid() && source.running <= last && account.through == source.running - 1)
        account.running = source.running;
    if (source.asked) {
        for (const AskedDay& one : *source.asked) {
            if (!one.isWhole())
                addGap(account, one.day, one.day);
        }
    } else {
        for (const Day day : history.running)
            addGap(account, day, day);
    }
}

/// In order, and those that touch as one.
void join(std::vector<DateRange>& gaps)
{
    std::sort(gaps.begin(), gaps.end(), [](const DateRange& a, const DateRange& b) { return a.from < b.from; });
    std::vector<DateRange> joined;
    for (const DateRange& gap : gaps) {
        if (!joined.empty() && gap.from <= joined.back().to)
            joined.back().to = std::max(joined.back().to, gap.to);
        else
            joined.push_back(gap);
    }
    gaps = std::move(joined);
}

/// From where on each account is told of, whichever source tells it: one that goes on under another name is not new.
std::map<Key, Day> toldSince(const Histories& histories, const std::map<std::string, Source>& sources)
{
    std::map<Key, Day> since;
    for (const auto& [key, history] : histories) {
        if (history.days.empty())
            continue;
        const auto& [source, provider, account, currency] = key;
        const auto [at, isFirst] = since.try_emplace({"", provider, account, currency}, sources.at(source).first);
        at->second = std::min(at->second, sources.at(source).first);
    }
    return since;
}

/// Months left out between others, and the ends of those that a later delivery did not bring up to date.
void addUndelivered(KnownAccount& account, const History& history, Source& source)
{
    const std::span<const Day> days(history.days);
    const Day lastMonth = days.back().firstOfMonth();
    const bool areOfMonths = areFirsts(history.days);
    for (Day month = account.first.firstOfMonth(); month < lastMonth; month = month.addMonths(1)) {
        const auto from = std::lower_bound(days.begin(), days.end(), month);
        const auto behind = std::upper_bound(from, days.end(), monthEnd(month));
        const auto before = days.first(static_cast<std::size_t>(behind - days.begin()));
        if (from == behind) {
            const bool isMissed = account.isMonthly || (!areOfMonths && Rhythm(before).isDaily());
            if (isMissed && !source.months.hold(month, history.deliveries.begin()->second))
                addGap(account, month, monthEnd(month));
            continue;
        }
        const auto own = history.deliveries.find(month);
        const auto next = history.deliveries.find(month.addMonths(1));
        const bool isOwn = own != history.deliveries.end() && next != history.deliveries.end() &&
                           own->second != next->second && source.reachOf.contains(own->second);
        if (isOwn && source.reachOf.at(own->second) < monthEnd(month) && !areOfMonths)
            addGap(account, silentThrough(before, monthEnd(month), {}) + 1, monthEnd(month));
    }
}

} // namespace

KnownDays knownDaysOf(const FactSet& facts)
{
    KnownDays known;
    const DataDays near = nearDaysOf(facts);
    if (!near.first.isValid())
        return known;
    const ImportDays imports(facts, near);
    Histories histories = historiesOf(facts, near, imports);
    known.data = ordinaryDays(histories, facts.importedAt, UsedDays(facts, imports));
    if (!known.data.first.isValid())
        known.data = near; // nothing but charges made ahead
    auto sources = sourcesOf(facts, histories, known.data);
    const auto since = toldSince(histories, sources);
    for (const auto& [key, history] : histories) {
        if (history.days.empty())
            continue;
        Source& source = sources.at(history.of->source);
        KnownAccount account{history.of->source,
                             history.of->provider,
                             history.of->billingAccount,
                             history.of->currency,
                             history.days.front(),
                             {},
                             {},
                             isMonthly(history.days)};
        account.through = throughOf(history.days, source, known.data);
        if (source.asked)
            addUnasked(account, history.days, *source.asked);
        else
            addUndelivered(account, history, source);
        addRunning(account, history, source, known.data.last);
        join(account.gaps);
        const auto& [name, provider, billingAccount, currency] = key;
        if (const Day told = since.at({"", provider, billingAccount, currency}); told > known.data.first)
            account.since = told;
        known.accounts.push_back(std::move(account));
    }
    return known;
}

} // namespace altimeter
