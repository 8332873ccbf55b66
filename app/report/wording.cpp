#include "app/report/wording.h"

#include "models/domain/powersoften.h"
#include "models/text/showntext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace altimeter::report {

namespace {

constexpr std::string_view kMinus = "\u2212";
constexpr std::string_view kDash = "\u2013";
constexpr std::string_view kThin = "\u2009";

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

/// Half to even, of magnitudes.
UInt128 dividedHalfEven(UInt128 value, UInt128 divisor)
{
    const UInt128 quotient = value / divisor;
    const UInt128 rest = value % divisor;
    const UInt128 other = divisor - rest;
    const bool up = rest > other || (rest == other && quotient % 2 == 1);
    return rest == 0 || !up ? quotient : quotient + 1;
}

std::string digitsOf(UInt128 value)
{
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

/// `digits` with the last `decimals` after a point and commas between groups of three before it.
std::string grouped(std::string digits, int decimals)
{
    const auto after = static_cast<std::size_t>(decimals);
    if (digits.size() <= after)
        digits.insert(0, after + 1 - digits.size(), '0');
    std::string out;
    const std::size_t whole = digits.size() - after;
    for (std::size_t i = 0; i < whole; ++i) {
        if (i > 0 && (whole - i) % 3 == 0)
            out.push_back(',');
        out.push_back(digits[i]);
    }
    if (after > 0)
        out += "." + digits.substr(whole);
    return out;
}

std::string fixedText(double value, int decimals)
{
    std::array<char, 400> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                                   std::chars_format::fixed, decimals);
    std::string digits(buffer.data(), end.ptr);
    std::erase(digits, '.');
    const bool isZero = digits.find_first_not_of('0') == std::string::npos;
    const std::string text = grouped(digits, decimals);
    return value < 0 && !isZero ? std::string(kMinus) + text : text;
}

/// Puts a plus before a text that is neither negative nor all zeros.
std::string withPlus(std::string text)
{
    const bool isZero = text.find_first_of("123456789") == std::string::npos;
    return isZero || text.starts_with(kMinus) ? text : "+" + text;
}

std::string percentText(double percent)
{
    if (!std::isfinite(percent))
        return std::string(kDash);
    return fixedText(percent, 1) + std::string(kThin) + "%";
}

} // namespace

int minorDigits(Currency currency)
{
    static constexpr std::array<std::string_view, 15> kNone = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                               "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF"};
    static constexpr std::array<std::string_view, 7> kThree = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (std::find(kNone.begin(), kNone.end(), currency.code()) != kNone.end())
        return 0;
    return std::find(kThree.begin(), kThree.end(), currency.code()) != kThree.end() ? 3 : 2;
}

std::string amountText(Amount amount, int decimals, int scaleDigits)
{
    const Int128 attos = amount.attos();
    const UInt128 size = attos < 0 ? -static_cast<UInt128>(attos) : static_cast<UInt128>(attos);
    const auto rounded = dividedHalfEven(size, static_cast<UInt128>(powerOfTen(18 + scaleDigits - decimals)));
    const std::string text = grouped(digitsOf(rounded), decimals);
    return attos < 0 && rounded != 0 ? std::string(kMinus) + text : text;
}

std::string moneyText(Amount amount, Currency currency)
{
    return amountText(amount, minorDigits(currency));
}

std::string changeText(Amount change, Currency currency)
{
    return withPlus(moneyText(change, currency));
}

std::string estimateText(double value, Currency currency)
{
    if (!std::isfinite(value))
        return std::string(kDash);
    return fixedText(value, std::abs(value) >= 1000 ? 0 : minorDigits(currency));
}

std::string estimateChangeText(double value, Currency currency)
{
    return withPlus(estimateText(value, currency));
}

std::string axisText(double value)
{
    static constexpr std::array<std::pair<double, std::string_view>, 5> kUnits = {
        {{1e15, "\u00D710¹⁵"}, {1e12, "T"}, {1e9, "bn"}, {1e6, "M"}, {1e3, "k"}}};
    double scaled = value;
    std::string_view suffix;
    for (const auto& [size, name] : kUnits) {
        if (std::abs(value) >= size * 0.9999) {
            scaled = value / size;
            suffix = name;
            break;
        }
    }
    std::string text = fixedText(scaled, 3);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return text + std::string(suffix);
}

std::string changePercentText(Amount now, Amount before)
{
    if (before.isZero())
        return now.isZero() ? std::string(kDash) : "new";
    if (before.isNegative())
        return std::string(kDash);
    const double percent = (now.toDouble() - before.toDouble()) / before.toDouble() * 100;
    return std::abs(percent) < 10'000 ? withPlus(percentText(percent)) : "over 9,999" + std::string(kThin) + "%";
}

std::string shareText(Amount part, Amount whole)
{
    return whole.isZero() ? std::string(kDash) : percentText(part.toDouble() / whole.toDouble() * 100);
}

std::optional<Amount> difference(Amount a, Amount b)
{
    Int128 attos = 0;
    if (__builtin_sub_overflow(a.attos(), b.attos(), &attos))
        return std::nullopt;
    return Amount::fromAttos(attos);
}

std::string monthText(Day day)
{
    return std::string(kMonths[static_cast<std::size_t>(day.month() - 1)]);
}

std::string monthYearText(Day day)
{
    return monthText(day) + " " + std::to_string(day.year());
}

std::string shortDateText(Day day)
{
    return std::to_string(day.dayOfMonth()) + " " + monthText(day).substr(0, 3);
}

std::string dateText(Day day)
{
    return shortDateText(day) + " " + std::to_string(day.year());
}

std::string weekText(Day asOf)
{
    const Day last = asOf - 1;
    const Day monday = last - last.weekday();
    const Day thursday = monday + 3; // decides the ISO year
    const int week = (thursday - Day::fromYmd(thursday.year(), 1, 1)) / 7 + 1;
    const std::string days = last == monday ? dateText(last) : shortDateText(monday) + " to " + dateText(last);
    return "Week " + std::to_string(week) + " of " + std::to_string(thursday.year()) + ", " + days;
}

std::string lensText(CostLens lens)
{
    return sentenceCase(std::string(lensName(lens))) + " cost";
}

std::string kindText(const AnomalyMark& mark)
{
    const std::string kind = sentenceCase(mark.kind);
    return mark.severity.empty() ? kind : kind + ", " + mark.severity;
}

std::string nameText(const std::string& key, std::string_view ifEmpty)
{
    const bool isOwnWord = key == kOthers || key == kNotListed || key == "Total" || key == ifEmpty;
    return words::shown(key.empty() ? std::string(ifEmpty) : isOwnWord ? '"' + key + '"' : key);
}

std::string joinedKeys(const std::vector<std::string>& keys)
{
    std::string text;
    for (const auto& key : keys)
        text += (text.empty() ? "" : " / ") + nameText(key);
    return text.empty() ? "Total" : text;
}

std::string countText(std::uint64_t count, std::string_view one, std::string_view many)
{
    return grouped(std::to_string(count), 0) + " " + std::string(count == 1 ? one : many);
}

std::string sentenceCase(std::string text)
{
    std::replace(text.begin(), text.end(), '-', ' ');
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

} // namespace altimeter::report
