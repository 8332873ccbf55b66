#include <QtTest>

#include "providers/focus/csvblock.h"
#include "providers/focus/csvreader.h"
#include "tests/testkit/rounds.h"

#include <array>
#include <random>
#include <string>
#include <vector>

using namespace altimeter;
using namespace altimeter::providers;

namespace {

using Row = std::vector<std::string>;

struct Reading {
    std::vector<Row> rows;
    std::vector<std::uint64_t> lines;
    std::vector<std::string> problems; ///< "line:check:raw"
    std::string error;
    char delimiter = 0;

    friend bool operator==(const Reading&, const Reading&) = default;
};

template <typename Reader> void keepMalformed(const Reader& reader, Reading& reading)
{
    reading.problems.push_back(std::to_string(reader.lineNumber()) + ":" + reader.problem().check + ":" +
                               std::string(reader.raw()));
}

/// Reads to the end or the first Error.
void readRest(CsvReader& reader, Reading& reading)
{
    for (;;) {
        const auto step = reader.next();
        if (!step) {
            reading.error = step.error().text();
            return;
        }
        if (*step == CsvReader::Step::End)
            return;
        if (*step == CsvReader::Step::Malformed) {
            keepMalformed(reader, reading);
            continue;
        }
        reading.rows.emplace_back(reader.fields().begin(), reader.fields().end());
        reading.lines.push_back(reader.lineNumber());
    }
}

Reading readAll(const std::string& text, std::size_t block = kBlockBytes, const CsvLimits& limits = {})
{
    MemorySource source("test.csv", text);
    CsvReader reader(source, block, limits);
    Reading reading;
    readRest(reader, reading);
    reading.delimiter = reader.delimiter();
    return reading;
}

void keepRecord(const CsvRecord& record, Reading& reading)
{
    FieldText text;
    text.start(record);
    Row row;
    for (std::size_t i = 0; i < record.fieldCount(); ++i)
        row.emplace_back(text.of(record.rawField(i)));
    reading.rows.push_back(std::move(row));
    reading.lines.push_back(record.line);
}

/// Reads the header with CsvReader, then blocks, and behind a block that was cut in a wrong place the rest with
/// CsvReader again. `torn`, where given, is told how often that happened.
Reading readBlocks(const std::string& text, std::size_t block, const CsvLimits& limits = {}, int* torn = nullptr)
{
    MemorySource memory("test.csv", text);
    RereadableSource source(memory);
    Reading reading;
    CsvReader header(source, block, limits);
    const auto first = header.next();
    if (!first || *first == CsvReader::Step::End) {
        reading.error = first ? "" : first.error().text();
        reading.delimiter = header.delimiter();
        return reading;
    }
    if (*first == CsvReader::Step::Malformed) {
        keepMalformed(header, reading);
        readRest(header, reading);
        reading.delimiter = header.delimiter();
        return reading;
    }
    reading.delimiter = header.delimiter();
    keepRecord(header.record(), reading);
    source.giveBack(header.unread());
    CsvCutter cutter(source, block, header.nextLine(), limits);
    CsvBlockReader reader(header.format(), limits);
    CsvBlock cut;
    std::uint64_t line = header.nextLine();
    for (;;) {
        const auto more = cutter.next(cut, {});
        if (!more || !*more)
            break;
        if (cut.line != line)
            reading.error = "block begins on line " + std::to_string(cut.line) + ", not " + std::to_string(line);
        reader.start(cut);
        auto step = reader.next();
        for (; step == CsvBlockReader::Step::Record || step == CsvBlockReader::Step::Malformed; step = reader.next()) {
            if (step == CsvBlockReader::Step::Record)
                keepRecord(reader.record(), reading);
            else
                keepMalformed(reader, reading);
        }
        line = reader.nextLine();
        if (step == CsvBlockReader::Step::End)
            continue;
        if (torn != nullptr)
            ++*torn;
        source.giveBack(cutter.unread());
        source.giveBack(cut.text().substr(reader.position()));
        break;
    }
    CsvReader rest(source, block, header.format(), line, limits);
    readRest(rest, reading);
    return reading;
}

/// Text of the worst kind: quotes, line ends and NUL bytes anywhere.
std::string nastyText(unsigned seed)
{
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t below) { return random() % below; };
    static const std::vector<std::string> kPieces{"a",
                                                  "bc",
                                                  "\"",
                                                  "\"\"",
                                                  ",",
                                                  ",",
                                                  ";",
                                                  "\n",
                                                  "\n",
                                                  "\r\n",
                                                  "\r",
                                                  "é",
                                                  " ",
                                                  "NULL",
                                                  "\"x\"",
                                                  "\"y,z\"",
                                                  "\"1\n2\"",
                                                  "\"\"\"q\"\"\"",
                                                  "a plain text longer than sixteen bytes",
                                                  "1.50",
                                                  "\xFF",
                                                  ",,",
                                                  "\"\n",
                                                  "\",\""};
    const std::size_t oddity = 1 + pick(40); // most texts hold few stray quotes
    const std::size_t columns = 1 + pick(5);
    std::string out = pick(5) == 0 ? "\xEF\xBB\xBF" : "";
    for (std::size_t c = 0; c < columns; ++c)
        out += (c > 0 ? ",h" : "h") + std::to_string(c);
    out += pick(2) == 0 ? "\n" : "\r\n";
    for (std::size_t row = pick(30); row > 0; --row) {
        for (std::size_t c = 0; c < columns; ++c) {
            out += c > 0 ? "," : "";
            if (pick(oddity) == 0)
                out += kPieces[pick(kPieces.size())];
            else if (pick(2) == 0)
                out += "\"" + std::string(pick(3) == 0 ? "\n" : "v") + std::string(pick(90), 'w') + "\"";
            else
                out += std::string(pick(20), 'p');
        }
        out += pick(4) == 0 ? "\r\n" : "\n";
        if (pick(60) == 0)
            out += std::string(1, '\0');
    }
    if (pick(3) == 0 && !out.empty())
        out.pop_back();
    return out;
}

