#include "models/prices/pricebook.h"
#include "models/prices/pricecsv.h"
#include "models/prices/priceedit.h"
#include "models/prices/pricequestions.h"

#include <QtTest/QtTest>

using namespace altimeter;

namespace {

constexpr const char* kHeader = "provider,model,token_class,tier,region,context_from,unit,per,price,currency,valid_"
                                "from,valid_to,state,band,windows,"
                                "confirmed_to,note,kind,target\n";

PriceList listOf(const std::string& lines, PriceLayer layer = PriceLayer::Shipped)
{
    auto reading = pricecsv::read(kHeader + lines, layer);
    if (!reading) {
        qWarning("%s", reading.error().text().c_str());
        return {};
    }
    for (const auto& finding : reading->findings)
        qWarning("line %llu, %s: %s", static_cast<unsigned long long>(finding.line), finding.column.c_str(),
                 finding.message.c_str());
    return reading->list;
}

PriceBook bookOf(PriceList list)
{
    auto book = PriceBook::make(std::move(list));
    if (!book)
        qWarning("%s", book.error().text().c_str());
    return book ? *book : PriceBook();
}

PriceBook bookOf(const std::string& lines)
{
    return bookOf(listOf(lines));
}

/// Row of dollars a million tokens.
std::string row(const std::string& item, const std::string& price, const std::string& more = ",,,",
                const std::string& tier = "", const std::string& region = "", const std::string& above = "")
{
    return "v,m," + item + "," + tier + "," + region + "," + above + ",token,1000000," + price + ",USD," + more + "\n";
}

std::int64_t nanosAt(const char* text)
{
    const auto instant = pricecsv::parseInstant(text);
    return instant ? instant->seconds * 1'000'000'000 : 0;
}

PricedUse use(const char* when, std::uint64_t input, std::uint64_t output = 0)
{
    PricedUse one;
    one.provider = "v";
    one.model = "m";
    one.nanos = nanosAt(when);
    one.usage[UsageClass::Input] = input;
    one.usage[UsageClass::Output] = output;
    return one;
}

QString text(const PricedCost& cost)
{
    return cost.isPriced() ? QString::fromStdString(cost.sum.toString(0)) : QStringLiteral("unknown");
}

QString cost(const PriceBook& book, const PricedUse& one, PriceLens lens = PriceLens::List)
{
    return text(book.cost(one, lens));
}

constexpr std::uint64_t kM = 1'000'000;

} // namespace

/// The price book on small worlds that no vendor has, each worked out by hand.
class PriceBookTest : public QObject {
    Q_OBJECT

private slots:
    void emptyBook_knowsNothing_andSaysSo()
    {
        const auto nothing = PriceBook().cost(use("2026-01-01", 7, 3));
        QCOMPARE(nothing.unpricedTokens, std::uint64_t{10});
        QVERIFY(nothing.sum.isZero() && !nothing.isPriced() && nothing.currency.isUnknown());
        QVERIFY(nothing.parts[0].gap == PriceGap::Model);
        const auto unused = PriceBook().cost(use("2026-01-01", 0));
        QVERIFY(unused.parts.empty() && unused.isPriced());
    }

    void partlyPriced_isTheKnownAmountAndTheRest()
    {
        const auto book = bookOf(row("input", "2"));
        auto one = use("2026-01-01", kM, 500);
        one.usage[UsageClass::CacheRead] = 40;
        const auto priced = book.cost(one);
        QCOMPARE(priced.sum.toString(0), std::string("2"));
        QCOMPARE(priced.unpricedTokens, std::uint64_t{540});
        QVERIFY(priced.of(UsageClass::CacheRead)->gap == PriceGap::Item);
        QVERIFY(priced.of(UsageClass::Input)->row != nullptr);
        QVERIFY(priced.of(UsageClass::AudioInput) == nullptr);
    }

    void validity_isHalfOpen_toTheSecond()
    {
        const auto book = bookOf(row("input", "1", ",2026-08-16T16:00:00Z,,") +
                                 row("input", "2", "2026-08-16T16:00:00Z,2026-08-17T00:00:00+08:00,,") +
                                 row("input", "3", "2026-08-17,2026-08-18,,"));
        // the second row ends where it begins: midnight in Beijing is 16:00 UTC
        QVERIFY(book.list().rows.empty());
        const auto good = bookOf(row("input", "1", ",2026-08-16T16:00:00Z,,") +
                                 row("input", "2", "2026-08-17T00:00:00+08:00,2026-08-18,,"));
        QCOMPARE(cost(good, use("2026-08-16T15:59:59Z", kM)), QString("1"));
        QCOMPARE(cost(good, use("2026-08-16T16:00:00Z", kM)), QString("2"));
        QCOMPARE(cost(good, use("2026-08-17T23:59:59Z", kM)), QString("2"));
        QCOMPARE(cost(good, use("2026-08-18", kM)), QString("unknown"));
        PricedUse late = use("2026-08-16T15:59:59Z", kM);
        late.nanos += 999'999'999;
        QCOMPARE(cost(good, late), QString("1"));
    }

    void timeBefore1970_isCountedLikeAnyOther()
    {
        const auto book = bookOf(row("input", "1", ",1969-12-31,,") + row("input", "2", "1969-12-31,,,"));
        QCOMPARE(cost(book, use("1969-12-30T23:59:59Z", kM)), QString("1"));
        QCOMPARE(cost(book, use("1969-12-31T00:00:00Z", kM)), QString("2"));
    }

