#pragma once

#include <QString>

class QLabel;

namespace altimeter::ui::parts {

/// Shows `text` in a paragraph that stands in the middle of a page, `width` wide and as high as that needs.
void setWhole(QLabel* paragraph, const QString& text, int width);

} // namespace altimeter::ui::parts
