#include "ui/pages/overview/overviewpage.h"

#include "models/domain/bridge.h"
#include "ui/charts/serieschart.h"
#include "ui/format/codetext.h"
#include "ui/format/counted.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/items/recordcolumns.h"
#include "ui/pages/common/amountrow.h"
#include "ui/pages/common/currencychoice.h"
#include "ui/pages/common/guarded.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/common/wholetext.h"
#include "ui/pages/overview/keyfigurecard.h"
#include "ui/theme/namecolors.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace altimeter::ui {

namespace {

constexpr int kEmptyWidth = 520; ///< of the message in the place of figures
constexpr int kHighestChart = 520;

constexpr std::size_t kListRows = 7;
constexpr std::size_t kAnomalyRows = 30;

QString code(const Currency& currency)
{
    const auto text = currency.code();
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

constexpr double kShortFrom = 1e9; ///< estimates this large are written short: their digits mean nothing

QString estimateText(double value, const Currency& currency)
{
    return std::abs(value) < kShortFrom ? format::moneyEstimate(value, currency, format::locale())
                                        : format::moneyShort(value, currency, format::locale());
}

QString signedEstimate(double value, const Currency& currency)
{
    return (value > 0 ? QStringLiteral("+") : QString()) + estimateText(value, currency);
}

QString signedShort(Amount amount, const Currency& currency)
{
    return (amount > Amount() ? QStringLiteral("+") : QString()) +
           format::moneyShort(amount, currency, format::locale());
}

/// "IDR 9,393 T – 9,856 T": the code once, where it is a word.
QString rangeText(double low, double high, const Currency& currency, bool isShort)
{
    const auto write = [&](double value) {
        return isShort ? format::moneyShort(value, currency, format::locale()) : estimateText(value, currency);
    };
    QString end = write(high);
    const QString sign = format::currencySign(currency);
    if (sign.size() > 1)
        end.remove(sign + QChar(0xA0));
    return write(low) + QStringLiteral(" – ") + end;
}

QString share(Amount part, Amount whole)
{
    if (whole.isZero() || whole.isNegative())
        return QObject::tr("no share of a negative total");
    return QObject::tr("%1 of month to date")
        .arg(format::percent(part.toDouble() / whole.toDouble(), format::locale()));
}

/// More cost is not good or bad in itself; only a large rise is pointed out.
Tone changeTone(std::optional<double> ratio)
{
    if (!ratio)
        return Tone::Quiet;
    return *ratio >= 0.10 ? Tone::Warning : *ratio <= -0.10 ? Tone::Good : Tone::Quiet;
}

void fill(QVBoxLayout* layout, const QList<AmountRow*>& rows, const QString& whenEmpty)
{
    if (rows.isEmpty())
        layout->addWidget(parts::paragraph(whenEmpty, "secondary"));
    int width = 0;
    for (const AmountRow* row : rows)
        width = std::max(width, AmountRow::changeWidthOf(row->content().change));
    for (AmountRow* row : rows) {
        row->setChangeWidth(width);
        layout->addWidget(row);
    }
}

bool isAnyCredit(const Overview::PerCurrency& f)
{
    return std::any_of(f.purchases.begin(), f.purchases.end(),
                       [](const OncePurchase& one) { return one.cost.isNegative(); });
}

/// What stands under the expected end of the month: its middle, and what else there is to say of it.
QList<KeyFigureCard::Line> forecastLines(const Overview::PerCurrency& f)
{
    const KeyFigureCard::Line middle{OverviewPage::tr("middle %1").arg(estimateText(f.monthEndMean, f.currency))};
    const KeyFigureCard::Line wide{format::labelled(format::percent(0.95, format::locale(), 0),
                                                    rangeText(f.monthEndLo95, f.monthEndHi95, f.currency, false))};
    if (f.purchases.empty())
        return {middle, wide};
    AmountSum sum;
    for (const OncePurchase& purchase : f.purchases)
        sum.add(purchase.cost);
    const QString amount = format::moneyShort(sum.amount(), f.currency, format::locale());
    const OncePurchase& first = f.purchases.front();
    const QString day = format::dateShort(first.day, format::locale());
    QString once;
    if (f.purchases.size() > 1 && isAnyCredit(f))
        once = OverviewPage::tr("of which %1 once, net", "amount").arg(amount);
    else if (f.purchases.size() > 1)
        once = OverviewPage::tr("of which %1 in %2 purchase(s) made once", nullptr, format::forms(f.purchases.size()))
                   .arg(amount, format::count(f.purchases.size()));
    else if (isAnyCredit(f))
        once = OverviewPage::tr("of which %1 credited on %2", "amount, day").arg(amount, day);
    else
        once = OverviewPage::tr("of which %1 once on %2", "amount, day").arg(amount, day);
    return {middle, KeyFigureCard::Line{once}, wide};
}

/// What was purchased once, and that no level is learnt from it.
QString purchaseNote(const Overview::PerCurrency& f)
{
    constexpr std::size_t kMost = 3;
    std::vector<OncePurchase> all;
    std::copy_if(f.purchases.begin(), f.purchases.end(), std::back_inserter(all), [](const OncePurchase& one) {
        return !one.refundOf.isValid() || one.refundOf < one.day.firstOfMonth(); // else said of its purchase
    });
    QStringList said;
    for (std::size_t i = 0; i < std::min(kMost, all.size()); ++i) {
        const OncePurchase& one = all[i];
        const QString what =
            OverviewPage::tr("%1 on %2 (%3)", "amount, day, service")
                .arg(format::money(one.cost, f.currency, format::locale()), format::date(one.day, format::locale()),
                     format::dimValue(Dim{Dim::Kind::Service, {}}, one.service));
        said << (one.refundedOn.isValid() ? OverviewPage::tr("%1, of which %2 came back by %3", "what, amount, day")
                                                .arg(what, format::money(one.refunded, f.currency, format::locale()),
                                                     format::date(one.refundedOn, format::locale()))
                 : one.refundOf.isValid() ? OverviewPage::tr("%1 for the purchase of %2", "refund, day")
                                                .arg(what, format::date(one.refundOf, format::locale()))
                                          : what);
    }
    if (const std::size_t more = all.size() - static_cast<std::size_t>(said.size()); more > 0)
        said << OverviewPage::tr("%1 other(s)", nullptr, format::forms(more)).arg(format::count(more));
    const QString list = said.join(QStringLiteral("; "));
    if (isAnyCredit(f))
        return OverviewPage::tr(
                   "Purchased or credited once: %1. It counts, and no other day is expected to hold the like.", "list")
            .arg(list);
    return OverviewPage::tr("Purchased once: %1. It counts, and no other day is expected to hold the like.", "list")
        .arg(list);
}

} // namespace

OverviewPage::OverviewPage(Backend& backend, QWidget* parent) : Page(parent), m_backend(backend)
{
    setAccessibleName(tr("Overview page"));
    auto* content = new QWidget;
    content->setProperty("page", true);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(12);
    buildHeader(layout);
    buildCards(layout);
    buildMiddle(layout);
    buildLists(layout);
    layout->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setAccessibleName(tr("Overview content"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    m_stack = new QStackedWidget(this);
    m_stack->setAccessibleName(tr("Overview state"));
    m_stack->addWidget(scroll);
    m_stack->addWidget(buildEmpty());
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
}

void OverviewPage::buildHeader(QVBoxLayout* layout)
{
    m_title = parts::label({}, "title", this);
    m_title->setAccessibleName(tr("Month"));
    m_subtitle = parts::label({}, "secondary", this);
    m_subtitle->setAccessibleName(tr("Data state"));
    m_lensBox = new QComboBox(this);
    m_lensBox->setAccessibleDescription(tr("Cost lens"));
    m_lensBox->setAccessibleName(tr("Cost lens"));
    m_lensBox->setToolTip(tr("Which of the four FOCUS costs every figure speaks of"));
    for (const auto lens : {CostLens::Effective, CostLens::Billed, CostLens::List, CostLens::Contracted})
        m_lensBox->addItem(format::lens(lens), static_cast<int>(lens));
    connect(m_lensBox, &QComboBox::activated, this,
            [this](int index) { emit lensChosen(static_cast<CostLens>(m_lensBox->itemData(index).toInt())); });
    m_fresh = parts::button({}, tr("Show the state of every source"), "chip", this);
    m_fresh->hide();
    connect(m_fresh, &QPushButton::clicked, this, [this] { emit openPage("data:sources"); });
    m_currencies = new CurrencyChoice(this);
    connect(m_currencies, &CurrencyChoice::chosen, this, [this](const Currency& currency) {
        m_currency = currency;
        showCurrency();
    });
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_title);
    row->addWidget(m_subtitle);
    row->addWidget(m_fresh);
    row->addStretch();
    row->addWidget(m_currencies);
    row->addWidget(m_lensBox);
    layout->addLayout(row);
    m_notes = parts::label({}, "secondary", this);
    m_notes->setAccessibleName(tr("What the figures leave out"));
    m_notes->setWordWrap(true);
    m_notes->hide();
    layout->addWidget(m_notes);
}

void OverviewPage::buildCards(QVBoxLayout* layout)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    const auto add = [this, row](KeyFigureCard*& card, const QString& title) {
        card = new KeyFigureCard(this);
        card->setContent({title, QString(QChar(0x2013)), {}, Tone::Quiet, {}, {}});
        row->addWidget(card, 1);
    };
    add(m_toDate, tr("Month to date"));
    add(m_forecast, tr("Month-end forecast"));
    add(m_change, tr("Against same days last month"));
    add(m_unallocated, tr("Unallocated"));
    add(m_proof, tr("Proof"));
    m_toDate->setLead(tr("Opens Explore: the month to date by team"));
    m_forecast->setLead(tr("Opens Explore: the last 90 days, from which the month end is expected"));
    m_change->setLead(tr("Opens Changes: what makes the difference, part by part"));
    m_unallocated->setLead(tr("Opens Explore: what no rule gives to a team, by service"));
    m_proof->setLead(tr("Opens the proof sheet: every total from the file to this page"));
    const Dim team{Dim::Kind::Team, {}};
    const Dim service{Dim::Kind::Service, {}};
    connect(m_toDate, &KeyFigureCard::clicked, this, [this, team] { emit openExplore(monthToDate(team)); });
    connect(m_change, &KeyFigureCard::clicked, this, [this] { emit openChange(changeBy(Dim::Kind::Service)); });
    connect(m_forecast, &KeyFigureCard::clicked, this, [this, team] {
        CostQuery query = monthToDate(team);
        query.range = {m_overview.asOf - 90, m_overview.asOf};
        emit openExplore(query);
    });
    connect(m_unallocated, &KeyFigureCard::clicked, this,
            [this, team, service] { emit openExplore(filtered(monthToDate(service), team, {})); });
    connect(m_proof, &KeyFigureCard::clicked, this, [this] { emit openPage("data:proof"); });
    layout->addLayout(row);
}

void OverviewPage::buildMiddle(QVBoxLayout* layout)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    auto* chartCard = parts::card(tr("Last 90 days"), this);
    auto* top = new QHBoxLayout;
    top->addWidget(parts::label(tr("Last 90 days"), "heading", chartCard));
    m_chartNote = parts::label({}, "small", chartCard);
    m_chartNote->setAccessibleName(tr("Chart note"));
    top->addStretch();
    top->addWidget(m_chartNote);
    parts::cardLayout(chartCard)->addLayout(top);
    m_chart = new SeriesChart(tr("Cost of the last 90 days"), chartCard);
    m_chart->setMinimumHeight(246);
    m_chart->setMaximumHeight(kHighestChart);
    m_chart->setLegendVisible(false);
    connect(m_chart, &SeriesChart::readOutChanged, this, &Page::selectionText);
    connect(m_chart, &SeriesChart::pointActivated, this, [this](int, Day day) {
        CostQuery query = monthToDate(Dim{Dim::Kind::Team, {}});
        query.range = {day, day + 1};
        emit openExplore(query);
    });
    connect(m_chart, &SeriesChart::rangeSelected, this, [this](Day first, Day last) {
        CostQuery query = monthToDate(Dim{Dim::Kind::Team, {}});
        query.range = {first, last + 1};
        emit openExplore(query);
    });
    parts::cardLayout(chartCard)->addWidget(m_chart, 1);
    row->addWidget(chartCard, 7);