    void band_beginsAboveItsBound_cachesCount()
    {
        const auto book =
            bookOf(row("input", "1") + row("input", "2", ",,,", "", "", "100") +
                   row("input", "4", ",,,", "", "", "1000") + row("cache_read", "1") +
                   row("cache_read", "1", ",,,", "", "", "100") + row("cache_read", "1", ",,,", "", "", "1000"));
        QCOMPARE(cost(book, use("2026-01-01", 100)), QString("0.0001"));
        QCOMPARE(cost(book, use("2026-01-01", 101)), QString("0.000202"));
        QCOMPARE(cost(book, use("2026-01-01", 1000)), QString("0.002"));
        QCOMPARE(cost(book, use("2026-01-01", 1001)), QString("0.004004"));
        auto one = use("2026-01-01", 1, 0);
        one.usage[UsageClass::CacheRead] = 100;
        QCOMPARE(cost(book, one), QString("0.000102"));
    }

    void bandWithoutAPriceOfTheClass_isUnknown()
    {
        const auto book = bookOf(row("input", "1") + row("output", "1") + row("input", "2", ",,,", "", "", "100"));
        QCOMPARE(cost(book, use("2026-01-01", 100, 10)), QString("0.00011"));
        const auto above = book.cost(use("2026-01-01", 101, 10));
        QCOMPARE(above.sum.toString(0), std::string("0.000202"));
        QCOMPARE(above.unpricedTokens, std::uint64_t{10});
    }

    void marginalBand_paysMoreForTheEndAlone()
    {
        const auto book = bookOf(
            row("input", "1") + row("cache_read", "1") + row("output", "1") +
            row("input", "10", ",,,marginal", "", "", "100") + row("cache_read", "10", ",,,marginal", "", "", "100") +
            row("output", "10", ",,,marginal", "", "", "100") + row("input", "100", ",,,marginal", "", "", "150") +
            row("cache_read", "100", ",,,marginal", "", "", "150") +
            row("output", "100", ",,,marginal", "", "", "150"));
        QCOMPARE(cost(book, use("2026-01-01", 100, 1)), QString("0.000101"));
        // 100 at 1, 20 at 10, and all of the answer at 10
        QCOMPARE(cost(book, use("2026-01-01", 120, 1)), QString("0.00031"));
        // 100 at 1, 50 at 10, 30 at 100
        QCOMPARE(cost(book, use("2026-01-01", 180)), QString("0.0036"));
        auto cached =
            use("2026-01-01", 60); // the cache stands first: 110 of 170, so 10 of it lie beyond the first bound
        cached.usage[UsageClass::CacheRead] = 110;
        QCOMPARE(cost(book, cached), QString("0.0026"));
        cached.prompt = 500; // of counts that were added up nobody knows what lies beyond
        QVERIFY(book.cost(cached).parts.front().gap == PriceGap::Ambiguous);
    }

    void window_crossesMidnightInItsZone_andWeekdaysAreThoseOfItsBeginning()
    {
        // Friday 22:00 to Saturday 02:00 in Beijing is 14:00 to 18:00 UTC
        const auto book = bookOf(row("input", "1") + row("input", "5", ",,,,fri 22:00-02:00 Asia/Shanghai"));
        QCOMPARE(cost(book, use("2026-08-28T13:59:59Z", kM)), QString("1"));
        QCOMPARE(cost(book, use("2026-08-28T14:00:00Z", kM)), QString("5"));
        QCOMPARE(cost(book, use("2026-08-28T17:59:59Z", kM)), QString("5"));
        QCOMPARE(cost(book, use("2026-08-28T18:00:00Z", kM)), QString("1"));
        QCOMPARE(cost(book, use("2026-08-27T17:00:00Z", kM)), QString("1")); // Thursday's night
        QCOMPARE(cost(book, use("2026-08-29T14:00:00Z", kM)), QString("1")); // Saturday's
    }

