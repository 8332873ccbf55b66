#include "models/domain/knowndays.h"

#include "models/text/showntext.h"

namespace altimeter {

namespace {

std::string nameOf(const KnownAccount& account)
{
    const std::string of = account.billingAccount.empty() ? "" : " (account " + account.billingAccount + ")";
    return words::shown(account.biller() + of);
}

} // namespace

std::string lateSentence(const std::vector<KnownAccount>& accounts, Day last)
{
    const KnownAccount* least = nullptr;
    std::size_t count = 0;
    std::string running;
    for (const KnownAccount& account : accounts) {
        if (account.through >= last)
            continue;
        if (account.running == last) {
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

} // namespace altimeter
