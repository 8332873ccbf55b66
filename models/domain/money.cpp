#include "models/domain/money.h"

#include "models/domain/powersoften.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace altimeter {

namespace {

constexpr std::size_t kMaxCodeBytes = 11;
constexpr int kAmountDecimals = 18;

Error outOfRange(std::string what)
{
    return {ErrorCode::Overflow, std::move(what), {}};
}

/// `value` / `divisor`, half to even. `divisor` is even and positive.
Int128 divideHalfEven(Int128 value, Int128 divisor)
{
    Int128 quotient = value / divisor;
    const Int128 rest = value % divisor;
    const Int128 distance = rest < 0 ? -rest : rest;
    const bool odd = quotient % 2 != 0;
    if (distance > divisor / 2 || (distance == divisor / 2 && odd))
        quotient += value < 0 ? -1 : 1;
    return quotient;
}

DecimalSum sumOf(Amount amount)
{
    DecimalSum sum;
    sum.add(Decimal{amount.attos(), kAmountDecimals});
    return sum;
}

Result<Amount> fromSum(const DecimalSum& sum)
{
    constexpr std::int64_t kHalf = Amount::kAttosPerUnit / 2;
    std::int64_t rest = 0;
    const auto attos = sum.attosFloor(&rest);
    if (!attos)
        return attos.error();
    const bool up = rest > kHalf || (rest == kHalf && *attos % 2 != 0);
    return checkedAdd(Amount::fromAttos(*attos), Amount::fromAttos(up ? 1 : 0));
}

/// floor(rest * weight / sum) and what is left of it, exact although the product may need 192 bits.
/// Requires rest < sum < 2^127.
struct Share {
    UInt128 quotient = 0;
    UInt128 left = 0;
};

Share shareOf(UInt128 rest, std::uint64_t weight, UInt128 sum)
{
    UInt128 product = 0;
    if (!__builtin_mul_overflow(rest, UInt128{weight}, &product))
        return {product / sum, product % sum};
    Share share;
    const auto addModulo = [&share, sum](UInt128 term) {
        share.left += term;
        if (share.left >= sum) {
            share.left -= sum;
            ++share.quotient;
        }
    };
    for (int bit = 63; bit >= 0; --bit) {
        share.quotient *= 2;
        addModulo(share.left);
        if (((weight >> bit) & 1) != 0)
            addModulo(rest);
    }
    return share;
}

Share shareOf(std::uint64_t rest, const SplitRatio& ratio)
{
    const SplitRatio::Part part = ratio.of(rest);
    return {part.whole, part.left};
}

Result<UInt128> sumOfWeights(std::span<const std::int64_t> weights)
{
    UInt128 sum = 0;
    for (const std::int64_t weight : weights) {
        if (weight < 0)
            return Error{ErrorCode::Invalid, "a weight of a split is below zero", {}};
        sum += static_cast<std::uint64_t>(weight);
    }
    if (sum == 0)
        return Error{ErrorCode::Invalid, "a split needs at least one weight above zero", {}};
    return sum;
}

} // namespace

Currency::Currency(std::string_view code)
{
    const auto isBlank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    code = code.substr(0, code.find('\0'));
    while (!code.empty() && isBlank(code.front()))
        code.remove_prefix(1);
    code = code.substr(0, kMaxCodeBytes);
    while (!code.empty() && isBlank(code.back())) // also what the cut laid bare: a code must be that of its own text
        code.remove_suffix(1);
    if (code.empty())
        return;
    m_code.fill('\0');
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
    std::transform(code.begin(), code.end(), m_code.begin(), upper);
}

std::string_view Currency::code() const
{
    const auto end = std::find(m_code.begin(), m_code.end(), '\0');
    return {m_code.data(), static_cast<std::size_t>(end - m_code.begin())};
}

Result<Amount> Amount::fromDecimal(const Decimal& value)
{
    if (value.scale > kAmountDecimals)
        return fromAttos(divideHalfEven(value.mantissa, powerOfTen(value.scale - kAmountDecimals)));
    Int128 attos = 0;
    if (__builtin_mul_overflow(value.mantissa, powerOfTen(kAmountDecimals - value.scale), &attos))
        return outOfRange("the amount " + altimeter::toString(value) + " is too large");
    return fromAttos(attos);
}

