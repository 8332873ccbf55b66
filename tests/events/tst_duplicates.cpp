#include <QtTest/QtTest>

#include "tests/events/eventcheck.h"
#include "tests/testkit/rounds.h"

#include <random>

using namespace altimeter;
using namespace altimeter::testing;

namespace {

CostEvent call(std::string response, std::uint64_t output)
{
    CostEvent event;
    event.startNanos = 1'000'000'000;
    event.operation = EventOperation::Chat;
    event.witness = EventWitness::Span;
    event.response = std::move(response);
    event.usage[UsageClass::Input] = 100;
    event.usage[UsageClass::Output] = output;
    return event;
}

std::vector<DropReason> reasonsOf(const std::vector<RunNode>& run)
{
    std::vector<DropReason> all;
    for (const auto& reason : countedTwice(run))
        all.push_back(reason.value_or(DropReason::Count));
    return all;
}

/// Any of few values in every member, so that ties and joins are common.
CostEvent anyEvent(std::mt19937& random)
{
    const auto pick = [&random](std::uint32_t most) { return static_cast<std::uint32_t>(random() % most); };
    const auto name = [&](const char* kind) {
        const auto number = pick(4);
        return number == 0 ? std::string() : kind + std::to_string(number);
    };
    CostEvent event;
    event.startNanos = 1'000'000'000 + pick(3);
    event.run = name("run");
    event.id = name("id");
    event.parent = name("id");
    event.session = name("session");
    event.request = pick(3) == 0 ? "req_" + std::to_string(pick(6)) : std::string();
    event.response = pick(3) == 0 ? "msg_" + std::to_string(pick(6)) : std::string();
    event.team = name("team");
    event.workflow = name("workflow");
    event.tool = name("tool");
    event.operation = static_cast<EventOperation>(pick(4));
    event.witness = static_cast<EventWitness>(pick(4));
    event.copy = static_cast<EventCopy>(pick(4));
    event.revisedNanos = pick(2);
    event.usage[UsageClass::Input] = pick(2);
    event.usage[UsageClass::Output] = pick(3);
    event.usage[UsageClass::Reasoning] = pick(2);
    event.usage[UsageClass::CacheRead] = pick(2);
    event.usage[UsageClass::CacheWrite5m] = pick(2);
    event.usage[UsageClass::CacheWriteUnknown] = pick(2);
    event.inputDoubt = pick(2);
    event.tier = name("tier");
    event.region = name("region");
    event.provider = name("provider");
    event.modelAnswered = name("model");
    event.isFree = pick(5) == 0;
    if (pick(3) == 0)
        event.reported = Decimal{pick(3), static_cast<std::uint8_t>(pick(2))};
    for (const char* unit : {"web_search", "file_search_call", "web_search"}) {
        if (pick(4) == 0)
            event.tools.push_back({unit, Decimal{pick(12), static_cast<std::uint8_t>(pick(2))}});
    }
    return event;
}

} // namespace

class TestDuplicates : public QObject {
    Q_OBJECT

private slots:
    void keys_knowTheirKind()
    {
        CostEvent event = call("msg_1", 5);
        event.run = "a";
        event.id = "b";
        event.request = "req_1";
        QCOMPARE(keysOf(event).size(), std::size_t{3});
        CostEvent other = event;
        other.run = "ab";
        other.id = "";
        QVERIFY(keysOf(event)[0] != keysOf(other)[0]);
        QCOMPARE(keysOf(event)[1], keysOf(other)[1]);
        event.operation = EventOperation::Agent; // repeats the ids of what it holds
        QCOMPARE(keysOf(event).size(), std::size_t{1});
    }

    void requestAndResponse_findEachOther()
    {
        // Claude Code's spans name their request where others name the answer
        CostEvent span = call("req_9", 5), transcript = call("msg_9", 5);
        transcript.request = "req_9";
        transcript.witness = EventWitness::Transcript;
        const Calls calls = callsOf({span, transcript});
        QCOMPARE(calls.kept.size(), std::size_t{1});
        QCOMPARE(calls.drops.at(DropReason::OtherWitness), 1U);
    }

