#include <QtTest/QtTest>

#include "models/domain/expression.h"

#include <iterator>
#include <random>
#include <regex>

using namespace altimeter;

namespace {

/// What rules meant before: the library's reading. None where it refuses the pattern.
std::optional<std::regex> before(const std::string& pattern, bool isCaseSensitive)
{
    try {
        return std::regex(pattern,
                          isCaseSensitive ? std::regex::ECMAScript : std::regex::ECMAScript | std::regex::icase);
    } catch (const std::regex_error&) {
        return std::nullopt;
    }
}

const std::vector<std::string>& texts()
{
    static const std::vector<std::string> all{"",
                                              "a",
                                              "A",
                                              "b",
                                              "ab",
                                              "aB",
                                              "abab",
                                              "aab-1",
                                              "prod",
                                              "PROD",
                                              "prod-eu-1",
                                              "prod_eu",
                                              "team/a",
                                              "i-0123abcd",
                                              "i-0123ABCD",
                                              "2026-11-30",
                                              "12",
                                              "123456789012",
                                              " a ",
                                              "a b",
                                              "a\nb",
                                              "a\rb",
                                              "a\tb",
                                              "a.b",
                                              "a\\b",
                                              "]",
                                              "^",
                                              "-",
                                              "{2}",
                                              "}",
                                              "M\xc3\xbcnchen",
                                              "m\xc3\xbcnchen",
                                              "\xc3\xbc",
                                              "\xff",
                                              "A2",
                                              "z"};
    return all;
}

} // namespace

