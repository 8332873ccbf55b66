#include <QTest>

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTextBrowser>
#include <QUrl>
#include <QWheelEvent>

#include "models/domain/readingchoice.h"
#include "tests/ui/shellfake.h"
#include "ui/items/gridview.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/connections/connectionwizard.h"
#include "ui/pages/connections/syncconfirm.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/shell/backupchooser.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/dropoverlay.h"
#include "ui/shell/fuzzyscore.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/importresult.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/statusline.h"
#include "ui/theme/theme.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::MainWindow;

namespace {

QAction* menuAction(const MainWindow& window, const QString& text)
{
    for (auto* action : window.actions()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

QString statusText(const MainWindow& window, const QString& start)
{
    for (auto* label : window.findChild<ui::StatusLine*>()->findChildren<QLabel*>()) {
        if (label->accessibleName().startsWith(start))
            return label->text();
    }
    return "(none)";
}

bool pressButton(const MainWindow& window, const QString& text)
{
    for (auto* button : window.findChildren<QPushButton*>()) {
        if (button->text() == text && button->isVisible()) {
            button->click();
            return true;
        }
    }
    return false;
}

QMimeData* filesToDrop(QObject* parent)
{
    auto* data = new QMimeData;
    data->setParent(parent);
    data->setUrls({QUrl::fromLocalFile("/tmp/exports/aws.csv"), QUrl::fromLocalFile("/tmp/exports/more")});
    return data;
}

/// Answers nothing until it is told to.
class SlowFake : public ShellFake {
public:
    using ShellFake::ShellFake;
    void answerAll()
    {
        for (const auto& one : std::exchange(m_held, {}))
            one();
    }

protected:
    void put(const std::string& slot, Question question, ui::Answer<ui::AnyAnswer> answer) override
    {
        m_held.push_back([this, slot, question = std::move(question), answer = std::move(answer)] {
            ShellFake::put(slot, question, answer);
        });
    }

private:
    std::vector<std::function<void()>> m_held;
};

QString everyText(const QWidget& widget)
{
    QStringList texts;
    for (const auto* label : widget.findChildren<QLabel*>())
        if (label->isVisible())
            texts << label->text();
    return texts.join('\n');
}

} // namespace

class TestShell : public QObject {
    Q_OBJECT
private slots:
    void start_withoutWorkspace_offersOnlyWhatWorks();
    void pages_areReachedByKeysAndRemembered();
    void title_namesTheWorkspace();
    void menus_holdEveryActionOnceByKey();
    void keysOfPages_areNeverTwoActionsAtOnce();
    void drop_withoutWorkspace_makesOneAndImports();
    void drop_overAnInputField_isTakenByTheWindow();
    void importProgress_isShownAndCanBeCancelled();
    void importThatWouldLoseCharges_asksFirst();
    void importOfChargesThatAreThere_mayCountBoth();
    void importThatCanBeReadInTwoWays_asksWhich_data();
    void importThatCanBeReadInTwoWays_asksWhich();
    void importFindings_areToldAndLeadToTheData();
    void openFailure_saysWhatToDo();
    void damage_offersRestoreAndSalvage();
    void brokenAuditTrail_isToldWhereDamageIs();
    void readOnlyWorkspace_isToldAndCannotImport();
    void resume_showsTheLastViewAndThenItsFigures();
    void resume_thatFails_leadsToTheStartPage();
    void resume_afterClosing_staysOnTheStartPage();
    void palette_findsActionsDimensionsTeamsAndHelp();
    void fuzzyScore_prefersWordsAndBeginnings();
    void undo_goesToTheVisiblePage();
    void lens_reachesEveryPageAndIsKept();
    void overviewCard_opensExploreWithItsQuestion();
    void theme_isKeptAndSwitchesWithoutLoss();
    void help_hasTopicsAndText();
    void connections_areReachedFromTheMenuAndHelped();
    void smallestWindow_fitsEveryPage();
    void smallScreen_getsAWindowThatFits();
    void page_isAsHighAsTheWindow();
    void closedChoice_isNotChangedByScrolling();
    void beforeTheFirstAnswer_noPageSaysThereIsNothing();
    void progressText_saysRowsBytesAndTime();
};

void TestShell::start_withoutWorkspace_offersOnlyWhatWorks()
{
    ShellFake backend(ShellFake::Scene::Closed);
    MainWindow window(backend);
    window.show();
    QCOMPARE(window.currentPage(), QString("start"));
    QCOMPARE(window.windowTitle(), QString("Altimeter"));
    QVERIFY(!menuAction(window, "Overview")->isEnabled());
    QVERIFY(!menuAction(window, "Weekly report…")->isEnabled());
    window.showPage("overview");
    QCOMPARE(window.currentPage(), QString("start"));
    QCOMPARE(statusText(window, "Data"), QString("No workspace open"));
    window.openDemo();
    QCOMPARE(window.currentPage(), QString("overview"));
    QVERIFY(menuAction(window, "Overview")->isEnabled());
}

void TestShell::pages_areReachedByKeysAndRemembered()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.activateWindow();
    int number = 1;
    for (const QString& page : window.pageNames()) {
        QTest::keyClick(&window, static_cast<Qt::Key>(Qt::Key_0 + number++), Qt::ControlModifier);
        QCOMPARE(window.currentPage(), page);
    }
    menuAction(window, "Back")->trigger();
    QCOMPARE(window.currentPage(), QString("changes"));
    menuAction(window, "Forward")->trigger();
    QCOMPARE(window.currentPage(), QString("notes"));
    menuAction(window, "Next page")->trigger();
    QCOMPARE(window.currentPage(), QString("start"));
}

void TestShell::title_namesTheWorkspace()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    QCOMPARE(window.windowTitle(), QString("Company – Altimeter"));
    QCOMPARE(statusText(window, "Data"), QString("Data through 19 Nov 2026"));
    QCOMPARE(statusText(window, "Lens"), QString("Effective cost · USD, EUR · UTC"));
    QVERIFY(statusText(window, "Sources").contains("11 sources")); // with the connections that delivered nothing
}

