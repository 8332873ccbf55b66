#pragma once

#include <string>
#include <string_view>

namespace altimeter::words {

enum class HexCase { Lower, Upper };

/// Two hexadecimal digits for each byte.
std::string hexOf(std::string_view bytes, HexCase hexCase = HexCase::Lower);
/// Every byte but ASCII letters, digits and those of `bare` as '%' and two hexadecimal digits.
std::string percentEncoded(std::string_view text, std::string_view bare, HexCase hexCase = HexCase::Upper);
/// RFC 4648 section 4, with padding.
std::string base64(std::string_view bytes);
/// Section 5: '-' and '_' for '+' and '/'; without padding.
std::string base64Url(std::string_view bytes);

} // namespace altimeter::words
