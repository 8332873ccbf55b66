#include <QtTest/QtTest>

#include "tests/events/eventcheck.h"
#include "tests/testkit/rounds.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <random>

#include <zlib.h>

using namespace altimeter;
using namespace altimeter::providers;
using namespace altimeter::testing;

namespace {

std::string line(int number)
{
    return R"({"time":1782900000,"id":"e)" + std::to_string(number) + R"(","model":"gpt-5","usage":{"input":)" +
           std::to_string(number) + "}}\n";
}

std::string lines(int count)
{
    std::string text;
    for (int i = 1; i <= count; ++i)
        text += line(i);
    return text;
}

std::string gzip(const std::string& text)
{
    std::string packed(text.size() + 1000, '\0');
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(packed.size() - stream.avail_out);
    deflateEnd(&stream);
    return packed;
}

KeepingSink readFile(const QTemporaryDir& folder, const std::string& bytes)
{
    const QString path = folder.filePath("events.jsonl.gz");
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(bytes.data(), static_cast<qint64>(bytes.size()));
    file.close();
    KeepingSink sink;
    const auto report = readEventFile(path.toStdString(), "events.jsonl.gz", {}, sink);
    sink.error = report ? std::string() : report.error().text();
    if (report)
        sink.report = *report;
    return sink;
}

/// Gives few bytes at a time, so that every place of the text once lies between two reads.
class SlowSource final : public ByteSource {
public:
    SlowSource(std::string bytes, std::size_t most) : ByteSource("slow"), m_bytes(std::move(bytes)), m_most(most) {}
    Result<std::size_t> read(std::span<char> target) override
    {
        const std::size_t count = std::min({target.size(), m_most, m_bytes.size() - m_at});
        std::copy_n(m_bytes.data() + m_at, count, target.data());
        m_at += count;
        return count;
    }
    std::uint64_t consumed() const override { return m_at; }
    std::uint64_t total() const override { return m_bytes.size(); }

private:
    const std::string m_bytes;
    const std::size_t m_most;
    std::size_t m_at = 0;
};

/// Writes itself as it is read: `count` times `text`, between a beginning and an end.
class EndlessSource final : public ByteSource {
public:
    EndlessSource(std::string begin, std::string text, std::size_t count, std::string end)
        : ByteSource("endless"), m_begin(std::move(begin)), m_text(std::move(text)), m_count(count),
          m_end(std::move(end))
    {
    }
    Result<std::size_t> read(std::span<char> target) override
    {
        while (m_ready.size() < target.size() && m_part <= m_count + 1) {
            m_ready += m_part == 0 ? m_begin : m_part <= m_count ? m_text : m_end;
            ++m_part;
        }
        const std::size_t count = std::min(target.size(), m_ready.size());
        std::copy_n(m_ready.data(), count, target.data());
        m_ready.erase(0, count);
        return count;
    }
    std::uint64_t consumed() const override { return 0; }
    std::uint64_t total() const override { return 0; }

private:
    const std::string m_begin, m_text;
    const std::size_t m_count;
    const std::string m_end;
    std::string m_ready;
    std::size_t m_part = 0;
};

} // namespace

class TestEventFile : public QObject {
    Q_OBJECT

private slots:
    void plainAndPacked_areTheSame()
    {
        const QTemporaryDir folder;
        const auto plain = readFile(folder, lines(50));
        const auto packed = readFile(folder, gzip(lines(50)));
        QCOMPARE(plain.events.size(), std::size_t{50});
        QCOMPARE(packed.events.size(), std::size_t{50});
        QCOMPARE(textOf(plain.events[49]), textOf(packed.events[49]));
        QCOMPARE(packed.events[49].line, std::uint64_t{50});
    }

    void truncatedPackedFile_keepsWhatIsWhole()
    {
        const QTemporaryDir folder;
        std::string text;
        std::mt19937 random(3);
        for (int i = 1; i <= 2000; ++i)
            text += line(static_cast<int>(random() % 1'000'000));
        const std::string packed = gzip(text);
        const auto cut = readFile(folder, packed.substr(0, packed.size() / 2));
        QCOMPARE(cut.error, std::string());
        QVERIFY(cut.events.size() > 500 && cut.events.size() < 1500);
        QCOMPARE(cut.rejects.size(), std::size_t{1});
        QCOMPARE(cut.rejects.front().check, std::string("damaged-file"));
        QCOMPARE(cut.rejects.front().line, std::uint64_t{cut.events.size() + 1});
    }

