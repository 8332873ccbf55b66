#include "ui/charts/chartlegend.h"

#include "ui/format/format.h"
#include "ui/items/flowlayout.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

namespace {

constexpr int kKeyWidth = 20, kWidestText = 260, kHeight = 20, kGap = 16;
/// Where they do not fit a row otherwise, from five lines on: each row takes height from the chart.
constexpr int kWidestOfMany = 120;

void paintKey(QPainter& painter, const ChartLegend::Entry& entry, double middle)
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = ChartLegend::colorOf(entry.color);
    QPen pen(color, 2);
    pen.setCapStyle(Qt::FlatCap);
    const QRectF box(1, middle - 5, 11, 11);
    switch (entry.key) {
    case ChartLegend::Key::Area:
    case ChartLegend::Key::Hatched:
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(box, 3, 3);
        if (entry.key == ChartLegend::Key::Hatched)
            painter.fillRect(box, QBrush(Theme::current().card, Qt::BDiagPattern));
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

/// What is no line of the chart: nothing to press.
class LegendNote : public QLabel {
public:
    LegendNote(const ChartLegend::Entry& entry, QWidget* parent) : QLabel(parent), m_entry(entry)
    {
        setTextFormat(Qt::PlainText);
        setProperty("role", "small");
        setText(entry.text);
        setAccessibleName(entry.text);
        setContentsMargins(kKeyWidth, 0, 0, 0);
        setFixedHeight(kHeight);
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QLabel::paintEvent(event);
        QPainter painter(this);
        paintKey(painter, m_entry, height() / 2.0);
    }

private:
    ChartLegend::Entry m_entry;
};

} // namespace

/// A line of the chart.
class LegendItem : public QAbstractButton {
public:
    LegendItem(const ChartLegend::Entry& entry, bool keeps, ChartLegend* legend)
        : QAbstractButton(legend), m_entry(entry), m_legend(legend)
    {
        setText(format::menuText(entry.text));
        setAccessibleName(entry.text);
        const QString tip = keeps ? ChartLegend::tr("Click or Enter: stands out. With Ctrl: keep only this.")
                                  : ChartLegend::tr("Click or Enter: stands out.");
        setToolTip(entry.text + u'\n' + tip);
        setAccessibleDescription(tip);
        setCheckable(true);
        setFocusPolicy(Qt::ClickFocus);
        setCursor(Qt::PointingHandCursor);
    }
    int line() const { return m_entry.line; }
    void setWidest(int pixels)
    {
        if (std::exchange(m_widest, pixels) != pixels)
            updateGeometry();
    }
    QSize sizeHint() const override
    {
        return {kKeyWidth + QFontMetrics(Theme::current().small).horizontalAdvance(shown()) + 4, kHeight};
    }

protected:
    /// Instead of toggling itself: what stands out is the chart's to say.
    void nextCheckState() override
    {
        if (QGuiApplication::keyboardModifiers().testFlag(Qt::ControlModifier))
            emit m_legend->keepWanted(m_entry.line);
        else
            emit m_legend->highlightWanted(isChecked() ? -1 : m_entry.line);
    }
    void keyPressEvent(QKeyEvent* event) override
    {
        switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Up:
            step(-1);
            return;
        case Qt::Key_Right:
        case Qt::Key_Down:
            step(1);
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            if (event->modifiers().testFlag(Qt::ControlModifier))
                emit m_legend->keepWanted(m_entry.line);
            else
                emit m_legend->highlightWanted(isChecked() ? -1 : m_entry.line);
            return;
        default:
            QAbstractButton::keyPressEvent(event);
        }
    }
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (hasFocus() || isChecked() || underMouse()) {
            painter.setPen(hasFocus() ? QPen(theme.accent, 2) : QPen(Qt::NoPen));
            painter.setBrush(isChecked() ? theme.selection : underMouse() ? theme.hover : QColor(Qt::transparent));
            painter.drawRoundedRect(QRectF(rect()).adjusted(-1, 1, -1, -1), 4, 4);
        }
        paintKey(painter, m_entry, height() / 2.0);
        painter.setFont(theme.small);
        painter.setPen(isChecked() ? theme.text : theme.textSecondary);
        painter.drawText(rect().adjusted(kKeyWidth, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, shown());
    }

private:
    QString shown() const
    {
        return QFontMetrics(Theme::current().small).elidedText(m_entry.text, Qt::ElideMiddle, m_widest);
    }
    /// To another line; Tab comes back to that one.
    void step(int by)
    {
        const QList<LegendItem*> items = m_legend->findChildren<LegendItem*>(Qt::FindDirectChildrenOnly);
        const qsizetype next = items.indexOf(this) + by;
        if (next < 0 || next >= items.size())
            return;
        setFocusPolicy(Qt::ClickFocus);
        items[next]->setFocusPolicy(Qt::StrongFocus);
        items[next]->setFocus(Qt::TabFocusReason);
    }

    ChartLegend::Entry m_entry;
    ChartLegend* m_legend;
    int m_widest = kWidestText; ///< pixels of the text
};

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent)
{
    new FlowLayout(this, kGap, 2);
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
    const auto lines =
        std::count_if(entries.begin(), entries.end(), [](const Entry& entry) { return entry.line >= 0; });
    bool isFirst = true;
    for (const Entry& entry : entries) {
        if (entry.line < 0 || lines < 2) {
            layout()->addWidget(new LegendNote(entry, this));
            continue;
        }
        auto* item = new LegendItem(entry, m_keeps, this);
        if (isFirst)
            item->setFocusPolicy(Qt::StrongFocus); // one stop for Tab, the arrow keys go on from there
        isFirst = false;
        layout()->addWidget(item);
    }
    fit();
    updateGeometry();
}

/// Names are whole as long as all fit one row.
void ChartLegend::fit()
{
    const auto items = findChildren<LegendItem*>(Qt::FindDirectChildrenOnly);
    for (LegendItem* item : items)
        item->setWidest(kWidestText);
    int row = -kGap;
    for (int at = 0; at < layout()->count(); ++at)
        row += layout()->itemAt(at)->widget()->sizeHint().width() + kGap;
    if (items.size() > 4 && row > width())
        for (LegendItem* item : items)
            item->setWidest(kWidestOfMany);
}

void ChartLegend::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

void ChartLegend::setHighlight(int line)
{
    for (LegendItem* item : findChildren<LegendItem*>(Qt::FindDirectChildrenOnly))
        item->setChecked(item->line() == line);
}

QColor ChartLegend::colorOf(int index)
{
    const Theme& theme = Theme::current();
    switch (index) {
    case kWarning:
        return theme.warning;
    case kOthers:
        return theme.others;
    case kSecondary:
        return theme.textSecondary;
    default:
        return theme.names[static_cast<std::size_t>(index) % theme.names.size()];
    }
}

} // namespace altimeter::ui