/// An independent reader of well-formed text: one character at a time, no blocks, no views.
std::vector<Row> readSimply(const std::string& text, char delimiter)
{
    std::vector<Row> rows;
    Row row;
    std::string field;
    bool quoted = false;
    bool any = false;
    const auto endRow = [&] {
        row.push_back(field);
        field.clear();
        if (any || row.size() > 1)
            rows.push_back(row);
        row.clear();
        any = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                field += '"';
                ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
            any = true;
        } else if (c == delimiter) {
            row.push_back(field);
            field.clear();
        } else if (c == '\n') {
            endRow();
        } else if (c != '\r' || i + 1 == text.size() || text[i + 1] != '\n') {
            field += c;
            any = true;
        }
    }
    if (any || !row.empty())
        endRow();
    return rows;
}

class RandomCsv {
public:
    explicit RandomCsv(unsigned seed) : m_random(seed) {}

    std::string text(char& delimiter)
    {
        delimiter = ",;\t"[pick(3)];
        const std::string lineEnd = pick(2) == 0 ? "\n" : "\r\n";
        const std::size_t columns = 2 + pick(6);
        std::string out = pick(3) == 0 ? "\xEF\xBB\xBF" : "";
        for (std::size_t c = 0; c < columns; ++c)
            out += (c > 0 ? std::string(1, delimiter) : "") + "h" + std::to_string(c);
        out += lineEnd;
        const std::size_t rows = pick(40);
        for (std::size_t r = 0; r < rows; ++r) {
            if (pick(8) == 0)
                out += lineEnd;
            for (std::size_t c = 0; c < columns; ++c)
                out += (c > 0 ? std::string(1, delimiter) : "") + field(delimiter);
            if (r + 1 < rows || pick(2) == 0)
                out += lineEnd;
        }
        return out;
    }

private:
    std::size_t pick(std::size_t below) { return m_random() % below; }
    std::string field(char delimiter)
    {
        static const std::vector<std::string> kPlain{"", "0.10", "-3", "1.66667e-05", "NULL", "a b", "ünïcode", "x\ry"};
        if (pick(3) != 0)
            return kPlain[pick(kPlain.size())];
        static const std::vector<std::string> kPieces{"\"\"", "\n", "\r\n", "a", "long text beyond sixteen bytes", "é"};
        std::string out = "\"";
        for (std::size_t i = pick(5); i > 0; --i)
            out += pick(5) == 0 ? std::string(1, delimiter) : kPieces[pick(kPieces.size())];
        return out + "\"";
    }

