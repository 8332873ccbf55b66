#include <QTest>

#include <QApplication>
#include <QDir>
#include <QDragEnterEvent>
#include <QImage>
#include <QLineEdit>
#include <QMimeData>
#include <QPixmap>
#include <QPushButton>
#include <QSet>
#include <QTabWidget>
#include <QUrl>

#include "tests/ui/shellfake.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/rulelist.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/connections/connectionwizard.h"
#include "ui/pages/connections/syncconfirm.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include <memory>

using namespace altimeter;
using altimeter::test::ShellFake;

namespace {

struct SceneName {
    ShellFake::Scene scene;
    const char* name;
};
constexpr SceneName kScenes[] = {{ShellFake::Scene::Closed, "closed"},     {ShellFake::Scene::Normal, "normal"},
                                 {ShellFake::Scene::Empty, "empty"},       {ShellFake::Scene::Huge, "huge"},
                                 {ShellFake::Scene::Negative, "negative"}, {ShellFake::Scene::Failed, "failed"}};

/// Different colours on a grid of sample points; a page that paints nothing has one or two.
qsizetype coloursIn(const QImage& image)
{
    QSet<QRgb> found;
    for (int y = 0; y < image.height(); y += 3) {
        for (int x = 0; x < image.width(); x += 3)
            found.insert(image.pixel(x, y));
    }
    return found.size();
}

} // namespace

/// Every page in every state, light and dark. With ALTIMETER_PICTURES=FOLDER the pictures are kept for the eye.
class TestPictures : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanupTestCase() { m_window.reset(); }
    void page_isPaintedInItsTheme_data();
    void page_isPaintedInItsTheme();
    void opening_showsTheLastView_data();
    void opening_showsTheLastView();
    void explore_showsComparisonDistinctAndLines_data();
    void explore_showsComparisonDistinctAndLines();
    void connections_askAndTell_data();
    void connections_askAndTell();
    void overlays_lieOverThePage_data();
    void overlays_lieOverThePage();

private:
    ui::MainWindow& shown(ShellFake::Scene scene, bool dark);

    std::unique_ptr<ShellFake> m_backend;
    std::unique_ptr<ui::MainWindow> m_window; // goes first
};

namespace {

void keep(const QPixmap& picture)
{
    const QString folder = qEnvironmentVariable("ALTIMETER_PICTURES");
    if (folder.isEmpty())
        return;
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(picture.save(QDir(folder).filePath(QString(QTest::currentDataTag()).replace(':', '_') + ".png")));
}

} // namespace

void TestPictures::page_isPaintedInItsTheme_data()
{
    QTest::addColumn<int>("scene");
    QTest::addColumn<QString>("page");
    QTest::addColumn<bool>("dark");
    // Both themes for the everyday scene; the odd ones take turns, except for the eye.
    const bool isForTheEye = qEnvironmentVariableIsSet("ALTIMETER_PICTURES");
    int sceneNumber = 0;
    for (const SceneName& scene : kScenes) {
        ++sceneNumber;
        for (const bool dark : {false, true}) {
            int turn = sceneNumber;
            for (const char* place : {"start", "overview", "explore", "changes", "allocation", "data", "data:rejected",
                                      "data:proof", "connections", "connections:completeness"}) {
                const QString page = place;
                ++turn;
                if (scene.scene == ShellFake::Scene::Closed && page != "start")
                    continue;
                if (!isForTheEye && scene.scene != ShellFake::Scene::Normal && dark != (turn % 2 == 1))
                    continue;
                const QString name = QString("%1-%2-%3").arg(scene.name, page, dark ? "dark" : "light");
                QTest::newRow(qPrintable(name)) << static_cast<int>(scene.scene) << page << dark;
            }
        }
    }
}

/// One window for all places of a scene and theme, as it is used: to make one takes longer than to paint a place.
ui::MainWindow& TestPictures::shown(ShellFake::Scene scene, bool dark)
{
    const std::string theme = dark ? "dark" : "light";
    if (!m_window || m_backend->scene != scene || m_backend->settings().values["theme"] != theme) {
        m_window.reset();
        m_backend = std::make_unique<ShellFake>(scene);
        m_backend->settings().values["theme"] = theme;
        m_window = std::make_unique<ui::MainWindow>(*m_backend);
        m_window->resize(1280, 800);
        m_window->show();
    }
    return *m_window;
}

