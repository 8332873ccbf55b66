#include "models/store/file/workspace.h"

#include "models/store/file/leftover.h"
#include "models/store/file/migration.h"
#include "models/store/sql/hexhash.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "resources/schema.h"

#include <xxhash.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <span>

namespace altimeter::store {

namespace {

Error newerProgram(std::int64_t version, const std::string& path)
{
    return {ErrorCode::Unsupported,
            "this workspace was written by a newer Altimeter (schema " + std::to_string(version) +
                "); it was left as it is",
            path};
}

/// Older workspaces could be read by everybody.
void tighten(const std::filesystem::path& file)
{
    using std::filesystem::perms;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code ignored;
        const std::filesystem::path path = file.string() + suffix;
        const auto status = std::filesystem::status(path, ignored);
        if (!ignored && (status.permissions() & (perms::group_all | perms::others_all)) != perms::none)
            std::filesystem::permissions(path, perms::owner_read | perms::owner_write, ignored);
    }
}

/// Lines of the first version are no longer read.
Status checkFirstVersion(const std::string& path)
{
    const auto reader = sql::Connection::open(path, sql::Connection::Mode::Immutable);
    if (!reader)
        return reader.error();
    const auto lines = reader->number("SELECT EXISTS(SELECT 1 FROM segment)");
    if (!lines)
        return lines.error();
    if (*lines != 0)
        return Error{ErrorCode::Unsupported,
                     "this workspace was written by an early Altimeter whose charge lines are no longer read; "
                     "import its files into a new workspace; it was left as it is",
                     path};
    return {};
}

/// `withBackup`: before an older schema is brought up to date.
Result<OpenedWorkspace> openForWriting(const std::string& path, bool withBackup, const std::stop_token& stop)
{
    auto notes = checkLeftover(path);
    if (!notes)
        return notes.error();
    auto connection = sql::Connection::open(path, sql::Connection::Mode::ReadWrite);
    if (!connection)
        return connection.error();
    const auto version = schemaVersionOf(*connection);
    if (!version)
        return version.error();
    if (*version > schemaStepCount()) // the journal was ahead of the file
        return newerProgram(*version, path);
    if (auto own = requireOwnSchema(*connection); !own) // a foreign trigger would take part in bringing it up to date
        return own.error();
    tighten(linkedFile(path));
    if (auto done = migrate(*connection, withBackup, stop); !done)
        return done.error();
    return OpenedWorkspace{connection.take(), {}, notes.take(), {}};
}

Status copyBytes(const sql::RawFile& from, const std::filesystem::path& to)
{
    const auto size = from.size();
    if (!size)
        return size.error();
    std::ofstream out(to, std::ios::binary);
    std::vector<std::uint8_t> bytes(std::size_t{1} << 20U);
    for (std::uint64_t at = 0; at < *size && out; at += bytes.size()) {
        const auto part = std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), *size - at));
        if (auto done = from.read(at, part); !done)
            return done;
        out.write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(part.size()));
    }
    out.close();
    if (!out)
        return Error{ErrorCode::Io, "a private copy to read from cannot be made", to.string(),
                     "Free some space in the folder for temporary files, or set TMPDIR to another one."};
    return {};
}

/// What must be written before it can be read, a journal or an older schema, is written into a copy.
Result<OpenedWorkspace> openCopy(const std::string& path, const std::string& why, const std::stop_token& stop)
{
    std::error_code failed;
    const auto temporary = std::filesystem::temp_directory_path(failed);
    auto made = copyForReading(path, temporary / ("altimeter-" + std::filesystem::path(path).filename().string()));
    if (!made)
        return made.error();
    auto copy = std::make_shared<const Making>(made.take());
    auto opened = openForWriting(copy->file().string(), false, stop);
    if (!opened)
        return Error{opened.error().code, opened.error().what, path, opened.error().todo};
    opened->readOnly = why + "; a private copy is read";
    opened->copy = std::move(copy);
    // What were written into the copy would be lost with it.
    if (auto done = opened->connection.execute("PRAGMA query_only=ON"); !done)
        return done.error();
    return opened;
}

Result<OpenedWorkspace> openForReading(const std::string& path, std::int64_t version, const std::string& why,
                                       const std::stop_token& stop)
{
    if (hasJournal(path) || version < schemaStepCount())
        return openCopy(path, why, stop);
    auto connection = sql::Connection::open(path, sql::Connection::Mode::Immutable);
    if (!connection)
        return connection.error();
    if (auto own = requireOwnSchema(*connection); !own)
        return own.error();
    return OpenedWorkspace{connection.take(), why, {}, {}};
}

constexpr std::string_view kAuditHead = "audit_head"; ///< the hash of the entry that was written last

std::string auditHash(std::string_view previous, std::int64_t at, std::string_view what, std::string_view detail)
{
    std::string all(previous);
    const std::string time = std::to_string(at);
    for (const std::string_view part : {std::string_view(time), what, detail})
        all.append("\n").append(std::to_string(part.size())).append(":").append(part);
    return hex(XXH3_128bits(all.data(), all.size()));
}

} // namespace

