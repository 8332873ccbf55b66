#include <QtTest/QtTest>

#include "models/domain/decimal.h"
#include "models/json/json.h"
#include "models/json/jsonmender.h"
#include "models/text/jsontext.h"
#include "providers/core/connector.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <clocale>

using namespace altimeter;
using altimeter::decimalOfDouble;
using altimeter::Json;
using altimeter::providers::CursorGuard;

namespace {

std::string problem(std::string_view text)
{
    const auto json = Json::parse(text, "here");
    return json ? std::string("none") : json.error().text();
}

/// Sets a locale that writes "1,5"; made on the spot where the system has none. False: it cannot be had.
bool setCommaLocale(const QTemporaryDir& folder)
{
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "nl_NL.UTF-8", "pl_PL.UTF-8"}) {
        if (std::setlocale(LC_ALL, name))
            return true;
    }
    const QString tool = QStandardPaths::findExecutable(QStringLiteral("localedef"));
    if (tool.isEmpty())
        return false;
    QProcess::execute(tool, {QStringLiteral("-i"), QStringLiteral("de_DE"), QStringLiteral("-f"),
                             QStringLiteral("UTF-8"), folder.filePath(QStringLiteral("de_DE.UTF-8"))});
    qputenv("LOCPATH", folder.path().toLocal8Bit());
    return std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr;
}

} // namespace

class TestJson : public QObject {
    Q_OBJECT

private slots:
    void numbers_keepTheirDigits_data()
    {
        QTest::addColumn<QString>("digits");
        for (const char* digits :
             {"12345678901.123456789", "1e-7", "1E+2", "-0.0", "0.1", "1.50", "12345678901234567890",
              "99999999999999999999", "-9223372036854775808", "18446744073709551615", "-9223372036854775809",
              "0.000000000000000000000000000000000001", "1.7976931348623157e308", "5e-324"})
            QTest::newRow(digits) << digits;
    }
    void numbers_keepTheirDigits()
    {
        QFETCH(QString, digits);
        const auto json = Json::parse("{\"a\":[" + digits.toStdString() + "]}", "here");
        QVERIFY2(json.ok(), json.ok() ? "" : json.error().text().c_str());
        const Json& number = (*json)["a"].items().front();
        QCOMPARE(static_cast<int>(number.kind()), static_cast<int>(Json::Kind::Number));
        QCOMPARE(QString::fromStdString(number.text()), digits);
    }

    void numbers_keepTheirPoint_inALocaleWithACommaInstead()
    {
        const QTemporaryDir folder;
        if (!setCommaLocale(folder))
            QSKIP("No locale with a decimal comma can be had here.");
        QCOMPARE(std::string(std::localeconv()->decimal_point), std::string(","));
        const auto json = Json::parse(R"([12.345,-1.5e-3,0.5])", "here");
        std::setlocale(LC_ALL, "C");
        QVERIFY(json.ok());
        QCOMPARE(json->items()[0].text(), std::string("12.345"));
        QCOMPARE(json->items()[1].text(), std::string("-1.5e-3"));
        QCOMPARE(json->items()[2].text(), std::string("0.5"));
    }

    void numbers_thatAreNone_areRefused()
    {
        for (const char* text : {"NaN", "Infinity", "-", "01", "1.", ".5", "+1", "0x10", "1e", "1e400"})
            QVERIFY2(problem(text) != "none", text);
    }

    void integer_isWholeOrNone()
    {
        const auto json = Json::parse(R"([12,"-34",1.5,"12x","",true,9223372036854775808])", "here");
        const auto& items = json->items();
        QCOMPARE(items[0].integer().value(), std::int64_t{12});
        QCOMPARE(items[1].integer().value(), std::int64_t{-34});
        for (std::size_t i = 2; i < items.size(); ++i)
            QVERIFY(!items[i].integer());
    }

    void duplicateNames_areRefused_whereTheyDiffer()
    {
        const std::string refused =
            "here: the answer says \"a\" twice and differently, so that nobody knows which counts";
        QCOMPARE(problem(R"({"a":1,"b":2,"a":3})"), refused);
        QCOMPARE(problem(R"([{"x":{"a":1,"\u0061":"1,"}}])"), refused); // however the name is spelt
        QCOMPARE(problem(R"({"a":{"b":1},"a":{"b":2}})"), refused);
        const auto json = Json::parse(R"({"a":1,"b":2,"a":1})", "here");
        QCOMPARE(json->members().size(), std::size_t{3});
        QCOMPARE((*json)["a"].text(), std::string("1"));
        QCOMPARE(problem(R"([{"a":1},{"a":2,"b":{"a":3}}])"), std::string("none"));
    }

