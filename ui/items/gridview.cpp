#include "ui/items/gridview.h"

#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridheader.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QIcon>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTimer>

#include <algorithm>
#include <set>

namespace altimeter::ui {

namespace {

/// Paints cells by hand: inset shared with the header, bar behind shares, frame round the current cell.
class GridDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Theme& theme = Theme::current();
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->fillRect(option.rect, selected ? theme.selection : theme.card);
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme.gridLine);
        const auto alignment = Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt());
        const QVariant bar = index.data(GridModel::BarRole);
        const QFont font = qvariant_cast<QFont>(index.data(Qt::FontRole));
        const QFontMetrics metrics(font);
        QRect inner = option.rect.adjusted(GridHeader::kInset, 0, -GridHeader::kInset, -1);
        if (bar.isValid())
            paintBar(*painter, inner.adjusted(0, 0, -metrics.horizontalAdvance(QStringLiteral("100.0 %")) - 10, 0),
                     bar.toDouble());
        if (const QVariant progress = index.data(GridModel::ProgressRole); progress.isValid())
            paintProgress(*painter, inner, progress.toDouble());
        if (const QVariant icon = index.data(Qt::DecorationRole); icon.isValid()) {
            qvariant_cast<QIcon>(icon).paint(painter, QRect(inner.left(), inner.center().y() - 7, 16, 16));
            inner.setLeft(inner.left() + 22);
        }
        const QVariant color = index.data(Qt::ForegroundRole);
        painter->setPen(color.isValid() ? qvariant_cast<QColor>(color) : theme.text);
        painter->setFont(font);
        drawCell(*painter, inner, alignment, metrics,
                 metrics.elidedText(index.data().toString(), Qt::ElideRight, inner.width()));
        const auto* view = qobject_cast<const QAbstractItemView*>(parent());
        if (view && view->currentIndex() == index && view->hasFocus()) {
            painter->setPen(QPen(theme.accent, 2));
            painter->setBrush(Qt::NoBrush);
            painter->drawRect(QRectF(option.rect).adjusted(1, 1, -1, -1));
        }
        painter->restore();
    }

private:
    /// On one baseline whatever the font: capitals and digits stand in the middle of the row.
    static void drawCell(QPainter& painter, const QRect& rect, Qt::Alignment alignment, const QFontMetrics& metrics,
                         const QString& text)
    {
        const int baseline = rect.top() + (rect.height() + metrics.capHeight() + 1) / 2;
        const bool right = alignment.testFlag(Qt::AlignRight);
        painter.drawText(right ? rect.right() + 1 - metrics.horizontalAdvance(text) : rect.left(), baseline, text);
    }
    static void paintProgress(QPainter& painter, const QRect& room, double share)
    {
        QRectF track(room.left(), room.bottom() - 3, room.width(), 3);
        painter.fillRect(track, Theme::current().gridLine);
        track.setWidth(track.width() * std::clamp(share, 0.0, 1.0));
        painter.fillRect(track, Theme::current().accent);
    }
    static void paintBar(QPainter& painter, const QRect& room, double length)
    {
        if (room.width() < 12 || length <= 0)
            return;
        QColor color = Theme::current().accent;
        color.setAlphaF(Theme::current().dark ? 0.55f : 0.40f);
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(room.left(), room.center().y() - 3, std::max(2.0, length * room.width()), 7), 2,
                                2);
        painter.restore();
    }
};

QString htmlCell(const QString& text, bool number)
{
    return (number ? QStringLiteral("<td>") : QStringLiteral("<td style=\"mso-number-format:'\\@'\">")) +
           text.toHtmlEscaped() + QStringLiteral("</td>");
}

/// A cell of the clipboard's text: one line, one column.
QString plainCell(QString text)
{
    return text.replace(u'\t', u' ').replace(u'\n', u' ').replace(u'\r', u' ');
}

} // namespace

GridView::GridView(const QString& accessibleName, QWidget* parent) : QTableView(parent), m_adder(new QTimer(this))
{
    m_adder->setInterval(0);
    connect(m_adder, &QTimer::timeout, this, &GridView::addSlice);
    setProperty("bare", true);
    setAccessibleName(accessibleName);
    setHorizontalHeader(new GridHeader(this));
    setItemDelegate(new GridDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(kRowHeight);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setSelectionBehavior(QAbstractItemView::SelectItems);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setCornerWidget(new QWidget(this)); // the style would draw a box between the scroll bars
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this] {
        if (!m_sizing && QApplication::mouseButtons() != Qt::NoButton)
            m_userSized = true;
    });
}

