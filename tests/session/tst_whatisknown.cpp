#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importer.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "tests/testkit/focuscsv.h"

#include <algorithm>
#include <cmath>
#include <memory>

using namespace altimeter;
using namespace altimeter::session;

namespace {

QString shared(const QString& name)
{
    return qEnvironmentVariable("ALTIMETER_SHARED") + "/data/faults/" + name;
}

bool isThere()
{
    return qEnvironmentVariableIsSet("ALTIMETER_SHARED") && QFile::exists(shared("05-weekly-job.csv"));
}

double sumOf(const std::vector<ForecastPoint>& points)
{
    double sum = 0;
    for (const ForecastPoint& point : points)
        sum += point.mean;
    return sum;
}

} // namespace

#define NEEDS_FAULTS()                                                                                                 \
    if (!isThere())                                                                                                    \
    QSKIP("the shared faults are not here")

/// What is known of a month, and what it is expected to end at, from the files to the figures.
class TestWhatIsKnown : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        auto engine = Engine::create(m_folder->filePath("w.altimeter").toStdString());
        QVERIFY(engine);
        m_engine = engine.take();
    }
    void cleanup() { m_engine.reset(); }

    void weeklyJob()
    {
        NEEDS_FAULTS();
        import({"05-weekly-job.csv"});
        const double sum = sumOf(series(28).forecast);
        QVERIFY2(std::abs(sum - 2800) < 1, qPrintable(QString::number(sum)));
    }

    void monthlyRows()
    {
        NEEDS_FAULTS();
        import({"06-monthly-rows.csv"});
        QCOMPARE(figures().monthEndMean, 1010.0);
        const double sum = sumOf(series(31).forecast);
        QVERIFY2(std::abs(sum - 1020) < 25, qPrintable(QString::number(sum)));
    }

    void runningWeekAndMonth()
    {
        NEEDS_FAULTS();
        import({"07-partial-week-month.csv"});
        const ForecastPoint week = series(1, Granularity::Week).forecast.front();
        QCOMPARE(toString(week.period), std::string("2025-03-10"));
        QVERIFY(std::abs(week.mean - 700) < 0.01);
        const ForecastPoint month = series(1, Granularity::Month).forecast.front();
        QCOMPARE(toString(month.period), std::string("2025-04-01"));
        QVERIFY(std::abs(month.mean - 3000) < 0.01);
    }

    void monthStartCharge()
    {
        NEEDS_FAULTS();
        import({"09-month-start-charge.csv"});
        const auto forecast = series(31).forecast;
        QVERIFY2(std::abs(sumOf(forecast) - 6100) < 100, qPrintable(QString::number(sumOf(forecast))));
        const double end = figures().monthEndMean;
        QVERIFY2(std::abs(end - (3000 + 2800)) < 100, qPrintable(QString::number(end)));
    }

    void laggingSource()
    {
        NEEDS_FAULTS();
        import({"10-lagging-source-aws.csv"}, "aws");
        import({"10-lagging-source-azure.csv"}, "azure");
        checkLagging();
    }

    void laggingAccountOfOneDelivery()
    {
        NEEDS_FAULTS();
        import({"10-lagging-source-aws.csv", "10-lagging-source-azure.csv"}, "both");
        checkLagging();
    }

    void advanceInvoice()
    {
        NEEDS_FAULTS();
        import({"11-advance-invoice.csv"});
        QCOMPARE(toString(m_engine->snapshot()->days.last), std::string("2025-12-10"));
        const auto month = figures();
        QVERIFY2(std::abs(month.monthEndMean - 3100) < 30, qPrintable(QString::number(month.monthEndMean)));
        const auto text = answer(*m_engine->snapshot(), WeeklyTextQuestion{CostLens::Effective}, {});
        QVERIFY(text && text->find("data through 10 Dec 2025") != std::string::npos);
        QVERIFY(
            QString::fromStdString(*text).simplified().contains("1 charge (1200 USD) dated 2026-01-01 is not part"));
        const auto found = answer(*m_engine->snapshot(), FindingsQuestion{}, {});
        QVERIFY(found && std::any_of(found->begin(), found->end(),
                                     [](const Finding& one) { return one.check == "charge-period-far"; }));
    }

    void unchangedTeam()
    {
        NEEDS_FAULTS();
        import({"14-report-unchanged-team.csv"});
        const auto text = answer(*m_engine->snapshot(), WeeklyTextQuestion{CostLens::Effective}, {});
        QVERIFY(text && text->find("Not listed") == std::string::npos);
        QVERIFY(QString::fromStdString(*text).simplified().contains("Fixed 500.00 500.00 0.00"));
    }

    void billedCostOnly()
    {
        NEEDS_FAULTS();
        import({"15-billed-cost-only.csv"});
        QVERIFY(figures().isCostUnknown() && !figures().hasForecast);
        const auto text = answer(*m_engine->snapshot(), WeeklyTextQuestion{CostLens::Effective}, {});
        QVERIFY(text && text->find("is unknown, not zero") != std::string::npos);
        QVERIFY(text->find("0.00") == std::string::npos);
        const CostSeries unknown = series(1);
        QVERIFY(unknown.forecast.empty() && unknown.anomalies.empty());
        QVERIFY(std::none_of(unknown.points.begin(), unknown.points.end(), [](const auto& p) { return p.known; }));
        const auto billed = answer(*m_engine->snapshot(), OverviewQuestion{CostLens::Billed}, {});
        QVERIFY(billed && billed->currencies.front().hasForecast);
    }

    /// A world of its own: sixty days, of which each second line does not state what it cost.
    void costThatIsPartlyUnknown_isCounted()
    {
        QList<testkit::Charge> charges;
        for (int i = 0; i < 60; ++i) {
            testkit::Charge charge;
            charge.day = QDate(2026, 8, 1).addDays(i).toString(Qt::ISODate);
            charge.month = charge.day.left(8) + "01";
            charges.append(charge);
            charge.effective = "";
            charges.append(charge);
        }
        testkit::writeFile(m_folder->path(), "half.csv", testkit::focusCsv(charges));
        importPath(m_folder->filePath("half.csv"), "half");
        const auto month = figures();
        QCOMPARE(month.rows, std::uint64_t{58});
        QCOMPARE(month.unknownRows, std::uint64_t{29});
        const auto text = answer(*m_engine->snapshot(), WeeklyTextQuestion{CostLens::Effective}, {});
        QVERIFY(text);
        QVERIFY(QString::fromStdString(*text).simplified().contains(
            "29 of 58 charges of the month to date state no effective cost"));
        SeriesQuestion question;
        const auto set = answer(*m_engine->snapshot(), question, {});
        QVERIFY(set);
        QCOMPARE(set->totals.front().unknownRows, std::uint64_t{60});
    }

    /// A world of its own: a file that was imported at noon of its last day, and again when that was over.
    void theDayOfTheImport_isSeen_notKnown()
    {
        QList<testkit::Charge> charges;
        for (int i = 0; i < 80; ++i) {
            testkit::Charge charge;
            charge.day = QDate(2026, 8, 1).addDays(i).toString(Qt::ISODate);
            charge.month = charge.day.left(8) + "01";
            charge.billed = charge.effective = i == 79 ? "4" : "10";
            charges.append(charge);
        }
        testkit::writeFile(m_folder->path(), "days.csv", testkit::focusCsv(charges));
        const Day last = Day::fromYmd(2026, 10, 19);
        importPath(m_folder->filePath("days.csv"), "days", {std::int64_t{last.number} * 86400 + 43200});
        const auto& known = m_engine->snapshot()->days.accounts.front();
        QVERIFY(known.through == last - 1 && known.running == last);
        const auto month = figures();
        QCOMPARE(month.monthToDate.toString(0), std::string("184"));
        QVERIFY(std::abs(month.monthEndMean - 310) < 0.1);
        const auto text = answer(*m_engine->snapshot(), WeeklyTextQuestion{CostLens::Effective}, {});
        QVERIFY(text);
        const QString words = QString::fromStdString(*text).simplified();
        QVERIFY2(words.contains("Month to date is 184.00 USD (180.00 without the day that was not over), exactly as in "
                                "the first 18 days of September.") &&
                     words.contains("2026-10-19 was not over yet"),
                 qPrintable(words));
        charges.back().billed = charges.back().effective = "11";
        testkit::writeFile(m_folder->path(), "days.csv", testkit::focusCsv(charges));
        importPath(m_folder->filePath("days.csv"), "days", {std::int64_t{last.number + 1} * 86400 + 43200});
        QVERIFY(m_engine->snapshot()->days.accounts.front().through == last);
        QVERIFY(!figures().wholeDays);
    }

