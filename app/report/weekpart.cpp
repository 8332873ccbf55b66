#include "app/report/weekpart.h"

#include "app/report/wording.h"
#include "models/domain/magnitude.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace altimeter::report {

namespace {

using Sum = WeekFigures::Sum;

/// What cannot be added within the range is unknown.
Sum together(const Sum& a, const Sum& b)
{
    const auto cost = checkedAdd(a.cost, b.cost);
    const std::uint64_t rows = a.rows + b.rows;
    return cost ? Sum{*cost, rows, a.unknownRows + b.unknownRows} : Sum{Amount(), rows, rows};
}

struct Sums {
    Sum now, before, yearBefore;

    void add(const Sums& other)
    {
        now = together(now, other.now);
        before = together(before, other.before);
        yearBefore = together(yearBefore, other.yearBefore);
    }
};

std::optional<Amount> known(const Sum& sum)
{
    return sum.isUnknown() ? std::nullopt : std::optional(sum.cost);
}

WeekLine lineOf(std::string name, const Sums& sums, const WeekFigures::PerCurrency& figures)
{
    WeekLine line;
    line.name = std::move(name);
    line.now = known(sums.now);
    line.isWhole = sums.now.unknownRows == 0 && sums.before.unknownRows == 0;
    if (figures.before)
        line.before = known(sums.before);
    if (figures.yearBefore)
        line.yearBefore = known(sums.yearBefore);
    return line;
}

Amount moved(const Sums& sums)
{
    return difference(sums.now.cost, sums.before.cost).value_or(Amount());
}

using Named = std::pair<std::string, Sums>;

std::vector<Named> summedBy(const WeekFigures::PerCurrency& figures, std::string WeekFigures::Line::*key)
{
    std::map<std::string, Sums> sums;
    for (const WeekFigures::Line& line : figures.lines)
        sums[line.*key].add({line.now, line.before, line.yearBefore});
    return {sums.begin(), sums.end()};
}

/// The first `most` of `ordered`, one line for all others, and the total.
WeekTable foldedTable(const std::vector<Named>& ordered, std::size_t most, const WeekFigures::PerCurrency& figures,
                      std::string_view ifEmpty)
{
    WeekTable table;
    Sums rest;
    std::size_t folded = 0;
    const bool isWhole = ordered.size() <= most + 1; // a line for a single other would say less than its name
    for (std::size_t i = 0; i < ordered.size(); ++i) {
        const auto& [key, sums] = ordered[i];
        if (isWhole || i < most) {
            table.lines.push_back(lineOf(nameText(key, ifEmpty), sums, figures));
            continue;
        }
        rest.add(sums);
        ++folded;
    }
    if (folded > 0) {
        table.lines.push_back(lineOf(countText(folded, "other", "others"), rest, figures));
        table.lines.back().folded = folded;
    }
    table.total =
        lineOf("Total", {figures.now, figures.before.value_or(Sum()), figures.yearBefore.value_or(Sum())}, figures);
    return table;
}

/// The team that has the largest part in what a service moved.
std::string ownerOf(const WeekFigures::PerCurrency& figures, const std::string& service)
{
    const WeekFigures::Line* largest = nullptr;
    const auto size = [](const WeekFigures::Line& line) {
        return magnitude(moved({line.now, line.before, line.yearBefore}));
    };
    for (const WeekFigures::Line& line : figures.lines) {
        if (line.service == service && (!largest || size(line) > size(*largest)))
            largest = &line;
    }
    return largest ? nameText(largest->team) : std::string();
}

/// "; the same days of the week before cost 12.00 (+3.4 %)"; without a percentage where charges of one of them do not
/// state the cost: it would be of what is known alone.
std::string comparedText(const std::string& what, const Sum& now, const Sum& before, Currency currency)
{
    if (before.isUnknown())
        return "; " + what + " are unknown";
    if (before.rows == 0)
        return "; " + what + " had no charge";
    const bool isWhole = now.unknownRows == 0 && before.unknownRows == 0;
    const std::string percent = isWhole ? changePercentText(now.cost, before.cost) : std::string();
    return "; " + what + " cost " + moneyText(before.cost, currency) +
           (percent.find('%') != std::string::npos ? " (" + percent + ")" : std::string());
}

/// " 3 of 9 charges of this week and 2 of 8 of the week before state no such cost: unknown, and in no figure here."
std::string unknownText(const WeekFigures::PerCurrency& figures)
{
    std::string text;
    const auto add = [&text](const Sum& sum, const char* of) {
        if (sum.unknownRows == 0)
            return;
        text += (text.empty() ? " " : " and ") + std::to_string(sum.unknownRows) + " of " +
                countText(sum.rows, "charge", "charges") + " of " + of;
    };
    add(figures.now, "this week");
    add(figures.before.value_or(Sum()), "the week before");
    add(figures.yearBefore.value_or(Sum()), "the week a year before");
    return text.empty() ? text : text + " do not state this cost: unknown, and in no figure here.";
}

/// What the lines leave of the total: it cost the same in both, or the lines would hold it.
void addUnchanged(WeekTable& table)
{
    AmountSum now;
    AmountSum before;
    for (const WeekLine& line : table.lines) {
        now.add(line.now.value_or(Amount()));
        before.add(line.before.value_or(Amount()));
    }
    if (!table.total.now || !table.total.before || now.overflowed() || before.overflowed())
        return;
    WeekLine rest;
    rest.name = "Not changed";
    rest.now = difference(*table.total.now, now.amount());
    rest.before = difference(*table.total.before, before.amount());
    if (rest.now && rest.before && !(rest.now->isZero() && rest.before->isZero()))
        table.lines.push_back(std::move(rest));
}

} // namespace

