#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "models/store/file/backup.h"
#include "models/store/file/salvage.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ledger/lastids.h"
#include "models/store/ledger/ledger.h"
#include "models/store/segments/chargereading.h"
#include "models/store/segments/factstore.h"
#include "models/store/segments/recounting.h"
#include "models/store/settings/connections.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>

using namespace altimeter;
using namespace altimeter::store;

namespace {

const Day kFirst = Day::fromYmd(2026, 10, 1);

struct Charge {
    std::string account;
    Day day;
    std::int64_t cents = 0;
    std::string service = "svc";
};

/// One delivery of some days.
struct Parcel {
    std::string source = "api";
    std::vector<Charge> charges;
    std::vector<DateRange> covered;
    std::int64_t at = 1'795'248'000;
    bool byDay = true;
    bool dryRun = false;
    int rejected = 0;
    bool isCancelled = false;
    std::string file = "page";
    std::optional<std::vector<DateRange>> proven{}; ///< unsaid: all that is covered
};

Result<ImportReport> deliver(sql::Connection& db, const Parcel& parcel)
{
    Ingest::Options options;
    options.source = parcel.source;
    options.kind = "test";
    options.at = {parcel.at};
    options.byDay = parcel.byDay;
    options.dryRun = parcel.dryRun;
    options.covered = parcel.covered;
    options.replace = true; // a parcel may hold more that cannot be read than the one before
    options.proven = parcel.proven.value_or(parcel.covered);
    options.alongside = [&parcel](sql::Connection& one, const ImportReport&) {
        std::vector<CoveredDay> days;
        for (const DateRange& range : parcel.covered) {
            for (Day day = range.from; day < range.to; day = day + 1)
                days.push_back({day, {parcel.at}, 0, true});
        }
        return writeCoverage(one, parcel.source, days);
    };
    auto ingest = Ingest::begin(db, options, {});
    if (!ingest)
        return ingest.error();
    if (auto done = (*ingest)->begin(parcel.file, std::vector<std::string>{"BilledCost"}, {}); !done)
        return done.error();
    auto batch = (*ingest)->newBatch();
    std::uint64_t number = 1;
    for (const Charge& charge : parcel.charges) {
        CostLine line;
        line.lineNumber = ++number;
        line.text[static_cast<std::size_t>(Column::BillingAccountId)] = charge.account;
        line.text[static_cast<std::size_t>(Column::ServiceName)] = charge.service;
        line.cost[static_cast<std::size_t>(CostLens::Billed)] = Decimal{charge.cents, 2};
        line.cost[static_cast<std::size_t>(CostLens::Effective)] = Decimal{charge.cents, 2};
        line.chargeStart = {std::int64_t{charge.day.number} * 86'400};
        line.chargeEnd = {line.chargeStart.seconds + 86'400};
        line.billingPeriod = charge.day.firstOfMonth();
        line.currency = Currency("USD");
        line.provider = "AWS";
        if (auto done = batch->add(line); !done)
            return done.error();
    }
    for (int i = 0; i < parcel.rejected; ++i)
        batch->reject({"page", ++number, "cost-number", "no number", "row " + std::to_string(i), parcel.source});
    if (auto done = (*ingest)->take(std::move(batch)); !done)
        return done.error();
    if (parcel.isCancelled)
        return Error{ErrorCode::Cancelled, "cancelled", {}};
    (*ingest)->setFileVersion("1.2");
    return (*ingest)->finish();
}

std::int64_t number(const sql::Connection& db, const std::string& query)
{
    auto statement = db.prepare(query);
    if (!statement || !statement->step())
        return -1;
    return statement->integer(0);
}

RowAddress firstRow(const FactSet& facts)
{
    return {facts.chunks.front().chunk.get(), 0};
}

/// Everything that carries a checksum, read anew through another connection.
QString whatDoesNotHold(const std::string& path)
{
    const auto db = openReader(path);
    if (!db)
        return QStringLiteral("not opened");
    const auto damage = damageOf(*db);
    if (!damage)
        return QString::fromStdString(damage.error().text());
    QString told;
    for (const std::string& sentence : *damage)
        told += QString::fromStdString(sentence) + '\n';
    const auto dictionary = dictionaryHolds(*db);
    const auto measures = recordsHold(*db, Records::Measures);
    if (!dictionary || !*dictionary)
        told += "the dictionaries\n";
    if (!measures || !*measures)
        told += "the measures\n";
    return told;
}

} // namespace

/// Deliveries one after the other: what they leave must be what one reading of everything finds.
class TestDeliveries : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
        m_path = m_dir->filePath("w.altimeter").toStdString();
        auto made = createWorkspace(m_path);
        QVERIFY2(made, made ? "" : made.error().text().c_str());
        m_db = made.take();
    }

