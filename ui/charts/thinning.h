#pragma once

#include <QList>
#include <QPointF>

#include <vector>

namespace altimeter::ui {

/// The points for a line across `pixels` columns of a screen: of each column the first, smallest, largest and last, and
/// every point whose x is in `kept` (ascending). Up to two points per pixel all points are drawn as they are. Points
/// must ascend in x. Thinning twice equals once.
QList<QPointF> thinned(const QList<QPointF>& points, int pixels, const std::vector<double>& kept = {});
/// What a line (ascending in x) covers of the columns of `width` it passes: from `first` on, without a hole, the
/// smallest and largest y of each. Painting spans costs the same however often the line goes up and down.
struct ColumnSpans {
    struct Span {
        double low = 0, high = 0;
    };
    int first = 0;
    std::vector<Span> spans;
};
ColumnSpans columnSpans(const QList<QPointF>& line, double width);
} // namespace altimeter::ui
