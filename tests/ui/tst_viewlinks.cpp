#include <QTest>

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>

#include "tests/ui/shellfake.h"
#include "ui/pages/changes/changespage.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/explore/viewlink.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/fuzzyscore.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/valuefinder.h"

#include <memory>

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::ExploreState;
using ui::MainWindow;

namespace {

const Dim kTeam{Dim::Kind::Team, {}};
const Dim kService{Dim::Kind::Service, {}};

ExploreState october()
{
    ExploreState state;
    state.rangeText = "2026-10";
    state.by = {kTeam};
    state.filters = {{kService, {"Amazon EC2"}, true}};
    return state;
}

QString stateLink(const QByteArray& json)
{
    return "altimeter://view?page=explore&state=" +
           QString::fromLatin1(json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

/// A window with its palette.
struct Stage {
    explicit Stage(ShellFake::Scene scene = ShellFake::Scene::Normal) : backend(scene), window(backend)
    {
        window.show();
        palette = window.findChild<ui::CommandPalette*>();
        input = palette->findChild<QLineEdit*>();
        list = palette->findChild<QListWidget*>();
        explore = window.findChild<ui::ExplorePage*>();
        messages = window.findChild<ui::MessagePanel*>();
    }
    QString first(const QString& typed) const
    {
        input->setText(typed);
        return list->count() > 0 ? list->item(0)->data(Qt::AccessibleTextRole).toString() : QString();
    }
    ShellFake backend;
    MainWindow window;
    ui::CommandPalette* palette;
    QLineEdit* input;
    QListWidget* list;
    ui::ExplorePage* explore;
    ui::MessagePanel* messages;
};

} // namespace

/// Views as links, and whatever else is found by typing.
class TestViewLinks : public QObject {
    Q_OBJECT

private slots:
    void link_pastedIntoThePalette_opensTheView()
    {
        Stage stage;
        stage.window.openPalette();
        QCOMPARE(stage.first(" " + viewLink(october()) + "\n"),
                 QString("Link: Open the view of this link: Effective cost by team"));
        QCOMPARE(stage.list->count(), 1);
        QTest::keyClick(stage.input, Qt::Key_Return);
        QCOMPARE(stage.window.currentPage(), QString("explore"));
        QVERIFY(stage.explore->state() == october());
        QVERIFY(stage.explore->canUndo());
        QCOMPARE(stage.messages->count(), 0);
    }

    void link_pastedOnThePage_opensTheView()
    {
        Stage stage;
        QApplication::clipboard()->setText(viewLink(october()));
        stage.window.showPage("data");
        stage.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&stage.window));
        QTest::keyClick(&stage.window, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(stage.window.currentPage(), QString("explore"));
        QVERIFY(stage.explore->state() == october());
    }

    void link_ofAnotherWorkspace_isShownAndTold()
    {
        Stage stage;
        stage.window.openLink(viewLink(october(), "Company"));
        QCOMPARE(stage.messages->count(), 0);
        stage.window.openLink(viewLink(october(), "Ä & <b>other</b>"));
        QVERIFY(stage.explore->state() == october());
        QVERIFY2(stage.messages->newestText().contains("Ä & <b>other</b>"), qPrintable(stage.messages->newestText()));
        QVERIFY(stage.messages->newestText().contains("Company"));
    }

    void link_toAnotherPage_showsIt()
    {
        Stage stage;
        stage.window.openLink("altimeter://view?page=data:proof");
        QCOMPARE(stage.window.currentPage(), QString("data"));
        stage.window.openLink("altimeter://view?page=shoes");
        QVERIFY(stage.messages->newestText().contains("shoes"));
        QCOMPARE(stage.window.currentPage(), QString("data"));
    }

    void link_withoutAWorkspace_saysWhatToDo()
    {
        Stage stage(ShellFake::Scene::Closed);
        stage.window.openLink(viewLink(october(), "Company"));
        QVERIFY(stage.messages->newestText().contains("no workspace is open"));
        QCOMPARE(stage.window.currentPage(), QString("start"));
    }

    void link_thatIsWrong_saysWhy_data()
    {
        QTest::addColumn<QString>("link");
        QTest::addColumn<QString>("why");
        QTest::newRow("another scheme") << "https://example.org/view?page=explore"
                                        << "begins with altimeter://view";
        QTest::newRow("another host") << "altimeter://delete?page=explore&state=e30"
                                      << "begins with altimeter://view";
        QTest::newRow("the scheme alone") << "altimeter:"
                                          << "begins with altimeter://view";
        QTest::newRow("no page") << "altimeter://view"
                                 << "names no page";
        QTest::newRow("no state") << "altimeter://view?page=explore"
                                  << "is damaged";
        QTest::newRow("half a link") << viewLink(october()).chopped(3) + "%%%"
                                     << "";
        QTest::newRow("cut") << viewLink(october()).chopped(40) << "is damaged";
        QTest::newRow("no JSON") << stateLink("{") << "is damaged";
        QTest::newRow("deep JSON") << stateLink(QByteArray(60'000, '[')) << "is damaged";
        QTest::newRow("too long") << "altimeter://view?page=explore&state=" + QString(150'000, 'A') << "longer than";
        QTest::newRow("unknown dimension")
            << stateLink(R"({"range":"mtd","by":["shoe_size"],"filters":[]})") << "\"shoe_size\" is no dimension";
        QTest::newRow("a range that is none")
            << stateLink(R"({"range":"when pigs fly","by":["team"],"filters":[]})") << "when pigs fly";
        QTest::newRow("a range without end")
            << stateLink(R"({"range":")" + QByteArray(5'000, 'm') + R"(","by":["team"],"filters":[]})") << "too long";
        QTest::newRow("more dimensions than any view")
            << stateLink(R"({"range":"mtd","by":["team","service","region","sku","model","layer","source","resource",
                             "provider"],"filters":[]})")
            << "more than 8";
        QTest::newRow("values without end")
            << stateLink(R"({"range":"mtd","by":[],"filters":[{"dim":"team","exclude":false,"values":[)" +
                         QByteArray("1,").repeated(6'000) + "1]}]}")
            << "more than 5000";
        QTest::newRow("of a newer program")
            << stateLink(R"({"version":7,"range":"mtd","by":[],"filters":[]})") << "newer version";
        QTest::newRow("acting unseen") << QString("altimeter://view?page=\u202Eexplore&state=e30") << "";
    }
    void link_thatIsWrong_saysWhy()
    {
        QFETCH(QString, link);
        QFETCH(QString, why);
        if (!m_shared)
            m_shared = std::make_unique<Stage>();
        Stage& stage = *m_shared;
        const ExploreState before = stage.explore->state();
        const QString page = stage.window.currentPage();
        const int told = stage.messages->count();
        stage.window.openLink(link);
        QCOMPARE(stage.messages->count(), told + 1);
        QVERIFY2(stage.messages->newestText().contains(why), qPrintable(stage.messages->newestText()));
        QVERIFY(stage.explore->state() == before);
        QCOMPARE(stage.window.currentPage(), page);
        stage.window.openPalette();
        if (ui::looksLikeViewLink(link) && !ui::parseViewLink(link)) {
            QCOMPARE(stage.first(link), QString("Link: This view link cannot be opened; Enter says why"));
            QTest::keyClick(stage.input, Qt::Key_Return);
            QCOMPARE(stage.messages->count(), told + 2);
        }
    }

    void link_namedAtTheStart_waitsForItsWorkspace()
    {
        ShellFake backend(ShellFake::Scene::Closed);
        backend.workspaces().hold = true;
        MainWindow window(backend);
        window.show();
        MainWindow::Start start;
        start.workspace = "/fake/company.altimeter";
        start.link = viewLink(october(), "Company");
        window.begin(start);
        QVERIFY(!window.isSettled());
        backend.workspaces().isOpen = true;
        backend.workspaces().held(Result<WorkspaceInfo>(backend.workspaces().info()));
        QTRY_COMPARE(window.currentPage(), QString("explore"));
        QVERIFY(window.findChild<ui::ExplorePage*>()->state() == october());
        MainWindow::Start again;
        again.workspace = start.workspace;
        again.link = "altimeter://view?page=data:proof";
        window.beginAgain(again);
        QTRY_COMPARE(window.currentPage(), QString("data"));
    }

    void link_ofAWorkspaceThatDoesNotOpen_isTold()
    {
        ShellFake backend(ShellFake::Scene::Closed);
        backend.workspaces().hold = true;
        MainWindow window(backend);
        window.show();
        MainWindow::Start start;
        start.workspace = "/gone/company.altimeter";
        start.link = viewLink(october());
        window.begin(start);
        backend.workspaces().held(Result<WorkspaceInfo>(Error{ErrorCode::NotFound, "there is no such file", ""}));
        auto* messages = window.findChild<ui::MessagePanel*>();
        QCOMPARE(messages->count(), 2);
        QVERIFY(window.isSettled());
    }

    /// With the workspace of the last time as an argument the window looks as it was left, as without one.
    void workspaceOfTheLastTime_isShownAsItWasLeft()
    {
        ShellFake backend(ShellFake::Scene::Closed);
        backend.settings().values["open"] = "/fake/company.altimeter";
        backend.settings().values["page"] = "explore";
        backend.settings().values["explore"] = toJson(october()).toStdString();
        backend.workspaces().hold = true;
        MainWindow window(backend);
        window.show();
        MainWindow::Start start;
        start.workspace = "/fake/company.altimeter";
        start.resumes = true;
        window.begin(start);
        QCOMPARE(window.currentPage(), QString("explore"));
        backend.workspaces().isOpen = true;
        backend.workspaces().held(Result<WorkspaceInfo>(backend.workspaces().info()));
        QCOMPARE(window.currentPage(), QString("explore"));
        QVERIFY(window.findChild<ui::ExplorePage*>()->state() == october());
    }

    // ---- values ----

    void value_filtersThePageAndKeepsRangeAndFilters()
    {
        Stage stage;
        stage.explore->setState(october());
        stage.window.showPage("explore");
        stage.window.openPalette();
        QCOMPARE(stage.first("checkout"), QString("Team: Checkout"));
        QTest::keyClick(stage.input, Qt::Key_Return);
        ExploreState expected = october();
        expected.filters.push_back({kTeam, {"Checkout"}, false});
        QVERIFY(stage.explore->state() == expected);
        stage.window.openPalette();
        QCOMPARE(stage.list->item(0)->data(Qt::AccessibleTextRole).toString(), QString("Team: Checkout")); // lately
        stage.first("team search");
        QTest::keyClick(stage.input, Qt::Key_Return);
        expected.filters.back().values = {"Search"}; // another value of the same dimension takes its place
        QVERIFY(stage.explore->state() == expected);
        stage.window.showPage("changes");
        const std::string range = stage.window.findChild<ui::ChangesPage*>()->shown().rangeText;
        stage.window.openPalette();
        stage.first("ec2");
        QTest::keyClick(stage.input, Qt::Key_Return);
        QCOMPARE(stage.window.currentPage(), QString("changes"));
        const ui::Change change = stage.window.findChild<ui::ChangesPage*>()->shown();
        QCOMPARE(change.rangeText, range);
        QVERIFY((change.filters == std::vector<Filter>{{kService, {"Amazon EC2"}, false}}));
    }

    /// Of thousands the right ones first, and by every word that was typed.
    void manyValues_areFoundByEveryWord()
    {
        ShellFake backend(ShellFake::Scene::Normal);
        std::size_t asked = 0;
        backend.answers<DimValuesQuestion>([&asked](const DimValuesQuestion& question) {
            ++asked;
            std::vector<std::string> names;
            for (int i = 0; question.dim == kTeam && i < 5'000; ++i)
                names.push_back("Squad " + std::to_string(i) + (i % 2 == 0 ? " north" : " south"));
            return names;
        });
        ui::ValueFinder finder(backend);
        QSignalSpy found(&finder, &ui::ValueFinder::found);
        const auto find = [&](const QString& typed) {
            found.clear();
            finder.find(typed);
            QStringList names;
            for (const ui::FoundValue& value : found.last().at(1).value<QList<ui::FoundValue>>())
                names << QString::fromStdString(value.value);
            return names;
        };
        finder.prepare(backend.workspaces().info(), CostLens::Effective);
        QCOMPARE(asked, ui::ValueFinder::dims().size());
        QCOMPARE(find("squad 4998").first(), QString("Squad 4998 north"));
        QCOMPARE(find("south 4999"), QStringList{"Squad 4999 south"});
        QCOMPARE(find("team 77 south").first(), QString("Squad 77 south"));
        QCOMPARE(find("squad").size(), static_cast<qsizetype>(ui::ValueFinder::kMostFound));
        QVERIFY(find("team").isEmpty()); // the kind alone names none of them
        QVERIFY(find("squad east").isEmpty());
        finder.prepare(backend.workspaces().info(), CostLens::Effective);
        QCOMPARE(asked, ui::ValueFinder::dims().size()); // known
    }

    void nothingFound_leadsOn()
    {
        Stage stage;
        stage.window.openPalette();
        QCOMPARE(stage.first("no such thing"), QString("Nothing here is called “no such thing”"));
        QVERIFY(!(stage.list->item(0)->flags() & Qt::ItemIsEnabled));
        QCOMPARE(stage.palette->visibleCount(), 2);
        QTest::keyClick(stage.input, Qt::Key_Up); // never onto the remark
        QCOMPARE(stage.list->currentRow(), 1);
        QTest::keyClick(stage.input, Qt::Key_Down);
        QTest::keyClick(stage.input, Qt::Key_Return);
        QCOMPARE(stage.window.currentPage(), QString("explore"));
    }

    void cleanupTestCase() { m_shared.reset(); }

private:
    std::unique_ptr<Stage> m_shared; ///< where nothing changes but the messages
};

QTEST_MAIN(TestViewLinks)
#include "tst_viewlinks.moc"
