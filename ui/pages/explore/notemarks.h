#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QPair>

#include "models/domain/note.h"

#include <optional>
#include <vector>

class QModelIndex;

namespace altimeter::ui {

class ExploreDrill;
class GridView;

/// Which cells of the grids have notes: a mark in their corner, the note itself under the mouse and, of the current
/// cell, in the status bar.
class NoteMarks : public QObject {
    Q_OBJECT
public:
    NoteMarks(const ExploreDrill& drill, QList<GridView*> grids, QObject* parent = nullptr);

    void setNotes(const std::vector<Note>& notes);
    /// The notes of a cell, oldest first, a line each: "ana, 28 Nov 2026: Why?". Empty: it has none.
    QString textOf(const QModelIndex& cell) const;
    /// The rows are others, or of another question.
    void forgetCells();
    /// The cell of this figure shall be the current one as soon as it is shown.
    void seek(const Figure& figure) { m_sought = canonical(figure); }
    void showSought();

signals:
    /// The cell that was sought is the current one.
    void found();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    static constexpr int kMostSought = 50'000; ///< cells that are looked at for a figure

    const std::vector<std::size_t>& notesOf(const QModelIndex& cell) const;

    const ExploreDrill& m_drill;
    QList<GridView*> m_grids;
    std::vector<Note> m_notes;
    std::optional<Figure> m_sought;
    /// By row and column of the grid in sight: indexes of the notes. Painting asks again and again.
    mutable QHash<QPair<int, int>, std::vector<std::size_t>> m_known;
};

} // namespace altimeter::ui
