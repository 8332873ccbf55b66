#include "models/domain/note.h"

#include <algorithm>
#include <tuple>

namespace altimeter {

namespace {

bool comesBefore(const Filter& a, const Filter& b)
{
    return std::tie(a.dim, a.exclude, a.values, a.typed) < std::tie(b.dim, b.exclude, b.values, b.typed);
}

/// Days as people say them: the last one is inside.
std::string daysText(const DateRange& range)
{
    const std::string from = range.from.isValid() ? toString(range.from) : std::string("the first day");
    const std::string to = range.to.isValid() ? toString(range.to - 1) : std::string("the last day");
    return from == to ? from : from + " to " + to;
}

std::string filterText(const Filter& filter)
{
    std::string text = (filter.exclude ? "not " : "") + toString(filter.dim) + ": ";
    if (!filter.typed.empty())
        return text + filter.typed;
    for (std::size_t i = 0; i < filter.values.size(); ++i)
        text += (i == 0 ? "" : " or ") + (filter.values[i].empty() ? std::string("(none)") : filter.values[i]);
    return text;
}

} // namespace

Figure canonical(Figure figure)
{
    for (Filter& filter : figure.filters) {
        std::sort(filter.values.begin(), filter.values.end());
        filter.values.erase(std::unique(filter.values.begin(), filter.values.end()), filter.values.end());
    }
    std::erase_if(figure.filters, [&figure](const Filter& filter) {
        return filter.dim.kind == Dim::Kind::Currency && !filter.exclude && filter.typed.empty() &&
               filter.values == std::vector<std::string>{std::string(figure.currency.code())};
    });
    std::sort(figure.filters.begin(), figure.filters.end(), comesBefore);
    figure.filters.erase(std::unique(figure.filters.begin(), figure.filters.end()), figure.filters.end());
    return figure;
}

std::string describe(const Figure& figure)
{
    std::string text = daysText(figure.range);
    if (figure.base)
        text += " less " + daysText(*figure.base);
    for (const Filter& filter : figure.filters)
        text += ", " + filterText(filter);
    return text;
}

NoteState stateOf(const Note& note, const FigureNow& now)
{
    if (!now.problem.empty() || !note.amount)
        return NoteState::Unknown;
    if (!now.amount)
        return now.rows == 0 ? NoteState::Gone : NoteState::Unknown;
    return *now.amount == *note.amount ? NoteState::Same : NoteState::Changed;
}

} // namespace altimeter
