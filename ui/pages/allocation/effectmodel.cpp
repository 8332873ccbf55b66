#include "ui/pages/allocation/effectmodel.h"

#include "ui/format/format.h"
#include "ui/items/csvtext.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace altimeter::ui {

namespace {

Amount minus(Amount a, Amount b)
{
    const auto difference = checkedSubtract(a, b);
    return difference ? *difference : Amount();
}

Amount changeOf(Amount before, Amount after)
{
    return minus(after, before);
}

Amount magnitude(Amount amount)
{
    return amount.isNegative() ? -amount : amount;
}

Dim dimOf(const std::string& field)
{
    const auto dim = parseDim(field);
    return dim ? *dim : Dim{Dim::Kind::Team, {}};
}

} // namespace

void EffectModel::setEffect(const RuleDiff& diff, const std::string& field)
{
    m_field = field;
    m_lines.clear();
    for (const RuleMove& move : diff.moves) {
        if (move.field == field)
            m_lines.push_back({move.currency, move.month, move.owner, false, move.before, move.after});
    }
    std::vector<RuleDiff::Balance> balances;
    std::copy_if(diff.balances.begin(), diff.balances.end(), std::back_inserter(balances),
                 [&field](const RuleDiff::Balance& balance) { return balance.field == field; });
    addRest(balances);
    m_footer.clear();
    std::map<Currency, std::pair<AmountSum, AmountSum>> wholes;
    for (const RuleDiff::Balance& balance : balances) {
        wholes[balance.currency].first.add(balance.before);
        wholes[balance.currency].second.add(balance.after);
    }
    m_currencies = wholes.size();
    for (const auto& [currency, whole] : wholes) {
        const Amount before = whole.first.amount(), after = whole.second.amount();
        const auto said = [&currency = currency](Amount amount) {
            return format::money(amount, currency, format::locale());
        };
        const QString code = format::text(std::string(currency.code()));
        FooterLine line{{tr("All owners, %1").arg(code), said(before), said(after), said(changeOf(before, after))},
                        tr("All owners, %1: %2 before, %3 after").arg(code, said(before), said(after)),
                        currency,
                        {{BeforeColumn, before}, {AfterColumn, after}, {ChangeColumn, changeOf(before, after)}}};
        m_footer.push_back(std::move(line));
    }
    rebuild();
    emit footerChanged();
}

/// What is listed of a month is what changes; the rest of the month stays.
void EffectModel::addRest(const std::vector<RuleDiff::Balance>& balances)
{
    std::map<std::pair<Currency, Day>, AmountSum> listed;
    for (const Line& line : m_lines)
        listed[{line.currency, line.month}].add(line.before);
    for (const RuleDiff::Balance& balance : balances) {
        const Amount rest = minus(balance.before, listed[{balance.currency, balance.month}].amount());
        if (!rest.isZero())
            m_lines.push_back({balance.currency, balance.month, {}, true, rest, rest});
    }
}

std::vector<EffectModel::Group> EffectModel::grown() const
{
    std::map<std::tuple<Currency, Day, bool, std::string>, Group> groups;
    for (const Line& line : m_lines) {
        const bool isMonth = m_monthsFirst;
        Group& group = groups[isMonth ? std::tuple(line.currency, line.month, false, std::string())
                                      : std::tuple(line.currency, Day(), line.isRest, line.owner)];
        group.isMonth = isMonth;
        if (group.parts.empty())
            group.line = {line.currency,
                          isMonth ? line.month : Day(),
                          isMonth ? std::string() : line.owner,
                          !isMonth && line.isRest,
                          {},
                          {}};
        group.parts.push_back(line);
    }
    std::vector<Group> grown;
    for (auto& [key, group] : groups) {
        AmountSum before, after;
        for (const Line& part : group.parts) {
            before.add(part.before);
            after.add(part.after);
        }
        group.line.before = before.amount();
        group.line.after = after.amount();
        grown.push_back(std::move(group));
    }
    return grown;
}

