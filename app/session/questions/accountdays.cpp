#include "app/session/questions/accountdays.h"

#include "models/domain/accountname.h"
#include "models/domain/cadence.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace altimeter::session {

namespace {

constexpr int kRecentDays = 400; ///< what stopped before is history

using Account = std::tuple<std::string, std::string, Currency>; ///< provider, billing account, currency

/// Days with a charge, by source and account.
using AccountDays = std::map<std::string, std::map<Account, std::set<Day>>>;

bool hasSeveralAccounts(const Snapshot& snapshot)
{
    std::map<std::string, Account> first;
    return std::any_of(snapshot.partitions.begin(), snapshot.partitions.end(), [&first](const PartitionInfo& one) {
        const Account account{one.provider, one.billingAccount, one.currency};
        return first.try_emplace(one.source, account).first->second != account;
    });
}

Result<AccountDays> accountDays(const Snapshot& snapshot, const std::stop_token& stop)
{
    CostQuery query;
    query.by = {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::Provider, {}}, Dim{Dim::Kind::BillingAccount, {}}};
    query.granularity = Granularity::Day;
    query.range = {snapshot.days.last - kRecentDays, snapshot.days.last + 1};
    const auto table = snapshot.costs->table(query, stop);
    if (!table)
        return table.error();
    AccountDays days;
    for (const CostRow& row : table->rows)
        days[row.keys[0]][{row.keys[1], row.keys[2], row.currency}].insert(row.period);
    return days;
}

/// Accounts whose source tells nothing of them any more, so that they are taken for ended.
class SilentAccounts {
public:
    explicit SilentAccounts(const CostDays& days)
    {
        for (const KnownAccount& one : days.accounts) {
            if (one.hasEndedLately(days.last) && !one.isEndTold)
                m_all.insert({one.source, {one.provider, one.billingAccount, one.currency}});
        }
    }
    bool contains(const std::string& source, const Account& account) const { return m_all.contains({source, account}); }
    bool isEmpty() const { return m_all.empty(); }

private:
    std::set<std::pair<std::string, Account>> m_all;
};

/// How an account fares in its other currencies: it may go on in one of them, or be silent in all and told once.
struct Other {
    bool goesOn = false;
    bool stoppedLater = false;
};
Other otherCurrencies(const std::map<Account, std::set<Day>>& accounts, const Account& account, Day through)
{
    Other other;
    const auto& [provider, name, currency] = account;
    const Day last = *accounts.at(account).rbegin();
    for (const auto& [key, days] : accounts) {
        if (key == account || std::get<0>(key) != provider || std::get<1>(key) != name)
            continue;
        const std::vector<Day> ascending(days.begin(), days.end());
        if (!stoppedPause(ascending, through))
            other.goesOn |= ascending.back() > last;
        else
            other.stoppedLater |= std::pair(last, currency) < std::pair(ascending.back(), std::get<2>(key));
    }
    return other;
}

} // namespace

Result<std::vector<StoppedAccount>> stoppedAccounts(const Snapshot& snapshot, const std::stop_token& stop)
{
    const SilentAccounts silent(snapshot.days);
    if (!snapshot.days.last.isValid() || (silent.isEmpty() && !hasSeveralAccounts(snapshot)))
        return std::vector<StoppedAccount>();
    const auto all = accountDays(snapshot, stop);
    if (!all)
        return all.error();
    std::map<Account, Day> lastAnywhere;
    for (const auto& [source, accounts] : *all) {
        for (const auto& [account, days] : accounts) {
            Day& last = lastAnywhere[account];
            last = last.isValid() ? std::max(last, *days.rbegin()) : *days.rbegin();
        }
    }
    std::vector<StoppedAccount> stopped;
    for (const auto& [source, accounts] : *all) {
        Day reach = Day::none();
        for (const auto& [account, days] : accounts)
            reach = reach.isValid() ? std::max(reach, *days.rbegin()) : *days.rbegin();
        for (const auto& [account, days] : accounts) {
            const std::vector<Day> ascending(days.begin(), days.end());
            const bool isSilent = silent.contains(source, account);
            const Day through = isSilent ? snapshot.days.last : reach;
            const auto pause = stoppedPause(ascending, through);
            if (!pause || lastAnywhere[account] != ascending.back())
                continue;
            const auto& [provider, name, currency] = account;
            const Other other = otherCurrencies(accounts, account, through);
            if (!other.goesOn && other.stoppedLater)
                continue;
            stopped.push_back({source, provider, name, ascending.back(), through, *pause,
                               other.goesOn ? currency : Currency(), isSilent});
        }
    }
    return stopped;
}

Finding stoppedFinding(const StoppedAccount& stopped)
{
    Finding finding;
    finding.severity = Severity::Warning;
    finding.check = "account-stopped";
    const std::string in = stopped.currency == Currency() ? "" : " in " + std::string(stopped.currency.code());
    finding.message = accountName(stopped.provider, stopped.billingAccount) + " has no charges" + in + " after " +
                      toString(stopped.last) + ", while the " + (stopped.isSilent ? "data go" : "source goes") +
                      " on to " + toString(stopped.sourceThrough) +
                      (stopped.isSilent ? " and it is taken as ended" : "") + "; it never paused for more than " +
                      std::to_string(stopped.usualDays) + (stopped.usualDays == 1 ? " day" : " days") +
                      " before: is it still delivered?";
    finding.source = stopped.source;
    return finding;
}

} // namespace altimeter::session