void TestShell::menus_holdEveryActionOnceByKey()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    QSet<QAction*> inMenus;
    for (auto* menu : window.menuBar()->findChildren<QMenu*>()) {
        for (auto* action : menu->actions())
            inMenus.insert(action);
    }
    QMap<QString, QString> keys;
    for (auto* action : window.actions()) {
        QVERIFY2(inMenus.contains(action), qPrintable(action->text()));
        QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->text()));
        const QString key = action->shortcut().toString();
        QVERIFY2(key.isEmpty() || !keys.contains(key),
                 qPrintable(key + ": " + action->text() + ", " + keys.value(key)));
        keys.insert(key, action->text());
    }
}

/// P compared nothing but in Explore, and [ did nothing: the menus of two pages had the key, and Qt then does neither.
void TestShell::keysOfPages_areNeverTwoActionsAtOnce()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    const auto isInAMenu = [](const QAction& action) {
        const auto places = action.associatedObjects();
        return std::any_of(places.begin(), places.end(),
                           [](const QObject* place) { return qobject_cast<const QMenu*>(place) != nullptr; });
    };
    for (const QString& page : window.pageNames() + window.pageNames()) {
        window.showPage(page);
        QMap<QString, QString> keys;
        const auto add = [&](const QAction& action) {
            for (const QKeySequence& key : action.shortcuts()) {
                QVERIFY2(!keys.contains(key.toString()), qPrintable(page + ", " + key.toString() + ": " +
                                                                    keys.value(key.toString()) + ", " + action.text()));
                keys.insert(key.toString(), action.text());
            }
        };
        for (const QAction* action : window.actions())
            add(*action);
        for (const auto* each : window.findChildren<ui::Page*>())
            for (const QAction* action : each->actions())
                if (each->isVisible() || (isInAMenu(*action) && action->shortcutContext() == Qt::WindowShortcut))
                    add(*action);
        QVERIFY2(keys.contains("P"), qPrintable(page));
        QCOMPARE(keys.contains("["), page == "explore" || page == "changes");
    }
    window.showPage("overview");
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_P);
    QCOMPARE(window.currentPage(), QString("changes"));
    window.showPage("explore");
    const auto before = window.findChild<ui::ExplorePage*>()->state();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_BracketLeft);
    QVERIFY(!(window.findChild<ui::ExplorePage*>()->state() == before));
}

