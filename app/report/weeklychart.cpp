#include "app/report/weeklychart.h"

#include "app/report/wording.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace altimeter::report {

namespace {

constexpr double kLabelSize = 7.5;
constexpr TextStyle kAxisLabel{Face::Regular, kLabelSize, ink::kSecondary, Align::Right};

/// Steps of 1, 2, 2.5 or 5 times a power of ten that cover [low, high] in four to six lines.
struct Scale {
    double low = 0, high = 1, step = 0.25;
};

Scale niceScale(double low, double high)
{
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
    if (high - low < 1e-9)
        return {0, 1, 0.25};
    const double raw = (high - low) / 5;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= raw * 0.9999) {
            step = factor * power;
            break;
        }
    }
    return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

class DailyChart {
public:
    DailyChart(PdfCanvas& canvas, const Frame& frame, const CostSeries& daily, std::span<const PeakDay> peaks,
               std::span<const Day> ofTeams)
        : m_canvas(canvas), m_daily(daily), m_peaks(peaks), m_ofTeams(ofTeams), m_first(firstDay()), m_last(lastDay())
    {
        m_scale = niceScale(lowest(), highest());
        const double labels = labelWidth() + 6;
        m_plot = {frame.x + labels, frame.y + 20, frame.width - labels - 6, frame.height - 38};
        m_legendY = frame.y + 6;
    }

    void draw()
    {
        drawArea();
        drawBand(&ForecastPoint::lo95, &ForecastPoint::hi95, ink::kBand95);
        drawBand(&ForecastPoint::lo80, &ForecastPoint::hi80, ink::kBand80);
        drawGrid();
        drawDays();
        drawActual();
        drawForecast();
        drawAnomaliesOfTeams();
        drawAnomalies();
        drawPeaks();
        drawLegend();
    }

private:
    Day firstDay() const { return m_daily.points.empty() ? Day::none() : m_daily.points.front().period; }
    Day lastDay() const
    {
        return !m_daily.forecast.empty() ? m_daily.forecast.back().period
               : m_daily.points.empty()  ? Day::none()
                                         : m_daily.points.back().period;
    }

    double lowest() const
    {
        double low = 0;
        for (const auto& point : m_daily.points)
            low = point.known ? std::min(low, point.cost.toDouble()) : low;
        for (const auto& point : m_daily.forecast)
            low = std::min(low, point.lo95);
        return low;
    }

    double highest() const
    {
        double high = 0;
        for (const auto& point : m_daily.points)
            high = point.known ? std::max(high, point.cost.toDouble()) : high;
        for (const auto& point : m_daily.forecast)
            high = std::max(high, point.hi95);
        return high * 1.03;
    }

    double labelWidth() const
    {
        double width = 0;
        forEachStep([&](double value) {
            width = std::max(width, m_canvas.textWidth(axisText(value), Face::Regular, kLabelSize));
        });
        return width;
    }

    template <typename Visit> void forEachStep(Visit visit) const
    {
        const int steps = static_cast<int>(std::lround((m_scale.high - m_scale.low) / m_scale.step));
        for (int i = 0; i <= steps; ++i)
            visit(m_scale.low + i * m_scale.step);
    }

    double x(Day day) const
    {
        const int span = std::max(m_last - m_first, 1);
        return m_plot.x + m_plot.width * static_cast<double>(day - m_first) / span;
    }

    double y(double value) const
    {
        const double part = (value - m_scale.low) / (m_scale.high - m_scale.low);
        return m_plot.y + m_plot.height * (1 - std::clamp(part, 0.0, 1.0));
    }

    /// Runs of known days; a single day becomes a short run of one point.
    std::vector<std::vector<Point>> runs() const
    {
        std::vector<std::vector<Point>> list(1);
        for (const auto& point : m_daily.points) {
            if (point.known)
                list.back().push_back({x(point.period), y(point.cost.toDouble())});
            else if (!list.back().empty())
                list.emplace_back();
        }
        return list;
    }

    void drawArea()
    {
        for (auto run : runs()) {
            if (run.size() < 2)
                continue;
            run.push_back({run.back().x, y(0)});
            run.push_back({run.front().x, y(0)});
            m_canvas.fillPolygon(run, ink::kSeriesFill);
        }
    }

