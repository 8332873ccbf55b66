#include "models/domain/knowndays.h"

#include "models/text/showntext.h"

namespace altimeter {

namespace {

std::string nameOf(const KnownAccount& account)
{
    const std::string of = account.billingAccount.empty() ? "" : " (account " + account.billingAccount + ")";
    return words::shown(account.biller() + of);
}

/// Who has ended lately, without being told of.
std::string endedSentence(const std::vector<KnownAccount>& accounts, Day last)
{
    const KnownAccount* latest = nullptr;
    std::size_t count = 0;
    for (const KnownAccount& account : accounts) {
        if (!account.hasEndedLately(last))
            continue;
        ++count;
        if (!latest || account.ended > latest->ended)
            latest = &account;
    }
    if (!latest)
        return {};
    const std::string since = " has delivered nothing since " + toString(latest->ended) + ": ";
    if (count == 1)
        return nameOf(*latest) + since + "taken as ended.";
    return nameOf(*latest) + since + "taken as ended, as " + std::to_string(count - 1) +
           (count == 2 ? " other account is." : " other accounts are.");
}

/// Who is late, and whether the last day was not over.
std::string missedSentence(const std::vector<KnownAccount>& accounts, Day last)
{
    const KnownAccount* least = nullptr;
    std::size_t count = 0;
    std::string running;
    for (const KnownAccount& account : accounts) {
        if (account.through >= last)
            continue;
        if (account.wasRunning(last)) {
            running =
                toString(last) + " was not over yet: what is seen of it counts, and what it still brings is expected.";
            continue;
        }
        ++count;
        if (!least || account.through < least->through)
            least = &account;
    }
    if (!least)
        return running;
    if (!running.empty())
        running = ' ' + running;
    const std::string through = " known through " + toString(least->through);
    if (count == 1)
        return nameOf(*least) + " is" + through + " only: what it misses is expected, not zero." + running;
    return std::to_string(count) + " accounts are not known through " + toString(last) + ", " + nameOf(*least) + " is" +
           through + " only: what they miss is expected, not zero." + running;
}

} // namespace

std::string lateSentence(const std::vector<KnownAccount>& accounts, Day last)
{
    const std::string missed = missedSentence(accounts, last);
    const std::string ended = endedSentence(accounts, last);
    return missed + (missed.empty() || ended.empty() ? "" : " ") + ended;
}

} // namespace altimeter
