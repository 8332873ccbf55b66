#pragma once

#include <QActionGroup>
#include <QKeySequence>
#include <QList>
#include <QObject>

#include "models/domain/focus.h"
#include "ui/pages/pageregistry.h"

#include <utility>

class QAction;
class QMenu;
class QMenuBar;

namespace altimeter::ui {

/// Every action of the window, once: menu bar, palette and keys are made of these.
class ShellActions : public QObject {
    Q_OBJECT
public:
    ShellActions(QWidget* window, const std::vector<PageEntry>& pages);

    /// A menu of a page: its title and actions; a null pointer is a separator.
    using PageMenu = std::pair<QString, QList<QAction*>>;
    void fill(QMenuBar* bar, const QList<PageMenu>& pageMenus);
    /// All actions that do something, for the palette and the list of keys.
    QList<QAction*> all() const { return m_all; }
    QAction* pageAction(const QString& page) const;
    /// Choices of which one is made: the same ones a menu and the settings offer.
    QActionGroup* lenses() const { return m_lenses; }
    QActionGroup* themes() const { return m_themes; }
    QActionGroup* locales() const { return m_locales; }
    QActionGroup* fiscalYears() const { return m_fiscalYears; }
    QActionGroup* weekStarts() const { return m_weekStarts; }
    QAction* roomy() const { return m_roomy; }
    bool isPage(const QAction* action) const;
    QAction* lensAction(CostLens lens) const;
    QAction* themeAction(const QString& name) const;
    void checkRoomy(bool roomy);
    /// Ticks the choice of numbers and dates; one that is not offered ticks none.
    void checkLocale(const QString& setting);
    /// Ticks the month the fiscal year begins in (1 to 12) and the day weeks begin on; see format::dateSettingsOf().
    void checkDates(const QString& fiscalYear, const QString& weekStart);

    QAction *newWorkspace, *openWorkspace, *openDemo, *importFiles, *importFolder, *deliveries, *exportTable,
        *weeklyReport, *print, *closeWorkspace, *quit;
    QAction *addConnection, *syncAll;
    QAction *backUp, *restoreBackup, *salvage;
    QAction* settings;
    QAction *undo, *redo, *copy, *copyWithHeaders, *pasteLink, *note;
    QAction *palette, *compare, *compareYear, *fullScreen, *messages;
    QAction *goBack, *goForward, *nextPage, *previousPage, *nextView, *previousView, *nextRegion, *previousRegion;
    QAction *keys, *words, *guide, *about;
    QMenu* recentMenu = nullptr;

signals:
    void pageRequested(const QString& page);
    void lensRequested(altimeter::CostLens lens);
    void themeRequested(const QString& name);
    /// A value of the setting "locale" (format::localeOf).
    void localeRequested(const QString& setting);
    /// Values of the settings "fiscalYear" and "weekStart" (format::dateSettingsOf).
    void fiscalYearRequested(const QString& month);
    void weekStartRequested(const QString& day);
    /// More room between the rows of tables, or many rows.
    void roomRequested(bool roomy);

private:
    QAction* make(const QString& text, const QString& icon, const QKeySequence& key, const QString& tip);
    void makeEdits();
    void makeWays();
    void makePages(const std::vector<PageEntry>& pages);
    void makeLenses();
    void makeThemes();
    void makeLocales();
    void makeDates();

    QWidget* m_window;
    QList<QAction*> m_all;
    QActionGroup* m_pages;
    QActionGroup* m_lenses;
    QActionGroup* m_themes;
    QActionGroup* m_locales;
    QActionGroup *m_fiscalYears, *m_weekStarts;
    QAction* m_roomy = nullptr;
};

} // namespace altimeter::ui
