#include "models/store/file/backup.h"

#include "models/store/events/eventreading.h"
#include "models/store/file/leftover.h"
#include "models/store/file/making.h"
#include "models/store/file/migration.h"
#include "models/store/file/workspace.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/seal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <set>

namespace altimeter::store {

namespace {

constexpr std::size_t kNewestKept = 10;
constexpr std::size_t kMonthsKept = 12;
constexpr std::string_view kSuffix = ".altimeter";
constexpr std::size_t kDateLength = 20; // 2026-11-21T08-30-00Z

/// Reads "2026-11-21T08-30-00Z-publish.altimeter"; anything else in the folder is not ours to list or remove.
std::optional<Backup> backupNamed(const std::filesystem::path& file)
{
    constexpr std::string_view kShape = "0000-00-00T00-00-00Z";
    const std::string name = file.filename().string();
    if (name.size() < kDateLength + 1 + kSuffix.size() || !name.ends_with(kSuffix) || name[kDateLength] != '-')
        return std::nullopt;
    for (std::size_t i = 0; i < kDateLength; ++i) {
        const bool isDigit = name[i] >= '0' && name[i] <= '9';
        if (kShape[i] == '0' ? !isDigit : name[i] != kShape[i])
            return std::nullopt;
    }
    Backup backup;
    backup.path = file.string();
    backup.at = name.substr(0, kDateLength);
    backup.at[13] = backup.at[16] = ':';
    backup.reason = name.substr(kDateLength + 1, name.size() - kDateLength - 1 - kSuffix.size());
    std::error_code ignored;
    backup.bytes = std::filesystem::file_size(file, ignored);
    return backup;
}

/// Removes those that are neither among the newest nor the newest of one of the last months.
void thinOut(const std::filesystem::path& workspace)
{
    std::set<std::string> months;
    std::size_t position = 0;
    for (const Backup& backup : listBackups(workspace)) { // newest first
        const bool isFirstOfMonth = months.insert(backup.at.substr(0, 7)).second;
        const bool isKept = position++ < kNewestKept || (isFirstOfMonth && months.size() <= kMonthsKept);
        std::error_code ignored;
        if (!isKept)
            std::filesystem::remove(backup.path, ignored);
    }
}

constexpr std::int64_t kFirstWithEvents = 8; ///< schema

Status checkSeals(const sql::Connection& connection, const std::string& where, std::int64_t schema,
                  const std::stop_token& stop)
{
    const auto damaged = [&where](const std::string& what) {
        return Error{ErrorCode::Corrupt, what + " do not match their checksum", where};
    };
    const auto ledger = ledgerHoldsAt(connection, schema);
    if (!ledger)
        return ledger.error();
    if (!*ledger)
        return damaged("the list of stored months or the rules");
    const auto sum = sumOfDictionary(connection);
    if (!sum)
        return sum.error();
    const auto dictionary = dictionaryHolds(connection, *sum);
    if (!dictionary)
        return dictionary.error();
    if (!*dictionary)
        return damaged("names and tags");
    auto segments = connection.prepare("SELECT facts_checksum, lines_checksum, facts, lines FROM segment ORDER BY id");
    if (!segments)
        return segments.error();
    const Status lines = segments->each([&]() -> Status {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled", {}};
        if (checksumOf(segments->blob(2)) != segments->integer(0) ||
            checksumOf(segments->blob(3)) != segments->integer(1))
            return damaged("charge lines");
        return {};
    });
    if (!lines || schema < kFirstWithEvents)
        return lines;
    const auto events = eventBytesHold(connection, stop);
    if (!events)
        return events.error();
    return *events ? Status() : damaged("AI events");
}

/// Checksums are compared where the schema is `sealedFrom` or later.
Status verify(const std::filesystem::path& file, std::int64_t sealedFrom, const std::stop_token& stop)
{
    const std::string where = file.string();
    const auto raw = sql::RawFile::open(where);
    if (!raw)
        return raw.error();
    const auto head = checkHead(*raw, where);
    if (!head)
        return head.error();
    auto connection = sql::Connection::open(where, sql::Connection::Mode::Immutable);
    if (!connection)
        return connection.error();
    connection->stopWith(stop);
    const auto damaged = [&where](const std::string& what) {
        return Error{ErrorCode::Corrupt, "the workspace is damaged (" + what + ")", where};
    };
    auto check = connection->prepare("PRAGMA quick_check(1)");
    if (!check)
        return damaged(check.error().what);
    if (const auto row = check->step(); !row)
        return row.error().code == ErrorCode::Corrupt ? damaged(row.error().what) : row.error();
    if (check->text(0) != "ok")
        return damaged(check->text(0));
    if (*head < sealedFrom)
        return {}; // its checksums are those of another schema; opening brings it up to date
    const Status sealed = checkSeals(*connection, where, *head, stop);
    return sealed || sealed.error().code != ErrorCode::Database ? sealed : damaged(sealed.error().what);
}

/// A copy that is being made; checked, it only has to be put in place.
Result<Making> makeCopy(const sql::Connection& source, const std::filesystem::path& target,
                        const CopyProgress& progress, const std::stop_token& stop)
{
    auto making = Making::begin(target);
    if (!making)
        return making.error();
    const auto reader = source.reader();
    if (!reader)
        return reader.error();
    // One read transaction: all pages are of one moment, whatever is written meanwhile.
    if (auto begun = reader->execute("BEGIN; SELECT 1 FROM sqlite_schema"); !begun)
        return begun.error();
    if (auto copied = sql::copyDatabase(*reader, making->file().string(), progress, stop); !copied) {
        Error error = copied.error();
        error.where = target.string();
        return error;
    }
    // Damage of an older schema is told after it was brought up to date, which must not fail for want of a backup.
    if (auto whole = verify(making->file(), currentSchemaVersion(), stop); !whole) {
        Error error = whole.error();
        error.where = source.path();
        return error;
    }
    return making;
}

/// A copy of a backup that only has to be put in place.
struct Source {
    Making making;
    std::vector<std::string> notes;
};

/// What a file holds together with the journal beside it, also while another program has it open; neither is changed.
Result<Source> makeCopyOf(const std::filesystem::path& backup, const std::filesystem::path& target,
                          const CopyProgress& progress, const std::stop_token& stop)
{
    const std::string path = backup.string();
    auto raw = sql::RawFile::open(path);
    if (!raw)
        return raw.error();
    if (const auto head = checkHead(*raw, path); !head)
        return head.error();
    const bool liesStill = !whyReadOnly(linkedFile(backup)).empty() || raw->lockAlone();
    const auto told = [&path, &target](Error error) { // of the file that was named
        const bool saysDamage = error.what.find("damaged") != std::string::npos;
        if ((error.code == ErrorCode::Corrupt || error.code == ErrorCode::Database) && !saysDamage)
            error = {ErrorCode::Corrupt, "the workspace is damaged (" + error.what + ")", {}};
        error.where = error.code == ErrorCode::Io ? target.string() : path;
        return error;
    };
    if (liesStill && hasJournal(path)) {
        auto copy = copyForReading(path, target);
        if (!copy)
            return copy.error();
        auto notes = mergeLeftover(copy->file().string(), path);
        if (!notes)
            return told(notes.error());
        return Source{copy.take(), notes.take()};
    }
    auto making = Making::begin(target);
    if (!making)
        return making.error();
    const auto source =
        sql::Connection::open(path, liesStill ? sql::Connection::Mode::Immutable : sql::Connection::Mode::ReadOnly);
    if (!source)
        return source.error();
    // All pages are of one moment, whatever is written meanwhile.
    if (auto begun = source->execute("BEGIN; SELECT 1 FROM sqlite_schema"); !begun)
        return told(begun.error());
    if (auto copied = sql::copyDatabase(*source, making->file().string(), progress, stop); !copied)
        return told(copied.error());
    return Source{making.take(), {}};
}

/// Gives the copy a state that no journal names: one that a kill leaves beside it must not bring back what was undone.
Status leaveHistory(const std::filesystem::path& file)
{
    auto connection = sql::Connection::open(file.string(), sql::Connection::Mode::ReadWrite);
    if (!connection)
        return connection.error();
    auto transaction = sql::Transaction::begin(*connection);
    if (!transaction)
        return transaction.error();
    if (auto done = renewState(*connection); !done)
        return done;
    if (auto done = transaction->commit(); !done)
        return done;
    settle(*connection);
    return {};
}

/// As Backup::at says it, to compare with.
std::string textOfTime(std::time_t seconds)
{
    std::tm date = {};
    ::gmtime_r(&seconds, &date);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &date);
    return text.data();
}

} // namespace

