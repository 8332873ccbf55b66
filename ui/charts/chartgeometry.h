#pragma once

#include <QPointF>
#include <QRectF>
#include <QTransform>

#include "ui/charts/axisticks.h"
#include "ui/charts/chartstack.h"
#include "ui/charts/seriesframe.h"

#include <vector>

class QAbstractSeries;
class QChart;

namespace altimeter::ui {

/// Where the things of a frame lie on the screen: between positions (the steps of the history, then those of the
/// forecast), days, money and the scene of the chart.
class ChartGeometry {
public:
    /// `frame` must outlive the geometry.
    explicit ChartGeometry(const SeriesFrame& frame) : m_frame(frame) {}

    /// The frame is another one.
    void measure();
    /// The axes of `chart` are those of the frame; `map` is a series on both of them.
    void setChart(QChart* chart, QAbstractSeries* map);
    /// The chart is about to go.
    void forgetChart() { setChart(nullptr, nullptr); }

    const ValueRange& values() const { return m_values; }
    /// Per line, where lines are stacked; else empty.
    const std::vector<StackEdges>& edges() const { return m_edges; }

    int historySize() const { return static_cast<int>(m_frame.steps.size()); }
    int positions() const;
    Day dayAt(int position) const;
    /// The position whose day is nearest to `x` of `scene`.
    int nearest(const QPointF& scene) const;

    QRectF plot() const;
    QPointF at(double day, double value) const;
    /// Where the value of a line is drawn: on the line, or at the outer edge of its part of the stack.
    double heightOf(std::size_t line, std::size_t step) const;
    /// The line at `scene` on this position; the only one anywhere, none: -1.
    int lineAt(int position, const QPointF& scene) const;
    /// From days and money to the scene: both axes are linear.
    QTransform toScene() const;
    /// Half the width of a column of a step.
    double columnHalf() const;

private:
    const SeriesFrame& m_frame;
    ValueRange m_values;
    std::vector<StackEdges> m_edges;
    QChart* m_chart = nullptr;
    QAbstractSeries* m_map = nullptr;
};

/// Days from one step to the next, as far as widths are concerned.
double stepWidth(Granularity granularity);

} // namespace altimeter::ui
