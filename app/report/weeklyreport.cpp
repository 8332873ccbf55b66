#include "app/report/weeklyreport.h"

#include "app/report/fontfolder.h"
#include "app/report/pdfcanvas.h"
#include "app/report/weeklychart.h"
#include "app/report/weeklyfigures.h"
#include "app/report/weekpart.h"
#include "app/report/wording.h"
#include "models/domain/magnitude.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

namespace altimeter::report {

namespace {

constexpr double kLeft = 42;
constexpr double kRight = PdfCanvas::kWidth - 42;
constexpr double kContent = kRight - kLeft;
constexpr double kTop = 84;
constexpr double kBottom = PdfCanvas::kHeight - 58;
constexpr double kRow = 15.5;
constexpr double kHeaderRow = 19.5;
constexpr double kInset = 8;
constexpr double kCardInset = 8;
constexpr double kBridgeNote = 21; ///< two lines below the bridge

constexpr TextStyle kBody{Face::Regular, 9, ink::kText, Align::Left};
constexpr TextStyle kSmall{Face::Regular, 7.5, ink::kSecondary, Align::Left};

struct Cell {
    std::string text;
    Colour colour = ink::kText;
    double bar = -1; ///< 0..1: a bar of this part of the column behind the text's left
    /// A piece of a bridge, from and to in parts of the column.
    struct Span {
        double from = 0, to = 0;
        Colour colour = ink::kSeries;
        bool isTorn = false; ///< it begins left of the column
        bool hasNext = true; ///< in the row below
    };
    std::optional<Span> span{};
};

struct Column {
    std::string title;
    double width = 0;
    Align align = Align::Right;
};

struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<Cell> total; ///< empty: none
    std::string title, note;
    double size = 8.5;
};

class WeeklyDocument {
public:
    WeeklyDocument(PdfCanvas& canvas, const WeeklyInput& input) : m_canvas(canvas), m_input(input) {}

    void draw()
    {
        const auto& currencies = m_input.overview.currencies;
        if (currencies.empty())
            drawEmpty();
        for (const auto& figures : currencies)
            drawCurrency(figures);
        for (std::size_t page = 0; page < m_canvas.pageCount(); ++page)
            drawFrameOf(page);
    }

private:
    const Overview& overview() const { return m_input.overview; }

    // pages

    void newPage()
    {
        m_canvas.addPage();
        m_pageCurrency.push_back(m_currency);
        m_y = kTop;
    }

    void ensure(double height)
    {
        if (m_y + height > kBottom)
            newPage();
    }

    void drawFrameOf(std::size_t page)
    {
        m_canvas.selectPage(page);
        drawLogo(kLeft, 34);
        const double nameX = kLeft + 23;
        m_canvas.text({nameX, 46}, "Altimeter", {Face::Bold, 12, ink::kText, Align::Left});
        const std::string week = sentenceCase(reportedWeek(m_input));
        m_canvas.text({kRight, 46}, week, {Face::Bold, 9, ink::kText, Align::Right});
        const double workspaceX = nameX + m_canvas.textWidth("Altimeter", Face::Bold, 12) + 8;
        const double room = kRight - workspaceX - m_canvas.textWidth(week, Face::Bold, 9) - 16;
        m_canvas.text({workspaceX, 46}, m_canvas.elided(m_input.workspaceName, Face::Regular, 9, room),
                      {Face::Regular, 9, ink::kSecondary, Align::Left});
        m_canvas.line({kLeft, 57}, {kRight, 57}, ink::kBorder, 0.75);
        m_canvas.text({kLeft, 69}, conditions(m_input, m_pageCurrency[page]), kSmall);
        drawFoot(page);
    }

    void drawFoot(std::size_t page)
    {
        const double y = PdfCanvas::kHeight - 36;
        m_canvas.line({kLeft, y - 13}, {kRight, y - 13}, ink::kBorder, 0.75);
        const std::string number = "Page " + std::to_string(page + 1) + " of " + std::to_string(m_canvas.pageCount());
        m_canvas.text({kRight, y}, number, {Face::Regular, 7.5, ink::kSecondary, Align::Right});
        const std::string proof = proofSentence(m_input);
        const bool isGood = proof.starts_with("Reconciled");
        m_canvas.fillCircle({kLeft + 3, y - 2.6}, 2.6, isGood ? ink::kGood : ink::kWarning);
        const double room = kContent - 10 - m_canvas.textWidth(number, Face::Regular, 7.5) - 16;
        m_canvas.text({kLeft + 10, y}, m_canvas.elided(proof, Face::Regular, 7.5, room), kSmall);
        const std::string fonts = fontNote();
        if (!fonts.empty())
            m_canvas.text({kLeft + 10, y + 10}, fonts, {Face::Regular, 7, ink::kTertiary, Align::Left});
    }

