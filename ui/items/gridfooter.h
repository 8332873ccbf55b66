#pragma once

#include <QWidget>

#include "ui/items/gridmodel.h"

#include <vector>

namespace altimeter::ui {

class GridView;

/// The totals under a grid, one line per currency, aligned with its columns. Follows widths and scrolling.
class GridFooter : public QWidget {
    Q_OBJECT
public:
    explicit GridFooter(GridView* view, QWidget* parent = nullptr);
    /// The totals as text, for tests and assistive tools.
    QString spokenText() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void reload();
    void paintColumn(QPainter& painter, int column, int x) const;
    QString fittingText(const GridModel::FooterLine& line, int column, const QFontMetrics& metrics, int width) const;

    GridView* m_view;
    std::vector<GridModel::FooterLine> m_lines;
};

} // namespace altimeter::ui
