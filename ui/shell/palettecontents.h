#pragma once

#include <QList>
#include <QObject>
#include <QStringList>

#include "ui/backend/backend.h"
#include "ui/shell/valuefinder.h"

#include <functional>

namespace altimeter::ui {

class CommandPalette;
class ExplorePage;
class PageHost;
class ShellActions;
struct PageEntry;
struct PaletteItem;

/// What the palette can find: actions, pages, help, saved views, dimensions to group by, and the values of dimensions,
/// which the workspace is asked for. A view link that is pasted is opened.
class PaletteContents : public QObject {
    Q_OBJECT
public:
    PaletteContents(Backend& backend, const ShellActions& actions, const PageHost& pages, CommandPalette& palette,
                    QObject* parent = nullptr);

    void open(CostLens lens);

signals:
    void pageWanted(const QString& place);
    void helpWanted(const QString& topic);
    /// The page in sight, or Explore, shall show the charges of this filter alone.
    void filterWanted(const altimeter::Filter& filter);
    void viewWanted(const altimeter::SavedView& view);
    void linkWanted(const QString& link);

private:
    QList<PaletteItem> items();
    QList<PaletteItem> shellItems() const;
    QList<PaletteItem> helpItems();
    QList<PaletteItem> pageItems(const PageEntry& entry);
    QList<PaletteItem> viewItems();
    QList<PaletteItem> groupItems();
    QList<PaletteItem> recentValues();
    QList<PaletteItem> linkIn(const QString& typed);
    QList<PaletteItem> insteadOf();
    PaletteItem valueItem(const Dim& dim, const std::string& value);
    void showFound(const QString& typed, const QList<FoundValue>& values);
    QStringList recent() const;
    void remember(const QString& id);

    Backend& m_backend;
    const ShellActions& m_actions;
    const PageHost& m_pages;
    ExplorePage& m_explore;
    CommandPalette& m_palette;
    ValueFinder* m_finder;
};

} // namespace altimeter::ui
