#include "ui/pages/explore/notemarks.h"

#include "ui/format/figuretext.h"
#include "ui/items/gridview.h"
#include "ui/pages/explore/exploredrill.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>

namespace altimeter::ui {

NoteMarks::NoteMarks(const ExploreDrill& drill, QList<GridView*> grids, QObject* parent)
    : QObject(parent), m_drill(drill), m_grids(std::move(grids))
{
    for (GridView* grid : m_grids) {
        grid->isNoted = [this](const QModelIndex& cell) { return !notesOf(cell).empty(); };
        grid->viewport()->installEventFilter(this);
        for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
            connect(grid->gridModel(), change, this, &NoteMarks::forgetCells);
        connect(grid->gridModel(), &QAbstractItemModel::modelReset, this, &NoteMarks::forgetCells);
        connect(grid->gridModel(), &QAbstractItemModel::layoutChanged, this, &NoteMarks::forgetCells);
    }
}

void NoteMarks::setNotes(const std::vector<Note>& notes)
{
    m_notes = notes;
    forgetCells();
}

void NoteMarks::forgetCells()
{
    m_known.clear();
    for (GridView* grid : m_grids)
        grid->viewport()->update();
}

const std::vector<std::size_t>& NoteMarks::notesOf(const QModelIndex& cell) const
{
    static const std::vector<std::size_t> none;
    if (m_notes.empty() || !cell.isValid())
        return none;
    const QPair<int, int> place(cell.row(), cell.column());
    if (const auto known = m_known.constFind(place); known != m_known.constEnd())
        return *known;
    std::vector<std::size_t> found;
    if (const auto figure = m_drill.markedFigure(cell))
        for (std::size_t i = 0; i < m_notes.size(); ++i)
            if (m_notes[i].figure == *figure)
                found.push_back(i);
    return *m_known.insert(place, std::move(found));
}

QString NoteMarks::textOf(const QModelIndex& cell) const
{
    QStringList lines;
    for (const std::size_t at : notesOf(cell))
        lines << format::noteLine(m_notes[at]);
    return lines.join(u'\n');
}

void NoteMarks::showSought()
{
    if (!m_sought)
        return;
    for (GridView* grid : m_grids) {
        if (!grid->isVisible() || !grid->gridModel())
            continue;
        const int columns = grid->gridModel()->columnCount();
        const int rows = std::min(grid->gridModel()->rowCount(), columns > 0 ? kMostSought / columns : 0);
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < columns; ++column) {
                const QModelIndex cell = grid->gridModel()->index(row, column);
                if (grid->isColumnHidden(column) || m_drill.markedFigure(cell) != m_sought)
                    continue;
                m_sought.reset();
                grid->setCurrentIndex(cell);
                grid->setFocus(Qt::OtherFocusReason);
                emit found();
                return;
            }
    }
    m_sought.reset();
}

bool NoteMarks::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QObject::eventFilter(watched, event);
    auto* viewport = static_cast<QWidget*>(watched);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto* grid = qobject_cast<GridView*>(viewport->parentWidget());
    const QString text = grid ? textOf(grid->indexAt(help->pos())) : QString();
    if (text.isEmpty())
        return QObject::eventFilter(watched, event);
    QToolTip::showText(help->globalPos(), text, viewport);
    return true;
}

} // namespace altimeter::ui
