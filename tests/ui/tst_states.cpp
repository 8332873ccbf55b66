#include <QTest>

#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "tests/ui/shellfake.h"
#include "ui/format/daterange.h"
#include "ui/pages/common/amountrow.h"
#include "ui/pages/common/page.h"
#include "ui/shell/mainwindow.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::AmountRow;
using ui::MainWindow;

namespace {

/// Every place of the window but the start page.
QStringList places(const MainWindow& window)
{
    QStringList all;
    for (const auto& entry : window.registry())
        if (entry.needsWorkspace)
            all << ui::placesOf(entry);
    return all;
}

/// What can be read on the page that is shown.
QString shown(const MainWindow& window)
{
    QStringList texts;
    for (const auto* label : window.centralWidget()->findChildren<QLabel*>())
        if (label->isVisible())
            texts << label->text();
    for (const auto* button : window.centralWidget()->findChildren<QPushButton*>())
        if (button->isVisible())
            texts << '[' + button->text() + ']';
    return texts.join('\n');
}

QString railOf(const MainWindow& window, const QString& page)
{
    for (const auto* button : window.findChildren<QToolButton*>())
        if (button->property("rail").toBool() && button->accessibleName() == page)
            return button->accessibleDescription();
    return "(none)";
}

ConnectionInfo failing(const std::string& name)
{
    ConnectionInfo info;
    info.settings.name = name;
    info.settings.kind = "litellm";
    info.state = ConnectionInfo::State::Failed;
    info.problem = "no administrator key";
    return info;
}

} // namespace

/// What every page says while it has no figures, or figures that are not all there are.
class TestStates : public QObject {
    Q_OBJECT
private slots:
    void cleanup() { ui::format::setPresentDay(nullptr); }

    void aFailedQuestion_isNeverCalledNothing()
    {
        ShellFake backend(ShellFake::Scene::Failed);
        MainWindow window(backend);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        for (const QString& place : places(window)) {
            window.showPage(place);
            QCoreApplication::processEvents();
            const QString text = shown(window);
            for (const char* nothing :
                 {"0 services", "No charges", "No cost lines", "No sources yet", "No findings", "No rejected",
                  "Nothing stored yet", "Nothing to prove", "Reconciled", "no day missing", "0 lines",
                  "Connect the providers", "All well", "The rules are valid", "moves no money", "No draft"})
                QVERIFY2(!text.contains(nothing), qPrintable(place + " says " + nothing + ": " + text));
            if (place != "notes") // which there are none of: no question failed
                QVERIFY2(text.contains("could not") || text.contains("malformed") || text.contains("Not read"),
                         qPrintable(place + ": " + text));
        }
    }

    void anEmptyWorkspace_saysWhatToDoAndShowsNoError()
    {
        ShellFake backend(ShellFake::Scene::Empty);
        MainWindow window(backend);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        for (const QString& place : places(window)) {
            window.showPage(place);
            QCoreApplication::processEvents();
            const QString text = shown(window);
            for (const char* error : {"Something did not work", "Try again", "could not", "Correct what"})
                QVERIFY2(!text.contains(error), qPrintable(place + " says " + error + ": " + text));
            if (!QStringList{"allocation", "data:findings", "data:rejected", "notes"}.contains(place))
                QVERIFY2(text.contains("Import") || text.contains("Ctrl+I") || text.contains("Add connection"),
                         qPrintable(place + ": " + text));
        }
    }

    /// The page invited to drop files while the first ones were being read.
    void anEmptyWorkspace_whileFilesAreRead_saysThatTheyAre()
    {
        ShellFake backend(ShellFake::Scene::Empty);
        backend.imports().holdSurvey = true;
        MainWindow window(backend);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        const QStringList pages{"overview", "explore", "changes", "data:sources", "connections:completeness"};
        const auto said = [&window](const QString& place) {
            window.showPage(place);
            QCoreApplication::processEvents();
            return shown(window);
        };
        window.importPaths({"/costs/june.csv"});
        for (const QString& place : pages) {
            const QString text = said(place);
            QVERIFY2(text.contains("Reading…") && !text.contains("yet") && !text.contains("rop FOCUS"),
                     qPrintable(place + ": " + text));
        }
        backend.imports().heldSurvey(Error{ErrorCode::Cancelled, "cancelled", {}});
        for (const QString& place : pages)
            QVERIFY2(said(place).contains(" yet") && !said(place).contains("Reading…"), qPrintable(said(place)));
    }

    /// Nor is a failure forgotten for it.
    void aFailedQuestion_whileFilesAreRead_isStillSaid()
    {
        ShellFake backend(ShellFake::Scene::Failed);
        backend.imports().holdSurvey = true;
        MainWindow window(backend);
        window.show();
        const QStringList pages{"overview", "explore", "changes", "data:sources", "connections:completeness"};
        window.importPaths({"/costs/june.csv"});
        for (const QString& place : pages) {
            window.showPage(place);
            QCoreApplication::processEvents();
            QVERIFY2(shown(window).contains("[Try again]"), qPrintable(place + ": " + shown(window)));
        }
    }

    void oldData_areCalledOldWhereverTheyAreShown()
    {
        ui::format::setPresentDay([] { return Day::fromYmd(2026, 11, 30); });
        ShellFake backend(ShellFake::Scene::Normal);
        backend.connections().connected.clear();
        MainWindow window(backend);
        window.show();
        window.showPage("overview");
        QVERIFY2(shown(window).contains("11 days old"), qPrintable(shown(window)));
        QVERIFY2(railOf(window, "Data").contains("11 days old"), qPrintable(railOf(window, "Data")));
        window.showPage("connections:completeness");
        QVERIFY2(shown(window).contains("aws: 11 days old"), qPrintable(shown(window)));
        QVERIFY(!shown(window).contains("no day missing\n"));
    }

    void aFailingConnection_isSaidWhereverOneLooks()
    {
        ui::format::setPresentDay([] { return Day::fromYmd(2026, 11, 20); });
        ShellFake backend(ShellFake::Scene::Normal);
        backend.connections().connected = {failing("router")};
        MainWindow window(backend);
        window.show();
        window.showPage("overview");
        bool isListed = false;
        for (const auto* row : window.findChildren<AmountRow*>())
            isListed = isListed || row->accessibleName().startsWith("router: failing, nothing delivered yet");
        QVERIFY(isListed);
        QVERIFY2(railOf(window, "Connections").contains("router: failing"), qPrintable(railOf(window, "Connections")));
        window.showPage("connections:completeness");
        QVERIFY2(shown(window).contains("router: failing, nothing delivered yet (no administrator key)"),
                 qPrintable(shown(window)));
        backend.connections().connected.clear();
        emit window.findChildren<ui::Page*>().front()->connectionsChanged();
        QVERIFY(railOf(window, "Connections").isEmpty());
    }
};

QTEST_MAIN(TestStates)
#include "tst_states.moc"
