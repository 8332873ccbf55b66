#include "ui/shell/dropoverlay.h"

#include "ui/pages/common/pageparts.h"
#include "ui/theme/icons.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMimeData>
#include <QUrl>
#include <QVBoxLayout>

namespace altimeter::ui {

DropOverlay::DropOverlay(QWidget* window) : QFrame(window)
{
    setObjectName("dropOverlay");
    setAccessibleName(tr("Drop target"));
    setAcceptDrops(true);
    auto* picture = new QLabel(this);
    picture->setAccessibleName(tr("Import"));
    picture->setPixmap(themedIcon("import", IconColor::Accent).pixmap(64, 64));
    picture->setAlignment(Qt::AlignCenter);
    auto* title = parts::label(tr("Drop to import"), "hero", this);
    title->setAlignment(Qt::AlignCenter);
    auto* what = parts::label(tr("FOCUS cost exports: csv, csv.gz, or a folder of them"), "secondary", this);
    what->setAlignment(Qt::AlignCenter);
    auto* layout = new QVBoxLayout(this);
    layout->addStretch();
    layout->addWidget(picture);
    layout->addWidget(title);
    layout->addWidget(what);
    layout->addStretch();
    hide();
    qApp->installEventFilter(this);
}

QStringList DropOverlay::localPaths(const QMimeData* data)
{
    QStringList paths;
    if (!data)
        return paths;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    return paths;
}

bool DropOverlay::eventFilter(QObject* watched, QEvent* event)
{
    // Input fields would take a dragged file as text, so the window looks first.
    if (event->type() != QEvent::DragEnter || isVisible())
        return false;
    auto* widget = qobject_cast<QWidget*>(watched);
    if (!widget || widget->window() != parentWidget())
        return false;
    auto* drag = static_cast<QDragEnterEvent*>(event);
    if (localPaths(drag->mimeData()).isEmpty())
        return false;
    cover();
    drag->acceptProposedAction();
    return true;
}

void DropOverlay::cover()
{
    setGeometry(parentWidget()->rect().adjusted(6, 6, -6, -6));
    show();
    raise();
}

void DropOverlay::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localPaths(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DropOverlay::dragLeaveEvent(QDragLeaveEvent*)
{
    hide();
}

void DropOverlay::dropEvent(QDropEvent* event)
{
    const QStringList paths = localPaths(event->mimeData());
    event->acceptProposedAction();
    hide();
    if (!paths.isEmpty())
        emit dropped(paths);
}

} // namespace altimeter::ui
