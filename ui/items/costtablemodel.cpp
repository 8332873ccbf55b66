#include "ui/items/costtablemodel.h"
#include "ui/items/lettinggo.h"

#include <QPointer>

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

using Column = CostTableModel::Column;

QString keyText(const CostRow& row, int column)
{
    const auto i = static_cast<std::size_t>(column);
    return i < row.keys.size() ? format::text(row.keys[i]) : QString();
}

std::vector<Column> columnsOf(const CostTable& table, const std::optional<CostTable>& previous)
{
    const bool comparing = previous.has_value();
    const bool hasMore =
        previous && std::any_of(previous->totals.begin(), previous->totals.end(), [&](const auto& total) {
            return std::none_of(table.totals.begin(), table.totals.end(),
                                [&](const auto& other) { return other.currency == total.currency; });
        });
    const std::size_t others = table.totals.empty() && previous ? previous->totals.size() : table.totals.size();
    std::vector<Column> columns(table.query.by.size(), Column::Key);
    if (table.query.granularity != Granularity::None)
        columns.push_back(Column::Period);
    if (others > 1 || (hasMore && !table.totals.empty()))
        columns.push_back(Column::CurrencyCode);
    columns.insert(columns.end(), {Column::Cost, Column::Share});
    if (comparing)
        columns.insert(columns.end(), {Column::Previous, Column::Change, Column::ChangePercent});
    if (table.query.countDistinct)
        columns.push_back(Column::Distinct);
    columns.push_back(Column::Rows);
    if (std::any_of(table.totals.begin(), table.totals.end(),
                    [](const CurrencyTotal& total) { return total.unknownRows > 0; }))
        columns.push_back(Column::UnknownRows);
    return columns;
}

/// Where the wish can be met, its columns; else the one that says most.
GridModel::SortKeys placesOf(const std::vector<CostTableModel::Sort>& wish, const std::vector<Column>& columns)
{
    const auto place = [&](Column kind, std::size_t key) {
        const auto found = std::find(columns.begin(), columns.end(), kind);
        const std::size_t at = static_cast<std::size_t>(found - columns.begin()) + (kind == Column::Key ? key : 0);
        return at < columns.size() && columns[at] == kind ? static_cast<int>(at) : -1;
    };
    GridModel::SortKeys places;
    for (const CostTableModel::Sort& one : wish)
        if (const int column = place(one.column, one.key); column >= 0)
            places.push_back({column, one.order});
    if (places.empty())
        places.push_back({std::max(place(Column::Change, 0), place(Column::Cost, 0)), Qt::DescendingOrder});
    return places;
}

std::vector<CostSort> sortsOf(const std::vector<Column>& columns, const GridModel::SortKeys& keys)
{
    std::vector<CostSort> sorts;
    for (const GridModel::SortKey& key : keys) {
        const auto place = static_cast<std::size_t>(key.column);
        sorts.push_back({columns[place], place, key.order == Qt::DescendingOrder});
    }
    return sorts;
}

std::size_t rowsOf(const CostTable& table, const std::optional<CostTable>& previous)
{
    return table.rows.size() + (previous ? previous->rows.size() : 0);
}

const CurrencyTotal* totalOf(const std::vector<CurrencyTotal>& totals, const Currency& currency)
{
    const auto found =
        std::find_if(totals.begin(), totals.end(), [&](const CurrencyTotal& t) { return t.currency == currency; });
    return found == totals.end() ? nullptr : &*found;
}

/// Titles that depend on nothing but the step; null for the others.
const char* plainTitle(Column column, Granularity granularity)
{
    switch (column) {
    case Column::Period:
        return granularity == Granularity::Month  ? QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Month")
               : granularity == Granularity::Week ? QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Week")
                                                  : QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Day");
    case Column::CurrencyCode:
        return QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Currency");
    case Column::Share:
        return QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Share");
    case Column::Previous:
        return QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Previous");
    case Column::Change:
        return QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Change");
    case Column::ChangePercent:
        return QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Change %");
    case Column::Rows:
        return QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Lines");
    case Column::UnknownRows:
        return QT_TRANSLATE_NOOP("altimeter::ui::CostTableModel", "Unknown");
    default:
        return nullptr;
    }
}

