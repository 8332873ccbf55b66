#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/sessionbackend.h"
#include "app/session/sync/connections.h"
#include "tests/testkit/loopbackserver.h"
#include "tests/testkit/ownconfig.h"
#include "ui/charts/calendarview.h"
#include "ui/items/gridview.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/connections/connectionwizard.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/shell/mainwindow.h"

#include <atomic>
#include <set>

using namespace altimeter;
using altimeter::testing::LoopbackServer;

namespace {

constexpr const char* kPlanted = "sk-planted-in-the-window-51c7";

/// The present, as the window knows it: its schedule and its calendar go by the clock of this computer.
Day today()
{
    return Instant{QDateTime::currentSecsSinceEpoch()}.day();
}

/// OpenRouter's activity: 12.34 USD a day, and the day before yesterday nothing.
LoopbackServer::Answer activity(const LoopbackServer::Request& request)
{
    LoopbackServer::Answer said;
    if (request.headers.at("authorization") != std::string("Bearer ") + kPlanted) {
        said.status = 401;
        said.body = R"({"error":{"message":"no such key"}})";
        return said;
    }
    const std::string date = request.parameter("date");
    if (request.path == "/credits")
        said.body = R"({"data":{"total_credits":500,"total_usage":345.52}})";
    else if (request.path == "/keys" || date == toString(today() - 2))
        said.body = R"({"data":[]})";
    else
        said.body = R"({"data":[{"date":")" + date + R"(","model":"m","model_permaslug":"m-1","endpoint_id":"e",)" +
                    R"("provider_name":"Vendor","usage":12.34,"byok_usage_inference":0,"requests":1,)" +
                    R"("prompt_tokens":1,"completion_tokens":1,"reasoning_tokens":0}]})";
    return said;
}

template <typename Widget> Widget* byName(QWidget* parent, const QString& start)
{
    for (auto* widget : parent->findChildren<Widget*>()) {
        if (widget->accessibleName().startsWith(start))
            return widget;
    }
    return nullptr;
}

QPushButton* button(QWidget* parent, const QString& text)
{
    for (auto* found : parent->findChildren<QPushButton*>()) {
        if (found->text() == text && found->isVisible())
            return found;
    }
    return nullptr;
}

void type(QWidget* parent, const QString& field, const QString& text)
{
    auto* line = byName<QLineEdit>(parent, field);
    QVERIFY2(line, qPrintable(field));
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
}

} // namespace

/// From the wizard over a real sync to the money on Overview and the day in the calendar.
class TestConnections : public QObject {
    Q_OBJECT

    const testing::OwnConfig m_config;
    QTemporaryDir m_dir;

    ui::ConnectionWizard* openWizard(ui::MainWindow& window)
    {
        auto* page = window.findChild<ui::ConnectionsPage*>();
        page->addConnection("openrouter");
        ui::ConnectionWizard* wizard = nullptr;
        [&] { QTRY_VERIFY_WITH_TIMEOUT((wizard = window.findChild<ui::ConnectionWizard*>()), 5000); }();
        return wizard;
    }

