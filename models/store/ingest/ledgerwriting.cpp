#include "models/store/ingest/ledgerwriting.h"

#include "models/store/file/workspace.h"
#include "models/store/ingest/findingsnow.h"
#include "models/store/ledger/acknowledgements.h"
#include "models/store/sql/jsondepth.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace altimeter::store {

namespace {

constexpr auto kEffective = static_cast<std::size_t>(CostLens::Effective);
constexpr auto kBilled = static_cast<std::size_t>(CostLens::Billed);

nlohmann::ordered_json nameOf(const std::string& source, const PartitionKey& key)
{
    return {{"source", source},
            {"provider", key.provider},
            {"billing_account", key.billingAccount},
            {"billing_period", toString(key.billingPeriod)},
            {"currency", std::string(key.currency.code())}};
}

std::string publishedText(const std::string& source, const DeliveredPartition& partition, const PartitionReport& report,
                          const DeliveryPlan::Stored* replaced, bool keepsBoth)
{
    nlohmann::ordered_json detail = nameOf(source, partition.key);
    detail["rows"] = partition.rows;
    detail["billed_cost"] = partition.fileTotal[kBilled].toString();
    detail["effective_cost"] = partition.fileTotal[kEffective].toString();
    detail["fingerprint"] = partition.fingerprint();
    if (partition.key.slice.isValid())
        detail["day"] = toString(partition.key.slice);
    if (keepsBoth)
        detail["beside"] = true;
    if (report.rowsRejected > 0) {
        detail["rows_rejected"] = report.rowsRejected;
        detail["delivered_billed_cost"] = report.partition.fileTotal[kBilled].toString();
        detail["delivered_effective_cost"] = report.partition.fileTotal[kEffective].toString();
    }
    if (replaced) {
        detail["old_billed_cost"] = replaced->total[kBilled].toString();
        detail["old_effective_cost"] = replaced->total[kEffective].toString();
    }
    return jsonLine(detail);
}

std::string removedText(const std::string& source, const DeliveryPlan::Stored& stored)
{
    nlohmann::ordered_json detail = nameOf(source, stored.key);
    detail["rows"] = stored.rows;
    detail["old_billed_cost"] = stored.total[kBilled].toString();
    return jsonLine(detail);
}

std::string returning(Sealed table)
{
    return " RETURNING " + sealedColumns(table);
}

/// Under a number that no delivery ever had, taken back or not.
constexpr std::string_view kNewImport =
    "INSERT INTO import(id, source_id, imported_at) SELECT 1 + max((SELECT coalesce(max(id), 0) FROM import), "
    "(SELECT coalesce(max(id), 0) FROM last_id WHERE what='import')), ?1, ?2";

/// Lines of sums that go, and those of before there were sums, which went with a file of their name. ?1 source, ?2 this
/// delivery, ?3 the ids of the sums.
constexpr std::string_view kGoing =
    "import_id<>?2 AND (sum_id IN (SELECT value FROM json_each(?3)) OR "
    "(source_id=?1 AND sum_id=0 AND file IN (SELECT name FROM import_file WHERE import_id=?2)))";

std::string idsOf(const std::vector<RejectedSum>& sums)
{
    std::string json = "[";
    for (const RejectedSum& sum : sums)
        json += (json.size() > 1 ? "," : "") + std::to_string(sum.id);
    return json + "]";
}

} // namespace

Result<std::int64_t> sourceOf(sql::Connection& db, const std::string& name, const std::string& kind,
                              SealedChanges& changes)
{
    auto insert = db.prepare("INSERT INTO source(name, kind) VALUES(?1, ?2) ON CONFLICT(name) DO NOTHING" +
                             returning(Sealed::Source));
    if (!insert)
        return insert.error();
    insert->bind(1, std::string_view(name)).bind(2, std::string_view(kind));
    if (auto done = changes.come(*insert, Sealed::Source); !done)
        return done.error();
    auto find = db.prepare("SELECT id, kind FROM source WHERE name=?1");
    if (!find)
        return find.error();
    if (auto row = find->bind(1, std::string_view(name)).step(); !row)
        return row.error();
    if (find->textView(1) != kind)
        return Error{ErrorCode::Invalid,
                     "the source \"" + name + "\" holds charges of another kind (" + find->text(1) +
                         "); choose another name",
                     {}};
    return find->integer(0);
}

