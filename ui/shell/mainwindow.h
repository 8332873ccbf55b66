#pragma once

#include <QMainWindow>
#include <QStringList>

#include "ui/backend/backend.h"
#include "ui/pages/common/change.h"
#include "ui/pages/pageregistry.h"
#include "ui/shell/opening.h"

#include <vector>

namespace altimeter::ui {

class CommandPalette;
class ChangesPage;
class ConnectionsPage;
class DropOverlay;
class Editing;
class ExplorePage;
class HelpViewer;
class Importing;
class MessagePanel;
class NavigationRail;
class Page;
class PageHost;
class NoteKeeper;
class NotesPage;
class PaletteContents;
class Printing;
class Regions;
class SettingsDialog;
class ShellActions;
class StartPage;
class StatusLine;
class Upkeep;
struct SourceHealth;
class SourceWatch;
class WeeklyReport;

/// The window: menus, page list, pages, messages, status. Puts its parts together and knows which page is visible; what
/// takes more than a line (opening, importing, upkeep, the palette) has a class of its own.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    using Start = StartRequest;

    /// `backend` must outlive the window.
    explicit MainWindow(Backend& backend, QWidget* parent = nullptr);
    /// With these pages, the standard ones among them.
    MainWindow(Backend& backend, std::vector<PageEntry> registry, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// A name of the registry ("overview"); "data:proof" also chooses the tab. Pages other than start need an open
    /// workspace.
    void showPage(const QString& place);
    QString currentPage() const;
    QStringList pageNames() const;
    const std::vector<PageEntry>& registry() const;

    /// Opens what was named, then imports and offers the files. Files belong to the workspace they were named with:
    /// where it could not be opened, or another one was opened in its place, they are left and a message says so. Where
    /// the window died the last time (startSafely), they wait until somebody opened it anyway.
    void begin(const Start& start);
    /// The program was started once more for the workspace of this window: comes to the front and takes the files.
    void beginAgain(const Start& start);
    /// Opens (or makes) a workspace; failures go to the message list.
    void openWorkspace(const QString& path, bool create);
    void openDemo();
    /// Shows the page and the view of the last time at once and opens the workspace of then behind them; figures fill
    /// in as they come. Without one, or after it was closed, nothing happens. A failure leads to the start page, and so
    /// does a window that died while it opened a workspace (startSafely).
    void resume();
    /// After a window died while it opened a workspace: shows the start page, which names that file and offers to open
    /// it all the same. False: nothing of the kind happened, or `wanted` (empty: none) is another file.
    bool startSafely(const QString& wanted = {});
    /// Asks whether to import these, which the desktop asked the program to open.
    void offerImport(const QStringList& paths);
    /// Reads files and folders; without a workspace the default one is opened first.
    void importPaths(const QStringList& paths);
    void setLens(CostLens lens);
    /// Shows `query` on the Explore page.
    void explore(const CostQuery& query);
    /// Shows what makes `change` on the Changes page.
    void explain(const Change& change);
    /// Shows the charges of this filter alone on the visible page, or on Explore where that has no filters.
    void keepOnly(const Filter& filter);
    /// Opens a view link, which may be anybody's; what is wrong with it goes to the message list.
    void openLink(const QString& link);
    /// "light", "dark" or "system".
    void setThemeName(const QString& name);
    /// How numbers and dates are written: a value of the setting "locale", see format::localeOf().
    void setLocaleName(const QString& setting);
    /// What typed dates hang on: "fiscalYear" or "weekStart", see format::dateSettingsOf().
    void setDateSetting(const std::string& key, const QString& value);
    /// No larger than `room`, what a screen leaves to windows: pages that need more are scrolled. Before it is shown.
    void fitInto(const QSize& room);
    void openPalette();
    void showHelp(const QString& topic);
    /// The guide to a kind of connection, or to connections where it has none.
    void showConnectionHelp(const QString& kind);
    /// True once the visible page has the answers it asked for (pictures, tests).
    bool isSettled() const;

signals:
    /// From now on the figures of this workspace file are shown; empty: of none.
    void workspaceShown(const QString& path);

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    /// For whatever has no menu of its own: what can be done on the page.
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    // putting it together: mainwindowwiring.cpp
    void buildLayout();
    void buildWorkers();
    void connectBackend();
    void connectFileActions();
    void connectViewActions();
    void connectOpening();
    void connectImporting();
    void connectUpkeep();
    void connectHelpers();
    void connectPages();
    void connectPage(Page* page);

    // what it does: mainwindow.cpp
    bool hasPages() const;
    void rememberView();
    void restoreSettings();
    void workspaceChanged(const WorkspaceInfo& info);
    void sourcesChanged(const std::vector<SourceHealth>& sources);
    void closeWorkspace();
    void importDone(const ImportReport& report);
    void tellState(const WorkspaceInfo& info);
    void updateTitle();
    void updateActions();
    void fillRecent();
    void readDateSettings();
    void checkDateSettings();
    QString themeSetting() const;
    static void applyTheme(const QString& name);
    void problem(const QString& what, const QString& todo);
    /// A problem with the workspace file `path`, with the ways out of it.
    void damageProblem(const QString& path, const QString& what, const QString& todo);
    void compare(CompareWith with);
    void exploreChanged();
    void openSavedView(const SavedView& view);
    void stepView(int by);
    void pasteLink();
    void print();
    void writeNote();
    void goToNote(const Note& note);
    void tellNotes();
    HelpViewer* help();
    void showSettings();

    Backend& m_backend;
    ShellActions* m_actions = nullptr;
    PageHost* m_pages = nullptr;
    NavigationRail* m_rail = nullptr;
    StartPage* m_start = nullptr;
    ExplorePage* m_explore = nullptr;
    ChangesPage* m_changes = nullptr;
    ConnectionsPage* m_connections = nullptr;
    MessagePanel* m_messages = nullptr;
    StatusLine* m_status = nullptr;
    CommandPalette* m_palette = nullptr;
    DropOverlay* m_drop = nullptr;
    HelpViewer* m_help = nullptr;
    SettingsDialog* m_settingsDialog = nullptr;
    Opening* m_opening = nullptr;
    Importing* m_importing = nullptr;
    Upkeep* m_upkeep = nullptr;
    PaletteContents* m_paletteContents = nullptr;
    NoteKeeper* m_notes = nullptr;
    Printing* m_printing = nullptr;
    Regions* m_regions = nullptr;
    Editing* m_editing = nullptr;
    WeeklyReport* m_report = nullptr;
    SourceWatch* m_sources = nullptr;
    CostLens m_lens = CostLens::Effective;
    std::string m_shownPath; ///< of the workspace whose figures the pages show; empty: none
};

} // namespace altimeter::ui