    /// The last known day, where the forecast starts.
    std::vector<Point> anchor() const
    {
        if (m_daily.points.empty() || !m_daily.points.back().known)
            return {};
        const auto& last = m_daily.points.back();
        return {{x(last.period), y(last.cost.toDouble())}};
    }

    void drawBand(double ForecastPoint::*low, double ForecastPoint::*high, Colour colour)
    {
        std::vector<Point> outline = anchor();
        for (const auto& point : m_daily.forecast)
            outline.push_back({x(point.period), y(point.*high)});
        for (auto point = m_daily.forecast.rbegin(); point != m_daily.forecast.rend(); ++point)
            outline.push_back({x(point->period), y((*point).*low)});
        m_canvas.fillPolygon(outline, colour);
    }

    void drawGrid()
    {
        forEachStep([&](double value) {
            const bool isBase = std::abs(value) < m_scale.step / 1000;
            m_canvas.line({m_plot.x, y(value)}, {m_plot.x + m_plot.width, y(value)},
                          isBase ? ink::kTertiary : ink::kGrid, isBase ? 0.75 : 0.5);
            m_canvas.text({m_plot.x - 6, y(value) + kLabelSize * 0.36}, axisText(isBase ? 0 : value), kAxisLabel);
        });
    }

    void drawDays()
    {
        const double bottom = m_plot.y + m_plot.height;
        for (Day day = m_first; day <= m_last; day = day + 1) {
            const bool isFirst = day.dayOfMonth() == 1;
            if (!isFirst && day.dayOfMonth() != 15)
                continue;
            m_canvas.line({x(day), bottom}, {x(day), bottom + (isFirst ? 4 : 2.5)}, ink::kTertiary, 0.5);
            m_canvas.text({x(day), bottom + 12.5}, shortDateText(day),
                          {isFirst ? Face::Bold : Face::Regular, kLabelSize, ink::kSecondary, Align::Centre});
        }
    }

    void drawActual()
    {
        for (const auto& run : runs()) {
            m_canvas.polyline(run, ink::kSeries, 1.3);
            if (run.size() == 1)
                m_canvas.fillCircle(run.front(), 1.6, ink::kSeries);
        }
    }

    void drawForecast()
    {
        std::vector<Point> line = anchor();
        for (const auto& point : m_daily.forecast)
            line.push_back({x(point.period), y(point.mean)});
        m_canvas.dashedLine(line, ink::kSeries, 1.1, 3, 2);
    }

    void drawRing(Point at)
    {
        m_canvas.fillCircle(at, 3.9, ink::kCard);
        m_canvas.strokeCircle(at, 3.9, ink::kWarning, 1.1);
        m_canvas.fillCircle(at, 1.7, ink::kWarning);
    }

    /// The line itself is as ever there.
    void drawAnomaliesOfTeams()
    {
        for (const SeriesPoint& point : m_daily.points) {
            if (point.known && std::find(m_ofTeams.begin(), m_ofTeams.end(), point.period) != m_ofTeams.end())
                drawSmallRing({x(point.period), y(point.cost.toDouble())});
        }
    }

    void drawSmallRing(Point at)
    {
        m_canvas.fillCircle(at, 2.4, ink::kCard);
        m_canvas.strokeCircle(at, 2.4, ink::kWarning, 1);
    }

    void drawAnomalies()
    {
        std::vector<const AnomalyMark*> marks;
        for (const auto& mark : m_daily.anomalies) {
            if (mark.period >= m_first && mark.period <= m_last)
                marks.push_back(&mark);
        }
        for (const auto* mark : marks)
            drawRing({x(mark->period), y(mark->actual)});
        std::stable_sort(marks.begin(), marks.end(),
                         [](const auto* a, const auto* b) { return std::abs(a->impact) > std::abs(b->impact); });
        for (std::size_t i = 0; i < std::min<std::size_t>(marks.size(), 3); ++i)
            labelRing(*marks[i]);
    }

    void labelRing(const AnomalyMark& mark)
    {
        const std::string text = (mark.impact > 0 ? "+" : "") + axisText(roundedToThreeDigits(mark.impact));
        const double width = m_canvas.textWidth(text, Face::Bold, kLabelSize);
        const double left = std::clamp(x(mark.period) + 6, m_plot.x, m_plot.x + m_plot.width - width);
        m_canvas.text({left, std::max(y(mark.actual) - 2, m_plot.y + 4)}, text,
                      {Face::Bold, kLabelSize, ink::kWarning, Align::Left});
    }