Status insertFindings(sql::Connection& db, SealedChanges& changes, std::int64_t source, std::int64_t import,
                      const std::vector<Finding>& findings)
{
    auto insert =
        db.prepare("INSERT INTO finding(source_id, import_id, file, severity, check_id, rows, first_line, message) "
                   "VALUES(?1,?2,?3,?4,?5,?6,?7,?8)" +
                   returning(Sealed::Finding));
    if (!insert)
        return insert.error();
    for (const Finding& finding : findings) {
        insert->bind(1, source)
            .bind(2, import)
            .bind(3, std::string_view(finding.file))
            .bind(4, static_cast<std::int64_t>(finding.severity))
            .bind(5, std::string_view(finding.check))
            .bind(6, static_cast<std::int64_t>(finding.rows))
            .bind(7, static_cast<std::int64_t>(finding.firstLine))
            .bind(8, std::string_view(finding.message));
        if (auto done = changes.come(*insert, Sealed::Finding); !done)
            return done.error();
        insert->reset();
    }
    return forgetAcknowledged(db, changes, source);
}

Status replaceFindings(sql::Connection& db, const std::string& source, const std::string& kind, Instant at,
                       const std::vector<Finding>& findings)
{
    return inTransaction(db, [&]() -> Status {
        SealedChanges changes;
        const auto id = sourceOf(db, source, kind, changes);
        if (!id)
            return id.error();
        auto remove = db.prepare("DELETE FROM finding WHERE source_id=?1" + returning(Sealed::Finding));
        auto last = db.prepare("SELECT coalesce(max(id), 0) FROM import WHERE source_id=?1");
        if (!remove || !last)
            return !remove ? remove.error() : last.error();
        if (auto done = changes.go(remove->bind(1, *id), Sealed::Finding); !done)
            return done.error();
        if (auto row = last->bind(1, *id).step(); !row)
            return row.error();
        std::int64_t import = last->integer(0);
        last->reset();
        if (import == 0 && !findings.empty()) { // nothing came yet but words
            auto insert = db.prepare(std::string(kNewImport) + returning(Sealed::Import));
            auto counts = db.prepare("SELECT " + sealedColumns(Sealed::ImportCounts) + " FROM import WHERE id=?1");
            if (!insert || !counts)
                return !insert ? insert.error() : counts.error();
            if (auto done = changes.come(insert->bind(1, *id).bind(2, at.seconds), Sealed::Import); !done)
                return done.error();
            import = db.lastInsertId();
            if (auto done = changes.come(counts->bind(1, import), Sealed::ImportCounts); !done)
                return done.error();
        }
        if (auto done = insertFindings(db, changes, *id, import, findings); !done)
            return done;
        return bumpRevision(db, changes);
    });
}

Status LedgerWriter::come(sql::Statement& statement, Sealed table)
{
    const auto rows = m_changes->come(statement, table);
    return rows ? Status() : Status(rows.error());
}

Status LedgerWriter::go(sql::Statement& statement, Sealed table)
{
    const auto rows = m_changes->go(statement, table);
    return rows ? Status() : Status(rows.error());
}

Status LedgerWriter::begin(sql::Connection& db, SealedChanges& changes, Delivery delivery)
{
    m_db = &db;
    m_changes = &changes;
    m_delivery = std::move(delivery);
    const auto source = sourceOf(db, m_delivery.source, m_delivery.kind, changes);
    if (!source)
        return source.error();
    m_source = *source;
    auto import = db.prepare(std::string(kNewImport) + returning(Sealed::Import));
    if (!import)
        return import.error();
    if (auto done = come(import->bind(1, m_source).bind(2, m_delivery.at.seconds), Sealed::Import); !done)
        return done;
    m_import = db.lastInsertId();
    if (auto done = beginAside(); !done)
        return done;
    auto rejected = db.prepare("INSERT INTO rejected_line(source_id, import_id, file, line, check_id, message, text, "
                               "sum_id) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)" +
                               returning(Sealed::RejectedLine));
    if (!rejected)
        return rejected.error();
    m_insertRejected = rejected.take();
    return {};
}

