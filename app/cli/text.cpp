#include "app/cli/text.h"

#include "models/text/showntext.h"

namespace altimeter::cli {

std::string terminalText(std::string_view text)
{
    return words::shown(text, words::LineEnds::Blank);
}

std::string terminalName(std::string_view text)
{
    return words::shown(text);
}

} // namespace altimeter::cli
