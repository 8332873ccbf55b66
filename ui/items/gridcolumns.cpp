#include "ui/items/gridcolumns.h"

#include "ui/format/format.h"
#include "ui/items/gridview.h"

#include <QAction>
#include <QActionGroup>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

using format::NumberFormat;

GridColumns::GridColumns(GridView& view) : QObject(&view), m_view(view) {}

bool GridColumns::isHidden(int column) const
{
    const GridModel* model = m_view.gridModel();
    const auto chosen = m_hidden.find(model->columnKey(column));
    return chosen == m_hidden.end() ? model->isHiddenAtFirst(column) : chosen->second;
}

void GridColumns::setHidden(int column, bool hidden)
{
    m_hidden[m_view.gridModel()->columnKey(column)] = hidden;
    m_view.layOutColumns();
    emit changed();
}

int GridColumns::width(int column) const
{
    const auto chosen = m_widths.find(m_view.gridModel()->columnKey(column));
    return chosen == m_widths.end() ? 0 : chosen->second;
}

void GridColumns::setWidth(int column, int width)
{
    m_widths[m_view.gridModel()->columnKey(column)] = width;
    emit changed();
}

NumberFormat GridColumns::numberFormat(int column) const
{
    const auto chosen = m_formats.find(m_view.gridModel()->columnKey(column));
    return chosen == m_formats.end() ? NumberFormat() : chosen->second;
}

void GridColumns::setNumberFormat(int column, const NumberFormat& as)
{
    const QString key = m_view.gridModel()->columnKey(column);
    if (as.isUsual())
        m_formats.erase(key);
    else
        m_formats[key] = as;
    m_view.layOutColumns();
    m_view.viewport()->update();
    emit changed();
}

void GridColumns::setMark(int column, const QString& typed)
{
    const GridModel& model = *m_view.gridModel();
    m_marks.set(model.columnKey(column), model.filterKind(column), typed);
    m_view.viewport()->update();
    emit changed();
}

bool GridColumns::isMarked(const QModelIndex& cell) const
{
    if (m_marks.isEmpty())
        return false;
    const GridModel& model = *m_view.gridModel();
    const CellFilter* mark = m_marks.find(model.columnKey(cell.column()));
    if (!mark || !model.isLoaded(cell.row()))
        return false;
    const std::string shown = cell.data().toString().toStdString();
    const std::string raw = model.rawText(cell.row(), cell.column()).toStdString();
    return mark->matches({shown, raw});
}

void GridColumns::apply()
{
    const GridModel& model = *m_view.gridModel();
    for (int column = 0; column < model.columnCount(); ++column) {
        m_view.setColumnHidden(column, isHidden(column));
        if (const auto mark = m_wanted.find(model.columnKey(column)); mark != m_wanted.end()) {
            m_marks.set(mark->first, model.filterKind(column), mark->second);
            m_wanted.erase(mark);
        }
    }
}

int GridColumns::shownCount() const
{
    int shown = 0;
    for (int column = 0; column < m_view.gridModel()->columnCount(); ++column)
        shown += isHidden(column) ? 0 : 1;
    return shown;
}

bool GridColumns::holdsAmounts(int column) const
{
    constexpr int kLooked = 50;
    const GridModel& model = *m_view.gridModel();
    for (int row = 0; row < std::min(kLooked, model.rowCount()); ++row)
        if (model.isLoaded(row) && model.amountAt(row, column))
            return true;
    return false;
}

void GridColumns::addFormats(QMenu& menu, int column)
{
    const NumberFormat now = numberFormat(column);
    const auto add = [&](QMenu* to, const QString& title, bool isNow, auto change) {
        QAction* action = to->addAction(title, this, [this, column, change] {
            NumberFormat next = numberFormat(column);
            change(next);
            setNumberFormat(column, next);
        });
        action->setCheckable(true);
        action->setChecked(isNow);
    };
    using Scale = NumberFormat::Scale;
    for (const auto& [scale, title] :
         {std::pair(Scale::Whole, tr("Whole amounts")), std::pair(Scale::Thousands, tr("Thousands")),
          std::pair(Scale::Millions, tr("Millions"))})
        add(&menu, title, now.scale == scale, [scale = scale](NumberFormat& as) { as.scale = scale; });
    menu.addSeparator();
    QMenu* decimals = menu.addMenu(tr("Decimals"));
    add(decimals, tr("As usual"), now.decimals == NumberFormat::kUsual,
        [](NumberFormat& as) { as.decimals = NumberFormat::kUsual; });
    for (const int count : {0, 1, 2, 3, 6, 9})
        add(decimals, format::count(static_cast<std::uint64_t>(count)), now.decimals == count,
            [count](NumberFormat& as) { as.decimals = count; });
    add(&menu, tr("Negatives in parentheses"), now.parentheses,
        [](NumberFormat& as) { as.parentheses = !as.parentheses; });
    menu.addSeparator();
    menu.addAction(tr("The same for all columns of amounts"), this, [this, now] {
        for (int other = 0; other < m_view.gridModel()->columnCount(); ++other)
            if (holdsAmounts(other))
                setNumberFormat(other, now);
    });
}

