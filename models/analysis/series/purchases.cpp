#include "models/analysis/series/purchases.h"

#include "models/analysis/series/median.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace altimeter::analysis {

namespace {

constexpr double kLarge = 3;       ///< ordinary days
constexpr double kAlike = 2;       ///< factor between two charges of one kind
constexpr double kLeastShare = 10; ///< of a purchase a mere credit is this part at least, to be a refund of it
constexpr int kFewAlike = 2;       ///< more of them are a habit

/// What was charged on one day by one part of a series: either all above zero or all below.
struct Charges {
    Amount cost;
    bool isSaidOnce = true;    ///< by its ChargeFrequency; false: nothing is said
    bool isCorrection = false; ///< not a mere credit
    std::map<std::string, Amount> byService;
};

/// How much of a refund is of the purchase of a day.
struct Return {
    Day bought;
    Amount amount; ///< above zero
};

/// A refund and which purchases it is of.
struct Refund {
    Charges charges;
    std::vector<Return> returns;
    Amount rest; ///< of no known purchase, below zero
};

/// What was purchased on a day, and what of it was not refunded.
struct Purchase {
    Charges charges;
    std::map<std::string, Amount> leftOf; ///< by service
    Amount left;
    Day refundedOn; ///< the last day; none
};

/// What a part bought and got back.
struct Account {
    std::map<Day, Purchase> purchases;
    std::map<Day, Refund> refunds;
    std::map<Day, Amount> all; ///< with what recurs
};

void add(Amount& sum, Amount more)
{
    AmountSum both;
    both.add(sum);
    both.add(more);
    sum = both.amount();
}

bool areAlike(Amount one, Amount other)
{
    const double ratio = one.toDouble() / other.toDouble();
    return ratio > 1 / kAlike && ratio < kAlike;
}

// The place of each dim behind those of the query.
constexpr std::size_t kService = 0, kFrequency = 1, kCategory = 2, kClass = 3, kAccountDims = 4;

/// The charges of `query` that are no usage, or corrections of it.
Result<CostTable> askCharges(const CostSource& costs, const CostQuery& query, bool areCorrections,
                             const std::stop_token& stop)
{
    CostQuery asked = query;
    asked.granularity = Granularity::Day;
    asked.top = 0;
    asked.by.push_back(Dim{Dim::Kind::Service, {}});
    asked.by.push_back(Dim{Dim::Kind::Column, "ChargeFrequency"});
    asked.by.push_back(Dim{Dim::Kind::ChargeCategory, {}});
    asked.by.push_back(Dim{Dim::Kind::Column, "ChargeClass"});
    for (const Dim& dim : accountDims())
        asked.by.push_back(dim);
    asked.filters.push_back({Dim{Dim::Kind::ChargeCategory, {}}, {"Purchase", "Credit", "Adjustment"}, areCorrections});
    if (areCorrections)
        asked.filters.push_back({Dim{Dim::Kind::Column, "ChargeClass"}, {"Correction"}, false});
    return costs.table(asked, stop);
}

/// The part of `all` that a row is in; null where there is none.
SeriesPart* partOf(std::vector<PartedSeries>& all, const CostRow& row, const KeptKeys& kept, std::size_t keys,
                   const KnownAccount* account, bool isApart)
{
    const KeyTuple own(
        std::vector<std::string>(row.keys.begin(), row.keys.begin() + static_cast<std::ptrdiff_t>(keys)));
    const bool isOther = !kept.contains({row.currency, own});
    for (PartedSeries& series : all) {
        if (series.currency != row.currency || series.isOther != isOther || (!isOther && series.keys != own.values()))
            continue;
        for (SeriesPart& part : series.parts) {
            const bool isOfAccount = part.known && account && part.known->knowsAs(*account);
            if (!isApart || isOfAccount || (!part.known && !account))
                return &part;
        }
    }
    return nullptr;
}

void addTo(Charges& charges, const CostRow& row, const std::string& service, bool isSaidOnce, bool isCorrection)
{
    const bool isFirst = charges.byService.empty();
    charges.isSaidOnce = charges.isSaidOnce && isSaidOnce;
    charges.isCorrection = (isFirst || charges.isCorrection) && isCorrection;
    add(charges.cost, row.cost);
    add(charges.byService[service], row.cost);
}

void addRow(Account& account, const CostRow& row, std::span<const std::string> own)
{
    const std::string& frequency = own[kFrequency];
    const std::string& category = own[kCategory];
    const bool isCorrected = own[kClass] == "Correction";
    if (row.cost > Amount() && category == "Purchase" && frequency != "Recurring" && frequency != "Usage-Based")
        addTo(account.purchases[row.period].charges, row, own[kService], !frequency.empty(), true);
    else if (row.cost.isNegative() && (isCorrected || frequency != "Recurring"))
        addTo(account.refunds[row.period].charges, row, own[kService], !frequency.empty(),
              isCorrected || category != "Credit");
}

using AccountsByPart = std::map<SeriesPart*, Account>;

void addRows(AccountsByPart& found, std::vector<PartedSeries>& series, const CostTable& table, const CostDays& days,
             const KeptKeys& kept, std::size_t keys, bool areCorrections)
{
    const bool isApart = areKnownApart(days);
    const AccountsByName accounts(days);
    for (const CostRow& row : table.rows) {
        const auto own = std::span<const std::string>(row.keys.values()).subspan(keys);
        const KnownAccount* account = accounts.find(own.subspan(kAccountDims), row.currency);
        SeriesPart* part = partOf(series, row, kept, keys, account, isApart);
        if (!part || row.cost.isZero() || (areCorrections && !row.cost.isNegative()))
            continue;
        Account& of = found[part];
        addRow(of, row, own);
        if (!areCorrections)
            add(of.all[row.period], row.cost);
    }
}

/// What an ordinary day of `part` costs, without its purchases and refunds.
double ordinaryDay(const SeriesPart& part, const Account& account)
{
    std::vector<double> values;
    for (const auto& [day, cell] : part.cells) {
        const auto bought = account.purchases.find(day);
        const auto returned = account.refunds.find(day);
        double value = cell.cost.toDouble();
        value -= bought == account.purchases.end() ? 0 : bought->second.charges.cost.toDouble();
        value -= returned == account.refunds.end() ? 0 : returned->second.charges.cost.toDouble();
        if (value != 0)
            values.push_back(value);
    }
    return values.empty() ? 0 : medianOf(values);
}

bool isLarge(Amount amount, double ordinary)
{
    return std::abs(amount.toDouble()) > kLarge * ordinary;
}

void takeBack(Purchase& purchase, Day bought, const std::string& service, Amount amount, Day on, Refund& refund)
{
    add(purchase.leftOf[service], -amount);
    add(purchase.left, -amount);
    add(refund.rest, amount);
    purchase.refundedOn = on;
    refund.returns.push_back({bought, amount});
}

/// Finds the purchases that refunds are of.
class Returns {
public:
    Returns(Account& account, double ordinary) : m_account(account), m_ordinary(ordinary)
    {
        for (auto& [day, purchase] : account.purchases) {
            purchase.left = purchase.charges.cost;
            purchase.leftOf = purchase.charges.byService;
        }
    }
    void find()
    {
        const bool isAnyLarge =
            std::any_of(m_account.purchases.begin(), m_account.purchases.end(),
                        [this](const auto& one) { return isLarge(one.second.charges.cost, m_ordinary); });
        for (auto& [day, refund] : m_account.refunds) {
            refund.rest = refund.charges.cost;
            if (isAnyLarge)
                findOf(day, refund);
        }
    }

private:
    void findOf(Day day, Refund& refund)
    {
        for (const auto& [service, amount] : refund.charges.byService) {
            if (!findExact(day, refund, service, -amount))
                findOfService(day, refund, service, -amount);
        }
    }
    /// Calls `take` for the large purchases up to `day`, the latest first, until it answers true.
    template <typename Take> bool upTo(Day day, const Take& take)
    {
        for (auto at = m_account.purchases.upper_bound(day); at != m_account.purchases.begin();) {
            --at;
            if (isLarge(at->second.charges.cost, m_ordinary) && take(at->first, at->second))
                return true;
        }
        return false;
    }
    bool findExact(Day day, Refund& refund, const std::string& service, Amount amount)
    {
        const auto ofService = [&](Day bought, Purchase& purchase) {
            const auto own = purchase.leftOf.find(service);
            if (own == purchase.leftOf.end() || own->second != amount)
                return false;
            takeBack(purchase, bought, service, amount, day, refund);
            return true;
        };
        const auto ofAnother = [&](Day bought, Purchase& purchase) {
            for (const auto& [other, left] : purchase.leftOf) {
                if (left == amount) {
                    takeBack(purchase, bought, other, amount, day, refund);
                    return true;
                }
            }
            if (purchase.left != amount)
                return false;
            for (const auto& [other, left] : std::map(purchase.leftOf)) {
                if (left > Amount())
                    takeBack(purchase, bought, other, left, day, refund);
            }
            return true;
        };
        return upTo(day, ofService) || upTo(day, ofAnother);
    }
    void findOfService(Day day, Refund& refund, const std::string& service, Amount amount)
    {
        const bool isCredit = !refund.charges.isCorrection;
        if (isCredit && isOneOfMany(refund))
            return;
        upTo(day, [&](Day bought, Purchase& purchase) {
            const auto own = purchase.leftOf.find(service);
            if (own == purchase.leftOf.end() || !(own->second > Amount()))
                return false;
            if (isCredit && amount.toDouble() * kLeastShare < purchase.charges.cost.toDouble())
                return false;
            const Amount taken = std::min(own->second, amount);
            takeBack(purchase, bought, service, taken, day, refund);
            add(amount, -taken);
            return amount.isZero();
        });
    }
    bool isOneOfMany(const Refund& refund) const
    {
        return std::count_if(m_account.refunds.begin(), m_account.refunds.end(), [&refund](const auto& other) {
                   return areAlike(other.second.charges.cost, refund.charges.cost);
               }) > kFewAlike;
    }

