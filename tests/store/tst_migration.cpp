#include <QtTest/QtTest>

#include "models/store/file/backup.h"
#include "models/store/file/workspace.h"
#include "models/store/ingest/ingest.h"
#include "models/store/ledger/lastids.h"
#include "models/store/ledger/ledger.h"
#include "models/store/segments/factstore.h"
#include "models/store/settings/connections.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "tests/testkit/oldschema.h"

#include <filesystem>

using namespace altimeter;
using namespace altimeter::store;

namespace {

void deliver(sql::Connection& db, const std::string& source, const std::vector<Day>& days, Ingest::Options options)
{
    options.source = source;
    options.kind = "test";
    options.at = {1795248000};
    auto ingest = Ingest::begin(db, options, {});
    QVERIFY2(ingest.ok(), ingest.ok() ? "" : ingest.error().text().c_str());
    QVERIFY((*ingest)->begin("file", std::vector<std::string>{"BilledCost"}, {}).ok());
    auto batch = (*ingest)->newBatch();
    std::uint64_t number = 1;
    for (const Day day : days) {
        CostLine line;
        line.lineNumber = ++number;
        line.text[static_cast<std::size_t>(Column::BillingAccountId)] = "acc";
        line.text[static_cast<std::size_t>(Column::ServiceName)] = "svc";
        line.cost[static_cast<std::size_t>(CostLens::Billed)] = Decimal{1005, 3};
        line.cost[static_cast<std::size_t>(CostLens::Effective)] = Decimal{1005, 3};
        line.chargeStart = {std::int64_t{day.number} * 86400};
        line.chargeEnd = {line.chargeStart.seconds + 86400};
        line.billingPeriod = day.firstOfMonth();
        line.currency = Currency("USD");
        line.provider = "AWS";
        QVERIFY(batch->add(line).ok());
    }
    QVERIFY((*ingest)->take(std::move(batch)).ok());
    const auto report = (*ingest)->finish();
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
}

std::int64_t number(sql::Connection& db, const std::string& query)
{
    auto statement = db.prepare(query);
    if (!statement || !statement->step())
        return -1;
    return statement->integer(0);
}

/// That one thing is damaged, and which.
void expectTold(const sql::Connection& db, const std::string& what)
{
    const auto damage = damageOf(db);
    QVERIFY(damage.ok());
    QCOMPARE(damage->size(), std::size_t{1});
    QVERIFY2(damage->front().find(what) != std::string::npos, damage->front().c_str());
}

} // namespace

