#include "ui/shell/mainwindow.h"

#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/pages/allocation/allocationpage.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/data/datapage.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/pages/start/startpage.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/dropoverlay.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/navigationrail.h"
#include "ui/shell/plaintextguard.h"
#include "ui/shell/shellactions.h"
#include "ui/shell/statusline.h"
#include "ui/shell/upkeep.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTextEdit>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

namespace altimeter::ui {

namespace {

const QLocale kLocale(QLocale::English, QLocale::UnitedStates);
constexpr int kCalmTick = 250; ///< milliseconds
constexpr int kCalmTicks = 12; ///< with all figures shown, until an opening counts as survived

QString importSummary(const ImportReport& report)
{
    QStringList words;
    words << QObject::tr("%1 read, %2 stored")
                 .arg(format::count(report.filesRead, QObject::tr("file"), QObject::tr("files"), kLocale),
                      format::count(report.rowsStored, QObject::tr("line"), QObject::tr("lines"), kLocale));
    words << QObject::tr("%1 rejected").arg(format::count(report.rowsRejected, kLocale));
    std::size_t fresh = 0, replaced = 0, unchanged = 0;
    for (const auto& partition : report.partitions) {
        fresh += partition.action == PartitionReport::Action::New ? 1 : 0;
        replaced += partition.action == PartitionReport::Action::Replaced ? 1 : 0;
        unchanged += partition.action == PartitionReport::Action::Unchanged ? 1 : 0;
    }
    words << QObject::tr("partitions: %1 new, %2 replaced, %3 unchanged").arg(fresh).arg(replaced).arg(unchanged);
    words << format::count(report.findings.size(), QObject::tr("finding"), QObject::tr("findings"), kLocale);
    return words.join("; ");
}

/// The first few of `paths` as they may be shown, and how many there are besides.
QStringList fewNames(const QStringList& paths)
{
    QStringList names;
    for (const QString& path : paths.mid(0, 6))
        names << format::shown(path);
    if (paths.size() > names.size())
        names << QObject::tr("… and %1 more").arg(paths.size() - names.size());
    return names;
}

std::vector<std::string> toStrings(const QStringList& list)
{
    std::vector<std::string> result;
    for (const QString& text : list)
        result.push_back(text.toStdString());
    return result;
}

} // namespace

MainWindow::MainWindow(Backend& backend, QWidget* parent) : QMainWindow(parent), m_backend(backend)
{
    setAccessibleName(tr("Altimeter"));
    setAcceptDrops(true); // the overlay takes over as soon as files are dragged in
    setMinimumSize(1024, 640);
    resize(1280, 800);
    PlainTextGuard::install();
    applyTheme(themeSetting()); // before the first widget, so that none is made in other fonts
    m_actions = new ShellActions(this);
    m_settling = new QTimer(this);
    m_settling->setInterval(kCalmTick);
    connect(m_settling, &QTimer::timeout, this, [this] {
        m_calmTicks = isSettled() ? m_calmTicks + 1 : 0;
        if (m_calmTicks < kCalmTicks)
            return;
        m_settling->stop();
        m_backend.workspaceSettled();
    });
    buildPages();
    buildLayout();
    m_actions->fill(menuBar(), m_explore->pageActions());
    menuBar()->setAccessibleName(tr("Menu bar"));
    connectActions();
    connectUpkeep();
    connectPages();
    m_backend.onWorkspaceChanged = [this](const Backend::WorkspaceInfo& info) {
        if (!m_justOpened)
            workspaceChanged(info);
    };
    m_backend.onSyncProgress = [this](const SyncProgress& progress) { m_connections->showProgress(progress); };
    restoreSettings();
    fillRecent();
    workspaceChanged(m_backend.workspace());
    showPage(m_backend.workspace().path.empty() ? "start" : "overview");
}

MainWindow::~MainWindow()
{
    m_backend.onWorkspaceChanged = nullptr;
    m_backend.onSyncProgress = nullptr;
}

QStringList MainWindow::pageNames()
{
    return {"start", "overview", "explore", "allocation", "data", "connections"};
}

void MainWindow::buildPages()
{
    m_start = new StartPage(m_backend, this);
    m_overview = new OverviewPage(m_backend, this);
    m_explore = new ExplorePage(m_backend, this);
    m_allocation = new AllocationPage(m_backend, this);
    m_data = new DataPage(m_backend, this);
    m_connections = new ConnectionsPage(m_backend, this);
}

void MainWindow::buildLayout()
{
    m_rail = new NavigationRail(this);
    for (const QString& name : pageNames())
        m_rail->addPage(m_actions->pageAction(name), name);
    m_rail->addBottom(m_actions->palette, "search", tr("Find"));
    m_rail->addBottom(m_actions->guide, "help", tr("Help"));

    m_stack = new QStackedWidget(this);
    m_stack->setAccessibleName(tr("Page"));
    for (Page* page : pages())
        m_stack->addWidget(page);
    m_messages = new MessagePanel(this);
    auto* messageBox = new QVBoxLayout;
    messageBox->setContentsMargins(12, 0, 12, 10);
    messageBox->addWidget(m_messages);

    auto* right = new QVBoxLayout;
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(0);
    right->addWidget(m_stack, 1);
    right->addLayout(messageBox);
    messageBox->setContentsMargins(12, 0, 12, 0);

    auto* central = new QWidget(this);
    central->setProperty("page", true);
    central->setAccessibleName(tr("Content"));
    auto* layout = new QHBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_rail);
    layout->addLayout(right, 1);
    setCentralWidget(central);

