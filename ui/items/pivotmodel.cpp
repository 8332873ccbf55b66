#include "ui/items/pivotmodel.h"
#include "ui/items/lettinggo.h"

#include <QPointer>

#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <utility>

namespace altimeter::ui {

namespace {

using Kind = PivotField::Kind;
using State = PivotRows::State;

std::size_t dimOf(const PivotField& field)
{
    return field.key;
}

/// A sort that named a column of another answer falls back on the usual one: where two periods are compared, by what
/// moved most.
PivotSort fitting(const PivotSort& sort, const PivotRows& before, const PivotRows& now)
{
    PivotSort usual;
    usual.column = now.isComparing() ? PivotRows::kChange : PivotRows::kTotal;
    if (!sort.isChosen)
        return usual;
    if (sort.level)
        return before.shape().rows == now.shape().rows && before.query().by == now.query().by ? sort : usual;
    if (sort.column == PivotRows::kTotal)
        return sort;
    if (sort.column == PivotRows::kPrevious || sort.column == PivotRows::kChange)
        return now.isComparing() ? sort : usual;
    const auto& was = before.columns();
    const auto& is = now.columns();
    const bool same =
        sort.column < was.size() && sort.column < is.size() && was[sort.column].key == is[sort.column].key &&
        was[sort.column].period == is[sort.column].period && was[sort.column].isOther == is[sort.column].isOther;
    return same ? sort : usual;
}

} // namespace

PivotModel::PivotModel(const QLocale& locale, QObject* parent)
    : GridModel(parent), m_locale(locale), m_rows(std::make_shared<PivotRows>())
{
}

void PivotModel::useWorkers(Questions& questions, const std::string& slot)
{
    m_questions = &questions;
    m_slot = slot;
}

void PivotModel::setTable(CostTable table, PivotShape shape, std::optional<CostTable> previous)
{
    const std::uint64_t request = ++m_request;
    const auto prepare = [wish = m_sort, before = m_rows, filters = m_filters, locale = m_locale](
                             CostTable now, PivotShape as, std::optional<CostTable> then, const std::stop_token& stop) {
        Prepared made{std::make_shared<const PivotRows>(std::move(now), std::move(as), stop, std::move(then)), {}, {}};
        made.order = pivotOrder(*made.rows, fitting(wish, *before, *made.rows), stop);
        made.kept = keptNodes(made.rows, filters, locale, stop);
        return made;
    };
    const auto take = [this, request, wish = m_sort, before = m_rows](Prepared made) {
        if (request != m_request) {
            letGo(std::move(made.rows));
            return;
        }
        const PivotSort sort = fitting(wish, *before, *made.rows);
        show(std::move(made), sort);
    };
    if (!m_questions || table.rows.size() + (previous ? previous->rows.size() : 0) <= kInlineRows) {
        take(prepare(std::move(table), std::move(shape), std::move(previous), {}));
        return;
    }
    struct Draft {
        CostTable table;
        PivotShape shape;
        std::optional<CostTable> previous;
        Prepared made;
    };
    auto draft = std::make_shared<Draft>(Draft{std::move(table), std::move(shape), std::move(previous), {}});
    setBusy(true);
    m_questions->compute(
        m_slot + ".rows",
        [draft, prepare](const std::stop_token& stop) {
            draft->made = prepare(std::move(draft->table), std::move(draft->shape), std::move(draft->previous), stop);
            if (stop.stop_requested())
                draft->made = {}; // nobody waits any more: let go of it here
        },
        [self = QPointer<PivotModel>(this), draft, take](bool isDone) {
            if (self && isDone)
                take(std::move(draft->made));
            else if (self)
                self->setBusy(false); // the rows that are shown stay
        });
}

void PivotModel::show(Prepared made, const PivotSort& sort)
{
    beginResetModel();
    std::swap(m_rows, made.rows);
    m_order = std::move(made.order);
    m_kept = std::move(made.kept);
    m_sort = sort;
    m_shown = shownNodes();
    endResetModel();
    letGo(std::move(made.rows));
    setBusy(false);
    emit shown();
}

void PivotModel::letGo(std::shared_ptr<const PivotRows> rows)
{
    if (!m_questions || rows->nodes().size() <= kInlineRows)
        return;
    letGoBehind(*m_questions, m_slot + ".free" + std::to_string(++m_released), std::move(rows));
}

void PivotModel::setBusy(bool busy)
{
    if (m_busy == busy)
        return;
    m_busy = busy;
    emit busyChanged();
}

void PivotModel::clear()
{
    setTable(CostTable{m_rows->query(), {}, {}, 0}, m_rows->shape());
}

void PivotModel::setLocale(const QLocale& locale)
{
    if (m_locale == locale)
        return;
    m_locale = locale;
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    emit footerChanged();
}

PivotModel::Path PivotModel::pathOf(std::uint32_t node) const
{
    Path path;
    for (std::size_t level = m_rows->nodes()[node].level; level > 0; --level) {
        const PivotRows::Value& value = m_rows->valueAt(node, level);
        path.push_back(value.period.isValid() ? toString(value.period) : value.key);
    }
    path.emplace_back(m_rows->currency(node).code());
    return path;
}

bool PivotModel::isNodeFolded(std::uint32_t node) const
{
    if (m_rows->nodes()[node].level == 0 || !m_rows->hasChildren(node))
        return false;
    return m_unusual.empty() ? m_foldsAll : m_foldsAll != (m_unusual.count(pathOf(node)) > 0);
}

std::size_t PivotModel::appendShown(std::size_t place, std::vector<std::uint32_t>& shown) const
{
    const std::uint32_t node = m_order[place];
    const PivotRows::Node& at = m_rows->nodes()[node];
    const std::size_t behind = place + (at.end - node);
    if (!m_kept.empty() && !m_kept[node])
        return behind;
    if (at.level > 0 || levels() == 0)
        shown.push_back(node);
    if (isNodeFolded(node))
        return behind;
    for (std::size_t child = place + 1; child < behind;)
        child = appendShown(child, shown);
    return behind;
}

std::vector<std::uint32_t> PivotModel::shownNodes() const
{
    std::vector<std::uint32_t> shown;
    for (std::size_t place = 0; place < m_order.size();)
        place = appendShown(place, shown);
    return shown;
}

int PivotModel::rowOf(std::uint32_t node) const
{
    for (;; node = m_rows->nodes()[node].parent) {
        const auto found = std::find(m_shown.begin(), m_shown.end(), node);
        if (found != m_shown.end())
            return static_cast<int>(found - m_shown.begin());
        if (node >= m_rows->nodes().size() || m_rows->nodes()[node].parent == node)
            return m_shown.empty() ? -1 : 0;
    }
}

std::optional<std::uint32_t> PivotModel::acrossOf(int column) const
{
    const int at = column - firstAmount();
    const auto count = static_cast<int>(m_rows->columns().size());
    if (at < 0 || at > count)
        return std::nullopt;
    return at == count ? PivotRows::kTotal : static_cast<std::uint32_t>(at);
}

PivotModel::Compared PivotModel::comparedOf(int column) const
{
    const int at = column - totalColumn();
    return !m_rows->isComparing() || at < 1 || at > 3 ? Compared::None : static_cast<Compared>(at);
}

std::optional<std::uint32_t> PivotModel::amountColumn(int column) const
{
    switch (comparedOf(column)) {
    case Compared::Previous:
        return PivotRows::kPrevious;
    case Compared::Change:
        return PivotRows::kChange;
    case Compared::ChangePercent:
        return std::nullopt;
    case Compared::None:
        break;
    }
    return acrossOf(column);
}

std::size_t PivotModel::levelOf(int column) const
{
    return column >= 0 && column < static_cast<int>(levels()) ? static_cast<std::size_t>(column) + 1 : 0;
}

int PivotModel::firstAmount() const
{
    return static_cast<int>(levels()) + (hasCurrencyColumn() ? 1 : 0);
}

bool PivotModel::isFolded(int row) const
{
    return isNodeFolded(nodeAt(row));
}

void PivotModel::setFolded(int row, bool folded)
{
    const std::uint32_t node = nodeAt(row);
    if (!m_rows->hasChildren(node) || isNodeFolded(node) == folded)
        return;
    const Path path = pathOf(node);
    const auto toggle = [&] {
        if (m_unusual.erase(path) == 0)
            m_unusual.insert(path);
    };
    const std::uint32_t end = m_rows->nodes()[node].end;
    const auto first = m_shown.begin() + row + 1;
    if (folded) {
        const auto last = std::find_if(first, m_shown.end(), [&](std::uint32_t n) { return n < node || n >= end; });
        if (first != last) {
            beginRemoveRows({}, row + 1, static_cast<int>(last - m_shown.begin()) - 1);
            toggle();
            m_shown.erase(first, last);
            endRemoveRows();
        }
    } else {
        toggle();
        std::vector<std::uint32_t> below;
        const auto place = std::find(m_order.begin(), m_order.end(), node) - m_order.begin();
        appendShown(static_cast<std::size_t>(place), below);
        if (below.size() > 1) { // a filter may leave none
            beginInsertRows({}, row + 1, row + static_cast<int>(below.size()) - 1);
            m_shown.insert(first, below.begin() + 1, below.end());
            endInsertRows();
        }
    }
    emit dataChanged(index(row, 0), index(row, columnCount() - 1));
}

void PivotModel::setAllFolded(bool folded)
{
    beginResetModel();
    m_foldsAll = folded;
    m_unusual.clear();
    m_shown = shownNodes();
    endResetModel();
}

std::function<std::string(const std::stop_token&)> PivotModel::csvWriter(CsvGuard guard) const
{
    return [rows = m_rows, shown = m_shown, locale = m_locale, guard](const std::stop_token& stop) {
        PivotModel model(locale);
        model.m_rows = rows;
        model.m_shown = shown;
        return csvText(model, guard, stop);
    };
}

QString PivotModel::filterKey(int column) const
{
    const auto across = acrossOf(column);
    if (!across || *across == PivotRows::kTotal)
        return columnKey(column);
    const PivotRows::Value& value = m_rows->columns()[*across];
    return QStringLiteral("across ") + format::text(value.isOther            ? std::string("\x01")
                                                    : value.period.isValid() ? toString(value.period)
                                                                             : value.key);
}

CellFilter::Kind PivotModel::filterKind(int column) const
{
    const std::size_t level = levelOf(column);
    return comparedOf(column) == Compared::ChangePercent                       ? CellFilter::Kind::Percent
           : level > 0 && m_rows->shape().rows[level - 1].kind == Kind::Period ? CellFilter::Kind::Day
                                                                               : GridModel::filterKind(column);
}

std::vector<bool> PivotModel::keptNodes(const std::shared_ptr<const PivotRows>& rows, const GridFilters& filters,
                                        const QLocale& locale, const std::stop_token& stop)
{
    PivotModel model(locale);
    model.m_rows = rows;
    const std::vector<GridFilters::Bound> bound = filters.bind(model);
    if (bound.empty())
        return {};
    const auto& nodes = rows->nodes();
    std::vector<bool> kept(nodes.size());
    // From behind: what is below a node is judged before it, and keeps it in sight.
    for (auto node = static_cast<std::uint32_t>(nodes.size()); node-- > 0 && !stop.stop_requested();) {
        const bool isNamed = std::all_of(bound.begin(), bound.end(), [&](const GridFilters::Bound& filter) {
            return model.levelOf(filter.column) <= nodes[node].level;
        });
        kept[node] = kept[node] || (isNamed && GridFilters::keeps(
                                                   bound, [&](int column) { return model.display(node, column); },
                                                   [&](int column) { return model.raw(node, column); }));
        if (kept[node])
            kept[nodes[node].parent] = true;
    }
    return kept;
}

void PivotModel::setFilterText(int column, const QString& typed)
{
    m_filters.set(filterKey(column), filterKind(column), typed);
    refilter();
}

void PivotModel::clearFilters()
{
    m_filters.clear();
    refilter();
}

void PivotModel::refilter()
{
    if (!m_questions || m_rows->nodes().size() <= kInlineRows) {
        takeKept(keptNodes(m_rows, m_filters, m_locale, {}));
        return;
    }
    auto kept = std::make_shared<std::vector<bool>>();
    setBusy(true);
    m_questions->compute(
        m_slot + ".order",
        [kept, rows = m_rows, filters = m_filters, locale = m_locale](const std::stop_token& stop) {
            *kept = keptNodes(rows, filters, locale, stop);
        },
        [self = QPointer<PivotModel>(this), kept, rows = m_rows.get(), request = m_request](bool isDone) {
            if (self && request == self->m_request && rows == self->m_rows.get()) {
                if (isDone)
                    self->takeKept(std::move(*kept));
                self->setBusy(false);
            }
        });
}

void PivotModel::takeKept(std::vector<bool> kept)
{
    beginResetModel();
    m_kept = std::move(kept);
    m_shown = shownNodes();
    endResetModel();
}

qint64 PivotModel::unfilteredRows() const
{
    if (m_kept.empty())
        return rowCount();
    PivotModel all(m_locale);
    all.m_rows = m_rows;
    all.m_order = m_order;
    all.m_foldsAll = m_foldsAll;
    all.m_unusual = m_unusual;
    return static_cast<qint64>(all.shownNodes().size());
}

int PivotModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int PivotModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : totalColumn() + (m_rows->isComparing() ? 4 : 1);
}