std::optional<Amount> difference(Amount now, Amount before)
{
    const auto change = checkedSubtract(now, before);
    return change ? std::optional<Amount>(*change) : std::nullopt;
}

} // namespace

CostTableModel::CostTableModel(const QLocale& locale, QObject* parent)
    : GridModel(parent), m_locale(locale), m_rows(std::make_shared<CostRows>())
{
    m_columns = columnsOf(table(), std::nullopt);
}

void CostTableModel::useWorkers(Questions& questions, const std::string& slot)
{
    m_questions = &questions;
    m_slot = slot;
}

void CostTableModel::setTable(CostTable table, std::optional<CostTable> previous, const std::vector<Sort>& wish)
{
    const auto columns = columnsOf(table, previous);
    const SortKeys places = placesOf(wish, columns);
    const std::vector<CostSort> sort = sortsOf(columns, places);
    const auto prepare = [filters = m_filters, locale = m_locale](CostTable now, std::optional<CostTable> before,
                                                                  const std::vector<CostSort>& by,
                                                                  const std::stop_token& stop) {
        Prepared made{std::make_shared<const CostRows>(std::move(now), std::move(before)), {}, {}, {}};
        made.all = costOrder(*made.rows, by, stop);
        filter(made, filters, locale, stop);
        return made;
    };
    const std::uint64_t request = ++m_request;
    const auto take = [this, request, places](Prepared made) {
        if (request == m_request)
            show(std::move(made), places);
        else
            letGo(std::move(made.rows));
    };
    if (!m_questions || rowsOf(table, previous) <= kInlineRows) {
        take(prepare(std::move(table), std::move(previous), sort, {}));
        return;
    }
    struct Draft {
        CostTable table;
        std::optional<CostTable> previous;
        Prepared made;
    };
    auto draft = std::make_shared<Draft>(Draft{std::move(table), std::move(previous), {}});
    setBusy(true);
    m_questions->compute(
        m_slot + ".rows",
        [draft, prepare, sort](const std::stop_token& stop) {
            draft->made = prepare(std::move(draft->table), std::move(draft->previous), sort, stop);
            if (stop.stop_requested())
                draft->made = {}; // nobody waits any more: let go of it here
        },
        [self = QPointer<CostTableModel>(this), draft, take](bool isDone) {
            if (self && isDone)
                take(std::move(draft->made));
            else if (self)
                self->setBusy(false); // the rows that are shown stay
        });
}

void CostTableModel::show(Prepared made, SortKeys sorts)
{
    beginResetModel();
    std::swap(m_rows, made.rows);
    std::swap(m_all, made.all);
    std::swap(m_order, made.order);
    m_kept = std::move(made.kept);
    m_columns = columnsOf(table(), m_rows->previous());
    m_sorts = std::move(sorts);
    endResetModel();
    letGo(std::move(made.rows));
    setBusy(false);
    emit shown();
}

void CostTableModel::letGo(std::shared_ptr<const CostRows> rows)
{
    if (!m_questions || rows->size() <= kInlineRows)
        return;
    letGoBehind(*m_questions, m_slot + ".free" + std::to_string(++m_released), std::move(rows));
}

void CostTableModel::setBusy(bool busy)
{
    if (m_busy == busy)
        return;
    m_busy = busy;
    emit busyChanged();
}

void CostTableModel::clear()
{
    setTable(CostTable{table().query, {}, {}, 0});
}

CostTableModel::Column CostTableModel::columnKind(int column) const
{
    return column >= 0 && column < static_cast<int>(m_columns.size()) ? m_columns[static_cast<std::size_t>(column)]
                                                                      : Column::Count;
}

