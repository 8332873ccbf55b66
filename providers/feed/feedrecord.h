#pragma once

#include "models/domain/result.h"
#include "models/json/json.h"
#include "providers/core/bytesource.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace altimeter::providers {

/// The names of a feed's fields, in the order in which they were met.
class FeedColumns {
public:
    /// The place of a field; a new one is put at the end.
    std::size_t place(std::string_view name);
    std::optional<std::size_t> find(std::string_view name) const;
    const std::vector<std::string>& names() const { return m_names; }

private:
    std::vector<std::string> m_names;
    std::map<std::string, std::size_t, std::less<>> m_places;
};

/// One record of a feed. Everything in it lives for one call only.
///
/// Fields of nested JSON objects have paths ("usage.cost"); single values of the objects around the record are there
/// too, with a path from the begin of the document ("/currency", "/data.date").
struct FeedRecord {
    std::uint64_t line = 0; ///< physical line of CSV and JSON lines; number of the record, from 1, in a JSON document
    const FeedColumns* columns = nullptr;
    const std::vector<std::string>* cells = nullptr; ///< by place; shorter than `columns` where the rest is empty
    std::string_view text;                           ///< as it stands in the feed; of JSON see raw()
    const Json* json = nullptr;

    /// The text of a field without blanks around it; empty where it is missing, empty or null.
    std::string_view field(std::string_view name) const;
    std::string raw() const { return json ? json->dump() : std::string(text); }
};

struct FeedVisitor {
    std::function<Status(const FeedRecord&)> record;
    /// What is no record at all (torn CSV, a line that is no JSON), with its line, raw text and reason.
    std::function<Status(std::uint64_t, std::string_view, const std::string&)> malformed;
};

struct FeedOptions {
    std::string format = "auto";  ///< "auto", "csv", "json", "json-lines"
    std::string rows;             ///< where the list lies in a JSON document, "data.items"
    bool mayGuessRows = false;    ///< of a document that is no list itself, and no `rows` given
    std::uint64_t lineBefore = 0; ///< records of a JSON document are numbered from the next one
};

/// What a feed turned out to be.
struct FeedRead {
    std::string format; ///< "csv", "json", "json-lines"
    std::string rows;   ///< as given or guessed
    Json document;      ///< a JSON document without its records, for paging
    std::uint64_t records = 0, malformed = 0;
    std::uint64_t foreignCells = 0; ///< that were no UTF-8 and were read as Windows-1252
};

/// Reads a feed record by record in bounded memory. The source of a JSON document is read twice: what stands around the
/// records may stand behind them.
///
/// Errors: those of the source, Unsupported (a workbook, UTF-16, other binary bytes), Invalid (nothing in it, a web
/// page, no JSON, no list where it should lie, a record of more values than a record has), Cancelled, or what a visitor
/// answers. Of a document that is no JSON no record was handed on.
Result<FeedRead> readFeed(ByteSource& source, const FeedOptions& options, FeedColumns& columns,
                          const FeedVisitor& visitor, const std::stop_token& stop);

} // namespace altimeter::providers
