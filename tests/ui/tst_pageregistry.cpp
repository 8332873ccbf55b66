#include <QTest>

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "tests/ui/shellfake.h"
#include "ui/pages/common/page.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/navigationrail.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::MainWindow;
using ui::PageEntry;

namespace {

/// A page of a test's own, with everything a page may have.
class TidePage : public ui::Page {
public:
    explicit TidePage(QWidget* window) : ui::Page(window), m_text(new QLabel("Ebb", this))
    {
        setAccessibleName("Tides");
        setFocusPolicy(Qt::StrongFocus);
        (new QVBoxLayout(this))->addWidget(m_text);
        auto* turn = new QAction("Turn the tide", this);
        turn->setToolTip("From ebb to flood");
        connect(turn, &QAction::triggered, this, [this] { m_text->setText("Flood"); });
        m_actions << turn;
    }
    void workspaceChanged(const altimeter::WorkspaceInfo& info) override { open = !info.path.empty(); }
    void setOpening(bool opening) override { openings << opening; }
    void setLens(CostLens chosen) override { lens = chosen; }
    void syncProgressed(const SyncProgress&) override { ++syncs; }
    void showTab(const QString& name) override { tab = name; }
    QString currentTabName() const override { return tab; }
    bool isSettled() const override { return settled; }
    std::string savedState() const override { return m_text->text().toStdString(); }
    void restoreState(const std::string& text) override { m_text->setText(QString::fromStdString(text)); }
    QList<QAction*> pageActions() const override { return m_actions; }
    QString text() const { return m_text->text(); }

    bool open = false, settled = true;
    QList<bool> openings;
    CostLens lens = CostLens::Effective;
    int syncs = 0;
    QString tab = "today";

private:
    QLabel* m_text;
    QList<QAction*> m_actions;
};

/// The one place where a page is added.
std::vector<PageEntry> withTides()
{
    std::vector<PageEntry> pages = ui::standardPages();
    PageEntry tides;
    tides.name = "tides";
    tides.title = "Tides";
    tides.icon = "data";
    tides.menu = "&Tides";
    tides.tabs = QStringList{"today", "year"};
    tides.picturedTabs = QStringList{"year"};
    tides.make = [](ui::Backend&, QWidget* window) -> ui::Page* { return new TidePage(window); };
    pages.insert(pages.begin() + 2, tides);
    return pages;
}

/// The window over a whole workspace, with the page among its pages.
struct Stage {
    explicit Stage(ShellFake::Scene scene = ShellFake::Scene::Normal) : backend(scene), window(backend, withTides())
    {
        window.show();
        for (ui::Page* each : window.findChildren<ui::Page*>())
            if (auto* tides = dynamic_cast<TidePage*>(each))
                page = tides;
    }
    QAction* action(const QString& text) const
    {
        for (QAction* each : window.actions())
            if (each->text() == text)
                return each;
        return nullptr;
    }
    ShellFake backend;
    MainWindow window;
    TidePage* page = nullptr;
};

} // namespace

class TestPageRegistry : public QObject {
    Q_OBJECT
private slots:
    void newPage_standsInTheRailAtItsPlace();
    void newPage_hasItsKeyAndMovesThoseBelow();
    void newPage_mayHaveAKeyOfItsOwn();
    void newPage_isFoundByThePaletteWithItsActions();
    void newPage_hasAMenu();
    void newPage_isPicturedAndNamed();
    void newPage_isWaitedFor();
    void newPage_hearsOfTheWholeWindow();
    void newPage_isShownAgainTheNextTime();
    void withoutWorkspace_newPageIsShut();
    void names_ofStandardPagesAreUnique();
};

void TestPageRegistry::newPage_standsInTheRailAtItsPlace()
{
    Stage stage;
    QStringList titles;
    for (auto* button : stage.window.findChild<ui::NavigationRail*>()->findChildren<QToolButton*>()) {
        titles << button->text();
        if (button->text() == "Tides")
            button->click();
    }
    QCOMPARE(titles, (QStringList{"Start", "Overview", "Tides", "Explore", "Allocation", "Data", "Connections",
                                  "Changes", "Notes", "Find", "Help"}));
    QCOMPARE(stage.window.currentPage(), QString("tides"));
    QVERIFY(stage.page->isVisible());
}

void TestPageRegistry::newPage_hasItsKeyAndMovesThoseBelow()
{
    Stage stage;
    QCOMPARE(stage.action("Tides")->shortcut(), QKeySequence("Ctrl+3"));
    QCOMPARE(stage.action("Connections")->shortcut(), QKeySequence("Ctrl+7"));
    stage.action("Tides")->trigger();
    QCOMPARE(stage.window.currentPage(), QString("tides"));
    stage.action("Next page")->trigger();
    QCOMPARE(stage.window.currentPage(), QString("explore"));
    stage.action("Back")->trigger();
    QCOMPARE(stage.window.currentPage(), QString("tides"));
}

void TestPageRegistry::newPage_mayHaveAKeyOfItsOwn()
{
    ShellFake backend(ShellFake::Scene::Normal);
    std::vector<PageEntry> pages = withTides();
    pages[2].key = QKeySequence("Ctrl+T");
    MainWindow window(backend, pages);
    for (QAction* action : window.actions())
        if (action->text() == "Tides")
            QCOMPARE(action->shortcut(), QKeySequence("Ctrl+T"));
}