const PivotRows::Cell* PivotModel::cellOf(std::uint32_t node, int column) const
{
    const auto place =
        comparedOf(column) == Compared::Previous ? std::optional(PivotRows::kPrevious) : acrossOf(column);
    return place ? m_rows->cell(node, *place) : nullptr;
}

QString PivotModel::name(std::size_t level, const PivotRows::Value& value) const
{
    const PivotField& field = m_rows->shape().rows[level - 1];
    if (field.kind == Kind::Period)
        return format::step(value.period, m_rows->query().granularity, m_locale);
    return format::dimValue(m_rows->query().by[dimOf(field)], value.key);
}

QString PivotModel::cellText(const PivotRows::Cell* cell, const Currency& currency) const
{
    if (!cell)
        return {};
    switch (cell->state) {
    case State::Unknown:
        return format::unknown();
    case State::TooLarge:
        return tr("out of range");
    case State::Known:
    case State::PartlyUnknown:
        break;
    }
    return format::money(cell->cost, currency, m_locale);
}

/// As the cost grid says them.
QString PivotModel::besideText(std::uint32_t node, int column) const
{
    const auto now = m_rows->amount(node, PivotRows::kTotal), before = m_rows->amount(node, PivotRows::kPrevious);
    const auto change = m_rows->amount(node, PivotRows::kChange);
    switch (comparedOf(column)) {
    case Compared::Previous:
        return cellText(cellOf(node, column), m_rows->currency(node));
    case Compared::Change:
        return change ? format::moneyChange(*change, m_rows->currency(node), m_locale) : QString();
    case Compared::ChangePercent: {
        if (!now || !before)
            return {};
        if (before->isZero() && !now->isZero())
            return tr("new", "no cost in the period before");
        if (now->isZero() && !before->isZero())
            return tr("gone", "no cost any more");
        const auto ratio = format::changeRatio(*now, *before);
        return ratio ? format::percentChange(*ratio, m_locale) : QString(format::kDash);
    }
    case Compared::None:
        break;
    }
    return {};
}

