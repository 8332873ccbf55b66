#include <QtTest/QtTest>

#include "providers/core/delivery.h"
#include "tests/providers/collectingsink.h"

#include <functional>
#include <random>

using namespace altimeter;
using altimeter::providers::Charge;
using altimeter::providers::Delivery;
using altimeter::providers::fromCents;
using altimeter::providers::shifted;
using altimeter::testing::CollectingSink;

namespace {

constexpr std::int64_t kDaySeconds = 86400;
const Day kFirst = Day::fromYmd(2026, 11, 18);

Instant at(Day day, std::int64_t seconds = 0)
{
    return {std::int64_t{day.number} * kDaySeconds + seconds};
}

Charge charge(const std::string& amount = "1.50", Day day = kFirst)
{
    Charge one;
    one.start = at(day);
    one.end = at(day + 1);
    one.currency = "USD";
    one.setBilled(amount);
    one.set(Column::ServiceName, "Compute");
    return one;
}

/// A delivery of two days whose origin is named, with all that it needs.
struct Desk {
    CollectingSink sink;
    Delivery delivery;

    explicit Desk(Instant now = at(kFirst + 3), int finalAfterDays = 2) : delivery(options(now, finalAfterDays), sink)
    {
        if (!delivery.begin("costs").ok())
            qFatal("begin");
    }
    static Delivery::Options options(Instant now, int finalAfterDays)
    {
        Delivery::Options made;
        made.info.kind = "test";
        made.info.title = "Test Cloud";
        made.info.finalAfterDays = finalAfterDays;
        made.window = {kFirst, kFirst + 2};
        made.now = now;
        made.extraColumns = {"x_Model"};
        return made;
    }
    /// What is said about a charge that is changed so; "none" when it is taken.
    std::string problem(const std::function<void(Charge&)>& change)
    {
        Charge one = charge();
        change(one);
        const Status added = delivery.add(one);
        return added.ok() ? "none" : added.error().text();
    }
    const std::vector<CollectingSink::Row>& rows()
    {
        if (!delivery.flush().ok())
            qFatal("flush");
        return sink.rows;
    }
};

} // namespace