    auto* anomalyCard = parts::card(tr("Anomalies"), this);
    auto* anomalyTop = new QHBoxLayout;
    anomalyTop->addWidget(parts::label(tr("Anomalies"), "heading", anomalyCard));
    anomalyTop->addStretch();
    m_anomalyNote = parts::label({}, "small", anomalyCard);
    m_anomalyNote->setAccessibleName(tr("Anomaly count"));
    anomalyTop->addWidget(m_anomalyNote);
    parts::cardLayout(anomalyCard)->addLayout(anomalyTop);
    auto* list = new QWidget;
    m_anomalies = new QVBoxLayout(list);
    m_anomalies->setContentsMargins(0, 0, 0, 0);
    m_anomalies->setSpacing(2);
    auto* scroll = new QScrollArea(anomalyCard);
    scroll->setProperty("plain", true);
    scroll->setAccessibleName(tr("Anomaly list"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setWidget(list);
    parts::cardLayout(anomalyCard)->addWidget(scroll, 1);
    row->addWidget(anomalyCard, 4);
    layout->addLayout(row, 1); // a high window has a higher chart
}

QVBoxLayout* OverviewPage::listCard(QHBoxLayout* row, const QString& title, const QString& note, int stretch)
{
    auto* frame = parts::card(title, this);
    auto* top = new QHBoxLayout;
    top->addWidget(parts::label(title, "heading", frame));
    top->addStretch();
    top->addWidget(parts::label(note, "small", frame));
    parts::cardLayout(frame)->setContentsMargins(12, 12, 12, 12);
    parts::cardLayout(frame)->addLayout(top);
    auto* list = new QVBoxLayout;
    list->setSpacing(0);
    parts::cardLayout(frame)->addLayout(list);
    parts::cardLayout(frame)->addStretch();
    row->addWidget(frame, stretch);
    return list;
}

void OverviewPage::buildLists(QVBoxLayout* layout)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    m_teamMovers = listCard(row, tr("Teams that moved"), tr("against same days"), 1);
    m_serviceMovers = listCard(row, tr("Services that moved"), tr("against same days"), 1);
    m_teams = listCard(row, tr("Spend per team"), tr("month to date"), 1);
    layout->addLayout(row);
    auto* second = new QHBoxLayout;
    second->setSpacing(12);
    m_sources = listCard(second, tr("Freshness per source"), tr("last day with data"), 1);
    layout->addLayout(second);
}

QWidget* OverviewPage::buildEmpty()
{
    auto* page = new QWidget(this);
    page->setProperty("page", true);
    m_emptyTitle = parts::label({}, "hero", page);
    m_emptyTitle->setAccessibleName(tr("Overview message"));
    m_emptyText = parts::paragraph({}, "secondary", page);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setMinimumWidth(kEmptyWidth);
    m_retry = parts::button(tr("Try again"), tr("Ask for the overview once more"), "primary", page);
    connect(m_retry, &QPushButton::clicked, this, &OverviewPage::ask);
    m_import = parts::button(tr("Import files…"), tr("Choose cost exports to import (Ctrl+I)"), "primary", page);
    connect(m_import, &QPushButton::clicked, this, &OverviewPage::importRequested);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(10);
    layout->addStretch();
    layout->addWidget(m_emptyTitle, 0, Qt::AlignHCenter);
    layout->addWidget(m_emptyText, 0, Qt::AlignHCenter);
    layout->addWidget(m_retry, 0, Qt::AlignHCenter);
    layout->addWidget(m_import, 0, Qt::AlignHCenter);
    layout->addStretch();
    page->setAccessibleName(tr("Why there are no figures"));
    sayEmpty();
    return page;
}

void OverviewPage::workspaceChanged(const WorkspaceInfo& info)
{
    m_open = !info.path.empty();
    if (m_open)
        ask();
}

void OverviewPage::setOpening(bool opening)
{
    if (opening)
        showPlaceholders(tr("%1 · opening…").arg(format::lens(m_lens)), tr("Opening…"));
    else
        m_chart->setEmptyText(tr("No data in this range"));
}

void OverviewPage::setReading()
{
    m_overview = {};
    m_chart->setFrame({});
    m_chartNote->clear();
    m_anomalyNote->clear();
    m_fresh->hide();
    m_currencies->setCurrencies({}, {});
    m_hasCurrency = false;
    for (QVBoxLayout* list : {m_anomalies, m_teamMovers, m_serviceMovers, m_teams, m_sources})
        parts::clear(list);
    for (KeyFigureCard* card : {m_toDate, m_forecast, m_change, m_unallocated, m_proof})
        card->setContent({card->content().title, QString(QChar(0x2013)), {}, Tone::Quiet, {}, {}});
    showPlaceholders(tr("%1 · reading…").arg(format::lens(m_lens)), tr("Reading…"));
}

void OverviewPage::setImporting(bool importing)
{
    m_importing = importing;
    if (m_retry->isHidden())
        sayEmpty();
}

/// The keyboard stays with the message, whatever it offers.
void OverviewPage::sayEmpty()
{
    QWidget* page = m_import->parentWidget();
    const bool hadFocus = page->hasFocus() || m_import->hasFocus() || m_retry->hasFocus();
    m_emptyTitle->setText(m_importing ? tr("Reading…") : tr("No cost lines yet"));
    parts::setWhole(m_emptyText,
                    m_importing ? tr("The figures appear when all files have been read.")
                                : tr("Drop FOCUS cost exports on the window, or press Ctrl+I."),
                    kEmptyWidth);
    m_retry->hide();
    m_import->setVisible(!m_importing);
    if (hadFocus)
        takeFocus();
}

void OverviewPage::showPlaceholders(const QString& state, const QString& inChart)
{
    const bool hadFocus = holdsFocus();
    m_chart->setEmptyText(inChart);
    m_title->setText(tr("Overview"));
    m_subtitle->setText(state);
    m_stack->setCurrentIndex(0);
    if (hadFocus)
        takeFocus();
}

/// The keyboard is on the page: what is asked before what has the focus is replaced, because Qt then hands it to
/// whatever comes next.
bool OverviewPage::holdsFocus() const
{
    const QWidget* focus = QApplication::focusWidget();
    return focus && isAncestorOf(focus);
}

void OverviewPage::setLens(CostLens lens)
{
    m_lensBox->setCurrentIndex(m_lensBox->findData(static_cast<int>(lens)));
    if (lens == m_lens)
        return;
    m_lens = lens;
    if (m_open)
        ask();
}

void OverviewPage::takeFocus()
{
    if (m_stack->currentIndex() == 0)
        m_toDate->setFocus();
    else
        (!m_retry->isHidden() ? m_retry : !m_import->isHidden() ? m_import : m_import->parentWidget())->setFocus();
}

void OverviewPage::ask()
{
    m_asking = true;
    if (m_stack->currentIndex() != 0) // nothing is shown that could stay meanwhile
        setReading();
    m_backend.ask("overview", OverviewQuestion{m_lens}, guarded<Overview>(this, [this](Result<Overview> answer) {
                      m_asking = false;
                      if (answer)
                          showOverview(*answer);
                      else if (answer.error().code != ErrorCode::Cancelled)
                          showFailure(answer.error());
                  }));
}

void OverviewPage::showFailure(const Error& error)
{
    m_emptyTitle->setText(tr("The overview could not be made"));
    parts::setWhole(m_emptyText, parts::text(error.text()) + "\n" + parts::advice(error.code), kEmptyWidth);
    m_retry->show();
    m_import->hide();
    m_stack->setCurrentIndex(1);
    emit problem(tr("The overview could not be made: %1").arg(parts::text(error.text())), parts::advice(error.code));
}

void OverviewPage::showOverview(const Overview& overview)
{
    const bool hadFocus = holdsFocus();
    const QPointer<QWidget> focus = QApplication::focusWidget();
    m_overview = overview;
    m_chart->setEmptyText(tr("No data in this range"));
    if (overview.currencies.empty()) {
        sayEmpty();
        m_stack->setCurrentIndex(1);
        if (hadFocus)
            takeFocus();
        return;
    }
    m_stack->setCurrentIndex(0);
    m_title->setText(format::month(overview.month, format::locale()));
    const auto old = static_cast<std::uint64_t>(format::daysOld(overview.asOf - 1));
    m_subtitle->setText(format::joined(
        {tr("%1 · data through %2").arg(format::lens(overview.lens), format::date(overview.asOf - 1, format::locale())),
         old > 0 ? tr("%1 day(s) old", nullptr, format::forms(old)).arg(format::count(old, format::locale()))
                 : QString()}));
    parts::setRole(m_subtitle, old > 0 ? "warning" : "secondary");
    if (!m_hasCurrency || !chosen()) // a currency that nobody chose is no XXX
        m_currency = overview.currencies.front().currency;
    m_hasCurrency = true;
    showCurrencies();
    showSources();
    showCurrency();
    if (hadFocus && focus != QApplication::focusWidget())
        takeFocus(); // what had it is gone
}

const Overview::PerCurrency* OverviewPage::chosen() const
{
    for (const auto& figures : m_overview.currencies) {
        if (figures.currency == m_currency)
            return &figures;
    }
    return nullptr;
}

void OverviewPage::showCurrencies()
{
    std::vector<Currency> currencies;
    for (const auto& figures : m_overview.currencies)
        currencies.push_back(figures.currency);
    m_currencies->setCurrencies(currencies, m_currency);
}

void OverviewPage::showCurrency()
{
    const Overview::PerCurrency* figures = chosen();
    if (!figures)
        return;
    showFigures(*figures);
    showNotes(*figures);
    showProof();
    showChart(*figures);
    showMovers(m_teamMovers, figures->teamMovers, Dim::Kind::Team, figures->currency);
    showMovers(m_serviceMovers, figures->serviceMovers, Dim::Kind::Service, figures->currency);
    showTeams(*figures);
    showAnomalies();
}

void OverviewPage::showFigures(const Overview::PerCurrency& f)
{
    const auto money = [&f](Amount amount) { return format::money(amount, f.currency, format::locale()); };
    const DateRange days{m_overview.month, m_overview.asOf};
    m_toDate->setContent(
        {tr("Month to date"),
         f.isCostUnknown() ? tr("unknown") : money(f.monthToDate),
         f.isCostUnknown() ? QString() : format::moneyShort(f.monthToDate, f.currency, format::locale()),
         f.isCostUnknown() ? Tone::Quiet : Tone::Plain,
         f.hasEstimated
             ? QList<KeyFigureCard::Line>{{format::joined(
                                              {format::range(days, format::locale()), format::lens(m_overview.lens)})},
                                          {tr("of which estimated %1").arg(money(f.estimated)), Tone::Warning}}
             : QList<KeyFigureCard::Line>{{format::range(days, format::locale())}, ageLine()},
         {},
         f.isCostUnknown() ? QString() : format::exact(f.monthToDate)});
    if (f.hasForecast) {
        m_forecast->setContent({tr("Month-end forecast, %1").arg(format::percent(0.8, format::locale(), 0)),
                                rangeText(f.monthEndLo80, f.monthEndHi80, f.currency, false),
                                rangeText(f.monthEndLo80, f.monthEndHi80, f.currency, true),
                                Tone::Plain,
                                forecastLines(f),
                                {}});
    } else {
        m_forecast->setContent(
            {tr("Month-end forecast"),
             tr("not yet"),
             {},
             Tone::Quiet,
             {{f.isCostUnknown() ? tr("this cost is unknown")
                                 : tr("too little history: it takes %1 days").arg(format::count(7))}},
             {}});
    }
    const auto difference = checkedSubtract(f.comparedToDate(), f.sameDaysLastMonth);
    if (f.isComparable(m_overview.month) && difference && !f.isCostUnknown()) {
        const auto ratio = format::changeRatio(f.comparedToDate(), f.sameDaysLastMonth);
        const QString percent = ratio ? format::percentChange(*ratio, format::locale()) : QString();
        m_change->setContent({tr("Against same days last month"),
                              format::moneyChange(*difference, f.currency, format::locale()),
                              signedShort(*difference, f.currency),
                              changeTone(ratio),
                              {{format::joined({percent, tr("then %1").arg(money(f.sameDaysLastMonth))})},
                               {tr("last month in total %1").arg(money(f.lastMonth))}},
                              {},
                              format::exact(*difference)});
    } else {
        m_change->setContent({tr("Against same days last month"),
                              tr("nothing to compare"),
                              {},
                              Tone::Quiet,
                              {{f.isCostUnknown() ? tr("this cost is unknown")
                                : f.hasLastMonth  ? tr("no day of the month is over yet")
                                                  : tr("last month has no data")}},
                              {}});
    }
    m_unallocated->setContent(
        {tr("Unallocated"),
         f.isCostUnknown() ? tr("unknown") : money(f.unallocated),
         f.isCostUnknown() ? QString() : format::moneyShort(f.unallocated, f.currency, format::locale()),
         Tone::Plain,
         {{share(f.unallocated, f.monthToDate)}, {tr("month to date without a team")}},
         {},
         f.isCostUnknown() ? QString() : format::exact(f.unallocated)});
}

/// What must be known of the month to date: that it ends days ago; else of which cost it is.
KeyFigureCard::Line OverviewPage::ageLine() const
{
    const auto old = static_cast<std::uint64_t>(format::daysOld(m_overview.asOf - 1));
    if (old == 0)
        return {format::lens(m_overview.lens)};
    return {tr("ends %1 day(s) ago", nullptr, format::forms(old)).arg(format::count(old, format::locale())),
            Tone::Warning};
}

void OverviewPage::showNotes(const Overview::PerCurrency& f)
{
    const auto day = [](Day each) { return format::date(each, format::locale()); };
    const auto counted = [](std::uint64_t count) { return format::count(count, format::locale()); };
    QStringList notes;
    if (!f.purchases.empty())
        notes << purchaseNote(f);
    if (f.unknownRows > 0)
        notes << tr("%1 line(s) of the month to date state no %2: unknown, and in no figure here.", nullptr,
                    format::forms(f.unknownRows))
                     .arg(counted(f.unknownRows), format::lens(m_overview.lens));
    const Day last = m_overview.asOf - 1;
    const KnownAccount* least = nullptr;
    const KnownAccount* lastGone = nullptr;
    std::uint64_t late = 0;
    std::uint64_t gone = 0;
    bool isRunning = false;
    for (const KnownAccount& account : f.late) {
        isRunning |= account.wasRunning(last);
        if (account.hasEndedLately(last)) {
            ++gone;
            lastGone = lastGone && lastGone->ended >= account.ended ? lastGone : &account;
        }
        if (account.through >= last || account.wasRunning(last))
            continue;
        ++late;
        least = least ? least : &account;
    }
    if (isRunning)
        notes << tr("%1 was not over yet: what is seen of it counts, and what it still brings is expected.")
                     .arg(day(last));
    if (late > 0)
        notes
            << tr("%1 [account is|accounts are] late (%2 is known through %3): missing days are expected, not counted.",
                  nullptr, format::forms(late))
                   .arg(counted(late), format::text(least->biller()), day(least->through));
    if (gone > 0)
        notes << tr("%1 [account is|accounts are] taken as ended (%2 has delivered nothing since %3).", nullptr,
                    format::forms(gone))
                     .arg(counted(gone), format::text(lastGone->biller()), day(lastGone->ended));
    std::uint64_t far = 0;
    for (const FarCharges& one : m_overview.far)
        far += one.currency == f.currency ? one.rows : 0;
    if (far > 0)
        notes << tr("%1 [charge lies|charges lie] outside of the days of the data (%2 to %3): in no figure here.",
                    nullptr, format::forms(far))
                     .arg(counted(far), day(m_overview.far.front().dataFrom), day(m_overview.far.front().dataThrough));
    m_notes->setText(notes.join(QChar(u' ')));
    m_notes->setVisible(!notes.isEmpty());
}

void OverviewPage::showProof()
{
    const QString count = format::count(m_overview.partitions);
    if (m_overview.unreconciled == 0) {
        m_proof->setContent({tr("Proof"),
                             tr("Reconciled"),
                             {},
                             Tone::Good,
                             {{tr("to the last digit")}, {counted::partitions(m_overview.partitions)}},
                             "proof"});
        return;
    }
    const ProofLine* shown = nullptr; // what is not explained before what was rejected, of the currency shown if any
    const auto rank = [this](const ProofLine& line) {
        return (line.remainder.isZero() ? 0 : 2) + (line.currency == m_currency ? 1 : 0);
    };
    for (const ProofLine& line : m_overview.remainders) {
        if (!shown || rank(line) > rank(*shown))
            shown = &line;
    }
    const bool isExplained = shown && shown->remainder.isZero();
    const QString what = isExplained ? tr("Not stored") : tr("Remainder");
    const DecimalSum open = !shown ? DecimalSum() : isExplained ? shown->missing() : shown->remainder;
    const QString amount =
        open.isZero() ? QString() : tr("%1 %2", "digits, currency").arg(columns::grouped(open), code(shown->currency));
    m_proof->setContent({tr("Proof"),
                         amount.isEmpty() ? what : amount,
                         what,
                         Tone::Bad,
                         {{isExplained ? tr("rejected lines") : tr("not explained"), Tone::Bad},
                          {tr("%1 of %2 partition(s)", nullptr, format::forms(m_overview.partitions))
                               .arg(format::count(m_overview.unreconciled), count)}},
                         "warning"});
}

void OverviewPage::showChart(const Overview::PerCurrency& figures)
{
    SeriesFrame frame = makeSeriesFrame(figures.daily, tr("Total per day"), format::locale());
    for (const Overview::AnomalyItem& item : m_overview.anomalies) { // those of the list beside it
        if (item.currency == figures.currency)
            frame.addMarkerOfPart(item.mark, format::keys({Dim{Dim::Kind::Team, {}}}, item.keys, false));
    }
    const bool hasParts = std::any_of(frame.markers.begin(), frame.markers.end(),
                                      [](const SeriesFrame::Marker& marker) { return marker.isOfPart; });
    m_chart->setFrame(std::move(frame));
    QStringList words;
    if (!figures.daily.anomalies.empty())
        words << tr("%1 [day|days] of the total [stands|stand] out", nullptr,
                    format::forms(figures.daily.anomalies.size()))
                     .arg(format::count(figures.daily.anomalies.size()));
    if (hasParts)
        words << tr("small rings: teams");
    if (!figures.daily.forecast.empty())
        words << tr("dashed: forecast to month end, %1 and %2 bands")
                     .arg(format::percent(0.8, format::locale(), 0), format::percent(0.95, format::locale(), 0));
    m_chartNote->setText(words.join(QStringLiteral(" · ")));
}

CostQuery OverviewPage::monthToDate(const Dim& by) const
{
    CostQuery query;
    query.by = {by};
    query.granularity = Granularity::Day;
    query.range = {m_overview.month, m_overview.asOf};
    query.lens = m_overview.lens;
    if (m_overview.currencies.size() > 1)
        query.filters.push_back({Dim{Dim::Kind::Currency, {}}, {std::string(m_currency.code())}, false});
    return query;
}

Change OverviewPage::changeBy(Dim::Kind by) const
{
    Change change;
    change.by = Dim{by, {}};
    change.lens = m_overview.lens;
    change.currency = m_currency;
    change.onlyKnownDays = true;
    return change;
}

std::optional<Change> OverviewPage::change() const
{
    return chosen() ? std::optional(changeBy(Dim::Kind::Service)) : std::nullopt;
}

CostQuery OverviewPage::filtered(CostQuery query, const Dim& dim, const std::string& value) const
{
    query.filters.push_back({dim, {value}, false});
    return query;
}

void OverviewPage::showMovers(QVBoxLayout* layout, const std::vector<Overview::Mover>& movers, Dim::Kind kind,
                              const Currency& currency)
{
    parts::clear(layout);
    const Dim dim{kind, {}};
    const Dim::Kind other = kind == Dim::Kind::Team ? Dim::Kind::Service : Dim::Kind::Team;
    const std::size_t own = movers.size() > kListRows ? kListRows - 1 : movers.size(); // "others" take a row
    QList<AmountRow*> rows;
    for (const auto& mover : std::span(movers).first(own)) {
        const auto change = checkedSubtract(mover.now, mover.before);
        if (!change)
            break;
        const std::string key = mover.keys.empty() ? std::string() : mover.keys.front();
        const auto ratio = format::changeRatio(mover.now, mover.before);
        const QString name = format::dimValue(dim, key);
        const QString percent = ratio                   ? format::percentChange(*ratio, format::locale())
                                : mover.before.isZero() ? tr("new")
                                                        : QString(format::kDash);
        AmountRow::Content content;
        content.name = name;
        content.amount = format::moneyChange(*change, currency, format::locale());
        content.change = percent;
        content.tone = changeTone(ratio);
        content.spoken = tr("%1: %2, %3, now %4, before %5")
                             .arg(name, content.amount, percent, format::money(mover.now, currency, format::locale()),
                                  format::money(mover.before, currency, format::locale()));
        auto* row = new AmountRow(content, this);
        connect(row, &AmountRow::clicked, this, [this, dim, other, key] {
            Change opened = changeBy(other);
            opened.filters.push_back({dim, {key}, false});
            emit openChange(opened);
        });
        rows << row;
    }
    addOthers(rows, std::span(movers).subspan(own), kind, currency);
    fill(layout, rows, tr("Nothing moved, or there is no month to compare with."));
}

/// The end of a list, so that it adds up to the change of the month.
void OverviewPage::addOthers(QList<AmountRow*>& rows, std::span<const Overview::Mover> rest, Dim::Kind kind,
                             const Currency& currency)
{
    const auto sum = sumOf(rest);
    const auto change = sum ? checkedSubtract(sum->now, sum->before) : Result<Amount>(sum.error());
    if (rest.empty() || !change)
        return;
    const auto number = static_cast<std::uint64_t>(rest.size());
    const auto ratio = format::changeRatio(sum->now, sum->before);
    AmountRow::Content content;
    content.name = tr("%1 other(s)", nullptr, format::forms(number)).arg(format::count(number, format::locale()));
    content.amount = format::moneyChange(*change, currency, format::locale());
    content.change = ratio ? format::percentChange(*ratio, format::locale()) : QString(format::kDash);
    content.spoken = tr("%1: %2, now %3, before %4")
                         .arg(content.name, content.amount, format::money(sum->now, currency, format::locale()),
                              format::money(sum->before, currency, format::locale()));
    auto* row = new AmountRow(content, this);
    connect(row, &AmountRow::clicked, this, [this, kind] { emit openChange(changeBy(kind)); });
    rows << row;
}

void OverviewPage::showTeams(const Overview::PerCurrency& figures)
{
    parts::clear(m_teams);
    const Dim team{Dim::Kind::Team, {}};
    const Dim service{Dim::Kind::Service, {}};
    double longest = 0;
    for (const CostRow& row : figures.teams)
        longest = std::max(longest, std::abs(row.cost.toDouble()));
    std::vector<std::string> names; // with the colours that they have in every chart
    for (std::size_t i = 0; i < std::min(kListRows, figures.teams.size()); ++i)
        names.push_back(figures.teams[i].keys.empty() ? std::string() : figures.teams[i].keys.front());
    const std::vector<int> colors = NameColors::instance().of(names);
    QList<AmountRow*> rows;
    for (const CostRow& cost : figures.teams) {
        if (static_cast<std::size_t>(rows.size()) == kListRows)
            break;
        const std::string key = cost.keys.empty() ? std::string() : cost.keys.front();
        AmountRow::Content content;
        content.name = cost.isOther ? format::otherKeys() : format::dimValue(team, key);
        content.amount = format::money(cost.cost, figures.currency, format::locale());
        content.bar = true;
        content.color = key.empty() ? 0 : colors[static_cast<std::size_t>(rows.size())];
        content.share = longest > 0 ? cost.cost.toDouble() / longest : 0;
        content.spoken = format::labelled(content.name, content.amount);
        auto* row = new AmountRow(content, this);
        const bool other = cost.isOther;
        connect(row, &AmountRow::clicked, this, [this, team, service, key, other] {
            emit openExplore(other ? monthToDate(team) : filtered(monthToDate(service), team, key));
        });
        rows << row;
    }
    fill(m_teams, rows, tr("No cost this month."));
    if (figures.teams.size() > kListRows) {
        const auto teams = static_cast<std::uint64_t>(
            std::count_if(figures.teams.begin(), figures.teams.end(), [](const CostRow& row) {
                return !row.isOther && !row.keys.empty() && !row.keys.front().empty();
            })); // what has no team is none
        auto* all = parts::button(tr("All %1 team(s)", nullptr, format::forms(teams)).arg(format::count(teams)),
                                  tr("Show every team in Explore"), "link", this);
        connect(all, &QPushButton::clicked, this, [this, team] { emit openExplore(monthToDate(team)); });
        m_teams->addWidget(all);
    }
}

/// Those of teams in the last 30 days, and those of the total that are marked in the chart, largest first.
std::vector<Overview::AnomalyItem> OverviewPage::shownAnomalies() const
{
    std::vector<Overview::AnomalyItem> all;
    for (const auto& item : m_overview.anomalies)
        if (item.currency == m_currency && !item.keys.empty())
            all.push_back(item);
    if (const Overview::PerCurrency* figures = chosen())
        for (const AnomalyMark& mark : figures->daily.anomalies)
            all.push_back({{}, m_currency, mark});
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.mark.impact) > std::abs(b.mark.impact); });
    return all;
}