    m_status = new StatusLine(this);
    setStatusBar(m_status);
    m_palette = new CommandPalette(this);
    m_drop = new DropOverlay(this);
}

void MainWindow::connectActions()
{
    connect(m_actions->newWorkspace, &QAction::triggered, this, [this] { chooseWorkspace(true); });
    connect(m_actions->openWorkspace, &QAction::triggered, this, [this] { chooseWorkspace(false); });
    connect(m_actions->openDemo, &QAction::triggered, this, &MainWindow::openDemo);
    connect(m_actions->importFiles, &QAction::triggered, this, &MainWindow::chooseFiles);
    connect(m_actions->importFolder, &QAction::triggered, this, &MainWindow::chooseFolder);
    connect(m_actions->addConnection, &QAction::triggered, this, [this] {
        showPage("connections:connections");
        m_connections->addConnection();
    });
    connect(m_actions->syncAll, &QAction::triggered, this, [this] {
        showPage("connections:connections");
        m_connections->syncAll();
    });
    connect(m_actions->exportTable, &QAction::triggered, this, &MainWindow::exportTable);
    connect(m_actions->weeklyReport, &QAction::triggered, this, &MainWindow::chooseReportFolder);
    connect(m_actions->closeWorkspace, &QAction::triggered, this, [this] {
        m_backend.closeWorkspace();
        m_backend.setSetting("open", {});
        workspaceChanged(m_backend.workspace());
        showPage("start");
    });
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_actions->undo, &QAction::triggered, this, [this] { undoOrRedo(false); });
    connect(m_actions->redo, &QAction::triggered, this, [this] { undoOrRedo(true); });
    connect(m_actions->copy, &QAction::triggered, this, [this] { copy(false); });
    connect(m_actions->copyWithHeaders, &QAction::triggered, this, [this] { copy(true); });
    connect(m_actions->palette, &QAction::triggered, this, &MainWindow::openPalette);
    connect(m_actions->compare, &QAction::toggled, this, &MainWindow::setCompare);
    connect(m_actions->messages, &QAction::triggered, this,
            [this] { m_messages->setVisible(!m_messages->isVisible() && m_messages->count() > 0); });
    connect(m_actions->fullScreen, &QAction::toggled, this, [this](bool on) { on ? showFullScreen() : showNormal(); });
    connect(m_actions->goBack, &QAction::triggered, this, [this] { travel(-1); });
    connect(m_actions->goForward, &QAction::triggered, this, [this] { travel(1); });
    connect(m_actions->nextPage, &QAction::triggered, this, [this] { neighbour(1); });
    connect(m_actions->previousPage, &QAction::triggered, this, [this] { neighbour(-1); });
    connect(m_actions->guide, &QAction::triggered, this, [this] { showHelp({}); });
    connect(m_actions->keys, &QAction::triggered, this, [this] { showHelp(tr("Keyboard")); });
    connect(m_actions->about, &QAction::triggered, this, &MainWindow::showAbout);
    connect(m_actions, &ShellActions::pageRequested, this, &MainWindow::showPage);
    connect(m_actions, &ShellActions::lensRequested, this, &MainWindow::setLens);
    connect(m_actions, &ShellActions::themeRequested, this, &MainWindow::setThemeName);
    connect(m_drop, &DropOverlay::dropped, this, &MainWindow::importPaths);
    connect(m_messages, &MessagePanel::detailsRequested, this, [this] { showPage("data"); });
    connect(m_status, &StatusLine::cancelRequested, this,
            [this] { m_upkeep->isRunning() ? m_upkeep->cancel() : m_backend.cancelImport(); });
}

