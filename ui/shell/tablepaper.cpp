#include "ui/shell/tablepaper.h"

#include "ui/format/englishplurals.h"
#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QHeaderView>
#include <QPagedPaintDevice>
#include <QPainter>

#include <algorithm>
#include <numeric>

namespace altimeter::ui {

namespace {

struct PaperText {
    Q_DECLARE_TR_FUNCTIONS(altimeter::ui::TablePaper)
};

constexpr qreal kTitlePoints = 13;
constexpr qreal kTextPoints = 8;
constexpr qreal kWidestText = 0.35; ///< of the paper: a text column takes no more before it is cut

QFont printFont(qreal points, bool isBold)
{
    QFont font = Theme::current().body;
    font.setPointSizeF(points);
    font.setBold(isBold);
    return font;
}

} // namespace

/// In units of the device.
struct TablePaper::Layout {
    QFont title, bold, plain;
    QRectF room;          ///< inside of the margins
    qreal gap = 0;        ///< between columns
    qreal line = 0;       ///< height of a row
    qreal first = 0;      ///< where the table begins on the first page
    qreal top = 0;        ///< on the others
    qreal bottom = 0;     ///< where the foot begins
    QVector<qreal> width; ///< by column
    QVector<Band> bands;

    int rowsFrom(qreal y) const { return std::max(1, static_cast<int>((bottom - y) / line) - 1); }
};

TablePaper TablePaper::of(const PrintedTable& table)
{
    TablePaper paper;
    paper.m_title = table.title;
    paper.m_about = table.about;
    const GridView& grid = *table.grid;
    const GridModel& model = *grid.gridModel();
    QVector<int> shown;
    for (int place = 0; place < model.columnCount(); ++place)
        if (const int column = grid.horizontalHeader()->logicalIndex(place); !grid.isColumnHidden(column))
            shown << column;
    for (const int column : shown)
        paper.m_columns << Column{model.headerData(column, Qt::Horizontal).toString(), model.isNumberColumn(column)};
    const int rows = std::min(model.rowCount(), kMostRows);
    for (int row = 0; row < rows; ++row) {
        QStringList cells;
        for (const int column : shown)
            cells << grid.cellText(model.index(row, column));
        paper.m_rows << cells;
    }
    for (const GridModel::FooterLine& line : model.footer()) {
        QStringList cells;
        for (const int column : shown)
            cells << grid.footerText(line, column);
        paper.m_totals << cells;
    }
    if (rows < model.rowCount())
        paper.m_leftOut = PaperText::tr("The first %1 of %2 row(s)", nullptr,
                                        format::forms(static_cast<std::uint64_t>(model.rowCount())))
                              .arg(format::count(static_cast<std::uint64_t>(rows)),
                                   format::count(static_cast<std::uint64_t>(model.rowCount())));
    return paper;
}

TablePaper::Layout TablePaper::layOut(QPagedPaintDevice& device) const
{
    Layout layout;
    layout.title = printFont(kTitlePoints, true);
    layout.bold = printFont(kTextPoints, true);
    layout.plain = printFont(kTextPoints, false);
    const QFontMetricsF title(layout.title, &device);
    const QFontMetricsF bold(layout.bold, &device);
    const QFontMetricsF plain(layout.plain, &device);
    layout.room = QRectF(0, 0, device.width(), device.height()); // a painter begins inside of the margins
    layout.gap = plain.horizontalAdvance(QStringLiteral("nn"));
    layout.line = plain.height() * 1.25;
    layout.top = layout.line * 1.4;
    const qsizetype about = m_about.size() + (m_leftOut.isEmpty() ? 0 : 1);
    layout.first = title.height() * 1.3 + static_cast<qreal>(about) * layout.line + layout.line * 0.6;
    layout.bottom = layout.room.height() - layout.line * 1.5;
    for (int column = 0; column < m_columns.size(); ++column) {
        qreal width = bold.horizontalAdvance(m_columns[column].title);
        for (const QStringList& cells : m_rows)
            width = std::max(width, plain.horizontalAdvance(cells[column]));
        for (const QStringList& cells : m_totals)
            if (m_columns[column].isNumber) // a word of the first cell may reach over those beside it
                width = std::max(width, bold.horizontalAdvance(cells[column]));
        if (!m_columns[column].isNumber)
            width = std::min(width, layout.room.width() * kWidestText);
        layout.width << width;
    }
    Band band;
    qreal used = 0;
    for (int column = 0; column < m_columns.size(); ++column) {
        const qreal wanted = layout.width[column] + layout.gap;
        if (!band.isEmpty() && used + wanted > layout.room.width() + layout.gap) {
            layout.bands << band;
            band = {0};
            used = layout.width[0] + layout.gap;
        }
        band << column;
        used += wanted;
    }
    if (!band.isEmpty())
        layout.bands << band;
    return layout;
}

void TablePaper::paintTop(QPainter& painter, const Layout& layout, bool isFirst) const
{
    const QFontMetricsF plain(layout.plain, painter.device());
    painter.setPen(Qt::black);
    if (!isFirst) {
        painter.setFont(layout.plain);
        painter.drawText(QPointF(0, plain.ascent()), plain.elidedText(m_title, Qt::ElideRight, layout.room.width()));
        return;
    }
    const QFontMetricsF title(layout.title, painter.device());
    painter.setFont(layout.title);
    painter.drawText(QPointF(0, title.ascent()), title.elidedText(m_title, Qt::ElideRight, layout.room.width()));
    painter.setFont(layout.plain);
    painter.setPen(QColor(80, 80, 80));
    qreal y = title.height() * 1.3 + plain.ascent();
    for (const QString& line : m_about + (m_leftOut.isEmpty() ? QStringList() : QStringList{m_leftOut})) {
        painter.drawText(QPointF(0, y), plain.elidedText(line, Qt::ElideRight, layout.room.width()));
        y += layout.line;
    }
}

void TablePaper::paintRow(QPainter& painter, const Layout& layout, const Band& band, const QStringList& cells,
                          qreal top) const
{
    const QFontMetricsF metrics(painter.font(), painter.device());
    const qreal baseline = top + (layout.line + metrics.capHeight()) / 2;
    qreal x = 0;
    for (const int column : band) {
        const qreal width = layout.width[column];
        const QString text = m_columns[column].isNumber
                                 ? cells[column]
                                 : metrics.elidedText(cells[column], Qt::ElideRight, width + layout.gap / 2);
        painter.drawText(
            QPointF(m_columns[column].isNumber ? x + width - metrics.horizontalAdvance(text) : x, baseline), text);
        x += width + layout.gap;
    }
    painter.setPen(QPen(QColor(200, 200, 200), 0));
    painter.drawLine(QPointF(0, top + layout.line),
                     QPointF(std::min(x - layout.gap, layout.room.width()), top + layout.line));
    painter.setPen(Qt::black);
}

void TablePaper::paintFoot(QPainter& painter, const Layout& layout, int page, int pages) const
{
    const QFontMetricsF plain(layout.plain, painter.device());
    painter.setFont(layout.plain);
    painter.setPen(QColor(80, 80, 80));
    const qreal y = layout.room.height() - plain.descent();
    painter.drawText(QPointF(0, y), QStringLiteral("Altimeter"));
    const QString number =
        PaperText::tr("Page %1 of %2")
            .arg(format::count(static_cast<std::uint64_t>(page)), format::count(static_cast<std::uint64_t>(pages)));
    painter.drawText(QPointF(layout.room.width() - plain.horizontalAdvance(number), y), number);
}

int TablePaper::paint(QPagedPaintDevice& device) const
{
    const Layout layout = layOut(device);
    QVector<QStringList> rows = m_rows + m_totals;
    const auto count = static_cast<int>(rows.size());
    const auto pagesOf = [&](qreal first) { // of one band
        const int rest = count - layout.rowsFrom(first);
        const int each = layout.rowsFrom(layout.top);
        return 1 + (rest > 0 ? (rest + each - 1) / each : 0);
    };
    int pages = 0;
    for (int band = 0; band < layout.bands.size(); ++band)
        pages += pagesOf(band == 0 ? layout.first : layout.top);
    QStringList titles;
    for (const Column& column : m_columns)
        titles << column.title;
    QPainter painter(&device);
    int page = 0;
    for (int band = 0; band < layout.bands.size(); ++band) {
        int next = 0;
        do {
            if (page > 0 && !device.newPage())
                return page;
            const bool isFirst = page == 0;
            ++page;
            paintTop(painter, layout, isFirst);
            qreal y = isFirst ? layout.first : layout.top;
            const int end = std::min(count, next + layout.rowsFrom(y));
            painter.setPen(Qt::black);
            painter.setFont(layout.bold);
            paintRow(painter, layout, layout.bands[band], titles, y);
            for (; next < end; ++next) {
                y += layout.line;
                painter.setFont(next < m_rows.size() ? layout.plain : layout.bold);
                paintRow(painter, layout, layout.bands[band], rows[next], y);
            }
            paintFoot(painter, layout, page, pages);
        } while (next < count);
    }
    return page;
}

} // namespace altimeter::ui
