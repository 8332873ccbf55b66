#include "ui/items/gridview.h"

#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/items/gridcolumns.h"
#include "ui/items/gridheader.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QIcon>
#include <QKeyEvent>
#include <QMenu>
#include <QMetaMethod>
#include <QMimeData>
#include <QPainter>
#include <QPointer>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTimer>

#include <algorithm>
#include <climits>
#include <set>

namespace altimeter::ui {

namespace {

constexpr int kFoldMark = 18; ///< room of the mark of a row with parts below it

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
        if (const auto* view = qobject_cast<const GridView*>(parent()); view && view->columns().isMarked(index))
            paintMark(*painter, option.rect);
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
        if (const int fold = index.data(GridModel::FoldRole).toInt(); fold != GridModel::NoFold) {
            paintFold(*painter, inner, fold);
            inner.setLeft(inner.left() + kFoldMark);
        }
        const QVariant color = index.data(Qt::ForegroundRole);
        painter->setPen(color.isValid() ? qvariant_cast<QColor>(color) : theme.text);
        painter->setFont(font);
        drawCell(*painter, inner, alignment, metrics, fittingText(index, metrics, inner.width()));
        const auto* view = qobject_cast<const GridView*>(parent());
        if (view && view->isNoted && view->isNoted(index))
            paintNoted(*painter, option.rect);
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
    /// An amount that does not fit is written in short with its unit: cut digits would be another amount.
    QString fittingText(const QModelIndex& index, const QFontMetrics& metrics, int width) const
    {
        const auto* view = qobject_cast<const GridView*>(parent());
        QString text = view ? view->cellText(index) : index.data().toString();
        if (metrics.horizontalAdvance(text) <= width)
            return text;
        if (const QVariant brief = index.data(GridModel::ShortRole); brief.isValid())
            text = brief.toString();
        return metrics.elidedText(text, Qt::ElideRight, width);
    }
    /// A tint and a bar at the edge, so that it is not told by colour alone.
    static void paintMark(QPainter& painter, const QRect& rect)
    {
        QColor tint = Theme::current().warning;
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height() - 1), tint);
        tint.setAlphaF(0.16f);
        painter.fillRect(rect.adjusted(0, 0, 0, -1), tint);
    }
    /// The corner that spreadsheets fold where a cell has a comment.
    static void paintNoted(QPainter& painter, const QRect& rect)
    {
        constexpr int kCorner = 8; // pixels
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::current().accent);
        const QPointF corner = QRectF(rect).topRight();
        painter.drawPolygon(QPolygonF({corner, corner - QPointF(kCorner, 0), corner + QPointF(0, kCorner)}));
        painter.restore();
    }
    static void paintFold(QPainter& painter, const QRect& room, int fold)
    {
        if (fold == GridModel::Beside)
            return;
        const QPointF middle(room.left() + 4.5, room.center().y() + 0.5);
        const QPolygonF mark = fold == GridModel::Open ? QPolygonF({{-4.5, -2.5}, {4.5, -2.5}, {0, 3}})
                                                       : QPolygonF({{-2.5, -4.5}, {3, 0}, {-2.5, 4.5}});
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::current().textSecondary);
        painter.drawPolygon(mark.translated(middle));
        painter.restore();
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

