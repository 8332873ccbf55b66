#pragma once

#include <QList>
#include <QString>
#include <QWidget>

#include "ui/backend/backend.h"
#include "ui/format/sourcehealth.h"
#include "ui/pages/common/change.h"

#include <optional>
#include <string>
#include <vector>

class QAction;

namespace altimeter::ui {

/// One page of the window: what the shell may ask of it, and what it tells the shell.
///
/// Pages ask the Backend themselves. The shell tells them when the workspace changed and routes Undo, Redo, Copy and
/// the lens to the page that is visible.
class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(QWidget* parent = nullptr) : QWidget(parent) { setProperty("page", true); }

    /// The workspace was opened, imported into, re-ruled or closed (`info.path` empty): ask anew.
    virtual void workspaceChanged(const WorkspaceInfo& info) = 0;
    /// The workspace of the last time is being opened: show the state of then with quiet placeholders. False: it is
    /// open (workspaceChanged() came before) or could not be opened.
    virtual void setOpening(bool) {}
    /// Another workspace is open: nothing that is shown is of it. Says that it is being read, never that it holds
    /// nothing, until the answers come. workspaceChanged() follows.
    virtual void setReading() {}
    /// How every source stands, with the connections that have delivered nothing; told after workspaceChanged(), and
    /// again whenever a sync or the user changed it.
    virtual void sourcesChanged(const std::vector<SourceHealth>&) {}
    virtual void setLens(CostLens) {}
    /// P, Shift+P: shows the period beside what is shown, or the other one instead. False: the page compares nothing
    /// itself, and change() is explained.
    virtual bool compare(CompareWith) { return false; }
    /// The difference that the page shows; none: the one that was explained last.
    virtual std::optional<Change> change() const { return std::nullopt; }
    /// A sync goes on that nobody on the page asked for (the schedule).
    virtual void syncProgressed(const SyncProgress&) {}
    /// True once everything the page asked for is answered (pictures, tests).
    virtual bool isSettled() const { return true; }

    /// What the page shows, as text that is kept in the user's settings under the page's name; empty: nothing to keep.
    virtual std::string savedState() const { return {}; }
    /// Shows what savedState() said the last time, before setOpening(). Text that makes no sense changes nothing.
    virtual void restoreState(const std::string&) {}
    /// Actions for a menu of the page's own and for the palette; a null pointer stands for a separator.
    virtual QList<QAction*> pageActions() const { return {}; }

    virtual bool canUndo() const { return false; }
    virtual bool canRedo() const { return false; }
    virtual void undo() {}
    virtual void redo() {}
    /// True: typing in the page's fields makes steps of the page, so Undo is not the field's.
    virtual bool stepsOnTyping() const { return false; }

    /// Shows one of the page's tabs; an unknown name, or a page without tabs, changes nothing.
    virtual void showTab(const QString&) {}
    /// Empty: the page has no tabs.
    virtual QString currentTabName() const { return {}; }

    /// Copies what is selected; `withHeaders` adds the column titles. False: there was nothing to copy.
    virtual bool copySelection(bool withHeaders)
    {
        (void)withHeaders;
        return false;
    }
    /// Writes the page's table to a file the user chooses. False: the page has none.
    virtual bool exportTable() { return false; }
    /// Where the keyboard goes when the page is opened.
    virtual void takeFocus() { setFocus(); }

signals:
    void undoStateChanged();
    void openExplore(const altimeter::CostQuery& query);
    /// The charge lines that the query selects.
    void openLines(const altimeter::CostQuery& query);
    /// A difference was chosen: show what makes it.
    void openChange(const altimeter::ui::Change& change);
    void openPage(const QString& name);
    /// The user chose another cost for the whole window.
    void lensChosen(altimeter::CostLens lens);
    /// The user wants to choose files to import.
    void importRequested();
    /// A connection was synced, changed or removed.
    void connectionsChanged();
    /// Somebody acknowledged findings or opened them again.
    void findingsChanged();
    /// The guide to a kind of connection.
    void helpRequested(const QString& kind);
    /// What the status bar says of the selection; empty clears it.
    void selectionText(const QString& text);
    /// Something failed: what happened, and what the user can do about it.
    void problem(const QString& what, const QString& todo);
    /// Something went well: shown for a few seconds.
    void notice(const QString& text);
};

} // namespace altimeter::ui