Result<sql::Connection> createWorkspace(const std::string& path, const std::function<Status(sql::Connection&)>& fill)
{
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored))
        return Error{ErrorCode::Invalid, "the file exists already", path};
    auto making = Making::begin(path);
    if (!making)
        return making.error();
    const auto here = [&path](Error error) { // not the file it is built in, which is gone when this is read
        error.where = path;
        return error;
    };
    {
        auto connection = sql::Connection::open(making->file().string(), sql::Connection::Mode::Create);
        if (!connection)
            return here(connection.error());
        if (auto done = connection->execute("PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA application_id=" +
                                            std::to_string(kApplicationId));
            !done)
            return here(done.error());
        auto transaction = sql::Transaction::begin(*connection);
        if (!transaction)
            return here(transaction.error());
        if (auto done = makeSchema(*connection); !done)
            return here(done.error());
        if (auto done = transaction->commit(); !done)
            return here(done.error());
        if (auto done = connection->execute("PRAGMA foreign_keys=ON"); !done)
            return here(done.error());
        if (auto done = fill ? fill(*connection) : Status(); !done)
            return here(done.error());
    }
    if (auto done = making->place(); !done)
        return here(done.error());
    return openWorkspace(path);
}

Result<std::int64_t> checkHead(const sql::RawFile& file, const std::string& path)
{
    constexpr std::string_view kMagic("SQLite format 3\0", 16);
    std::array<std::uint8_t, 100> head{};
    if (auto done = file.read(0, head); !done)
        return done.error();
    if (std::string_view(reinterpret_cast<const char*>(head.data()), kMagic.size()) != kMagic)
        return Error{ErrorCode::Corrupt, "this is not a workspace, or it is damaged; the file was left as it is", path};
    const auto number = [&head](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8U | head[at + i];
        return static_cast<std::int32_t>(value);
    };
    constexpr std::size_t kUserVersion = 60;
    constexpr std::size_t kApplication = 68;
    if (number(kApplication) != kApplicationId)
        return Error{ErrorCode::Corrupt, "this file is not an Altimeter workspace; it was left as it is", path};
    const std::int64_t version = number(kUserVersion);
    if (version > schemaStepCount())
        return newerProgram(version, path);
    return version;
}

Result<OpenedWorkspace> openAnyWorkspace(const std::string& path, const std::stop_token& stop)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return Error{ErrorCode::NotFound, "there is no such workspace", path};
    // Looked at without SQLite first, so that a foreign or newer file is never touched and nothing appears beside it.
    const auto file = sql::RawFile::open(path);
    if (!file)
        return file.error();
    const auto version = checkHead(*file, path);
    if (!version)
        return version.error();
    if (*version == 1) {
        if (auto checked = checkFirstVersion(path); !checked)
            return checked.error();
    }
    if (const std::string why = whyReadOnly(linkedFile(path)); !why.empty())
        return openForReading(path, *version, why, stop);
    return openForWriting(path, true, stop);
}

Result<sql::Connection> openWorkspace(const std::string& path)
{
    auto opened = openAnyWorkspace(path);
    if (!opened)
        return opened.error();
    return std::move(opened->connection);
}

void settle(sql::Connection& connection, const std::function<void()>& renew)
{
    if (renew) {
        (void)connection.execute("PRAGMA wal_checkpoint(PASSIVE)");
        renew();
    }
    constexpr int kPatienceMs = 200; // a reader of another program is not waited for
    constexpr int kOrdinaryWaitMs = 5'000;
    connection.waitFor(kPatienceMs);
    (void)connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    connection.waitFor(kOrdinaryWaitMs);
}

std::int64_t currentSchemaVersion()
{
    return schemaStepCount();
}

Result<std::int64_t> schemaVersionOf(const sql::Connection& connection)
{
    return connection.number("PRAGMA user_version");
}

std::string whyReadOnly(const std::filesystem::path& file)
{
    constexpr auto kWrites = std::filesystem::perms::owner_write | std::filesystem::perms::group_write |
                             std::filesystem::perms::others_write;
    const auto forbids = [](const std::filesystem::path& path) {
        std::error_code failed;
        const auto status = std::filesystem::status(path, failed);
        return !failed && (status.permissions() & kWrites) == std::filesystem::perms::none;
    };
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    for (const bool isFile : {true, false}) {
        const auto& path = isFile ? file : folder;
        const bool denied = ::access(path.c_str(), W_OK) != 0;
        if (denied && errno == EROFS)
            return "it lies on a read-only disk";
        if (denied || forbids(path))
            return isFile ? "the file has no write permission" : "its folder cannot be written";
    }
    return {};
}

