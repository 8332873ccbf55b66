#include <QtTest/QtTest>

#include "models/domain/money.h"
#include "models/domain/splittotals.h"

#include <limits>
#include <numeric>
#include <random>
#include <vector>

using namespace altimeter;

namespace {

constexpr Int128 kHighest = static_cast<Int128>(~UInt128{0} >> 1);
constexpr Int128 kLowest = -kHighest - 1;

Amount amount(const char* text)
{
    return *Amount::parse(text);
}

std::vector<std::string> texts(const std::vector<Amount>& amounts)
{
    std::vector<std::string> answer;
    for (const Amount& each : amounts)
        answer.push_back(each.toString(0));
    return answer;
}

Int128 randomInt128(std::mt19937_64& random)
{
    const UInt128 bits = (static_cast<UInt128>(random()) << 64) | random();
    return static_cast<Int128>(bits) >> (random() % 127);
}

} // namespace

class TestMoney : public QObject {
    Q_OBJECT

private slots:
    void currency_text_isTrimmedUpperCasedAndCut()
    {
        QCOMPARE(Currency("usd").code(), std::string_view("USD"));
        QCOMPARE(Currency(" eur\r").code(), std::string_view("EUR"));
        QCOMPARE(Currency("").code(), std::string_view("XXX"));
        QVERIFY(Currency().isUnknown());
        QVERIFY(Currency("  ").isUnknown());
        QCOMPARE(Currency("VirtualCurrency").code(), std::string_view("VIRTUALCURR"));
        QVERIFY(Currency("USD") == Currency("usd"));
        QVERIFY(Currency("EUR") < Currency("USD"));
    }

    /// Questions find a currency again by its code.
    void currency_ofItsOwnCode_isTheSame()
    {
        using namespace std::string_view_literals;
        for (const std::string_view text :
             {"US\0D"sv, "\0"sv, " \0X"sv, "ABCDEFGHIJ KL"sv, "          A B"sv, "A \0"sv, "\t\t\tABCDEFGHI\t\tK"sv}) {
            const Currency currency(text);
            QVERIFY(Currency(currency.code()) == currency);
            QVERIFY(!currency.code().empty());
        }
        QCOMPARE(Currency("ABCDEFGHIJ KL").code(), std::string_view("ABCDEFGHIJ"));
        QVERIFY(Currency("\0USD"sv).isUnknown());
    }

    void amount_text_roundTrips()
    {
        for (const char* text :
             {"0", "1", "-1", "0.00000015", "12.00000015", "-9200000000.000000000000000001",
              "170141183460469231731.687303715884105727", "-170141183460469231731.687303715884105728"})
            QCOMPARE(amount(text).toString(0), std::string(text));
        QCOMPARE(amount("12.00000015").toString(), std::string("12.000000150"));
        QCOMPARE(amount("1.5e-3").toString(), std::string("0.001500000"));
        QVERIFY(amount("170141183460469231731.687303715884105727").attos() == kHighest);
    }

    void amount_wrongText_isAnError()
    {
        QCOMPARE(Amount::parse("$5").error().code, ErrorCode::Invalid);
        QCOMPARE(Amount::parse("five").error().code, ErrorCode::Invalid);
        QCOMPARE(Amount::parse("170141183460469231731.687303715884105728").error().code, ErrorCode::Overflow);
        QCOMPARE(Amount::parse("1e30").error().code, ErrorCode::Overflow);
    }

    void amount_moreThan18Decimals_roundsHalfToEven()
    {
        const auto attos = [](const char* text) { return Amount::fromDecimal(parseDecimal(text)->value)->attos(); };
        QVERIFY(attos("0.0000000000000000005") == 0);
        QVERIFY(attos("0.0000000000000000015") == 2);
        QVERIFY(attos("0.0000000000000000025") == 2);
        QVERIFY(attos("-0.0000000000000000005") == 0);
        QVERIFY(attos("-0.0000000000000000015") == -2);
        QVERIFY(attos("-0.0000000000000000025000000000000001") == -3);
        QVERIFY(amount("-0.0000000000000000015").attos() == -2);
        QVERIFY(amount("0.0000000000000000025").attos() == 2);
    }

