#include "ui/shell/mainwindow.h"

#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/pages/changes/changespage.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/start/startpage.h"
#include "ui/shell/closedchoiceguard.h"
#include "ui/shell/dropoverlay.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/importing.h"
#include "ui/shell/importresult.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/navigationrail.h"
#include "ui/shell/pagehost.h"
#include "ui/shell/palettecontents.h"
#include "ui/shell/plaintextguard.h"
#include "ui/shell/settingsdialog.h"
#include "ui/shell/shellactions.h"
#include "ui/shell/sourcewatch.h"
#include "ui/shell/statusline.h"
#include "ui/shell/upkeep.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QCloseEvent>
#include <QMenu>

#include <utility>

namespace altimeter::ui {

MainWindow::MainWindow(Backend& backend, QWidget* parent) : MainWindow(backend, standardPages(), parent) {}

MainWindow::MainWindow(Backend& backend, std::vector<PageEntry> registry, QWidget* parent)
    : QMainWindow(parent), m_backend(backend)
{
    setAccessibleName(tr("Altimeter"));
    setAcceptDrops(true); // the overlay takes over as soon as files are dragged in
    setMinimumSize(1024, 640);
    resize(1280, 800);
    PlainTextGuard::install();
    ClosedChoiceGuard::install();
    format::setLocale(format::localeOf(parts::text(m_backend.settings().value("locale"))));
    readDateSettings();
    setLocale(format::locale()); // what is made later follows, and a change of it is noticed
    Theme::setRoomy(m_backend.settings().value("rows") == "roomy");
    applyTheme(themeSetting()); // before the first widget, so that none is made in other fonts
    m_actions = new ShellActions(this, registry);
    m_pages = new PageHost(std::move(registry), m_backend, this);
    m_start = m_pages->pageOf<StartPage>();
    m_explore = m_pages->pageOf<ExplorePage>();
    m_changes = m_pages->pageOf<ChangesPage>();
    m_connections = m_pages->pageOf<ConnectionsPage>();
    buildLayout();
    buildWorkers();
    connectFileActions();
    connectViewActions();
    connectOpening();
    connectImporting();
    connectUpkeep();
    connectHelpers();
    connectPages();
    connectBackend();
    restoreSettings();
    fillRecent();
    workspaceChanged(m_backend.workspaces().info());
    showPage(m_backend.workspaces().info().path.empty() ? "start" : "overview");
}

MainWindow::~MainWindow()
{
    m_backend.workspaces().onChanged = nullptr;
    m_backend.syncs().onProgress = nullptr;
}

void MainWindow::restoreSettings()
{
    const QByteArray geometry =
        QByteArray::fromBase64(QByteArray::fromStdString(m_backend.settings().value("geometry")));
    if (!geometry.isEmpty())
        restoreGeometry(geometry);
    m_actions->themeAction(themeSetting())->setChecked(true);
    m_actions->checkRoomy(Theme::isRoomy());
    m_actions->checkLocale(parts::text(m_backend.settings().value("locale")));
    checkDateSettings();
    if (const auto lens = lensByName(m_backend.settings().value("lens")))
        setLens(*lens);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_backend.settings().setValue("geometry", saveGeometry().toBase64().toStdString());
    rememberView();
    if (m_importing->isRunning())
        m_importing->cancel();
    event->accept();
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    if (m_drop->isVisible())
        m_drop->setGeometry(rect().adjusted(6, 6, -6, -6));
}

// ---- pages ----

QStringList MainWindow::pageNames() const
{
    return m_pages->names();
}

const std::vector<PageEntry>& MainWindow::registry() const
{
    return m_pages->registry();
}

QString MainWindow::currentPage() const
{
    return m_pages->visibleName();
}

void MainWindow::showPage(const QString& place)
{
    const QString name = place.section(':', 0, 0);
    const PageEntry* entry = m_pages->entry(name);
    if (!entry || (entry->needsWorkspace && !hasPages())) {
        m_actions->pageAction(currentPage())->setChecked(true);
        return;
    }
    m_actions->pageAction(name)->setChecked(true);
    m_status->setSelection({});
    if (name != currentPage())
        m_messages->leavePage();
    m_pages->visit(place);
    rememberView();
    updateActions();
}

bool MainWindow::hasPages() const
{
    return m_opening->isResuming() || !m_backend.workspaces().info().path.empty();
}

/// For resume(). Only while a workspace is open: what is shown before that is no view of it.
void MainWindow::rememberView()
{
    if (m_backend.workspaces().info().path.empty())
        return;
    m_backend.settings().setValue("page", m_pages->place().toStdString());
    for (const PageEntry& entry : registry())
        if (const std::string state = m_pages->page(entry.name)->savedState(); !state.empty())
            m_backend.settings().setValue(entry.name.toStdString(), state);
}

void MainWindow::explore(const CostQuery& query)
{
    m_explore->showQuery(query);
    showPage("explore");
}

void MainWindow::explain(const Change& change)
{
    m_changes->explain(change);
    showPage("changes");
}

void MainWindow::exploreChanged()
{
    const ExploreState& state = m_explore->state();
    if (state.lens != m_lens)
        setLens(state.lens);
    rememberView();
    updateActions();
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
    if (m_opening->isOpening() || m_importing->isRunning() || m_opening->isErrandDue())
        return false;
    return m_pages->visiblePage()->isSettled();
}

// ---- what every page shows ----

void MainWindow::setLens(CostLens lens)
{
    m_lens = lens;
    m_actions->lensAction(lens)->setChecked(true);
    m_status->setLens(lens);
    m_backend.settings().setValue("lens", std::string(lensName(lens)));
    for (Page* page : m_pages->pages())
        page->setLens(lens);
}

void MainWindow::compare(CompareWith with)
{
    Page* page = m_pages->visiblePage();
    if (page->compare(with))
        return;
    Change change = page->change().value_or(m_changes->shown());
    change.with = with;
    explain(change);
}

void MainWindow::setThemeName(const QString& name)
{
    QAction* action = m_actions->themeAction(name);
    if (!action)
        return;
    action->setChecked(true);
    m_backend.settings().setValue("theme", name.toStdString());
    applyTheme(name);
}

void MainWindow::setLocaleName(const QString& setting)
{
    m_backend.settings().setValue("locale", setting.toStdString());
    m_actions->checkLocale(setting);
    format::setLocale(format::localeOf(setting));
    readDateSettings();
    setLocale(format::locale()); // Qt's own parts of every widget
    workspaceChanged(m_backend.workspaces().info());
}

void MainWindow::readDateSettings()
{
    format::setDateSettings(format::dateSettingsOf(parts::text(m_backend.settings().value("fiscalYear")),
                                                   parts::text(m_backend.settings().value("weekStart"))));
}

void MainWindow::checkDateSettings()
{
    m_actions->checkDates(parts::text(m_backend.settings().value("fiscalYear")),
                          parts::text(m_backend.settings().value("weekStart")));
}

void MainWindow::setDateSetting(const std::string& key, const QString& value)
{
    m_backend.settings().setValue(key, value.toStdString());
    readDateSettings();
    checkDateSettings();
    workspaceChanged(m_backend.workspaces().info()); // "fy26" may be other days now
}

QString MainWindow::themeSetting() const
{
    const QString name = QString::fromStdString(m_backend.settings().value("theme"));
    return name == "light" || name == "dark" ? name : QStringLiteral("system");
}

void MainWindow::applyTheme(const QString& name)
{
    Theme::apply(name == "dark" || (name == "system" && Theme::systemIsDark()));
}

// ---- workspace ----

void MainWindow::begin(const Start& start)
{
    m_opening->begin(start);
}

void MainWindow::beginAgain(const Start& start)
{
    setWindowState((windowState() & ~Qt::WindowMinimized) | Qt::WindowActive);
    show();
    raise();
    activateWindow();
    m_opening->beginAgain(start);
}

void MainWindow::openWorkspace(const QString& path, bool create)
{
    m_opening->open(path, create);
}

void MainWindow::openDemo()
{
    m_opening->openDemo();
}

void MainWindow::resume()
{
    m_opening->resume();
}

bool MainWindow::startSafely(const QString& wanted)
{
    return m_opening->startSafely(wanted);
}

void MainWindow::importPaths(const QStringList& paths)
{
    m_importing->importPaths(paths);
}

void MainWindow::offerImport(const QStringList& paths)
{
    m_importing->offer(paths);
}

void MainWindow::closeWorkspace()
{
    m_backend.workspaces().close();
    m_backend.settings().setValue("open", {});
    workspaceChanged(m_backend.workspaces().info());
    showPage("start");
}

void MainWindow::workspaceChanged(const WorkspaceInfo& info)
{
    updateTitle(info);
    m_status->setWorkspace(info);
    if (!info.path.empty())
        m_backend.settings().setValue("open", info.path);
    if (std::exchange(m_shownPath, info.path) != info.path) {
        for (Page* page : m_pages->pages())
            page->setReading();
        sourcesChanged({});
        emit workspaceShown(parts::text(info.path));
    }
    Page* first = m_pages->visiblePage(); // what is looked at is answered first
    first->workspaceChanged(info);
    for (Page* page : m_pages->pages())
        if (page != first)
            page->workspaceChanged(info);
    m_sources->ask();
    fillRecent();
    updateActions();
}

/// What of a page's needs a look stands beside it in the list, wherever the user is.
void MainWindow::sourcesChanged(const std::vector<SourceHealth>& sources)
{
    using State = SourceHealth::State;
    m_status->setSources(sources);
    for (Page* page : m_pages->pages())
        page->sourcesChanged(sources);
    for (const bool ofConnections : {false, true}) {
        QStringList why;
        auto urgency = NavigationRail::Urgency::Warning;
        for (const SourceHealth& one : sources) {
            if (one.isConnection != ofConnections || !one.needsALook() || one.state == State::Findings)
                continue;
            why << healthtext::sentence(one);
            if (one.state == State::Failing || one.state == State::Rejected)
                urgency = NavigationRail::Urgency::Bad;
        }
        m_rail->setBadge(m_actions->pageAction(ofConnections ? "connections" : "data"),
                         static_cast<std::size_t>(why.size()), urgency, why.join(u'\n'));
    }
}

/// What was found and done as the workspace was opened.
void MainWindow::tellState(const WorkspaceInfo& info)
{
    for (const std::string& mended : info.mended)
        problem(parts::text(mended),
                tr("Keep a copy of the workspace: a disk that alters a file once may do so again."));
    m_upkeep->setDamaged({});
    for (const std::string& note : info.notes)
        m_messages->add(MessagePanel::Tone::Info, parts::text(note), {});
    for (const std::string& damage : info.damage)
        damageProblem(parts::text(info.path), parts::text(damage),
                      tr("Until then the figures of that month are not proven: see the proof sheet."));
    if (info.path.empty())
        return;
    // Read from end to end, which takes a while where much was imported: nothing waits for it.
    m_backend.ask("shell.audit", AuditQuestion{},
                  guarded<std::vector<std::string>>(
                      this, [this, path = parts::text(info.path)](Result<std::vector<std::string>> audit) {
                          if (!audit)
                              return;
                          for (const std::string& sentence : *audit)
                              damageProblem(path, parts::text(sentence), {});
                      }));
}

void MainWindow::importDone(const ImportReport& report)
{
    const WorkspaceInfo info = m_backend.workspaces().info();
    const bool isFirst = info.rows == 0 || info.rows == report.rowsStored;
    m_status->setNotice(m_importing->canUndo() ? tr("%1; Ctrl+Z takes it back").arg(importSummary(report))
                                               : importSummary(report));
    if (isFirst || !importtext::oddities(report).empty()) {
        auto* result = new ImportResult(report, info.rulesVersion > 0, this);
        connect(result, &ImportResult::pageWanted, this, &MainWindow::showPage);
        connect(result, &ImportResult::takeBackWanted, m_importing, &Importing::takeBack);
        result->show();
    }
    if (currentPage() == "start" || (currentPage() == "data" && report.rowsStored > 0))
        showPage("overview");
}

void MainWindow::updateTitle(const WorkspaceInfo& info)
{
    const QString name = format::shown(info.name);
    setWindowTitle(info.path.empty()       ? tr("Altimeter")
                   : info.readOnly.empty() ? tr("%1 – Altimeter").arg(name)
                                           : tr("%1 (read only) – Altimeter").arg(name));
    setWindowFilePath(QString());
}

void MainWindow::updateActions()
{
    const bool open = !m_backend.workspaces().info().path.empty();
    for (const PageEntry& entry : registry())
        if (entry.needsWorkspace)
            m_actions->pageAction(entry.name)->setEnabled(hasPages());
    for (QAction* action : {m_actions->exportTable, m_actions->weeklyReport, m_actions->closeWorkspace,
                            m_actions->compare, m_actions->compareYear, m_actions->backUp, m_actions->restoreBackup})
        action->setEnabled(open);
    const bool writable = m_backend.workspaces().info().readOnly.empty();
    const bool idle = !m_importing->isRunning() && !m_opening->isOpening();
    m_actions->addConnection->setEnabled(open && writable);
    m_actions->syncAll->setEnabled(open && writable);
    m_actions->importFiles->setEnabled(idle && writable);
    m_actions->importFolder->setEnabled(idle && writable);
    m_actions->deliveries->setEnabled(open && idle && writable);
    // Explore has these keys itself, for a page that shows a comparison beside its figures.
    const bool isExplore = currentPage() == QLatin1String("explore");
    m_actions->compare->setShortcut(isExplore ? QKeySequence() : QKeySequence(Qt::Key_P));
    m_actions->compareYear->setShortcut(isExplore ? QKeySequence() : QKeySequence(Qt::SHIFT | Qt::Key_P));
    m_actions->undo->setEnabled(m_pages->visiblePage()->canUndo() || m_importing->canUndo());
    m_actions->redo->setEnabled(m_pages->visiblePage()->canRedo());
    m_actions->goBack->setEnabled(m_pages->canTravel(-1));
    m_actions->goForward->setEnabled(m_pages->canTravel(1));
}

void MainWindow::fillRecent()
{
    QMenu* menu = m_actions->recentMenu;
    menu->clear();
    for (const auto& workspace : m_backend.workspaces().recent()) {
        const QString path = parts::text(workspace.path);
        QAction* action = menu->addAction(format::menuText(parts::text(workspace.name)));
        action->setToolTip(format::shown(path));
        connect(action, &QAction::triggered, this, [this, path] { openWorkspace(path, false); });
    }
    menu->setEnabled(!menu->isEmpty());
}

// ---- messages, palette, help ----

void MainWindow::problem(const QString& what, const QString& todo)
{
    m_messages->add(MessagePanel::Tone::Bad, what, todo);
}

void MainWindow::damageProblem(const QString& path, const QString& what, const QString& todo)
{
    m_upkeep->setDamaged(path);
    m_messages->addDamage(what, todo);
}

void MainWindow::openPalette()
{
    m_paletteContents->open(m_lens);
}

HelpViewer* MainWindow::help()
{
    if (!m_help)
        m_help = new HelpViewer(this);
    return m_help;
}

void MainWindow::showSettings()
{
    if (!m_settingsDialog)
        m_settingsDialog = new SettingsDialog(*m_actions, m_backend.settings(), this);
    m_settingsDialog->present();
}

void MainWindow::showHelp(const QString& topic)
{
    help()->showTopic(topic);
}

void MainWindow::showConnectionHelp(const QString& kind)
{
    if (!help()->showFile(QStringLiteral(":/help/connectors/%1.md").arg(kind)))
        help()->showFile(QStringLiteral(":/help/8-connections.md"));
}

} // namespace altimeter::ui
