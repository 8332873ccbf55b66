#include <QApplication>
#include <QHelpEvent>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>

#include "app/gui/pictures.h"
#include "app/gui/sessionbackend.h"
#include "app/gui/startoptions.h"
#include "models/text/showntext.h"
#include "tests/testkit/focuscsv.h"
#include "ui/charts/chartlegend.h"
#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/importresult.h"
#include "ui/shell/importsummary.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/plaintextguard.h"

#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace altimeter;
using session::Engine;
using session::OpeningMarker;

namespace {

const QString kPicture = QStringLiteral("<img src='/dev/null' width='300' height='300'>");
const QString kHeading = QStringLiteral("<h1>x</h1>");
const QString kMarkup = QStringLiteral("plain & <i>");
const QString kTurned = QStringLiteral("abc\u202Egnp.exe");
const QString kTurnedShown = QStringLiteral("abc‹U+202E›gnp.exe");

bool actsUnseen(const QString& text)
{
    const auto characters = text.toUcs4();
    return std::any_of(characters.begin(), characters.end(),
                       [](uint c) { return c != '\n' && c != '\t' && words::actsUnseen(c); });
}

QByteArray hostileCosts()
{
    QList<testkit::Charge> charges;
    const QStringList names{kPicture, kHeading, kMarkup, kTurned, "two\nlines", "ordinary"};
    for (int day = 1; day <= 28; ++day) {
        for (qsizetype i = 0; i < names.size(); ++i) {
            testkit::Charge charge;
            charge.billed = charge.effective = QString::number(10 * (names.size() - i) + day % 3);
            charge.day = QDate(2026, 9, day).toString(Qt::ISODate);
            charge.service = names[i];
            charge.tags = QStringLiteral(R"({"team": "%1", "<b>k\u202E</b>": "v&<u>"})")
                              .arg(i == 4 ? QStringLiteral("two\\nlines") : names[i]);
            charge.extra = kPicture;
            charges << charge;
        }
    }
    QByteArray text = testkit::focusCsv(charges);
    // a line that cannot be stored, kept and shown with its markup
    text += "not a number,1,1,1,USD," + kHeading.toUtf8() +
            ",2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,2026-09-01T00:00:00Z,2026-09-02T00:00:00Z,Usage," +
            kTurned.toUtf8() + ",Compute,AWS,{},\n";
    return text;
}

/// What assistive tools, the eye and the pointer are told of one view.
void checkView(QAbstractItemView* view)
{
    const QAbstractItemModel* model = view->model();
    for (int row = 0; model && row < std::min(model->rowCount(), 60); ++row) {
        for (int column = 0; column < model->columnCount(); ++column) {
            for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(Qt::AccessibleTextRole)}) {
                const QString text = model->index(row, column).data(role).toString();
                QVERIFY2(!actsUnseen(text), qPrintable(view->accessibleName() + ": " + text));
            }
        }
    }
    for (int column = 0; model && column < model->columnCount(); ++column)
        QVERIFY(!actsUnseen(model->headerData(column, Qt::Horizontal).toString()));
}

QLabel* shownTip()
{
    for (QWidget* widget : QApplication::topLevelWidgets()) {
        if (widget->inherits("QTipLabel") && widget->isVisible())
            return static_cast<QLabel*>(widget);
    }
    return nullptr;
}

/// Asks for the tip as the pointer does.
void checkTip(QWidget* widget, const QPoint& at)
{
    QToolTip::hideText();
    QHelpEvent ask(QEvent::ToolTip, at, widget->mapToGlobal(at));
    QApplication::sendEvent(widget, &ask);
    if (const QLabel* tip = shownTip()) {
        QCOMPARE(tip->textFormat(), Qt::PlainText);
        QVERIFY2(!actsUnseen(tip->text()), qPrintable(tip->text()));
    }
}

