#include "ui/shell/plaintextguard.h"

#include "ui/format/format.h"

#include <QAbstractButton>
#include <QApplication>
#include <QHelpEvent>
#include <QLabel>
#include <QToolTip>

namespace altimeter::ui {

namespace {

void makePlain(QLabel& label)
{
    if (label.textFormat() != Qt::PlainText)
        label.setTextFormat(Qt::PlainText);
    const QString shown = format::shown(label.text(), words::LineEnds::Kept);
    if (shown != label.text())
        label.setText(shown);
}

void makePlain(QAbstractButton& button)
{
    const QString shown = format::shown(button.text(), words::LineEnds::Kept);
    if (shown != button.text())
        button.setText(shown);
}

} // namespace

void PlainTextGuard::install()
{
    static const QString kName = QStringLiteral("plainTextGuard");
    if (qApp->findChild<PlainTextGuard*>(kName, Qt::FindDirectChildrenOnly))
        return;
    auto* guard = new PlainTextGuard(qApp);
    guard->setObjectName(kName);
    qApp->installEventFilter(guard);
}

bool PlainTextGuard::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Polish: // before the first measure, and so before anything a text names is read
    case QEvent::Paint:
        if (auto* label = qobject_cast<QLabel*>(watched))
            makePlain(*label);
        else if (auto* button = qobject_cast<QAbstractButton*>(watched))
            makePlain(*button);
        return false;
    case QEvent::ToolTip:
        return watched->isWidgetType() &&
               showTip(*static_cast<QWidget*>(watched), *static_cast<const QHelpEvent*>(event));
    default:
        return false;
    }
}

/// Instead of QWidget, which would show the tip as it stands.
bool PlainTextGuard::showTip(QWidget& widget, const QHelpEvent& event)
{
    if (widget.toolTip().isEmpty())
        return false; // item views ask their model, whose tips are shown text
    QToolTip::showText(event.globalPos(), format::shown(widget.toolTip(), words::LineEnds::Kept), &widget, {},
                       widget.toolTipDuration());
    return true;
}

} // namespace altimeter::ui