QString PivotModel::display(std::uint32_t node, int column) const
{
    if (comparedOf(column) != Compared::None)
        return besideText(node, column);
    if (const std::size_t level = levelOf(column)) {
        const std::size_t own = m_rows->nodes()[node].level;
        if (level <= own)
            return name(level, m_rows->valueAt(node, level));
        return level == own + 1 ? tr("Total", "of a row with parts") : QString();
    }
    if (acrossOf(column))
        return cellText(cellOf(node, column), m_rows->currency(node));
    return format::text(std::string(m_rows->currency(node).code()));
}

QString PivotModel::tip(std::uint32_t node, int column) const
{
    if (const Compared beside = comparedOf(column); beside == Compared::Change || beside == Compared::ChangePercent) {
        const auto change = m_rows->amount(node, PivotRows::kChange);
        return change ? format::moneyFull(*change, m_rows->currency(node), m_locale) : QString();
    }
    const PivotRows::Cell* cell = cellOf(node, column);
    if (!cell && !acrossOf(column))
        return display(node, column);
    if (!cell)
        return tr("No charges");
    if (cell->state == State::TooLarge)
        return tr("The sum leaves the range in which amounts are exact");
    QString text = format::moneyFull(cell->cost, m_rows->currency(node), m_locale);
    if (cell->state == State::Unknown)
        text = tr("The source left this cost empty: unknown, not zero");
    if (cell->state == State::PartlyUnknown)
        text += u'\n' + tr("Some of its lines have no cost in their source: unknown, not zero");
    return text;
}

