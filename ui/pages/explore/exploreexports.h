#pragma once

#include <QObject>

#include "ui/backend/exports.h"
#include "ui/backend/settings.h"
#include "ui/items/csvtext.h"
#include "ui/pages/explore/exportabout.h"

#include <utility>
#include <vector>

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
    ExploreExports(Exports& exports, Settings& settings, const ExploreSteps& steps, const CostTableModel& costs,
                   const PivotModel& pivot, const ChargeTableModel& charges, QWidget* page);

    /// The grid as it is ordered; where charge lines are shown, those.
    void writeGrid(CsvGuard guard);
    /// Every line of the question with every column of its source.
    void writeCharges();
    /// The same of these rows of the charge lines, loaded or not, in their order.
    void writeSelected(const std::vector<std::pair<int, int>>& rows);

signals:
    void notice(const QString& text);
    void failed(const altimeter::Error& error);

private:
    using Write = std::function<void(const std::string& path, AboutPlace place)>;
    void chooseFile(const QString& title, const QString& suggestion, Write write);
    Answer<std::string> told();
    /// Tells what was written, once what it is of stands beside it where that is wanted.
    Answer<std::string> toldWith(const ExportAbout& about, AboutPlace place);
    void chooseLines(const QString& title, const ChargesExport& lines, const ExportAbout& about);

    Exports& m_exports;
    Settings& m_settings;
    const ExploreSteps& m_steps;
    const CostTableModel& m_costs;
    const PivotModel& m_pivot;
    const ChargeTableModel& m_charges;
    QWidget* m_page;
};

} // namespace altimeter::ui
