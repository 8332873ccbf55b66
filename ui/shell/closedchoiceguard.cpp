#include "ui/shell/closedchoiceguard.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>

namespace altimeter::ui {

namespace {

bool isPaging(const QEvent& event)
{
    if (event.type() != QEvent::KeyPress && event.type() != QEvent::KeyRelease)
        return false;
    const int key = static_cast<const QKeyEvent&>(event).key();
    return key == Qt::Key_PageUp || key == Qt::Key_PageDown || key == Qt::Key_Home || key == Qt::Key_End;
}

} // namespace

void ClosedChoiceGuard::install()
{
    static const QString kName = QStringLiteral("closedChoiceGuard");
    if (qApp->findChild<ClosedChoiceGuard*>(kName, Qt::FindDirectChildrenOnly))
        return;
    auto* guard = new ClosedChoiceGuard(qApp);
    guard->setObjectName(kName);
    qApp->installEventFilter(guard);
}

bool ClosedChoiceGuard::eventFilter(QObject* watched, QEvent* event)
{
    const bool isWheel = event->type() == QEvent::Wheel;
    if (!isWheel && !isPaging(*event))
        return false;
    const auto* spin = qobject_cast<const QAbstractSpinBox*>(watched);
    if (!qobject_cast<const QComboBox*>(watched) && !(spin && isWheel && !spin->hasFocus()))
        return false;
    event->ignore(); // the parent gets it
    return true;
}

} // namespace altimeter::ui
