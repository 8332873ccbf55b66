#include "ui/items/chargetablemodel.h"

#include <QPointer>
#include <QTimer>

#include "models/domain/columngroups.h"
#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace altimeter::ui {

namespace {

/// What fits into the pixels of a view: 30 of them a row.
constexpr std::uint64_t kMostRows = 70'000'000;

const QString kWaiting = QStringLiteral("…");

QString columnText(const ChargeRow& row, altimeter::Column column)
{
    return format::text(row.text[static_cast<std::size_t>(column)]);
}

QString firstOf(const ChargeRow& row, std::initializer_list<altimeter::Column> columns)
{
    for (const auto column : columns)
        if (QString text = columnText(row, column); !text.isEmpty())
            return text;
    return {};
}

/// "Estimated", "Final" or nothing.
QString chargeState(const ChargeRow& row)
{
    for (const auto& [column, value] : row.extra)
        if (column == "x_ChargeState")
            return format::text(value);
    return {};
}

bool isEstimated(const ChargeRow& row)
{
    return chargeState(row) == QLatin1String("Estimated");
}

/// As shown; a state that is neither of the two stands as the source wrote it.
QString stateText(const ChargeRow& row)
{
    const QString state = chargeState(row);
    return isEstimated(row)                  ? ChargeTableModel::tr("◇ Estimated")
           : state == QLatin1String("Final") ? ChargeTableModel::tr("Final")
                                             : state;
}

/// The columns of the standard that have no usual one, as people look for them: how much of what at which price, the
/// SKU, the accounts, and the rest.
const std::vector<altimeter::Column>& furtherColumns()
{
    using Focus = altimeter::Column;
    static const std::vector<Focus> columns = [] {
        std::vector<Focus> order{Focus::ConsumedQuantity,
                                 Focus::ConsumedUnit,
                                 Focus::PricingQuantity,
                                 Focus::PricingUnit,
                                 Focus::ListUnitPrice,
                                 Focus::ContractedUnitPrice,
                                 Focus::SkuId,
                                 Focus::SkuPriceId,
                                 Focus::SkuMeter,
                                 Focus::BillingAccountId,
                                 Focus::BillingAccountName,
                                 Focus::SubAccountId,
                                 Focus::ResourceId,
                                 Focus::ResourceType,
                                 Focus::BilledCost,
                                 Focus::EffectiveCost,
                                 Focus::ListCost,
                                 Focus::ContractedCost,
                                 Focus::InvoiceId,
                                 Focus::Tags};
        for (std::size_t i = 0; i < kColumnCount; ++i)
            if (std::find(order.begin(), order.end(), static_cast<Focus>(i)) == order.end())
                order.push_back(static_cast<Focus>(i));
        return order;
    }();
    return columns;
}

bool isFigure(altimeter::Column column)
{
    using Focus = altimeter::Column;
    switch (column) {
    case Focus::ConsumedQuantity:
    case Focus::PricingQuantity:
    case Focus::CommitmentDiscountQuantity:
    case Focus::ListUnitPrice:
    case Focus::ContractedUnitPrice:
    case Focus::PricingCurrencyListUnitPrice:
    case Focus::PricingCurrencyContractedUnitPrice:
    case Focus::BilledCost:
    case Focus::EffectiveCost:
    case Focus::ListCost:
    case Focus::ContractedCost:
        return true;
    default:
        return false;
    }
}

/// Null for the cost, whose title is its lens, and for the standard's own columns, whose names are their titles.
const char* titleOf(ChargeTableModel::Column column)
{
    using Column = ChargeTableModel::Column;
    switch (column) {
    case Column::Day:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Day");
    case Column::CurrencyCode:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Currency");
    case Column::Service:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Service");
    case Column::Team:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Team");
    case Column::Resource:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Resource");
    case Column::Category:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Category");
    case Column::State:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "State");
    case Column::File:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Source file");
    case Column::Line:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Line");
    case Column::Provider:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Provider");
    case Column::Region:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Region");
    case Column::SubAccount:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Sub account");
    case Column::Description:
        return QT_TRANSLATE_NOOP("altimeter::ui::ChargeTableModel", "Description");
    case Column::Cost:
    case Column::Focus:
    case Column::Count:
        break;
    }
    return nullptr;
}

} // namespace

