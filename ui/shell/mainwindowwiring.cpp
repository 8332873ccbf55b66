#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include "ui/pages/common/pageparts.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/notes/notekeeper.h"
#include "ui/pages/notes/notespage.h"
#include "ui/pages/start/startpage.h"
#include "ui/shell/aboutbox.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/dropoverlay.h"
#include "ui/shell/editing.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/importing.h"
#include "ui/shell/messagepanel.h"
#include "ui/shell/navigationrail.h"
#include "ui/shell/pagehost.h"
#include "ui/shell/palettecontents.h"
#include "ui/shell/printing.h"
#include "ui/shell/regions.h"
#include "ui/shell/shellactions.h"
#include "ui/shell/sourcewatch.h"
#include "ui/shell/splitterkeeper.h"
#include "ui/shell/statusline.h"
#include "ui/shell/upkeep.h"
#include "ui/shell/weeklyreport.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QScrollArea>
#include <QVBoxLayout>

// How the window is put together: its widgets, and which part hears of what.

namespace altimeter::ui {

namespace {

/// Asks for no more than `held` needs at least: a scroll area gives what wraps its text the height that it would like.
class Holder : public QWidget {
public:
    explicit Holder(QWidget* held) : QWidget(held->parentWidget()), m_held(held) { held->setParent(this); }
    QSize minimumSizeHint() const override { return m_held->minimumSizeHint().expandedTo(m_held->minimumSize()); }
    QSize sizeHint() const override { return minimumSizeHint(); }

protected:
    void resizeEvent(QResizeEvent*) override { m_held->setGeometry(rect()); }

private:
    QWidget* m_held;
};

/// Bars come only where the screen is too small for `content`, so that nothing is out of reach.
QScrollArea* scrolled(QWidget* content, const QString& name)
{
    auto* area = new QScrollArea(content->parentWidget());
    area->setAccessibleName(name);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setMinimumSize(0, 0);
    area->setWidget(new Holder(content));
    return area;
}

} // namespace

void MainWindow::buildLayout()
{
    m_rail = new NavigationRail(this);
    for (const PageEntry& entry : registry())
        m_rail->addPage(m_actions->pageAction(entry.name), entry.icon);
    m_rail->addBottom(m_actions->palette, "search", tr("Find"));
    m_rail->addBottom(m_actions->guide, "help", tr("Help"));

    m_messages = new MessagePanel(this);
    auto* messageBox = new QVBoxLayout;
    messageBox->addWidget(m_messages);
    messageBox->setContentsMargins(12, 0, 12, 0);

    auto* right = new QVBoxLayout;
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(0);
    right->addWidget(scrolled(m_pages, tr("Page")), 1);
    right->addLayout(messageBox);

    auto* central = new QWidget(this);
    central->setProperty("page", true);
    central->setAccessibleName(tr("Content"));
    auto* layout = new QHBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    QScrollArea* rail = scrolled(m_rail, tr("Pages"));
    rail->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    rail->setFixedWidth(m_rail->minimumWidth());
    layout->addWidget(rail);
    layout->addLayout(right, 1);
    setCentralWidget(central);

    m_status = new StatusLine(this);
    setStatusBar(m_status);
    m_palette = new CommandPalette(this);
    m_drop = new DropOverlay(this);
    QList<ShellActions::PageMenu> menus;
    for (const PageEntry& entry : registry())
        if (const QList<QAction*> actions = m_pages->page(entry.name)->pageActions(); !actions.isEmpty())
            menus << ShellActions::PageMenu{entry.menu.isEmpty() ? entry.title : entry.menu, actions};
    m_actions->fill(menuBar(), menus);
    menuBar()->setAccessibleName(tr("Menu bar"));
}

void MainWindow::buildWorkers()
{
    m_opening = new Opening(m_backend, *m_pages, *m_start, this);
    m_opening->isWindowSettled = [this] { return isSettled(); };
    m_importing = new Importing(m_backend, *m_opening, this);
    m_upkeep = new Upkeep(m_backend, this);
    m_editing = new Editing(*m_pages, this);
    m_report = new WeeklyReport(m_backend, this);
    m_sources = new SourceWatch(m_backend, this);
    m_notes = new NoteKeeper(m_backend.notes(), this);
    m_printing = new Printing(this);
    m_regions = new Regions({m_rail, m_pages, m_messages, m_status}, this);
    m_paletteContents = new PaletteContents(m_backend, *m_actions, *m_pages, *m_palette, this);
}

void MainWindow::connectBackend()
{
    m_backend.workspaces().onChanged = [this](const WorkspaceInfo& info) {
        if (!m_opening->hasJustOpened())
            workspaceChanged(info);
    };
    m_backend.syncs().onProgress = [this](const SyncProgress& progress) {
        for (Page* page : m_pages->pages())
            page->syncProgressed(progress);
    };
}

void MainWindow::connectFileActions()
{
    connect(m_actions->newWorkspace, &QAction::triggered, m_opening, [this] { m_opening->choose(true); });
    connect(m_actions->openWorkspace, &QAction::triggered, m_opening, [this] { m_opening->choose(false); });
    connect(m_actions->openDemo, &QAction::triggered, m_opening, &Opening::openDemo);
    connect(m_actions->importFiles, &QAction::triggered, m_importing, &Importing::chooseFiles);
    connect(m_actions->importFolder, &QAction::triggered, m_importing, &Importing::chooseFolder);
    connect(m_actions->deliveries, &QAction::triggered, m_importing, &Importing::showDeliveries);
    connect(m_actions->addConnection, &QAction::triggered, this, [this] {
        showPage("connections:connections");
        m_connections->addConnection();
    });
    connect(m_actions->syncAll, &QAction::triggered, this, [this] {
        showPage("connections:connections");
        m_connections->syncAll();
    });
    connect(m_actions->exportTable, &QAction::triggered, m_editing, &Editing::exportTable);
    connect(m_actions->weeklyReport, &QAction::triggered, this, [this] { m_report->choose(m_lens); });
    connect(m_actions->print, &QAction::triggered, this, &MainWindow::print);
    connect(m_actions->note, &QAction::triggered, this, &MainWindow::writeNote);
    connect(m_actions->closeWorkspace, &QAction::triggered, this, &MainWindow::closeWorkspace);
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_actions->undo, &QAction::triggered, this, [this] {
        if (m_importing->canUndo() && !m_editing->canUndo())
            m_importing->undoLast();
        else
            m_editing->undo();
    });
    connect(m_actions->redo, &QAction::triggered, m_editing, &Editing::redo);
    connect(m_actions->pasteLink, &QAction::triggered, this, &MainWindow::pasteLink);
    connect(m_actions->copy, &QAction::triggered, m_editing, [this] { m_editing->copy(false); });
    connect(m_actions->copyWithHeaders, &QAction::triggered, m_editing, [this] { m_editing->copy(true); });
}

