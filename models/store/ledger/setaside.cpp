#include "models/store/ledger/setaside.h"

#include "models/store/events/eventdays.h"
#include "models/store/file/workspace.h"
#include "models/store/ledger/acknowledgements.h"
#include "models/store/ledger/lastids.h"
#include "models/store/ledger/monthhistory.h"
#include "models/store/segments/segment.h"
#include "models/store/sql/jsondepth.h"
#include "models/store/sql/ranges.h"
#include "models/store/sql/soundness.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace altimeter::store {

namespace {

struct Pair {
    Sealed table;
    Sealed aside;
    std::string_view name;
    std::string_view unsealed; ///< columns that have checksums of their own
};

constexpr std::array kPairs{
    Pair{Sealed::Partition, Sealed::AsidePartition, "partition", ""},
    Pair{Sealed::Segment, Sealed::AsideSegment, "segment", ", facts, lines"},
    Pair{Sealed::Finding, Sealed::AsideFinding, "finding", ""},
    Pair{Sealed::RejectedLine, Sealed::AsideRejectedLine, "rejected_line", ""},
    Pair{Sealed::RejectedSum, Sealed::AsideRejectedSum, "rejected_sum", ""},
};
static_assert(kPairs.size() == kSetAside.size());

const Pair& pairOf(Sealed table)
{
    return *std::find_if(kPairs.begin(), kPairs.end(), [table](const Pair& pair) { return pair.table == table; });
}

std::string columnsOf(const Pair& pair)
{
    return sealedColumns(pair.table).append(pair.unsealed);
}

std::string asideOf(const Pair& pair)
{
    return "aside_" + std::string(pair.name);
}

std::string returning(Sealed table)
{
    return " RETURNING " + sealedColumns(table);
}

/// In place of the number of partitions: nothing is kept of the removed source any more.
constexpr std::int64_t kForgotten = -1;

enum class Way : std::uint8_t { Come, Go };

Status run(sql::Connection& db, SealedChanges& changes, Way way, const std::string& text, Sealed table,
           const Binder& bind)
{
    auto statement = db.prepare(text + returning(table));
    if (!statement)
        return statement.error();
    if (bind)
        bind(*statement);
    const auto rows = way == Way::Come ? changes.come(*statement, table) : changes.go(*statement, table);
    return rows ? Status() : Status(rows.error());
}

Binder number(std::int64_t value)
{
    return [value](sql::Statement& statement) { statement.bind(1, value); };
}

/// Everything that is set aside under a number, and the number.
Status forget(sql::Connection& db, SealedChanges& changes, std::int64_t aside)
{
    for (const Pair& pair : kPairs) {
        if (auto done = run(db, changes, Way::Go, "DELETE FROM " + asideOf(pair) + " WHERE aside_id=?1", pair.aside,
                            number(aside));
            !done)
            return done;
    }
    return run(db, changes, Way::Go, "DELETE FROM set_aside WHERE id=?1", Sealed::SetAside, number(aside));
}

/// The highest number that a partition was ever given.
constexpr std::string_view kLastPartition = "max((SELECT coalesce(max(id), 0) FROM partition), "
                                            "(SELECT coalesce(max(id), 0) FROM last_id WHERE what='partition'))";

/// Partitions that went: the others stand, and only the number of their rejected lines is another.
constexpr std::string_view kAsideReturning = "aside_id=?1 AND id NOT IN (SELECT id FROM partition)";

Result<DeliveredMoney> moneyAt(const sql::Statement& row)
{
    const auto billed = DecimalSum::parse(row.textView(1));
    const auto rows = storedCount(row.integer(2));
    const auto month = parseDay(row.textView(3));
    if (!billed || !rows || !month)
        return Error{ErrorCode::Corrupt, "a stored month cannot be read", {}};
    return DeliveredMoney{Currency(row.textView(0)), *billed, *rows, *month, month->addMonths(1)};
}

/// Of the rows of a partition table that `from` names by the number `of`.
Result<std::vector<DeliveredMoney>> moneyOf(const sql::Connection& db, const std::string& from, std::int64_t of)
{
    auto rows = db.prepare("SELECT currency, billed_cost, rows, billing_period FROM " + from);
    if (!rows)
        return rows.error();
    std::vector<DeliveredMoney> parts;
    const Status read = rows->bind(1, of).each([&]() -> Status {
        auto money = moneyAt(*rows);
        if (!money)
            return money.error();
        parts.push_back(money.take());
        return {};
    });
    return read ? Result<std::vector<DeliveredMoney>>(together(parts))
                : Result<std::vector<DeliveredMoney>>(read.error());
}

/// Which source each part of what comes back is of.
Status readBackOf(const sql::Connection& db, std::int64_t aside, SetAsideReport& report)
{
    auto rows = db.prepare("SELECT DISTINCT s.name, s.id FROM (SELECT * FROM aside_partition WHERE " +
                           std::string(kAsideReturning) + ") p JOIN source s ON s.id=p.source_id ORDER BY s.name");
    if (!rows)
        return rows.error();
    return rows->bind(1, aside).each([&]() -> Status {
        auto money = moneyOf(db,
                             "aside_partition WHERE " + std::string(kAsideReturning) +
                                 " AND source_id=" + std::to_string(rows->integer(1)),
                             aside);
        if (!money)
            return money.error();
        report.backOf.push_back({rows->text(0), money.take()});
        return {};
    });
}

/// One audit entry for each row of a partition table that `where` selects by the number `of`.
Status audit(sql::Connection& db, Instant at, std::string_view what, const std::string& table, std::string_view where,
             std::int64_t of)
{
    auto rows =
        db.prepare("SELECT s.name, p.provider, p.billing_account, p.billing_period, p.currency, p.rows, "
                   "p.billed_cost, p.effective_cost, p.fingerprint, p.slice FROM (SELECT * FROM " +
                   table + " WHERE " + std::string(where) + ") p JOIN source s ON s.id=p.source_id ORDER BY p.id");
    if (!rows)
        return rows.error();
    std::vector<std::string> details;
    const auto amount = [&rows](int column) {
        const auto sum = DecimalSum::parse(rows->textView(column));
        return sum ? sum->toString() : rows->text(column);
    };
    const Status read = rows->bind(1, of).each([&]() -> Status {
        nlohmann::ordered_json detail = {
            {"source", rows->text(0)},         {"provider", rows->text(1)},   {"billing_account", rows->text(2)},
            {"billing_period", rows->text(3)}, {"currency", rows->text(4)},   {"rows", rows->integer(5)},
            {"billed_cost", amount(6)},        {"effective_cost", amount(7)}, {"fingerprint", rows->text(8)}};
        if (rows->integer(9) != 0)
            detail["day"] = toString(Day{static_cast<std::int32_t>(rows->integer(9))});
        details.push_back(jsonLine(detail));
        return {};
    });
    if (!read)
        return read;
    for (const std::string& detail : details) {
        if (auto done = appendAudit(db, at.seconds, what, detail); !done)
            return done;
    }
    return {};
}

/// What stands under a number, or nothing.
struct Aside {
    std::int64_t id = 0;
    std::int64_t source = 0;
    std::int64_t import = 0;
    std::int64_t partitions = 0;
    std::int64_t restatementAfter = 0, restatementThrough = 0;
    std::string sourceName;
};

Result<std::vector<Aside>> asidesWhere(const sql::Connection& db, std::string_view where, const Binder& bind)
{
    auto rows = db.prepare("SELECT a.id, a.source_id, a.import_id, a.partitions, a.restatement_after, "
                           "a.restatement_through, s.name FROM set_aside a JOIN source s ON s.id=a.source_id WHERE " +
                           std::string(where) + " ORDER BY a.id DESC");
    if (!rows)
        return rows.error();
    bind(*rows);
    std::vector<Aside> asides;
    const Status read = rows->each([&]() -> Status {
        asides.push_back({rows->integer(0), rows->integer(1), rows->integer(2), rows->integer(3), rows->integer(4),
                          rows->integer(5), rows->text(6)});
        return {};
    });
    return read ? Result<std::vector<Aside>>(std::move(asides)) : Result<std::vector<Aside>>(read.error());
}

Error damagedAside()
{
    return {ErrorCode::Corrupt,
            "what was set aside is not what it was, and is not put back; nothing was changed",
            {},
            "Restore a backup of before."};
}

/// Segments carry checksums; the rest is sealed with the deliveries.
Status checkAside(const sql::Connection& db, std::int64_t aside)
{
    const auto holds = recordsHold(db, Records::Deliveries);
    if (!holds)
        return holds.error();
    if (!*holds)
        return damagedAside();
    auto rows = db.prepare("SELECT facts_checksum, facts, lines_checksum, lines FROM aside_segment WHERE aside_id=?1");
    if (!rows)
        return rows.error();
    return rows->bind(1, aside).each([&]() -> Status {
        const bool isWhole =
            checksumOf(rows->blob(1)) == rows->integer(0) && checksumOf(rows->blob(3)) == rows->integer(2);
        return isWhole ? Status() : Status(damagedAside());
    });
}

/// Why some of what a delivery brought does not stand, and what can be done about it.
Result<std::string> whereItWent(const sql::Connection& db, std::int64_t import)
{
    auto find = db.prepare("SELECT x.import_id, s.name FROM aside_partition a JOIN set_aside x ON x.id=a.aside_id JOIN "
                           "source s ON s.id=x.source_id WHERE a.import_id=?1 AND (x.import_id=0 OR a.id NOT IN "
                           "(SELECT id FROM partition)) ORDER BY x.id DESC LIMIT 1");
    if (!find)
        return find.error();
    const auto row = find->bind(1, import).step();
    if (!row)
        return row.error();
    if (!*row)
        return std::string("what it brought was replaced or removed since, and is no longer kept");
    if (find->integer(0) == 0)
        return "what it brought was removed with the source \"" + find->text(1) + "\"; put that back first";
    return "what it brought was replaced since by delivery " + std::to_string(find->integer(0)) +
           "; take that back first";
}

/// Why what a delivery brought cannot be taken back any more; empty: it can.
Result<std::string> whyStays(const sql::Connection& db, const Aside& aside)
{
    const std::string import = std::to_string(aside.import);
    const auto standing = db.number("SELECT count(*) FROM partition WHERE import_id=" + import);
    if (!standing)
        return standing.error();
    if (*standing != aside.partitions)
        return whereItWent(db, aside.import);
    for (const std::string_view table :
         {"aside_partition", "aside_finding", "aside_rejected_line", "aside_rejected_sum"}) {
        const auto later =
            db.number("SELECT EXISTS(SELECT 1 FROM " + std::string(table) + " WHERE import_id=" + import + ")");
        if (!later)
            return later.error();
        if (*later != 0)
            return std::string("a later delivery of the same files stands in its place; take that back first");
    }
    // Not those that stand with other rejected lines alone: they were never away.
    const auto taken = db.number("SELECT EXISTS(SELECT 1 FROM aside_partition a JOIN partition p USING (source_id, "
                                 "provider, billing_account, billing_period, currency, slice) WHERE a.aside_id=" +
                                 std::to_string(aside.id) + " AND p.id<>a.id AND p.import_id<>" + import + ")");
    if (!taken)
        return taken.error();
    if (*taken != 0)
        return std::string("the months it replaced are stored anew by another delivery; take that back first");
    return std::string();
}

/// What is set aside under a number stands again where it stood.
Status putBack(sql::Connection& db, SealedChanges& changes, std::int64_t aside)
{
    // A month that stayed, and of which only the number of its rejected lines changed.
    const std::string same = "id IN (SELECT id FROM aside_partition WHERE aside_id=?1)";
    auto before = db.prepare("SELECT " + sealedColumns(Sealed::Partition) + " FROM partition WHERE " + same);
    if (!before)
        return before.error();
    if (auto gone = changes.go(before->bind(1, aside), Sealed::Partition); !gone)
        return gone.error();
    if (auto done = run(db, changes, Way::Come,
                        "UPDATE partition SET rows_rejected=(SELECT a.rows_rejected FROM aside_partition a WHERE "
                        "a.aside_id=?1 AND a.id=partition.id) WHERE " +
                            same,
                        Sealed::Partition, number(aside));
        !done)
        return done;
    for (const Pair& pair : kPairs) {
        const std::string columns = columnsOf(pair);
        const std::string_view unless =
            pair.table == Sealed::Partition ? " AND id NOT IN (SELECT id FROM partition)" : "";
        if (auto done = run(db, changes, Way::Come,
                            "INSERT INTO " + std::string(pair.name) + "(" + columns + ") SELECT " + columns + " FROM " +
                                asideOf(pair) + " WHERE aside_id=?1" + std::string(unless),
                            pair.table, number(aside));
            !done)
            return done;
    }
    return {};
}

/// No other delivery gets the number of one that goes: whoever says it again means that one.
Status noteDeliveryNumber(sql::Connection& db, SealedChanges& changes)
{
    const std::string columns = sealedColumns(Sealed::LastId);
    auto before = db.prepare("SELECT " + columns + " FROM last_id WHERE what='import'");
    if (!before)
        return before.error();
    if (auto gone = changes.go(*before, Sealed::LastId); !gone)
        return gone.error();
    return run(db, changes, Way::Come,
               "INSERT INTO last_id(what, id) SELECT 'import', max(id) FROM import WHERE true ON CONFLICT(what) DO "
               "UPDATE SET id=max(id, excluded.id)",
               Sealed::LastId, {});
}

/// Everything that a delivery brought, its own row included; its source where nothing else is of it.
Status dropDelivery(sql::Connection& db, SealedChanges& changes, const Aside& aside)
{
    const auto go = [&](const std::string& text, Sealed table, std::int64_t value) {
        return run(db, changes, Way::Go, text, table, number(value));
    };
    const auto goToo = [&](const std::string& from, Sealed table) -> Status { // what another seal says of these rows
        auto rows = db.prepare("SELECT " + sealedColumns(table) + " FROM " + from);
        if (!rows)
            return rows.error();
        const auto gone = changes.go(rows->bind(1, aside.import), table);
        return gone ? Status() : Status(gone.error());
    };
    const std::vector<std::pair<std::string, Sealed>> brought{
        {"DELETE FROM segment WHERE partition_id IN (SELECT id FROM partition WHERE import_id=?1)", Sealed::Segment},
        {"DELETE FROM partition WHERE import_id=?1", Sealed::Partition},
        {"DELETE FROM rejected_line WHERE import_id=?1", Sealed::RejectedLine},
        {"DELETE FROM rejected_sum WHERE import_id=?1", Sealed::RejectedSum},
        {"DELETE FROM finding WHERE import_id=?1", Sealed::Finding}};
    for (const auto& [text, table] : brought) {
        if (auto done = go(text, table, aside.import); !done)
            return done;
    }
    if (auto done =
            run(db, changes, Way::Go, "DELETE FROM restatement WHERE source_id=?1 AND id>?2 AND id<=?3",
                Sealed::Restatement,
                [&aside](sql::Statement& statement) {
                    statement.bind(1, aside.source).bind(2, aside.restatementAfter).bind(3, aside.restatementThrough);
                });
        !done)
        return done;
    if (auto done = goToo("import_file WHERE import_id=?1", Sealed::ImportFileTexts); !done)
        return done;
    if (auto done = go("DELETE FROM import_file WHERE import_id=?1", Sealed::ImportFile, aside.import); !done)
        return done;
    if (auto done = goToo("import WHERE id=?1", Sealed::ImportCounts); !done)
        return done;
    return go("DELETE FROM import WHERE id=?1", Sealed::Import, aside.import);
}

/// A source that came with the delivery that was taken back.
Status dropSourceUnused(sql::Connection& db, SealedChanges& changes, std::int64_t source)
{
    std::string unused = "DELETE FROM source WHERE id=?1 AND name NOT IN (SELECT name FROM connection)";
    for (const std::string_view table : {"import", "partition", "finding", "rejected_line", "rejected_sum", "coverage",
                                         "restatement", "measure", "set_aside"})
        unused += " AND NOT EXISTS(SELECT 1 FROM " + std::string(table) + " t WHERE t.source_id=source.id)";
    return run(db, changes, Way::Go, unused, Sealed::Source, number(source));
}

/// Runs `change` in a transaction that is told of by `changes`; requires that the ledger holds.
Result<SetAsideReport> changed(sql::Connection& db,
                               const std::function<Result<SetAsideReport>(SealedChanges& changes)>& change)
{
    auto transaction = sql::Transaction::begin(db);
    if (!transaction)
        return transaction.error();
    if (auto done = db.execute("PRAGMA defer_foreign_keys=ON"); !done)
        return done.error();
    if (auto sound = requireSound(db); !sound)
        return sound.error();
    const KeepsSoundness keeps(db);
    SealedChanges changes;
    auto report = change(changes);
    if (!report)
        return report.error();
    if (auto numbers = readLastIds(db); !numbers) // what came back has numbers that were given before
        return numbers.error();
    if (auto done = bumpRevision(db, changes); !done)
        return done.error();
    if (auto done = transaction->commit(); !done)
        return done.error();
    return report;
}

/// That the source was removed; it is no longer listed while it holds nothing.
Status noteRemoval(sql::Connection& db, SealedChanges& changes, const Aside& aside, Instant at, std::int64_t partitions)
{
    return run(db, changes, Way::Come,
               "INSERT INTO set_aside(id, source_id, import_id, at, partitions, restatement_after, "
               "restatement_through, last_partition) SELECT ?1, ?2, 0, ?3, ?4, 0, 0, " +
                   std::string(kLastPartition),
               Sealed::SetAside, [&](sql::Statement& statement) {
                   statement.bind(1, aside.id).bind(2, aside.source).bind(3, at.seconds).bind(4, partitions);
               });
}

/// A source that comes back, and another that holds the same month, account and currency.
struct Meets {
    std::string source, other;
    MonthName month;
    bool isLater = false; ///< the other one came after what comes back was set aside
};

Result<std::vector<Meets>> meetsOf(const sql::Connection& db, std::int64_t aside, std::string_view returning)
{
    auto find = db.prepare(
        "SELECT o.name, s.name, p.provider, p.billing_account, p.billing_period, p.currency, "
        "max(p.id>x.last_partition) FROM (SELECT * FROM aside_partition WHERE " +
        std::string(returning) +
        ") a JOIN set_aside x ON x.id=a.aside_id JOIN partition p ON p.provider=a.provider "
        "AND p.billing_account=a.billing_account AND p.billing_period=a.billing_period AND p.currency=a.currency "
        "AND p.source_id<>a.source_id AND (x.import_id=0 OR p.import_id<>x.import_id) "
        "JOIN source s ON s.id=p.source_id JOIN source o ON o.id=a.source_id "
        "GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 5, 2");
    if (!find)
        return find.error();
    std::vector<Meets> all;
    const Status read = find->bind(1, aside).each([&]() -> Status {
        all.push_back({find->text(0),
                       find->text(1),
                       {find->text(2), find->text(3), find->text(4), find->text(5)},
                       find->integer(6) != 0});
        return {};
    });
    return read ? Result<std::vector<Meets>>(std::move(all)) : Result<std::vector<Meets>>(read.error());
}

/// Of the rows of a partition table that `from` names by the number ?1.
Result<MonthStates> statesOf(const sql::Connection& db, const std::string& from, std::int64_t of,
                             const std::string& source, const MonthName& month)
{
    auto rows = db.prepare("SELECT t.slice, t.fingerprint FROM (SELECT * FROM " + from +
                           ") t JOIN source s ON s.id=t.source_id WHERE ?1=?1 AND s.name=?2 AND t.provider=?3 AND "
                           "t.billing_account=?4 AND t.billing_period=?5 AND t.currency=?6");
    if (!rows)
        return rows.error();
    MonthStates states;
    const Status read =
        rows->bind(1, of)
            .bind(2, std::string_view(source))
            .bind(3, std::string_view(month.provider))
            .bind(4, std::string_view(month.account))
            .bind(5, std::string_view(month.month))
            .bind(6, std::string_view(month.currency))
            .each([&]() -> Status {
                const std::int64_t slice = rows->integer(0);
                states.insert(
                    {slice == 0 ? std::string() : toString(Day{static_cast<std::int32_t>(slice)}), rows->text(1)});
                return {};
            });
    return read ? Result<MonthStates>(std::move(states)) : Result<MonthStates>(read.error());
}

/// Whether both counted beside each other before: that they do so again surprises nobody.
Result<bool> countedBefore(const sql::Connection& db, std::int64_t aside, std::string_view returning, const Meets& one)
{
    const auto history = historyOf(db, one.month);
    const auto back = statesOf(db, "aside_partition WHERE " + std::string(returning), aside, one.source, one.month);
    const auto there = statesOf(db, "partition", aside, one.other, one.month);
    if (!history || !back || !there)
        return !history ? history.error() : !back ? back.error() : there.error();
    return stoodTogether(*history, one.source, *back, one.other, *there);
}

/// Error Conflict: another source holds charges of the same month, account and currency that did not count beside what
/// is to come back: they came since it was set aside, or while it was away, and may have been set aside and put back
/// themselves. They would count twice, and nothing would say so.
Status checkNotHeldSince(const sql::Connection& db, std::int64_t aside, std::string_view returning)
{
    const auto all = meetsOf(db, aside, returning);
    if (!all)
        return all.error();
    for (const Meets& one : *all) {
        const auto isKnown = one.isLater ? Result<bool>(false) : countedBefore(db, aside, returning, one);
        if (!isKnown)
            return isKnown.error();
        if (*isKnown)
            continue;
        return Error{ErrorCode::Conflict,
                     "the source \"" + one.other + "\" brought charges of account " + one.month.account + ", " +
                         one.month.month + ", " + one.month.currency +
                         (one.isLater ? " since" : " while these were away") +
                         "; what is put back would count beside them",
                     {},
                     "Remove that source or take its delivery back first; where both are real, import the files again "
                     "with --keep-both."};
    }
    return {};
}

/// Error Conflict: the source itself holds a month again that is to come back.
Status checkNotHeldAgain(const sql::Connection& db, const Aside& aside)
{
    auto find = db.prepare("SELECT p.billing_account, p.billing_period, p.currency FROM aside_partition a JOIN "
                           "partition p USING (source_id, provider, billing_account, billing_period, currency) WHERE "
                           "a.aside_id=?1 ORDER BY 2, 1, 3 LIMIT 1");
    if (!find)
        return find.error();
    const auto row = find->bind(1, aside.id).step();
    if (!row)
        return row.error();
    if (!*row)
        return {};
    return Error{ErrorCode::Conflict,
                 "the source \"" + aside.sourceName + "\" holds charges of account " + find->text(0) + ", " +
                     find->text(1) + ", " + find->text(2) + " again, and what was removed would count beside them",
                 {},
                 "Remove the source once more and put back what is wanted ('sources restore' takes the last first), or "
                 "let go of what was removed ('sources forget')."};
}

Result<std::int64_t> sourceNamed(const sql::Connection& db, const std::string& name)
{
    auto find = db.prepare("SELECT id FROM source WHERE name=?1");
    if (!find)
        return find.error();
    const auto row = find->bind(1, std::string_view(name)).step();
    if (!row)
        return row.error();
    if (!*row)
        return Error{ErrorCode::NotFound, "there is no source \"" + name + '"', {}};
    return find->integer(0);
}

/// What a connection brought it would bring again, and it remembers which days it was told.
Status checkRemovable(const sql::Connection& db, std::int64_t source, const std::string& name)
{
    const std::string of = " t WHERE t.source_id=" + std::to_string(source) + ")";
    const auto synced = db.number(
        "SELECT EXISTS(SELECT 1 FROM coverage" + of + " OR EXISTS(SELECT 1 FROM measure" + of +
        " OR EXISTS(SELECT 1 FROM connection c JOIN source s ON s.name=c.name WHERE s.id=" + std::to_string(source) +
        ")");
    const auto held = db.number("SELECT EXISTS(SELECT 1 FROM partition" + of + " OR EXISTS(SELECT 1 FROM finding" + of +
                                " OR EXISTS(SELECT 1 FROM rejected_sum" + of);
    if (!synced || !held)
        return !synced ? synced.error() : held.error();
    if (*synced != 0)
        return Error{ErrorCode::Invalid,
                     '"' + name + "\" is the source of a connection; only sources of files can be removed",
                     {},
                     "Remove the connection; what it brought stays."};
    const auto events = db.number("SELECT EXISTS(SELECT 1 FROM source WHERE id=" + std::to_string(source) +
                                  " AND kind='" + std::string(kEventKind) + "')");
    if (!events)
        return events.error();
    if (*events != 0)
        return Error{ErrorCode::Invalid,
                     '"' + name +
                         "\" is a source of AI events, which are kept once whatever source tells of them; it "
                         "cannot be removed",
                     {},
                     "Import what shall stay into a new workspace."};
    if (*held == 0)
        return Error{ErrorCode::NotFound, "the source \"" + name + "\" holds nothing", {}};
    return {};
}

/// Everything of a source; segments before the partitions that they are found by.
Status moveAside(sql::Connection& db, SealedChanges& changes, std::int64_t aside, std::int64_t source)
{
    for (const Sealed table :
         {Sealed::Segment, Sealed::Partition, Sealed::Finding, Sealed::RejectedLine, Sealed::RejectedSum}) {
        const std::string where =
            table == Sealed::Segment ? "partition_id IN (SELECT id FROM partition WHERE source_id=?1)" : "source_id=?1";
        if (auto done = copyAside(db, changes, aside, table, where, number(source)); !done)
            return done;
        if (auto done = run(db, changes, Way::Go, "DELETE FROM " + std::string(pairOf(table).name) + " WHERE " + where,
                            table, number(source));
            !done)
            return done;
    }
    return {};
}

Result<Aside> removalOf(const sql::Connection& db, const std::string& name)
{
    const auto asides = asidesWhere(db, "a.import_id=0 AND a.partitions>=0 AND s.name=?1",
                                    [&name](sql::Statement& statement) { statement.bind(1, std::string_view(name)); });
    if (!asides)
        return asides.error();
    if (asides->empty())
        return Error{ErrorCode::NotFound, "no source \"" + name + "\" was removed", {}};
    return asides->front();
}

} // namespace

