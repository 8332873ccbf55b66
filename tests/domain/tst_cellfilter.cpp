#include <QtTest/QtTest>

#include "models/domain/cellfilter.h"
#include "models/domain/decimal.h"

#include <cmath>
#include <random>
#include <regex>

using namespace altimeter;

namespace {

using Kind = CellFilter::Kind;

bool keeps(const char* typed, Kind kind, const char* shown, const char* raw)
{
    const auto filter = CellFilter::parse(typed, kind);
    if (!filter)
        qFatal("%s: %s", typed, filter.error().what.c_str());
    return filter->matches({shown, raw});
}

std::string lower(std::string text)
{
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

/// One condition, put into words by typed() and answered by holds() with nothing clever.
struct SlowCondition {
    std::string sign; ///< "", "!", "=", "<>", ">", ">=", "<", "<=", "~", "/", "%"
    std::string a, b;

    std::string typed() const
    {
        if (sign == "~")
            return a + "~" + b;
        if (sign == "/")
            return "/" + a + "/";
        if (sign == "%")
            return a + "%" + b;
        return sign + a;
    }
    bool holds(Kind kind, const std::string& shown, const std::string& raw) const
    {
        const std::string text = lower(shown), other = lower(raw), wanted = lower(a);
        if (sign.empty() || sign == "!") {
            const bool found = text.find(wanted) != std::string::npos || other.find(wanted) != std::string::npos;
            return found != (sign == "!");
        }
        if (sign == "/") {
            const std::regex pattern(a, std::regex::icase);
            return std::regex_search(shown, pattern) || std::regex_search(raw, pattern);
        }
        if (sign == "%") {
            const auto like = [&](const std::string& t) {
                return t.size() >= wanted.size() + b.size() && t.substr(0, wanted.size()) == wanted &&
                       t.substr(t.size() - b.size()) == lower(b);
            };
            return like(text) || like(other);
        }
        if (sign == "=" || sign == "<>") {
            const bool isNull = a == "null";
            const bool same = isNull                 ? raw.empty()
                              : text == wanted       ? true
                              : kind == Kind::Number ? !raw.empty() && number(raw) == number(a)
                                                     : other == wanted;
            return same != (sign == "<>");
        }
        if (raw.empty())
            return false;
        if (kind == Kind::Number)
            return compare(number(raw), number(a), sign == "~" ? number(b) : number(a));
        const bool numeric = isNumber(raw) && isNumber(a) && (sign != "~" || isNumber(b));
        if (numeric)
            return compare(number(raw), number(a), sign == "~" ? number(b) : number(a));
        return compare(other, wanted, sign == "~" ? lower(b) : wanted);
    }

private:
    static bool isNumber(const std::string& text)
    {
        static const std::regex number("-?[0-9]+(\\.[0-9]+)?");
        return std::regex_match(text, number);
    }
    static long double number(const std::string& text) { return std::stold(text); }
    template <typename T> bool compare(const T& cell, const T& from, const T& to) const
    {
        return sign == ">"    ? cell > from
               : sign == ">=" ? cell >= from
               : sign == "<"  ? cell < from
               : sign == "<=" ? cell <= from
                              : cell >= from && cell <= to;
    }
};

} // namespace

class TstCellFilter : public QObject {
    Q_OBJECT
private slots:
    void typed_keepsCell_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("raw");
        QTest::addColumn<bool>("kept");
        int at = 0;
        const auto row = [&at](const char* typed, Kind kind, const char* shown, const char* raw, bool kept) {
            QTest::addRow("%d: %s", ++at, typed)
                << QString::fromUtf8(typed) << int(kind) << QString::fromUtf8(shown) << QString::fromUtf8(raw) << kept;
        };
        const auto text = [&](const char* typed, const char* cell, bool kept) {
            row(typed, Kind::Text, cell, cell, kept);
        };
        text("", "anything", true);
        text("  ;  ", "anything", true);
        text("aws", "AWS Lambda", true);
        text("lambda aws", "AWS Lambda", true);
        text("\"lambda aws\"", "AWS Lambda", false);
        text("\"AWS Lambda\"", "AWS Lambda", true);
        text("AWS;OpenAI", "OpenAI API", true);
        text("AWS;OpenAI", "Azure", false);
        text("AWS; ", "Azure", false);
        text("\"a;b\"", "xa;by", true);
        text("<>AWS", "AWS", false);
        text("<>AWS", "AWS Lambda", true);
        text("<>aws%", "AWS Lambda", false);
        text("!=AWS", "Azure", true);
        text("=aws", "AWS", true);
        text("=aws", "AWS Lambda", false);
        text("=0012", "12", false);
        text("!lambda", "AWS Lambda", false);
        text("/A.*s/", "xx AbcS yy", true);
        text("/^a.*s$/", "AbcS yy", false);
        text("/a|b/", "xbx", true);
        text("!/a|b/", "xbx", false);
        text("/a;b/;c", "xa;bx", true);
        text("/a;b/;c", "c", true);
        text("/subscriptions/12", "/subscriptions/12/x", true);
        text("AWS%", "AWS Lambda", true);
        text("AWS%", "My AWS", false);
        text("%da", "AWS Lambda", true);
        text("a%l%a", "AWS Lambda", true);
        text("ab%ba", "aba", false);
        text("%", "", false);
        text("%", "x", true);
        text("a~c", "Bike", true);
        text("a~c", "zebra", false);
        text(">m", "zebra", true);
        text(">=b", "B", true);
        text("9~11", "10", true);
        text("=null", "", true);
        text("=NULL", "x", false);
        text("= null", "", true);
        text("!null", "", false);
        text("<>null", "x", true);
        text("<>AWS", "", true);
        row("=null", Kind::Text, "(unallocated)", "", true);
        row("unalloc", Kind::Text, "(unallocated)", "", true);
        row("!null", Kind::Text, "(unallocated)", "", false);
        const char* const shown = "$445,639.12";
        const char* const raw = "445639.120000000000000001";
        row("445,639", Kind::Number, shown, raw, true);
        row("445639", Kind::Number, shown, raw, true);
        row("445 639", Kind::Number, shown, raw, true);
        row("=445,639.12", Kind::Number, shown, raw, true);
        row("=445639.120000000000000001", Kind::Number, shown, raw, true);
        row("=445639.13", Kind::Number, shown, raw, false);
        row("<>445,639.12", Kind::Number, shown, raw, false);
        row(">445639.12", Kind::Number, shown, raw, true);
        row(">445639.120000000000000001", Kind::Number, shown, raw, false);
        row(">=445639.120000000000000001", Kind::Number, shown, raw, true);
        row(">100000", Kind::Number, shown, raw, true);
        row("> $100,000", Kind::Number, shown, raw, true);
        row(">445k", Kind::Number, shown, raw, true);
        row(">0.45M", Kind::Number, shown, raw, false);
        row("<1b", Kind::Number, shown, raw, true);
        row("400000~500000", Kind::Number, shown, raw, true);
        row("-5~5", Kind::Number, shown, raw, false);
        row("<0", Kind::Number, "\u2212$3.00", "-3", true);
        row("\u22123", Kind::Number, "\u2212$3.00", "-3", true);
        row("<\u22122.5", Kind::Number, "\u2212$3.00", "-3", true);
        row(">0", Kind::Number, "unknown", "", false);
        row("<0", Kind::Number, "unknown", "", false);
        row("<>0", Kind::Number, "unknown", "", true);
        row("=null", Kind::Number, "unknown", "", true);
        row(">10", Kind::Percent, "12.4\u2009%", "0.124", true);
        row(">12.4%", Kind::Percent, "12.4\u2009%", "0.124", false);
        row("=12.4%", Kind::Percent, "12.4\u2009%", "0.1243", true);
        row("12.4 %", Kind::Percent, "12.4\u2009%", "0.124", true);
        const char* const day = "19 Nov 2026";
        row("2026-11", Kind::Day, day, "2026-11-19", true);
        row("nov", Kind::Day, day, "2026-11-19", true);
        row("=2026-11", Kind::Day, day, "2026-11-19", true);
        row("<>2026-11", Kind::Day, day, "2026-11-19", false);
        row(">2026-11", Kind::Day, day, "2026-11-19", false);
        row(">2026-11-18", Kind::Day, day, "2026-11-19", true);
        row(">=2026-11", Kind::Day, day, "2026-11-19", true);
        row("<=2026-11-19", Kind::Day, day, "2026-11-19", true);
        row("<2026-11-19", Kind::Day, day, "2026-11-19", false);
        row("2026-09~2026-11", Kind::Day, day, "2026-11-19", true);
        row("2025~2026-10", Kind::Day, day, "2026-11-19", false);
        row("=2026-11-19", Kind::Day, "2026-11-19 14:05:00 UTC", "2026-11-19T14:05:00Z", true);
    }
    void typed_keepsCell()
    {
        QFETCH(QString, typed);
        QFETCH(int, kind);
        QFETCH(QString, shown);
        QFETCH(QString, raw);
        QFETCH(bool, kept);
        QCOMPARE(keeps(typed.toUtf8().constData(), static_cast<Kind>(kind), shown.toUtf8().constData(),
                       raw.toUtf8().constData()),
                 kept);
    }