void MainWindow::connectUpkeep()
{
    m_upkeep = new Upkeep(m_backend, this);
    connect(m_actions->backUp, &QAction::triggered, m_upkeep, &Upkeep::backUp);
    connect(m_actions->restoreBackup, &QAction::triggered, m_upkeep, &Upkeep::restore);
    connect(m_actions->salvage, &QAction::triggered, m_upkeep, &Upkeep::salvage);
    connect(m_messages, &MessagePanel::restoreRequested, m_upkeep, &Upkeep::restore);
    connect(m_messages, &MessagePanel::salvageRequested, m_upkeep, &Upkeep::salvage);
    connect(m_upkeep, &Upkeep::problem, this, &MainWindow::problem);
    connect(m_upkeep, &Upkeep::done, this, [this](const QString& what, const QString& todo) {
        m_messages->add(MessagePanel::Tone::Info, what, todo);
    });
    connect(m_upkeep, &Upkeep::progressed, this,
            [this](const Backend::Progress& progress) { m_status->showProgress(progress, tr("Cancel")); });
    connect(m_upkeep, &Upkeep::ended, m_status, &StatusLine::hideProgress);
    connect(m_upkeep, &Upkeep::openRequested, this, [this](const QString& path) { openWorkspace(path, false); });
}

void MainWindow::connectPages()
{
    for (Page* page : pages())
        connectPage(page);
    connect(m_start, &StartPage::importFilesRequested, this, &MainWindow::chooseFiles);
    connect(m_start, &StartPage::importFolderRequested, this, &MainWindow::chooseFolder);
    connect(m_start, &StartPage::demoRequested, this, &MainWindow::openDemo);
    connect(m_start, &StartPage::newRequested, this, [this] { chooseWorkspace(true); });
    connect(m_start, &StartPage::openRequested, this, [this] { chooseWorkspace(false); });
    connect(m_start, &StartPage::recentRequested, this, [this](const QString& path) { openWorkspace(path, false); });
    connect(m_overview, &OverviewPage::importRequested, this, &MainWindow::chooseFiles);
    connect(m_overview, &OverviewPage::lensChosen, this, &MainWindow::setLens);
    connect(m_connections, &ConnectionsPage::helpRequested, this, &MainWindow::showConnectionHelp);
    connect(m_explore, &ExplorePage::stateChanged, this, [this] {
        const ExploreState& state = m_explore->state();
        if (state.lens != m_lens)
            setLens(state.lens);
        const QSignalBlocker quiet(m_actions->compare);
        m_actions->compare->setChecked(state.compare);
        rememberView();
        updateActions();
    });
}

void MainWindow::connectPage(Page* page)
{
    connect(page, &Page::openExplore, this, &MainWindow::explore);
    connect(page, &Page::openPage, this, &MainWindow::showPage);
    connect(page, &Page::problem, this, &MainWindow::problem);
    connect(page, &Page::notice, m_status, &StatusLine::setNotice);
    connect(page, &Page::selectionText, m_status, &StatusLine::setSelection);
    connect(page, &Page::undoStateChanged, this, &MainWindow::updateActions);
}

void MainWindow::restoreSettings()
{
    const QByteArray geometry = QByteArray::fromBase64(QByteArray::fromStdString(m_backend.setting("geometry")));
    if (!geometry.isEmpty())
        restoreGeometry(geometry);
    m_actions->themeAction(themeSetting())->setChecked(true);
    if (const auto lens = lensByName(m_backend.setting("lens")))
        setLens(*lens);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_backend.setSetting("geometry", saveGeometry().toBase64().toStdString());
    rememberView();
    if (m_importing)
        m_backend.cancelImport();
    event->accept();
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    if (m_drop->isVisible())
        m_drop->setGeometry(rect().adjusted(6, 6, -6, -6));
}

// ---- pages ----

QList<Page*> MainWindow::pages() const
{
    return {m_start, m_overview, m_explore, m_allocation, m_data, m_connections};
}

Page* MainWindow::visiblePage() const
{
    return pages().at(m_stack->currentIndex());
}

QString MainWindow::currentPage() const
{
    return pageNames().value(m_stack->currentIndex());
}

void MainWindow::showPage(const QString& place)
{
    const QString name = place.section(':', 0, 0);
    const auto index = pageNames().indexOf(name);
    if (index < 0 || (index > 0 && !hasPages())) {
        m_actions->pageAction(currentPage())->setChecked(true);
        return;
    }
    m_stack->setCurrentIndex(static_cast<int>(index));
    m_actions->pageAction(name)->setChecked(true);
    if (m_visit < 0 || m_visited.value(m_visit) != name) {
        m_visited = m_visited.mid(0, m_visit + 1) << name;
        m_visit = m_visited.size() - 1;
    }
    m_status->setSelection({});
    if (place.contains(':'))
        visiblePage()->showTab(place.section(':', 1));
    visiblePage()->takeFocus();
    rememberView();
    updateActions();
}

