#include <QtTest/QtTest>

#include "models/domain/period.h"
#include "tests/cli/clirunner.h"

#include <chrono>

using namespace altimeter;
using namespace altimeter::testing;

namespace {

const QByteArray kHeader = "ProviderName,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,"
                           "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,BilledCost,EffectiveCost\n";

QByteArray stamp(Day day)
{
    return QByteArray::fromStdString(toString(day)) + "T00:00:00Z";
}

Day day(const char* iso)
{
    return *parseDay(iso);
}

QByteArray charge(const char* account, Day on, const char* cost)
{
    const Day month = on.firstOfMonth();
    return QByteArray("AWS,") + account + ",USD," + stamp(month) + ',' + stamp(month.addMonths(1)) + ',' + stamp(on) +
           ',' + stamp(on + 1) + ",Usage,EC2," + cost + ',' + cost + '\n';
}

/// A charge on each day from `from` to `last`.
QByteArray daily(const char* account, Day from, Day last, const char* cost)
{
    QByteArray rows;
    for (Day on = from; on <= last; on = on + 1)
        rows += charge(account, on, cost);
    return rows;
}

Day presentDay()
{
    using namespace std::chrono;
    return Instant{duration_cast<seconds>(system_clock::now().time_since_epoch()).count()}.day();
}

/// A workspace that holds these rows.
class World {
public:
    explicit World(const QByteArray& rows)
    {
        writeFile(m_folder.filePath("costs.csv"), kHeader + rows);
        runCli(m_folder.path(), {"init", "w.altimeter"});
        runCli(m_folder.path(), {"--workspace", "w.altimeter", "import", "costs.csv", "--source", "bill"});
    }
    CliAnswer totals(const QString& range, const QStringList& more = {}) const
    {
        const QStringList words{"--workspace", "w.altimeter", "--format", "csv", "totals", "--range", range};
        return runCli(m_folder.path(), words + more);
    }
    /// Compared with the period before; what --about says is in `about`.
    CliAnswer compared(const QString& range, const QStringList& more = {})
    {
        const CliAnswer answer = totals(range, QStringList{"--compare", "before", "--about", "about.txt"} + more);
        about = readFile(m_folder.filePath("about.txt"));
        return answer;
    }
    QByteArray about;

private:
    QTemporaryDir m_folder;
};

QByteArray lastLine(const CliAnswer& answer)
{
    return answer.out.trimmed().split('\n').last();
}

} // namespace

/// What a comparison does not know is no cost of zero, and is said.
class TestCompareDays : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (cliProgram().isEmpty())
            QSKIP("ALTIMETER_CLI names no program");
    }

    void lateAccount_isNamedWithItsLastDay()
    {
        World world(daily("early", day("2025-01-01"), day("2025-03-20"), "4") +
                    daily("late", day("2025-01-01"), day("2025-03-12"), "9"));
        const CliAnswer answer = world.compared("mtd", {"--by", "billing_account"});
        const QByteArray late = "AWS (account late) is known through 2025-03-12 only; what is missing is not zero";
        QVERIFY2(answer.err.contains("note: not all of 2025-03-01..2025-03-20 is known: " + late), answer.err);
        QVERIFY2(world.about.contains("not known of the days: " + late + '\n'), world.about);
        QVERIFY2(answer.out.contains("late,USD,108.000000000,12,180.000000000,-72.000000000\n"), answer.out);
        // Of the week after its last day nothing is known of it: its change is no fall.
        const CliAnswer week = world.compared("2025-03-14..2025-03-20", {"--by", "billing_account"});
        QVERIFY2(week.out.contains("early,USD,28.000000000,7,28.000000000,0.000000000\n"), week.out);
        QVERIFY2(week.out.contains("late,USD,,0,54.000000000,\n"), week.out);
        // Who is left out by a filter is not spoken of.
        const CliAnswer other = world.compared("mtd", {"--where", "billing_account=early"});
        QVERIFY2(!other.err.contains("note:") && !world.about.contains("not known"), other.err + world.about);
    }

    void accountTakenAsEnded_isNamed()
    {
        World world(daily("goes on", day("2025-01-01"), day("2025-03-25"), "1") +
                    daily("ends", day("2025-01-01"), day("2025-03-08"), "70"));
        const CliAnswer answer = world.compared("mtd");
        QCOMPARE(lastLine(answer), QByteArray("USD,585.000000000,33,1775.000000000,-1190.000000000"));
        const QByteArray ended = "AWS (account ends) has delivered nothing since 2025-03-08: taken as ended";
        QVERIFY2(answer.err.contains("note: " + ended), answer.err);
        QVERIFY2(world.about.contains("ends: " + ended + '\n'), world.about);
        QVERIFY(!world.compared("jan").err.contains("note:")); // it ended later
    }

    void undeliveredMonth_isEmptyOnBothSides()
    {
        World world(daily("one", day("2025-01-01"), day("2025-01-31"), "3") +
                    daily("one", day("2025-03-01"), day("2025-04-30"), "3"));
        const CliAnswer now = world.compared("2025-02");
        QCOMPARE(lastLine(now), QByteArray("USD,,0,93.000000000,"));
        QVERIFY2(now.err.contains("AWS (account one) is not known on 2025-02"), now.err);
        QVERIFY2(world.about.contains("not known of the days: AWS (account one) is not known on 2025-02"), world.about);
        const CliAnswer before = world.compared("2025-03");
        QCOMPARE(lastLine(before), QByteArray("USD,93.000000000,31,,"));
        QVERIFY2(world.about.contains("not known of the days compared with: AWS (account one)"), world.about);
        QCOMPARE(lastLine(world.compared("2025-04")), QByteArray("USD,90.000000000,30,93.000000000,-3.000000000"));
        QVERIFY(!world.about.contains("not known"));
    }

    void runningDay_isSaid_andTodayIsThatOfTheClock()
    {
        const Day today = presentDay();
        World world(daily("one", today - 40, today - 1, "100") + charge("one", today, "3"));
        const CliAnswer week = world.compared("7d");
        const CliAnswer now = world.compared("today");
        const CliAnswer before = world.totals("yesterday");
        if (presentDay() != today)
            QSKIP("the day ended meanwhile");
        const QByteArray iso = QByteArray::fromStdString(toString(today));
        const QByteArray running = "AWS (account one) was told " + iso + " before that was over";
        QCOMPARE(lastLine(week), QByteArray("USD,603.000000000,7,700.000000000,-97.000000000"));
        QVERIFY2(week.err.contains(running), week.err);
        QVERIFY2(world.about.contains("not known of the days: " + running), world.about);
        QCOMPARE(lastLine(now), QByteArray("USD,3.000000000,1,100.000000000,")); // of no whole day nothing is said
        QCOMPARE(lastLine(before), QByteArray("USD,100.000000000,1"));
    }

    void today_dataEndBefore_isThatOfTheClock()
    {
        const Day today = presentDay();
        const World world(daily("one", today - 20, today - 2, "5"));
        const CliAnswer now = world.totals("today");
        const CliAnswer before = world.totals("yesterday");
        const CliAnswer last = world.totals("7d");
        if (presentDay() != today)
            QSKIP("the day ended meanwhile");
        QCOMPARE(now.out, QByteArray("currency,cost,rows\n"));
        QCOMPARE(before.out, QByteArray("currency,cost,rows\n"));
        QCOMPARE(lastLine(last), QByteArray("USD,35.000000000,7")); // counts back from the data
    }
};

QTEST_GUILESS_MAIN(TestCompareDays)
#include "tst_comparedays.moc"
