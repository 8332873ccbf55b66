#include "ui/charts/seriesframe.h"

#include "ui/charts/chartlegend.h"
#include "ui/format/codetext.h"
#include "ui/format/format.h"
#include "ui/theme/namecolors.h"

#include <QObject>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace altimeter::ui {

namespace {

Granularity stepOf(Granularity granularity)
{
    return granularity == Granularity::None ? Granularity::Day : granularity;
}

std::vector<Day> stepsBetween(Day first, Day last, Granularity granularity)
{
    std::vector<Day> days;
    for (Day day = stepStart(first, granularity); day <= last; day = nextStep(day, granularity))
        days.push_back(day);
    return days;
}

std::vector<SeriesFrame::Value> valuesAt(const std::vector<Day>& steps, const std::vector<SeriesPoint>& points)
{
    std::unordered_map<std::int32_t, const SeriesPoint*> byDay;
    byDay.reserve(points.size());
    for (const SeriesPoint& point : points)
        byDay[point.period.number] = &point;
    std::vector<SeriesFrame::Value> values;
    values.reserve(steps.size());
    for (const Day day : steps) {
        const auto found = byDay.find(day.number);
        const bool known = found != byDay.end() && found->second->known;
        const Amount amount = known ? found->second->cost : Amount();
        values.push_back({amount.toDouble(), known, amount});
    }
    return values;
}

/// Weeks and months that the range cuts, or of which a day is not known.
std::vector<bool> partlyOf(const std::vector<Day>& steps, const std::vector<const CostSeries*>& chosen,
                           const CostQuery& query, Granularity granularity)
{
    std::vector<bool> partly(steps.size(), false);
    if (granularity == Granularity::Day)
        return partly;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool isCutBefore = query.range.from.isValid() && steps[i] < query.range.from;
        const bool isCutBehind = query.range.to.isValid() && query.range.to < nextStep(steps[i], granularity);
        partly[i] = isCutBefore || isCutBehind;
    }
    for (const CostSeries* series : chosen) {
        for (const SeriesPoint& point : series->points) {
            const auto found = std::lower_bound(steps.begin(), steps.end(), point.period);
            if (point.known && !point.isWhole && found != steps.end() && *found == point.period)
                partly[static_cast<std::size_t>(found - steps.begin())] = true;
        }
    }
    return partly;
}

QString markerText(const AnomalyMark& mark, const QString& name, const SeriesFrame& frame)
{
    const QString form = mark.impact < 0 ? QObject::tr("%1 on %2, %3 below the expected %4", "what, day, amounts")
                                         : QObject::tr("%1 on %2, %3 above the expected %4", "what, day, amounts");
    const QString text =
        form.arg(codetext::anomalyKind(mark.kind), format::step(mark.period, frame.granularity, frame.locale),
                 format::moneyEstimate(std::fabs(mark.impact), frame.currency, frame.locale),
                 format::moneyEstimate(mark.expected, frame.currency, frame.locale));
    return name.isEmpty() ? text : format::labelled(name, text);
}

void addMarkers(SeriesFrame& frame, const CostSeries& series, std::size_t line, const QString& name)
{
    for (const AnomalyMark& mark : series.anomalies) {
        const auto found = std::lower_bound(frame.steps.begin(), frame.steps.end(), mark.period);
        if (found == frame.steps.end() || *found != mark.period)
            continue;
        SeriesFrame::Marker marker;
        marker.step = static_cast<std::size_t>(found - frame.steps.begin());
        marker.line = line;
        marker.value = mark.actual;
        marker.text = markerText(mark, name, frame);
        marker.high = mark.severity == "high";
        frame.markers.push_back(std::move(marker));
    }
}

SeriesFrame::Forecast asForecast(const ForecastPoint& point)
{
    return {point.period, point.mean, point.lo80, point.hi80, point.lo95, point.hi95};
}

/// No more of it than half of what it is learnt from: what is known has two thirds of the width.
void addForecast(SeriesFrame& frame, const CostSeries& series)
{
    for (const ForecastPoint& point : series.forecast) {
        if (2 * (frame.forecast.size() + 1) > frame.steps.size())
            break;
        frame.forecast.push_back(asForecast(point));
    }
    if (series.running && !frame.steps.empty() && frame.steps.back() == series.running->period &&
        frame.isPart(frame.steps.size() - 1))
        frame.running = asForecast(*series.running);
}

