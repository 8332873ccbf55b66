#pragma once

#include <QString>

#include "ui/pages/explore/exploresteps.h"

#include <string>
#include <utility>
#include <vector>

namespace altimeter::ui {

class GridModel;

/// What an export is of, for whoever finds the file later. In English and as programs write days, whatever the window
/// speaks.
struct ExportAbout {
    std::vector<std::pair<QString, QString>> facts; ///< name and value, one line each
    QString fileName;                               ///< that says it, "cost-by-team_2026-11-01..2026-11-19_….csv"

    /// The facts as lines, each behind `prefix`.
    std::string text(const QString& prefix) const;
};

/// Where an export says it.
enum class AboutPlace {
    Beside,   ///< in a second file of the same name that ends in ".about.txt"
    Comments, ///< in lines that begin with "#", before the titles; not every program reads such a CSV
    Nowhere,
};

/// Of the grid as it stands: its question, the filters above its columns, and how many rows it has.
ExportAbout aboutGrid(const ExploreSteps& steps, const GridModel& grid, const std::vector<CurrencyTotal>& totals);
/// Of charge lines: of a selection, `count` of them.
ExportAbout aboutLines(const ExploreSteps& steps, const GridModel& lines, const std::vector<CurrencyTotal>& totals,
                       bool isSelection, std::uint64_t count);

} // namespace altimeter::ui