void MainWindow::connectViewActions()
{
    connect(m_actions->settings, &QAction::triggered, this, &MainWindow::showSettings);
    connect(m_actions->palette, &QAction::triggered, this, &MainWindow::openPalette);
    connect(m_actions->compare, &QAction::triggered, this, [this] { compare(CompareWith::PeriodBefore); });
    connect(m_actions->compareYear, &QAction::triggered, this, [this] { compare(CompareWith::YearBefore); });
    connect(m_actions->messages, &QAction::triggered, this,
            [this] { m_messages->setVisible(!m_messages->isVisible() && m_messages->count() > 0); });
    connect(m_actions->fullScreen, &QAction::toggled, this, [this](bool on) { on ? showFullScreen() : showNormal(); });
    const auto travel = [this](int step) {
        if (const QString page = m_pages->travel(step); !page.isEmpty())
            showPage(page);
    };
    connect(m_actions->nextRegion, &QAction::triggered, this, [this] { m_regions->step(1); });
    connect(m_actions->previousRegion, &QAction::triggered, this, [this] { m_regions->step(-1); });
    connect(m_actions->nextView, &QAction::triggered, this, [this] { stepView(1); });
    connect(m_actions->previousView, &QAction::triggered, this, [this] { stepView(-1); });
    connect(m_actions->goBack, &QAction::triggered, this, [travel] { travel(-1); });
    connect(m_actions->goForward, &QAction::triggered, this, [travel] { travel(1); });
    connect(m_actions->nextPage, &QAction::triggered, this, [this] { showPage(m_pages->neighbour(1)); });
    connect(m_actions->previousPage, &QAction::triggered, this, [this] { showPage(m_pages->neighbour(-1)); });
    connect(m_actions->guide, &QAction::triggered, this, [this] { showHelp({}); });
    connect(m_actions->keys, &QAction::triggered, this,
            [this] { help()->showFile(QStringLiteral(":/help/7-keyboard.md")); });
    connect(m_actions->words, &QAction::triggered, this,
            [this] { help()->showFile(QStringLiteral(":/help/9-words.md")); });
    connect(m_actions->about, &QAction::triggered, this, [this] { showAboutBox(this); });
    connect(m_actions, &ShellActions::pageRequested, this, &MainWindow::showPage);
    connect(m_actions, &ShellActions::lensRequested, this, &MainWindow::setLens);
    connect(m_actions, &ShellActions::themeRequested, this, &MainWindow::setThemeName);
    connect(m_actions, &ShellActions::roomRequested, this, [this](bool roomy) {
        m_backend.settings().setValue("rows", roomy ? "roomy" : "");
        Theme::setRoomy(roomy);
    });
    connect(m_actions, &ShellActions::localeRequested, this, &MainWindow::setLocaleName);
    connect(m_actions, &ShellActions::fiscalYearRequested, this,
            [this](const QString& month) { setDateSetting("fiscalYear", month); });
    connect(m_actions, &ShellActions::weekStartRequested, this,
            [this](const QString& day) { setDateSetting("weekStart", day); });
    connect(m_messages, &MessagePanel::detailsRequested, this, [this] { showPage("data"); });
}

