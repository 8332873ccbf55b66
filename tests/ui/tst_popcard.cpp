#include <QTest>

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QListWidget>
#include <QMenu>

#include "tests/ui/shellfake.h"
#include "ui/pages/common/daterangeedit.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/explore/filterpopup.h"
#include "ui/shell/mainwindow.h"

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::MainWindow;

namespace {

void trigger(const MainWindow& window, const QString& text)
{
    for (auto* action : window.findChildren<QAction*>()) {
        if (action->text() == text)
            action->trigger();
    }
}

/// Everything an assistive tool finds below `at`.
QStringList spoken(QAccessibleInterface* at)
{
    QStringList names;
    if (!at)
        return names;
    names << at->text(QAccessible::Name);
    for (int i = 0; i < at->childCount(); ++i)
        names << spoken(at->child(i));
    return names;
}

void settle(MainWindow& window)
{
    for (int i = 0; i < 400 && !window.isSettled(); ++i)
        QTest::qWait(5);
    QTest::qWait(20);
}

} // namespace

/// Cards that open over a page: the filter, the calendars.
class TestPopCard : public QObject {
    Q_OBJECT
private slots:
    void card_isSeenByAssistiveTools_data();
    void card_isSeenByAssistiveTools();
    void card_keepsKeysAndTab();
    void card_closesElsewhere();
};

void TestPopCard::card_isSeenByAssistiveTools_data()
{
    QTest::addColumn<QString>("action");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("filter") << "Add filter…"
                            << QStringList{"Filter", "Search values", "Values", "Exclude these", "Done"};
    QTest::newRow("calendars") << "" << QStringList{"From and to", "From", "To", "Show these days"};
}

void TestPopCard::card_isSeenByAssistiveTools()
{
    QFETCH(QString, action);
    QFETCH(QStringList, names);
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    window.showPage("explore");
    settle(window);
    if (action.isEmpty())
        window.findChild<ui::ExplorePage*>()
            ->findChild<ui::DateRangeEdit*>()
            ->findChild<QMenu*>()
            ->actions()
            .last()
            ->trigger();
    else
        trigger(window, action);
    QTest::qWait(20);
    const QStringList found = spoken(QAccessible::queryAccessibleInterface(&window));
    for (const QString& name : names)
        QVERIFY2(found.contains(name), qPrintable(name));
}

void TestPopCard::card_keepsKeysAndTab()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    (void)QTest::qWaitForWindowActive(&window);
    window.showPage("explore");
    settle(window);
    trigger(window, "Add filter…");
    settle(window);
    auto* card = window.findChild<ui::FilterPopup*>();
    QVERIFY(card && card->isVisible());
    for (int i = 0; i < 20; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QVERIFY(card->isAncestorOf(QApplication::focusWidget()));
        QVERIFY(card->isVisible());
    }
    auto* list = card->findChild<QListWidget*>();
    list->setFocus();
    const bool compares = window.findChild<ui::ExplorePage*>()->state().compare;
    QTest::keyClick(list, Qt::Key_P);
    QCOMPARE(window.findChild<ui::ExplorePage*>()->state().compare, compares);
    QTest::keyClick(list, Qt::Key_Escape);
    QVERIFY(!card->isVisible());
    QVERIFY(QApplication::focusWidget() && !card->isAncestorOf(QApplication::focusWidget()));
    QCOMPARE(window.currentPage(), QString("explore"));
}

void TestPopCard::card_closesElsewhere()
{
    ShellFake backend(ShellFake::Scene::Normal);
    MainWindow window(backend);
    window.show();
    (void)QTest::qWaitForWindowActive(&window);
    window.showPage("explore");
    settle(window);
    const auto open = [&window] {
        trigger(window, "Add filter…");
        settle(window);
        return window.findChild<ui::FilterPopup*>();
    };
    QVERIFY(open()->isVisible());
    auto* page = window.findChild<ui::ExplorePage*>();
    QTest::mouseClick(page, Qt::LeftButton, {}, {page->width() - 3, page->height() - 3});
    QVERIFY(!window.findChild<ui::FilterPopup*>()->isVisible());
    QVERIFY(open()->isVisible());
    window.showPage("overview");
    settle(window);
    QVERIFY(!window.findChild<ui::FilterPopup*>()->isVisible());
}

QTEST_MAIN(TestPopCard)
#include "tst_popcard.moc"