ChargeTableModel::ChargeTableModel(Questions& questions, const QString& slot, const QLocale& locale, QObject* parent)
    : GridModel(parent), m_questions(questions), m_slot(slot), m_locale(locale)
{
    buildColumns();
}

void ChargeTableModel::buildColumns()
{
    // A filter that leaves one currency takes no column away below the hands of who types it.
    m_showsCurrency = m_totals.size() > 1 || (m_showsCurrency && isFiltered());
    m_columns.clear();
    for (int i = 0; i < static_cast<int>(Column::Focus); ++i) {
        const auto column = static_cast<Column>(i);
        if (column != Column::CurrencyCode || m_showsCurrency)
            m_columns.push_back(column);
    }
    findSortKeys();
}

void ChargeTableModel::forgetQuestions()
{
    ++m_generation;
    m_wanted.clear();
    m_asked.clear();
    m_fresh = false;
}

void ChargeTableModel::clear()
{
    beginResetModel();
    forgetQuestions();
    m_pages.clear();
    m_totals.clear();
    m_total = 0;
    m_ready = false;
    buildColumns();
    endResetModel();
}

void ChargeTableModel::setQuery(const CostQuery& query, bool largestFirst, const std::vector<LineSort>& sorts)
{
    const bool again = m_ready && query == m_query && largestFirst == m_largestFirst && sorts == m_sorts;
    if (again)
        forgetQuestions();
    else
        clear();
    m_query = query;
    m_largestFirst = largestFirst;
    m_sorts = sorts;
    findSortKeys();
    bindFilters();
    ask(0);
    askAllTotal();
}

ChargeTableModel::Which ChargeTableModel::which(int column) const
{
    const Column kind = columnKind(column);
    return {kind, kind == Column::Focus ? focusOf(column) : altimeter::Column::Count};
}

