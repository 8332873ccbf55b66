#pragma once

#include <QKeySequence>
#include <QString>
#include <QStringList>

#include <functional>
#include <vector>

class QWidget;

namespace altimeter::ui {

class Backend;
class Page;

/// A page as the window knows it. Everything that is done with pages follows from these entries: the buttons at the
/// left edge, menus, keys, the palette, Back and Forward, what is shown again the next time, the pictures and the
/// published names. A page is added by one entry in standardPages(); the rest is in its own folder (see Page).
struct PageEntry {
    QString name;  ///< in settings, in places ("data:proof") and in names of pictures; not shown
    QString title; ///< as the user reads it
    QString icon;  ///< for themedIcon()
    /// Makes the page as a child of the window.
    std::function<Page*(Backend&, QWidget*)> make;

    QString menu;               ///< title of the menu with Page::pageActions(), where there are any
    QKeySequence key;           ///< none: Ctrl and the place in the list
    bool needsWorkspace = true; ///< false: it is there without an open workspace
    QStringList tabs;           ///< for Page::showTab(), the first one first; empty: it has none
    QStringList picturedTabs;   ///< pictured besides the first
};

/// Every page of the program, in the order of the list at the left edge; the first needs no workspace.
std::vector<PageEntry> standardPages();

/// "overview", or each of "data:sources", "data:partitions", …
QStringList placesOf(const PageEntry& page);

/// A picture of a place of the window; its file is called `file`, the theme and ".png".
struct Picture {
    QString place, file;
};
/// Every page at its first tab, then the further tabs that are pictured.
std::vector<Picture> picturesOf(const std::vector<PageEntry>& pages);

} // namespace altimeter::ui
