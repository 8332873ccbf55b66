#include "models/store/sql/sql.h"

#include "models/text/hextext.h"

#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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

/// What the disk was asked for when it failed.
std::string_view failedAct(int code)
{
    switch (code) {
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ:
    case SQLITE_IOERR_FSTAT:
        return "the disk reported an error while reading";
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_DELETE:
        return "the disk reported an error while writing";
    default:
        return "the disk reported an error";
    }
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
        if (systemError == ENOSPC || (db && sqlite3_system_errno(db) == ENOSPC)) {
            error.what = "the disk is full" + freeSpace(error.where) + "; free some space and repeat";
            break;
        }
        error.what =
            std::string(failedAct(db ? sqlite3_extended_errcode(db) : code)) + "; what was stored before is kept";
        error.todo = "Check the disk and its cable or network, copy the workspace to another disk, then repeat.";
        break;
    case SQLITE_CANTOPEN:
        error.code = ErrorCode::Io;
        error.what = "the file cannot be opened";
        if (const int reason = db ? sqlite3_system_errno(db) : 0)
            error.what += std::string(": ") + std::strerror(reason);
        error.todo = "Check that the file and its folder exist and that you may read and write them.";
        break;
    case SQLITE_READONLY:
        error.code = ErrorCode::ReadOnly;
        error.what = "the workspace cannot be written: its file, folder or disk is read-only; nothing was changed";
        error.todo = "Give yourself write permission on the file and its folder, or copy the workspace to a place of "
                     "your own.";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        error.code = ErrorCode::Corrupt;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error.code = ErrorCode::Busy;
        error.what = "another program is writing to this workspace";
        error.todo = "Wait until it has finished, then repeat.";
        break;
    default:
        error.code = ErrorCode::Database;
        break;
    }
    return error;
}

constexpr int kLockWaitMs = 5000;

/// A name for SQLite that says: nobody writes to this file, do not look for its -wal, leave nothing beside it.
std::string immutableName(const std::string& path)
{
    std::error_code failed;
    const std::string whole = std::filesystem::absolute(path, failed).string();
    return "file://" + words::percentEncoded(failed ? path : whole, "/.-_") + "?immutable=1";
}

} // namespace

/// Asks in three places: between steps of a statement, within the long ones (a check of the whole file is one step),
/// and while another program's lock is waited for.
struct Connection::StopWatch {
    StopWatch(const std::stop_token& stop, sqlite3* db) : token(stop), interrupt(stop, [db] { sqlite3_interrupt(db); })
    {
    }
    static int isStopped(void* watch) { return static_cast<StopWatch*>(watch)->token.stop_requested() ? 1 : 0; }
    static int waitOnce(void* watch, int times)
    {
        constexpr int kPauseMs = 20;
        auto& self = *static_cast<StopWatch*>(watch);
        if (self.token.stop_requested() || times * kPauseMs >= self.waitMs)
            return 0;
        sqlite3_sleep(kPauseMs);
        return 1;
    }

    std::stop_token token;
    int waitMs = kLockWaitMs;
    std::stop_callback<std::function<void()>> interrupt; ///< last: it may be called at once
};

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

Connection::Connection() = default;

Connection::Connection(Connection&& other) noexcept
    : m_db(std::exchange(other.m_db, nullptr)), m_mode(other.m_mode), m_stop(std::move(other.m_stop)),
      m_kept(std::move(other.m_kept))
{
}

Connection& Connection::operator=(Connection&& other) noexcept
{
    if (this != &other) {
        close(); // and with it what may interrupt it
        m_db = std::exchange(other.m_db, nullptr);
        m_mode = other.m_mode;
        m_stop = std::move(other.m_stop);
        m_kept = std::move(other.m_kept);
    }
    return *this;
}

Connection::~Connection()
{
    close();
}

void Connection::close()
{
    stopWith({});
    m_kept.clear(); // may hold statements
    sqlite3_close_v2(m_db);
    m_db = nullptr;
}

