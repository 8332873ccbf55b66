#include "ui/items/chargetablemodel.h"

#include <QPointer>
#include <QTimer>

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

/// Null for the cost, whose title is its lens.
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
    m_columns.clear();
    for (int i = 0; i < static_cast<int>(Column::Count); ++i) {
        const auto column = static_cast<Column>(i);
        if (column != Column::CurrencyCode || m_totals.size() > 1)
            m_columns.push_back(column);
    }
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

void ChargeTableModel::setQuery(const CostQuery& query, bool largestFirst)
{
    const bool again = m_ready && query == m_query && largestFirst == m_largestFirst;
    if (again)
        forgetQuestions();
    else
        clear();
    m_query = query;
    m_largestFirst = largestFirst;
    ask(0);
}

ChargeTableModel::Column ChargeTableModel::columnKind(int column) const
{
    return column >= 0 && column < static_cast<int>(m_columns.size()) ? m_columns[static_cast<std::size_t>(column)]
                                                                      : Column::Count;
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
        slot, ChargesQuestion{m_query, page * kPageSize, kPageSize, m_largestFirst},
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
        setQuery(CostQuery(m_query), m_largestFirst); // the workspace changed between two pages: never mix
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
    while (m_pages.size() > kMostPages) {
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
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

bool ChargeTableModel::isNumberColumn(int column) const
{
    return columnKind(column) == Column::Cost || columnKind(column) == Column::Line;
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
    case Column::Count:
        break;
    }
    return {};
}

QString ChargeTableModel::tip(const ChargeRow& row, Column column) const
{
    if (column == Column::State && isEstimated(row))
        return tr("Estimated: the source may still change this charge");
    if (column != Column::Cost)
        return display(row, column);
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
        role != Qt::ForegroundRole && role != SortRole)
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
        return format::shown(display(*row, column));
    case SortRole:
        return rawText(index.row(), index.column());
    case Qt::ToolTipRole:
        return format::shown(tip(*row, column), words::LineEnds::Kept);
    case Qt::AccessibleTextRole:
        return format::labelled(headerData(index.column(), Qt::Horizontal).toString(),
                                format::shown(display(*row, column)));
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
    if (role == Qt::ToolTipRole)
        return m_largestFirst ? tr("Charge lines come largest first") : tr("Charge lines come as in the files");
    if (role != Qt::DisplayRole)
        return {};
    const char* const title = titleOf(columnKind(section));
    return title ? tr(title) : format::lens(m_query.lens);
}

/// In English whatever the window speaks: headers are what other programs find columns by.
QString ChargeTableModel::rawHeader(int column) const
{
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
        for (const Column column : m_columns) {
            if (column == Column::Day)
                line.cells << (m_totals.size() > 1 ? tr("Total %1", "currency").arg(code) : tr("Total"));
            else if (column == Column::Cost)
                line.cells << amount;
            else if (column == Column::Service)
                line.cells << counted::lines(total.rows, m_locale);
            else
                line.cells << QString();
        }
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
    case Column::Description:
    case Column::Count:
        break;
    }
    return 300;
}

} // namespace altimeter::ui
