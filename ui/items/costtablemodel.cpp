#include "ui/items/costtablemodel.h"

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace altimeter::ui {

namespace {

using RowKey = std::tuple<Currency, std::vector<std::string>, int>;

/// How many steps after the start of its question a period lies; 0 without granularity.
int stepIndex(Day period, const CostQuery& query)
{
    if (!period.isValid() || query.granularity == Granularity::None || !query.range.from.isValid())
        return 0;
    int index = 0;
    for (Day day = stepStart(query.range.from, query.granularity); day < period && index < 100'000;
         day = nextStep(day, query.granularity))
        ++index;
    return index;
}

/// The step of `query` with that index.
Day stepAt(int index, const CostQuery& query)
{
    if (query.granularity == Granularity::None || !query.range.from.isValid())
        return Day::none();
    Day day = stepStart(query.range.from, query.granularity);
    while (index-- > 0)
        day = nextStep(day, query.granularity);
    return day;
}

RowKey keyOf(const CostRow& row, const CostQuery& query)
{
    return {row.currency, row.keys, stepIndex(row.period, query)};
}

/// A row for persistent indexes: every row of a table differs in this.
RowKey identityOf(const CostRow& row)
{
    std::vector<std::string> keys = row.keys;
    if (row.isOther)
        keys.emplace_back("other");
    return {row.currency, std::move(keys), row.period.number};
}

QString keyText(const CostRow& row, int column)
{
    const auto i = static_cast<std::size_t>(column);
    return i < row.keys.size() ? format::text(row.keys[i]) : QString();
}

std::optional<Amount> difference(Amount now, Amount before)
{
    const auto change = checkedSubtract(now, before);
    return change ? std::optional<Amount>(*change) : std::nullopt;
}

template <typename T> int order(const T& a, const T& b)
{
    return a < b ? -1 : b < a ? 1 : 0;
}

/// Nothing sorts below everything.
template <typename T> int orderMaybe(const std::optional<T>& a, const std::optional<T>& b)
{
    if (!a || !b)
        return order(a.has_value(), b.has_value());
    return order(*a, *b);
}

Amount magnitude(Amount a)
{
    return a.isNegative() ? -a : a;
}

} // namespace

CostTableModel::CostTableModel(const QLocale& locale, QObject* parent) : GridModel(parent), m_locale(locale)
{
    buildColumns();
}

void CostTableModel::setTable(CostTable table, std::optional<CostTable> previous)
{
    beginResetModel();
    m_table = std::move(table);
    m_previousTable = std::move(previous);
    buildColumns();
    buildRows();
    m_sortColumn = columnOf(isComparing() ? Column::Change : Column::Cost);
    m_sortOrder = Qt::DescendingOrder;
    sortRows();
    endResetModel();
}

void CostTableModel::clear()
{
    setTable(CostTable{m_table.query, {}, {}, 0});
}

void CostTableModel::buildColumns()
{
    m_columns.clear();
    m_columns.insert(m_columns.end(), m_table.query.by.size(), Column::Key);
    if (m_table.query.granularity != Granularity::None)
        m_columns.push_back(Column::Period);
    if (m_table.totals.size() > 1)
        m_columns.push_back(Column::CurrencyCode);
    m_columns.insert(m_columns.end(), {Column::Cost, Column::Share});
    if (isComparing())
        m_columns.insert(m_columns.end(), {Column::Previous, Column::Change, Column::ChangePercent});
    m_columns.push_back(Column::Rows);
    const bool anyUnknown = std::any_of(m_table.totals.begin(), m_table.totals.end(),
                                        [](const CurrencyTotal& total) { return total.unknownRows > 0; });
    if (anyUnknown)
        m_columns.push_back(Column::UnknownRows);
}

void CostTableModel::buildRows()
{
    m_rows.clear();
    m_rows.reserve(m_table.rows.size());
    m_largestShare.clear();
    for (const CostRow& cost : m_table.rows)
        m_rows.push_back({cost, std::nullopt, std::nullopt, std::nullopt});
    if (m_previousTable)
        addPreviousRows(*m_previousTable);
    for (Row& row : m_rows) {
        row.share = shareOf(row.cost);
        double& largest = m_largestShare[row.cost.currency];
        largest = std::max(largest, row.share.value_or(0));
    }
}

void CostTableModel::addPreviousRows(const CostTable& previous)
{
    std::map<RowKey, const CostRow*> before;
    for (const CostRow& row : previous.rows)
        before[keyOf(row, previous.query)] = &row;
    for (Row& row : m_rows) {
        const auto found = before.find(keyOf(row.cost, m_table.query));
        row.previous = found == before.end() ? Amount() : found->second->cost;
        row.change = difference(row.cost.cost, *row.previous);
        if (found != before.end())
            before.erase(found);
    }
    for (const auto& [key, gone] : before) {
        Row row;
        row.cost.keys = gone->keys;
        row.cost.currency = gone->currency;
        row.cost.isOther = gone->isOther;
        row.cost.period = stepAt(std::get<2>(key), m_table.query);
        row.previous = gone->cost;
        row.change = difference(Amount(), gone->cost);
        m_rows.push_back(std::move(row));
    }
}

const CurrencyTotal* CostTableModel::totalOf(const std::vector<CurrencyTotal>& totals, const Currency& currency) const
{
    const auto found =
        std::find_if(totals.begin(), totals.end(), [&](const CurrencyTotal& t) { return t.currency == currency; });
    return found == totals.end() ? nullptr : &*found;
}

std::optional<double> CostTableModel::shareOf(const CostRow& row) const
{
    const CurrencyTotal* total = totalOf(m_table.totals, row.currency);
    if (!total || total->cost.isZero() || total->cost.isNegative())
        return std::nullopt;
    return row.cost.toDouble() / total->cost.toDouble();
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

const CostRow& CostTableModel::rowAt(int row) const
{
    return m_rows.at(static_cast<std::size_t>(row)).cost;
}

std::optional<Amount> CostTableModel::previousAt(int row) const
{
    return m_rows.at(static_cast<std::size_t>(row)).previous;
}

const CostRow* CostTableModel::unallocated(const Currency& currency) const
{
    for (const Row& row : m_rows) {
        if (row.cost.currency != currency || row.cost.rows == 0)
            continue;
        for (std::size_t i = 0; i < row.cost.keys.size() && i < m_table.query.by.size(); ++i)
            if (row.cost.keys[i].empty() &&
                format::dimValue(m_table.query.by[i], {}) == QLatin1String("(unallocated)") &&
                m_table.query.by.size() == 1)
                return &row.cost;
    }
    return nullptr;
}

int CostTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
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

QString CostTableModel::display(const Row& row, int column) const
{
    const CostRow& cost = row.cost;
    const bool allUnknown = cost.rows > 0 && cost.unknownRows == cost.rows;
    switch (columnKind(column)) {
    case Column::Key: {
        const auto i = static_cast<std::size_t>(column);
        if (cost.isOther)
            return i == 0 ? QStringLiteral("Other") : QString();
        return i < cost.keys.size() ? format::dimValue(m_table.query.by[i], cost.keys[i]) : QString();
    }
    case Column::Period:
        return format::step(cost.period, m_table.query.granularity, m_locale);
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
            return QStringLiteral("new");
        if (cost.rows == 0 && !row.previous->isZero())
            return QStringLiteral("gone");
        const auto ratio = format::changeRatio(cost.cost, *row.previous);
        return ratio ? format::percentChange(*ratio, m_locale) : QString(format::kDash);
    }
    case Column::Rows:
        return format::count(cost.rows, m_locale);
    case Column::UnknownRows:
        return format::count(cost.unknownRows, m_locale);
    case Column::Count:
        break;
    }
    return {};
}

QString CostTableModel::exactTip(const Row& row, int column) const
{
    const Currency& currency = row.cost.currency;
    switch (columnKind(column)) {
    case Column::Cost: {
        QString tip = format::moneyFull(row.cost.cost, currency, m_locale);
        if (row.cost.unknownRows > 0)
            tip += QStringLiteral("\n%1 without a cost in the source: unknown, not zero")
                       .arg(format::count(row.cost.unknownRows, QStringLiteral("line"), QStringLiteral("lines"),
                                          m_locale));
        return tip;
    }
    case Column::Share:
        return QStringLiteral("Share of the %1 total").arg(format::text(std::string(currency.code())));
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
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
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
        return headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + QStringLiteral(": ") +
               display(row, index.column());
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
    case BarRole:
        if (kind == Column::Share && row.share && m_largestShare.at(row.cost.currency) > 0)
            return std::clamp(*row.share / m_largestShare.at(row.cost.currency), 0.0, 1.0);
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
                   ? QStringLiteral("Charge lines whose source left the cost empty: unknown, not zero")
                   : QStringLiteral("Click to sort");
    if (role != Qt::DisplayRole)
        return {};
    switch (columnKind(section)) {
    case Column::Key:
        return format::dimTitle(m_table.query.by[static_cast<std::size_t>(section)]);
    case Column::Period:
        return m_table.query.granularity == Granularity::Month  ? QStringLiteral("Month")
               : m_table.query.granularity == Granularity::Week ? QStringLiteral("Week")
                                                                : QStringLiteral("Day");
    case Column::CurrencyCode:
        return QStringLiteral("Currency");
    case Column::Cost:
        return format::lens(m_table.query.lens);
    case Column::Share:
        return QStringLiteral("Share");
    case Column::Previous:
        return QStringLiteral("Previous");
    case Column::Change:
        return QStringLiteral("Change");
    case Column::ChangePercent:
        return QStringLiteral("Change %");
    case Column::Rows:
        return QStringLiteral("Lines");
    case Column::UnknownRows:
        return QStringLiteral("Unknown");
    case Column::Count:
        break;
    }
    return {};
}

QString CostTableModel::rawHeader(int column) const
{
    const bool isMoney = columnKind(column) == Column::Cost || columnKind(column) == Column::Previous ||
                         columnKind(column) == Column::Change;
    const QString title = headerData(column, Qt::Horizontal).toString();
    return isMoney && m_table.totals.size() == 1
               ? title + QLatin1Char(' ') + format::text(std::string(m_table.totals.front().currency.code()))
               : title;
}

bool CostTableModel::isLess(const Row& a, const Row& b, int column) const
{
    // Currencies are never compared with each other: each is a block of its own, in the order of the answer.
    int by = 0;
    switch (columnKind(column)) {
    case Column::Key:
        by = QString::localeAwareCompare(keyText(a.cost, column), keyText(b.cost, column));
        break;
    case Column::Period:
        by = order(a.cost.period, b.cost.period);
        break;
    case Column::CurrencyCode:
        by = order(a.cost.currency, b.cost.currency);
        break;
    case Column::Cost:
    case Column::Share:
        by = order(a.cost.cost, b.cost.cost);
        break;
    case Column::Previous:
        by = orderMaybe(a.previous, b.previous);
        break;
    case Column::Change:
        by = order(magnitude(a.change.value_or(Amount())), magnitude(b.change.value_or(Amount())));
        break;
    case Column::ChangePercent: {
        const auto ratio = [](const Row& r) {
            return r.previous ? format::changeRatio(r.cost.cost, *r.previous) : std::nullopt;
        };
        by = orderMaybe(ratio(a), ratio(b));
        break;
    }
    case Column::Rows:
        by = order(a.cost.rows, b.cost.rows);
        break;
    case Column::UnknownRows:
        by = order(a.cost.unknownRows, b.cost.unknownRows);
        break;
    case Column::Count:
        break;
    }
    return m_sortOrder == Qt::AscendingOrder ? by < 0 : by > 0;
}

void CostTableModel::sortRows()
{
    if (m_sortColumn < 0)
        return;
    std::map<Currency, std::size_t> block;
    for (std::size_t i = 0; i < m_table.totals.size(); ++i)
        block.emplace(m_table.totals[i].currency, i);
    const auto blockOf = [&](const Row& row) {
        const auto found = block.find(row.cost.currency);
        return found == block.end() ? block.size() : found->second;
    };
    const bool split = columnKind(m_sortColumn) != Column::CurrencyCode;
    std::stable_sort(m_rows.begin(), m_rows.end(), [&](const Row& a, const Row& b) {
        if (split && a.cost.currency != b.cost.currency)
            return blockOf(a) < blockOf(b);
        return isLess(a, b, m_sortColumn);
    });
}

void CostTableModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= columnCount())
        return;
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<RowKey> wanted;
    for (const QModelIndex& index : before)
        wanted.push_back(identityOf(m_rows[static_cast<std::size_t>(index.row())].cost));
    m_sortColumn = column;
    m_sortOrder = order;
    sortRows();
    if (!before.isEmpty()) {
        std::map<RowKey, int> places;
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            places[identityOf(m_rows[i].cost)] = static_cast<int>(i);
        QModelIndexList after;
        for (qsizetype i = 0; i < before.size(); ++i)
            after << index(places.at(wanted[static_cast<std::size_t>(i)]), before[i].column());
        changePersistentIndexList(before, after);
    }
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

std::optional<Amount> CostTableModel::amountAt(int row, int column) const
{
    const Row& shown = m_rows.at(static_cast<std::size_t>(row));
    switch (columnKind(column)) {
    case Column::Cost:
        if (shown.cost.rows > 0 && shown.cost.unknownRows == shown.cost.rows)
            return std::nullopt;
        return shown.cost.cost;
    case Column::Previous:
        return shown.previous;
    case Column::Change:
        return shown.change;
    default:
        return std::nullopt;
    }
}

Currency CostTableModel::currencyAt(int row) const
{
    return m_rows.at(static_cast<std::size_t>(row)).cost.currency;
}

QString CostTableModel::rawText(int row, int column) const
{
    const Row& shown = m_rows.at(static_cast<std::size_t>(row));
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
        return shown.share ? QString::number(*shown.share, 'g', 6) : QString();
    case Column::ChangePercent: {
        const auto ratio = shown.previous ? format::changeRatio(shown.cost.cost, *shown.previous) : std::nullopt;
        return ratio ? QString::number(*ratio, 'g', 6) : QString();
    }
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

std::vector<GridModel::FooterLine> CostTableModel::footer() const
{
    std::vector<FooterLine> lines;
    for (const CurrencyTotal& total : m_table.totals) {
        const QString code = format::text(std::string(total.currency.code()));
        Row row;
        row.cost.currency = total.currency;
        row.cost.cost = total.cost;
        row.cost.rows = total.rows;
        row.cost.unknownRows = total.unknownRows;
        if (m_previousTable) {
            const CurrencyTotal* before = totalOf(m_previousTable->totals, total.currency);
            row.previous = before ? before->cost : Amount();
            row.change = difference(total.cost, *row.previous);
        }
        FooterLine line;
        for (int column = 0; column < columnCount(); ++column) {
            const Column kind = columnKind(column);
            if (column == 0)
                line.cells << (m_table.totals.size() > 1 ? QStringLiteral("Total ") + code : QStringLiteral("Total"));
            else if (kind == Column::Key || kind == Column::Period)
                line.cells << QString();
            else if (kind == Column::Share)
                line.cells << (total.cost.isZero() || total.cost.isNegative() ? QString(format::kDash)
                                                                              : format::percent(1, m_locale));
            else
                line.cells << display(row, column);
        }
        line.spoken = QStringLiteral("Total %1: %2").arg(code, format::money(total.cost, total.currency, m_locale));
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
        return m_table.query.by.size() > 1 ? 170 : 240;
    case Column::Period:
        return m_table.query.granularity == Granularity::Week ? 160 : 110;
    case Column::CurrencyCode:
        return 86;
    case Column::Cost:
    case Column::Previous:
    case Column::Change:
        return 140;
    case Column::Share:
        return 130;
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
