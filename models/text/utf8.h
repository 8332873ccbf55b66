#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Characters (code points) of UTF-8 text.
namespace altimeter::words {

inline constexpr char32_t kMalformed = 0xFFFD; ///< stands for each byte that belongs to no character

struct Character {
    char32_t value = kMalformed;
    std::size_t length = 1; ///< bytes it takes
};

/// Bytes of the well-formed sequence that begins at byte `at`; 0 where none does.
std::size_t sequenceLength(std::string_view text, std::size_t at);
bool isUtf8(std::string_view text);
/// The character at byte `at`, which lies in the text; U+FFFD of one byte where none begins there.
Character characterAt(std::string_view text, std::size_t at);
std::u32string characters(std::string_view text);
std::size_t characterCount(std::string_view text);
/// Requires a code point other than a surrogate.
void appendCharacter(std::string& out, char32_t character);
/// `text` with U+FFFD for each byte that belongs to no character.
std::string wellFormed(std::string_view text);

/// The beginning of at most that many bytes which cuts through no character: for messages that quote foreign text.
std::string_view firstBytes(std::string_view text, std::size_t most);
/// The same as text of its own.
std::string excerpt(std::string_view text, std::size_t mostBytes);
/// The beginning of at most that many characters.
std::string_view firstCharacters(std::string_view text, std::size_t most);

} // namespace altimeter::words