void OverviewPage::showAnomalies()
{
    parts::clear(m_anomalies);
    const Dim team{Dim::Kind::Team, {}};
    const Dim service{Dim::Kind::Service, {}};
    std::size_t count = 0, ofTotal = 0;
    QList<AmountRow*> rows;
    for (const auto& item : shownAnomalies()) {
        (item.keys.empty() ? ofTotal : count) += 1;
        if (count + ofTotal > kAnomalyRows)
            continue;
        const std::string key = item.keys.empty() ? std::string() : item.keys.front();
        const AnomalyMark& mark = item.mark;
        AmountRow::Content content;
        content.name = item.keys.empty() ? tr("Total") : format::dimValue(team, key);
        content.amount = signedEstimate(mark.impact, item.currency);
        content.detail = tr("%1 · %2, %3 · expected %4")
                             .arg(format::dateShort(mark.period, format::locale()), codetext::anomalyKind(mark.kind),
                                  codetext::severity(mark.severity), estimateText(mark.expected, item.currency));
        content.icon = mark.impact < 0 ? "down" : "up";
        content.tone = mark.severity == "high" ? Tone::Bad : mark.severity == "medium" ? Tone::Warning : Tone::Quiet;
        content.spoken =
            tr("%1 on %2: %3, severity %4, %5 against the expected %6. Opens Explore at that team and day.")
                .arg(content.name, format::date(mark.period, format::locale()), codetext::anomalyKind(mark.kind),
                     codetext::severity(mark.severity), content.amount,
                     format::moneyEstimate(mark.expected, item.currency, format::locale()));
        auto* row = new AmountRow(content, this);
        const bool total = item.keys.empty();
        connect(row, &AmountRow::clicked, this, [this, team, service, key, total, day = mark.period] {
            CostQuery query = monthToDate(total ? team : service);
            query.range = {day, day + 1};
            emit openExplore(total ? query : filtered(query, team, key));
        });
        rows << row;
    }
    fill(m_anomalies, rows, tr("Nothing stands out in the last 30 days."));
    m_anomalies->addStretch();
    QStringList notes;
    if (count > 0)
        notes << tr("%1 of teams in 30 days", "number of anomalies").arg(format::count(count));
    if (ofTotal > 0)
        notes << tr("%1 of the total in 90", "number of anomalies").arg(format::count(ofTotal));
    m_anomalyNote->setText(format::joined(notes));
}