    void depth_isLimited()
    {
        const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
        QCOMPARE(problem(nested(100)), std::string("none"));
        QCOMPARE(problem(nested(101)), std::string("here: the JSON is nested more than 100 levels deep"));
        QVERIFY(problem(std::string(20'000'000, '[')).find("100 levels") != std::string::npos);
        std::string objects;
        for (int i = 0; i < 1'000'000; ++i)
            objects += "{\"a\":";
        QVERIFY(problem(objects).find("100 levels") != std::string::npos);
    }

    void brokenText_namesTheByte_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("word");
        QTest::newRow("nothing") << QByteArray() << QByteArray("byte 1");
        QTest::newRow("cut") << QByteArray("{\"a\":[1,2") << QByteArray("byte 10");
        QTest::newRow("more behind") << QByteArray("{} x") << QByteArray("byte 4");
        QTest::newRow("a comma too much") << QByteArray("[1,]") << QByteArray("byte 4");
        QTest::newRow("no UTF-8 outside of a text") << QByteArray("[1\xC3,2]") << QByteArray("byte 3");
        QTest::newRow("half an escape") << QByteArray("[\"\\ud8\"]") << QByteArray("byte 7");
        QTest::newRow("bare line end in a text") << QByteArray("[\"a\nb\"]") << QByteArray("byte 4");
        QTest::newRow("NUL") << QByteArray("[1\0]", 4) << QByteArray("byte 3");
        QTest::newRow("HTML") << QByteArray("<html>") << QByteArray("byte 1");
    }
    void brokenText_namesTheByte()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, word);
        const std::string said = problem({text.constData(), static_cast<std::size_t>(text.size())});
        QVERIFY2(QByteArray::fromStdString(said).contains(word + ')'), said.c_str());
    }

    void brokenCharacters_becomeReplacements_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("read");
        const auto row = [](const char* name, const char* text, const char* read) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(read);
        };
        row("lone continuation byte", "a\x80", "a\uFFFD");
        row("cut at a length", "Z\xC3\xA9 \xF0\x9F\x98", "Zé \uFFFD");
        row("cut, and a letter behind", "\xE2\x82x", "\uFFFDx");
        row("overlong", "\xC0\xAF", "\uFFFD\uFFFD");
        row("surrogate in UTF-8", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD");
        row("beyond Unicode", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD");
        row("half a pair", "N\\ud83d", "N\uFFFD");
        row("other half", "\\uDE00N", "\uFFFDN");
        row("two first halves and a pair", "\\ud83d\\ud83d\\ude00", "\uFFFD😀");
        row("half a pair, another escape", "\\ud83d\\n\\u0041", "\uFFFD\nA");
        row("half a pair, a quote", "\\ud83d\\\"\\ud83d", "\uFFFD\"\uFFFD");
        row("half a pair, half a byte", "\\ud83d\xC3", "\uFFFD\uFFFD");
        row("a backslash before a u", "\\\\ud83d", "\\ud83d");
        row("nothing broken", "é😀\\u00e9\\ud83d\\ude00", "é😀é😀");
    }
    void brokenCharacters_becomeReplacements()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, read);
        const std::string quoted = '"' + text.toStdString() + '"';
        const std::string document = "{\"name\":" + quoted + ',' + quoted + ":1.5}";
        const auto json = Json::parse(document, "here");
        QVERIFY2(json.ok(), json.ok() ? "" : json.error().text().c_str());
        QCOMPARE(QByteArray::fromStdString((*json)["name"].text()), read);
        QCOMPARE(QByteArray::fromStdString(json->members()[1].first), read);
        QCOMPARE(json->members()[1].second.text(), std::string("1.5"));
        std::string whole;
        altimeter::JsonMender mender;
        mender.take(document, whole);
        mender.finish(whole);
        for (std::size_t cut = 0; cut <= document.size(); ++cut) { // wherever the pieces end
            std::string pieces;
            altimeter::JsonMender again;
            again.take(document.substr(0, cut), pieces);
            again.take(document.substr(cut), pieces);
            again.finish(pieces);
            QCOMPARE(pieces, whole);
        }
    }

    void text_isUnescaped()
    {
        const auto json = Json::parse("[\"\\u00e9\\ud83d\\ude00\\n\\\"\",\"\"]", "here");
        QCOMPARE(json->items()[0].text(), std::string("é😀\n\""));
        QVERIFY(!json->items()[1].isNull());
    }

    void whatIsMissing_isNull()
    {
        const auto json = Json::parse(R"({"a":{"b":null,"c":false}})", "here");
        QVERIFY(json->at("a", "b").isNull() && json->at("a", "x", "y").isNull() && (*json)["z"].isNull());
        QVERIFY((*json)["a"].has("b") && !(*json)["a"].has("x"));
        QCOMPARE(json->at("a", "c").text(), std::string("false"));
        QVERIFY(!json->at("a", "c").isTrue());
    }

    void needs_nameWhatIsMissing()
    {
        const auto json = Json::parse(R"({"list":[],"text":"x","empty":"","null":null,"number":0})", "here");
        QVERIFY(json->needArray("list", "page 2").ok());
        QCOMPARE(json->needArray("none", "page 2").error().text(), std::string("page 2: the answer has no \"none\""));
        QVERIFY(json->needArray("text", "page 2").error().what.find("no list") != std::string::npos);
        QVERIFY(!json->needArray("null", "page 2"));
        QCOMPARE(json->needText("number", "p").value(), std::string("0"));
        for (const char* name : {"empty", "null", "list", "none"})
            QVERIFY2(!json->needText(name, "p"), name);
    }

    void quoted_isJsonAgain()
    {
        const std::string odd("a\"\\\n\x01\xFF z\xC3\xA9");
        const auto json = Json::parse(words::jsonQuoted(odd), "here");
        QVERIFY(json.ok());
        QCOMPARE(json->text(), std::string("a\"\\\n\x01\xEF\xBF\xBD z\xC3\xA9"));
    }

    void decimalOfDouble_cutsOnlyNoise()
    {
        QCOMPARE(toString(decimalOfDouble("1.5e-07").value()), std::string("0.00000015"));
        QCOMPARE(toString(decimalOfDouble("1.6155871338926322e-27").value()),
                 std::string("0.000000000000000000000000001615587133"));
        QVERIFY(decimalOfDouble("-4.9e-324").value().isZero());
        QVERIFY(decimalOfDouble("5e-324").value().isZero());
        QCOMPARE(toString(decimalOfDouble("12345678901.123456789").value()), std::string("12345678901.123456789"));
        QVERIFY(!decimalOfDouble("1e300") && !decimalOfDouble("NaN") && !decimalOfDouble(""));
    }

    void documentOfTooManyValues_isRefusedBeforeItTakesTheMemory()
    {
        std::string zeros = "[0";
        for (int i = 1; i < 1000; ++i)
            zeros += ",0";
        zeros += ']'; // 1,001 values with the list itself
        QVERIFY(Json::parse(zeros, "x", 1001));
        const auto refused = Json::parse(zeros, "the answer", 1000);
        QVERIFY(!refused);
        QCOMPARE(refused.error().text(), std::string("the answer: the JSON holds more than 1000 values"));
        QVERIFY(!refused.error().todo.empty());
        QVERIFY(!Json::parse(R"({"a":{"b":[]}})", "x", 2));
        QVERIFY(Json::parse(R"({"a":{"b":[]}})", "x", 3));

        std::string many = "[0"; // some 200 MB if each value were made
        while (many.size() < 2 * Json::kMostValues)
            many += ",0";
        QVERIFY(!Json::parse(many + ']', "x"));
        QVERIFY(sizeof(Json) <= 48); // what the limit stands for
    }

    void cursorGuard_refusesWhatNeverEnds()
    {
        CursorGuard guard("OpenAI costs", 3);
        QVERIFY(guard.next("a").ok());
        QVERIFY(guard.next("b").ok());
        QCOMPARE(guard.next("a").error().text(),
                 std::string("OpenAI costs: the server sent the same page twice; nothing was stored"));
        QVERIFY(guard.next("").error().what.find("not where") != std::string::npos);
        QVERIFY(guard.next("c").ok());
        QVERIFY(guard.next("d").error().what.find("without end") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