class TestMigration : public QObject {
    Q_OBJECT

private slots:
    /// A workspace as the program before connections left it: its partitions have no slice.
    void versionTwo_keepsEveryLineAndItsSeal()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            deliver(*db, "files", {Day::fromYmd(2026, 10, 3), Day::fromYmd(2026, 11, 4)}, {});
            QVERIFY(testkit::makeSchemaTwo(*db).ok());
        }
        auto db = openWorkspace(path);
        QVERIFY2(db.ok(), db.ok() ? "" : db.error().text().c_str());
        QCOMPARE(number(*db, "PRAGMA user_version"), currentSchemaVersion());
        QCOMPARE(number(*db, "PRAGMA foreign_keys"), std::int64_t{1});
        QCOMPARE(number(*db, "SELECT count(*) FROM segment"), std::int64_t{2});
        QCOMPARE(number(*db, "SELECT count(*) FROM pragma_foreign_key_check"), std::int64_t{0});
        const auto holds = ledgerHolds(*db);
        QVERIFY(holds.ok() && *holds);
        const auto facts = loadFacts(*db, nullptr, {});
        QVERIFY(facts.ok());
        QCOMPARE(facts->facts->rows(), std::size_t{2});
        QVERIFY(facts->damage.empty());
        // and it goes on like any other
        deliver(*db, "files", {Day::fromYmd(2026, 11, 4), Day::fromYmd(2026, 11, 5)}, {});
        QCOMPARE(number(*db, "SELECT count(*) FROM partition"), std::int64_t{2});
    }

    /// Every backup is of an older schema on the day the schema changes; what is wrong in it must not be put in place.
    void backupOfVersionThree_isCheckedAsAWhole_data()
    {
        QTest::addColumn<QByteArray>("alter");
        QTest::addColumn<bool>("isWhole");
        QTest::newRow("nothing") << QByteArray("SELECT 1") << true;
        QTest::newRow("an amount of the ledger")
            << QByteArray("UPDATE partition SET billed_cost='9.005' WHERE id=1") << false;
        QTest::newRow("charge lines") << QByteArray("UPDATE segment SET facts=zeroblob(length(facts)) WHERE id=1")
                                      << false;
    }
    void backupOfVersionThree_isCheckedAsAWhole()
    {
        QFETCH(QByteArray, alter);
        QFETCH(bool, isWhole);
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            deliver(*db, "files", {Day::fromYmd(2026, 10, 3), Day::fromYmd(2026, 11, 4)}, {});
            QVERIFY(testkit::makeSchemaThree(*db).ok());
            QVERIFY(db->execute(alter.toStdString()).ok());
            QVERIFY(db->execute("PRAGMA wal_checkpoint(TRUNCATE)").ok());
        }
        const Status verified = verifyWorkspace(path, {});
        QCOMPARE(verified.ok(), isWhole);
        if (!isWhole)
            QVERIFY(verified.error().code == ErrorCode::Corrupt);
    }

    /// A workspace as the program left it that gave numbers again: the ledger sealed as one text.
    void versionThree_keepsItsSealAndItsNumbers()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            deliver(*db, "files", {Day::fromYmd(2026, 10, 3), Day::fromYmd(2026, 11, 4)}, {});
            QVERIFY(testkit::makeSchemaThree(*db).ok());
        }
        auto db = openWorkspace(path);
        QVERIFY2(db.ok(), db.ok() ? "" : db.error().text().c_str());
        QCOMPARE(number(*db, "PRAGMA user_version"), currentSchemaVersion());
        const auto damage = damageOf(*db);
        QVERIFY(damage.ok() && damage->empty());
        const auto last = readLastIds(*db);
        QVERIFY(last.ok());
        QCOMPARE(last->partition, std::int64_t{2});
        QCOMPARE(last->segment, std::int64_t{2});
        deliver(*db, "files", {Day::fromYmd(2026, 11, 4), Day::fromYmd(2026, 11, 5)}, {});
        QCOMPARE(number(*db, "SELECT max(id) FROM partition"), std::int64_t{3});
    }

    /// A workspace as the program left it that did not add up what it rejected.
    void versionFour_saysWhatWasNotCounted()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            deliver(*db, "files", {Day::fromYmd(2026, 10, 3), Day::fromYmd(2026, 11, 4)}, {});
            QVERIFY(writeCoverage(*db, "files", std::vector<CoveredDay>{{{20'700}, {1'790'000'000}, 0, true}}).ok());
            QVERIFY(db->execute("INSERT INTO source(id, name, kind) VALUES(7, 'only', 'test');"
                                "INSERT INTO rejected_line VALUES(7,1,'bad.csv',2,'row-width','m','t',0);"
                                "INSERT INTO rejected_line VALUES(7,1,'bad.csv',3,'row-width','m','t',0);")
                        .ok());
            QVERIFY(testkit::makeSchemaFour(*db).ok());
        }
        auto db = openWorkspace(path);
        QVERIFY2(db.ok(), db.ok() ? "" : db.error().text().c_str());
        QCOMPARE(number(*db, "PRAGMA user_version"), currentSchemaVersion());
        const auto damage = damageOf(*db);
        QVERIFY(damage.ok() && damage->empty());
        for (const Records records : {Records::Ledger, Records::Deliveries, Records::Coverage}) {
            const auto sealed = isSealed(*db, records);
            QVERIFY(sealed.ok() && *sealed);
        }
        QCOMPARE(number(*db, "SELECT count(*) FROM rejected_sum"), std::int64_t{1});
        QCOMPARE(number(*db, "SELECT billed_unreadable FROM rejected_sum WHERE file='bad.csv'"), std::int64_t{2});
        QVERIFY(verifyAudit(*db).ok());
    }

    void versionFourDamaged_staysTold_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("told");
        QTest::newRow("a month's account") << "UPDATE partition SET billing_account='altered' WHERE id=1"
                                           << "list of stored months";
        QTest::newRow("a day") << "UPDATE coverage SET is_final=0"
                               << "days that connections were asked for";
        QTest::newRow("a finding") << "INSERT INTO finding VALUES(1,1,'f',1,'check',1,1,'altered')"
                                   << "findings or rejected lines";
    }
    void versionFourDamaged_staysTold()
    {
        QFETCH(QString, sql);
        QFETCH(QString, told);
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            deliver(*db, "files", {Day::fromYmd(2026, 10, 3), Day::fromYmd(2026, 11, 4)}, {});
            QVERIFY(writeCoverage(*db, "files", std::vector<CoveredDay>{{{20'700}, {1'790'000'000}, 0, true}}).ok());
            QVERIFY(testkit::makeSchemaFour(*db).ok());
            QVERIFY(db->execute(sql.toStdString()).ok());
        }
        for (int opened = 0; opened < 2; ++opened) {
            auto db = openWorkspace(path);
            QVERIFY2(db.ok(), db.ok() ? "" : db.error().text().c_str());
            expectTold(*db, told.toStdString());
        }
    }

    /// Damage that was there before is not sealed as if it were the truth.
    void versionThreeDamaged_staysTold_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("a month's account") << "UPDATE partition SET billing_account='altered' WHERE id=1";
        QTest::newRow("a segment's lines") << "UPDATE segment SET rows=rows+1 WHERE id=2";
        QTest::newRow("the seal itself") << "UPDATE meta SET value='7' WHERE key='ledger_checksum'";
    }
    void versionThreeDamaged_staysTold()
    {
        QFETCH(QString, sql);
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            deliver(*db, "files", {Day::fromYmd(2026, 10, 3), Day::fromYmd(2026, 11, 4)}, {});
            QVERIFY(testkit::makeSchemaThree(*db).ok());
            QVERIFY(db->execute(sql.toStdString()).ok());
        }
        for (int opened = 0; opened < 2; ++opened) {
            auto db = openWorkspace(path);
            QVERIFY2(db.ok(), db.ok() ? "" : db.error().text().c_str());
            expectTold(*db, "list of stored months");
            QVERIFY(!Ingest::begin(*db, {"files", "test", {1795248000}}, {}).ok());
        }
    }

    /// Bringing a workspace up to date writes into it, and whatever SQL somebody put into the file would take part.
    void foreignTrigger_isRefusedBeforeAnythingIsBroughtUpToDate_data()
    {
        QTest::addColumn<bool>("isReadOnly");
        QTest::newRow("writable") << false;
        QTest::newRow("read-only, so that a copy would be brought up to date") << true;
    }
    void foreignTrigger_isRefusedBeforeAnythingIsBroughtUpToDate()
    {
        QFETCH(bool, isReadOnly);
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok() && publishRules(*db, R"({"rules":[]})", 1).ok());
            QVERIFY(testkit::makeSchemaThree(*db).ok());
            QVERIFY(db->execute("CREATE TRIGGER foreign_hand AFTER UPDATE ON meta BEGIN DELETE FROM rule_version; END")
                        .ok());
        }
        if (isReadOnly)
            std::filesystem::permissions(path, std::filesystem::perms::owner_read);
        const auto opened = openAnyWorkspace(path);
        QVERIFY(!opened.ok());
        QCOMPARE(static_cast<int>(opened.error().code), static_cast<int>(ErrorCode::Corrupt));
        QVERIFY(opened.error().what.find("trigger (foreign_hand)") != std::string::npos);
        QVERIFY(!std::filesystem::exists(backupFolder(path)));
        auto db = sql::Connection::open(path, sql::Connection::Mode::Immutable);
        QVERIFY(db.ok());
        QCOMPARE(number(*db, "PRAGMA user_version"), std::int64_t{3});
        QCOMPARE(number(*db, "SELECT count(*) FROM rule_version"), std::int64_t{1});
    }

    void daysOfAMonth_areReplacedOneByOne()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        Ingest::Options options;
        options.byDay = true;
        const Day first = Day::fromYmd(2026, 11, 1);
        options.covered = {{first, first + 5}};
        deliver(*db, "api", {first, first + 1, first + 1, first + 4}, options);
        auto partitions = readPartitions(*db);
        QVERIFY(partitions.ok());
        QCOMPARE(partitions->size(), std::size_t{1}); // one month to whoever reads it
        QCOMPARE(partitions->front().ids.size(), std::size_t{3});
        QCOMPARE(partitions->front().rows, std::uint64_t{4});
        QCOMPARE(partitions->front().fileTotal[1].toString(0), std::string("4.02"));
        options.covered = {{first + 1, first + 3}};
        options.proven = options.covered;
        deliver(*db, "api", {first + 2}, options);
        partitions = readPartitions(*db);
        QCOMPARE(partitions->front().fileTotal[1].toString(0), std::string("3.015"));
        QCOMPARE(partitions->front().ids.size(), std::size_t{3});
        QCOMPARE(number(*db, "SELECT count(*) FROM audit WHERE what='partition removed'"), std::int64_t{1});
        const auto holds = ledgerHolds(*db);
        QVERIFY(holds.ok() && *holds);
    }

    void chargeOutsideOfTheDelivery_isRefused()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        Ingest::Options options{"api", "test", {1795248000}};
        options.byDay = true;
        const Day first = Day::fromYmd(2026, 11, 1);
        options.covered = {{first, first + 2}};
        auto ingest = Ingest::begin(*db, options, {});
        QVERIFY(ingest.ok());
        QVERIFY((*ingest)->begin("file", std::vector<std::string>{"BilledCost"}, {}).ok());
        auto batch = (*ingest)->newBatch();
        CostLine line;
        line.chargeStart = {std::int64_t{(first + 2).number} * 86400};
        line.billingPeriod = first;
        line.currency = Currency("USD");
        QVERIFY(batch->add(line).ok());
        const auto taken = (*ingest)->take(std::move(batch));
        QVERIFY(!taken.ok());
        QCOMPARE(static_cast<int>(taken.error().code), static_cast<int>(ErrorCode::Invalid));
    }

    void alongside_isWrittenEvenWhenNothingChanged()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        const Day first = Day::fromYmd(2026, 11, 1);
        Ingest::Options options;
        options.byDay = true;
        options.covered = {{first, first + 1}};
        options.alongside = [first](sql::Connection& one, const ImportReport&) {
            return writeCoverage(one, "api", std::vector<CoveredDay>{{first, {1795248000}, 0, true}});
        };
        deliver(*db, "api", {}, options); // an empty day
        const auto days = readCoverage(*db, "api");
        QVERIFY(days.ok());
        QCOMPARE(days->size(), std::size_t{1});
        const auto holds = ledgerHolds(*db);
        QVERIFY(holds.ok() && *holds);
        deliver(*db, "api", {first}, options);
        deliver(*db, "api", {first}, options);
        QCOMPARE(number(*db, "SELECT count(*) FROM import"), std::int64_t{1});
    }
};

QTEST_APPLESS_MAIN(TestMigration)
#include "tst_migration.moc"
