#include "ui/shell/palettecontents.h"

#include "ui/format/format.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/pagehost.h"
#include "ui/shell/shellactions.h"

#include <QAction>

namespace altimeter::ui {

namespace {

constexpr std::size_t kMostTeams = 200;

QString keyOf(const QAction* action)
{
    return action->shortcut().toString(QKeySequence::NativeText);
}

} // namespace

PaletteContents::PaletteContents(Backend& backend, const ShellActions& actions, const PageHost& pages,
                                 CommandPalette& palette, QObject* parent)
    : QObject(parent), m_backend(backend), m_actions(actions), m_pages(pages), m_explore(*pages.pageOf<ExplorePage>()),
      m_palette(palette)
{
}

void PaletteContents::open(CostLens lens)
{
    m_palette.open(items());
    if (!m_backend.workspaces().info().path.empty())
        askTeams(lens);
}

QList<PaletteItem> PaletteContents::items()
{
    QList<PaletteItem> items = shellItems() + helpItems();
    if (m_backend.workspaces().info().path.empty())
        return items;
    for (const PageEntry& entry : m_pages.registry())
        items += pageItems(entry);
    return items + viewItems() + groupItems();
}

QList<PaletteItem> PaletteContents::shellItems() const
{
    QList<PaletteItem> items;
    for (QAction* action : m_actions.all()) {
        if (!action->isEnabled() || action == m_actions.palette)
            continue;
        const bool lens = action->data().typeId() == QMetaType::Int;
        items << PaletteItem{lens ? tr("Show %1").arg(action->text().toLower()) : action->text().remove(QChar(0x2026)),
                             m_actions.isPage(action) ? tr("Page")
                             : lens                   ? tr("Cost")
                                                      : tr("Action"),
                             keyOf(action), [action] { action->trigger(); }};
    }
    return items;
}

QList<PaletteItem> PaletteContents::helpItems()
{
    QList<PaletteItem> items;
    for (const HelpTopic& topic : HelpViewer::topics())
        items << PaletteItem{topic.title, tr("Help"), {}, [this, topic] { emit helpWanted(topic.title); }};
    return items;
}

QList<PaletteItem> PaletteContents::pageItems(const PageEntry& entry)
{
    QList<PaletteItem> items;
    for (QAction* action : m_pages.page(entry.name)->pageActions()) {
        if (!action || !action->isEnabled() || action->text().isEmpty())
            continue;
        items << PaletteItem{action->text().remove('&'), entry.title, keyOf(action), [this, action, name = entry.name] {
                                 emit pageWanted(name);
                                 action->trigger();
                             }};
    }
    return items;
}

QList<PaletteItem> PaletteContents::viewItems()
{
    QList<PaletteItem> items;
    for (const SavedView& view : m_backend.views().all()) {
        if (view.page != "explore")
            continue; // profiles of feeds are kept among the views
        items << PaletteItem{format::shown(view.name), tr("Saved view"), {}, [this, view] { emit viewWanted(view); }};
    }
    return items;
}

QList<PaletteItem> PaletteContents::groupItems()
{
    QList<PaletteItem> items;
    for (const Dim& dim : namedDims()) {
        items << PaletteItem{format::dimTitle(dim), tr("Group by"), {}, [this, dim] {
                                 ExploreState state = m_explore.state();
                                 state.by = {dim};
                                 m_explore.setState(state, tr("Group by %1").arg(format::dimTitle(dim)));
                                 emit pageWanted("explore");
                             }};
    }
    return items;
}

void PaletteContents::askTeams(CostLens lens)
{
    CostQuery all;
    all.lens = lens;
    const Dim team{Dim::Kind::Team, {}};
    const auto add = [this, team, lens](const std::vector<std::string>& names) {
        QList<PaletteItem> items;
        for (const std::string& name : names)
            items << PaletteItem{format::dimValue(team, name), tr("Team"), {}, [this, team, lens, name] {
                                     CostQuery query;
                                     query.by = {Dim{Dim::Kind::Service, {}}};
                                     query.filters = {Filter{team, {name}, false}};
                                     query.lens = lens;
                                     emit queryWanted(query);
                                 }};
        m_palette.append(items);
    };
    m_backend.ask("shell.palette.teams", DimValuesQuestion{team, all, kMostTeams},
                  guarded<std::vector<std::string>>(&m_palette, [this, add](Result<std::vector<std::string>> found) {
                      if (found && m_palette.isVisible())
                          add(*found);
                  }));
}

} // namespace altimeter::ui
