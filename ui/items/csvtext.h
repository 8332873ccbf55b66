#pragma once

#include <QString>

#include "ui/items/gridmodel.h"

#include <stop_token>
#include <string>

namespace altimeter::ui {

/// How text cells are written.
enum class CsvGuard {
    Spreadsheet, ///< a cell that a spreadsheet would run as a formula gets a leading apostrophe
    Raw,         ///< for programs: as it is
};

/// One text cell, quoted per RFC 4180 where needed. The guard is that of words::guarded().
QString csvField(const QString& text, CsvGuard guard);
/// The text with the guard's apostrophe, unquoted; also used for the clipboard.
QString formulaGuarded(const QString& text, CsvGuard guard);
/// The whole grid: header line, rows in the order shown, exact decimals, ISO dates, CRLF line ends. Numbers are written
/// as they are (a negative amount stays a number), UTF-8. Totals follow
/// where GridModel::handsOutTotals(). Requires every row to be loaded. A stopped writing answers part of it.
std::string csvText(const GridModel& model, CsvGuard guard, const std::stop_token& stop = {});

} // namespace altimeter::ui