/// Everything `window` shows at this moment.
void checkWidgets(QWidget& window)
{
    window.grab(); // as the eye would have it: polished, laid out and painted
    for (QLabel* label : window.findChildren<QLabel*>()) {
        if (!label->isVisible())
            continue;
        QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->accessibleName() + ": " + label->text()));
        QVERIFY2(!actsUnseen(label->text()), qPrintable(label->text()));
    }
    for (auto* view : window.findChildren<QAbstractItemView*>())
        checkView(view);
    QList<QPointer<QWidget>> widgets;
    for (QWidget* widget : window.findChildren<QWidget*>())
        widgets << widget;
    for (const QPointer<QWidget>& widget : widgets) {
        if (!widget || !widget->isVisible()) // a tip is a child of what it speaks of, and goes with the next one
            continue;
        QVERIFY2(!actsUnseen(widget->accessibleName()), qPrintable(widget->accessibleName()));
        QVERIFY2(!actsUnseen(widget->accessibleDescription()), qPrintable(widget->accessibleDescription()));
        if (!widget->toolTip().isEmpty())
            checkTip(widget, widget->rect().center());
    }
    for (auto* grid : window.findChildren<ui::GridView*>()) {
        if (grid->isVisible() && grid->model() && grid->model()->rowCount() > 0)
            checkTip(grid->viewport(), grid->visualRect(grid->model()->index(0, 0)).center());
    }
    QToolTip::hideText();
}

QStringList labelsOf(const QWidget& window)
{
    QStringList texts;
    for (const QLabel* label : window.findChildren<QLabel*>())
        if (label->isVisible())
            texts << label->text();
    return texts;
}

QPushButton* button(const QWidget& window, const QString& text)
{
    for (auto* found : window.findChildren<QPushButton*>()) {
        if (found->text() == text && found->isVisible())
            return found;
    }
    return nullptr;
}

QStringList markersIn(const QString& folder)
{
    return QDir(folder).entryList({"opening-*", ".opening-*"}, QDir::Files | QDir::Hidden);
}

/// A program that began to open `workspace` and was ended by the kernel.
void leaveMarker(const QString& folder, const QString& workspace)
{
    int ready[2] = {};
    QCOMPARE(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        OpeningMarker marker(folder.toStdString());
        marker.begin(workspace.toStdString());
        [[maybe_unused]] const auto told = ::write(ready[1], "x", 1);
        for (;;)
            ::pause();
    }
    char told = 0;
    QCOMPARE(::read(ready[0], &told, 1), 1);
    QVERIFY(OpeningMarker(folder.toStdString()).unsettled().empty()); // it lives
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ready[0]);
    ::close(ready[1]);
}

} // namespace

