#include "ui/pages/common/factline.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace altimeter::ui {

FactLine::FactLine(const QString& title, QWidget* parent) : QWidget(parent), m_title(title)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setValue({});
}

void FactLine::setValue(const QString& value, bool isMarked)
{
    m_value = format::shown(value);
    m_isMarked = isMarked;
    setAccessibleName(format::labelled(m_title, m_value.isEmpty() ? tr("none") : m_value));
    setToolTip(format::labelled(m_title, m_value));
    update();
}

void FactLine::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setFont(theme.small);
    painter.setPen(theme.textTertiary);
    painter.drawText(QRect(0, 0, width(), 17), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(theme.small).elidedText(m_title, Qt::ElideRight, width()));
    painter.setFont(theme.number);
    painter.setPen(m_value.isEmpty() ? theme.textTertiary : m_isMarked ? theme.warning : theme.text);
    const QString text = m_value.isEmpty() ? QString(format::kDash) : m_value;
    painter.drawText(QRect(0, 17, width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(theme.number).elidedText(text, Qt::ElideRight, width()));
}

} // namespace altimeter::ui
