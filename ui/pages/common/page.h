#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QWidget>

#include "models/domain/note.h"
#include "ui/backend/backend.h"
#include "ui/format/sourcehealth.h"
#include "ui/pages/common/change.h"

#include <optional>
#include <string>
#include <vector>

class QAction;
class QMenu;
class QUndoStack;

namespace altimeter::ui {

class GridView;

/// The figure that a page has under its cursor, for a note on it.
struct NotableFigure {
    Figure figure;
    std::optional<Amount> amount; ///< as it is shown; none: not known
    std::string state;            ///< JSON by which showNote() of `page` shows it again
    QString page = QStringLiteral("explore");
};

/// What a page has to print: a table as it is shown, under what it is about.
struct PrintedTable {
    const GridView* grid = nullptr; ///< null: the page has none
    QString title;
    QStringList about; ///< range, cost, filters, data through: a line each
};

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
    /// Files are being read into the workspace: where it holds nothing, that is why. workspaceChanged() follows if
    /// anything was stored.
    virtual void setImporting(bool) {}
    /// How every source stands, with the connections that have delivered nothing; told after workspaceChanged(), and
    /// again whenever a sync or the user changed it.
    virtual void sourcesChanged(const std::vector<SourceHealth>&) {}
    virtual void setLens(CostLens) {}
    /// P, Shift+P: shows the period beside what is shown, or the other one instead. False: the page compares nothing
    /// itself, and change() is explained.
    virtual bool compare(CompareWith) { return false; }
    /// The difference that the page shows; none: the one that was explained last.
    virtual std::optional<Change> change() const { return std::nullopt; }
    /// Keeps the charges of this filter alone, beside range and filters as they are; a filter on the same dim gives
    /// way. False: the page has no filters, and Explore shows it.
    virtual bool keepOnly(const Filter& filter)
    {
        (void)filter;
        return false;
    }
    /// None: there is none under the cursor, or it cannot be told apart.
    virtual std::optional<NotableFigure> notableFigure() const { return std::nullopt; }
    /// Shows the figure of a note that was written here, as a step that can be taken back. Error Invalid changes
    /// nothing.
    virtual Status showNote(const Note& note)
    {
        (void)note;
        return Error{ErrorCode::Unsupported, "this page shows no figure by itself", {}};
    }
    /// The notes of the workspace are others now.
    virtual void notesChanged(const std::vector<Note>&) {}
    virtual PrintedTable printedTable() const { return {}; }
    /// Adds what can be done with `part` of the page, which was asked for a menu, before what can be done with all of
    /// the page.
    virtual void fillMenu(QMenu& menu, QWidget* part)
    {
        (void)menu;
        (void)part;
    }
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
    /// Where a step of the page is kept; null: it takes none back.
    virtual QUndoStack* undoStack() { return nullptr; }
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
    /// A note on notableFigure() shall be written.
    void noteWanted();
    /// Notes were written, changed or removed here.
    void notesEdited();
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
