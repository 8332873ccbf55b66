#include <QtTest/QtTest>

#include "models/store/file/salvage.h"
#include "models/store/file/workspace.h"
#include "models/store/prices/pricelists.h"
#include "models/store/sql/seal.h"
#include "models/store/sql/soundness.h"
#include "tests/testkit/oldschema.h"

using namespace altimeter;
using namespace altimeter::store;

namespace {

PriceListVersion list(const char* name, std::int64_t at = 1'795'248'000)
{
    PriceListVersion version;
    version.name = name;
    version.layer = 1;
    version.publishedAt = {at};
    version.author = "ana";
    version.action = "import";
    version.note = "prices.csv";
    version.rows = 2;
    return version;
}

std::int64_t publish(sql::Connection& db, const char* name, const std::string& text)
{
    const auto version = publishPriceList(db, list(name), text);
    return version ? version->value_or(0) : -1;
}

std::string textOf(const sql::Connection& db, std::int64_t version)
{
    auto text = readPriceList(db, version);
    return text ? *text : text.error().text();
}

bool holds(const sql::Connection& db)
{
    const auto held = recordsHold(db, Records::Prices);
    const auto damage = damageOf(db);
    return held && *held && damage && damage->empty();
}

} // namespace

/// Price lists as the workspace keeps them.
class TestPriceLists : public QObject {
    Q_OBJECT

private slots:
    void versions_areAddedAndNeverChanged()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        QVERIFY(currentPriceLists(*db)->empty());
        const std::string large(3'000'000, 'x');
        QCOMPARE(publish(*db, "own", "a"), std::int64_t{1});
        QCOMPARE(publish(*db, "litellm", large), std::int64_t{2});
        QCOMPARE(publish(*db, "own", "b\n\"ü\""), std::int64_t{3});
        QCOMPARE(publish(*db, "own", "b\n\"ü\""), std::int64_t{0}); // says so already
        QCOMPARE(publish(*db, "own", ""), std::int64_t{4});
        QCOMPARE(textOf(*db, 1), std::string("a"));
        QVERIFY(textOf(*db, 2) == large);
        QCOMPARE(textOf(*db, 3), std::string("b\n\"ü\""));
        QCOMPARE(textOf(*db, 4), std::string());
        const auto current = currentPriceLists(*db);
        QCOMPARE(current->size(), std::size_t{2});
        QCOMPARE(current->front().name, std::string("litellm"));
        QCOMPARE(current->back().version, std::int64_t{4});
        const auto all = readPriceListVersions(*db);
        QCOMPARE(all->size(), std::size_t{4});
        QVERIFY(all->front().author == "ana" && all->front().action == "import" && all->front().note == "prices.csv" &&
                all->front().publishedAt == Instant{1'795'248'000} && all->front().rows == 2 &&
                all->front().layer == 1);
        QVERIFY(readPriceList(*db, 5).error().code == ErrorCode::NotFound);
        QVERIFY(holds(*db));
        QVERIFY(verifyAudit(*db).ok());
        QVERIFY(!publishPriceList(*db, list("own"), std::string(kLargestPriceList + 1, ' ')).ok());
    }

    void changeOfSomebodyElse_isAConflict()
    {
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        QVERIFY(publishPriceList(*db, list("own"), "a", 0).ok());
        const auto late = publishPriceList(*db, list("own"), "b", 0);
        QVERIFY(!late.ok() && late.error().code == ErrorCode::Conflict);
        QVERIFY(publishPriceList(*db, list("own"), "b", 1).ok());
        QCOMPARE(readPriceListVersions(*db)->size(), std::size_t{2});
    }

    void damage_isTold_data()
    {
        QTest::addColumn<QByteArray>("alter");
        QTest::addColumn<bool>("isReadable");
        QTest::newRow("name") << QByteArray("UPDATE price_list SET name='other' WHERE version=1") << true;
        QTest::newRow("layer") << QByteArray("UPDATE price_list SET layer=0 WHERE version=1") << true;
        QTest::newRow("content") << QByteArray("UPDATE price_list SET content=x'00' WHERE version=1") << false;
        QTest::newRow("size") << QByteArray("UPDATE price_list SET bytes=bytes+1 WHERE version=1") << false;
        QTest::newRow("huge size") << QByteArray("UPDATE price_list SET bytes=9223372036854775807 WHERE version=1")
                                   << false;
        QTest::newRow("row gone") << QByteArray("DELETE FROM price_list WHERE version=1") << false;
    }
    void damage_isTold()
    {
        QFETCH(QByteArray, alter);
        QFETCH(bool, isReadable);
        const QTemporaryDir folder;
        auto db = createWorkspace(folder.filePath("w").toStdString());
        QVERIFY(db.ok());
        QCOMPARE(publish(*db, "own", "a"), std::int64_t{1});
        QCOMPARE(publish(*db, "own", "b"), std::int64_t{2});
        QVERIFY(holds(*db));
        QVERIFY(db->execute(alter.toStdString()).ok());
        QCOMPARE(readPriceList(*db, 1).ok(), isReadable);
        if (alter.contains("content"))
            return; // each content has its own checksum, which the list of them holds
        QVERIFY(!holds(*db));
        QCOMPARE(publish(*db, "own", "c"), std::int64_t{3}); // and stays told
        QVERIFY(!holds(*db));
    }

    void workspaceOfSchemaSix_opensWithoutAList()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            QVERIFY(testkit::makeSchemaSix(*db).ok());
        }
        auto db = openWorkspace(path);
        QVERIFY2(db.ok(), db.ok() ? "" : db.error().text().c_str());
        QVERIFY(currentPriceLists(*db)->empty());
        QCOMPARE(publish(*db, "own", "a"), std::int64_t{1});
        QVERIFY(holds(*db));
    }

    void salvage_takesWhatIsWhole()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w").toStdString();
        {
            auto db = createWorkspace(path);
            QVERIFY(db.ok());
            QCOMPARE(publish(*db, "own", "a"), std::int64_t{1});
            QCOMPARE(publish(*db, "litellm", "b"), std::int64_t{2});
            QCOMPARE(publish(*db, "own", "c"), std::int64_t{3});
            QVERIFY(db->execute("UPDATE price_list SET content=x'0102' WHERE version=1").ok());
        }
        const std::string target = folder.filePath("saved").toStdString();
        const auto report = salvage(path, target, "{\"rules\":[]}", 1'795'248'000, {}, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
        bool isTold = false;
        for (const SalvageLoss& loss : report->losses)
            isTold = isTold || loss.what.find("price lists") != std::string::npos;
        QVERIFY(isTold);
        auto db = openWorkspace(target);
        QVERIFY(db.ok());
        QCOMPARE(readPriceListVersions(*db)->size(), std::size_t{2});
        QCOMPARE(textOf(*db, 2), std::string("b"));
        QCOMPARE(textOf(*db, 3), std::string("c"));
        QCOMPARE(publish(*db, "own", "d"), std::int64_t{4});
    }
};

QTEST_APPLESS_MAIN(TestPriceLists)
#include "tst_pricelists.moc"
