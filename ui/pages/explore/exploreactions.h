#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>

class QAction;
class QWidget;

namespace altimeter::ui {

struct ExploreState;

/// Every action of the Explore page, once: its menu, keys, buttons and the menu of the grid are made of these. What
/// they do, the page connects.
class ExploreActions : public QObject {
    Q_OBJECT
public:
    explicit ExploreActions(QWidget* page);

    /// Checks and enables what `state` says.
    void show(const ExploreState& state);
    /// In the order of the menu bar; a null pointer stands for a separator.
    QList<QAction*> all() const;

    QAction *up, *down, *lines, *keep, *exclude;
    QAction *earlier, *later, *compare, *compareYear, *changes, *range, *filter, *distinct;
    QAction *filterRow, *periodRows, *pivot, *swap, *openAll, *foldAll, *stacked, *refresh;
    QAction *save, *duplicate, *manage, *link;
    QAction *exportGrid, *exportRaw, *exportLines, *exportSelected;
    QAction *copy, *copyWithHeaders; ///< for the menu of the grid alone; the window has the keys

private:
    QAction* make(const QString& text, const QKeySequence& key, const QString& tip);
    QAction* makeCheckable(const QString& text, const QKeySequence& key, const QString& tip);
    void makeDrills();
    void makeQuestions();
    void makeViews();

    QWidget* m_page;
};

} // namespace altimeter::ui