int CostTableModel::columnOf(Column kind) const
{
    const auto found = std::find(m_columns.begin(), m_columns.end(), kind);
    return found == m_columns.end() ? -1 : static_cast<int>(found - m_columns.begin());
}

const CostRow* CostTableModel::unallocated(const Currency& currency) const
{
    const auto& by = table().query.by;
    const bool owner = by.size() == 1 && format::isUnallocated(by.front(), {});
    return owner ? m_rows->keyless(currency) : nullptr;
}

CostTableModel::Shown CostTableModel::shownAt(int row) const
{
    const std::uint32_t at = number(row);
    return {m_rows->row(at), m_rows->previousOf(at), m_rows->changeOf(at), m_rows->shareOf(at)};
}

std::function<std::string(const std::stop_token&)> CostTableModel::csvWriter(CsvGuard guard) const
{
    return [rows = m_rows, order = m_order, locale = m_locale, guard](const std::stop_token& stop) {
        CostTableModel model(locale);
        model.m_rows = rows;
        model.m_order = order;
        model.m_columns = columnsOf(rows->table(), rows->previous());
        return csvText(model, guard, stop);
    };
}

void CostTableModel::setLocale(const QLocale& locale)
{
    if (m_locale == locale)
        return;
    m_locale = locale;
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    emit footerChanged();
}

int CostTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int CostTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

bool CostTableModel::isNumberColumn(int column) const
{
    switch (columnKind(column)) {
    case Column::Key:
    case Column::Period:
    case Column::CurrencyCode:
    case Column::Count:
        return false;
    default:
        return true;
    }
}

QString CostTableModel::display(const Shown& row, int column) const
{
    const CostRow& cost = row.cost;
    const bool allUnknown = cost.rows > 0 && cost.unknownRows == cost.rows;
    switch (columnKind(column)) {
    case Column::Key: {
        const auto i = static_cast<std::size_t>(column);
        if (cost.isOther)
            return i == 0 ? format::otherKeys() : QString();
        return i < cost.keys.size() ? format::dimValue(table().query.by[i], cost.keys[i]) : QString();
    }
    case Column::Period:
        return format::step(cost.period, table().query.granularity, m_locale);
    case Column::CurrencyCode:
        return format::text(std::string(cost.currency.code()));
    case Column::Cost:
        return allUnknown ? format::unknown() : format::money(cost.cost, cost.currency, m_locale);
    case Column::Share:
        return row.share ? format::percent(*row.share, m_locale) : QString(format::kDash);
    case Column::Previous:
        return row.previous ? format::money(*row.previous, cost.currency, m_locale) : QString();
    case Column::Change:
        return row.change ? format::moneyChange(*row.change, cost.currency, m_locale) : QString();
    case Column::ChangePercent: {
        if (!row.previous)
            return {};
        if (row.previous->isZero() && !cost.cost.isZero())
            return tr("new", "no cost in the period before");
        if (cost.rows == 0 && !row.previous->isZero())
            return tr("gone", "no cost any more");
        const auto ratio = format::changeRatio(cost.cost, *row.previous);
        return ratio ? format::percentChange(*ratio, m_locale) : QString(format::kDash);
    }
    case Column::Distinct:
        return format::count(cost.distinct, m_locale);
    case Column::Rows:
        return format::count(cost.rows, m_locale);
    case Column::UnknownRows:
        return format::count(cost.unknownRows, m_locale);
    case Column::Count:
        break;
    }
    return {};
}

