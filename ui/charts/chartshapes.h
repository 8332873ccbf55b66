#pragma once

#include <QBrush>
#include <QList>
#include <QPen>
#include <QPointF>
#include <QTransform>

#include "ui/charts/axisticks.h"
#include "ui/charts/seriesframe.h"

#include <optional>
#include <vector>

class QPainter;

namespace altimeter::ui {

/// The lines, areas and forecast bands of a frame, thinned to the pixels at hand; painted by hand and column by column,
/// since Qt strokes and fills a wide zigzag so slowly that a few years of days would hold up the window.
class ChartShapes {
public:
    ChartShapes() = default;
    /// `pixels`: how many columns of the screen the whole frame covers.
    ChartShapes(const SeriesFrame& frame, const ValueRange& values, double pixels);

    /// `toScene` maps days and money, `pixel` is the width of a column of the screen.
    void paint(QPainter& painter, const QTransform& toScene, double pixel) const;

private:
    /// A line, or with `lower` an area whose upper edge the pen draws.
    struct Shape {
        QList<QPointF> upper, lower;
        QPen pen;
        QBrush brush;
    };
    /// What a frame is made into shapes with.
    class Builder;

    static void paintShape(QPainter& painter, const Shape& shape, const QTransform& toScene, double pixel);

    std::vector<Shape> m_shapes; ///< in the order they are painted
};

/// The colour of a line; a faint one while another is highlighted.
QColor lineColor(const SeriesFrame& frame, std::size_t line);
/// The colour of the forecast: that of the only line, or a quiet one.
QColor forecastColor(const SeriesFrame& frame);

} // namespace altimeter::ui
