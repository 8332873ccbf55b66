#include "ui/items/csvtext.h"

#include "models/text/csvtext.h"
#include "models/text/words.h"

namespace altimeter::ui {

QString formulaGuarded(const QString& text, CsvGuard guard)
{
    return guard == CsvGuard::Spreadsheet ? QString::fromStdString(words::guarded(text.toStdString())) : text;
}

QString csvField(const QString& text, CsvGuard guard)
{
    const QString cell = formulaGuarded(text, guard);
    std::string field; // blanks at the ends are kept by quotes alone in some programs
    words::appendCsvField(field, cell.toStdString(), cell.startsWith(u' ') || cell.endsWith(u' '));
    return QString::fromStdString(field);
}

std::string csvText(const GridModel& model, CsvGuard guard, const std::stop_token& stop)
{
    std::string out;
    const int columns = model.columnCount();
    for (int column = 0; column < columns; ++column) {
        if (column > 0)
            out += ',';
        out += csvField(model.rawHeader(column), guard).toStdString();
    }
    out += "\r\n";
    for (int row = 0; row < model.rowCount() && !stop.stop_requested(); ++row) {
        for (int column = 0; column < columns; ++column) {
            if (column > 0)
                out += ',';
            const QString cell = model.rawText(row, column);
            out += (model.isNumberColumn(column) ? cell : csvField(cell, guard)).toStdString();
        }
        out += "\r\n";
    }
    for (const GridModel::FooterLine& line :
         model.handsOutTotals() && !stop.stop_requested() ? model.footer() : std::vector<GridModel::FooterLine>()) {
        for (int column = 0; column < columns; ++column) {
            const QString cell = model.rawFooter(line, column);
            out += column > 0 ? "," : "";
            out += (model.isNumberColumn(column) ? cell : csvField(cell, guard)).toStdString();
        }
        out += "\r\n";
    }
    return out;
}

} // namespace altimeter::ui
