#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include "providers/focus/costfiles.h"
#include "tests/testkit/focuscsv.h"

#include <string>
#include <vector>

using namespace altimeter;
using namespace altimeter::providers;

namespace {

QStringList namesOf(const std::vector<std::filesystem::path>& files, const QTemporaryDir& root)
{
    QStringList names;
    for (const auto& file : files)
        names << QDir(root.path()).relativeFilePath(QString::fromStdString(file.string()));
    return names;
}

QStringList unreadOf(const CostFiles& found, const QTemporaryDir& root)
{
    QStringList names;
    for (const UnreadFile& file : found.unread)
        names << QDir(root.path()).relativeFilePath(QString::fromStdString(file.path.string())) + ": " +
                     QString::fromStdString(file.what);
    return names;
}

} // namespace

class TestCostFiles : public QObject {
    Q_OBJECT

private slots:
    void folder_sortedAndFiltered()
    {
        const QTemporaryDir folder;
        for (const char* name : {"b/2.CSV", "a.csv", "b/1.csv.gz", "b/readme.txt", "b/._1.csv", "b/3.tsv", "c.json"})
            testkit::writeFile(folder.path(), name, "x");
        const std::filesystem::path root = folder.path().toStdString();
        const auto found = findCostFiles(root);
        QVERIFY(found);
        QCOMPARE(namesOf(found->files, folder), (QStringList{"a.csv", "b/1.csv.gz", "b/2.CSV", "b/3.tsv"}));
        QCOMPARE(unreadOf(*found, folder), QStringList{"c.json: a JSON file"});
        QCOMPARE(findCostFiles(root / "c.json")->files.size(), std::size_t{1});
        QVERIFY(findCostFiles(root / "none").error().code == ErrorCode::NotFound);
        QDir(folder.path()).mkdir("empty");
        QVERIFY(findCostFiles(root / "empty").error().code == ErrorCode::NotFound);
    }

    /// The fault: a notebook's checkpoint, an older state of the same file, was read beside it and counted again.
    void hiddenFolders_areNotRead()
    {
        const QTemporaryDir folder;
        for (const char* name : {".ipynb_checkpoints/a-checkpoint.csv", ".git/lfs/a.csv", "__MACOSX/a.csv", "~$a.csv",
                                 ".~lock.a.csv", "in/.hidden/deep/a.csv", ".git/a.parquet", "in/a.csv"})
            testkit::writeFile(folder.path(), name, "x");
        const auto found = findCostFiles(folder.path().toStdString());
        QVERIFY(found);
        QCOMPARE(namesOf(found->files, folder), QStringList{"in/a.csv"});
        QVERIFY(found->unread.empty());
        // Who names a hidden folder means it.
        QCOMPARE(namesOf(findCostFiles((folder.path() + "/in/.hidden").toStdString())->files, folder),
                 QStringList{"in/.hidden/deep/a.csv"});
    }

    void whatLooksLikeADelivery_isTold()
    {
        const QTemporaryDir folder;
        for (const char* name :
             {"part-0.csv", "part-1.snappy.parquet", "part-2.csv.zst", "Bill.XLSX", "june.csv.bz2", "all.zip",
              "lines.jsonl.gz", "manifest.json", "_metadata.json", "notes.txt", "logo.png"})
            testkit::writeFile(folder.path(), name, "x");
        const auto found = findCostFiles(folder.path().toStdString());
        QVERIFY(found);
        QCOMPARE(unreadOf(*found, folder),
                 (QStringList{"Bill.XLSX: an Excel workbook", "all.zip: a ZIP archive", "june.csv.bz2: a bzip2 archive",
                              "lines.jsonl.gz: JSON lines", "part-1.snappy.parquet: a Parquet file",
                              "part-2.csv.zst: a Zstandard archive"}));
        QFile::remove(folder.filePath("part-0.csv"));
        const auto none = findCostFiles(folder.path().toStdString());
        QVERIFY(!none && none.error().code == ErrorCode::NotFound);
        QVERIFY2(none.error().what.find("Bill.XLSX is an Excel workbook, and 5 more") != std::string::npos,
                 none.error().what.c_str());
    }

    void form_isKnownByItsBytes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("form");
        QTest::newRow("parquet") << QByteArray("PAR1\x15\x04\0", 7) << "a Parquet file";
        QTest::newRow("zst") << QByteArray("\x28\xB5\x2F\xFD\x04\0", 6) << "a Zstandard archive";
        QTest::newRow("xlsx") << QByteArray("PK\x03\x04\x14\0", 6) << "a ZIP archive or an Excel workbook";
        QTest::newRow("xls") << QByteArray("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0", 9)
                             << "an Excel workbook of the old kind";
        QTest::newRow("bz2") << QByteArray("BZh91AY&SY") << "a bzip2 archive";
        QTest::newRow("xz") << QByteArray("\xFD"
                                          "7zXZ\0",
                                          6)
                            << "an xz archive";
        QTest::newRow("7z") << QByteArray("7z\xBC\xAF\x27\x1C\0\x04", 8) << "a 7-Zip archive";
        QTest::newRow("pdf") << QByteArray("%PDF-1.7\n") << "a PDF document";
        QTest::newRow("sqlite") << QByteArray("SQLite format 3\0\x10", 17) << "an SQLite database";
        QTest::newRow("tar") << QByteArray(257, 'a') + "ustar  "
                             << "a tar archive";
        QTest::newRow("csv") << QByteArray("BilledCost,ChargePeriodStart\n") << "";
        QTest::newRow("bom") << QByteArray("\xEF\xBB\xBF"
                                           "BilledCost")
                             << "";
        QTest::newRow("gzip") << QByteArray("\x1F\x8B\x08\0", 4) << "";
        QTest::newRow("empty") << QByteArray() << "";
        QTest::newRow("short") << QByteArray("P") << "";
    }
    void form_isKnownByItsBytes()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, form);
        QCOMPARE(QString::fromUtf8(formByBytes({bytes.constData(), static_cast<std::size_t>(bytes.size())}).data()),
                 form);
        const QTemporaryDir folder;
        const auto file = testkit::writeFile(folder.path(), "costs.csv", bytes);
        const auto readable = checkReadableForm(file, "costs.csv");
        QCOMPARE(readable.ok(), form.isEmpty());
        if (!readable)
            QCOMPARE(QString::fromStdString(readable.error().text()), "costs.csv: is " + form + "; export it as CSV");
    }
};

QTEST_GUILESS_MAIN(TestCostFiles)
#include "tst_costfiles.moc"
