#pragma once

#include <string>
#include <string_view>

namespace altimeter::cli {

/// A message as it may be shown on a terminal: characters that act unseen are named ("‹U+001B›"), bytes that are not
/// UTF-8 become U+FFFD, line breaks and tabs one blank. A cost file cannot move the cursor or recolour the screen.
std::string terminalText(std::string_view text);
/// The same for a name or a table cell: line breaks and tabs are named too, so that two names never look alike.
std::string terminalName(std::string_view text);

} // namespace altimeter::cli