    void idsOfAFewHundred_countWithTheirTokens()
    {
        // a local server numbers its answers "chatcmpl-647"
        QCOMPARE(callsOf({call("chatcmpl-647", 5), call("chatcmpl-647", 6)}).kept.size(), std::size_t{2});
        QCOMPARE(callsOf({call("chatcmpl-647", 5), call("chatcmpl-647", 5)}).kept.size(), std::size_t{1});
        const std::string drawn = "chatcmpl-9kJx2mQwErTyUiOpAsDf";
        QCOMPARE(callsOf({call(drawn, 5), call(drawn, 6)}).kept.size(), std::size_t{1});
    }

    void idsWithoutARun_areOfTheirSessionOrStart()
    {
        // two services that both count from 0
        CostEvent one = call("", 5), other = call("", 5);
        one.id = other.id = "0";
        other.startNanos += 86'400'000'000'000;
        QCOMPARE(callsOf({one, other, one}).kept.size(), std::size_t{2});
        one.session = other.session = "s";
        QCOMPARE(callsOf({one, other}).kept.size(), std::size_t{1});
        other.session = "t";
        QCOMPARE(callsOf({one, other}).kept.size(), std::size_t{2});
        one.run = other.run = "r";
        QCOMPARE(callsOf({one, other}).kept.size(), std::size_t{1});
    }

    void shortRequest_isOneWhileItIsWritten()
    {
        CostEvent partial = call("", 2), whole = call("", 300);
        partial.request = whole.request = "0af7651916cd43dd";
        partial.provider = whole.provider = "openai";
        partial.startNanos = 59'000'000'000; // over the minute
        whole.startNanos = 61'000'000'000;
        const Calls calls = callsOf({whole, partial});
        QCOMPARE(calls.kept.size(), std::size_t{1});
        QCOMPARE(calls.kept.front().usage[UsageClass::Output], 300U);
        QCOMPARE(calls.kept.front().startNanos, partial.startNanos);
        CostEvent another = whole;
        another.provider = "azure-openai";
        QCOMPARE(callsOf({partial, another}).kept.size(), std::size_t{2});
        another = whole;
        another.modelAsked = "m";
        QCOMPARE(callsOf({partial, another}).kept.size(), std::size_t{2});
        another = whole;
        another.usage[UsageClass::Input] += 1; // another prompt
        QCOMPARE(callsOf({partial, another}).kept.size(), std::size_t{2});
        another = whole;
        another.startNanos += 120'000'000'000;
        QCOMPARE(callsOf({partial, another}).kept.size(), std::size_t{2});
    }

    void largestOutputAndFirstTime_areKept()
    {
        CostEvent partial = call("msg_1", 2), whole = call("msg_1", 350);
        whole.startNanos += 5;
        const Calls calls = callsOf({whole, partial});
        QCOMPARE(calls.kept.front().usage[UsageClass::Output], 350U);
        QCOMPARE(calls.kept.front().startNanos, partial.startNanos);
        QCOMPARE(calls.drops.at(DropReason::StreamingPartial), 1U);
    }

    void gatewayBearsTheCost_traceAddsWhereItBelongs()
    {
        CostEvent gateway = call("msg_2", 5), span = call("msg_2", 5);
        gateway.witness = EventWitness::Gateway;
        gateway.reported = Decimal{12, 3};
        gateway.team = "support";
        span.run = "trace";
        span.id = "span";
        span.parent = "above";
        span.workflow = "triage";
        const CostEvent one = callsOf({span, gateway}).kept.front();
        QCOMPARE(one.witness, EventWitness::Gateway);
        QCOMPARE(toString(*one.reported), std::string("0.012"));
        QCOMPARE(one.run, std::string("trace"));
        QCOMPARE(one.parent, std::string("above"));
        QCOMPARE(one.team, std::string("support"));
        QCOMPARE(one.workflow, std::string("triage"));
    }

