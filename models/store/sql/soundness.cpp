#include "models/store/sql/soundness.h"

#include "models/store/sql/seal.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace altimeter::store {

namespace {

struct Table {
    const char* name;
    std::string_view what; ///< as people know it
};

/// Tables whose rows are found through an index or by number. Those that are only ever read from end to end are not
/// here: for them the checksum is enough. Segments are: see segmentsAreListed().
constexpr std::array kLookedUp{
    Table{"meta", "the notes of the workspace"},     Table{"source", "the list of sources"},
    Table{"import", "the list of imports"},          Table{"import_file", "the list of imported files"},
    Table{"partition", "the list of stored months"}, Table{"last_id", "the list of numbers given so far"},
    Table{"rule_version", "the published rules"},    Table{"saved_view", "the saved views"},
    Table{"connection", "the connections"},          Table{"note", "the notes on figures"},
    Table{"price_list", "the price lists"}};
constexpr Table kSegments{"segment", "the list of stored charge lines"};

/// What may stand in the notes; a letter that was altered there must not become permanent.
constexpr std::array<std::string_view, 14> kNotes{"revision",
                                                  "state",
                                                  "demo",
                                                  "workspace_id",
                                                  "ledger_checksum",
                                                  "dictionary_checksum",
                                                  "connection_checksum",
                                                  "coverage_checksum",
                                                  "measure_checksum",
                                                  "saved_view_checksum",
                                                  "delivery_checksum",
                                                  "price_checksum",
                                                  "event_checksum",
                                                  "audit_head"};

/// What one connection found to hold, as of a point in the file's history. Only what holds is remembered: damage is
/// looked at again each time, so that it is told for as long as it is there.
struct Known {
    sql::Mark at;
    bool indexes = false;
    std::array<bool, kRecordsCount> records{};
};

/// Forgets what was known when anything was written since.
Result<Known*> known(const sql::Connection& connection)
{
    const auto now = connection.mark();
    if (!now)
        return now.error();
    auto& known = connection.kept<Known>();
    if (known.at != *now)
        known = {*now};
    return &known;
}

Result<bool> isOk(const sql::Connection& connection, const std::string& table)
{
    auto check = connection.prepare("PRAGMA integrity_check('" + table + "')");
    if (!check)
        return check.error();
    const auto row = check->step();
    if (!row)
        return row.error();
    return *row && check->textView(0) == "ok";
}

using Places = std::vector<std::pair<std::int64_t, std::int64_t>>;

Result<Places> placesOf(const sql::Connection& connection, const char* query)
{
    auto rows = connection.prepare(query);
    if (!rows)
        return rows.error();
    Places places;
    const Status read = rows->each([&]() -> Status {
        places.emplace_back(rows->integer(0), rows->integer(1));
        return {};
    });
    if (!read)
        return read.error();
    return places;
}

/// SQLite's own check of this table would read every segment; only its list is compared with the index.
Result<bool> segmentsAreListed(const sql::Connection& connection)
{
    auto stored = placesOf(connection, "SELECT partition_id, id FROM segment NOT INDEXED");
    const auto listed = placesOf(
        connection, "SELECT partition_id, id FROM segment INDEXED BY segment_partition ORDER BY partition_id, id");
    if (!stored)
        return stored.error();
    if (!listed)
        return listed.error().code == ErrorCode::Corrupt ? Result<bool>(false) : Result<bool>(listed.error());
    std::sort(stored->begin(), stored->end());
    return *stored == *listed;
}

Result<std::vector<Table>> damagedIndexes(const sql::Connection& connection)
{
    const OneRevision revision(connection);
    std::vector<Table> damaged;
    for (const Table& table : kLookedUp) {
        const auto ok = isOk(connection, table.name);
        if (!ok)
            return ok.error();
        if (!*ok)
            damaged.push_back(table);
    }
    const auto listed = segmentsAreListed(connection);
    if (!listed)
        return listed.error();
    if (!*listed)
        damaged.push_back(kSegments);
    return damaged;
}

/// The same, unless this connection knows already that none is.
Result<std::vector<Table>> newlyDamagedIndexes(const sql::Connection& connection)
{
    const auto before = known(connection);
    if (!before)
        return before.error();
    if ((*before)->indexes)
        return std::vector<Table>();
    auto damaged = damagedIndexes(connection);
    if (damaged)
        (*before)->indexes = damaged->empty();
    return damaged;
}

/// Whether records are what was sealed, unless this connection knows already that they are.
Result<bool> stillHold(const sql::Connection& connection, Records records)
{
    const auto before = known(connection);
    if (!before)
        return before.error();
    bool& isKnown = (*before)->records[static_cast<std::size_t>(records)];
    if (isKnown)
        return true;
    auto hold = records == Records::Ledger ? ledgerHolds(connection) : recordsHold(connection, records);
    if (hold)
        isKnown = *hold;
    return hold;
}

std::string_view wordsOf(Records records)
{
    switch (records) {
    case Records::Connections:
        return "The connections were altered by damage to the file: look through their settings before the next sync.";
    case Records::Coverage:
        return "The list of days that connections were asked for was altered by damage to the file: the completeness "
               "calendar may be wrong, and a sync may leave out days. Sync the whole range again.";
    case Records::Measures:
        return "The stored measures were altered by damage to the file. Sync into a new workspace.";
    case Records::Views:
        return "The saved views were altered by damage to the file: look at what a view shows before using it.";
    case Records::Prices:
        return "The price lists were altered by damage to the file: what AI operations are said to cost may be wrong. "
               "Look "
               "at them, put an older version back or import them again.";
    case Records::Events:
        return "The list of AI events was altered by damage to the file: runs may be incomplete, and events may be "
               "taken "
               "for new that are stored already. Import them into a new workspace.";
    case Records::Deliveries:
    case Records::Ledger: // told apart, and first
        break;
    }
    return "The stored findings or rejected lines were altered by damage to the file: what is told about the quality "
           "of the files may be wrong. The charges are not touched by it. Import the files again into a new workspace.";
}

/// True where a whole check of the file finds nothing, or only entries of indexes that are not those of their tables.
Result<bool> isWholeBut(const sql::Connection& connection, bool indexes)
{
    auto check = connection.prepare("PRAGMA integrity_check(100000)");
    if (!check)
        return check.error();
    bool whole = true;
    const Status read = check->each([&]() -> Status {
        const std::string_view line = check->textView(0);
        const bool isIndex = line.find(" missing from index ") != std::string_view::npos ||
                             line.starts_with("wrong # of entries in index ") ||
                             line.starts_with("non-unique entry in index ");
        whole = whole && (line == "ok" || (indexes && isIndex));
        return {};
    });
    if (!read)
        return read.error();
    return whole;
}

Result<bool> notesAreKnown(const sql::Connection& connection)
{
    auto notes = connection.prepare("SELECT key FROM meta NOT INDEXED");
    if (!notes)
        return notes.error();
    bool known = true;
    bool isSealed = false;
    const Status read = notes->each([&]() -> Status {
        const std::string_view key = notes->textView(0);
        known = known && std::find(kNotes.begin(), kNotes.end(), key) != kNotes.end();
        isSealed = isSealed || key == "ledger_checksum";
        return {};
    });
    if (!read)
        return read.error();
    return known && isSealed;
}

/// A file that is damaged elsewhere as well is left as it is. Every step is inside the caller's transaction; false:
/// nothing is to be kept.
Result<bool> makeAnew(sql::Connection& connection, const std::vector<Table>& damaged)
{
    auto sound = isWholeBut(connection, true);
    if (!sound || !*sound)
        return sound;
    for (const Table& table : damaged) {
        if (auto done = connection.execute(std::string("REINDEX '") + table.name + '\''); !done)
            return false;
    }
    for (const auto& holds : {notesAreKnown(connection), ledgerHolds(connection), dictionaryHolds(connection),
                              recordsHold(connection, Records::Connections), recordsHold(connection, Records::Views),
                              recordsHold(connection, Records::Deliveries), recordsHold(connection, Records::Prices)}) {
        if (!holds || !*holds)
            return holds;
    }
    return isWholeBut(connection, false);
}

} // namespace