Status LedgerWriter::beginAside()
{
    m_aside = {};
    if (!m_delivery.isTakenBack)
        return {};
    const auto aside = freeAside(*m_db);
    const auto last = m_db->number("SELECT coalesce(max(id), 0) FROM restatement");
    if (!aside || !last)
        return !aside ? aside.error() : last.error();
    m_aside = {*aside, m_source, m_import, m_delivery.at, *last};
    return {};
}

Status LedgerWriter::setAside(Sealed table, const std::string& where, const Binder& bind)
{
    if (!m_delivery.isTakenBack)
        return {};
    const std::string others = "import_id<>" + std::to_string(m_import);
    // Those of this delivery that are dropped were never published, and have no partition.
    const std::string ofOthers =
        table == Sealed::Segment ? "partition_id IN (SELECT id FROM partition WHERE " + others + ")" : others;
    return copyAside(*m_db, *m_changes, m_aside.aside, table, "(" + where + ") AND " + ofOthers, bind);
}

Status LedgerWriter::beginFile(const std::string& name, std::string_view header, std::string_view path)
{
    auto insert = m_db->prepare("INSERT INTO import_file(import_id, name, bytes, header, version, path) "
                                "VALUES(?1,?2,0,?3,'',?4)" +
                                returning(Sealed::ImportFile));
    if (!insert)
        return insert.error();
    insert->bind(1, m_import).bind(2, std::string_view(name)).bind(3, header).bind(4, path);
    if (auto done = come(*insert, Sealed::ImportFile); !done)
        return done;
    m_files.push_back({m_db->lastInsertId(), name});
    return {};
}

Status LedgerWriter::setFileVersion(std::string_view version)
{
    auto update = m_db->prepare("UPDATE import_file SET version=?1 WHERE id=?2");
    if (!update)
        return update.error();
    return update->bind(1, version).bind(2, file()).run();
}

Status LedgerWriter::reject(const RejectedLine& line, std::int64_t sum)
{
    const std::string_view file = m_files.empty() ? std::string_view() : std::string_view(m_files.back().name);
    m_insertRejected.bind(1, m_source)
        .bind(2, m_import)
        .bind(3, file)
        .bind(4, static_cast<std::int64_t>(line.line))
        .bind(5, std::string_view(line.check))
        .bind(6, std::string_view(line.message))
        .bind(7, std::string_view(line.text))
        .bind(8, sum);
    return come(m_insertRejected, Sealed::RejectedLine);
}

Result<bool> LedgerWriter::hadFinding(const Finding& finding) const
{
    auto find =
        m_db->prepare("SELECT EXISTS(SELECT 1 FROM finding WHERE source_id=?1 AND import_id<>?2 AND file=?3 AND "
                      "check_id=?4)");
    if (!find)
        return find.error();
    find->bind(1, m_source)
        .bind(2, m_import)
        .bind(3, std::string_view(finding.file))
        .bind(4, std::string_view(finding.check));
    const auto row = find->step();
    return row ? Result<bool>(find->integer(0) != 0) : Result<bool>(row.error());
}

Result<bool> LedgerWriter::isWithoutCharges(const std::string& source) const
{
    auto find = m_db->prepare("SELECT NOT EXISTS(SELECT 1 FROM partition p JOIN source s ON s.id=p.source_id WHERE "
                              "s.name=?1)");
    if (!find)
        return find.error();
    const auto row = find->bind(1, std::string_view(source)).step();
    return row ? Result<bool>(find->integer(0) != 0) : Result<bool>(row.error());
}

bool LedgerWriter::hasFile(std::string_view name) const
{
    return std::any_of(m_files.begin(), m_files.end(), [name](const File& file) { return file.name == name; });
}

