#include "ui/charts/chartlegend.h"

#include "ui/items/flowlayout.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QPainter>

namespace altimeter::ui {

namespace {

class LegendItem : public QLabel {
public:
    LegendItem(const ChartLegend::Entry& entry, QWidget* parent) : QLabel(parent), m_entry(entry)
    {
        setTextFormat(Qt::PlainText);
        setProperty("role", "small");
        setText(fontMetrics().elidedText(entry.text, Qt::ElideMiddle, 260));
        setToolTip(entry.text);
        setAccessibleName(entry.text);
        setContentsMargins(20, 0, 0, 0);
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QLabel::paintEvent(event);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor color = ChartLegend::colorOf(m_entry.color);
        const double middle = height() / 2.0;
        QPen pen(color, 2);
        pen.setCapStyle(Qt::FlatCap);
        switch (m_entry.key) {
        case ChartLegend::Key::Area:
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawRoundedRect(QRectF(1, middle - 5, 11, 11), 3, 3);
            return;
        case ChartLegend::Key::Ring:
            painter.setPen(pen);
            painter.drawEllipse(QPointF(7, middle), 5, 5);
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawEllipse(QPointF(7, middle), 2.2, 2.2);
            return;
        case ChartLegend::Key::Dashed:
            pen.setDashPattern({2.5, 1.5});
            break;
        case ChartLegend::Key::Dotted:
            pen.setStyle(Qt::DotLine);
            break;
        case ChartLegend::Key::Line:
            break;
        }
        painter.setPen(pen);
        painter.drawLine(QPointF(0, middle), QPointF(14, middle));
    }

private:
    ChartLegend::Entry m_entry;
};

} // namespace

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent)
{
    new FlowLayout(this, 16, 4);
    setAccessibleName(tr("Chart legend"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChartLegend::setEntries(const std::vector<Entry>& entries)
{
    while (QLayoutItem* item = layout()->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const Entry& entry : entries)
        layout()->addWidget(new LegendItem(entry, this));
    updateGeometry();
}

QColor ChartLegend::colorOf(int index)
{
    const Theme& theme = Theme::current();
    if (index == -2)
        return theme.warning;
    if (index < 0)
        return theme.textSecondary;
    return theme.series[static_cast<std::size_t>(index) % theme.series.size()];
}

} // namespace altimeter::ui