Status copyAside(sql::Connection& db, SealedChanges& changes, std::int64_t aside, Sealed table, std::string_view where,
                 const Binder& bind)
{
    const Pair& pair = pairOf(table);
    const std::string columns = columnsOf(pair);
    return run(db, changes, Way::Come,
               "INSERT INTO " + asideOf(pair) + "(aside_id, " + columns + ") SELECT " + std::to_string(aside) + ", " +
                   columns + " FROM " + std::string(pair.name) + " WHERE " + std::string(where),
               pair.aside, bind);
}

Result<std::int64_t> freeAside(const sql::Connection& db)
{
    return db.number("SELECT coalesce(max(id), 0) + 1 FROM set_aside");
}

Status noteAside(sql::Connection& db, SealedChanges& changes, const AsideOfDelivery& delivery)
{
    const auto earlier = asidesWhere(
        db,
        "a.source_id=?1 AND a.import_id<>0 AND (EXISTS(SELECT 1 FROM aside_partition p WHERE p.aside_id=a.id) OR "
        "EXISTS(SELECT 1 FROM aside_rejected_line r WHERE r.aside_id=a.id))",
        number(delivery.source));
    if (!earlier)
        return earlier.error();
    for (const Aside& one : *earlier) {
        if (auto done = forget(db, changes, one.id); !done)
            return done;
    }
    return run(db, changes, Way::Come,
               "INSERT INTO set_aside(id, source_id, import_id, at, partitions, restatement_after, "
               "restatement_through, last_partition) SELECT ?1, ?2, ?3, ?4, "
               "(SELECT count(*) FROM partition WHERE import_id=?3), ?5, "
               "max(?5, (SELECT coalesce(max(id), 0) FROM restatement)), " +
                   std::string(kLastPartition),
               Sealed::SetAside, [&delivery](sql::Statement& statement) {
                   statement.bind(1, delivery.aside)
                       .bind(2, delivery.source)
                       .bind(3, delivery.import)
                       .bind(4, delivery.at.seconds)
                       .bind(5, delivery.restatementAfter);
               });
}

