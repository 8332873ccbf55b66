#pragma once

#include <algorithm>
#include <string>

namespace altimeter::testing {

/// Decimal addition the way a child learns it: digit by digit on text. Slow and independent of the product's own
/// arithmetic, so it can judge it.
class Schoolbook {
public:
    explicit Schoolbook(const std::string& plain)
    {
        m_negative = plain.starts_with('-');
        const std::string unsignedText = plain.substr(m_negative ? 1 : 0);
        const auto point = std::min(unsignedText.find('.'), unsignedText.size());
        m_digits = unsignedText.substr(0, point);
        std::string decimals = point < unsignedText.size() ? unsignedText.substr(point + 1) : "";
        decimals.resize(kDecimals, '0');
        m_digits += decimals;
        trim();
    }

    Schoolbook plus(const Schoolbook& other) const
    {
        Schoolbook sum = *this;
        if (m_negative == other.m_negative) {
            sum.m_digits = add(m_digits, other.m_digits);
        } else if (isLess(m_digits, other.m_digits)) {
            sum.m_digits = subtract(other.m_digits, m_digits);
            sum.m_negative = other.m_negative;
        } else {
            sum.m_digits = subtract(m_digits, other.m_digits);
        }
        sum.trim();
        return sum;
    }

    /// Plain text with at least `minDecimals` decimals and no other trailing zeros.
    std::string text(std::size_t minDecimals) const
    {
        std::string padded = m_digits;
        if (padded.size() <= kDecimals)
            padded.insert(0, kDecimals + 1 - padded.size(), '0');
        const std::string whole = padded.substr(0, padded.size() - kDecimals);
        std::string decimals = padded.substr(padded.size() - kDecimals);
        while (decimals.size() > minDecimals && decimals.back() == '0')
            decimals.pop_back();
        const bool isZero = m_digits == "0";
        return (m_negative && !isZero ? "-" : "") + whole + (decimals.empty() ? "" : "." + decimals);
    }

private:
    static constexpr std::size_t kDecimals = 40;

    static bool isLess(const std::string& a, const std::string& b)
    {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
    static std::string add(std::string a, std::string b)
    {
        const std::size_t width = std::max(a.size(), b.size()) + 1;
        a.insert(0, width - a.size(), '0');
        b.insert(0, width - b.size(), '0');
        int carry = 0;
        for (std::size_t i = width; i-- > 0;) {
            const int digit = (a[i] - '0') + (b[i] - '0') + carry;
            a[i] = static_cast<char>('0' + digit % 10);
            carry = digit / 10;
        }
        return a;
    }
    static std::string subtract(std::string a, std::string b)
    {
        b.insert(0, a.size() - b.size(), '0');
        int borrow = 0;
        for (std::size_t i = a.size(); i-- > 0;) {
            int digit = (a[i] - '0') - (b[i] - '0') - borrow;
            borrow = digit < 0 ? 1 : 0;
            digit += borrow * 10;
            a[i] = static_cast<char>('0' + digit);
        }
        return a;
    }
    void trim() { m_digits.erase(0, std::min(m_digits.find_first_not_of('0'), m_digits.size() - 1)); }

    bool m_negative = false;
    std::string m_digits; ///< without a point, kDecimals of them after it
};

} // namespace altimeter::testing