QString ChargeTableModel::sortName(const Which& column)
{
    if (column.kind == Column::Focus) {
        const std::string_view name = columnName(column.focus);
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    const char* const title = titleOf(column.kind);
    return title ? QString::fromLatin1(title).toLower() : QStringLiteral("cost"); // whose title is its lens
}

/// Of a column by its name, whether it is shown now or not; nothing for a name of none.
std::optional<LineKey> ChargeTableModel::lineKey(const LineSort& sort)
{
    using By = LineKey::By;
    constexpr altimeter::Column kNone = altimeter::Column::Count;
    Which column;
    for (int kind = 0; kind < static_cast<int>(Column::Focus); ++kind)
        if (sortName({static_cast<Column>(kind), kNone}) == sort.column)
            column.kind = static_cast<Column>(kind);
    if (column.kind == Column::Count) {
        const auto focus = columnByName(sort.column.toStdString());
        if (!focus)
            return std::nullopt;
        column = {Column::Focus, *focus};
    }
    switch (column.kind) {
    case Column::Day:
        return LineKey{By::Day, {}, kNone, sort.descending};
    case Column::Cost:
        return LineKey{By::Cost, {}, kNone, sort.descending};
    case Column::File:
        return LineKey{By::File, {}, kNone, sort.descending};
    case Column::Line:
        return LineKey{By::Line, {}, kNone, sort.descending};
    case Column::Focus:
        if (!groupOf(column.focus))
            return LineKey{By::Cell, {}, column.focus, sort.descending};
        return LineKey{isFigure(column.focus) ? By::Number : By::Text, dimsOf(column), kNone, sort.descending};
    default:
        return LineKey{By::Text, dimsOf(column), kNone, sort.descending};
    }
}

LineOrder ChargeTableModel::order() const
{
    LineOrder order;
    for (const LineSort& sort : m_sorts)
        if (const auto key = lineKey(sort); key && order.size() < kMostLineKeys)
            order.push_back(*key);
    return order;
}

void ChargeTableModel::findSortKeys()
{
    m_sortKeys.clear();
    for (const LineSort& sort : m_sorts)
        for (int column = 0; column < columnCount(); ++column)
            if (sortName(which(column)) == sort.column)
                m_sortKeys.push_back({column, sort.descending ? Qt::DescendingOrder : Qt::AscendingOrder});
}

void ChargeTableModel::sortBy(const SortKeys& keys)
{
    std::vector<LineSort> sorts;
    for (const SortKey& key : keys)
        if (key.column >= 0 && key.column < columnCount() && sorts.size() < mostSortKeys())
            sorts.push_back({sortName(which(key.column)), key.order == Qt::DescendingOrder});
    if (m_ready && sorts != m_sorts) // a view that begins to sort has chosen nothing
        emit sortWanted(sorts);
}

ChargeWindow ChargeTableModel::window(std::uint64_t offset, std::uint64_t limit) const
{
    return {offset, limit, m_largestFirst, m_typedCost, m_typedDay, false, order()};
}

ChargesQuestion ChargeTableModel::question(std::uint64_t offset, std::uint64_t limit, bool onlyTotals) const
{
    return {m_filtered, offset, limit, m_largestFirst, m_typedCost, m_typedDay, onlyTotals, order()};
}

std::vector<Dim> ChargeTableModel::dimsOf(const Which& column)
{
    using Focus = altimeter::Column;
    const auto columns = [](std::initializer_list<Focus> names) {
        std::vector<Dim> dims;
        for (const Focus name : names)
            dims.push_back({Dim::Kind::Column, std::string(columnName(name))});
        return dims;
    };
    switch (column.kind) {
    case Column::CurrencyCode:
        return {{Dim::Kind::Currency, {}}};
    case Column::Service:
        return columns({Focus::ServiceName, Focus::ServiceCategory});
    case Column::Team:
        return {{Dim::Kind::Team, {}}};
    case Column::Resource:
        return columns({Focus::ResourceName, Focus::ResourceId});
    case Column::Category:
        return columns({Focus::ChargeCategory});
    case Column::State:
        return {{Dim::Kind::ChargeState, {}}};
    case Column::Provider:
        return columns({Focus::ProviderName, Focus::ServiceProviderName, Focus::InvoiceIssuerName});
    case Column::Region:
        return columns({Focus::RegionName, Focus::RegionId});
    case Column::SubAccount:
        return columns({Focus::SubAccountName, Focus::SubAccountId});
    case Column::Description:
        return columns({Focus::ChargeDescription});
    case Column::Focus: // those that every line has a value of its own in belong to no dim
        return column.focus < Focus::ChargePeriodStart ? columns({column.focus}) : std::vector<Dim>();
    default:
        return {};
    }
}

bool ChargeTableModel::canFilterColumn(int column) const
{
    const Column kind = columnKind(column);
    return kind == Column::Day || kind == Column::Cost || !dimsOf(column).empty();
}

CellFilter::Kind ChargeTableModel::filterKind(int column) const
{
    const Column kind = columnKind(column);
    return kind == Column::Day    ? CellFilter::Kind::Day
           : kind == Column::Cost ? CellFilter::Kind::Number
                                  : CellFilter::Kind::Text;
}

/// The question as it is asked: only filters that are right take part.
void ChargeTableModel::bindFilters()
{
    m_filtered = m_query;
    m_typedCost.clear();
    m_typedDay.clear();
    for (int column = 0; !m_filters.isEmpty() && column < columnCount(); ++column) {
        const QString key = columnKey(column);
        if (!m_filters.find(key))
            continue;
        const std::string typed = m_filters.typed(key).toStdString();
        if (columnKind(column) == Column::Day) {
            m_typedDay = typed;
        } else if (columnKind(column) == Column::Cost) {
            m_typedCost = typed;
        } else if (std::vector<Dim> dims = dimsOf(column); !dims.empty()) {
            Filter filter;
            filter.dim = dims.front();
            filter.orElse.assign(dims.begin() + 1, dims.end());
            filter.typed = typed;
            m_filtered.filters.push_back(std::move(filter));
        }
    }
}

/// What the user's country writes as "1.204,50" is "1204.50" to whoever reads the filter.
void ChargeTableModel::setFilterText(int column, const QString& typed)
{
    QString plain = typed;
    const QString point = m_locale.decimalPoint(), group = m_locale.groupSeparator();
    if (columnKind(column) == Column::Cost && point != QLatin1String(".")) {
        if (group != point)
            plain.remove(group);
        plain.replace(point, QStringLiteral("."));
    }
    m_filters.set(columnKey(column), filterKind(column), plain, true);
    refilter();
}

void ChargeTableModel::clearFilters()
{
    m_filters.clear();
    refilter();
}

void ChargeTableModel::refilter()
{
    if (m_query.range == DateRange() && m_query.by.empty() && !m_ready && m_asked.empty())
        return; // nothing was asked yet
    beginResetModel();
    forgetQuestions();
    m_pages.clear();
    m_totals.clear();
    m_total = 0;
    m_ready = false;
    buildColumns();
    endResetModel();
    bindFilters();
    ask(0);
    askAllTotal();
}

/// How many lines there are without the filters: nobody should take twelve of them for all.
void ChargeTableModel::askAllTotal()
{
    if (m_filters.isEmpty())
        return;
    m_questions.ask(m_slot.toStdString() + ".all", ChargesQuestion{m_query, 0, 0, m_largestFirst},
                    [self = QPointer<ChargeTableModel>(this), generation = m_generation](Result<ChargePage> answer) {
                        if (!self || self->m_generation != generation || !answer)
                            return;
                        self->m_allTotal = answer->total;
                        emit self->footerChanged();
                    });
}

ChargeTableModel::Column ChargeTableModel::columnKind(int column) const
{
    if (column < 0 || column >= columnCount())
        return Column::Count;
    const auto place = static_cast<std::size_t>(column);
    return place < m_columns.size() ? m_columns[place] : Column::Focus;
}

altimeter::Column ChargeTableModel::focusOf(int column) const
{
    return furtherColumns().at(static_cast<std::size_t>(column) - m_columns.size());
}

QString ChargeTableModel::columnKey(int column) const
{
    if (columnKind(column) == Column::Focus)
        return rawHeader(column);
    return QStringLiteral("line ") + QString::number(static_cast<int>(columnKind(column)));
}

/// What is asked of the backend in parts, and who waits for it.
struct ChargeTableModel::Asked {
    Stretches rows;
    std::uint64_t request = 0;
    SumsTold sumsTold;
    std::function<void(bool)> rowsTold;
    KnownSums sums;
    std::size_t next = 0; ///< of `rows`
};

bool ChargeTableModel::askSum(int column, const Stretches& rows, SumsTold told)
{
    if (columnKind(column) != Column::Cost || !m_ready)
        return false;
    auto asked = std::make_shared<Asked>();
    asked->rows = rows;
    asked->request = ++m_sumRequest;
    asked->sumsTold = std::move(told);
    const bool isAll = rows.size() == 1 && rows.front().first == 0 && rows.front().second == rowCount() - 1 &&
                       m_total == static_cast<std::uint64_t>(rowCount());
    if (!isAll) {
        askSums(asked);
        return true;
    }
    for (const CurrencyTotal& total : m_totals) {
        KnownSum& sum = asked->sums[total.currency];
        sum.sum.add(total.cost);
        sum.count = total.rows - total.unknownRows;
    }
    asked->sumsTold(asked->sums, {});
    return true;
}

void ChargeTableModel::askSums(std::shared_ptr<Asked> asked)
{
    if (asked->next == asked->rows.size()) {
        asked->sumsTold(asked->sums, {});
        return;
    }
    const auto [top, bottom] = asked->rows[asked->next++];
    m_questions.ask(m_slot.toStdString() + ".sum",
                    question(static_cast<std::uint64_t>(top), static_cast<std::uint64_t>(bottom - top) + 1, true),
                    [self = QPointer<ChargeTableModel>(this), asked](Result<ChargePage> answer) {
                        if (!self || asked->request != self->m_sumRequest)
                            return;
                        if (!answer || answer->revision != self->m_revision) {
                            asked->sumsTold(std::nullopt, answer ? QString() : format::text(answer.error().what));
                            return;
                        }
                        for (const CurrencyTotal& total : answer->windowTotals) {
                            KnownSum& sum = asked->sums[total.currency];
                            sum.sum.add(total.cost);
                            sum.count += total.rows - total.unknownRows;
                        }
                        self->askSums(asked);
                    });
}

bool ChargeTableModel::loadRows(const Stretches& rows, std::function<void(bool)> told)
{
    if (!m_ready)
        return false;
    auto asked = std::make_shared<Asked>();
    asked->rows = rows;
    asked->request = ++m_loadRequest;
    asked->rowsTold = std::move(told);
    m_keepsAll = true;
    askRows(asked);
    return true;
}

/// Whole pages, so that they take their place among the others.
void ChargeTableModel::askRows(std::shared_ptr<Asked> asked)
{
    const auto finish = [this, &asked](bool isWhole) {
        asked->rowsTold(isWhole);
        m_keepsAll = false;
        forgetOldPages();
    };
    if (asked->next == asked->rows.size()) {
        finish(true);
        return;
    }
    const auto [top, bottom] = asked->rows[asked->next++];
    const std::uint64_t first = static_cast<std::uint64_t>(top) / kPageSize;
    const std::uint64_t last = static_cast<std::uint64_t>(bottom) / kPageSize;
    m_questions.ask(
        m_slot.toStdString() + ".rows", question(first * kPageSize, (last - first + 1) * kPageSize, false),
        [self = QPointer<ChargeTableModel>(this), asked, first, generation = m_generation](Result<ChargePage> answer) {
            if (!self || asked->request != self->m_loadRequest)
                return;
            if (!answer || generation != self->m_generation || answer->revision != self->m_revision) {
                asked->rowsTold(false);
                self->m_keepsAll = false;
                return;
            }
            for (std::size_t at = 0; at < answer->rows.size(); at += kPageSize) {
                const auto from = answer->rows.begin() + static_cast<std::ptrdiff_t>(at);
                const auto to = answer->rows.begin() +
                                static_cast<std::ptrdiff_t>(std::min<std::size_t>(at + kPageSize, answer->rows.size()));
                Page& page = self->m_pages[first + at / kPageSize];
                page.rows.assign(std::make_move_iterator(from), std::make_move_iterator(to));
                page.usedAt = ++self->m_clock;
            }
            self->askRows(asked);
        });
}

void ChargeTableModel::want(std::uint64_t page) const
{
    if (m_asked.count(page) > 0 || (!m_wanted.empty() && m_wanted.back() == page))
        return;
    m_wanted.erase(std::remove(m_wanted.begin(), m_wanted.end(), page), m_wanted.end());
    m_wanted.push_back(page);
    if (m_wanted.size() > kMostAsked)
        m_wanted.erase(m_wanted.begin());
    if (m_askScheduled)
        return;
    m_askScheduled = true;
    // data() is const and may run inside a paint event, so the question is put from the event loop.
    auto* self = const_cast<ChargeTableModel*>(this);
    QTimer::singleShot(0, self, [self] { self->askWanted(); });
}

void ChargeTableModel::askWanted()
{
    m_askScheduled = false;
    while (m_fresh && !m_wanted.empty() && m_asked.size() < kMostAsked) {
        const std::uint64_t page = m_wanted.back();
        m_wanted.pop_back();
        ask(page);
    }
}

void ChargeTableModel::ask(std::uint64_t page)
{
    m_asked.insert(page);
    const std::string slot = m_slot.toStdString() + "." + std::to_string(page);
    m_questions.ask(
        slot, question(page * kPageSize, kPageSize, false),
        [self = QPointer<ChargeTableModel>(this), page, generation = m_generation](Result<ChargePage> answer) {
            if (self && self->m_generation == generation)
                self->take(page, std::move(answer));
        });
}

/// Totals of a question are known from its first page. Asked once more, the rows stay where they are.
void ChargeTableModel::begin(const ChargePage& first)
{
    const int before = rowCount();
    const int now = static_cast<int>(std::min(first.total, kMostRows));
    const bool reset = !m_ready || (first.totals.size() > 1) != (m_totals.size() > 1);
    m_revision = first.revision;
    m_fresh = true;
    const auto adopt = [&] {
        m_total = first.total;
        if (m_filters.isEmpty())
            m_allTotal = m_total;
        m_totals = first.totals;
        m_ready = true;
    };
    if (reset) {
        beginResetModel();
        adopt();
        buildColumns();
        endResetModel();
    } else if (now > before) {
        beginInsertRows({}, before, now - 1);
        adopt();
        endInsertRows();
    } else if (now < before) {
        beginRemoveRows({}, now, before - 1);
        adopt();
        endRemoveRows();
    } else {
        adopt();
    }
}

void ChargeTableModel::take(std::uint64_t page, Result<ChargePage> answer)
{
    m_asked.erase(page);
    if (!answer) {
        if (answer.error().code != ErrorCode::Cancelled)
            emit failed(answer.error());
        askWanted();
        return;
    }
    if (m_fresh && answer->revision != m_revision) {
        setQuery(CostQuery(m_query), m_largestFirst,
                 std::vector<LineSort>(m_sorts)); // the workspace changed between two pages: never mix
        return;
    }
    const bool first = !m_fresh;
    const bool again = first && m_ready;
    if (first)
        m_pages.clear();
    m_pages[page] = Page{std::move(answer->rows), ++m_clock};
    if (first)
        begin(*answer);
    forgetOldPages();
    const int top = again ? 0 : static_cast<int>(page * kPageSize);
    const int bottom = again ? rowCount() - 1 : std::min(rowCount() - 1, top + static_cast<int>(kPageSize) - 1);
    if (top <= bottom)
        emit dataChanged(index(top, 0), index(bottom, columnCount() - 1));
    if (first) {
        emit footerChanged();
        emit ready();
    }
    askWanted();
}

void ChargeTableModel::forgetOldPages()
{
    while (!m_keepsAll && m_pages.size() > kMostPages) {
        const auto oldest = std::min_element(m_pages.begin(), m_pages.end(), [](const auto& a, const auto& b) {
            return a.second.usedAt < b.second.usedAt;
        });
        m_pages.erase(oldest);
    }
}

const ChargeRow* ChargeTableModel::chargeAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const auto number = static_cast<std::uint64_t>(row);
    const auto found = m_pages.find(number / kPageSize);
    if (found == m_pages.end())
        return nullptr;
    const auto inside = static_cast<std::size_t>(number % kPageSize);
    return inside < found->second.rows.size() ? &found->second.rows[inside] : nullptr;
}

