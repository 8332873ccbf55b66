#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importer.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "app/session/workspace/snapshot.h"
#include "app/session/workspace/storedrevision.h"
#include "app/session/workspace/workspacefile.h"
#include "models/store/ledger/ledger.h"
#include "tests/testkit/focuscsv.h"

#include <atomic>
#include <map>
#include <thread>

using namespace altimeter;
using session::answer;
using session::Engine;
using session::Importer;
using session::Snapshot;
using session::SnapshotPtr;
using session::StoredRevision;
using testkit::Charge;

namespace {

constexpr CostLens kLens = CostLens::Billed;
constexpr int kLines = 20;

/// Every figure that says what all charges cost or how many there are, by where it was read: equal figures are one.
struct Figures {
    std::map<std::string, std::string> costs;
    std::map<std::string, std::uint64_t> rows;

    bool agree() const
    {
        const auto isOne = [](const auto& figures) {
            return std::all_of(figures.begin(), figures.end(),
                               [&](const auto& one) { return one.second == figures.begin()->second; });
        };
        return isOne(costs) && isOne(rows);
    }
    QString text() const
    {
        QString all;
        for (const auto& [name, cost] : costs)
            all += QString::fromStdString(name + ' ' + cost + "; ");
        for (const auto& [name, count] : rows)
            all += QString::fromStdString(name + ' ' + std::to_string(count) + " rows; ");
        return all;
    }
};

/// Sums of amounts that stand in several places, by the name of the place.
class Sums {
public:
    void add(const std::string& name, Amount amount) { m_sums[name].add(Decimal{amount.attos(), 18}); }
    void add(const std::string& name, const DecimalSum& amount) { m_sums[name].add(amount); }
    std::map<std::string, std::string> texts() const
    {
        std::map<std::string, std::string> texts;
        for (const auto& [name, sum] : m_sums)
            texts[name] = sum.toString(0);
        return texts;
    }

private:
    std::map<std::string, DecimalSum> m_sums;
};

CostQuery everything(std::vector<Dim> by = {})
{
    CostQuery query;
    query.by = std::move(by);
    query.lens = kLens;
    return query;
}

Status isOf(const Snapshot& snapshot, const std::string& what, std::uint64_t revision)
{
    if (revision == snapshot.revision)
        return {};
    return Error{ErrorCode::Conflict, what + " says revision " + std::to_string(revision), {}};
}

/// The questions that memory answers.
Status askMemory(const Snapshot& snapshot, Sums& sums, Figures& figures)
{
    const auto table = answer(snapshot, TableQuestion{everything()}, {});
    const auto byTeam = answer(snapshot, TableQuestion{everything({Dim{Dim::Kind::Team, {}}})}, {});
    const auto series = answer(snapshot, SeriesQuestion{everything(), false, 0, {}}, {});
    if (!table || !byTeam || !series)
        return !table ? table.error() : !byTeam ? byTeam.error() : series.error();
    for (const CurrencyTotal& total : table->totals) {
        sums.add("table", total.cost);
        figures.rows["table"] += total.rows;
    }
    for (const CostRow& row : byTeam->rows)
        sums.add("by team", row.cost);
    for (const SeriesPoint& point : series->series.front().points)
        sums.add("series", point.cost);
    if (auto same = isOf(snapshot, "table", table->revision); !same)
        return same;
    return isOf(snapshot, "series", series->revision);
}

/// Those that read what was kept beside the charges.
Status askLedger(const Snapshot& snapshot, Sums& sums, Figures& figures)
{
    const auto overview = answer(snapshot, OverviewQuestion{kLens}, {});
    const auto sources = answer(snapshot, SourcesQuestion{}, {});
    const auto partitions = answer(snapshot, PartitionsQuestion{}, {});
    const auto findings = answer(snapshot, FindingsQuestion{}, {});
    if (!overview || !sources || !partitions || !findings)
        return !overview     ? overview.error()
               : !sources    ? sources.error()
               : !partitions ? partitions.error()
                             : findings.error();
    sums.add("overview", overview->currencies.front().monthToDate);
    if (overview->unreconciled > 0)
        return Error{ErrorCode::Conflict, "the overview does not reconcile", {}};
    for (const SourceInfo& source : overview->sources)
        figures.rows["overview's sources"] += source.rows;
    for (const SourceInfo& source : *sources)
        figures.rows["sources"] += source.rows;
    for (const PartitionInfo& partition : *partitions) {
        figures.rows["partitions"] += partition.rows;
        sums.add("partitions", partition.fileTotal[static_cast<std::size_t>(kLens)]);
    }
    const CalendarQuestion days{{Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 10, 1)}, Day::fromYmd(2026, 10, 1)};
    const auto calendar = answer(snapshot, days, {});
    if (!calendar)
        return calendar.error();
    for (const auto& row : calendar->rows) {
        for (const CalendarDay& day : row.days) {
            figures.rows["calendar"] += day.rows;
            for (const auto& [currency, cost] : day.cost)
                sums.add("calendar", cost);
        }
    }
    if (auto same = isOf(snapshot, "calendar", calendar->revision); !same)
        return same;
    return isOf(snapshot, "overview", overview->revision);
}

