#include <QtTest/QtTest>

#include "models/domain/powersoften.h"
#include "models/text/csvtext.h"
#include "models/text/hextext.h"
#include "models/text/jsontext.h"
#include "models/text/utf8.h"
#include "models/text/words.h"

using namespace altimeter;

/// The one helper of each kind that every room uses.
class TestText : public QObject {
    Q_OBJECT

private slots:
    void trimmed_takesBlanksFromBothSides_orWhatIsNamed()
    {
        QCOMPARE(words::trimmed(" \t a b\r\n"), std::string_view("a b"));
        QCOMPARE(words::trimmed(" \r\n"), std::string_view());
        QCOMPARE(words::trimmed(""), std::string_view());
        QCOMPARE(words::trimmed("\va\f"), std::string_view("\va\f"));
        QCOMPARE(words::trimmed("\va\f", words::kAllBlanks), std::string_view("a"));
        QCOMPARE(words::trimmed("//a/b/", "/"), std::string_view("a/b"));
    }

    void letters_areFoldedInAsciiAlone()
    {
        QCOMPARE(words::toLower(std::string_view("Z\xC3\x9CRICH")), std::string("z\xC3\x9Crich"));
        QCOMPARE(words::toLower('@'), '@');
        QCOMPARE(words::toLower('['), '[');
        QCOMPARE(words::hexDigit('f'), 15);
        QCOMPARE(words::hexDigit('A'), 10);
        QCOMPARE(words::hexDigit('9'), 9);
        for (const char c : {'g', 'G', '/', ':', '@', '`', '\0', '\xff'})
            QCOMPARE(words::hexDigit(c), -1);
    }

    void utf8_decodedAndEncoded_isTheSame()
    {
        const std::string text = "a\u00e9\u20ac\U0001F600z\u007f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff";
        std::string again;
        for (const char32_t c : words::characters(text))
            words::appendCharacter(again, c);
        QCOMPARE(again, text);
        QVERIFY(words::isUtf8(text));
        QCOMPARE(words::characterCount(text), words::characters(text).size());
        QCOMPARE(words::wellFormed(text), text);
    }