bool ChargeTableModel::isLoaded(int row) const
{
    return chargeAt(row) != nullptr;
}

void ChargeTableModel::setLocale(const QLocale& locale)
{
    if (m_locale == locale)
        return;
    m_locale = locale;
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    emit footerChanged();
}

int ChargeTableModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_ready)
        return 0;
    return static_cast<int>(std::min(m_total, kMostRows));
}

int ChargeTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size() + furtherColumns().size());
}

bool ChargeTableModel::isNumberColumn(int column) const
{
    const Column kind = columnKind(column);
    return kind == Column::Cost || kind == Column::Line || (kind == Column::Focus && isFigure(focusOf(column)));
}

QString ChargeTableModel::display(const ChargeRow& row, Column column) const
{
    using Focus = altimeter::Column;
    switch (column) {
    case Column::Day:
        return format::date(row.chargeStart.isValid() ? row.chargeStart.day() : Day::none(), m_locale);
    case Column::Cost: {
        const auto& cost = row.cost[static_cast<std::size_t>(m_query.lens)];
        return cost ? format::money(*cost, row.currency, m_locale) : format::unknown();
    }
    case Column::CurrencyCode:
        return format::text(std::string(row.currency.code()));
    case Column::Service:
        return firstOf(row, {Focus::ServiceName, Focus::ServiceCategory});
    case Column::Team:
        return format::dimValue(Dim{Dim::Kind::Team, {}}, row.team);
    case Column::Resource:
        return firstOf(row, {Focus::ResourceName, Focus::ResourceId});
    case Column::Category:
        return columnText(row, Focus::ChargeCategory);
    case Column::State:
        return stateText(row);
    case Column::File:
        return format::text(row.file);
    case Column::Line:
        return format::count(row.line, m_locale);
    case Column::Provider:
        return firstOf(row, {Focus::ProviderName, Focus::ServiceProviderName, Focus::InvoiceIssuerName});
    case Column::Region:
        return firstOf(row, {Focus::RegionName, Focus::RegionId});
    case Column::SubAccount:
        return firstOf(row, {Focus::SubAccountName, Focus::SubAccountId});
    case Column::Description:
        return columnText(row, Focus::ChargeDescription);
    case Column::Focus:
    case Column::Count:
        break;
    }
    return {};
}

