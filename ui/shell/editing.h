#pragma once

#include <QObject>

class QLineEdit;

namespace altimeter::ui {

class PageHost;

/// Undo, redo, copy and export: to the field or grid that has the keyboard, else to the visible page.
class Editing : public QObject {
    Q_OBJECT
public:
    explicit Editing(PageHost& pages, QObject* parent = nullptr);

    /// Whether the line with the keyboard or the page has a step to take back.
    bool canUndo() const;
    void undo();
    void redo();
    void copy(bool withHeaders);
    void exportTable();

signals:
    /// A page took a step back or forward.
    void stepped();
    void notice(const QString& text);

private:
    QLineEdit* ownLine() const;

    PageHost& m_pages;
};

} // namespace altimeter::ui
