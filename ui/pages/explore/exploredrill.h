#pragma once

#include <QObject>

#include "ui/pages/common/drill.h"

#include <optional>

class QModelIndex;

namespace altimeter::ui {

class CostTableModel;
class ExploreSteps;
struct SeriesFrame;

/// From a cell of the grid or a mark of the chart to what lies behind it, and back.
class ExploreDrill : public QObject {
    Q_OBJECT
public:
    ExploreDrill(ExploreSteps& steps, const CostTableModel& costs, QObject* parent = nullptr);

    void toCharges(const QModelIndex& cell);
    void into(const QModelIndex& cell, const Dim& dim);
    /// By the next dim in order; to the charge lines where all are used.
    void down(const QModelIndex& cell);
    void up();
    /// To the level of the breadcrumb; 0 is the outermost.
    void upTo(qsizetype level);
    /// The lines of one step of a line of the chart, or of the whole step (-1).
    void toMark(const SeriesFrame& frame, int line, Day day);
    /// The values of the selected rows become a filter of the bar: those of the current cell's dim.
    void filter(const QModelIndex& current, const std::vector<int>& rows, bool exclude);

    /// The cell whose lines are shown, where its amount is known.
    const std::optional<CurrencyTotal>& cell() const { return m_cell; }
    void forgetCell() { m_cell.reset(); }

signals:
    /// The grid that is shown now has the keyboard.
    void drilled();
    void notice(const QString& text);

private:
    drill::Target targetOf(const QModelIndex& cell) const;
    std::optional<CurrencyTotal> amountOf(const QModelIndex& cell, const drill::Target& target) const;

    ExploreSteps& m_steps;
    const CostTableModel& m_costs;
    std::optional<CurrencyTotal> m_cell;
};

} // namespace altimeter::ui