Status requireOwnSchema(const sql::Connection& connection)
{
    auto foreign = connection.prepare("SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR "
                                      "rootpage=0 LIMIT 1");
    if (!foreign)
        return foreign.error();
    const auto row = foreign->step();
    if (!row)
        return row.error();
    if (!*row)
        return {};
    const std::string type = foreign->text(0) == "table" ? "virtual table" : foreign->text(0);
    return Error{ErrorCode::Corrupt,
                 "this file holds a " + type + " (" + foreign->text(1) +
                     "), which no workspace has: somebody else put it there",
                 connection.path(), "Ask whoever gave it to you for the cost files, and import those."};
}

KeepsSoundness::KeepsSoundness(const sql::Connection& connection) : m_connection(connection)
{
    if (const auto now = connection.mark()) {
        m_before = *now;
        m_wasKnown = connection.kept<Known>().at == *now;
    }
}

KeepsSoundness::~KeepsSoundness()
{
    const auto now = m_connection.mark();
    if (m_wasKnown && now && now->others == m_before.others && m_connection.kept<Known>().at == m_before)
        m_connection.kept<Known>().at = *now;
}

Result<std::vector<std::string>> damageOf(const sql::Connection& connection)
{
    const OneRevision revision(connection);
    std::vector<std::string> damage;
    const auto damaged = newlyDamagedIndexes(connection);
    if (!damaged)
        return damaged.error();
    for (const Table& table : *damaged)
        damage.push_back("An index over " + std::string(table.what) +
                         " is damaged and could not be made anew: answers may leave something out or count it twice. "
                         "Import the files again into a new workspace, or put a backup back.");
    const auto holds = stillHold(connection, Records::Ledger);
    if (!holds)
        return holds.error();
    if (!*holds)
        damage.emplace_back("The list of stored months or the rules were altered by damage to the file: totals may be "
                            "wrong. Import the files again into a new workspace.");
    for (const Records records : kAllRecords) {
        if (records == Records::Measures)
            continue; // there may be a million: they are judged whenever they are read
        const auto hold = stillHold(connection, records);
        if (!hold)
            return hold.error();
        if (!*hold)
            damage.emplace_back(wordsOf(records));
    }
    return damage;
}