void GridView::setGridModel(GridModel* model)
{
    m_model = model;
    setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_userSized = false;
        m_anchor = QPersistentModelIndex();
        layOutColumns();
        beginSummary();
    });
    connect(model, &QAbstractItemModel::dataChanged, this, [this] {
        if (selectionModel()->hasSelection())
            beginSummary();
    });
    connect(model, &GridModel::aboutToReorder, this, &GridView::letGoOfLargeSelection);
    layOutColumns();
}

void GridView::layOutColumns()
{
    if (!m_model || m_model->columnCount() == 0)
        return;
    m_sizing = true;
    int rest = viewport()->width(), shares = 0;
    std::vector<int> widths; // never narrower than their titles, which are longer in some languages
    for (int column = 0; column < m_model->columnCount(); ++column) {
        widths.push_back(std::max(m_model->columnWidth(column), GridHeader::titleWidth(*m_model, column)));
        rest -= widths.back();
        shares += m_model->columnStretch(column);
    }
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const int stretch = m_model->columnStretch(column);
        const int extra = rest > 0 && stretch > 0 ? rest * stretch / shares : 0;
        rest -= extra;
        shares -= stretch;
        setColumnWidth(column, widths[static_cast<std::size_t>(column)] + extra);
    }
    m_sizing = false;
}

void GridView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    if (!m_userSized)
        layOutColumns();
}

void GridView::keyboardSearch(const QString&) {}

/// Where Ctrl+arrow goes: to the last filled cell before a hole, or over the hole to the next filled cell. What is
/// further away than kMostSteps is not looked for: then it is the last row.
int GridView::edge(int row, int column, int rowStep, int columnStep) const
{
    constexpr int kMostSteps = 500'000;
    const int last = rowStep != 0 ? m_model->rowCount() - 1 : m_model->columnCount() - 1;
    const int by = rowStep + columnStep;
    int at = rowStep != 0 ? row : column;
    const auto empty = [&](int position) {
        return rowStep != 0 ? m_model->isEmptyCell(position, column) : m_model->isEmptyCell(row, position);
    };
    const auto inside = [&](int position) { return position >= 0 && position <= last; };
    if (!inside(at + by))
        return at;
    const bool toHole = !empty(at) && !empty(at + by);
    at += by;
    for (int steps = 0; inside(at + by) && (toHole ? !empty(at + by) : empty(at)); ++steps) {
        if (steps == kMostSteps)
            return by > 0 ? last : 0;
        at += by;
    }
    return at;
}

void GridView::moveTo(int row, int column, bool extend)
{
    const QModelIndex target =
        m_model->index(std::clamp(row, 0, m_model->rowCount() - 1), std::clamp(column, 0, m_model->columnCount() - 1));
    m_movingByKey = true;
    if (!extend || !m_anchor.isValid()) {
        if (!extend)
            m_anchor = target;
        else
            m_anchor = currentIndex().isValid() ? currentIndex() : target;
    }
    if (extend) {
        const QModelIndex from = m_anchor;
        const QItemSelection block(
            m_model->index(std::min(from.row(), target.row()), std::min(from.column(), target.column())),
            m_model->index(std::max(from.row(), target.row()), std::max(from.column(), target.column())));
        selectionModel()->select(block, QItemSelectionModel::ClearAndSelect);
        selectionModel()->setCurrentIndex(target, QItemSelectionModel::NoUpdate);
    } else {
        selectionModel()->setCurrentIndex(target, QItemSelectionModel::ClearAndSelect);
    }
    m_movingByKey = false;
    scrollTo(target);
}

