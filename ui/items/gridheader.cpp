#include "ui/items/gridheader.h"

#include "ui/format/format.h"
#include "ui/items/gridmodel.h"
#include "ui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

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
    setSectionsMovable(true);
    setHighlightSections(false);
    setMinimumSectionSize(60);
    setFixedHeight(kTitleHeight);
    connect(this, &QHeaderView::sectionResized, this, [this] { placeFields(); });
    connect(this, &QHeaderView::sectionMoved, this, [this] { placeFields(); });
    if (auto* area = qobject_cast<QAbstractScrollArea*>(parent))
        connect(area->horizontalScrollBar(), &QScrollBar::valueChanged, this, [this] {
            placeFields();
            if (m_frozenCount > 0) // they were scrolled along with the others
                viewport()->update();
        });
}

void GridHeader::setFrozenCount(int count)
{
    m_frozenCount = count;
    placeFields();
    viewport()->update();
}

/// Sections at the left, hidden ones among them, that stay.
int GridHeader::frozenSections() const
{
    constexpr double kMost = 0.6; ///< of the width
    int width = 0, shown = 0, sections = 0;
    for (int visual = 0; visual < count() && shown < m_frozenCount; ++visual) {
        if (isSectionHidden(logicalIndex(visual)))
            continue;
        width += sectionSize(logicalIndex(visual));
        if (width > kMost * viewport()->width())
            break;
        ++shown;
        sections = visual + 1;
    }
    return sections;
}

bool GridHeader::isFrozen(int column) const
{
    return offset() > 0 && visualIndex(column) >= 0 && visualIndex(column) < frozenSections();
}

int GridHeader::frozenWidth() const
{
    int width = 0;
    for (int visual = 0, end = offset() > 0 ? frozenSections() : 0; visual < end; ++visual)
        width += sectionSize(logicalIndex(visual));
    return width;
}

/// The sections that stay lie where they would without scrolling; to the base they are where it scrolled them.
QMouseEvent GridHeader::inPlace(const QMouseEvent& event) const
{
    return QMouseEvent(event.type(), event.position() - QPointF(offset(), 0), event.scenePosition(),
                       event.globalPosition(), event.button(), event.buttons(), event.modifiers());
}

void GridHeader::mousePressEvent(QMouseEvent* event)
{
    m_isPressedOnFrozen = event->position().x() < frozenWidth();
    const int at = static_cast<int>(event->position().x()) - (m_isPressedOnFrozen ? offset() : 0);
    m_alsoPressed =
        event->button() == Qt::LeftButton && event->modifiers() == Qt::ShiftModifier ? logicalIndexAt(at) : -1;
    if (m_alsoPressed >= 0)
        return;
    QMouseEvent moved = inPlace(*event);
    QHeaderView::mousePressEvent(m_isPressedOnFrozen ? &moved : event);
}

void GridHeader::mouseMoveEvent(QMouseEvent* event)
{
    const bool isFrozenPlace =
        event->buttons() == Qt::NoButton ? event->position().x() < frozenWidth() : m_isPressedOnFrozen;
    QMouseEvent moved = inPlace(*event);
    QHeaderView::mouseMoveEvent(isFrozenPlace ? &moved : event);
}

void GridHeader::mouseReleaseEvent(QMouseEvent* event)
{
    QMouseEvent moved = inPlace(*event);
    QMouseEvent* const placed = m_isPressedOnFrozen ? &moved : event;
    if (m_alsoPressed < 0) {
        QHeaderView::mouseReleaseEvent(placed);
        return;
    }
    if (logicalIndexAt(static_cast<int>(placed->position().x())) == m_alsoPressed)
        emit alsoSortRequested(m_alsoPressed);
    m_alsoPressed = -1;
}

void GridHeader::mouseDoubleClickEvent(QMouseEvent* event)
{
    QMouseEvent moved = inPlace(*event);
    QHeaderView::mouseDoubleClickEvent(event->position().x() < frozenWidth() ? &moved : event);
}

void GridHeader::paintEvent(QPaintEvent* event)
{
    QHeaderView::paintEvent(event);
    const int width = frozenWidth();
    if (width == 0)
        return;
    QPainter painter(viewport());
    for (int visual = 0, end = frozenSections(); visual < end; ++visual)
        if (const int section = logicalIndex(visual); !isSectionHidden(section))
            paintSection(&painter, QRect(sectionPosition(section), 0, sectionSize(section), height()), section);
    painter.fillRect(QRect(width - 1, 0, 1, height()), Theme::current().border);
}

