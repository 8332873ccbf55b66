#include "ui/pages/common/wholetext.h"

#include <QLabel>

namespace altimeter::ui::parts {

void setWhole(QLabel* paragraph, const QString& text, int width)
{
    paragraph->setText(text);
    paragraph->setMinimumSize(width, 0);
    paragraph->setMinimumHeight(paragraph->heightForWidth(width)); // an aligned item of a layout is not asked for it
}

} // namespace altimeter::ui::parts