void TestShell::drop_withoutWorkspace_makesOneAndImports()
{
    ShellFake backend(ShellFake::Scene::Closed);
    MainWindow window(backend);
    window.show();
    auto* overlay = window.findChild<ui::DropOverlay*>();
    auto* data = filesToDrop(&window);
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QVERIFY(overlay->isVisible());
    QDragEnterEvent again(QPoint(300, 300), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(overlay, &again);
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(overlay, &drop);
    QCOMPARE(backend.workspaces().opened, (std::vector<std::string>{""}));
    QCOMPARE(backend.imports().imported.size(), std::size_t(1));
    QCOMPARE(backend.imports().imported[0], (std::vector<std::string>{"/tmp/exports/aws.csv", "/tmp/exports/more"}));
    QCOMPARE(window.currentPage(), QString("overview"));
}

void TestShell::drop_overAnInputField_isTakenByTheWindow()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    window.showPage("data");
    QLineEdit* field = nullptr;
    for (auto* line : window.findChildren<QLineEdit*>()) {
        if (line->accessibleName() == "Filter sources")
            field = line;
    }
    QVERIFY(field);
    auto* data = filesToDrop(&window);
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(field, &enter);
    QVERIFY(window.findChild<ui::DropOverlay*>()->isVisible());
    QApplication::sendEvent(window.findChild<ui::DropOverlay*>(), &enter);
    QDragLeaveEvent leave;
    QApplication::sendEvent(window.findChild<ui::DropOverlay*>(), &leave);
    QVERIFY(!window.findChild<ui::DropOverlay*>()->isVisible());
    QVERIFY(field->text().isEmpty());
}

void TestShell::importProgress_isShownAndCanBeCancelled()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().hold = true;
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/a.csv"});
    backend.imports().progress({"Reading a.csv", 1'204'000, 120'000'000, 300'000'000, 40});
    QCOMPARE(statusText(window, "Import progress"),
             QString("Reading a.csv · 1,204,000 lines · 120\u00a0MB of 300\u00a0MB · about 40 s left"));
    QCOMPARE(window.findChild<ui::StatusLine*>()->findChild<QProgressBar*>()->value(), 400);
    window.importPaths({"/tmp/b.csv"});
    QCOMPARE(backend.imports().imported.size(), std::size_t(1));
    QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("An import is running"));
    for (auto* button : window.findChildren<QPushButton*>()) {
        if (button->text() == "Cancel import")
            button->click();
    }
    QCOMPARE(backend.imports().cancelled, 1);
    backend.imports().held(Result<ImportReport>(Error{ErrorCode::Cancelled, "cancelled", ""}));
    QVERIFY(!window.findChild<ui::StatusLine*>()->findChild<QProgressBar*>()->isVisible());
    QVERIFY(statusText(window, "Notice").contains("the workspace is as it was"));
}

void TestShell::importThatWouldLoseCharges_asksFirst()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().hold = true;
    MainWindow window(backend);
    window.show();
    const auto pressed = [&window](const QString& text) { return pressButton(window, text); };
    const Error conflict{ErrorCode::Conflict, "AWS 1, 2026-09 is stored with BilledCost 27.00 USD <b>", "june.csv"};
    window.importPaths({"/tmp/june.csv"});
    QVERIFY(!backend.imports().wishes.back().replace);
    backend.imports().held(Result<ImportReport>(conflict));
    auto* box = window.findChild<QMessageBox*>();
    QVERIFY(box && box->text().contains("27.00 USD <b>"));
    QCOMPARE(box->textFormat(), Qt::PlainText);
    QVERIFY(pressed("Keep what is stored"));
    QCOMPARE(backend.imports().imported.size(), std::size_t(1));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);

    window.importPaths({"/tmp/june.csv"});
    backend.imports().held(Result<ImportReport>(conflict));
    QVERIFY(pressed("Replace"));
    QCOMPARE(backend.imports().imported.size(), std::size_t(3));
    QVERIFY(backend.imports().wishes.back().replace);
    QCOMPARE(backend.imports().imported.back(), (std::vector<std::string>{"/tmp/june.csv"}));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    backend.imports().held(Result<ImportReport>(conflict)); // not again: then it is told like any other
    QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("27.00 USD"));
}

void TestShell::importOfChargesThatAreThere_mayCountBoth()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().hold = true;
    MainWindow window(backend);
    window.show();
    Error conflict{ErrorCode::Conflict, "5 lines of AWS 222 charge what is stored under another billing account",
                   "june.csv", "Import it with --replace, or with --keep-both if both are real."};
    window.importPaths({"/tmp/june.csv"});
    backend.imports().held(Result<ImportReport>(conflict));
    QVERIFY(pressButton(window, "Keep both"));
    QVERIFY(backend.imports().wishes.back().keepBoth && !backend.imports().wishes.back().replace);
    QCOMPARE(backend.imports().imported.size(), std::size_t(2));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    backend.imports().held(Result<ImportReport>(ImportReport{}));

    conflict.todo = "Mend the file, or import it with --replace."; // then both cannot count
    window.importPaths({"/tmp/june.csv"});
    backend.imports().held(Result<ImportReport>(conflict));
    QVERIFY(!pressButton(window, "Keep both"));
    QVERIFY(pressButton(window, "Replace"));
}