    void amount_ofLowValueCurrencies_staysFarInside()
    {
        const Amount rupiah = amount("9000000000000"); // nine million million
        AmountSum sum;
        for (int i = 0; i < 1'000'000; ++i)
            sum.add(rupiah);
        QVERIFY(!sum.overflowed());
        QCOMPARE(sum.amount().toString(0), std::string("9000000000000000000"));
    }

    void arithmetic_leavingTheRange_isAnError()
    {
        const Amount highest = Amount::fromAttos(kHighest);
        const Amount lowest = Amount::fromAttos(kLowest);
        const Amount one = Amount::fromAttos(1);
        QCOMPARE(checkedAdd(highest, one).error().code, ErrorCode::Overflow);
        QCOMPARE(checkedSubtract(lowest, one).error().code, ErrorCode::Overflow);
        QVERIFY(checkedAdd(lowest, highest)->attos() == -1);
        QCOMPARE(checkedAdd(amount("0.1"), amount("0.2"))->toString(0), std::string("0.3"));
        AmountSum sum;
        sum.add(highest);
        sum.add(one);
        QVERIFY(sum.overflowed());
        sum.add(-one);
        QCOMPARE(sum.result().error().code, ErrorCode::Overflow);
    }

    void rounding_forDisplay_isHalfToEven()
    {
        QCOMPARE(amount("2.345").toRoundedString(2), std::string("2.34"));
        QCOMPARE(amount("-2.355").toRoundedString(2), std::string("-2.36"));
        QCOMPARE(amount("0.5").toRoundedString(0), std::string("0"));
        QCOMPARE(amount("-0.004").toRoundedString(2), std::string("0.00"));
    }

    void toDouble_anyAmount_isNearest()
    {
        QCOMPARE(amount("0.1").toDouble(), 0.1);
        QCOMPARE(amount("-2593.33473396").toDouble(), -2593.33473396);
        QCOMPARE(amount("123456789012.123456789").toDouble(), 123456789012.123456789);
    }

    void split_knownCases_giveKnownParts()
    {
        const std::vector<std::int64_t> thirds{1, 1, 1};
        QCOMPARE(texts(*splitByWeights(Amount::fromAttos(100), thirds)),
                 (std::vector<std::string>{"0.000000000000000034", "0.000000000000000033", "0.000000000000000033"}));
        QCOMPARE(texts(*splitByWeights(Amount::fromAttos(-100), thirds)),
                 (std::vector<std::string>{"-0.000000000000000034", "-0.000000000000000033", "-0.000000000000000033"}));
        const std::vector<std::int64_t> uneven{1, 0, 5};
        QCOMPARE(texts(*splitByWeights(amount("12"), uneven)), (std::vector<std::string>{"2", "0", "10"}));
        const std::vector<std::int64_t> largestFraction{1, 2}; // 10/3 and 20/3: the second has the larger fraction
        QCOMPARE(texts(*splitByWeights(Amount::fromAttos(10), largestFraction)),
                 (std::vector<std::string>{"0.000000000000000003", "0.000000000000000007"}));
    }

    void split_ofTheLowestAmount_staysWhole()
    {
        const std::vector<std::int64_t> one{7};
        QVERIFY(splitByWeights(Amount::fromAttos(kLowest), one)->front().attos() == kLowest);
    }

    void split_withoutUsableWeights_isAnError()
    {
        const std::vector<std::int64_t> none;
        const std::vector<std::int64_t> zeros{0, 0};
        const std::vector<std::int64_t> negative{3, -1};
        for (const auto& weights : {none, zeros, negative})
            QCOMPARE(splitByWeights(amount("1"), weights).error().code, ErrorCode::Invalid);
    }

    void split_randomTotals_partsAddUp()
    {
        std::mt19937_64 random(11);
        for (int round = 0; round < 100'000; ++round) {
            const Amount total = Amount::fromAttos(randomInt128(random));
            std::vector<std::int64_t> weights(1 + random() % 8);
            for (auto& weight : weights)
                weight = static_cast<std::int64_t>(random() >> (1 + random() % 63));
            weights[random() % weights.size()] |= 1;
            const auto parts = splitByWeights(total, weights);
            QVERIFY(parts.ok());
            Int128 sum = 0;
            const auto weightSum = std::accumulate(weights.begin(), weights.end(), 0.0L);
            for (std::size_t i = 0; i < weights.size(); ++i) {
                const Int128 part = (*parts)[i].attos();
                sum += part;
                QVERIFY(part == 0 || (part < 0) == total.isNegative());
                const long double ideal =
                    static_cast<long double>(total.attos()) * static_cast<long double>(weights[i]) / weightSum;
                const long double slack = 2 + std::abs(static_cast<long double>(total.attos())) * 1e-17L;
                QVERIFY(std::abs(static_cast<long double>(part) - ideal) <= slack);
            }
            QVERIFY(sum == total.attos());
        }
    }

