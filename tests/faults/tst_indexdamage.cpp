#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "models/store/sql/sql.h"
#include "tests/faults/richworkspace.h"
#include "tests/faults/workspacestate.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/rounds.h"

#include <algorithm>

using namespace altimeter;
using session::Engine;
using testkit::Answers;

namespace {

constexpr qsizetype kPage = 4096;
constexpr Instant kNextImport{1'797'000'000};

/// Numbers of the pages (from 0) that hold entries of `index` ("": of all indexes).
std::vector<qsizetype> indexPages(const std::string& path, const std::string& index)
{
    auto db = store::sql::Connection::open(path, store::sql::Connection::Mode::ReadOnly);
    if (!db)
        return {};
    auto rows = db->prepare("SELECT pageno FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE "
                            "type='index' AND (?1='' OR name=?1)) AND ncell>0");
    std::vector<qsizetype> pages;
    if (!rows)
        return pages;
    rows->bind(1, std::string_view(index));
    (void)rows->each([&]() -> Status {
        pages.push_back(static_cast<qsizetype>(rows->integer(0) - 1));
        return {};
    });
    return pages;
}

} // namespace

/// One altered bit anywhere, half of them in indexes: what a workspace answers then is the same as before or it is said
/// that it may not be, also after the next delivery, which decides by looking things up. ALTIMETER_LONG=1: 2,000 bits.
class TestIndexDamage : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        testkit::makeRichWorkspace(m_dir.path(), "whole.altimeter");
        m_next = testkit::nextDelivery(m_dir.path());
        m_whole = testkit::readBytes(m_dir.path() + "/whole.altimeter");
        const std::string path = put(m_whole);
        {
            auto engine = Engine::open(path);
            QVERIFY2(engine, engine ? "" : engine.error().text().c_str());
            m_before = testkit::askAll(**engine, false, {});
            QVERIFY2(!m_before.isTold, m_before.told.c_str());
            QVERIFY(deliver(**engine));
            m_after = testkit::askAll(**engine, false, {});
            QVERIFY2(!m_after.isTold, m_after.told.c_str());
            QVERIFY(!m_after.difference(m_before).empty());
        }
        for (qsizetype page = 1; page < m_whole.size() / kPage; ++page) {
            const char kind = m_whole[page * kPage];
            if (kind == 2 || kind == 10)
                m_treePages.push_back(page);
        }
        m_indexPages = indexPages(m_dir.filePath("whole.altimeter").toStdString(), {});
        QVERIFY(m_indexPages.empty() || m_indexPages.size() > 4);
    }

    /// The reported case: the index that finds the month a delivery replaces.
    void flipInTheIndexOfMonths_neverCountsAMonthTwice()
    {
        const std::string path = m_dir.filePath("whole.altimeter").toStdString();
        const auto pages = indexPages(path, "sqlite_autoindex_partition_1");
        if (pages.empty())
            QSKIP("this SQLite cannot tell which pages an index has");
        flipSome("index of months", pages, qMax(8, testkit::rounds(24, 400)));
        QVERIFY(m_mended > 0); // of the kind that can be put right
    }
    void flipInTheIndexOfLines_neverChangesATotal()
    {
        const auto pages = indexPages(m_dir.filePath("whole.altimeter").toStdString(), "segment_partition");
        if (pages.empty())
            QSKIP("this SQLite cannot tell which pages an index has");
        flipSome("index of lines", pages, testkit::rounds(12, 200));
    }

    void flips_areNeverSilent_data()
    {
        QTest::addColumn<QString>("place");
        QTest::addColumn<int>("flips");
        QTest::newRow("any index") << "index" << testkit::rounds(12, 700);
        QTest::newRow("any tree") << "tree" << testkit::rounds(12, 300);
        QTest::newRow("anywhere") << "all" << testkit::rounds(12, 500);
        QTest::newRow("anywhere else") << "all" << testkit::rounds(12, 500); // apart: a test function has five minutes
    }
    void flips_areNeverSilent()
    {
        QFETCH(QString, place);
        QFETCH(int, flips);
        std::vector<qsizetype> pages = place == "index" && !m_indexPages.empty() ? m_indexPages : m_treePages;
        if (place == "all") {
            pages.clear();
            for (qsizetype page = 0; page < m_whole.size() / kPage; ++page)
                pages.push_back(page);
        }
        flipSome(QTest::currentDataTag(), pages, flips);
    }

    void mendedIndex_isToldOnce_andTheFileIsSound()
    {
        const auto pages = indexPages(m_dir.filePath("whole.altimeter").toStdString(), "segment_partition");
        if (pages.empty())
            QSKIP("this SQLite cannot tell which pages an index has");
        bool wasMended = false;
        for (qsizetype at = pages.front() * kPage + kPage - 1; at > pages.front() * kPage && !wasMended; --at) {
            QByteArray bytes = m_whole;
            bytes[at] = static_cast<char>(bytes[at] ^ 1);
            const std::string path = put(bytes);
            auto engine = Engine::open(path);
            if (!engine || (*engine)->file().mended().empty())
                continue;
            wasMended = true;
            QVERIFY((*engine)->snapshot()->damage.empty());
            QVERIFY((*engine)->file().mended().front().find("index") != std::string::npos);
            QCOMPARE(QString::fromStdString(m_before.difference(testkit::askAll(**engine, false, {}))), QString());
            engine->reset();
            const auto again = Engine::open(path);
            QVERIFY(again);
            QVERIFY((*again)->file().mended().empty() && (*again)->snapshot()->damage.empty());
        }
        QVERIFY(wasMended);
    }

