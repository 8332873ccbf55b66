#include "ui/items/gridheader.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace altimeter::ui {

namespace {

QFont headerFont()
{
    QFont font = Theme::current().small;
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace

GridHeader::GridHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsClickable(true);
    setHighlightSections(false);
    setMinimumSectionSize(60);
    setFixedHeight(34);
}

int GridHeader::titleWidth(const QAbstractItemModel& model, int column)
{
    const QString title = model.headerData(column, Qt::Horizontal).toString();
    return QFontMetrics(headerFont()).horizontalAdvance(title) + 2 * kInset + 2; // letters may lean over
}

QSize GridHeader::sectionSizeFromContents(int section) const
{
    return {(model() ? titleWidth(*model(), section) : 2 * kInset) + 16, 34}; // and the arrow
}

void GridHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const Theme& theme = Theme::current();
    painter->save();
    painter->fillRect(rect, theme.card);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.border);
    const bool right = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == section;
    const QFont font = headerFont();
    const QFontMetrics metrics(font);
    const int arrow = sorted ? 14 : 0;
    const QRect inner = rect.adjusted(kInset, 0, -kInset, -1);
    const QString title = metrics.elidedText(model()->headerData(section, Qt::Horizontal).toString(), Qt::ElideRight,
                                             inner.width() - arrow);
    const int width = metrics.horizontalAdvance(title);
    const int x = right ? inner.right() + 1 - width : inner.left();
    painter->setFont(font);
    painter->setPen(sorted ? theme.text : theme.textSecondary);
    painter->drawText(QRect(x, inner.top(), width + 2, inner.height()), Qt::AlignVCenter | Qt::AlignLeft, title);
    if (sorted) {
        const double middle = rect.center().y();
        const double at = right ? x - 12 : x + width + 6;
        const bool down = sortIndicatorOrder() == Qt::DescendingOrder;
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.accent);
        const double tip = down ? middle + 3 : middle - 2.5, base = down ? middle - 2 : middle + 2.5;
        painter->drawPolygon(QPolygonF({{at, base}, {at + 8, base}, {at + 4, tip}}));
    }
    painter->restore();
}

} // namespace altimeter::ui
