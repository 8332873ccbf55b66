#include <QTest>

#include "models/analysis/series/costseries.h"
#include "models/analysis/series/monthend.h"
#include "models/analysis/series/movers.h"

#include <cmath>

using namespace altimeter;
using namespace altimeter::analysis;

namespace {

const Currency kDollar("USD");
const Currency kEuro("EUR");

Amount units(std::int64_t count)
{
    return Amount::fromUnits(count);
}

CostRow row(const char* key, Currency currency, std::int64_t cost)
{
    CostRow row;
    row.keys = std::vector<std::string>{key};
    row.currency = currency;
    row.cost = units(cost);
    return row;
}

/// What September ends at after `days` days of 10 from its first on.
Overview::PerCurrency monthEndOf(int days, std::int64_t known, Day through)
{
    CostDays data{Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 9, 1) + (days - 1), {}, {}};
    KnownAccount account;
    account.currency = kDollar;
    account.first = data.first;
    account.through = data.last;
    data.accounts.push_back(account);
    PartedSeries series;
    series.currency = kDollar;
    series.parts.push_back({&data.accounts.front(), {}, true});
    for (int i = 0; i < days; ++i)
        series.parts.front().cells[data.first + i] = {units(10), 1, 0};
    Overview::PerCurrency month;
    const auto expected = Expectation::of(series, data, through, {});
    if (expected)
        expectMonthEnd(month, static_cast<double>(known), *expected, {Day::fromYmd(2026, 9, 1), through + 1});
    return month;
}

} // namespace

class TestOverviewFigures : public QObject {
    Q_OBJECT

private slots:
    void movers_areOfOneCurrency_byChange_alsoOfWhatCameOrWent()
    {
        CostTable before;
        before.rows = {row("steady", kDollar, 7), row("less", kDollar, 12), row("gone", kDollar, 4),
                       row("credit", kDollar, -1), row("elsewhere", kEuro, 900)};
        CostTable now;
        now.rows = {row("steady", kDollar, 7), row("less", kDollar, 10), row("new", kDollar, 5),
                    row("credit", kDollar, -9), row("elsewhere", kEuro, 1)};
        const auto movers = moversOf(now, before, kDollar);
        QStringList said;
        for (const Overview::Mover& mover : movers)
            said.append(QString::fromStdString(mover.keys.front() + ' ' + mover.before.toString(0) + ' ' +
                                               mover.now.toString(0)));
        QCOMPARE(said, (QStringList{"credit -1 -9", "new 0 5", "gone 4 0", "less 12 10"}));
    }

    void movers_ofNothing_areNone() { QVERIFY(moversOf({}, {}, kDollar).empty()); }

    void monthEnd_onTheLastDay_isWhatIsKnown()
    {
        const auto month = monthEndOf(30, 310, Day::fromYmd(2026, 9, 30));
        QVERIFY(month.hasForecast);
        for (const double figure :
             {month.monthEndMean, month.monthEndLo80, month.monthEndHi80, month.monthEndLo95, month.monthEndHi95})
            QCOMPARE(figure, 310.0);
    }

    void monthEnd_afterOneCharge_saysNothing() { QVERIFY(!monthEndOf(1, 10, Day::fromYmd(2026, 9, 30)).hasForecast); }

    void monthEnd_ofASteadyCost_isTheKnownDaysAndTheRest()
    {
        const auto month = monthEndOf(25, 250, Day::fromYmd(2026, 9, 30));
        QVERIFY(month.hasForecast);
        QVERIFY2(std::abs(month.monthEndMean - 300) < 1, qPrintable(QString::number(month.monthEndMean)));
        QVERIFY(month.monthEndLo95 <= month.monthEndLo80 && month.monthEndLo80 <= month.monthEndMean);
        QVERIFY(month.monthEndMean <= month.monthEndHi80 && month.monthEndHi80 <= month.monthEndHi95);
    }

    void teams_areAllWatched_untilTheyAreThousands()
    {
        QCOMPARE(watchedTeams(0), std::size_t{0});
        QCOMPARE(watchedTeams(1000), std::size_t{0});
        QCOMPARE(watchedTeams(1001), std::size_t{1000});
    }

    void aStepThatIsNotKnown_isNoNumber()
    {
        const auto values = valuesOf({{Day::fromYmd(2026, 9, 1), units(-3), true},
                                      {Day::fromYmd(2026, 9, 2), {}, false},
                                      {Day::fromYmd(2026, 9, 3), units(2), true, false}});
        QCOMPARE(values.front(), -3.0);
        QVERIFY(std::isnan(values[1]) && std::isnan(values.back()));
    }
};

QTEST_APPLESS_MAIN(TestOverviewFigures)
#include "tst_overviewfigures.moc"
