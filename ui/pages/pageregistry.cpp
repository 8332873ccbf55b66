#include "ui/pages/pageregistry.h"

#include "ui/pages/allocation/allocationpage.h"
#include "ui/pages/changes/changespage.h"
#include "ui/pages/connections/connectionspage.h"
#include "ui/pages/data/datapage.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/notes/notespage.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/pages/start/startpage.h"

namespace altimeter::ui {

namespace {

template <typename T> PageEntry entry(const QString& name, const QString& title)
{
    PageEntry page;
    page.name = name;
    page.title = title;
    page.icon = name;
    page.make = [](Backend& backend, QWidget* window) -> Page* { return new T(backend, window); };
    return page;
}

} // namespace

std::vector<PageEntry> standardPages()
{
    auto start = entry<StartPage>("start", QObject::tr("Start"));
    start.needsWorkspace = false;
    auto overview = entry<OverviewPage>("overview", QObject::tr("Overview"));
    auto explore = entry<ExplorePage>("explore", QObject::tr("Explore"));
    explore.menu = QObject::tr("E&xplore");
    auto changes = entry<ChangesPage>("changes", QObject::tr("Changes"));
    changes.icon = QStringLiteral("compare");
    changes.menu = QObject::tr("C&hanges");
    auto allocation = entry<AllocationPage>("allocation", QObject::tr("Allocation"));
    auto data = entry<DataPage>("data", QObject::tr("Data"));
    data.tabs = DataPage::tabNames();
    data.picturedTabs = QStringList{"proof"};
    auto connections = entry<ConnectionsPage>("connections", QObject::tr("Connections"));
    connections.tabs = ConnectionsPage::tabNames();
    connections.picturedTabs = QStringList{"completeness"};
    auto notes = entry<NotesPage>("notes", QObject::tr("Notes"));
    notes.icon = QStringLiteral("note");
    notes.menu = QObject::tr("&Notes");
    return {start, overview, explore, allocation, data, connections, changes, notes};
}

QStringList placesOf(const PageEntry& page)
{
    if (page.tabs.isEmpty())
        return {page.name};
    QStringList places;
    for (const QString& tab : page.tabs)
        places << page.name + ':' + tab;
    return places;
}

std::vector<Picture> picturesOf(const std::vector<PageEntry>& pages)
{
    std::vector<Picture> pictures;
    for (const PageEntry& page : pages)
        pictures.push_back({placesOf(page).first(), page.name}); // the tab shown last would stay otherwise
    for (const PageEntry& page : pages)
        for (const QString& tab : page.picturedTabs)
            pictures.push_back({page.name + ':' + tab, page.name + '-' + tab});
    return pictures;
}

} // namespace altimeter::ui