Result<std::vector<DeliveryInfo>> readDeliveries(const sql::Connection& db)
{
    const OneRevision revision(db);
    auto rows = db.prepare(
        "SELECT i.id, s.name, i.imported_at, s.kind FROM import i JOIN source s ON s.id=i.source_id WHERE "
        "EXISTS(SELECT 1 FROM import_file f WHERE f.import_id=i.id) AND s.name NOT IN (SELECT name "
        "FROM connection) AND NOT EXISTS(SELECT 1 FROM coverage c WHERE c.source_id=s.id) ORDER BY i.id DESC");
    auto files = db.prepare("SELECT name FROM import_file WHERE import_id=?1 ORDER BY id");
    if (!rows || !files)
        return !rows ? rows.error() : files.error();
    std::vector<DeliveryInfo> all;
    const Status read = rows->each([&]() -> Status {
        DeliveryInfo one;
        one.number = rows->integer(0);
        one.source = rows->text(1);
        one.at = {rows->integer(2)};
        if (rows->textView(3) == kEventKind)
            one.stays = "AI events are kept once, whatever delivery tells of them: one alone cannot be taken back";
        all.push_back(std::move(one));
        return {};
    });
    if (!read)
        return read.error();
    for (DeliveryInfo& one : all) {
        const Status named = files->bind(1, one.number).each([&]() -> Status {
            one.files.push_back(files->text(0));
            return {};
        });
        files->reset();
        if (!named)
            return named.error();
        auto money = moneyOf(db, "partition WHERE import_id=?1", one.number);
        const auto asides = asidesWhere(db, "a.import_id=?1", number(one.number));
        if (!money || !asides)
            return !money ? money.error() : asides.error();
        one.money = money.take();
        for (const DeliveredMoney& each : one.money)
            one.rows += each.rows;
        if (asides->empty() && !one.stays.empty())
            continue;
        if (asides->empty()) {
            one.stays = "what it replaced is no longer kept: only that of the last delivery of a source is";
            continue;
        }
        auto replaced = moneyOf(db, "aside_partition WHERE " + std::string(kAsideReturning), asides->front().id);
        auto stays = whyStays(db, asides->front());
        if (!replaced || !stays)
            return !replaced ? replaced.error() : stays.error();
        one.replaced = replaced.take();
        one.stays = stays.take();
    }
    return all;
}

