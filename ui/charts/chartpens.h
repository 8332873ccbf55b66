#pragma once

#include <QColor>
#include <QPen>

/// Colours and pens of the charts.
namespace altimeter::ui::pens {

inline QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

inline QPen stroke(const QColor& color, double width)
{
    QPen pen(color, width);
    pen.setCosmetic(false);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(Qt::RoundCap);
    return pen;
}

inline QPen dashed(const QColor& color, double width)
{
    QPen pen = stroke(color, width);
    pen.setCapStyle(Qt::FlatCap);
    pen.setDashPattern({4, 3});
    return pen;
}

} // namespace altimeter::ui::pens