    void brokenLine_costsItself_data();
    void brokenLine_costsItself()
    {
        QFETCH(QByteArray, broken);
        for (const char* end : {"\n", "\r\n"}) {
            const auto sink = readText(line(1) + line(2) + broken.toStdString() + end + line(4) + line(5));
            QCOMPARE(sink.error, std::string());
            QCOMPARE(sink.events.size(), std::size_t{4});
            QCOMPARE(sink.events[2].line, std::uint64_t{4});
            QCOMPARE(sink.rejects.size(), std::size_t{1});
            QCOMPARE(sink.rejects.front().line, std::uint64_t{3});
            QCOMPARE(sink.rejects.front().check, std::string("broken-record"));
        }
    }

    void brokenFirstLine_costsItself();

    void cutLastLine_isRejected()
    {
        const auto sink = readText(line(1) + line(2).substr(0, 20));
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.rejects.size(), std::size_t{1});
        QCOMPARE(sink.rejects.front().line, std::uint64_t{2});
        QCOMPARE(readText(line(1) + line(2).substr(0, line(2).size() - 1)).events.size(), std::size_t{2});
    }

    void brokenItemOfAnIndentedList_costsItself()
    {
        const auto item = [](int number) {
            return "  {\n    \"time\": 1782900000,\n    \"id\": \"" + std::to_string(number) +
                   "\",\n    \"usage\": {\n      \"input\": 1\n    }\n  }";
        };
        std::string broken = item(2);
        broken.replace(broken.find("\"2\""), 3, "\"2");
        const auto sink = readText("[\n" + item(1) + ",\n" + broken + ",\n" + item(3) + "\n]\n");
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.rejects.size(), std::size_t{1});
        QCOMPARE(sink.rejects.front().line, std::uint64_t{9});
    }

    void bytesThatAreNoUtf8_areShownAsSuch()
    {
        const auto sink = readText("{\"time\":1782900000,\"id\":\"a\xff\",\"usage\":{\"input\":1}}\n" + line(2));
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.events.front().id, std::string("a\xef\xbf\xbd"));
    }

    void unknownContent_isSaid()
    {
        const auto json = readText("{\"hello\":1}\n{\"hello\":2}\n");
        QVERIFY(json.error.find("no AI operations") != std::string::npos);
        const auto empty = readText("\n  \n");
        QCOMPARE(empty.error, std::string());
        QCOMPARE(empty.report.events, std::uint64_t{0});
        const auto table = readText("date,cost\n2026-07-01,1\n2026-07-02,2\n");
        QCOMPARE(table.rejects.size(), std::size_t{1}); // once, and not for each line
        // what tells nothing of the form may stand before what does
        const auto late = readText("{\"hello\":1}\n" + line(1));
        QCOMPARE(late.events.size(), std::size_t{1});
        for (const auto name : kEventFormNames)
            QVERIFY(eventFormOf(name) && eventFormName(*eventFormOf(name)) == name);
        QVERIFY(!eventFormOf("csv"));
    }

    void everyPlaceBetweenTwoReads_isBorne()
    {
        const std::string text =
            line(1) + "broken {\n" + "[" + line(2) + "," + line(3) + "]\n{\n  \"data\": [" + line(4) + "]}\n";
        const auto whole = readText(text, EventForm::JsonLines);
        for (const std::size_t most : {1U, 2U, 3U, 7U, 64U}) {
            SlowSource source(text, most);
            KeepingSink sink;
            EventReading reading;
            reading.form = EventForm::JsonLines;
            QVERIFY(readEvents(source, reading, sink).ok());
            QCOMPARE(sink.events.size(), whole.events.size());
            QCOMPARE(sink.rejects.size(), whole.rejects.size());
            for (std::size_t i = 0; i < sink.events.size(); ++i)
                QCOMPARE(sink.events[i].line, whole.events[i].line);
        }
    }

    void objectAroundALongList_isTakenApart();

    void recordTooLong_isRejected_theNextIsRead();

    void stopAndSinkErrors_endTheReading()
    {
        std::stop_source stop;
        stop.request_stop();
        MemorySource source("x", lines(3));
        KeepingSink sink;
        EventReading reading;
        reading.stop = stop.get_token();
        const auto report = readEvents(source, reading, sink);
        QVERIFY(!report && report.error().code == ErrorCode::Cancelled);

        class FullSink final : public EventSink {
            Status event(CostEvent) override { return Error{ErrorCode::Io, "no space left", "disk"}; }
            Status rejected(RejectedEvent) override { return {}; }
            Status dropped(DropReason, std::uint64_t) override { return {}; }
            Status finding(Finding) override { return {}; }
        } full;
        MemorySource again("x", lines(3));
        const auto failed = readEvents(again, {}, full);
        QVERIFY(!failed && failed.error().what == "no space left");
    }

    void anyBytes_endInAReport()
    {
        std::mt19937 random(11);
        const std::string good = lines(5) + "[" + line(1) + "]\n{\n \"data\":[" + line(2) + "]}";
        for (int round = 0; round < testkit::rounds(3000, 100'000); ++round) {
            std::string text = good;
            for (std::uint32_t i = 0; i <= random() % 8; ++i) {
                const std::size_t at = random() % text.size();
                switch (random() % 3) {
                case 0:
                    text[at] = static_cast<char>(random());
                    break;
                case 1:
                    text.erase(at, random() % 20);
                    break;
                default:
                    text.insert(at, 1, "{}[]\",:\n\\"[random() % 9]);
                }
                text += ' ';
            }
            const auto sink = readText(text);
            QVERIFY(!sink.error.empty() || sink.report.events == sink.events.size());
            QVERIFY(sink.report.rejected == sink.rejects.size() || !sink.error.empty());
        }
    }

    void everyForm_bearsDamage_data();
    void everyForm_bearsDamage();
    void anyOrderSplitAndRepetition_giveTheSameCalls()
    {
        std::mt19937 random(5);
        for (int round = 0; round < testkit::rounds(20); ++round) {
            std::vector<std::string> records;
            for (int i = 0; i < 200; ++i) {
                const auto number = random() % 60;
                const auto output = random() % 5;
                records.push_back(R"({"time":)" + std::to_string(1782900000 + random() % 3) + R"(,"request":"req_)" +
                                  std::to_string(number) + R"(","model":"gpt-5","run":"r)" +
                                  std::to_string(number % 4) + R"(","usage":{"input":5,"output":)" +
                                  std::to_string(output) + "}}\n");
            }
            const auto callTexts = [](const std::vector<std::string>& files) {
                KeepingSink sink;
                for (std::size_t i = 0; i < files.size(); ++i)
                    readInto(sink, files[i], std::to_string(i));
                std::vector<std::string> texts;
                for (const CostEvent& event : callsOf(sink.events).kept)
                    texts.push_back(textOf(event));
                std::sort(texts.begin(), texts.end());
                return texts;
            };
            std::string whole;
            for (const std::string& record : records)
                whole += record;
            const auto expected = callTexts({whole});
            QVERIFY(callTexts({whole, whole}) == expected);
            std::shuffle(records.begin(), records.end(), random);
            std::vector<std::string> files(1 + random() % 7);
            for (const std::string& record : records)
                files[random() % files.size()] += record;
            QVERIFY(callTexts(files) == expected);
        }
    }
};

