#include "models/prices/pricebook.h"
#include "models/prices/pricecsv.h"
#include "resources/assets.h"

#include <QtTest/QtTest>

using namespace altimeter;

namespace {

PriceBook shipped()
{
    PriceList all;
    for (const PriceListText& text : shippedPriceLists()) {
        auto reading = pricecsv::read(text.text, PriceLayer::Shipped);
        if (reading)
            all.append(std::move(reading->list));
    }
    auto book = PriceBook::make(std::move(all));
    return book ? *book : PriceBook();
}

std::int64_t nanosAt(const char* text)
{
    const auto instant = pricecsv::parseInstant(text);
    return instant ? instant->seconds * 1'000'000'000 : 0;
}

using Counts = QList<QPair<int, qulonglong>>; ///< UsageClass, count

PricedCost costOf(const PriceBook& book, const char* model, const char* when, const Counts& counts,
                  const char* tier = "", const char* region = "")
{
    const std::string_view name(model);
    PricedUse use;
    use.provider = name.substr(0, name.find(' '));
    use.model = name.substr(name.find(' ') + 1);
    use.tier = tier;
    use.region = region;
    use.nanos = nanosAt(when);
    for (const auto& [usage, count] : counts)
        use.usage.counts[static_cast<std::size_t>(usage)] = count;
    return book.cost(use);
}

QString text(const PricedCost& cost)
{
    return cost.isPriced() ? QString::fromStdString(cost.sum.toString(0)) : QStringLiteral("unknown");
}

constexpr int kIn = static_cast<int>(UsageClass::Input);
constexpr int kRead = static_cast<int>(UsageClass::CacheRead);
constexpr int kWrite = static_cast<int>(UsageClass::CacheWriteUnknown);
constexpr int k5m = static_cast<int>(UsageClass::CacheWrite5m);
constexpr int k30m = static_cast<int>(UsageClass::CacheWrite30m);
constexpr int k1h = static_cast<int>(UsageClass::CacheWrite1h);
constexpr int k12h = static_cast<int>(UsageClass::CacheWrite12h);
constexpr int kOut = static_cast<int>(UsageClass::Output);
constexpr int kThink = static_cast<int>(UsageClass::Reasoning);
constexpr qulonglong kM = 1'000'000;

} // namespace

