#include <QtTest/QtTest>

#include "app/report/fontfolder.h"
#include "app/report/unicodemap.h"
#include "app/report/weeklyfigures.h"
#include "app/report/weeklyreport.h"
#include "app/report/weekpart.h"
#include "app/report/wording.h"
#include "tests/report/weeklysample.h"

#include <algorithm>

using namespace altimeter;
using namespace altimeter::report;

namespace {

std::filesystem::path shippedFonts()
{
    return std::filesystem::path(ALTIMETER_SOURCE_DIR) / "resources/fonts";
}

WeeklyInput twoCurrencies()
{
    WeeklyInput input = sample::ordinary();
    sample::addCurrency(input, Currency("EUR"), {"checkout", "payments", ""}, 310);
    return input;
}

WeeklyInput manyTeams()
{
    WeeklyInput input = sample::ordinary();
    input.overview.currencies.clear();
    input.overview.anomalies.clear();
    input.weeklyByTeam.series.clear();
    input.week.currencies.clear();
    std::vector<std::string> teams;
    for (int i = 0; i < 200; ++i)
        teams.push_back("team-" + std::to_string(i));
    sample::addCurrency(input, Currency("USD"), teams, 5000);
    return input;
}

WeeklyInput negative()
{
    WeeklyInput input = sample::ordinary();
    auto& figures = input.overview.currencies[0];
    figures.monthToDate = -figures.monthToDate;
    figures.unallocated = -figures.unallocated;
    for (auto& team : figures.teams)
        team.cost = -team.cost;
    for (auto& mover : figures.teamMovers)
        mover.now = -mover.now;
    for (std::size_t i = 0; i < figures.daily.points.size(); i += 3)
        figures.daily.points[i].cost = -figures.daily.points[i].cost;
    for (auto& series : input.weeklyByTeam.series) {
        for (auto& point : series.points)
            point.cost = -point.cost;
    }
    return input;
}

WeeklyInput huge()
{
    WeeklyInput input = sample::ordinary();
    input.overview.currencies.clear();
    input.weeklyByTeam.series.clear();
    input.week.currencies.clear();
    sample::addCurrency(input, Currency("IDR"), {"pencarian", "pembayaran", ""}, 9.1e7);
    const Amount vast = Amount::fromAttos(static_cast<Int128>(Amount::kAttosPerUnit) * 120'000'000'000'000'000);
    input.overview.currencies[0].monthToDate = vast;
    input.overview.currencies[0].teams[0].cost = vast;
    input.overview.currencies[0].monthEndHi95 = 1.7e20;
    input.weeklyByTeam.series[0].points[3].cost = vast;
    return input;
}

WeeklyInput longNames()
{
    WeeklyInput input = sample::ordinary();
    input.workspaceName = std::string("Ελληνική εταιρεία παραδείγματος με πολύ μακρύ όνομα ") + std::string(3000, 'x');
    auto& figures = input.overview.currencies[0];
    const std::string names[] = {"Платформа данных и аналитики для всех подразделений компании", "データ基盤チーム",
                                 "فريق المدفوعات", std::string("\xFF\xFEnot UTF-8\n\ttab"),
                                 "Équipe paiement œuvre – Überweisung"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        figures.teams[i].keys = {names[i]};
        figures.teamsBefore[i].keys = {names[i]};
        figures.teamMovers[i].keys = {names[i]};
    }
    return input;
}

WeeklyInput sparse()
{
    WeeklyInput input = sample::ordinary();
    auto& figures = input.overview.currencies[0];
    figures.hasForecast = figures.hasLastMonth = false;
    figures.daily.forecast.clear();
    figures.daily.anomalies.clear();
    for (std::size_t i = 0; i < figures.daily.points.size(); ++i)
        figures.daily.points[i].known = i % 5 == 0;
    figures.teamsBefore.clear();
    figures.teamMovers.clear();
    figures.serviceMovers.clear();
    input.overview.anomalies.clear();
    input.proof.clear();
    return input;
}

int occurrences(const std::string& text, const std::string& part)
{
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

} // namespace

class TestWeeklyReport : public QObject {
    Q_OBJECT

private:
    static std::string rendered(const WeeklyInput& input)
    {
        const auto pdf = renderWeekly(input, shippedFonts());
        if (pdf)
            return *pdf;
        qWarning("%s", pdf.error().text().c_str());
        return {};
    }

    /// Text of the PDF as pdftotext reads it; empty where that tool is absent.
    QString extracted(const std::string& pdf, const QStringList& options = {QStringLiteral("-layout")})
    {
        const QString tool = QStandardPaths::findExecutable(QStringLiteral("pdftotext"));
        if (tool.isEmpty())
            return {};
        const QString path = m_folder.filePath(QStringLiteral("report.pdf"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(pdf.data(), qint64(pdf.size())) != qint64(pdf.size()))
            return QStringLiteral("the report could not be written");
        file.close();
        QProcess process;
        process.start(tool, QStringList(options) << path << QStringLiteral("-"));
        process.waitForFinished();
        if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
            return QStringLiteral("pdftotext failed: ") + QString::fromUtf8(process.readAllStandardError());
        return QString::fromUtf8(process.readAllStandardOutput());
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void anyInput_renderedTwice_isTheSameBytes_data()
    {
        QTest::addColumn<int>("kind");
        const char* names[] = {"ordinary", "empty", "two currencies", "two hundred teams",
                               "negative", "huge",  "long names",     "sparse"};
        for (int i = 0; i < 8; ++i)
            QTest::newRow(names[i]) << i;
    }

    static WeeklyInput inputOf(int kind)
    {
        switch (kind) {
        case 0:
            return sample::ordinary();
        case 1:
            return sample::empty();
        case 2:
            return twoCurrencies();
        case 3:
            return manyTeams();
        case 4:
            return negative();
        case 5:
            return huge();
        case 6:
            return longNames();
        default:
            return sparse();
        }
    }

    void anyInput_renderedTwice_isTheSameBytes()
    {
        QFETCH(int, kind);
        const WeeklyInput input = inputOf(kind);
        const std::string pdf = rendered(input);
        QVERIFY(pdf.starts_with("%PDF-1."));
        QVERIFY(pdf.find("%%EOF") != std::string::npos);
        QVERIFY(pdf == rendered(input));
        QCOMPARE(occurrences(pdf, "/Subtype /Image"), 0);
        QCOMPARE(occurrences(pdf, "/ID"), 0);
        if (const QByteArray keep = qgetenv("ALTIMETER_KEEP_REPORTS"); !keep.isEmpty()) {
            QFile file(QString::fromLocal8Bit(keep) + QStringLiteral("/weekly-%1.pdf").arg(kind));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(pdf.data(), qint64(pdf.size()));
        }
    }

    void creationDate_isTheLastDayWithData()
    {
        const std::string pdf = rendered(sample::ordinary());
        QVERIFY(pdf.find("/CreationDate (D:20261119000000Z") != std::string::npos);
    }

    void text_ofThePdf_canBeExtracted()
    {
        const QString text = extracted(rendered(sample::ordinary()));
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        for (const char* part :
             {"Altimeter", "Demonstration company", "Week 47 of 2026", "Data through 19 Nov 2026", "Effective cost",
              "USD", "Allocation rules version 3", "Month to date", "data-platform", "Unallocated", "Page 1 of",
              "Reconciled: 9 partitions equal their source files", "Same days before", "Demonstration data",
              "Level shift, medium"})
            QVERIFY2(text.contains(QString::fromUtf8(part)), part);
    }

    void headerAndFooter_standOnEveryPage()
    {
        const QString text = extracted(rendered(manyTeams()));
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        const QStringList pages = text.split(QChar::fromLatin1('\f'), Qt::SkipEmptyParts);
        QVERIFY(pages.size() >= 2);
        for (int i = 0; i < pages.size(); ++i) {
            QVERIFY(pages[i].contains(QStringLiteral("Data through 19 Nov 2026")));
            QVERIFY(pages[i].contains(QStringLiteral("Page %1 of %2").arg(i + 1).arg(pages.size())));
        }
    }

    void manyTeams_areTheTenLargestAndTheOthers()
    {
        WeeklyInput input = manyTeams();
        for (int i = 0; i < 5000; ++i)
            input.overview.anomalies.push_back(input.overview.anomalies.front());
        const QString text = extracted(rendered(input));
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        QVERIFY2(text.count(QChar::fromLatin1('\f')) <= 4, qPrintable(QString::number(text.count('\f'))));
        for (const char* part : {"team-0", "team-9", "190 other teams", "190 others", "All others", "smaller ones"})
            QVERIFY2(text.contains(QString::fromLatin1(part)), part);
        QVERIFY(!text.contains(QStringLiteral("team-10")));
        const auto table = topTeams(input.overview.currencies[0]);
        AmountSum now;
        for (const auto& line : table.lines)
            now.add(line.now.value_or(Amount()));
        QVERIFY(now.amount() == input.overview.currencies[0].monthToDate);
        const auto grid = weeklyGrid(input.weeklyByTeam, Currency("USD"));
        QCOMPARE(grid.lines.size(), kTopLines + 1);
        for (std::size_t week = 0; week < grid.weeks.size(); ++week) {
            AmountSum sum;
            for (const auto& line : grid.lines)
                sum.add(line.cells[week].value_or(Amount()));
            QVERIFY(grid.totals[week] == sum.amount());
        }
    }

    void week_isWhatTheReportIsAbout()
    {
        const WeeklyInput input = sample::ordinary();
        const QString text = QString::fromStdString(renderWeeklyText(input)).simplified();
        QVERIFY2(text.contains("The week so far (Mon to Thu) cost "), qPrintable(text));
        QVERIFY(text.contains("the same days of the week before cost "));
        QVERIFY(!text.contains("a year before cost"));
        const WeekTable services = weekMovers(input.week.currencies[0], 5);
        QCOMPARE(services.lines.size(), std::size_t{2});
        QCOMPARE(services.lines[0].owner, std::string("search"));
        QVERIFY(!services.lines[0].yearBefore.has_value());
        const QString pdf = extracted(rendered(input)).simplified();
        if (!pdf.isEmpty()) {
            for (const char* part : {"Teams this week, Mon to Thu, USD", "From the week before to this week, USD",
                                     "Against last week, USD"})
                QVERIFY2(pdf.contains(QString::fromLatin1(part)), part);
        }
    }

    /// From the week before to this week, step by step, to the last digit.
    void weekBridge_addsUp()
    {
        for (const std::size_t most : {std::size_t{1}, std::size_t{3}, std::size_t{500}}) {
            const WeekTable movers = weekMovers(manyTeams().week.currencies[0], most);
            const WeekBridge bridge = weekBridge(movers);
            QCOMPARE(bridge.bars.size(), movers.lines.size() + 2);
            QVERIFY(bridge.bars.front().isTotal && bridge.bars.front().to == *movers.total.before);
            for (std::size_t i = 0; i < movers.lines.size(); ++i) {
                QVERIFY(bridge.bars[i + 1].from == bridge.bars[i].to);
                QVERIFY(*difference(bridge.bars[i + 1].to, bridge.bars[i + 1].from) == *movers.lines[i].change());
            }
            QVERIFY(bridge.bars.back().to == *movers.total.now);
            QVERIFY(bridge.bars[bridge.bars.size() - 2].to == *movers.total.now);
            QVERIFY(bridge.low < bridge.high);
        }
    }

    void weekBridge_ofCreditsStopsAndTheUnknown()
    {
        const auto line = [](const char* service, double now, double before) {
            WeekFigures::Line made;
            made.service = service;
            made.now = {sample::money(now), 1, 0};
            made.before = {sample::money(before), 1, 0};
            return made;
        };
        const auto bridgeOf = [&](std::vector<WeekFigures::Line> lines) {
            WeekFigures::PerCurrency figures;
            figures.currency = Currency("USD");
            figures.before = WeekFigures::Sum();
            AmountSum now;
            AmountSum before;
            for (const WeekFigures::Line& one : lines) {
                now.add(one.now.cost);
                before.add(one.before.cost);
            }
            figures.now = {now.amount(), lines.size(), 0};
            figures.before = WeekFigures::Sum{before.amount(), lines.size(), 0};
            figures.lines = std::move(lines);
            return weekBridge(weekMovers(figures, 6));
        };
        const WeekBridge credits = bridgeOf({line("usage", 10, 12), line("credit", -40, 0)});
        QVERIFY(!credits.isCut && credits.low <= -30 && credits.high >= 12);
        const WeekBridge steady = bridgeOf({line("a", 1000, 1001), line("b", 2003, 2000)});
        QVERIFY(steady.isCut && steady.low > 0 && steady.low < 3000);
        const WeekBridge stopped = bridgeOf({line("a", 0, 500)});
        QVERIFY(!stopped.isCut && stopped.low == 0 && stopped.bars.back().to.isZero());
        const WeekBridge same = bridgeOf({line("a", 7, 7)});
        QVERIFY(same.low < same.high && same.bars.size() == 3);
        WeekFigures::Line half = line("a", 5, 6);
        half.now.unknownRows = 1;
        QVERIFY(bridgeOf({half}).bars.empty());
    }

    /// The first page holds the week whatever there is to say of it.
    void firstPage_holdsTheWeek()
    {
        for (const WeeklyInput& input : {sample::ordinary(), manyTeams(), huge(), longNames()}) {
            const QString pdf = extracted(rendered(input));
            if (pdf.isEmpty())
                return; // no program here that reads a PDF
            const QString first = pdf.section('\f', 0, 0).simplified();
            QVERIFY2(first.contains("Teams this week"), qPrintable(first));
            QVERIFY2(first.contains("From the week before to this week"), qPrintable(first));
            QVERIFY2(first.contains("The steps add up to the last digit"), qPrintable(first));
        }
    }

    /// Whatever is folded: the lines add up to the total, week by week.
    void weekTables_addUp()
    {
        const WeeklyInput input = manyTeams();
        const auto& figures = input.week.currencies[0];
        for (const std::size_t most : {std::size_t{1}, std::size_t{10}, std::size_t{500}}) {
            for (const WeekTable& table : {weekByTeam(figures, most), weekMovers(figures, most)}) {
                AmountSum now;
                AmountSum before;
                for (const WeekLine& line : table.lines) {
                    now.add(line.now.value_or(Amount()));
                    before.add(line.before.value_or(Amount()));
                }
                QVERIFY(now.amount() == *table.total.now);
                QVERIFY(before.amount() == *table.total.before);
            }
        }
    }

    void movers_endInTheOthers_andAddUp()
    {
        auto figures = sample::ordinary().overview.currencies[0];
        AmountSum now;
        AmountSum before;
        for (const auto& mover : figures.serviceMovers) {
            now.add(mover.now);
            before.add(mover.before);
        }
        figures.monthToDate = now.amount();
        figures.sameDaysLastMonth = before.amount();
        const WeekTable table = monthMovers(figures, 2);
        QCOMPARE(table.lines.size(), std::size_t{3});
        QCOMPARE(table.lines.back().name, std::string("2 others"));
        AmountSum change;
        for (const WeekLine& line : table.lines)
            change.add(*line.change());
        QVERIFY(change.amount() == *table.total.change());
        figures.monthToDate = *checkedAdd(now.amount(), sample::money(40)); // of services that cost the same in both
        figures.sameDaysLastMonth = *checkedAdd(before.amount(), sample::money(40));
        QCOMPARE(monthMovers(figures, 2).lines.back().name, std::string("Not changed"));
        QVERIFY(*monthMovers(figures, 2).lines.back().now == sample::money(40));
        figures.hasLastMonth = false;
        QVERIFY(monthMovers(figures, 2).lines.empty());
    }

    void week_thatNoChargeStates_isUnknown()
    {
        WeeklyInput input = sample::ordinary();
        auto& figures = input.week.currencies[0];
        figures.now = {Amount(), 3, 3};
        QVERIFY(weekSentence(input.week, figures).find("unknown, not zero") != std::string::npos);
        figures.before.reset();
        QVERIFY(weekMovers(figures, 5).lines.empty());
        figures = sample::ordinary().week.currencies[0];
        figures.before->unknownRows = 2;
        const std::string half = weekSentence(input.week, figures);
        QVERIFY2(half.find("(+") == std::string::npos, half.c_str());
        QVERIFY2(half.find("2 of 180 charges of the week before do not state this cost") != std::string::npos,
                 half.c_str());
        QVERIFY(!weekByTeam(figures, 5).total.change().has_value());
        figures.isDelivered = false;
        QVERIFY(weekSentence(input.week, figures).find("Nothing of the week was delivered") != std::string::npos);
        figures = sample::ordinary().week.currencies[0];
        figures.before.reset();
        figures.now = {sample::money(2), 3};
        QVERIFY(weekSentence(input.week, figures).find("no week before to compare") != std::string::npos);
    }

    void changes_thatAreSmallInAll_areGrey()
    {
        QVERIFY(isSmallChange(sample::money(7.77), sample::money(4871.5)));
        QVERIFY(!isSmallChange(sample::money(-4867), sample::money(140715)));
        QVERIFY(!isSmallChange(sample::money(1), Amount()));
        QVERIFY(!isSmallChange(sample::money(1), sample::money(100)));
    }

    void currencies_haveASectionEach_andNoCommonTotal()
    {
        const WeeklyInput input = twoCurrencies();
        const QString text = extracted(rendered(input));
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        QVERIFY(text.contains(QStringLiteral("Weekly cost summary, USD")));
        QVERIFY(text.contains(QStringLiteral("Weekly cost summary, EUR")));
        QCOMPARE(text.count(QStringLiteral("Month to date, USD")), 1);
        QVERIFY(text.contains(QStringLiteral("All currencies, Mon to Thu, never added together")));
        QCOMPARE(text.count(QStringLiteral("Month to date, EUR")), 1);
    }

    void standardFont_isUsedAndNamed_whenTheFontsAreMissing()
    {
        const auto pdf = renderWeekly(longNames(), std::filesystem::path(m_folder.path().toStdString()));
        QVERIFY(pdf.ok());
        QVERIFY(pdf->find("/BaseFont /Helvetica") != std::string::npos);
        const QString text = extracted(*pdf);
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        QVERIFY(text.contains(QStringLiteral("standard Helvetica stands in")));
        QVERIFY(text.contains(QStringLiteral("Équipe paiement")));
        QVERIFY(text.contains(QStringLiteral("????")));
    }

    void nonLatinNames_areKept_whereTheFontHasThem()
    {
        const QString text = extracted(rendered(longNames()));
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        QVERIFY(text.contains(QStringLiteral("Платформа данных")));
        QVERIFY(text.contains(QStringLiteral("Ελληνική εταιρεία")));
        QVERIFY(text.contains(QStringLiteral("Characters that the report's font lacks are shown as ?.")));
    }

    void eastAsianNames_arePrinted_whereAFontForThemIsInstalled()
    {
        if (findWideFont(shippedFonts()).empty())
            QSKIP("no font for East Asian writing is installed");
        const std::string pdf = rendered(longNames());
        const QString text = extracted(pdf);
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        QVERIFY2(text.contains(QStringLiteral("データ基盤チーム")), qPrintable(text));
        QVERIFY(pdf == rendered(longNames()));
        QVERIFY2(rendered(sample::ordinary()).find("Droid") == std::string::npos, "a font that is not needed");
    }

    void characterMaps_areOfTheKindReadersKnow()
    {
        const std::string pdf = rendered(sample::ordinary());
        QVERIFY(pdf.find("beginbfrange") != std::string::npos);
        const QString tool = QStandardPaths::findExecutable(QStringLiteral("pdftotext"));
        if (tool.isEmpty())
            QSKIP("pdftotext is not installed");
        const QString path = m_folder.filePath(QStringLiteral("maps.pdf"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(pdf.data(), qint64(pdf.size()));
        file.close();
        QProcess process;
        process.start(tool, {path, QStringLiteral("-")});
        QVERIFY(process.waitForFinished());
        QCOMPARE(QString::fromUtf8(process.readAllStandardError()), QString());
        QVERIFY(!withUnicodeMaps("").ok());
        QVERIFY(!withUnicodeMaps(pdf.substr(0, pdf.size() / 2)).ok());
        QVERIFY(!withUnicodeMaps("startxref\n99999999999999999999\n").ok());
        QVERIFY(!withUnicodeMaps("xref\n0 99\n0000000000 65535 f\r\nstartxref\n0\n%%EOF\n").ok());
    }

    void unseenCharacters_areNamed_inBothFonts()
    {
        WeeklyInput input = sample::ordinary();
        input.overview.currencies[0].teams[0].keys = {"<b>a</b> \u202Egnp.exe"};
        const auto folder = std::filesystem::path(m_folder.path().toStdString());
        const auto standard = renderWeekly(input, folder);
        QVERIFY(standard.ok());
        for (const std::string& pdf : {rendered(input), *standard}) {
            const QString text = extracted(pdf);
            if (text.isEmpty())
                QSKIP("pdftotext is not installed");
            QVERIFY2(text.contains(QStringLiteral("<b>a</b> ‹U+202E›gnp.exe")), qPrintable(text));
        }
    }

    void damagedFont_isAnError()
    {
        const auto folder = std::filesystem::path(m_folder.path().toStdString()) / "damaged";
        std::filesystem::create_directories(folder);
        for (const char* name : {kRegularFontFile, kBoldFontFile}) {
            QFile file(QString::fromStdString((folder / name).string()));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("not a font");
        }
        const auto pdf = renderWeekly(sample::ordinary(), folder);
        QVERIFY(!pdf.ok());
        QVERIFY(pdf.error().where.find("NotoSans") != std::string::npos);
    }

    void teamTable_addsUp_evenWhenTheListsAreCut()
    {
        WeeklyInput input = sample::ordinary();
        auto& figures = input.overview.currencies[0];
        figures.teams.resize(4);
        figures.teamsBefore.resize(2);
        const auto table = teamTable(figures);
        AmountSum now;
        AmountSum before;
        for (const auto& line : table.lines) {
            now.add(line.now.value_or(Amount()));
            before.add(line.before.value_or(Amount()));
        }
        QVERIFY(now.amount() == figures.monthToDate);
        QVERIFY(before.amount() == figures.sameDaysLastMonth);
        QVERIFY(table.lines.back().isRest);
    }

    void teamTable_listsWhoIsUnchanged_andWhoCameOrWent()
    {
        Overview::PerCurrency figures;
        figures.currency = Currency("USD");
        figures.hasLastMonth = true;
        const auto row = [&](const char* team, int cost, std::uint64_t unknown = 0) {
            return CostRow{{team}, Day::none(), figures.currency, Amount::fromUnits(cost), 3, unknown};
        };
        figures.teams = {row("Fixed", 500), row("New", 20), row("Dark", 0, 3)};
        figures.teamsBefore = {row("Fixed", 500), row("Gone", 7)};
        figures.monthToDate = Amount::fromUnits(520);
        figures.sameDaysLastMonth = Amount::fromUnits(507);
        QStringList said;
        for (const TeamLine& line : teamTable(figures).lines)
            said.append(QString::fromStdString(line.name + ' ' + (line.now ? line.now->toString(0) : "?") + ' ' +
                                               (line.before ? line.before->toString(0) : "?")));
        QCOMPARE(said, (QStringList{"Fixed 500 500", "New 20 0", "Dark ? 0", "Gone 0 7"}));
    }

    void whatCameOnce_isNet()
    {
        Overview::PerCurrency figures;
        figures.currency = Currency("USD");
        const auto one = [&figures](int dayOfMonth, int cost) {
            return OncePurchase{figures.currency, Day::fromYmd(2026, 11, dayOfMonth), "Database",
                                Amount::fromUnits(cost)};
        };
        QCOMPARE(purchasesText(figures), std::string());
        figures.purchases = {one(5, 5000)};
        QCOMPARE(purchasesText(figures), std::string("of it 5,000.00 once on 5 Nov"));
        figures.purchases = {one(9, -1500)};
        QCOMPARE(purchasesText(figures), std::string("of it \u22121,500.00 credited on 9 Nov"));
        figures.purchases = {one(5, 5000), one(9, -1500)};
        QCOMPARE(purchasesText(figures), std::string("of it 3,500.00 in 1 purchase and 1 credit"));
        figures.purchases = {one(5, 5000), one(7, 5000), one(9, -1500), one(12, -5000)};
        QCOMPARE(purchasesText(figures), std::string("of it 3,500.00 in 2 purchases and 2 credits"));
    }

    void names_thatAreWordsOfTheReport_areInQuotes()
    {
        QCOMPARE(nameText(""), std::string("Unallocated"));
        QCOMPARE(nameText("Unallocated"), std::string("\"Unallocated\""));
        QCOMPARE(nameText("Other"), std::string("Other"));
        SeriesSet set;
        for (const bool isRest : {false, false, true}) {
            CostSeries series;
            series.keys = {set.series.empty() ? "All others" : "Other"};
            series.isOther = isRest;
            series.currency = Currency("USD");
            series.points = {{Day::fromYmd(2026, 11, 16), Amount::fromUnits(1)}};
            set.series.push_back(series);
        }
        QStringList said;
        for (const auto& line : weeklyGrid(set, Currency("USD")).lines)
            said.append(QString::fromStdString(line.name));
        QCOMPARE(said, (QStringList{"\"All others\"", "Other", "All others"}));
    }

    void costThatNoChargeStates_isUnknown_notZero()
    {
        WeeklyInput input = sample::ordinary();
        auto& figures = input.overview.currencies[0];
        figures.rows = figures.unknownRows = 19;
        figures.monthToDate = figures.unallocated = Amount();
        figures.hasForecast = false;
        for (auto& team : figures.teams) {
            team.unknownRows = team.rows;
            team.cost = Amount();
        }
        const QString text = QString::fromStdString(renderWeeklyText(input)).simplified();
        QVERIFY(text.contains("The effective cost of USD in the month to date is unknown, not zero: none of its 19 "
                              "charges states it."));
        QVERIFY(text.contains("Unallocated: unknown"));
        QVERIFY(!text.contains(" 0.00 "));
        figures.unknownRows = 4;
        QVERIFY(QString::fromStdString(renderWeeklyText(input))
                    .simplified()
                    .contains("4 of 19 charges of the month to date state no effective cost: unknown, and in no figure "
                              "here."));
    }

    void accountsThatAreLate_areNamed()
    {
        WeeklyInput input = sample::ordinary();
        KnownAccount late;
        late.provider = "Microsoft";
        late.billingAccount = "B";
        late.through = input.overview.asOf - 7;
        input.overview.currencies[0].late = {late};
        QVERIFY(QString::fromStdString(renderWeeklyText(input))
                    .simplified()
                    .contains("Microsoft (account B) is known through " +
                              QString::fromStdString(toString(late.through)) + " only"));
        input.overview.anomalies.clear(); // and none is said of days that nobody has seen
        QVERIFY(QString::fromStdString(renderWeeklyText(input))
                    .simplified()
                    .contains("No team shows an anomaly in the last 30 days, as far as they are known."));
    }

    void teamTable_withoutLastMonth_saysUnknownNotZero()
    {
        WeeklyInput input = sample::ordinary();
        input.overview.currencies[0].hasLastMonth = false;
        for (const auto& line : teamTable(input.overview.currencies[0]).lines)
            QVERIFY(!line.before.has_value());
        QVERIFY(renderWeeklyText(input).find("no month before to compare") != std::string::npos);
    }

    void weeklyGrid_totalsAreTheExactSumOfTheKnownCells()
    {
        const WeeklyInput input = sample::ordinary();
        const auto grid = weeklyGrid(input.weeklyByTeam, Currency("USD"));
        QCOMPARE(grid.weeks.size(), std::size_t(8));
        QVERIFY(!grid.lines[2].cells[0].has_value());
        for (std::size_t week = 0; week < grid.weeks.size(); ++week) {
            AmountSum sum;
            for (const auto& line : grid.lines)
                sum.add(line.cells[week].value_or(Amount()));
            QVERIFY(grid.totals[week] == sum.amount());
        }
        QVERIFY(weeklyGrid(input.weeklyByTeam, Currency("EUR")).weeks.empty());
    }

    void remainder_isNamedInTheFootAndInTheText()
    {
        WeeklyInput input = sample::ordinary();
        input.proof[0].remainder = sample::sum(sample::money(12.340000001));
        input.proof[0].parts.push_back({"rejected lines", sample::sum(sample::money(3.5))});
        QVERIFY(proofSentence(input).starts_with("Not reconciled: 1 of 9 partitions, remainder 12.34 USD"));
        QVERIFY(renderWeeklyText(input).find("Not reconciled: 1 of 9 partitions") != std::string::npos);
        const QString text = extracted(rendered(input));
        if (text.isEmpty())
            QSKIP("pdftotext is not installed");
        QVERIFY(text.contains(QStringLiteral("remainder 12.340000001 USD; rejected lines 3.50 USD")));
    }

    void remainder_belowACent_isStillShown()
    {
        WeeklyInput input = sample::ordinary();
        input.proof[0].remainder = sample::sum(sample::money(0.000000001));
        QVERIFY(proofSentence(input).find("0.000000001 USD") != std::string::npos);
    }

    void proof_ofAnotherLens_doesNotCount()
    {
        WeeklyInput input = sample::ordinary();
        input.proof.push_back(
            sample::proof("aws-main", Currency("USD"), CostLens::Billed, input.overview.month, Amount()));
        QVERIFY(proofSentence(input).starts_with("Reconciled: 9 partitions"));
    }

    void chargesOutsideTheDays_standBesideTheFiguresOfTheirCurrency()
    {
        WeeklyInput input = twoCurrencies();
        FarCharges far;
        far.source = "old";
        far.currency = Currency("EUR");
        far.rows = 3;
        far.cost.fill(*DecimalSum::parse("1234.567"));
        far.years = {1900, 9999};
        far.dataFrom = Day::fromYmd(2026, 1, 1);
        far.dataThrough = Day::fromYmd(2026, 11, 19);
        input.overview.far = {far};
        const QString sentence =
            QStringLiteral("3 charges (1234.567 EUR) dated 1900 and 9999 are not part of this: the "
                           "data runs from 2026-01-01 to 2026-11-19.");
        const QString text = QString::fromStdString(renderWeeklyText(input)).simplified();
        QVERIFY(text.indexOf(sentence) > text.indexOf("EUR ---"));
        QCOMPARE(text.count(sentence), 1);
        const QString pdf = extracted(rendered(input)).simplified();
        if (!pdf.isEmpty())
            QCOMPARE(pdf.count(sentence), 1);
    }

    void text_hasTheFiguresAndNoControlCharacters()
    {
        WeeklyInput input = longNames();
        input.overview.anomalies.front().keys = {"\x1b[2Jred\nTotal 0.00"};
        input.workspaceName = "\x1b[31m" + input.workspaceName;
        const std::string text = renderWeeklyText(input);
        QVERIFY(text.find("Month to date is ") != std::string::npos);
        QVERIFY(text.find("Платформа") != std::string::npos);
        QVERIFY(std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 && c != '\n'; }));
        QVERIFY(text.find("‹U+001B›[2Jred‹U+000A›Tot") != std::string::npos);
        QVERIFY(renderWeeklyText(sample::empty()).find("no charges yet") != std::string::npos);
        QVERIFY(renderWeeklyText(twoCurrencies()).find("\nEUR\n") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestWeeklyReport)
#include "tst_weeklyreport.moc"
