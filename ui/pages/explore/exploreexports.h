#pragma once

#include <QObject>

#include "ui/backend/exports.h"
#include "ui/items/csvtext.h"

class QWidget;

namespace altimeter::ui {

class ChargeTableModel;
class CostTableModel;
class ExploreSteps;
class PivotModel;

/// Writes what the Explore page shows to a file the user chooses.
class ExploreExports : public QObject {
    Q_OBJECT
public:
    /// `page` is the parent of what is asked.
    ExploreExports(Exports& exports, const ExploreSteps& steps, const CostTableModel& costs, const PivotModel& pivot,
                   const ChargeTableModel& charges, QWidget* page);

    /// The grid as it is ordered; where charge lines are shown, those.
    void writeGrid(CsvGuard guard);
    /// Every line of the question with every column of its source.
    void writeCharges();

signals:
    void notice(const QString& text);
    void failed(const altimeter::Error& error);

private:
    void chooseFile(const QString& title, const QString& suggestion, std::function<void(const QString&)> write);
    Answer<std::string> told();

    Exports& m_exports;
    const ExploreSteps& m_steps;
    const CostTableModel& m_costs;
    const PivotModel& m_pivot;
    const ChargeTableModel& m_charges;
    QWidget* m_page;
};

} // namespace altimeter::ui