QString CostTableModel::exactTip(const Shown& row, int column) const
{
    const Currency& currency = row.cost.currency;
    switch (columnKind(column)) {
    case Column::Cost: {
        QString tip = format::moneyFull(row.cost.cost, currency, m_locale);
        if (row.cost.unknownRows > 0)
            tip += u'\n' + tr("%1 line(s) without a cost in the source: unknown, not zero", nullptr,
                              format::forms(row.cost.unknownRows))
                               .arg(format::count(row.cost.unknownRows, m_locale));
        return tip;
    }
    case Column::Share:
        return tr("Share of the %1 total").arg(format::text(std::string(currency.code())));
    case Column::Previous:
        return row.previous ? format::moneyFull(*row.previous, currency, m_locale) : QString();
    case Column::Change:
    case Column::ChangePercent:
        return row.change ? format::moneyFull(*row.change, currency, m_locale) : QString();
    default:
        return display(row, column);
    }
}

QVariant CostTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Shown row = shownAt(index.row());
    const Column kind = columnKind(index.column());
    const Theme& theme = Theme::current();
    switch (role) {
    case Qt::DisplayRole:
        return display(row, index.column());
    case SortRole:
        return rawText(index.row(), index.column());
    case Qt::ToolTipRole:
        return exactTip(row, index.column());
    case Qt::AccessibleTextRole:
        return format::labelled(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                                display(row, index.column()));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(isNumberColumn(index.column()) ? Qt::AlignRight | Qt::AlignVCenter
                                                                  : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        return isNumberColumn(index.column()) || kind == Column::Period ? theme.number : theme.body;
    case Qt::ForegroundRole:
        if ((kind == Column::Change || kind == Column::ChangePercent) && row.change && !row.change->isZero())
            return row.change->isNegative() ? theme.good : theme.bad;
        if (kind == Column::Key && index.column() < static_cast<int>(row.cost.keys.size()) &&
            row.cost.keys[static_cast<std::size_t>(index.column())].empty())
            return theme.textSecondary;
        if (kind == Column::UnknownRows)
            return row.cost.unknownRows > 0 ? theme.warning : theme.textTertiary;
        if (kind == Column::Rows || kind == Column::Share || kind == Column::Previous)
            return theme.textSecondary;
        return {};
    case ShortRole: {
        const auto amount = amountAt(index.row(), index.column());
        return amount ? QVariant(format::moneyShort(*amount, row.cost.currency, m_locale)) : QVariant();
    }
    case BarRole:
        if (kind == Column::Share && row.share && m_rows->largestShare(row.cost.currency) > 0)
            return std::clamp(*row.share / m_rows->largestShare(row.cost.currency), 0.0, 1.0);
        return {};
    default:
        return {};
    }
}

QVariant CostTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(isNumberColumn(section) ? Qt::AlignRight | Qt::AlignVCenter
                                                           : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return columnKind(section) == Column::UnknownRows
                   ? tr("Charge lines whose source left the cost empty: unknown, not zero")
               : columnKind(section) == Column::Distinct ? tr("How many different values there are; empty ones are "
                                                              "left out. The total counts each value once, "
                                                              "so it is not the sum of the rows")
                                                         : tr("Click to sort");
    if (role == Qt::InitialSortOrderRole)
        return isNumberColumn(section) ? Qt::DescendingOrder : Qt::AscendingOrder;
    if (role != Qt::DisplayRole)
        return {};
    const CostQuery& query = table().query;
    switch (columnKind(section)) {
    case Column::Key:
        return format::dimTitle(query.by[static_cast<std::size_t>(section)]);
    case Column::Cost:
        return format::lens(query.lens);
    case Column::Distinct:
        return tr("Distinct %1", "a dimension")
            .arg(query.countDistinct ? format::dimTitle(*query.countDistinct) : QString());
    default: {
        const char* const title = plainTitle(columnKind(section), query.granularity);
        return title ? tr(title) : QVariant();
    }
    }
}

