#pragma once

#include <QObject>

#include "ui/backend/notes.h"
#include "ui/pages/common/page.h"

class QUndoStack;
class QWidget;

namespace altimeter::ui {

/// Writes, alters and removes notes, each as a step that can be taken back.
class NoteKeeper : public QObject {
    Q_OBJECT
public:
    explicit NoteKeeper(Notes& notes, QObject* parent = nullptr);

    /// Asks for the text; `steps` takes the step and must outlive this.
    void write(const NotableFigure& figure, QUndoStack* steps, QWidget* window);
    /// Asks for another text; what the figure came to stays that of then.
    void edit(const Note& note, QUndoStack* steps, QWidget* window);
    /// The note holds for `amount`, what its figure comes to now.
    void confirm(const Note& note, const Amount& amount, QUndoStack* steps);
    void remove(const Note& note, QUndoStack* steps);

signals:
    void changed();
    void notice(const QString& text);
    void failed(const altimeter::Error& error);

private:
    class Step;
    /// From `before` to `after`, either of which may be no note.
    void turn(std::optional<Note> before, std::optional<Note> after, std::shared_ptr<std::int64_t> id);
    void alter(const Note& before, const Note& next, const QString& what, QUndoStack* steps);
    void push(QUndoStack* steps, const QString& what, std::optional<Note> before, std::optional<Note> after);

    Notes& m_notes;
};

} // namespace altimeter::ui
