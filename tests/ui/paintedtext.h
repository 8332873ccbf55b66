#pragma once

#include <QRectF>
#include <QString>
#include <QWidget>

#include <vector>

namespace altimeter::test {

/// A text as it was painted, in pieces as the engine gets them.
struct PaintedText {
    QString text;
    QRectF place; ///< in the widget that was rendered
};

/// Every text that `widget` paints, whoever puts it there: labels, cells, axes, what a page draws by itself. Without
/// `children`: the widget's own.
std::vector<PaintedText> paintedTexts(QWidget& widget, bool children = true);

} // namespace altimeter::test
