#include "models/domain/readingchoice.h"

#include <charconv>

namespace altimeter {

namespace {

constexpr std::string_view kBegin = "can be read in two ways: ";
constexpr std::string_view kDecimal = "; import it with --decimal comma or --decimal point";
constexpr std::string_view kDates = "; import it with --dates day-first or --dates month-first";
constexpr std::string_view kLine = "\" (line ";

} // namespace

std::string choiceSentence(const ReadingChoice& choice, std::string_view why)
{
    std::string sentence(kBegin);
    sentence += choice.column + " \"" + choice.sample + std::string(kLine) + std::to_string(choice.line) + ')';
    sentence += why;
    sentence += choice.what == ReadingChoice::What::Decimal ? kDecimal : kDates;
    return sentence;
}

std::optional<ReadingChoice> choiceIn(std::string_view sentence)
{
    const std::size_t begin = sentence.find(kBegin);
    if (begin == std::string_view::npos)
        return std::nullopt;
    sentence.remove_prefix(begin + kBegin.size());
    const bool isDecimal = sentence.find(kDecimal) != std::string_view::npos;
    const std::size_t cell = sentence.find(" \"");
    const std::size_t line = cell == std::string_view::npos ? cell : sentence.find(kLine, cell + 2);
    if (line == std::string_view::npos || (!isDecimal && sentence.find(kDates) == std::string_view::npos))
        return std::nullopt;
    ReadingChoice choice;
    choice.what = isDecimal ? ReadingChoice::What::Decimal : ReadingChoice::What::Dates;
    choice.column = sentence.substr(0, cell);
    choice.sample = sentence.substr(cell + 2, line - cell - 2);
    const std::string_view number = sentence.substr(line + kLine.size());
    std::from_chars(number.data(), number.data() + number.size(), choice.line);
    return choice;
}

} // namespace altimeter
