#pragma once

#include <QByteArray>
#include <QString>

#include "models/domain/comparison.h"
#include "models/domain/query.h"
#include "models/domain/result.h"
#include "ui/items/chargetablemodel.h"
#include "ui/items/pivotrows.h"

#include <optional>
#include <string>
#include <vector>

namespace altimeter::ui {

/// What the user chose for the columns of the grids, as ExploreGridCard has it. It goes with a state that is kept, and
/// makes no two states different: a column that is made wider is no step that is taken back.
struct GridLooks {
    QString text;          ///< JSON, empty: nothing
    bool isWished = false; ///< it came with a state from elsewhere and shall be shown
    friend bool operator==(const GridLooks&, const GridLooks&) { return true; }
};

/// Everything the Explore page shows, as a value: undo, saved views and view links are made of it.
struct ExploreState {
    enum class ChartStyle { Stacked, Lines };
    enum class Mode { Grid, Charges };
    /// One drill-down: what was grouped by before, and what the chosen row added.
    struct Step {
        std::vector<Dim> by;
        std::vector<Filter> added;
        std::string rangeBefore; ///< range text before the step; a drilled period narrows the range
        friend bool operator==(const Step&, const Step&) = default;
    };

    /// The grid as a tree of rows with columns across. The rows are those of `by`, below the steps of time where
    /// those go down.
    struct Pivot {
        enum class Across { Steps, Values, Nothing };
        Granularity step = Granularity::Month; ///< of its own: the chart may go by days beside it
        Across across = Across::Steps;
        Dim dim;                ///< of Values
        bool stepsDown = false; ///< the steps are the outermost rows; never where they go across
        friend bool operator==(const Pivot&, const Pivot&) = default;
    };

    std::string rangeText = "30d"; ///< as typed; resolved against the data each time, so a saved "mtd" stays current
    std::vector<Dim> by{Dim{Dim::Kind::Service, {}}};
    Granularity granularity = Granularity::Day;
    std::vector<Filter> filters;
    std::vector<Step> path;
    CostLens lens = CostLens::Effective;
    bool compare = false;
    CompareWith compareWith = CompareWith::PeriodBefore;
    bool periodRows = false; ///< one grid row per step instead of one per group
    ChartStyle chart = ChartStyle::Stacked;
    Mode mode = Mode::Grid;
    bool fileOrder = false;          ///< charge lines as in their files instead of largest first
    std::vector<LineSort> lineSorts; ///< charge lines by these columns instead of either
    GridLooks looks;
    std::optional<Pivot> pivot;            ///< none: a plain grid
    std::optional<Dim> countDistinct;      ///< the grid says how many different values of it there are
    std::optional<Currency> chartCurrency; ///< none: the first of the workspace
    friend bool operator==(const ExploreState&, const ExploreState&) = default;

    /// `today` is the day after the last day with data. Error Invalid names the word that is no range.
    Result<DateRange> range(Day today) const;
    /// The days it is compared with; none where it is not, or a bound is open.
    std::optional<DateRange> base(Day today) const;
    /// The state with its days by their dates, so that it stays of these days; where those would be compared with
    /// others than now, as it is. `days` are those of range().
    ExploreState pinned(const DateRange& days, Day today) const;
    /// The filters of the bar and of every drill step, one per dim where they can be merged: values named twice are
    /// intersected, exclusions subtracted.
    std::vector<Filter> allFilters() const;
    /// The question behind grid, chart and lines. Requires a range. Distinct values are the grid's alone: gridQuery().
    CostQuery query(const DateRange& range) const;
    CostQuery gridQuery(const DateRange& range) const;
    bool isPivot() const { return pivot && mode == Mode::Grid; }
    /// How the answer to gridQuery() is laid out. Requires a pivot.
    PivotShape pivotShape() const;
};

/// The outermost rows across and what is across down, or nothing where there is nothing to swap.
std::optional<ExploreState> swapped(const ExploreState& state);
/// The state with what contradicts itself settled: no dim of a pivot is down and across at once.
ExploreState settled(ExploreState next);

/// JSON text, one object, stable key order.
QByteArray toJson(const ExploreState& state);
/// Unknown keys are ignored. Error Invalid names the first key that was wrong, or what there is more of than any view
/// has.
Result<ExploreState> exploreStateFromJson(const QByteArray& json);

/// The dim that comes next when drilling: the first of Provider, Service, Sub account, Region, Resource (and others)
/// that is neither grouped by nor filtered on yet; nothing when all are used.
std::optional<Dim> nextDrillDim(const ExploreState& state);

} // namespace altimeter::ui