void TestShell::importThatCanBeReadInTwoWays_asksWhich_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("sample");
    QTest::addColumn<QString>("button");
    QTest::addColumn<bool>("isFirst");
    const int decimal = static_cast<int>(ReadingChoice::What::Decimal);
    const int dates = static_cast<int>(ReadingChoice::What::Dates);
    QTest::newRow("decimal comma") << decimal << "1,234"
                                   << "1.234" << true;
    QTest::newRow("thousands") << decimal << "1,234"
                               << "1,234" << false;
    QTest::newRow("thousands by points") << decimal << "-12.500" << QString(u8"\u221212,500") << true;
    QTest::newRow("day first") << dates << "4/1/2025"
                               << "4 Jan 2025" << true;
    QTest::newRow("month first") << dates << "4/1/25 00:00"
                                 << "1 Apr 2025" << false;
    QTest::newRow("no day that way") << dates << "13/1/2025"
                                     << "The month stands before the day" << false;
}
void TestShell::importThatCanBeReadInTwoWays_asksWhich()
{
    QFETCH(int, what);
    QFETCH(QString, sample);
    QFETCH(QString, button);
    QFETCH(bool, isFirst);
    ShellFake backend(ShellFake::Scene::Normal);
    backend.imports().hold = true;
    MainWindow window(backend);
    window.show();
    const ReadingChoice choice{static_cast<ReadingChoice::What>(what), "BilledCost", sample.toStdString(), 1204};
    const Error unclear{ErrorCode::Invalid, choiceSentence(choice, " can be both"), "june.csv"};
    window.importPaths({"/tmp/june.csv"});
    backend.imports().held(Result<ImportReport>(unclear));
    auto* box = window.findChild<QMessageBox*>();
    QVERIFY(box && box->text().startsWith("june.csv, line 1,204: BilledCost is"));
    QVERIFY2(pressButton(window, button), qPrintable(button));
    const auto& wish = backend.imports().wishes.back();
    const bool isDecimal = choice.what == ReadingChoice::What::Decimal;
    QCOMPARE(isDecimal ? wish.decimalComma : wish.dayFirst, std::optional(isFirst));
    QVERIFY(!(isDecimal ? wish.dayFirst : wish.decimalComma).has_value());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);

    // The other question may follow; what was answered stays answered, and is not asked again.
    ReadingChoice other = choice;
    other.what = isDecimal ? ReadingChoice::What::Dates : ReadingChoice::What::Decimal;
    other.sample = isDecimal ? "4/1/2025" : "1,234";
    backend.imports().held(
        Result<ImportReport>(Error{ErrorCode::Invalid, choiceSentence(other, " can be both"), "b.csv"}));
    QVERIFY(pressButton(window, isDecimal ? "4 Jan 2025" : "1.234"));
    QVERIFY(backend.imports().wishes.back().decimalComma && backend.imports().wishes.back().dayFirst);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    backend.imports().held(Result<ImportReport>(unclear));
    QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("can be both"));
}

/// No message stays over the pages because an import went well.
void TestShell::importFindings_areToldAndLeadToTheData()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    window.importPaths({"/tmp/a.csv"});
    QVERIFY(statusText(window, "Notice").contains("1,200 lines stored"));
    QVERIFY(!window.findChild<ui::MessagePanel*>()->isVisible());
    auto* result = window.findChild<ui::ImportResult*>();
    QVERIFY(result && result->isVisible());
    for (auto* list : result->findChildren<QListWidget*>()) {
        if (list->accessibleName() == "What looks odd")
            emit list->itemActivated(list->item(0));
    }
    QCOMPARE(window.currentPage(), QString("data"));
}

void TestShell::openFailure_saysWhatToDo()
{
    ShellFake backend(ShellFake::Scene::Closed);
    backend.workspaces().failure = Error{ErrorCode::Busy, "another program holds the workspace", "/tmp/x.altimeter"};
    MainWindow window(backend);
    window.show();
    window.openWorkspace("/tmp/x.altimeter", false);
    const QString text = window.findChild<ui::MessagePanel*>()->newestText();
    QVERIFY(text.contains("another program holds the workspace"));
    QVERIFY(text.contains("Close the other Altimeter window"));
    QCOMPARE(window.currentPage(), QString("start"));
    QVERIFY(window.isSettled());
}

