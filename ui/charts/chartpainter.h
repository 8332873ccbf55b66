#pragma once

#include "ui/charts/chartgeometry.h"

class QPainter;

namespace altimeter::ui {

/// Paints what lies over the lines and areas: columns, the zero line, the selection, references, markers and the
/// cursor. For one paint event.
class ChartPainter {
public:
    ChartPainter(QPainter& painter, const SeriesFrame& frame, const ChartGeometry& geometry)
        : m_painter(painter), m_frame(frame), m_geometry(geometry)
    {
    }

    void columns();
    void zero();
    /// Between two positions.
    void selection(int from, int to);
    void references();
    void markers();
    /// What areas and lines are called, where there is room for it.
    void names();
    /// The pixels behind the last step that names() needs.
    static double namesWidth(const SeriesFrame& frame);
    void cursor(int position);

private:
    void column(std::size_t step, double half);
    void hatch(std::size_t step, double x, double half);
    void forecastColumns(double half);
    /// From `from`, which is known, to what is expected.
    void forecastColumn(const SeriesFrame::Forecast& point, double from, double half);
    void namesOfAreas();
    void namesOfLines();
    void dots(std::size_t step);

    QPainter& m_painter;
    const SeriesFrame& m_frame;
    const ChartGeometry& m_geometry;
};

} // namespace altimeter::ui
