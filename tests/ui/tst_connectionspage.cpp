#include <QTest>

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>

#include "tests/ui/shellfake.h"
#include "ui/items/gridview.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/banner.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/connections/connectiontext.h"
#include "ui/pages/connections/connectionwizard.h"
#include "ui/pages/connections/kindlist.h"
#include "ui/pages/connections/reachconfirm.h"
#include "ui/pages/connections/syncconfirm.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::ConnectionsPage;
using ui::GridView;

namespace {

enum Column { State, Name, KindTitle, Problem, Through, Final, LastSync, Behind, Lines, Requests, Spent, Schedule };

/// As a connection is that somebody else made.
void makeUnconfirmed(ConnectionInfo& connection, const std::string& origin)
{
    connection.state = ConnectionInfo::State::Unconfirmed;
    connection.unconfirmed = "it was never confirmed on this computer";
    connection.reach.origins = {origin};
    connection.reach.environment = {"OPENAI_KEY"};
    connection.reach.keys = {"Administration key"};
    if (origin.starts_with("http://"))
        connection.reach.plain = {origin};
}

struct Stage {
    ShellFake backend;
    std::unique_ptr<ConnectionsPage> page;

    explicit Stage(ShellFake::Scene scene = ShellFake::Scene::Normal, bool isReady = true) : backend(scene)
    {
        page = std::make_unique<ConnectionsPage>(backend, nullptr, [] { return test::kFakeNow; });
        page->resize(1180, 740);
        page->show();
        (void)QTest::qWaitForWindowActive(page.get()); // keys are shortcuts
        if (isReady)
            page->workspaceChanged(backend.workspaces().info());
    }
    GridView* grid() const
    {
        for (auto* found : page->findChildren<GridView*>())
            if (found->accessibleName() == "Connections")
                return found;
        return nullptr;
    }
    int rowOf(const QString& name) const
    {
        for (int row = 0; row < grid()->model()->rowCount(); ++row)
            if (cell(row, Name) == name)
                return row;
        return -1;
    }
    QString cell(int row, int column) const { return grid()->model()->index(row, column).data().toString(); }
    QString cell(const QString& name, int column) const { return cell(rowOf(name), column); }
    void choose(const QString& name) const
    {
        grid()->setFocus();
        grid()->setCurrentIndex(grid()->model()->index(rowOf(name), Name));
    }
    QPushButton* button(const QString& text) const
    {
        for (auto* found : page->findChildren<QPushButton*>())
            if (found->text() == text && found->isVisible())
                return found;
        return nullptr;
    }
    /// The label whose accessible name begins so.
    QString said(const QString& name) const
    {
        for (auto* found : page->findChildren<QLabel*>())
            if (found->accessibleName().startsWith(name + ": ") && found->isVisible())
                return found->text();
        return {};
    }
    std::vector<std::string> names(std::initializer_list<const char*> list) const { return {list.begin(), list.end()}; }
    SyncResult result(const char* name, bool ok) const
    {
        SyncResult made;
        made.connection = name;
        made.ok = ok;
        made.rows = ok ? 1204 : 0;
        made.partitionsNew = ok ? 1 : 0;
        made.partitionsReplaced = ok ? 2 : 0;
        return made;
    }
};

} // namespace

