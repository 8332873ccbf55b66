#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/sessionbackend.h"
#include "app/session/questions/answers.h"
#include "ui/charts/waterfallview.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/effectmodel.h"
#include "ui/pages/changes/changelines.h"
#include "ui/pages/changes/changespage.h"
#include "ui/pages/common/amountrow.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/mainwindow.h"

using namespace altimeter;
using session::Engine;

namespace {

/// The first one in sight whose name begins so.
template <typename Widget> Widget* inSight(const QWidget* parent, const QString& name)
{
    for (auto* widget : parent->findChildren<Widget*>())
        if (widget->accessibleName().startsWith(name) && widget->isVisible())
            return widget;
    return nullptr;
}

/// Whoever sits before the window. He presses keys where the keyboard is and clicks what he sees, and each of these
/// counts; a text that he types counts once.
class Hand {
public:
    explicit Hand(ui::MainWindow& window) : m_window(window) {}

    void opens() { ++m_inputs; }
    void presses(int key, Qt::KeyboardModifiers with = Qt::NoModifier)
    {
        ++m_inputs;
        QTest::keyClick(keyboard(), static_cast<Qt::Key>(key), with);
        settle();
    }
    void types(const QString& text)
    {
        ++m_inputs;
        QTest::keyClicks(keyboard(), text);
        settle();
    }
    void clicks(QWidget* widget, QPoint at = {})
    {
        ++m_inputs;
        QVERIFY2(widget && widget->isVisible(), "what is clicked is not in sight");
        const QPoint place = at.isNull() ? widget->rect().center() : at;
        QVERIFY2(widget->visibleRegion().contains(place), qPrintable(widget->accessibleName() + " is scrolled away"));
        QTest::mouseClick(widget, Qt::LeftButton, Qt::NoModifier, place);
        settle();
    }
    int inputs() const { return m_inputs; }
    void needsAtMost(int budget) const
    {
        qInfo("%d of %d inputs", m_inputs, budget);
        QVERIFY(m_inputs <= budget);
    }

private:
    QWidget* keyboard() const
    {
        if (QWidget* popup = QApplication::activePopupWidget())
            return popup->focusWidget() ? popup->focusWidget() : popup;
        if (QWidget* focus = QApplication::focusWidget())
            return focus;
        return QApplication::activeWindow() ? QApplication::activeWindow() : &m_window;
    }
    void settle()
    {
        QTest::qWait(1); // dialogs take the keyboard as they appear
        QTRY_VERIFY_WITH_TIMEOUT(m_window.isSettled(), 20'000);
    }

    ui::MainWindow& m_window;
    int m_inputs = 0;
};

/// The window over a copy of the demonstration company, as it was left the last time.
struct Desk {
    gui::SessionBackend backend;
    ui::MainWindow window;
    Hand hand;

    Desk(const QString& folder, const QString& workspace, const char* page = "overview")
        : backend(folder + "/settings.ini"), window(backend), hand(window)
    {
        backend.settings().setValue("open", workspace.toStdString());
        backend.settings().setValue("page", page);
        window.resize(1280, 800);
        window.show();
    }
    void open()
    {
        QVERIFY(QTest::qWaitForWindowActive(&window));
        hand.opens();
        window.resume();
        QTRY_VERIFY_WITH_TIMEOUT(!backend.workspaces().info().path.empty(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), 20'000);
    }
};

QPushButton* buttonOf(const QWidget* parent, const QString& text)
{
    for (auto* button : parent->findChildren<QPushButton*>())
        if (button->text().startsWith(text) && button->isVisible())
            return button;
    return nullptr;
}

QString text(const QWidget* parent, const QString& name)
{
    const auto* label = inSight<QLabel>(parent, name);
    return label ? label->text() : QString();
}

} // namespace

/// The journeys of a Monday, as far as they are built, in the real window: what must be on the screen, and how many
/// inputs it may take.
class TestJourneys : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        auto demo = Engine::createDemo((m_dir.path() + "/demo.altimeter").toStdString(), {}, {});
        QVERIFY2(demo, demo ? "" : demo.error().text().c_str());
    }