/// Names keep their colours from one chart to the next.
void addColors(SeriesFrame& frame)
{
    std::vector<std::string> names;
    for (const SeriesFrame::Line& line : frame.lines) {
        std::string name;
        for (const std::string& key : line.keys)
            name += (name.empty() ? "" : "\x1f") + key;
        if (!line.isOther && !line.keys.empty())
            names.push_back(std::move(name));
    }
    const std::vector<int> colors = NameColors::instance().of(names);
    std::size_t next = 0;
    for (SeriesFrame::Line& line : frame.lines)
        line.color = line.isOther ? ChartLegend::kOthers : line.keys.empty() ? 0 : colors[next++];
}

void addPrevious(SeriesFrame& frame, const SeriesSet& set)
{
    const auto found = std::find_if(set.previous.begin(), set.previous.end(),
                                    [&](const CostSeries& s) { return s.currency == frame.currency; });
    if (found == set.previous.end() || found->points.empty())
        return;
    Day first = found->points.front().period, last = first;
    for (const SeriesPoint& point : found->points) {
        first = std::min(first, point.period);
        last = std::max(last, point.period);
    }
    if (set.base)
        first = std::min(first, stepStart(set.base->from, frame.granularity));
    frame.previousSteps = stepsBetween(first, last, frame.granularity);
    frame.previous = valuesAt(frame.previousSteps, found->points);
}

/// Days from the first to the last known point of the chosen series, beginning where the question began.
std::vector<Day> stepsOf(const std::vector<const CostSeries*>& chosen, const CostQuery& query, Granularity granularity)
{
    Day first, last;
    for (const CostSeries* series : chosen) {
        for (const SeriesPoint& point : series->points) {
            first = first.isValid() ? std::min(first, point.period) : point.period;
            last = last.isValid() ? std::max(last, point.period) : point.period;
        }
    }
    if (!first.isValid())
        return {};
    if (query.range.from.isValid())
        first = std::min(first, stepStart(query.range.from, granularity));
    return stepsBetween(first, last, granularity);
}

} // namespace

double SeriesFrame::totalAt(std::size_t step) const
{
    double sum = 0;
    for (const Line& line : lines)
        if (step < line.values.size() && line.values[step].known)
            sum += line.values[step].value;
    return sum;
}

bool SeriesFrame::knownAt(std::size_t step) const
{
    return std::any_of(lines.begin(), lines.end(),
                       [&](const Line& line) { return step < line.values.size() && line.values[step].known; });
}

QString SeriesFrame::text(const Value& value) const
{
    return value.known ? format::money(value.amount, currency, locale) : format::unknown();
}

std::vector<double> SeriesFrame::markedDays(std::size_t line) const
{
    std::vector<double> days;
    for (const Marker& marker : markers)
        if (marker.line == line)
            days.push_back(steps[marker.step].number);
    std::sort(days.begin(), days.end());
    return days;
}

/// How many there are, and the first five.
QString SeriesFrame::anomaliesText() const
{
    if (markers.empty())
        return QObject::tr("No anomalies.");
    QStringList texts;
    for (std::size_t i = 0; i < markers.size() && i < 5; ++i)
        texts << markers[i].text;
    return QObject::tr("%1 [anomaly|anomalies]: %2;", "number, list", format::forms(markers.size()))
        .arg(format::count(markers.size(), locale), texts.join(QStringLiteral("; ")));
}

void SeriesFrame::addMarkerOfPart(const AnomalyMark& mark, const QString& name)
{
    const auto found = std::lower_bound(steps.begin(), steps.end(), mark.period);
    if (lines.size() != 1 || found == steps.end() || *found != mark.period)
        return;
    Marker marker;
    marker.step = static_cast<std::size_t>(found - steps.begin());
    const Value& value = lines.front().values[marker.step];
    if (!value.known)
        return;
    marker.value = value.value;
    marker.text = markerText(mark, name, *this);
    marker.isOfPart = true;
    markers.push_back(std::move(marker));
}

