#include "models/store/events/eventblock.h"
#include "models/store/events/eventreading.h"
#include "models/store/events/eventwriting.h"
#include "models/store/events/keyruns.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/soundness.h"
#include "tests/testkit/rounds.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <algorithm>
#include <map>
#include <set>

using namespace altimeter;
using namespace altimeter::store;
using testkit::rounds;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'790'000'000 * kSecond; // 2026-09-21

quint32 below(QRandomGenerator& random, quint32 n)
{
    return random.bounded(n);
}

std::string oneOf(QRandomGenerator& random, const std::vector<std::string>& texts)
{
    return texts[below(random, static_cast<quint32>(texts.size()))];
}

/// Any event, odd ones among them.
CostEvent anyEvent(QRandomGenerator& random)
{
    CostEvent e;
    e.startNanos = kStart + static_cast<std::int64_t>(random.generate64() % 200'000) * kSecond;
    if (below(random, 3) == 0)
        e.startNanos += below(random, 1'000'000);
    e.durationNanos = below(random, 4) == 0 ? -1 : static_cast<std::int64_t>(below(random, 5'000)) * 1'000'000;
    e.run = oneOf(random, {"", "4bf92f3577b34da6a3ce929d0e0e4736", "run-1", "run-2"});
    e.id = oneOf(random, {"", "00f067aa0ba902b7", "00f067aa0ba902b8", "a"});
    e.parent = oneOf(random, {"", "00f067aa0ba902b7"});
    e.session = oneOf(random, {"", "s1"});
    e.request = oneOf(random, {"", "req_" + std::to_string(below(random, 50))});
    e.response = oneOf(random, {"", "msg_" + std::to_string(below(random, 50))});
    e.workflow = oneOf(random, {"", "triage", "größe"});
    e.user = oneOf(random, {"", "u" + std::to_string(below(random, 1000))});
    e.provider = oneOf(random, {"openai", "anthropic"});
    e.modelAnswered = oneOf(random, {"", "claude-opus-5-5"});
    e.modelAsked = "gpt-4o";
    e.operation = static_cast<EventOperation>(below(random, 13));
    e.status = static_cast<EventStatus>(below(random, 5));
    e.witness = static_cast<EventWitness>(below(random, 4));
    e.copy = static_cast<EventCopy>(below(random, 4));
    for (auto& count : e.usage.counts)
        count = below(random, 3) == 0 ? random.generate64() % 1'000'000 : 0;
    if (below(random, 10) == 0)
        e.usage[UsageClass::Input] = EventBlock::kMostCount;
    if (below(random, 5) == 0)
        e.tools.push_back({"web_search", {below(random, 9), 0}});
    if (below(random, 5) == 0)
        e.tools.push_back({"gb_day", {below(random, 9), 3}});
    if (below(random, 4) == 0) {
        e.reported =
            Decimal{static_cast<Int128>(random.generate64()) * (below(random, 2) == 0 ? 1 : 1'000'000'000), 12};
        e.reportedCurrency = Currency("USD");
    }
    e.line = below(random, 1'000'000);
    return e;
}

/// All that is kept of it, as one text.
std::string textOf(const CostEvent& e, bool withPlace)
{
    std::string text;
    const auto add = [&text](const std::string& part) { text += std::to_string(part.size()) + ':' + part; };
    for (const std::string* part :
         {&e.run, &e.id, &e.parent, &e.session, &e.request, &e.response, &e.workflow, &e.useCase, &e.team, &e.user,
          &e.agent, &e.tool, &e.provider, &e.modelAsked, &e.modelAnswered, &e.tier, &e.region})
        add(*part);
    for (const std::int64_t number :
         {e.startNanos, e.durationNanos, e.untilNanos, static_cast<std::int64_t>(e.calls), e.revisedNanos,
          static_cast<std::int64_t>(e.operation), static_cast<std::int64_t>(e.status),
          static_cast<std::int64_t>(e.layer), static_cast<std::int64_t>(e.witness), static_cast<std::int64_t>(e.copy),
          std::int64_t{e.isFree}, static_cast<std::int64_t>(e.inputDoubt)})
        add(std::to_string(number));
    for (const auto count : e.usage.counts)
        add(std::to_string(count));
    for (const ToolUse& tool : e.tools)
        add(tool.unit + toString(tool.count));
    add(e.reported ? toString(*e.reported) + std::string(e.reportedCurrency.code()) : std::string("none"));
    if (withPlace)
        add(std::to_string(e.line));
    return text;
}

std::vector<FiledEvent> filed(const std::vector<CostEvent>& events)
{
    std::vector<FiledEvent> all;
    for (const CostEvent& event : events)
        all.push_back({event, 7});
    std::stable_sort(all.begin(), all.end(),
                     [](const FiledEvent& a, const FiledEvent& b) { return a.event.startNanos < b.event.startNanos; });
    return all;
}

std::vector<const FiledEvent*> pointersTo(const std::vector<FiledEvent>& events)
{
    std::vector<const FiledEvent*> pointers;
    for (const FiledEvent& event : events)
        pointers.push_back(&event);
    return pointers;
}

/// A workspace that takes deliveries of events.
class EventBench {
public:
    EventBench()
    {
        m_db = createWorkspace((m_folder.path() + "/w.altimeter").toStdString()).take();
        must(m_db.execute("INSERT INTO source(id, name, kind) VALUES(1, 'agents', 'ai-events')"));
    }
    static void must(const Status& done)
    {
        if (!done)
            qFatal("%s", done.error().text().c_str());
    }
    /// Each list is a file of one delivery.
    std::map<std::int64_t, EventTally> deliver(const std::vector<std::vector<CostEvent>>& files)
    {
        auto transaction = sql::Transaction::begin(m_db);
        must(m_db.execute("INSERT INTO import(source_id, imported_at) VALUES(1, 0)"));
        const std::int64_t import = m_db.lastInsertId();
        auto writer = EventWriter::begin(m_db, import);
        if (!writer)
            qFatal("%s", writer.error().text().c_str());
        for (const auto& file : files) {
            must(m_db.execute("INSERT INTO import_file(import_id, name, bytes, header, version) VALUES(" +
                              std::to_string(import) + ", 'f', 0, '', '')"));
            (*writer)->beginFile(m_db.lastInsertId());
            (*writer)->setForm("jsonl");
            for (const CostEvent& event : file) {
                if (EventWriter::whyNot(event).empty())
                    must((*writer)->add(event));
                else
                    (*writer)->reject();
            }
        }
        must((*writer)->finish());
        auto tallies = (*writer)->tallies();
        m_changed = (*writer)->hasChanged();
        writer->reset();
        must(transaction->commit());
        return tallies;
    }
    /// What counts, in any order.
    std::multiset<std::string> live()
    {
        std::multiset<std::string> all;
        const auto blocks = eventBlocks(m_db);
        for (const EventBlockInfo& info : *blocks) {
            const auto stored = StoredEvents::read(m_db, info, StoredEvents::Part::All);
            if (!stored)
                qFatal("%s", stored.error().text().c_str());
            for (std::size_t row = 0; row < stored->size(); ++row) {
                if (!stored->isMoved(row))
                    all.insert(textOf(stored->events().event(row).event, false));
            }
        }
        return all;
    }
    std::int64_t number(const std::string& query) { return *m_db.number(query); }
    sql::Connection& db() { return m_db; }
    bool changed() const { return m_changed; }

private:
    QTemporaryDir m_folder;
    sql::Connection m_db;
    bool m_changed = false;
};

/// The calls of these records, worked out slowly.
std::multiset<std::string> slowly(const std::vector<CostEvent>& records)
{
    std::vector<std::pair<std::set<EventKey>, CostEvent>> calls;
    for (const CostEvent& record : records) {
        const EventKeys keys = keysOf(record);
        std::set<EventKey> all(keys.begin(), keys.end());
        CostEvent one = record;
        for (auto at = calls.begin(); at != calls.end();) {
            const bool meets =
                std::any_of(all.begin(), all.end(), [&](const EventKey& key) { return at->first.contains(key); });
            if (!meets) {
                ++at;
                continue;
            }
            all.insert(at->first.begin(), at->first.end());
            one = joined(one, at->second);
            at = calls.erase(at);
        }
        calls.emplace_back(std::move(all), std::move(one));
    }
    std::multiset<std::string> texts;
    for (const auto& [keys, one] : calls)
        texts.insert(textOf(one, false));
    return texts;
}

} // namespace

/// The store of AI events: bytes, keys, and each call once.
class TestEvents : public QObject {
    Q_OBJECT

private slots:
    void block_givesBackEveryEvent()
    {
        QRandomGenerator random(5);
        for (const int size : {1, 2, 3, 500}) {
            std::vector<CostEvent> events;
            for (int i = 0; i < size; ++i)
                events.push_back(anyEvent(random));
            const auto all = filed(events);
            const auto bytes = EventBlock::encode(pointersTo(all));
            QVERIFY(bytes);
            const auto block = EventBlock::open(bytes->facts, bytes->ids);
            QVERIFY(block);
            QCOMPARE(block->size(), all.size());
            for (std::size_t row = 0; row < all.size(); ++row) {
                QCOMPARE(textOf(block->event(row).event, true), textOf(all[row].event, true));
                QCOMPARE(block->event(row).file, std::int64_t{7});
            }
        }
    }

    void block_ofChangedBytes_isRefusedOrReadWithinThem()
    {
        QRandomGenerator random(6);
        std::vector<CostEvent> events;
        for (int i = 0; i < 40; ++i)
            events.push_back(anyEvent(random));
        const auto all = filed(events);
        const auto bytes = EventBlock::encode(pointersTo(all));
        QVERIFY(bytes);
        for (int round = 0; round < rounds(3000); ++round) {
            EncodedEvents other = *bytes;
            auto& part = below(random, 2) == 0 ? other.facts : other.ids;
            if (below(random, 4) == 0)
                part.resize(below(random, static_cast<quint32>(part.size())));
            for (quint32 i = 0; i <= below(random, 3) && !part.empty(); ++i)
                part[below(random, static_cast<quint32>(part.size()))] = static_cast<std::uint8_t>(below(random, 256));
            const auto block = EventBlock::open(other.facts, other.ids);
            for (std::size_t row = 0; block && row < block->size(); ++row)
                (void)block->event(row); // under the sanitizers: nothing outside of the bytes
        }
    }

    void keys_areFoundWhateverRunTheyLieIn()
    {
        EventBench bench;
        auto transaction = sql::Transaction::begin(bench.db());
        SealedChanges changes;
        QRandomGenerator random(7);
        std::map<std::uint64_t, EventPlace> known;
        auto runs = KeyRuns::open(bench.db());
        QVERIFY(runs);
        for (int round = 0; round < 40; ++round) {
            std::vector<PlacedKey> keys;
            for (quint32 i = 0; i < 1 + below(random, 700); ++i) {
                const std::uint64_t key = random.generate64();
                const EventPlace place{1 + below(random, 300), below(random, 65'536)};
                if (known.emplace(key, place).second)
                    keys.push_back({key, place});
            }
            std::sort(keys.begin(), keys.end());
            QVERIFY(runs->add(keys, changes));
            QVERIFY(runs->merge(changes));
        }
        QCOMPARE(runs->size(), known.size());
        QVERIFY(bench.number("SELECT count(DISTINCT run) FROM event_keys") < 24);
        QVERIFY(sealChanged(bench.db(), Records::Events, changes.of(Records::Events)));
        QVERIFY(*recordsHold(bench.db(), Records::Events));
        auto again = KeyRuns::open(bench.db());
        QVERIFY(again);
        std::vector<std::uint64_t> asked;
        for (const auto& [key, place] : known) {
            asked.push_back(key);
            asked.push_back(key + 1);
        }
        std::sort(asked.begin(), asked.end());
        asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
        const auto found = again->find(asked);
        QVERIFY(found);
        QCOMPARE(found->size(), known.size());
        for (const PlacedKey& one : *found)
            QVERIFY(known.at(one.key) == one.place);
    }

    void records_inAnyOrderAndSplit_areTheSameCalls()
    {
        QRandomGenerator random(8);
        for (int round = 0; round < rounds(12); ++round) {
            std::vector<CostEvent> records;
            for (quint32 i = 0; i < 20 + below(random, 120); ++i) {
                records.push_back(anyEvent(random));
                if (below(random, 4) == 0) // a record of a call that was told of before
                    records.push_back(records[below(random, static_cast<quint32>(records.size()))]);
            }
            const auto expected = slowly(records);
            for (int order = 0; order < 3; ++order) {
                std::shuffle(records.begin(), records.end(), random);
                EventBench bench;
                std::size_t at = 0;
                while (at < records.size()) {
                    std::vector<std::vector<CostEvent>> files;
                    for (quint32 file = 0; file <= below(random, 3); ++file) {
                        const std::size_t to = std::min(records.size(), at + below(random, 60));
                        files.emplace_back(records.begin() + static_cast<std::ptrdiff_t>(at),
                                           records.begin() + static_cast<std::ptrdiff_t>(to));
                        at = to;
                    }
                    bench.deliver(files);
                }
                QCOMPARE(bench.live(), expected);
                QVERIFY(*recordsHold(bench.db(), Records::Events));
                // every record is accounted for
                QCOMPARE(bench.number("SELECT sum(read) FROM event_file"), std::int64_t(records.size()));
                QCOMPARE(bench.number("SELECT sum(stored) FROM event_file"), std::int64_t(expected.size()));
                QCOMPARE(bench.number("SELECT coalesce(sum(events), 0) FROM event_drop"),
                         std::int64_t(records.size() - expected.size()));
                QCOMPARE(
                    bench.number("SELECT count(*) FROM (SELECT f.file_id, f.read, f.stored, f.rejected, "
                                 "coalesce(sum(d.events), 0) AS dropped FROM event_file f LEFT JOIN event_drop d ON "
                                 "d.file_id=f.file_id GROUP BY f.file_id) WHERE read<>stored+rejected+dropped"),
                    std::int64_t(0));
                bench.deliver({records});
                QVERIFY(!bench.changed());
                QCOMPARE(bench.live(), expected);
            }
        }
    }

    void record_thatJoinsTwoStoredOnes_leavesOne()
    {
        CostEvent byRequest, byResponse, both;
        for (CostEvent* one : {&byRequest, &byResponse, &both}) {
            one->startNanos = kStart;
            one->operation = EventOperation::Chat;
            one->provider = "openai";
            one->usage[UsageClass::Input] = 10;
        }
        byRequest.id = "a";
        byRequest.request = "req_1";
        byResponse.id = "b";
        byResponse.response = "resp_1";
        byResponse.usage[UsageClass::Output] = 5;
        both.id = "c";
        both.request = "req_1";
        both.response = "resp_1";
        EventBench bench;
        bench.deliver({{byRequest, byResponse}});
        QCOMPARE(bench.live().size(), std::size_t(2));
        bench.deliver({{both}});
        QCOMPARE(bench.live(), slowly({byRequest, byResponse, both}));
        QCOMPARE(bench.number("SELECT sum(stored) FROM event_file"), std::int64_t(1));
        bench.deliver({{byRequest}}); // its key leads through what it was joined to
        QCOMPARE(bench.live().size(), std::size_t(1));
    }

    void event_beyondItsRange_isRejectedAndCounted()
    {
        CostEvent good, old, many;
        good.startNanos = old.startNanos = many.startNanos = kStart;
        good.id = "a";
        old.startNanos = std::numeric_limits<std::int64_t>::min();
        many.usage[UsageClass::Input] = EventBlock::kMostCount + 1;
        EventBench bench;
        const auto tallies = bench.deliver({{good, old, many}});
        QCOMPARE(tallies.begin()->second.read, std::int64_t(3));
        QCOMPARE(tallies.begin()->second.rejected, std::int64_t(2));
        QCOMPARE(bench.live().size(), std::size_t(1));
    }

    void damage_ofStoredEvents_isAnError()
    {
        for (const char* change :
             {"UPDATE event_block SET facts=zeroblob(length(facts))", "UPDATE event_block SET rows=rows+1",
              "UPDATE event_block SET first_nanos=last_nanos"}) {
            QRandomGenerator random(9);
            EventBench bench;
            std::vector<CostEvent> events;
            for (int i = 0; i < 30; ++i)
                events.push_back(anyEvent(random));
            bench.deliver({events});
            QVERIFY(*eventBytesHold(bench.db(), {}));
            QVERIFY(bench.db().execute(change));
            QCOMPARE(*eventBytesHold(bench.db(), {}), !QByteArray(change).contains("facts="));
            QVERIFY(!*recordsHold(bench.db(), Records::Events) || QByteArray(change).contains("facts="));
            const auto blocks = eventBlocks(bench.db());
            QVERIFY(!blocks || !StoredEvents::read(bench.db(), blocks->front(), StoredEvents::Part::All));
        }
        EventBench bench;
        CostEvent event;
        event.startNanos = kStart;
        event.id = "a";
        bench.deliver({{event}});
        QVERIFY(bench.db().execute("UPDATE event_keys SET data=zeroblob(length(data))"));
        auto keys = KeyRuns::open(bench.db());
        QVERIFY(keys);
        const std::vector<std::uint64_t> any{keysOf(event)[0].high};
        QCOMPARE(keys->find(any).error().code, ErrorCode::Corrupt);
    }
};

QTEST_APPLESS_MAIN(TestEvents)
#include "tst_events.moc"
