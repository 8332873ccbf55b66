#include "ui/items/gridfooter.h"

#include "ui/format/format.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QScrollBar>

namespace altimeter::ui {

namespace {

/// More of them would leave the rows no room: a file may name a hundred currencies.
constexpr std::size_t kMostLines = 5;

} // namespace

GridFooter::GridFooter(GridView* view, QWidget* parent) : QWidget(parent), m_view(view)
{
    setAccessibleName(tr("Totals"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(view->horizontalHeader(), &QHeaderView::sectionResized, this, qOverload<>(&QWidget::update));
    connect(view->horizontalHeader(), &QHeaderView::sectionCountChanged, this, qOverload<>(&QWidget::update));
    connect(view->horizontalScrollBar(), &QScrollBar::valueChanged, this, qOverload<>(&QWidget::update));
    connect(view->gridModel(), &QAbstractItemModel::modelReset, this, &GridFooter::reload);
    connect(view->gridModel(), &GridModel::footerChanged, this, &GridFooter::reload);
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, this, &GridFooter::reload);
    connect(&view->columns(), &GridColumns::changed, this, qOverload<>(&QWidget::update));
    reload();
}

void GridFooter::reload()
{
    m_lines = m_view->gridModel()->footer();
    if (m_lines.size() > kMostLines) { // those with the most lines come first
        const std::size_t left = m_lines.size() - kMostLines + 1;
        m_lines.resize(kMostLines);
        m_lines.back() = {};
        m_lines.back().spoken =
            tr("%1 more totals, each in a currency of its own").arg(format::count(static_cast<std::uint64_t>(left)));
        m_lines.back().cells << m_lines.back().spoken;
    }
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
    return {200, Theme::rowHeight() * static_cast<int>(m_lines.size())};
}

/// In short where the column is narrower than its total: cut digits would be another amount.
QString GridFooter::fittingText(const GridModel::FooterLine& line, int column, const QFontMetrics& metrics,
                                int width) const
{
    QString text = m_view->footerText(line, column);
    if (metrics.horizontalAdvance(text) <= width)
        return text;
    if (!m_view->gridModel()->isNumberColumn(column)) // the first cell may reach over those beside it
        return text;
    if (const auto amount = line.amounts.find(column); amount != line.amounts.end())
        text = format::moneyShort(amount->second, line.currency, format::locale());
    return metrics.elidedText(text, Qt::ElideRight, width);
}

void GridFooter::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.cardAlt);
    painter.fillRect(QRect(0, 0, width(), 1), theme.border);
    painter.setPen(theme.text);
    const GridModel* model = m_view->gridModel();
    const int left = m_view->viewport()->mapTo(m_view, QPoint(0, 0)).x();
    const GridHeader& header = *m_view->gridHeader();
    const int frozen = header.frozenWidth();
    for (const bool ofFrozen : {false, true}) { // what stays lies over what scrolled below it
        if (ofFrozen && frozen == 0)
            break;
        painter.setClipRect(ofFrozen ? QRect(0, 1, left + frozen, height())
                                     : QRect(frozen == 0 ? 0 : left + frozen, 1, width(), height()));
        for (int column = 0; column < model->columnCount(); ++column)
            if (!m_view->isColumnHidden(column) && header.isFrozen(column) == ofFrozen)
                paintColumn(painter, column,
                            left + m_view->columnViewportPosition(column) + (ofFrozen ? header.offset() : 0));
    }
    painter.setClipping(false);
    if (frozen > 0)
        painter.fillRect(QRect(left + frozen - 1, 0, 1, height()), theme.border);
}

void GridFooter::paintColumn(QPainter& painter, int column, int x) const
{
    const GridModel* model = m_view->gridModel();
    QFont words = Theme::current().bodyBold, digits = Theme::current().number;
    digits.setWeight(QFont::DemiBold);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        if (column < m_lines[i].cells.size()) {
            const QRect cell(x + GridHeader::kInset, static_cast<int>(i) * Theme::rowHeight(),
                             m_view->columnWidth(column) - 2 * GridHeader::kInset, Theme::rowHeight());
            const bool number = model->isNumberColumn(column);
            const QFontMetrics metrics(number ? digits : words);
            const QString text = fittingText(m_lines[i], column, metrics, cell.width());
            painter.setFont(number ? digits : words);
            painter.drawText(number ? cell.right() + 1 - metrics.horizontalAdvance(text) : cell.left(),
                             cell.top() + (cell.height() + metrics.capHeight() + 1) / 2, text);
        }
    }
}

} // namespace altimeter::ui
