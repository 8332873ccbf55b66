#pragma once

#include "models/domain/expression.h"
#include "models/domain/period.h"
#include "models/domain/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter {

/// What somebody typed above a column to see only some of its cells, made ready.
///
/// | Typed | Keeps the cells |
/// |---|---|
/// | `abc def` | that contain both words; `"abc def"` the words as they stand |
/// | `a%`, `%a`, `a%b` | that begin with, end with, or begin and end so |
/// | `=x`, `<>x` | that are x, or anything else |
/// | `>x`, `>=x`, `<x`, `<=x` | above or below x |
/// | `a~b` | from a to b, both inside |
/// | `/re/`, `!/re/` | in which the regular expression matches anywhere, or nowhere |
/// | `!abc` | that do not contain it |
/// | `=null`, `!null` | that hold nothing, or something |
/// | `a;b` | for which either holds |
///
/// Letters are compared without case. Numbers are compared exactly, digit by digit; a typed one may have separators, a
/// sign of currency and k, M, B or T behind it. Of a day, a typed month or range stands for its days. A cell without a
/// value matches only what says so: `=null`, `<>x`, `!abc`. Time grows with the length of cell and filter, never with
/// the number of ways to match.
class CellFilter {
public:
    enum class Kind : std::uint8_t {
        Text,
        Number,
        Percent, ///< a ratio that is shown, and typed, times a hundred
        Day,
    };
    /// How the words of a country and of the program are read. Each may be left out.
    struct Reading {
        std::function<std::string(std::string_view)> fold; ///< lower case; left out: of ASCII
        /// A plain decimal ("-1204.5") of what was typed; left out: as in "-1,204.5", "$1,204", "12%".
        std::function<std::optional<std::string>(std::string_view)> number;
        std::function<std::optional<DateRange>(std::string_view)> days; ///< left out: ISO days, months and years
    };
    struct Cell {
        std::string_view shown; ///< as it is seen
        std::string_view raw;   ///< for other programs: a plain decimal, an ISO day; empty: no value
    };

    /// What a Reading without them reads; nothing where the text is none.
    static std::optional<std::string> usualNumber(std::string_view typed);
    static std::optional<DateRange> usualDays(std::string_view typed);

    CellFilter() = default; ///< keeps everything
    /// Error Invalid says in whole words what is wrong with which part.
    static Result<CellFilter> parse(std::string_view typed, Kind kind, const Reading& reading = {});
    bool isEmpty() const { return m_either.empty(); }
    bool matches(const Cell& cell) const;

private:
    enum class Test : std::uint8_t { Words, Like, Equal, Greater, Less, Between, Pattern, Null };
    /// One alternative.
    struct Condition {
        Test test = Test::Words;
        bool isNot = false;
        bool orEqual = false;                ///< of Greater and Less
        std::string from, to;                ///< folded text, plain decimals, or ISO days (`to` is the day behind)
        bool isNumeric = false;              ///< of a text: compared as a number where the cell is one
        std::vector<std::string> words;      ///< of Words and Like: pieces, folded
        std::vector<std::string> digits;     ///< of Words: the same without separators, for numbers
        bool atBegin = false, atEnd = false; ///< of Like: nothing stands before the first or behind the last piece
        std::optional<Expression> pattern;
    };
    class Reader;

    bool holds(const Condition& condition, const Cell& cell) const;
    bool hasWords(const Condition& condition, const Cell& cell) const;
    bool isLike(const Condition& condition, const Cell& cell) const;
    bool compares(const Condition& condition, const Cell& cell) const;
    bool isShownAs(const Condition& condition, const Cell& cell) const;
    std::string folded(std::string_view text) const;

    Kind m_kind = Kind::Text;
    std::vector<Condition> m_either;
    std::function<std::string(std::string_view)> m_fold;
    std::function<std::optional<std::string>(std::string_view)> m_number;
};

/// -1, 0 or 1 of two plain decimals ("-12.50", "7"), exactly; nothing where one of them is none.
std::optional<int> compareDecimals(std::string_view a, std::string_view b);

} // namespace altimeter
