#pragma once

#include "models/json/json.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace altimeter {

/// Gives the next bytes of a text; 0 is the end.
using JsonSource = std::function<Result<std::size_t>(std::span<char>)>;

/// A document that may be larger than memory: an object or list around lists of records. Nothing of the records is
/// held but the one at hand.
///
/// The lists lie where a path of names leads from the document, through the items of lists on the way ("data.results";
/// empty: the document is the list). As in Json::parse, numbers keep their digits, and what is no character in a text
/// becomes U+FFFD. A byte order mark is passed over.
class JsonRecords {
public:
    static constexpr std::size_t kMostFrameValues = 1'000'000;           ///< of the document without its records
    static constexpr std::size_t kMostRecordValues = 100'000;            ///< of one record
    static constexpr std::size_t kLongestValue = std::size_t{16} << 20U; ///< bytes of one text, number or blank

    /// `where` names the document in messages.
    JsonRecords(std::string rows, std::string where) : m_rows(std::move(rows)), m_where(std::move(where)) {}

    /// Reads the whole document and answers all of it but the records: their lists are empty. Error Invalid as of
    /// Json::parse, also for what is wrong within a record, but for members it has twice; or that of the source.
    Result<Json> frame(const JsonSource& source) const;
    /// Hands on each item of the lists, in written order, with the number of its list from 0. Requires a document whose
    /// frame was read; errors as of it, for a record that has a member twice with different values, and those of
    /// `take`.
    Status each(const JsonSource& source,
                const std::function<Status(std::size_t list, const Json& record)>& take) const;

    /// Where the longest list of objects lies in a document ("data.items"), outside of lists; none where there is none.
    static Result<std::optional<std::string>> guessRows(const JsonSource& source, const std::string& where);

private:
    const std::string m_rows, m_where;
};

} // namespace altimeter
