#pragma once

#include <QList>
#include <QObject>

#include "ui/backend/backend.h"

#include <functional>

namespace altimeter::ui {

class CommandPalette;
class ExplorePage;
class PageHost;
class ShellActions;
struct PageEntry;
struct PaletteItem;

/// What the palette can find: actions, pages, help, saved views, dimensions to group by, and the teams, which the
/// workspace is asked for.
class PaletteContents : public QObject {
    Q_OBJECT
public:
    PaletteContents(Backend& backend, const ShellActions& actions, const PageHost& pages, CommandPalette& palette,
                    QObject* parent = nullptr);

    void open(CostLens lens);

signals:
    void pageWanted(const QString& place);
    void helpWanted(const QString& topic);
    void queryWanted(const altimeter::CostQuery& query);
    void viewWanted(const altimeter::SavedView& view);

private:
    QList<PaletteItem> items();
    QList<PaletteItem> shellItems() const;
    QList<PaletteItem> helpItems();
    QList<PaletteItem> pageItems(const PageEntry& entry);
    QList<PaletteItem> viewItems();
    QList<PaletteItem> groupItems();
    void askTeams(CostLens lens);

    Backend& m_backend;
    const ShellActions& m_actions;
    const PageHost& m_pages;
    ExplorePage& m_explore;
    CommandPalette& m_palette;
};

} // namespace altimeter::ui