/// In English whatever the window speaks: headers are what other programs find columns by.
QString CostTableModel::rawHeader(int column) const
{
    const CostQuery& query = table().query;
    const Column kind = columnKind(column);
    if (kind == Column::Key)
        return format::rawDimTitle(query.by[static_cast<std::size_t>(column)]);
    if (kind == Column::Distinct)
        return QStringLiteral("Distinct ") +
               (query.countDistinct ? format::rawDimTitle(*query.countDistinct) : QString());
    const QString title =
        kind == Column::Cost ? format::rawLens(query.lens) : QString::fromLatin1(plainTitle(kind, query.granularity));
    const bool isMoney = kind == Column::Cost || kind == Column::Previous || kind == Column::Change;
    return isMoney && table().totals.size() == 1
               ? title + QLatin1Char(' ') + format::text(std::string(table().totals.front().currency.code()))
               : title;
}

std::vector<CostTableModel::Sort> CostTableModel::sorts() const
{
    std::vector<Sort> sorts;
    for (const SortKey& key : m_sorts)
        sorts.push_back({columnKind(key.column), key.order, static_cast<std::size_t>(std::max(0, key.column))});
    return sorts;
}

void CostTableModel::sortBy(const SortKeys& keys)
{
    const auto isColumn = [this](const SortKey& key) { return key.column >= 0 && key.column < columnCount(); };
    if (keys.empty() || !std::all_of(keys.begin(), keys.end(), isColumn))
        return;
    m_sorts.assign(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(std::min(keys.size(), mostSortKeys())));
    const std::vector<CostSort> by = sortsOf(m_columns, m_sorts);
    const auto prepare = [rows = m_rows, by, filters = m_filters, locale = m_locale](const std::stop_token& stop) {
        Prepared made{rows, costOrder(*rows, by, stop), {}, {}};
        filter(made, filters, locale, stop);
        return made;
    };
    if (!m_questions || m_rows->size() <= kInlineRows) {
        apply(prepare({}));
        return;
    }
    auto made = std::make_shared<Prepared>();
    setBusy(true);
    m_questions->compute(
        m_slot + ".order", [made, prepare](const std::stop_token& stop) { *made = prepare(stop); },
        [self = QPointer<CostTableModel>(this), made, rows = m_rows.get(), request = m_request](bool isDone) {
            if (self && request == self->m_request && rows == self->m_rows.get()) {
                if (isDone)
                    self->apply(std::move(*made));
                self->setBusy(false);
            }
        });
}

void CostTableModel::filter(Prepared& made, const GridFilters& filters, const QLocale& locale,
                            const std::stop_token& stop)
{
    CostTableModel model(locale);
    model.m_rows = made.rows;
    model.m_order = made.all;
    model.m_columns = columnsOf(made.rows->table(), made.rows->previous());
    const std::vector<GridFilters::Bound> bound = filters.bind(model);
    if (bound.empty()) {
        made.order = made.all;
        return;
    }
    for (int row = 0; row < model.rowCount() && !stop.stop_requested(); ++row) {
        if (!GridFilters::keepsRow(bound, model, row))
            continue;
        const std::uint32_t number = made.all[static_cast<std::size_t>(row)];
        made.order.push_back(number);
        made.kept[made.rows->row(number).currency].add(made.rows->row(number).cost);
    }
}

void CostTableModel::setFilterText(int column, const QString& typed)
{
    m_filters.set(columnKey(column), filterKind(column), typed);
    refilter();
}

void CostTableModel::clearFilters()
{
    m_filters.clear();
    refilter();
}

void CostTableModel::refilter()
{
    auto made = std::make_shared<Prepared>(Prepared{m_rows, m_all, {}, {}});
    if (!m_questions || m_rows->size() <= kInlineRows) {
        filter(*made, m_filters, m_locale, {});
        takeFiltered(std::move(*made));
        return;
    }
    setBusy(true);
    m_questions->compute(
        m_slot + ".order",
        [made, filters = m_filters, locale = m_locale](const std::stop_token& stop) {
            filter(*made, filters, locale, stop);
        },
        [self = QPointer<CostTableModel>(this), made, rows = m_rows.get(), request = m_request](bool isDone) {
            if (self && request == self->m_request && rows == self->m_rows.get()) {
                if (isDone)
                    self->takeFiltered(std::move(*made));
                self->setBusy(false);
            }
        });
}

