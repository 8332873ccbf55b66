#include "models/store/settings/notes.h"

#include "models/store/sql/jsondepth.h"
#include "models/store/sql/ranges.h"
#include "models/store/sql/seal.h"
#include "models/text/words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace altimeter::store {

namespace {

constexpr std::string_view kColumns = "written_at, author, text, page, state, day_from, day_to, base_from, base_to, "
                                      "lens, currency, filters, amount";

std::string filtersText(const std::vector<Filter>& filters)
{
    auto list = nlohmann::json::array();
    for (const Filter& filter : filters) {
        nlohmann::json one{{"dim", toString(filter.dim)}, {"values", filter.values}, {"exclude", filter.exclude}};
        if (!filter.typed.empty())
            one["typed"] = filter.typed;
        list.push_back(std::move(one));
    }
    return jsonLine(list);
}

std::optional<Filter> filterOf(const nlohmann::json& one)
{
    if (!one.is_object() || !one.contains("dim") || !one["dim"].is_string() || !one.contains("values") ||
        !one["values"].is_array())
        return std::nullopt;
    auto dim = parseDim(one["dim"].get<std::string>());
    if (!dim)
        return std::nullopt;
    Filter filter{dim.take(), {}, false};
    const auto exclude = one.find("exclude");
    filter.exclude = exclude != one.end() && exclude->is_boolean() && exclude->get<bool>();
    if (const auto typed = one.find("typed"); typed != one.end() && typed->is_string())
        filter.typed = typed->get<std::string>();
    for (const auto& value : one["values"]) {
        if (!value.is_string())
            return std::nullopt;
        filter.values.push_back(value.get<std::string>());
    }
    return filter;
}

std::optional<std::vector<Filter>> filtersOf(std::string_view text)
{
    if (!isShallowJson(text))
        return std::nullopt;
    const auto list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array())
        return std::nullopt;
    std::vector<Filter> filters;
    for (const auto& one : list) {
        auto filter = filterOf(one);
        if (!filter)
            return std::nullopt;
        filters.push_back(std::move(*filter));
    }
    return filters;
}

/// None where the text is no day of charges; the day none where it is empty.
std::optional<Day> boundOf(std::string_view text)
{
    if (text.empty())
        return Day::none();
    const auto day = parseDay(text);
    return day ? storedDay(day->number) : std::nullopt;
}

std::optional<DateRange> rangeOf(std::string_view from, std::string_view to)
{
    const auto first = boundOf(from);
    const auto end = boundOf(to);
    if (!first || !end || (first->isValid() && end->isValid() && *end < *first))
        return std::nullopt;
    return DateRange{*first, *end};
}

std::optional<Figure> figureOf(const sql::Statement& row)
{
    const auto range = rangeOf(row.textView(6), row.textView(7));
    const auto base = rangeOf(row.textView(8), row.textView(9));
    const auto lens = lensByName(row.textView(10));
    auto filters = filtersOf(row.textView(12));
    if (!range || !base || !lens || !filters)
        return std::nullopt;
    Figure figure{*range, {}, std::move(*filters), *lens, Currency(row.textView(11))};
    if (base->from.isValid() && base->to.isValid())
        figure.base = *base;
    return figure;
}

Status check(const Note& note)
{
    if (words::trimmed(note.text).empty())
        return Error{ErrorCode::Invalid, "a note needs some text", {}};
    if (note.text.size() > Note::kLongestText)
        return Error{ErrorCode::Invalid,
                     "a note has at most " + std::to_string(Note::kLongestText) + " bytes of text; this one has " +
                         std::to_string(note.text.size()),
                     {}};
    return {};
}

void bind(sql::Statement& statement, const Note& note)
{
    const Figure figure = canonical(note.figure);
    const DateRange base = figure.base.value_or(DateRange{});
    const std::array texts{note.author,
                           note.text,
                           note.page,
                           note.state,
                           toString(figure.range.from),
                           toString(figure.range.to),
                           toString(base.from),
                           toString(base.to),
                           std::string(lensName(figure.lens)),
                           std::string(figure.currency.code()),
                           filtersText(figure.filters),
                           note.amount ? note.amount->toString() : std::string()};
    statement.bind(1, note.written.isValid() ? note.written.seconds : 0);
    for (std::size_t i = 0; i < texts.size(); ++i)
        statement.bind(static_cast<int>(i + 2), std::string_view(texts[i]));
}