bool GridView::moveByKey(QKeyEvent* event)
{
    const QModelIndex current = currentIndex();
    const int row = std::max(0, current.row()), column = std::max(0, current.column());
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (modifiers.testFlag(Qt::AltModifier))
        return false;
    const bool jump = modifiers.testFlag(Qt::ControlModifier), extend = modifiers.testFlag(Qt::ShiftModifier);
    const int page = std::max(1, viewport()->height() / kRowHeight - 1);
    const int lastRow = m_model->rowCount() - 1, lastColumn = m_model->columnCount() - 1;
    switch (event->key()) {
    case Qt::Key_Up:
        moveTo(jump ? edge(row, column, -1, 0) : row - 1, column, extend);
        return true;
    case Qt::Key_Down:
        moveTo(jump ? edge(row, column, 1, 0) : row + 1, column, extend);
        return true;
    case Qt::Key_Left:
        moveTo(row, jump ? edge(row, column, 0, -1) : column - 1, extend);
        return true;
    case Qt::Key_Right:
        moveTo(row, jump ? edge(row, column, 0, 1) : column + 1, extend);
        return true;
    case Qt::Key_PageUp:
        moveTo(row - page, column, extend);
        return true;
    case Qt::Key_PageDown:
        moveTo(row + page, column, extend);
        return true;
    case Qt::Key_Home:
        moveTo(jump ? 0 : row, 0, extend);
        return true;
    case Qt::Key_End:
        moveTo(jump ? lastRow : row, lastColumn, extend);
        return true;
    default:
        return false;
    }
}

bool GridView::selectByKey(QKeyEvent* event)
{
    const QModelIndex current = currentIndex();
    if (event->key() != Qt::Key_Space || !current.isValid())
        return false;
    QItemSelection block;
    if (event->modifiers() == Qt::ShiftModifier)
        block.select(m_model->index(current.row(), 0), m_model->index(current.row(), m_model->columnCount() - 1));
    else if (event->modifiers() == Qt::ControlModifier)
        block.select(m_model->index(0, current.column()), m_model->index(m_model->rowCount() - 1, current.column()));
    else
        return false;
    selectionModel()->select(block, QItemSelectionModel::ClearAndSelect);
    return true;
}

void GridView::keyPressEvent(QKeyEvent* event)
{
    if (!m_model) {
        QTableView::keyPressEvent(event);
        return;
    }
    if (event->matches(QKeySequence::Copy) ||
        (event->key() == Qt::Key_C && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier))) {
        copySelection(event->modifiers().testFlag(Qt::ShiftModifier));
        return;
    }
    if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
        return;
    }
    const bool sortKey = event->modifiers() == (Qt::ControlModifier | Qt::AltModifier) &&
                         (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up);
    if (sortKey && currentIndex().isValid() && isSortingEnabled()) {
        sortByColumn(currentIndex().column(), event->key() == Qt::Key_Down ? Qt::DescendingOrder : Qt::AscendingOrder);
        return;
    }
    if (m_model->rowCount() > 0 && (moveByKey(event) || selectByKey(event)))
        return;
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && event->modifiers() == Qt::NoModifier) {
        if (currentIndex().isValid())
            emit drillRequested(currentIndex());
        return;
    }
    event->ignore();
}

void GridView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && index.isValid())
        emit drillRequested(index);
}

void GridView::contextMenuEvent(QContextMenuEvent* event)
{
    QPoint at = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid())
        at = viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft());
    emit menuRequested(at);
}

void GridView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    beginSummary();
}

void GridView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (!m_movingByKey && !QApplication::keyboardModifiers().testFlag(Qt::ShiftModifier))
        m_anchor = current;
    viewport()->update();
}

std::vector<std::pair<int, int>> GridView::selectedStretches(int column) const
{
    std::vector<std::pair<int, int>> found;
    if (!selectionModel())
        return found;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange& range : selection)
        if (range.isValid() && (column < 0 || (range.left() <= column && column <= range.right())))
            found.emplace_back(range.top(), range.bottom());
    std::sort(found.begin(), found.end());
    std::vector<std::pair<int, int>> merged; // ranges of a selection may overlap
    for (const auto& stretch : found) {
        if (!merged.empty() && stretch.first <= merged.back().second + 1)
            merged.back().second = std::max(merged.back().second, stretch.second);
        else
            merged.push_back(stretch);
    }
    return merged;
}