std::optional<Amount> WeekLine::change() const
{
    return isWhole && now && before ? difference(*now, *before) : std::nullopt;
}

WeekTable weekByTeam(const WeekFigures::PerCurrency& figures, std::size_t most)
{
    std::vector<Named> teams = summedBy(figures, &WeekFigures::Line::team);
    std::stable_sort(teams.begin(), teams.end(),
                     [](const Named& a, const Named& b) { return a.second.now.cost > b.second.now.cost; });
    return foldedTable(teams, most, figures, "Unallocated");
}

WeekTable weekMovers(const WeekFigures::PerCurrency& figures, std::size_t most)
{
    if (!figures.before)
        return {};
    std::vector<Named> services = summedBy(figures, &WeekFigures::Line::service);
    std::stable_sort(services.begin(), services.end(), [](const Named& a, const Named& b) {
        return magnitude(moved(a.second)) > magnitude(moved(b.second));
    });
    WeekTable table = foldedTable(services, most, figures, "No service");
    for (std::size_t i = 0; i < table.lines.size(); ++i) {
        if (table.lines[i].folded == 0)
            table.lines[i].owner = ownerOf(figures, services[i].first);
    }
    return table;
}

WeekBridge weekBridge(const WeekTable& movers)
{
    if (!movers.total.now || !movers.total.before || movers.lines.empty())
        return {};
    WeekBridge bridge;
    bridge.bars.push_back({Amount(), *movers.total.before, true});
    for (const WeekLine& line : movers.lines) {
        const Amount from = bridge.bars.back().to;
        const auto change = line.change();
        if (!change)
            return {};
        const auto to = checkedAdd(from, *change);
        if (!to)
            return {};
        bridge.bars.push_back({from, *to, false});
    }
    if (bridge.bars.back().to != *movers.total.now)
        return {};
    bridge.bars.push_back({Amount(), *movers.total.now, true});
    double least = bridge.bars.front().to.toDouble(), most = least;
    for (const WeekBridge::Bar& bar : bridge.bars) {
        least = std::min(least, bar.to.toDouble());
        most = std::max(most, bar.to.toDouble());
    }
    constexpr double kSmall = 0.4; // of the total: moves that are less would be lines
    const double spread = most - least;
    bridge.isCut = least > 0 && spread < kSmall * most;
    bridge.low = bridge.isCut ? least - std::max(0.5 * spread, 0.02 * most) : std::min(least, 0.0);
    bridge.high = std::max(most, bridge.isCut ? most : 0.0);
    if (!(bridge.high > bridge.low))
        bridge.high = bridge.low + 1;
    return bridge;
}

WeekTable monthMovers(const Overview::PerCurrency& figures, std::size_t most)
{
    if (!figures.hasLastMonth || figures.isCostUnknown() || (figures.wholeDays && figures.wholeDays->teams.empty()))
        return {};
    WeekFigures::PerCurrency month;
    month.currency = figures.currency;
    month.now = {figures.comparedToDate(), figures.rows};
    month.before = Sum{figures.sameDaysLastMonth, figures.rowsBefore};
    for (const Overview::Mover& mover : figures.serviceMovers)
        month.lines.push_back(
            {{}, mover.keys.empty() ? std::string() : mover.keys.front(), {mover.now}, {mover.before}, {}});
    WeekTable table = weekMovers(month, most);
    for (WeekLine& line : table.lines)
        line.owner.clear();
    addUnchanged(table);
    return table;
}

bool isSmallChange(Amount change, Amount before)
{
    constexpr Int128 kSmallPart = 100;
    return magnitude(change).attos() < magnitude(before).attos() / kSmallPart;
}

std::string weekDaysText(const WeekFigures& week)
{
    static constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const int days = week.week.to - week.week.from;
    if (days == 7)
        return "all seven days";
    return days == 1 ? "Monday alone" : "Mon to " + std::string(kDays[static_cast<std::size_t>(days - 1)]);
}

std::string weekSentence(const WeekFigures& week, const WeekFigures::PerCurrency& figures)
{
    const std::string code(figures.currency.code());
    const bool isWhole = week.week.to - week.week.from == 7;
    const std::string what = isWhole ? "The week" : "The week so far (" + weekDaysText(week) + ")";
    if (!figures.isDelivered)
        return "Nothing of the week was delivered in " + code + " yet.";
    if (figures.now.isUnknown())
        return what + " states no such cost in " + code + ": unknown, not zero.";
    std::string text = what + " cost " + moneyText(figures.now.cost, figures.currency) + " " + code;
    const std::string same = isWhole ? "the " : "the same days of the ";
    if (!figures.before)
        return text + "; there is no week before to compare with.";
    text += comparedText(same + "week before", figures.now, *figures.before, figures.currency);
    if (figures.yearBefore)
        text += comparedText(same + "week a year before", figures.now, *figures.yearBefore, figures.currency);
    return text + "." + unknownText(figures);
}

const WeekFigures::PerCurrency* deliveredWeekOf(const WeekFigures& week, Currency currency)
{
    const auto found = std::find_if(week.currencies.begin(), week.currencies.end(), [currency](const auto& one) {
        return one.currency == currency && one.isDelivered;
    });
    return found == week.currencies.end() ? nullptr : &*found;
}

} // namespace altimeter::report
