#pragma once

#include "ui/theme/icons.h"

#include <QToolButton>

namespace altimeter::ui {

/// A button that is an icon, with the name that assistive tools read.
inline QToolButton* tool(const QString& icon, const QString& name, const QString& tip, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setIcon(themedIcon(icon, IconColor::Secondary));
    button->setAccessibleName(name);
    button->setToolTip(tip);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace altimeter::ui