    /// The fault: after the newest partition was removed the next one had its number, and its segment that of the
    /// segment which went. Whoever held the older revision read another account's lines as those of the old one.
    void numberOfARemovedPartition_isNeverGivenAgain()
    {
        QVERIFY(deliver(m_db, {"api", {{"A", kFirst, 500}}, {{kFirst, kFirst + 1}}}));
        const auto before = loadFacts(m_db, nullptr, {});
        QVERIFY(before && before->facts->rows() == 1);
        const auto partition = before->facts->partitions.front().id;
        const auto segment = before->facts->chunks.front().chunk->segment;
        QVERIFY(deliver(m_db, {"api", {}, {{kFirst, kFirst + 1}}})); // the day is empty now
        QCOMPARE(number(m_db, "SELECT count(*) FROM partition"), std::int64_t{0});
        QVERIFY(deliver(m_db, {"other", {{"B", kFirst, 500}}, {{kFirst, kFirst + 1}}}));

        const auto lines = readCharges(m_db, *before->facts->dictionaries, std::vector{firstRow(*before->facts)}, {});
        QVERIFY2(!lines, "lines of another account");
        QCOMPARE(static_cast<int>(lines.error().code), static_cast<int>(ErrorCode::NotFound)); // "ask again"
        const auto recount = recountPartition(m_db, partition);
        QVERIFY(recount && recount->stored[1].isZero());

        const auto after = loadFacts(m_db, before->facts.get(), {}); // by difference, as a refresh does
        QVERIFY(after && after->damage.empty());
        QVERIFY(after->facts->partitions.front().id > partition);
        QVERIFY(after->facts->chunks.front().chunk->segment > segment);
        const auto now = readCharges(m_db, *after->facts->dictionaries, std::vector{firstRow(*after->facts)}, {});
        QVERIFY(now);
        QCOMPARE(now->front().source, std::string("other"));
        QCOMPARE(now->front().text[static_cast<std::size_t>(Column::BillingAccountId)], std::string("B"));
    }

    /// The days it is the whole truth for, of every account; whole months by their month; nothing else.
    void undeliveredPartitions_goWithTheirDays()
    {
        QVERIFY(deliver(m_db, {"api",
                               {{"A", kFirst, 1},
                                {"B", kFirst, 2},
                                {"a much longer name of an account", kFirst, 3},
                                {"A", kFirst + 1, 4},
                                {"B", kFirst + 1, 5},
                                {"A", kFirst + 2, 6}},
                               {{kFirst, kFirst + 3}}}));
        QVERIFY(deliver(m_db, {"other", {{"A", kFirst, 7}}, {{kFirst, kFirst + 1}}}));
        const auto report =
            deliver(m_db, {"api", {{"B", kFirst + 1, 5}}, {{kFirst, kFirst + 1}, {kFirst, kFirst + 2}}});
        QVERIFY(report);
        QCOMPARE(report->partitions.size(), std::size_t{5}); // one that stayed, four that went
        QCOMPARE(number(m_db, "SELECT count(*) FROM partition"), std::int64_t{3});
        QCOMPARE(number(m_db, "SELECT sum(rows) FROM segment"), std::int64_t{3});
        QCOMPARE(number(m_db, "SELECT count(*) FROM audit WHERE what='partition removed'"), std::int64_t{4});
        QCOMPARE(whatDoesNotHold(m_path), QString());

        Parcel months{"months", {{"A", kFirst, 1}, {"B", kFirst, 2}, {"A", kFirst + 40, 3}, {"B", kFirst + 40, 4}}, {}};
        months.byDay = false;
        QVERIFY(deliver(m_db, months));
        months.charges = {{"A", kFirst + 1, 9}};
        months.covered = {{kFirst, kFirst.addMonths(1) + 20}}; // the first month, and part of the second
        QVERIFY(deliver(m_db, months));
        QCOMPARE(number(m_db, "SELECT count(*) FROM partition WHERE slice=0"), std::int64_t{3});
        QCOMPARE(whatDoesNotHold(m_path), QString());
    }

