#include "ui/pages/connections/feedpreviewpanel.h"

#include "ui/format/counted.h"
#include "ui/format/format.h"
#include "ui/items/gridview.h"
#include "ui/items/recordmodel.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr std::size_t kMostColumns = 200;

/// "1,204,332.17" of plain digits, with a true minus; a text that is no plain number stays as it is.
QString grouped(QString digits)
{
    const bool negative = digits.startsWith('-');
    if (negative)
        digits.remove(0, 1);
    const auto point = digits.indexOf('.');
    for (auto at = (point < 0 ? digits.size() : point) - 3; at > 0; at -= 3)
        digits.insert(at, ',');
    return (negative ? QString(format::kMinus) : QString()) + digits;
}

bool isAmountColumn(const std::string& name)
{
    return name.ends_with("Cost") || name.ends_with("UnitPrice") || name.ends_with("Quantity");
}

/// Wide enough for the title and for what the first rows say.
int widthFor(const RecordModel::Column& column, std::size_t rows, const QFontMetrics& metrics)
{
    constexpr std::size_t kMeasured = 40;
    constexpr int kRoom = 28, kSortSign = 14, kNarrowest = 72, kWidest = 280;
    int width = metrics.horizontalAdvance(column.title) + kSortSign;
    for (std::size_t i = 0; i < std::min(rows, kMeasured); ++i)
        width = std::max(width, metrics.horizontalAdvance(column.text(i)));
    return std::clamp(width + kRoom, kNarrowest, kWidest);
}

/// A grid, and in its place a sentence while there is nothing in it.
QStackedWidget* makePage(const QString& name, RecordModel* model, QLabel* empty, QWidget* parent)
{
    auto* stack = new QStackedWidget(parent);
    stack->setAccessibleName(QObject::tr("%1, page").arg(name));
    auto* grid = new GridView(name, stack);
    grid->setGridModel(model);
    grid->setSortingEnabled(true);
    grid->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    stack->addWidget(grid);
    stack->addWidget(empty);
    QObject::connect(model, &QAbstractItemModel::modelReset, stack,
                     [stack, model] { stack->setCurrentIndex(model->rowCount() > 0 ? 0 : 1); });
    return stack;
}

} // namespace

QString feedColumnTitle(const QString& target)
{
    if (target.startsWith("tag:"))
        return FeedPreviewPanel::tr("Tag %1").arg(target.mid(4));
    if (target.startsWith("x_"))
        return target;
    if (target == "ChargePeriodStart")
        return FeedPreviewPanel::tr("Date");
    if (target == "ChargePeriodEnd")
        return FeedPreviewPanel::tr("End");
    if (target == "BillingCurrency")
        return FeedPreviewPanel::tr("Currency");
    if (target == "ProviderName" || target == "ServiceName")
        return target == "ProviderName" ? FeedPreviewPanel::tr("Provider") : FeedPreviewPanel::tr("Service");
    if (target == "ChargeDescription")
        return FeedPreviewPanel::tr("Description");
    if (target == "ConsumedQuantity" || target == "ConsumedUnit")
        return target == "ConsumedUnit" ? FeedPreviewPanel::tr("Unit") : FeedPreviewPanel::tr("Quantity");
    if (target == "ListUnitPrice")
        return FeedPreviewPanel::tr("Unit price");
    if (target == "SubAccountId" || target == "BillingAccountId")
        return target == "SubAccountId" ? FeedPreviewPanel::tr("Sub account") : FeedPreviewPanel::tr("Account");
    if (target == "ResourceId" || target == "RegionId")
        return target == "RegionId" ? FeedPreviewPanel::tr("Region") : FeedPreviewPanel::tr("Resource");
    QString title; // "Billed cost" of "BilledCost"
    for (const QChar c : target)
        title += c.isUpper() && !title.isEmpty() ? QString(" ") + c.toLower() : QString(c);
    return title;
}