// Defined outside of the class: moc 6.4 loses its way in raw texts with an odd number of quotes.
void TestEventFile::brokenLine_costsItself_data()
{
    QTest::addColumn<QByteArray>("broken");
    QTest::newRow("cut in a name") << QByteArray(R"({"time":17829)");
    QTest::newRow("cut in a text") << QByteArray(R"({"time":1782900000,"id":"abc)");
    QTest::newRow("cut behind a colon") << QByteArray(R"({"time":)");
    QTest::newRow("cut behind a comma") << QByteArray(R"({"time":1782900000,)");
    QTest::newRow("cut in a list") << QByteArray(R"({"tools":[)");
    QTest::newRow("cut in an object") << QByteArray(R"({"usage":{)");
    QTest::newRow("open brace") << QByteArray("{");
    QTest::newRow("words") << QByteArray("Segmentation fault (core dumped)");
    QTest::newRow("wrong bracket") << QByteArray(R"({"tools":[}]})");
    QTest::newRow("extra quote") << QByteArray(R"({"id":"a"b"})");
    QTest::newRow("NUL") << QByteArray("{\"id\":\"a\0b\",\"time\":1}", 21);
    QTest::newRow("NULs alone") << QByteArray(100, '\0');
    QTest::newRow("deep") << QByteArray("{\"a\":") + QByteArray(5000, '[') + QByteArray(5000, ']') + "}";
    QTest::newRow("twice and differently") << QByteArray(R"({"time":1782900000,"id":"1","id":"2"})");
    QTest::newRow("no number") << QByteArray(R"({"time":01,"id":"1"})");
    QTest::newRow("half a surrogate's escape") << QByteArray(R"({"id":"\ud83","time":1782900000})");
}

