#include <QDir>
#include <QElapsedTimer>
#include <QMap>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "tests/faults/workspacestate.h"
#include "tests/testkit/focuscsv.h"
#include "tests/testkit/rounds.h"

using namespace altimeter;
using session::Engine;
using testkit::Charge;

namespace {

constexpr qsizetype kPage = 4096;

/// Makes damaged copies of a file; the same number gives the same damage.
class Damage {
public:
    Damage(QByteArray whole, quint32 seed) : m_bytes(std::move(whole)), m_random(seed) {}

    QByteArray make(const QString& kind)
    {
        if (kind == "truncated")
            m_bytes.truncate(below(4) == 0 ? below(pages()) * kPage : below(m_bytes.size()));
        else if (kind == "zeroed")
            fill([](qsizetype) { return '\0'; });
        else if (kind == "garbage")
            fill([this](qsizetype) { return static_cast<char>(m_random.bounded(256)); });
        else if (kind == "swapped pages")
            swapPages(below(pages()), below(pages()));
        else if (kind == "misplaced page")
            m_bytes.replace(below(pages()) * kPage, kPage, m_bytes.mid(below(pages()) * kPage, kPage));
        else if (kind == "altered byte")
            alter(below(m_bytes.size()));
        else if (kind == "altered letters")
            alterLetters();
        return m_bytes;
    }

private:
    qsizetype below(qsizetype limit) { return static_cast<qsizetype>(m_random.bounded(static_cast<quint32>(limit))); }
    qsizetype pages() const { return m_bytes.size() / kPage; }

    template <typename Source> void fill(Source source)
    {
        const qsizetype sizes[] = {16, 512, kPage, 3 * kPage, 40 * kPage};
        const qsizetype size = sizes[below(5)];
        const qsizetype start = size >= kPage ? below(pages()) * kPage : below(m_bytes.size());
        for (qsizetype at = start; at < qMin(start + size, m_bytes.size()); ++at)
            m_bytes[at] = source(at);
    }
    void swapPages(qsizetype a, qsizetype b)
    {
        const QByteArray first = m_bytes.mid(a * kPage, kPage);
        m_bytes.replace(a * kPage, kPage, m_bytes.mid(b * kPage, kPage));
        m_bytes.replace(b * kPage, kPage, first);
    }
    void alter(qsizetype at) { m_bytes[at] = static_cast<char>(m_bytes[at] ^ (1 << below(8))); }
    /// Another letter in readable text: the file's structure stays valid, only what it says changes.
    void alterLetters()
    {
        for (int tries = 0; tries < 100'000; ++tries) {
            const qsizetype at = below(m_bytes.size() - 1);
            const auto readable = [this](qsizetype i) { return m_bytes[i] >= ' ' && m_bytes[i] <= '~'; };
            if (!readable(at) || !readable(at + 1))
                continue;
            m_bytes[at] = m_bytes[at] == '7' ? '8' : '7';
            return;
        }
    }

    QByteArray m_bytes;
    QRandomGenerator m_random;
};

} // namespace