    void finerSplit_isKeptWhoeverTellsOfIt()
    {
        CostEvent transcript = call("msg_7", 350), gateway = call("msg_7", 350);
        transcript.witness = EventWitness::Transcript;
        transcript.usage.counts = {};
        transcript.usage[UsageClass::Input] = 3;
        transcript.usage[UsageClass::CacheRead] = 22137;
        transcript.usage[UsageClass::CacheWrite5m] = 2000;
        transcript.usage[UsageClass::CacheWrite1h] = 285;
        transcript.usage[UsageClass::Output] = 350;
        transcript.tools = {{"web_search", Decimal{3, 0}}};
        CostEvent span = transcript;
        span.witness = EventWitness::Span;
        span.tools.clear();
        span.usage[UsageClass::CacheWrite5m] = span.usage[UsageClass::CacheWrite1h] = 0;
        span.usage[UsageClass::CacheWriteUnknown] = 2285;
        span.usage[UsageClass::Output] = 300;
        span.usage[UsageClass::Reasoning] = 50;
        span.tier = "priority";
        span.region = "us";
        gateway.witness = EventWitness::Gateway;
        gateway.usage[UsageClass::Input] = 24425;
        gateway.reported = Decimal{2, 2};
        Usage expected = transcript.usage;
        expected[UsageClass::Output] = 300;
        expected[UsageClass::Reasoning] = 50;
        std::vector<CostEvent> records{gateway, span, transcript};
        for (int i = 0; i < 6; ++i) {
            std::rotate(records.begin(), records.begin() + (i == 3 ? 2 : 1), records.end());
            const CostEvent one = callsOf(records).kept.front();
            QVERIFY(one.usage == expected);
            QCOMPARE(one.witness, EventWitness::Gateway);
            QCOMPARE(one.tier, std::string("priority"));
            QCOMPARE(one.region, std::string("us"));
            QCOMPARE(toString(one.tools.front().count), std::string("3"));
            QVERIFY(one.reported.has_value());
        }
    }

    void olderRevision_addsNoCounts()
    {
        CostEvent older = call("msg_8", 900), newer = call("msg_8", 20);
        older.revisedNanos = 1;
        newer.revisedNanos = 2;
        QCOMPARE(callsOf({older, newer}).kept.front().usage[UsageClass::Output], 20U);
    }

    void errorWithTokens_isKept_oneWithoutLosesAgainstTokens()
    {
        CostEvent failed = call("msg_3", 7), empty = call("msg_3", 0);
        failed.status = EventStatus::Error;
        empty.usage = {};
        empty.witness = EventWitness::Gateway;
        const CostEvent one = callsOf({empty, failed}).kept.front();
        QCOMPARE(one.usage[UsageClass::Output], 7U);
        QCOMPARE(one.status, EventStatus::Error);
    }

    void withoutIds_whatSaysTheSameIsOne()
    {
        CostEvent event = call("", 5);
        QVERIFY(!hasStableIdentity(event));
        CostEvent elsewhere = event, later = event;
        elsewhere.file = "copy.jsonl";
        elsewhere.line = 9;
        later.startNanos += 1;
        QCOMPARE(callsOf({event, elsewhere}).kept.size(), std::size_t{1});
        QCOMPARE(callsOf({event, later}).kept.size(), std::size_t{2});
    }

