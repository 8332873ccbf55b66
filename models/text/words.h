#pragma once

#include <string>
#include <string_view>

/// Plain ASCII text helpers; the locale never takes part. Other scripts pass through unchanged.
namespace altimeter::words {

std::string toLower(std::string_view text);
/// Without blanks, tabs and line ends at both sides.
std::string_view trimmed(std::string_view text);
/// How tag keys are compared: trimmed and lower-cased.
std::string foldTagKey(std::string_view key);
/// How column names are compared: lower-cased, without '_', blanks and a byte-order mark.
std::string foldColumnName(std::string_view name);
bool equalsIgnoreCase(std::string_view a, std::string_view b);
/// True for text that a spreadsheet would run as a formula: it begins with = + - @ TAB CR LF NUL or the full-width form
/// of one of the first four. Exports put an apostrophe before such a cell.
bool startsFormula(std::string_view text);

} // namespace altimeter::words