class TestExpression : public QObject {
    Q_OBJECT

private slots:
    void pattern_meansWhatItMeant_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<bool>("isRefused");
        const auto same = [](const char* name, const char* pattern) {
            QTest::newRow(name) << QByteArray(pattern) << false;
        };
        const auto refused = [](const char* name, const char* pattern) {
            QTest::newRow(name) << QByteArray(pattern) << true;
        };
        same("nothing", "");
        same("text", "prod");
        same("any byte", "M..nchen");
        same("any, not over lines", "a.b");
        same("anything", ".*");
        same("ends that are there already", "^prod$");
        same("end in the middle", "a$b|a");
        same("alternatives", "prod|dev|ab");
        same("empty alternative", "(prod|)");
        same("group and repetition", "(ab)+");
        same("group without number", "(?:a|b){2,}");
        same("lazy is no other set of texts", "a*?b+?.*?");
        same("repeated twice", "(a+)+b*-?\\d*");
        same("counts", "\\d{4}-\\d{2}-\\d{2}");
        same("counts from", "\\d{12,}");
        same("counts of nothing", "a{0}b");
        same("range and case", "i-[0-9a-f]+");
        same("negated range", "[^0-9]+");
        same("classes", "[\\w-]+");
        same("negated classes", "\\D\\W?\\S*");
        same("negated class in brackets", "[^\\s\\D]+");
        same("named class", "[[:upper:]][[:lower:][:digit:]]*");
        same("hyphen first and last", "[-a]+|[a-]+");
        same("empty brackets hold nothing", "[]");
        same("brackets that hold all", "[^]+");
        same("bracket and brace as text", "]|}");
        same("caret in the middle", "[a^]+");
        same("escaped signs", "a\\.b|a\\\\b|\\^|\\{2\\}");
        same("escaped letters that are themselves", "\\A|\\z|\\p.*");
        same("line ends and tabs", "a[\\n\\r\\t]b");
        same("numbers of bytes", "\\x61\\u0062|\\xc3\\xbc");
        same("word bounds", "\\bprod\\b.*");
        same("no word bounds", "a\\Bb.*");
        same("bytes beyond ASCII", "M\xc3\xbcnchen|[\xc3\xbc]+");
        refused("nothing to repeat", "*a");
        refused("bound that is repeated", "^*");
        refused("open group", "(a");
        refused("group that was not opened", "a)");
        refused("open brackets", "[a");
        refused("range backwards", "[b-a]");
        refused("range from a class", "[\\w-a]");
        refused("count without number", "a{,2}");
        refused("count backwards", "a{3,2}");
        refused("open count", "a{2");
        refused("lone backslash", "a\\");
        refused("hexadecimal that is none", "\\xg0");
        refused("unknown group", "(?<name>a)");
        refused("unknown class", "[[:letters:]]");
    }
    void pattern_meansWhatItMeant()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(bool, isRefused);
        for (const bool isCaseSensitive : {true, false}) {
            const auto old = before(pattern.toStdString(), isCaseSensitive);
            const auto now = Expression::compile(pattern.toStdString(), isCaseSensitive);
            QCOMPARE(!old, isRefused);
            QCOMPARE(!now, isRefused);
            if (isRefused) {
                QVERIFY(now.error().code == ErrorCode::Invalid);
                QVERIFY(!now.error().what.empty());
                continue;
            }
            for (const std::string& text : texts())
                QVERIFY2(now->matches(text) == std::regex_match(text, *old),
                         (pattern.toStdString() + " on '" + text + '\'').c_str());
        }
    }

    /// Patterns and texts put together at random from all signs that have a meaning.
    void randomPatterns_meanWhatTheyMeant()
    {
        constexpr std::array<const char*, 57> pieces{
            "a",       "b",           "A",          "1",          "_",       "-",      " ",     ".",     "\\d",
            "\\w",     "\\s",         "\\D",        "\\W",        "\\S",     "\\b",    "\\B",   "^",     "$",
            "(",       "(?:",         ")",          "|",          "*",       "+",      "?",     "{2}",   "{1,3}",
            "{0,}",    "[a-c]",       "[^a]",       "[-a1]",      "[a-]",    "[\\d_]", "[",     "]",     "\\",
            "\\x41",   "\\u0062",     "\\n",        "\\-",        "\\A",     "}",      "{",     "[]",    "[^]",
            "\\0",     "\\ca",        "\xc3\xa4",   "[\xc3\xa4]", "[a-c-e]", "[+--]",  "[\\b]", "[b-a]", "[^\\w]",
            "[\\w-a]", "[[:alpha:]]", "[[:Upper:]]"};
        constexpr std::array<const char*, 17> letters{"a", "b", "A",    "B",    "1", "_",  "-",  " ", "\n",
                                                      "c", "]", "\xc3", "\xa4", "e", "\\", "\b", "+"};
        std::mt19937 random(2026);
        const auto some = [&random](const auto& from, std::size_t least, std::size_t most) {
            std::string text;
            for (std::size_t i = least + random() % (most - least + 1); i > 0; --i)
                text += from[random() % from.size()];
            return text;
        };
        int accepted = 0;
        for (int i = 0; i < 4000; ++i) {
            const std::string pattern = some(pieces, 1, 7);
            const bool isCaseSensitive = random() % 2 == 0;
            const auto old = before(pattern, isCaseSensitive);
            const auto now = Expression::compile(pattern, isCaseSensitive);
            QVERIFY2(now.ok() == old.has_value(), pattern.c_str());
            if (!now)
                continue;
            ++accepted;
            for (int j = 0; j < 10; ++j) {
                const std::string text = some(letters, 0, 5);
                QVERIFY2(now->matches(text) == std::regex_match(text, *old), (pattern + " on '" + text + '\'').c_str());
            }
        }
        QVERIFY(accepted > 1000);
    }

    /// What the library would try in more ways than there are seconds takes a step for each byte.
    void patternThatBacktracks_answersAtOnce()
    {
        const std::string text(100'000, 'a');
        for (const char* pattern : {"(a+)+$", "(a*)*b?", "(a|aa)+", "(a|a?)+", "([a-z]+)*", "(.*)*.*"}) {
            const auto expression = Expression::compile(pattern, false);
            QVERIFY(expression);
            QVERIFY2(expression->matches(text), pattern);
            const bool isAny = std::string_view(pattern).find('.') != std::string_view::npos;
            QCOMPARE(expression->matches(text + '!'), isAny);
        }
    }

    void longText_isHeldAgainstAsAWhole()
    {
        const auto expression = Expression::compile("a+z", true); // the library's matcher was given 2,000 bytes
        QVERIFY(expression);
        QVERIFY(expression->matches(std::string(5000, 'a') + 'z'));
        QVERIFY(!Expression::compile("a+", true)->matches(std::string(5000, 'a') + 'z'));
    }

    void stop_endsALongRun()
    {
        const auto heavy = Expression::compile("(a?){30000}", true);
        QVERIFY(heavy);
        std::stop_source stop;
        stop.request_stop();
        // Without the token this takes minutes.
        QVERIFY(!heavy->matches(std::string(1'000'000, 'a'), stop.get_token()));
    }

    void steps_areBounded()
    {
        const auto whole = Expression::compile("(a{1000}){99}", true);
        QVERIFY(whole);
        QVERIFY(whole->steps() <= Expression::kMostSteps);
        for (const char* pattern :
             {"(((a{1000}){1000}){1000})", "a{100000000000000000000}", "(a?){99999}(b?){99999}"}) {
            const auto refused = Expression::compile(pattern, true);
            QVERIFY2(!refused, pattern);
            QVERIFY(refused.error().what.find("repeats too much") != std::string::npos);
        }
        // Nothing, however often, is nothing.
        const auto nothing = Expression::compile("((){99999}){99999}", true);
        QVERIFY(nothing);
        QVERIFY(nothing->matches(""));
        QVERIFY(nothing->steps() < 10);
        QVERIFY(Expression::compile(std::string(499, '(') + "ab" + std::string(499, ')'), true)->matches("ab"));
        QVERIFY(!Expression::compile(std::string(1001, 'a'), true));
    }

    void whatIsNotSupported_isSaid_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("what");
        QTest::newRow("ahead") << QByteArray("a(?=b)") << QByteArray("looks ahead, which is not supported");
        QTest::newRow("not ahead") << QByteArray("(?!b).*") << QByteArray("looks ahead, which is not supported");
        QTest::newRow("behind") << QByteArray("(?<=b)a") << QByteArray("'(?' is followed by ':' alone");
        QTest::newRow("back") << QByteArray("(a)\\1") << QByteArray("refers back, which is not supported");
        QTest::newRow("collating") << QByteArray("[[.a.]]") << QByteArray("'[.' and '[=' are not supported");
        QTest::newRow("equivalent") << QByteArray("[[=a=]]") << QByteArray("'[.' and '[=' are not supported");
        QTest::newRow("nothing before") << QByteArray("a|*") << QByteArray("nothing before '*' to repeat");
        QTest::newRow("group") << QByteArray("(") << QByteArray("'(' without ')'");
    }
    void whatIsNotSupported_isSaid()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, what);
        const auto answer = Expression::compile(pattern.toStdString(), true);
        QVERIFY(!answer);
        QVERIFY2(answer.error().what.find(what.toStdString()) != std::string::npos, answer.error().what.c_str());
    }
};

QTEST_APPLESS_MAIN(TestExpression)
#include "tst_expression.moc"
