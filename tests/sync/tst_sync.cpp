#include <QtTest/QtTest>

#include "app/session/questions/answers.h"
#include "app/session/secrets/secretstore.h"
#include "app/session/sync/connections.h"
#include "app/session/sync/synclock.h"
#include "app/session/sync/syncplan.h"
#include "app/session/workspace/engine.h"
#include "providers/core/connector.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/ownconfig.h"

#include <QDirIterator>

#include <atomic>
#include <fstream>
#include <future>

using namespace altimeter;
using altimeter::session::Engine;
using altimeter::testing::LoopbackServer;

namespace {

using Request = LoopbackServer::Request;

constexpr const char* kPlanted = "sk-planted-4f1c9e7d2b6a8051";
/// 2026-11-21T08:00:00Z
constexpr Instant kNow{1795248000};

/// OpenRouter's activity with one row a day, whose amount can be changed while the server runs.
class FakeActivity {
public:
    std::map<std::string, std::string> amounts; ///< by day; "12.5" where none is named
    std::atomic<int> failFrom = 1 << 30;        ///< from this request on: 500
    std::atomic<int> asked = 0;
    std::string emptyDay;
    std::function<void()> onQuestion; ///< called before each answer

    LoopbackServer::Answer answer(const Request& request)
    {
        LoopbackServer::Answer said;
        if (onQuestion)
            onQuestion();
        if (++asked >= failFrom) {
            said.status = 403;
            said.body = R"({"error":{"message":"no right"}})";
            return said;
        }
        if (request.path != "/activity") { // balance and keys: look-ups of the newest day
            said.body =
                request.path == "/credits" ? R"({"data":{"total_credits":500,"total_usage":375}})" : R"({"data":[]})";
            return said;
        }
        const std::string date = request.parameter("date");
        if (date == emptyDay) {
            said.body = R"({"data":[]})";
            return said;
        }
        const auto found = amounts.find(date);
        said.body = R"({"data":[{"date":")" + date + R"(","model":"vendor/m","model_permaslug":"vendor/m-1",)" +
                    R"("endpoint_id":"e","provider_name":"Vendor","usage":)" +
                    (found == amounts.end() ? "12.5" : found->second) +
                    R"(,"byok_usage_inference":0,"requests":1,"prompt_tokens":2,"completion_tokens":3,)" +
                    R"("reasoning_tokens":0,"workspace_id":"ws"}]})";
        return said;
    }
};

std::string billed(const Engine& engine, const std::string& source = {})
{
    CostQuery query;
    query.lens = CostLens::Billed;
    if (!source.empty())
        query.filters = {{Dim{Dim::Kind::Source, {}}, {source}, false}};
    const auto table = answer(*engine.snapshot(), TableQuestion{query}, {});
    if (!table)
        return table.error().text();
    return table->totals.empty() ? "nothing" : table->totals.front().cost.toString(0);
}

} // namespace

class TestSync : public QObject {
    Q_OBJECT

    const testing::OwnConfig m_config;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Engine> m_engine;
    FakeActivity m_activity;
    std::unique_ptr<LoopbackServer> m_server;