void OverviewPage::sourcesChanged(const std::vector<SourceHealth>& sources)
{
    m_health = sources;
    showSources();
}

void OverviewPage::showSources()
{
    parts::clear(m_sources);
    m_fresh->hide();
    if (m_overview.currencies.empty())
        return;
    // Before it is known how the connections stand, the sources alone.
    const auto health = m_health.empty() ? healthOf(m_overview.sources, {}, m_overview.asOf - 1) : m_health;
    QList<AmountRow*> rows;
    std::size_t asking = 0;
    for (const SourceHealth& source : health) {
        using State = SourceHealth::State;
        const bool isWorst = source.state == State::Failing || source.state == State::Rejected;
        AmountRow::Content content;
        content.name = format::shown(source.name);
        content.amount = source.through.isValid() ? format::date(source.through, format::locale()) : tr("no data");
        content.change = healthtext::word(source);
        content.tone = isWorst ? Tone::Bad : source.needsALook() ? Tone::Warning : Tone::Good;
        content.icon = source.needsALook() ? "warning" : "check";
        content.spoken = tr("%1, data through %2, %3")
                             .arg(healthtext::sentence(source), content.amount, counted::lines(source.rows));
        asking += source.needsALook() ? 1U : 0U;
        auto* row = new AmountRow(content, this);
        row->setToolTip(content.spoken);
        const bool isConnection = source.isConnection && source.state != State::Findings;
        connect(row, &AmountRow::clicked, this,
                [this, isConnection] { emit openPage(isConnection ? "connections:connections" : "data:sources"); });
        rows << row;
    }
    fill(m_sources, rows, tr("No sources yet."));
    m_fresh->setVisible(asking > 0);
    m_fresh->setText(
        tr("%1 [source needs|sources need] a look", nullptr, format::forms(asking)).arg(format::count(asking)));
}