    void parentsOfUsage_neverCount()
    {
        const auto none = DropReason::Count, twice = DropReason::RepeatsChildren;
        // agent > (a plain span) > call; the agent tells the sum once more
        QCOMPARE(reasonsOf({{"agent", "", true}, {"plain", "agent", false}, {"call", "plain", true}}),
                 (std::vector{twice, none, none}));
        QCOMPARE(reasonsOf({{"agent", "", true}, {"plain", "agent", false}}), (std::vector{none, none}));
        QCOMPARE(reasonsOf({{"call", "lost", true}}), (std::vector{none}));
        QCOMPARE(reasonsOf({{"", "", true}, {"", "", true}}), (std::vector{none, none}));
        QCOMPARE(reasonsOf({}), (std::vector<DropReason>{}));
        // circles hold nothing
        QCOMPARE(reasonsOf({{"a", "a", true}}), (std::vector{none}));
        QCOMPARE(reasonsOf({{"a", "b", true}, {"b", "a", true}}), (std::vector{none, none}));
        QCOMPARE(reasonsOf({{"a", "b", true}, {"b", "a", false}, {"c", "b", true}, {"d", "c", true}}).back(), none);
    }

    void mirror_countsWhereNothingElseDoes()
    {
        const auto none = DropReason::Count;
        QCOMPARE(reasonsOf({{"log", "", true}, {"span", "", true, EventCopy::Mirror}}),
                 (std::vector{none, DropReason::OtherWitness}));
        QCOMPARE(reasonsOf({{"span", "", true, EventCopy::Mirror}}), (std::vector{none}));
    }

    void deepRuns_takeTheirTimeInLine()
    {
        std::vector<std::string> ids;
        for (int i = 0; i < 100'000; ++i)
            ids.push_back(std::to_string(i));
        std::vector<RunNode> run;
        for (std::size_t i = 0; i < ids.size(); ++i)
            run.push_back({ids[i], i == 0 ? std::string_view() : std::string_view(ids[i - 1]), true});
        const auto reasons = countedTwice(run);
        QCOMPARE(std::count(reasons.begin(), reasons.end(), std::nullopt), std::ptrdiff_t{1});
        QVERIFY(!reasons.back());
    }

    void joined_isASemilattice()
    {
        std::mt19937 random(20261130);
        for (int i = 0; i < testkit::rounds(20'000); ++i) {
            const CostEvent a = anyEvent(random), b = anyEvent(random), c = anyEvent(random);
            QCOMPARE(textOf(joined(a, a)), textOf(a));
            QCOMPARE(textOf(joined(a, b)), textOf(joined(b, a)));
            QCOMPARE(textOf(joined(joined(a, b), c)), textOf(joined(a, joined(b, c))));
            QVERIFY((compareWorth(a, b) < 0) == (compareWorth(b, a) > 0));
            // a part that comes again changes nothing of what it was joined into
            QVERIFY(compareWorth(joined(a, b), a) <= 0);
            QCOMPARE(textOf(joined(joined(a, b), a)), textOf(joined(a, b)));
            if (compareWorth(a, b) < 0 && compareWorth(b, c) < 0)
                QVERIFY(compareWorth(a, c) < 0);
        }
    }

    void anyOrderAndRepetition_giveTheSameCalls()
    {
        std::mt19937 random(7);
        for (int round = 0; round < testkit::rounds(200); ++round) {
            std::vector<CostEvent> events;
            for (int i = 0; i < 60; ++i)
                events.push_back(anyEvent(random));
            const auto texts = [](const std::vector<CostEvent>& set) {
                std::vector<std::string> all;
                for (const CostEvent& event : callsOf(set).kept)
                    all.push_back(textOf(event));
                std::sort(all.begin(), all.end());
                return all;
            };
            const auto expected = texts(events);
            std::shuffle(events.begin(), events.end(), random);
            QVERIFY(texts(events) == expected);
            for (std::size_t i = 0; i < 30; ++i)
                events.push_back(events[random() % events.size()]);
            std::shuffle(events.begin(), events.end(), random);
            QVERIFY(texts(events) == expected);
        }
    }
};

QTEST_APPLESS_MAIN(TestDuplicates)
#include "tst_duplicates.moc"
