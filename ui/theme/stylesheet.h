#pragma once

#include <QString>

namespace altimeter::ui {

struct Theme;

/// The one style sheet of the program, made from the colours and fonts of `theme`.
QString styleSheetFor(const Theme& theme);

} // namespace altimeter::ui