GridView::GridView(const QString& accessibleName, QWidget* parent)
    : QTableView(parent), m_adder(new QTimer(this)), m_widener(new QTimer(this)), m_header(new GridHeader(this)),
      m_columns(new GridColumns(*this))
{
    m_adder->setInterval(0);
    connect(m_adder, &QTimer::timeout, this, &GridView::addSlice);
    m_widener->setInterval(0);
    m_widener->setSingleShot(true);
    connect(m_widener, &QTimer::timeout, this, &GridView::widenForShown);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, m_widener, qOverload<>(&QTimer::start));
    setProperty("bare", true);
    setAccessibleName(accessibleName);
    setHorizontalHeader(m_header);
    connect(m_header, &GridHeader::filterTyped, this, [this](int column, const QString& typed) {
        m_filtering = true;
        m_model->setFilterText(column, typed);
        m_filtering = false;
        m_header->readFilters();
        emit filtersChanged();
    });
    connect(m_header, &GridHeader::filterLeft, this, [this](int column) {
        setFocus(Qt::OtherFocusReason);
        if (m_model->rowCount() > 0 && column < m_model->columnCount())
            setCurrentIndex(m_model->index(std::max(0, currentIndex().row()), column));
    });
    setItemDelegate(new GridDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    const auto setDensity = [this] {
        verticalHeader()->setMinimumSectionSize(Theme::rowHeight());
        verticalHeader()->setDefaultSectionSize(Theme::rowHeight());
    };
    setDensity();
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, this, setDensity);
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
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column, int, int size) {
        if (!m_sizing && size > 0 && QApplication::mouseButtons() != Qt::NoButton)
            m_columns->setWidth(column, size);
    });
    connect(m_header, &QHeaderView::sectionMoved, m_columns, &GridColumns::noteOrder);
    connect(m_header, &GridHeader::alsoSortRequested, this, [this](int column) { alsoSortBy(column); });
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        if (m_model && m_columns->frozen() > 0) // what stays was scrolled along with the rest
            viewport()->update();
    });
    m_header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_header, &QWidget::customContextMenuRequested, this,
            [this](const QPoint& at) { openColumnMenu(m_header->logicalIndexAt(at), m_header->mapToGlobal(at)); });
}

/// sortChosen() comes behind the base's own listening, which sorts.
void GridView::setSortingEnabled(bool enabled)
{
    QTableView::setSortingEnabled(enabled);
    disconnect(m_sorted);
    if (enabled)
        m_sorted = connect(m_header, &QHeaderView::sortIndicatorChanged, this, &GridView::sortChosen);
}

void GridView::setGridModel(GridModel* model)
{
    m_model = model;
    setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_anchor = QPersistentModelIndex();
        if (!m_filtering) {
            layOutColumns();
        } else {
            m_widener->start();
        }
        beginSummary();
        m_header->readFilters();
        emit filtersChanged();
    });
    connect(model, &QAbstractItemModel::dataChanged, this, [this] {
        if (selectionModel()->hasSelection())
            beginSummary();
        m_widener->start();
    });
    const auto rowsChanged = [this] {
        if (selectionModel()->hasSelection())
            beginSummary();
        m_widener->start();
    };
    connect(model, &QAbstractItemModel::rowsInserted, this, rowsChanged);
    connect(model, &QAbstractItemModel::rowsRemoved, this, rowsChanged);
    connect(model, &QAbstractItemModel::layoutChanged, m_widener, qOverload<>(&QTimer::start));
    connect(model, &GridModel::footerChanged, this, &GridView::filtersChanged);
    connect(model, &GridModel::aboutToReorder, this, &GridView::letGoOfLargeSelection);
    layOutColumns();
}

void GridView::layOutColumns()
{
    if (!m_model || m_model->columnCount() == 0)
        return;
    m_sizing = true;
    m_footer = m_model->footer();
    m_columns->apply();
    int rest = viewport()->width(), shares = 0;
    const int shown =
        viewport()->height() / Theme::rowHeight() + 1; // what comes into sight later is made room for then
    const int first = std::max(0, rowAt(0));
    std::vector<int> widths; // never narrower than their titles, which are longer in some languages
    for (int column = 0; column < m_model->columnCount(); ++column) {
        if (m_columns->isHidden(column)) {
            widths.push_back(0);
            continue;
        }
        widths.push_back(std::max(m_model->columnWidth(column), GridHeader::titleWidth(*m_model, column)));
        if (m_columns->width(column) > 0)
            widths.back() = m_columns->width(column);
        else if (m_model->isNumberColumn(column))
            widths.back() = std::max(widths.back(), figureWidth(column, first, first + shown));
        rest -= widths.back();
        shares += m_columns->width(column) > 0 ? 0 : m_model->columnStretch(column);
    }
    for (int column = 0; column < m_model->columnCount(); ++column) {
        if (m_columns->isHidden(column))
            continue;
        const int stretch = m_columns->width(column) > 0 ? 0 : m_model->columnStretch(column);
        const int extra = rest > 0 && stretch > 0 ? rest * stretch / shares : 0;
        rest -= extra;
        shares -= stretch;
        setColumnWidth(column, widths[static_cast<std::size_t>(column)] + extra);
    }
    m_sizing = false;
}