/// What a click on the card or line does, and its figure for another program.
void OverviewPage::fillMenu(QMenu& menu, QWidget* part)
{
    auto* button = qobject_cast<QAbstractButton*>(part);
    const auto* card = qobject_cast<KeyFigureCard*>(part);
    const auto* row = qobject_cast<AmountRow*>(part);
    if (!card && !row)
        return;
    const QString name = card ? card->content().title : row->content().name;
    const QString figure = row                               ? row->content().amount
                           : card->content().exact.isEmpty() ? card->content().figure
                                                             : card->content().exact;
    menu.addAction(tr("Show %1", "a figure or a name").arg(format::menuText(name)), button, &QAbstractButton::click);
    menu.addAction(tr("Copy %1", "an amount").arg(format::menuText(figure)), this,
                   [figure] { QGuiApplication::clipboard()->setText(figure); });
}

bool OverviewPage::copySelection(bool withHeaders)
{
    QStringList lines;
    if (withHeaders)
        lines << QStringList{tr("Figure"), tr("Value"), tr("Details")}.join(u'\t');
    for (const KeyFigureCard* card : {m_toDate, m_forecast, m_change, m_unallocated, m_proof}) {
        QStringList details;
        for (const auto& line : card->content().lines)
            details << line.text;
        const bool isAmount = !card->content().exact.isEmpty(); // a number to whoever pastes it, the rest is for people
        if (isAmount)
            details.prepend(card->content().figure);
        lines << QStringList{card->content().title, isAmount ? card->content().exact : card->content().figure,
                             details.join(QStringLiteral("; "))}
                     .join(u'\t');
    }
    QGuiApplication::clipboard()->setText(lines.join("\n"));
    return true;
}

} // namespace altimeter::ui