    bool isMarked(Day day) const
    {
        return std::any_of(m_daily.anomalies.begin(), m_daily.anomalies.end(),
                           [day](const AnomalyMark& mark) { return mark.period == day; });
    }

    /// A peak that is no anomaly is asked about all the same: what came on that day stands beside it.
    void drawPeaks()
    {
        for (const PeakDay& peak : m_peaks) {
            const auto point = std::find_if(m_daily.points.begin(), m_daily.points.end(),
                                            [&](const SeriesPoint& one) { return one.period == peak.day; });
            if (peak.currency != m_daily.currency || point == m_daily.points.end() || isMarked(peak.day))
                continue;
            constexpr double kRoom = 92;
            const std::string amount = " +" + axisText(roundedToThreeDigits(peak.more.toDouble()));
            const double room = kRoom - m_canvas.textWidth(amount, Face::Regular, kLabelSize);
            const std::string text =
                m_canvas.elided(nameText(peak.service, "No service"), Face::Regular, kLabelSize, room) + amount;
            const double width = m_canvas.textWidth(text, Face::Regular, kLabelSize);
            const double left = std::clamp(x(peak.day) + 4, m_plot.x, m_plot.x + m_plot.width - width);
            m_canvas.text({left, std::max(y(point->cost.toDouble()) + 5, m_plot.y + 5)}, text,
                          {Face::Regular, kLabelSize, ink::kSecondary, Align::Left});
        }
    }

    static double roundedToThreeDigits(double value)
    {
        if (value == 0 || !std::isfinite(value))
            return 0;
        const double power = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 2);
        return std::round(value / power) * power;
    }

    void drawLegend()
    {
        m_legendX = m_plot.x + m_plot.width;
        if (!m_daily.forecast.empty()) {
            legendBox("95 % range", ink::kBand95);
            legendBox("80 % range", ink::kBand80);
            legendLine("Forecast", true);
        }
        if (!m_daily.anomalies.empty()) {
            legendText("Anomaly, impact");
            drawRing({m_legendX - 4, m_legendY - 2.6});
            m_legendX -= 20;
        }
        if (!m_ofTeams.empty()) {
            legendText("of a team");
            drawSmallRing({m_legendX - 4, m_legendY - 2.6});
            m_legendX -= 20;
        }
        legendLine("Actual", false);
    }

    void legendText(const char* text)
    {
        m_canvas.text({m_legendX, m_legendY}, text, {Face::Regular, kLabelSize, ink::kSecondary, Align::Right});
        m_legendX -= m_canvas.textWidth(text, Face::Regular, kLabelSize) + 4;
    }

    void legendBox(const char* text, Colour colour)
    {
        legendText(text);
        m_canvas.fillRect(m_legendX - 10, m_legendY - 6, 10, 7, colour);
        m_legendX -= 22;
    }

    void legendLine(const char* text, bool isDashed)
    {
        legendText(text);
        const Point line[] = {{m_legendX - 14, m_legendY - 2.6}, {m_legendX, m_legendY - 2.6}};
        if (isDashed)
            m_canvas.dashedLine(line, ink::kSeries, 1.1, 3, 2);
        else
            m_canvas.polyline(line, ink::kSeries, 1.3);
        m_legendX -= 26;
    }

    PdfCanvas& m_canvas;
    const CostSeries& m_daily;
    std::span<const PeakDay> m_peaks;
    std::span<const Day> m_ofTeams;
    Day m_first, m_last;
    Scale m_scale;
    Frame m_plot;
    double m_legendX = 0, m_legendY = 0;
};

} // namespace

void drawDailyChart(PdfCanvas& canvas, const Frame& frame, const CostSeries& daily, std::span<const PeakDay> peaks,
                    std::span<const Day> ofTeams)
{
    if (daily.points.empty()) {
        canvas.text({frame.x + frame.width / 2, frame.y + frame.height / 2}, "No daily figures to draw",
                    {Face::Regular, 9, ink::kSecondary, Align::Centre});
        return;
    }
    DailyChart(canvas, frame, daily, peaks, ofTeams).draw();
}

} // namespace altimeter::report