void MainWindow::connectOpening()
{
    connect(m_opening, &Opening::changed, this, &MainWindow::updateActions);
    connect(m_opening, &Opening::began, m_status, &StatusLine::setOpening);
    connect(m_opening, &Opening::opened, this, &MainWindow::workspaceChanged);
    connect(m_opening, &Opening::told, this, &MainWindow::tellState);
    connect(m_opening, &Opening::failed, this, [this] {
        updateTitle();
        m_status->setWorkspace(m_backend.workspaces().info());
        updateActions();
    });
    connect(m_opening, &Opening::titled, this,
            [this](const QString& name) { setWindowTitle(tr("%1 – Altimeter").arg(name)); });
    connect(m_opening, &Opening::pageWanted, this, &MainWindow::showPage);
    connect(m_opening, &Opening::importWanted, m_importing, &Importing::importAtOnce);
    connect(m_opening, &Opening::offerWanted, m_importing, &Importing::offer);
    connect(m_opening, &Opening::linkWanted, this, &MainWindow::openLink);
    connect(m_opening, &Opening::notice, m_status, &StatusLine::setNotice);
    connect(m_opening, &Opening::problem, this, &MainWindow::problem);
    connect(m_opening, &Opening::damaged, this, &MainWindow::damageProblem);
}

void MainWindow::connectImporting()
{
    connect(m_importing, &Importing::changed, this, [this] {
        for (Page* page : m_pages->pages())
            page->setImporting(m_importing->isRunning());
        updateActions();
    });
    connect(m_importing, &Importing::progressed, m_status,
            [this](const Progress& progress) { m_status->showProgress(progress); });
    connect(m_importing, &Importing::ended, m_status, &StatusLine::hideProgress);
    connect(m_importing, &Importing::notice, m_status, &StatusLine::setNotice);
    connect(m_importing, &Importing::problem, this, &MainWindow::problem);
    connect(m_importing, &Importing::done, this, &MainWindow::importDone);
    connect(m_drop, &DropOverlay::dropped, m_importing, &Importing::importPaths);
    connect(m_status, &StatusLine::cancelRequested, this,
            [this] { m_upkeep->isRunning() ? m_upkeep->cancel() : m_importing->cancel(); });
}

void MainWindow::connectUpkeep()
{
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
            [this](const Progress& progress) { m_status->showProgress(progress, tr("Cancel")); });
    connect(m_upkeep, &Upkeep::ended, m_status, &StatusLine::hideProgress);
    connect(m_upkeep, &Upkeep::openRequested, this, [this](const QString& path) { openWorkspace(path, false); });
}

