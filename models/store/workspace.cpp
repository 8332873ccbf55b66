#include "models/store/workspace.h"

#include "models/store/hexhash.h"
#include "models/store/seal.h"
#include "resources/schema.h"

#include <xxhash.h>

#include <charconv>
#include <filesystem>

namespace altimeter::store {

namespace {

Result<std::int64_t> pragma(const sql::Connection& connection, const std::string& name)
{
    auto statement = connection.prepare("PRAGMA " + name);
    if (!statement)
        return statement.error();
    if (auto row = statement->step(); !row)
        return row.error();
    return statement->integer(0);
}

Result<bool> hasRows(const sql::Connection& connection, const std::string& table)
{
    auto statement = connection.prepare("SELECT 1 FROM " + table + " LIMIT 1");
    return statement ? statement->step() : Result<bool>(statement.error());
}

Status migrate(sql::Connection& connection, std::int64_t from)
{
    if (from >= schemaStepCount())
        return {};
    // A step that makes a table anew must not take the rows that point to it along.
    if (auto done = connection.execute("PRAGMA foreign_keys=OFF"); !done)
        return done;
    for (auto version = from + 1; version <= schemaStepCount(); ++version) {
        auto transaction = sql::Transaction::begin(connection);
        if (!transaction)
            return transaction.error();
        if (auto done = connection.execute(std::string(schemaStep(static_cast<int>(version)))); !done)
            return done.error();
        if (auto done = connection.execute("PRAGMA user_version=" + std::to_string(version)); !done)
            return done.error();
        if (auto done = transaction->commit(); !done)
            return done.error();
    }
    return connection.execute("PRAGMA foreign_keys=ON");
}

std::string auditHash(std::string_view previous, std::int64_t at, std::string_view what, std::string_view detail)
{
    std::string all(previous);
    const std::string time = std::to_string(at);
    for (const std::string_view part : {std::string_view(time), what, detail})
        all.append("\n").append(std::to_string(part.size())).append(":").append(part);
    return hex(XXH3_128bits(all.data(), all.size()));
}

} // namespace

Result<sql::Connection> createWorkspace(const std::string& path)
{
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored))
        return Error{ErrorCode::Invalid, "the file exists already", path};
    auto connection = sql::Connection::open(path, sql::Connection::Mode::Create);
    if (!connection)
        return connection.error();
    if (auto done = connection->execute("PRAGMA application_id=" + std::to_string(kApplicationId)); !done)
        return done.error();
    if (auto done = migrate(*connection, 0); !done)
        return done.error();
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                                 ignored);
    return connection;
}

Result<sql::Connection> openWorkspace(const std::string& path)
{
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return Error{ErrorCode::NotFound, "there is no such workspace", path};
    {
        // Looked at without write access first, so that a foreign or newer file is never touched.
        auto reader = sql::Connection::open(path, sql::Connection::Mode::ReadOnly);
        if (!reader)
            return reader.error();
        const auto id = pragma(*reader, "application_id");
        if (!id)
            return Error{id.error().code == ErrorCode::Busy ? ErrorCode::Busy : ErrorCode::Corrupt,
                         "this is not a workspace, or it is damaged (" + id.error().what +
                             "); the file was left as it is",
                         path};
        if (*id != kApplicationId)
            return Error{ErrorCode::Corrupt, "this file is not an Altimeter workspace; it was left as it is", path};
        const auto version = pragma(*reader, "user_version");
        if (!version)
            return version.error();
        if (*version > schemaStepCount())
            return Error{ErrorCode::Unsupported,
                         "this workspace was written by a newer Altimeter (schema " + std::to_string(*version) +
                             "); it was left as it is",
                         path};
        if (*version == 1) {
            const auto lines = hasRows(*reader, "segment");
            if (!lines)
                return lines.error();
            if (*lines)
                return Error{ErrorCode::Unsupported,
                             "this workspace was written by an early Altimeter whose charge lines are no longer read; "
                             "import its files into a new workspace; it was left as it is",
                             path};
        }
    }
    auto connection = sql::Connection::open(path, sql::Connection::Mode::ReadWrite);
    if (!connection)
        return connection.error();
    const auto version = pragma(*connection, "user_version");
    if (!version)
        return version.error();
    if (auto done = migrate(*connection, *version); !done)
        return done.error();
    return connection;
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

Status bumpRevision(sql::Connection& connection)
{
    const auto revision = revisionOf(connection);
    if (!revision)
        return revision.error();
    if (auto done = sealLedger(connection); !done)
        return done;
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
    return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Status appendAudit(sql::Connection& connection, std::int64_t at, std::string_view what, std::string_view detail)
{
    auto last = connection.prepare("SELECT hash FROM audit ORDER BY id DESC LIMIT 1");
    if (!last)
        return last.error();
    const auto row = last->step();
    if (!row)
        return row.error();
    const std::string previous = *row ? last->text(0) : std::string();
    auto insert = connection.prepare("INSERT INTO audit(at, what, detail, previous, hash) VALUES(?1, ?2, ?3, ?4, ?5)");
    if (!insert)
        return insert.error();
    return insert->bind(1, at)
        .bind(2, what)
        .bind(3, detail)
        .bind(4, std::string_view(previous))
        .bind(5, std::string_view(auditHash(previous, at, what, detail)))
        .run();
}

Status verifyAudit(const sql::Connection& connection)
{
    auto statement = connection.prepare("SELECT id, at, what, detail, previous, hash FROM audit ORDER BY id");
    if (!statement)
        return statement.error();
    std::string previous;
    return statement->each([&]() -> Status {
        if (statement->text(4) != previous ||
            statement->text(5) != auditHash(previous, statement->integer(1), statement->text(2), statement->text(3)))
            return Error{ErrorCode::Corrupt, "the audit trail was changed after it was written",
                         "entry " + std::to_string(statement->integer(0))};
        previous = statement->text(5);
        return {};
    });
}

} // namespace altimeter::store