void CostTableModel::takeFiltered(Prepared made)
{
    beginResetModel();
    m_all = std::move(made.all);
    m_order = std::move(made.order);
    m_kept = std::move(made.kept);
    endResetModel();
}

QString CostTableModel::columnKey(int column) const
{
    const Column kind = columnKind(column);
    return kind == Column::Key ? format::text(toString(table().query.by[static_cast<std::size_t>(column)]))
                               : QStringLiteral("column ") + QString::number(static_cast<int>(kind));
}

CellFilter::Kind CostTableModel::filterKind(int column) const
{
    const Column kind = columnKind(column);
    return kind == Column::Share || kind == Column::ChangePercent ? CellFilter::Kind::Percent
           : kind == Column::Period                               ? CellFilter::Kind::Day
                                                                  : GridModel::filterKind(column);
}

void CostTableModel::apply(Prepared made)
{
    std::vector<std::uint32_t>& order = made.order;
    emit aboutToReorder();
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    m_all = std::move(made.all);
    m_kept = std::move(made.kept);
    std::swap(m_order, order);
    if (!before.isEmpty()) {
        std::vector<int> places(m_all.size(), -1);
        for (std::size_t i = 0; i < m_order.size(); ++i)
            places[m_order[i]] = static_cast<int>(i);
        QModelIndexList after;
        after.reserve(before.size());
        for (const QModelIndex& index : before)
            after << this->index(places[order[static_cast<std::size_t>(index.row())]], index.column());
        changePersistentIndexList(before, after);
    }
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

std::optional<Amount> CostTableModel::amountAt(int row, int column) const
{
    const std::uint32_t at = number(row);
    switch (columnKind(column)) {
    case Column::Cost: {
        const CostRow& cost = m_rows->row(at);
        return cost.rows > 0 && cost.unknownRows == cost.rows ? std::nullopt : std::optional<Amount>(cost.cost);
    }
    case Column::Previous:
        return m_rows->previousOf(at);
    case Column::Change:
        return m_rows->changeOf(at);
    default:
        return std::nullopt;
    }
}

Currency CostTableModel::currencyAt(int row) const
{
    return rowAt(row).currency;
}

QString CostTableModel::rawText(int row, int column) const
{
    const Shown shown = shownAt(row);
    switch (columnKind(column)) {
    case Column::Key:
        return shown.cost.isOther ? display(shown, column) : keyText(shown.cost, column);
    case Column::Period:
        return format::text(toString(shown.cost.period));
    case Column::Cost:
    case Column::Previous:
    case Column::Change: {
        const auto amount = amountAt(row, column);
        return amount ? format::exact(*amount) : QString();
    }
    case Column::Share:
        return shown.share ? format::rawNumber(*shown.share) : QString();
    case Column::ChangePercent: {
        const auto ratio = shown.previous ? format::changeRatio(shown.cost.cost, *shown.previous) : std::nullopt;
        return ratio ? format::rawNumber(*ratio) : QString();
    }
    case Column::Distinct:
        return QString::number(shown.cost.distinct);
    case Column::Rows:
        return QString::number(shown.cost.rows);
    case Column::UnknownRows:
        return QString::number(shown.cost.unknownRows);
    case Column::CurrencyCode:
    case Column::Count:
        break;
    }
    return display(shown, column);
}

bool CostTableModel::isEmptyCell(int row, int column) const
{
    const CostRow& cost = rowAt(row);
    switch (columnKind(column)) {
    case Column::Key: {
        const auto place = static_cast<std::size_t>(column);
        return cost.isOther ? place > 0 : place >= cost.keys.size() || cost.keys[place].empty();
    }
    case Column::Cost:
        return !amountAt(row, column);
    case Column::Period:
    case Column::CurrencyCode:
    case Column::Distinct:
    case Column::Rows:
    case Column::UnknownRows:
        return false;
    default:
        return rawText(row, column).isEmpty();
    }
}

/// What the rows that a filter keeps cost; the totals below stay those of all.
std::vector<GridModel::FooterLine> CostTableModel::keptLines() const
{
    std::vector<FooterLine> lines;
    for (const CurrencyTotal& total : table().totals) {
        const auto kept = m_kept.find(total.currency);
        if (kept == m_kept.end())
            continue;
        const auto& [currency, sum] = *kept;
        const QString code = format::text(std::string(currency.code()));
        const QString cost = sum.overflowed() ? tr("out of range") : format::money(sum.amount(), currency, m_locale);
        FooterLine line;
        for (int column = 0; column < columnCount(); ++column)
            line.cells << (column == 0                          ? tr("Filtered %1", "currency").arg(code)
                           : columnKind(column) == Column::Cost ? cost
                                                                : QString());
        line.currency = currency;
        if (!sum.overflowed())
            line.amounts[columnOf(Column::Cost)] = sum.amount();
        line.spoken = tr("Filtered %1: %2", "currency, amount").arg(code, cost);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<GridModel::FooterLine> CostTableModel::footer() const
{
    std::vector<FooterLine> lines = keptLines();
    for (const CurrencyTotal& total : table().totals) {
        const QString code = format::text(std::string(total.currency.code()));
        CostRow sum;
        sum.currency = total.currency;
        sum.cost = total.cost;
        sum.rows = total.rows;
        sum.unknownRows = total.unknownRows;
        sum.distinct = total.distinct;
        Shown row{sum, std::nullopt, std::nullopt, std::nullopt};
        if (isComparing()) {
            const CurrencyTotal* before = totalOf(m_rows->previous()->totals, total.currency);
            row.previous = before ? before->cost : Amount();
            row.change = difference(total.cost, *row.previous);
        }
        FooterLine line;
        for (int column = 0; column < columnCount(); ++column) {
            const Column kind = columnKind(column);
            if (column == 0)
                line.cells << (table().totals.size() > 1 ? tr("Total %1", "currency").arg(code) : tr("Total"));
            else if (kind == Column::Key || kind == Column::Period)
                line.cells << QString();
            else if (kind == Column::Share)
                line.cells << (total.cost.isZero() || total.cost.isNegative() ? QString(format::kDash)
                                                                              : format::percent(1, m_locale));
            else
                line.cells << display(row, column);
        }
        line.currency = total.currency;
        line.amounts[columnOf(Column::Cost)] = total.cost;
        if (row.previous)
            line.amounts[columnOf(Column::Previous)] = *row.previous;
        if (row.change)
            line.amounts[columnOf(Column::Change)] = *row.change;
        line.spoken =
            tr("Total %1: %2", "currency, amount").arg(code, format::money(total.cost, total.currency, m_locale));
        lines.push_back(std::move(line));
    }
    return lines;
}

int CostTableModel::columnStretch(int column) const
{
    if (columnKind(column) == Column::Key)
        return 4;
    return columnKind(column) == Column::Share ? 5 : 0;
}

int CostTableModel::columnWidth(int column) const
{
    switch (columnKind(column)) {
    case Column::Key:
        return table().query.by.size() > 1 ? 170 : 240;
    case Column::Period:
        return table().query.granularity == Granularity::Week ? 160 : 110;
    case Column::CurrencyCode:
        return 86;
    case Column::Cost:
    case Column::Previous:
    case Column::Change:
        return 140;
    case Column::Share:
        return 130;
    case Column::Distinct:
        return 150;
    case Column::ChangePercent:
        return 96;
    case Column::Rows:
    case Column::UnknownRows:
    case Column::Count:
        break;
    }
    return 90;
}

} // namespace altimeter::ui