QVariant PivotModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int row = index.row(), column = index.column();
    const std::uint32_t node = nodeAt(row);
    const std::size_t level = levelOf(column), own = m_rows->nodes()[node].level;
    const Theme& theme = Theme::current();
    switch (role) {
    case Qt::DisplayRole:
        return display(node, column);
    case SortRole:
        return raw(node, column);
    case ShortRole: {
        const auto amount = amountAt(row, column);
        return amount ? QVariant(format::moneyShort(*amount, currencyAt(row), m_locale)) : QVariant();
    }
    case FoldRole:
        if (level == 0 || level == levels())
            return NoFold;
        return level != own ? Beside : isNodeFolded(node) ? Folded : Open;
    case Qt::ToolTipRole:
        return tip(node, column);
    case Qt::AccessibleTextRole: {
        const QString text = display(node, column);
        if (level > 0 && level == own && m_rows->hasChildren(node))
            return isNodeFolded(node) ? tr("%1, folded").arg(text) : tr("%1, open").arg(text);
        return format::labelled(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), text);
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(isNumberColumn(column) ? Qt::AlignRight | Qt::AlignVCenter
                                                          : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole: {
        QFont font = isNumberColumn(column) ? theme.number : theme.body;
        if ((level == own || isNumberColumn(column)) && m_rows->hasChildren(node))
            font.setWeight(QFont::DemiBold);
        return font;
    }
    case Qt::ForegroundRole:
        return inkOf(node, column);
    default:
        return {};
    }
}