/// Those that read the stored lines.
Status askLines(const Snapshot& snapshot, const QString& file, Sums& sums, Figures& figures)
{
    const auto charges = answer(snapshot, ChargesQuestion{everything(), 0, 1000}, {});
    const auto proof = answer(snapshot, ProofQuestion{}, {});
    const auto exported = answer(snapshot, ExportQuestion{everything(), file.toStdString()}, {});
    const auto report = answer(snapshot, WeeklyTextQuestion{kLens}, {});
    if (!charges || !proof || !exported || !report)
        return !charges ? charges.error() : !proof ? proof.error() : !exported ? exported.error() : report.error();
    figures.rows["charges"] = charges->total;
    for (const ChargeRow& row : charges->rows)
        sums.add("charges", *row.cost[static_cast<std::size_t>(kLens)]);
    for (const ProofLine& line : *proof) {
        if (line.lens != kLens)
            continue;
        sums.add("proof, files", line.fileTotal);
        sums.add("proof, stored", line.storedTotal);
        sums.add("proof, allocated", line.allocatedTotal);
        sums.add("proof, exported", line.exportedTotal);
    }
    QFile text(file);
    if (!text.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Io, "no export", {}};
    const auto column = QString::fromUtf8(text.readLine()).split(',').indexOf("BilledCost");
    while (!text.atEnd()) {
        const auto cell = parseDecimal(QString::fromUtf8(text.readLine()).split(',').value(column).toStdString());
        DecimalSum cost;
        cost.add(cell->value);
        sums.add("export", cost);
        ++figures.rows["export"];
    }
    return isOf(snapshot, "charges", charges->revision);
}

Result<Figures> figuresOf(const Snapshot& snapshot, const QString& folder)
{
    Figures figures;
    Sums sums;
    for (const Status& asked :
         {askMemory(snapshot, sums, figures), askLedger(snapshot, sums, figures),
          askLines(snapshot, folder + QString("/%1.csv").arg(quintptr(&figures)), sums, figures)}) {
        if (!asked)
            return asked.error();
    }
    figures.costs = sums.texts();
    return figures;
}

} // namespace

