#include "ui/shell/shellactions.h"

#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/theme/icons.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>

namespace altimeter::ui {

ShellActions::ShellActions(QWidget* window, const std::vector<PageEntry>& pages)
    : QObject(window), m_window(window), m_pages(new QActionGroup(this)), m_lenses(new QActionGroup(this)),
      m_themes(new QActionGroup(this)), m_locales(new QActionGroup(this)), m_fiscalYears(new QActionGroup(this)),
      m_weekStarts(new QActionGroup(this))
{
    newWorkspace = make(tr("New workspace…"), "new", QKeySequence::New, tr("Make an empty workspace file"));
    openWorkspace = make(tr("Open workspace…"), "folder", QKeySequence::Open, tr("Open a workspace file"));
    openDemo = make(tr("Open the demonstration company"), "demo", {},
                    tr("Thirteen months of made-up cloud and AI cost, ready to explore"));
    importFiles = make(tr("Import files…"), "import", QKeySequence("Ctrl+I"),
                       tr("Read FOCUS cost exports (csv, csv.gz) into this workspace"));
    importFolder =
        make(tr("Import folder…"), "folder", QKeySequence("Ctrl+Shift+I"), tr("Read every cost export in a folder"));
    deliveries =
        make(tr("Deliveries…"), "revert", {}, tr("What was imported, to take a delivery back or to remove a source"));
    addConnection = make(tr("Add connection…"), "connections", {}, tr("Connect to a provider's API"));
    syncAll = make(tr("Sync all connections"), "sync", QKeySequence("Ctrl+Shift+Y"),
                   tr("Fetch what is new or may have changed from every connection"));
    backUp = make(tr("Back up now"), "save", {}, tr("Make a checked copy of the workspace in the folder beside it"));
    restoreBackup = make(tr("Restore a backup…"), "revert", {}, tr("Put a backup in the place of this workspace"));
    salvage = make(tr("Salvage a damaged workspace…"), "layers", {},
                   tr("Copy every month that is whole into a new workspace"));
    exportTable = make(tr("Export table…"), "export", QKeySequence("Ctrl+E"),
                       tr("Write the table of this page as CSV with all digits"));
    weeklyReport = make(tr("Weekly report…"), "report", QKeySequence("Ctrl+R"),
                        tr("Write the weekly summary as PDF into a folder"));
    print = make(tr("Print…"), "print", QKeySequence::Print,
                 tr("See the table of this page as it is printed, and print it"));
    closeWorkspace = make(tr("Close workspace"), "close", QKeySequence("Ctrl+W"), tr("Back to the start page"));
    quit = make(tr("Quit"), {}, QKeySequence("Ctrl+Q"), tr("Close Altimeter"));

    makeEdits();
    palette = make(tr("Find anything…"), "search", QKeySequence("Ctrl+K"),
                   tr("Search actions, pages, saved views, services, teams, accounts and help"));
    compare = make(tr("Compare with the period before"), "compare", QKeySequence("P"),
                   tr("What changed since the period of the same kind before"));
    compareYear = make(tr("Compare with last year"), "compare", QKeySequence("Shift+P"),
                       tr("What changed since the same period of last year"));
    fullScreen = make(tr("Full screen"), {}, QKeySequence("F11"), tr("Fill the whole screen"));
    fullScreen->setCheckable(true);
    messages = make(tr("Messages"), "warning", QKeySequence("Ctrl+M"), tr("Show or hide the list of messages"));

    makeWays();
    guide = make(tr("User guide"), "help", QKeySequence::HelpContents, tr("How to do what, by task"));
    keys = make(tr("Keyboard shortcuts"), {}, QKeySequence("Ctrl+/"), tr("Every key on one page"));
    words =
        make(tr("What the words mean"), {}, QKeySequence("Shift+F1"), tr("Lens, partition, remainder and the others"));
    about = make(tr("About Altimeter"), {}, {}, tr("Version and licence"));

    makePages(pages);
    makeLenses();
    makeThemes();
    makeLocales();
    makeDates();
}

void ShellActions::makeEdits()
{
    undo = make(tr("Undo"), "undo", QKeySequence("Ctrl+Z"), tr("Take back the last step on this page"));
    redo = make(tr("Redo"), "redo", QKeySequence("Ctrl+Shift+Z"), tr("Do again what was taken back"));
    settings = make(tr("Settings…"), "theme", QKeySequence("Ctrl+,"),
                    tr("Appearance, numbers and dates, network, what leaves this computer"));
    copy = make(tr("Copy"), "copy", QKeySequence::Copy, tr("Copy the selection"));
    copyWithHeaders = make(tr("Copy with headers"), "copy", QKeySequence("Ctrl+Shift+C"),
                           tr("Copy the selection with its column titles"));
    redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
    pasteLink = make(tr("Open view link"), "link", QKeySequence::Paste, tr("Open the view link that was copied"));
    note = make(tr("Note…"), "note", QKeySequence("N"), tr("Write a note on the figure under the cursor"));
}

void ShellActions::makeWays()
{
    goBack = make(tr("Back"), {}, QKeySequence("Alt+Left"), tr("To the page before"));
    goForward = make(tr("Forward"), {}, QKeySequence("Alt+Right"), tr("To the page after"));
    nextPage = make(tr("Next page"), {}, QKeySequence("Ctrl+PgDown"), tr("To the page below in the list"));
    previousPage = make(tr("Previous page"), {}, QKeySequence("Ctrl+PgUp"), tr("To the page above in the list"));
    nextView = make(tr("Next saved view"), {}, QKeySequence("F8"), tr("The next view of the review"));
    previousView = make(tr("Saved view before"), {}, QKeySequence("Shift+F8"), tr("The view of the review before"));
    nextRegion = make(tr("Next part of the window"), {}, QKeySequence("F6"),
                      tr("The keyboard goes to the list of pages, the controls, the chart, the table, …"));
    previousRegion =
        make(tr("Part of the window before"), {}, QKeySequence("Shift+F6"), tr("The same the other way round"));
}

QAction* ShellActions::make(const QString& text, const QString& icon, const QKeySequence& key, const QString& tip)
{
    auto* action = new QAction(text, this);
    if (!icon.isEmpty())
        action->setIcon(themedIcon(icon, IconColor::Secondary));
    if (!key.isEmpty())
        action->setShortcut(key);
    action->setToolTip(
        key.isEmpty() ? tip : tr("%1 (%2)", "what it does, its key").arg(tip, key.toString(QKeySequence::NativeText)));
    action->setStatusTip(QString());
    m_window->addAction(action);
    m_all << action;
    return action;
}

void ShellActions::makePages(const std::vector<PageEntry>& pages)
{
    int place = 0;
    for (const PageEntry& page : pages) {
        ++place;
        const QKeySequence key = !page.key.isEmpty() ? page.key
                                 : place <= 9        ? QKeySequence(QString("Ctrl+%1").arg(place))
                                                     : QKeySequence();
        QAction* action = make(page.title, page.icon, key, tr("Go to the page %1").arg(page.title));
        action->setCheckable(true);
        action->setData(page.name);
        m_pages->addAction(action);
    }
    connect(m_pages, &QActionGroup::triggered, this,
            [this](QAction* action) { emit pageRequested(action->data().toString()); });
}

void ShellActions::makeLenses()
{
    for (const auto lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted}) {
        QAction* action = make(format::lens(lens), {}, {}, tr("Show every figure as %1").arg(format::lens(lens)));
        action->setCheckable(true);
        action->setChecked(lens == CostLens::Effective);
        action->setData(static_cast<int>(lens));
        m_lenses->addAction(action);
    }
    connect(m_lenses, &QActionGroup::triggered, this,
            [this](QAction* action) { emit lensRequested(static_cast<CostLens>(action->data().toInt())); });
}