QVariant PivotModel::inkOf(std::uint32_t node, int column) const
{
    const Theme& theme = Theme::current();
    const std::size_t level = levelOf(column), own = m_rows->nodes()[node].level;
    if (level > 0 && level != own)
        return theme.textTertiary;
    if (level > 0 && m_rows->value(node).key.empty() && !m_rows->value(node).period.isValid())
        return theme.textSecondary;
    if (const PivotRows::Cell* cell = cellOf(node, column); cell && cell->state != State::Known)
        return theme.warning;
    const Compared beside = comparedOf(column);
    if (beside == Compared::Previous)
        return theme.textSecondary;
    const auto change = beside == Compared::None ? std::optional<Amount>() : m_rows->amount(node, PivotRows::kChange);
    return !change || change->isZero() ? QVariant() : QVariant(change->isNegative() ? theme.good : theme.bad);
}

QString PivotModel::besideTitle(Compared beside) const
{
    return beside == Compared::Previous ? tr("Previous") : beside == Compared::Change ? tr("Change") : tr("Change %");
}

QString PivotModel::fieldTitle(const PivotField& field) const
{
    if (field.kind == Kind::Key)
        return format::dimTitle(m_rows->query().by[dimOf(field)]);
    switch (m_rows->query().granularity) {
    case Granularity::Month:
        return tr("Month");
    case Granularity::Week:
        return tr("Week");
    default:
        return tr("Day");
    }
}

/// The days of a step that the range cuts are said: a part of a month looks like a fall.
QString PivotModel::columnTitle(const PivotRows::Value& value) const
{
    if (value.isOther)
        return format::otherKeys();
    const CostQuery& query = m_rows->query();
    if (m_rows->shape().across.kind == Kind::Key)
        return format::dimValue(query.by[dimOf(m_rows->shape().across)], value.key);
    DateRange step{value.period, nextStep(value.period, query.granularity)};
    const DateRange whole = step;
    if (query.range.from.isValid())
        step.from = std::max(step.from, query.range.from);
    if (query.range.to.isValid())
        step.to = std::min(step.to, query.range.to);
    if (step != whole && step.from < step.to)
        return format::range(step, m_locale);
    return query.granularity == Granularity::Month ? format::monthShort(value.period, m_locale)
                                                   : format::date(value.period, m_locale);
}

QVariant PivotModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(isNumberColumn(section) ? Qt::AlignRight | Qt::AlignVCenter
                                                           : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return section < firstAmount() && levelOf(section) == 0 ? tr("Currencies are never added or compared")
               : canSortColumn(section)                         ? tr("Click to sort")
                                                                : besideTitle(comparedOf(section));
    if (role == Qt::InitialSortOrderRole)
        return isNumberColumn(section) ? Qt::DescendingOrder : Qt::AscendingOrder;
    if (role != Qt::DisplayRole)
        return {};
    if (const std::size_t level = levelOf(section))
        return fieldTitle(m_rows->shape().rows[level - 1]);
    if (comparedOf(section) != Compared::None)
        return besideTitle(comparedOf(section));
    const auto across = acrossOf(section);
    if (!across)
        return tr("Currency");
    if (*across != PivotRows::kTotal)
        return columnTitle(m_rows->columns()[*across]);
    return m_rows->columns().empty() ? format::lens(m_rows->query().lens) : tr("Total");
}

