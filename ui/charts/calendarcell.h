#pragma once

#include <QRect>

#include "models/domain/completeness.h"

class QPainter;

namespace altimeter::ui {

/// Paints what one day of one source is into `rect`: each state by colour and by its own pattern or sign, so that none
/// is told by colour alone. Marks lie over it: a folded corner (restated), a line at the bottom (overlap), two short
/// bars (duplicates).
void paintCalendarCell(QPainter& painter, const QRect& rect, const CalendarDay& day);

} // namespace altimeter::ui