    void mistakes_areNamed_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("said");
        QTest::newRow("no operand") << ">" << int(Kind::Number) << "\">\" needs a value";
        QTest::newRow("no number") << "<>abc" << int(Kind::Number) << "\"abc\" is no number";
        QTest::newRow("no day") << ">2026-13" << int(Kind::Day) << "\"2026-13\" is no day";
        QTest::newRow("no such day") << "=2026-02-30" << int(Kind::Day) << "\"2026-02-30\" is no day";
        QTest::newRow("backwards") << "5~1" << int(Kind::Number) << "\"5~1\" runs backwards";
        QTest::newRow("backwards days") << "2026-11~2026-09" << int(Kind::Day) << "runs backwards";
        QTest::newRow("pattern") << "ok;/(a/" << int(Kind::Text) << "/(a/";
        QTest::newRow("looking ahead") << "/a(?=b)/" << int(Kind::Text) << "not supported";
    }
    void mistakes_areNamed()
    {
        QFETCH(QString, typed);
        QFETCH(int, kind);
        QFETCH(QString, said);
        const auto filter = CellFilter::parse(typed.toStdString(), static_cast<Kind>(kind));
        QVERIFY(!filter);
        QVERIFY2(QString::fromStdString(filter.error().what).contains(said), filter.error().what.c_str());
    }

    void decimals_compareAsNumbers()
    {
        std::mt19937 random(3);
        const auto digits = [&random](int most) {
            std::string text;
            for (int i = std::uniform_int_distribution<int>(0, most)(random); i > 0; --i)
                text += static_cast<char>('0' + std::uniform_int_distribution<int>(0, 2)(random));
            return text;
        };
        for (int i = 0; i < 4000; ++i) {
            const auto made = [&] {
                return std::string(random() % 3 == 0 ? "-" : "") + "0" + digits(3) + "." + digits(3) + "0";
            };
            const std::string a = made(), b = made();
            const long double left = std::stold(a), right = std::stold(b);
            QCOMPARE(*compareDecimals(a, b), left < right ? -1 : left > right ? 1 : 0);
        }
        QCOMPARE(*compareDecimals("170000000000000000000.000000000000000001", "170000000000000000000"), 1);
        QVERIFY(!compareDecimals("1e3", "1"));
        QVERIFY(!compareDecimals("", "1"));
    }

    void randomFilters_equalTheSlowOnes()
    {
        std::mt19937 random(20'261'130);
        const auto pick = [&random](const std::vector<std::string>& from) {
            return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(random)];
        };
        const std::vector<std::string> words{"a", "B", "ab", "ba", "aba", "x y", "10", "9", "-3", "2.50"};
        const std::vector<std::string> numbers{"0", "1", "-1", "10", "9", "2.5", "2.50", "-2.25", "1000", "999.99"};
        const std::vector<std::string> patterns{"a+", "^b", "a$", "[ab]b", "x|y", "b?a"};
        int kept = 0;
        for (int round = 0; round < 2000; ++round) {
            const Kind kind = round % 2 == 0 ? Kind::Text : Kind::Number;
            const auto& operands = kind == Kind::Text ? words : numbers;
            std::vector<SlowCondition> conditions;
            std::string typed;
            for (std::size_t i = 0; i <= random() % 3; ++i) {
                SlowCondition one{pick({"", "!", "=", "<>", ">", ">=", "<", "<=", "~", "/", "%"}), pick(operands), {}};
                one.b = pick(operands);
                if (one.sign == "/")
                    one.a = pick(patterns);
                if ((one.sign.empty() || one.sign == "!") && one.a == "x y")
                    one.a = "y";
                if ((one.sign == "=" || one.sign == "<>") && random() % 4 == 0)
                    one.a = "null";
                if (one.sign == "~" && !CellFilter::parse(one.typed(), kind))
                    std::swap(one.a, one.b);
                if (one.sign == "%" && kind == Kind::Number)
                    one.b = ".x";
                conditions.push_back(one);
                typed += (i > 0 ? " ;" : "") + one.typed();
            }
            const auto filter = CellFilter::parse(typed, kind);
            QVERIFY2(filter.ok(), (typed + ": " + (filter ? "" : filter.error().what)).c_str());
            for (int cell = 0; cell < 4; ++cell) {
                const std::string raw = random() % 6 == 0 ? "" : pick(operands);
                const std::string shown = raw.empty() ? "none" : raw;
                const bool expected = std::any_of(conditions.begin(), conditions.end(),
                                                  [&](const SlowCondition& c) { return c.holds(kind, shown, raw); });
                QVERIFY2(filter->matches({shown, raw}) == expected, (typed + " on \"" + raw + '"').c_str());
                kept += expected ? 1 : 0;
            }
        }
        QVERIFY(kept > 1000 && kept < 7000);
    }

    void longCells_takeTimeOfTheirLengthOnly()
    {
        const std::string text(20'000, 'a');
        QVERIFY(!keeps("/(a+)+b/", Kind::Text, text.c_str(), text.c_str()));
        QVERIFY(!keeps("a%a%a%a%b", Kind::Text, text.c_str(), text.c_str()));
    }
};

QTEST_APPLESS_MAIN(TstCellFilter)
#include "tst_cellfilter.moc"
