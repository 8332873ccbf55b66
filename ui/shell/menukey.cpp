#include "ui/shell/menukey.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QWidget>

namespace altimeter::ui {

void MenuKey::install()
{
    static const QString kName = QStringLiteral("menuKey");
    if (qApp->findChild<MenuKey*>(kName, Qt::FindDirectChildrenOnly))
        return;
    auto* key = new MenuKey(qApp);
    key->setObjectName(kName);
    qApp->installEventFilter(key);
}

bool MenuKey::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress || watched != QApplication::focusWidget())
        return QObject::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() != Qt::Key_F10 || key->modifiers() != Qt::ShiftModifier)
        return QObject::eventFilter(watched, event);
    auto* widget = static_cast<QWidget*>(watched);
    const QPoint at = widget->inputMethodQuery(Qt::ImCursorRectangle).toRect().center();
    QContextMenuEvent menu(QContextMenuEvent::Keyboard, at, widget->mapToGlobal(at));
    QApplication::sendEvent(widget, &menu); // which asks its parents, until one has a menu
    return true;
}

} // namespace altimeter::ui