    std::string fontNote() const
    {
        if (!m_canvas.hasEmbeddedFonts())
            return "The report's own font was not found: standard Helvetica stands in, and characters it lacks are "
                   "shown as ?.";
        return m_canvas.replacedCharacters() ? "Characters that the report's font lacks are shown as ?." : "";
    }

    void drawLogo(double x, double y)
    {
        m_canvas.card(x, y, 16, 16, 3.5, ink::kAccent, ink::kAccent);
        const Point ridge[] = {
            {x + 2.6, y + 12}, {x + 6.2, y + 6}, {x + 8.4, y + 9}, {x + 10.4, y + 4.4}, {x + 13.6, y + 12}};
        m_canvas.polyline(ridge, ink::kCard, 1.4);
    }

    void drawEmpty()
    {
        newPage();
        m_canvas.text({kLeft, m_y + 24}, "Weekly cost summary", {Face::Bold, 20, ink::kText, Align::Left});
        m_canvas.text({kLeft, m_y + 48},
                      "The workspace holds no charges yet. Import a cost file and make this report again.", kBody);
    }

    // one currency

    /// What keeps the largest figure of a currency readable: amounts are never cut, and tiny print is no better.
    int scaleOf(const Overview::PerCurrency& figures) const
    {
        constexpr double kReadable = 1e10;
        constexpr double kScaled = 1e7;
        double largest = std::max(magnitude(figures.monthToDate).toDouble(), magnitude(figures.lastMonth).toDouble());
        if (figures.hasForecast && std::isfinite(figures.monthEndHi95))
            largest = std::max(largest, std::abs(figures.monthEndHi95));
        if (const WeekFigures::PerCurrency* week = deliveredWeekOf(m_input.week, figures.currency))
            for (const WeekFigures::Sum& sum :
                 {week->now, week->before.value_or(WeekFigures::Sum()), week->yearBefore.value_or(WeekFigures::Sum())})
                largest = std::max(largest, magnitude(sum.cost).toDouble());
        int scale = 0;
        if (largest >= kReadable)
            for (; scale < 15 && largest >= kScaled; largest /= 1000)
                scale += 3;
        return scale;
    }

    std::string unit() const { return scaleText(m_scale, m_currency); }
    std::string money(Amount amount) const
    {
        return m_scale == 0 ? moneyText(amount, m_currency) : amountText(amount, 1, m_scale);
    }
    std::string changed(Amount change) const
    {
        if (m_scale == 0)
            return changeText(change, m_currency);
        const std::string text = amountText(change, 1, m_scale);
        const bool isZero = text.find_first_of("123456789") == std::string::npos;
        return isZero || change.isNegative() ? text : "+" + text;
    }
    std::string estimate(double value) const { return estimateText(value / std::pow(10, m_scale), m_currency); }
    std::string estimateChange(double value) const
    {
        return estimateChangeText(value / std::pow(10, m_scale), m_currency);
    }

    void drawCurrency(const Overview::PerCurrency& figures)
    {
        m_currency = figures.currency;
        m_scale = scaleOf(figures);
        newPage();
        drawTitle(figures);
        if (m_canvas.pageCount() == 1)
            drawCurrencies();
        drawCards(figures);
        if (const WeekFigures::PerCurrency* week = deliveredWeekOf(m_input.week, figures.currency)) {
            const WeekRows rows = rowsThatFit(*week);
            drawWeekTeams(*week, rows.teams);
            drawWeekBridge(*week, rows.services);
        }
        newPage();
        drawChartCard(figures);
        drawMovements(figures);
        drawTeams(figures);
        drawWeeks(figures);
        drawAnomalies(figures);
        drawProof(figures);
    }

    void drawTitle(const Overview::PerCurrency& figures)
    {
        const bool isOnly = overview().currencies.size() == 1;
        const std::string title =
            isOnly ? "Weekly cost summary" : "Weekly cost summary, " + std::string(figures.currency.code());
        m_canvas.text({kLeft, m_y + 20}, title, {Face::Bold, 20, ink::kText, Align::Left});
        m_y += 32;
        drawParagraph(headline(m_input, figures), 9.5, ink::kSecondary, 13.5);
        m_y += 8;
    }

    void drawParagraph(const std::string& text, double size, Colour colour, double leading)
    {
        for (const auto& line : wrapped(text, Face::Regular, size, kContent)) {
            ensure(leading);
            m_canvas.text({kLeft, m_y + size}, line, {Face::Regular, size, colour, Align::Left});
            m_y += leading;
        }
    }

    std::vector<std::string> wrapped(const std::string& text, Face face, double size, double width) const
    {
        std::vector<std::string> lines(1);
        for (std::size_t start = 0; start < text.size();) {
            const std::size_t blank = std::min(text.find(' ', start), text.size());
            const std::string word = text.substr(start, blank - start);
            const std::string tried = lines.back().empty() ? word : lines.back() + " " + word;
            if (!lines.back().empty() && m_canvas.textWidth(tried, face, size) > width)
                lines.push_back(word);
            else
                lines.back() = tried;
            start = blank + 1;
        }
        for (auto& line : lines)
            line = m_canvas.elided(line, face, size, width);
        return lines;
    }