/// Found by reading the trail in the background, once the workspace is open.
void TestShell::brokenAuditTrail_isToldWhereDamageIs()
{
    ShellFake backend(ShellFake::Scene::Closed);
    backend.answers<AuditQuestion>(
        [](const AuditQuestion&) { return std::vector<std::string>{"The audit trail does not hold (entry 3)."}; });
    MainWindow window(backend);
    window.show();
    window.openWorkspace("/tmp/x.altimeter", false);
    QTRY_VERIFY(!backend.asked<AuditQuestion>().empty());
    QTRY_VERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("audit trail does not hold"));
}

void TestShell::damage_offersRestoreAndSalvage()
{
    ShellFake backend(ShellFake::Scene::Closed);
    backend.backups().kept = {{"/tmp/x.altimeter.backups/a.altimeter", "2026-11-21T08:30:00Z", "publish", 1000}};
    backend.workspaces().failure = Error{ErrorCode::Corrupt, "the workspace is damaged", "/tmp/x.altimeter"};
    MainWindow window(backend);
    window.show();
    window.openWorkspace("/tmp/x.altimeter", false);
    const auto button = [&window](const QString& text) {
        for (auto* found : window.findChildren<QPushButton*>()) {
            if (found->text() == text && found->isVisible())
                return found;
        }
        return static_cast<QPushButton*>(nullptr);
    };
    QVERIFY(button("Salvage what is whole…"));
    QVERIFY(button("Restore a backup…"));
    button("Restore a backup…")->click();
    auto* chooser = window.findChild<ui::BackupChooser*>();
    QVERIFY(chooser);
    QCOMPARE(chooser->accessibleName(), QString("Restore a backup"));
    backend.workspaces().failure.reset();
    QTest::keyClick(chooser, Qt::Key_Return); // the newest is chosen already
    QCOMPARE(backend.backups().restored, (std::vector<std::pair<std::string, std::string>>{
                                             {"/tmp/x.altimeter.backups/a.altimeter", "/tmp/x.altimeter"}}));
    QCOMPARE(backend.workspaces().opened.back(), std::string("/tmp/x.altimeter"));
    QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("before-restore"));
    // a failure of another kind offers neither
    backend.workspaces().failure = Error{ErrorCode::Busy, "another program", "/tmp/x.altimeter"};
    window.openWorkspace("/tmp/x.altimeter", false);
    QVERIFY(!button("Restore a backup…"));
}

void TestShell::readOnlyWorkspace_isToldAndCannotImport()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.readOnly = "the file has no write permission";
    MainWindow window(backend);
    window.show();
    QVERIFY(window.windowTitle().contains("read only"));
    QVERIFY(statusText(window, "Lens, currency and time zone").contains("Read only"));
    for (QAction* action : window.findChildren<QAction*>()) {
        if (action->text() == "Import files…" || action->text() == "Sync all connections")
            QVERIFY(!action->isEnabled());
    }
}

void TestShell::resume_showsTheLastViewAndThenItsFigures()
{
    std::map<std::string, std::string> settings;
    ui::ExploreState last;
    {
        ShellFake backend(ShellFake::Scene::Normal);
        MainWindow window(backend);
        window.show();
        auto* explore = window.findChild<ui::ExplorePage*>();
        last = explore->state();
        last.by = {Dim{Dim::Kind::Team, {}}};
        last.rangeText = "2026-10";
        last.countDistinct = Dim{Dim::Kind::Resource, {}};
        explore->setState(last);
        window.showPage("explore");
        window.close();
        settings = backend.settings().values;
    }
    ShellFake backend(ShellFake::Scene::Closed);
    backend.settings().values = settings;
    backend.workspaces().hold = true;
    MainWindow window(backend);
    window.show();
    window.resume();
    QCOMPARE(backend.workspaces().opened, (std::vector<std::string>{"/fake/company.altimeter"}));
    QCOMPARE(window.currentPage(), QString("explore"));
    QCOMPARE(window.windowTitle(), QString("company – Altimeter"));
    QCOMPARE(statusText(window, "Data"), QString("Opening company…"));
    auto* explore = window.findChild<ui::ExplorePage*>();
    QVERIFY(explore->state() == last);
    QVERIFY(backend.asked<TableQuestion>().empty());
    QCOMPARE(explore->visibleGrid()->model()->headerData(0, Qt::Horizontal).toString(), QString("Team"));
    QCOMPARE(explore->visibleGrid()->model()->rowCount(), 0);
    QVERIFY(!window.isSettled());
    for (const QString& page : window.pageNames()) { // navigation works before there is anything to see
        window.showPage(page);
        QCOMPARE(window.currentPage(), page);
        window.grab();
    }
    window.showPage("explore");
    window.importPaths({"/tmp/a.csv"});
    QVERIFY(backend.imports().imported.empty());
    backend.workspaces().isOpen = true;
    backend.workspaces().held(Result<WorkspaceInfo>(backend.workspaces().info()));
    QCOMPARE(window.currentPage(), QString("explore"));
    QVERIFY(explore->state() == last);
    QVERIFY(explore->visibleGrid()->model()->rowCount() > 0);
    QVERIFY(backend.asked<TableQuestion>().front().query.countDistinct == last.countDistinct);
    QVERIFY(window.isSettled());
    QCOMPARE(statusText(window, "Data"), QString("Data through 19 Nov 2026"));
}