void TestEventFile::brokenFirstLine_costsItself()
{
    for (const char* broken : {R"({"time":17829)", R"({"id":"abc)", R"({"time":1,)", R"({"tools":[1)", "garbage"}) {
        const auto sink = readText(std::string(broken) + "\n" + line(2) + line(3));
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.rejects.size(), std::size_t{1});
    }
}

void TestEventFile::objectAroundALongList_isTakenApart()
{
    const std::string one =
        R"({"scopeSpans":[{"spans":[{"traceId":"0a","spanId":"0b","startTimeUnixNano":"1782900000123000000","attributes":[{"key":"gen_ai.usage.input_tokens","value":{"intValue":"1"}},{"key":"text","value":{"stringValue":")" +
        std::string(1000, 'x') + R"("}}]}]}]},)" + "\n";
    EndlessSource source(R"({"resourceSpans":[)"
                         "\n",
                         one, 10'000, R"({"scopeSpans":[]}], "more":{"a":[1]}, "b":2})");
    KeepingSink sink;
    const auto report = readEvents(source, {}, sink);
    QVERIFY(report.ok());
    QCOMPARE(sink.events.size(), std::size_t{10'000});
    QCOMPARE(sink.events.back().line, std::uint64_t{10'001});
    QCOMPARE(sink.rejects.size(), std::size_t{0});
}

void TestEventFile::recordTooLong_isRejected_theNextIsRead()
{
    EndlessSource source(line(1) + R"({"text":")", std::string(1 << 20, 'x'), 40, "\"}\n" + line(3));
    KeepingSink sink;
    QVERIFY(readEvents(source, {}, sink).ok());
    QCOMPARE(sink.events.size(), std::size_t{2});
    QCOMPARE(sink.rejects.size(), std::size_t{1});
    QCOMPARE(sink.rejects.front().line, std::uint64_t{2});
}

void TestEventFile::everyForm_bearsDamage_data()
{
    QTest::addColumn<QByteArray>("seed");
    const QDir folder(QStringLiteral(ALTIMETER_SOURCE_DIR) + "/tests/fuzz/files/events");
    for (const QString& name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QTest::newRow(qPrintable(name)) << file.readAll();
    }
}

/// The first byte of a seed is its form, as for the fuzzer.
void TestEventFile::everyForm_bearsDamage()
{
    QFETCH(QByteArray, seed);
    const auto form = static_cast<EventForm>(seed[0] - 'a');
    const std::string good = seed.mid(1).toStdString();
    const auto whole = readText(good, form);
    QCOMPARE(whole.error, std::string());
    QVERIFY(!whole.events.empty());
    QCOMPARE(whole.rejects.size(), std::size_t{0});
    QCOMPARE(readText(good).events.size(), whole.events.size()); // and the form is found
    std::mt19937 random(13);
    for (int round = 0; round < testkit::rounds(300, 30'000); ++round) {
        std::string text = good;
        for (std::uint32_t i = 0; i <= random() % 4; ++i) {
            const std::size_t at = random() % text.size();
            if (random() % 2 == 0)
                text[at] = "{}[]\",:\n\\-9e.0"[random() % 14];
            else
                text.erase(at, random() % 12);
            text += ' ';
        }
        const auto sink = readText(text + "\n" + good, form == EventForm::Auto ? EventForm::JsonLines : form);
        QCOMPARE(sink.error, std::string());
        for (const CostEvent& event : sink.events)
            QVERIFY(event.startNanos > 0 && keysOf(event).size() > 0);
        for (const RejectedEvent& record : sink.rejects)
            QVERIFY(record.line > 0 && !record.check.empty() && !record.message.empty());
    }
}

QTEST_APPLESS_MAIN(TestEventFile)
#include "tst_eventfile.moc"
