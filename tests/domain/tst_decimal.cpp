#include <QtTest/QtTest>

#include "models/domain/decimal.h"
#include "tests/domain/schoolbook.h"

#include <random>
#include <vector>

using namespace altimeter;
using altimeter::testing::Schoolbook;

namespace {

std::string randomDecimal(std::mt19937_64& random, int maxWhole, int maxDecimals)
{
    const auto pick = [&random](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit + 1)); };
    std::string text = pick(1) == 0 ? "" : "-";
    const int whole = 1 + pick(maxWhole - 1);
    const int decimals = pick(maxDecimals);
    for (int i = 0; i < whole; ++i)
        text += static_cast<char>('0' + pick(9));
    if (decimals > 0)
        text += '.';
    for (int i = 0; i < decimals; ++i)
        text += static_cast<char>('0' + pick(9));
    return text;
}

std::string withoutLeadingZeros(const std::string& text)
{
    const bool negative = text.starts_with('-');
    std::string digits = text.substr(negative ? 1 : 0);
    while (digits.size() > 1 && digits[0] == '0' && digits[1] != '.')
        digits.erase(0, 1);
    const bool isZero = digits.find_first_not_of("0.") == std::string::npos;
    return (negative && !isZero ? "-" : "") + digits;
}

DecimalSum sumOf(const char* text)
{
    DecimalSum sum;
    sum.add(parseDecimal(text)->value);
    return sum;
}

} // namespace