Result<bool> isThere(const sql::Connection& connection, std::int64_t id)
{
    auto find = connection.prepare("SELECT id FROM note WHERE id=?1");
    return find ? find->bind(1, id).step() : Result<bool>(find.error());
}

Status insert(sql::Connection& connection, const Note& note)
{
    auto insert = connection.prepare("INSERT INTO note(" + std::string(kColumns) +
                                     ", id) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
    if (!insert)
        return insert.error();
    bind(*insert, note);
    if (note.id != 0)
        insert->bind(14, note.id); // unbound: the next number
    return insert->run();
}

Status update(sql::Connection& connection, const Note& note)
{
    auto update = connection.prepare(
        "UPDATE note SET written_at=?1, author=?2, text=?3, page=?4, state=?5, day_from=?6, day_to=?7, base_from=?8, "
        "base_to=?9, lens=?10, currency=?11, filters=?12, amount=?13 WHERE id=?14");
    if (!update)
        return update.error();
    bind(*update, note);
    return update->bind(14, note.id).run();
}

Error noSuchNote()
{
    return {ErrorCode::NotFound, "there is no such note any more", {}};
}

} // namespace

Result<std::vector<Note>> readNotes(const sql::Connection& connection)
{
    auto rows = connection.prepare("SELECT id, " + std::string(kColumns) + " FROM note ORDER BY id");
    if (!rows)
        return rows.error();
    std::vector<Note> notes;
    const Status read = rows->each([&]() -> Status {
        auto figure = figureOf(*rows);
        if (!figure)
            return {};
        Note note;
        note.id = rows->integer(0);
        note.written = storedInstant(rows->integer(1)).value_or(Instant());
        note.author = rows->text(2);
        note.text = rows->text(3);
        note.page = rows->text(4);
        note.state = rows->text(5);
        note.figure = std::move(*figure);
        if (const auto amount = Amount::parse(rows->textView(13)); amount && !rows->textView(13).empty())
            note.amount = *amount;
        notes.push_back(std::move(note));
        return {};
    });
    return read ? Result<std::vector<Note>>(std::move(notes)) : Result<std::vector<Note>>(read.error());
}

Result<std::int64_t> writeNote(sql::Connection& connection, const Note& note)
{
    if (auto done = check(note); !done)
        return done.error();
    std::int64_t id = note.id;
    const Status done = changeRecords(connection, Records::Views, [&]() -> Status {
        if (note.id == 0) {
            auto added = insert(connection, note);
            id = connection.lastInsertId();
            return added;
        }
        const auto known = isThere(connection, note.id);
        if (!known || !*known)
            return known ? noSuchNote() : known.error();
        return update(connection, note);
    });
    return done ? Result<std::int64_t>(id) : Result<std::int64_t>(done.error());
}

Result<std::int64_t> restoreNote(sql::Connection& connection, const Note& note)
{
    if (auto done = check(note); !done)
        return done.error();
    Note kept = note;
    const Status done = changeRecords(connection, Records::Views, [&]() -> Status {
        const auto known = isThere(connection, note.id);
        if (!known)
            return known.error();
        if (*known)
            kept.id = 0;
        auto added = insert(connection, kept);
        kept.id = connection.lastInsertId();
        return added;
    });
    return done ? Result<std::int64_t>(kept.id) : Result<std::int64_t>(done.error());
}

Status deleteNote(sql::Connection& connection, std::int64_t id)
{
    return changeRecords(connection, Records::Views, [&]() -> Status {
        const auto known = isThere(connection, id);
        if (!known || !*known)
            return known ? noSuchNote() : known.error();
        auto remove = connection.prepare("DELETE FROM note WHERE id=?1");
        return remove ? remove->bind(1, id).run() : Status(remove.error());
    });
}

} // namespace altimeter::store