void GridHeader::setFiltersShown(bool shown)
{
    if (m_filtersShown == shown)
        return;
    m_filtersShown = shown;
    setFixedHeight(kTitleHeight + (shown ? kFilterHeight : 0));
    placeFields();
}

/// Asks its model for what was typed; the model keeps it.
void GridHeader::showFilter(QLineEdit& field, int column)
{
    const auto* grid = qobject_cast<const GridModel*>(model());
    if (!grid)
        return;
    const QString typed = grid->filterText(column), error = grid->filterError(column);
    if (field.text() != typed) {
        const QSignalBlocker silent(field);
        field.setText(typed);
    }
    const QString title = model()->headerData(column, Qt::Horizontal).toString();
    field.setAccessibleName(tr("Filter %1", "a column").arg(title));
    field.setAccessibleDescription(error);
    field.setToolTip(error.isEmpty() ? tr("Filter: text, >100, <>x, a~b, x%, /pattern/, =null, !null; a;b for either")
                                     : error);
    if (field.property("wrong").toBool() != !error.isEmpty()) {
        field.setProperty("wrong", !error.isEmpty());
        QPalette colors = palette();
        if (!error.isEmpty())
            colors.setColor(QPalette::Text, Theme::current().bad);
        field.setPalette(colors);
    }
}

QLineEdit* GridHeader::makeField(int column)
{
    auto* field = new QLineEdit(this);
    field->setProperty("filter", true);
    field->setPlaceholderText(tr("Filter"));
    field->setClearButtonEnabled(true);
    field->installEventFilter(this);
    connect(field, &QLineEdit::textChanged, this,
            [this, column](const QString& typed) { emit filterTyped(column, typed); });
    m_fields[column] = field;
    showFilter(*field, column);
    return field;
}

/// Fields are made for the columns in sight alone, and lie above them.
void GridHeader::placeFields()
{
    for (auto field = m_fields.begin(); field != m_fields.end();) {
        if (field->first >= count()) { // a column that is gone takes its field along
            field->second->deleteLater();
            field = m_fields.erase(field);
        } else {
            ++field;
        }
    }
    const int frozen = frozenWidth();
    for (int visual = 0; visual < count(); ++visual) {
        const int column = logicalIndex(visual);
        const bool stays = isFrozen(column);
        const int right = sectionViewportPosition(column) + sectionSize(column) + (stays ? offset() : 0);
        const int left = stays ? right - sectionSize(column) : std::max(frozen, right - sectionSize(column));
        const int wide = right - left;
        const auto* grid = qobject_cast<const GridModel*>(model());
        constexpr int kNarrowest = 26; ///< of what the frozen columns leave of a field
        const bool inSight = m_filtersShown && grid && grid->canFilterColumn(column) && !isSectionHidden(column) &&
                             wide > kNarrowest && left < viewport()->width();
        const auto made = m_fields.find(column);
        if (!inSight) {
            if (made != m_fields.end() && !made->second->hasFocus())
                made->second->hide();
            continue;
        }
        QLineEdit* field = made == m_fields.end() ? makeField(column) : made->second;
        field->setGeometry(left + 3, kTitleHeight, std::max(20, wide - 6), kFilterHeight - 4);
        field->show();
    }
}

void GridHeader::readFilters()
{
    placeFields();
    for (const auto& [column, field] : m_fields)
        showFilter(*field, column);
}

QLineEdit* GridHeader::filterField(int column) const
{
    const auto found = m_fields.find(column);
    return found == m_fields.end() ? nullptr : found->second;
}

void GridHeader::focusFilter(int column)
{
    placeFields();
    if (QLineEdit* field = filterField(column)) {
        field->setFocus(Qt::ShortcutFocusReason);
        field->selectAll();
    }
}

void GridHeader::goTo(int column, int step)
{
    for (int visual = visualIndex(column) + step; visual >= 0 && visual < count(); visual += step) {
        const int next = logicalIndex(visual);
        const auto* grid = qobject_cast<const GridModel*>(model());
        if (isSectionHidden(next) || !grid || !grid->canFilterColumn(next))
            continue;
        if (auto* area = qobject_cast<QAbstractScrollArea*>(parent())) {
            QScrollBar* bar = area->horizontalScrollBar();
            const int left = sectionViewportPosition(next) - frozenWidth();
            const int beyond = sectionViewportPosition(next) + sectionSize(next) - viewport()->width();
            if (!isFrozen(next))
                bar->setValue(bar->value() + (left < 0 ? left : std::max(0, std::min(left, beyond))));
        }
        focusFilter(next);
        return;
    }
    emit filterLeft(column);
}

