#include <QTest>

#include "ui/format/daterange.h"
#include "ui/format/sourcehealth.h"
#include "ui/format/windowlocale.h"

using namespace altimeter;
using namespace altimeter::ui;
using State = SourceHealth::State;

namespace {

Day day(int month, int of)
{
    return Day::fromYmd(2026, month, of);
}

SourceInfo source(const std::string& name, Day through)
{
    SourceInfo info;
    info.name = name;
    info.rows = 10;
    info.dataThrough = through;
    return info;
}

ConnectionInfo connection(const std::string& name, Day success, const std::string& problem = {})
{
    ConnectionInfo info;
    info.settings.name = name;
    info.state = problem.empty() ? ConnectionInfo::State::Ok : ConnectionInfo::State::Failed;
    if (success.isValid())
        info.lastSuccess = {std::int64_t{success.number} * 86400 + 3600};
    info.problem = problem;
    return info;
}

} // namespace

/// Whether what is shown of a source is all there is.
class TestSourceHealth : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        format::setLocale(QLocale(QLocale::English, QLocale::UnitedStates));
        format::setPresentDay([] { return day(11, 30); });
    }
    void cleanup() { format::setPresentDay(nullptr); }

    void files_areOldByTheirLastDay()
    {
        const auto all = healthOf({source("books", day(11, 19))}, {}, day(11, 19));
        QVERIFY(all[0].state == State::Old && !all[0].isUpToDate());
        QCOMPARE(healthtext::word(all[0]), QString("11 days old"));
        QVERIFY(healthOf({source("books", day(11, 28))}, {}, day(11, 28))[0].state == State::Ok);
    }

    void aSourceThatEndsBeforeOthers_isBehind()
    {
        const auto all = healthOf({source("a", day(11, 29)), source("b", day(11, 24))}, {}, day(11, 29));
        QVERIFY(all[0].state == State::Ok);
        QCOMPARE(healthtext::word(all[1]), QString("5 days behind"));
    }

    void aConnectionThatAnsweredLately_isNotOldForWantOfCharges()
    {
        const auto all = healthOf({source("ai", day(11, 2))}, {connection("ai", day(11, 30))}, day(11, 29));
        QVERIFY2(all[0].state == State::Ok, qPrintable(healthtext::word(all[0])));
        QVERIFY(healthOf({source("ai", day(11, 2))}, {connection("ai", day(11, 10))}, day(11, 2))[0].state ==
                State::Old);
    }

    void aFailingConnection_isSaidFirst_alsoWithoutCharges()
    {
        auto rejected = source("ai", day(11, 29));
        rejected.rejected = 3;
        const auto all = healthOf({rejected},
                                  {connection("ai", day(11, 19), "no such host"), connection("litellm", {}, "refused"),
                                   connection("new", {})},
                                  day(11, 29));
        QCOMPARE(all.size(), std::size_t(3));
        QCOMPARE(healthtext::word(all[0]), QString("failing since Nov 19, 2026"));
        QCOMPARE(healthtext::sentence(all[1]), QString("litellm: failing, nothing delivered yet (refused)"));
        QCOMPARE(healthtext::word(all[2]), QString("nothing delivered yet"));
        QCOMPARE(healthtext::late(all).size(), 3);
    }

    void acknowledgedFindings_askForNothing()
    {
        auto one = source("books", day(11, 29));
        one.findings = 4;
        one.acknowledged = 1;
        QCOMPARE(healthtext::word(healthOf({one}, {}, day(11, 29))[0]), QString("3 findings"));
        one.acknowledged = 4;
        QVERIFY(healthOf({one}, {}, day(11, 29))[0].state == State::Ok);
    }

    void noData_isNoAge()
    {
        QVERIFY(healthOf({}, {}, Day::none()).empty());
        const auto all = healthOf({source("words", Day::none())}, {}, Day::none());
        QCOMPARE(all[0].daysOld, 0);
    }
};

QTEST_GUILESS_MAIN(TestSourceHealth)
#include "tst_sourcehealth.moc"
