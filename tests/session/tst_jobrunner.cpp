#include <QTemporaryDir>
#include <QTest>

#include "app/session/jobs/jobrunner.h"
#include "app/session/questions/answers.h"
#include "app/session/rules/publishing.h"
#include "app/session/workspace/engine.h"
#include "models/domain/caught.h"
#include "models/facts/forkjoin.h"
#include "tests/testkit/focuscsv.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

using namespace altimeter;
using namespace altimeter::session;

namespace {

/// Stands for the window's mailbox: closures wait until the owner's thread takes them.
class Inbox {
public:
    void post(std::function<void()> closure)
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(closure));
        m_arrived.notify_one();
    }
    void runOne()
    {
        std::function<void()> closure;
        {
            std::unique_lock lock(m_mutex);
            m_arrived.wait(lock, [this] { return !m_waiting.empty(); });
            closure = std::move(m_waiting.front());
            m_waiting.pop_front();
        }
        closure();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<std::function<void()>> m_waiting;
};

} // namespace

class TestJobRunner : public QObject {
    Q_OBJECT

private slots:
    void newestRequestOfASlot_wins()
    {
        Inbox inbox;
        std::vector<int> delivered;
        bool other = false;
        JobRunner runner(2, [&inbox](std::function<void()> closure) { inbox.post(std::move(closure)); });
        std::atomic<bool> started = false;
        runner.run(
            "slot",
            [&started](const std::stop_token& stop) {
                started = true;
                while (!stop.stop_requested())
                    std::this_thread::yield();
                return 1;
            },
            [&delivered](int answer) { delivered.push_back(answer); });
        while (!started)
            std::this_thread::yield();
        runner.run(
            "slot", [](const std::stop_token&) { return 2; },
            [&delivered](int answer) { delivered.push_back(answer); });
        runner.run(
            "other", [](const std::stop_token&) { return true; }, [&other](bool answer) { other = answer; });
        for (int closures = 0; closures < 3; ++closures)
            inbox.runOne();
        QCOMPARE(delivered, (std::vector<int>{2}));
        QVERIFY(other);
    }

    void stoppedBeforeItBegan_isAnsweredAllTheSame()
    {
        Inbox inbox;
        JobRunner runner(1, [&inbox](std::function<void()> closure) { inbox.post(std::move(closure)); });
        std::atomic<bool> goOn = false;
        runner.run(
            "first",
            [&goOn](const std::stop_token&) {
                while (!goOn)
                    std::this_thread::yield();
                return true;
            },
            [](bool) {});
        std::optional<bool> wasStopped; // as an import that is cancelled while another write is under way
        runner.run(
            "second", [](const std::stop_token& stop) { return stop.stop_requested(); },
            [&wasStopped](bool answer) { wasStopped = answer; });
        runner.stop("second");
        goOn = true;
        inbox.runOne();
        inbox.runOne();
        QCOMPARE(wasStopped, std::optional<bool>(true));
    }

    void workWithoutMemory_isAnAnswer_andTheRunnerGoesOn()
    {
        Inbox inbox;
        JobRunner runner(1, [&inbox](std::function<void()> closure) { inbox.post(std::move(closure)); });
        std::vector<Error> errors;
        const auto keep = [&errors](Result<int> answer) {
            if (!answer)
                errors.push_back(answer.error());
        };
        runner.run(
            "a", [](const std::stop_token&) -> Result<int> { throw std::bad_alloc(); }, keep);
        runner.run(
            "b", [](const std::stop_token&) -> Result<int> { throw std::runtime_error("planted"); }, keep);
        runner.run(
            "c", [](const std::stop_token&) -> int { throw std::bad_alloc(); }, [](int) {}); // no answer
        bool isDone = false;
        runner.run(
            "d", [](const std::stop_token&) { return true; }, [&isDone](bool done) { isDone = done; });
        for (int i = 0; i < 3; ++i)
            inbox.runOne();
        QVERIFY(isDone);
        QCOMPARE(errors.size(), std::size_t{2});
        QCOMPARE(errors[0].code, ErrorCode::NoMemory);
        QCOMPARE(errors[0].what, std::string("not enough memory"));
        QVERIFY(errors[1].what.find("planted") != std::string::npos);
    }

    void forkJoin_throwsOnWhatAThreadThrew_afterAllHaveEnded()
    {
        std::atomic<int> ended = 0;
        for (const std::size_t broken : {std::size_t{0}, std::size_t{2}}) {
            ended = 0;
            const auto answer = caught([&]() -> Result<int> {
                forkJoin(4, [&](std::size_t thread) {
                    if (thread == broken)
                        throw std::bad_alloc();
                    ++ended;
                });
                return 1;
            });
            QVERIFY(!answer);
            QCOMPARE(answer.error().code, ErrorCode::NoMemory);
            QCOMPARE(ended.load(), 3);
        }
    }

    void destructor_stopsAndWaits()
    {
        Inbox inbox;
        std::atomic<int> running = 0;
        {
            JobRunner runner(2, [&inbox](std::function<void()> closure) { inbox.post(std::move(closure)); });
            for (int i = 0; i < 8; ++i) {
                runner.run(
                    "slot" + std::to_string(i),
                    [&running](const std::stop_token& stop) {
                        ++running;
                        while (!stop.stop_requested())
                            std::this_thread::yield();
                        --running;
                        return 0;
                    },
                    [](int) {});
            }
        }
        QCOMPARE(running.load(), 0);
    }

    void questionsDuringImportsAndNewRules_seeWholeRevisions()
    {
        QTemporaryDir dir;
        auto created = Engine::create((dir.path() + "/w.altimeter").toStdString());
        QVERIFY(created);
        Engine& engine = **created;
        const auto file = [&dir](int amount) {
            QList<testkit::Charge> charges(500);
            for (testkit::Charge& charge : charges)
                charge.billed = charge.effective = QString::number(amount);
            return testkit::writeFile(dir.path(), QString("a%1.csv").arg(amount), testkit::focusCsv(charges));
        };
        QVERIFY(session::importPaths(engine.file(), {file(1)}, {"a"}, {}, {}));
        std::atomic<bool> done = false;
        std::atomic<int> torn = 0;
        std::atomic<int> asked = 0;
        {
            std::vector<std::jthread> readers;
            for (int i = 0; i < 2; ++i) {
                readers.emplace_back([&] {
                    while (!done) {
                        const auto table = answer(*engine.snapshot(), TableQuestion{{}}, {});
                        const std::string total = table ? table->totals.front().cost.toString(0) : "failed";
                        if (total != "500" && total != "1000" && total != "1500")
                            ++torn;
                        if (!answer(*engine.snapshot(), ChargesQuestion{{}, 0, 5, true}, {}))
                            ++torn; // the engine answers from one revision, whatever is imported meanwhile
                        ++asked;
                    }
                });
            }
            for (int amount = 2; amount <= 3; ++amount) {
                QVERIFY(session::importPaths(engine.file(), {file(amount)}, {"a"}, {}, {}));
                QVERIFY(session::publishRules(engine, R"({"rules":[{"name":"all","when":[],"set":{"team":"T"}}]})"));
            }
            done = true;
        }
        QVERIFY(asked > 0);
        QCOMPARE(torn.load(), 0);
    }
};

QTEST_APPLESS_MAIN(TestJobRunner)
#include "tst_jobrunner.moc"
