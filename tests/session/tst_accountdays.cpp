#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importing.h"
#include "app/session/questions/accountdays.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "tests/testkit/focuscsv.h"

#include <algorithm>

using namespace altimeter;
using session::Engine;
using testkit::Charge;

namespace {

const QDate kFirst(2026, 1, 1);

/// A charge on day `at` of the year for each of the accounts named.
QList<Charge> charges(const QList<int>& days, const QString& account, const QString& billed = "5")
{
    QList<Charge> all;
    for (const int at : days) {
        const QDate date = kFirst.addDays(at - 1);
        Charge charge;
        charge.account = account;
        charge.billed = charge.effective = billed;
        charge.day = date.toString(Qt::ISODate);
        charge.month = QDate(date.year(), date.month(), 1).toString(Qt::ISODate);
        all.append(charge);
    }
    return all;
}

QList<int> days(int from, int to, int step = 1)
{
    QList<int> all;
    for (int day = from; day <= to; day += step)
        all.append(day);
    return all;
}

Day dayOf(int at)
{
    return *parseDay(kFirst.addDays(at - 1).toString(Qt::ISODate).toStdString());
}

} // namespace

/// What completeness says of the accounts of a source, and of equal lines.
class TestAccountDays : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    int m_count = 0;
    std::unique_ptr<Engine> m_engine;

    void import(const QList<Charge>& all, const QString& source)
    {
        session::ImportOptions options;
        options.source = source.toStdString();
        const QString folder = m_dir.filePath(QString::number(++m_count));
        const auto report = session::importPaths(
            m_engine->file(), {testkit::writeFile(folder, source + ".csv", testkit::focusCsv(all))}, options, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
    }
    CompletenessCalendar calendar(int from, int to)
    {
        auto all = answer(*m_engine->snapshot(), CalendarQuestion{{dayOf(from), dayOf(to + 1)}, dayOf(to), true}, {});
        if (!all)
            qFatal("%s", all.error().text().c_str());
        return all.take();
    }
    /// One letter a day: the state, "." for none.
    static QString states(const CompletenessCalendar& calendar, const std::string& source,
                          const std::string& account = {})
    {
        const auto row = std::find_if(calendar.rows.begin(), calendar.rows.end(), [&](const auto& one) {
            return one.source == source && one.isAccount != account.empty() && one.billingAccount == account;
        });
        if (row == calendar.rows.end())
            return "?";
        QString text;
        for (const CalendarDay& day : row->days) {
            switch (day.state) {
            case CalendarDay::State::None:
                text += '.';
                break;
            case CalendarDay::State::Gap:
                text += 'G';
                break;
            case CalendarDay::State::Empty:
                text += 'E';
                break;
            default:
                text += 'x';
            }
        }
        return text;
    }
    QStringList stopped()
    {
        QStringList all;
        for (const StoppedAccount& one : calendar(1, 2).stopped)
            all << QString::fromStdString(one.source + '/' + one.billingAccount + '/' + toString(one.last));
        return all;
    }

private slots:
    void init()
    {
        auto engine = Engine::create(m_dir.filePath(QString("w%1.altimeter").arg(++m_count)).toStdString());
        QVERIFY(engine);
        m_engine = engine.take();
    }

    void accountThatStops_isMissed_othersOfTheirOwnPaceAreNot()
    {
        import(charges(days(1, 160), "daily") + charges(days(1, 100), "gone") + charges(days(3, 157, 7), "weekly") +
                   charges({1, 32, 60, 91, 121}, "monthly") + charges({20, 21}, "twice") +
                   charges(days(1, 157), "late"),
               "s");
        QCOMPARE(stopped(), QStringList{"s/gone/2026-04-10"});
        const auto at = calendar(97, 106);
        QCOMPARE(states(at, "s"), QString("xxxxxxxxxx"));
        QCOMPARE(states(at, "s", "daily"), QString("xxxxxxxxxx"));
        QCOMPARE(states(at, "s", "gone"), QString("xxxxGGGGGG"));
        QVERIFY(!states(at, "s", "weekly").contains('G'));
        QVERIFY(!states(at, "s", "monthly").contains('G'));
        QVERIFY(!states(at, "s", "twice").contains('G'));
        const auto findings = answer(*m_engine->snapshot(), FindingsQuestion{}, {});
        QCOMPARE(std::count_if(findings->begin(), findings->end(),
                               [](const Finding& one) { return one.check == "account-stopped"; }),
                 1);
        const auto sources = answer(*m_engine->snapshot(), SourcesQuestion{}, {});
        QCOMPARE(QString::fromStdString(sources->front().state), QString("findings"));
    }

    void accountThatStopsInOneCurrency_isNamedWithIt_whileTheOtherGoesOn()
    {
        QList<Charge> euros = charges(days(1, 100), "both");
        for (Charge& charge : euros)
            charge.currency = "EUR";
        import(charges(days(1, 160), "both") + euros, "s");
        auto at = calendar(97, 106);
        QCOMPARE(at.stopped.size(), std::size_t{1});
        QVERIFY(at.stopped.front().currency == Currency("EUR") && at.stopped.front().last == dayOf(100));
        QVERIFY(session::stoppedFinding(at.stopped.front())
                    .message.starts_with("AWS both has no charges in EUR after 2026-04-10"));
        QCOMPARE(states(at, "s"), QString("xxxxxxxxxx"));
        import(charges(days(1, 90), "gone") + charges(days(1, 160), "other"), "t");
        euros = charges(days(1, 95), "gone");
        for (Charge& charge : euros)
            charge.currency = "EUR";
        import(euros, "t2"); // nobody else tells of that one, and not for 65 days
        QCOMPARE(stopped(), (QStringList{"s/both/2026-04-10", "t/gone/2026-03-31", "t2/gone/2026-04-05"}));
    }

    void accountAlone_cannotStopWhileItsSourceGoesOn_butItsSourceMayEnd()
    {
        import(charges(days(1, 40), "a"), "one");
        import(charges(days(1, 85), "b"), "two");
        QVERIFY(stopped().isEmpty());
        QCOMPARE(states(calendar(39, 43), "one"), QString("xx..."));
        import(charges(days(1, 90), "c"), "three"); // taken as ended: it counts as nothing from here on
        QCOMPARE(stopped(), QStringList{"one/a/2026-02-09"});
        const auto at = calendar(39, 43);
        QCOMPARE(states(at, "one"), QString("xxGGG"));
        QCOMPARE(states(at, "one", "a"), QString("xxGGG"));
        QVERIFY(at.stopped.front().isSilent && at.stopped.front().sourceThrough == dayOf(90));
        const std::string message = session::stoppedFinding(at.stopped.front()).message;
        QVERIFY2(message.find("while the data go on to 2026-03-31 and it is taken as ended") != std::string::npos,
                 message.c_str());
    }

    void accountThatMovedToAnotherSource_hasNotStopped()
    {
        import(charges(days(1, 59), "a") + charges(days(1, 120), "b"), "one");
        import(charges(days(60, 120), "a"), "two"); // March to April
        QVERIFY(stopped().isEmpty());
    }

    void accountThatBegins_hasNothingBefore_andAGapOfItsSourceIsOne()
    {
        import(charges(days(1, 5) + days(8, 12), "a") + charges(days(4, 5) + days(8, 10), "b"), "s");
        const auto at = calendar(1, 12);
        QCOMPARE(states(at, "s"), QString("xxxxxGGxxxxx"));
        QCOMPARE(states(at, "s", "b"), QString("...xxGGxxxEE"));
    }

    void equalLines_areCountedOnTheirDay()
    {
        QList<Charge> all = charges({1, 2, 3}, "a");
        all += charges({2, 2, 3}, "a");    // day 2 stands three times, day 3 twice
        all += charges({3}, "a", "5.000"); // other digits: not the same to the last cell
        all += charges({4, 4}, "b");
        import(all, "s");
        const auto at = calendar(1, 4);
        QList<int> found;
        for (const CalendarDay& day : at.rows.front().days)
            found << static_cast<int>(day.duplicates);
        QCOMPARE(found, (QList<int>{0, 2, 1, 1}));
        import(charges({1, 1}, "c"), "t"); // remembered, and not mixed with another's
        const auto again = calendar(1, 4);
        QCOMPARE(again.rows.front().days[1].duplicates, std::uint64_t{2});
        QCOMPARE(again.rows.back().days[0].duplicates, std::uint64_t{1});
    }

    void bridge_ofTheOverviewsDifference_addsUpToIt()
    {
        import(charges(days(1, 50), "early"), "cloud");
        import(charges(days(1, 45), "late", "7") + charges(days(33, 45), "late", "0.5"), "other"); // to 14 February
        const auto overview = answer(*m_engine->snapshot(), OverviewQuestion{}, {});
        QVERIFY(overview && overview->currencies.size() == 1);
        const Overview::PerCurrency& figures = overview->currencies.front();
        BridgeQuestion question;
        question.query.by = {Dim{Dim::Kind::BillingAccount, {}}};
        question.query.range = {overview->month, overview->asOf};
        question.base = previousRange(question.query.range);
        question.onlyKnownDays = true;
        const auto bridges = answer(*m_engine->snapshot(), question, {});
        QVERIFY(bridges && bridges->bridges.size() == 1);
        const Bridge& bridge = bridges->bridges.front();
        QVERIFY(bridge.change() == *checkedSubtract(figures.comparedToDate(), figures.sameDaysLastMonth));
        QVERIFY(bridge.change() ==
                *Amount::parse("6.5")); // half a dollar on thirteen days, and no fall of a late account
        QCOMPARE(bridges->baseDays, (DaysCovered{19, 19}));
        QVERIFY(bridges->leavesOut); // the days of the late account
        question.query.filters = {{Dim{Dim::Kind::BillingAccount, {}}, {"early"}, false}};
        QVERIFY(!answer(*m_engine->snapshot(), question, {})->leavesOut);
        question.query.filters.clear();
        question.onlyKnownDays = false;
        const auto plain = answer(*m_engine->snapshot(), question, {});
        QVERIFY(!plain->leavesOut);
        QVERIFY(plain->bridges.front().change() == *Amount::parse("-28.5")); // five days of seven dollars less
        question.query.by.clear();
        QVERIFY(!answer(*m_engine->snapshot(), question, {}));
        question.query.by = {Dim{Dim::Kind::BillingAccount, {}}};
        question.base.to = Day::none();
        QVERIFY(!answer(*m_engine->snapshot(), question, {}));
    }
};

QTEST_GUILESS_MAIN(TestAccountDays)
#include "tst_accountdays.moc"