/// What the figures of some rows of a column, and its totals, take.
int GridView::figureWidth(int column, int firstRow, int lastRow) const
{
    QFont bold = Theme::current().number;
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(bold);
    int width = 0;
    for (int row = std::max(0, firstRow); row <= lastRow && row < m_model->rowCount(); ++row)
        if (m_model->isLoaded(row)) // a row on its way would be asked for
            width = std::max(width, metrics.horizontalAdvance(cellText(m_model->index(row, column))));
    for (const GridModel::FooterLine& line : m_footer)
        width = std::max(width, metrics.horizontalAdvance(footerText(line, column)));
    return width + 2 * GridHeader::kInset + 2;
}

void GridView::widenForShown()
{
    if (!m_model || m_model->rowCount() == 0)
        return;
    const int first = std::max(0, rowAt(0)), last = rowAt(viewport()->height() - 1);
    m_sizing = true;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const int left = columnViewportPosition(column);
        if (left > viewport()->width() || (left + columnWidth(column) < 0 && !m_header->isFrozen(column)))
            continue;
        if (!m_model->isNumberColumn(column) || m_columns->isHidden(column) || m_columns->width(column) > 0)
            continue;
        const int wanted = figureWidth(column, first, last < 0 ? m_model->rowCount() - 1 : last);
        if (wanted > columnWidth(column))
            setColumnWidth(column, wanted);
    }
    m_sizing = false;
}

void GridView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    layOutColumns();
}

void GridView::setFiltersShown(bool shown)
{
    m_header->setFiltersShown(shown && m_model && m_model->canFilter());
    updateGeometries();
}

bool GridView::areFiltersShown() const
{
    return m_header->areFiltersShown();
}

void GridView::focusFilter(int column)
{
    setFiltersShown(true);
    int wanted = column >= 0 ? column : std::max(0, currentIndex().column());
    for (int tried = 0; tried < m_model->columnCount() && !m_model->canFilterColumn(wanted); ++tried)
        wanted = (wanted + 1) % m_model->columnCount();
    m_header->focusFilter(wanted);
}

void GridView::clearFilters()
{
    m_filtering = true;
    m_model->clearFilters();
    m_filtering = false;
    m_header->readFilters();
    emit filtersChanged();
}

QString GridView::cellText(const QModelIndex& index) const
{
    const format::NumberFormat as = m_columns->numberFormat(index.column());
    const QString text = index.data().toString();
    if (as.isUsual())
        return text;
    const auto amount = m_model->amountAt(index.row(), index.column());
    if (!amount)
        return text;
    const QString written = format::moneyAs(as, *amount, m_model->currencyAt(index.row()), format::locale());
    return text.startsWith(u'+') ? u'+' + written : written;
}

QString GridView::footerText(const GridModel::FooterLine& line, int column) const
{
    const format::NumberFormat as = m_columns->numberFormat(column);
    const auto amount = line.amounts.find(column);
    if (!as.isUsual() && amount != line.amounts.end())
        return format::moneyAs(as, amount->second, line.currency, format::locale());
    return column < line.cells.size() ? line.cells.at(column) : QString();
}

void GridView::openColumnMenu(int column, const QPoint& globalPosition)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_columns->fillMenu(*menu, column);
    menu->popup(globalPosition);
}

QString GridView::filterSummary() const
{
    if (!m_model || !m_model->isFiltered())
        return {};
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const QString error = m_model->filterError(column);
        if (!error.isEmpty())
            return error;
    }
    return tr("%1 of %2", "rows that a filter keeps, all rows")
        .arg(format::count(static_cast<std::uint64_t>(m_model->rowCount()), format::locale()),
             format::count(static_cast<std::uint64_t>(m_model->unfilteredRows()), format::locale()));
}

void GridView::keyboardSearch(const QString&) {}