void ShellActions::makeThemes()
{
    const struct {
        const char* name;
        QString title;
    } themes[] = {{"light", tr("Light theme")}, {"dark", tr("Dark theme")}, {"system", tr("Theme of the system")}};
    for (const auto& theme : themes) {
        QAction* action = make(theme.title, {}, {}, theme.title);
        action->setCheckable(true);
        action->setData(QString(theme.name));
        m_themes->addAction(action);
    }
    connect(m_themes, &QActionGroup::triggered, this,
            [this](QAction* action) { emit themeRequested(action->data().toString()); });
}

/// Each shows a number in its way, so that nobody has to know what a country's is.
void ShellActions::makeLocales()
{
    for (const QString& setting : format::offeredLocales()) {
        QAction* action =
            make(format::menuText(format::localeTitle(setting)), {}, {}, tr("Write numbers and dates this way"));
        action->setCheckable(true);
        action->setData(setting);
        m_locales->addAction(action);
    }
    connect(m_locales, &QActionGroup::triggered, this,
            [this](QAction* action) { emit localeRequested(action->data().toString()); });
    m_roomy = make(tr("More room between rows"), {}, {}, tr("Taller rows in every table; fewer of them are in sight"));
    m_roomy->setCheckable(true);
    connect(m_roomy, &QAction::triggered, this, &ShellActions::roomRequested);
}

