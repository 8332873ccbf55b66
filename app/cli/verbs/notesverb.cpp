#include "app/cli/verb.h"
#include "app/session/workspace/notes.h"

namespace altimeter::cli {

namespace {

std::string_view stateName(NoteState state)
{
    switch (state) {
    case NoteState::Same:
        return "same";
    case NoteState::Changed:
        return "changed";
    case NoteState::Gone:
        return "gone";
    case NoteState::Unknown:
        break;
    }
    return "unknown";
}

/// The filters alone, as describe() says them behind the days.
std::string filtersOf(const Figure& figure)
{
    Figure days = figure;
    days.filters.clear();
    const std::string whole = describe(figure);
    const std::size_t before = describe(days).size() + std::string_view(", ").size();
    return whole.size() > before ? whole.substr(before) : std::string();
}

ExitCode run(Context& context)
{
    const auto engine = context.openEngine();
    if (!engine)
        return context.fail(engine.error());
    const std::vector<Note> notes = session::notes((*engine)->file());
    FiguresQuestion question;
    for (const Note& note : notes)
        question.figures.push_back(note.figure);
    const auto now = context.ask(*(*engine)->snapshot(), question);
    if (!now)
        return context.fail(now.error());
    auto& out = context.out();
    out.begin("notes", {{"id"},
                        {"written_at"},
                        {"author"},
                        {"note"},
                        {"from"},
                        {"to"},
                        {"base_from"},
                        {"base_to"},
                        {"filters"},
                        {"cost"},
                        {"currency"},
                        {"amount"},
                        {"amount_now"},
                        {"state"}});
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const Note& note = notes[i];
        const DateRange base = note.figure.base.value_or(DateRange{});
        out.add({Cell::ofCount(static_cast<std::uint64_t>(note.id)), Cell::ofInstant(note.written),
                 Cell::ofText(note.author), Cell::ofText(note.text), Cell::ofDay(note.figure.range.from),
                 Cell::ofDay(note.figure.range.to), Cell::ofDay(base.from), Cell::ofDay(base.to),
                 Cell::ofText(filtersOf(note.figure)), Cell::ofText(lensName(note.figure.lens)),
                 Cell::ofText(note.figure.currency.code()), Cell::ofAmount(note.amount),
                 Cell::ofAmount((*now)[i].amount), Cell::ofText(stateName(stateOf(note, (*now)[i])))});
    }
    out.end();
    return context.finish();
}

} // namespace

Verb notesListVerb()
{
    return {
        "notes list",
        "",
        "prints the notes on figures",
        "A note stands on a figure: a cost of the days [from, to) under its filters, or by how much it is above that "
        "of\n"
        "[base_from, base_to). amount is what it came to when the note was written, amount_now what it comes to;\n"
        "state is same, changed, gone (no charge says it any more) or unknown.\n\n"
        "Example:\n"
        "  altimeter-cli notes list --format csv\n",
        {},
        0,
        0,
        run};
}

} // namespace altimeter::cli
