#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include "ui/pages/explore/explorestate.h"

#include "models/domain/comparison.h"

#include <cstdint>

namespace altimeter::ui {

class ChargeTableModel;
class CostTableModel;
class ExploreSteps;
class PivotModel;
struct SelectionSummary;

/// What the Explore page says of a state and its answers: functions of values.
struct ExploreText {
    Q_DECLARE_TR_FUNCTIONS(altimeter::ui::ExploreText)
public:
    /// "Effective cost by service".
    static QString costBy(const ExploreState& state);
    /// "Effective cost by service, day".
    static QString chartTitle(const ExploreSteps& steps);
    /// The days shown and, with a comparison, those they are held against.
    static QString chartNote(const ExploreSteps& steps);
    /// Whether the comparison leaves out days of one of its periods, for which there are no data.
    static bool isPartly(const ExploreSteps& steps);
    /// "Total", "12 services", "1,204 rows".
    static QString gridTitle(const ExploreState& state, const CostTableModel& costs);
    /// What nobody answers for, and the lines whose cost is unknown.
    static QString gridNote(const CostTableModel& costs, bool periodRows);
    static QString pivotTitle(const PivotModel& pivot);
    /// Per currency, the lines whose source left their cost empty.
    static QStringList unknown(const std::vector<CurrencyTotal>& totals);
    static QString linesTitle(const ChargeTableModel& charges);
    static QString linesNote(const ExploreSteps& steps);
    /// Why the grid is empty.
    static QString empty(const ExploreSteps& steps);
    /// The levels of the drill path, outermost first.
    static QStringList crumbs(const ExploreState& state);
    /// Sum, average and count per currency, as a spreadsheet's status bar says them.
    static QString selection(const SelectionSummary& summary);

private:
    static DaysCovered coverOf(const ExploreSteps& steps, const DateRange& range);
    static QString days(const ExploreSteps& steps);
    static QStringList unallocated(const CostTableModel& costs);
};

} // namespace altimeter::ui
