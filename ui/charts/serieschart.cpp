#include "ui/charts/serieschart.h"

#include "ui/charts/chartlegend.h"
#include "ui/charts/seriesview.h"
#include "ui/theme/theme.h"

#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace altimeter::ui {

SeriesChart::SeriesChart(const QString& name, QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_legend = new ChartLegend(this);
    m_view = new SeriesView(this);
    m_view->setAccessibleName(name);
    m_view->viewport()->setAccessibleName(tr("Plot area"));
    column->addWidget(m_legend);
    column->addWidget(m_view, 1);
    setFocusProxy(m_view);
    m_view->activated = [this](int series, Day day) { emit pointActivated(series, day); };
    m_view->ranged = [this](Day first, Day last) { emit rangeSelected(first, last); };
    m_view->readOut = [this](const QString& text) { emit readOutChanged(text); };
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, this, [this] {
        m_view->rebuild();
        m_legend->update();
    });
    connect(m_legend, &ChartLegend::highlightWanted, this, &SeriesChart::setHighlight);
    connect(m_legend, &ChartLegend::keepWanted, this, &SeriesChart::keepRequested);
    m_view->highlightWanted = [this](int line) { setHighlight(line); };
    m_view->keepWanted = [this](int line) { emit keepRequested(line); };
    m_view->setFrame({});
}

SeriesChart::~SeriesChart()
{
    delete m_view; // what it still has to say must find a chart
}

void SeriesChart::setFrame(SeriesFrame frame)
{
    m_view->setFrame(std::move(frame));
    fillLegend();
}

void SeriesChart::setKeepsLines(bool keeps)
{
    m_legend->setKeeps(keeps);
    fillLegend();
}

void SeriesChart::setHighlight(int line)
{
    m_view->setHighlight(line);
    m_legend->setHighlight(m_view->frame().highlight);
}

const SeriesFrame& SeriesChart::frame() const
{
    return m_view->frame();
}

void SeriesChart::setLegendVisible(bool visible)
{
    m_legendVisible = visible;
    fillLegend();
}

void SeriesChart::fillLegend()
{
    const SeriesFrame& shown = m_view->frame();
    std::vector<ChartLegend::Entry> entries;
    const bool filled = shown.style != SeriesFrame::Style::Lines && shown.lines.size() > 1;
    for (std::size_t i = 0; i < shown.lines.size(); ++i)
        entries.push_back(
            {filled || shown.style == SeriesFrame::Style::Columns ? ChartLegend::Key::Area : ChartLegend::Key::Line,
             shown.lines[i].color, shown.lines[i].name, static_cast<int>(i)});
    if (!shown.previous.empty())
        entries.push_back({ChartLegend::Key::Line, ChartLegend::kSecondary, tr("Previous period")});
    if (shown.style == SeriesFrame::Style::Columns && std::count(shown.partly.begin(), shown.partly.end(), true) > 0)
        entries.push_back({ChartLegend::Key::Hatched, ChartLegend::kSecondary, tr("Not whole", "a week or month")});
    if (!shown.forecast.empty() || shown.running) {
        entries.push_back({ChartLegend::Key::Dashed,
                           shown.lines.size() == 1 ? shown.lines.front().color : ChartLegend::kSecondary,
                           tr("Forecast with 80 % and 95 % bands")});
    }
    if (!shown.markers.empty())
        entries.push_back({ChartLegend::Key::Ring, ChartLegend::kWarning, tr("Anomaly")});
    m_legend->setEntries(entries);
    m_legend->setVisible(m_legendVisible && entries.size() > 1);
}

void SeriesChart::setEmptyText(const QString& text)
{
    m_view->setEmptyText(text);
}

int SeriesChart::cursor() const
{
    return m_view->cursorStep();
}

void SeriesChart::setCursorStep(int step)
{
    m_view->setCursorStep(step);
}

QSize SeriesChart::sizeHint() const
{
    return {640, 260};
}

} // namespace altimeter::ui
