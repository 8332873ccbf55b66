#include "ui/shell/palettecontents.h"

#include "ui/format/format.h"
#include "ui/pages/explore/explorepage.h"
#include "ui/pages/explore/exploretext.h"
#include "ui/pages/explore/viewlink.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/helpviewer.h"
#include "ui/shell/pagehost.h"
#include "ui/shell/shellactions.h"

#include <QAction>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace altimeter::ui {

namespace {

constexpr qsizetype kMostRecent = 8;
const QString kValueId = QStringLiteral("value:"); ///< before the dim, a line end and the value

QString keyOf(const QAction* action)
{
    return action->shortcut().toString(QKeySequence::NativeText);
}

} // namespace

PaletteContents::PaletteContents(Backend& backend, const ShellActions& actions, const PageHost& pages,
                                 CommandPalette& palette, QObject* parent)
    : QObject(parent), m_backend(backend), m_actions(actions), m_pages(pages), m_explore(*pages.pageOf<ExplorePage>()),
      m_palette(palette), m_finder(new ValueFinder(backend, this))
{
    palette.ofText = [this](const QString& typed) { return linkIn(typed); };
    palette.instead = [this](const QString&) { return insteadOf(); };
    connect(&palette, &CommandPalette::valuesWanted, m_finder, &ValueFinder::find);
    connect(&palette, &CommandPalette::used, this, &PaletteContents::remember);
    connect(m_finder, &ValueFinder::found, this, &PaletteContents::showFound);
}

void PaletteContents::open(CostLens lens)
{
    const WorkspaceInfo info = m_backend.workspaces().info();
    const bool hasValues = !info.path.empty() && info.rows > 0;
    if (hasValues)
        m_finder->prepare(info, lens);
    m_palette.open(items(), recent(), hasValues);
}

QList<PaletteItem> PaletteContents::items()
{
    QList<PaletteItem> items = shellItems() + helpItems();
    if (m_backend.workspaces().info().path.empty())
        return items;
    for (const PageEntry& entry : m_pages.registry())
        items += pageItems(entry);
    return items + viewItems() + groupItems() + recentValues();
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
                             keyOf(action), [action] { action->trigger(); }, "action:" + action->text()};
    }
    return items;
}

QList<PaletteItem> PaletteContents::helpItems()
{
    QList<PaletteItem> items;
    for (const HelpTopic& topic : HelpViewer::topics())
        items << PaletteItem{
            topic.title, tr("Help"), {}, [this, topic] { emit helpWanted(topic.title); }, "help:" + topic.title};
    return items;
}

QList<PaletteItem> PaletteContents::pageItems(const PageEntry& entry)
{
    QList<PaletteItem> items;
    for (QAction* action : m_pages.page(entry.name)->pageActions()) {
        if (!action || !action->isEnabled() || action->text().isEmpty())
            continue;
        items << PaletteItem{action->text().remove('&'), entry.title, keyOf(action),
                             [this, action, name = entry.name] {
                                 emit pageWanted(name);
                                 action->trigger();
                             },
                             entry.name + ':' + action->text()};
    }
    return items;
}

QList<PaletteItem> PaletteContents::viewItems()
{
    QList<PaletteItem> items;
    for (const SavedView& view : m_backend.views().all()) {
        if (view.page != "explore")
            continue; // profiles of feeds are kept among the views
        items << PaletteItem{format::shown(view.name),
                             tr("Saved view"),
                             {},
                             [this, view] { emit viewWanted(view); },
                             "view:" + format::text(view.name)};
    }
    return items;
}

QList<PaletteItem> PaletteContents::groupItems()
{
    QList<PaletteItem> items;
    for (const Dim& dim : namedDims()) {
        items << PaletteItem{format::dimTitle(dim),
                             tr("Group by"),
                             {},
                             [this, dim] {
                                 ExploreState state = m_explore.state();
                                 state.by = {dim};
                                 m_explore.setState(state, tr("Group by %1").arg(format::dimTitle(dim)));
                                 emit pageWanted("explore");
                             },
                             "group:" + format::text(toString(dim))};
    }
    return items;
}

// ---- values of dimensions ----

PaletteItem PaletteContents::valueItem(const Dim& dim, const std::string& value)
{
    return {format::dimValue(dim, value),
            format::dimTitle(dim),
            {},
            [this, dim, value] {
                emit filterWanted(Filter{dim, {value}, false});
            },
            kValueId + format::text(toString(dim)) + '\n' + format::text(value)};
}

void PaletteContents::showFound(const QString& typed, const QList<FoundValue>& values)
{
    QList<FoundItem> items;
    for (const FoundValue& found : values)
        items << FoundItem{valueItem(found.dim, found.value), found.score};
    m_palette.setFound(typed, items);
}

/// Those used lately can be done again before anything is typed.
QList<PaletteItem> PaletteContents::recentValues()
{
    QList<PaletteItem> items;
    for (const QString& id : recent()) {
        const qsizetype end = id.indexOf('\n');
        if (!id.startsWith(kValueId) || end < 0)
            continue;
        const auto dim = parseDim(id.mid(kValueId.size(), end - kValueId.size()).toStdString());
        if (dim)
            items << valueItem(*dim, id.mid(end + 1).toStdString());
    }
    return items;
}

// ---- what else is typed ----

QList<PaletteItem> PaletteContents::linkIn(const QString& typed)
{
    if (!looksLikeViewLink(typed))
        return {};
    const auto link = parseViewLink(typed);
    const QString title = !link         ? tr("This view link cannot be opened; Enter says why")
                          : link->state ? tr("Open the view of this link: %1").arg(ExploreText::costBy(*link->state))
                                        : tr("Open the page of this link");
    return {PaletteItem{title, tr("Link"), {}, [this, typed] { emit linkWanted(typed); }}};
}

QList<PaletteItem> PaletteContents::insteadOf()
{
    QList<PaletteItem> items{{tr("Look it up in the user guide"), tr("Help"), {}, [this] { emit helpWanted({}); }}};
    if (m_backend.workspaces().info().path.empty())
        return items;
    items << PaletteItem{tr("Filter by hand, also by resources, tags and columns"), tr("Explore"), {}, [this] {
                             emit pageWanted("explore");
                             for (QAction* action : m_explore.pageActions())
                                 if (action && action->shortcut() == QKeySequence(Qt::CTRL | Qt::Key_F))
                                     action->trigger();
                         }};
    return items;
}

// ---- what was used lately ----

/// Newest first. Names of another workspace mean nothing here.
QStringList PaletteContents::recent() const
{
    const QJsonObject kept =
        QJsonDocument::fromJson(QByteArray::fromStdString(m_backend.settings().value("found"))).object();
    const bool isHere = kept["workspace"].toString().toStdString() == m_backend.workspaces().info().path;
    QStringList ids;
    for (const QJsonValue& id : kept["ids"].toArray())
        if (isHere || !id.toString().startsWith(kValueId))
            ids << id.toString();
    return ids.mid(0, kMostRecent);
}

void PaletteContents::remember(const QString& id)
{
    QStringList ids = recent();
    ids.removeAll(id);
    ids.prepend(id);
    const QJsonObject kept{{"workspace", format::text(m_backend.workspaces().info().path)},
                           {"ids", QJsonArray::fromStringList(ids.mid(0, kMostRecent))}};
    m_backend.settings().setValue("found", QJsonDocument(kept).toJson(QJsonDocument::Compact).toStdString());
}

} // namespace altimeter::ui
