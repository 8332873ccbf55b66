#pragma once

#include <string>
#include <string_view>

namespace altimeter::words {

/// `text` as a JSON text with its quotes. Each byte that belongs to no character becomes U+FFFD.
std::string jsonQuoted(std::string_view text);
void appendJsonQuoted(std::string& out, std::string_view text);

} // namespace altimeter::words