    /// A workspace as a stranger hands it over: a variable of the reader for the stranger's server, a file of the
    /// reader, a proxy, and a name that is asked without encryption. All of it is due.
    QString strangersWorkspace(const LoopbackServer& thief)
    {
        const testing::OwnConfig theirs;
        const QString path = m_dir.filePath("stranger.altimeter");
        QFile::remove(path);
        QFile own(m_dir.filePath("private.csv"));
        if (own.open(QIODevice::WriteOnly))
            own.write("cost,day\n1,2026-11-19\n");
        auto engine = session::Engine::create(path.toStdString());
        const auto add = [&](const char* name, const char* kind, std::map<std::string, std::string> values) {
            const std::map<std::string, std::string> secrets{{"management_key", "env:AWS_SECRET_ACCESS_KEY"}};
            const auto saved = (*engine)->connections().save(
                {name, kind, std::move(values), 1},
                std::string(kind) == "feed" ? std::map<std::string, std::string>() : secrets,
                session::PlainHttp::Allow);
            if (!saved)
                qFatal("%s", saved.error().text().c_str());
        };
        add("variable", "openrouter", {{"base_url", thief.url()}});
        add("proxy", "openrouter", {{"base_url", "http://billing.example.invalid"}, {"proxy", thief.url()}});
        add("plain", "openrouter", {{"base_url", "http://192.0.2.2:18080"}}); // an address for documents only
        add("file", "feed",
            {{"location", own.fileName().toStdString()},
             {"currency", "USD"},
             {"column:BilledCost", "cost"},
             {"column:ChargePeriodStart", "day"}});
        return path;
    }

public:
    TestConnections()
    {
        if (qEnvironmentVariableIsSet("ALTIMETER_LONG")) // else a function may take five minutes at most
            qputenv("QTEST_FUNCTION_TIMEOUT", "900000");
    }

private slots:
    void addSyncAndSee()
    {
        const LoopbackServer server(activity);
        gui::SessionBackend backend(m_dir.filePath("settings.ini"), session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.resize(1280, 800);
        window.show();
        window.openWorkspace(m_dir.filePath("new.altimeter"), true);
        QTRY_VERIFY_WITH_TIMEOUT(!backend.workspaces().info().path.empty(), 20'000);
        window.showPage("connections");
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);

        // 1. add through the wizard; a wrong key is refused in plain words before anything is stored
        ui::ConnectionWizard* wizard = openWizard(window);
        QVERIFY(wizard);
        type(wizard, "Name", "router");
        type(wizard, "Base address", QString::fromStdString(server.url()));
        type(wizard, "Management key", "sk-wrong-key-000000");
        button(wizard, "Test")->click();
        QTRY_VERIFY_WITH_TIMEOUT(server.count() == 1, 10'000);
        const auto says = [&](const QString& words) {
            for (auto* label : wizard->findChildren<QLabel*>()) {
                if (label->isVisible() && label->text().contains(words))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(says("does not accept the credential"), 10'000);
        QVERIFY(says("Check the management key"));
        type(wizard, "Management key", kPlanted);
        button(wizard, "Test")->click();
        QTRY_VERIFY_WITH_TIMEOUT(says("345.52 USD"), 10'000);
        button(wizard, "Save and sync")->click();

        // 2. the sync runs and the page says what came of it
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{29}, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        std::vector<ConnectionInfo> known;
        const auto isOk = [&] { // the outcome is written after the last charge
            backend.connections().list("test", [&](Result<std::vector<ConnectionInfo>> answer) { known = *answer; });
            QTest::qWait(50);
            return known.size() == 1 && known.front().state == ConnectionInfo::State::Ok;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isOk(), 10'000);
        QCOMPARE(known.front().rows, std::uint64_t{29});
        QCOMPARE(toString(known.front().dataThrough), toString(today() - 1));

        // 3. the money is on Overview: 12.34 for each day of the last day's month, with its estimated part
        window.showPage("overview");
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        auto* card = byName<ui::KeyFigureCard>(&window, "Month to date");
        QVERIFY(card);
        int days = 0;
        for (Day day = today() - 30; day < today(); day = day + 1)
            days += day.firstOfMonth() == (today() - 1).firstOfMonth() && day != today() - 2 ? 1 : 0;
        const QString expected =
            QString::number(1234 * days / 100) + '.' + QString::number(1234 * days % 100).rightJustified(2, '0');
        QCOMPARE(QString(card->content().figure).remove('$').remove(','), expected);
        QVERIFY2(card->accessibleName().contains("estimated", Qt::CaseInsensitive) ||
                     card->accessibleDescription().contains("estimated", Qt::CaseInsensitive) ||
                     !card->findChildren<QLabel*>().isEmpty(),
                 "the estimated part is not told");

        // 4. the day is in the calendar, the empty one too, and a key opens its charges
        auto* page = window.findChild<ui::ConnectionsPage*>();
        window.showPage("connections");
        page->showTab("completeness");
        auto* calendar = window.findChild<ui::CalendarView*>();
        QVERIFY(calendar);
        QTRY_VERIFY_WITH_TIMEOUT(calendar->shownRows() == 1, 20'000);
        QVERIFY(calendar->setCurrent("router", today() - 2));
        QVERIFY(calendar->day(*calendar->current()).state == CalendarDay::State::Empty);
        QVERIFY(calendar->setCurrent("router", today() - 1));
        QVERIFY(calendar->day(*calendar->current()).state == CalendarDay::State::Estimated);
        QVERIFY(calendar->setCurrent("router", today() - 10));
        QVERIFY(calendar->day(*calendar->current()).state == CalendarDay::State::Final);
        calendar->setFocus();
        QTest::keyClick(calendar, Qt::Key_Return);
        QTRY_COMPARE(window.currentPage(), QString("explore"));
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        auto* explore = window.findChild<ui::ExplorePage*>();
        bool bySource = false;
        for (const Filter& filter : explore->state().allFilters())
            bySource = bySource || (filter.dim.kind == Dim::Kind::Source && filter.values.front() == "router");
        QVERIFY(bySource);

        // 5. the key is nowhere in the folder of the workspace and the settings
        for (const QFileInfo& file : QDir(m_dir.path()).entryInfoList(QDir::Files | QDir::Hidden)) {
            QFile bytes(file.filePath());
            QVERIFY(bytes.open(QIODevice::ReadOnly));
            QVERIFY2(!bytes.readAll().contains(kPlanted), qPrintable(file.fileName()));
        }
    }

    void strangersWorkspace_asksNothing_untilItIsConfirmedInTheWindow()
    {
        LoopbackServer thief(activity);
        const QString path = strangersWorkspace(thief);
        for (const char* name : {"AWS_SECRET_ACCESS_KEY", "ALTIMETER_SECRET_VARIABLE_MANAGEMENT_KEY"})
            qputenv(name, kPlanted);
        for (const char* name : {"http_proxy", "all_proxy"})
            qputenv(name, QByteArray::fromStdString(thief.url()));
        gui::SessionBackend backend(m_dir.filePath("settings3.ini"), session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.resize(1280, 800);
        window.show();
        window.openWorkspace(path, false);
        QTRY_VERIFY_WITH_TIMEOUT(!backend.workspaces().info().path.empty(), 20'000);
        const Instant now{QDateTime::currentSecsSinceEpoch()};
        const auto settle = [&backend] { // questions and syncs run side by side; their answers come in order
            bool answered = false;
            backend.connections().list("settled", [&answered](const auto&) { answered = true; });
            QTRY_VERIFY_WITH_TIMEOUT(answered, 10'000);
            QTest::qWait(100);
        };
        for (const std::int64_t hours : {0, 1, 24, 24 * 365}) {
            backend.syncWhatIsDue({now.seconds + hours * 3600});
            settle();
        }
        std::optional<std::vector<SyncResult>> all;
        backend.syncs().start({}, {}, [&all](Result<std::vector<SyncResult>> answer) { all = *answer; });
        QTRY_VERIFY_WITH_TIMEOUT(all.has_value(), 10'000);
        std::optional<std::vector<SyncResult>> named;
        backend.syncs().start({"variable", "proxy", "plain", "file"}, {},
                              [&named](Result<std::vector<SyncResult>> answer) { named = *answer; });
        QTRY_VERIFY_WITH_TIMEOUT(named.has_value(), 10'000);
        QCOMPARE(named->size(), std::size_t{4});
        for (const SyncResult& result : *named) {
            QVERIFY(!result.ok);
            QVERIFY2(QString::fromStdString(result.problem).contains("not confirmed on this computer"),
                     result.problem.c_str());
        }
        if (qEnvironmentVariableIsSet("ALTIMETER_LONG")) // the window's own timer, five times
            QTest::qWait(310'000);
        QCOMPARE(thief.connections(), std::size_t{0});
        QCOMPARE(backend.workspaces().info().rows, std::uint64_t{0});

        // the page says so, and shows what would be sent where before anything is
        window.showPage("connections");
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        auto* page = window.findChild<ui::ConnectionsPage*>();
        auto* grid = byName<ui::GridView>(page, "Connections");
        QVERIFY(grid);
        for (int row = 0; row < grid->model()->rowCount(); ++row) {
            QCOMPARE(grid->model()->index(row, 0).data().toString(), QString("On hold"));
            if (grid->model()->index(row, 1).data().toString() == "variable")
                grid->setCurrentIndex(grid->model()->index(row, 1));
        }
        button(page, "Confirm…")->click();
        auto* dialog = byName<QDialog>(page, "Confirm connection");
        QVERIFY(dialog);
        QVERIFY(byName<QLabel>(dialog, "Asks: " + QString::fromStdString(thief.url())));
        QVERIFY(byName<QLabel>(dialog, "Sends the variable: AWS_SECRET_ACCESS_KEY"));
        QCOMPARE(thief.connections(), std::size_t{0});
        button(dialog, "Use it")->click();
        const auto isConfirmed = [&] {
            return button(page, "Sync") && grid->currentIndex().isValid() &&
                   grid->model()->index(grid->currentIndex().row(), 0).data().toString() == "New";
        };
        QTRY_VERIFY_WITH_TIMEOUT(isConfirmed(), 10'000);
        backend.syncWhatIsDue({now.seconds + 3600});
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{29}, 30'000);
        for (const auto& request : thief.requests())
            QVERIFY(request.headers.at("host").find("invalid") == std::string::npos); // only this one was confirmed
        for (const char* name :
             {"AWS_SECRET_ACCESS_KEY", "ALTIMETER_SECRET_VARIABLE_MANAGEMENT_KEY", "http_proxy", "all_proxy"})
            qunsetenv(name);
    }

    void schedule_syncsWhatIsDue_andCancelEndsASlowOne()
    {
        std::atomic<bool> slow = false;
        const LoopbackServer server([&slow](const LoopbackServer::Request& request) {
            auto answer = activity(request);
            if (slow)
                answer.delay = std::chrono::seconds(30);
            return answer;
        });
        gui::SessionBackend backend(m_dir.filePath("settings2.ini"), session::memorySecretStore("this is a test."));
        bool opened = false;
        backend.workspaces().open(m_dir.filePath("scheduled.altimeter").toStdString(), true,
                                  [&](Result<WorkspaceInfo> info) { opened = info.ok(); });
        QTRY_VERIFY(opened);
        ui::ConnectionDraft draft;
        draft.settings.name = "router";
        draft.settings.kind = "openrouter";
        draft.settings.everyHours = 6;
        draft.settings.values["base_url"] = server.url();
        draft.secrets["management_key"] = kPlanted;
        bool saved = false;
        backend.connections().save(draft, [&](Result<bool> answer) { saved = answer.ok(); });
        QTRY_VERIFY(saved);
        std::set<std::string> phases;
        backend.syncs().onProgress = [&](const SyncProgress& at) { phases.insert(at.phase); };
        const Instant now{QDateTime::currentSecsSinceEpoch()};
        backend.syncWhatIsDue(now);
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{29}, 30'000);
        QTRY_VERIFY(phases.contains("storing"));
        const std::size_t asked = server.count();
        backend.syncWhatIsDue({now.seconds + 3600}); // not yet
        QTest::qWait(200);
        QCOMPARE(server.count(), asked);

        // what another program writes into the open workspace is shown
        {
            auto other = session::Engine::open(m_dir.filePath("scheduled.altimeter").toStdString());
            QVERIFY(other.ok());
            (*other)->connections().setSecretStore(session::memorySecretStore("this is a test."));
            QFile file(m_dir.filePath("c.csv"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName\n"
                       "1,1,USD,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,AWS\n");
            file.close();
            QVERIFY(session::importPaths((*other)->file(), {file.fileName().toStdString()}, {}, {}, {}).ok());
        }
        QCOMPARE(backend.workspaces().info().rows, std::uint64_t{29});
        backend.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{30}, 10'000);

        slow = true;
        bool answered = false;
        std::vector<SyncResult> results;
        backend.syncs().start({"router"}, {}, [&](Result<std::vector<SyncResult>> answer) {
            answered = true;
            results = *answer;
        });
        QTRY_VERIFY_WITH_TIMEOUT(server.count() > asked, 10'000);
        QElapsedTimer timer;
        timer.start();
        backend.syncs().cancel("router");
        QTRY_VERIFY_WITH_TIMEOUT(answered, 10'000);
        QCOMPARE(results.size(), std::size_t{1});
        QVERIFY(results.front().wasCancelled);
        QVERIFY2(timer.elapsed() < 5000, "the server would have taken 30 s");
        qInfo("cancelled after %lld ms", timer.elapsed());
        QCOMPARE(backend.workspaces().info().rows, std::uint64_t{30});
    }
};

QTEST_MAIN(TestConnections)
#include "tst_connections.moc"