class TestDecimal : public QObject {
    Q_OBJECT

private slots:
    void parse_text_answersValueAndStyle_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<bool>("plain");
        QTest::newRow("whole") << QByteArray("12") << QByteArray("12") << true;
        QTest::newRow("zero") << QByteArray("0") << QByteArray("0") << true;
        QTest::newRow("negative") << QByteArray("-3") << QByteArray("-3") << true;
        QTest::newRow("trailing zeros stay") << QByteArray("1.50") << QByteArray("1.50") << true;
        QTest::newRow("no whole part") << QByteArray(".5") << QByteArray("0.5") << true;
        QTest::newRow("point at the end") << QByteArray("5.") << QByteArray("5") << true;
        QTest::newRow("minus zero") << QByteArray("-0.00") << QByteArray("0.00") << true;
        QTest::newRow("leading zeros") << QByteArray("000000000000000000000000000000000000000000012.5")
                                       << QByteArray("12.5") << true;
        QTest::newRow("24 decimals") << QByteArray("0.000000000000000000000001")
                                     << QByteArray("0.000000000000000000000001") << true;
        QTest::newRow("36 decimals") << QByteArray("-0.000000000000000000000000000000000001")
                                     << QByteArray("-0.000000000000000000000000000000000001") << true;
        QTest::newRow("38 digits") << QByteArray("99999999999999999999999999999999999999")
                                   << QByteArray("99999999999999999999999999999999999999") << true;
        QTest::newRow("zero padding beyond the range") << QByteArray("1.5000000000000000000000000000000000000000000000")
                                                       << QByteArray("1.500000000000000000000000000000000000") << true;
        QTest::newRow("exponent") << QByteArray("1.66667e-05") << QByteArray("0.0000166667") << true;
        QTest::newRow("positive exponent") << QByteArray("1.5E3") << QByteArray("1500") << true;
        QTest::newRow("exponent keeps decimals") << QByteArray("1.250E1") << QByteArray("12.50") << true;
        QTest::newRow("zero with any exponent") << QByteArray("0E-400") << toZero(36) << true;
        QTest::newRow("mantissa zeros absorb a deep exponent") << QByteArray("1000E-38") << tiny(35) + "0" << true;
        QTest::newRow("exponent with plus") << QByteArray("2e+2") << QByteArray("200") << false;
        QTest::newRow("dollar and commas") << QByteArray("$10,100.00 ") << QByteArray("10100.00") << false;
        QTest::newRow("millions") << QByteArray("1,234,567.8") << QByteArray("1234567.8") << false;
        QTest::newRow("accounting") << QByteArray("(4.20)") << QByteArray("-4.20") << false;
        QTest::newRow("accounting with sign of money") << QByteArray("($1,004.20)") << QByteArray("-1004.20") << false;
        QTest::newRow("plus") << QByteArray("+1") << QByteArray("1") << false;
        QTest::newRow("minus then dollar") << QByteArray("-$4") << QByteArray("-4") << false;
        QTest::newRow("dollar then minus") << QByteArray("$ -4") << QByteArray("-4") << false;
        QTest::newRow("euro behind") << QByteArray("12.5 \xE2\x82\xAC") << QByteArray("12.5") << false;
        QTest::newRow("rupee before") << QByteArray("\xE2\x82\xB9"
                                                    "12")
                                      << QByteArray("12") << false;
        QTest::newRow("typographic minus") << QByteArray("\xE2\x88\x92"
                                                         "12")
                                           << QByteArray("-12") << false;
        QTest::newRow("hard blank") << QByteArray("\xC2\xA0"
                                                  "7")
                                    << QByteArray("7") << false;
    }

    void parse_text_answersValueAndStyle()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QFETCH(bool, plain);
        const auto parsed = parseDecimal(text.toStdString());
        QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().what.c_str());
        QCOMPARE(QByteArray::fromStdString(toString(parsed->value)), expected);
        QCOMPARE(parsed->style == NumberStyle::Plain, plain);
    }

    void parse_noNumber_isAnError_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("overflow");
        for (const char* text :
             {"",      " ",    "-",        ".",     "-.",        "$",    "()",  "abc",    "1.2.3", "1,5", "1,50,000",
              "12,34", ",500", "1234,567", "0,500", "1,234.5,6", "1e",   "1e-", "e5",     "--1",   "+-1", "(-1)",
              "$$1",   "1-",   "1 000",    "nan",   "inf",       "0x10", "12a", "1,000,", "1e5.5", "(1",  "1)"})
            QTest::newRow(text) << QByteArray(text) << false;
        QTest::newRow("39 digits") << QByteArray("100000000000000000000000000000000000000") << true;
        QTest::newRow("37 decimals") << QByteArray("0.0000000000000000000000000000000000001") << true;
        QTest::newRow("big exponent") << QByteArray("1e38") << true;
        QTest::newRow("absurd exponent") << QByteArray("1e999999999999999999999") << true;
        QTest::newRow("absurd negative exponent") << QByteArray("1e-999999999999999999999") << true;
    }

    void parse_noNumber_isAnError()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, overflow);
        const auto parsed = parseDecimal(text.toStdString());
        QVERIFY(!parsed.ok());
        QCOMPARE(parsed.error().code == ErrorCode::Overflow, overflow);
        QCOMPARE(parsed.error().code == ErrorCode::Invalid, !overflow);
    }

    void parse_randomText_keepsEveryDigit()
    {
        std::mt19937_64 random(1);
        for (int i = 0; i < 200000; ++i) {
            const std::string text = randomDecimal(random, 14, 24);
            const auto parsed = parseDecimal(text);
            QVERIFY2(parsed.ok(), text.c_str());
            QCOMPARE(toString(parsed->value), withoutLeadingZeros(text));
            QVERIFY(parsed->style == NumberStyle::Plain);
        }
    }

    void parse_randomBytes_neverMisbehaves()
    {
        std::mt19937_64 random(2);
        const std::string alphabet = "0123456789.,-+()$eE \xE2\x82\xAC\xC2\xA0";
        for (int i = 0; i < 200000; ++i) {
            std::string text;
            for (auto n = random() % 12; n > 0; --n)
                text += alphabet[random() % alphabet.size()];
            const auto parsed = parseDecimal(text);
            if (!parsed)
                continue;
            const auto again = parseDecimal(toString(parsed->value));
            QVERIFY2(again.ok(), text.c_str());
            QVERIFY(again->value.mantissa == parsed->value.mantissa && again->value.scale == parsed->value.scale);
        }
    }

    void sum_randomDecimals_equalsSchoolbook()
    {
        std::mt19937_64 random(3);
        for (int round = 0; round < 300; ++round) {
            DecimalSum sum;
            Schoolbook expected("0");
            for (int i = 0; i < 500; ++i) {
                const std::string text = randomDecimal(random, 14, 24);
                sum.add(parseDecimal(text)->value);
                expected = expected.plus(Schoolbook(text));
                QCOMPARE(sum.toString(), expected.text(9));
            }
            QVERIFY(!sum.overflowed());
        }
    }

    void sum_wideDecimals_equalsSchoolbook()
    {
        std::mt19937_64 random(4);
        DecimalSum sum;
        Schoolbook expected("0");
        for (int i = 0; i < 20000; ++i) {
            const std::string text = i % 2 == 0 ? randomDecimal(random, 30, 8) : randomDecimal(random, 2, 36);
            sum.add(parseDecimal(text)->value);
            expected = expected.plus(Schoolbook(text));
        }
        QCOMPARE(sum.toString(0), expected.text(0));
    }

    void sum_millionsOfTinyAmounts_losesNothing()
    {
        const Decimal tinyAmount = parseDecimal("0.000000000000000000000001")->value;
        const Decimal tinyRefund = parseDecimal("-0.000000000000000000000003")->value;
        DecimalSum sum;
        for (int i = 0; i < 3'000'000; ++i)
            sum.add(tinyAmount);
        QCOMPARE(sum.toString(), std::string("0.000000000000000003"));
        for (int i = 0; i < 2'000'000; ++i)
            sum.add(tinyRefund);
        QCOMPARE(sum.toString(), std::string("-0.000000000000000003"));
        for (int i = 0; i < 3'000'000; ++i)
            sum.add(tinyAmount);
        QVERIFY(sum.isZero());
        QCOMPARE(sum.toString(), std::string("0.000000000"));
    }

    void sum_inAnyOrder_isTheSame()
    {
        std::mt19937_64 random(5);
        std::vector<Decimal> values;
        for (int i = 0; i < 2000; ++i)
            values.push_back(parseDecimal(randomDecimal(random, 12, 24))->value);
        DecimalSum forward;
        for (const Decimal& value : values)
            forward.add(value);
        std::shuffle(values.begin(), values.end(), random);
        DecimalSum left;
        DecimalSum right;
        for (std::size_t i = 0; i < values.size(); ++i)
            (i % 3 == 0 ? left : right).add(values[i]);
        left.add(right);
        QVERIFY(left == forward);
        left.subtract(forward);
        QVERIFY(left.isZero());
    }

    void sum_beyondTheRange_remembersOverflow()
    {
        const Decimal huge = parseDecimal("99999999999999999999999999999999999999")->value;
        DecimalSum sum;
        sum.add(huge);
        QVERIFY(!sum.overflowed());
        sum.add(huge);
        QVERIFY(sum.overflowed());
        DecimalSum other;
        other.add(sum);
        QVERIFY(other.overflowed());
        QVERIFY(!sum.attosFloor().ok());
    }

    void rounding_half_goesToEven_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("decimals");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("down to even") << QByteArray("0.0000000005") << 9 << QByteArray("0.000000000");
        QTest::newRow("up to even") << QByteArray("0.0000000015") << 9 << QByteArray("0.000000002");
        QTest::newRow("above half") << QByteArray("0.000000000500000000000001") << 9 << QByteArray("0.000000001");
        QTest::newRow("negative half") << QByteArray("-0.0000000005") << 9 << QByteArray("0.000000000");
        QTest::newRow("negative up") << QByteArray("-0.0000000015") << 9 << QByteArray("-0.000000002");
        QTest::newRow("carry") << QByteArray("9.9999999999") << 9 << QByteArray("10.000000000");
        QTest::newRow("negative carry") << QByteArray("-9.9999999999") << 9 << QByteArray("-10.000000000");
        QTest::newRow("whole half even") << QByteArray("2.5") << 0 << QByteArray("2");
        QTest::newRow("whole half odd") << QByteArray("3.5") << 0 << QByteArray("4");
        QTest::newRow("cents") << QByteArray("-1234.565") << 2 << QByteArray("-1234.56");
        QTest::newRow("padding") << QByteArray("7") << 9 << QByteArray("7.000000000");
        QTest::newRow("18 places") << QByteArray("0.0000000000000000014") << 18 << QByteArray("0.000000000000000001");
    }

    void rounding_half_goesToEven()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, decimals);
        QFETCH(QByteArray, expected);
        QCOMPARE(sumOf(text.constData()).toRoundedString(decimals), expected.toStdString());
    }

    void attosFloor_anySign_roundsDownAndTellsTheRest()
    {
        std::int64_t rest = -1;
        QVERIFY(*sumOf("0.000000000000000001000000000000000002").attosFloor(&rest) == 1);
        QCOMPARE(rest, std::int64_t{2});
        QVERIFY(*sumOf("-0.000000000000000000000000000000000001").attosFloor(&rest) == -1);
        QCOMPARE(rest, std::int64_t{999'999'999'999'999'999});
        QVERIFY(*sumOf("-2").attosFloor(&rest) == -2 * static_cast<Int128>(1'000'000'000'000'000'000));
        QCOMPARE(rest, std::int64_t{0});
    }

    void attosFloor_atTheBounds_answersOrErrs()
    {
        const auto highest = DecimalSum::parse("170141183460469231731.687303715884105727");
        const auto lowest = DecimalSum::parse("-170141183460469231731.687303715884105728");
        const auto above = DecimalSum::parse("170141183460469231731.687303715884105728");
        const auto below = DecimalSum::parse("-170141183460469231731.687303715884105729");
        QVERIFY(highest->attosFloor().ok());
        QVERIFY(lowest->attosFloor().ok());
        QCOMPARE(above->attosFloor().error().code, ErrorCode::Overflow);
        QCOMPARE(below->attosFloor().error().code, ErrorCode::Overflow);
    }

    void sumParse_whatToStringWrote_comesBack()
    {
        std::mt19937_64 random(6);
        for (int i = 0; i < 20000; ++i) {
            DecimalSum sum;
            sum.add(parseDecimal(randomDecimal(random, 30, 8))->value);
            sum.add(parseDecimal(randomDecimal(random, 2, 36))->value);
            const auto again = DecimalSum::parse(sum.toString());
            QVERIFY(again.ok());
            QVERIFY(*again == sum);
        }
    }

    void sumParse_otherText_isAnError()
    {
        for (const char* text :
             {"", "-", "1.", ".5", "1e5", "+1", " 1", "1,000", "--1", "1.0000000000000000000000000000000000001"})
            QVERIFY2(!DecimalSum::parse(text).ok(), text);
        QCOMPARE(DecimalSum::parse("170141183460469231731687303715884105728").error().code, ErrorCode::Overflow);
        QVERIFY(DecimalSum::parse("-170141183460469231731687303715884105728").ok());
        QCOMPARE(DecimalSum::parse("-170141183460469231731687303715884105728")->toString(0),
                 std::string("-170141183460469231731687303715884105728"));
    }

private:
    static QByteArray toZero(int decimals) { return "0." + QByteArray(decimals, '0'); }
    static QByteArray tiny(int place) { return "0." + QByteArray(place - 1, '0') + "1"; }
};

QTEST_APPLESS_MAIN(TestDecimal)
#include "tst_decimal.moc"