/// Where Ctrl+arrow goes: to the last filled cell before a hole, or over the hole to the next filled cell. What is
/// further away than kMostSteps is not looked for: then it is the last row.
int GridView::edge(int row, int column, int rowStep, int columnStep) const
{
    constexpr int kMostSteps = 500'000;
    if (columnStep != 0)
        return columnEdge(row, column, columnStep);
    const int last = m_model->rowCount() - 1;
    const int by = rowStep;
    int at = row;
    const auto empty = [&](int position) { return m_model->isEmptyCell(position, column); };
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

/// The same along a row, over the columns in sight.
int GridView::columnEdge(int row, int column, int by) const
{
    const auto empty = [&](int at) { return m_model->isEmptyCell(row, at); };
    int at = column, next = besideColumn(at, by);
    if (next == at)
        return at;
    const bool toHole = !empty(at) && !empty(next);
    at = next;
    for (next = besideColumn(at, by); next != at && (toHole ? !empty(next) : empty(at)); next = besideColumn(at, by))
        at = next;
    return at;
}

/// As the columns stand: the user may have put them in another order.
int GridView::besideColumn(int column, int by) const
{
    const int count = m_model->columnCount();
    const int from = column < 0 ? -1 : column >= count ? count : m_header->visualIndex(column);
    for (int next = from + by; next >= 0 && next < count; next += by)
        if (!isColumnHidden(m_header->logicalIndex(next)))
            return m_header->logicalIndex(next);
    return column;
}

/// All cells between two corners, as the columns stand.
QItemSelection GridView::block(const QModelIndex& from, const QModelIndex& to) const
{
    const auto [top, bottom] = std::minmax({from.row(), to.row()});
    if (!m_header->sectionsMoved()) {
        const auto [left, right] = std::minmax({from.column(), to.column()});
        return {m_model->index(top, left), m_model->index(bottom, right)};
    }
    const auto [left, right] = std::minmax({m_header->visualIndex(from.column()), m_header->visualIndex(to.column())});
    QItemSelection cells;
    for (int visual = left; visual <= right; ++visual) {
        const int column = m_header->logicalIndex(visual);
        cells.select(m_model->index(top, column), m_model->index(bottom, column));
    }
    return cells;
}

QModelIndex GridView::indexAt(const QPoint& at) const
{
    const bool isFrozen = at.x() >= 0 && at.x() < m_header->frozenWidth();
    return QTableView::indexAt(isFrozen ? at - QPoint(m_header->offset(), 0) : at);
}

QRect GridView::visualRect(const QModelIndex& index) const
{
    QRect rect = QTableView::visualRect(index);
    if (index.isValid() && m_header->isFrozen(index.column()))
        rect.translate(m_header->offset(), 0);
    return rect;
}

void GridView::scrollTo(const QModelIndex& index, ScrollHint hint)
{
    QScrollBar* bar = horizontalScrollBar();
    const bool stays = index.isValid() && m_header->isFrozen(index.column());
    const int before = bar->value();
    QTableView::scrollTo(index, hint);
    if (stays)
        bar->setValue(before);
    else if (const int below = m_header->frozenWidth() - columnViewportPosition(index.column());
             index.isValid() && below > 0)
        bar->setValue(bar->value() - below);
}

QRegion GridView::visualRegionForSelection(const QItemSelection& selection) const
{
    QRegion region = QTableView::visualRegionForSelection(selection);
    if (const int width = m_header->frozenWidth(); width > 0)
        region += QRect(0, 0, width, viewport()->height());
    return region;
}

/// The frozen columns are painted over what scrolled below them.
void GridView::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    const int width = m_header->frozenWidth();
    if (!m_model || width == 0 || event->rect().left() >= width)
        return;
    QPainter painter(viewport());
    painter.setClipRect(QRect(0, 0, width, viewport()->height()));
    painter.fillRect(QRect(0, 0, width, viewport()->height()), Theme::current().card);
    const int last = rowAt(viewport()->height() - 1);
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    for (int row = std::max(0, rowAt(0)); row < m_model->rowCount() && (last < 0 || row <= last); ++row) {
        for (int column = 0; column < m_model->columnCount(); ++column) {
            if (isColumnHidden(column) || !m_header->isFrozen(column))
                continue;
            const QModelIndex cell = m_model->index(row, column);
            option.rect = visualRect(cell);
            option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(cell));
            itemDelegate()->paint(&painter, option, cell);
        }
    }
    painter.fillRect(QRect(width - 1, 0, 1, viewport()->height()), Theme::current().border);
}

