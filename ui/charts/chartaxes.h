#pragma once

#include <QSize>

class QAbstractSeries;
class QChart;

namespace altimeter::ui {

class ChartGeometry;
struct SeriesFrame;

/// Gives `chart` the axes of days and money for `frame` in a view of `size`; answers a series on both of them.
QAbstractSeries* addAxes(QChart& chart, const SeriesFrame& frame, const ChartGeometry& geometry, const QSize& size);

} // namespace altimeter::ui
