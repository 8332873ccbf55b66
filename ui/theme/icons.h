#pragma once

#include <QIcon>
#include <QString>

namespace altimeter::ui {

/// Which theme colour an icon is drawn in.
enum class IconColor { Text, Secondary, Accent, OnAccent, Good, Warning, Bad };

/// One of the pictures in resources/icons ("overview", "import", …), drawn from SVG at any size in a colour of the
/// current theme, also after the theme changes. An unknown name answers an empty icon.
QIcon themedIcon(const QString& name, IconColor color = IconColor::Text);

} // namespace altimeter::ui
