#include "ui/pages/allocation/listcompleter.h"

#include "ui/pages/allocation/listtext.h"

#include <QLineEdit>
#include <QStringListModel>

namespace altimeter::ui {

ListCompleter::ListCompleter(QObject* parent) : QCompleter(parent), m_list(new QStringListModel(this))
{
    setModel(m_list);
    setCaseSensitivity(Qt::CaseInsensitive);
    setFilterMode(Qt::MatchContains);
    setMaxVisibleItems(12);
}

void ListCompleter::setList(const QStringList& list)
{
    if (list != m_list->stringList())
        m_list->setStringList(list);
}

ListCompleter* ListCompleter::copyFor(QLineEdit* line) const
{
    auto* copy = new ListCompleter(line);
    copy->setModel(m_list); // and lets go of its own
    copy->m_list = m_list;
    return copy;
}

void ListCompleter::showAll(QLineEdit& line)
{
    if (!line.completer())
        return;
    line.setFocus();
    line.completer()->setCompletionPrefix({});
    line.completer()->complete();
}

/// What stands before the last part, and the entry.
QString ListCompleter::pathFromIndex(const QModelIndex& index) const
{
    const QString entry = joinList({QCompleter::pathFromIndex(index)});
    const auto* line = qobject_cast<QLineEdit*>(widget());
    const QString typed = line ? line->text() : QString();
    const qsizetype last = lastPartOf(typed);
    return last == 0 ? entry : typed.left(last) + QLatin1Char(' ') + entry;
}

QStringList ListCompleter::splitPath(const QString& path) const
{
    return {path.mid(lastPartOf(path)).trimmed()};
}

} // namespace altimeter::ui