void ShellActions::makeDates()
{
    const auto add = [this](QActionGroup* group, const QString& text, const QString& tip, const QString& setting) {
        QAction* action = make(text, {}, {}, tip);
        action->setCheckable(true);
        action->setData(setting);
        group->addAction(action);
    };
    for (int month = 1; month <= 12; ++month)
        add(m_fiscalYears, tr("Fiscal year from %1", "a month").arg(format::locale().standaloneMonthName(month)),
            tr("What fy26 and fytd mean in date ranges"), QString::number(month));
    const struct {
        const char* setting;
        QString title;
    } days[] = {{"monday", tr("Weeks from Monday")},
                {"country", tr("Weeks as in your country")},
                {"saturday", tr("Weeks from Saturday")},
                {"sunday", tr("Weeks from Sunday")}};
    for (const auto& day : days)
        add(m_weekStarts, day.title, tr("What wtd and lw mean in date ranges; weekly steps begin on Monday"),
            QString(day.setting));
    connect(m_fiscalYears, &QActionGroup::triggered, this,
            [this](QAction* action) { emit fiscalYearRequested(action->data().toString()); });
    connect(m_weekStarts, &QActionGroup::triggered, this,
            [this](QAction* action) { emit weekStartRequested(action->data().toString()); });
}

void ShellActions::checkDates(const QString& fiscalYear, const QString& weekStart)
{
    const format::DateSettings chosen = format::dateSettingsOf(fiscalYear, weekStart);
    for (QAction* action : m_fiscalYears->actions())
        action->setChecked(action->data().toString() == QString::number(chosen.fiscalYearStart));
    for (QAction* action : m_weekStarts->actions())
        action->setChecked(action->data().toString() == (weekStart.isEmpty() ? QStringLiteral("monday") : weekStart));
}

QAction* ShellActions::pageAction(const QString& page) const
{
    for (QAction* action : m_pages->actions()) {
        if (action->data().toString() == page)
            return action;
    }
    return nullptr;
}

bool ShellActions::isPage(const QAction* action) const
{
    return action->actionGroup() == m_pages;
}

QAction* ShellActions::lensAction(CostLens lens) const
{
    return m_lenses->actions().at(static_cast<qsizetype>(lens));
}

QAction* ShellActions::themeAction(const QString& name) const
{
    for (QAction* action : m_themes->actions()) {
        if (action->data().toString() == name)
            return action;
    }
    return nullptr;
}

void ShellActions::checkRoomy(bool roomy)
{
    m_roomy->setChecked(roomy);
}

void ShellActions::checkLocale(const QString& setting)
{
    for (QAction* action : m_locales->actions())
        action->setChecked(action->data().toString() == setting);
}

void ShellActions::fill(QMenuBar* bar, const QList<PageMenu>& pageMenus)
{
    auto* file = bar->addMenu(tr("&File"));
    file->addActions({newWorkspace, openWorkspace});
    recentMenu = file->addMenu(tr("Open recent"));
    file->addAction(openDemo);
    file->addSeparator();
    file->addActions({importFiles, importFolder, deliveries});
    file->addSeparator();
    file->addActions({addConnection, syncAll});
    file->addSeparator();
    file->addActions({exportTable, weeklyReport, print});
    file->addSeparator();
    file->addActions({backUp, restoreBackup, salvage});
    file->addSeparator();
    file->addActions({closeWorkspace, quit});

    auto* edit = bar->addMenu(tr("&Edit"));
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addActions({copy, copyWithHeaders, pasteLink});
    edit->addSeparator();
    edit->addAction(note);
    edit->addSeparator();
    edit->addAction(settings);

    auto* view = bar->addMenu(tr("&View"));
    view->addActions(m_pages->actions());
    view->addSeparator();
    auto* lenses = view->addMenu(tr("Cost"));
    lenses->addActions(m_lenses->actions());
    view->addActions({compare, compareYear});
    view->addSeparator();
    auto* themes = view->addMenu(tr("Theme"));
    themes->addActions(m_themes->actions());
    auto* locales = view->addMenu(tr("Numbers and dates"));
    locales->addActions(m_locales->actions());
    auto* dates = view->addMenu(tr("Fiscal year and weeks"));
    dates->addActions(m_fiscalYears->actions());
    dates->addSeparator();
    dates->addActions(m_weekStarts->actions());
    view->addAction(m_roomy);
    view->addActions({messages, fullScreen});

    auto* go = bar->addMenu(tr("&Go"));
    go->addActions({palette});
    go->addSeparator();
    go->addActions({goBack, goForward});
    go->addSeparator();
    go->addActions({previousPage, nextPage});
    go->addSeparator();
    go->addActions({previousView, nextView});
    go->addSeparator();
    go->addActions({previousRegion, nextRegion});

    for (const auto& [title, actions] : pageMenus) {
        auto* menu = bar->addMenu(title);
        for (QAction* action : actions)
            action ? menu->addAction(action) : static_cast<void>(menu->addSeparator());
    }
    auto* help = bar->addMenu(tr("&Help"));
    help->addActions({guide, keys, words});
    help->addSeparator();
    help->addAction(about);
}

} // namespace altimeter::ui