    void malformedUtf8_isAReplacementForEachByte_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("characters");
        QTest::newRow("lone tail") << QByteArray("\x80") << 1;
        QTest::newRow("cut off") << QByteArray("\xE2\x82") << 2;
        QTest::newRow("cut off by a letter") << QByteArray("\xE2\x82"
                                                           "a")
                                             << 3;
        QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << 2;
        QTest::newRow("overlong of three") << QByteArray("\xE0\x80\xAF") << 3;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << 3;
        QTest::newRow("beyond the last plane") << QByteArray("\xF4\x90\x80\x80") << 4;
        QTest::newRow("no lead") << QByteArray("\xFF") << 1;
    }
    void malformedUtf8_isAReplacementForEachByte()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, characters);
        const std::string text = bytes.toStdString();
        QVERIFY(!words::isUtf8(text));
        QCOMPARE(int(words::characters(text).size()), characters);
        QCOMPARE(int(words::characterCount(text)), characters);
        QVERIFY(words::characters(text).front() == words::kMalformed);
        QVERIFY(words::isUtf8(words::wellFormed(text)));
        QVERIFY(words::isUtf8(words::jsonQuoted(text)));
    }

    /// Every place to cut at, in a text with characters of one to four bytes and bytes of none.
    void cutText_holdsNoHalfCharacter()
    {
        const std::string good = "a\u00e9\u20ac\U0001F600b\u00fc";
        for (std::size_t most = 0; most <= good.size() + 1; ++most) {
            const std::string_view cut = words::firstBytes(good, most);
            QVERIFY(words::isUtf8(cut));
            QVERIFY(cut.size() <= most);
            QVERIFY(cut.size() + 4 > std::min(most, good.size())); // no more is lost than one character
            QCOMPARE(words::excerpt(good, most), std::string(cut));
        }
        QCOMPARE(words::firstBytes("ab\x80\x80\x80\x80", 4), std::string_view("ab\x80\x80")); // those belong to none
        const std::size_t count = words::characterCount(good);
        for (std::size_t most = 0; most <= count + 1; ++most) {
            const std::string_view cut = words::firstCharacters(good, most);
            QVERIFY(words::isUtf8(cut));
            QCOMPARE(words::characterCount(cut), std::min(most, count));
        }
    }

    void csvField_isQuotedWhereNeeded()
    {
        QCOMPARE(words::csvField("a b"), std::string("a b"));
        QCOMPARE(words::csvField(""), std::string());
        QCOMPARE(words::csvField("a,\"b\"\n"), std::string("\"a,\"\"b\"\"\n\""));
        QCOMPARE(words::csvField("a\rb"), std::string("\"a\rb\""));
        std::string out = "x,";
        words::appendCsvField(out, "a", true);
        QCOMPARE(out, std::string("x,\"a\""));
    }

    void csv_writtenAndRead_isTheSame()
    {
        using Records = std::vector<std::vector<std::string>>;
        const Records records{{"a,b", "c\"d", "e\nf", " g "}, {"", "h", "", "\xC3\xA9"}, {"'=1", "", "", ""}};
        std::string text = "\xEF\xBB\xBF";
        for (const auto& record : records) {
            for (std::size_t i = 0; i < record.size(); ++i) {
                text += i == 0 ? "" : ",";
                words::appendCsvField(text, record[i]);
            }
            text += "\r\n\n";
        }
        const auto read = words::readCsv(text);
        QCOMPARE(read.openQuoteLine, std::size_t{0});
        QVERIFY(read.records == records);
        const auto ends = words::readCsv("a,b\r\n\"x\ny\",\"q\"\"\"\r\n\n,\nlast,1");
        QVERIFY(ends.records == (Records{{"a", "b"}, {"x\ny", "q\""}, {"", ""}, {"last", "1"}}));
        QVERIFY(words::readCsv("").records.empty());
        QVERIFY(words::readCsv("a,b").records == (Records{{"a", "b"}}));
        QVERIFY(words::readCsv("\"a\"b,c\nd").records == (Records{{"ab", "c"}, {"d"}})); // what follows a quote stays
        QVERIFY(words::readCsv("a\"b,").records == (Records{{"a\"b", ""}}));
        const auto open = words::readCsv("a\nb,\"c\nd\n");
        QCOMPARE(open.openQuoteLine, std::size_t{2});
        QVERIFY(open.records == (Records{{"a"}}));
    }

    void json_isQuoted()
    {
        QCOMPARE(words::jsonQuoted("a\"\\/\n\t\r\b\f\x01\x7f\u00e9"),
                 std::string("\"a\\\"\\\\/\\n\\t\\r\\b\\f\\u0001\x7f\u00e9\""));
        QCOMPARE(words::jsonQuoted(std::string_view("\0", 1)), std::string("\"\\u0000\""));
        QCOMPARE(words::jsonQuoted("\xC0\x80"), std::string("\"\xEF\xBF\xBD\xEF\xBF\xBD\""));
        std::string all;
        for (int i = 0; i < 256; ++i)
            all += static_cast<char>(i);
        const QByteArray document = "[" + QByteArray::fromStdString(words::jsonQuoted(all)) + "]";
        QVERIFY(QJsonDocument::fromJson(document).isArray());
    }

    void bytes_asDigits_areThoseOfQt()
    {
        QCOMPARE(words::hexOf(std::string_view("\0\x7f\xff", 3)), std::string("007fff"));
        QCOMPARE(words::hexOf("\xab", words::HexCase::Upper), std::string("AB"));
        std::string bytes;
        for (int i = 0; i < 300; ++i) {
            const QByteArray same = QByteArray::fromStdString(bytes);
            QCOMPARE(words::base64(bytes), same.toBase64().toStdString());
            QCOMPARE(words::base64Url(bytes),
                     same.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals).toStdString());
            QCOMPARE(words::hexOf(bytes), same.toHex().toStdString());
            QCOMPARE(words::percentEncoded(bytes, "-._~"), same.toPercentEncoding().toStdString());
            bytes += static_cast<char>(i * 7);
        }
        QCOMPARE(words::percentEncoded("a/b \xC3\xA9", "/", words::HexCase::Lower), std::string("a/b%20%c3%a9"));
    }

    void powersOfTen_areWhole()
    {
        Int128 power = 1;
        for (int i = 0; i <= kLargestPowerOfTen; ++i) {
            QVERIFY(powerOfTen(i) == power);
            power = i < kLargestPowerOfTen ? power * 10 : power;
        }
    }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