/// In English whatever the window speaks, and days as ISO writes them.
QString PivotModel::rawHeader(int column) const
{
    const CostQuery& query = m_rows->query();
    if (const std::size_t level = levelOf(column)) {
        const PivotField& field = m_rows->shape().rows[level - 1];
        if (field.kind == Kind::Key)
            return format::rawDimTitle(query.by[dimOf(field)]);
        return query.granularity == Granularity::Month  ? QStringLiteral("Month")
               : query.granularity == Granularity::Week ? QStringLiteral("Week")
                                                        : QStringLiteral("Day");
    }
    const auto across = acrossOf(column);
    const Compared beside = comparedOf(column);
    if (!across && beside == Compared::None)
        return QStringLiteral("Currency");
    QString title = QStringLiteral("Total");
    if (beside != Compared::None) {
        title = beside == Compared::Previous ? QStringLiteral("Previous") : QStringLiteral("Change");
        if (beside == Compared::ChangePercent)
            return QStringLiteral("Change ratio");
    } else if (*across != PivotRows::kTotal) {
        const PivotRows::Value& value = m_rows->columns()[*across];
        title = value.isOther            ? QStringLiteral("All others")
                : value.period.isValid() ? format::text(toString(value.period))
                : value.key.empty()      ? QStringLiteral("(none)")
                                         : format::text(value.key);
        if (value.period.isValid() && query.granularity == Granularity::Month)
            title.truncate(7); // the month
    } else if (m_rows->columns().empty()) {
        title = format::rawLens(query.lens);
    }
    return m_rows->totals().size() == 1
               ? title + QLatin1Char(' ') + format::text(std::string(m_rows->totals().front().currency.code()))
               : title;
}

QString PivotModel::columnKey(int column) const
{
    if (const std::size_t level = levelOf(column)) {
        const PivotField& field = m_rows->shape().rows[level - 1];
        return field.kind == Kind::Key ? format::text(toString(m_rows->query().by[dimOf(field)]))
                                       : QStringLiteral("step");
    }
    if (const Compared beside = comparedOf(column); beside != Compared::None)
        return QStringLiteral("beside ") + QString::number(static_cast<int>(beside));
    const auto across = acrossOf(column);
    return !across                        ? QStringLiteral("currency")
           : *across == PivotRows::kTotal ? QStringLiteral("total")
                                          : QStringLiteral("across");
}

void PivotModel::sort(int column, Qt::SortOrder order)
{
    if (m_order.empty())
        return; // a view that begins to sort has chosen nothing
    PivotSort next;
    next.descending = order == Qt::DescendingOrder;
    next.isChosen = true;
    if (const std::size_t level = levelOf(column))
        next.level = level - 1;
    else if (const auto amounts = amountColumn(column))
        next.column = *amounts;
    else
        return;
    m_sort = next;
    if (!m_questions || m_rows->nodes().size() <= kInlineRows) {
        apply(pivotOrder(*m_rows, next));
        return;
    }
    auto made = std::make_shared<std::vector<std::uint32_t>>();
    setBusy(true);
    m_questions->compute(
        m_slot + ".order",
        [made, rows = m_rows, next](const std::stop_token& stop) { *made = pivotOrder(*rows, next, stop); },
        [self = QPointer<PivotModel>(this), made, rows = m_rows.get(), request = m_request](bool isDone) {
            if (self && request == self->m_request && rows == self->m_rows.get()) {
                if (isDone)
                    self->apply(std::move(*made));
                self->setBusy(false);
            }
        });
}

