#pragma once

#include "ui/pages/common/page.h"

#include <vector>

class QAction;
class QLabel;
class QStackedWidget;

namespace altimeter::ui {

class NoteKeeper;
class RecordModel;

/// Every note on a figure, with what the figure came to then and comes to now. Asks in the slot "notes.figures".
class NotesPage : public Page {
    Q_OBJECT
public:
    explicit NotesPage(Backend& backend, QWidget* parent = nullptr);
    ~NotesPage() override;

    void workspaceChanged(const WorkspaceInfo& info) override;
    void setReading() override;
    void notesChanged(const std::vector<Note>& notes) override;
    bool isSettled() const override { return !m_isAsking; }
    QList<QAction*> pageActions() const override { return m_actions; }
    bool canUndo() const override;
    bool canRedo() const override;
    void undo() override;
    void redo() override;
    QUndoStack* undoStack() override { return m_steps; }
    bool copySelection(bool withHeaders) override;
    bool exportTable() override;
    PrintedTable printedTable() const override;
    void takeFocus() override;

signals:
    /// Show the figure of the note where it was written.
    void noteChosen(const altimeter::Note& note);

private:
    void build();
    void buildColumns();
    void makeActions();
    void ask();
    void showState();
    const Note* current() const;
    void open();
    void edit();
    void confirm();
    void remove();
    QString placeOf(std::size_t note) const;

    Backend& m_backend;
    WorkspaceInfo m_info;
    NoteKeeper* m_keeper;
    QUndoStack* m_steps;
    RecordModel* m_model;
    GridView* m_grid = nullptr;
    QStackedWidget* m_stack = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_empty = nullptr;
    QList<QAction*> m_actions;
    QAction *m_open = nullptr, *m_edit = nullptr, *m_confirm = nullptr, *m_remove = nullptr;
    std::vector<Note> m_notes;
    std::vector<FigureNow> m_now; ///< of m_notes; empty until they are known
    bool m_isAsking = false;
    bool m_isRead = false; ///< the notes are those of the open workspace
};

} // namespace altimeter::ui
