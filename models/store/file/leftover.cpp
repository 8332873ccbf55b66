#include "models/store/file/leftover.h"

#include "models/store/file/making.h"
#include "models/store/file/migration.h"
#include "models/store/file/workspace.h"
#include "models/store/sql/seal.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <unistd.h>

namespace altimeter::store {

namespace {

constexpr std::string_view kStateKey = "state";
/// The table of the state is the first that was ever made, so its first page follows that of the schema.
constexpr std::uint32_t kStatePage = 2;
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;

using Bytes = std::vector<std::uint8_t>;

std::uint32_t big32(std::span<const std::uint8_t> bytes, std::size_t at)
{
    return static_cast<std::uint32_t>(bytes[at]) << 24U | static_cast<std::uint32_t>(bytes[at + 1]) << 16U |
           static_cast<std::uint32_t>(bytes[at + 2]) << 8U | bytes[at + 3];
}

std::size_t big16(std::span<const std::uint8_t> bytes, std::size_t at)
{
    return static_cast<std::size_t>(bytes[at]) << 8U | bytes[at + 1];
}

/// "BEFORE NOW" as stored.
struct StateChange {
    std::string before, now;
};

std::optional<StateChange> parseState(std::string_view text)
{
    const auto space = text.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    return StateChange{std::string(text.substr(0, space)), std::string(text.substr(space + 1))};
}

/// Reads numbers of SQLite's variable length, up to four bytes; more is no state.
std::optional<std::uint64_t> varint(std::span<const std::uint8_t> bytes, std::size_t& at)
{
    std::uint64_t value = 0;
    for (int count = 0; count < 9; ++count) {
        if (at >= bytes.size())
            return std::nullopt;
        const std::uint8_t byte = bytes[at++];
        if (count == 8)
            return value << 8U | byte;
        value = value << 7U | (byte & 0x7FU);
        if (byte < 0x80U)
            return value;
    }
    return std::nullopt;
}

/// The text of a column from its type; none for anything else.
std::optional<std::size_t> textLength(std::uint64_t type)
{
    if (type < 13 || type % 2 == 0)
        return std::nullopt;
    return static_cast<std::size_t>((type - 13) / 2);
}

/// The value of the row (key, value) at `at`, if its key is that of the state.
std::optional<std::string_view> stateOfCell(std::span<const std::uint8_t> page, std::size_t at)
{
    const auto payload = varint(page, at);
    const auto row = varint(page, at);
    if (!payload || !row || at >= page.size() || *payload > page.size() - at)
        return std::nullopt;
    const std::size_t start = at;
    const auto header = varint(page, at);
    const auto keyType = varint(page, at);
    const auto valueType = varint(page, at);
    if (!header || !keyType || !valueType || start + *header != at)
        return std::nullopt;
    const auto keySize = textLength(*keyType);
    const auto valueSize = textLength(*valueType);
    if (!keySize || !valueSize || *keySize > page.size() - at || *valueSize > page.size() - at - *keySize)
        return std::nullopt;
    const auto* text = reinterpret_cast<const char*>(page.data());
    if (std::string_view(text + at, *keySize) != kStateKey)
        return std::nullopt;
    return std::string_view(text + at + *keySize, *valueSize);
}

/// The state a page of the table holds; none when it is no leaf or has none.
std::optional<StateChange> stateOfPage(std::span<const std::uint8_t> page)
{
    constexpr std::uint8_t kTableLeaf = 0x0D;
    constexpr std::size_t kCells = 8;
    if (page.size() < kCells || page[0] != kTableLeaf)
        return std::nullopt;
    const std::size_t cells = big16(page, 3);
    for (std::size_t i = 0; i < cells && kCells + 2 * i + 2 <= page.size(); ++i) {
        if (const auto text = stateOfCell(page, big16(page, kCells + 2 * i)))
            return parseState(*text);
    }
    return std::nullopt;
}

/// What a journal says, read as SQLite reads it.
struct Journal {
    bool isReadable = false; ///< its head holds
    std::uint32_t pageSize = 0;
    std::size_t commits = 0;          ///< that hold
    bool breaksOff = false;           ///< a later commit is there and cannot be read
    std::optional<std::string> first; ///< the state it begins with; none: it names none
    std::uint32_t lowestPage = 0;     ///< that it changes; 0: none
    Bytes lowestBytes;                ///< that page as it leaves it
    std::set<std::string> states;     ///< that it contains
};

/// The running checksum of a journal.
class Checksum {
public:
    explicit Checksum(bool isBig) : m_isBig(isBig) {}
    void add(std::span<const std::uint8_t> bytes)
    {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            m_first += word(bytes, at) + m_second;
            m_second += word(bytes, at + 4) + m_first;
        }
    }
    bool is(std::uint32_t first, std::uint32_t second) const { return m_first == first && m_second == second; }

private:
    std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t at) const
    {
        const std::uint32_t big = big32(bytes, at);
        return m_isBig ? big : __builtin_bswap32(big);
    }
    bool m_isBig;
    std::uint32_t m_first = 0, m_second = 0;
};

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

