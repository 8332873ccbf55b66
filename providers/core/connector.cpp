#include "providers/core/connector.h"

#include "models/text/utf8.h"
#include "models/text/words.h"
#include "providers/focus/dates.h"

#include <algorithm>
#include <array>

namespace altimeter::providers {

namespace {

const ConnectorField* fieldOf(const ConnectorInfo& info, std::string_view key)
{
    const auto found =
        std::find_if(info.fields.begin(), info.fields.end(), [&](const auto& field) { return field.key == key; });
    return found == info.fields.end() ? nullptr : &*found;
}

} // namespace

std::string ConnectorSetup::value(const ConnectorInfo& info, std::string_view key) const
{
    return valueOf(settings, info, key);
}

std::string valueOf(const ConnectionSettings& settings, const ConnectorInfo& info, std::string_view key)
{
    const auto found = settings.values.find(std::string(key));
    if (found != settings.values.end() && !found->second.empty())
        return found->second;
    const ConnectorField* field = fieldOf(info, key);
    return field ? field->preset : std::string();
}

Places placesOf(const ConnectorKind& kind, const ConnectionSettings& settings)
{
    if (kind.places)
        return kind.places(settings);
    Places places;
    for (const ConnectorField& field : kind.info.fields) {
        const std::string address =
            field.kind == ConnectorField::Kind::Url ? valueOf(settings, kind.info, field.key) : std::string();
        if (!address.empty())
            places.addresses.push_back(address);
    }
    return places;
}

const Secret& ConnectorSetup::secret(std::string_view key) const
{
    static const Secret none;
    const auto found = secrets.find(std::string(key));
    return found == secrets.end() ? none : found->second;
}

Status lookUpFailed(const std::string& what, const Error& error, Delivery& delivery)
{
    if (error.code == ErrorCode::Cancelled)
        return error;
    return delivery.finding(Severity::Note, "look-up-refused", 0,
                            what + " cannot be read: " + error.what +
                                (error.code == ErrorCode::Denied && !error.todo.empty() ? ". " + error.todo : ""));
}

Error notAskedFor(Day day, const std::string& where)
{
    return {ErrorCode::Invalid, "the answer holds " + toString(day) + ", a day that was not asked for", where};
}

Result<Instant> instantOf(std::string_view text, const std::string& where)
{
    const auto parsed = parseInstant(text, DateOrder::MonthFirst);
    // What a spreadsheet makes of a date no server writes: five digits or "03-06-2026" are something else.
    const bool isCount = text.size() == 5 || text.find_first_not_of("0123456789") == 5;
    const bool isDashed = slashDate(text) && text.find('-') != std::string_view::npos;
    if (!parsed || isCount || isDashed)
        return Error{ErrorCode::Invalid, '"' + words::excerpt(text, 60) + "\" is no date", where};
    return parsed->instant;
}

std::string monthText(Day day)
{
    return toString(day).substr(0, 7);
}

std::vector<Day> monthsOf(const DateRange& window)
{
    std::vector<Day> months;
    for (Day month = window.from.firstOfMonth(); month < window.to; month = month.addMonths(1))
        months.push_back(month);
    return months;
}

std::string currencyCode(std::string_view text)
{
    std::string code(text);
    std::transform(code.begin(), code.end(), code.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return code;
}

std::vector<std::string> listOf(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (const auto part = words::trimmed(text.substr(0, end)); !part.empty())
            parts.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

Status CursorGuard::next(const std::string& cursor)
{
    if (cursor.empty())
        return Error{ErrorCode::Invalid, "the server says there is more, but not where", m_where};
    if (!m_seen.insert(cursor).second)
        return Error{ErrorCode::Invalid, "the server sent the same page twice; nothing was stored", m_where};
    if (m_seen.size() > m_mostPages)
        return Error{ErrorCode::Invalid, "the server sends pages without end; nothing was stored", m_where};
    return {};
}

} // namespace altimeter::providers
