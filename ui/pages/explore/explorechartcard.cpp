#include "ui/pages/explore/explorechartcard.h"

#include "models/domain/typedrange.h"
#include "ui/charts/serieschart.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/pages/explore/exploresteps.h"
#include "ui/pages/explore/exploretext.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

SeriesFrame::Style styleOf(const ExploreState& state, Granularity answered)
{
    if (state.chart == ExploreState::ChartStyle::Lines)
        return SeriesFrame::Style::Lines;
    return answered == Granularity::Day ? SeriesFrame::Style::Stacked : SeriesFrame::Style::Columns;
}

} // namespace

ExploreChartCard::ExploreChartCard(ExploreSteps& steps, QWidget* parent) : QFrame(parent), m_steps(steps)
{
    parts::makeCard(this, tr("Chart"));
    build();
    connectAll();
}

void ExploreChartCard::build()
{
    m_title = parts::label({}, "heading", this);
    m_note = parts::label({}, "small", this);
    m_currencies = new QComboBox(this);
    m_currencies->setAccessibleDescription(tr("Chart currency"));
    m_currencies->setToolTip(tr("Different currencies never add; the chart shows one of them"));
    m_stacked = parts::button(tr("Stacked"), tr("Series on top of each other"), "segment", this);
    m_lines = parts::button(tr("Lines"), tr("One line per series"), "segment", this);
    for (QPushButton* button : {m_stacked, m_lines})
        button->setCheckable(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_title);
    row->addWidget(m_note);
    row->addStretch(1);
    row->addWidget(m_currencies);
    auto* segments = new QHBoxLayout;
    segments->setSpacing(0);
    segments->addWidget(m_stacked);
    segments->addWidget(m_lines);
    row->addLayout(segments);
    m_chart = new SeriesChart(tr("Cost over time"), this);
    m_chart->setKeepsLines(true);
    parts::cardLayout(this)->setContentsMargins(16, 6, 16, 4);
    parts::cardLayout(this)->addLayout(row);
    parts::cardLayout(this)->addWidget(m_chart, 1);
    setMinimumHeight(170);
}

void ExploreChartCard::connectAll()
{
    const auto choose = [this](ExploreState::ChartStyle style) {
        m_steps.change(tr("Chart style"), [style](ExploreState& state) { state.chart = style; });
    };
    connect(m_stacked, &QPushButton::clicked, this, [choose] { choose(ExploreState::ChartStyle::Stacked); });
    connect(m_lines, &QPushButton::clicked, this, [choose] { choose(ExploreState::ChartStyle::Lines); });
    connect(m_currencies, &QComboBox::activated, this, [this] {
        const QString code = m_currencies->currentText();
        m_steps.change(tr("Chart in %1").arg(code),
                       [&](ExploreState& state) { state.chartCurrency = Currency(code.toStdString()); });
    });
    connect(m_chart, &SeriesChart::rangeSelected, this, [this](Day first, Day last) {
        const DateRange range{first, last + 1};
        m_steps.change(tr("Zoom into %1").arg(format::range(range, format::locale())),
                       [&](ExploreState& state) { state.rangeText = rangeText(range); });
    });
}

void ExploreChartCard::showState()
{
    const ExploreState& state = m_steps.state();
    setVisible(state.mode == ExploreState::Mode::Grid);
    m_stacked->setChecked(state.chart == ExploreState::ChartStyle::Stacked);
    m_lines->setChecked(state.chart == ExploreState::ChartStyle::Lines);
}

void ExploreChartCard::showTitles(const QString& view)
{
    const QString title = ExploreText::chartTitle(m_steps);
    m_title->setText(view.startsWith(title) ? view : format::joined({view, title})); // many are named by what they show
    m_note->setText(ExploreText::chartNote(m_steps));
    parts::setRole(m_note, ExploreText::isPartly(m_steps) ? "warning" : "small");
}

/// The one the user chose, where the answer has it; else the first of the workspace that it has.
Currency ExploreChartCard::currency(const std::vector<CurrencyTotal>& present) const
{
    const auto has = [&present](const Currency& currency) {
        return std::any_of(present.begin(), present.end(),
                           [&](const CurrencyTotal& total) { return total.currency == currency; });
    };
    if (const auto& chosen = m_steps.state().chartCurrency; chosen && has(*chosen))
        return *chosen;
    const std::vector<Currency>& known = m_steps.workspace().currencies;
    if (const auto found = std::find_if(known.begin(), known.end(), has); found != known.end())
        return *found;
    if (!present.empty())
        return present.front().currency;
    return known.empty() ? Currency() : known.front();
}

void ExploreChartCard::fillCurrencies(const std::vector<CurrencyTotal>& present)
{
    m_currencies->clear();
    for (const CurrencyTotal& total : present)
        m_currencies->addItem(format::text(std::string(total.currency.code())));
    m_currencies->setCurrentText(format::text(std::string(currency(present).code())));
    m_currencies->setVisible(m_currencies->count() > 1);
}

void ExploreChartCard::draw(const SeriesSet& lines, const SeriesSet& totals, const std::vector<CurrencyTotal>& present)
{
    FrameRequest request;
    request.currency = currency(present);
    request.locale = format::locale();
    request.style = styleOf(m_steps.state(), lines.query.granularity);
    SeriesFrame frame = makeSeriesFrame(lines, &totals, request);
    if (frame.style == SeriesFrame::Style::Lines && frame.lines.size() > 1) {
        frame.forecast.clear(); // a forecast of the sum belongs to no single line
        frame.running.reset();
    }
    if (frame.steps.size() == 1 && frame.forecast.empty())
        frame.style = SeriesFrame::Style::Columns; // a single step has no line to draw
    frame.title = m_title->text();
    m_chart->setFrame(std::move(frame));
}

} // namespace altimeter::ui