/// The prices that the program brings along, against changes that happened and values worked out by hand.
class PriceHistoryTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { m_book = shipped(); }

    void everyList_isReadWhole_andSaysWhereItWasRead()
    {
        QVERIFY(shippedPriceLists().size() >= 6);
        PriceList all;
        for (const PriceListText& list : shippedPriceLists()) {
            auto reading = pricecsv::read(list.text, PriceLayer::Shipped);
            QVERIFY2(reading.ok(), reading ? "" : reading.error().text().c_str());
            for (const auto& finding : reading->findings)
                QFAIL((std::string(list.name) + " " + std::to_string(finding.line) + ": " + finding.message).c_str());
            for (const PriceRow& row : reading->list.rows) {
                QVERIFY2(!row.source.empty() && row.readOn.isValid(), (row.model + " " + row.item).c_str());
                QVERIFY(row.state != PriceState::User);
                QVERIFY2(!row.price.isZero() || !row.note.empty(), "a price of zero has a reason");
            }
            for (const PriceAlias& alias : reading->list.aliases)
                QVERIFY2(!alias.source.empty() && alias.readOn.isValid(), alias.alias.c_str());
            all.append(std::move(reading->list));
        }
        auto book = PriceBook::make(std::move(all));
        QVERIFY2(book.ok(), book ? "" : book.error().text().c_str());
        QVERIFY(book->list().rows.size() > 700);
        QCOMPARE(toString(book->readThrough()), std::string("2026-11-30"));
    }

    void change_isPricedByItsDay_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<Counts>("counts");
        QTest::addColumn<QString>("was");
        QTest::addColumn<QString>("is");
        const auto row = [](const char* name, const char* model, const char* before, const char* after,
                            const Counts& counts, const char* was, const char* is) {
            QTest::newRow(name) << QByteArray(model) << QByteArray(before) << QByteArray(after) << counts
                                << QString(was) << QString(is);
        };
        const Counts inOut{{kIn, kM}, {kOut, kM}};
        row("H1 gpt-4o", "openai gpt-4o", "2024-10-01T23:59:59Z", "2024-10-02", {{kIn, 100'000}, {kOut, kM}}, "15.5",
            "10.25");
        row("H1 its snapshot", "openai gpt-4o-2024-08-06", "2024-08-05", "2024-08-06", {{kIn, kM}}, "unknown", "2.5");
        row("H2 gemini-1.5-pro", "google gemini-1.5-pro", "2024-09-30", "2024-10-01", {{kIn, 100'000}, {kOut, kM}},
            "10.85", "5.125");
        row("H3 deepseek-chat", "deepseek deepseek-chat", "2025-02-07T12:00:00Z", "2025-02-08T12:00:00Z", inOut, "0.42",
            "1.37");
        row("H4 o3", "openai o3", "2025-06-09", "2025-06-10", {{kIn, kM}, {kRead, kM}, {kOut, kM}}, "52.5", "10.5");
        row("H5 gemini-2.5-flash", "google gemini-2.5-flash", "2025-06-16", "2025-06-17",
            {{kIn, kM}, {kOut, kM}, {kThink, kM}}, "4.25", "5.3");
        row("H6 deepseek v3.2", "deepseek deepseek-chat", "2025-09-28", "2025-09-29", inOut, "2.24", "0.7");
        row("H7 opus 4.6 long", "anthropic claude-opus-4-6", "2026-03-12", "2026-03-13", {{kIn, 200'001}, {kOut, kM}},
            "39.50001", "26.000005");
        row("H7 sonnet 4.6 long", "anthropic claude-sonnet-4-6", "2026-03-12", "2026-03-13",
            {{kIn, 200'001}, {kOut, kM}}, "23.700006", "15.600003");
        row("H8 luna", "openai gpt-5.6-luna", "2026-07-29T23:59:59Z", "2026-07-30", {{kIn, 200'000}, {kOut, kM}}, "6.2",
            "1.24");
        row("H8 luna long", "openai gpt-5.6-luna", "2026-07-29", "2026-07-30", {{kIn, kM}, {kOut, kM}}, "11", "2.2");
        row("H9 terra", "openai gpt-5.6-terra", "2026-07-29", "2026-07-30",
            {{kIn, 100'000}, {kRead, 100'000}, {kOut, kM}}, "15.275", "12.22");
        row("H10 sol", "openai gpt-5.6-sol", "2026-08-20", "2026-08-21",
            {{kIn, 100'000}, {kWrite, 100'000}, {kOut, kM}}, "31.125", "20.9");
        row("H11 v4-flash", "deepseek deepseek-v4-flash", "2026-08-16T15:59:59Z", "2026-08-16T16:00:00Z",
            {{kIn, kM}, {kRead, kM}, {kOut, kM}}, "0.4228", "0.887");
        row("H12 v4-pro", "deepseek deepseek-v4-pro", "2026-08-16T15:59:59Z", "2026-08-16T16:00:00Z",
            {{kIn, kM}, {kRead, kM}, {kOut, kM}}, "1.308625", "2.662");
        row("H12 billed as another", "deepseek deepseek-v4-pro", "2026-09-13T15:59:59Z", "2026-09-13T16:00:00Z", inOut,
            "2.64", "0.75");
        row("H13 gemini-3.6-flash", "google gemini-3.6-flash", "2026-08-12", "2026-08-13", inOut, "9", "4.5");
        row("H13 and back", "google gemini-3.6-flash", "2026-12-31T23:59:59Z", "2027-01-01", inOut, "4.5", "9");
        row("H14 opus 5 to 5.5", "anthropic claude-opus-5-5", "2026-09-21", "2026-09-22",
            {{kIn, kM}, {kRead, kM}, {k5m, kM}, {k1h, kM}, {kOut, kM}}, "unknown", "37.2");
        row("H15 gpt-6-sol", "openai gpt-6-sol", "2026-09-21", "2026-09-22",
            {{kIn, 100'000}, {kRead, 100'000}, {kWrite, 10'000}, {kOut, 100'000}}, "unknown", "1.245");
        row("H15 gpt-6-luna long", "openai gpt-6-luna", "2026-09-21", "2026-09-22",
            {{kIn, kM}, {kRead, kM}, {kOut, kM}}, "unknown", "0.97");
        row("H16 haiku 5.5", "anthropic claude-haiku-5-5", "2026-10-06", "2026-10-07",
            {{kIn, 10'000}, {kRead, 50'000}, {k5m, 20'000}, {k1h, 20'000}, {kOut, kM}}, "unknown", "0.508");
        row("H17 sonnet 5.5", "anthropic claude-sonnet-5-5", "2026-10-06T23:59:59Z", "2026-10-07",
            {{kIn, kM}, {kRead, kM}, {kOut, kM}}, "12.2", "12.1");
        row("H18 gpt-6.1-terra", "openai gpt-6.1-terra", "2026-10-25", "2026-10-26",
            {{kIn, 100'000}, {kRead, 100'000}, {k30m, 10'000}, {k12h, 10'000}, {kOut, kM}}, "unknown", "5.1425");
        row("H19 gpt-6.2-sol", "openai gpt-6.2-sol", "2026-11-20", "2026-11-30", {{kIn, 272'001}, {kOut, kM}},
            "16.088004", "16.088004");
        row("H20 gemini-4-argon", "google gemini-4-argon", "2026-11-30T23:59:59Z", "2026-12-01",
            {{kIn, kM}, {kRead, kM}, {kOut, kM}}, "12.1", "24.2");
    }
    void change_isPricedByItsDay()
    {
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QFETCH(Counts, counts);
        QFETCH(QString, was);
        QFETCH(QString, is);
        QCOMPARE(text(costOf(m_book, model, before, counts)), was);
        QCOMPARE(text(costOf(m_book, model, after, counts)), is);
    }

    void tiers_areThoseThatAreSold()
    {
        const Counts counts{{kIn, 100'000}, {kOut, 100'000}};
        const auto tier = [&](const char* model, const char* name) {
            return text(costOf(m_book, model, "2026-11-25", counts, name));
        };
        // H19: batch 0.5, fast 2, no flex: which is unknown, and not the standard price
        QCOMPARE(tier("openai gpt-6.2-astra", ""), QString("4.8"));
        QCOMPARE(tier("openai gpt-6.2-astra", "standard"), QString("4.8"));
        QCOMPARE(tier("openai gpt-6.2-astra", "batch"), QString("2.4"));
        QCOMPARE(tier("openai gpt-6.2-astra", "fast"), QString("9.6"));
        QCOMPARE(tier("openai gpt-6.2-astra", "flex"), QString("unknown"));
        // H21
        QCOMPARE(tier("google gemini-4-neon", "priority"), QString("3.24"));
        QCOMPARE(tier("google gemini-4-hydrogen", "flex"), QString("0.45"));
        QCOMPARE(tier("openai gpt-6-astra", "ultrafast"), QString("36"));
        const auto flex = costOf(m_book, "openai gpt-6.2-astra", "2026-11-25", counts, "flex");
        QVERIFY(flex.parts.front().gap == PriceGap::Tier);
        QCOMPARE(flex.unpricedTokens, std::uint64_t{200'000});
    }

    void handComputedValue_isMet_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("when");
        QTest::addColumn<Counts>("counts");
        QTest::addColumn<QString>("cost");
        const auto row = [](const char* name, const char* model, const char* when, const Counts& counts,
                            const char* cost) {
            QTest::newRow(name) << QByteArray(model) << QByteArray(when) << counts << QString(cost);
        };
        row("P1 at the bound", "anthropic claude-haiku-5-5", "2026-11-01", {{kIn, 100'000}, {kOut, 1000}}, "0.0105");
        row("P1 one token more", "anthropic claude-haiku-5-5", "2026-11-01", {{kIn, 100'001}, {kOut, 1000}},
            "0.0525005");
        const Counts p2{{kIn, 10'000}, {kRead, 500'000}, {kOut, 2000}};
        row("P2 before", "anthropic claude-sonnet-5-5", "2026-10-06", p2, "0.14");
        row("P2 after", "anthropic claude-sonnet-5-5", "2026-10-07", p2, "0.09");
        row("P4", "openai gpt-5.6-sol", "2026-09-01", {{kIn, 250'000}, {kRead, 50'000}, {kOut, 1000}}, "2.07");
        row("P5", "anthropic claude-opus-5-5", "2026-10-01", {{kRead, kM}}, "0.2");
        const Counts p6{{kIn, 90'000}, {kRead, 10'000}, {kOut, 5000}};
        row("P6 before", "google gemini-4-argon", "2026-11-30", p6, "0.231");
        row("P6 after", "google gemini-4-argon", "2026-12-01", p6, "0.462");
        row("P7 before", "openai o3", "2025-06-09", {{kIn, kM}, {kOut, 100'000}}, "14");
        row("P7 after", "openai o3", "2025-06-10", {{kIn, kM}, {kOut, 100'000}}, "2.8");
        row("P8", "openai gpt-6.1-terra", "2026-10-26",
            {{kIn, 10'000}, {k30m, 4000}, {k12h, 2000}, {kRead, 20'000}, {kOut, 1000}}, "0.026");
        row("P10 at noon", "deepseek deepseek-chat", "2025-07-15T12:00:00Z", {{kIn, kM}, {kOut, 100'000}}, "0.38");
        row("P10 off the peak", "deepseek deepseek-chat", "2025-07-15T17:00:00Z", {{kIn, kM}, {kOut, 100'000}}, "0.19");
        row("P10 after midnight", "deepseek deepseek-chat", "2025-07-16T00:29:59Z", {{kIn, kM}, {kOut, 100'000}},
            "0.19");
        row("P10 past the window", "deepseek deepseek-chat", "2025-07-16T00:30:00Z", {{kIn, kM}, {kOut, 100'000}},
            "0.38");
        row("P11 before", "anthropic claude-sonnet-4-6", "2026-03-12", {{kIn, 250'000}, {kOut, 1000}}, "1.5225");
        row("P11 after", "anthropic claude-sonnet-4-6", "2026-03-13", {{kIn, 250'000}, {kOut, 1000}}, "0.765");
        row("P12 Friday at the peak", "deepseek deepseek-v4-flash", "2026-08-28T06:30:00Z", {{kIn, kM}}, "0.44");
        row("P12 Saturday", "deepseek deepseek-v4-flash", "2026-08-29T06:30:00Z", {{kIn, kM}}, "0.22");
        row("P12 Friday night", "deepseek deepseek-v4-flash", "2026-08-28T22:00:00Z", {{kIn, kM}}, "0.22");
    }
    void handComputedValue_isMet()
    {
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, when);
        QFETCH(Counts, counts);
        QFETCH(QString, cost);
        QCOMPARE(text(costOf(m_book, model, when, counts)), cost);
    }

    void p3_shortRequests_addUpByTheirOwnBand()
    {
        // 800,000 fresh, 200,000 cached and 100,000 out in ten requests: the sum of prompts crosses no band
        for (const auto& [when, cost] : {std::pair("2026-07-29", "1.42"), std::pair("2026-07-30", "0.284")}) {
            DecimalSum sum;
            for (int i = 0; i < 10; ++i)
                sum.add(
                    costOf(m_book, "openai gpt-5.6-luna", when, {{kIn, 80'000}, {kRead, 20'000}, {kOut, 10'000}}).sum);
            QCOMPARE(sum.toString(0), std::string(cost));
        }
        PricedUse use;
        use.provider = "openai";
        use.model = "gpt-5.6-luna";
        use.nanos = nanosAt("2026-07-30");
        use.usage[UsageClass::Input] = 800'000;
        use.usage[UsageClass::CacheRead] = 200'000;
        use.usage[UsageClass::Output] = 100'000;
        use.prompt = 100'000; // of each: counts that were added up say it
        QCOMPARE(text(m_book.cost(use)), QString("0.284"));
    }

    void p9_batchAndRegion_areBothApplied()
    {
        const Counts counts{{kIn, 100'000}, {kOut, 10'000}};
        QCOMPARE(text(costOf(m_book, "anthropic claude-opus-5-5", "2026-10-01", counts)), QString("0.6"));
        QCOMPARE(text(costOf(m_book, "anthropic claude-opus-5-5", "2026-10-01", counts, "batch", "us")),
                 QString("0.33"));
    }

    void prefixTraps_areNotMatched()
    {
        const Counts counts{{kIn, kM}};
        const auto price = [&](const char* model) { return text(costOf(m_book, model, "2026-10-10", counts)); };
        QCOMPARE(price("anthropic claude-opus-5-5"), QString("4"));
        QCOMPARE(price("anthropic claude-opus-5"), QString("5"));
        QCOMPARE(price("anthropic claude-opus-5-20260724"), QString("5"));
        QCOMPARE(price("anthropic claude-opus-5-9"), QString("unknown"));
        QCOMPARE(price("openai gpt-5-whatever"), QString("unknown"));
        QCOMPARE(price("azure-openai gpt-5-6"), QString("unknown"));
        QCOMPARE(price("openai gpt-5.6"), QString("8")); // an alias of Sol, above its band
        QCOMPARE(price("openai ft:gpt-4o-2024-08-06:acme::x1"), QString("unknown"));
        QCOMPARE(price("xai grok-4"), QString("2.5")); // answered as Grok 4.3, above its band
    }

    void cancelledIncrease_isNeverCounted()
    {
        QCOMPARE(text(costOf(m_book, "anthropic claude-sonnet-5", "2026-11-01", {{kIn, kM}, {kOut, kM}})),
                 QString("12"));
    }

    void promotionPastItsPromise_isPricedAndSaidSo()
    {
        const Counts counts{{kIn, 1000}};
        QVERIFY((costOf(m_book, "openai gpt-5.6-sol", "2026-11-21T23:59:59Z", counts).caveats & kPriceUnconfirmed) ==
                0);
        const auto after = costOf(m_book, "openai gpt-5.6-sol", "2026-11-22", counts);
        QVERIFY((after.caveats & kPriceUnconfirmed) != 0);
        QCOMPARE(text(after), QString("0.004"));
        QVERIFY((costOf(m_book, "google gemini-4-argon", "2026-12-01", counts).caveats & kPriceAnnounced) != 0);
    }

    void listedBatchOfShortPrompts_saysNothingOfLongOnes()
    {
        QCOMPARE(text(costOf(m_book, "openai gpt-5.4", "2026-09-01", {{kIn, 272'000}}, "batch")), QString("0.34"));
        QCOMPARE(text(costOf(m_book, "openai gpt-5.4", "2026-09-01", {{kIn, 272'001}}, "batch")), QString("unknown"));
        QCOMPARE(text(costOf(m_book, "openai gpt-5.4", "2026-09-01", {{kIn, 272'000}})), QString("0.68"));
        QCOMPARE(text(costOf(m_book, "openai gpt-5.4", "2026-09-01", {{kIn, 272'001}})), QString("1.360005"));
    }

    void tools_arePricedByCount_data()
    {
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<QByteArray>("count");
        QTest::addColumn<QString>("cost");
        const auto row = [](const char* name, const char* provider, const char* model, const char* item,
                            const char* count, const char* cost) {
            QTest::newRow(name) << QByteArray(provider) << QByteArray(model) << QByteArray(item) << QByteArray(count)
                                << QString(cost);
        };
        row("search", "openai", "gpt-6-sol", "web_search", "3", "0.03");
        row("search without a model", "anthropic", "", "web_search", "1000", "10");
        row("free fetch", "anthropic", "claude-opus-5", "web_fetch", "7", "0");
        row("an hour in seconds", "anthropic", "claude-opus-5", "code_execution_second", "3600", "0.05");
        row("five minutes", "anthropic", "claude-opus-5", "code_execution_second", "300",
            "0.004166666666666666666666666667");
        row("storage of files", "openai", "", "file_search_gb_day", "120", "12");
        row("grounding by query", "google", "gemini-4-neon", "web_search", "2", "0.028");
        row("grounding by prompt", "google", "gemini-2.5-pro", "grounded_prompt", "2", "0.07");
        row("the other unit is unknown", "google", "gemini-2.5-pro", "web_search", "2", "unknown");
        row("unheard of", "openai", "gpt-6-sol", "teleport", "1", "unknown");
        row("pinecone storage", "pinecone", "", "storage_gb_month", "120", "39.6");
        row("pinecone reads", "pinecone", "", "read_unit", "3500000", "56");
        row("pinecone writes", "pinecone", "", "write_unit", "2000000", "8");
    }
    void tools_arePricedByCount()
    {
        QFETCH(QByteArray, provider);
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, item);
        QFETCH(QByteArray, count);
        QFETCH(QString, cost);
        const std::vector<ToolUse> tools{{item.toStdString(), parseDecimal(count.toStdString())->value}};
        PricedUse use;
        use.provider = provider.constData();
        use.model = model.constData();
        use.tier = "batch"; // tools are sold by count, whatever the tier
        use.nanos = nanosAt("2026-11-20");
        use.tools = tools;
        QCOMPARE(text(m_book.cost(use)), cost);
    }

    void embeddings_areInputAlone()
    {
        QCOMPARE(text(costOf(m_book, "openai text-embedding-3-small", "2026-11-01", {{kIn, kM}})), QString("0.02"));
        QCOMPARE(text(costOf(m_book, "voyage voyage-3.5", "2026-11-01", {{kIn, kM}})), QString("0.06"));
    }

private:
    PriceBook m_book;
};

QTEST_APPLESS_MAIN(PriceHistoryTest)
#include "tst_pricehistory.moc"