Journal readJournal(const std::string& path)
{
    constexpr std::uint32_t kMagic = 0x377F0682;
    Journal journal;
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
    std::array<std::uint8_t, kHeaderBytes> head{};
    if (!file || std::fread(head.data(), 1, head.size(), file.get()) != head.size())
        return journal;
    const std::uint32_t magic = big32(head, 0);
    journal.pageSize = big32(head, 8);
    if (journal.pageSize < 512 || journal.pageSize > 65536)
        return journal;
    Checksum sum((magic & 1U) != 0);
    sum.add(std::span(head).first(24));
    journal.isReadable = (magic & ~1U) == kMagic && sum.is(big32(head, 24), big32(head, 28));
    std::array<std::uint8_t, 8> salts{};
    std::copy_n(head.begin() + 16, salts.size(), salts.begin());
    Bytes frame(kFrameHeaderBytes + journal.pageSize);
    const std::span<const std::uint8_t> whole(frame);
    bool holds = journal.isReadable;
    std::optional<StateChange> pending;
    std::uint32_t pendingPage = 0;
    Bytes pendingBytes;
    bool isFirst = true;
    while (std::fread(frame.data(), 1, frame.size(), file.get()) == frame.size()) {
        if (isFirst && !journal.isReadable)
            std::copy_n(frame.begin() + 8, salts.size(), salts.begin()); // what the damaged head should say
        isFirst = false;
        const bool isSame = std::equal(salts.begin(), salts.end(), frame.begin() + 8);
        // Frames of an earlier round of the journal differ in both halves, a damaged one in one.
        const bool isOfThisRound = std::equal(salts.begin(), salts.begin() + 4, frame.begin() + 8) ||
                                   std::equal(salts.begin() + 4, salts.end(), frame.begin() + 12);
        const bool isCommit = big32(whole, 4) != 0;
        if (holds) {
            sum.add(whole.first(8));
            sum.add(whole.subspan(kFrameHeaderBytes));
            holds = isSame && sum.is(big32(whole, 16), big32(whole, 20));
        }
        if (!holds) {
            journal.breaksOff = journal.breaksOff || (isOfThisRound && isCommit);
            continue;
        }
        const std::uint32_t page = big32(whole, 0);
        if (page == kStatePage)
            pending = stateOfPage(whole.subspan(kFrameHeaderBytes));
        if (pendingPage == 0 || page <= pendingPage) {
            pendingPage = page;
            pendingBytes.assign(frame.begin() + kFrameHeaderBytes, frame.end());
        }
        if (!isCommit)
            continue;
        ++journal.commits;
        if (pending) {
            if (!journal.first)
                journal.first = pending->before;
            journal.states.insert(pending->now);
        }
        pending.reset();
        if (journal.lowestPage == 0 || pendingPage <= journal.lowestPage) {
            journal.lowestPage = pendingPage;
            journal.lowestBytes = std::move(pendingBytes);
        }
        pendingPage = 0;
    }
    return journal;
}