std::string_view reasonName(BackupReason reason)
{
    constexpr std::array<std::string_view, 4> kNames{"asked", "migration", "publish", "restore"};
    return kNames[static_cast<std::size_t>(reason)];
}

std::string timeNow()
{
    return textOfTime(std::time(nullptr));
}

std::filesystem::path backupFolder(const std::filesystem::path& workspace)
{
    return linkedFile(workspace).string() + ".backups";
}

std::vector<Backup> listBackups(const std::filesystem::path& workspace)
{
    std::vector<Backup> backups;
    std::error_code failed;
    for (auto at = std::filesystem::directory_iterator(backupFolder(workspace), failed);
         !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
        if (auto backup = backupNamed(at->path()))
            backups.push_back(std::move(*backup));
    }
    std::sort(backups.begin(), backups.end(), [](const Backup& a, const Backup& b) {
        std::error_code ignored; // of the same second: the one written last
        return a.at != b.at ? a.at > b.at
                            : std::filesystem::last_write_time(a.path, ignored) >
                                  std::filesystem::last_write_time(b.path, ignored);
    });
    return backups;
}

Status verifyWorkspace(const std::filesystem::path& file, const std::stop_token& stop)
{
    return verify(file, kLastWholeLedger, stop);
}

Result<Backup> makeBackup(const sql::Connection& source, const std::filesystem::path& workspace, BackupReason reason,
                          const CopyProgress& progress, const std::stop_token& stop)
{
    const auto folder = backupFolder(workspace);
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        return Error{ErrorCode::Io, std::string("the folder for backups cannot be made: ") + std::strerror(errno),
                     folder.string(), "Check that the workspace's folder can be written and the disk has room."};
    const std::string date = dateForName();
    const std::string name = date + "-" + std::string(reasonName(reason));
    int number = 1;
    const auto nextFree = [&folder, &name, &number] {
        std::error_code ignored;
        while (true) {
            auto file = folder / (name + (number > 1 ? "-" + std::to_string(number) : "") + std::string(kSuffix));
            ++number;
            if (!std::filesystem::exists(file, ignored))
                return file;
        }
    };
    auto file = nextFree();
    auto made = makeCopy(source, file, progress, stop);
    if (!made)
        return made.error();
    std::optional<Making> copy(made.take());
    Status placed = copy->place();
    constexpr int kTries = 100; // another program took the name meanwhile
    for (int tries = 0; tries < kTries && !placed && placed.error().code == ErrorCode::Invalid; ++tries) {
        file = nextFree();
        auto renamed = Making::begin(file);
        if (!renamed)
            return renamed.error();
        std::error_code failed;
        std::filesystem::rename(copy->file(), renamed->file(), failed);
        if (failed)
            return Error{ErrorCode::Io, "the backup cannot be put in place: " + failed.message(), file.string()};
        copy.emplace(renamed.take());
        placed = copy->place();
    }
    if (!placed)
        return placed.error();
    thinOut(workspace);
    return backupNamed(file).value_or(Backup{file.string(), date, std::string(reasonName(reason)), 0});
}

