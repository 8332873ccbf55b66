#pragma once

#include <QLocale>
#include <QString>

namespace altimeter::ui {

struct SelectionSummary;

/// "Sum $1,204.50 · average $401.50 · 3 cells", one sum per currency; empty for fewer than two cells.
QString selectionSentence(const SelectionSummary& summary, const QLocale& locale);

} // namespace altimeter::ui