/// Quantities and prices with all their digits, as the source delivered them.
QString ChargeTableModel::cell(const ChargeRow& row, int index) const
{
    const Column column = columnKind(index);
    if (column != Column::Focus)
        return display(row, column);
    const QString text = columnText(row, focusOf(index));
    return isFigure(focusOf(index)) && !text.isEmpty() && !text.contains(u'e', Qt::CaseInsensitive)
               ? format::plainNumber(text, m_locale)
               : text;
}

QString ChargeTableModel::tip(const ChargeRow& row, int index) const
{
    const Column column = columnKind(index);
    if (column == Column::State && isEstimated(row))
        return tr("Estimated: the source may still change this charge");
    if (column != Column::Cost)
        return cell(row, index);
    const auto& cost = row.cost[static_cast<std::size_t>(m_query.lens)];
    QString text = cost ? format::moneyFull(*cost, row.currency, m_locale)
                        : tr("The source left this cost empty: unknown, not zero");
    if (isEstimated(row))
        text += u'\n' + tr("Estimated: the source may still change this charge");
    if (row.isSharedPart)
        text += u'\n' + tr("The owner's part of a shared line");
    return text;
}

QVariant ChargeTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Column column = columnKind(index.column());
    const Theme& theme = Theme::current();
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(isNumberColumn(index.column()) ? Qt::AlignRight | Qt::AlignVCenter
                                                                  : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::FontRole)
        return isNumberColumn(index.column()) || column == Column::Day ? theme.number : theme.body;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole &&
        role != Qt::ForegroundRole && role != SortRole && role != ShortRole)
        return {};
    const ChargeRow* row = chargeAt(index.row());
    if (!row) {
        want(static_cast<std::uint64_t>(index.row()) / kPageSize);
        return role == Qt::DisplayRole || role == Qt::AccessibleTextRole ? QVariant(kWaiting) : QVariant();
    }
    const auto page = m_pages.find(static_cast<std::uint64_t>(index.row()) / kPageSize);
    page->second.usedAt = ++m_clock;
    switch (role) {
    case Qt::DisplayRole:
        return format::shown(cell(*row, index.column()));
    case ShortRole: {
        const auto amount = amountAt(index.row(), index.column());
        return amount ? QVariant(format::moneyShort(*amount, row->currency, m_locale)) : QVariant();
    }
    case SortRole:
        return rawText(index.row(), index.column());
    case Qt::ToolTipRole:
        return format::shown(tip(*row, index.column()), words::LineEnds::Kept);
    case Qt::AccessibleTextRole:
        return format::labelled(headerData(index.column(), Qt::Horizontal).toString(),
                                format::shown(cell(*row, index.column())));
    case Qt::ForegroundRole:
        if ((column == Column::Team && row->team.empty()) || column == Column::File || column == Column::Line)
            return theme.textSecondary;
        if (column == Column::State)
            return isEstimated(*row) ? theme.warning : theme.textSecondary;
        if (column == Column::Cost && !row->cost[static_cast<std::size_t>(m_query.lens)])
            return theme.warning;
        return {};
    default:
        return {};
    }
}

