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
    for (const KnownAccount& account : accounts) {
        if (account.through >= last)
            continue;
        ++count;
        if (!least || account.through < least->through)
            least = &account;
    }
    if (!least)
        return {};
    const std::string through = " known through " + toString(least->through);
    if (count == 1)
        return nameOf(*least) + " is" + through + " only: what it misses is expected, not zero.";
    return std::to_string(count) + " accounts are not known through " + toString(last) + ", " + nameOf(*least) + " is" +
           through + " only: what they miss is expected, not zero.";
}

} // namespace altimeter