/// Opens damaged workspace files: never a crash, a hang or a changed figure without a word, and a refused file stays as
/// it was. The number of files per kind comes from ALTIMETER_MUTANTS.
class TestDamagedFiles : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        const QString path = m_dir.path() + "/whole.altimeter";
        {
            auto engine = Engine::create(path.toStdString());
            QVERIFY(engine);
            for (const QString month : {"2026-08-01", "2026-09-01", "2026-10-01"}) {
                QList<Charge> charges;
                for (int i = 0; i < 1500; ++i) {
                    Charge charge;
                    charge.billed = charge.effective = QString::number(i * 7919 % 100'000) + ".123456789";
                    charge.month = charge.day = month;
                    charge.account = QString::number(100 + i % 5);
                    charge.service = QString("Service %1").arg(i % 30);
                    charge.tags = QString(R"({"team":"team %1","job":"%2"})").arg(i % 12).arg(i % 700);
                    charges.append(charge);
                }
                QVERIFY(session::importPaths(
                    (*engine)->file(), {testkit::writeFile(m_dir.path(), month + ".csv", testkit::focusCsv(charges))},
                    {}, {}, {}));
            }
        }
        m_whole = testkit::readBytes(path);
        const auto engine = Engine::open(path.toStdString());
        QVERIFY(engine);
        const testkit::WorkspaceState state = testkit::stateOf(**engine);
        QVERIFY(!state.isTold);
        m_figures = state.figures;
        QVERIFY(m_whole.size() > 50 * kPage);
    }

    void damagedFile_isRefusedOrTold_andKept_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind :
             {"truncated", "zeroed", "garbage", "swapped pages", "misplaced page", "altered byte", "altered letters"})
            QTest::newRow(kind) << kind;
    }
    void damagedFile_isRefusedOrTold_andKept()
    {
        QFETCH(QString, kind);
        bool given = false;
        const int asked = qEnvironmentVariableIntValue("ALTIMETER_MUTANTS", &given);
        const int count = given ? asked : testkit::rounds(45);
        int refused = 0;
        int told = 0;
        int same = 0;
        qint64 slowest = 0;
        for (int i = 0; i < count; ++i) {
            const quint32 seed = static_cast<quint32>(kind.size() * 100'000 + i);
            const QByteArray bytes = Damage(m_whole, seed).make(kind);
            const QString folder = m_dir.path() + "/damaged";
            QDir(folder).removeRecursively();
            testkit::writeFile(folder, "damaged.altimeter", bytes);
            const QString path = folder + "/damaged.altimeter";
            const QString place = QString("%1, seed %2: ").arg(kind).arg(seed);
            QElapsedTimer timer;
            timer.start();
            bool wasMended = false; // an index made anew: the one change that opening makes to a damaged file
            const auto engine = Engine::open(path.toStdString());
            if (!engine) {
                ++refused;
                QVERIFY2(engine.error().code == ErrorCode::Corrupt, qPrintable(place + engine.error().text().c_str()));
                QVERIFY2(engine.error().text().find(path.toStdString()) != std::string::npos,
                         qPrintable(place + engine.error().text().c_str()));
            } else {
                const testkit::WorkspaceState state = testkit::stateOf(**engine);
                (void)answer(*(*engine)->snapshot(), ChargesQuestion{{}, 0, 10'000, true}, {});
                (void)answer(*(*engine)->snapshot(), OverviewQuestion{CostLens::Billed}, {});
                const bool isSame = state.figures == m_figures;
                QVERIFY2(isSame || state.isTold, qPrintable(place + firstDifference(state.figures)));
                ++(isSame && !state.isTold ? same : told);
                wasMended = !(*engine)->file().mended().empty();
                QVERIFY2(!wasMended || isSame, qPrintable(place + "mended, and not what it was"));
            }
            QVERIFY2(wasMended || testkit::readBytes(path) == bytes, qPrintable(place + "the file was changed"));
            slowest = qMax(slowest, timer.elapsed());
            QVERIFY2(timer.elapsed() < 20'000, qPrintable(place));
        }
        qInfo("%s: %d files, %d refused, %d opened and told, %d with the same figures, 0 silent; slowest %lld ms",
              qPrintable(kind), count, refused, told, same, static_cast<long long>(slowest));
    }

private:
    QString firstDifference(const std::string& figures) const
    {
        const QStringList wanted = QString::fromStdString(m_figures).split('\n');
        const QStringList found = QString::fromStdString(figures).split('\n');
        for (qsizetype i = 0; i < qMin(wanted.size(), found.size()); ++i) {
            if (wanted[i] != found[i])
                return wanted[i] + " became " + found[i];
        }
        return QString("%1 lines became %2").arg(wanted.size()).arg(found.size());
    }

    QTemporaryDir m_dir;
    QByteArray m_whole;
    std::string m_figures;
};

QTEST_GUILESS_MAIN(TestDamagedFiles)
#include "tst_damagedfiles.moc"
