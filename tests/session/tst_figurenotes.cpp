#include <QTemporaryDir>
#include <QTest>

#include "app/session/imports/importing.h"
#include "app/session/questions/answers.h"
#include "app/session/workspace/engine.h"
#include "app/session/workspace/notes.h"
#include "tests/testkit/focuscsv.h"

#include <filesystem>

using namespace altimeter;
using session::Engine;
using testkit::Charge;

namespace {

const Dim kService{Dim::Kind::Service, {}};

Charge charge(const QString& amount, const QString& day, const QString& service, const QString& currency = "USD")
{
    Charge made;
    made.billed = amount;
    made.effective = amount;
    made.day = day;
    made.month = day.left(8) + "01";
    made.service = service;
    made.currency = currency;
    return made;
}

QList<Charge> world(const QString& october)
{
    return {charge("3.5", "2026-09-30", "Compute"),       charge(october, "2026-10-01", "Compute"),
            charge("-0.25", "2026-10-31", "Compute"),     charge("7", "2026-10-02", "Storage"),
            charge("99", "2026-10-02", "Compute", "EUR"), charge("5", "2026-11-01", "Compute")};
}

Figure figure(const QString& service)
{
    Figure made;
    made.range = {Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)};
    made.filters = {{kService, {service.toStdString()}, false}};
    made.currency = Currency("USD");
    return made;
}

FigureNow now(Engine& engine, const Figure& asked)
{
    const auto answers = answer(*engine.snapshot(), FiguresQuestion{{asked}}, {});
    return answers && answers->size() == 1 ? answers->front() : FigureNow{{}, 0, 0, "no answer"};
}

std::string amountOf(const FigureNow& now)
{
    return now.amount ? now.amount->toString(0) : "none: " + now.problem;
}

} // namespace

/// Figures that stand by themselves, and notes on them.
class TestFigureNotes : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        auto engine = Engine::create((m_dir->path() + "/w.altimeter").toStdString());
        QVERIFY2(engine.ok(), engine.ok() ? "" : engine.error().text().c_str());
        m_engine = engine.take();
        deliver(world("10.000000000000000001"));
    }

    void figure_isTheSumOfItsOwnCharges()
    {
        QCOMPARE(amountOf(now(*m_engine, figure("Compute"))), std::string("9.750000000000000001"));
        QCOMPARE(now(*m_engine, figure("Compute")).rows, std::uint64_t{2});
        QCOMPARE(amountOf(now(*m_engine, figure("Storage"))), std::string("7"));
        Figure euro = figure("Compute");
        euro.currency = Currency("EUR");
        QCOMPARE(amountOf(now(*m_engine, euro)), std::string("99"));
        Figure all = figure("Compute");
        all.range = {};
        all.filters.front().exclude = true;
        QCOMPARE(amountOf(now(*m_engine, all)), std::string("7"));
    }

    void difference_isOfBothPeriods_alsoWhereOneHasNothing()
    {
        Figure change = figure("Compute");
        change.base = DateRange{Day::fromYmd(2026, 9, 1), Day::fromYmd(2026, 10, 1)};
        QCOMPARE(amountOf(now(*m_engine, change)), std::string("6.250000000000000001"));
        change.base = DateRange{Day::fromYmd(2026, 8, 1), Day::fromYmd(2026, 9, 1)};
        QCOMPARE(amountOf(now(*m_engine, change)), std::string("9.750000000000000001"));
        Figure gone = figure("Compute");
        gone.base = gone.range;
        gone.range = {Day::fromYmd(2026, 12, 1), Day::fromYmd(2027, 1, 1)};
        QCOMPARE(amountOf(now(*m_engine, gone)), std::string("-9.750000000000000001"));
    }

    /// An unknown cost is not zero, and one bad figure fails none of the others.
    void figureThatCannotBeTold_saysWhy()
    {
        Charge silent = charge("1", "2026-10-05", "Silent");
        silent.effective = "";
        deliver(world("10") << silent);
        const auto answers = answer(*m_engine->snapshot(),
                                    FiguresQuestion{{figure("Silent"), figure("Nothing"), figure("Storage")}}, {});
        QVERIFY(answers.ok());
        QVERIFY(!answers->at(0).amount && !answers->at(0).problem.empty());
        QVERIFY(!answers->at(1).amount && answers->at(1).problem.empty() && answers->at(1).rows == 0);
        QCOMPARE(amountOf(answers->at(2)), std::string("7"));
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = answer(*m_engine->snapshot(), FiguresQuestion{{figure("Storage")}}, stop.get_token());
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }

    /// What a note was written about stays beside it, whatever comes later.
    void note_saysThatItsFigureChanged()
    {
        Note note;
        note.text = "Too high";
        note.figure = figure("Compute");
        note.amount = now(*m_engine, note.figure).amount;
        const auto kept = session::keepNote(m_engine->file(), note, {1'795'248'000});
        QVERIFY2(kept.ok(), kept.ok() ? "" : kept.error().text().c_str());
        QVERIFY(kept->id > 0);
        QCOMPARE(kept->author, session::userName());
        QVERIFY(stateOf(*kept, now(*m_engine, kept->figure)) == NoteState::Same);
        deliver(world("12"));
        const std::vector<Note> notes = session::notes(m_engine->file());
        QCOMPARE(notes.size(), std::size_t{1});
        QVERIFY(notes.front() == *kept);
        QVERIFY(stateOf(notes.front(), now(*m_engine, notes.front().figure)) == NoteState::Changed);
        Note elsewhere = notes.front();
        elsewhere.figure.filters = {{kService, {"Gone"}, false}};
        QVERIFY(stateOf(elsewhere, now(*m_engine, elsewhere.figure)) == NoteState::Gone);
        elsewhere.amount.reset();
        QVERIFY(stateOf(elsewhere, now(*m_engine, notes.front().figure)) == NoteState::Unknown);
        QVERIFY(session::removeNote(m_engine->file(), kept->id).ok());
        QVERIFY(session::notes(m_engine->file()).empty());
        const auto back = session::restoreNote(m_engine->file(), *kept);
        QVERIFY(back.ok());
        QVERIFY(*back == *kept);
    }

    void equalFigures_haveOneForm()
    {
        Figure one = figure("Compute");
        one.filters = {{Dim{Dim::Kind::Currency, {}}, {"USD"}, false},
                       {Dim{Dim::Kind::Team, {}}, {"b", "a", "b"}, true},
                       {kService, {"Compute"}, false}};
        Figure other = figure("Compute");
        other.filters = {{kService, {"Compute"}, false}, {Dim{Dim::Kind::Team, {}}, {"a", "b"}, true}};
        QVERIFY(canonical(one) == canonical(other));
        other.filters.push_back({Dim{Dim::Kind::Currency, {}}, {"EUR"}, false});
        QVERIFY(canonical(one) != canonical(other));
        QCOMPARE(describe(canonical(one)), std::string("2026-10-01 to 2026-10-31, service: Compute, not team: a or b"));
    }

private:
    void deliver(const QList<Charge>& charges)
    {
        const auto file = testkit::writeFile(m_dir->path(), "costs.csv", testkit::focusCsv(charges));
        const auto report = session::importPaths(m_engine->file(), {file}, {}, {}, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().text().c_str());
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Engine> m_engine;
};

QTEST_GUILESS_MAIN(TestFigureNotes)
#include "tst_figurenotes.moc"