    std::string path() const { return m_folder->filePath("w.altimeter").toStdString(); }
    void addConnection(const std::string& name)
    {
        ConnectionSettings settings;
        settings.name = name;
        settings.kind = "openrouter";
        settings.values["base_url"] = m_server->url();
        const auto saved = m_engine->connections().save(settings, {{"management_key", kPlanted}});
        QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().text().c_str());
    }
    SyncResult sync(const std::string& name, DateRange wanted = {}, Instant at = kNow, std::stop_token stop = {})
    {
        session::SyncOptions options;
        options.wanted = wanted;
        options.at = at;
        return m_engine->connections().syncOne(name, options, {}, stop);
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_activity.amounts.clear();
        m_activity.failFrom = 1 << 30;
        m_activity.asked = 0;
        m_activity.emptyDay.clear();
        m_activity.onQuestion = {};
        m_server =
            std::make_unique<LoopbackServer>([this](const Request& request) { return m_activity.answer(request); });
        auto engine = Engine::create(path());
        QVERIFY(engine.ok());
        m_engine = engine.take();
        m_engine->connections().setSecretStore(session::memorySecretStore("a test"));
    }
    void cleanup()
    {
        m_engine.reset();
        m_server.reset();
    }

    void anotherProgramSyncsTheSame_isLeftOutAndNothingIsPaidTwice()
    {
        addConnection("router");
        addConnection("other");
        const auto window = Engine::open(path());
        QVERIFY(window);
        session::SyncOptions options;
        options.at = kNow;
        std::promise<void> asking, answering;
        std::shared_future<void> answered = answering.get_future().share();
        bool isFirst = true;
        m_activity.onQuestion = [&] {
            if (std::exchange(isFirst, false))
                asking.set_value();
            answered.wait();
        };
        auto first = std::async(std::launch::async, [this] { return sync("router"); });
        asking.get_future().wait();

        const SyncResult second = (*window)->connections().syncOne("router", options, {}, {});
        answering.set_value();
        QVERIFY(!second.ok);
        QVERIFY(second.isElsewhere);
        QCOMPARE(second.requests, std::uint64_t{0});
        QCOMPARE(second.problem, std::string("this connection is being synced by another program since 08:00 UTC"));
        const SyncResult done = first.get();
        QVERIFY2(done.ok, done.problem.c_str());
        QCOMPARE(m_activity.asked.load(), 33);
        QVERIFY(sync("other").ok);
        const auto connections = m_engine->connections().list();
        QVERIFY(connections);
        for (const ConnectionInfo& one : *connections)
            QVERIFY(one.problem.empty()); // being left out is no failure of the connection
        QCOMPARE(QDir(m_folder->path()).entryList({"*-sync-*"}), QStringList());
    }

    void whatAnotherProgramSyncedMeanwhile_isNotDueAnyMore()
    {
        addConnection("router");
        QVERIFY(sync("router").ok);
        const int asked = m_activity.asked;
        session::SyncOptions options;
        options.at = kNow;
        options.dueAt = {kNow.seconds - 1}; // listed as due before the other program had synced it
        const SyncResult left = m_engine->connections().syncOne("router", options, {}, {});
        QVERIFY(left.isElsewhere);
        QVERIFY(!left.ok);
        QCOMPARE(m_activity.asked.load(), asked);
        options.dueAt = {kNow.seconds + 365 * 86400};
        QVERIFY(m_engine->connections().syncOne("router", options, {}, {}).ok);
        QVERIFY(m_activity.asked > asked);
    }

    void workspaceThatCannotBeWritten_isFoundOutBeforeAnythingIsPaid()
    {
        addConnection("router");
        auto other = store::sql::Connection::open(path(), store::sql::Connection::Mode::ReadWrite);
        QVERIFY(other);
        const auto import = store::sql::Transaction::begin(*other);
        QVERIFY(import);
        const SyncResult failed = sync("router");
        QVERIFY(!failed.ok);
        QVERIFY(!failed.isElsewhere);
        QCOMPARE(m_activity.asked.load(), 0);
    }

    void syncLock_isOnePerConnectionAndWorkspace_andEndsWithItsHolder()
    {
        using session::SyncLock;
        const auto isBusy = [](const Result<SyncLock>& lock) { return !lock && lock.error().code == ErrorCode::Busy; };
        const std::string link = m_folder->filePath("link.altimeter").toStdString();
        QVERIFY(QFile::link(QString::fromStdString(path()), QString::fromStdString(link)));
        const QStringList locks{"w.altimeter-sync-*"};
        {
            const auto held = SyncLock::take(path(), "router", kNow);
            QVERIFY(held);
            QVERIFY(isBusy(SyncLock::take(path(), "router", kNow)));
            QVERIFY(isBusy(SyncLock::take(link, "router", kNow)));
            QVERIFY(SyncLock::take(path(), "router/2", kNow)); // any name is a file's name
            QCOMPARE(QDir(m_folder->path()).entryList(locks).size(), 1);
        }
        QCOMPARE(QDir(m_folder->path()).entryList(locks), QStringList());
        QVERIFY(SyncLock::take(link, "router", kNow));
        const auto nowhere = SyncLock::take(path() + "-missing/w.altimeter", "router", kNow);
        QVERIFY(!nowhere);
        QVERIFY(nowhere.error().code == ErrorCode::Io);
    }

    void firstSync_bringsBackfill()
    {
        addConnection("router");
        const SyncResult result = sync("router");
        QVERIFY2(result.ok, result.problem.c_str());
        QCOMPARE(result.requests, std::uint64_t{33}); // a day each, balance, workspaces, keys
        QCOMPARE(result.measures, std::uint64_t{2});
        QCOMPARE(result.rows, std::uint64_t{30});
        QCOMPARE(billed(*m_engine), std::string("375"));
        const auto connections = m_engine->connections().list();
        QVERIFY(connections.ok());
        QCOMPARE(toString(connections->front().dataThrough), std::string("2026-11-20"));
        QCOMPARE(toString(connections->front().finalThrough), std::string("2026-11-18"));
        QVERIFY(connections->front().state == ConnectionInfo::State::Ok);
    }

    void secondSync_asksOnlyWhatMayHaveChanged()
    {
        addConnection("router");
        QVERIFY(sync("router").ok);
        m_activity.asked = 0;
        const SyncResult again = sync("router", {}, {kNow.seconds + 3600});
        QVERIFY2(again.ok, again.problem.c_str());
        QCOMPARE(again.requests, std::uint64_t{6});
        QCOMPARE(again.partitionsUnchanged, std::uint64_t{3});
        QCOMPARE(billed(*m_engine), std::string("375"));
    }

    void restatedDay_replacesOnlyThatDay()
    {
        addConnection("router");
        QVERIFY(sync("router").ok);
        m_activity.amounts["2026-11-01"] = "10.000000001";
        const SyncResult again =
            sync("router", {Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 3)}, {kNow.seconds + 86400});
        QVERIFY2(again.ok, again.problem.c_str());
        QCOMPARE(again.partitionsReplaced, std::uint64_t{1});
        QCOMPARE(again.partitionsUnchanged, std::uint64_t{1});
        QCOMPARE(billed(*m_engine), std::string("372.500000001"));
        const auto calendar = answer(
            *m_engine->snapshot(),
            CalendarQuestion{{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 3)}, Day::fromYmd(2026, 11, 22)}, {});
        QVERIFY(calendar.ok());
        QCOMPARE(calendar->restatements.size(), std::size_t{1});
        QVERIFY(calendar->restatements.front().wasFinal);
        QCOMPARE(calendar->restatements.front().before[1]->toString(0), std::string("12.5"));
        QCOMPARE(calendar->restatements.front().after[1]->toString(0), std::string("10.000000001"));
        QVERIFY(calendar->rows.front().days[0].isRestated);
        QVERIFY(!calendar->rows.front().days[1].isRestated);
        // and the proof holds for the month that is kept in days
        const auto proof = answer(*m_engine->snapshot(), ProofQuestion{{}, {}}, {});
        QVERIFY(proof.ok());
        QVERIFY(!proof->empty());
        for (const ProofLine& line : *proof)
            QVERIFY(line.reconciled());
    }

    void sourceThatBillsNothing_showsItsRestatements()
    {
        std::string spend = "987654.25";
        const LoopbackServer proxy([&spend](const Request& request) {
            LoopbackServer::Answer said;
            const std::string day = request.parameter("start_date").substr(0, 10);
            said.status = request.path == "/spend/logs/v2" ? 200 : 404;
            said.body = R"({"data":[{"request_id":"r","startTime":")" + day + R"(T10:00:00Z","model":"m","spend":)" +
                        spend + R"(}],"total":1,"page":1,"page_size":100,"total_pages":1})";
            return said;
        });
        ConnectionSettings settings;
        settings.name = "proxy";
        settings.kind = "litellm";
        settings.values["base_url"] = proxy.url();
        QVERIFY(m_engine->connections().save(settings, {{"api_key", kPlanted}}).ok());
        const Day day = Day::fromYmd(2026, 10, 1);
        QVERIFY(sync("proxy", {day, day + 1}).ok);
        spend = "1";
        QVERIFY(sync("proxy", {day, day + 1}, {kNow.seconds + 86400}).ok);
        const auto calendar =
            answer(*m_engine->snapshot(), CalendarQuestion{{day, day + 1}, Day::fromYmd(2026, 11, 22)}, {});
        QVERIFY(calendar.ok());
        QCOMPARE(calendar->restatements.size(), std::size_t{1});
        const Restatement& one = calendar->restatements.front();
        QVERIFY(one.lens() == CostLens::Effective);
        constexpr auto kEffective = static_cast<std::size_t>(CostLens::Effective);
        QCOMPARE(one.before[kEffective]->toString(0), std::string("987654.25"));
        QCOMPARE(one.after[kEffective]->toString(0), std::string("1"));
    }

    void dayThatEmptiedWithoutProof_staysAndIsTold()
    {
        addConnection("router");
        QVERIFY(sync("router").ok);
        m_activity.emptyDay = "2026-11-19";
        for (int times = 0; times < 2; ++times) {
            const SyncResult again = sync("router", {}, {kNow.seconds + 60 * (times + 1)});
            QVERIFY(again.ok);
            QCOMPARE(again.partitionsRemoved, std::uint64_t{0});
            QCOMPARE(again.findings.size(), std::size_t{1});
            QCOMPARE(again.findings.front().check, std::string("day-not-answered"));
            QVERIFY2(again.findings.front().message.ends_with("left as they were: 2026-11-19"),
                     again.findings.front().message.c_str());
            QCOMPARE(billed(*m_engine), std::string("375"));
            const auto findings = answer(*m_engine->snapshot(), FindingsQuestion{"router"}, {});
            QVERIFY(findings);
            QCOMPARE(findings->size(), std::size_t{1}); // not once for each sync
            const auto sources = answer(*m_engine->snapshot(), SourcesQuestion{}, {});
            QVERIFY(sources);
            QCOMPARE(sources->front().state, std::string("findings"));
        }
        const auto asked =
            answer(*m_engine->snapshot(),
                   CalendarQuestion{{Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)}, kNow.day()}, {});
        QVERIFY(asked);
        QVERIFY(asked->rows.front().days.front().askedAt == kNow); // by the sync that was answered
        m_activity.emptyDay.clear();
        const SyncResult whole = sync("router", {}, {kNow.seconds + 600});
        QVERIFY(whole.ok && whole.findings.empty());
        const auto findings = answer(*m_engine->snapshot(), FindingsQuestion{"router"}, {});
        QVERIFY(findings && findings->empty());
    }

    void dayThatItsUserKnowsIsEmpty_losesItsCharges()
    {
        addConnection("router");
        QVERIFY(sync("router").ok);
        m_activity.emptyDay = "2026-11-19";
        session::SyncOptions options;
        options.at = {kNow.seconds + 60};
        options.acceptsEmpty = true;
        const SyncResult again = m_engine->connections().syncOne("router", options, {}, {});
        QVERIFY(again.ok);
        QCOMPARE(again.partitionsRemoved, std::uint64_t{1});
        QVERIFY(again.findings.empty());
        QCOMPARE(billed(*m_engine), std::string("362.5"));
        const auto calendar =
            answer(*m_engine->snapshot(),
                   CalendarQuestion{{Day::fromYmd(2026, 11, 18), Day::fromYmd(2026, 11, 21)}, kNow.day()}, {});
        QVERIFY(calendar.ok());
        const auto& days = calendar->rows.front().days;
        QVERIFY(days[0].state == CalendarDay::State::Final);
        QVERIFY(days[1].state == CalendarDay::State::Empty);
        QVERIFY(days[2].state == CalendarDay::State::Estimated);
    }

    void failureInTheMiddle_storesNothingOfThatWindow()
    {
        addConnection("router");
        m_activity.failFrom = 20;
        const SyncResult result = sync("router");
        QVERIFY(!result.ok);
        QVERIFY(QString::fromStdString(result.problem).contains("a right is missing"));
        QVERIFY(!result.todo.empty());
        QCOMPARE(billed(*m_engine), std::string("nothing"));
        m_activity.failFrom = 1 << 30;
        QVERIFY(sync("router").ok); // goes on as if it had never begun
        QCOMPARE(billed(*m_engine), std::string("375"));
    }

    void interruptedSync_resumesWhereItStopped()
    {
        ConnectorInfo info;
        info.backfillDays = 100;
        info.refetchDays = 3;
        info.finalAfterDays = 5;
        info.chunkDays = 30;
        const Day today = Day::fromYmd(2026, 11, 21);
        const auto all = session::dueChunks(info, {}, {}, {}, today);
        QCOMPARE(all.size(), std::size_t{4});
        QCOMPARE(toString(all.front().to), std::string("2026-11-22"));
        QCOMPARE(toString(all.back().from), toString(today - 100));
        std::vector<store::CoveredDay> done;
        for (Day day = all[0].from; day < all[0].to; day = day + 1)
            done.push_back({day, kNow, 0, session::isFinalByAge(info, day, kNow)});
        const auto rest = session::dueChunks(info, {}, done, {}, today);
        // the trailing window again, then where the first run stopped
        QCOMPARE(toString(rest[0].from), toString(today - 3));
        QCOMPARE(toString(rest[1].to), toString(all[0].from));
        int days = 0;
        for (const DateRange& chunk : rest)
            days += chunk.days();
        QCOMPARE(days, 4 + 101 - 30);
        // a day that was estimated when asked and is final by now is asked for once more
        std::vector<store::CoveredDay> old;
        for (Day day = today - 100; day < today - 3; day = day + 1)
            old.push_back({day, kNow, 0, day != today - 50});
        const auto late = session::dueChunks(info, {}, old, {}, today);
        QCOMPARE(late.size(), std::size_t{2});
        QCOMPARE(toString(late[1].from), toString(today - 50));
        QCOMPARE(late[1].days(), 1);
    }

    void dayThatStaysUnanswered_isAskedForOnceAWeek()
    {
        ConnectorInfo info;
        info.backfillDays = 20;
        info.refetchDays = 2;
        info.chunkDays = 30;
        const Day today = Day::fromYmd(2026, 11, 21);
        const Day old = today - 10;
        std::vector<store::CoveredDay> others;
        for (Day day = today - 20; day <= today; day = day + 1) {
            if (day != old)
                others.push_back({day, kNow, 0, true});
        }
        session::Memory memory{{"etag:2026-11", "x"}};
        QCOMPARE(session::dueChunks(info, {}, others, {}, today, memory).size(), std::size_t{2});
        session::Memory later = memory;
        session::noteUnanswered(later, memory, {old - 3, old + 3}, {{old, old + 1}}, today);
        QCOMPARE(later.size(), std::size_t{2});
        QCOMPARE(session::dueChunks(info, {}, others, {}, today, later).size(), std::size_t{1}); // the trailing window
        QVERIFY(session::dueChunks(info, {}, others, {}, today + 6, later).back().from > old);
        QVERIFY(session::dueChunks(info, {}, others, {}, today + 7, later).back().from == old);
        QCOMPARE(session::dueChunks(info, {}, others, {old, old + 1}, today, later).size(), std::size_t{1}); // wanted
        session::Memory other = memory; // another chunk leaves it, its own answer takes it away
        session::noteUnanswered(other, later, {old + 3, old + 5}, {}, today);
        QVERIFY(other == later);
        session::noteUnanswered(other, later, {old, old + 5}, {}, today);
        QVERIFY(other == memory);
        // A day of the trailing window is asked for at each sync, whatever it answers.
        session::noteUnanswered(other, memory, {today, today + 1}, {{today, today + 1}}, today);
        QVERIFY(session::dueChunks(info, {}, others, {}, today, other).front().to == today + 1);
    }

    void monthKinds_getWholeMonths()
    {
        ConnectorInfo info;
        info.slice = ConnectorInfo::Slice::Month;
        info.backfillDays = 40;
        info.chunkDays = 31;
        const auto chunks = session::dueChunks(info, {}, {}, {}, Day::fromYmd(2026, 11, 21));
        QCOMPARE(chunks.size(), std::size_t{2});
        QCOMPARE(toString(chunks[0].from), std::string("2026-11-01"));
        QCOMPARE(toString(chunks[0].to), std::string("2026-12-01"));
        QCOMPARE(toString(chunks[1].from), std::string("2026-10-01"));
    }

    void chunksOfASync_signInOnce()
    {
        std::atomic<int> tokens = 0;
        std::atomic<int> questions = 0;
        const LoopbackServer azure([&](const Request& request) {
            LoopbackServer::Answer said;
            if (request.path.ends_with("/token")) {
                ++tokens;
                said.body = R"({"token_type":"Bearer","expires_in":3599,"access_token":"tok-1"})";
            } else {
                ++questions;
                said.body = R"({"properties":{"nextLink":null,"columns":[{"name":"Cost"},{"name":"UsageDate"},)"
                            R"({"name":"ServiceName"},{"name":"ResourceGroupName"},{"name":"Currency"}],"rows":[]}})";
            }
            return said;
        });
        ConnectionSettings settings;
        settings.name = "azure";
        settings.kind = "azure-cost";
        settings.values = {{"base_url", azure.url()}, {"login_url", azure.url()}, {"tenant_id", "t"},
                           {"client_id", "c"},        {"scope", "sub-1"},         {"budgets", "no"}};
        QVERIFY(m_engine->connections().save(settings, {{"client_secret", kPlanted}}).ok());
        const SyncResult synced = sync("azure", {Day::fromYmd(2026, 8, 1), Day::fromYmd(2026, 11, 1)});
        QVERIFY2(synced.ok, synced.problem.c_str());
        QVERIFY2(questions >= 6, qPrintable(QString::number(questions))); // two reports of at least three chunks
        QCOMPARE(tokens.load(), 1);
    }

    void exportOfAHeaderAlone_takesNoMonthAway()
    {
        const std::string header = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,"
                                   "BillingPeriodStart,ProviderName,BillingAccountId,ServiceName\n";
        std::string lines =
            "987654.25,1.5,USD,2026-10-03T00:00:00Z,2026-10-04T00:00:00Z,2026-10-01T00:00:00Z,AWS,1,EC2\n";
        int run = 1;
        const std::string month = "BILLING_PERIOD=2026-10/";
        const LoopbackServer bucket([&](const Request& request) {
            const std::map<std::string, std::string> objects{
                {"p/e/metadata/" + month + "e-Manifest.json",
                 "{\"dataFiles\":[\"s3://b/p/e/data/" + month + "1.csv\"]}"},
                {"p/e/data/" + month + "1.csv", header + lines}};
            LoopbackServer::Answer said;
            said.type = "application/xml";
            const std::string tag = "\"run" + std::to_string(run) + '"';
            const std::string path = LoopbackServer::decoded(request.path);
            if (path == "/b/") {
                const std::string prefix = request.parameter("prefix");
                said.body = "<ListBucketResult><IsTruncated>false</IsTruncated>";
                for (const auto& [key, body] : objects) {
                    const auto slash = key.find('/', prefix.size());
                    if (key.starts_with(prefix) && slash != std::string::npos)
                        said.body +=
                            "<CommonPrefixes><Prefix>" + key.substr(0, slash + 1) + "</Prefix></CommonPrefixes>";
                    else if (key.starts_with(prefix))
                        said.body += "<Contents><Key>" + key +
                                     "</Key><LastModified>2026-11-20T06:00:00.000Z</LastModified><ETag>" + tag +
                                     "</ETag><Size>" + std::to_string(body.size()) + "</Size></Contents>";
                }
                said.body += "</ListBucketResult>";
                return said;
            }
            const auto found = objects.find(path.substr(3));
            said.status = found == objects.end() ? 404 : 200;
            said.body = found == objects.end() ? "<Error><Code>NoSuchKey</Code></Error>" : found->second;
            said.headers.emplace_back("ETag", tag);
            return said;
        });
        ConnectionSettings settings;
        settings.name = "export";
        settings.kind = "aws-data-export";
        settings.values = {{"s3_url", bucket.url()},
                           {"access_key_id", "AKIA1"},
                           {"bucket", "b"},
                           {"prefix", "p"},
                           {"export_name", "e"}};
        QVERIFY(m_engine->connections().save(settings, {{"secret_access_key", kPlanted}}).ok());
        const DateRange october{Day::fromYmd(2026, 10, 1), Day::fromYmd(2026, 11, 1)};
        const SyncResult first = sync("export", october);
        QVERIFY2(first.ok, first.problem.c_str());
        QCOMPARE(billed(*m_engine, "export"), std::string("987654.25"));
        lines.clear(); // a new run, which holds its header alone
        run = 2;
        const SyncResult second = sync("export", october);
        QVERIFY2(second.ok, second.problem.c_str());
        QCOMPARE(billed(*m_engine, "export"), std::string("987654.25"));
        QVERIFY(!second.findings.empty());
        QCOMPARE(second.partitionsRemoved, std::uint64_t{0});
    }

    void severalConnections_oneFailsTheOthersGoOn()
    {
        addConnection("a");
        addConnection("b");
        ConnectionSettings broken;
        broken.name = "broken";
        broken.kind = "openrouter";
        broken.values["base_url"] = "http://127.0.0.1:1";
        QVERIFY(m_engine->connections().save(broken, {{"management_key", "k"}}).ok());
        session::SyncOptions options;
        options.at = kNow;
        options.wanted = {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 21)};
        std::set<std::string> heard;
        const auto results = m_engine->connections().sync(
            options, [&heard](const SyncProgress& at) { heard.insert(at.connection); }, {});
        QVERIFY(results.ok());
        QCOMPARE(results->size(), std::size_t{3});
        QVERIFY((*results)[0].ok);
        QVERIFY((*results)[1].ok);
        QVERIFY(!(*results)[2].ok);
        QCOMPARE(heard.size(), std::size_t{3});
        QCOMPARE(billed(*m_engine), std::string("50"));
        // both hold the same account: the calendar says so
        const auto calendar = answer(*m_engine->snapshot(), CalendarQuestion{options.wanted, kNow.day()}, {});
        QVERIFY(calendar.ok());
        QVERIFY(calendar->rows[0].days[0].isOverlapping);
        QCOMPARE(calendar->rows[0].overlaps, std::vector<std::string>{"b"});
    }

    void calendar_findsPlantedGap()
    {
        addConnection("router");
        QVERIFY(sync("router", {Day::fromYmd(2026, 11, 10), Day::fromYmd(2026, 11, 12)}).ok);
        QVERIFY(sync("router", {Day::fromYmd(2026, 11, 14), Day::fromYmd(2026, 11, 16)}).ok);
        const auto calendar = answer(
            *m_engine->snapshot(),
            CalendarQuestion{{Day::fromYmd(2026, 11, 9), Day::fromYmd(2026, 11, 18)}, Day::fromYmd(2026, 11, 18)}, {});
        QVERIFY(calendar.ok());
        std::string states;
        for (const CalendarDay& day : calendar->rows.front().days)
            states += "-GefEu"[static_cast<int>(day.state)];
        // 9: before all; 10, 11 there; 12, 13 missing; 14, 15 there; 16, 17 not asked for
        QCOMPARE(states, std::string("-ffGGffGG"));
    }

    void cancel_leavesTheWorkspaceAsItWas()
    {
        addConnection("router");
        std::stop_source stop;
        stop.request_stop();
        const SyncResult result = sync("router", {}, kNow, stop.get_token());
        QVERIFY(!result.ok);
        QVERIFY(result.wasCancelled);
        QCOMPARE(billed(*m_engine), std::string("nothing"));
        QVERIFY(m_engine->connections().list()->front().problem.empty());
    }

    void estimatedCharges_areSeparable()
    {
        addConnection("router");
        QVERIFY(sync("router").ok);
        CostQuery query;
        query.by = {Dim{Dim::Kind::ChargeState, {}}};
        const auto table = answer(*m_engine->snapshot(), TableQuestion{query}, {});
        QVERIFY(table.ok());
        QCOMPARE(table->rows.size(), std::size_t{2});
        QCOMPARE(table->rows[0].keys[0], std::string("Final"));
        QCOMPARE(table->rows[0].cost.toString(0), std::string("350"));
        QCOMPARE(table->rows[1].cost.toString(0), std::string("25"));
        const auto overview = answer(*m_engine->snapshot(), OverviewQuestion{CostLens::Effective}, {});
        QVERIFY(overview.ok());
        QVERIFY(overview->currencies.front().hasEstimated);
        QCOMPARE(overview->currencies.front().estimated.toString(0), std::string("25"));
    }

    void sourceThatIsADayBehind_makesNoAnomaly()
    {
        std::ofstream file(m_folder->filePath("c.csv").toStdString());
        file << "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName\n";
        for (Day day = Day::fromYmd(2026, 9, 1); day <= Day::fromYmd(2026, 11, 19); day = day + 1)
            file << 1000 + day.number % 7 << ',' << 1000 + day.number % 7 << ",USD," << toString(day) << "T00:00:00Z,"
                 << toString(day + 1) << "T00:00:00Z,AWS\n";
        file.close();
        session::ImportOptions options;
        options.source = "cloud";
        QVERIFY(
            session::importPaths(m_engine->file(), {m_folder->filePath("c.csv").toStdString()}, options, {}, {}).ok());
        addConnection("router");
        QVERIFY(sync("router").ok); // has the 20th, which the cloud's files do not hold yet
        const auto overview = answer(*m_engine->snapshot(), OverviewQuestion{CostLens::Effective}, {});
        QVERIFY(overview.ok());
        for (const auto& item : overview->anomalies)
            QVERIFY2(item.mark.period <= Day::fromYmd(2026, 11, 19), toString(item.mark.period).c_str());
        const auto& points = overview->currencies.front().daily.points;
        QCOMPARE(toString(points.back().period), std::string("2026-11-20"));
        QVERIFY(!points.back().known);
        QVERIFY(points[points.size() - 2].known);
        QVERIFY(overview->currencies.front().monthEndMean > 20'000);
    }

    void settings_areChecked()
    {
        ConnectionSettings settings;
        settings.name = "x";
        settings.kind = "openrouter";
        settings.values["base_url"] = "https://user:pass@host";
        QVERIFY(!m_engine->connections().save(settings, {}).ok());
        settings.values["base_url"] = "ftp://host";
        QVERIFY(!m_engine->connections().save(settings, {}).ok());
        settings.values["base_url"] = "https://host";
        settings.values["management_key"] = "clear text";
        const auto clear = m_engine->connections().save(settings, {});
        QVERIFY(!clear.ok());
        settings.values.erase("management_key");
        settings.kind = "nothing";
        QVERIFY(!m_engine->connections().save(settings, {}).ok());
    }

    void missingSecret_isSaidPlainly()
    {
        ConnectionSettings settings;
        settings.name = "My router";
        settings.kind = "openrouter";
        QVERIFY(m_engine->connections().save(settings, {}).ok());
        const SyncResult result = sync("My router");
        QVERIFY(!result.ok);
        QVERIFY(QString::fromStdString(result.todo).contains("ALTIMETER_SECRET_MY_ROUTER_MANAGEMENT_KEY"));
        QCOMPARE(m_server->count(), std::size_t{0});
    }

    void environment_givesTheSecret()
    {
        ConnectionSettings settings;
        settings.name = "env";
        settings.kind = "openrouter";
        settings.values["base_url"] = m_server->url();
        QVERIFY(m_engine->connections().save(settings, {{"management_key", "env:ALTIMETER_TEST_KEY"}}).ok());
        qputenv("ALTIMETER_TEST_KEY", "from-the-environment");
        QVERIFY(sync("env", {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)}).ok);
        qunsetenv("ALTIMETER_TEST_KEY");
        QCOMPARE(m_server->requests().front().headers.at("authorization"), std::string("Bearer from-the-environment"));
    }

    void plantedSecret_isNowhereOnDisk()
    {
        addConnection("router");
        QVERIFY(sync("router").ok);
        m_activity.failFrom = 0; // a failing one leaves a message
        QVERIFY(!sync("router", {}, {kNow.seconds + 60}).ok);
        QVERIFY(m_engine->connections().test(m_engine->connections().list()->front().settings, {}, {}).ok() == false);
        m_engine.reset();
        const QByteArray secret(kPlanted);
        int files = 0;
        for (const QString& folder : {m_folder->path(), QDir::homePath()}) {
            QDirIterator all(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
            while (all.hasNext() && files < 5000) {
                QFile file(all.next());
                if (file.size() > 50'000'000 || !file.open(QIODevice::ReadOnly))
                    continue;
                ++files;
                const QByteArray bytes = file.readAll();
                for (const QByteArray& form :
                     {secret, secret.toBase64(), secret.toPercentEncoding(), secret.mid(0, 16)})
                    QVERIFY2(!bytes.contains(form), qPrintable(file.fileName()));
            }
            if (qEnvironmentVariable("HOME") != QDir::homePath() || !QDir::homePath().startsWith(QDir::tempPath()))
                break; // only a home of the tests' own is searched
        }
        QVERIFY(files > 0);
        auto engine = Engine::open(path());
        QVERIFY(engine.ok());
        m_engine = engine.take();
    }

    void importUnderAConnectionsName_isRefused()
    {
        addConnection("router");
        QVERIFY(sync("router", {Day::fromYmd(2026, 11, 19), Day::fromYmd(2026, 11, 20)}).ok);
        std::ofstream(m_folder->filePath("c.csv").toStdString())
            << "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName\n"
               "1,1,USD,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,AWS\n";
        session::ImportOptions options;
        options.source = "router";
        const auto mixed =
            session::importPaths(m_engine->file(), {m_folder->filePath("c.csv").toStdString()}, options, {}, {});
        QVERIFY(!mixed.ok());
        QVERIFY(QString::fromStdString(mixed.error().text()).contains("another kind"));
    }
};

QTEST_GUILESS_MAIN(TestSync)
#include "tst_sync.moc"
