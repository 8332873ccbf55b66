#pragma once

#include <string>
#include <string_view>

/// Plain ASCII text helpers; the locale never takes part. Other scripts pass through unchanged.
namespace altimeter::words {

inline constexpr std::string_view kBlanks = " \t\r\n";
inline constexpr std::string_view kAllBlanks = " \t\n\v\f\r"; ///< what the C locale calls white space

constexpr char toLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
/// What a hexadecimal digit of either case says; -1 for any other character.
constexpr int hexDigit(char c)
{
    const char low = toLower(c);
    return isDigit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string toLower(std::string_view text);
/// Without those characters at both sides.
std::string_view trimmed(std::string_view text, std::string_view blanks = kBlanks);
/// How tag keys are compared: trimmed and lower-cased.
std::string foldTagKey(std::string_view key);
/// How column names are compared: lower-cased, without '_', blanks and a byte-order mark.
std::string foldColumnName(std::string_view name);
bool equalsIgnoreCase(std::string_view a, std::string_view b);
/// True for text that a spreadsheet would run as a formula: it begins with = + - @ TAB CR LF NUL or the full-width form
/// of one of the first four, and is no plain number ("-0.25").
bool startsFormula(std::string_view text);
/// `text` with an apostrophe before it where a spreadsheet would run it. One that has apostrophes before such a text
/// gets one more, so that nothing is lost: what begins with apostrophes and goes on like a formula was written with one
/// more.
std::string guarded(std::string_view text);
/// What guarded() was given.
std::string_view unguarded(std::string_view text);

} // namespace altimeter::words