class TestConnectionsPage : public QObject {
    Q_OBJECT
private slots:
    void grid_showsHowEachStands();
    void failing_saysWhatAndWhatToDo();
    void words_ofAgesAndSchedules();
    void banner_saysWhereSecretsAreNotKept();
    void freeSync_startsAtOnce();
    void pricedSync_isConfirmedFirst();
    void syncAll_canLeaveOutWhatCosts();
    void syncWithoutPrice_doesNotStart();
    void unconfirmed_isShownWhatItWouldDoAndNotSynced();
    void unconfirmed_inClear_needsAWordMore();
    void progress_isShownPerConnection();
    void cancel_stopsOneOrAll();
    void syncOfAnotherProgram_isNoFailure();
    void results_areToldAndFailuresStay();
    void scheduledSync_isShownUntilItEnds();
    void selectedRows_areSyncedTogether();
    void test_answersInThePane();
    void wizard_addsAndSyncs();
    void edit_opensByKey();
    void remove_isConfirmedAndKeepsCharges();
    void enter_showsTheCharges();
    void selection_survivesANewAnswer();
    void empty_offersTheKinds();
    void failure_canBeTriedAgain();
    void huge_isReadyQuickly();
    void menu_offersWhatWorksNow();
    void copyAndExport_takeTheTable();
    void help_namesTheKind();
};

void TestConnectionsPage::grid_showsHowEachStands()
{
    Stage stage;
    QVERIFY(stage.page->isSettled());
    QCOMPARE(stage.grid()->model()->rowCount(), 7);
    const struct {
        const char* name;
        const char* state;
        const char* behind;
    } expected[] = {{"openai", "OK", "1 day"},
                    {"anthropic-org", "Failing", "9 days"},
                    {"azure-prod", "Syncing", "1 day"},
                    {"openrouter", "Key missing", "1 day"},
                    {"k8s-eu-west", "New", ""}};
    for (const auto& row : expected) {
        QCOMPARE(stage.cell(row.name, State), QString(row.state));
        QCOMPARE(stage.cell(row.name, Behind), QString(row.behind));
        QVERIFY(stage.grid()->model()->index(stage.rowOf(row.name), State).data(Qt::DecorationRole).isValid());
    }
    QCOMPARE(stage.cell("aws-costs", Spent), QString("$3.42"));
    QCOMPARE(stage.cell("openai", Spent), QString());
    QCOMPARE(stage.cell("openai", LastSync), QString("2 h ago"));
    QCOMPARE(stage.grid()->model()->index(0, LastSync).data(Qt::ToolTipRole).toString(),
             QString("2026-11-21 08:00:00 UTC"));
    QCOMPARE(stage.cell("gcp-billing", Schedule), QString("every 6 h"));
    QCOMPARE(stage.cell("k8s-eu-west", LastSync), QString("never"));
    QVERIFY(stage.cell("anthropic-org", Problem).contains("refused (403)"));
    QCOMPARE(stage.said("Connections summary"),
             QString("7 connections · 1 failing · 1 without a key · 1 syncing · data through 20 Nov 2026 · oldest: "
                     "anthropic-org, 12 Nov 2026"));
}

void TestConnectionsPage::failing_saysWhatAndWhatToDo()
{
    Stage stage;
    stage.choose("anthropic-org");
    QVERIFY(stage.said("Problem").contains("the key was refused (403)"));
    QVERIFY(stage.said("More").startsWith("Make an administration key"));
    QVERIFY(stage.said("More").contains("The last sync that went through was 9 days ago."));
    QVERIFY(stage.said("Rights").contains("role Admin or Billing"));
    QCOMPARE(stage.said("Freshness"),
             QString("Daily, some hours late; days change for about a week. A day is final 7 days after its end."));
    QCOMPARE(stage.said("Next sync asks"), QString("Asks 21 Oct – 20 Nov 2026, at least 3 requests."));
    QCOMPARE(stage.said("Price of the next sync"), QString("Requests cost nothing."));
    stage.choose("aws-costs");
    QCOMPARE(stage.said("Price of the next sync"), QString("12 requests × $0.01 = $0.12"));
    QCOMPARE(stage.said("Schedule"), QString("By hand."));
}

