#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace altimeter::cli {

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string jsonString(std::string_view text);

/// `text` as one CSV field (RFC 4180): quoted where it holds a comma, a quote or a line break.
std::string csvField(std::string_view text);

/// A message as it may be shown on a terminal: characters that act unseen are named ("‹U+001B›"), bytes that are not
/// UTF-8 become U+FFFD, line breaks and tabs one blank. A cost file cannot move the cursor or recolour the screen.
std::string terminalText(std::string_view text);
/// The same for a name or a table cell: line breaks and tabs are named too, so that two names never look alike.
std::string terminalName(std::string_view text);

/// Code points of UTF-8 `text`.
std::size_t textWidth(std::string_view text);

/// `text` without blanks at either end.
std::string_view trimmed(std::string_view text);

} // namespace altimeter::cli
