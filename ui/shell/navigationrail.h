#pragma once

#include <QFrame>

class QAction;
class QToolButton;

namespace altimeter::ui {

/// The column of page buttons at the left edge.
class NavigationRail : public QFrame {
    Q_OBJECT
public:
    explicit NavigationRail(QWidget* parent = nullptr);
    /// `icon` is a name for themedIcon; the button follows the action.
    void addPage(QAction* action, const QString& icon);
    void addBottom(QAction* action, const QString& icon, const QString& shortTitle);

private:
    void makeRoomFor(const QToolButton* button);
    QToolButton* make(QAction* action, const QString& icon, const QString& title);
    int m_pageCount = 0;
};

} // namespace altimeter::ui