Result<std::vector<RemovedSource>> readRemovedSources(const sql::Connection& db)
{
    const OneRevision revision(db);
    auto rows = db.prepare("SELECT a.id, s.name, a.at FROM set_aside a JOIN source s ON s.id=a.source_id WHERE "
                           "a.import_id=0 AND a.partitions>=0 ORDER BY a.id DESC");
    if (!rows)
        return rows.error();
    std::vector<RemovedSource> all;
    std::vector<std::int64_t> ids;
    const Status read = rows->each([&]() -> Status {
        ids.push_back(rows->integer(0));
        all.push_back({rows->text(1), {rows->integer(2)}, {}});
        return {};
    });
    if (!read)
        return read.error();
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto money = moneyOf(db, "aside_partition WHERE aside_id=?1", ids[i]);
        if (!money)
            return money.error();
        all[i].money = money.take();
    }
    return all;
}

Result<SetAsideReport> takeBack(sql::Connection& db, std::int64_t import, Instant at)
{
    return changed(db, [&](SealedChanges& changes) -> Result<SetAsideReport> {
        const auto asides = asidesWhere(db, "a.import_id=?1 AND a.import_id<>0", number(import));
        if (!asides)
            return asides.error();
        if (asides->empty())
            return Error{ErrorCode::NotFound,
                         "there is no delivery " + std::to_string(import) + " that can be taken back",
                         {},
                         "What a delivery replaced is kept for the last one of each source."};
        const Aside& aside = asides->front();
        const auto stays = whyStays(db, aside);
        if (!stays)
            return stays.error();
        if (!stays->empty())
            return Error{ErrorCode::Conflict, "the delivery cannot be taken back: " + *stays, aside.sourceName};
        if (auto done = checkAside(db, aside.id); !done)
            return done.error();
        SetAsideReport report;
        report.source = aside.sourceName;
        auto gone = moneyOf(db, "partition WHERE import_id=?1", import);
        auto back = moneyOf(db, "aside_partition WHERE " + std::string(kAsideReturning), aside.id);
        if (!gone || !back)
            return !gone ? gone.error() : back.error();
        report.gone = gone.take();
        report.back = back.take();
        if (auto done = readBackOf(db, aside.id, report); !done)
            return done.error();
        if (auto done = checkNotHeldSince(db, aside.id, kAsideReturning); !done)
            return done.error();
        if (auto done = audit(db, at, "partition taken back", "partition", "import_id=?1", import); !done)
            return done.error();
        if (auto done = audit(db, at, "partition restored", "aside_partition", kAsideReturning, aside.id); !done)
            return done.error();
        if (auto done = noteDeliveryNumber(db, changes); !done)
            return done.error();
        if (auto done = dropDelivery(db, changes, aside); !done)
            return done.error();
        if (auto done = putBack(db, changes, aside.id); !done)
            return done.error();
        if (auto done = forget(db, changes, aside.id); !done)
            return done.error();
        if (auto done = forgetAcknowledged(db, changes, aside.source); !done) // what went with it may come again
            return done.error();
        if (auto done = dropSourceUnused(db, changes, aside.source); !done)
            return done.error();
        return report;
    });
}