void GridView::alsoSortBy(int column, std::optional<Qt::SortOrder> order)
{
    if (!m_model || !isSortingEnabled() || !m_model->canSortColumn(column))
        return;
    GridModel::SortKeys keys = m_model->sortKeys();
    const auto known =
        std::find_if(keys.begin(), keys.end(), [column](const auto& key) { return key.column == column; });
    const QVariant first = m_model->headerData(column, Qt::Horizontal, Qt::InitialSortOrderRole);
    if (known != keys.end())
        known->order = order.value_or(known->order == Qt::AscendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder);
    else if (keys.size() >= m_model->mostSortKeys())
        keys = {{column, order.value_or(static_cast<Qt::SortOrder>(first.toInt()))}};
    else
        keys.push_back({column, order.value_or(static_cast<Qt::SortOrder>(first.toInt()))});
    m_model->sortBy(keys);
    readSortKeys();
    emit sortChosen();
}

void GridView::readSortKeys()
{
    const GridModel::SortKeys keys = m_model->sortKeys();
    const QSignalBlocker silent(m_header); // the rows are in this order already
    m_header->setSortIndicator(keys.empty() ? -1 : keys.front().column,
                               keys.empty() ? Qt::AscendingOrder : keys.front().order);
    m_header->viewport()->update();
}

int GridView::shownColumnCount() const
{
    int shown = 0;
    for (int column = 0; column < m_model->columnCount(); ++column)
        shown += isColumnHidden(column) ? 0 : 1;
    return shown;
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
        selectionModel()->select(block(m_anchor, target), QItemSelectionModel::ClearAndSelect);
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
    const int page = std::max(1, viewport()->height() / Theme::rowHeight() - 1);
    const int lastRow = m_model->rowCount() - 1, lastColumn = besideColumn(m_model->columnCount(), -1);
    switch (event->key()) {
    case Qt::Key_Up:
        moveTo(jump ? edge(row, column, -1, 0) : row - 1, column, extend);
        return true;
    case Qt::Key_Down:
        moveTo(jump ? edge(row, column, 1, 0) : row + 1, column, extend);
        return true;
    case Qt::Key_Left:
        moveTo(row, jump ? edge(row, column, 0, -1) : besideColumn(column, -1), extend);
        return true;
    case Qt::Key_Right:
        moveTo(row, jump ? edge(row, column, 0, 1) : besideColumn(column, 1), extend);
        return true;
    case Qt::Key_PageUp:
        moveTo(row - page, column, extend);
        return true;
    case Qt::Key_PageDown:
        moveTo(row + page, column, extend);
        return true;
    case Qt::Key_Home:
        moveTo(jump ? 0 : row, besideColumn(-1, 1), extend);
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
    if (event->key() == Qt::Key_F && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier) &&
        m_model->canFilter()) {
        focusFilter();
        return;
    }
    if (event->key() == Qt::Key_M && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
        const int column = std::max(0, currentIndex().column());
        openColumnMenu(column,
                       m_header->mapToGlobal(QPoint(m_header->sectionViewportPosition(column), m_header->height())));
        return;
    }
    if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
        return;
    }
    if (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier) { // not every platform makes it one
        QContextMenuEvent menu(QContextMenuEvent::Keyboard, QPoint(), viewport()->mapToGlobal(QPoint()));
        contextMenuEvent(&menu);
        return;
    }
    if (m_model->rowCount() > 0 && foldByKey(event))
        return;
    if (sortByKey(event) || moveColumnByKey(event))
        return;
    if (m_model->rowCount() > 0 && (moveByKey(event) || selectByKey(event)))
        return;
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && event->modifiers() == Qt::NoModifier) {
        if (currentIndex().isValid())
            emit drillRequested(currentIndex());
        return;
    }
    event->ignore();
}

bool GridView::foldByKey(QKeyEvent* event)
{
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
        return false;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Minus:
        if (currentIndex().isValid())
            m_model->setFolded(currentIndex().row(), event->key() == Qt::Key_Minus);
        return true;
    case Qt::Key_Asterisk:
    case Qt::Key_Slash:
        emit foldAllRequested(event->key() == Qt::Key_Slash);
        return true;
    default:
        return false;
    }
}

