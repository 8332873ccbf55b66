#include "models/store/file/salvage.h"

#include "models/facts/factchunk.h"
#include "models/store/events/eventreading.h"
#include "models/store/file/leftover.h"
#include "models/store/file/making.h"
#include "models/store/file/readaround.h"
#include "models/store/file/salvagednames.h"
#include "models/store/file/salvagedsources.h"
#include "models/store/file/workspace.h"
#include "models/store/ledger/ledger.h"
#include "models/store/segments/recounting.h"
#include "models/store/segments/segment.h"
#include "models/store/settings/rulesfile.h"
#include "models/store/settings/rulespublication.h"
#include "models/store/sql/seal.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>

namespace altimeter::store {

namespace {

constexpr std::string_view kPartitionColumns =
    "id, source_id, provider, billing_account, billing_period, currency, slice, import_id, rows, rows_rejected, "
    "data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost, effective_unknown, "
    "billed_unknown, list_unknown, contracted_unknown";
constexpr std::array<std::size_t, kLensCount> kCostCells{13, 14, 15, 16}; ///< by CostLens, in the columns above

struct StoredSegment {
    std::int64_t id = 0, file = 0;
    std::uint64_t rows = 0;
    std::int64_t factsSum = 0, linesSum = 0;
};

/// The work of one salvage, from table to table.
class Salvage {
public:
    Salvage(const sql::Connection& from, sql::Connection& to, std::string_view defaultRules, std::int64_t at,
            const std::function<void(std::uint64_t, std::uint64_t)>& progress, const std::stop_token& stop)
        : m_from(from), m_to(to), m_defaultRules(defaultRules), m_at(at), m_progress(progress), m_stop(stop)
    {
    }

    Status run()
    {
        auto transaction = sql::Transaction::begin(m_to);
        if (!transaction)
            return transaction.error();
        if (auto done = m_to.execute("PRAGMA defer_foreign_keys=ON"); !done)
            return done;
        for (const auto step :
             {&Salvage::copyMeta, &Salvage::copySources, &Salvage::copyNames, &Salvage::copyPartitions,
              &Salvage::copyRules, &Salvage::copyRest, &Salvage::tellSetAside, &Salvage::finish}) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            if (auto done = (this->*step)(); !done)
                return done;
        }
        return transaction->commit();
    }

    SalvageReport takeReport() { return std::move(m_report); }

private:
    void lose(SalvageLoss loss) { m_report.losses.push_back(std::move(loss)); }
    void loseFromTable(std::string_view what)
    {
        SalvageLoss loss;
        loss.isKept = true;
        loss.what = "some of the " + std::string(what) + " could not be read";
        lose(std::move(loss));
    }

    Status copyMeta()
    {
        const bool isAll = eachReadable(m_from, {"meta", "rowid", "key, value"}, [this](const sql::Statement& row) {
            const std::string key = row.text(1);
            if (key == "workspace_id" || key == "demo" || key == "revision")
                (void)setMetaValue(m_to, key, row.textView(2));
            if (key == "dictionary_checksum")
                m_dictionarySum = row.text(2);
        });
        if (!isAll)
            loseFromTable("marks of the workspace");
        return {};
    }

    Status copySources()
    {
        if (!m_sources.copy(m_from))
            loseFromTable("sources, imports and file names");
        return {};
    }

    Status copyNames()
    {
        const auto isWhole = m_names.copy(m_from, m_dictionarySum);
        if (!isWhole)
            return isWhole.error();
        if (!*isWhole) {
            SalvageLoss loss;
            loss.isKept = true;
            loss.what = "names and tags do not match their checksum: totals by team, service or tag may be wrong";
            lose(std::move(loss));
        }
        return {};
    }

