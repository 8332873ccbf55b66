#include <QTest>

#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QTabBar>

#include "tests/ui/shellfake.h"
#include "ui/shell/mainwindow.h"

#include <functional>

using namespace altimeter;
using altimeter::test::ShellFake;
using ui::MainWindow;

namespace {

void walk(QAccessibleInterface* at, const std::function<void(QAccessibleInterface&)>& visit, int depth = 0)
{
    if (!at || !at->isValid() || depth > 40)
        return;
    visit(*at);
    const int children = std::min(at->childCount(), 200); // of a table the first cells
    for (int child = 0; child < children; ++child)
        walk(at->child(child), visit, depth + 1);
}

/// Qt calls the current tab of a bar and the current cell of a view focused, also where the bar or the view has not the
/// keyboard. A widget that hands the keyboard on to a part of it has it, too.
bool isCurrentOfQt(const QAccessibleInterface& one)
{
    const QAccessibleInterface* parent = one.parent();
    const QObject* owner = parent ? parent->object() : nullptr;
    return !one.object() && (qobject_cast<const QTabBar*>(owner) || qobject_cast<const QAbstractItemView*>(owner));
}

} // namespace

/// What tells assistive tools that it has the keyboard.
class TestFocusStates : public QObject {
    Q_OBJECT
private slots:
    void onePlace_hasTheKeyboard_onEveryPage()
    {
        ShellFake backend(ShellFake::Scene::Normal);
        MainWindow window(backend);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        for (const auto& entry : window.registry())
            for (const QString& place : ui::placesOf(entry)) {
                window.showPage(place);
                QTRY_VERIFY(window.isSettled());
                QStringList claims;
                int own = 0;
                walk(QAccessible::queryAccessibleInterface(&window), [&](QAccessibleInterface& one) {
                    if (!one.state().focused)
                        return;
                    const auto* widget = qobject_cast<const QWidget*>(one.object());
                    if (widget && widget == QApplication::focusWidget())
                        ++own;
                    else if (!isCurrentOfQt(one) && !(widget && widget->focusProxy() && widget->hasFocus()))
                        claims << one.text(QAccessible::Name) + " role " + QString::number(one.role());
                });
                QVERIFY2(claims.isEmpty(), qPrintable(place + ": " + claims.join(", ")));
                QVERIFY2(own <= 1, qPrintable(place));
            }
    }
};

QTEST_MAIN(TestFocusStates)
#include "tst_focusstates.moc"
