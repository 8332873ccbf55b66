#pragma once

#include <QFrame>

#include <cstddef>
#include <map>

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
    /// A number beside the page of `action`, of what needs a look there, and why in words; 0 takes it away.
    enum class Urgency { Warning, Bad };
    void setBadge(const QAction* action, std::size_t number, Urgency urgency, const QString& why);
    void addBottom(QAction* action, const QString& icon, const QString& shortTitle);

private:
    void makeRoomFor(const QToolButton* button);
    class Button;
    Button* make(QAction* action, const QString& icon, const QString& title);
    int m_pageCount = 0;
    std::map<const QAction*, Button*> m_buttons;
};

} // namespace altimeter::ui
