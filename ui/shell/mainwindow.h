#pragma once

#include <QList>
#include <QMainWindow>
#include <QStringList>

#include "ui/backend/backend.h"

class QStackedWidget;
class QTimer;

namespace altimeter::ui {

class AllocationPage;
class CommandPalette;
class ConnectionsPage;
class DataPage;
class DropOverlay;
class ExplorePage;
class HelpViewer;
class MessagePanel;
class NavigationRail;
class OverviewPage;
class Page;
class ShellActions;
class StartPage;
class StatusLine;
class Upkeep;
struct PaletteItem;

/// The window: menus, page list, pages, messages, status. Knows which page is visible and routes keys to it.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// `backend` must outlive the window.
    explicit MainWindow(Backend& backend, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// "start", "overview", "explore", "allocation", "data" or "connections"; "data:proof" also chooses the tab. Pages
    /// other than start need an open workspace.
    void showPage(const QString& place);
    QString currentPage() const;
    static QStringList pageNames();

    /// What a program is asked as it starts.
    struct Start {
        QString workspace; ///< empty: none was named
        bool demo = false;
        bool resumes = false;          ///< without a workspace, the one of the last time
        QStringList imports;           ///< files and folders to read into the workspace
        QStringList offered;           ///< files and folders to ask about
        QStringList furtherWorkspaces; ///< named too
    };
    /// Opens what was named, then imports and offers the files. Files belong to the workspace they were named with:
    /// where it could not be opened, or another one was opened in its place, they are left and a message says so. Where
    /// the window died the last time (startSafely), they wait until somebody opened it anyway.
    void begin(const Start& start);
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
    /// "light", "dark" or "system".
    void setThemeName(const QString& name);
    void openPalette();
    void showHelp(const QString& topic);
    /// The guide to a kind of connection, or to connections where it has none.
    void showConnectionHelp(const QString& kind);
    /// True once the visible page has the answers it asked for (pictures, tests).
    bool isSettled() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildPages();
    void buildLayout();
    void connectActions();
    void connectUpkeep();
    void connectPages();
    void connectPage(Page* page);
    bool hasPages() const;
    void rememberView();
    void workspaceChanged(const Backend::WorkspaceInfo& info);
    void workspaceOpened(Result<Backend::WorkspaceInfo> opened, const QString& path);
    void startImport(const QStringList& paths);
    void importFinished(const Result<ImportReport>& result);
    void beginSettling();
    void doErrand(const QString& opened);
    void leaveErrand(const QString& why);
    void updateTitle(const Backend::WorkspaceInfo& info);
    void updateActions();
    void fillRecent();
    void restoreSettings();
    QString themeSetting() const;
    static void applyTheme(const QString& name);
    void problem(const QString& what, const QString& todo);
    /// A problem with the workspace file `path`, with the ways out of it.
    void damageProblem(const QString& path, const QString& what, const QString& todo);
    void chooseFiles();
    void chooseFolder();
    void chooseWorkspace(bool create);
    void chooseReportFolder();
    void copy(bool withHeaders);
    void exportTable();
    void undoOrRedo(bool redo);
    void setCompare(bool on);
    void travel(int step);
    void neighbour(int step);
    void showAbout();
    void openSavedView(const SavedView& view);
    void askTeamsForPalette();
    QList<PaletteItem> paletteItems();
    QList<Page*> pages() const;
    Page* visiblePage() const;

    Backend& m_backend;
    ShellActions* m_actions = nullptr;
    QStackedWidget* m_stack = nullptr;
    NavigationRail* m_rail = nullptr;
    StartPage* m_start = nullptr;
    OverviewPage* m_overview = nullptr;
    ExplorePage* m_explore = nullptr;
    AllocationPage* m_allocation = nullptr;
    DataPage* m_data = nullptr;
    ConnectionsPage* m_connections = nullptr;
    MessagePanel* m_messages = nullptr;
    StatusLine* m_status = nullptr;
    CommandPalette* m_palette = nullptr;
    DropOverlay* m_drop = nullptr;
    HelpViewer* m_help = nullptr;
    QTimer* m_settling = nullptr; ///< runs from the opening until the window has lived with it for a while
    int m_calmTicks = 0;
    Upkeep* m_upkeep = nullptr;
    QStringList m_visited;
    qsizetype m_visit = -1;
    CostLens m_lens = CostLens::Effective;
    struct Errand {
        QString workspace; ///< the one it is meant for; empty: whichever opens
        QStringList imports, offered;
        bool isEmpty() const { return imports.isEmpty() && offered.isEmpty(); }
    };
    Errand m_errand;          ///< of begin(), until the workspace is open
    bool m_errandDue = false; ///< its workspace is open, the import begins in a moment
    bool m_importing = false;
    bool m_opening = false;
    bool m_resuming = false;   ///< opening, with its pages shown already
    bool m_justOpened = false; ///< the backend announces what its answer said a moment ago
};

} // namespace altimeter::ui
