#include <QtTest/QtTest>

#include "models/events/countingstyle.h"
#include "tests/events/eventcheck.h"

using namespace altimeter;
using namespace altimeter::testing;

namespace {

RawCounts raw(std::uint64_t input, std::uint64_t read, std::uint64_t write, std::uint64_t output)
{
    RawCounts counts;
    counts.input = input;
    counts.cacheRead = read;
    counts.cacheWrite = write;
    counts.cacheWrite5m = write;
    counts.output = output;
    return counts;
}

QString costOf(const RawCounts& counts, CountingStyle style, const Rates& rates)
{
    return QString::fromStdString(dollars(priceOf(normalised(counts, style).usage, rates)));
}

} // namespace

class TestCountingStyle : public QObject {
    Q_OBJECT

private slots:
    void n1_exclusiveAndInclusiveCostTheSame()
    {
        QCOMPARE(costOf(raw(3, 22137, 2285, 350), CountingStyle::Exclusive, kClaude), QString("0.020468850"));
        QCOMPARE(costOf(raw(24425, 22137, 2285, 350), CountingStyle::Inclusive, kClaude), QString("0.020468850"));
        // the wrong way: 4.58 times as much
        QCOMPARE(costOf(raw(24425, 22137, 2285, 350), CountingStyle::Exclusive, kClaude), QString("0.093734850"));
    }

    void n2_writesOfAnHourAreTheirOwn()
    {
        RawCounts counts = raw(3, 22137, 2285, 350);
        counts.cacheWrite5m.reset();
        counts.cacheWrite1h = 2285;
        QCOMPARE(costOf(counts, CountingStyle::Exclusive, kClaude), QString("0.025610100"));
        counts.cacheWrite1h.reset(); // as telemetry has it: nobody says for how long
        QCOMPARE(normalised(counts, CountingStyle::Exclusive).usage[UsageClass::CacheWriteUnknown], 2285U);
    }

    void lifetimesBelowTheirSum_leaveTheRestUnknown()
    {
        RawCounts counts = raw(3, 0, 0, 1);
        counts.cacheWrite = 100;
        counts.cacheWrite5m = 60;
        counts.cacheWrite1h = 30;
        const Usage usage = normalised(counts, CountingStyle::Exclusive).usage;
        QCOMPARE(usage[UsageClass::CacheWrite5m], 60U);
        QCOMPARE(usage[UsageClass::CacheWrite1h], 30U);
        QCOMPARE(usage[UsageClass::CacheWriteUnknown], 10U);
    }

    void n4_geminiCountsThoughtsOnTop()
    {
        RawCounts counts;
        counts.input = 10000;
        counts.cacheRead = 8000;
        counts.output = 500;
        counts.reasoning = 300;
        QCOMPARE(costOf(counts, CountingStyle::Gemini, kOther), QString("0.011500000"));
        const Usage usage = normalised(counts, CountingStyle::Gemini).usage;
        QCOMPARE(usage[UsageClass::Input], 2000U);
        QCOMPARE(usage[UsageClass::Output], 500U);
        QCOMPARE(usage[UsageClass::Reasoning], 300U);
        counts.toolPrompt = 70;
        QCOMPARE(normalised(counts, CountingStyle::Gemini).usage[UsageClass::Input], 2070U);
    }

    void n6_modalitiesAreParts()
    {
        RawCounts counts;
        counts.input = 300;
        counts.cacheRead = 40;
        counts.imageInput = 200;
        const NormalisedUsage result = normalised(counts, CountingStyle::Inclusive);
        QCOMPARE(result.usage[UsageClass::Input], 60U);
        QCOMPARE(result.usage[UsageClass::CacheRead], 40U);
        QCOMPARE(result.usage[UsageClass::ImageInput], 200U);
        QCOMPARE(result.usage.prompt(), 300U);
        QVERIFY(!result.isContradictory);
    }

    void cachedAudio_isCountedOnce()
    {
        RawCounts counts;
        counts.input = 100;
        counts.cacheRead = 50;
        counts.audioInput = 80;
        counts.audioCacheRead = 45;
        counts.output = 10;
        counts.audioOutput = 6;
        const Usage usage = normalised(counts, CountingStyle::Inclusive).usage;
        QCOMPARE(usage.prompt(), 100U);
        QCOMPARE(usage[UsageClass::AudioInput], 35U);
        QCOMPARE(usage[UsageClass::AudioCacheRead], 45U);
        QCOMPARE(usage[UsageClass::CacheRead], 5U);
        QCOMPARE(usage[UsageClass::Input], 15U);
        QCOMPARE(usage[UsageClass::Output], 4U);
        QCOMPARE(usage[UsageClass::AudioOutput], 6U);
    }