void TestPictures::init()
{
    if (m_window && qstrcmp(QTest::currentTestFunction(), "page_isPaintedInItsTheme") != 0) {
        m_window.reset();
        ui::Theme::apply(false);
    }
}

void TestPictures::page_isPaintedInItsTheme()
{
    QFETCH(int, scene);
    QFETCH(QString, page);
    QFETCH(bool, dark);
    ui::MainWindow& window = shown(static_cast<ShellFake::Scene>(scene), dark);
    window.showPage(page);
    QTRY_VERIFY_WITH_TIMEOUT(window.isSettled() || scene == static_cast<int>(ShellFake::Scene::Failed), 20000);
    QTest::qWait(30);
    const QPixmap picture = window.grab();
    keep(picture);
    const QImage image = picture.toImage();
    const QColor rail = image.pixelColor(4, image.height() / 2);
    QCOMPARE(rail.lightness() < 128, dark);
    QVERIFY(coloursIn(image) > 20);
}

void TestPictures::opening_showsTheLastView_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<bool>("dark");
    for (const char* page : {"overview", "explore", "allocation", "data:sources"})
        for (const bool dark : {false, true})
            QTest::newRow(qPrintable(QString("opening-%1-%2").arg(page, dark ? "dark" : "light"))) << page << dark;
}

void TestPictures::opening_showsTheLastView()
{
    QFETCH(QString, page);
    QFETCH(bool, dark);
    ShellFake backend(ShellFake::Scene::Closed);
    backend.workspaces().hold = true;
    ui::ExploreState state;
    state.by = {Dim{Dim::Kind::Team, {}}, Dim{Dim::Kind::Environment, {}}};
    state.compare = true;
    backend.settings().values = {{"theme", dark ? "dark" : "light"},
                                 {"open", "/fake/company.altimeter"},
                                 {"page", page.toStdString()},
                                 {"explore", toJson(state).toStdString()}};
    ui::MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    window.resume();
    QTest::qWait(30);
    const QPixmap opening = window.grab();
    keep(opening);
    QVERIFY(coloursIn(opening.toImage()) > 20);
    backend.workspaces().isOpen = true;
    backend.workspaces().held(Result<WorkspaceInfo>(backend.workspaces().info()));
    QTRY_VERIFY(window.isSettled());
    QCOMPARE(window.currentPage(), page.section(':', 0, 0));
    QVERIFY(window.grab().toImage() != opening.toImage());
}

void TestPictures::explore_showsComparisonDistinctAndLines_data()
{
    QTest::addColumn<bool>("lines");
    QTest::addColumn<bool>("dark");
    for (const bool lines : {false, true})
        for (const bool dark : {false, true})
            QTest::newRow(
                qPrintable(QString("explore-%1-%2").arg(lines ? "lines" : "distinct", dark ? "dark" : "light")))
                << lines << dark;
}

void TestPictures::explore_showsComparisonDistinctAndLines()
{
    QFETCH(bool, lines);
    QFETCH(bool, dark);
    ShellFake backend(ShellFake::Scene::Normal);
    backend.settings().values["theme"] = dark ? "dark" : "light";
    ui::MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    ui::ExploreState state;
    state.compare = !lines;
    state.countDistinct = Dim{Dim::Kind::Resource, {}};
    state.mode = lines ? ui::ExploreState::Mode::Charges : ui::ExploreState::Mode::Grid;
    state.fileOrder = lines;
    window.findChild<ui::ExplorePage*>()->setState(state);
    window.showPage("explore");
    QTRY_VERIFY(window.isSettled());
    QTest::qWait(30);
    const QPixmap picture = window.grab();
    keep(picture);
    QVERIFY(coloursIn(picture.toImage()) > 20);
}

void TestPictures::connections_askAndTell_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("dark");
    for (const bool dark : {false, true}) // a change of theme costs as much as a window
        for (const char* what : {"kinds", "form", "faults", "mapping", "price", "running", "failing", "banner"})
            QTest::newRow(qPrintable(QString("connections-%1-%2").arg(what, dark ? "dark" : "light"))) << what << dark;
}

