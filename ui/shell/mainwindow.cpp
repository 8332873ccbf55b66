#include "ui/shell/mainwindow.h"

#include "ui/format/counted.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/pages/changes/changespage.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/explore/viewlink.h"
#include "ui/pages/notes/notekeeper.h"
#include "ui/pages/start/startpage.h"
#include "ui/shell/closedchoiceguard.h"
#include "ui/shell/dropoverlay.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/importing.h"
#include "ui/shell/importresult.h"
#include "ui/shell/menukey.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/navigationrail.h"
#include "ui/shell/pagehost.h"
#include "ui/shell/palettecontents.h"
#include "ui/shell/plaintextguard.h"
#include "ui/shell/printing.h"
#include "ui/shell/settingsdialog.h"
#include "ui/shell/shellactions.h"
#include "ui/shell/sourcewatch.h"
#include "ui/shell/statusline.h"
#include "ui/shell/upkeep.h"
#include "ui/theme/namecolors.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QContextMenuEvent>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

namespace {

/// The menus of all pages are always there, and Qt takes every key of what is in a menu. Those of a page out of sight
/// rest, else "P" or "[" were two actions', which does neither.
void setKeysAtWork(const Page& page, bool atWork)
{
    constexpr const char* kResting = "restingKeys";
    for (QAction* action : page.actions()) {
        if (action->shortcutContext() != Qt::WindowShortcut)
            continue;
        if (!atWork && !action->shortcuts().isEmpty()) {
            action->setProperty(kResting, QVariant::fromValue(action->shortcuts()));
            action->setShortcuts(QList<QKeySequence>());
        } else if (atWork && action->property(kResting).isValid()) {
            action->setShortcuts(action->property(kResting).value<QList<QKeySequence>>());
            action->setProperty(kResting, QVariant());
        }
    }
}

} // namespace

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
    MenuKey::install();
    format::setLocale(format::localeOf(parts::text(m_backend.settings().value("locale"))));
    readDateSettings();
    setLocale(format::locale()); // what is made later follows, and a change of it is noticed
    Theme::setRoomy(m_backend.settings().value("rows") == "roomy");
    NameColors::instance().restore(m_backend.settings().value("colors"));
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