Result<Amount> Amount::parse(std::string_view text)
{
    if (const auto sum = DecimalSum::parse(text))
        return fromSum(*sum);
    const auto parsed = parseDecimal(text);
    if (!parsed)
        return parsed.error();
    if (parsed->style != NumberStyle::Plain)
        return Error{ErrorCode::Invalid, "\"" + std::string(text) + "\" is not a plain decimal number", {}};
    return fromDecimal(parsed->value);
}

double Amount::toDouble() const
{
    return static_cast<double>(static_cast<long double>(m_attos) / static_cast<long double>(kAttosPerUnit));
}

std::string Amount::toString(int minDecimals) const
{
    return sumOf(*this).toString(minDecimals);
}

std::string Amount::toRoundedString(int decimals) const
{
    return sumOf(*this).toRoundedString(decimals);
}

Result<Amount> checkedAdd(Amount a, Amount b)
{
    Int128 sum = 0;
    if (__builtin_add_overflow(a.attos(), b.attos(), &sum))
        return outOfRange("adding " + a.toString() + " and " + b.toString() + " leaves the range of an amount");
    return Amount::fromAttos(sum);
}

Result<Amount> checkedSubtract(Amount a, Amount b)
{
    Int128 difference = 0;
    if (__builtin_sub_overflow(a.attos(), b.attos(), &difference))
        return outOfRange("subtracting " + b.toString() + " from " + a.toString() + " leaves the range of an amount");
    return Amount::fromAttos(difference);
}

Result<Amount> AmountSum::result() const
{
    if (m_overflowed)
        return outOfRange("a sum left the range of an amount");
    return amount();
}

Result<WeightSplit> WeightSplit::of(std::span<const std::int64_t> weights)
{
    const auto sum = sumOfWeights(weights);
    if (!sum)
        return sum.error();
    WeightSplit split;
    split.m_weights.assign(weights.begin(), weights.end());
    split.m_sum = *sum;
    split.m_parts.resize(weights.size());
    split.m_fractions.resize(weights.size());
    split.m_answer.resize(weights.size());
    split.m_order.resize(weights.size());
    if (*sum <= static_cast<UInt128>(std::numeric_limits<std::int64_t>::max())) {
        for (const std::uint64_t weight : split.m_weights)
            split.m_ratios.emplace_back(weight, static_cast<std::uint64_t>(*sum));
    }
    return split;
}

std::span<const Amount> WeightSplit::split(Amount total)
{
    const auto raw = static_cast<UInt128>(total.attos());
    const UInt128 magnitude = total.isNegative() ? UInt128{0} - raw : raw;
    const UInt128 whole = magnitude / m_sum;
    const UInt128 rest = magnitude % m_sum;
    UInt128 left = magnitude;
    for (std::size_t i = 0; i < m_weights.size(); ++i) {
        const Share share = rest == 0          ? Share()
                            : m_ratios.empty() ? shareOf(rest, m_weights[i], m_sum)
                                               : shareOf(static_cast<std::uint64_t>(rest), m_ratios[i]);
        m_parts[i] = whole * m_weights[i] + share.quotient;
        m_fractions[i] = share.left;
        left -= m_parts[i];
    }
    if (left > 0) { // fewer attos than weights are left: the largest fractions get one each
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
        const auto larger = [this](std::size_t a, std::size_t b) {
            return m_fractions[a] != m_fractions[b] ? m_fractions[a] > m_fractions[b] : a < b;
        };
        const auto lucky = m_order.begin() + static_cast<std::ptrdiff_t>(left);
        std::nth_element(m_order.begin(), lucky, m_order.end(), larger);
        for (auto at = m_order.begin(); at != lucky; ++at)
            ++m_parts[*at];
    }
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        m_answer[i] = Amount::fromAttos(static_cast<Int128>(total.isNegative() ? UInt128{0} - m_parts[i] : m_parts[i]));
    return m_answer;
}

Result<std::vector<Amount>> splitByWeights(Amount total, std::span<const std::int64_t> weights)
{
    auto split = WeightSplit::of(weights);
    if (!split)
        return split.error();
    const auto parts = split->split(total);
    return std::vector<Amount>(parts.begin(), parts.end());
}

} // namespace altimeter