    std::mt19937 m_random;
};

} // namespace

class TestCsvReader : public QObject {
    Q_OBJECT

private slots:
    void record_wellFormed_givesFields_data();
    void record_wellFormed_givesFields();
    void record_malformed_isRejectedAndReadingGoesOn_data();
    void record_malformed_isRejectedAndReadingGoesOn();
    void lineNumber_lineFeedsInQuotes_isFirstPhysicalLine();
    void delimiter_fromFirstLine_isDetected();
    void limits_tooLong_rejectOneLine_data();
    void limits_tooLong_rejectOneLine();
    void limits_tooManyColumns_rejectsRow();
    void limits_hugeLineWithoutEnd_staysBounded();
    void encoding_utf16_isAnError();
    void source_fails_isAnError();
    void blockSize_any_sameOutcome();
    void randomText_againstSimpleReader_agrees();
    void blocks_malformed_readAsReference_data();
    void blocks_malformed_readAsReference();
    void blocks_wellFormed_readAsReference();
    void blocks_nastyText_readAsReference();
    void blocks_limits_readAsReference();
    void blocks_oneStrayQuote_areTornOnce();
    void cutter_noCutFound_staysBounded();
    void rereadable_givenBack_isReadFirst();
};

void TestCsvReader::record_wellFormed_givesFields_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<QByteArrayList>>("expected");
    const auto row = [](const char* name, const char* text, const QList<QByteArrayList>& expected) {
        QTest::newRow(name) << QByteArray(text) << expected;
    };
    row("empty file", "", {});
    row("only a byte-order mark", "\xEF\xBB\xBF", {});
    row("only blank lines", "\n\r\n\n", {});
    row("header only", "a,b", {{"a", "b"}});
    row("LF", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}});
    row("CRLF", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}});
    row("no final newline", "a,b\n1,2", {{"a", "b"}, {"1", "2"}});
    row("final CR without LF", "a,b\n1,2\r", {{"a", "b"}, {"1", "2"}});
    row("byte-order mark", "\xEF\xBB\xBF\"a\",b\n1,2", {{"a", "b"}, {"1", "2"}});
    row("blank lines are skipped", "\na,b\n\n\r\n1,2\n\n", {{"a", "b"}, {"1", "2"}});
    row("lines of blanks are skipped", "  \na,b\n   \n1,2\n", {{"a", "b"}, {"1", "2"}});
    row("quotes", "a,b\n\"1\",\"2\"\r\n", {{"a", "b"}, {"1", "2"}});
    row("doubled quotes", "a,b\n\"{\"\"k\"\": \"\"v\"\"}\",\"\"\"\"\n", {{"a", "b"}, {"{\"k\": \"v\"}", "\""}});
    row("delimiter in quotes", "a,b\n\"1,5\",2\n", {{"a", "b"}, {"1,5", "2"}});
    row("line feeds in quotes", "a,b\n\"1\n2\r\n3\",4\n", {{"a", "b"}, {"1\n2\r\n3", "4"}});
    row("empty fields", "a,b\n,\n\"\",\n", {{"a", "b"}, {"", ""}, {"", ""}});
    row("carriage return inside", "a,b\n1\r2,3\n", {{"a", "b"}, {"1\r2", "3"}});
    row("separator line", "sep=;\r\na;b\r\n1,5;2\r\n", {{"a", "b"}, {"1,5", "2"}});
    row("one column", "a\n1\n\n2\n", {{"a"}, {"1"}, {"2"}});
    row("quoted last field ends the file", "a,b\n1,\"2\"", {{"a", "b"}, {"1", "2"}});
}

void TestCsvReader::record_wellFormed_givesFields()
{
    QFETCH(QByteArray, text);
    QFETCH(QList<QByteArrayList>, expected);
    for (const std::size_t block : {std::size_t{1}, std::size_t{7}, std::size_t{16}, kBlockBytes}) {
        const Reading reading = readAll(text.toStdString(), block);
        QCOMPARE(QString::fromStdString(reading.error), QString());
        QVERIFY(reading.problems.empty());
        QList<QByteArrayList> rows;
        for (const Row& row : reading.rows) {
            QByteArrayList fields;
            for (const std::string& field : row)
                fields.append(QByteArray::fromStdString(field));
            rows.append(fields);
        }
        QCOMPARE(rows, expected);
    }
}

