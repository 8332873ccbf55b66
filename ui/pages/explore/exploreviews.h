#pragma once

#include <QObject>

#include "ui/backend/views.h"

class QMenu;
class QWidget;

namespace altimeter::ui {

class ExploreActions;
class ExploreSteps;

/// Views under a name and views as a link: kept, opened, removed, copied.
class ExploreViews : public QObject {
    Q_OBJECT
public:
    /// `page` is the parent of what is asked.
    ExploreViews(Views& views, ExploreSteps& steps, const ExploreActions& actions, QWidget* page);

    void fill(QMenu* menu);
    /// Asks for a name and keeps the view under it.
    void save();
    void copyLink();
    /// Error Invalid leaves the page as it is.
    Status openLink(const QString& link);
    Status openSaved(const SavedView& view);

signals:
    /// A view was saved or removed.
    void changed();
    void notice(const QString& text);
    void failed(const altimeter::Error& error);

private:
    std::vector<SavedView> saved() const;
    void store(const QString& name);
    void remove(const std::string& name);
    void tell(const Result<bool>& done, const QString& text);

    Views& m_views;
    ExploreSteps& m_steps;
    const ExploreActions& m_actions;
    QWidget* m_page;
};

} // namespace altimeter::ui
