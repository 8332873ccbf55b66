#pragma once

#include <QAction>
#include <QList>
#include <QUndoStack>

#include "ui/pages/common/page.h"
#include "ui/pages/explore/explorestate.h"

#include <memory>

namespace altimeter::ui {

class GridView;
class SeriesChart;

/// The Explore page: filters, range, grouping and lens above a chart over time and a grid with exact totals; drill down
/// to the charge lines. Asks the backend in slots "explore.*"; the newest question wins.
class ExplorePage : public Page {
    Q_OBJECT
public:
    explicit ExplorePage(Backend& backend, QWidget* parent = nullptr);
    ~ExplorePage() override;

    void workspaceChanged(const WorkspaceInfo& info) override;
    void setOpening(bool opening) override;
    void setImporting(bool importing) override;
    void setLens(CostLens lens) override;
    bool compare(CompareWith with) override;
    std::optional<Change> change() const override;
    bool keepOnly(const Filter& filter) override;
    std::optional<NotableFigure> notableFigure() const override;
    Status showNote(const Note& note) override;
    void notesChanged(const std::vector<Note>& notes) override;
    PrintedTable printedTable() const override;
    void fillMenu(QMenu& menu, QWidget* part) override;
    bool canUndo() const override;
    bool canRedo() const override;
    void undo() override;
    void redo() override;
    bool copySelection(bool withHeaders) override;
    bool exportTable() override;
    void takeFocus() override;
    std::string savedState() const override;
    /// Keeps the view when the workspace opens, which forgets every other.
    void restoreState(const std::string& json) override;
    /// Puts the keyboard into the grid that is shown.
    void focusGrid();

    /// Asks everything anew.
    void refresh();
    const ExploreState& state() const;
    /// Shows `state` as one undoable step called `what`.
    void setState(const ExploreState& state, const QString& what = QString());
    /// Shows a question that another page asked (range, filters, grouping, lens).
    void showQuery(const CostQuery& query);
    /// The charge lines that it selects; one level up they are grouped by service.
    void showLines(const CostQuery& query);
    /// Shows the state of a view link. Error Invalid leaves the page as it is.
    Status openLinked(const ExploreState& state);
    /// Shows a saved view. Error Invalid leaves the page as it is.
    Status openSaved(const SavedView& view);

    QUndoStack* undoStack() override;
    /// The saved view that was opened last, also where it was changed since; empty: none.
    QString openedView() const;
    /// The same for people, as long as it is in sight: one that was changed says so.
    QString viewTitle() const;
    QList<QAction*> pageActions() const override;
    bool isSettled() const override;

    /// What the grid and the chart say right now, as the page shows them (tests, palette).
    GridView* visibleGrid() const;
    SeriesChart* chart() const;

signals:
    void stateChanged();
    /// A view was saved or removed.
    void savedViewsChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace altimeter::ui