    /// Monday 8:55: what changed? Total, movers and freshness, the parts of the change, and its lines, which add up.
    void whatChanged_isAnsweredAndProven_inSixInputs()
    {
        Desk desk(place("changed"), workspace("changed"));
        desk.open();
        const auto* toDate = inSight<ui::KeyFigureCard>(&desk.window, "Month to date");
        QVERIFY(toDate && !toDate->content().figure.contains(QChar(0x2013)));
        QVERIFY(inSight<ui::KeyFigureCard>(&desk.window, "Month-end forecast"));
        QVERIFY(inSight<ui::KeyFigureCard>(&desk.window, "Proof")->accessibleName().contains("Reconciled"));
        int sources = 0;
        for (const auto* row : desk.window.findChildren<ui::AmountRow*>())
            sources += row->accessibleName().startsWith("demo") ? 1 : 0; // how old its data are
        QVERIFY(sources > 0);

        desk.hand.presses(Qt::Key_P);
        QCOMPARE(desk.window.currentPage(), QString("changes"));
        auto* changes = desk.window.findChild<ui::ChangesPage*>();
        const auto& bars = changes->chart()->frame().bars;
        QVERIFY(bars.size() > 4);
        QVERIFY(bars.front().isTotal() && bars.back().isTotal());
        for (std::size_t bar = 1; bar + 1 < bars.size(); ++bar) // each part begins where the one before ended
            QVERIFY(qFuzzyCompare(bars[bar].from, bars[bar - 1].to));
        QVERIFY(qFuzzyCompare(bars[bars.size() - 2].to, bars.back().to));
        auto* parts = qobject_cast<ui::GridView*>(QApplication::focusWidget());
        QVERIFY2(parts && parts->currentIndex().row() == 0, "the keyboard is on the largest part");

        desk.hand.presses(Qt::Key_Return);
        auto* lines = changes->findChild<ui::ChangeLines*>();
        QVERIFY(lines && lines->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(lines->grid()->gridModel()->rowCount() > 0, 20'000);
        int proven = 0;
        for (const auto* label : lines->findChildren<QLabel*>())
            proven += label->isVisible() && label->text().startsWith("Adds up to") ? 1 : 0;
        QCOMPARE(proven, 2); // the lines of both periods come to what the part says

        desk.hand.presses(Qt::Key_N);
        desk.hand.types("Asked the team why");
        desk.hand.presses(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(desk.backend.notes().all().size(), std::size_t(1));
        QVERIFY(desk.backend.notes().all().front().figure.base);
        QVERIFY(desk.backend.notes().all().front().amount);

        desk.hand.needsAtMost(6);
    }

    /// Shared cost: another key for a shared account, what it moves, published with its reason. Statements for the
    /// owners are not built.
    void sharedCost_isSplitAnotherWayAndPublished_inFifteenInputs()
    {
        Desk desk(place("shared"), workspace("shared"));
        desk.open();
        desk.hand.presses(Qt::Key_4, Qt::ControlModifier);
        QCOMPARE(desk.window.currentPage(), QString("allocation"));
        auto* split = inSight<QComboBox>(&desk.window, "Split method");
        QVERIFY(split);
        QCOMPARE(split->currentText(), QString("split by weights"));
        desk.hand.clicks(split);
        desk.hand.presses(Qt::Key_Down);
        desk.hand.presses(Qt::Key_Return);
        QCOMPARE(split->currentText(), QString("split as teams spend"));
        auto* effect = inSight<ui::GridView>(&desk.window, "Moves per owner and month");
        QTRY_VERIFY_WITH_TIMEOUT(effect && effect->gridModel()->rowCount() > 4, 20'000);
        QTRY_VERIFY2_WITH_TIMEOUT(text(&desk.window, "In and out").contains(" = out "),
                                  qPrintable(text(&desk.window, "In and out")), 20'000);
        const auto published = desk.backend.workspaces().info().rulesVersion;
        desk.hand.clicks(buttonOf(&desk.window, "Publish version"));
        desk.hand.types("Shared platform follows what teams spend, agreed on Friday.");
        desk.hand.presses(Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(desk.backend.workspaces().info().rulesVersion, published + 1, 20'000);
        desk.hand.needsAtMost(15);
    }

    /// A team's review: its cost against the period before, what made it, and the view kept for next week.
    void teamReview_isReachedComparedAndKept_inTenInputs()
    {
        Desk desk(place("team"), workspace("team"));
        desk.open();
        desk.hand.presses(Qt::Key_K, Qt::ControlModifier);
        desk.hand.types("team search");
        const auto* found = desk.window.findChild<ui::CommandPalette*>()->findChild<QAbstractItemView*>();
        const auto first = [found] { return found->currentIndex().data(Qt::AccessibleTextRole).toString(); };
        QTRY_VERIFY2_WITH_TIMEOUT(first().contains("Search") && first().contains("Team"), qPrintable(first()), 20'000);
        desk.hand.presses(Qt::Key_Return);
        auto* explore = desk.window.findChild<ui::ExplorePage*>();
        QTRY_COMPARE(desk.window.currentPage(), QString("explore"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.window.isSettled(), 20'000);
        QCOMPARE(explore->state().filters.size(), std::size_t{1});
        QVERIFY(explore->visibleGrid()->gridModel()->rowCount() > 0);
        desk.hand.presses(Qt::Key_P);
        QVERIFY(explore->state().compare);
        desk.hand.presses(Qt::Key_S, Qt::ControlModifier);
        desk.hand.types("Search, weekly");
        desk.hand.presses(Qt::Key_Return);
        QTRY_COMPARE(desk.backend.views().all().size(), std::size_t{1});
        desk.hand.needsAtMost(10);
        // next week
        desk.hand.presses(Qt::Key_F8);
        QVERIFY(explore->state().compare);
        desk.window.close();
        QVERIFY(desk.backend.settings().value("colors").find("Search") != std::string::npos);
    }

    /// The pack: read without an input, made with a key.
    void weeklyPack_isMadeInTwoInputs_andReadInNone()
    {
        Desk desk(place("pack"), workspace("pack"));
        desk.open();
        const int before = desk.hand.inputs();
        desk.hand.presses(Qt::Key_R, Qt::ControlModifier);
        QVERIFY(QApplication::activeModalWidget());
        desk.hand.presses(Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!QDir(QDir::currentPath()).entryList({"*.pdf"}).isEmpty(), 20'000);
        QVERIFY(desk.hand.inputs() - before <= 2);
    }

private:
    /// A folder of its own, in which dialogs open.
    QString place(const QString& name)
    {
        QDir(m_dir.path()).mkpath(name);
        QDir::setCurrent(m_dir.filePath(name));
        return m_dir.filePath(name);
    }
    QString workspace(const QString& name)
    {
        QDir(m_dir.path()).mkpath(name);
        const QString copy = m_dir.filePath(name + "/demo.altimeter");
        QFile::copy(m_dir.filePath("demo.altimeter"), copy);
        return copy;
    }

    QTemporaryDir m_dir;
};

QTEST_MAIN(TestJourneys)
#include "tst_journeys.moc"