void TestShell::resume_thatFails_leadsToTheStartPage()
{
    ShellFake backend(ShellFake::Scene::Closed);
    backend.settings().values["open"] = "/gone/company.altimeter";
    backend.settings().values["page"] = "data:proof";
    backend.settings().values["explore"] = "no view";
    backend.workspaces().hold = true;
    MainWindow window(backend);
    window.show();
    window.resume();
    QCOMPARE(window.currentPage(), QString("data"));
    backend.workspaces().held(Result<WorkspaceInfo>(Error{ErrorCode::NotFound, "there is no such file", ""}));
    QCOMPARE(window.currentPage(), QString("start"));
    QVERIFY(window.findChild<ui::MessagePanel*>()->newestText().contains("there is no such file"));
    QCOMPARE(window.windowTitle(), QString("Altimeter"));
    QCOMPARE(statusText(window, "Data"), QString("No workspace open"));
    QVERIFY(!menuAction(window, "Overview")->isEnabled());
    QVERIFY(window.isSettled());
    QCOMPARE(backend.settings().values["open"], std::string());
}

void TestShell::resume_afterClosing_staysOnTheStartPage()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    QCOMPARE(backend.settings().values["open"], std::string("/fake/company.altimeter"));
    menuAction(window, "Close workspace")->trigger();
    window.resume();
    QCOMPARE(window.currentPage(), QString("start"));
    QVERIFY(backend.workspaces().opened.empty());
}

void TestShell::palette_findsActionsDimensionsTeamsAndHelp()
{
    ShellFake backend(ShellFake::Scene::Normal);
    backend.views().list = {{"Monday view", "explore", "{}"}};
    MainWindow window(backend);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.openPalette();
    auto* palette = window.findChild<ui::CommandPalette*>();
    auto* input = palette->findChild<QLineEdit*>();
    auto* list = palette->findChild<QListWidget*>();
    const auto first = [&](const QString& typed) {
        input->setText(typed);
        return list->count() > 0 ? list->item(0)->data(Qt::AccessibleTextRole).toString() : QString();
    };
    QCOMPARE(first("overvw"), QString("Page: Overview"));
    QCOMPARE(first("weekly"), QString("Action: Weekly report"));
    QCOMPARE(first("monday"), QString("Saved view: Monday view"));
    QCOMPARE(first("team checkout"), QString("Team: Checkout"));
    QCOMPARE(first("dark"), QString("Action: Dark theme"));
    QVERIFY(first("keyboard").contains("eyboard"));
    QCOMPARE(first("zzzzqq"), QString("Nothing here is called “zzzzqq”"));
    QCOMPARE(list->count(), 3); // and two ways on
    QVERIFY(list->currentRow() > 0);
    QCOMPARE(first("group by region"), QString("Group by: Region"));
    QTest::keyClick(input, Qt::Key_Return);
    QVERIFY(!palette->isVisible());
    QCOMPARE(window.currentPage(), QString("explore"));
    QVERIFY((window.findChild<ui::ExplorePage*>()->state().by == std::vector<Dim>{Dim{Dim::Kind::Region, {}}}));
    window.openPalette();
    QTest::keyClick(input, Qt::Key_Escape);
    QVERIFY(!palette->isVisible());
}

void TestShell::fuzzyScore_prefersWordsAndBeginnings()
{
    QVERIFY(ui::fuzzyScore("exp", "Explore") > ui::fuzzyScore("exp", "Open next page"));
    QVERIFY(ui::fuzzyScore("table", "Export table") > ui::fuzzyScore("table", "Tokenable"));
    QVERIFY(ui::fuzzyScore("xyz", "Overview") < 0);
    QCOMPARE(ui::fuzzyScore("", "anything"), 0);
}

