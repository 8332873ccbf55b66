#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace altimeter {

/// What a file leaves open and only its user can say: how its numbers or its days are written, with the first cell that
/// shows it. The sentence of the Error (or Finding) in which a file is not read for that reason carries it.
struct ReadingChoice {
    enum class What : std::uint8_t {
        Decimal, ///< "1,234": decimals or thousands
        Dates,   ///< "4/1/2025": the day first or the month
    } what = What::Decimal;
    std::string column;
    std::string sample;
    std::uint64_t line = 0;
    friend bool operator==(const ReadingChoice&, const ReadingChoice&) = default;
};

/// The sentence that says so: `why` goes between the cell and what to do.
std::string choiceSentence(const ReadingChoice& choice, std::string_view why);
/// What such a sentence leaves to choose; nothing where it is another one.
std::optional<ReadingChoice> choiceIn(std::string_view sentence);

} // namespace altimeter
