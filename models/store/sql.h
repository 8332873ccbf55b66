#pragma once

#include "models/domain/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_blob;

/// A thin skin over SQLite's C interface: connections, statements and transactions that close themselves.
namespace altimeter::store::sql {

/// A prepared statement. Parameters are numbered from 1, columns from 0. After a failed step() the error is sticky.
class Statement {
public:
    Statement() = default;
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    ~Statement();

    Statement& bind(int at, std::int64_t value);
    Statement& bind(int at, std::string_view text);
    Statement& bindBlob(int at, std::span<const std::uint8_t> bytes);

    /// True while there is a row; false at the end. Error Database, Cancelled, or Io for a full disk.
    Result<bool> step();
    /// Calls `take()` on each row, which answers a Status; stops at the first failure.
    template <typename Take> Status each(Take take)
    {
        while (true) {
            const auto row = step();
            if (!row)
                return row.error();
            if (!*row)
                return {};
            if (Status taken = take(); !taken)
                return taken;
        }
    }
    /// Runs to the end and makes the statement ready for the next binding.
    Status run();
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const { return std::string(textView(column)); }
    std::string_view textView(int column) const;          ///< valid until the next step
    std::span<const std::uint8_t> blob(int column) const; ///< valid until the next step

private:
    friend class Connection;
    sqlite3_stmt* m_stmt = nullptr;
};

class Connection {
public:
    enum class Mode { ReadOnly, ReadWrite, Create };

    Connection() = default;
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;
    ~Connection();

    /// Opens with WAL, synchronous=FULL, foreign keys, a busy timeout of 5 s and an untrusted schema.
    static Result<Connection> open(const std::string& path, Mode mode);

    Result<Statement> prepare(std::string_view text) const;
    Status execute(const std::string& text) const;
    std::int64_t lastInsertId() const;
    /// While set, statements stop soon after `stop` is requested and answer Error Cancelled.
    void stopWith(std::stop_token stop);
    bool isOpen() const { return m_db != nullptr; }
    std::string path() const;
    sqlite3* handle() const { return m_db; }

private:
    void close();
    sqlite3* m_db = nullptr;
    std::unique_ptr<std::stop_token> m_stop;
};

/// Reads whole values of one blob column by row id, straight into the caller's memory.
class BlobColumn {
public:
    /// All three must outlive it. Requires an open transaction.
    BlobColumn(const Connection& connection, const char* table, const char* column)
        : m_connection(connection), m_table(table), m_column(column)
    {
    }
    ~BlobColumn();
    BlobColumn(const BlobColumn&) = delete;
    BlobColumn& operator=(const BlobColumn&) = delete;
    Result<std::vector<std::uint8_t>> read(std::int64_t row);

private:
    const Connection& m_connection;
    const char* m_table;
    const char* m_column;
    sqlite3_blob* m_blob = nullptr;
};

/// Rolls back unless commit() was called.
class Transaction {
public:
    static Result<Transaction> begin(Connection& connection);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Status commit();

private:
    explicit Transaction(Connection* connection) : m_connection(connection) {}
    Connection* m_connection = nullptr;
};

} // namespace altimeter::store::sql