bool MainWindow::hasPages() const
{
    return m_resuming || !m_backend.workspace().path.empty();
}

/// For resume(). Only while a workspace is open: what is shown before that is no view of it.
void MainWindow::rememberView()
{
    if (m_backend.workspace().path.empty())
        return;
    const QString page = currentPage();
    const QString tab = visiblePage()->currentTabName();
    m_backend.setSetting("page", (tab.isEmpty() ? page : page + ':' + tab).toStdString());
    m_backend.setSetting("explore", toJson(m_explore->state()).toStdString());
}

void MainWindow::travel(int step)
{
    const qsizetype to = m_visit + step;
    if (to < 0 || to >= m_visited.size())
        return;
    m_visit = to;
    showPage(m_visited.at(to));
}

void MainWindow::neighbour(int step)
{
    const int count = static_cast<int>(pageNames().size());
    showPage(pageNames().at((m_stack->currentIndex() + step + count) % count));
}

void MainWindow::explore(const CostQuery& query)
{
    m_explore->showQuery(query);
    showPage("explore");
}

void MainWindow::setLens(CostLens lens)
{
    m_lens = lens;
    m_actions->lensAction(lens)->setChecked(true);
    m_status->setLens(lens);
    m_backend.setSetting("lens", std::string(lensName(lens)));
    for (Page* page : pages())
        page->setLens(lens);
}

void MainWindow::setCompare(bool on)
{
    for (Page* page : pages())
        page->setCompare(on);
    if (currentPage() != "explore")
        showPage("explore");
}

void MainWindow::setThemeName(const QString& name)
{
    QAction* action = m_actions->themeAction(name);
    if (!action)
        return;
    action->setChecked(true);
    m_backend.setSetting("theme", name.toStdString());
    applyTheme(name);
}

QString MainWindow::themeSetting() const
{
    const QString name = QString::fromStdString(m_backend.setting("theme"));
    return name == "light" || name == "dark" ? name : QStringLiteral("system");
}

void MainWindow::applyTheme(const QString& name)
{
    Theme::apply(name == "dark" || (name == "system" && Theme::systemIsDark()));
}

// ---- workspace ----

void MainWindow::begin(const Start& start)
{
    if (!start.furtherWorkspaces.isEmpty()) {
        const QStringList names = fewNames(start.furtherWorkspaces);
        problem(start.furtherWorkspaces.size() == 1 ? tr("This workspace was not opened: %1").arg(names.first())
                                                    : tr("These workspaces were not opened: %1").arg(names.join(", ")),
                tr("One window shows one workspace. Open another one from the menu File, or in a window of its own."));
    }
    m_errand = {start.workspace, start.imports, start.offered};
    if (start.demo) {
        openDemo();
        return;
    }
    if (!start.workspace.isEmpty()) {
        if (!startSafely(start.workspace))
            openWorkspace(start.workspace, false);
        return;
    }
    bool waits = false;
    if (start.resumes) {
        resume();
        waits = m_opening || m_start->showsUnsettled();
    } else if (const QString own = parts::text(m_backend.ownWorkspace()); !start.imports.isEmpty() && !own.isEmpty()) {
        waits = startSafely(own); // an import opens it
        if (waits)
            m_errand.workspace = own;
    }
    if (!waits)
        doErrand({});
}

/// The workspace `opened` is there (empty: none, and none is expected): what was named with it is read and offered.
void MainWindow::doErrand(const QString& opened)
{
    if (m_errand.isEmpty())
        return;
    if (!m_errand.workspace.isEmpty() && QFileInfo(m_errand.workspace) != QFileInfo(opened)) {
        leaveErrand(tr("Another workspace than %1 was opened").arg(format::shown(m_errand.workspace)));
        return;
    }
    m_errandDue = true;
    QTimer::singleShot(0, this, [this, errand = std::exchange(m_errand, {})] {
        m_errandDue = false;
        if (!errand.imports.isEmpty())
            importPaths(errand.imports);
        if (!errand.offered.isEmpty())
            offerImport(errand.offered);
    });
}

void MainWindow::leaveErrand(const QString& why)
{
    const Errand errand = std::exchange(m_errand, {});
    if (errand.isEmpty())
        return;
    m_start->setWaitingFiles(0);
    const QStringList names = fewNames(errand.imports + errand.offered);
    problem(tr("%1, so nothing was imported: %2").arg(why, names.join(", ")),
            tr("Open the workspace they belong to, then drop them on the window."));
}

