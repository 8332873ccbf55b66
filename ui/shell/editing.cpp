#include "ui/shell/editing.h"

#include "ui/items/gridview.h"
#include "ui/shell/pagehost.h"

#include <QApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextEdit>

namespace altimeter::ui {

namespace {

/// True: a field that holds text had the keyboard and was copied.
bool copyText(QWidget* focus)
{
    if (auto* line = qobject_cast<QLineEdit*>(focus))
        line->copy();
    else if (auto* plain = qobject_cast<QPlainTextEdit*>(focus))
        plain->copy();
    else if (auto* text = qobject_cast<QTextEdit*>(focus))
        text->copy();
    else
        return false;
    return true;
}

} // namespace

Editing::Editing(PageHost& pages, QObject* parent) : QObject(parent), m_pages(pages) {}

/// The line with the keyboard, where its own steps are meant.
QLineEdit* Editing::ownLine() const
{
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    const Page* page = m_pages.visiblePage();
    return line && !(page->stepsOnTyping() && page->isAncestorOf(line)) ? line : nullptr;
}

bool Editing::canUndo() const
{
    const QLineEdit* line = ownLine();
    return (line && line->isUndoAvailable()) || m_pages.visiblePage()->canUndo();
}

void Editing::undo()
{
    if (QLineEdit* line = ownLine(); line && line->isUndoAvailable()) {
        line->undo();
        return;
    }
    m_pages.visiblePage()->undo();
    emit stepped();
}

void Editing::redo()
{
    if (QLineEdit* line = ownLine(); line && line->isRedoAvailable()) {
        line->redo();
        return;
    }
    m_pages.visiblePage()->redo();
    emit stepped();
}

void Editing::copy(bool withHeaders)
{
    QWidget* focus = QApplication::focusWidget();
    if (copyText(focus))
        return;
    auto* grid = qobject_cast<GridView*>(focus);
    if (grid ? grid->copySelection(withHeaders) : m_pages.visiblePage()->copySelection(withHeaders))
        emit notice(withHeaders ? tr("Copied with headers") : tr("Copied"));
}

void Editing::exportTable()
{
    if (!m_pages.visiblePage()->exportTable())
        emit notice(tr("This page has no table to export; Explore, Data and Connections have."));
}

} // namespace altimeter::ui
