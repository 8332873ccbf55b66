#include <QtTest/QtTest>

#include "models/store/file/workspace.h"
#include "models/store/ledger/ledger.h"

using namespace altimeter;
using namespace altimeter::store;

/// Each entry of the trail carries the hash of the one before; what was done to it afterwards is found.
class TestAudit : public QObject {
    Q_OBJECT

private slots:
    void untouched_holds()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        QVERIFY(verifyAudit(*db).ok()); // none at all
        publish(*db, 4);
        QVERIFY(verifyAudit(*db).ok());
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(verifyAudit(*db, stop.get_token()).error().code == ErrorCode::Cancelled);
    }

    void tampered_isFoundForEver_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<QByteArray>("told");
        QTest::newRow("a word") << QByteArray("UPDATE audit SET detail='version 9' WHERE id=2")
                                << QByteArray("entry 2: it was changed");
        QTest::newRow("a time") << QByteArray("UPDATE audit SET at=at-1 WHERE id=4") << QByteArray("entry 4");
        QTest::newRow("the last one is gone") << QByteArray("DELETE FROM audit WHERE id=4") << QByteArray("last entry");
        QTest::newRow("the first one is gone") << QByteArray("DELETE FROM audit WHERE id=1") << QByteArray("entry 2");
        QTest::newRow("one between is gone") << QByteArray("DELETE FROM audit WHERE id=3") << QByteArray("entry 4");
        QTest::newRow("all are gone") << QByteArray("DELETE FROM audit") << QByteArray("last entry");
        QTest::newRow("two changed places")
            << QByteArray("UPDATE audit SET id=99 WHERE id=2; UPDATE audit SET id=2 WHERE id=3;"
                          "UPDATE audit SET id=3 WHERE id=99")
            << QByteArray("entry 2");
        QTest::newRow("one that was never written")
            << QByteArray("INSERT INTO audit(at, what, detail, previous, hash) SELECT at, what, detail, hash, "
                          "'00000000000000000000000000000000' FROM audit WHERE id=4")
            << QByteArray("entry 5");
    }
    void tampered_isFoundForEver()
    {
        QFETCH(QByteArray, sql);
        QFETCH(QByteArray, told);
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        publish(*db, 4);
        QVERIFY(db->execute(sql.toStdString()).ok());
        const Status broken = verifyAudit(*db);
        QVERIFY(!broken.ok() && broken.error().code == ErrorCode::Corrupt);
        QVERIFY2(broken.error().text().find(told.toStdString()) != std::string::npos, broken.error().text().c_str());
        publish(*db, 2); // what comes later does not cover it up
        QVERIFY(!verifyAudit(*db).ok());
    }

private:
    static void publish(sql::Connection& db, int times)
    {
        for (int i = 0; i < times; ++i)
            QVERIFY(publishRules(db, R"({"rules":[]})", 1'795'000'000 + i).ok());
    }
};

QTEST_GUILESS_MAIN(TestAudit)
#include "tst_audit.moc"