std::optional<StateChange> stateOfFile(const sql::RawFile& file, std::uint32_t pageSize)
{
    Bytes page(pageSize);
    if (!file.read(std::uint64_t{pageSize} * (kStatePage - 1), page))
        return std::nullopt;
    return stateOfPage(page);
}

std::uint32_t pageSizeOf(const sql::RawFile& file)
{
    std::array<std::uint8_t, 18> head{};
    if (!file.read(0, head))
        return 0;
    const std::size_t size = big16(head, 16);
    return size == 1 ? 65536U : static_cast<std::uint32_t>(size);
}

enum class Belongs { Yes, No, Unknown };

Belongs belongs(const Journal& journal, const sql::RawFile& file)
{
    const std::uint32_t pageSize = pageSizeOf(file);
    if (pageSize != journal.pageSize)
        return Belongs::No;
    const auto state = stateOfFile(file, pageSize);
    if (!state || !journal.first || journal.first->empty())
        return Belongs::Unknown;
    return state->now == *journal.first || journal.states.contains(state->now) ? Belongs::Yes : Belongs::No;
}

/// For journals that name no state: true when the file was written after its journal, and not from it. SQLite writes a
/// journal into its file in the order of pages.
bool wasReplaced(const Journal& journal, const sql::RawFile& file, const std::string& path, const std::string& wal)
{
    std::error_code failed;
    const auto fileTime = std::filesystem::last_write_time(path, failed);
    if (failed || fileTime <= std::filesystem::last_write_time(wal, failed) || failed || journal.lowestPage == 0)
        return false;
    Bytes page(journal.pageSize);
    return file.read(std::uint64_t{journal.pageSize} * (journal.lowestPage - 1), page).ok() &&
           page != journal.lowestBytes;
}

/// Reads everything that a wrong journal would have torn.
bool isWhole(const std::string& path, sql::Connection::Mode mode)
{
    const auto connection = sql::Connection::open(path, mode);
    if (!connection)
        return false;
    auto check = connection->prepare("PRAGMA quick_check(1)");
    if (!check || !check->step() || check->text(0) != "ok")
        return false;
    const auto version = schemaVersionOf(*connection);
    if (!version || *version < kLastWholeLedger)
        return version.ok();
    const auto holds = ledgerHoldsAt(*connection, *version);
    return holds && *holds;
}

/// A name beside the file that is free.
std::string freeName(const std::string& name)
{
    std::error_code failed;
    std::string free = name;
    for (int number = 2; std::filesystem::exists(free, failed); ++number)
        free = name + "-" + std::to_string(number);
    return free;
}

Result<std::string> setAside(const std::string& wal)
{
    const std::string aside = freeName(wal + ".set-aside-" + dateForName());
    std::error_code failed;
    std::filesystem::rename(wal, aside, failed);
    if (failed)
        return Error{ErrorCode::Io,
                     "the journal beside the workspace belongs to another file and cannot be set aside: " +
                         failed.message(),
                     wal, "Move that file away by hand, then open the workspace again."};
    syncFolderOf(wal);
    return aside;
}

/// Keeps what could not be read; what holds is left for SQLite.
Result<std::string> keepCopy(const std::string& wal)
{
    const std::string copy = freeName(wal + ".damaged-" + dateForName());
    std::error_code failed;
    std::filesystem::copy_file(wal, copy, failed);
    if (failed)
        return Error{ErrorCode::Io, "the damaged journal beside the workspace cannot be kept: " + failed.message(), wal,
                     "Free some space, then open the workspace again."};
    return copy;
}

constexpr std::string_view kBreaksOff =
    "The end of the journal beside the workspace cannot be read: its last change was cut off while it was written, or "
    "the journal is damaged. Check that the last import or publication is there and repeat it if not.";
constexpr std::string_view kForeign =
    "A journal beside the workspace belonged to another file or an older state and was not used";

/// What lies beside a file.
struct Leftover {
    std::string wal;
    bool breaksOff = false; ///< its end cannot be read
    bool isForeign = false; ///< SQLite must not write it into this file
    std::optional<sql::RawFile>
        lock{}; ///< keeps others away until what was found is dealt with, where that is possible
};