std::optional<Amount> EffectModel::amountOf(const Line& line, int column)
{
    switch (column) {
    case BeforeColumn:
        return line.before;
    case AfterColumn:
        return line.after;
    case ChangeColumn:
        return changeOf(line.before, line.after);
    default:
        return std::nullopt;
    }
}

bool EffectModel::below(const Line& a, const Line& b) const
{
    if (a.isRest != b.isRest)
        return b.isRest; // last, however it is sorted
    const auto value = [this](const Line& line) {
        return amountOf(line, m_sortColumn).value_or(magnitude(changeOf(line.before, line.after)));
    };
    const bool falls = m_sortOrder == Qt::DescendingOrder;
    if (m_sortColumn == NameColumn || (m_sortColumn < 0 && a.month != b.month)) {
        const auto names =
            std::tuple(a.month, QString::localeAwareCompare(format::text(a.owner), format::text(b.owner)));
        const auto others = std::tuple(b.month, 0);
        return falls ? names > others : names < others;
    }
    return falls ? value(a) > value(b) : value(a) < value(b);
}

void EffectModel::order()
{
    const auto byLine = [this](const Line& a, const Line& b) { return below(a, b); };
    for (Group& group : m_groups)
        std::stable_sort(group.parts.begin(), group.parts.end(), byLine);
    std::stable_sort(m_groups.begin(), m_groups.end(), [this](const Group& a, const Group& b) {
        return a.line.currency != b.line.currency ? a.line.currency < b.line.currency : below(a.line, b.line);
    });
}

void EffectModel::show()
{
    m_shown.clear();
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        m_shown.emplace_back(static_cast<int>(group), -1);
        for (std::size_t part = 0; !isGroupFolded(m_groups[group]) && part < m_groups[group].parts.size(); ++part)
            m_shown.emplace_back(static_cast<int>(group), static_cast<int>(part));
    }
}

void EffectModel::rebuild()
{
    beginResetModel();
    m_groups = grown();
    order();
    show();
    endResetModel();
}

void EffectModel::setMonthsFirst(bool monthsFirst)
{
    if (m_monthsFirst == monthsFirst)
        return;
    m_monthsFirst = monthsFirst;
    m_unusual.clear();
    rebuild();
}

void EffectModel::setAllFolded(bool folded)
{
    beginResetModel();
    m_foldsAll = folded;
    m_unusual.clear();
    show();
    endResetModel();
}