bool GridView::sortByKey(QKeyEvent* event)
{
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    const bool isFurther = modifiers == (Qt::ControlModifier | Qt::AltModifier | Qt::ShiftModifier);
    if ((modifiers != (Qt::ControlModifier | Qt::AltModifier) && !isFurther) ||
        (event->key() != Qt::Key_Down && event->key() != Qt::Key_Up) || !currentIndex().isValid() ||
        !isSortingEnabled())
        return false;
    const Qt::SortOrder order = event->key() == Qt::Key_Down ? Qt::DescendingOrder : Qt::AscendingOrder;
    if (isFurther)
        alsoSortBy(currentIndex().column(), order);
    else
        sortByColumn(currentIndex().column(), order);
    return true;
}

bool GridView::moveColumnByKey(QKeyEvent* event)
{
    const bool isLeft = event->key() == Qt::Key_Left;
    if ((event->modifiers() & ~Qt::KeypadModifier) != (Qt::AltModifier | Qt::ShiftModifier) ||
        (!isLeft && event->key() != Qt::Key_Right) || !currentIndex().isValid())
        return false;
    m_columns->move(currentIndex().column(), isLeft ? -1 : 1);
    scrollTo(currentIndex());
    return true;
}

bool GridView::isOnFoldMark(const QPoint& at) const
{
    const QModelIndex index = indexAt(at);
    const int fold = index.data(GridModel::FoldRole).toInt();
    return (fold == GridModel::Folded || fold == GridModel::Open) &&
           at.x() < visualRect(index).left() + GridHeader::kInset + kFoldMark;
}

void GridView::mousePressEvent(QMouseEvent* event)
{
    QTableView::mousePressEvent(event);
    const QPoint at = event->position().toPoint();
    if (event->button() == Qt::LeftButton && m_model && isOnFoldMark(at)) {
        const QModelIndex index = indexAt(at);
        m_model->setFolded(index.row(), index.data(GridModel::FoldRole).toInt() == GridModel::Open);
    }
}

void GridView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    const QModelIndex index = indexAt(at);
    if (event->button() != Qt::LeftButton || !index.isValid())
        return;
    if (isOnFoldMark(at)) // two clicks in a row
        m_model->setFolded(index.row(), index.data(GridModel::FoldRole).toInt() == GridModel::Open);
    else
        emit drillRequested(index);
}

void GridView::contextMenuEvent(QContextMenuEvent* event)
{
    QPoint at = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid())
        at = viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft());
    if (isSignalConnected(QMetaMethod::fromSignal(&GridView::menuRequested)))
        emit menuRequested(at);
    else if (m_model)
        openCellMenu(at);
}

/// Where the page has no menu of its own for its rows.
void GridView::openCellMenu(const QPoint& globalPosition)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(tr("Menu of the cell"));
    menu->addAction(tr("Copy"), this, [this] { copySelection(false); });
    menu->addAction(tr("Copy with headers"), this, [this] { copySelection(true); });
    menu->addAction(tr("Select all"), this, &QAbstractItemView::selectAll);
    menu->addSeparator();
    m_columns->fillMenu(*menu, std::max(0, currentIndex().column()));
    menu->popup(globalPosition);
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
    m_sumKind.reset();
    ++m_summaryRequest;
    for (int column = 0; m_model && column < m_model->columnCount(); ++column) {
        if (isColumnHidden(column))
            continue;
        for (const auto& [top, bottom] : selectedStretches(column)) {
            m_adding.cells += bottom - top + 1;
            if (m_model->isNumberColumn(column))
                m_parts.push_back({column, top, bottom});
        }
    }
    if (!askStoredSum())
        addSlice();
}

