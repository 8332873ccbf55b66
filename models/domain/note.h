#pragma once

#include "models/domain/query.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace altimeter {

/// One amount of a table, apart from the table: what is added up, over which days, under which filters. Whoever has it
/// can ask what it comes to now (FiguresQuestion), whatever a page shows.
struct Figure {
    DateRange range;
    std::optional<DateRange> base{}; ///< the figure is by how much the cost of `range` is above that of `base`
    std::vector<Filter> filters{};
    CostLens lens = CostLens::Effective;
    Currency currency{};
    friend bool operator==(const Figure&, const Figure&) = default;
};

/// The same figure in the one form that equal figures have: values and filters in order and each once; a filter on the
/// currency that only repeats the figure's is left out.
Figure canonical(Figure figure);
/// "2026-10-01 to 2026-10-31, service: Amazon EC2 or Amazon S3, not team: Search": plain English without lens and
/// currency.
std::string describe(const Figure& figure);

/// What a figure comes to.
struct FigureNow {
    std::optional<Amount> amount{}; ///< none: it cannot be told, see `problem`, or no charge says it
    std::uint64_t rows = 0;         ///< charge lines that took part, of both periods
    std::uint64_t unknownRows = 0;  ///< of these, lines whose source left the cost empty
    std::string problem{};          ///< why it cannot be told
    friend bool operator==(const FigureNow&, const FigureNow&) = default;
};

/// A remark that somebody left on a figure. It stays with the figure and not with a place on the screen: the figure of
/// then is kept beside it, so that a later reader sees whether it was written about another amount.
struct Note {
    static constexpr std::size_t kLongestText = 4000; ///< bytes

    std::int64_t id = 0; ///< 0: not kept yet
    std::string text;
    std::string author; ///< the system's name of the user who wrote it last; empty: not known
    Instant written;    ///< the last time
    Figure figure;
    std::optional<Amount> amount; ///< what the figure came to then; none: not known
    std::string page;             ///< "explore", …: where it was written
    std::string state;            ///< JSON text of the page's state, to go back there
    friend bool operator==(const Note&, const Note&) = default;
};

/// How the figure of a note stands to the one it was written about.
enum class NoteState : std::uint8_t {
    Same,
    Changed, ///< it comes to another amount
    Gone,    ///< no charge says it any more
    Unknown  ///< it cannot be told now, or was not known then
};
NoteState stateOf(const Note& note, const FigureNow& now);

} // namespace altimeter