void TestPageRegistry::newPage_isFoundByThePaletteWithItsActions()
{
    Stage stage;
    const auto choose = [&stage](const QString& text) {
        stage.window.openPalette();
        auto* palette = stage.window.findChild<ui::CommandPalette*>();
        auto* input = palette->findChild<QLineEdit*>();
        input->setText(text);
        QTest::keyClick(input, Qt::Key_Return);
    };
    choose("Tides");
    QCOMPARE(stage.window.currentPage(), QString("tides"));
    stage.window.showPage("overview");
    choose("Turn the tide");
    QCOMPARE(stage.window.currentPage(), QString("tides"));
    QCOMPARE(stage.page->text(), QString("Flood"));
}

void TestPageRegistry::newPage_hasAMenu()
{
    Stage stage;
    QStringList inMenu, inView;
    for (QAction* menu : stage.window.menuBar()->actions()) {
        for (QAction* action : menu->menu()->actions()) {
            if (menu->text() == "&Tides")
                inMenu << action->text();
            if (menu->text() == "&View")
                inView << action->text();
        }
    }
    QCOMPARE(inMenu, QStringList{"Turn the tide"});
    QVERIFY(inView.contains("Tides"));
}

void TestPageRegistry::newPage_isPicturedAndNamed()
{
    Stage stage;
    QStringList places;
    for (const PageEntry& page : stage.window.registry())
        places << ui::placesOf(page); // those of the published names, see tst_uinames
    QVERIFY(places.contains("tides:today") && places.contains("tides:year"));
    QStringList pictures;
    for (const ui::Picture& picture : ui::picturesOf(stage.window.registry()))
        pictures << picture.file;
    QCOMPARE(pictures, (QStringList{"start", "overview", "tides", "explore", "allocation", "data", "connections",
                                    "changes", "notes", "tides-year", "data-proof", "connections-completeness"}));
}

void TestPageRegistry::newPage_isWaitedFor()
{
    Stage stage;
    stage.window.showPage("tides");
    QVERIFY(stage.window.isSettled());
    stage.page->settled = false;
    QVERIFY(!stage.window.isSettled());
    stage.window.showPage("start");
    QVERIFY(stage.window.isSettled());
}

void TestPageRegistry::newPage_hearsOfTheWholeWindow()
{
    Stage stage;
    QVERIFY(stage.page->open);
    stage.window.setLens(CostLens::List);
    QCOMPARE(stage.page->lens, CostLens::List);
    emit stage.page->lensChosen(CostLens::Billed);
    QCOMPARE(stage.page->lens, CostLens::Billed);
    stage.backend.syncs().onProgress({});
    QCOMPARE(stage.page->syncs, 1);
    stage.window.showPage("tides:year");
    QCOMPARE(stage.page->tab, QString("year"));
}

void TestPageRegistry::newPage_isShownAgainTheNextTime()
{
    Stage stage;
    stage.window.showPage("tides:year");
    stage.page->pageActions().first()->trigger();
    stage.window.close();
    QCOMPARE(stage.backend.settings().values["page"], std::string("tides:year"));
    QCOMPARE(stage.backend.settings().values["tides"], std::string("Flood"));

    ShellFake closed(ShellFake::Scene::Closed);
    closed.settings().values = stage.backend.settings().values;
    closed.settings().values["open"] = "/srv/company.altimeter";
    closed.workspaces().hold = true;
    MainWindow again(closed, withTides());
    again.show();
    again.resume();
    QCOMPARE(again.currentPage(), QString("tides"));
    for (ui::Page* each : again.findChildren<ui::Page*>())
        if (const auto* tides = dynamic_cast<TidePage*>(each)) {
            QCOMPARE(tides->text(), QString("Flood"));
            QCOMPARE(tides->tab, QString("year"));
            QCOMPARE(tides->openings, QList<bool>{true});
        }
}

void TestPageRegistry::withoutWorkspace_newPageIsShut()
{
    Stage stage(ShellFake::Scene::Closed);
    QVERIFY(!stage.action("Tides")->isEnabled());
    stage.window.showPage("tides");
    QCOMPARE(stage.window.currentPage(), QString("start"));
}

void TestPageRegistry::names_ofStandardPagesAreUnique()
{
    QStringList names, titles;
    for (const PageEntry& page : ui::standardPages()) {
        names << page.name;
        titles << page.title;
        QVERIFY(page.make && !page.icon.isEmpty() && !page.title.isEmpty());
        QVERIFY(
            !QStringList({"page", "open", "lens", "theme", "geometry"}).contains(page.name)); // settings of the window
        for (const QString& tab : page.picturedTabs)
            QVERIFY(page.tabs.indexOf(tab) > 0);
    }
    for (QStringList* list : {&names, &titles})
        QCOMPARE(list->removeDuplicates(), qsizetype(0));
    QVERIFY(!ui::standardPages().front().needsWorkspace);
}

QTEST_MAIN(TestPageRegistry)
#include "tst_pageregistry.moc"