    Status copyPartitions()
    {
        std::map<std::int64_t, std::vector<StoredSegment>> segments;
        const bool allSegments =
            eachReadable(m_from, {"segment", "id", "partition_id, file_id, rows, facts_checksum, lines_checksum"},
                         [&segments](const sql::Statement& row) {
                             segments[row.integer(1)].push_back({row.integer(0), row.integer(2),
                                                                 static_cast<std::uint64_t>(row.integer(3)),
                                                                 row.integer(4), row.integer(5)});
                         });
        std::vector<Row> partitions;
        const bool allPartitions =
            eachReadable(m_from, {"partition", "id", kPartitionColumns}, [&partitions](const sql::Statement& row) {
                partitions.push_back(cellsOf(row, columnCount(kPartitionColumns)));
            });
        std::uint64_t done = 0;
        for (const Row& cells : partitions) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled", {}};
            if (m_progress)
                m_progress(++done, partitions.size());
            if (auto copied = copyPartition(cells, segments[numberOf(cells[0])]); !copied)
                return copied;
            segments.erase(numberOf(cells[0]));
        }
        for (const auto& [partition, orphans] : segments) {
            SalvageLoss loss;
            for (const StoredSegment& segment : orphans)
                loss.rows += segment.rows;
            loss.what = "its entry in the list of stored months could not be read";
            if (loss.rows > 0)
                lose(std::move(loss));
        }
        if (!allPartitions || !allSegments) {
            SalvageLoss loss;
            loss.what =
                "part of the list of stored months could not be read: there may be months that nothing tells of";
            lose(std::move(loss));
        }
        return {};
    }

    Status copyPartition(const Row& cells, const std::vector<StoredSegment>& segments)
    {
        SalvageLoss loss;
        loss.billingAccount = cells[3];
        const auto period = parseDay(cells[4]);
        loss.billingPeriod = period ? *period : Day::none();
        loss.currency = Currency(cells[5]);
        loss.rows = static_cast<std::uint64_t>(std::max<std::int64_t>(0, numberOf(cells[8])));
        const std::int64_t source = numberOf(cells[1]);
        const std::int64_t import = numberOf(cells[7]);
        if (auto done = m_sources.needImport(import, source); !done)
            return done;
        if (auto done = m_sources.needSource(source); !done)
            return done;
        loss.source = m_sources.sources().at(source);
        bool lacksNames = false;
        const std::string problem = !period ? "its month cannot be read" : copyLines(cells, segments, lacksNames);
        if (!problem.empty()) {
            for (const char* table : {"segment WHERE partition_id=", "partition WHERE id="}) {
                if (auto done = m_to.execute("DELETE FROM " + std::string(table) + std::to_string(numberOf(cells[0])));
                    !done)
                    return done;
            }
            loss.what = problem;
        } else {
            ++m_report.partitions;
            m_report.rows += loss.rows;
            if (!lacksNames)
                return {};
            loss.isKept = true;
            loss.what = "names or tags of some lines were lost and are empty now";
        }
        const Status told = tell(loss, source, import);
        lose(std::move(loss));
        return told;
    }