void MainWindow::openWorkspace(const QString& path, bool create)
{
    m_opening = true;
    m_status->setOpening(QFileInfo(path).completeBaseName());
    updateActions();
    m_backend.openWorkspace(path.toStdString(), create,
                            guarded<Backend::WorkspaceInfo>(this, [this, path](Result<Backend::WorkspaceInfo> opened) {
                                workspaceOpened(std::move(opened), path);
                            }));
}

void MainWindow::resume()
{
    const QString path = parts::text(m_backend.setting("open"));
    if (hasPages() || startSafely() || path.isEmpty())
        return;
    if (const auto state = exploreStateFromJson(QByteArray::fromStdString(m_backend.setting("explore"))))
        m_explore->restore(*state);
    m_resuming = true;
    for (Page* page : pages())
        page->setOpening(true);
    setWindowTitle(tr("%1 – Altimeter").arg(format::shown(QFileInfo(path).completeBaseName())));
    const QString page = parts::text(m_backend.setting("page"));
    showPage(page.isEmpty() ? QStringLiteral("overview") : page);
    openWorkspace(path, false);
}

bool MainWindow::startSafely(const QString& wanted)
{
    const QString path = parts::text(m_backend.unsettledWorkspace());
    if (path.isEmpty() || (!wanted.isEmpty() && QFileInfo(wanted) != QFileInfo(path)))
        return false;
    m_start->showUnsettled(path);
    m_start->setWaitingFiles(m_errand.imports.size() + m_errand.offered.size());
    showPage("start");
    return true;
}

/// A window that freezes or dies of what it shows does so within these moments: its timers do not come round.
void MainWindow::beginSettling()
{
    m_calmTicks = 0;
    m_settling->start();
}

void MainWindow::openDemo()
{
    m_opening = true;
    m_start->setBusy(true);
    m_status->setNotice(tr("Making the demonstration company…"));
    m_backend.openDemo(guarded<Backend::WorkspaceInfo>(this, [this](Result<Backend::WorkspaceInfo> opened) {
        m_start->setBusy(false);
        m_status->setNotice({});
        workspaceOpened(std::move(opened), tr("the demonstration company"));
    }));
}

void MainWindow::workspaceOpened(Result<Backend::WorkspaceInfo> opened, const QString& path)
{
    m_opening = false;
    const bool resumed = std::exchange(m_resuming, false);
    if (!opened) {
        if (opened.error().code == ErrorCode::NotFound)
            m_backend.setSetting("open", {}); // it will not be there the next time either
        updateTitle(m_backend.workspace());
        m_status->setWorkspace(m_backend.workspace());
        updateActions();
        if (resumed) {
            for (Page* page : pages())
                page->setOpening(false);
            showPage("start");
        }
        if (m_errand.workspace.isEmpty() || QFileInfo(m_errand.workspace) == QFileInfo(path))
            leaveErrand(tr("%1 is not open").arg(format::shown(path)));
        const QString what = tr("Could not open %1: %2").arg(path, parts::text(opened.error().text()));
        const QString todo =
            opened.error().todo.empty() ? parts::advice(opened.error().code) : parts::text(opened.error().todo);
        if (opened.error().code == ErrorCode::Corrupt)
            damageProblem(path, what, todo);
        else
            problem(what, todo);
        return;
    }
    beginSettling();
    m_justOpened = true;
    QTimer::singleShot(0, this, [this] { m_justOpened = false; });
    if (resumed)
        for (Page* page : pages())
            page->setOpening(false);
    workspaceChanged(*opened);
    for (const std::string& mended : opened->mended)
        problem(parts::text(mended),
                tr("Keep a copy of the workspace: a disk that alters a file once may do so again."));
    m_upkeep->setDamaged({});
    for (const std::string& note : opened->notes)
        m_messages->add(MessagePanel::Tone::Info, parts::text(note), {});
    for (const std::string& damage : opened->damage)
        damageProblem(parts::text(opened->path), parts::text(damage),
                      tr("Until then the figures of that month are not proven: see the proof sheet."));
    if (!resumed || opened->rows == 0)
        showPage(opened->rows > 0 ? "overview" : "data");
    doErrand(path);
}

void MainWindow::workspaceChanged(const Backend::WorkspaceInfo& info)
{
    updateTitle(info);
    m_status->setWorkspace(info);
    if (!info.path.empty())
        m_backend.setSetting("open", info.path);
    visiblePage()->workspaceChanged(info); // what is looked at is answered first
    for (Page* page : pages())
        if (page != visiblePage())
            page->workspaceChanged(info);
    if (!info.path.empty()) {
        m_backend.sources("shell.sources",
                          guarded<std::vector<SourceInfo>>(this, [this](Result<std::vector<SourceInfo>> sources) {
                              if (sources)
                                  m_status->setSources(*sources);
                          }));
    }
    fillRecent();
    updateActions();
}

