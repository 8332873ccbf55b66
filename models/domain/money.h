#pragma once

#include "models/domain/decimal.h"
#include "models/domain/splitratio.h"

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// A billing currency code as the provider wrote it, upper-cased ("USD"). "XXX" (ISO 4217: no currency) where the
/// source names none. At most 11 bytes; longer text is cut and reported by the importer as not ISO 4217.
class Currency {
public:
    constexpr Currency() = default;
    explicit Currency(std::string_view code);
    std::string_view code() const;
    bool isUnknown() const { return code() == "XXX"; }
    friend auto operator<=>(const Currency&, const Currency&) = default;
    friend bool operator==(const Currency&, const Currency&) = default;

private:
    std::array<char, 12> m_code{'X', 'X', 'X'};
};

/// An exact amount of one currency's major unit, counted in 10^-18 ("attos"), without saying which currency.
///
/// Range ±1.7e20 units, so the rupiah books of a large company stay far inside. Every operation that could leave the
/// range is checked: `checkedAdd` answers an Error, `AmountSum` remembers. See resources/docs/decisions/exact-money.md.
class Amount {
public:
    constexpr Amount() = default;
    static constexpr Amount fromAttos(Int128 attos)
    {
        Amount a;
        a.m_attos = attos;
        return a;
    }
    static constexpr Amount fromUnits(std::int64_t units)
    {
        return fromAttos(static_cast<Int128>(units) * kAttosPerUnit);
    }
    /// Exact when the value has at most 18 decimals; further digits are rounded half to even. Error Overflow.
    static Result<Amount> fromDecimal(const Decimal& value);
    /// Reads plain decimal text ("12.5"). Error Invalid or Overflow.
    static Result<Amount> parse(std::string_view text);

    constexpr Int128 attos() const { return m_attos; }
    constexpr bool isZero() const { return m_attos == 0; }
    constexpr bool isNegative() const { return m_attos < 0; }
    constexpr Amount operator-() const { return fromAttos(-m_attos); }
    /// Nearest double, for charts and statistics only; never added back into money.
    double toDouble() const;
    /// Plain exact decimal with at least `minDecimals` digits after the point: "12.000000150".
    std::string toString(int minDecimals = 9) const;
    /// Rounded half to even to exactly `decimals` (0..18) digits.
    std::string toRoundedString(int decimals) const;
    friend constexpr auto operator<=>(Amount, Amount) = default;
    friend constexpr bool operator==(Amount, Amount) = default;

    static constexpr std::int64_t kAttosPerUnit = 1'000'000'000'000'000'000;

private:
    Int128 m_attos = 0;
};

Result<Amount> checkedAdd(Amount a, Amount b);
Result<Amount> checkedSubtract(Amount a, Amount b);

/// Adds many amounts and remembers whether the range was left on the way.
class AmountSum {
public:
    void add(Amount a) { m_overflowed |= __builtin_add_overflow(m_attos, a.attos(), &m_attos); }
    void add(const AmountSum& other)
    {
        add(Amount::fromAttos(other.m_attos));
        m_overflowed |= other.m_overflowed;
    }
    bool overflowed() const { return m_overflowed; }
    /// The sum so far. Only meaningful while not overflowed().
    Amount amount() const { return Amount::fromAttos(m_attos); }
    Result<Amount> result() const;

private:
    Int128 m_attos = 0;
    bool m_overflowed = false;
};

/// Divides many amounts in the same proportion; see splitByWeights(). Used by one thread.
class WeightSplit {
public:
    WeightSplit() = default; ///< divides nothing
    /// Requires at least one weight above zero and none below (Error Invalid).
    static Result<WeightSplit> of(std::span<const std::int64_t> weights);
    std::size_t size() const { return m_weights.size(); }
    bool takesPart(std::size_t index) const { return m_weights[index] > 0; }
    /// One part per weight; valid until the next call.
    std::span<const Amount> split(Amount total);

private:
    std::vector<std::uint64_t> m_weights;
    UInt128 m_sum = 0;
    std::vector<SplitRatio> m_ratios; ///< empty: the sum is too large for them
    std::vector<UInt128> m_parts, m_fractions;
    std::vector<std::size_t> m_order;
    std::vector<Amount> m_answer;
};

/// Divides `total` in proportion to `weights`, so that the parts add up to `total` to the last atto.
/// The remainder goes to the largest fractions; equal fractions favour the lower index, so a rerun gives the same
/// split. Requires at least one weight above zero and none below (Error Invalid). A negative total keeps its sign in
/// each part.
Result<std::vector<Amount>> splitByWeights(Amount total, std::span<const std::int64_t> weights);

} // namespace altimeter
