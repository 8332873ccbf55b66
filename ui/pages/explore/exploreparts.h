#pragma once

#include "ui/pages/explore/explorepage.h"

class QMenu;
class QPoint;

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
    void showTitles();
    void showProgress();
    void showError(const Error& error);
    void gridMenu(const QPoint& at);
    void explain(const QModelIndex& cell);
    void addDrills(QMenu* menu);

    ExplorePage& page;
    Backend& backend;
    bool opening = false;
    bool keepState = false; ///< the state is that of the workspace about to open
    ExploreSteps* steps;
    ExploreActions* actions;
    CostTableModel* costs;
    ChargeTableModel* charges;
    ExploreQuestions* questions;
    LinesProof* proof;
    ExploreDrill* drill;
    ExploreViews* views;
    ExploreExports* exports;
    ExploreControls* controls = nullptr;
    ExploreChartCard* chartCard = nullptr;
    ExploreGridCard* gridCard = nullptr;
    ExploreHeader* header = nullptr;
    ExploreErrorBar* errorBar = nullptr;
};

} // namespace altimeter::ui
