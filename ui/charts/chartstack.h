#pragma once

#include <QList>
#include <QPointF>

#include "ui/charts/seriesframe.h"

#include <vector>

namespace altimeter::ui {

/// Lower and upper edge of one line within the stack, per step.
struct StackEdges {
    std::vector<double> lower, upper;
};
std::vector<StackEdges> stackEdges(const SeriesFrame& frame);

/// One piece of a line's area in the stack: the line keeps its sign in it. Where a value changes sign between two
/// steps, the piece ends at the crossing, so that a credit hangs below zero instead of cutting through the other areas.
struct StackPiece {
    std::size_t line = 0;
    QList<QPointF> lower, upper; ///< same x, ascending
};
std::vector<StackPiece> stackPieces(const SeriesFrame& frame);

} // namespace altimeter::ui