private:
    void importPath(const QString& path, const std::string& source, Instant at = {})
    {
        ImportOptions options;
        options.source = source;
        if (at.isValid())
            options.at = at;
        const auto report = importPaths(m_engine->file(), {path.toStdString()}, options, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QVERIFY(m_engine->refresh().ok());
    }
    void import(const QStringList& names, const std::string& source = "files")
    {
        QTemporaryDir folder;
        for (const QString& name : names)
            QVERIFY(QFile::copy(shared(name), folder.filePath(name)));
        importPath(folder.path(), source);
    }
    Overview::PerCurrency figures() const
    {
        const auto overview = answer(*m_engine->snapshot(), OverviewQuestion{CostLens::Effective}, {});
        return overview ? overview->currencies.front() : Overview::PerCurrency();
    }
    CostSeries series(int steps, Granularity granularity = Granularity::Day) const
    {
        SeriesQuestion question;
        question.query.granularity = granularity;
        question.forecastSteps = steps;
        const auto set = answer(*m_engine->snapshot(), question, {});
        return set && !set->series.empty() ? set->series.front() : CostSeries();
    }
    void checkLagging() const
    {
        const auto month = figures();
        QVERIFY2(std::abs(month.monthEndMean - 9300) < 60, qPrintable(QString::number(month.monthEndMean)));
        QCOMPARE(month.late.size(), std::size_t{1});
        SeriesQuestion question;
        question.query.by = {Dim{Dim::Kind::Provider, {}}};
        question.forecastSteps = 5;
        const auto set = answer(*m_engine->snapshot(), question, {});
        QVERIFY(set);
        for (const CostSeries& one : set->series) {
            QVERIFY(one.anomalies.empty());
            const double level = one.keys.front() == "Microsoft" ? 200 : 100;
            QVERIFY2(std::abs(sumOf(one.forecast) - 5 * level) < 10, qPrintable(QString::number(sumOf(one.forecast))));
        }
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Engine> m_engine;
};

QTEST_GUILESS_MAIN(TestWhatIsKnown)
#include "tst_whatisknown.moc"