private:
    std::string put(const QByteArray& bytes) const
    {
        const QString folder = m_dir.path() + "/flipped";
        QDir(folder).removeRecursively();
        return testkit::writeFile(folder, "w.altimeter", bytes).string();
    }
    Result<ImportReport> deliver(Engine& engine) const
    {
        return session::importPaths(engine.file(), {m_next.toStdString()}, {"focus", false, kNextImport, true}, {}, {});
    }
    void judge(const QString& place, const Answers& truth, const Answers& found)
    {
        const std::string difference = truth.difference(found);
        if (difference.empty())
            ++(found.isTold ? m_told : m_same);
        else if (found.isTold)
            ++m_told;
        else
            m_silent.append(place + QString::fromStdString(difference));
    }

    void flipSome(const char* what, const std::vector<qsizetype>& pages, int flips)
    {
        QRandomGenerator random(static_cast<quint32>(qstrlen(what)) * 1000);
        m_told = m_same = m_mended = 0;
        m_silent.clear();
        int refused = 0;
        int deliveries = 0;
        for (int i = 0; i < flips; ++i) {
            const auto page = pages[random.bounded(static_cast<quint32>(pages.size()))];
            const qsizetype at = page * kPage + static_cast<qsizetype>(random.bounded(kPage));
            const int bit = static_cast<int>(random.bounded(8));
            QByteArray bytes = m_whole;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
            const QString place = QString("%1, byte %2, bit %3: ").arg(what).arg(at).arg(bit);
            const std::string path = put(bytes);
            Answers truth = m_before;
            {
                auto engine = Engine::open(path);
                if (!engine) {
                    ++refused;
                    continue;
                }
                m_mended += (*engine)->file().mended().empty() ? 0 : 1;
                judge(place, truth, testkit::askAll(**engine, false, {}));
                if (deliver(**engine)) {
                    ++deliveries;
                    truth = m_after;
                }
                judge(place + "after a delivery, ", truth, testkit::askAll(**engine, false, {}));
            }
            if (auto engine = Engine::open(path)) // what was told is told again
                judge(place + "opened after a delivery, ", truth, testkit::askAll(**engine, false, {}));
        }
        qInfo("%s: %d bits; %d refused at opening, %d mended, %d deliveries; of the answers %d were the same, %d told, "
              "%lld silent",
              what, flips, refused, m_mended, deliveries, m_same, m_told, static_cast<long long>(m_silent.size()));
        QVERIFY2(m_silent.isEmpty(), qPrintable(m_silent.join('\n')));
    }

    QTemporaryDir m_dir;
    QByteArray m_whole;
    QString m_next;
    Answers m_before, m_after;
    std::vector<qsizetype> m_indexPages, m_treePages;
    int m_told = 0, m_same = 0, m_mended = 0;
    QStringList m_silent;
};

QTEST_GUILESS_MAIN(TestIndexDamage)
#include "tst_indexdamage.moc"