void TestCsvReader::record_malformed_isRejectedAndReadingGoesOn_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("problem");
    QTest::newRow("too few fields") << QByteArray("a,b\n1\nx,y\n") << QByteArray("2:field-count:1");
    QTest::newRow("too many fields") << QByteArray("a,b\n1,2,3\nx,y\n") << QByteArray("2:field-count:1,2,3");
    QTest::newRow("quote inside") << QByteArray("a,b\n1,2\"3\nx,y\n") << QByteArray("2:stray-quote:1,2\"3");
    QTest::newRow("text after quote") << QByteArray("a,b\n1,\"2\"3\nx,y\n") << QByteArray("2:stray-quote:1,\"2\"3");
    QTest::newRow("unclosed at the end") << QByteArray("a,b\n1,\"2\nx,y\n") << QByteArray("2:unclosed-quote:1,\"2");
    QTest::newRow("unclosed before a quoted row")
        << QByteArray("a,b\n1,\"2\n\"x\",y\n") << QByteArray("2:stray-quote:1,\"2");
    QTest::newRow("CRLF raw text") << QByteArray("a,b\r\n1,2\"3\r\nx,y\r\n") << QByteArray("2:stray-quote:1,2\"3");
    QTest::newRow("NUL byte") << QByteArray("a,b\n1,\0\nx,y\n", 12) << QByteArray("2:nul-byte:1,\0", 14);
    QTest::newRow("NUL byte in quotes") << QByteArray("a,b\n1,\"\0\"\nx,y\n", 14)
                                        << QByteArray("2:nul-byte:1,\"\0\"", 16);
}

void TestCsvReader::record_malformed_isRejectedAndReadingGoesOn()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, problem);
    for (const std::size_t block : {std::size_t{1}, std::size_t{3}, std::size_t{7}, kBlockBytes}) {
        const Reading reading = readAll(text.toStdString(), block);
        QCOMPARE(reading.problems.size(), std::size_t{1});
        QCOMPARE(QByteArray::fromStdString(reading.problems[0]), problem);
        QCOMPARE(reading.rows.size(), std::size_t{2});
        QVERIFY((reading.rows[1] == Row{"x", "y"}));
        QCOMPARE(reading.lines[1], std::uint64_t{3});
    }
}

void TestCsvReader::lineNumber_lineFeedsInQuotes_isFirstPhysicalLine()
{
    const Reading reading = readAll("a,b\n\"1\n\n2\",3\n\n4,5\n");
    QVERIFY((reading.lines == std::vector<std::uint64_t>{1, 2, 6}));
}

void TestCsvReader::delimiter_fromFirstLine_isDetected()
{
    QCOMPARE(readAll("a,b;c,d\n").delimiter, ',');
    QCOMPARE(readAll("a;b;\"c,d,e,f\"\n").delimiter, ';');
    QCOMPARE(readAll("a\tb\tc\n").delimiter, '\t');
    QCOMPARE(readAll("a\n1;2;3\n").delimiter, ',');
}

void TestCsvReader::limits_tooLong_rejectOneLine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("check");
    QTest::newRow("plain field") << QByteArray("1,") + QByteArray(101, 'x') << QByteArray("field-too-long");
    QTest::newRow("quoted field") << QByteArray("1,\"") + QByteArray(101, 'x') + '"' << QByteArray("field-too-long");
    QTest::newRow("row") << QByteArray("\"") + QByteArray(99, 'x') + "\"," + QByteArray(99, 'y') + ',' +
                                QByteArray(99, 'z')
                         << QByteArray("row-too-long");
}

void TestCsvReader::limits_tooLong_rejectOneLine()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, check);
    CsvLimits limits;
    limits.fieldBytes = 100;
    limits.recordBytes = 250;
    limits.keptRawBytes = 20;
    const std::string text = "a,b\n" + line.toStdString() + "\nx,y\n";
    for (const std::size_t block : {std::size_t{1}, std::size_t{7}, std::size_t{64}, kBlockBytes}) {
        const Reading reading = readAll(text, block, limits);
        QCOMPARE(reading.problems.size(), std::size_t{1});
        QCOMPARE(QByteArray::fromStdString(reading.problems[0]), "2:" + check + ":" + line.left(20));
        QCOMPARE(reading.rows.size(), std::size_t{2});
    }
}