void EffectModel::setFolded(int row, bool folded)
{
    const Group& group = m_groups[static_cast<std::size_t>(m_shown[static_cast<std::size_t>(row)].first)];
    if (!isGroup(row) || isGroupFolded(group) == folded)
        return;
    const auto toggle = [this, &group] {
        if (!m_unusual.erase(keyOf(group)))
            m_unusual.insert(keyOf(group));
    };
    const int parts = static_cast<int>(group.parts.size());
    if (folded)
        beginRemoveRows({}, row + 1, row + parts);
    else
        beginInsertRows({}, row + 1, row + parts);
    toggle();
    show();
    if (folded)
        endRemoveRows();
    else
        endInsertRows();
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

EffectModel::Key EffectModel::keyOf(const Group& group)
{
    const std::string name = group.isMonth       ? toString(group.line.month)
                             : group.line.isRest ? std::string(1, '\0')
                                                 : group.line.owner;
    return {std::string(group.line.currency.code()), name};
}

const EffectModel::Line& EffectModel::lineAt(int row) const
{
    const auto [group, part] = m_shown.at(static_cast<std::size_t>(row));
    const Group& found = m_groups[static_cast<std::size_t>(group)];
    return part < 0 ? found.line : found.parts[static_cast<std::size_t>(part)];
}

QString EffectModel::nameOf(const Line& line, bool isMonth) const
{
    if (isMonth)
        return format::monthShort(line.month, format::locale());
    return line.isRest ? tr("Unchanged owners") : format::dimValue(dimOf(m_field), line.owner);
}

QString EffectModel::name(int row) const
{
    return nameOf(lineAt(row), isGroup(row) == m_monthsFirst);
}

/// Copied amounts have no sign of their currency.
QString EffectModel::rawName(int row) const
{
    return m_currencies > 1 ? name(row) + QStringLiteral(", ") + format::text(std::string(lineAt(row).currency.code()))
                            : name(row);
}

int EffectModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

std::optional<Amount> EffectModel::amountAt(int row, int column) const
{
    return amountOf(lineAt(row), column);
}

QString EffectModel::rawText(int row, int column) const
{
    const auto amount = amountAt(row, column);
    return amount ? format::exact(*amount) : rawName(row);
}

int EffectModel::sumKind(int row, int column) const
{
    return column * 2 + (isGroup(row) ? 1 : 0); // a total and its parts are not added
}

std::vector<GridModel::FooterLine> EffectModel::footer() const
{
    return m_footer;
}

QVariant EffectModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int row = index.row(), column = index.column();
    const auto amount = amountAt(row, column);
    const Line& line = lineAt(row);
    const Theme& theme = Theme::current();
    const auto text = [&] {
        if (!amount)
            return name(row);
        return column == ChangeColumn ? format::moneyChange(*amount, line.currency, format::locale())
                                      : format::money(*amount, line.currency, format::locale());
    };
    switch (role) {
    case Qt::DisplayRole:
        return text();
    case SortRole:
        return rawText(row, column);
    case ShortRole:
        return amount ? QVariant(format::moneyShort(*amount, line.currency, format::locale())) : QVariant();
    case FoldRole:
        if (column != NameColumn)
            return NoFold;
        return !isGroup(row) ? Beside
               : isGroupFolded(m_groups[static_cast<std::size_t>(m_shown[static_cast<std::size_t>(row)].first)])
                   ? Folded
                   : Open;
    case Qt::ToolTipRole:
        return amount ? format::moneyFull(*amount, line.currency, format::locale()) : name(row);
    case Qt::AccessibleTextRole:
        return format::labelled(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), text());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((amount ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::FontRole: {
        QFont font = amount ? theme.number : theme.body;
        if (isGroup(row))
            font.setWeight(QFont::DemiBold);
        return font;
    }
    case Qt::ForegroundRole:
        if (line.isRest || (column == NameColumn && !isGroup(row)))
            return theme.textSecondary;
        return {};
    default:
        return {};
    }
}

QVariant EffectModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumberColumn(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case BeforeColumn:
        return tr("Before");
    case AfterColumn:
        return tr("After");
    case ChangeColumn:
        return tr("Change");
    default:
        return m_monthsFirst ? tr("Month, owner") : tr("Owner, month");
    }
}

QString EffectModel::rawHeader(int column) const
{
    static const char* const kNames[] = {"name", "before", "after", "change"};
    return QString::fromLatin1(kNames[column]);
}

void EffectModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = column < 0 ? Qt::DescendingOrder : order;
    emit aboutToReorder();
    rebuild();
}

std::string EffectModel::csv() const
{
    QString text = QStringLiteral("field,owner,month,currency,before,after,change\r\n");
    for (const Line& line : m_lines) {
        const QString owner = line.isRest ? QStringLiteral("(unchanged owners)") : format::text(line.owner);
        const QStringList cells{format::text(m_field),
                                csvField(owner, CsvGuard::Spreadsheet),
                                format::text(toString(line.month).substr(0, 7)),
                                format::text(std::string(line.currency.code())),
                                format::exact(line.before),
                                format::exact(line.after),
                                format::exact(changeOf(line.before, line.after))};
        text += cells.join(',') + QStringLiteral("\r\n");
    }
    return text.toStdString();
}

} // namespace altimeter::ui