Result<Making> copyForReading(const std::string& path, const std::filesystem::path& place)
{
    const auto file = sql::RawFile::open(path);
    if (!file)
        return file.error();
    auto copy = Making::begin(place);
    if (!copy)
        return copy.error();
    if (auto done = copyBytes(*file, copy->file()); !done)
        return done.error();
    std::error_code failed;
    const std::string journal = file->walPath();
    if (hasJournal(path) && !std::filesystem::copy_file(journal, copy->file().string() + "-wal", failed))
        return Error{ErrorCode::Io, "the journal of the workspace cannot be read: " + failed.message(), journal};
    // Which of the two was written last tells them apart where neither names a state.
    for (const auto& [from, to] :
         {std::pair(linkedFile(path), copy->file()),
          std::pair(std::filesystem::path(journal), std::filesystem::path(copy->file().string() + "-wal"))}) {
        const auto written = std::filesystem::last_write_time(from, failed);
        if (!failed)
            std::filesystem::last_write_time(to, written, failed);
    }
    return copy;
}

Result<sql::Connection> openReader(const std::string& path)
{
    return sql::Connection::open(path, sql::Connection::Mode::ReadOnly);
}

Result<std::uint64_t> revisionOf(const sql::Connection& connection)
{
    const auto text = metaValue(connection, "revision");
    if (!text)
        return text.error();
    std::uint64_t revision = 0;
    const char* end = text->data() + text->size();
    if (const auto parsed = std::from_chars(text->data(), end, revision); !text->empty() && parsed.ptr != end)
        return Error{ErrorCode::Corrupt, "the revision of the workspace cannot be read", {}};
    return revision;
}

Status bumpRevision(sql::Connection& connection, const SealedChanges& changes)
{
    const auto revision = revisionOf(connection);
    if (!revision)
        return revision.error();
    if (auto done = renewState(connection); !done)
        return done;
    for (const Records records : {Records::Ledger, Records::Deliveries}) {
        if (auto done = sealChanged(connection, records, changes.of(records)); !done)
            return done;
    }
    return setMetaValue(connection, "revision", std::to_string(*revision + 1));
}

Result<std::string> metaValue(const sql::Connection& connection, std::string_view key)
{
    auto statement = connection.prepare("SELECT value FROM meta WHERE key=?1");
    if (!statement)
        return statement.error();
    statement->bind(1, key);
    const auto row = statement->step();
    if (!row)
        return row.error();
    return *row ? statement->text(0) : std::string();
}

Status setMetaValue(sql::Connection& connection, std::string_view key, std::string_view value)
{
    auto statement = connection.prepare("INSERT INTO meta(key, value) VALUES(?1, ?2) "
                                        "ON CONFLICT(key) DO UPDATE SET value=excluded.value");
    if (!statement)
        return statement.error();
    return statement->bind(1, key).bind(2, value).run();
}

Status markDemo(sql::Connection& connection)
{
    if (auto done = setMetaValue(connection, "demo", "1"); !done)
        return done;
    settle(connection);
    return {};
}

Status appendAudit(sql::Connection& connection, std::int64_t at, std::string_view what, std::string_view detail)
{
    // Behind the entry that was written last, and not behind the last one that is there: one that went stays missed.
    const auto previous = metaValue(connection, kAuditHead);
    if (!previous)
        return previous.error();
    auto insert = connection.prepare("INSERT INTO audit(at, what, detail, previous, hash) VALUES(?1, ?2, ?3, ?4, ?5)");
    if (!insert)
        return insert.error();
    const std::string hash = auditHash(*previous, at, what, detail);
    const Status written = insert->bind(1, at)
                               .bind(2, what)
                               .bind(3, detail)
                               .bind(4, std::string_view(*previous))
                               .bind(5, std::string_view(hash))
                               .run();
    return written ? setMetaValue(connection, kAuditHead, hash) : written;
}

Status verifyAudit(const sql::Connection& connection, const std::stop_token& stop)
{
    const OneRevision revision(connection);
    auto entries = connection.prepare("SELECT id, at, what, detail, previous, hash FROM audit NOT INDEXED ORDER BY id");
    if (!entries)
        return entries.error();
    std::string previous;
    const Status read = entries->each([&]() -> Status {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        const std::string id = std::to_string(entries->integer(0));
        if (entries->textView(4) != previous)
            return Error{ErrorCode::Corrupt, "an entry before this one is missing, or they were put in another order",
                         "entry " + id};
        if (entries->textView(5) !=
            auditHash(previous, entries->integer(1), entries->textView(2), entries->textView(3)))
            return Error{ErrorCode::Corrupt, "it was changed after it was written", "entry " + id};
        previous = entries->textView(5);
        return {};
    });
    if (!read)
        return read;
    const auto head = metaValue(connection, kAuditHead);
    if (!head)
        return head.error();
    if (*head != previous)
        return Error{ErrorCode::Corrupt, "its last entry is missing", {}};
    return {};
}

} // namespace altimeter::store
