#include "ui/pages/notes/notekeeper.h"

#include "ui/pages/common/guarded.h"
#include "ui/pages/notes/notedialog.h"

#include <QUndoCommand>
#include <QUndoStack>

#include <memory>
#include <utility>

namespace altimeter::ui {

/// What was done already as it is pushed. The number of a note may become another one as it comes back.
class NoteKeeper::Step : public QUndoCommand {
public:
    Step(NoteKeeper& keeper, const QString& what, std::optional<Note> before, std::optional<Note> after)
        : QUndoCommand(what), m_keeper(&keeper), m_before(std::move(before)), m_after(std::move(after)),
          m_id(std::make_shared<std::int64_t>(m_after ? m_after->id : m_before->id))
    {
    }
    void redo() override
    {
        if (!std::exchange(m_isPushed, true) || !m_keeper)
            return;
        m_keeper->turn(m_before, m_after, m_id);
    }
    void undo() override
    {
        if (m_keeper)
            m_keeper->turn(m_after, m_before, m_id);
    }

private:
    QPointer<NoteKeeper> m_keeper;
    std::optional<Note> m_before, m_after;
    std::shared_ptr<std::int64_t> m_id;
    bool m_isPushed = false;
};

NoteKeeper::NoteKeeper(Notes& notes, QObject* parent) : QObject(parent), m_notes(notes) {}

void NoteKeeper::push(QUndoStack* steps, const QString& what, std::optional<Note> before, std::optional<Note> after)
{
    if (steps)
        steps->push(new Step(*this, what, std::move(before), std::move(after)));
    emit changed();
}

void NoteKeeper::turn(std::optional<Note> before, std::optional<Note> after, std::shared_ptr<std::int64_t> id)
{
    const auto told = guarded<Note>(this, [this, id](Result<Note> kept) {
        if (kept)
            *id = kept->id;
        else
            emit failed(kept.error());
        emit changed();
    });
    const auto bringBack = [this, after, id, told] {
        if (!after)
            return;
        Note note = *after;
        note.id = *id;
        m_notes.restore(note, told);
    };
    if (!before) {
        bringBack();
        return;
    }
    m_notes.remove(*id, guarded<bool>(this, [this, bringBack, goes = !after](Result<bool> done) {
        if (!done)
            emit failed(done.error());
        else
            bringBack();
        if (!done || goes)
            emit changed();
    }));
}

void NoteKeeper::write(const NotableFigure& figure, QUndoStack* steps, QWidget* window)
{
    Note note;
    note.figure = figure.figure;
    note.amount = figure.amount;
    note.page = figure.page.toStdString();
    note.state = figure.state;
    auto* dialog = new NoteDialog(figure.figure, figure.amount, {}, window);
    connect(dialog, &NoteDialog::written, this, [this, note, steps](const QString& text) mutable {
        note.text = text.toStdString();
        m_notes.save(note, guarded<Note>(this, [this, steps](Result<Note> kept) {
                         if (!kept) {
                             emit failed(kept.error());
                             return;
                         }
                         push(steps, tr("Write a note"), std::nullopt, *kept);
                         emit notice(tr("Note kept; Ctrl+8 lists all notes"));
                     }));
    });
    dialog->open();
}

void NoteKeeper::alter(const Note& before, const Note& next, const QString& what, QUndoStack* steps)
{
    m_notes.save(next, guarded<Note>(this, [this, before, what, steps](Result<Note> kept) {
                     if (kept)
                         push(steps, what, before, *kept);
                     else
                         emit failed(kept.error());
                 }));
}

void NoteKeeper::edit(const Note& note, QUndoStack* steps, QWidget* window)
{
    auto* dialog = new NoteDialog(note.figure, note.amount, QString::fromStdString(note.text), window);
    connect(dialog, &NoteDialog::written, this, [this, note, steps](const QString& text) {
        Note next = note;
        next.text = text.toStdString();
        alter(note, next, tr("Edit a note"), steps);
    });
    dialog->open();
}

void NoteKeeper::confirm(const Note& note, const Amount& amount, QUndoStack* steps)
{
    Note next = note;
    next.amount = amount;
    alter(note, next, tr("Confirm a note"), steps);
}

void NoteKeeper::remove(const Note& note, QUndoStack* steps)
{
    m_notes.remove(note.id, guarded<bool>(this, [this, note, steps](Result<bool> done) {
                       if (!done) {
                           emit failed(done.error());
                           return;
                       }
                       push(steps, tr("Remove a note"), note, std::nullopt);
                       emit notice(tr("Note removed; Ctrl+Z brings it back"));
                   }));
}

} // namespace altimeter::ui