FeedPreviewPanel::FeedPreviewPanel(QWidget* parent)
    : QWidget(parent), m_file(nullptr), m_summary(nullptr), m_state(nullptr), m_totals(nullptr), m_noCharges(nullptr),
      m_noSample(nullptr), m_tabs(new QTabWidget(this)), m_charges(new RecordModel(this)),
      m_sample(new RecordModel(this)), m_problems(new QListWidget(this))
{
    setAccessibleName(tr("Feed preview"));
    m_tabs->setAccessibleName(tr("Preview tabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->tabBar()->setAccessibleName(tr("Preview tab bar"));
    m_noCharges = parts::label({}, "secondary", m_tabs);
    m_noSample = parts::label({}, "secondary", m_tabs);
    m_tabs->addTab(makePage(tr("Charges of the feed"), m_charges, m_noCharges, m_tabs), tr("Charges"));
    m_tabs->addTab(makePage(tr("Feed as it is"), m_sample, m_noSample, m_tabs), tr("Feed as it is"));
    m_state = parts::label({}, "badgeNeutral", this);
    m_state->setAccessibleName(tr("State of the mapping"));
    m_problems->setAccessibleName(tr("Problems"));
    m_problems->setToolTip(tr("What is still missing, and which records cannot be read"));
    m_problems->setWordWrap(true);
    m_problems->setSpacing(2);
    m_problems->setMaximumHeight(170);
    m_problems->setMinimumHeight(72);
    m_problems->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    m_problems->setSelectionMode(QAbstractItemView::SingleSelection);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(buildHead());
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_state, 0, Qt::AlignLeft);
    layout->addWidget(m_problems);
    clear();
}

QWidget* FeedPreviewPanel::buildHead()
{
    auto* head = new QWidget(this);
    m_file = parts::label({}, "heading", head);
    m_file->setAccessibleName(tr("Feed file"));
    m_file->setMinimumWidth(40);
    m_summary = parts::label({}, "secondary", head);
    m_summary->setAccessibleName(tr("Feed summary"));
    m_totals = new QWidget(head);
    m_totals->setAccessibleName(tr("Totals"));
    auto* totals = new QHBoxLayout(m_totals);
    totals->setContentsMargins(0, 0, 0, 0);
    totals->setSpacing(20);
    auto* other = parts::button(tr("Other sample…"),
                                tr("Look at another file of the same layout: one month of the feed, or a saved answer"),
                                nullptr, head);
    connect(other, &QPushButton::clicked, this, &FeedPreviewPanel::sampleRequested);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_file);
    texts->addWidget(m_summary);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(16);
    layout->addLayout(texts, 1);
    layout->addWidget(m_totals);
    layout->addWidget(other);
    return head;
}

void FeedPreviewPanel::setFile(const QString& shown)
{
    m_file->setText(shown);
    m_file->setToolTip(shown);
}

void FeedPreviewPanel::clear()
{
    m_preview = {};
    m_charges->setCount(0);
    m_sample->setCount(0);
    m_problems->clear();
    m_problems->hide();
    parts::clear(m_totals->layout());
    m_tabs->setTabText(0, tr("Charges"));
    m_tabs->setTabText(1, tr("Feed as it is"));
    m_noCharges->setText(tr("Assign the needed columns on the left: amount, date and currency.\n"
                            "The charges appear here at once."));
    m_noSample->setText(tr("There are no records to show."));
}

void FeedPreviewPanel::say(const char* role, const QString& text)
{
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
    parts::setRole(m_state, role);
    m_state->setAccessibleName(format::labelled(tr("State of the mapping"), text));
}

void FeedPreviewPanel::showHint(const QString& text)
{
    clear();
    m_summary->setText({});
    m_noCharges->setText(text);
    m_noSample->setText(text);
    say("badgeNeutral", {});
}

void FeedPreviewPanel::showFailure(const Error& error)
{
    clear();
    m_summary->setText({});
    m_noCharges->setText(tr("There is nothing to show. The reason stands below."));
    m_noSample->setText(m_noCharges->text());
    say("badgeBad", tr("The feed cannot be read"));
    addProblem(parts::text(error.text()), false);
    addProblem(error.todo.empty() ? parts::advice(error.code) : parts::text(error.todo), true);
    m_problems->show();
}

void FeedPreviewPanel::showPreview(const FeedPreview& preview, const FeedMapping& mapping)
{
    clear();
    m_preview = preview;
    const QString kind = m_preview.format == "csv"          ? tr("CSV")
                         : m_preview.format == "json-lines" ? tr("JSON lines")
                                                            : tr("JSON");
    QString said =
        tr("%1, %2, %3").arg(kind, counted::records(m_preview.records), counted::fields(m_preview.columns.size()));
    if (m_preview.format.empty())
        said = tr("Nothing to read");
    m_summary->setText(said);
    showTotals();
    showCharges();
    showSample(mapping);
    showProblems();
}

void FeedPreviewPanel::showTotals()
{
    QStringList spoken;
    for (const auto& [currency, sum] : m_preview.totals) {
        const QString exact = QString::fromStdString(sum.toString(2));
        const auto amount = Amount::parse(exact.toStdString());
        const QString shown = amount ? format::money(*amount, currency, format::locale()) : grouped(exact);
        auto* one = new QWidget(m_totals);
        auto* layout = new QVBoxLayout(one);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(0);
        auto* figure = parts::label(shown, "heading", one);
        figure->setAlignment(Qt::AlignRight);
        const QString code = QString::fromStdString(std::string(currency.code()));
        auto* caption = parts::label(tr("total in %1").arg(code), "small", one);
        caption->setAlignment(Qt::AlignRight);
        const QString all = tr("%1 %2", "digits, currency").arg(grouped(exact), code);
        one->setToolTip(all);
        layout->addWidget(figure);
        layout->addWidget(caption);
        m_totals->layout()->addWidget(one);
        spoken << tr("%1 %2", "digits, currency").arg(shown, code);
    }
    m_totals->setAccessibleName(format::labelled(tr("Totals"), spoken.join(QStringLiteral(": "))));
}

