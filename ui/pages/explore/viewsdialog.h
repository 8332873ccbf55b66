#pragma once

#include <QDialog>

#include "ui/backend/views.h"

#include <string>

class QAction;
class QHBoxLayout;
class QLabel;
class QListWidget;

namespace altimeter::ui {

/// The saved views of Explore in their order, which is the agenda of a review: opened, renamed, moved, removed.
class ViewsDialog : public QDialog {
    Q_OBJECT
public:
    /// `shown`: the view that is open.
    ViewsDialog(Views& views, const QString& shown, QWidget* parent);

signals:
    void openRequested(const altimeter::SavedView& view);
    /// Names or order are others.
    void changed();
    void renamed(const QString& from, const QString& to);
    void failed(const altimeter::Error& error);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    QAction* addButton(const QString& text, const QKeySequence& key, const QString& tip, void (ViewsDialog::*run)());
    void fill(const QString& current);
    void showState();
    QString current() const;
    void openCurrent();
    void rename();
    void renamedTo(const QString& from, const QString& to);
    void moveUp() { move(-1); }
    void moveDown() { move(1); }
    void move(int by);
    void remove();
    void storeOrder();

    Views& m_views;
    std::vector<SavedView> m_shownViews;
    QListWidget* m_list;
    QLabel* m_hint;
    QHBoxLayout* m_buttons = nullptr;
    QAction *m_open = nullptr, *m_rename = nullptr, *m_up = nullptr, *m_down = nullptr, *m_remove = nullptr;
    bool m_isFilling = false;
};

} // namespace altimeter::ui