Status backUpTo(const sql::Connection& source, const std::filesystem::path& target, const CopyProgress& progress,
                const std::stop_token& stop)
{
    std::error_code ignored;
    if (std::filesystem::exists(target, ignored))
        return Error{ErrorCode::Invalid, "the file exists already", target.string(), "Choose another name."};
    auto copy = makeCopy(source, target, progress, stop);
    return copy ? copy->place() : Status(copy.error());
}

Status backUpBeforePublishing(const sql::Connection& source, const std::stop_token& stop)
{
    constexpr std::time_t kDay = 86'400;
    std::error_code ignored;
    const auto bytes = std::filesystem::file_size(source.path(), ignored);
    const auto backups = listBackups(source.path());
    if (bytes > kSmallWorkspace && !backups.empty() && backups.front().at > textOfTime(std::time(nullptr) - kDay))
        return {};
    const auto made = makeBackup(source, source.path(), BackupReason::Publish, {}, stop);
    // A damaged workspace has been told of; keeping a copy of it would in time push out the good ones.
    if (made || made.error().code == ErrorCode::Corrupt)
        return {};
    if (made.error().code == ErrorCode::Cancelled)
        return made.error();
    return Error{made.error().code,
                 "no backup could be made before publishing (" + made.error().text() + "); nothing was changed",
                 source.path(), made.error().todo};
}

