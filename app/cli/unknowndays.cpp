#include "app/cli/unknowndays.h"

#include "models/domain/typedrange.h"
#include "models/text/showntext.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace altimeter::cli {

namespace {

enum class Told { Whole, TakenForNone, NotOver, InPart, NotYet, NotBefore, Missing };

Told toldOf(const KnownAccount& account, Day day)
{
    if (!account.isTold(day))
        return Told::NotBefore;
    if (account.isTakenForNone(day))
        return Told::TakenForNone;
    if (account.knows(day))
        return Told::Whole;
    if (account.wasRunning(day))
        return Told::NotOver;
    if (account.holdsPartOf(day))
        return Told::InPart;
    return day > account.through ? Told::NotYet : Told::Missing;
}

std::string daysText(const DateRange& days)
{
    return days.days() == 1 ? toString(days.from) : rangeText(days);
}

std::string predicate(const KnownAccount& account, Told told, const DateRange& days)
{
    switch (told) {
    case Told::NotOver:
        return "was told " + daysText(days) + " before that was over";
    case Told::InPart:
        return "was told " + daysText(days) + " only in part";
    case Told::NotYet:
        return "is known through " + toString(account.through) + " only";
    case Told::NotBefore:
        return "is not known before " + toString(account.since);
    case Told::Missing:
        return "is not known on " + daysText(days);
    case Told::Whole:
    case Told::TakenForNone:
        break;
    }
    return {};
}

DateRange inData(const DateRange& range, const CostDays& days)
{
    return {std::max(range.from, days.first), std::min(range.to, days.last + 1)};
}

/// What the account misses of `range`, the first stretches of it; empty where it misses nothing.
std::string missedBy(const KnownAccount& account, const DateRange& range)
{
    constexpr int kMostNamed = 3;
    std::string text;
    int stretches = 0;
    for (Day day = range.from; day < range.to;) {
        const Told told = toldOf(account, day);
        Day end = day + 1;
        while (end < range.to && toldOf(account, end) == told)
            end = end + 1;
        const std::string said = predicate(account, told, {day, end});
        day = end;
        if (said.empty() || ++stretches > kMostNamed)
            continue;
        text += (text.empty() ? "" : " and ") + said;
    }
    if (stretches > kMostNamed)
        text += " and misses more";
    return text;
}

std::string nameOf(const KnownAccount& account)
{
    const std::string of = account.billingAccount.empty() ? "" : " (account " + account.billingAccount + ")";
    return words::shown(account.biller() + of);
}

/// Names the first account of which each thing is said, and how many others there are.
class Sayings {
public:
    void add(const KnownAccount& account, const std::string& said)
    {
        if (said.empty())
            return;
        const auto same =
            std::find_if(m_all.begin(), m_all.end(), [&said](const One& one) { return one.said == said; });
        if (same == m_all.end())
            m_all.push_back({said, nameOf(account), 0});
        else if (same->name != nameOf(account)) // one account in two currencies is one
            ++same->others;
    }
    std::string text() const
    {
        constexpr std::size_t kMostNamed = 5;
        std::string text;
        for (std::size_t i = 0; i < std::min(m_all.size(), kMostNamed); ++i) {
            const One& one = m_all[i];
            text += (text.empty() ? "" : "; ") + one.name;
            if (one.others > 0)
                text += ", like " + std::to_string(one.others) + (one.others == 1 ? " other account," : " others,");
            text += ' ' + one.said;
        }
        std::size_t more = 0;
        for (std::size_t i = kMostNamed; i < m_all.size(); ++i)
            more += m_all[i].others + 1;
        return more == 0 ? text : text + "; and " + std::to_string(more) + " more: see altimeter-cli completeness";
    }

private:
    struct One {
        std::string said, name;
        std::size_t others = 0;
    };
    std::vector<One> m_all;
};

} // namespace

bool knowsAny(const KnownAccount& account, const DateRange& range, const CostDays& days)
{
    const DateRange inside = inData(range, days);
    for (Day day = inside.from; day < inside.to; day = day + 1) {
        if (toldOf(account, day) == Told::Whole)
            return true;
    }
    return false;
}

std::string unknownText(const std::vector<KnownAccount>& accounts, const DateRange& range, const CostDays& days)
{
    Sayings sayings;
    for (const KnownAccount& account : accounts)
        sayings.add(account, missedBy(account, inData(range, days)));
    return sayings.text();
}

std::string endedText(const std::vector<KnownAccount>& accounts, const DateRange& range)
{
    Sayings sayings;
    for (const KnownAccount& account : accounts) {
        if (account.ended.isValid() && range.contains(account.ended))
            sayings.add(account, "has delivered nothing since " + toString(account.ended) + ": taken as ended");
    }
    return sayings.text();
}

} // namespace altimeter::cli