    struct Card {
        std::string caption, value;
        std::vector<std::string> details;
        Colour colour = ink::kText;
    };

    Card forecastCard(const Overview::PerCurrency& figures) const
    {
        Card card{"Expected for " + monthText(overview().month) + ", " + unit(),
                  "\u2013",
                  {"Too little history:", "it takes seven days"},
                  ink::kText};
        if (figures.isCostUnknown())
            card.details = {"This cost is unknown"};
        if (!figures.hasForecast)
            return card;
        const auto range = [&](const char* name, double low, double high) {
            return std::string(name) + "  " + estimate(low) + " to " + estimate(high);
        };
        card.value = estimate(figures.monthEndMean);
        const std::string once = purchasesText(figures);
        card.details = {range("80\u2009%", figures.monthEndLo80, figures.monthEndHi80),
                        once.empty() ? range("95\u2009%", figures.monthEndLo95, figures.monthEndHi95) : once};
        return card;
    }

    /// Green where it fell, red where it rose, grey where it hardly moved.
    static Colour changeColour(Amount change, Amount before)
    {
        if (isSmallChange(change, before))
            return ink::kSecondary;
        return change.isZero() ? ink::kText : change.isNegative() ? ink::kGood : ink::kBad;
    }

    Card weekCard(const Overview::PerCurrency& figures) const
    {
        const WeekFigures::PerCurrency* week = deliveredWeekOf(m_input.week, figures.currency);
        Card card{"This week, " + unit(), "\u2013", {"Nothing delivered yet"}, ink::kText};
        if (!week)
            return card;
        card.value = week->now.isUnknown() ? "unknown" : money(week->now.cost);
        card.details = {weekDaysText(m_input.week) + ", " + shortDateText(m_input.week.week.from) + " to " +
                            shortDateText(m_input.week.week.to - 1),
                        "No week a year before"};
        if (week->yearBefore && !week->yearBefore->isUnknown())
            card.details[1] = "A year before  " + money(week->yearBefore->cost);
        return card;
    }

    Card weekChangeCard(const Overview::PerCurrency& figures) const
    {
        Card card{"Against last week, " + unit(), "\u2013", {"No week before"}, ink::kText};
        const WeekFigures::PerCurrency* week = deliveredWeekOf(m_input.week, figures.currency);
        if (!week || !week->before)
            return card;
        const auto change = difference(week->now.cost, week->before->cost);
        if (!change || week->now.unknownRows > 0 || week->before->unknownRows > 0) {
            card.details = {"This cost is unknown", "of some charges"};
            return card;
        }
        card.value = changed(*change);
        card.colour = changeColour(*change, week->before->cost);
        card.details = {changePercentText(week->now.cost, week->before->cost) + ", same days",
                        "from " + money(week->before->cost)};
        return card;
    }

    Card monthCard(const Overview::PerCurrency& figures) const
    {
        const int days = overview().asOf - overview().month;
        const bool isUnknown = figures.isCostUnknown();
        Card card{"Month to date, " + unit(),
                  isUnknown ? "unknown" : money(figures.monthToDate),
                  {countText(static_cast<std::uint64_t>(std::max(days, 0)), "day", "days") + " of " +
                       monthYearText(overview().month),
                   "No month before"},
                  ink::kText};
        const auto change = difference(figures.comparedToDate(), figures.sameDaysLastMonth);
        if (figures.hasLastMonth && !figures.isComparable(overview().month))
            card.details[1] = "No day is over yet";
        else if (figures.hasLastMonth && change && !isUnknown)
            card.details[1] = changed(*change) + " (" +
                              changePercentText(figures.comparedToDate(), figures.sameDaysLastMonth) + ") on " +
                              monthText(overview().month.addMonths(-1));
        return card;
    }

    Card unallocatedCard(const Overview::PerCurrency& figures) const
    {
        const bool isUnknown = figures.isCostUnknown();
        return {"Unallocated, " + unit(),
                isUnknown ? "unknown" : money(figures.unallocated),
                {isUnknown ? "\u2013" : shareText(figures.unallocated, figures.monthToDate) + " of month to date",
                 "no team by the rules"},
                ink::kText};
    }

    void drawCards(const Overview::PerCurrency& figures)
    {
        const Card cards[] = {weekCard(figures), weekChangeCard(figures), monthCard(figures), forecastCard(figures),
                              unallocatedCard(figures)};
        constexpr double kGap = 7;
        constexpr double kCount = std::size(cards);
        const double width = (kContent - kGap * (kCount - 1)) / kCount;
        double caption = kSmall.size; // the same in all: what differs in size seems to differ in weight
        for (const Card& card : cards)
            caption = std::min(caption, fittingSize(card.caption, kSmall, width - 2 * kCardInset));
        for (std::size_t i = 0; i < std::size(cards); ++i)
            drawCard(cards[i], kLeft + static_cast<double>(i) * (width + kGap), width, caption);
        m_y += 74 + 12;
    }

