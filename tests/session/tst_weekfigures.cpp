#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importer.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "models/analysis/series/peakdays.h"
#include "models/analysis/series/weeksums.h"
#include "tests/testkit/focuscsv.h"

#include <memory>

using namespace altimeter;
using namespace altimeter::session;

namespace {

/// One charge a day from `from`, of so many days.
QList<testkit::Charge> daily(QDate from, int days, const QString& cost, const QString& account = "100",
                             const QString& service = "Compute Engine", const QString& currency = "USD")
{
    QList<testkit::Charge> charges;
    for (int i = 0; i < days; ++i) {
        testkit::Charge charge;
        charge.day = from.addDays(i).toString(Qt::ISODate);
        charge.month = charge.day.left(8) + "01";
        charge.billed = charge.effective = cost;
        charge.account = account;
        charge.service = service;
        charge.currency = currency;
        charges.append(charge);
    }
    return charges;
}

QString shown(const std::optional<WeekFigures::Sum>& sum)
{
    return !sum ? "none" : sum->isUnknown() ? "unknown" : QString::fromStdString(sum->cost.toString(0));
}

} // namespace

/// The week of the report beside the week before and that of a year before, from the files to the figures.
class TestWeekFigures : public QObject {
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

    /// Data through Thursday 19 November 2026: Monday to Thursday are compared, in each of the three weeks.
    void runningWeek_isComparedWithTheSameDays()
    {
        auto charges = daily({2025, 11, 1}, 384, "10");
        charges += daily({2026, 11, 16}, 4, "3", "100", "Storage");
        import("a", charges);
        const WeekFigures figures = week();
        QCOMPARE(toString(figures.week.from), std::string("2026-11-16"));
        QCOMPARE(toString(figures.week.to), std::string("2026-11-20"));
        QCOMPARE(toString(figures.before.from), std::string("2026-11-09"));
        QCOMPARE(toString(figures.yearBefore.from), std::string("2025-11-17"));
        const auto& dollars = figures.currencies.front();
        QCOMPARE(shown(dollars.now), QString("52"));
        QCOMPARE(shown(dollars.before), QString("40"));
        QCOMPARE(shown(dollars.yearBefore), QString("40"));
        QCOMPARE(dollars.lines.size(), std::size_t{2});
        QCOMPARE(dollars.lines.back().service, std::string("Storage"));
        QCOMPARE(shown(dollars.lines.back().before), QString("0"));
    }

    void whatTheDataDoNotReach_isNone()
    {
        import("a", daily({2026, 11, 11}, 9, "10"));
        const auto figures = week().currencies.front();
        QCOMPARE(shown(figures.now), QString("40"));
        QCOMPARE(shown(figures.before), QString("none"));
        QCOMPARE(shown(figures.yearBefore), QString("none"));
    }

    /// One account is known through Tuesday only: its Wednesday and Thursday of the week before are left out as well.
    void lateAccount_isComparedByItsOwnDays()
    {
        import("a", daily({2026, 10, 1}, 50, "10"));
        import("b", daily({2026, 10, 1}, 48, "100", "200"));
        const auto figures = week().currencies.front();
        QCOMPARE(shown(figures.now), QString("240"));
        QCOMPARE(shown(figures.before), QString("240"));
    }

    void currencies_areNeverAdded()
    {
        import("a", daily({2026, 11, 2}, 18, "10") + daily({2026, 11, 2}, 18, "7", "100", "Compute Engine", "EUR"));
        const WeekFigures figures = week();
        QCOMPARE(figures.currencies.size(), std::size_t{2});
        for (const auto& one : figures.currencies)
            QCOMPARE(shown(one.now), one.currency == Currency("EUR") ? QString("28") : QString("40"));
    }

    void costThatNoChargeStates_isUnknown()
    {
        auto charges = daily({2026, 11, 2}, 18, "10");
        for (auto& charge : charges)
            charge.effective = "";
        import("a", charges);
        const auto figures = week().currencies.front();
        QCOMPARE(shown(figures.now), QString("unknown"));
        QCOMPARE(shown(figures.before), QString("unknown"));
    }

    /// A month that was never delivered is not a week without charges, and a currency that is late has no week yet.
    void whatWasNotDelivered_isNoZero()
    {
        import("a", daily({2026, 9, 1}, 30, "37") + daily({2026, 11, 1}, 4, "37"));
        const auto figures = week().currencies.front();
        QCOMPARE(shown(figures.now), QString("111"));
        QCOMPARE(shown(figures.before), QString("none")); // 26 to 28 October
        import("b", daily({2026, 9, 1}, 20, "5", "200", "Compute Engine", "EUR"));
        const WeekFigures both = week();
        for (const auto& one : both.currencies)
            QCOMPARE(one.isDelivered, one.currency == Currency("USD"));
    }

    void weekOverTheTurnOfTheYear()
    {
        import("a", daily({2025, 12, 1}, 35, "10")); // through Sunday 4 January 2026
        const WeekFigures figures = week();
        QCOMPARE(toString(figures.week.from), std::string("2025-12-29"));
        QCOMPARE(shown(figures.currencies.front().now), QString("70"));
        QCOMPARE(shown(figures.currencies.front().before), QString("70"));
    }

    /// Support is charged on the first of each month: the chart says so, whether it is an anomaly or not.
    void dayThatStandsOut_isNamedByWhatCame()
    {
        auto charges = daily({2026, 8, 1}, 100, "10");
        charges += daily({2026, 10, 1}, 1, "40", "100", "Support");
        charges += daily({2026, 10, 1}, 1, "15", "100", "Tax");
        charges += daily({2026, 10, 20}, 1, "4", "100", "Tax"); // too little to ask about
        import("a", charges);
        const auto snapshot = m_engine->snapshot();
        const auto overview = answer(*snapshot, OverviewQuestion{CostLens::Effective}, {});
        QVERIFY(overview);
        const auto peaks =
            analysis::peakDays(*snapshot->costs, CostLens::Effective, overview->currencies.front().daily, {});
        QVERIFY(peaks);
        QCOMPARE(peaks->size(), std::size_t{1});
        QCOMPARE(peaks->front().service, std::string("Support"));
        QCOMPARE(peaks->front().more.toString(0), std::string("40"));
        QVERIFY(analysis::peakDays(*snapshot->costs, CostLens::Effective, CostSeries(), {})->empty());
    }

    void noCharges_areNoFigures() { QVERIFY(week().currencies.empty()); }

private:
    void import(const QString& source, const QList<testkit::Charge>& charges)
    {
        ImportOptions options;
        options.source = source.toStdString();
        const auto file = testkit::writeFile(m_folder->path(), source + ".csv", testkit::focusCsv(charges));
        const auto report = importPaths(m_engine->file(), {file}, options, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QVERIFY(m_engine->refresh().ok());
    }
    WeekFigures week() const
    {
        const auto snapshot = m_engine->snapshot();
        auto figures = analysis::weekFigures(*snapshot->costs, CostLens::Effective, snapshot->currencies, {});
        return figures ? figures.take() : WeekFigures();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Engine> m_engine;
};

QTEST_GUILESS_MAIN(TestWeekFigures)
#include "tst_weekfigures.moc"