void TestShell::undo_goesToTheVisiblePage()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    window.showPage("allocation");
    QAction* undo = menuAction(window, "Undo");
    QVERIFY(!undo->isEnabled());
    QListWidget* rules = nullptr;
    for (auto* list : window.findChildren<QListWidget*>()) {
        if (list->accessibleName() == "Allocation rules")
            rules = list;
    }
    rules->setCurrentRow(0);
    QTest::keyClick(rules, Qt::Key_Delete);
    QCOMPARE(rules->count(), 4);
    QVERIFY(undo->isEnabled());
    window.showPage("data");
    QVERIFY(!undo->isEnabled());
    window.showPage("allocation");
    undo->trigger();
    QCOMPARE(rules->count(), 5);
}

void TestShell::lens_reachesEveryPageAndIsKept()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.setLens(CostLens::Billed);
    QVERIFY(backend.asked<OverviewQuestion>().back().lens == CostLens::Billed);
    QVERIFY(window.findChild<ui::ExplorePage*>()->state().lens == CostLens::Billed);
    QCOMPARE(backend.settings().values["lens"], std::string("billed"));
    QVERIFY(statusText(window, "Lens").startsWith("Billed cost"));
}

void TestShell::overviewCard_opensExploreWithItsQuestion()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    for (auto* card : window.findChildren<ui::KeyFigureCard*>()) {
        if (card->accessibleName().startsWith("Unallocated"))
            card->click();
    }
    QCOMPARE(window.currentPage(), QString("explore"));
    const auto& state = window.findChild<ui::ExplorePage*>()->state();
    QVERIFY((state.filters.back() == Filter{Dim{Dim::Kind::Team, {}}, {""}, false}));
    QVERIFY(
        (*state.range(Day::fromYmd(2026, 11, 20)) == DateRange{Day::fromYmd(2026, 11, 1), Day::fromYmd(2026, 11, 20)}));
}

void TestShell::theme_isKeptAndSwitchesWithoutLoss()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    window.setThemeName("dark");
    QVERIFY(ui::Theme::current().dark);
    QCOMPARE(backend.settings().values["theme"], std::string("dark"));
    QCOMPARE(window.grab().toImage().pixelColor(4, 600), ui::Theme::current().card);
    window.setThemeName("light");
    QVERIFY(!ui::Theme::current().dark);
    QCOMPARE(window.grab().toImage().pixelColor(4, 600), ui::Theme::light().card);
}

void TestShell::help_hasTopicsAndText()
{
    ShellFake backend(ShellFake::Scene::Closed);
    MainWindow window(backend);
    QVERIFY(ui::HelpViewer::topics().size() >= 7);
    window.showHelp("Keyboard");
    auto* viewer = window.findChild<ui::HelpViewer*>();
    QVERIFY(viewer->isVisible());
    QVERIFY(viewer->findChild<QTextBrowser*>()->toPlainText().contains("Ctrl+K"));
}

void TestShell::connections_areReachedFromTheMenuAndHelped()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    menuAction(window, "Add connection…")->trigger();
    QCOMPARE(window.currentPage(), QString("connections"));
    auto* page = window.findChild<ui::ConnectionsPage*>();
    QVERIFY(page->findChild<ui::ConnectionWizard*>()->isVisible());
    emit page->helpRequested("a kind without a guide of its own");
    auto* viewer = window.findChild<ui::HelpViewer*>();
    QVERIFY(viewer->isVisible());
    QVERIFY(viewer->findChild<QTextBrowser*>()->toPlainText().startsWith("Connections"));
    window.showPage("connections:completeness");
    QCOMPARE(page->currentTabName(), QString("completeness"));
    QCOMPARE(backend.settings().values["page"], std::string("connections:completeness"));
    QVERIFY(backend.syncs().onProgress);
    backend.syncs().onProgress({"azure-prod", "asking", 1, 0, 0, 0, 2});
    menuAction(window, "Sync all connections")->trigger();
    QCOMPARE(page->currentTabName(), QString("connections"));
    QVERIFY(page->findChild<ui::SyncConfirm*>()->isVisible()); // one of them costs money
}