    void drawCard(const Card& card, double x, double width, double captionSize)
    {
        m_canvas.card(x, m_y, width, 74, 6, ink::kCard, ink::kBorder);
        const double room = width - 2 * kCardInset;
        x += kCardInset;
        m_canvas.text({x, m_y + 17}, card.caption, {Face::Regular, captionSize, ink::kSecondary, Align::Left});
        drawFitted({x, m_y + 38}, card.value, {Face::Bold, 16, card.colour, Align::Left}, room);
        double y = m_y + 53;
        for (const auto& detail : card.details) {
            drawFitted({x, y}, detail, kSmall, room);
            y += 11;
        }
    }

    double fittingSize(const std::string& text, const TextStyle& style, double room) const
    {
        const double width = m_canvas.textWidth(text, style.face, style.size);
        return width > room ? style.size * room / width * 0.999 : style.size;
    }

    /// Shrinks what is too long: a figure is never cut.
    void drawFitted(Point at, const std::string& text, TextStyle style, double room)
    {
        style.size = fittingSize(text, style, room);
        m_canvas.text(at, text, style);
    }

    void drawChartCard(const Overview::PerCurrency& figures)
    {
        const double height = 216;
        m_canvas.card(kLeft, m_y, kContent, height, 6, ink::kCard, ink::kBorder);
        const std::string code(figures.currency.code());
        m_canvas.text({kLeft + 12, m_y + 20}, "Cost per day, " + code, {Face::Bold, 10.5, ink::kText, Align::Left});
        std::vector<Day> ofTeams; // what the table below lists is marked here
        for (const Overview::AnomalyItem* item : anomaliesOf(overview(), figures.currency))
            ofTeams.push_back(item->mark.period);
        drawDailyChart(m_canvas, {kLeft + 12, m_y + 14, kContent - 24, height - 22}, figures.daily, m_input.peaks,
                       ofTeams);
        m_y += height + 14;
    }

    void drawMovements(const Overview::PerCurrency& figures)
    {
        constexpr std::size_t kMost = 8; // with the chart above and the teams below this is one page
        const WeekTable services = monthMovers(figures, kMost);
        if (services.lines.empty())
            return;
        Table table;
        table.title = "What moved, against " + sameDaysText(overview(), figures) + ", " + unit();
        table.columns = moverColumns("Month to date", "Same days before");
        for (const WeekLine& line : services.lines)
            table.rows.push_back(moverRow(line, services));
        table.total = moverRow(services.total, services);
        drawTable(table);
    }

    void drawHeading(const std::string& text)
    {
        m_canvas.text({kLeft, m_y + 12}, text, {Face::Bold, 12, ink::kText, Align::Left});
        m_y += 22;
    }

    // tables

    void drawTable(const Table& table)
    {
        const double whole = 22 + kHeaderRow + kRow * static_cast<double>(table.rows.size() + 1) + 26;
        const bool fitsOnePage = whole <= kBottom - kTop;
        ensure(fitsOnePage ? whole : 22 + kHeaderRow + 6 * kRow);
        drawHeading(table.title);
        drawTableHeader(table);
        for (std::size_t i = 0; i < table.rows.size(); ++i) {
            // the total never stands alone on a page
            const double needed = i + 1 == table.rows.size() && !table.total.empty() ? 2 * kRow : kRow;
            if (m_y + needed > kBottom) {
                newPage();
                m_canvas.text({kLeft, m_y + 10}, table.title + " (continued)",
                              {Face::Bold, 9, ink::kSecondary, Align::Left});
                m_y += 16;
                drawTableHeader(table);
            }
            drawRow(table, table.rows[i], Face::Regular, i % 2 == 1);
        }
        if (!table.total.empty()) {
            m_canvas.line({kLeft, m_y}, {kRight, m_y}, ink::kTertiary, 0.75);
            drawRow(table, table.total, Face::Bold, false);
        }
        m_canvas.line({kLeft, m_y}, {kRight, m_y}, ink::kBorder, 0.75);
        m_y += 5;
        if (!table.note.empty())
            drawParagraph(table.note, 7.5, ink::kSecondary, 10.5);
        m_y += 9;
    }

    void drawTableHeader(const Table& table)
    {
        m_canvas.fillRect(kLeft, m_y, kContent, kHeaderRow, ink::kPage);
        double x = kLeft;
        for (const auto& column : table.columns) {
            drawInColumn(column, x, m_y + 12.9, column.title,
                         {Face::Bold, table.size - 0.5, ink::kSecondary, column.align});
            x += column.width;
        }
        m_y += kHeaderRow;
    }