QString SeriesFrame::description() const
{
    if (isEmpty())
        return QObject::tr("No data in this range.");
    std::size_t highest = 0, lowest = 0;
    bool any = false;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!knownAt(i))
            continue;
        if (!any || totalAt(i) > totalAt(highest))
            highest = i;
        if (!any || totalAt(i) < totalAt(lowest))
            lowest = i;
        any = true;
    }
    const auto money = [this](double value) { return format::moneyEstimate(value, currency, locale); };
    const auto step = [this](Day day) { return format::step(day, granularity, locale); };
    QStringList sentences;
    if (!title.isEmpty())
        sentences << title + QLatin1Char('.');
    const QString first = step(steps.front()), last = step(steps.back());
    sentences << (lines.size() > 1 ? QObject::tr("%1 to %2, %3 series.", "first and last step, number")
                                         .arg(first, last, format::count(lines.size(), locale))
                                   : QObject::tr("%1 to %2.", "first and last step").arg(first, last));
    if (any)
        sentences << QObject::tr("Highest %1 (%2), lowest %3 (%4).", "amount, step, amount, step")
                         .arg(money(totalAt(highest)), step(steps[highest]), money(totalAt(lowest)),
                              step(steps[lowest]));
    sentences << anomaliesText();
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (isPart(i))
            sentences << QObject::tr("%1 is not whole.", "a week or month").arg(step(steps[i]));
    if (running)
        sentences << QObject::tr("%1 is expected to end at %2.", "a week or month, amount")
                         .arg(step(running->day), money(running->mean));
    if (!forecast.empty())
        sentences << QObject::tr("Forecast to %1: %2 per step at the end, 80 percent range %3 to %4.")
                         .arg(format::date(forecast.back().day, locale), money(forecast.back().mean),
                              money(forecast.back().lo80), money(forecast.back().hi80));
    return sentences.join(QLatin1Char(' '));
}

SeriesFrame makeSeriesFrame(const SeriesSet& set, const SeriesSet* totals, const FrameRequest& request)
{
    SeriesFrame frame;
    frame.style = request.style;
    frame.currency = request.currency;
    frame.locale = request.locale;
    frame.granularity = stepOf(set.query.granularity);
    std::vector<const CostSeries*> chosen;
    for (const CostSeries& series : set.series)
        if (series.currency == request.currency)
            chosen.push_back(&series);
    frame.steps = stepsOf(chosen, set.query, frame.granularity);
    frame.partly = partlyOf(frame.steps, chosen, set.query, frame.granularity);
    for (const CostSeries* series : chosen) {
        SeriesFrame::Line line;
        line.name = format::keys(set.query.by, series->keys, series->isOther);
        line.keys = series->keys;
        line.isOther = series->isOther;
        line.values = valuesAt(frame.steps, series->points);
        frame.lines.push_back(std::move(line));
        addMarkers(frame, *series, frame.lines.size() - 1, chosen.size() > 1 ? frame.lines.back().name : QString());
    }
    addColors(frame);
    const SeriesSet* source = totals ? totals : &set;
    std::vector<const CostSeries*> whole;
    for (const CostSeries& series : source->series)
        if (series.currency == request.currency)
            whole.push_back(&series);
    if (whole.size() == 1) {
        frame.totals = valuesAt(frame.steps, whole.front()->points);
        addForecast(frame, *whole.front());
        addPrevious(frame, *source);
    }
    return frame;
}

SeriesFrame makeSeriesFrame(const CostSeries& series, const QString& name, const QLocale& locale)
{
    SeriesSet set;
    set.query.granularity = Granularity::Day;
    set.series.push_back(series);
    FrameRequest request;
    request.currency = series.currency;
    request.locale = locale;
    SeriesFrame frame = makeSeriesFrame(set, nullptr, request);
    if (!frame.lines.empty())
        frame.lines.front().name = name;
    frame.title = name;
    return frame;
}

std::vector<QList<QPointF>> runs(const SeriesFrame& frame, const std::vector<SeriesFrame::Value>& values)
{
    std::vector<QList<QPointF>> found;
    bool open = false;
    for (std::size_t i = 0; i < values.size() && i < frame.steps.size(); ++i) {
        if (values[i].known) {
            if (!open)
                found.emplace_back();
            found.back().append({static_cast<double>(frame.steps[i].number), values[i].value});
        }
        open = values[i].known;
    }
    return found;
}

} // namespace altimeter::ui
