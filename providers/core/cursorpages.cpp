#include "providers/core/cursorpages.h"

#include "models/text/utf8.h"

#include <limits>

namespace altimeter::providers {

namespace {

/// Of all pages of one list together, which are held until they are joined with others: many times what the largest
/// organization has, and an end where a server has none.
constexpr std::uint64_t kLongestList = std::uint64_t{256} << 20U;

} // namespace

Status eachRecord(Api& api, const std::string& path, const Query& query, const CursorPaging& paging,
                  const std::function<Status(const Json& record, const std::string& where)>& take,
                  const std::stop_token& stop)
{
    const std::string where = api.options().title + ' ' + path;
    CursorGuard guard(where);
    const std::uint64_t before = api.http().answerBytes();
    Query asked = query;
    while (true) {
        const auto page = api.get(asked.empty() ? path : path + '?' + queryText(asked), stop);
        if (!page)
            return page.error();
        const auto records = page->needArray("data", where);
        if (!records)
            return records.error();
        for (const Json& record : **records) {
            if (auto done = take(record, where); !done)
                return done;
        }
        const std::string& cursor = (*page)[paging.member].text();
        // A report without "has_more" still names its next page; "last_id" stands on every page of a list.
        const bool isSaid = page->has("has_more") || paging.member != "next_page";
        if (isSaid ? !(*page)["has_more"].isTrue() : cursor.empty())
            return {};
        if (auto done = guard.next(cursor); !done)
            return done;
        if (api.http().answerBytes() - before > kLongestList)
            return Error{ErrorCode::Limited,
                         "the list is longer than " + std::to_string(kLongestList >> 20U) + " MiB; nothing was stored",
                         where, "Ask for fewer days at a time."};
        asked = query;
        asked.emplace_back(paging.parameter, cursor);
    }
}

Result<std::int64_t> countOf(const Json& record, std::string_view name, const std::string& where)
{
    const Json& value = record[name];
    if (value.isNull())
        return std::int64_t{0};
    const Error refused{ErrorCode::Invalid,
                        '"' + std::string(name) + "\" is no count (" + words::excerpt(value.text(), 40) + ')', where};
    auto number = parseDecimal(value.text().empty() ? "none" : value.text()); // "5.0" and 5e6 are counts too
    if (!number)
        return refused;
    while (number->value.scale > 0 && number->value.mantissa % 10 == 0) {
        number->value.mantissa /= 10;
        --number->value.scale;
    }
    const Int128 whole = number->value.mantissa;
    if (number->value.scale > 0 || whole < 0 || whole > std::numeric_limits<std::int64_t>::max())
        return refused;
    return static_cast<std::int64_t>(whole);
}

} // namespace altimeter::providers