void MainWindow::updateTitle(const Backend::WorkspaceInfo& info)
{
    const QString name = format::shown(info.name);
    setWindowTitle(info.path.empty()       ? tr("Altimeter")
                   : info.readOnly.empty() ? tr("%1 – Altimeter").arg(name)
                                           : tr("%1 (read only) – Altimeter").arg(name));
    setWindowFilePath(QString());
}

void MainWindow::updateActions()
{
    const bool open = !m_backend.workspace().path.empty();
    for (const QString& name : pageNames().mid(1))
        m_actions->pageAction(name)->setEnabled(hasPages());
    for (QAction* action : {m_actions->exportTable, m_actions->weeklyReport, m_actions->closeWorkspace,
                            m_actions->compare, m_actions->backUp, m_actions->restoreBackup})
        action->setEnabled(open);
    const bool writable = m_backend.workspace().readOnly.empty();
    m_actions->addConnection->setEnabled(open && writable);
    m_actions->syncAll->setEnabled(open && writable);
    m_actions->importFiles->setEnabled(!m_importing && !m_opening && writable);
    m_actions->importFolder->setEnabled(!m_importing && !m_opening && writable);
    m_actions->undo->setEnabled(visiblePage()->canUndo());
    m_actions->redo->setEnabled(visiblePage()->canRedo());
    m_actions->goBack->setEnabled(m_visit > 0);
    m_actions->goForward->setEnabled(m_visit + 1 < m_visited.size());
}

void MainWindow::fillRecent()
{
    QMenu* menu = m_actions->recentMenu;
    menu->clear();
    for (const auto& workspace : m_backend.recentWorkspaces()) {
        const QString path = parts::text(workspace.path);
        QAction* action = menu->addAction(format::menuText(parts::text(workspace.name)));
        action->setToolTip(format::shown(path));
        connect(action, &QAction::triggered, this, [this, path] { openWorkspace(path, false); });
    }
    menu->setEnabled(!menu->isEmpty());
}

void MainWindow::chooseWorkspace(bool create)
{
    auto* dialog = new QFileDialog(this, create ? tr("New workspace") : tr("Open workspace"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Altimeter workspaces (*.altimeter)"), tr("All files (*)")});
    dialog->setDefaultSuffix("altimeter");
    dialog->setAcceptMode(create ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(create ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, create](const QString& path) { openWorkspace(path, create); });
    dialog->open();
}

// ---- import ----

void MainWindow::chooseFiles()
{
    auto* dialog = new QFileDialog(this, tr("Import files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Cost exports (*.csv *.csv.gz *.gz)"), tr("All files (*)")});
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::importPaths);
    dialog->open();
}

