#pragma once

#include <QProxyStyle>

namespace altimeter::ui {

/// Fusion without pictures on dialog buttons, without animations and with a small indicator for the focused control.
class AltimeterStyle : public QProxyStyle {
    Q_OBJECT
public:
    AltimeterStyle();
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
};

} // namespace altimeter::ui