    /// Why the partition is not whole; empty when it is, and copied.
    std::string copyLines(const Row& cells, const std::vector<StoredSegment>& segments, bool& lacksNames)
    {
        const std::int64_t id = numberOf(cells[0]);
        if (!Inserter(m_to, "partition", kPartitionColumns).add(cells))
            return "its entry in the list of stored months is damaged or there twice";
        auto insert = m_to.prepare("INSERT INTO segment(id, partition_id, file_id, rows, facts_checksum, "
                                   "lines_checksum, facts, lines) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
        if (!insert)
            return insert.error().text();
        std::uint64_t rows = 0;
        for (const StoredSegment& segment : segments) {
            const auto facts = sql::BlobColumn(m_from, "segment", "facts").read(segment.id);
            const auto lines = sql::BlobColumn(m_from, "segment", "lines").read(segment.id);
            if (!facts || !lines)
                return "charge lines cannot be read";
            if (checksumOf(*facts) != segment.factsSum || checksumOf(*lines) != segment.linesSum)
                return "charge lines do not match their checksum";
            const auto chunk = FactChunk::open(*facts);
            if (!chunk)
                return "charge lines cannot be decoded";
            if (!m_names.idsExist(*chunk))
                return "charge lines name attributes that were never stored";
            if (m_names.billsAreLost(*chunk))
                return "the bills of its charge lines could not be read";
            for (const std::int64_t combo : m_names.lostCombosOf(*chunk)) {
                lacksNames = true;
                if (!m_names.giveAccount(combo, cells[2], cells[3], cells[5]))
                    return "names of its lines could not be stored";
            }
            rows += chunk->size();
            if (!m_sources.needFile(segment.file, numberOf(cells[7])) ||
                !insert->bind(1, segment.id)
                     .bind(2, id)
                     .bind(3, segment.file)
                     .bind(4, static_cast<std::int64_t>(segment.rows))
                     .bind(5, segment.factsSum)
                     .bind(6, segment.linesSum)
                     .bindBlob(7, *facts)
                     .bindBlob(8, *lines)
                     .run())
                return "charge lines cannot be stored";
        }
        if (rows != static_cast<std::uint64_t>(numberOf(cells[8])))
            return "charge lines are missing";
        const auto recount = recountPartition(m_to, id);
        if (!recount)
            return "charge lines cannot be counted again";
        for (std::size_t lens = 0; lens < kLensCount; ++lens) {
            const auto kept = DecimalSum::parse(cells[kCostCells[lens]]);
            if (!kept || !(*kept == recount->stored[lens]))
                return "charge lines do not add up to the sum of their files";
        }
        return {};
    }

    /// The new workspace says on its Data page what it lacks.
    Status tell(const SalvageLoss& loss, std::int64_t source, std::int64_t import)
    {
        const Severity severity = loss.isKept ? Severity::Warning : Severity::Error;
        return Inserter(m_to, "finding", "source_id, import_id, file, severity, check_id, rows, first_line, message")
            .add({std::to_string(source), std::to_string(import), "", std::to_string(static_cast<int>(severity)),
                  loss.isKept ? "salvage-names-lost" : "salvage-lost", std::to_string(loss.rows), "0",
                  loss.billingAccount + ", " + toString(loss.billingPeriod).substr(0, 7) + ", " +
                      std::string(loss.currency.code()) + ": " + loss.what +
                      (loss.isKept ? "" : "; import these files again")});
    }

    Status copyRules()
    {
        Inserter insert(m_to, "rule_version", "version, published_at, json");
        bool isAny = false;
        bool isAll = eachReadable(m_from, {"rule_version", "version", "published_at, json", "1", 1},
                                  [&](const sql::Statement& row) {
                                      const bool isGood = parseRules(takePublication(row.textView(2)).json).ok() &&
                                                          insert.add({row.text(0), row.text(1), row.text(2)}).ok();
                                      isAny = isAny || isGood;
                                      m_badRules = m_badRules || !isGood;
                                  });
        if (!isAll || m_badRules)
            loseFromTable("versions of the rules");
        if (isAny)
            return {};
        return insert.add({"1", std::to_string(m_at), std::string(m_defaultRules)});
    }

    /// Tables that decide no total: what can be read is taken.
    Status copyRest()
    {
        struct Table {
            std::string_view what, table, columns;
            int source = -1; ///< which column names a source that must exist
            int import = -1;
        };
        const Table tables[] = {
            {"saved views", "saved_view", "name, page, state, place"},
            {"notes on figures", "note",
             "id, written_at, author, text, page, state, day_from, day_to, base_from, base_to, lens, currency, "
             "filters, amount"},
            {"connections", "connection",
             "name, kind, settings, every_hours, created_at, last_sync, last_success, requests, spent, problem, todo, "
             "memory"},
            {"restatements", "restatement",
             "id, source_id, provider, billing_account, currency, day_from, day_to, at, was_final, billed_before, "
             "billed_after, effective_before, effective_after, list_before, list_after, contracted_before, "
             "contracted_after",
             1},
            {"findings", "finding", "source_id, import_id, file, severity, check_id, rows, first_line, message", 0, 1},
            {"acknowledged findings", "acknowledgement",
             "id, source, check_id, file, subject, is_derived, rows, at, author, note"},
            {"rejected lines", "rejected_line", "source_id, import_id, file, line, check_id, message, text, sum_id", 0,
             1},
            {"sums of rejected lines", "rejected_sum",
             "id, source_id, import_id, provider, billing_account, billing_period, currency, slice, file, partitions, "
             "check_id, rows, effective_cost, billed_cost, list_cost, contracted_cost, effective_rows, billed_rows, "
             "list_rows, contracted_rows, effective_unreadable, billed_unreadable, list_unreadable, "
             "contracted_unreadable",
             1, 2}};
        for (const Table& table : tables) {
            Inserter insert(m_to, table.table, table.columns);
            const bool isAll =
                eachReadable(m_from, {table.table, "rowid", table.columns}, [&](const sql::Statement& row) {
                    const Row cells = cellsOf(row, columnCount(table.columns));
                    const auto numberAt = [&cells](int column) {
                        return numberOf(cells[static_cast<std::size_t>(column)]);
                    };
                    if ((table.source < 0 || m_sources.hasSource(numberAt(table.source))) &&
                        (table.import < 0 || m_sources.hasImport(numberAt(table.import))))
                        (void)insert.add(cells);
                });
            if (!isAll)
                loseFromTable(table.what);
        }
        Inserter coverage(m_to, "coverage", "source_id, day, asked_at, duplicates, is_final");
        bool isAll = true;
        for (const auto& [source, name] : m_sources.sources()) {
            isAll &= eachReadable(m_from,
                                  {"coverage", "day", "source_id, day, asked_at, duplicates, is_final",
                                   "source_id=" + std::to_string(source), -1'000'000},
                                  [&](const sql::Statement& row) { (void)coverage.add(cellsOf(row, 5)); });
        }
        if (!isAll)
            loseFromTable("days that connections were asked for");
        if (!copyMeasures())
            loseFromTable("measures");
        if (!copyPrices())
            loseFromTable("price lists");
        const auto isThere = m_from.number("SELECT EXISTS(SELECT 1 FROM sqlite_schema WHERE name='event_block')");
        const auto events = isThere && *isThere != 0 ? hasEvents(m_from) : Result<bool>(false);
        if (!events || *events) {
            SalvageLoss loss;
            loss.isKept = true;
            loss.what =
                "AI events are not taken over, their charges are: import them again into a new workspace to see runs";
            lose(std::move(loss));
        }
        return {};
    }

    /// Those whose bytes are what they were.
    bool copyPrices()
    {
        constexpr std::string_view kColumns = "name, layer, published_at, author, action, note, rows, bytes, checksum";
        auto insert = m_to.prepare("INSERT INTO price_list(version, " + std::string(kColumns) +
                                   ", content) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
        if (!insert)
            return false;
        bool isWhole = true;
        sql::BlobColumn contents(m_from, "price_list", "content");
        const bool isAll =
            eachReadable(m_from, {"price_list", "version", kColumns, "1", 1}, [&](const sql::Statement& row) {
                const auto content = contents.read(row.integer(0));
                bool isGood = content && checksumOf(*content) == row.integer(9);
                if (isGood) {
                    insert->bind(1, row.integer(0)).bindBlob(11, *content);
                    for (const int text : {1, 4, 5, 6})
                        insert->bind(text + 1, row.textView(text));
                    for (const int number : {2, 3, 7, 8, 9})
                        insert->bind(number + 1, row.integer(number));
                    isGood = insert->run().ok();
                }
                isWhole = isWhole && isGood;
            });
        return isAll && isWhole;
    }

    /// Their key is a text: read from both ends up to what cannot be read.
    bool copyMeasures()
    {
        constexpr std::string_view kColumns = "source_id, name, labels, start, until, unit, value";
        Inserter insert(m_to, "measure", kColumns);
        for (const char* direction : {"", " DESC"}) {
            const std::string way = direction;
            auto statement = m_from.prepare("SELECT 0, " + std::string(kColumns) + " FROM measure ORDER BY source_id" +
                                            way + ", name" + way + ", labels" + way + ", start" + way);
            bool isAll = statement.ok();
            while (isAll) {
                const auto row = statement->step();
                if (row && !*row)
                    return true;
                isAll = row.ok();
                if (isAll && m_sources.hasSource(statement->integer(1)))
                    (void)insert.add(cellsOf(*statement, 7));
            }
        }
        return false;
    }

    /// What is set aside is in no total and is not taken over: what could be put back, and cannot here.
    Status tellSetAside()
    {
        const auto isThere = m_from.number("SELECT count(*) FROM sqlite_schema WHERE name='set_aside'");
        if (!isThere || *isThere == 0)
            return {};
        std::map<std::int64_t, std::int64_t> removedSources; // by what is set aside under
        bool isAll = eachReadable(m_from, {"set_aside", "id", "source_id, import_id, partitions"},
                                  [&](const sql::Statement& row) {
                                      if (row.integer(2) == 0 && row.integer(3) >= 0)
                                          removedSources[row.integer(0)] = row.integer(1);
                                  });
        std::map<std::int64_t, std::uint64_t> removed; // lines by source
        std::uint64_t replaced = 0;
        isAll &= eachReadable(m_from, {"aside_partition", "rowid", "aside_id, rows"}, [&](const sql::Statement& row) {
            const auto rows = static_cast<std::uint64_t>(std::max<std::int64_t>(0, row.integer(2)));
            const auto source = removedSources.find(row.integer(1));
            (source == removedSources.end() ? replaced : removed[source->second]) += rows;
        });
        for (const auto& [source, rows] : removed) {
            SalvageLoss loss;
            const auto known = m_sources.sources().find(source);
            loss.source = known == m_sources.sources().end() ? std::string() : known->second;
            loss.rows = rows;
            loss.what = "the source was removed, and what was set aside of it is not taken over: it cannot be put back";
            lose(std::move(loss));
        }
        if (replaced > 0) {
            SalvageLoss loss;
            loss.isKept = true; // all that counts
            loss.rows = replaced;
            loss.what = "what the last deliveries replaced is not taken over: they cannot be taken back";
            lose(std::move(loss));
        }
        if (!isAll)
            loseFromTable("months that were set aside");
        return {};
    }

    Status finish()
    {
        if (auto done = appendAudit(m_to, m_at, "salvaged",
                                    std::to_string(m_report.partitions) + " months taken over, " +
                                        std::to_string(m_report.losses.size()) + " losses told");
            !done)
            return done;
        if (auto done = sealDictionary(m_to, {}); !done)
            return done;
        if (auto done = copyLastIds(); !done)
            return done;
        return bumpRevision(m_to, {}); // the first seal, of all that is there
    }

    /// Numbers of what was lost are not given again either.
    Status copyLastIds()
    {
        for (const char* table : {"partition", "segment"}) {
            const std::string name = table;
            auto raise = m_to.prepare("UPDATE last_id SET id=max(?1, (SELECT coalesce(max(id), 0) FROM " + name +
                                      ")) WHERE what=?2");
            if (!raise)
                return raise.error();
            std::int64_t last = 0;
            if (auto stored = m_from.prepare("SELECT id FROM last_id WHERE what='" + name + "'")) {
                const bool isThere = stored->step().ok(); // without a row it answers 0
                if (isThere && stored->integer(0) < kHighest / 2)
                    last = stored->integer(0);
            }
            if (auto done = raise->bind(1, last).bind(2, std::string_view(name)).run(); !done)
                return done;
        }
        return {};
    }

    const sql::Connection& m_from;
    sql::Connection& m_to;
    std::string_view m_defaultRules;
    std::int64_t m_at;
    const std::function<void(std::uint64_t, std::uint64_t)>& m_progress;
    const std::stop_token& m_stop;
    SalvageReport m_report;
    std::string m_dictionarySum;
    SalvagedSources m_sources{m_to, m_at};
    SalvagedNames m_names{m_to};
    bool m_badRules = false;
};

bool hasHead(const std::filesystem::path& file)
{
    const auto raw = sql::RawFile::open(file.string());
    return raw && checkHead(*raw, file.string());
}

/// Gives a file whose head is damaged the head that every workspace has.
Status mendHead(const std::filesystem::path& file)
{
    const auto raw = sql::RawFile::open(file.string());
    if (raw && checkHead(*raw, file.string()))
        return {};
    if (raw && checkHead(*raw, file.string()).error().code == ErrorCode::Unsupported)
        return checkHead(*raw, file.string()).error();
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    const auto put = [&out](std::streamoff at, std::string_view bytes) {
        out.seekp(at);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    };
    const auto number = [](std::int64_t value) {
        std::string bytes;
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<char>(value >> shift));
        return bytes;
    };
    using namespace std::string_view_literals;
    put(0, "SQLite format 3\0\x10\0\2\2\0\x40\x20\x20"sv);  // pages of 4096 bytes, with a journal
    put(44, number(4) + number(0) + number(0) + number(1)); // schema format, cache, no vacuum, UTF-8
    put(60, number(currentSchemaVersion()) + number(0) + number(kApplicationId));
    out.flush();
    return out ? Status() : Status(Error{ErrorCode::Io, "the copy to read from cannot be written", file.string()});
}

/// A connection that reads on where the list of tables has a damaged entry.
Result<sql::Connection> openDamaged(const std::filesystem::path& file)
{
    auto connection = sql::Connection::open(file.string(), sql::Connection::Mode::Immutable);
    if (!connection)
        return connection.error();
    sqlite3_db_config(connection->handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    (void)connection->execute("PRAGMA writable_schema=ON");
    return connection;
}

} // namespace

Result<SalvageReport> salvage(const std::filesystem::path& damaged, const std::filesystem::path& target,
                              std::string_view defaultRules, std::int64_t at,
                              const std::function<void(std::uint64_t done, std::uint64_t all)>& progress,
                              const std::stop_token& stop)
{
    auto copy = copyForReading(damaged.string(), target.parent_path() / (target.filename().string() + ".damaged"));
    if (!copy)
        return copy.error();
    const auto file = copy->file();
    const auto told = [&damaged, &copy](Error error) { // of the file that was named, not of the copy, which goes
        if (error.where.starts_with(copy->folder().string()))
            error.where = damaged.string();
        return error;
    };
    const bool beginsLikeOne = hasHead(file);
    const auto unreadable = [&damaged, beginsLikeOne](const Error& error) {
        if (beginsLikeOne)
            return Error{ErrorCode::Corrupt, "not even the list of its tables can be read: " + error.what,
                         damaged.string(), "Restore a backup, or import the files again into a new workspace."};
        return Error{ErrorCode::Corrupt,
                     "this file is no workspace, or nothing of one can be read in it any more; it was left as it is",
                     damaged.string(),
                     "Name the damaged workspace. If this is it, restore a backup or import the files again."};
    };
    if (auto mended = mendHead(file); !mended)
        return told(mended.error());
    // Its journal, and the steps of a newer schema, as far as that goes; what does not is read as it lies there.
    (void)openWorkspace(file.string());
    auto from = openDamaged(file);
    if (!from)
        return from.error().code == ErrorCode::Corrupt ? unreadable(from.error()) : told(from.error());
    if (const auto tables = from->prepare("SELECT id FROM partition"); !tables)
        return unreadable(tables.error());
    SalvageReport report;
    const auto made = createWorkspace(target.string(), [&](sql::Connection& to) -> Status {
        Salvage work(*from, to, defaultRules, at, progress, stop);
        if (auto done = work.run(); !done)
            return done;
        report = work.takeReport();
        report.path = target.string();
        return {};
    });
    if (!made)
        return told(made.error());
    return report;
}

} // namespace altimeter::store
