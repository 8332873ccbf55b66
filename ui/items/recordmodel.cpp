#include "ui/items/recordmodel.h"

#include "ui/format/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

QColor colorOf(RecordModel::Ink ink)
{
    const Theme& theme = Theme::current();
    switch (ink) {
    case RecordModel::Ink::Plain:
        return theme.text;
    case RecordModel::Ink::Quiet:
        return theme.textSecondary;
    case RecordModel::Ink::Good:
        return theme.good;
    case RecordModel::Ink::Warning:
        return theme.warning;
    case RecordModel::Ink::Bad:
        return theme.bad;
    }
    return theme.text;
}

IconColor iconColorOf(RecordModel::Ink ink)
{
    switch (ink) {
    case RecordModel::Ink::Plain:
        return IconColor::Text;
    case RecordModel::Ink::Quiet:
        return IconColor::Secondary;
    case RecordModel::Ink::Good:
        return IconColor::Good;
    case RecordModel::Ink::Warning:
        return IconColor::Warning;
    case RecordModel::Ink::Bad:
        return IconColor::Bad;
    }
    return IconColor::Text;
}

} // namespace

void RecordModel::setColumns(std::vector<Column> columns)
{
    beginResetModel();
    m_columns = std::move(columns);
    endResetModel();
}

void RecordModel::setCount(std::size_t count, std::function<Currency(std::size_t)> currency)
{
    beginResetModel();
    m_count = count;
    m_currency = std::move(currency);
    rebuild();
    endResetModel();
}

void RecordModel::refresh(bool resort)
{
    if (m_order.empty())
        return;
    if (resort && !m_sorts.empty())
        sortBy(SortKeys(m_sorts));
    emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int RecordModel::rowOf(std::size_t record) const
{
    const auto found = std::find(m_order.begin(), m_order.end(), record);
    return found == m_order.end() ? -1 : static_cast<int>(found - m_order.begin());
}

void RecordModel::setFilter(std::function<bool(std::size_t)> keeps)
{
    beginResetModel();
    m_keeps = std::move(keeps);
    rebuild();
    endResetModel();
}

void RecordModel::rebuild()
{
    m_order.clear();
    m_kept = 0;
    const std::vector<GridFilters::Bound> filters = m_filters.bind(*this);
    for (std::size_t i = 0; i < m_count; ++i) {
        if (m_keeps && !m_keeps(i))
            continue;
        ++m_kept;
        const auto shown = [this, i](int at) { return format::shown(column(at).text(i)); };
        const auto raw = [this, i](int at) { return column(at).raw ? column(at).raw(i) : column(at).text(i); };
        if (filters.empty() || GridFilters::keeps(filters, shown, raw))
            m_order.push_back(i);
    }
    for (auto by = m_sorts.rbegin(); by != m_sorts.rend(); ++by) { // the first key last: equal ones stay as they are
        if (by->column < 0 || by->column >= columnCount())
            continue;
        std::vector<QVariant> keys(m_count);
        for (const std::size_t i : m_order)
            keys[i] = sortKey(i, by->column);
        const bool down = by->order == Qt::DescendingOrder;
        std::stable_sort(m_order.begin(), m_order.end(), [&keys, down](std::size_t a, std::size_t b) {
            const auto order = QVariant::compare(keys[down ? b : a], keys[down ? a : b]);
            return order == QPartialOrdering::Less;
        });
    }
}

QVariant RecordModel::sortKey(std::size_t record, int index) const
{
    const Column& c = column(index);
    if (c.key)
        return c.key(record);
    if (c.amount) {
        const auto amount = c.amount(record);
        return amount ? amount->toDouble() : -1e300;
    }
    return c.text(record).toCaseFolded();
}

int RecordModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int RecordModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant RecordModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Column& c = column(index.column());
    const std::size_t at = record(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return format::shown(c.text(at));
    case Qt::ToolTipRole:
        return format::shown(c.tip ? c.tip(at) : c.text(at), words::LineEnds::Kept);
    case Qt::TextAlignmentRole:
        return QVariant(c.isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        return c.isNumber ? Theme::current().number : Theme::current().body;
    case Qt::ForegroundRole:
        return c.ink ? QVariant(colorOf(c.ink(at))) : QVariant();
    case Qt::AccessibleTextRole:
        return format::shown(format::labelled(c.title, c.text(at)));
    case Qt::DecorationRole: {
        const QString name = c.icon ? c.icon(at) : QString();
        return name.isEmpty() ? QVariant() : QVariant(themedIcon(name, iconColorOf(c.ink ? c.ink(at) : Ink::Plain)));
    }
    case ProgressRole:
        return c.progress && c.progress(at) >= 0 ? QVariant(c.progress(at)) : QVariant();
    case ShortRole: {
        const auto amount = c.amount ? c.amount(at) : std::nullopt;
        return amount && m_currency ? QVariant(format::moneyShort(*amount, m_currency(at), format::locale()))
                                    : QVariant();
    }
    case SortRole:
        return sortKey(at, index.column());
    default:
        return {};
    }
}

QVariant RecordModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    const Column& c = column(section);
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return format::shown(c.title);
    if (role == Qt::TextAlignmentRole)
        return QVariant(c.isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::InitialSortOrderRole)
        return c.isNumber ? Qt::DescendingOrder : Qt::AscendingOrder;
    return {};
}