class TestSnapshot : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_file = m_dir->path() + "/w.altimeter";
        QVERIFY(Engine::create(m_file.toStdString()));
        m_other = importer();
        deliver(1);
    }
    void cleanup() { m_other.reset(); }

    /// Sources, partitions, findings and the proof of an overview were read from the file as it is now, its amounts
    /// from memory.
    void afterAnotherProgramWrote_everyAnswerIsOfTheOlderRevision_untilRefreshed()
    {
        const auto engine = opened();
        const auto before = engine->snapshot();
        const QString one = costOf(*before);
        deliver(2);
        QVERIFY(engine->snapshot() == before);
        QCOMPARE(costOf(*engine->snapshot()), one);
        QVERIFY(*engine->refresh());
        const QString two = costOf(*engine->snapshot());
        QCOMPARE(two, QString::number(kLines * 2));
        QVERIFY(engine->snapshot()->revision > before->revision);
        QCOMPARE(costOf(*before), one); // also later, by whoever still holds it
        QVERIFY(!*engine->refresh());
    }

    void afterItsOwnImport_aHeldSnapshotIsAsBefore()
    {
        const auto engine = opened();
        const auto before = engine->snapshot();
        QVERIFY(session::importPaths(engine->file(), {delivery(5)}, {}, {}, {}));
        QCOMPARE(costOf(*before), QString::number(kLines));
        QCOMPARE(costOf(*engine->snapshot()), QString::number(kLines * 5));
    }

    void withAWriterAtWork_everyAnswerIsOfOneRevision()
    {
        constexpr int kDeliveries = 12;
        for (int i = 2; i <= kDeliveries; ++i)
            (void)delivery(i);
        const auto engine = opened();
        std::atomic<bool> isDone = false;
        std::atomic<int> asked = 0;
        std::mutex mutex;
        QStringList faults;
        const auto fault = [&](const QString& what) {
            const std::lock_guard lock(mutex);
            faults.append(what);
        };
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 2; ++i) {
                threads.emplace_back([&, folder = m_dir->path() + QString("/%1").arg(i)] {
                    QDir().mkpath(folder);
                    for (bool isLast = false; !isLast;) {
                        isLast = isDone;
                        const auto figures = figuresOf(*engine->snapshot(), folder);
                        if (!figures)
                            fault(QString::fromStdString(figures.error().text()));
                        else if (!figures->agree())
                            fault(figures->text());
                        ++asked;
                    }
                });
            }
            threads.emplace_back([&] {
                while (!isDone) {
                    if (const auto refreshed = engine->refresh(); !refreshed)
                        fault(QString::fromStdString(refreshed.error().text()));
                    std::this_thread::yield();
                }
            });
            for (int i = 2; i <= kDeliveries; ++i) {
                const auto report = session::importPaths(m_other->file(), {m_deliveries[i]}, {}, {}, {});
                if (!report)
                    fault(QString::fromStdString(report.error().text()));
            }
            isDone = true;
        }
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
        QVERIFY(asked >= 2);
        (void)engine->refresh();
        QCOMPARE(costOf(*engine->snapshot()), QString::number(kLines * kDeliveries));
    }

    void journal_isEmptied_onceNobodyHoldsAnOlderRevision()
    {
        const auto engine = opened();
        auto before = engine->snapshot();
        deliver(2);
        QVERIFY(journalBytes() > 0); // what `before` sees does not lie in the file alone
        QVERIFY(*engine->refresh());
        before.reset();
        QVERIFY(session::importPaths(engine->file(), {delivery(3)}, {}, {}, {}));
        QCOMPARE(journalBytes(), qint64(0));
        deliver(4);
        QVERIFY(*engine->refresh());
        QCOMPARE(journalBytes(), qint64(0));
    }

    void snapshotThatOutlivesItsEngine_answers_andLeavesNothingBesideTheFile()
    {
        m_other.reset();
        auto engine = opened();
        SnapshotPtr snapshot = engine->snapshot();
        engine.reset();
        QCOMPARE(costOf(*snapshot), QString::number(kLines));
        snapshot.reset();
        QCOMPARE(QDir(m_dir->path()).entryList({"w.altimeter*"}, QDir::Files), QStringList{"w.altimeter"});
    }

    void readers_ofANewestRevision_readSideBySide_andOfAnOlderOneInTurns()
    {
        const session::FileBefore before(m_file.toStdString());
        const auto file = session::WorkspaceFile::open(m_file.toStdString(), before);
        QVERIFY(file);
        const auto stored = StoredRevision::open(*file);
        QVERIFY(stored);
        const auto rowsSeen = [](StoredRevision::Reading& reading) {
            return store::readPartitions(reading.db())->front().fileTotal[1].toString(0);
        };
        auto first = (*stored)->read({});
        {
            auto second = (*stored)->read({});
            QVERIFY(first && second);
            QVERIFY(&first->db() != &second->db());
        }
        deliver(2);
        std::stop_source impatient;
        impatient.request_stop();
        const auto none = (*stored)->read(impatient.get_token());
        QVERIFY(!none && none.error().code == ErrorCode::Cancelled);
        std::string waited;
        {
            const std::jthread next([&] {
                auto reading = (*stored)->read({});
                waited = rowsSeen(*reading);
            });
            QCOMPARE(rowsSeen(*first), std::to_string(kLines));
            const auto done = std::move(*first); // its end is the other's turn
        }
        QCOMPARE(waited, std::to_string(kLines));
    }

private:
    /// A file of which each line costs `cost`; it takes the place of the one before it.
    std::filesystem::path delivery(int cost)
    {
        QList<Charge> charges;
        for (int i = 0; i < kLines; ++i) {
            Charge charge;
            charge.billed = charge.effective = QString::number(cost);
            charge.day = QString("2026-09-%1").arg(i + 1, 2, 10, QChar('0'));
            charge.service = QString("Service %1").arg(i % 3);
            charges.append(charge);
        }
        return m_deliveries[cost] =
                   testkit::writeFile(m_dir->path() + QString("/d%1").arg(cost), "costs.csv", focusCsv(charges));
    }
    void deliver(int cost)
    {
        const auto report = session::importPaths(m_other->file(), {delivery(cost)}, {}, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
    }
    std::unique_ptr<Engine> opened() { return Engine::open(m_file.toStdString()).take(); }
    std::unique_ptr<Importer> importer() { return Importer::open(m_file.toStdString()).take(); }
    /// What all charges cost, when every answer says the same; else all that they say.
    QString costOf(const Snapshot& snapshot)
    {
        const auto figures = figuresOf(snapshot, m_dir->path());
        if (!figures)
            return QString::fromStdString(figures.error().text());
        return figures->agree() ? QString::fromStdString(figures->costs.begin()->second) : figures->text();
    }
    qint64 journalBytes() const { return QFileInfo(m_file + "-wal").size(); }

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_file;
    std::unique_ptr<Importer> m_other; ///< another program's
    std::map<int, std::filesystem::path> m_deliveries;
};

QTEST_APPLESS_MAIN(TestSnapshot)
#include "tst_snapshot.moc"