/// Page Down used to go on to another cost lens, and with it to other figures.
void TestShell::closedChoice_isNotChangedByScrolling()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.activateWindow();
    window.showPage("overview");
    const auto* card = window.findChild<ui::KeyFigureCard*>();
    QTRY_COMPARE(QApplication::focusWidget(), static_cast<const QWidget*>(card)); // the first key goes to a figure
    QComboBox* lens = nullptr;
    for (auto* box : window.findChildren<QComboBox*>())
        if (box->accessibleName() == "Cost lens" && box->isVisible())
            lens = box;
    QVERIFY(lens);
    lens->setFocus();
    for (const Qt::Key key : {Qt::Key_PageDown, Qt::Key_End, Qt::Key_PageUp, Qt::Key_Home})
        for (const int times : {1, 2}) {
            for (int i = 0; i < times; ++i)
                QTest::keyClick(lens, key);
            QCOMPARE(lens->currentIndex(), 0);
        }
    for (const int turn : {-120, 120, -480}) {
        QWheelEvent wheel(QPointF(4, 4), lens->mapToGlobal(QPointF(4, 4)), {}, QPoint(0, turn), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(lens, &wheel);
        QCOMPARE(lens->currentIndex(), 0);
    }
    QVERIFY(backend.asked<OverviewQuestion>().back().lens == CostLens::Effective);
    QTest::keyClick(lens, Qt::Key_Down); // who means the box gets it
    QVERIFY(backend.asked<OverviewQuestion>().back().lens == CostLens::Billed);
}

/// "No cost lines yet" stood there for six seconds while 27,000 lines were being read.
void TestShell::beforeTheFirstAnswer_noPageSaysThereIsNothing()
{
    SlowFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    for (const QString& page : window.pageNames()) {
        window.showPage(page);
        const QString shown = everyText(*window.centralWidget());
        for (const char* nothing : {"No cost lines", "No charges in", "No sources yet", "No findings", "No rejected",
                                    "Nothing to prove", "No cost this month", "nothing to compare", "Reconciled"})
            QVERIFY2(page == "start" || !shown.contains(nothing), qPrintable(page + ": " + shown));
    }
    window.showPage("overview");
    QVERIFY(everyText(window).contains("Effective cost · reading…"));
    backend.answerAll();
    QVERIFY(everyText(window).contains("November 2026"));
    QVERIFY(!everyText(window).contains("reading…"));

    // another workspace: nothing of the one before stands under its name
    const auto* card = window.findChild<ui::KeyFigureCard*>();
    QVERIFY(card->accessibleName().contains("61,842.17"));
    const auto described = backend.workspaces().describe;
    backend.workspaces().describe = [described] {
        WorkspaceInfo info = described();
        info.path = "/fake/other.altimeter";
        return info;
    };
    window.openWorkspace("/fake/other.altimeter", false);
    QVERIFY2(!card->accessibleName().contains("61,842.17"), qPrintable(card->accessibleName()));
    backend.answerAll();
    QVERIFY(card->accessibleName().contains("61,842.17"));
}

void TestShell::smallestWindow_fitsEveryPage()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    window.resize(1024, 640);
    for (const QString& page : window.pageNames()) {
        window.showPage(page);
        QTRY_VERIFY(window.isSettled());
        QCOMPARE(window.size(), QSize(1024, 640));
        QVERIFY2(window.minimumSizeHint().width() <= 1024,
                 qPrintable(page + QString::number(window.minimumSizeHint().width())));
        QVERIFY2(window.minimumSizeHint().height() <= 640, qPrintable(page));
        for (auto* area : window.centralWidget()->findChildren<QScrollArea*>(Qt::FindDirectChildrenOnly))
            QVERIFY2(!area->verticalScrollBar()->isVisible() && !area->horizontalScrollBar()->isVisible(),
                     qPrintable(page));
    }
}

/// What wraps its text may like to be high; a page still has the height of the window.
void TestShell::page_isAsHighAsTheWindow()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.resize(1280, 800);
    window.show();
    for (const QString& page : window.pageNames()) {
        window.showPage(page);
        QTRY_VERIFY(window.isSettled());
        for (auto* area : window.centralWidget()->findChildren<QScrollArea*>(Qt::FindDirectChildrenOnly))
            QVERIFY2(area->widget()->height() <= window.height(), qPrintable(page));
    }
}

/// Full HD at twice the scale leaves 960 by 500.
void TestShell::smallScreen_getsAWindowThatFits()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.fitInto({960, 500});
    window.show();
    for (const QString& page : window.pageNames()) {
        window.showPage(page);
        QTRY_VERIFY(window.isSettled());
        QCOMPARE(window.size(), QSize(960, 500));
        QVERIFY2(window.minimumSizeHint().width() <= 960 && window.minimumSizeHint().height() <= 500, qPrintable(page));
    }
    MainWindow large(backend);
    large.fitInto({1920, 1040});
    QCOMPARE(large.size(), QSize(1280, 800));
}

void TestShell::progressText_saysRowsBytesAndTime()
{
    QCOMPARE(ui::progressText({"", 0, 0, 0, {}}), QString("Working"));
    QVERIFY(ui::progressText({"Reading", 5, 999, 0, 200}).endsWith("about 4 min left"));
}

QTEST_MAIN(TestShell)
#include "tst_shell.moc"
