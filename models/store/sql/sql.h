#pragma once

#include "models/domain/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_blob;
struct sqlite3_file;

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

/// A point in the history of a database as one connection sees it: equal as long as nobody wrote in between.
struct Mark {
    std::int64_t others = 0; ///< moves with every commit of another connection or program
    std::int64_t own = 0;    ///< moves with every row this connection changed, also one that was rolled back
    friend bool operator==(const Mark&, const Mark&) = default;
};

class Connection {
public:
    /// Immutable takes the file as it lies there, without its -wal, and writes nothing beside it: for files nobody
    /// writes to.
    enum class Mode { ReadOnly, ReadWrite, Create, Immutable };

    Connection();
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;
    ~Connection();

    /// Opens with WAL, synchronous=FULL, foreign keys, a busy timeout of 5 s and an untrusted schema.
    static Result<Connection> open(const std::string& path, Mode mode);
    /// A further connection to the same file, for reading only.
    Result<Connection> reader() const;
    Mode mode() const { return m_mode; }
    /// How long statements wait for another program's lock; 5 s unless said.
    void waitFor(int milliseconds) const;

    Result<Statement> prepare(std::string_view text) const;
    Status execute(const std::string& text) const;
    /// The first number that a query or pragma answers; 0 where it answers no row.
    Result<std::int64_t> number(std::string_view query) const;
    std::int64_t lastInsertId() const;
    Result<Mark> mark() const;
    /// What a user of the connection keeps with it: made when it is first asked for, gone with the connection. Guarded
    /// by whatever guards the connection.
    template <typename T> T& kept() const
    {
        auto& slot = m_kept[std::type_index(typeid(T))];
        if (!slot)
            slot = std::make_shared<T>();
        return *static_cast<T*>(slot.get());
    }
    /// While set, statements stop soon after `stop` is requested and answer Error Cancelled; who waits for another
    /// program's lock waits no longer and answers Error Busy. A token that cannot be stopped ends it.
    void stopWith(const std::stop_token& stop);
    bool isOpen() const { return m_db != nullptr; }
    /// SQLite ends a transaction by itself after some errors of reading (no memory, a disk that fails).
    bool isInTransaction() const;
    std::string path() const;
    sqlite3* handle() const { return m_db; }

private:
    void close();
    sqlite3* m_db = nullptr;
    Mode m_mode = Mode::ReadOnly;
    struct StopWatch;
    std::unique_ptr<StopWatch> m_stop; ///< null: nothing stops it
    mutable std::map<std::type_index, std::shared_ptr<void>> m_kept;
};

/// While it lives, statements of the connection stop as of Connection::stopWith().
class StopsWith {
public:
    StopsWith(Connection& connection, const std::stop_token& stop) : m_connection(connection)
    {
        m_connection.stopWith(stop);
    }
    ~StopsWith() { m_connection.stopWith({}); }
    StopsWith(const StopsWith&) = delete;
    StopsWith& operator=(const StopsWith&) = delete;

private:
    Connection& m_connection;
};

/// The bytes of a database file as they lie there, its -wal left aside. They are read through SQLite's own file layer:
/// closing a file that was opened by hand would drop the locks that other connections of this program hold on it.
class RawFile {
public:
    RawFile() = default;
    RawFile(RawFile&& other) noexcept;
    RawFile& operator=(RawFile&& other) noexcept;
    ~RawFile();
    /// Error NotFound or Io; anything that is no regular file is refused without being opened.
    static Result<RawFile> open(const std::string& path);
    Result<std::uint64_t> size() const;
    /// Fills `bytes`; what lies behind the end of the file reads as zeros.
    Status read(std::uint64_t offset, std::span<std::uint8_t> bytes) const;
    /// True when no connection of this or another program has the database open; then none can until this is destroyed.
    bool lockAlone();
    /// Where its -wal lies, symbolic links resolved.
    std::string walPath() const;

private:
    sqlite3* m_db = nullptr;
    sqlite3_file* m_file = nullptr;
};

/// Copies the database as `source` sees it now, page by page, into the new file `target`, and syncs that. Other
/// programs may go on reading and writing. `progress` is told pages done and all pages. Error Cancelled, Io, Database.
Status copyDatabase(const Connection& source, const std::string& target,
                    const std::function<void(std::uint64_t, std::uint64_t)>& progress, const std::stop_token& stop);

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
