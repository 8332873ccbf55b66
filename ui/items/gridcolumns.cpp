#include "ui/items/gridcolumns.h"

#include "ui/format/format.h"
#include "ui/items/gridheader.h"
#include "ui/items/gridview.h"

#include <QAction>
#include <QActionGroup>
#include <QJsonArray>
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
    if (m_formats.empty()) // mostly, and it is asked for each cell that is painted
        return {};
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
    arrange();
    m_view.gridHeader()->setFrozenCount(frozen());
}

int GridColumns::frozen() const
{
    return m_frozen.value_or(m_view.gridModel()->frozenAtFirst());
}

void GridColumns::setFrozen(int count)
{
    m_frozen = count;
    m_view.gridHeader()->setFrozenCount(count);
    m_view.viewport()->update();
    emit changed();
}

std::vector<QString> GridColumns::keysAsTheyStand() const
{
    const GridModel& model = *m_view.gridModel();
    std::vector<QString> keys;
    for (int visual = 0; visual < model.columnCount(); ++visual)
        keys.push_back(model.columnKey(m_view.gridHeader()->logicalIndex(visual)));
    return keys;
}

/// Columns that share a key (the steps of a pivot) stay together; those the user never moved stay behind the one they
/// come behind by themselves.
void GridColumns::arrange()
{
    const GridModel& model = *m_view.gridModel();
    GridHeader& header = *m_view.gridHeader();
    if (m_order.empty() && !header.sectionsMoved())
        return;
    std::map<QString, std::size_t> places;
    for (std::size_t place = 0; place < m_order.size(); ++place)
        places.emplace(m_order[place], place);
    std::vector<std::pair<std::size_t, int>> wanted;
    std::size_t last = 0;
    for (int column = 0; column < model.columnCount(); ++column) {
        const auto place = places.find(model.columnKey(column));
        last = place == places.end() ? last : place->second;
        wanted.emplace_back(last, column);
    }
    std::stable_sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    m_isArranging = true;
    for (int visual = 0; visual < model.columnCount(); ++visual)
        header.moveSection(header.visualIndex(wanted[static_cast<std::size_t>(visual)].second), visual);
    m_isArranging = false;
}

void GridColumns::noteOrder()
{
    if (m_isArranging)
        return;
    std::vector<QString> order; // each key once; of columns that are not here now the place stays behind the one before
    for (const QString& key : keysAsTheyStand())
        if (std::find(order.begin(), order.end(), key) == order.end())
            order.push_back(key);
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        if (std::find(order.begin(), order.end(), m_order[i]) != order.end())
            continue;
        const auto before = i == 0 ? order.end() : std::find(order.begin(), order.end(), m_order[i - 1]);
        order.insert(before == order.end() ? (i == 0 ? order.begin() : before) : before + 1, m_order[i]);
    }
    m_order = std::move(order);
    m_view.viewport()->update();
    emit changed();
}

void GridColumns::move(int column, int by)
{
    GridHeader& header = *m_view.gridHeader();
    const int beside = m_view.besideColumn(column, by);
    if (beside != column)
        header.moveSection(header.visualIndex(column), header.visualIndex(beside));
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

void GridColumns::forget()
{
    m_hidden.clear();
    m_widths.clear();
    m_formats.clear();
    m_marks.clear();
    m_wanted.clear();
    m_order.clear();
    m_frozen.reset();
}

void GridColumns::reset()
{
    forget();
    m_view.layOutColumns();
    m_view.viewport()->update();
    emit changed();
}

void GridColumns::addSorting(QMenu& menu, int column)
{
    GridModel* model = m_view.gridModel();
    const bool number = model->isNumberColumn(column);
    const QString down = number ? tr("Largest first") : tr("Z to A"), up = number ? tr("Smallest first") : tr("A to Z");
    menu.addAction(down, &m_view, [this, column] { m_view.sortByColumn(column, Qt::DescendingOrder); });
    menu.addAction(up, &m_view, [this, column] { m_view.sortByColumn(column, Qt::AscendingOrder); });
    const GridModel::SortKeys keys = model->sortKeys();
    if (model->mostSortKeys() > 1 && !keys.empty() && keys.front().column != column) {
        QMenu* further = menu.addMenu(tr("Then by this column"));
        further->addAction(down, &m_view, [this, column] { m_view.alsoSortBy(column, Qt::DescendingOrder); });
        further->addAction(up, &m_view, [this, column] { m_view.alsoSortBy(column, Qt::AscendingOrder); });
    }
    menu.addSeparator();
}

/// Where a column stands, and whether it stays there.
void GridColumns::addPlaces(QMenu& menu, int column)
{
    const GridHeader& header = *m_view.gridHeader();
    const auto addMove = [&](const QString& title, int by) {
        QAction* action = menu.addAction(title, this, [this, column, by] { move(column, by); });
        action->setEnabled(m_view.besideColumn(column, by) != column);
    };
    addMove(tr("Move left"), -1);
    addMove(tr("Move right"), 1);
    int shown = 0;
    for (int visual = 0; visual <= header.visualIndex(column); ++visual)
        shown += isHidden(header.logicalIndex(visual)) ? 0 : 1;
    QAction* freeze = menu.addAction(tr("Freeze up to this column"), this, [this, shown] { setFrozen(shown); });
    freeze->setEnabled(shown != frozen());
    QAction* loose = menu.addAction(tr("Let all columns scroll"), this, [this] { setFrozen(0); });
    loose->setEnabled(frozen() > 0);
    menu.addSeparator();
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
    if (m_view.isSortingEnabled() && model->canSortColumn(column))
        addSorting(menu, column);
    if (model->canFilterColumn(column))
        addFilters(menu, column);
    if (holdsAmounts(column))
        addFormats(*menu.addMenu(tr("Number format")), column);
    addPlaces(menu, column);
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
    if (!m_order.empty()) {
        QJsonArray order;
        for (const QString& key : m_order)
            order.append(key);
        all["order"] = order;
    }
    if (m_frozen)
        all["frozen"] = *m_frozen;
    return all.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact));
}

void GridColumns::restore(const QString& text)
{
    constexpr int kNarrowest = 20, kWidest = 4000, kMostFrozen = 100;
    const QJsonDocument read = QJsonDocument::fromJson(text.toUtf8());
    if (!text.isEmpty() && !read.isObject())
        return;
    forget();
    const QJsonObject all = read.object();
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
    if (all["order"].isArray()) {
        m_order.clear();
        const QJsonArray order = all["order"].toArray();
        for (const QJsonValue& key : order)
            if (std::find(m_order.begin(), m_order.end(), key.toString()) == m_order.end())
                m_order.push_back(key.toString());
    }
    if (all["frozen"].isDouble())
        m_frozen = std::clamp(all["frozen"].toInt(), 0, kMostFrozen);
    m_view.layOutColumns();
}

} // namespace altimeter::ui