bool GridHeader::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QHeaderView::eventFilter(watched, event);
    const auto of = std::find_if(m_fields.begin(), m_fields.end(),
                                 [watched](const auto& field) { return field.second == watched; });
    if (of == m_fields.end())
        return QHeaderView::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Tab:
        goTo(of->first, 1);
        return true;
    case Qt::Key_Backtab:
        goTo(of->first, -1);
        return true;
    case Qt::Key_Escape:
        if (!of->second->text().isEmpty())
            of->second->clear();
        else
            emit filterLeft(of->first);
        return true;
    case Qt::Key_Down:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit filterLeft(of->first);
        return true;
    default:
        return false;
    }
}

void GridHeader::resizeEvent(QResizeEvent* event)
{
    QHeaderView::resizeEvent(event);
    placeFields();
}

void GridHeader::updateGeometries()
{
    QHeaderView::updateGeometries();
    placeFields();
}

int GridHeader::titleWidth(const QAbstractItemModel& model, int column)
{
    const QString title = model.headerData(column, Qt::Horizontal).toString();
    return QFontMetrics(headerFont()).horizontalAdvance(title) + 2 * kInset + 2; // letters may lean over
}

QSize GridHeader::sectionSizeFromContents(int section) const
{
    return {(model() ? titleWidth(*model(), section) : 2 * kInset) + 16,
            kTitleHeight + (m_filtersShown ? kFilterHeight : 0)}; // and the arrow
}

void GridHeader::paintSection(QPainter* painter, const QRect& whole, int section) const
{
    const Theme& theme = Theme::current();
    painter->save();
    painter->fillRect(whole, theme.card);
    painter->fillRect(QRect(whole.left(), whole.bottom(), whole.width(), 1), theme.border);
    const QRect rect(whole.left(), whole.top(), whole.width(), kTitleHeight);
    const bool right = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    const auto* grid = qobject_cast<const GridModel*>(model());
    const GridModel::SortKeys keys = grid && isSortIndicatorShown() ? grid->sortKeys() : GridModel::SortKeys();
    const bool sorted =
        std::any_of(keys.begin(), keys.end(), [section](const auto& key) { return key.column == section; });
    const QFont font = headerFont();
    const QFontMetrics metrics(font);
    const int arrow = !sorted ? 0 : keys.size() > 1 ? 14 + QFontMetrics(font).horizontalAdvance(u'0') + 2 : 14;
    const QRect inner = rect.adjusted(kInset, 0, -kInset, -1);
    const QString title = metrics.elidedText(model()->headerData(section, Qt::Horizontal).toString(), Qt::ElideRight,
                                             inner.width() - arrow);
    const int width = metrics.horizontalAdvance(title);
    const int x = right ? inner.right() + 1 - width : inner.left();
    painter->setFont(font);
    painter->setPen(sorted ? theme.text : theme.textSecondary);
    painter->drawText(QRect(x, inner.top(), width + 2, inner.height()), Qt::AlignVCenter | Qt::AlignLeft, title);
    if (sorted)
        paintSortMark(*painter, right ? x - arrow + 2 : x + width + 6, rect.center().y(), section);
    painter->restore();
}

/// The way of the order, ▼ is descending, and which key of several the column is.
void GridHeader::paintSortMark(QPainter& painter, double left, double middle, int section) const
{
    const GridModel::SortKeys keys = qobject_cast<const GridModel*>(model())->sortKeys();
    const auto key =
        std::find_if(keys.begin(), keys.end(), [section](const auto& one) { return one.column == section; });
    const bool down = key->order == Qt::DescendingOrder;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::current().accent);
    const double tip = down ? middle + 3 : middle - 2.5, base = down ? middle - 2 : middle + 2.5;
    painter.drawPolygon(QPolygonF({{left, base}, {left + 8, base}, {left + 4, tip}}));
    if (keys.size() < 2)
        return;
    painter.setPen(Theme::current().textSecondary);
    const double height = QFontMetrics(painter.font()).capHeight();
    painter.drawText(QPointF(left + 10, middle + height / 2),
                     format::count(static_cast<std::uint64_t>(key - keys.begin()) + 1));
}

} // namespace altimeter::ui