    void drawRow(const Table& table, const std::vector<Cell>& cells, Face face, bool isStriped)
    {
        if (isStriped)
            m_canvas.fillRect(kLeft, m_y, kContent, kRow, ink::kStripe);
        double x = kLeft;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto& column = table.columns[i];
            if (cells[i].span)
                drawSpan(*cells[i].span, x + kInset, column.width - 2 * kInset);
            if (cells[i].bar > 0)
                m_canvas.fillRect(x + kInset, m_y + 5.3, std::max(1.0, cells[i].bar * (column.width - 48)), 5,
                                  ink::kBand80);
            drawInColumn(column, x, m_y + 10.8, cells[i].text, {face, table.size, cells[i].colour, column.align});
            x += column.width;
        }
        m_y += kRow;
    }

    void drawSpan(const Cell::Span& span, double x, double width)
    {
        constexpr double kHeight = 7.5;
        const double top = m_y + (kRow - kHeight) / 2;
        const double left = x + width * std::min(span.from, span.to), right = x + width * std::max(span.from, span.to);
        m_canvas.fillRect(left, top, std::max(right - left, 0.75), kHeight, span.colour);
        if (span.isTorn)
            m_canvas.line({left + 5, top - 1}, {left + 8, top + kHeight + 1}, ink::kCard, 1.5);
        const double end = x + width * span.to; // to where the next row begins
        if (span.hasNext)
            m_canvas.line({end, top + kHeight}, {end, top + kRow}, ink::kTertiary, 0.5);
    }

    void drawInColumn(const Column& column, double x, double y, const std::string& text, TextStyle style)
    {
        const double room = column.width - (column.align == Align::Left ? kInset + 2 : 5);
        const double at =
            column.align == Align::Left ? x + kInset : x + column.width - kInset + (column.width < 60 ? 4 : 0);
        if (column.align == Align::Left)
            m_canvas.text({at, y}, m_canvas.elided(text, style.face, style.size, room), style);
        else
            drawFitted({at, y}, text, style, room);
    }

    std::vector<Cell> teamRow(const TeamLine& line, const TeamTable& table, Colour colour) const
    {
        const auto& [name, isRest, now, before, compared] = line;
        const Amount total = table.now;
        const Amount wholeBefore = table.before.value_or(Amount());
        const auto change = compared && before ? difference(*compared, *before) : std::nullopt;
        const double share = total.isZero() || !now ? 0 : now->toDouble() / total.toDouble();
        const Colour colourOfChange = change ? changeColour(*change, wholeBefore) : ink::kText;
        return {{name, colour},
                {now ? money(*now) : "\u2013", colour},
                {before ? money(*before) : "\u2013", colour},
                {change ? changed(*change) : "\u2013", colourOfChange},
                {change ? changePercentText(*compared, *before) : "\u2013", colourOfChange},
                {now ? shareText(*now, total) : "\u2013", colour, std::clamp(share, 0.0, 1.0)}};
    }

    // the week

    Cell amountCell(const std::optional<Amount>& amount) const { return {amount ? money(*amount) : "\u2013"}; }

    /// Of a line against the total it is a part of: what is small in all is grey, however large it is in itself.
    Cell changeCell(const WeekLine& line, const WeekTable& table) const
    {
        const auto change = line.change();
        if (!change)
            return {"\u2013"};
        return {changed(*change), changeColour(*change, table.total.before.value_or(Amount()))};
    }

    Cell percentCell(const WeekLine& line, const WeekTable& table) const
    {
        const auto change = line.change();
        return {change ? changePercentText(*line.now, *line.before) : "\u2013", changeCell(line, table).colour};
    }

    void drawCurrencies()
    {
        constexpr std::size_t kMost = 6;
        const std::size_t count = overview().currencies.size();
        const std::size_t listed = count > kMost ? kMost - 1 : count;
        if (m_input.week.currencies.size() < 2)
            return;
        Table table;
        table.title = "All currencies, " + weekDaysText(m_input.week) + ", never added together";
        const double amount = 92;
        table.columns = {{"Currency", kContent - 4 * amount, Align::Left},
                         {"This week", amount},
                         {"Week before", amount},
                         {"Year before", amount},
                         {"Month to date", amount}};
        for (std::size_t i = 0; i < listed; ++i) {
            const Overview::PerCurrency& one = overview().currencies[i];
            const WeekFigures::PerCurrency* week = deliveredWeekOf(m_input.week, one.currency);
            const WeekTable sums = week ? weekByTeam(*week, 1) : WeekTable();
            const int scale = scaleOf(one);
            const auto text = [&one, scale](const std::optional<Amount>& sum) -> Cell {
                return {!sum ? "\u2013" : scale == 0 ? moneyText(*sum, one.currency) : amountText(*sum, 1, scale)};
            };
            table.rows.push_back({{scaleText(scale, one.currency)},
                                  text(sums.total.now),
                                  text(sums.total.before),
                                  text(sums.total.yearBefore),
                                  text(one.isCostUnknown() ? std::nullopt : std::optional(one.monthToDate))});
        }
        if (listed < count)
            table.note = countText(count - listed, "other currency has its", "other currencies have their") +
                         " own page further on.";
        drawTable(table);
    }