Status requireSound(const sql::Connection& connection)
{
    const auto damaged = newlyDamagedIndexes(connection);
    if (!damaged)
        return damaged.error();
    const auto holds = stillHold(connection, Records::Ledger);
    if (!holds)
        return holds.error();
    if (damaged->empty() && *holds)
        return {};
    const std::string what =
        *holds ? "an index over " + std::string(damaged->front().what) + " is damaged"
               : std::string("the list of stored months or the rules were altered by damage to the file");
    return Error{ErrorCode::Corrupt,
                 what + ", so that nobody can tell what a change would replace; nothing was changed",
                 {},
                 "Import the files again into a new workspace, or put a backup back."};
}

Result<std::vector<std::string>> mendIndexes(sql::Connection& connection)
{
    std::vector<std::string> told;
    if (sqlite3_db_readonly(connection.handle(), "main") != 0)
        return told;
    const auto damaged = newlyDamagedIndexes(connection);
    if (!damaged)
        return damaged.error();
    if (damaged->empty())
        return told;
    auto transaction = sql::Transaction::begin(connection);
    if (!transaction)
        return transaction.error().code == ErrorCode::Busy ? Result<std::vector<std::string>>(told)
                                                           : Result<std::vector<std::string>>(transaction.error());
    const auto made = makeAnew(connection, *damaged);
    if (!made)
        return made.error().code == ErrorCode::Corrupt ? Result<std::vector<std::string>>(told)
                                                       : Result<std::vector<std::string>>(made.error());
    if (!*made)
        return told;
    if (auto done = transaction->commit(); !done)
        return done.error();
    for (const Table& table : *damaged)
        told.push_back("An index over " + std::string(table.what) +
                       " was damaged. It was made anew from what it lists, whose checksum holds: nothing was lost.");
    return told;
}

} // namespace altimeter::store
