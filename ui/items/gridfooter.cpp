#include "ui/items/gridfooter.h"

#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QScrollBar>

namespace altimeter::ui {

namespace {
constexpr int kLineHeight = 30;
}

GridFooter::GridFooter(GridView* view, QWidget* parent) : QWidget(parent), m_view(view)
{
    setAccessibleName(tr("Totals"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(view->horizontalHeader(), &QHeaderView::sectionResized, this, qOverload<>(&QWidget::update));
    connect(view->horizontalHeader(), &QHeaderView::sectionCountChanged, this, qOverload<>(&QWidget::update));
    connect(view->horizontalScrollBar(), &QScrollBar::valueChanged, this, qOverload<>(&QWidget::update));
    connect(view->gridModel(), &QAbstractItemModel::modelReset, this, &GridFooter::reload);
    connect(view->gridModel(), &GridModel::footerChanged, this, &GridFooter::reload);
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, this, qOverload<>(&QWidget::update));
    reload();
}

void GridFooter::reload()
{
    m_lines = m_view->gridModel()->footer();
    setAccessibleDescription(spokenText());
    setToolTip(spokenText());
    setVisible(!m_lines.empty());
    updateGeometry();
    update();
}

QString GridFooter::spokenText() const
{
    QStringList spoken;
    for (const auto& line : m_lines)
        spoken << line.spoken;
    return spoken.join(QStringLiteral("; "));
}

QSize GridFooter::sizeHint() const
{
    return {200, kLineHeight * static_cast<int>(m_lines.size())};
}

void GridFooter::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.cardAlt);
    painter.fillRect(QRect(0, 0, width(), 1), theme.border);
    QFont words = theme.bodyBold, digits = theme.number;
    digits.setWeight(QFont::DemiBold);
    painter.setPen(theme.text);
    const GridModel* model = m_view->gridModel();
    const int left = m_view->viewport()->mapTo(m_view, QPoint(0, 0)).x();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        for (int column = 0; column < m_lines[i].cells.size() && column < model->columnCount(); ++column) {
            const int x = left + m_view->columnViewportPosition(column);
            const QRect cell(x + GridHeader::kInset, static_cast<int>(i) * kLineHeight,
                             m_view->columnWidth(column) - 2 * GridHeader::kInset, kLineHeight);
            const bool number = model->isNumberColumn(column);
            const QFontMetrics metrics(number ? digits : words);
            const QString& text = m_lines[i].cells.at(column);
            painter.setFont(number ? digits : words);
            painter.drawText(number ? cell.right() + 1 - metrics.horizontalAdvance(text) : cell.left(),
                             cell.top() + (cell.height() + metrics.capHeight() + 1) / 2, text);
        }
    }
}

} // namespace altimeter::ui