void GridView::beginSummary()
{
    m_adding = {};
    m_parts.clear();
    for (int column = 0; m_model && column < m_model->columnCount(); ++column) {
        for (const auto& [top, bottom] : selectedStretches(column)) {
            m_adding.cells += bottom - top + 1;
            if (m_model->isNumberColumn(column))
                m_parts.push_back({column, top, bottom});
        }
    }
    addSlice();
}

void GridView::addSlice()
{
    qint64 left = kSlice;
    while (!m_parts.empty() && left > 0) {
        Part& part = m_parts.back();
        for (; part.row <= part.bottom && left > 0; ++part.row, --left) {
            if (!m_model->isLoaded(part.row)) {
                m_adding.notLoaded += part.bottom - part.row + 1;
                part.row = part.bottom;
            } else if (const auto amount = m_model->amountAt(part.row, part.column)) {
                auto& sum = m_adding.sums[m_model->currencyAt(part.row)];
                sum.sum.add(*amount);
                ++sum.count;
            }
        }
        if (part.row > part.bottom)
            m_parts.pop_back();
    }
    const bool done = m_parts.empty();
    const bool first = m_summary.cells != m_adding.cells || !m_summary.isAdding;
    if (done || first) {
        m_summary = done ? m_adding : SelectionSummary{{}, m_adding.cells, 0, true};
        emit selectionSummaryChanged();
    }
    done ? m_adder->stop() : m_adder->start();
}

/// Qt carries every selected cell over a sorting on its own, unless all are selected.
void GridView::letGoOfLargeSelection()
{
    const qint64 all = static_cast<qint64>(m_model->rowCount()) * m_model->columnCount();
    if (m_summary.cells > kSlice && m_summary.cells < all)
        selectionModel()->clearSelection();
}

std::vector<int> GridView::selectedRows() const
{
    std::vector<int> rows;
    for (const auto& [top, bottom] : selectedStretches(-1))
        for (int row = top; row <= bottom; ++row)
            rows.push_back(row);
    return rows;
}

bool GridView::copySelection(bool withHeaders)
{
    if (!m_model || !selectionModel() || !selectionModel()->hasSelection())
        return false;
    if (m_summary.cells > kMostCopied) {
        emit copyRefused(tr("%1 cells are too many for the clipboard, which takes %2; export the grid as CSV instead")
                             .arg(format::count(static_cast<std::uint64_t>(m_summary.cells), format::locale()),
                                  format::count(static_cast<std::uint64_t>(kMostCopied), format::locale())));
        return false;
    }
    const bool asHtml = m_summary.cells <= kMostCopiedAsHtml;
    const std::vector<int> rows = selectedRows();
    std::set<int> columns;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange& range : selection)
        for (int column = range.left(); column <= range.right(); ++column)
            columns.insert(column);
    if (!std::all_of(rows.begin(), rows.end(), [this](int row) { return m_model->isLoaded(row); })) {
        emit copyRefused(tr("Part of the selection is not loaded; export the charge lines instead"));
        return false;
    }
    QStringList lines;
    QString html = QStringLiteral("<table>");
    const auto addLine = [&](const auto& cellAt, bool header) {
        QStringList cells;
        if (asHtml)
            html += QStringLiteral("<tr>");
        for (const int column : columns) {
            const bool number = !header && m_model->isNumberColumn(column);
            const QString raw = cellAt(column);
            const QString cell = number ? raw : formulaGuarded(raw, CsvGuard::Spreadsheet);
            cells << plainCell(cell);
            if (asHtml)
                html += htmlCell(cell, number);
        }
        if (asHtml)
            html += QStringLiteral("</tr>");
        lines << cells.join(u'\t');
    };
    if (withHeaders)
        addLine([this](int column) { return m_model->rawHeader(column); }, true);
    for (const int row : rows)
        addLine(
            [&](int column) {
                return selectionModel()->isSelected(m_model->index(row, column)) ? m_model->rawText(row, column)
                                                                                 : QString();
            },
            false);
    auto* mime = new QMimeData;
    mime->setText(lines.join(u'\n') + (lines.size() > 1 ? QStringLiteral("\n") : QString()));
    if (asHtml)
        mime->setHtml(html + QStringLiteral("</table>"));
    QApplication::clipboard()->setMimeData(mime);
    return true;
}

} // namespace altimeter::ui