    std::vector<Cell> weekTeamRow(const WeekLine& line, const WeekTable& table) const
    {
        return {{line.name},
                amountCell(line.now),
                amountCell(line.before),
                changeCell(line, table),
                percentCell(line, table),
                amountCell(line.yearBefore)};
    }

    /// How many lines the tables of the week have, beside "others".
    struct WeekRows {
        std::size_t teams = kTopLines, services = 6;
    };

    /// As many as the first page holds: what is on it is read, what is behind it hardly ever.
    WeekRows rowsThatFit(const WeekFigures::PerCurrency& figures) const
    {
        const auto height = [&](const WeekRows& rows) {
            const auto lines = weekByTeam(figures, rows.teams).lines.size();
            const auto moved = figures.before ? weekMovers(figures, rows.services).lines.size() : 0;
            constexpr double kAround = 22 + kHeaderRow + kRow + 14; // title, header, total and what is below
            const double bridge = moved > 0 ? kAround + kRow * static_cast<double>(moved + 1) + kBridgeNote : 0;
            return kAround + kRow * static_cast<double>(lines) + bridge;
        };
        WeekRows rows;
        for (const WeekRows& fewer : {WeekRows(), WeekRows{10, 5}, WeekRows{10, 4}, WeekRows{9, 4}, WeekRows{8, 4},
                                      WeekRows{7, 4}, WeekRows{6, 4}, WeekRows{6, 3}, WeekRows{5, 3}, WeekRows{4, 3}}) {
            rows = fewer;
            if (m_y + height(rows) <= kBottom)
                break;
        }
        return rows;
    }

    void drawWeekTeams(const WeekFigures::PerCurrency& figures, std::size_t most)
    {
        const WeekTable teams = weekByTeam(figures, most);
        Table table;
        table.title = "Teams this week, " + weekDaysText(m_input.week) + ", " + unit();
        const double amount = 84;
        table.columns = {{"Team", kContent - 4 * amount - 52, Align::Left},
                         {"This week", amount},
                         {"Week before", amount},
                         {"Change", amount},
                         {"Change\u2009%", 52},
                         {"Year before", amount}};
        for (const WeekLine& line : teams.lines)
            table.rows.push_back(weekTeamRow(line, teams));
        table.total = weekTeamRow(teams.total, teams);
        drawTable(table);
    }

    static std::vector<Column> moverColumns(const char* now, const char* before)
    {
        constexpr double kAmount = 84;
        constexpr double kPercent = 52;
        return {{"Service", kContent - 3 * kAmount - kPercent, Align::Left},
                {before, kAmount},
                {"Change", kAmount},
                {"Change\u2009%", kPercent},
                {now, kAmount}};
    }

    std::vector<Cell> moverRow(const WeekLine& line, const WeekTable& table) const
    {
        return {{line.name},
                amountCell(line.before),
                changeCell(line, table),
                percentCell(line, table),
                amountCell(line.now)};
    }

    /// From the week before to this week: a row for each step, whose bars begin where the one above ends.
    void drawWeekBridge(const WeekFigures::PerCurrency& figures, std::size_t most)
    {
        constexpr double kOwner = 92;
        constexpr double kSteps = 112;
        constexpr double kAmount = 68;
        constexpr double kPercent = 48;
        const WeekTable services = weekMovers(figures, most);
        if (services.lines.empty())
            return;
        const WeekBridge bridge = weekBridge(services);
        const auto span = [&](std::size_t at) -> std::optional<Cell::Span> {
            if (at >= bridge.bars.size())
                return std::nullopt;
            const WeekBridge::Bar& bar = bridge.bars[at];
            const auto place = [&](Amount amount) {
                return std::clamp((amount.toDouble() - bridge.low) / (bridge.high - bridge.low), 0.0, 1.0);
            };
            const Colour moved = bar.to < bar.from ? ink::kGood : bar.to > bar.from ? ink::kBad : ink::kTertiary;
            return Cell::Span{place(bar.from), place(bar.to), bar.isTotal ? ink::kSeries : moved,
                              bar.isTotal && bridge.isCut, at + 1 < bridge.bars.size()};
        };
        Table table;
        table.title = "From the week before to this week, " + unit();
        table.columns = {{"Service", kContent - kOwner - kSteps - 2 * kAmount - kPercent, Align::Left},
                         {"Owner", kOwner, Align::Left},
                         {"", kSteps, Align::Left},
                         {"Change", kAmount},
                         {"Change\u2009%", kPercent},
                         {"Cost", kAmount}};
        table.rows.push_back(
            {{"The week before"}, {}, {{}, ink::kText, -1, span(0)}, {}, {}, amountCell(services.total.before)});
        for (std::size_t i = 0; i < services.lines.size(); ++i) {
            const WeekLine& line = services.lines[i];
            Cell cost = amountCell(line.now);
            cost.colour = ink::kSecondary;
            table.rows.push_back({{line.name},
                                  {line.owner, ink::kSecondary},
                                  {{}, ink::kText, -1, span(i + 1)},
                                  changeCell(line, services),
                                  percentCell(line, services),
                                  cost});
        }
        table.total = {{"This week"},
                       {},
                       {{}, ink::kText, -1, span(services.lines.size() + 1)},
                       changeCell(services.total, services),
                       percentCell(services.total, services),
                       amountCell(services.total.now)};
        table.note = bridgeNote(bridge);
        drawTable(table);
    }

