#pragma once

#include <QChartView>
#include <QPixmap>
#include <QPointer>
#include <QRectF>

#include "ui/charts/chartgeometry.h"
#include "ui/charts/chartreadout.h"
#include "ui/charts/chartshapes.h"
#include "ui/charts/seriesframe.h"

#include <functional>

namespace altimeter::ui {

/// The plot of a SeriesChart: what mouse and keyboard do on it, and the order in which its layers are painted. Leaves
/// axes and layout to Qt Charts and paints the rest by hand; lines and areas once into a picture of their own.
class SeriesView : public QChartView {
public:
    explicit SeriesView(QWidget* parent);
    ~SeriesView() override;

    std::function<void(int, Day)> activated;
    std::function<void(Day, Day)> ranged;
    std::function<void(const QString&)> readOut;
    std::function<void(int)> highlightWanted, keepWanted;

    void setEmptyText(const QString& text);
    void setFrame(SeriesFrame frame);
    const SeriesFrame& frame() const { return m_frame; }
    /// -1: none.
    int cursorStep() const { return m_cursor; }
    void setCursorStep(int step);
    /// The line that stands out; -1, or one there is not: none.
    void setHighlight(int line);
    /// Makes everything anew that depends on size and theme.
    void rebuild();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& area) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void dress();
    int nearest(double x) const;
    /// The line that is marked in the read-out: only while the keyboard is here.
    int chosenSeries() const;
    bool leaveSelection();
    bool leaveHighlight();
    void move(int by, bool select);
    void chooseSeries(int by);
    void activateChosen();
    void keepChosen();
    void highlightChosen();
    void activate(int line);
    void finishSelection();
    void paintLayer(QPainter& painter);
    void paintOverlay(QPainter& painter);
    void showBox();
    void tell();

    SeriesFrame m_frame;
    ChartGeometry m_geometry{m_frame};
    ChartShapes m_shapes;
    QString m_emptyText;
    QPointer<ChartReadOut> m_box;
    QPixmap m_layer;
    QRectF m_layerPlot; ///< what m_layer was painted for
    int m_cursor = -1;
    int m_selectFrom = -1;
    int m_series = 0;
    bool m_pressed = false;
    bool m_showFocus = false;
    double m_pressX = 0;
};

} // namespace altimeter::ui