    void disjointCounts_areTakenAsTheyAre()
    {
        RawCounts counts = raw(10, 20, 30, 40);
        counts.reasoning = 50;
        const Usage usage = normalised(counts, CountingStyle::Disjoint).usage;
        QCOMPARE(usage[UsageClass::Input], 10U);
        QCOMPARE(usage[UsageClass::Output], 40U);
        QCOMPARE(usage[UsageClass::Reasoning], 50U);
    }

    void moreReasoningThanOutput_isOnTopOfIt()
    {
        RawCounts counts;
        counts.input = 1;
        counts.output = 100;
        counts.reasoning = 300;
        const NormalisedUsage result = normalised(counts, CountingStyle::Inclusive);
        QCOMPARE(result.usage[UsageClass::Output] + result.usage[UsageClass::Reasoning], 400U);
        counts.reasoning = 100;
        QCOMPARE(normalised(counts, CountingStyle::Inclusive).usage[UsageClass::Output], 0U);
    }

    void partLargerThanTheWhole_isTold()
    {
        const NormalisedUsage result = normalised(raw(10, 20, 0, 1), CountingStyle::Inclusive);
        QVERIFY(result.isContradictory);
        QCOMPARE(result.usage[UsageClass::Input], 0U);
        QCOMPARE(result.usage[UsageClass::CacheRead], 20U);
    }

    void hugeCounts_doNotWrap()
    {
        const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
        RawCounts counts = raw(most, most, most, most);
        counts.cacheWrite1h = most;
        counts.reasoning = most;
        for (const auto style : {CountingStyle::Unknown, CountingStyle::Inclusive, CountingStyle::Exclusive,
                                 CountingStyle::Gemini, CountingStyle::Disjoint})
            normalised(counts, style);
        StyleEvidence evidence;
        evidence.add(counts);
        evidence.style();
    }

    void evidence_decidesOverABatch()
    {
        RawCounts silent = raw(25000, 100, 0, 5), exceeding = raw(7, 10000, 0, 5);
        StyleEvidence batch;
        batch.add(silent);
        QCOMPARE(batch.style(), CountingStyle::Unknown);
        QCOMPARE(normalised(silent, batch.style()).inputDoubt, 100U);
        batch.add(exceeding); // genkit#5412: seven tokens of input on ten thousand
        QCOMPARE(batch.style(), CountingStyle::Exclusive);

        RawCounts with = silent;
        with.total = 25005;
        StyleEvidence inclusive;
        inclusive.add(with);
        QCOMPARE(inclusive.style(), CountingStyle::Inclusive);
        RawCounts lacking = silent;
        lacking.total = 25105;
        StyleEvidence exclusive;
        exclusive.add(lacking);
        QCOMPARE(exclusive.style(), CountingStyle::Exclusive);
        exclusive.add(with); // one batch that says both
        QCOMPARE(exclusive.style(), CountingStyle::Unknown);
        StyleEvidence none;
        none.add(raw(100, 0, 0, 5));
        QCOMPARE(none.style(), CountingStyle::Unknown);
    }

    void names_areThoseOfThePriceBook()
    {
        QCOMPARE(providerName(" AWS.Bedrock "), std::string("aws-bedrock"));
        QCOMPARE(providerName("vertex_ai-language-models"), std::string("google-vertex"));
        QCOMPARE(providerName("openai.chat"), std::string("openai"));
        QCOMPARE(providerName("Somebody"), std::string("somebody"));
        QCOMPARE(tierName("Default"), std::string());
        QCOMPARE(tierName("priority"), std::string("priority"));
        QCOMPARE(knownStyle("com.anthropic.claude_code", "anthropic"), CountingStyle::Exclusive);
        QCOMPARE(knownStyle("x", "openai"), CountingStyle::Inclusive);
        QCOMPARE(knownStyle("x", "anthropic"), CountingStyle::Unknown);
    }
};

QTEST_APPLESS_MAIN(TestCountingStyle)
#include "tst_countingstyle.moc"
