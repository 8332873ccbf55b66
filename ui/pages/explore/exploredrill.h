#pragma once

#include <QObject>

#include "ui/pages/common/change.h"
#include "ui/pages/common/drill.h"
#include "ui/pages/common/page.h"

#include <optional>

class QModelIndex;

namespace altimeter::ui {

class CostTableModel;
class ExploreSteps;
class LinesProof;
class PivotModel;
struct SeriesFrame;

/// From a cell of the grid or a mark of the chart to what lies behind it, and back.
class ExploreDrill : public QObject {
    Q_OBJECT
public:
    /// `proof` hears which cell's lines are shown.
    ExploreDrill(ExploreSteps& steps, const CostTableModel& costs, const PivotModel& pivot, LinesProof& proof,
                 QObject* parent = nullptr);

    /// The change of the row of `cell`, or of everything shown without one, told apart by the next dimension; nothing
    /// for the row of a single step.
    std::optional<Change> changeOf(const QModelIndex& cell) const;
    /// Whether a cell tells the difference of two periods.
    bool isChange(const QModelIndex& cell) const;
    /// The amount of `cell` as a figure of its own: of a change the difference, of a name what its row comes to. None
    /// where it has none, or while the rows are of an earlier question.
    std::optional<NotableFigure> figureOf(const QModelIndex& cell) const;
    /// The same figure where the cell shows it: not of a name, a share or a count.
    std::optional<Figure> markedFigure(const QModelIndex& cell) const;
    void toCharges(const QModelIndex& cell);
    void into(const QModelIndex& cell, const Dim& dim);
    /// By the next dim in order; to the charge lines where all are used.
    void down(const QModelIndex& cell);
    void up();
    /// To the level of the breadcrumb; 0 is the outermost.
    void upTo(qsizetype level);
    /// The lines of one step of a line of the chart, or of the whole step (-1).
    void toMark(const SeriesFrame& frame, int line, Day day);
    /// Keeps only a line of the chart; of the rest that is folded together, all but the lines that are drawn.
    void keepLine(const SeriesFrame& frame, int line);
    /// The values of the selected rows become a filter of the bar: those of the current cell's dim.
    void filter(const QModelIndex& current, const std::vector<int>& rows, bool exclude);

signals:
    /// The grid that is shown now has the keyboard.
    void drilled();
    void notice(const QString& text);

private:
    bool isOfPresentQuestion() const;
    std::optional<Amount> changeAt(const QModelIndex& cell) const;
    bool hasSeveralCurrencies() const;
    bool hasPeriodRows() const;
    drill::Target pivotTargetOf(const QModelIndex& cell) const;
    /// The values of one dim in these rows, each once; more than a filter takes are not all answered.
    std::vector<std::string> valuesOf(const QModelIndex& current, const std::vector<int>& rows, Dim& dim) const;
    drill::Target targetOf(const QModelIndex& cell) const;
    std::optional<Amount> amountOf(const QModelIndex& cell, const drill::Target& target) const;

    ExploreSteps& m_steps;
    const CostTableModel& m_costs;
    const PivotModel& m_pivot;
    LinesProof& m_proof;
};

} // namespace altimeter::ui