    void daysOfWhichNothingCame_goOnlyWhereThatIsProven()
    {
        const DateRange days{kFirst, kFirst + 4};
        Parcel parcel{
            "api", {{"A", kFirst, 1}, {"A", kFirst + 1, 2}, {"B", kFirst + 1, 3}, {"A", kFirst + 3, 4}}, {days}};
        QVERIFY(deliver(m_db, parcel));
        parcel.charges = {{"A", kFirst + 1, 2}}; // B is no more on that day; nothing of the first and the last
        parcel.proven = {{kFirst + 3, kFirst + 4}};
        const auto report = deliver(m_db, parcel);
        QVERIFY(report);
        QVERIFY(report->unanswered == (std::vector<DateRange>{{kFirst, kFirst + 1}}));
        QCOMPARE(number(m_db, "SELECT count(*) FROM partition"), std::int64_t{2});
        QCOMPARE(number(m_db, "SELECT count(*) FROM finding WHERE check_id='day-not-answered' AND rows=1"),
                 std::int64_t{1});
        parcel.proven = parcel.covered;
        QVERIFY(deliver(m_db, parcel));
        QCOMPARE(number(m_db, "SELECT count(*) FROM partition"), std::int64_t{1});

        Parcel months{"months", {{"A", kFirst, 1}, {"A", kFirst + 40, 3}}, {}};
        months.byDay = false;
        QVERIFY(deliver(m_db, months));
        months.charges.clear(); // a file with a header and no line
        months.covered = {{kFirst.firstOfMonth(), kFirst.addMonths(1)}};
        months.proven = std::vector<DateRange>();
        const auto empty = deliver(m_db, months);
        QVERIFY(empty);
        QCOMPARE(empty->unanswered, months.covered);
        QCOMPARE(number(m_db, "SELECT count(*) FROM partition WHERE slice=0"), std::int64_t{2});
        QCOMPARE(whatDoesNotHold(m_path), QString());
    }

    /// Numbers that a cancelled delivery would have had were never seen, and nothing is lost either way.
    void numbersStayGiven_acrossOpeningBackupAndSalvage()
    {
        QVERIFY(deliver(m_db, {"api", {{"A", kFirst, 1}, {"A", kFirst + 1, 2}}, {{kFirst, kFirst + 2}}}));
        QVERIFY(deliver(m_db, {"api", {{"A", kFirst, 1}}, {{kFirst, kFirst + 2}}}));
        const auto last = readLastIds(m_db);
        QVERIFY(last);
        QVERIFY(last->partition > number(m_db, "SELECT max(id) FROM partition"));
        QVERIFY(last->segment > number(m_db, "SELECT max(id) FROM segment"));
        const std::string copy = m_dir->filePath("copy.altimeter").toStdString();
        const std::string whole = m_dir->filePath("whole.altimeter").toStdString();
        QVERIFY(backUpTo(m_db, copy, {}, {}));
        const auto salvaged = salvage(m_path, whole, R"({"rules":[]})", 1, {}, {});
        QVERIFY2(salvaged, salvaged ? "" : salvaged.error().text().c_str());
        m_db = {};
        for (const std::string& path : {m_path, copy, whole}) {
            auto db = openWorkspace(path);
            QVERIFY(db);
            const auto kept = readLastIds(*db);
            QVERIFY(kept);
            QCOMPARE(kept->partition, last->partition);
            QCOMPARE(kept->segment, last->segment);
            QCOMPARE(whatDoesNotHold(path), QString());
        }
    }

