#include "ui/pages/explore/filterbar.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/flowlayout.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace altimeter::ui {

FilterChip::FilterChip(const Filter& filter, QWidget* parent) : QPushButton(parent)
{
    const QString text = FilterBar::chipText(filter);
    setProperty("chip", true);
    setText(format::menuText(fontMetrics().elidedText(text, Qt::ElideMiddle, 320)) + QStringLiteral("      "));
    setAccessibleName(tr("Filter %1", "what it keeps").arg(text));
    setAccessibleDescription(tr("Enter edits, Delete removes"));
    QStringList all;
    for (const std::string& value : filter.values)
        all << format::dimValue(filter.dim, value);
    setToolTip((all.mid(0, 20) << tr("Enter edits, Delete removes")).join(u'\n'));
    setAutoDefault(false);
}

QSize FilterChip::sizeHint() const
{
    return {QPushButton::sizeHint().width(), 26};
}

QRect FilterChip::cross() const
{
    return {width() - 26, 0, 22, height()};
}

void FilterChip::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        emit removeRequested();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        emit editRequested();
        return;
    default:
        QPushButton::keyPressEvent(event);
    }
}

void FilterChip::mouseReleaseEvent(QMouseEvent* event)
{
    QPushButton::mouseReleaseEvent(event);
    if (event->button() != Qt::LeftButton || !rect().contains(event->position().toPoint()))
        return;
    if (cross().contains(event->position().toPoint()))
        emit removeRequested();
    else
        emit editRequested();
}

void FilterChip::paintEvent(QPaintEvent* event)
{
    QPushButton::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::current().textSecondary, 1.4, Qt::SolidLine, Qt::RoundCap));
    const QPointF middle = QRectF(cross()).center();
    painter.drawLine(middle + QPointF(-3.5, -3.5), middle + QPointF(3.5, 3.5));
    painter.drawLine(middle + QPointF(-3.5, 3.5), middle + QPointF(3.5, -3.5));
}

FilterBar::FilterBar(QWidget* parent) : QWidget(parent)
{
    auto* flow = new FlowLayout(this, 8, 6);
    setAccessibleName(tr("Filters"));
    m_add = parts::button(tr("Add filter"), tr("Keep or exclude values of any dimension (Ctrl+F)"), "link", this);
    m_add->setIcon(themedIcon(QStringLiteral("filter"), IconColor::Accent));
    m_clear = parts::button(tr("Clear all"), tr("Remove every filter"), "link", this);
    flow->addWidget(m_add);
    flow->addWidget(m_clear);
    connect(m_add, &QPushButton::clicked, this, &FilterBar::addRequested);
    connect(m_clear, &QPushButton::clicked, this, &FilterBar::clearRequested);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QString FilterBar::chipText(const Filter& filter)
{
    const QString form =
        filter.exclude ? tr("%1 is not: %2", "a dimension, its values") : tr("%1: %2", "a dimension, its values");
    const QString title = format::dimTitle(filter.dim);
    if (filter.values.empty())
        return form.arg(title, tr("choose values"));
    if (filter.values.size() > 3)
        return form.arg(title, counted::values(filter.values.size()));
    QStringList values;
    for (const std::string& value : filter.values)
        values << format::dimValue(filter.dim, value);
    return form.arg(title, values.join(QStringLiteral(", ")));
}

void FilterBar::setFilters(const std::vector<Filter>& filters)
{
    std::size_t focused = m_chips.size();
    for (std::size_t i = 0; i < m_chips.size(); ++i)
        if (m_chips[i]->hasFocus())
            focused = i;
    const bool hadFocus = focused < m_chips.size();
    for (FilterChip* chip : m_chips) {
        layout()->removeWidget(chip);
        chip->hide();
        chip->deleteLater();
    }
    m_chips.clear();
    for (std::size_t i = 0; i < filters.size(); ++i) {
        auto* chip = new FilterChip(filters[i], this);
        const int number = static_cast<int>(i);
        connect(chip, &FilterChip::editRequested, this, [this, number, chip] { emit editRequested(number, chip); });
        connect(chip, &FilterChip::removeRequested, this, [this, number] { emit removeRequested(number); });
        static_cast<FlowLayout*>(layout())->insertWidget(number, chip);
        chip->show();
        m_chips.push_back(chip);
    }
    m_clear->setVisible(filters.size() > 1);
    if (hadFocus)
        (m_chips.empty() ? static_cast<QPushButton*>(m_add) : m_chips[std::min(focused, m_chips.size() - 1)])
            ->setFocus();
    updateGeometry();
}

} // namespace altimeter::ui