void GridColumns::addChoice(QMenu& menu)
{
    const GridModel& model = *m_view.gridModel();
    for (int column = 0; column < model.columnCount(); ++column) {
        if (!model.canHide(column))
            continue;
        QAction* action = menu.addAction(format::menuText(model.headerData(column, Qt::Horizontal).toString()), this,
                                         [this, column, key = model.columnKey(column)](bool shown) {
                                             if (column < m_view.gridModel()->columnCount() &&
                                                 m_view.gridModel()->columnKey(column) == key)
                                                 setHidden(column, !shown);
                                         });
        action->setCheckable(true);
        action->setChecked(!isHidden(column));
        action->setEnabled(isHidden(column) || shownCount() > 1);
    }
}

void GridColumns::reset()
{
    m_hidden.clear();
    m_widths.clear();
    m_formats.clear();
    m_marks.clear();
    m_wanted.clear();
    m_view.layOutColumns();
    m_view.viewport()->update();
    emit changed();
}

void GridColumns::addFilters(QMenu& menu, int column)
{
    const GridModel& model = *m_view.gridModel();
    menu.addAction(tr("Filter this column…"), &m_view, [this, column] { m_view.focusFilter(column); });
    QAction* all = menu.addAction(tr("Remove all filters"), &m_view, [this] { m_view.clearFilters(); });
    all->setEnabled(model.isFiltered());
    QAction* mark = menu.addAction(tr("Mark what the filter keeps"), this, [this, column] {
        setMark(column, m_view.gridModel()->filterText(column));
        m_view.clearFilters();
    });
    mark->setEnabled(!model.filterText(column).isEmpty() && model.filterError(column).isEmpty());
    QAction* none = menu.addAction(tr("Remove the marks"), this, [this, column] { setMark(column, {}); });
    none->setEnabled(m_marks.find(model.columnKey(column)) != nullptr);
    menu.addSeparator();
}

void GridColumns::fillMenu(QMenu& menu, int column)
{
    GridModel* model = m_view.gridModel();
    if (column < 0 || column >= model->columnCount())
        return;
    if (m_view.isSortingEnabled()) {
        const bool number = model->isNumberColumn(column);
        menu.addAction(number ? tr("Largest first") : tr("Z to A"), &m_view,
                       [this, column] { m_view.sortByColumn(column, Qt::DescendingOrder); });
        menu.addAction(number ? tr("Smallest first") : tr("A to Z"), &m_view,
                       [this, column] { m_view.sortByColumn(column, Qt::AscendingOrder); });
        menu.addSeparator();
    }
    if (model->canFilterColumn(column))
        addFilters(menu, column);
    if (holdsAmounts(column))
        addFormats(*menu.addMenu(tr("Number format")), column);
    QAction* hide = menu.addAction(tr("Hide column"), this, [this, column] { setHidden(column, true); });
    hide->setEnabled(shownCount() > 1 && model->canHide(column));
    addChoice(*menu.addMenu(tr("Columns")));
    menu.addAction(tr("Columns as they were at first"), this, &GridColumns::reset);
}

QString GridColumns::toText() const
{
    QJsonObject hidden, widths, formats, marks;
    for (const auto& [key, is] : m_hidden)
        hidden[key] = is;
    for (const auto& [key, width] : m_widths)
        widths[key] = width;
    for (const auto& [key, as] : m_formats)
        formats[key] = format::toText(as);
    for (const auto& [key, typed] : m_wanted)
        marks[key] = typed;
    for (const auto& [key, typed] : m_marks.all())
        marks[key] = typed;
    QJsonObject all;
    if (!marks.isEmpty())
        all["marks"] = marks;
    if (!hidden.isEmpty())
        all["hidden"] = hidden;
    if (!widths.isEmpty())
        all["widths"] = widths;
    if (!formats.isEmpty())
        all["formats"] = formats;
    return all.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact));
}

void GridColumns::restore(const QString& text)
{
    constexpr int kNarrowest = 20, kWidest = 4000;
    const QJsonObject all = QJsonDocument::fromJson(text.toUtf8()).object();
    const QJsonObject hidden = all["hidden"].toObject(), widths = all["widths"].toObject(),
                      formats = all["formats"].toObject(), marks = all["marks"].toObject();
    for (auto one = hidden.begin(); one != hidden.end(); ++one)
        m_hidden[one.key()] = one.value().toBool();
    for (auto one = widths.begin(); one != widths.end(); ++one)
        m_widths[one.key()] = std::clamp(one.value().toInt(kNarrowest), kNarrowest, kWidest);
    for (auto one = formats.begin(); one != formats.end(); ++one)
        m_formats[one.key()] = format::numberFormatFrom(one.value().toString());
    for (auto one = marks.begin(); one != marks.end(); ++one)
        m_wanted[one.key()] = one.value().toString(); // until a column of that name says what it holds
    m_view.layOutColumns();
}

} // namespace altimeter::ui
