#pragma once

#include <QFrame>
#include <QStringList>

class QMimeData;

namespace altimeter::ui {

/// Lies over the whole window while files are dragged over it and takes the drop.
class DropOverlay : public QFrame {
    Q_OBJECT
public:
    explicit DropOverlay(QWidget* window);
    /// Local files and folders named by `data`.
    static QStringList localPaths(const QMimeData* data);

signals:
    void dropped(const QStringList& paths);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void cover();
};

} // namespace altimeter::ui