/// A stranger's file is opened: its names are text wherever they appear, and a window that dies of it starts safely.
class TestOpening : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_workspace;

    QString folder(const char* name)
    {
        const QString made = m_dir.filePath(QString::fromLatin1(name));
        QDir().mkpath(made);
        return made;
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        qputenv("XDG_DATA_HOME", folder("data").toUtf8());
        m_workspace = m_dir.filePath("hostile & <i>.altimeter");
        auto engine = Engine::create(m_workspace.toStdString());
        QVERIFY(engine);
        const auto file = testkit::writeFile(m_dir.path(), "costs <h1>.csv", hostileCosts());
        session::ImportOptions options;
        options.source = "src " + kPicture.toStdString();
        const auto report = session::importPaths((*engine)->file(), {file}, options, {}, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->rowsRejected, 1U);
    }

    void labelsAndTips_anyText_arePlain()
    {
        ui::PlainTextGuard::install();
        ui::PlainTextGuard::install();
        QWidget window;
        QLabel label(kHeading, &window);
        QLabel turned(kTurned + "\nsecond line", &window);
        turned.move(0, 100);
        window.setToolTip(kPicture + " " + kTurned);
        window.resize(400, 300);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.grab();
        QCOMPARE(label.textFormat(), Qt::PlainText);
        QCOMPARE(label.text(), kHeading);
        QCOMPARE(turned.text(), kTurnedShown + "\nsecond line");
        label.setText(kTurned); // whatever comes later
        window.grab();
        QCOMPARE(label.text(), kTurnedShown);
        checkTip(&window, {350, 250});
        const QLabel* tip = shownTip();
        QVERIFY(tip);
        QCOMPARE(tip->text(), kPicture + " " + kTurnedShown);
        QVERIFY(tip->height() < 150); // no picture of 300 pixels stands in it
        QToolTip::hideText();
        QMessageBox box(QMessageBox::Warning, "t", kHeading);
        box.setInformativeText(kPicture);
        box.show();
        checkWidgets(box);
    }

    void everyPage_hostileNames_showsThemAsText()
    {
        gui::SessionBackend backend(folder("names") + "/settings.ini", session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.openWorkspace(m_workspace, false);
        QTRY_COMPARE_WITH_TIMEOUT(window.currentPage(), QString("overview"), 20'000);
        QString everything;
        for (const char* place :
             {"overview", "explore", "allocation", "data", "data:sources", "data:partitions", "data:findings",
              "data:rejected", "data:proof", "connections", "connections:completeness"}) {
            window.showPage(place);
            QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
            if (QString(place) == "explore") {
                CostQuery query;
                query.by = {Dim{Dim::Kind::Service, {}}};
                query.granularity = Granularity::Day;
                window.explore(query);
                QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
                auto* legend = window.findChild<ui::ExplorePage*>()->findChild<ui::ChartLegend*>();
                QVERIFY(legend);
                QString words;
                for (const QWidget* item : legend->findChildren<QWidget*>())
                    words += item->accessibleName() + '\n';
                for (const QString& name : {kPicture, kHeading, kMarkup, kTurnedShown})
                    QVERIFY2(words.contains(name), qPrintable(words));
            }
            checkWidgets(window);
            if (QTest::currentTestFailed())
                qWarning("on the page %s", place);
            for (auto* grid : window.findChildren<ui::GridView*>()) {
                for (int row = 0; grid->isVisible() && row < grid->model()->rowCount(); ++row)
                    for (int column = 0; column < grid->model()->columnCount(); ++column)
                        everything += grid->model()->index(row, column).data().toString() + '\n';
            }
        }
        for (const QString& name : {kPicture, kHeading, kMarkup, kTurnedShown, QStringLiteral("two‹U+000A›lines")})
            QVERIFY2(everything.contains(name), qPrintable(name));

        window.openPalette();
        checkWidgets(window);
        window.findChild<ui::MessagePanel*>()->add(ui::MessagePanel::Tone::Bad, kTurned + kHeading, kPicture);
        checkWidgets(window);
        QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().startsWith(kTurnedShown + kHeading));
        QVERIFY2(window.windowTitle().startsWith("hostile & <i>"), qPrintable(window.windowTitle()));
        bool found = false;
        for (const QAction* action : window.findChildren<QAction*>())
            found = found || action->text() == "hostile && <i>";
        QVERIFY(found);
    }

    void startOptions_words_areTakenByWhatTheyAre()
    {
        const QString pipe = m_dir.filePath("pipe.bin");
        QCOMPARE(::mkfifo(pipe.toUtf8().constData(), 0600), 0);
        const QString renamed = m_dir.filePath("renamed.db");
        QVERIFY(QFile::copy(m_workspace, renamed));
        const QString csv = m_dir.filePath("costs <h1>.csv");
        const auto many = gui::parseStartOptions({csv, m_dir.path(), m_workspace, "/nowhere/absent.csv.gz", pipe});
        QVERIFY(many);
        QCOMPARE(many->workspace, m_workspace);
        QCOMPARE(many->offered, QStringList({csv, m_dir.path(), "/nowhere/absent.csv.gz", pipe}));
        QVERIFY(many->imports.isEmpty());
        QCOMPARE(gui::parseStartOptions({renamed})->workspace, renamed);
        QCOMPARE(gui::parseStartOptions({"/nowhere/absent"})->workspace, QString("/nowhere/absent"));
        const auto two = gui::parseStartOptions({m_workspace, renamed, m_workspace, csv});
        QVERIFY(two); // a file manager names all that were chosen
        QCOMPARE(two->workspace, m_workspace);
        QCOMPARE(two->furtherWorkspaces, QStringList{renamed});
        QCOMPARE(two->offered, QStringList{csv});
        QVERIFY(many->furtherWorkspaces.isEmpty());
        QVERIFY(!gui::parseStartOptions({"--demo", m_workspace}));
        QCOMPARE(gui::parseStartOptions({"--import", csv})->imports, QStringList{csv});
    }

    /// Desktops hand over links, and files by their addresses beside them.
    void viewLink_isTakenAsOne()
    {
        const QString link = "altimeter://view?page=explore&state=abc";
        const auto alone = gui::parseStartOptions({link});
        QVERIFY(alone.ok());
        QCOMPARE(alone->link, link);
        QVERIFY(alone->workspace.isEmpty() && alone->offered.isEmpty());
        const auto both = gui::parseStartOptions({QUrl::fromLocalFile(m_workspace).toString(), link, link});
        QVERIFY(both.ok());
        QCOMPARE(both->workspace, m_workspace);
        QCOMPARE(both->link, link);
        const auto encoded = gui::parseStartOptions({"file:///tmp/no%20such%20costs.csv"});
        QCOMPARE(encoded->offered, QStringList{"/tmp/no such costs.csv"});
        QVERIFY(!gui::parseStartOptions({link, link + "x"}));
        QCOMPARE(gui::parseStartOptions({"ALTIMETER:garbage " + QString(200'000, 'x')})->link.size(), 200'018);
    }

    void desktopEntry_claimsWhatTheProgramOpens()
    {
        const auto read = [](const QString& path) {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
        };
        const QString packaging = ALTIMETER_SOURCE_DIR "/packaging/io.github.altimeter.Altimeter";
        const QString entry = read(packaging + ".desktop");
        QVERIFY(entry.contains("Exec=altimeter %U\n"));
        QVERIFY(entry.contains("MimeType=application/vnd.altimeter.workspace;text/csv;x-scheme-handler/altimeter;\n"));
        const QString types = read(packaging + ".xml");
        QVERIFY(types.contains("type=\"application/vnd.altimeter.workspace\""));
        QVERIFY(types.contains("offset=\"68\" value=\"ALTM\""));
        QFile workspace(m_workspace);
        QVERIFY(workspace.open(QIODevice::ReadOnly));
        const QByteArray header = workspace.read(72);
        QVERIFY(header.startsWith("SQLite format 3"));
        QCOMPARE(header.mid(68), QByteArray("ALTM"));
    }

    void offeredFiles_areImportedOnceSomebodyAgrees()
    {
        gui::SessionBackend backend(folder("offer") + "/settings.ini", session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.show();
        const QString csv = m_dir.filePath("costs <h1>.csv");
        window.offerImport({csv});
        auto* box = window.findChild<QMessageBox*>();
        QVERIFY(box && box->informativeText().contains("costs <h1>.csv"));
        checkWidgets(*box);
        QVERIFY(backend.workspaces().info().path.empty());
        QTest::mouseClick(button(*box, "Not now"), Qt::LeftButton);
        QVERIFY(backend.workspaces().info().path.empty());
        QTRY_VERIFY(!window.findChild<QMessageBox*>());
        window.offerImport({csv});
        QTest::mouseClick(button(*window.findChild<QMessageBox*>(), "Import"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<ui::ImportSummary*>(), 20'000); // the first files
        QTest::keyClick(window.findChild<ui::ImportSummary*>(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(backend.workspaces().info().rows == 168, 20'000);
        QCOMPARE(QString::fromStdString(backend.workspaces().info().path),
                 m_dir.filePath("data/altimeter/default.altimeter"));
    }

    void marker_ofAProgramThatIsGone_isSeenUntilSomebodyGoesOn()
    {
        const QString place = folder("marker");
        OpeningMarker marker(place.toStdString());
        QVERIFY(marker.unsettled().empty());
        leaveMarker(place, "/data/a\nb.altimeter");
        QCOMPARE(marker.unsettled(), std::string("/data/a\nb.altimeter"));
        QCOMPARE(OpeningMarker(place.toStdString()).unsettled(), std::string("/data/a\nb.altimeter"));
        marker.begin("/data/c.altimeter");
        QVERIFY(marker.unsettled().empty()); // its own opening goes on
        QCOMPARE(markersIn(place).size(), 1);
        marker.begin("/data/d.altimeter");
        QCOMPARE(markersIn(place).size(), 1);
        marker.end();
        QVERIFY(markersIn(place).isEmpty());
        OpeningMarker nowhere("/proc/none");
        nowhere.begin("/data/c.altimeter"); // no place to write: no marker, no failure
        QVERIFY(nowhere.unsettled().empty());
    }

    void windowThatDiedWhileOpening_startsSafely()
    {
        const QString place = folder("safe");
        {
            gui::SessionBackend backend(place + "/settings.ini");
            backend.settings().setValue("open", m_workspace.toStdString());
        }
        leaveMarker(place, m_workspace);
        const QByteArray before = [this] {
            QFile file(m_workspace);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        }();
        for (int start = 0; start < 2; ++start) { // it says so until somebody decides
            gui::SessionBackend backend(place + "/settings.ini", session::memorySecretStore("this is a test."));
            ui::MainWindow window(backend);
            window.show();
            window.resume();
            QCOMPARE(window.currentPage(), QString("start"));
            QVERIFY(window.isSettled());
            QVERIFY(backend.workspaces().info().path.empty());
            QVERIFY2(labelsOf(window).contains(m_workspace), qPrintable(labelsOf(window).join('|')));
            QVERIFY(button(window, "Open another workspace…"));
            checkWidgets(window);
            QFile file(m_workspace);
            QVERIFY(file.open(QIODevice::ReadOnly) && file.readAll() == before);
        }
        gui::SessionBackend backend(place + "/settings.ini", session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.show();
        QVERIFY(!window.startSafely(m_dir.filePath("other.altimeter"))); // somebody asked for another file
        QVERIFY(window.startSafely(m_workspace));
        QTest::mouseClick(button(window, "Open it anyway"), Qt::LeftButton);
        QCOMPARE(markersIn(place).size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(window.currentPage(), QString("overview"), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(markersIn(place).isEmpty(), 20'000); // shown for a while, and alive
        window.showPage("start");
        QVERIFY(!button(window, "Open it anyway"));
    }

    void windowThatDiedWhileOpening_importsNothingBeforeItIsOpened()
    {
        const QString place = folder("safe import");
        const QString own = m_dir.filePath("safe data/altimeter/default.altimeter");
        const QString target = m_dir.filePath("target.altimeter");
        QVERIFY(Engine::create(target.toStdString()));
        const QString csv = m_dir.filePath("costs <h1>.csv");
        qputenv("XDG_DATA_HOME", folder("safe data").toUtf8());
        leaveMarker(place, target);
        for (const bool offers : {false, true}) { // left alone: nothing is read, and no other workspace is made
            gui::SessionBackend backend(place + "/settings.ini", session::memorySecretStore("this is a test."));
            ui::MainWindow window(backend);
            window.show();
            ui::MainWindow::Start start;
            start.workspace = target;
            (offers ? start.offered : start.imports) = QStringList{csv};
            window.begin(start);
            QTest::qWait(300);
            QVERIFY(window.isSettled());
            QCOMPARE(window.currentPage(), QString("start"));
            QVERIFY(backend.workspaces().info().path.empty());
            QVERIFY(!window.findChild<QMessageBox*>());
            QVERIFY(!QFileInfo::exists(own));
            QVERIFY2(!labelsOf(window).filter("named with it was not imported").isEmpty(),
                     qPrintable(labelsOf(window).join('|')));
            const QString why = gui::whyNoPictures(backend, target);
            QVERIFY2(why.contains(target), qPrintable(why));
        }
        { // another one is opened in its place
            gui::SessionBackend backend(folder("safe other") + "/settings.ini",
                                        session::memorySecretStore("this is a test."));
            leaveMarker(m_dir.filePath("safe other"), target);
            ui::MainWindow window(backend);
            window.show();
            ui::MainWindow::Start start;
            start.workspace = target;
            start.imports = QStringList{csv};
            window.begin(start);
            const QString other = m_dir.filePath("other place.altimeter");
            window.openWorkspace(other, true);
            QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(backend.workspaces().info().path), other, 20'000);
            QTest::qWait(300);
            QCOMPARE(backend.workspaces().info().rows, std::uint64_t{0});
            const QString said = window.findChild<ui::MessagePanel*>()->newestText();
            QVERIFY2(said.contains("nothing was imported") && said.contains("costs <h1>.csv"), qPrintable(said));
        }
        gui::SessionBackend backend(place + "/settings.ini", session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.show();
        ui::MainWindow::Start start;
        start.workspace = target;
        start.imports = QStringList{csv};
        window.begin(start);
        QTest::mouseClick(button(window, "Open it anyway"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{168}, 20'000);
        QCOMPARE(QString::fromStdString(backend.workspaces().info().path), target);
        QVERIFY(!QFileInfo::exists(own));
        QVERIFY(gui::whyNoPictures(backend, target).isEmpty());
    }

    void importIntoTheOwnWorkspace_thatKilledTheWindow_waitsToo()
    {
        qputenv("XDG_DATA_HOME", folder("own data").toUtf8());
        const QString place = folder("own");
        const QString own = m_dir.filePath("own data/altimeter/default.altimeter");
        QDir().mkpath(QFileInfo(own).path());
        QVERIFY(Engine::create(own.toStdString()));
        leaveMarker(place, own);
        gui::SessionBackend backend(place + "/settings.ini", session::memorySecretStore("this is a test."));
        QCOMPARE(QString::fromStdString(backend.workspaces().own()), own);
        ui::MainWindow window(backend);
        window.show();
        ui::MainWindow::Start start;
        start.imports = QStringList{m_dir.filePath("costs <h1>.csv")};
        window.begin(start);
        QTest::qWait(300);
        QVERIFY(backend.workspaces().info().path.empty());
        QTest::mouseClick(button(window, "Open it anyway"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{168}, 20'000);
    }

    void filesBesideAWorkspaceThatCannotBeOpened_areLeft()
    {
        qputenv("XDG_DATA_HOME", folder("left data").toUtf8());
        const QString csv = m_dir.filePath("costs <h1>.csv");
        QFile damaged(m_dir.filePath("damaged.altimeter"));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("this is no workspace");
        damaged.close();
        for (const QString& workspace : {m_dir.filePath("missing.altimeter"), damaged.fileName()}) {
            for (const bool offers : {false, true}) {
                gui::SessionBackend backend(folder("left") + "/settings.ini",
                                            session::memorySecretStore("this is a test."));
                ui::MainWindow window(backend);
                window.show();
                ui::MainWindow::Start start;
                start.workspace = workspace;
                (offers ? start.offered : start.imports) = QStringList{csv};
                window.begin(start);
                auto* messages = window.findChild<ui::MessagePanel*>();
                QTRY_COMPARE_WITH_TIMEOUT(messages->count(), 2, 20'000);
                QTest::qWait(300);
                QVERIFY(window.isSettled());
                QVERIFY(backend.workspaces().info().path.empty());
                QVERIFY(!window.findChild<QMessageBox*>());
                QVERIFY(!QFileInfo::exists(m_dir.filePath("left data/altimeter/default.altimeter")));
                QVERIFY(messages->newestText().startsWith("Could not open"));
                const QString said = messages->findChild<QListWidget*>()->item(1)->text();
                QVERIFY2(said.contains("nothing was imported") && said.contains("costs <h1>.csv"), qPrintable(said));
                QVERIFY(gui::whyNoPictures(backend, workspace).contains("could not be opened"));
            }
        }
    }

    void severalWorkspaces_openTheFirstAndNameTheOthers()
    {
        gui::SessionBackend backend(folder("several") + "/settings.ini", session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.show();
        ui::MainWindow::Start start;
        start.workspace = m_workspace;
        start.furtherWorkspaces = QStringList{"/data/b.altimeter", "/data/c.altimeter"};
        window.begin(start);
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(backend.workspaces().info().path), m_workspace, 20'000);
        const QString said = window.findChild<ui::MessagePanel*>()->newestText();
        QVERIFY2(said.contains("were not opened: /data/b.altimeter, /data/c.altimeter"), qPrintable(said));
        QVERIFY2(said.contains("One window shows one workspace"), qPrintable(said));
    }

    void newWorkspace_withoutLines_isNoProblemAndFillsByImport()
    {
        qputenv("XDG_DATA_HOME", folder("new data").toUtf8());
        gui::SessionBackend backend(folder("new") + "/settings.ini", session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.show();
        auto* messages = window.findChild<ui::MessagePanel*>();
        window.openWorkspace(m_dir.filePath("new.altimeter"), true);
        QTRY_VERIFY_WITH_TIMEOUT(!backend.workspaces().info().path.empty() && window.isSettled(), 20'000);
        for (const char* place :
             {"overview", "explore", "allocation", "data:sources", "data:partitions", "data:findings", "data:rejected",
              "data:proof", "connections:connections", "connections:completeness"}) {
            window.showPage(place);
            QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
            window.setLens(window.findChild<ui::ExplorePage*>()->state().lens == CostLens::Billed ? CostLens::Effective
                                                                                                  : CostLens::Billed);
            QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
            QVERIFY2(messages->count() == 0, qPrintable(QString(place) + ": " + messages->newestText()));
        }
        window.showPage("explore");
        QVERIFY(!labelsOf(window).filter("No cost lines yet").isEmpty());
        backend.workspaces().close();
        window.showPage("start");
        // as `altimeter b.csv` does it: into a workspace that is made for it
        window.importPaths({m_dir.filePath("costs <h1>.csv")});
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<ui::ImportSummary*>(), 20'000);
        QCOMPARE(backend.workspaces().info().rows, std::uint64_t{0});
        QTest::keyClick(window.findChild<ui::ImportSummary*>(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(backend.workspaces().info().rows, std::uint64_t{168}, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        QTRY_VERIFY(window.findChild<ui::ImportResult*>());
        window.showPage("explore");
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        QVERIFY(labelsOf(window).filter("No cost lines yet").isEmpty());
        QVERIFY(window.findChild<ui::ExplorePage*>()->visibleGrid()->model()->rowCount() > 0);
        window.showPage("overview");
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
        QVERIFY(labelsOf(window).filter("No cost lines yet").isEmpty());
        QCOMPARE(messages->count(), 0);
    }

    void openingThatEndsInOrder_isReopenedTheNextTime()
    {
        const QString place = folder("order");
        {
            gui::SessionBackend backend(place + "/settings.ini", session::memorySecretStore("this is a test."));
            ui::MainWindow window(backend);
            window.openWorkspace(m_workspace, false);
            QCOMPARE(markersIn(place).size(), 1);
            QTRY_VERIFY_WITH_TIMEOUT(!backend.workspaces().info().path.empty(), 20'000);
        } // closed at once
        QVERIFY(markersIn(place).isEmpty());
        gui::SessionBackend backend(place + "/settings.ini", session::memorySecretStore("this is a test."));
        ui::MainWindow window(backend);
        window.resume();
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(backend.workspaces().info().path), m_workspace, 20'000);
        window.openWorkspace(m_dir.filePath("absent.altimeter"), false);
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled() && markersIn(place).isEmpty(), 20'000); // refused in words
        QVERIFY(backend.workspaces().unsettled().empty());
    }
};

QTEST_MAIN(TestOpening)
#include "tst_opening.moc"