    static std::string bridgeNote(const WeekBridge& bridge)
    {
        std::string note =
            "Owner: the team that has the largest part in the change. Cost: this week's. Grey: less than "
            "a hundredth of the week before in all.";
        if (bridge.bars.empty())
            return note + " Nothing is drawn where a cost is unknown.";
        return note + " The steps add up to the last digit" +
               (bridge.isCut ? "; the long bars do not begin at zero." : ".");
    }

    void drawTeams(const Overview::PerCurrency& figures)
    {
        const auto teams = topTeams(figures);
        if (teams.lines.empty())
            return;
        Table table;
        table.title = "Teams, month to date, " + unit();
        const double amount = 80;
        table.columns = {{"Team", kContent - 3 * amount - 50 - 76, Align::Left},
                         {"Month to date", amount},
                         {"Same days before", amount},
                         {"Change", amount},
                         {"Change\u2009%", 50},
                         {"Share", 76}};
        for (const auto& line : teams.lines)
            table.rows.push_back(
                teamRow(line, teams, line.isRest || line.name == "Unallocated" ? ink::kSecondary : ink::kText));
        TeamLine total{"Total", false, {}, teams.before};
        if (!figures.isCostUnknown()) {
            total.now = teams.now;
            total.compared = teams.compared;
        }
        table.total = teamRow(total, teams, ink::kText);
        table.total.back().bar = -1;
        table.note =
            "Same days before: " + sameDaysText(overview(), figures) +
            ". Every figure is rounded once, half to even, so the column may differ from the total by its roundings. "
            "Exact total: " +
            teams.now.toString(2) + " " + std::string(m_currency.code()) + ".";
        drawTable(table);
    }

    void drawWeeks(const Overview::PerCurrency& figures)
    {
        const auto grid = weeklyGrid(m_input.weeklyByTeam, figures.currency);
        if (grid.weeks.empty())
            return;
        Table table;
        table.size = 8;
        const double width = 47;
        const double columns = static_cast<double>(grid.weeks.size());
        table.title = "Teams by week, " + scaleText(grid.scaleDigits, m_currency);
        table.columns.push_back({"Week from", kContent - width * columns, Align::Left});
        for (const Day week : grid.weeks)
            table.columns.push_back({shortDateText(week), width});
        for (const auto& line : grid.lines)
            table.rows.push_back(weekRow(line.name, line.cells, grid));
        table.total = weekRow("Total", grid.totals, grid);
        table.note = weekNote(grid);
        drawTable(table);
    }

    std::vector<Cell> weekRow(const std::string& name, const std::vector<std::optional<Amount>>& cells,
                              const WeeklyGrid& grid) const
    {
        std::vector<Cell> row = {{name}};
        for (const auto& cell : cells)
            row.push_back({cell ? amountText(*cell, grid.decimals, grid.scaleDigits) : "\u2013"});
        return row;
    }

    std::string weekNote(const WeeklyGrid& grid) const
    {
        const Day through = dataThrough(overview());
        std::string note = "A dash is a week without data, not a zero.";
        if (through.isValid() && grid.weeks.back() + 6 > through && grid.weeks.back() <= through)
            note += " The last week is not over: it holds " +
                    countText(static_cast<std::uint64_t>(through - grid.weeks.back() + 1), "day", "days") + ".";
        return note;
    }