void TestCsvReader::limits_tooManyColumns_rejectsRow()
{
    std::string wide = "a,b\n";
    for (int i = 0; i < 2000; ++i)
        wide += "1,";
    const Reading reading = readAll(wide + "\nx,y\n");
    QCOMPARE(reading.problems.size(), std::size_t{1});
    QVERIFY(reading.problems[0].starts_with("2:too-many-columns:1,1,"));
    QCOMPARE(reading.rows.size(), std::size_t{2});
}

void TestCsvReader::limits_hugeLineWithoutEnd_staysBounded()
{
    const std::string text = "a,b\n1,\"" + std::string(std::size_t{9} << 20, 'x') + "\nx,y\n";
    const Reading reading = readAll(text);
    QCOMPARE(reading.problems.size(), std::size_t{1});
    QVERIFY(reading.problems[0].size() < 70'000);
    QVERIFY(reading.problems[0].starts_with("2:field-too-long"));
    QVERIFY((reading.rows.back() == Row{"x", "y"}));
}

void TestCsvReader::encoding_utf16_isAnError()
{
    const Reading reading = readAll(std::string("\xFF\xFE"
                                                "a\0,\0b\0\n\0",
                                                10));
    QVERIFY(reading.error.find("test.csv: is UTF-16") == 0);
}

void TestCsvReader::source_fails_isAnError()
{
    class FailingSource : public ByteSource {
    public:
        FailingSource() : ByteSource("broken.csv") {}
        Result<std::size_t> read(std::span<char> target) override
        {
            if (m_calls++ > 3)
                return Error{ErrorCode::Io, "the disk is gone", name()};
            target[0] = "a,b\n"[m_calls - 1];
            return std::size_t{1};
        }
        std::uint64_t consumed() const override { return 0; }
        std::uint64_t total() const override { return 0; }

    private:
        std::size_t m_calls = 0;
    };
    FailingSource source;
    CsvReader reader(source);
    const auto step = reader.next();
    QVERIFY(!step);
    QCOMPARE(QString::fromStdString(step.error().text()), QString("broken.csv: the disk is gone"));
}

void TestCsvReader::blockSize_any_sameOutcome()
{
    const std::string text =
        "\xEF\xBB\xBF"
        "a,b,c\r\n1,\"two\r\nlines\",\"a\"\"b\"\r\n\r\nbad\"row,2,3\r\n1,2\r\n,\"\",\r\n\"open,2,3\r\n4,5,6";
    const Reading whole = readAll(text);
    QCOMPARE(whole.problems.size(), std::size_t{3});
    QCOMPARE(whole.rows.size(), std::size_t{4});
    for (std::size_t block = 1; block <= text.size() + 1; ++block)
        QVERIFY2(readAll(text, block) == whole, qPrintable(QString("block of %1 bytes").arg(block)));
}

void TestCsvReader::randomText_againstSimpleReader_agrees()
{
    for (unsigned seed = 1; seed <= static_cast<unsigned>(testkit::rounds(3000)); ++seed) {
        char delimiter = 0;
        const std::string text = RandomCsv(seed).text(delimiter);
        const std::size_t start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        const std::vector<Row> expected = readSimply(text.substr(start), delimiter);
        const Reading reading = readAll(text, 1 + seed % 40);
        QVERIFY2(reading.problems.empty(), qPrintable(QString("seed %1").arg(seed)));
        QVERIFY2(reading.rows == expected, qPrintable(QString("seed %1").arg(seed)));
        QVERIFY2(reading == readAll(text), qPrintable(QString("seed %1, whole").arg(seed)));
    }
}

void TestCsvReader::blocks_malformed_readAsReference_data()
{
    record_malformed_isRejectedAndReadingGoesOn_data();
    for (const char* text : {"a,b\n\n\r\n1,2\n\n", "a\n\n\r\n\r", "a\n\r", "a,b\n1,2\r", "a,b\n1,\"2\"\r",
                             "a,b\n\"1\n2\",\"\"", "a,b\n  \n\t\n1,2\n   ", "a,b\n\"  \"\n1,2\n", "a\n\"  \"\n \n",
                             "a,b\n1,\"2", "a,b\n\"\"\"\",\"\"\"\"\"\"\n", "a,b\n\"a\"\"b\"c,2\n1,2\n",
                             "a,b\n\"1\"\r,2\n1,2\n", "a,b\n1\r,2\n1,\"2\"\r\n3,4", "a,b\n1,2,3\n\"4\n5\"\n6,7\n"})
        QTest::newRow(text) << QByteArray(text) << QByteArray();
}

void TestCsvReader::blocks_malformed_readAsReference()
{
    QFETCH(QByteArray, text);
    const Reading whole = readAll(text.toStdString());
    for (std::size_t block = 1; block < 40; ++block)
        QVERIFY2(readBlocks(text.toStdString(), block) == whole, qPrintable(QString("block of %1 bytes").arg(block)));
}

void TestCsvReader::blocks_wellFormed_readAsReference()
{
    for (unsigned seed = 1; seed <= static_cast<unsigned>(testkit::rounds(3000)); ++seed) {
        char delimiter = 0;
        const std::string text = RandomCsv(seed).text(delimiter);
        int torn = 0;
        QVERIFY2(readBlocks(text, 1 + seed % 200, {}, &torn) == readAll(text),
                 qPrintable(QString("seed %1").arg(seed)));
        QCOMPARE(torn, 0);
    }
}

void TestCsvReader::blocks_nastyText_readAsReference()
{
    int torn = 0;
    for (unsigned seed = 1; seed <= static_cast<unsigned>(testkit::rounds(20'000)); ++seed) {
        const std::string text = nastyText(seed);
        QVERIFY2(readBlocks(text, 1 + seed % 300, {}, &torn) == readAll(text),
                 qPrintable(QString("seed %1").arg(seed)));
    }
    QVERIFY(torn > testkit::rounds(100));
}

void TestCsvReader::blocks_limits_readAsReference()
{
    CsvLimits limits;
    limits.fieldBytes = 60;
    limits.recordBytes = 150;
    limits.columns = 4;
    limits.keptRawBytes = 30;
    for (unsigned seed = 1; seed <= static_cast<unsigned>(testkit::rounds(5000)); ++seed) {
        const std::string text = nastyText(seed);
        QVERIFY2(readBlocks(text, 1 + seed % 100, limits) == readAll(text, 7, limits),
                 qPrintable(QString("seed %1").arg(seed)));
    }
}

void TestCsvReader::blocks_oneStrayQuote_areTornOnce()
{
    std::string text = "a,b\n";
    for (int i = 0; i < 1000; ++i)
        text += i == 50 ? "1,x\"\n" : "1,\"y\"\n";
    int torn = 0;
    CsvLimits limits;
    limits.recordBytes = 200;
    const Reading reading = readBlocks(text, 64, limits, &torn);
    QVERIFY(reading == readAll(text, 7, limits));
    QCOMPARE(reading.problems, std::vector<std::string>{"52:stray-quote:1,x\""});
    QCOMPARE(torn, 1);
}

void TestCsvReader::cutter_noCutFound_staysBounded()
{
    CsvLimits limits;
    limits.recordBytes = 1000;
    MemorySource source("test.csv", "1,\"" + std::string(100'000, '\n'));
    CsvCutter cutter(source, 64, 1, limits);
    CsvBlock block;
    const auto more = cutter.next(block, {});
    QVERIFY(more && *more);
    QVERIFY(block.size > 1000 && block.size < 3000);
    QVERIFY(!block.isLast);
    const auto none = cutter.next(block, {});
    QVERIFY(none && !*none);
    std::stop_source stop;
    stop.request_stop();
    CsvCutter stopped(source, 64, 1, limits);
    const auto cancelled = stopped.next(block, stop.get_token());
    QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
}

void TestCsvReader::rereadable_givenBack_isReadFirst()
{
    MemorySource memory("test.csv", "789");
    RereadableSource source(memory);
    source.giveBack("456");
    source.giveBack("123");
    std::string all;
    std::array<char, 2> some{};
    for (;;) {
        const auto count = source.read(some);
        QVERIFY(count);
        if (*count == 0)
            break;
        all.append(some.data(), *count);
        if (all == "12")
            source.giveBack("x");
    }
    QCOMPARE(QString::fromStdString(all), QString("12x3456789"));
}

QTEST_APPLESS_MAIN(TestCsvReader)
#include "tst_csvreader.moc"