    Account& m_account;
    double m_ordinary;
};

bool isApart(Day day, const Purchase& purchase, const std::map<Day, Purchase>& all, double ordinary)
{
    const Amount cost = purchase.charges.cost;
    if (!isLarge(cost, ordinary))
        return false; // first: there may be one on each day
    int alike = 1;    // itself is one
    int refunded = 0;
    for (const auto& [other, one] : all) {
        alike += other != day && one.left > Amount() && areAlike(one.left, cost) ? 1 : 0;
        refunded += one.refundedOn.isValid() && areAlike(one.charges.cost, cost) ? 1 : 0;
    }
    return alike <= (purchase.charges.isSaidOnce ? kFewAlike : 1) && refunded <= kFewAlike;
}

bool isApart(const Refund& refund, const std::map<Day, Refund>& all, double ordinary)
{
    if (!refund.rest.isNegative() || !isLarge(refund.rest, ordinary))
        return false;
    const auto alike = std::count_if(all.begin(), all.end(), [&refund](const auto& other) {
        return other.second.rest.isNegative() && areAlike(other.second.rest, refund.rest);
    });
    return alike == 1;
}

std::string largestService(const Charges& charges)
{
    return std::max_element(charges.byService.begin(), charges.byService.end(),
                            [](const auto& a, const auto& b) {
                                return std::abs(a.second.toDouble()) < std::abs(b.second.toDouble());
                            })
        ->first;
}

void setApart(SeriesPart& part, const Account& account, Currency currency, double ordinary,
              std::vector<OncePurchase>& made)
{
    std::set<Day> apart;
    for (const auto& [day, purchase] : account.purchases) {
        if (!isApart(day, purchase, account.purchases, ordinary))
            continue;
        apart.insert(day);
        add(part.apart[day], purchase.charges.cost);
        Amount refunded = purchase.charges.cost;
        add(refunded, -purchase.left);
        made.push_back({currency, day, largestService(purchase.charges), purchase.charges.cost, refunded,
                        purchase.refundedOn, Day::none()});
    }
    for (const auto& [day, refund] : account.refunds) {
        OncePurchase back{currency, day, largestService(refund.charges), {}};
        for (const Return& one : refund.returns) {
            if (!apart.contains(one.bought))
                continue;
            back.cost = -one.amount;
            back.refundOf = one.bought;
            add(part.apart[day], back.cost);
            made.push_back(back);
        }
        if (!isApart(refund, account.refunds, ordinary))
            continue;
        back.cost = refund.rest;
        back.refundOf = Day::none();
        add(part.apart[day], back.cost);
        made.push_back(back);
    }
}

void markBare(SeriesPart& part, const Account& account)
{
    for (const auto& [day, amount] : account.all) {
        const auto cell = part.cells.find(day);
        if (cell != part.cells.end() && cell->second.cost == amount)
            part.bare.insert(day);
    }
}

} // namespace

Result<std::vector<OncePurchase>> setPurchasesApart(std::vector<PartedSeries>& series, const CostSource& costs,
                                                    const CostDays& days, const CostQuery& query, const KeptKeys& kept,
                                                    const std::stop_token& stop)
{
    AccountsByPart found;
    for (const bool areCorrections : {false, true}) {
        const auto table = askCharges(costs, query, areCorrections, stop);
        if (!table)
            return table.error();
        addRows(found, series, *table, days, kept, query.by.size(), areCorrections);
    }
    std::vector<OncePurchase> made;
    for (PartedSeries& one : series) {
        for (SeriesPart& part : one.parts) {
            const auto account = found.find(&part);
            if (account == found.end())
                continue;
            const double ordinary = ordinaryDay(part, account->second);
            Returns(account->second, ordinary).find();
            setApart(part, account->second, one.currency, ordinary, made);
            markBare(part, account->second);
        }
    }
    std::stable_sort(made.begin(), made.end(), [](const auto& a, const auto& b) {
        return a.currency != b.currency ? a.currency < b.currency : a.day < b.day;
    });
    return made;
}

} // namespace altimeter::analysis
