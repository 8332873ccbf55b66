#pragma once

#include <string>
#include <string_view>

namespace altimeter {

/// Replaces in the strings of a JSON text what is no character by U+FFFD: bytes that are no UTF-8, and halves of
/// surrogate pairs ("\ud83d" before anything but its other half). Names that were cut at a length end so. Everything
/// else stays as it is, also what is no JSON. Takes the text in pieces of any size.
class JsonMender {
public:
    /// Appends what is known of `piece` to `out`; a few bytes may be held back.
    void take(std::string_view piece, std::string& out);
    /// Appends what was held back, behind the last piece.
    void finish(std::string& out);

private:
    enum class Mode : unsigned char { Outside, Text, Utf8, Escape, Hex, AfterHigh };

    void step(char c, std::string& out);
    void inText(char c, std::string& out);
    void inUtf8(char c, std::string& out);
    void inHex(char c, std::string& out);
    void endHex(std::string& out);
    void dropHigh(std::string& out);

    Mode m_mode = Mode::Outside;
    std::string m_held;                     ///< the begin of a character or an escape
    std::string m_high;                     ///< the first half of a pair, as it was written
    int m_missing = 0;                      ///< bytes of the character
    unsigned char m_low = 0, m_highest = 0; ///< what its next byte may be
};

} // namespace altimeter