void MainWindow::contextMenuEvent(QContextMenuEvent* event)
{
    QWidget* part =
        event->reason() == QContextMenuEvent::Keyboard ? QApplication::focusWidget() : childAt(event->pos());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(tr("Menu of the page"));
    Page* page = m_pages->visiblePage();
    const bool isOnPage = part && page->isAncestorOf(part);
    if (isOnPage)
        page->fillMenu(*menu, part);
    if (!menu->isEmpty())
        menu->addSeparator();
    if (isOnPage) {
        for (QAction* action : page->pageActions())
            action ? menu->addAction(action) : static_cast<void>(menu->addSeparator());
        menu->addSeparator();
    }
    menu->addActions({m_actions->copy, m_actions->copyWithHeaders, m_actions->note, m_actions->print});
    menu->addSeparator();
    menu->addActions({m_actions->goBack, m_actions->goForward, m_actions->palette});
    menu->popup(event->globalPos());
    event->accept();
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
    if (!m_opening->isResuming()) // whose name it has by then
        updateTitle();
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
    m_backend.settings().setValue("colors", NameColors::instance().kept());
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

void MainWindow::keepOnly(const Filter& filter)
{
    if (m_pages->visiblePage()->keepOnly(filter))
        return;
    m_explore->keepOnly(filter);
    showPage("explore");
}

void MainWindow::openLink(const QString& text)
{
    const auto link = parseViewLink(text);
    const QString lead = tr("The view link could not be opened: %1");
    const WorkspaceInfo info = m_backend.workspaces().info();
    if (!link)
        return problem(lead.arg(parts::text(link.error().text())), link.error().code == ErrorCode::Unsupported
                                                                       ? parts::advice(link.error().code)
                                                                       : tr("Copy the whole link and try it again."));
    const QString meant = format::shown(link->workspace);
    if (info.path.empty())
        return problem(lead.arg(tr("no workspace is open")),
                       meant.isEmpty() ? tr("Open the workspace it was made in, then the link.")
                                       : tr("Open the workspace %1, then the link.").arg(meant));
    const PageEntry* entry = m_pages->entry(link->place.section(':', 0, 0));
    if (!entry)
        return problem(lead.arg(tr("there is no page of this name: %1").arg(format::shown(link->place.left(60)))), {});
    if (link->state)
        if (const Status opened = m_explore->openLinked(*link->state); !opened)
            return problem(lead.arg(parts::text(opened.error().text())), parts::advice(opened.error().code));
    showPage(link->place);
    if (!link->workspace.isEmpty() && link->workspace != parts::text(info.name))
        m_messages->add(
            MessagePanel::Tone::Info,
            tr("The view link was made in the workspace %1; its view shows charges of %2 now.")
                .arg(meant, format::shown(info.name)),
            tr("Names that are not the same in both show no charges. Open %1 and then the link to see what was meant.")
                .arg(meant));
}

void MainWindow::pasteLink()
{
    const QString text = QApplication::clipboard()->text();
    if (looksLikeViewLink(text))
        openLink(text);
    else
        m_status->setNotice(tr("There is no view link on the clipboard"));
}

void MainWindow::exploreChanged()
{
    const ExploreState& state = m_explore->state();
    if (state.lens != m_lens)
        setLens(state.lens);
    updateTitle();
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

void MainWindow::stepView(int by)
{
    std::vector<SavedView> views;
    for (SavedView& view : m_backend.views().all())
        if (view.page == "explore") // profiles of feeds are kept among them
            views.push_back(std::move(view));
    if (views.empty()) {
        m_status->setNotice(tr("There are no saved views yet; Ctrl+S on Explore keeps one"));
        return;
    }
    const std::string shown = m_explore->openedView().toStdString();
    const auto at = std::find_if(views.begin(), views.end(), [&](const SavedView& view) { return view.name == shown; });
    const auto count = static_cast<int>(views.size());
    const int from = at != views.end() ? static_cast<int>(at - views.begin()) : by > 0 ? -1 : count;
    const int to = from + by;
    if (to < 0 || to >= count) {
        m_status->setNotice(to < 0 ? tr("This is the first view of the review")
                                   : tr("The review is through: this was the last view"));
        return;
    }
    openSavedView(views[static_cast<std::size_t>(to)]);
    m_status->setNotice(tr("View %1 of %2: %3")
                            .arg(format::count(static_cast<std::uint64_t>(to) + 1), format::count(views.size()),
                                 format::shown(views[static_cast<std::size_t>(to)].name)));
}

/// A page that says nothing of its table prints the one with the keyboard, or the first in sight.
void MainWindow::print()
{
    const Page* page = m_pages->visiblePage();
    PrintedTable table = page->printedTable();
    if (!table.grid) {
        const auto* focused = qobject_cast<GridView*>(QApplication::focusWidget());
        table.grid = focused && page->isAncestorOf(focused) ? focused : nullptr;
        for (const GridView* grid : page->findChildren<GridView*>())
            table.grid = !table.grid && grid->isVisible() ? grid : table.grid;
        const WorkspaceInfo info = m_backend.workspaces().info();
        table.title = table.grid ? table.grid->accessibleName() : QString();
        table.about = {tr("%1, data through %2", "a workspace, a day")
                           .arg(format::shown(info.name), format::date(info.dataThrough, format::locale()))};
        if (table.grid && !table.grid->filterSummary().isEmpty())
            table.about << table.grid->filterSummary();
    }
    m_printing->preview(table);
}

void MainWindow::writeNote()
{
    Page* page = m_pages->visiblePage();
    const auto figure = page->notableFigure();
    if (!figure)
        m_status->setNotice(tr("Put the cursor on a figure of Explore or Changes, then press N to write a note on it"));
    else if (!m_backend.workspaces().info().readOnly.empty())
        m_status->setNotice(tr("The workspace can only be read, so there are no new notes"));
    else
        m_notes->write(*figure, page->undoStack(), this);
}

void MainWindow::goToNote(const Note& note)
{
    const QString place = parts::text(note.page);
    Page* page = m_pages->entry(place) ? m_pages->page(place) : nullptr;
    if (page)
        showPage(place); // a cell is found in a table that is in sight
    const Status shown = page ? page->showNote(note) : Status(Error{ErrorCode::NotFound, "there is no such page", {}});
    if (!shown)
        problem(tr("The figure of this note could not be shown: %1").arg(parts::text(shown.error().text())),
                parts::advice(shown.error().code));
}

/// Every page that marks figures, or lists notes, hears of them.
void MainWindow::tellNotes()
{
    const std::vector<Note> notes = m_backend.notes().all();
    for (Page* page : m_pages->pages())
        page->notesChanged(notes);
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
    updateTitle();
    tellNotes();
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
    const QString read = tr("%1 read, %2 stored", "files, lines")
                             .arg(counted::files(report.filesRead), counted::lines(report.rowsStored));
    m_status->setNotice(m_importing->canUndo() ? tr("%1; Ctrl+Z takes it back").arg(read) : read);
    if (isFirst || !importtext::oddities(report).empty()) {
        auto* result = new ImportResult(report, info.rulesVersion > 0, this);
        connect(result, &ImportResult::pageWanted, this, &MainWindow::showPage);
        connect(result, &ImportResult::takeBackWanted, m_importing, &Importing::takeBack);
        result->show();
    }
    if (currentPage() == "start" || (currentPage() == "data" && report.rowsStored > 0))
        showPage("overview");
}

/// The saved view that is shown stands first: it is what the window is about then.
void MainWindow::updateTitle()
{
    const WorkspaceInfo info = m_backend.workspaces().info();
    const QString name = format::shown(info.name);
    const QString view = currentPage() == QLatin1String("explore") ? m_explore->viewTitle() : QString();
    const QString about = view.isEmpty() ? name : tr("%1 – %2", "a saved view, its workspace").arg(view, name);
    setWindowTitle(info.path.empty()       ? tr("Altimeter")
                   : info.readOnly.empty() ? tr("%1 – Altimeter").arg(about)
                                           : tr("%1 (read only) – Altimeter").arg(about));
    setWindowFilePath(QString());
}

void MainWindow::updateActions()
{
    const bool open = !m_backend.workspaces().info().path.empty();
    for (const PageEntry& entry : registry())
        if (entry.needsWorkspace)
            m_actions->pageAction(entry.name)->setEnabled(hasPages());
    for (QAction* action :
         {m_actions->exportTable, m_actions->weeklyReport, m_actions->closeWorkspace, m_actions->print,
          m_actions->pasteLink, m_actions->note, m_actions->nextView, m_actions->previousView, m_actions->compare,
          m_actions->compareYear, m_actions->backUp, m_actions->restoreBackup})
        action->setEnabled(open);
    const bool writable = m_backend.workspaces().info().readOnly.empty();
    const bool idle = !m_importing->isRunning() && !m_opening->isOpening();
    m_actions->addConnection->setEnabled(open && writable);
    m_actions->syncAll->setEnabled(open && writable);
    m_actions->importFiles->setEnabled(idle && writable);
    m_actions->importFolder->setEnabled(idle && writable);
    m_actions->deliveries->setEnabled(open && idle && writable);
    for (const Page* page : m_pages->pages())
        setKeysAtWork(*page, page == m_pages->visiblePage());
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

void MainWindow::fitInto(const QSize& room)
{
    setMinimumSize(minimumSize().boundedTo(room));
    resize(size().boundedTo(room));
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
