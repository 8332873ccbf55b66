#include "models/analysis/series/knownseries.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace altimeter::analysis {

namespace {

/// An account whose last charge of a series lies further back than this is no part of it any more.
constexpr int kLiveDays = 62;

/// Accounts that know the same days stand for each other: the first of them is named.
using Groups = std::map<std::tuple<Currency, std::string, std::string, std::string>, const KnownAccount*>;

Groups groupsOf(const CostDays& days)
{
    std::map<Currency, std::vector<const KnownAccount*>> named;
    Groups groups;
    for (const KnownAccount& account : days.accounts) {
        auto& own = named[account.currency];
        const auto same =
            std::find_if(own.begin(), own.end(), [&account](const auto* each) { return each->knowsAs(account); });
        const KnownAccount* const first = same == own.end() ? &account : *same;
        groups[{account.currency, account.source, account.provider, account.billingAccount}] = first;
        if (first == &account)
            own.push_back(&account);
    }
    return groups;
}

const KnownAccount* firstOf(const CostDays& days, Currency currency)
{
    for (const KnownAccount& account : days.accounts) {
        if (account.currency == currency)
            return &account;
    }
    return nullptr;
}

void addCell(SeriesPart& part, const CostRow& row)
{
    SeriesPart::Cell& cell = part.cells[row.period];
    AmountSum sum;
    sum.add(cell.cost);
    sum.add(row.cost);
    cell.cost = sum.amount();
    cell.rows += row.rows;
    cell.unknownRows += row.unknownRows;
}

SeriesPart& partOf(PartedSeries& series, const KnownAccount* known)
{
    for (SeriesPart& part : series.parts) {
        if (part.known == known)
            return part;
    }
    series.parts.push_back({known, {}, false});
    return series.parts.back();
}

void rank(std::vector<PartedSeries>& all)
{
    std::vector<std::pair<Amount, std::size_t>> order;
    for (std::size_t at = 0; at < all.size(); ++at)
        order.emplace_back(all[at].cost(), at);
    std::stable_sort(order.begin(), order.end(), [&all](const auto& one, const auto& two) {
        const PartedSeries& a = all[one.second];
        const PartedSeries& b = all[two.second];
        if (a.currency != b.currency)
            return a.currency < b.currency;
        if (a.isOther != b.isOther)
            return b.isOther;
        return one.first > two.first;
    });
    std::vector<PartedSeries> ranked;
    for (const auto& [cost, at] : order)
        ranked.push_back(std::move(all[at]));
    all = std::move(ranked);
}

/// Whoever leaves out the cost of some charges on most days does so on all; where more of them are left out than that,
/// the sum of the others would read as a drop.
void markThin(std::map<Day, SeriesPart::Cell>& cells)
{
    const auto shareOf = [](const SeriesPart::Cell& cell) {
        return static_cast<double>(cell.unknownRows) / static_cast<double>(cell.rows);
    };
    std::vector<double> shares;
    bool isAny = false;
    for (const auto& [step, cell] : cells) {
        isAny |= cell.unknownRows > 0;
        if (cell.rows > 0)
            shares.push_back(shareOf(cell));
    }
    if (!isAny)
        return;
    const auto rank = [](std::vector<double>& values, std::size_t quarters) {
        const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * quarters / 4);
        std::nth_element(values.begin(), at, values.end());
        return *at;
    };
    const double usual = rank(shares, 3);
    for (double& share : shares)
        share = std::abs(share - usual);
    const double limit = usual + 3 * rank(shares, 2) + 1e-9;
    for (auto& [step, cell] : cells)
        cell.isThin = cell.rows > 0 && (cell.isUnknown() || shareOf(cell) > limit);
}

/// How much of a day is known.
enum class Knowledge { None, Some, All };

/// What a series knows of single days.
class DayKnowledge {
public:
    DayKnowledge(const PartedSeries& series, const CostDays& days) : m_series(series), m_days(days)
    {
        const auto found = days.delivered.find(series.currency);
        if (found != days.delivered.end())
            m_delivered = found->second;
    }
    /// Some where the day was still running when it was told, or too few of its charges state the cost.
    Knowledge of(Day day) const
    {
        const bool isHeld = std::binary_search(m_delivered.begin(), m_delivered.end(), day);
        if (day < m_days.first)
            return isHeld ? Knowledge::All : Knowledge::None;
        bool isAny = false;
        bool isSome = false;
        for (const SeriesPart& part : m_series.parts) {
            if (const auto cell = part.cells.find(day); cell != part.cells.end())
                isSome |= cell->second.isThin;
            if (!part.known || !part.isLive)
                continue;
            if (!part.known->knows(day) && !part.known->holdsPartOf(day))
                return Knowledge::None;
            isSome |= !part.known->knows(day);
            isAny = true;
        }
        if (day > m_days.last && !isAny && !isHeld)
            return Knowledge::None;
        return isSome ? Knowledge::Some : Knowledge::All;
    }

private:
    const PartedSeries& m_series;
    const CostDays& m_days;
    std::span<const Day> m_delivered;
};

SeriesPart::Cell cellOf(const PartedSeries& series, Day from, Day to)
{
    SeriesPart::Cell cell;
    AmountSum sum;
    for (const SeriesPart& part : series.parts) {
        for (auto at = part.cells.lower_bound(from); at != part.cells.end() && at->first < to; ++at) {
            sum.add(at->second.cost);
            cell.rows += at->second.rows;
            cell.unknownRows += at->second.unknownRows;
        }
    }
    cell.cost = sum.amount();
    return cell;
}

/// The last day of the data on which somebody of that currency is known to have cost something or nothing.
Day knownThrough(const CostDays& days, Currency currency)
{
    Day through;
    for (const KnownAccount& account : days.accounts) {
        if (account.currency == currency)
            through = std::max(through, std::min(account.through, days.last));
    }
    return through;
}