Result<bool> LedgerWriter::rejectsChanged(const std::vector<RejectedSum>& gone) const
{
    auto differ = m_db->prepare("WITH now AS (SELECT line, check_id, message, text FROM rejected_line WHERE "
                                "source_id=?1 AND import_id=?2), before AS (SELECT line, check_id, message, text FROM "
                                "rejected_line WHERE " +
                                std::string(kGoing) +
                                ") SELECT EXISTS(SELECT * FROM now EXCEPT SELECT * FROM before) OR "
                                "EXISTS(SELECT * FROM before EXCEPT SELECT * FROM now)");
    if (!differ)
        return differ.error();
    const std::string ids = idsOf(gone);
    if (auto row = differ->bind(1, m_source).bind(2, m_import).bind(3, std::string_view(ids)).step(); !row)
        return row.error();
    return differ->integer(0) != 0;
}

Status LedgerWriter::replaceRejects(const std::vector<RejectedSum>& gone, const std::vector<RejectedSum>& now)
{
    const std::string ids = idsOf(gone);
    auto lines =
        m_db->prepare("DELETE FROM rejected_line WHERE " + std::string(kGoing) + returning(Sealed::RejectedLine));
    auto sums = m_db->prepare("DELETE FROM rejected_sum WHERE id IN (SELECT value FROM json_each(?1))" +
                              returning(Sealed::RejectedSum));
    if (!lines || !sums)
        return !lines ? lines.error() : sums.error();
    const auto going = [&](sql::Statement& statement) {
        statement.bind(1, m_source).bind(2, m_import).bind(3, std::string_view(ids));
    };
    if (auto done = setAside(Sealed::RejectedLine, std::string(kGoing), going); !done)
        return done;
    if (auto done = setAside(Sealed::RejectedSum, "id IN (SELECT value FROM json_each(?1))",
                             [&ids](sql::Statement& statement) { statement.bind(1, std::string_view(ids)); });
        !done)
        return done;
    going(*lines);
    if (auto done = go(*lines, Sealed::RejectedLine); !done)
        return done;
    if (auto done = go(sums->bind(1, std::string_view(ids)), Sealed::RejectedSum); !done)
        return done;
    return insertSums(now);
}

Status LedgerWriter::forgetRejects(const std::string& source, const PartitionKey& key)
{
    const std::string of = "source_id=(SELECT id FROM source WHERE name=?1) AND provider=?2 AND billing_account=?3 AND "
                           "billing_period=?4 AND currency=?5 AND slice=?6";
    const std::string period = toString(key.billingPeriod);
    const auto named = [&](sql::Statement& statement) {
        statement.bind(1, std::string_view(source))
            .bind(2, std::string_view(key.provider))
            .bind(3, std::string_view(key.billingAccount))
            .bind(4, std::string_view(period))
            .bind(5, key.currency.code())
            .bind(6, sliceNumber(key.slice));
    };
    for (const auto& [name, where, table] :
         {std::tuple{"rejected_line", "sum_id IN (SELECT id FROM rejected_sum WHERE " + of + ")", Sealed::RejectedLine},
          std::tuple{"rejected_sum", of, Sealed::RejectedSum}}) {
        if (auto done = setAside(table, where, named); !done)
            return done;
        auto remove = m_db->prepare("DELETE FROM " + std::string(name) + " WHERE " + where + returning(table));
        if (!remove)
            return remove.error();
        named(*remove);
        if (auto done = go(*remove, table); !done)
            return done;
    }
    return {};
}

Status LedgerWriter::insertSums(const std::vector<RejectedSum>& sums)
{
    auto insert = m_db->prepare(
        "INSERT INTO rejected_sum(id, source_id, import_id, provider, billing_account, billing_period, currency, "
        "slice, file, partitions, check_id, rows, effective_cost, billed_cost, list_cost, contracted_cost, "
        "effective_rows, billed_rows, list_rows, contracted_rows, effective_unreadable, billed_unreadable, "
        "list_unreadable, contracted_unreadable) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24)" +
        returning(Sealed::RejectedSum));
    if (!insert)
        return insert.error();
    for (const RejectedSum& sum : sums) {
        std::string partitions;
        for (const std::int64_t id : sum.partitions)
            partitions += (partitions.empty() ? "" : ",") + std::to_string(id);
        insert->bind(1, sum.id)
            .bind(2, m_source)
            .bind(3, m_import)
            .bind(4, std::string_view(sum.key.provider))
            .bind(5, std::string_view(sum.key.billingAccount))
            .bind(6, std::string_view(toString(sum.key.billingPeriod)))
            .bind(7, sum.key.currency.code())
            .bind(8, sliceNumber(sum.key.slice))
            .bind(9, std::string_view(sum.file))
            .bind(10, std::string_view(partitions))
            .bind(11, std::string_view(sum.part.check))
            .bind(12, static_cast<std::int64_t>(sum.part.rows));
        for (int lens = 0; lens < static_cast<int>(kLensCount); ++lens) {
            const auto at = static_cast<std::size_t>(lens);
            insert->bind(13 + lens, std::string_view(sum.part.cost[at].toString(0)))
                .bind(17 + lens, static_cast<std::int64_t>(sum.part.costRows[at]))
                .bind(21 + lens, static_cast<std::int64_t>(sum.part.unreadable[at]));
        }
        if (auto done = come(*insert, Sealed::RejectedSum); !done)
            return done;
    }
    return {};
}

