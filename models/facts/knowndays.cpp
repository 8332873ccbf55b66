#include "models/facts/knowndays.h"

#include "models/facts/accounthistories.h"
#include "models/facts/rhythm.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>

namespace altimeter {

namespace {

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
    /// The deliveries that belong together by one of them.
    std::int64_t rootOf(std::int64_t delivery)
    {
        std::int64_t root = delivery;
        while (m_tiedTo.try_emplace(root, root).first->second != root)
            root = m_tiedTo[root];
        return m_tiedTo[delivery] = root;
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
    std::map<std::int64_t, std::int64_t> m_tiedTo;
    std::set<std::pair<Day, std::int64_t>> m_all;
};

/// What a source tells of its days beside the charges.
struct Source {
    Day first;                           ///< that it tells of
    Day reach;                           ///< the last day of any of its accounts
    Day running;                         ///< the day from which on none was over when it was told; none: no such
    std::map<std::int64_t, Day> reachOf; ///< by delivery
    std::map<std::pair<std::int64_t, std::string>, Day> tiedReach; ///< by the root of tied deliveries, and provider
    const std::vector<AskedDay>* asked = nullptr;                  ///< null: it is made of files
    std::set<Day> finalDays;
    TiedMonths months;
};

Day& tiedReach(const AccountHistory& history, Source& source)
{
    return source.tiedReach[{source.months.rootOf(history.deliveries.begin()->second), history.of->provider}];
}

std::map<std::string, Source> sourcesOf(const FactSet& facts, const AccountHistories& histories, const DataDays& data)
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
            const auto behind = std::upper_bound(history.days.begin(), history.days.end(), lastOfMonth(month));
            if (behind != history.days.begin())
                source.reachOf[delivery] = std::max(source.reachOf[delivery], *std::prev(behind));
        }
    }
    for (const auto& [key, history] : histories) {
        if (history.days.empty())
            continue;
        Source& source = sources[history.of->source];
        Day& reach = tiedReach(history, source);
        reach = std::max(reach, history.days.back());
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

/// Up to which day the deliveries that bring the account tell of anybody of its provider: the files of two providers in
/// one folder are one source, and one of them goes on without the other.
Day reachOf(const AccountHistory& history, Source& source)
{
    if (source.asked)
        return source.reach;
    return tiedReach(history, source);
}

/// Whether a charge is missed between the last one and the end of the data.
bool isMissed(const std::vector<Day>& days, const Source& source, const DataDays& data)
{
    return areFirsts(days) ? isMonthly(days) : silentThrough(days, data.last, source.finalDays) < data.last;
}

/// Sets how far the account is known, and whether its end is taken for one.
void setThrough(KnownAccount& account, const AccountHistory& history, Source& source, const DataDays& data)
{
    const std::vector<Day>& days = history.days;
    account.through = days.back();
    if (areFirsts(days)) {
        account.through = lastOfMonth(account.through);
    } else {
        account.through = silentThrough(days, source.reach, source.finalDays);
        if (history.partFrom.isValid() && !source.finalDays.contains(history.partFrom))
            account.through = std::min(account.through, history.partFrom - 1);
        if (reachOf(history, source) - account.through > KnownDays::kStopped) {
            account.through = source.reach;
            account.ended = days.back();
            account.isEndTold = true;
        }
        if (source.running.isValid())
            account.through = std::min(account.through, source.running - 1);
    }
    if (data.last - account.through <= KnownDays::kEnded)
        return;
    account.through = data.last;
    if (!account.ended.isValid() && isMissed(days, source, data))
        account.ended = days.back();
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
void addRunning(KnownAccount& account, const AccountHistory& history, const Source& source, Day last)
{
    if (areFirsts(history.days))
        return;
    if (source.running.isValid() && source.running <= last && account.through == source.running - 1) {
        account.running = source.running;
    } else if (history.partFrom.isValid() && account.through == history.partFrom - 1) {
        account.running = history.partFrom;
        account.partThrough = history.partThrough;
    }
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
std::map<AccountKey, Day> toldSince(const AccountHistories& histories, const std::map<std::string, Source>& sources)
{
    std::map<AccountKey, Day> since;
    for (const auto& [key, history] : histories) {
        if (history.days.empty())
            continue;
        const auto& [source, provider, account, currency] = key;
        const auto [at, isFirst] = since.try_emplace({"", provider, account, currency}, sources.at(source).first);
        at->second = std::min(at->second, sources.at(source).first);
    }
    return since;
}

/// Who goes on in another source has not ended.
void forgetMoved(std::vector<KnownAccount>& accounts, const AccountHistories& histories)
{
    std::map<AccountKey, Day> last;
    for (const auto& [key, history] : histories) {
        const auto& [source, provider, account, currency] = key;
        if (!history.days.empty())
            last[{"", provider, account, currency}] =
                std::max(last[{"", provider, account, currency}], history.days.back());
    }
    for (KnownAccount& account : accounts) {
        if (last[{"", account.provider, account.billingAccount, account.currency}] > account.ended)
            account.ended = Day::none();
    }
}

/// Months left out between others, and the ends of those that a later delivery did not bring up to date.
void addUndelivered(KnownAccount& account, const AccountHistory& history, Source& source)
{
    const std::span<const Day> days(history.days);
    const Day lastMonth = days.back().firstOfMonth();
    const bool areOfMonths = areFirsts(history.days);
    for (Day month = account.first.firstOfMonth(); month < lastMonth; month = month.addMonths(1)) {
        const auto from = std::lower_bound(days.begin(), days.end(), month);
        const auto behind = std::upper_bound(from, days.end(), lastOfMonth(month));
        const auto before = days.first(static_cast<std::size_t>(behind - days.begin()));
        if (from == behind) {
            const bool isMissed = account.isMonthly || (!areOfMonths && Rhythm(before).isDaily());
            if (isMissed && !source.months.hold(month, history.deliveries.begin()->second))
                addGap(account, month, lastOfMonth(month));
            continue;
        }
        const auto own = history.deliveries.find(month);
        const auto next = history.deliveries.find(month.addMonths(1));
        const bool isOwn = own != history.deliveries.end() && next != history.deliveries.end() &&
                           own->second != next->second && source.reachOf.contains(own->second);
        if (isOwn && source.reachOf.at(own->second) < lastOfMonth(month) && !areOfMonths)
            addGap(account, silentThrough(before, lastOfMonth(month), {}) + 1, lastOfMonth(month));
    }
}

} // namespace

KnownDays knownDaysOf(const FactSet& facts)
{
    KnownDays known;
    const DataDays near = nearDaysOf(facts);
    if (!near.first.isValid())
        return known;
    const AccountHistories histories = accountHistories(facts, near, known.data);
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
        setThrough(account, history, source, known.data);
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
    forgetMoved(known.accounts, histories);
    return known;
}

} // namespace altimeter