void FeedPreviewPanel::showCharges()
{
    std::vector<RecordModel::Column> columns;
    const auto& names = m_preview.mappedColumns;
    const auto currencyAt =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), "BillingCurrency") - names.begin());
    for (std::size_t c = 0; c < std::min(names.size(), kMostColumns); ++c) {
        RecordModel::Column column;
        column.rawTitle = parts::text(names[c]);
        column.title = feedColumnTitle(column.rawTitle);
        column.isNumber = isAmountColumn(names[c]);
        const auto cell = [this, c](std::size_t i) { return parts::text(m_preview.mapped[i].at(c)); };
        column.raw = cell;
        column.text = cell;
        if (column.isNumber) {
            const bool isCost = names[c].ends_with("Cost");
            column.text = [cell, isCost](std::size_t i) {
                const QString digits = cell(i);
                return digits.isEmpty() && isCost ? format::unknown() : grouped(digits);
            };
            column.key = [cell](std::size_t i) { return cell(i).toDouble(); };
            if (isCost)
                column.amount = [cell](std::size_t i) -> std::optional<Amount> {
                    const auto amount = Amount::parse(cell(i).toStdString());
                    return amount ? std::optional<Amount>(*amount) : std::nullopt;
                };
        }
        column.width = widthFor(column, m_preview.mapped.size(), fontMetrics());
        columns.push_back(std::move(column));
    }
    m_charges->setColumns(std::move(columns));
    m_charges->setCount(m_preview.mapped.size(), [this, currencyAt](std::size_t i) {
        return currencyAt < m_preview.mappedColumns.size() ? Currency(m_preview.mapped[i].at(currencyAt)) : Currency();
    });
    const auto all = m_preview.records - m_preview.unreadable;
    if (m_preview.mapped.size() < all && !m_preview.mapped.empty())
        m_tabs->setTabText(0, tr("Charges (first %1)").arg(format::count(m_preview.mapped.size())));
}

void FeedPreviewPanel::showSample(const FeedMapping& mapping)
{
    std::vector<RecordModel::Column> columns;
    for (std::size_t c = 0; c < std::min(m_preview.columns.size(), kMostColumns); ++c) {
        RecordModel::Column column;
        column.rawTitle = parts::text(m_preview.columns[c]);
        column.title = column.rawTitle;
        for (const auto& [key, field] : mapping) {
            if (key.starts_with("column:") && field == m_preview.columns[c])
                column.title = tr("%1 → %2").arg(column.rawTitle, feedColumnTitle(parts::text(key.substr(7))));
        }
        column.text = [this, c](std::size_t i) { return parts::text(m_preview.sample[i].at(c)); };
        column.width = widthFor(column, m_preview.sample.size(), fontMetrics());
        columns.push_back(std::move(column));
    }
    m_sample->setColumns(std::move(columns));
    m_sample->setCount(m_preview.sample.size());
    if (m_preview.sample.size() < m_preview.records)
        m_tabs->setTabText(1, tr("Feed as it is (first %1)").arg(format::count(m_preview.sample.size())));
}

void FeedPreviewPanel::showProblems()
{
    int faults = 0;
    for (const std::string& problem : m_preview.problems) {
        const bool isNote = problem.starts_with("Note: ");
        faults += isNote ? 0 : 1;
        addProblem(parts::text(problem), isNote);
    }
    m_problems->setVisible(m_problems->count() > 0);
    if (m_preview.mappedColumns.empty())
        say("badgeWarning", tr("Not complete yet"));
    else if (m_preview.unreadable > 0)
        say("badgeWarning",
            tr("%1 of %2 cannot be read and will be kept apart")
                .arg(format::count(m_preview.unreadable, format::locale()), counted::records(m_preview.records)));
    else if (faults > 0)
        say("badgeWarning", tr("Look at the list below"));
    else
        say("badgeGood", tr("Every record can be read"));
}

void FeedPreviewPanel::addProblem(const QString& problem, bool isNote)
{
    const QString text = format::shown(problem, words::LineEnds::Kept);
    auto* item = new QListWidgetItem(text, m_problems);
    item->setData(Qt::AccessibleTextRole, isNote ? text : tr("Problem: %1").arg(text));
    item->setToolTip(text);
}

} // namespace altimeter::ui