Result<Connection> Connection::open(const std::string& path, Mode mode)
{
    Connection connection;
    connection.m_mode = mode;
    const bool writes = mode == Mode::ReadWrite || mode == Mode::Create;
    int flags = SQLITE_OPEN_NOMUTEX;
    flags |= writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (mode == Mode::Create)
        flags |= SQLITE_OPEN_CREATE;
    if (mode == Mode::Immutable)
        flags |= SQLITE_OPEN_URI;
    const std::string name = mode == Mode::Immutable ? immutableName(path) : path;
    const int code = sqlite3_open_v2(name.c_str(), &connection.m_db, flags, nullptr);
    if (code != SQLITE_OK) {
        Error error = errorOf(connection.m_db, code);
        error.where = path;
        return error;
    }
    sqlite3_extended_result_codes(connection.m_db, 1);
    connection.waitFor(kLockWaitMs);
    sqlite3_db_config(connection.m_db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    std::string pragmas = "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON;"
                          "PRAGMA cache_size=-8192; PRAGMA mmap_size=0;";
    if (writes)
        pragmas += "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;";
    if (auto done = connection.execute(pragmas); !done)
        return done.error();
    return connection;
}

Result<Connection> Connection::reader() const
{
    return open(path(), m_mode == Mode::Immutable ? Mode::Immutable : Mode::ReadOnly);
}

void Connection::waitFor(int milliseconds) const
{
    if (m_stop)
        m_stop->waitMs = milliseconds;
    else
        sqlite3_busy_timeout(m_db, milliseconds);
}

bool Connection::isInTransaction() const
{
    return m_db && sqlite3_get_autocommit(m_db) == 0;
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

Result<std::int64_t> Connection::number(std::string_view query) const
{
    auto statement = prepare(query);
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    return *row ? statement->integer(0) : std::int64_t{0};
}

Result<Mark> Connection::mark() const
{
    const auto others = number("PRAGMA data_version");
    if (!others)
        return others.error();
    return Mark{*others, sqlite3_total_changes(m_db)};
}

void Connection::stopWith(const std::stop_token& stop)
{
    if (!m_db)
        return;
    sqlite3_progress_handler(m_db, 0, nullptr, nullptr);
    sqlite3_busy_timeout(m_db, kLockWaitMs);
    m_stop.reset();
    if (!stop.stop_possible())
        return;
    m_stop = std::make_unique<StopWatch>(stop, m_db);
    sqlite3_progress_handler(m_db, 2000, StopWatch::isStopped, m_stop.get());
    sqlite3_busy_handler(m_db, StopWatch::waitOnce, m_stop.get());
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

RawFile::RawFile(RawFile&& other) noexcept
    : m_db(std::exchange(other.m_db, nullptr)), m_file(std::exchange(other.m_file, nullptr))
{
}

RawFile& RawFile::operator=(RawFile&& other) noexcept
{
    std::swap(m_db, other.m_db);
    std::swap(m_file, other.m_file);
    return *this;
}

RawFile::~RawFile()
{
    sqlite3_close_v2(m_db);
}

Result<RawFile> RawFile::open(const std::string& path)
{
    std::error_code failed;
    const auto kind = std::filesystem::status(path, failed).type();
    if (kind == std::filesystem::file_type::not_found)
        return Error{ErrorCode::NotFound, "there is no such file", path};
    if (kind != std::filesystem::file_type::regular)
        return Error{ErrorCode::Io,
                     failed                                          ? failed.message()
                     : kind == std::filesystem::file_type::directory ? "this is a folder, not a workspace file"
                                                                     : "this is not a file",
                     path, "Name the workspace file itself; it ends in .altimeter unless it was given another name."};
    RawFile raw;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    if (const int code = sqlite3_open_v2(immutableName(path).c_str(), &raw.m_db, flags, nullptr); code != SQLITE_OK) {
        Error error = errorOf(raw.m_db, code);
        error.where = path;
        return error;
    }
    sqlite3_file_control(raw.m_db, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&raw.m_file));
    if (!raw.m_file || !raw.m_file->pMethods)
        return Error{ErrorCode::Io, "the file cannot be opened", path};
    return raw;
}

Result<std::uint64_t> RawFile::size() const
{
    sqlite3_int64 bytes = 0;
    if (m_file->pMethods->xFileSize(m_file, &bytes) != SQLITE_OK)
        return Error{ErrorCode::Io, "the size of the file cannot be read", sqlite3_db_filename(m_db, "main")};
    return static_cast<std::uint64_t>(bytes);
}

Status RawFile::read(std::uint64_t offset, std::span<std::uint8_t> bytes) const
{
    const int code = m_file->pMethods->xRead(m_file, bytes.data(), static_cast<int>(bytes.size()),
                                             static_cast<sqlite3_int64>(offset));
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        return Error{ErrorCode::Io, "the file cannot be read", sqlite3_db_filename(m_db, "main")};
    return {};
}

bool RawFile::lockAlone()
{
    constexpr int kTries = 5; // another program may look at the same moment; one that works with the file stays
    for (int tries = 0; tries < kTries; ++tries) {
        if (m_file->pMethods->xLock(m_file, SQLITE_LOCK_SHARED) == SQLITE_OK &&
            m_file->pMethods->xLock(m_file, SQLITE_LOCK_EXCLUSIVE) == SQLITE_OK)
            return true;
        m_file->pMethods->xUnlock(m_file, SQLITE_LOCK_NONE);
        sqlite3_sleep(3 + (tries * 7 + static_cast<int>(::getpid())) % 13);
    }
    return false;
}

std::string RawFile::walPath() const
{
    return std::string(sqlite3_db_filename(m_db, "main")) + "-wal";
}

Status copyDatabase(const Connection& source, const std::string& target,
                    const std::function<void(std::uint64_t, std::uint64_t)>& progress, const std::stop_token& stop)
{
    constexpr int kPagesAtOnce = 4096;
    sqlite3* copy = nullptr;
    const auto failed = [&target](Error error) {
        error.where = target;
        return error;
    };
    int code = sqlite3_open_v2(target.c_str(), &copy,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_NOMUTEX,
                               nullptr);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> closing(copy, sqlite3_close);
    if (code != SQLITE_OK)
        return failed(errorOf(copy, code));
    // A copy that does not get done is thrown away: it needs no journal, and one sync at its end.
    sqlite3_exec(copy, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE", nullptr,
                 nullptr, nullptr);
    sqlite3_backup* backup = sqlite3_backup_init(copy, "main", source.handle(), "main");
    if (!backup)
        return failed(errorOf(copy, sqlite3_errcode(copy)));
    do {
        code = sqlite3_backup_step(backup, kPagesAtOnce);
        const int all = sqlite3_backup_pagecount(backup);
        if (progress)
            progress(static_cast<std::uint64_t>(all - sqlite3_backup_remaining(backup)),
                     static_cast<std::uint64_t>(all));
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            sqlite3_sleep(20);
    } while ((code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) && !stop.stop_requested());
    const int finished = sqlite3_backup_finish(backup);
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    if (code != SQLITE_DONE || finished != SQLITE_OK)
        return failed(errorOf(copy, code == SQLITE_DONE ? finished : code));
    const int file = ::open(target.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    const int reason = errno;
    if (file >= 0)
        ::close(file);
    if (!synced)
        return Error{ErrorCode::Io, std::string("the copy cannot be written to the disk: ") + std::strerror(reason),
                     target};
    return {};
}

} // namespace altimeter::store::sql
