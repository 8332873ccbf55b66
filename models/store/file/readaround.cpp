#include "models/store/file/readaround.h"

#include <algorithm>
#include <cstdlib>

namespace altimeter::store {

namespace {

Result<sql::Statement> scanFrom(const sql::Connection& from, const Scan& scan, std::int64_t start)
{
    auto statement = from.prepare("SELECT " + std::string(scan.key) + ", " + std::string(scan.columns) + " FROM " +
                                  std::string(scan.table) + " NOT INDEXED WHERE " + scan.where + " AND " +
                                  std::string(scan.key) + ">=?1 ORDER BY " + std::string(scan.key));
    if (statement)
        statement->bind(1, start);
    return statement;
}

bool isReadableFrom(const sql::Connection& from, const Scan& scan, std::int64_t start)
{
    auto statement = scanFrom(from, scan, start);
    return statement && statement->step().ok();
}

/// The first place behind an unreadable one that can be read again; kHighest when none can.
std::int64_t behindHole(const sql::Connection& from, const Scan& scan, std::int64_t hole)
{
    std::int64_t step = 1;
    while (hole + step < kHighest && !isReadableFrom(from, scan, hole + step))
        step *= 2;
    if (hole + step >= kHighest)
        return kHighest;
    std::int64_t bad = hole + step / 2;
    std::int64_t good = hole + step;
    while (good - bad > 1) {
        const std::int64_t middle = bad + (good - bad) / 2;
        (isReadableFrom(from, scan, middle) ? good : bad) = middle;
    }
    return good;
}

} // namespace

bool eachReadable(const sql::Connection& from, const Scan& scan, const std::function<void(const sql::Statement&)>& take)
{
    bool isAll = true;
    std::int64_t next = scan.lowest;
    while (next < kHighest) {
        auto statement = scanFrom(from, scan, next);
        if (!statement)
            return false; // the table itself
        while (true) {
            const auto row = statement->step();
            if (row && !*row)
                return isAll;
            if (!row)
                break;
            next = statement->integer(0) + 1;
            take(*statement);
        }
        isAll = false;
        next = behindHole(from, scan, next);
    }
    return isAll;
}

Row cellsOf(const sql::Statement& statement, std::size_t count)
{
    Row cells;
    for (std::size_t i = 1; i <= count; ++i)
        cells.push_back(statement.text(static_cast<int>(i)));
    return cells;
}

std::size_t columnCount(std::string_view columns)
{
    return static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ',')) + 1;
}

std::int64_t numberOf(const std::string& text)
{
    return static_cast<std::int64_t>(std::strtoll(text.c_str(), nullptr, 10));
}

Inserter::Inserter(sql::Connection& to, std::string_view table, std::string_view columns)
{
    std::string places;
    for (std::size_t i = 1; i <= columnCount(columns); ++i)
        places += (i == 1 ? "?" : ",?") + std::to_string(i);
    auto prepared =
        to.prepare("INSERT INTO " + std::string(table) + "(" + std::string(columns) + ") VALUES(" + places + ")");
    if (prepared)
        m_statement = prepared.take();
}

Status Inserter::add(const Row& row)
{
    for (std::size_t i = 0; i < row.size(); ++i)
        m_statement.bind(static_cast<int>(i) + 1, std::string_view(row[i]));
    return m_statement.run();
}

} // namespace altimeter::store