    void drawAnomalies(const Overview::PerCurrency& figures)
    {
        const auto items = anomaliesOf(overview(), figures.currency);
        Table table;
        table.title = "Anomalies, " + unit();
        table.columns = {{"Day", 58, Align::Left},  {"Team", kContent - 58 - 92 - 70 - 100 - 70, Align::Left},
                         {"Kind", 92, Align::Left}, {"Actual", 70},
                         {"Expected range", 100},   {"Impact", 70}};
        for (const AnomalyMark& mark : figures.daily.anomalies) // those that the chart names
            table.rows.push_back(anomalyRow({{}, figures.currency, mark}));
        for (std::size_t i = 0; i < std::min(items.size(), kMostAnomalies); ++i)
            table.rows.push_back(anomalyRow(*items[i]));
        if (items.size() > kMostAnomalies)
            table.rows.push_back({{}, {countText(items.size() - kMostAnomalies, "smaller one", "smaller ones")}});
        if (table.rows.empty())
            table.rows.push_back({{"\u2013"}, {"None"}});
        table.note =
            "Of each team the last 30 days, of all teams together those of the chart. " +
            (items.empty() ? std::string("Every team stayed inside its expected range. ") : std::string()) +
            "Impact is the actual cost less the expected cost of that day: a statistical estimate, not an amount "
            "that is billed.";
        drawTable(table);
    }

    std::vector<Cell> anomalyRow(const Overview::AnomalyItem& item) const
    {
        const auto& mark = item.mark;
        const Colour colour = mark.impact < 0 ? ink::kGood : ink::kBad;
        return {{shortDateText(mark.period)},
                {item.keys.empty() ? std::string("All teams together") : joinedKeys(item.keys)},
                {kindText(mark)},
                {estimate(mark.actual)},
                {estimate(mark.lower) + " to " + estimate(mark.upper)},
                {estimateChange(mark.impact), colour}};
    }

    void drawProof(const Overview::PerCurrency& figures)
    {
        const auto sources = proofBySource(m_input.proof, figures.currency, overview().lens);
        Table table;
        table.title = "How these figures are proven, " + std::string(m_currency.code());
        const double amount = 82;
        table.columns = {{"Source", kContent - 4 * amount - 50, Align::Left},
                         {"Partitions", 50},
                         {"Source files", amount},
                         {"Stored", amount},
                         {"By team", amount},
                         {"Not accounted for", amount}};
        for (const auto& source : sources)
            table.rows.push_back(proofRow(source));
        if (sources.empty())
            table.rows.push_back({{"No proof lines for this currency and cost."}});
        table.note =
            "Source files: the exact sum of the digits as the provider wrote them, over all stored periods. Stored: "
            "recounted from the stored charges. By team: after allocation, unallocated included. Not accounted for is "
            "what no named part explains, else the rejected lines, and is compared before any rounding.";
        drawTable(table);
        for (const auto& line : m_input.proof) {
            if (line.currency == figures.currency && line.lens == overview().lens && !line.reconciled())
                drawParagraph(remainderSentence(line), 8, ink::kBad, 11.5);
        }
    }

    std::vector<Cell> proofRow(const ProofSummary& source) const
    {
        const bool isGood = source.unreconciled == 0;
        const DecimalSum& open = source.remainder.isZero() ? source.missing : source.remainder;
        const std::string what = open.isZero() ? "unknown" : sumText(open, m_currency);
        return {{nameText(source.source, "Unnamed source")}, {std::to_string(source.partitions)},
                {sumText(source.file, m_currency)},          {sumText(source.stored, m_currency)},
                {sumText(source.allocated, m_currency)},     {isGood ? "none" : what, isGood ? ink::kGood : ink::kBad}};
    }

    std::string remainderSentence(const ProofLine& line) const
    {
        const std::string code = " " + std::string(line.currency.code());
        std::string text = line.source + ", " + nameText(line.provider, "no provider") + ", account " +
                           nameText(line.billingAccount, "not named") + ", " +
                           (line.billingPeriod.isValid() ? monthYearText(line.billingPeriod) : "month not readable") +
                           ": remainder " + line.remainder.toString(2) + code;
        for (const auto& part : line.parts) {
            text += "; " + part.name + (part.hasAmount ? " " + part.amount.toString(2) + code : std::string());
            if (part.unreadable > 0)
                text += ", amount unreadable in " + countText(part.unreadable, "line", "lines");
        }
        return text + ".";
    }

    PdfCanvas& m_canvas;
    const WeeklyInput& m_input;
    Currency m_currency;
    int m_scale = 0; ///< amounts of the tables and cards of m_currency are shown in 10^m_scale
    std::vector<Currency> m_pageCurrency;
    double m_y = kTop;
};

std::string titleOf(const WeeklyInput& input)
{
    return "Weekly cost summary, " + input.workspaceName + ", " + reportedWeek(input);
}

} // namespace

Result<std::string> renderWeekly(const WeeklyInput& input)
{
    return renderWeekly(input, findFontFolder());
}

Result<std::string> renderWeekly(const WeeklyInput& input, const std::filesystem::path& fontFolder)
{
    auto canvas = PdfCanvas::create(fontFolder);
    if (!canvas)
        return canvas.error();
    WeeklyDocument(**canvas, input).draw();
    return (*canvas)->finish(titleOf(input), dataThrough(input.overview));
}

} // namespace altimeter::report