void RecordModel::sortBy(const SortKeys& keys)
{
    m_sorts.assign(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(std::min(keys.size(), mostSortKeys())));
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<std::size_t> records;
    for (const QModelIndex& old : before)
        records.push_back(record(old.row()));
    rebuild();
    std::vector<int> rowOf(m_count, -1);
    for (std::size_t row = 0; row < m_order.size(); ++row)
        rowOf[m_order[row]] = static_cast<int>(row);
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after << createIndex(rowOf[records[static_cast<std::size_t>(i)]], before[i].column());
    changePersistentIndexList(before, after);
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

bool RecordModel::isNumberColumn(int index) const
{
    return column(index).isNumber;
}

std::optional<Amount> RecordModel::amountAt(int row, int index) const
{
    const Column& c = column(index);
    return c.amount ? c.amount(record(row)) : std::nullopt;
}

Currency RecordModel::currencyAt(int row) const
{
    return m_currency ? m_currency(record(row)) : Currency();
}

QString RecordModel::rawText(int row, int index) const
{
    const Column& c = column(index);
    return c.raw ? c.raw(record(row)) : c.text(record(row));
}

QString RecordModel::columnKey(int index) const
{
    return column(index).rawTitle.isEmpty() ? column(index).title : column(index).rawTitle;
}

CellFilter::Kind RecordModel::filterKind(int index) const
{
    return column(index).isDay      ? CellFilter::Kind::Day
           : column(index).isNumber ? CellFilter::Kind::Number
                                    : CellFilter::Kind::Text;
}

void RecordModel::setFilterText(int index, const QString& typed)
{
    beginResetModel();
    m_filters.set(columnKey(index), filterKind(index), typed);
    rebuild();
    endResetModel();
}

void RecordModel::clearFilters()
{
    beginResetModel();
    m_filters.clear();
    rebuild();
    endResetModel();
}

int RecordModel::columnWidth(int index) const
{
    return column(index).width;
}

int RecordModel::columnStretch(int index) const
{
    const bool any = std::any_of(m_columns.begin(), m_columns.end(), [](const Column& c) { return c.stretch > 0; });
    return any ? column(index).stretch : GridModel::columnStretch(index);
}

QString RecordModel::rawHeader(int index) const
{
    const Column& c = column(index);
    return c.rawTitle.isEmpty() ? c.title : c.rawTitle;
}

} // namespace altimeter::ui
