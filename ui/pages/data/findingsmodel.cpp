#include "ui/pages/data/findingsmodel.h"

#include "ui/format/codetext.h"
#include "ui/format/counted.h"
#include "ui/format/findingtext.h"
#include "ui/format/format.h"
#include "ui/items/recordcolumns.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

QString number(std::uint64_t n)
{
    return format::count(n, format::locale());
}

} // namespace

void FindingsModel::setGroups(std::vector<FindingGroup> groups)
{
    beginResetModel();
    m_groups = std::move(groups);
    rebuild();
    endResetModel();
}

const FindingCase* FindingsModel::caseAt(int row) const
{
    return caseOf(rowAt(row));
}

const FindingCase* FindingsModel::caseOf(const Row& row) const
{
    return row.at < 0 ? nullptr : &m_groups[row.group].cases[static_cast<std::size_t>(row.at)];
}

int FindingsModel::rowOf(const std::string& check) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const Row& row) { return row.at < 0 && m_groups[row.group].check == check; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

/// The rows that filters and folding leave, in order.
void FindingsModel::rebuild()
{
    m_order.resize(m_groups.size());
    for (std::size_t i = 0; i < m_order.size(); ++i)
        m_order[i] = i;
    if (m_sortColumn >= 0)
        std::stable_sort(m_order.begin(), m_order.end(), [this](std::size_t a, std::size_t b) {
            const auto column = static_cast<Column>(m_sortColumn);
            const auto less = QVariant::compare(sortKey(a, column), sortKey(b, column));
            return m_sortOrder == Qt::AscendingOrder ? less < 0 : less > 0;
        });
    const auto filters = m_filters.bind(*this);
    m_rows.clear();
    m_unfiltered = 0;
    for (const std::size_t group : m_order) {
        const bool isOpen = m_open.contains(m_groups[group].check);
        const auto cases = static_cast<int>(m_groups[group].cases.size());
        m_unfiltered += 1U + static_cast<std::size_t>(isOpen ? cases : 0);
        const bool isKept = keeps(filters, {group, -1});
        std::vector<Row> kept;
        for (int at = 0; at < cases; ++at)
            if (isKept || keeps(filters, {group, at}))
                kept.push_back({group, at});
        if (!isKept && kept.empty())
            continue;
        m_rows.push_back({group, -1});
        if (isOpen)
            m_rows.insert(m_rows.end(), kept.begin(), kept.end());
    }
}

bool FindingsModel::keeps(const std::vector<GridFilters::Bound>& filters, const Row& row) const
{
    return GridFilters::keeps(
        filters, [&](int column) { return text(row, static_cast<Column>(column)); },
        [&](int column) {
            const auto* touched = static_cast<Column>(column) == Column::Touched ? touchedOf(row) : nullptr;
            return touched && touched->money.size() == 1
                       ? QString::fromStdString(touched->money.front().amount.toString(2)) // ">1000" reads a number
                       : raw(row, static_cast<Column>(column));
        });
}

int FindingsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FindingsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

// ---- cells ----

const altimeter::Touched* FindingsModel::touchedOf(const Row& row) const
{
    const FindingCase* one = caseOf(row);
    if (!one)
        return &m_groups[row.group].touched;
    return one->touched ? &*one->touched : nullptr;
}

QString FindingsModel::titleOf(const Row& row) const
{
    const FindingCase* one = caseOf(row);
    return one ? format::shown(one->finding.message) : findingtext::title(m_groups[row.group].check);
}

QString FindingsModel::whereOf(const Row& row) const
{
    if (const FindingCase* one = caseOf(row)) {
        const QString file = format::shown(one->finding.file.empty() ? one->finding.source : one->finding.file);
        return one->finding.firstLine > 0 ? tr("%1, line %2").arg(file, number(one->finding.firstLine)) : file;
    }
    std::set<std::string> sources;
    for (const FindingCase& one : m_groups[row.group].cases)
        sources.insert(one.finding.source);
    return sources.size() == 1 ? format::shown(*sources.begin()) : counted::sources(sources.size());
}

QString FindingsModel::stateOf(const Row& row) const
{
    if (const FindingCase* one = caseOf(row))
        return one->acknowledged ? tr("acknowledged") : tr("open", "a finding");
    const FindingGroup& group = m_groups[row.group];
    const std::uint64_t open = group.open();
    return open == 0                    ? tr("acknowledged")
           : open == group.cases.size() ? tr("open", "a finding")
                                        : tr("%1 open", "number of findings").arg(number(open));
}

QString FindingsModel::text(const Row& row, Column column) const
{
    const FindingGroup& group = m_groups[row.group];
    const FindingCase* one = caseOf(row);
    switch (column) {
    case Column::Title:
        return titleOf(row);
    case Column::Severity:
        return codetext::findingSeverity(one ? one->finding.severity : group.severity);
    case Column::Cases:
        return one ? QString() : number(group.cases.size());
    case Column::Lines: {
        const std::uint64_t rows = one ? one->finding.rows : group.rows;
        return rows == 0 ? QString() : number(rows);
    }
    case Column::Touched: {
        const auto* touched = touchedOf(row);
        return touched ? findingtext::touched(*touched) : QString();
    }
    case Column::Where:
        return whereOf(row);
    case Column::State:
        return stateOf(row);
    }
    return {};
}

/// In English, whatever the window speaks.
QString FindingsModel::raw(const Row& row, Column column) const
{
    const FindingGroup& group = m_groups[row.group];
    const FindingCase* one = caseOf(row);
    switch (column) {
    case Column::Title:
        return format::text(one ? one->finding.message : group.check);
    case Column::Severity:
        return format::text(std::string(severityName(one ? one->finding.severity : group.severity)));
    case Column::Cases:
        return one ? QString() : QString::number(group.cases.size());
    case Column::Lines:
        return QString::number(one ? one->finding.rows : group.rows);
    case Column::Touched: {
        const auto* touched = touchedOf(row);
        const QString known = touched ? findingtext::touchedExactly(*touched) : QString();
        return touched && touched->isWhole ? known : (known + QStringLiteral(" unknown")).trimmed();
    }
    case Column::Where:
        return one ? format::text(one->finding.file.empty() ? one->finding.source : one->finding.file)
                   : format::text(group.cases.front().finding.source);
    case Column::State: {
        const bool isOpen = one ? !one->acknowledged : group.open() > 0;
        return isOpen ? QStringLiteral("open") : QStringLiteral("acknowledged");
    }
    }
    return {};
}

QVariant FindingsModel::ink(const Row& row, Column column) const
{
    const Theme& theme = Theme::current();
    const FindingCase* one = caseOf(row);
    const bool isOpen = one ? !one->acknowledged : m_groups[row.group].open() > 0;
    if (!isOpen)
        return theme.textSecondary;
    if (column == Column::Severity) {
        const Severity severity = one ? one->finding.severity : m_groups[row.group].severity;
        return severity == Severity::Error     ? theme.bad
               : severity == Severity::Warning ? theme.warning
                                               : theme.textSecondary;
    }
    return {};
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Row& row = rowAt(index.row());
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ToolTipRole: {
        const auto* touched = column == Column::Touched ? touchedOf(row) : nullptr;
        const FindingCase* one = caseOf(row);
        if (column == Column::State && one && one->acknowledged)
            return findingtext::acknowledged(*one->acknowledged);
        return touched && !touched->money.empty() ? findingtext::touchedExactly(*touched) : text(row, column);
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment((isNumberColumn(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case Qt::ForegroundRole:
        return ink(row, column);
    case SortRole:
        return raw(row, column);
    case FoldRole:
        if (index.column() > 0)
            return {};
        return row.at >= 0 ? Beside : m_open.contains(m_groups[row.group].check) ? Open : Folded;
    case Qt::AccessibleTextRole:
        return text(row, column);
    default:
        return {};
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kColumns)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment((isNumberColumn(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    const QString titles[kColumns] = {tr("Finding"),       tr("Severity"), tr("Cases"), tr("Lines"),
                                      tr("Money touched"), tr("Where"),    tr("State")};
    return titles[section];
}

QString FindingsModel::rawHeader(int column) const
{
    const char* names[kColumns] = {"finding", "severity", "cases", "rows", "touched", "where", "state"};
    return QLatin1String(names[column]);
}

int FindingsModel::columnWidth(int column) const
{
    constexpr int widths[kColumns] = {330, 84, 70, 84, 190, 200, 120};
    return widths[column];
}

int FindingsModel::columnStretch(int column) const
{
    return column == 0 ? 3 : static_cast<Column>(column) == Column::Where ? 1 : 0;
}

// ---- order, folding, filters ----

QVariant FindingsModel::sortKey(std::size_t group, Column column) const
{
    const FindingGroup& one = m_groups[group];
    switch (column) {
    case Column::Severity:
        return static_cast<int>(one.severity);
    case Column::Cases:
        return static_cast<qulonglong>(one.cases.size());
    case Column::Lines:
        return static_cast<qulonglong>(one.rows);
    case Column::Touched: { // of the first currency; what is unknown comes before nothing
        const auto& money = one.touched.money;
        const auto amount = money.empty() ? std::nullopt : columns::amountOf(money.front().amount);
        return amount ? std::abs(amount->toDouble()) : one.touched.isWhole ? -2.0 : -1.0;
    }
    default:
        return text({group, -1}, column);
    }
}

void FindingsModel::sort(int column, Qt::SortOrder order)
{
    emit aboutToReorder();
    beginResetModel();
    m_sortColumn = column;
    m_sortOrder = order;
    rebuild();
    endResetModel();
}

void FindingsModel::setFolded(int row, bool folded)
{
    if (row < 0 || row >= rowCount() || rowAt(row).at >= 0)
        return;
    const std::string check = m_groups[rowAt(row).group].check;
    if (folded != m_open.contains(check))
        return;
    const int before = rowCount();
    const std::vector<Row> shown = m_rows;
    folded ? static_cast<void>(m_open.erase(check)) : static_cast<void>(m_open.insert(check));
    rebuild();
    const int change = rowCount() - before;
    const std::vector<Row> next = std::exchange(m_rows, shown);
    if (change > 0) {
        beginInsertRows({}, row + 1, row + change);
        m_rows = next;
        endInsertRows();
    } else if (change < 0) {
        beginRemoveRows({}, row + 1, row - change);
        m_rows = next;
        endRemoveRows();
    }
    emit dataChanged(index(row, 0), index(row, 0), {FoldRole});
}

void FindingsModel::setFilterText(int column, const QString& typed)
{
    m_filters.set(columnKey(column), filterKind(column), typed);
    emit aboutToReorder();
    beginResetModel();
    rebuild();
    endResetModel();
}

void FindingsModel::clearFilters()
{
    m_filters.clear();
    beginResetModel();
    rebuild();
    endResetModel();
}

// ---- figures ----

bool FindingsModel::isNumberColumn(int column) const
{
    const auto kind = static_cast<Column>(column);
    return kind == Column::Cases || kind == Column::Lines || kind == Column::Touched;
}

std::optional<Amount> FindingsModel::amountAt(int row, int column) const
{
    const auto* touched = touchedOf(rowAt(row));
    const bool isKnown = static_cast<Column>(column) == Column::Touched && touched && touched->isWhole;
    return isKnown && touched->money.size() == 1 ? columns::amountOf(touched->money.front().amount) : std::nullopt;
}

Currency FindingsModel::currencyAt(int row) const
{
    const auto* touched = touchedOf(rowAt(row));
    return touched && touched->money.size() == 1 ? touched->money.front().currency : Currency();
}

QString FindingsModel::rawText(int row, int column) const
{
    return raw(rowAt(row), static_cast<Column>(column));
}

/// A kind holds its cases: they do not add up with it.
int FindingsModel::sumKind(int row, int) const
{
    return rowAt(row).at < 0 ? 0 : 1;
}

} // namespace altimeter::ui
