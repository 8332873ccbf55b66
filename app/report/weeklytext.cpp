#include "app/report/weeklyreport.h"

#include "app/report/fontcoverage.h"
#include "app/report/weeklyfigures.h"
#include "app/report/weekpart.h"
#include "app/report/wording.h"
#include "models/text/showntext.h"
#include "models/text/utf8.h"

#include <algorithm>

namespace altimeter::report {

namespace {

constexpr std::size_t kWidth = 100;

/// Characters, not bytes; names are cut rather than wrapped.
std::string padded(const std::string& text, std::size_t width, bool isRight)
{
    std::u32string characters = words::characters(words::shown(text));
    if (characters.size() > width && !isRight) {
        characters.resize(width - 1);
        characters.push_back(U'\u2026');
    }
    std::string out;
    for (const char32_t c : characters)
        words::appendCharacter(out, c);
    const std::string blanks(width > characters.size() ? width - characters.size() : 0, ' ');
    return isRight ? blanks + out : out + blanks;
}

std::string row(const std::string& name, const std::vector<std::string>& cells, std::size_t nameWidth,
                std::size_t width)
{
    std::string line = "  " + padded(name, nameWidth, false);
    for (const auto& cell : cells)
        line += " " + padded(cell, width, true);
    return line + "\n";
}

std::string wrapped(const std::string& unwrapped)
{
    const std::string text = words::shown(unwrapped, words::LineEnds::Blank);
    std::string out;
    std::string line;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t blank = std::min(text.find(' ', start), text.size());
        const std::string word = text.substr(start, blank - start);
        if (!line.empty() && words::characterCount(line) + 1 + words::characterCount(word) > kWidth) {
            out += line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
        start = blank + 1;
    }
    return out + line + "\n";
}

std::string teamsText(const Overview::PerCurrency& figures)
{
    const auto teams = topTeams(figures);
    const auto cells = [&](std::optional<Amount> now, std::optional<Amount> before, std::optional<Amount> compared) {
        const auto change = compared && before ? difference(*compared, *before) : std::nullopt;
        return std::vector<std::string>{now ? moneyText(*now, figures.currency) : "\u2013",
                                        before ? moneyText(*before, figures.currency) : "\u2013",
                                        change ? changeText(*change, figures.currency) : "\u2013",
                                        now ? shareText(*now, teams.now) : "\u2013"};
    };
    std::string text = row("Team", {"Month to date", "Same days before", "Change", "Share"}, 28, 16);
    for (const auto& line : teams.lines)
        text += row(line.name, cells(line.now, line.before, line.compared), 28, 16);
    return text + row("Total",
                      cells(figures.isCostUnknown() ? std::nullopt : std::optional(teams.now), teams.before,
                            figures.isCostUnknown() ? std::nullopt : std::optional(teams.compared)),
                      28, 16);
}

std::string tableText(const WeekTable& table, const char* title, Currency currency)
{
    const auto cells = [currency](const WeekLine& line) {
        const auto text = [currency](const std::optional<Amount>& amount) {
            return amount ? moneyText(*amount, currency) : std::string("\u2013");
        };
        const auto change = line.change();
        return std::vector<std::string>{text(line.now), text(line.before),
                                        change ? changeText(*change, currency) : std::string("\u2013"),
                                        text(line.yearBefore)};
    };
    std::string text = row(title, {"This week", "Week before", "Change", "Year before"}, 28, 16);
    for (const WeekLine& line : table.lines)
        text += row(line.name, cells(line), 28, 16);
    return text + row("Total", cells(table.total), 28, 16) + "\n";
}

std::string weekTexts(const WeekFigures& week, Currency currency)
{
    const WeekFigures::PerCurrency* figures = deliveredWeekOf(week, currency);
    if (!figures)
        return {};
    const WeekTable services = weekMovers(*figures, kTopLines);
    return tableText(weekByTeam(*figures, kTopLines), "Team", currency) +
           (services.lines.empty() ? std::string() : tableText(services, "Service, by change", currency));
}

std::string moversText(const Overview::PerCurrency& figures)
{
    const WeekTable services = monthMovers(figures, kTopLines);
    if (services.lines.empty())
        return {};
    const auto cells = [&figures](const WeekLine& line) {
        const auto change = line.change();
        return std::vector<std::string>{moneyText(line.now.value_or(Amount()), figures.currency),
                                        moneyText(line.before.value_or(Amount()), figures.currency),
                                        change ? changeText(*change, figures.currency) : std::string("\u2013")};
    };
    std::string text = row("Service, by change", {"Month to date", "Same days before", "Change"}, 28, 16);
    for (const WeekLine& line : services.lines)
        text += row(line.name, cells(line), 28, 16);
    return text + row("Total", cells(services.total), 28, 16) + "\n";
}

std::string anomaliesText(const WeeklyInput& input, Currency currency)
{
    const auto items = anomaliesOf(input.overview, currency);
    std::string text;
    for (std::size_t i = 0; i < std::min(items.size(), kMostAnomalies); ++i) {
        const Overview::AnomalyItem& item = *items[i];
        text += "  " + padded(dateText(item.mark.period), 11, true) + "  " + padded(joinedKeys(item.keys), 28, false) +
                " " + padded(kindText(item.mark), 20, false) + " " + estimateChangeText(item.mark.impact, currency) +
                "\n";
    }
    if (items.size() > kMostAnomalies)
        text += "  and " + countText(items.size() - kMostAnomalies, "smaller one", "smaller ones") + "\n";
    return text.empty() ? text : "Anomalies of the last 30 days (impact against the expected cost)\n" + text + "\n";
}

std::string currencyText(const WeeklyInput& input, const Overview::PerCurrency& figures)
{
    const std::string code(figures.currency.code());
    std::string text = code + "\n" + std::string(code.size(), '-') + "\n" + wrapped(headline(input, figures));
    if (figures.hasForecast)
        text += "Expected at month end: 80\u2009% " + estimateText(figures.monthEndLo80, figures.currency) + " to " +
                estimateText(figures.monthEndHi80, figures.currency) + ", 95\u2009% " +
                estimateText(figures.monthEndLo95, figures.currency) + " to " +
                estimateText(figures.monthEndHi95, figures.currency) + "\n";
    if (figures.isCostUnknown())
        text += "Unallocated: unknown\n\n";
    else
        text += "Unallocated: " + moneyText(figures.unallocated, figures.currency) + " (" +
                shareText(figures.unallocated, figures.monthToDate) + " of month to date)\n\n";
    text += weekTexts(input.week, figures.currency) + teamsText(figures) + "\n";
    text += moversText(figures);
    return text + anomaliesText(input, figures.currency);
}

} // namespace

std::string renderWeeklyText(const WeeklyInput& input)
{
    const auto& overview = input.overview;
    std::string text = "Altimeter weekly cost summary: " + padded(input.workspaceName, 60, false);
    text.erase(text.find_last_not_of(' ') + 1);
    if (!overview.asOf.isValid() || overview.currencies.empty())
        return text + "\nThe workspace holds no charges yet. Import a cost file and make this report again.\n";
    text += "\n" + reportedWeek(input) + "; data through " + dateText(dataThrough(overview)) + "; " +
            lensText(overview.lens) + "; rules version " + std::to_string(input.rulesVersion) +
            (input.isDemo ? "; demonstration data" : "") + "\n\n";
    for (const auto& figures : overview.currencies)
        text += currencyText(input, figures);
    return text + wrapped(proofSentence(input));
}

} // namespace altimeter::report