void MainWindow::chooseFolder()
{
    auto* dialog = new QFileDialog(this, tr("Import folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::importPaths);
    dialog->open();
}

void MainWindow::importPaths(const QStringList& paths)
{
    if (m_importing) {
        problem(tr("An import is running."), tr("Wait until it is done or cancel it, then drop the files again."));
        return;
    }
    if (m_opening) {
        problem(tr("The workspace is being opened."), tr("Drop the files again when its figures are there."));
        return;
    }
    if (!m_backend.workspace().path.empty()) {
        startImport(paths);
        return;
    }
    leaveErrand(tr("Other files were chosen"));
    m_opening = true; // not a second time meanwhile
    updateActions();
    m_backend.openWorkspace({}, true, guarded<Backend::WorkspaceInfo>(this, [this, paths](auto opened) {
                                m_opening = false;
                                if (!opened) {
                                    updateActions();
                                    problem(
                                        tr("Could not make a workspace: %1").arg(parts::text(opened.error().text())),
                                        parts::advice(opened.error().code));
                                    return;
                                }
                                beginSettling();
                                workspaceChanged(*opened);
                                startImport(paths);
                            }));
}

void MainWindow::offerImport(const QStringList& paths)
{
    const std::string open = m_backend.workspace().name;
    const QString place = open.empty() ? tr("your own workspace") : tr("the workspace %1").arg(format::shown(open));
    const QStringList names = fewNames(paths);
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Import"));
    box->setAccessibleName(tr("Import"));
    box->setIcon(QMessageBox::Question);
    box->setText(paths.size() == 1 ? tr("Import this into %1?").arg(place)
                                   : tr("Import these %1 into %2?").arg(paths.size()).arg(place));
    box->setInformativeText(names.join('\n'));
    auto* import = box->addButton(tr("Import"), QMessageBox::AcceptRole);
    import->setToolTip(tr("Read the charges of these files into the workspace"));
    box->addButton(tr("Not now"), QMessageBox::RejectRole)->setToolTip(tr("Read nothing"));
    box->setDefaultButton(import);
    connect(import, &QAbstractButton::clicked, this, [this, paths] { importPaths(paths); });
    box->open();
}

void MainWindow::startImport(const QStringList& paths)
{
    m_importing = true;
    updateActions();
    m_status->showProgress({tr("Reading").toStdString(), 0, 0, 0, -1});
    QPointer<MainWindow> alive = this;
    m_backend.importPaths(
        toStrings(paths), {},
        [alive](const Backend::Progress& progress) {
            if (alive && alive->m_importing)
                alive->m_status->showProgress(progress);
        },
        guarded<ImportReport>(this, [this](const Result<ImportReport>& report) { importFinished(report); }));
}

void MainWindow::importFinished(const Result<ImportReport>& result)
{
    m_importing = false;
    m_status->hideProgress();
    updateActions();
    if (!result) {
        if (result.error().code == ErrorCode::Cancelled)
            m_status->setNotice(tr("Import cancelled; the workspace is as it was."));
        else
            problem(tr("The import did not finish: %1").arg(parts::text(result.error().text())),
                    parts::advice(result.error().code));
        return;
    }
    const bool asks = result->rowsRejected > 0 || !result->findings.empty();
    m_messages->add(asks ? MessagePanel::Tone::Info : MessagePanel::Tone::Good, importSummary(*result),
                    asks ? tr("Findings and rejected lines are listed on the Data page.") : QString());
    if (currentPage() == "start" || (currentPage() == "data" && result->rowsStored > 0))
        showPage("overview");
}

// ---- keys and menus ----

void MainWindow::problem(const QString& what, const QString& todo)
{
    m_messages->add(MessagePanel::Tone::Bad, what, todo);
}

void MainWindow::damageProblem(const QString& path, const QString& what, const QString& todo)
{
    m_upkeep->setDamaged(path);
    m_messages->addDamage(what, todo);
}

void MainWindow::undoOrRedo(bool redo)
{
    QWidget* focus = QApplication::focusWidget();
    if (auto* line = qobject_cast<QLineEdit*>(focus);
        line && !m_allocation->isAncestorOf(line) && (redo ? line->isRedoAvailable() : line->isUndoAvailable())) {
        redo ? line->redo() : line->undo();
        return;
    }
    redo ? visiblePage()->redo() : visiblePage()->undo();
    updateActions();
}

void MainWindow::copy(bool withHeaders)
{
    QWidget* focus = QApplication::focusWidget();
    if (auto* line = qobject_cast<QLineEdit*>(focus)) {
        line->copy();
        return;
    }
    if (auto* text = qobject_cast<QPlainTextEdit*>(focus)) {
        text->copy();
        return;
    }
    if (auto* text = qobject_cast<QTextEdit*>(focus)) {
        text->copy();
        return;
    }
    if (auto* grid = qobject_cast<GridView*>(focus)) {
        if (grid->copySelection(withHeaders))
            m_status->setNotice(withHeaders ? tr("Copied with headers") : tr("Copied"));
        return;
    }
    if (visiblePage()->copySelection(withHeaders))
        m_status->setNotice(withHeaders ? tr("Copied with headers") : tr("Copied"));
}

void MainWindow::exportTable()
{
    if (!visiblePage()->exportTable())
        m_status->setNotice(tr("This page has no table to export; Explore, Data and Connections have."));
}

void MainWindow::chooseReportFolder()
{
    auto* dialog = new QFileDialog(this, tr("Folder for the weekly report"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_status->setNotice(tr("Writing the weekly report…"));
        m_backend.weeklyReport(
            folder.toStdString(), m_lens, guarded<std::string>(this, [this](Result<std::string> path) {
                m_status->setNotice({});
                if (path)
                    m_messages->add(MessagePanel::Tone::Good, tr("Weekly report written: %1").arg(parts::text(*path)),
                                    {});
                else
                    problem(tr("The weekly report was not written: %1").arg(parts::text(path.error().text())),
                            parts::advice(path.error().code));
            }));
    });
    dialog->open();
}

void MainWindow::showHelp(const QString& topic)
{
    if (!m_help)
        m_help = new HelpViewer(this);
    m_help->showTopic(topic);
}

void MainWindow::showConnectionHelp(const QString& kind)
{
    if (!m_help)
        m_help = new HelpViewer(this);
    if (!m_help->showFile(QStringLiteral(":/help/connectors/%1.md").arg(kind)))
        m_help->showTopic(tr("Connections"));
}

void MainWindow::showAbout()
{
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Altimeter"));
    box->setAccessibleName(tr("About Altimeter"));
    box->setText(tr("Altimeter %1").arg(ALTIMETER_VERSION));
    box->setInformativeText(
        tr("A cockpit for cloud and AI cost. All data stays in one file on this computer.\n\n"
           "Free software under the GNU General Public License, version 3 or later. It comes with no warranty. "
           "The licence text is in the file LICENSE, installed with the program.\n\nUses Qt %1, Qt Charts, SQLite, "
           "libcurl, "
           "OpenSSL, libsecret and nlohmann/json.")
            .arg(qVersion()));
    box->setWindowModality(Qt::NonModal);
    box->show();
}

// ---- palette ----

QList<PaletteItem> MainWindow::paletteItems()
{
    QList<PaletteItem> items;
    for (QAction* action : m_actions->all()) {
        if (!action->isEnabled() || action == m_actions->palette)
            continue;
        const bool page =
            action->data().typeId() == QMetaType::QString && pageNames().contains(action->data().toString());
        const bool lens = action->data().typeId() == QMetaType::Int;
        items << PaletteItem{lens ? tr("Show %1").arg(action->text().toLower()) : action->text().remove(QChar(0x2026)),
                             page   ? tr("Page")
                             : lens ? tr("Cost")
                                    : tr("Action"),
                             action->shortcut().toString(QKeySequence::NativeText), [action] { action->trigger(); }};
    }
    for (const HelpTopic& topic : HelpViewer::topics())
        items << PaletteItem{topic.title, tr("Help"), {}, [this, topic] { showHelp(topic.title); }};
    if (m_backend.workspace().path.empty())
        return items;
    for (QAction* action : m_explore->pageActions()) {
        if (action && action->isEnabled() && !action->text().isEmpty())
            items << PaletteItem{action->text().remove('&'), tr("Explore"),
                                 action->shortcut().toString(QKeySequence::NativeText), [this, action] {
                                     showPage("explore");
                                     action->trigger();
                                 }};
    }
    for (const SavedView& view : m_backend.savedViews()) {
        if (view.page != "explore")
            continue; // profiles of feeds are kept among the views
        items << PaletteItem{format::shown(view.name), tr("Saved view"), {}, [this, view] { openSavedView(view); }};
    }
    for (const Dim& dim : namedDims()) {
        items << PaletteItem{format::dimTitle(dim), tr("Group by"), {}, [this, dim] {
                                 ExploreState state = m_explore->state();
                                 state.by = {dim};
                                 m_explore->setState(state, tr("Group by %1").arg(format::dimTitle(dim)));
                                 showPage("explore");
                             }};
    }
    return items;
}

void MainWindow::openPalette()
{
    m_palette->open(paletteItems());
    if (!m_backend.workspace().path.empty())
        askTeamsForPalette();
}

void MainWindow::askTeamsForPalette()
{
    CostQuery all;
    all.lens = m_lens;
    const Dim team{Dim::Kind::Team, {}};
    m_backend.dimValues(
        "shell.palette.teams", team, all, 200,
        guarded<std::vector<std::string>>(m_palette, [this, team](Result<std::vector<std::string>> found) {
            if (!found || !m_palette->isVisible())
                return;
            QList<PaletteItem> items;
            for (const std::string& name : *found) {
                items << PaletteItem{format::dimValue(team, name), tr("Team"), {}, [this, team, name] {
                                         CostQuery query;
                                         query.by = {Dim{Dim::Kind::Service, {}}};
                                         query.filters = {Filter{team, {name}, false}};
                                         query.lens = m_lens;
                                         explore(query);
                                     }};
            }
            m_palette->append(items);
        }));
}

void MainWindow::openSavedView(const SavedView& view)
{
    const Status opened = m_explore->openSaved(view);
    if (opened)
        showPage("explore");
    else
        problem(
            tr("The view %1 could not be opened: %2").arg(parts::text(view.name), parts::text(opened.error().text())),
            parts::advice(opened.error().code));
}

bool MainWindow::isSettled() const
{
    if (m_opening || m_importing || m_errandDue)
        return false;
    return currentPage() == "explore"       ? m_explore->isSettled()
           : currentPage() == "overview"    ? m_overview->isSettled()
           : currentPage() == "allocation"  ? m_allocation->isSettled()
           : currentPage() == "data"        ? m_data->isSettled()
           : currentPage() == "connections" ? m_connections->isSettled()
                                            : true;
}

} // namespace altimeter::ui
