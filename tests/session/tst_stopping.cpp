#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importer.h"
#include "app/session/imports/importing.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "app/session/workspace/upkeep.h"
#include "models/store/file/backup.h"
#include "models/store/file/workspace.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/oldschema.h"

#include <thread>

using namespace altimeter;
using session::Engine;
using testkit::Charge;

namespace {

constexpr const char* kRules = R"({"rules":[{"name":"all","when":[],"set":{"team":"T"}}]})";

std::stop_token stopped()
{
    std::stop_source source;
    source.request_stop();
    return source.get_token();
}

QByteArray manyCosts()
{
    QList<Charge> charges;
    for (int i = 0; i < 4000; ++i) {
        Charge charge;
        charge.day = QString("2026-09-%1").arg(i % 28 + 1, 2, 10, QChar('0'));
        charge.tags =
            QString(R"({"team":"t%1","job":"%2 of some length, so that there are pages to copy"})").arg(i % 9).arg(i);
        charges << charge;
    }
    return testkit::focusCsv(charges);
}

template <typename Answer> bool isCancelled(const Answer& answer)
{
    return !answer.ok() && answer.error().code == ErrorCode::Cancelled && answer.error().what == "cancelled";
}

} // namespace

/// Whatever takes long looks at its stop token: before it begins, while it waits, and between small pieces of work.
/// What was stopped leaves the workspace as it was, and is never called damage.
class TestStopping : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const std::string made = m_made.filePath("w.altimeter").toStdString();
        auto engine = Engine::create(made);
        QVERIFY(engine);
        const auto costs = testkit::writeFile(m_made.path(), "costs.csv", manyCosts());
        QVERIFY(session::importPaths((*engine)->file(), {costs}, {}, {}, {}));
    }
    void init()
    {
        m_dir.reset(new QTemporaryDir);
        m_file = m_dir->filePath("w.altimeter").toStdString();
        QVERIFY(QFile::copy(m_made.filePath("w.altimeter"), QString::fromStdString(m_file)));
    }

    void opening_isStopped()
    {
        const QByteArray before = bytes();
        QVERIFY(isCancelled(Engine::open(m_file, stopped())));
        QVERIFY(isCancelled(Engine::openOrCreate(m_file, stopped())));
        QVERIFY(isCancelled(session::Importer::open(m_file, stopped())));
        QCOMPARE(bytes(), before);
        QVERIFY(Engine::open(m_file));
        std::stop_source later; // one that opened is not stopped afterwards by what could have stopped its opening
        const auto engine = Engine::open(m_file, later.get_token());
        QVERIFY(engine);
        later.request_stop();
        QVERIFY(session::publishRules(**engine, kRules));
        QVERIFY((*engine)->refresh());
    }

    void upgrade_isStopped_andBegunAgain()
    {
        {
            auto db = store::openWorkspace(m_file);
            QVERIFY(db && testkit::makeSchemaTwo(*db));
        }
        QVERIFY(isCancelled(Engine::open(m_file, stopped())));
        QVERIFY(store::listBackups(m_file).empty());
        const auto engine = Engine::open(m_file);
        QVERIFY(engine && (*engine)->info().rows == 4000 && (*engine)->info().damage.empty());
    }

    void publication_isStopped_andNothingIsPublished()
    {
        const auto engine = Engine::open(m_file);
        QVERIFY(engine);
        const auto version = (*engine)->info().rulesVersion;
        QVERIFY(isCancelled(session::publishRules(**engine, kRules, {}, stopped())));
        QCOMPARE((*engine)->info().rulesVersion, version);
        QVERIFY(session::publishRules(**engine, kRules));
        QCOMPARE((*engine)->info().rulesVersion, version + 1);
    }

    void copies_stopAtTheNextPiece()
    {
        const std::string out = m_dir->filePath("copy.altimeter").toStdString();
        QVERIFY(session::backUp(m_file, out, {}, {}).ok());
        const std::string other = m_dir->filePath("other.altimeter").toStdString();
        using Work = std::function<bool(const session::UpkeepProgress&, const std::stop_token&)>;
        const std::array<Work, 3> works{[&](const auto& progress, const auto& stop) {
                                            return isCancelled(session::backUp(m_file, other, progress, stop));
                                        },
                                        [&](const auto& progress, const auto& stop) {
                                            return isCancelled(session::restore(out, m_file, progress, stop));
                                        },
                                        [&](const auto& progress, const auto& stop) {
                                            return isCancelled(session::salvage(m_file, other, progress, stop));
                                        }};
        const QByteArray before = bytes();
        for (std::size_t at = 0; at < works.size(); ++at) {
            std::stop_source source;
            int told = 0;
            const bool isStopped = works[at](
                [&](std::uint64_t, std::uint64_t) {
                    ++told;
                    source.request_stop();
                },
                source.get_token());
            QVERIFY2(isStopped, qPrintable(QString::number(at)));
            QVERIFY2(told == 1, qPrintable(QString("%1: %2 pieces").arg(at).arg(told)));
            QVERIFY(!QFile::exists(QString::fromStdString(other)));
            QCOMPARE(bytes(), before);
        }
    }

    /// Ten minutes are waited for another program that brings the file up to date, five seconds for one that writes.
    void waitingForAnotherProgram_isStopped()
    {
        auto other = store::openWorkspace(m_file);
        QVERIFY(other && other->execute("BEGIN IMMEDIATE"));
        auto mine = store::openWorkspace(m_file);
        QVERIFY(mine);
        mine->stopWith(stopped());
        mine->waitFor(3'600'000);
        QCOMPARE(mine->execute("BEGIN IMMEDIATE").error().code, ErrorCode::Busy);
        std::stop_source source;
        mine->stopWith(source.get_token());
        mine->waitFor(3'600'000);
        std::jthread impatient([&source] { source.request_stop(); });
        QVERIFY(!mine->execute("BEGIN IMMEDIATE"));
        mine->stopWith({});
        QVERIFY(other->execute("ROLLBACK"));
        QVERIFY(mine->execute("BEGIN IMMEDIATE; ROLLBACK"));
    }

    void statementWithoutEnd_isStopped()
    {
        auto db = store::openWorkspace(m_file);
        QVERIFY(db);
        std::stop_source source;
        db->stopWith(source.get_token());
        std::jthread impatient([&source] { source.request_stop(); });
        QVERIFY(isCancelled(
            db->number("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n")));
        db->stopWith({});
        QCOMPARE(*db->number("SELECT 7"), std::int64_t{7});
    }

private:
    QByteArray bytes() const
    {
        QFile file(QString::fromStdString(m_file));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_made; ///< once for all tests
    std::unique_ptr<QTemporaryDir> m_dir;
    std::string m_file;
};

QTEST_APPLESS_MAIN(TestStopping)
#include "tst_stopping.moc"