void TestPictures::connections_askAndTell()
{
    QFETCH(QString, what);
    QFETCH(bool, dark);
    ShellFake backend(ShellFake::Scene::Normal);
    backend.settings().values["theme"] = dark ? "dark" : "light";
    if (what == "banner")
        backend.connections().secretPlace = {
            false, "This desktop has no secret service: keys are kept only until Altimeter ends."};
    ui::MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    window.showPage("connections");
    auto* page = window.findChild<ui::ConnectionsPage*>();
    QWidget* shown = &window;
    if (what == "kinds" || what == "form" || what == "faults" || what == "mapping") {
        page->addConnection(what == "kinds" ? "" : what == "mapping" ? "feed" : "aws-cost-explorer");
        auto* wizard = window.findChild<ui::ConnectionWizard*>();
        shown = wizard;
        for (auto* line : wizard->findChildren<QLineEdit*>()) {
            if (line->accessibleName() == "File")
                line->setText(QCoreApplication::applicationFilePath());
            if (what == "faults" && line->accessibleName() == "Base address")
                line->setText("ce.amazonaws.com");
        }
        for (auto* button : wizard->findChildren<QPushButton*>()) {
            const bool next = what == "mapping" && button->text() == "Next";
            if (next || (what == "faults" && button->text() == "Test"))
                button->click();
        }
    } else if (what == "price") {
        page->syncAll();
        shown = window.findChild<ui::SyncConfirm*>();
    } else if (what == "running") {
        for (auto* grid : page->findChildren<ui::GridView*>())
            if (grid->accessibleName() == "Connections")
                grid->selectAll();
        for (auto& connection : backend.connections().connected)
            if (connection.settings.kind == "aws-cost-explorer")
                connection.settings.kind = "openai";
        page->workspaceChanged(backend.workspaces().info());
        page->syncAll();
        backend.syncs().started.at(0).progress({"openai", "asking", 41, 12'044, 0, 2, 4});
        backend.syncs().started.at(0).progress(
            {"gcp-billing", "waiting 30 s: the provider asked for a pause", 3, 0, 0, 0, 12});
    } else if (what == "failing") {
        for (auto* grid : page->findChildren<ui::GridView*>())
            if (grid->accessibleName() == "Connections")
                grid->setCurrentIndex(grid->model()->index(1, 1));
    }
    QTest::qWait(60);
    const QPixmap picture = shown->grab();
    keep(picture);
    QVERIFY(coloursIn(picture.toImage()) > 20);
}

void TestPictures::overlays_lieOverThePage_data()
{
    QTest::addColumn<QString>("what");
    for (const char* what : {"draft", "json", "palette", "message", "drop", "progress"})
        QTest::newRow(what) << what;
}

void TestPictures::overlays_lieOverThePage()
{
    QFETCH(QString, what);
    ShellFake backend(ShellFake::Scene::Normal);
    backend.settings().values["theme"] = "light";
    backend.imports().hold = what == "progress";
    ui::MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    window.showPage(what == "draft" || what == "json" ? "allocation" : "overview");
    const QImage before = window.grab().toImage();
    if (what == "draft" || what == "json") {
        auto* list = window.findChild<ui::RuleList*>();
        list->setCurrentRow(1);
        QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        if (what == "json") {
            for (auto* tabs : window.findChildren<QTabWidget*>()) {
                if (tabs->accessibleName() == "Rule editor tabs")
                    tabs->setCurrentIndex(1);
            }
        }
    } else if (what == "palette") {
        window.openPalette();
    } else if (what == "message" || what == "progress") {
        window.importPaths({"/tmp/a.csv"});
        if (backend.imports().progress)
            backend.imports().progress({"Reading a.csv", 1'204'000, 120'000'000, 300'000'000, 40});
    } else {
        auto* data = new QMimeData;
        data->setUrls({QUrl::fromLocalFile("/tmp/a.csv")});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        delete data;
    }
    QTRY_VERIFY(window.isSettled() || what == "progress");
    QTest::qWait(30);
    const QPixmap after = window.grab();
    keep(after);
    QVERIFY(after.toImage() != before);
}

QTEST_MAIN(TestPictures)
#include "tst_pictures.moc"
