#pragma once

#include <QCompleter>
#include <QStringList>

class QLineEdit;
class QStringListModel;

namespace altimeter::ui {

/// Completes the last part of a text "a; b" from a list: every entry that holds what is typed, whatever its case.
class ListCompleter : public QCompleter {
    Q_OBJECT
public:
    explicit ListCompleter(QObject* parent = nullptr);
    void setList(const QStringList& list);
    /// One for `line` that always has the list of this one.
    ListCompleter* copyFor(QLineEdit* line) const;
    /// Opens the list of a line's completer with every entry.
    static void showAll(QLineEdit& line);

    QString pathFromIndex(const QModelIndex& index) const override;
    QStringList splitPath(const QString& path) const override;

private:
    QStringListModel* m_list;
};

} // namespace altimeter::ui