/// The first and the last step of `range` in which any charge of the currency begins, or is known to have been none
/// since; none where there is no such.
std::pair<Day, Day> spanOf(const CostDays& days, Currency currency, const DateRange& range, Granularity granularity)
{
    const auto delivered = days.delivered.find(currency);
    Day first;
    Day last;
    if (delivered == days.delivered.end())
        return {first, last};
    for (const Day day : delivered->second) {
        if (!range.contains(day))
            continue;
        first = first.isValid() ? first : stepStart(day, granularity);
        last = stepStart(day, granularity);
    }
    const Day through = knownThrough(days, currency); // a currency that is charged no more costs nothing
    if (first.isValid() && through.isValid())
        last = std::max(last, stepStart(range.to.isValid() ? std::min(through, range.to - 1) : through, granularity));
    return {first, last};
}

} // namespace

Amount PartedSeries::cost() const
{
    AmountSum sum;
    for (const SeriesPart& part : parts) {
        for (const auto& [step, cell] : part.cells)
            sum.add(cell.cost);
    }
    return sum.amount();
}

std::vector<Dim> accountDims()
{
    return {Dim{Dim::Kind::Source, {}}, Dim{Dim::Kind::Provider, {}}, Dim{Dim::Kind::BillingAccount, {}}};
}

bool areKnownApart(const CostDays& days)
{
    std::map<Currency, const KnownAccount*> first;
    return std::any_of(days.accounts.begin(), days.accounts.end(), [&first](const KnownAccount& account) {
        return !first.try_emplace(account.currency, &account).first->second->knowsAs(account);
    });
}

AccountsByName::AccountsByName(const CostDays& days)
{
    for (const KnownAccount& account : days.accounts)
        m_accounts[{account.currency, account.source, account.provider, account.billingAccount}] = &account;
}

const KnownAccount* AccountsByName::find(std::span<const std::string> values, Currency currency) const
{
    const auto found = m_accounts.find({currency, values[0], values[1], values[2]});
    return found == m_accounts.end() ? nullptr : found->second;
}

std::vector<PartedSeries> partedSeries(const CostTable& table, const CostDays& days, std::size_t keys, bool isByAccount)
{
    const Groups groups = isByAccount ? groupsOf(days) : Groups();
    std::map<std::tuple<Currency, bool, std::vector<std::string>>, PartedSeries> byKey;
    for (const CostRow& row : table.rows) {
        std::vector<std::string> own = row.keys.values();
        const KnownAccount* known = nullptr;
        if (isByAccount) {
            const auto found = groups.find({row.currency, own[keys], own[keys + 1], own[keys + 2]});
            known = found == groups.end() ? nullptr : found->second;
            own.resize(keys);
        } else {
            known = firstOf(days, row.currency);
        }
        PartedSeries& series = byKey[{row.currency, row.isOther, own}];
        series.keys = std::move(own);
        series.isOther = row.isOther;
        series.currency = row.currency;
        addCell(partOf(series, known), row);
    }
    std::vector<PartedSeries> all;
    for (auto& [key, series] : byKey) {
        for (SeriesPart& part : series.parts) {
            markThin(part.cells);
            part.isLive =
                part.known && part.cells.rbegin()->first + kLiveDays >= std::min(part.known->through, days.last);
        }
        all.push_back(std::move(series));
    }
    rank(all);
    return all;
}

Result<std::vector<PartedSeries>> partedSeries(const CostSource& costs, const CostDays& days, const CostQuery& query,
                                               const KeptKeys& kept, const std::stop_token& stop)
{
    if (!areKnownApart(days)) {
        const auto table = costs.tableOf(query, kept, stop);
        if (!table)
            return table.error();
        return partedSeries(*table, days, query.by.size(), false);
    }
    CostQuery byAccount = query;
    byAccount.top = 0;
    for (const Dim& dim : accountDims())
        byAccount.by.push_back(dim);
    auto table = costs.table(byAccount, stop);
    if (!table)
        return table.error();
    const std::size_t keys = query.by.size();
    for (CostRow& row : table->rows) {
        std::vector<std::string> own(row.keys.begin(), row.keys.begin() + static_cast<std::ptrdiff_t>(keys));
        if (kept.contains({row.currency, KeyTuple(own)}))
            continue;
        std::vector<std::string> rest(keys, "Other"); // folded together, of each account its own
        rest.insert(rest.end(), row.keys.begin() + static_cast<std::ptrdiff_t>(keys), row.keys.end());
        row.keys = KeyTuple(std::move(rest));
        row.isOther = true;
    }
    return partedSeries(*table, days, keys, true);
}

std::vector<SeriesPoint> pointsOf(const PartedSeries& series, const CostDays& days, const DateRange& range,
                                  Granularity granularity)
{
    std::vector<SeriesPoint> points;
    const auto [first, last] = spanOf(days, series.currency, range, granularity);
    if (!first.isValid())
        return points;
    const DayKnowledge known(series, days);
    for (Day step = first; step <= last; step = nextStep(step, granularity)) {
        const Day next = granularity == Granularity::None ? last + 1 : nextStep(step, granularity);
        const SeriesPart::Cell cell = cellOf(series, step, next);
        SeriesPoint point{step, cell.cost, false, true};
        for (Day day = step; day < next; day = day + 1) {
            const Knowledge of = range.contains(day) ? known.of(day) : Knowledge::None;
            point.known |= of != Knowledge::None;
            point.isWhole &= of == Knowledge::All;
        }
        if (cell.isUnknown())
            point.known = point.isWhole = false;
        points.push_back(point);
        if (granularity == Granularity::None)
            break;
    }
    return points;
}

} // namespace altimeter::analysis