void TestConnectionsPage::words_ofAgesAndSchedules()
{
    using namespace ui::connectiontext;
    const auto ago = [](std::int64_t seconds) { return age({test::kFakeNow.seconds - seconds}, test::kFakeNow); };
    QCOMPARE(ago(-3600), QString("just now")); // a clock that was set back
    QCOMPARE(ago(59), QString("just now"));
    QCOMPARE(ago(60), QString("1 min ago"));
    QCOMPARE(ago(3599), QString("59 min ago"));
    QCOMPARE(ago(36 * 3600), QString("36 h ago"));
    QCOMPARE(ago(48 * 3600), QString("2 days ago"));
    QCOMPARE(ago(40 * 86'400), QString("5 weeks ago"));
    QCOMPARE(age({}, test::kFakeNow), QString("never"));
    QCOMPARE(ahead({test::kFakeNow.seconds + 7200}, test::kFakeNow), QString("in 2 h"));
    QCOMPARE(ahead({test::kFakeNow.seconds - 7200}, test::kFakeNow), QString("due"));
    QCOMPARE(schedule(0), QString("by hand"));
    QCOMPARE(schedule(1), QString("hourly"));
    QCOMPARE(schedule(24), QString("daily"));
    QCOMPARE(lag(test::kFakeNow.day() + 1, test::kFakeNow), QString("today"));
    QCOMPARE(amount(*DecimalSum::parse("-1204.005"), "CHF"), QString(QChar(0x2212)) + "CHF\u00a01,204.005");
    QCOMPARE(progress({"x", "asking", 41, 12'044, 0, 2, 12}),
             QString("asking · part 3 of 12 · 41 requests · 12,044 lines"));
    QCOMPARE(share({"x", "", 0, 0, 0, 3, 12}), 0.25);
    QCOMPARE(share({"x", "", 0, 0, 0, 0, 0}), -1.0);
    SyncPlan free;
    free.requests = 0;
    QCOMPARE(ask(free), QString("nothing to ask"));
}

void TestConnectionsPage::banner_saysWhereSecretsAreNotKept()
{
    Stage stage(ShellFake::Scene::Normal, false);
    const auto said = [&stage] {
        for (auto* banner : stage.page->findChildren<ui::Banner*>())
            if (banner->accessibleName().startsWith("Secret store"))
                return banner->text();
        return QString("(none)");
    };
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(said(), QString());
    stage.backend.connections().secretPlace = {false,
                                               "There is no secret service: keys are kept until the program ends."};
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(said(), QString("There is no secret service: keys are kept until the program ends."));
}

void TestConnectionsPage::freeSync_startsAtOnce()
{
    Stage stage;
    stage.choose("openai");
    QTest::keyClick(stage.grid(), Qt::Key_F5);
    QCOMPARE(stage.backend.syncs().started.size(), std::size_t(1));
    QCOMPARE(stage.backend.syncs().started[0].names, stage.names({"openai"}));
    QCOMPARE(stage.cell("openai", State), QString("Syncing"));
    QVERIFY(stage.button("Cancel sync"));
    QVERIFY(!stage.button("Sync"));
    QTest::keyClick(stage.grid(), Qt::Key_F5); // it runs already
    QCOMPARE(stage.backend.syncs().started.size(), std::size_t(1));
}

void TestConnectionsPage::pricedSync_isConfirmedFirst()
{
    Stage stage;
    stage.choose("aws-costs");
    stage.button("Sync")->click();
    auto* confirm = stage.page->findChild<ui::SyncConfirm*>();
    QVERIFY(confirm && confirm->isVisible());
    QVERIFY(stage.backend.syncs().started.empty());
    QCOMPARE(stage.said("Price of aws-costs"), QString("12 requests × $0.01 = $0.12"));
    QVERIFY(stage.button("Do not sync")->isDefault());
    QTest::keyClick(confirm, Qt::Key_Return); // a hasty Enter spends nothing
    QVERIFY(!confirm->isVisible());
    QVERIFY(stage.backend.syncs().started.empty());
    QTest::qWait(1);
    stage.button("Sync")->click();
    stage.button("Sync for $0.12")->click();
    QCOMPARE(stage.backend.syncs().started.size(), std::size_t(1));
    QCOMPARE(stage.backend.syncs().started[0].names, stage.names({"aws-costs"}));
}

void TestConnectionsPage::syncAll_canLeaveOutWhatCosts()
{
    Stage stage;
    stage.button("Sync all")->click();
    QVERIFY(stage.backend.syncs().started.empty());
    stage.button("Sync only what costs nothing")->click();
    QCOMPARE(stage.backend.syncs().started.size(), std::size_t(1));
    QCOMPARE(stage.backend.syncs().started[0].names,
             stage.names({"openai", "anthropic-org", "gcp-billing", "openrouter", "k8s-eu-west"})); // azure-prod runs
}

void TestConnectionsPage::syncWithoutPrice_doesNotStart()
{
    Stage stage;
    stage.choose("aws-costs");
    stage.backend.syncs().planFailure = Error{ErrorCode::Database, "the database is locked", ""};
    QSignalSpy problems(stage.page.get(), &ConnectionsPage::problem);
    stage.button("Sync")->click();
    QVERIFY(stage.backend.syncs().started.empty());
    QCOMPARE(problems.count(), 1);
    QVERIFY(problems.at(0).at(0).toString().contains("its price is not known"));
}

void TestConnectionsPage::unconfirmed_isShownWhatItWouldDoAndNotSynced()
{
    Stage stage(ShellFake::Scene::Normal, false);
    makeUnconfirmed(stage.backend.connections().connected[0], "https://gateway.example.com");
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(stage.cell("openai", State), QString("On hold"));
    QCOMPARE(stage.cell("openai", Problem), QString("it was never confirmed on this computer"));
    stage.choose("openai");
    QVERIFY(!stage.button("Sync"));
    QVERIFY(!stage.button("Test"));
    QCOMPARE(stage.said("Problem"), QString("Not used on this computer: it was never confirmed on this computer."));
    QVERIFY2(stage.said("More").startsWith("Asks https://gateway.example.com; sends the variable OPENAI_KEY."),
             qPrintable(stage.said("More")));
    QTest::keyClick(stage.grid(), Qt::Key_F5);
    auto* dialog = stage.page->findChild<ui::ReachConfirm*>();
    QVERIFY(dialog && dialog->isVisible());
    QVERIFY(stage.said("Asks") == "https://gateway.example.com");
    QVERIFY(stage.said("Sends the variable") == "OPENAI_KEY");
    QVERIFY(stage.button("Do not use it")->isDefault());
    QTest::keyClick(dialog, Qt::Key_Return); // a hasty Enter agrees to nothing
    QVERIFY(stage.backend.connections().confirmations.empty());
    QVERIFY(stage.backend.syncs().started.empty());
    QTest::qWait(1);
    QSignalSpy notices(stage.page.get(), &ui::Page::notice);
    stage.backend.connections().kindList.clear(); // nothing has a price
    stage.button("Sync all")->click();
    QVERIFY(notices.front().front().toString().startsWith("1 connection was not synced"));
    QTest::qWait(1);
    for (const auto& sync : stage.backend.syncs().started)
        QVERIFY(std::find(sync.names.begin(), sync.names.end(), "openai") == sync.names.end());
    stage.choose("openai");
    stage.button("Confirm…")->click();
    stage.button("Use it")->click();
    QCOMPARE(stage.backend.connections().confirmations.size(), std::size_t(1));
    QCOMPARE(stage.backend.connections().confirmations[0].name, std::string("openai"));
    QCOMPARE(stage.backend.connections().confirmations[0].seen.origins.front(),
             std::string("https://gateway.example.com"));
    QVERIFY(!stage.backend.connections().confirmations[0].allowsPlainHttp);
    QVERIFY(stage.button("Sync"));
}

void TestConnectionsPage::unconfirmed_inClear_needsAWordMore()
{
    Stage stage(ShellFake::Scene::Normal, false);
    makeUnconfirmed(stage.backend.connections().connected[0], "http://gateway.example.com");
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    stage.choose("openai");
    stage.button("Confirm…")->click();
    QVERIFY(!stage.button("Use it")->isEnabled());
    stage.page->findChild<ui::ReachConfirm*>()->findChild<QCheckBox*>()->click();
    stage.button("Use it")->click();
    QVERIFY(stage.backend.connections().confirmations.at(0).allowsPlainHttp);
}

void TestConnectionsPage::progress_isShownPerConnection()
{
    Stage stage;
    stage.choose("openai");
    stage.button("Sync")->click();
    stage.choose("gcp-billing");
    stage.button("Sync")->click();
    stage.backend.syncs().started[0].progress({"openai", "asking", 41, 12'044, 0, 2, 4});
    stage.backend.syncs().started[1].progress(
        {"gcp-billing", "waiting 30 s: the provider asked for a pause", 3, 0, 0, 0, 0});
    QCOMPARE(stage.cell("openai", Problem), QString("asking · part 3 of 4 · 41 requests · 12,044 lines"));
    QCOMPARE(stage.grid()->model()->index(stage.rowOf("openai"), Problem).data(ui::GridModel::ProgressRole).toDouble(),
             0.5);
    QCOMPARE(stage.cell("openai", State), QString("Syncing 50") + QChar(0x2009) + '%');
    QVERIFY(stage.cell("gcp-billing", Problem).startsWith("waiting 30 s"));
    QCOMPARE(stage.said("Progress"), QString("waiting 30 s: the provider asked for a pause · 3 requests"));
    for (const char* waiting : {"waiting 2 s: no answer came", "waiting 4 s: the provider answered 503"}) {
        stage.backend.syncs().started[1].progress({"gcp-billing", waiting, 3, 0, 0, 0, 0});
        QCOMPARE(stage.said("Progress"), QString(waiting) + " · 3 requests");
    }
    stage.choose("openai");
    QCOMPARE(stage.page->findChild<QProgressBar*>()->value(), 500);
    QVERIFY(!stage.button("Edit…")->isEnabled());
    stage.backend.syncs().started[0].answer(std::vector<SyncResult>{stage.result("openai", true)});
    QCOMPARE(stage.cell("openai", State), QString("OK"));
    QCOMPARE(stage.cell("gcp-billing", State), QString("Syncing"));
    stage.backend.syncs().started[0].progress({"openai", "late", 41, 0, 0, 2, 4}); // after its end
    QCOMPARE(stage.cell("openai", State), QString("OK"));
}

void TestConnectionsPage::cancel_stopsOneOrAll()
{
    Stage stage;
    stage.choose("openai");
    stage.button("Sync")->click();
    stage.button("Cancel sync")->click();
    QCOMPARE(stage.backend.syncs().cancelled, stage.names({"openai"}));
    QCOMPARE(stage.cell("openai", Problem), QString("cancelling"));
    stage.button("Cancel all")->click(); // azure-prod runs by its schedule
    QCOMPARE(stage.backend.syncs().cancelled, stage.names({"openai", ""}));
    QSignalSpy notices(stage.page.get(), &ConnectionsPage::notice);
    SyncResult cancelled = stage.result("openai", false);
    cancelled.wasCancelled = true;
    stage.backend.syncs().started[0].answer(std::vector<SyncResult>{cancelled});
    QCOMPARE(notices.at(0).at(0).toString(), QString("cancelled: openai"));
}

void TestConnectionsPage::syncOfAnotherProgram_isNoFailure()
{
    Stage stage;
    stage.choose("openai");
    stage.button("Sync")->click();
    QSignalSpy notices(stage.page.get(), &ConnectionsPage::notice);
    SyncResult left = stage.result("openai", false);
    left.isElsewhere = true;
    stage.backend.syncs().started[0].answer(std::vector<SyncResult>{left});
    QCOMPARE(notices.at(0).at(0).toString(), QString("being synced by another program: openai"));
}

void TestConnectionsPage::results_areToldAndFailuresStay()
{
    Stage stage;
    stage.grid()->selectAll();
    QVERIFY(stage.button("Sync 7 selected"));
    stage.button("Sync 7 selected")->click();
    stage.button("Sync only what costs nothing")->click();
    QSignalSpy notices(stage.page.get(), &ConnectionsPage::notice);
    for (ConnectionInfo& info : stage.backend.connections().connected) {
        if (info.settings.name != "gcp-billing")
            continue;
        info.state = ConnectionInfo::State::Failed;
        info.problem = "BigQuery: access denied (403)";
        info.todo = "Grant BigQuery Data Viewer.";
    }
    stage.backend.syncs().started[0].answer(std::vector<SyncResult>{
        stage.result("openai", true), stage.result("anthropic-org", true), stage.result("gcp-billing", false)});
    QCOMPARE(
        notices.at(0).at(0).toString(),
        QString("2 connections synced: 2,408 lines; partitions: 2 new, 4 replaced, 0 unchanged; failed: gcp-billing"));
    QCOMPARE(stage.cell("gcp-billing", Problem), QString("BigQuery: access denied (403)"));
    QCOMPARE(stage.cell("openai", State), QString("OK"));
    QCOMPARE(stage.cell("gcp-billing", State), QString("Failing"));
}

void TestConnectionsPage::scheduledSync_isShownUntilItEnds()
{
    Stage stage;
    QCOMPARE(stage.cell("azure-prod", Problem), QString("syncing"));
    stage.page->syncProgressed({"azure-prod", "asking", 7, 0, 0, 1, 2});
    QCOMPARE(stage.cell("azure-prod", Problem), QString("asking · part 2 of 2 · 7 requests"));
    stage.backend.connections().connected[3].state = ConnectionInfo::State::Ok;
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(stage.cell("azure-prod", State), QString("OK"));
    QCOMPARE(stage.cell("azure-prod", Problem), QString());
}

void TestConnectionsPage::selectedRows_areSyncedTogether()
{
    Stage stage;
    auto* grid = stage.grid();
    stage.choose("openai");
    QTest::keyClick(grid, Qt::Key_Down, Qt::ShiftModifier);
    QVERIFY(stage.button("Sync 2 selected"));
    QTest::keyClick(grid, Qt::Key_F5);
    QCOMPARE(stage.backend.syncs().started[0].names, stage.names({"openai", "anthropic-org"}));
}

void TestConnectionsPage::test_answersInThePane()
{
    Stage stage;
    stage.choose("openai");
    const auto answer = [&stage] {
        for (auto* banner : stage.page->findChildren<ui::Banner*>())
            if (banner->accessibleName().startsWith("Test answer"))
                return banner->text();
        return QString("(none)");
    };
    stage.button("Test")->click();
    QCOMPARE(answer(), QString("The key is accepted: 3 projects of the organization Example."));
    QVERIFY(stage.backend.connections().tested.back().secrets.empty()); // the stored ones
    stage.backend.connections().testFailure =
        Error{ErrorCode::Denied, "refused (403)", "OpenAI", "Give it api.usage.read."};
    stage.button("Test")->click();
    QCOMPARE(answer(), QString("OpenAI: refused (403)\nGive it api.usage.read."));
    stage.choose("gcp-billing");
    QCOMPARE(answer(), QString());
    stage.backend.immediate = false;
    stage.button("Test")->click();
    stage.choose("openai");
    stage.backend.deliver();
    QCOMPARE(answer(), QString()); // it spoke of the other one
}

void TestConnectionsPage::wizard_addsAndSyncs()
{
    Stage stage;
    stage.button("Add connection…")->click();
    auto* wizard = stage.page->findChild<ui::ConnectionWizard*>();
    QVERIFY(wizard && wizard->isVisible());
    wizard->chooseKind("mistral");
    for (auto* line : wizard->findChildren<QLineEdit*>())
        if (line->accessibleName() == "API key")
            QTest::keyClicks(line, "secret");
    stage.button("Save and sync")->click();
    QCOMPARE(stage.grid()->model()->rowCount(), 8);
    QCOMPARE(stage.cell(stage.grid()->currentIndex().row(), Name), QString("mistral"));
    QCOMPARE(stage.backend.syncs().started.size(), std::size_t(1));
    QCOMPARE(stage.backend.syncs().started[0].names, stage.names({"mistral"}));
}

void TestConnectionsPage::edit_opensByKey()
{
    Stage stage;
    stage.choose("openai");
    QTest::keyClick(stage.grid(), Qt::Key_F2);
    auto* wizard = stage.page->findChild<ui::ConnectionWizard*>();
    QVERIFY(wizard && wizard->isVisible());
    QCOMPARE(wizard->windowTitle(), QString("Edit connection"));
    stage.button("Add connection…")->click(); // one at a time
    QCOMPARE(stage.page->findChildren<ui::ConnectionWizard*>().size(), 1);
    wizard->reject();
    stage.choose("azure-prod"); // it runs
    QTest::qWait(1);
    QTest::keyClick(stage.grid(), Qt::Key_F2);
    QVERIFY(!stage.page->findChild<ui::ConnectionWizard*>());
}

void TestConnectionsPage::remove_isConfirmedAndKeepsCharges()
{
    Stage stage;
    stage.choose("openai");
    QTest::keyClick(stage.grid(), Qt::Key_Delete);
    auto* box = stage.page->findChild<QMessageBox*>();
    QVERIFY(box && box->isVisible());
    QCOMPARE(box->text(), QString("Remove the connection openai?"));
    QVERIFY(box->informativeText().contains("The 12,044 charge lines it brought stay in the workspace."));
    QTest::keyClick(box, Qt::Key_Escape);
    QVERIFY(stage.backend.connections().removed.empty());
    QTest::qWait(1);
    stage.button("Remove…")->click();
    stage.button("Remove connection")->click();
    QCOMPARE(stage.backend.connections().removed, stage.names({"openai"}));
    QCOMPARE(stage.grid()->model()->rowCount(), 6);
    QCOMPARE(stage.rowOf("openai"), -1);
}

void TestConnectionsPage::enter_showsTheCharges()
{
    Stage stage;
    stage.page->setLens(CostLens::Billed);
    stage.choose("openai");
    QSignalSpy explored(stage.page.get(), &ConnectionsPage::openExplore);
    QTest::keyClick(stage.grid(), Qt::Key_Return);
    QCOMPARE(explored.count(), 1);
    const auto query = explored.at(0).at(0).value<CostQuery>();
    QVERIFY((query.filters == std::vector<Filter>{{Dim{Dim::Kind::Source, {}}, {"openai"}, false}}));
    QVERIFY((query.range == DateRange{test::kFakeNow.day() - 121, test::kFakeNow.day()}));
    QVERIFY(query.granularity == Granularity::Month);
    QVERIFY(query.lens == CostLens::Billed);
    stage.choose("k8s-eu-west");
    stage.button("Show charges")->click();
    QCOMPARE(explored.count(), 1); // it has none
}

void TestConnectionsPage::selection_survivesANewAnswer()
{
    Stage stage;
    stage.grid()->sortByColumn(Name, Qt::DescendingOrder);
    stage.choose("gcp-billing");
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(stage.cell(stage.grid()->currentIndex().row(), Name), QString("gcp-billing"));
    stage.backend.connections().connected.erase(stage.backend.connections().connected.begin());
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(stage.cell(stage.grid()->currentIndex().row(), Name), QString("gcp-billing"));
    QCOMPARE(stage.grid()->model()->rowCount(), 6);
}

void TestConnectionsPage::empty_offersTheKinds()
{
    Stage stage(ShellFake::Scene::Empty);
    QVERIFY(!stage.grid()->isVisible());
    stage.page->takeFocus();
    QVERIFY(stage.button("Add connection…"));
    auto* kinds = stage.page->findChild<ui::KindList*>();
    QVERIFY(kinds->isVisible());
    QCOMPARE(kinds->shownCount(), static_cast<int>(stage.backend.connections().kindList.size()));
    kinds->choose("anthropic");
    emit kinds->activated();
    auto* wizard = stage.page->findChild<ui::ConnectionWizard*>();
    QVERIFY(wizard && wizard->isVisible());
    bool title = false;
    for (auto* label : wizard->findChildren<QLabel*>())
        title = title || label->text() == "Connect Anthropic";
    QVERIFY(title);
}

void TestConnectionsPage::failure_canBeTriedAgain()
{
    Stage stage(ShellFake::Scene::Failed, false);
    QSignalSpy problems(stage.page.get(), &ConnectionsPage::problem);
    stage.page->workspaceChanged(stage.backend.workspaces().info());
    QCOMPARE(problems.count(), 1);
    QVERIFY(stage.page->isSettled());
    stage.backend.failure.reset();
    stage.button("Try again")->click();
    QCOMPARE(stage.grid()->model()->rowCount(), 7);
    QVERIFY(stage.grid()->isVisible());
}

void TestConnectionsPage::huge_isReadyQuickly()
{
    Stage stage(ShellFake::Scene::Huge);
    QCOMPARE(stage.grid()->model()->rowCount(), 60);
    QVERIFY(!stage.page->grab().isNull());
    stage.grid()->setCurrentIndex(stage.grid()->model()->index(59, Name));
    QVERIFY(stage.page->minimumSizeHint().width() <= 1024 - 88);
}

void TestConnectionsPage::menu_offersWhatWorksNow()
{
    Stage stage;
    const auto entries = [&stage](const QString& name) {
        stage.choose(name);
        emit stage.grid()->menuRequested(QPoint(10, 10));
        QStringList texts;
        for (auto* menu : stage.page->findChildren<QMenu*>()) {
            if (menu->accessibleName() != "Connection menu")
                continue;
            for (auto* action : menu->actions())
                if (action->isEnabled() && !action->isSeparator())
                    texts << action->text().section('\t', 0, 0);
            menu->close();
        }
        return texts;
    };
    QCOMPARE(entries("openai"), (QStringList{"Sync", "Test", "Show charges", "Edit…", "Remove…"}));
    QCOMPARE(entries("azure-prod"), (QStringList{"Cancel sync", "Test", "Show charges"}));
}

void TestConnectionsPage::copyAndExport_takeTheTable()
{
    Stage stage;
    stage.grid()->selectAll();
    QVERIFY(stage.page->copySelection(true));
    const QString text = QApplication::clipboard()->text();
    QVERIFY2(text.startsWith("state\tname\tkind\tproblem\tdata_through\tfinal_through\tlast_sync\tdays_behind"),
             qPrintable(text.left(90)));
    QVERIFY(text.contains(
        "OK\taws-costs\tAWS Cost Explorer\t\t2026-11-20\t2026-11-13\t2026-11-21T08:00:00Z\t1\t12044\t12\t3.42\t0"));
}

void TestConnectionsPage::help_namesTheKind()
{
    Stage stage;
    QSignalSpy asked(stage.page.get(), &ConnectionsPage::helpRequested);
    stage.choose("aws-costs");
    stage.button("Help")->click();
    QCOMPARE(asked.at(0).at(0).toString(), QString("aws-cost-explorer"));
}

QTEST_MAIN(TestConnectionsPage)
#include "tst_connectionspage.moc"
