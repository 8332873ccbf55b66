#pragma once

#include "ui/pages/explore/explorepage.h"

class QMenu;
class QPoint;
class QSplitter;

namespace altimeter::ui {

class ChargeTableModel;
class CostTableModel;
class ExploreActions;
class ExploreChartCard;
class ExploreControls;
class ExploreDrill;
class ExploreErrorBar;
class ExploreExports;
class ExploreGridCard;
class ExploreHeader;
class ExploreQuestions;
class ExploreSteps;
class ExploreViews;
class LinesProof;
class NoteMarks;
class PivotModel;

/// The parts of the page and what each of them means to the others; what they do stands in their own files.
class ExplorePage::Impl {
public:
    Impl(ExplorePage& owner, Backend& data);

    void build();
    void connectActions();
    void connectDrills();
    void connectQuestions();
    void connectParts();

    void show(const ExploreState& before);
    void ask();
    void drawChart();
    /// Of the grid that is shown: what chart and currencies go by.
    const std::vector<CurrencyTotal>& totals() const;
    bool isOrdering() const;
    /// The heights of chart and grid as the user left them; empty where they are the usual ones.
    QString splitterState() const;
    void restoreSplitter(const QString& text);
    void togglePivot();
    void swap();
    void takeGrid();
    void gridShown();
    void showTitles();
    void showProgress();
    void showFailure();
    void showError(const Error& error);
    void gridMenu(const QPoint& at);
    void explain(const QModelIndex& cell);
    void addDrills(QMenu* menu);
    void fillChartMenu(QMenu& menu);
    void tellSelection();
    PrintedTable printed() const;

    ExplorePage& page;
    Backend& backend;
    bool opening = false;
    bool keepState = false; ///< the state is that of the workspace about to open
    ExploreSteps* steps;
    ExploreActions* actions;
    CostTableModel* costs;
    PivotModel* pivot;
    ChargeTableModel* charges;
    ExploreQuestions* questions;
    LinesProof* proof;
    ExploreDrill* drill;
    ExploreViews* views;
    ExploreExports* exports;
    ExploreControls* controls = nullptr;
    QSplitter* splitter = nullptr;
    bool splitterMoved = false;
    ExploreChartCard* chartCard = nullptr;
    ExploreGridCard* gridCard = nullptr;
    ExploreHeader* header = nullptr;
    ExploreErrorBar* errorBar = nullptr;
    NoteMarks* marks = nullptr;
};

} // namespace altimeter::ui