/// Changes nothing. Nothing is found while another program has the file open, which has looked.
Result<Leftover> look(const std::string& path)
{
    Leftover found;
    if (!hasJournal(path))
        return found;
    std::optional<sql::RawFile> file;
    {
        auto opened = sql::RawFile::open(path);
        if (!opened)
            return opened.error();
        file = opened.take();
    }
    if (!file->lockAlone())
        return found;
    found.wal = file->walPath();
    const Journal journal = readJournal(found.wal);
    found.breaksOff = journal.breaksOff;
    if (journal.commits == 0)
        return found; // nothing in it that SQLite would write into the file
    Belongs verdict = belongs(journal, *file);
    if (verdict == Belongs::Unknown && wasReplaced(journal, *file, path, found.wal))
        verdict = Belongs::No;
    if (verdict == Belongs::Unknown) {
        file.reset(); // SQLite has to open it now
        if (isWhole(path, sql::Connection::Mode::ReadOnly))
            verdict = Belongs::Yes;
        else if (isWhole(path, sql::Connection::Mode::Immutable))
            verdict = Belongs::No;
        else
            return Error{ErrorCode::Corrupt,
                         "the workspace is damaged, with the journal beside it and without; both were left as they are",
                         path};
    }
    found.isForeign = verdict == Belongs::No;
    found.lock = std::move(file);
    return found;
}

std::string randomState()
{
    std::random_device device;
    char text[17];
    std::snprintf(text, sizeof text, "%08x%08x", static_cast<unsigned>(device()), static_cast<unsigned>(device()));
    return text;
}

} // namespace

Status renewState(sql::Connection& connection)
{
    const auto stored = metaValue(connection, kStateKey);
    if (!stored)
        return stored.error();
    const auto last = parseState(*stored);
    return setMetaValue(connection, kStateKey, (last ? last->now : std::string()) + " " + randomState());
}

bool hasJournal(const std::string& path)
{
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(linkedFile(path).string() + "-wal", failed);
    return !failed && bytes > 0;
}

Result<std::vector<std::string>> checkLeftover(const std::string& path)
{
    std::vector<std::string> notes;
    const auto found = look(path);
    if (!found)
        return found.error();
    if (found->breaksOff) {
        const auto copy = keepCopy(found->wal);
        if (!copy)
            return copy.error();
        notes.push_back(std::string(kBreaksOff) + " A copy was kept as " + *copy + ".");
    }
    if (!found->isForeign)
        return notes;
    const auto aside = setAside(found->wal);
    if (!aside)
        return aside.error();
    std::error_code ignored;
    std::filesystem::remove(found->wal.substr(0, found->wal.size() - 4) + "-shm", ignored); // an index of that journal
    notes.push_back(std::string(kForeign) + "; it was set aside as " + *aside + ".");
    return notes;
}

Result<std::vector<std::string>> mergeLeftover(const std::string& copy, const std::string& original)
{
    std::vector<std::string> notes;
    auto found = look(copy);
    if (!found)
        return found.error();
    const std::string wal = linkedFile(original).string() + "-wal";
    if (found->breaksOff)
        notes.push_back(std::string(kBreaksOff) + " It was left as it is: " + wal + ".");
    if (found->isForeign) {
        notes.push_back(std::string(kForeign) + "; it was left as it is: " + wal + ".");
        std::error_code failed;
        if (!std::filesystem::remove(found->wal, failed))
            return Error{ErrorCode::Io, "a private copy of the journal cannot be removed: " + failed.message(), copy};
    }
    found->lock.reset();
    auto connection = sql::Connection::open(copy, sql::Connection::Mode::ReadWrite);
    if (!connection)
        return connection.error();
    settle(*connection);
    if (hasJournal(copy))
        return Error{ErrorCode::Io, "what waits in the journal cannot be written into a private copy", wal,
                     "Free some space and repeat."};
    return notes;
}

} // namespace altimeter::store