Status LedgerWriter::put(const DeliveredPartition& partition, const PartitionReport& report,
                         const DeliveryPlan::Stored* replaced)
{
    auto insert = m_db->prepare(
        "INSERT INTO partition(id, source_id, provider, billing_account, billing_period, currency, import_id, rows, "
        "rows_rejected, data_from, data_through, fingerprint, effective_cost, billed_cost, list_cost, contracted_cost, "
        "effective_unknown, billed_unknown, list_unknown, contracted_unknown, slice) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)" +
        returning(Sealed::Partition));
    if (!insert)
        return insert.error();
    insert->bind(1, partition.id)
        .bind(2, m_source)
        .bind(3, std::string_view(partition.key.provider))
        .bind(4, std::string_view(partition.key.billingAccount))
        .bind(5, std::string_view(toString(partition.key.billingPeriod)))
        .bind(6, partition.key.currency.code())
        .bind(7, m_import)
        .bind(8, static_cast<std::int64_t>(partition.rows))
        .bind(9, static_cast<std::int64_t>(report.rowsRejected))
        .bind(10, std::int64_t{partition.dataFrom.number})
        .bind(11, std::int64_t{partition.dataThrough.number})
        .bind(12, std::string_view(partition.fingerprint()))
        .bind(21, sliceNumber(partition.key.slice));
    for (int lens = 0; lens < static_cast<int>(kLensCount); ++lens) {
        const auto at = static_cast<std::size_t>(lens);
        insert->bind(13 + lens, std::string_view(partition.fileTotal[at].toString(0)))
            .bind(17 + lens, static_cast<std::int64_t>(partition.unknownRows[at]));
    }
    if (auto done = come(*insert, Sealed::Partition); !done)
        return done;
    const auto action = replaced ? PartitionReport::Action::Replaced : PartitionReport::Action::New;
    return appendAudit(*m_db, m_delivery.at.seconds, "partition " + std::string(actionName(action)),
                       publishedText(m_delivery.source, partition, report, replaced, m_delivery.keepsBoth));
}

Status LedgerWriter::remove(const DeliveryPlan::Stored& stored, const std::string& source)
{
    if (auto done = drop(stored.id); !done)
        return done;
    return appendAudit(*m_db, m_delivery.at.seconds, "partition removed", removedText(source, stored));
}

/// Segments by themselves: those of a partition that was never published have no row that would take them along.
Status LedgerWriter::drop(std::int64_t partition)
{
    const auto named = [partition](sql::Statement& statement) { statement.bind(1, partition); };
    for (const auto& [name, where, table] : {std::tuple{"segment", "partition_id=?1", Sealed::Segment},
                                             std::tuple{"partition", "id=?1", Sealed::Partition}}) {
        if (auto done = setAside(table, where, named); !done)
            return done;
        auto remove = m_db->prepare("DELETE FROM " + std::string(name) + " WHERE " + where + returning(table));
        if (!remove)
            return remove.error();
        if (auto done = go(remove->bind(1, partition), table); !done)
            return done;
    }
    return {};
}

