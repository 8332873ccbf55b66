#pragma once

#include <QWidget>

class QMenu;
class QToolButton;
class QUndoStack;

namespace altimeter::ui {

class ExploreActions;
class ExploreBreadcrumb;

/// The line above everything: where we are, and the buttons for steps, views and exports.
class ExploreHeader : public QWidget {
    Q_OBJECT
public:
    /// `filters` stands beside the path: both say what is shown.
    ExploreHeader(const ExploreActions& actions, QUndoStack* steps, QWidget* filters, QWidget* parent = nullptr);
    ExploreBreadcrumb* breadcrumb() const { return m_breadcrumb; }
    /// The saved views; filled by who knows them.
    QMenu* viewsMenu() const { return m_views; }
    /// The saved view that is shown stands on the button of the views; empty: none is.
    void setViewTitle(const QString& title);

private:
    static QString viewsTip();
    QToolButton* iconButton(QAction* source, const QString& icon, const QString& name, const QString& tip);
    QToolButton* menuButton(const QString& text, const QString& icon, const QString& tip, QMenu* menu);

    ExploreBreadcrumb* m_breadcrumb;
    QMenu* m_views;
    QToolButton* m_viewsButton = nullptr;
};

} // namespace altimeter::ui