    void windowText_comesBack_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("written");
        QTest::newRow("all day") << QByteArray("00:00-24:00") << QByteArray("00:00-24:00");
        QTest::newRow("to midnight") << QByteArray("22:00-00:00") << QByteArray("22:00-00:00");
        QTest::newRow("days") << QByteArray("sat,sun,mon 01:00-02:30 UTC") << QByteArray("mon,sat,sun 01:00-02:30");
        QTest::newRow("around the week") << QByteArray("FRI-MON 1:00-2:00 -03:30")
                                         << QByteArray("mon,fri-sun 01:00-02:00 -03:30");
        QTest::newRow("two") << QByteArray("01:00-04:00; 06:00-10:00") << QByteArray("01:00-04:00; 06:00-10:00");
        QTest::newRow("none") << QByteArray("  ") << QByteArray("");
        for (const char* bad :
             {"01:00", "1-2", "25:00-26:00", "01:00-01:00", "mon", "mon 01:00-02:00 Europe/Berlin", "xyz 01:00-02:00",
              "01:60-02:00", "01:00-02:00 +99:00", "01:00-02:00 UTC x", "24:00-01:00"})
            QTest::newRow(bad) << QByteArray(bad) << QByteArray("wrong");
    }
    void windowText_comesBack()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, written);
        const auto windows = parsePriceWindows(text.toStdString());
        QCOMPARE(windows ? toString(*windows) : std::string("wrong"), written.toStdString());
    }

    void rowsThatMeet_areAnError_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QByteArray>("says"); ///< empty: nothing is wrong
        const auto add = [](const char* name, const std::string& lines, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(lines) << QByteArray(says);
        };
        add("one day twice", row("input", "1", ",2026-02-02,,") + row("input", "2", "2026-02-01,,,"),
            "at the same time");
        add("end to end", row("input", "1", ",2026-02-01,,") + row("input", "2", "2026-02-01,,,"), "");
        add("another tier", row("input", "1") + row("input", "2", ",,,", "flex"), "");
        add("another band", row("input", "1") + row("input", "2", ",,,", "", "", "7"), "");
        add("another spelling of the model", row("input", "1") + "v,M,input,,,,token,1000,2,USD,,,,,,,,,\n",
            "at the same time");
        add("windows apart", row("input", "1", ",,,,01:00-02:00") + row("input", "2", ",,,,02:00-03:00"), "");
        add("windows that meet", row("input", "1", ",,,,23:00-02:00") + row("input", "2", ",,,,01:59-03:00"),
            "at the same time");
        add("windows of other days",
            row("input", "1", ",,,,mon 01:00-02:00") + row("input", "2", ",,,,tue 01:00-02:00"), "");
        add("a window and the rest", row("input", "1") + row("input", "2", ",,,,01:00-02:00"), "");
        add("a withdrawn one", row("input", "1") + row("input", "9", "2026-09-01,,withdrawn,"), "");
        add("announced and taken back",
            row("input", "1") + row("input", "9", "2026-09-01,,announced,") +
                row("input", "9", "2026-09-01,,withdrawn,"),
            "");
        add("announced, and the old one goes on", row("input", "1") + row("input", "9", "2026-09-01,,announced,"),
            "at the same time");
        add("ends before it begins", row("input", "1", "2026-02-02,2026-02-02,,"), "ends before");
        add("negative", row("input", "-1"), "negative");
        add("no currency", "v,m,input,,,,token,1,1,,,,,,,,,,\n", "currency");
        add("tokens without a model", "v,,input,,,,token,1,1,USD,,,,,,,,,\n", "needs a model");
        add("factor of both", "v,m,*,batch,eu,,factor,1,1,,,,,,,,,,\n", "not of both");
        add("price of all", "v,m,*,,,,token,1,1,USD,,,,,,,,,\n", "factor");
        add("two rules at once",
            "v,m,,,,,percent,1,10,,,,,,,,,percent_off,\nv,m,,,,,percent,1,20,,2026-01-01,,,,,,,percent_off,\n",
            "hold at one time");
        add("more than all", "v,m,,,,,percent,1,101,,,,,,,,,percent_off,\n", "100 percent");
        add("alias of two", "v,a,,,,,,,,,,,,,,,,alias,m\nv,a,,,,,,,,,2026-01-01,,,,,,,alias,n\n", "priced as");
        add("alias of itself", "v,a,,,,,,,,,,,,,,,,alias,A\n", "as itself");
    }
    void rowsThatMeet_areAnError()
    {
        QFETCH(QByteArray, lines);
        QFETCH(QByteArray, says);
        const auto book = PriceBook::make(listOf(lines.toStdString()));
        const std::string said = book ? "" : book.error().text();
        QVERIFY2(says.isEmpty() ? said.empty() : said.find(says.toStdString()) != std::string::npos, said.c_str());
    }

    void announced_countsFromItsDay_andNeverWhenWithdrawn()
    {
        const auto announced = bookOf(row("input", "1", ",2026-09-01,,") + row("input", "9", "2026-09-01,,announced,"));
        QCOMPARE(cost(announced, use("2026-08-31", kM)), QString("1"));
        QCOMPARE(cost(announced, use("2026-09-01", kM)), QString("9"));
        QVERIFY((announced.cost(use("2026-09-01", kM)).caveats & kPriceAnnounced) != 0);
        const auto withdrawn = bookOf(row("input", "1") + row("input", "9", "2026-09-01,,announced,") +
                                      row("input", "9", "2026-09-01,,withdrawn,"));
        QCOMPARE(cost(withdrawn, use("2026-09-01", kM)), QString("1"));
        QCOMPARE(withdrawn.list().rows.size(), std::size_t{3}); // the record stays
    }

    void tier_rowBeforeFactorBeforeNothing()
    {
        const std::string base = row("input", "10") + row("output", "20");
        const std::string half = "v,,*,batch,,,factor,1,0.5,,,,,,,,,,\n";
        auto one = use("2026-01-01", kM, kM);
        one.tier = "batch";
        QCOMPARE(cost(bookOf(base), one), QString("unknown"));
        QCOMPARE(cost(bookOf(base + half), one), QString("15"));
        QCOMPARE(cost(bookOf(base + half + row("input", "4", ",,,", "batch")), one), QString("14"));
        // the factor of the model before that of the provider, that of the class before that of all
        const std::string own = "v,m,*,batch,,,factor,1,0.4,,,,,,,,,,\nv,m,output,batch,,,factor,1,0.1,,,,,,,,,,\n";
        QCOMPARE(cost(bookOf(base + half + own), one), QString("6"));
        const auto gap = bookOf(base).cost(one).parts.front().gap;
        QVERIFY(gap == PriceGap::Tier);
    }

    void region_rowBeforeFactorBeforeEverywhere()
    {
        const std::string base = row("input", "10");
        auto one = use("2026-01-01", kM);
        one.region = "EU";
        const auto assumed = bookOf(base).cost(one);
        QCOMPARE(text(assumed), QString("10"));
        QVERIFY((assumed.caveats & kPriceRegionAssumed) != 0);
        const std::string factor = "v,,*,,eu,,factor,1,1.1,,,,,,,,,,\n";
        const auto known = bookOf(base + factor).cost(one);
        QCOMPARE(text(known), QString("11"));
        QVERIFY((known.caveats & kPriceRegionAssumed) == 0);
        QCOMPARE(cost(bookOf(base + factor + row("input", "12", ",,,", "", "eu")), one), QString("12"));
    }

    void layers_ownBeforeImportedBeforeShippedBeforeCommunity()
    {
        PriceList all = listOf(row("input", "4") + row("output", "40"), PriceLayer::Community);
        all.append(listOf(row("input", "3") + row("input", "6", ",,,", "", "", "100"), PriceLayer::Shipped));
        const auto shipped = bookOf(all);
        QCOMPARE(cost(shipped, use("2026-01-01", 100)), QString("0.0003"));
        const auto mixed = shipped.cost(use("2026-01-01", 1, 1));
        QCOMPARE(text(mixed), QString("0.000043"));
        QVERIFY((mixed.caveats & kPriceCommunity) != 0);
        all.append(listOf(row("input", "2", "2026-06-01,,,"), PriceLayer::Imported));
        QCOMPARE(cost(bookOf(all), use("2026-05-31", 100)), QString("0.0003"));
        QCOMPARE(cost(bookOf(all), use("2026-06-01", 100)), QString("0.0002"));
        all.append(listOf(row("input", "1"), PriceLayer::Own));
        QCOMPARE(cost(bookOf(all), use("2026-05-31", 100)), QString("0.0001"));
        // what the user set is the base alone: the band of the list stays
        QCOMPARE(cost(bookOf(all), use("2026-05-31", 101)), QString("0.000606"));
    }

    void alias_holdsInItsTime_beforeTheIdItself()
    {
        const auto book = bookOf(row("input", "1") + "v,n,input,,,,token,1000000,7,USD,,,,,,,,,\n" +
                                 "v,m,,,,,,,,,2026-09-14,2026-10-01,,,,,,alias,N\n" + "v,old,,,,,,,,,,,,,,,,alias,m\n");
        auto one = use("2026-09-13", kM);
        QCOMPARE(cost(book, one), QString("1"));
        QCOMPARE(cost(book, use("2026-09-14", kM)), QString("7"));
        QCOMPARE(cost(book, use("2026-10-01", kM)), QString("1"));
        one.model = "old"; // an alias of what is an alias then
        QCOMPARE(cost(book, one), QString("1"));
        one.nanos = nanosAt("2026-09-20");
        QCOMPARE(cost(book, one), QString("7"));
    }

    void aliasesInACircle_priceNothing()
    {
        const auto book = bookOf("v,m,,,,,,,,,,,,,,,,alias,n\nv,n,,,,,,,,,,,,,,,,alias,m\n" + row("input", "1"));
        QCOMPARE(cost(book, use("2026-01-01", 1)), QString("unknown"));
    }

    void date_isCutFromTheEndAlone_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QString>("expected");
        QTest::newRow("itself") << QByteArray("m") << QString("1");
        QTest::newRow("upper case") << QByteArray(" M ") << QString("1");
        QTest::newRow("dashes") << QByteArray("m-2026-01-31") << QString("1");
        QTest::newRow("digits") << QByteArray("m-20260131") << QString("1");
        QTest::newRow("at") << QByteArray("m@20260131") << QString("1");
        QTest::newRow("bedrock") << QByteArray("m-20260131-v1:0") << QString("1");
        QTest::newRow("google") << QByteArray("models/m") << QString("1");
        QTest::newRow("no date") << QByteArray("m-20261331") << QString("unknown");
        QTest::newRow("a number") << QByteArray("m-5") << QString("unknown");
        QTest::newRow("longer") << QByteArray("mm") << QString("unknown");
        QTest::newRow("with its own price") << QByteArray("m-2025-05-05") << QString("3");
        QTest::newRow("fine-tuned") << QByteArray("ft:m:org:name:id") << QString("9");
        QTest::newRow("fine-tuned, dated") << QByteArray("ft:m-2026-01-31:org::id") << QString("9");
        QTest::newRow("fine-tuned of another") << QByteArray("ft:q:org::id") << QString("unknown");
        QTest::newRow("nothing") << QByteArray("") << QString("unknown");
    }
    void date_isCutFromTheEndAlone()
    {
        QFETCH(QByteArray, id);
        QFETCH(QString, expected);
        const auto book = bookOf(row("input", "1") + "v,m-2025-05-05,input,,,,token,1000000,3,USD,,,,,,,,,\n" +
                                 "v,ft:m,input,,,,token,1000000,9,USD,,,,,,,,,\n");
        auto one = use("2026-03-03", kM);
        one.model = id.constData();
        const auto priced = book.cost(one);
        QCOMPARE(text(priced), expected);
        QCOMPARE((priced.caveats & kPriceOfSnapshot) != 0, id.contains("2026") && expected != "unknown");
    }

    void cacheWrites_byTheirLifetime()
    {
        auto one = use("2026-01-01", 0);
        one.usage[UsageClass::CacheWriteUnknown] = kM;
        const std::string base = row("input", "1");
        QVERIFY(bookOf(base).cost(one).parts.front().gap == PriceGap::Item);
        QCOMPARE(cost(bookOf(base + row("cache_write_5m", "2")), one), QString("2")); // nothing else is sold
        const auto two = bookOf(base + row("cache_write_5m", "2") + row("cache_write_1h", "3"));
        // nobody told for how long: the shortest that is sold, and what more it may be
        const auto assumed = two.cost(one);
        QCOMPARE(text(assumed), QString("2"));
        QVERIFY((assumed.caveats & kPriceLifetimeAssumed) != 0);
        QCOMPARE(assumed.assumedTokens, std::uint64_t{kM});
        QCOMPARE(assumed.assumedMore.toString(0), std::string("1"));
        const auto openai = bookOf(base + row("cache_write_30m", "1.25") + row("cache_write_12h", "2.5"));
        QCOMPARE(cost(openai, one), QString("1.25"));
        QCOMPARE(openai.cost(one).assumedMore.toString(0), std::string("1.25"));
        QVERIFY((bookOf(base + row("cache_write_5m", "2")).cost(one).caveats & kPriceLifetimeAssumed) == 0);
        QVERIFY((bookOf(base + row("cache_write", "4")).cost(one).caveats & kPriceLifetimeAssumed) == 0);
        auto hour = use("2026-01-01", 0);
        hour.usage[UsageClass::CacheWrite1h] = kM;
        QCOMPARE(cost(two, hour), QString("3"));
        QCOMPARE(cost(bookOf(base + row("cache_write", "4")), hour), QString("4")); // one price for all of them
        QCOMPARE(cost(bookOf(base + row("cache_write_5m", "2")), hour), QString("unknown"));
    }

    void profilesOfAGeography_areTheModelWithItsFactor()
    {
        const auto book = bookOf("aws-bedrock,a.nova-v1:0,input,,,,token,1000000,2,USD,,,,,,,,,\n"
                                 "aws-bedrock,a.claude,input,,,,token,1000000,10,USD,,,,,,,,,\n"
                                 "aws-bedrock,a.claude,*,,geo-profile,,factor,1,1.1,,,,,,,,,,\n"
                                 "v,us.m,input,,,,token,1000000,7,USD,,,,,,,,,\n");
        const auto priced = [&](const char* model, const char* provider = "aws-bedrock") {
            auto one = use("2026-01-01", kM);
            one.provider = provider;
            one.model = model;
            return book.cost(one);
        };
        QCOMPARE(text(priced("a.claude")), QString("10"));
        for (const char* id : {"us.a.claude", "eu.a.claude", "apac.a.claude",
                               "arn:aws:bedrock:us-east-1:1:inference-profile/us.a.claude"})
            QCOMPARE(text(priced(id)), QString("11"));
        QCOMPARE(int(priced("us.a.claude").caveats), 0);
        QCOMPARE(text(priced("us.a.nova-v1:0")), QString("2"));
        QVERIFY((priced("us.a.nova-v1:0").caveats & kPriceRegionAssumed) != 0);
        QCOMPARE(text(priced("arn:aws:bedrock:us-east-1::foundation-model/a.nova-v1:0")), QString("2"));
        QCOMPARE(text(priced("us.a.other")), QString("unknown"));
        QCOMPARE(text(priced("eu.us.m", "v")), QString("unknown")); // of Bedrock alone
    }

    void fastAndPriority_areOneTierAtOpenAi()
    {
        const auto book = bookOf("openai,a,input,,,,token,1000000,2,USD,,,,,,,,,\n"
                                 "openai,a,input,priority,,,token,1000000,5,USD,,,,,,,,,\n"
                                 "openai,b,input,,,,token,1000000,2,USD,,,,,,,,,\n"
                                 "openai,b,*,fast,,,factor,1,2,,,,,,,,,,\n"
                                 "v,a,input,priority,,,token,1000000,5,USD,,,,,,,,,\n");
        const auto priced = [&](const char* provider, const char* model, const char* tier) {
            auto one = use("2026-01-01", kM);
            one.provider = provider;
            one.model = model;
            one.tier = tier;
            return text(book.cost(one));
        };
        for (const char* tier : {"fast", "priority"}) {
            QCOMPARE(priced("openai", "a", tier), QString("5"));
            QCOMPARE(priced("openai", "b", tier), QString("4"));
        }
        QCOMPARE(priced("openai", "a", ""), QString("2"));
        QCOMPARE(priced("v", "a", "fast"), QString("unknown"));
    }

    void reasoning_isOutput_unlessItHasAPrice()
    {
        auto one = use("2026-01-01", 0, kM);
        one.usage[UsageClass::Reasoning] = kM;
        QCOMPARE(cost(bookOf(row("output", "5")), one), QString("10"));
        QCOMPARE(cost(bookOf(row("output", "5") + row("reasoning", "7")), one), QString("12"));
        PriceList list = listOf(row("output", "5"));
        list.append(listOf(row("reasoning", "70"), PriceLayer::Community));
        QCOMPARE(cost(bookOf(list), one), QString("10")); // what nobody checked does not split what was checked
    }

    void contract_percentAndFixed_byScope()
    {
        const std::string base = row("input", "10") + row("output", "20") + row("input", "5", ",,,", "batch") +
                                 row("input", "30", ",,,", "", "", "100") + row("output", "60", ",,,", "", "", "100") +
                                 "v,m,web_search,,,,call,1000,10,USD,,,,,,,,,\n";
        const std::string percent = "v,,,,,,percent,1,12.5,,2026-01-01,2027-01-01,,,,,,percent_off,\n";
        const auto book = bookOf(base + percent);
        auto one = use("2026-06-01", 100, 100);
        QCOMPARE(cost(book, one), QString("0.003"));
        QCOMPARE(cost(book, one, PriceLens::Contract), QString("0.002625"));
        one.nanos = nanosAt("2027-01-01"); // the contract is over
        QCOMPARE(cost(book, one, PriceLens::Contract), QString("0.003"));
        auto batch = use("2026-06-01", 100);
        batch.tier = "batch"; // not named: no discount
        QCOMPARE(cost(book, batch, PriceLens::Contract), QString("0.0005"));
        QCOMPARE(cost(bookOf(base + "v,,,*,,,percent,1,10,,,,,,,,,percent_off,\n"), batch, PriceLens::Contract),
                 QString("0.00045"));
        // a fixed price stands for one band; the model's rule before that of all
        const auto fixed = bookOf(base + percent + "v,m,input,,,,token,1000000,8,USD,,,,,,,,fixed,\n");
        QCOMPARE(cost(fixed, use("2026-06-01", 100, 100), PriceLens::Contract), QString("0.00255"));
        QCOMPARE(cost(fixed, use("2026-06-01", 101), PriceLens::Contract),
                 QString("0.00265125")); // 30 less 12.5 percent
        const std::vector<ToolUse> tools{{"web_search", Decimal{3, 0}}};
        auto search = use("2026-06-01", 0);
        search.tools = tools; // tools are not discounted unless they are named
        QCOMPARE(cost(book, search, PriceLens::Contract), QString("0.03"));
        QCOMPARE(
            cost(bookOf(base + "v,,web_search,,,,percent,1,50,,,,,,,,,percent_off,\n"), search, PriceLens::Contract),
            QString("0.015"));
        QVERIFY((fixed.cost(use("2026-06-01", 1), PriceLens::Contract).caveats & kPriceNegotiated) != 0);
    }

    void contract_pricesWhatHasNoListPrice()
    {
        const auto book = bookOf("v,m,input,,,,token,1000000,8,USD,,,,,,,,fixed,\n");
        QCOMPARE(cost(book, use("2026-06-01", kM)), QString("unknown"));
        QCOMPARE(cost(book, use("2026-06-01", kM), PriceLens::Contract), QString("8"));
    }

    /// As it was then, as it is today, and at the contract, of one call.
    void lenses_ofOneCall()
    {
        const auto book =
            bookOf(row("input", "10", ",2026-06-01,,") + row("input", "4", "2026-06-01,,,") +
                   row("input", "8", "2026-06-01,,,,22:00-23:00") + "v,,,,,,percent,1,25,,,,,,,,,percent_off,\n");
        const auto then = use("2026-03-01T22:30:00Z", kM);
        const Instant today = *pricecsv::parseInstant("2026-11-30T12:00:00Z");
        QCOMPARE(cost(book, then), QString("10"));
        QCOMPARE(text(book.costAt(then, today)), QString("8")); // today's prices, at the hour of the call
        QCOMPARE(cost(book, then, PriceLens::Contract), QString("7.5"));
        const auto all = priceLenses(book, then, today);
        QCOMPARE(text(all.then) + " " + text(all.today) + " " + text(all.contract), QString("10 8 7.5"));
        PriceReader reader(book, PriceLens::Contract);
        QCOMPARE(text(reader.costAt(then, today)), QString("6"));
        QCOMPARE(text(reader.cost(then)), QString("7.5"));
    }

    void unpriced_isListedByClassWithItsTime()
    {
        const auto book = bookOf(row("input", "1", "2026-03-01,,,") + "v,,web_search,,,,call,1000,10,USD,,,,,,,,,\n");
        const auto at = [](const char* when) { return *pricecsv::parseInstant(when); };
        const std::vector<UsageTotal> totals{
            {"v", "m", "", "", "input", 3, Decimal{900, 0}, at("2026-03-02"), at("2026-03-02T12:00:00Z")},
            {"v", "m", "", "", "input", 2, Decimal{50, 0}, at("2026-02-28T23:00:00Z"), at("2026-03-01T01:00:00Z")},
            {"v", "m", "", "", "output", 3, Decimal{70, 0}, at("2026-03-02"), at("2026-03-02")},
            {"v", "m", "flex", "", "input", 4, Decimal{11, 0}, at("2026-03-05"), at("2026-03-06")},
            {"v", "m", "", "", "cache_read", 3, Decimal{0, 0}, at("2026-03-02"), at("2026-03-02")},
            {"v", "", "", "", "web_search", 3, Decimal{3, 0}, at("2026-03-02"), at("2026-03-02")},
            {"v", "", "", "", "gb_day", 1, Decimal{15, 1}, at("2026-03-02"), at("2026-03-02")},
            {"w", "x", "", "", "input", 1, Decimal{5, 0}, at("2026-03-02"), at("2026-03-02")}};
        QStringList said;
        for (const auto& one : unpricedUsage(book, totals))
            said << QString::fromStdString(one.provider + "|" + one.model + "|" + one.item + "|" +
                                           std::to_string(one.events) + "|" + one.count.toString(0) + "|" +
                                           toString(one.first) + "|" + toString(one.last) + "|" +
                                           std::string(priceGapName(one.gap)));
        QCOMPARE(said, (QStringList{"v||gb_day|1|1.5|2026-03-02T00:00:00Z|2026-03-02T00:00:00Z|item",
                                    "v|m|input|6|61|2026-02-28T23:00:00Z|2026-03-06T00:00:00Z|tier",
                                    "v|m|output|3|70|2026-03-02T00:00:00Z|2026-03-02T00:00:00Z|item",
                                    "w|x|input|1|5|2026-03-02T00:00:00Z|2026-03-02T00:00:00Z|model"}));
    }

    void reader_saysWhatTheBookSays()
    {
        const auto book =
            bookOf(row("input", "1") + row("output", "3", ",2026-02-01,,") + row("output", "4", "2026-02-01,,,") +
                   row("input", "2", ",,,", "batch") + row("output", "5", ",,,", "batch"));
        PriceReader reader(book);
        for (int i = 0; i < 5000; ++i) {
            auto one = use(i % 2 == 0 ? "2026-01-31" : "2026-02-01", static_cast<std::uint64_t>(i), 7);
            one.tier = i % 3 == 0 ? "batch" : "";
            const std::string id = i % 7 == 0 ? "m-" + std::to_string(i) : "m"; // ids of anybody
            one.model = id;
            const auto& fast = reader.cost(one);
            const auto slow = book.cost(one);
            QVERIFY(fast.sum == slow.sum && fast.unpricedTokens == slow.unpricedTokens &&
                    fast.parts.size() == slow.parts.size());
        }
        PriceReader moved = std::move(reader);
        QCOMPARE(text(moved.cost(use("2026-02-01", kM))), QString("1"));
    }

    void amounts_areExact_toTheLastDigit()
    {
        const auto book =
            bookOf("v,m,input,,,,token,1000000,0.003625,USD,,,,,,,,,\nv,m,output,,,,token,3600,0.05,USD,,,,,,,,,\n"
                   "v,,*,,eu,,factor,1,1.1,,,,,,,,,,\nv,,,,,,percent,1,33.333,,,,,,,,,percent_off,\n");
        QCOMPARE(cost(book, use("2026-01-01", 1)), QString("0.000000003625"));
        QCOMPARE(cost(book, use("2026-01-01", 999'999'999'999'999)), QString("3624999.999999996375"));
        QCOMPARE(cost(book, use("2026-01-01", 0, 3600)), QString("0.05"));
        QCOMPARE(cost(book, use("2026-01-01", 0, 1)), QString("0.000013888888888888888888888889"));
        auto one = use("2026-01-01", 3);
        one.region = "eu"; // 3 x 3.625e-9 x 1.1 x 0.66667
        QCOMPARE(cost(book, one, PriceLens::Contract), QString("0.000000007975039875"));
        const auto huge = bookOf("v,m,input,,,,token,1,99999999999999999999999999999999999999,USD,,,,,,,,,\n")
                              .cost(use("2026-01-01", kM));
        QVERIFY(huge.parts.front().gap == PriceGap::Overflow);
        QCOMPARE(huge.unpricedTokens, kM);
    }

    void currencies_areNotAdded()
    {
        const auto book = bookOf("v,m,input,,,,token,1,1,USD,,,,,,,,,\nv,m,output,,,,token,1,7,CNY,,,,,,,,,\n");
        const auto mixed = book.cost(use("2026-01-01", 2, 3));
        QCOMPARE(mixed.sum.toString(0), std::string("2"));
        QVERIFY(mixed.currency == Currency("USD"));
        QVERIFY(mixed.of(UsageClass::Output)->gap == PriceGap::Currency);
        QCOMPARE(mixed.unpricedTokens, std::uint64_t{3});
        QVERIFY(book.cost(use("2026-01-01", 0, 3)).currency == Currency("CNY"));
    }

    void names_areThoseOfTheBook()
    {
        const auto book = bookOf("OpenAI,m,input,Standard,EU,,token,1,2,USD,,,,,,,,,\n");
        PricedUse one = use("2026-01-01", 1);
        one.provider = "openai";
        one.region = "eu";
        one.tier = "default";
        QCOMPARE(cost(book, one), QString("2"));
        one.region = "global"; // is everywhere, of which this row says nothing
        QCOMPARE(cost(book, one), QString("unknown"));
        QVERIFY((bookOf(row("input", "1"))
                     .cost([&] {
                         auto everywhere = use("2026-01-01", 1);
                         everywhere.region = "Global";
                         return everywhere;
                     }())
                     .caveats &
                 kPriceRegionAssumed) == 0);
        QCOMPARE(priceProvider("bedrock_converse"), std::string("aws-bedrock"));
        QCOMPARE(priceProvider("vertex_ai-language-models"), std::string("google-vertex"));
        QCOMPARE(priceProvider(" Someone Else "), std::string("someone else"));
    }

    void csv_comesBackAsItWas()
    {
        const PriceList list =
            listOf(row("input", "0.10", "2026-01-01,2026-02-01T03:04:05Z,promotional,") +
                   row("input", "2",
                       "2026-02-02,,announced,marginal,\"mon-fri 09:00-12:00 +08:00; sat "
                       "23:00-01:00\",2026-03-01,\"so, \"\"said\"\"\"",
                       "flex", "eu", "128000") +
                   "v,,web_search,,,,call,1000,10,EUR,,,,,,,,,\nv,,*,batch,,,factor,1,0.5,,,,,,,,,,\n" +
                   "v,a,,,,,,,,,2026-01-01,,,,,,,alias,m\nv,,,*,,,percent,1,10,,,2027-01-01,,,,,,percent_off,\n" +
                   "v,m,input,,,272000,token,1000000,8,USD,,,,,,,,fixed,\n");
        const std::string text = pricecsv::write(list);
        auto again = pricecsv::read(text, PriceLayer::Shipped);
        QVERIFY(again.ok() && again->findings.empty());
        QCOMPARE(pricecsv::write(again->list), text);
        QCOMPARE(again->list.rows.size(), std::size_t{4});
        QVERIFY(again->list.rows[3].price.scale == 2 || text.find(",0.10,") != std::string::npos); // digits as written
        QCOMPARE(again->list.aliases.size() + again->list.negotiated.size(), std::size_t{3});
    }

    void csv_saysWhatIsWrongWhere_andTakesTheRest()
    {
        auto reading = pricecsv::read(
            std::string(kHeader) + row("input", "1") + "v,m,input,,,,token,1000000,,USD,,,,,,,,,\n" +
                "v,m,input,,,,token,,1,USD,,,,,,,,,\nv,m,input,,,x,token,1,1,USD,,,,,,,,,\n" +
                "v,m,input,,,,token,1,1,USD,yesterday,,,,,,,,\nv,m,input,,,,token,1,1,USD,,,sure,,,,,,\n" +
                "v,m,input,,,,token,1,\"1,5\",USD,,,,,,,,,\nv,m,input,,,,token,1,1,USD,,,,odd,,,,,\n" +
                "v,m,input,,,,token,1,1,USD,,,,,noon,,,,\nv,a,,,,,,,,,,,,,,,,alias,\nv,m,input,,,,token,1,1,USD,,,,,,,,"
                "gift,\n" +
                ",m,input,,,,token,1,1,USD,,,,,,,,,\n\"v\",\"m\nm\",output,,,,token,1,1,USD,,,,,,,,,\nv,m,output,,,,"
                "token,1,$2,USD,,,,,,,,,\n",
            PriceLayer::Imported);
        QVERIFY(reading.ok());
        QStringList said;
        for (const auto& finding : reading->findings)
            said << QString("%1 %2").arg(finding.line).arg(QString::fromStdString(finding.column));
        QCOMPARE(said, (QStringList{"3 price", "4 per", "5 context_from", "6 valid_from", "7 state", "8 price",
                                    "9 band", "10 windows", "11 target", "12 kind", "13 provider", "16 price"}));
        QCOMPARE(reading->list.rows.size(), std::size_t{2});
        QVERIFY(reading->list.rows[0].state == PriceState::User && reading->list.rows[0].line == 2);
        QVERIFY(!pricecsv::read("", PriceLayer::Own).ok());
        QVERIFY(!pricecsv::read("provider,model\n", PriceLayer::Own).ok());
        QVERIFY(!pricecsv::read(std::string("surprise,") + kHeader, PriceLayer::Own).ok());
        QVERIFY(!pricecsv::read(std::string(kHeader) + "\"v", PriceLayer::Own).ok());
    }

    void instants_areReadWithTheirZone_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("instant");
        QTest::newRow("day") << QByteArray("2026-08-16") << QByteArray("2026-08-16T00:00:00Z");
        QTest::newRow("UTC") << QByteArray("2026-08-16T16:00:01Z") << QByteArray("2026-08-16T16:00:01Z");
        QTest::newRow("ahead") << QByteArray("2026-08-17T00:00:00+08:00") << QByteArray("2026-08-16T16:00:00Z");
        QTest::newRow("behind") << QByteArray("2026-08-16 12:00:00-03:30") << QByteArray("2026-08-16T15:30:00Z");
        for (const char* bad : {"", "2026-08", "2026-08-16T16:00", "2026-08-16T16:00:00", "2026-08-16T24:00:00Z",
                                "2026-08-16T16:00:00+8", "16.08.2026", "2026-13-01"})
            QTest::newRow(bad) << QByteArray(bad) << QByteArray("wrong");
    }
    void instants_areReadWithTheirZone()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, instant);
        const auto read = pricecsv::parseInstant(text.toStdString());
        QCOMPARE(read ? toString(*read) : std::string("wrong"), instant.toStdString());
    }

    void edits_cutWhatTheyReplace_andKeepTheRest()
    {
        PriceList list = listOf(row("input", "1") + row("output", "9"), PriceLayer::Own);
        putPrice(list, listOf(row("input", "2", "2026-03-01,2026-04-01,,"), PriceLayer::Own).rows.front());
        const auto book = bookOf(list);
        QCOMPARE(cost(book, use("2026-02-28", kM)), QString("1"));
        QCOMPARE(cost(book, use("2026-03-01", kM)), QString("2"));
        QCOMPARE(cost(book, use("2026-04-01", kM)), QString("1"));
        QCOMPARE(cost(book, use("2026-04-01", 0, kM)), QString("9"));
        QVERIFY(dropPrice(list, listOf(row("input", "0", "2026-03-15,,,"), PriceLayer::Own).rows.front()));
        QCOMPARE(cost(bookOf(list), use("2026-03-14", kM)), QString("2"));
        QCOMPARE(cost(bookOf(list), use("2026-03-15", kM)), QString("unknown"));
        QVERIFY(!dropPrice(list, listOf(row("cache_read", "0"), PriceLayer::Own).rows.front()));
        putNegotiated(list, listOf("v,,,,,,percent,1,10,,,,,,,,,percent_off,\n").negotiated.front());
        putNegotiated(list, listOf("v,,,,,,percent,1,20,,2026-03-01,,,,,,,percent_off,\n").negotiated.front());
        QCOMPARE(list.negotiated.size(), std::size_t{2});
        QCOMPARE(cost(bookOf(list), use("2026-02-28", kM), PriceLens::Contract), QString("0.9"));
        QCOMPARE(cost(bookOf(list), use("2026-03-01", kM), PriceLens::Contract), QString("1.6"));
    }

    void catalogueWithoutDates_becomesHistory()
    {
        const auto july = *pricecsv::parseInstant("2026-07-01");
        const auto august = *pricecsv::parseInstant("2026-08-01");
        PriceList first =
            mergedCatalogue({}, listOf(row("input", "1") + row("output", "5"), PriceLayer::Community), july);
        PriceList second =
            mergedCatalogue(first, listOf(row("input", "2") + row("cache_read", "0.1"), PriceLayer::Community), august);
        const auto book = bookOf(second);
        QCOMPARE(cost(book, use("2026-07-31T23:59:59Z", kM)), QString("1"));
        QCOMPARE(cost(book, use("2026-08-01", kM)), QString("2"));
        QCOMPARE(cost(book, use("2026-08-01", 0, kM)), QString("5")); // not named any more is no change of price
        QCOMPARE(pricecsv::write(mergedCatalogue(second, listOf(row("input", "2"), PriceLayer::Community), august)),
                 pricecsv::write(second));
        QCOMPARE(cost(bookOf(mergedCatalogue(second, listOf(row("input", "3"), PriceLayer::Community), august)),
                      use("2026-08-01", kM)),
                 QString("3"));
    }
};

QTEST_APPLESS_MAIN(PriceBookTest)
#include "tst_pricebook.moc"