Status LedgerWriter::keep(std::int64_t partition, std::uint64_t rejected)
{
    auto before = m_db->prepare("SELECT " + sealedColumns(Sealed::Partition) + " FROM partition WHERE id=?1");
    auto update = m_db->prepare("UPDATE partition SET rows_rejected=?2 WHERE id=?1" + returning(Sealed::Partition));
    if (!before || !update)
        return !before ? before.error() : update.error();
    if (auto done = setAside(Sealed::Partition, "id=?1 AND rows_rejected<>?2",
                             [&](sql::Statement& statement) {
                                 statement.bind(1, partition).bind(2, static_cast<std::int64_t>(rejected));
                             });
        !done)
        return done;
    if (auto done = go(before->bind(1, partition), Sealed::Partition); !done)
        return done;
    return come(update->bind(1, partition).bind(2, static_cast<std::int64_t>(rejected)), Sealed::Partition);
}

Status LedgerWriter::note(const Restatement& restatement)
{
    auto insert =
        m_db->prepare("INSERT INTO restatement(source_id, provider, billing_account, currency, day_from, day_to, "
                      "at, was_final, effective_before, effective_after, billed_before, billed_after, list_before, "
                      "list_after, contracted_before, contracted_after) "
                      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)" +
                      returning(Sealed::Restatement));
    if (!insert)
        return insert.error();
    insert->bind(1, m_source)
        .bind(2, std::string_view(restatement.provider))
        .bind(3, std::string_view(restatement.billingAccount))
        .bind(4, restatement.currency.code())
        .bind(5, std::int64_t{restatement.from.number})
        .bind(6, std::int64_t{restatement.to.number})
        .bind(7, restatement.at.seconds)
        .bind(8, std::int64_t{restatement.wasFinal});
    int parameter = 9;
    for (std::size_t lens = 0; lens < kLensCount; ++lens) {
        for (const auto* sums : {&restatement.before, &restatement.after}) {
            const auto& sum = (*sums)[lens];
            insert->bind(parameter++, std::string_view(sum ? sum->toString(0) : std::string()));
        }
    }
    return come(*insert, Sealed::Restatement);
}

/// Files that were left out or cannot be read have findings too, and these come again with each delivery.
Status LedgerWriter::forgetUnread(const std::vector<Finding>& findings)
{
    std::set<std::string> names;
    for (const Finding& finding : findings)
        names.insert(finding.file);
    names.erase(std::string());
    for (const File& file : m_files)
        names.erase(file.name);
    for (const std::string& name : names) {
        if (auto done = forgetFindingsOf(m_delivery.source, name, true); !done)
            return done;
    }
    return {};
}

/// What was found in a file of that name before this delivery.
Status LedgerWriter::forgetFindingsOf(const std::string& source, const std::string& file, bool keepsBeside)
{
    const std::string beside =
        keepsBeside ? " AND NOT (check_id='account-in-two-sources' AND instr(message, ' is stored under the source '))"
                    : "";
    return forgetFindingsWhere(
        "source_id=(SELECT id FROM source WHERE name=?1) AND file=?2 AND import_id<>?3" + beside,
        [&](sql::Statement& statement) {
            statement.bind(1, std::string_view(source)).bind(2, std::string_view(file)).bind(3, m_import);
        });
}

Status LedgerWriter::forgetFindingsWhere(const std::string& where, const Binder& bind)
{
    if (auto done = setAside(Sealed::Finding, where, bind); !done)
        return done;
    auto remove = m_db->prepare("DELETE FROM finding WHERE " + where + returning(Sealed::Finding));
    if (!remove)
        return remove.error();
    bind(*remove);
    return go(*remove, Sealed::Finding);
}

/// A month that came was compared anew with what other sources hold.
Status LedgerWriter::forgetBeside(const std::set<PartitionKey>& delivered)
{
    static const std::string kOfThem = "source_id=?1 AND import_id<>?2 AND check_id='account-in-two-sources'";
    auto found = m_db->prepare("SELECT EXISTS(SELECT 1 FROM finding WHERE " + kOfThem + ")");
    if (!found)
        return found.error();
    const auto row = found->bind(1, m_source).bind(2, m_import).step();
    if (!row)
        return row.error();
    if (found->integer(0) == 0)
        return {}; // nearly always, and each month would be a statement of its own
    found->reset();
    std::set<std::string> beginnings;
    for (const PartitionKey& key : delivered)
        beginnings.insert(besideBeginning(key));
    for (const std::string& beginning : beginnings) {
        if (auto done = forgetFindingsWhere(
                kOfThem + " AND instr(message, ?3)=1",
                [&](sql::Statement& statement) {
                    statement.bind(1, m_source).bind(2, m_import).bind(3, std::string_view(beginning));
                });
            !done)
            return done;
    }
    return {};
}

