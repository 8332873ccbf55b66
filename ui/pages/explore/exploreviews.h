#pragma once

#include <QObject>

#include "ui/backend/views.h"
#include "ui/pages/explore/explorestate.h"

class QMenu;
class QWidget;

namespace altimeter::ui {

class ExploreActions;
class ExploreSteps;

/// Views under a name and views as a link: kept, opened, put in order, copied.
class ExploreViews : public QObject {
    Q_OBJECT
public:
    /// `page` is the parent of what is asked.
    ExploreViews(Views& views, ExploreSteps& steps, const ExploreActions& actions, QWidget* page);

    void fill(QMenu* menu);
    /// Asks for a name and keeps the view under it.
    void save();
    /// Keeps what is shown as a further view behind the present one, which stays as it was, and shows that.
    void duplicate();
    /// Shows all views to be put in order, renamed, opened, removed.
    void manage();
    void copyLink();
    /// What is shown is none of the saved views any more.
    void forget();
    /// The saved view that was opened or saved last; empty: none.
    QString openedName() const { return m_name; }
    /// Its name, also where it was changed since, which is said then; empty: none was opened.
    QString shownTitle() const;
    /// Error Invalid leaves the page as it is.
    Status openSaved(const SavedView& view);
    /// Shows `state`, which came from elsewhere, as a step called `what`. Error Invalid: its range is none.
    Status openForeign(const ExploreState& state, const QString& what);

signals:
    /// Views, or the name of the one that is shown, are others.
    void changed();
    void notice(const QString& text);
    void failed(const altimeter::Error& error);

private:
    std::vector<SavedView> saved() const;
    void store(const QString& name);
    QString freeName(const QString& wanted) const;
    void show(const std::string& name, const ExploreState& state);
    void tell(const Result<bool>& done, const QString& text);

    Views& m_views;
    ExploreSteps& m_steps;
    const ExploreActions& m_actions;
    QWidget* m_page;
    QString m_name;       ///< of the view that was opened or saved last; empty: none
    ExploreState m_saved; ///< as it is kept under that name
    int m_since = 0;      ///< the place in the steps from which on it is that view
};

} // namespace altimeter::ui