class TestDelivery : public QObject {
    Q_OBJECT

private slots:
    void tagsThatAreTooLong_areToldWithTheirLine()
    {
        Desk desk;
        Charge one = charge();
        one.tags["a"] = std::string(999'992, 'x'); // with braces and quotes one byte less than the most
        QVERIFY(desk.delivery.add(one).ok());
        one.tags["a"] += "xx";
        QVERIFY(desk.delivery.add(one).ok());
        const Finding* finding = desk.sink.find("tags-too-long", "1,000,000 bytes");
        QVERIFY(finding);
        QCOMPARE(finding->rows, std::uint64_t{1});
        QCOMPARE(finding->firstLine, std::uint64_t{2});
        QCOMPARE(finding->file, std::string("costs"));
    }

    void charge_isSaidInFocus()
    {
        Desk desk;
        Charge one = charge("-0.00000015");
        one.tags = {{"team", "a\"b"}, {"env", "prod"}};
        one.extra["x_Model"] = "m-1";
        one.residual = "rounding";
        one.set(Column::ConsumedQuantity, "1.5e3");
        QVERIFY(desk.delivery.add(one).ok());
        const auto& row = desk.rows().front();
        QCOMPARE(row.text.at("BilledCost"), std::string("-0.00000015"));
        QCOMPARE(row.text.at("EffectiveCost"), std::string("-0.00000015"));
        QVERIFY(!row.text.contains("ListCost"));
        QVERIFY(!row.cost[static_cast<std::size_t>(CostLens::List)]);
        QCOMPARE(row.text.at("ConsumedQuantity"), std::string("1500"));
        QCOMPARE(row.text.at("ChargePeriodStart"), std::string("2026-11-18T00:00:00Z"));
        QCOMPARE(row.text.at("ChargePeriodEnd"), std::string("2026-11-19T00:00:00Z"));
        QCOMPARE(row.text.at("BillingPeriodStart"), std::string("2026-11-01T00:00:00Z"));
        QCOMPARE(row.text.at("BillingPeriodEnd"), std::string("2026-12-01T00:00:00Z"));
        QCOMPARE(row.text.at("ChargeCategory"), std::string("Usage"));
        QCOMPARE(row.text.at("ProviderName"), std::string("Test Cloud"));
        QCOMPARE(row.text.at("BillingCurrency"), std::string("USD"));
        QCOMPARE(row.text.at("Tags"), std::string("{\"env\":\"prod\",\"team\":\"a\\\"b\"}"));
        QCOMPARE(desk.sink.extraColumns, (std::vector<std::string>{"x_Model", "x_ChargeState", "x_Residual"}));
        QCOMPARE(row.extra, (std::vector<std::string>{"m-1", "Final", "rounding"}));
        QCOMPARE(desk.sink.file, std::string("costs"));
        QCOMPARE(row.line, std::uint64_t{1});
    }

    void unknownCost_staysUnknown()
    {
        Desk desk;
        Charge one = charge();
        one.cost = {};
        QVERIFY(desk.delivery.add(one).ok());
        desk.rows();
        QCOMPARE(desk.sink.unknown[static_cast<std::size_t>(CostLens::Billed)], std::uint64_t{1});
        QCOMPARE(desk.sink.total(CostLens::Billed), std::string("none"));
    }

    void nonsense_isRefused()
    {
        Desk desk;
        const auto refused = [&desk](const char* word, const std::function<void(Charge&)>& change) {
            const std::string said = desk.problem(change);
            QVERIFY2(said.find(word) != std::string::npos, said.c_str());
        };
        refused("2026-11-17, a day that was not asked for", [](Charge& one) {
            one.start = at(kFirst, -1); // the last second before the window
        });
        refused("2026-11-20, a day that was not asked for", [](Charge& one) {
            one.start = at(kFirst + 2);
            one.end = at(kFirst + 3);
        });
        refused("no sensible period", [](Charge& one) { one.end = one.start; });
        refused("no sensible period", [](Charge& one) { one.start = {}; });
        refused("no sensible period", [](Charge& one) { one.end = {}; });
        for (const char* currency : {"", "usd", "US", "USDT", "U$D"})
            refused("is no currency", [&](Charge& one) { one.currency = currency; });
        for (const char* amount : {"", "much", "1.2.3", "NaN", "1,2"})
            refused("is no amount", [&](Charge& one) { one.setBilled(amount); });
        refused("is no quantity", [](Charge& one) { one.set(Column::ConsumedQuantity, "many"); });
        refused("does not list its column x_Other", [](Charge& one) { one.extra["x_Other"] = "1"; });
        refused("billing period is no date", [](Charge& one) { one.set(Column::BillingPeriodStart, "soon"); });
        refused("costs, record 1: ", [](Charge& one) { one.currency = "?"; }); // nothing was taken so far
        QVERIFY(desk.rows().empty());
    }

    void charge_withoutOrigin_isRefused()
    {
        CollectingSink sink;
        Delivery delivery(Desk::options(at(kFirst + 3), 2), sink);
        QVERIFY(delivery.add(charge()).error().text().find("before its origin") != std::string::npos);
        QVERIFY(delivery.reject("check", "message", "text").error().text().find("before its origin") !=
                std::string::npos);
        QVERIFY(delivery.flush().ok());
    }

    void day_isInside_toItsLastSecond()
    {
        Desk desk;
        QCOMPARE(desk.problem([](Charge& one) {
            one.start = at(kFirst + 1, kDaySeconds - 1);
            one.end = at(kFirst + 2);
        }),
                 std::string("none"));
    }

    void finality_isADaysAge_data()
    {
        QTest::addColumn<int>("finalAfterDays");
        QTest::addColumn<qint64>("secondsAfterTheDay");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("expected");
        const int unsaid = int(Charge::State::Unsaid);
        QTest::newRow("one second too young") << 2 << qint64(2 * kDaySeconds - 1) << unsaid << "Estimated";
        QTest::newRow("old enough") << 2 << qint64(2 * kDaySeconds) << unsaid << "Final";
        QTest::newRow("only the provider's word") << 0 << qint64(900 * kDaySeconds) << unsaid << "Estimated";
        QTest::newRow("said to be final") << 0 << qint64(0) << int(Charge::State::Final) << "Final";
        QTest::newRow("said to be estimated")
            << 2 << qint64(900 * kDaySeconds) << int(Charge::State::Estimated) << "Estimated";
    }
    void finality_isADaysAge()
    {
        QFETCH(int, finalAfterDays);
        QFETCH(qint64, secondsAfterTheDay);
        QFETCH(int, state);
        QFETCH(QString, expected);
        Desk desk(at(kFirst + 1, secondsAfterTheDay), finalAfterDays);
        Charge one = charge();
        one.start = at(kFirst, 3600); // the day's end counts, not the charge's
        one.state = static_cast<Charge::State>(state);
        QVERIFY(desk.delivery.add(one).ok());
        QCOMPARE(QString::fromStdString(desk.rows().front().extra[1]), expected);
    }

    void duplicates_areKeptAndCounted()
    {
        Desk desk;
        for (int i = 0; i < 3; ++i)
            QVERIFY(desk.delivery.add(charge()).ok());
        QVERIFY(desk.delivery.add(charge("1.51")).ok());
        for (int i = 0; i < 2; ++i)
            QVERIFY(desk.delivery.add(charge("1.50", kFirst + 1)).ok());
        Charge other = charge();
        other.extra["x_Model"] = "m"; // a provider column tells it apart
        QVERIFY(desk.delivery.add(other).ok());
        QCOMPARE(desk.rows().size(), std::size_t{7});
        QCOMPARE(desk.delivery.duplicates(),
                 (std::map<std::int32_t, std::uint64_t>{{kFirst.number, 2}, {kFirst.number + 1, 1}}));
    }

    void duplicateCount_findsTheSame_whereItHoldsAllAndWhereItCannot()
    {
        for (const int entries : {0, 1, 1000, 600'000}) {
            providers::DuplicateCount count;
            for (int i = 0; i < entries; ++i) // every tenth stands twice, every hundredth three times
                QVERIFY(count.add(static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15U, i % 3).ok());
            for (int i = 0; i < entries; i += 10)
                QVERIFY(count.add(static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15U, i % 3).ok());
            for (int i = 0; i < entries; i += 100)
                QVERIFY(count.add(static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15U, i % 3).ok());
            const auto found = count.byDay();
            QVERIFY(found);
            std::map<std::int32_t, std::uint64_t> expected;
            for (int i = 0; i < entries; i += 10)
                expected[i % 3] += i % 100 == 0 ? 2 : 1;
            QCOMPARE(*found, expected);
        }
    }

    void origins_numberTheirRecords()
    {
        Desk desk;
        QVERIFY(desk.delivery.add(charge()).ok());
        QVERIFY(desk.delivery.reject("odd", "cannot be read", "{}").ok());
        QVERIFY(desk.delivery.add(charge("2")).ok());
        QVERIFY(desk.delivery.begin("usage").ok());
        QVERIFY(desk.delivery.add(charge("3")).ok());
        const auto& rows = desk.rows();
        QCOMPARE(rows[1].line, std::uint64_t{3});
        QCOMPARE(rows[2].line, std::uint64_t{1});
        QCOMPARE(desk.sink.rejected.front().file, std::string("costs"));
        QCOMPARE(desk.sink.rejected.front().line, std::uint64_t{2});
        QCOMPARE(desk.delivery.charges(), std::uint64_t{3});
    }

    void measures_areChecked()
    {
        Desk desk;
        Measure one{"coverage", "percent", at(kFirst), at(kFirst + 1), {}, "12.5"};
        QVERIFY(desk.delivery.add(one).ok());
        one.end = one.start; // a moment
        QVERIFY(desk.delivery.add(one).ok());
        Measure odd = one;
        odd.value = "NaN";
        QVERIFY(desk.delivery.add(odd).error().text().find("coverage") != std::string::npos);
        odd = one;
        odd.end = at(kFirst, -1);
        QVERIFY(!desk.delivery.add(odd).ok());
        odd.start = {};
        QVERIFY(!desk.delivery.add(odd).ok());
        QCOMPARE(desk.delivery.measures().size(), std::size_t{2});
    }

    void covered_isTheWindow_unlessToldOtherwise()
    {
        Desk desk;
        QVERIFY(desk.delivery.covered() == (std::vector<DateRange>{{kFirst, kFirst + 2}}));
        desk.delivery.setCovered({});
        QVERIFY(desk.delivery.covered().empty());
    }

    void daysThatAreNotAnswered_leaveWhatIsCoveredAndAreToldOnce()
    {
        Desk desk;
        desk.delivery.proveSaid({kFirst, kFirst + 2});
        QVERIFY(desk.delivery.add(charge("3", kFirst + 1)).ok());
        desk.delivery.unknownMoney({kFirst + 1, kFirst + 2}, "object new.result", R"({"amount":7})");
        desk.delivery.unknownMoney({kFirst + 1, kFirst + 9}, "object new.result", R"({"amount":8})");
        QVERIFY(desk.delivery.covered() == (std::vector<DateRange>{{kFirst, kFirst + 1}}));
        QVERIFY(desk.delivery.proven() == desk.delivery.covered());
        QVERIFY(desk.delivery.isAnswered(kFirst) && !desk.delivery.isAnswered(kFirst + 1));
        QVERIFY(desk.delivery.flush().ok());
        QVERIFY(desk.delivery.flush().ok());
        QCOMPARE(desk.sink.findings.size(), std::size_t{1});
        const Finding& told = desk.sink.findings.front();
        QCOMPARE(told.check, std::string("unknown-charge"));
        QCOMPARE(static_cast<int>(told.severity), static_cast<int>(Severity::Warning));
        QCOMPARE(told.rows, std::uint64_t{2});
        QCOMPARE(told.message, std::string("Test Cloud sent charges of a kind that is not known here (object "
                                           "new.result); not answered, and left as it was: 2026-11-19. The first one: "
                                           "{\"amount\":7}"));
    }

    void dayThatIsAlwaysSent_isMissed_butNotToday()
    {
        for (const int age : {0, 1, 2, 3}) {
            Desk desk(at(kFirst + age));
            desk.delivery.coverProven();
            QVERIFY(desk.delivery.covered().empty());
            QVERIFY(desk.delivery.flush().ok());
            QCOMPARE(desk.sink.findings.size(), std::size_t{age == 0 ? 0U : 1U});
            if (age > 0)
                QCOMPARE(desk.sink.findings.front().rows, static_cast<std::uint64_t>(std::min(age, 2)));
        }
        Desk half;
        half.delivery.proveSaid({kFirst + 1, kFirst + 2}); // be it empty
        half.delivery.coverProven();
        QVERIFY(half.delivery.covered() == (std::vector<DateRange>{{kFirst + 1, kFirst + 2}}));
        QVERIFY(half.delivery.flush().ok());
        QVERIFY(half.sink.findings.front().message.ends_with("2026-11-18"));
    }

    void monthsAreAnsweredAsAWhole()
    {
        CollectingSink sink;
        Delivery::Options options = Desk::options(at(kFirst + 60), 2);
        options.info.slice = ConnectorInfo::Slice::Month;
        options.window = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 12, 1)};
        Delivery delivery(options, sink);
        delivery.notAnswered({kFirst, kFirst + 1}, "export-empty", "the export holds nothing");
        QVERIFY(delivery.covered() == (std::vector<DateRange>{{Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)}}));
    }

    void shifted_isExact_data()
    {
        QTest::addColumn<QString>("amount");
        QTest::addColumn<int>("places");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* amount, int places, const char* expected) {
            QTest::newRow((std::string(amount) + " by " + std::to_string(places)).c_str())
                << amount << places << expected;
        };
        row("1234", 2, "12.34");
        row("-1234", 2, "-12.34");
        row("5", 2, "0.05");
        row("-5", 2, "-0.05");
        row("0", 2, "0");
        row("-0.00", 2, "0");
        row("123.78912", 2, "1.2378912");
        row("1e3", 2, "10.00");
        row("1.5e-7", 2, "0.0000000015");
        row("-2.5E+5", 2, "-2500.00");
        row("12345678901234567890.123456789", 2, "123456789012345678.90123456789");
        row("1000000", 6, "1.000000");
        row("17", 9, "0.000000017");
        row("1", 0, "1");
        row("0.00000000000000000000000000000000010", 2, "0.000000000000000000000000000000000001");
    }
    void shifted_isExact()
    {
        QFETCH(QString, amount);
        QFETCH(int, places);
        QFETCH(QString, expected);
        const auto made = shifted(amount.toStdString(), places);
        QVERIFY2(made.ok(), made.ok() ? "" : made.error().text().c_str());
        QCOMPARE(QString::fromStdString(*made), expected);
        if (places == 2)
            QCOMPARE(fromCents(amount.toStdString()).value(), *made);
    }

    void shifted_refusesWhatItCannotKeep()
    {
        QCOMPARE(static_cast<int>(shifted("0.000000000000000000000000000000000011", 2).error().code),
                 static_cast<int>(ErrorCode::Overflow));
        QVERIFY(!fromCents("").ok() && !fromCents("ten").ok() && !fromCents("1.2.3").ok());
    }

    void noiseOfDoubles_isCutAndNothingElse()
    {
        Desk desk;
        QVERIFY(desk.delivery.add(charge("1.2345678901234567E-25")).ok());
        QVERIFY(desk.delivery.add(Measure{"m", "USD", at(kFirst), at(kFirst + 1), {}, "4E-40"}).ok());
        QVERIFY(desk.delivery.add(Measure{"m", "USD", at(kFirst), at(kFirst + 1), {}, "1.50"}).ok());
        QVERIFY(desk.delivery.flush().ok());
        QCOMPARE(desk.sink.rows.front().text.at("BilledCost"), std::string("0.000000000000000000000000123456789012"));
        QCOMPARE(desk.delivery.measures()[0].value, std::string("0"));
        QCOMPARE(desk.delivery.measures()[1].value, std::string("1.50"));
        QCOMPARE(fromCents("1.2345678901234567e-23").value(), std::string("0.000000000000000000000000123456789012"));
    }

    void numberOfMoreDigitsThanCanBeKept_leavesItsDayAsItWas()
    {
        const std::string longest = "0.123456789012345678901234567890123456";
        const std::string tooLong = "0.1234567890123456789012345678901234567";
        Desk desk;
        QVERIFY(desk.delivery.add(charge(longest)).ok());
        QVERIFY(desk.delivery.add(charge("3", kFirst + 1)).ok());
        for (const std::string& amount : {tooLong, std::string("1e99"), std::string(39, '9')})
            QVERIFY(desk.delivery.add(charge(amount, kFirst + 1)).ok());
        Charge quantity = charge("1", kFirst + 1);
        quantity.set(Column::ConsumedQuantity, tooLong);
        QVERIFY(desk.delivery.add(quantity).ok());
        QVERIFY(desk.delivery.flush().ok());
        QVERIFY(desk.delivery.isAnswered(kFirst) && !desk.delivery.isAnswered(kFirst + 1));
        QCOMPARE(desk.sink.rows.front().text.at("BilledCost"), longest);
        QCOMPARE(desk.sink.rows.size(), std::size_t{2}); // what is replayed of them is decided by isAnswered()
        QCOMPARE(desk.sink.findings.size(), std::size_t{1});
        QCOMPARE(desk.sink.findings.front().check, std::string("number-overflow"));
        QCOMPARE(desk.sink.findings.front().rows, std::uint64_t{4});
        QVERIFY(desk.sink.findings.front().message.find("2026-11-19. The first one: " + tooLong) != std::string::npos);
    }

    void sinkThatFails_stopsTheDelivery()
    {
        Desk desk;
        desk.sink.failAtBatch = 0;
        Status last;
        for (int i = 0; i < 5000 && last.ok(); ++i)
            last = desk.delivery.add(charge(std::to_string(i)));
        QVERIFY(!last.ok());
    }

    void aHundredThousandCharges_addUp()
    {
        Desk desk;
        std::mt19937_64 random(11);
        DecimalSum expected;
        std::uint64_t progress = 0;
        desk.delivery.onProgress = [&progress](std::uint64_t count) { progress = count; };
        for (int i = 0; i < 100'000; ++i) {
            std::string amount = std::to_string(random() % 1'000'000'000);
            const std::size_t decimals = random() % 30;
            if (decimals > 0)
                amount += '.';
            while (amount.size() < 10 + decimals)
                amount += static_cast<char>('0' + random() % 10);
            if (random() % 4 == 0)
                amount.insert(0, 1, '-');
            if (random() % 8 == 0)
                amount += random() % 2 == 0 ? "e-3" : "E2";
            const auto parsed = parseDecimal(amount);
            if (!parsed)
                continue; // more digits than there is room for
            expected.add(parsed->value);
            Charge one = charge(amount, kFirst + static_cast<int>(random() % 2));
            one.end = {one.start.seconds + 3600};
            QVERIFY(desk.delivery.add(one).ok());
        }
        const auto& rows = desk.rows();
        QCOMPARE(desk.sink.total(CostLens::Billed), expected.toString(0));
        QCOMPARE(desk.sink.total(CostLens::Effective), expected.toString(0));
        QCOMPARE(desk.delivery.charges(), std::uint64_t{rows.size()});
        QVERIFY(rows.size() > 90'000 && progress > 90'000);
        DecimalSum written; // the cells say the same as the parsed amounts
        for (const auto& row : rows)
            written.add(parseDecimal(row.text.at("BilledCost"))->value);
        QVERIFY(written == expected);
    }
};

QTEST_APPLESS_MAIN(TestDelivery)
#include "tst_delivery.moc"