    void split_weightsBeyond64BitsInSum_equalsTheSplitByRatio()
    {
        constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
        const std::vector<std::int64_t> large{kMax, kMax, kMax, kMax};
        const std::vector<std::int64_t> small{1, 1, 1, 1};
        for (const char* text : {"1", "-170141183460469231731.687303715884105728", "0.000000000000000003", "123.457"})
            QCOMPARE(texts(*splitByWeights(amount(text), large)), texts(*splitByWeights(amount(text), small)));
    }

    void splitTotals_equalTheSumsOfTheParts()
    {
        std::mt19937_64 random(13);
        for (int round = 0; round < 4'000; ++round) {
            std::vector<std::int64_t> weights(1 + random() % 40);
            const int bits = 1 + static_cast<int>(random() % 63);
            for (auto& weight : weights)
                weight = random() % 9 == 0 ? 0 : static_cast<std::int64_t>(random() >> (64 - bits)) / 2;
            if (round % 4 == 0) { // equal ones, and multiples whose fractions tie
                for (auto& weight : weights)
                    weight = 1 + static_cast<std::int64_t>(random() % 3) * 2;
            }
            weights[random() % weights.size()] |= 1;
            auto totals = SplitTotals::of(weights);
            QVERIFY(totals.ok());
            for (int again = 0; again < 2; ++again) {
                std::vector<AmountSum> sums(weights.size());
                for (int i = 0; i < static_cast<int>(random() % 20); ++i) {
                    const int shift = 8 + static_cast<int>(random() % 112);
                    const Amount amount = Amount::fromAttos(randomInt128(random) >> shift);
                    totals->add(amount);
                    const auto parts = splitByWeights(amount, weights);
                    for (std::size_t at = 0; at < weights.size(); ++at)
                        sums[at].add((*parts)[at]);
                }
                std::size_t seen = 0;
                totals->take([&](std::uint32_t at, Int128 attos, bool overflowed) {
                    ++seen;
                    QVERIFY(weights[at] > 0);
                    QVERIFY(!overflowed);
                    QVERIFY(attos == sums[at].amount().attos());
                });
                QCOMPARE(seen, static_cast<std::size_t>(std::count_if(weights.begin(), weights.end(),
                                                                      [](std::int64_t w) { return w > 0; })));
            }
        }
    }

    void splitTotals_beyondTheRange_areSaid()
    {
        const std::vector<std::int64_t> one{7};
        auto totals = SplitTotals::of(one);
        totals->add(Amount::fromAttos(kLowest));
        totals->take([](std::uint32_t, Int128 attos, bool overflowed) {
            QVERIFY(!overflowed);
            QVERIFY(attos == kLowest);
        });
        totals->add(Amount::fromAttos(kLowest));
        totals->add(Amount::fromAttos(-8));
        totals->take([](std::uint32_t, Int128, bool overflowed) { QVERIFY(overflowed); });
        totals->add(Amount::fromAttos(5));
        totals->take([](std::uint32_t, Int128 attos, bool overflowed) { QVERIFY(!overflowed && attos == 5); });
        const std::vector<std::int64_t> none{0, 0};
        QCOMPARE(SplitTotals::of(none).error().code, ErrorCode::Invalid);
    }

    void split_twice_isTheSame()
    {
        std::mt19937_64 random(12);
        std::vector<std::int64_t> weights(50);
        for (auto& weight : weights)
            weight = static_cast<std::int64_t>(random() % 5);
        weights[0] = 1;
        QVERIFY(*splitByWeights(amount("-17.000000001"), weights) == *splitByWeights(amount("-17.000000001"), weights));
    }
};

QTEST_APPLESS_MAIN(TestMoney)
#include "tst_money.moc"