void PivotModel::apply(std::vector<std::uint32_t> order)
{
    if (order.size() != m_order.size())
        return; // stopped
    emit aboutToReorder();
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<std::uint32_t> was = m_shown;
    m_order = std::move(order);
    m_shown = shownNodes();
    std::vector<int> places(m_rows->nodes().size(), -1);
    for (std::size_t row = 0; row < m_shown.size(); ++row)
        places[m_shown[row]] = static_cast<int>(row);
    QModelIndexList after;
    for (const QModelIndex& old : before)
        after << index(places[was[static_cast<std::size_t>(old.row())]], old.column());
    changePersistentIndexList(before, after);
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

int PivotModel::sortColumn() const
{
    if (m_sort.level)
        return static_cast<int>(*m_sort.level);
    switch (m_sort.column) {
    case PivotRows::kTotal:
        return totalColumn();
    case PivotRows::kPrevious:
        return totalColumn() + static_cast<int>(Compared::Previous);
    case PivotRows::kChange:
        return totalColumn() + static_cast<int>(Compared::Change);
    default:
        return firstAmount() + static_cast<int>(m_sort.column);
    }
}

std::optional<Amount> PivotModel::amountAt(int row, int column) const
{
    const auto amounts = amountColumn(column);
    return amounts ? m_rows->amount(nodeAt(row), *amounts) : std::nullopt;
}

Currency PivotModel::currencyAt(int row) const
{
    return m_rows->currency(nodeAt(row));
}

QString PivotModel::rawText(int row, int column) const
{
    return raw(nodeAt(row), column);
}

QString PivotModel::raw(std::uint32_t node, int column) const
{
    if (const std::size_t level = levelOf(column)) {
        const std::size_t own = m_rows->nodes()[node].level;
        if (level > own)
            return level == own + 1 ? QStringLiteral("Total") : QString();
        const PivotRows::Value& value = m_rows->valueAt(node, level);
        return format::text(value.period.isValid() ? toString(value.period) : value.key);
    }
    if (comparedOf(column) == Compared::ChangePercent) {
        const auto now = m_rows->amount(node, PivotRows::kTotal), before = m_rows->amount(node, PivotRows::kPrevious);
        const auto ratio = now && before ? format::changeRatio(*now, *before) : std::nullopt;
        return ratio ? format::rawNumber(*ratio) : QString();
    }
    const auto amounts = amountColumn(column);
    if (!amounts)
        return display(node, column);
    const auto amount = m_rows->amount(node, *amounts);
    return amount ? format::exact(*amount) : QString();
}

bool PivotModel::isEmptyCell(int row, int column) const
{
    return amountColumn(column) ? !amountAt(row, column) : rawText(row, column).isEmpty();
}

/// Costs, costs before and changes, of rows of one level each.
int PivotModel::sumKind(int row, int column) const
{
    if (const Compared beside = comparedOf(column); beside != Compared::None)
        return -(static_cast<int>(m_rows->nodes()[nodeAt(row)].level) * 4 + static_cast<int>(beside));
    const bool isSum = acrossOf(column) == PivotRows::kTotal && !m_rows->columns().empty();
    return static_cast<int>(m_rows->nodes()[nodeAt(row)].level) * 2 + (isSum ? 1 : 0);
}

std::vector<GridModel::FooterLine> PivotModel::footer() const
{
    std::vector<FooterLine> lines;
    for (std::uint32_t root = 0; levels() > 0 && root < m_rows->nodes().size(); root = m_rows->nodes()[root].end) {
        const Currency& currency = m_rows->currency(root);
        const QString code = format::text(std::string(currency.code()));
        FooterLine line;
        line.currency = currency;
        for (int column = 0; column < columnCount(); ++column) {
            const auto amounts = amountColumn(column);
            if (const auto amount = amounts ? m_rows->amount(root, *amounts) : std::nullopt)
                line.amounts[column] = *amount;
            if (column >= firstAmount())
                line.cells << display(root, column);
            else if (column == 0)
                line.cells << (m_rows->totals().size() > 1 ? tr("Total %1", "currency").arg(code) : tr("Total"));
            else
                line.cells << (levelOf(column) == 0 ? code : QString());
        }
        line.spoken = tr("Total %1: %2", "currency, amount").arg(code, line.cells.at(totalColumn()));
        lines.push_back(std::move(line));
    }
    return lines;
}

QString PivotModel::rawFooter(const FooterLine& line, int column) const
{
    const bool isCurrency = column == static_cast<int>(levels()) && hasCurrencyColumn();
    return isCurrency ? format::text(std::string(line.currency.code())) : GridModel::rawFooter(line, column);
}

int PivotModel::columnWidth(int column) const
{
    if (levelOf(column) > 0)
        return levels() > 1 ? 160 : 200;
    return column >= firstAmount() ? 96 : 86;
}

int PivotModel::columnStretch(int column) const
{
    return levelOf(column) > 0 ? 3 : acrossOf(column) ? 1 : 0;
}

} // namespace altimeter::ui
