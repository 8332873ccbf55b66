#include "ui/theme/altimeterstyle.h"

#include <QStyleFactory>

namespace altimeter::ui {

AltimeterStyle::AltimeterStyle() : QProxyStyle(QStyleFactory::create("Fusion")) {}

int AltimeterStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                              QStyleHintReturn* data) const
{
    switch (hint) {
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_Widget_Animate:
    case SH_Widget_Animation_Duration:
    case SH_EtchDisabledText:
    case SH_ItemView_ActivateItemOnSingleClick:
        return 0;
    case SH_ToolTip_WakeUpDelay:
        return 350;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

int AltimeterStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    if (metric == PM_SmallIconSize || metric == PM_ButtonIconSize)
        return 16;
    return QProxyStyle::pixelMetric(metric, option, widget);
}

} // namespace altimeter::ui