    void lastNumberThatWasAltered_isToldAndNothingIsDelivered_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("lowered") << "UPDATE last_id SET id=0 WHERE what='segment'";
        QTest::newRow("raised") << "UPDATE last_id SET id=id+8 WHERE what='partition'";
        QTest::newRow("beyond all") << "UPDATE last_id SET id=9000000000000000000 WHERE what='segment'";
        QTest::newRow("gone") << "DELETE FROM last_id WHERE what='segment'";
    }
    void lastNumberThatWasAltered_isToldAndNothingIsDelivered()
    {
        QFETCH(QString, sql);
        QVERIFY(deliver(m_db, {"api", {{"A", kFirst, 1}}, {{kFirst, kFirst + 1}}}));
        QVERIFY(m_db.execute(sql.toStdString()));
        QVERIFY(whatDoesNotHold(m_path).contains("altered by damage"));
        const auto refused = deliver(m_db, {"api", {{"A", kFirst, 2}}, {{kFirst, kFirst + 1}}});
        QVERIFY(!refused);
        QCOMPARE(static_cast<int>(refused.error().code), static_cast<int>(ErrorCode::Corrupt));
        QVERIFY(sealLedger(m_db)); // whoever writes a file can make any checksum fit
        if (sql.contains("id+8"))
            return; // a number like any other
        const auto crafted = deliver(m_db, {"api", {{"A", kFirst, 2}}, {{kFirst, kFirst + 1}}});
        QVERIFY(!crafted);
        QCOMPARE(static_cast<int>(crafted.error().code), static_cast<int>(ErrorCode::Corrupt));
    }

    /// Checksums follow each delivery by what it changes; at any time they are those of all that is there.
    void randomDeliveries_keepEveryChecksumTrue()
    {
        QRandomGenerator random(9);
        std::int64_t at = 1'795'248'000;
        bool hadRejected = false;
        for (int i = 0; i < 80; ++i) {
            Parcel parcel;
            parcel.source = random.bounded(3) == 0 ? "other" : "api";
            parcel.at = at += 3'600;
            parcel.rejected = random.bounded(4) == 0 ? static_cast<int>(random.bounded(3)) : 0;
            parcel.dryRun = random.bounded(9) == 0;
            parcel.isCancelled = random.bounded(9) == 0;
            parcel.file = "page " + std::to_string(random.bounded(3));
            const Day from = kFirst + static_cast<int>(random.bounded(40));
            const int days = 1 + static_cast<int>(random.bounded(4));
            if (random.bounded(5) != 0)
                parcel.covered = {{from, from + days}};
            const int charges = static_cast<int>(random.bounded(6));
            for (int c = 0; c < charges; ++c)
                parcel.charges.push_back({"account " + std::to_string(random.bounded(3)),
                                          from + static_cast<int>(random.bounded(static_cast<quint32>(days))),
                                          static_cast<std::int64_t>(random.bounded(3)),
                                          "service " + std::to_string(random.bounded(30))});
            const auto done = deliver(m_db, parcel);
            if (parcel.isCancelled)
                QVERIFY(!done);
            else
                QVERIFY2(done, done ? "" : done.error().text().c_str());
            if (i % 10 == 0)
                QVERIFY(publishRules(m_db, R"({"rules":[]})", at));
            if (i % 15 == 7) { // another program in between
                auto second = openWorkspace(m_path);
                QVERIFY(second);
                parcel.isCancelled = false;
                parcel.charges.push_back({"account 7", from, i, "service of the second " + std::to_string(i)});
                QVERIFY(deliver(*second, parcel));
            }
            QCOMPARE(whatDoesNotHold(m_path), QString());
            hadRejected = hadRejected || number(m_db, "SELECT count(*) FROM rejected_line") > 0;
            const auto facts = loadFacts(m_db, nullptr, {});
            QVERIFY(facts && facts->damage.empty());
        }
        QVERIFY(hadRejected);
        QVERIFY(number(m_db, "SELECT count(*) FROM restatement") > 0);
        QVERIFY(number(m_db, "SELECT count(*) FROM audit WHERE what='partition removed'") > 0);
        QCOMPARE(number(m_db, "SELECT count(*) FROM (SELECT fields FROM member GROUP BY group_id, fields HAVING "
                              "count(*)>1)"),
                 std::int64_t{0}); // nothing is learnt twice
    }

    void accountOfAnotherSource_isTold()
    {
        const auto told = [](const Result<ImportReport>& report) {
            return std::count_if(report->findings.begin(), report->findings.end(), [](const Finding& one) {
                return one.check == "account-in-two-sources" && one.severity == Severity::Error;
            });
        };
        QVERIFY(deliver(m_db, {"june", {{"A", kFirst, 500}, {"B", kFirst, 7}}, {}, 1'795'248'000, false}));
        const auto report = deliver(
            m_db, {"api", {{"A", kFirst, 500}, {"A", kFirst + 1, 2}, {"C", kFirst, 1}}, {{kFirst, kFirst + 2}}});
        QVERIFY(report);
        QCOMPARE(told(report), 1);
        const auto other = deliver(m_db, {"api", {{"C", kFirst + 2, 1}}, {{kFirst + 2, kFirst + 3}}});
        QVERIFY(other);
        QCOMPARE(told(other), 0);
    }

    /// A small delivery costs what it brings, not what was ever delivered: pages looked at, which no clock changes.
    void laterDelivery_looksAtNoMorePagesThanAnEarlierOne()
    {
        std::map<int, int> pages;
        for (int i = 0; i < 240; ++i) {
            const Day day = kFirst + i;
            Parcel parcel{"api", {}, {{day, day + 1}}};
            for (int account = 0; account < 5; ++account)
                parcel.charges.push_back({"account " + std::to_string(account), day, i % 7,
                                          "service " + std::to_string(account == 0 ? i : account)});
            (void)pagesTouched();
            QVERIFY(deliver(m_db, parcel));
            pages[i] = pagesTouched();
            if (i % 20 == 0) { // as a sync does when it is done, and whoever publishes
                QVERIFY(writeConnection(m_db, {"api", "test", {}, 0}, {1}));
                QVERIFY(publishRules(m_db, R"({"rules":[]})", i));
            }
        }
        const auto among = [&pages](int from) { // the cheapest of ten: a tree grows a page now and then
            int least = pages[from];
            for (int i = from; i < from + 10; ++i)
                least = std::min(least, pages[i]);
            return least;
        };
        qInfo("pages: %d early, %d late", among(10), among(229));
        QVERIFY(among(229) < among(10) * 3 / 2);
        QVERIFY(pages[221] < pages[21] * 3 / 2); // after something else was written through the same connection
        QCOMPARE(whatDoesNotHold(m_path), QString());
    }

    /// What was altered before a delivery stays told after it, though the delivery adds to the same checksum.
    void damageBeforeADelivery_staysTold_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("a finding's words") << "UPDATE rejected_line SET message='altered'";
        QTest::newRow("a day asked for") << "UPDATE coverage SET asked_at=asked_at+1";
        QTest::newRow("a file's header") << "UPDATE import_file SET header='[]'";
    }
    void damageBeforeADelivery_staysTold()
    {
        QFETCH(QString, sql);
        Parcel parcel{"api", {{"A", kFirst, 1}}, {{kFirst, kFirst + 1}}};
        parcel.rejected = 1;
        QVERIFY(deliver(m_db, parcel));
        QVERIFY(m_db.execute(sql.toStdString()));
        const QString told = whatDoesNotHold(m_path);
        QVERIFY(!told.isEmpty());
        parcel.charges.front().cents = 2;
        parcel.file = "another page";
        parcel.covered = {{kFirst + 1, kFirst + 2}};
        parcel.charges.front().day = kFirst + 1;
        QVERIFY(deliver(m_db, parcel));
        QCOMPARE(whatDoesNotHold(m_path), told);
    }

    /// Another program altered the ledger since this one looked at it.
    void ledgerAlteredByAnotherProgram_isSeenByTheNextDelivery()
    {
        Parcel parcel{"api", {{"A", kFirst, 1}}, {{kFirst, kFirst + 1}}};
        QVERIFY(deliver(m_db, parcel));
        {
            auto other = openWorkspace(m_path);
            QVERIFY(other && other->execute("UPDATE partition SET billing_account='B'"));
        }
        parcel.charges.front().cents = 2;
        const auto refused = deliver(m_db, parcel);
        QVERIFY(!refused);
        QCOMPARE(static_cast<int>(refused.error().code), static_cast<int>(ErrorCode::Corrupt));
        QCOMPARE(number(m_db, "SELECT count(*) FROM partition"), std::int64_t{1});
    }

private:
    /// Pages this connection looked at since it was asked last, from its cache or the file.
    int pagesTouched() const
    {
        int sum = 0;
        for (const int what : {SQLITE_DBSTATUS_CACHE_HIT, SQLITE_DBSTATUS_CACHE_MISS}) {
            int now = 0;
            int highest = 0;
            sqlite3_db_status(m_db.handle(), what, &now, &highest, 1);
            sum += now;
        }
        return sum;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::string m_path;
    sql::Connection m_db;
};

QTEST_GUILESS_MAIN(TestDeliveries)
#include "tst_deliveries.moc"
