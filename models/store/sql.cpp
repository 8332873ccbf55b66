#include "models/store/sql.h"

#include <sqlite3.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace altimeter::store::sql {

namespace {

std::string freeSpace(const std::string& file)
{
    std::error_code failed;
    const auto space = std::filesystem::space(std::filesystem::path(file).parent_path(), failed);
    return failed ? std::string() : " (" + std::to_string(space.available) + " bytes free)";
}

Error errorOf(sqlite3* db, int code)
{
    const int systemError = errno; // a failed sync at a commit is told nowhere else
    const int primary = code & 0xff;
    Error error;
    error.what = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    if (const char* file = db ? sqlite3_db_filename(db, "main") : nullptr)
        error.where = file;
    switch (primary) {
    case SQLITE_INTERRUPT:
        return {ErrorCode::Cancelled, "cancelled", {}};
    case SQLITE_FULL:
        error.code = ErrorCode::Io;
        error.what = "the disk is full" + freeSpace(error.where) + "; free some space and repeat, nothing was changed";
        break;
    case SQLITE_IOERR:
        error.code = ErrorCode::Io;
        if (systemError == ENOSPC || (db && sqlite3_system_errno(db) == ENOSPC))
            error.what = "the disk is full" + freeSpace(error.where) + "; free some space and repeat";
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        error.code = ErrorCode::Io;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        error.code = ErrorCode::Corrupt;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error.code = ErrorCode::Busy;
        error.what = "another program is writing to this workspace";
        break;
    default:
        error.code = ErrorCode::Database;
        break;
    }
    return error;
}

int stopRequested(void* token)
{
    return static_cast<std::stop_token*>(token)->stop_requested() ? 1 : 0;
}

} // namespace

Statement::Statement(Statement&& other) noexcept : m_stmt(std::exchange(other.m_stmt, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept
{
    std::swap(m_stmt, other.m_stmt);
    return *this;
}

Statement::~Statement()
{
    sqlite3_finalize(m_stmt);
}

Statement& Statement::bind(int at, std::int64_t value)
{
    sqlite3_bind_int64(m_stmt, at, value);
    return *this;
}

Statement& Statement::bind(int at, std::string_view text)
{
    sqlite3_bind_text64(m_stmt, at, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bindBlob(int at, std::span<const std::uint8_t> bytes)
{
    sqlite3_bind_blob64(m_stmt, at, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    return *this;
}

Result<bool> Statement::step()
{
    const int code = sqlite3_step(m_stmt);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return errorOf(sqlite3_db_handle(m_stmt), code);
}

Status Statement::run()
{
    while (true) {
        const auto more = step();
        if (!more) {
            reset();
            return more.error();
        }
        if (!*more)
            break;
    }
    reset();
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_stmt);
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_stmt, column);
}

std::string_view Statement::textView(int column) const
{
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(m_stmt, column));
    return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_stmt, column)))
                 : std::string_view();
}

std::span<const std::uint8_t> Statement::blob(int column) const
{
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(m_stmt, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_stmt, column))};
}

Connection::Connection(Connection&& other) noexcept
    : m_db(std::exchange(other.m_db, nullptr)), m_stop(std::move(other.m_stop))
{
}

Connection& Connection::operator=(Connection&& other) noexcept
{
    if (this != &other) {
        close();
        m_db = std::exchange(other.m_db, nullptr);
        m_stop = std::move(other.m_stop);
    }
    return *this;
}

Connection::~Connection()
{
    close();
}

void Connection::close()
{
    sqlite3_close_v2(m_db);
    m_db = nullptr;
}

Result<Connection> Connection::open(const std::string& path, Mode mode)
{
    Connection connection;
    int flags = SQLITE_OPEN_NOMUTEX;
    flags |= mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (mode == Mode::Create)
        flags |= SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(path.c_str(), &connection.m_db, flags, nullptr);
    if (code != SQLITE_OK) {
        Error error = errorOf(connection.m_db, code);
        error.where = path;
        return error;
    }
    sqlite3_extended_result_codes(connection.m_db, 1);
    sqlite3_busy_timeout(connection.m_db, 5000);
    sqlite3_db_config(connection.m_db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    std::string pragmas = "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON;"
                          "PRAGMA cache_size=-8192; PRAGMA mmap_size=0;";
    if (mode != Mode::ReadOnly)
        pragmas += "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;";
    if (auto done = connection.execute(pragmas); !done)
        return done.error();
    return connection;
}

std::string Connection::path() const
{
    const char* name = m_db ? sqlite3_db_filename(m_db, "main") : nullptr;
    return name ? name : std::string();
}

BlobColumn::~BlobColumn()
{
    sqlite3_blob_close(m_blob);
}

Result<std::vector<std::uint8_t>> BlobColumn::read(std::int64_t row)
{
    sqlite3* const db = m_connection.handle();
    const int opened =
        m_blob ? sqlite3_blob_reopen(m_blob, row) : sqlite3_blob_open(db, "main", m_table, m_column, row, 0, &m_blob);
    if (opened != SQLITE_OK)
        return errorOf(db, opened);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(sqlite3_blob_bytes(m_blob)));
    const int read = sqlite3_blob_read(m_blob, bytes.data(), static_cast<int>(bytes.size()), 0);
    if (read != SQLITE_OK)
        return errorOf(db, read);
    return bytes;
}

Result<Statement> Connection::prepare(std::string_view text) const
{
    Statement statement;
    const int code = sqlite3_prepare_v2(m_db, text.data(), static_cast<int>(text.size()), &statement.m_stmt, nullptr);
    if (code != SQLITE_OK)
        return errorOf(m_db, code);
    return statement;
}

Status Connection::execute(const std::string& text) const
{
    const int code = sqlite3_exec(m_db, text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return errorOf(m_db, code);
    return {};
}

std::int64_t Connection::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_db);
}

void Connection::stopWith(std::stop_token stop)
{
    if (!stop.stop_possible()) {
        sqlite3_progress_handler(m_db, 0, nullptr, nullptr);
        m_stop.reset();
        return;
    }
    m_stop = std::make_unique<std::stop_token>(std::move(stop));
    sqlite3_progress_handler(m_db, 2000, stopRequested, m_stop.get());
}

Result<Transaction> Transaction::begin(Connection& connection)
{
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun)
        return begun.error();
    return Transaction(&connection);
}

Transaction::Transaction(Transaction&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}

Transaction::~Transaction()
{
    if (m_connection) {
        m_connection->stopWith({});
        (void)m_connection->execute("ROLLBACK");
    }
}

Status Transaction::commit()
{
    if (auto committed = m_connection->execute("COMMIT"); !committed)
        return committed.error();
    m_connection = nullptr;
    return {};
}

} // namespace altimeter::store::sql
