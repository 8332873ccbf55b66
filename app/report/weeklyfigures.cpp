#include "app/report/weeklyfigures.h"

#include "app/report/weekpart.h"
#include "app/report/wording.h"
#include "models/domain/farcharges.h"
#include "models/domain/magnitude.h"

#include <algorithm>
#include <map>
#include <set>

namespace altimeter::report {

namespace {

constexpr std::size_t kMostWeeks = 8;

std::string keyOf(const std::vector<std::string>& keys)
{
    return keys.empty() ? std::string() : keys.front();
}

/// None where no charge states it.
std::optional<Amount> knownCost(const CostRow& row)
{
    return row.rows > 0 && row.rows == row.unknownRows ? std::nullopt : std::optional(row.cost);
}

/// Appends what the lines leave of the totals, so that the table adds up whatever the lists hold.
void addRest(TeamTable& table, std::optional<Amount> sameDaysLastMonth)
{
    AmountSum now;
    AmountSum before;
    AmountSum compared;
    for (const auto& line : table.lines) {
        now.add(line.now.value_or(Amount()));
        compared.add(line.compared.value_or(Amount()));
        before.add(line.before.value_or(Amount()));
    }
    const auto restNow = difference(table.now, now.amount());
    const auto restBefore =
        sameDaysLastMonth ? difference(*sameDaysLastMonth, before.amount()) : std::optional<Amount>(Amount());
    const auto restCompared = difference(table.compared, compared.amount());
    if (now.overflowed() || before.overflowed() || compared.overflowed() || !restNow || !restBefore || !restCompared)
        return;
    if (restNow->isZero() && restBefore->isZero())
        return;
    table.lines.push_back(
        {std::string(kNotListed), true, *restNow, sameDaysLastMonth ? restBefore : std::nullopt, restCompared});
}

void chooseScale(WeeklyGrid& grid)
{
    Int128 largest = 0;
    for (const auto& total : grid.totals)
        largest = std::max(largest, total ? magnitude(*total).attos() : 0);
    for (const auto& line : grid.lines) {
        for (const auto& cell : line.cells)
            largest = std::max(largest, cell ? magnitude(*cell).attos() : 0);
    }
    Int128 limit = static_cast<Int128>(Amount::kAttosPerUnit) * 1'000'000;
    while (largest >= limit && grid.scaleDigits < 15) {
        grid.scaleDigits += 3;
        limit *= 1000;
    }
    const bool isSmall = largest < static_cast<Int128>(Amount::kAttosPerUnit) * 1000;
    grid.decimals = grid.scaleDigits > 0 ? 1 : isSmall ? 2 : 0;
}

std::vector<Day> lastWeeks(const SeriesSet& set, Currency currency)
{
    std::set<Day> days;
    for (const auto& series : set.series) {
        for (const auto& point : series.points) {
            if (series.currency == currency)
                days.insert(point.period);
        }
    }
    std::vector<Day> weeks(days.begin(), days.end());
    if (weeks.size() > kMostWeeks)
        weeks.erase(weeks.begin(), weeks.end() - kMostWeeks);
    return weeks;
}

std::vector<std::optional<Amount>> weekTotals(const std::vector<WeeklyGrid::Line>& lines, std::size_t weeks)
{
    std::vector<std::optional<Amount>> totals(weeks);
    for (std::size_t week = 0; week < weeks; ++week) {
        AmountSum sum;
        bool isKnown = false;
        for (const auto& line : lines) {
            sum.add(line.cells[week].value_or(Amount()));
            isKnown |= line.cells[week].has_value();
        }
        if (isKnown && !sum.overflowed())
            totals[week] = sum.amount();
    }
    return totals;
}

std::string changeSentence(const WeeklyInput& input, const Overview::PerCurrency& figures)
{
    const std::string code(figures.currency.code());
    if (figures.isCostUnknown())
        return "The " + std::string(lensName(input.overview.lens)) + " cost of " + code +
               " in the month to date is unknown, not zero: " +
               (figures.rows == 1 ? std::string("its one charge states")
                                  : "none of its " + countText(figures.rows, "charge", "charges") + " states") +
               " it. Another cost may be known.";
    std::string text = "Month to date is " + moneyText(figures.monthToDate, figures.currency) + " " + code;
    const auto change = difference(figures.comparedToDate(), figures.sameDaysLastMonth);
    if (!figures.hasLastMonth || !change)
        return text + "; there is no month before to compare with.";
    if (!figures.isComparable(input.overview.month))
        return text + "; no day of it is over yet that could be compared.";
    if (figures.wholeDays)
        text += " (" + moneyText(figures.comparedToDate(), figures.currency) + " without the day that was not over)";
    const Amount size = magnitude(*change);
    if (change->isZero())
        return text + ", exactly as in " + sameDaysText(input.overview, figures) + ".";
    const std::string percent = changePercentText(figures.comparedToDate(), figures.sameDaysLastMonth);
    const bool hasPercent = percent.find('%') != std::string::npos;
    return text + ", " + moneyText(size, figures.currency) + (change->isNegative() ? " less" : " more") + " than in " +
           sameDaysText(input.overview, figures) + (hasPercent ? " (" + percent + ")." : ".");
}

/// "2 purchases and 1 credit".
std::string onceCountText(const std::vector<OncePurchase>& all)
{
    const auto refunds = static_cast<std::uint64_t>(
        std::count_if(all.begin(), all.end(), [](const OncePurchase& one) { return one.cost.isNegative(); }));
    const std::string bought = countText(all.size() - refunds, "purchase", "purchases");
    const std::string returned = countText(refunds, "credit", "credits");
    return refunds == 0 ? bought : refunds == all.size() ? returned : bought + " and " + returned;
}

/// The end of the sentence that says what the month ends at.
std::string purchasesSentence(const Overview::PerCurrency& figures)
{
    if (figures.purchases.empty())
        return ".";
    const OncePurchase* largest = &figures.purchases.front();
    for (const OncePurchase& one : figures.purchases)
        largest = magnitude(one.cost) > magnitude(largest->cost) ? &one : largest;
    const std::string what = moneyText(largest->cost, figures.currency) + " for " +
                             nameText(largest->service, "no service") + " on " + shortDateText(largest->day);
    if (figures.purchases.size() == 1)
        return "; of it " + what + (largest->cost.isNegative() ? " was credited once" : " was purchased once") +
               ", and is no part of what is expected of other days.";
    const std::string all = purchasesText(figures);
    return (all.empty()
                ? ""
                : "; " + all + " made once (the largest " + what + ") is no part of what is expected of other days") +
           ".";
}

std::string forecastSentence(const WeeklyInput& input, const Overview::PerCurrency& figures)
{
    if (!figures.hasForecast && figures.isCostUnknown())
        return "Nothing can be expected of it.";
    if (!figures.hasForecast)
        return "There is too little history for a forecast: it takes seven days from the first cost on.";
    return monthText(input.overview.month) + " is expected to end at " +
           estimateText(figures.monthEndMean, figures.currency) + ", four times in five between " +
           estimateText(figures.monthEndLo80, figures.currency) + " and " +
           estimateText(figures.monthEndHi80, figures.currency) + purchasesSentence(figures);
}

/// What an account has not delivered is not judged: none found there is not said.
std::string anomalySentence(const WeeklyInput& input, const Overview::PerCurrency& figures)
{
    const Currency currency = figures.currency;
    const auto items = anomaliesOf(input.overview, currency);
    if (items.empty())
        return std::string("No team shows an anomaly in the last 30 days") +
               (figures.late.empty() ? "." : ", as far as they are known.");
    const auto& first = *items.front();
    return countText(items.size(), "anomaly", "anomalies") + " in the last 30 days; the largest is " +
           joinedKeys(first.keys) + " on " + shortDateText(first.mark.period) + " (" +
           estimateChangeText(first.mark.impact, currency) + ").";
}

} // namespace

TeamTable teamTable(const Overview::PerCurrency& figures)
{
    const std::optional<Amount> before = figures.hasLastMonth ? std::optional(Amount()) : std::nullopt;
    std::map<std::string, TeamLine> teams;
    for (const auto& row : figures.teamsBefore) {
        if (figures.hasLastMonth)
            teams[keyOf(row.keys)] = {{}, false, Amount(), knownCost(row), Amount()};
    }
    for (const auto& row : figures.teams) {
        TeamLine& line = teams.try_emplace(keyOf(row.keys), TeamLine{{}, false, {}, before}).first->second;
        line.now = knownCost(row);
        line.compared = figures.wholeDays ? Amount() : line.now;
    }
    for (const auto& row : figures.wholeDays ? figures.wholeDays->teams : std::vector<CostRow>())
        teams.try_emplace(keyOf(row.keys), TeamLine{{}, false, Amount(), before}).first->second.compared =
            knownCost(row);
    TeamTable table{{}, figures.monthToDate, {}, figures.comparedToDate()};
    if (figures.hasLastMonth)
        table.before = figures.sameDaysLastMonth;
    for (auto& [key, line] : teams) {
        line.name = nameText(key);
        table.lines.push_back(std::move(line));
    }
    std::stable_sort(table.lines.begin(), table.lines.end(),
                     [](const auto& a, const auto& b) { return a.now.value_or(Amount()) > b.now.value_or(Amount()); });
    addRest(table, table.before);
    return table;
}

TeamTable topTeams(const Overview::PerCurrency& figures)
{
    TeamTable table = teamTable(figures);
    if (table.lines.size() <= kListedWhole)
        return table;
    TeamLine others{{}, true, Amount(), table.before ? std::optional(Amount()) : std::nullopt, Amount()};
    std::vector<TeamLine> kept;
    std::size_t folded = 0;
    const auto addTo = [](std::optional<Amount>& sum, const std::optional<Amount>& part) {
        if (const auto both = checkedAdd(sum.value_or(Amount()), part.value_or(Amount())); both && sum)
            sum = *both;
    };
    for (TeamLine& line : table.lines) {
        if (kept.size() < kTopLines || line.isRest || line.name == nameText({})) {
            kept.push_back(std::move(line));
            continue;
        }
        ++folded;
        addTo(others.now, line.now);
        addTo(others.before, line.before);
        addTo(others.compared, line.compared);
    }
    others.name = countText(folded, "other team", "other teams");
    kept.push_back(std::move(others));
    table.lines = std::move(kept);
    return table;
}

namespace {

/// Folds all but the largest lines into one, which is that of the folded rest where there is one.
void foldLines(WeeklyGrid& grid)
{
    if (grid.lines.size() <= kListedWhole)
        return;
    const auto size = [](const WeeklyGrid::Line& line) {
        AmountSum sum;
        for (const auto& cell : line.cells)
            sum.add(cell.value_or(Amount()));
        return line.name == nameText({}) || line.name == kOthers ? Amount() : sum.amount();
    };
    std::stable_sort(grid.lines.begin(), grid.lines.end(),
                     [&](const auto& a, const auto& b) { return size(a) > size(b); });
    std::vector<WeeklyGrid::Line> kept;
    WeeklyGrid::Line others{std::string(kOthers), std::vector<std::optional<Amount>>(grid.weeks.size())};
    for (WeeklyGrid::Line& line : grid.lines) {
        if ((kept.size() < kTopLines && line.name != kOthers) || line.name == nameText({})) {
            kept.push_back(std::move(line));
            continue;
        }
        for (std::size_t week = 0; week < grid.weeks.size(); ++week) {
            if (!line.cells[week])
                continue;
            if (const auto sum = checkedAdd(others.cells[week].value_or(Amount()), *line.cells[week]); sum)
                others.cells[week] = *sum;
        }
    }
    kept.push_back(std::move(others));
    grid.lines = std::move(kept);
}

} // namespace

WeeklyGrid weeklyGrid(const SeriesSet& weeklyByTeam, Currency currency)
{
    WeeklyGrid grid;
    grid.weeks = lastWeeks(weeklyByTeam, currency);
    for (const auto& series : weeklyByTeam.series) {
        if (series.currency != currency)
            continue;
        WeeklyGrid::Line line{series.isOther ? std::string(kOthers) : nameText(keyOf(series.keys)), {}};
        line.cells.resize(grid.weeks.size());
        for (const auto& point : series.points) {
            const auto week = std::find(grid.weeks.begin(), grid.weeks.end(), point.period);
            if (week != grid.weeks.end() && point.known)
                line.cells[static_cast<std::size_t>(week - grid.weeks.begin())] = point.cost;
        }
        grid.lines.push_back(std::move(line));
    }
    grid.totals = weekTotals(grid.lines, grid.weeks.size());
    foldLines(grid);
    chooseScale(grid);
    return grid;
}

std::string scaleText(int scaleDigits, Currency currency)
{
    const std::string code(currency.code());
    switch (scaleDigits) {
    case 0:
        return code;
    case 3:
        return "thousands of " + code;
    case 6:
        return "millions of " + code;
    case 9:
        return "billions of " + code;
    case 12:
        return "trillions of " + code;
    default:
        return "10^" + std::to_string(scaleDigits) + " " + code;
    }
}

std::vector<ProofSummary> proofBySource(const std::vector<ProofLine>& proof, Currency currency, CostLens lens)
{
    std::map<std::string, ProofSummary> sources;
    for (const auto& line : proof) {
        if (line.currency != currency || line.lens != lens)
            continue;
        auto& summary = sources[line.source];
        summary.source = line.source;
        ++summary.partitions;
        summary.unreconciled += line.reconciled() ? 0u : 1u;
        summary.file.add(line.fileTotal);
        summary.stored.add(line.storedTotal);
        summary.rolledUp.add(line.rolledUpTotal);
        summary.allocated.add(line.allocatedTotal);
        summary.exported.add(line.exportedTotal);
        summary.remainder.add(line.remainder);
        summary.missing.add(line.missing());
    }
    std::vector<ProofSummary> list;
    for (auto& [name, summary] : sources)
        list.push_back(std::move(summary));
    return list;
}

namespace {

/// ", remainder 12.34 USD, 5.00 EUR"; empty where there is none.
std::string sumsText(const std::string& lead, const std::map<Currency, DecimalSum>& sums)
{
    std::string text;
    for (const auto& [currency, sum] : sums)
        text += (text.empty() ? lead + " " : ", ") + sumText(sum, currency) + " " + std::string(currency.code());
    return text;
}

} // namespace

std::string proofSentence(const WeeklyInput& input)
{
    std::uint64_t lines = 0;
    std::uint64_t open = 0;
    std::map<Currency, DecimalSum> remainders;
    std::map<Currency, DecimalSum> missing;
    std::uint64_t unreadable = 0;
    for (const auto& line : input.proof) {
        if (line.lens != input.overview.lens)
            continue;
        ++lines;
        if (line.reconciled())
            continue;
        ++open;
        if (!line.remainder.isZero())
            remainders[line.currency].add(line.remainder);
        if (const DecimalSum sum = line.missing(); !sum.isZero())
            missing[line.currency].add(sum);
        unreadable += line.unreadable();
    }
    if (lines == 0)
        return "No proof lines: nothing has been reconciled.";
    if (open == 0)
        return "Reconciled: " + countText(lines, "partition equals its", "partitions equal their") +
               " source files to the last digit.";
    std::string text = "Not reconciled: " + std::to_string(open) + " of " + countText(lines, "partition", "partitions");
    text += sumsText(", remainder", remainders) + sumsText(", rejected lines", missing);
    if (unreadable > 0)
        text += ", amount unreadable in " + countText(unreadable, "line", "lines");
    return text + ".";
}

std::string sumText(const DecimalSum& sum, Currency currency)
{
    if (sum.overflowed())
        return "outside the range";
    const auto attos = sum.attosFloor();
    if (!attos)
        return sum.toRoundedString(minorDigits(currency));
    const std::string text = moneyText(Amount::fromAttos(*attos), currency);
    const bool looksZero = text.find_first_of("123456789") == std::string::npos;
    return looksZero && !sum.isZero() ? sum.toString(0) : text;
}

std::string farSentence(const WeeklyInput& input, Currency currency)
{
    std::vector<FarCharges> far = input.overview.far;
    std::erase_if(far, [&](const FarCharges& one) { return one.currency != currency; });
    const auto sentences = farSentences(far, input.overview.lens);
    return sentences.empty() ? std::string() : " " + sentences.front();
}

std::string unknownSentence(const WeeklyInput& input, const Overview::PerCurrency& figures)
{
    const std::string lens(lensName(input.overview.lens));
    const auto said = [&lens](std::uint64_t unknown, std::uint64_t rows, const std::string& of) {
        return " " + std::to_string(unknown) + " of " + countText(rows, "charge", "charges") + " of " + of +
               (unknown == 1 ? " states" : " state") + " no " + lens + " cost: unknown, and in no figure here.";
    };
    std::string text;
    if (figures.unknownRows > 0 && !figures.isCostUnknown())
        text += said(figures.unknownRows, figures.rows, "the month to date");
    if (figures.unknownRowsBefore > 0)
        text += said(figures.unknownRowsBefore, figures.rowsBefore, sameDaysText(input.overview, figures));
    if (!figures.chargedAhead.isZero() && figures.hasForecast)
        text += " Its end holds " + moneyText(figures.chargedAhead, figures.currency) +
                " that is charged ahead for later days of the month.";
    const std::string late = lateSentence(figures.late, dataThrough(input.overview));
    return late.empty() ? text : text + " " + late;
}

std::string purchasesText(const Overview::PerCurrency& figures)
{
    AmountSum sum;
    for (const OncePurchase& one : figures.purchases)
        sum.add(one.cost);
    if (figures.purchases.empty() || sum.overflowed())
        return {};
    const std::string amount = "of it " + moneyText(sum.amount(), figures.currency);
    if (figures.purchases.size() > 1)
        return amount + " in " + onceCountText(figures.purchases);
    const OncePurchase& one = figures.purchases.front();
    return amount + (one.cost.isNegative() ? " credited on " : " once on ") + shortDateText(one.day);
}

std::string headline(const WeeklyInput& input, const Overview::PerCurrency& figures)
{
    const auto week = std::find_if(input.week.currencies.begin(), input.week.currencies.end(),
                                   [&figures](const auto& one) { return one.currency == figures.currency; });
    return (week != input.week.currencies.end() ? weekSentence(input.week, *week) + " " : std::string()) +
           changeSentence(input, figures) + " " + forecastSentence(input, figures) + " " +
           anomalySentence(input, figures) + unknownSentence(input, figures) + farSentence(input, figures.currency);
}

std::string conditions(const WeeklyInput& input, Currency currency)
{
    const Day through = dataThrough(input.overview);
    std::string text = through.isValid() ? "Data through " + dateText(through) : "No data";
    text += "  \u2022  " + lensText(input.overview.lens) + "  \u2022  " + std::string(currency.code());
    text += input.rulesVersion == 0 ? std::string("  \u2022  No allocation rules published")
                                    : "  \u2022  Allocation rules version " + std::to_string(input.rulesVersion);
    if (input.isDemo)
        text += "  \u2022  Demonstration data";
    return text;
}

std::vector<const Overview::AnomalyItem*> anomaliesOf(const Overview& overview, Currency currency)
{
    std::vector<const Overview::AnomalyItem*> items;
    for (const auto& item : overview.anomalies) {
        if (item.currency == currency)
            items.push_back(&item);
    }
    return items;
}

std::string reportedWeek(const WeeklyInput& input)
{
    const Day end = input.week.week.to.isValid() ? input.week.week.to : input.overview.asOf;
    return end.isValid() ? weekText(end) : "no data";
}

Day dataThrough(const Overview& overview)
{
    return overview.asOf.isValid() ? overview.asOf - 1 : Day::none();
}

std::string sameDaysText(const Overview& overview, const Overview::PerCurrency& figures)
{
    const Day before = overview.month.addMonths(-1);
    const Day to = figures.wholeTo.isValid() ? std::min(figures.wholeTo, overview.asOf) : overview.asOf;
    const int days = std::min(to - overview.month, overview.month - before);
    return "the first " + countText(static_cast<std::uint64_t>(std::max(days, 0)), "day", "days") + " of " +
           monthText(before);
}

} // namespace altimeter::report
