#pragma once

#include "models/store/sql/sql.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Reads the tables of a damaged file around what cannot be read, and writes rows into a new one.
namespace altimeter::store {

using Row = std::vector<std::string>;

/// A table read in the order of a number, around what cannot be read.
struct Scan {
    std::string_view table;
    std::string_view key; ///< the number it is ordered by
    std::string_view columns;
    std::string where = "1"; ///< for tables whose key has a part before the number
    std::int64_t lowest = 0;
};

/// No number of a row lies there or behind.
inline constexpr std::int64_t kHighest = std::int64_t{1} << 40U;

/// Calls `take(row)` for every readable row, the key first; false when something could not be read. Behind a page that
/// cannot be read the next row that can is looked for by its number, in steps that double.
bool eachReadable(const sql::Connection& from, const Scan& scan,
                  const std::function<void(const sql::Statement&)>& take);

/// The first `count` columns behind the key.
Row cellsOf(const sql::Statement& statement, std::size_t count);
std::size_t columnCount(std::string_view columns);
/// 0 where there is none.
std::int64_t numberOf(const std::string& text);

/// Inserts rows of texts; strict tables turn them into their own types and refuse what is none.
class Inserter {
public:
    Inserter(sql::Connection& to, std::string_view table, std::string_view columns);
    Status add(const Row& row);

private:
    sql::Statement m_statement;
};

} // namespace altimeter::store