Status LedgerWriter::forgetAcknowledgedOf(const std::string& source)
{
    auto find = m_db->prepare("SELECT id FROM source WHERE name=?1");
    if (!find)
        return find.error();
    const auto row = find->bind(1, std::string_view(source)).step();
    if (!row || !*row)
        return row ? Status() : Status(row.error());
    return forgetAcknowledged(*m_db, *m_changes, find->integer(0));
}

Status LedgerWriter::forgetEmptied(const std::string& source, const std::set<std::string>& files)
{
    auto held = m_db->prepare(
        "SELECT EXISTS(SELECT 1 FROM source s CROSS JOIN partition p ON p.source_id=s.id JOIN segment g ON "
        "g.partition_id=p.id JOIN import_file f ON f.id=g.file_id WHERE s.name=?1 AND f.name=?2) OR "
        "EXISTS(SELECT 1 FROM source s JOIN rejected_line r ON r.source_id=s.id WHERE s.name=?1 AND r.file=?2)");
    if (!held)
        return held.error();
    for (const std::string& file : files) {
        const auto row = held->bind(1, std::string_view(source)).bind(2, std::string_view(file)).step();
        if (!row)
            return row.error();
        const bool isHeld = held->integer(0) != 0;
        held->reset();
        if (isHeld)
            continue;
        if (auto done = forgetFindingsOf(source, file); !done)
            return done;
    }
    return forgetAcknowledgedOf(source);
}

Status LedgerWriter::forgetFindings(const std::string& source)
{
    if (source.empty() || source == m_delivery.source)
        return {};
    for (const File& file : m_files) {
        if (auto done = forgetFindingsOf(source, file.name); !done)
            return done;
    }
    return forgetAcknowledgedOf(source);
}

Status LedgerWriter::writeFindings(const std::vector<Finding>& findings, const std::set<PartitionKey>& delivered)
{
    for (const File& file : m_files) {
        if (auto done = forgetFindingsOf(m_delivery.source, file.name, true); !done)
            return done;
    }
    if (auto done = forgetBeside(delivered); !done)
        return done;
    if (auto done = forgetUnread(findings); !done)
        return done;
    return insertFindings(*m_db, *m_changes, m_source, m_import, findings);
}

Status LedgerWriter::writeCounts(const ImportReport& report, const LastIds& last)
{
    auto counts = m_db->prepare("UPDATE import SET rows_read=?1, rows_stored=?2, rows_rejected=?3 WHERE id=?4" +
                                returning(Sealed::ImportCounts));
    if (!counts)
        return counts.error();
    counts->bind(1, static_cast<std::int64_t>(report.rowsRead))
        .bind(2, static_cast<std::int64_t>(report.rowsStored))
        .bind(3, static_cast<std::int64_t>(report.rowsRejected))
        .bind(4, m_import);
    if (auto done = come(*counts, Sealed::ImportCounts); !done)
        return done;
    if (auto done = noteFiles(); !done)
        return done;
    if (m_delivery.isTakenBack) {
        if (auto done = noteAside(*m_db, *m_changes, m_aside); !done)
            return done;
    }
    return writeLastIds(*m_db, last, *m_changes);
}

/// Their texts are complete only now: a file tells its version when it was read.
Status LedgerWriter::noteFiles()
{
    auto texts = m_db->prepare("SELECT " + sealedColumns(Sealed::ImportFileTexts) + " FROM import_file WHERE id=?1");
    if (!texts)
        return texts.error();
    for (const File& file : m_files) {
        if (auto done = come(texts->bind(1, file.id), Sealed::ImportFileTexts); !done)
            return done;
    }
    return {};
}

} // namespace altimeter::store
