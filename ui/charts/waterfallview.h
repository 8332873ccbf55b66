#pragma once

#include <QWidget>

#include "ui/charts/waterfallframe.h"

class QPainter;

namespace altimeter::ui {

/// A bridge as a waterfall: from the bar of the base, part by part, to the bar of the current total.
///
/// Left and Right move the current bar, Home and End go to the totals; Enter or a click activates it.
class WaterfallView : public QWidget {
    Q_OBJECT
public:
    explicit WaterfallView(QWidget* parent = nullptr);
    void setFrame(WaterfallFrame frame);
    const WaterfallFrame& frame() const { return m_frame; }
    /// Said where there are no bars.
    void setEmptyText(const QString& text);
    /// -1: none.
    int current() const { return m_current; }
    void setCurrent(int bar);
    /// Where a bar lies (tests).
    QRectF barRect(int bar) const;
    QSize sizeHint() const override { return {640, 240}; }

signals:
    void activated(int bar);
    void currentChanged(int bar);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF plot() const;
    std::vector<AxisTick> ticks() const;
    void measureAxis();
    double heightAt(double value) const;
    double slot() const;
    int barAt(const QPointF& at) const;
    void paintAxis(QPainter& painter) const;
    void paintBar(QPainter& painter, int bar) const;
    void paintLabels(QPainter& painter, int bar) const;
    QString description() const;
    void tell();

    WaterfallFrame m_frame;
    QString m_emptyText;
    int m_axisWidth = 0; ///< as wide as its widest label
    int m_current = -1;
    bool m_showsFocus = false;
};

} // namespace altimeter::ui