QVariant ChargeTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(isNumberColumn(section) ? Qt::AlignRight | Qt::AlignVCenter
                                                           : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::InitialSortOrderRole)
        return isNumberColumn(section) && columnKind(section) != Column::Line ? Qt::DescendingOrder
                                                                              : Qt::AscendingOrder;
    if (role == Qt::ToolTipRole)
        return tr("Click to sort all lines, with Shift as a further key");
    if (role != Qt::DisplayRole)
        return {};
    if (columnKind(section) == Column::Focus) // the standard's names are names; this one is a word
        return focusOf(section) == altimeter::Column::Tags ? tr("Tags") : rawHeader(section);
    const char* const title = titleOf(columnKind(section));
    return title ? tr(title) : format::lens(m_query.lens);
}

/// In English whatever the window speaks: headers are what other programs find columns by.
QString ChargeTableModel::rawHeader(int column) const
{
    if (columnKind(column) == Column::Focus) {
        const std::string_view name = columnName(focusOf(column));
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    const char* const title = titleOf(columnKind(column));
    return title ? QString::fromLatin1(title) : format::rawLens(m_query.lens);
}

std::optional<Amount> ChargeTableModel::amountAt(int row, int column) const
{
    const ChargeRow* charge = columnKind(column) == Column::Cost ? chargeAt(row) : nullptr;
    return charge ? charge->cost[static_cast<std::size_t>(m_query.lens)] : std::nullopt;
}

Currency ChargeTableModel::currencyAt(int row) const
{
    const ChargeRow* charge = chargeAt(row);
    return charge ? charge->currency : Currency();
}

QString ChargeTableModel::rawText(int row, int column) const
{
    const ChargeRow* charge = chargeAt(row);
    if (!charge)
        return {};
    switch (columnKind(column)) {
    case Column::Day:
        return charge->chargeStart.isValid() ? format::text(toString(charge->chargeStart.day())) : QString();
    case Column::Cost: {
        const auto& cost = charge->cost[static_cast<std::size_t>(m_query.lens)];
        return cost ? format::exact(*cost) : QString();
    }
    case Column::Line:
        return QString::number(charge->line);
    case Column::Team:
        return format::text(charge->team);
    case Column::State:
        return chargeState(*charge);
    case Column::Focus:
        return columnText(*charge, focusOf(column));
    default:
        return display(*charge, columnKind(column));
    }
}

std::vector<GridModel::FooterLine> ChargeTableModel::footer() const
{
    std::vector<FooterLine> lines;
    for (const CurrencyTotal& total : m_totals) {
        const QString code = format::text(std::string(total.currency.code()));
        const QString amount = format::money(total.cost, total.currency, m_locale);
        FooterLine line;
        for (const Column column : m_columns) { // the further ones have none
            if (column == Column::Day)
                line.cells << (m_totals.size() > 1 ? tr("Total %1", "currency").arg(code) : tr("Total"));
            else if (column == Column::Cost)
                line.cells << amount;
            else if (column == Column::Service)
                line.cells << counted::lines(total.rows, m_locale);
            else
                line.cells << QString();
        }
        line.currency = total.currency;
        for (int column = 0; column < columnCount(); ++column)
            if (columnKind(column) == Column::Cost)
                line.amounts[column] = total.cost;
        line.spoken = tr("Total %1: %2", "currency, amount").arg(code, amount);
        lines.push_back(std::move(line));
    }
    return lines;
}

int ChargeTableModel::columnWidth(int column) const
{
    switch (columnKind(column)) {
    case Column::Day:
        return 106;
    case Column::Cost:
        return 136;
    case Column::CurrencyCode:
        return 84;
    case Column::Line:
        return 80;
    case Column::State:
        return 104;
    case Column::Team:
    case Column::Category:
    case Column::Provider:
    case Column::Region:
        return 116;
    case Column::Service:
    case Column::SubAccount:
        return 170;
    case Column::Resource:
    case Column::File:
        return 190;
    case Column::Focus:
        return 120;
    case Column::Description:
    case Column::Count:
        break;
    }
    return 300;
}

} // namespace altimeter::ui
