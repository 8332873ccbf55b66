#include "ui/charts/thinning.h"

#include <algorithm>
#include <cmath>

namespace altimeter::ui {

QList<QPointF> thinned(const QList<QPointF>& points, int pixels, const std::vector<double>& kept)
{
    if (pixels < 1 || points.size() <= 2 * static_cast<qsizetype>(pixels))
        return points;
    const double first = points.first().x();
    const double width = points.last().x() - first;
    if (!(width > 0))
        return points;
    const auto columnOf = [&](const QPointF& point) {
        return std::min(pixels - 1, static_cast<int>((point.x() - first) / width * pixels));
    };
    QList<QPointF> few;
    few.reserve(4 * static_cast<qsizetype>(pixels) + static_cast<qsizetype>(kept.size()));
    auto mark = kept.begin();
    for (qsizetype begin = 0, end = 0; begin < points.size(); begin = end) {
        const int column = columnOf(points[begin]);
        qsizetype low = begin, high = begin;
        for (end = begin; end < points.size() && columnOf(points[end]) == column; ++end) {
            if (points[end].y() < points[low].y())
                low = end;
            if (points[end].y() > points[high].y())
                high = end;
        }
        for (qsizetype i = begin; i < end; ++i) {
            mark = std::find_if(mark, kept.end(), [&](double x) { return x >= points[i].x(); });
            const bool marked = mark != kept.end() && *mark == points[i].x();
            if (i == begin || i == low || i == high || i == end - 1 || marked)
                few.append(points[i]);
        }
    }
    return few;
}

ColumnSpans columnSpans(const QList<QPointF>& line, double width)
{
    ColumnSpans found;
    if (line.isEmpty() || !(width > 0))
        return found;
    const auto columnOf = [&](double x) { return static_cast<int>(std::floor(x / width)); };
    found.first = columnOf(line.first().x());
    const auto see = [&](int column, double y) {
        const auto place = static_cast<std::size_t>(column - found.first);
        if (place >= found.spans.size())
            found.spans.push_back({y, y});
        found.spans[place].low = std::min(found.spans[place].low, y);
        found.spans[place].high = std::max(found.spans[place].high, y);
    };
    see(found.first, line.first().y());
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QPointF &a = line[i - 1], &b = line[i];
        const double slope = b.x() > a.x() ? (b.y() - a.y()) / (b.x() - a.x()) : 0;
        const int last = columnOf(b.x());
        for (int column = columnOf(a.x()); column < last; ++column) {
            const double edge = a.y() + slope * ((column + 1) * width - a.x());
            see(column, edge);
            see(column + 1, edge);
        }
        see(last, b.y());
    }
    return found;
}

} // namespace altimeter::ui