Result<SetAsideReport> removeSource(sql::Connection& db, const std::string& name, Instant at)
{
    return changed(db, [&](SealedChanges& changes) -> Result<SetAsideReport> {
        const auto source = sourceNamed(db, name);
        if (!source)
            return source.error();
        if (auto done = checkRemovable(db, *source, name); !done)
            return done.error();
        const auto aside = freeAside(db);
        const auto held = db.number("SELECT count(*) FROM partition WHERE source_id=" + std::to_string(*source));
        auto gone = moneyOf(db, "partition WHERE source_id=?1", *source);
        if (!aside || !held || !gone)
            return !aside ? aside.error() : !held ? held.error() : gone.error();
        if (auto done = audit(db, at, "partition set aside", "partition", "source_id=?1", *source); !done)
            return done.error();
        if (auto done = moveAside(db, changes, *aside, *source); !done)
            return done.error();
        if (auto done = noteRemoval(db, changes, {*aside, *source, 0, 0, 0, 0, name}, at, *held); !done)
            return done.error();
        return SetAsideReport{name, gone.take(), {}, {}};
    });
}

Result<SetAsideReport> restoreSource(sql::Connection& db, const std::string& name, Instant at)
{
    return changed(db, [&](SealedChanges& changes) -> Result<SetAsideReport> {
        const auto aside = removalOf(db, name);
        if (!aside)
            return aside.error();
        if (auto done = checkNotHeldAgain(db, *aside); !done)
            return done.error();
        if (auto done = checkAside(db, aside->id); !done)
            return done.error();
        if (auto done = checkNotHeldSince(db, aside->id, "aside_id=?1"); !done)
            return done.error();
        SetAsideReport report;
        report.source = name;
        auto back = moneyOf(db, "aside_partition WHERE aside_id=?1", aside->id);
        if (!back)
            return back.error();
        report.back = back.take();
        report.backOf.push_back({name, report.back});
        if (auto done = audit(db, at, "partition restored", "aside_partition", "aside_id=?1", aside->id); !done)
            return done.error();
        if (auto done = putBack(db, changes, aside->id); !done)
            return done.error();
        if (auto done = forget(db, changes, aside->id); !done)
            return done.error();
        return report;
    });
}

Result<SetAsideReport> forgetSource(sql::Connection& db, const std::string& name, Instant at)
{
    return changed(db, [&](SealedChanges& changes) -> Result<SetAsideReport> {
        const auto aside = removalOf(db, name);
        if (!aside)
            return aside.error();
        if (auto told = audit(db, at, "partition forgotten", "aside_partition", "aside_id=?1", aside->id); !told)
            return told.error();
        SetAsideReport report;
        report.source = name;
        auto gone = moneyOf(db, "aside_partition WHERE aside_id=?1", aside->id);
        if (!gone)
            return gone.error();
        report.gone = gone.take();
        if (auto forgotten = forget(db, changes, aside->id); !forgotten)
            return forgotten.error();
        if (auto noted = noteRemoval(db, changes, *aside, at, kForgotten); !noted)
            return noted.error();
        return report;
    });
}

} // namespace altimeter::store