Result<Restored> restoreBackup(const std::filesystem::path& backup, const std::filesystem::path& workspace,
                               const CopyProgress& progress, const std::stop_token& stop)
{
    std::error_code failed;
    if (std::filesystem::equivalent(backup, workspace, failed))
        return Error{ErrorCode::Invalid, "this is the workspace itself, not a backup of it", backup.string()};
    Restored restored;
    const auto target = linkedFile(workspace);
    const bool isThere = std::filesystem::exists(target, failed);
    const std::string date = dateForName();
    std::optional<sql::RawFile> present;
    if (isThere) {
        if (const std::string why = whyReadOnly(target); !why.empty())
            return Error{ErrorCode::ReadOnly, "this workspace is read-only: " + why + "; nothing was changed",
                         workspace.string(),
                         "Give yourself write permission on the file and its folder, then restore again."};
        auto opened = sql::RawFile::open(target.string());
        if (!opened)
            return opened.error();
        present = opened.take();
        if (!present->lockAlone())
            return Error{ErrorCode::Busy, "another program has this workspace open", workspace.string(),
                         "Close it there, then restore again."};
    }
    auto copy = makeCopyOf(backup, target, progress, stop);
    if (!copy)
        return copy.error();
    Making& making = copy->making;
    restored.notes = std::move(copy->notes);
    const bool hadJournal = hasJournal(target.string());
    Status whole = verifyWorkspace(making.file(), stop);
    if (whole && hadJournal)
        whole = leaveHistory(making.file());
    if (!whole) {
        Error error = whole.error();
        error.where = backup.string();
        return error;
    }
    const std::string journal = target.string() + "-wal";
    std::string aside = target.string() + ".before-restore-" + date;
    const auto isTaken = [&failed](const std::string& name) {
        return std::filesystem::exists(name, failed) || std::filesystem::exists(name + "-wal", failed);
    };
    for (int number = 2; isTaken(aside); ++number)
        aside = target.string() + ".before-restore-" + date + "-" + std::to_string(number);
    // Without its journal the present file may lack what was stored last: a kill at any moment leaves one beside each
    // of its names, under two names itself where the file system knows such.
    const bool isLinked = hadJournal && ::link(journal.c_str(), (aside + "-wal").c_str()) == 0;
    const Status done = isThere ? making.exchange(aside) : making.place();
    if (!done) {
        if (isLinked)
            std::filesystem::remove(aside + "-wal", failed);
        return done.error();
    }
    if (isThere)
        restored.aside = aside;
    if (isLinked)
        std::filesystem::remove(journal, failed);
    else if (hadJournal)
        std::filesystem::rename(journal, aside + "-wal", failed);
    std::filesystem::remove(target.string() + "-shm", failed);
    syncFolderOf(target);
    return restored;
}

} // namespace altimeter::store