void MainWindow::connectHelpers()
{
    connect(m_editing, &Editing::stepped, this, &MainWindow::updateActions);
    connect(m_editing, &Editing::notice, m_status, &StatusLine::setNotice);
    connect(m_sources, &SourceWatch::changed, this, &MainWindow::sourcesChanged);
    connect(m_sources, &SourceWatch::failed, m_status, &StatusLine::setSourcesUnknown);
    connect(m_notes, &NoteKeeper::changed, this, &MainWindow::tellNotes);
    connect(m_notes, &NoteKeeper::notice, m_status, &StatusLine::setNotice);
    connect(m_notes, &NoteKeeper::failed, this, [this](const Error& error) {
        problem(tr("The note could not be kept: %1").arg(parts::text(error.text())), parts::advice(error.code));
    });
    connect(m_printing, &Printing::notice, m_status, &StatusLine::setNotice);
    connect(m_report, &WeeklyReport::notice, m_status, &StatusLine::setNotice);
    connect(m_report, &WeeklyReport::problem, this, &MainWindow::problem);
    connect(m_report, &WeeklyReport::written, this, [this](const QString& path) {
        m_messages->add(MessagePanel::Tone::Good, tr("Weekly report written: %1").arg(path), {});
    });
    connect(m_paletteContents, &PaletteContents::pageWanted, this, &MainWindow::showPage);
    connect(m_paletteContents, &PaletteContents::helpWanted, this, &MainWindow::showHelp);
    connect(m_paletteContents, &PaletteContents::filterWanted, this, &MainWindow::keepOnly);
    connect(m_paletteContents, &PaletteContents::linkWanted, this, &MainWindow::openLink);
    connect(m_paletteContents, &PaletteContents::viewWanted, this, &MainWindow::openSavedView);
}

void MainWindow::connectPages()
{
    for (Page* page : m_pages->pages())
        connectPage(page);
    auto* splitters = new SplitterKeeper(m_backend.settings(), this);
    for (const PageEntry& entry : registry())
        if (m_pages->page(entry.name) != m_explore) // which keeps its own with its view
            splitters->keep(entry.name, *m_pages->page(entry.name));
    connect(m_start, &StartPage::importFilesRequested, m_importing, &Importing::chooseFiles);
    connect(m_start, &StartPage::importFolderRequested, m_importing, &Importing::chooseFolder);
    connect(m_start, &StartPage::demoRequested, m_opening, &Opening::openDemo);
    connect(m_start, &StartPage::newRequested, m_opening, [this] { m_opening->choose(true); });
    connect(m_start, &StartPage::openRequested, m_opening, [this] { m_opening->choose(false); });
    connect(m_start, &StartPage::recentRequested, this, [this](const QString& path) { openWorkspace(path, false); });
    connect(m_explore, &ExplorePage::stateChanged, this, &MainWindow::exploreChanged);
    connect(m_explore, &ExplorePage::savedViewsChanged, this, &MainWindow::updateTitle);
    connect(m_pages->pageOf<NotesPage>(), &NotesPage::noteChosen, this, &MainWindow::goToNote);
}

void MainWindow::connectPage(Page* page)
{
    connect(page, &Page::openExplore, this, &MainWindow::explore);
    connect(page, &Page::openLines, this, [this](const CostQuery& query) {
        m_explore->showLines(query);
        showPage("explore");
    });
    connect(page, &Page::openChange, this, &MainWindow::explain);
    connect(page, &Page::openPage, this, &MainWindow::showPage);
    connect(page, &Page::lensChosen, this, &MainWindow::setLens);
    connect(page, &Page::importRequested, m_importing, &Importing::chooseFiles);
    connect(page, &Page::helpRequested, this, &MainWindow::showConnectionHelp);
    connect(page, &Page::problem, this, &MainWindow::problem);
    connect(page, &Page::connectionsChanged, m_sources, &SourceWatch::askConnections);
    connect(page, &Page::findingsChanged, m_sources, &SourceWatch::ask);
    connect(page, &Page::notice, m_status, &StatusLine::setNotice);
    connect(page, &Page::selectionText, m_status, &StatusLine::setSelection);
    connect(page, &Page::noteWanted, this, &MainWindow::writeNote);
    connect(page, &Page::notesEdited, this, &MainWindow::tellNotes);
    connect(page, &Page::undoStateChanged, this, &MainWindow::updateActions);
}

} // namespace altimeter::ui