/// A selection of which not every row is loaded is added up where the rows are.
bool GridView::askStoredSum()
{
    if (m_model->isWhole())
        return false;
    const bool isLoaded = std::all_of(m_parts.begin(), m_parts.end(), [this](const Part& part) {
        for (int row = part.row; row <= part.bottom; ++row)
            if (!m_model->isLoaded(row))
                return false;
        return true;
    });
    if (isLoaded)
        return false;
    const auto told = [self = QPointer<GridView>(this), request = m_summaryRequest,
                       cells = m_adding.cells](std::optional<GridModel::KnownSums> sums, const QString& why) {
        if (!self || request != self->m_summaryRequest)
            return;
        SelectionSummary summary;
        summary.cells = cells;
        summary.whyNone = sums ? QString() : why;
        summary.notLoaded = sums || !why.isEmpty() ? 0 : cells;
        if (sums)
            for (const auto& [currency, known] : *sums)
                summary.sums[currency] = {known.sum, static_cast<int>(std::min<std::uint64_t>(known.count, INT_MAX))};
        self->m_summary = summary;
        emit self->selectionSummaryChanged();
    };
    m_summary = SelectionSummary{{}, m_adding.cells, 0, true, {}, false};
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const auto stretches = isColumnHidden(column) ? GridModel::Stretches() : selectedStretches(column);
        if (stretches.empty() || !m_model->askSum(column, stretches, told))
            continue;
        m_parts.clear();
        m_adder->stop();
        if (m_summary.isAdding)
            emit selectionSummaryChanged();
        return true;
    }
    return false;
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
                const int kind = m_model->sumKind(part.row, part.column);
                m_adding.isMixed = m_adding.isMixed || (m_sumKind && *m_sumKind != kind);
                m_sumKind = kind;
                auto& sum = m_adding.sums[m_model->currencyAt(part.row)];
                sum.sum.add(*amount);
                ++sum.count;
            }
        }
        if (part.row > part.bottom)
            m_parts.pop_back();
    }
    if (m_adding.isMixed) {
        m_adding.sums.clear();
        m_parts.clear();
    }
    const bool done = m_parts.empty();
    const bool first = m_summary.cells != m_adding.cells || !m_summary.isAdding;
    if (done || first) {
        m_summary = done ? m_adding : SelectionSummary{{}, m_adding.cells, 0, true, {}, false};
        emit selectionSummaryChanged();
    }
    done ? m_adder->stop() : m_adder->start();
}

/// Qt carries every selected cell over a sorting on its own, unless all are selected.
void GridView::letGoOfLargeSelection()
{
    const qint64 all = static_cast<qint64>(m_model->rowCount()) * shownColumnCount();
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
    const auto stretches = selectedStretches(-1);
    const bool isLoaded = std::all_of(stretches.begin(), stretches.end(), [this](const auto& stretch) {
        for (int row = stretch.first; row <= stretch.second; ++row)
            if (!m_model->isLoaded(row))
                return false;
        return true;
    });
    if (isLoaded) {
        putOnClipboard(withHeaders);
        return true;
    }
    const bool isComing = m_model->loadRows(stretches, [self = QPointer<GridView>(this), withHeaders,
                                                        stretches](bool isWhole) {
        if (!self)
            return;
        if (!isWhole || self->selectedStretches(-1) != stretches) {
            emit self->copyRefused(tr("Nothing was copied: the lines could not all be read, or others are selected"));
            return;
        }
        self->putOnClipboard(withHeaders);
        emit self->copied();
    });
    if (!isComing)
        emit copyRefused(tr("Part of the selection is not loaded; export the charge lines instead"));
    return isComing;
}

/// Those in sight of which a cell is selected, as they stand.
std::vector<int> GridView::selectedColumns() const
{
    std::set<int> places;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange& range : selection)
        for (int column = range.left(); column <= range.right(); ++column)
            if (!isColumnHidden(column))
                places.insert(m_header->visualIndex(column));
    std::vector<int> columns;
    for (const int visual : places)
        columns.push_back(m_header->logicalIndex(visual));
    return columns;
}

/// Requires that every selected row is loaded.
void GridView::putOnClipboard(bool withHeaders)
{
    const bool asHtml = m_summary.cells <= kMostCopiedAsHtml;
    const std::vector<int> rows = selectedRows();
    const std::vector<int> columns = selectedColumns();
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
    const bool isAllRows = rows.size() == static_cast<std::size_t>(m_model->rowCount());
    if (withHeaders && isAllRows && m_model->handsOutTotals())
        for (const GridModel::FooterLine& line : m_model->footer())
            addLine([&](int column) { return m_model->rawFooter(line, column); }, false);
    auto* mime = new QMimeData;
    mime->setText(lines.join(u'\n') + (lines.size() > 1 ? QStringLiteral("\n") : QString()));
    if (asHtml)
        mime->setHtml(html + QStringLiteral("</table>"));
    QApplication::clipboard()->setMimeData(mime);
}

} // namespace altimeter::ui
