#pragma once

#include "providers/core/connector.h"

namespace altimeter::providers {

/// How a list names its next page. OpenAI and Anthropic page alike: {"data":[…],"has_more":…} and a cursor.
struct CursorPaging {
    std::string member;    ///< of the answer: "next_page" or "last_id"
    std::string parameter; ///< of the next question: "page", "after" or "after_id"
};

/// Asks for every page of `path` and hands the elements of its "data", one by one, to `take`. Error Invalid where
/// "data" is missing, or a page says that there is more but not where, or names a page again; else as of Api::get().
Status eachRecord(Api& api, const std::string& path, const Query& query, const CursorPaging& paging,
                  const std::function<Status(const Json& record, const std::string& where)>& take,
                  const std::stop_token& stop);

/// A whole number of a report, zero where the member is null or missing. Error Invalid where it is none or negative.
Result<std::int64_t> countOf(const Json& record, std::string_view name, const std::string& where);

} // namespace altimeter::providers
